"""Checks on what notes say against what was said in their recording: names and quotations."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lintkb.checks.base import SourceContext, heard_check, peers_check, source_check
from lintkb.checks.citing import cited_there
from lintkb.clock import format_clock
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Related
from lintkb.source.markdown import Mask
from lintkb.source.note import Note
from lintkb.text import SourceText, Span

if TYPE_CHECKING:
    from lintkb.evidence.names import Place

_SHOWN = 80  # characters of what was said


@source_check("misspelt-name", needs=["given"])
def misspelt_name(note: Note, context: SourceContext) -> Iterator[Finding]:
    """Names that are spelt otherwise than the source spells them; each spelling is told once."""
    recording = context.recording
    if recording.transcript is None:
        return
    for fault in recording.name_faults.misspelt[note.path]:
        where, related = "what is known of the recording", list(_others(note, fault.places))
        if fault.name.cue is not None:
            said = "who speaks here" if fault.name.speaker else "where it is said"
            where, related = "the source", [Related(recording.transcript.path, fault.name.cue.span, said), *related]
        yield Finding(
            span=fault.places[0].span,
            message=f"`{fault.written}` is `{fault.meant}` in {where}",
            subject=fault.written,
            related=tuple(related),
            fixes=_respelt(note, fault.places),
        )


@peers_check("name-spelling")
def name_spelling(note: Note, context: SourceContext) -> Iterator[Finding]:
    """Names that the other notes of a recording spell otherwise, where no source says which of them is right."""
    for fault in context.recording.name_faults.varying[note.path]:
        path, span = fault.example
        message = f"`{fault.usual}` in {_notes(fault.most)} of this recording, `{fault.written}` in {_notes(fault.few)}"
        yield Finding(
            span=fault.places[0].span,
            message=message,
            subject=fault.written,
            related=(Related(path, span, f"spelt `{fault.usual}`"), *_others(note, fault.places)),
            fixes=_respelt(note, fault.places) if fault.clear else (),
        )


def _notes(count: int) -> str:
    return f"{count} note{'' if count == 1 else 's'}"


def _others(note: Note, places: "Sequence[Place]") -> Iterator[Related]:
    return (Related(note.path, place.span, "here, too") for place in places[1:])


def _respelt(note: Note, places: "Sequence[Place]") -> tuple[Fix, ...]:
    """The fix for all places of a name; only shown where a link may go by it, as by a heading or a title."""
    edits = tuple(Edit(note.path, span, word) for place in places for span, word in place.edits)
    headings = Mask(heading.span for heading in note.structure.headings)
    named = any(
        edit.span.start < note.body_start or headings.end_if_covered(edit.span.start) is not None for edit in edits
    )
    first = [edit for edit in edits if places[0].span.start <= edit.span.start < places[0].span.end]
    start, end = places[0].span
    moved = ((Span(edit.span.start - start, edit.span.end - start), edit.text) for edit in first)
    written = SourceText(note.text[start:end]).edited(moved).text
    return (Fix(f"write `{written}`", edits, Applicability.DISPLAY if named else Applicability.UNSAFE),)


@heard_check("quotation-in-source", needs=["given"])
def quotation_in_source(note: Note, context: SourceContext) -> Iterator[Finding]:
    """Quotations that hold words which were not said in the recording, nor anything like them."""
    recording = context.recording
    if recording.transcript is None or recording.spoken is None:
        return
    if not (note.citations or recording.fits(note.path)):
        return  # the transcript may be of something else
    from lintkb.evidence.quotes import MEANT

    cited = recording.passages[note.path]
    for absence in recording.spoken.absent(note):
        nearest = absence.nearest
        message = "these words were not said in the recording, nor anything like them"
        related: tuple[Related, ...] = ()
        fixes: tuple[Fix, ...] = ()
        if nearest is not None:
            words = nearest.words if len(nearest.words) <= _SHOWN else f"{nearest.words[:_SHOWN].rsplit(' ', 1)[0]} …"
            at = format_clock(nearest.seconds)
            beside = [
                one.time.seconds
                for one in cited
                if one.span.start < absence.span.end and one.span.end > absence.span.start
            ]
            there = "at the time that is cited" if nearest.seconds in beside else f"at {at}"
            message = f"these words were not said in the recording; the nearest, {there}, are `{words}`"
            related = (Related(recording.transcript.path, nearest.cue.span, f"what was said at {at}"),)
            if nearest.likeness >= MEANT and not beside:
                fixes = cited_there(note, context, absence.span, nearest.seconds, "the nearest words are said there")
        subject = " ".join(note.text[absence.span.start : absence.span.end].split())[:60]
        yield Finding(absence.span, message, subject, related, fixes)


CHECKS = (misspelt_name, name_spelling, quotation_in_source)
