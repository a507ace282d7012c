"""Checks on what stands in the knowledge base more than once: notes, paragraphs and sentences, word for word or nearly."""

from collections.abc import Iterable, Iterator

from lintkb.checks.base import BaseContext, Params, base_check
from lintkb.diagnostics import Finding, Related
from lintkb.facts import NoteFacts
from lintkb.sections import Field


class _DuplicateParams(Params):
    """`min_words`: what is shorter may stand anywhere. `most_copies`: what has more is a template, and told of once."""

    min_words: int
    most_copies: int = Field(default=10, ge=2)


class NoteParams(_DuplicateParams):
    """Of the prose of a note."""

    min_words: int = Field(default=50, ge=20)


class ParagraphParams(_DuplicateParams):
    """Of a paragraph or a list item."""

    min_words: int = Field(default=40, ge=15)


class SentenceParams(_DuplicateParams):
    """Of a sentence."""

    min_words: int = Field(default=20, ge=10)


def passages_asked(checks: Iterable[tuple[str, Params]]) -> dict[str, int]:
    """The kinds of passages that checks, given by name and parameters, ask about, and how many words these have at least."""
    asked: dict[str, int] = {}
    for name, params in checks:
        if isinstance(params, _DuplicateParams):
            kind = name.removeprefix("duplicate-")
            asked[kind] = min(params.min_words, asked.get(kind, params.min_words))
    return asked


def _copies(kind: str, facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    params: _DuplicateParams = context.params
    for copy in context.kb.duplicates.of(kind, facts.path):
        total = copy.cluster.copies
        many = total > params.most_copies
        if copy.words < params.min_words or (many and not copy.second):
            continue
        path, place = copy.original
        if kind == "note":
            # Whichever of its copies is first now: one that is renamed or added makes no new finding of an old pair.
            message, subject = f"the note says the same as `{path}`", kind
        else:
            where = "in this note before" if path == facts.path else f"in `{path}`"
            message, subject = f"this {kind} stands {where}, too", copy.key
        message += ", word for word or nearly"
        if many:
            message += f", as in {total:,} places: a template; only this one is told of"
        yield Finding(copy.span, message, subject, (Related(path, place, "the other one"),))


@base_check("duplicate-note", NoteParams)
def duplicate_note(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """A note that says what another one says."""
    yield from _copies("note", facts, context)


@base_check("duplicate-paragraph", ParagraphParams)
def duplicate_paragraph(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Paragraphs and list items that stand elsewhere, too."""
    yield from _copies("paragraph", facts, context)


@base_check("duplicate-sentence", SentenceParams)
def duplicate_sentence(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Sentences that stand elsewhere, too."""
    yield from _copies("sentence", facts, context)


CHECKS = (duplicate_note, duplicate_paragraph, duplicate_sentence)
