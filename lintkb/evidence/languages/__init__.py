"""Languages: the words by which the language of a note, its parts and attributions are known.

The modules of this package hold those of one language each, in lists by the names that the configuration has for them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from importlib import import_module

from lintkb import lazy_re as re
from lintkb.source.markdown import FILLER

SHIPPED = ("de", "en")
SOURCES, RELATED, CONCLUSION, STORY = "sources", "related", "conclusion", "story"
FEWEST, LEAST = 2, 0.1  # function words that tell a language, and their share of all words
_WORD = re.compile(r"[^\W\d_]+")
# What may stand between words, and makes of a text one that a table of 256 small letters cannot cut.
_TYPOGRAPHIC = f"{FILLER}’‘“”–—…•"
_LETTERS = bytes(ord(chr(code).lower()) if _WORD.match(chr(code)) else ord(" ") for code in range(256))
_EDGES = re.compile(r"^[\W\d_]+|[\W_]+$")
CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
YEAR = r"(?:1[5-9]|20)\d\d[a-z]?"  # of a paper
_NAME_WORD = rf"{CAPITAL}[\w'’.-]{{0,40}}+"
_SMALL = r"[a-zß-ÿ'’-]+"
# Bounded, or from the beginning of a word only: they read whole notes, and a run of letters in one may be of any length.
# They look for a capital first, and behind it for what is before it: so a look at each character passes over most.
_INNER_NAME = re.compile(
    rf"{CAPITAL}(?:(?<=[a-zß-ÿ,;] {CAPITAL})[\w’'-]++|(?<!\w{CAPITAL})[\w’'-]{{0,40}}+(?P<next> {CAPITAL}))"
)
_INNER_PAIR = re.compile(rf"(?<![a-zß-ÿ'’-])({_SMALL}+),? ({CAPITAL}[\w’'-]++) ({CAPITAL}[\w’'-]++)")
_QUOTED_BY = re.compile(
    rf"[\"”»“«]\W{{0,3}}\s*[-–—―~]+\s*{CAPITAL}[\w.'’-]*(?: {CAPITAL}[\w.'’-]*)*"
    rf"|[\"”»“«]\s*[(\[]{CAPITAL}[\w .,:'’-]{{1,80}}[)\]]"
)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^“”]*”|«[^«»]*»|„[^„“”]*[“”]|»[^«»]*«")
_SHORT_NAME = rf"{CAPITAL}[\w.'’-]*(?: {CAPITAL}[\w.'’-]*){{0,2}}"


SHARED = 2  # letters that words have in common in a pattern for any of them
# What a blank and an apostrophe of a word may be in a text.
_UNITS = {" ": r"\s+", "'": "['’]"}


Names = Callable[[], frozenset[str]]  # of most sentences they are not asked


class Language:
    """One language's words; patterns are made of them when they are asked for."""

    def __init__(self, code: str, words: Mapping[str, Sequence[str]]) -> None:
        self.code = code
        self.words = words
        self.function_words = frozenset(word.lower() for word in words.get("function-words", ()))
        traits = words.get("traits", ())
        self.capitalised_nouns = "capitalised nouns" in traits  # so that a capital letter makes no name
        self.dotted_ordinals = "dotted ordinals" in traits  # so that the dot behind a small number ends no sentence
        # So that who says so stands behind the verb when anything else stands before it.
        self.verb_second = "verb second" in traits

    def _any(self, *lists: str) -> str:
        """A pattern for any word of some lists."""
        return alternation([word for name in lists for word in self.words.get(name, ())])

    # The parts of a note

    @cached_property
    def _roles(self) -> dict[str, str]:
        roles = (SOURCES, RELATED, CONCLUSION, STORY)
        return {title.lower(): role for role in roles for title in self.words.get(f"{role}-headings", ())}

    def role(self, heading: str) -> str:
        """What a section with this heading is there for: SOURCES, RELATED, CONCLUSION, STORY, or none of these."""
        title = _EDGES.sub("", heading.lower())
        if self._numbered.match(title):
            return STORY
        return self._roles.get(title) or self._roles.get(self._joints.split(title, maxsplit=1)[0], "")

    @cached_property
    def _joints(self) -> "re.Pattern[str]":
        return re.compile(rf"\s*[:–—(]\s*|\s+(?:{self._any('conjunctions')}|&)\s+")

    @cached_property
    def _numbered(self) -> "re.Pattern[str]":
        """The heading of a part of a work: Act 3, Volume II."""
        return re.compile(rf"(?:{self._any('story-parts')})\s(?:\d+|[ivxlc]+)\b")

    @cached_property
    def _openers(self) -> "re.Pattern[str]":
        return re.compile(rf"\W*(?:{self._any('conclusion-openers')})\b", re.IGNORECASE)

    def concludes(self, sentence: str) -> bool:
        """Whether a sentence begins as those do that sum up."""
        return self._openers.match(sentence) is not None

    # Who says so

    @cached_property
    def _named(self) -> str:
        """A pattern for what may be a name, of up to five words."""
        particles = self._any("name-particles", "title-particles")
        return rf"{_NAME_WORD}(?:\s+(?:(?:{particles})\s+)?{_NAME_WORD}){{0,4}}"

    @cached_property
    def _full_name(self) -> "re.Pattern[str]":
        titles, particles = self._any("name-titles"), self._any("name-particles")
        return re.compile(rf"(?:(?:{titles})\.? )?{_NAME_WORD}(?: (?:(?:{particles}) )?{_NAME_WORD}){{1,3}}")

    def is_name(self, text: str) -> bool:
        """Whether a text is somebody's name, of two words at least."""
        return self._full_name.fullmatch(text) is not None

    def begins_with_name(self, title: str) -> bool:
        """Whether a title begins with somebody's name, and goes on with what they speak about, if at all."""
        return self.is_name(re.split(rf"\s(?:{self._any('about')})\s", title.strip(), maxsplit=1)[0])

    def names_in(self, prose: str) -> frozenset[str]:
        """The words that are capitalised inside of sentences, or before another one that is.

        Where all nouns are, only two in a row without an article.
        """
        if not self.capitalised_nouns:
            found = (match[0].removesuffix(match["next"] or "") for match in _INNER_NAME.finditer(prose))
            return frozenset(name.removesuffix("'s").removesuffix("’s") for name in found) - self._unnamed_titles
        return frozenset(
            word
            for before, *pair in _INNER_PAIR.findall(prose)
            if before not in self._articles and not any(one.lower() in self._unnamed for one in pair)
            for word in pair
        )

    @cached_property
    def _articles(self) -> frozenset[str]:
        return frozenset(self.words.get("articles", ()))

    @cached_property
    def _unnamed_titles(self) -> frozenset[str]:
        return frozenset(word.capitalize() for word in self._unnamed)

    @cached_property
    def _unnamed(self) -> frozenset[str]:
        return frozenset(self.words.get("unnamed", ()))

    @cached_property
    def _somebody(self) -> str:
        """A pattern for somebody who is named, or called by what they are."""
        return rf"(?:(?P<name>{self._named})|\b(?i:{self._any('articles')})\s+(?:\w+\s+)?(?P<person>{self._any('people')}))"

    @cached_property
    def _subjects(self) -> "re.Pattern[str]":
        """Somebody, and what they do: the name, the person or the pronoun, then a verb of reporting."""
        adverb = rf"\w+(?:{self._any('adverb-endings')})|{self._any('adverbs')}"
        return re.compile(
            rf"(?:(?:^\W*|[,;:–—(\"”»“]\s|\b\w{{2,6}}\s)(?P<pronoun>(?i:{self._any('pronouns')}))|{self._somebody})"
            rf"(?:\s*[,(–—][^,;()–—]{{1,120}}[,)–—])?(?:\s+(?:{self._any('conjunctions')}|&)\s+{self._named})?"
            rf"(?:\s+\w+\s+\d{{4}})?+(?:\s+(?:{adverb})){{0,3}}+"
            rf"\s+(?:(?:{self._any('reporting-verbs')})\b"
            rf"|(?:{self._any('reporting-verbs-that')})(?:\s+(?:{self._any('that')})\b|\s*[:,]?\s*[\"“„«»]|,|\s[^.;:]{{1,80}}?\s(?:{self._any('as')})\b))"
        )

    @cached_property
    def _framed(self) -> "re.Pattern[str]":
        """Somebody between what begins the clause and the verb at its end: as she says, has said."""
        clause = rf"\b(?i:{self._any('clause-openers')})\s+(?:{self._any('articles')}\s+)?(?P<name>{self._named})"
        perfect = rf"(?P<other>{self._named}|\b(?i:{self._any('pronouns')}))\s+(?:{self._any('auxiliaries')})"
        return re.compile(rf"(?:{clause}|{perfect})\s+(?:[\w-]+\s+){{0,8}}?(?:{self._any('reporting-verbs')})\b")

    @cached_property
    def _according(self) -> "re.Pattern[str]":
        people = self._any("people")
        return re.compile(
            rf"\b(?i:{self._any('according-to')})\s+(?:{_SMALL}\s+){{0,4}}?(?:(?P<name>{self._named})|(?P<person>{people})\b)"
        )

    @cached_property
    def _article(self) -> str:
        """A pattern for the article before a name, with an adjective perhaps, or nothing."""
        return rf"(?:(?:{self._any('articles')})\s+(?:{_SMALL}\s+)?)?"

    @cached_property
    def _following(self) -> "re.Pattern[str]":
        """A name with what stands behind it, or between a comma and it, where somebody's words end."""
        return re.compile(
            rf"(?P<name>{self._named})\s+(?:{self._any('according-to-behind')})\b"
            rf"|[,–—\"“”«»]\s+(?:{self._any('tags')})\s+{self._article}(?P<other>{self._named})(?=\s*(?:[.,;:!–—]|\Z))"
        )

    @cached_property
    def _inverted(self) -> "re.Pattern[str]":
        verbs, name = self._any("inverted-verbs"), rf"{self._article}(?P<name>{self._named})"
        if not self.verb_second:
            return re.compile(rf"\b(?:{verbs})\s+{name}")
        return re.compile(rf"\b(?:{verbs})\s+(?:{name}|(?P<pronoun>{self._any('pronouns')})\b)")

    @cached_property
    def source_line(self) -> "re.Pattern[str]":
        """Words that name a source as such: `Source: FAO 2019`."""
        return re.compile(rf"\b(?i:{self._any('sources-headings')})\s?:\s*\w")

    @cached_property
    def author_year(self) -> "re.Pattern[str]":
        """An author and a year, as papers cite: (Smith et al., 2020), Smith (2020)."""
        return re.compile(
            rf"\((?:(?:{self._any('see')}),? )?{CAPITAL}[^()\r\n]{{0,80}}?,? {YEAR}(?:[,;:][^()\r\n]{{0,80}})?\)"
            rf"|{CAPITAL}[\w'’-]{{1,40}}+(?: (?:et al\.|(?:{self._any('conjunctions')}|&) {CAPITAL}[\w'’-]+))? \({YEAR}\)"
        )

    @cached_property
    def _possessing(self) -> "re.Pattern[str]":
        things = rf"(?:{_SMALL}\s+){{0,2}}(?i:{self._any('possessed')})\b"
        return re.compile(
            rf"(?P<name>{CAPITAL}[\w.-]{{1,40}}?)(?:{self._any('genitives')})\s+{things}|\b(?P<pronoun>(?i:{self._any('possessives')}))\s+{things}"
        )

    @cached_property
    def _label(self) -> "re.Pattern[str]":
        """Whose words a quotation is that they begin."""
        word = rf"{CAPITAL}[\w.'’-]*"
        about = rf"(?: (?:{self._any('about')}) [^:\"“”„«»]{{1,40}})?"
        return re.compile(rf"\A(?:{_SHORT_NAME}\s?:|{word} {word}{about})\s*(?=[\"“„«»])")

    @cached_property
    def _speaking(self) -> "re.Pattern[str]":
        """Who speaks of themselves, in a transcript; words that only report."""
        first = self._any("first-person", "first-person-plural")
        return re.compile(rf"\A{_SHORT_NAME}:\s+(?:.{{0,80}}\b)?(?:{first})\b|\b(?:{self._any('indirect-speech')})\b")

    def attribution(self, sentence: str, names: Names | None, before: Callable[[], str]) -> str:
        """The words by which a sentence says whose word it is; empty when it does not. Groups without a name are nobody.

        `names` are those that the note has inside of its sentences, None where that is not known; `before` is what stands
        before the sentence: pronouns stand for somebody who is named there, or earlier in the sentence.
        """
        for pattern in (_QUOTED_BY, self._label, self._speaking):
            if (match := pattern.search(sentence)) is not None:
                return match[0]
        patterns = self._subjects, self._according, self._inverted, self._possessing, self._framed, self._following
        for pattern in patterns:
            for match in pattern.finditer(sentence):
                groups = match.groupdict()
                at = match.start("other" if groups.get("other") else "name") if "name" in groups else -1
                name, pronoun = groups.get("name") or groups.get("other"), groups.get("pronoun")
                if (
                    groups.get("person")
                    or (name and self._speaks(name, at, sentence, names))
                    or (pronoun and self._is_named(before() + sentence[: match.start("pronoun")], names))
                ):
                    return match[0].strip()
        return ""

    @cached_property
    def _no_assertion(self) -> "re.Pattern[str]":
        return re.compile(
            rf"\W*(?:{self._any('supposing')})\b"
            rf"|(?:[^:]{{1,40}}:\s*)?\W*(?:(?:{self._any('imperatives')})\s(?!(?:{self._any('after-nouns')})\b)"
            rf"|\w+\s(?-i:{self._any('address')})\b)"
            rf"|[^\"“„«»]*\b(?:{self._any('advice')})\b",
            re.IGNORECASE,
        )

    def asserts(self, sentence: str) -> bool:
        """Whether a sentence says that something is so: it asks nothing, supposes nothing, gives no advice and tells of
        nothing that its writer saw and did.
        """
        return (
            not sentence.rstrip("\"'”’»“«)").endswith("?")
            and self._no_assertion.match(sentence) is None
            and self._own_experience.search(_QUOTED.sub("", sentence)) is None
        )

    def is_phrase(self, sentence: str) -> bool:
        """Whether a sentence is nothing but a quotation of somebody who speaks of themselves."""
        whole = _QUOTED.fullmatch(sentence.rstrip(".!,; "))
        return whole is not None and self._own_experience.match(sentence, 1) is not None

    @cached_property
    def _own_experience(self) -> "re.Pattern[str]":
        return re.compile(rf"\b(?:{self._any('first-person')})\b")

    def is_somebody(self, name: str, at: int, sentence: str, names: Names | None) -> bool:
        """Whether what is capitalised at some place of a sentence is a name: not for its place alone, and no group."""
        words = name.split()
        while words and words[0].lower() in self._unnamed and not (len(words[0]) > 1 and words[0].isupper()):
            words.pop(0)
            at = -1  # what follows the first word is capitalised for its own sake
        if not words:
            return False
        if self.capitalised_nouns:
            return self._is_proper(words, at, sentence, names() if names is not None else frozenset())
        if len(words) > 1 or at < 0 or names is None or words[0].isupper():
            return True
        if sentence[:at].strip(" \"'“„«(*-–—#>\t") and not sentence[:at].rstrip().endswith((".", ":", "!", "?")):
            return True
        return words[0].removesuffix("'s").removesuffix("’s") in names()

    def _is_proper(self, words: list[str], at: int, sentence: str, names: frozenset[str]) -> bool:
        """Whether capitalised words are a name although nouns are capitalised, too: one that the note has elsewhere, or
        two in a row that are no noun with its article or adjective.
        """
        if any(word in names for word in words):
            return True
        before = sentence[: max(at, 0)].split()[-1:]
        if len(words) == 1 or at < 0 or (before and before[0].lower() in self._articles):
            return False
        begins = not before or before[0].endswith((".", ":", "!", "?"))
        return not (begins and words[0].endswith(tuple(self.words.get("adjective-endings", ()))))

    def _speaks(self, name: str, at: int, sentence: str, names: Names | None) -> bool:
        """Whether what is capitalised beside words of reporting is somebody; where nouns are, too, these words tell."""
        if self.capitalised_nouns:
            return name.rsplit(maxsplit=1)[-1].lower() not in self._unnamed
        return self.is_somebody(name, at, sentence, names)

    def _is_named(self, text: str, names: Names | None) -> bool:
        return any(self._speaks(match[0], match.start(), text, names) for match in re.finditer(self._named, text))


def alternation(words: Sequence[str]) -> str:
    """A pattern for any of some words or phrases, the longest first; one that nothing matches when there are none.

    No word is empty, or begins with a blank.
    """
    if not words:
        return "(?!)"
    # Most places are passed over by one look at a letter, and the words are told apart letter by letter.
    first = "".join(sorted({re.escape(word[0]).replace("'", "'’") for word in words}))
    parts = [
        [_UNITS.get(sign) or re.escape(sign) for sign in word] for word in sorted(set(words), key=len, reverse=True)
    ]
    return f"(?=[{first}])(?:{_branches(parts)})"


def _branches(words: Sequence[Sequence[str]], shared: int = SHARED) -> str:
    """A pattern for any of some words, each in parts that match a letter, the longest of them first.

    Words that begin with the same part have it in common, up to so many; two that do not never match in the same place.
    """
    groups: dict[str, list[Sequence[str]]] = {}
    for word in words:
        groups.setdefault(word[0].lower() if word else "", []).append(word)
    branches = []
    for several in groups.values():
        firsts = {word[0] if word else "" for word in several}
        if shared and len(several) > 1 and len(firsts) == 1:
            branches.append(f"{firsts.pop()}(?:{_branches([word[1:] for word in several], shared - 1)})")
        else:
            branches += map("".join, several)
    return "|".join(branches)


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


def source_words(known: Iterable[Language]) -> tuple[str, ...]:
    """The last words, in small letters, of what stands before the colon where a source is named, in any language."""
    return tuple(words.split()[-1].lower() for one in known for words in one.words.get("sources-headings", ()))


def language_of(text: str, known: Sequence[Language]) -> Language | None:
    """The language that a text is written in; None where it is none of those known."""
    words = _words(text)
    total = len(words)
    best, most = None, 0
    for language in known:
        found = sum(map(language.function_words.__contains__, words))
        if found > most:
            best, most = language, found
    return best if most >= FEWEST and most >= LEAST * total else None


def _words(text: str) -> list[str]:
    """The words of a text, of letters alone, in small letters."""
    plain = text
    for mark in _TYPOGRAPHIC:
        plain = plain.replace(mark, " ")
    try:
        return plain.encode("latin-1").translate(_LETTERS).decode("latin-1").split()
    except UnicodeEncodeError:
        return _WORD.findall(text.lower())
