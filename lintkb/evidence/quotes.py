"""Quotations, and whether their words were said in the recording."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from heapq import nlargest
from itertools import accumulate, chain, count as counted, islice
from math import log
from typing import NamedTuple

from lintkb.evidence.names import folded
from lintkb.evidence.words import LETTERS
from lintkb.source.note import Note
from lintkb.source.transcripts import Cue, Transcript
from lintkb.text import Span

FEWEST = 4  # words of a quotation: fewer are a term, or irony
UNCOMMON = 4  # stems of it that are no common ones: with fewer it is what anybody may say
CAPITALISED = 4  # letters of the shortest words that titles of works always capitalise
LONGEST = 2000  # characters, of it or of what it is compared with
MOST = 300  # passages of a note that are looked for: each may cost two or three milliseconds
END = 200  # letters at the beginning and at the end of a longer passage that stand for it: comparing costs their third power
COMMON = 250  # a stem that is more than one in so many words of a transcript is common
MOST_PLACES = (3, 200)  # at which an uncommon one may be said, however short or long the transcript is
ANCHORS = 6  # uncommon stems of a quotation, the rarest, at which it is looked for
WINDOWS = 3  # places at which it is compared letter by letter
SAME_WORDS = 85  # of 100: how much alike one is to where it was said,
CLEARLY = 10  # and how much less it is to anything else
ONE_PLACE = 60  # seconds
MOST_OF_ONE = 6  # quotations of a sentence that are looked for
LIKE = 75.0  # of 100: so much alike, the words were said, and heard or tidied up by somebody else
MEANT = 70  # of 100: of quotations of something else one in two hundred is so much alike to anything that was said
HELD = 0.5  # of the weight of its words: a passage that has so much is told there in other words
SAME_LANGUAGE = 0.4  # of a note's words that its recording has, too, where both are in one language
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_QUOTATION = re.compile(
    rf"\"(?<![\w\"]\")(?=[^\s\"])([^\"\r\n]{{1,{LONGEST}}}+)(?<=\S)\"(?!\w)"
    rf"|“([^“”\r\n]{{1,{LONGEST}}}+)”|«([^«»\r\n]{{1,{LONGEST}}}+)»|„([^„“”\r\n]{{1,{LONGEST}}}+)[“”]"
)
_INSERTION = re.compile(r"(?<!\[)\[[^\[\]]{1,80}\](?!\])")
_GAP = re.compile(r"…|\.\.\.")


class Quotation(NamedTuple):
    """A passage between quotation marks, with its place; one that leaves something out has several passages."""

    passages: tuple[tuple[str, ...], ...]
    span: Span


class Nearest(NamedTuple):
    """What was said that is nearest to a quotation: how much alike the two are, of 100, where, when, and the words."""

    likeness: int
    cue: Cue
    seconds: int
    words: str


class Absence(NamedTuple):
    """A quotation whose words were not said; `nearest` is None if nothing is like it at all."""

    span: Span
    nearest: Nearest | None


def quotations(note: Note, within: Span | None = None) -> Iterator[Quotation]:
    """The quotations in the prose of a note, without what is put into brackets in them; titles of works are none."""
    for match in _QUOTATION.finditer(note.prose, *(within or ())):
        inner = _INSERTION.sub(" ", match[match.lastindex or 0])
        passages = [_WORD.findall(passage) for passage in _GAP.split(inner)]
        long = [words for words in passages if len(words) >= FEWEST and not _is_title(words)]
        if long:
            yield Quotation(tuple(tuple(map(folded, words)) for words in long), Span(*match.span()))


def _is_title(words: Sequence[str]) -> bool:
    """Whether all words but the shortest are capitalised."""
    return all(word[0].isupper() or word[0].isdigit() for word in words if len(word) >= CAPITALISED)


def _ends(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words of a passage; of a long one those of its first letters, then those of its last."""
    ends = list(accumulate(map(len, words)))
    if ends[-1] <= END:
        yield words
    else:
        yield words[: bisect_right(ends, END)]
        yield words[bisect_left(ends, ends[-1] - END) + 1 :]


class SpokenWords:
    """The words of a recording in their order, found by how they begin."""

    def __init__(self, transcript: Transcript) -> None:
        self._cues = transcript.cues
        spoken = [_WORD.findall(cue.text) for cue in transcript.cues]
        self._ends = list(accumulate(map(len, spoken)))
        self._written = list(chain.from_iterable(spoken))
        plain = {word: folded(word) for word in set(self._written)}
        self._words = list(map(plain.__getitem__, self._written))
        self._places: dict[str, list[int]] = {word[:LETTERS]: [] for word in plain.values()}
        places = {written: self._places[word[:LETTERS]] for written, word in plain.items()}
        deque(map(list.append, map(places.__getitem__, self._written), counted()), maxlen=0)
        fewest, most = MOST_PLACES
        self._few = min(max(fewest, len(self._words) // COMMON), most)

    @cached_property
    def _known(self) -> set[str]:
        return set(self._words)

    def absent(self, note: Note) -> list[Absence]:
        """The quotations of a note that hold words which were not said, nor anything like them.

        Nothing is said of those behind the first MOST, nor of one whose words are too long to be compared.
        """
        absent: dict[Span, Absence] = {}
        passages = ((words, quotation.span) for quotation in quotations(note) for words in quotation.passages)
        for words, span in islice(passages, MOST):
            absence = self._passage(words, span) if span not in absent else None
            if absence is not None:
                absent[span] = absence
        return list(absent.values()) if absent and self._is_language_of(note) else []

    def said(self, note: Note, span: Span) -> Nearest | None:
        """Where the words of a quotation within a span of a note's prose were said, if they were, and at one place only.

        Of several quotations it is the one most alike, of the most alike the first.
        """
        found = [
            nearest
            for quotation in islice(quotations(note, span), MOST_OF_ONE)
            for words in quotation.passages
            for end in islice(_ends(words), 1)
            if (nearest := self._said(end)) is not None
        ]
        return max(found, key=lambda nearest: nearest.likeness, default=None)

    def _said(self, words: tuple[str, ...]) -> Nearest | None:
        """Where words were said as they stand here, or nearly; None where that is nowhere, or not at one place."""
        rare = self._rare(words)
        if rare is None:
            return None
        anchors, weight = rare
        places = self._verbatim(words, anchors)
        if places:
            first, last = (self._spoken_at(places[at], places[at] + len(words), 100) for at in (0, -1))
            return first if last.seconds - first.seconds <= ONE_PLACE else None
        windows = self._windows(words, anchors, weight)
        nearest = list(self._nearest(words, windows, CLEARLY)) if not self._are_too_long(windows) else []
        best = max(nearest, key=lambda one: one.likeness, default=None)
        if best is None or best.likeness < SAME_WORDS:
            return None
        rivals = (one for one in nearest if one.likeness >= best.likeness - CLEARLY)
        return best if all(abs(one.seconds - best.seconds) <= ONE_PLACE for one in rivals) else None

    def _is_language_of(self, note: Note) -> bool:
        words = [folded(word) for word in _WORD.findall(note.prose)]
        return sum(word in self._known for word in words) >= SAME_LANGUAGE * len(words)

    def _passage(self, words: tuple[str, ...], span: Span) -> Absence | None:
        """That a passage was not said: if it is a long one, neither how it begins nor how it ends."""
        found: list[Absence] = []
        for end in _ends(words):
            absence = self._absence(end, span)
            if absence is None:
                return None
            found.append(absence)
        return max(found, key=lambda absence: absence.nearest.likeness if absence.nearest is not None else -1)

    def _absence(self, words: tuple[str, ...], span: Span) -> Absence | None:
        """That words were not said; None if they were, or if nothing can be said of them."""
        rare = self._rare(words)
        if rare is None or self._verbatim(words, rare[0]):
            return None
        anchors, weight = rare
        half = HELD * sum(weight.values())
        windows = self._windows(words, anchors, weight)
        for window in windows:
            stems = {word[:LETTERS] for word in self._words[slice(*window)]}
            if sum(weight[stem] for stem in weight.keys() & stems) >= half:
                return None
        if self._are_too_long(windows):
            return None
        nearest: Nearest | None = None
        for nearest in self._nearest(words, windows):
            if nearest.likeness >= LIKE:
                return None
        return Absence(span, nearest)

    def _rare(self, words: tuple[str, ...]) -> tuple[list[int], dict[str, float]] | None:
        """The places of the rarest words of a passage that were said, the rarest first, and what each stem of it weighs.

        None where anybody may say it.
        """
        first = {word[:LETTERS]: at for at, word in reversed(list(enumerate(words)))}
        count = {stem: len(self._places.get(stem, ())) for stem in first}
        uncommon = sorted((stem for stem in first if count[stem] <= self._few), key=count.__getitem__)
        if len(uncommon) < UNCOMMON:
            return None
        anchors = [first[stem] for stem in uncommon if count[stem]][:ANCHORS]
        return anchors, {stem: log((len(self._words) + 1) / (1 + places)) for stem, places in count.items()}

    def _verbatim(self, words: tuple[str, ...], anchors: Sequence[int]) -> list[int]:
        """Where the words were said as they stand, of the places where the rarest of them was."""
        return [
            place - at
            for at in anchors[:1]
            for place in self._places[words[at][:LETTERS]]
            if place >= at and tuple(self._words[place - at : place - at + len(words)]) == words
        ]

    def _are_too_long(self, windows: Sequence[tuple[int, int]]) -> bool:
        """Whether the words somewhere are too long to be compared."""
        return any(sum(map(len, self._words[slice(*window)])) > LONGEST for window in windows)

    def _nearest(self, words: tuple[str, ...], windows: Sequence[tuple[int, int]], by: int = 0) -> Iterator[Nearest]:
        """What was said most like the words in each of some windows; none that is less alike than one before `by` so much."""
        from rapidfuzz import fuzz  # only quotations need it

        whole, best = " ".join(words), 0
        for start, end in windows:
            text = " ".join(self._words[start:end])
            found = fuzz.partial_ratio_alignment(whole, text, score_cutoff=max(0, best - by))
            if found is not None and found.score > best - by:
                best = max(best, int(found.score))
                at = start + text.count(" ", 0, found.dest_start + 1)
                until = start + text.count(" ", 0, found.dest_end) + 1
                yield self._spoken_at(at, until, int(found.score))

    def _spoken_at(self, start: int, end: int, likeness: int) -> Nearest:
        """The words from one to another of what was said."""
        number = bisect_right(self._ends, start)
        cue = self._cues[number]
        before = self._ends[number - 1] if number else 0
        into = (start - before) / (self._ends[number] - before)
        seconds = int(cue.start + max(0.0, cue.end - cue.start) * into)
        return Nearest(likeness, cue, seconds, " ".join(self._written[start:end]))

    def _windows(
        self, words: tuple[str, ...], anchors: Sequence[int], weight: Mapping[str, float]
    ) -> list[tuple[int, int]]:
        """From where to where the words may have been said, going by some of them; the likeliest places first."""
        size = len(words)
        step = max(size // 2, FEWEST)
        votes: dict[int, float] = defaultdict(float)
        for at in anchors:
            stem = words[at][:LETTERS]
            for place in self._places[stem]:
                window = (place - at) // step
                votes[window - 1] += weight[stem]
                votes[window] += weight[stem]
        likeliest = nlargest(WINDOWS, votes, key=lambda window: (votes[window], -window))
        return [(max(window - 1, 0) * step, (window + 3) * step + size) for window in likeliest]
