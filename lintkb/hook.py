"""Checking what is staged: the knowledge base of git's index, and of its findings those that the commit brings about."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lintkb.discovery import below, split
from lintkb.engine import DiskReader, Listing, Options, Reader, Session, UsageError, open_sessions
from lintkb.report import RUN_EXIT_CODES, KnowledgeBaseReport
from lintkb.settings import CONFIG_NAME, Settings
from lintkb.text import Span

_LINK, _SUBMODULE = "120000", "160000"


class Changes(NamedTuple):
    """What a commit changes, as paths from the git root: `now` are there after it, `before` (with blob ids) before it."""

    now: frozenset[str]
    before: Mapping[str, str]

    @property
    def touched(self) -> frozenset[str]:
        """Every path that the commit names."""
        return self.now.union(self.before)


class _Git:
    """The few questions that are asked of git, about one working tree."""

    def __init__(self, folder: Path) -> None:
        # Until git has said where the top is. In a hook of a linked worktree it takes wherever it is asked for the top,
        # so there it is asked from where the hook was started, which is the top.
        self.top = Path() if "GIT_DIR" in os.environ and "GIT_WORK_TREE" not in os.environ else folder
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

    def fields(self, *arguments: str) -> list[str]:
        """The NUL-separated words that git answers with."""
        return [os.fsdecode(raw) for raw in self.ask(*arguments).split(b"\0") if raw]

    def changes(self) -> Changes:
        """What is staged, or what lies between the two commits that pre-commit names."""
        start, end = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
        if start and end:
            if start.startswith("-") or end.startswith("-"):
                raise UsageError(f"--hook: no commits: PRE_COMMIT_FROM_REF={start} PRE_COMMIT_TO_REF={end}")
            fields = self.fields("diff", "--raw", "-z", "-M", "--no-abbrev", f"{start}...{end}")
        else:
            fields = self.fields("diff", "--cached", "--raw", "-z", "-M", "--no-abbrev")
        now, before = set(), {}
        words = iter(fields)
        for head in words:  # ":oldmode newmode oldid newid status", a path, and for renames and copies another
            old_mode, _, old_id, _, status = head.removeprefix(":").split(" ")
            old = next(words)
            new = next(words) if status[0] in "RC" else old
            if status[0] != "A" and old_mode not in (_LINK, _SUBMODULE):
                before[old] = old_id
            if status[0] != "D":
                now.add(new)
        return Changes(frozenset(now), before)


class Hook(NamedTuple):
    """Knowledge bases as they are in git's index, and what of them is this commit's doing (`changes` None: all of it)."""

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
        """Leave only the findings in changed notes, and elsewhere those that were not there before the commit.

        A commit that changes the configuration or a rule note may be the cause of any finding, so then all are left.
        """
        session = next(session for session in self.sessions if session.root == report.root)
        if self.changes is not None and not _changes_rules(session, self.git, self.changes):
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
    staged = git.changes()
    if not staged.touched and "GIT_INDEX_FILE" in os.environ:
        return None  # git sets it for its hooks: this is an empty commit, or one that mends a message

    def snapshot(root: Path, settings: Settings) -> tuple[Listing, Reader]:
        inside = _prefix(root, git)
        if inside.startswith("../"):
            raise UsageError(f"--hook: {root} is not inside the git working tree {git.top}")
        blobs: dict[str, str] = {}
        links: list[str] = []
        for entry in git.fields("ls-files", "--stage", "-z"):
            head, _, full = entry.partition("\t")
            mode, blob, stage = head.split(" ")
            path = full.removeprefix(inside)
            if not full.startswith(inside) or any(part.startswith(".") for part in path.split("/")):
                continue
            if stage != "0":
                raise UsageError(f"--hook: {full} has a merge conflict; resolve it first")
            if mode == _LINK:
                links.append(path)  # there, but never followed
            elif mode != _SUBMODULE:
                blobs[path] = blob
        # What differs from the index on disk is read as it is staged; pre-commit stashes it, others do not.
        differing = frozenset(full.removeprefix(inside) for full in git.fields("diff-files", "--name-only", "-z"))
        return (list(blobs), links, []), _IndexReader(git, root, settings.max_size, blobs, differing)

    sessions = open_sessions(existing, options._replace(snapshot=snapshot))
    if not staged.touched:
        return Hook(sessions, git, None)
    if not any(_inside(session.root, git, staged.touched) for session in sessions):
        return None
    return Hook(sessions, git, staged)


class _IndexReader(DiskReader):
    """Reads files as they are staged: from disk where that is the same, else from git's objects."""

    def __init__(self, git: _Git, root: Path, limit: int, blobs: Mapping[str, str], differing: frozenset[str]) -> None:
        super().__init__(root, limit)
        self.git, self.blobs, self.differing = git, blobs, differing

    def __call__(self, path: str) -> bytes:
        if path not in self.differing:
            try:
                return super().__call__(path)
            except FileNotFoundError:
                pass  # left out of a sparse checkout
        return self.git.ask("cat-file", "blob", self.blobs[path])


def _prefix(root: Path, git: _Git) -> str:
    """What stands before a root-relative path when it is seen from the git root."""
    return "" if root == git.top else Path(os.path.relpath(root, git.top)).as_posix() + "/"


def _inside(root: Path, git: _Git, paths: frozenset[str]) -> set[str]:
    """Those of the paths that lie below the root, relative to it."""
    prefix = _prefix(root, git)
    return {path.removeprefix(prefix) for path in paths if path.startswith(prefix)}


def _changes_rules(session: Session, git: _Git, changes: Changes) -> bool:
    """Whether the commit touches the configuration or the user's own rule notes."""
    touched = _inside(session.root, git, changes.touched)
    if any(below(sorted(touched), session.configured.rule_folders)) or CONFIG_NAME in touched:
        return True
    origin = session.configured.origin
    name = "pyproject.toml" if origin is None else os.path.relpath(origin, session.root)
    if name != "pyproject.toml" or name not in touched:
        return name in touched
    old = changes.before.get(_prefix(session.root, git) + name)
    text = git.ask("cat-file", "blob", old) if old else b""
    return session.configured.table != _table_in(text)


def _table_in(pyproject: bytes) -> object:
    """`[tool.lintkb]` of a pyproject.toml as it was; something that equals no table when it could not be read."""
    import tomllib

    try:
        tool = tomllib.loads(pyproject.decode("utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return None
    return tool.get("lintkb", {}) if isinstance(tool, dict) else None


def _narrow(report: KnowledgeBaseReport, session: Session, git: _Git, changes: Changes) -> None:
    now = _inside(session.root, git, changes.now)
    untouched = {item.path for item in report.diagnostics if item.path not in now and item.path in session.results}
    old = _findings_before(session, git, changes, untouched) if untouched else set()
    report.diagnostics[:] = [
        item
        for item in report.diagnostics
        if item.path in now or item.rule in RUN_EXIT_CODES or (item.path, item.span, item.rule) not in old
    ]
    report.suppressed[:] = [item for item in report.suppressed if item.path in now]


def _findings_before(session: Session, git: _Git, changes: Changes, untouched: set[str]) -> set[tuple[str, Span, str]]:
    """What was found in untouched notes before the commit: the same notes, judged beside the old versions of the others."""
    now, before = _inside(session.root, git, changes.now), _inside(session.root, git, frozenset(changes.before))
    prefix = _prefix(session.root, git)
    results = {path: result for path, result in session.results.items() if path not in now}
    settings = session.settings
    notes, files = split(
        sorted(before), settings.include, settings.exclude, session.configured.rule_folders, frozenset()
    )
    for path in notes:
        results[path] = session.parse(path, git.ask("cat-file", "blob", changes.before[prefix + path]))
    files = (*files, *(path for path in session.files if path not in now))
    kb = session.index(results.values(), files)
    return {(item.path, item.span, item.rule) for path in untouched for item in session.judge_note(path, kb)}
