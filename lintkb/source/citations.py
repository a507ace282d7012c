"""Citations of a moment in a recording: their forms and the times in them, read by one linear lexer.

Three forms are known: the anchor `<a class="yt-timestamp" data-t="00:01:02">[00:01:02]</a>`, the bare `[00:01:02]`
with lists and ranges, and the Markdown link `[00:01:02](…)`.
"""

import re
from typing import NamedTuple

from lintkb.clock import parse_clock
from lintkb.source.markdown import Mask
from lintkb.text import Span

_CANDIDATE = re.compile(r"<[aA]\b|\[(?=\s?\d)")
_OPENING_TAG = re.compile(r"<a\s[^<>]{0,400}>", re.IGNORECASE)
_CITING = re.compile(r"\sdata-t\s*=|\sclass\s*=\s*[\"']?yt\b", re.IGNORECASE)
_DATA_T = re.compile(r"\sdata-t\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=`]+))", re.IGNORECASE)
_LABEL = re.compile(r"([^<\r\n]{0,200})</a\s*>", re.IGNORECASE)
_OPEN_LABEL = re.compile(r"\[[^\[\]<\r\n]{0,40}\]")
_TIME = r"\d{1,4}(?::\d{1,4}){1,3}"
_BARE = re.compile(rf"\[\s?{_TIME}(?:\s?(?:,|;|\||-|–|—|to|and|&)\s?{_TIME}){{0,40}}\s?\]")
_TIMES = re.compile(_TIME)


class Time(NamedTuple):
    """A written time. `seconds` is None when it is malformed; `role` is anchor, label or text."""

    text: str
    span: Span
    seconds: int | None
    role: str


class Citation(NamedTuple):
    """One citation: its form (anchor, bare, link), its place and its times in reading order."""

    form: str
    span: Span
    times: tuple[Time, ...]

    def time(self, role: str) -> Time | None:
        """The first time with that role."""
        return next((time for time in self.times if time.role == role), None)


def read_citations(text: str, start: int, mask: Mask) -> list[Citation]:
    """All citations from offset `start` on, outside `mask`, in reading order."""
    citations: list[Citation] = []
    match = _CANDIDATE.search(text, start)
    while match:
        at = match.start()
        covered = mask.end_if_covered(at)
        if covered is not None:
            match = _CANDIDATE.search(text, covered)
            continue
        citation = _anchor(text, at) if text[at] == "<" else _bracket(text, at)
        if citation is not None:
            citations.append(citation)
        match = _CANDIDATE.search(text, citation.span.end if citation else match.end())
    return citations


def _anchor(text: str, at: int) -> Citation | None:
    tag = _OPENING_TAG.match(text, at)
    if tag is None or _CITING.search(tag.group()) is None:
        return None
    times = []
    data = _DATA_T.search(text, at, tag.end())
    if data is None:
        times.append(Time("", Span(at, tag.end()), None, "anchor"))
    else:
        group = data.lastindex or 1
        value = data[group]
        times.append(Time(value, Span(*data.span(group)), parse_clock(value, short=False), "anchor"))
    label = _LABEL.match(text, tag.end())
    if label is not None:
        place, end = Span(*label.span(1)), label.end()
    else:
        bracket = _OPEN_LABEL.match(text, tag.end())  # an anchor that is never closed still shows its label
        place = Span(*bracket.span()) if bracket else Span(tag.end(), tag.end())
        end = place.end
    times += [
        Time(shown.group(), Span(*shown.span()), parse_clock(shown.group(), short=True), "label")
        for shown in _TIMES.finditer(text, place.start, place.end)
    ]
    return Citation("anchor", Span(at, end), tuple(times))


def _bracket(text: str, at: int) -> Citation | None:
    match = _BARE.match(text, at)
    if match is None or text.startswith("[", at - 1 if at else at + len(text)) or text.startswith("]", match.end()):
        return None
    times = tuple(
        Time(shown.group(), Span(*shown.span()), parse_clock(shown.group(), short=True), "text")
        for shown in _TIMES.finditer(text, at, match.end())
    )
    end = match.end()
    if text.startswith("(", end):
        close = text.find(")", end, end + 500)
        if close >= 0 and "\n" not in text[end:close]:
            return Citation("link", Span(at, close + 1), times)
    return Citation("bare", Span(at, end), times)
