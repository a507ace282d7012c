"""What the times of a note vouch for: the sentences that they stand in, as words."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from lintkb.evidence.words import stems
from lintkb.source.citations import Citation, Time
from lintkb.source.markdown import FILLER
from lintkb.source.note import Note
from lintkb.text import Span

FEWEST_STEMS = 3  # a part of a sentence that has less is read with what stands before it
LONGEST = 2000  # characters of that
_LEADING = ("anchor", "address")  # the roles of times that take the reader to the recording
# Where a sentence ends: a line end before a block of its own, or a full stop along with what closes behind it, citations
# included. Titles, initials and what goes on in lower case end nothing.
_END = re.compile(
    rf"""
    [\r\n.!?…](?:
      (?<=[\r\n]) (?:(?<=\r)\n)?+ (?=[ \t>]*+(?:[\r\n]|[-*+][ \t]|\d{{1,9}}[.)][ \t]|\#|\||\Z))
    | (?<=[.!?…]) (?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bSt\.)(?<!\bvs\.)(?<!\b[A-Z]\.)
      ["'”’»)\]*_]*+ (?:[ \t,;()\[\]]*+{FILLER}++[)\]]*+)*+ (?=[ \t]*+[\r\n]|[ \t]++[^\sa-z]|[ \t]*+\Z)
    )
    """,
    re.VERBOSE,
)
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


def read_passages(note: Note) -> list[Cited]:
    """The times of a note and what they vouch for, in reading order."""
    if not note.citations:
        return []
    prose, ends = note.prose, _ends(note)
    cited: list[Cited] = []
    numbered = enumerate(note.citations)
    for number, several in groupby(numbered, key=lambda item: bisect_right(ends, item[1].span.start)):
        sentence = Span(ends[number - 1] if number else note.body_start, ends[min(number, len(ends) - 1)])
        for group, part in _parts(prose, sentence, list(several)):
            span, words = part, _words(prose, part)
            if len(words) < FEWEST_STEMS and part.start > sentence.start:
                span = Span(max(sentence.start, part.start - LONGEST), part.end)
                words = _words(prose, span)
            for index, citation in group:
                cited += [Cited(index, time, label, span, words, number) for time, label in _moments(citation)]
    return cited


def read_uncited(note: Note) -> list[Cited]:
    """The sentences of a note without a citation as if their times were not known, in reading order.

    Their `citation` is -1. A sentence without words is none.
    """
    prose, ends = note.prose, _ends(note)
    cited = {bisect_right(ends, citation.span.start) for citation in note.citations}
    uncited = []
    for number, (start, end) in enumerate(pairwise([note.body_start, *ends])):
        first = _WORD.search(prose, start, end) if number not in cited else None
        if first is not None:
            span = Span(first.start(), end)
            uncited.append(Cited(-1, Time("", Span(end, end), None, ""), None, span, _words(prose, span), number))
    return uncited


def _ends(note: Note) -> list[int]:
    """Where the sentences of a note end, the last one at its end."""
    ends = {match.end() for match in _END.finditer(note.prose, note.body_start)}
    ends.update(end for heading in note.structure.headings for end in heading.span)
    return sorted({*ends, len(note.prose)})


def _moments(citation: Citation) -> Iterator[tuple[Time, Time | None]]:
    """The times of a citation that are moments of their own, each with the copy of it that is shown.

    Where a citation leads somewhere it has one: there. Where it does not, what it shows are its moments.
    """
    shown = [time for time in citation.times if time.role not in _LEADING]
    leading = next((time for time in citation.times if time.role in _LEADING and time.text), None)
    if leading is not None and (leading.seconds is not None or leading.role == "anchor"):
        yield leading, next(iter(shown), None)
        return
    seen: set[int | str] = set()
    for time in shown:
        moment = time.text if time.seconds is None else time.seconds
        if moment not in seen:
            seen.add(moment)
            yield time, None


def _words(prose: str, span: Span) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stems(prose[span.start : span.end].replace(FILLER, " "))))


def _parts(
    prose: str, sentence: Span, citations: list[tuple[int, Citation]]
) -> list[tuple[list[tuple[int, Citation]], Span]]:
    """The citations of a sentence, those with no word between them together, each with its part of the sentence."""
    groups: list[tuple[list[tuple[int, Citation]], int]] = []  # and where the words before it begin
    at = sentence.start
    for item in citations:
        span = item[1].span
        if groups and _WORD.search(prose, at, span.start) is None:
            groups[-1][0].append(item)
        else:
            groups.append(([item], at))
        at = span.end
    parts = [(group, Span(start, group[0][1].span.start)) for group, start in groups]
    group, last = parts[-1]
    parts[-1] = group, Span(last.start, sentence.end)
    return parts
