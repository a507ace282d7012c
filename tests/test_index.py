"""What a link's target resolves to, and what a broken one may have meant."""

import pytest

from lintkb.facts import gather_facts
from lintkb.index import KnowledgeBase
from lintkb.names import Name, fold
from lintkb.settings import Links
from lintkb.source.note import Note
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


def test_other_digits_are_never_certain():
    facts = gather_facts(Note("comparison_of_iphone_14_pro_with_previous_models.md", SourceText("")))
    suggestion = KnowledgeBase([facts], [], Links(names=["stem"])).suggest(
        "comparison_of_iphone_15_pro_with_previous_models"
    )
    assert (suggestion.name.path, suggestion.certain) == (facts.path, False)


def test_fold():
    assert fold("A_b-C  d", ("case", "separators")) == "a b c d"
    assert fold("\u2068Ca\u200bfe\u0301\ufeff", ("unicode",)) == "Caf\u00e9"


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
