"""`lintkb rename`: move a note, an attachment or a folder, and the links with it."""

import argparse
import sys
from collections.abc import Iterator, Sequence

from lintkb.cli.common import clear_line, diff_lines, reading_options, tell, warn
from lintkb.engine import Session, UsageError
from lintkb.rename import MAX_SHOWN, Place, Rename, carry_out, described, open_rename, plan
from lintkb.reporters.safe import safe, safe_line
from lintkb.reporters.text import count
from lintkb.writing import NotWritten


def run(arguments: argparse.Namespace) -> int:
    """Rename, or show what that would change."""
    options = reading_options(arguments)
    session, paths = open_rename(arguments.old, arguments.new, options)
    if options.progress is not None:
        clear_line()
    rename = plan(session, paths.old, paths.new)
    warnings = [
        *_warnings(session, "it led to several notes, and is left as it is", rename.undecided),
        *_warnings(session, "it is suppressed, and left as it is", rename.suppressed),
        *_warnings(session, "it led nowhere, and leads somewhere now", rename.found),
    ]
    if arguments.diff:
        sys.stdout.writelines(safe_line(line) + "\n" for line in _patch(session, rename))
    else:
        try:
            carry_out(session, paths, rename)
        except NotWritten as error:
            raise UsageError(f"{arguments.old} was not renamed: {error}") from error
    for warning in warnings:
        warn(warning)
    if not arguments.quiet:
        for line in _told(session, rename, dry=arguments.diff):
            if arguments.diff:  # the patch is for programs
                tell(safe(line))
            else:
                sys.stdout.write(safe_line(safe(line)) + "\n")
    return 0


def _warnings(session: Session, remark: str, places: Sequence[Place]) -> Iterator[str]:
    for place in places[:MAX_SHOWN]:
        yield f"{described(session, place)}: {remark}"
    if len(places) > MAX_SHOWN:
        yield f"... and {len(places) - MAX_SHOWN} more: {remark}"


def _told(session: Session, rename: Rename, *, dry: bool) -> Iterator[str]:
    old, new = session.shown_path(rename.old), session.shown_path(rename.new)
    yield f"Would rename {old} to {new}." if dry else f"Renamed {old} to {new}."
    links = f"{count(rename.links, 'link')} in {count(len(rename.changed))}" if rename.links else "no link"
    yield f"Would rewrite {links}." if dry else f"Rewrote {links}."
    if rename.reshaped:
        yield f"Renaming it back would spell {count(len(rename.reshaped), 'link')} in another way than before."


def _patch(session: Session, rename: Rename) -> Iterator[str]:
    """The diffs of the notes that stay where they are, then of what moves: a bare rename may end no other diff."""
    for path, (old, new) in sorted(rename.changed.items()):
        if rename.moved(path) == path:
            yield from diff_lines(session.shown_path(path), old, new)
    for path in sorted((*session.notes, *session.files)):
        if rename.moved(path) != path:
            before, after = session.shown_path(path), session.shown_path(rename.moved(path))
            yield f"diff --git a/{safe(before)} b/{safe(after)}"
            yield f"rename from {safe(before)}"
            yield f"rename to {safe(after)}"
            if path in rename.changed:
                yield from diff_lines(before, *rename.changed[path], renamed=after)
