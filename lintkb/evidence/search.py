"""Where in a recording a text is talked about.

A recording is a row of cells of ten seconds. What is added up over its cells (how much each word of a text, each neighbour,
speaks for them) is added in one big integer with sixteen bits for a cell, so that a word costs one multiplication whatever
the length of the recording.
"""

import math
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, chain, repeat
from operator import mul
from typing import NamedTuple

from lintkb.evidence.words import stems
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
_UNIT = 10  # of a curve, to an idf of 1
NATS = 1 / (10 * _UNIT)  # of log-likelihood, to the unit of a curve
_BITS = 16
_MOST = (1 << _BITS - 1) - 1  # of a curve: MAX_STEMS stems with the highest idf, said in all three ways


class Index(NamedTuple):
    """What was said in a recording: for each stem its cells in rising order, none for speakers' names.

    Plain data, the same after a way through JSON: `Index(*json.loads(json.dumps(index)))`.
    """

    cells: int
    stems: dict[str, list[int]]


def index_transcript(transcript: Transcript) -> Index:
    """The index of a transcript. The words of a cue are taken to be spoken at an even pace."""
    said: defaultdict[int, set[str]] = defaultdict(set)
    cues = transcript.cues
    names = set(chain.from_iterable(map(stems, transcript.speakers)))
    starts = [*(cue.start for cue in cues[1:]), *(cue.end for cue in cues[-1:])]
    for cue, following in zip(cues, starts, strict=True):
        words = stems(cue.text)
        if not words:
            continue
        count = len(words)
        # Seconds: until the next cue, but neither faster than eight words a second nor slower than one.
        lasts = max(1.0, min(max(following - cue.start, 0.12 * count), count + 5.0))
        cell, at = int(cue.start // CELL), 0
        while at < count and cell < MAX_CELLS:
            cell += 1
            upto = math.ceil((cell * CELL - cue.start) * count / lasts)
            said[cell - 1].update(words[at:upto])
            at = max(at, upto)
    found: defaultdict[str, list[int]] = defaultdict(list)
    for cell in sorted(said):
        for stem in said[cell]:
            found[stem].append(cell)
    for name in names:
        found[name] = []  # notes name the speaker where speakers say I
    return Index(max(said, default=-1) + 1, dict(found))


class Term(NamedTuple):
    """A stem as evidence: its idf in units of a curve, and what it is worth in each cell."""

    idf: int
    worth: int


class Search:
    """Questions to the index of a recording; the answers are curves, a number for each of its `cells`."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.cells = index.cells
        self._mask = (1 << _BITS * self.cells) - 1
        self._ones = int.from_bytes(b"\1\0" * self.cells, "little")
        self._tops = self._ones << _BITS - 1
        self.terms = _Terms(self)

    def cell(self, seconds: float) -> int:
        """Where the passage is expected that a time cites."""
        return int((seconds + LEAD) // CELL)

    def near(self, seconds: float) -> slice:
        """The cells in which the passage may be said that a time cites: their middles are BEFORE to AFTER seconds off."""
        first = max(0, int(seconds - BEFORE + CELL // 2 - 1) // CELL)
        return slice(first, max(first, min(self.cells, int(seconds + AFTER - CELL // 2) // CELL + 1)))

    def lanes(self, cells: Iterable[int]) -> int:
        """A curve that is 1 in the given cells, as lanes."""
        row = bytearray(2 * self.cells)
        for cell in cells:
            if 0 <= cell < self.cells:
                row[2 * cell] = 1
        return int.from_bytes(row, "little")

    def widened(self, lanes: int, by: int) -> int:
        """The cells in which a curve of ones is, and `by` more on each side."""
        for _ in range(by):
            lanes |= (lanes << _BITS | lanes >> _BITS) & self._mask
        return lanes

    def around(self, cells: Iterable[int], by: int) -> int:
        """A curve that is 1 within `by` cells of the given ones, as lanes."""
        return self.widened(self.lanes(cells), by)

    def curve(self, lanes: int) -> Sequence[int]:
        """The numbers of lanes."""
        numbers = array("H", lanes.to_bytes(2 * self.cells, "little"))
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers

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
            lanes += (table << shift if shift >= 0 else table >> -shift) & self._mask
        return lanes


class _Terms(dict[str, Term | None]):
    """The stems of a recording as evidence; None for one that is common or names a speaker."""

    def __init__(self, search: Search) -> None:
        self._search = search

    def __missing__(self, stem: str) -> Term | None:
        self[stem] = term = self._term(stem)
        return term

    def _term(self, stem: str) -> Term | None:
        search = self._search
        total = search.cells
        cells = search.index.stems.get(stem)
        if cells is None:
            return Term(round(_UNIT * math.log(1 + total)), 0)
        if not cells or len(cells) > max(COMMON * total, SHORT):
            return None
        near = search.widened(search.lanes(cells), 1)
        windows = near.bit_count()
        if windows > max(COMMON * total, SHORT):
            return None
        idf = round(_UNIT * math.log(1 + (total - windows + 0.5) / (windows + 0.5)))
        return Term(idf, idf * (SAID_NEAR * near + SAID_ABOUT * search.widened(near, 2)))


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
