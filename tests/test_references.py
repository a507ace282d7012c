"""Reference links and footnotes: what is read of them, and what the examples of their rules cannot show."""

import time

import pyromark
import pytest
from hypothesis import given, settings, strategies as st

from lintkb.checks.references import CHECKS
from lintkb.hints import one_slip_away
from lintkb.source.markdown import OPTIONS
from lintkb.source.note import Note
from lintkb.source.references import fold_label
from lintkb.text import SourceText


def read(text):
    return Note("a.md", SourceText(text)).references


def texts(text, items):
    return [text[slice(*item.span)] for item in items]


def undefined(text):
    return [
        (text[slice(*item.span)], text[slice(*item.text_span)], text[slice(*item.label_span)])
        for item in read(text).undefined
    ]


def test_a_note_without_any_is_not_parsed_again(monkeypatch):
    monkeypatch.setattr(pyromark, "reference_definitions", None)
    found = read("From: [[market-garden]]: [00:01:02] [x] `a[0]`\n")
    assert found == ([], [], [], [], [], set(), {})


def test_definitions_are_read_with_their_places_behind_frontmatter_and_wide_characters():
    text = (
        "---\nt: '[q]: /q'\n---\né😀\n\n  [Ä b]:\n  <u v>\r\n 'é'\n> [q]: /q\n\n- [l]: /l\n\n```\n[c]: /c\n```\n"
        "<!-- \n[d]: /d\n-->\n\npara\n[p]: /p\n\n[two]: words here\n\n[é\n b]: #x (t)\n"
    )
    found = read(text)
    assert [(item.label, item.destination, item.title) for item in found.definitions] == [
        ("Ä b", "u v", "é"), ("q", "/q", ""), ("l", "/l", ""), ("é b", "#x", "t"),
    ]  # fmt: skip
    assert texts(text, found.definitions) == ["[Ä b]:\n  <u v>\r\n 'é'", "[q]: /q", "[l]: /l", "[é\n b]: #x (t)"]
    assert {label: text[slice(*span)] for label, span in found.lines.items()} == {"p": "[p]", "two": "[two]"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("é [a b][c] d", [("[a b][c]", "a b", "c")]),
        ("[c][] ![c][]", [("[c][]", "c", "c"), ("![c][]", "c", "c")]),
        ("![ ][ä\n b] x", [("![ ][ä\n b]", " ", "ä\n b")]),
        ("[x `[q]` y][z] [e\\]f][g\\]h]", [("[x `[q]` y][z]", "x `[q]` y", "z"), ("[e\\]f][g\\]h]", "e\\]f", "g\\]h")]),
        ("[a][g\\[h]", [("[a][g\\[h]", "a", "g\\[h")]),
        ("[![a][b]][c]", [("![a][b]", "a", "b"), ("[![a][b]][c]", "![a][b]", "c")]),
        ("[a]\\[b] [w [p] q]\\[b] \\[a][b] [a] [b] [t][[w]]\n\n[a\\][b]", []),
        ("`[a][b]` <!-- [a][b] --> <i a='[a][b]'> <http://x/[a][b]> [l](/u[a][b])", []),
        ("<div>\n[a][b]\n</div>\n\n    [a][b]\n", []),
        ("[a][B\t\r\n b] [ẞ][]\n\n[b  B]: /x\n[SS]: /y\n", []),
        ("[a][b]\r[b]: /x\r\r[a][b]\r\r[b]: /y", []),
    ],
)
def test_undefined_references(text, expected):
    assert undefined(text) == expected


def test_footnotes_and_their_marks():
    text = "a[^1] `[^2]` \\[^3]\n\n[^1]: one\n\n    é two\n\n\n[^B c]: lazy\nmore\n\n# H\n<div>\n[^4]: x\n</div>\n"
    found = read(text)
    assert [item.label for item in found.footnotes] == ["1", "B c"]
    assert texts(text, found.footnotes) == ["[^1]: one\n\n    é two", "[^B c]: lazy\nmore"]
    assert [item.label for item in found.marks] == ["1", "3", "4"]
    assert list(found.lines) == ["^4"]
    assert found.mentioned == {"^1", "^2", "^3", "^4"}


def test_a_label_that_looks_like_lintkbs_own_mark_is_a_label():
    text = "[\ufdd0]: /x\n[\ufdd0\ufdd00 x]: /y\n[\ufdd0]: /z\n"
    assert [item.destination for item in read(text).repeated] == ["/z"]


LABELS = st.sampled_from(["a", "A", "b c", "B\nc", "é", "x\\]y", "`k`", "^n"])
PIECES = st.one_of(
    st.builds("[{}]: /{}\n".format, LABELS, st.integers(0, 3)),
    st.builds("[t {}][{}]".format, LABELS, LABELS),
    st.builds("![{}][]".format, LABELS),
    st.builds("[{}]".format, LABELS),
    st.sampled_from(["\n\n", "\n", "> ", "- ", "word ", "# ", "```\n", "[", "]", "!", "`", "[[w]]", "    ", "\r\n"]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_what_is_read_is_what_pyromark_makes_links_of(text):
    found = read(text)
    resolved = []
    for event, _ in pyromark.events_with_range(text, options=OPTIONS):
        start = event.get("Start") if isinstance(event, dict) else None
        if isinstance(start, dict) and ("Link" in start or "Image" in start):
            link = start.get("Link") or start["Image"]
            if link["link_type"] in ("Reference", "Collapsed", "Shortcut"):
                resolved.append(fold_label(link["id"]))
    defined = {fold_label(item.label) for item in found.definitions}
    assert set(resolved) <= defined & found.mentioned
    for item in (*found.definitions, *found.repeated, *found.undefined, *found.footnotes, *found.marks):
        assert text[item.span.start] in "[!"
    for item in found.undefined:
        assert fold_label(item.label) not in defined
    for item in found.repeated:
        first = next(first for first in found.definitions if fold_label(first.label) == fold_label(item.label))
        alone = text[: first.span.start + 1] + "other" + text[first.span.start + 1 :]
        assert fold_label(item.label) in {fold_label(again.label) for again in read(alone).definitions}
    for item in found.undefined:
        if not item.label.startswith("^"):
            cured = read(f"[{item.label}]: /cure\n\n{text}")
            assert fold_label(item.label) not in {fold_label(again.label) for again in cured.undefined}


def test_labels_in_quotes_and_tables_are_those_of_their_definitions():
    text = "> [t][b\n> c] [d\n> e][]\n\n| a |\n|---|\n| [q][x\\|y] |\n\n"
    assert [item.label for item in read(text).undefined] == ["b c", "d e", "x|y"]
    assert judged(text + "[b c]: /1\n[d e]: /2\n[x|y]: /3\n") == []


def judged(text):
    note = Note("a.md", SourceText(text))
    return [finding for check in CHECKS for finding in check.run(note, None)]


HOSTILE = {
    piece: (lambda count, piece=piece: piece * count)
    for piece in ("[", "][", "[^", "![", "\\[", "[a]: ", "[x y][z] ", "[[a]][", "[^a]: ", "- [^a]: ", "> [^a]: x\n", "[a]: /x\n", "[^a]: x\n\n")
}  # fmt: skip
HOSTILE |= {
    "nested": lambda count: "[" * count + "a b][a]" * count,
    "many of each": lambda count: (
        "".join(f"[labels{n}x]: /x\n" for n in range(150)) + "".join(f"\n[a b][labels{n}]" for n in range(count))
    ),
    "many defined": lambda count: "".join(f"[l{n}]: /x\n" for n in range(count)),
    "backslashes": lambda count: "[a]" + "\\" * count + "[b]",
    "blanks": lambda count: "[^a]: x\n" + "\n" * count + "[^b]: [x][y]",
    "long labels": lambda count: "[" + "a " * count + "][b] [" + "a " * count + "]: x",
    "noncharacters": lambda count: "[" + "\ufdd0" * count + "]: x\n[a]: x",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_repetition_is_linear(text):
    """Ten times the text takes no more than about ten times as long: generous, but far from quadratic."""

    def cost(count):
        started = time.process_time()
        judged(text(count))
        return time.process_time() - started

    small = min(cost(3_000) for _ in range(2))
    assert cost(30_000) < 30 * small + 0.5


def test_two_hundred_thousand_brackets():
    assert judged("[" * 200_000 + "][") == []


@pytest.fixture
def fixed(base):
    """What `--fix --unsafe-fixes` makes of a note under the rules `select`, and the codes that it had."""

    def run(text, select="ML004,ML005,ML006,ML007,ML008"):
        base.write({"a.md": text.encode("utf-8")})
        codes = [item["code"] for item in base.json("--no-cache", "--select", select).json]
        base.run("--fix", "--unsafe-fixes", "--no-cache", "--select", select)
        return codes, base.read("a.md").decode("utf-8")

    return run


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["[t][a]", "", "[a]: /a", "  [b]: /b  ", "[c]: /c 'x", "y'", ""], ["[t][a]", "", "[a]: /a", ""]),
        (["t", "", "[a]: /a", "", "u"], ["t", "", "u"]),
        (["t", "", "[a]: /a"], ["t", ""]),
        (["t", "", "[a]: /a", "", ""], ["t", "", ""]),
        (["t", "", "[a]: /a", "# H"], ["t", "", "# H"]),
        (["---", "title: t", "---", "[a]: /a", "", "u"], ["---", "title: t", "---", "", "u"]),
        (["# H", "[a]: /a", "[b]: /b", "u [b]"], ["# H", "[b]: /b", "u [b]"]),
        (["# H", "[a]: /a", "u"], None),
        (["t", "", "> [a]: /a", ""], None),
        (["t", "", "[Rye]: hardy", ""], None),
    ],
)
def test_a_definition_goes_with_its_lines(fixed, before, after, newline):
    text = newline.join(before)
    codes, result = fixed(text)
    assert set(codes) == {"ML005"}
    assert result == (text if after is None else newline.join(after))


def test_a_footnote_that_nothing_refers_to_stays(fixed):
    text = "t\n\n[^1]: x\n"
    assert fixed(text) == (["ML007"], text)


def found(text):
    return [(finding.subject, text[slice(*finding.span)]) for finding in judged(text)]


@pytest.mark.parametrize(
    "text",
    [
        "x[a b][c]", "f(x)[a b][c]", "[a b][c][d e]", "[a b][c](/u v)", "[a b][c]{.d}", "[00:01:02][00:03:04]",
        "[a b][00:03:04:05]", "[a b][1:02]", "- [x][y z]", "[ ][c]", "[^1^][c]", "[@a b][c]", "[1, 2][c]", "[a b][{{c}}]",
        "[first name][last name]", "[Music][Applause]", "[laughter][laughter]", "[a-z A-Z][0-9]", "[int][string]",
        "[[a b]][c]", "[!note it][c]",
    ],
)  # fmt: skip
def test_what_is_no_reference(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("see ([the beds][beds]).", "beds"), ("[Rye][rye]", "rye"), ("[Rye][]", "rye"), ("链[长 文][l1]", "l1"), ("[the beds][2][^1]\n\n[^1]: x", "2"),
        ("![Music][Bed 2]", "bed 2"), ("[`x[0]`][y]", "y"), ("[Bed][Row]\nx\n[row]: /x", "row"), ("[Bed][Row] [u][]\n\n[u]: /x", "row"),
        ("| a |\n|---|\n| [the beds][beds] |", "beds"), ("# [the beds][beds]", "beds"), ("> [the\n> beds][beds]", "beds"),
    ],
)  # fmt: skip
def test_what_is_a_reference(text, label):
    assert [subject for subject, _ in found(text)] == [label]


def test_a_line_that_fails_to_define_is_named():
    text = "See [Bed][Row].\n[row]: /x\n"
    (finding,) = judged(text)
    assert [(text[slice(*place.span)], place.message[:13]) for place in finding.related] == [("[row]", "no definition")]
    assert finding.fixes == ()


@pytest.mark.parametrize(
    "text",
    [
        "the class [^abc] matches", "[^a-z]+", "[^a-z]", "\\[^1]", "x[^1](y)", "x[^a b]", "x[^*]", "`[^1]`", "$a[^1]$", "[[#^1]] [[^1]]",
        "<div>\n[^1]\n</div>", "x[^1]\n<div>\n[^1]: y\n</div>", "^[an aside]", "x[^A]\n\n[^a]: y",
    ],
)  # fmt: skip
def test_what_is_no_missing_footnote(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["x[^1]", "x.[^note]", "长[^n]", "x [^1]", "| a |\n|---|\n| x[^1] |", "# x[^1]", "**x**[^n]."]
)
def test_what_is_a_missing_footnote(text):
    (entry,) = found(text)
    assert entry[0] == entry[1][1:-1]


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("watring", ["watering", "lime"], "watering"), ("waterign", ["watering"], "watering"), ("watering", ["waterings"], "waterings"),
        ("wtarign", ["watering"], None), ("bed", ["beds"], None), ("note-1", ["note-2"], None), ("note1", ["note"], None),
        ("seeds", ["seedy", "seed"], None), ("seeds", [f"seed{n}x" for n in range(200)] + ["seedy"], None),
    ],
)  # fmt: skip
def test_one_slip_away(word, known, expected):
    assert one_slip_away(word, known) == expected


def test_a_label_is_never_corrected_to_one_that_a_table_would_cut(fixed):
    text = "[Bed][seed|row]\n\n[seed|rows]: /x\n"
    assert fixed(text, "ML004") == (["ML004"], text)


def test_what_an_editor_keeps_for_wikilinks_is_neither_unused_nor_by_hand(base):
    generated = '[//begin]: # "x"\n[old]: old.md "Old"\n[//end]: # "x"\n'
    base.write({"a.md": f"[Bed][Row]\n\n{generated}", "b.md": f"[Bed][Row]\n\n{generated}[seed]: /x\n"})
    assert base.json("--no-cache", "--select", "ML004,ML005").brief == ["b.md:1:7 ML004", "b.md:6:1 ML005"]


def test_definitions_that_say_the_same_are_told_of_mildly(base):
    base.write({"a.md": "[t][a] [u][b]\n\n[a]: /x\n[A]: /x\n[b]: /y\n[b]: /y 'z'\n"})
    ran = base.json("--no-cache", "--select", "ML008")
    assert [(item["start"]["line"], item["severity"]) for item in ran.json] == [(4, "info"), (6, "warning")]


def test_well_kept_vaults_have_footnotes_that_nothing_refers_to_and_nothing_else(base, corpus):
    for name, most in (("garden", 10), ("foam-docs", 0)):
        folder = corpus / "vaults" / name
        if folder.is_dir():
            ran = base.json(str(folder), "--no-cache", "--select", "ML004,ML005,ML006,ML007,ML008")
            assert {item["code"] for item in ran.json} <= {"ML007"}
            assert len(ran.json) <= most
