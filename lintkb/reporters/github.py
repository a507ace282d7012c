"""The report as annotations of GitHub Actions, and as concise lines where GitHub shows no more of them."""

from collections import Counter
from collections.abc import Iterator

from lintkb.diagnostics import Diagnostic, Severity
from lintkb.report import KnowledgeBaseReport, Report, Sources
from lintkb.reporters.safe import runner_safe, safe
from lintkb.reporters.text import Style, concise_line, count, suppressed

MAX_PER_LEVEL = 10  # what GitHub keeps of each level in one step
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
# What the runner turns back in data; in properties it turns back the colon and the comma too.
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(report: Report, style: Style) -> Iterator[str]:
    """Workflow commands: errors, then warnings, then infos; of each the first of every note, then the second, and so on.

    So one note with many flaws does not hide the others. What is over the limit follows as lines of the concise report,
    in its order, and a line says how many there are.
    """
    found = [(base, item) for base in report.bases for item in base.diagnostics]
    sources = {id(base): base.sources() for base in report.bases}
    earlier: Counter[tuple[int, str, Severity]] = Counter()
    turns = []
    for number, (base, item) in enumerate(found):
        key = (id(base), item.path, item.severity)
        turns.append((item.severity.rank, earlier[key], number))
        earlier[key] += 1
    kept: Counter[int] = Counter()
    rest = []
    for rank, _, number in sorted(turns):
        kept[rank] += 1
        base, item = found[number]
        if kept[rank] <= MAX_PER_LEVEL:
            yield _annotation(item, base, sources[id(base)])
        else:
            rest.append(number)
    for number in sorted(rest):
        base, item = found[number]
        yield runner_safe(concise_line(item, base, sources[id(base)]), "\\x23")
    if rest:
        yield (
            f"{count(len(rest), 'finding')} above without an annotation: GitHub keeps {MAX_PER_LEVEL} errors, "
            f"{MAX_PER_LEVEL} warnings and {MAX_PER_LEVEL} notices of a step."
        )
    for line in suppressed(report, style):
        yield runner_safe(line, "\\x23")


def _annotation(item: Diagnostic, base: KnowledgeBaseReport, sources: Sources) -> str:
    path = base.relative(item.path)
    start, end = sources.position(item.path, item.span.start), sources.position(item.path, item.span.end)
    properties = {
        "file": f"./{path}" if path.startswith("=") else path,  # the runner drops a `=` that follows the first one
        "line": start.line,
        "col": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "title": f"{item.rule} {item.name}",
    }
    if start.line != end.line:  # where GitHub takes no columns
        del properties["col"], properties["endColumn"]
    written = ",".join(f"{name}={_safe(str(value)).translate(_PROPERTY)}" for name, value in properties.items())
    return f"::{_LEVELS[item.severity]} {written}::{_safe(item.message).translate(_DATA)}"


def _safe(text: str) -> str:
    return runner_safe(safe(text), "\\x23")
