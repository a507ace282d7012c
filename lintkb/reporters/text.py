"""Reports for people: `full` with source frames, `concise` with one line each, statistics, and the closing line."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from lintkb.diagnostics import Applicability, Diagnostic, Severity
from lintkb.report import KnowledgeBaseReport, Report, Sources
from lintkb.reporters.safe import is_narrow, safe, safe_line, safe_lines, width
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

    def begin(self, name: str) -> str:
        """What switches one of the report's colours on."""
        return f"\x1b[{_CODES[name]}m" if self.color else ""

    @property
    def end(self) -> str:
        """What switches them off."""
        return "\x1b[0m" if self.color else ""

    def paint(self, text: str, name: str) -> str:
        """The text in one of the report's colours."""
        return f"{self.begin(name)}{text}{self.end}"


class Form(NamedTuple):
    """A form in which findings are printed note by note: its name, its style, and the root as it is shown."""

    name: str
    style: Style
    root: str


def concise(report: Report, style: Style) -> Iterator[str]:
    """`path:line:column: CODE message`, a line for each diagnostic."""
    for base in report.bases:
        sources = base.sources()
        for path, items in base.by_note():
            yield concise_note(path, items, base, sources, style)
    yield from suppressed(report, style)


def suppressed(report: Report, style: Style) -> Iterator[str]:
    """A line for each finding that a suppression hides, where that is asked for."""
    for base in report.bases if style.suppressed else ():
        sources = base.sources()
        for item in base.suppressed:
            yield f"{concise_line(item, base, sources)} (suppressed)"


def concise_note(
    path: str, items: Iterable[Diagnostic], base: KnowledgeBaseReport, sources: Sources, _style: Style
) -> str:
    """The lines of the concise report on one note, the last without its line feed."""
    where = safe_line(f"{safe(base.shown(path))}:")
    starts = sources(path).line_starts
    lines = []
    for item in items:
        at = item.span.start
        line = bisect_right(starts, at)
        lines.append(f"{where}{line}:{at - starts[line - 1] + 1}: {item.rule} {safe(item.message)}")
    return safe_lines("\n".join(lines))


def concise_line(item: Diagnostic, base: KnowledgeBaseReport, sources: Sources) -> str:
    """One line of the concise report."""
    line, column = sources.position(item.path, item.span.start)
    return safe_line(f"{safe(base.shown(item.path))}:{line}:{column}: {item.rule} {safe(item.message)}")


def full(report: Report, style: Style) -> Iterator[str]:
    """Each diagnostic with its source line, the span underlined, related places, the fix and help."""
    for base in report.bases:
        sources = base.sources()
        for path, items in base.by_note():
            yield full_note(path, items, base, sources, style)
    yield from suppressed(report, style)


def full_note(path: str, items: Iterable[Diagnostic], base: KnowledgeBaseReport, sources: Sources, style: Style) -> str:
    """The lines of the full report on one note, the last without its line feed.

    They depend on this note's text, and on those of the other notes of which diagnostics name a place (`related`) that is
    not their beginning.
    """
    shown = safe(base.shown(path))
    source = sources(path)
    text, starts = source.text, source.line_starts
    frame, bold, off = style.begin("frame"), style.begin("bold"), style.end
    bar, dash, fixed = style.paint("|", "frame"), style.paint("-->", "frame"), style.paint("fix", "fix")
    blocks = []
    for item in items:
        at, _ = span = item.span
        line = bisect_right(starts, at)
        number = str(line)
        gutter = " " * len(number)
        severity = style.begin(item.severity)
        framed = ""
        if text:
            words, marks = _frame(source, span, line, style.columns - len(gutter) - 4)
            framed = f"{frame}{number}{off} {bar}{f' {words}'.rstrip()}\n{gutter} {bar} {severity}{marks}{off}\n"
        more = ""
        for other in item.related:
            place = sources.position(other.path, other.span.start)
            where = f"{safe(base.shown(other.path))}:{place.line}:{place.column}"
            more += f"{gutter} = note: {safe(other.message)}: {where}\n"
        for fix in item.fixes[:1]:
            repair = f"{fix.applicability}: {REPAIRS[fix.applicability]}"
            more += f"{gutter} = {fixed}: {safe(fix.title)} ({repair})\n"
        if item.help:
            more += f"{gutter} = help: {safe(item.help)}\n"
        blocks.append(
            f"{severity}{item.severity}[{item.rule}]{off}{bold} {item.name}: {safe(item.message)}{off}\n"
            f"{gutter}{dash} {shown}:{number}:{at - starts[line - 1] + 1}\n"
            f"{gutter} {bar}\n{framed}{more}"
        )
    return safe_lines("\n".join(blocks))


def _frame(source: SourceText, span: Span, line: int, columns: int) -> tuple[str, str]:
    """The source line, cut to the width around the span, and the marks below it."""
    whole = source.line_span(line)
    start, end = min(span.start, whole.end), min(max(span), whole.end)
    # Cut first in code points: a line may be megabytes long, and only its surroundings are shown.
    room = max(columns, 20)
    left, right = max(whole.start, start - room), min(whole.end, start + room)
    end = min(end, right)
    window = source.text[left:right]
    narrow = is_narrow(window)
    cells: Callable[[str], int] = len if narrow else width
    if narrow:
        before, inside, after = window[: start - left], window[start - left : end - left], window[end - left :]
    else:
        before, inside, after = map(_shown, (source.text[left:start], source.text[start:end], source.text[end:right]))
    under = cells(inside)
    want = max(room * 2 // 3, room - under - cells(after) - len(ELLIPSIS))
    cut = left > whole.start
    if cells(before) > want:
        before = before[-want:] if narrow else _cut_left(before, want)
        cut = True
    if cut:
        before = ELLIPSIS + before
    ahead = cells(before)
    text = before + inside + after
    if right < whole.end or cells(text) > room:
        least = len(before) + 1  # one cell of the span is always left to underline
        most = room - len(ELLIPSIS)
        text = (text[: max(least, most)] if narrow else _cut_right(text, most, least)) + ELLIPSIS
    return text, (" " * ahead + "^" * max(1, under))[: max(cells(text), ahead + 1)]


def _cut_left(text: str, cells: int) -> str:
    """The end of a text that takes no more than some cells."""
    while (surplus := width(text) - cells) > 0:
        text = text[max(1, surplus // 2) :]
    return text


def _cut_right(text: str, cells: int, least: int) -> str:
    """The beginning of a text that takes no more than some cells, but for the `least` characters that are kept."""
    while len(text) > least and (surplus := width(text) - cells) > 0:
        text = text[: max(least, len(text) - max(1, surplus // 2))]
    return text


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
    yield f"Found {', '.join(words)} in {report.flawed:,} of {count(report.checked, 'note')}{scope}{hidden}."
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
