"""Checks on claims: what is asserted with nobody behind it."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from lintkb import lazy_re as re
from lintkb.checks.base import BaseContext, Params, SourceContext, base_check, heard_check
from lintkb.checks.citing import proposed
from lintkb.diagnostics import Finding
from lintkb.evidence.claims import Assertion, Claims
from lintkb.evidence.languages import CAPITAL, alternation
from lintkb.facts import NoteFacts
from lintkb.sections import Field, Section
from lintkb.settings import LanguageCode, Words
from lintkb.source.note import Note
from lintkb.text import Span

_NUMBER = r"\d{1,3}(?:[,.\u202f\u00a0']\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_YEAR = r"(?:1[0-9]|20)\d\d"
_QUOTATION = re.compile(r"\"(?<![\w\"]\")([^\s\"][^\"]*+)\"(?!\w)|“([^“”]*+)”|«([^«»]*+)»|»([^«»]*+)«|„([^„“”]*+)[“”]")
_REMEDY = "cite the source, or say in the sentence whose word it is"
CLAUSE = 80  # characters before a name in which its clause begins
MOST_LINES = 12  # that a message names
LONGEST_CUE = 60  # characters of a cue that a message shows


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


# What one sentence asserts


class CueParams(Params):
    """Base of the parameters of rules on single sentences: `trailing` are those behind the last citation of their block,
    which mostly say what follows from it."""

    trailing: bool = False

    def cue(self, language: str) -> "Cue | None":
        """What finds the rule's cue in a sentence of that language, made once in a process; None where it has no words."""
        key = id(self), language
        if key not in _CUES:
            words = getattr(self, "words", {}).get(language)
            _CUES[key] = self, self.compile(words) if words is not None else None
        return _CUES[key][1]

    def compile(self, words: Any) -> "Cue":
        """What finds the cue, by the words of one language."""
        raise NotImplementedError


Cue = Callable[[str, Claims], str | None]
_CUES: dict[
    tuple[int, str], tuple[CueParams, Cue | None]
] = {}  # with the parameters, so that nothing else gets their id


def _open(note: Note, context: SourceContext, what: str) -> Iterator[Finding]:
    """The open sentences of a note in which a rule finds its cue, each told of by one rule."""
    params: CueParams = context.params
    claims = context.recording.claims(note.path)
    find = params.cue(claims.language.code) if claims.cites and claims.asserted and claims.language else None
    if find is None:
        return
    for assertion in claims.asserted:
        if assertion.sentence.span in claims.told or (assertion.scope.trailing and not params.trailing):
            continue
        cue = find(assertion.words, claims)
        if cue is None or claims.attribution(assertion):
            continue
        yield _told(note, context, assertion, f"{what} that no citation reaches: `{_short(cue)}`", _REMEDY)


def _told(note: Note, context: SourceContext, assertion: Assertion, message: str, remedy: str) -> Finding:
    """What is told of a sentence; nothing else is, then."""
    context.recording.claims(note.path).told.add(assertion.sentence.span)
    related, fixes = proposed(note, context, assertion.sentence.span)
    return Finding(
        span=assertion.sentence.span,
        message=f"{message} ({_why(assertion)})",
        subject=assertion.words[:80],
        related=related,
        fixes=fixes,
        help=remedy,
    )


def _short(cue: str) -> str:
    return cue if len(cue) <= LONGEST_CUE else f"{cue[: LONGEST_CUE - 4].rsplit(' ', 1)[0]} ..."


def _why(assertion: Assertion) -> str:
    """Why no citation reaches a sentence."""
    if assertion.scope.trailing:
        return "the one before it ends with its own sentence"
    return "none in the sentence, behind it in its paragraph, or in what introduces it"


def _any(words: Sequence[str]) -> str:
    """A pattern for any of some words or phrases, whole."""
    return rf"\b(?:{alternation(words)})\b"


def _search(pattern: str, unless: Sequence[str], needs: str = "") -> Cue:
    """A cue that is what a pattern matches, in a sentence without certain words. `needs` is a pattern for what it has in
    any case, and most sentences have not.
    """
    needed = re.compile(needs, re.IGNORECASE)

    @cache  # what is seldom needed takes longest to compile
    def patterns() -> "tuple[re.Pattern[str], re.Pattern[str]]":
        return re.compile(pattern, re.IGNORECASE), re.compile(_any(unless), re.IGNORECASE)

    def cue(text: str, _claims: Claims) -> str | None:
        if needed.search(text) is None:
            return None
        found, not_where = patterns()
        match = found.search(text)
        return match[0].strip() if match is not None and not_where.search(text) is None else None

    return cue


class StatisticWords(Section):
    """Words that make a number a statistic."""

    units: Words = Field(default=[])
    scales: Words = Field(default=[])
    numbers: Words = Field(default=[])
    fractions: Words = Field(default=[])
    multiples: Words = Field(default=[])
    counted: Words = Field(default=[])
    bounds: Words = Field(default=[])
    per: Words = Field(default=[])
    ranges: Words = Field(default=[])
    articles: Words = Field(default=[])
    multiplied: Words = Field(default=[])
    spans: Words = Field(default=[])
    unless: Words = Field(default=[])


class StatisticParams(CueParams):
    """`words` by language: `units` behind a number (percent), `scales` (million), `numbers` as words (three), `fractions`
    (two-thirds of), `multiples` (doubled), what is `counted` (users), `bounds` before a number (more than), what stands
    between two (in, out of), what joins the ends of `ranges` (to), `articles` before a number, endings of numbers that are
    `multiplied` (fold), `spans` of time behind a bound (years), and what makes it none (`unless`).
    """

    words: dict[LanguageCode, StatisticWords] = Field(default={})

    def compile(self, words: StatisticWords) -> Cue:
        """What finds a figure with what it counts."""
        number = rf"(?:{_NUMBER}|\b(?:{alternation(words.numbers)})\b)"
        scale, counted, units = alternation(words.scales), alternation(words.counted), alternation(words.units)
        article = rf"(?:(?:{alternation(words.articles)})\s)?"
        between = r"(?:[a-zß-ÿ-]+\s){0,2}"
        return _search(
            rf"(?<![\w.,])(?:{number}\s?(?:{alternation(words.ranges)}|-|–)\s?)?(?!100\s?(?:%|(?:{units})(?!\w))){number}\s?(?:%|(?:{units})(?!\w))"
            rf"|(?:[$€£¥₹]|US\$)\s?(?:{_NUMBER})(?:\s?(?:(?:{scale})|[kmb]n?)\b)?"
            rf"|(?<![\w.,]){number}[\s-]?(?:{scale})(?!\w)"
            rf"|{_any(words.fractions)}"
            rf"|\b{number}\s(?:{alternation(words.per)})\s{number}\b"
            rf"|{_any(words.multiples)}|(?<![\w.,]){number}(?:x|×|-?(?:{alternation(words.multiplied)}))(?!\w)"
            rf"|(?:\b(?:{alternation(words.bounds)})\s{article}{number}|(?<![\w.,$])(?=\d[\d,.])(?:{_NUMBER}))"
            rf"\s{between}(?:{counted})\b"
            rf"|(?<![\w.,$])\d{{1,3}}(?:[,.]\d{{3}})+\s[a-zß-ÿ]{{3,}}"
            rf"|\b(?:{alternation(words.bounds)})\s{article}{number}[\s-](?:{alternation(words.spans)})\b",
            words.unless,
            rf"\d|{_any([*words.numbers, *words.fractions, *words.multiples])}",
        )


@heard_check("uncited-statistic", StatisticParams)
def uncited_statistic(note: Note, context: SourceContext) -> Iterator[Finding]:
    """A figure that somebody must have counted."""
    yield from _open(note, context, "a statistic")


class QuotationParams(CueParams):
    """`min_words`: shorter ones are terms, titles or irony. Quotations are known by their marks in every language."""

    min_words: int = Field(default=5, ge=3)

    def cue(self, _language: str) -> Cue | None:
        """What finds a quotation."""

        return lambda text, _claims: _quotation(text, self.min_words)


def _quotation(text: str, min_words: int) -> str | None:
    """The first quotation of so many words, most of them in lower case: titles are none."""
    for match in _QUOTATION.finditer(text):
        words = match[match.lastindex or 0].split()
        if len(words) >= min_words and sum(word[:1].islower() for word in words) * 2 > len(words):
            return match[0]
    return None


@heard_check("uncited-quotation", QuotationParams)
def uncited_quotation(note: Note, context: SourceContext) -> Iterator[Finding]:
    """Somebody's words, and nothing says whose."""
    yield from _open(note, context, "a quotation")


class AuthorityWords(Section):
    """Words for those who have no name, and for what they do."""

    groups: Words = Field(default=[])
    verbs: Words = Field(default=[])
    adverbs: Words = Field(default=[])
    adverb_endings: Words = Field(default=[])
    verb_first: bool = False
    phrases: Words = Field(default=[])
    unless: Words = Field(default=[])


class AuthorityParams(CueParams):
    """`words` by language: `groups` without a name (experts), the `verbs` that make an authority of them (say), `adverbs`
    between the two and the `adverb-endings` of others (often, ly), whether the verb may stand first (`verb-first`), whole
    `phrases` that do the same (it is believed), and what makes it none (`unless`).
    """

    words: dict[LanguageCode, AuthorityWords] = Field(default={})

    def compile(self, words: AuthorityWords) -> Cue:
        """What finds a group that has no name, and says something."""
        groups, verbs = alternation(words.groups), alternation(words.verbs)
        adverb = rf"[a-z]+(?:{alternation(words.adverb_endings)})|{alternation(words.adverbs)}"
        inverted = rf"|\b(?:{verbs})(?:\s(?:{adverb}))*\s(?:{groups})\b" if words.verb_first else ""
        return _search(
            rf"(?<!['’]s )\b(?:{groups})(?:\s(?:{adverb}))*\s(?:{verbs})\b{inverted}"
            rf"|{_any(words.phrases)}",
            words.unless,
        )


@heard_check("unnamed-authority", AuthorityParams)
def unnamed_authority(note: Note, context: SourceContext) -> Iterator[Finding]:
    """Studies show, experts say, it is believed: by whom?"""
    yield from _open(note, context, "an authority without a name")


class DateWords(Section):
    """Words that put something in time."""

    prepositions: Words = Field(default=[])
    months: Words = Field(default=[])
    centuries: Words = Field(default=[])
    ago: Words = Field(default=[])
    modifiers: Words = Field(default=[])
    ordinals: Words = Field(default=[])
    decades: Words = Field(default=[])
    eras: Words = Field(default=[])
    scales: Words = Field(default=[])
    before: Words = Field(default=[])
    spans: Words = Field(default=[])
    bare_years: bool = False
    past: Words = Field(default=[])
    endings: Words = Field(default=[])
    other: Words = Field(default=[])
    articles: Words = Field(default=[])
    money: Words = Field(default=[])
    unless: Words = Field(default=[])


class DateParams(CueParams):
    """`words` by language: `prepositions` before a year and `modifiers` between the two (early), `months`, endings of
    `ordinals` (th) and of `decades` (s), `eras` (BC), `centuries` (century), `scales` (million) of what is long `ago` (years
    ago), or of `spans` behind a word that stands `before` (vor ... Jahren), whether a year may stand without a preposition
    (`bare-years`), `articles` that make a name of year and word (the 2008 Games), `money` behind a number that is no year,
    verbs of the `past`, the `endings` of all others (ed) and `other` beginnings that have them, and what makes it none
    (`unless`).
    """

    words: dict[LanguageCode, DateWords] = Field(default={})

    def compile(self, words: DateWords) -> Cue:
        """What finds a date in a sentence about the past."""
        month, era = alternation(words.months), alternation(words.eras)
        ordinal, decade = alternation(words.ordinals), alternation(words.decades)
        day = rf"(?:\d{{1,2}}(?:{ordinal})?,?\s)?"
        long = rf"(?:{_NUMBER}|[a-zß-ÿ]+)\s(?:(?:{alternation(words.scales)})\s)?"
        # The 2008 Olympics, 1200 dollars.
        named = "|".join(rf"(?<=\b{re.escape(article)}\s\d{{4}})" for article in words.articles) or "(?!)"
        unless = rf"(?!\s(?:{alternation(words.money)}|[$€£])|(?:{named})\s(?-i:{CAPITAL}))"
        bare = rf"|\b{_YEAR}\b(?!\s?(?:[%€$]|[.,]?\d|[-–]|(?-i:{CAPITAL})))" if words.bare_years else ""
        date = _search(
            rf"\b(?:{alternation(words.prepositions)})\s(?:(?:{alternation(words.modifiers)})[\s-]\s?|(?:{month})\s{day})*{_YEAR}(?:(?:{decade})\b|[-–]\d{{2,4}}\b|\b){unless}"
            rf"|\b(?:{month})\s{day}{_YEAR}\b"
            rf"|\(\s?{_YEAR}(?:\s?[-–]\s?{_YEAR})?\s?\)|\b{_YEAR}\s?[-–]\s?{_YEAR}\b|\b(?:{_YEAR}(?:{decade}))\b"
            rf"|\b{_YEAR}\s(?:{era})(?!\w)|\b(?:{era})\s\d{{1,4}}\b|\b\d{{1,4}}\s(?:{era})(?!\w)"
            rf"|\b(?:\d{{1,2}}(?:\.|{ordinal})|[a-z]+(?:{ordinal}))[\s-](?:{alternation(words.centuries)})\b"
            rf"|\b{long}(?:{alternation(words.ago)})\b|\b(?:{alternation(words.before)})\s{long}(?:{alternation(words.spans)})\b{bare}",
            words.unless,
            rf"\d|[\s-]{alternation([*words.centuries, *words.ago, *words.spans])}",
        )
        past = re.compile(
            rf"\b(?:(?!{alternation(words.other)})\w{{2,}}(?:{alternation(words.endings)})|{alternation(words.past)})\b",
            re.IGNORECASE,
        )
        return lambda text, claims: date(text, claims) if past.search(text) else None


@heard_check("uncited-date", DateParams)
def uncited_date(note: Note, context: SourceContext) -> Iterator[Finding]:
    """What happened when."""
    yield from _open(note, context, "a dated fact")


class EventWords(Section):
    """Words for what happened."""

    past: Words = Field(default=[])
    endings: Words = Field(default=[])
    other: Words = Field(default=[])
    adverbs: Words = Field(default=[])
    particles: Words = Field(default=[])
    auxiliaries: Words = Field(default=[])
    participles: Words = Field(default=[])
    verb_first: bool = False
    agents: Words = Field(default=[])
    subordinate: Words = Field(default=[])
    unless: Words = Field(default=[])


class EventParams(CueParams):
    """`words` by language: verbs of the `past` (became, was founded), the `endings` of all others (ed), `other` words that
    have them, `adverbs` that may stand before a verb, small words within names (`particles`), `auxiliaries` whose
    `participles` stand at the end of the clause (wurde ... geboren), whether the verb may stand before the name
    (`verb-first`), what stands before who did it (`agents`: founded by), what begins a clause
    that only goes with what is told (`subordinate`: when), and what makes it none (`unless`).
    """

    words: dict[LanguageCode, EventWords] = Field(default={})

    def compile(self, words: EventWords) -> Cue:
        """What finds a name with something that happened to it, or that it did."""
        ending = rf"(?!(?:{alternation(words.other)})\b)[^\W\d_A-Z]{{2,}}(?:{alternation(words.endings)})"
        past = rf"(?:{alternation(words.past)}|{ending})\b(?!\s(?:{alternation(words.agents)})\b)"
        auxiliary = rf"(?:{alternation(words.auxiliaries)})\b"
        participle = rf"\s(?:[^\s.;:]+\s){{0,12}}?(?:{alternation(words.participles)})\b"
        word = rf"{CAPITAL}[\w'’.&-]{{0,40}}+"  # bounded, as names are: each capital of a run of them begins one
        name = rf"(?P<name>(?<![\w.]){word}(?:\s(?:(?:{alternation(words.particles)}|&)\s)?{word}){{0,11}})"
        happened = rf"(?:{past}[^.]{{0,60}}|{auxiliary}{participle})"
        adverbs = rf"(?:(?:{alternation(words.adverbs)})\s)*+"
        patterns = [rf"{name}(?:,[^,]{{1,80}},|\s\([^()]{{1,40}}\))?\s{adverbs}{happened}"]
        if words.verb_first:
            other = rf"(?:(?:{alternation(words.agents)})\s)?{name.replace('name', 'other', 1)}"
            patterns.append(rf"\b(?:{past}\s{name}[^.]{{0,60}}|{auxiliary}\s{other}{participle})")
        return _named(patterns, words.unless, words.subordinate)


def _named(patterns: Sequence[str], unless: Sequence[str], subordinate: Sequence[str]) -> Cue:
    """A cue with the `name` (or `other`) of somebody or something in it, which no small word of the beginning is."""
    found, not_where = [re.compile(pattern) for pattern in patterns], re.compile(_any(unless), re.IGNORECASE)
    not_behind = re.compile(rf"{_any(subordinate)}[^,;:—]*\Z", re.IGNORECASE)

    def cue(text: str, claims: Claims) -> str | None:
        if not_where.search(text):
            return None
        for match in (match for pattern in found for match in pattern.finditer(text)):
            group = next(key for key, value in match.groupdict().items() if value is not None)
            at = match.start(group)
            if not_behind.search(f"{text[max(0, at - CLAUSE) : at]}{match[group].split()[0]}"):
                continue
            if claims.names_somebody(match[group], at, text):
                return match[0].strip()
        return None

    return cue


@heard_check("uncited-event", EventParams)
def uncited_event(note: Note, context: SourceContext) -> Iterator[Finding]:
    """Something that happened, to somebody who has a name."""
    yield from _open(note, context, "an event")


class SuperlativeWords(Section):
    """Words for what is more so than anything else."""

    superlatives: Words = Field(default=[])
    scopes: Words = Field(default=[])
    determiners: Words = Field(default=[])
    possessors: Words = Field(default=[])
    unless: Words = Field(default=[])


class SuperlativeParams(CueParams):
    """`words` by language: `superlatives` (largest, first), the `determiners` before them (the), the `scopes` that they hold
    for (in the world, to), or the `possessors` that stand before them instead (the world's), and what makes it none
    (`unless`).
    """

    words: dict[LanguageCode, SuperlativeWords] = Field(default={})

    def compile(self, words: SuperlativeWords) -> Cue:
        """What finds a superlative and what it holds for."""
        best, scope = alternation(words.superlatives), alternation(words.scopes)
        cue = _search(
            rf"(?:\b(?:{alternation(words.determiners)})\s|['’]s\s)(?:\w+\s)?(?:{best})\s(?:[\w'’-]+\s){{1,5}}?(?:{scope})\b[^.,;]{{0,40}}"
            rf"|\b(?:{alternation(words.possessors)})\s(?:\w+\s)?(?:{best})\b[^.,;]{{0,40}}",
            words.unless,
        )
        named = re.compile(rf"(?<=\s){CAPITAL}")
        return lambda text, claims: cue(text, claims) if named.search(text) else None


@heard_check("uncited-superlative", SuperlativeParams)
def uncited_superlative(note: Note, context: SourceContext) -> Iterator[Finding]:
    """The largest, the first, the best-selling: who compared?"""
    yield from _open(note, context, "a superlative")


class SectionParams(Params):
    """`min_sentences`: shorter sections are left alone. `share`: how many of the other sentences are cited, in percent, where
    citing is what the note does. `min_words` of a quotation that counts beside views.
    """

    min_sentences: int = Field(default=2, ge=1)
    min_words: int = Field(default=3, ge=1)
    share: int = Field(default=50, ge=1, le=100)


@heard_check("section-without-citation", SectionParams)
def section_without_citation(note: Note, context: SourceContext) -> Iterator[Finding]:
    """A section that tells what somebody thinks or says, and cites nothing, in a note that cites elsewhere."""
    params: SectionParams = context.params
    claims = context.recording.claims(note.path)
    if not claims.cites or not claims.asserted:
        return
    starts = [heading.span.start for heading in note.structure.headings]
    sections: dict[int, list[Assertion]] = {}
    for assertion in claims.asserted:
        sections.setdefault(bisect_right(starts, assertion.sentence.span.start) - 1, []).append(assertion)
    for heading, said in sections.items():
        if heading < 0:
            continue
        end = starts[heading + 1] if heading + 1 < len(starts) else len(note.text)
        inside = claims.uncited(starts[heading], end)
        if len(inside) < params.min_sentences or not claims.told.isdisjoint(inside):
            continue
        view = next(filter(None, map(claims.attribution, said)), "")
        view = view or next(filter(None, (_quotation(one.words, params.min_words) for one in said)), "")
        elsewhere = len(claims.sentences) - len(inside) if view else 0
        if view and 100 * claims.cited >= params.share * elsewhere:
            claims.told.update(inside)
            yield Finding(
                span=note.structure.headings[heading].text,
                message=f"nothing is cited in this section, not even for `{_short(view)}`",
                subject=note.structure.headings[heading].shown,
                help=f"{claims.cited} of the {elsewhere} sentences elsewhere in the note are cited; cite these, too",
            )


class UnderCitedParams(Params):
    """`fewest` sentences that nothing is cited for, and their `share` of all of the note's, in percent."""

    fewest: int = Field(default=5, ge=1)
    share: int = Field(default=40, ge=1, le=100)


@heard_check("under-cited-note", UnderCitedParams)
def under_cited_note(note: Note, context: SourceContext) -> Iterator[Finding]:
    """A note that leaves much of what it says without a citation, told once."""
    params: UnderCitedParams = context.params
    claims = context.recording.claims(note.path)
    if not claims.cites or len(claims.asserted) < params.fewest:
        return
    # Of most notes this says enough, and neither all sentences are cut nor all attributions looked for.
    if claims.outnumber(100 * len(claims.asserted) // params.share):
        return
    bare = [one for one in claims.asserted if not claims.attribution(one)]
    total = len(claims.sentences)
    if len(bare) < params.fewest or 100 * len(bare) < params.share * total:
        return
    reached = sum(1 for scope in claims.scopes if scope.by >= 0)
    title = note.frontmatter.entry("title") if note.frontmatter is not None else None
    yield Finding(
        span=title.node.span if title is not None else Span(0, 0),
        message=f"{len(bare)} of {total} sentences assert what nothing is cited for; citations reach {reached or 'none'}",
        subject="citations",
        help=f"they stand in lines {_lines(note, bare)}; cite them, or say in them whose word it is",
    )


def _lines(note: Note, bare: Iterable[Assertion]) -> str:
    """The lines of sentences, the first of them if there are many."""
    lines = list(dict.fromkeys(str(note.source.position(one.sentence.span.start).line) for one in bare))
    return ", ".join(lines[:MOST_LINES]) + (", ..." if len(lines) > MOST_LINES else "")


@heard_check("uncited-view")
def uncited_view(note: Note, context: SourceContext) -> Iterator[Finding]:
    """What somebody said, and not where."""
    claims = context.recording.claims(note.path)
    if not claims.cites:
        return
    for assertion in claims.asserted:
        view = claims.attribution(assertion) if assertion.sentence.span not in claims.told else ""
        if view:
            message = f"a view that no citation reaches: `{_short(view)}`"
            yield _told(note, context, assertion, message, "cite where it is said")


CHECKS = (
    sourceless_note,
    uncited_statistic,
    uncited_quotation,
    unnamed_authority,
    uncited_date,
    uncited_event,
    uncited_superlative,
    section_without_citation,
    under_cited_note,
    uncited_view,
)
