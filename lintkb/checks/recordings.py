"""Checks on the recordings that notes cite: whether it can be known what was said in them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lintkb.checks.base import SourceContext, source_check
from lintkb.diagnostics import Finding, Related, Severity
from lintkb.source.note import Note
from lintkb.text import Span

if TYPE_CHECKING:
    from lintkb.evidence.fit import Clock


@source_check("source-file", needs=["troubles"])
def source_file(note: Note, context: SourceContext) -> Iterator[Finding]:
    """A file that should say what was said, and cannot be read; told once for all notes of the recording."""
    recording = context.recording
    for trouble in recording.troubles if note.path == recording.reported else ():
        yield Finding(
            span=_naming(note, context),
            message=f"{trouble.path} is not used: {trouble.reason}",
            subject=trouble.path,
            related=(Related(trouble.path, Span(0, 0), "the file"),),
        )


@source_check("transcript-fit", needs=["given"])
def transcript_fit(note: Note, context: SourceContext) -> Iterator[Finding]:
    """A transcript of something else, or one whose clock is not the recording's; told once for all notes."""
    recording = context.recording
    fit, given = recording.fit, recording.given
    if fit is None or given is None or note.path != recording.reported:
        return
    if fit.belongs is False:
        severity = None
        message = (
            f"{given.path} is of something else, and is not used: of {fit.asked} sentences that cite the"
            f" recording, {fit.found} are found in it"
        )
    elif not fit.clock.same:
        severity = Severity.WARNING
        message = (
            f"the clock of {given.path} is not the recording's: {fit.agree} of {fit.found} passages agree when its"
            f" times are {_reckoned(fit.clock)}, and so they are used"
        )
    else:
        return
    related = (Related(given.path, given.cues[0].span, "where it begins"),)
    yield Finding(_naming(note, context), message, given.path, related, severity=severity)


def _reckoned(clock: "Clock") -> str:
    scale = f"taken {clock.scale:.3f} times and " if clock.scale != 1 else ""
    return f"{scale}set {'forward' if clock.offset > 0 else 'back'} by {abs(round(clock.offset))} s"


def _naming(note: Note, context: SourceContext) -> Span:
    """The place in a note that names its recording: the value of its key, else the beginning."""
    entry = note.frontmatter.entry(context.settings.times.recording_key) if note.frontmatter else None
    return entry.node.span if entry is not None else Span(0, 0)


CHECKS = (source_file, transcript_fit)
