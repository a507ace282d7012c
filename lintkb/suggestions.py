"""Did-you-mean over the names of a knowledge base, without comparing with each of them."""

import sys
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from heapq import nsmallest
from typing import NamedTuple

from lintkb import lazy_re as re
from lintkb.names import ALL_FOLDS, Name, fold

_DIGITS = re.compile(r"\d+")
FEW = 16  # not worth the search for those of some length
_ARTICLE = re.compile(r"^(?:the|an?) ")


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
    # Read on real notes: from 88 of 100 on most suggestions help a person, but at 96 a word may still be another one.
    MIN_SCORE = 88.0
    # One letter wrong, missing, too many or changed with its neighbour is a slip of the pen in names of this length, and
    # sure to be one in longer ones; two are in names of a few words.
    MIN_SLIP = 5
    MIN_CERTAIN = (8, 16)

    def __init__(self, names: dict[str, Name], shared: Container[str] = ()) -> None:
        """`names` by their folded keys; what is like one that several notes `shared` is never certain."""
        self.names = names
        self.shared = shared
        blocks: dict[str, list[str]] = defaultdict(list)
        for key in sorted(names, key=len):
            for block in self._blocks(key):
                blocks[block].append(key)
        self.blocks = {block: tuple(members) for block, members in blocks.items() if len(members) <= self.MAX_BLOCK}
        self.articled = {key: _ARTICLE.sub("", key) for key in names if _ARTICLE.match(key)}

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
        blocks = [self.blocks[block] for block in sorted(self._blocks(key)) if block in self.blocks]
        if not self._may_suggest(key, blocks):
            return None
        from rapidfuzz import fuzz
        from rapidfuzz.distance import OSA

        weight: dict[str, float] = defaultdict(float)
        for members in blocks:
            for member in members:
                weight[member] += 1 / len(members)
        candidates = nsmallest(self.MAX_CANDIDATES, weight, key=lambda member: (-weight[member], member))
        scored = [(fuzz.ratio(key, member), member) for member in candidates]
        score, best = max(scored, default=(0.0, ""))
        slips = OSA.distance(_ARTICLE.sub("", key), _ARTICLE.sub("", best), score_cutoff=2)
        if score < self.MIN_SCORE and not (len(key) >= self.MIN_SLIP and slips <= 1):
            return None
        certain = (
            slips <= sum(1 for length in self.MIN_CERTAIN if len(key) >= length)
            and _DIGITS.findall(key) == _DIGITS.findall(best)
            and best not in self.shared
        )
        return Suggestion(self.names[best], int(score), certain)

    def _may_suggest(self, key: str, blocks: Iterable[Sequence[str]]) -> bool:
        """Whether a member of any block, in each of which the shorter ones come first, is alike enough to be looked at.

        Of a hundred broken links one is: the others are to cost as little as can be.
        """
        words = _ARTICLE.sub("", key)
        size, least = len(words), self.MIN_SCORE
        if len(key) >= self.MIN_SLIP:  # what a slip leaves of it at least; beside an article, if the key has one
            common = (size - 1) / size if words == key else 2 * (size - 1) / (len(key) + size + 5)
            least = max(0.0, min(least, 100 * common - 0.01))  # which is rounded
        # Two texts are no more alike than their lengths; a name may have an article more, and a letter.
        shortest = len(key) * least / (200 - least)
        longest = max(len(key) * (200 - least) / max(least, 1), size + 5)
        near: set[str] = set()
        left = sum(1 / len(members) for members in blocks)
        for members in sorted(blocks, key=len):
            if len(members) > FEW:
                first, last = bisect_left(members, shortest, key=len), bisect_right(members, longest, key=len)
                near.update(members[first:last])
            else:
                near.update(members)
            left -= 1 / len(members)
            if len(members) >= self.MAX_CANDIDATES and left < 0.99 / len(members):
                break  # each of these is a better candidate than whatever has but the larger blocks in common
        others = [self.articled[name] for name in near if name in self.articled] if words == key else []
        # To import what compares them takes longer than to count letters of a few.
        if "rapidfuzz" not in sys.modules and len(near) <= FEW and not _share_letters(key, [*near, *others], least):
            return False
        from rapidfuzz import fuzz, process
        from rapidfuzz.distance import OSA

        if process.extractOne(key, near, scorer=fuzz.ratio, score_cutoff=least) is not None:
            return True
        return process.extractOne(key, others, scorer=OSA.distance, score_cutoff=1) is not None


def _share_letters(key: str, names: Iterable[str], least: float) -> bool:
    """Whether a key has so many letters in common with any of some names that they can be `least` of 100 alike."""
    letters = Counter(key)
    return any(200 * (letters & Counter(name)).total() >= least * (len(key) + len(name)) for name in names)
