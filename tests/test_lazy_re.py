"""Patterns that are compiled when they are first used."""

import re

import pytest

from lintkb import lazy_re

_WORD = lazy_re.compile(r"[a-z]+", lazy_re.IGNORECASE)
_OTHER = lazy_re.compile(r"\d+")


def test_a_pattern_takes_its_place_when_it_is_used():
    held = _WORD
    assert type(held) is not re.Pattern
    assert _WORD.findall("Soil is 1") == ["Soil", "is"]
    assert type(_WORD) is re.Pattern
    assert (_WORD.pattern, _WORD.flags & re.IGNORECASE) == ("[a-z]+", re.IGNORECASE)
    assert type(_OTHER) is not re.Pattern
    assert held.search("1 bed")[0] == "bed"
    assert held.search.__self__ is _WORD


def test_a_wrong_pattern_is_told_of_when_it_is_used():
    wrong = lazy_re.compile("(")
    with pytest.raises(re.error, match="missing \\)"):
        wrong.search("")
