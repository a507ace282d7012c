"""Roots, globs, .gitignore, links: which notes a run sees."""

import os
import subprocess

import pytest

NOTE = "---\na: 1\n---\n"


def checked(base, *arguments):
    """The notes that a run reports on: every one breaks the same rule."""
    ran = base.json("--select", "WL", *arguments)
    assert ran.code == 1, ran.err
    return [item["path"] for item in ran.json]


BROKEN = "[[nowhere]]\n"


def test_include_exclude_hidden_and_explicit(base):
    base.write(
        {
            "a.md": BROKEN, "b.markdown": BROKEN, "c.txt": BROKEN, ".hidden/d.md": BROKEN, ".e.md": BROKEN,
            "drafts/f.md": BROKEN, "sub/g.md": BROKEN,
        }
    )  # fmt: skip
    assert checked(base) == ["a.md", "b.markdown", "drafts/f.md", "sub/g.md"]
    base.write({"lintkb.toml": 'include = ["**/*.md"]\nexclude = ["drafts"]\n'})
    assert checked(base) == ["a.md", "sub/g.md"]
    assert checked(base, "sub") == ["sub/g.md"]
    assert checked(base, "c.txt") == ["c.txt"]
    assert checked(base, "drafts/f.md", "a.md") == ["a.md", "drafts/f.md"]


def test_the_whole_root_is_indexed_whatever_is_asked_for(base):
    base.write(
        {
            "lintkb.toml": 'exclude = ["old"]\n',
            "a.md": NOTE,
            "old/b.md": NOTE,
            "s/c.md": NOTE + "[[a]] [[b]] [[x.png]]",
            "i/x.png": "",
        }
    )
    assert base.run("s").code == 0


def test_the_root_is_the_folder_of_the_nearest_configuration(base):
    base.write(
        {
            "lintkb.toml": "",
            "a.md": NOTE,
            "inner/lintkb.toml": "",
            "inner/b.md": NOTE + "[[a]]",
            "inner/deep/c.md": NOTE + "[[b]]",
        }
    )
    assert checked(base, "inner") == ["inner/b.md"]
    assert base.run("inner/deep").code == 0
    assert base.run(".").code == 0


def test_a_knowledge_base_inside_another_is_pointed_out(base):
    base.write({"lintkb.toml": "", "a.md": NOTE, "inner/lintkb.toml": "", "inner/b.md": NOTE})
    assert base.run(".").err.splitlines()[0] == (
        "lintkb: warning: inner/lintkb.toml: configures a knowledge base of its own, and is not used here; name its folder to check that"
    )


def test_rule_folders_are_names_and_no_patterns(base):
    base.write({"lintkb.toml": 'rule-paths = ["r[1]"]', "r[1]/index.md": BROKEN, "r1/a.md": BROKEN})
    assert checked(base) == ["r1/a.md"]


def test_paths_under_different_roots_are_separate_knowledge_bases(base):
    base.write({"one/lintkb.toml": "", "one/a.md": NOTE + "[[b]]", "two/lintkb.toml": "", "two/b.md": NOTE + "[[a]]"})
    assert checked(base, "one", "two") == ["one/a.md", "two/b.md"]


def test_a_configuration_file_that_is_named_does_not_move_the_root(base):
    base.write({"my.toml": "", "a.md": NOTE, "sub/b.md": NOTE + "[[a]]"})
    assert checked(base, "--config", "my.toml", "sub") == ["sub/b.md"]
    base.write({"lintkb.toml": 'ignore = ["WL"]'})
    assert base.run("sub").code == 0
    assert base.run("--config", "my.toml", "sub").code == 0


def test_the_git_root_is_the_root_where_there_is_no_configuration(base, git):
    subprocess.run([git, "init", "-q", base.root], check=True)
    base.write({"a.md": NOTE, "sub/b.md": NOTE + "[[a]]"})
    assert base.run("sub").code == 0


def test_gitignore_nested_negated_and_above_the_root(base):
    base.write(
        {
            ".git/HEAD": "", ".gitignore": "/build/\n*.tmp.md\n", "a.md": BROKEN, "b.tmp.md": BROKEN, "build/c.md": BROKEN,
            "sub/.gitignore": "*\n!keep.md\n", "sub/keep.md": BROKEN, "sub/d.md": BROKEN, "sub/build/x.md": BROKEN,
            "kb/lintkb.toml": "", "kb/e.tmp.md": BROKEN, "kb/f.md": BROKEN,
        }
    )  # fmt: skip
    assert checked(base) == ["a.md", "kb/f.md", "sub/keep.md"]
    assert checked(base, "kb") == ["kb/f.md"]
    assert checked(base, "build/c.md") == ["build/c.md"]


def test_linked_folders_are_not_entered_and_nothing_outside_is_seen(base, tmp_path):
    base.write({"lintkb.toml": "", "a.md": NOTE + "[[secret]] [[alias]] [[loop/a]]", "real.md": NOTE})
    (tmp_path / "secret.md").write_text(NOTE)
    os.symlink(base.root, base.root / "loop")
    os.symlink(tmp_path / "secret.md", base.root / "secret.md")
    os.symlink("real.md", base.root / "alias.md")
    ran = base.json("--select", "WL")
    assert [item["message"] for item in ran.json] == ["no note answers to `secret`"]


def test_rule_folders_are_no_part_of_the_knowledge_base(base):
    base.write(
        {"lintkb.toml": 'rule-paths = ["house/"]\n', "house/readme.md": BROKEN, "a.md": BROKEN, "x/house/b.md": BROKEN}
    )
    assert checked(base) == ["a.md", "x/house/b.md"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none"], "no such file or folder: none"),
        (
            ["empty"],
            "no note found in empty: looked for **/*.md, **/*.markdown, without what is excluded or ignored by git; other files there: 1 *.txt",
        ),
        (
            ["--config", 'include = ["*.rst"]', "."],
            "no note found in .: looked for *.rst, without what is excluded or ignored by git; other files there: 1 *.md",
        ),
    ],
)
def test_a_run_that_finds_nothing_says_so(base, arguments, message):
    base.write({"a.md": NOTE, "empty/x.txt": ""})
    ran = base.run(*arguments)
    assert (ran.code, ran.out, ran.err) == (2, "", f"lintkb: error: {message}\n")


def test_a_path_that_is_a_command_is_the_command_and_can_be_named(base):
    base.write({"rule/a.md": BROKEN})
    assert checked(base, "rule/") == ["rule/a.md"]
    assert checked(base, "./rule") == ["rule/a.md"]
    assert checked(base, "--", "rule") == ["rule/a.md"]
    assert base.run("rule").out.startswith("CL001")


def test_file_names_that_are_not_utf8(base):
    (base.root / os.fsdecode(b"caf\xe9.md")).write_text(BROKEN)
    ran = base.json("--select", "WL")
    assert [item["path"] for item in ran.json] == ["caf\udce9.md"]
    assert (
        base.run("--select", "WL", "--output-format", "concise").out
        == "caf\\udce9.md:1:3: WL001 no note answers to `nowhere`\n"
    )
    assert '"uri": "caf%E9.md"' in base.run("--select", "WL", "--output-format", "sarif").out
