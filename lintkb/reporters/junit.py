"""The report as JUnit XML, as Jenkins and GitLab read test results."""

import html
from collections.abc import Iterator
from itertools import groupby
from pathlib import PurePosixPath

from lintkb.diagnostics import Diagnostic
from lintkb.report import RUN_EXIT_CODES, KnowledgeBaseReport, Report, Sources
from lintkb.reporters.safe import runner_safe, safe
from lintkb.reporters.text import Style, concise_line


def render(report: Report, _style: Style) -> Iterator[str]:
    """A suite for each note with findings, and in it a test case for each: failed, or in error if lintkb could not check.

    A clean report has one suite with one test case that passed, since consumers take a file without any for a fault.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<testsuites name="lintkb" {_counts(report.diagnostics)}>'
    for base in report.bases:
        sources = base.sources()
        for path, items in groupby(base.diagnostics, key=lambda item: item.path):
            yield from _suite(path, list(items), base, sources)
    if not report.diagnostics:
        yield f' <testsuite name="lintkb" {_counts([])}>'
        yield '  <testcase classname="lintkb" name="no findings"/>'
        yield " </testsuite>"
    yield "</testsuites>"


def _suite(path: str, items: list[Diagnostic], base: KnowledgeBaseReport, sources: Sources) -> Iterator[str]:
    shown = base.shown(path)
    # Consumers cut a class name at its last full stop, and take cases of one class and name for one.
    group = _escaped(str(PurePosixPath(shown).with_suffix("")))
    yield f' <testsuite name="{_escaped(shown)}" {_counts(items)}>'
    for item in items:
        line, column = sources.position(item.path, item.span.start)
        name = f"{line}:{column}: {item.rule} {item.message}"
        kind = "error" if item.rule in RUN_EXIT_CODES else "failure"
        yield f'  <testcase classname="{group}" name="{_escaped(name)}">'
        yield (
            f'   <{kind} type="{item.severity}" message="{_escaped(item.message)}">'
            f"{_escaped(concise_line(item, base, sources))}</{kind}>"
        )
        yield "  </testcase>"
    yield " </testsuite>"


def _counts(items: list[Diagnostic]) -> str:
    errors = sum(1 for item in items if item.rule in RUN_EXIT_CODES)
    return f'tests="{len(items) or 1}" failures="{len(items) - errors}" errors="{errors}"'


def _escaped(text: str) -> str:
    """Text for an element or an attribute, in ASCII, so that the encoding of where it is printed does not matter."""
    escaped = html.escape(safe(text)).encode("ascii", "xmlcharrefreplace").decode("ascii")
    return runner_safe(escaped, "&#35;")
