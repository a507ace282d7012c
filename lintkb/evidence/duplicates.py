"""Copies: notes, paragraphs and sentences that say the same, found by the signatures of the facts, in linear time.

Candidates share a band of their sketches (locality-sensitive hashing); the whole sketches then decide. No passage is compared
with more than a few of those that share a band with it, however many there are, and nothing is kept of what stands alone.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

from lintkb.signatures import BANDS, KINDS, SLOTS, Signature, Signed, unpack
from lintkb.source.markdown import Mask
from lintkb.text import Span

ALIKE = 23  # slots of 32: about seven in ten pairs of words are the same
MOST_COMPARED = 8  # of those that share a band
FEW = 5  # places of a cluster that are kept to be shown
_LOW = 2**32 - 1


class Place(NamedTuple):
    """A passage of a note; of a whole note its title, or its beginning."""

    path: str
    span: Span


class Cluster(NamedTuple):
    """Passages that say the same: their kind, how many they are, and where the first `FEW` of them stand, in path order."""

    kind: str
    copies: int
    places: tuple[Place, ...]


class Copy(NamedTuple):
    """A passage that says what another one says, which stands before it in path order.

    `original` is the first one of the cluster, or the nearest before it that it is like. `second` says that no other copy
    stands between the first one and this. `key` is nearly always the same for the same words.
    """

    span: Span
    words: int
    key: str
    original: Place
    cluster: Cluster
    second: bool


class _Table:
    """The passages of one kind, in path order, a column for each thing that is known of them."""

    def __init__(self) -> None:
        self.notes = array("I")
        self.starts = array("I")
        self.ends = array("I")
        self.words = array("I")
        self.repeating = array("b")
        self.sketches = bytearray()
        self.leaders = array("I")  # for each passage one before it that it is like; itself when there is none

    def add(self, note: int, signature: Signature) -> None:
        self.notes.append(note)
        self.starts.append(signature.span.start)
        self.ends.append(signature.span.end)
        self.words.append(signature.words)
        self.repeating.append(signature.repeating)
        self.sketches += signature.sketch

    def sketch(self, at: int) -> bytes:
        return bytes(self.sketches[at * SLOTS : (at + 1) * SLOTS])

    def alike(self, one: int, other: int) -> bool:
        differ = int.from_bytes(self.sketch(one)) ^ int.from_bytes(self.sketch(other))
        return differ.to_bytes(SLOTS).count(0) >= ALIKE


class Duplicates:
    """What stands in a knowledge base more than once."""

    def __init__(self, notes: Iterable[Signed]) -> None:
        """`notes` are in path order."""
        self._paths: list[str] = []
        self._titles: list[Span] = []
        self._found: dict[str, dict[str, list[Copy]]] = {kind: defaultdict(list) for kind in KINDS}
        tables = {kind: _Table() for kind in KINDS}
        for note in notes:
            if note.signatures:
                for signature in unpack(note.signatures):
                    tables[signature.kind].add(len(self._paths), signature)
                self._paths.append(note.path)
                self._titles.append(note.title_span)
        same = list(range(len(self._paths)))  # for each note the first that says the same
        for members in _clusters(tables["note"]):
            first = tables["note"].notes[members[0]]
            for member in members:
                same[tables["note"].notes[member]] = first
            self._keep("note", tables["note"], members)
        told: dict[int, list[Span]] = defaultdict(list)  # by note the paragraphs that are copies
        for members in _clusters(tables["paragraph"]):
            table = tables["paragraph"]
            kept = list(_worth_telling(table, members, same, {}))
            self._keep("paragraph", table, kept)
            for member in kept[1:]:
                told[table.notes[member]].append(Span(table.starts[member], table.ends[member]))
        inside = {note: Mask(spans) for note, spans in told.items()}
        for members in _clusters(tables["sentence"]):
            self._keep("sentence", tables["sentence"], list(_worth_telling(tables["sentence"], members, same, inside)))

    @cached_property
    def key(self) -> str:
        """What stands for all that is found."""
        found = [(kind, sorted(copies.items())) for kind, copies in self._found.items()]
        return blake2b(repr(found).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def of(self, kind: str, path: str) -> Sequence[Copy]:
        """The passages of a note that say what one in another note before it says, or one before it in this note."""
        return self._found[kind].get(path, ())

    def _place(self, kind: str, table: _Table, at: int) -> Place:
        note = table.notes[at]
        span = self._titles[note] if kind == "note" else Span(table.starts[at], table.ends[at])
        return Place(self._paths[note], span)

    def _keep(self, kind: str, table: _Table, members: Sequence[int]) -> None:
        if len(members) < 2:
            return
        cluster = Cluster(kind, len(members), tuple(self._place(kind, table, at) for at in members[:FEW]))
        for number, at in enumerate(members[1:]):
            path, span = self._place(kind, table, at)
            firsts = members[: min(number + 1, FEW)]
            like = next((other for other in firsts if table.alike(other, at)), table.leaders[at])
            original = self._place(kind, table, like)
            key = table.sketch(at)[:4].hex()
            self._found[kind][path].append(Copy(span, table.words[at], key, original, cluster, number == 0))


def _worth_telling(
    table: _Table, members: Sequence[int], same: Sequence[int], inside: Mapping[int, Mask]
) -> Iterator[int]:
    """The passages of a cluster without those that another finding tells of.

    These are the passages of notes that say the same as a whole, sentences of paragraphs that do, and what notes that repeat
    themselves hold twice.
    """
    notes: dict[int, int] = {}  # which is the first note of those that say the same
    for at in members:
        note, start = table.notes[at], table.starts[at]
        first = notes.get(same[note])
        if first is not None and (first != note or table.repeating[at]):
            continue
        if notes and note in inside and inside[note].end_if_covered(start) is not None:
            continue
        notes.setdefault(same[note], note)
        yield at


def _clusters(table: _Table) -> Iterator[list[int]]:
    """The passages that say the same, two or more together, the first of them first."""
    _find_leaders(table)
    found: dict[int, list[int]] = {}
    firsts = array("I", table.leaders)
    for at, leader in enumerate(firsts):
        if leader != at:
            first = firsts[at] = firsts[leader]
            found.setdefault(first, [first]).append(at)
    yield from found.values()


def _find_leaders(table: _Table) -> None:
    columns = array("I", bytes(table.sketches))
    leaders = table.leaders = array("I", range(len(table.notes)))
    size = 8 * len(leaders) + 1
    for band in range(BANDS):
        keys = columns[band::BANDS]
        shared = bytearray(size)  # 2 where several keys may be the same: those are sorted, and they are few
        for key in keys:
            shared[key % size] += shared[key % size] < 2
        last, heads = -1, list[int]()
        for packed in sorted(key << 32 | at for at, key in enumerate(keys) if shared[key % size] > 1):
            key, at = packed >> 32, packed & _LOW
            if key != last:
                last, heads = key, []
            if leaders[at] == at:
                leaders[at] = next((head for head in heads if table.alike(head, at)), at)
            if leaders[at] not in heads and len(heads) < MOST_COMPARED:
                heads.append(at)
