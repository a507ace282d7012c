"""Citations of a moment in a recording: their forms and the times in them, read in one linear pass, valid or broken.

Three forms are known: the anchor `<a class="yt-timestamp" data-t="00:01:02">[00:01:02]</a>`, the bare `[00:01:02]`
with lists and ranges, and the Markdown link `[00:01:02](address?t=62)`. Others are dialects, patterns of the user's.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from lintkb import lazy_re as re
from lintkb.clock import clock_seconds, parse_clock, parse_offset
from lintkb.source.markdown import MarkdownLink, Mask
from lintkb.source.wikilinks import Wikilink, address_kind, is_escaped
from lintkb.text import Span, as_span

if TYPE_CHECKING:
    import regex

TIMEOUT = 1.0  # seconds that a dialect may take on one note
TIME_GROUPS = ("time", "hours", "minutes", "seconds")
# What holds no citation: a tag, an address in angle brackets or without, a shortcode of Hugo's, a tag of Liquid's.
_MARKUP = re.compile(
    r"<([a-z][a-z0-9-]*+)(?:\s++[a-z_:@][\w.:@-]*+(?:\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[^\s\"'=<>`]++))?+)*+\s*+/?+>"
    r"|<[a-z][a-z0-9+.-]{1,31}:[^\s<>]*+>"
    r"|://(?:[!#-'+-;=?-Z\\^_a-z{}~]|\[{1,2}+[^\s<>\[\]]*+\]{1,2}+|\([^\s<>()]*+\))*+"
    r"|\{\{[<%][^{}]*+(?<=[>%])\}\}|\{%[^{}]*+(?<=%)\}",
    re.IGNORECASE | re.ASCII,
)
# The elements that show what they hold as it is, and where each ends: those of a line at its paragraph's end at the latest.
_BLANK_LINE = r"(?:\r\n?|\n)[ \t>]*+(?=[\r\n])"
_VERBATIM = {
    **{name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("pre", "script", "style", "textarea")},
    **{name: re.compile(rf"</{name}\s*>|{_BLANK_LINE}", re.IGNORECASE) for name in ("code", "kbd", "samp")},
}
_OPENING_TAG = re.compile(r"<a\s[^<>]{0,400}>", re.IGNORECASE)
_CUT_TAG = re.compile(r"<a\s{1,9}class\s{0,9}=\s{0,9}[\"']?yt\b[^<>\r\n]{0,400}", re.IGNORECASE)
_CITING = re.compile(r"\sdata-t\s*=|\sclass\s*=\s*[\"']?yt\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\s([a-z-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=`]+))", re.IGNORECASE)
CITING_CLASS = "yt-timestamp"
# As nearly all are: read without looking at attributes one by one.
_CLOCK = r"([0-9]{2}:[0-5][0-9]:[0-5][0-9])"
_SOUND = rf'<a class="{CITING_CLASS}" data-t="{_CLOCK}">\[{_CLOCK}\]</a>'
# What may be a citation or hold none. Each alternative begins with a letter, so that the search is for these letters.
_CANDIDATE = re.compile(rf"{_SOUND}|<[a-zA-Z]|\[(?=\s?\d)|://(?<=[a-zA-Z]://)|\{{\{{[<%]|\{{%")
_LABEL = re.compile(r"((?:[^<\r\n]|<(?!/?a\b)[^<>\r\n]{0,40}>){0,200})</a\s*>", re.IGNORECASE)
_OPEN_LABEL = re.compile(r" ?(\[[^\[\]<\r\n]{0,40}\])")
_DECORATION = re.compile(r"<[^<>]*>|[\s*_~`\u200b-\u200f\u2060\ufeff]+")
_TIME = r"\d{1,4}(?::\d{1,4}){1,3}"
_LIST = rf"{_TIME}(?:\s?(?:,|;|\||-|–|—|to|and|&)\s?{_TIME})*+"
_BARE = re.compile(rf"(?<!\[)\[\s?{_LIST}\s?\](?!\])")
# As in `x[1:10:2]`.
_SLICE = re.compile(r"(?<=\w)\[[^\]]*?(?<!\d)\d(?!\d)")
_SHOWN = re.compile(rf"{_LIST}|\[{_LIST}\]")
_TEXT = re.compile(rf"\[\s?({_LIST})\s?\]|\s?({_LIST})\s?")
_IN_LABEL = re.compile(rf"\[?\s?{_LIST}")
_TIMES = re.compile(_TIME)
_ADDRESSED = re.compile(r"[?&#;](?:t|start|time_continue)=([\d:.hms]{1,20})(?![^&#,;\s>)\"'])")
_ASIDE = re.compile(r"\((?<!\]\()(\d\d:[0-5]\d:[0-5]\d)\)", re.ASCII)
_CUSTOM = 3  # so many times in parentheses, and no other citation, are how a note cites


class Time(NamedTuple):
    """A written time. `seconds` is None when it is malformed.

    `role` is anchor (`data-t`), label (of an anchor), text, name (a text by which a link finds its definition), or address
    (in the destination of a link).
    """

    text: str
    span: Span
    seconds: int | None
    role: str


_as_time: Callable[[tuple[str, Span, int | None, str]], Time] = partial(tuple.__new__, Time)  # as `as_span`


class Citation(NamedTuple):
    """One citation: its form (anchor, bare, link, or the name of a dialect), its place and its times in reading order.

    `faults` say what is broken in it. Of an anchor: `tag` (cut off), `class`, `no class`, `attribute` (no `data-t`),
    `unclosed`, `empty` (nothing to click on), `label` (words beside the time), `in link` (written as the destination of a
    link). Of a bare one: `target` and `label of link`, a time as the target or the label of a wikilink. Of a link:
    `target`, a time as its destination.
    """

    form: str
    span: Span
    times: tuple[Time, ...]
    faults: tuple[str, ...] = ()

    def time(self, role: str) -> Time | None:
        """The first time with that role."""
        return next((time for time in self.times if time.role == role), None)

    def moments(self) -> list[int | None]:
        """The seconds that it names, each once in reading order: those that a player goes to, else those that it shows."""
        times = self.times
        if len(times) == 2 and times[0].role == "anchor" and times[0].seconds is not None and times[1].role == "label":
            return [times[0].seconds]  # as nearly all are
        active = [time for time in self.times if time.role in ("anchor", "address") and time.seconds is not None]
        return list(dict.fromkeys(time.seconds for time in active or self.times if time.text))


def read_citations(
    text: str,
    start: int,
    mask: Mask,
    links: Collection[MarkdownLink] = (),
    wikilinks: Iterable[Wikilink] = (),
    dialects: Mapping[str, "regex.Pattern[str]"] = {},
) -> tuple[list[Citation], list[Span]]:
    """All citations from offset `start` on, outside `mask`, in reading order; `links` are those of the note.

    And the markup in which nothing but an anchor is one: tags, elements that show what they hold as it is, addresses.
    Raises TimeoutError when a dialect takes too long.
    """
    known = [*_links(text, links), *_wikilinks(text, wikilinks)]
    known = [citation for citation in known if mask.end_if_covered(citation.span.start) is None]
    for name, pattern in dialects.items():
        known += _dialect(text, start, mask, name, pattern)
    covering = Mask([*mask.spans(), *(one.span for one in known), *(link.span for link in links if link.image)])
    citations: list[Citation] = []
    markup: list[Span] = []
    searched: dict[str, int] = {}  # how far for the end of each element that shows what it holds as it is
    verbatim = start
    search = _CANDIDATE.search
    match = search(text, start)
    while match:
        at, end = match.span()
        covered = covering.end_if_covered(at) if covering.starts else None
        if covered is not None:
            match = search(text, covered)
            continue
        if match.lastindex:
            citations.append(_sound(match))
            match = search(text, end)
            continue
        citation = None
        if text[at] == "[":
            citation = _bracket(text, at) if at >= verbatim else None
        elif match[0] in ("<a", "<A"):
            citation = _anchor(text, at)
        if citation is not None:
            citations.append(citation)
            end = citation.span.end
        elif found := _MARKUP.match(text, at):
            end = found.end()
            markup.append(as_span((at, end)))
            name = (found[1] or "").lower()
            if name in _VERBATIM and text[end - 2] != "/" and end >= max(verbatim, searched.get(name, 0)):
                close = _VERBATIM[name].search(text, end)
                searched[name] = close.end() if close else len(text)
                if close and close[0][0] == "<":
                    verbatim = close.start()
                    markup.append(Span(end, verbatim))
        match = search(text, end)
    if known:
        hidden = Mask(markup)
        shown = [one for one in known if one.form in dialects or hidden.end_if_covered(one.span.start) is None]
        citations = list(_apart(sorted([*shown, *citations], key=lambda citation: citation.span)))
    return citations or _asides(text, start, mask, Mask(markup)), markup


def _apart(citations: Iterable[Citation]) -> Iterator[Citation]:
    """Those that do not begin inside an earlier one."""
    end = 0
    for citation in citations:
        if citation.span.start >= end:
            yield citation
            end = citation.span.end


def _times(text: str, span: Span, role: str) -> tuple[Time, ...]:
    return tuple(
        [
            _as_time((shown[0], as_span(shown.span()), parse_clock(shown[0], short=True), role))
            for shown in _TIMES.finditer(text, span.start, span.end)
        ]
    )


# Anchors


def _sound(match: re.Match[str]) -> Citation:
    """The citation that `_SOUND` has found."""
    clock, label = match.groups()
    seconds = clock_seconds(clock)
    anchor = _as_time((clock, as_span(match.span(1)), seconds, "anchor"))
    seconds = seconds if label == clock else clock_seconds(label)
    shown = _as_time((label, as_span(match.span(2)), seconds, "label"))
    return Citation("anchor", as_span(match.span()), (anchor, shown))


def _anchor(text: str, at: int) -> Citation | None:
    tag = _OPENING_TAG.match(text, at)
    if tag is None:
        cut = _CUT_TAG.match(text, at)
        if cut is None:
            return None
        return Citation("anchor", Span(*cut.span()), (Time("", Span(*cut.span()), None, "anchor"),), ("tag",))
    if _CITING.search(tag.group()) is None:
        return None
    faults: list[str] = []
    attributes: dict[str, tuple[str, Span]] = {}
    for found in _ATTRIBUTE.finditer(text, at, tag.end()):
        group = found.lastindex or 1
        attributes.setdefault(found[1].lower(), (found[group], Span(*found.span(group))))
    classes = attributes.get("class", ("",))[0].split()
    if CITING_CLASS not in classes:
        faults.append("class" if any(name.startswith("yt") for name in classes) else "no class")
    value, place = attributes.get("data-t", ("", Span(at, tag.end())))
    if not value:
        faults.append("attribute")
    if "no class" in faults and not any(map(str.isdigit, value)):
        return None  # an attribute of somebody else's
    anchor = Time(value, place, parse_clock(value, short=False), "anchor")
    label = _LABEL.match(text, tag.end())
    if label is not None:
        place, end = Span(*label.span(1)), label.end()
    else:
        faults.append("unclosed")
        bracket = _OPEN_LABEL.match(text, tag.end())  # it still shows its label
        place = Span(*bracket.span(1)) if bracket else Span(tag.end(), tag.end())
        end = place.end
    shown = _times(text, place, "label")
    bare = _DECORATION.sub("", text[place.start : place.end])
    if not bare:
        faults.append("empty")
    elif _SHOWN.fullmatch(bare) is None and (shown or not any(map(str.isalpha, bare)) or "[[" in bare):
        faults.append("label")
    return Citation("anchor", Span(at, end), (anchor, *shown), tuple(faults))


# In brackets


def _bracket(text: str, at: int) -> Citation | None:
    match = _BARE.match(text, at)
    if match is None or _SLICE.match(text, at) is not None or is_escaped(text, at):
        return None
    span = Span(*match.span())
    times = _times(text, span, "text")
    anchor = _anchor(text, span.end + 1) if text[span.end : span.end + 3].lower() == "(<a" else None
    if anchor is not None:
        end = anchor.span.end + text.startswith(")", anchor.span.end)
        return Citation("anchor", Span(at, end), (*times, *anchor.times), ("in link", *anchor.faults))
    return Citation("bare", span, times)


def _asides(text: str, start: int, *masks: Mask) -> list[Citation]:
    """Times in parentheses, `(00:01:02)`, of a note that cites in no other way."""
    spans = [Span(*match.span()) for match in _ASIDE.finditer(text, start)]
    spans = [span for span in spans if all(mask.end_if_covered(span.start) is None for mask in masks)]
    if len(spans) < _CUSTOM:
        return []
    return [Citation("bare", span, _times(text, span, "text")) for span in spans]


# Links


def _links(text: str, links: Iterable[MarkdownLink]) -> Iterator[Citation]:
    """The Markdown links that have times as their text, or one as their destination."""
    for link in links:
        start, end = link.span
        if link.image or not (text[start + 1 : start + 4].strip("[ ")[:1].isdigit() or link.destination[:1].isdigit()):
            continue
        inline = link.kind == "inline"
        close = text.rfind("](", start, end) if inline else text.find("]", start, end)
        if close < 0:
            continue
        shown = _TEXT.fullmatch(text, start + 1, close)
        role = "name" if link.kind in ("collapsed", "shortcut") else "text"
        times = _times(text, Span(start, close), role) if shown else ()
        address = _ADDRESSED.search(text, close, end) if inline else None
        if address is not None and shown is not None:
            place = Span(*address.span(1))
            times += (Time(address[1], place, parse_offset(address[1]), "address"),)
        target = inline and parse_clock(link.destination, short=True) is not None
        if target:
            at = text.find(link.destination, close, end)
            place = Span(at, at + len(link.destination))
            if at >= 0:  # else it is written in some other way than it reads
                times += (Time(link.destination, place, parse_clock(link.destination, short=True), "address"),)
        if times:
            yield Citation("link", link.span, times, ("target",) if target else ())


def _wikilinks(text: str, wikilinks: Iterable[Wikilink]) -> Iterator[Citation]:
    """The wikilinks that have a time as their target, or as their label."""
    for link in wikilinks:
        if ":" not in link.target and (link.label is None or ":" not in link.label):
            continue
        if address_kind(link.target) == "time":
            yield Citation("bare", link.span, _times(text, link.target_span, "text"), ("target",))
        elif link.label is not None and not link.embed and _IN_LABEL.fullmatch(link.label):
            start = text.index(link.label, link.target_span.end, link.span.end)
            end = start + len(link.label)
            times = _times(text, Span(start, end), "text")
            if all(time.text.count(":") == 2 for time in times):  # `[[monday | 10:30]]` may be a time of day
                end += text[start] == "[" and text[end] == "]"
                yield Citation("bare", Span(start, end), times, ("label of link",))


# Dialects


def _dialect(text: str, start: int, mask: Mask, name: str, pattern: "regex.Pattern[str]") -> Iterator[Citation]:
    groups = [group for group in TIME_GROUPS if group in pattern.groupindex]
    for match in pattern.finditer(text, start, timeout=TIMEOUT):
        if match.start() == match.end() or mask.end_if_covered(match.start()) is not None:
            continue
        if "time" in groups:
            places = [Span(*place) for place in match.spans("time")]
            times = tuple(Time(text[slice(*at)], at, parse_offset(text[slice(*at)]), "text") for at in places)
        else:
            times = _fields(match, groups)
        if times:
            yield Citation(name, Span(*match.span()), times)


def _fields(match: "regex.Match[str]", groups: list[str]) -> tuple[Time, ...]:
    """The one time of a match that has its hours, minutes and seconds in groups."""
    given = {group: match[group] for group in groups if match[group]}
    if not given:
        return ()
    span = Span(min(match.start(group) for group in given), max(match.end(group) for group in given))
    sizes = {"hours": 3600, "minutes": 60, "seconds": 1}
    seconds: int | None = None
    if all(value.isascii() and value.isdigit() and len(value) < 8 for value in given.values()):
        seconds = sum(sizes[group] * int(value) for group, value in given.items())
    return (Time(match.string[slice(*span)], span, seconds, "text"),)
