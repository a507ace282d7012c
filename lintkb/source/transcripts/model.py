"""What a transcript is, before and after its cues are shaped."""

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from lintkb.clock import MAX_SECONDS
from lintkb.text import DecodeError, Span, decode

MAX_BYTES = 64 * 2**20
_CRLF = re.compile("\r\n")
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
_CLOCK = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,4}):([0-9]{1,2})(?:[.,]([0-9]{1,6}))?")


class TranscriptError(ValueError):
    """A file is no transcript that can be read; `str()` says why and what to do."""


class Cue(NamedTuple):
    """What was said from `start` to `end`, in seconds, by a `speaker` if one is named; `span` is its place in the file."""

    start: float
    end: float
    speaker: str
    text: str
    span: Span


_START = itemgetter(0)


class Transcript(NamedTuple):
    """The cues of one recording in order of time, from the file at `path` (relative to the root)."""

    path: str
    cues: tuple[Cue, ...]

    @property
    def end(self) -> float:
        """The second at which the last cue ends; 0 without cues."""
        return max((cue.end for cue in self.cues), default=0.0)

    @property
    def speakers(self) -> list[str]:
        """The speakers that are named, in the order in which they begin to speak."""
        return list(dict.fromkeys(cue.speaker for cue in self.cues if cue.speaker))

    def cue_at(self, seconds: float) -> Cue | None:
        """The last cue that begins no later than `seconds`; None before the first."""
        return next(iter(self.cues_at(seconds, 0)), None)

    def cues_at(self, seconds: float, within: float) -> tuple[Cue, ...]:
        """The same, and those that begin `within` some seconds behind it; none before the first."""
        after = bisect_right(self.cues, seconds, key=_START)
        return self.cues[after - 1 : bisect_right(self.cues, seconds + within, after, key=_START)] if after else ()


class Chapter(NamedTuple):
    """A part of a recording, in seconds; `end` is None where the file does not say."""

    start: float
    end: float | None
    title: str


class Info(NamedTuple):
    """What yt-dlp knows of a recording, from the file at `path`; what it does not know is empty or None."""

    path: str
    id: str
    title: str
    uploader: str
    channel: str
    description: str
    duration: float | None
    chapters: tuple[Chapter, ...]


class Piece(NamedTuple):
    """A caption as its format has it, to be shaped into cues.

    `end` is None where the format does not say. `text` keeps its line ends, which tell rolling captions; a NUL, a name
    and a NUL in it say who speaks from there on. `words`, if there are any, are the same text cut where times are known.
    """

    start: float
    end: float | None
    speaker: str
    text: str
    span: Span
    words: tuple[tuple[float, str], ...] = ()


def decoded(data: bytes) -> tuple[str, list[int]]:
    """The text of a file with LF for every line end, and where in it one was longer: see `original`.

    Raises TranscriptError.
    """
    if len(data) > MAX_BYTES:
        raise TranscriptError(f"it is larger than {MAX_BYTES // 2**20} MB; keep the words alone, or split it")
    try:
        text = decode(data).text
    except DecodeError as error:
        raise TranscriptError(str(error)) from error
    if "\r" not in text:
        return text, []
    longer = [match.start() - count for count, match in enumerate(_CRLF.finditer(text))]
    return text.replace("\r\n", "\n").replace("\r", "\n"), longer


def original(span: Span, longer: list[int]) -> Span:
    """Where a span of the text that `decoded` gives lies in the file."""
    return Span(span.start + bisect_left(longer, span.start), span.end + bisect_left(longer, span.end))


@lru_cache(maxsize=8)  # where one caption ends the next begins
def clock(text: str) -> float | None:
    """Seconds of `HH:MM:SS` or `MM:SS` (minutes may be more than 59), with a fraction or without; None for anything else."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    if int(seconds) > 59 or (hours and int(minutes) > 59):
        return None
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return round(whole + float(f"0.{fraction or 0}"), 3)


def seconds(value: object, where: str, unit: float = 1.0) -> float:
    """Seconds, to the millisecond, of a number of units from 0 on. Raises TranscriptError, which says `where` it is none."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_SECONDS / unit:
        raise TranscriptError(f"{where} is {shortened(value)}; it should be a number, 0 or more")
    return round(value * unit, 3)


def shortened(value: object) -> str:
    """A value as a message shows it."""
    shown = "missing" if value is None else ascii(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}..."
