"""What a note asserts, sentence by sentence: what is cited for it, and whether it says whose word it is."""

from collections.abc import Sequence
from functools import cache as cache_once, cached_property, partial
from typing import NamedTuple

from lintkb.evidence.languages import Language, language_of, languages, source_words
from lintkb.evidence.scopes import NEXT, OWN, Scope, Scopes
from lintkb.settings import Claims as ClaimSettings, Settings
from lintkb.source.note import Note
from lintkb.source.sentences import Sentence
from lintkb.source_notes import leads_to_source
from lintkb.text import Span

UNKNOWN = Language("", {})
SAMPLE = 4000  # characters of prose by which a language is known


class Assertion(NamedTuple):
    """A sentence that nothing covers, its words with single blanks and plain apostrophes, its scope."""

    sentence: Sentence
    words: str
    scope: Scope

    @classmethod
    def of(cls, sentence: Sentence, scope: Scope) -> "Assertion":
        return cls(sentence, sentence.text.replace("’", "'"), scope)


class Claims:
    """The sentences of a note and what covers them. Everything is computed when it is first asked for."""

    def __init__(self, note: Note, settings: Settings, source_notes: frozenset[str] = frozenset()) -> None:
        """`source_notes` are the folded names of notes that are sources."""
        self.note = note
        self.settings = settings
        self.source_notes = source_notes
        # A function of its own, so that the scopes, which ask it too, do not hold what holds them.
        self._language = cache_once(partial(_language, note, settings.claims))
        self._attributions: dict[Span, str] = {}
        self.told: set[Span] = set()  # the sentences of which something was said: one citation mends them

    @cached_property
    def language(self) -> Language | None:
        """The language of the note; None where it is not known, and nothing is said of it."""
        return self._language()

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences, in reading order."""
        return list(self._scopes.sentences) if self.language is not None else []

    def outnumber(self, number: int) -> bool:
        """Whether there are more sentences than so many; no more are cut than that takes."""
        return self.language is not None and self._scopes.sentences.outnumber(number)

    @cached_property
    def scopes(self) -> list[Scope]:
        """What covers each sentence."""
        return list(self._scopes) if self.language is not None else []

    @cached_property
    def _scopes(self) -> Scopes:
        is_source = partial(leads_to_source, names=self.source_notes) if self.source_notes else None
        key, words = self.settings.times.recording_key, _known(self.settings.claims)[1]
        language = self._language
        return Scopes(self.note, lambda: language() or UNKNOWN, words, is_source, key)

    @cached_property
    def cited(self) -> int:
        """How many sentences have a citation of their own."""
        return sum(scope.rule == OWN for scope in self.scopes)

    def uncited(self, start: int, end: int) -> list[Span]:
        """The sentences between two headings if nothing covers any of them, but for announcing what follows; else none."""
        return self._scopes.uncited(start, end) if self.language is not None else []

    @cached_property
    def open(self) -> list[Assertion]:
        """The sentences that nothing covers."""
        found = self._scopes.open() if self._scopes.has_open() and self.language is not None else ()
        return [Assertion.of(sentence, scope) for sentence, scope in found]

    @cached_property
    def asserted(self) -> list[Assertion]:
        """Those of them that say that something is so: they ask nothing, suppose nothing and give no advice.

        Nor is an item of a list one of them that is but a phrase in somebody's mouth, as `"I love doing this"` is.
        """
        blocks = self.note.structure.blocks
        language = self.language if self.open else None
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
        habit = self.settings.claims.habit
        if habit and not self._scopes.cites:
            return False
        cited = sum(1 for scope in self.scopes if scope.rule in (OWN, NEXT))
        return not habit or (cited > 0 and 100 * cited >= habit * len(self.scopes))

    def names_somebody(self, name: str, at: int, text: str) -> bool:
        """Whether what is capitalised at some place of a sentence is a name."""
        return self.language is not None and self.language.is_somebody(name, at, text, lambda: self.names)

    def attribution(self, assertion: Assertion) -> str:
        """The words by which a sentence says itself whose word it is; empty when it does not."""
        if self.language is None:
            return ""
        span = assertion.sentence.span
        if span not in self._attributions:  # several rules ask

            def before() -> str:
                return "".join(f"{one.text} " for one in self._scopes.sentences.before(assertion.sentence, 2))

            self._attributions[span] = self.language.attribution(assertion.words, lambda: self.names, before)
        return self._attributions[span]


_LANGUAGES: dict[int, tuple[ClaimSettings, Sequence[Language], tuple[str, ...]]] = {}


def _language(note: Note, settings: ClaimSettings) -> Language | None:
    prose = note.prose[note.body_start : note.body_start + SAMPLE]
    return language_of(prose, _known(settings)[0])


def _known(settings: ClaimSettings) -> tuple[Sequence[Language], tuple[str, ...]]:
    """The languages of some settings, and their `source_words`, made once in a process."""
    if id(settings) not in _LANGUAGES:
        _LANGUAGES.clear()
        known = languages(settings.words())
        _LANGUAGES[id(settings)] = settings, known, source_words(known)
    return _LANGUAGES[id(settings)][1:]
