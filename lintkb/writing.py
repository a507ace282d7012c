"""Writing a repaired note: atomic, and never over somebody else's edit."""

import ctypes
import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

_EXCHANGE = 2
_AT_FDCWD = -100
PREFIX = ".lintkb-"
_CHANGED = "its content is not what was checked: it was changed meanwhile, or is changed and not staged"


class NotWritten(Exception):
    """The file was left as it is; `str()` says why."""


def write_note(path: Path, old: bytes, new: bytes) -> None:
    """Replace the content `old` of a file by `new`, keeping its mode and owner.

    The new content is written beside the file, synced, and exchanged with it in one step; if what comes out of the
    exchange is not `old`, somebody else has written meanwhile, and the exchange is undone. Where the system cannot
    exchange, the content is compared last and renamed over: a window of well under a millisecond remains.

    Raises NotWritten; the file then has the content it had.
    """
    target = Path(os.path.realpath(path))
    temporary: Path | None = None
    try:
        info = target.lstat()
        if not stat.S_ISREG(info.st_mode):
            raise NotWritten("it is not a regular file")
        if info.st_nlink > 1:
            raise NotWritten("it has other hard links, which a repair would cut off")
        if not (info.st_mode & 0o222 and os.access(target, os.W_OK)):  # root may write everything, and should not
            raise NotWritten("it is read-only")
        descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=".tmp", dir=target.parent)
        temporary = Path(name)
        _fill(descriptor, new, info)
        _copy_attributes(target, temporary)
        if target.read_bytes() != old:
            raise NotWritten(_CHANGED)
        if _exchange(temporary, target):
            if temporary.read_bytes() != old:
                _exchange(temporary, target)
                raise NotWritten(_CHANGED)
        else:
            temporary.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise NotWritten(error.strerror or str(error)) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()


def _fill(descriptor: int, data: bytes, info: os.stat_result) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if hasattr(os, "fchown"):
            with suppress(PermissionError):
                os.fchown(file.fileno(), info.st_uid, info.st_gid)
        if hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), stat.S_IMODE(info.st_mode))
        os.fsync(file.fileno())


def _copy_attributes(source: Path, target: Path) -> None:
    """Extended attributes, among them access control lists, where the system has them."""
    if hasattr(os, "listxattr"):
        for name in os.listxattr(source):
            os.setxattr(target, name, os.getxattr(source, name))


def _exchange(one: Path, other: Path) -> bool:
    """Swap two files in one step (renameat2 with RENAME_EXCHANGE, Linux 3.15); False where that cannot be done."""
    rename: Any = getattr(_libc(), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    return bool(rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0)


def _libc() -> Any:
    with suppress(OSError):
        return ctypes.CDLL(None, use_errno=True)
    return None


def _sync_folder(folder: Path) -> None:
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
