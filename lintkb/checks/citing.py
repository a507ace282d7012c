"""How notes write their citations, and a new citation written as the others are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from lintkb import lazy_re as re
from lintkb.checks.base import SourceContext
from lintkb.checks.said import listed, shown_cue
from lintkb.clock import format_clock, parse_offset
from lintkb.diagnostics import Applicability, Edit, Fix, Related
from lintkb.source.citations import Citation
from lintkb.source.markdown import FILLER, Mask
from lintkb.source.note import Note
from lintkb.source.references import fold_label
from lintkb.text import Span

CLEAR = 3  # so many times the citations of all other forms make a form that of the note
CLOCK = re.compile(r"\d?\d:[0-5]\d:[0-5]\d", re.ASCII)
# The end of a link that holds a citation, or is none because it does.
_CLOSED_BEHIND = re.compile(r"[^\[\]\r\n]{0,200}\][(\[\]]")
# What makes an address, or a definition, of what follows.
_ADDRESSING = re.compile(r"(?:://[^\s<>]*|\[(?!\^)[^\[\]]*\]:\s*)\Z")
# What opens the value of an attribute, or a title.
_QUOTING = re.compile(r"(?:=\s?|\][:(]\s*[^\s<>]*\s)([\"'])(?:(?!\1)[^<>])*\Z")
# What ends in a dot that need not end a sentence.
ABBREVIATION = re.compile(
    r"(?:\.\w+|(?<!\w)(?:[^\W\d_]|etc|vs|inc|ltd|co|corp|llc|jr|sr|drs?|mrs?|ms|prof|st|nos?|vol|pp|eds?|figs?|al|cf|ca"
    r"|approx|resp|am|pm|dept|gen|gov|rev|sgt|capt|lt|col|ave|blvd|mt|ft|oz|lbs?|hrs?|mins?|secs?|jan|feb|mar|apr|jun|jul"
    r"|aug|sept?|oct|nov|dec|bros|univ|usw|bzw|sra?|dra?))\.\Z",
    re.IGNORECASE,
)


def anchor(seconds: int, label: str = "") -> str:
    """The anchor of a time in its canonical form."""
    clock = format_clock(seconds)
    return f'<a class="yt-timestamp" data-t="{clock}">{label or f"[{clock}]"}</a>'


def is_plain(citation: Citation) -> bool:
    """Whether a citation can be nothing else, and nothing is wrong with it. `[12:34]` may be a verse."""
    if citation.faults:
        return False
    return citation.form != "bare" or all(CLOCK.fullmatch(time.text) for time in citation.times)


@lru_cache(maxsize=1)
def irregular(note: Note) -> list[Citation]:
    """The citations that are not as nearly all are, anchors that show the time that they lead to, with nothing wrong."""
    return [citation for citation in note.citations if not _is_regular(citation)]


def _is_regular(citation: Citation) -> bool:
    times = citation.times
    return (
        citation.form == "anchor"
        and not citation.faults
        and len(times) == 2
        and times[0].seconds is not None
        and times[0].seconds == times[1].seconds
        and times[0].role == "anchor"
        and times[1].role == "label"
    )


@lru_cache(maxsize=1)
def plain_citations(note: Note) -> list[Citation]:
    """The citations that can be nothing else, and with which nothing is wrong."""
    return [citation for citation in note.citations if is_plain(citation)] if irregular(note) else note.citations


@lru_cache(maxsize=1)
def usual_form(note: Note, chosen: str | None) -> str | None:
    """The form that is `chosen`, else that of most of the note's citations; None where neither is clear."""
    if chosen is not None:
        return chosen
    counts = Counter([citation.form for citation in plain_citations(note)])
    links = counts.pop("link", 0)  # which may lead to other recordings than the one that the note is on
    if links > CLEAR * counts.total():
        return "link"
    top, count = next(iter(counts.most_common(1)), (None, 0))
    return top if count >= CLEAR * (counts.total() - count) else None


def is_addressed(note: Note, span: Span) -> bool:
    """Whether a bare time at `span` would be a part of an address, or that of a definition."""
    return _ADDRESSING.search(note.text[max(span.start - 200, 0) : span.start]) is not None


def is_free(note: Note, span: Span) -> bool:
    """Whether what stands at `span` is in nothing else, and nothing before or behind it would be another thing without it."""
    if note.inside.end_if_covered(span.start) is not None or note.text.startswith("(", span.end):
        return False
    if _CLOSED_BEHIND.match(note.text, span.end) or _QUOTING.search(note.text[max(span.start - 200, 0) : span.start]):
        return False
    return not (note.labels and note.text.startswith("]", max(span.start - 1, 0)))


# A new one

_DEFAULTS = {"anchor": anchor, "bare": lambda seconds: f"[{format_clock(seconds)}]"}
_UNITS = re.compile(r"(?:(\d+)([hH]))?(?:(\d+)([mM]))?(?:(\d+)([sS]?))?", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)
_ADDRESSED = re.compile(r"[?&#;](?:t|start|end|time_continue)=", re.ASCII)
_IN_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
# What closes a sentence: its end mark, and what is closed behind that.
_MARK = re.compile(r"([.!?…]++)([\"'”’»)\]*_]*+)[ \t]*+\Z")
_MARK_BEHIND = re.compile(r"[.!?…]++(?!\w)")
_CLOSING = "\"'”’»“)*_"
_BLOCK_ID = re.compile(r"[ \t]++\^[A-Za-z0-9-]++\Z")
_PARAGRAPH = re.compile(r"(?:\r\n|[\r\n])[ \t>]*+(?=[\r\n])|(?:\r\n|[\r\n])[ \t>]*+(?:[-*+]|\d{1,9}[.)])[ \t]")
_NUMBER = re.compile(r"[ \t>]*+\d{0,9}")  # what a list item begins with
_NEAR, _MOST_BEFORE = 40, 4000  # characters before a place that say what it is in
_MARKS = ('"', "“„”", "«»")  # those of quotations


class Manner(NamedTuple):
    """How citations are written: the text between their times, and for each of these the ways in which it is written."""

    form: str
    pieces: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]

    def written(self, seconds: int) -> str | None:
        """A citation of a second; None where it cannot be written so."""
        text = self.pieces[0]
        for samples, piece in zip(self.samples, self.pieces[1:], strict=True):
            time = next((time for sample in samples if (time := _like(sample, seconds)) is not None), None)
            if time is None:
                return None
            text += time + piece
        return text


class Custom(NamedTuple):
    """How a note cites: in a manner of its own or the usual one of its `form`, behind the end mark or not, with a blank."""

    form: str
    manner: Manner | None
    behind: bool
    blank: bool

    def written(self, seconds: int) -> str | None:
        """A citation of a second; None where nobody can know how to write it."""
        if self.manner is not None:
            return self.manner.written(seconds)
        return _DEFAULTS[self.form](seconds) if self.form in _DEFAULTS else None


def _like(sample: str, seconds: int) -> str | None:
    """A second as another time is written; None where that cannot be."""
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    fields = [len(field) for field in _DIGITS.findall(sample)]
    text = ""
    if ":" in sample:
        if len(fields) == 3:
            text = f"{hours:0{fields[0]}d}:{minutes:02d}:{rest:02d}"
        elif hours:
            text = f"{hours}:{minutes:02d}:{rest:02d}"
        else:
            text = f"{minutes:0{1 + sample.startswith('0')}d}:{rest:02d}"
    elif len(fields) == 1 and sample.rstrip("sS").isdigit():
        text = f"{seconds:0{fields[0] if sample.startswith('0') else 1}d}{sample[fields[0] :]}"
    elif units := _UNITS.fullmatch(sample):
        for value, digits, unit, default in (
            (hours, units[1], units[2], "h"),
            (minutes, units[3], units[4], "m"),
            (rest, units[5], units[6], ""),
        ):
            if value or text or digits:
                width = len(digits) if digits and digits.startswith("0") else 1
                text += f"{value:0{width}d}{default if unit is None else unit}"
    return text if parse_offset(text) == seconds else None


def _manner(several: Iterable[Note], form: str) -> Manner | None:
    """How most citations of that form are written in some notes; None where there is none that can be copied."""
    found: dict[tuple[str, ...], list[Citation]] = {}
    texts: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for note in several:
        for citation in plain_citations(note):
            times = citation.times
            if citation.form != form or len({time.seconds for time in times}) != 1 or times[0].seconds is None:
                continue
            if any(not time.text or time.role == "name" for time in times):
                continue
            edges = [citation.span.start, *(at for time in times for at in time.span), citation.span.end]
            pieces = tuple(note.text[edges[at] : edges[at + 1]] for at in range(0, len(edges), 2))
            found.setdefault(pieces, []).append(citation)
            texts.setdefault(pieces, []).append(tuple(time.text for time in times))
    for pieces in sorted(found, key=lambda pieces: -len(found[pieces])):
        citations = found[pieces]
        if form == "link":
            addressed = citations[0].time("address") is not None
            # An address that goes with one time alone holds that time in a way that is not understood.
            if not addressed and len({one.times[0].seconds for one in citations}) < 2:
                continue
            if sum(len(_ADDRESSED.findall(piece)) for piece in pieces) > addressed:
                continue
        ways = (Counter(way) for way in zip(*texts[pieces], strict=True))
        samples = tuple(tuple(sorted(way, key=lambda text: (text[0] != "0", -way[text], text))) for way in ways)
        return Manner(form, pieces, tuple(_ways(way) for way in samples))
    return None


def _ways(samples: Sequence[str]) -> tuple[str, ...]:
    """One sample of each way of writing times."""
    return tuple({(_DIGITS.sub("", sample), sample[0] == "0"): sample for sample in reversed(samples)}.values())[::-1]


@lru_cache(maxsize=4)
def custom(note: Note, chosen: str | None, others: tuple[Note, ...]) -> Custom:
    """How a note cites: as it does, or as is `chosen`, else as `others` do on the same recording."""
    own = plain_citations(note)
    form = usual_form(note, chosen) or _commonest(own)
    if form is None:
        form = _commonest(
            citation for other in others for citation in plain_citations(other) if not _is_aside(other, citation)
        )
    form = form or "bare"
    like = (
        [note]
        if own
        else [other for other in others if not any(_is_aside(other, one) for one in plain_citations(other))]
    )
    manner = _manner([note], form) or _manner([other for other in like if other is not note], form)
    behind = blank = 0
    for other in like:
        for citation in plain_citations(other):
            before = other.text[max(citation.span.start - _NEAR, 0) : citation.span.start]
            behind += (_MARK.search(before) is not None) - other.text.startswith((".", "!", "?"), citation.span.end)
            blank += before[-1:] in (" ", "\t") or -(before[-1:].isalnum() or before[-1:] in tuple('.!?"”)'))
    return Custom(form, manner, behind > 0, blank >= 0)


def _commonest(citations: Iterable[Citation]) -> str | None:
    return next((form for form, _ in Counter(citation.form for citation in citations).most_common(1)), None)


def _is_aside(note: Note, citation: Citation) -> bool:
    """Whether a time is cited in parentheses, which is a custom of a whole note or none."""
    return citation.form == "bare" and note.text[citation.span.start] == "("


def cite(note: Note, span: Span, seconds: int, chosen: str | None = None, others: tuple[Note, ...] = ()) -> Edit | None:
    """The edit that cites a second behind what stands at a span, as the note cites; None where it might not be read so.

    `chosen` is the form that is asked for, `others` are other notes on the recording.
    """
    how = custom(note, chosen, others)
    written = how.written(seconds)
    if written is None:
        return None
    if note.citations and _is_aside(note, note.citations[0]) and not written.startswith("("):
        return None  # in other company those in parentheses were none any more
    place = _place(note, span, behind=how.behind)
    if place is None or (note.labels and any(fold_label(one) in note.labels for one in _IN_BRACKETS.findall(written))):
        return None
    before = note.text[place - 1]
    tight = not how.blank and before not in "]!)\\>" and min(map(len, _DIGITS.findall(written))) > 1
    return Edit(note.path, Span(place, place), written if tight else f" {written}")


def _place(note: Note, span: Span, *, behind: bool) -> int | None:
    """Where a citation of what is at a span may stand, `behind` the end mark or before it; None where nowhere."""
    text = note.text
    near = max(span.start, span.end - _NEAR * 10)
    words = text[near : span.end].rstrip()
    block = _BLOCK_ID.search(words)
    words = words[: block.start()] if block else words
    place = near + len(words)
    mark = _MARK.search(words)
    if mark is not None and not behind and not mark[2] and ABBREVIATION.search(words) is None:
        place = near + mark.start()
    else:
        while place < len(text) and text[place] in _CLOSING:
            place += 1
        if mark is None and behind and (further := _MARK_BEHIND.match(text, place)):
            place = further.end()
    if place <= span.start or text[place - 1] == "\\" or text[place - 1].isspace() or not _is_clear(note, place):
        return None
    return place


def _is_clear(note: Note, place: int) -> bool:
    """Whether a place is one between words of prose, outside quotations, tables and all markup but links that end there."""
    text, after = note.text, note.text[place : place + 1]
    if (after.isalnum() or after in tuple("([{:<|`$\\")) or not is_free(note, Span(place, place)):
        return False
    line = note.source.line_starts[note.source.position(place).line - 1]
    if _NUMBER.fullmatch(text, line, place) or is_addressed(note, Span(place, place)):
        return False
    solid = _solid(note)
    if solid.end_if_covered(place - 1) is not None or (place < len(text) and solid.end_if_covered(place) is not None):
        return False
    masked = note.prose[place - 1] == FILLER and text[place - 1] not in ")]`"
    if masked or note.prose.startswith(FILLER, place):
        return False
    start = max(note.body_start, place - _MOST_BEFORE)
    paragraph = note.prose[start:place]
    first = max((match.end() for match in _PARAGRAPH.finditer(paragraph)), default=0)
    if not first and start > note.body_start:
        return False  # nobody knows what it is in
    paragraph = paragraph[first:]
    return all(sum(map(paragraph.count, marks)) % 2 == 0 for marks in _MARKS)  # in no quotation


@lru_cache(maxsize=4)
def _solid(note: Note) -> Mask:
    """The blocks in which no citation is written."""
    blocks = [
        span for span in note.structure.code if "\n" in note.text[slice(*span)] or "\r" in note.text[slice(*span)]
    ]
    headings = (heading.span for heading in note.structure.headings)
    definitions = (definition.span for definition in note.references.definitions)
    return Mask([*blocks, *note.structure.tables, *note.structure.html_blocks, *headings, *definitions])


# For checks


def proposed(note: Note, context: SourceContext, span: Span) -> tuple[tuple[Related, ...], tuple[Fix, ...]]:
    """What is said where the sentence at a span is said, and the fix that cites it; nothing where that is not sure enough.

    The sentence is the one that holds the beginning of the span, and none that cites.
    """
    recording = context.recording
    proposal = recording.proposal(note.path, span)
    if proposal is None:
        return (), ()
    related = shown_cue(recording, proposal.seconds, "where it is said", proposal.words)
    why = f"{listed(proposal.words)} is said there"
    return related, cited_there(note, context, proposal.span, proposal.seconds, why)


def cited_there(note: Note, context: SourceContext, span: Span, seconds: int, why: str) -> tuple[Fix, ...]:
    """The fix that cites a second behind what stands at a span."""
    others = tuple(other for path, other in context.recording.notes.items() if path != note.path)
    edit = cite(note, span, seconds, context.settings.times.form, others)
    return (Fix(f"cite {format_clock(seconds)}: {why}", (edit,), Applicability.UNSAFE),) if edit is not None else ()
