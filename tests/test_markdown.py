"""Structure and masks, wikilinks and citations: the readers over a note's body."""

import itertools
import re

import pyromark
import pytest
from hypothesis import given, settings, strategies as st

from lintkb.source.markdown import FILLER, Mask, read_structure
from lintkb.source.note import Note
from lintkb.source.wikilinks import read_wikilinks
from lintkb.text import ByteOffsets, SourceText, Span


def note(text):
    return Note("note.md", SourceText(text))


def texts(text, spans):
    return [text[start:end] for start, end in spans]


def test_mask_merges_and_answers():
    mask = Mask([Span(5, 8), Span(0, 2), Span(7, 9), Span(9, 10)])
    assert (mask.starts, mask.ends) == ([0, 5], [2, 10])
    assert [mask.end_if_covered(at) for at in range(11)] == [2, 2, None, None, None, 10, 10, 10, 10, 10, None]
    assert mask.apply("ab\ncd\nefgh\n") == f"{FILLER * 2}\ncd\n{FILLER * 4}\n"


def test_structure_behind_frontmatter_and_wide_characters():
    text = (
        "---\ntitle: é😀\n---\n# Ué `x` [[a|b]]\n\nTxt é `c[[d]]` $x^2$ <!-- é --> [md](u.md)\n\n"
        "| a |\n|---|\n| [[x\\|y]] |\n\n```py\n[[code]]\n```\n\n<!-- open\n[[z]] -->\n"
    )
    structure = read_structure(text, text.index("# U"))
    assert texts(text, structure.code) == ["`x`", "`c[[d]]`", "```py\n[[code]]\n```"]
    assert texts(text, structure.comments) == ["<!-- é -->", "<!-- open\n[[z]] -->"]
    assert texts(text, structure.math) == ["$x^2$"]
    assert [(heading.level, text[slice(*heading.text)]) for heading in structure.headings] == [(1, "Ué `x` [[a|b]]")]
    assert [(link.destination, text[slice(*link.span)]) for link in structure.links] == [("u.md", "[md](u.md)")]
    assert texts(text, structure.tables) == ["| a |\n|---|\n| [[x\\|y]] |\n"]


def test_prose_keeps_length_and_lines_and_hides_what_is_not_prose():
    text = "---\na: 1\n---\n# Head\nSee [[target|label]] and `code`, [md](u.md) [00:01:02] <br> x.\n"
    prose = note(text).prose
    assert len(prose) == len(text)
    assert prose.replace(FILLER, "") == "\n\n\n\nSee [[|label]] and , [md]   x.\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[a]]", [("a", "", None)]),
        ("[[ a_b | The  label ]]", [("a_b", "", "The  label")]),
        ("[[a#h#i|l]] [[#h]] [[a#^b]]", [("a", "h#i", "l"), ("", "h", None), ("a", "^b", None)]),
        ("[[a|b|c]]", [("a", "", "b|c")]),
        ("[[a\\|b]]", [("a", "", "b")]),
        ("[[]] [[ ]] [[|x]]", []),
        ("[[a\nb]] [[c]]", [("c", "", None)]),
        ("[[a [[b]]", [("b", "", None)]),
        ("[[a", []),
        ("[[[a]]]", [("a", "", None)]),
        ("[[[[a]]]]", [("a", "", None)]),
        ("[[a | `]]` b]]", [("a", "", "`]]` b")]),
        ("\\[[a]] \\\\[[b]]", [("b", "", None)]),
        ("`[[a]]` <!-- [[b]] --> $[x$ [[c]]", [("c", "", None)]),
        ("~~~\n[[a]]\n~~~\n[[b]]", [("b", "", None)]),
        ("<div>\n[[a]]\n</div>\n\n[[b]]", [("b", "", None)]),
        ("paid $375 million, up from [[a]] ($20)", [("a", "", None)]),
    ],
)
def test_wikilinks(text, expected):
    assert [(link.target, link.fragment, link.label) for link in note(text).wikilinks] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[a", [("unclosed", "[[a")]),
        ("[[a\r\nb", [("unclosed", "[[a")]),
        ("[[a\n\nb]]", [("unclosed", "[[a")]),
        ("[[a\r\nb]]", [("split", "[[a\r\nb]]")]),
        ("[[a\rb]] [[c]]", [("split", "[[a\rb]]")]),
        ("[[a [[b]] c]]", [("nested", "[[a ")]),
        ("[[]] [[ ]] [[|x]] [[#]]", [("empty", "[[]]"), ("empty", "[[ ]]"), ("empty", "[[|x]]"), ("empty", "[[#]]")]),
        ("a]] [[b]]", []),
        ("\\[[a `[[b` <!-- [[c -->", []),
        ("[[1]](https://example.org) [[2]](#note) [[3]](../b.md)", []),
        ("| a |\n|---|\n| [[x|y]] |\n", []),
    ],
)
def test_what_fails_to_be_a_wikilink(text, expected):
    assert [(one.kind, text[slice(*one.span)]) for one in note(text).malformed] == expected


@given(
    st.lists(st.sampled_from(["[[", "]]", "[", "]", "a", "|", "#", "\n", "\r", "\\", "`", "![["]), max_size=30).map(
        "".join
    )
)
def test_brackets_are_told_once(text):
    one = note(text)
    spans = sorted([link.span for link in one.wikilinks] + [broken.span for broken in one.malformed])
    assert all(left.end <= right.start for left, right in itertools.pairwise(spans))
    for link in one.wikilinks:
        inner = text[link.span.start : link.span.end]
        assert re.fullmatch(r"!?\[\[[^\r\n]+\]\]", inner)
        assert text[slice(*link.target_span)] == link.target
        assert text[slice(*link.fragment_span)] == link.fragment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](b.md) ![c](<d e.png>) [f](g%20h.md#I%20j)", [
            ("link", "b.md", None, "b.md", ""), ("image", "d e.png", None, "d e.png", ""),
            ("link", "g h.md", "I j", "g%20h.md", "I%20j"),
        ]),
        ("[![a](b.png)](c.md)", [("link", "c.md", None, "c.md", ""), ("image", "b.png", None, "b.png", "")]),
        ('[a]( b.md?x=1#y "title")', [("link", "b.md", "y", "b.md", "y")]),
        ("[a][b]\n\n[b]: <c d.md#e> 'title'\n[f]:\n  g.md\n[h]: https://i.j\n", [
            ("definition", "c d.md", "e", "c d.md", "e"), ("definition", "g.md", None, "g.md", ""),
        ]),
        ("[a](#b) [c]() [d](#)", [("link", "", "b", "", "b"), ("link", "", "", "", "")]),
        ("[a](a&amp;b.md) [b](x\\_y.md)", [
            ("link", "a&b.md", None, "[a](a&amp;b.md)", "[a](a&amp;b.md)"),
            ("link", "x_y.md", None, "[b](x\\_y.md)", "[b](x\\_y.md)"),
        ]),
        ("[a](https://b.c) [d](mailto:e@f.g) [h](//i) [j]({{ k }}.md) <l@m.n> <https://o.p> [q](C:\\r.md)", []),
        ('<a class="x" href="b.md#c">t</a> <IMG alt=\'\' SRC=\'d.png\'>', [
            ("html", "b.md", "c", "b.md", "c"), ("html", "d.png", None, "d.png", ""),
        ]),
        ('<div>\n<img src="b.png">\n<!-- <img src="c.png"> -->\n</div>', [("html", "b.png", None, "b.png", "")]),
        ('`<a href="b.md">` `[a](b.md)` <a class="yt-timestamp" data-t="00:00:01">', []),
    ],
)  # fmt: skip
def test_local_links(text, expected):
    assert [
        (link.form, link.target, link.fragment, text[slice(*link.path)], text[slice(*link.anchor)])
        for link in note(text).local_links
    ] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ^b1\n", ["b1"]),
        ("a ^b1\r\n\r\n^c-2 \r", ["b1", "c-2"]),
        ("a^b `x ^c`\n\n```\nx ^d\n```\n2 ^ 3 ^\n", []),
    ],
)
def test_blocks(text, expected):
    assert note(text).blocks == expected


def test_ids():
    text = '<a id="one"></a> <A NAME=two> <div class="x" id=\'three\'>\n\n# Four {#five .six}\n\n`<a id="no">`\n'
    assert note(text).ids == ["one", "two", "three", "five"]


def test_headings_as_a_page_shows_them():
    text = "# A `b` **c** [d](e) [[f|g]] &amp; $h$\n\ni\n*j*\n===\n"
    assert [heading.shown for heading in note(text).structure.headings] == ["A b c d g & h", "i j"]


@pytest.mark.parametrize(
    ("frontmatter", "expected"),
    [
        ('up: "[[a b#c|d]]"', [("a b", "c", "d", "[[a b#c|d]]")]),
        ("up: ['[[a]]', \"[[b]]\", c]", [("a", "", None, "[[a]]"), ("b", "", None, "[[b]]")]),
        ("deep: {x: {y: '[[a]]'}}", [("a", "", None, "[[a]]")]),
        ("text: 'see [[a]]'\nlist: [[a]]\ntwo: '[[a]] [[b]]'\nescaped: \"[[a\\u0041]]\"", []),
    ],
)
def test_wikilinks_in_frontmatter(frontmatter, expected):
    text = f"---\n{frontmatter}\n---\n[[body]]\n"
    links = note(text).frontmatter_wikilinks
    assert [(link.target, link.fragment, link.label, text[slice(*link.span)]) for link in links] == expected


def test_wikilink_spans():
    text = "é ![[ img.png | 200 ]]\n\n| t |\n|---|\n| [[b\\|c]] |\n"
    first, second = note(text).wikilinks
    assert (text[slice(*first.span)], text[slice(*first.target_span)], first.embed) == (
        "![[ img.png | 200 ]]",
        "img.png",
        True,
    )
    assert (text[slice(*second.span)], text[slice(*second.target_span)], second.in_table) == ("[[b\\|c]]", "b", True)


WORDS = st.text(st.sampled_from("abé😀 _-"), min_size=1, max_size=6).filter(lambda word: word.strip() == word)
LINKS = st.builds(
    lambda target, label: f"[[{target}|{label}]]" if label else f"[[{target}]]", WORDS, st.one_of(st.none(), WORDS)
)
PIECES = st.one_of(
    LINKS, WORDS, st.sampled_from(["`c`", " ", "\n\n", "**b**", "- ", "> ", "# ", "`[[x]]`", "<!-- [[y]] -->"])
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_well_formed_wikilinks_are_those_of_pyromark(text):
    at = ByteOffsets(text)
    theirs = []
    for event, place in pyromark.events_with_range(text, options=pyromark.Options.ENABLE_WIKILINKS):
        if (
            isinstance(event, dict)
            and "Start" in event
            and isinstance(event["Start"], dict)
            and "Link" in event["Start"]
        ):
            theirs.append((at(place["start"]), at(place["end"])))
    structure = read_structure(text, 0)
    mine, _ = read_wikilinks(text, 0, Mask(structure.code + structure.comments + structure.html_blocks), Mask([]))
    assert [link.span for link in mine] == theirs


def times(text):
    return [
        (citation.form, text[slice(*citation.span)], [(time.role, time.text, time.seconds) for time in citation.times])
        for citation in note(text).citations
    ]


ANCHOR = '<a class="yt-timestamp" data-t="{}">{}</a>'


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        (ANCHOR.format("00:01:02", "[00:01:02]"), "anchor", [("anchor", "00:01:02", 62), ("label", "00:01:02", 62)]),
        (ANCHOR.format("14:12", "[14:12]"), "anchor", [("anchor", "14:12", None), ("label", "14:12", 852)]),
        (ANCHOR.format("00:19:19]", "x"), "anchor", [("anchor", "00:19:19]", None)]),
        (ANCHOR.format("", ""), "anchor", [("anchor", "", None)]),
        (
            "<a class='yt-timestamp' data-t='1:02:03'>1:02:03</a>",
            "anchor",
            [("anchor", "1:02:03", 3723), ("label", "1:02:03", 3723)],
        ),
        (
            '<a class="yt="yt-timestamp" data-t="00:00:01">[0:01]</a>',
            "anchor",
            [("anchor", "00:00:01", 1), ("label", "0:01", 1)],
        ),
        (
            "<A CLASS=yt-timestamp DATA-T=00:01:02>[00:01:02]</A>",
            "anchor",
            [("anchor", "00:01:02", 62), ("label", "00:01:02", 62)],
        ),
        (
            '<a class="yt-timestamp"\n  data-t="00:01:02">[00:01:02]</a>',
            "anchor",
            [("anchor", "00:01:02", 62), ("label", "00:01:02", 62)],
        ),
        ("[00:01:02]", "bare", [("text", "00:01:02", 62)]),
        ("[12:34]", "bare", [("text", "12:34", 754)]),
        ("[00:75:00]", "bare", [("text", "00:75:00", None)]),
        (
            "[00:01:02, 00:01:05 - 00:01:09]",
            "bare",
            [("text", "00:01:02", 62), ("text", "00:01:05", 65), ("text", "00:01:09", 69)],
        ),
        ("[00:01:02](https://x.test/?t=62)", "link", [("text", "00:01:02", 62), ("address", "62", 62)]),
    ],
)
def test_citation_forms(text, form, expected):
    assert times(f"é {text}.") == [(form, text, expected)]


def test_an_anchor_left_open_ends_with_its_label():
    text = '<a class="yt-timestamp" data-t="00:00:05">[00:00:05] and on.'
    assert times(text) == [("anchor", text[:-8], [("anchor", "00:00:05", 5), ("label", "00:00:05", 5)])]


@pytest.mark.parametrize(
    "text",
    [
        "`[00:01:02]`",
        "<!-- [00:01:02] -->",
        "[1.5]",
        "[a 00:01:02]",
        "<a href='x'>[x]</a>",
        '<a href="/?data-t=1">x</a>',
        "$a [00:01:02",
    ],
)
def test_no_citation(text):
    assert times(text) == []


@pytest.mark.parametrize(
    "piece", ["[[", "[", "<a ", "<!--", "$", "|", "> ", "[00:", "`", "*", "![[", '<a class="yt">[']
)
def test_hostile_repetition_is_linear(piece):
    """Ten times the text takes no more than about ten times as long: generous, but far from quadratic."""
    import time

    def cost(count):
        started = time.process_time()
        note(piece * count)
        return time.process_time() - started

    small = min(cost(4_000) for _ in range(2))
    assert cost(40_000) < 30 * small + 0.5
