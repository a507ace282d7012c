"""Claims: what is told of sentences that nothing is cited for, and what is not."""

import json

import pytest

TIME = "[00:03:10]"
HEAD = "---\nvideoId: gardenwalk1\n---\n"
CITED = f"Rye holds the soil and is mown in May {TIME}.\n\n"
FIGURE = "About 83 % of the seedlings live through the first night."
QUOTED = '"The frost takes what you forgot to cover in the evening."'
STUDIES = "Studies show that ants keep away from mint."
DATED = "The market moved to the river in 1987."
EVENT = "Later the stand passed on, and Ines Marlow founded the seed library."
BEST = "The garden by the river has the oldest plum in the country, from Lindow."
VIEW = "Ines Marlow believes that mint keeps the ants away."
ALL = ("--select", "CL", "--extend-select", "CL010", "--no-cache")


def found(base, text, *without):
    """The findings on a note as places and codes, those of some rules left out."""
    base.write({"a.md": text})
    return [one.removeprefix("a.md:") for one in base.json(*ALL, *(f"--ignore={code}" for code in without)).brief]


@pytest.mark.parametrize(
    ("sentence", "code", "cue"),
    [
        (FIGURE, "CL002", "83 %"),
        (QUOTED, "CL003", QUOTED),
        (STUDIES, "CL004", "Studies show"),
        (DATED, "CL005", "in 1987"),
        (EVENT, "CL006", "Ines Marlow founded the seed library"),
        (BEST, "CL007", "the oldest plum in the country"),
    ],
)
def test_the_message_names_the_cue_and_why_nothing_covers_it(base, sentence, code, cue):
    base.write({"a.md": f"{HEAD}{CITED}## Frost\n\n{sentence}\n"})
    (item,) = base.json(*ALL).json
    assert (item["code"], item["start"], item["end"]["column"]) == (code, {"line": 8, "column": 1}, len(sentence) + 1)
    assert f"that no citation reaches: `{cue}`" in item["message"]
    assert item["message"].endswith("(none in the sentence, behind it in its paragraph, or in what introduces it)")


def test_a_citation_reaches_back_to_the_beginning_of_its_paragraph(base):
    far = f"{FIGURE} It rains. It is dark. It is cold. Owls call {TIME}."
    assert found(base, f"{HEAD}{CITED}## Frost\n\n{far}\n") == []
    assert found(base, f"{HEAD}{CITED}## Frost\n\nOwls call {TIME}. {FIGURE}\n") == []
    apart = f"{FIGURE}\n\nOwls call {TIME}."
    assert found(base, f"{HEAD}{CITED}## Frost\n\n{apart}\n") == ["8:1 CL002"]


def test_what_trails_a_citation_is_told_of_when_that_is_asked_for(base):
    base.write({"lintkb.toml": "rules.CL002.params.trailing = true\n"})
    base.write({"a.md": f"{HEAD}## Frost\n\nOwls call {TIME}. {FIGURE}\n"})
    (item,) = base.json(*ALL).json
    assert item["message"].endswith("(the one before it ends with its own sentence)")


@pytest.mark.parametrize(
    "sentence",
    [
        f"Ines Marlow says: {QUOTED}",
        f'{QUOTED[:-1]}" — Ines Marlow',
        f"{QUOTED} (Ines Marlow)",
        f"{QUOTED} [Ines Marlow: A year of frost]",
        f"{QUOTED} - Ines Marlow",
        f"Ines Marlow keeps bees. {QUOTED[:-2]}," + '" she says.',
        "The WHO says that 83 % of the seedlings live.",
        "Studies show that 83 % of the seedlings live, says the FAO.",
        "According to Ines Marlow, 83 % of the seedlings live.",
        "Ines Marlow came by. She recalls that the market moved to the river in 1987.",
        "Does mint keep 83 % of the ants away?",
        "If 83 % of the seedlings die, sow again.",
        "Use 83 % of the seedlings before the night.",
        "You should cover 83 % of the seedlings.",
        "I saw that 83 % of the seedlings lived.",
        "Of the novel the title is “The Old Man of the Hills and the Sea”.",
        "It is one of the oldest plums in the country, from Lindow.",
        "The figures of the season, 83 % of the seedlings, are these:",
    ],
)
def test_what_needs_no_citation(base, sentence):
    assert found(base, f"{HEAD}{CITED}## Frost\n\n{sentence}\n", "CL008", "CL010") == []


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("According to experts, 83 % of the seedlings live.", "CL002"),
        ("In 1987 Ines Marlow wrote the book that founded the library.", "CL005"),
    ],
)
def test_who_is_named_and_who_is_not(base, sentence, code):
    assert found(base, f"{HEAD}{CITED}## Frost\n\n{sentence}\n", "CL008", "CL010") == [f"8:1 {code}"]


def test_a_sentence_is_told_of_once(base):
    both = "In 1987 studies showed that 83 % of the seedlings lived, and Ines Marlow founded the oldest nursery in the country."
    assert found(base, f"{HEAD}{CITED}## Frost\n\n{both}\n") == ["8:1 CL002"]
    base.write({"lintkb.toml": 'ignore = ["CL002"]\n'})
    base.write({"a.md": f"{HEAD}{CITED}## Frost\n\n{both}\n"})
    assert base.json("--no-cache").brief == ["a.md:8:1 CL004"]


def test_a_note_must_cite_as_a_habit(base):
    link = "[there](https://garden.example/rye)"
    some = f"Rye holds the soil, as is told {link}. It is mown in May.\n\n"
    assert found(base, f"{some * 2}## Frost\n\n{FIGURE}\n") == ["7:1 CL002"]  # two of five
    assert found(base, f"{some}Owls call. Mice hide. Dogs bark. Frogs sing. Hens sleep.\n\n{FIGURE}\n") == []
    assert found(base, f"## Frost\n\n{FIGURE}\n") == []
    base.write({"lintkb.toml": "claims.habit = 50\n"})
    assert found(base, f"{some * 2}## Frost\n\n{FIGURE}\n") == []
    base.write({"lintkb.toml": "claims.habit = 0\n"})
    assert found(base, f"## Frost\n\nOwls call.\n\n{FIGURE}\n") == ["5:1 CL002"]


def test_one_source_for_all_of_a_note(base):
    assert found(base, f"---\nsource: A walk with Ines Marlow\n---\n## Frost\n\n{FIGURE}\n") == []
    # Nobody looks a sentence up in two hours of talk.
    assert found(base, f"{HEAD}## Frost\n\n{FIGURE}\n") == ["6:1 CL002"]


def test_a_section_that_cites_nothing(base):
    text = f"{HEAD}{CITED}## Mint\n\n{VIEW} It wants shade and some water.\n\n## Frost\n\nFleece helps {TIME}.\n"
    base.write({"a.md": text})
    (item,) = base.json("--select", "CL", "--no-cache").json
    assert (item["code"], item["start"]) == ("CL008", {"line": 6, "column": 4})
    assert item["message"] == "nothing is cited in this section, not even for `Ines Marlow believes`"
    # Told once, be it by this rule or by that on single views.
    assert [one["code"] for one in base.json(*ALL).json] == ["CL008"]
    assert found(base, text.replace("shade", f"shade {TIME}")) == []
    assert found(base, text.replace("It wants", "It has 83 % of the ants and wants")) == ["8:1 CL010", "8:53 CL002"]


@pytest.mark.parametrize(
    "source",
    [
        "as is told.[^1]\n\n[^1]: Marlow, Soils, p. 3.",
        "as Marlow has it [@marlow2020].",
        "as is told (Marlow et al., 2020).",
        "as is told ^[Marlow, Soils, p. 3].",
        "as is told in [a paper](papers/marlow.pdf).",
        "as is told in [[marlow]].",
    ],
)
def test_whatever_cites_is_a_source(base, source):
    base.write(
        {
            "lintkb.toml": "rules.CL001.params.min-words = 5\nclaims.source-notes.keys = ['doi']\n",
            "marlow.md": "---\ndoi: 10.1000/182\n---\nSoils of the valley.\n",
            "a.md": f"## Frost\n\nThe frost comes from the river, {source}\n",
        }
    )
    assert base.json("--select", "CL001", "--no-cache").json == []
    base.write({"a.md": "## Frost\n\nThe frost comes from the river.\n"})
    assert base.json("--select", "CL001", "--no-cache").brief == ["a.md:1:1 CL001"]


UNDER = (
    "Frost came late, in the second week. The beans froze to the ground.\n\nThe river rose over the lower beds. "
    "It took the fence along.\n\nThe market was closed for a day. Hardly anybody came the day after.\n"
)


def test_a_note_that_leaves_much_without_a_citation(base):
    base.write({"a.md": HEAD.replace("---\nv", "---\ntitle: Spring\nv", 1) + UNDER})
    (item,) = base.json(*ALL).json
    assert (item["code"], item["start"], item["end"]) == (
        "CL009",
        {"line": 2, "column": 8},
        {"line": 2, "column": 14},
    )
    assert item["message"] == "6 of 6 sentences assert what nothing is cited for; citations reach none"
    fewer = UNDER.replace("along", f"along {TIME}").replace("after", f"after {TIME}")
    assert found(base, HEAD + fewer) == []
    base.write({"lintkb.toml": "rules.CL009.params = {fewest = 2, share = 30}\n"})
    assert found(base, HEAD + UNDER.replace("along", f"along {TIME}")) == ["1:1 CL009"]


def test_a_note_without_any_source_is_told_of_as_a_whole(base):
    base.write({"lintkb.toml": "rules.CL001.params.min-words = 5\n"})
    assert found(base, f"## Frost\n\n{FIGURE} {STUDIES}\n\n{UNDER}") == ["1:1 CL001"]


def test_findings_can_be_suppressed_and_are_the_same_when_lines_move(base):
    text = f"{HEAD}{CITED}## Frost\n\n{FIGURE}\n"
    assert found(base, text.replace(FIGURE, f"<!-- lintkb-disable-next-line CL002 -->\n{FIGURE}")) == []
    prints = []
    for moved in (
        text,
        text.replace(CITED, f"Owls call.\n\n{CITED}Beans and peas and kale are sown in May {TIME}.\n\n"),
    ):
        base.write({"a.md": moved})
        results = json.loads(base.run("--output-format", "sarif", *ALL).out)["runs"][0]["results"]
        prints.append([result["partialFingerprints"] for result in results])
    assert len(prints[0]) == 1
    assert prints[0] == prints[1]
