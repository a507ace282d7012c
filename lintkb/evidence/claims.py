"""What a note asserts, sentence by sentence: what is cited for it, and whether it says whose word it is."""

from collections.abc import Sequence
from functools import cached_property, partial
from typing import NamedTuple

from lintkb.evidence.languages import Language, language_of, languages
from lintkb.evidence.scopes import NEXT, OPEN, OWN, Scope, read_scopes
from lintkb.settings import Claims as ClaimSettings, Settings
from lintkb.source.note import Note
from lintkb.source.sentences import Sentence, read_sentences
from lintkb.source_notes import leads_to_source

SAMPLE = 4000  # characters of prose by which a language is known


class Assertion(NamedTuple):
    """A sentence that nothing covers: its number, itself, its words with single blanks and plain apostrophes, its scope."""

    number: int
    sentence: Sentence
    words: str
    scope: Scope


class Claims:
    """The sentences of a note and what covers them. Everything is computed when it is first asked for."""

    def __init__(self, note: Note, settings: Settings, source_notes: frozenset[str] = frozenset()) -> None:
        """`source_notes` are the folded names of notes that are sources."""
        self.note = note
        self.settings = settings
        self.source_notes = source_notes
        self._attributions: dict[int, str] = {}
        self.told: set[int] = set()  # the sentences of which something was said: one citation mends them

    @cached_property
    def language(self) -> Language | None:
        """The language of the note; None where it is not known, and nothing is said of it."""
        prose = self.note.prose[self.note.body_start : self.note.body_start + SAMPLE]
        return language_of(prose, _known(self.settings.claims))

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences, in reading order."""
        if self.language is None:
            return []
        return read_sentences(self.note, self.language.code, dotted_ordinals=self.language.dotted_ordinals)

    @cached_property
    def scopes(self) -> list[Scope]:
        """What covers each sentence."""
        if self.language is None:
            return []
        is_source = partial(leads_to_source, names=self.source_notes)
        return read_scopes(self.note, self.sentences, self.language, is_source, self.settings.times.recording_key)

    @cached_property
    def open(self) -> list[Assertion]:
        """The sentences that nothing covers."""
        return [
            Assertion(number, sentence, sentence.text.replace("’", "'"), scope)
            for number, (sentence, scope) in enumerate(zip(self.sentences, self.scopes, strict=True))
            if scope.rule == OPEN
        ]

    @cached_property
    def asserted(self) -> list[Assertion]:
        """Those of them that say that something is so: they ask nothing, suppose nothing and give no advice.

        Nor is an item of a list one of them that is but a phrase in somebody's mouth, as `"I love doing this"` is.
        """
        language, blocks = self.language, self.note.structure.blocks
        if language is None:
            return []
        return [
            one
            for one in self.open
            if language.asserts(one.words)
            and not (blocks[one.sentence.block].kind == "item" and language.is_phrase(one.words))
        ]

    @cached_property
    def names(self) -> frozenset[str]:
        """The words that are capitalised inside of sentences."""
        return self.language.names_in(self.note.prose) if self.language is not None else frozenset()

    @cached_property
    def cites(self) -> bool:
        """Whether it is the habit of this note to cite: it is about a recording, or cites much of what it says.

        Diaries, essays and manuals with a link here and there owe nobody a citation for every sentence.
        """
        frontmatter = self.note.frontmatter
        if self.note.citations or (frontmatter is not None and frontmatter.value(self.settings.times.recording_key)):
            return True
        cited = sum(1 for scope in self.scopes if scope.rule in (OWN, NEXT))
        habit = self.settings.claims.habit
        return not habit or (cited > 0 and 100 * cited >= habit * len(self.scopes))

    def names_somebody(self, name: str, at: int, text: str) -> bool:
        """Whether what is capitalised at some place of a sentence is a name."""
        return self.language is not None and self.language.is_somebody(name, at, text, self.names)

    def attribution(self, assertion: Assertion) -> str:
        """The words by which a sentence says itself whose word it is; empty when it does not."""
        if self.language is None:
            return ""
        if assertion.number not in self._attributions:  # several rules ask
            before = self.sentences[max(0, assertion.number - 2) : assertion.number]
            said = "".join(f"{one.text} " for one in before)
            self._attributions[assertion.number] = self.language.attribution(assertion.words, self.names, said)
        return self._attributions[assertion.number]


_LANGUAGES: dict[int, tuple[ClaimSettings, Sequence[Language]]] = {}


def _known(settings: ClaimSettings) -> Sequence[Language]:
    """The languages of some settings, made once in a process."""
    if id(settings) not in _LANGUAGES:
        _LANGUAGES.clear()
        _LANGUAGES[id(settings)] = settings, languages(settings.words())
    return _LANGUAGES[id(settings)][1]
