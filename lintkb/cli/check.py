"""`lintkb check`: report, or repair and report."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lintkb.cli.common import clear_line, diff_lines, reading_options, style_for, tell, warn, write_whole
from lintkb.cli.options import COMMANDS
from lintkb.cli.reports import printed_form, refuse_what_does_not_combine, write_reports
from lintkb.diagnostics import Applicability, Severity
from lintkb.engine import MissingPath, Options, Session, UsageError, open_sessions
from lintkb.hints import nearest
from lintkb.report import Report
from lintkb.reporters import text as text_reporter
from lintkb.reporters.safe import safe, safe_line

if TYPE_CHECKING:
    from lintkb.changes import Change


def run(arguments: argparse.Namespace) -> int:
    """Check the paths and return the exit code."""
    options = reading_options(arguments)
    if arguments.history:
        from lintkb.git import history

        options = options._replace(history=history)
    refuse_what_does_not_combine(arguments)
    if arguments.unsafe_fixes and not (arguments.fix or arguments.diff):
        tell("lintkb: warning: --unsafe-fixes does nothing without --fix or --diff")
    paths = arguments.paths or ["."]
    stdin = arguments.stdin_filename
    if stdin is not None:
        if not stdin or Path(stdin).is_dir():
            raise UsageError("--stdin-filename needs the path of a note")
        if arguments.hook or arguments.since is not None or arguments.at is not None:
            raise UsageError("--stdin-filename goes with none of --hook, --since and --at")
        if arguments.paths and arguments.paths != ["-"]:
            raise UsageError("--stdin-filename takes its note from stdin; give no other path")
        if not Path(stdin).parent.is_dir():
            raise UsageError(f"--stdin-filename: no such folder: {Path(stdin).parent}")
        over = {Path(os.path.abspath(stdin)): sys.stdin.buffer.read()}  # noqa: PTH100
        paths, options = [stdin], options._replace(over=over, cache=False)
    change: Change | None = None
    if arguments.hook or arguments.since is not None or arguments.at is not None:
        change = _change(paths, options, arguments)
        if change is None:
            return 0
        sessions = change.sessions
        if arguments.hook and (arguments.fix or arguments.diff):
            change.select()
    else:
        try:
            sessions = open_sessions(paths, options)
        except MissingPath as error:
            command = nearest(error.given, COMMANDS, 0.7)
            raise UsageError(f"{error}; did you mean the command `{command}`?" if command else str(error)) from error
    started = time.monotonic()
    for session in sessions:
        session.read()
        _be_verbose(session, started, arguments)
    if options.progress is not None:
        clear_line()
    if arguments.fix or arguments.diff:
        return _fix(sessions, change, arguments)
    if change is not None:
        change.confine()
    report = Report([session.judge(printed_form(session.shown, change, arguments)) for session in sessions])
    return _finish(report, change, arguments, sys.stdout)


def _change(paths: list[str], options: Options, arguments: argparse.Namespace) -> "Change | None":
    from lintkb.changes import open_change, open_staged

    since, at = arguments.since, arguments.at
    if arguments.hook:
        if since is not None or at is not None:
            raise UsageError("--hook checks what is staged; it goes with neither --since nor --at")
        return open_staged(paths, options)
    if at is not None and (arguments.fix or arguments.diff):
        raise UsageError("--at reads notes that are not on disk, so there is nothing to repair; leave it out")
    return open_change(paths, options, since, at)


def _finish(report: Report, change: "Change | None", arguments: argparse.Namespace, stream: Any) -> int:
    if change is not None:
        for base in report.bases:
            change.narrow(base)
    for base in report.bases:
        for warning in base.warnings:
            warn(warning)
        for remark in base.remarks if arguments.verbose else ():
            tell(safe(remark))
    write_reports(report, arguments, stream)
    if not arguments.quiet:
        for line in text_reporter.summary(report, style_for(sys.stderr, arguments.color)):
            tell(line)
    return _exit_code(report, arguments)


def _exit_code(report: Report, arguments: argparse.Namespace) -> int:
    fail_on = None if arguments.fail_on == "never" else Severity(arguments.fail_on)
    return report.exit_code(fail_on, exit_zero=arguments.exit_zero)


def _fix(sessions: list[Session], change: "Change | None", arguments: argparse.Namespace) -> int:
    from lintkb.fixer import fix, write

    level = Applicability.UNSAFE if arguments.unsafe_fixes else Applicability.SAFE
    outcomes = [(session, fix(session, level, change.touched(session) if change else None)) for session in sessions]
    for session, outcome in outcomes:
        for item, why in outcome.failed:
            tell(f"lintkb: not repaired: {safe(session.shown_path(item.path))}: {item.rule}: {why}; it was taken back")
    changes = [(session, path, *pair) for session, outcome in outcomes for path, pair in outcome.changed.items()]
    if arguments.diff:
        diff = (
            safe_line(line) + "\n"
            for session, path, old, new in changes
            for line in diff_lines(session.shown_path(path), old, new)
        )
        if arguments.output_file is not None:
            write_whole(Path(arguments.output_file), diff)
        else:
            sys.stdout.writelines(diff)
        report = Report([outcome.report for _, outcome in outcomes])
        if not arguments.quiet:
            tell(f"Would repair {text_reporter.count(len(changes))}.")
        return report.exit_code(None) or int(bool(changes) and not arguments.exit_zero)
    if arguments.stdin_filename is not None:
        session = sessions[0]
        sys.stdout.flush()
        sys.stdout.buffer.write(session.read_bytes(session.selected[0]))
        sys.stdout.buffer.flush()
        code = _finish(Report([outcome.report for _, outcome in outcomes]), change, arguments, sys.stderr)
        return max(code, int(bool(changes) and arguments.exit_non_zero_on_fix))
    refused = False
    for session, outcome in outcomes:
        for path, why in write(session, outcome).items():
            refused = True
            tell(f"lintkb: not repaired: {safe(session.shown_path(path))}: {why}; it was left as it is")
    applied = sum(len(outcome.applied) for _, outcome in outcomes)
    if applied and not arguments.quiet:
        notes = sum(len(outcome.changed) for _, outcome in outcomes)
        tell(f"Repaired {text_reporter.count(applied, 'finding')} in {text_reporter.count(notes)}.")
    code = _finish(Report([outcome.report for _, outcome in outcomes]), change, arguments, sys.stdout)
    if refused:
        return max(code, 2)
    return max(code, int(bool(applied) and arguments.exit_non_zero_on_fix))


def _be_verbose(session: Session, started: float, arguments: argparse.Namespace) -> None:
    if not arguments.verbose:
        return
    origin = session.configured.origin
    tell(f"root: {safe(str(session.root))} ({safe(str(origin)) if origin else 'no configuration file'})")
    tell(f"rules: {', '.join(rule.code for rule in session.rules)}")
    seconds = time.monotonic() - started
    tell(f"read: {len(session.notes)} notes, {session.cached} of them from the cache, in {seconds:.2f} s")
