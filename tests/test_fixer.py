"""Repairs: exact bytes, fixed points, nothing lost."""

import os
import stat

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from lintkb.catalogue import load_catalogue
from lintkb.checks.base import Check, Params
from lintkb.diagnostics import Applicability, Edit, Finding, Fix
from lintkb.engine import open_texts
from lintkb.fixer import _apply, _meets, _overlaps, fix
from lintkb.text import Span

GOOD = "---\ntitle: Soil\n---\n"
CATALOGUE = load_catalogue()


def session(files, *codes, rules=()):
    from lintkb.catalogue import Catalogue, Selection

    catalogue = Catalogue([*CATALOGUE.rules, *rules])
    contents = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    return open_texts(contents, catalogue, {}, Selection("test", codes or None, (), ()))


def made(run, code="XX001", level=Applicability.SAFE):
    """A rule whose check is `run`, for fixes that no rule note would offer."""
    check = Check(f"check-{code}", "note", Params, run)
    return CATALOGUE.by_code["RS001"]._replace(code=code, name=code.lower(), fix=level, check=check, params=Params())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"[[Growing Tomatoes]]", b"[[growing_tomatoes|Growing Tomatoes]]"),
        (
            b"\xef\xbb\xbf---\r\na: 1\r\n---\r\n[[Growing-Tomatoes | x]]\r\n",
            b"\xef\xbb\xbf---\r\na: 1\r\n---\r\n[[growing_tomatoes | x]]\r\n",
        ),
        ("é😀 [[ GROWING_TOMATOES#Sun ]] é\r".encode(), "é😀 [[ growing_tomatoes#Sun ]] é\r".encode()),
        (b"![[Growing Tomatoes]]\n\n\n", b"![[growing_tomatoes]]\n\n\n"),
        (b"`[[Growing Tomatoes]]`\n", b"`[[Growing Tomatoes]]`\n"),
    ],
)
def test_only_the_edited_bytes_change(base, before, after):
    base.write({"growing_tomatoes.md": GOOD + "\n## Sun\n", "note.md": before})
    os.chmod(base.root / "note.md", 0o640)
    ran = base.run("--fix", "--select", "WL")
    assert (ran.code, base.read("note.md")) == (0, after)
    assert stat.S_IMODE(os.stat(base.root / "note.md").st_mode) == 0o640
    assert base.run("--fix", "--select", "WL").err == "All clean: 2 notes checked.\n"
    assert base.read("note.md") == after
    assert sorted(os.listdir(base.root)) == ["growing_tomatoes.md", "note.md"]


def test_safe_and_unsafe_and_counts(base):
    base.write(
        {"growing_tomatoes.md": GOOD, "note.md": GOOD + "[[Growing Tomatoes]] [[growing_tomatos]] [[nowhere]]\n"}
    )
    ran = base.run("--fix", "--output-format", "concise")
    assert (
        base.read("note.md").decode()
        == GOOD + "[[growing_tomatoes|Growing Tomatoes]] [[growing_tomatos]] [[nowhere]]\n"
    )
    assert (ran.code, len(ran.lines)) == (1, 2)
    assert ran.err.splitlines()[0] == "Repaired 1 finding in 1 note."
    ran = base.run("--fix", "--unsafe-fixes", "--output-format", "concise", "--exit-zero", "--exit-non-zero-on-fix")
    assert (ran.code, ran.out) == (1, "note.md:4:78: WL001 no note answers to `nowhere`\n")
    assert base.run("--fix", "--exit-zero", "--exit-non-zero-on-fix").code == 0


def test_diff(base):
    base.write({"growing_tomatoes.md": GOOD, "note.md": "a\r\n[[Growing Tomatoes]]\r\nb\r\n"})
    ran = base.run("--diff", "--select", "WL")
    assert ran.code == 1
    assert ran.out == (
        "--- a/note.md\n+++ b/note.md\n@@ -1,3 +1,3 @@\n a\r\n-[[Growing Tomatoes]]\r\n"
        "+[[growing_tomatoes|Growing Tomatoes]]\r\n b\r\n"
    )
    assert ran.err == "Would repair 1 note.\n"
    assert base.read("note.md") == b"a\r\n[[Growing Tomatoes]]\r\nb\r\n"
    assert base.run("--diff", "growing_tomatoes.md").code == 0


@pytest.mark.parametrize(
    "text", ["[[Soil]]", "a\n[[Soil]]\n", "a\n\n\n\n\n\n[[Soil]]", "[[Soil]]\r\nx", "é\n[[Soil]] \x0c\n"]
)
def test_a_diff_can_be_applied(base, git, text):
    import subprocess

    base.write({"soil.md": GOOD, "sub/a note.md": GOOD + text})
    patch = base.run("--diff").out
    subprocess.run([git, "apply", "-"], cwd=base.root, input=patch.encode(), check="\x0c" not in text)
    if "\x0c" not in text:  # a control character is written out, and then the patch says so by not applying
        assert base.read("sub/a note.md").decode() == GOOD + text.replace("[[Soil]]", "[[soil|Soil]]")


def test_only_selected_notes_are_repaired(base):
    base.write({"soil.md": GOOD, "a.md": GOOD + "[[Soil]]", "b.md": GOOD + "[[Soil]]"})
    base.run("--fix", "a.md")
    assert (base.read("a.md")[-13:], base.read("b.md")[-8:]) == (b"[[soil|Soil]]", b"[[Soil]]")


def test_inserted_lines_take_the_line_end_of_the_note():
    def insert(note, _context):
        if "new" not in note.text:
            yield Finding(
                Span(0, 0), "m", "s", fixes=(Fix("t", (Edit(note.path, Span(0, 0), "new\n"),), Applicability.SAFE),)
            )

    opened = session({"note.md": b"a\r\nb"}, "XX001", rules=[made(insert)])
    assert fix(opened, Applicability.SAFE).changed["note.md"][1] == b"new\r\na\r\nb"


def test_overlapping_fixes_wait_and_a_fix_is_whole_or_not_at_all():
    def first(note, _context):
        if note.text == "abcdef":
            edits = (Edit(note.path, Span(0, 1), "A"), Edit(note.path, Span(4, 5), "E"))
            yield Finding(Span(0, 1), "m", "1", fixes=(Fix("t", edits, Applicability.SAFE),))

    def second(note, _context):
        at = note.text.find("ef")
        if at >= 0:
            yield Finding(
                Span(3, 6), "m", "2", fixes=(Fix("t", (Edit(note.path, Span(at, at + 2), "xy"),), Applicability.SAFE),)
            )

    opened = session({"note.md": "abcdef"}, "XX001", "XX002", rules=[made(first), made(second, "XX002")])
    outcome = fix(opened, Applicability.SAFE)
    assert (outcome.changed["note.md"][1], len(outcome.applied)) == (b"AbcdEf", 1)


def test_a_fix_that_does_not_hold_is_taken_back():
    def stubborn(note, _context):
        if note.path == "a.md":
            yield Finding(
                Span(0, 1), "m", "s", fixes=(Fix("t", (Edit(note.path, Span(0, 0), "x"),), Applicability.SAFE),)
            )

    def fine(note, _context):
        if "z" in note.text:
            at = note.text.index("z")
            yield Finding(
                Span(at, at + 1),
                "m",
                "s",
                fixes=(Fix("t", (Edit(note.path, Span(at, at + 1), ""),), Applicability.SAFE),),
            )

    opened = session({"a.md": "abc", "b.md": "za"}, "XX001", "XX002", rules=[made(fine), made(stubborn, "XX002")])
    outcome = fix(opened, Applicability.SAFE)
    assert [(item.path, item.rule, why) for item, why in outcome.failed] == [
        ("a.md", "XX002", "the finding was still there")
    ]
    assert outcome.changed == {"b.md": (b"za", b"a")}
    assert opened.read_bytes("a.md") == b"abc"


def test_a_fix_that_breaks_the_frontmatter_is_taken_back():
    def breaking(note, _context):
        if "title" in note.text:
            yield Finding(
                Span(4, 9), "m", "s", fixes=(Fix("t", (Edit(note.path, Span(4, 9), "a: b"),), Applicability.SAFE),)
            )

    opened = session({"a.md": GOOD}, "XX001", "FM003", rules=[made(breaking)])
    outcome = fix(opened, Applicability.SAFE)
    assert (outcome.changed, [why for _, why in outcome.failed]) == ({}, ["a.md could not be read any more"])


def test_fixes_that_chase_each_other_end():
    def swap(old, new):
        def run(note, _context):
            if note.text == old:
                yield Finding(
                    Span(0, 1), "m", old, fixes=(Fix("t", (Edit(note.path, Span(0, 1), new),), Applicability.SAFE),)
                )

        return run

    opened = session({"a.md": "x"}, "XX001", "XX002", rules=[made(swap("x", "y")), made(swap("y", "x"), "XX002")])
    outcome = fix(opened, Applicability.SAFE)
    assert (outcome.changed, outcome.applied) == ({}, [])
    assert [why for _, why in outcome.failed] == ["its fixes come to no end"]


def test_fixes_that_grow_without_end_are_taken_back():
    def grow(note, _context):
        end = len(note.text)
        yield Finding(
            Span(end - 1, end),
            "m",
            str(end),
            fixes=(Fix("t", (Edit(note.path, Span(end, end), "x"),), Applicability.SAFE),),
        )

    outcome = fix(session({"a.md": "x"}, "XX001", rules=[made(grow)]), Applicability.SAFE)
    assert (outcome.changed, outcome.applied, [why for _, why in outcome.failed]) == (
        {},
        [],
        ["its fixes come to no end"],
    )


TARGETS = ["growing_tomatoes", "Growing Tomatoes", "growing-tomatos", "SOIL", "soil", "nowhere", "Beds/Soil", "mulch é"]
PIECES = st.one_of(
    st.builds("[[{}]]".format, st.sampled_from(TARGETS)),
    st.builds("[[{} | é]]".format, st.sampled_from(TARGETS)),
    st.builds(
        '<a class="yt-timestamp" data-t="{0}">[{1}]</a>'.format,
        *[st.sampled_from(["00:01:02", "14:12", "07:21:00", "00:4:56", "x"])] * 2,
    ),
    st.sampled_from(
        [
            "top of page\n",
            "prose",
            "\r\n",
            "\n\n",
            "`[[SOIL]]`",
            "<!-- lintkb-disable-line WL -->",
            "| a |\n|---|\n",
            "😀",
            "- ",
        ]
    ),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(PIECES, max_size=12).map(" ".join),
    st.sampled_from(["", GOOD, "\ufeff", GOOD.replace("\n", "\r\n")]),
    st.sampled_from(list(Applicability)[2:]),
)
def test_a_second_run_changes_nothing(body, head, level):
    others = {"growing_tomatoes.md": GOOD, "beds/soil.md": GOOD, "mulch é.md": GOOD}
    data = (head + body).encode()
    opened = session({**others, "note.md": data})
    outcome = fix(opened, level)
    new = outcome.changed.get("note.md", (data, data))[1]
    again = fix(session({**others, "note.md": new}), level)
    assert again.changed == {}
    assert not outcome.failed


SPLITS = st.lists(st.tuples(st.text(st.sampled_from("aé😀\r\n"), max_size=4), st.booleans()), min_size=1, max_size=8)


@given(SPLITS, st.booleans())
def test_applying_edits_changes_only_their_spans(parts, bom):
    text, edits, expected = "", [], ""
    for number, (part, edited) in enumerate(parts):
        if edited:
            edits.append(Edit("note.md", Span(len(text), len(text) + len(part)), f"<{number}>"))
        expected += f"<{number}>" if edited else part
        text += part
    mark = b"\xef\xbb\xbf" if bom else b""
    assert _apply(mark + text.encode(), edits) == mark + expected.encode()


def test_a_note_that_changed_since_it_was_read_is_left_alone(base):
    from lintkb.engine import Options, open_sessions
    from lintkb.fixer import write

    base.write({"soil.md": GOOD, "a.md": "see [[Soil]] now\n", "b.md": "see [[Soil]] now\n"})
    opened = open_sessions(["."], Options(cache=False))[0]
    opened.read()
    base.write({"a.md": "Precious: other words here, link gone\n"})
    outcome = fix(opened, Applicability.SAFE)
    assert write(opened, outcome) == {}
    assert [(item.path, why) for item, why in outcome.failed] == [("a.md", "the note was changed while lintkb ran")]
    assert base.read("a.md") == b"Precious: other words here, link gone\n"
    assert base.read("b.md") == b"see [[soil|Soil]] now\n"


def test_what_was_refused_is_not_counted_as_repaired(base):
    base.write({"soil.md": GOOD, "a.md": GOOD + "[[Soil]] [[SOIL]]", "b.md": GOOD + "[[Soil]]"})
    os.link(base.root / "a.md", base.root / "second")
    ran = base.run("--fix")
    assert ran.code == 2
    assert ran.err.splitlines()[1] == "Repaired 1 finding in 1 note."


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        ((0, 3), (3, 5), False),
        ((0, 3), (2, 5), True),
        ((0, 3), (0, 0), True),
        ((0, 3), (3, 3), True),
        ((0, 3), (4, 4), False),
        ((2, 2), (2, 2), True),
        ((1, 1), (0, 3), True),
    ],
)
def test_what_overlaps(one, other, meets):
    assert _overlaps(Span(*one), Span(*other)) is meets
    assert _overlaps(Span(*other), Span(*one)) is meets
    assert _meets(Span(*one), [Span(-9, -8), Span(*other), Span(90, 91)]) is meets


def test_many_repairs_in_one_note_take_no_time_to_speak_of():
    import time

    started = time.monotonic()
    opened = session({"target_note.md": GOOD, "a.md": "[[target note]] " * 5_000}, "WL")
    outcome = fix(opened, Applicability.SAFE)
    assert len(outcome.applied) == 5_000
    assert time.monotonic() - started < 10
