"""What the examples of the rules on the form of links cannot show: line ends, spans, how far fixes reach, cost."""

import time

import pytest
from hypothesis import given, settings, strategies as st

from lintkb.catalogue import Selection, load_catalogue
from lintkb.diagnostics import Applicability
from lintkb.engine import open_texts
from lintkb.fixer import fix
from lintkb.source.note import Note
from lintkb.text import SourceText

CATALOGUE = load_catalogue(())
FORM = ("WL005", "WL006", "WL007", "WL008", "WL009", "WL010", "WL011")


def session(text, *codes, table=None, **files):
    contents = {f"{name}.md": content.encode() for name, content in files.items()}
    return open_texts(
        {"note.md": text.encode(), **contents}, CATALOGUE, table or {}, Selection("test", codes or FORM, (), ())
    )


def found(text, *codes, **given):
    """Each finding as its code and the text it is about."""
    return [
        (item.rule, text[item.span.start : item.span.end])
        for item in session(text, *codes, **given).judge().diagnostics
        if item.path == "note.md"
    ]


def mended(text, *codes, level=Applicability.UNSAFE, **given):
    outcome = fix(session(text, *codes, **given), level)
    assert outcome.failed == []
    changed = outcome.changed.get("note.md")
    return changed[1].decode() if changed else text


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends(newline):
    text = newline.join(["é [[lime ", "\twash]], [[marl]", "", "> [[sea", "> > weed]] 😀 [[ash"])
    pairs = [
        ("WL006", f"[[lime {newline}\twash]]"),
        ("WL006", "[["),
        ("WL006", f"[[sea{newline}> > weed]]"),
        ("WL006", "[["),
    ]
    assert found(text, "WL006") == pairs
    assert mended(text, "WL006") == newline.join(["é [[lime wash]], [[marl]]", "", "> [[sea weed]] 😀 [[ash"])
    table = newline.join(["| a |", "|---|", "| 😀 [[b|c]] |", ""])
    assert found(table, "WL006") == [("WL006", "|")]
    assert mended(table, "WL006", level=Applicability.SAFE) == table.replace("b|c", "b\\|c")
    assert found(newline.join(["The soil", "[[soil]] and soil", "", "[[soil]]"]), "WL009") == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("[[a and b", ["unclosed"]),
        ("[[a | b]([c](d))", ["unclosed"]),
        ("[[a [b] c", ["unclosed"]),
        ("[[a\n\nb]]", ["unclosed"]),
        ("[[a] and [[b]]", ["nested"]),
        ("[[a [[b]] c]]", ["nested"]),
        ("[[a\nb]]", ["split"]),
        ("[[a [b]\nc]]", ["split"]),
        ("[[]] [[ ]] [[|a]] [[#]]", ["empty"] * 4),
        ("[[a](b)] c and [[d](e)] f", []),
        ("[[a][b]] c\n\n[b]: d", []),
        ("[[`a`](b)] c", []),
        ("![[a](b)](c)", []),
        ("[[![a](b)](c)", []),
        ("[[1, 2],\n[3, 4]]", []),
        ("[[a, b],\n[c, d]]", []),
        ("[[a, b], [c, d]] [[[1](a), [2](b)]]", []),
        ("[[host:]file] [[--a | --b] c]", []),
        ("if [[ -f a; [[ $a; [[: alpha", []),
        ("[[", []),
        ("[[1]\n[[12, 13", []),
    ],
)
def test_what_was_meant_to_be_a_wikilink(text, kinds):
    assert [one.kind for one in Note("a.md", SourceText(text)).malformed] == kinds


def test_a_bracket_in_a_name_is_part_of_it_and_lists_are_no_links():
    links = Note("a.md", SourceText("[[Sq]uare]] [[1, 2], [3, 4]] [[a|[b], [c]]")).wikilinks
    assert [(link.target, link.label) for link in links] == [("Sq]uare", None), ("a", "[b], [c")]


@pytest.mark.parametrize(
    ("target", "codes"),
    [
        ("https://a.example/b c", ["WL008"]),
        ("obsidian://open", ["WL008"]),
        ("mailto:marlow@garden.example", ["WL008"]),
        ("www.garden.example/soil", ["WL008"]),
        ("www.garden.example", ["WL001"]),
        ("00:07:21", ["TS005"]),
        ("07:21", ["TS005"]),
        ("00:01:02 - 00:02:03, 00:04:05", ["TS005"]),
        ("7:2", ["WL001"]),
        ("at 07:21", ["WL001"]),
        ("http: a talk", ["WL001"]),
    ],
)
def test_an_address_is_reported_once_and_as_what_it_is(target, codes):
    text = f"See [[{target}]]."
    assert found(text, "WL001", "WL008", "TS005") == [(code, target) for code in codes]
    planned = {"links": {"planned": ["**"]}}
    assert found(text, "WL001", "WL008", "TS005", table=planned) == [
        (code, target) for code in codes if code == "WL008"
    ]


def test_an_address_is_no_page_that_somebody_is_to_write():
    kb = session("").index()
    missing = [kb.missing(target, "note.md") for target in ("https://a.example/b", "00:07:21", "soil")]
    assert [one and one.name for one in missing] == [None, None, "soil"]


def test_an_address_in_frontmatter_is_told_and_left_to_its_author():
    text = '---\nsource: "[[https://garden.example/a|A]]"\nat: "[[00:01:02]]"\n---\nSee [00:03:04].\n'
    assert found(text, "WL008", "TS005") == [("WL008", "https://garden.example/a"), ("TS005", "00:01:02")]
    assert mended(text, "WL008", "TS005") == text


def test_how_far_a_link_made_of_an_address_is_trusted():
    text = "[[https://a.example/b|c]] [[www.a.example/b]] ![[https://a.example/b.png]] [[ftp://a.example/b]]"
    safe = text.replace("[[https://a.example/b|c]]", "[c](https://a.example/b)", 1)
    assert mended(text, "WL008", level=Applicability.SAFE) == safe
    assert mended(text, "WL008").endswith(" ![](https://a.example/b.png) [[ftp://a.example/b]]")
    quartz = {"preset": "quartz"}
    assert found("[[https://a.example|a]] [[https://a.example]]", "WL008", table=quartz) == [
        ("WL008", "https://a.example")
    ]


def test_a_link_to_itself_is_milder_than_an_embed_of_itself():
    run = session(
        "[[note]] ![[note]] [a](note.md) or <a href='note.md'>b</a> [[#A]] [[note#A]]\n\n# A\n", "WL005"
    ).judge()
    assert [(str(item.severity), item.span.start) for item in run.diagnostics] == [
        ("warning", 2), ("error", 9), ("warning", 23), ("warning", 44),
    ]  # fmt: skip
    assert mended("**[[note|a *b*]]**, [[note|]]", "WL005") == "**a *b***, [[note|]]"
    own = '---\nup: "[[note|Up]]"\n---\n[a](note.md)\n\n[b]: other.md\n'
    assert found(own, "WL005") == [("WL005", "note"), ("WL005", "note.md")]
    assert mended(own, "WL005") == own
    assert found("[[Note]]", "WL005") == [("WL005", "Note")]
    assert found("[[other]]", "WL005", other="") == []


def test_a_pad_that_keeps_words_apart_is_not_taken_out_by_a_safe_fix():
    text = "the[[soil| earth]] and [[mud |mud ]]s and [[ash ]]."
    assert mended(text, "WL007", level=Applicability.SAFE) == "the[[soil| earth]] and [[mud |mud ]]s and [[ash]]."
    assert mended(text, "WL007") == "the[[soil|earth]] and [[mud|mud]]s and [[ash]]."


@pytest.mark.parametrize(
    "text",
    [
        "The **garden** soil [[a|the garden soil]]",
        "garden\nsoil [[a|garden soil]]",
        "The soil [[soil#Texture]] and the soil ([[soil]] too).",
        "# ![a](b.png) ![[c.png]]",
        "![[map.png | right | 200]]",
    ],
)
def test_what_is_nobody_s_finding(text):
    assert [one for one in found(text) if one[0] != "WL007"] == []


def test_unsafe_fixes_stop_at_what_they_know():
    table = "| a |\n|---|\n| [[soil\\|]] (the soil [[soil]]) |\n"
    assert mended(table, "WL006", "WL009") == "| a |\n|---|\n| [[soil]] (the [[soil]]) |\n"
    assert mended("[[soil#Texture | ]] [[ash |]]", "WL006") == "[[soil#Texture]] [[ash]]"
    for text in ("[[a [b] c", "[[a\n- b]]", "[[https://a.example|a]b]]"):
        assert len(found(text, "WL006", "WL008")) == 1
        assert mended(text, "WL006", "WL008") == text


def test_one_target_too_often():
    links = ["[[soil]]", "[[Soil]]", "[x](soil.md)", "![[soil]]", "[[ash]]", "[[Ash]]"]
    text = " ".join([*links * 2, *["[[note]]", "![x](bed.png)"] * 5])
    most = {"rules": {"WL011": {"params": {"most": 3}}}, "links": {"fold": ["case"]}}
    run = session(text, "WL011", table=most, soil="").judge().diagnostics
    assert [(item.span.start, item.message) for item in run] == [
        (text.rindex("[[soil]]", 0, text.rindex("![[")) + 2, "`soil` is linked 6 times in this note; 3 are enough"),
        (text.rindex("[[Ash]]") + 2, "`Ash` is linked 4 times in this note; 3 are enough"),
    ]


WORDS = st.text(st.sampled_from("abé😀 _-"), min_size=1, max_size=6).filter(lambda word: word.strip() != "")
PIECES = st.one_of(
    st.builds(lambda target, label: f"[[{target}|{label}]]", WORDS, st.one_of(WORDS, st.just("a | b"))),
    st.builds("[[{}]]".format, WORDS),
    WORDS,
    st.sampled_from(["![[a |b]]", "[[a", "[[b]", "]]", "[a](b)", "(", ")", "a", "[b]", "[[note]]", "$a$"]),
    st.sampled_from(["\n", "\r\n", "\n\n", "> ", "# ", "\n| a |\n|---|\n| "]),
    st.sampled_from(["[[https://a.example|b]]", "[[00:01:02]]", "[00:03:04]"]),
)
TEXTS = st.lists(PIECES, max_size=10).map("".join)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_fix_keeps_to_its_link(text):
    note = Note("note.md", SourceText(text))
    links = [*(link.span for link in note.wikilinks), *(one.span for one in note.malformed)]
    for item in session(text).judge().diagnostics:
        for edit in (edit for one in item.fixes for edit in one.edits):
            inside = [span for span in links if span.start <= edit.span.start and edit.span.end <= span.end]
            assert inside or (
                item.rule == "WL009" and item.span.start <= edit.span.start <= edit.span.end <= item.span.end
            )


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_safe_fixes_keep_every_link_and_a_second_run_changes_nothing(text):
    def links(content):
        read = Note("note.md", SourceText(content)).wikilinks
        return [(link.target, link.fragment, (link.label or "").replace("\\", ""), link.embed) for link in read]

    safe = mended(text, "WL006", "WL007", level=Applicability.SAFE)
    assert links(safe) == links(text)
    assert mended(safe, "WL006", "WL007", level=Applicability.SAFE) == safe
    once = fix(session(text), Applicability.UNSAFE)
    twice = fix(session(once.changed["note.md"][1].decode() if once.changed else text), Applicability.UNSAFE)
    assert once.failed or not twice.changed


@pytest.mark.parametrize(
    "text",
    [
        "[[a" * 100_000,
        "[[a" + " " * 200_000 + "b\n c]]",
        "[[a\n" * 50_000,
        "[[a|" + " |" * 100_000 + "]]",
        "[[a" + "]" * 200_000,
        "[[" + "a]b[" * 50_000 + "]]",
        "a [[a]] " * 20_000,
        "a" + " " * 100_000 + "[[a]]",
        "[[00:01:02]] [00:01:02] " * 10_000,
        "| a |\n|---|\n" + "| [[a|" + "\\" * 100_000 + "|b]] |",
        "[[" + "00:01, " * 50_000 + "]]",
        "[x](note.md) " * 20_000,
    ],
)
def test_hostile_links_take_no_time_to_speak_of(text):
    started = time.monotonic()
    run = session(text)
    run.judge()
    assert run.results["note.md"].facts is not None
    assert time.monotonic() - started < 8


@pytest.mark.parametrize(
    "text",
    [
        "[foo][[https://example.org/d|n]]\n\n[n]: /x\n",
        "[[https://example.org/a|^1]]\n\n[^1]: note\n",
        "[see [[https://example.org/q|w]] there](n.md)\n",
        "[[https://example.org|x [y]]\n",
        "[[https://example.org|x]]: y\n",
    ],
)
def test_an_address_that_would_become_something_else_is_left(base, text):
    base.write({"a.md": text, "n.md": ""})
    base.run("--fix", "--unsafe-fixes", "--select", "WL008")
    assert base.read("a.md").decode() == text


def test_a_pipe_in_the_head_of_a_table_is_no_safe_repair(base):
    base.write({"a.md": "| x [[Hoe|b]] | c |\n|---|---|---|\n| `[[Hoe|x]]` | [[Hoe|y]] | |\n", "Hoe.md": ""})
    before = base.read("a.md")
    base.run("--fix", "--select", "WL006")
    assert base.read("a.md") == before
