"""Transcripts of recordings: who said what, when; read from WebVTT."""

import re
from typing import NamedTuple

from lintkb.text import DecodeError, SourceText, Span, decode

_VTT_TIME = r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)[.,](\d{3})"
_VTT_CUE = re.compile(
    rf"^[ \t]*{_VTT_TIME}[ \t]+-->[ \t]+{_VTT_TIME}[^\r\n]*(?:\r\n?|\n)((?:(?![ \t]*(?:\r|\n|$))[^\r\n]*(?:\r\n?|\n|\Z))*)",
    re.MULTILINE,
)
_VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+([^>]*)>")
_TAG = re.compile(r"<[^<>]*>")


class TranscriptError(ValueError):
    """A file is no transcript that can be read; `str()` says why and what to do."""


class Cue(NamedTuple):
    """What was said from `start` to `end`, in seconds, by a `speaker` if one is named; `span` is its place in the file."""

    start: float
    end: float
    speaker: str
    text: str
    span: Span


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
        best = None
        for cue in self.cues:
            if cue.start > seconds:
                break
            best = cue
        return best


def read_transcript(path: str, data: bytes) -> Transcript:
    """Read the bytes of a transcript file. Raises TranscriptError."""
    try:
        source = decode(data)
    except DecodeError as error:
        raise TranscriptError(str(error)) from error
    cues = tuple(sorted(_vtt_cues(source), key=lambda cue: cue.start))
    if not cues:
        raise TranscriptError("no cue found in it; it should be WebVTT")
    return Transcript(path, cues)


def _vtt_cues(source: SourceText) -> list[Cue]:
    cues = []
    for match in _VTT_CUE.finditer(source.text):
        raw = match[9]
        voice = _VOICE.search(raw)
        words = " ".join(_TAG.sub(" ", raw).split())
        if words:
            speaker = " ".join(voice[1].split()) if voice else ""
            cues.append(Cue(_seconds(match, 1), _seconds(match, 5), speaker, words, Span(*match.span())))
    return cues


def _seconds(match: re.Match[str], group: int) -> float:
    hours, minutes, seconds, millis = (int(match[group + offset] or 0) for offset in range(4))
    return hours * 3600 + minutes * 60 + seconds + millis / 1000
