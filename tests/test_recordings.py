"""Which notes cite which recording, and which files say what was said in it."""

import os
import subprocess

import pytest
from hypothesis import given, strategies as st

from lintkb.globs import matcher
from lintkb.recordings import SourceFiles, _order

CONFIG = 'sources = "transcripts/{videoId}.*"\n'
VTT = "WEBVTT\n\n00:00:58.000 --> 00:01:04.000\nWater your beds early.\n"
NOTE = "---\nvideoId: beds\n---\nWater early [00:01:00].\n"


@pytest.mark.parametrize(
    ("pattern", "values", "found"),
    [
        ("t/{id}.*", {"id": "a"}, ("t/a.vtt", "t/a.en.srt", "t/a.info.json")),
        ("t/{id}.vtt", {"id": "a"}, ("t/a.vtt",)),
        ("t/{id}.vtt", {"id": "b"}, ()),
        ("t/{id}.vtt", {}, ()),
        ("t/{show}/{id}.vtt", {"show": "s", "id": "a"}, ("t/s/a.vtt",)),
        ("t/**/{id}.vtt", {"id": "a"}, ("t/a.vtt", "t/s/a.vtt")),
        ("t/{id}", {"id": "s/a.vtt"}, ("t/s/a.vtt",)),
        # What a value holds is a name, never a pattern or a way out.
        ("t/{id}.vtt", {"id": "*"}, ()),
        ("t/{id}.vtt", {"id": "[a]"}, ("t/[a].vtt",)),
        ("t/s/{id}.vtt", {"id": "../a"}, ()),
        ("t/{id}.vtt", {"id": "a" * 300}, ()),
    ],
)
def test_a_pattern_finds_the_files_of_a_note(pattern, values, found):
    files = ["t/a.vtt", "t/a.en.srt", "t/a.info.json", "t/a.mp4", "t/ab.vtt", "t/[a].vtt", "t/s/a.vtt", "a.vtt"]
    assert SourceFiles([pattern], files).of(values) == found


_NAMES = st.text("ab[]*?.é", min_size=1, max_size=4).filter(lambda name: name.strip(".") != "")
_PATHS = st.lists(_NAMES, min_size=1, max_size=4).flatmap(
    lambda parts: st.sampled_from((".vtt", ".srt", ".info.json", ".mp4", "")).map(lambda end: "/".join(parts) + end)
)
_PARTS = st.sampled_from(
    (
        "**",
        "*",
        "a",
        "?",
        "[ab]",
        "{id}",
        "{id}.vtt",
        "{id}.*",
        "{id}*",
        "*{id}.srt",
        "a{id}?",
        "[!a]{id}*",
        "*.vtt",
        "[{id}",
    )
)


@given(
    st.lists(_PATHS, max_size=12),
    st.lists(_PARTS, min_size=1, max_size=4).map("/".join).filter(lambda pattern: "{" in pattern),
    st.lists(_NAMES | _PATHS, min_size=1, max_size=4),
)
def test_what_is_found_is_what_the_pattern_matches(files, pattern, values):
    sources = SourceFiles([pattern], files)
    for value in values:
        quoted = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in value)
        matches = matcher([f"/{pattern}".replace("{id}", quoted)])
        found = sorted({path for path in files if _order(path) is not None and matches(path)})
        assert sorted(sources.of({"id": value})) == found


class Counting(list):
    """A list that knows how often it was gone through."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


@pytest.mark.parametrize(
    ("pattern", "name", "scans"),
    [
        ("**/{id}.vtt", "s/{}.vtt", 1),
        ("**/{id}.*", "s/{}.en.vtt", 1),
        ("t/*/{id}/*.vtt", "t/s/{}/x.vtt", 1),
        ("t/{show}/{id}.vtt", "t/s/{}.vtt", 1),
        ("{show}/**/talk-{id}*", "s/x/talk-{}.vtt", 1),
        # No name in it begins with the value.
        ("t/*{id}*.vtt", "t/Talk [{}].vtt", 1_001),
    ],
)
def test_a_recording_is_compared_with_few_files(pattern, name, scans):
    ids = [f"{at:04}" for at in range(1_000)]
    sources = SourceFiles([pattern], [name.format(value) for value in ids])
    sources.files = Counting(sources.files)
    for value in ids:
        assert sources.of({"id": value, "show": "s"}) == (name.format(value),)
    assert sources.files.times == scans
    for value in ids:
        assert len(sources._candidates(pattern.replace("{id}", value).replace("{show}", "s"))) == 1


def test_values_of_special_letters_are_found_as_quickly():
    values = ["".join("[*?"[at // 3**place % 3] for place in range(6)) for at in range(3**6)]
    sources = SourceFiles(["**/{id}.vtt"], [f"t/{value}.vtt" for value in values])
    for value in values:
        assert sources.of({"id": value}) == (f"t/{value}.vtt",)
        assert len(sources._candidates("**/" + "".join(f"[{letter}]" for letter in value) + ".vtt")) == 1


def test_the_first_pattern_that_finds_anything_is_used():
    files = SourceFiles(["own/{id}.vtt", "t/{id}.vtt"], ["own/a.vtt", "t/a.vtt", "t/b.vtt"])
    assert files.of({"id": "a"}) == ("own/a.vtt",)
    assert files.of({"id": "b"}) == ("t/b.vtt",)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("transcripts/all.vtt", "name a frontmatter key in braces"),
        ("transcripts/{videoId", "a frontmatter key stands in braces"),
        ("transcripts//{videoId}.vtt", "single slashes"),
        ("../{videoId}.vtt", "leads out of the knowledge base"),
        ("/srv/{videoId}.vtt", "leads out of the knowledge base"),
    ],
)
def test_a_pattern_that_cannot_be_meant_is_refused(base, pattern, why):
    base.write({"a.md": NOTE, "lintkb.toml": f'sources = "{pattern}"\n'})
    ran = base.run()
    assert ran.code == 2
    assert why in ran.err


def test_a_folder_that_is_not_there_is_told_of(base):
    ran = base.write({"a.md": NOTE, "lintkb.toml": CONFIG}).run()
    assert ran.err == (
        "lintkb: warning: lintkb.toml: `sources`: there is no folder transcripts,"
        " so no time is checked against a transcript from there\nAll clean: 1 note checked.\n"
    )


def test_what_cannot_be_read_is_told_of_once_and_suppressed_like_any_finding(base):
    bad = {"transcripts/beds.vtt": "nothing", "transcripts/soil.vtt": b"\xff\xff"}
    base.write({"a.md": NOTE, "b.md": NOTE, "c.md": NOTE.replace("beds", "soil"), "lintkb.toml": CONFIG, **bad})
    assert base.json("--select", "SR").brief == ["a.md:2:10 SR001", "c.md:2:10 SR001"]
    assert base.json("--select", "SR", "b.md").brief == ["b.md:2:10 SR001"]
    base.write({"a.md": NOTE.replace("beds", "beds # lintkb-disable SR001")})
    assert base.json("--select", "SR").brief == ["c.md:2:10 SR001"]


def test_what_is_too_large_is_not_used(base):
    base.write({"a.md": NOTE, "lintkb.toml": CONFIG + "max-size = 100\n", "transcripts/beds.vtt": VTT + "x" * 100})
    ran = base.json()
    assert [item["message"] for item in ran.json] == [
        "transcripts/beds.vtt is not used: larger than `max-size` allows (100 bytes)"
    ]


def test_transcripts_that_git_ignores_are_read_and_links_are_not(base):
    base.write({"a.md": NOTE, "lintkb.toml": CONFIG, "transcripts/beds.vtt": "nothing", ".gitignore": "transcripts/\n"})
    (base.root / ".git").mkdir()
    assert base.json("--select", "SR").brief == ["a.md:2:10 SR001"]
    outside = base.root.parent / "secret.vtt"
    outside.write_text("nothing")
    os.replace(base.root / "transcripts/beds.vtt", base.root / "kept.vtt")
    os.symlink(outside, base.root / "transcripts/beds.vtt")
    assert base.json("--select", "SR").brief == []


def test_a_place_outside_is_the_users_to_give(base):
    base.write({"a.md": NOTE})
    elsewhere = base.root.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "beds.vtt").write_text("nothing")
    for place in (os.fspath(elsewhere), "../elsewhere"):
        ran = base.json("--select", "SR", "--config", f"sources = '{place}/{{videoId}}.vtt'")
        assert ran.brief == ["a.md:2:10 SR001"], ran.err


def test_markdown_transcripts_are_no_notes(base):
    transcript = "Ada (00:00:58):\nWater your beds early. [[Nowhere]]\n"
    base.write({"a.md": NOTE, "lintkb.toml": CONFIG, "transcripts/beds.md": transcript})
    assert base.json("--select", "WL").brief == []
    # At the root everything could be one, so there it is a note.
    base.write({"lintkb.toml": 'sources = "{videoId}.*"\n', "beds.md": transcript})
    assert base.json("--select", "WL").brief == ["beds.md:2:26 WL001", "transcripts/beds.md:2:26 WL001"]


def test_results_are_kept_until_anything_they_depend_on_changes(base):
    base.write({"a.md": NOTE, "lintkb.toml": CONFIG, "transcripts/beds.vtt": "nothing"})
    for _ in range(2):
        assert base.json("--select", "SR").brief == ["a.md:2:10 SR001"]
    base.write({"transcripts/beds.vtt": VTT})
    assert base.json("--select", "SR").brief == []
    os.replace(base.root / "transcripts/beds.vtt", base.root / "transcripts/beds.txt")
    base.write({"transcripts/beds.txt": "nothing"})
    assert base.json("--select", "SR").brief == ["a.md:2:10 SR001"]
    os.remove(base.root / "transcripts/beds.txt")
    assert base.json("--select", "SR").brief == []


def test_a_key_that_is_not_videoid_names_the_recording(base):
    note = "---\nshow: garden\nepisode: 7\n---\nWater early [00:01:00].\n"
    config = 'sources = "t/{show}/{episode}.vtt"\ntimes.recording-key = "episode"\n'
    base.write({"a.md": note, "lintkb.toml": config, "t/garden/7.vtt": "nothing"})
    assert base.json("--select", "SR").brief == ["a.md:3:10 SR001"]


def test_the_hook_reads_what_git_ignores_from_disk_and_all_else_from_git(base):
    def git(*arguments):
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@x.example", *arguments]
        subprocess.run(command, cwd=base.root, check=True, capture_output=True)

    base.write({"a.md": NOTE, "b.md": NOTE.replace("beds", "soil"), "lintkb.toml": CONFIG, ".gitignore": "*.srt\n"})
    base.write({"transcripts/beds.srt": "nothing", "transcripts/soil.vtt": VTT})
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    base.write({"transcripts/soil.vtt": "nothing"})
    assert base.json("--select", "SR", "--at", "HEAD").brief == ["a.md:2:10 SR001"]
    assert base.json("--select", "SR").brief == ["a.md:2:10 SR001", "b.md:2:10 SR001"]


def test_a_folder_that_is_a_link_or_holds_no_files_is_not_entered(base):
    outside = base.root.parent / "elsewhere"
    outside.mkdir()
    (outside / "beds.vtt").write_text("nothing")
    base.write({"a.md": NOTE, "lintkb.toml": CONFIG})
    os.symlink(outside, base.root / "transcripts")
    assert base.json("--select", "SR").brief == []
    os.remove(base.root / "transcripts")
    (base.root / "transcripts/beds.vtt").mkdir(parents=True)
    os.mkfifo(base.root / "transcripts/beds.srt")
    assert base.json("--select", "SR").brief == []


def test_a_pattern_that_finds_nothing_for_any_note_is_told_of(base):
    base.write({"a.md": NOTE, "lintkb.toml": CONFIG.replace("videoId", "videoid"), "transcripts/beds.vtt": VTT})
    assert base.run().err == (
        "lintkb: warning: lintkb.toml: `sources`: transcripts/{videoid}.* finds no file for any note of those that cite"
        " times, so none is checked against a transcript\nAll clean: 1 note checked.\n"
    )
    base.write({"lintkb.toml": CONFIG})
    assert base.run().err == "All clean: 1 note checked.\n"
