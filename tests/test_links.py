"""What resolves under which preset: docs/links.md is the table, and every cell of it is run."""

import re
from functools import cache
from pathlib import Path

import pytest

from lintkb.catalogue import Selection, load_catalogue
from lintkb.diagnostics import Applicability
from lintkb.engine import open_texts
from lintkb.settings import PRESETS, Links

DOCS = (Path(__file__).parent.parent / "docs" / "links.md").read_text("utf-8")
CATALOGUE = load_catalogue(())
DIARY = "notes/Diary.md"
NOTES = {
    "notes/café.md": "Caf\u00e9.\n",
    "tools/Hoe.md": "# Hoe\n\n## Using: the `Hoe`\n\n### Weeds\n\nKeep it sharp. ^edge\n",
    "tools/Tomatoes.md": "---\ntitle: Growing tomatoes under glass\naliases: [Love apples]\n---\n",
}


def vault():
    listing = DOCS.partition("with these files:\n\n```\n")[2].partition("```")[0]
    return {path: NOTES.get(path, "").encode() for path in listing.splitlines()}


def tables():
    """The tables of the document, each as its rows of cells."""
    blocks = re.findall(r"(?m)(?:^\|.*\n)+", DOCS)
    return [
        [[cell.strip() for cell in re.split(r"(?<!\\)\|", row[1:-1])] for row in block.splitlines()] for block in blocks
    ]


def cells():
    (_, *columns, _), _, *rows = max(tables(), key=len)
    for what, link, leads, *verdicts, _source in rows:
        for preset, verdict in zip(columns[2:], verdicts, strict=True):
            yield pytest.param(link[1:-1], leads, preset, verdict, id=f"{preset}: {what}: {link}")


@cache
def session(link, preset):
    table = {"links": {"planned": []}} if preset == "none" else {"preset": preset, "links": {"planned": []}}
    contents = {**vault(), DIARY: f"# Diary\n\n{link}\n".encode()}
    return open_texts(contents, CATALOGUE, table, Selection("test", ("WL", "ML"), (), ()))


def verdict_on(link, preset):
    found = session(link, preset).judge().diagnostics
    if not found:
        return "yes"
    assert len(found) == 1
    if found[0].rule == "WL003":
        return "two"
    return "fix" if any(fix.applicability is Applicability.SAFE for fix in found[0].fixes) else "no"


@pytest.mark.parametrize(("link", "leads", "preset", "verdict"), list(cells()))
def test_resolution(link, leads, preset, verdict):
    assert verdict_on(link, preset) == verdict
    facts = session(link, preset).results[DIARY].facts
    kb = session(link, preset).index()
    found = [kb.resolve(one.target, DIARY) for one in facts.wikilinks if one.target]
    found += [kb.resolve(one.target, DIARY, markdown=True) for one in facts.links if one.target]
    if leads and verdict in ("yes", "fix"):
        assert [one.paths for one in found] == [(leads[1:-1],)]


def test_the_presets_are_those_of_the_code():
    (_, *keys), _, *rows = next(table for table in tables() if table[0][0] == "preset")
    for name, *values in rows:
        given = Links(**PRESETS.get(name, {}))
        for key, value in zip((key[1:-1] for key in keys), values, strict=True):
            assert value.split(", ") == (list(getattr(given, key)) or [""]), (name, key)
    assert {row[0] for row in rows} == {"none", *PRESETS}
