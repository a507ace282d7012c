"""WebVTT and SRT: blocks behind lines of the form `time --> time`."""

import re

from lintkb.source.transcripts.model import Piece, TranscriptError, clock
from lintkb.source.transcripts.shaping import LONGEST_CUE
from lintkb.text import Span

_TIMING = re.compile(r"^[ \t]*([0-9:.,]{1,20}+)[ \t]*-->[ \t]*([0-9:.,]{1,20}+).*", re.MULTILINE)
_NO_CUE = ("NOTE", "STYLE", "REGION")
_BREAK = re.compile(r"<br[ /]{0,3}>")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*+)?[ \t]++([^<>\n]*+)>")
_STAMP = re.compile(r"<([0-9:.]{5,16})>")
_NESTED = re.compile(r"<[^<>]*+<[^>]*+>")  # a stamp in a tag is none
_TAG = re.compile(r"<[^>]*+>")
_OVERRIDE = re.compile(r"\{\\[^{}\0]*+\}")  # `{\an8}`, which SRT has from SubStation
_REFERENCE = re.compile(r"&(#(?=[0-9]{1,7};|[xX][0-9a-fA-F]{1,6};)|[A-Za-z])[A-Za-z0-9]{1,31};")


def is_captions(text: str) -> bool:
    """Whether a text is WebVTT or SRT."""
    timing = _TIMING.search(text)
    return text.lstrip().startswith("WEBVTT") or (timing is not None and clock(timing[1]) is not None)


def read_captions(text: str) -> list[Piece]:
    """The captions of a WebVTT or SRT file. Raises TranscriptError for a time that is none."""
    webvtt = text.lstrip().startswith("WEBVTT")
    timings = list(_TIMING.finditer(text))
    ends = [*(timing.start() for timing in timings[1:]), len(text)]
    pieces = []
    for timing, end in zip(timings, ends, strict=False):
        begin = timing.end() + 1
        raw = _payload(text[timing.end() : end], more=end < len(text), webvtt=webvtt)[1:]
        if not raw or raw.isspace():
            continue
        started, ended = _time(text, timing, 1), _time(text, timing, 2)
        words = _words(started, raw) if "<" in raw and ended - started > LONGEST_CUE else ()
        span = Span(timing.start(), begin + len(raw.rstrip()))
        pieces.append(Piece(started, ended, "", plain(raw), span, words))
    return pieces


def plain(raw: str) -> str:
    """A caption without its markup; a voice as `Piece.text` tells it."""
    if "<" in raw:
        raw = _BREAK.sub("\n", "\0".join(_VOICE.split(raw)))
        closed = raw.rfind(">") + 1  # up to where every `<` finds its `>`, so that nothing is looked at twice
        raw = _TAG.sub("", raw[:closed]) + raw[closed:]
    if "{\\" in raw:
        raw = _OVERRIDE.sub("", raw)
    return unescape(raw)


def unescape(text: str) -> str:
    """The characters that `&amp;` and its like stand for."""
    if "&" not in text:
        return text
    return _REFERENCE.sub(_character, text)


def _character(reference: re.Match[str]) -> str:
    import html
    from html.entities import html5

    return html.unescape(reference[0]) if reference[1] == "#" else html5.get(reference[0][1:], reference[0])


def _payload(body: str, *, more: bool, webvtt: bool) -> str:
    """What a caption holds of the text between its times and the next ones, which may have an identifier above them."""
    if more and not body.endswith("\n\n"):
        above, _, last = body[:-1].rpartition("\n")
        if last.isdecimal() or (above.endswith("\n") and last.strip()):
            body = above
    if not webvtt:
        return body
    begin = len(body) - len(body.lstrip("\n"))  # YouTube's first line may be empty
    if begin > 1 and body.startswith(_NO_CUE, begin):
        return ""
    empty = body.find("\n\n", begin)
    return body if empty < 0 else body[:empty]


def _words(start: float, raw: str) -> tuple[tuple[float, str], ...]:
    closed = raw.rfind(">") + 1
    first, *rest = _STAMP.split(_NESTED.sub("", raw[:closed]) + raw[closed:])
    words = [(start, plain(first))]
    for stamp, word in zip(rest[::2], rest[1::2], strict=True):
        at = clock(stamp)
        words.append((words[-1][0] if at is None else at, plain(word)))
    return tuple(words)


def _time(text: str, timing: re.Match[str], group: int) -> float:
    at = clock(timing[group])
    if at is None:
        line = text.count("\n", 0, timing.start()) + 1
        raise TranscriptError(f"`{timing[group]}` on line {line} is no time; write it as 00:01:02.500")
    return at
