"""A note, parsed once: what every check on a single note looks at."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from lintkb import lazy_re as re
from lintkb.source.citations import Citation, read_citations
from lintkb.source.directives import Directive, read_directives
from lintkb.source.frontmatter import Frontmatter, read_frontmatter
from lintkb.source.links import LocalLink, read_ids, read_local_links
from lintkb.source.markdown import FILLER, Mask, Structure, blanked, read_structure
from lintkb.source.references import References, fold_label, read_references
from lintkb.source.wikilinks import Malformed, Wikilink, read_frontmatter_wikilinks, read_wikilinks
from lintkb.text import SourceText, Span

if TYPE_CHECKING:
    import regex

# A list item, in a quotation perhaps; and what may stand around a link that is alone on its line.
_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_AROUND = " \t>*_"
_BLOCK = re.compile(r"(?:^|(?<=[ \t]))\^([A-Za-z0-9_-]+)[ \t]*(?=[\r\n]|\Z)", re.MULTILINE)


class Note:
    """The parsed note at `path` (relative to the knowledge base's root, with `/`)."""

    def __init__(self, path: str, source: SourceText, dialects: Mapping[str, "regex.Pattern[str]"] = {}) -> None:
        """Parse a decoded note; any text is a note. `dialects` are the user's own forms of citations.

        Raises TimeoutError when a dialect takes too long.
        """
        self.path = path
        self.source = source
        self.text = source.text
        self.frontmatter: Frontmatter | None = read_frontmatter(self.text)
        self.body_start = self.frontmatter.span.end if self.frontmatter else 0
        self.structure: Structure = read_structure(self.text, self.body_start)
        hidden = self.structure.code + self.structure.comments + self.structure.math
        self.hidden = Mask(hidden)
        links_hidden = Mask(hidden + self.structure.html_blocks)
        self.wikilinks: list[Wikilink]
        self.malformed: list[Malformed]
        self.wikilinks, self.malformed = read_wikilinks(
            self.text, self.body_start, links_hidden, Mask(self.structure.tables)
        )
        defined = (
            [one.span for one in self.references.definitions + self.references.repeated] if "]:" in self.text else []
        )
        self.citations: list[Citation]
        self.markup: list[Span]
        self.citations, self.markup = read_citations(
            self.text, self.body_start, Mask(hidden + defined), self.structure.links, self.wikilinks, dialects
        )

    @cached_property
    def frontmatter_wikilinks(self) -> list[Wikilink]:
        """The values of the frontmatter that are wikilinks."""
        return read_frontmatter_wikilinks(self.text, self.frontmatter) if self.frontmatter is not None else []

    @cached_property
    def local_links(self) -> list[LocalLink]:
        """The Markdown and HTML links that lead to places of the knowledge base, in reading order."""
        return read_local_links(self.text, self.body_start, self.structure, self.references.definitions, self.hidden)

    @cached_property
    def entries(self) -> list[int]:
        """Where the links begin that are entries of a list: those in a list item, or alone on their line."""
        links = [link.span for link in self.wikilinks]
        links += [link.span for link in self.local_links if link.form == "link"]
        found, items = [], {}  # whether a line is a list item is asked once for all of its links
        for span in sorted(links):
            line = self.source.line_span(self.source.position(span.start).line)
            if line.start not in items:
                items[line.start] = _ITEM.match(self.text, line.start, span.start) is not None
            if items[line.start] or self._is_alone(span, line):
                found.append(span.start)
        return found

    def _is_alone(self, span: Span, line: Span) -> bool:
        """Whether nothing that says anything stands beside a link on its line."""
        start, end = span
        while start > line.start and self.text[start - 1] in _AROUND:
            start -= 1
        while end < line.end and self.text[end] in _AROUND:
            end += 1
        return start == line.start and end >= line.end  # a link may go on on the next line

    @cached_property
    def cited_seconds(self) -> list[int]:
        """The seconds of all times in its citations, whatever they are for, in reading order; broken ones have none."""
        return [time[2] for citation in self.citations for time in citation[2] if time[2] is not None]

    @cached_property
    def ids(self) -> list[str]:
        """The ids that the note gives to its places, beside headings and blocks."""
        return read_ids(self.text, self.body_start, self.structure, self.hidden)

    @cached_property
    def blocks(self) -> list[str]:
        """The names of its blocks: `^name` at the end of a line."""
        if "^" not in self.text:
            return []
        found = _BLOCK.finditer(self.text, self.body_start)
        return [match[1] for match in found if self.hidden.end_if_covered(match.start(1)) is None]

    @cached_property
    def directives(self) -> list[Directive]:
        """The suppression directives, in reading order."""
        return read_directives(self.source, self.structure.comments, self.frontmatter)

    @cached_property
    def references(self) -> References:
        """What the note defines for its reference links and footnotes, and what refers to it."""
        return read_references(self.text, self.body_start, self.hidden)

    @cached_property
    def inside(self) -> Mask:
        """Where what stands there is inside of something else: a link, an image, markup, what may be math."""
        links = [link.span for link in self.structure.links] + [link.span for link in self.wikilinks]
        return Mask([*(Span(start + 1, end) for start, end in links), *self.markup, *self.structure.money])

    @cached_property
    def labels(self) -> frozenset[str]:
        """What stands in brackets and is a link wherever it does: the folded labels of its definitions."""
        return frozenset(fold_label(definition.label) for definition in self.references.definitions)

    @cached_property
    def folded(self) -> str:
        """The whole text without regard to case, for a look at whether a word is in it; offsets are not those of the text."""
        folded = self.text.casefold()
        # The letters that `regex` takes for an i.
        return folded if folded.isascii() else folded.replace("ı", "i").replace("i\u0307", "i")

    @cached_property
    def prose(self) -> str:
        """The note with all that is not prose masked: frontmatter, code, comments, math, HTML tags, headings, link targets.

        It has the note's length and lines, so offsets into it are offsets into the note.
        """
        spans = [heading.span for heading in self.structure.headings]
        spans += [self.frontmatter.span] if self.frontmatter is not None else []
        return Mask([*self._not_words, *spans]).apply(self.text)

    @cached_property
    def blanked(self) -> str:
        """The same with blanks for what is masked, and for the marks of typographers: of most notes it is ASCII."""
        return blanked(self.prose)

    @cached_property
    def shown(self) -> str:
        """The prose with the headings and the frontmatter's title, and without what names a target, be it shown or not."""
        spans = [link.span for link in self.wikilinks if link.label is None]
        spans += [definition.span for definition in self.references.definitions]
        for link in self.structure.links:
            if link.kind == "reference":
                spans.append(link.span._replace(start=self.text.rfind("][", *link.span) + 1))
            elif link.kind != "inline":
                spans.append(link.span)
        if self.frontmatter is not None:
            start, end = self.frontmatter.span
            title = self.frontmatter.entry("title")
            if title is not None and title.node.kind == "scalar":
                spans += [Span(start, title.node.span.start), Span(title.node.span.end, end)]
            else:
                spans.append(self.frontmatter.span)
        return Mask([*self._not_words, *spans]).apply(self.text)

    @cached_property
    def _not_words(self) -> list[Span]:
        """What of the body nobody reads as words."""
        structure = self.structure
        spans = [*structure.code, *structure.comments, *structure.math, *structure.html]
        spans += [
            citation.span for citation in self.citations if citation.faults != ("target",) or citation.form != "link"
        ]
        spans += [
            Span(link.target_span.start, max(link.target_span.end, link.fragment_span.end))
            for link in self.wikilinks
            if link.label is not None
        ]
        for link in structure.links:
            target = self.text.rfind("](", link.span.start, link.span.end)
            if target >= 0:
                spans.append(link.span._replace(start=target + 1))
        return spans

    @cached_property
    def plain_lines(self) -> list[tuple[int, str]]:
        """The lines of prose that hold nothing masked, without the blanks around them, each with its offset."""
        lines = []
        for start, end in self.source.lines(self.body_start):
            line = self.prose[start:end]
            if FILLER not in line and (text := line.strip()):
                lines.append((start + line.index(text[0]), text))
        return lines
