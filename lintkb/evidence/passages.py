"""What the times of a note vouch for: the sentences that they stand in, as words."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, pairwise
from typing import NamedTuple

from lintkb.evidence.words import StemReader
from lintkb.source.citations import Citation, Time
from lintkb.source.markdown import FILLER
from lintkb.source.note import Note
from lintkb.text import Span, as_span

FEWEST_STEMS = 3  # a part of a sentence that has less is read with what stands before it
LONGEST = 2000  # characters of that
_LEADING = ("anchor", "address")  # the roles of times that take the reader to the recording
# Where a sentence ends: a line end before a block of its own, or a full stop along with what closes behind it, citations
# included. Titles, initials and what goes on in lower case end nothing.
_LINE_END = r"(?:(?<=\r)\n)?+(?=[ \t>]*+(?:[\r\n]|[-*+][ \t]|\d{1,9}[.)][ \t]|\#|\||\Z))"
_NO_END = "".join(rf"(?<!\b{before}\.)" for before in ("Dr", "Mr", "Ms", "Mrs", "St", "vs", "[A-Z]"))
_CLOSED = rf"[\"'”’»)\]*_]*+(?:[ \t,;()\[\]]*+{FILLER}++[)\]]*+)*+(?=[ \t]*+[\r\n]|[ \t]++[^\sa-z]|[ \t]*+\Z)"
# One pattern for each sign: a sign is found many times as fast as any of several.
_ENDS = {
    sign: re.compile(re.escape(sign) + (_LINE_END if sign in "\r\n" else _NO_END + _CLOSED)) for sign in "\r\n.!?…"
}
_WORD = re.compile(r"[^\W_]")


class Cited(NamedTuple):
    """A written time and what it vouches for.

    `citation` is the place in `note.citations`; `time` is where a reader is sent, else what is shown; `label` is the copy
    that is shown of a time where a reader is sent. `span` is the sentence, or the part of it that the citation closes,
    `words` its stems, each once. Citations with nothing between them share a span; those of one `sentence` its number.
    """

    citation: int
    time: Time
    label: Time | None
    span: Span
    words: tuple[str, ...]
    sentence: int


_as_cited: Callable[[tuple[int, Time, Time | None, Span, tuple[str, ...], int]], Cited] = partial(tuple.__new__, Cited)


def read_passages(note: Note) -> list[Cited]:
    """The times of a note and what they vouch for, in reading order."""
    citations = note.citations
    if not citations:
        return []
    prose, ends = note.prose, _ends(note)
    words_in = StemReader(prose, note.blanked)
    cited: list[Cited] = []
    starts = [citation[1][0] for citation in citations]
    at, count, last = 0, len(citations), len(ends) - 1
    while at < count:
        number = bisect_right(ends, starts[at])
        start, end = ends[number - 1] if number else note.body_start, ends[number if number < last else last]
        first, at = at, at + 1
        while at < count and starts[at] < end:
            at += 1
        parts = _parts(prose, start, end, range(first, at), citations) if at - first > 1 else [((first,), (start, end))]
        for group, (begin, stop) in parts:
            span, words = as_span((begin, stop)), words_in(begin, stop)
            if len(words) < FEWEST_STEMS and begin > start:
                span = Span(max(start, begin - LONGEST), stop)
                words = words_in(*span)
            for index in group:
                for time, label in _moments(citations[index]):
                    cited.append(_as_cited((index, time, label, span, words, number)))
    return cited


def read_uncited(note: Note) -> list[Cited]:
    """The sentences of a note without a citation as if their times were not known, in reading order.

    Their `citation` is -1. A sentence without words is none.
    """
    prose, ends = note.prose, _ends(note)
    cited = {bisect_right(ends, citation.span.start) for citation in note.citations}
    words_in = StemReader(prose, note.blanked)
    uncited = []
    for number, (start, end) in enumerate(pairwise([note.body_start, *ends])):
        first = _WORD.search(prose, start, end) if number not in cited else None
        if first is not None:
            span = Span(first.start(), end)
            uncited.append(Cited(-1, Time("", Span(end, end), None, ""), None, span, words_in(*span), number))
    return uncited


def _ends(note: Note) -> list[int]:
    """Where the sentences of a note end, the last one at its end."""
    prose = note.prose
    found = [pattern.finditer(prose, note.body_start) for sign, pattern in _ENDS.items() if sign in prose]
    ends = [match.end() for match in chain.from_iterable(found)]
    headings = chain.from_iterable([heading.span for heading in note.structure.headings])
    return sorted({*ends, *headings, len(prose)})


def _moments(citation: Citation) -> list[tuple[Time, Time | None]]:
    """The times of a citation that are moments of their own, each with the copy of it that is shown.

    Where a citation leads somewhere it has one: there. Where it does not, what it shows are its moments.
    """
    times = citation[2]
    if len(times) == 2 and times[0][3] == "anchor" and times[0][0] and times[1][3] == "label":
        return [times]  # as nearly all are
    shown = [time for time in times if time.role not in _LEADING]
    leading = next((time for time in times if time.role in _LEADING and time.text), None)
    if leading is not None and (leading.seconds is not None or leading.role == "anchor"):
        return [(leading, next(iter(shown), None))]
    moments: dict[int | str, Time] = {}
    for time in shown:
        moments.setdefault(time.text if time.seconds is None else time.seconds, time)
    return [(time, None) for time in moments.values()]


def _parts(
    prose: str, start: int, end: int, numbers: range, citations: Sequence[Citation]
) -> list[tuple[Sequence[int], tuple[int, int]]]:
    """The citations of a sentence, those with no word between them together, each with its part of the sentence."""
    groups: list[tuple[list[int], int]] = []  # and where the words before it begin
    at = start
    for number in numbers:
        span = citations[number].span
        if groups and _WORD.search(prose, at, span.start) is None:
            groups[-1][0].append(number)
        else:
            groups.append(([number], at))
        at = span.end
    stops = [*(citations[group[0]].span.start for group, _ in groups[:-1]), end]
    return [(group, (begin, stop)) for (group, begin), stop in zip(groups, stops, strict=True)]
