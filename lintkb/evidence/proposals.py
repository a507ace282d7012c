"""Where the sentences of a note are said that cite no time.

The model is that of cited times, with what a sentence has around it in its place: the times that are cited before and behind
it, and the sentences without a time whose own words leave little doubt. `docs/times.md` has its figures.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from lintkb.evidence.passages import Cited
from lintkb.evidence.quotes import SpokenWords
from lintkb.evidence.search import NEIGHBOURS
from lintkb.evidence.weigh import Place, Weighing
from lintkb.evidence.words import MOST_SHOWN, telling_words
from lintkb.source.note import Note
from lintkb.text import Span

OFFERED = 0.99  # the probability of a place that is proposed
LIKELY = 0.8  # of one, by its words alone, that tells where the sentences around are said
OPENING = 90  # seconds at the beginning in which what comes is told in short: nothing is proposed there
MOST = 500  # sentences of a note that are looked for: each may cost a millisecond


class Proposal(NamedTuple):
    """The place of a sentence in its note, the second at which it is said, how probably, and words of it that are said there.

    Of a sentence that quotes what was said these are the words of the recording, and nothing is surer.
    """

    span: Span
    seconds: int
    probability: float
    words: tuple[str, ...]


class Proposals:
    """The sentences of a note that cite no time, each with its place in the recording when it is asked for."""

    def __init__(self, note: Note, uncited: Sequence[Cited], weighing: Weighing, spoken: SpokenWords) -> None:
        """`weighing` is of the note's times."""
        self._note = note
        self._weighing = weighing
        self._spoken = spoken
        cited = [(one, at) for at, one in enumerate(weighing.note)]
        self._row = sorted([*cited, *((one, -1) for one in uncited[:MOST])], key=lambda item: item[0].span)
        self._places = [at for at, (_, number) in enumerate(self._row) if number < 0]
        self._starts = [self._row[at][0].span.start for at in self._places]
        self._alone: dict[int, Place | None] = {}
        self._found: dict[int, Proposal | None] = {}

    def proposal(self, span: Span) -> Proposal | None:
        """The place of the sentence that holds the beginning of a span; None for one that cites, or where it is not sure."""
        best = self.best(span)
        return best if best is not None and best.probability >= OFFERED and best.seconds >= OPENING else None

    def best(self, span: Span) -> Proposal | None:
        """The same, sure or not; None for a sentence that cites, or whose words tell nothing."""
        number = bisect_right(self._starts, span.start) - 1
        at = self._places[number] if number >= 0 else -1
        if at < 0 or span.start >= self._row[at][0].span.end:
            return None
        if at not in self._found:
            self._found[at] = self._find(at)
        return self._found[at]

    def _find(self, at: int) -> Proposal | None:
        sentence = self._row[at][0]
        said = self._spoken.said(self._note, sentence.span)
        if said is not None and said.seconds >= OPENING:
            return Proposal(sentence.span, said.seconds, 1.0, (" ".join(said.words.split()[:MOST_SHOWN]),))
        place = self._weighing.locate(sentence.words, self._around(at, -1), self._around(at, 1))
        if place is None:
            return None
        heard = self._weighing.recording.heard_at(sentence.words, place.seconds)
        words = telling_words(self._note.prose[slice(*sentence.span)], heard)
        return Proposal(sentence.span, place.seconds, place.mass, tuple(words))

    def _around(self, at: int, step: int) -> list[int]:
        """The cells of the nearest passages on one side whose places are known, the nearest first."""
        own = self._row[at][0]
        cells: list[int] = []
        other = at + step
        while 0 <= other < len(self._row) and abs(other - at) <= 4 * NEIGHBOURS and len(cells) < NEIGHBOURS:
            seconds = self._known(other) if self._row[other][0].words != own.words else None
            if seconds is not None:
                cells.append(self._weighing.recording.search.cell(seconds))
            other += step
        return cells

    def _known(self, at: int) -> int | None:
        """The second at which a passage is, as far as its neighbours may rely on it."""
        one, cited = self._row[at]
        if cited >= 0:
            return self._weighing.believed(cited)
        if at not in self._alone:
            self._alone[at] = self._weighing.locate(one.words, (), ())
        place = self._alone[at]
        return place.seconds if place is not None and place.mass >= LIKELY and place.seconds >= OPENING else None
