"""What notes and files are called, and which spellings of a name are overlooked."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import Any, NamedTuple
from urllib.parse import unquote

from lintkb import lazy_re as re
from lintkb.facts import Outline

# In the order in which they are applied.
ALL_FOLDS = ("unicode", "encoding", "slug", "separators", "case")
# The pages that stand for their folder, and what a repository says of itself.
INDICES = ("index", "_index", "readme")
_ABOUT = frozenset(
    {"home", "contributing", "changelog", "license", "code_of_conduct", "security", "agents", "claude", "404"}
)
NOTE_SUFFIXES = (".md", ".markdown")
# From that many files of one name on, such as an `index` in every folder, the one at a path is looked up, not looked for.
MANY = 32
_TOGETHER = 64  # names that are folded at once
_BARS = re.compile(r"[\s_-]+")
_SEPARATORS = str.maketrans("_-", "  ")
# As Quartz 4 makes an address out of a file name (`sluggify` in its `util/path.ts`).
_SLUG = str.maketrans({" ": "-", "\t": "-", "\u00a0": "-", "&": "-and-", "%": "-percent", "?": None, "#": None})
# Both, one after the other, with what the second makes of the first.
_SLUG_AND_SEPARATORS = {code: text and text.translate(_SEPARATORS) for code, text in _SLUG.items()} | _SEPARATORS
# Characters that cannot be seen: zero-width, word joiner, directional marks and isolates, byte order mark.
_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0xFEFF]
)


@lru_cache(maxsize=512)  # a target is folded again with each name that it may be
def fold(name: str, folds: tuple[str, ...]) -> str:
    """The key under which names that differ only in the given foldings, a part of `ALL_FOLDS` in its order, are equal."""
    if folds is ALL_FOLDS:
        plain = fold(name, ("unicode", "encoding")) if "%" in name or not name.isascii() else name
        if "&" in plain or "%" in plain or "?" in plain or "#" in plain:
            plain = plain.translate(_SLUG_AND_SEPARATORS)
        else:  # the rest of that table, four times as fast
            plain = plain.replace("-", " ").replace("_", " ")
        return " ".join(plain.split()).casefold()
    for kind in folds:
        if kind == "case":
            name = name.casefold()
        elif kind == "separators":
            name = " ".join(name.translate(_SEPARATORS).split())
        elif kind == "slug":
            name = name.translate(_SLUG)
        elif kind == "encoding":
            name = unquote(name) if "%" in name else name
        elif kind == "unicode" and not name.isascii():
            name = unicodedata.normalize("NFC", name.translate(_INVISIBLE))
    return name


def fold_all(names: Iterable[str]) -> Iterator[str]:
    """The keys of many names under all foldings."""
    rest = iter(names)
    while some := [*islice(rest, _TOGETHER)]:
        whole = "\n".join(some)
        if whole.count("\n") == len(some) - 1 and whole.isascii() and "%" not in whole:
            plain = whole.translate(_SLUG_AND_SEPARATORS).casefold()
            yield from [" ".join(name.split()) for name in plain.split("\n")]
        else:
            yield from (fold(name, ALL_FOLDS) for name in some)


def differ_in_form_alone(one: str, other: str) -> bool:
    """Whether names that are the same under all foldings differ in form alone: in case, in what parts the words, in what
    cannot be seen. `C#` and `C`, `_draft` and `draft` are not the same thing. Of paths the parts count that both have.
    """
    parts = [[part for part in path.split("/") if part not in ("", ".", "..")] for path in (one, other)]
    return all(_form(left) == _form(right) for left, right in zip(*map(reversed, parts), strict=False))


def _form(name: str) -> str:
    return _BARS.sub(" ", fold(name, ("unicode", "encoding"))).casefold()


class Name(NamedTuple):
    """One name of one file: `kind` is path, stem, title, alias, index, namespace or folder, `text` its exact spelling."""

    kind: str
    text: str
    path: str


class Reach(NamedTuple):
    """By which kinds of name a link finds notes, and from where a path in it is seen: root, relative, suffix.

    Under `attachments` other files go by their name alone and their path, whatever the kinds.
    """

    kinds: Sequence[str]
    places: Sequence[str]
    attachments: bool


_ROOTED = Reach(("path",), ("root",), attachments=False)


def bare(path: str) -> str:
    """The path without the suffix that makes it a note."""
    stem, dot, suffix = path.rpartition(".")
    return stem if dot and stem and "/" not in suffix and not stem.endswith("/") else path


def is_index(path: str) -> bool:
    """Whether a note, by its name, is its folder's index page: `index`, `_index`, `README`, or called as the folder is."""
    folder, _, name = path.rpartition("/")
    stem = bare(name)
    return stem.lower() in INDICES or (
        folder != "" and fold(stem, ALL_FOLDS) == fold(folder.rpartition("/")[2], ALL_FOLDS)
    )


def stands_apart(path: str) -> bool:
    """Whether a note, by its name, is none of its folder's kind: an index page, or what a repository says of itself."""
    return is_index(path) or bare(path.rpartition("/")[2]).lower() in _ABOUT


def from_root(target: str, from_path: str) -> str | None:
    """The path that a Markdown link's target, written in the note at `from_path`, names; None when it leaves the root."""
    return joined("" if target.startswith("/") else from_path.rpartition("/")[0], target)


def page_named(target: str, from_path: str, *, markdown: bool) -> str:
    """The page that a target means when it is nowhere: a path from the root, or what a bare wikilink says."""
    if markdown or target.startswith(("/", "./", "../")):
        return from_root(target, from_path) or target
    return target


def page_key(page: str) -> str:
    """What the names have in common under which a page is missed: case, separators and a note's suffix are overlooked."""
    return fold(bare(page) if page.lower().endswith(NOTE_SUFFIXES) else page, ALL_FOLDS)


def joined(folder: str, target: str) -> str | None:
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


class Names:
    """Every name of every note and file, found under any foldings."""

    def __init__(self, notes: Iterable[Outline], files: Iterable[str]) -> None:
        self._paths: dict[str, list[str]] = defaultdict(list)  # by the last part of what `short` makes of them
        self._folders: dict[str, list[str]] = defaultdict(list)  # index pages, by the name of their folder
        self._called: dict[str, list[Outline]] = defaultdict(list)  # notes, by names that their paths do not say
        # For last parts that many share: which of these paths ends so, in folder and name, or is that as a whole.
        self._ends: dict[tuple[Callable[[str], str], str], dict[str, list[str]]] = {}
        notes, files = list(notes), list(files)
        paths = [note.path for note in notes]
        self._notes = frozenset(paths)
        stems = [bare(path.rpartition("/")[2]) for path in paths]
        stems += [self.short(path).rpartition("/")[2] for path in files]
        for key, path in zip(fold_all(stems), chain(paths, files), strict=True):
            self._paths[key].append(path)
        for path, stem in zip(paths, stems, strict=False):
            if stem.lower() in INDICES and "/" in path:
                self._folders[fold(_folder(path).rpartition("/")[2], ALL_FOLDS)].append(path)
        titled = [note for note in notes if note.title]
        for key, note in zip(fold_all(note.title for note in titled), titled, strict=True):
            self._called[key].append(note)
        for note, stem in zip(notes, stems, strict=False):
            if note.aliases or "___" in stem or "%" in stem:
                for name in own_names(note):
                    if name.kind != "title":
                        self._called[fold(name.text, ALL_FOLDS)].append(note)

    def short(self, path: str) -> str:
        """The path as a link may give it: a note's without its suffix. A note that is excluded is one still."""
        return bare(path) if path in self._notes or path.lower().endswith(NOTE_SUFFIXES) else path

    @cached_property
    def _shared(self) -> frozenset[str]:
        tables: tuple[dict[str, Any], ...] = (self._paths, self._folders, self._called)
        return frozenset(key for table in tables for key, those in table.items() if len(those) >= MANY)

    def is_shared(self, target: str) -> bool:
        """Whether many notes and files may go by a target that is no path."""
        if not self._shared or "/" in target:
            return False
        return not self._shared.isdisjoint((fold(target, ALL_FOLDS), fold(bare(target), ALL_FOLDS)))

    def may_find(self, target: str) -> bool:
        """Whether any name has the last part of a target, or is what it says; when not, it finds nothing from anywhere."""
        if target.startswith(("./", "../")):
            return True
        key, last = fold(target, ALL_FOLDS), target
        if "/" in target:
            last = target.strip("/").rpartition("/")[2]
        by_last = fold(last, ALL_FOLDS)
        if key in self._called or by_last in self._paths or by_last in self._folders:
            return True
        return "." in last and fold(bare(last), ALL_FOLDS) in self._paths

    def find(self, target: str, folder: str, folds: tuple[str, ...], reach: Reach) -> list[Name]:
        """The names that a target, written in a note in `folder`, is one of when `folds` are overlooked."""
        found: list[Name] = []
        if called := self._called.get(fold(target, ALL_FOLDS)):
            wanted = fold(target, folds)
            notes = [note for _, note in sorted({note.path: note for note in called}.items())]
            names = chain.from_iterable(map(own_names, notes))
            found += [name for name in names if name.kind in reach.kinds and fold(name.text, folds) == wanted]
        relative = target.startswith(("./", "../"))
        clean = joined(folder, target) if relative else target.strip("/")
        if clean:
            rooted = relative or target.startswith("/")
            found += self._by_path(clean, folder, folds, _ROOTED if rooted else reach)
        return found

    def _by_path(self, clean: str, folder: str, folds: tuple[str, ...], reach: Reach) -> Iterator[Name]:
        folders, _, last = clean.rpartition("/")
        wanted = fold(clean, folds)
        wholes = [clean] if "root" in reach.places else []
        if "relative" in reach.places:
            wholes.append(f"{folder}/{clean}" if folder else clean)
        whole = [fold(path, folds) for path in wholes] if folds else wholes
        by_end = folders != "" and "suffix" in reach.places
        by_stem = not folders and ("stem" in reach.kinds or reach.attachments)
        suffix = f"/{wanted}" if by_end else "\0"  # which no path ends in
        alone = by_stem or ("index" in reach.kinds and not folders)
        ends = None if alone else [*wholes, _end(clean)] if folders else wholes
        for path, spelling, index in self._spellings(last, ends):
            if index and "index" in reach.kinds and f"/{fold(spelling, folds)}".endswith(f"/{wanted}"):
                yield Name("index", spelling, path)
            if "path" in reach.kinds or (reach.attachments and path not in self._notes):
                folded = fold(spelling, folds) if folds else spelling
                if folded in whole or f"/{folded}".endswith(suffix):
                    yield Name("path", spelling, path)
            if by_stem and not index and ("stem" in reach.kinds or path not in self._notes):
                own = spelling.rpartition("/")[2]
                if fold(own, folds) == wanted:
                    yield Name("stem", own, path)

    def _spellings(self, last: str, ends: Sequence[str] | None) -> Iterator[tuple[str, str, bool]]:
        """The paths that a target may mean by its last part, each as a link may spell it; whether that is its folder.

        Of many that have the last part, only those that are one of `ends` but for their spelling, or whose end is, if given.
        """
        key = fold(last, ALL_FOLDS)
        if key in self._paths:
            for path in self._having(self._paths, key, self.short, ends):
                yield path, self.short(path), False
        if "." in last:
            for path in self._having(self._paths, fold(bare(last), ALL_FOLDS), str, ends):
                yield path, path, False
        if key in self._folders:
            for path in self._having(self._folders, key, _folder, ends):
                yield path, _folder(path), True

    def _having(
        self, table: dict[str, list[str]], key: str, spelled: Callable[[str], str], ends: Sequence[str] | None
    ) -> Sequence[str]:
        paths = table.get(key, ())
        if ends is None or len(paths) < MANY:
            return paths
        if (spelled, key) not in self._ends:
            by_end = self._ends[spelled, key] = defaultdict(list)
            for path in paths:
                spelling = spelled(path)
                for end in {fold(spelling, ALL_FOLDS), fold(_end(spelling), ALL_FOLDS)}:
                    by_end[end].append(path)
        found = self._ends[spelled, key]
        return sorted({path for end in ends for path in found.get(fold(end, ALL_FOLDS), ())})


def _end(path: str) -> str:
    """The last folder of a path, and the name."""
    return "/".join(path.rsplit("/", 2)[-2:])


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def own_names(note: Outline) -> Iterator[Name]:
    """The names of a note that its path does not say, and those that it says in code: Logseq's `a/b?` is `a___b%3F.md`."""
    if note.title:
        yield Name("title", note.title, note.path)
    for alias in note.aliases:
        yield Name("alias", alias, note.path)
    stem = bare(note.path.rpartition("/")[2])
    if "___" in stem or "%" in stem:
        yield Name("namespace", unquote(stem.replace("___", "/")), note.path)
