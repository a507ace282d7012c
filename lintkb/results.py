"""What is known of every note, packed: a few bytes each, however many there are."""

import json
import zlib
from bisect import bisect_right
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache, partial
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, NamedTuple, get_args, get_origin, get_type_hints

from lintkb.diagnostics import Diagnostic
from lintkb.digests import digest
from lintkb.report import Tally
from lintkb.spool import Held, Spool, at_hand

if TYPE_CHECKING:
    from lintkb.facts import NoteFacts, Outline

# Notes that lie side by side are kept together: what they have in common makes them small, and they are judged together.
SEGMENT = 64
_KEPT = 4  # segments that stay unpacked
_FEW = 8  # notes of a segment that are read again before it is packed again at once
# What is raised where kept data are of another form than they were given.
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
COLUMNS = ("outlines", "landmarks", "signatures")
as_json = json.JSONEncoder(separators=(",", ":")).encode


class NoteResult(NamedTuple):
    """What is known of one note. `facts` is None when it could not be read; `digest` is of its bytes, as git makes it.

    `diagnostics` are what it shows by itself; `cited` what takes the place of those of them that are about the recording
    it cites, where other notes cite that too or a transcript is known; `base` what it shows beside all other notes, None
    where that was not judged.
    """

    path: str
    digest: str
    facts: "NoteFacts | None"
    diagnostics: tuple[Diagnostic, ...]
    cited: tuple[Diagnostic, ...] | None = None
    base: tuple[Diagnostic, ...] | None = None


class Entry(NamedTuple):
    """What a run remembers of a note to see whether another one may use it.

    `public` stands for what findings in other notes may depend on; `group` for what `cited` depends on, empty where there is
    none. `failed`: it is to be read again in any case, because it could not be, or a check failed on it. `words` and `has`
    (the words frontmatter, source) are what customs are counted by. `recording` is what it cites; empty where it cites none.
    """

    digest: str
    public: str
    group: str
    failed: bool
    words: int
    has: str
    recording: str


class Row(NamedTuple):
    """What the index is told of a note that was read; `outline` is None when it could not be."""

    path: str
    entry: Entry
    outline: "Outline | None"
    landmarks: str
    signatures: str


class Segment(NamedTuple):
    """Notes that lie side by side in path order, and their results, packed; None where these are in the cache, at `number`.

    `judged` stands for all that the findings beside other notes depend on; empty where there are none yet. `fresh`: some
    notes have been read since. `seen` are the notes elsewhere whose lines the findings name, `tally` is what there is of
    what among those that are shown.
    """

    paths: tuple[str, ...]
    packed: Held | None
    number: int = 0
    judged: str = ""
    fresh: bool = True
    seen: tuple[str, ...] = ()
    tally: Tally | None = None


def row(result: NoteResult, recording: str = "", *, failed: bool, group: str = "", links: bool = False) -> Row:
    """What the index is told of a note. With `links` other notes' findings depend on where its links lead."""
    from lintkb.facts import Landmarks, outline

    facts = result.facts
    if facts is None:
        return Row(result.path, Entry(result.digest, "", "", failed=True, words=-1, has="", recording=""), None, "", "")
    own, landmarks = outline(facts), Landmarks.of(facts).packed()
    visible: list[object] = [own.title, own.aliases, own.unique, landmarks]
    if links:
        visible += [facts.wikilinks, facts.links, facts.defined, facts.entries]
    public = digest(repr(visible).encode("utf-8", "surrogatepass"))
    has = "frontmatter " * own.has_frontmatter + "source" * own.source
    entry = Entry(result.digest, public, group, failed, own.words, has, recording)
    return Row(result.path, entry, own, landmarks, facts.signatures)


def whole(result: NoteResult) -> "NoteFacts":
    """The facts of a note that could be read."""
    assert result.facts is not None  # noqa: S101
    return result.facts


def side_by_side(paths: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Paths, sorted, in segments. Small folders are kept whole: what cites a recording is often in one."""
    segment: list[str] = []
    folder = ""
    for path in paths:
        here = path.rpartition("/")[0]
        if len(segment) >= 2 * SEGMENT or (here != folder and len(segment) >= SEGMENT // 2):
            yield tuple(segment)
            segment = []
        segment.append(path)
        folder = here
    if segment:
        yield tuple(segment)


class Damaged(Exception):
    """What should be packed results is not."""


def pack(results: Iterable[NoteResult]) -> bytes:
    """Results as bytes, without the signatures, which are in a column."""
    return _pack_lines({result.path: _line(result) for result in results})


def unpack(packed: bytes, wanted: Container[str] | None = None) -> list[NoteResult]:
    """The results that were packed so, or those of the `wanted` notes. Raises Damaged for what `pack` did not make."""
    lines = _unpack_lines(packed)
    build = builder(NoteResult)
    try:
        return [build(json.loads(line)) for path, line in lines.items() if wanted is None or path in wanted]
    except MALFORMED as error:
        raise Damaged from error


def _line(result: NoteResult) -> str:
    if result.facts is not None and result.facts.signatures:
        result = result._replace(facts=result.facts._replace(signatures=""))
    return as_json(result)


def _pack_lines(lines: Mapping[str, str]) -> bytes:
    """Results in JSON by path, one a line, so that some of them can be put in and taken out without the others."""
    return zlib.compress("\n".join([as_json([*lines]), *lines.values()]).encode("ascii"), 1)


def _unpack_lines(packed: bytes) -> dict[str, str]:
    """The results that were packed so. Raises Damaged."""
    try:
        paths, *lines = zlib.decompress(packed).decode("ascii").split("\n")
        return dict(zip(json.loads(paths), lines, strict=True))
    except (*MALFORMED, zlib.error) as error:
        raise Damaged from error


class _Changed:
    """The packed results of notes that lie side by side, some of which are others by now; made when they are asked for."""

    def __init__(self, before: Held | None, paths: Sequence[str], lines: Mapping[str, str]) -> None:
        """`before` gives the results as they were; None where there were none. `lines` are the others, by path."""
        self.before = before
        self.paths = paths
        if isinstance(before, _Changed):
            self.before, lines = before.before, {**before.lines, **lines}
        self.lines: dict[str, str] = {path: lines[path] for path in paths if path in lines}

    def __call__(self) -> bytes:
        return self.of(self.paths)

    def of(self, paths: Sequence[str]) -> bytes:
        """Those of some of the notes. Raises Damaged."""
        lines = self.lines
        if self.before is not None and not lines.keys() >= {*paths}:
            lines = _unpack_lines(self.before()) | lines
        try:
            return _pack_lines({path: lines[path] for path in paths})
        except KeyError as error:
            raise Damaged from error


@lru_cache(maxsize=64)
def builder(kind: Any) -> Callable[[Any], Any]:
    """What makes tuples of a kind again from JSON data."""
    origin = get_origin(kind)
    if origin is tuple:
        inner = get_args(kind)[0]
        if _plain(inner):
            return tuple
        build = builder(inner)
        return lambda data: tuple(map(build, data))
    if origin is dict:
        inner = get_args(kind)[1]
        build = builder(inner)
        return _same if _plain(inner) else lambda data: {key: build(value) for key, value in data.items()}
    if origin is UnionType:
        option = next(option for option in get_args(kind) if option is not NoneType)
        if _plain(option):
            return _same
        build = builder(option)
        return lambda data: None if data is None else build(data)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {member.value: member for member in kind}.__getitem__
    if not (isinstance(kind, type) and issubclass(kind, tuple)):
        return _same
    hints = list(_hints(kind).values()) if hasattr(kind, "_fields") else [Any] * len(get_args(kind))
    nested = [(at, builder(hint)) for at, hint in enumerate(hints) if not _plain(hint)]
    make: Callable[[Any], Any] = kind._make if hasattr(kind, "_make") else kind
    if not nested:
        return make

    def build_all(data: Any) -> Any:
        for at, build in nested:
            data[at] = build(data[at])
        return make(data)

    return build_all


def _hints(kind: Any) -> dict[str, Any]:
    if kind is not NoteResult and kind is not Row:
        return get_type_hints(kind)
    from lintkb import facts  # whose names are not known here

    return get_type_hints(kind, localns=vars(facts))


def _plain(kind: Any) -> bool:
    if get_origin(kind) is UnionType:
        return all(_plain(option) for option in get_args(kind))
    return kind in (str, int, bool, float, NoneType, Any)


def _same(data: Any) -> Any:
    return data


class Results(Mapping[str, NoteResult]):
    """The results of all notes by path, packed in segments, and what the index is made of.

    `load` finds what is kept of segments, by their numbers: a kind of it for those of them that have it. What is newer lies
    in a `spool`.
    """

    def __init__(
        self,
        segments: Sequence[Segment] = (),
        entries: Mapping[str, Entry] | None = None,
        load: Callable[[str, Sequence[int]], dict[int, bytes]] | None = None,
    ) -> None:
        self.segments = list(segments)
        self.entries = dict(entries or {})
        self._load = load
        self.spool = Spool()
        self._columns: dict[str, dict[str, Any]] = {}  # those that were asked for as a whole
        # Of segments that are others than those that are kept: packed, and some as they are.
        self._packed: dict[tuple[str, int], Held] = {}
        self._parts: dict[tuple[str, int], dict[str, Any]] = {}
        self._kept: dict[tuple[str, int], Mapping[str, Any]] = {}  # of those that are; copies have them in common
        self._next = max((segment.number for segment in segments), default=0) + 1
        self._firsts: list[str] | None = None
        self._recent: dict[int, dict[str, NoteResult]] = {}
        self.changed: set[int] = set()  # the numbers of the segments that hold something new

    def copy(self) -> "Results":
        """The same, to be changed apart from these."""
        other = Results(self.segments, self.entries, self._load)
        other.spool, other._packed = self.spool, dict(self._packed)
        other._columns = {name: dict(column) for name, column in self._columns.items()}
        other._parts = {key: dict(part) for key, part in self._parts.items()}
        other._kept, other._next = self._kept, self._next
        return other

    @property
    def outlines(self) -> "dict[str, Outline]":
        """The outlines of the notes that could be read."""
        return self.column("outlines")

    def column(self, name: str) -> dict[str, Any]:
        """One of the tables that the index is made of, by path. Raises Damaged."""
        if name not in self._columns:
            whole: dict[str, Any] = {}
            for part in self._parts_of(name, range(len(self.segments))):
                whole.update(part)
            self._columns[name] = whole
        return self._columns[name]

    def part(self, name: str, at: int) -> Mapping[str, Any]:
        """The same for one segment."""
        if name in self._columns:
            column = self._columns[name]
            return {path: column[path] for path in self.segments[at].paths if path in column}
        return next(self._parts_of(name, [at]))

    def _parts_of(self, name: str, places: Sequence[int]) -> Iterator[Mapping[str, Any]]:
        some = [(self.segments[at].paths, (name, self.segments[at].number)) for at in places]
        lacking = [(paths, key) for paths, key in some if key not in self._packed and key not in self._kept]
        blobs = self._blobs(name, [number for _, (_, number) in lacking]) if lacking else {}
        for paths, key in lacking:
            self._kept[key] = unpack_part(name, paths, blobs[key[1]])
        for paths, key in some:
            if key in self._packed:
                yield self._parts[key] if key in self._parts else unpack_part(name, paths, self._packed[key]())
            else:
                yield self._kept[key]

    def some(self, name: str, paths: Sequence[str]) -> dict[str, Any]:
        """The same for some notes, in their order."""
        if name in self._columns or len(paths) > SEGMENT:
            known = self.column(name)
        else:
            known = {}
            for at in {*map(self.place, paths)} if self.segments else ():
                known |= self.part(name, at)
        return {path: known[path] for path in paths if path in known}

    def packed_column(self, name: str) -> Iterator[tuple[tuple[str, ...], bytes]]:
        """A column as it is packed: the paths of each segment, and its part. Raises Damaged."""
        kept = [one.number for one in self.segments if (name, one.number) not in self._packed]
        blobs = self._blobs(name, kept) if kept else {}
        for one in self.segments:
            held = self._packed.get((name, one.number))
            yield one.paths, held() if held is not None else blobs[one.number]

    def packed_part(self, name: str, number: int) -> Held | None:
        """The part of a column for the segment of a number; None where it is as it was loaded."""
        return self._packed.get((name, number))

    def _blobs(self, kind: str, numbers: Sequence[int]) -> dict[int, bytes]:
        if self._load is None:
            raise Damaged
        found = self._load(kind, numbers)
        if len(found) < len(numbers):
            raise Damaged
        return found

    def __getitem__(self, path: str) -> NoteResult:
        if path not in self.entries:
            raise KeyError(path)
        return self._unpacked(self.place(path))[path]

    def __iter__(self) -> Iterator[str]:
        for segment in self.segments:
            yield from segment.paths

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, path: object) -> bool:
        return path in self.entries

    def values(self) -> Iterator[NoteResult]:  # type: ignore[override]
        """All results, each segment unpacked once."""
        for at in range(len(self.segments)):
            yield from self._unpacked(at).values()

    def items(self) -> Iterator[tuple[str, NoteResult]]:  # type: ignore[override]
        """The same with their paths."""
        return ((result.path, result) for result in self.values())

    def packed(self, at: int, wanted: Collection[str] | None = None) -> bytes:
        """The packed results of a segment, or at least those of the `wanted` notes in it. Raises Damaged."""
        held = self.held(at)
        if wanted is not None and isinstance(held, _Changed):
            return held.of([path for path in self.segments[at].paths if path in wanted])
        return held()

    def held(self, at: int) -> Held:
        """What gives these as they are now. Raises Damaged."""
        one = self.segments[at]
        return one.packed if one.packed is not None else at_hand(self._blobs("packed", [one.number])[one.number])

    def suggested(self, at: int) -> bytes:
        """What was suggested in the place of names when the segment was judged, packed; empty where that is not known."""
        number = self.segments[at].number
        return self._load("suggested", [number]).get(number, b"") if self._load is not None else b""

    def _unpacked(self, at: int) -> dict[str, NoteResult]:
        if at not in self._recent:
            if len(self._recent) == _KEPT:
                del self._recent[next(iter(self._recent))]
            self._recent[at] = {result.path: result for result in unpack(self.packed(at))}
        return self._recent[at]

    def place(self, path: str) -> int:
        """Which segment a note is in, or would be."""
        if self._firsts is None:
            self._firsts = [segment.paths[0] for segment in self.segments]
        return max(0, bisect_right(self._firsts, path) - 1)

    def add(self, paths: Sequence[str], packed: bytes, entries: Iterable[Entry], parts: Iterable[bytes]) -> None:
        """Put the results of notes that follow in path order on all that are there, and were read now.

        `parts` are those of the columns, packed.
        """
        number = self._number()
        self.segments.append(Segment(tuple(paths), self.spool.put(packed), number))
        self.changed.add(number)
        self.entries.update(zip(paths, entries, strict=True))
        self._packed.update(((name, number), self.spool.put(part)) for name, part in zip(COLUMNS, parts, strict=True))
        self._columns.clear()
        self._forget()

    def change(self, fresh: Sequence[tuple[NoteResult, Row]], gone: Collection[str] = ()) -> None:
        """Put results of notes that were read again, or are new, in their places, and forget others. Raises Damaged."""
        if not fresh and not gone:
            return
        touched: dict[int, dict[str, tuple[NoteResult, Row]]] = {}
        for path in gone:
            touched.setdefault(self.place(path), {})
        for result, row in fresh:
            touched.setdefault(self.place(result.path), {})[result.path] = result, row
        lost = frozenset(gone)
        segments: list[Segment] = []
        for at, segment in enumerate(self.segments or [Segment((), None)]):
            segments += self._changed(at, segment, touched[at], lost) if at in touched else [segment]
        for path in gone:
            self.entries.pop(path, None)
        self.entries.update((row.path, row.entry) for _, row in fresh)
        self.segments = segments
        self._forget()

    def _changed(
        self, at: int, segment: Segment, fresh: Mapping[str, tuple[NoteResult, Row]], lost: Collection[str]
    ) -> Iterator[Segment]:
        """A segment with other results in it, in two where it has grown too large."""
        before = self.held(at) if segment.paths else None
        lines = {path: _line(result) for path, (result, _) in fresh.items()}
        whole = sorted({*segment.paths, *fresh}.difference(lost))
        parts = {name: dict(self.part(name, at)) if segment.paths else {} for name in COLUMNS}
        for path in (*fresh, *lost):
            values = fresh[path][1][2:] if path in fresh else ("", "", "")
            for name, value in zip(COLUMNS, values, strict=True):
                for table in (parts[name], self._columns.get(name, {})):
                    if value:
                        table[path] = value
                    else:
                        table.pop(path, None)
        for start in range(0, len(whole), 2 * SEGMENT):
            paths = tuple(whole[start : start + 2 * SEGMENT])
            number = segment.number if not start and segment.paths else self._number()
            for name in COLUMNS:
                own = self._parts[name, number] = {path: parts[name][path] for path in paths if path in parts[name]}
                self._packed[name, number] = partial(pack_part, name, [own.get(path) for path in paths])
            packed: Held = _Changed(before, paths, lines)
            self.changed.add(number)
            yield Segment(paths, packed if len(fresh) < _FEW else self.spool.put(packed()), number, segment.judged)

    def settle(self, at: int, segment: Segment, groups: Mapping[str, str]) -> None:
        """Put a segment, judged, in the place of one with the same notes; `groups` are new ones of some entries."""
        self.segments[at] = segment
        self.changed.add(segment.number)
        for path, group in groups.items():
            self.entries[path] = self.entries[path]._replace(group=group)
        self._forget()

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _forget(self) -> None:
        self._firsts = None
        self._recent.clear()


def pack_part(name: str, values: Iterable[Any]) -> bytes:
    """A part of a column, a value for each note of one segment, as bytes."""
    if name == "signatures":
        from lintkb.signatures import joined

        return joined(value or "" for value in values)
    first = 1 if name == "outlines" else 0  # their paths are known
    return pack_json([value[first:] if value else None for value in values])


def unpack_part(name: str, paths: Sequence[str], packed: bytes) -> dict[str, Any]:
    """The part that was packed so. Raises Damaged."""
    try:
        if name == "signatures":
            from lintkb.signatures import parted, single

            return {path: one for path, one in zip(paths, single(*parted(packed, len(paths))), strict=True) if one}
        from lintkb.facts import Outline

        values = unpack_json(packed)
        known = {path: value for path, value in zip(paths, values, strict=True) if value is not None}
        if name != "outlines":
            return known
        build = builder(Outline)
        for path, value in known.items():
            value.insert(0, path)
        return {path: build(value) for path, value in known.items()}
    except MALFORMED as error:
        raise Damaged from error


def pack_json(data: Any) -> bytes:
    """Data as bytes, to be kept between runs: JSON, never pickles."""
    return zlib.compress(as_json(data).encode("ascii"), 1)


def unpack_json(packed: bytes) -> Any:
    """The data that was packed so. Raises Damaged for what was not."""
    try:
        return json.loads(zlib.decompress(packed))
    except (*MALFORMED, zlib.error) as error:
        raise Damaged from error
