"""Names of people and organisations: those that a note spells otherwise than its source, or than the notes beside it."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from functools import cache, cached_property, lru_cache
from itertools import chain, combinations, pairwise
from typing import NamedTuple

from lintkb.source.frontmatter import scalars
from lintkb.source.markdown import FILLER
from lintkb.source.note import Note
from lintkb.source.transcripts import Cue, Transcript
from lintkb.text import Span

LONGEST = 3  # words of a name
LONGEST_WORD = 30  # letters
OFTEN = 2  # what a transcript names so often is spelt as it should be
SHORTEST = 3  # letters of a word that may be a misspelt one
SLIP = 5  # letters of a word that one letter more, less, other or swapped makes another one
CROWD = 20  # a word that so many names begin or end with says nothing
MOST = 2_000  # different pairs of capitalised words of a note, or of what is given, that are compared
MOST_SAID = 20_000  # different names that a transcript is taken to say
CLEAR = 2  # times as many notes have the usual spelling where it is clear which one that is
_PEOPLE = re.compile(r"(?:author|creator|guest|host|interviewe[er]|presenter|speaker)s?|people|person")  # keys
# What stands before a name, as what its owner is called by.
_HONORIFICS = frozenset(
    (
        "dame",
        "doctor",
        "dr",
        "lady",
        "lord",
        "madam",
        "miss",
        "mister",
        "mr",
        "mrs",
        "ms",
        "mx",
        "prof",
        "professor",
        "sir",
    )
)
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
# What may be a capital letter, of the scripts that have any; `str.isupper` knows which are.
_CAPITAL = r"[A-Z\u00c0-\u00de\u0100-\u058f\u1e00-\u1fff](?<!\w.)"
_CAPITALISED = rf"{_CAPITAL}\w*+(?:['’-]\w++)*+"
_PERIOD = r"(?:(?<!\w\w)\.)?+"  # of an initial
_GAP = r"(?:[ \t]++(?:\r\n?|\n)?+|\r\n?|\n)[ \t]*+"
_ONE = re.compile(_CAPITALISED)
_RUN = re.compile(f"({_CAPITALISED})(?:{_PERIOD}{_GAP}{_CAPITALISED})*+")  # of one word, too: nothing is read twice
# All of these that have two words or more, found sooner. More may stand around them; a word longer than names have is cut.
_PART = rf"{_CAPITAL}[\w'’-]{{0,{LONGEST_WORD}}}+"
_ROW = re.compile(f"{_PART}(?:{_PERIOD}{_GAP}{_PART})++")
_NO_LETTER = re.compile(r"[\d_]")
_AROUND = ".,;:!?…()[]*_\"'“”‘’—–|" + FILLER
_INITIAL = re.compile(r"\.(?=[ \t]+[a-z(]|['’,;:)])")  # one that does not end its sentence
_GENITIVES = ("'s", "’s", "'S", "’S")
_LETTERS = str.maketrans(
    {"'": None, "’": None, "-": None, "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"}
)
# What sounds alike, roughly: single letters, and some that sound as others do where they stand.
_ALIKE = str.maketrans("mqvwyz", "nkffis")
_SOUNDS = re.compile("(ph)|(s?ch(?=[aeiou])|sh|c(?=[eiy]))|(ck|ch|c)|(x)|(?<=.)h")
_AS = ("", "f", "s", "k", "ks")
_DOUBLE = re.compile(r"([aeiou])[aeiou]+|(.)\2+")
_DOUBLE_CONSONANT = re.compile(r"([^aeiou])\1")
_VOWEL = re.compile("[aeiou]")

Words = tuple[str, ...]  # of a name, folded
_Faults = dict[Words, tuple[str, "Name", list["Place"]]]  # what words are meant for, the source's name, the places
_Spelt = dict[Words, dict[str, list[Sequence["Part"]]]]  # where words stand, by path


class Part(NamedTuple):
    """A word of a name, without the ending of a genitive, and its place."""

    text: str
    span: Span


class Name(NamedTuple):
    """A name as its source spells it, word by word; `cue` says so, or the frontmatter. A `speaker` need not be told often."""

    parts: tuple[str, ...]
    speaker: bool
    cue: Cue | None


class Place(NamedTuple):
    """Where a name stands, and what would have to be written where in it."""

    span: Span
    edits: tuple[tuple[Span, str], ...]


class Misspelling(NamedTuple):
    """A spelling of a note that its source does not have: as it is written, as it is meant, and its places.

    Whole names come before their single words, both in reading order.
    """

    written: str
    meant: str
    name: Name
    places: tuple[Place, ...]


class Variant(NamedTuple):
    """A spelling that `few` notes of a recording have where `most` have the `usual` one, first at `example`.

    `clear` says that the usual one is right, as far as numbers can tell.
    """

    written: str
    usual: str
    few: int
    most: int
    example: tuple[str, Span]
    places: tuple[Place, ...]
    clear: bool


class NameFaults(NamedTuple):
    """What is wrong with the names in the notes of a recording, by the path of the note."""

    misspelt: Mapping[str, Sequence[Misspelling]]
    varying: Mapping[str, Sequence[Variant]]


@lru_cache(maxsize=1 << 14)
def folded(word: str) -> str:
    """A word without case, diacritics, apostrophes, hyphens and the ending of a genitive."""
    if word.endswith(_GENITIVES):
        word = word[:-2]
    word = word.casefold()
    if not word.isascii():
        word = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    return word.translate(_LETTERS)


@lru_cache(maxsize=1 << 14)
def sound(word: str) -> str:
    """Roughly how a folded word sounds."""
    if "h" in word or "c" in word or "x" in word:
        word = _SOUNDS.sub(lambda match: _AS[match.lastindex or 0], word)
    return _DOUBLE.sub(lambda match: match[1] or match[2], word.translate(_ALIKE))


@lru_cache(maxsize=1 << 14)
def consonants(word: str) -> str:
    """The consonants of a folded word's sound; a vowel at its beginning stands for any."""
    heard = sound(word)
    return ("a" if _VOWEL.match(heard) else "") + _VOWEL.sub("", heard)


@cache
def _slips() -> Callable[..., int]:
    """How many letters are more, less, other or swapped in a word."""
    from rapidfuzz.distance import OSA  # only names that are nearly the same need it

    return OSA.distance


def alike(one: str, other: str) -> bool:
    """Whether two folded words may be one name that was misheard or mistyped.

    Not if only their endings differ: many languages inflect names, and `Dan` is short for `Daniel`.
    """
    shorter, longer = sorted((len(one), len(other)))
    if shorter < SHORTEST or not (one.isascii() and other.isascii()):
        return False
    if sound(one) == sound(other):
        return True
    common = next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), shorter)
    if longer - common <= 2 and (common == shorter or _VOWEL.match(one[-1]) or _VOWEL.match(other[-1])):
        return False
    if consonants(one) == consonants(other):
        most = max(1, shorter // 2)
        return _slips()(sound(one), sound(other), score_cutoff=most) <= most
    return shorter >= SLIP and _slips()(one, other, score_cutoff=1) <= 1


def meant_for(words: Words, name: Words) -> bool:
    """Whether words may be meant for a name that they are not, part by part: `Claire V` for `Claire Vo`, too.

    What is said to somebody before their name is never another one misspelt: `Mister Lund` is not `Master Lund`.
    """
    if len(words) != len(name) or words == name:
        return False
    if words[0] != name[0] and not _HONORIFICS.isdisjoint((words[0], name[0])):
        return False
    if words[:-1] == name[:-1] and len(words[-1]) == 1 < len(name[-1]):
        return name[-1].startswith(words[-1])
    return all(one == other or alike(one, other) for one, other in zip(words, name, strict=True))


def name_runs(text: str) -> Iterator[list[Part]]:
    """The runs of two capitalised words or more; a period may stand between them behind an initial."""
    for match in _RUN.finditer(text):
        if match.end(1) != match.end():
            yield from _parted(text, *match.span())


def _parted(text: str, start: int, end: int) -> Iterator[list[Part]]:
    """The runs in a row of capitalised words, some of which can be none of a name."""
    words = _plain(text[start:end])
    if words:
        run = []
        for word in words:
            end = start + len(word)
            run.append(Part(word, Span(start, end)))
            start = end + 1
        yield run
        return
    run = []
    for match in _ONE.finditer(text, start, end):
        part = _part(match)
        if part is not None:
            run.append(part)
            if part.span.end == match.end():
                continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run


def _plain(row: str) -> list[str]:
    """The words of a row of capitalised words if each plainly can be one of a name, as nearly always; else nothing."""
    words = row.split(" ")
    return words if row.isascii() and all(map(str.isalpha, words)) and max(map(len, words)) <= LONGEST_WORD else []


def _part(match: re.Match[str]) -> Part | None:
    """The word, if it can be one of a name."""
    word, start = match[0], match.start()
    if not word[0].isupper() or len(word) > LONGEST_WORD or _NO_LETTER.search(word):
        return None
    if word.endswith(_GENITIVES):
        word = word[:-2]
    return Part(word, Span(start, start + len(word)))


def _windows(run: Sequence[Part], at: int) -> Iterator[Sequence[Part]]:
    """The parts of a run from one on that may be a name, the longest first; none ends with the initial of a middle name."""
    for size in range(min(LONGEST, len(run) - at), 1, -1):
        if len(run[at + size - 1].text) > 1 or at + size == len(run):
            yield run[at : at + size]


def _named(runs: Iterable[Sequence[Part]]) -> Iterator[tuple[Words, Sequence[Part]]]:
    """What may be names in runs, with their words."""
    for run in runs:
        for at in range(len(run) - 1):
            for parts in _windows(run, at):
                yield _words(parts), parts


def _first(runs: Iterable[Sequence[Part]]) -> Iterator[Sequence[Part]]:
    """The runs up to where they hold MOST different pairs of words."""
    runs = list(runs)
    if sum(map(len, runs)) <= MOST:
        yield from runs
        return
    pairs: set[tuple[str, str]] = set()
    for run in runs:
        for at, (one, other) in enumerate(pairwise(run), 1):
            pairs.add((one.text, other.text))
            if len(pairs) > MOST:
                yield run[:at]
                return
        yield run


def _words(parts: Iterable[Part]) -> Words:
    return tuple([folded(part.text) for part in parts])


def _proper(words: Words, parts: Sequence[Part], ordinary: AbstractSet[str]) -> bool:
    """Whether a run can be a name by its words: none is an ordinary one, an initial or an acronym."""
    return ordinary.isdisjoint(words) and all(len(part.text) > 1 and not part.text.isupper() for part in parts)


def _sound_the_same(one: Words, other: Words) -> bool:
    return list(map(sound, one)) == list(map(sound, other))


def _single(word: str) -> str:
    """A folded word without what is doubled of its consonants."""
    return _DOUBLE_CONSONANT.sub(r"\1", word)


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


class _Lexicon:
    """Names, found by words that may be meant for them: one of their ends sounds alike in both, the other one begins so."""

    def __init__(self, names: Iterable[Words]) -> None:
        self._blocks: dict[tuple[int, str, str], list[Words]] = defaultdict(list)
        for words in names:
            for block in self._keys(words):
                self._blocks[block].append(words)

    def may_confuse(self) -> bool:
        """Whether any name may be meant for another one; told from what is not too much to look at."""
        shared = [block for block in self._blocks.values() if len(block) > 1]
        if any(len(block) > CROWD for block in shared):
            return True
        return any(
            meant_for(one, other) or meant_for(other, one) for block in shared for one, other in combinations(block, 2)
        )

    @staticmethod
    def _keys(words: Words) -> set[tuple[int, str, str]]:
        size, first, last = len(words), consonants(words[0]), consonants(words[-1])
        return {(size, first, last[:1]), (size, first[:1], last)}

    def meant(self, words: Words) -> set[Words]:
        """The names that the words may be meant for and are not."""
        blocks = [self._blocks.get(key, ()) for key in self._keys(words)]
        return {name for block in blocks if len(block) <= CROWD for name in block if meant_for(words, name)}


class SourceNames:
    """The names that are right in a recording: of those who speak, in what is given, in what is said often."""

    def __init__(
        self,
        transcript: Transcript | None,
        given: Iterable[str] = (),
        people: Iterable[str] = (),
        titles: Iterable[str] = (),
    ) -> None:
        """`given` and `people` are texts that spell names as they should be; what is in `titles` no captions correct.

        Where the speakers are spelt otherwise than in `given`, both are right; of `people` only what nothing better spells
        otherwise.
        """
        cues = transcript.cues if transcript is not None else ()
        self._words = list(chain.from_iterable(_WORD.findall(cue.text) for cue in cues))
        plain = {word: folded(word) for word in set(self._words)}
        self.ordinary = {word for written, word in plain.items() if written[0].islower()}
        self._said = set(plain.values())
        self.names: dict[Words, Name] = {}
        for speaker, cue in {cue.speaker: cue for cue in reversed(cues) if cue.speaker}.items():
            written = tuple(_WORD.findall(speaker.title() if speaker.isupper() else speaker))
            bare = written[1:] if _HONORIFICS.issuperset(map(folded, written[:1])) else written
            for parts in (written, bare, bare[:1] + bare[1:][-1:]):
                if 1 < len(parts) <= LONGEST:
                    self.names.setdefault(tuple(map(folded, parts)), Name(parts, True, cue))
        for words, parts in self._proper(_runs(given)):
            self.names.setdefault(words, Name(parts, True, None))
        better = _Lexicon(self.names)
        for words, parts in self._proper(_runs(people)):
            if words not in self.names and not better.meant(words):
                self.names[words] = Name(parts, True, None)
        self._titles = titles
        spoken: dict[Words, Name] = {}
        often: Counter[Words] = Counter()
        said = ((*named, cue) for cue in cues for named in self._proper(name_runs(cue.text)))
        for words, parts, cue in said:
            often[words] += 1
            spoken.setdefault(words, Name(parts, False, cue))
            if len(often) == MOST_SAID:
                break
        written_by_hand = _Lexicon(words for words, name in self.names.items() if name.cue is None)
        for words, times in often.items():
            if times >= OFTEN and not any(_sound_the_same(words, name) for name in written_by_hand.meant(words)):
                self.names.setdefault(words, spoken[words])
        self._lexicon = _Lexicon(self.names)

    def _proper(self, runs: Iterable[Sequence[Part]]) -> Iterator[tuple[Words, tuple[str, ...]]]:
        """What may be names in runs and holds no ordinary word, with how it is written."""
        for words, parts in _named(runs):
            if _proper(words, parts, self.ordinary):
                yield words, tuple(part.text for part in parts)

    @cached_property
    def _titled(self) -> set[Words]:
        return {words for words, _ in _named(_runs(self._titles))}

    @cached_property
    def _pairs(self) -> set[tuple[str, str]]:
        return set(pairwise(map(folded, self._words)))

    def says(self, words: Words) -> bool:
        """Whether these words are said, each right after the one before it."""
        return self._said.issuperset(words) and self._pairs.issuperset(pairwise(words))

    def meant(self, words: Words) -> Name | None:
        """The name that words are meant for, the only one or the only speaker's; none if they are said themselves.

        Captions may well say them wrong where it is not the captions that know the name.
        """
        names = self._lexicon.meant(words) if words not in self.names else set()
        names = {name for name in names if self.names[name].speaker} or names
        if len(names) != 1:
            return None
        right = names.pop()
        name = self.names[right]
        if name.cue is not None and (self.says(words) or not (name.speaker or self.overrules(right, words))):
            return None
        return name

    def overrules(self, said: Words, words: Words) -> bool:
        """Whether captions that say a name can be right against words: not against a title, nor on what is doubled."""
        return words not in self._titled and list(map(_single, said)) != list(map(_single, words))


def _runs(texts: Iterable[str]) -> Iterator[Sequence[Part]]:
    return chain.from_iterable(_first(name_runs(text)) for text in dict.fromkeys(texts))


def name_faults(notes: Mapping[str, Note], transcript: Transcript | None, given: Iterable[str] = ()) -> NameFaults:
    """The names that the notes of one recording misspell, by its transcript, and those that they do not agree on.

    `given` are texts that spell names as they should be, beside what the frontmatter of the notes says of people. One fault
    is told once: what is misspelt is not also varying. Of a note, and of each of these texts, MOST names are compared, and
    the rest is left alone.
    """
    people = (text for note in notes.values() for text in _people(note))
    titles = (text for note in notes.values() for text in _titles(note))
    names = _NotedNames(notes, SourceNames(transcript, given, people, titles))
    misspelt = names.misspelt()
    return NameFaults(misspelt, names.varying())


def _people(note: Note) -> Iterator[str]:
    """The names that a note's frontmatter gives for the people in its source."""
    for entry in note.frontmatter.entries if note.frontmatter is not None else ():
        if _PEOPLE.fullmatch(entry.key.lower()):
            for node in scalars([entry]):
                if isinstance(node.value, str):
                    yield node.value


def _titles(note: Note) -> Iterator[str]:
    """What a note calls itself, in its frontmatter and its first heading."""
    title = note.frontmatter.entry("title") if note.frontmatter is not None else None
    if title is not None and isinstance(title.node.value, str):
        yield title.node.value
    for heading in note.structure.headings[:1]:
        if heading.level == 1:
            yield heading.shown


class _NotedNames:
    """The names in the notes of one recording; `taken` are the places in each note of what is right or told of."""

    def __init__(self, notes: Mapping[str, Note], source: SourceNames) -> None:
        self.notes = notes
        self.source = source
        self.taken: dict[str, set[int]] = {path: set() for path in notes}

    @cached_property
    def runs(self) -> dict[str, list[Sequence[Part]]]:
        """By path, the runs of capitalised words that are compared."""
        return {path: list(_first(name_runs(note.shown))) for path, note in self.notes.items()}

    @cached_property
    def ordinary(self) -> set[str]:
        """The words that are written small somewhere."""
        words = set().union(*(note.shown.split() for note in self.notes.values()))
        return self.source.ordinary | {folded(word.strip(_AROUND)) for word in words if word[0].islower()}

    def misspelt(self) -> dict[str, list[Misspelling]]:
        """By path, what is not spelt as the source spells it: whole names, and single words of them."""
        if not self.source.names:
            return {path: [] for path in self.notes}
        meant: dict[Words, Name | None] = {}
        found = {path: self._whole_names(path, meant) for path in self.notes}
        single = self._single_words(meant)
        for path, faults in found.items() if single else ():
            self._add_single_words(path, single, faults)
        return {
            path: [
                Misspelling(self._written(path, places[0].span), right, name, tuple(places))
                for right, name, places in faults.values()
            ]
            for path, faults in found.items()
        }

    def _whole_names(self, path: str, meant: dict[Words, Name | None]) -> _Faults:
        """The whole names of a note that are misspelt; `meant` remembers which names words are meant for."""
        faults: _Faults = {}
        for run in self.runs[path]:
            at = 0
            while at < len(run) - 1:
                for parts in _windows(run, at):
                    words = _words(parts)
                    if words not in meant:
                        meant[words] = self._meant(words, parts)
                    name = meant[words]
                    if name is not None:
                        place = _place(self.notes[path].text, parts, name.parts)
                        faults.setdefault(words, (" ".join(name.parts), name, []))[2].append(place)
                    if name is not None or words in self.source.names:
                        self._take(path, parts)
                        at += len(parts)
                        break
                else:
                    at += 1
        return faults

    def _meant(self, words: Words, parts: Sequence[Part]) -> Name | None:
        name = self.source.meant(words)
        if name is None or any(_is_acronym(part.text) for part in parts):
            return None
        # Captions may have no capitals at all.
        return None if name.cue is not None and self.ordinary.issuperset(words) else name

    def _single_words(self, meant: Mapping[Words, Name | None]) -> dict[str, tuple[str, Name]]:
        """What words of misspelt names are meant for that are no words else, where that is one thing only."""
        single: dict[str, dict[str, Name]] = defaultdict(dict)
        for words, name in meant.items():
            if name is None:
                continue
            for word, part in zip(words, name.parts, strict=True):
                if word != folded(part) and len(word) >= SHORTEST and word not in self.ordinary:
                    single[word].setdefault(part, name)
        return {
            word: next(iter(parts.items()))
            for word, parts in single.items()
            if len(parts) == 1 and not self.source.says((word,))
        }

    def _add_single_words(self, path: str, single: Mapping[str, tuple[str, Name]], faults: _Faults) -> None:
        spellings = {word: words for words in reversed(faults) for word in words}
        for match in _ONE.finditer(self.notes[path].shown):
            part = _part(match)
            word = folded(part.text) if part is not None else ""
            if part is not None and word in single and not _is_acronym(part.text) and self._take(path, [part]):
                right, name = single[word]
                place = Place(part.span, ((part.span, right),))
                faults.setdefault(spellings.get(word, (word,)), (right, name, []))[2].append(place)

    def varying(self) -> dict[str, list[Variant]]:
        """By path, the names that other notes spell otherwise, of those that are not told of yet."""
        varying: dict[str, list[Variant]] = {path: [] for path in self.notes}
        if not self.source.names and not self._may_vary():
            return varying
        spelt: _Spelt = defaultdict(lambda: defaultdict(list))
        for path, runs in self.runs.items():
            for words, parts in _named(runs):
                if _proper(words, parts, self.ordinary) and self.taken[path].isdisjoint(_starts(parts)):
                    spelt[words][path].append(parts)
        lexicon = _Lexicon(spelt)
        for words in sorted(spelt, key=lambda words: (-len(words), words)):
            usual = self._usual(words, spelt, lexicon)
            if usual is None:
                continue
            for path, places in spelt[words].items():
                found = [parts for parts in places if self._take(path, parts)]
                if found:
                    varying[path].append(self._variant(path, found, words, usual, spelt))
        return varying

    def _may_vary(self) -> bool:
        """Whether any two names may be one, whatever else is known of their words; mostly none can.

        Each row of capitalised words is read once for all notes, and where none can nothing else is asked of any text.
        """
        written = set[str]().union(*(_ROW.findall(note.shown) for note in self.notes.values()))
        names: set[Words] = set()
        for row in written:
            for run in [plain] if (plain := _plain(row)) else [[part.text for part in run] for run in name_runs(row)]:
                # An initial or an acronym is part of none.
                words = ["" if len(word) == 1 or word.isupper() else folded(word) for word in run]
                names.update(pairwise(words), zip(words, words[1:], words[2:], strict=False))
        return _Lexicon(name for name in names if all(name)).may_confuse()

    def _usual(self, words: Words, spelt: _Spelt, lexicon: _Lexicon) -> Words | None:
        """The spelling of a name that the source or, failing that, most notes have, if it is another one."""

        def rank(name: Words) -> tuple[bool, int, int, Words]:
            places = spelt[name].values()
            return self.source.says(name), len(places), sum(map(len, places)), name

        others = [name for name in lexicon.meant(words) if not _is_plural(words, name)]
        best = max([words, *others], key=rank) if others else words
        if best == words or self.source.says(words):
            return None
        return None if self.source.says(best) and not self.source.overrules(best, words) else best

    def _variant(self, path: str, found: list[Sequence[Part]], words: Words, usual: Words, spelt: _Spelt) -> Variant:
        example_path, example = next((path, places[0]) for path, places in spelt[usual].items())
        right = tuple(part.text for part in example)
        few, most = len(spelt[words]), len(spelt[usual])
        places = tuple(_place(self.notes[path].text, parts, right) for parts in found)
        return Variant(
            written=self._written(path, places[0].span),
            usual=" ".join(right),
            few=few,
            most=most,
            example=(example_path, Span(example[0].span.start, example[-1].span.end)),
            places=places,
            clear=most >= CLEAR * few or self.source.says(usual),
        )

    def _take(self, path: str, parts: Sequence[Part]) -> bool:
        """Take a place, if none of it is taken."""
        starts = _starts(parts)
        free = self.taken[path].isdisjoint(starts)
        if free:
            self.taken[path].update(starts)
        return free

    def _written(self, path: str, span: Span) -> str:
        return " ".join(self.notes[path].text[span.start : span.end].split())


def _starts(parts: Sequence[Part]) -> list[int]:
    return [part.span.start for part in parts]


def _place(text: str, parts: Sequence[Part], right: Sequence[str]) -> Place:
    edits = []
    for part, word in zip(parts, right, strict=True):
        if folded(part.text) != folded(word):
            initial = len(part.text) == 1 and _INITIAL.match(text, part.span.end) is not None
            edits.append((Span(part.span.start, part.span.end + initial), word))
    return Place(Span(parts[0].span.start, max(parts[-1].span.end, edits[-1][0].end)), tuple(edits))


def _is_plural(one: Words, other: Words) -> bool:
    """Whether an `s` is all that one has more: a plural, or a genitive that lost its apostrophe."""
    return f"{' '.join(one)}s" == " ".join(other) or f"{' '.join(other)}s" == " ".join(one)
