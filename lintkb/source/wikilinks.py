"""Wikilinks: `[[target#fragment|label]]` and embeds, read by one linear lexer."""

from typing import NamedTuple

from lintkb.source.markdown import Mask
from lintkb.text import Span


class Wikilink(NamedTuple):
    """A wikilink. `span` holds the brackets, and the `!` of an embed; the other spans are trimmed of blanks.

    `target` is what stands before `#`; it is empty for a link into the note itself. `in_table` says that the pipe
    before a label must be escaped here.
    """

    span: Span
    target: str
    target_span: Span
    fragment: str
    label: str | None
    embed: bool
    in_table: bool


def read_wikilinks(text: str, start: int, mask: Mask, tables: Mask) -> list[Wikilink]:
    """All well-formed wikilinks from offset `start` on, outside `mask`.

    A link ends on the line where it began; an unclosed or empty one is not a link.
    """
    links: list[Wikilink] = []
    at = text.find("[[", start)
    while at >= 0:
        covered = mask.end_if_covered(at)
        if covered is not None:
            at = text.find("[[", covered)
            continue
        if _escaped(text, at):
            at = text.find("[[", at + 1)
            continue
        while text.startswith("[", at + 2):  # `[[[a]]]` is a bracket, a link and a bracket
            at += 1
        close = _unmasked(text, at + 2, mask)
        if close < 0:
            break
        inner = text[at + 2 : close]
        nested = inner.rfind("[[")
        if nested >= 0:
            at = at + 2 + nested
            continue
        if "\n" in inner or "\r" in inner:
            at = text.find("[[", at + 2)
            continue
        link = _split(text, at, close, in_table=tables.end_if_covered(at) is not None)
        if link is not None:
            links.append(link)
        at = text.find("[[", close + 2)
    return links


def _unmasked(text: str, at: int, mask: Mask) -> int:
    """The next `]]` that is not in code; -1 when there is none."""
    close = text.find("]]", at)
    while close >= 0 and (covered := mask.end_if_covered(close)) is not None:
        close = text.find("]]", covered)
    return close


def _escaped(text: str, at: int) -> bool:
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
    fragment = "" if hash_at < 0 else text[hash_at + 1 : target_end].strip()
    target_span = trimmed(text, Span(at + 2, target_end if hash_at < 0 else hash_at))
    target = text[target_span.start : target_span.end]
    if not target and not fragment:
        return None
    embed = at > 0 and text[at - 1] == "!"
    span = Span(at - 1 if embed else at, close + 2)
    return Wikilink(span, target, target_span, fragment, label, embed, in_table)


def trimmed(text: str, span: Span) -> Span:
    """The span without the white space at its ends."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
