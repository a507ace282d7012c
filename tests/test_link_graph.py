"""Who links whom, and what is an index page."""

import pytest
from conftest import NOTE

from lintkb.facts import gather_facts
from lintkb.index import Edge, KnowledgeBase, Listing, Missing
from lintkb.names import is_index, stands_apart
from lintkb.settings import Links
from lintkb.source.note import Note
from lintkb.text import SourceText


def build(notes, files=(), **links):
    facts = [gather_facts(Note(path, SourceText(text)), index_page=is_index(path)) for path, text in notes.items()]
    return KnowledgeBase(facts, files, Links.validate(links))


GARDEN = {
    "beds/Peas.md": (
        '---\nup: "[[beds]]"\nsee: ["[[Beans]]", "[[Peas]]"]\n---\n'
        "[[Beans]] and [[beans#Sowing|again]], ![[Beans]], ![[bed.png]], [beans](Beans.md), [b][r], ![](../images/bed.png)\n"
        '<img src="../images/bed.png"> [[#Here]] [here](#here) [[Peas]] [[Soil]] [out](../../x.md) [tags](/tags/pea) [up](../)\n'
        "[[Rye]] [[Rye]] [rye](Rye.md) [[plan/rye]] [plan](../plan/rye.md)\n\n[r]: Beans.md\n"
    ),
    "beds/Beans.md": "[[Peas]]",
    "beds/beds.md": "- [[Peas]]\n",
    "a/Soil.md": "[[Peas]] [[Peas]]",
    "b/Soil.md": "",
}


def test_the_edges_of_a_note():
    kb = build(GARDEN, ["images/bed.png"], planned=["plan/**"])
    lost, planned = Missing("Rye", planned=False), Missing("plan/rye", planned=True)
    assert kb.edges("beds/Peas.md") == [
        Edge("beds/Peas.md", "beds/beds.md", None, "frontmatter", 1),
        Edge("beds/Peas.md", "beds/Beans.md", None, "frontmatter", 1),
        Edge("beds/Peas.md", "beds/Beans.md", None, "wikilink", 2),
        Edge("beds/Peas.md", "beds/Beans.md", None, "embed", 1),
        Edge("beds/Peas.md", "images/bed.png", None, "embed", 1),
        Edge("beds/Peas.md", "a/Soil.md", None, "wikilink", 1),
        Edge("beds/Peas.md", "b/Soil.md", None, "wikilink", 1),
        Edge("beds/Peas.md", None, lost, "wikilink", 2),
        Edge("beds/Peas.md", None, planned, "wikilink", 1),
        Edge("beds/Peas.md", "beds/Beans.md", None, "link", 2),
        Edge("beds/Peas.md", "images/bed.png", None, "image", 1),
        Edge("beds/Peas.md", "images/bed.png", None, "html", 1),
        Edge("beds/Peas.md", None, Missing("beds/Rye.md", planned=False), "link", 1),
        Edge("beds/Peas.md", None, Missing("plan/rye.md", planned=True), "link", 1),
    ]
    assert kb.edges("b/Soil.md") == []


def test_a_reference_definition_is_a_link():
    peas = gather_facts(Note("Peas.md", SourceText("")))
    facts = gather_facts(Note("a.md", SourceText("[peas](Peas.md)")))
    (link,) = facts.links
    kb = KnowledgeBase([facts._replace(links=(link, link._replace(form="definition"))), peas], (), Links())
    assert kb.edges("a.md") == [Edge("a.md", "Peas.md", None, "link", 2)]


def test_inbound_counts_notes_not_links():
    kb = build(GARDEN, ["images/bed.png"])
    paths = [*kb.notes, *kb.files]
    assert {path: kb.inbound(path) for path in paths} == {
        "a/Soil.md": 1, "b/Soil.md": 1, "beds/Beans.md": 1, "beds/Peas.md": 3, "beds/beds.md": 1, "images/bed.png": 1,
    }  # fmt: skip
    assert [kb.inbound(path, from_indices=False) for path in ("beds/Peas.md", "beds/beds.md")] == [2, 1]


def test_orphans():
    kb = build(
        {"index.md": "[[Peas]]", "Peas.md": "[[Peas]] [[#here]] [[Rye]]", "Beans.md": "", "Home.md": "", "a/A.md": ""}
    )
    assert [path for path in kb.notes if kb.is_orphan(path)] == ["Beans.md"]
    assert [path for path in kb.notes if kb.is_orphan(path, from_indices=False)] == ["Beans.md", "Peas.md"]


@pytest.mark.parametrize(
    ("path", "index", "apart"),
    [
        ("index.md", True, True),
        ("beds/_Index.markdown", True, True),
        ("beds/README.md", True, True),
        ("beds/beds.md", True, True),
        ("my beds/My_Beds.md", True, True),
        ("\u2068beds\u2069/beds.md", True, True),
        ("beds/beds/soil.md", False, False),
        ("beds.md", False, False),
        ("beds/Contributing.md", False, True),
        ("Home.md", False, True),
        ("indexes.md", False, False),
    ],
)
def test_index_pages_and_what_stands_apart(path, index, apart):
    assert (is_index(path), stands_apart(path)) == (index, apart)


def test_the_listing_of_a_folder():
    kb = build(
        {
            "beds/beds.md": "[[Peas]] [[Beans]] [[other/Rye]] [[beds]] [[Gone]]",
            "beds/README.md": "[[Leeks]] [[beds]]",
            "beds/CHANGELOG.md": "",
            "beds/Beans.md": "",
            "beds/Leeks.md": "",
            "beds/Peas.md": "",
            "beds/Potatoes.md": "",
            "beds/deep/Deep.md": "",
            "other/Rye.md": "",
        }
    )
    assert kb.listing("beds") == Listing(
        "beds/beds.md", frozenset({"beds/Beans.md", "beds/Leeks.md", "beds/Peas.md"}), 4
    )
    assert kb.listing("other") is None
    assert kb.listing("nowhere") is None


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("- [[x]]", True),
        ("  * [ ] see [[x]] and more", True),
        ("12) [[x]]", True),
        ("> + **[[x]]**", True),
        ("[[x]]", True),
        ("  *[[x|y]]*  ", True),
        ("- [x](x.md)", True),
        ("[x](x.md)", True),
        ("See [[x]]", False),
        ("[[x]].", False),
        ("-[[x]]", False),
        ("| [[x]] |", False),
        ("- ![x](x.png)", False),
        ("![x](x.png)", False),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_entries(line, entry, end):
    note = Note("index.md", SourceText(f"# Beds{end}{end}{line}{end}{end}More.{end}"))
    links = [*note.wikilinks, *note.local_links]
    assert len(links) == 1
    assert note.entries == ([links[0].span.start] if entry else [])


def test_only_index_pages_have_entries():
    notes = dict.fromkeys(("index.md", "note.md"), '---\nup: "[[y]]"\n---\n- [[x]] [y](y.md)\n')
    kb = build(notes)
    assert [kb.facts(path).entries for path in notes] == [(22, 28), ()]


def test_memory_is_bounded_by_notes():
    """Nothing that grows with the number of links is kept: only counts by file."""
    names = [f"n{number}" for number in range(200)]
    kb = build({f"{name}.md": " ".join(f"[[{other}]]" for other in names * 3) for name in names})
    kb.inbound("n0.md")
    every, indices = kb._inbound
    assert (len(every), set(every.values()), len(indices)) == (200, {199}, 0)
    assert len(kb._resolved) <= len(names)


@pytest.mark.parametrize(
    ("listed", "total", "found"), [(2, 3, 0), (3, 4, 1), (3, 6, 3), (3, 7, 0), (4, 7, 3), (4, 4, 0)]
)
def test_an_index_page_that_lists_half_of_its_folder_is_to_list_all(base, listed, total, found):
    base.write({f"beds/n{number}.md": NOTE.format(number) for number in range(total)})
    base.write({"beds/beds.md": NOTE.format("Beds") + "".join(f"- [[n{number}]]\n" for number in range(listed))})
    ran = base.json("--select", "WL013")
    assert ran.brief == [f"beds/n{number}.md:2:8 WL013" for number in range(total - found, total)]
    for item in ran.json:
        shown = f"`beds/beds.md` lists {listed} of the {total} notes of its folder, and not this one"
        assert (item["message"], [other["path"] for other in item["related"]]) == (shown, ["beds/beds.md"])


@pytest.mark.parametrize("planned", ["[]", '["soil", "soil.md"]', '["**"]', '["soil"]', '["soil.md"]'])
def test_what_is_not_there_is_one_rules_finding(base, planned):
    base.write({"index.md": NOTE.format("Index") + "- [[soil]]\n- [soil](soil.md)\n- [[index]]\n"})
    codes = [
        item["code"]
        for item in base.json("--select", "WL001,ML001,WL014", "--config", f"links.planned = {planned}").json
    ]
    wikilink, link = ("WL014" if one in planned or "**" in planned else "WL001" for one in ('"soil"', '"soil.md"'))
    assert codes == [wikilink, link.replace("WL001", "ML001")]
