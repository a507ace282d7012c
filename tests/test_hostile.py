"""Input that was made to break things, and once did."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing

import pytest

GOOD = "---\ntitle: Soil\n---\n"


def quick(started, limit=8.0):
    """Far below what these inputs took when they were quadratic or worse, far above what they take now."""
    return time.monotonic() - started < limit


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"soil.md": '---\naliases: ["growing\\ntomatoes"]\n---\n', "n.md": "[[growing tomatoes]]\n"},
            "[[soil|growing tomatoes]]\n",
        ),
        ({"c#/x/growing_tomatoes.md": GOOD, "y/growing_tomatoes.md": GOOD, "n.md": "[[x/Growing Tomatoes]]\n"}, None),
        (
            {
                "soil.md": '---\naliases: ["growing tomatoes]] in the bed of the garden"]\n---\n',
                "n.md": "[[growing tomatoes in the bed of the garden]]\n",
            },
            "[[soil|growing tomatoes in the bed of the garden]]\n",
        ),
        (
            {
                "soil.md": '---\naliases: ["growing tomatoes in the bed of the gardens\\uD800"]\n---\n',
                "n.md": "[[growing tomatoes in the bed of the gardens]]\n",
            },
            "[[soil|growing tomatoes in the bed of the gardens]]\n",
        ),
        ({"soil.md": '---\naliases: ["growing\\ntomatoes"]\n---\n', "n.md": "[[SOIL]]\n"}, "[[soil|SOIL]]\n"),
    ],
    ids=["line end", "hash", "brackets", "surrogate", "stem instead"],
)
def test_a_link_is_only_repaired_to_what_reads_back_as_that_link(base, files, expected):
    base.write(files)
    assert base.run("--fix", "--unsafe-fixes", "--select", "WL").code == (0 if expected else 1)
    assert base.read("n.md").decode() == (expected or files["n.md"])


def test_a_replacement_that_cannot_be_written_is_not_made(base):
    rule = '---\ncode: XX001\nname: half\ncheck: pattern\nparams: {regex: soil, message: m, replace: "\\uD800"}\nseverity: error\nfix: safe\n---\n# H\n\n## Examples\n```markdown bad\n«soil»\n```\n```markdown good\nx\n```\n'
    base.write({"lintkb.toml": 'rule-paths = ["h"]', "h/r.md": rule, "a.md": GOOD + "soil"})
    assert base.run("--fix").code == 1
    assert base.read("a.md").decode() == GOOD + "soil"


def test_a_link_that_leads_out_of_the_root_is_neither_read_nor_written(base, tmp_path):
    outside = tmp_path / "s.md"
    outside.write_text("[[B]]")
    base.write({"lintkb.toml": "", "b.md": GOOD, "real.md": GOOD + "[[B]]"})
    os.symlink(outside, base.root / "l.md")
    os.symlink("real.md", base.root / "inside.md")
    ran = base.run("--fix", "l.md")
    assert (ran.code, ran.out) == (2, "")
    assert (
        ran.err
        == f"lintkb: error: l.md is a link that leads out of the knowledge base at {base.root}; name its target\n"
    )
    assert outside.read_text() == "[[B]]"
    assert base.run("--fix", "inside.md").code == 0
    assert base.read("real.md").endswith(b"[[b|B]]")
    assert (base.root / "inside.md").is_symlink()


def git(base, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@x.test", *arguments],
        cwd=base.root,
        check=True,
        capture_output=True,
    )


def test_the_hook_does_not_follow_committed_links(base):
    git(base, "init", "-q")
    os.symlink("/etc/hostname", base.root / "leak.md")
    os.symlink("/dev/zero", base.root / "zero.md")
    base.write({"a.md": GOOD + "[[leak]] [[nowhere]]"})
    git(base, "add", "-A")
    ran = base.json("--hook")
    assert ran.brief == ["a.md:4:3 WL001", "a.md:4:12 WL001"]  # as on disk, where a link outwards is no file


def test_the_hook_reports_everything_when_the_configuration_changes(base):
    git(base, "init", "-q")
    base.write({"a.md": GOOD, "b.md": "---\nx: 1\n---\n"})
    git(base, "add", "-A")
    git(base, "commit", "-qm", "one")
    base.write({"lintkb.toml": "[[frontmatter]]\nfields.title = {required = true}\n"})
    git(base, "add", "-A")
    assert base.json("--hook").brief == ["b.md:1:1 FM002"]


def test_the_hook_never_calls_an_undecodable_note_clean(base):
    git(base, "init", "-q")
    base.write({"bad.md": b"\xff", "a.md": GOOD})
    git(base, "add", "-A")
    git(base, "commit", "-qm", "one")
    base.write({"a.md": GOOD + "more"})
    git(base, "add", "-A")
    ran = base.json("--hook")
    assert (ran.code, ran.brief) == (2, ["bad.md:1:1 KB002"])


def test_the_hook_in_a_sparse_checkout_and_with_odd_names(base):
    git(base, "init", "-q")
    base.write({"t.md": GOOD + "[[gone]]", "1:x.md": GOOD, "a.md": GOOD, "gone.md": GOOD})
    git(base, "add", "-A")
    git(base, "commit", "-qm", "one")
    git(base, "update-index", "--skip-worktree", "t.md")
    os.remove(base.root / "t.md")
    base.write({"1:x.md": GOOD + "unstaged"})
    git(base, "rm", "-q", "gone.md")
    ran = base.json("--hook")
    assert (ran.code, ran.brief) == (1, ["t.md:4:3 WL001"])


def test_the_hook_takes_no_option_for_a_commit(base, monkeypatch):
    git(base, "init", "-q")
    base.write({"a.md": GOOD})
    git(base, "add", "-A")
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", f"--output={base.root}/pwn")
    monkeypatch.setenv("PRE_COMMIT_TO_REF", "HEAD")
    assert base.run("--hook").code == 2
    assert not [name for name in os.listdir(base.root) if name.startswith("pwn")]


def test_a_report_is_written_through_links_and_into_pipes(base):
    base.write({"a.md": GOOD, "real.json": ""})
    os.symlink("real.json", base.root / "link.json")
    base.run("--output-format", "json", "--output-file", "link.json")
    assert (base.root / "link.json").is_symlink()
    assert base.read("real.json") == b"[]\n"
    os.mkfifo(base.root / "pipe")
    reader = subprocess.Popen(["cat", "pipe"], cwd=base.root, stdout=subprocess.PIPE)
    base.run("--output-format", "json", "--output-file", "pipe")
    assert reader.communicate(timeout=10)[0] == b"[]\n"


def test_the_tree_does_not_choose_what_else_is_read(base, tmp_path):
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "p.md").write_text("---\ncode: s3cr3t\n---\n")
    base.write({"lintkb.toml": 'rule-paths = ["../o"]', "a.md": GOOD})
    ran = base.run()
    assert (ran.code, "s3cr3t" in ran.err) == (2, False)
    assert "`rule-paths` leads out of the knowledge base" in ran.err
    (tmp_path / "o" / "p.md").unlink()
    assert base.run("--isolated", "--config", 'rule-paths = ["../o"]').code == 0


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes here")
def test_extended_attributes_stay(base):
    base.write({"soil.md": GOOD, "n.md": "[[Soil]]"})
    try:
        os.setxattr(base.root / "n.md", "user.tag", b"kept")
    except OSError:
        pytest.skip("no extended attributes on this disk")
    base.run("--fix", "--select", "WL")
    assert (base.read("n.md"), os.getxattr(base.root / "n.md", "user.tag")) == (b"[[soil|Soil]]", b"kept")


def test_long_names_can_be_repaired(base):
    name = "好" * 80 + ".md"
    base.write({"soil.md": GOOD, name: "[[Soil]]"})
    assert base.run("--fix", "--select", "WL").code == 0
    assert base.read(name) == b"[[soil|Soil]]"


def test_aliases_are_counted_written_out(base):
    lines = ["---", "a: &a [" + ",".join("1" * 9000) + "]"]
    for before, name in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{name}: &{name} [*{before},*{before},*{before}]")
    base.write({"a.md": "\n".join(lines) + "\nsource: *j\n---\nhi\n"})
    started = time.monotonic()
    assert base.json().brief == ["a.md:3:11 FM003"]
    assert quick(started)


HEAD = "---\na: b\n---\n"


@pytest.mark.parametrize(
    "body",
    [
        "<!-- lintkb-disable" + " " * 100_000 + "x WL001 -->",
        "<!-- lintkb-disable WL001 -->\n" * 5_000,
        "<!-- lintkb-disable-line TS -->\n" * 5_000 + "[[x]]\n" * 10_000,
        "<!-- lintkb-disable WL001 -->\n" * 5_000 + "<!-- lintkb-enable WL001 -->\n" * 5_000,
        "<!-- lintkb-disable WL001 -->\n<!-- lintkb-enable WL001 -->\n" * 5_000,
        "[00:" * 30_000,
        "[0:00, " * 30_000,
        '<a class="yt" data-t="' * 10_000,
        "[[" * 50_000,
        "[[a]]:" * 60_000,
        "$$[[$$" * 100_000,
        "<a " * 100_000,
        "`" * 300_000,
        "\n---\n" * 50_000,
        "x" * 10_000_00,
    ],
)
def test_no_note_takes_long(base, body):
    base.write({"a.md": HEAD + body})
    started = time.monotonic()
    assert base.run("-q", "--statistics").code in (0, 1)
    assert quick(started)


ENGLISH = (
    "---\nvideoId: gardenwalk1\n---\n"
    + "The garden is old and so is the wall of it [00:01:10]. " * 100
    + "\n\n## Yield\n\nMarlow was founded in 1987. About 83 % of the seedlings live.\n\n"
)
GERMAN = (
    "---\nvideoId: gardenwalk1\n---\n"
    + "Der Garten ist alt und die Mauer ist auch alt [00:01:10]. " * 100
    + "\n\n## Ertrag\n\nInes Marlow wurde 1987 geboren. Rund 83 Prozent der Setzlinge leben.\n\n"
)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (ENGLISH + "A-" * 80_000, ["CL002", "CL005"]),
        (ENGLISH + ("Ines of " * 2_400 + "\n\n") * 8, ["CL002", "CL005"]),
        (GERMAN + "a" * 80_000, ["CL002", "CL005"]),
    ],
    ids=["a run of capitals", "a name of many words", "a run of small letters"],
)
def test_no_claim_takes_long(base, body, codes):
    base.write({"a.md": body})
    started = time.monotonic()
    ran = base.json("--no-cache", "-j1", "--select", "CL,DU")
    assert sorted(item["code"] for item in ran.json if item["severity"] == "warning") == codes
    assert quick(started, 5)


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({".gitignore": "*a*a*a*a*a*a*a*a*a*b"}, "a" * 240 + ".md"),
        ({"lintkb.toml": 'exclude = ["*a*a*a*a*a*a*a*a*a*b"]'}, "a" * 240 + ".md"),
        ({".gitignore": "**/a/" * 20 + "b.md"}, "a/" * 40 + "c.md"),
        ({"lintkb.toml": f'exclude = ["{"**/a/" * 20}b.md"]'}, "a/" * 40 + "c.md"),
        ({"lintkb.toml": f'exclude = ["{"**/" * 30}b.md"]'}, "a/" * 40 + "c.md"),
    ],
)
def test_no_path_pattern_takes_long(base, files, name):
    base.write({**files, name: GOOD})
    started = time.monotonic()
    assert base.run().code == 0
    assert quick(started)


def test_many_keys_take_no_time(base):
    base.write({"a.md": "---\n" + "".join(f"k{number}: a\n" for number in range(6_500)) + "---\n"})
    started = time.monotonic()
    assert base.run().code == 0
    assert quick(started)


def test_special_files_are_not_opened(base):
    base.write({"lintkb.toml": 'rule-paths = ["h"]', "a.md": GOOD, "h/x.txt": ""})
    for path in ("f.md", ".gitignore", "h/r.md"):
        os.mkfifo(base.root / path)
    os.symlink("/dev/zero", base.root / "h" / "z.md")
    assert base.run().code == 0
    assert base.run("f.md").err == "lintkb: error: neither a regular file nor a folder: f.md\n"
    os.remove(base.root / ".gitignore")
    os.symlink("/dev/zero", base.root / ".gitignore")
    assert base.run().code == 0


def test_a_huge_file_is_not_read(base):
    base.write({"a.md": GOOD + "![[Clip.MP4]]"})
    for name in ("big.md", "clip.mp4"):
        with open(base.root / name, "wb") as file:
            file.truncate(6 << 30)
    started = time.monotonic()
    ran = base.json()
    assert (ran.code, ran.brief) == (2, ["a.md:4:4 WL002", "big.md:1:1 KB003"])
    assert quick(started)


def test_ctrl_c_ends_the_pool_at_once(base):
    base.write({f"n{number}.md": GOOD + "[00:00:61] " * 30_000 for number in range(320)})
    command = [sys.executable, "-m", "lintkb", "--no-cache", "-j2", "-q"]
    run = subprocess.Popen(
        command, cwd=base.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    time.sleep(2)
    started = time.monotonic()
    os.killpg(run.pid, signal.SIGINT)
    _, errors = run.communicate(timeout=30)
    assert (run.returncode, errors) == (130, b"\nlintkb: interrupted\n")
    assert quick(started, 4)


def test_ctrl_c_in_the_midst_of_a_fork_is_not_lost(base):
    base.write({f"n{number}.md": GOOD for number in range(320)})
    script = (
        "import os, signal\ndone = []\ndef hook():\n    if not done:\n        done.append(1)\n        os.kill(os.getpid(), signal.SIGINT)\n"
        "os.register_at_fork(after_in_parent=hook)\nfrom lintkb.cli import main\nraise SystemExit(main(['--no-cache', '-j2', '-q']))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=base.root, capture_output=True, check=False, timeout=60)
    assert (run.returncode, run.stderr) == (130, b"\nlintkb: interrupted\n")


def test_a_rule_has_one_budget_for_a_note(base):
    rule = '---\ncode: XX001\nname: slow\ncheck: pattern\nparams: {in: headings, regex: "(a|aa)+$b", message: m}\nseverity: error\n---\n# S\n\n## Examples\n```markdown bad\n# «aa»\n```\n```markdown good\nx\n```\n'
    base.write({"lintkb.toml": 'rule-paths = ["h"]', "h/r.md": rule, "a.md": ("# " + "a" * 30 + "c\n\n") * 40})
    started = time.monotonic()
    assert base.json("--select", "XX").brief == ["a.md:1:1 KB005"]
    assert quick(started, 6)


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("lintkb.toml", 'preset = ["obsidian"]'),
        ("lintkb.toml", "preset = {a = 1}"),
        ("lintkb.toml", 'exclude = ["[z-a]"]'),
        ("lintkb.toml", 'per-file-ignores = {"[z-a]" = ["WL"]}'),
        ("lintkb.toml", 'links.planned = ["[z-a]"]'),
        ("lintkb.toml", '[[frontmatter]]\nfiles = "[z-a]"'),
        ("lintkb.toml", f'[[frontmatter]]\nfields.a.pattern = "{"(" * 1000}{")" * 1000}"'),
        ("lintkb.toml", "a = " + "[" * 5000),
        ("lintkb.toml", b"\xff"),
        ("pyproject.toml", "# lintkb\ntool = 5"),
        ("pyproject.toml", '[tool]\nlintkb = "x"'),
    ],
)
def test_strange_configuration_is_an_error_or_none_of_ours(base, name, config):
    base.write({name: config, "a.md": GOOD})
    ran = base.run()
    assert ran.code == (0 if config == "# lintkb\ntool = 5" else 2)
    assert ran.err.startswith(("lintkb: error: ", "All clean"))


@pytest.mark.parametrize("key", ["message", "replace"])
@pytest.mark.parametrize("template", [r"\9", r"\g<nope>"])
def test_a_template_that_names_no_group_does_not_load(base, key, template):
    params = {"regex": "(s)oil", "message": "m", key: template}
    rule = f"---\ncode: XX001\nname: half\ncheck: pattern\nparams: {json.dumps(params)}\nseverity: error\n---\n# H\n\n## Examples\n```markdown bad\n«soil»\n```\n```markdown good\nx\n```\n"
    base.write({"lintkb.toml": 'rule-paths = ["h"]', "h/r.md": rule, "a.md": GOOD})
    ran = base.run()
    assert ran.code == 2
    assert "names a group that the pattern has not" in ran.err


@pytest.mark.parametrize(
    ("frontmatter", "codes"),
    [
        ("duration: .inf", ["TS004"]),
        ("duration: .nan", ["TS004"]),
        ("duration: " + "9" * 5000, ["TS004"]),
        ("duration: PT" + "9" * 5000 + "S", ["TS004"]),
        ("title: 0x" + "f" * 5000, []),
        ("aliases: [0x" + "f" * 5000 + "]", []),
        ("- ? ", ["FM003"]),
        ("key: \n    ? ", []),
        ("? ", []),
        ("? a\n? b", []),
    ],
)
def test_strange_values_are_no_fault_of_a_check(base, frontmatter, codes):
    base.write({"a.md": f"---\n{frontmatter}\n---\n[00:01:02]\n"})
    ran = base.json()
    assert [item["code"] for item in ran.json] == codes
    for item in ran.json:
        assert (item["start"]["line"], item["start"]["column"]) <= (item["end"]["line"], item["end"]["column"])


def test_a_yaml_directive_is_refused_without_a_word_of_python(base):
    base.write({"a.md": "---\n%YAML 1.1\n--- {x: 1e5}\n---\nhi\n"})
    ran = base.json()
    assert (ran.code, [item["code"] for item in ran.json]) == (1, ["FM003"])


@pytest.mark.parametrize(
    ("frontmatter", "found"),
    [
        ("t: 5", 1),
        ("&k t: 5", 1),
        ("!!str t: 5", 1),
        ("t: !!int 5", 1),
        ("t: !!str 5", 0),
        ("t: !mine 5", 0),
        ("t: &a '5'", 0),
    ],
)
def test_tags_and_anchors_do_not_escape_the_schema(base, frontmatter, found):
    base.write(
        {
            "lintkb.toml": '[[frontmatter]]\nfields.t = {type = "string"}\nextra = "forbid"',
            "a.md": f"---\n{frontmatter}\n---\n",
        }
    )
    assert [item["code"] for item in base.json().json] == ["FM002"] * found


def test_a_value_is_no_directive_even_when_the_block_is_broken(base):
    base.write({"n.md": "---\nsummary: |\n  # lintkb-disable WL x\nb: c: d\n---\n[[x]]"})
    assert base.json("--select", "WL,FM003").brief == ["n.md:4:5 FM003", "n.md:6:3 WL001"]


def test_lone_carriage_returns_end_lines_for_the_parser_too(base):
    base.write(
        {"a.md": "a\r\r    code\r\r[[y]]\r", "b.md": "```\r[[x]]\r```\r[[y]]\r", "c.md": "a\r<!-- c -->\r[[y]]\r"}
    )
    assert base.json("--select", "WL").brief == ["a.md:5:3 WL001", "b.md:4:3 WL001", "c.md:3:3 WL001"]


def test_gitignore_lines_end_at_line_feeds_only(base):
    base.write({".gitignore": "x\x0c*.md\nx\u2028*.md\n", "a.md": GOOD})
    assert base.run().code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--stdin-filename", "d"],
        ["--stdin-filename", ""],
        ["--stdin-filename", "d/a.md", "--hook"],
        [""],
        ["--diff", ""],
    ],
)
def test_what_cannot_be_meant_is_refused(base, arguments):
    base.write({"d/a.md": GOOD})
    ran = base.run(*arguments)
    assert (ran.code, ran.out) == (2, "")


def test_a_long_override_is_no_path(base):
    base.write({"a.md": GOOD})
    names = ",".join(['"x.md"'] * 80)
    assert base.run("--config", f"exclude = [{names}]").code == 0


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("--no-cache >/dev/full", 2),
        ("--version >/dev/full", 2),
        ("--no-cache >&-", 1),
        ("--version >&-", 0),
        ("nope 2>&-", 2),
        ("--stdin-filename a.md <&-", 1),
        ("--no-cache >/dev/null 2> >(true)", 1),
        ("--help | head -1; exit ${PIPESTATUS[0]}", 0),
        ("rule | head -1; exit ${PIPESTATUS[0]}", 0),
    ],
)
def test_closed_and_full_streams(base, command, code):
    base.write({"a.md": "[[x]]\n"})
    ran = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m lintkb {command}"],
        cwd=base.root,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == code
    assert b"Traceback" not in ran.stderr


def test_damaged_cache_rows_are_read_anew(base):
    import sqlite3

    from lintkb.cache import FILE_NAME, folder_for

    base.write({"a.md": "[[x]]"})
    first = base.run("--output-format", "json")
    path = folder_for(base.root, None) / FILE_NAME
    damages = [
        f"update {table} set {column} = {value}"
        for table, column in (("blobs", "data"), ("blobs", "checksum"), ("meta", "value"))
        for value in ("x'00'", "null", "'x'", "7", f"substr({column}, 1, length({column}) - 1)", f"{column} || x'00'")
    ]
    for damage in (*damages, "delete from blobs", "drop table blobs", "drop table meta"):
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(damage)
        base.write({"b.md": damage})
        assert base.run("--output-format", "json") == base.run("--output-format", "json", "--no-cache")
        assert base.run() == base.run("--no-cache")
        (base.root / "b.md").unlink()
        assert base.run("--output-format", "json") == first


def test_a_rule_note_that_changes_in_any_way_is_noticed(base):
    rule = "---\ncode: XX001\nname: alpha\ncheck: pattern\nparams: {regex: soil, message: m}\nseverity: error\n---\n# A\n\n## Examples\n```markdown bad\n«soil»\n```\n```markdown good\nx\n```\n"
    base.write({"lintkb.toml": 'rule-paths = ["h"]', "h/r.md": rule, "a.md": GOOD + "soil"})
    assert base.json().json[0]["name"] == "alpha"
    base.write({"h/r.md": rule.replace("alpha", "beta")})
    assert base.json().json[0]["name"] == "beta"


@pytest.mark.parametrize(
    "arguments",
    [
        ["config", "."],
        ["clean", "--cache-dir", "k\x1b[31m"],
        ["rule"],
        ["rule", "XX001"],
        ["rule", "XX001", "--output-format", "markdown"],
    ],
)
def test_every_command_prints_safely(base, monkeypatch, arguments):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    rule = "---\ncode: XX001\nname: alpha\ncheck: pattern\nparams: {regex: soil, message: m}\nseverity: error\n---\n# A \x1b[31m\u202e\n\n::error::x ##[error]y\n\n## Examples\n```markdown bad\n«soil»\n```\n```markdown good\nx\n```\n"
    base.write(
        {
            "lintkb.toml": 'include = ["*.md\u202e", "**"]\nrule-paths = ["h"]',
            "h/r.md": rule.replace("\x1b", ""),
            "a.md": GOOD,
        }
    )
    ran = base.run(*arguments)
    assert ran.code == 0, ran.err
    for line in (ran.out + ran.err).splitlines():
        assert "\x1b" not in line
        assert "\u202e" not in line
        assert "##[" not in line
        assert not line.lstrip().startswith("::")


def test_json_holds_nothing_that_a_runner_obeys(base):
    base.write({"b##[error]x.md": "[[nowhere]]\n"})
    for form in ("json", "jsonl", "sarif", "gitlab", "rdjson"):
        ran = base.run("--output-format", form, "--select", "WL")
        assert "##[" not in ran.out
        assert "[error]x.md" in ran.out or "%5Berror%5Dx.md" in ran.out


def test_a_timeout_is_not_remembered(base, monkeypatch):
    from lintkb.checks import patterns

    rule = '---\ncode: XX001\nname: slow\ncheck: pattern\nparams: {in: raw, regex: "(a|aa)+$b", message: m}\nseverity: error\n---\n# S\n\n## Examples\n```markdown bad\n«soil»\n```\n```markdown good\nx\n```\n'
    base.write({"lintkb.toml": 'rule-paths = ["h"]', "h/r.md": rule, "a.md": GOOD + "a" * 24})
    monkeypatch.setattr(patterns, "TIMEOUT", 0.001)
    assert base.json("--select", "XX").brief == ["a.md:1:1 KB005"]
    monkeypatch.setattr(patterns, "TIMEOUT", 60)
    assert base.json("--select", "XX").brief == []
