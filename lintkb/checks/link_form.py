"""Checks on the form and the use of links: brackets and pipes, addresses, links to the note itself, to one note too often."""

from collections import defaultdict
from collections.abc import Container, Iterator
from itertools import pairwise
from typing import Annotated

from lintkb import lazy_re as re
from lintkb.checks.base import BaseContext, Context, Params, base_check, note_check
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Related, Severity
from lintkb.facts import NoteFacts
from lintkb.names import ALL_FOLDS, fold
from lintkb.sections import Field, Limits
from lintkb.source.links import LocalLink
from lintkb.source.markdown import Mask
from lintkb.source.note import Note
from lintkb.source.wikilinks import Wikilink, address_kind
from lintkb.text import Span

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NOT_PLAIN = re.compile(r"[\[\]<>|*_~$`\\]")
_LINE_BREAK = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:>[ \t]?)*(?=\w)")
_NOT_IN_LABELS = re.compile(r"^\^|[\[\]]|\\$")
_IN_LINK = re.compile(r"[^\[\]\r\n]{0,500}\](?=[(\[])")  # what follows a wikilink in the text of a Markdown link
_BRACKET = re.compile(r"[\[\]]")
_PIPE = re.compile(r"(?<!\\)(?:\\\\)*(\|)")
# A pipe in a label that no reader means to read: between blanks, or at an end. `P(A|B)` is a label.
_SURPLUS_PIPE = re.compile(r"\s\\?\|\s|^\s*\\?\||\\?\|\s*$")
_WEB = re.compile(r"(?:https?://|(?=www\.))[^\s<>\[\]|\\^`{}\"]+", re.IGNORECASE)
NAVIGATION_GAP = 3  # the characters between two links of a menu: ` | `


# Self-links


@base_check("self-link", needs=("wikilinks", "links"))
def self_link(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Links that lead from a note to the whole of itself, and embeds of itself."""
    for link, resolution in context.kb.resolved(facts).wikilinks:
        if link.fragment or resolution.paths != (facts.path,):
            continue
        if link.embed:
            yield Finding(link.span, "the note embeds itself", link.target)
            continue
        words = link.target.rpartition("/")[2] if link.label is None else link.label
        edit = Edit(facts.path, link.span, words)
        fixes: tuple[Fix, ...] = ()
        if words and link.span.start >= facts.body_start:
            fixes = (Fix(f"leave `{words}` without a link", (edit,), Applicability.UNSAFE),)
        yield _leads_here(link.target_span, link.target, fixes)
    here = [
        link
        for link, resolution in context.kb.resolved(facts).links
        if resolution.paths == (facts.path,) and link.form in ("link", "html") and not link.fragment
    ]
    menus = set(_menus([link for link in facts.links if link.form in ("link", "html")])) if here else ()
    for written in here:
        if written not in menus:
            yield _leads_here(written.path, written.target, ())


def _leads_here(span: Span, target: str, fixes: tuple[Fix, ...]) -> Finding:
    message = f"`{target}` is this note itself: the link leads nowhere else"
    return Finding(span, message, target, fixes=fixes, severity=Severity.WARNING)


def _menus(links: list[LocalLink]) -> Iterator[LocalLink]:
    """The links side by side, as in a menu that every page has: `[English](README.md) | [Deutsch](LIESMICH.md)`."""
    for left, right in pairwise(links):
        if right.span.start - left.span.end <= NAVIGATION_GAP:
            yield from (left, right)


# Malformed wikilinks

_MALFORMED = {
    "unclosed": "`[[` opens a wikilink that its line does not close",
    "nested": "`[[` opens a wikilink, and another one opens before it is closed",
    "split": "a line end splits this wikilink",
    "empty": "a wikilink without a target",
}


@note_check("malformed-wikilink", needs=("malformed", "wikilinks"))
def malformed_wikilink(note: Note, context: Context) -> Iterator[Finding]:
    """What was meant to be a wikilink and is none, or shows its reader a pipe or nothing at all."""
    text = note.text
    heads = {note.source.position(table.start).line for table in note.structure.tables}
    for kind, span in note.malformed:
        if kind == "nested" and context.settings.preset == "logseq":
            continue  # a reference in a page's name is how Logseq writes it
        shown = span if kind in ("split", "empty") else Span(span.start, span.start + 2)
        subject = " ".join(text[span.start + 2 : span.end].split())[:60]
        yield Finding(shown, _MALFORMED[kind], subject, fixes=_mended(note, kind, span))
    for link in note.wikilinks:
        if link.label is None:
            continue
        pipe = text.index("|", link.span.start)
        # Quartz escapes the links in its tables itself.
        if link.in_table and context.settings.preset != "quartz":
            yield from _unescaped(note, link, heads)
        if not link.label:
            edit = Edit(note.path, Span(_target(link).end, link.span.end - 2), "")
            fix = Fix("take the pipe out", (edit,), Applicability.UNSAFE)
            message = f"the wikilink to `{link.target}` has a pipe and no words to show"
            yield Finding(Span(pipe, pipe + 1), message, link.target, fixes=(fix,))
        elif not link.embed and (surplus := _SURPLUS_PIPE.search(text[pipe + 1 : link.span.end - 2])) is not None:
            at = text.index("|", pipe + 1 + surplus.start())
            message = f"a second pipe: the reader sees `{link.label}`"
            yield Finding(Span(at, at + 1), message, link.target)


def _mended(note: Note, kind: str, span: Span) -> tuple[Fix, ...]:
    """The fix for a wikilink that lacks its last bracket, or the end of which is on the next line."""
    if kind == "split":
        found = _LINE_BREAK.search(note.text, span.start, span.end)
        if found is None:
            return ()
        first = note.text[span.start : found.start()].rstrip(" \t")
        edit = Edit(note.path, Span(span.start + len(first), found.end()), " ")
        return (Fix("join its lines", (edit,), Applicability.UNSAFE),)
    bracket = _BRACKET.search(note.text, span.start + 2, span.end)
    if kind == "empty" or bracket is None or bracket[0] == "[":
        return ()
    return (Fix("close it", (Edit(note.path, Span(bracket.end(), bracket.end()), "]"),), Applicability.UNSAFE),)


def _unescaped(note: Note, link: Wikilink, heads: Container[int]) -> Iterator[Finding]:
    """The pipes of a link in a table that end its cell; `heads` are the lines of the heads of tables."""
    pipes = [Span(*match.span(1)) for match in _PIPE.finditer(note.text, link.target_span.end, link.span.end)]
    if pipes:
        edits = tuple(Edit(note.path, Span(pipe.start, pipe.start), "\\") for pipe in pipes)
        message = "in a table a pipe without a backslash ends the cell, and with it the link"
        # The head has as many cells as the line below it, and code in a row is cut by the same pipes.
        number = note.source.position(link.span.start).line
        line = note.source.line_span(number)
        sure = number not in heads and "`" not in note.text[line.start : line.end]
        how = Applicability.SAFE if sure else Applicability.UNSAFE
        yield Finding(pipes[0], message, link.target, fixes=(Fix("write `\\|`", edits, how),))


@note_check("padded-wikilink", needs=("wikilinks",))
def padded_wikilink(note: Note, _context: Context) -> Iterator[Finding]:
    """Wikilinks with blanks inside the brackets or around the pipe."""
    text = note.text
    for link in note.wikilinks:
        pads, joins = _pads(text, link)
        if pads:
            edits = tuple(Edit(note.path, pad, "") for pad in pads)
            how = Applicability.UNSAFE if joins else Applicability.SAFE
            message = "blanks inside the brackets or around the pipe of a wikilink"
            yield Finding(link.span, message, link.target, fixes=(Fix("take them out", edits, how),))


def _pads(text: str, link: Wikilink) -> tuple[list[Span], bool]:
    """The runs of blanks at the inner ends of a wikilink's parts; whether one of them keeps two words apart."""
    start, end = link.span.start + (3 if link.embed else 2), link.span.end - 2
    ends = [(start, end)]
    if link.label is not None:
        pipe = text.index("|", start)
        ends = [(start, pipe - 1 if text[pipe - 1] == "\\" else pipe), (pipe + 1, end)]
    pads = []
    for first, last in ends:
        part = text[first:last]
        if not part.strip():
            continue  # an empty label is another rule's finding
        pads += [Span(first, first + len(part) - len(part.lstrip())), Span(first + len(part.rstrip()), last)]
    shown = ends[-1]
    joins = (text[shown[0]].isspace() and text[link.span.start - 1 : link.span.start].isalnum()) or (
        text[shown[1] - 1].isspace() and text[link.span.end : link.span.end + 1].isalnum()
    )
    return [pad for pad in pads if pad.start < pad.end], joins


# Addresses


@note_check("address-as-target", needs=("frontmatter_wikilinks", "wikilinks"))
def address_as_target(note: Note, context: Context) -> Iterator[Finding]:
    """Wikilinks to an address of the web."""
    for link in (*note.frontmatter_wikilinks, *note.wikilinks):
        if address_kind(link.target) == "url":
            if link.label and _WEB.match(link.target) and context.settings.preset == "quartz":
                continue  # Quartz makes a link to the address of it
            span = _target(link)
            address = note.text[span.start : span.end]
            message = f"`{address}` is an address: a wikilink leads to notes only"
            yield Finding(span, message, link.target, fixes=_markdown_link(note, link, address))


def _markdown_link(note: Note, link: Wikilink, address: str) -> tuple[Fix, ...]:
    """The link in Markdown. It leads where the wikilink says, so it is safe, but for an address without its scheme."""
    if link.span.start < note.body_start or _WEB.fullmatch(address) is None or _NOT_IN_LABELS.search(link.label or ""):
        return ()
    before, after = note.text[link.span.start - 1 : link.span.start], note.text[link.span.end : link.span.end + 1]
    if before == "]" or after in tuple("([:") or _IN_LINK.match(note.text, link.span.end):
        return ()
    bare = address[:4].lower() == "www."
    url = f"https://{address}" if bare else address
    if not (link.label or bare or link.embed):
        written = f"<{url}>"
    else:
        shown = "" if link.embed and not link.label else link.label or address
        written = f"{'!' if link.embed else ''}[{shown}]({f'<{url}>' if '(' in url or ')' in url else url})"
    how = Applicability.UNSAFE if bare or link.embed else Applicability.SAFE
    return (Fix(f"write `{written}`", (Edit(note.path, link.span, written),), how),)


# Labels


@note_check("repeated-label", needs=("wikilinks",))
def repeated_label(note: Note, _context: Context) -> Iterator[Finding]:
    """Wikilinks that show the words which stand in front of them."""
    for link in note.wikilinks:
        if link.embed or (link.fragment and not link.label):
            continue
        shown = link.label or link.target.rpartition("/")[2]
        said = _said_before(note, link, shown)
        if said is None:
            continue
        words, taken, end = said
        written = note.text[words.start : words.end]
        edits = [Edit(note.path, Span(taken, link.span.start), "")]
        if end > link.span.end:
            edits.append(Edit(note.path, Span(link.span.end, end), ""))
        if link.label is None and written != link.target:
            pipe = "\\|" if link.in_table else "|"
            edits.append(Edit(note.path, Span(link.target_span.end, link.target_span.end), f"{pipe}{written}"))
        elif link.label is not None and written != link.label:
            edits.append(Edit(note.path, _label_span(note.text, link), written))
        fix = Fix("link the words in front instead", tuple(edits), Applicability.UNSAFE)
        message = f"`{' '.join(written.split())}` stands in front of the link and in it: it is read twice"
        yield Finding(Span(taken, end), message, link.target, fixes=(fix,))


def _said_before(note: Note, link: Wikilink, shown: str) -> tuple[Span, int, int] | None:
    """The words in front of a link that are those it shows, and from where to where they and the link reach.

    Between the two are blanks; the link may stand in parentheses, `soil ([[soil]])`, or the words in brackets,
    `[the soil][[soil]]`.
    """
    text, at = note.text, link.span.start
    first = max(note.body_start, at - 2 * len(shown) - 20)
    if _WORD.match(text[first:at].rstrip(" \t(]")[-1:]) is None:  # most links stand behind no word
        return None
    wanted = [word[0].casefold() for word in _WORD.finditer(shown)]
    first += 1 + max(text[first:at].rfind("\n"), text[first:at].rfind("\r"))
    before = text[first:at]
    enclosed = before.endswith("(") and text.startswith(")", link.span.end)
    head = before[:-1] if enclosed else before
    bracketed = head.endswith("]")
    head = head[:-1] if bracketed else head.rstrip(" \t")
    if not wanted or len(head) == len(before) - enclosed:
        return None
    found = list(_WORD.finditer(head))[-len(wanted) :]
    if [word[0].casefold() for word in found] != wanted or found[-1].end() != len(head):
        return None
    words = Span(first + found[0].start(), first + len(head))
    taken = words.start - 1 if bracketed else words.start
    ahead = text[words.start - 1 : words.start]
    if bracketed:
        fits = ahead == "[" and text[taken - 1 : taken] not in ("[", "!")
    else:
        fits = not ahead or ahead.isspace() or ahead in '("“'
    if not fits or _NOT_PLAIN.search(head, found[0].start()) is not None:
        return None
    return words, taken, link.span.end + enclosed


def _target(link: Wikilink) -> Span:
    """Where a link's target stands, with its fragment."""
    return link.target_span._replace(end=(link.fragment_span if link.fragment else link.target_span).end)


def _label_span(text: str, link: Wikilink) -> Span:
    """Where the label of a link stands, without the blanks around it."""
    pipe = text.index("|", link.span.start) + 1
    inner = text[pipe : link.span.end - 2]
    start = pipe + len(inner) - len(inner.lstrip())
    return Span(start, start + len(inner.strip()))


# Where links stand, and how many


class HeadingLinkParams(Params):
    """`levels` of the headings that hold no links."""

    levels: list[Annotated[int, Limits(ge=1, le=6)]] = Field(default=[1, 2, 3, 4, 5, 6], min_length=1)


@note_check("link-in-heading", HeadingLinkParams)
def link_in_heading(note: Note, context: Context) -> Iterator[Finding]:
    """Wikilinks and Markdown links in headings; embeds and images are no links."""
    levels = set(context.params.levels)
    headings = Mask(heading.span for heading in note.structure.headings if heading.level in levels)
    links = [(link.span, link.target) for link in note.wikilinks if not link.embed]
    links += [(link.span, link.destination) for link in note.structure.links if not link.image]
    for span, target in sorted(links):
        if headings.end_if_covered(span.start) is not None:
            yield Finding(span, f"a link in a heading, to `{target}`", target)


class OverlinkedParams(Params):
    """`most` links to one target a note may have."""

    most: int = Field(default=8, ge=1)


@base_check("overlinked-target", OverlinkedParams, needs=("wikilinks", "links"))
def overlinked_target(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """The first link too many to a note that is linked more often than `most`, embeds and images not counted."""
    most = context.params.most
    links: dict[tuple[str, ...], list[tuple[Span, str]]] = defaultdict(list)
    for link in facts.wikilinks:
        if link.target and not link.embed:
            links[_meant(link.target, facts.path, context, markdown=False)].append((link.target_span, link.target))
    for written in facts.links:
        if written.target and written.form == "link":
            links[_meant(written.target, facts.path, context, markdown=True)].append((written.path, written.target))
    for meant, places in links.items():
        if len(places) > most and meant != (facts.path,):
            places.sort()
            span, target = places[most]
            related = (Related(facts.path, places[0][0], "the first of them"),)
            yield Finding(
                span, f"`{target}` is linked {len(places)} times in this note; {most} are enough", target, related
            )


def _meant(target: str, path: str, context: BaseContext, *, markdown: bool) -> tuple[str, ...]:
    """What tells a link's target from others: the notes that answer to it, else how it is spelt, roughly."""
    resolution = context.kb.resolve(target, path, markdown=markdown)
    return resolution.paths if resolution is not None else ("", fold(target, ALL_FOLDS))


CHECKS = (
    self_link,
    malformed_wikilink,
    padded_wikilink,
    address_as_target,
    repeated_label,
    link_in_heading,
    overlinked_target,
)
