"""JSON and SARIF, to the letter."""

import json
import sys
import unicodedata
from pathlib import Path
from unittest import mock
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given, strategies as st

import lintkb
from lintkb import __version__
from lintkb.diagnostics import Confidence, Severity
from lintkb.report import KnowledgeBaseReport, Report, RuleInfo
from lintkb.reporters import sarif
from lintkb.reporters.safe import UNSAFE, is_narrow
from lintkb.text import SourceText, Span

FILES = {
    "growing_tomatoes.md": "---\ntitle: Growing\n---\n",
    "a b/nöte.md": '---\r\ntitle: x\r\n---\r\n😀 [[Growing Tomatoes]] <a data-t="00:01:00">[00:05:00]</a>\r\n',
}


def test_json(base):
    base.write(FILES)
    link, label = base.json("--select", "WL,TS").json
    place = {"path": "a b/nöte.md"}
    assert link == {
        "code": "WL002",
        "name": "noncanonical-wikilink",
        "severity": "error",
        "confidence": "high",
        "message": "`Growing Tomatoes` is not spelt as its note is called: `growing_tomatoes`",
        **place,
        "start": {"line": 4, "column": 5},
        "end": {"line": 4, "column": 21},
        "fixes": [
            {
                "title": "link to `growing_tomatoes`",
                "applicability": "safe",
                "edits": [
                    {
                        **place,
                        "start": {"line": 4, "column": 5},
                        "end": {"line": 4, "column": 21},
                        "text": "growing_tomatoes|Growing Tomatoes",
                    }
                ],
            }
        ],
        "related": [
            {
                "path": "growing_tomatoes.md",
                "start": {"line": 1, "column": 1},
                "end": {"line": 1, "column": 1},
                "message": "the note that it means",
            }
        ],
    }
    assert (label["code"], label["start"], label["end"]) == (
        "TS002",
        {"line": 4, "column": 35},
        {"line": 4, "column": 43},
    )
    assert label["related"][0]["start"] == {"line": 4, "column": 46}


def test_sarif(base):
    base.write(FILES)
    log = json.loads(base.run("--select", "WL,TS", "--output-format", "sarif").out)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run = log["runs"][0]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"], run["columnKind"]) == (
        "lintkb",
        __version__,
        "unicodeCodePoints",
    )
    assert run["automationDetails"]["id"] == "lintkb/"
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    link, label = run["results"]
    rule = driver["rules"][link["ruleIndex"]]
    assert (rule["id"], link["ruleId"], rule["name"]) == ("WL002", "WL002", "NoncanonicalWikilink")
    assert rule["help"]["markdown"].startswith("# A wikilink that is not spelt as its note is called\n")
    assert "«" not in rule["help"]["markdown"]
    assert rule["properties"]["precision"] == "high"
    location = link["locations"][0]["physicalLocation"]
    assert location == {
        "artifactLocation": {"uri": "a%20b/n%C3%B6te.md"},
        "region": {"startLine": 4, "startColumn": 5, "endLine": 4, "endColumn": 21},
    }
    assert link["level"] == "error"
    assert link["message"]["text"] == (
        "`Growing Tomatoes` is not spelt as its note is called: `growing_tomatoes`. [the note that it means](1)."
    )
    assert link["relatedLocations"][0]["id"] == 1
    replacement = link["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replacement == {
        "deletedRegion": location["region"],
        "insertedContent": {"text": "growing_tomatoes|Growing Tomatoes"},
    }
    assert link["partialFingerprints"] != label["partialFingerprints"]


def test_sarif_says_when_something_could_not_be_checked(base):
    base.write({"a.md": b"\xff"})
    run = json.loads(base.run("--output-format", "sarif").out)["runs"][0]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["results"][0]["ruleId"] == "KB002"


def fingerprints(base):
    run = json.loads(base.run("--select", "WL", "--output-format", "sarif").out)["runs"][0]
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]


def test_fingerprints_are_unique_and_survive_moves_and_neighbours(base):
    line = "One [[x]] two [[x]] three [[y]] four [[x]] two [[x]] three.\n"
    base.write({"a.md": line, "b.md": line})
    before = fingerprints(base)
    assert len(set(before)) == len(before) == 10
    base.write({"a.md": "New first line.\n\n" + line.replace("One", "Changed one")})
    after = fingerprints(base)
    assert after[1:] == before[1:]


def test_sarif_keeps_to_the_limit_of_code_scanning(base, monkeypatch):
    monkeypatch.setattr(sarif, "MAX_RESULTS", 3)
    base.write({"a.md": "Text. [[x]] [[x]] [[y]]\n"})
    ran = base.run("--output-format", "sarif")
    run = json.loads(ran.out)["runs"][0]
    assert [result["level"] for result in run["results"]] == ["error", "error", "error"]
    text = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert text == "1 results are left out, the mildest first: code scanning takes 3 in one run."
    assert ran.err.splitlines()[0] == f"lintkb: warning: {text}"


def test_paths_outside_the_working_folder_are_relative_to_the_root(base, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.md").write_text("[[x]]")
    run = json.loads(base.run(str(other), "--select", "WL", "--output-format", "sarif").out)["runs"][0]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a.md"
    assert base.json(str(other), "--select", "WL").json[0]["path"] == f"{other}/a.md"
    assert base.json("../other", "--select", "WL").json[0]["path"] == "../other/a.md"


STRUCTURE = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "runs": {
            "items": {
                "required": ["tool", "results", "columnKind", "invocations"],
                "properties": {
                    "tool": {
                        "properties": {
                            "driver": {
                                "properties": {
                                    "rules": {
                                        "minItems": 1,
                                        "items": {
                                            "required": ["id", "name", "shortDescription", "fullDescription", "help"],
                                            "properties": {
                                                "shortDescription": {
                                                    "properties": {"text": {"minLength": 1, "maxLength": 1024}}
                                                },
                                                "fullDescription": {
                                                    "properties": {"text": {"minLength": 1, "maxLength": 1024}}
                                                },
                                                "help": {"required": ["text", "markdown"]},
                                            },
                                        },
                                    }
                                }
                            }
                        }
                    },
                    "results": {
                        "items": {
                            "required": ["ruleId", "ruleIndex", "message", "locations", "partialFingerprints"],
                            "properties": {
                                "locations": {
                                    "minItems": 1,
                                    "items": {
                                        "properties": {
                                            "physicalLocation": {
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {"uri": {"pattern": "^[A-Za-z0-9._~/%-]+$"}}
                                                    },
                                                    "region": {
                                                        "required": ["startLine", "startColumn", "endLine", "endColumn"]
                                                    },
                                                }
                                            }
                                        }
                                    },
                                }
                            },
                        }
                    },
                },
            }
        }
    },
}


def test_what_code_scanning_requires_is_there(base):
    base.write(
        {
            "a [b](c) #?%.md": 'top of page\n[[x]] <a data-t="1">[99:00:00]</a> <!-- lintkb-disable-line XX -->\n',
            "b.md": b"\xff",
            "c.md": "---\na: b: c\n---\n",
        }
    )
    log = json.loads(base.run("--output-format", "sarif").out)
    jsonschema.validate(log, STRUCTURE)
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in log["runs"][0]["results"]
    }
    assert {unquote(uri) for uri in uris} == {"a [b](c) #?%.md", "b.md", "c.md"}


def test_sarif_against_the_standard_schema(base, corpus):
    schema = corpus / "schemas" / "sarif-2.1.0.json"
    if not schema.is_file():
        pytest.skip("no SARIF schema in LINTKB_CORPUS")
    base.write(FILES | {"x.md": b"\xff", "y.md": "top of page\n[[nowhere]]"})
    log = json.loads(base.run("--output-format", "sarif").out)
    jsonschema.validate(log, json.loads(schema.read_text("utf-8")))


def test_an_info_finding_does_not_fail_by_default():
    rule = RuleInfo("XX001", "x", "X", "x", Severity.INFO, Confidence.LOW, lambda: "")
    from lintkb.diagnostics import Diagnostic
    from lintkb.text import Span

    item = Diagnostic("a.md", Span(0, 0), "XX001", "x", Severity.INFO, Confidence.LOW, "m", "s", (), (), "")
    report = Report([KnowledgeBaseReport(Path("/"), ".", 1, [item], [], [rule], lambda _path: b"")])
    assert (report.exit_code(Severity.WARNING), report.exit_code(Severity.INFO), report.exit_code(None)) == (0, 1, 0)


def test_what_is_printable_is_safe_and_what_is_narrow_takes_a_cell():
    for character in map(chr, range(sys.maxunicode + 1)):
        if UNSAFE.match(character):
            assert not character.isprintable()
        elif is_narrow(character):
            odd = unicodedata.category(character) in ("Mn", "Me", "Cf")
            assert not odd and unicodedata.east_asian_width(character) not in "WF"


@given(st.text("ab \u2019\u2014", max_size=90), st.text("ab\u2014", max_size=40), st.text("ab c\u2019", max_size=150))
def test_a_frame_of_plain_text_is_the_frame_of_any_text(before, inside, after):
    """Lines of narrow characters are cut by arithmetic, others cell by cell."""
    from lintkb.reporters import text

    source = SourceText(f"# Rye\n{before}{inside}{after}\nEnd.")
    span = Span(6 + len(before), 6 + len(before) + len(inside))
    quick = [text._frame(source, span, 2, columns) for columns in (10, 30, 61, 116)]
    with mock.patch.object(text, "is_narrow", return_value=False):
        assert quick == [text._frame(source, span, 2, columns) for columns in (10, 30, 61, 116)]


def test_the_report_is_that_of_its_notes_in_a_row(base):
    """Each note's part can be made by itself, and kept."""
    from lintkb.reporters import json as json_reporter, text

    base.write(dict.fromkeys(("::a.md", "b.md", "beds/c.md"), "[[nowhere]]\n\nSee [[no one]] ::set-output\n"))
    report = lintkb.check(config={"select": ["WL"]})
    style = text.Style(color=False, columns=80)
    (kb,) = report.bases
    for form, part in (
        ("full", text.full_note),
        ("concise", text.concise_note),
        ("jsonl", json_reporter.note),
    ):
        pieces = [part(path, items, kb, kb.sources(), style) + "\n" for path, items in kb.by_note()]
        assert len(pieces) == 3
        assert base.run("--select", "WL", "--output-format", form, "-q").out == "".join(pieces)
    assert base.run("--select", "WL", "--output-format", "concise", "-q").lines[0].startswith("\\x3a:a.md:1:3: WL001 ")
