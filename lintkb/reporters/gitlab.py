"""The report as GitLab Code Quality reads it, its subset of Code Climate's issues."""

from collections.abc import Iterator
from typing import Any

from lintkb.diagnostics import Severity
from lintkb.fingerprints import fingerprints
from lintkb.report import Report
from lintkb.reporters.json import array
from lintkb.reporters.safe import encodable, safe
from lintkb.reporters.text import Style

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, _style: Style) -> Iterator[str]:
    """An array of findings."""
    yield array(_issues(report))


def _issues(report: Report) -> Iterator[dict[str, Any]]:
    for base in report.bases:
        sources = base.sources()
        # Of findings with one fingerprint GitLab keeps one, so paths are told apart even where two roots lie elsewhere.
        for item, mark in zip(base.diagnostics, fingerprints(base.diagnostics, sources, base.shown), strict=True):
            yield {
                "description": f"{item.rule}: {safe(item.message)}",  # nothing else of the rule is shown to people
                "check_name": item.name,
                "fingerprint": mark,
                "severity": _SEVERITIES[item.severity],
                "location": {
                    "path": encodable(base.relative(item.path)),
                    "lines": {"begin": sources.position(item.path, item.span.start).line},
                },
            }
