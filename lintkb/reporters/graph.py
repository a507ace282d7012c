"""The graph of notes and links as JSON, for programs, and as DOT, for Graphviz."""

from collections.abc import Iterator

from lintkb.graph import Graph, GraphEdge, Node
from lintkb.reporters.json import array, dump
from lintkb.reporters.safe import encodable, safe, safe_line

# Of the JSON: changed when what is there changes its meaning, not when something is added.
VERSION = 1
MAX_LABEL = 60
_SHAPES = {"note": "box", "file": "note", "folder": "folder", "missing": "box"}
_LOOKS = {
    "hub": 'fontsize=24, penwidth=3, fillcolor="#ffe9a8"',
    "orphan": 'color="#888888", fontcolor="#888888"',
    "missing": 'style="dashed", color="#cc0000", fontcolor="#cc0000"',
    "planned": 'style="dashed", color="#888888", fontcolor="#888888"',
}


def as_json(graph: Graph, root: str) -> Iterator[str]:
    """One object, as docs/graph.schema.json describes it; `root` is the root as it is shown."""
    yield f'{{\n"version": {VERSION},\n"root": {dump(encodable(root))},'
    yield f'"nodes": {array(map(_node, graph.nodes))},'
    yield f'"edges": {array(map(_edge, graph.edges))}\n}}'


def _node(node: Node) -> dict[str, object]:
    return {
        "id": encodable(node.id),
        "kind": node.kind,
        "path": node.path if node.path is None else encodable(node.path),
        "title": encodable(node.title),
        "inbound": node.inbound,
        "outbound": node.outbound,
        "marks": list(node.marks),
    }


def _edge(edge: GraphEdge) -> dict[str, object]:
    return {
        "from": encodable(edge.source),
        "to": encodable(edge.target),
        "kind": edge.kind,
        "count": edge.links,
        "broken": edge.broken,
    }


def as_dot(graph: Graph, _root: str) -> Iterator[str]:
    """A directed graph; what is missing is red and dashed, hubs are large, orphans grey."""
    yield "digraph notes {"
    yield 'graph [rankdir="LR", outputorder="edgesfirst"];'
    yield 'node [shape="box", style="filled", fillcolor="#ffffff", fontname="Helvetica"];'
    yield 'edge [color="#00000055", arrowsize=0.6];'
    for node in graph.nodes:
        looks = "".join(f", {_LOOKS[mark]}" for mark in node.marks)
        label, where = _text(_cut(node.title)), _text(node.path or "not there")
        yield safe_line(f"{_id(node.id)} [label={label}, tooltip={where}, shape={_quoted(_SHAPES[node.kind])}{looks}];")
    for edge in graph.edges:
        looks = ', color="#cc0000", style="dashed"' if edge.broken else ""
        tooltip = _text(f"{edge.kind}, {edge.links}")
        yield safe_line(f"{_id(edge.source)} -> {_id(edge.target)} [tooltip={tooltip}{looks}];")
    yield "}"


def _cut(title: str) -> str:
    return title if len(title) <= MAX_LABEL else title[: MAX_LABEL - 3] + "..."


def _id(name: str) -> str:
    return _quoted(safe(name))


def _text(text: str) -> str:
    """Text that is shown: Graphviz reads backslashes and HTML's entities in it."""
    return _quoted(safe(text).replace("&", "&amp;"))


def _quoted(text: str) -> str:
    """A string of DOT. Graphviz joins `\\\\` in what it shows, and leaves it in names, where it does no harm."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


FORMATS = {"json": as_json, "dot": as_dot}
