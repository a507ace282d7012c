"""Links that are no wikilinks: where those lead that stay inside the knowledge base."""

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

from lintkb.source.markdown import Mask, Structure
from lintkb.source.references import Definition
from lintkb.text import Span

# A scheme, a host, or what a site generator fills in.
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:|//|\\\\|.*(?:\{\{|\{%|<%|\$\{)", re.DOTALL)
_NOT_IN_MARKDOWN = re.compile(r"[\x00-\x20\x7f<>%#?\\&()\[\]|`*]")
_NOT_IN_HTML = re.compile(r"[\x00-\x20\x7f<>%#?\\&\"'|`]")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_TAG = r"<[A-Za-z][A-Za-z0-9]{0,20}\b[^<>]{0,2000}?\s"
_ATTRIBUTE = re.compile(_TAG + r"(?:href|src)\s{0,9}=\s{0,9}([\"'])([^\"'<>]*)\1", re.IGNORECASE)
_ID = re.compile(_TAG + r"(?:id|name)\s{0,9}=\s{0,9}[\"']?([^\s\"'<>]+)", re.IGNORECASE)
_HEADING_ID = re.compile(r"\{[^{}]{0,200}?#([^\s{}#.]+)[^{}]{0,200}\}$")


class LocalLink(NamedTuple):
    """A Markdown link, an image, or an HTML one, that has no scheme and no host.

    `form` is link, image, html or definition. `target` is the decoded path, empty for a place in the note itself; `fragment`
    is what follows `#`, decoded, None without one. `path` and `anchor` are their places; both are the whole `span` where
    the destination is written in some other way than it reads.
    """

    span: Span
    form: str
    target: str
    fragment: str | None
    path: Span
    anchor: Span


def read_local_links(
    text: str, start: int, structure: Structure, definitions: Iterable[Definition], hidden: Mask
) -> list[LocalLink]:
    """The local links from offset `start` on, in reading order; reference links are read where they are defined."""
    links = [*_markdown(text, structure), *_defined(text, definitions)]
    if "href" in text or "src" in text:
        for match in _ATTRIBUTE.finditer(text, start):
            if hidden.end_if_covered(match.start()) is None:
                link = local_link(text, Span(*match.span()), "html", match[2], match.start(2))
                links += [link] if link is not None else []
    return sorted(links)


def read_ids(text: str, start: int, structure: Structure, hidden: Mask) -> list[str]:
    """The ids that HTML gives to places of the note, and those behind headings: `## Soil {#soil}`."""
    found = []
    if "id=" in text or "name=" in text:
        matches = _ID.finditer(text, start)
        found += [match[1] for match in matches if hidden.end_if_covered(match.start()) is None]
    given = (_HEADING_ID.search(heading.shown) for heading in structure.headings if heading.shown.endswith("}"))
    return found + [match[1] for match in given if match is not None]


def local_link(text: str, span: Span, form: str, destination: str, at: int) -> LocalLink | None:
    """The link with a destination that is written at the offset `at`; None for one that leads elsewhere or nowhere."""
    clean = html.unescape(destination) if "&" in destination else destination
    if form != "html":
        clean = _ESCAPED.sub(r"\1", clean) if "\\" in clean else clean
    if _ELSEWHERE.match(clean):
        return None
    path, found, fragment = clean.partition("#")
    if not path and not found:
        return None
    place = anchor = span
    if clean == destination and text.startswith(destination, at):
        anchor = Span(at + len(path) + len(found), at + len(destination))
        place = Span(at, at + len(path.partition("?")[0]))
    path = path.partition("?")[0]
    return LocalLink(span, form, unquote(path), unquote(fragment) if found else None, place, anchor)


def encoded(path: str, form: str) -> str:
    """A path as it can stand in a link of a form: what would end it, or mean something else there, is encoded."""
    return (_NOT_IN_HTML if form == "html" else _NOT_IN_MARKDOWN).sub(lambda match: quote(match[0], safe=""), path)


def _markdown(text: str, structure: Structure) -> Iterator[LocalLink]:
    for written in structure.links:
        if written.kind != "inline" or _ELSEWHERE.match(written.destination):
            continue
        start = text.rfind("](", written.span.start, written.span.end) + 2
        form = "image" if written.image else "link"
        link = local_link(text, written.span, form, written.destination, _destination(text, start))
        if link is not None:
            yield link


def _defined(text: str, definitions: Iterable[Definition]) -> Iterator[LocalLink]:
    for written in definitions:
        start = text.find("]:", written.span.start, written.span.end) + 2
        link = local_link(text, written.span, "definition", written.destination, _destination(text, start))
        if link is not None:
            yield link


def _destination(text: str, start: int) -> int:
    """Where the destination begins that stands behind `](` or `]:`."""
    while start < len(text) and (text[start].isspace() or text[start] == "<"):
        start += 1
    return start
