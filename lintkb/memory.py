"""What a run knows from the last one: which files are the same, and which results are true still."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from pathlib import Path

from lintkb.cache import Cache, Kept, Stamp, State
from lintkb.digests import content_digest
from lintkb.report import Tally
from lintkb.results import COLUMNS, Damaged, Results, Segment

# A file may change once more within one tick of its clock without that being seen; no file system's tick is longer.
_TICK = 2_000_000_000


class Memory:
    """The last run's results, and what is found out now about the files that they are of.

    `blobs` are the ids of files' contents, as git gives them, where notes are read from git.
    """

    def __init__(
        self, cache: Cache, root: Path, read: Callable[[str], bytes], blobs: Mapping[str, str], *, keeps: bool
    ) -> None:
        self._cache = cache
        self._root = os.fspath(root)
        self._read = read
        self._blobs = blobs
        self._keeps = keeps
        self._began = time.time_ns()
        self._stamps: dict[str, Stamp] = {}
        self.state: State | None = cache.load()
        self.sources: dict[str, str] = {}
        self.changed: set[str] = set()  # notes that were read now, and such as are gone
        self._restamped = False

    def lose(self) -> None:
        """Go on as if there had been no run before."""
        self._cache.close()
        self.state = None
        self.changed = set()

    def aside(self) -> "Memory":
        """The same for a knowledge base that is looked at beside the one that is, and of which nothing is kept."""
        other = copy(self)
        vars(other).update(sources={}, changed=set(), _keeps=False)
        return other

    def is_same(self, path: str, digest: str) -> bool:
        """Whether a file's content is still what it was by its `digest`: by its stamp, and by reading it when in doubt."""
        if path in self._blobs:
            return self._blobs[path] == digest
        before = self.state.stamps.get(path) if self.state is not None else None
        stamp = self.stamp(path)
        if stamp is not None and before is not None and before.sure and before[:3] == stamp[:3]:
            return True
        try:
            same = content_digest(self._read(path)) == digest
        except OSError:
            return False
        self._restamped |= same
        return same

    def stamp(self, path: str) -> Stamp | None:
        """The stamp of a file as it is before it is read; None where it has none."""
        try:
            stat = os.stat(f"{self._root}/{path}")  # noqa: PTH116 - thousands of times a run
        except (OSError, ValueError):
            self._stamps.pop(path, None)
            return None
        modified, changed = stat.st_mtime_ns, stat.st_ctime_ns
        sure = max(modified, changed) < self._began - _TICK
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
        segments = [
            Segment(kept.paths, None, kept.number, kept.judged, kept.fresh, kept.seen, kept.tally)
            for kept in self.state.segments
        ]
        checksums = {kept.number: kept.checksum for kept in self.state.segments}
        loaded: dict[int, bytes] = {}

        def load(number: int) -> bytes:
            if number not in loaded:
                loaded.update(self._cache.packed([number], checksums))
            return loaded[number]

        return Results(segments, self.state.entries, load, self._cache.column)

    def texts(self, variant: str, numbers: Sequence[int]) -> dict[int, bytes]:
        """The printed findings of some segments, packed. Raises Damaged."""
        return self._cache.texts(variant, numbers) if self.state is not None and numbers else {}

    def keep(
        self,
        results: Results,
        state: str,
        files: str,
        variant: str,
        texts: Mapping[int, bytes],
        *,
        copies: str,
        names: frozenset[str],
        remarks: Sequence[str],
    ) -> None:
        """Leave the next run what is known now, where that is more than what the last one left."""
        import zlib

        before = self.state
        fresh = {one.number: one.packed for one in results.segments if one.packed is not None}
        if not self._keeps or not results.segments:
            return
        if before is not None and not (fresh or texts or self._restamped or self.changed or state != before.state):
            return
        checksums = {kept.number: kept.checksum for kept in before.segments} if before is not None else {}
        checksums |= {number: zlib.crc32(packed) for number, packed in fresh.items()}
        kept = [
            Kept(
                one.number,
                one.paths,
                one.judged,
                one.fresh,
                one.seen,
                checksums[one.number],
                one.tally if one.tally is not None else Tally.of((), 0),
            )
            for one in results.segments
        ]
        columns = {}
        for name in COLUMNS if before is None else sorted(results.changed):
            column = results.column(name)
            columns[name] = (list(column), list(column.values()))
        now = State(
            stamps=self._stamps,
            entries=results.entries,
            segments=kept,
            state=state,
            files=files,
            sources=self.sources,
            copies=copies,
            names=names,
            remarks=tuple(remarks),
        )
        self._cache.store(now, fresh, columns, variant, texts, anew=before is None)
