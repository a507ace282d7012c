"""What a change brings about: the findings of a knowledge base in git that were not there before."""

import os
import posixpath
from collections import Counter
from collections.abc import Callable, Container, Sequence
from functools import cache as cache_once, partial
from pathlib import Path
from typing import NamedTuple

from lintkb.diagnostics import Diagnostic
from lintkb.discovery import below, split
from lintkb.engine import Options, Session, UsageError, open_sessions
from lintkb.fingerprints import fingerprints
from lintkb.git import Changes, Git
from lintkb.paths import is_hidden
from lintkb.report import RUN_EXIT_CODES, KnowledgeBaseReport
from lintkb.settings import CONFIG_NAME
from lintkb.text import SourceText


class Change(NamedTuple):
    """Knowledge bases after a change, and the change (None: everything is to be reported).

    `scope` says in words what is reported. `whole_notes` says that a changed note is reported whole and not only for what is
    new in it, `own_rules` that the configuration and the rules in force are those of the change itself. `known` are the
    knowledge bases as they were before it, by their roots, when that has been asked.
    """

    sessions: list[Session]
    git: Git
    changes: Changes | None
    scope: str
    whole_notes: bool
    own_rules: bool
    known: "dict[Path, _Earlier]"

    def select(self) -> None:
        """Leave only the changed notes selected, so that nothing else is repaired or reported."""
        for session in self.sessions:
            touched = self.touched(session)
            session.selected = tuple(path for path in session.selected if path in touched)

    def confine(self) -> None:
        """Where the change leaves alone what untouched notes are judged by, judge no more of these than it can matter to.

        It can matter to notes that cite the same recordings as those that it touches, and what could not be read is told of
        in any case.
        """
        for session in self.sessions:
            if self.changes is None or (self.own_rules and _changes_rules(session, self.git, self.changes)):
                continue
            state, earlier = session.state, self._earlier(session).session
            if state == earlier.state:
                touched = self.git.inside(session.root, self.changes.touched)
                beside = session.beside(touched) | earlier.beside(touched)
                session.confine(touched | beside | session.recopied(earlier.copies) | session.failed)

    def _earlier(self, session: Session) -> "_Earlier":
        assert self.changes is not None  # noqa: S101
        if session.root not in self.known:
            self.known[session.root] = _earlier(session, self.git, self.changes)
        return self.known[session.root]

    def touched(self, session: Session) -> Container[str]:
        """The notes that may be repaired: those that the change touches."""
        return session.notes if self.changes is None else self.git.inside(session.root, self.changes.now)

    def narrow(self, report: KnowledgeBaseReport) -> None:
        """Leave only the findings, and the suppressed ones, that were not there before the change.

        A change of the configuration or of a rule note that is in force may be the cause of any, so then all are left.
        """
        session = next(session for session in self.sessions if session.root == report.root)
        if self.changes is None:
            return
        if self.own_rules and _changes_rules(session, self.git, self.changes):
            report.warnings.append("the configuration or a rule note is among the changes, so everything is reported")
            return
        report.scope = self.scope
        now = self.git.inside(session.root, self.changes.now)
        whole = now if self.whole_notes else set()
        shown = [item for item in report.diagnostics if item.path not in whole]
        hidden = [item for item in report.suppressed if item.path not in whole]
        asked = {item.path for item in (*shown, *hidden)}
        before = _before(session, self._earlier(session), now, asked) if asked else _Before()
        new = before.shown.new(shown, report.sources()) | before.hidden.new(hidden, report.sources())
        report.narrow(
            [
                before.told_why(item)
                for item in report.diagnostics
                if item.path in whole or item.rule in RUN_EXIT_CODES or id(item) in new
            ],
            [item for item in report.suppressed if item.path in whole or id(item) in new],
        )


class _Known:
    """Findings that were there before a change, to tell new ones from."""

    def __init__(
        self,
        items: Sequence[Diagnostic] = (),
        source: Callable[[str], SourceText] = lambda _path: SourceText(""),
        name: Callable[[str], str] = str,
    ) -> None:
        self.marks = frozenset(fingerprints(items, source, name))
        self.counts = Counter((item.rule, name(item.path), item.subject, item.message) for item in items)

    def new(self, items: Sequence[Diagnostic], source: Callable[[str], SourceText]) -> set[int]:
        """The `id` of each that was not there before: by its fingerprint, else by how many of its kind its note had.

        The words around an old finding may have been mended without making it a new one.
        """
        left = Counter(self.counts)
        unknown = []
        for item, mark in zip(items, fingerprints(items, source, str), strict=True):
            if mark in self.marks:
                left[item.rule, item.path, item.subject, item.message] -= 1
            else:
                unknown.append(item)
        new = set()
        for item in unknown:
            kind = (item.rule, item.path, item.subject, item.message)
            if left[kind] > 0:
                left[kind] -= 1
            else:
                new.add(id(item))
        return new


class _Before(NamedTuple):
    """What was found before a change, what suppressions hid then, and what the change took away.

    `causes` says, for a link in a note that it does not touch, what the change did to the link's target.
    """

    shown: _Known = _Known()
    hidden: _Known = _Known()
    causes: Callable[[Diagnostic], str] = lambda _item: ""

    def told_why(self, item: Diagnostic) -> Diagnostic:
        """The diagnostic, with the change's own doing in its message."""
        cause = self.causes(item)
        return item._replace(message=f"{item.message}: {cause}") if cause else item


def open_staged(paths: Sequence[str], options: Options) -> Change | None:
    """Open the knowledge bases of the paths from git's index. None when a commit touches nothing that could matter.

    With nothing staged, and outside a commit, everything is reported: that is how `pre-commit run --all-files` runs hooks.
    Raises UsageError outside a git working tree.
    """
    existing = [path for path in paths if os.path.lexists(path)]
    if not existing:
        return None
    git = _git_at(existing[0], "--hook")
    start, end = os.environ.get("PRE_COMMIT_FROM_REF"), os.environ.get("PRE_COMMIT_TO_REF")
    if start and end:
        if start.startswith("-") or end.startswith("-"):
            raise UsageError(f"--hook: no commits: PRE_COMMIT_FROM_REF={start} PRE_COMMIT_TO_REF={end}")
        changes = git.between(start, end)
    else:
        changes = git.staged()
    if not changes.touched and "GIT_INDEX_FILE" in os.environ:
        return None  # git sets it for its hooks: this is an empty commit, or one that mends a message
    sessions = open_sessions(existing, options._replace(snapshot=git.index_snapshot))
    everything = Change(sessions, git, None, "", whole_notes=True, own_rules=True, known={})
    if not changes.touched:
        return everything
    if not any(
        any(not is_hidden(path) for path in git.inside(session.root, changes.touched))
        or _changes_rules(session, git, changes)
        for session in sessions
    ):
        # Only by hand, as when hooks are being set up and nothing but their configuration is staged, is this worth a look.
        return None if "GIT_INDEX_FILE" in os.environ else everything
    return Change(sessions, git, changes, "in what this commit changes", whole_notes=True, own_rules=True, known={})


def open_change(paths: Sequence[str], options: Options, since: str | None, at: str | None) -> Change:
    """Open the knowledge bases of the paths as they are in the commit `at`, or on disk, to be judged for what is new `since`.

    The configuration and the rules are those on disk in either case. What two commits have in common is what was before:
    commits that only `since` has are not the change's doing. Raises UsageError, also when `at` holds no note.
    """
    git = _git_at(paths[0], "--since" if at is None else "--at")
    after = git.commit(at) if at is not None else None
    changes = None
    if since is not None:
        before = git.commit(since)
        point = git.fork_point(before, after or git.commit("HEAD"))
        changes = git.between(point, after) if after is not None else git.unstaged(point)
    if after is not None:
        history = partial(options.history, revision=after) if options.history is not None else None
        options = options._replace(snapshot=partial(git.revision_snapshot, after), history=history)
        if lost := next((path for path in paths if not git.holds(after, path)), None):
            raise UsageError(f"no such file or folder in {at}: {lost}")
    sessions = open_sessions(paths, options)
    if not any(session.selected for session in sessions):
        raise UsageError(f"no note found in {', '.join(paths)} as it is in {at}")
    scope = f"new since {since[:12] if len(since) == 40 else since}" if since is not None else ""
    return Change(sessions, git, changes, scope, whole_notes=False, own_rules=at is None, known={})


def _git_at(path: str, asker: str) -> Git:
    """git, asked from the folder that a path is in, or would be."""
    place = Path(os.path.abspath(path))  # noqa: PTH100
    return Git(next(folder for folder in (place, *place.parents) if folder.is_dir()), asker)


def _changes_rules(session: Session, git: Git, changes: Changes) -> bool:
    """Whether the change touches the configuration or the user's own rule notes."""
    touched = git.inside(session.root, changes.touched)
    if any(below(sorted(touched), session.configured.rule_folders)) or CONFIG_NAME in touched:
        return True
    origin = session.configured.origin
    base = os.path.relpath(origin.parent, session.root) if origin is not None else "."
    files = [name for schema in session.schemas.values() for name in schema.files]
    if touched.intersection(posixpath.normpath(posixpath.join(base, name)) for name in files):
        return True
    name = "pyproject.toml" if origin is None else os.path.relpath(origin, session.root)
    if name != "pyproject.toml" or name not in touched:
        return name in touched
    old = changes.before.get(git.prefix(session.root) + name)
    text = git.ask("cat-file", "blob", old) if old else b""
    return session.configured.table() != _table_in(text)


def _table_in(pyproject: bytes) -> object:
    """`[tool.lintkb]` of a pyproject.toml as it was; something that equals no table when it could not be read."""
    import tomllib

    try:
        tool = tomllib.loads(pyproject.decode("utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return None
    return tool.get("lintkb", {}) if isinstance(tool, dict) else None


class _Earlier(NamedTuple):
    """A knowledge base before a change; `renames` lead from the old paths of renamed files to their new ones."""

    session: Session
    renames: dict[str, str]
    paths: set[str]
    links: set[str]


def _earlier(session: Session, git: Git, changes: Changes) -> _Earlier:
    """A knowledge base before the change: the untouched notes as they are, beside the old versions of the others."""
    prefix, settings = git.prefix(session.root), session.settings
    now = git.inside(session.root, changes.now)
    old_paths = {path for path in git.inside(session.root, changes.before) if not is_hidden(path)}
    old_links = {path for path in git.inside(session.root, changes.links) if not is_hidden(path)}
    renames = {
        old.removeprefix(prefix): new.removeprefix(prefix)
        for old, new in changes.renames.items()
        if old.startswith(prefix) and new.startswith(prefix)
    }
    notes, files = split(
        sorted(old_paths), settings.include, settings.exclude, session.configured.rule_folders, frozenset()
    )
    contents = git.contents([changes.before[prefix + path] for path in notes], settings.max_size)
    old = dict(zip(notes, contents, strict=True))
    untouched = [path for path in session.files if path not in now]

    def read(path: str) -> bytes:
        if path in old:
            return old[path]
        if path in now and prefix + path not in changes.before:
            raise FileNotFoundError(2, "no such file")
        if prefix + path in changes.before:
            return git.contents([changes.before[prefix + path]], settings.max_size)[0]
        return session.read_bytes(path)

    gone = [path for path in session.notes if path in now and path not in old]
    files = (*files, *old_links, *untouched)
    earlier = session.earlier(old, gone, files, session.sources.before(old_paths, now), read)
    return _Earlier(earlier, renames, old_paths, old_links)


def _before(session: Session, earlier: _Earlier, now: set[str], asked: set[str]) -> _Before:
    """What was found before the change. Only what can equal a finding in one of the notes `asked` about is looked for."""
    old, renames = earlier.session, earlier.renames
    old.selected = tuple(path for path in old.notes if renames.get(path, path) in asked)
    report = old.judge()
    index = cache_once(old.index)

    def name(path: str) -> str:
        return renames.get(path, path)

    def cause(item: Diagnostic) -> str:
        check = session.catalogue.by_code[item.rule].check.name
        if item.path in now or check not in ("wikilink-target", "link-target"):
            return ""
        resolution = index().resolve(item.subject, item.path, markdown=check == "link-target")
        gone = (
            [path for path in resolution.paths if path in (earlier.paths | earlier.links) - now] if resolution else []
        )
        if not gone:
            return ""
        return (
            f"this change renames {gone[0]} to {renames[gone[0]]}"
            if gone[0] in renames
            else f"this change deletes {gone[0]}"
        )

    source = report.sources()
    return _Before(_Known(report.diagnostics, source, name), _Known(report.suppressed, source, name), cause)
