"""Reports for CI systems: exact output, their readers' rules, and notes that try to speak to those readers."""

import json
import os
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pyromark
import pytest

from lintkb.diagnostics import Applicability, Confidence, Diagnostic, Edit, Fix, Related, Severity
from lintkb.report import KnowledgeBaseReport, Report, RuleInfo
from lintkb.reporters import FORMATS, PRINTED, STATISTICS, github, load, markdown
from lintkb.reporters.safe import runner_safe, safe
from lintkb.reporters.text import Style
from lintkb.text import Span

CODES = ("--select", "WL,RS,CL,KB")
FILES = {
    "lintkb.toml": '[rules.RS001]\nseverity = "info"\n',
    "compost_heap.md": "---\ntitle: Compost\n---\n",
    "beds/nöte 1.md": "\ufeff---\r\ntitle: x\r\n---\r\n🌱 é [[Compost Heap]] and [[rye, 50%]]\r\n",
    "raw.md": b"caf\xe9\n",
    "top.md": "---\ntitle: y\n---\ntop of page\n\n[[hay]] <!-- lintkb-disable-line WL001 -->\n",
}


def run(base, form, *arguments):
    return base.run("-q", "--no-cache", *CODES, "--output-format", form, *arguments)


def test_github(base):
    base.write(FILES)
    ran = run(base, "github")
    assert (ran.code, ran.err) == (2, "")
    assert ran.lines == [
        (
            "::error file=beds/nöte 1.md,line=4,col=7,endLine=4,endColumn=19,title=WL002 noncanonical-wikilink"
            "::`Compost Heap` is not spelt as its note is called: `compost_heap`"
        ),
        (
            "::error file=raw.md,line=1,col=1,endLine=1,endColumn=1,title=KB002 undecodable-note"
            "::cannot be decoded: byte 0xe9 on line 1 is not valid UTF-8; save the note as UTF-8"
        ),
        (
            "::error file=beds/nöte 1.md,line=4,col=28,endLine=4,endColumn=36,title=WL001 broken-wikilink"
            "::no note answers to `rye, 50%25`"
        ),
        (
            "::notice file=top.md,line=4,col=1,endLine=4,endColumn=12,title=RS001 scraper-leftovers"
            "::a line left over from the page this was copied from"
        ),
    ]


def test_gitlab(base):
    base.write(FILES)
    issues = json.loads(run(base, "gitlab").out)
    assert len({issue.pop("fingerprint") for issue in issues}) == 4
    assert issues == [
        {
            "description": "WL002: `Compost Heap` is not spelt as its note is called: `compost_heap`",
            "check_name": "noncanonical-wikilink",
            "severity": "major",
            "location": {"path": "beds/nöte 1.md", "lines": {"begin": 4}},
        },
        {
            "description": "WL001: no note answers to `rye, 50%`",
            "check_name": "broken-wikilink",
            "severity": "major",
            "location": {"path": "beds/nöte 1.md", "lines": {"begin": 4}},
        },
        {
            "description": "KB002: cannot be decoded: byte 0xe9 on line 1 is not valid UTF-8; save the note as UTF-8",
            "check_name": "undecodable-note",
            "severity": "major",
            "location": {"path": "raw.md", "lines": {"begin": 1}},
        },
        {
            "description": "RS001: a line left over from the page this was copied from",
            "check_name": "scraper-leftovers",
            "severity": "info",
            "location": {"path": "top.md", "lines": {"begin": 4}},
        },
    ]


def test_junit(base):
    base.write(FILES)
    assert run(base, "junit").lines == [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="lintkb" tests="4" failures="3" errors="1">',
        ' <testsuite name="beds/n&#246;te 1.md" tests="2" failures="2" errors="0">',
        (
            '  <testcase classname="beds/n&#246;te 1" name="4:7: WL002 `Compost Heap` is not spelt as its note is called:'
            ' `compost_heap`">'
        ),
        (
            '   <failure type="error" message="`Compost Heap` is not spelt as its note is called: `compost_heap`">'
            "beds/n&#246;te 1.md:4:7: WL002 `Compost Heap` is not spelt as its note is called: `compost_heap`</failure>"
        ),
        "  </testcase>",
        '  <testcase classname="beds/n&#246;te 1" name="4:28: WL001 no note answers to `rye, 50%`">',
        (
            '   <failure type="error" message="no note answers to `rye, 50%`">'
            "beds/n&#246;te 1.md:4:28: WL001 no note answers to `rye, 50%`</failure>"
        ),
        "  </testcase>",
        " </testsuite>",
        ' <testsuite name="raw.md" tests="1" failures="0" errors="1">',
        '  <testcase classname="raw" name="1:1: KB002 cannot be decoded: byte 0xe9 on line 1 is not valid UTF-8; save the note as UTF-8">',
        (
            '   <error type="error" message="cannot be decoded: byte 0xe9 on line 1 is not valid UTF-8; save the note as UTF-8">'
            "raw.md:1:1: KB002 cannot be decoded: byte 0xe9 on line 1 is not valid UTF-8; save the note as UTF-8</error>"
        ),
        "  </testcase>",
        " </testsuite>",
        ' <testsuite name="top.md" tests="1" failures="1" errors="0">',
        '  <testcase classname="top" name="4:1: RS001 a line left over from the page this was copied from">',
        (
            '   <failure type="info" message="a line left over from the page this was copied from">'
            "top.md:4:1: RS001 a line left over from the page this was copied from</failure>"
        ),
        "  </testcase>",
        " </testsuite>",
        "</testsuites>",
    ]


def test_rdjson(base):
    base.write(FILES)
    # `🌱 é [[` are 4 + 1 + 2 + 1 + 2 bytes, `Compost Heap]] and [[` 21, `rye, 50%` 8.
    link = {"start": {"line": 4, "column": 11}, "end": {"line": 4, "column": 23}}
    assert json.loads(run(base, "rdjson").out) == {
        "source": {"name": "lintkb"},
        "severity": "ERROR",
        "diagnostics": [
            {
                "message": "`Compost Heap` is not spelt as its note is called: `compost_heap`",
                "location": {"path": "beds/nöte 1.md", "range": link},
                "severity": "ERROR",
                "code": {"value": "WL002"},
                "suggestions": [{"range": link, "text": "compost_heap|Compost Heap"}],
            },
            {
                "message": "no note answers to `rye, 50%`",
                "location": {
                    "path": "beds/nöte 1.md",
                    "range": {"start": {"line": 4, "column": 32}, "end": {"line": 4, "column": 40}},
                },
                "severity": "ERROR",
                "code": {"value": "WL001"},
            },
            {
                "message": "cannot be decoded: byte 0xe9 on line 1 is not valid UTF-8; save the note as UTF-8",
                "location": {
                    "path": "raw.md",
                    "range": {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 1}},
                },
                "severity": "ERROR",
                "code": {"value": "KB002"},
            },
            {
                "message": "a line left over from the page this was copied from",
                "location": {
                    "path": "top.md",
                    "range": {"start": {"line": 4, "column": 1}, "end": {"line": 4, "column": 12}},
                },
                "severity": "INFO",
                "code": {"value": "RS001"},
                "suggestions": [
                    {"range": {"start": {"line": 4, "column": 1}, "end": {"line": 5, "column": 1}}, "text": ""}
                ],
            },
        ],
    }


def test_what_rdjson_suggests_is_what_fix_does(base):
    base.write(FILES | {"first.md": "\ufeffé [[Compost Heap]] 🌱 [[COMPOST heap]]\n[[Compost_Heap]]"})
    notes = {}
    for item in json.loads(run(base, "rdjson", "--ignore", "RS").out)["diagnostics"]:
        for suggestion in item.get("suggestions", ()):
            notes.setdefault(item["location"]["path"], []).append(suggestion)
    assert {path: len(suggestions) for path, suggestions in notes.items()} == {"beds/nöte 1.md": 1, "first.md": 3}
    repaired = {}
    for path, suggestions in notes.items():
        lines = base.read(path).split(b"\n")
        for suggestion in reversed(suggestions):
            start, end = suggestion["range"]["start"], suggestion["range"]["end"]
            assert start["line"] == end["line"]
            line = lines[start["line"] - 1]
            new = suggestion["text"].encode()
            lines[start["line"] - 1] = line[: start["column"] - 1] + new + line[end["column"] - 1 :]
        repaired[path] = b"\n".join(lines)
    base.run("--fix", *CODES)
    assert repaired == {path: base.read(path) for path in notes}


def test_jsonl_holds_the_objects_of_json(base):
    base.write(FILES)
    lines = run(base, "jsonl").lines
    assert [json.loads(line) for line in lines] == run(base, "json").json
    assert len(lines) == 4


def test_markdown(base):
    base.write(FILES)
    assert run(base, "markdown").lines == [
        "## lintkb: 3 errors and 1 info in 3 of 4 notes",
        "",
        "| Note | Line | Severity | Rule | What is wrong | Repair |",
        "|---|---:|---|---|---|---|",
        (
            "| ` beds/nöte 1.md ` | 4 | error | WL002 noncanonical-wikilink"
            " | ` 'Compost Heap' is not spelt as its note is called: 'compost_heap' ` | `--fix` |"
        ),
        "| ` beds/nöte 1.md ` | 4 | error | WL001 broken-wikilink | ` no note answers to 'rye, 50%' ` | by hand |",
        (
            "| ` raw.md ` | 1 | error | KB002 undecodable-note"
            " | ` cannot be decoded: byte 0xe9 on line 1 is not valid UTF-8; save the note as UTF-8 ` | by hand |"
        ),
        (
            "| ` top.md ` | 4 | info | RS001 scraper-leftovers"
            " | ` a line left over from the page this was copied from ` | `--fix --unsafe-fixes` |"
        ),
        "",
        "1 more finding suppressed by comments in the notes, not counted here.",
        "",
        "**What to do:** go to each line and mend what is wrong there; lintkb, which checks these notes, then runs again.",
        "`lintkb --fix` repairs 1 of them for you, proved to be right.",
        "`lintkb --fix --unsafe-fixes` repairs 1 more; look at what it did.",
        "`lintkb rule KB002` explains that rule with examples, and so for the others.",
    ]


def test_markdown_tells_only_of_repairs_that_there_are(base):
    base.write({"a.md": "top of page\n"})
    assert "`lintkb --fix --unsafe-fixes` repairs 1 of them; look at what it did." in run(base, "markdown").lines
    base.write({"a.md": "[[rye]]"})
    assert "--fix" not in run(base, "markdown").out


CLEAN = {
    "full": "",
    "concise": "",
    "json": "[]\n",
    "jsonl": "",
    "github": "",
    "gitlab": "[]\n",
    "rdjson": '{"source": {"name": "lintkb"}, "diagnostics": []}\n',
    "junit": '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="lintkb" tests="1" failures="0" errors="0">\n'
    ' <testsuite name="lintkb" tests="1" failures="0" errors="0">\n'
    '  <testcase classname="lintkb" name="no findings"/>\n </testsuite>\n</testsuites>\n',
    "markdown": "**lintkb: all clean.** 2 notes checked. 1 finding suppressed by comments in the notes.\n",
}


@pytest.mark.parametrize("form", sorted(CLEAN))
def test_clean(base, form):
    base.write({"a.md": "[[b]]\n", "b.md": "[[c]] <!-- lintkb-disable-line WL001 -->\n"})
    assert run(base, form) == (0, CLEAN[form], "")


# --- How much is shown


def test_annotations_take_turns_and_what_has_none_is_printed_and_counted(base):
    base.write(
        {
            "lintkb.toml": '[rules.RS001]\nseverity = "warning"\n',
            "a.md": "".join(f"[[a{number}]]\n" for number in range(1, 13)) + "top of page\n",
            "b.md": "[[b1]]\n[[b2]]\n",
        }
    )
    lines = run(base, "github").lines
    shown = [re.match(r"::(\w+) file=(\w)\.md,line=(\d+),", line) for line in lines[:11]]
    assert [match.groups() for match in shown] == [
        ("error", "a", "1"), ("error", "b", "1"), ("error", "a", "2"), ("error", "b", "2"),
        *(("error", "a", str(line)) for line in range(3, 9)),
        ("warning", "a", "13"),
    ]  # fmt: skip
    assert lines[11:] == [
        "a.md:9:3: WL001 no note answers to `a9`",
        "a.md:10:3: WL001 no note answers to `a10`",
        "a.md:11:3: WL001 no note answers to `a11`",
        "a.md:12:3: WL001 no note answers to `a12`",
        "4 findings above without an annotation: GitHub keeps 10 errors, 10 warnings and 10 notices of a step.",
    ]


def test_ten_of_each_level_are_annotated(base):
    base.write(
        {"lintkb.toml": '[rules.RS001]\nseverity = "info"\n', "a.md": "[[x]]\n" * 10 + "top of page\n\n" * 10},
    )
    lines = run(base, "github").lines
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 10 + ["::notice"] * 10


def test_an_annotation_over_several_lines_has_no_columns(base):
    house_rule(base, "soil.*?clay")
    base.write({"a.md": "heavy soil,\nmuch clay\n"})
    assert run(base, "github", "--select", "XX").lines == [
        "::error file=a.md,line=1,endLine=2,title=XX001 house::found soil, much clay"
    ]


def test_the_table_is_cut_and_says_so(base, monkeypatch):
    row = "| ` a.md ` | 1 | error | WL001 broken-wikilink | ` no note answers to 'é' ` | by hand |"
    monkeypatch.setattr(markdown, "MAX_BYTES", 2 * (len(row.encode()) + 1))
    base.write({"a.md": "[[é]] [[é]] [[é]]\ntop of page\n"})
    lines = run(base, "markdown").lines
    assert [line for line in lines if line.startswith("| `")] == [row, row]
    assert lines[lines.index(row) + 3] == "2 more findings not shown here: the table would be too long."


def test_a_summary_stays_far_below_what_a_step_may_write(base):
    base.write({f"{number}/{'ö' * 120}.md": f"[[{'ü' * 5000}]]\n" * 40 for number in range(60)})
    ran = run(base, "markdown", "--ignore", "RS")
    assert 200_000 < len(ran.out.encode()) < 300_000
    assert max(map(len, ran.lines)) < 600
    shown = sum(line.startswith("| `") for line in ran.lines)
    assert f"{2400 - shown:,} more findings not shown here" in ran.out


# --- Several reports of one run


def test_reports_beside_the_printed_one(base):
    base.write(FILES)
    expected = {form: run(base, form, "--color", "never").out for form in FORMATS}
    arguments = [word for form in FORMATS for word in ("--report", f"{form}=out={form}.txt")]
    ran = run(base, "concise", "--color", "always", *arguments)
    assert (ran.code, ran.out) == (2, expected["concise"])
    assert {form: base.read(f"out={form}.txt").decode() for form in FORMATS} == expected
    assert sorted(os.listdir(base.root)) == sorted(
        [*(f"out={form}.txt" for form in FORMATS), "beds", *(name for name in FILES if "/" not in name)]
    )


def test_a_report_of_the_findings_beside_the_statistics(base):
    base.write(FILES)
    ran = run(base, "full", "--statistics", "--report", "jsonl=found.jsonl", "--output-file", "counts.txt")
    counts = base.read("counts.txt").partition(b"\n\nnotes  links  1 link target not there")[0]
    assert (ran.out, counts.count(b"\n"), base.read("found.jsonl").count(b"\n")) == ("", 3, 4)


def test_a_report_after_repair_holds_what_is_left(base):
    base.write({"compost_heap.md": "Heap.", "a.md": "[[Compost Heap]] [[rye]]"})
    base.run("--fix", *CODES, "--report", "jsonl=left.jsonl")
    assert [json.loads(line)["code"] for line in base.read("left.jsonl").splitlines()] == ["WL001"]


LIST = "formats: full, concise, json, jsonl, sarif, github, gitlab, junit, rdjson, markdown"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--report", "junit"], f"argument --report: 'junit' is not FORMAT=FILE; {LIST}; see `lintkb --help`"),
        (["--report", "junit="], f"argument --report: 'junit=' is not FORMAT=FILE; {LIST}; see `lintkb --help`"),
        (
            ["--report", "junti=x"],
            f"argument --report: no format 'junti'; did you mean junit? {LIST}; see `lintkb --help`",
        ),
        (["--report", "=\n::x"], f"argument --report: no format ''; {LIST}; see `lintkb --help`"),
        (["--report", "json=x", "--report", "sarif=./x"], "two reports would be written to {root}/x"),
        (["--report", "json=x", "--output-file", "x"], "two reports would be written to {root}/x"),
        (["--report", "json=none/x"], "none/x: No such file or directory"),
        (["--report", "json=x", "--diff"], "--diff prints a patch and makes no report; leave --report out"),
    ],
)
def test_reports_that_cannot_be_made(base, arguments, message):
    base.write({"a.md": "---\n---\n"})
    ran = base.run("-q", *arguments)
    assert (ran.code, ran.out, ran.err) == (2, "", f"lintkb: error: {message.format(root=base.root)}\n")
    assert os.listdir(base.root) == ["a.md"]


@pytest.mark.parametrize("form", FORMATS)
def test_what_a_format_does_not_combine_with(base, form):
    base.write(FILES)
    counted, patched = (run(base, form, option) for option in ("--statistics", "--diff"))
    if form not in STATISTICS:
        assert counted == (2, "", f"lintkb: error: --statistics has no {form} form; use full, concise or json\n")
    assert (counted.code, bool(counted.out)) == (2, form in ("full", "concise", "json"))
    if form not in PRINTED:
        assert patched == (2, "", f"lintkb: error: --diff prints a patch, not {form}\n")
    assert patched.out.startswith("--- a/beds/") == (form in ("full", "concise"))


def test_a_runner_does_not_change_the_default(base, monkeypatch):
    base.write(FILES)
    expected = base.run(*CODES)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert base.run(*CODES) == expected
    assert expected.out.startswith("error[WL002] noncanonical-wikilink: ")


def test_paths_outside_the_working_folder(base, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text("[[x]]")
    issues = json.loads(run(base, "gitlab", "../one", "../two").out)
    assert [issue["location"]["path"] for issue in issues] == ["a.md", "a.md"]
    assert issues[0]["fingerprint"] != issues[1]["fingerprint"]
    lines = run(base, "github", str(tmp_path / "one")).lines
    assert lines[0].startswith("::error file=a.md,line=1,")
    assert json.loads(run(base, "rdjson", "../one").out)["diagnostics"][0]["location"]["path"] == "a.md"
    assert 'testsuite name="../one/a.md"' in run(base, "junit", "../one").out


# --- What readers take for well-formed

GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!/|\./|\.\./)[\s\S]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}

# reviewdog reads it by its protocol buffer, and refuses what that does not name.
_SEVERITY = {"enum": ["UNKNOWN_SEVERITY", "ERROR", "WARNING", "INFO"]}


def _message(required=(), **properties):
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": properties,
    }


_INT32 = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
_POSITION = _message(["line", "column"], line=_INT32, column=_INT32)
_RANGE = _message(["start", "end"], start=_POSITION, end=_POSITION)
_STRING = {"type": "string"}
RDJSON = _message(
    ["source", "diagnostics"],
    source=_message(["name"], name=_STRING, url=_STRING),
    severity=_SEVERITY,
    diagnostics={
        "type": "array",
        "items": _message(
            ["message", "location", "severity", "code"],
            message=_STRING,
            location=_message(["path", "range"], path=_STRING, range=_RANGE),
            severity=_SEVERITY,
            source=_message(["name"], name=_STRING, url=_STRING),
            code=_message(["value"], value=_STRING, url=_STRING),
            suggestions={"type": "array", "items": _message(["range", "text"], range=_RANGE, text=_STRING)},
            original_output=_STRING,
        ),
    },
)

# Element to required attributes, optional attributes and children, as Jenkins' junit-10.xsd has them.
JUNIT = {
    "testsuites": ((), ("name", "time", "tests", "failures", "errors"), ("testsuite",)),
    "testsuite": (
        ("name", "tests", "failures", "errors"),
        ("group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"),
        ("testsuite", "properties", "testcase", "system-out", "system-err"),
    ),
    "testcase": (
        ("name",),
        ("time", "classname", "group"),
        ("skipped", "error", "failure", "system-out", "system-err"),
    ),
    "failure": ((), ("type", "message"), ()),
    "error": ((), ("type", "message"), ()),
}


def junit_faults(element):
    required, optional, children = JUNIT[element.tag]
    if not set(required) <= set(element.attrib) <= {*required, *optional}:
        yield f"{element.tag}: {sorted(element.attrib)}"
    if element.tag in ("testsuites", "testsuite"):
        for name, tags in (("tests", {"testcase"}), ("failures", {"failure"}), ("errors", {"error"})):
            if int(element.get(name)) != sum(1 for inner in element.iter() if inner.tag in tags):
                yield f"{element.tag}: {name}={element.get(name)}"
    for child in element:
        if child.tag not in children:
            yield f"{child.tag} in {element.tag}"
        yield from junit_faults(child)


# What GitHub's runner does with a line of a step's output, written down from its rules: `::name key=value,...::data`
# behind white space, else `##[name key=value;...]data` anywhere; names as below, whatever their case.
COMMANDS = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher",
    "save-state", "set-env", "set-output", "stop-commands", "warning",
}  # fmt: skip


def unescaped(text, table):
    for written, meant in table:
        text = text.replace(written, meant)
    return text


def properties(text, separator, table):
    found = {}
    for part in text.split(separator):
        name, _, value = part.lstrip("=").partition("=")
        value = value.lstrip("=")  # empty parts are dropped
        if name and value:
            found[name] = unescaped(value, table)
    return found


def runner_command(line):
    """(name, properties, data) of the command that the runner takes a line for, or None."""
    data = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]
    stripped = line.lstrip()
    if stripped.startswith("::") and (end := stripped.find("::", 2)) >= 0:
        name, _, rest = stripped[2:end].partition(" ")
        if name.lower() in COMMANDS:
            table = [*data[:2], ("%3A", ":"), ("%2C", ","), data[2]]
            return name, properties(rest.strip(), ",", table), unescaped(stripped[end + 2 :], data)
    begin = line.find("##[")
    if begin >= 0 and (end := line.find("]", begin)) >= 0:
        name, _, rest = line[begin + 3 : end].partition(" ")
        if name.lower() in COMMANDS:
            table = [("%3B", ";"), *data[:2], ("%5D", "]"), data[2]]
            return name, properties(rest, ";", table), unescaped(line[end + 1 :], table)
    return None


def test_the_runner_of_these_tests_reads_what_a_runner_reads():
    assert runner_command(" ::Error file=a%3A%2Cb%250A,line=1::x%250A%0A::y") == (
        "Error", {"file": "a:,b%0A", "line": "1"}, "x%0A\n::y",
    )  # fmt: skip
    assert runner_command("a ##[add-mask a=b%3B]x") == ("add-mask", {"a": "b;"}, "x")
    assert runner_command("::error file==x,=,line=1::") == ("error", {"file": "x", "line": "1"}, "")
    assert [runner_command(line) for line in ("a ::error::x", "::nothing::x", "::error", "##[nothing]", "")] == [
        None
    ] * 5


# --- Notes that speak to those who read the report

EVIL = (
    "::error::a", "##[error]b", "##[add-mask]c", "\x1b[31md\x07", "]]>", "\u202e\u2066e", "\x01\x08\x7f\x85\u2028", "|",
    "`", "``", "`" * 90, "<img src=x onerror=y>", "</td></table><h1>", "](javascript:alert)", "![i](http:x)", "@mention",
    "www.example.com", "a@example.com", "https:x", "#1", "*b*", "\\", "\\|", "&amp;&#60;", "%0A::error::f", ",line=7",
    "\ufffe\uffff", '"', "'", "]", ";", "=", "\t", "\n::error file=x::g", "\r::set-output name=x::h", "\n##[group]i",
    "\n| 1 | 2 |", "\r\n# j", "<!--", "{{x}}", "$(x)", "\U000e0041",
)  # fmt: skip


def house_rule(base, regex):
    base.write(
        {
            "lintkb.toml": 'rule-paths = ["rules"]\n',
            "rules/house.md": "---\ncode: XX001\nname: house\ncheck: pattern\n"
            f"params: {{in: raw, regex: '(?s){regex}', message: 'found \\g<0>', replace: '\\g<0>!'}}\n"
            "severity: error\nfix: unsafe\n---\n# House\n\n## Examples\n"
            "```markdown bad\n«soil, clay»\n```\n```markdown good\nx\n```\n",
        }
    )


@pytest.fixture
def hostile(base, monkeypatch):
    """Every evil string in the name of a note, in a target and in what a user's rule quotes; and how often."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    house_rule(base, "soil, .*? clay")
    for number, evil in enumerate(EVIL):
        text = f"soil, {evil} clay\n\n[[{evil}x]]\n"
        name = f"{evil} {number}.md".replace("/", "-")
        base.write({name: text, f"{number} {name}": "[[nowhere]]"})
    base.write({"=x.md": "[[nowhere]]"})
    with open(os.fsencode(base.root) + b"/caf\xe9.md", "wb") as file:
        file.write(b"[[nowhere]]")
    return base


def hostile_run(base, form, *arguments):
    return base.run("-q", "--no-cache", "--select", "WL,XX,KB", "--output-format", form, *arguments)


def lines_of(text):
    return re.split(r"\r\n|\n|\r", text)


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_hostile_gets_through(hostile, form):
    ran = hostile_run(hostile, form)
    hostile_run(hostile, "full", "--report", f"{form}=report.txt")
    data = hostile.read("report.txt")
    assert ran.code == 1
    assert data.decode("utf-8") == ran.out
    for text in (ran.out, ran.err):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", text)
        taken = [command for line in lines_of(text) if (command := runner_command(line))]
        assert {command[0] for command in taken} <= ({"error", "warning"} if form == "github" else set())
        assert max(Counter(command[0] for command in taken).values(), default=0) <= github.MAX_PER_LEVEL
        assert not any("##[" in line for line in lines_of(text))


def test_github_parses_to_what_was_found(hostile, monkeypatch):
    def shown(text):
        return runner_safe(safe(text), "\\x23")

    monkeypatch.setattr(github, "MAX_PER_LEVEL", 10_000)
    commands = [runner_command(line) for line in lines_of(hostile_run(hostile, "github").out) if line]
    expected = hostile_run(hostile, "json").json
    assert len(commands) == len(expected) > 2 * len(EVIL)
    for name, command, _ in commands:
        assert (name in ("error", "warning"), set(command) - {"col", "endColumn"}) == (
            True,
            {"file", "line", "endLine", "title"},
        )
        assert ("col" in command, "endColumn" in command) == (command["line"] == command["endLine"],) * 2
    got = sorted(
        (command["file"].removeprefix("./"), command["line"], command["title"], data) for _, command, data in commands
    )
    assert got == sorted(
        (shown(item["path"]), str(item["start"]["line"]), f"{item['code']} {item['name']}", shown(item["message"]))
        for item in expected
    )
    files = {command["file"] for _, command, _ in commands}
    assert {"./=x.md", "caf\\udce9.md", "%0A::error::f 24.md", ",line=7 25.md"} <= files


@pytest.mark.parametrize(("form", "schema"), [("gitlab", GITLAB), ("rdjson", RDJSON)])
def test_schemas(hostile, form, schema):
    count = len(hostile_run(hostile, "json").json)
    hostile.write({"raw.md": b"\xff"})
    data = json.loads(hostile_run(hostile, form).out)
    jsonschema.validate(data, schema)
    json.dumps(data, ensure_ascii=False).encode("utf-8")  # strict readers refuse lone surrogates
    items = data if form == "gitlab" else data["diagnostics"]
    assert len(items) == count + 1
    paths = {item["location"]["path"] for item in items}
    assert {"caf\\udce9.md", "##[error]b 1.md", "\n::error file=x::g 33.md", "=x.md"} <= paths
    if form == "gitlab":
        assert len({item["fingerprint"] for item in items}) == len(items)


def test_the_schemas_refuse_what_is_wrong():
    for schema, data in (
        (GITLAB, [{}]),
        (GITLAB, {}),
        (RDJSON, {"source": {"name": "x"}, "diagnostics": [{}]}),
        (RDJSON, {}),
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, schema)


def test_junit_is_xml_that_readers_take(hostile):
    hostile.write({"raw.md": b"\xff"})
    out = hostile_run(hostile, "junit").out
    assert out.isascii()
    root = ElementTree.fromstring(out)
    assert list(junit_faults(root)) == []
    items = hostile_run(hostile, "json").json
    assert [suite.get("name") for suite in root] == list(dict.fromkeys(safe(item["path"]) for item in items))
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(cases) == len(items)
    assert [suite.get("name") for suite in root if suite.find("testcase/error") is not None] == ["raw.md"]
    messages = [case[0].get("message") for case in root.iter("testcase")]
    assert "found soil, ]]> clay" in messages
    assert "found soil, \\x01\\x08\\x7f clay" in messages
    assert "found soil, \\ufffe\\uffff clay" in messages
    assert "found soil, ##[error]b clay" in messages


class Tags(HTMLParser):
    """The tags of a page, its text inside and outside of code, and the rows of its tables."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.code, self.prose, self.rows, self.inside = set(), [], "", [], False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "code":
            self.inside = True
            self.code.append("")
        elif tag == "tr":
            self.rows.append(0)
        elif tag == "td":
            self.rows[-1] += 1

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "code"

    def handle_data(self, data):
        if self.inside:
            self.code[-1] += data
        else:
            self.prose += data


def test_nothing_acts_in_the_summary(hostile):
    out = hostile_run(hostile, "markdown").out
    page = Tags(pyromark.html(out, options=pyromark.Options.ENABLE_TABLES))
    assert page.tags == {"h2", "table", "thead", "tbody", "tr", "th", "td", "code", "p", "strong"}
    items = hostile_run(hostile, "json").json
    assert page.rows == [0, *[6] * len(items)]
    wanted = {
        runner_safe(safe(text), "\\x23").replace("`", "'") for item in items for text in (item["path"], item["message"])
    }
    assert wanted <= set(page.code)
    assert set(page.code) - wanted <= {
        "--fix --unsafe-fixes",
        "lintkb",
        "lintkb rule WL001",
        "lintkb --fix --unsafe-fixes",
    }
    assert not set(page.prose) & set("@<>[]()`|#&\\")


def diagnostic(path, text, severity=Severity.ERROR, edits=()):
    fixes = (Fix(text, edits, Applicability.UNSAFE),) if edits else ()
    related = (Related(path, Span(0, 0), text),)
    return Diagnostic(
        path, Span(0, 0), "XX001", "house", severity, Confidence.HIGH, text, text, related, fixes, text
    )  # fmt: skip


def rendered(form, items):
    """A report of diagnostics in notes that are empty."""
    info = RuleInfo("XX001", "house", "House", "x", Severity.ERROR, "high", lambda: "x")
    report = Report([KnowledgeBaseReport(Path("/"), ".", 1, items, [], [info], lambda _path: b"")])
    return "".join(f"{line}\n" for line in load(FORMATS[form])(report, Style(color=False, columns=120)))


def test_a_fix_that_edits_other_notes_is_no_suggestion():
    here, there = (Edit(path, Span(0, 0), "x") for path in ("a.md", "b.md"))
    items = [diagnostic("a.md", "m", edits=edits) for edits in ((here,), (here, there), (there,), (here, here))]
    data = json.loads(rendered("rdjson", items))
    assert [len(item.get("suggestions", ())) for item in data["diagnostics"]] == [1, 0, 0, 2]


def test_the_table_has_the_worst_first_and_cuts_long_messages():
    items = [diagnostic(f"{severity}.md", f"{severity} " + "x" * 1000) for severity in ("info", "warning", "error")]
    items = [item._replace(severity=Severity(item.path[:-3])) for item in items]
    rows = [line for line in rendered("markdown", items).splitlines() if line.startswith("| `")]
    assert rows == [
        f"| ` {level}.md ` | 1 | {level} | XX001 house | ` {level} {'x' * (299 - len(level))}... ` | by hand |"
        for level in ("error", "warning", "info")
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_whatever_a_check_says_and_wherever(form, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    evil = [*EVIL, "\0", "\ud800", "\udcff", "a\n  ::error::b", "\n##[stop-commands]x"]
    items = [
        diagnostic(path, text, severity, (Edit(path, Span(0, 0), text),))
        for severity in Severity
        for text in evil
        for path in [text.replace("\ud800", "") + ".md"]
    ]
    text = rendered(form, items)
    text.encode("utf-8")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]", text)
    taken = [command for line in lines_of(text) if (command := runner_command(line))]
    names = [command[0] for command in taken]
    assert names == (["error"] * 10 + ["warning"] * 10 + ["notice"] * 10 if form == "github" else [])
    if form in ("json", "jsonl", "gitlab", "rdjson"):
        data = [json.loads(line) for line in text.splitlines()] if form == "jsonl" else json.loads(text)
        assert len(data["diagnostics"] if form == "rdjson" else data) == len(items)
    if form == "rdjson":
        jsonschema.validate(data, RDJSON)
        json.dumps(data, ensure_ascii=False).encode("utf-8")
        assert sum("suggestions" in item for item in data["diagnostics"]) == len(items) - 2 * len(Severity)
    if form == "gitlab":
        jsonschema.validate(data, GITLAB)
        json.dumps(data, ensure_ascii=False).encode("utf-8")
    if form == "junit":
        root = ElementTree.fromstring(text)
        assert (list(junit_faults(root)), root.get("tests")) == ([], str(len(items)))
    if form == "markdown":
        page = Tags(pyromark.html(text, options=pyromark.Options.ENABLE_TABLES))
        assert page.tags == {"h2", "table", "thead", "tbody", "tr", "th", "td", "code", "p", "strong"}
        assert page.rows == [0, *[6] * len(items)]
        assert not set(page.prose) & set("@<>[]()`|#&\\")
