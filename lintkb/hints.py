"""Did you mean: the word that a misspelt one may stand for."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word most like `word`, if one is at least `cutoff` of 1 alike (difflib's ratio)."""
    import difflib  # only a mistake needs it

    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)), None)
