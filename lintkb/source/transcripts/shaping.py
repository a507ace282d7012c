"""Captions as their format has them into cues: each word once, in order of time, under the name of who says it."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Set as AbstractSet
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter

from lintkb.source.transcripts.model import Cue, Piece

LONGEST_CUE = 10.0  # seconds; a longer caption is cut where the times of its words are known
_WINDOW = 4  # lines; captions on a screen have no more
_STILL_SHOWN = 1.0  # seconds
_SLOW_SPEECH = 2.0  # words in a second
_LABEL_ENDS = 160  # characters
_LABELLED = 50  # one caption in so many begins with a name where names are given
_SOUNDS = (
    "(?:[a-z]+ )?music(?: playing)?|musik|música|musique|musica|muziek|музыка|音楽|音乐|음악|"
    "applause|applaus|aplausos|applaudissements|applausi|аплодисменты|拍手|掌声|박수|"
    "laughter|laughs?|laughing|chuckl(?:es?|ing)|giggles?|gelächter|lachen|risas|rires?|risate|смех|笑|"
    "cheer(?:s|ing)|clapping|silence|noise|beep|singing|sighs?|gasps?|cough(?:s|ing)?|snorts?|sniffs?|clears throat|_+"
)
_SOUND = re.compile(rf"[\[(]\s{{0,3}}(?:{_SOUNDS})\s{{0,3}}[\])]|[♩♪♫♬]+", re.IGNORECASE)
_CHANGE = re.compile(r">>+")
_LABEL = re.compile(r"([^\W\d_][^\s:]{0,30}(?: [^\s:]{1,30}){0,4}) ?:(?=\s|\Z)")
_PARTICLES = frozenset(
    ("al", "and", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "la", "le", "of", "the", "van", "von")
)
_NONE: AbstractSet[str] = frozenset()
_START = attrgetter("start")
_MACHINE = re.compile(r"(?:speaker|spk)?[ _-]?[0-9]+|speaker(?:[ _-][a-z])?|unknown(?: speaker)?|\?+", re.IGNORECASE)


def shaped(pieces: Iterable[Piece]) -> tuple[Cue, ...]:
    """Cues in order of time, each word in one of them."""
    ordered = folded(sorted(pieces, key=_START))
    labels = _labels(ordered)
    cues: list[Cue] = []
    for piece, end in zip(ordered, _ends(ordered), strict=True):
        if piece.words and end - piece.start > LONGEST_CUE:
            for part, until in _parts(piece, end):
                cues += _turns(part, until, labels)
        else:
            cues += _turns(piece, end, labels)
    return tuple(sorted(cues, key=_START))


def folded(pieces: list[Piece]) -> list[Piece]:
    """Rolling captions with each line where it first appears; others as they are.

    Captions roll where most of them begin with what the screen showed before, and many then go on.
    """
    if not any("\n" in piece.text for piece in pieces):
        return pieces
    screens = [[" ".join(line.split()) for line in piece.text.split("\n")] for piece in pieces]
    shown = [[line for line in lines if line] for lines in screens]
    again = [0]
    again += (
        _shown_before(before, now) if lines[0] else 0
        for before, now, lines in zip(shown, shown[1:], screens[1:], strict=False)
    )
    repeating = sum(count > 0 for count in again)
    rolling = sum(
        0 < count < len(now) and now != before for count, before, now in zip(again[1:], shown, shown[1:], strict=False)
    )
    if not rolling or repeating * 2 < len(pieces) - 1 or rolling * 4 < len(pieces) - 1:
        return pieces
    kept: list[Piece] = []
    until = 0.0
    for piece, lines, count in zip(pieces, shown, again, strict=True):
        if count < len(lines):
            kept.append(piece._replace(text=" ".join(lines[count:]), words=()))
        elif piece.start > until + _STILL_SHOWN:  # the screen was empty, so it was said again
            kept.append(piece._replace(text=" ".join(lines)))
        until = piece.end or piece.start
    return kept


def _shown_before(before: list[str], now: list[str]) -> int:
    """How many of the lines that a screen shows are the last ones that it showed before."""
    most = min(_WINDOW, len(before), len(now))
    return next((count for count in range(1, most + 1) if before[-count:] == now[:count]), 0)


def _ends(pieces: list[Piece]) -> list[float]:
    """When each caption ends.

    Where most last into the next, they say how long they are shown, and each is taken to end when the next begins. One
    whose end is not known does so too, and the last one lasts as long as its words take.
    """
    overlapping = sum(piece.end is not None and piece.end > after.start for piece, after in pairwise(pieces))
    sequential = overlapping * 2 >= len(pieces) - 1
    ends: list[float] = []
    later = begun = math.inf  # when the next caption begins that begins later, and when the next begins
    for piece in reversed(pieces):
        if begun > piece.start:
            later = begun
        begun = piece.start
        end = piece.end
        if end is None or end <= piece.start:
            end = later if later < math.inf else piece.start + max(1.0, len(piece.text.split()) / _SLOW_SPEECH)
        ends.append(min(end, later) if sequential else end)
    ends.reverse()
    return ends


def _parts(piece: Piece, end: float) -> list[tuple[Piece, float]]:
    """A long caption in parts of about the same length, as far as the times of its words are known, and their ends."""
    length = (end - piece.start) / math.ceil((end - piece.start) / LONGEST_CUE)
    parts: list[tuple[float, list[str]]] = [(piece.start, [])]
    for at, word in piece.words:
        start, said = parts[-1]
        if said and start < at < end and (at - piece.start) // length > (start - piece.start) // length:
            said = []
            parts.append((at, said))
        said.append(word)
    ends = [*(start for start, _ in parts[1:]), end]
    return [
        (piece._replace(start=start, text="".join(said)), until)
        for (start, said), until in zip(parts, ends, strict=True)
    ]


def _turns(piece: Piece, end: float, labels: AbstractSet[str]) -> list[Cue]:
    """What a caption says without sounds, a cue for each who speaks in it; how long each takes goes by the letters."""
    text = piece.text
    if ">>" in text:
        text = _CHANGE.sub("\0>>\0", text)
    begin, *rest = text.split("\0")
    turns = [_turn(piece.speaker, begin, labels)] if begin else []
    for voice, said in zip(rest[::2], rest[1::2], strict=True):
        turns.append(_turn("", said, None) if voice == ">>" else _turn(voice, said, labels))
    turns = [turn for turn in turns if turn[1]]
    letters = sum(len(words) for _, words in turns)
    start, cues = piece.start, []
    for speaker, words in turns[:-1]:
        until = round(start + (end - piece.start) * len(words) / letters, 3)
        cues.append(Cue(start, until, speaker, words, piece.span))
        start = until
    cues += (Cue(start, end, speaker, words, piece.span) for speaker, words in turns[-1:])
    return cues


def _turn(speaker: str, text: str, labels: AbstractSet[str] | None) -> tuple[str, str]:
    """Who speaks, and the words; a name before them counts if it is one of the labels, or whatever it is for None."""
    if "[" in text or "(" in text or "♪" in text or "♫" in text:
        text = _SOUND.sub(" ", text)
    words = " ".join(text.split())
    if not speaker and labels != _NONE and (label := _label(words)) and (labels is None or label in labels):
        speaker, words = label, words[words.index(":") + 1 :].lstrip()
    return _speaker(speaker) if speaker else "", words


@lru_cache(maxsize=8)  # a few people speak in turn
def _speaker(name: str) -> str:
    """A name as it is compared; what a machine calls a voice is none."""
    name = " ".join(name.split()).rstrip(" :")
    return "" if _MACHINE.fullmatch(name) else name


def _label(words: str) -> str:
    """What may be the name of a speaker, and a colon, at the beginning of a caption."""
    match = _LABEL.match(words) if ":" in words else None
    return match[1] if match and is_name(match[1]) else ""


def is_name(words: str) -> bool:
    """Whether words may be a name: none but particles begins with a small letter."""
    return not any(word[:1].islower() and word not in _PARTICLES for word in words.split())


def _labels(pieces: list[Piece]) -> AbstractSet[str]:
    """The names that captions begin with. What stands so once is no name, unless nearly every caption has one."""
    unnamed = [piece.text for piece in pieces if not piece.speaker and not piece.text.startswith("\0")]
    found = Counter(_label(" ".join(text[:_LABEL_ENDS].split())) for text in unnamed if ":" in text[:_LABEL_ENDS])
    found.pop("", None)
    if found.total() * _LABELLED < len(unnamed):
        return _NONE
    all_named = found.total() * 2 >= len(unnamed)
    return {label for label, count in found.items() if all_named or count > 1 or (label.isupper() and len(label) > 1)}
