"""The report as JSON Lines: the objects of the JSON report, one a line."""

from collections.abc import Iterator

from lintkb.report import Report
from lintkb.reporters.json import dump, entries
from lintkb.reporters.text import Style


def render(report: Report, _style: Style) -> Iterator[str]:
    """A line for each finding; none when all is clean."""
    return map(dump, entries(report))
