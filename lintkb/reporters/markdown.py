"""The report as Markdown, for the summary of a step: written for somebody who wrote a note and does not know lintkb."""

from collections.abc import Iterator

from lintkb.diagnostics import Applicability, Diagnostic
from lintkb.report import KnowledgeBaseReport, Report, Sources
from lintkb.reporters.safe import runner_safe, safe
from lintkb.reporters.text import REPAIRS, Style, by_severity, count

MAX_BYTES = 256 * 1024  # of the table; GitHub takes 1 MiB from a step, and nobody reads so much
MAX_MESSAGE = 300  # code points


def render(report: Report, _style: Style) -> Iterator[str]:
    """The verdict, a table with the worst first, what is not in it, and what to do; one line when all is clean."""
    hidden = report.suppressed_count
    if not report.diagnostics:
        more = f" {count(hidden, 'finding')} suppressed by comments in the notes." if hidden else ""
        yield f"**lintkb: all clean.** {count(report.checked, 'note')} checked.{more}"
        return
    *words, last = (words for _, words in by_severity(report))
    counts = f"{', '.join(words)} and {last}" if words else last
    yield f"## lintkb: {counts} in {report.flawed} of {count(report.checked, 'note')}"
    yield ""
    yield "| Note | Line | Severity | Rule | What is wrong | Repair |"
    yield "|---|---:|---|---|---|---|"
    size = shown = 0
    for row in _rows(report):
        size += len(row.encode("utf-8")) + 1
        if size > MAX_BYTES:
            break
        shown += 1
        yield row
    yield ""
    if left_out := len(report.diagnostics) - shown:
        yield f"{count(left_out, 'more finding')} not shown here: the table would be too long."
        yield ""
    if hidden:
        yield f"{count(hidden, 'more finding')} suppressed by comments in the notes, not counted here."
        yield ""
    yield "**What to do:** go to the line, mend what is wrong, and run `lintkb` again until it finds nothing."
    yield from _repairs(report)
    yield "`lintkb rule`, with the code of a rule behind it, explains the rule with examples."


def _rows(report: Report) -> Iterator[str]:
    found = [(base, item) for base in report.bases for item in base.diagnostics]
    sources = {id(base): base.sources() for base in report.bases}
    for base, item in sorted(found, key=lambda pair: pair[1].severity.rank):
        yield _row(item, base, sources[id(base)])


def _row(item: Diagnostic, base: KnowledgeBaseReport, sources: Sources) -> str:
    message = item.message if len(item.message) <= MAX_MESSAGE else item.message[:MAX_MESSAGE] + "..."
    repair = REPAIRS[item.fixes[0].applicability if item.fixes else Applicability.DISPLAY]
    cells = (
        _literal(base.shown(item.path)),
        str(sources.position(item.path, item.span.start).line),
        item.severity.value,
        f"{item.rule} {item.name}",
        _literal(message),
        f"`{repair}`" if repair.startswith("--") else repair,
    )
    return f"| {' | '.join(cells)} |"


def _repairs(report: Report) -> Iterator[str]:
    certain, likely = report.fixable(Applicability.SAFE), report.fixable(Applicability.UNSAFE)
    if certain:
        yield f"`lintkb {REPAIRS[Applicability.SAFE]}` repairs {certain:,} of them for you, proved to be right."
    if likely:
        which = "more" if certain else "of them"
        yield f"`lintkb {REPAIRS[Applicability.UNSAFE]}` repairs {likely:,} {which}; look at what it did."


def _literal(text: str) -> str:
    """Text as a code span in a cell of the table, where no markup, link, mention or issue number means anything.

    Backticks become apostrophes: no run of them, however long, ends the span before its time.
    """
    literal = runner_safe(safe(text), "\\x23").replace("`", "'").replace("|", "\\|")
    return f"` {literal} `"
