"""Links that are no wikilinks: where those lead that stay inside the knowledge base."""

from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

from lintkb import lazy_re as re
from lintkb.source.citations import CITING_CLASS
from lintkb.source.markdown import Mask, Structure
from lintkb.source.references import Definition
from lintkb.text import Span

# A scheme, a host, or what a site generator fills in.
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:|//|\\\\|.*(?:\{\{|\{%|<%|\$\{)", re.DOTALL)
_NOT_IN_MARKDOWN = re.compile(r"[\x00-\x20\x7f<>%#?\\()\[\]|`*]|&(?=#?\w{1,31};)")
_NOT_IN_HTML = re.compile(r"[\x00-\x20\x7f<>%#?\\&\"'|`]")
_NOT_IN_BRACKETS = re.compile(r"[\x00-\x1f\x7f<>%#?\\\[\]|`]|&(?=#?\w{1,31};)")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_ENCODED_LETTER = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
_PATH = re.compile(r"(?:\\.|&#?\w{1,31};|[^\\#?\r\n])*+", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# An anchor that cites, as most tags are, says nothing else, and is passed over.
_TAG = re.compile(
    rf'<(?!a class="{CITING_CLASS}" data-t="[^"<>]*">)'
    r"[A-Za-z][A-Za-z0-9]{0,20}(?=\s)((?:[^<>\"']++|\"[^\"<]*\"|'[^'<]*')*+)"
)
# Without quotes what begins as code does is code, of JSX or of a template.
_ATTRIBUTE = re.compile(
    r"\s([A-Za-z-]{1,20})\s{0,9}=\s{0,9}(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s\"'<>=`{}$%\\&][^\s\"'<>=`{}\\]*))"
)
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
    if "href" in text or "src" in text or "poster" in text:
        for span, value, at in _attributes(text, start, hidden, ("href", "src", "poster")):
            link = local_link(text, span, "html", value, at)
            links += [link] if link is not None else []
    return sorted(links)


def read_ids(text: str, start: int, structure: Structure, hidden: Mask) -> list[str]:
    """The ids that HTML gives to places of the note, and those behind headings: `## Soil {#soil}`."""
    found = []
    if "id" in text or "name" in text:
        found += [value for _, value, _ in _attributes(text, start, hidden, ("id", "name"))]
    given = (_HEADING_ID.search(heading.shown) for heading in structure.headings if heading.shown.endswith("}"))
    return found + [match[1] for match in given if match is not None]


def _attributes(text: str, start: int, hidden: Mask, names: Container[str]) -> Iterator[tuple[Span, str, int]]:
    """The attributes of HTML tags that have one of the names: the span of the tag so far, the value and its offset."""
    for tag in _TAG.finditer(text, start):
        if hidden.end_if_covered(tag.start()) is None:
            for match in _ATTRIBUTE.finditer(text, tag.start(1), tag.end(1)):
                if match[1].lower() in names:
                    number = match.lastindex or 2
                    yield Span(tag.start(), match.end()), match[number], match.start(number)


def local_link(text: str, span: Span, form: str, destination: str, at: int) -> LocalLink | None:
    """The link with a destination that is written at the offset `at`; None for one that leads elsewhere or nowhere."""
    clean = _unescaped(destination, form)
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


def _unescaped(destination: str, form: str) -> str:
    clean = destination
    if "&" in destination:
        import html

        clean = html.unescape(destination)
    return _ESCAPED.sub(r"\1", clean) if form != "html" and "\\" in clean else clean


def path_span(text: str, link: LocalLink) -> Span | None:
    """Where the path of a link is written, even in some other way than it reads; None when it is not to be told."""
    if link.path != link.span:
        return link.path
    end = link.span.end if link.form == "definition" else link.span.end - 1
    if link.form == "html":
        start = text.rfind(text[end], link.span.start, end) + 1
    elif link.form == "definition":
        start = _destination(text, text.find("]:", *link.span) + 2)
    else:
        start = _destination(text, text.rfind("](", *link.span) + 2)
    match = _PATH.match(text, start, end)
    path = match[0] if match is not None else ""
    if link.form != "html":
        path = path.partition(">")[0] if text[start - 1] == "<" else (path.split(maxsplit=1) or [""])[0]
    return Span(start, start + len(path)) if unquote(_unescaped(path, link.form)) == link.target else None


def encoded(path: str, form: str, raw: str = "", *, bracketed: bool = False) -> str:
    """A path as it can stand in a link of a form: what would end it, or mean something else there, is encoded.

    `raw` is what stands there so far, perhaps `bracketed` by `<` and `>`: names that stay are written as they are there, and
    others in its manner.
    """
    known = {unquote(_unescaped(part, form)): part for part in raw.split("/")} if raw else {}
    forbidden = _NOT_IN_HTML if form == "html" else _NOT_IN_BRACKETS if bracketed else _NOT_IN_MARKDOWN
    parts: list[str] = []
    for part in path.split("/"):
        written = forbidden.sub(lambda match: quote(match[0], safe=""), part)
        if form == "html" and " " in raw:
            written = written.replace("%20", " ")
        elif bracketed and "%20" in raw:
            written = written.replace(" ", "%20")
        if _ENCODED_LETTER.search(raw):
            written = _BEYOND_ASCII.sub(lambda match: quote(match[0]), written)
        # A colon in the first name would make a scheme of what is before it.
        parts.append(known.get(part, written if parts else written.replace(":", "%3A")))
    return "/".join(parts)


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
