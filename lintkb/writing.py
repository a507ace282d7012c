"""Writing a repaired note, and moving one: atomic, and never over somebody else's edit."""

import ctypes
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
    with _told():
        info = target.lstat()
        if not stat.S_ISREG(info.st_mode):
            raise NotWritten("it is not a regular file")
        if info.st_nlink > 1:
            raise NotWritten("it has other hard links, which a repair would cut off")
        if not (info.st_mode & 0o222 and os.access(target, os.W_OK)):  # root may write everything, and should not
            raise NotWritten("it is read-only")
        with _beside(target, new, target, info) as temporary:
            if target.read_bytes() != old:
                raise NotWritten(_CHANGED)
            if _exchange(temporary, target):
                if temporary.read_bytes() != old:
                    _exchange(temporary, target)
                    raise NotWritten(_CHANGED)
            else:
                temporary.replace(target)
            _sync_folder(target.parent)


@contextmanager
def _told() -> Iterator[None]:
    """What the system refuses, as NotWritten."""
    try:
        yield
    except OSError as error:
        raise NotWritten(error.strerror or str(error)) from error


@contextmanager
def _beside(path: Path, data: bytes, like: Path, info: os.stat_result) -> Iterator[Path]:
    """A temporary file in the folder of `path`, with the given bytes and all else as `like` has it; gone afterwards."""
    descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        _fill(descriptor, data, info)
        _copy_attributes(like, temporary)
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink()


def put_file(path: Path, like: Path, data: bytes) -> None:
    """Make a file with the given bytes and all else as `like` has it. Raises NotWritten, also where something is there."""
    with _told():
        info = like.lstat()
        if info.st_nlink > 1:
            raise NotWritten("it has other hard links, which this would cut off")
        with _beside(path, data, like, info) as temporary:
            if not link_file(temporary, path):
                _rename(temporary, path)
            _sync_folder(path.parent)


def move(old: Path, new: Path) -> None:
    """Rename a file or folder, over nothing. Raises NotWritten."""
    with _told():
        _rename(old, new)
    with suppress(OSError):  # it is done
        _sync_folder(new.parent)


def _rename(old: Path, new: Path) -> None:
    if os.path.lexists(new) and not new.samefile(old):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    old.rename(new)


def remove_file(path: Path, is_known: Callable[[Path], bool]) -> None:
    """Remove a file whose content is known elsewhere. Raises NotWritten when it is not, or cannot be; the file is there then.

    It is taken aside first, and looked at where nobody else writes.
    """
    with _told():
        descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=".tmp", dir=path.parent)
        os.close(descriptor)
        aside = Path(name)
        try:
            path.replace(aside)
        except OSError:
            aside.unlink()
            raise
        if not is_known(aside):
            if not link_file(aside, path):
                aside.rename(path)
            aside.unlink(missing_ok=True)
            raise NotWritten(_CHANGED)
        aside.unlink()
    with suppress(OSError):  # it is done
        _sync_folder(path.parent)


def link_file(file: Path, name: Path) -> bool:
    """Give a file a second name; False where the system has none for it. Raises FileExistsError for one that is taken."""
    try:
        os.link(file, name, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:
        return False
    return True


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
