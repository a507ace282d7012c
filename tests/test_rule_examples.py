"""Every example of every rule note is a test."""

import pytest

from lintkb.catalogue import load_catalogue
from lintkb.rule_tests import example_faults

CATALOGUE = load_catalogue()
CASES = [
    pytest.param(rule, example, id=f"{rule.code}-{example.kind}-line{example.line}")
    for rule in CATALOGUE.rules
    for example in rule.page.examples
]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule, example):
    assert example_faults(rule, example, CATALOGUE) == []


FOLDERS = {
    "CL": "claims", "DU": "duplicates", "FM": "frontmatter", "KB": "run", "ML": "links", "RS": "residue", "SR": "sources", "SU": "suppressions", "TS": "timestamps",
    "WL": "wikilinks",
}  # fmt: skip


def test_every_family_has_a_rule_and_every_rule_its_examples():
    assert {rule.code.rstrip("0123456789") for rule in CATALOGUE.rules} == set(FOLDERS)
    for rule in CATALOGUE.rules:
        if rule.check.name != "run":
            assert {example.kind for example in rule.page.examples} == {"bad", "good"}, rule.code


def test_every_measured_rule_is_as_right_as_its_severity_asks():
    for rule in CATALOGUE.rules:
        if rule.page.measured and rule.page.measured.read:
            right = 1 - rule.page.measured.wrong / rule.page.measured.read
            assert right >= {"error": 0.95, "warning": 0.85, "info": 0}[rule.severity], rule.code


def test_a_rule_note_lies_in_the_folder_of_its_family_under_its_name():
    for rule in CATALOGUE.rules:
        assert rule.note.name == f"{rule.name}.md"
        assert rule.note.parent.name == FOLDERS[rule.code.rstrip("0123456789")]
