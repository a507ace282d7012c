"""Renaming: exact links, in their own form, and nothing written that would lead elsewhere."""

import os
import stat
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from lintkb.catalogue import Selection, load_catalogue
from lintkb.engine import UsageError, open_texts
from lintkb.rename import plan
from lintkb.settings import PRESETS

CATALOGUE = load_catalogue(())


def opened(files, preset="none", **links):
    contents = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    table = {"links": links} if preset == "none" else {"preset": preset, "links": links}
    return open_texts(contents, CATALOGUE, table, Selection("test", ("WL", "ML"), (), ()))


def after(files, rename):
    """The files as they are after a rename."""
    contents = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    changed = {path: new for path, (_, new) in rename.changed.items()}
    return {rename.moved(path): changed.get(path, data) for path, data in contents.items()}


def renamed(files, old, new, preset="none", **links):
    done = after(files, plan(opened(files, preset, **links), old, new))
    return {path: data.decode() for path, data in done.items()}


OTHERS = {"tools/Hoe.md": "# Use\n\nSharp. ^edge\n", "beds/Compost.md": "", "images/bed.png": ""}
FORMS = [
    # what a note in notes/ says before, and after tools/Hoe.md is tools/Rake.md, beds/Hoe.md, beds/Rake.md, Rake.md
    ("[[Hoe]]", "[[Rake]]", "[[Hoe]]", "[[Rake]]", "[[Rake]]"),
    ("[[ Hoe#Use | the hoe ]]", "[[ Rake#Use | the hoe ]]", "[[ Hoe#Use | the hoe ]]", "[[ Rake#Use | the hoe ]]", "[[ Rake#Use | the hoe ]]"),
    ("![[Hoe#^edge]]", "![[Rake#^edge]]", "![[Hoe#^edge]]", "![[Rake#^edge]]", "![[Rake#^edge]]"),
    ("| a |\n|---|\n| [[Hoe\\|b]] |", "| a |\n|---|\n| [[Rake\\|b]] |", "| a |\n|---|\n| [[Hoe\\|b]] |", "| a |\n|---|\n| [[Rake\\|b]] |", "| a |\n|---|\n| [[Rake\\|b]] |"),
    ("[[Hoe.md]]", "[[Rake.md]]", "[[Hoe.md]]", "[[Rake.md]]", "[[Rake.md]]"),
    ("[[tools/Hoe]]", "[[tools/Rake]]", "[[beds/Hoe]]", "[[beds/Rake]]", "[[Rake]]"),
    ("[[tools/Hoe.md|x]]", "[[tools/Rake.md|x]]", "[[beds/Hoe.md|x]]", "[[beds/Rake.md|x]]", "[[Rake.md|x]]"),
    ("[[/tools/Hoe]]", "[[/tools/Rake]]", "[[/beds/Hoe]]", "[[/beds/Rake]]", "[[/Rake]]"),
    ("[[../tools/Hoe]]", "[[../tools/Rake]]", "[[../beds/Hoe]]", "[[../beds/Rake]]", "[[../Rake]]"),
    ("[x](../tools/Hoe.md)", "[x](../tools/Rake.md)", "[x](../beds/Hoe.md)", "[x](../beds/Rake.md)", "[x](../Rake.md)"),
    ("[x](../tools/Hoe#use)", "[x](../tools/Rake#use)", "[x](../beds/Hoe#use)", "[x](../beds/Rake#use)", "[x](../Rake#use)"),
    ('![x](</tools/Hoe.md> "t")', '![x](</tools/Rake.md> "t")', '![x](</beds/Hoe.md> "t")', '![x](</beds/Rake.md> "t")', '![x](</Rake.md> "t")'),
    ("[x](tools/Hoe.md?plain=1)", "[x](tools/Rake.md?plain=1)", "[x](beds/Hoe.md?plain=1)", "[x](beds/Rake.md?plain=1)", "[x](Rake.md?plain=1)"),
    ("[x][r] [r]\n\n[r]: ../tools/Hoe.md 'T'", "[x][r] [r]\n\n[r]: ../tools/Rake.md 'T'", "[x][r] [r]\n\n[r]: ../beds/Hoe.md 'T'", "[x][r] [r]\n\n[r]: ../beds/Rake.md 'T'", "[x][r] [r]\n\n[r]: ../Rake.md 'T'"),
    ("<a href='../tools/Hoe.md#use'>x</a>", "<a href='../tools/Rake.md#use'>x</a>", "<a href='../beds/Hoe.md#use'>x</a>", "<a href='../beds/Rake.md#use'>x</a>", "<a href='../Rake.md#use'>x</a>"),
    ('---\nup: "[[Hoe|x]]"\n---', '---\nup: "[[Rake|x]]"\n---', '---\nup: "[[Hoe|x]]"\n---', '---\nup: "[[Rake|x]]"\n---', '---\nup: "[[Rake|x]]"\n---'),
    ("`[[Hoe]]` <!-- [[Hoe]] --> [[Spade]] [x](Hoe.md)",) * 5,
    ("[[hoe]]", "[[Rake]]", "[[hoe]]", "[[Rake]]", "[[Rake]]"),
]  # fmt: skip


@pytest.mark.parametrize("forms", FORMS, ids=lambda forms: forms[0])
def test_every_form_of_link_keeps_its_form(forms):
    before, *afterwards = forms
    files = {**OTHERS, "notes/n.md": f"{before}\n"}
    for new, text in zip(("tools/Rake.md", "beds/Hoe.md", "beds/Rake.md", "Rake.md"), afterwards, strict=True):
        assert renamed(files, "tools/Hoe.md", new)["notes/n.md"] == f"{text}\n", new


MORE = [
    # old, new, preset, the note that holds the link, what it says, and then
    ("tools/Hoe.md", "tools/Rake.md", "obsidian", "tools/n.md", "[x](Hoe.md)", "[x](Rake.md)"),
    ("tools/Hoe.md", "beds/Rake.md", "obsidian", "tools/n.md", "[x](Hoe.md)", "[x](Rake.md)"),
    ("tools/Hoe.md", "notes/Hoe.md", "obsidian", "notes/n.md", "[x](../tools/Hoe.md)", "[x](./Hoe.md)"),
    ("tools/Hoe.md", "notes/Hoe.md", "none", "notes/n.md", "[x](../tools/Hoe.md)", "[x](Hoe.md)"),
    ("tools/Hoe.md", "notes/Hoe.md", "none", "notes/n.md", "[[../tools/Hoe]]", "[[./Hoe]]"),
    ("tools/Hoe.md", "tools/Rake.md", "none", "tools/n.md", "[x](./Hoe.md)", "[x](./Rake.md)"),
    ("tools/Hoe.md", "beds/Rake.md", "none", "tools/n.md", "[x](./Hoe.md)", "[x](../beds/Rake.md)"),
    ("tools/Hoe.md", "tools/Hand hoe.md", "none", "n.md", "[x](tools/Hoe.md)", "[x](tools/Hand%20hoe.md)"),
    ("tools/Hoe.md", "tools/Hand hoe.md", "none", "n.md", "[x](<tools/Hoe.md>)", "[x](<tools/Hand hoe.md>)"),
    ("tools/Hoe.md", "tools/R%20 #1.md", "none", "n.md", "<a href='tools/Hoe.md'>", "<a href='tools/R%2520%20%231.md'>"),
    ("a_b/Hoe.md", "a_b/R_ke.md", "none", "n.md", r"[x](a\_b/H&#111;e.md#y)", r"[x](a\_b/R_ke.md#y)"),
    ("b%C3%A9d/é b.md", "béd/è c.md", "none", "n.md", "[x](b%25C3%25A9d/é%20b.md)", "[x](béd/è%20c.md)"),
    ("béd/Hoe.md", "béd/é.md", "none", "n.md", "[x](b%C3%A9d/Hoe.md)", "[x](b%C3%A9d/%C3%A9.md)"),
    ("Hoe.md", "Q: why.md", "none", "n.md", "[x](Hoe.md)", "[x](Q%3A%20why.md)"),
    ("seeds/index.md", "plants/index.md", "none", "n.md", "[[seeds]] [x](seeds/)", "[[plants]] [x](plants/)"),
    ("seeds/index.md", "plants/index.md", "none", "n.md", "[[seeds]]", "[[plants]]"),
    ("seeds/index.md", "plants/index.md", "obsidian", "n.md", "[[seeds/index]]", "[[plants/index]]"),
    ("plots___east.md", "plots___west.md", "logseq", "n.md", "[[plots/east]]", "[[plots/west]]"),
    ("plots___east.md", "Plot.md", "logseq", "n.md", "[[plots/east]]", "[[Plot]]"),
    ("tools/Hoe.md", "tools/Compost.md", "none", "n.md", "[[Hoe]]", "[[tools/Compost]]"),
    ("tools/Hoe.md", "tools/Compost.md", "foam", "notes/n.md", "[[Hoe]]", "[[tools/Compost]]"),
    ("tools/Hoe.md", "tools/hoe.md", "none", "n.md", "[[Hoe]] [x](tools/Hoe.md)", "[[hoe]] [x](tools/hoe.md)"),
    ("tools/Hoe.md", "tools/hoe.md", "obsidian", "n.md", "[[Hoe]] [[HOE]] [x](tools/Hoe.md)", "[[hoe]] [[HOE]] [x](tools/hoe.md)"),
    ("images/bed.png", "images/plot.jpg", "none", "n.md", "![[bed.png#right|9x9]] ![](images/bed.png)", "![[plot.jpg#right|9x9]] ![](images/plot.jpg)"),
    ("images", "pictures", "none", "n.md", "![[bed.png]] ![](images/bed.png) [all](images/)", "![[bed.png]] ![](pictures/bed.png) [all](pictures/)"),
    ("tools", "beds/tools", "quartz", "n.md", "[[tools]] [[tools/Hoe]]", "[[beds/tools]] [[beds/tools/Hoe]]"),
    # the note itself is renamed
    ("notes/n.md", "notes/m.md", "none", "notes/n.md", "[[n#x]] [x](n.md) [[#x]]", "[[m#x]] [x](m.md) [[#x]]"),
    ("notes/n.md", "a/b/n.md", "none", "notes/n.md", "[x](../tools/Hoe.md) ![](../images/bed.png) [[../tools/Hoe]]", "[x](../../tools/Hoe.md) ![](../../images/bed.png) [[../../tools/Hoe]]"),
    ("notes/n.md", "n.md", "none", "notes/n.md", "[x](../../up.md) [y](../.hid/a.md) [no](no.md) [z](../tools/) [top](..)", "[x](../up.md) [y](.hid/a.md) [no](no.md) [z](tools/) [top](.)"),
    ("n.md", "notes/n.md", "none", "n.md", "[x](tools/Hoe.md) [[tools/Hoe]] [y](/tools/Hoe.md)", "[x](../tools/Hoe.md) [[tools/Hoe]] [y](/tools/Hoe.md)"),
    ("n.md", "notes/n.md", "obsidian", "n.md", "[x](tools/Hoe.md) [y](Hoe.md)", "[x](tools/Hoe.md) [y](Hoe.md)"),
    ("a/n.md", "b/n.md", "obsidian", "a/n.md", "[[Twin]]", "[[a/Twin]]"),
    ("a/n.md", "b/n.md", "none", "a/n.md", "[[Love apples]] [[Growing tomatoes|x]] [[Hoe]]", "[[Love apples]] [[Growing tomatoes|x]] [[Hoe]]"),
]  # fmt: skip
THERE = {
    **OTHERS, "a_b/Hoe.md": "", "b%C3%A9d/é b.md": "", "béd/Hoe.md": "", "Hoe.md": "", "seeds/index.md": "", "plots___east.md": "",
    "a/Twin.md": "", "b/Twin.md": "", "tools/Tomatoes.md": "---\ntitle: Growing tomatoes\naliases: [Love apples]\n---\n",
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "preset", "path", "before", "then"), MORE)
def test_what_a_link_says_then(old, new, preset, path, before, then):
    needed = [other for other in THERE if other == old or other.startswith(f"{old}/")]
    shared = ("Tomatoes", "Twin", *OTHERS) if "Hoe" not in before or old.startswith(("tools", "n")) else ("Compost",)
    files = {other: THERE[other] for other in THERE if other in needed or any(word in other for word in shared)}
    files[path] = before
    moved = new + path[len(old) :] if path.startswith(old) else path
    assert renamed(files, old, new, preset)[moved] == then


def test_links_by_title_or_alias_stay_until_they_would_lead_elsewhere():
    files = {
        "a.md": "---\ntitle: Growing\naliases: [Love apples]\n---\n",
        "n.md": "[[Growing]] [[Love apples]]",
        "x.md": "",
    }
    assert renamed(files, "a.md", "b.md", "titles")["n.md"] == "[[Growing]] [[Love apples]]"
    with pytest.raises(UsageError) as refused:
        plan(opened(files), "x.md", "Love apples.md")
    assert str(refused.value) == (
        "x.md was not renamed: 1 link would lead elsewhere or nowhere; choose another name, or mend these\n"
        "n.md:1:15: `Love apples`: it leads to `a.md`, and would to `Love apples.md`"
    )


def test_a_name_that_would_make_other_links_ambiguous_is_refused():
    files = {"a/Soil.md": "", "b/Clay.md": "", "n.md": "é [[Soil]]\n\n[[Clay]]"}
    with pytest.raises(UsageError) as refused:
        plan(opened(files), "b/Clay.md", "b/Soil.md")
    assert str(refused.value) == (
        "b/Clay.md was not renamed: 1 link would lead elsewhere or nowhere; choose another name, or mend these\n"
        "n.md:1:5: `Soil`: it leads to `a/Soil.md`, and would to `a/Soil.md`, `b/Soil.md`"
    )


def places(group):
    return [(place.path, place.offset, place.target) for place in group]


def test_what_is_left_as_it_is_is_told():
    files = {
        "a/Soil.md": "", "b/Soil.md": "", "n.md": "[[Soil]] [[Loam]] [[a/Soil]]\n[[a/Soil]] <!-- lintkb-disable-line WL001 -->\n",
    }  # fmt: skip
    done = plan(opened(files), "a/Soil.md", "a/Loam.md")
    assert after(files, done)["n.md"] == files["n.md"].replace("[[a/Soil]]\n", "[[a/Loam]]\n").encode()
    assert (done.links, places(done.undecided)) == (1, [("n.md", 2, "Soil")])
    assert places(done.suppressed) == [("n.md", 31, "a/Soil")]
    assert places(done.found) == [("n.md", 11, "Loam")]
    assert done.reshaped == []


def test_a_suppressed_link_is_no_obstacle():
    files = {"Soil.md": "", "n.md": "<!-- lintkb-disable WL, ML -->\n[[Soil]] [x](Soil.md 'see ](b)')\n"}
    done = plan(opened(files), "Soil.md", "a|b.md")
    assert (done.changed, places(done.suppressed)) == ({}, [("n.md", 33, "Soil"), ("n.md", 40, "Soil.md")])


def test_a_mandatory_rule_cannot_be_suppressed_here_either():
    files = {"a/Soil.md": "", "n.md": "[[Soil]] <!-- lintkb-disable-line WL -->\n"}
    contents = {path: text.encode() for path, text in files.items()}
    session = open_texts(contents, CATALOGUE, {"mandatory": ["WL001"]}, Selection("test", ("WL",), (), ()))
    assert plan(session, "a/Soil.md", "Loam.md").changed["n.md"][1].startswith(b"[[Loam]]")


def test_a_link_of_another_form_is_told():
    files = {"a/Soil.md": "", "b/Clay.md": "", "n.md": "[[Clay]]"}
    done = plan(opened(files), "b/Clay.md", "b/Soil.md")
    assert (after(files, done)["n.md"], places(done.reshaped)) == (b"[[b/Soil]]", [("n.md", 2, "Clay")])


def test_a_folder_that_links_lead_to_is_not_emptied():
    with pytest.raises(UsageError, match=r"(?m)^n.md:1:5: `tools/`: it leads to `tools`, and would to nothing$"):
        plan(opened({"tools/Hoe.md": "", "n.md": "[x](tools/)"}), "tools/Hoe.md", "Hoe.md")


@pytest.mark.parametrize(
    ("files", "new", "why"),
    [
        ({"n.md": "[[Soil]]"}, "a|b.md", "n.md:1:3: `Soil`: no wikilink can name `a|b.md`: `|` means something else there"),
        ({"n.md": "---\nup: '[[Soil]]'\n---\n"}, "it's.md", "n.md: with the new name its links would be read in another way"),
        ({"n.md": "[x](Soil.md 'see ](b)')"}, "b.md", "n.md:1:1: `Soil.md`: its path is written in a way that lintkb cannot rewrite; write it plainly"),
        ({"n.md": b"\xff[[Soil]]"}, "b.md", "n.md: cannot be decoded: byte 0xff on line 1 is not valid UTF-8; save the note as UTF-8"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(files, new, why):
    with pytest.raises(UsageError) as refused:
        plan(opened({"Soil.md": "", **files}), "Soil.md", new)
    assert str(refused.value).split("\n")[1:] == [why]


FOLDERS = ["", "beds/", "notes/", "beds/soil/"]
STEMS = ["Soil", "Clay bed", "cafe\u0301", "a_(b)", "index", "plots___east", "Soil & more"]
PATHS = [folder + stem + ".md" for folder in FOLDERS for stem in STEMS] + ["images/bed.png", "beds/bed.png", "Soil.png"]
HEADS = ["", "\ufeff", "---\ntitle: A title of {}\naliases: [known as {}]\n---\n", '---\r\nup: "[[{}]]"\r\n---\r\n']


def forms_of(source, target, preset):
    """How a note may link to a file, as lintkb spells it."""
    from posixpath import basename, dirname, relpath
    from urllib.parse import quote

    from lintkb.source.links import encoded

    markdown = PRESETS.get(preset, {}).get("markdown", ["relative", "root"])
    short = target.removesuffix(".md")
    stem, relative = basename(short), relpath("/" + target, "/" + dirname(source))
    dotted = relative if relative.startswith("../") else f"./{relative}"
    yield from (f"[[{stem}]]", f"![[{stem}#^b|c]]", f"[[ {stem}#Soil | é ]]", f"[[{basename(target)}]]")
    yield from (f"[[/{short}]]", f"[[{dotted.removesuffix('.md')}]]", f"|a|\n|-|\n|[[{stem}\\|b]]|\n\n")
    if "/" in short:
        yield from (f"[[{short}]]", f"[[{target}|x]]", f"[[{dirname(target)}]]")
    yield from (
        f"[[{stem.swapcase()}]]",
        f"[[{short.swapcase()}]]",
        f"[x](<{relative.swapcase()}>)",
        f"[x]({dotted.replace(' ', '%20')})",
    )
    yield from (f"<a href='{relative}'>", f"[x](<{encoded(relative, 'link')}>)")
    if "/" in source:
        yield f"[x](../{dirname(source).rpartition('/')[2]}/{encoded(relative, 'link')})"
    yield from (
        f"[x]({quote(relative)})",
        "[x](" + relative.replace("_", "\\_").replace(" ", "&#32;").replace("b", "&#98;") + ")",
    )
    yield from (f"[[A title of {stem}]]", f"[[known as {stem}|x]]", stem.replace("___", "/"))
    if "/" in relative or "name" not in markdown:
        for path in (relative, relative.removesuffix(".md")):
            yield from (
                f"[x]({encoded(path, 'link')}#soil)",
                f"![x](<{path}> 't')",
                f"[x][r]\n\n[r]: {encoded(path, 'link')}\n\n",
            )
            yield f'<a class="b" href="{encoded(path, "html")}?x#soil">x</a>'
    else:
        yield f"[x]({encoded(basename(target), 'link')})"
    yield from (f"[x](</{target}>)", f"`[[{stem}]]`", f"[x]({'../' * 4}{encoded(target, 'link')})")
    if "/" in target:
        yield f"[x]({encoded(target, 'link')})"


@st.composite
def vaults(draw):
    preset = draw(st.sampled_from(["none", "obsidian", "foam", "quartz", "titles", "logseq", "okf"]))
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=2, max_size=7, unique=True))
    files = {}
    for path in paths:
        stem = path.rpartition("/")[2].removesuffix(".md")
        text = draw(st.sampled_from(HEADS)).replace("{}", stem) + "# Soil\r\n\n"
        for target in draw(st.lists(st.sampled_from(paths), max_size=4)):
            text += draw(st.sampled_from(list(forms_of(path, target, preset)))) + " \n"
        files[path] = text if path.endswith(".md") else "x"
    old = draw(st.sampled_from(paths))
    suffix = old[old.rindex(".") :]
    names = [*STEMS, "Loam", "Über  soil", "plots___west", "loam"]
    new = draw(st.sampled_from(FOLDERS)) + draw(st.sampled_from(names)) + suffix
    return preset, files, old, new


def resolved(files, preset):
    """By note, what each of its links leads to."""
    session = opened(files, preset)
    kb = session.index()
    return {
        path: [kb.resolve(link.target, path, markdown=False) for link in note.wikilinks if link.target]
        + [kb.resolve(link.target, path, markdown=True) for link in note.links if link.target]
        for path, note in ((path, kb.facts(path)) for path in kb.notes)
    }


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(vaults())
def test_links_lead_where_they_led_and_a_round_trip_changes_nothing(vault):
    preset, files, old, new = vault
    if new in files:
        return
    try:
        there = plan(opened(files, preset), old, new)
    except UsageError:
        return
    middle = after(files, there)
    before, later = resolved(files, preset), resolved(middle, preset)
    for path, links in before.items():
        for one, other in zip(links, later[there.moved(path)], strict=True):
            if one is not None and len(one.paths) == 1:
                assert other.paths == (there.moved(one.paths[0]),)
                assert one.folded or not other.folded
    if not (there.reshaped or there.found or there.undecided):
        back = plan(opened(middle, preset), new, old)
        assert after(middle, back) == {path: text.encode() for path, text in files.items()}


# On disk.


@pytest.fixture
def garden(base):
    return base.write(
        {
            "lintkb.toml": "exclude = ['old/**']\nrule-paths = ['rules']\n",
            ".gitignore": "skip/\n!skip/keep.md\n*.tmp.md\n",
            "beds/Compost.md": "---\ntitle: C\n---\nSee [[Soil]] and ![](../img/a.png).\n",
            "notes/n.md": "\ufeff[[Compost]] [c](../beds/Compost.md)\r\n![[a.png]]\r\n",
            "Soil.md": "[[beds/Compost|heap]] é\n",
            "img/a.png": b"\x89PNG",
            "old/x.md": "",
            "rules/lintkb.toml": "",
        }
    )


def tree(base):
    files = (os.path.join(folder, name) for folder, _, names in os.walk(base.root) for name in names)
    return {os.path.relpath(file, base.root): base.read(os.path.relpath(file, base.root)) for file in files}


LOST = "Renaming it back would spell 1 link in another way than before.\n"


def test_a_note_is_renamed_with_its_links(garden):
    os.chmod(garden.root / "beds/Compost.md", 0o640)
    ran = garden.run("rename", "beds/Compost.md", "Heap")
    assert ran == (0, "Renamed beds/Compost.md to Heap.md.\nRewrote 4 links in 3 notes.\n" + LOST, "")
    assert garden.read("Heap.md") == b"---\ntitle: C\n---\nSee [[Soil]] and ![](img/a.png).\n"
    assert garden.read("notes/n.md") == b"\xef\xbb\xbf[[Heap]] [c](../Heap.md)\r\n![[a.png]]\r\n"
    assert garden.read("Soil.md").decode() == "[[Heap|heap]] é\n"
    assert stat.S_IMODE(os.stat(garden.root / "Heap.md").st_mode) == 0o640
    assert os.listdir(garden.root / "beds") == []
    assert garden.run("--select", "WL,ML").code == 0


def test_quietly_and_from_another_folder(garden, monkeypatch):
    monkeypatch.chdir(garden.root / "notes")
    assert garden.run("rename", "-q", "../img/a.png", "new/deep/") == (0, "", "")
    assert garden.read("notes/new/deep/a.png") == b"\x89PNG"
    assert b"![](../notes/new/deep/a.png)" in garden.read("beds/Compost.md")
    assert garden.run("rename", "n.md", "..") == (
        0,
        "Renamed ../notes/n.md to ../n.md.\nRewrote 1 link in 1 note.\n",
        "",
    )
    assert garden.read("n.md").startswith(b"\xef\xbb\xbf[[Compost]] [c](beds/Compost.md)")
    assert garden.run("rename", str(garden.root / "n.md"), "../Note 2.0").code == 0
    assert "Note 2.0.md" in os.listdir(garden.root)


def test_a_folder_is_renamed_whole(garden):
    garden.write({"beds/.hidden": "h", "beds/deep/Clay.md": "[[Compost]] [c](../Compost.md) [n](../../notes/n.md)\n"})
    ran = garden.run("rename", "beds", "notes")  # into it
    assert ran == (0, "Renamed beds to notes/beds.\nRewrote 3 links in 3 notes.\n", "")
    assert garden.read("notes/beds/deep/Clay.md") == b"[[Compost]] [c](../Compost.md) [n](../../n.md)\n"
    assert garden.read("notes/beds/.hidden") == b"h"
    assert garden.read("notes/n.md").startswith(b"\xef\xbb\xbf[[Compost]] [c](beds/Compost.md)")
    assert not os.path.lexists(garden.root / "beds")


def test_a_diff_changes_nothing_and_can_be_applied(garden, git):
    garden.write({"beds/Clay.md": "x\n"})
    before = tree(garden)
    ran = garden.run("rename", "--diff", "beds/Compost.md", "notes/The heap.md")
    assert (ran.code, ran.err) == (
        0,
        "Would rename beds/Compost.md to notes/The heap.md.\nWould rewrite 3 links in 2 notes.\n",
    )
    assert ran.out == (
        "--- a/Soil.md\n+++ b/Soil.md\n@@ -1 +1 @@\n-[[beds/Compost|heap]] é\n+[[notes/The heap|heap]] é\n"
        "--- a/notes/n.md\n+++ b/notes/n.md\n@@ -1,2 +1,2 @@\n-\\ufeff[[Compost]] [c](../beds/Compost.md)\r\n"
        "+[[The heap]] [c](The%20heap.md)\r\n ![[a.png]]\r\n"
        "diff --git a/beds/Compost.md b/notes/The heap.md\nrename from beds/Compost.md\nrename to notes/The heap.md\n"
    ).replace("-\\ufeff", "-")
    assert tree(garden) == before
    garden.write({"notes/n.md": before["notes/n.md"][3:]})
    for old, new in (("beds/Compost.md", "Heap.md"), ("beds", "plots")):
        patch = garden.run("rename", "--diff", "-q", old, new).out
        subprocess.run([git, "apply", "--check", "-"], cwd=garden.root, input=patch.encode(), check=True)


REFUSED = [
    ("nothing.md", "x", "no such file or folder: nothing.md"),
    ("Soil", "x", "no such file or folder: Soil; did you mean Soil.md?"),
    ("", "x", "an empty path; name what is to be renamed, and what it is to be called"),
    ("Soil.md", "Soil", "Soil is what it is called already"),
    ("Soil.md", "notes/n", "notes/n is there already; choose another name, or move that out of the way"),
    ("beds", "img/a.png", "img/a.png is there already; choose another name, or move that out of the way"),
    ("Soil.md", "../Soil.md", "../Soil.md is outside the knowledge base at {root}"),
    ("beds", "beds/more", "beds/more lies inside what is to be renamed"),
    ("Soil.md", ".trash/Soil.md", ".trash/Soil.md: names that begin with a dot are hidden, and no link could lead there"),
    ("Soil.md", "skip/Soil", "skip/Soil is ignored by git (.gitignore), and no link could lead there"),
    ("Soil.md", "skip/keep", "skip/keep is ignored by git (.gitignore), and no link could lead there"),
    ("Soil.md", "s.tmp.md", "s.tmp.md is ignored by git (.gitignore), and no link could lead there"),
    ("Soil.md", "a\nb", "'a\\nb': a name with control characters, or that is not UTF-8, cannot be linked to"),
    ("Soil.md", "old/", "old/Soil.md would not be a note by the configuration; choose another name, or change `include`, `exclude` or `rule-paths`"),
    ("Soil.md", "rules/Soil", "rules/Soil.md would not be a note by the configuration; choose another name, or change `include`, `exclude` or `rule-paths`"),
    ("Soil.md", "Soil.txt", "Soil.txt would not be a note by the configuration; choose another name, or change `include`, `exclude` or `rule-paths`"),
    ("img/a.png", "img/a.md", "img/a.md would be a note, or a rule; choose another name"),
    ("old/x.md", "x", "old/x.md is excluded by the configuration, so its own links are not known"),
    ("rules", "laws", "rules is not in the knowledge base at {root}: only what is neither hidden, ignored by git nor a rule note can be renamed"),
    ("Soil.md", "img/a.png/Soil", "img/a.png/Soil: img/a.png is there, and no folder"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "why"), REFUSED)
def test_bad_paths_are_refused_and_nothing_changes(garden, old, new, why):
    before = tree(garden)
    ran = garden.run("rename", old, new)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"lintkb: error: {why.format(root=garden.root)}\n"
    assert tree(garden) == before


def test_symbolic_links_are_left_alone(garden):
    os.symlink("Soil.md", garden.root / "Earth.md")
    assert garden.run("rename", "Earth.md", "E").err == (
        "lintkb: error: Earth.md: Earth.md is a symbolic link, which may lead nowhere from another place; remove it first\n"
    )
    assert garden.run("rename", "Soil.md", "S").err == (
        "lintkb: error: Earth.md is a symbolic link to it, and would lead nowhere; remove it first\n"
    )
    os.symlink(garden.root.parent, garden.root / "up")
    assert garden.run("rename", "notes/n.md", "up/n.md").err.startswith(
        "lintkb: error: up/n.md is outside the knowledge base"
    )


def test_a_folder_that_cannot_be_listed_may_hold_links(garden, monkeypatch):
    scandir = os.scandir

    def refusing(path="."):
        if os.fspath(path).endswith("notes"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("lintkb.discovery.os.scandir", refusing)
    assert garden.run("rename", "Soil.md", "Loam").err == (
        "lintkb: error: Soil.md was not renamed: what cannot be read may link there; mend it or exclude it\n"
        "lintkb: error: notes: the folder cannot be listed: Permission denied\n"
    )


def test_without_configuration_and_git_the_working_folder_is_the_root(base):
    base.write({"a/Soil.md": "", "n.md": "[[a/Soil]]"})
    assert (
        base.run("rename", "a/Soil.md", "b/Loam").out == "Renamed a/Soil.md to b/Loam.md.\nRewrote 1 link in 1 note.\n"
    )
    assert base.read("n.md") == b"[[b/Loam]]"


def test_a_note_that_cannot_be_written_undoes_everything(garden):
    os.chmod(garden.root / "notes/n.md", 0o444)
    before = tree(garden)
    for new in ("Heap", "new/Heap"):
        ran = garden.run("rename", "beds/Compost.md", new)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == "lintkb: error: beds/Compost.md was not renamed: notes/n.md: it is read-only\n"
        assert tree(garden) == before
        assert not os.path.lexists(garden.root / "new")
    ran = garden.run("rename", "beds", "plots")
    assert (ran.code, tree(garden)) == (2, before)


def test_ctrl_c_undoes_everything(garden, monkeypatch):
    from lintkb import rename, writing

    def write(path, *data):
        writing.write_note(path, *data)
        if path.name == "n.md" and data[1].endswith(b"[[Heap]]"):
            raise KeyboardInterrupt

    garden.write({"notes/n.md": "[[Compost]]"})
    monkeypatch.setattr(rename, "write_note", write)
    before = tree(garden)
    ran = garden.run("rename", "beds/Compost.md", "Heap")
    assert (ran.code, ran.err) == (130, "\nlintkb: interrupted\n")
    assert tree(garden) == before


def test_ctrl_c_when_it_is_done_undoes_nothing(garden, monkeypatch):
    from lintkb import rename, writing

    def remove(*arguments):
        writing.remove_file(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(rename, "remove_file", remove)
    assert garden.run("rename", "beds/Compost.md", "Heap").code == 130
    assert (garden.read("Soil.md").decode(), "beds/Compost.md" in tree(garden)) == ("[[Heap|heap]] é\n", False)


def test_what_cannot_be_synced_in_the_end_is_done(garden, monkeypatch):
    def refuse(folder):
        if folder.name == "beds":
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("lintkb.writing._sync_folder", refuse)
    assert garden.run("rename", "-q", "beds/Compost.md", "Heap") == (0, "", "")
    assert garden.run("rename", "-q", "Heap.md", "notes/") == (0, "", "")


def test_a_note_with_other_hard_links_is_not_cut_off_from_them(garden):
    os.link(garden.root / "beds/Compost.md", garden.root / "img/second")
    assert garden.run("rename", "beds/Compost.md", "Heap").err == (
        "lintkb: error: beds/Compost.md was not renamed: it has other hard links, which this would cut off\n"
    )
    assert garden.run("rename", "beds/Compost.md", "notes/").code == 0  # what it says stays as it is
    assert os.stat(garden.root / "notes/Compost.md").st_nlink == 2


def test_a_note_that_changed_since_it_was_read(garden):
    from lintkb.engine import Options
    from lintkb.rename import open_rename

    session, paths = open_rename("beds/Compost.md", "Heap", Options(cache=False))
    garden.write({"notes/n.md": "Other words.\n"})
    with pytest.raises(UsageError, match=r"^notes/n.md was changed while lintkb ran; nothing was renamed$"):
        plan(session, paths.old, paths.new)


def test_what_cannot_be_undone_is_told(garden, monkeypatch):
    from lintkb import rename, writing

    def write(path, old, new):
        if path.name == "n.md" or b"Heap" not in new:
            raise writing.NotWritten("the disk is full")
        writing.write_note(path, old, new)

    monkeypatch.setattr(rename, "write_note", write)
    assert garden.run("rename", "beds/Compost.md", "Heap").err == (
        "lintkb: error: beds/Compost.md was not renamed: notes/n.md: the disk is full;"
        " links were rewritten, and could not be put back, in Soil.md\n"
    )


@pytest.mark.parametrize("own", [True, False])
def test_somebody_elses_edit_of_the_note_itself_is_kept(garden, monkeypatch, own):
    from lintkb import rename, writing

    new = "Heap" if own else "beds/Heap"  # where its own links are to be written anew, and where not
    edited = b"Precious.\n"

    def writes(path, *data):
        (garden.root / "beds/other").write_bytes(edited)
        os.replace(garden.root / "beds/other", garden.root / "beds/Compost.md")  # as editors do
        writing.write_note(path, *data)

    monkeypatch.setattr(rename, "write_note", writes)
    before = tree(garden)
    ran = garden.run("rename", "beds/Compost.md", new)
    assert ran.err == (
        "lintkb: error: beds/Compost.md was not renamed: its content is not what was checked: it was changed meanwhile,"
        " or is changed and not staged\n"
    )
    assert tree(garden) == {
        **before,
        "beds/Compost.md": edited,
        **({} if own else {"beds/Heap.md": before["beds/Compost.md"]}),
    }


CRASH = """
import os, sys
from lintkb import rename
from lintkb.cli import main
left = int(sys.argv[1])
def dying(function):
    def run(*arguments):
        global left
        if left == 0:
            os._exit(9)
        left -= 1
        return function(*arguments)
    return run
for name in ("write_note", "remove_file", "put_file", "link_file", "move"):
    setattr(rename, name, dying(getattr(rename, name)))
sys.exit(main(["rename", *sys.argv[2:]]))
"""


@pytest.mark.parametrize(
    "paths",
    [
        ("beds/Compost.md", "Heap.md"),
        ("img/a.png", "img/b.png"),
        ("beds", "plots"),
    ],
)
def test_after_a_crash_no_link_is_broken_and_the_same_command_ends_it(garden, paths):
    original = tree(garden)
    garden.run("rename", *paths)
    done = tree(garden)
    for steps in range(9):
        for path in tree(garden):
            os.unlink(garden.root / path)
        for folder in ("plots", "beds"):
            if os.path.isdir(garden.root / folder):
                os.rmdir(garden.root / folder)
        garden.write(original)
        code = subprocess.run(
            [sys.executable, "-c", CRASH, str(steps), *paths], cwd=garden.root, capture_output=True, check=False
        ).returncode
        if code == 0:
            break
        assert code == 9
        if paths[0] != "beds":
            assert garden.run("--select", "WL001,ML001", "-q") == (0, "", "")
        ran = garden.run("rename", *paths)
        assert (ran.code, ran.err) == (0, "") if paths[0] != "beds" else ran.code == 0
        assert tree(garden) == done
    assert (steps, tree(garden)) == ({"Heap.md": 4, "img/b.png": 4, "plots": 3}[paths[1]], done)


def test_another_file_of_the_new_name_is_no_interrupted_rename(garden):
    garden.write({"one.md": "x\n", "two.md": "x\n"})
    assert garden.run("rename", "one.md", "two.md").err == (
        "lintkb: error: two.md is there already; choose another name, or move that out of the way\n"
    )


def test_where_files_have_no_second_names(garden, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert garden.run("rename", "img/a.png", "img/b.png").code == 0
    assert garden.run("rename", "beds/Compost.md", "Heap").code == 0
    assert garden.read("Heap.md").endswith(b"![](img/b.png).\n")
    assert garden.run("--select", "WL,ML").code == 0
    assert not [path for path in tree(garden) if path.endswith(".tmp")]


def test_only_the_case_on_a_disk_that_overlooks_it(garden, monkeypatch):
    from pathlib import Path

    exact = os.path.lexists
    monkeypatch.setattr(os.path, "lexists", lambda path: exact(path) or Path(path).name == "soil.md")
    monkeypatch.setattr(Path, "exists", lambda path: exact(path) or path.name == "soil.md")
    monkeypatch.setattr(Path, "samefile", lambda one, other: one.name.lower() == Path(other).name.lower())
    garden.write({"notes/n.md": "[[Soil]]\n"})
    assert (
        garden.run("rename", "Soil.md", "soil.md").out == "Renamed Soil.md to soil.md.\nRewrote 2 links in 2 notes.\n"
    )
    assert "soil.md" in os.listdir(garden.root) and "Soil.md" not in os.listdir(garden.root)
    assert garden.read("notes/n.md") == b"[[soil]]\n"


def test_a_file_called_like_the_command(base):
    base.write({"rename": "x", "a.md": "---\ntitle: A\n---\n"})
    assert base.run("./rename", "-q").lines[0] == "warning[FM001] missing-frontmatter: the note has no frontmatter"
    assert base.run("rename").err == (
        "lintkb: error: the following arguments are required: OLD, NEW; see `lintkb rename --help`\n"
    )
