"""The sentences of a note's prose, each with its exact span."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lintkb.source.markdown import FILLER
from lintkb.source.note import Note
from lintkb.text import Span

LONGEST = 20_000  # characters of a block that is read: what is longer is no prose
# What marks up words and is none of them.
_MARKS = (FILLER, "\\", "*", "_", "|", "~~", "==", "[[", "]]", "`")
_BLANK = re.compile(r"[^\S ]")
_MARKER = re.compile(r"[ \t]*+(?:[-*+]|\d{1,9}[.)])(?:[ \t]++\[[ xX]\])?+(?=\s)")
_CALLOUT = re.compile(r"\[![\w-]{1,40}\][-+]?[^\r\n]*+")
_QUOTING = re.compile(r"(?<=[\r\n])[ \t]*+(?:>[ \t]?+)++")
_LINKS = re.compile(
    r"\W{0,9}(?:\w{1,20}:(?=[\s*_]*+[!\[<]))?(?:!?\[\[[^\[\]\r\n]*+\]\]|!?\[[^\[\]]*+\]\([^()\s]*+\)|<[^<>]*+>|[^\w\[<])*+"
)
# A line of links that a word announces, above the text of a paragraph: `From: [[talks]] <br/>`.
_ORIGIN = re.compile(r"[ \t]*+\w{1,20}:[ \t]*+(?:(?:\[\[[^\[\]\r\n]*+\]\]|<br ?/?>|[,*_])[ \t]*+)++(?=[\r\n])")
_WORD = re.compile(r"[^\W\d_]")
_ORDINAL = re.compile(r"(?<![\w.,:])\d{1,2}\.[ \t]*+\Z")
# A sentence does not begin in lower case, nor with the dash or the bracket before the name of who said what stands there.
_GOES_ON = re.compile(r"[\s\"'”’)]*+[a-zà-öø-ÿ]|\s*+(?:[–—―]|--|-\s|[(\[](?=[A-ZÀ-Þ])[^()\[\]]{1,120}[)\]]\W*\Z)")
# What stands behind the end mark and cites: marks of footnotes, numbers and keys of sources, brackets around a citation.
_BEHIND = re.compile(r"(?:\s++|\[\^[^\[\]\s]++\]|\[\d[\d,– -]*+\]|\[-?@[^\[\]]*+\]|\[[\s,;]*+\]|\([\s,;]*+\))++")


class Sentence(NamedTuple):
    """A sentence: its place from the first word to the end mark, and that of its block in `note.structure.blocks`.

    From `begin`, where the one before it ends or the block begins, to `end`, behind what stands after the end mark, citations
    are its own. `words` is what it says without markup, as long as its span.
    """

    span: Span
    begin: int
    end: int
    block: int
    words: str

    @property
    def text(self) -> str:
        """Its words with single blanks."""
        return " ".join(self.words.split())


def read_sentences(note: Note, language: str = "en", *, dotted_ordinals: bool = False) -> list[Sentence]:
    """The sentences of paragraphs, list items, quotations and the cells below a table's head, in reading order.

    `language` is the code (ISO 639) of the one whose abbreviations are known; with `dotted_ordinals` the dot behind a small
    number ends no sentence. What stands in headings, code, math, comments, HTML blocks, footnotes and titles of callouts, and
    what is but links, is no sentence.
    """
    words = _BLANK.sub(" ", note.prose)
    for mark in _MARKS:
        words = words.replace(mark, " " * len(mark))
    sentences: list[Sentence] = []
    for at, region in text_blocks(note):
        text = words[region.start : region.end]
        if ">" in text:
            text = _unquoted(note.text, region, text)
        first = len(sentences)
        begin = end = region.start
        for piece in _joined(_pieces(text, language), dotted_ordinals=dotted_ordinals):
            if len(sentences) > first and (behind := _BEHIND.match(piece)) is not None:
                piece = piece[behind.end() :]  # noqa: PLW2901
                begin = end = end + behind.end()
                sentences[-1] = sentences[-1]._replace(end=begin)
            start = end + len(piece) - len(piece.lstrip())
            end += len(piece)
            said = piece.strip()
            if _WORD.search(said) is not None:
                sentences.append(Sentence(Span(start, start + len(said)), begin, end, at, said))
                begin = end
        if len(sentences) > first:
            sentences[-1] = sentences[-1]._replace(end=region.end)
    return sentences


def text_blocks(note: Note) -> Iterator[tuple[int, Span]]:
    """The blocks with text of their own, each with the place of that text, without list markers and titles of callouts.

    An item that holds headings has several, one behind the other.
    """
    blocks = note.structure.blocks
    headings = [heading.span.start for heading in note.structure.headings]
    footnotes: set[int] = set()
    for at, block in enumerate(blocks):
        start, end = block.span
        if block.kind == "footnote" or block.parent in footnotes:
            footnotes.add(at)
            continue
        outer = blocks[block.parent].kind if block.parent >= 0 else ""
        places = []
        if block.kind == "item":
            if at + 1 < len(blocks) and blocks[at + 1].parent == at:
                end = blocks[at + 1].span.start
            marker = _MARKER.match(note.text, start, end)
            start = marker.end() if marker else start
            for number in range(bisect_left(headings, start), bisect_left(headings, end)):
                places.append(Span(start, headings[number]))
                start = min(note.structure.headings[number].span.end, end)
        elif block.kind == "paragraph":
            above = (_CALLOUT if outer == "quote" else _ORIGIN).match(note.text, start, end)
            start = above.end() if above else start
        elif block.kind != "cell" or outer == "head":
            continue
        for place in (*places, Span(start, end)):
            if place.start < place.end <= place.start + LONGEST and not _LINKS.fullmatch(note.text, *place):
                yield at, place


def _pieces(text: str, language: str) -> Iterable[str]:
    """The text in pieces that end where sentences do. Its only blanks are those of ASCII: sentencex panics at others."""
    import sentencex  # type: ignore[import-untyped]

    try:
        pieces: list[str] = sentencex.segment(language, text)
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ != "PanicException":
            raise
        raise RuntimeError(f"the text cannot be cut into sentences: {error}") from None
    return pieces


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
