"""Words as evidence: what of a text is compared with what was said.

A word is compared by its first letters, which is nearly what a stemmer leaves of it, in any language that inflects at the
end. No list of stop words either: a word that a recording is full of says nothing there.
"""

import re
from collections.abc import Iterable
from operator import itemgetter

LETTERS = 5
PARTICLE, MOST_SHOWN = 3, 6  # letters of what tells nothing; words
_WORD = re.compile(r"[^\W_]+")
_ASCII = "".join(chr(code).lower() if chr(code).isalnum() else " " for code in range(128))
_FIRST_LETTERS = itemgetter(slice(LETTERS))


def lowered(text: str) -> list[str]:
    """The words of a text in small letters, as they follow each other."""
    return text.translate(_ASCII).split() if text.isascii() else _WORD.findall(text.lower())


def stems(text: str) -> list[str]:
    """The stems of a text's words, as they follow each other."""
    return list(map(_FIRST_LETTERS, lowered(text)))


class StemReader:
    """The stems of parts of a text, which is made ready for that once; `blanked` is the same without typographers' marks."""

    def __init__(self, text: str, blanked: str) -> None:
        self._ready = blanked.isascii()
        self._text = blanked.translate(_ASCII) if self._ready else text

    def __call__(self, start: int, end: int) -> tuple[str, ...]:
        """The stems of the words between two offsets, each once."""
        part = self._text[start:end]
        return tuple(dict.fromkeys(map(_FIRST_LETTERS, part.split() if self._ready else lowered(part))))


def words_of(text: str, wanted: Iterable[str]) -> list[str]:
    """The words of a text that have one of the `wanted` stems, each once, as they stand in it."""
    known = frozenset(wanted)
    return list(dict.fromkeys(word for word in _WORD.findall(text) if word.lower()[:LETTERS] in known))


def telling_words(text: str, wanted: Iterable[str]) -> list[str]:
    """Some words of a text that have one of the `wanted` stems, without particles, to show what was said."""
    words = words_of(text, wanted)
    return ([word for word in words if len(word) > PARTICLE] or words)[:MOST_SHOWN]
