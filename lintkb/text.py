"""Text and places in it: decoding, code-point spans, lines and columns.

Every offset in lintkb is a code-point offset into the decoded text, without a byte order mark.
This module is the only one that converts between bytes, offsets, lines and columns.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import accumulate, pairwise
from typing import NamedTuple

from lintkb import lazy_re as re

BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n|\n|\r")
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_BLOCK = 1024  # code points


class Span(NamedTuple):
    """Half-open range of code-point offsets."""

    start: int
    end: int


# A span of a pair, as `match.span()` is one: three times as fast as `Span(*pair)`, and notes have hundreds.
as_span: Callable[[tuple[int, int]], Span] = partial(tuple.__new__, Span)


class Position(NamedTuple):
    """1-based line and 1-based column, the column in code points."""

    line: int
    column: int


class DecodeError(ValueError):
    """The bytes are not UTF-8 text; `str()` says where and what to do."""


class SourceText:
    """A decoded note: its text and the arithmetic of its lines.

    Lines end at LF, CRLF or CR and at nothing else, as in CommonMark 0.31, section 2.1.
    """

    __slots__ = ("_blocks", "_starts", "bom", "text")

    def __init__(self, text: str, *, bom: bool = False) -> None:
        self.text = text
        self.bom = bom
        self._starts: list[int] | None = None
        self._blocks: list[int] | None = None

    @property
    def line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = _line_starts(self.text)
        return self._starts

    def position(self, offset: int) -> Position:
        """The line and column of a code-point offset between 0 and the length of the text."""
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    def byte_position(self, offset: int) -> Position:
        """The same with the column in bytes of UTF-8, as they lie in the file: a byte order mark counts."""
        line, _ = self.position(offset)
        column = self._bytes_before(offset) - self._bytes_before(self.line_starts[line - 1]) + 1
        return Position(line, column + (len(BOM) if self.bom and line == 1 else 0))

    def _bytes_before(self, offset: int) -> int:
        if self.text.isascii():
            return offset
        if self._blocks is None:  # so that a line of megabytes is not encoded anew for every place in it
            starts = range(0, len(self.text), _BLOCK)
            sizes = (len(self.text[start : start + _BLOCK].encode("utf-8")) for start in starts)
            self._blocks = list(accumulate(sizes, initial=0))
        block = offset // _BLOCK
        return self._blocks[block] + len(self.text[block * _BLOCK : offset].encode("utf-8"))

    def lines(self, start: int = 0) -> Iterator[Span]:
        """The lines that begin at `start` or behind it, with their line ends."""
        starts = self.line_starts
        return map(Span._make, pairwise((*starts[bisect_left(starts, start) :], len(self.text))))

    def line_span(self, line: int) -> Span:
        """The span of a 1-based line, its line end left out."""
        starts, text = self.line_starts, self.text
        start = starts[line - 1]
        if line == len(starts):
            return Span(start, len(text))
        end = starts[line] - 1
        return Span(start, end - 1 if end > start and text[end] == "\n" and text[end - 1] == "\r" else end)

    @property
    def newline(self) -> str:
        """The line end that the text uses first; LF when it has a single line."""
        match = _LINE_END.search(self.text)
        return match.group() if match else "\n"

    def edited(self, edits: Iterable[tuple[Span, str]]) -> "SourceText":
        """The text with other words at some spans, which do not overlap. What is outside them stays as it is."""
        pieces, at = [], 0
        for span, words in sorted(edits):
            pieces += [self.text[at : span.start], words]
            at = span.end
        return SourceText("".join([*pieces, self.text[at:]]), bom=self.bom)

    def encode(self) -> bytes:
        """The bytes that `decode` would turn into this text."""
        return (BOM if self.bom else b"") + self.text.encode("utf-8")


def _line_starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *(match.end() for match in _LINE_END.finditer(text))]
    starts, at, find = [0], 0, text.find
    while at := find("\n", at) + 1:
        starts.append(at)
    return starts


def decode(data: bytes) -> SourceText:
    """Decode a note strictly, so that encoding it again gives the same bytes.

    Raises DecodeError when the bytes are not UTF-8 or hold a NUL, as binary files do.
    """
    bom = data.startswith(BOM)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DecodeError("the file is UTF-16; save it as UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise DecodeError(f"a NUL at byte {nul + 1}: this looks like a binary file, not a note")
    try:
        text = data[3:].decode("utf-8") if bom else data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start + (3 if bom else 0)
        line = data.count(b"\n", 0, at) + 1
        raise DecodeError(f"byte 0x{data[at]:02x} on line {line} is not valid UTF-8; save the note as UTF-8") from error
    return SourceText(text, bom=bom)


class ByteOffsets:
    """Converts UTF-8 byte offsets into a text to code-point offsets.

    Costs nothing for ASCII; otherwise one table per run of non-ASCII text and a bisection per offset.
    """

    __slots__ = ("_base", "_bounds", "_runs", "_shifts")

    def __init__(self, text: str, base: int = 0) -> None:
        """`base` is added to every result: the code points that lie before `text` in the note."""
        self._base = base
        self._bounds: list[int] = []  # in bytes: where each run begins, where it ends, where the next one begins
        self._shifts = [base]  # what makes code points of bytes before each run, and behind the last one
        self._runs: list[bytes] = []
        if text.isascii():
            return
        extra = 0
        for match in _NON_ASCII.finditer(text):
            start, end = match.span()
            run = match[0].encode("utf-8")
            self._bounds.append(start + extra)
            extra += len(run) - (end - start)
            self._bounds.append(end + extra)
            self._shifts.append(base - extra)
            self._runs.append(run)

    def __call__(self, offset: int) -> int:
        index = bisect_right(self._bounds, offset)
        before = self._shifts[index >> 1] + offset
        if not index & 1:
            return before
        into = offset - self._bounds[index - 1]  # a run
        return before - into + len(self._runs[index >> 1][:into].decode("utf-8")) if into else before

    def span(self, start: int, end: int) -> Span:
        """The span of a range of bytes."""
        if self._bounds:
            return as_span((self(start), self(end)))
        base = self._base
        return as_span((base + start, base + end))
