"""The report as Markdown, for the summary of a step: written for somebody who wrote a note and does not know lintkb."""

from collections.abc import Iterable, Iterator

from lintkb.diagnostics import Applicability, Diagnostic
from lintkb.report import KnowledgeBaseReport, Report, Sources
from lintkb.reporters.safe import runner_safe, safe
from lintkb.reporters.text import REPAIRS, Style, by_severity, count

MAX_BYTES = 256 * 1024  # of the table; GitHub takes 1 MiB from a step, and nobody reads so much
MAX_MESSAGE = 300  # code points


def render(report: Report, style: Style) -> Iterator[str]:
    """The verdict, a table with the worst first, what is not in it, and what to do; one line when all is clean."""
    hidden = report.suppressed_count
    if not report.diagnostics:
        more = f" {count(hidden, 'finding')} suppressed by comments in the notes." if hidden else ""
        scope = f": nothing is {_literal(report.scope)}" if report.scope else ""
        yield f"**lintkb: all clean.** {count(report.checked, 'note')} checked{scope}.{more}"
        yield from _suppressed(report, style)
        return
    *words, last = (words for _, words in by_severity(report))
    counts = f"{', '.join(words)} and {last}" if words else last
    yield f"## lintkb: {counts} in {report.flawed} of {count(report.checked, 'note')}"
    if report.scope:
        yield ""
        yield f"Only what is {_literal(report.scope)} is shown. What was wrong before is nobody's task here."
    yield ""
    yield "| Note | Line | Severity | Rule | What is wrong | Repair |"
    yield "|---|---:|---|---|---|---|"
    yield from _cut(_rows(report), len(report.diagnostics))
    if hidden:
        yield f"{count(hidden, 'more finding')} suppressed by comments in the notes, not counted here."
        yield ""
    yield "**What to do:** go to each line and mend what is wrong there; lintkb, which checks these notes, then runs again."
    yield from _repairs(report)
    codes = sorted({item.rule for item in report.diagnostics})
    yield f"`lintkb rule {codes[0]}` explains that rule with examples{', and so for the others' if codes[1:] else ''}."
    yield from _suppressed(report, style)


def _suppressed(report: Report, style: Style) -> Iterator[str]:
    """A table of what suppressions hide, where that is asked for."""
    if not style.suppressed or not report.suppressed_count:
        return
    yield from ("", "### Hidden by suppressions", "", "| Note | Line | Rule | What is hidden |", "|---|---:|---|---|")
    rows = (
        f"| {_literal(base.shown(item.path))} | {sources.position(item.path, item.span.start).line} | {item.rule} {item.name}"
        f" | {_literal(_short(item.message))} |"
        for base in report.bases
        for sources in (base.sources(),)
        for item in base.suppressed
    )
    yield from _cut(rows, report.suppressed_count)


def _cut(rows: Iterable[str], total: int) -> Iterator[str]:
    """The rows of a table up to its size limit, and a word on those that are left out."""
    size = shown = 0
    for row in rows:
        size += len(row.encode("utf-8")) + 1
        if size > MAX_BYTES:
            break
        shown += 1
        yield row
    yield ""
    if shown < total:
        yield f"{count(total - shown, 'more finding')} not shown here: the table would be too long."
        yield ""


def _rows(report: Report) -> Iterator[str]:
    found = [(base, item) for base in report.bases for item in base.diagnostics]
    sources = {id(base): base.sources() for base in report.bases}
    for base, item in sorted(found, key=lambda pair: pair[1].severity.rank):
        yield _row(item, base, sources[id(base)])


def _row(item: Diagnostic, base: KnowledgeBaseReport, sources: Sources) -> str:
    repair = REPAIRS[item.fixes[0].applicability if item.fixes else Applicability.DISPLAY]
    cells = (
        _literal(base.shown(item.path)),
        str(sources.position(item.path, item.span.start).line),
        item.severity.value,
        f"{item.rule} {item.name}",
        _literal(_short(item.message)),
        f"`{repair}`" if repair.startswith("--") else repair,
    )
    return f"| {' | '.join(cells)} |"


def _short(message: str) -> str:
    return message if len(message) <= MAX_MESSAGE else message[:MAX_MESSAGE] + "..."


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
