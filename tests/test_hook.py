"""`--hook`: the knowledge base of git's index, and what a commit brings about."""

import os
import subprocess

import pytest
from conftest import NOTE


def hook(repo, *arguments):
    ran = repo.run("--hook", "--output-format", "concise", "-q", *arguments)
    assert "Traceback" not in ran.err
    return ran.code, ran.lines


OLD = "old.md:4:3: WL001 no note answers to `nowhere`"


def test_with_nothing_staged_everything_is_checked(repo):
    assert hook(repo) == (1, [OLD])


def test_an_empty_commit_costs_nothing(repo, monkeypatch):
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.setattr("lintkb.changes.open_sessions", lambda *_: pytest.fail("opened"))
    assert hook(repo) == (0, [])


def test_a_commit_that_touches_nothing_of_the_knowledge_base_costs_little(repo, monkeypatch):
    repo.write({".hidden": "x", "../elsewhere.txt": "x"})
    repo.git("add", ".hidden")
    monkeypatch.setattr("lintkb.engine.Session.read", lambda *_: None)
    monkeypatch.setattr("lintkb.engine.Session.judge", lambda *_: pytest.fail("judged"))
    repo.git("commit", "-qm", "two")
    repo.write({"sub/lintkb.toml": "", "sub/n.md": ""})
    repo.git("add", "sub")
    repo.git("commit", "-qm", "three")
    repo.write({".hidden": "y"})
    repo.git("add", ".hidden")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert hook(repo, "sub") == (0, [])


def test_by_hand_with_nothing_staged_that_matters_everything_is_checked(repo):
    repo.write({".pre-commit-config.yaml": "repos: []\n"})
    repo.git("add", ".pre-commit-config.yaml")
    assert hook(repo) == (1, [OLD])


def test_what_is_judged_is_said(repo):
    repo.write({"c.md": NOTE.format("C") + "Text.\n"})
    repo.git("add", "c.md")
    ran = repo.run("--hook")
    assert (ran.code, ran.err) == (0, "Nothing in what this commit changes: 4 notes checked.\n")


def test_a_broken_link_in_a_changed_note(repo):
    repo.write({"c.md": NOTE.format("C") + "[[gone]]\n"})
    assert hook(repo) == (1, [OLD])
    repo.git("add", "c.md")
    assert hook(repo) == (1, ["c.md:4:3: WL001 no note answers to `gone`"])


def test_a_deleted_target_breaks_links_in_notes_that_are_not_staged(repo):
    repo.git("rm", "-q", "b.md")
    assert hook(repo) == (1, ["a.md:4:3: WL001 no note answers to `b`: this change deletes b.md"])


def test_a_renamed_target(repo):
    repo.git("mv", "b.md", "d.md")
    assert hook(repo) == (
        1,
        ["a.md:4:3: WL001 no note answers to `b`; did you mean `d`?: this change renames b.md to d.md"],
    )


def test_a_deleted_attachment(repo):
    repo.git("rm", "-q", "img.png")
    assert hook(repo) == (1, ["a.md:4:9: WL001 no note answers to `img.png`: this change deletes img.png"])


def test_an_alias_that_is_taken_away(repo):
    repo.write({"b.md": "---\naliases: [bee]\n---\n", "c.md": NOTE.format("C") + "[[bee]]\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "two")
    repo.write({"b.md": "---\naliases: []\n---\n"})
    repo.git("add", "b.md")
    assert hook(repo) == (1, ["c.md:4:3: WL001 no note answers to `bee`"])


def test_a_link_to_a_note_that_is_not_in_git(repo):
    repo.write({"c.md": NOTE.format("C") + "[[new]]\n", "new.md": NOTE.format("New")})
    repo.git("add", "c.md")
    assert hook(repo) == (1, ["c.md:4:3: WL001 no note answers to `new`"])
    repo.git("add", "new.md")
    assert hook(repo) == (0, [])


def test_what_is_staged_is_read_and_not_what_lies_on_disk(repo):
    repo.write({"c.md": NOTE.format("C") + "[[gone]]\n"})
    repo.git("add", "c.md")
    repo.write({"c.md": NOTE.format("C")})
    assert hook(repo) == (1, ["c.md:4:3: WL001 no note answers to `gone`"])
    os.remove(repo.root / "c.md")
    assert hook(repo)[0] == 1


def test_the_first_commit(base, git):
    subprocess.run([git, "init", "-q"], cwd=base.root, check=True)
    base.write({"a.md": NOTE.format("A") + "[[b]]\n"})
    subprocess.run([git, "add", "-A"], cwd=base.root, check=True)
    assert hook(base) == (1, ["a.md:4:3: WL001 no note answers to `b`"])


def test_the_two_commits_that_precommit_names(repo, monkeypatch):
    repo.git("rm", "-q", "b.md")
    repo.git("commit", "-qm", "two")
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD~1")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert hook(repo) == (1, ["a.md:4:3: WL001 no note answers to `b`: this change deletes b.md"])


def test_fixing_staged_notes(repo):
    repo.write({"c.md": NOTE.format("C") + "[[A]]\n"})
    repo.git("add", "c.md")
    assert hook(repo, "--fix", "c.md") == (0, [])
    assert repo.read("c.md").endswith(b"[[a|A]]\n")
    repo.write({"c.md": NOTE.format("C") + "[[A]] more\n"})
    ran = repo.run("--hook", "--fix", "c.md", "-q")
    assert ran.code == 2
    assert "changed meanwhile, or is changed and not staged" in ran.err
    assert repo.read("c.md").endswith(b"[[A]] more\n")


def test_a_knowledge_base_in_a_folder_of_the_repository(base, git):
    subprocess.run([git, "init", "-q"], cwd=base.root, check=True)
    base.write({"kb/lintkb.toml": "", "kb/a.md": NOTE.format("A") + "[[b]]\n", "b.md": ""})
    subprocess.run([git, "add", "-A"], cwd=base.root, check=True)
    assert hook(base, "kb") == (1, ["kb/a.md:4:3: WL001 no note answers to `b`"])


def test_outside_git(base, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(base.root.parent))
    base.write({"a.md": ""})
    ran = base.run("--hook")
    assert ran.code == 2
    assert ran.err.startswith("lintkb: error: --hook: git rev-parse: fatal: not a git repository")


def test_editing_an_excluded_note_is_nobody_elses_doing(repo):
    repo.write(
        {
            "lintkb.toml": 'exclude = ["drafts/**"]',
            "drafts/d.md": "---\naliases: [Zebra]\n---\n",
            "c.md": NOTE.format("C") + "[[Zebra]]\n",
        }
    )
    repo.git("add", "-A")
    repo.git("commit", "-qm", "two")
    repo.write({"drafts/d.md": "---\naliases: [Zebra]\n---\nmore\n"})
    repo.git("add", "-A")
    assert hook(repo) == (0, [])


def test_excluded_notes_are_not_repaired_because_they_are_staged(repo):
    repo.write(
        {"lintkb.toml": 'exclude = ["templates/**"]', "templates/t.md": "[[A]]", "c.md": NOTE.format("C") + "[[A]]\n"}
    )
    repo.git("add", "-A")
    assert hook(repo, "--fix", "templates/t.md", "lintkb.toml", "c.md") == (0, [])
    assert repo.read("templates/t.md") == b"[[A]]"
    assert repo.read("c.md").endswith(b"[[a|A]]\n")


def test_a_new_finding_beside_an_old_one_of_the_same_rule(repo):
    repo.write({"old.md": NOTE.format("Old") + "[[nowhere]] [[b]]\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "two")
    repo.git("rm", "-q", "b.md")
    broken = "WL001 no note answers to `b`: this change deletes b.md"
    assert hook(repo) == (1, [f"a.md:4:3: {broken}", f"old.md:4:15: {broken}"])


def test_a_renamed_attachment(repo):
    repo.git("mv", "img.png", "bild.png")
    assert hook(repo) == (
        1,
        ["a.md:4:9: WL001 no note answers to `img.png`: this change renames img.png to bild.png"],
    )


def test_a_commit_in_a_dot_folder(repo, monkeypatch):
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    repo.write({".github/x.md": "[[nowhere]]"})
    repo.git("add", "-A")
    assert hook(repo) == (0, [])


@pytest.mark.parametrize(
    ("after", "expected"), [('version = "2"\n[tool.lintkb]\n', 0), ('[tool.lintkb]\nignore = ["TS"]\n', 1)]
)
def test_a_change_of_pyproject_counts_only_in_lintkbs_table(repo, after, expected):
    repo.git("rm", "-q", "lintkb.toml")
    repo.write({"pyproject.toml": "[tool.lintkb]\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "two")
    repo.write({"pyproject.toml": after})
    repo.git("add", "-A")
    assert hook(repo)[0] == expected


def test_in_a_linked_worktree(repo, tmp_path, monkeypatch, git):
    tree = tmp_path / "tree"
    repo.write({"kb/lintkb.toml": "", "kb/x.md": NOTE.format("X")})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "two")
    repo.git("worktree", "add", "-q", str(tree))
    (tree / "kb" / "x.md").write_text(NOTE.format("X") + "[[gone]]\n")
    subprocess.run([git, "add", "-A"], cwd=tree, check=True)
    where = subprocess.run(
        [git, "rev-parse", "--absolute-git-dir"], cwd=tree, check=True, capture_output=True, text=True
    )
    monkeypatch.chdir(tree)
    monkeypatch.setenv("GIT_DIR", where.stdout.strip())
    monkeypatch.setenv("GIT_INDEX_FILE", where.stdout.strip() + "/index")
    assert hook(repo, "kb") == (1, ["kb/x.md:4:3: WL001 no note answers to `gone`"])
