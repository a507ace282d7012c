"""The benchmark of claims measures what it says: notes are stripped and rebuilt as meant, and counted right."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from lintkb.evidence.languages import CONCLUSION
from lintkb.evidence.scopes import LEAD, NEXT, OPEN
from lintkb.source.note import Note
from lintkb.text import SourceText, Span

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "claims.py"
HEAD = "---\nvideoId: beds\n---\n"
TIME = '<a class="yt-timestamp" data-t="00:03:10">[00:03:10]</a>'
FIGURE = "Ninety percent of the growers plant the garlic in October."
SOFT = "The beds are dug over by the end of the winter."
WELL = f"""{HEAD}# Beds

Rye holds the soil {TIME}.

## Garlic

{FIGURE} {TIME}
{SOFT} [{TIME}]

## Compost

The heap is turned in the spring {TIME}.
It is spread on the beds in the autumn {TIME}.

## Paths

The paths are mown by the end of the week {TIME}.
"""


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("benchmark_claims", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["benchmark_claims"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(bench, monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["claims.py", *map(str, arguments)])
        return bench.main(), *capsys.readouterr()

    return run


def rows(path, *rows):
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    return path


def cells(out, name):
    """The cells of the first line of the output that begins with a name."""
    line = next(line for line in out.splitlines() if line.strip().startswith(name))
    return line.strip().removeprefix(name).split()


def test_wilson(bench):
    low, high = bench.wilson(44, 51)
    assert (round(low, 2), round(high, 2)) == (0.74, 0.93)
    assert bench.wilson(0, 0) == (0.0, 1.0)
    assert bench.share(0, 0) == "-"


def test_strip_leaves_no_trace_of_citations(bench):
    note = Note("beds.md", SourceText(WELL))
    text = bench.strip(note.text, [one.span for one in note.citations])
    assert "yt-timestamp" not in text
    assert "Rye holds the soil.\n" in text
    assert f"{FIGURE}\n{SOFT}\n" in text
    assert bench.strip("- [00:01:00] Rye grows.", [Span(2, 12)]) == "- Rye grows."
    assert bench.strip("Rye (00:01:00) grows.", [Span(5, 13)]) == "Rye grows."


def test_sections_are_those_with_two_citations_that_times_alone_cite(bench):
    note = Note("beds.md", SourceText(WELL.replace("It is spread on the beds", "It is [spread](https://a.test) there")))
    found = bench.sections(note, bench.Claims(note, bench.SETTINGS))
    assert [note.text[slice(*one.span)].splitlines()[0] for one in found] == ["## Garlic"]
    assert [len(one.citations) for one in found] == [2]
    note = Note("beds.md", SourceText(WELL.replace("## Compost", f"## Compost {TIME}")))
    found = bench.sections(note, bench.Claims(note, bench.SETTINGS))
    assert [note.text[slice(*one.span)].splitlines()[0] for one in found] == ["## Garlic", f"## Compost {TIME}"]
    assert [len(one.citations) for one in found] == [2, 3]
    assert not any(one.last for one in found)


@pytest.mark.parametrize(
    ("cov", "rule", "trailing"),
    [
        ("bare", OPEN, False),
        ("trailing", OPEN, True),
        ("next-in-block>2", NEXT, False),
        ("intro", LEAD, False),
        ("lastsec", CONCLUSION, False),
    ],
)
@pytest.mark.parametrize("label", ["", "Planting"])
def test_rebuilt_notes_lie_as_their_rows_say(bench, cov, rule, trailing, label):
    note, span = bench.rebuilt({"t": FIGURE, "cov": cov, "head": "Garlic", "label": label})
    assert note.text[slice(*span)] == FIGURE
    claims = bench.Claims(note, bench.SETTINGS)
    scope = next(scope for one, scope in zip(claims.sentences, claims.scopes, strict=True) if one.span.end == span.end)
    assert (scope.rule, scope.trailing) == (rule, trailing)


def test_locate_takes_the_nearest_of_those_that_are_most_alike(bench):
    note = Note("beds.md", SourceText(f"{FIGURE}\n\n{SOFT}\n\n{FIGURE}\n"))
    sentences = bench.InEnglish(note, bench.SETTINGS).sentences
    lines = [bench.line_of(note, one.span.start) for one in sentences]
    assert bench.locate(FIGURE, sentences, 5, lines) is sentences[2]
    assert bench.locate(FIGURE, sentences, 2, lines) is sentences[0]
    assert bench.locate(SOFT, sentences) is sentences[1]
    assert bench.locate("Mint keeps the ants away.", sentences) is None


def test_cues_are_found_whatever_is_cited_or_named(bench):
    said = f"Ines Marlow said that {FIGURE[0].lower()}{FIGURE[1:-1]} {TIME}."
    note = Note("beds.md", SourceText(f"{HEAD}{said}\n"))
    assert bench.judge(note, bench.Claims(note, bench.SETTINGS), bench.NARROW) == []
    assert [code for code, _ in bench.cues(note)] == ["CL002", "CL010"]


def test_folders(run, tmp_path):
    (tmp_path / "beds.md").write_text(WELL, "utf-8")
    (tmp_path / "bare.md").write_text(f"{HEAD}## Garlic\n\n{SOFT}\n\n{FIGURE}\n", "utf-8")
    (tmp_path / "lintkb.toml").write_text('exclude = "bare.md"\n', "utf-8")  # a configuration that is not heeded
    code, out, errors = run("--kb", tmp_path, "--seed", 2, "--show", "findings")
    assert (code, errors) == (0, "")
    assert "bare.md:8 other CL002" in out
    assert out.splitlines()[0].endswith(f": {FIGURE}")
    assert "Folders: 2 notes, 2 in a known language, 1 well cited" in out
    assert cells(out, "CL002") == ["0", "1"]
    assert "narrow rules in 300 well-cited notes: 0.00" in out
    assert cells(out, "bare") == ["0", "1"]
    assert cells(out, "own") == ["6", "1.0000", "0", "0.0000"]
    whole = out.partition("Mutation, notes without any citation")[2]
    assert cells(whole, "CL002")[-1] == "1/1"
    assert cells(whole, "CL003")[-1] == "0/1"
    assert run("--kb", tmp_path, "--seed", 2, "--show", "findings") == (code, out, errors)


def test_the_chosen_section_is_the_one_that_is_looked_at(run, tmp_path):
    only = WELL.replace(f"autumn {TIME}", "autumn")  # so that one section is left to choose
    (tmp_path / "beds.md").write_text(only, "utf-8")
    part = run("--kb", tmp_path)[1].partition("Mutation, one section")[2].partition("Mutation")[0]
    assert [cell for cell in cells(part, "CL002") if "/" in cell] == ["1/1", "1/1", "1/1"]


def test_labelled_sentences(run, tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "bench").mkdir()
    (tmp_path / "seeds" / "one.txt").write_text(f"{HEAD}## Garlic\n\n{SOFT}\n\n{FIGURE}\n", "utf-8")
    known = {"file": "one.txt", "cited": False}
    seeds = rows(
        tmp_path / "bench" / "seeds.jsonl",
        {**known, "line": 6, "sentence": SOFT, "needs_attribution": True, "violation": True},
        {**known, "line": 8, "sentence": FIGURE, "needs_attribution": True, "violation": True},
    )
    context = {"title": "Garlic", "previous_sentence": SOFT, "subsequent_sentence": None}
    wikipedia = rows(
        tmp_path / "wikipedia.jsonl",
        {**context, "claim": FIGURE, "label": 1, "section": "History"},
        {**context, "claim": SOFT, "label": 0, "section": "History"},
        {**context, "claim": FIGURE, "label": 0, "section": "Plot"},
    )
    kept = {"head": "Garlic", "label": "", "sample": "R"}
    notes = rows(
        tmp_path / "notes.jsonl",
        {**kept, "f": "farm/beds.md", "t": FIGURE, "y": "V", "cov": "bare"},
        {**kept, "f": "farm/gone.md", "t": FIGURE, "y": "V", "cov": "bare"},
    )
    (tmp_path / "kb" / "farm").mkdir(parents=True)
    (tmp_path / "kb" / "farm" / "beds.md").write_text(WELL, "utf-8")
    code, out, errors = run("--seeds", seeds, "--wikipedia", wikipedia, "--notes", notes, "--show", "missed")
    assert (code, errors) == (0, "")
    assert cells(out, "one.txt") == ["2", "2", "1", "1", "1"]
    assert "right one.txt:8 CL002" in out
    assert f"MISSED  [one:6] {SOFT}" in out
    detection = out.partition("Wikipedia, claim detection")[2]
    assert [cell for cell in cells(detection, "all") if "/" in cell] == ["1/1", "1/1"]
    assert [cell for cell in cells(detection, "not like plots") if "/" in cell] == ["1/1", "1/1"]
    assert "Notes: 2 sentences, 2 to cite; 0 judged in their own notes" in out
    assert [cell for cell in cells(out.partition("Notes, precision")[2], "all") if "/" in cell] == ["2/2", "2/2"]
    out = run("--notes", notes, "--kb", tmp_path / "kb", "--sections", 0)[1]
    assert "Notes: 2 sentences, 2 to cite; 1 judged in their own notes" in out
    assert "Mutation" not in out
    assert [cell for cell in cells(out.partition("Notes, precision")[2], "all") if "/" in cell] == ["1/1", "1/2"]


def test_bad_input_is_told_in_one_line(run, tmp_path):
    short = rows(tmp_path / "short.jsonl", {"claim": "Rye grows."})
    (tmp_path / "bad.json").write_text("[1,", "utf-8")
    missing = "label, section, title, previous_sentence, subsequent_sentence"
    assert run("--wikipedia", short) == (2, "", f"error: {short}: row 1 has no {missing}\n")
    assert run("--kb", tmp_path / "no") == (2, "", f"error: {tmp_path / 'no'}: not a folder\n")
    code, out, errors = run("--seeds", tmp_path / "bad.json")
    assert (code, out) == (2, "")
    assert errors.startswith(f"error: {tmp_path / 'bad.json'}: neither a JSON list nor JSON lines: ")
    assert errors.count("\n") == 1
