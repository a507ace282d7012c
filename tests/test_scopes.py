"""What is cited for each sentence of a note, and by which rule."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from lintkb.evidence import scopes
from lintkb.evidence.languages import CONCLUSION, RELATED, SOURCES, STORY, YEAR, languages, source_words
from lintkb.evidence.scopes import (
    BELOW,
    BLOCK,
    ITEM,
    ITEMS,
    LEAD,
    LEAD_IN,
    NEXT,
    NOTE,
    OPEN,
    OWN,
    PARENT,
    QUOTE,
    SIBLING,
    TABLE,
    Scopes,
)  # fmt: skip
from lintkb.settings import SourceNotes
from lintkb.source.markdown import FILLER
from lintkb.source.note import Note
from lintkb.source_notes import Asked, leads_to_source, source_names
from lintkb.text import SourceText

ENGLISH = next(language for language in languages({}) if language.code == "en")
TIME = '<a class="yt-timestamp" data-t="00:03:10">[00:03:10]</a>'
# Two sections, so that what comes next stands neither in the lead nor at the end.
BODY = f"# Soil\n\nOn soil.\n\n## Rye\n\nRye holds {TIME}.\n\n## Here\n\n"
END = "\n\n## Then\n\nAnd so on.\n"


def read(text, is_source=lambda _target: False, key="videoId"):
    note = Note("note.md", SourceText(text))
    found = Scopes(note, lambda: ENGLISH, source_words([ENGLISH]), is_source, key)
    return note, list(found.sentences), list(found)


def rules(text, **given):
    """The rule for each sentence of a section in a note that cites elsewhere; a place that is named is that of `@`."""
    note, sentences, found = read(f"{BODY}{text}{END}", **given)
    return [
        scope.rule
        for sentence, scope in zip(sentences, found, strict=True)
        if len(BODY) <= sentence.span.start < len(note.text) - len(END)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # S1: its own
        (f"Oats fall {TIME}.", [OWN]),
        (f"Oats fall. {TIME}", [OWN]),
        (f"Oats fall. ({TIME}) Peas climb.", [OWN, OPEN]),
        (f"**Oats.** {TIME} Peas climb.", [OWN, OPEN]),
        (f"**Oats** {TIME}: they fall in autumn.", [OWN]),
        ("Oats fall [00:03:10]. Peas climb.", [OWN, OPEN]),
        ("Oats fall [study](https://example.org/a).", [OWN]),
        ("Oats fall, see https://example.org/a or so.", [OWN]),
        ("Oats fall, see <https://example.org/a>.", [OWN]),
        ("Oats fall, see www.example.org.", [OWN]),
        ("Oats fall, doi:10.1000/182.", [OWN]),
        ('Oats <a href="https://example.org/a">fall</a>.', [OWN]),
        ("Oats fall [paper](papers/smith.pdf#page=3).", [OWN]),
        ("Oats fall [[papers/Smith 2020.pdf]].", [OWN]),
        ("Oats fall [study][a].\n\n[a]: https://example.org/a", [OWN]),
        ("Oats fall.[^a] Peas climb.\n\n[^A]: Marlow.", [OWN, OPEN]),
        ("Oats fall [@marlow2020, p. 3].", [OWN]),
        ("Oats fall [-@marlow2020; @hale].", [OWN]),
        ("Oats fall (Smith et al., 2020).", [OWN]),
        ("Oats fall, as Smith and Hale (2020) found.", [OWN]),
        # and what is none
        ("Oats fall.[^b] Peas climb.", [OPEN, OPEN]),
        ("Oats fall [3].", [OPEN]),
        ("Oats fall (see above, 3 of 4).", [OPEN]),
        ("Oats fall ![chart](https://example.org/a.png).", [OPEN]),
        ("Oats fall, see [more](oats.md) and [more](#oats) or [write](mailto:a@example.org).", [OPEN]),
        ("Oats fall, see [[oats]] and [[v1.2]].", [OPEN]),
        ('Oats fall `<a href="https://example.org/a">` and `[@a]`.', [OPEN]),
        (f"### Oats {TIME}\n\nOats fall.", [OPEN]),
        (f"> #### Oats {TIME}\n>\n> Oats fall.", [OPEN]),
        # S2: all that is before it in its block
        (f"Oats fall. Peas climb. Beans twine. Leeks stand {TIME}.", [NEXT, NEXT, NEXT, OWN]),
        (f"Oats fall. Peas climb {TIME}. Beans twine. Leeks stand {TIME}.", [NEXT, OWN, NEXT, OWN]),
        # S4, S5: neither forward nor over the end of a block or a heading
        (f"Oats fall {TIME}. Peas climb.\n\nBeans twine.", [OWN, OPEN, OPEN]),
        (f"Oats fall.\n\nPeas climb {TIME}.", [OPEN, OWN]),
        (f"Oats fall.\n\n## Peas\n\n- Peas climb {TIME}.", [OPEN, OWN]),
        # S3: lists and what announces them
        (f"Three fall:\n\n- Oats {TIME}\n- Peas\n- Beans {TIME}", [LEAD_IN, OWN, SIBLING, OWN]),
        ("Three fall:\n\n- Oats\n- Peas", [LEAD_IN, OPEN, OPEN]),
        (f"Three fall:\n\n- Oats {TIME}\n- Peas", [LEAD_IN, OWN, OPEN]),
        (f"Three fall.\n\n- Oats\n- Peas {TIME}", [BELOW, OPEN, OWN]),
        (f"Some stand. All grow. Some climb. Three fall.\n\n- Oats {TIME}", [BELOW] * 4 + [OWN]),
        (f"Ines walked {TIME}. Three fall:\n\n- Oats\n- Peas", [OWN, LEAD_IN, PARENT, PARENT]),
        (f"- Cereals fall {TIME}:\n    - Oats\n        - Black oats\n- Peas", [OWN, PARENT, PARENT, OPEN]),
        (f"- Cereals fall\n    - Oats {TIME}\n- Peas", [BELOW, OWN, OPEN]),
        (f"- Cereals fall.\n\n  So be it.\n\n  In wind {TIME}.\n- Peas", [ITEM, ITEM, OWN, OPEN]),
        (f"- Oats fall\n- {TIME}\n- Peas climb", [SIBLING, SIBLING]),
        (f"- Oats fall\n- Seen at: {TIME}\n- Peas climb", [SIBLING, OWN, SIBLING]),
        (f"- Cereals\n\n  fall.\n    - Oats {TIME}\n\n- Peas", [ITEM, BELOW, OWN, OPEN]),
        (f"- Oats fall.\n\n  {TIME}\n\n- Peas climb.", [BLOCK, OPEN]),
        (f"- Cereals fall\n    1. Oats\n    - Peas {TIME}\n- Kale", [ITEMS, OPEN, OWN, OPEN]),
        # A citation alone
        (f"Oats fall. Peas climb. Beans. Leeks.\n\n{TIME}\n\nKale.", [BLOCK] * 4 + [OPEN]),
        (f"Oats fall.\n\n{TIME}\n\n{TIME}\n\nPeas climb.", [BLOCK, OPEN]),
        (f"### Oats\n\n{TIME}\n\n{TIME}\n\nOats fall.", [BLOCK]),
        (f"- Oats fall.\n- Peas climb.\n\n{TIME}", [BLOCK, BLOCK]),
        (f"### Oats\n\n{TIME}\n\nOats fall. Peas.\n\nBeans.\n\n### Kale\n\nIt stands.", [BLOCK, BLOCK, BLOCK, OPEN]),
        (f"Peas climb.\n\n## Oats\n\n{TIME}\n\n> Oats fall.", [OPEN, BLOCK]),
        (f"Peas climb.\n\n{TIME}\n\n> Oats fall.\n\nBeans.", [BLOCK, BLOCK, OPEN]),
        (f"> Oats fall.\n\n{TIME}\n\nBeans.", [BLOCK, OPEN]),
        # Quotations and callouts
        ("> Oats fall. Peas climb.\n> — Ines Marlow", [QUOTE, QUOTE]),
        ("> Oats fall.\n>\n> > Peas climb.\n>\n> -- *Ines Marlow*", [QUOTE, QUOTE, QUOTE]),
        ("> Oats fall.\n\n— Ines Marlow\n\nPeas climb.", [QUOTE, OPEN, OPEN]),
        ("> Oats fall.\n\n### Peas\n\n— Ines Marlow", [OPEN, OPEN]),
        ("> [!quote] Ines Marlow\n> Oats fall.", [QUOTE]),
        ("> [!note] Mind this\n> Oats fall.", [OPEN]),
        (f"> [!note] Mind this {TIME}\n> Oats fall. Peas.\n>\n> Beans.", [QUOTE, QUOTE, QUOTE]),
        (f"> Oats fall. Peas.\n>\n> Beans. Kale. Leeks. Chard {TIME}.", [QUOTE, QUOTE, NEXT, NEXT, NEXT, OWN]),
        (f"Oats fall. Peas climb.\n\n> Beans twine {TIME}.", [BELOW, BELOW, OWN]),
        ("> Oats fall.\n> - Ines Marlow", [QUOTE, QUOTE]),
        ("> [!quote] Ines Marlow on oats\n> Oats fall.", [QUOTE]),
        ("Ines Marlow says:\n\n> Oats fall.", [LEAD_IN, QUOTE]),
        ("The book says it all:\n\n> Oats fall.", [LEAD_IN, OPEN]),
        (f"So it was {TIME}:\n\n> Oats fall.", [OWN, QUOTE]),
        # Tables
        (f"| Crop | At |\n|-|-|\n| Oats fall | {TIME} |\n| Peas climb | |", [TABLE, OPEN]),
        ("| Crop | Source |\n|-|-|\n| Oats fall | Marlow |\n| Peas climb | - |", [TABLE, TABLE, OPEN]),
        (f"So it was {TIME}:\n\n| Crop |\n|-|\n| Oats fall |", [OWN, TABLE]),
        (f"So it was.\n\n| Crop | At |\n|-|-|\n| Oats fall | {TIME} |", [BELOW, TABLE]),
        # S7: conclusions, and sections that introduce their parts
        ("Oats fall. In summary, all is well.", [OPEN, CONCLUSION]),
        ("### Key takeaways\n\nOats fall.\n\n#### More\n\nPeas climb.", [CONCLUSION, CONCLUSION]),
        (f"Oats fall.\n\nPeas climb.\n\n### One\n\nBeans {TIME}.", [LEAD, LEAD, OWN]),
        (f"Oats fall.\n\n### One\n\nBeans.\n\n## Two\n\nKale {TIME}.", [OPEN, OPEN, OWN]),
        # Sections of sources, and stories
        ("### References\n\nMarlow on oats.", [NOTE]),
        ("### Further reading\n\nMarlow on oats.", [RELATED]),
        ("### Plot\n\nInes walks into the garden.", [STORY]),
    ],
)  # fmt: skip
def test_by_which_rule_a_sentence_is_covered(text, expected):
    assert rules(text) == expected


def test_the_documentation_names_every_rule():
    text = (Path(__file__).parent.parent / "docs/claims.md").read_text("utf-8")
    table = text.partition("## How far a citation reaches")[2].partition("## ")[0]
    constants = {value for name, value in vars(scopes).items() if name.isupper() and type(value) is str}
    rules = (constants | {RELATED, STORY}) - {OPEN, SOURCES, YEAR, FILLER}
    assert set(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE)) == rules


def test_where_the_citation_stands():
    note, _, found = read(
        f"# T\n\n## A\n\nOats fall. Peas climb {TIME}.\n\n## B\n\nThree:\n\n- Kale\n- Leeks [00:01:00]\n"
    )
    first, second = note.text.index(TIME), note.text.index("[00:01:00]")
    assert [(scope.rule, scope.by) for scope in found] == [
        (NEXT, first), (OWN, first), (LEAD_IN, second), (SIBLING, second), (OWN, second),
    ]  # fmt: skip


def test_what_is_known_of_open_sentences():
    _, _, found = read(f"{BODY}Oats fall. Peas climb. Beans. Kale {TIME}. Leeks stand.{END}")
    assert [scope.rule for scope in found[2:7]] == [NEXT, NEXT, NEXT, OWN, OPEN]
    assert [scope.trailing for scope in found[2:7]] == [False, False, False, False, True]


def test_numbers_cite_where_sources_are_listed():
    text = "# T\n\n## A\n\nOats fall [1]. Peas climb [2, 3]. Beans.[4] Kale [x](a.md) and [5](b.md).\n\n"
    assert [scope.rule for scope in read(text)[2]] == [OPEN] * 4
    assert [scope.rule for scope in read(f"{text}## References\n\n1. Marlow\n")[2]] == [OWN, OWN, OWN, OPEN, NOTE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Oats fall.\n\n# T\n\nPeas climb {TIME}.", [LEAD, OWN]),
        (f"# T\n\nOats fall.\n\n## A\n\nPeas climb {TIME}.", [LEAD, OWN]),
        (f"# T\n\nOats fall.\n\nPeas climb {TIME}.", [OPEN, OWN]),
        (f"# T\n\nOats fall.\n\n# U\n\nPeas climb {TIME}.", [OPEN, OWN]),
        ("Oats fall. Beans twine.\n\n# T\n\nIn summary, peas climb.", [LEAD, OPEN, CONCLUSION]),
        (f"# T\n\n## A\n\nOats fall {TIME}.\n\n## B\n\nPeas climb.\n\nAll is well.", [OWN, OPEN, CONCLUSION]),
        (f"# T\n\n## A\n\nOats fall {TIME}.\n\n## B\n\nPeas climb.\n\n- All is well.", [OWN, OPEN, OPEN]),
        (f"# T\n\n## A\n\nOats fall.\n\n## B\n\nPeas {TIME}.\n\nAll is well.", [OPEN, OWN, CONCLUSION]),
        ("# T\n\n## A\n\nOats fall.\n\n## B\n\nAll is well.", [OPEN, OPEN]),
    ],
)
def test_the_beginning_and_the_end_of_a_note_that_cites(text, expected):
    assert [scope.rule for scope in read(text)[2]] == expected


@pytest.mark.parametrize(
    ("frontmatter", "rule"),
    [
        ("source: Marlow", NOTE),
        ("doi: 10.1/x", NOTE),
        ("url: https://example.org", NOTE),
        ("source:", OPEN),
        ("title: Oats", OPEN),
        ("videoId: gardenwalk1", OPEN),
        ("videoId: gardenwalk1\nsource: Marlow", OPEN),
    ],
)
def test_a_source_in_the_frontmatter_of_a_note_that_cites_nothing(frontmatter, rule):
    text = f"---\n{frontmatter}\n---\n# T\n\n## A\n\nOats fall.\n\n## B\n\nPeas climb."
    assert [scope.rule for scope in read(text)[2]] == [rule, rule]
    cited = [scope.rule for scope in read(f"{text}\n\nKale stands {TIME}.")[2]]
    assert cited == [OPEN, OPEN, OWN]
    alone = [scope.rule for scope in read(f"{text}\n\n{TIME}")[2]]
    assert alone == [OPEN, BLOCK]


# Notes that are sources

LIBRARY = {
    "papers/marlow-2020.md": b"---\ntitle: Roots of Rye\naliases: [On Rye]\n---\nText.\n",
    "notes/hale.md": b"---\ntype: [Paper]\n---\n",
    "notes/odell.md": b"---\ndoi: 10.1/x\n---\n",
    "notes/empty.md": b"---\ndoi:\ntype: essay\n---\n",
    "notes/broken.md": b"---\ndoi: 10.1/x\n: [\n---\n",
    "notes/bytes.md": b"\xff\xfe\xff",
}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"files": ["papers/**"]}, [{"marlow 2020", "roots of rye", "on rye"}]),
        ({"types": "paper"}, [{"hale"}]),
        ({"types": "None"}, []),
        ({"keys": ["isbn", "doi"]}, [{"odell"}]),
        ({"files": "notes/b*"}, [{"broken"}, {"bytes"}]),
    ],
)
def test_which_notes_are_sources(given, expected):
    asked = Asked(LIBRARY.__getitem__, 100, SourceNotes.validate(given))
    assert source_names(asked, [*LIBRARY, "notes/gone.md"]) == expected


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("marlow-2020", True), ("Marlow 2020", True), ("papers/marlow_2020.md", True), ("../x/MARLOW-2020", True),
        ("Roots of Rye", True), ("marlow", False), ("", False), ("marlow-2020/notes", False),
    ],
)  # fmt: skip
def test_what_leads_to_a_source(target, leads):
    names = {"marlow 2020", "roots of rye"}
    assert leads_to_source(target, names) is leads
    assert leads_to_source(target, frozenset()) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oats fall. Peas climb, as [[marlow]] has it. Beans.", [NEXT, OWN, OPEN]),
        ("Oats fall, as [[marlow#p. 3|she]] has it.", [OWN]),
        ("Oats fall, as [she](../notes/marlow#p3) has it.", [OWN]),
        ("Oats fall, as ![she](marlow) has it.", [OPEN]),
        ("Oats fall, as [[hale]] has it.", [OPEN]),
        ("Two fall:\n\n- Oats\n- Peas [[marlow]]", [LEAD_IN, SIBLING, OWN]),
    ],
)
def test_a_link_to_a_source_is_a_citation(text, expected):
    assert rules(text, is_source=lambda target: target.rpartition("/")[2] == "marlow") == expected


SOIL = "---\ntitle: Soil\nvideoId: gardenwalk1\n---\nOn soil.\n\n## Rye\n\nRye holds 40 percent of it, as [[{}]] has it.\n\n## Oats\n\nThey fall.\n"


def test_source_notes_from_the_command_line(base):
    base.write({"soil.md": SOIL.format("On Rye"), "lib/marlow.md": "---\naliases: On Rye\ntype: book\n---\nRye.\n"})
    found = ["soil.md:9:1 CL002"]
    select = ("--select", "CL002")
    assert base.json(*select).brief == found
    assert base.json(*select, "--config", 'claims.source-notes.files = "lib/**"').brief == []
    base.write({"lintkb.toml": '[claims.source-notes]\ntypes = ["paper"]\nkeys = ["doi"]\n'})
    ran = base.json(*select)
    assert ran.brief == found
    assert "lintkb: warning: lintkb.toml: no note is a source by `claims.source-notes`\n" in ran.err
    base.write({"lib/marlow.md": "---\naliases: On Rye\ntype: paper\n---\nRye.\n"})  # which judges the other note anew
    assert base.json(*select).brief == []
    base.write({"lib/marlow.md": "---\naliases: On Rye\n---\nRye.\n"})
    assert base.json(*select).brief == found


def test_source_notes_in_many_processes(base):
    base.write({"lintkb.toml": 'claims.source-notes.keys = "doi"', "soil.md": SOIL.format("n299")})
    base.write({f"n{number}.md": f"---\ndoi: {number}\n---\nRye.\n" for number in range(300)})
    assert base.json("--select", "CL002", "-j2").brief == []


def test_a_slip_in_the_table_of_source_notes_is_told(base):
    base.write({"lintkb.toml": '[claims.source-notes]\nfolders = "lib"\n', "soil.md": "Hi.\n"})
    ran = base.run()
    assert (ran.code, ran.err) == (
        2,
        "lintkb: error: lintkb.toml:2: unknown key `claims.source-notes.folders`; did you mean `files`?\n",
    )


# What is asked, and what is not


def unasked(text, source_words=()):
    """The scopes of a note whose language nobody may ask for."""

    def refuse():
        raise AssertionError

    return Scopes(Note("note.md", SourceText(text)), refuse, source_words)


def test_of_what_is_cited_nothing_is_cut_and_no_language_asked():
    cited = f"# Soil\n\nOn soil.\n\n## Rye\n\nRye holds. Oats do not {TIME}.\n\nBeds:\n\n- one {TIME}\n\n## End\n\nSo it is.\n"
    assert not unasked(cited).has_open()
    with pytest.raises(AssertionError):  # the last word on rye is cited no more
        unasked(cited.replace(f"not {TIME}.", f"not {TIME}. Peas do.")).sentences  # noqa: B018
    assert unasked(cited.replace("One", "1")).marks == [cited.index(TIME), cited.rindex(TIME)]


@pytest.mark.parametrize(
    ("text", "asks"), [("Source: Hale", True), ("sources : 3", True), ("A source. So: Hale", False)]
)
def test_the_language_is_asked_where_a_source_may_be_named(text, asks):
    if asks:
        with pytest.raises(AssertionError):
            unasked(text, ("sources", "source"))
    else:
        assert unasked(text, ("sources", "source")).marks == []


# Hostile notes

PIECES = st.sampled_from(
    [
        "Rye holds. ", "Oats: ", "\n", "\n\n", "- ", "    ", "> ", "# H\n", "## References\n", "| a | b |\n|-|-|\n", "| c ", "|\n", TIME,
        "[00:01:02]", "[^1]", "[^1]: ", "[1]", "(Hale, 2020)", "[@a]", "— Ines", "[!quote] Ines Marlow\n", "1. ", "[[a]]", "<br>",
        "[a](b.pdf)", "https://x.org ", "Overall, ", "\r", "```\n", "---\n",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_every_sentence_of_any_text_has_a_scope(text):
    note, sentences, found = read(text)
    assert len(found) == len(sentences)
    left = Scopes(note, lambda: ENGLISH, source_words([ENGLISH]), recording_key="videoId").open()
    assert list(left) == [pair for pair in zip(sentences, found, strict=True) if pair[1].rule == OPEN]
    for scope in found:
        assert -1 <= scope.by < len(note.text)
        assert not (scope.rule and scope.trailing)
        if scope.by >= 0:
            assert scope.rule != OPEN
            assert not any(heading.span.start <= scope.by < heading.span.end for heading in note.structure.headings)


@pytest.mark.parametrize(
    "text",
    [
        "> " * 20_000 + "Rye is.",
        "- " * 20_000 + "Rye is. " * 500,
        "- Rye is.\n" * 40_000,
        "- Rye\n\n" + "  Rye is.\n\n" * 8_000 + "  - Rye is.\n" * 8_000,
        ("Rye. " * 3_900 + "\n\n") * 8,
        ("A " + ":" * 9_000 + " b.\n\n") * 30,
        "Rye is.\n\n## H\n\n" * 15_000,
        "# T\n\nRye is.\n\n" + "## A\n\nRye is.\n\n### B\n\nOats.\n\n" * 8_000 + TIME,
        "Rye.[^1]\n\n" * 10_000 + "[^1]: Hale",
        "> Rye is.\n\nOats are.\n\n" * 8_000,
        "> Rye is.\n>\n" * 15_000,
        ">" * 30_000 + "\n>" + " >—" * 15_000,
        "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n" + "|Rye is" * 5_000 + "|\n",
        "> " * 3_000 + "|a" * 3_000 + "|\n" + "> " * 3_000 + "|-" * 3_000 + "|\n" + "> " * 3_000 + "|Rye is" * 3_000,
        (TIME + "\n\n") * 4_000 + "Rye is.\n\n" * 4_000,
        ('"Rye is. ' * 2_000 + "\n\n") * 10,
        f"{TIME}\n\n- a\n" + "  ## H\n  Rye is.\n" * 15_000,
    ],
    ids=range(17),
)
def test_no_note_takes_long(text):
    started = time.monotonic()
    read(text)
    assert time.monotonic() - started < 8.0
