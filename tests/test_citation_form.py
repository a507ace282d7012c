"""Citations in all their forms, valid and broken, and the fixes that bring them into one."""

import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings, strategies as st

from lintkb.catalogue import Selection, load_catalogue
from lintkb.clock import parse_offset
from lintkb.diagnostics import Applicability
from lintkb.engine import open_texts
from lintkb.fixer import fix
from lintkb.settings import SettingsError, build_settings
from lintkb.source.note import Note
from lintkb.text import SourceText

A = '<a class="yt-timestamp" data-t="{0}">[{0}]</a>'
ONE, TWO = A.format("00:01:02"), A.format("00:02:04")
CATALOGUE = load_catalogue()
RULES = ("TS005", "TS006", "TS007", "TS011", "TS012")


def session(text, *rules, table=None):
    return open_texts({"note.md": text.encode()}, CATALOGUE, table or {}, Selection("test", rules or RULES, (), ()))


def found(text, *rules, table=None):
    return [
        (item.rule, text[item.span.start : item.span.end])
        for item in session(text, *rules, table=table).judge().diagnostics
    ]


def mended(text, *rules, level=Applicability.SAFE, table=None):
    outcome = fix(session(text, *rules, table=table), level)
    assert not outcome.failed
    return outcome.changed["note.md"][1].decode() if outcome.changed else text


def read(text, dialects=None):
    times = build_settings({"times": {"dialects": dialects or {}}}, "t").times
    return Note("note.md", SourceText(text), times.patterns()).citations


# The lexer


@pytest.mark.parametrize(
    ("text", "form", "times", "faults"),
    [
        ('<a class="yt="yt-timestamp" data-t="00:01:02">[00:01:02]</a>', "anchor", "anchor 62, label 62", ["class"]),
        ('<a class="yt-0-26-28">[00:26:28]</a>', "anchor", "anchor None, label 1588", ["class", "attribute"]),
        ('<a class="yt-timestamp" data="00:11:00">[00:11:00]</a>', "anchor", "anchor None, label 660", ["attribute"]),
        ('<a class="yt-timestamp" data-00:11:00>[00:11:00]</a>', "anchor", "anchor None, label 660", ["attribute"]),
        ('<a data-t="00:01:02">[00:01:02]</a>', "anchor", "anchor 62, label 62", ["no class"]),
        ("<a data-t='00:01:02' class='x yt-timestamp'>1:02</a>", "anchor", "anchor 62, label 62", []),
        ('<a class="yt-timestamp" data-t="00:01:02"><b>[00:01:02]</b></a>', "anchor", "anchor 62, label 62", []),
        ('<a class="yt-timestamp" data-t="00:01:02">\u200b[00:01:02]</a>', "anchor", "anchor 62, label 62", []),
        ('<a class="yt-timestamp" data-t="00:01:02">her words</a>', "anchor", "anchor 62", []),
        ('<a class="yt-timestamp" data-t="00:01:02"></a>', "anchor", "anchor 62", ["empty"]),
        ('<a class="yt-timestamp" data-t="00:00:54">[:54]</a>', "anchor", "anchor 54", ["label"]),
        ('<a class="yt-timestamp" data-t="00:01:02">.[00:01:02]</a>', "anchor", "anchor 62, label 62", ["label"]),
        ('<a class="yt-timestamp" data-t="00:01:02">[[a | b]]</a>', "anchor", "anchor 62", ["label"]),
        ('<a class="yt-timestamp" data-t="00:01:02">[00:01:02]', "anchor", "anchor 62, label 62", ["unclosed"]),
        ('<a class="yt', "anchor", "anchor None", ["tag"]),
        (f"[1:02]({ONE})", "anchor", "text 62, anchor 62, label 62", ["in link"]),
        (f"[1:02]({ONE}", "anchor", "text 62, anchor 62, label 62", ["in link"]),
        ("[[00:01:02]]", "bare", "text 62", ["target"]),
        ("[[00:01:02, 1:04|later]]", "bare", "text 62, text 64", ["target"]),
        ("[00:01:02|00:01:04]", "bare", "text 62, text 64", []),
        ("[ 00:01:02 to 00:01:04 ]", "bare", "text 62, text 64", []),
        ("[7:21](https://v.test/a?t=7m21s)", "link", "text 441, address 441", []),
        ("[7:21](<https://v.test/a?b=1&t=441s>)", "link", "text 441, address 441", []),
        ('[7:21](https://v.test/a?b=1&amp;t=441 "T")', "link", "text 441, address 441", []),
        ("[0:07:21](https://v.test/a#t=00:07:21)", "link", "text 441, address 441", []),
        ("[7:21](https://v.test/a?t=1:75:00)", "link", "text 441, address None", []),
        ("[7:21](https://v.test/a?at=441)", "link", "text 441", []),
        ("[1:02 - 1:04](a.md)", "link", "text 62, text 64", []),
        ("[01:38:43](#t1:38:43)", "link", "text 5923", []),
        ("[words](00:01:02)", "link", "address 62", ["target"]),
        ("[1:02](<0:01:02>)", "link", "text 62, address 62", ["target"]),
    ],
)
def test_every_form_valid_or_broken(text, form, times, faults):
    (citation,) = read(f"é {text}")
    assert (citation.form, f"é {text}"[slice(*citation.span)], list(citation.faults)) == (form, text, faults)
    assert ", ".join(f"{one.role} {one.seconds}" for one in citation.times) == times
    for one in citation.times:
        assert one.text in ("", f"é {text}"[slice(*one.span)])


def test_a_time_as_the_label_of_a_wikilink():
    text = "[[x | [01:21:30]]] and [[x|01:21:30]], [[monday | 10:30]]"
    shown = [(text[slice(*one.span)], one.faults) for one in read(text)]
    assert shown == [("[01:21:30]", ("label of link",)), ("01:21:30", ("label of link",))]


def test_links_with_definitions_are_links():
    text = "[1:02][talk] and [1:04]\n\n[talk]: https://v.test/a\n[1:04]: https://v.test/b\n"
    assert [(one.form, text[slice(*one.span)]) for one in read(text)][:2] == [
        ("link", "[1:02][talk]"),
        ("link", "[1:04]"),
    ]


DEFINED = "[00:07:21]: https://youtu.be/x?t=441"


@pytest.mark.parametrize(
    "definitions",
    [DEFINED, f"- {DEFINED}", "[00:07:21]:\n  <a.md>\n  'at [00:08:21]'", f"{DEFINED}\n\n[00:07:21]: b.md"],
)
def test_definitions_are_no_citations(definitions):
    assert read(f"Soil.\n\n{definitions}\n") == []
    dialect = {"clock": r"(?P<time>\d\d:\d\d:\d\d)"}
    assert read(f"Soil.\n\n{DEFINED}\n", dialect) == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("[00:07:21]", {"TS006", "TS012"}),
        ("[00:07:21][]", {"TS006", "TS012"}),
        ("[0:1:02]", {"TS001", "TS006", "TS012"}),
    ],
)
def test_what_a_definition_answers_to_is_a_link_and_stays(text, rules):
    note = f"{ONE} x {text}\n\n{text.removesuffix('[]')}: #\n"
    assert [(one.form, [time.role for time in one.times]) for one in read(note)][1:] == [("link", ["name"])]
    shown = session(note, "TS", table={"times": {"form": "anchor"}}).judge().diagnostics
    assert {item.rule for item in shown} == rules
    assert [item.fixes for item in shown] == [()] * len(rules)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("bare", A.format("00:07:21")),
        ("anchor", "[0:07:21]"),
        ("bare", "[[00:07:21]]"),
        ("bare", "[00:07:21](#)"),
        ("bare", '<a class="yt" data-t="00:07:21">[00:07:21]</a>'),
        ("anchor", f'{ONE} {ONE} {ONE} <a class="yt-timestamp" data-t="00:07:21">00:07:21</a>'),
    ],
)
def test_no_fix_writes_what_a_definition_answers_to(form, text):
    rules, table = ("TS005", "TS006", "TS012"), {"times": {"form": form}}
    assert mended(f"{text} x\n", *rules, table=table) != f"{text} x\n"
    defined = f"{text} x\n\n{DEFINED}\n"
    assert mended(defined, *rules, table=table) == defined


def test_times_in_parentheses_are_citations_only_where_a_note_has_no_others():
    text = "a (00:01:02) b (00:01:04), c (00:01:06)."
    assert [(one.form, text[slice(*one.span)]) for one in read(text)] == [
        ("bare", "(00:01:02)"),
        ("bare", "(00:01:04)"),
        ("bare", "(00:01:06)"),
    ]
    assert read("a (00:01:02) b (00:01:04).") == []
    assert len(read(text + " [00:07:00]")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "<a data-t='menu'>x</a>", "[a](b?t=441)", "![1:02](a.png)", "[[a|b 00:01:02]]", "<abbr>", r"x \[00:01:02]",
        r"\\\[00:01:02]", "x[1:10:2]", "x[7:21]", r"[soil](07\:21\:00)",
    ],
)  # fmt: skip
def test_what_is_no_citation(text):
    assert read(text) == []


@pytest.mark.parametrize(
    "text",
    [
        '<img alt="Slide {}">', "<span\n title='a {}'>b</span>", "<x-clip :at={}/>", '<div\nid=x title="{}">\n\n</div>',
        '<a href="#" title="{}">x</a>', "<pre>\n\n{}\n</pre>", "<PRE>x <code>y</code> {}</PRE>", "a <code>b {}\nc</code>",
        "<kbd class=x>{}</kbd>", "<script>\nx = {}\n</script>", '{{{{< yt "{}" >}}}}', '{{{{% yt "{}" %}}}}',
        "{{% cite {} %}}", "http://e.com/{}", "see https://e.com/a?b={}&c.", "<http://e.com/{}>", "<https:{}>",
        "$x{}$", "${}$", "a $$y{}$$ b", "$$\ny{}\n$$",
    ],
)  # fmt: skip
@pytest.mark.parametrize("time", ["[00:01:02]", "[[00:01:02]]", "(00:01:02)"])
def test_markup_and_math_hold_no_citations(text, time):
    assert read(f"# Soil\n\n{chr(10).join([text.format(time)] * 3)}\n") == []
    assert len(read(f"{text.format(time)} {ONE} [00:01:02]")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "<b>[00:01:02]</b>", "<b [00:01:02] >", "x < y [00:01:02] > z", "<code> [00:01:02]", "<code/>[00:01:02]</code>",
        "<code>a\n> \n[00:01:02]</code>", "(https://e.com) [00:01:02]", "[x](https://e.com)[00:01:02]", "<pre>" + ONE + "</pre>",
        "[https://e.com][00:01:02]", "{{< a >}}[00:01:02]", "{% a %}[00:01:02]", "{{[00:01:02]}}", "(https://e.com/(x))[00:01:02]",
        "| https://e.com|[00:01:02]", "<code>x</code>[00:01:02]", "<samp><samp>x</samp>[00:01:02]</samp>", "https://e.com/a"+ONE,
        "$AAPL [00:01:02] ($TSLA)", "$5 [00:01:02] to $6", "US$AAPL[00:01:02]/$TSLA", "$$$ [00:01:02] or $$",
    ],
)  # fmt: skip
def test_citations_beside_markup_are_read(text):
    (citation,) = read(text)
    assert text[slice(*citation.span)] in ("[00:01:02]", ONE)


@pytest.mark.parametrize(
    "text", [r"\\[00:01:02]", "soil[00:01:02]", "soil [00:1:02]", "(soil)[1:02]", "soil[00:01:02][1:02]"]
)
def test_what_is_one_still(text):
    assert [text[slice(*one.span)] for one in read(text)] == re.findall(r"\[.*?\]", text)


@pytest.mark.parametrize("address", [r"07\:21\:00", "07&#58;21:00"])
def test_an_address_that_is_written_otherwise_has_no_place(address):
    (citation,) = read(f"A [00:07:21]({address})")
    assert [(one.role, one.span) for one in citation.times] == [("text", (3, 11))]
    assert citation.faults == ("target",)


def test_a_first_aside_is_read_whatever_ends_the_note():
    text = "(00:01:02) b (00:01:04), c (00:01:06) [d]"
    assert [text[slice(*one.span)] for one in read(text)] == ["(00:01:02)", "(00:01:04)", "(00:01:06)"]
    assert read("a [b](00:01:02\\) [c](00:01:04\\) d (00:01:06)") == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("441", 441), ("441s", 441), ("7m21s", 441), ("1h2m", 3720), ("1H", 3600), ("7m21", 441), ("441.5", 441),
        ("00:07:21", 441), ("7:21", 441), ("", None), ("s", None), ("7:75", None), ("1m2h", None), ("१", None),
    ],
)  # fmt: skip
def test_times_as_addresses_have_them(text, seconds):
    assert parse_offset(text) == seconds


# Dialects


def test_dialects():
    dialects = {
        "at": r"@(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?(?P<seconds>\d+)s",
        "list": r"\{(?:(?P<time>\d+:\d\d),?)+\}",
    }
    text = f"@7m21s `@1s` {{1:02,1:04}} [00:01:02] {ONE}"
    shown = [(one.form, [time.seconds for time in one.times]) for one in read(text, dialects)]
    assert shown == [("at", [441]), ("list", [62, 64]), ("bare", [62]), ("anchor", [62, 62])]
    inside = {"digits": r"(?P<time>\d\d:\d\d:\d\d)"}
    assert [one.form for one in read(f"00:01:02 {ONE} [00:01:02]", inside)] == ["digits", "anchor", "bare"]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"dialects": {"at": "@\\d+s"}}, "it names no time"),
        ({"dialects": {"at": "(?P<time>a)*"}}, "it matches nothing at all"),
        ({"dialects": {"at": "(?P<time>["}}, "not a regular expression"),
        ({"dialects": {"At": "(?P<time>a)"}}, "string should match pattern"),
        ({"dialects": {"bare": "(?P<time>a)"}}, "`bare` is a form already"),
        ({"form": "anchr"}, "no form `anchr`; did you mean `anchor`?"),
        ({"form": "at"}, "known: anchor, bare, link; others are `times.dialects`"),
    ],
)
def test_dialects_and_forms_that_cannot_be(table, words):
    with pytest.raises(SettingsError) as error:
        build_settings({"times": table}, "lintkb.toml")
    assert words in str(error.value)


def test_a_dialect_that_takes_too_long_is_told_and_nothing_called_clean(base, monkeypatch):
    from lintkb.source import citations

    monkeypatch.setattr(citations, "TIMEOUT", 0.01)
    base.write({"lintkb.toml": "times.dialects.at = '(?P<time>(?:a|a)+)b'\n", "a.md": "a" * 5000, "b.md": "b"})
    ran = base.run("--no-cache", "--select", "TS", "--exit-zero", "-q")
    assert ran.code == 2
    assert (
        "a.md:1:1: KB005 not checked: a dialect"
        in base.run("--no-cache", "--select", "TS", "--output-format", "concise").out
    )


def test_times_of_a_dialect_are_held_to_the_same_rules(base):
    base.write(
        {
            "lintkb.toml": "[times]\nform = 'at'\ndialects.at = '@(?P<time>[\\w:]+)'\n",
            "a.md": "---\nduration: 100\n---\n@90s or @2m or @x or [00:00:01]\n",
        }
    )
    shown = [(item["code"], item["message"]) for item in base.json("--no-cache", "--select", "TS").json]
    assert shown == [
        ("TS003", "2m lies beyond the end of the recording, which lasts 00:01:40"),
        ("TS001", "`x` is not a time (`times.dialects.at`)"),
        ("TS006", "a citation of the form `bare` where `times.form` asks for `at`"),
    ]


# The rules


def test_one_fault_is_told_by_one_rule():
    cases = {
        "[[00:07:21]]": ["TS005"],
        "[00:07:21](#)": ["TS012"],
        "[00:07:21]()": ["TS012"],
        "[soil](00:07:21)": ["TS012"],
        "[00:07:21](https://youtu.be/00:07:21)": ["TS012"],
        "[00:07:21](https://example.com/a)": ["RS010"],
        "[the talk](#)": ["RS010"],
        '<a class="yt-timestamp">[00:07:21]</a>': ["TS005"],
        '<a class="yt-timestamp" data-t="">[00:07:21]</a>': ["TS005"],
        '<a class="yt-timestamp" data-t="7:21">[7:21]</a>': ["TS001"],
    }
    rules = ("TS", "WL", "ML", "RS010")
    told = {text: [rule for rule, _ in found(text, *rules)] for text in cases}
    assert told == cases


@pytest.mark.parametrize(
    "text",
    [
        '<a class="yt" data-t="00:07:21">[00:08:21]</a>',  # two times
        '<a class="yt-48:47">[01:48:47]</a>',  # the tag says something else: unsafe
        '<a class="yt-timestamp" data-t="00:07:21">[00:07:21] she says</a>',  # words would be lost
        '<a class="yt-timestamp" data-t="7:21"></a>',  # hours or minutes?
        '<a class="yt-timestamp" data-t="00:07:21">[00:07:21](https://youtu.be/x?t=441)',  # a link of its own
        '<a class="yt-timestamp" data-t="00:07:21">[00:07:21][talk]',
        '<a class="yt-timestamp" data-t="00:07:21">[00:07:21]{.x}',
        '<a class="yt-timestamp" data-t="00:07:21">[the talk](https://youtu.be/x?t=441)',
        "[[07:21]]",
        "[x](00:07:21)",
        "[00:08:21](00:07:21)",
        "[00:08:21](#t00:07:21)",
        "[01:00:00](https://youtu.be/dQw4w9WgXcQ)",
        "- [00:00:10](#t0:00:10): Intro\n- [[00:07:21]]: Soil",  # a definition would show nothing
    ],
)
def test_what_is_not_certain_is_left(text):
    assert {rule for rule, _ in found(text)} <= {"TS005", "TS012"}
    assert found(text) != []
    assert mended(text) == text


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ('x <sup><a class="yt-timestamp" data-t="00:01:02">[00:01:02]</sup>', f"x <sup>{ONE}</sup>"),
        ('x <a class="yt-timestamp" data-t="00:01:02">[00:01:02]</sup>.', f"x {ONE}."),
        ('x <a class="yt-timestamp" data-t="00:01:02">[00:01:02] y', f"x {ONE} y"),
        ('x <a class="yt-timestamp" data-t="00:01:02">[00:01:02</a>', f"x {ONE}"),
        ('x <a class="yt-timestamp" data-t="00:01:02"> y', f"x {ONE} y"),
        (f"x ([00:01:02]({ONE})).", f"x ({ONE})."),
        ('<b>x\n<a class="yt-timestamp" data-t="00:01:02">[00:01:02]</b>', f"<b>x\n{ONE}</b>"),  # it closes another
        ('<b>`</b>` x <a class="yt-timestamp" data-t="00:01:02">[00:01:02]</b>', f"<b>`</b>` x {ONE}</b>"),
        ('<b>x</b> <a class="yt-timestamp" data-t="00:01:02">[00:01:02]</b> y', f"<b>x</b> {ONE} y"),
        ("[[00:01:02]](y)", "[[00:01:02]](y)"),
        ("x [[00:01:02]] y", "x [00:01:02] y"),
        ("x [[00:01:02]](#y)", "x [[00:01:02]](#y)"),
        (f"{ONE} x [[00:02:04]]", f"{ONE} x {TWO}"),
        (f"{ONE} x [00:02:04]()", f"{ONE} x {TWO}"),
    ],
)
def test_what_is_certain_is_mended(text, fixed):
    assert mended(text, "TS005", "TS012") == fixed


@pytest.mark.parametrize(
    ("form", "text", "fixed"),
    [
        ("anchor", "x [0:01:02], [00:01:02 and 00:02:04].", f"x {ONE}, {ONE} and {TWO}."),
        ("anchor", "[see [00:01:02] there](y) [[z|a [00:01:02] b]]", None),
        ("anchor", "| a |\n|---|\n| [00:01:02 | 00:02:04] |", None),
        ("anchor", "[00:01:02](https://v.test/a?t=62) verse [3:16]", None),
        ("bare", f"x {ONE}; y {TWO}", "x [00:01:02]; y [00:02:04]"),
        *(("bare", f"{lead}{ONE}: y", None) for lead in ("", "> ", "- ", "12. ", "> * ", "- [ ] ", "[^1]: ")),
        ("bare", f"[{ONE}] x {ONE}(y) !{ONE} {ONE}{{.x}}", None),
        ("bare", '<a class="yt-timestamp" data-t="00:01:02">her words</a>', None),
        ("bare", '<a class="yt-timestamp" data-t="00:01:02">[00:01:03]</a>', None),
        ("bare", '<a class="yt-timestamp" data-t="00:01:02">[0:01:02 - 0:01:04]</a>', None),
        ("anchor", "(00:01:02) a (00:01:04) b (00:01:06)", None),
        ("link", f"x {ONE} [00:02:04]", None),
    ],
)
def test_the_form_that_is_asked_for(form, text, fixed):
    assert mended(text, "TS006", table={"times": {"form": form}}) == (fixed or text)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("bare", f"[r]: {ONE}"),  # the address of a definition
        ("bare", f"<http://e.com/{ONE}>"),
        ("bare", f"<img alt='Slide {ONE}'>"),
        ("bare", f"<pre>\n{ONE}\n</pre>"),
        ("bare", f'[x](a.md "{ONE}")'),
        ("bare", f'[r] x\n\n[r]: http://e.com "{ONE}"'),
        ("bare", f"$x + {ONE} y$"),
        ("anchor", "$x + [00:01:02] y$"),
        ("anchor", "$AAPL [00:01:02] ($TSLA)"),
        ("anchor", "a $$x [00:01:02, 00:02:04]$$ b"),
        ("anchor", "[see [[00:01:02]] there](http://e.com)"),  # would be a link without the one inside
        ("anchor", "[see [00:01:02](#) there](http://e.com)"),
        ("anchor", "![see [[00:01:02]]](a.png)"),
        ("anchor", "[[a|[[00:01:02]]]]"),
        ("anchor", "[r][00:01:02]\n\n[r]: http://e.com"),
        ("anchor", "<div>\n[00:01:02](#t0:01:02)\n</div>"),
        ("anchor", "[r]: http://e.com '[[00:01:02]]'"),
        ("bare", "[r]: [00:01:02] [00:01:02]"),
        ("bare", "$x + [00:01:02] [00:01:02] y$"),
    ],
)
def test_no_fix_touches_what_is_a_part_of_something_else(form, text):
    assert mended(text, table={"times": {"form": form}}) == text


@pytest.mark.parametrize(
    "text", ["[^1]: [[00:01:02]]", "[Host]: [00:01:02] soil", "(see [00:01:02]) [x](y)", "[x](y) [00:01:02]"]
)
def test_what_stands_beside_something_else_is_mended(text):
    assert ONE in mended(text, table={"times": {"form": "anchor"}})


def test_a_citation_that_is_mended_is_not_taken_for_the_one_behind_it():
    text = f"[0:01:02](<a class='yt-timestamp' data-t='0:01:02'>0:01:02</a>){ONE}{ONE}(x"
    fixed = f'<a class="yt-timestamp" data-t="00:01:02">0:01:02</a>[00:01:02]{ONE}(x'
    assert mended(text, "TS005", "TS006", table={"times": {"form": "bare"}}) == fixed


def test_no_fix_makes_a_link_of_what_was_none():
    assert mended(f"[00:01:02], [00:01:02]] {ONE}, {ONE}(x)", "TS007") == f"[00:01:02], [00:01:02]] {ONE}, {ONE}(x)"
    text = f"[00:01:02]([00:01:02]({ONE})"
    assert (found(text, "TS005")[0][0], mended(text)) == ("TS005", text)


@pytest.mark.parametrize(
    "text",
    [
        '<a class="yt" data-t="00:01:02">[00:01:02]</a> ' + ONE,  # only the second works
        ONE + ' <a class="yt" data-t="00:01:02">[00:01:02]</a>',
        "John [3:16], [3:16]",
        "[00:01:02] [00:01:02]{.x}",
    ],
)
def test_what_may_differ_is_not_taken_out(text):
    assert [rule for rule, _ in found(text, "TS007")] == ["TS007"]
    assert mended(text, "TS007") == text


def test_labels_are_brought_into_line_only_where_most_agree():
    plain = '<a class="yt-timestamp" data-t="{0}">{0}</a>'
    assert found(f"{ONE} {plain.format('00:02:04')}", "TS006") == []
    text = f"{ONE} {TWO} {ONE} {plain.format('00:02:04')}"
    assert mended(text, "TS006") == f"{ONE} {TWO} {ONE} {TWO}"


def test_a_row_ends_where_words_begin():
    text = "a [00:00:01], [00:00:02] ; [00:00:03] and [00:00:04]\n[00:00:05] b [00:00:06]–[00:00:07] c [00:00:08]"
    run = session(text, "TS009").judge().diagnostics
    assert [(item.message, text[slice(*item.span)]) for item in run] == [
        ("4 times are cited in a row; 3 are enough", text[2 : text.index("\n")])
    ]


@pytest.mark.parametrize(
    "text",
    [
        "He joined Beds Inc. [00:01:02]", "At 5 a.m. [00:01:02]", "Plan B. [00:01:02]", "Beans, peas etc. [00:01:02]",
        "She asks why? [00:01:02]", 'She says "so." [00:01:02]', "**So.** [00:01:02]", "So... [00:01:02]",
        "[00:01:02] So. [00:01:02] And so. [00:02:04]", "So. [00:01:02] And so.", "So.\n[00:01:02]",
        "| a |\n|---|\n| So. [00:01:02] |", "1. [00:01:02]", "So. [00:01:02]x", "## [00:01:02]",
    ],
)  # fmt: skip
def test_citations_that_may_stand_behind_a_stop(text):
    assert found(text, "TS011") == []


def test_a_paragraph_of_several_lines_is_judged_as_one():
    text = "> So\r\n> it is. [00:01:02]\r\n\r\n* And so. [00:02:04]\r\n* Led [00:03:00]. Then. [00:04:00]\r\n"
    fixed = "> So\r\n> it is [00:01:02].\r\n\r\n* And so [00:02:04].\r\n* Led [00:03:00]. Then [00:04:00].\r\n"
    assert mended(text, "TS011") == fixed
    led = "[00:01:02] So.\nAnd so. [00:02:04]\nThen. [00:03:00]"
    assert found(led, "TS011") == []


# Every fix keeps every time, and touches nothing else

TIMES = st.sampled_from(["00:01:02", "00:02:04", "0:01:02", "7:21", "00:75:00", "00:01:02:03"])
CITATIONS = st.one_of(
    st.builds(A.format, TIMES),
    st.builds('<a class="{}" data-t="{}">{}</a>'.format, st.sampled_from(["yt-timestamp", "yt=", ""]), TIMES, TIMES),
    st.builds(
        '<a class="yt-timestamp" data-t="{}">{}'.format,
        TIMES,
        st.sampled_from(["</a>", "[00:01:02]</sup>", "[0:01:02]"]),
    ),
    st.builds('<a class="yt-timestamp"{}>[{}]</a>'.format, st.sampled_from(["", " data=1", " data-t=''"]), TIMES),
    st.builds("[{0}](<a class='yt-timestamp' data-t='{0}'>{0}</a>)".format, TIMES),
    st.builds("[{}]".format, TIMES),
    st.builds("[00:09:00, {}]".format, TIMES),
    st.builds("[00:09:00-{}]".format, TIMES),
    st.builds("[[{}]]".format, TIMES),
    st.builds("[[soil | [{}]]]".format, TIMES),
    st.builds(
        "[{}]({})".format,
        TIMES,
        st.sampled_from(["#t1:02", "", "#", "#t=62", "https://v.test/?t=62", "0:01:02", "#t0:02:04"]),
    ),
)
WORDS = st.sampled_from(
    ["soil", "Rain.", "(", ")", ":", ", ", " and ", "\n", "\r\n\r\n", "- ", "> ", "## ", "| a |\n|---|\n| ", "[a](b)", "[[x]]",
     "é😀", "`[00:01:02]`", "*", "[", "]", "!", "etc.", '"']
)  # fmt: skip


def moments(text):
    return Counter(seconds for one in Note("note.md", SourceText(text)).citations for seconds in one.moments())


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.one_of(CITATIONS, WORDS), max_size=14).map("".join),
    st.sampled_from([None, "anchor", "bare", "link"]),
)
def test_fixes_keep_every_time_and_a_second_run_changes_nothing(text, form):
    table = {"times": {"form": form}} if form else None
    rules = ("TS005", "TS006", "TS012")
    once = mended(text, *rules, table=table)
    assert moments(once) == moments(text)
    assert once.count("words") == text.count("words")
    assert mended(once, *rules, table=table) == once
    every = mended(text, table=table)
    assert set(moments(every)) == set(moments(text))
    assert mended(every, table=table) == every


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(CITATIONS, WORDS), max_size=14).map("".join), st.sampled_from([None, "anchor", "bare"]))
def test_a_fix_keeps_to_its_citation(text, form):
    table = {"times": {"form": form}} if form else None
    spans = [one.span for one in Note("note.md", SourceText(text)).citations]
    for item in session(text, "TS005", "TS006", "TS012", table=table).judge().diagnostics:
        for edit in (edit for one in item.fixes for edit in one.edits):
            own = next(span for span in spans if span.start <= edit.span.start < span.end)
            assert edit.span.end <= own.end or text[own.end : edit.span.end].startswith("</")


@pytest.mark.parametrize(
    "text",
    [
        '<a class="yt-timestamp" data-t="' * 20_000,
        '<a class="yt' * 50_000,
        '<a class="yt-timestamp" data-t="00:01:02">' * 10_000,
        '<a class="yt-timestamp" data-t="00:01:02">' + "<b>" * 100_000,
        '<a class="yt-timestamp" data-t="00:01:02">[00:01:02]</b> ' * 20_000,
        "[00:01:02 " * 50_000,
        "[00:01:02, " + "00:01:02, " * 50_000,
        "[00:01:02](" * 30_000,
        "[00:01:02](<a " * 30_000,
        "[00:01:02](x) " * 10_000,
        "[[x | [00:01:02]]] " * 10_000,
        "[[00:01:02]] " * 10_000,
        "(00:01:02) " * 30_000,
        "[00:01:02]. " * 20_000,
        "x. [00:01:02] " * 20_000,
        "[00:01:02]" * 30_000,
        "[00:01:02]" + " " * 100_000 + "[00:01:02]" + "," * 100_000 + "[00:01:02]",
        "# [00:01:02]\n" * 10_000,
        "\n" * 100_000 + "> " * 50_000,
        "> \n" * 50_000 + "x. [00:01:02]",
        "<code><pre>" * 30_000,
        "<code>\n\n</kbd>" * 30_000,
        "<code><kbd></kbd>" * 30_000,
        '<b a="' * 50_000,
        "<b a=\"'\" b='" * 30_000,
        "<b" + " a" * 100_000,
        "a://[(" * 50_000,
        "<a:b" * 50_000,
        "{{< {% " * 50_000,
        "\\" * 100_000 + "[00:01:02]",
        "$x[0" * 50_000,
        "$$\n" * 50_000,
        "[00:01:02]: x\n" * 10_000,
        "](](](x ://:// [[00:01:02]] " * 20_000,
        f"{ONE} " + "='[0:01:02] " * 30_000,
        "[a]: b\n\n" + "[0:01:02]() $x [00:01:02]$ " * 10_000,
    ],
)
def test_hostile_citations_take_no_time_to_speak_of(text):
    started = time.monotonic()
    run = session(text, "TS", "TS011")
    run.judge()
    assert run.results["note.md"].facts is not None
    assert time.monotonic() - started < 8


def test_a_dialect_is_made_a_time_that_everybody_reads(base):
    dialect = r"at = '@(?:(?P<hours>\d{1,2})h)?(?:(?P<minutes>\d{1,2})m)?(?P<seconds>\d{1,2})s'"
    base.write({"lintkb.toml": f'[times]\nform = "bare"\n[times.dialects]\n{dialect}\n'})
    base.write({"n.md": "Water early @7m21s, and not late @1h2m3s.\nMulch @45s.\n"})
    base.run("--select", "TS006", "--fix", "--unsafe-fixes")
    assert base.read("n.md") == b"Water early [00:07:21], and not late [01:02:03].\nMulch [00:00:45].\n"
