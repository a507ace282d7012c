"""The command line: exit codes, output, colour, stdin, and trouble told in one line."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

from lintkb import __version__

GOOD = "---\ntitle: Soil\n---\nSoil is alive.\n"
WARNING = "Soil is alive.\n"
ERROR = GOOD + "See [[nowhere]].\n"


def lintkb(*arguments, cwd, **options):
    command = [sys.executable, "-m", "lintkb", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, check=False, timeout=60, **options)


def test_version(base):
    assert base.run("--version") == (0, f"lintkb {__version__}\n", "")
    assert base.run("-V").out == f"lintkb {__version__}\n"


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        (GOOD, [], 0),
        (WARNING, [], 1),
        (ERROR, [], 1),
        (WARNING, ["--fail-on", "error"], 0),
        (ERROR, ["--fail-on", "error"], 1),
        (ERROR, ["--fail-on", "never"], 0),
        (WARNING, ["--fail-on", "info"], 1),
        (ERROR, ["--exit-zero"], 0),
        (ERROR, ["-e"], 0),
        (b"caf\xe9", [], 2),
        (b"caf\xe9", ["--exit-zero"], 2),
        (b"caf\xe9", ["--fail-on", "never"], 2),
        (b"a\0b", [], 2),
        (b"", [], 1),
        (GOOD, ["--nonsense"], 2),
        (GOOD, ["--output-format", "xml"], 2),
        (GOOD, ["--jobs", "0"], 2),
        (GOOD, ["--select", "XX"], 2),
        (GOOD, ["check", "."], 0),
        (GOOD, ["check", "check"], 2),
    ],
)
def test_exit_codes(base, text, arguments, code):
    base.write({"note.md": text})
    ran = base.run(*arguments)
    assert ran.code == code
    assert "Traceback" not in ran.err


def test_full_output(base):
    base.write(
        {
            "growing_tomatoes.md": GOOD,
            "note.md": '---\nduration: 100\n---\n\tDry: ü\u200b 漢字 [[Growing Tomatoes]] <a data-t="00:01:00">[01:01:00]</a> end.\n'.replace(
                "\t", ""
            ),
        }
    )
    ran = base.run("--select", "WL,TS002")
    assert ran.code == 1
    assert ran.out == textwrap.dedent(
        """\
        error[WL002] noncanonical-wikilink: `Growing Tomatoes` is not spelt as its note is called: `growing_tomatoes`
         --> note.md:4:14
          |
        4 | Dry: ü\\u200b 漢字 [[Growing Tomatoes]] <a data-t="00:01:00">[01:01:00]</a> end.
          |                     ^^^^^^^^^^^^^^^^
          = note: the note that it means: growing_tomatoes.md:1:1
          = fix: link to `growing_tomatoes` (safe: --fix)

        error[TS002] timestamp-label-mismatch: the citation links to 00:01:00 and shows 01:01:00
         --> note.md:4:44
          |
        4 | Dry: ü\\u200b 漢字 [[Growing Tomatoes]] <a data-t="00:01:00">[01:01:00]</a> end.
          |                                                   ^^^^^^^^
          = note: the time that is shown: note.md:4:55
          = fix: write 00:01:00 here too: 01:01:00 cannot be (unsafe: --fix --unsafe-fixes)

        """
    )
    assert ran.err == "Found 2 errors in 1 of 2 notes.\n1 fixable with `--fix`, 1 more with `--fix --unsafe-fixes`.\n"


def test_a_long_line_is_cut_around_the_span(base):
    base.write({"note.md": GOOD + "x " * 40_000 + "[[nowhere]]" + " y" * 40_000 + "\n"})
    frame = base.run("--select", "WL").lines[3:5]
    assert frame[0].startswith("5 | ...") and frame[0].endswith("...")
    assert len(frame[0]) == 119
    at = frame[1].index("^")
    assert frame[0][at : at + 7] == "nowhere"


@pytest.mark.parametrize("columns", [40, 60, 100, 119])
@pytest.mark.parametrize("before", [0, 5, 50, 500])
@pytest.mark.parametrize("character", ["x", "漢", "\x1b"])
def test_no_frame_is_wider_than_the_terminal(base, columns, before, character):
    from lintkb.report import Report
    from lintkb.reporters.safe import width
    from lintkb.reporters.text import Style, full

    base.write({"note.md": f"{character * before}[[nowhere]]{character * 200}\n"})
    import lintkb

    report = lintkb.check(config={"select": ["WL"]})
    frame = "\n".join(full(Report(report.bases), Style(color=False, columns=columns))).split("\n")[3:5]
    assert [line.count("^") > 0 for line in frame] == [False, True]
    for line in frame:
        assert width(line) <= columns


def test_concise_statistics_and_quiet(base):
    base.write({"note.md": ERROR + "And [[no one]].\n"})
    ran = base.run("--output-format", "concise", "-q")
    assert ran == (
        1,
        "note.md:5:7: WL001 no note answers to `nowhere`\nnote.md:6:7: WL001 no note answers to `no one`\n",
        "",
    )
    assert base.run("--statistics", "-q").lines[0] == "2  WL001  [ ] broken-wikilink"
    (counted,) = json.loads(base.run("--statistics", "--output-format", "json").out)
    assert [counted[key] for key in ("code", "name", "count", "fixable")] == ["WL001", "broken-wikilink", 2, 0]


WANTED = {
    "a.md": GOOD + "[[Clay Soil]] [[clay_soil]] [[clay_soil]] [[rye]] [x](beds/leeks.md) [[b]]\n",
    "b.md": GOOD + "[[clay-soil|x]] [x](clay_soil.md) [[/beds/Leeks]] [[./rye.md]]\n"
    "[[hidden]] <!-- lintkb-disable-line WL001 -->\n",
    "beds/c.md": GOOD + "[x](leeks.md) [x](Leeks.md) [[rye]]\n",
}


def test_statistics_tell_what_is_wanted(base):
    base.write(WANTED)
    select = ("--select", "WL001,ML001,TS", "--statistics")
    assert base.run(*select, "-q").lines == [
        "8  WL001  [ ] broken-wikilink",
        "4  ML001  [ ] broken-link",
        "",
        "notes  links  3 link targets not there, the most wanted first",
        "    3      4  beds/leeks.md",
        "    3      3  rye",
        "    2      5  clay_soil",
    ]
    assert json.loads(base.run(*select, "--output-format", "json").out) == [
        {
            "code": "WL001", "name": "broken-wikilink", "count": 8, "fixable": 0,
            "targets": [
                {"target": "rye", "notes": 3, "links": 3, "root": "."},
                {"target": "clay_soil", "notes": 2, "links": 5, "root": "."},
            ],
        },
        {
            "code": "ML001", "name": "broken-link", "count": 4, "fixable": 0,
            "targets": [{"target": "beds/leeks.md", "notes": 3, "links": 4, "root": "."}],
        },
    ]  # fmt: skip


def test_the_targets_are_cut_in_text_alone(base, monkeypatch):
    targets = [f"gone {letter}" for letter in "cdefghijklba"]
    long = "x" * 500
    base.write(
        {"a.md": GOOD + " ".join(f"[[{target}]]" for target in targets) + f"[[{long}\x1b]]" * 3 + "[x](%23%23%5By)" * 2}
    )
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    select = ("--select", "WL001,ML001", "--statistics")
    *_, head, first, second, third, _, _, _, _, _, _, tenth, last = base.run(*select, "-q").lines
    assert head == "notes  links  14 link targets not there, the most wanted first"
    assert first == f"    1      3  {'x' * 120}..."
    assert second == "    1      2  #\\x23[y"
    assert (third, tenth, last) == ("    1      1  gone a", "    1      1  gone h", "... and 4 more")
    wikilinks, links = json.loads(base.run(*select, "--output-format", "json").out)
    assert [one["target"] for one in wikilinks["targets"]] == [f"{long}\x1b", *sorted(targets)]
    assert [one["target"] for one in links["targets"]] == ["##[y"]


def test_statistics_of_two_knowledge_bases(base):
    base.write({f"{name}/{file}": text for name in "xy" for file, text in (("lintkb.toml", ""), ("a.md", ERROR))})
    assert base.run("x", "y", "--select", "WL001", "--statistics", "-q").lines == [
        "2  WL001  [ ] broken-wikilink",
        "",
        "notes  links  2 link targets not there, the most wanted first",
        "    1      1  nowhere  (in x)",
        "    1      1  nowhere  (in y)",
    ]


def test_clean_output(base):
    base.write({"note.md": GOOD})
    assert base.run() == (0, "", "All clean: 1 note checked.\n")
    assert base.run("--output-format", "json").out == "[]\n"


@pytest.mark.parametrize(
    ("environment", "arguments", "colored"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, [], True),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
    ],
)
def test_color(base, monkeypatch, environment, arguments, colored):
    base.write({"note.md": ERROR})
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in base.run(*arguments).out) is colored


def test_output_file(base):
    base.write({"note.md": ERROR})
    ran = base.run("--output-format", "concise", "--output-file", "report.txt")
    assert (ran.code, ran.out) == (1, "")
    assert base.read("report.txt") == b"note.md:5:7: WL001 no note answers to `nowhere`\n"
    missing = base.run("--output-file", "none/report.txt")
    assert missing.code == 2
    assert missing.err == "lintkb: error: none/report.txt: No such file or directory\n"
    assert sorted(os.listdir(base.root)) == ["note.md", "report.txt"]


def test_stdin(base):
    base.write({"soil.md": GOOD, "note.md": GOOD})
    ran = lintkb("--stdin-filename", "note.md", "--output-format", "concise", cwd=base.root, input=ERROR.encode())
    assert (ran.returncode, ran.stdout.decode()) == (1, "note.md:5:7: WL001 no note answers to `nowhere`\n")
    new = lintkb("--stdin-filename", "new.md", "--select", "WL", cwd=base.root, input=b"[[soil]]")
    assert (new.returncode, new.stdout) == (0, b"")
    fixed = lintkb("--stdin-filename", "note.md", "--fix", cwd=base.root, input=GOOD.encode() + b"[[Soil]]\r\n")
    assert (fixed.returncode, fixed.stdout) == (0, GOOD.encode() + b"[[soil|Soil]]\r\n")
    assert base.read("note.md") == GOOD.encode()
    assert lintkb("--stdin-filename", "none/x.md", cwd=base.root, input=b"").returncode == 2


def test_a_closed_pipe_is_told_by_nobody_and_the_exit_code_stays(base):
    base.write({f"{number}.md": ERROR * 50 for number in range(50)})
    command = f"{sys.executable} -m lintkb --no-cache | head -1; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", command], cwd=base.root, capture_output=True, check=False, timeout=60)
    assert ran.stdout.count(b"\n") == 1
    assert (ran.returncode, ran.stderr) == (1, b"Found 2500 errors in 50 of 50 notes.\n".replace(b"2500", b"2,500"))


def test_interrupt(base, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("lintkb.engine.walk", interrupted)
    assert base.run() == (130, "", "\nlintkb: interrupted\n")


def test_an_unreadable_note_and_folder(base):
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    base.write({"note.md": GOOD, "secret.md": GOOD, "closed/a.md": GOOD})
    os.chmod(base.root / "secret.md", 0)
    os.chmod(base.root / "closed", 0)
    try:
        ran = base.json()
    finally:
        os.chmod(base.root / "closed", 0o755)
    assert (ran.code, ran.brief) == (2, ["closed:1:1 KB001", "secret.md:1:1 KB001"])


def test_a_note_that_vanishes_or_cannot_be_read(base, monkeypatch):
    base.write({"note.md": GOOD, "gone.md": GOOD})

    def read(self, path):
        if path == "gone.md":
            raise FileNotFoundError(2, "No such file or directory")
        return (base.root / path).read_bytes()

    monkeypatch.setattr("lintkb.engine.DiskReader.__call__", read)
    ran = base.json()
    assert (ran.code, ran.brief) == (2, ["gone.md:1:1 KB001"])
    assert ran.json[0]["message"] == "cannot be read: No such file or directory"


def test_a_note_that_cannot_be_decoded_is_still_a_target_and_never_fixed(base):
    base.write({"bad.md": b"caf\xe9 [[Note]]", "note.md": GOOD + "[[bad]]"})
    ran = base.json("--fix", "--unsafe-fixes")
    assert (ran.code, ran.brief) == (2, ["bad.md:1:1 KB002"])
    assert base.read("bad.md") == b"caf\xe9 [[Note]]"


def test_rule_command(base):
    ran = base.run("rule", "WL001")
    assert ran.code == 0
    assert ran.lines[:4] == [
        "WL001 broken-wikilink",
        "error | confidence high | fix: unsafe | on | wrong in 0 of 50 findings read",
        "",
        "A wikilink to a page nobody wrote",
    ]
    assert (
        "  | See [[compost heaps]], [[soil]] and [[mulch|the mulch]].\n  |       ^^^^^^^^^^^^^                   ^^^^^\n"
        in ran.out
    )
    assert base.run("rule", "broken-wikilink").out == ran.out
    assert base.run("rule", "wl001").out == ran.out
    assert (
        base.run("rule", "broken-wikilinks").err
        == "lintkb: error: no rule `broken-wikilinks`; did you mean `broken-wikilink`?\n"
    )
    listed = base.run("rule").lines
    assert len(listed) == len({line.split()[0] for line in listed}) >= 17
    assert base.run("rule", "WL001", "--output-format", "markdown").out.startswith(
        "# A wikilink to a page nobody wrote\n"
    )
    data = json.loads(base.run("rule", "TS003", "--output-format", "json").out)
    assert data[0]["measured"] == {"read": 50, "wrong": 1, "date": "2026-11-22"}


def test_rule_test(base):
    rule = "---\ncode: XX001\nname: jargon\ncheck: pattern\nparams: {regex: soil, message: m}\nseverity: error\n---\n# J\n\n## Examples\n```markdown bad\n«soil»\n```\n```markdown good\nx\n```\n"
    base.write({"house/good.md": rule})
    assert base.run("rule", "--test", "house") == (0, "2 of 2 examples hold.\n", "")
    base.write({"house/bad.md": rule.replace("XX001", "XX002").replace("jargon", "other").replace("«soil»", "«earth»")})
    ran = base.run("rule", "--test", "house/bad.md")
    assert (ran.code, ran.out) == (
        1,
        "house/bad.md:11: XX002 marked 1:1 'earth', found nothing\n1 of 2 examples hold.\n",
    )
    assert base.run("rule", "--test", "none").code == 2


def test_clean_command(base, tmp_path):
    base.write({"note.md": GOOD})
    folder = tmp_path / "cache"
    base.run("--cache-dir", str(folder))
    (folder / "mine").mkdir()
    (folder / "mine" / "file").write_text("x")
    assert base.run("clean", "--cache-dir", str(folder)).out == f"Removed the cache of 1 knowledge base in {folder}.\n"
    assert os.listdir(folder) == ["mine"]
    assert base.run("clean", "--cache-dir", str(tmp_path / "none")).code == 0


@pytest.mark.parametrize("form", ["full", "concise", "json", "sarif"])
def test_nothing_in_a_note_or_name_reaches_the_terminal_or_the_runner(base, monkeypatch, form):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    evil = "\x1b[31m\u202e##[error]x\r::error::y"
    base.write(
        {"a\n::error file=x::y.md": ERROR, "::warning::z.md": ERROR, "b\x1b[2J.md": f"[[{evil[:-11]}]] {evil}\n"}
    )
    for arguments in ([], ["--diff", "--unsafe-fixes"], ["--statistics"]):
        ran = base.run("--output-format", form, *arguments)
        for line in (ran.out + ran.err).splitlines():
            assert "\x1b" not in line
            assert "\u202e" not in line
            assert "##[" not in line or form in ("json", "sarif")
            assert not line.lstrip().startswith("::")


def test_the_public_api(base):
    import lintkb

    base.write({"soil.md": GOOD, "note.md": GOOD + "[[Soil]] [[nowhere]]"})
    report = lintkb.check([base.root], config={"ignore": ["WL001"]})
    assert [item.rule for item in report.diagnostics] == ["WL002"]
    left = lintkb.fix([base.root / "note.md"])
    assert [(item.rule, item.path) for item in left.diagnostics] == [("WL001", "note.md")]
    assert base.read("note.md").endswith(b"[[soil|Soil]] [[nowhere]]")
    with pytest.raises(AttributeError):
        _ = lintkb.nothing
