"""Frontmatter: spans of keys and values, problems in plain words, hostile YAML."""

import time

import pytest
from hypothesis import given, settings, strategies as st
from ruamel.yaml import YAML

from lintkb.source.frontmatter import Entry, Unreadable, _compose, read_frontmatter, read_plain


def spans(text):
    """Key and value of every entry as they stand in the text, nested ones indented by their keys."""
    frontmatter = read_frontmatter(text)
    assert frontmatter is not None
    assert frontmatter.problem is None, frontmatter.problem

    def walk(items, prefix):
        for item in items:
            if isinstance(item, Entry):
                yield prefix + text[slice(*item.key_span)], text[slice(*item.node.span)]
                yield from walk(item.node.items, prefix + item.key + ".")
            else:
                yield prefix + "-", text[slice(*item.span)]
                yield from walk(item.items, prefix + "-.")

    return list(walk(frontmatter.entries, ""))


def test_spans_of_every_kind_of_value():
    text = (
        "---\ntitle: Café 😀 # said\n'q k':  \"a: b\"\ntags: [a, 'b c']\nlist:\n  - x\n  - y: 1\n"
        "lit: |\n  one\n  two\nfold: >-\n  three\nempty:\nnull: ~\nlong: one\n  two\n---\nbody\n"
    )
    assert spans(text) == [
        ("title", "Café 😀"),
        ("'q k'", '"a: b"'),
        ("tags", "[a, 'b c']"),
        ("tags.-", "a"),
        ("tags.-", "'b c'"),
        ("list", "- x\n  - y: 1"),
        ("list.-", "x"),
        ("list.-", "y: 1"),
        ("list.-.y", "1"),
        ("lit", "|\n  one\n  two"),
        ("fold", ">-\n  three"),
        ("empty", ""),
        ("null", "~"),
        ("long", "one\n  two"),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_spans_do_not_depend_on_line_ends(newline):
    text = "---\ntitle: Soil\ntags:\n  - é\n  - b\n---\nbody\n".replace("\n", newline)
    assert spans(text) == [("title", "Soil"), ("tags", f"- é{newline}  - b"), ("tags.-", "é"), ("tags.-", "b")]
    frontmatter = read_frontmatter(text)
    assert text[frontmatter.span.end :] == f"body{newline}"


def test_an_empty_value_stands_behind_its_colon():
    frontmatter = read_frontmatter("---\na:\nb: 1\n---\n")
    assert frontmatter.entry("a").node.span == (6, 6)


@pytest.mark.parametrize(
    "text", ["", "# Title\n", "---", "---\n\nA rule.\n", "--- title: x\n", " ---\na: 1\n---\n", "----\na: 1\n----\n"]
)
def test_no_frontmatter(text):
    assert read_frontmatter(text) is None


@pytest.mark.parametrize("text", ["---\n---\n", "---\n---", "---\n# comment\n---\nbody", "--- \n--- \nbody"])
def test_empty_frontmatter(text):
    frontmatter = read_frontmatter(text)
    assert (frontmatter.entries, frontmatter.problem) == ((), None)


@pytest.mark.parametrize(
    ("yaml", "place", "message"),
    [
        ("a: b: c", (2, 5), "a second `: ` on one line; put the value in quotes"),
        ("a: [1, 2", (2, 4), "`[` is opened and not closed, or what is inside wants quotes"),
        ("a:\n\t- x", (3, 1), "a tab is used for indentation; YAML wants spaces"),
        ("@x: 1", (2, 1), "a key cannot begin with `@`; put it in quotes"),
        ('a: "x', (2, 4), "a quotation mark is opened and never closed"),
        ("a: *x", (2, 4), "the alias *x has no anchor before it"),
        ("x: \x07", (2, 4), "character U+0007 is not allowed"),
        ("a: 1\na: 2", (3, 1), "the key `a` is given twice"),
        ("<<: {a: 1}", (2, 1), "merge keys (`<<`) are not supported in frontmatter"),
        ("[a]: 1", (2, 1), "a list or mapping as a key"),
        ("only prose", (2, 1), "the frontmatter is not a list of `key: value` lines"),
        ("- a\n- b", (2, 1), "the frontmatter is not a list of `key: value` lines"),
    ],
)
def test_problem_and_place(yaml, place, message):
    from lintkb.text import SourceText

    text = f"---\n{yaml}\n---\n"
    problem = read_frontmatter(text).problem
    assert problem.message == message
    assert SourceText(text).position(problem.span.start) == place


def test_a_block_left_open():
    problem = read_frontmatter("---\ntitle: Soil\n\nText.\n").problem
    assert (problem.span, problem.message) == ((0, 3), "the frontmatter is never closed: no `---` line follows")


@pytest.mark.parametrize(
    "yaml",
    [
        "a: " + "[" * 30_000,
        "a: " + "[" * 30_000 + "]" * 30_000,
        "a: &a [x,x]\n"
        + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)),
        "a0: &a0 {x: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 8)}]}}\n" for i in range(1, 7)),
        "\n".join(f"k{i}: {i}" for i in range(100_000)),
        "? " * 5_000,
        "- " * 5_000,
        "{a: " * 5_000,
    ],
    ids=["open brackets", "closed brackets", "laughs", "merge bomb", "keys", "questions", "dashes", "braces"],
)
def test_hostile_yaml_is_refused_at_once(yaml):
    started = time.process_time()
    frontmatter = read_frontmatter(f"---\n{yaml}\n---\n")
    assert frontmatter.problem is not None
    assert time.process_time() - started < 2  # some take hours when they are not refused


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("9" * 5_000, "9" * 5_000),
        ("2024-13-45", "2024-13-45"),
        ("no", "no"),
        ("1:20", "1:20"),
        ("=", "="),
        ("true", True),
    ],
)
def test_values_that_trip_other_readers(value, expected):
    assert read_frontmatter(f"---\na: {value}\n---\n").value("a") == expected


PLAIN = st.text(st.sampled_from("abcxyzé 0123456789.-_/"), min_size=1, max_size=12).map(str.strip).filter(bool)
VALUES = st.recursive(
    st.one_of(
        PLAIN, st.integers(-999, 999), st.booleans(), st.none(), st.sampled_from(["1:20", "no", "2024-01-02", "0x1f"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["k", "long key", "x-1"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["title", "tags", "a b", "z"]), VALUES, min_size=1, max_size=4))
def test_values_are_what_ruamel_loads(data):
    from io import StringIO

    stream = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.dump(data, stream)
    text = stream.getvalue()
    frontmatter = read_frontmatter(f"---\n{text}---\n")
    assert frontmatter.problem is None
    assert {entry.key: entry.node.plain() for entry in frontmatter.entries} == YAML(typ="safe", pure=True).load(text)


LINES = st.lists(
    st.one_of(
        st.builds(
            "{}:{}{}{}".format,
            st.sampled_from(["title", "videoId", "tags", "null", "x-1", "_a", "Yes"]),
            st.sampled_from([" ", "", "  ", "\t"]),
            st.one_of(
                st.text(st.sampled_from("aBz é:#,[]{}&*!|>'\"%@`-?01 .~=<\t\u2028\x85\ufeff😀"), max_size=10),
                st.sampled_from(
                    [
                        "true",
                        "Null",
                        "no",
                        "1",
                        "012",
                        "1e5",
                        "1_0",
                        "2024-02-30",
                        "2024-01-02",
                        "a:b",
                        "a#b",
                        "http://x.test/a",
                        "<<",
                        "z:",
                    ]
                ),
                st.sampled_from(["a: b", "a #b", "word: ", "a\n  b", "- a", "{read: 50, wrong: 0, date: 2026-11-22}"]),
                st.sampled_from(["[]", "[a,]", "[a,,b]", "[a:b]", "{a}", "[[a]]"]),
                st.sampled_from(["[a, b]", "[a: b]", "[ a ]", "{ a: b }", "{a: b, c: 1}", "{a: b, a: c}", "[a, 'b']"]),
                st.sampled_from(["'a: b # c'", "''", "'it''s'", "'a' b", "'\\n'", "'a", "'é, [x]'", "' a '"]),
                st.sampled_from(["\n  x: 1\n  y-z: 'a, b'", "\n  x: 1\n\n  y: 2", "\n  x:\n    y: 1", "\n   x: 1"]),
                st.sampled_from(["\n  x: 1\n  x: 2", "\n  x: 1\n   y: 2", "\n  x: a\n    b", "\n\n  x: 1", "\n  - x"]),
                st.sampled_from(
                    ["|-\n  a: 'b'\n   #c ", "|-\n   a\n  b", "|-\n  a\n\n  b", "|-\n a\n", "|-\n  a\t", "|-"]
                ),
                st.sampled_from(
                    ["[a,\n b c,\n   é, 1]", "[a,\n]", "[a,\n ,\n b]", "[a, b,\nc]", "[a,\n b,\n\n c]", "[a,"]
                ),
                st.sampled_from(
                    ["[a b,\n c\n  d\n e, f]", "[a\n 12]", "[1\n a]", "[a\n - b]", "[a\n\n b]", "[a\n null]"]
                ),
                st.sampled_from(["[a:\n b]", "[a\n :b]", "[a \n b]", "[a\n # b\n c]", "[true\n a]", "[a\n  é€,\n b]"]),
                st.sampled_from(["[a,\n b: c]", "[a, \n b]", "[a,\n - b]", "[[a,\n b]]", "[a,\n b] c", "[é,\n €]"]),
                st.sampled_from(
                    ["\n  x:\n    y:\n      é: [a,\n        b]\n      w: 1\n  z: 2", "\n  x:\n    y: [a,\n  b]"]
                ),
                st.sampled_from(
                    ["\n  x:\n    y:\n      z:\n        a: 1", "\n  x:\n    y: 1\n   z: 2", "\n  x:\n    y:"]
                ),
                st.sampled_from(["\n  x: |-\n    é:\n      12\n  y: 2", "\n  x: |-\n  a", "\n  x: |-\n   a\n  y: 1"]),
            ),
            st.sampled_from(["", " ", " # c"]),
        ),
        st.sampled_from(["", "# c", "...", "  x: 1", "key", "<<: 1"]),
    ),
    max_size=4,
)


@settings(max_examples=1500, deadline=None)
@given(LINES.map(lambda lines: "".join(line + "\n" for line in lines)))
def test_the_plain_reader_says_what_yaml_says_or_nothing(text):
    plain = read_plain(text, 7)
    if plain is not None:
        assert plain == _compose(text, 7)


@settings(max_examples=1500, deadline=None)
@given(
    st.text(st.sampled_from("-_+.019abefiklnotTxzZXEGOy :,\n'é"), min_size=1, max_size=9),
    st.sampled_from(["x: {}\n", "x: [{}, g]\n", "x: [g\n {}]\n", "x: {{a: {}}}\n"]),
)
def test_what_begins_as_numbers_and_times_do_is_read_as_yaml_reads_it_or_not_at_all(value, block):
    text = block.format(value)
    plain = read_plain(text, 7)
    if plain is not None:
        assert plain == _compose(text, 7)


@pytest.mark.parametrize("value", ["3blue1brown", "-RdOwhmqP5s", "5ZdmS-EAbHo", "_G7hZKAdoSs", "50 Cents, and more"])
def test_names_that_begin_with_a_digit_or_a_hyphen_are_ordinary(value):
    plain = read_plain(f"x: [{value}]\n", 0)
    assert plain is not None
    assert [node.value for node in plain[0].node.items] == value.split(", ")


@pytest.mark.parametrize(
    "text",
    [
        "title: Soil\nvideoId: aXGo1o_baBo\n",
        "tags: [a, b c]\npublished: 2024-05-01\nn: 12\n",
        "measured: {read: 50, date: 2026-11-22}\n",
        "params:\n  in: prose\n  regex: '(a|b): #'\nx: 1\n",
        "params:\n  regex: |-\n    (?x)\n      a: # 'b'\n  in: prose\nx: 1\n",
        "params:\n  words:\n    de:\n      units: [Prozent, €,\n        ältere Sorten, z. B.]\n      more: [a]\n    en:\n      x: [b]\nx: 1\n",
        "tags: [a,\n  b,\n  c d\n  e, f]\n",
        "",
    ],
)
def test_the_plain_reader_reads_the_ordinary_block(text):
    assert read_plain(text, 0) is not None


@pytest.mark.parametrize(
    "items",
    [
        "true\n a",
        "1\n a",
        "a\n true",
        "2024-01-02\n a",
        "a,\n  b c\n  d",
        "a\n\n b",
        "a\n - b",
        "a\n # b",
        "a,\n ,\n b",
        "null\n a",
    ],
)
def test_lists_over_several_lines_are_read_as_yaml_reads_them_or_not_at_all(items):
    text = f"x: [{items}]\n"
    try:
        said = _compose(text, 3)
    except Unreadable:
        said = None
    assert read_plain(text, 3) in (None, said)
