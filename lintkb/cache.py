"""What a run leaves for the next one: results in segments, what the index is made of, text that was printed.

Everything is keyed by all that it depends on. The rows are JSON, never pickles, so that a damaged or planted cache can be
wrong but can run nothing; one that cannot be read is made anew, and one that cannot be written is done without.
"""

import json
import os
import re
import sqlite3
import sys
import zlib
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from functools import lru_cache
from importlib.machinery import PathFinder
from itertools import accumulate
from os import fsencode
from pathlib import Path
from typing import Any, NamedTuple

from lintkb.digests import digest
from lintkb.facts import Outline
from lintkb.paths import user_folder
from lintkb.report import Tally
from lintkb.results import Damaged, Entry, builder

FILE_NAME = "notes.sqlite3"
MARKER = "lintkb-cache"
MAX_VARIANTS = 2  # forms in which the text of all findings is kept
_WAIT = 2.0  # seconds for another run to finish writing
PREPARED = "prepared"  # the folder beside those of knowledge bases, with entries whose names are digests
UNFINISHED = ".unfinished-"
_ENTRY = re.compile(rf"[0-9a-f]{{32}}|{re.escape(UNFINISHED)}.*")


@lru_cache(maxsize=1)
def package_digest() -> str:
    """Changes whenever lintkb's own code does, or a parser or Python: no result of other code is taken for its own."""
    stats = [sys.version]
    pending = [os.path.dirname(__file__)]  # noqa: PTH120 - this is start-up
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    stats.append(_stamped(entry.path, entry.stat()))
                elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                    pending.append(entry.path)
    for name in ("pydantic", "pyromark", "regex", "ruamel.yaml"):
        where: Any = None
        for part in accumulate(name.split("."), "{}.{}".format):
            spec = PathFinder.find_spec(part, where)  # imports nothing
            where = spec.submodule_search_locations if spec is not None else None
        if spec is not None and spec.origin:
            stats.append(_stamped(spec.origin, os.stat(spec.origin)))  # noqa: PTH116
    return digest("\n".join(sorted(stats)).encode("utf-8", "surrogateescape"))


def _stamped(path: str, status: os.stat_result) -> str:
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def default_folder() -> Path:
    """The user's cache folder for lintkb."""
    return user_folder("cache")


def folder_for(root: Path, base: Path | None) -> Path:
    """Where the cache of one knowledge base lies: keyed by its root, outside the tree unless `base` puts it there."""
    return (base or default_folder()) / digest(fsencode(root))[:16]


class Stamp(NamedTuple):
    """By what a file is known to be the same without reading it: its size, and when it and its inode changed, in ns.

    Not `sure`: it had changed so shortly before it was read that it may have changed once more within the same tick.
    """

    size: int
    modified: int
    changed: int
    sure: bool


class Kept(NamedTuple):
    """A segment as it is kept: its row, and the checksum of what is there. `text` says in which variants it is printed."""

    number: int
    paths: tuple[str, ...]
    judged: str
    fresh: bool
    seen: tuple[str, ...]
    checksum: int
    tally: Tally


class State(NamedTuple):
    """All that is known when nothing has changed: of files their stamps, of notes their entries, and the segments.

    `state` stands for what findings depend on beside their own note, `files` for the list of other files, `sources` are
    the contents of transcripts, by digest.
    """

    stamps: dict[str, Stamp]
    entries: dict[str, Entry]
    segments: list[Kept]
    state: str
    files: str
    sources: dict[str, str]
    copies: str
    names: frozenset[str]
    remarks: tuple[str, ...]


class Cache:
    """The cache of one knowledge base. With `folder` None nothing is kept."""

    def __init__(self, folder: Path | None, run_key: str) -> None:
        """`run_key` stands for settings, rules and code: what another one left is never used."""
        self.run_key = run_key
        self.path = folder / FILE_NAME if folder else None
        self._reading: sqlite3.Connection | None = None
        self._generation = b""
        self._columns: dict[str, Any] = {}

    def load(self) -> State | None:
        """What the last run left; None where there is nothing that can be used.

        Until `close` nothing of it is changed by another run.
        """
        if self.path is None or not self.path.is_file():
            return None
        try:
            self._reading = sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
            self._reading.execute("BEGIN")
            if self._meta("run") != self.run_key.encode():
                self.close()
                return None
            self._generation = self._meta("generation")
            data = json.loads(zlib.decompress(self._meta("state")))
            paths, stamps, entries = data["paths"], data["stamps"], data["entries"]
            return State(
                dict(zip(data["stamped"], map(Stamp._make, stamps), strict=True)),
                dict(zip(paths, map(Entry._make, entries), strict=True)),
                list(map(builder(Kept), data["segments"])),
                data["state"],
                data["files"],
                data["sources"],
                data["copies"],
                frozenset(data["names"]),
                tuple(data["remarks"]),
            )
        except (sqlite3.Error, OSError, ValueError, TypeError, KeyError, zlib.error):
            self.close()
            return None

    def close(self) -> None:
        """Let other runs write."""
        if self._reading is not None:
            with suppress(sqlite3.Error):
                self._reading.close()
            self._reading = None

    def _meta(self, name: str) -> bytes:
        assert self._reading is not None  # noqa: S101
        found = self._reading.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        if found is None:
            raise ValueError(name)
        value: bytes = found[0]
        return value

    def column(self, name: str) -> Any:
        """One of the larger tables: outlines, landmarks or signatures by path. Raises Damaged."""
        if name not in self._columns:
            try:
                data = json.loads(zlib.decompress(self._meta(name)))
                values = map(builder(Outline), data[1]) if name == "outlines" else data[1]
                self._columns[name] = dict(zip(data[0], values, strict=True))
            except (sqlite3.Error, AssertionError, ValueError, TypeError, IndexError, zlib.error) as error:
                raise Damaged from error
        return self._columns[name]

    def packed(self, numbers: Sequence[int], checksums: Mapping[int, int]) -> dict[int, bytes]:
        """The packed results of some segments, or of all. Raises Damaged."""
        return self._blobs("SELECT number, packed FROM segments", numbers, (), checksums)

    def texts(self, variant: str, numbers: Sequence[int]) -> dict[int, bytes]:
        """The printed findings of some segments in one form, packed; those that are there. Raises Damaged."""
        return self._blobs("SELECT number, text, checksum FROM texts WHERE variant = ?", numbers, (variant,), None)

    def _blobs(
        self, query: str, numbers: Sequence[int], given: tuple[str, ...], checksums: Mapping[int, int] | None
    ) -> dict[int, bytes]:
        if self._reading is None:
            raise Damaged
        wanted, found = frozenset(numbers), {}
        if len(wanted) < 8:
            query += (" AND" if given else " WHERE") + f" number IN ({', '.join(map(str, wanted))})"
        try:
            for number, blob, *checksum in self._reading.execute(query, given):
                if number in wanted:
                    if zlib.crc32(blob) != (checksum[0] if checksums is None else checksums[number]):
                        raise Damaged
                    found[number] = blob
        except (sqlite3.Error, TypeError) as error:
            raise Damaged from error
        if checksums is not None and len(found) < len(wanted):
            raise Damaged
        return found

    def store(
        self,
        state: State,
        segments: Mapping[int, bytes],
        columns: Mapping[str, tuple[Sequence[str], Sequence[Any]]],
        variant: str,
        texts: Mapping[int, bytes],
        *,
        anew: bool,
    ) -> None:
        """Keep the state, the segments and texts given, and of the others those that the state names; `anew`: none of them.

        Where another run has written since `load`, or is writing, or nothing can be written, nothing is kept.
        """
        if self.path is None:
            return
        self.close()
        try:
            self._write(state, segments, columns, variant, texts, anew=anew)
        except (sqlite3.OperationalError, PermissionError):
            return
        except (sqlite3.Error, OSError, ValueError, TypeError):
            if anew:
                with suppress(OSError, sqlite3.Error):
                    self.path.unlink(missing_ok=True)
                    self._write(state, segments, columns, variant, texts, anew=True)

    def _write(
        self,
        state: State,
        segments: Mapping[int, bytes],
        columns: Mapping[str, tuple[Sequence[str], Sequence[Any]]],
        variant: str,
        texts: Mapping[int, bytes],
        *,
        anew: bool,
    ) -> None:
        assert self.path is not None  # noqa: S101
        self.path.parent.mkdir(parents=True, exist_ok=True)
        (self.path.parent / MARKER).touch()
        with closing(sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous = OFF")  # what a power cut damages is made anew
            database.execute("BEGIN IMMEDIATE")
            database.execute("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID")
            database.execute("CREATE TABLE IF NOT EXISTS segments (number INTEGER PRIMARY KEY, packed BLOB)")
            database.execute(
                "CREATE TABLE IF NOT EXISTS texts (variant TEXT, number INTEGER, text BLOB, checksum INTEGER,"
                " PRIMARY KEY (variant, number))"
            )
            variants: list[str] = []
            if anew:
                for table in ("meta", "segments", "texts"):
                    database.execute(f"DELETE FROM {table}")  # noqa: S608
            else:
                meta = dict(database.execute("SELECT name, value FROM meta WHERE name IN ('generation', 'variants')"))
                if meta.get("generation") != self._generation:
                    return  # another run was faster
                variants = json.loads(meta.get("variants", b"[]"))
            numbers = [(segment.number,) for segment in state.segments]
            database.execute("CREATE TEMP TABLE live (number INTEGER PRIMARY KEY)")
            database.executemany("INSERT INTO live VALUES (?)", numbers)
            changed = [(number,) for number in segments]
            database.executemany("DELETE FROM texts WHERE number = ?", changed)
            for table in ("segments", "texts"):
                database.execute(f"DELETE FROM {table} WHERE number NOT IN (SELECT number FROM live)")  # noqa: S608
            database.executemany("INSERT OR REPLACE INTO segments VALUES (?, ?)", segments.items())
            if variant:
                variants = [variant, *(one for one in variants if one != variant)]
                for old in variants[MAX_VARIANTS:]:
                    database.execute("DELETE FROM texts WHERE variant = ?", (old,))
                rows = ((variant, number, text, zlib.crc32(text)) for number, text in texts.items())
                database.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", rows)
            values = {
                "run": self.run_key.encode(),
                "generation": os.urandom(16),
                "variants": json.dumps(variants[:MAX_VARIANTS]).encode(),
                "state": _packed(_as_data(state)),
                **{name: _packed(column) for name, column in columns.items()},
            }
            database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
            database.execute("COMMIT")


def _as_data(state: State) -> dict[str, Any]:
    return {
        "stamped": list(state.stamps),
        "stamps": list(state.stamps.values()),
        "paths": list(state.entries),
        "entries": list(state.entries.values()),
        "segments": state.segments,
        "state": state.state,
        "files": state.files,
        "sources": state.sources,
        "copies": state.copies,
        "names": sorted(state.names),
        "remarks": state.remarks,
    }


def _packed(data: Any) -> bytes:
    return zlib.compress(json.dumps(data, separators=(",", ":")).encode("ascii"), 1)


def clean(base: Path | None) -> int:
    """Remove the caches below `base` (the user's cache folder by default), and nothing that lintkb did not put there.

    Returns how many knowledge bases were cached.
    """
    folder, count = base or default_folder(), 0
    for child in sorted(folder.iterdir()) if folder.is_dir() else []:
        if not (child / MARKER).is_file():
            continue
        prepared = child.name == PREPARED
        names = [FILE_NAME, FILE_NAME + "-journal", MARKER]
        if prepared:
            names += [path.name for path in child.iterdir() if _ENTRY.fullmatch(path.name)]
        for name in names:
            (child / name).unlink(missing_ok=True)
        with suppress(OSError):
            child.rmdir()
        count += not prepared
    return count
