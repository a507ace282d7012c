"""Captions as XML: YouTube's timed text in its three versions, and TTML."""

import re
from collections.abc import Mapping
from xml.parsers import expat

from lintkb.source.transcripts.model import Piece, TranscriptError, clock, seconds, shortened
from lintkb.source.transcripts.webvtt import unescape
from lintkb.text import ByteOffsets, Span

_ROOTS = ("transcript", "timedtext", "tt")
_DEEPEST = 64
_OFFSET = re.compile(r"([0-9.]{1,20})(ms|s|m|h)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def read_xml(text: str) -> list[Piece]:
    """The captions of an XML file. Raises TranscriptError; a document type, and with it every entity, is refused."""
    reader = _Reader(text)
    try:
        reader.parser.Parse(reader.data, True)
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code)
        raise TranscriptError(f"unreadable XML: {why}, on line {error.lineno}, column {error.offset + 1}") from error
    return reader.pieces


class _Reader:
    """Makes pieces of what expat tells: the captions are `<p>` or `<text>`, with words in `<s>`."""

    def __init__(self, text: str) -> None:
        self.data = text.encode("utf-8")
        self.offset = ByteOffsets(text)
        self.pieces: list[Piece] = []
        self.open: list[str] = []
        self.begin: int | None = None  # of the caption that is open, in bytes
        self.start = 0.0
        self.end: float | None = None
        self.words: list[tuple[float, str]] = []
        self.said_at = 0.0
        self.parser = expat.ParserCreate("utf-8")  # whatever its declaration says: it was decoded as that
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.on_doctype
        self.parser.StartElementHandler = self.on_start
        self.parser.EndElementHandler = self.on_end
        self.parser.CharacterDataHandler = self.on_text

    def on_doctype(self, *_: object) -> None:
        raise TranscriptError("it declares a document type, which captions have no use for; take the `<!DOCTYPE` out")

    def on_start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.open.append(local)
        if len(self.open) == 1 and local not in _ROOTS:
            raise TranscriptError(f"`<{local[:40]}>` is no transcript; that begins with `<{'>`, `<'.join(_ROOTS)}>`")
        if len(self.open) > _DEEPEST:
            raise TranscriptError(f"its elements are nested deeper than {_DEEPEST}")
        where = f"line {self.parser.CurrentLineNumber}: `<{local}>`"
        if self.begin is not None:
            if local == "br":
                self.words.append((self.said_at, "\n"))
            elif local == "s" and "t" in attributes:
                self.said_at = self.start + seconds(attributes["t"], f"{where} `t`", 0.001)
        elif local in ("p", "text"):
            self.begin = self.parser.CurrentByteIndex
            self.start, self.end = _times(self.open[0], attributes, where)
            self.words, self.said_at = [], self.start

    def on_text(self, text: str) -> None:
        if self.begin is not None:
            self.words.append((self.said_at, unescape(text)))  # YouTube escapes twice

    def on_end(self, _: str) -> None:
        local = self.open.pop()
        if self.begin is None or local not in ("p", "text"):
            return
        words = tuple(self.words)
        text = "".join(word for _, word in words)
        if text.strip():
            until = self.data.index(b">", self.parser.CurrentByteIndex) + 1
            span = Span(self.offset(self.begin), self.offset(until))
            self.pieces.append(Piece(self.start, self.end, "", text, span, words))
        self.begin = None


def _times(root: str, attributes: Mapping[str, str], where: str) -> tuple[float, float | None]:
    """When a caption begins and, if it says so, ends."""

    def time(name: str, unit: float | None) -> float | None:
        value = attributes.get(name)
        if value is None:
            return None
        return _ttml_time(value, f"{where} `{name}`") if unit is None else seconds(value, f"{where} `{name}`", unit)

    if root == "tt":
        start, end, lasts = time("begin", None), time("end", None), time("dur", None)
    elif "t" in attributes:
        start, end, lasts = time("t", 0.001), None, time("d", 0.001)
    else:
        start, end, lasts = time("start", 1.0), None, time("dur", 1.0)
    if start is None:
        raise TranscriptError(f"{where} does not say when it begins")
    return start, round(start + lasts, 3) if end is None and lasts is not None else end


def _ttml_time(value: str, where: str) -> float:
    at = clock(value)
    if at is None:
        number, unit = match.groups() if (match := _OFFSET.fullmatch(value)) else (value, "")
        at = seconds(number, where, _UNITS[unit]) if unit else None
    if at is None:
        raise TranscriptError(f"{where} is {shortened(value)}; it should be a time as 00:01:02.500 or 62.5s")
    return at
