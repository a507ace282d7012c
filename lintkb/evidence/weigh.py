"""Cited times weighed against what was said: which are supported, which cannot be right, and what was meant.

The note is judged first, then its citations: where a note's times are wrong as a whole, neighbours say nothing.
`docs/times.md` tells where every number here comes from.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from operator import mul, sub
from typing import NamedTuple

from lintkb.evidence.passages import Cited
from lintkb.evidence.readings import Reading, named_readings, readings
from lintkb.evidence.search import (
    CELL,
    CITED,
    LEAD,
    MAX_STEMS,
    NATS,
    NEIGHBOURS,
    SAID_ABOUT,
    SAID_NEAR,
    Search,
    likelihoods,
)
from lintkb.evidence.terms import (
    FOUND,
    HOURS,
    IMPOSSIBLE,
    LABEL,
    NONE,
    PLAUSIBLE,
    PROVED,
    REGIMES,
    SHIFTED,
    SLIP,
    SUPPORTED,
    TENS,
    UNKNOWN,
    UNSUPPORTED,
    WRITTEN,
)

BEYOND = 5  # seconds behind the end of a recording that are overlooked
TELLING = 3.0  # nats by which a passage must stand out where it is said best, to tell anything
HEARD = 2.0  # nats by which it may stand out less where it is cited, and is heard there all the same
# A time is unsupported when the passage is elsewhere with near certainty, in nats, after allowance for the share of the
# words that is said at the cited time and for the length of the sentence, whose words do not vary independently.
DOUBT, COVER_WEIGHT, LENGTH_WEIGHT, FLOOR = 4.25, 7.0, 1.25, -9.0
FEWEST_TIMES = 6  # of a note, for its times to be trusted or not as a whole
TRUSTED = 0.6  # the share of a note's times that are heard where they are cited, if it is trusted
NAMED = 0.5  # the share of the times not heard, that an error must explain to be the regime of the note
FEWEST_NAMED, LEAST_NAMED = 4, 0.1  # as many times, and this share of all
CONTRADICTED = 4.0  # nats; a neighbour's time with no more against it than that still says where a passage may be
# How often a time is written so, before the note is looked at, and how many of its times that counts for.
PRIORS = {WRITTEN: 0.9, SHIFTED: 0.03, HOURS: 0.03, TENS: 0.001, LABEL: 0.01, SLIP: 0.001, FOUND: 0.01}
PRIOR_WEIGHT = 4
# By how many cells the best place lies behind the one that a right time is expected at, and how often.
FIRST_STRAY, STRAY = -2, (0.1, 0.25, 0.35, 0.15, 0.08, 0.05, 0.02)
HALF = 3  # cells on each side of the second that is told as a place: it is right when it is half a minute off
REACH = 2  # cells on each side of the one that another note cites, for which it speaks
# The probability of a repair that is offered, by the regime of its note or else; of one that is proved; of its place, too.
USUAL, OFFERED, SURE, AGREED = 0.5, 0.75, 0.99, 0.5
BESIDE = 60  # seconds from a place within which another time of the sentence cites it
TEASER = 60  # seconds at the beginning in which much is said in short that is said again
FEWEST_HEARD = 4  # words of a passage that must be said where a time is proved to lead that could be right
PLACES, LEAST_PLACE = 3, 0.05  # places that are told, and the probability that they must have


MOST_PASSAGES = 4096  # that are kept; each takes two bytes for every cell


class Peer(NamedTuple):
    """What another note says is said in a cell of the recording."""

    words: tuple[str, ...]
    cell: int


class Place(NamedTuple):
    """A place of the recording: a second, and the probability that the passage begins there."""

    seconds: int
    mass: float


class Verdict(NamedTuple):
    """What was found of one written time.

    `verdict` is SUPPORTED, UNSUPPORTED, IMPOSSIBLE (beyond the end) or UNKNOWN. `place` is the cited one, None outside the
    recording; `places` are where the passage is said most probably, the best first. `proposed` is the second that was
    meant most probably if not the written one, `reading` how that comes of what is written (FOUND when it does not),
    `confidence` its probability, and `repair` says whether it is PROVED, PLAUSIBLE or not to be offered, NONE.
    """

    cited: Cited
    verdict: str
    doubt: float = 0.0
    place: Place | None = None
    places: tuple[Place, ...] = ()
    proposed: Place | None = None
    reading: str = WRITTEN
    confidence: float = 0.0
    repair: str = NONE


class Passage:
    """The words of a cited sentence against the recording."""

    def __init__(self, search: Search, words: Iterable[str]) -> None:
        known = search.terms
        terms = [(*term, word) for word in words if (term := known[word]) is not None]
        if len(terms) > MAX_STEMS:
            terms = sorted(terms, key=lambda term: -term[0])[:MAX_STEMS]
        self.stems = [(idf, word) for idf, _, word in terms]
        self.possible = (SAID_NEAR + SAID_ABOUT) * sum([idf for idf, _, _ in terms])
        self.lanes = sum([worth for _, worth, _ in terms])
        self.telling = search.exceeds(self.lanes, round(TELLING / NATS))
        self._search = search

    @cached_property
    def best(self) -> int:
        """The height of the curve where it is highest."""
        return max(self._search.curve(self.lanes), default=0)

    def highest(self, cells: slice) -> int:
        """The height of the curve in some cells; 0 for none."""
        return self._search.highest(self.lanes, cells) if cells.start < cells.stop else 0

    def stands_out(self, cells: slice, nats: float) -> bool:
        """Whether it is said in some cells as well as anywhere, but for so many nats."""
        if cells.start >= cells.stop:
            return False
        return not self._search.exceeds(self.lanes, self.highest(cells) + round(nats / NATS))


class Hearing:
    """A recording, ready to weigh the notes that cite it. `duration` in seconds, when it is known."""

    def __init__(self, search: Search, duration: float | None = None) -> None:
        self.search = search
        self.duration = duration
        self.end = search.cells * CELL if duration is None else duration
        self._passages: dict[tuple[str, ...], Passage] = {}

    def passage(self, words: tuple[str, ...]) -> Passage:
        """A passage with these stems."""
        passage = self._passages.get(words)
        if passage is None:
            if len(self._passages) >= MOST_PASSAGES:
                self._passages.clear()
            passage = self._passages[words] = Passage(self.search, words)
        return passage

    def hears(self, passage: Passage, seconds: float) -> bool:
        """Whether a passage is said near a time, as well as anywhere or nearly so."""
        return passage.telling and passage.stands_out(self.search.near(seconds), HEARD)

    def heard_at(self, words: tuple[str, ...], seconds: float) -> list[str]:
        """The stems of a passage that are said near a time."""
        index, near = self.search.index, self.search.near(seconds)
        heard = []
        for _, word in self.passage(words).stems:
            places = index.stems.get(word, ())
            if any(near.start <= index.words[place] < near.stop for place in places):
                heard.append(word)
        return heard

    def beyond(self, seconds: float) -> bool:
        """Whether a time is behind the end."""
        return self.duration is not None and seconds > self.duration + BEYOND

    def peers(self, note: Sequence[Cited]) -> list[Peer]:
        """What a note has to say to other notes of the recording: its passages that are heard where they are cited."""
        return [
            Peer(cited.words, min(self.search.cell(cited.time.seconds), self.search.cells - 1))
            for cited in note
            if cited.time.seconds is not None and self.hears(self.passage(cited.words), cited.time.seconds)
        ]

    def weigh(self, note: Sequence[Cited], peers: Sequence[Peer] = ()) -> "Weighing":
        """Weigh the times of a note, with what the other notes of the recording say, in any order."""
        return Weighing(self, note, peers)


class Weighing:
    """What was found of a note.

    `heard` is the share of its times that are heard where they are cited. Unless the note is `trusted`, its times are wrong
    as a whole: `regime` is the error that explains most of those that are not heard (of REGIMES; empty when none does),
    `since` the number of times before it sets in.
    """

    def __init__(self, recording: Hearing, note: Sequence[Cited], peers: Sequence[Peer]) -> None:
        self.recording = recording
        self.note = note
        self._search = recording.search
        self._said_by_peers = peers
        self._peer_lanes: dict[str, int] = {}
        self._beliefs: dict[int, int | None] = {}
        self._kinds = [self._kind(at) for at in range(len(note))]
        counts = Counter(self._kinds)
        total = len(note)
        self.heard = counts[WRITTEN] / total if total else 1.0
        self.regime = self._regime(counts)
        self.since = self._since() if self.regime else 0
        self.trusted = not self.regime and (total < FEWEST_TIMES or self.heard >= TRUSTED)
        self._priors = [
            self._prior(Counter(self._kinds[: self.since])),
            self._prior(Counter(self._kinds[self.since :])),
        ]

    def verdicts(self) -> list[Verdict]:
        """A verdict for each time of the note, in order."""
        return [self._weigh(at, thorough=False) for at in range(len(self.note))]

    def judge(self, at: int) -> Verdict:
        """The verdict on a time with all that can be said of it, whether it is in doubt or not."""
        return self._weigh(at, thorough=True)

    def readings(self, at: int) -> Iterator[Reading]:
        """The readings of a time within the recording, but for the written one."""
        return readings(self.note[at], self.recording.end)

    def _kind(self, at: int) -> str:
        """The kind of the reading under which a passage is heard, by its words alone; empty when there is none."""
        passage, seconds = self._passage(at), self.note[at].time.seconds
        if not passage.telling:
            return ""
        if seconds is not None and self.recording.hears(passage, seconds):
            return WRITTEN
        for reading in named_readings(self.note[at], self.recording.end):
            if reading.kind in REGIMES and passage.stands_out(self._cells(reading), HEARD):
                return reading.kind
        return ""

    def _cells(self, reading: Reading) -> slice:
        if reading.until == reading.seconds:
            return self._search.near(reading.seconds)
        first = min(reading.seconds // CELL, self._search.cells)
        return slice(first, min(reading.until // CELL + 1, self._search.cells))

    def _regime(self, counts: Counter[str]) -> str:
        total = len(self.note)
        others = total - counts[WRITTEN]
        named = max(REGIMES, key=lambda kind: counts[kind])
        enough = max(FEWEST_NAMED, LEAST_NAMED * total, NAMED * others)
        return named if counts[named] >= enough else ""

    def _since(self) -> int:
        """The number of times before the regime sets in; 0 when those before are not clearly right."""
        gain = best = at = 0
        for number, kind in enumerate(self._kinds, 1):
            gain += (kind == WRITTEN) - FEWEST_NAMED * (kind == self.regime)
            if gain > best:
                best, at = gain, number
        return at if best >= FEWEST_NAMED else 0

    def _prior(self, counts: Counter[str]) -> dict[str, float]:
        """How often a time is written so in this note, or in the part of it with these kinds."""
        weight = counts.total() + PRIOR_WEIGHT
        return {
            kind: (PRIOR_WEIGHT * prior + (counts[kind] if kind in (WRITTEN, *REGIMES) else 0)) / weight
            for kind, prior in PRIORS.items()
        }

    def locate(self, words: tuple[str, ...], before: Sequence[int], behind: Sequence[int]) -> Place | None:
        """Where a passage with these stems is said that the note does not cite; None where its words tell nothing.

        `before` and `behind` are the cells of what stands around it in the note, the nearest first.
        """
        passage = self.recording.passage(words)
        weights = self._weights(passage, self._cited_with({word for _, word in passage.stems}), before, behind)
        total = sum(weights)
        if not passage.telling or not total:
            return None
        posterior = [weight / total for weight in weights]
        smooth = _smoothed(posterior)
        rank = self._rank(words, posterior, smooth)
        cell = _highest(rank, 0, len(rank))
        return Place(_start(cell), smooth[cell])

    def believed(self, at: int) -> int | None:
        """The second at which a passage is, as far as its neighbours may rely on it."""
        if at not in self._beliefs:
            self._beliefs[at] = self._belief(at)
        return self._beliefs[at]

    def _belief(self, at: int) -> int | None:
        kind, seconds = self._kinds[at], self.note[at].time.seconds
        if self.trusted:
            return seconds if self._passage(at).stands_out(self._near(at), CONTRADICTED) else None
        if not self.regime:
            return None
        if kind == WRITTEN:
            return seconds
        if kind != self.regime:
            return None
        passage = self._passage(at)
        for reading in self.readings(at):
            cells = self._cells(reading)
            if reading.kind == kind and passage.stands_out(cells, HEARD):
                if reading.until == reading.seconds:
                    return reading.seconds
                return _highest(self._search.curve(passage.lanes), cells.start, cells.stop) * CELL
        return None

    def _neighbours(self, at: int) -> tuple[list[int], list[int]]:
        """The cells of the nearest times before and behind, the nearest first; not those of the same words."""
        sides: tuple[list[int], list[int]] = [], []
        own = self.note[at]
        for side, step in zip(sides, (-1, 1), strict=True):
            other = at + step
            while 0 <= other < len(self.note) and abs(other - at) <= 4 * NEIGHBOURS and len(side) < NEIGHBOURS:
                seconds = self.believed(other)
                if seconds is not None and self.note[other].span != own.span and self.note[other].words != own.words:
                    side.append(self._search.cell(seconds))
                other += step
        return sides

    @cached_property
    def _peers(self) -> dict[str, list[int]]:
        """The cells that other notes cite with the stems of the passages that are not heard, by stem."""
        unheard = [at for at, kind in enumerate(self._kinds) if kind != WRITTEN]
        return self._cited_with({word for at in unheard for _, word in self._passage(at).stems})

    def _cited_with(self, stems: set[str]) -> dict[str, list[int]]:
        cited: defaultdict[str, list[int]] = defaultdict(list)
        for words, cell in self._said_by_peers:
            for word in stems.intersection(words):
                cited[word].append(cell)
        return dict(cited)

    def _curve(self, passage: Passage, cited: Mapping[str, list[int]]) -> Sequence[int]:
        """The curve of a passage, with the cells that other notes cite with its stems."""
        lanes = passage.lanes
        for idf, word in passage.stems:
            if word in cited:
                if word not in self._peer_lanes:
                    self._peer_lanes[word] = self._search.around(cited[word], REACH)
                lanes += CITED * idf * self._peer_lanes[word]
        return self._search.curve(lanes)

    def _weights(
        self, passage: Passage, cited: Mapping[str, list[int]], before: Sequence[int], behind: Sequence[int]
    ) -> list[float]:
        """What speaks for each cell to be where a passage is said, in no unit; empty for a recording without words.

        `cited` are the cells that other notes cite with its stems, `before` and `behind` those of its neighbours.
        """
        sides = self._search.sides(before, behind)
        return list(map(mul, map(mul, likelihoods(self._curve(passage, cited)), sides[0]), sides[1]))

    def _weigh(self, at: int, *, thorough: bool) -> Verdict:
        cited, passage = self.note[at], self._passage(at)
        seconds = cited.time.seconds
        if seconds is None:
            verdict = UNKNOWN
        elif self.recording.beyond(seconds):
            verdict = IMPOSSIBLE
        else:
            verdict = SUPPORTED if self._kinds[at] == WRITTEN else UNKNOWN
        if verdict == SUPPORTED and not thorough:
            return Verdict(cited, verdict)
        allowance = self._allowance(at)
        doubtful = verdict == UNKNOWN and -FLOOR - allowance > DOUBT
        repairable = passage.telling and (verdict == IMPOSSIBLE or seconds is None)
        if not (thorough or self.regime or doubtful or repairable):
            return Verdict(cited, verdict)
        heard = self._kinds[at] == WRITTEN
        said = self._cited_with({word for _, word in passage.stems}) if heard else self._peers
        weights = self._weights(passage, said, *self._neighbours(at))
        total = sum(weights)
        if not total:
            return Verdict(cited, verdict)
        near = self._near(at)
        mass = sum(weights[near]) / total
        doubt = (min(-math.log(mass), -FLOOR) if mass else -FLOOR) - allowance if allowance < math.inf else 0.0
        if verdict == UNKNOWN and doubt > DOUBT:
            verdict = UNSUPPORTED
        place = Place(seconds, mass) if seconds is not None and near.start < near.stop else None
        if verdict == UNKNOWN and not (thorough or self.regime or repairable):
            return Verdict(cited, verdict, doubt, place)
        posterior = [weight / total for weight in weights]
        smooth = _smoothed(posterior)
        rank = self._rank(cited.words, posterior, smooth)
        reading, own, confidence = self._best(at, posterior, smooth, rank)
        start = reading.seconds
        if reading.until > reading.seconds:
            cells = self._cells(reading)
            start = _start(_highest(rank, cells.start, cells.stop))
        if verdict == UNSUPPORTED and reading.kind == FOUND and self._is_cited_beside(at, start):
            return Verdict(cited, UNKNOWN, doubt, place)
        repair = NONE
        usual = reading.kind == self.regime and confidence >= USUAL and (verdict == IMPOSSIBLE or own >= LEAST_PLACE)
        wrong = seconds is None or verdict in (UNSUPPORTED, IMPOSSIBLE)
        if usual or (wrong and confidence >= OFFERED):
            known = reading.kind not in (FOUND, TENS) if self.trusted else reading.kind == self.regime != TENS
            if self.trusted and verdict != IMPOSSIBLE:  # nothing but the words speaks against the time
                known = known and start >= TEASER and len(self.recording.heard_at(cited.words, start)) >= FEWEST_HEARD
            repair = PROVED if known and confidence >= SURE and own >= AGREED else PLAUSIBLE
        places = tuple(_places(rank, smooth))
        return Verdict(cited, verdict, doubt, place, places, Place(start, own), reading.kind, confidence, repair)

    def _is_cited_beside(self, at: int, seconds: int) -> bool:
        """Whether another time of the same sentence cites a place: then each of them stands for a part of the sentence."""
        return any(
            abs(other.time.seconds - seconds) <= BESIDE
            for other in self.note[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1]
            if other is not self.note[at]
            and other.sentence == self.note[at].sentence
            and other.time.seconds is not None
        )

    def _passage(self, at: int) -> Passage:
        return self.recording.passage(self.note[at].words)

    def _near(self, at: int) -> slice:
        """The cells that a time cites."""
        seconds = self.note[at].time.seconds
        return self._search.near(seconds) if seconds is not None else slice(0, 0)

    def _allowance(self, at: int) -> float:
        """The nats to be taken off the doubt in a time; infinite where the words tell nothing."""
        passage = self._passage(at)
        if not passage.telling or self.note[at].time.seconds is None:
            return math.inf
        cover = passage.highest(self._near(at)) / passage.possible
        return COVER_WEIGHT * cover + LENGTH_WEIGHT * math.log(len(passage.stems))

    def _rank(self, words: tuple[str, ...], posterior: Sequence[float], smooth: list[float]) -> list[float]:
        """What ranks the places of a passage: their probabilities, with the pairs of its words.

        Pairs find the right place oftener, but say too surely that it is the right one.
        """
        pairs = self._search.pairs(words)
        if not pairs:
            return smooth
        ranked = list(posterior)
        for cell, worth in pairs.items():
            ranked[cell] *= math.exp(NATS * worth)
        return _smoothed(ranked)

    def _best(
        self, at: int, posterior: Sequence[float], smooth: Sequence[float], rank: Sequence[float]
    ) -> tuple[Reading, float, float]:
        """The most probable reading beside the written one, the probability of its place, and its own.

        Of a time that was meant, the transcript says how probable its place is, against any other place; a time that
        comes of no reading could as well be any other.
        """
        priors = self._priors[at >= self.since]
        cells = len(posterior)
        near = self._near(at)
        elsewhere = list(rank)
        for cell in range(near.start, min(near.stop + 1, len(rank))):
            elsewhere[cell] = 0.0
        free = _highest(elsewhere, 0, len(elsewhere))
        found = _start(free)
        rated = [(priors[FOUND] * smooth[free], Reading(FOUND, found, found))]
        others = priors[FOUND] * (1 - smooth[free])
        seconds = self.note[at].time.seconds
        if seconds is not None and not self.recording.beyond(seconds):
            others += priors[WRITTEN] * cells * self._agreement(seconds, posterior)
        options = list(self.readings(at))
        slips = sum(reading.kind == SLIP for reading in options)
        for reading in options:
            prior = priors[reading.kind] * cells / (slips if reading.kind == SLIP else 1)
            within = self._cells(reading)
            if reading.until == reading.seconds:
                rated.append((prior * self._agreement(reading.seconds, posterior), reading))
            elif within.start < within.stop:
                rated.append((prior * sum(posterior[within]) / (within.stop - within.start) / 2, reading))
        rate, best = max(rated)
        total = sum(one for one, _ in rated) + others
        mass = smooth[free] if best.kind == FOUND else sum(posterior[self._cells(best)])
        return best, mass, rate / total if total else 0.0

    def _agreement(self, seconds: int, posterior: Sequence[float]) -> float:
        """The probability of a cell to be the best place of a passage that is cited at a time."""
        first = self._search.cell(seconds) + FIRST_STRAY
        if first >= 0:
            return sum(map(mul, STRAY, posterior[first : first + len(STRAY)]), 0.0)
        return sum(map(mul, STRAY[-first:], posterior[: max(0, first + len(STRAY))]), 0.0)


def _places(rank: Sequence[float], smooth: Sequence[float]) -> Iterator[Place]:
    """The most probable places, the best first."""
    left = list(rank)
    for _ in range(PLACES):
        second = _highest(left, 0, len(left))
        if smooth[second] < LEAST_PLACE:
            break
        yield Place(_start(second), smooth[second])
        for other in range(max(0, second - 2 * HALF + 1), min(len(left), second + 2 * HALF)):
            left[other] = 0.0


def _highest(values: Sequence[float], start: int, stop: int) -> int:
    """The first of the highest values in a part that is not empty."""
    part = values[start:stop]
    return start + part.index(max(part))


def _smoothed(values: Sequence[float]) -> list[float]:
    """The sum of the values in the minute about the beginning of each cell, and about the end of the last."""
    sums = list(accumulate(values, initial=0.0))
    last = sums[-1]
    return list(map(sub, sums[HALF:] + [last] * HALF, [0.0] * HALF + sums))


def _start(cell: int) -> int:
    """The second at which a passage begins that is said best in the minute about the beginning of a cell."""
    return max(0, cell * CELL - LEAD)
