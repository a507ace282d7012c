"""The report as JSON: an array of findings, 1-based lines and columns in code points."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from lintkb.report import COPIES, MISSING, KnowledgeBaseReport, Report, Sources
from lintkb.reporters.safe import runner_safe
from lintkb.reporters.text import Style
from lintkb.text import Span


def render(report: Report, _style: Style) -> Iterator[str]:
    """The whole report. Everything outside ASCII is escaped, so that it is safe wherever it is printed."""
    yield array(entries(report))


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


def entries(report: Report) -> Iterator[dict[str, Any]]:
    """An object for each finding."""
    for base in report.bases:
        sources = base.sources()
        for item in base.diagnostics:
            yield {
                "code": item.rule,
                "name": item.name,
                "severity": item.severity,
                "confidence": item.confidence,
                "message": item.message,
                **_place(base, sources, item.path, item.span),
                "fixes": [
                    {
                        "title": fix.title,
                        "applicability": fix.applicability,
                        "edits": [
                            {**_place(base, sources, edit.path, edit.span), "text": edit.text} for edit in fix.edits
                        ],
                    }
                    for fix in item.fixes
                ],
                "related": [
                    {**_place(base, sources, other.path, other.span), "message": other.message}
                    for other in item.related
                ],
            }


def _place(base: KnowledgeBaseReport, sources: Sources, path: str, span: Span) -> dict[str, Any]:
    start, end = sources.position(path, span.start), sources.position(path, span.end)
    return {
        "path": base.shown(path),
        "start": {"line": start.line, "column": start.column},
        "end": {"line": end.line, "column": end.column},
    }
