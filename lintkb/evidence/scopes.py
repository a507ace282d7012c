"""How far citations reach: for every sentence of a note, whether anything is cited for it, and by which rule.

The rules stand in `docs/claims.md`. A citation reaches what a reader expects it to vouch for, and never over a heading.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from lintkb.evidence.languages import CONCLUSION, SOURCES, YEAR, Language
from lintkb.facts import PAPER, URL, source_entry
from lintkb.source.markdown import FILLER, Mask
from lintkb.source.note import Note
from lintkb.source.references import fold_label
from lintkb.source.sentences import Sentence

# By which rule a sentence is covered, if it is not for what its section is there for: RELATED, STORY, CONCLUSION.
OWN = "own"  # a citation in it, or right behind its end
NEXT = "next"  # one further on in its block
BELOW = "below"  # the list, table or quotation right below its block is cited
LEAD_IN = "lead-in"  # it ends in a colon and tells what the list below is about
ITEMS = "items"  # what stands below its list item is
PARENT = "parent"  # the list item above it is, or the lead-in of its list
SIBLING = "sibling"  # the last item of its list is, for the whole list
ITEM = "item"  # something else in its list item is
QUOTE = "quote"  # the quotation or callout that it stands in is attributed, or cited
TABLE = "table"  # its row names a source, or the whole table does
BLOCK = "block"  # a citation stands alone, in a block of its own behind it or below its heading
NOTE = "note"  # the note cites nothing, and names the one source of all
LEAD = "lead"  # it introduces the note, or a section that is cited
OPEN = ""

LABEL = 3  # words of a list item that only say that a citation follows
_WORD = re.compile(r"\w")
_EXTERNAL = re.compile(r"(?:https?|ftp)://\w|doi:|www\.\w", re.IGNORECASE)
_HREF = re.compile(r"<a\s[^<>]{0,200}\bhref\s*=\s*[\"']?https?://[^<>]{0,1000}>", re.IGNORECASE)
# A file of the knowledge base that is no page of it; of what wikilinks name only papers and books are known by their endings.
_FILE = re.compile(
    r"(?![A-Za-z][\w+.-]*+:|//|\\\\)[^?#]*[^/?#]\.(?!md\b|markdown\b|html?\b)[A-Za-z]\w{1,4}(?:[?#].*)?", re.DOTALL
)
# A key of a bibliography in brackets.
_KEY = re.compile(
    r"\[(?:[^\[\]\r\n@]{0,40}\s)?-?@[\w:.#$%&+?/-]{1,80}[^\[\]\r\n]{0,300}\]|(?<![\w@.])@[A-Za-z][\w:-]{1,60}\d{4}[a-z]?\b"
)
_INLINE_FOOTNOTE = re.compile(r"\^\[[^\[\]\r\n]{1,300}\]")
_YEAR = re.compile(rf"{YEAR}[),;:]")
_NUMBER = re.compile(rf"(?<![\w\]])\[\d{{1,3}}(?:[,–-] ?\d{{1,3}}){{0,8}}\](?![(\[:{FILLER}])")
# A name behind a dash, at the beginning of a line.
_SIGNED = re.compile(r"(?:^|(?<=\r)|<br ?/?>)[ \t>*_]*+(—|–|--|―)[\s*_\[]*+[^\W\d_]", re.MULTILINE)
_TITLED = re.compile(r"\[![\w-]++\][-+]?[ \t]*+(?=[A-ZÀ-Þ])([^\r\n]{2,60})")
# A name that is the last item of a list in a quotation.
_ITEM_NAME = re.compile(r"[\r\n][ \t>]*+-[ \t*_]++([^\W\d_][^\r\n]{2,40}?)[\s*_>]*\Z")
_NOTHING = ("", -1)


class Scope(NamedTuple):
    """What covers a sentence: the rule, empty when nothing does, and where the citation begins, -1 when it is none.

    `trailing` is a sentence that nothing covers in a block in which there is a citation before it.
    """

    rule: str
    by: int = -1
    trailing: bool = False


def read_scopes(
    note: Note,
    sentences: Sequence[Sentence],
    language: Language,
    is_source: Callable[[str], bool] = lambda _target: False,
    recording_key: str = "",
) -> list[Scope]:
    """What covers each of the sentences. `is_source` says whether a link's target is a note that is itself a source.

    A source that the frontmatter names covers a note that cites nothing, unless it is the recording under `recording_key`:
    nobody looks a sentence up in two hours of talk.
    """
    return _Reader(note, sentences, language, is_source, recording_key).scopes()


def _marks(note: Note, is_source: Callable[[str], bool], language: Language, *, numbered: bool) -> list[int]:
    """Where anything begins that cites, headings apart, in order. `numbered` sources are cited as `[3]`."""
    text = note.text
    marks = [citation.span.start for citation in note.citations]
    for link in note.structure.links:
        path = unquote(link.destination).partition("#")[0]
        if not link.image and (_EXTERNAL.match(link.destination) or _FILE.fullmatch(path) or is_source(path)):
            marks.append(link.span.start)
    marks += [one.span.start for one in note.wikilinks if PAPER.search(one.target) or is_source(one.target)]
    if "href" in text:
        places = (match.start() for match in _HREF.finditer(text, note.body_start))
        marks += [at for at in places if note.hidden.end_if_covered(at) is None]
    if "[^" in text:
        defined = {fold_label(footnote.label) for footnote in note.references.footnotes}
        marks += [mark.span.start for mark in note.references.marks if fold_label(mark.label) in defined]
    prose = note.prose
    found = []
    if any(sign in prose for sign in ("://", "www.", "doi:", "WWW.", "DOI:")):
        found.append(URL)
    if "@" in prose:
        found.append(_KEY)
    if "^[" in prose:
        found.append(_INLINE_FOOTNOTE)
    found.append(language.source_line)
    if _YEAR.search(prose) is not None:
        found.append(language.author_year)
    if numbered:
        found.append(_NUMBER)
    for pattern in found:
        marks += [match.start() for match in pattern.finditer(prose, note.body_start)]
    titles = Mask(heading.span for heading in note.structure.headings)
    return sorted(mark for mark in marks if titles.end_if_covered(mark) is None)


class _Reader:
    """What is asked of the blocks and sections around sentences: each question is answered once."""

    def __init__(
        self,
        note: Note,
        sentences: Sequence[Sentence],
        language: Language,
        is_source: Callable[[str], bool],
        recording_key: str,
    ) -> None:
        self.note = note
        self.sentences = sentences
        self.language = language
        self.recording_key = recording_key
        self.blocks = note.structure.blocks
        self.headings = note.structure.headings
        self.heading_starts = [heading.span.start for heading in self.headings]
        self._read_sections()
        self.has_sources = SOURCES in self.roles
        self.marks = _marks(note, is_source, language, numbered=self.has_sources)
        # Of each sentence its own citation; the next sentence of its block, itself perhaps, that has one.
        self.own = [self._within(sentence.begin, sentence.end) for sentence in sentences]
        self.ahead = [-1] * len(sentences)
        # Of each block with sentences the first and the last of them, and the first that has a citation.
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        self.earliest: dict[int, int] = {}
        for at, sentence in enumerate(sentences):
            self.first.setdefault(sentence.block, at)
            self.last[sentence.block] = at
            if self.own[at] >= 0:
                self.earliest.setdefault(sentence.block, at)
        for at in range(len(sentences) - 1, -1, -1):
            if self.own[at] >= 0:
                self.ahead[at] = at
            elif at < self.last[sentences[at].block]:
                self.ahead[at] = self.ahead[at + 1]
        self.text_blocks = list(self.first)
        self.text_starts = [self.blocks[at].span.start for at in self.text_blocks]
        self.children: dict[int, list[int]] = {}
        for at, block in enumerate(self.blocks):
            self.children.setdefault(block.parent, []).append(at)
        self.cited = self._cited()
        self.alone = self._alone()
        self.cites = bool(self.earliest or self.alone)
        self._columns: dict[int, list[int]] = {}
        self._covering: dict[tuple[int, bool], tuple[str, int]] = {}

    def _within(self, begin: int, end: int) -> int:
        """The first mark from one place to another, -1 for none."""
        at = bisect_left(self.marks, begin)
        return self.marks[at] if at < len(self.marks) and self.marks[at] < end else -1

    def _cited(self) -> dict[int, int]:
        """The first mark in each block that holds any."""
        cited: dict[int, int] = {}
        holding: list[int] = []
        at = 0
        for mark in self.marks:
            while at < len(self.blocks) and self.blocks[at].span.start <= mark:
                while holding and self.blocks[holding[-1]].span.end <= self.blocks[at].span.start:
                    holding.pop()
                holding.append(at)
                at += 1
            while holding and self.blocks[holding[-1]].span.end <= mark:
                holding.pop()
            for outer in reversed(holding):
                if outer in cited:
                    break
                cited[outer] = mark
        return cited

    def _alone(self) -> dict[int, int]:
        """The marks that stand in paragraphs without a sentence, by the block that they cover, or by its heading (negative).

        That is the heading right above it, else the blocks before it back to another citation or heading; and the quotation
        right below it.
        """
        alone: dict[int, int] = {}
        for siblings in self.children.values():
            for number, at in enumerate(siblings):
                start, end = self.blocks[at].span
                if self.blocks[at].kind != "paragraph" or at in self.first or at not in self.cited:
                    continue
                before = siblings[number - 1] if number else self.blocks[at].parent
                heading = self._heading(start)
                above = (
                    (self.blocks[before].span.end if number else self.blocks[before].span.start) if before >= 0 else 0
                )
                if heading >= 0 and self.heading_starts[heading] >= above:
                    alone.setdefault(-1 - heading, self.cited[at])
                else:
                    for one in reversed(siblings[:number]):
                        if one in self.cited or one in alone or self.blocks[one].span.end <= self._section(heading):
                            break
                        alone[one] = self.cited[at]
                following = siblings[number + 1] if number + 1 < len(siblings) else -1
                if following >= 0 and self.blocks[following].kind == "quote" and not self._parted(end, following):
                    alone.setdefault(following, self.cited[at])
        return alone

    # One sentence

    def scopes(self) -> list[Scope]:
        whole = "" if self.cites else self._whole_note()
        return [
            Scope(OWN, by) if by >= 0 else Scope(whole) if whole else self._scope(at) for at, by in enumerate(self.own)
        ]

    def _whole_note(self) -> str:
        """The rule by which a note that cites nothing is covered as a whole."""
        entry = source_entry(self.note.frontmatter)
        return NOTE if self.has_sources or (entry is not None and entry.key != self.recording_key) else OPEN

    def _scope(self, at: int) -> Scope:
        sentence = self.sentences[at]
        block = sentence.block
        last = self.last[block]
        behind = self.ahead[at]
        rule, by = (NEXT, self.own[behind]) if behind >= 0 else (BELOW, self._below(block))
        if at == last and _leads_in(sentence):
            return Scope(LEAD_IN, by)
        if by >= 0:
            return Scope(rule, by)
        rule, by = self._around(block)
        if by >= 0:
            return Scope(rule, by)
        role = self.roles[self._heading(sentence.span.start)]
        if role:
            return Scope(NOTE if role == SOURCES else role)
        if self._is_lead(sentence) and (self.cites or at == 0):
            return Scope(LEAD)
        if self.language.concludes(sentence.words) or (self.cites and self._is_close(sentence)):
            return Scope(CONCLUSION)
        return Scope(OPEN, trailing=self.earliest.get(block, at) < at)

    # The blocks around

    def _around(self, block: int) -> tuple[str, int]:
        """What the block of a sentence and those around it say of it: a rule and the place of its citation, or -1."""
        heading = self._heading(self.blocks[block].span.start)
        if heading >= 0 and -1 - heading in self.alone:
            return BLOCK, self.alone[-1 - heading]
        asked = []
        one, in_item = block, False
        while one >= 0 and (one, in_item) not in self._covering:
            asked.append((one, in_item))
            in_item = in_item or self.blocks[one].kind == "item"
            one = self.blocks[one].parent
        found = self._covering.get((one, in_item), _NOTHING)
        for one, in_item in reversed(asked):
            said = self._says(one, in_item=in_item)
            found = self._covering[one, in_item] = said if said[1] >= 0 else found
        return (ITEMS, found[1]) if found[0] == ITEM and self.blocks[block].kind == "item" else found

    def _says(self, at: int, *, in_item: bool) -> tuple[str, int]:
        """What one block says of what stands in it, which may be in an item of a list in it."""
        if at in self.alone:
            return BLOCK, self.alone[at]
        kind = self.blocks[at].kind
        if kind == "item":
            return (PARENT, self._in_text_of(at)) if in_item else (ITEM, self.cited.get(at, -1))
        if kind == "list":
            by = self._announced(at)
            return (PARENT, by) if by >= 0 else (SIBLING, self._for_all(at))
        if kind == "quote":
            return QUOTE, self._quoted(at)
        if kind == "table":
            return TABLE, self._announced(at)
        return (TABLE, self._in_row(at)) if kind == "row" else _NOTHING

    def _in_sentences_of(self, block: int) -> int:
        """The first citation in the sentences of a block itself, -1 for none."""
        return self.own[self.earliest[block]] if block in self.earliest else -1

    def _for_all(self, listed: int) -> int:
        """The citation in the last item of a list that is announced, or in one that is but a citation; -1 for none."""
        items = self.children[listed]
        if self._lead_in_of(listed) >= 0 and items[-1] in self.cited:
            return self.cited[items[-1]]
        return next((self.cited[item] for item in items if item in self.cited and self._is_label(item)), -1)

    def _is_label(self, item: int) -> bool:
        """Whether what an item has beside its citation is at most what that is called: `Seen at`."""
        if item in self.children:
            return False
        if item not in self.first:
            return True
        sentence = self.sentences[self.first[item]]
        alone = self.first[item] == self.last[item]
        return alone and len(sentence.words.split()) <= LABEL and _leads_in(sentence)

    def _in_text_of(self, item: int) -> int:
        """The citation in the text of an item itself, whatever stands below it."""
        children = (child for child in self.children.get(item, ()) if self.blocks[child].kind == "paragraph")
        return next((by for text in (item, *children) if (by := self._in_sentences_of(text)) >= 0), -1)

    def _lead_in_of(self, block: int) -> int:
        """The sentence that a list or table, or what else it is, is announced by; -1 for none."""
        place = bisect_left(self.text_blocks, block) - 1
        before = self.text_blocks[place] if place >= 0 else -1
        outer = self.blocks[block].parent
        if before < 0 or (before != outer and self.blocks[before].parent != outer):
            return -1
        at = self.last[before]
        return at if _leads_in(self.sentences[at]) and not self._parted(self.sentences[at].span.end, block) else -1

    def _announced(self, block: int) -> int:
        """The citation in the paragraph that ends by announcing a list, table or quotation."""
        at = self._lead_in_of(block)
        return self._in_sentences_of(self.sentences[at].block) if at >= 0 else -1

    def _below(self, block: int) -> int:
        """The citation in the list, table or quotation that stands right below a block, -1 for none."""
        siblings = self.children.get(block if self.blocks[block].kind == "item" else self.blocks[block].parent, [])
        place = bisect_right(siblings, block)
        following = siblings[place] if place < len(siblings) else -1
        if following < 0 or self.blocks[following].kind not in ("list", "table", "quote"):
            return -1
        return -1 if self._parted(self.blocks[block].span.start, following) else self.cited.get(following, -1)

    def _parted(self, start: int, block: int) -> bool:
        """Whether a heading stands between a place and a block."""
        at = bisect_left(self.heading_starts, start)
        return at < len(self.headings) and self.heading_starts[at] < self.blocks[block].span.start

    @cached_property
    def _signatures(self) -> list[int]:
        """Where lines begin with a dash and a name."""
        return [match.start(1) for match in _SIGNED.finditer(self.note.text, self.note.body_start)]

    def _quoted(self, quote: int) -> int:
        """What says whose words a quotation or callout holds: a citation in it, a name in its title, at its end, below or
        above it."""
        start, end = self.blocks[quote].span
        if quote in self.cited:
            return self.cited[quote]
        place = bisect_right(self.text_starts, end - 1)
        below = self.text_blocks[place] if place < len(self.text_blocks) else -1
        if below >= 0 and self.blocks[below].parent == self.blocks[quote].parent and not self._parted(start, below):
            end = self.text_starts[place] + 1  # where a dash may stand
        place = bisect_left(self._signatures, start)
        if place < len(self._signatures) and self._signatures[place] < end:
            return self._signatures[place]
        inner = self.blocks[self.children[quote][0]].span if quote in self.children else self.blocks[quote].span
        titled = _TITLED.match(self.note.text, *inner)
        if titled is not None and self.language.begins_with_name(titled[1]):
            return titled.start()
        signed = _ITEM_NAME.search(self.note.text, *self.blocks[quote].span)
        if signed is not None and self.language.is_name(signed[1].strip()):
            return signed.start(1)
        at = self._lead_in_of(quote)
        if at >= 0 and self.language.attribution(self.sentences[at].text, None, ""):
            return self.sentences[at].span.start
        return self._announced(quote)

    def _in_row(self, row: int) -> int:
        """A citation in a row of a table, or what stands in its column of sources."""
        if row in self.cited:
            return self.cited[row]
        cells = self.children.get(row, [])
        for column in self._source_columns(self.blocks[row].parent):
            place = self.blocks[cells[column]].span if column < len(cells) else self.blocks[row].span
            if column < len(cells) and self.note.text[place.start : place.end].strip(" |-–—?\t"):
                return place.start
        return -1

    def _source_columns(self, table: int) -> list[int]:
        if table not in self._columns:
            head = self.children[table][0]
            titles = (self.note.text[slice(*self.blocks[cell].span)] for cell in self.children.get(head, ()))
            roles = (self.language.role(title.strip(" |*_`\t")) for title in titles)
            self._columns[table] = [column for column, role in enumerate(roles) if role == SOURCES]
        return self._columns[table]

    # The section

    def _heading(self, at: int) -> int:
        return bisect_right(self.heading_starts, at) - 1

    def _section(self, heading: int) -> int:
        """Where the section of a heading begins, or what stands before them all."""
        return self.headings[heading].span.end if heading >= 0 else self.note.body_start

    def _read_sections(self) -> None:
        """Of each heading what its section, or one around it, is there for, and where it ends; the last role is that of what
        stands before them all."""
        self.roles: list[str] = []
        self.ends = [len(self.note.text)] * len(self.headings)
        outer: list[int] = []
        for number, heading in enumerate(self.headings):
            while outer and self.headings[outer[-1]].level >= heading.level:
                self.ends[outer.pop()] = heading.span.start
            self.roles.append(self.language.role(heading.shown) or (self.roles[outer[-1]] if outer else ""))
            outer.append(number)
        self.roles.append("")

    def _is_lead(self, sentence: Sentence) -> bool:
        """Whether a sentence stands before the first heading but for that of the whole note, or between that of a section and
        that of its first part, if its parts cite."""
        heading = self._heading(sentence.span.start)
        if heading < 0:
            return bool(self.headings)
        if heading == 0 and len(self.headings) > 1 and self.ends[0] == len(self.note.text):
            return True
        if heading + 1 == len(self.headings) or self.headings[heading + 1].level <= self.headings[heading].level:
            return False
        return self._within(self.heading_starts[heading + 1], self.ends[heading]) >= 0

    def _is_close(self, sentence: Sentence) -> bool:
        """Whether a sentence stands in the last paragraph of a note of several sections: it sums up."""
        block = self.blocks[sentence.block]
        outer = self.blocks[block.parent].kind if block.parent >= 0 else ""
        return (
            self._heading(sentence.span.start) >= 1
            and sentence.block == self.text_blocks[-1]
            and block.kind == "paragraph"
            and outer in ("", "quote")
        )


def _leads_in(sentence: Sentence) -> bool:
    """Whether a sentence ends in a colon."""
    at = sentence.words.rfind(":")
    return at >= 0 and _WORD.search(sentence.words, at) is None
