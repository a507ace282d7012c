"""Clusters: passages that say the same, found by the sketches in their signatures, all anew or from what was known before.

Candidates share a band of their sketches (locality-sensitive hashing); the whole sketches then decide. No passage is compared
with more than a few of those that share a band with it, however many there are: those that stand nearest in path order. So a
note that changes brings new neighbours to few passages, and only the clusters of these can be others than they were.
"""

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, compress, count
from operator import itemgetter, ne
from typing import NamedTuple, Protocol, TypeVar

from lintkb.signatures import BANDS, RECORD, ROWS, SLOTS, joined, parted, records, single

ALIKE = 23  # slots of 32: about seven in ten pairs of words are the same
MOST_COMPARED = 8  # of those that share a band and stand before
COUNTED, MOST_PARTS = 2**17, 16  # keys of a band that are counted at once, as long as these are few parts
MOST_CHOSEN = 2000  # passages whose clusters are found anew; with more of them all are
_LOW = 2**32 - 1
_FEW = 24  # keys
_Node = TypeVar("_Node", int, "Passage")


class _Parents(Protocol[_Node]):
    """What each node was joined to, before it in their order; itself when it was not."""

    def __getitem__(self, node: _Node, /) -> _Node: ...
    def __setitem__(self, node: _Node, parent: _Node, /) -> None: ...


class Passage(NamedTuple):
    """One of the signatures of a note."""

    path: str
    number: int


Clusters = Sequence[Sequence[Passage]]


class Sketches:
    """The signatures of notes as they are packed, one behind the other in path order."""

    def __init__(self, parts: Iterable[tuple[Sequence[str], bytes]], without: Collection[str] = ()) -> None:
        """`parts` are the signatures of some notes each, joined, and their paths; of notes `without` there are none."""
        self._paths: list[str] = []
        counts = array("I")
        whole: list[bytes] = []
        for paths, packed in parts:
            own, signatures = parted(packed, len(paths))
            if not frozenset(paths).isdisjoint(without):
                each = zip(paths, single(own, signatures), strict=True)
                own, signatures = parted(joined("" if path in without else one for path, one in each), len(paths))
            self._paths += paths
            counts += own
            whole.append(signatures)
        self._starts = array("I", accumulate(counts, initial=0))
        self._records = b"".join(whole)
        self._found: dict[tuple[int, int], Sequence[int]] = {}

    @classmethod
    def of(cls, notes: Mapping[str, str]) -> "Sketches":
        """Those of notes that are given one by one, by path."""
        paths = sorted(notes)
        return cls([(paths, joined(map(notes.__getitem__, paths)))])

    def __len__(self) -> int:
        return len(self._records) // RECORD.size

    def record(self, at: int) -> bytes:
        """A signature."""
        return self._records[at * RECORD.size : (at + 1) * RECORD.size]

    def passage(self, at: int) -> Passage:
        """Whose it is."""
        note = bisect_right(self._starts, at) - 1
        return Passage(self._paths[note], at - self._starts[note])

    def read(self, passage: Passage) -> bytes:
        """The signature of a passage. Raises LookupError when it is none of these."""
        note = bisect_left(self._paths, passage.path)
        at = self._starts[note] + passage.number
        if self._paths[note] != passage.path or not self._starts[note] <= at < self._starts[note + 1]:
            raise LookupError(passage)
        return self.record(at)

    def buckets(self, band: int) -> Iterator[list[int]]:
        """The signatures that share a key in a band, two or more together, in their order."""
        own = self._keys(band)
        keys, told = array("I", own), own[::ROWS]
        # Counted are some keys at a time, told apart by a byte of them: so that this takes little memory.
        parts = min(MOST_PARTS, len(keys) // COUNTED + 1)
        shared: set[int] = set()
        for part in range(parts):
            counts = Counter(compress(keys, told.translate(bytes(code % parts == part for code in range(256)))))
            if len(counts) < counts.total():
                shared.update(compress(counts, map((1).__lt__, counts.values())))
        places = compress(count(), map(shared.__contains__, keys)) if shared else ()
        last, bucket = -1, list[int]()
        for packed in sorted(keys[at] << 32 | at for at in places):
            if packed >> 32 != last:
                if bucket:
                    yield bucket
                last, bucket = packed >> 32, []
            bucket.append(packed & _LOW)
        if bucket:
            yield bucket

    def sharing(self, band: int, keys: Collection[int]) -> dict[int, Sequence[int]]:
        """By key the signatures that have it in a band, in their order. What was asked once is remembered."""
        unknown = frozenset(key for key in keys if (band, key) not in self._found)
        if unknown:
            own = self._keys(band)
            found: dict[int, list[int]] = {key: [] for key in unknown}
            if len(unknown) < _FEW:  # each is found in less time than it takes to look at all
                for key in unknown:
                    found[key] += _places(own, key.to_bytes(ROWS, sys.byteorder))
            else:
                whole = array("I", own)
                for at in compress(count(), map(unknown.__contains__, whole)):
                    found[whole[at]].append(at)
            self._found.update(((band, key), places) for key, places in found.items())
        return {key: self._found[band, key] for key in keys}

    def _keys(self, band: int) -> bytes:
        """One band of all sketches, one behind the other."""
        keys = bytearray(ROWS * len(self))
        for row in range(ROWS):
            keys[row::ROWS] = self._records[RECORD.size - SLOTS + ROWS * band + row :: RECORD.size]
        return bytes(keys)


def _places(keys: bytes, key: bytes) -> Iterator[int]:
    at = keys.find(key)
    while at >= 0:
        if not at % ROWS:
            yield at // ROWS
        at = keys.find(key, at + 1)


def alike(one: bytes, other: bytes) -> bool:
    """Whether two signatures are of passages of one kind that say the same."""
    return one[0] == other[0] and sketches_alike(one[-SLOTS:], other[-SLOTS:])


def sketches_alike(one: bytes, other: bytes) -> bool:
    """Whether two sketches are of passages that say the same."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(SLOTS).count(0) >= ALIKE


class Change:
    """Passages before and after some notes changed: the `rest`, and of these notes what is others now, `old` and `new`.

    A passage that says the same as the one of its number did is neither, wherever it stands now.
    """

    def __init__(self, rest: Sketches, before: Mapping[str, str], now: Mapping[str, str]) -> None:
        """`before` and `now` are their signatures by path; where a note was not, or is not, there these are empty."""
        was, own = _passages(before), _passages(now)
        self._rest = rest
        self._own = own
        self._same = {one for one, record in own.items() if one in was and _says(record) == _says(was[one])}
        self.old = {one: record for one, record in was.items() if one not in self._same}
        self.new = {one: record for one, record in own.items() if one not in self._same}
        self.changed = frozenset({*self.old, *self.new})

    def read(self, passage: Passage) -> bytes:
        """The signature of a passage as it is now."""
        return self._own[passage] if passage in self._own else self._rest.read(passage)

    def are_alike(self, pair: tuple[Passage, Passage]) -> bool:
        """Whether two passages say the same."""
        return alike(*map(self.read, pair))

    def buckets(self, chosen: Iterable[Passage]) -> Iterator[tuple[list[Passage], list[Passage]]]:
        """What shares a key with any of the chosen or the old passages: in path order, as they were and as they are."""
        records = [self.read(passage) for passage in chosen if passage not in self.new]
        for band in range(BANDS):
            altered: dict[int, tuple[list[Passage], list[Passage]]] = {}
            for when, some in enumerate((self.old, self.new)):
                for passage, record in some.items():
                    altered.setdefault(_key(record, band), ([], []))[when].append(passage)
            keys = {*altered, *(_key(record, band) for record in records)}
            same: dict[int, list[Passage]] = {}
            for passage in self._same:
                same.setdefault(_key(self._own[passage], band), []).append(passage)
            for key, places in self._rest.sharing(band, keys).items():
                others = [*map(self._rest.passage, places), *same.get(key, ())]
                was, now = altered.get(key, ((), ()))
                yield sorted([*others, *was]), sorted([*others, *now])


def find_clusters(sketches: Sketches) -> Clusters:
    """The clusters among passages."""
    parents = array("I", range(len(sketches)))
    for band in range(BANDS):
        for bucket in sketches.buckets(band):
            for one, other in _near(bucket):
                first, second = sorted((_root(parents, one), _root(parents, other)))
                if first != second and alike(sketches.record(one), sketches.record(other)):
                    parents[second] = first
    places = compress(count(), map(ne, parents, count()))
    return [[*map(sketches.passage, members)] for members in _joined(places, parents)]


def change_clusters(known: Clusters, change: Change) -> Clusters | None:
    """What `find_clusters` finds after a change, from what was `known` before it; None where that is as fast."""
    changed = change.changed
    if not changed:
        return known
    cluster_of = {passage: cluster for cluster in known for passage in cluster}
    # Those whose clusters are found anew. What is like any of them is one of them, and so is the rest of its cluster.
    chosen = set(change.new)
    more = {passage for other in change.old for passage in cluster_of.get(other, ())}
    while True:
        chosen |= {passage for one in more for passage in cluster_of.get(one, (one,)) if passage not in changed}
        if len(chosen) > MOST_CHOSEN:
            return None
        near, apart = set[tuple[Passage, Passage]](), set[tuple[Passage, Passage]]()
        for was, bucket in change.buckets(chosen):
            near.update(_near(bucket, chosen))
            if was != bucket and max(len(was), len(bucket)) > MOST_COMPARED + 1:
                apart |= _moved_apart(was, bucket, changed)
        pairs = [*filter(change.are_alike, near)]
        more = {passage for pair in chain(pairs, filter(change.are_alike, apart)) for passage in pair} - chosen
        if not more:
            break
    parents = {passage: passage for passage in chosen}
    for one, other in pairs:
        first, second = sorted((_root(parents, one), _root(parents, other)))
        parents[second] = first
    rest = [cluster for cluster in known if cluster[0] not in chosen and cluster[0] not in changed]
    found = _joined([passage for passage in sorted(chosen) if parents[passage] != passage], parents)
    return sorted([*rest, *found], key=itemgetter(0))


def _moved_apart(
    was: Sequence[Passage], now: Sequence[Passage], changed: Container[Passage]
) -> set[tuple[Passage, Passage]]:
    """Two unchanged passages each that are compared now and were not, or the other way round.

    What stands between them came or went.
    """
    both = sorted({*was, *now})
    places = [at for at, passage in enumerate(both) if passage in changed]
    about = frozenset(both[max(0, places[0] - MOST_COMPARED) : places[-1] + MOST_COMPARED + 1])
    pairs = ({*_near([passage for passage in bucket if passage in about])} for bucket in (was, now))
    return {pair for pair in set.symmetric_difference(*pairs) if not any(one in changed for one in pair)}


def _passages(notes: Mapping[str, str]) -> dict[Passage, bytes]:
    return {
        Passage(path, number): record for path, packed in notes.items() for number, record in enumerate(records(packed))
    }


def _says(record: bytes) -> bytes:
    """What of a signature decides what it is like: its kind and its sketch."""
    return record[:1] + record[-SLOTS:]


def _key(record: bytes, band: int) -> int:
    at = RECORD.size - SLOTS + ROWS * band
    return int.from_bytes(record[at : at + ROWS], sys.byteorder)


def _near(bucket: Sequence[_Node], chosen: Container[_Node] | None = None) -> Iterator[tuple[_Node, _Node]]:
    """The pairs that are compared; those with a `chosen` one in them."""
    last = -MOST_COMPARED - 1
    for at, one in enumerate(bucket):
        if chosen is None or one in chosen:
            last = at
            yield from ((other, one) for other in bucket[max(0, at - MOST_COMPARED) : at])
        elif at - last <= MOST_COMPARED:
            yield from ((other, one) for other in bucket[max(0, at - MOST_COMPARED) : at] if other in chosen)


def _root(parents: _Parents[_Node], node: _Node) -> _Node:
    """The first of what a node is joined with, as far as it is known."""
    while (parent := parents[node]) != node:
        parents[node] = parents[parent]
        node = parents[parent]
    return node


def _joined(nodes: Iterable[_Node], parents: _Parents[_Node]) -> Iterator[list[_Node]]:
    """What is joined, the first of it first; `nodes` are all others, in their order."""
    found: dict[_Node, list[_Node]] = {}
    for node in nodes:
        first = _root(parents, node)
        found.setdefault(first, [first]).append(node)
    return (found[first] for first in sorted(found))
