"""Reference links and footnotes: what a note defines, what refers to it, and what nothing answers to.

Definitions and unanswered references are pyromark's word, asked for where a note can hold any. What else stands in brackets
is read by one linear lexer: it may be a reference to some reader, and what is mentioned is not unused.
"""

from typing import TYPE_CHECKING, NamedTuple

import pyromark

from lintkb import lazy_re as re
from lintkb.source.markdown import OPTIONS, Mask, parsed_body
from lintkb.text import Span

if TYPE_CHECKING:
    from pyromark.event import BrokenLink

_LABELLED = re.compile(r"\]:(?<!\]\]:)")  # a colon behind a wikilink means nothing
_BRACKETS = re.compile(r"\[((?:\\.|[^\\\[\]])++)\]", re.DOTALL)
_DEFINING_LINE = re.compile(r"^ {0,3}(\[((?:\\.|[^\\\[\]])++)\]):", re.DOTALL | re.MULTILINE)
_NONCHARACTER = re.compile("\ufdd0+")


class Definition(NamedTuple):
    """A link reference definition. Labels, here and below, have no white space at the ends and single blanks inside."""

    label: str
    span: Span
    destination: str
    title: str


class Reference(NamedTuple):
    """A full or collapsed reference that no definition answers to, the `!` of an image included.

    `label_span` and `text_span` are what the two pairs of brackets hold; in a collapsed one they are the same.
    """

    label: str
    span: Span
    text_span: Span
    label_span: Span


class Footnote(NamedTuple):
    """A footnote: its definition, the whole block without the blanks behind it; or a mark `[^label]`."""

    label: str
    span: Span


class References(NamedTuple):
    """What a note defines and refers to, each list in reading order.

    `repeated` are the definitions of labels that have one already, with the span of their brackets. `lines` begin as a
    definition does and are none; `mentioned` is what stands in brackets that define nothing, even in code: some fences hold
    Markdown. The labels of both are folded, and begin with `^` for footnotes.
    """

    definitions: list[Definition]
    repeated: list[Definition]
    undefined: list[Reference]
    footnotes: list[Footnote]
    marks: list[Footnote]
    mentioned: set[str]
    lines: dict[str, Span]


def fold_label(label: str) -> str:
    """A label as it is compared: case folded, white space collapsed (CommonMark 0.31, section 4.7)."""
    return " ".join(label.split()).casefold()


def read_references(text: str, body_start: int, hidden: Mask) -> References:
    """The references and footnotes of `text[body_start:]`; brackets in `hidden` refer to nothing."""
    found = References([], [], [], [], [], set(), {})
    if text.find("][", body_start) < 0 and text.find("[^", body_start) < 0 and not _LABELLED.search(text, body_start):
        return found
    body, at = parsed_body(text, body_start)

    def unanswered(link: "BrokenLink") -> None:
        span = Span(at(link["span"]["start"]), at(link["span"]["end"]))
        reference = _reference(text, span, link)
        if reference is not None:
            found.undefined.append(reference)

    for event, place in pyromark.events_with_range(body, options=OPTIONS, broken_link_callback=unanswered):
        start = event.get("Start") if isinstance(event, dict) else None
        if not isinstance(start, dict):
            continue
        ((kind, detail),) = start.items()
        if kind in ("Link", "Image"):
            found.mentioned.add(fold_label(detail["id"]))
        elif kind == "FootnoteDefinition":
            span = Span(at(place["start"]), at(place["end"]))
            block = text[span.start : span.end].rstrip()
            found.footnotes.append(Footnote(detail, span._replace(end=span.start + len(block))))
    for label, link in pyromark.reference_definitions(body, options=OPTIONS).items():
        span = Span(at(link["span"]["start"]), at(link["span"]["end"]))
        found.definitions.append(Definition(label, span, link["dest"], link["title"] or ""))
    defining = {item.span.start for item in found.definitions}
    defining.update(item.span.start for item in found.footnotes)
    _sort_out(body, body_start, hidden, defining, found)
    defining.update(item.span.start for item in found.repeated)
    for match in _BRACKETS.finditer(text, body_start):
        if match.start() in defining:
            continue
        found.mentioned.add(fold_label(match[1]))
        if match[1].startswith("^") and hidden.end_if_covered(match.start()) is None:
            found.marks.append(Footnote(match[1][1:], Span(*match.span())))
    return found


def _reference(text: str, span: Span, link: "BrokenLink") -> Reference | None:
    """The reference at `span` that pyromark found unanswered, if it is a full or collapsed one."""
    label = link["reference"]
    start = span.start + (2 if text[span.start] == "!" else 1)
    if link["link_type"] == "Collapsed" and text.startswith(
        "[]", span.end
    ):  # pyromark leaves this pair out of the span
        inner = Span(start, span.end - 1)
        return Reference(label, Span(span.start, span.end + 2), inner, inner)
    if link["link_type"] != "Reference":
        return None
    opening = text.rfind("[", start, span.end)
    while opening > start and text[opening - 1] == "\\":  # before the bracket that opens the label stands another
        opening = text.rfind("[", start, opening)
    if opening < start or text[opening - 1] != "]":
        return None
    return Reference(label, span, Span(start, opening - 1), Span(opening + 1, span.end - 1))


def _sort_out(body: str, body_start: int, hidden: Mask, defining: set[int], found: References) -> None:
    """Tell the lines that define a label once more from those that only look like definitions.

    pyromark keeps the first definition of a label. It is asked again, with every such label made different.
    """
    mark = "\ufdd0" * (max(map(len, _NONCHARACTER.findall(body)), default=0) + 1)  # no label begins with it
    again: list[tuple[str, Span]] = []
    pieces: list[str] = []
    end = 0
    for match in _DEFINING_LINE.finditer(body):
        bracket = Span(body_start + match.start(1), body_start + match.end(1))
        if bracket.start in defining or hidden.end_if_covered(bracket.start) is not None or not match[2].strip():
            continue
        if match[2].startswith("^"):
            found.lines.setdefault(fold_label(match[2]), bracket)
            continue
        pieces += [body[end : match.start(2)], f"{mark}{len(again)} "]
        end = match.start(2)
        again.append((match[2], bracket))
    if not again:
        return
    told_apart = "".join([*pieces, body[end:]])
    answers = {
        int(label.removeprefix(mark).partition(" ")[0]): link
        for label, link in pyromark.reference_definitions(told_apart, options=OPTIONS).items()
        if label.startswith(mark)
    }
    for number, (label, bracket) in enumerate(again):
        link = answers.get(number)
        if link is None:
            found.lines.setdefault(fold_label(label), bracket)
        else:
            found.repeated.append(Definition(" ".join(label.split()), bracket, link["dest"], link["title"] or ""))
