"""Where in a recording a text is talked about.

A recording is a row of cells of ten seconds. What is added up over its cells (how much each word of a text, each neighbour,
speaks for them) is added in one big integer with sixteen bits for a cell, so that a word costs one multiplication whatever
the length of the recording.
"""

import math
import sys
from array import array
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, chain, count as counted, islice, pairwise, repeat
from operator import mul
from typing import NamedTuple

from lintkb.evidence.words import LETTERS, lowered, stems
from lintkb.source.transcripts import Transcript

CELL = 10  # seconds
MAX_CELLS = 8640  # a day; what is said later is not searched
BEFORE, AFTER = 40, 75  # seconds around a cited time in which its passage is said
LEAD = 10  # seconds from the start of a passage, which is cited, to the middle of what supports it best
COMMON = 1 / 6  # of a recording's half minutes; a word that is said in more of them says nothing
SHORT = 9  # cells in which a stem may be said that is not common, in a recording however short
MAX_STEMS = 40  # of a text, the rarest ones
# What a stem is worth, in tenths of its idf: said within 15 s, within 35 s, in another note that cites the place.
SAID_NEAR, SAID_ABOUT, CITED = 5, 2, 1
PAIRED = 3  # what two neighbouring words of a text are worth, said one after the other within 15 s
_UNIT = 10  # of a curve, to an idf of 1
NATS = 1 / (10 * _UNIT)  # of log-likelihood, to the unit of a curve
_BITS = 16
_MOST = (1 << _BITS - 1) - 1  # of a curve: MAX_STEMS stems with the highest idf, said in all three ways


class Index(NamedTuple):
    """What was said in a recording of so many cells: the cell of each word, and for each stem its words' numbers in order.

    A stem of a speaker's name has none. Plain data, the same after a way through JSON:
    `Index(*json.loads(json.dumps(index)))`.
    """

    cells: int
    words: list[int]
    stems: dict[str, list[int]]


def index_transcript(transcript: Transcript) -> Index:
    """The index of a transcript. The words of a cue are taken to be spoken at an even pace."""
    words: list[str] = []
    cells: list[int] = []
    length = 0
    cues = transcript.cues
    starts = [*(cue.start for cue in cues[1:]), *(cue.end for cue in cues[-1:])]
    for cue, following in zip(cues, starts, strict=True):
        said = lowered(cue.text)
        count = len(said)
        # Seconds: until the next cue, but neither faster than eight words a second nor slower than one.
        lasts = max(1.0, min(max(following - cue.start, 0.12 * count), count + 5.0))
        cell, at = int(cue.start // CELL), 0
        while at < count and cell < MAX_CELLS:
            upto = min(count, math.ceil(((cell + 1) * CELL - cue.start) * count / lasts))
            cells += [cell] * (upto - at)
            cell, at = cell + 1, upto
        words += said[:at] if at < count else said
        if at:
            length = max(length, cell)
    # By whole words first, which are hashed already and of which there are few.
    found: defaultdict[str, list[int]] = defaultdict(list)
    deque(map(list.append, map(found.__getitem__, words), counted()), maxlen=0)
    by_stem: dict[str, list[int]] = {}
    mixed = set()
    for word, places in found.items():
        stem = word[:LETTERS]
        known = by_stem.setdefault(stem, places)
        if known is not places:
            known += places
            mixed.add(stem)
    for stem in mixed:
        by_stem[stem].sort()
    for name in set(chain.from_iterable(map(stems, transcript.speakers))):
        by_stem[name] = []  # notes name the speaker where speakers say I
    return Index(length, cells, by_stem)


class Term(NamedTuple):
    """A stem as evidence: its idf in units of a curve, and what it is worth in each cell."""

    idf: int
    worth: int


class Search:
    """Questions to the index of a recording; the answers are curves, a number for each of its `cells`."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.cells = index.cells
        self.mask = (1 << _BITS * self.cells) - 1
        self._ones = int.from_bytes(b"\1\0" * self.cells, "little")
        self._tops = self._ones << _BITS - 1
        self.terms = _Terms(index, self.mask)

    def cell(self, seconds: float) -> int:
        """Where the passage is expected that a time cites."""
        return int((seconds + LEAD) // CELL)

    def near(self, seconds: float) -> slice:
        """The cells in which the passage may be said that a time cites: their middles are BEFORE to AFTER seconds off."""
        first = max(0, int(seconds - BEFORE + CELL // 2 - 1) // CELL)
        return slice(first, max(first, min(self.cells, int(seconds + AFTER - CELL // 2) // CELL + 1)))

    def around(self, cells: Iterable[int], by: int) -> int:
        """A curve that is 1 within `by` cells of the given ones, as lanes."""
        row = bytearray(2 * self.cells)
        for cell in cells:
            row[2 * cell] = 1
        lanes = int.from_bytes(row, "little")
        for _ in range(by):
            lanes |= (lanes << _BITS | lanes >> _BITS) & self.mask
        return lanes

    def curve(self, lanes: int) -> Sequence[int]:
        """The numbers of lanes."""
        numbers = array("H", lanes.to_bytes(2 * self.cells, "little"))
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers

    def pairs(self, words: Sequence[str]) -> dict[int, int]:
        """What the pairs of a text's neighbouring words speak for, by cell, in units of a curve."""
        said: defaultdict[int, int] = defaultdict(int)
        for one, other in islice(pairwise(words), MAX_STEMS):
            cells = self._said_together(one, other)
            near = {cell + step for cell in cells for step in (-1, 0, 1) if 0 <= cell + step < self.cells}
            if len(near) <= self.terms.most:
                worth = PAIRED * self.terms.idfs[len(near)]
                for cell in near:
                    said[cell] += worth
        return said

    def _said_together(self, one: str, other: str) -> list[int]:
        """The cells in which a word with the one stem is followed by one with the other, the rarer one being telling."""
        stems, words = self.index.stems, self.index.words
        first, second = stems.get(one), stems.get(other)
        if not first or not second:
            return []
        rare, often, step = (first, second, 1) if len(first) <= len(second) else (second, first, -1)
        if self.terms[one if step > 0 else other] is None:
            return []
        last = len(often)
        found = []
        for place in rare:
            at = bisect_left(often, place + step)
            if at < last and often[at] == place + step:
                found.append(words[place])
        return found

    def exceeds(self, lanes: int, most: int) -> bool:
        """Whether a curve is higher than `most` anywhere."""
        return (lanes + self._ones * max(0, _MOST - most)) & self._tops != 0

    def highest(self, lanes: int, cells: slice) -> int:
        """The highest of some cells of a curve, of which there is one at least."""
        count = cells.stop - cells.start
        part = lanes >> _BITS * cells.start & (1 << _BITS * count) - 1
        return max(memoryview(part.to_bytes(2 * count, sys.byteorder)).cast("H"))

    def sides(self, before: Sequence[int], after: Sequence[int]) -> Sequence[Sequence[int]]:
        """What the neighbours' places say of a place: the cells of those before it and behind it, the nearest first."""
        return [
            self.curve(self._side(places, tables)) for places, tables in zip((before, after), kernels(), strict=True)
        ]

    def _side(self, places: Sequence[int], tables: Sequence["Kernel"]) -> int:
        lanes = self._ones * ELSEWHERE
        for place, (reach, table) in zip(places, tables, strict=False):
            shift = _BITS * (place - reach)
            lanes += (table << shift if shift >= 0 else table >> -shift) & self.mask
        return lanes


class _Terms(dict[str, Term | None]):
    """The stems of a recording as evidence; None for one that is common or names a speaker."""

    def __init__(self, index: Index, mask: int) -> None:
        """`most` is the number of cells near which a stem may be said that is not common, `idfs` are those up to it."""
        self.most = int(max(COMMON * index.cells, SHORT))
        self.idfs = [_idf(index.cells, windows) for windows in range(self.most + 1)]
        self._index = index
        self._mask = mask

    def __missing__(self, stem: str) -> Term | None:
        self[stem] = term = self._term(stem)
        return term

    def _term(self, stem: str) -> Term | None:
        cells, words, stems = self._index
        places = stems.get(stem)
        if places is None:
            return Term(round(_UNIT * math.log(1 + cells)), 0)
        if not places:
            return None
        if len(places) > self.most and len(set(map(words.__getitem__, places))) > self.most:
            return None
        row = bytearray(2 * cells)
        for place in places:
            row[2 * words[place]] = 1
        said = int.from_bytes(row, "little")
        near = (said | said << _BITS | said >> _BITS) & self._mask
        windows = near.bit_count()
        if windows > self.most:
            return None
        about = (near | near << 2 * _BITS | near >> 2 * _BITS) & self._mask
        idf = self.idfs[windows]
        return Term(idf, SAID_NEAR * idf * near + SAID_ABOUT * idf * about)


def _idf(total: int, windows: int) -> int:
    return round(_UNIT * math.log(1 + (total - windows + 0.5) / (windows + 0.5)))


def likelihoods(curve: Sequence[int]) -> list[float]:
    """The likelihood of each cell, to the curve of a text."""
    return list(map(_exponentials().__getitem__, curve))


@cache
def _exponentials() -> list[float]:
    return list(accumulate(repeat(math.exp(NATS), _MOST), mul, initial=1.0))


def _lanes(values: Sequence[int]) -> int:
    return int.from_bytes(b"".join(value.to_bytes(2, "little") for value in values), "little")


# How far behind the time before it a time lies, in notes that are right: mostly 15 s, seldom before it, tails like 1/d².
LAGS = (1000, 500, 250, 120, 100, 100)  # what the nearest neighbour says at most, the next one, ...
NEIGHBOURS = len(LAGS)
ELSEWHERE = 10  # against the 1000 of the nearest neighbour: what any place has
STEP, SPREAD, BACKWARDS = 15, 30, 0.25


class Kernel(NamedTuple):
    """What one neighbour says of the cells from `reach` before its own on, as lanes."""

    reach: int
    lanes: int


@cache
def kernels() -> tuple[list[Kernel], list[Kernel]]:
    """What the neighbours before a place say of it, the nearest first, and those behind it."""
    ahead, behind = [], []
    for lag, most in enumerate(LAGS, 1):
        reach = 150 * lag
        values = [
            round(most * (BACKWARDS if d < 0 else 1) / (1 + ((CELL * d - STEP * lag) / (SPREAD * lag)) ** 2))
            for d in range(-reach, reach + 1)
        ]
        ahead.append(Kernel(reach, _lanes(values)))
        behind.append(Kernel(reach, _lanes(values[::-1])))
    return ahead, behind
