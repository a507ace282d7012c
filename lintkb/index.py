"""The knowledge base as a whole: which names its notes go by, and what a link resolves to."""

import posixpath
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from lintkb import lazy_re as re
from lintkb.anchors import Anchors
from lintkb.evidence.clusters import Sketches
from lintkb.evidence.duplicates import Duplicates
from lintkb.facts import Landmarks, NoteFacts, Outline, outline
from lintkb.globs import matcher
from lintkb.history import Departure, Fate, fates
from lintkb.names import (
    ALL_FOLDS,
    Name,
    Names,
    Reach,
    fold,
    from_root,
    is_index,
    joined,
    own_names,
    page_named,
    stands_apart,
)
from lintkb.paths import is_hidden
from lintkb.settings import Links
from lintkb.source.links import LocalLink
from lintkb.source.wikilinks import Wikilink, address_kind
from lintkb.suggestions import Suggester, Suggestion
from lintkb.text import Span

# What ends, splits or hides a wikilink's target, or cannot be written to a file.
_UNLINKABLE = re.compile(r"[\[\]|#^\\`\x00-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]|^\s|\s$|^$|%%|<!--|\$")
# A target that is a file's name, with what is taken for a suffix.
_FILE = re.compile(r"\.[a-z][a-z0-9]{1,7}$")
# What a template fills in, and what a generator makes beside the pages.
_TEMPLATE = re.compile(r"\{\{|\{%|<%")
_GENERATED = re.compile(r"\.?/?(?:index|sitemap|feed|rss|atom)\.(?:xml|json)")
_ATTACHMENT = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|avif|bmp|pdf|mp3|mp4|m4a|ogg|ogv|wav|flac|webm|mkv|mov|3gp|canvas|base|csv|zip)$",
    re.IGNORECASE,
)


class Resolution(NamedTuple):
    """What a target resolves to. `names` are all that fit, `paths` the files that are meant, several when it is ambiguous.

    Of a name that many files share, `names` may be those of the nearest alone.
    `folded` says that it needed a folding which the knowledge base does not list.
    """

    names: tuple[Name, ...]
    paths: tuple[str, ...]
    folded: bool


class Missing(NamedTuple):
    """What a link names and is not there, as `page_named` gives it; `planned` says that it is yet to be written."""

    name: str
    planned: bool


class Resolved(NamedTuple):
    """Those links of a note that lead somewhere, with what they resolve to."""

    wikilinks: list[tuple[Wikilink, Resolution]]
    links: list[tuple[LocalLink, Resolution]]


class Edge(NamedTuple):
    """The links of one kind in one note that lead to one file, `path`, or name one that is `missing`; how many they are.

    `kind` is wikilink, embed, frontmatter (a wikilink there), link, image or html.
    """

    note: str
    path: str | None
    missing: Missing | None
    kind: str
    links: int


class Listing(NamedTuple):
    """The index page of a folder: which notes right in the folder are linked from there, out of `total`."""

    page: str
    listed: frozenset[str]
    total: int


def _rank(target: str, folder: str, reach: Reach, name: Name) -> tuple[int, int]:
    """Which of several names is meant: first by their kind, then by where their files lie; less is nearer."""
    kind = reach.kinds.index(name.kind) if name.kind in reach.kinds else len(reach.kinds)
    by_path = name.kind == "path"
    own = fold(name.text, ALL_FOLDS) if by_path else name.path.rpartition("/")[0]
    for rank, place in enumerate(reach.places):
        if place in ("root", "relative"):
            start = folder if place == "relative" else ""
            if own == (fold(joined(start, target) or "", ALL_FOLDS) if by_path else start):
                return kind, rank
    return kind, len(reach.places)


def _nearest(
    target: str, folder: str, reach: Reach, names: Iterable[Name]
) -> tuple[tuple[int, int] | None, frozenset[str]]:
    """How near the nearest of several names are, and their paths; None when there is no name."""
    ranks = [(_rank(target, folder, reach, name), name.path) for name in names]
    best = min((rank for rank, _ in ranks), default=None)
    return best, frozenset(path for rank, path in ranks if rank == best)


class _Shared(NamedTuple):
    """Names that many files share, as seen from a folder that holds nothing: how near the nearest are, and their paths.

    `from_folder` is what they come to seen from folders that were asked about.
    """

    names: tuple[Name, ...]
    by_folder: dict[str, list[Name]]
    rank: tuple[int, int] | None
    paths: tuple[str, ...]
    from_folder: dict[str, tuple[Sequence[Name], tuple[str, ...]]]


# What of an index other processes are told. They make the names anew, which takes no longer than to read them.
_TOLD = (
    "notes", "files", "links", "folds", "_opaque", "_wikilinks", "_markdown", "_fates", "_listings", "_inbound", "duplicates",
)  # fmt: skip
MAX_MEANT = 10
# No path holds a NUL.
_NOWHERE = "\0"
_MAX_SHARED = 64
_MAX_KNOWN = 2**14  # targets that are nowhere; more of them are forgotten between two segments


class Known(NamedTuple):
    """What the index is made of: the notes' outlines, and by path what is asked of a few of them, or once.

    These are packed landmarks, what stands more than once, and the whole facts.
    """

    outlines: Mapping[str, Outline]
    landmarks: Callable[[str], str]
    duplicates: Callable[[], Duplicates]
    facts: Callable[[str], NoteFacts]

    @classmethod
    def of(cls, notes: Iterable[NoteFacts]) -> "Known":
        """What notes tell whose facts are at hand."""
        facts = {note.path: note for note in notes}
        return cls(
            {path: outline(note) for path, note in facts.items()},
            lambda path: Landmarks.of(facts[path]).packed(),
            lambda: Duplicates.among(Sketches.of({path: note.signatures for path, note in facts.items()})),
            facts.__getitem__,
        )

    def elsewhere(self) -> "Known":
        """What other processes are told: of what is asked of a few notes the landmarks alone."""
        landmarks = {path: self.landmarks(path) for path in self.outlines}
        return Known({}, landmarks.__getitem__, _not_here, _not_here)


def _not_here(*path: str) -> Any:
    raise LookupError(f"not known in this process: {', '.join(path)}")


def is_custom(having: int, total: int, at_least: int) -> bool:
    """Whether what so many notes have is customary: so few are there, or four in five have it."""
    return total < at_least or 5 * having >= 4 * total


class KnowledgeBase:
    """The index: what all notes tell and all other files, joined in path order."""

    def __init__(
        self,
        notes: Iterable[NoteFacts] | Known,
        files: Iterable[str],
        links: Links,
        opaque: Sequence[str] = (),
        history: Callable[[], Iterable[Departure]] = tuple,
    ) -> None:
        """`files` are the paths of what is not a note; what lies below an `opaque` path is not known.

        `history` tells what took files away, the last first; it is asked when a link is broken, and once.
        """
        self._known = notes if isinstance(notes, Known) else Known.of(notes)
        self.notes: dict[str, Outline] = dict(sorted(self._known.outlines.items()))
        self.files = sorted(files)
        self.links = links
        self._history = history
        self._opaque = tuple(f"{path}/" for path in opaque)
        self.folds = tuple(kind for kind in ALL_FOLDS if kind in links.fold)
        self._wikilinks = Reach(tuple(links.names), tuple(links.paths), attachments=True)
        by_name = ("path", "stem", "folder") if "name" in links.markdown else ("path", "folder")
        self._markdown = Reach(by_name, tuple(links.markdown), attachments=False)
        self._listings: dict[str, Listing | None] = {}
        self._begin()

    def _begin(self) -> None:
        """What is remembered of notes that were asked about: nothing."""
        self._from = ""
        self._resolved: dict[tuple[str, bool], Resolution | None] = {}  # of the note that was asked about last
        self._last: tuple[NoteFacts, Resolved] | None = None
        self._nowhere: set[str] = set()  # targets of wikilinks that resolve to nothing, whoever writes them
        self._missed: dict[str, Missing | None] = {}  # what targets that are no paths name and is not there
        self._suggested: dict[str, Suggestion | None] = {}
        self.suggested: dict[str, Suggestion | None] = {}
        self._shared: dict[tuple[str, tuple[str, ...], Reach], _Shared] = {}
        self._anchors: dict[str, Anchors] = {}
        self._custom: dict[tuple[str, int], tuple[int, int]] = {}

    def prepare(self, *, links: bool, copies: bool, suggestions: bool) -> None:
        """Find out what is the same for all notes, so that no other process has to: with `links` also who links whom.

        `suggestions` are for forked processes alone, which can have in common what they are made of. Other processes are told
        nothing more of who links whom, of `copies` and of history than was found out here.
        """
        found: list[object] = [self._names, self._fates, self._told]
        if copies:
            found.append(self.duplicates)
        if suggestions:
            found += [self._suggester, self._file_suggester, self._path_suggester]
        if links:
            found += [self._inbound, *map(self.listing, self._by_folder)]

    @cached_property
    def _told(self) -> Known:
        return self._known.elsewhere()

    def __getstate__(self) -> dict[str, Any]:
        own = vars(self)
        return {name: own[name] for name in _TOLD if name in own} | {"_told": self._told}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._known = self._told  # which may have to travel further, from worker to worker
        self._begin()

    @cached_property
    def _names(self) -> Names:
        return Names(self.notes.values(), self.files)

    @cached_property
    def folders(self) -> frozenset[str]:
        """The folders that hold notes or files, at any depth."""
        found: set[str] = set()
        for path in (*self.notes, *self.files):
            while (path := path.rpartition("/")[0]) and path not in found:
                found.add(path)
        return frozenset(found)

    def resolve(self, target: str, from_path: str, *, markdown: bool = False) -> Resolution | None:
        """What a link's target, written in the note at `from_path`, resolves to; None when nothing.

        The target is that of a wikilink, or the decoded path of a Markdown link.
        """
        if target in self._nowhere and not markdown:
            return None
        if from_path != self._from:
            self._from = from_path
            self._resolved.clear()
        key = (target, markdown)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(target, from_path.rpartition("/")[0], markdown=markdown)
        return self._resolved[key]

    def resolved(self, note: NoteFacts) -> Resolved:
        """The links of a note that lead somewhere, in order, with what they resolve to. The last note's are kept."""
        if self._last is None or self._last[0] is not note:
            path, ways = note.path, Resolved([], [])
            for link in note.wikilinks:
                if (target := link.target) and (resolution := self.resolve(target, path)) is not None:
                    ways.wikilinks.append((link, resolution))
            for other in note.links:
                if (target := other.target) and (resolution := self.resolve(target, path, markdown=True)) is not None:
                    ways.links.append((other, resolution))
            self._last = (note, ways)
        return self._last[1]

    def _resolve(self, target: str, folder: str, *, markdown: bool) -> Resolution | None:
        reach = self._markdown if markdown else self._wikilinks
        known = self._names.may_find(target)
        shared = known and self._names.is_shared(target)
        for folds in (self.folds, ALL_FOLDS) if known else ():
            if shared:
                names, paths = self._find_shared(target, folder, folds, reach)
            else:
                names = self._names.find(target, folder, folds, reach)
                found = {name.path for name in names}
                paths = tuple(found if len(found) < 2 else sorted(_nearest(target, folder, reach, names)[1]))
            if names:
                return Resolution(tuple(names), paths, folded=folds is ALL_FOLDS)
        if "folder" in reach.kinds:
            for path in filter(None, (joined(folder, target), joined("", target))):
                if path in self.folders:
                    return Resolution((Name("folder", path, path),), (path,), folded=False)
        elif not known and not markdown:
            self._nowhere.add(target)
        return None

    def _find_shared(
        self, target: str, folder: str, folds: tuple[str, ...], reach: Reach
    ) -> tuple[Sequence[Name], tuple[str, ...]]:
        """The names that fit a target which many files share, and the paths that are meant.

        They are the same seen from every folder, unless some in that folder are nearer; so they are looked for once.
        """
        key = (target, folds, reach)
        if key not in self._shared:
            names = self._names.find(target, _NOWHERE, folds, reach)
            by_folder: dict[str, list[Name]] = defaultdict(list)
            for name in names:
                by_folder[name.path.rpartition("/")[0]].append(name)
            rank, paths = _nearest(target, _NOWHERE, reach, names)
            if len(self._shared) >= _MAX_SHARED:
                self._shared.clear()
            self._shared[key] = _Shared(tuple(names), by_folder, rank, tuple(sorted(paths)), {})
        far = self._shared[key]
        if folder not in far.from_folder:
            far.from_folder[folder] = self._seen_from(folder, target, folds, reach, far)
        return far.from_folder[folder]

    def _seen_from(
        self, folder: str, target: str, folds: tuple[str, ...], reach: Reach, far: _Shared
    ) -> tuple[Sequence[Name], tuple[str, ...]]:
        by_path = Reach(tuple({"path"}.intersection(reach.kinds)), reach.places, attachments=False)
        near = [*self._names.find(target, folder, folds, by_path), *far.by_folder.get(folder, ())]
        rank, paths = _nearest(target, folder, reach, near)
        if rank is not None and (far.rank is None or rank < far.rank):
            return near, tuple(sorted(paths))
        return far.names, far.paths  # what is as near as these is one of them: nothing far is near by its folder

    @cached_property
    def _fates(self) -> dict[str, Fate]:
        found = fates(self._history(), {*self.notes, *self.files})
        return {path: fate for path, fate in found.items() if self.is_known(path)}

    @cached_property
    def _gone(self) -> Names:
        return Names((), self._fates)

    def fate(self, target: str, from_path: str, *, markdown: bool = False) -> Fate | None:
        """What became of the file that a link's target, which resolves to nothing, led to once.

        None when history tells of no such file, of several that fared differently, or of very many.
        """
        if not self._fates or self._gone.is_shared(target):
            return None
        folder, reach = from_path.rpartition("/")[0], self._markdown if markdown else self._wikilinks
        for folds in (self.folds, ALL_FOLDS):
            if names := self._gone.find(target, folder, folds, reach):
                found = {self._fates[path] for path in _nearest(target, folder, reach, names)[1]}
                return found.pop() if len(found) == 1 else None
        return None

    def is_known(self, path: str) -> bool:
        """Whether it is known if there is a file at a path: not in hidden folders, and not in those nobody looks into."""
        return not (is_hidden(path) or f"{path}/".startswith(self._opaque))

    @cached_property
    def _planned(self) -> Callable[[str], bool]:
        return matcher(self.links.planned)

    def missing(self, target: str, from_path: str, *, markdown: bool = False) -> Missing | None:
        """What a link's target, written in the note at `from_path`, names and is not there.

        None when it is there, when it is an address or a time, which can be no page, and when nobody here can tell: outside
        the root, and what a site makes of the notes.
        """
        if not target or self.resolve(target, from_path, markdown=markdown) is not None:
            return None
        if markdown or "/" in target:
            return self._missing(target, from_path, markdown=markdown)
        if target not in self._missed:  # what is no path means the same everywhere
            self._missed[target] = self._missing(target, from_path, markdown=False)
        return self._missed[target]

    def _missing(self, target: str, from_path: str, *, markdown: bool) -> Missing | None:
        if _TEMPLATE.search(target) is not None or (not markdown and address_kind(target)):
            return None
        path: str | None = ""
        if markdown or "/" in target:
            relative = markdown or target.startswith(("./", "../"))
            path = from_root(target, from_path if relative else "")
            if path and not self.is_known(path):
                return None
        if markdown:
            if not path or "[[" in target or _GENERATED.fullmatch(target):
                return None  # outside the root, or a wikilink in the place of a path
            if target.startswith("/") and "." not in target.rpartition("/")[2]:
                return None  # a page of the site that is made of these notes, such as `/tags/soil`
        page = page_named(target, from_path, markdown=markdown)
        # What is to be written is a page, whatever the patterns are.
        planned = bool(self.links.planned) and _ATTACHMENT.search(page) is None
        return Missing(page, planned and (self._planned(page) or self._planned(target)))

    def edges(self, path: str) -> list[Edge]:
        """Where the links of a note lead, in the order in which it names them first. Links within the note are left out.

        An ambiguous link leads to each of its notes, or to the first `MAX_MEANT` of them.
        """
        counts = Counter(self._led(path))
        return [Edge(path, to, missing, kind, count) for (to, missing, kind), count in counts.items()]

    def _led(self, path: str) -> Iterator[tuple[str | None, Missing | None, str]]:
        note = self.facts(path)
        written = [
            (link.target, "frontmatter" if link.span.start < note.body_start else "embed" if link.embed else "wikilink")
            for link in note.naming()
        ]
        others = [(link.target, "link" if link.form == "definition" else link.form) for link in note.links]
        for links, markdown in ((written, False), (others, True)):
            for target, kind in links:
                resolution = self.resolve(target, note.path, markdown=markdown) if target else None
                if resolution is not None:
                    yield from ((path, None, kind) for path in resolution.paths[:MAX_MEANT] if path != note.path)
                elif (missing := self.missing(target, note.path, markdown=markdown)) is not None:
                    yield None, missing, kind

    @cached_property
    def _inbound(self) -> tuple[Counter[str], Counter[str]]:
        """For every file that is linked, how many notes do so, and how many of these are index pages."""
        every: Counter[str] = Counter()
        indices: Counter[str] = Counter()
        for note in self.notes:
            reached = {path for path, _, _ in self._led(note) if path is not None}
            every.update(reached)
            if is_index(note):
                indices.update(reached)
        return every, indices

    def inbound(self, path: str, *, from_indices: bool = True) -> int:
        """How many other notes link to a file; without `from_indices`, how many that are no index pages."""
        every, indices = self._inbound
        return every[path] - (0 if from_indices else indices[path])

    def is_orphan(self, path: str, *, from_indices: bool = True) -> bool:
        """Whether no other note links to a note, and its name does not say that it stands apart."""
        return not self.inbound(path, from_indices=from_indices) and not stands_apart(path)

    @cached_property
    def _by_folder(self) -> dict[str, list[str]]:
        folders: dict[str, list[str]] = defaultdict(list)
        for path in self.notes:
            folders[path.rpartition("/")[0]].append(path)
        return folders

    def listing(self, folder: str) -> Listing | None:
        """The index page of a folder; of several the one that lists most, with what any of them lists. None without one."""
        if folder not in self._listings:
            here = self._by_folder.get(folder, [])
            own = frozenset(path for path in here if not stands_apart(path))
            pages = {
                page: own.intersection(path for path, _, _ in self._led(page) if path is not None)
                for page in filter(is_index, here)
            }
            most = max(pages, key=lambda page: len(pages[page]), default=None)
            listed = frozenset[str]().union(*pages.values())
            self._listings[folder] = Listing(most, listed, len(own)) if most is not None else None
        return self._listings[folder]

    def facts(self, path: str) -> NoteFacts:
        """All that a note tells."""
        return self._known.facts(path)

    def landmarks(self, path: str) -> Landmarks:
        """The headings, blocks and ids of a note as they stand there."""
        return Landmarks.unpacked(self._known.landmarks(path))

    def anchors(self, path: str) -> Anchors:
        """The same as links name them."""
        if path not in self._anchors:
            self._anchors[path] = Anchors(self.landmarks(path), self.links.anchors)
        return self._anchors[path]

    def link_text(self, name: Name, from_path: str) -> str | None:
        """How a wikilink in the note at `from_path` should spell `name` to reach its file: so, by its stem, or by its path.

        None when none of them reaches it and no other, or none can stand between brackets.
        """
        short = self.short(name.path)
        spellings = (name.text, short.rpartition("/")[2], short, f"/{short}")
        return next((one for one in spellings if self.reaches(one, from_path, name.path)), None)

    def short(self, path: str) -> str:
        """The path as a link may give it: a note's without its suffix."""
        return self._names.short(path)

    def reaches(self, spelling: str, from_path: str, path: str, *, markdown: bool = False) -> bool:
        """Whether a link in the note at `from_path` can say this, and leads to `path` and no other then, as it is spelt."""
        if not markdown and _UNLINKABLE.search(spelling) is not None:
            return False
        resolution = self.resolve(spelling, from_path, markdown=markdown)
        return resolution is not None and not resolution.folded and resolution.paths == (path,)

    def path_text(self, target: str, from_path: str, path: str) -> str | None:
        """How a Markdown link in the note at `from_path` that says `target` should say `path`, in the form it has now.

        A path from the root stays one, one without `.md` stays without. None when nothing of the kind reaches the file.
        """
        folder = from_path.rpartition("/")[0]
        spelled = path if "." in target.rpartition("/")[2] else self.short(path)
        relative = posixpath.relpath(spelled, folder or ".")
        if target.startswith("./") and not relative.startswith("../"):
            relative = f"./{relative}"
        root = f"/{spelled}" if target.startswith("/") else spelled
        # Seen from the note's folder a first folder that is not there can only be one of the root.
        first = target.partition("/")[0]
        from_root = first == "" or (first in self.folders and f"{folder}/{first}" not in self.folders and folder != "")
        spellings = (root, relative) if from_root else (relative, root)
        return next((one for one in spellings if self.reaches(one, from_path, path, markdown=True)), None)

    def is_customary(self, what: str, min_words: int, at_least: int) -> bool:
        """Whether notes of this knowledge base have `what` ("source" or "frontmatter").

        True unless at least `at_least` notes of `min_words` words or more exist and fewer than four in five of them have it.
        """
        key = (what, min_words)
        if key not in self._custom:
            notes = [note for note in self.notes.values() if note.words >= min_words]
            having = sum(1 for note in notes if (note.source if what == "source" else note.has_frontmatter))
            self._custom[key] = (having, len(notes))
        having, total = self._custom[key]
        return is_custom(having, total, at_least)

    @cached_property
    def _holders(self) -> dict[tuple[str, str], list[tuple[str, Span]]]:
        holders: dict[tuple[str, str], list[tuple[str, Span]]] = defaultdict(list)
        for note in self.notes.values():
            for key, value, span in note.unique:
                holders[key, value].append((note.path, span))
        return holders

    def holders(self, key: str, value: str) -> Sequence[tuple[str, Span]]:
        """The notes in whose frontmatter a `unique` key has that value, in path order, and where."""
        return self._holders.get((key, value), ())

    @cached_property
    def duplicates(self) -> Duplicates:
        """What stands in several notes, or in one of them twice; found when it is asked for first."""
        return self._known.duplicates()

    def suggest(self, target: str) -> Suggestion | None:
        """The name most like a target that resolves to nothing, if one is alike enough. Computed once per target.

        A target with folders is compared with paths first; if only its last part is like a name, that is not certain.
        """
        key = fold(target.strip("/"), ALL_FOLDS)
        if key not in self._suggested:
            by_name = self._file_suggester if _FILE.search(key) else self._suggester
            found = self._path_suggester.suggest(key) if "/" in key else None
            if found is None and (found := by_name.suggest(key.rpartition("/")[2])) is not None and "/" in key:
                found = found._replace(certain=False)
            self._suggested[key] = found
        found = self.suggested[key] = self._suggested[key]
        return found

    def recall(self, suggested: Mapping[str, Suggestion | None]) -> None:
        """Know from the last run what is suggested in the place of some names; begin to gather in `suggested` what is now."""
        for known in (self._nowhere, self._missed, self._suggested):
            if len(known) > _MAX_KNOWN:
                known.clear()
        self._suggested.update(suggested)
        self.suggested = {}

    @cached_property
    def _suggester(self) -> Suggester:
        stems = (Name("stem", self.short(path).rpartition("/")[2], path) for path in self.notes)
        return Suggester.over(chain(stems, *map(own_names, self.notes.values())))

    @cached_property
    def _file_suggester(self) -> Suggester:
        return Suggester.over(Name("stem", path.rpartition("/")[2], path) for path in (*self.notes, *self.files))

    @cached_property
    def _path_suggester(self) -> Suggester:
        return Suggester.over(Name("path", self.short(path), path) for path in (*self.notes, *self.files))
