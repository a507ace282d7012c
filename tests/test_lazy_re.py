"""Patterns that are compiled when they are first used."""

import re

import pytest

from lintkb import lazy_re

MODULE = """
from lintkb import lazy_re as re

WORD = re.compile(r"[a-z]+", re.IGNORECASE)
OTHER = re.compile(r"[0-9]+")
def words(text):
    return WORD.findall(text)
"""


def test_a_pattern_takes_its_place_when_it_is_used():
    module = {}
    exec(MODULE, module)
    held = module["WORD"]
    assert type(held) is not re.Pattern
    assert module["words"]("Soil is 1") == ["Soil", "is"]
    assert type(module["WORD"]) is re.Pattern
    assert (module["WORD"].pattern, module["WORD"].flags & re.IGNORECASE) == ("[a-z]+", re.IGNORECASE)
    assert type(module["OTHER"]) is not re.Pattern
    assert held.search("1 bed")[0] == "bed"
    assert "search" in vars(held)


def test_a_wrong_pattern_is_told_of_when_it_is_used():
    wrong = lazy_re.compile("(")
    with pytest.raises(re.error, match="missing \\)"):
        wrong.search("")
