"""Notes that are sources themselves, such as one for each paper: a link to one of them is a citation."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from lintkb.facts import gather_facts
from lintkb.globs import matcher
from lintkb.names import ALL_FOLDS, bare, fold
from lintkb.settings import SourceNotes
from lintkb.source.frontmatter import Frontmatter, read_frontmatter
from lintkb.source.note import Note
from lintkb.text import SourceText, decode


class Asked(NamedTuple):
    """What a process needs in order to tell which notes are sources: how to read them, up to how many bytes."""

    read: Callable[[str], bytes]
    max_size: int
    settings: SourceNotes


def source_names(asked: Asked, paths: Sequence[str]) -> list[frozenset[str]]:
    """The folded names of those of the notes that are sources; nothing is raised for a note that cannot be read.

    A note is read up to the end of its frontmatter, and only when that can matter.
    """
    by_path = matcher(asked.settings.files)
    by_content = bool(asked.settings.types or asked.settings.keys)
    found = []
    for path in paths:
        is_source = by_path(path)
        if not (is_source or by_content):
            continue
        frontmatter, names = _read(asked, path)
        if is_source or (frontmatter is not None and _is_source(frontmatter, asked.settings)):
            own = (fold(name, ALL_FOLDS) for name in (bare(path.rpartition("/")[2]), *names))
            found.append(frozenset(filter(None, own)))
    return found


def leads_to_source(target: str, names: Collection[str]) -> bool:
    """Whether a link's target, as a whole or by its last part, is one of the names of notes that are sources."""
    last = target.rstrip("/").rpartition("/")[2]
    return bool(names) and any(fold(name, ALL_FOLDS) in names for name in (target, last, bare(last)))


def _read(asked: Asked, path: str) -> tuple[Frontmatter | None, tuple[str, ...]]:
    """A note's frontmatter, None without one that can be read, and what names it gives."""
    try:
        data = asked.read(path)
        text = decode(data).text if len(data) <= asked.max_size else ""
        frontmatter = read_frontmatter(text)
        if frontmatter is None or frontmatter.problem is not None:
            return None, ()
        facts = gather_facts(Note(path, SourceText(text[: frontmatter.span.end])))
    except Exception:  # noqa: BLE001 - which is told of where the note itself is read
        return None, ()
    return frontmatter, (facts.title, *facts.aliases)


def _is_source(frontmatter: Frontmatter, settings: SourceNotes) -> bool:
    given = frontmatter.value("type")
    several = given if isinstance(given, list) else [given]
    kinds = {str(kind).strip().casefold() for kind in several if kind is not None}
    if not kinds.isdisjoint(kind.casefold() for kind in settings.types):
        return True
    return any(entry.key in settings.keys and entry.node.plain() for entry in frontmatter.entries)
