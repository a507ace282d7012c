"""Checks on claims: what is asserted with nobody behind it."""

from collections.abc import Iterator

from pydantic import Field

from lintkb.checks.base import BaseContext, Params, base_check
from lintkb.diagnostics import Finding
from lintkb.facts import NoteFacts
from lintkb.text import Span


class SourcelessParams(Params):
    """`min_words`: shorter notes are stubs. `custom_from`: how many long notes show what is customary."""

    min_words: int = Field(default=150, ge=1)
    custom_from: int = Field(default=10, ge=1)


@base_check("sourceless-note", SourcelessParams)
def sourceless_note(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """A note of some length that names no source at all, in a knowledge base that does not do without."""
    params: SourcelessParams = context.params
    if facts.source or facts.words < params.min_words:
        return
    if not context.kb.is_customary("source", params.min_words, params.custom_from):
        return
    at = facts.title_span
    yield Finding(
        span=at if at.end else Span(0, 0),
        message=f"{facts.words} words and no source: no citation, no link, no source key, no sources section",
        subject="source",
        help="name where this comes from: a frontmatter key such as `source:`, a citation or a link",
    )


CHECKS = (sourceless_note,)
