"""The arguments of every command."""

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from lintkb.cli.common import columns
from lintkb.engine import UsageError
from lintkb.hints import nearest
from lintkb.reporters import FORMATS

COMMANDS = {
    "check": "check notes (what `lintkb PATHS` does too)",
    "rule": "show a rule, or list them all",
    "graph": "print notes and links as a graph, in JSON or DOT",
    "sources": "list the recordings that notes cite, and whether their transcripts fit",
    "config": "show what is in force for a path, and where it comes from",
    "init": "write a lintkb.toml that fits the notes that are there",
    "rename": "rename a note, an attachment or a folder, and rewrite the links that lead there",
    "schema": "print the JSON Schema of lintkb.toml, for editors",
    "clean": "remove the cache of every knowledge base",
}
FAIL_ON = ("error", "warning", "info", "never")


class _Parser(argparse.ArgumentParser):
    def __init__(self, formatter: type[argparse.HelpFormatter] = argparse.HelpFormatter, **arguments: Any) -> None:
        # argparse asks for a formatter to check an argument that is added; without a width it would import shutil.
        super().__init__(
            allow_abbrev=False, formatter_class=lambda prog: formatter(prog, width=columns(80) - 2), **arguments
        )

    def error(self, message: str) -> NoReturn:
        if message.startswith("unrecognized arguments: -"):
            close = nearest(message.split(" ")[2], self._option_string_actions)
            message += f"; did you mean {close}?" if close else ""
        raise UsageError(f"{message}; see `{self.prog} --help`")


def parse(command: str, arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command. Raises UsageError."""
    return _PARSERS[command]().parse_args(list(arguments))


def _check() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:<8} {text}" for name, text in COMMANDS.items())
    parser = _Parser(
        prog="lintkb",
        usage="lintkb [check] [OPTIONS] [PATHS ...]\n       lintkb COMMAND [...]",
        description="Find what cannot be trusted in a knowledge base of Markdown notes, and repair what can be proved.",
        epilog=f"commands:\n{commands}\n\nexit codes:\n  0 clean, 1 findings, 2 bad usage or configuration or unreadable"
        " notes, 3 a check failed",
        formatter=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", metavar="PATHS", help="notes and folders to report on (default: .)")

    fixing = parser.add_argument_group("repair")
    fixing.add_argument("--fix", action="store_true", help="apply safe fixes")
    fixing.add_argument("--unsafe-fixes", action="store_true", help="apply unsafe fixes too")
    fixing.add_argument("--diff", action="store_true", help="show what --fix would change, and change nothing")

    _add_selection(parser)

    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format",
        choices=FORMATS,
        default="full",
        metavar="FORMAT",
        help=f"{', '.join(FORMATS)} (default: full)",
    )
    output.add_argument("--output-file", metavar="FILE", help="write the report there instead of printing it")
    output.add_argument(
        "--report",
        action="append",
        default=[],
        type=_report,
        metavar="FORMAT=FILE",
        help="also write the report in FORMAT to FILE; repeatable",
    )
    output.add_argument("--statistics", action="store_true", help="count findings by rule, and missing link targets")
    output.add_argument(
        "--show-suppressed", action="store_true", help="also list what suppressions hide (not in data formats)"
    )
    output.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    output.add_argument("-q", "--quiet", action="store_true", help="print findings and errors, no summary")
    output.add_argument("-v", "--verbose", action="store_true", help="tell on stderr what is being done")

    ending = parser.add_argument_group("exit code")
    ending.add_argument(
        "--fail-on", choices=FAIL_ON, default="warning", help="the mildest severity that fails (default: warning)"
    )
    ending.add_argument("-e", "--exit-zero", action="store_true", help="exit with 0 even when there are findings")
    ending.add_argument("--exit-non-zero-on-fix", action="store_true", help="exit with 1 when anything was repaired")

    running = parser.add_argument_group("running")
    _add_reading(running)
    running.add_argument("--stdin-filename", metavar="PATH", help="read one note from stdin, as if it lay at PATH")
    running.add_argument("--since", metavar="REV", help="report only what is new since that revision in git")
    running.add_argument("--at", metavar="REV", help="check the notes as they are in that revision, not those on disk")
    running.add_argument(
        "--hook", action="store_true", help="check what is staged in git: changed notes, and links whose target changed"
    )
    running.add_argument(
        "--history", action="store_true", help="say which commit renamed or deleted what a broken link led to"
    )
    parser.add_argument("-V", "--version", action="version", version=_version())
    return parser


def _version() -> str:
    from lintkb import __version__

    return f"lintkb {__version__}"


def _report(text: str) -> tuple[str, str]:
    form, _, file = text.partition("=")
    if form in FORMATS and file:
        return form, file
    formats = f"formats: {', '.join(FORMATS)}"
    if form not in FORMATS and file:
        close = nearest(form, FORMATS)
        raise argparse.ArgumentTypeError(f"no format {form!r};{f' did you mean {close}?' if close else ''} {formats}")
    raise argparse.ArgumentTypeError(f"{text!r} is not FORMAT=FILE; {formats}")


def _jobs(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes")
    return int(text)


def _executor(text: str) -> str:
    if text not in ("processes", "serial", "dask") and not re.fullmatch(r"dask:[a-z]+://[^\s/]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is none of processes, serial, dask and dask:tcp://HOST:PORT")
    return text


def _add_selection(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("configuration")
    for name, text in (
        ("--select", "run these rules only: codes, prefixes, names, ALL; separated by commas"),
        ("--ignore", "do not run these rules"),
        ("--extend-select", "run these rules too"),
    ):
        group.add_argument(name, action="append", default=[], metavar="RULES", help=text)
    group.add_argument(
        "--config",
        action="append",
        default=[],
        metavar="CONFIG",
        help="a TOML file in place of the one that is found, or 'key = value' in TOML; repeatable",
    )
    group.add_argument(
        "--plugin",
        action="append",
        default=[],
        metavar="NAME",
        help="let rule notes use that installed package's checks",
    )
    group.add_argument("--isolated", action="store_true", help="ignore all configuration files")


def _add_reading(group: argparse._ActionsContainer) -> None:
    group.add_argument("--no-cache", action="store_true", help="neither read nor write the cache")
    group.add_argument("--cache-dir", metavar="DIR", help="where the cache lies (default: the user's cache folder)")
    group.add_argument("-j", "--jobs", type=_jobs, metavar="N", help="processes (default: one for each processor)")
    group.add_argument(
        "--executor",
        type=_executor,
        default="processes",
        metavar="WHERE",
        help="processes (default), serial, dask, or dask:ADDRESS of a scheduler: where notes are read and judged",
    )


def _graph() -> argparse.ArgumentParser:
    parser = _Parser(prog="lintkb graph", description=COMMANDS["graph"])
    parser.add_argument(
        "paths", nargs="*", metavar="PATHS", help="notes and folders whose links are shown (default: .)"
    )
    parser.add_argument("--format", "--output-format", choices=("json", "dot"), default="json")
    parser.add_argument(
        "--output-file", "--output", metavar="FILE", help="write the graph there instead of printing it"
    )
    _add_selection(parser)
    _add_reading(parser.add_argument_group("running"))
    return parser


def _sources() -> argparse.ArgumentParser:
    parser = _Parser(prog="lintkb sources", description=COMMANDS["sources"])
    parser.add_argument("paths", nargs="*", metavar="PATHS", help="notes and folders that cite them (default: .)")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    _add_selection(parser)
    _add_reading(parser.add_argument_group("running"))
    return parser


def _rule() -> argparse.ArgumentParser:
    parser = _Parser(prog="lintkb rule", description=COMMANDS["rule"])
    parser.add_argument("rule", nargs="?", metavar="CODE|NAME", help="the rule to show; without it, all are listed")
    parser.add_argument("--test", metavar="PATH", help="run the examples of a rule note, or of all in a folder")
    parser.add_argument(
        "--new",
        metavar="NAME",
        help="write a rule note to start from (in the first of rule-paths, else in house-rules/)",
    )
    parser.add_argument("--output-format", choices=("text", "markdown", "json"), default="text")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    _add_selection(parser)
    return parser


def _config() -> argparse.ArgumentParser:
    parser = _Parser(prog="lintkb config", description=COMMANDS["config"])
    parser.add_argument("path", nargs="?", default=".", metavar="PATH")
    _add_selection(parser)
    return parser


def _clean() -> argparse.ArgumentParser:
    parser = _Parser(prog="lintkb clean", description=COMMANDS["clean"])
    parser.add_argument("--cache-dir", metavar="DIR", help="default: the user's cache folder")
    return parser


def _init() -> argparse.ArgumentParser:
    parser = _Parser(prog="lintkb init", description=COMMANDS["init"])
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="the folder of the notes (default: .)")
    parser.add_argument("--dry-run", action="store_true", help="print the file instead of writing it")
    parser.add_argument("--force", action="store_true", help="replace a lintkb.toml that is there")
    return parser


def _rename() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="lintkb rename",
        description="Rename a note, an attachment or a folder of a knowledge base, and rewrite every link that would lead"
        " elsewhere for it, each in its own form. Nothing is changed when a link could not be kept.",
    )
    parser.add_argument("old", metavar="OLD", help="what is to be renamed")
    parser.add_argument(
        "new", metavar="NEW", help="its new path; without a suffix it keeps its own, in a folder that is there its name"
    )
    parser.add_argument("--diff", action="store_true", help="show what would change, and change nothing")
    parser.add_argument("-q", "--quiet", action="store_true", help="print warnings and errors alone")
    _add_reading(parser)
    _add_selection(parser)
    return parser


def _schema() -> argparse.ArgumentParser:
    return _Parser(prog="lintkb schema", description=COMMANDS["schema"])


_PARSERS = {
    "check": _check,
    "rule": _rule,
    "graph": _graph,
    "sources": _sources,
    "config": _config,
    "init": _init,
    "rename": _rename,
    "schema": _schema,
    "clean": _clean,
}
