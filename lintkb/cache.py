"""Facts and note-level findings between runs, keyed by all that they depend on.

The rows are JSON, never pickles, so that a damaged or planted cache can be wrong but can run nothing; one that cannot be
read is made anew, and one that cannot be written is done without.
"""

import json
import sqlite3
import sys
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from importlib.util import find_spec
from os import fsencode
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from lintkb.diagnostics import Diagnostic
from lintkb.evidence.account import Account
from lintkb.facts import NoteFacts
from lintkb.report import RUN_EXIT_CODES

FILE_NAME = "notes.sqlite3"
MARKER = "lintkb-cache"


class NoteResult(NamedTuple):
    """What reading one note gave. `facts` is None when it could not be read; `digest` is of its bytes."""

    path: str
    digest: str
    facts: NoteFacts | None
    diagnostics: tuple[Diagnostic, ...]


class GroupResult(NamedTuple):
    """What was found in the notes that cite one recording, beside what each shows alone.

    `key` stands for all that it depends on.
    """

    key: str
    diagnostics: tuple[Diagnostic, ...]
    account: Account


def digest(*parts: bytes) -> str:
    """A hash of several byte strings, as 32 hexadecimal digits."""
    state = blake2b(digest_size=16)
    for part in parts:
        state.update(len(part).to_bytes(8, "little") + part)
    return state.hexdigest()


@lru_cache(maxsize=1)
def package_digest() -> str:
    """Changes whenever lintkb's own code does, or a parser or Python: no result of other code is taken for its own."""
    folder = Path(__file__).parent
    files = sorted(folder.rglob("*.py"))
    for name in ("pyromark", "regex", "ruamel.yaml"):
        spec = find_spec(name)
        files += [Path(spec.origin)] if spec is not None and spec.origin else []
    stats = [(str(path), path.stat()) for path in files]
    return digest(sys.version.encode(), repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]).encode())


def default_folder() -> Path:
    """The user's cache folder for lintkb."""
    from platformdirs import user_cache_path

    return user_cache_path("lintkb", appauthor=False)


def folder_for(root: Path, base: Path | None) -> Path:
    """Where the cache of one knowledge base lies: keyed by its root, outside the tree unless `base` puts it there."""
    return (base or default_folder()) / digest(fsencode(root))[:16]


class Cache:
    """The cached results of one knowledge base. With `folder` None nothing is kept."""

    def __init__(self, folder: Path | None, run_key: str) -> None:
        """`run_key` stands for settings, rules and code: rows of another one are never used."""
        self.run_key = run_key
        self.path = folder / FILE_NAME if folder else None

    def load(self, digests: Mapping[str, str]) -> dict[str, NoteResult]:
        """The results that are still true, for notes given with the digests of their bytes."""
        rows: list[tuple[bytes, str, str]] = []
        if self.path is not None:
            try:
                with _connect(self.path) as database:
                    rows = database.execute(
                        "SELECT path, digest, result FROM notes WHERE key = ?", (self.run_key,)
                    ).fetchall()
            except (sqlite3.DatabaseError, OSError):
                rows = []
        found: dict[str, NoteResult] = {}
        wanted = {fsencode(path): path for path in digests}
        for raw, stored, payload in rows:
            path = wanted.get(raw)
            if path is not None and digests[path] == stored:
                with suppress(Exception):  # whatever a damaged row does, its note is read anew
                    found[path] = _build(NoteResult, json.loads(payload))
        return found

    def store(self, results: Iterable[NoteResult], paths: Iterable[str]) -> None:
        """Keep the results of notes that were read; forget notes that are no longer among `paths`."""
        if self.path is None:
            return
        rows = [
            (fsencode(result.path), self.run_key, result.digest, json.dumps(result, separators=(",", ":")))
            for result in results
            if result.facts is not None and not any(item.rule in RUN_EXIT_CODES for item in result.diagnostics)
        ]
        if not rows:
            return
        try:
            self._write(rows, paths)
        except (sqlite3.OperationalError, PermissionError):
            return  # locked by another run, or a full or read-only disk: the next run reads the notes again
        except (sqlite3.DatabaseError, OSError):
            with suppress(OSError, sqlite3.DatabaseError):
                self.path.unlink(missing_ok=True)
                self._write(rows, paths)

    def _write(self, rows: list[tuple[bytes, str, str, str]], paths: Iterable[str]) -> None:
        self._prepare()
        assert self.path is not None  # noqa: S101
        with _connect(self.path) as database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS notes (path BLOB PRIMARY KEY, key TEXT, digest TEXT, result TEXT) WITHOUT ROWID"
            )
            database.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?)", rows)
            known = {fsencode(path) for path in paths}
            stale = [(path,) for (path,) in database.execute("SELECT path FROM notes") if path not in known]
            database.executemany("DELETE FROM notes WHERE path = ?", stale)

    def load_groups(self, keys: Collection[str]) -> dict[str, GroupResult]:
        """The results of groups of notes that are kept under the given keys, which stand for all that they depend on."""
        found: dict[str, GroupResult] = {}
        if self.path is None or not self.path.is_file():
            return found
        with suppress(sqlite3.DatabaseError, OSError), _connect(self.path) as database:
            rows = database.execute("SELECT key, result FROM groups WHERE run = ?", (self.run_key,)).fetchall()
            for key, payload in rows:
                if key in keys:
                    with suppress(Exception):
                        found[key] = _build(GroupResult, json.loads(payload))
        return found

    def store_groups(self, results: Iterable[GroupResult], keys: Iterable[str] | None) -> None:
        """Keep the results of groups; forget those whose key is not among `keys`, where these are all that there are."""
        rows = [
            (result.key, self.run_key, json.dumps(result, separators=(",", ":")))
            for result in results
            if not any(item.rule in RUN_EXIT_CODES for item in result.diagnostics)
        ]
        if self.path is None or not rows:
            return
        with suppress(sqlite3.DatabaseError, OSError):
            self._prepare()
            with _connect(self.path) as database:
                database.execute(
                    "CREATE TABLE IF NOT EXISTS groups (key TEXT PRIMARY KEY, run TEXT, result TEXT) WITHOUT ROWID"
                )
                database.executemany("INSERT OR REPLACE INTO groups VALUES (?, ?, ?)", rows)
                if keys is not None:
                    stale = {key for (key,) in database.execute("SELECT key FROM groups")}.difference(keys)
                    database.executemany("DELETE FROM groups WHERE key = ?", [(key,) for key in stale])

    def _prepare(self) -> None:
        """Make the folder, marked as lintkb's own."""
        assert self.path is not None  # noqa: S101
        self.path.parent.mkdir(parents=True, exist_ok=True)
        (self.path.parent / MARKER).touch()


class _connect:  # noqa: N801
    """A connection that commits and closes; sqlite3's own context manager only commits."""

    def __init__(self, path: Path) -> None:
        self.database = sqlite3.connect(path, timeout=2.0)

    def __enter__(self) -> sqlite3.Connection:
        return self.database

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.database.commit()
        finally:
            self.database.close()


def clean(base: Path | None) -> int:
    """Remove the caches below `base` (the user's cache folder by default), and nothing that lintkb did not put there.

    Returns how many knowledge bases were cached.
    """
    folder, count = base or default_folder(), 0
    for child in sorted(folder.iterdir()) if folder.is_dir() else []:
        if not (child / MARKER).is_file():
            continue
        for name in (FILE_NAME, FILE_NAME + "-journal", MARKER):
            (child / name).unlink(missing_ok=True)
        with suppress(OSError):
            child.rmdir()
        count += 1
    return count


def _build(kind: Any, data: Any) -> Any:
    """JSON data as the tuples that it was made of. Raises TypeError or ValueError where it does not fit."""
    origin = get_origin(kind)
    if origin is tuple:
        inner = get_args(kind)
        return tuple(_build(inner[0], item) for item in data)
    if origin is UnionType:
        if data is None:
            return None
        return _build(next(option for option in get_args(kind) if option is not NoneType), data)
    if isinstance(kind, type) and issubclass(kind, tuple):
        hints = _hints(kind)
        if not isinstance(data, list) or len(data) != len(hints):
            raise TypeError(f"{kind.__name__} has {len(hints)} parts")
        return kind(*(_build(hint, item) for hint, item in zip(hints, data, strict=True)))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(data)
    if type(data) is not kind:
        raise TypeError(f"{data!r} is not {kind}")
    return data


@lru_cache(maxsize=64)
def _hints(kind: type) -> list[Any]:
    return list(get_type_hints(kind).values())
