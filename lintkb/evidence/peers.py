"""Sentences that several notes of one recording share, and the times that they give for them."""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from functools import partial, reduce
from itertools import chain, count, repeat
from operator import or_
from typing import NamedTuple

from lintkb.evidence.passages import Cited
from lintkb.evidence.readings import Reading, named_readings
from lintkb.evidence.terms import REGIMES, SHIFTED
from lintkb.text import Span

# Two sentences are one when they share so much of their words, and so many that are no mere particles.
ALIKE = 0.6
FEWEST_SHARED, LETTERS = 4, 4
# Passages said closer together than this may be one; a subject that is taken up again is mostly further off than it lasts.
APART = 300  # seconds
SAME_TIME = 30  # seconds between two notes' times for one moment
BITS = 256  # that stand for the words of a recording, each for several if there are more
MOST_ALIKE = 12  # passages to which one is compared; a sentence of every note is a phrase of the show


class Shared(NamedTuple):
    """A sentence of one note that another has too: a citation of each, and the seconds that are between their times.

    Where the sentences are cited several times over, these are the seconds between the two times that are nearest.
    """

    own: Cited
    path: str
    other: Cited
    apart: int


class Conflict(NamedTuple):
    """A citation that another note's contradicts: the two, and how the own would have to be read to agree, if it can."""

    shared: Shared
    reading: Reading | None


class _Item(NamedTuple):
    """A citation whose sentence is compared, and its note."""

    path: str
    cited: Cited


def conflicts(passages: Mapping[str, Sequence[Cited]], end: float) -> dict[str, list[Conflict]]:
    """By note, the citations that other notes contradict and that are more likely wrong than theirs, in reading order.

    Where one time, misread in a way that is known of notes, is the other, it is that one; else it is one that cannot be, as
    it lies beyond the `end`; else that of the note whose times are more in doubt.
    """
    compared = {
        path: [one for one in several if one[1][2] is not None and len(one[4]) >= FEWEST_SHARED]  # seconds and words
        for path, several in passages.items()
    }
    pairs = _alike(compared)
    said: dict[tuple[str, Span], set[int]] = {(path, cited[3]): set() for path, cited in chain.from_iterable(pairs)}
    for path in {path for path, _ in said}:
        for _, time, _, span, *_ in compared[path]:
            if (path, span) in said:
                said[path, span].add(time[2] or 0)
    shared: Counter[str] = Counter()  # sentences of a note that others have too,
    contradicted: Counter[str] = Counter()  # and those for which they give quite another time
    far: list[tuple[_Item, _Item, int]] = []
    for one, other in pairs:
        ours, theirs = said[one.path, one.cited.span], said[other.path, other.cited.span]
        apart = min([abs(mine - their) for mine in ours for their in theirs])
        shared[one.path] += 1
        shared[other.path] += 1
        if apart > APART:
            contradicted[one.path] += 1
            contradicted[other.path] += 1
            far.append((one, other, apart))
    doubts = {path: contradicted[path] / shared[path] + _oddness(passages[path], end) for path in contradicted}
    found: dict[str, list[Conflict]] = defaultdict(list)
    for one, other, apart in far:
        if _misread_alike(one.cited, other.cited, end):
            continue
        sides = [
            ((reading is not None, _beyond(own.cited, end), doubts[own.path], own.path), own, peer, reading)
            for own, peer in ((one, other), (other, one))
            for reading in (_as(own.cited, peer.cited, end),)
        ]
        _, own, peer, reading = max(sides, key=lambda side: side[0])
        found[own.path].append(Conflict(Shared(own.cited, peer.path, peer.cited, apart), reading))
    for several in found.values():
        several.sort(key=lambda one: (one.shared.own.time.span, one.shared.path, one.shared.other.time.span))
    return found


def _ranked(compared: Mapping[str, Sequence[Cited]]) -> dict[str, int]:
    """For every word its rank, the rarest first; 0 for one that stands once: by it no other sentence is found."""
    often = Counter(chain.from_iterable([one[4] for several in compared.values() for one in several]))
    rank = dict.fromkeys(often, 0)
    order = sorted(word for word, times in often.items() if times > 1)
    order.sort(key=often.__getitem__)
    rank.update(zip(order, count(1), strict=False))
    return rank


def _alike(compared: Mapping[str, Sequence[Cited]]) -> list[tuple[_Item, _Item]]:
    """The pairs of sentences in different notes that are alike.

    Sets that share much share one of their rarest words: the prefix filter of Chaudhuri, Ganti and Kaushik (2006).
    """
    rank = _ranked(compared)
    powers = [1 << number for number in range(BITS)] * (len(rank) // BITS + 1)  # the bits, by rank
    all_bits = (1 << BITS) - 1
    pairs: list[tuple[_Item, _Item]] = []
    items: list[_Item] = []
    others: list[int] = []  # of each item, the bits that do not stand for its words,
    sizes: list[int] = []  # and three times how many these are
    by_word: dict[int, deque[int]] = defaultdict(partial(deque, maxlen=MOST_ALIKE))
    for path, several in compared.items():
        first = len(items)
        stems: tuple[str, ...] = ()
        for item in map(_Item, repeat(path), several):
            words = item[1][4]
            if words is not stems:  # citations side by side have the same
                stems = words
                size = len(words)
                ranks = sorted(map(rank.__getitem__, words))
                bits = reduce(or_, map(powers.__getitem__, ranks))
                rarest = ranks[: size - int(ALIKE * size + 0.999) + 1]
                found = [by_word[number] for number in rarest if number]
            near = set().union(*found) if first else ()
            # Where the other lacks k of the words, they share at most size - k, which must be 3/8 of both sizes.
            most = 5 * size
            pairs += [
                (items[at], item)
                for at in near
                if at < first
                and 8 * (bits & others[at]).bit_count() + sizes[at] <= most
                and _are_alike(words, items[at][1][4])
            ]
            for ones in found:
                ones.append(len(items))
            items.append(item)
            others.append(all_bits ^ bits)
            sizes.append(3 * size)
    return pairs


def _are_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    common = set(one).intersection(other)
    if len(common) < ALIKE * (len(one) + len(other) - len(common)):
        return False
    return sum([len(word) >= LETTERS for word in common]) >= FEWEST_SHARED


def _misread_alike(one: Cited, other: Cited, end: float) -> bool:
    """Whether two times agree when minutes and seconds stand in the places of hours and minutes in both."""
    seconds = [
        reading.seconds for cited in (one, other) for reading in named_readings(cited, end) if reading.kind == SHIFTED
    ]
    return len(seconds) == 2 and abs(seconds[0] - seconds[1]) <= SAME_TIME


def _beyond(cited: Cited, end: float) -> bool:
    return cited.time.seconds is not None and cited.time.seconds > end


def _oddness(note: Sequence[Cited], end: float) -> float:
    """The share of a note's times that cannot be, or are whole minutes."""
    times = [cited[1][2] for cited in note]  # the seconds of each
    odd = [seconds > end or seconds % 60 == 0 for seconds in times if seconds is not None]
    return sum(odd) / len(note)


def _as(cited: Cited, other: Cited, end: float) -> Reading | None:
    """How a time would have to be read, by the errors that come by whole notes, to be another's."""
    seconds = other.time.seconds or 0
    return next(
        (
            reading
            for reading in named_readings(cited, end)
            if reading.kind in REGIMES
            and reading.seconds == reading.until
            and abs(reading.seconds - seconds) <= SAME_TIME
        ),
        None,
    )
