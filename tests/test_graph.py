"""`lintkb graph`: what is in it, and that it can be read whatever the notes are called."""

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest
from conftest import NOTE

from lintkb.reporters.graph import MAX_LABEL, VERSION

SCHEMA = json.loads((Path(__file__).parent.parent / "docs/graph.schema.json").read_text("utf-8"))
GARDEN = {
    "lintkb.toml": 'links.planned = ["plan/**"]',
    "index.md": NOTE.format("The garden") + "- [[Peas]]\n- [Beans](beds/Beans.md)\n- [[plan/rye]]\n",
    "beds/Peas.md": "# Peas\n\n[[Beans]], [[beans#x]], ![[bed.png]], ![](../bed.png), [[Clay Soil]] [[clay_soil]] [[plan/rye]]\n",
    "beds/Beans.md": '---\nup: "[[index]]"\n---\n[soil](../clay-soil.md) [[Beans]] [[#here]] [out](../../x.md)\n',
    "beds/Leeks.md": "",
    "bed.png": "",
}


def graph(base, *arguments):
    ran = base.run("graph", *arguments)
    assert (ran.code, ran.err) == (0, "")
    made = json.loads(ran.out)
    jsonschema.validate(made, SCHEMA)
    ids = [node["id"] for node in made["nodes"]]
    assert len(ids) == len(set(ids))
    assert {edge[end] for edge in made["edges"] for end in ("from", "to")} <= set(ids)
    return made


def rows(made, what, *keys):
    return [tuple(item[key] for key in keys) for item in made[what]]


def test_the_graph_of_a_garden(base):
    base.write(GARDEN)
    made = graph(base)
    assert (made["version"], made["root"]) == (VERSION, ".")
    assert rows(made, "nodes", "id", "kind", "path", "title", "inbound", "outbound", "marks") == [
        ("beds/Beans.md", "note", "beds/Beans.md", "Beans", 2, 2, []),
        ("beds/Leeks.md", "note", "beds/Leeks.md", "Leeks", 0, 0, ["orphan"]),
        ("beds/Peas.md", "note", "beds/Peas.md", "Peas", 1, 4, []),
        ("index.md", "note", "index.md", "The garden", 1, 3, []),
        ("bed.png", "file", "bed.png", "bed.png", 1, 0, []),
        ("missing://clay soil", "missing", None, "Clay Soil", 2, 0, ["missing"]),
        ("missing://plan/rye", "missing", None, "plan/rye", 2, 0, ["missing", "planned"]),
    ]
    assert rows(made, "edges", "from", "to", "kind", "count", "broken") == [
        ("beds/Beans.md", "index.md", "frontmatter", 1, False),
        ("beds/Beans.md", "missing://clay soil", "link", 1, True),
        ("beds/Peas.md", "bed.png", "embed", 1, False),
        ("beds/Peas.md", "bed.png", "image", 1, False),
        ("beds/Peas.md", "beds/Beans.md", "wikilink", 2, False),
        ("beds/Peas.md", "missing://clay soil", "wikilink", 2, True),
        ("beds/Peas.md", "missing://plan/rye", "wikilink", 1, False),
        ("index.md", "beds/Beans.md", "link", 1, False),
        ("index.md", "beds/Peas.md", "wikilink", 1, False),
        ("index.md", "missing://plan/rye", "wikilink", 1, False),
    ]


def test_paths_choose_whose_links_are_shown_and_counts_are_of_all(base):
    base.write(GARDEN)
    whole = {node["id"]: node for node in graph(base)["nodes"]}
    made = graph(base, "index.md", "beds/Leeks.md")
    assert rows(made, "edges", "from", "to") == [
        ("index.md", "beds/Beans.md"), ("index.md", "beds/Peas.md"), ("index.md", "missing://plan/rye"),
    ]  # fmt: skip
    assert rows(made, "nodes", "id") == [
        ("beds/Beans.md",), ("beds/Leeks.md",), ("beds/Peas.md",), ("index.md",), ("missing://plan/rye",),
    ]  # fmt: skip
    assert all(whole[node["id"]] == node for node in made["nodes"])


def test_what_is_planned_for_one_link_and_not_for_another_is_not_planned(base):
    base.write({"lintkb.toml": 'links.planned = ["Rye"]', "a.md": "[[Rye]]", "b.md": "[[rye]]"})
    made = graph(base)
    assert rows(made, "nodes", "id", "title", "marks")[2:] == [("missing://rye", "Rye", ["missing"])]
    assert rows(made, "edges", "from", "broken") == [("a.md", False), ("b.md", True)]


def test_a_folder_is_a_node_where_links_lead_to_folders(base):
    base.write({"lintkb.toml": 'preset = "quartz"', "a.md": "[[beds]]", "beds/b.md": ""})
    assert rows(graph(base), "nodes", "id", "kind", "inbound")[2:] == [("beds", "folder", 1)]


@pytest.mark.parametrize(("linking", "others", "hub"), [(9, 200, False), (10, 200, True), (10, 0, True), (30, 2, True)])
def test_hubs(base, linking, others, hub):
    base.write({f"n{number}.md": "[[n0]]" if number <= linking else "" for number in range(1 + linking + others)})
    marks = {node["id"]: node["marks"] for node in graph(base)["nodes"]}
    assert ("hub" in marks["n0.md"]) is hub
    assert sum("hub" in found for found in marks.values()) == hub


@pytest.mark.parametrize(("extra", "hubs"), [(0, 0), (50, 1)])
def test_where_all_are_linked_alike_there_is_no_hub(base, extra, hubs):
    base.write({f"n{number}.md": " ".join(f"[[n{other}]]" for other in range(14)) for number in range(14)})
    base.write({f"x{number}.md": "[[n0]]" for number in range(extra)})
    assert [node["id"] for node in graph(base)["nodes"] if "hub" in node["marks"]] == ["n0.md"][:hubs]


def test_order_does_not_depend_on_how_notes_are_read(base):
    base.write(GARDEN)
    outs = {
        base.run("graph", "--jobs", jobs, "--no-cache", *paths).out
        for jobs in "12"
        for paths in ((), (".",), ("beds", "index.md"))
    }
    assert len(outs) == 1


def test_where_the_graph_goes(base):
    base.write(GARDEN)
    printed = base.run("graph", "--format", "dot").out
    assert base.run("graph", "--format", "dot", "--output-file", "g.dot") == (0, "", "")
    assert base.read("g.dot").decode() == printed
    ran = base.run("graph", "--output", "none/g.json")
    assert (ran.code, ran.out, ran.err) == (2, "", "lintkb: error: none/g.json: No such file or directory\n")


def test_what_cannot_be_drawn(base):
    base.write({"x/lintkb.toml": "", "x/a.md": "", "y/lintkb.toml": "", "y/a.md": ""})
    assert base.run("graph", "x", "y") == (
        2, "", f"lintkb: error: a graph is of one knowledge base, and these paths lie in 2: {base.root}/x, {base.root}/y\n",
    )  # fmt: skip
    assert base.run("graph", "z") == (2, "", "lintkb: error: no such file or folder: z\n")
    ran = base.run("graph", "--format", "svg", "x")
    assert (ran.code, ran.out) == (2, "")
    assert "invalid choice: 'svg'" in ran.err


@pytest.mark.parametrize("paths", [(), ("a.md",)])
def test_a_note_that_cannot_be_read_is_told_of(base, paths):
    base.write({"a.md": "[[b]] [[gone]]", "b.md": b"\xff", "lintkb.toml": "ignore = ['ALL']"})
    ran = base.run("graph", *paths)
    assert ran.code == 2
    assert ran.err == (
        "lintkb: error: b.md: KB002 cannot be decoded: byte 0xff on line 1 is not valid UTF-8; save the note as UTF-8\n"
    )
    assert rows(json.loads(ran.out), "nodes", "id", "kind") == [
        ("a.md", "note"), ("b.md", "file"), ("missing://gone", "missing"),
    ]  # fmt: skip


def test_faults_in_notes_are_not_the_graphs(base):
    base.write({"a.md": "[[gone]] <a data-t='00:99:00'>", "b.md": "---\n: [\n---\n"})
    assert base.run("graph")[::2] == (0, "")


# Hostile names

NAMES = (
    'a"b.md', "back\\.md", "semi; x [label=y].md", "<b>bold</b>.md", "&lt;i&gt;.md", "line\nend.md", "\x1b[31mred.md",
    "##[error]x.md", "::error::x.md", "->.md", "\u202egnp.md", "{a|b}.md", "missing:x.md", "\\N.md", "é.md",
)  # fmt: skip
TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(->)|([A-Za-z_]\w*|-?[\d.]+)|([{}\[\];,=])|(\S))')


def read_dot(text):
    """Nodes and edges of a directed graph in DOT, each with its attributes; the strings as Graphviz shows them."""
    tokens = []
    for quoted, arrow, word, sign, wrong in TOKEN.findall(text):
        assert not wrong, f"not DOT: {wrong!r}"
        tokens.append(
            ("text", quoted[1:-1].replace('\\"', '"'))
            if quoted
            else ("sign" if arrow or sign else "text", arrow or word or sign)
        )
    tokens.reverse()

    def take(*signs):
        kind, token = tokens.pop()
        assert (token in signs) if signs else (kind == "text"), (token, signs)
        return token

    def at(sign):
        return tokens[-1] == ("sign", sign)

    nodes, edges = {}, []
    assert take() == "digraph"
    take()
    take("{")
    while not at("}"):
        ends = [take()]
        while at("->"):
            take("->")
            ends.append(take())
        attributes = {}
        take("[")
        while not at("]"):
            name = take()
            take("=")
            attributes[name] = take()
            if not at("]"):
                take(",")
        take("]")
        take(";")
        if len(ends) == 1:
            nodes[ends[0]] = attributes
        else:
            edges.append((*ends, attributes))
    take("}")
    assert tokens == []
    return nodes, edges


def test_dot(base):
    base.write(GARDEN)
    nodes, edges = read_dot(base.run("graph", "--format", "dot").out)
    assert list(nodes)[:3] == ["graph", "node", "edge"]
    made = graph(base)
    assert list(nodes)[3:] == [node["id"] for node in made["nodes"]]
    assert [edge[:2] for edge in edges] == rows(made, "edges", "from", "to")
    assert nodes["index.md"] == {"label": "The garden", "tooltip": "index.md", "shape": "box"}
    assert nodes["bed.png"]["shape"] == "note"
    assert nodes["missing://clay soil"] == {
        "label": "Clay Soil", "tooltip": "not there", "shape": "box", "style": "dashed", "color": "#cc0000", "fontcolor": "#cc0000",
    }  # fmt: skip
    assert [edge[2] for edge in edges if edge[1] == "missing://clay soil"] == [
        {"tooltip": f"{kind}", "color": "#cc0000", "style": "dashed"} for kind in ("link, 1", "wikilink, 2")
    ]


def test_hostile_names_and_titles(base, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    links = '[[say "; x -> y]] [[end\\ ]] [x](%22%5D;%0A%1By.md) [[&lt;b&gt;]] [[x"]; evil -> [[b]] ![[c]'
    title = NOTE.format('"\\ud800 \\" <x> & ]; y -> z"')
    base.write({**dict.fromkeys(NAMES, ""), "a.md": title + links, "long.md": NOTE.format("y" * 500)})
    made = graph(base)
    nodes, edges = read_dot(out := base.run("graph", "--format", "dot").out)
    assert len(nodes) == 3 + len(made["nodes"])
    assert {node["id"] for node in made["nodes"] if node["kind"] == "note"} == {*NAMES, "a.md", "long.md"}
    missing = ["&amp;lt;b&amp;gt;", "b", "end\\\\", 'say "; x -> y', '"];\\\\n\\\\x1by.md']
    assert [attributes["label"] for attributes in list(nodes.values())[-5:]] == sorted(missing)
    assert len(edges) == len(made["edges"]) == 5
    assert nodes["a.md"]["label"] == '\\\\ud800 " <x> &amp; ]; y -> z'
    assert nodes["long.md"]["label"] == "y" * (MAX_LABEL - 3) + "..."
    for text in (out, base.run("graph").out):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e\ud800-\udfff]", text)
        assert "##[" not in text
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_a_file_name_that_is_no_text(base):
    name = os.fsdecode(b"caf\xe9.md")
    try:
        base.write({name: "[[gone]]"})
    except OSError:
        pytest.skip("this file system has only names that are text")
    made = graph(base)
    assert rows(made, "nodes", "id", "title") == [("caf\\udce9.md", "caf\\udce9"), ("missing://gone", "gone")]
    assert list(read_dot(base.run("graph", "--format", "dot").out)[0])[3:] == ["caf\\\\udce9.md", "missing://gone"]
