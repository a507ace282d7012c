"""Bytes that are wanted again later: in memory while they are few, in a file without a name when they are many."""

import errno
import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Held = Callable[[], bytes]  # gives the bytes, as often as it is asked
ROOM = 2**23  # bytes that stay in memory


def at_hand(data: bytes) -> Held:
    """Bytes that stay in memory."""
    return partial(bytes, data)  # which makes no copy of bytes


if hasattr(os, "pread"):  # which asks nobody where a file is: threads and forked processes have that in common
    _read_at, _write_at = os.pread, os.pwrite
else:
    from threading import Lock

    _LOCK = Lock()

    def _read_at(file: int, size: int, start: int) -> bytes:
        with _LOCK:
            os.lseek(file, start, os.SEEK_SET)
            return os.read(file, size)

    def _write_at(file: int, data: "ReadableBuffer", start: int) -> int:
        with _LOCK:
            os.lseek(file, start, os.SEEK_SET)
            return os.write(file, data)


class Spool:
    """Where bytes are put. Where no file can be written they all stay in memory."""

    def __init__(self) -> None:
        self._room: float = ROOM
        self._file: int | None = None  # its descriptor
        self._end = 0

    def put(self, data: bytes) -> Held:
        """Keep bytes. What is given raises OSError where they cannot be read again."""
        if len(data) > self._room and self._write(data):
            self._end += len(data)
            return partial(self._read, self._end - len(data), len(data))
        self._room -= len(data)
        return at_hand(data)

    def _write(self, data: bytes) -> bool:
        try:
            file = self._open() if self._file is None else self._file
            written = _write_at(file, data, self._end) == len(data)
        except OSError:
            written = False
        if not written:
            self._room = float("inf")
        return written

    def _open(self) -> int:
        from tempfile import TemporaryFile

        # As SQLite does: what is in /tmp is in memory on many machines.
        folder = "/var/tmp" if "TMPDIR" not in os.environ and os.access("/var/tmp", os.W_OK) else None  # noqa: S108
        with TemporaryFile(dir=folder) as file:
            self._file = os.dup(file.fileno())
        return self._file

    def _read(self, start: int, size: int) -> bytes:
        assert self._file is not None  # noqa: S101
        data = _read_at(self._file, size, start)
        if len(data) < size:
            raise OSError(errno.EIO, "what was put in a temporary file cannot be read again")
        return data

    def __del__(self) -> None:
        if self._file is not None:
            os.close(self._file)
