"""How far citations reach: for every sentence of a note, whether anything is cited for it, and by which rule.

The rules stand in `docs/claims.md`. A citation reaches what a reader expects it to vouch for, and never over a heading.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from lintkb import lazy_re as re
from lintkb.evidence.languages import CONCLUSION, SOURCES, YEAR, Language
from lintkb.facts import PAPER, URL, source_entry
from lintkb.source.markdown import FILLER, Mask
from lintkb.source.note import Note
from lintkb.source.references import fold_label
from lintkb.source.sentences import Sentence, Sentences, read_places
from lintkb.text import Span

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
_LETTER = re.compile(r"[^\W\d_]")
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
_YEAR = re.compile(rf"\([^()\r\n]*?{YEAR}[),;:]")
_NUMBER = re.compile(rf"\[(?<![\w\]]\[)\d{{1,3}}(?:[,–-] ?\d{{1,3}}){{0,8}}\](?![(\[:{FILLER}])")
# A name behind a dash, at the beginning of a line.
_SIGNED = re.compile(r"(?:—|–|--|―)[\s*_\[]*+[^\W\d_]")
_BREAK = re.compile(r"<br ?/?>")
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


class Scopes:
    """What covers the sentences of a note, in their order; each question is answered once, and when it is asked."""

    def __init__(
        self,
        note: Note,
        language: Callable[[], Language],
        source_words: tuple[str, ...],
        is_source: Callable[[str], bool] | None = None,
        recording_key: str = "",
    ) -> None:
        """`language` tells what the note is written in: of most notes it is not asked. `source_words` are those of all
        languages that are known. `is_source` says whether a link's target is a note that is itself a source.

        A source that the frontmatter names covers a note that cites nothing, unless it is the recording under
        `recording_key`: nobody looks a sentence up in two hours of talk.
        """
        self.note = note
        self.places = read_places(note)
        self._language = language
        self._source_words = source_words
        self.recording_key = recording_key
        self.blocks = note.structure.blocks
        self.headings = note.structure.headings
        self.heading_starts = [heading.span.start for heading in self.headings]
        self._read_sections()
        self._roles: dict[int, str] = {-1: ""}
        self.marks = self._read_marks(is_source)
        self.text_blocks = list(self.places)
        self._inner: dict[int, list[int]] = {}
        self._columns: dict[int, list[int]] = {}
        self._covering: dict[tuple[int, bool], tuple[str, int]] = {}

    @cached_property
    def language(self) -> Language:
        """What the note is written in."""
        return self._language()

    @cached_property
    def sentences(self) -> Sentences:
        """Its sentences, none of them cut yet."""
        language = self.language
        return Sentences(self.note, language.code, dotted_ordinals=language.dotted_ordinals, places=self.places)

    def __iter__(self) -> Iterator[Scope]:
        return map(self.of, self.sentences)

    def open(self) -> Iterator[tuple[Sentence, Scope]]:
        """The sentences that nothing covers. Of blocks that are covered as a whole none is read."""
        for block in self._open_blocks:
            for sentence in self.sentences.of(block):
                if (scope := self.of(sentence)).rule == OPEN:
                    yield sentence, scope

    def has_open(self) -> bool:
        """Whether there may be any: of most notes it is known without their language that there is none."""
        return bool(self._open_blocks)

    @cached_property
    def _open_blocks(self) -> list[int]:
        """The blocks that may have such sentences; what needs no language is asked first."""
        if self._whole:
            return []
        found = []
        for block, places in self.places.items():
            if self._ends_cited(places[-1]) or self._below(block) >= 0 or self._around(block)[1] >= 0:
                continue
            starts = [place.start for place in places]
            if self.cites and all(self._is_lead(start) or self._is_close(block, start) for start in starts):
                continue
            if not all(self._role(self._heading(start)) for start in starts):
                found.append(block)
        return found

    def uncited(self, start: int, end: int) -> list[Span]:
        """The sentences between two headings if nothing covers any of them, but for announcing what follows; else none."""
        starts = self._place_starts
        inside = slice(bisect_left(starts, start), bisect_left(starts, end))
        if any(self._within(*place) >= 0 for _, place in self._all_places[inside]):
            return []
        blocks = dict.fromkeys(block for block, _ in self._all_places[inside])
        found = [one for block in blocks for one in self.sentences.between(block, start, end)]
        return [one.span for one in found] if all(self.of(one).rule in (OPEN, LEAD_IN) for one in found) else []

    @cached_property
    def _all_places(self) -> list[tuple[int, Span]]:
        """The places with sentences, in reading order, each with its block."""
        return [(block, place) for block, places in self.places.items() for place in places]

    @cached_property
    def _place_starts(self) -> list[int]:
        return [place.start for _, place in self._all_places]

    def of(self, sentence: Sentence) -> Scope:
        """What covers one sentence."""
        by = self._within(sentence.begin, sentence.end)
        if by >= 0:
            return Scope(OWN, by)
        if self._whole:
            return Scope(self._whole)
        block = sentence.block
        behind = self._in_sentences_of(block, sentence.end)
        rule, by = (NEXT, behind) if behind >= 0 else (BELOW, self._below(block))
        if sentence is self.sentences.of(block)[-1] and _leads_in(sentence):
            return Scope(LEAD_IN, by)
        if by >= 0:
            return Scope(rule, by)
        rule, by = self._around(block)
        if by >= 0:
            return Scope(rule, by)
        rule = self._by_section(block, sentence.span.start)
        if rule:
            return Scope(rule)
        is_first = block == self.text_blocks[0] and sentence is self.sentences.of(block)[0]
        if is_first and self._is_lead(sentence.span.start):
            return Scope(LEAD)
        if self.language.concludes(sentence.words):
            return Scope(CONCLUSION)
        return Scope(OPEN, trailing=0 <= self._in_sentences_of(block) < sentence.begin)

    # Citations

    def _read_marks(self, is_source: Callable[[str], bool] | None) -> list[int]:
        """Where anything begins that cites, headings apart, in order."""
        note = self.note
        text, prose = note.text, note.prose
        marks = [citation.span.start for citation in note.citations]
        for span, destination, _, image in note.structure.links:
            if not image and (
                _EXTERNAL.match(destination)
                or _FILE.fullmatch(path := unquote(destination).partition("#")[0])
                or (is_source is not None and is_source(path))
            ):
                marks.append(span.start)
        for link in note.wikilinks:
            target = link.target
            if ("." in target and PAPER.search(target)) or (is_source is not None and is_source(target)):
                marks.append(link.span.start)
        if "href" in text:
            places = (match.start() for match in _HREF.finditer(text, note.body_start))
            marks += [at for at in places if note.hidden.end_if_covered(at) is None]
        caret = "^" in text  # which is looked for much sooner than two signs
        if caret and "[^" in text:
            defined = {fold_label(footnote.label) for footnote in note.references.footnotes}
            marks += [mark.span.start for mark in note.references.marks if fold_label(mark.label) in defined]
        found = []
        pieces = prose.split(":")
        if (
            any(piece.startswith("//") for piece in pieces)
            or any(piece.endswith(("doi", "DOI")) for piece in pieces)
            or "www." in prose
            or "WWW." in prose
        ):
            found.append(URL)
        if "@" in prose:
            found.append(_KEY)
        if caret and "^[" in prose:
            found.append(_INLINE_FOOTNOTE)
        longest = max(map(len, self._source_words), default=0) + 1
        ends = (piece[-longest:].rstrip().lower().replace("’", "'") for piece in pieces[:-1])
        if any(end.endswith(self._source_words) for end in ends):
            found.append(self.language.source_line)
        if _YEAR.search(prose) is not None:
            found.append(self.language.author_year)
        if _NUMBER.search(prose) is not None and self.has_sources:  # then sources are cited as `[3]`
            found.append(_NUMBER)
        for pattern in found:
            marks += [match.start() for match in pattern.finditer(prose, note.body_start)]
        marks.sort()
        spans = [heading.span for heading in self.headings]
        if any(bisect_left(marks, start) < bisect_left(marks, end) for start, end in spans):
            titles = Mask(spans)
            marks = [mark for mark in marks if titles.end_if_covered(mark) is None]
        return marks

    def _within(self, begin: int, end: int) -> int:
        """The first citation between two places, -1 for none."""
        at = bisect_left(self.marks, begin)
        return self.marks[at] if at < len(self.marks) and self.marks[at] < end else -1

    def _cited(self, block: int) -> int:
        """The first citation in a block, whatever it holds; -1 for none."""
        return self._within(*self.blocks[block].span)

    def _in_sentences_of(self, block: int, start: int = 0) -> int:
        """The first citation in the sentences of a block itself, from `start` on; -1 for none."""
        places = self.places.get(block, ())
        if len(places) == 1:
            return self._within(max(start, places[0].start), places[0].end)
        if block not in self._inner:
            ranges = [(bisect_left(self.marks, one.start), bisect_left(self.marks, one.end)) for one in places]
            self._inner[block] = [mark for first, last in ranges for mark in self.marks[first:last]]
        inner = self._inner[block]
        at = bisect_left(inner, start)
        return inner[at] if at < len(inner) else -1

    def _ends_cited(self, place: Span) -> bool:
        """Whether no word stands behind the last citation of a place, so that each sentence has one in or behind it."""
        at = bisect_left(self.marks, place.end) - 1
        return (
            at >= 0
            and self.marks[at] >= place.start
            and _LETTER.search(self.note.prose, self.marks[at], place.end) is None
        )

    @cached_property
    def _children(self) -> dict[int, list[int]]:
        """By block those that stand in it, in order; under -1 those that stand in none."""
        children: dict[int, list[int]] = {}
        for at, block in enumerate(self.blocks):
            children.setdefault(block.parent, []).append(at)
        return children

    @cached_property
    def _alone(self) -> dict[int, int]:
        """The marks that stand in paragraphs without a sentence, by the block that they cover, or by its heading (negative).

        That is the heading right above it, else the blocks before it back to another citation or heading; and the quotation
        right below it.
        """
        alone: dict[int, int] = {}
        wordless = {
            at
            for at, block in enumerate(self.blocks)
            if block.kind == "paragraph" and at not in self.places and self._cited(at) >= 0
        }
        for siblings in self._children.values() if wordless else ():
            for number, at in enumerate(siblings):
                if at not in wordless:
                    continue
                start, end = self.blocks[at].span
                before = siblings[number - 1] if number else self.blocks[at].parent
                heading = self._heading(start)
                above = (
                    (self.blocks[before].span.end if number else self.blocks[before].span.start) if before >= 0 else 0
                )
                if heading >= 0 and self.heading_starts[heading] >= above:
                    alone.setdefault(-1 - heading, self._cited(at))
                else:
                    for one in reversed(siblings[:number]):
                        if self._cited(one) >= 0 or one in alone or self.blocks[one].span.end <= self._section(heading):
                            break
                        alone[one] = self._cited(at)
                following = siblings[number + 1] if number + 1 < len(siblings) else -1
                if following >= 0 and self.blocks[following].kind == "quote" and not self._parted(end, following):
                    alone.setdefault(following, self._cited(at))
        return alone

    @cached_property
    def cites(self) -> bool:
        """Whether any sentence, or what stands around it, is cited."""
        return any(self._in_sentences_of(block) >= 0 for block in self.places) or bool(self._alone)

    @cached_property
    def has_sources(self) -> bool:
        """Whether a section lists sources."""
        return any(self._role(heading) == SOURCES for heading in range(len(self.headings)))

    @cached_property
    def _whole(self) -> str:
        """The rule by which a note that cites nothing is covered as a whole, empty when it is not."""
        if self.cites:
            return ""
        entry = source_entry(self.note.frontmatter)
        return NOTE if self.has_sources or (entry is not None and entry.key != self.recording_key) else ""

    # The blocks around

    def _around(self, block: int) -> tuple[str, int]:
        """What the block of a sentence and those around it say of it: a rule and the place of its citation, or -1."""
        heading = self._heading(self.blocks[block].span.start)
        if heading >= 0 and -1 - heading in self._alone:
            return BLOCK, self._alone[-1 - heading]
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
        if at in self._alone:
            return BLOCK, self._alone[at]
        kind = self.blocks[at].kind
        if kind == "item":
            return (PARENT, self._in_text_of(at)) if in_item else (ITEM, self._cited(at))
        if kind == "list":
            by = self._announced(at)
            return (PARENT, by) if by >= 0 else (SIBLING, self._for_all(at))
        if kind == "quote":
            return QUOTE, self._quoted(at)
        if kind == "table":
            return TABLE, self._announced(at)
        return (TABLE, self._in_row(at)) if kind == "row" else _NOTHING

    def _for_all(self, listed: int) -> int:
        """The citation in the last item of a list that is announced, or in one that is but a citation; -1 for none."""
        if self._cited(listed) < 0:
            return -1
        items = self._children[listed]
        if (by := self._cited(items[-1])) >= 0 and self._lead_in_of(listed) is not None:
            return by
        return next((by for item in items if (by := self._cited(item)) >= 0 and self._is_label(item)), -1)

    def _is_label(self, item: int) -> bool:
        """Whether what an item has beside its citation is at most what that is called: `Seen at`."""
        if item in self._children:
            return False
        if item not in self.places:
            return True
        sentence = self._leading_in(item)
        alone = sentence is not None and len(self.sentences.of(item)) == 1
        return sentence is not None and alone and len(sentence.words.split()) <= LABEL

    def _in_text_of(self, item: int) -> int:
        """The citation in the text of an item itself, whatever stands below it."""
        children = (child for child in self._children.get(item, ()) if self.blocks[child].kind == "paragraph")
        return next((by for text in (item, *children) if (by := self._in_sentences_of(text)) >= 0), -1)

    def _leading_in(self, block: int) -> Sentence | None:
        """The last sentence of a block with sentences, if it ends in a colon; None else."""
        start, end = self.places[block][-1]
        colon = self.note.prose.rfind(":", start, end)
        if colon < 0 or _LETTER.search(self.note.prose, colon, end) is not None:
            return None
        sentence = self.sentences.of(block)[-1]
        return sentence if _leads_in(sentence) else None

    def _lead_in_of(self, block: int) -> Sentence | None:
        """The sentence that a list or table, or what else it is, is announced by; None for none."""
        place = bisect_left(self.text_blocks, block) - 1
        before = self.text_blocks[place] if place >= 0 else -1
        outer = self.blocks[block].parent
        if before < 0 or (before != outer and self.blocks[before].parent != outer):
            return None
        sentence = self._leading_in(before)
        return sentence if sentence is not None and not self._parted(sentence.span.end, block) else None

    def _announced(self, block: int) -> int:
        """The citation in the paragraph that ends by announcing a list, table or quotation."""
        sentence = self._lead_in_of(block)
        return self._in_sentences_of(sentence.block) if sentence is not None else -1

    def _below(self, block: int) -> int:
        """The citation in the list, table or quotation that stands right below a block, -1 for none."""
        siblings = self._children.get(block if self.blocks[block].kind == "item" else self.blocks[block].parent, [])
        place = bisect_right(siblings, block)
        following = siblings[place] if place < len(siblings) else -1
        if following < 0 or self.blocks[following].kind not in ("list", "table", "quote"):
            return -1
        return -1 if self._parted(self.blocks[block].span.start, following) else self._cited(following)

    def _parted(self, start: int, block: int) -> bool:
        """Whether a heading stands between a place and a block."""
        at = bisect_left(self.heading_starts, start)
        return at < len(self.headings) and self.heading_starts[at] < self.blocks[block].span.start

    @cached_property
    def _text_starts(self) -> list[int]:
        """Where the blocks with sentences begin."""
        return [self.blocks[at].span.start for at in self.text_blocks]

    @cached_property
    def _signatures(self) -> list[int]:
        """Where lines begin with a dash and a name."""
        dashes = (match.start() for match in _SIGNED.finditer(self.note.text, self.note.body_start))
        return [at for at in dashes if self._begins_line(at)]

    def _begins_line(self, at: int) -> bool:
        """Whether nothing but marks stands before a dash on its line, or behind a line break in it."""
        text, before = self.note.text, at
        while before and text[before - 1] in " \t>*_":
            before -= 1
        return not before or text[before - 1] in "\r\n" or _BREAK.search(text, max(0, before - 5), at) is not None

    def _quoted(self, quote: int) -> int:
        """What says whose words a quotation or callout holds: a citation in it, a name in its title, at its end, below or
        above it."""
        start, end = self.blocks[quote].span
        if (by := self._cited(quote)) >= 0:
            return by
        starts = self._text_starts
        place = bisect_right(starts, end - 1)
        below = self.text_blocks[place] if place < len(self.text_blocks) else -1
        if below >= 0 and self.blocks[below].parent == self.blocks[quote].parent and not self._parted(start, below):
            end = starts[place] + 1  # where a dash may stand
        place = bisect_left(self._signatures, start)
        if place < len(self._signatures) and self._signatures[place] < end:
            return self._signatures[place]
        inner = self.blocks[self._children[quote][0]].span if quote in self._children else self.blocks[quote].span
        titled = _TITLED.match(self.note.text, *inner)
        if titled is not None and self.language.begins_with_name(titled[1]):
            return titled.start()
        signed = _ITEM_NAME.search(self.note.text, *self.blocks[quote].span)
        if signed is not None and self.language.is_name(signed[1].strip()):
            return signed.start(1)
        sentence = self._lead_in_of(quote)
        if sentence is not None and self.language.attribution(sentence.text, None, str):
            return sentence.span.start
        return self._announced(quote)

    def _in_row(self, row: int) -> int:
        """A citation in a row of a table, or what stands in its column of sources."""
        if (by := self._cited(row)) >= 0:
            return by
        cells = self._children.get(row, [])
        for column in self._source_columns(self.blocks[row].parent):
            place = self.blocks[cells[column]].span if column < len(cells) else self.blocks[row].span
            if column < len(cells) and self.note.text[place.start : place.end].strip(" |-–—?\t"):
                return place.start
        return -1

    def _source_columns(self, table: int) -> list[int]:
        if table not in self._columns:
            head = self._children[table][0]
            titles = (self.note.text[slice(*self.blocks[cell].span)] for cell in self._children.get(head, ()))
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
        """Of each heading the one whose section it stands in, -1 for none, and where its own section ends."""
        self.outer: list[int] = []
        self.ends = [len(self.note.text)] * len(self.headings)
        around: list[int] = []
        for number, heading in enumerate(self.headings):
            while around and self.headings[around[-1]].level >= heading.level:
                self.ends[around.pop()] = heading.span.start
            self.outer.append(around[-1] if around else -1)
            around.append(number)

    def _role(self, heading: int) -> str:
        """What the section of a heading, or the nearest one around it that tells, is there for; of -1, nothing."""
        asked = []
        while heading not in self._roles:
            asked.append(heading)
            heading = self.outer[heading]
        role = self._roles[heading]
        for one in reversed(asked):
            role = self._roles[one] = self.language.role(self.headings[one].shown) or role
        return role

    def _by_section(self, block: int, at: int) -> str:
        """The rule by which a sentence of a block, or all in it, is covered for the place where it begins, or empty."""
        role = self._role(self._heading(at))
        if role:
            return NOTE if role == SOURCES else role
        if not self.cites:
            return ""
        if self._is_lead(at):
            return LEAD
        return CONCLUSION if self._is_close(block, at) else ""

    def _is_lead(self, at: int) -> bool:
        """Whether a place lies before the first heading but for that of the whole note, or between that of a section and that
        of its first part, if its parts cite."""
        heading = self._heading(at)
        if heading < 0:
            return bool(self.headings)
        if heading == 0 and len(self.headings) > 1 and self.ends[0] == len(self.note.text):
            return True
        if heading + 1 == len(self.headings) or self.headings[heading + 1].level <= self.headings[heading].level:
            return False
        return self._within(self.heading_starts[heading + 1], self.ends[heading]) >= 0

    def _is_close(self, at: int, start: int) -> bool:
        """Whether a block, in which something begins at `start`, is the last paragraph of a note of several sections: it sums
        up."""
        block = self.blocks[at]
        outer = self.blocks[block.parent].kind if block.parent >= 0 else ""
        return (
            self._heading(start) >= 1
            and at == self.text_blocks[-1]
            and block.kind == "paragraph"
            and outer in ("", "quote")
        )


def _leads_in(sentence: Sentence) -> bool:
    """Whether a sentence ends in a colon."""
    at = sentence.words.rfind(":")
    return at >= 0 and _WORD.search(sentence.words, at) is None
