"""Checking what is staged: the knowledge base of git's index, and of its findings those that the commit brings about."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from lintkb.discovery import NOTE_SUFFIXES
from lintkb.engine import DiskReader, Listing, Options, Reader, Session, UsageError, open_sessions
from lintkb.globs import matcher
from lintkb.report import KnowledgeBaseReport
from lintkb.text import Span

_EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


class Changes(NamedTuple):
    """What a commit changes, as paths from the git root: `now` exist after it, `before` existed before it."""

    now: frozenset[str]
    before: frozenset[str]


class _Git:
    """The few questions that are asked of git, about one working tree."""

    def __init__(self, folder: Path) -> None:
        self.top = folder  # until git has said where the top is: its answers are relative to where it is asked
        top = self.ask("rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n")
        self.top = Path(os.path.realpath(top))

    def ask(self, *arguments: str) -> bytes:
        """git's answer. Raises UsageError when there is no git or it refuses."""
        command = ["git", "-C", os.fspath(self.top), *arguments]
        try:
            done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
        except OSError as error:
            raise UsageError("--hook needs git, and it cannot be run: " + (error.strerror or str(error))) from error
        if done.returncode:
            words = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise UsageError(f"--hook: git {arguments[0]}: {words[-1] if words else 'failed'}")
        return done.stdout

    def paths(self, *arguments: str) -> list[str]:
        """The NUL-separated paths that git answers with."""
        return [os.fsdecode(raw) for raw in self.ask(*arguments).split(b"\0") if raw]

    def changes(self) -> Changes:
        """What is staged, or what lies between the two commits that pre-commit names."""
        start, end = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
        if start and end:
            fields = self.paths("-c", "core.quotepath=off", "diff", "--name-status", "-z", "-M", f"{start}...{end}")
        else:
            fields = self.paths("-c", "core.quotepath=off", "diff", "--cached", "--name-status", "-z", "-M")
        now, before = set(), set()
        at = 0
        while at < len(fields):
            status = fields[at][0]
            two = status in "RC"
            old, new = fields[at + 1], fields[at + 2 if two else at + 1]
            at += 3 if two else 2
            if status != "A":
                before.add(old)
            if status != "D":
                now.add(new)
        return Changes(frozenset(now), frozenset(before))

    def before(self) -> str:
        """The commit that the change is made to."""
        start, end = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
        if start and end:
            return self.ask("merge-base", start, end).decode().strip()
        try:
            return self.ask("rev-parse", "--verify", "-q", "HEAD").decode().strip()
        except UsageError:
            return _EMPTY_TREE  # the first commit


class Hook(NamedTuple):
    """Knowledge bases as they are in git's index, and what of them is this commit's doing."""

    sessions: list[Session]
    git: _Git
    changes: Changes | None

    def select(self) -> None:
        """Leave only the changed notes selected, so that nothing else is repaired."""
        for session in self.sessions:
            if self.changes is not None:
                changed = _inside(session.root, self.git, self.changes.now)
                session.selected = tuple(path for path in session.selected if path in changed)

    def narrow(self, report: KnowledgeBaseReport) -> None:
        """Leave only the findings in changed notes, and elsewhere those that were not there before the commit."""
        session = next(session for session in self.sessions if session.root == report.root)
        if self.changes is not None:
            _narrow(report, session, self.git, self.changes)


def open_hook(paths: Sequence[str], options: Options) -> Hook | None:
    """Open the knowledge bases of the paths from git's index. None when a commit touches nothing that could matter.

    With nothing staged, and outside a commit, everything is reported: that is how `pre-commit run --all-files` runs hooks.
    Raises UsageError outside a git working tree.
    """
    existing = [path for path in paths if os.path.lexists(path)]
    if not existing:
        return None
    first = Path(existing[0])
    git = _Git(first if first.is_dir() else first.parent)
    staged_changes = git.changes()
    changes: Changes | None = staged_changes
    if not (staged_changes.now or staged_changes.before):
        if "GIT_INDEX_FILE" in os.environ:  # set by git for its hooks: an empty commit, or one that mends a message
            return None
        changes = None

    def universe(root: Path) -> tuple[Listing, Reader]:
        inside = "" if root == git.top else Path(os.path.relpath(root, git.top)).as_posix() + "/"
        if inside.startswith("../"):
            raise UsageError(f"--hook: {root} is not inside the git working tree {git.top}")
        staged = [path.removeprefix(inside) for path in git.paths("ls-files", "-z") if path.startswith(inside)]
        visible = [path for path in staged if not any(part.startswith(".") for part in path.split("/"))]
        # What differs from the index on disk is read as it is staged; pre-commit stashes it, others do not.
        differing = git.paths("diff-files", "--name-only", "-z")
        return (visible, [], []), _IndexReader(git, root, inside, frozenset(differing))

    sessions = open_sessions(existing, options._replace(universe=universe))
    touched = changes.now | changes.before if changes is not None else None
    if touched is not None and not any(_inside(session.root, git, touched) for session in sessions):
        return None
    return Hook(sessions, git, changes)


class _IndexReader(DiskReader):
    def __init__(self, git: _Git, root: Path, inside: str, differing: frozenset[str]) -> None:
        super().__init__(root)
        self.git, self.inside, self.differing = git, inside, differing

    def __call__(self, path: str) -> bytes:
        full = self.inside + path
        if full not in self.differing:
            return super().__call__(path)
        try:
            return self.git.ask("cat-file", "blob", f":{full}")
        except UsageError as error:
            raise FileNotFoundError(2, str(error), path) from error


def _inside(root: Path, git: _Git, paths: frozenset[str]) -> set[str]:
    """Those of the paths that lie below the root, relative to it."""
    prefix = "" if root == git.top else Path(os.path.relpath(root, git.top)).as_posix() + "/"
    return {path.removeprefix(prefix) for path in paths if path.startswith(prefix)}


def _narrow(report: KnowledgeBaseReport, session: Session, git: _Git, changes: Changes) -> None:
    now, before = _inside(session.root, git, changes.now), _inside(session.root, git, changes.before)
    untouched = {item.path for item in report.diagnostics if item.path not in now and item.path in session.results}
    old: set[tuple[str, Span, str]] = set()
    if untouched:
        old = _findings_before(session, git, now, before, untouched)
    report.diagnostics[:] = [
        item
        for item in report.diagnostics
        if item.path in now or (item.path in untouched and (item.path, item.span, item.rule) not in old)
    ]
    report.suppressed[:] = [item for item in report.suppressed if item.path in now]


def _findings_before(
    session: Session, git: _Git, now: set[str], before: set[str], untouched: set[str]
) -> set[tuple[str, Span, str]]:
    """What was found in untouched notes before the commit: the same notes, judged beside the old versions of the others."""
    commit = git.before()
    prefix = "" if session.root == git.top else Path(os.path.relpath(session.root, git.top)).as_posix() + "/"
    included = matcher(session.settings.include)
    results = {path: result for path, result in session.results.items() if path not in now}
    files = [path for path in session.files if path not in now]
    for path in before:
        if included(path) or path.endswith(NOTE_SUFFIXES):
            data = git.ask("cat-file", "blob", f"{commit}:{prefix}{path}")
            results[path] = session.parse(path, data)
        else:
            files.append(path)
    kb = session.index(results.values(), files)
    return {
        (item.path, item.span, item.rule)
        for path in untouched
        for item in [*session.results[path].diagnostics, *session.base_findings(session.results[path], kb)]
    }
