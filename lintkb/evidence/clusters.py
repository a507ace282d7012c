"""Clusters: passages that say the same, found by the sketches in their signatures, all anew or from what was known before.

Candidates share a band of their sketches (locality-sensitive hashing); the whole sketches then decide. No passage is compared
with more than a few of those that share a band with it, however many there are: those that stand nearest in path order. So a
note that changes brings new neighbours to few passages, and only the clusters of these can be others than they were.
"""

import sys
from array import array
from binascii import a2b_base64
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress, count
from operator import itemgetter, ne
from typing import NamedTuple, Protocol, TypeVar

from lintkb.signatures import BANDS, RECORD, ROWS, SLOTS, records

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

    def __init__(self, notes: Mapping[str, str]) -> None:
        self._paths: list[str] = []
        self._starts = array("I")
        whole: list[bytes] = []
        at = 0
        for path, packed in sorted(notes.items()):
            if packed:
                self._paths.append(path)
                self._starts.append(at)
                whole.append(a2b_base64(packed))
                at += len(whole[-1]) // RECORD.size
        self._records = b"".join(whole)
        self._found: dict[tuple[int, int], Sequence[int]] = {}

    def __len__(self) -> int:
        return len(self._records) // RECORD.size

    def record(self, at: int) -> bytes:
        """A signature."""
        return self._records[at * RECORD.size : (at + 1) * RECORD.size]

    def passage(self, at: int) -> Passage:
        """Whose it is."""
        note = bisect_right(self._starts, at) - 1
        return Passage(self._paths[note], at - self._starts[note])

    def place(self, passage: Passage) -> int:
        """Where the signature of a passage is, which is one of these."""
        return self._starts[bisect_left(self._paths, passage.path)] + passage.number

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
    """Whether two signatures are of passages that say the same."""
    differ = int.from_bytes(one[-SLOTS:]) ^ int.from_bytes(other[-SLOTS:])
    return differ.to_bytes(SLOTS).count(0) >= ALIKE


def find_clusters(notes: Mapping[str, str]) -> Clusters:
    """The clusters among the passages of notes, which are given by path with their signatures, packed."""
    sketches = Sketches(notes)
    parents = array("I", range(len(sketches)))
    for band in range(BANDS):
        for bucket in sketches.buckets(band):
            for one, other in _near(bucket):
                first, second = sorted((_root(parents, one), _root(parents, other)))
                if first != second and alike(sketches.record(one), sketches.record(other)):
                    parents[second] = first
    places = compress(count(), map(ne, parents, count()))
    return [[*map(sketches.passage, members)] for members in _joined(places, parents)]


def change_clusters(
    known: Clusters, rest: Sketches, before: Mapping[str, str], now: Mapping[str, str]
) -> Clusters | None:
    """What `find_clusters` finds when some notes have changed since it found what is `known`; None where that is as fast.

    `rest` are the signatures of the others, `before` and `now` those of the notes that changed; of one that was not there
    before, or is not there now, they are empty.
    """
    old, new = _passages(before), _passages(now)
    cluster_of = {passage: cluster for cluster in known for passage in cluster}

    def are_alike(pair: tuple[Passage, Passage]) -> bool:
        one, other = (new[passage] if passage in new else rest.record(rest.place(passage)) for passage in pair)
        return alike(one, other)

    # Those whose clusters are found anew. What is like any of them is one of them, and so is the rest of its cluster.
    chosen = set(new)
    more = {passage for other in old for passage in cluster_of.get(other, ())}
    while True:
        chosen |= {passage for one in more for passage in cluster_of.get(one, (one,)) if passage.path not in before}
        if len(chosen) > MOST_CHOSEN:
            return None
        near, parted = set[tuple[Passage, Passage]](), set[tuple[Passage, Passage]]()
        for was, bucket in _buckets(chosen, rest, old, new):
            near.update(_near(bucket, chosen))
            if was != bucket and max(len(was), len(bucket)) > MOST_COMPARED + 1:
                parted |= _parted(was, bucket, before)
        pairs = [*filter(are_alike, near)]
        more = {passage for pair in chain(pairs, filter(are_alike, parted)) for passage in pair} - chosen
        if not more:
            break
    parents = {passage: passage for passage in chosen}
    for one, other in pairs:
        first, second = sorted((_root(parents, one), _root(parents, other)))
        parents[second] = first
    rest_of = [cluster for cluster in known if cluster[0] not in chosen and cluster[0].path not in before]
    found = _joined([passage for passage in sorted(chosen) if parents[passage] != passage], parents)
    return sorted([*rest_of, *found], key=itemgetter(0))


def _buckets(
    chosen: Iterable[Passage], rest: Sketches, old: Mapping[Passage, bytes], new: Mapping[Passage, bytes]
) -> Iterator[tuple[list[Passage], list[Passage]]]:
    """The passages that share a key with any of the chosen ones, or the old: in path order, as they were and as they are."""
    records = [rest.record(rest.place(passage)) for passage in chosen if passage not in new]
    for band in range(BANDS):
        altered: dict[int, tuple[list[Passage], list[Passage]]] = {}
        for when, some in enumerate((old, new)):
            for passage, record in some.items():
                altered.setdefault(_key(record, band), ([], []))[when].append(passage)
        for key, places in rest.sharing(band, {*altered, *(_key(record, band) for record in records)}).items():
            others = [*map(rest.passage, places)]
            was, now = altered.get(key, ((), ()))
            yield sorted([*others, *was]), sorted([*others, *now])


def _parted(was: Sequence[Passage], now: Sequence[Passage], changed: Container[str]) -> set[tuple[Passage, Passage]]:
    """Two passages of unchanged notes each that are compared now and were not, or the other way round.

    What stands between them came or went.
    """
    both = sorted({*was, *now})
    places = [at for at, passage in enumerate(both) if passage.path in changed]
    about = frozenset(both[max(0, places[0] - MOST_COMPARED) : places[-1] + MOST_COMPARED + 1])
    pairs = ({*_near([passage for passage in bucket if passage in about])} for bucket in (was, now))
    return {pair for pair in set.symmetric_difference(*pairs) if not any(one.path in changed for one in pair)}


def _passages(notes: Mapping[str, str]) -> dict[Passage, bytes]:
    return {
        Passage(path, number): record for path, packed in notes.items() for number, record in enumerate(records(packed))
    }


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
