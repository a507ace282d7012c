"""Which notes cite which recording, and where its transcript is: the `sources` patterns, resolved."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from lintkb.facts import NoteFacts
from lintkb.globs import matcher
from lintkb.settings import INFO_SUFFIX, SOURCE_KEY, Settings, source_folder

# Of several transcripts of a recording the first of these is read: the finest times and least ambiguous first.
_SUFFIXES = (".vtt", ".srt", ".json3", ".json", ".srv3", ".srv2", ".srv1", ".xml", ".ttml", ".md", ".markdown", ".txt")
_SPECIAL = re.compile(r"[*?\[]")
MAX_VALUE = 200


class SourceFiles:
    """The files that can hold what recordings say, found by the values of frontmatter keys."""

    def __init__(self, patterns: Sequence[str], files: Iterable[str]) -> None:
        """`files` are paths from the root; only those that a pattern can mean matter."""
        self.patterns = tuple(patterns)
        self._files = sorted(files) if patterns else []
        self.keys = frozenset(key for pattern in patterns for key in SOURCE_KEY.findall(pattern))
        self._found: dict[str, tuple[str, ...]] = {}

    def before(self, there: Collection[str], gone: Collection[str]) -> "SourceFiles":
        """The same before a change: files that were there then, without those that came with it or were another then."""
        return SourceFiles(self.patterns, {*self._files}.difference(gone).union(there))

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
            special = _SPECIAL.search(pattern)
            prefix = pattern[: special.start()] if special else pattern
            matches = matcher([pattern if "/" in pattern else f"/{pattern}"])
            found = []
            for at in range(bisect_left(self._files, prefix), len(self._files)):
                path = self._files[at]
                if not path.startswith(prefix):
                    break
                if _order(path) is not None and matches(path):
                    found.append(path)
            self._found[pattern] = tuple(sorted(found, key=lambda path: (_order(path), path)))
        return self._found[pattern]

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


def group_notes(notes: Iterable[NoteFacts], settings: Settings) -> list[Group]:
    """The recordings that notes cite: by the files that were found for them, else by the value of `times.recording-key`."""
    by_name: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for note in notes:
        # What identifies the recording that it is about.
        name = dict(note.keys).get(settings.times.recording_key, "") or next(iter(note.sources), "")
        if note.cites and name:
            by_name[name, note.sources].append(note.path)
    return [Group(name, sources, tuple(sorted(paths))) for (name, sources), paths in sorted(by_name.items())]
