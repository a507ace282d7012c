"""Sentences that several notes of one recording share, and the times that they give for them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product, takewhile
from typing import NamedTuple

from lintkb.evidence.passages import Cited
from lintkb.evidence.readings import Reading, readings
from lintkb.evidence.terms import REGIMES, SHIFTED, SLIP
from lintkb.text import Span

# Two sentences are one when they share so much of their words, and so many that are no mere particles.
ALIKE = 0.6
FEWEST_SHARED, LETTERS = 4, 4
# Passages said closer together than this may be one; a subject that is taken up again is mostly further off than it lasts.
APART = 300  # seconds
SAME_TIME = 30  # seconds between two notes' times for one moment
MOST_ALIKE = 12  # passages to which one is compared; a sentence of every note is a phrase of the show


class Shared(NamedTuple):
    """A sentence of one note that another has too: a citation of each, and the seconds that are between their times.

    Where the sentences are cited several times over, these are the seconds between the two times that are nearest.
    """

    own: Cited
    path: str
    other: Cited
    apart: int


class Conflict(NamedTuple):
    """A citation that another note's contradicts: the two, and how the own would have to be read to agree, if it can."""

    shared: Shared
    reading: Reading | None


def shared_sentences(passages: Mapping[str, Sequence[Cited]]) -> dict[str, list[Shared]]:
    """By note, the sentences that other notes of the recording have too, in reading order. Both notes of a pair have it."""
    items = [
        (path, cited, words)
        for path, several in passages.items()
        for cited in several
        if cited.time.seconds is not None and len(words := frozenset(cited.words)) >= FEWEST_SHARED
    ]
    said: dict[tuple[str, Span], set[int]] = defaultdict(set)
    for path, cited, _ in items:
        said[path, cited.span].add(cited.time.seconds or 0)
    found: dict[str, list[Shared]] = defaultdict(list)
    for one, other in _alike(items):
        (path, cited, _), (other_path, other_cited, _) = items[one], items[other]
        times = product(said[path, cited.span], said[other_path, other_cited.span])
        apart = min(abs(mine - theirs) for mine, theirs in times)
        found[path].append(Shared(cited, other_path, other_cited, apart))
        found[other_path].append(Shared(other_cited, path, cited, apart))
    for several in found.values():
        several.sort(key=lambda shared: (shared.own.time.span, shared.path, shared.other.time.span))
    return found


def _alike(items: Sequence[tuple[str, Cited, frozenset[str]]]) -> Iterator[tuple[int, int]]:
    """The pairs of sentences in different notes that are alike.

    Sets that share much share one of their rarest words: the prefix filter of Chaudhuri, Ganti and Kaushik (2006).
    """
    often = Counter(word for _, _, words in items for word in words)
    by_word: dict[str, list[int]] = defaultdict(list)
    for at, (path, _, words) in enumerate(items):
        rarest = sorted(words, key=lambda word: (often[word], word))[: len(words) - int(ALIKE * len(words) + 0.999) + 1]
        seen: set[int] = set()
        for word in rarest:
            for other in by_word[word][-MOST_ALIKE:]:
                if other not in seen and items[other][0] != path:
                    seen.add(other)
                    if _are_alike(words, items[other][2]):
                        yield other, at
            by_word[word].append(at)


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    least, most = sorted((len(one), len(other)))
    if least < ALIKE * most:
        return False
    common = one & other
    if len(common) < ALIKE * (len(one) + len(other) - len(common)):
        return False
    return sum(len(word) >= LETTERS for word in common) >= FEWEST_SHARED


def conflicts(passages: Mapping[str, Sequence[Cited]], end: float) -> dict[str, list[Conflict]]:
    """By note, the citations that other notes contradict and that are more likely wrong than theirs.

    Where one time, misread in a way that is known of notes, is the other, it is that one; else it is one that cannot be, as
    it lies beyond the `end`; else that of the note whose times are more in doubt.
    """
    shared = shared_sentences(passages)
    doubts = {path: _doubt(passages[path], several, end) for path, several in shared.items()}
    found: dict[str, list[Conflict]] = defaultdict(list)
    for path, several in shared.items():
        for one in several:
            if one.apart > APART and not _misread_alike(one, end):
                own, other = _as(one.own, one.other, end), _as(one.other, one.own, end)
                ours = own is not None, _beyond(one.own, end), doubts[path], path
                theirs = other is not None, _beyond(one.other, end), doubts[one.path], one.path
                if ours > theirs:
                    found[path].append(Conflict(one, own))
    return found


def _misread_alike(shared: Shared, end: float) -> bool:
    """Whether two times agree when minutes and seconds stand in the places of hours and minutes in both."""
    seconds = [
        reading.seconds
        for cited in (shared.own, shared.other)
        for reading in _regimes(cited, end)
        if reading.kind == SHIFTED
    ]
    return len(seconds) == 2 and abs(seconds[0] - seconds[1]) <= SAME_TIME


def _beyond(cited: Cited, end: float) -> bool:
    return cited.time.seconds is not None and cited.time.seconds > end


def _doubt(note: Sequence[Cited], shared: Sequence[Shared], end: float) -> float:
    """How much speaks against the times of a note: those that others contradict, those that cannot be, whole minutes."""
    contradicted = sum(one.apart > APART for one in shared) / len(shared)
    odd = sum(
        _beyond(cited, end) or (cited.time.seconds is not None and cited.time.seconds % 60 == 0) for cited in note
    )
    return contradicted + odd / len(note)


def _as(cited: Cited, other: Cited, end: float) -> Reading | None:
    """How a time would have to be read to be another's."""
    seconds = other.time.seconds
    return next(
        (
            reading
            for reading in _regimes(cited, end)
            if seconds is not None and reading.seconds == reading.until and abs(reading.seconds - seconds) <= SAME_TIME
        ),
        None,
    )


def _regimes(cited: Cited, end: float) -> Iterator[Reading]:
    """The readings by the errors that come by whole notes; slips, which are many, come behind them."""
    return (one for one in takewhile(lambda one: one.kind != SLIP, readings(cited, end)) if one.kind in REGIMES)
