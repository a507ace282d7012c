"""Checks on the form of citations: markup that does not work, mixed forms, too many at once, where they stand."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain, pairwise

from lintkb import lazy_re as re
from lintkb.checks.base import Context, Params, note_check
from lintkb.checks.citing import (
    ABBREVIATION,
    CLEAR,
    CLOCK,
    anchor,
    irregular,
    is_addressed,
    is_free,
    is_plain,
    plain_citations,
    usual_form,
)
from lintkb.clock import format_clock, parse_clock
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Related
from lintkb.globs import matcher
from lintkb.sections import Field
from lintkb.settings import FORMS
from lintkb.source.citations import Citation
from lintkb.source.markdown import Mask
from lintkb.source.note import Note
from lintkb.source.references import fold_label
from lintkb.source.wikilinks import address_kind
from lintkb.text import Span

MAX_RELATED = 20
_ANY_CLOCK = re.compile(r"(?<!\d)\d{1,2}(?:[:-]\d{1,2}){1,3}(?!\d)", re.ASCII)
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]{0,9})\b(\s{0,3}>)?", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_RANGE = re.compile(r"\s?(?:-|–|—|to)\s?")


def _rewritten(note: Note, span: Span, citation: Citation, form: str | None) -> str | None:
    """A citation at `span` as an anchor, or bare, with nothing but its times; None where that cannot be."""
    shown = [time for time in citation.times if time.role == "text"] or list(citation.times[:1])
    if not shown or any(time.seconds is None or time.role == "name" for time in shown) or _is_destination(note, span):
        return None
    if form == "anchor":
        anchors = [anchor(time.seconds) for time in shown if time.seconds is not None]
        between = [note.text[one.span.end : other.span.start] for one, other in pairwise(shown)]
        return "".join(part for pair in zip(anchors, [*between, ""], strict=True) for part in pair)
    # In other company it would be a part of a link, a definition or an image.
    before, after = note.text[span.start - 1 : span.start], note.text[span.end : span.end + 1]
    if form not in ("bare", None) or before in tuple("][!\\") or after in tuple("([]:{") or is_addressed(note, span):
        return None
    if citation.form not in ("bare", "link"):  # a dialect's digits alone need be no time to anybody
        return f"[{format_clock(shown[0].seconds or 0)}]" if len(shown) == 1 else None
    return f"[{note.text[shown[0].span.start : shown[-1].span.end]}]"


def _is_destination(note: Note, span: Span) -> bool:
    """Whether a span is where a link would have its address, so that an anchor there would be taken for one."""
    return note.text[max(span.start - 2, 0) : span.start] == "]("


# Markup that does not work

_BROKEN = {
    "tag": "the tag of a citation is cut off",
    "in link": "an anchor stands where a link has its address: the reader sees the brackets of both",
    "attribute": "the citation has no time: no data-t attribute that can be read",
    "class": "the class of the citation is not `yt-timestamp`, so no player heeds it",
    "no class": "the citation lacks the class `yt-timestamp` that others here have",
    "unclosed": "the anchor is not closed by `</a>`: what follows is a part of it",
    "empty": "the anchor is empty: the reader sees nothing of it",
    "label": "the label is no time, or more than one that stands alone",
}


@note_check("broken-citation")
def broken_citation(note: Note, context: Context) -> Iterator[Finding]:
    """Citations whose markup does not work: broken anchors, and times in wikilinks."""
    faulty = [citation for citation in irregular(note) if citation.faults]
    if not faulty and not note.frontmatter_wikilinks:
        return
    planned = matcher(context.settings.links.planned)
    for link in note.frontmatter_wikilinks:
        if address_kind(link.target) == "time" and not planned(link.target):
            yield Finding(link.target_span, _no_note(link.target), link.target)
    wikilinks = {link.span: link for link in note.wikilinks}
    known = any(citation.form == "anchor" and not citation.faults for citation in note.citations)
    usual = usual_form(note, context.settings.times.form)
    stray = _stray_ends(note) if any("unclosed" in citation.faults for citation in faulty) else {}
    for citation in faulty:
        faults = [fault for fault in _BROKEN if fault in citation.faults and (fault != "no class" or known)]
        subject = next((time.text for time in citation.times if time.text), "no time")
        if citation.form == "anchor" and faults:
            yield Finding(citation.span, _BROKEN[faults[0]], subject, fixes=_mended(note, citation, stray))
        elif citation.faults == ("label of link",):
            message = f"`{subject}` is the label of a wikilink, which leads to a note and not to the moment"
            yield Finding(citation.span, message, subject)
        elif citation.form == "bare" and citation.faults:
            link = wikilinks[citation.span]
            if not planned(link.target):
                fixes: tuple[Fix, ...] = ()
                written = _rewritten(note, link.span, citation, usual)
                if not link.embed and link.label is None:
                    fixes = _replace(note, link.span, written, sure=_are_clear(citation))
                yield Finding(link.target_span, _no_note(link.target), link.target, fixes=fixes)


def _no_note(target: str) -> str:
    return f"`{target}` is a time: a wikilink leads to notes only"


def _are_clear(citation: Citation) -> bool:
    """Whether all times of a citation have hours, minutes and seconds."""
    return all(time.seconds is not None and CLOCK.fullmatch(time.text) for time in citation.times)


def _told(markup: str) -> set[int | None]:
    """The seconds of whatever looks like a time in a tag or an address."""
    return {parse_clock(found.replace("-", ":"), short=True) for found in _ANY_CLOCK.findall(markup)}


def _replace(note: Note, span: Span, written: str | None, *, sure: bool) -> tuple[Fix, ...]:
    """The fix that writes that in place of what is at `span`; none where it might become a part of something else."""
    if written is None or not is_free(note, span):
        return ()
    if note.labels and any(fold_label(label) in note.labels for label in _IN_BRACKETS.findall(written)):
        return ()  # in itself a link
    how = Applicability.SAFE if sure else Applicability.UNSAFE
    return (Fix(f"write `{written}`", (Edit(note.path, span, written),), how),)


def _stray_ends(note: Note) -> dict[int, int]:
    """The closing tags that close nothing: where they begin and end."""
    stray: dict[int, int] = {}
    opened: Counter[str] = Counter()
    for tag in _TAG.finditer(note.text, note.body_start):
        name = tag[2].lower()
        if note.hidden.end_if_covered(tag.start()) is not None:
            continue
        if not tag[1]:
            opened[name] += 1
        elif opened[name]:
            opened[name] -= 1
        elif tag[3]:
            stray[tag.start()] = tag.end()
    return stray


def _mended(note: Note, citation: Citation, stray: Mapping[int, int]) -> tuple[Fix, ...]:
    """The anchor as it should be, where all that it says of its time is one time; it takes the place of a `stray` end."""
    text, (start, end) = note.text, citation.span
    times = [time for time in citation.times if time.text]
    seconds = times[0].seconds if times else None
    if seconds is None or any(time.seconds != seconds for time in times) or _is_destination(note, citation.span):
        return ()
    at = text.index("<", start)
    tag_end = text.index(">", at) + 1
    close = text.rfind("</", tag_end, end)
    label = text[tag_end : close if close >= 0 else end]
    sure = True
    if "attribute" in citation.faults:  # then the label alone says when, unless the tag does
        sure = CLOCK.fullmatch(times[0].text) is not None and _told(text[at:tag_end]) <= {seconds}
    if "label" in citation.faults:
        inner = _INVISIBLE.sub("", label).strip("[]")
        if not (inner in (time.text for time in times) or (inner[:1] == ":" and times[0].text.endswith(inner))):
            return ()  # words would be lost
    if "label" in citation.faults or "empty" in citation.faults:
        label = ""
    if "unclosed" in citation.faults:
        if text[end : end + 1] in tuple("([{"):
            return ()  # a link follows, or has begun
        end = stray.get(end, end)
        if not label and text[end : end + 1].isdigit():
            return ()
    return _replace(note, Span(start, end), anchor(seconds, label), sure=sure)


# Links that lead nowhere

_YOUTUBE = re.compile(
    r"https?://(?:(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:watch\?(?:[^#]*&)?v=|embed/|live/|shorts/)|youtu\.be/)"
    r"([^&#?/]*)",
    re.IGNORECASE,
)
_VIDEO = re.compile(r"(?!x{11})[\w-]{11}", re.ASCII | re.IGNORECASE)
_FRAGMENT = re.compile(r"#(?!t=)t?[\d.hms]{0,9}:[\d:.hms]{1,20}", re.IGNORECASE)
# The one that everybody knows by heart stands in for those that nobody looked up.
_STAND_IN, _STAND_IN_LASTS = "dQw4w9WgXcQ", 214


@note_check("dead-time-link")
def dead_time_link(note: Note, context: Context) -> Iterator[Finding]:
    """Links on a time that lead nowhere."""
    citations = [citation for citation in irregular(note) if citation.form == "link"]
    if not citations:
        return
    links = {link.span: link for link in note.structure.links}
    usual = usual_form(note, context.settings.times.form)
    for citation in citations:
        link = links[citation.span]
        why = _dead(note, citation, link.destination)
        if why is None:
            continue
        shown = [time for time in citation.times if time.role in ("text", "name")]
        written = _rewritten(note, link.span, citation, usual if usual != "link" else "bare")
        agree = _told(link.destination) <= {time.seconds for time in shown}
        sure = bool(shown) and agree and _are_clear(citation) and _STAND_IN not in link.destination
        if written is not None and not shown:
            words = note.text[link.span.start + 1 : note.text.rfind("](", *link.span)]
            written = f"{words} {written}"
        fixes = _replace(note, link.span, written, sure=sure)
        yield Finding(link.span, why, link.destination or citation.times[0].text, fixes=fixes)


def _dead(note: Note, citation: Citation, destination: str) -> str | None:
    """Why a link with that destination leads nowhere; None when it may lead somewhere."""
    if citation.faults:
        return f"`{destination}` is a time and no address"
    if destination.strip() in ("", "#"):
        return "the link has no address"
    if _FRAGMENT.fullmatch(destination) and destination[1:] not in note.ids:
        return f"`{destination}` is no place in this note"
    video = _YOUTUBE.match(destination)
    if video is not None and _VIDEO.fullmatch(video[1]) is None:
        return f"`{video[1]}` is not the id of a video"
    if video is not None and video[1] == _STAND_IN and (citation.moments()[0] or 0) > _STAND_IN_LASTS:
        return f"`{_STAND_IN}` is a song of three and a half minutes, a stand-in for the right video"
    return None


# Mixed forms


@note_check("mixed-citation-forms")
def mixed_citation_forms(note: Note, context: Context) -> Iterator[Finding]:
    """Citations of another form than the one that is asked for, or that most of the note's have."""
    chosen = context.settings.times.form
    usual = usual_form(note, context.settings.times.form)
    plain = plain_citations(note)
    if chosen is None and usual in (None, "bare"):  # those that can be clicked on are not the ones to mend
        counts = Counter(citation.form for citation in plain if citation.form != "link")
        odd = next((citation for citation in plain if citation.form not in (plain[0].form, "link")), None)
        if odd is not None and len(counts) > 1:
            listed = ", ".join(f"{count} {form}" for form, count in counts.most_common())
            message = f"citations of several forms: {listed}"
            yield Finding(odd.span, message, odd.form, help="settle on one, with `times.form`")
        return
    tables = Mask(note.structure.tables if usual != "anchor" or irregular(note) else ())
    for citation in plain if usual != "anchor" else filter(is_plain, irregular(note)):
        if citation.form == usual or (chosen is None and (citation.form == "link" or usual == "link" != citation.form)):
            continue
        wanted = "`times.form` asks for" if chosen is not None else "the others here are of the form"
        message = f"a citation of the form `{citation.form}` where {wanted} `{usual}`"
        fixes: tuple[Fix, ...] = ()
        written = _rewritten(note, citation.span, citation, usual) if _are_convertible(citation) else None
        piped = "|" in note.text[slice(*citation.span)] and tables.end_if_covered(citation.span.start) is not None
        if not piped:
            # A dialect may hold more than its time, and in parentheses may stand how long somebody ran.
            sure = citation.form in FORMS and note.text[citation.span.start] != "("
            fixes = _replace(note, citation.span, written, sure=sure)
        yield Finding(citation.span, message, citation.times[0].text, fixes=fixes)
    yield from _brackets(note, plain)


def _are_convertible(citation: Citation) -> bool:
    """Whether nothing is lost when only the times of a citation stay: neither an address nor words nor another time."""
    if citation.form == "anchor":
        return citation.time("label") is not None and len({time.seconds for time in citation.times}) == 1
    return citation.form == "bare" or (citation.form != "link" and len(citation.times) == 1)


def _brackets(note: Note, plain: list[Citation]) -> Iterator[Finding]:
    """Labels of anchors with brackets where most have none, or without where most have them."""
    text = note.text
    shown = [[span for _, span, _, role in times if role == "label"] for form, _, times, _ in plain if form == "anchor"]
    around = [(text[spans[0].start - 1] + text[spans[0].end], spans[0]) for spans in shown if len(spans) == 1]
    labels = {True: [span for marks, span in around if marks == "[]"]}
    if not 0 < len(labels[True]) < len(around):
        return  # all are alike, as they nearly always are
    labels[False] = [span for marks, span in around if marks == "><"]
    few = min(labels, key=lambda key: len(labels[key]))
    if len(labels[not few]) < CLEAR * len(labels[few]):
        return
    for span in labels[few]:
        shown_as = note.text[slice(*span)]
        message = (
            f"a label {'in' if few else 'without'} brackets where the others here {'have none' if few else 'have them'}"
        )
        place = Span(span.start - few, span.end + few)
        fixes = _replace(note, place, shown_as if few else f"[{shown_as}]", sure=True)
        yield Finding(place, message, shown_as, fixes=fixes)


# One time again and again

_BETWEEN = re.compile(r"[ \t,;&()/–—-]*+(?:and[ \t]++)?")
_SEPARATORS = re.compile(r"[ \t]*+(?:[,;&][ \t]*+)?(?:and[ \t]++)?")


@lru_cache(maxsize=1)
def _rows(note: Note) -> list[list[Citation]]:
    """The citations of a note, those in one list that stand side by side, with no word between them."""
    text, rows = note.text, []
    end = -1
    for citation in note.citations:
        span = citation.span
        # A full stop or a line end is what mostly follows.
        if end < 0 or (end < span.start and text[end] in ".\n") or _BETWEEN.fullmatch(text, end, span.start) is None:
            rows.append([citation])
        else:
            rows[-1].append(citation)
        end = span.end
    return rows


@note_check("duplicate-citation")
def duplicate_citation(note: Note, _context: Context) -> Iterator[Finding]:
    """Times that are cited twice in one row of citations."""
    for row in _rows(note):
        if len(row) < 2:
            continue
        seen: dict[tuple[int | None, str], Citation] = {}
        for before, citation in zip([None, *row], row, strict=False):
            times = set(citation.moments())
            if len(times) != 1 or None in times or len({time.seconds for time in citation.times if time.text}) != 1:
                continue
            # Two links may lead to two recordings.
            key = (times.pop(), note.text[slice(*citation.span)] if citation.form == "link" else "")
            first = seen.setdefault(key, citation)
            if first is citation or before is None:
                continue
            fixes: tuple[Fix, ...] = ()
            gap = Span(before.span.end, citation.span.start)
            alike = first.form == citation.form and is_plain(first) and is_plain(citation)
            free = is_free(note, first.span) and is_free(note, citation.span) and not is_addressed(note, first.span)
            # What follows could make a link of the time before, or be an attribute of the one that goes.
            apart = note.text[citation.span.end : citation.span.end + 1] not in tuple("([:]{")
            if alike and apart and free and _SEPARATORS.fullmatch(note.text, *gap):
                edit = Edit(note.path, Span(gap.start, citation.span.end), "")
                fixes = (Fix("take it out", (edit,), Applicability.SAFE),)
            shown = next(time.text for time in citation.times if time.text)
            related = (Related(note.path, first.span, "cited here"),)
            yield Finding(citation.span, f"{shown} is cited twice in one row of citations", shown, related, fixes)


class OverusedParams(Params):
    """`most` citations of one time a note may have."""

    most: int = Field(default=7, ge=1)


@note_check("overused-time", OverusedParams)
def overused_time(note: Note, context: Context) -> Iterator[Finding]:
    """Times that a note cites more often than `most`."""
    most = context.params.most
    if irregular(note):
        counts = Counter(chain.from_iterable([citation.moments() for citation in note.citations]))
    else:
        counts = Counter([citation[2][0][2] for citation in note.citations])  # the second that an anchor leads to
    if max(counts.values(), default=0) <= most:
        return
    places: dict[int, list[Span]] = defaultdict(list)
    for citation in note.citations:
        for seconds in citation.moments():
            if seconds is not None:
                places[seconds].append(citation.span)
    for seconds, spans in places.items():
        if len(spans) > most:
            clock = format_clock(seconds)
            others = [*spans[:most], *spans[most + 1 :]][:MAX_RELATED]
            related = tuple(Related(note.path, span, "cited here too") for span in others)
            message = f"{clock} is cited {len(spans)} times in this note; {most} are enough"
            yield Finding(spans[most], message, clock, related)


class CrowdedParams(Params):
    """`most` times that may be cited in a row."""

    most: int = Field(default=3, ge=1)


@note_check("crowded-citations", CrowdedParams)
def crowded_citations(note: Note, context: Context) -> Iterator[Finding]:
    """Rows of more than `most` times with no word between them; a range counts as one."""
    most = context.params.most
    rows = _rows(note)
    if "bare" not in [citation[0] for citation in note.citations]:
        rows = [row for row in rows if len(row) > most]
    for row in rows:
        if len(row) <= most and all(citation.form != "bare" for citation in row):
            continue
        count = 0
        end = -1
        for citation in row:
            shown = [time for time in citation.times if time.role == "text"] if citation.form == "bare" else []
            for span in [time.span for time in shown] or [citation.span]:
                ranged = end >= 0 and _RANGE.fullmatch(note.text[end : span.start].strip("[]"))
                count += 0 if ranged else 1
                end = span.end
        if count > most:
            span = Span(row[0].span.start, row[-1].span.end)
            shown_first = next((time.text for time in row[0].times if time.text), "")
            yield Finding(span, f"{count} times are cited in a row; {most} are enough", shown_first)


# Where citations stand


@note_check("citation-in-heading")
def citation_in_heading(note: Note, _context: Context) -> Iterator[Finding]:
    """Citations in headings; a bare time or a link at its beginning makes a heading a chapter."""
    starts = [citation.span.start for citation in note.citations]
    for heading in note.structure.headings if starts else ():
        for citation in note.citations[slice(*(bisect_left(starts, offset) for offset in heading.span))]:
            if citation.form != "anchor" and citation.span.start <= heading.text.start:
                continue  # it leads
            shown = next((time.text for time in citation.times if time.text), "no time")
            message = "a citation in a heading: it stands in the table of contents and in the heading's address"
            yield Finding(citation.span, message, shown)


_BREAK = re.compile(
    r"(?:\r\n|\r|\n)(?:(?=[ \t>]*+(?:[\r\n]|\Z))|(?=[ \t>]*+(?:[-*+][ \t]|\d{1,9}[.)][ \t]|\#|\||<(?!a\b))))"
)
_NEAR = 40  # characters before a citation in which the full stop is
_LEAD = re.compile(r"[\s>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++)?(?:\[[ xX]\][ \t]++)?[*_(\"“]{0,4}+")
_STOP = re.compile(r"[\w)\]]\.[ \t]*\Z")


@note_check("citation-after-stop")
def citation_after_stop(note: Note, _context: Context) -> Iterator[Finding]:
    """Citations behind the full stop of what they are for, where the paragraph says that they belong to what precedes.

    It does when it begins with words and ends with a citation.
    """
    text = note.text
    starts = [row[0][1][0] for row in _rows(note)]
    if not any(text[max(start - _NEAR, 0) : start].rstrip(" \t")[-1:] == "." for start in starts):
        return
    breaks = [note.body_start, *(match.end() for match in _BREAK.finditer(text, note.body_start)), len(text)]
    tables = Mask(note.structure.tables)
    blocks: dict[int, list[list[Citation]]] = defaultdict(list)
    for row in _rows(note):
        blocks[bisect_right(breaks, row[0].span.start) - 1].append(row)
    for index, rows in blocks.items():
        block = Span(breaks[index], breaks[min(index + 1, len(breaks) - 1)])
        lead = _LEAD.match(text, *block)
        first, last = rows[0][0].span.start, rows[-1][-1].span.end
        if (
            lead is None
            or first <= lead.end()
            or text[last : block.end].strip()
            or tables.end_if_covered(first) is not None
        ):
            continue
        for row in rows:
            start, end = row[0].span.start, row[-1].span.end
            before = text[max(block.start, start - _NEAR) : start]
            stop = start - len(before) + len(before.rstrip(" \t")) - 1
            if _STOP.search(before) is None or ABBREVIATION.search(before.rstrip(" \t")) or any(c.faults for c in row):
                continue
            if not re.match(r"\s|\Z", text[end : end + 1] or "\n"):
                continue
            blank = "" if text[stop + 1] in " \t" else " "
            edits = (Edit(note.path, Span(stop, stop + 1), blank), Edit(note.path, Span(end, end), "."))
            fix = Fix("write it before the full stop", edits, Applicability.SAFE)
            shown = next((time.text for time in row[0].times if time.text), "no time")
            yield Finding(Span(start, end), "cited behind the full stop of its sentence", shown, fixes=(fix,))


CHECKS = (
    broken_citation,
    dead_time_link,
    mixed_citation_forms,
    duplicate_citation,
    overused_time,
    crowded_citations,
    citation_in_heading,
    citation_after_stop,
)
