"""The command line. The only place that knows exit codes."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `lintkb --version` is to import nothing that it does not need
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

# 128 + SIGINT, what a shell expects of an interrupted command.
INTERRUPTED = 130
USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run lintkb and return its exit code.

    0 clean, 1 findings, 2 usage, configuration or unreadable notes, 3 a check that failed. Nothing is raised.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        from lintkb import __version__

        sys.stdout.write(f"lintkb {__version__}\n")
        return 0
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        sys.stderr.write("\nlintkb: interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        return _closed_pipe()


def _run(arguments: list[str]) -> int:
    # pydantic asks every installed package for plugins; lintkb wants none, least of all from where it happens to run.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from lintkb.cli.options import COMMANDS, parse
    from lintkb.engine import RuleError, SettingsError, UsageError, WorkerDied
    from lintkb.reporters.safe import safe

    command = arguments.pop(0) if arguments and arguments[0] in COMMANDS else "check"
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace", newline="\n")
    try:
        options = parse(command, arguments)
        code = _command(command)(options)
        sys.stdout.flush()
    except (SettingsError, RuleError, UsageError, WorkerDied) as error:
        for line in str(error).split("\n"):
            sys.stderr.write(f"lintkb: error: {safe(line)}\n")
        return 3 if isinstance(error, WorkerDied) else USAGE
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.stderr.write(f"lintkb: error: {safe(f'{where}{error.strerror or error}')}\n")
        return USAGE
    return code


def _command(name: str) -> Callable[[Namespace], int]:
    from importlib import import_module

    run: Callable[[Namespace], int] = import_module(f"lintkb.cli.{name}").run
    return run


def _closed_pipe() -> int:
    """The reader of our output has gone, as `| head` does. Python must not find the pipe closed again on its way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
