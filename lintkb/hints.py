"""Did you mean: the word that a misspelt one may stand for."""

from collections.abc import Collection, Iterable

_MOST_KNOWN = 200  # beyond, many words would take their product of time


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word most like `word`, if one is at least `cutoff` of 1 alike (difflib's ratio); of equals the first."""
    import difflib  # only a mistake needs it

    close = difflib.get_close_matches(word, list(known), n=8, cutoff=cutoff)
    return min(close, key=lambda one: (-difflib.SequenceMatcher(None, one, word).ratio(), one), default=None)


def one_slip_away(word: str, known: Collection[str]) -> str | None:
    """The only known word that one slip of the pen (a letter more, less, other, or two swapped) makes `word`.

    Words of fewer than four letters are never near each other, and neither are `note-1` and `note-2`.
    """
    if len(word) < 4 or len(known) > _MOST_KNOWN:
        return None
    from rapidfuzz import process  # only a mistake needs it
    from rapidfuzz.distance import OSA

    matches = process.extract(word, known, scorer=OSA.distance, score_cutoff=1, limit=2)
    if len(matches) != 1:
        return None
    (match,) = matches
    alike = [character for character in word if character.isdigit()] == [
        character for character in match[0] if character.isdigit()
    ]
    return match[0] if alike else None
