"""What lintkb asks of git: which files a revision or the index holds, their contents, and what a change touches."""

import os
import posixpath
import subprocess
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from lintkb.discovery import Listing
from lintkb.engine import DiskReader, UsageError
from lintkb.history import Departure
from lintkb.paths import is_hidden
from lintkb.reading import Reader
from lintkb.settings import Settings

BLOCK = 64
MAX_COMMITS = 20_000  # are looked at for what became of a file
MAX_TARGET, MAX_LINKS = 4096, 40  # bytes of a link's target, links on the way to a file
_LINK, _SUBMODULE = "120000", "160000"


class Changes(NamedTuple):
    """What a change touches, as paths from the git root: `now` are there after it, `before` (with blob ids) before it.

    `renames` leads from the old path of a renamed file to its new one; `links` were symbolic links before it.
    """

    now: frozenset[str]
    before: Mapping[str, str]
    renames: Mapping[str, str]
    links: frozenset[str]

    @property
    def touched(self) -> frozenset[str]:
        """Every path that the change names."""
        return self.now.union(self.before, self.links)


class Git:
    """The few questions that are asked of git, about one working tree. `asker` is the option on whose behalf they are."""

    def __init__(self, folder: Path, asker: str) -> None:
        """Raises UsageError outside a working tree."""
        self.asker = asker
        # A folder of the tree may look like a repository to git, with a configuration that runs programs. So git is asked
        # where a `.git` is, which no commit can bring.
        folder = next((one for one in (folder, *folder.resolve().parents) if (one / ".git").exists()), folder)
        # Until git has said where the top is. In a hook of a linked worktree it takes wherever it is asked for the top,
        # so there it is asked from where the hook was started, which is the top.
        self.top = Path() if "GIT_DIR" in os.environ and "GIT_WORK_TREE" not in os.environ else folder
        top = self.ask("rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n")
        self.top = Path(os.path.realpath(top))

    def ask(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """git's answer. Raises UsageError when there is no git or it refuses."""
        return self._answer(self._start(*arguments), arguments[0], stdin)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = ["git", *_HARMLESS, "-C", os.fspath(self.top), *arguments]
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)  # noqa: S603
        except OSError as error:
            raise UsageError(f"{self.asker} needs git, and it cannot be run: {error.strerror or error}") from error

    def _answer(self, process: subprocess.Popen[bytes], name: str, stdin: bytes = b"") -> bytes:
        with process:
            try:
                answer, errors = process.communicate(stdin)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            words = errors.decode("utf-8", "replace").strip().splitlines()
            raise UsageError(f"{self.asker}: git {name}: {words[-1] if words else 'failed'}")
        return answer

    def fields(self, *arguments: str) -> list[str]:
        """The NUL-separated words that git answers with."""
        return _fields(self.ask(*arguments))

    def commit(self, revision: str) -> str:
        """The id of the commit that a revision names. Raises UsageError when it names none."""
        try:
            answer = self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        except UsageError as error:
            raise UsageError(f"{self.asker}: no commit {revision!r} in {self.top}") from error
        return answer.decode("ascii").strip()

    def fork_point(self, one: str, other: str) -> str:
        """The last commit that two have in common. Raises UsageError when there is none, as in a shallow clone."""
        try:
            return self.ask("merge-base", one, other).decode("ascii").strip()
        except UsageError as error:
            message = (
                f"{self.asker}: {one[:12]} and {other[:12]} have no commit in common; in a shallow clone, fetch more"
            )
            raise UsageError(message) from error

    def staged(self) -> Changes:
        """What the index changes in the last commit."""
        return _changes(self.fields("diff", "--cached", *_RAW))

    def between(self, start: str, end: str) -> Changes:
        """What a commit changes since it forked from another."""
        return _changes(self.fields("diff", *_RAW, f"{start}...{end}"))

    def unstaged(self, start: str) -> Changes:
        """What the working tree changes in a commit, files that git does not know yet among it."""
        changes = _changes(self.fields("diff", *_RAW, start))
        new = self.fields("ls-files", "--others", "--exclude-standard", "-z")
        return changes._replace(now=changes.now.union(new))

    def departures(self, root: Path, revision: str) -> list[Departure]:
        """The deletions and renames of files below a root in the last `MAX_COMMITS` commits, the last first.

        Two plumbing commands in place of `git log`: its `--max-count` counts what it shows, not what it looks at, and the
        user's configuration has a say in it. What leaves the root is deleted as far as the root is concerned.
        """
        commits = self.ask("rev-list", f"--max-count={MAX_COMMITS}", self.commit(revision))
        below = [f":(top,literal){prefix}"] if (prefix := self.prefix(root)) else []
        options = ("--stdin", "-r", "-M", "--diff-filter=RD", "--name-status", "-z", "--abbrev=7", "--format=%h %cs")
        answer = self.ask("diff-tree", *options, "--", *below, stdin=commits)
        return list(_departures(answer, prefix))

    def index_snapshot(self, root: Path, settings: Settings) -> tuple[Listing, Reader]:
        """The files below a root as they are staged, and their reader. Raises UsageError in a merge conflict."""
        inside = self.prefix(root)
        blobs: dict[str, str] = {}
        links: dict[str, str | None] = {}
        # What differs from the index on disk is read as it is staged; pre-commit stashes it, others do not.
        with self._start("diff-files", "--name-only", "-z") as different:  # which looks at every file meanwhile
            for entry in self.fields("ls-files", "--stage", "-z"):
                head, _, full = entry.partition("\t")
                mode, blob, stage = head.split(" ")
                if stage != "0" and full.startswith(inside):
                    raise UsageError(f"{self.asker}: {full} has a merge conflict; resolve it first")
                _sort_in(mode, blob, full, inside, blobs, links)
            names = _fields(self._answer(different, "diff-files"))
        differing = frozenset(full.removeprefix(inside) for full in names)
        return self._listing(links, blobs), _IndexReader(self, root, settings.max_size, blobs, differing)

    def revision_snapshot(self, revision: str, root: Path, settings: Settings) -> tuple[Listing, Reader]:
        """The files below a root as they are in a commit, and their reader."""
        inside = self.prefix(root)
        blobs: dict[str, str] = {}
        links: dict[str, str | None] = {}
        for entry in self.fields("ls-tree", "-r", "-z", "--full-tree", revision):
            head, _, full = entry.partition("\t")
            mode, _, blob = head.split(" ")
            _sort_in(mode, blob, full, inside, blobs, links)
        return self._listing(links, blobs), BlobReader(self, blobs, settings.max_size)

    def holds(self, revision: str, path: str) -> bool:
        """Whether a commit has a file or folder at a path, given as seen from the working folder."""
        place = Path(os.path.abspath(path))  # noqa: PTH100
        relative = os.path.relpath(Path(os.path.realpath(place.parent)) / place.name, self.top)
        if relative == ".":
            return True
        return not relative.startswith("..") and bool(
            self.fields("ls-tree", "-z", "--full-tree", revision, "--", relative)
        )

    def _listing(self, links: Mapping[str, str | None], blobs: Mapping[str, str]) -> Listing:
        """The files, and those of the links, by path with the blob of their target, that lead to one, by name alone."""
        known = {path: blob for path, blob in links.items() if blob is not None}
        targets = dict(zip(known, self.contents(list(known.values()), MAX_TARGET), strict=True)) if known else {}
        leads = {
            path: posixpath.normpath(posixpath.join(posixpath.dirname(path), os.fsdecode(target)))
            for path, target in targets.items()
        }
        followed = []
        for path in links:
            place, steps = path, 0
            while place in leads and steps <= MAX_LINKS:
                place, steps = leads[place], steps + 1
            if place in blobs:
                followed.append(path)
        return Listing(list(blobs), followed, [], sorted(links.keys() - set(followed)), blobs)

    def prefix(self, root: Path) -> str:
        """What stands before a root-relative path when it is seen from the git root. Raises UsageError for a root outside."""
        prefix = "" if root == self.top else Path(os.path.relpath(root, self.top)).as_posix() + "/"
        if prefix.startswith("../"):
            raise UsageError(f"{self.asker}: {root} is not inside the git working tree {self.top}")
        return prefix

    def inside(self, root: Path, paths: Iterable[str]) -> set[str]:
        """Those of the paths that lie below the root, relative to it."""
        prefix = self.prefix(root)
        return {path.removeprefix(prefix) for path in paths if path.startswith(prefix)}

    def contents(self, blobs: Sequence[str], limit: int) -> list[bytes]:
        """The contents of blobs, in order. Of one that is larger than `limit` there are `limit` + 1 bytes, not its own."""
        asked = "".join(f"{blob}\n" for blob in blobs).encode("ascii")
        known = [line.split() for line in self.ask("cat-file", "--batch-check", stdin=asked).splitlines()]
        if lost := next((words for words in known if words[-1] == b"missing"), None):
            raise UsageError(f"{self.asker}: git lacks the object {lost[0].decode('ascii', 'replace')}; fetch it again")
        sizes = [int(words[-1]) for words in known]
        small = [blob for blob, size in zip(blobs, sizes, strict=True) if size <= limit]
        answer = self.ask("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in small).encode("ascii"))
        parts = _parted(answer)
        return [next(parts) if size <= limit else bytes(limit + 1) for size in sizes]


_HARMLESS = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "safe.bareRepository=explicit",
    "-c",
    "i18n.logOutputEncoding=UTF-8",
)
_RAW = ("--raw", "-z", "-M", "--no-abbrev")


def _departures(answer: bytes, prefix: str) -> Iterator[Departure]:
    """What `git diff-tree` prints: "commit date", then status and path of each file, and the other path of a renamed one."""
    words = map(os.fsdecode, answer.split(b"\0"))
    commit = date = ""
    for word in words:
        head = word.lstrip("\n")
        if " " in head:
            commit, date = head.split(" ")
        elif head:
            old = next(words).removeprefix(prefix)
            new = next(words).removeprefix(prefix) if head.startswith("R") else None
            yield Departure(old, new, commit, date)


def history(root: Path, revision: str = "HEAD") -> list[Departure]:
    """What took files away below a root until a revision, for `Options.history`. Raises UsageError where git cannot say."""
    git = Git(root, "--history")
    if git.ask("rev-parse", "--is-shallow-repository").strip() == b"true":
        raise UsageError("--history: this is a shallow clone; run git fetch --unshallow first")
    return git.departures(root, revision)


def _fields(answer: bytes) -> list[str]:
    return os.fsdecode(answer.removesuffix(b"\0")).split("\0") if answer else []


def _changes(fields: list[str]) -> Changes:
    now: set[str] = set()
    before: dict[str, str] = {}
    renames: dict[str, str] = {}
    links: set[str] = set()
    words = iter(fields)
    for head in words:  # ":oldmode newmode oldid newid status", a path, and for renames and copies another
        old_mode, _, old_id, _, status = head.removeprefix(":").split(" ")
        old = next(words)
        new = next(words) if status[0] in "RC" else old
        if status[0] == "R":
            renames[old] = new
        if status[0] not in "AC" and old_mode == _LINK:
            links.add(old)
        elif status[0] not in "AC" and old_mode != _SUBMODULE:
            before[old] = old_id
        if status[0] != "D":
            now.add(new)
    return Changes(frozenset(now), before, renames, frozenset(links))


def _sort_in(mode: str, blob: str, full: str, inside: str, blobs: dict[str, str], links: dict[str, str | None]) -> None:
    """Take a file that git knows into `blobs`, a link or submodule into `links`, what is hidden or elsewhere nowhere."""
    path = full.removeprefix(inside)
    if not full.startswith(inside) or is_hidden(path):
        return
    if mode in (_LINK, _SUBMODULE):
        links[path] = blob if mode == _LINK else None
    else:
        blobs[path] = blob


def _parted(answer: bytes) -> Iterator[bytes]:
    """The contents in what `git cat-file --batch` prints: a line that ends in the size, the bytes, a line feed."""
    at = 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[-1])
        yield answer[end + 1 : end + 1 + size]
        at = end + 2 + size


class BlobReader:
    """Reads files from git's objects, a block of neighbours at a time."""

    def __init__(self, git: Git, blobs: Mapping[str, str], limit: int) -> None:
        self.git, self.blobs, self.limit = git, blobs, limit
        self.held: dict[str, bytes] = {}

    @cached_property
    def _order(self) -> list[str]:
        return sorted(self.blobs)

    def __call__(self, path: str) -> bytes:
        """The bytes of a path. Raises OSError for one that is not there."""
        if path not in self.blobs:
            raise FileNotFoundError(2, "no such file")
        if path not in self.held:
            first = bisect_left(self._order, path) // BLOCK * BLOCK
            block = self._order[first : first + BLOCK]
            contents = self.git.contents([self.blobs[one] for one in block], self.limit)
            self.held = dict(zip(block, contents, strict=True))
        return self.held[path]


class _IndexReader(DiskReader):
    """Reads files as they are staged: from disk where that is the same, else from git's objects."""

    def __init__(self, git: Git, root: Path, limit: int, blobs: Mapping[str, str], differing: frozenset[str]) -> None:
        super().__init__(root, limit)
        self.differing = differing
        self.objects = BlobReader(git, blobs, limit)

    def __call__(self, path: str) -> bytes:
        if path not in self.differing:
            try:
                return super().__call__(path)
            except FileNotFoundError:
                pass  # left out of a sparse checkout
        return self.objects(path)
