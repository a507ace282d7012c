"""The command line. The only place that knows exit codes."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # `lintkb --version` is to import nothing that it does not need
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence
    from typing import TextIO

# 128 + SIGINT, what a shell expects of an interrupted command.
INTERRUPTED = 130
USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run lintkb and return its exit code.

    0 clean, 1 findings, 2 usage, configuration or unreadable notes, 3 a check that failed, 130 interrupted. Nothing is
    raised.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    try:
        if arguments in (["--version"], ["-V"]):
            from lintkb import __version__

            sys.stdout.write(f"lintkb {__version__}\n")
            code = 0
        else:
            code = _run(arguments)
            if argv is None:
                _freeze()
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("\nlintkb: interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        drop(sys.stdout)  # the reader has gone, as `| head` does
        return 0
    except OSError as error:
        drop(sys.stdout)
        where = f"{error.filename}: " if error.filename else ""
        return _failed(f"{where}{error.strerror or error}")
    return code


def _run(arguments: list[str]) -> int:
    import gc

    # pydantic asks every installed package for plugins; lintkb wants none, least of all from where it happens to run.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Notes are tuples by the ten thousand and no cycles: looking through them for garbage costs more than there is.
    gc.set_threshold(200_000, 20, 100)  # forked processes have it, too
    from lintkb.cli.options import COMMANDS, parse
    from lintkb.engine import ClusterError, PluginError, RuleError, SettingsError, UsageError, WorkerDied
    from lintkb.results import Damaged

    command = arguments.pop(0) if arguments and arguments[0] in COMMANDS else "check"
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace", newline="\n")
    try:
        return _command(command)(parse(command, arguments))
    except (SettingsError, RuleError, PluginError, UsageError, ClusterError) as error:
        return _failed(str(error))
    except Damaged:
        return _failed("what the last run left is damaged; remove it with `lintkb clean`, and run this again")
    except WorkerDied as error:
        _failed(str(error))
        return 3
    except SystemExit as error:  # argparse, after --help
        return error.code if isinstance(error.code, int) else USAGE


def _freeze() -> None:
    """Spare the interpreter a look through all that there is, twice, before it ends."""
    import gc

    gc.freeze()


def _failed(message: str) -> int:
    """Tell of an error, a line for each fault, and give its exit code."""
    from lintkb.cli.common import tell
    from lintkb.reporters.safe import safe

    for line in message.split("\n"):
        tell(f"lintkb: error: {safe(line)}")
    return USAGE


def _command(name: str) -> Callable[[Namespace], int]:
    from importlib import import_module

    run: Callable[[Namespace], int] = import_module(f"lintkb.cli.{name}").run
    return run


def drop(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere: its reader has gone, and Python must not find that out on its way out."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    except (OSError, ValueError):
        pass
