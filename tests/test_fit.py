"""Whether a transcript belongs to a recording, and whether its clock is the recording's."""

import random

import pytest

from lintkb.evidence.fit import SAME, Pair, fit_transcript


def pairs(scale: float, offset: float, wrong: float, seed: int, count: int = 100) -> list[Pair]:
    """Passages cited as notes cite them: about where they are said, some of them anywhere."""
    chance = random.Random(seed)
    said = [chance.uniform(30, 5000) for _ in range(count)]
    return [
        Pair(chance.uniform(0, 5000) if chance.random() < wrong else scale * at + offset + chance.gauss(0, 10), at)
        for at in said
    ]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("wrong", [0, 0.3, 0.8])
def test_the_same_clock_is_kept_however_many_times_are_wrong(wrong, seed):
    fit = fit_transcript(pairs(1, 0, wrong, seed), 150)
    assert (fit.belongs, fit.clock, fit.found, fit.asked) == (True, SAME, 100, 150)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("scale", "offset"), [(1.2, -89), (1, 60), (0.9, 30), (1, -240)])
def test_another_clock_is_found(scale, offset, seed):
    fit = fit_transcript(pairs(scale, offset, 0.4, seed), 150)
    assert fit.belongs
    for said in (100, 2500, 4900):
        assert abs(fit.clock(said) - (scale * said + offset)) < 12


def test_whole_hours_and_other_misread_times_are_no_clock():
    for offset in (3600, -3600):
        assert fit_transcript(pairs(1, offset, 0, 1), 150).clock == SAME
    assert fit_transcript([Pair(60 * pair.said, pair.said) for pair in pairs(1, 0, 0, 1)], 150).clock == SAME


def test_a_transcript_whose_words_are_not_the_notes_is_foreign():
    assert fit_transcript(pairs(1, 0, 1, 1, count=10), 100).belongs is False
    assert fit_transcript(pairs(1, 0, 0, 1, count=25), 100).belongs is True


def test_a_few_sentences_say_nothing_of_it():
    assert fit_transcript([], 19).belongs is None
    assert fit_transcript([], 20).belongs is False
