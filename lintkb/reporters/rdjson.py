"""The report in reviewdog's Diagnostic Format: half-open ranges, 1-based lines, columns in bytes of UTF-8."""

from collections.abc import Iterator
from typing import Any

from lintkb.diagnostics import Diagnostic, Severity
from lintkb.report import KnowledgeBaseReport, Report, Sources
from lintkb.reporters.json import array
from lintkb.reporters.safe import encodable, safe
from lintkb.reporters.text import Style
from lintkb.text import Span

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def render(report: Report, _style: Style) -> Iterator[str]:
    """One object, a line for each finding. Its own severity is that of the worst finding."""
    worst = min((item.severity for item in report.diagnostics), key=lambda severity: severity.rank, default=None)
    overall = f', "severity": "{_SEVERITIES[worst]}"' if worst else ""
    yield f'{{"source": {{"name": "lintkb"}}{overall}, "diagnostics": {array(_diagnostics(report))}}}'


def _diagnostics(report: Report) -> Iterator[dict[str, Any]]:
    for base in report.bases:
        sources = base.sources()
        for item in base.diagnostics:
            yield _diagnostic(item, base, sources)


def _diagnostic(item: Diagnostic, base: KnowledgeBaseReport, sources: Sources) -> dict[str, Any]:
    out: dict[str, Any] = {
        "message": safe(item.message),
        "location": {"path": encodable(base.relative(item.path)), "range": _range(sources, item.path, item.span)},
        "severity": _SEVERITIES[item.severity],
        "code": {"value": item.rule},
    }
    # A suggestion has no path of its own, and is offered singly: only the fix that `--fix` would take, so that no two
    # alternatives are both accepted.
    for fix in item.fixes[:1]:
        if all(edit.path == item.path and encodable(edit.text) == edit.text for edit in fix.edits):
            out["suggestions"] = [
                {"range": _range(sources, edit.path, edit.span), "text": edit.text} for edit in fix.edits
            ]
    return out


def _range(sources: Sources, path: str, span: Span) -> dict[str, Any]:
    start, end = sources(path).byte_position(span.start), sources(path).byte_position(span.end)
    return {
        "start": {"line": start.line, "column": start.column},
        "end": {"line": end.line, "column": end.column},
    }
