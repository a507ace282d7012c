"""Languages: the words by which the language of a note, its parts and attributions are known.

The modules of this package hold those of one language each, in lists by the names that the configuration has for them.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import import_module

SHIPPED = ("de", "en")
SOURCES, CONCLUSION, STORY = "sources", "conclusion", "story"
FEWEST, LEAST = 2, 0.1  # function words that tell a language, and their share of all words
_WORD = re.compile(r"[^\W\d_]+")
_EDGES = re.compile(r"^[\W\d_]+|[\W_]+$")
_JOINTS = re.compile(r"\s*[:–—(]\s*|\s+(?:and|und|&)\s+")
_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_NAMED = rf"{_CAPITAL}[\w'’.-]*+(?:\s+(?:(?:van|von|de|der|den|la|le|al|bin|of|the)\s+)?{_CAPITAL}[\w'’.-]*+){{0,4}}"
_FULL_NAME = re.compile(
    rf"(?:(?:Dr|Prof|Mr|Mrs|Ms)\.? )?{_CAPITAL}[\w'’.-]*+(?: (?:(?:van|von|de|der|la|al) )?{_CAPITAL}[\w'’.-]*+){{1,3}}"
)
_INNER_NAME = re.compile(rf"(?<=[a-zß-ÿ,;] )({_CAPITAL}[\w’'-]+)|({_CAPITAL}[\w’'-]+) {_CAPITAL}")
_QUOTED_BY = re.compile(rf"[\"”»“]\W{{0,3}}\s*[-–—―~]+\s*{_CAPITAL}|[\"”»]\s*\({_CAPITAL}[\w .'’-]{{1,40}}\)")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»|„[^“”]*[“”]")
_LABEL = re.compile(
    rf"\A{_CAPITAL}[\w.'’-]*(?:(?: {_CAPITAL}[\w.'’-]*){{0,2}}:| {_CAPITAL}[\w.'’-]*(?: on [^:\"“”]{{1,40}})?)\s*(?=[\"“„«])"
)
_FIRST_PERSON = re.compile(
    rf"\A{_CAPITAL}[\w.'’-]*(?: {_CAPITAL}[\w.'’-]*){{0,2}}:\s+(?:.{{0,80}}\b)?(?:I|we|my|our)\b"
)


class Language:
    """One language's words; patterns are made of them when they are asked for."""

    def __init__(self, code: str, words: Mapping[str, Sequence[str]]) -> None:
        self.code = code
        self.words = words
        self.function_words = frozenset(words.get("function-words", ()))

    # The parts of a note

    @cached_property
    def _roles(self) -> dict[str, str]:
        roles = (SOURCES, CONCLUSION, STORY)
        return {title.lower(): role for role in roles for title in self.words.get(f"{role}-headings", ())}

    def role(self, heading: str) -> str:
        """What a section with this heading is there for: SOURCES, CONCLUSION, STORY, or none of these."""
        title = _EDGES.sub("", heading.lower())
        if self._numbered.match(title):
            return STORY
        return self._roles.get(title) or self._roles.get(_JOINTS.split(title, maxsplit=1)[0], "")

    @cached_property
    def _numbered(self) -> "re.Pattern[str]":
        """The heading of a part of a work: Act 3, Volume II."""
        return re.compile(rf"(?:{alternation(self.words.get('story-parts', ()))})\s(?:\d+|[ivxlc]+)\b")

    @cached_property
    def _openers(self) -> "re.Pattern[str]":
        return re.compile(rf"\W*(?:{alternation(self.words.get('conclusion-openers', ()))})\b", re.IGNORECASE)

    def concludes(self, sentence: str) -> bool:
        """Whether a sentence begins as those do that sum up."""
        return self._openers.match(sentence) is not None

    # Who says so

    def is_name(self, text: str) -> bool:
        """Whether a text is somebody's name, of two words at least."""
        return _FULL_NAME.fullmatch(text) is not None

    def names_in(self, prose: str) -> frozenset[str]:
        """The words that are capitalised inside of sentences, or before another one that is."""
        found = (match[1] or match[2] for match in _INNER_NAME.finditer(prose))
        return frozenset(name.removesuffix("'s").removesuffix("’s") for name in found) - self._unnamed_titles

    @cached_property
    def _unnamed_titles(self) -> frozenset[str]:
        return frozenset(word.capitalize() for word in self._unnamed)

    @cached_property
    def _unnamed(self) -> frozenset[str]:
        return frozenset(self.words.get("unnamed", ()))

    @cached_property
    def _subjects(self) -> "re.Pattern[str]":
        """Somebody, and what they do: the name, the person or the pronoun, then a verb of reporting."""
        people = alternation(self.words.get("people", ()))
        pronouns = alternation(self.words.get("pronouns", ()))
        verbs = alternation(self.words.get("reporting-verbs", ()))
        weak = alternation(self.words.get("reporting-verbs-that", ()))
        return re.compile(
            rf"(?:(?:^\W*|[,;:–—(]\s|\b\w{{2,6}}\s)(?P<pronoun>(?i:{pronouns}))|(?P<name>{_NAMED})"
            rf"|\b(?:[Tt]he|[Dd]er|[Dd]ie|[Dd]as)\s+(?:\w+\s+)?(?P<person>{people}))"
            rf"(?:\s*[,(–—][^,;()–—]{{1,120}}[,)–—])?(?:\s+(?:and|und|&)\s+{_NAMED})?"
            rf"(?:\s+(?:\w+ly|also|has|have|had|then|further|often|later|once|even|auch|hat|haben|did|does|himself|herself|still|would|will|can|could|might)){{0,3}}+"
            rf"\s+(?:(?:{verbs})\b|(?:{weak})(?:\s+(?:that|how|why|what|dass|wie)\b|\s*[:,]?\s*[\"“„«]|,|\s[^.;:]{{1,80}}?\s(?:as|als)\b))"
        )

    @cached_property
    def _according(self) -> "re.Pattern[str]":
        phrases = alternation(self.words.get("according-to", ()))
        people = alternation(self.words.get("people", ()))
        return re.compile(
            rf"\b(?i:{phrases})\s+(?:[a-zß-ÿ'’-]+\s+){{0,4}}?(?:(?P<name>{_NAMED})|(?P<person>(?:{people})s?)\b)"
        )

    @cached_property
    def _inverted(self) -> "re.Pattern[str]":
        verbs = alternation(self.words.get("inverted-verbs", ()))
        return re.compile(rf"\b(?:{verbs})\s+(?P<name>{_NAMED})")

    @cached_property
    def _possessing(self) -> "re.Pattern[str]":
        things = alternation(self.words.get("possessed", ()))
        return re.compile(
            rf"(?P<name>{_CAPITAL}[\w.-]+)['’]s?\s+(?:[a-z-]+\s+){{0,2}}(?i:{things})\b|\b(?P<pronoun>[Hh]is|[Hh]er|[Tt]heir)\s+(?:[a-z-]+\s+){{0,2}}(?:{things})\b"
        )

    def attribution(self, sentence: str, names: frozenset[str] | None, before: str) -> str:
        """The words by which a sentence says whose word it is; empty when it does not. Groups without a name are nobody.

        `names` are those that the note has inside of its sentences, None where that is not known; `before` is what stands
        before the sentence: pronouns stand for somebody who is named there, or earlier in the sentence.
        """
        for pattern in (_QUOTED_BY, _LABEL, _FIRST_PERSON):
            if (match := pattern.search(sentence)) is not None:
                return match[0]
        for pattern in (self._subjects, self._according, self._inverted, self._possessing):
            for match in pattern.finditer(sentence):
                groups = match.groupdict()
                name, other = groups.get("name"), groups.get("pronoun")
                if (
                    groups.get("person")
                    or (name and self.is_somebody(name, match.start("name"), sentence, names))
                    or (other and self._is_named(before + sentence[: match.start("pronoun")], names))
                ):
                    return match[0].strip()
        return ""

    @cached_property
    def _no_assertion(self) -> "re.Pattern[str]":
        openers = alternation(self.words.get("supposing", ()))
        imperatives = alternation(self.words.get("imperatives", ()))
        advice = alternation(self.words.get("advice", ()))
        return re.compile(
            rf"\W*(?:{openers})\b|(?:[^:]{{1,40}}:\s*)?\W*(?:{imperatives})\s(?!of\b)|[^\"“]*\b(?:{advice})\b",
            re.IGNORECASE,
        )

    def asserts(self, sentence: str) -> bool:
        """Whether a sentence says that something is so: it asks nothing, supposes nothing, gives no advice and tells of
        nothing that its writer saw and did.
        """
        return (
            not sentence.rstrip("\"'”’»)").endswith("?")
            and self._no_assertion.match(sentence) is None
            and self._own_experience.search(_QUOTED.sub("", sentence)) is None
        )

    def is_phrase(self, sentence: str) -> bool:
        """Whether a sentence is nothing but a quotation of somebody who speaks of themselves."""
        whole = _QUOTED.fullmatch(sentence.rstrip(".!,; "))
        return whole is not None and self._own_experience.match(sentence, 1) is not None

    @cached_property
    def _own_experience(self) -> "re.Pattern[str]":
        return re.compile(rf"\b(?:{alternation(self.words.get('first-person', ()))})\b")

    def is_somebody(self, name: str, at: int, sentence: str, names: frozenset[str] | None) -> bool:
        """Whether what is capitalised at some place of a sentence is a name: not for its place alone, and no group."""
        words = name.split()
        while words and words[0].lower() in self._unnamed:
            words.pop(0)
            at = -1  # what follows the first word is capitalised for its own sake
        if not words:
            return False
        if len(words) > 1 or at < 0 or names is None or words[0].isupper():
            return True
        if sentence[:at].strip(" \"'“„«(*-–—#>\t") and not sentence[:at].rstrip().endswith((".", ":", "!", "?")):
            return True
        return words[0].removesuffix("'s").removesuffix("’s") in names

    def _is_named(self, text: str, names: frozenset[str] | None) -> bool:
        return any(self.is_somebody(match[0], match.start(), text, names) for match in re.finditer(_NAMED, text))


def alternation(words: Sequence[str]) -> str:
    """A pattern for any of some words or phrases, the longest first; one that nothing matches when there are none."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def languages(added: Mapping[str, Mapping[str, Sequence[str]]]) -> list[Language]:
    """The languages that are shipped and those `added`, by code; what is added to one that is shipped goes to its lists."""
    known = []
    for code in sorted({*SHIPPED, *added}):
        shipped = import_module(f"{__name__}.{code}").WORDS if code in SHIPPED else {}
        words = {name: [" ".join(word.split()) for word in text.split(",")] for name, text in shipped.items()}
        for name, more in added.get(code, {}).items():
            words[name] = [*words.get(name, ()), *more]
        known.append(Language(code, words))
    return known


def language_of(text: str, known: Sequence[Language]) -> Language | None:
    """The language that a text is written in; None where it is none of those known."""
    counts = Counter(_WORD.findall(text.lower()))
    total = counts.total()
    best, most = None, 0
    for language in known:
        found = sum(counts[word] for word in language.function_words)
        if found > most:
            best, most = language, found
    return best if most >= FEWEST and most >= LEAST * total else None
