"""Block structure and masks of a note's body, from one pass over pyromark's events."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any, NamedTuple

import pyromark

from lintkb import lazy_re as re
from lintkb.text import ByteOffsets, Span

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_WIKILINKS
    | pyromark.Options.ENABLE_MATH
    | pyromark.Options.ENABLE_GFM
)
# What money looks like when it is read as math: an amount behind the opener, or a citation or wikilink inside.
_NOT_MATH = re.compile(r"\$\d|\[\[|data-t|\[\d{1,2}:\d{2}")
_NOT_DISPLAYED = re.compile(r"\$\d|data-t|\[\d{1,2}:\d{2}|\[\[[^\[\]\r\n|]*\|")
# And what is none in spite of a time inside: it has no blanks, as prose has, or begins and ends on lines of its own.
_FORMULA = re.compile(
    r"(?<![\w$])(\$\$?)(?!\d)(?=[^\s$]*\[\d)(?![^\s$]*\[\[\D)[^\s$]++\1(?![\w$])"
    r"|^\$\$[ \t]*+[\r\n](?:(?!data-t|\[\[\D)[^$])*+(?<=[\r\n])\$\$",
    re.MULTILINE,
)
_BLOCKS = {
    "Paragraph": "paragraph",
    "List": "list",
    "Item": "item",
    "BlockQuote": "quote",
    "FootnoteDefinition": "footnote",
    "Table": "table",
    "TableHead": "head",
    "TableRow": "row",
    "TableCell": "cell",
}
_NOT_NEWLINE = re.compile(r"[^\r\n]")
_LONE_CR = re.compile(r"\r(?!\n)")
FILLER = "\ufffc"
_NO_WORDS = f"{FILLER}—–’‘“”…•"


class Mask:
    """Sorted, merged spans of text that is not to be read."""

    __slots__ = ("ends", "starts")

    def __init__(self, spans: Iterable[Span]) -> None:
        starts: list[int] = []
        ends: list[int] = []
        last = -1
        for start, end in sorted(spans):
            if start > last:
                starts.append(start)
                ends.append(end)
                last = end
            elif end > last:
                ends[-1] = last = end
        self.starts, self.ends = starts, ends

    def spans(self) -> Iterable[Span]:
        """The merged spans, in order."""
        return map(Span, self.starts, self.ends)

    def end_if_covered(self, offset: int) -> int | None:
        """The end of the masked span that holds `offset`; None when none does."""
        index = bisect_right(self.starts, offset) - 1
        return self.ends[index] if index >= 0 and offset < self.ends[index] else None

    def apply(self, text: str) -> str:
        """The text with every masked character but line ends replaced, so that offsets and lines stay."""
        pieces, at = [], 0
        for start, end in zip(self.starts, self.ends, strict=True):
            masked = text[start:end]
            if at < start:
                pieces.append(text[at:start])
            if "\r" in masked:
                pieces.append(_NOT_NEWLINE.sub(FILLER, masked))
            elif "\n" in masked:
                pieces.append("\n".join([FILLER * len(line) for line in masked.split("\n")]))
            else:
                pieces.append(FILLER * (end - start))
            at = end
        pieces.append(text[at:])
        return "".join(pieces)


def blanked(prose: str) -> str:
    """Masked text with a blank for each masked character and each mark of typographers: most often that leaves ASCII.

    No letter, and no offset, is another one then; and words of ASCII are counted and told apart many times as fast.
    """
    if not prose.isascii():
        for mark in _NO_WORDS:
            prose = prose.replace(mark, " ")
    return prose


class Heading(NamedTuple):
    """A heading: its level, its whole block, its text without markers, and its words as a page shows them."""

    level: int
    span: Span
    text: Span
    shown: str


class MarkdownLink(NamedTuple):
    """A link or image that is not a wikilink, with its destination as written.

    `kind` is inline, reference, collapsed, shortcut, autolink or email.
    """

    span: Span
    destination: str
    kind: str
    image: bool


class Block(NamedTuple):
    """A paragraph, or what blocks stand in.

    `kind` is paragraph, list, item, quote, footnote, table, head, row or cell; `parent` is the place, among all blocks, of
    the one that it stands in, -1 where there is none.
    """

    kind: str
    span: Span
    parent: int


class Structure(NamedTuple):
    """The places of a body that later readers ask for; all spans are offsets into the whole note.

    `money` is what is math to pyromark, and more likely money or prose: it is read, and better not rewritten.
    """

    code: list[Span]
    comments: list[Span]
    math: list[Span]
    money: list[Span]
    html: list[Span]
    html_blocks: list[Span]
    headings: list[Heading]
    links: list[MarkdownLink]
    blocks: list[Block]

    @property
    def tables(self) -> list[Span]:
        return [block.span for block in self.blocks if block.kind == "table"]


def parsed_body(text: str, body_start: int) -> tuple[str, ByteOffsets]:
    """`text[body_start:]` as pyromark is to read it, and what makes offsets into `text` of pyromark's.

    Frontmatter must be cut off: pyromark's own option takes any rule for it.
    """
    body = text[body_start:] if body_start else text
    at = ByteOffsets(body, body_start)
    if "\r" in body:
        body = _LONE_CR.sub("\n", body)  # a line end in CommonMark, but not in pyromark
    return body, at


def read_structure(text: str, body_start: int) -> Structure:
    """Read the structure of `text[body_start:]`."""
    body, at = parsed_body(text, body_start)
    structure = Structure([], [], [], [], [], [], [], [], [])
    blocks = structure.blocks
    open_blocks: list[int] = []
    in_heading = False
    first = last = 0  # where what stands in the heading begins and ends, in bytes
    shown: list[str] = []
    event: Any
    for event, place in pyromark.events_with_range(body, options=OPTIONS):
        # Two thirds of all events, and told by their key before anything is made of them.
        if not in_heading and ("Text" in event or "End" in event):
            continue
        if type(event) is str:
            if in_heading and event in ("SoftBreak", "HardBreak"):
                shown.append(" ")
            continue
        kind: str
        payload: Any
        kind, payload = event.popitem()
        if kind == "End":
            if type(payload) is dict and "Heading" in payload:
                in_heading = False
                span = at.span(place["start"], place["end"])
                inner = at.span(first, last) if first <= last else Span(span.end, span.end)
                structure.headings.append(Heading(int(payload["Heading"][1]), span, inner, "".join(shown)))
            continue
        start, end = place["start"], place["end"]
        if kind == "Start":
            tag, detail = (payload, {}) if type(payload) is str else payload.popitem()
            if tag in _BLOCKS:
                span = at.span(start, end)
                while open_blocks and blocks[open_blocks[-1]].span.end <= span.start:
                    open_blocks.pop()
                blocks.append(Block(_BLOCKS[tag], span, open_blocks[-1] if open_blocks else -1))
                open_blocks.append(len(blocks) - 1)
            elif tag == "Heading":
                in_heading, first, last = True, end, start
                shown.clear()
            elif tag in ("Link", "Image"):
                if in_heading:
                    first, last = min(first, start), max(last, end)
                kind = detail["link_type"]
                if "WikiLink" not in kind:
                    link = MarkdownLink(at.span(start, end), detail["dest_url"], kind.lower(), tag == "Image")
                    structure.links.append(link)
            elif tag == "HtmlBlock":
                structure.html_blocks.append(at.span(start, end))
            elif tag == "CodeBlock":
                structure.code.append(at.span(start, end))
            continue
        if in_heading:
            first, last = min(first, start), max(last, end)
            if kind in ("Text", "Code", "InlineMath", "DisplayMath"):
                shown.append(payload)
        if kind == "InlineHtml":
            (structure.comments if payload.startswith("<!--") else structure.html).append(at.span(start, end))
        elif kind == "Html":
            structure.html.append(at.span(start, end))
        elif kind == "Code":
            structure.code.append(at.span(start, end))
        elif kind in ("InlineMath", "DisplayMath"):
            span = at.span(start, end)
            is_math = _is_math(text, span, displayed=kind == "DisplayMath")
            (structure.math if is_math else structure.money).append(span)
    for block in structure.html_blocks:
        structure.comments.extend(_comments(text, block))
    return structure


def _is_math(text: str, span: Span, *, displayed: bool) -> bool:
    """Whether what pyromark takes for math is no money or prose."""
    raw = text[span.start : span.end]
    if displayed:
        is_math = _NOT_DISPLAYED.search(raw) is None and ("[[" not in raw or _begins_line(text, span.start))
    else:
        is_math = _NOT_MATH.search(raw) is None and "\n" not in raw and "\r" not in raw
    return is_math or _FORMULA.match(text, span.start) is not None


def _begins_line(text: str, at: int) -> bool:
    """Whether nothing but white space stands before an offset on its line."""
    while at > 0 and text[at - 1] != "\n":
        at -= 1
        if not text[at].isspace():
            return False
    return True


def _comments(text: str, block: Span) -> Iterable[Span]:
    """The comments inside an HTML block, which pyromark gives line by line; one left open runs to the block's end."""
    at = text.find("<!--", block.start, block.end)
    while at >= 0:
        close = text.find("-->", at + 4, block.end)
        end = close + 3 if close >= 0 else block.end
        yield Span(at, end)
        at = text.find("<!--", end, block.end)
