"""What is said of names and quotations, where, and with what fix."""

from pathlib import Path

import pytest

CONFIG = 'sources = "transcripts/{videoId}.*"\n'
VTT = (
    "WEBVTT\n\n00:00:10.000 --> 00:00:20.000\n<v Wyn Carvalho>We never dig the beds in autumn, because the frost does"
    " all of that work for us.\n\n00:00:20.000 --> 00:00:30.000\n<v Oskar>And the worms carry the compost down.\n"
)
NOTE = "---\nvideoId: beds\n---\n{}\n\nThe frost does that work [00:00:10].\n"


@pytest.fixture
def source(base):
    base.write({"lintkb.toml": CONFIG, "transcripts/beds.vtt": VTT})
    return base


def said(base, *arguments):
    found = base.json("--no-cache", "--select", "SR", *arguments).json
    return [
        (item["path"], item["start"]["line"], item["start"]["column"], item["code"], item["message"]) for item in found
    ]


def test_a_misspelt_name(source):
    source.write({"a.md": NOTE.format("Soil by Win Carvallo. Carvallo digs.")})
    (found,) = source.json("--no-cache", "--select", "SR").json
    assert found["message"] == "`Win Carvallo` is `Wyn Carvalho` in the source"
    assert (found["start"], found["end"]) == ({"line": 4, "column": 9}, {"line": 4, "column": 21})
    related = [(other["path"], other["start"]["line"], other["message"]) for other in found["related"]]
    assert related == [("transcripts/beds.vtt", 3, "who speaks here"), ("a.md", 4, "here, too")]
    assert source.run("--no-cache", "--select", "SR", "--fix").code == 1
    assert source.run("--no-cache", "--select", "SR", "--fix", "--unsafe-fixes").code == 0
    assert source.read("a.md").decode() == NOTE.format("Soil by Wyn Carvalho. Carvalho digs.")


@pytest.mark.parametrize(
    "text",
    [
        NOTE.format("Win Carvallo digs.\n\n## Win Carvallo"),
        NOTE.format("Figs").replace("---\nvideo", "---\ntitle: Win Carvallo\nvideo"),
    ],
)
def test_a_name_that_links_may_go_by_is_for_people_to_change(source, text):
    source.write({"a.md": text})
    assert source.run("--no-cache", "--select", "SR", "--fix", "--unsafe-fixes").code == 1
    assert source.read("a.md").decode() == text


def test_a_name_that_the_frontmatter_or_the_info_file_spells(source):
    faulty = ["a.md", 4, 1, "SR004", "`Idda Berg` is `Ida Berg` in what is known of the recording"]
    source.write({"a.md": NOTE.format("Idda Berg digs.")})
    assert said(source) == []
    for key in ("title", "uploader", "channel", "description"):
        source.write({"transcripts/beds.info.json": f'{{"id": "beds", "{key}": "No dig, by Ida Berg"}}'})
        assert said(source) == [tuple(faulty)], key
    source.write(
        {
            "transcripts/beds.info.json": '{"id": "beds"}',
            "a.md": NOTE.format("Idda Berg digs.").replace("---\nv", "---\nguest: Ida Berg\nv"),
        }
    )
    faulty[1] = 5
    assert said(source) == [tuple(faulty)]


def test_names_that_vary_need_no_transcript(base):
    notes = {name: NOTE.format("Solveig Halvorsen sows.") for name in ("a.md", "b.md")}
    base.write({**notes, "c.md": NOTE.format("Solvaig Halvorsen sows. Solvaig Halvorsen reaps.")})
    assert said(base) == [
        ("c.md", 4, 1, "SR005", "`Solveig Halvorsen` in 2 notes of this recording, `Solvaig Halvorsen` in 1 note")
    ]
    (found,) = base.json("--no-cache", "--select", "SR").json
    assert [(other["path"], other["start"]["line"], other["message"]) for other in found["related"]] == [
        ("a.md", 4, "spelt `Solveig Halvorsen`"),
        ("c.md", 4, "here, too"),
    ]
    assert base.run("--no-cache", "--select", "SR", "--fix", "--unsafe-fixes").code == 0
    assert base.read("c.md").decode() == NOTE.format("Solveig Halvorsen sows. Solveig Halvorsen reaps.")


def test_two_notes_that_differ_are_left_to_people(base):
    base.write({"a.md": NOTE.format("Solveig Halvorsen sows."), "b.md": NOTE.format("Solvaig Halvorsen sows.")})
    assert base.run("--no-cache", "--select", "SR", "--fix", "--unsafe-fixes").code == 1
    assert [found["fixes"] for found in base.json("--no-cache", "--select", "SR").json] == [[]]


def test_a_quotation_and_the_nearest_words(source):
    far = "worms carry their children through tomatoes and radishes whenever patience ends"
    source.write({"a.md": NOTE.format(f'So the worms do it in the beds, and that is all of it: "{far}"')})
    assert said(source) == [
        (
            "a.md",
            4,
            56,
            "SR006",
            "these words were not said in the recording; the nearest, at 00:00:22, are `worms carry the compost down`",
        ),
    ]
    (found,) = source.json("--no-cache", "--select", "SR").json
    assert [(other["path"], other["start"]["line"], other["message"]) for other in found["related"]] == [
        ("transcripts/beds.vtt", 6, "what was said at 00:00:22")
    ]


def test_a_long_passage_is_cut(source):
    words = "the compost goes down with every single worm that ever lived below our garden before the winter came"
    source.write({"transcripts/beds.vtt": VTT.replace("And the worms carry the compost down", f"Because {words}")})
    invented = "compost tumbles sideways through unlit galleries whenever beetles quarrel loudly about forgotten radishes below hedges"
    source.write({"a.md": NOTE.format(f'This is what the worms do with all of that in the beds: "{invented}"')})
    ((*_, message),) = said(source)
    assert message.endswith(" …`")
    assert len(message) < 170


def test_a_quotation_that_nothing_is_like(source):
    source.write(
        {"a.md": NOTE.format('Beds in autumn, the work, all that: "whoever wants tomatoes first learns patience"')}
    )
    assert said(source) == [
        ("a.md", 4, 37, "SR006", "these words were not said in the recording, nor anything like them")
    ]


def test_without_a_transcript_nothing_is_held_against_it(base):
    base.write({"a.md": NOTE.format('Win Carvallo: "whoever wants tomatoes first learns patience"')})
    assert said(base) == []


def test_real_notes(base, corpus):
    """Every note whose names are known to be wrong is found, and no quotation is."""
    transcripts = Path(corpus, "kb/transcripts")
    seeds = {f"{path.stem}.md": path.read_bytes() for path in Path(corpus, "seeds").glob("*.txt")}
    base.write({"lintkb.toml": CONFIG, **seeds})
    base.write({f"transcripts/{path.name}": path.read_bytes() for path in transcripts.glob("*.vtt")})
    found = {(path[:3], code, message) for path, _, _, code, message in said(base)}
    assert found == {
        ("000", "SR004", "`Claire V.` is `Claire Vo` in the source"),
        ("001", "SR004", "`Claire V` is `Claire Vo` in the source"),
        ("002", "SR004", "`Nikhail Singhal` is `Nikhyl Singhal` in the source"),
        ("004", "SR004", "`Claire V` is `Claire Vo` in the source"),
    }
