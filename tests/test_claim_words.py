"""Languages that are added or changed by the configuration."""

import re
from pathlib import Path

import pytest


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
    ],
)
def test_words_that_nothing_reads_are_refused(base, config, said):
    base.write({"lintkb.toml": config, "note.md": "# Note\n"})
    ran = base.run()
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
