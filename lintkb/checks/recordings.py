"""Checks on the recordings that notes cite: whether it can be known what was said in them."""

from collections.abc import Iterator

from lintkb.checks.base import SourceContext, source_check
from lintkb.diagnostics import Finding, Related
from lintkb.source.note import Note
from lintkb.text import Span


@source_check("source-file")
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


def _naming(note: Note, context: SourceContext) -> Span:
    """The place in a note that names its recording: the value of its key, else the beginning."""
    entry = note.frontmatter.entry(context.settings.times.recording_key) if note.frontmatter else None
    return entry.node.span if entry is not None else Span(0, 0)


CHECKS = (source_file,)
