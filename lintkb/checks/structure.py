"""Checks on the structure of a note, for the rules of a house."""

from collections.abc import Iterator

from lintkb.checks.base import Context, Params, note_check
from lintkb.diagnostics import Finding
from lintkb.globs import matcher
from lintkb.sections import Field
from lintkb.settings import Globs
from lintkb.source.note import Note
from lintkb.text import Span


class RequiredSectionParams(Params):
    """`sections` are headings, whatever their level and case; `files` are the notes that must have them."""

    sections: list[str] = Field(min_length=1)
    files: Globs = Field(default=["**"])


@note_check("required-section", RequiredSectionParams)
def required_section(note: Note, context: Context) -> Iterator[Finding]:
    """Sections that a note must have and has not."""
    params: RequiredSectionParams = context.params
    if not matcher(params.files)(note.path):
        return
    there = {note.text[heading.text.start : heading.text.end].casefold() for heading in note.structure.headings}
    for section in params.sections:
        if section.casefold() not in there:
            yield Finding(Span(0, 0), f"the section `{section}` is missing", section)


CHECKS = (required_section,)
