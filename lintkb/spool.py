"""Bytes that are wanted again later: in memory while they are few, in a file without a name when they are many."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

Held = Callable[[], bytes]  # gives the bytes, as often as it is asked
ROOM = 2**23  # bytes that stay in memory


def at_hand(data: bytes) -> Held:
    """Bytes that stay in memory."""
    return partial(bytes, data)  # which makes no copy of bytes


class Spool:
    """Where bytes are put. Where no file can be written they all stay in memory."""

    def __init__(self) -> None:
        self._room: float = ROOM
        self._file: int | None = None  # its descriptor
        self._end = 0
        self._lock: Any = None

    def put(self, data: bytes) -> Held:
        """Keep bytes. What is given raises OSError where they cannot be read again."""
        if len(data) > self._room and self._write(data):
            self._end += len(data)
            return partial(self._read, self._end - len(data), len(data))
        self._room -= len(data)
        return at_hand(data)

    def _write(self, data: bytes) -> bool:
        try:
            if self._file is None:
                self._open()
            with self._at(self._end) as file:
                written = os.write(file, data) == len(data)
        except OSError:
            written = False
        if not written:
            self._room = float("inf")
        return written

    def _open(self) -> None:
        from tempfile import TemporaryFile
        from threading import Lock

        # As SQLite does: what is in /tmp is in memory on many machines.
        folder = "/var/tmp" if "TMPDIR" not in os.environ and os.path.isdir("/var/tmp") else None  # noqa: PTH112, S108
        with TemporaryFile(dir=folder) as file:
            self._file, self._lock = os.dup(file.fileno()), Lock()

    def _read(self, start: int, size: int) -> bytes:
        with self._at(start) as file:
            data = os.read(file, size)
        if len(data) < size:
            raise OSError(errno.EIO, "what was put in a temporary file cannot be read again")
        return data

    @contextmanager
    def _at(self, place: int) -> Iterator[int]:
        assert self._file is not None  # noqa: S101
        with self._lock:  # findings are printed by two threads
            os.lseek(self._file, place, os.SEEK_SET)
            yield self._file

    def __del__(self) -> None:
        if self._file is not None:
            os.close(self._file)
