"""Reports for people: `full` with source frames, `concise` with one line each, statistics, and the closing line."""

from collections.abc import Iterator
from typing import NamedTuple

from lintkb.diagnostics import Applicability, Diagnostic, Severity
from lintkb.report import KnowledgeBaseReport, Report, Sources
from lintkb.reporters.safe import safe, safe_line, width
from lintkb.text import SourceText, Span

TAB = "    "
ELLIPSIS = "..."
MOST_WANTED = 10  # targets in the statistics, and clusters of copies
FEW_PLACES = 3  # of a cluster
_CODES = {"error": "1;31", "warning": "1;33", "info": "1;34", "frame": "1;34", "bold": "1", "fix": "32", "dim": "2"}
REPAIRS = {
    Applicability.SAFE: "--fix",
    Applicability.UNSAFE: "--fix --unsafe-fixes",
    Applicability.DISPLAY: "by hand",
}


class Style(NamedTuple):
    """How to print: in colour or not, how many cells wide, and with what suppressions hide or without."""

    color: bool
    columns: int
    suppressed: bool = False

    def paint(self, text: str, name: str) -> str:
        """The text in one of the report's colours."""
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self.color else text


def concise(report: Report, style: Style) -> Iterator[str]:
    """`path:line:column: CODE message`, a line for each diagnostic."""
    for base in report.bases:
        sources = base.sources()
        for item in base.diagnostics:
            yield concise_line(item, base, sources)
    yield from suppressed(report, style)


def suppressed(report: Report, style: Style) -> Iterator[str]:
    """A line for each finding that a suppression hides, where that is asked for."""
    for base in report.bases if style.suppressed else ():
        sources = base.sources()
        for item in base.suppressed:
            yield f"{concise_line(item, base, sources)} (suppressed)"


def concise_line(item: Diagnostic, base: KnowledgeBaseReport, sources: Sources) -> str:
    """One line of the concise report."""
    line, column = sources.position(item.path, item.span.start)
    return safe_line(f"{safe(base.shown(item.path))}:{line}:{column}: {item.rule} {safe(item.message)}")


def full(report: Report, style: Style) -> Iterator[str]:
    """Each diagnostic with its source line, the span underlined, related places, the fix and help."""
    for base in report.bases:
        sources = base.sources()
        for item in base.diagnostics:
            for line in _block(item, base, sources, style):
                yield safe_line(line)
            yield ""
    yield from suppressed(report, style)


def _block(item: Diagnostic, base: KnowledgeBaseReport, sources: Sources, style: Style) -> Iterator[str]:
    source = sources(item.path)
    place = source.position(item.span.start)
    gutter = " " * len(str(place.line))
    bar = style.paint("|", "frame")
    head = style.paint(f"{item.severity}[{item.rule}]", item.severity)
    yield f"{head}{style.paint(f' {item.name}: {safe(item.message)}', 'bold')}"
    arrow = style.paint("-->", "frame")
    yield f"{gutter}{arrow} {safe(base.shown(item.path))}:{place.line}:{place.column}"
    if source.text:
        shown, marks = _frame(source, item.span, place.line, style.columns - len(gutter) - 4)
        yield f"{gutter} {bar}"
        yield f"{style.paint(str(place.line), 'frame')} {bar} {shown}".rstrip()
        yield f"{gutter} {bar} {style.paint(marks, item.severity)}"
    else:
        yield f"{gutter} {bar}"
    for other in item.related:
        at = sources.position(other.path, other.span.start)
        where = safe(base.shown(other.path))
        yield f"{gutter} = note: {safe(other.message)}: {where}:{at.line}:{at.column}"
    for fix in item.fixes[:1]:
        yield f"{gutter} = {style.paint('fix', 'fix')}: {safe(fix.title)} ({fix.applicability}: {REPAIRS[fix.applicability]})"
    if item.help:
        yield f"{gutter} = help: {safe(item.help)}"


def _frame(source: SourceText, span: Span, line: int, columns: int) -> tuple[str, str]:
    """The source line, cut to the width around the span, and the marks below it."""
    whole = source.line_span(line)
    start, end = span.start, min(max(span.end, span.start), whole.end)
    start = min(start, whole.end)
    # Cut first in code points: a line may be megabytes long, and only its surroundings are shown.
    room = max(columns, 20)
    left, right = max(whole.start, start - room), min(whole.end, start + room)
    before, inside, after = (
        _shown(source.text[left:start]),
        _shown(source.text[start : min(end, right)]),
        _shown(source.text[min(end, right) : right]),
    )
    cut_left, cut_right = left > whole.start, right < whole.end
    want = max(room * 2 // 3, room - width(inside) - width(after) - len(ELLIPSIS))
    while width(before) > want:
        before = before[max(1, (width(before) - want) // 2) :]
        cut_left = True
    if cut_left:
        before = ELLIPSIS + before
    marks = " " * width(before) + "^" * max(1, width(inside))
    text = before + inside + after
    if cut_right or width(text) > room:
        least = len(before) + 1  # one cell of the span is always left to underline
        while len(text) > least and width(text) > room - len(ELLIPSIS):
            text = text[: max(least, len(text) - max(1, (width(text) - room + len(ELLIPSIS)) // 2))]
        text += ELLIPSIS
    return text, marks[: max(width(text), width(before) + 1)]


def _shown(text: str) -> str:
    return safe(text.replace("\t", TAB))


def statistics(report: Report, style: Style) -> Iterator[str]:
    """How many findings each rule has, the most first; what links name and is not there; what stands in several places."""
    counts: dict[str, list[Diagnostic]] = {}
    for item in report.diagnostics:
        counts.setdefault(item.rule, []).append(item)
    size = len(str(max((len(items) for items in counts.values()), default=0)))
    for code, items in sorted(counts.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        mark = "*" if any(item.fixes and item.fixes[0].applicability is Applicability.SAFE for item in items) else " "
        severity = min((item.severity for item in items), key=lambda severity: severity.rank)
        yield f"{len(items):>{size}}  {style.paint(code, severity)}  [{mark}] {items[0].name}"
    if pages := report.wanted():
        yield ""
        yield f"notes  links  {count(len(pages), 'link target')} not there, the most wanted first"
        for page in pages[:MOST_WANTED]:
            target = safe(page.target)
            target = target if len(target) <= style.columns else target[: style.columns] + ELLIPSIS
            where = f"  (in {safe(page.root)})" if len(report.bases) > 1 else ""
            yield safe_line(f"{page.notes:>5}  {page.links:>5}  {target}{where}")
        if len(pages) > MOST_WANTED:
            yield f"{ELLIPSIS} and {len(pages) - MOST_WANTED:,} more"
    if copied := report.copied():
        yield ""
        yield f"copies  rule   {count(len(copied), 'passage')} in several places, the most copies first"
        for base, rule, cluster in copied[:MOST_WANTED]:
            sources = base.sources()
            places = (
                f"{safe(base.shown(path))}:{sources.position(path, span.start).line}"
                for path, span in cluster.places[:FEW_PLACES]
            )
            more = f", {ELLIPSIS}" if cluster.copies > FEW_PLACES else ""
            yield safe_line(f"{cluster.copies:>6}  {rule}  {', '.join(places)}{more}")
        if len(copied) > MOST_WANTED:
            yield f"{ELLIPSIS} and {len(copied) - MOST_WANTED:,} more"


def summary(report: Report, style: Style) -> Iterator[str]:
    """The closing lines: counts by severity, what is suppressed, what can be repaired."""
    hidden = f", {count(report.suppressed_count, 'suppressed finding')}" if report.suppressed_count else ""
    if not report.tally.total:
        clean = f"Nothing {report.scope}" if report.scope else "All clean"
        yield f"{style.paint(clean, 'fix')}: {count(report.checked, 'note')} checked{hidden}."
        return
    words = [style.paint(words, severity) for severity, words in by_severity(report)]
    scope = f", {report.scope}" if report.scope else ""
    yield f"Found {', '.join(words)} in {report.flawed} of {count(report.checked, 'note')}{scope}{hidden}."
    safe_fixes, unsafe = report.fixable(Applicability.SAFE), report.fixable(Applicability.UNSAFE)
    if safe_fixes or unsafe:
        more = f"{unsafe} {'more' if safe_fixes else 'fixable'} with `--fix --unsafe-fixes`"
        yield (
            ", ".join(([f"{safe_fixes} fixable with `--fix`"] if safe_fixes else []) + ([more] if unsafe else [])) + "."
        )


def by_severity(report: Report) -> Iterator[tuple[Severity, str]]:
    """How many findings there are of each severity, in words, the worst first; what there is none of is left out."""
    for severity in Severity:
        if number := report.tally.severities.get(severity, 0):
            yield severity, count(number, severity)


def count(number: int, noun: str = "note") -> str:
    """A number and what it counts."""
    plural = noun if noun == "info" or number == 1 else noun + "s"
    return f"{number:,} {plural}"
