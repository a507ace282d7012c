"""How far citations reach: for every sentence of a note, whether anything is cited for it, and by which rule.

The rules stand in `docs/claims.md`. A citation reaches what a reader expects it to vouch for, and never over a heading.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lintkb.evidence.languages import CONCLUSION, SOURCES, STORY, Language
from lintkb.facts import source_entry
from lintkb.source.note import Note
from lintkb.source.sentences import Sentence, around
from lintkb.source.wikilinks import Wikilink

# By which rule a sentence is covered.
OWN = "own"  # a citation in it, or right behind its end
NEXT = "next"  # one in the next sentences of the block
LEAD_IN = "lead-in"  # it ends in a colon and tells what the list below is about
ITEMS = "items"  # the list right below it is cited, or what stands below its list item
PARENT = "parent"  # the list item above it is, or the lead-in of its list
SIBLING = "sibling"  # the last item of its list is, for the whole list
ITEM = "item"  # another paragraph of its list item is
QUOTE = "quote"  # the quotation or callout that it stands in is attributed
TABLE = "table"  # its row names a source, or the whole table does
BLOCK = "block"  # a citation stands alone, in a block of its own behind it or below its heading
SOURCE_NOTE = "source note"  # it links to a note that is itself a source
NOTE = "note"  # the note cites nothing, and names the one source of all
LEAD = "lead"  # it introduces a note that is cited
CLOSE = "conclusion"  # it sums up a note that is cited
STORY_TOLD = "story"  # the section retells a work, which is its own source
OPEN = ""

BACK = 2  # sentences before a citation that it reaches
_LEAD_IN = re.compile(r":\W*\Z")
_EXTERNAL = re.compile(r"(?:https?|ftp)://\w|doi:|www\.\w", re.IGNORECASE)
_HREF = re.compile(r"<a\s[^<>]{0,200}\bhref\s*=\s*[\"']?https?://[^<>]{0,1000}>", re.IGNORECASE)
# A key of a bibliography in brackets.
_KEY = re.compile(r"\[(?:[^\[\]\r\n@]{0,40}\s)?-?@[\w:.#$%&+?/-]{1,80}[^\[\]\r\n]{0,80}\]")
_NUMBER = re.compile(r"(?<![\w\]])\[\d{1,3}(?:[,–-] ?\d{1,3}){0,8}\](?![(\[:])")
_SIGNED = re.compile(r"(?:^|[\r\n>])[ \t>*_]*(?:—|–|--|―)\s*[^\W\d_]", re.MULTILINE)
_TITLED = re.compile(r"[ \t>]*\[![\w-]+\][-+]?[ \t]*(?=[A-ZÀ-Þ])([^\r\n]{2,60})")


class Scope(NamedTuple):
    """What covers a sentence: the rule, empty when nothing does, and where the citation begins, -1 when it is none.

    `trailing` is a sentence that nothing covers in a block in which there is a citation before it; `far` is one with a
    citation behind it in its block that does not reach so far back.
    """

    rule: str
    by: int = -1
    trailing: bool = False
    far: bool = False


def read_scopes(
    note: Note,
    sentences: Sequence[Sentence],
    language: Language,
    is_source: Callable[[Wikilink], bool] | None = None,
    recording_key: str = "",
) -> list[Scope]:
    """What covers each of the sentences. `is_source` says whether a wikilink leads to a note that is itself a source.

    A source that the frontmatter names covers a note that cites nothing, unless it is the recording under `recording_key`:
    nobody looks a sentence up in two hours of talk.
    """
    return _Reader(note, sentences, language, is_source, recording_key).scopes()


def external_links(note: Note) -> list[int]:
    """Where the links begin that lead out of the knowledge base, images apart."""
    found = [link.span.start for link in note.structure.links if not link.image and _EXTERNAL.match(link.destination)]
    if "href" in note.text:
        found += [match.start() for match in _HREF.finditer(note.text, note.body_start)]
    return found


class _Reader:
    def __init__(
        self,
        note: Note,
        sentences: Sequence[Sentence],
        language: Language,
        is_source: Callable[[Wikilink], bool] | None,
        recording_key: str,
    ) -> None:
        self.note = note
        self.sentences = sentences
        self.language = language
        self.blocks = note.structure.blocks
        self.recording_key = recording_key
        self.marks = sorted(self._marks())
        self.headings = note.structure.headings
        self.heading_starts = [heading.span.start for heading in self.headings]
        self.own = [self._own(sentence) for sentence in sentences]
        self.linked = self._linked(is_source) if is_source is not None else {}
        self.first: dict[int, int] = {}  # of each block with sentences, the first of them
        for at, sentence in enumerate(sentences):
            self.first.setdefault(sentence.block, at)
        self.text_blocks = sorted(self.first)
        # What is cited anywhere below, by block.
        self.cited: dict[int, int] = {}
        for at, by in enumerate(self.own):
            if by >= 0:
                self._spread(sentences[at].block, by)
        self.alone = self._alone()
        self.children: dict[int, list[int]] = {}
        for at, block in enumerate(self.blocks):
            self.children.setdefault(block.parent, []).append(at)
        self.roles: dict[int, str] = {}

    def _marks(self) -> list[int]:
        """Where anything stands that cites."""
        note, text = self.note, self.note.text
        marks = [citation.span.start for citation in note.citations]
        marks += external_links(note)
        if "[^" in text:
            defined = {footnote.label for footnote in note.references.footnotes}
            marks += [mark.span.start for mark in note.references.marks if mark.label in defined]
        if "[@" in text or " @" in text:
            marks += self._outside(_KEY)
        if "(" in text:
            marks += self._outside(self.language.author_year)
        if "[" in text and self._has_sources_section():
            marks += self._outside(_NUMBER)
        return marks

    def _outside(self, pattern: "re.Pattern[str]") -> list[int]:
        """Where a pattern is found in the prose."""
        return [match.start() for match in pattern.finditer(self.note.prose, self.note.body_start)]

    def _has_sources_section(self) -> bool:
        return any(self.language.role(heading.shown) == SOURCES for heading in self.note.structure.headings)

    def _within(self, begin: int, end: int) -> int:
        """The first mark from one place to another, -1 for none."""
        at = bisect_left(self.marks, begin)
        return self.marks[at] if at < len(self.marks) and self.marks[at] < end else -1

    def _own(self, sentence: Sentence) -> int:
        return self._within(sentence.begin, sentence.end)

    def _linked(self, is_source: Callable[[Wikilink], bool]) -> dict[int, int]:
        """The wikilinks to sources, by the sentence that they stand in."""
        begins = [sentence.begin for sentence in self.sentences]
        found = {}
        for link in self.note.wikilinks:
            at = bisect_right(begins, link.span.start) - 1
            if at >= 0 and link.span.start < self.sentences[at].end and at not in found and is_source(link):
                found[at] = link.span.start
        return found

    def _spread(self, block: int, by: int) -> None:
        self.cited.setdefault(block, by)
        for outer in around(self.blocks, block):
            if outer in self.cited:
                break
            self.cited[outer] = by

    def _alone(self) -> dict[int, int]:
        """The marks that stand in blocks without a sentence, by the block that they cover, or by its heading (negative)."""
        alone: dict[int, int] = {}
        for at, block in enumerate(self.blocks):
            if block.kind != "paragraph" or at in self.first or (by := self._within(*block.span)) < 0:
                continue
            place = bisect_left(self.text_blocks, at) - 1
            before = self.text_blocks[place] if place >= 0 else -1
            heading = bisect_right(self.heading_starts, block.span.start) - 1
            above = self.blocks[before].span.end if before >= 0 else self.note.body_start
            following = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
            if following is not None and following.kind == "quote":
                alone[at + 1] = by
            elif heading >= 0 and self.heading_starts[heading] >= above - 1:
                alone[-1 - heading] = by
            elif before >= 0 and self.blocks[before].parent == block.parent:
                alone[before] = by
        return alone

    # One sentence

    def scopes(self) -> list[Scope]:
        body_cited = any(by >= 0 for by in self.own)
        whole = self._whole_note() if not body_cited else ""
        scopes = []
        for at, by in enumerate(self.own):
            if by >= 0:
                scopes.append(Scope(OWN, by))
            elif whole:
                scopes.append(Scope(whole))
            else:
                scopes.append(self._scope(at, body_cited=body_cited))
        return scopes

    def _whole_note(self) -> str:
        """The rule by which a note that cites nothing is covered as a whole."""
        entry = source_entry(self.note.frontmatter)
        if entry is not None and entry.key != self.recording_key:
            return NOTE
        return NOTE if self._has_sources_section() else ""

    def _scope(self, at: int, *, body_cited: bool) -> Scope:
        sentence = self.sentences[at]
        block = sentence.block
        last = self._last_of(block)
        behind = next((other for other in range(at + 1, last + 1) if self.own[other] >= 0), -1)
        by = self.own[behind] if behind >= 0 else -1
        if behind < 0 and (below := self._below(block)) >= 0:
            behind, by = last, below
        if at == last and _LEAD_IN.search(sentence.words):
            return Scope(LEAD_IN, by)
        if 0 <= behind <= at + BACK:
            return Scope(ITEMS if behind == last and self.own[last] < 0 else NEXT, by)
        if at in self.linked:
            return Scope(SOURCE_NOTE, self.linked[at])
        for rule, by in self._around(block):
            if by >= 0:
                return Scope(rule, by)
        role = self._role(sentence.span.start)
        if role:
            rule = {SOURCES: NOTE, STORY: STORY_TOLD, CONCLUSION: CLOSE}[role]
            if rule != CLOSE or body_cited:
                return Scope(rule)
        if body_cited:
            if self._is_lead(sentence) or self._leads_section(sentence):
                return Scope(LEAD)
            if self.language.concludes(sentence.words) or self._is_close(sentence):
                return Scope(CLOSE)
        before = any(self.own[other] >= 0 for other in range(self.first[block], at))
        return Scope(OPEN, trailing=before, far=behind >= 0)

    def _around(self, block: int) -> "list[tuple[str, int]]":
        """What the blocks around say of a sentence in one of them: pairs of a rule and the place of its citation, or -1."""
        found: list[tuple[str, int]] = [(BLOCK, self.alone.get(block, -1))]
        heading = bisect_right(self.heading_starts, self.blocks[block].span.start) - 1
        found.append((BLOCK, self.alone.get(-1 - heading, -1) if heading >= 0 else -1))
        item = next((one for one in (block, *around(self.blocks, block)) if self.blocks[one].kind == "item"), -1)
        if item >= 0:
            found += self._in_item(block, item)
        for outer in around(self.blocks, block):
            kind = self.blocks[outer].kind
            if kind == "quote":
                found += [(QUOTE, self._quoted(outer)), (BLOCK, self.alone.get(outer, -1))]
            elif kind in ("row", "head"):
                found.append((TABLE, self._in_row(outer)))
            elif kind == "table":
                found.append((TABLE, self._announced(outer)))
        return found

    def _in_item(self, block: int, item: int) -> "list[tuple[str, int]]":
        blocks = self.blocks
        found = [(ITEMS if block == item else ITEM, self.cited.get(item, -1))]
        listed = blocks[item].parent
        while listed >= 0 and blocks[listed].kind == "list":
            last = self.children[listed][-1]
            announced = self._announced(listed)
            found.append((PARENT, announced))
            if self._lead_in_of(listed) >= 0:
                found.append((SIBLING, self.cited.get(last, -1)))
            outer = blocks[listed].parent
            if outer < 0 or blocks[outer].kind != "item":
                break
            found.append((PARENT, self._of_text(outer)))
            listed = blocks[outer].parent
        return found

    def _of_text(self, item: int) -> int:
        """The citation in the text of an item itself, whatever stands below it."""
        texts = [item, *(child for child in self.children.get(item, ()) if self.blocks[child].kind == "paragraph")]
        for text in texts:
            at = self.first.get(text, -1)
            while 0 <= at < len(self.sentences) and self.sentences[at].block == text:
                if self.own[at] >= 0:
                    return self.own[at]
                at += 1
        return -1

    def _lead_in_of(self, block: int) -> int:
        """The sentence that a list or table, or what else it is, is announced by; -1 for none."""
        place = bisect_left(self.text_blocks, block) - 1
        if place < 0:
            return -1
        before = self.text_blocks[place]
        outer = self.blocks[block].parent
        if before != outer and self.blocks[before].parent != outer:
            return -1
        at = self.first[before]
        while at + 1 < len(self.sentences) and self.sentences[at + 1].block == before:
            at += 1
        between = self.heading_starts[bisect_left(self.heading_starts, self.sentences[at].span.end) :][:1]
        if between and between[0] < self.blocks[block].span.start:
            return -1
        return at if _LEAD_IN.search(self.sentences[at].words) else -1

    def _announced(self, block: int) -> int:
        """The citation in what announces a list, table or quotation."""
        at = self._lead_in_of(block)
        return self.own[at] if at >= 0 else -1

    def _below(self, block: int) -> int:
        """The citation in the list or table that stands right below a block, -1 for none."""
        siblings = self.children.get(block if self.blocks[block].kind == "item" else self.blocks[block].parent, [])
        following = siblings[bisect_right(siblings, block) :][:1]
        if not following or self.blocks[following[0]].kind not in ("list", "table"):
            return -1
        heading = bisect_left(self.heading_starts, self.blocks[block].span.end)
        if self.heading_starts[heading:] and self.heading_starts[heading] < self.blocks[following[0]].span.start:
            return -1
        return self.cited.get(following[0], -1)

    def _quoted(self, quote: int) -> int:
        """What says whose words a quotation or callout holds: a citation at its end, a name below it or above it."""
        start, end = self.blocks[quote].span
        if (by := self._within(start, end)) >= 0:
            return by
        text = self.note.text
        signed = _SIGNED.search(text, start, end)
        if signed is not None:
            return signed.start()
        titled = _TITLED.match(text, start, end)
        if titled is not None and self.language.is_name(titled[1].strip()):
            return titled.start()
        following = next((one for one in self.text_blocks if self.blocks[one].span.start >= end), -1)
        if following >= 0 and _SIGNED.match(text, self.blocks[following].span.start):
            return self.blocks[following].span.start
        return self._announced(quote)

    def _last_of(self, block: int) -> int:
        at = self.first[block]
        while at + 1 < len(self.sentences) and self.sentences[at + 1].block == block:
            at += 1
        return at

    def _in_row(self, row: int) -> int:
        """A citation in a row of a table, or what stands in its column of sources."""
        if (by := self.cited.get(row, -1)) >= 0 or (by := self._within(*self.blocks[row].span)) >= 0:
            return by
        table = self.blocks[row].parent
        rows = self.children.get(table, [])
        head = rows[0] if rows and self.blocks[rows[0]].kind == "head" else -1
        if head < 0 or head == row:
            return -1
        cells = self.children.get(row, [])
        for cell, title in zip(cells, self.children.get(head, []), strict=False):
            words = self.note.text[slice(*self.blocks[title].span)].strip(" |*_`\t")
            if self.language.role(words) == SOURCES:
                place = self.blocks[cell].span
                if self.note.text[place.start : place.end].strip(" |-–—?\t"):
                    return place.start
        return -1

    # The section

    def _heading(self, at: int) -> int:
        return bisect_right(self.heading_starts, at) - 1

    def _role(self, at: int) -> str:
        """What the section, or one around it, is there for, as its heading says."""
        heading = self._heading(at)
        if heading not in self.roles:
            role, level = "", 7
            for one in range(heading, -1, -1):
                if self.headings[one].level < level:
                    level = self.headings[one].level
                    role = self.language.role(self.headings[one].shown)
                    if role:
                        break
            self.roles[heading] = role
        return self.roles[heading]

    def _is_lead(self, sentence: Sentence) -> bool:
        """Whether a sentence stands before the first heading but for that of the whole note."""
        heading = self._heading(sentence.span.start)
        return heading < 0 or (heading == 0 and len(self.headings) > 1 and self._is_title(0))

    def _leads_section(self, sentence: Sentence) -> bool:
        """Whether a sentence stands between the heading of a section and that of its first part, if its parts cite."""
        heading = self._heading(sentence.span.start)
        level = self.headings[heading].level if heading >= 0 else 0
        if heading < 0 or heading + 1 >= len(self.headings) or self.headings[heading + 1].level <= level:
            return False
        ends = (other.span.start for other in self.headings[heading + 1 :] if other.level <= level)
        return self._within(self.headings[heading + 1].span.end, next(ends, len(self.note.text))) >= 0

    def _is_title(self, heading: int) -> bool:
        level = self.headings[heading].level
        return all(other.level > level for other in self.headings[heading + 1 :])

    def _is_close(self, sentence: Sentence) -> bool:
        """Whether a sentence stands in the last paragraph of several sections, none cited in the last: it sums up."""
        heading = self._heading(sentence.span.start)
        return (
            heading == len(self.headings) - 1
            and heading >= 1
            and sentence.block == self.text_blocks[-1]
            and self.blocks[sentence.block].parent < 0
            and self._within(self.headings[heading].span.end, len(self.note.text)) < 0
        )
