"""`lintkb graph`: notes and links as JSON or DOT."""

import argparse
import sys
from pathlib import Path

from lintkb.cli.common import clear_line, print_pieces, reading_options, tell, warn, write_whole
from lintkb.engine import UsageError, open_sessions
from lintkb.graph import make_graph
from lintkb.report import RUN_EXIT_CODES
from lintkb.reporters.graph import FORMATS
from lintkb.reporters.safe import safe


def run(arguments: argparse.Namespace) -> int:
    """Print the graph; the exit code is that of what could not be read, else 0."""
    options = reading_options(arguments)
    sessions = open_sessions(arguments.paths or ["."], options)
    if len(sessions) > 1:
        roots = ", ".join(str(session.root) for session in sessions)
        raise UsageError(f"a graph is of one knowledge base, and these paths lie in {len(sessions)}: {roots}")
    session = sessions[0]
    session.read()
    if options.progress is not None:
        clear_line()
    for warning in session.configured.warnings:
        warn(warning)
    unread = session.unread()
    for item in unread:
        tell(f"lintkb: error: {safe(session.shown_path(item.path))}: {item.rule} {safe(item.message)}")
    lines = (
        line + "\n" for line in FORMATS[arguments.format](make_graph(session.index(), session.selected), session.shown)
    )
    if arguments.output_file is not None:
        write_whole(Path(arguments.output_file), lines)
    else:
        print_pieces(sys.stdout, lines)
    return max((RUN_EXIT_CODES[item.rule] for item in unread), default=0)
