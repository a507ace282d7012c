"""Which notes cite which recording, and where its transcript is: the `sources` patterns, resolved."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from lintkb import lazy_re as re
from lintkb.globs import matcher
from lintkb.settings import INFO_SUFFIX, SOURCE_KEY, Settings, source_folder

if TYPE_CHECKING:
    from lintkb.facts import NoteFacts, Outline

# Of several transcripts of a recording the first of these is read: the finest times and least ambiguous first.
_SUFFIXES = (".vtt", ".srt", ".json3", ".json", ".srv3", ".srv2", ".srv1", ".xml", ".ttml", ".md", ".markdown", ".txt")
MAX_VALUE = 200
_BEGINNING = re.compile(r"(?:[^*?\[]|\[[*?\[]\])*+")  # of a pattern, before anything in it varies
_QUOTED = re.compile(r"\[([*?\[])\]")  # how `_literal` writes what would vary
_VARYING = re.compile(r"[*?/]|\[[^\]/]+\]")
_FOLDER = re.compile(r"(?:^|(?<=/))[^/]")


class SourceFiles:
    """The files that can hold what recordings say, found by the values of frontmatter keys."""

    def __init__(self, patterns: Sequence[str], files: Iterable[str]) -> None:
        """`files` are paths from the root; only those that a pattern can mean matter."""
        self.patterns = tuple(patterns)
        folders = tuple(folder and f"{folder}/" for folder in map(source_folder, patterns))
        self.files = [path for path in files if path.startswith(folders) and _order(path) is not None]
        self.keys = frozenset(key for pattern in patterns for key in SOURCE_KEY.findall(pattern))
        self._found: dict[str, tuple[str, ...]] = {}

    def before(self, there: Collection[str], gone: Collection[str]) -> "SourceFiles":
        """The same before a change: files that were there then, without those that came with it or were another then."""
        return SourceFiles(self.patterns, {*self.files}.difference(gone).union(there))

    def of(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """The files of a note whose frontmatter has these values, transcripts before what else is known of the recording.

        Those of the first pattern that finds any.
        """
        for pattern in self.patterns:
            wanted = SOURCE_KEY.sub(lambda key: _literal(values.get(key[1], "")) or "\0", pattern)
            if "\0" not in wanted and (found := self._matching(wanted)):
                return found
        return ()

    def _matching(self, pattern: str) -> tuple[str, ...]:
        if pattern not in self._found:
            matches = matcher([pattern if "/" in pattern else f"/{pattern}"])
            found = {path for path in self._candidates(pattern) if matches(path)}
            self._found[pattern] = tuple(sorted(found, key=lambda path: (_order(path), path)))
        return self._found[pattern]

    def _candidates(self, pattern: str) -> Sequence[str]:
        """The files that a pattern may match: few, if a name in it begins with a value; else all with its longest word."""
        fewest: range | None = None
        for folder in _FOLDER.finditer(pattern):
            match = _BEGINNING.match(pattern, folder.start())
            beginning = _QUOTED.sub(r"\1", match[0] if match is not None else "")[:MAX_VALUE]
            if beginning:
                places = self._beginning_with(beginning)
                fewest = places if fewest is None else min(fewest, places, key=len)
        if fewest is not None and len(fewest) < len(self.files):
            return [self._endings[at][1] for at in fewest]
        held = max(_VARYING.split(pattern), key=len)
        return [path for path in self.files if held in path]

    def _beginning_with(self, beginning: str) -> range:
        start = bisect_left(self._endings, beginning, key=itemgetter(0))
        return range(
            start, bisect_right(self._endings, beginning, start, key=lambda ending: ending[0][: len(beginning)])
        )

    @cached_property
    def _endings(self) -> list[tuple[str, str]]:
        """Every file by its path from each of its folders on, as far as values reach, and by its name; sorted."""
        return sorted(
            (path[folder.start() : folder.start() + MAX_VALUE], path)
            for path in self.files
            for folder in _FOLDER.finditer(path)
        )

    def is_source(self, path: str) -> bool:
        """Whether a file stands where sources are kept, in a folder that a pattern names: then it is no note."""
        return _order(path) is not None and matcher(self._kept)(path)

    @cached_property
    def _kept(self) -> list[str]:
        return [SOURCE_KEY.sub("*", pattern) for pattern in self.patterns if source_folder(pattern)]


def _literal(value: str) -> str:
    """A value as it may stand in a pattern for paths; empty where it could lead anywhere else."""
    value = value.strip()
    if not value or len(value) > MAX_VALUE or any(part in ("", ".", "..") for part in value.split("/")):
        return ""
    return re.sub(r"[*?\[]", r"[\g<0>]", value)


def _order(path: str) -> int | None:
    """How early a file is read: transcripts by their format, then what is known of the recording; None for other files."""
    name = path.lower()
    if name.endswith(INFO_SUFFIX):
        return len(_SUFFIXES)
    return next((rank for rank, suffix in enumerate(_SUFFIXES) if name.endswith(suffix)), None)


class Group(NamedTuple):
    """The notes that cite one recording, in path order, and the files that say what was said in it.

    `name` is what identifies it: the value of the frontmatter key, or the first of its files.
    """

    name: str
    sources: tuple[str, ...]
    notes: tuple[str, ...]


def recording_name(note: "Outline | NoteFacts", settings: Settings) -> str:
    """What identifies the recording that a note is about; empty when it counts as being about none."""
    name = dict(note.keys).get(settings.times.recording_key, "") or next(iter(note.sources), "")
    return name if note.cites or note.sources else ""


def group_notes(notes: "Iterable[Outline]", settings: Settings) -> list[Group]:
    """The recordings that notes are about: by the files that were found for them, else by the value of `times.recording-key`.

    Where no files were found, only notes that cite it count.
    """
    by_name: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for note in notes:
        if name := recording_name(note, settings):
            by_name[name, note.sources].append(note.path)
    return [Group(name, sources, tuple(sorted(paths))) for (name, sources), paths in sorted(by_name.items())]
