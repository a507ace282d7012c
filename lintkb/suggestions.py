"""Did-you-mean over the names of a knowledge base, without comparing with each of them."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable
from heapq import nsmallest
from typing import NamedTuple

from lintkb.names import ALL_FOLDS, Name, fold

_DIGITS = re.compile(r"\d+")


class Suggestion(NamedTuple):
    """The name most like one that resolves to nothing.

    `score` is how alike they are, of 100; `certain` says that it is a slip of the pen, not another topic.
    """

    name: Name
    score: int
    certain: bool


class Suggester:
    """A few candidates by shared words and ends, then their similarity.

    A blocking key that more than `MAX_BLOCK` names share is not looked at.
    """

    MAX_BLOCK = 400
    MAX_CANDIDATES = 40
    # Read on real notes: from 88 of 100 on most suggestions help a person, from 96 on they are one slip of the pen away.
    MIN_SCORE = 88.0
    CERTAIN_SCORE = 96.0
    # One letter wrong, missing, too many or changed with its neighbour is less than that in a short name.
    MIN_SLIP = 5
    MIN_CERTAIN_SLIP = 8

    def __init__(self, names: dict[str, Name], shared: Container[str] = ()) -> None:
        """`names` by their folded keys; what is like one that several notes `shared` is never certain."""
        self.names = names
        self.shared = shared
        self.blocks: dict[str, list[str]] = defaultdict(list)
        for key in names:
            for block in self._blocks(key):
                self.blocks[block].append(key)

    @classmethod
    def over(cls, names: Iterable[Name]) -> "Suggester":
        """A suggester over names, of which several may be one when folded."""
        keys: dict[str, Name] = {}
        shared: set[str] = set()
        for name in names:
            key = fold(name.text, ALL_FOLDS)
            if keys.setdefault(key, name).path != name.path:
                shared.add(key)
        return cls(keys, shared)

    @staticmethod
    def _blocks(key: str) -> set[str]:
        squeezed = key.replace(" ", "")
        return {*key.split(), "^" + squeezed[:4], squeezed[-4:] + "$", "^" + squeezed[:2] + str(len(squeezed) // 4)}

    def suggest(self, key: str) -> Suggestion | None:
        """The best name for a folded key, None when none is alike enough.

        Names with other digits are never certain: `iphone_11` is no slip for `iphone_14`.
        """
        from rapidfuzz import fuzz
        from rapidfuzz.distance import OSA

        weight: dict[str, float] = defaultdict(float)
        for block in sorted(self._blocks(key)):
            members = self.blocks.get(block, ())
            if 0 < len(members) <= self.MAX_BLOCK:
                for member in members:
                    weight[member] += 1 / len(members)
        candidates = nsmallest(self.MAX_CANDIDATES, weight, key=lambda member: (-weight[member], member))
        scored = [(fuzz.ratio(key, member), member) for member in candidates]
        score, best = max(scored, default=(0.0, ""))
        slip = len(key) >= self.MIN_SLIP and OSA.distance(key, best, score_cutoff=1) == 1
        if score < self.MIN_SCORE and not slip:
            return None
        certain = (
            (score >= self.CERTAIN_SCORE or (slip and len(key) >= self.MIN_CERTAIN_SLIP))
            and _DIGITS.findall(key) == _DIGITS.findall(best)
            and best not in self.shared
        )
        return Suggestion(self.names[best], int(score), certain)
