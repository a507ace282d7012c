"""Whether a transcript belongs to the recording that notes cite, and whether its clock is the recording's."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

# A passage counts as said where it is cited, when the two are no further apart than this.
CLOSE = 30  # seconds
# Of the sentences of notes on another recording at most one in seven is found in a transcript, of its own every other one.
FEWEST, FOUND = 20, 0.25
# A clock that is another one: how far it can be off, and how clearly.
SCALES, OFFSETS = (0.8, 1.25), 600
FEWEST_AGREE, SHARE_AGREE, BETTER = 12, 0.4, 1.5
SAME_PACE = 0.01  # what a clock may seem to gain or lose for the scatter of the passages alone
APART = 600  # seconds between two passages that are to tell how fast a clock runs
MOST = 60  # pairs of which all combinations are tried


class Pair(NamedTuple):
    """A time that is cited and the time in the transcript at which the cited passage is said, in seconds."""

    cited: float
    said: float


class Clock(NamedTuple):
    """The recording's time is `scale` times the transcript's, plus `offset` seconds."""

    scale: float
    offset: float

    @property
    def same(self) -> bool:
        """Whether it is the transcript's own clock."""
        return self == SAME

    def __call__(self, said: float) -> float:
        """The recording's time, in seconds, for a transcript's."""
        return self.scale * said + self.offset


SAME = Clock(1.0, 0.0)


class Fit(NamedTuple):
    """What the notes that cite a recording say of its transcript.

    `belongs` is None when too few sentences can be compared. `clock` makes the recording's times of the transcript's; `agree`
    counts the passages, of those `found` among those `asked` for, that are said by it where they are cited.
    """

    belongs: bool | None
    clock: Clock
    agree: int
    found: int
    asked: int


def fit_transcript(pairs: Sequence[Pair], asked: int) -> Fit:
    """Judge a transcript by the passages found in it, out of those `asked` for."""
    if asked < FEWEST:
        return Fit(None, SAME, _agreeing(pairs, SAME), len(pairs), asked)
    if len(pairs) < FOUND * asked:
        return Fit(False, SAME, _agreeing(pairs, SAME), len(pairs), asked)
    same = _agreeing(pairs, SAME)
    clock, agree = max(((clock, _agreeing(pairs, clock)) for clock in _clocks(pairs)), key=lambda one: one[1])
    if agree < max(FEWEST_AGREE, SHARE_AGREE * len(pairs), BETTER * same):
        clock, agree = SAME, same
    return Fit(True, clock, agree, len(pairs), asked)


def _agreeing(pairs: Sequence[Pair], clock: Clock) -> int:
    scale, offset = clock
    return sum([-CLOSE <= scale * said + offset - cited <= CLOSE for cited, said in pairs])


def _clocks(pairs: Sequence[Pair]) -> Iterator[Clock]:
    """The clocks by which some two of the pairs agree, made exact by all pairs that agree with these."""
    yield SAME
    if _agreeing(pairs, SAME) * BETTER > len(pairs):
        return  # nothing can be so much better
    step = max(1, len(pairs) // MOST)
    some = sorted(pairs[::step])[:MOST]
    tried = {(1.0, round((pair.cited - pair.said) / 10)) for pair in some}
    for one, other in combinations(some, 2):
        if abs(other.said - one.said) >= APART:
            scale = (other.cited - one.cited) / (other.said - one.said)
            if SCALES[0] <= scale <= SCALES[1]:
                tried.add((round(scale, 2), round((one.cited - scale * one.said) / 10)))
    for scale, tens in sorted(tried):
        if abs(10 * tens) <= OFFSETS:
            yield _refined(pairs, _refined(pairs, Clock(scale, 10 * tens), 2 * CLOSE), CLOSE)


def _refined(pairs: Sequence[Pair], clock: Clock, within: float) -> Clock:
    """The straight line through the pairs that agree with a clock `within` some seconds, by least squares."""
    scale, offset = clock
    near = [pair for pair in pairs if -within <= scale * pair.said + offset - pair.cited <= within]
    if len(near) < FEWEST_AGREE:
        return clock
    middle = sum(pair.said for pair in near) / len(near), sum(pair.cited for pair in near) / len(near)
    spread = sum((pair.said - middle[0]) ** 2 for pair in near)
    if not spread:
        return clock
    scale = sum((pair.said - middle[0]) * (pair.cited - middle[1]) for pair in near) / spread
    if not SCALES[0] <= scale <= SCALES[1]:
        return clock
    if abs(scale - 1) < SAME_PACE:
        scale = 1.0
    return Clock(scale, middle[1] - scale * middle[0])
