"""What a note tells the rest of the knowledge base: frozen, small, the same whatever process read it."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from lintkb import lazy_re as re
from lintkb.signatures import read_signatures
from lintkb.source.directives import Directive
from lintkb.source.frontmatter import Entry, Frontmatter, written
from lintkb.source.links import LocalLink
from lintkb.source.note import Note
from lintkb.source.references import fold_label
from lintkb.source.wikilinks import Wikilink
from lintkb.text import Span

URL = re.compile(r"\b(?:https?|ftp)://\w|\bdoi:\s?10\.\d|\bwww\.\w", re.IGNORECASE)
_SOURCE_HEADING = re.compile(
    r"\W*(?:sources?|references?|bibliography|citations?|works cited|further reading|footnotes?|credits?)\W*",
    re.IGNORECASE,
)
_SOURCE_LINE = re.compile(
    r"^[^\w\r\n]{0,20}(?:sources?|references?|credits?|adapted from|based on|excerpts? from)[^\w\r\n]{0,5}:[^\w\r\n]{0,20}\w",
    re.IGNORECASE | re.MULTILINE,
)
PAPER = re.compile(r"[^/]\.(?:pdf|epub|djvu)(?:[#?]|\Z)", re.IGNORECASE)
# Keys of a bibliography, footnotes in the text, an author and a year.
_CITED = re.compile(
    r"\[-?@[\w:.#$%&+?/-]|\^\[[^\[\]\s]|\((?:[a-z]{1,4}\.? )?[A-ZÀ-Þ][^()\r\n]{0,80}?,? (?:1[5-9]|20)\d\d[a-z]?[),;:]"
)
_PROPERTY = re.compile(r"(?:- |[ \t]{0,8})(?P<key>[\w-]{1,40})::[ \t]+(?P<value>[^\r\n]*)(?:\r\n?|\n|\Z)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LETTERS = bytes(97 if chr(code).isalpha() else 32 for code in range(128)).ljust(
    256
)  # `a` for each, blanks for the rest
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


class Section(NamedTuple):
    """A heading: its level and block, its text as written and as a page shows it."""

    level: int
    span: Span
    text: str
    shown: str


class NoteFacts(NamedTuple):
    """The facts of one note.

    `readable` is a note whose frontmatter can be read, or that has none. `wikilinks` are those of the frontmatter and of the
    body; `defined` says where those begin that a link definition names. `blocks` are the names behind `^`, `ids` those that
    HTML gives. `words` counts the words of its prose, `source` names what makes it attributable (empty when nothing does),
    `unique` are the values that the configuration wants to be this note's alone. `entries` says where the links of an index
    page begin that are entries of it. `cites` counts its citations of times, `keys` are the values of the frontmatter keys
    that say what it cites, `sources` the files that hold what was said there. `signatures` stand for what its passages say,
    packed (`signatures.unpack`); empty where no rule asks for them, and in results that were kept.
    """

    path: str
    title: str
    title_span: Span
    aliases: tuple[str, ...]
    has_frontmatter: bool
    readable: bool
    body_start: int
    words: int
    source: str
    unique: tuple[UniqueValue, ...]
    wikilinks: tuple[Wikilink, ...]
    links: tuple[LocalLink, ...]
    defined: tuple[int, ...]
    entries: tuple[int, ...]
    sections: tuple[Section, ...]
    blocks: tuple[str, ...]
    ids: tuple[str, ...]
    directives: tuple[Directive, ...]
    cites: int
    keys: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    signatures: str

    def naming(self) -> Iterator[Wikilink]:
        """The wikilinks that lead to what their target names: those that no link definition of the note answers to."""
        return (link for link in self.wikilinks if link.span.start not in self.defined)


class Outline(NamedTuple):
    """What the index keeps of every note: of its facts what is small. Anchors and signatures are kept beside it."""

    path: str
    title: str
    aliases: tuple[str, ...]
    has_frontmatter: bool
    words: int
    source: bool
    unique: tuple[UniqueValue, ...]
    cites: bool
    keys: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]


def outline(facts: NoteFacts) -> Outline:
    """What the index keeps of a note."""
    return Outline(
        facts.path,
        facts.title,
        facts.aliases,
        facts.has_frontmatter,
        facts.words,
        bool(facts.source),
        facts.unique,
        bool(facts.cites),
        facts.keys,
        facts.sources,
    )


class Landmark(NamedTuple):
    """A heading as links know it: its level, its text as written and as a page shows it."""

    level: int
    text: str
    shown: str


class Landmarks(NamedTuple):
    """What links can name inside of a note."""

    sections: tuple[Landmark, ...]
    blocks: tuple[str, ...]
    ids: tuple[str, ...]

    @classmethod
    def of(cls, facts: NoteFacts) -> "Landmarks":
        """Those of a note."""
        sections = tuple(Landmark(section.level, section.text, section.shown) for section in facts.sections)
        return cls(sections, facts.blocks, facts.ids)

    def packed(self) -> str:
        """One string, as they are kept in large numbers; empty without any."""
        return json.dumps(self, separators=(",", ":"), ensure_ascii=False) if any(self) else ""

    @classmethod
    def unpacked(cls, packed: str) -> "Landmarks":
        """Those that were packed so."""
        if not packed:
            return cls((), (), ())
        sections, blocks, ids = json.loads(packed)
        return cls(tuple(map(Landmark._make, sections)), tuple(blocks), tuple(ids))


def gather_facts(
    note: Note,
    unique: Collection[str] = (),
    *,
    index_page: bool = False,
    keys: Collection[str] = (),
    sources: Callable[[Mapping[str, str]], tuple[str, ...]] = lambda _values: (),
    is_source: Callable[[str], bool] = lambda _target: False,
    passages: Mapping[str, int] | None = None,
) -> NoteFacts:
    """The facts of a parsed note; `unique` are the frontmatter keys whose values may be no other note's.

    `keys` are the frontmatter keys that say what it cites, `sources` finds the files of what is cited by their values.
    `is_source` says whether a link leads to a note that is a source.
    `passages` are the kinds of passages that get a signature, with the fewest words that these have.
    """
    frontmatter = note.frontmatter
    # A link to a time is a citation that leads nowhere, and no link to a file.
    cited = {citation.span for citation in note.citations if citation.form == "link" and citation.faults}
    title = ""
    aliases: tuple[str, ...] = ()
    title_span = Span(0, 0)
    if frontmatter is not None:
        entry = frontmatter.entry("title")
        if entry is not None and entry.node.kind == "scalar" and entry.node.value is not None:
            title, title_span = str(entry.node.value).strip(), entry.node.span
        aliases = tuple(name for key in ("aliases", "alias", "permalink") for name in _names(frontmatter.value(key)))
    for match in _properties(note):
        if match["key"] == "title":
            title, title_span = match["value"].strip(), Span(*match.span("value"))
        elif match["key"] in ("alias", "aliases"):
            aliases += tuple(name.strip().removeprefix("[[").removesuffix("]]") for name in match["value"].split(","))
    values = _values(note.text, frontmatter, keys) if frontmatter is not None else {}
    return NoteFacts(
        path=note.path,
        title=title,
        title_span=title_span,
        aliases=aliases,
        has_frontmatter=frontmatter is not None,
        readable=frontmatter is None or frontmatter.problem is None,
        body_start=note.body_start,
        words=_count_words(note.blanked),
        source=_source(note, frontmatter, is_source),
        unique=tuple(_unique(frontmatter, unique)) if unique and frontmatter is not None else (),
        wikilinks=(*note.frontmatter_wikilinks, *note.wikilinks),
        links=tuple(link for link in note.local_links if link.span not in cited),
        defined=tuple(_defined(note)),
        entries=tuple(note.entries) if index_page else (),
        sections=tuple(
            Section(heading.level, heading.span, note.text[heading.text.start : heading.text.end], heading.shown)
            for heading in note.structure.headings
        ),
        blocks=tuple(note.blocks),
        ids=tuple(note.ids),
        directives=tuple(note.directives),
        cites=len(note.citations),
        keys=tuple(values.items()),
        sources=sources(values),
        signatures=read_signatures(note, passages, title_span) if passages else "",
    )


def _count_words(prose: str) -> int:
    if prose.isascii():
        return (b" " + prose.encode("ascii").translate(_LETTERS)).count(b" aa")
    return len(_WORD.findall(prose))


def _values(text: str, frontmatter: Frontmatter, keys: Collection[str]) -> dict[str, str]:
    """The values of some keys, as text."""
    return {
        entry.key: written(text, entry.node).strip()
        for entry in frontmatter.entries
        if entry.key in keys and entry.node.kind == "scalar" and entry.node.value is not None
    }


def _unique(frontmatter: Frontmatter, keys: Collection[str]) -> Iterator[UniqueValue]:
    for entry in frontmatter.entries:
        if entry.key in keys and entry.node.kind == "scalar" and entry.node.value is not None:
            yield UniqueValue(entry.key, str(entry.node.value), entry.node.span)


def _defined(note: Note) -> Iterator[int]:
    """Where the wikilinks begin that are but the label of a link definition: in Foam they lead where that says."""
    labels = {fold_label(item.label) for item in note.references.definitions} if note.wikilinks else ()
    for link in note.wikilinks if labels else ():
        if not (link.embed or link.fragment or link.label is not None) and fold_label(link.target) in labels:
            yield link.span.start


def _properties(note: Note) -> Iterator[re.Match[str]]:
    """The page properties that Logseq keeps at the top of a page: `key:: value`, one to a line."""
    at = note.body_start
    while (match := _PROPERTY.match(note.text, at)) is not None:
        yield match
        at = match.end()


def _names(value: Any) -> tuple[str, ...]:
    """The names in a list, or in a string: it may hold several between commas, or be one with a comma in it."""
    values = value if isinstance(value, list) else [value]
    if isinstance(value, str) and "," in value:
        values = [value, *value.split(",")]
    return tuple(str(name).strip() for name in values if isinstance(name, str | int | float) and str(name).strip())


def source_entry(frontmatter: Frontmatter | None) -> Entry | None:
    """The first frontmatter entry that says where a note's content comes from."""
    for entry in frontmatter.entries if frontmatter is not None else ():
        if entry.key.replace("-", "").replace("_", "").lower() in SOURCE_KEYS and entry.node.plain():
            return entry
    return None


def _source(note: Note, frontmatter: Frontmatter | None, is_source: Callable[[str], bool]) -> str:
    """The first thing found that says where the note's content comes from; empty when nothing does.

    `is_source` says whether a link's target is a note that is itself a source.
    """
    entry = source_entry(frontmatter)
    if entry is not None:
        return f"frontmatter key {entry.key}"
    if note.citations:
        return "citation"
    targets = [link.destination for link in note.structure.links]
    if any(URL.match(target) or PAPER.search(target) or is_source(target) for target in targets):
        return "link"
    if any(PAPER.search(link.target) or is_source(link.target) for link in note.wikilinks):
        return "link"
    if "[^" in note.text and note.references.footnotes:
        return "footnote"
    if any(
        _SOURCE_HEADING.fullmatch(note.text[heading.text.start : heading.text.end])
        for heading in note.structure.headings
    ):
        return "sources section"
    if URL.search(note.text, note.body_start):
        return "address"
    if _SOURCE_LINE.search(note.prose):
        return "source line"
    if _CITED.search(note.prose):
        return "citation"
    return ""
