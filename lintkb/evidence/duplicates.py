"""Copies: notes, paragraphs and sentences that say the same, and which of them are worth telling of."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from lintkb.digests import digest
from lintkb.evidence.clusters import MOST_COMPARED, Clusters, Passage, Sketches, find_clusters, sketches_alike
from lintkb.signatures import KINDS, Signature, unpack_record
from lintkb.source.markdown import Mask
from lintkb.text import Span

FEW = 5  # places of a cluster that are kept to be shown


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

    `original` is the first one of the cluster, or one before it that it is like. `second` says that no other copy that is
    told of stands before it. `key` is nearly always the same for the same words.
    """

    span: Span
    words: int
    key: str
    original: Place
    cluster: Cluster
    second: bool


class _Table(dict[Passage, Signature]):
    """The signatures of passages, unpacked when they are asked for first."""

    def __init__(self, read: Callable[[Passage], bytes]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, passage: Passage) -> Signature:
        found = self[passage] = unpack_record(self._read(passage))
        return found

    def are_alike(self, one: Passage, other: Passage) -> bool:
        return sketches_alike(self[one].sketch, self[other].sketch)


class Duplicates:
    """What stands in a knowledge base more than once."""

    def __init__(self, clusters: Clusters, read: Callable[[Passage], bytes]) -> None:
        """`read` gives the signature of a passage, packed."""
        self.clusters = clusters
        self._found: dict[str, dict[str, list[Copy]]] = {kind: defaultdict(list) for kind in KINDS}
        table = _Table(read)
        by_kind: dict[str, list[Sequence[Passage]]] = {kind: [] for kind in KINDS}
        for members in clusters:
            by_kind[table[members[0]].kind].append(members)
        same: dict[str, str] = {}  # for each note that says what another one says the first of them
        for members in by_kind["note"]:
            same.update((passage.path, members[0].path) for passage in members)
            self._keep(table, members)
        told: dict[str, list[Span]] = defaultdict(list)  # by note the paragraphs that are copies
        for members in by_kind["paragraph"]:
            kept = list(_worth_telling(table, members, same, {}))
            self._keep(table, kept)
            for passage in kept[1:]:
                told[passage.path].append(table[passage].span)
        inside = {path: Mask(spans) for path, spans in told.items()}
        for members in by_kind["sentence"]:
            self._keep(table, list(_worth_telling(table, members, same, inside)))

    @classmethod
    def among(cls, sketches: Sketches) -> "Duplicates":
        """Those among the passages of some notes."""
        return cls(find_clusters(sketches), sketches.read)

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

    def _keep(self, table: _Table, members: Sequence[Passage]) -> None:
        if len(members) < 2:
            return
        kind = table[members[0]].kind
        cluster = Cluster(kind, len(members), tuple(Place(one.path, table[one].span) for one in members[:FEW]))
        second = True
        for number, passage in enumerate(members[1:], 1):
            nearest = members[max(0, number - MOST_COMPARED) : number][::-1]
            candidates = (*members[: min(number, FEW)], *nearest)
            like = next((other for other in candidates if table.are_alike(other, passage)), None)
            if like is None:
                continue  # it is here because of one behind it, which is told of
            signature = table[passage]
            original = Place(like.path, table[like].span)
            copy = Copy(signature.span, signature.words, signature.sketch[:4].hex(), original, cluster, second)
            self._found[kind][passage.path].append(copy)
            second = False


def _worth_telling(
    table: _Table, members: Iterable[Passage], same: Mapping[str, str], inside: Mapping[str, Mask]
) -> Iterator[Passage]:
    """The passages of a cluster without those that another finding tells of.

    These are the passages of notes that say the same as a whole, sentences of paragraphs that do, and what notes that repeat
    themselves hold twice.
    """
    notes: dict[str, str] = {}  # which is the first note of those that say the same
    for passage in members:
        path = passage.path
        alias = same.get(path, path)
        first = notes.get(alias)
        if first is not None and (first != path or table[passage].repeating):
            continue
        if notes and path in inside and inside[path].end_if_covered(table[passage].span.start) is not None:
            continue
        notes.setdefault(alias, path)
        yield passage
