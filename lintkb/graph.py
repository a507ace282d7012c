"""The notes of a knowledge base and their links as a graph."""

from collections import Counter, defaultdict
from collections.abc import Collection
from math import sqrt
from typing import NamedTuple

from lintkb.index import Edge, KnowledgeBase
from lintkb.names import bare, page_key

# A hub is linked by ten other notes or more, and by more than the mean and three standard deviations: in a vault of 750 notes
# that people keep well, 18 that its author would name (its great subjects); the mean and two would name 41, ten alone 74.
# Ten keeps small knowledge bases, where everything is near the mean, from having any.
HUB_LEAST = 10
HUB_DEVIATIONS = 3
KINDS = ("note", "file", "folder", "missing")


class Node(NamedTuple):
    """A note, another file, a folder that is linked as such, or a page that is missing: named by links and not there.

    `id` is the path, and `missing://` with the folded name where there is none (`path` is None); no path has `//` in it.
    `inbound` is how many other notes link to it, `outbound` to how many nodes it links. `marks` are orphan and hub for notes,
    missing, and planned when no link to what is missing is a fault.
    """

    id: str
    kind: str
    path: str | None
    title: str
    inbound: int
    outbound: int
    marks: tuple[str, ...]


class GraphEdge(NamedTuple):
    """The links of one kind from one node to another, and how many; `broken` when some rule calls them a fault."""

    source: str
    target: str
    kind: str
    links: int
    broken: bool


class Graph(NamedTuple):
    """Nodes by kind and id, edges by source, target and kind."""

    nodes: list[Node]
    edges: list[GraphEdge]


def make_graph(kb: KnowledgeBase, paths: Collection[str]) -> Graph:
    """The notes at `paths`, their links, and where these lead. What nodes count and are marked with is of the whole `kb`."""
    chosen = frozenset(paths)
    outbound: dict[str, int] = {}
    wanted: Counter[str] = Counter()
    wrong: set[str] = set()
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    edges: list[GraphEdge] = []
    for path in kb.notes:
        counts: Counter[tuple[str, str]] = Counter()
        broken: set[tuple[str, str]] = set()
        for edge in kb.edges(path):
            target = _target(edge)
            counts[target, edge.kind] += edge.links
            if edge.missing is not None:
                spellings[target][edge.missing.name] += edge.links
                if not edge.missing.planned:
                    broken.add((target, edge.kind))
        reached = {target for target, _ in counts}
        outbound[path] = len(reached)
        wanted.update(reached & spellings.keys())
        wrong.update(target for target, _ in broken)
        if path in chosen:
            edges += [
                GraphEdge(path, target, kind, count, (target, kind) in broken)
                for (target, kind), count in counts.items()
            ]
    shown = chosen.intersection(kb.notes).union(edge.target for edge in edges)
    hubs = _hubs(kb)
    nodes = []
    for name in shown:
        if name in spellings:
            title = min(spellings[name].items(), key=lambda pair: (-pair[1], pair[0]))[0]
            marks: tuple[str, ...] = ("missing",) if name in wrong else ("missing", "planned")
            nodes.append(Node(name, "missing", None, title, wanted[name], 0, marks))
        elif name in kb.notes:
            marks = ("orphan",) * kb.is_orphan(name) + ("hub",) * (name in hubs)
            title = _title(kb, name)
            nodes.append(Node(name, "note", name, title, kb.inbound(name), outbound[name], marks))
        else:
            kind = "folder" if name in kb.folders else "file"
            nodes.append(Node(name, kind, name, name.rpartition("/")[2], kb.inbound(name), 0, ()))
    return Graph(sorted(nodes, key=lambda node: (KINDS.index(node.kind), node.id)), sorted(edges))


def _target(edge: Edge) -> str:
    if edge.missing is not None:
        return f"missing://{page_key(edge.missing.name)}"
    assert edge.path is not None  # noqa: S101 - an edge has one of them
    return edge.path


def _hubs(kb: KnowledgeBase) -> frozenset[str]:
    counts = [kb.inbound(path) for path in kb.notes]
    mean = sum(counts) / max(1, len(counts))
    deviation = sqrt(sum((count - mean) ** 2 for count in counts) / max(1, len(counts)))
    usual = mean + HUB_DEVIATIONS * deviation
    return frozenset(path for path, count in zip(kb.notes, counts, strict=True) if count >= HUB_LEAST and count > usual)


def _title(kb: KnowledgeBase, path: str) -> str:
    """What the frontmatter says, else the first heading of the first level, else the file's name."""
    headings = (section.shown.strip() for section in kb.landmarks(path).sections if section.level == 1)
    return kb.notes[path].title or next(filter(None, headings), "") or bare(path.rpartition("/")[2])
