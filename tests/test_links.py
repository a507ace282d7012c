"""What resolves under which preset: docs/links.md is the table, and every cell of it is run."""

import os
import re
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings, strategies as st

from lintkb.catalogue import Selection, load_catalogue
from lintkb.diagnostics import Applicability
from lintkb.engine import open_texts
from lintkb.fixer import fix
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
    return open_texts(contents, CATALOGUE, table, Selection("test", ("WL", "ML", "TS005"), (), ()))


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


def test_what_nobody_looks_into_is_not_judged(base):
    base.write(
        {
            "lintkb.toml": 'rule-paths = ["house"]\n',
            "house/.keep": "",
            "a.md": "[a](.github/b.yml) [c](linked/d.md) ![e](linked/f.png) [g](house/h.md) [i](gone/j.md) [[linked/k]] [[.l/m]]\n",
        }
    )
    (base.root / "real").mkdir()
    os.symlink("real", base.root / "linked")
    ran = base.json("--select", "WL,ML")
    assert [(item["code"], item["message"]) for item in ran.json] == [("ML001", "there is no file `gone/j.md`")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](/tags/soil) [b](/tags/soil.md)", ["ML001 there is no file `tags/soil.md`; did you mean `sub/soil.md`?"]),
        ('<a href="7:21">a</a> ![b](00:07:21)', ["ML001 `7:21` is a time and no file", "ML001 `00:07:21` is a time and no file"]),
        ("[a](00:07:21) [b](7:21)", []),  # citations, which TS012 tells of
        ('[a]([[b]]) <a href="#code-somebody">c</a> [d](#t=62) [e](#top) [f](#:~:text=soil) [g](#)', ["WL001 no note answers to `b`"]),
        ("[a](../../out.md) [b](../..) [c](..)", []),
        ("[a](a.md#gone) <a href='a.md#gone'>x</a>", ["ML003 `a.md` has no heading `gone`"] * 2),
        ("![[soil.png]] ![[soil.pgn]]", ["WL001 no file answers to `soil.pgn`; did you mean `soil.png`?"]),
        ("[[sol]] [[soli]] [[soilandclay]]", ["WL001 no note answers to `sol`", "WL001 no note answers to `soli`", "WL001 no note answers to `soilandclay`"]),
        ("[[mulhc]] [[compost_haep]]", ["WL001 no note answers to `mulhc`; did you mean `mulch`?", "WL001 no note answers to `compost_haep`; did you mean `compost_heap`?"]),
        ("# [About mulch](#about_mulch)", ["ML003 this note has no heading `about_mulch`"]),
        ("# About mulch\n\n[x](#about_mulch)", ["ML003 this note has no heading `about_mulch`; did you mean `#about-mulch`?"]),
        ("[[soil#Mulch]] [x](soil.md#mulch)", ["WL004 `soil` has no heading `Mulch`; there is a note of that name", "ML003 `soil.md` has no heading `mulch`; there is a note of that name"]),
        ("[[compost_heep]] [[aa_the_note]] [x](compost_heep.md)", ["WL001 no note answers to `compost_heep`; did you mean `compost_heap`?", "WL001 no note answers to `aa_the_note`", "ML001 there is no file `compost_heep.md`; did you mean `sub/compost_heap.md`?"]),
        ("[a](www.example.org/x) [b](a.b@example.org) [c](http//example.org)", ["ML001 `www.example.org/x` is an address that lacks its `https://`", "ML001 `a.b@example.org` is an address that lacks its `mailto:`", "ML001 `http//example.org` is an address that lacks its `https://`"]),
        ("[[The plots]] [[the plots|x]] ![[the plots]]\n\n[the Plots]: soil.md", ["WL001 no note answers to `the plots`", "WL001 no file answers to `the plots`"]),
        ("[[{{title}}]] ![[<% tp.file %>]] [a](/index.xml) [b](soil.md#L3-L9) [c](#user-content-x)\n\n$$[[e]]$$", []),
        ("cost $$ and [[missing]] and $$ more [a](soil.md#fnord) [b](data/index.json)", ["WL001 no note answers to `missing`", "ML003 `soil.md` has no heading `fnord`", "ML001 there is no file `data/index.json`"]),
        ("<video poster='soil.png' src='gone.mp4'> <a href=x.md title=y>", ["ML001 there is no file `gone.mp4`", "ML001 there is no file `x.md`"]),
        ("<img src={logo} /> <a href=\\\"foo\\\"> <a href=$url> <a href=&quot;foo&quot;> <a title='href=\"no.md\"'>", []),
        ("<img src=nope.png> <img alt='a > b' src='soil.png'> <video poster=soil.png> <a title=\"x\" href=gone.md>", ["ML001 there is no file `nope.png`", "ML001 there is no file `gone.md`"]),
        ("[x](mulhc.md)", ["ML001 there is no file `mulhc.md`; did you mean `sub/mulch.md`?"]),
    ],
)  # fmt: skip
def test_what_is_said(base, text, found):
    base.write(
        {"sub/a.md": text + "\n", "sub/soil.png": "", "sub/mulch.md": "", "sub/compost_heap.md": "", "sub/soil.md": ""}
    )
    ran = base.json("--select", "WL,ML")
    assert [f"{item['code']} {item['message']}" for item in ran.json] == found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\nup: '[[Its soil#The sol]]'\n---\n", None),
        ('---\nup: "[[Clay_bed#The Sands]]"\n---\n', '---\nup: "[[clay bed#The Sand]]"\n---\n'),
        ("[a](clay&#32;bed.md#the-sands) [b](clay\\_bed.md)\n", None),
        ("[a](clay_bed.md#the-sands)\n", "[a](clay%20bed.md#the-sand)\n"),
        ("| a |\n|---|\n| [[Clay_bed]] |\n", "| a |\n|---|\n| [[clay bed\\|Clay_bed]] |\n"),
    ],
)
def test_a_fix_fits_where_it_stands(base, before, after):
    base.write({"it's soil.md": "# The soil\n", "clay bed.md": "# The Sand\n", "a.md": before})
    base.run("--fix", "--unsafe-fixes", "--select", "WL,ML")
    assert base.read("a.md").decode() == (after or before)


@pytest.mark.parametrize(
    ("name", "link", "safe"),
    [
        ("C#", "[x](C.md)", False),
        ("A-", "[[A]]", False),
        ("draft", "[[_draft]]", False),
        ("R&D plan", "[[R and D plan]]", False),
        ("R&D plan", "[[r&d-plan]]", True),
        ("What is it?", "[[what_is_it?]]", True),
        ("What is it?", "[[What is it]]", False),
        ("drafts/plan", "[[_drafts/plan]]", False),
        ("drafts/plan", "[x](_drafts/Plan.md)", False),
        ("drafts/the plan", "[x](Drafts/the_plan.md)", True),
    ],
)
def test_a_safe_fix_changes_the_form_of_a_name_alone(name, link, safe):
    contents = {f"{name}.md": b"", "note.md": link.encode()}
    found = open_texts(contents, CATALOGUE, {}, Selection("test", ("WL002", "ML002"), (), ())).judge().diagnostics
    assert [[one.applicability.value for one in item.fixes] for item in found] == [["safe" if safe else "unsafe"]]


def test_a_fix_that_spoils_frontmatter_is_taken_back_whatever_rules_run(base):
    rule = (
        '---\ncode: XX001\nname: house\ncheck: pattern\nparams: {in: raw, regex: loam, message: m, replace: "it\'s"}\n'
    )
    rule += "severity: error\nfix: safe\n---\n# House\n\n## Examples\n```markdown bad\n«loam»\n```\n```markdown good\nx\n```\n"
    base.write({"lintkb.toml": 'rule-paths = ["house"]', "house/house.md": rule, "a.md": "---\nup: 'loam'\n---\n"})
    ran = base.run("--fix", "--select", "XX")
    assert (ran.code, base.read("a.md")) == (1, b"---\nup: 'loam'\n---\n")


def test_what_is_yet_to_be_written_is_a_page_and_no_image(base):
    base.write(
        {
            "lintkb.toml": 'preset = "logseq"',
            "pages/a.md": "[[Gone]] ![[gone.png]] ![x](../assets/gone.pdf) [y](../pages/Gone.md)\n",
        }
    )
    assert base.json("--select", "WL,ML").brief == ["pages/a.md:1:13 WL001", "pages/a.md:1:29 ML001"]


def test_the_names_of_pages_of_logseq_are_decoded(base):
    base.write(
        {
            "lintkb.toml": 'preset = "logseq"',
            "pages/a.md": "[[What: now?]] [[Plots/East?]]\n",
            "pages/What%3A now%3F.md": "",
            "pages/plots___east%3F.md": "",
        }
    )
    assert base.json("--select", "WL", "--config", "links.planned = []").brief == []


def test_a_link_by_path_is_broken_by_a_change_that_deletes_its_file(repo):
    repo.write({"c.md": "[b](b.md)\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "link")
    repo.git("rm", "-q", "b.md")
    ran = repo.run("--output-format", "concise", "-q", "--since", "HEAD", "--select", "ML")
    assert (ran.code, ran.lines) == (1, ["c.md:1:5: ML001 there is no file `b.md`: this change deletes b.md"])


WORDS = st.text(st.sampled_from("abcdé B&'"), min_size=2, max_size=8).map(str.strip).filter(len)
FOLDERS = st.sampled_from(["", "x/", "x/y/", "Zed & co/"])


def respelt(path, way):
    """A path as somebody may write it who does not look closely."""
    return {"upper": path.upper(), "lower": path.lower(), "bars": path.replace(" ", "_"), "same": path}[way]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.builds(str.__add__, FOLDERS, WORDS), st.just(b""), min_size=1, max_size=6),
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["upper", "lower", "bars", "same"]), st.booleans(), st.booleans()),
        min_size=1, max_size=6,
    ),
)  # fmt: skip
def test_safe_fixes_make_links_resolve_and_change_nothing_else(notes, links):
    names = sorted(notes)
    parts = []
    for number, way, markdown, label in links:
        path = respelt(names[number % len(names)], way)
        if markdown:
            parts.append(f"[l](../{quote(path)}.md)")
        else:
            parts.append(f"[[{path}|l]]" if label else f"[[{path}]]")
    text = "é " + " — ".join(parts) + "\r\n"
    contents = {**{f"{name}.md": data for name, data in notes.items()}, "from/Diary.md": text.encode()}
    session = open_texts(contents, CATALOGUE, {}, Selection("test", ("WL001", "WL002", "ML001", "ML002"), (), ()))
    outcome = fix(session, Applicability.SAFE)
    assert outcome.failed == []
    assert [item for item in outcome.report.diagnostics if item.fixes] == []
    _, after = outcome.changed.get("from/Diary.md", (b"", text.encode()))
    apart = re.compile(r"\[\[.*?\]\]|\[l\]\(.*?\)")
    assert apart.sub("", after.decode()) == apart.sub("", text)
    assert len(apart.findall(after.decode())) == len(links)
