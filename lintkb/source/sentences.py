"""The sentences of a note's prose, each with its exact span."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lintkb.source.markdown import FILLER, Block
from lintkb.source.note import Note
from lintkb.text import Span

LONGEST = 20_000  # characters of a block that is read: what is longer is no prose
# What marks up words and is none of them.
_MARKS = (FILLER, "\n", "\r", "*", "_", "|", "~~", "==", "[[", "]]", "`")
_MARKER = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?:[ \t]++\[[ xX]\])?+(?=\s)")
_CALLOUT = re.compile(r"\[![\w-]{1,40}\][-+]?[^\r\n]*+")
_QUOTING = re.compile(r"(?<=[\r\n])[ \t]*+(?:>[ \t]?+)++")
_LINKS = re.compile(
    r"\W{0,9}(?:\w{1,20}:)?(?:!?\[\[[^\[\]\r\n]*+\]\]|!?\[[^\[\]]*+\]\([^()\s]*+\)|<[^<>]*+>|[^\w\[<])*+"
)
_WORD = re.compile(r"[^\W\d_]")
_ORDINAL = re.compile(r"(?<![\w.,:])\d{1,2}\.[ \t]*+\Z")
_GOES_ON = re.compile(r"[\s\"'”’)]*+[a-zà-öø-ÿ]")


class Sentence(NamedTuple):
    """A sentence: its place from the first word to the end mark, and that of its block in `note.structure.blocks`.

    From `begin`, where the one before it or the block begins, to `end`, citations are its own. `words` is what it says
    without markup, as long as its span.
    """

    span: Span
    begin: int
    end: int
    block: int
    words: str


def read_sentences(note: Note, language: str = "en", *, dotted_ordinals: bool = False) -> list[Sentence]:
    """The sentences of paragraphs, list items, quotations and table cells, in reading order.

    `language` is the code (ISO 639) of the one whose abbreviations are known; with `dotted_ordinals` the dot behind a small
    number ends no sentence. What stands in headings, code, math, comments, HTML blocks, footnotes and titles of callouts, and
    what is but links, is no sentence.
    """
    import sentencex  # type: ignore[import-untyped]

    words = note.prose
    for mark in _MARKS:
        words = words.replace(mark, " " * len(mark))
    sentences: list[Sentence] = []
    for at, region in text_blocks(note):
        text = words[region.start : region.end]
        if ">" in text:
            text = _unquoted(note.text, region, text)
        begin = end = region.start
        for piece in _joined(sentencex.segment(language, text), dotted_ordinals=dotted_ordinals):
            end += len(piece)
            said = piece.strip()
            if _WORD.search(said) is None:
                continue
            start = end - len(piece.lstrip())
            sentences.append(Sentence(Span(start, start + len(said)), begin, end, at, said))
            begin = end
        if sentences and sentences[-1].block == at:
            sentences[-1] = sentences[-1]._replace(end=region.end)
    return sentences


def text_blocks(note: Note) -> Iterator[tuple[int, Span]]:
    """The blocks with text of their own, each with the place of that text, without list markers and titles of callouts."""
    blocks = note.structure.blocks
    for at, block in enumerate(blocks):
        start, end = block.span
        if block.kind == "item":
            if at + 1 < len(blocks) and blocks[at + 1].parent == at:
                end = blocks[at + 1].span.start
            marker = _MARKER.match(note.text, start, end)
            start = marker.end() if marker else start
        elif block.kind not in ("paragraph", "cell"):
            continue
        elif block.parent >= 0 and blocks[block.parent].kind == "quote":
            callout = _CALLOUT.match(note.text, start, end)
            start = callout.end() if callout else start
        if end - start > LONGEST or any(blocks[outer].kind == "footnote" for outer in around(blocks, at)):
            continue
        if start < end and _LINKS.fullmatch(note.text, start, end) is None:
            yield at, Span(start, end)


def around(blocks: Sequence[Block], at: int) -> Iterator[int]:
    """The blocks that a block stands in, the innermost first."""
    while (at := blocks[at].parent) >= 0:
        yield at


def _joined(pieces: Iterable[str], *, dotted_ordinals: bool) -> Iterator[str]:
    """The pieces of a text, those that go on in lower case, or behind an ordinal, with what is before them."""
    before = ""
    for piece in pieces:
        if before and not _GOES_ON.match(piece) and not (dotted_ordinals and _ORDINAL.search(before)):
            yield before
            before = ""
        before += piece
    if before:
        yield before


def _unquoted(text: str, region: Span, words: str) -> str:
    """The words of a quotation without the signs at the beginning of its lines."""
    pieces, at = [], region.start
    for match in _QUOTING.finditer(text, *region):
        start, end = match.span()
        pieces += [words[at - region.start : start - region.start], " " * (end - start)]
        at = end
    return "".join([*pieces, words[at - region.start :]])
