"""Checks on the times that notes cite: their form, their two copies, their bounds."""

from collections.abc import Iterator

from lintkb import lazy_re as re
from lintkb.checks.base import Context, note_check
from lintkb.checks.citing import irregular
from lintkb.clock import format_clock, parse_clock, parse_shifted, read_duration
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Related, Severity
from lintkb.evidence.recording import stated_length
from lintkb.settings import FORMS
from lintkb.source.citations import Citation, Time
from lintkb.source.note import Note

# Seconds within which a reader hardly notices: notes that link to the start of a passage and show its end.
SLIGHT = 10
_TWO_DIGIT_FIELDS = re.compile(r"\d\d(?::\d\d){2,3}", re.ASCII)
_INNER_CLOCK = re.compile(r"(?<![\d:])\d{1,2}(?::\d{1,2}){2}(?![\d:])", re.ASCII)


@note_check("timestamp-form")
def timestamp_form(note: Note, _context: Context) -> Iterator[Finding]:
    """Times that are not HH:MM:SS, where a player or a reader needs them to be."""
    suspects = [citation for citation in irregular(note) if any(time.seconds is None for time in citation.times)]
    if not suspects:
        return
    # `[1:10:2]` alone may be a slice or a ratio; beside a well-formed citation it is a time.
    cites = any(time.seconds is not None and time.text.count(":") == 2 for c in note.citations for time in c.times)
    for citation in suspects:
        broken = [time for time in citation.times if _is_malformed(citation, time, cites=cites)]
        if not broken:
            continue
        told: dict[str, Time] = {}
        for time in broken:
            told.setdefault(time.text, time)
        for time in told.values():
            copies = tuple(copy for copy in citation.times if copy.text == time.text)
            yield Finding(
                span=time.span,
                message=_form_message(citation, time),
                subject=time.text,
                related=tuple(Related(note.path, copy.span, "and here") for copy in copies[1:]),
                fixes=_form_fix(note.path, time, copies) if citation.form in FORMS and time.role != "name" else (),
            )


def _is_malformed(citation: Citation, time: Time, *, cites: bool) -> bool:
    if time.seconds is not None or not time.text:
        return False  # where `data-t` is missing it is the markup that is broken
    if time.role == "anchor" or citation.form not in FORMS:
        return True
    if time.text.count(":") < 2:
        return False  # `[12:34]` may be minutes and seconds, a verse or a ratio
    if citation.form == "anchor" or time.role == "address" or cites:
        return True
    return _TWO_DIGIT_FIELDS.fullmatch(time.text) is not None


def _form_message(citation: Citation, time: Time) -> str:
    fields = time.text.split(":")
    if citation.form not in FORMS:
        return f"`{time.text}` is not a time (`times.dialects.{citation.form}`)"
    if not all(field.isascii() and field.isdigit() for field in fields):
        return f"`{time.text}` is not a time: write HH:MM:SS and nothing else"
    if len(fields) == 2:
        return f"`{time.text}` has two fields where HH:MM:SS is needed: a player takes the first for hours"
    if len(fields) != 3:
        return f"`{time.text}` has {len(fields)} fields where HH:MM:SS has three"
    if any(int(field) > 59 for field in fields[1:]):
        return f"`{time.text}` has minutes or seconds over 59"
    return f"`{time.text}` has a field of the wrong width: HH:MM:SS has two digits each"


def _form_fix(path: str, time: Time, copies: tuple[Time, ...]) -> tuple[Fix, ...]:
    """The one time it can be read as, where there is exactly one; a person should look, so it is unsafe."""
    fields = time.text.split(":")
    if len(fields) == 2:
        seconds = parse_clock(f"00:{time.text.zfill(5)}", short=False)
    else:
        inner = _INNER_CLOCK.findall(time.text)
        padded = ":".join(field.zfill(2) for field in inner[0].split(":")) if len(inner) == 1 else ""
        seconds = parse_clock(padded, short=False)
    if seconds is None:
        return ()
    right = format_clock(seconds)
    edits = tuple(Edit(path, copy.span, right) for copy in copies)
    title = f"write `{right}`" + (" in both places" if len(edits) == 2 else "")
    return (Fix(title, edits, Applicability.UNSAFE),)


@note_check("timestamp-label")
def timestamp_label(note: Note, context: Context) -> Iterator[Finding]:
    """Citations that link to one time and show another."""
    for citation in irregular(note):
        active = next((time for time in citation.times if time.role in ("anchor", "address")), None)
        if active is None or active.seconds is None:
            continue
        for role in ("label", "text"):
            shown = [time for time in citation.times if time.role == role]
            if not shown or any(time.seconds in (None, active.seconds) for time in shown):
                continue
            length = stated_length(note, context.settings.times)
            bound = length.seconds if length is not None else context.settings.times.max
            apart = min(abs(time.seconds - active.seconds) for time in shown if time.seconds is not None)
            leads = active.text
            if leads.isdigit():
                leads += f" ({format_clock(active.seconds)})"
            yield Finding(
                span=active.span,
                message=f"the citation links to {leads} and shows {shown[0].text}",
                severity=Severity.WARNING if apart <= SLIGHT else None,
                subject=f"{active.text} {shown[0].text}",
                related=(Related(note.path, shown[0].span, "the time that is shown"),),
                fixes=_label_fix(note.path, active, shown[0], bound) if len(shown) == 1 else (),
            )
            break


def _label_fix(path: str, anchor: Time, label: Time, bound: int) -> tuple[Fix, ...]:
    """Take the side that is possible, where the other is not and is the same time misread.

    Measured, neither side is right more often than the other; and that one cannot be does not prove the other. Only where
    both come of one time (fields shifted, or whole hours too many) is there something to go by.
    """
    for right, wrong in ((anchor, label), (label, anchor)):
        if right.seconds is None or wrong.seconds is None or not right.seconds <= bound < wrong.seconds:
            continue
        if right.seconds == parse_shifted(wrong.text) or (wrong.seconds - right.seconds) % 3600 == 0:
            text = format_clock(right.seconds) if ":" in wrong.text else str(right.seconds)
            title = f"write {text} here too: {wrong.text} cannot be"
            return (Fix(title, (Edit(path, wrong.span, text),), Applicability.UNSAFE),)
    return ()


@note_check("duration-form")
def duration_form(note: Note, context: Context) -> Iterator[Finding]:
    """A duration that cannot be read, in a note whose times it should bound."""
    entry = note.frontmatter.entry(context.settings.times.duration_key) if note.frontmatter else None
    if (
        entry is None
        or not note.citations
        or entry.node.plain() is None
        or read_duration(entry.node.plain()) is not None
    ):
        return
    span = entry.node.span
    message = f"`{note.text[span.start : span.end]}` is not a duration, so nothing bounds the times that are cited"
    yield Finding(span, message, entry.key, help='write seconds, "HH:MM:SS" or ISO 8601 (PT1H27M)')


CHECKS = (timestamp_form, timestamp_label, duration_form)
