"""Suppression directives: HTML comments in the body, `#` comments in the frontmatter.

This module only reads them; which rules they name and whether they are used is settled by `lintkb.suppressions`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from lintkb import lazy_re as re
from lintkb.source.frontmatter import Entry, Frontmatter, Node
from lintkb.source.markdown import Mask
from lintkb.text import SourceText, Span

_COMMENT = re.compile(r"<!--\s*lintkb(?P<kind>-[\w-]+|[:\s]+(?:dis|en)able[\w-]*)(?P<words>[^\r\n]*)")
_YAML_COMMENT = re.compile(r"(?:^|(?<=[\s]))#\s*lintkb-(?P<kind>[\w-]+)(?P<words>[^\r\n]*)", re.MULTILINE)


class Directive(NamedTuple):
    """One directive: its kind (`disable-line`, `disable-next-line`, `disable`, `enable` or a word nobody knows).

    `scope` is what it covers by itself: a line, or for `disable` everything from there on.
    """

    kind: str
    span: Span
    words: str
    scope: Span


def read_directives(source: SourceText, comments: list[Span], frontmatter: Frontmatter | None) -> list[Directive]:
    """The directives of a note in reading order."""
    directives: list[Directive] = []
    if (
        frontmatter is not None
        and frontmatter.problem is None
        and "lintkb-" in source.text[frontmatter.content.start : frontmatter.content.end]
    ):
        directives += _yaml_directives(source, frontmatter)
    for comment in comments:
        match = _COMMENT.match(source.text, comment.start, comment.end)
        if match:
            words = match["words"].partition("-->")[0].strip()
            kind = match["kind"].removeprefix("-")  # with anything else before it, it is a word that nobody knows
            directives.append(Directive(kind, comment, words, _scope(source, kind, comment)))
    return sorted(directives, key=lambda directive: directive.span)


def _scope(source: SourceText, kind: str, span: Span) -> Span:
    line = source.position(span.start).line
    if kind == "disable-line":
        return source.line_span(line)
    if kind == "disable-next-line":
        last = source.position(span.end).line
        return source.line_span(last + 1) if last < len(source.line_starts) else Span(span.end, span.end)
    return Span(span.start, len(source.text) + 1)


def _yaml_directives(source: SourceText, frontmatter: Frontmatter) -> Iterator[Directive]:
    scalars = Mask(span for entry in frontmatter.entries for span in _scalars(entry))
    for match in _YAML_COMMENT.finditer(source.text, frontmatter.content.start, frontmatter.content.end):
        if scalars.end_if_covered(match.start()) is not None:
            continue
        kind, span = match["kind"], Span(*match.span())
        line = source.line_span(source.position(span.start).line)
        alone = not source.text[line.start : span.start].strip()
        if kind == "disable" and alone:
            # Nothing can stand before the frontmatter, so this is the place to speak of the whole note.
            scope = Span(0, len(source.text) + 1)
        elif kind == "disable":
            kind, scope = "disable-line", line
        else:
            scope = _scope(source, kind, span)
        yield Directive(kind, span, match["words"].strip(), scope)


def _scalars(item: Entry | Node) -> Iterator[Span]:
    if isinstance(item, Entry):
        yield item.key_span
        yield from _scalars(item.node)
    elif item.kind == "scalar":
        yield item.span
    else:
        for child in item.items:
            yield from _scalars(child)
