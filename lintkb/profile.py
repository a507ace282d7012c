"""What the notes of a knowledge base are like: what is customary in them, for whoever writes its configuration.

Facts only: nothing here knows how a configuration file looks. A habit is what `SHARE` of 100 notes have in common, of at
least `ENOUGH` notes; anything less is counted, and not called one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import NamedTuple, get_args

from lintkb.clock import read_duration
from lintkb.discovery import below, git_root
from lintkb.engine import DiskReader, Session
from lintkb.executors import default_jobs, map_chunks
from lintkb.facts import NoteFacts, gather_facts
from lintkb.hints import nearest
from lintkb.index import KnowledgeBase
from lintkb.names import ALL_FOLDS, Name, fold, stands_apart
from lintkb.settings import PRESETS, LinkFold, Links
from lintkb.source.frontmatter import Node, is_kind, read_frontmatter, written
from lintkb.source.note import Note
from lintkb.text import DecodeError, SourceText, decode

SHARE = 99
ENOUGH = 10
FEW = 5  # notes that show the habit of one folder
WHOLE = 3_000  # notes that are read to their end; of the others the frontmatter says what is needed
MAX_TEXT = 64
MAX_ITEMS = 50
MAX_KEYS = 20
MAX_RARE = 500
MAX_CHOICES = 8
MAX_INDICES = 50
MIN_LINKS = 20

# More telling types first: a date is text too, and a whole number a number.
TYPES = ("boolean", "date", "integer", "number", "string", "list", "table")
YOUTUBE_ID = "^[A-Za-z0-9_-]{11}$"

# What lies beside the folder `content/` that Quartz shows.
QUARTZ = ("quartz.config.ts", "quartz.config.js", "quartz.config.yaml")
_NAME_KINDS = ("stem", "path", "title", "alias")
# What links may need, from the least to the most, each with the foldings that give it.
FOLDINGS = (
    ("", ()),
    ("case", ("case",)),
    ("separators", ("separators", "case")),
    ("unicode", ("unicode", "separators", "case")),
    ("slug", ALL_FOLDS),
)
_TEMPLATES = frozenset({"template", "templates", "_templates", "_template"})
_TRANSCRIPTS = frozenset({"transcript", "transcripts", "captions", "subtitles"})
_PACKAGES = frozenset({"node_modules", "bower_components", "site-packages"})
_KEPT = frozenset({"archive", "archives", "_archive", "archived", "attic", "trash"})
_GENERATED = frozenset({"_site", "dist", "build", "public", "out", "generated"})
_SPECIAL = _TEMPLATES | _TRANSCRIPTS | _PACKAGES | _KEPT | _GENERATED

_PLACEHOLDER = re.compile(r"\{\{[^{}\n]{1,80}\}\}|<%[^%\n]{1,80}%>|\$\{[A-Z][A-Z_]{2,40}\}")
_TIMED_LINE = re.compile(r"^[^\w\n]{0,3}\d{1,2}:\d\d(?::\d\d)?\b", re.MULTILINE | re.ASCII)
_LINE = re.compile(r"^.*\S", re.MULTILINE)
# What a pattern could not hold as it is.
_VARYING = re.compile(r"[*?\[\]{}\\\x00-\x1f]")
_TRANSCRIPT = re.compile(
    r"(?P<stem>.+?)(?:\.[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)?\.(?:vtt|srt|json3|info\.json|txt|md)", re.IGNORECASE
)


class Value(NamedTuple):
    """The value of one frontmatter key of one note.

    `kinds` are the types that it is of, none for no value; `items` the same for each item of a list. `text` is a scalar as it
    is written, empty when it is long. `lasts` says that it can be read as a duration.
    """

    kinds: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]
    text: str
    lasts: bool


class Seen(NamedTuple):
    """What one note looks like. `frontmatter` is None when there is none, or none that can be read.

    What stands below the frontmatter counts only when the note was read `whole`; `citations` holds the form of each.
    """

    path: str
    facts: NoteFacts
    frontmatter: dict[str, Value] | None
    whole: bool
    citations: dict[str, int]
    placeholders: bool
    timed: bool


class Apart(NamedTuple):
    """A folder whose files do not look like notes: why, and whether that is certain."""

    folder: str
    notes: int
    why: str
    certain: bool


class Key(NamedTuple):
    """One frontmatter key of a group of notes.

    `notes` have it, with a value. `type` and `items` are empty where the values do not agree, `pattern` and `choices` where
    they have no such shape.
    """

    name: str
    notes: int
    required: bool
    type: str
    items: str
    kinds: str
    pattern: str
    choices: tuple[str, ...]


class Group(NamedTuple):
    """Folders whose notes have the same frontmatter; the empty folder stands for notes beside the folders.

    `notes` of them have frontmatter that can be read. `slips` are keys that are nearly one of `keys`, with how many notes
    have them; `more` keys are not listed. `lacking` are its indices without a required key.
    """

    folders: tuple[str, ...]
    notes: int
    keys: tuple[Key, ...]
    more: int
    slips: dict[str, tuple[str, int]]
    lacking: tuple[str, ...]


class Linking(NamedTuple):
    """How wikilinks reach their notes.

    Of `total` links, those that do by an exact name are counted in `exact` by its kind, those that need more in `needs`
    (case, title, alias, separators, unicode), each by the least that it needs. `missing` reach nothing; `targets` counts
    their distinct targets, `wanted` is the one that most links name, `folder` one of them in which no note lies. `preset`,
    `names` and `fold` are what fits, empty where the default or the preset says it; `reader` is what speaks for the preset.
    """

    total: int
    exact: dict[str, int]
    needs: dict[str, int]
    missing: int
    targets: int
    wanted: tuple[str, int]
    folder: str
    preset: str
    reader: str
    names: tuple[str, ...]
    fold: tuple[str, ...]


class Profile(NamedTuple):
    """A knowledge base as it was found. `notes` holds those that could be read, without those that are certainly none.

    `base` is the deepest folder that holds them all. Where frontmatter is customary, `bare` are the folders that do without,
    with how many of their notes, and `bare_indices` the indices elsewhere that do.
    """

    total: int
    unread: tuple[str, ...]
    notes: tuple[Seen, ...]
    whole: int
    base: str
    apart: tuple[Apart, ...]
    groups: tuple[Group, ...]
    rest: dict[str, int]
    bare: dict[str, tuple[int, int]]
    bare_indices: tuple[str, ...]
    links: Linking
    citations: dict[str, int]
    citing: int
    durations: dict[str, int]
    sources: dict[str, tuple[int, int]]


def profile(session: Session, progress: Callable[[int, int], None] | None = None) -> Profile:
    """Look at every note of a session that is open under the default configuration."""
    seen, unread = _look_at_all(session, progress)
    sources, carrying = _sources(session, seen)
    apart = _apart(seen, carrying)
    left_out = frozenset(below([note.path for note in seen], [one.folder for one in apart if one.certain]))
    if len(left_out) == len(seen):  # what else would there be to check
        left_out, apart = frozenset(), tuple(one._replace(certain=False) for one in apart)
    notes = tuple(note for note in seen if note.path not in left_out)
    base = _common_folder(notes)
    kb = KnowledgeBase(
        [note.facts for note in notes], [*session.files, *left_out, *unread], Links(names=list(_NAME_KINDS))
    )
    customary = kb.is_customary("frontmatter", 0, ENOUGH)
    groups, rest, bare = _groups(notes, base, customary=customary)
    whole = [note for note in notes if note.whole]
    citations: Counter[str] = Counter()
    for note in whole:
        citations.update(note.citations)
    return Profile(
        total=len(seen) + len(unread),
        unread=tuple(unread),
        notes=notes,
        whole=len(whole),
        base=base,
        apart=apart,
        groups=groups,
        rest=rest,
        bare=bare if customary else {},
        bare_indices=tuple(
            note.path
            for note in notes
            if customary
            and not note.facts.has_frontmatter
            and stands_apart(note.path)
            and first_folder(note.path, base) not in bare
        ),
        links=_linking(session.root, whole, kb),
        citations=dict(citations),
        citing=sum(1 for note in whole if note.citations),
        durations=_durations(notes),
        sources=sources,
    )


# Looking at notes


def _look_at_all(session: Session, progress: Callable[[int, int], None] | None) -> tuple[list[Seen], list[str]]:
    paths = session.notes
    step = -(-len(paths) // WHOLE)
    items = [(path, number % step == 0 or _special_folder(path) != "") for number, path in enumerate(paths)]
    reader = DiskReader(session.root, session.settings.max_size)
    seen: list[Seen] = []
    unread: list[str] = []
    for done, (path, note) in enumerate(map_chunks(_look, reader, items, default_jobs()), 1):
        if note is None:
            unread.append(path)
        else:
            seen.append(note)
        if progress is not None and done % 50 == 0:
            progress(done, len(paths))
    return seen, unread


def _look(reader: DiskReader, items: Sequence[tuple[str, bool]]) -> list[tuple[str, Seen | None]]:
    return [(path, _look_at(reader, path, whole=whole)) for path, whole in items]


def _look_at(reader: DiskReader, path: str, *, whole: bool) -> Seen | None:
    try:
        data = reader(path)
        if len(data) > reader.limit:
            return None
        source = decode(data)
        if not whole:
            frontmatter = read_frontmatter(source.text)
            source = SourceText(source.text[: frontmatter.span.end] if frontmatter else "")
        note = Note(path, source)
        facts = gather_facts(note)
    except (OSError, DecodeError):
        return None
    except Exception:  # noqa: BLE001 - the first run tells of the note; one note must not end the look at the others
        return None
    values = None
    if note.frontmatter is not None and note.frontmatter.problem is None:
        values = {entry.key: _value(note.text, entry.node) for entry in note.frontmatter.entries}
    lines = len(_LINE.findall(note.text, note.body_start))
    timed = len(_TIMED_LINE.findall(note.text, note.body_start))
    return Seen(
        path=path,
        facts=facts._replace(directives=()),
        frontmatter=values,
        whole=whole,
        citations=dict(Counter(citation.form for citation in note.citations)),
        placeholders=_PLACEHOLDER.search(note.text) is not None,
        timed=timed >= ENOUGH and 3 * timed >= lines,
    )


def _value(text: str, node: Node) -> Value:
    shown = written(text, node) if node.kind == "scalar" and node.value is not None else ""
    plain = node.value if node.kind == "scalar" else None
    return Value(
        _kinds(node),
        tuple(_kinds(item) for item in node.items[:MAX_ITEMS]) if node.kind == "sequence" else (),
        shown if len(shown) <= MAX_TEXT else "",
        plain is not None and read_duration(plain) is not None,
    )


def _kinds(node: Node) -> tuple[str, ...]:
    if node.kind == "scalar" and node.value is None:
        return ()
    return tuple(kind for kind in TYPES if is_kind(node, kind))


# Folders


def _special_folder(path: str) -> str:
    """The outermost folder of a path whose name says that it holds no ordinary notes; empty when none does."""
    parts = path.split("/")[:-1]
    for depth, part in enumerate(parts, 1):
        if part.casefold() in _SPECIAL:
            return "/".join(parts[:depth])
    return ""


def _apart(seen: Iterable[Seen], carrying: frozenset[str]) -> tuple[Apart, ...]:
    by_folder: dict[str, list[Seen]] = defaultdict(list)
    for note in seen:
        by_folder[_special_folder(note.path) or note.path.rpartition("/")[0]].append(note)
    verdicts = ((folder, notes, _why_apart(folder, notes, carrying)) for folder, notes in sorted(by_folder.items()))
    return tuple(Apart(folder, len(notes), *why) for folder, notes, why in verdicts if why is not None)


def _why_apart(folder: str, notes: Sequence[Seen], carrying: frozenset[str]) -> tuple[str, bool] | None:
    name = folder.rpartition("/")[2].casefold()
    timed = sum(note.timed for note in notes)
    carried = sum(note.path in carrying for note in notes)
    if name in _PACKAGES:
        return "installed packages", True
    if name in _TEMPLATES:
        sure = 2 * sum(note.placeholders for note in notes) >= len(notes)
        return ("templates, with placeholders to be filled in", True) if sure else ("templates, by its name", False)
    if name in _TRANSCRIPTS:
        if 2 * max(timed, carried) < len(notes):
            return "transcripts, by its name", False
        return (
            "transcripts, line by line with times" if timed > carried else "transcripts, named by a key of the notes"
        ), True
    if name in _KEPT:
        return "an archive, by its name", False
    if name in _GENERATED:
        return "generated, by its name", False
    if folder and 5 * min(timed, carried) >= 4 * len(notes):
        return "transcripts: line by line with times, named by a key of the notes", True
    return None


def _common_folder(notes: Iterable[Seen]) -> str:
    folders = [note.path.split("/")[:-1] for note in notes]
    low, high = min(folders, default=[]), max(folders, default=[])
    depth = 0
    while depth < min(len(low), len(high)) and low[depth] == high[depth]:
        depth += 1
    return "/".join(low[:depth])


def first_folder(path: str, base: str) -> str:
    """The folder directly below `base` that holds a note; empty for one that lies there itself."""
    inner = path[len(base) + 1 :] if base else path
    return inner.partition("/")[0] if "/" in inner else ""


# Frontmatter


def _groups(
    notes: Iterable[Seen], base: str, *, customary: bool
) -> tuple[tuple[Group, ...], dict[str, int], dict[str, tuple[int, int]]]:
    """Folders with the same frontmatter; the rest, with their notes; those that do without."""
    folders: dict[str, list[Seen]] = defaultdict(list)
    for note in notes:
        folders[first_folder(note.path, base)].append(note)
    members: list[tuple[dict[str, str], list[str]]] = []  # what each group asks for, and its folders
    rest: dict[str, int] = {}
    bare: dict[str, tuple[int, int]] = {}
    for folder in sorted(folders, key=lambda name: (-len(folders[name]), name)):
        inside = folders[folder]
        ordinary = [note for note in inside if not stands_apart(note.path)] or inside
        having = [note for note in ordinary if note.facts.has_frontmatter]
        read = [note.frontmatter for note in ordinary if note.frontmatter is not None]
        if 2 * len(having) < len(ordinary) and len(ordinary) >= FEW:
            bare[folder] = (len(ordinary) - len(having), len(ordinary))
        if (5 if customary else 100) * len(having) < (4 if customary else SHARE) * len(ordinary):
            rest[folder] = len(inside)
            continue
        asked = {key.name: key.type for key in _keys(read) if key.required}
        fitting = next((group for group in members if _fits(asked, read, group[0])), None)
        if fitting is not None:
            fitting[1].append(folder)
        elif len(read) >= ENOUGH:
            members.append((asked, [folder]))
        else:
            rest[folder] = len(inside)
    groups = tuple(_group(names, [note for name in names for note in folders[name]]) for _, names in members)
    return groups, dict(sorted(rest.items())), dict(sorted(bare.items()))


def _fits(asked: dict[str, str], read: Sequence[dict[str, Value]], group: dict[str, str]) -> bool:
    """Whether a folder's notes are of a group's kind: they ask for nothing more, and four in five have what it asks for."""
    return all(key in group and kind in ("", group[key]) for key, kind in asked.items()) and all(
        5 * sum(1 for values in read if key in values and values[key].kinds) >= 4 * len(read) for key in group
    )


def _group(folders: Sequence[str], notes: Sequence[Seen]) -> Group:
    ordinary = [note for note in notes if not stands_apart(note.path)] or notes
    read = [note.frontmatter for note in ordinary if note.frontmatter is not None]
    every = [note.frontmatter for note in notes if note.frontmatter is not None]
    keys = _keys(read, every)
    slips = _slips(keys, every)
    listed = [key for key in keys if key.name not in slips and len(key.name) <= MAX_TEXT and _sayable(key.name)]
    without: dict[str, list[str]] = {
        key.name: [note.path for note in notes if stands_apart(note.path) and _lacks(note, key.name)]
        for key in listed
        if key.required
    }
    shown = [key._replace(required=key.required and len(without[key.name]) <= MAX_INDICES) for key in listed[:MAX_KEYS]]
    lacking = {path for key in shown if key.required for path in without[key.name]}
    more = len(keys) - len(slips) - len(shown)
    return Group(tuple(sorted(folders)), len(every), tuple(shown), more, slips, tuple(sorted(lacking)))


def _lacks(note: Seen, key: str) -> bool:
    return note.frontmatter is not None and not (key in note.frontmatter and note.frontmatter[key].kinds)


def few_keys(notes: Iterable[Seen]) -> tuple[Key, ...]:
    """The keys of notes that are too few to form a group."""
    return tuple(
        key
        for key in _keys([note.frontmatter for note in notes if note.frontmatter is not None])[:MAX_KEYS]
        if len(key.name) <= MAX_TEXT and _sayable(key.name)
    )


def _sayable(name: str) -> bool:
    """Whether a configuration can hold the name: a lone surrogate, which YAML can write, is no text."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _keys(ordinary: Sequence[dict[str, Value]], every: Sequence[dict[str, Value]] | None = None) -> list[Key]:
    """The keys of notes, those that most have first. What is required is asked of `ordinary` notes, the rest of `every`."""
    values: dict[str, list[Value]] = defaultdict(list)
    for note in ordinary if every is None else every:
        for name, value in note.items():
            values[name].append(value)
    having = Counter(name for note in ordinary for name, value in note.items() if value.kinds)
    keys = [
        _key(
            name,
            [value for value in found if value.kinds],
            required=len(ordinary) >= ENOUGH and 100 * having[name] >= SHARE * len(ordinary),
        )
        for name, found in values.items()
    ]
    return sorted(keys, key=lambda key: -key.notes)


def _key(name: str, values: Sequence[Value], *, required: bool) -> Key:
    kind = _agreed([value.kinds for value in values])
    items = _agreed([item for value in values for item in value.items]) if kind == "list" else ""
    shapes = Counter(next(iter(value.kinds), "") for value in values)
    texts = [value.text for value in values]
    distinct = set(texts)
    pattern = ""
    choices: tuple[str, ...] = ()
    if kind == "string" and all(distinct):
        if len(distinct) >= ENOUGH and all(re.fullmatch(YOUTUBE_ID[1:-1], text) for text in distinct):
            # As long as that are also dates such as 2024-Jan-01; in an identifier every place varies.
            pattern = YOUTUBE_ID if all(len(set(place)) >= FEW for place in zip(*distinct, strict=True)) else ""
        if not pattern and len(distinct) <= MAX_CHOICES and 5 * len(distinct) <= len(texts) >= 2 * ENOUGH:
            choices = tuple(sorted(filter(_sayable, distinct)))
    shown = ", ".join(f"{count:,} {shape}" for shape, count in shapes.most_common())
    return Key(name, len(values), required, kind, items, shown, pattern, choices)


def _agreed(values: Sequence[tuple[str, ...]]) -> str:
    """The first type that `SHARE` of 100 values are of; empty where none is, or where there are too few to tell."""
    counts = Counter(kind for kinds in values for kind in kinds)
    return next((kind for kind in TYPES if len(values) >= 2 and 100 * counts[kind] >= SHARE * len(values)), "")


def _slips(keys: Sequence[Key], notes: Sequence[dict[str, Value]]) -> dict[str, tuple[str, int]]:
    """Rare keys that are nearly a common one which their notes do not have: the common one, and how many have the rare."""
    if len(notes) < 5 * ENOUGH:
        return {}
    common = {key.name.lower(): key.name for key in keys[:MAX_KEYS] if 5 * key.notes >= len(notes)}
    owners: dict[str, list[dict[str, Value]]] = defaultdict(list)
    for note in notes:
        for name in note:
            owners[name].append(note)
    rare = (name for name, having in owners.items() if len(having) <= max(1, len(notes) // 100))
    slips: dict[str, tuple[str, int]] = {}
    for name in islice((name for name in rare if len(name) <= MAX_TEXT), MAX_RARE):
        close = nearest(name.lower(), common, 0.75)
        if close is not None and all(common[close] not in note for note in owners[name]):
            slips[name] = (common[close], len(owners[name]))
    return slips


def _durations(notes: Iterable[Seen]) -> dict[str, int]:
    """Keys that say how long a recording is, with how many notes have them; the commonest first."""
    found: dict[str, list[bool]] = defaultdict(list)
    for note in notes:
        for name, value in (note.frontmatter or {}).items():
            if value.kinds and re.search("duration|runtime|running.?time", name, re.IGNORECASE):
                found[name].append(value.lasts)
    good = {name: len(lasts) for name, lasts in found.items() if 100 * sum(lasts) >= SHARE * len(lasts)}
    return dict(sorted(good.items(), key=lambda pair: -pair[1]))


# Links


def _linking(root: Path, notes: Sequence[Seen], kb: KnowledgeBase) -> Linking:
    """`kb` knows every kind of name and folds nothing."""
    preset, reader = _reader(root)
    given = Links(**PRESETS[preset]) if preset else Links()
    names: tuple[str, ...] = tuple(given.names)
    folds: tuple[str, ...] = tuple(given.fold)
    ways: Counter[tuple[str, str]] = Counter()
    missing: Counter[str] = Counter()
    reached: set[str] = set()
    for note in notes:
        for link in note.facts.wikilinks:
            if link.target and (resolution := kb.resolve(link.target, note.path)) is not None:
                ways[_way(link.target, resolution.names, names)] += 1
                reached.add(link.target.partition("/")[0])
            elif link.target:
                missing[link.target] += 1
    exact: Counter[str] = Counter()
    needs: Counter[str] = Counter()
    for (kind, need), count in ways.items():
        if kind in names and need in ("", *folds):
            exact[kind] += count
        else:
            needs[need if kind in names else kind] += count
    # A custom is what most links do. Case is one from one link in ten on: people write names into running text, and their
    # readers overlook it; models seldom do.
    enough = ways.total() >= MIN_LINKS
    more_names = tuple(kind for kind in ("title", "alias") if enough and 2 * needs[kind] > ways.total())
    spelt: Counter[str] = Counter()
    for (kind, need), count in ways.items():
        spelt[need] += count if kind in (*names, *more_names) else 0
    more_folds: tuple[str, ...] = ()
    if enough and 2 * spelt["separators"] > ways.total():
        more_folds = ("separators", "case")
    elif enough and 10 * spelt["case"] >= ways.total():
        more_folds = ("case",)
    if not preset and more_names == ("title",) and more_folds == ("separators", "case"):
        preset, more_names, more_folds = "titles", (), ()
    all_folds = in_order((*folds, *more_folds))
    folders = Counter(target.partition("/")[0] for target in missing if "/" in target)
    folder = next((name for name, count in folders.most_common(1) if count >= FEW and name not in reached), "")
    return Linking(
        total=ways.total() + missing.total(),
        exact=dict(exact),
        needs=dict(needs),
        missing=missing.total(),
        targets=len(missing),
        wanted=min(missing.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0)),
        folder=folder,
        preset=preset,
        reader=reader,
        names=(*names, *more_names) if more_names else (),
        fold=() if set(all_folds) == set(folds) or preset == "titles" else all_folds,
    )


def in_order(folds: Collection[str]) -> tuple[str, ...]:
    """Foldings as people list them: from what most readers overlook to what few do."""
    return tuple(kind for kind in get_args(LinkFold) if kind in folds)


def _way(target: str, found: Iterable[Name], names: Sequence[str]) -> tuple[str, str]:
    """By which kind of name a target reaches its note, and with which folding, asking as little as possible.

    Case is less to ask than a kind of name that is not among `names`, and that is less than any other folding.
    """
    last = target.strip("/").rpartition("/")[2]
    ways = []
    for name in found:
        for kind, text in ((name.kind, name.text), ("stem", PurePosixPath(name.path).stem)):
            if kind == "path" or "/" in target:
                kind, wanted, own = "path", last, text.rpartition("/")[2]  # noqa: PLW2901
            else:
                wanted, own = target, text
            for level, (_, kinds) in enumerate(FOLDINGS):
                if fold(wanted, kinds) == fold(own, kinds):
                    ways.append((level > 1, kind not in names, level, _NAME_KINDS.index(kind)))
                    break
    *_, level, order = min(ways, default=(False, False, 0, 1))
    return _NAME_KINDS[order], FOLDINGS[level][0]


def _reader(root: Path) -> tuple[str, str]:
    """The preset of the program that shows these notes, and the file or folder that it left, at the root or above it."""
    top = git_root(root) or (root.parent if root.name == "content" else root)
    for folder in (root, *(parent for parent in root.parents if parent == top or top in parent.parents)):
        for preset, trace in (
            *(("quartz", name) for name in QUARTZ),
            ("foam", ".foam"),
            ("foam", ".vscode/foam.json"),
            ("obsidian", ".obsidian"),
        ):
            if (folder / trace).exists():
                return preset, trace
        if (folder / "logseq").is_dir() and any((folder / name).is_dir() for name in ("pages", "journals")):
            return "logseq", "logseq"
    return "", ""


# Sources


def _sources(session: Session, seen: Iterable[Seen]) -> tuple[dict[str, tuple[int, int]], frozenset[str]]:
    """Where transcripts lie that a frontmatter key names, and the notes among them.

    The places are patterns, `folder/{key}.*`, with how many files there fit, and of how many.
    """
    values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for note in seen:
        for name, value in (note.frontmatter or {}).items():
            if value.text and "{" not in name and "}" not in name:
                values[value.text][name].add(note.path.rpartition("/")[0])
    timed = {note.path for note in seen if note.timed}
    matches: dict[str, Counter[str]] = defaultdict(Counter)
    files: Counter[str] = Counter()
    carrying = set()
    for path in (*session.files, *session.notes):
        folder, _, name = path.rpartition("/")
        match = _TRANSCRIPT.fullmatch(name)
        if match is None or not folder:
            continue
        words = name.lower().endswith((".md", ".txt"))  # which may be anything
        if words and path not in timed and folder.rpartition("/")[2].casefold() not in _TRANSCRIPTS:
            continue
        files[folder] += 1
        for key, folders in values.get(match["stem"], {}).items():
            if folder not in folders:  # a note may be called by its own key
                matches[folder][key] += 1
                carrying.add(path)
    found = {}
    for folder, keys in sorted(matches.items()):
        (key, count), *_ = keys.most_common(1)
        if 2 * count >= files[folder] and not _VARYING.search(folder + key):
            found[f"{folder}/{{{key}}}.*"] = (count, files[folder])
    return found, frozenset(carrying)


def folder_habits(paths: Iterable[str], base: str, found: Iterable[tuple[str, str]]) -> list[tuple[str, str, int, int]]:
    """Folders where a rule has something to say of most notes: folder, rule, how many notes, of how many."""
    sizes = Counter(first_folder(path, base) for path in paths)
    counts = Counter((first_folder(path, base), rule) for path, rule in set(found))
    return sorted(
        (folder, rule, count, sizes[folder])
        for (folder, rule), count in counts.items()
        if sizes[folder] >= ENOUGH and 2 * count > sizes[folder]
    )
