"""Languages that are added or changed by the configuration."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from lintkb.evidence.languages import alternation, language_of, languages

WORDS = st.lists(st.text("ab'é", min_size=1, max_size=5) | st.sampled_from(["a b", "ab a", "B", "b."]), max_size=12)


@settings(max_examples=300, deadline=None)
@given(WORDS, st.text("ab'’é .B", max_size=12), st.sampled_from([re.NOFLAG, re.IGNORECASE]))
def test_of_some_words_the_longest_is_found(words, text, flags):
    parts = (
        re.escape(word).replace(r"\ ", r"\s+").replace("'", "['’]") for word in sorted(words, key=len, reverse=True)
    )
    plain = re.compile("|".join(parts) or "(?!)", flags)
    assert [one.span() for one in re.finditer(alternation(words), text, flags)] == [
        one.span() for one in plain.finditer(text)
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The beds of the garden", "en"),
        ("The beds’ worth – of “the garden”…", "en"),
        ("Die Beete für das Gemüse und der Boden", "de"),
        ("THE BEDS OF THE GARDEN ₹ łan", "en"),
        ("The garden at dusk", None),  # one word of the language is too few
        ("théthe ofé beds", None),
        ("théthe ofł beds", None),
        ("", None),
    ],
)
def test_the_language_of_a_text(text, code):
    language = language_of(text, languages({}))
    assert (language and language.code) == code


def french() -> str:
    """The configuration that `docs/claims.md` shows."""
    text = (Path(__file__).parent.parent / "docs/claims.md").read_text("utf-8")
    return re.search(r"```toml\n(\[claims\.languages\.fr\].*?)```", text, re.DOTALL)[1]


def test_a_language_is_added_by_configuration(base):
    note = "---\nvideoId: gardenwalk1\n---\n{} [00:01:10].\n\n## {}\n\n{}\n\n{}\n"
    base.write(
        {
            "lintkb.toml": french(),
            "fr.md": note.format(
                "Le jardin est vieux, les murs et les arbres aussi", "Semis", "Selon Inès Marlow, 83 pour cent des plants meurent.",
                "Environ 83 pour cent des plants survivent et les autres meurent."
            ),
            "en.md": note.format("The garden is old and so is the wall", "Seeds", "About 83 percent of the seedlings live.", ""),
            "de.md": note.format("Der Garten ist alt und die Mauer auch", "Samen", "Rund 83 Prozent der Samen keimen.", ""),
        }
    )  # fmt: skip
    ran = base.json("--no-cache", "--select", "CL002")
    assert (ran.code, ran.brief) == (1, ["de.md:8:1 CL002", "en.md:8:1 CL002", "fr.md:10:1 CL002"])
    base.write({"lintkb.toml": french().partition("[rules")[0]})
    assert base.json("--no-cache", "--select", "CL002").brief == [
        "de.md:8:1 CL002",
        "en.md:8:1 CL002",
    ]


def test_a_list_of_a_rule_is_replaced_and_the_others_stay(base):
    base.write(
        {
            "lintkb.toml": "[rules.CL002.params.words.de]\nunits = ['Schaufeln']\n",
            "de.md": "---\nvideoId: gardenwalk1\n---\nDer Garten ist alt und die Mauer auch [00:01:10].\n\n## Samen\n\n"
            "Rund 83 Prozent der Ernte faulen.\n\nDas Beet braucht 83 Schaufeln Sand.\n\nEs kamen über 300 Besucher.\n",
        }
    )
    ran = base.json("--no-cache", "--select", "CL002")
    assert ran.brief == ["de.md:10:1 CL002", "de.md:12:1 CL002"]


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("[rules.CL002.params.words.fr]\nunit = ['pour cent']", "unknown key `words.fr.unit`; did you mean `units`?"),
        ("[claims.languages.fr]\ntraits = ['nouns']", "claims.languages.fr.traits"),
        ("[claims.languages.fr]\nfunction-word = ['le']", "did you mean `function-words`?"),
        ("[claims.languages.en]\nadvice = ['', 'ought']", "lintkb.toml:2: `claims.languages.en.advice`: write words or phrases one by one"),
        ("[claims.languages.fr]\nfunction-words = 'le, la'", "without commas, as in [\"one\", \"one other\"] (it is 'le, la')"),
        ("[rules.CL002.params.words.en]\nunits = [' ']", "[rules.CL002.params]: lintkb.toml: `words.en.units`: write words or phrases one by one"),
        ("[claims.languages.EN]\nadvice = ['ought']", "lintkb.toml:1: `claims.languages.EN`: not the code of a language"),
        ("[rules.CL002.params.words.french]\nunits = ['pour cent']", "`words.french`: not the code of a language; write the two or three small letters of ISO 639, such as fr"),
    ],
)  # fmt: skip
def test_words_that_nothing_reads_are_refused(base, config, said):
    base.write({"lintkb.toml": config, "note.md": "# Note\n"})
    ran = base.run()
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    ("config", "place"),
    [
        ("[claims.languages.fr]\nadvice = ['il faut']", "claims.languages.fr"),
        ("[claims.languages.fr]\nfunction-words = []", "claims.languages.fr"),
        ("[rules.CL002.params.words.fr]\nunits = ['pour cent']", "CL002: words.fr"),
    ],
)
def test_words_for_a_language_that_no_note_can_be_in_are_told(base, config, place):
    base.write({"lintkb.toml": config, "note.md": "# Note\n"})
    assert base.run("--select", "CL002").err.startswith(
        f"lintkb: warning: lintkb.toml: `{place}` is for no note: give `claims.languages.fr.function-words`, by which "
    )


def test_function_words_are_known_in_any_case(base):
    config = french().replace('"les"', '"Les"')
    assert config != french()
    note = "---\nvideoId: gardenwalk1\n---\nLes murs [00:01:10].\n\n## Semis\n\nEnviron 83 pour cent des plants meurent, les jeunes.\n"
    base.write({"lintkb.toml": config.replace('"des", "est"', '"est"'), "fr.md": note})
    assert base.json("--no-cache", "--select", "CL002").brief == ["fr.md:8:1 CL002"]
