"""The anchors of a note, and how the reader of a preset compares them with what stands behind `#`."""

import pytest

from lintkb.anchors import Anchors, heading_key, slug
from lintkb.facts import gather_facts
from lintkb.source.note import Note
from lintkb.text import SourceText

TEXT = """# Soil & clay

## Texture: the *feel* of `it`

### By hand

## Texture: the *feel* of `it`

## C# and [[notes|notes]]

Sand. ^Grains

## 🌱 Sprouts

<a name="Old-place"></a>
"""


def anchors(*styles):
    return Anchors(gather_facts(Note("soil.md", SourceText(TEXT))), styles)


@pytest.mark.parametrize(
    ("fragment", "text", "slugs", "exact", "markdown"),
    [
        ("Soil & clay", True, True, True, False),
        ("soil clay", True, False, False, False),
        ("soil--clay", False, True, False, True),
        ("Soil--Clay", False, True, False, True),
        ("Texture: the feel of it", True, True, True, False),
        ("Texture the *feel* of `it`", True, True, False, False),
        ("texture-the-feel-of-it-1", False, True, False, True),
        ("texture-the-feel-of-it-2", False, False, False, False),
        ("Soil & clay#By hand", True, False, False, False),
        ("By hand#Soil & clay", False, False, False, False),
        ("By hand#Texture: the feel of it", False, False, False, False),
        ("C and notes notes", True, False, False, False),
        ("c-and-notes", False, True, False, True),
        ("-sprouts", False, True, False, True),
        ("^grains", True, True, True, True),
        ("^Grain", False, False, False, False),
        ("old-place", True, True, True, True),
        ("#", False, False, False, False),
        ("Silt", False, False, False, False),
    ],
)
def test_what_an_anchor_answers_to(fragment, text, slugs, exact, markdown):
    assert anchors("text").has(fragment, markdown=False) is text
    assert anchors("slug").has(fragment, markdown=False) is slugs
    assert anchors("exact").has(fragment, markdown=False) is exact
    assert anchors("exact").has(fragment, markdown=True) is (markdown or exact)


@pytest.mark.parametrize(
    ("fragment", "style", "markdown", "nearest"),
    [
        ("soil-clay", "text", False, ("Soil & clay", True)),
        ("soil-clay", "text", True, ("soil--clay", True)),
        ("Soils and clay", "exact", False, ("Soil & clay", False)),
        ("Textures: the feel of it", "text", False, ("Texture: the feel of it", False)),
        ("C and notes", "text", False, ("C and notes notes", False)),
        ("By", "exact", False, ("By hand", False)),
        ("^grain", "text", False, ("^Grains", False)),
        ("^silt", "text", False, None),
        ("Gravel", "text", False, None),
        ("?!", "text", False, None),
    ],
)
def test_the_anchor_most_like_it(fragment, style, markdown, nearest):
    found = anchors(style).nearest(fragment, markdown=markdown)
    assert found == nearest
    assert found is None or anchors(style).has(found[0], markdown=markdown)


def test_keys():
    assert heading_key("  A#b: [C](d)  e ") == "a b c d e"
    assert (slug("A b  c"), slug("Été & c_d-e"), slug("1. x\ty")) == ("a-b--c", "été--c_d-e", "1-xy")


@pytest.mark.parametrize(
    ("heading", "fragment", "found"),
    [
        ("हिन्दी में", "हिन्दी-में", True),
        ("⚙️ Config", "️-config", True),
        ("⚙️ Config", "-config", True),
        ("1️⃣ First", "1️⃣-first", True),
        ("Über Straße", "über-straße", True),
        ("Strasse", "straße", False),
    ],
)
def test_slugs_of_all_scripts(heading, fragment, found):
    note = gather_facts(Note("a.md", SourceText(f"# {heading}\n")))
    assert Anchors(note, ["slug"]).has(fragment, markdown=True) is found


@pytest.mark.parametrize(
    ("heading", "fragment", "nearest"),
    [
        ("2024-11-2", "2024-1-12", None),
        ("Version 1.1", "Version 11", None),
        ("Temperature -5", "Temperature 5", ("Temperature -5", False)),
        ("C++", "C", ("C++", False)),
        ("C#", "C", None),
        ("Weeds - all", "weeds-all", ("Weeds - all", True)),
        ("x ^1-12", "^11-2", None),
        ("x\n\ny ^rye_a", "^ryea", ("^rye_a", False)),
    ],
)
def test_other_digits_and_signs_that_mean_something_are_another_anchor(heading, fragment, nearest):
    note = gather_facts(Note("a.md", SourceText(f"# {heading}\n")))
    assert Anchors(note, ["exact"]).nearest(fragment, markdown=False) == nearest


@pytest.mark.parametrize(
    ("headings", "fragment", "sure"),
    [
        ("# ❌ Do", "✅ Do", False),
        ("# Version 1.5", "Version 1-5", False),
        ("# therapist", "the rapist", False),
        ("# Maize\n## Pests\n# Wheat", "Wheat#Pests", False),
        ("# A\n## Notes\n# B\n## Notes", "Note's", False),
        ("# Texture: the feel", "texture-the-feel", True),
        ("# Step 2", "step-2", True),
    ],
)
def test_what_is_sure_to_be_meant(headings, fragment, sure):
    note = gather_facts(Note("a.md", SourceText(f"{headings}\n")))
    found = Anchors(note, ["exact"]).nearest(fragment, markdown=False)
    assert (found and found[1]) is sure
