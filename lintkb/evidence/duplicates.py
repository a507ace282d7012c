"""Copies: notes, paragraphs and sentences that say the same, found by the signatures of the facts, in linear time.

Candidates share a band of their sketches (locality-sensitive hashing); the whole sketches then decide. No passage is compared
with more than a few of those that share a band with it, however many there are, and nothing is kept of what stands alone.
"""

from array import array
from binascii import a2b_base64
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import compress, count
from operator import ne
from typing import NamedTuple

from lintkb.digests import digest
from lintkb.signatures import BANDS, KINDS, RECORD, ROWS, SLOTS, Signature, Signed, records, unpack_record
from lintkb.source.markdown import Mask
from lintkb.text import Span

ALIKE = 23  # slots of 32: about seven in ten pairs of words are the same
MOST_COMPARED = 8  # of those that share a band
FEW = 5  # places of a cluster that are kept to be shown
COUNTED, MOST_PARTS = 2**17, 16  # keys of a band that are counted at once, as long as these are few parts
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
    """The passages of one kind as they are packed, in path order: of few more is read than their sketches."""

    def __init__(self) -> None:
        self.notes = array("I")
        self.leaders = array("I")  # for each one before it that it is like; itself when there is none
        self._records = bytearray()

    def add(self, note: int, record: bytes) -> None:
        self.notes.append(note)
        self._records += record

    def read(self, at: int) -> Signature:
        return unpack_record(self._record(at))

    def _record(self, at: int) -> bytes:
        return bytes(self._records[at * RECORD.size : (at + 1) * RECORD.size])

    def keys(self, band: int) -> "tuple[array[int], bytearray]":
        """What the passages must have in common in one band of their sketches to be compared, and a byte of each."""
        keys = _band(self._records, band)
        return array("I", bytes(keys)), keys[::ROWS]

    def alike(self, one: int, other: int) -> bool:
        return _alike(self._record(one), self._record(other))


def have_copies(versions: Iterable[Iterable[str]], others: Iterable[str]) -> bool:
    """Whether some notes, in any of their versions, may have copies among themselves or in other notes; all are packed.

    If not, the others have those that they have, whether these notes are there or not.
    """
    rest = b"".join(map(a2b_base64, others))
    changed = [[record for packed in version for record in records(packed)] for version in versions]
    for band in range(BANDS):
        start = RECORD.size - SLOTS + ROWS * band
        by_key: list[dict[bytes, list[bytes]]] = []
        for version in changed:
            by_key.append(defaultdict(list))
            for record in version:
                by_key[-1][record[start : start + ROWS]].append(record)
        there = _with_keys(rest, band, frozenset().union(*by_key))
        for keys in by_key:
            if any(_may_be_copies(own, there.get(key, ())) for key, own in keys.items()):
                return True
    return False


def _may_be_copies(own: Sequence[bytes], others: Sequence[bytes]) -> bool:
    """Whether passages with one key are so many that not all are compared, or one of the `own` is like another."""
    return (
        len(own) + len(others) > MOST_COMPARED
        or any(
            one[0] == other[0] and _alike(one, other)  # of the same kind
            for number, one in enumerate(own)
            for other in (*own[:number], *others)
        )
    )


def _band(packed: bytes | bytearray, band: int) -> bytearray:
    """One band of the sketches of all records, one behind the other."""
    keys = bytearray(ROWS * (len(packed) // RECORD.size))
    for row in range(ROWS):
        keys[row::ROWS] = packed[RECORD.size - SLOTS + ROWS * band + row :: RECORD.size]
    return keys


def _with_keys(packed: bytes, band: int, keys: Collection[bytes]) -> dict[bytes, list[bytes]]:
    """Those of the records that have one of some keys in a band, by key."""
    own = bytes(_band(packed, band))
    wanted = frozenset(array("I", b"".join(keys)))
    found: dict[bytes, list[bytes]] = defaultdict(list)
    for number in compress(count(), map(wanted.__contains__, array("I", own))):
        at = number * RECORD.size
        found[own[number * ROWS : (number + 1) * ROWS]].append(packed[at : at + RECORD.size])
    return found


def _alike(one: bytes, other: bytes) -> bool:
    differ = int.from_bytes(one[-SLOTS:]) ^ int.from_bytes(other[-SLOTS:])
    return differ.to_bytes(SLOTS).count(0) >= ALIKE


class Duplicates:
    """What stands in a knowledge base more than once."""

    def __init__(self, notes: Iterable[Signed]) -> None:
        """`notes` are in path order."""
        self._paths: list[str] = []
        self._titles: list[Span] = []
        self._found: dict[str, dict[str, list[Copy]]] = {kind: defaultdict(list) for kind in KINDS}
        tables = [_Table() for _ in KINDS]
        for note in notes:
            if note.signatures:
                for record in records(note.signatures):
                    tables[record[0]].add(len(self._paths), record)
                self._paths.append(note.path)
                self._titles.append(note.title_span)
        same = list(range(len(self._paths)))  # for each note the first that says the same
        table = tables[KINDS.index("note")]
        for members in _clusters(table):
            first = table.notes[members[0]]
            for member in members:
                same[table.notes[member]] = first
            self._keep("note", table, members)
        told: dict[int, list[Span]] = defaultdict(list)  # by note the paragraphs that are copies
        table = tables[KINDS.index("paragraph")]
        for members in _clusters(table):
            kept = list(_worth_telling(table, members, same, {}))
            self._keep("paragraph", table, kept)
            for member in kept[1:]:
                told[table.notes[member]].append(table.read(member).span)
        inside = {note: Mask(spans) for note, spans in told.items()}
        table = tables[KINDS.index("sentence")]
        for members in _clusters(table):
            self._keep("sentence", table, list(_worth_telling(table, members, same, inside)))

    @cached_property
    def keys(self) -> dict[str, str]:
        """By note that is told of copies, what stands for these."""
        told: dict[str, list[tuple[str, list[Copy]]]] = defaultdict(list)
        for kind, found in self._found.items():
            for path, copies in found.items():
                told[path].append((kind, copies))
        return {path: digest(repr(copies).encode("utf-8", "surrogatepass")) for path, copies in told.items()}

    def of(self, kind: str, path: str) -> Sequence[Copy]:
        """The passages of a note that say what one in another note before it says, or one before it in this note."""
        return self._found[kind].get(path, ())

    def _place(self, kind: str, table: _Table, at: int) -> Place:
        note = table.notes[at]
        span = self._titles[note] if kind == "note" else table.read(at).span
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
            signature = table.read(at)
            key = signature.sketch[:4].hex()
            self._found[kind][path].append(Copy(span, signature.words, key, original, cluster, number == 0))


def _worth_telling(
    table: _Table, members: Sequence[int], same: Sequence[int], inside: Mapping[int, Mask]
) -> Iterator[int]:
    """The passages of a cluster without those that another finding tells of.

    These are the passages of notes that say the same as a whole, sentences of paragraphs that do, and what notes that repeat
    themselves hold twice.
    """
    notes: dict[int, int] = {}  # which is the first note of those that say the same
    for at in members:
        note = table.notes[at]
        first = notes.get(same[note])
        if first is not None and (first != note or table.read(at).repeating):
            continue
        if notes and note in inside and inside[note].end_if_covered(table.read(at).span.start) is not None:
            continue
        notes.setdefault(same[note], note)
        yield at


def _clusters(table: _Table) -> Iterator[list[int]]:
    """The passages that say the same, two or more together, the first of them first."""
    _find_leaders(table)
    found: dict[int, list[int]] = {}
    firsts = array("I", table.leaders)
    for at in compress(count(), map(ne, firsts, count())):
        first = firsts[at] = firsts[table.leaders[at]]
        found.setdefault(first, [first]).append(at)
    yield from found.values()


def _find_leaders(table: _Table) -> None:
    leaders = table.leaders = array("I", range(len(table.notes)))
    # Counted are some keys at a time, told apart by a byte of them: so that this takes little memory.
    parts = min(MOST_PARTS, len(leaders) // COUNTED + 1)
    chosen = [bytes(code % parts == part for code in range(256)) for part in range(parts)]
    for band in range(BANDS):
        keys, told = table.keys(band)
        shared: set[int] = set()
        for part in chosen:
            counts = Counter(compress(keys, told.translate(part)))
            if len(counts) < counts.total():
                shared.update(compress(counts, map((1).__lt__, counts.values())))
        places = compress(count(), map(shared.__contains__, keys)) if shared else ()
        last, heads = -1, list[int]()
        for packed in sorted(keys[at] << 32 | at for at in places):
            key, at = packed >> 32, packed & _LOW
            if key != last:
                last, heads = key, []
            if leaders[at] == at:
                leaders[at] = next((head for head in heads if table.alike(head, at)), at)
            if leaders[at] not in heads and len(heads) < MOST_COMPARED:
                heads.append(at)
