"""What a run knows from the last one: which files are the same, and which results are true still."""

import os
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lintkb.cache import TICK, About, Cache, Stamp, State
from lintkb.digests import content_digest
from lintkb.results import COLUMNS, Damaged, Entry, Results, Segment
from lintkb.spool import Held

_FEW, _AHEAD = 16, 8  # segments: that are unpacked without a thread, and that it may have unpacked
# What one machine writes another sees within a minute (NFS, by default), so one that reads notes may read what they were.
_LATE = 120_000_000_000


class Memory:
    """The last run's results, and what is found out now about the files that they are of.

    `blobs` are the ids of files' contents, as git gives them, where notes are read from git.
    """

    def __init__(
        self,
        cache: Cache,
        root: Path,
        read: Callable[[str], bytes],
        blobs: Mapping[str, str],
        *,
        keeps: bool,
        far: bool = False,
    ) -> None:
        """`far`: other machines read the notes."""
        self._cache = cache
        self._root = os.fspath(root)
        self._read = read
        self._blobs = blobs
        self._keeps = keeps
        self._sure = time.time_ns() - (_LATE if far else TICK)
        self._stamps: dict[str, Stamp] = {}
        self.state: State | None = None
        self._abouts: dict[int, About] = {}
        if (known := cache.load()) is not None:
            self.state, self._abouts = known
        self._before: dict[str, Sequence[Any] | None] = {}  # stamps
        if self.state is not None:
            self._before.update(self.state.stamps)
            for one in self._abouts.values():
                self._before.update(zip(one.paths, one.stamps, strict=True))
        self.sources: dict[str, str] = {}
        self.changed: set[str] = set()  # notes that were read now, and such as are gone
        self._restamped: set[str] = set()  # those that are the same, by their contents

    def lose(self) -> None:
        """Go on as if there had been no run before."""
        self._cache.close()
        self.state, self._abouts, self._before = None, {}, {}
        self.changed = set()

    def aside(self) -> "Memory":
        """The same for a knowledge base that is looked at beside the one that is, and of which nothing is kept."""
        from copy import copy

        other = copy(self)
        vars(other).update(sources={}, changed=set(), _keeps=False)
        return other

    def is_same(self, path: str, digest: str) -> bool:
        """Whether a file's content is still what it was by its `digest`: by its stamp, and by reading it when in doubt."""
        if path in self._blobs:
            return self._blobs[path] == digest
        before = self._before.get(path)
        stamp = self.stamp(path)
        if before is not None and stamp is not None and stamp.sure and stamp == tuple(before):
            return True
        try:
            same = content_digest(self._read(path)) == digest
        except OSError:
            return False
        if same:
            self._restamped.add(path)
        return same

    def stamp(self, path: str) -> Stamp | None:
        """The stamp of a file as it is before it is read; None where it has none."""
        try:
            stat = os.stat(f"{self._root}/{path}")  # noqa: PTH116 - thousands of times a run
        except (OSError, ValueError):
            self._stamps.pop(path, None)
            return None
        modified, changed = stat.st_mtime_ns, stat.st_ctime_ns
        sure = max(modified, changed) < self._sure
        found = self._stamps[path] = Stamp(stat.st_size, modified, changed, sure)
        return found

    def source_digest(self, path: str) -> str:
        """What stands for the content of a file that says what was said in a recording."""
        if path not in self.sources:
            known = self.state.sources.get(path) if self.state is not None else None
            if known is not None and self.is_same(path, known):
                self.sources[path] = known
            else:
                self.stamp(path)
                try:
                    self.sources[path] = content_digest(self._read(path))
                except OSError as error:
                    self.sources[path] = str(error)
        return self.sources[path]

    def same_sources(self) -> bool:
        """Whether all transcripts that were used are what they were."""
        assert self.state is not None  # noqa: S101
        return all(self.source_digest(path) == digest for path, digest in self.state.sources.items())

    def results(self) -> Results:
        """The results of the last run. Raises Damaged where it did not leave any."""
        if self.state is None:
            raise Damaged
        segments: list[Segment] = []
        entries: dict[str, Entry] = {}
        for number, one in sorted(self._abouts.items(), key=lambda item: item[1].paths):
            segments.append(Segment(one.paths, None, number, one.judged, one.fresh, one.seen, one.tally))
            entries.update(zip(one.paths, one.entries, strict=True))
        return Results(segments, entries, self._cache.blobs)

    def texts(self, variant: str, numbers: Sequence[int]) -> dict[int, bytes]:
        """The printed findings of some segments, packed. Raises Damaged."""
        return self._cache.blobs(variant, numbers) if self.state is not None and numbers else {}

    def keep(self, results: Results, state: State, variant: str, blobs: dict[str, dict[int, Held]]) -> None:
        """Leave the next run what is known now, where that is more than what the last one left.

        `blobs` are more of what is to be kept of segments, by kind and number.
        """
        before = self.state
        if not self._keeps or not results.segments:
            return
        restamped = {number for number, one in self._abouts.items() if not self._restamped.isdisjoint(one.paths)}
        changed = results.changed or restamped or self.changed or any(blobs.values())
        if before is not None and not changed and before.unsettled == state.unsettled:
            return
        for one in results.segments:
            if one.number in results.changed or one.number in restamped or before is None:
                blobs.setdefault("about", {})[one.number] = partial(self._about, one, results)
            if one.packed is not None:
                blobs.setdefault("packed", {})[one.number] = one.packed
            for name in COLUMNS:
                if (part := results.packed_part(name, one.number)) is not None:
                    blobs.setdefault(name, {})[one.number] = part
        live = [one.number for one in results.segments]
        state = state._replace(
            sources=self.sources,
            stamps={path: self._stamps[path] for path in self.sources if path in self._stamps},
        )
        self._cache.store(state, blobs, live, variant, anew=before is None)

    def _about(self, one: Segment, results: Results) -> bytes:
        stamps = list(map(self._stamps.get, one.paths))
        entries = tuple(results.entries[path] for path in one.paths)
        return About(one.paths, stamps, entries, one.judged, one.fresh, one.seen, one.tally).packed()


def printed(packed: Sequence[Held]) -> Iterator[bytes]:
    """The texts of segments that were packed, in UTF-8. While one is printed, another thread unpacks the next but one."""
    if len(packed) < _FEW:
        yield from map(_unpacked, packed)
        return
    from threading import Semaphore, Thread

    ahead: list[bytes | OSError | Damaged] = []
    made, room = Semaphore(0), Semaphore(_AHEAD)

    def unpack_others() -> None:
        for text in packed[1::2]:
            room.acquire()
            try:
                ahead.append(_unpacked(text))
            except (OSError, Damaged) as error:
                ahead.append(error)
            made.release()

    Thread(target=unpack_others, daemon=True).start()
    for at, text in enumerate(packed):
        if at % 2:
            made.acquire()
            other = ahead.pop(0)
            if not isinstance(other, bytes):
                raise other
            yield other
            room.release()
        else:
            yield _unpacked(text)


def _unpacked(text: Held) -> bytes:
    try:
        return zlib.decompress(text())
    except zlib.error as error:
        raise Damaged from error
