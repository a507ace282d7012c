"""What the commands share: options into settings, and where output goes."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from lintkb.cli import drop
from lintkb.diagnostics import Diagnostic
from lintkb.engine import Options, Session, UsageError
from lintkb.report import RUN_EXIT_CODES
from lintkb.reporters.safe import safe, safe_line
from lintkb.reporters.text import Style
from lintkb.rule_notes import Selection
from lintkb.settings import read_override

PIPED_COLUMNS = 120


def run_options(arguments: argparse.Namespace) -> Options:
    """The configuration part of a command's options. Raises UsageError or SettingsError."""
    file: Path | None = None
    overrides: list[dict[str, Any]] = []
    for value in arguments.config:
        if value.endswith(".toml") or os.path.isfile(value):  # noqa: PTH113 - a long value is no path, and no error
            if not Path(value).is_file():
                raise UsageError(f"--config: no such file: {value}")
            if file is not None:
                raise UsageError("--config: one file only; give the rest as 'key = value'")
            file = Path(value)
        else:
            overrides.append(read_override(value))
    if file is not None and arguments.isolated:
        raise UsageError("--isolated ignores configuration files; do not give it one")
    select, extend, ignore = (_selectors(getattr(arguments, name)) for name in ("select", "extend_select", "ignore"))
    selection = Selection("command line", select or None, extend, ignore)
    chosen = selection if selection.selectors else None
    return Options(file, tuple(overrides), arguments.isolated, chosen, plugins=tuple(arguments.plugin))


def reading_options(arguments: argparse.Namespace) -> Options:
    """The same for a command that reads all notes, with how it is to do so."""
    kind, _, address = arguments.executor.partition(":")
    return run_options(arguments)._replace(
        jobs=1 if kind == "serial" else arguments.jobs,
        scheduler=address if kind == "dask" else None,
        cache=not arguments.no_cache,
        cache_dir=Path(arguments.cache_dir) if arguments.cache_dir else None,
        progress=None if getattr(arguments, "quiet", False) else progress(),
    )


def _selectors(values: list[str]) -> tuple[str, ...]:
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


def style_for(stream: TextIO, color: str) -> Style:
    """Colour and width for a stream: NO_COLOR wins over FORCE_COLOR, and both over what the stream is."""
    terminal = stream.isatty()
    if color == "auto":
        wanted = terminal and os.environ.get("TERM") != "dumb"
        if os.environ.get("FORCE_COLOR"):
            wanted = True
        if os.environ.get("NO_COLOR"):
            wanted = False
    else:
        wanted = color == "always"
    return Style(wanted, columns(PIPED_COLUMNS) if terminal else PIPED_COLUMNS)


def columns(fallback: int) -> int:
    """How wide the terminal is, as shutil tells it, which takes 2 ms to import: COLUMNS, or stdout's, or `fallback`."""
    try:
        width = int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        width = 0
    if width <= 0:
        try:
            width = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
        except (AttributeError, ValueError, OSError):  # closed, or no terminal
            width = fallback
    return width or fallback


def tell(message: str) -> None:
    """A line on stderr, safe for logs. That nobody reads it changes nothing."""
    with suppress(OSError):
        sys.stderr.write(safe_line(message) + "\n")
        sys.stderr.flush()


def warn(message: str) -> None:
    """Tell of what a user should know and nothing ends for."""
    tell(f"lintkb: warning: {safe(message)}")


def print_pieces(stream: Any, pieces: Iterable[str]) -> None:
    """Write to a stream whose reader may go, as `| head` does: what is cut off is what it is, and the exit code stays."""
    try:
        for piece in pieces:
            stream.write(piece)
        stream.flush()
    except BrokenPipeError:
        drop(stream)


def print_bytes(stream: Any, pieces: Iterable[bytes]) -> None:
    """The same for text in UTF-8, which goes out as it is where the stream would write it so."""
    buffer = getattr(stream, "buffer", None)
    if buffer is None or stream.encoding.lower() != "utf-8":
        print_pieces(stream, (piece.decode("utf-8") for piece in pieces))
        return
    try:
        stream.flush()
        for piece in pieces:
            buffer.write(piece)
        stream.flush()
    except BrokenPipeError:
        drop(stream)


def write_whole(path: Path, pieces: Iterable[str]) -> None:
    """Write a text whole or not at all; into what is no regular file, straight. Raises OSError, which names `path`."""
    import tempfile

    if path.is_symlink():
        path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(pieces)
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".lintkb-", suffix=".tmp")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(pieces)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def diff_lines(path: str, old: bytes, new: bytes, renamed: str | None = None) -> Iterable[str]:
    """A unified diff as `git apply` takes it, lines without their line feeds; `renamed` is the path of what is new."""
    import difflib

    from lintkb.text import decode

    before, after = (decode(data).text.split("\n") for data in (old, new))
    before, after = ([f"{line}\n" for line in lines[:-1]] + lines[-1:] * bool(lines[-1]) for lines in (before, after))
    for line in difflib.unified_diff(before, after, f"a/{path}", f"b/{renamed or path}"):
        text = line.removesuffix("\n")
        ending = "\r" if text.endswith("\r") else ""
        yield line[:1] + safe(text[1:].removesuffix("\r")) + ending
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def progress() -> Callable[[int, int], None] | None:
    """Progress on stderr, from the second second on; None where a line cannot be written over."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return None
    started = time.monotonic()

    def show(done: int, total: int) -> None:
        if time.monotonic() - started > 1:
            sys.stderr.write(f"\rreading notes: {done:,} of {total:,}")
            sys.stderr.flush()

    return show


def clear_line() -> None:
    """Take the progress away."""
    sys.stderr.write("\r\x1b[K")


def read_telling(session: Session) -> int:
    """Read the notes of a session, tell of its configuration and of what could not be read; the exit code that asks for."""
    session.read()
    if session.options.progress is not None:
        clear_line()
    for warning in session.configured.warnings:
        warn(warning)
    return tell_failures(session, session.unread())


def tell_failures(session: Session, diagnostics: Iterable[Diagnostic]) -> int:
    """Tell which of some diagnostics are about the run itself; the exit code that these ask for."""
    failures = [item for item in diagnostics if item.rule in RUN_EXIT_CODES]
    for item in failures:
        tell(f"lintkb: error: {safe(session.shown_path(item.path))}: {item.rule} {safe(item.message)}")
    return max((RUN_EXIT_CODES[item.rule] for item in failures), default=0)
