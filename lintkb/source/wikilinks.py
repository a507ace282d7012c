"""Wikilinks: `[[target#fragment|label]]` and embeds, read by one linear lexer."""

from itertools import chain
from typing import NamedTuple

from lintkb import lazy_re as re
from lintkb.source.frontmatter import Frontmatter, scalars
from lintkb.source.markdown import Mask
from lintkb.text import Span, as_span

# Searched for one after the other, as what is literal is found many times as fast as one of two things.
_OPENING, _CLOSING = re.compile(r"\[\[+"), re.compile(r"\]\]")
_LINE_END = re.compile(r"[\r\n]")
_DESTINATION = re.compile(r"\((?:<|#|\.{0,2}/|[a-z][a-z0-9+.-]*:)", re.IGNORECASE)
# What a name begins with; a test of a shell, a code span, an image begin otherwise.
_NAME = re.compile(r"[ \t]*[\"'“‘(]?\w[^\[\]]*")
_LETTER = re.compile(r"[^\W\d_]")
_BRACKET = re.compile(r"[\[\]]")
_NOT_CLOSING = re.compile(r"\][(\[:,]")  # of a Markdown link, a definition, a list of lists
_LISTS = re.compile(r"\][^\[\]]*\[")  # `[[1, 2], [3, 4]]` is a list of lists, `[[a](b), [c](d)]]` holds links
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,30}://\S|mailto:\S|www\.[^\s/.]+\.[^\s/]+/", re.IGNORECASE)
_TIME = r"\d{1,3}:\d\d(?::\d\d)?"
_TIMES = re.compile(rf"{_TIME}(?:\s?[-–,]\s?{_TIME}){{0,9}}", re.ASCII)


class Wikilink(NamedTuple):
    """A wikilink. `span` holds the brackets, and the `!` of an embed; the other spans are trimmed of blanks.

    `target` is what stands before `#`; it is empty for a link into the note itself. `in_table` says that the pipe
    before a label must be escaped here.
    """

    span: Span
    target: str
    target_span: Span
    fragment: str
    fragment_span: Span
    label: str | None
    embed: bool
    in_table: bool


class Malformed(NamedTuple):
    """Brackets meant to be a wikilink: unclosed, nested (another one opens inside), split by a line end, or empty.

    The `span` of an unclosed one ends with its line, that of a nested one where the other opens.
    """

    kind: str
    span: Span


def read_wikilinks(text: str, start: int, mask: Mask, tables: Mask) -> tuple[list[Wikilink], list[Malformed]]:
    """All wikilinks from offset `start` on, outside `mask`, and what fails to be one: a link ends on its own line."""
    links: list[Wikilink] = []
    broken: list[Malformed] = []
    opened = -1
    brackets = chain(_OPENING.finditer(text, start), _CLOSING.finditer(text, start))
    for at, end in sorted(map(re.Match.span, brackets)):
        if mask.starts and mask.end_if_covered(end - 1) is not None:
            continue
        line_end = _LINE_END.search(text, opened, at) if opened >= 0 else None
        if text[at] == "[":
            if opened >= 0:
                inner = at - 1 if text[at - 1] == "!" and at - 1 > opened + 1 else at
                kind, until = ("nested", inner) if line_end is None else ("unclosed", line_end.start())
                broken += _malformed(text, kind, Span(opened, until))
            # `[[[a]]]` is a bracket, a link and a bracket
            opened = -1 if is_escaped(text, at) and end - at == 2 else end - 2
        elif opened >= 0:
            span = Span(opened, end)
            if line_end is not None:
                kind, until = _cut(text, span, line_end.start())
                broken += _malformed(text, kind, Span(opened, until))
            elif not _is_other(text, span):
                in_table = bool(tables.starts) and tables.end_if_covered(opened) is not None
                link = _split(text, opened, at, in_table=in_table)
                if link is not None:
                    links.append(link)
                else:
                    broken.append(Malformed("empty", span))
            opened = -1
    if opened >= 0:
        line_end = _LINE_END.search(text, opened)
        broken += _malformed(text, "unclosed", Span(opened, line_end.start() if line_end else len(text)))
    return links, broken


def address_kind(target: str) -> str:
    """What a target is that can be no note: `url`, `time` (of a recording, or several), or nothing."""
    if ":" not in target and "/" not in target:
        return ""
    if _URL.match(target):
        return "url"
    return "time" if _TIMES.fullmatch(target) else ""


def _malformed(text: str, kind: str, span: Span) -> list[Malformed]:
    """The wikilink that brackets at the start of `span` were meant to be; none for Markdown links, lists and code."""
    head = _NAME.match(text, span.start + 2, span.end)
    if head is None or _LETTER.search(head[0]) is None:
        return []
    at = head.end()
    if "|" not in head[0] and _NOT_CLOSING.match(text, at) is not None:
        return []
    depth = 2
    for bracket in _BRACKET.finditer(text, at, span.end - 2 if kind == "split" else span.end):
        depth += 1 if bracket[0] == "[" else -1
        if depth == 0:
            return []
    return [Malformed(kind, span)]


def _is_other(text: str, span: Span) -> bool:
    """Whether what stands in two pairs of brackets is a Markdown link, as `[[1]](address)`, or a list of lists."""
    if text.startswith("(", span.end) and _DESTINATION.match(text, span.end) is not None:
        return True
    if text.find("]", span.start, span.end - 2) < 0:
        return False
    pipe = text.find("|", span.start, span.end)
    return _LISTS.search(text, span.start + 2, pipe if pipe >= 0 else span.end - 2) is not None


def _cut(text: str, span: Span, line_end: int) -> tuple[str, int]:
    """A link that closes on a later line: split when that is the next one, else unclosed on its own."""
    lines = text[line_end : span.end].replace("\r\n", "\n").replace("\r", "\n").count("\n")
    return ("split", span.end) if lines == 1 else ("unclosed", line_end)


def read_frontmatter_wikilinks(text: str, frontmatter: Frontmatter) -> list[Wikilink]:
    """The values of a frontmatter that are one wikilink each, in quotes, as Obsidian reads them."""
    links = []
    if "[[" in text[frontmatter.content.start : frontmatter.content.end]:
        for node in scalars(frontmatter.entries):
            value = node.value
            if isinstance(value, str) and value.startswith("[[") and value.find("]]") == len(value) - 2:
                at = text.find(value, node.span.start, node.span.end)
                link = _split(text, at, at + len(value) - 2, in_table=False) if at >= 0 else None
                if link is not None:
                    links.append(link)
    return links


def is_escaped(text: str, at: int) -> bool:
    """Whether a backslash makes the sign at an offset one like any other."""
    slashes = 0
    while at - slashes > 0 and text[at - slashes - 1] == "\\":
        slashes += 1
    return slashes % 2 == 1


def _split(text: str, at: int, close: int, *, in_table: bool) -> Wikilink | None:
    pipe = text.find("|", at + 2, close)
    target_end = close if pipe < 0 else pipe
    if pipe > 0 and text[pipe - 1] == "\\":
        target_end -= 1
    label = None if pipe < 0 else text[pipe + 1 : close].strip()
    hash_at = text.find("#", at + 2, target_end)
    if hash_at < 0:
        fragment, fragment_span = "", as_span((target_end, target_end))
    else:
        fragment_span = trimmed(text, Span(hash_at + 1, target_end))
        fragment = text[fragment_span.start : fragment_span.end]
    target_span = trimmed(text, as_span((at + 2, target_end if hash_at < 0 else hash_at)))
    target = text[target_span.start : target_span.end]
    if not target and not fragment:
        return None
    embed = at > 0 and text[at - 1] == "!"
    span = as_span((at - 1 if embed else at, close + 2))
    return Wikilink(span, target, target_span, fragment, fragment_span, label, embed, in_table)


def trimmed(text: str, span: Span) -> Span:
    """The span without the white space at its ends."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return as_span((start, end))
