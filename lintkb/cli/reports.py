"""Where the reports of a run go: one to stdout or a file, and others to files beside it."""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lintkb import reporters
from lintkb.cli.common import PIPED_COLUMNS, print_bytes, print_pieces, style_for, tell, write_whole
from lintkb.engine import UsageError
from lintkb.report import Report
from lintkb.reporters.text import Form, Style


def refuse_what_does_not_combine(arguments: argparse.Namespace) -> None:
    """Raise UsageError for options that ask of a format what it has not, or write two reports into one file."""
    form = arguments.output_format
    if arguments.statistics and form not in reporters.STATISTICS:
        *others, last = reporters.STATISTICS
        raise UsageError(f"--statistics has no {form} form; use {', '.join(others)} or {last}")
    if arguments.diff and form not in reporters.PRINTED:
        raise UsageError(f"--diff prints a patch, not {form}")
    if arguments.diff and arguments.report:
        raise UsageError("--diff prints a patch and makes no report; leave --report out")
    files = [os.path.realpath(file) for _, file in arguments.report]
    if arguments.output_file is not None:
        files.append(os.path.realpath(arguments.output_file))
    if twice := next((file for file in files if files.count(file) > 1), None):
        raise UsageError(f"two reports would be written to {twice}")


def printed_form(root: str, change: object, arguments: argparse.Namespace) -> Form | None:
    """The form in which findings below a root, as it is shown, are printed as text and asked for in no other way."""
    plain = not (arguments.statistics or arguments.show_suppressed or arguments.output_file or arguments.report)
    if change is not None or not plain or arguments.output_format not in reporters.PRINTED:
        return None
    return Form(reporters.FORMATS[arguments.output_format], style_for(sys.stdout, arguments.color), root)


def write_reports(report: Report, arguments: argparse.Namespace, stream: Any) -> None:
    """Write what `--output-format` asks for to the stream or to `--output-file`, then each `--report`. Raises OSError."""
    form = arguments.output_format
    plain = Style(color=False, columns=PIPED_COLUMNS, suppressed=arguments.show_suppressed)
    name = reporters.STATISTICS[form] if arguments.statistics else reporters.FORMATS[form]
    if arguments.output_file is not None:
        write_whole(Path(arguments.output_file), _rendered(report, name, plain))
    else:
        style = style_for(stream, arguments.color)._replace(suppressed=arguments.show_suppressed)
        pieces = [base.pieces for base in report.bases if base.pieces is not None]
        if len(pieces) == len(report.bases):
            print_bytes(stream, (text for piece in pieces for text in piece()))
        else:
            print_pieces(stream, _rendered(report, name, style))
    for form, file in arguments.report:
        write_whole(Path(file), _rendered(report, reporters.FORMATS[form], plain))


def _rendered(report: Report, name: str, style: Style) -> Iterable[str]:
    if name == reporters.FORMATS["sarif"]:
        from lintkb.reporters import sarif

        if left_out := sarif.what_is_left_out(report):
            tell(f"lintkb: warning: {left_out}")
    for line in reporters.load(name)(report, style):
        yield line + "\n"
