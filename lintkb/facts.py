"""What a note tells the rest of the knowledge base: frozen, small, the same whatever process read it."""

import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from lintkb.source.directives import Directive
from lintkb.source.frontmatter import Entry, Frontmatter
from lintkb.source.note import Note
from lintkb.source.wikilinks import Wikilink
from lintkb.text import Span

_URL = re.compile(r"\b(?:https?|ftp)://\w|\bdoi:\s?10\.\d|\bwww\.\w", re.IGNORECASE)
_SOURCE_HEADING = re.compile(
    r"\W*(?:sources?|references?|bibliography|citations?|works cited|further reading|footnotes?|credits?)\W*",
    re.IGNORECASE,
)
_SOURCE_LINE = re.compile(
    r"^[^\w\r\n]{0,20}(?:sources?|references?|credits?|adapted from|based on|excerpts? from)[^\w\r\n]{0,5}:[^\w\r\n]{0,20}\w",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SOURCE_KEYS = (
    "attribution canonical citation citations doi episode isbn link links origin original podcast reference references"
    " source sources url urls via video videoid youtube"
)
SOURCE_KEYS = frozenset(_SOURCE_KEYS.split())


class UniqueValue(NamedTuple):
    """The value of a frontmatter key that no other note may have, as text, and its place."""

    key: str
    value: str
    span: Span


class NoteFacts(NamedTuple):
    """The facts of one note.

    `words` counts the words of its prose, `source` names what makes it attributable (empty when nothing does), `unique` are
    the values that the configuration wants to be this note's alone.
    """

    path: str
    title: str
    title_span: Span
    aliases: tuple[str, ...]
    has_frontmatter: bool
    words: int
    source: str
    unique: tuple[UniqueValue, ...]
    wikilinks: tuple[Wikilink, ...]
    directives: tuple[Directive, ...]


def gather_facts(note: Note, unique: Collection[str] = ()) -> NoteFacts:
    """The facts of a parsed note; `unique` are the frontmatter keys whose values may be no other note's."""
    frontmatter = note.frontmatter
    title = ""
    aliases: tuple[str, ...] = ()
    title_span = Span(0, 0)
    if frontmatter is not None:
        entry = frontmatter.entry("title")
        if entry is not None and entry.node.kind == "scalar" and entry.node.value is not None:
            title, title_span = str(entry.node.value).strip(), entry.node.span
        aliases = _names(frontmatter.value("aliases")) + _names(frontmatter.value("alias"))
    return NoteFacts(
        path=note.path,
        title=title,
        title_span=title_span,
        aliases=aliases,
        has_frontmatter=frontmatter is not None,
        words=sum(1 for _ in _WORD.finditer(note.prose)),
        source=_source(note, frontmatter),
        unique=tuple(_unique(frontmatter, unique)) if unique and frontmatter is not None else (),
        wikilinks=tuple(note.wikilinks),
        directives=tuple(note.directives),
    )


def _unique(frontmatter: Frontmatter, keys: Collection[str]) -> Iterator[UniqueValue]:
    for entry in frontmatter.entries:
        if entry.key in keys and entry.node.kind == "scalar" and entry.node.value is not None:
            yield UniqueValue(entry.key, str(entry.node.value), entry.node.span)


def _names(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(name).strip() for name in values if isinstance(name, str | int | float) and str(name).strip())


def source_entry(frontmatter: Frontmatter | None) -> Entry | None:
    """The first frontmatter entry that says where a note's content comes from."""
    for entry in frontmatter.entries if frontmatter is not None else ():
        if entry.key.replace("-", "").replace("_", "").lower() in SOURCE_KEYS and entry.node.plain():
            return entry
    return None


def _source(note: Note, frontmatter: Frontmatter | None) -> str:
    """The first thing found that says where the note's content comes from."""
    entry = source_entry(frontmatter)
    if entry is not None:
        return f"frontmatter key {entry.key}"
    if note.citations:
        return "citation"
    if any(_URL.match(link.destination) for link in note.structure.links):
        return "link"
    if any(
        _SOURCE_HEADING.fullmatch(note.text[heading.text.start : heading.text.end])
        for heading in note.structure.headings
    ):
        return "sources section"
    if _URL.search(note.text, note.body_start):
        return "address"
    if _SOURCE_LINE.search(note.prose):
        return "source line"
    return ""
