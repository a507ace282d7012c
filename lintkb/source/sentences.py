"""The sentences of a note's prose, each with its exact span."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lintkb import lazy_re as re
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
# Most text is passed over by one look at its first word: it stands in no link, and announces none.
_LINKS = re.compile(
    r"(?![^\w\[<]*+\w++(?!:))\W{0,9}(?:\w{1,20}:(?=[\s*_]*+[!\[<]))?(?:!?\[\[[^\[\]\r\n]*+\]\]|!?\[[^\[\]]*+\]\([^()\s]*+\)|<[^<>]*+>|[^\w\[<])*+"
)
# A line of links that a word announces, above the text of a paragraph: `From: [[talks]] <br/>`.
_ORIGIN = re.compile(r"[ \t]*+\w{1,20}:[ \t]*+(?:(?:\[\[[^\[\]\r\n]*+\]\]|<br ?/?>|[,*_])[ \t]*+)++(?=[\r\n])")
# Text that is neither, as nearly all is: it begins with a word that announces nothing, of which nothing is masked.
_PLAIN = re.compile(rf"[ \t]*+[^\W\d_]\w*+(?![:{FILLER}])")
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


class Sentences:
    """The sentences of paragraphs, list items, quotations and the cells below a table's head, in reading order.

    What stands in headings, code, math, comments, HTML blocks, footnotes and titles of callouts, and what is but links, is no
    sentence. A block is cut into its sentences when they are asked for: of most blocks nobody asks.
    """

    def __init__(
        self,
        note: Note,
        language: str = "en",
        *,
        dotted_ordinals: bool = False,
        places: Mapping[int, Sequence[Span]] | None = None,
    ) -> None:
        """`language` is the code (ISO 639) of the one whose abbreviations are known; with `dotted_ordinals` the dot behind a
        small number ends no sentence. `places` are those of the note's sentences, if they are known.
        """
        self.places = places if places is not None else read_places(note)
        self._note = note
        self._language = language
        self._dotted_ordinals = dotted_ordinals
        self._blocks = list(self.places)
        self._cut: dict[int, list[Sentence]] = {}

    def __iter__(self) -> Iterator[Sentence]:
        for block in self.places:
            yield from self.of(block)

    def outnumber(self, number: int) -> bool:
        """Whether there are more of them than so many."""
        least = sum(map(len, self.places.values()))  # each place has one at least
        for block, places in self.places.items():
            if least > number:
                return True
            least += len(self.of(block)) - len(places)
        return least > number

    def of(self, block: int) -> list[Sentence]:
        """The sentences of one of the blocks that have any."""
        if block not in self._cut:
            self._cut[block] = [sentence for place in self.places[block] for sentence in self._read(block, place)]
        return self._cut[block]

    def between(self, block: int, start: int, end: int) -> list[Sentence]:
        """Those of a block that begin between two places."""
        sentences = self.of(block)
        return sentences[bisect_left(sentences, start, key=_start) : bisect_left(sentences, end, key=_start)]

    def before(self, sentence: Sentence, most: int) -> list[Sentence]:
        """The sentences right before another one, in reading order."""
        own = self.of(sentence.block)
        at = bisect_left(own, sentence.span.start, key=_start)
        found = own[max(0, at - most) : at]
        place = bisect_left(self._blocks, sentence.block)
        while len(found) < most and place:
            place -= 1
            found = [*self.of(self._blocks[place])[len(found) - most :], *found]
        return found

    def _read(self, block: int, place: Span) -> list[Sentence]:
        """The sentences of one place, which holds a word at least."""
        text = _BLANK.sub(" ", self._note.prose[place.start : place.end])
        for mark in _MARKS:
            text = text.replace(mark, " " * len(mark))
        if ">" in text:
            text = _unquoted(self._note.text, place, text)
        sentences: list[Sentence] = []
        begin = end = place.start
        for piece in _joined(_pieces(text, self._language), dotted_ordinals=self._dotted_ordinals):
            if sentences and (behind := _BEHIND.match(piece)) is not None:
                piece = piece[behind.end() :]  # noqa: PLW2901
                begin = end = end + behind.end()
                sentences[-1] = sentences[-1]._replace(end=begin)
            start = end + len(piece) - len(piece.lstrip())
            end += len(piece)
            said = piece.strip()
            if _WORD.search(said) is not None:
                sentences.append(Sentence(Span(start, start + len(said)), begin, end, block, said))
                begin = end
        sentences[-1] = sentences[-1]._replace(end=place.end)
        return sentences


def _start(sentence: Sentence) -> int:
    return sentence.span.start


def read_places(note: Note) -> dict[int, list[Span]]:
    """By block that has sentences of its own where its text lies: they fill each of these places from end to end."""
    places: dict[int, list[Span]] = {}
    prose, word = note.prose, _WORD.search
    for at, place in text_blocks(note):
        if word(prose, *place) is not None:
            places.setdefault(at, []).append(place)
    return places


def text_blocks(note: Note) -> Iterator[tuple[int, Span]]:
    """The blocks with text of their own, each with the place of that text, without list markers and titles of callouts.

    An item that holds headings has several, one behind the other.
    """
    text, prose, plain = note.text, note.prose, _PLAIN.match
    blocks = note.structure.blocks
    headings = [heading.span.start for heading in note.structure.headings]
    footnotes: set[int] = set()
    for at, (kind, span, parent) in enumerate(blocks):
        if kind == "footnote" or parent in footnotes:
            footnotes.add(at)
            continue
        start, end = span
        places = []
        if kind == "item":
            if at + 1 < len(blocks) and blocks[at + 1].parent == at:
                end = blocks[at + 1].span.start
            if (marker := _MARKER.match(text, start, end)) is not None:
                start = marker.end()
            number = bisect_left(headings, start)
            while number < len(headings) and headings[number] < end:
                places.append(Span(start, headings[number]))
                start = min(note.structure.headings[number].span.end, end)
                number += 1
        elif kind == "paragraph":
            if end - start <= LONGEST and plain(prose, start, end) is not None:
                yield at, span
                continue
            above = _CALLOUT if parent >= 0 and blocks[parent].kind == "quote" else _ORIGIN
            if (title := above.match(text, start, end)) is not None:
                start = title.end()
        elif kind != "cell" or blocks[parent].kind == "head":
            continue
        places.append(Span(start, end))
        for place in places:
            if place.start < place.end <= place.start + LONGEST and not _LINKS.fullmatch(text, *place):
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
