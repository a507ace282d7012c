"""Renaming a note, an attachment or a folder, so that every link still leads where it led.

`open_rename` says whether the two paths will do; `plan` says, in memory, what the notes have to say afterwards, and proves it
by reading them again; `carry_out` writes.
"""

import os
import posixpath
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lintkb.diagnostics import Finding
from lintkb.digests import content_digest
from lintkb.discovery import find_root, git_root, is_ignored, split
from lintkb.engine import MissingPath, Options, Session, UsageError, open_sessions
from lintkb.facts import NoteFacts
from lintkb.index import KnowledgeBase, Resolution
from lintkb.names import ALL_FOLDS, INDICES, NOTE_SUFFIXES, bare, fold, joined
from lintkb.paths import is_hidden
from lintkb.results import NoteResult
from lintkb.source.links import LocalLink, encoded, path_span
from lintkb.source.wikilinks import Wikilink
from lintkb.text import Span, decode
from lintkb.writing import NotWritten, link_file, move, put_file, remove_file, write_note

MAX_SHOWN = 20
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]")
_NOT_IN_WIKILINKS = re.compile(r"[\[\]|#^\\`]")
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")


class Place(NamedTuple):
    """A link in a note, for people: the note's path, the offset of the link, what it says, and what there is to say of it."""

    path: str
    offset: int
    target: str
    remark: str = ""


class Rename(NamedTuple):
    """A file or folder, its new path (both from the root), and what that asks of the notes.

    `changed` holds old and new bytes by the path that a note has now; `links` counts those that are written anew. Those that
    are `reshaped` would not say what they say now if the file were renamed back. Left as they are: `undecided` links, which
    led to several notes, and `suppressed` ones. What is `found` led nowhere and will lead to a note.
    """

    old: str
    new: str
    changed: dict[str, tuple[bytes, bytes]]
    links: int
    reshaped: list[Place]
    undecided: list[Place]
    suppressed: list[Place]
    found: list[Place]

    def moved(self, path: str) -> str:
        """Where a file or folder lies afterwards."""
        return _moved(self.old, self.new, path)


def _moved(old: str, new: str, path: str) -> str:
    return new if path == old else new + path[len(old) :] if path.startswith(f"{old}/") else path


class _Link(NamedTuple):
    """A link of either kind: its target, where that is written, and its form (wikilink, or that of a `LocalLink`)."""

    target: str
    place: Span
    form: str
    link: Wikilink | LocalLink

    @property
    def markdown(self) -> bool:
        return self.form != "wikilink"


def _links(facts: NoteFacts) -> list[_Link]:
    """The links of a note that name a file, always in one order."""
    wikilinks = (_Link(link.target, link.target_span, "wikilink", link) for link in facts.wikilinks)
    others = (_Link(link.target, link.path, link.form, link) for link in facts.links)
    return [link for link in (*wikilinks, *others) if link.target]


class _Refused(Exception):
    """A link cannot be kept; `str()` says why."""


def plan(session: Session, old: str, new: str) -> Rename:
    """What it takes to rename `old`, a file or folder of a session that has been read, to `new`. Nothing is written.

    Raises UsageError when a link that leads somewhere could not lead there any more, when a note that may hold links cannot
    be read, and when one has changed since it was.
    """
    return _Planner(session, old, new).plan()


class _Planner:
    """The knowledge base as it is and as it will be, and what each link has to say then."""

    def __init__(self, session: Session, old: str, new: str) -> None:
        if unread := session.unread():
            lines = [f"{session.shown_path(item.path)}: {item.message}" for item in unread]
            raise _refusal(session, old, "what cannot be read may link there; mend it or exclude it", lines)
        self.session = session
        self.moved = partial(_moved, old, new)
        self.results = {path: self._as_moved(result) for path, result in session.results.items()}
        self.files = sorted({self.moved(path) for path in session.files})
        self.before = session.index()
        self.after = session.index(self.results.values(), self.files)
        self.rules = {rule.check.name: rule for rule in session.catalogue.rules}
        self.outcome = Rename(old, new, {}, 0, [], [], [], [])
        self.refused: list[Place] = []

    def _as_moved(self, result: NoteResult) -> NoteResult:
        path = self.moved(result.path)
        facts = result.facts._replace(path=path) if result.facts is not None else None
        return result._replace(path=path, facts=facts)

    def plan(self) -> Rename:
        links = 0
        for path, result in self.session.results.items():
            if result.facts is not None:
                wanted = list(self._wanted(path, result.facts))
                links += len(wanted)
                if wanted:
                    self._rewrite(path, result.digest, wanted)
        if not self.refused:
            self._verify()
        if self.refused:
            raise _refusal(
                self.session,
                self.outcome.old,
                f"{_count(len(self.refused), 'link')} would lead elsewhere or nowhere; choose another name, or mend these",
                [f"{described(self.session, place)}: {place.remark}" for place in self.refused],
            )
        return self.outcome._replace(links=links, reshaped=list(dict.fromkeys(self.outcome.reshaped)))

    def _wanted(self, path: str, facts: NoteFacts) -> Iterator[tuple[_Link, str]]:
        """The links of a note that are to be written anew, and what they are to say."""
        hidden = self._hidden(facts)
        for link in _links(facts):
            place = Place(path, link.place.start, link.target)
            try:
                spelling = self._respelled(link, path)
            except _Refused as error:
                spelling, place = "", place._replace(remark=str(error))
            if spelling is not None and link.place in hidden:
                self.outcome.suppressed.append(place)
            elif spelling:
                yield link, spelling
            elif place.remark:
                self.refused.append(place)

    def _rewrite(self, path: str, known: str, wanted: list[tuple[_Link, str]]) -> None:
        """Write links of a note anew, in memory, and read it again. `known` is the digest of the bytes that they are from."""
        data = self.session.read_bytes(path)
        if content_digest(data) != known:
            raise UsageError(f"{self.session.shown_path(path)} was changed while lintkb ran; nothing was renamed")
        source = decode(data)
        edits = []
        for link, spelling in wanted:
            place = Place(path, link.place.start, link.target)
            try:
                edit, undone = _edit(source.text, link, spelling)
            except _Refused as error:
                self.refused.append(place._replace(remark=str(error)))
                continue
            edits.append(edit)
            if undone != source.text[slice(*edit[0])]:
                self.outcome.reshaped.append(place)
        self.outcome.changed[path] = data, source.edited(edits).encode()
        self.results[path] = self.session.read_other(self.moved(path), self.outcome.changed[path][1])

    def _hidden(self, facts: NoteFacts) -> Collection[Span]:
        """The places of links that lie under a suppression of broken ones: nobody cares where they lead."""
        if not facts.directives:
            return ()
        checks = [(link, "link-target" if link.markdown else "wikilink-target") for link in _links(facts)]
        asked = [
            self.rules[check].diagnostic(facts.path, Finding(link.place, "", link.target)) for link, check in checks
        ]
        return {item.span for item in self.session.suppressed(facts, asked)}

    def _respelled(self, link: _Link, path: str) -> str | None:
        """What a link in the note at `path` has to say afterwards; None when it stays as it is. Raises _Refused."""
        to = self.moved(path)
        found = self.before.resolve(link.target, path, markdown=link.markdown)
        if found is None:
            return self._outside(link, path, to)
        goals = {self.moved(one) for one in found.paths}
        if len(goals) != 1 or (to == path and goals.issuperset(found.paths)):
            return None
        (goal,) = goals
        now = found.paths[0]
        if self._stays(link, found, path, now, to, goal):
            return None
        for spelling in _spellings(self.before, self.after, link, path, now, to, goal):
            if self.after.reaches(spelling, to, goal, markdown=link.markdown):
                return spelling if spelling != link.target else None
        if not link.markdown and (sign := _NOT_IN_WIKILINKS.search(goal)) is not None:
            raise _Refused(f"no wikilink can name `{goal}`: `{sign[0]}` means something else there")
        raise _Refused(f"whatever it said, it would not lead to `{goal}`, or not there alone")

    def _stays(self, link: _Link, found: Resolution, path: str, now: str, to: str, goal: str) -> bool:
        """Whether a link can say what it says: it leads there in the same way, and is spelt no less exactly than before."""
        later = self.after.resolve(link.target, to, markdown=link.markdown)
        if later is None or later.paths != (goal,) or (later.folded and not found.folded):
            return False
        if _way(self.before, link, path, now) != _way(self.after, link, to, goal):
            return False
        return _is_exact(link, to, goal, later) or not _is_exact(link, path, now, found)

    def _outside(self, link: _Link, path: str, to: str) -> str | None:
        """The same for a Markdown link to where the index does not look. One that is broken stays."""
        folder, later = posixpath.dirname(path), posixpath.dirname(to)
        if not link.markdown or link.target.startswith("/") or folder == later:
            return None
        meant = joined(folder, link.target)
        if meant and self.before.is_known(meant):
            return None
        way = posixpath.relpath(f"/{folder}", f"/{later}")
        return posixpath.normpath(posixpath.join(way, link.target)) + ("/" if link.target.endswith("/") else "")

    def _verify(self) -> None:
        """Find the links that would not lead where they led, by the facts of the notes as they will be."""
        kb = self.session.index(self.results.values(), self.files)
        for path, result in self.session.results.items():
            facts, later = result.facts, self.results[path].facts
            if facts is None:
                continue
            pairs = _paired(facts, later) if later is not None else None
            if pairs is None:
                self.refused.append(Place(path, 0, "", "with the new name its links would be read in another way"))
                continue
            hidden = self._hidden(facts)
            for link, new in pairs:
                if link.place not in hidden:
                    self._compare(kb, path, link, new)

    def _compare(self, kb: KnowledgeBase, path: str, link: _Link, new: _Link) -> None:
        """See that a link leads afterwards, in the index `kb`, to what it leads to now."""
        place = Place(path, link.place.start, link.target)
        found = self.before.resolve(link.target, path, markdown=link.markdown)
        then = kb.resolve(new.target, self.moved(path), markdown=link.markdown)
        to = self.moved(path)
        if found is None:
            if then is not None:
                self.outcome.found.append(place)
            elif new.target == link.target and self._outside(link, to, path) is not None:
                self.outcome.reshaped.append(place)
            return
        goals = {self.moved(one) for one in found.paths}
        paths = set(then.paths) if then is not None else set()
        if len(goals) > 1:
            if paths != goals:
                self.outcome.undecided.append(place)
        elif then is None or paths != goals or (then.folded and not found.folded):
            self.refused.append(
                place._replace(remark=f"it leads to {_listed(found.paths)}, and would to {_listed(paths)}")
            )
        elif (to != path or not goals.issuperset(found.paths)) and not self._comes_back(
            kb, link, new, path, found, then
        ):
            self.outcome.reshaped.append(place)

    def _comes_back(
        self, kb: KnowledgeBase, link: _Link, new: _Link, path: str, found: Resolution, then: Resolution
    ) -> bool:
        """Whether a link would say what it says now if the file were renamed back."""
        to, now, goal = self.moved(path), found.paths[0], then.paths[0]
        was_exact = _is_exact(link, path, now, found)
        if new.target == link.target:
            same_way = _way(self.before, link, path, now) == _way(kb, new, to, goal)
            return same_way and (was_exact or not _is_exact(new, to, goal, then))
        form = _form(self.before, link, path, now)
        spelled = now if form[2] else self.before.short(now)
        back = _relative(self.before, new, spelled, path) if form[0] == "relative" else ""
        return was_exact and form == _form(kb, new, to, goal) and link.target.startswith(back)


def _paired(before: NoteFacts, after: NoteFacts) -> list[tuple[_Link, _Link]] | None:
    """The links of a note before and after, one by one; None when they are not the same but for their targets."""
    old, new = _links(before), _links(after)
    if [_kept(link) for link in old] != [_kept(link) for link in new]:
        return None
    return list(zip(old, new, strict=True))


def _kept(link: _Link) -> tuple[object, ...]:
    own = link.link
    words = (own.label, own.embed, own.in_table) if isinstance(own, Wikilink) else ()
    return link.form, own.fragment, *words


def _way(kb: KnowledgeBase, link: _Link, from_path: str, path: str) -> str:
    """From where a target is seen: the root (by a leading slash), the note (relative), or wherever its reader looks (any)."""
    target = link.target
    if target.startswith("/"):
        return "root"
    if target.startswith(("./", "../")) or target in (".", ".."):
        return "relative"
    if link.markdown and ("/" in target or "name" not in kb.links.markdown):
        for place in kb.links.markdown:
            if place == "relative" and _is(kb, joined(posixpath.dirname(from_path), target), path):
                return "relative"
            if place == "root" and _is(kb, target.strip("/"), path):
                return "any"
    return "any"


def _is(kb: KnowledgeBase, written: str | None, path: str) -> bool:
    """Whether what is written is the path of a file, or of a note without its suffix, whatever is overlooked."""
    return written is not None and fold(written, ALL_FOLDS) in (fold(path, ALL_FOLDS), fold(kb.short(path), ALL_FOLDS))


def _is_exact(link: _Link, from_path: str, path: str, found: Resolution) -> bool:
    """Whether a target is, letter by letter, a name of the file that it leads to, or the end of one, with no way round."""
    folder = posixpath.dirname(from_path)
    seen = joined(folder, link.target) or ""
    target = link.target.removeprefix("./").rstrip("/")
    if "../" in target and target != posixpath.relpath(f"/{seen}", f"/{folder}"):
        return False
    names = [f"/{name.text}" for name in found.names if name.path == path]
    return any(name.endswith(f"/{one}") for one in (link.target.strip("/"), seen) for name in names)


def _form(kb: KnowledgeBase, link: _Link, from_path: str, path: str) -> tuple[str, int, bool]:
    """How a target names its file: in what form, by how many parts of the path, and whether with the suffix of a note."""
    suffix = path.removeprefix(kb.short(path))
    whole = bool(suffix) and fold(link.target, ALL_FOLDS).endswith(fold(suffix, ALL_FOLDS))
    way = _way(kb, link, from_path, path)
    if way != "any":
        return way, 0, whole
    found = kb.resolve(link.target, from_path, markdown=link.markdown)
    names = [name for name in found.names if name.path == path] if found is not None else []
    kinds = {"index" if name.text == posixpath.dirname(path) else name.kind for name in names}
    clean = link.target.strip("/")
    parts = clean.count("/") + 1
    if kinds & {"path", "stem", "folder"}:
        return ("path", 0, whole) if parts > 1 and _is(kb, clean, path) else ("end", parts, whole)
    return next(((kind, parts, False) for kind in ("index", "namespace") if kind in kinds), ("called", 0, False))


def _spellings(
    before: KnowledgeBase, after: KnowledgeBase, link: _Link, path: str, now: str, to: str, goal: str
) -> Iterator[str]:
    """What a link may say to lead to `goal` from `to`: first in the form that it has, then the shortest first."""
    form, parts, whole = _form(before, link, path, now)
    slash = "/" if link.target.endswith("/") else ""
    for spelled in dict.fromkeys((goal if whole else after.short(goal), goal)):
        names = spelled.split("/")
        relative = _relative(after, link, spelled, to)
        own = {
            "root": [f"/{spelled}"],
            "relative": [relative],
            "path": [spelled],
            "end": ["/".join(names[-parts:])],
            "index": _of_folder(goal, parts),
            "namespace": [bare(names[-1]).replace("___", "/")] if "___" in names[-1] else [],
        }
        ends = ["/".join(names[-count:]) for count in range(1, len(names) + 1)]
        rest = [f"/{spelled}"] if form == "relative" else [*ends, f"/{spelled}", relative]
        yield from (f"{one}{slash}" for one in (*own.get(form, ()), *rest))


def _relative(kb: KnowledgeBase, link: _Link, spelled: str, from_path: str) -> str:
    """How a path reads from a note, with `./` before it where the link has that or could be taken for another."""
    relative = posixpath.relpath(f"/{spelled}", f"/{posixpath.dirname(from_path)}")
    # A bare name may be one to look for everywhere; a dot before it says that it is not, and nothing more.
    by_name = not link.markdown or "name" in kb.links.markdown
    dotted = link.target.startswith("./") and not (by_name and "/" not in link.target[2:])
    bare_name = not link.markdown or (by_name and "/" not in relative)
    return f"./{relative}" if not relative.startswith("../") and (dotted or bare_name) else relative


def _of_folder(path: str, parts: int) -> list[str]:
    """How an index page goes by its folder."""
    folder, _, name = path.rpartition("/")
    is_index = folder and bare(name).lower() in INDICES
    return ["/".join(folder.split("/")[-parts:]), folder] if is_index else []


def _span(text: str, link: _Link) -> Span | None:
    return link.place if isinstance(link.link, Wikilink) else path_span(text, link.link)


def _edit(text: str, link: _Link, spelling: str) -> tuple[tuple[Span, str], str]:
    """The edit that makes a link say `spelling`, and what stood there if the same were done back. Raises _Refused."""
    span = _span(text, link)
    if span is None:
        raise _Refused("its path is written in a way that lintkb cannot rewrite; write it plainly")
    if not link.markdown:
        return (span, spelling), link.target
    written = partial(encoded, form=link.form, bracketed=link.form != "html" and text[span.start - 1] == "<")
    words = written(spelling, raw=text[slice(*span)])
    return (span, words), written(link.target, raw=words)


def _refusal(session: Session, old: str, why: str, lines: list[str]) -> UsageError:
    more = [f"... and {len(lines) - MAX_SHOWN} more"] if len(lines) > MAX_SHOWN else []
    return UsageError("\n".join([f"{session.shown_path(old)} was not renamed: {why}", *lines[:MAX_SHOWN], *more]))


def described(session: Session, place: Place) -> str:
    """A link as people look it up: `path:line:column` and what it says."""
    path = session.shown_path(place.path)
    if not place.target:
        return path
    line, column = decode(session.read_bytes(place.path)).position(place.offset)
    return f"{path}:{line}:{column}: `{place.target}`"


def _listed(paths: Collection[str]) -> str:
    shown = sorted(paths)
    return ", ".join(f"`{path}`" for path in shown[:3]) + (", ..." if len(shown) > 3 else "") if shown else "nothing"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


class Paths(NamedTuple):
    """What is to be renamed, from the root, and how that is done on disk.

    `kind` is file or folder; respelled when the disk does not tell the two names apart; resumed when both are there, as an
    interrupted rename leaves them.
    """

    old: str
    new: str
    kind: str


def open_rename(given: str, wanted: str, options: Options) -> tuple[Session, Paths]:
    """The knowledge base of the file or folder `given`, read, and what is to become of it.

    Both paths are as people type them, from the working folder. Raises UsageError, SettingsError, RuleError.
    """
    if not given or not wanted:
        raise UsageError("an empty path; name what is to be renamed, and what it is to be called")
    old = _place(given)
    if not os.path.lexists(old):
        suffix = next((suffix for suffix in NOTE_SUFFIXES if os.path.lexists(f"{old}{suffix}")), None)
        raise (
            UsageError(f"no such file or folder: {given}; did you mean {given}{suffix}?")
            if suffix
            else MissingPath(given)
        )
    root = _root_of(old, options)
    new = _new_place(old, wanted)
    kind = _kind(old, new, wanted)
    session = open_sessions([os.path.relpath(root)], options)[0]
    paths = Paths(_from_root(old, root), _from_root(new, root), kind)
    _require_movable(session, paths.old, given)
    _require_fit(session, paths, wanted)
    session.read()
    if kind == "resumed" and not (old.samefile(new) or _is_half_done(session, paths)):
        raise _exists(wanted)
    return session, paths


def _place(given: str) -> Path:
    """The path, with links followed on the way to it."""
    path = Path(os.path.abspath(given))  # noqa: PTH100
    return Path(os.path.realpath(path.parent)) / path.name


def _from_root(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def _root_of(old: Path, options: Options) -> Path:
    """The root of the knowledge base; the working folder where neither a configuration nor git says."""
    root, file = find_root(old.parent, options.config, isolated=options.isolated)
    here = Path(os.path.realpath("."))
    says = git_root(root) == root or (file is not None and file.parent == root)
    return here if not says and here in root.parents else root


def _new_place(old: Path, wanted: str) -> Path:
    new = _place(wanted)
    if (wanted.endswith(("/", os.sep)) or new.is_dir()) and not (new.exists() and new.samefile(old)):
        return new / old.name
    return new if old.is_dir() or _SUFFIX.search(new.name) else new.with_name(new.name + old.suffix)


def _kind(old: Path, new: Path, wanted: str) -> str:
    if old == new:
        raise UsageError(f"{wanted} is what it is called already")
    if not os.path.lexists(new):
        return "folder" if old.is_dir() else "file"
    if new.exists() and new.samefile(old):
        return "respelled" if old.is_dir() or old.stat().st_nlink == 1 else "resumed"
    if old.is_file() and new.is_file():
        return "resumed"
    raise _exists(wanted)


def _exists(wanted: str) -> UsageError:
    return UsageError(f"{wanted} is there already; choose another name, or move that out of the way")


def _is_half_done(session: Session, paths: Paths) -> bool:
    """Whether the new name is that of a copy that says the same but for where its links lead: an interrupted rename's."""
    words = []
    for path in paths[:2]:
        result = session.results.get(path)
        if result is None or result.facts is None:
            return False
        source = decode(session.read_bytes(path))
        spans = [_span(source.text, link) for link in _links(result.facts)]
        words.append(source.edited((span, "") for span in spans if span is not None).text)
    return words[0] == words[1] and session.read_bytes(paths.old) != session.read_bytes(paths.new)


def _require_movable(session: Session, old: str, given: str) -> None:
    """Raises UsageError when something at `old` cannot be moved without harm."""
    place = session.root / old
    held = [path for path in (*session.notes, *session.files) if path == old or path.startswith(f"{old}/")]
    if place == session.root or not held:
        raise UsageError(
            f"{given} is not in the knowledge base at {session.root}: only what is neither hidden, ignored by git nor a rule"
            " note can be renamed"
        )
    below = [Path(folder, name) for folder, *names in os.walk(place) for name in (*names[0], *names[1])]
    if linked := next((path for path in (place, *below) if path.is_symlink()), None):
        raise UsageError(
            f"{given}: {linked.name} is a symbolic link, which may lead nowhere from another place; remove it first"
        )
    for path in session.files:
        link = session.root / path
        if link.is_symlink() and (place == (target := Path(os.path.realpath(link))) or place in target.parents):
            raise UsageError(
                f"{session.shown_path(path)} is a symbolic link to it, and would lead nowhere; remove it first"
            )
    if any(folder == old or folder.startswith(f"{old}/") for folder in session.configured.rule_folders):
        raise UsageError(f"{given}: `rule-paths` names a folder in it; change the configuration first")
    if unknown := next((path for path in held if path in session.files and path.lower().endswith(NOTE_SUFFIXES)), None):
        raise UsageError(
            f"{session.shown_path(unknown)} is excluded by the configuration, so its own links are not known"
        )


def _require_fit(session: Session, paths: Paths, wanted: str) -> None:
    """Raises UsageError when the new path is no place for what is at the old one."""
    old, new, _ = paths
    root, settings = session.root, session.settings
    if new == ".." or new.startswith("../"):
        raise UsageError(f"{wanted} is outside the knowledge base at {root}")
    if new.startswith(f"{old}/"):
        raise UsageError(f"{wanted} lies inside what is to be renamed")
    if _NOT_IN_NAMES.search(new):
        raise UsageError(f"{wanted!r}: a name with control characters, or that is not UTF-8, cannot be linked to")
    if is_hidden(new):
        raise UsageError(f"{wanted}: names that begin with a dot are hidden, and no link could lead there")
    if is_ignored(root, new):
        raise UsageError(f"{wanted} is ignored by git (.gitignore), and no link could lead there")
    for folder in list(Path(new).parents)[:-1]:
        place = root / folder
        if os.path.lexists(place) and not place.is_dir():
            raise UsageError(f"{wanted}: {session.shown_path(folder.as_posix())} is there, and no folder")
        if place.is_dir() and place not in place.parent.iterdir():
            raise UsageError(f"{wanted}: {folder} is spelt in another way on disk; spell it so, or rename that folder")
    moved = partial(_moved, old, new)
    groups = [[moved(path) for path in group if moved(path) != path] for group in (session.notes, session.files)]
    notes, files = split(
        sorted(path for group in groups for path in group),
        settings.include,
        settings.exclude,
        session.configured.rule_folders,
        frozenset(),
    )
    if lost := sorted(set(groups[0]).difference(notes)):
        remedy = "choose another name, or change `include`, `exclude` or `rule-paths`"
        raise UsageError(f"{session.shown_path(lost[0])} would not be a note by the configuration; {remedy}")
    if lost := sorted(set(groups[1]).difference(files)):
        raise UsageError(f"{session.shown_path(lost[0])} would be a note, or a rule; choose another name")


def carry_out(session: Session, paths: Paths, rename: Rename) -> None:
    """Write the notes and move the file. Raises NotWritten; then all is as it was, unless it says what is not.

    A file goes by both names until every note is written, so that there is no moment at which a link leads nowhere. A folder
    is moved last, as a whole.
    """
    old, new = session.root / paths.old, session.root / paths.new
    own = rename.changed.get(paths.old)
    if paths.kind == "resumed" and not old.samefile(new) and (own is None or new.read_bytes() != own[1]):
        raise NotWritten(f"{session.shown_path(paths.new)} is there already, and says something else")
    made = _make_folders(new.parent)
    both = paths.kind == "resumed"
    written: list[str] = []
    try:
        if paths.kind == "file" and own is not None:
            put_file(new, old, own[1])
            both = True
        elif paths.kind == "file":
            both = link_file(old, new)
        for path, (was, now) in rename.changed.items():
            if not (both and path == paths.old):
                written.append(path)
                try:
                    write_note(session.root / path, was, now)
                except NotWritten as error:
                    raise NotWritten(f"{session.shown_path(path)}: {error}") from error
        if both:
            remove_file(old, lambda aside: aside.samefile(new) or (own is not None and aside.read_bytes() == own[0]))
        else:
            move(old, new)
    except BaseException as error:
        if not os.path.lexists(old):
            raise  # it is done
        left = [
            session.shown_path(path) for path in written if not _put_back(session.root / path, *rename.changed[path])
        ]
        if both and paths.kind == "file":
            with suppress(NotWritten):
                remove_file(
                    new, lambda aside: aside.samefile(old) or (own is not None and aside.read_bytes() == own[1])
                )
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError | NotWritten):
            words = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
            more = f"; links were rewritten, and could not be put back, in {', '.join(left)}" if left else ""
            raise NotWritten(words + more) from error
        raise


def _put_back(path: Path, was: bytes, now: bytes) -> bool:
    """Undo the writing of a note, if it was written; whether it is not as it was written now."""
    try:
        if path.read_bytes() == now:
            write_note(path, now, was)
    except (OSError, NotWritten):
        return False
    return True


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; gives what was made, the innermost first. Raises NotWritten."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritten(f"{folder}: {error.strerror or error}") from error
    return missing
