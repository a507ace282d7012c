"""What a link's target resolves to, and what a broken one may have meant."""

import random
import sys
import time

import pytest
from hypothesis import given, strategies as st

from lintkb.facts import gather_facts
from lintkb.index import KnowledgeBase
from lintkb.names import ALL_FOLDS, Name, fold, fold_all
from lintkb.settings import PRESETS, Links
from lintkb.source.note import Note
from lintkb.suggestions import Suggester
from lintkb.text import SourceText

NOTES = {
    "growing_tomatoes.md": "---\ntitle: 'Growing Tomatoes: a guide'\n---\n",
    "a/soil.md": "---\naliases: [earth, Dirt]\n---\n",
    "b/soil.md": "",
    "b/deep/Mulch.md": "---\nalias: straw\n---\n",
    "c/index.md": "",
    "caf\u00e9.md": "",
    "\u2068odd\u2069.md": "",
}
FILES = ["images/bed.png", "old/excluded.md"]


def build(names=("path", "stem", "alias"), folds=()):
    notes = [gather_facts(Note(path, SourceText(text))) for path, text in NOTES.items()]
    return KnowledgeBase(notes, FILES, Links(names=names, fold=folds))


@pytest.mark.parametrize(
    ("target", "paths"),
    [
        ("growing_tomatoes", ["growing_tomatoes.md"]),
        ("growing_tomatoes.md", ["growing_tomatoes.md"]),
        ("/growing_tomatoes", ["growing_tomatoes.md"]),
        ("../growing_tomatoes", ["growing_tomatoes.md"]),
        ("../../growing_tomatoes", None),
        ("soil", ["a/soil.md"]),
        ("a/soil", ["a/soil.md"]),
        ("./soil", ["a/soil.md"]),
        ("deep/Mulch", ["b/deep/Mulch.md"]),
        ("/deep/Mulch", None),
        ("earth", ["a/soil.md"]),
        ("Dirt", ["a/soil.md"]),
        ("straw", ["b/deep/Mulch.md"]),
        ("c", ["c/index.md"]),
        ("bed.png", ["images/bed.png"]),
        ("images/bed.png", ["images/bed.png"]),
        ("bed", None),
        ("excluded", ["old/excluded.md"]),
        ("Growing Tomatoes: a guide", None),
        ("nothing", None),
    ],
)
def test_exact_resolution_from_a_folder(target, paths):
    resolution = build().resolve(target, "a/note.md")
    assert (list(resolution.paths) if resolution and not resolution.folded else None) == paths


@pytest.mark.parametrize(
    ("target", "folds", "folded"),
    [
        ("Growing Tomatoes", (), True),
        ("growing-tomatoes", (), True),
        ("GROWING_TOMATOES", ("case",), False),
        ("Growing Tomatoes", ("case",), True),
        ("Growing Tomatoes", ("case", "separators"), False),
        ("A/Soil", (), True),
        ("cafe\u0301", (), True),
        ("cafe\u0301", ("unicode",), False),
        ("odd", (), True),
    ],
)
def test_folding(target, folds, folded):
    resolution = build(folds=folds).resolve(target, "note.md")
    assert resolution is not None
    assert resolution.folded is folded


def test_only_listed_names_count():
    assert build(names=["title"]).resolve("growing_tomatoes", "n.md") is None
    assert build(names=["title"]).resolve("Growing Tomatoes: a guide", "n.md").paths == ("growing_tomatoes.md",)
    assert build(names=["stem"]).resolve("earth", "n.md") is None


@pytest.mark.parametrize(
    ("name", "from_path", "spelling"),
    [
        (Name("title", "Growing Tomatoes: a guide", "growing_tomatoes.md"), "a/x.md", "growing_tomatoes"),
        (Name("stem", "soil", "a/soil.md"), "a/x.md", "soil"),
        (Name("stem", "soil", "a/soil.md"), "x.md", "a/soil"),
        (Name("alias", "straw", "b/deep/Mulch.md"), "x.md", "straw"),
        (Name("stem", "bed.png", "images/bed.png"), "x.md", "bed.png"),
    ],
)
def test_link_text_is_a_name_that_reaches_the_note_alone(name, from_path, spelling):
    assert build().link_text(name, from_path) == spelling


@pytest.mark.parametrize(
    ("target", "meant", "certain"),
    [
        ("growing_tomatos", "growing_tomatoes", True),
        ("Growing tomatoes, a guide", "Growing Tomatoes: a guide", True),
        ("grown tomatoes", "growing_tomatoes", False),
        ("potatoes", None, None),
        ("", None, None),
    ],
)
def test_suggestions(target, meant, certain):
    suggestion = build().suggest(target)
    assert (suggestion and suggestion.name.text, suggestion and suggestion.certain) == (meant, certain)


def test_no_suggestion_is_lost_where_nothing_is_compared_that_cannot_be_one(monkeypatch):
    """Against the same with every candidate compared: names with articles, short ones, and blocks that many share."""
    seeded = random.Random(7)
    words = [
        "the",
        "a",
        "an",
        "bed",
        "beds",
        "soil",
        "rye",
        "oat",
        "oats",
        "clover",
        "garden",
        "gardens",
        "compost",
        "mulch",
        "of",
        "in",
        "tomato",
        "tomatoes",
        "leek",
    ]
    names = [" ".join(seeded.choices(words, k=seeded.randint(1, 5))) for _ in range(600)]
    names += [f"the {word}" for word in words] + ["compost heap " + str(number) for number in range(390)]
    suggester = Suggester.over(Name("stem", name, f"{number}.md") for number, name in enumerate(names))
    asked = []
    for name in seeded.sample(names, 300):
        at = seeded.randrange(len(name))
        slips = (name[:at] + name[at + 1 :], name[:at] + "x" + name[at:], name[:at] + "x" + name[at + 1 :])
        asked += [*slips, name.removeprefix("the "), f"the {slips[0]}", f"an {slips[2]}", f"{slips[0]} {name[:3]}"]
    quick = [suggester.suggest(fold(name, ALL_FOLDS)) for name in asked]
    monkeypatch.setattr(Suggester, "_may_suggest", lambda *_: True)
    assert quick == [suggester.suggest(fold(name, ALL_FOLDS)) for name in asked]
    assert 300 < sum(found is not None for found in quick) < len(quick) - 100


def test_other_digits_are_never_certain():
    facts = gather_facts(Note("comparison_of_iphone_14_pro_with_previous_models.md", SourceText("")))
    suggestion = KnowledgeBase([facts], [], Links(names=["stem"])).suggest(
        "comparison_of_iphone_15_pro_with_previous_models"
    )
    assert (suggestion.name.path, suggestion.certain) == (facts.path, False)


def test_fold():
    assert fold("A_b-C  d", ("case", "separators")) == "a b c d"
    assert fold("\u2068Ca\u200bfe\u0301\ufeff", ("unicode",)) == "Caf\u00e9"


@given(st.text("aB _-&%?#20\t\u00a0\u00e9\u0301\u200b\u2028/.\u00df\u0130", max_size=12))
def test_all_foldings_at_once_are_one_after_the_other(name):
    one = name
    for kind in ALL_FOLDS:
        one = fold(one, (kind,))
    assert fold(name, ALL_FOLDS) == one


@pytest.mark.parametrize(("having", "total", "expected"), [(0, 9, True), (8, 10, True), (7, 10, False), (0, 10, False)])
def test_what_is_customary(having, total, expected):
    texts = ["---\na: 1\n---\n"] * having + ["x"] * (total - having)
    notes = [gather_facts(Note(f"{number}.md", SourceText(text))) for number, text in enumerate(texts)]
    assert KnowledgeBase(notes, [], Links(names=[])).is_customary("frontmatter", 0, 10) is expected


def test_a_target_is_seen_from_the_folder_of_its_note_whatever_was_asked_before():
    notes = [gather_facts(Note("a/guide/index.md", SourceText("")))]
    for order in (["", "a", "b"], ["a", "b", ""], ["b", "", "a"]):
        kb = KnowledgeBase(notes, [], Links(names=["path", "stem"]))
        found = {folder: kb.resolve("guide", f"{folder}/x.md" if folder else "x.md") is not None for folder in order}
        assert found == {"": False, "a": True, "b": False}


@pytest.mark.parametrize("preset", ["none", *PRESETS])
def test_names_that_many_share_resolve_as_those_of_few_do(preset, monkeypatch):
    """Beyond `MANY` files of one name, they are looked up by folder and path: it must make no difference."""
    chance = random.Random(preset)
    folders = ["", "a", "b", "a/b", "b/a", "A", "b-a", "index"]
    names = ["index", "soil", "Soil", "a", "soil.v2", "___", "README"]
    paths = {f"{folder}/{name}.md".strip("/") for folder in folders for name in names if chance.random() < 0.6}
    called = "---\ntitle: {}\naliases: [{}]\n---\n"
    texts = {path: called.format(*chance.choices([*names, "x"], k=2)) for path in sorted(paths)}
    files = ["a/soil", "a/soil.v2", "b/index", "soil.png", "a/soil.png"]
    links = Links.validate(PRESETS.get(preset, {}))
    targets = {
        f"{start}{folder}{'/' if folder else ''}{name}{suffix}"
        for start in ("", "/", "./", "../") for folder in folders for name in [*names, "SOIL", "b", "soil.png"]
        for suffix in ("", ".md")
    }  # fmt: skip
    found = {}
    for many in (1_000_000, 1):
        monkeypatch.setattr("lintkb.names.MANY", many)
        notes = [gather_facts(Note(path, SourceText(text))) for path, text in texts.items()]
        kb = KnowledgeBase(notes, files, links)
        for folder in [*folders, "nowhere"]:
            for target in sorted(targets):
                for markdown in (False, True):
                    one = kb.resolve(target, f"{folder}/from.md".strip("/"), markdown=markdown)
                    names = {name for name in one.names if (name.path,) == one.paths} if one else set()
                    found.setdefault((folder, target, markdown), []).append((one and one[1:], names))
    assert len(found) > 4_000
    assert [f"{key}: {a} {b}" for key, (a, b) in found.items() if a != b] == []


def test_time_does_not_grow_with_those_who_share_a_name():
    count = 3_000
    notes = [
        gather_facts(
            Note(f"d{n}/index.md", SourceText(f"[[index]] [[d{n}/index]] [x](../d{n // 2}/index.md) [[Home]]"))
        )
        for n in range(count)
    ]
    notes += [gather_facts(Note(f"e{n}/home.md", SourceText("[[Index]] [[home]]"))) for n in range(count)]
    kb = KnowledgeBase(notes, [], Links())
    started = time.process_time()
    linked = {note.path for note in notes if kb.inbound(note.path)}
    assert {f"d{n}/index.md" for n in range(count // 2)} | {"e0/home.md"} <= linked
    assert sum(kb.inbound(note.path) for note in notes) > count
    assert time.process_time() - started < 5


PLAIN = ["a", "B", "-", "_", " ", "&", "?", "#", "\t", "\r", "."]


@given(
    st.one_of(
        st.lists(st.lists(st.sampled_from(pieces), max_size=5).map("".join), max_size=150)
        for pieces in (PLAIN, [*PLAIN, "\n"], [*PLAIN, "%", "%2F"], [*PLAIN, "\u00a0", "\u00c9", "e\u0301", "\u200b"])
    )
)
def test_many_names_are_folded_as_each_of_them_is(names):
    assert [*fold_all(names)] == [fold(name, ALL_FOLDS) for name in names]


def test_a_few_names_that_cannot_be_meant_are_told_from_those_that_can_without_comparing(monkeypatch):
    """As long as nothing is imported that compares them; against the same with that."""
    seeded = random.Random(11)
    names = ["the compost heap", "composted", "an oat", "rye and clover", "the garden bed", "heap of straw", "soil"]
    asked = [
        *names,
        "comp heap",
        "oat",
        "garden bed",
        "compots",
        "rey and clover",
        "heap or straw",
        "soli",
        "compxsted",
    ]
    asked += ["".join(seeded.sample(name, len(name))) for name in names]
    for some in (names[:1], names[:3], names):
        suggester = Suggester.over(Name("stem", name, f"{name}.md") for name in some)
        compared = [suggester.suggest(name) for name in asked]
        with monkeypatch.context() as patch:
            alone = []
            for name in asked:
                for module in [module for module in sys.modules if module.partition(".")[0] == "rapidfuzz"]:
                    patch.delitem(sys.modules, module)
                alone.append(suggester.suggest(name))
        assert alone == compared
        assert any(compared)
