"""The report as JSON: an array of findings, 1-based lines and columns in code points."""

import json
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from lintkb.diagnostics import Diagnostic
from lintkb.report import COPIES, MISSING, KnowledgeBaseReport, Report, Sources
from lintkb.reporters.safe import runner_safe
from lintkb.reporters.text import Style
from lintkb.text import Span


def render(report: Report, style: Style) -> Iterator[str]:
    """The whole report. Everything outside ASCII is escaped, so that it is safe wherever it is printed."""
    before = ""
    for piece in lines(report, style):
        yield f"{before}," if before else "["
        before = piece.replace("\n", ",\n")
    yield from (before, "]") if before else ("[]",)


def lines(report: Report, style: Style) -> Iterator[str]:
    """The same objects, one a line; nothing when all is clean."""
    for base in report.bases:
        sources = base.sources()
        for path, items in base.by_note():
            yield note(path, items, base, sources, style)


def array(items: Iterable[Any]) -> str:
    """A JSON array with each item on a line of its own."""
    lines = [dump(item) for item in items]
    return "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"


def dump(item: Any) -> str:
    """A value on one line of ASCII."""
    return runner_safe(json.dumps(item))


def statistics(report: Report, _style: Style) -> Iterator[str]:
    """Counts by rule, the most first.

    Rules that find what is not there have `targets` too, each target at one of them; rules that find copies, `clusters`.
    """
    counts: dict[str, dict[str, Any]] = {}
    for item in report.diagnostics:
        entry = counts.setdefault(item.rule, {"code": item.rule, "name": item.name, "count": 0, "fixable": 0})
        entry["count"] += 1
        entry["fixable"] += bool(item.fixes)
        if item.name in MISSING:
            entry.setdefault("targets", [])
        if item.name in COPIES:
            entry.setdefault("clusters", [])
    for page in report.wanted():
        target = {"target": page.target, "notes": page.notes, "links": page.links, "root": page.root}
        counts[page.rule]["targets"].append(target)
    for base, rule, cluster in report.copied():
        sources = base.sources()
        places = [_place(base, sources, *place) for place in cluster.places]
        counts[rule]["clusters"].append({"copies": cluster.copies, "places": places})
    entries = sorted(counts.values(), key=lambda entry: (-entry["count"], entry["code"]))
    yield runner_safe(json.dumps(entries, indent=1))


def _place(base: KnowledgeBaseReport, sources: Sources, path: str, span: Span) -> dict[str, Any]:
    line, column, last_line, last_column = sources.range(path, span)
    return {
        "path": base.shown(path),
        "start": {"line": line, "column": column},
        "end": {"line": last_line, "column": last_column},
    }


def note(path: str, items: Iterable[Diagnostic], base: KnowledgeBaseReport, sources: Sources, _style: Style) -> str:
    """The object of each finding on one note, one a line, the last without its line feed.

    They depend on the texts of all notes in which the findings name a place. They are written out by hand: the encoder of
    `json` takes as long again as all the rest, and wants its objects made first.
    """
    own = quoted(base.shown(path))

    def place(where: str, span: Span) -> str:
        line, column, last_line, last_column = sources.range(where, span)
        shown = own if where == path else quoted(base.shown(where))
        start, end = f'{{"line": {line}, "column": {column}}}', f'{{"line": {last_line}, "column": {last_column}}}'
        return f'"path": {shown}, "start": {start}, "end": {end}'

    objects = []
    for item in items:
        fixes = []
        for fix in item.fixes:
            edits = ", ".join([f'{{{place(path, span)}, "text": {quoted(text)}}}' for path, span, text in fix.edits])
            title = quoted(fix.title)
            fixes.append(f'{{"title": {title}, "applicability": "{fix.applicability}", "edits": [{edits}]}}')
        related = [f'{{{place(path, span)}, "message": {quoted(words)}}}' for path, span, words in item.related]
        objects.append(
            f'{{"code": {quoted(item.rule)}, "name": {quoted(item.name)}, "severity": "{item.severity}", '
            f'"confidence": "{item.confidence}", "message": {quoted(item.message)}, {place(path, item.span)}, '
            f'"fixes": [{", ".join(fixes)}], "related": [{", ".join(related)}]}}'
        )
    return runner_safe("\n".join(objects))
