"""Sentences that several notes of one recording share, and the times that they give for them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import chain
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
BITS = 256  # that stand for the words of a recording
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
    """A citation whose sentence is compared: its note, itself, and the words of the sentence.

    `bits` stand for the words, several for one perhaps; `rarest` are the ranks of the rarest that other notes have, too.
    """

    path: str
    cited: Cited
    words: frozenset[str]
    bits: int
    rarest: list[int]


def conflicts(passages: Mapping[str, Sequence[Cited]], end: float) -> dict[str, list[Conflict]]:
    """By note, the citations that other notes contradict and that are more likely wrong than theirs, in reading order.

    Where one time, misread in a way that is known of notes, is the other, it is that one; else it is one that cannot be, as
    it lies beyond the `end`; else that of the note whose times are more in doubt.
    """
    items = _items(passages)
    said: dict[tuple[str, Span], set[int]] = defaultdict(set)
    for item in items:
        said[item.path, item.cited.span].add(item.cited.time.seconds or 0)
    shared: Counter[str] = Counter()  # sentences of a note that others have too,
    contradicted: Counter[str] = Counter()  # and those for which they give quite another time
    far: list[tuple[_Item, _Item, int]] = []
    for pair in _alike(items):
        paths = pair[0].path, pair[1].path
        ours, theirs = (said[one.path, one.cited.span] for one in pair)
        apart = min(abs(mine - other) for mine in ours for other in theirs)
        shared.update(paths)
        if apart > APART:
            contradicted.update(paths)
            far.append((*pair, apart))
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


def _items(passages: Mapping[str, Sequence[Cited]]) -> list[_Item]:
    compared = {
        path: [one for one in several if one.time.seconds is not None and len(one.words) >= FEWEST_SHARED]
        for path, several in passages.items()
    }
    known: set[str] = set()
    shared: set[str] = set()  # by several notes: by the others no sentence of another one is found
    for several in compared.values():
        own = set(chain.from_iterable([one.words for one in several]))
        shared |= known & own
        known |= own
    often = Counter(chain.from_iterable([one.words for several in compared.values() for one in several]))
    order = sorted(sorted(often), key=often.__getitem__)
    rank = {word: number for number, word in enumerate(order)}
    bit = {word: 1 << number % BITS for number, word in enumerate(order)}
    items = []
    for path, several in compared.items():
        stems: tuple[str, ...] = ()
        for one in several:
            if one.words is not stems:  # citations side by side have the same
                stems = one.words
                words, bits = frozenset(stems), reduce(or_, map(bit.__getitem__, stems))
                least = int(ALIKE * len(stems) + 0.999)
                rarest = sorted(map(rank.__getitem__, stems))[: len(stems) - least + 1]
                rarest = [number for number in rarest if order[number] in shared]
            items.append(_Item(path, one, words, bits, rarest))
    return items


def _alike(items: Iterable[_Item]) -> Iterator[tuple[_Item, _Item]]:
    """The pairs of sentences in different notes that are alike.

    Sets that share much share one of their rarest words: the prefix filter of Chaudhuri, Ganti and Kaushik (2006).
    """
    by_word: dict[int, list[_Item]] = defaultdict(list)
    for item in items:
        path, _, words, bits, rarest = item
        size = len(words)
        seen: set[int] = set()
        for number in rarest:
            several = by_word[number]
            for other in several[-MOST_ALIKE:]:
                if other[0] == path or id(other) in seen:
                    continue
                seen.add(id(other))
                most = size - (bits & ~other[3]).bit_count()  # words that both may have: seldom enough of them
                if most >= ALIKE * (size + len(other[2]) - most) and _are_alike(words, other[2]):
                    yield other, item
            several.append(item)


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    common = one & other
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
    odd = [cited.time.seconds > end or cited.time.seconds % 60 == 0 for cited in note if cited.time.seconds is not None]
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
