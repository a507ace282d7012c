"""`lintkb graph`: notes and links as JSON or DOT."""

import argparse
import sys
from pathlib import Path

from lintkb.cli.common import print_pieces, read_telling, reading_options, write_whole
from lintkb.engine import UsageError, open_sessions
from lintkb.graph import make_graph
from lintkb.reporters.graph import FORMATS


def run(arguments: argparse.Namespace) -> int:
    """Print the graph; the exit code is that of what could not be read, else 0."""
    options = reading_options(arguments)
    sessions = open_sessions(arguments.paths or ["."], options)
    if len(sessions) > 1:
        roots = ", ".join(str(session.root) for session in sessions)
        raise UsageError(f"a graph is of one knowledge base, and these paths lie in {len(sessions)}: {roots}")
    session = sessions[0]
    code = read_telling(session)
    lines = (
        line + "\n" for line in FORMATS[arguments.format](make_graph(session.index(), session.selected), session.shown)
    )
    if arguments.output_file is not None:
        write_whole(Path(arguments.output_file), lines)
    else:
        print_pieces(sys.stdout, lines)
    return code
