"""Which knowledge base a path belongs to, and which notes and files it holds."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lintkb import lazy_re as re
from lintkb.globs import matcher
from lintkb.paths import shown_file
from lintkb.settings import CONFIG_NAME, SettingsError, source_folder

MAX_IGNORE = 1024 * 1024
MAX_STARS = 6
MAX_DEPTH = 32
_STARS = re.compile(r"\*+")


def find_root(path: Path, config: Path | None = None, *, isolated: bool = False) -> tuple[Path, Path | None]:
    """The root of the knowledge base that holds `path`, and its configuration file if it has one.

    The root is the folder of the nearest `lintkb.toml` or `[tool.lintkb]`, else the git root, else the folder given. A
    `config` of its own takes the place of the file that is found; the root stays. `isolated` looks for no file.
    """
    start = path if path.is_dir() else path.parent
    start = Path(os.path.realpath(start))
    found = None if isolated else _nearest_config(start)
    if found is not None:
        return found.parent, config or found
    return git_root(start) or start, config


def _nearest_config(start: Path) -> Path | None:
    return next(filter(None, map(config_in, (start, *start.parents))), None)


def config_in(folder: Path) -> Path | None:
    """The file in a folder that configures a knowledge base there. Raises SettingsError for one that cannot be read."""
    if (folder / CONFIG_NAME).is_file():
        return folder / CONFIG_NAME
    project = folder / "pyproject.toml"
    return project if project.is_file() and _has_table(project) else None


def git_root(start: Path) -> Path | None:
    """The folder at or above `start` that holds a git repository."""
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)


def _has_table(project: Path) -> bool:
    import tomllib

    try:
        text = project.read_bytes().decode("utf-8")
        tool = tomllib.loads(text).get("tool", {}) if "lintkb" in text else {}
        return isinstance(tool, dict) and "lintkb" in tool
    except OSError as error:
        raise SettingsError(f"{shown_file(project)}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        return False  # not TOML, and whoever wrote it did not configure lintkb with it
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{shown_file(project)}: not valid TOML: {error}") from error


def split(
    paths: Sequence[str],
    include: Sequence[str],
    exclude: Sequence[str],
    rule_folders: Sequence[str],
    explicit: frozenset[str],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Divide paths into notes and other files. Rule folders hold neither; an `explicit` file is always a note."""
    included, excluded = matcher(include), matcher(exclude)
    rule_notes = frozenset(below(paths, rule_folders))
    notes, files = [], []
    for path in paths:
        if path in explicit:
            notes.append(path)
        elif path in rule_notes:
            continue
        elif included(path) and not excluded(path):
            notes.append(path)
        else:
            files.append(path)
    notes += sorted(explicit.difference(paths))
    return tuple(sorted(notes)), tuple(sorted(files))


class Listing(NamedTuple):
    """What lies below a root: regular files, symbolic links to files inside, folders that cannot be listed and why.

    Into what is `opaque` nobody looks: folders that are links, links that lead nowhere or out, submodules. `blobs` are the
    ids of the files' contents, where these come from git.
    """

    paths: list[str]
    links: list[str]
    unlisted: list[tuple[str, str]]
    opaque: list[str]
    blobs: Mapping[str, str] = {}


def walk(root: Path) -> Listing:
    """All files below the root that git would not ignore.

    Names that begin with a dot are left out; linked folders are not entered; nothing outside the root is looked at.
    """
    found = Listing([], [], [], [])
    pending: list[tuple[str, list[_Ignore]]] = [("", _ignores_above(root))]
    while pending:
        folder, ignores = pending.pop()
        try:
            with os.scandir(root / folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            found.unlisted.append((folder or ".", error.strerror or str(error)))
            continue
        if any(entry.name == ".gitignore" and entry.is_file(follow_symlinks=False) for entry in entries):
            ignores = [*ignores, _read_ignore(root / folder / ".gitignore", folder + "/" if folder else "")]
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = f"{folder}/{entry.name}" if folder else entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if ignores and _is_ignored(path + "/" if is_folder else path, ignores):
                continue
            if is_folder:
                pending.append((path, ignores))
            elif entry.is_symlink():
                (found.links if _stays_inside(root, path) else found.opaque).append(path)
            elif entry.is_file(follow_symlinks=False):
                found.paths.append(path)
    return found


def source_files(root: Path, patterns: Sequence[str], paths: Sequence[str], *, on_disk: bool) -> list[str]:
    """The files that `sources` patterns may mean: the given `paths`, and what lies in the folders that the patterns name.

    There files count that git ignores, as transcripts often are; unless the notes are those `on_disk`, no others do. Links
    are not followed.
    """
    known = set(paths)
    found = set(paths)
    for pattern in patterns:
        folder = source_folder(pattern)
        outside = folder.split("/")[0] == ".."
        if folder and (outside or _leads_inside(root, folder)):
            deepest = MAX_DEPTH if "**" in pattern else pattern.count("/") - folder.count("/") - 1
            for path in _regular_files(root, folder, deepest):
                if path not in known and (on_disk or outside or is_ignored(root, path)):
                    found.add(path)
    return sorted(found)


def _leads_inside(root: Path, folder: str) -> bool:
    """Whether a folder below the root is one there, and no link on the way leads out."""
    return os.path.realpath(root / folder) == os.path.join(os.path.realpath(root), *folder.split("/"))  # noqa: PTH118


def _regular_files(root: Path, folder: str, deepest: int) -> Iterator[str]:
    """The files below a folder down to some depth, hidden ones and links left out; nothing for what cannot be listed."""
    pending = [(folder, 0)]
    while pending:
        current, depth = pending.pop()
        try:
            with os.scandir(root / current) as scan:
                entries = list(scan)
        except OSError:
            continue
        for entry in entries:
            path = f"{current}/{entry.name}"
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False) and depth < deepest:
                pending.append((path, depth + 1))
            elif entry.is_file(follow_symlinks=False):
                yield path


def is_ignored(root: Path, path: str) -> bool:
    """Whether git would ignore a file at a path below the root, which need not be there, or a folder on the way."""
    ignores = _ignores_above(root)
    names = path.split("/")
    for depth, name in enumerate(names):
        base = "".join(f"{folder}/" for folder in names[:depth])
        file = root / base / ".gitignore"
        if file.is_file() and not file.is_symlink():
            ignores.append(_read_ignore(file, base))
        if _is_ignored(base + name + ("/" if depth < len(names) - 1 else ""), ignores):
            return True
    return False


def _stays_inside(root: Path, path: str) -> bool:
    target = os.path.realpath(root / path)
    return target.startswith(str(root) + os.sep) and Path(target).is_file()


class _Ignore(NamedTuple):
    """The patterns of one .gitignore and the folder that they are relative to (`up` when it lies above the root)."""

    check: Callable[[str], Any]
    base: str
    up: str


def _read_ignore(path: Path, base: str, up: str = "") -> _Ignore:
    from pathspec import GitIgnoreSpec

    try:
        with path.open("rb") as file:
            lines = file.read(MAX_IGNORE).decode("utf-8", "surrogateescape").split("\n")
        # A pattern with many stars can take hours, and a pull request can bring one; nobody means it.
        spec = GitIgnoreSpec.from_lines(line for line in lines if len(_STARS.findall(line)) <= MAX_STARS)
    except (OSError, ValueError):
        spec = GitIgnoreSpec.from_lines([])  # as git does with what it cannot read or parse
    return _Ignore(spec.check_file, base, up)


def _ignores_above(root: Path) -> list[_Ignore]:
    top = git_root(root)
    if top is None or top == root:
        return []
    folders = [folder for folder in root.parents if folder == top or top in folder.parents]
    return [
        _read_ignore(folder / ".gitignore", "", root.relative_to(folder).as_posix() + "/")
        for folder in reversed(folders)
        if (folder / ".gitignore").is_file() and not (folder / ".gitignore").is_symlink()
    ]


def _is_ignored(path: str, ignores: Sequence[_Ignore]) -> bool:
    """The innermost .gitignore with something to say decides."""
    for ignore in reversed(ignores):
        if path.startswith(ignore.base):
            verdict = ignore.check(ignore.up + path.removeprefix(ignore.base)).include
            if verdict is not None:
                return bool(verdict)
    return False


def below(paths: Sequence[str], chosen: Sequence[str]) -> Iterator[str]:
    """The paths that are, or lie below, one of the chosen ones; an empty chosen path is the root."""
    exact = set(chosen)
    folders = tuple(f"{path}/" for path in chosen if path)
    for path in paths:
        if path in exact or "" in exact or path.startswith(folders):
            yield path
