"""What a run leaves for the next one: results in segments, what the index is made of, text that was printed.

Everything is keyed by all that it depends on. The rows are JSON, never pickles, so that a damaged or planted cache can be
wrong but can run nothing; one that cannot be read is made anew, and one that cannot be written is done without.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from functools import lru_cache
from importlib.machinery import PathFinder
from itertools import accumulate
from os import fsencode
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from lintkb import lazy_re as re
from lintkb.census import Census
from lintkb.digests import digest
from lintkb.paths import user_folder
from lintkb.report import Tally
from lintkb.results import MALFORMED, Damaged, Entry, as_json, builder, pack_json, unpack_json
from lintkb.spool import Held

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        import _sqlite3 as sqlite3  # without what sqlite3 adds for dates, and imports datetime for
    except ImportError:
        import sqlite3

FILE_NAME = "notes.sqlite3"
MARKER = "lintkb-cache"
# A file may change once more within one tick of its clock without that being seen; no file system's tick is longer, in ns.
TICK = 2_000_000_000
MAX_VARIANTS = 2  # forms in which the text of all findings is kept
_WAIT = 2.0  # seconds for another run to finish writing
_FEW = 8  # segments that are asked for by their numbers
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


class About(NamedTuple):
    """What is known of a segment before anything else of it is looked at. `stamps` and `entries` are those of its notes.

    A stamp that was kept is a list until it is asked for, as few ever are.
    """

    paths: tuple[str, ...]
    stamps: list[Any]
    entries: tuple[Entry, ...]
    judged: str
    fresh: bool
    seen: tuple[str, ...]
    tally: Tally | None

    def packed(self) -> bytes:
        """The same as bytes: not compressed, because digests hardly get smaller by it, and each run reads all of these."""
        return as_json(self).encode("ascii")


class State(NamedTuple):
    """What a run is to know of the last one as a whole.

    `state` stands for what findings depend on beside their own note, `files` for the list of other files. `census` is what
    the notes came to. `copies` are those that each note is told of, by digest; where `recopied` there may be others by now.
    `clusters` are the passages that say the same, those of all the results that are kept, or None. `sources` are the contents
    of transcripts, by digest, `stamps` those of their files. `names` are those of notes that are sources. `unsourced`: no
    source was found for any of the notes that cite times. `unsettled` are the recordings of notes that changed, or lost a
    peer, since all notes were last judged.
    """

    state: str
    files: str
    census: Census
    copies: dict[str, str]
    recopied: bool
    clusters: Sequence[Sequence[tuple[str, int]]] | None
    sources: dict[str, str]
    stamps: dict[str, Stamp]
    names: tuple[str, ...]
    remarks: tuple[str, ...]
    unsourced: bool
    unsettled: tuple[str, ...]


class Cache:
    """The cache of one knowledge base: what is known of its segments, in kinds, by their numbers.

    With `folder` None nothing is kept. What is read is one state of it, or it is Damaged.
    """

    def __init__(self, folder: Path | None, run_key: str) -> None:
        """`run_key` stands for settings, rules and code: what another one left is never used."""
        self.run_key = run_key
        self.path = folder / FILE_NAME if folder else None
        self._reading: sqlite3.Connection | None = None
        self._generation = b""

    def load(self) -> tuple[State, dict[int, About]] | None:
        """What the last run left, and what is known of segments; None where there is nothing that can be used.

        Until `close` nothing of it is changed by another run.
        """
        if self.path is None or not self.path.is_file():
            return None
        try:
            database = self._open()
            meta = dict(database.execute("SELECT name, value FROM meta"))
            if meta["run"] != self.run_key.encode():
                self.close()
                return None
            self._generation = meta["generation"]
            state = builder(State)(unpack_json(meta["state"]))
            build = builder(About)
            return state, {number: build(json.loads(blob)) for number, blob in self.blobs("about").items()}
        except (*MALFORMED, sqlite3.Error, OSError, Damaged):
            self.close()
            return None

    def _open(self) -> sqlite3.Connection:
        if self._reading is None:
            assert self.path is not None  # noqa: S101
            self._reading = sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None)
            self._reading.execute("BEGIN")
            if self._generation:  # it was closed for writing
                found = self._reading.execute("SELECT value FROM meta WHERE name = 'generation'").fetchone()
                if found is None or found[0] != self._generation:
                    raise Damaged
        return self._reading

    def close(self) -> None:
        """Let other runs write."""
        if self._reading is not None:
            with suppress(sqlite3.Error):
                self._reading.close()
            self._reading = None

    def blobs(self, kind: str, numbers: Sequence[int] | None = None) -> dict[int, bytes]:
        """What there is of a kind, of some segments or of all. Raises Damaged."""
        query, found = "SELECT number, data, checksum FROM blobs WHERE kind = ?", {}
        if numbers is not None and len(numbers) < _FEW:
            query += f" AND number IN ({', '.join(map(str, numbers))})"
        try:
            for number, data, checksum in self._open().execute(query, (kind,)):
                if crc32(data) != checksum:
                    raise Damaged
                found[number] = data
        except (sqlite3.Error, TypeError) as error:
            raise Damaged from error
        if numbers is None or len(numbers) < _FEW:
            return found
        return {number: found[number] for number in numbers if number in found}

    def store(
        self, state: State, blobs: Mapping[str, Mapping[int, Held]], live: Iterable[int], variant: str, *, anew: bool
    ) -> None:
        """Keep the state and the blobs, by kind and number, and of the others those of `live` numbers; `anew`: none of them.

        Text of segments whose results are given is forgotten but for that of the `variant`, the kind of text that was asked
        for. Where another run has written since `load`, or is writing, or nothing can be written, nothing is kept.
        """
        if self.path is None:
            return
        self.close()
        try:
            self._write(state, blobs, live, variant, anew=anew)
        except (sqlite3.OperationalError, PermissionError):
            return
        except (sqlite3.Error, OSError, ValueError, TypeError):
            if anew:
                with suppress(OSError, sqlite3.Error):
                    self.path.unlink(missing_ok=True)
                    self._write(state, blobs, live, variant, anew=True)

    def _write(
        self, state: State, blobs: Mapping[str, Mapping[int, Held]], live: Iterable[int], variant: str, *, anew: bool
    ) -> None:
        assert self.path is not None  # noqa: S101
        self.path.parent.mkdir(parents=True, exist_ok=True)
        (self.path.parent / MARKER).touch()
        with closing(sqlite3.connect(self.path, timeout=_WAIT, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous = OFF")  # what a power cut damages is made anew
            database.execute("BEGIN IMMEDIATE")
            database.execute("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID")
            database.execute(
                "CREATE TABLE IF NOT EXISTS blobs (kind TEXT, number INTEGER, data BLOB, checksum INTEGER)"
            )
            database.execute("CREATE UNIQUE INDEX IF NOT EXISTS places ON blobs (kind, number)")
            variants: list[str] = []
            if anew:
                database.execute("DELETE FROM meta")
                database.execute("DELETE FROM blobs")
            else:
                meta = dict(database.execute("SELECT name, value FROM meta WHERE name IN ('generation', 'variants')"))
                if meta.get("generation") != self._generation:
                    return  # another run was faster
                variants = json.loads(meta.get("variants", b"[]"))
                database.execute("CREATE TEMP TABLE live (number INTEGER PRIMARY KEY)")
                database.executemany("INSERT INTO live VALUES (?)", ((number,) for number in live))
                database.execute("DELETE FROM blobs WHERE number NOT IN (SELECT number FROM live)")
                for kind in variants:
                    old = ((kind, number) for number in blobs.get("packed", ()))
                    database.executemany("DELETE FROM blobs WHERE kind = ? AND number = ?", old)
            if variant:
                variants = [variant, *(one for one in variants if one != variant)]
                for kind in variants[MAX_VARIANTS:]:
                    database.execute("DELETE FROM blobs WHERE kind = ?", (kind,))
            for kind, data in blobs.items():
                rows = ((kind, number, blob, crc32(blob)) for number, held in data.items() for blob in (held(),))
                database.executemany("INSERT OR REPLACE INTO blobs VALUES (?, ?, ?, ?)", rows)
            generation = os.urandom(16)
            values = {
                "run": self.run_key.encode(),
                "generation": generation,
                "variants": json.dumps(variants[:MAX_VARIANTS]).encode(),
                "state": pack_json(state),
            }
            database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
            database.execute("COMMIT")
            self._generation = generation


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
