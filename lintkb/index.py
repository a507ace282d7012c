"""The knowledge base as a whole: which names its notes go by, and what a link resolves to."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from lintkb.facts import NoteFacts
from lintkb.text import Span

# What ends, splits or hides a wikilink's target, or cannot be written to a file.
_UNLINKABLE = re.compile(r"[\[\]|#^\\`\x00-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]|^\s|\s$|^$|%%|<!--|\$")
_DIGITS = re.compile(r"\d+")
ALL_FOLDS = ("case", "separators", "unicode")
_SEPARATORS = str.maketrans("_-", "  ")
# Characters that cannot be seen: zero-width, word joiner, directional marks and isolates, byte order mark.
_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF]
)


def fold(name: str, folds: Iterable[str]) -> str:
    """The key under which names that differ only in the given foldings are equal."""
    for kind in folds:
        if kind == "case":
            name = name.casefold()
        elif kind == "separators":
            name = " ".join(name.translate(_SEPARATORS).split())
        elif kind == "unicode":
            name = unicodedata.normalize("NFC", name.translate(_INVISIBLE))
    return name


class Name(NamedTuple):
    """One name of one file: `kind` is path, stem, title or alias, `text` its exact spelling."""

    kind: str
    text: str
    path: str


class Resolution(NamedTuple):
    """What a target resolves to. `folded` says that it needed a folding which the knowledge base does not list."""

    names: tuple[Name, ...]
    folded: bool

    @property
    def paths(self) -> tuple[str, ...]:
        """The distinct files, in path order."""
        return tuple(sorted({name.path for name in self.names}))


class Suggestion(NamedTuple):
    """The name most like one that resolves to nothing. `certain` says that it is a slip of the pen, not another topic."""

    name: Name
    certain: bool


class _Table:
    """Every name under one set of foldings."""

    def __init__(self, names: Iterable[Name], folds: Sequence[str]) -> None:
        self.folds = folds
        self.by_key: dict[str, list[Name]] = defaultdict(list)
        for name in names:
            key = fold(name.text.rpartition("/")[2] if name.kind == "path" else name.text, folds)
            self.by_key[key].append(name)

    def find(self, target: str, folder: str) -> list[Name]:
        found = [name for name in self.by_key.get(fold(target, self.folds), ()) if name.kind != "path"]
        clean = _joined(folder, target) if target.startswith(("./", "../")) else target.strip("/")
        if clean is None:
            return found
        last = clean.rpartition("/")[2]
        paths = [name for name in self.by_key.get(fold(last, self.folds), ()) if name.kind == "path"]
        if paths:
            wanted = fold(clean, self.folds)
            near = fold(f"{folder}/{clean}" if folder else clean, self.folds)
            rooted = target.startswith(("/", "./", "../"))
            for name in paths:
                path = fold(name.text, self.folds)
                if path in (wanted, near) or (not rooted and "/" in clean and path.endswith("/" + wanted)):
                    found.append(name)
        return found


def _joined(folder: str, target: str) -> str | None:
    """A relative target seen from `folder`, as a path from the root; None when it leaves the root."""
    parts = folder.split("/") if folder else []
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in (".", ""):
            parts.append(part)
    return "/".join(parts)


class KnowledgeBase:
    """The index: all facts and all other files, joined in path order."""

    def __init__(
        self, notes: Iterable[NoteFacts], files: Iterable[str], names: Sequence[str], folds: Sequence[str]
    ) -> None:
        """`files` are the paths of what is not a note; `names` and `folds` come from `[links]`."""
        self.notes: dict[str, NoteFacts] = {note.path: note for note in sorted(notes, key=lambda note: note.path)}
        self.files = sorted(files)
        self.name_kinds = tuple(names)
        self.folds = tuple(kind for kind in ALL_FOLDS if kind in folds)
        self._resolved: dict[tuple[str, str], Resolution | None] = {}
        self._suggested: dict[str, Suggestion | None] = {}
        self._custom: dict[tuple[str, int], tuple[int, int]] = {}
        self.not_customary: dict[str, str] = {}

    def _names(self, kinds: Iterable[str]) -> Iterable[Name]:
        for note in self.notes.values():
            pure = PurePosixPath(note.path)
            bare = note.path[: -len(pure.suffix)] if pure.suffix else note.path
            if "path" in kinds:
                yield Name("path", bare, note.path)
                yield Name("path", note.path, note.path)
                if pure.stem in ("index", "_index") and len(pure.parts) > 1:
                    yield Name("path", str(pure.parent), note.path)
            if "stem" in kinds:
                yield Name("stem", pure.stem, note.path)
                yield Name("stem", pure.name, note.path)
            if "title" in kinds and note.title:
                yield Name("title", note.title, note.path)
            if "alias" in kinds:
                for alias in note.aliases:
                    yield Name("alias", alias, note.path)
        for path in self.files:
            # Attachments are always reachable, whatever notes are called by.
            pure = PurePosixPath(path)
            yield Name("path", path, path)
            yield Name("stem", pure.name, path)
            if pure.suffix.lower() in (".md", ".markdown"):  # a note that is excluded or behind a link is still there
                yield Name("path", str(pure.with_suffix("")), path)
                yield Name("stem", pure.stem, path)

    @cached_property
    def _table(self) -> _Table:
        return _Table(self._names(self.name_kinds), self.folds)

    @cached_property
    def _folded_table(self) -> _Table:
        return _Table(self._names(self.name_kinds), ALL_FOLDS)

    def resolve(self, target: str, from_path: str) -> Resolution | None:
        """What a wikilink's target, written in the note at `from_path`, resolves to; None when nothing."""
        folder = from_path.rpartition("/")[0]
        key = (target, folder)
        if key not in self._resolved:
            resolution = None
            if found := self._table.find(target, folder):
                resolution = Resolution(tuple(found), folded=False)
            elif found := self._folded_table.find(target, folder):
                resolution = Resolution(tuple(found), folded=True)
            self._resolved[key] = resolution
        return self._resolved[key]

    def link_text(self, name: Name) -> str | None:
        """How a link should spell `name` to reach its file and no other: by that name, by its stem, or by its path.

        None when none of them does, or none can stand between brackets.
        """
        pure = PurePosixPath(name.path)
        note = name.path in self.notes
        for spelling in (name.text, pure.stem if note else pure.name, str(pure.with_suffix("")) if note else name.path):
            resolution = self.resolve(spelling, "") if _UNLINKABLE.search(spelling) is None else None
            if resolution is not None and not resolution.folded and resolution.paths == (name.path,):
                return spelling
        return None

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
        if total < at_least or 5 * having >= 4 * total:
            return True
        self.not_customary[what] = f"{having} of {total}"
        return False

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

    def suggest(self, target: str) -> Suggestion | None:
        """The name most like a target that resolves to nothing, if one is alike enough. Computed once per target.

        A target with folders is compared with paths first; if only its last part is like a name, that is not certain.
        """
        key = fold(target.strip("/"), ALL_FOLDS)
        if key not in self._suggested:
            found = self._path_suggester(key) if "/" in key else None
            if found is None and (found := self._suggester(key.rpartition("/")[2])) is not None and "/" in key:
                found = found._replace(certain=False)
            self._suggested[key] = found
        return self._suggested[key]

    @cached_property
    def _suggester(self) -> Callable[[str], Suggestion | None]:
        return self._suggester_over(("stem", "title", "alias"))

    @cached_property
    def _path_suggester(self) -> Callable[[str], Suggestion | None]:
        return self._suggester_over(("path",))

    def _suggester_over(self, kinds: Sequence[str]) -> Callable[[str], Suggestion | None]:
        names: dict[str, Name] = {}
        shared: set[str] = set()
        for name in self._names(kinds):
            if name.path in self.notes and name.text not in (name.path, name.path.rpartition("/")[2]):
                key = fold(name.text, ALL_FOLDS)
                if names.setdefault(key, name).path != name.path:
                    shared.add(key)
        return Suggester(names, shared).suggest


class Suggester:
    """Did-you-mean over many names: a few candidates by shared words and ends, then their similarity.

    Never compares a target with every name: a blocking key that more than `MAX_BLOCK` names share is not looked at.
    """

    MAX_BLOCK = 400
    MAX_CANDIDATES = 40
    # Read on real notes: from 88 of 100 on most suggestions help a person, from 96 on they are one slip of the pen away.
    MIN_SCORE = 88.0
    CERTAIN_SCORE = 96.0

    def __init__(self, names: dict[str, Name], shared: Container[str] = ()) -> None:
        """`names` by their folded keys; what is like one that several notes `shared` is never certain."""
        self.names = names
        self.shared = shared
        self.blocks: dict[str, list[str]] = defaultdict(list)
        for key in names:
            for block in self._blocks(key):
                self.blocks[block].append(key)

    @staticmethod
    def _blocks(key: str) -> set[str]:
        squeezed = key.replace(" ", "")
        return {*key.split(), "^" + squeezed[:4], squeezed[-4:] + "$", "^" + squeezed[:2] + str(len(squeezed) // 4)}

    def suggest(self, key: str) -> Suggestion | None:
        """The best name for a folded key, None when none is at least `MIN_SCORE` of 100 alike.

        Names with other digits are never certain: `iphone_11` is no slip for `iphone_14`.
        """
        from rapidfuzz import fuzz

        weight: dict[str, float] = defaultdict(float)
        for block in sorted(self._blocks(key)):
            members = self.blocks.get(block, ())
            if 0 < len(members) <= self.MAX_BLOCK:
                for member in members:
                    weight[member] += 1 / len(members)
        candidates = sorted(weight, key=lambda member: (-weight[member], member))[: self.MAX_CANDIDATES]
        scored = [(fuzz.ratio(key, member), member) for member in candidates]
        score, best = max(scored, default=(0.0, ""))
        if score < self.MIN_SCORE:
            return None
        certain = (
            score >= self.CERTAIN_SCORE and _DIGITS.findall(key) == _DIGITS.findall(best) and best not in self.shared
        )
        return Suggestion(self.names[best], certain)
