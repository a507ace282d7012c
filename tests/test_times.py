"""Cited times against what was said, against other notes, against the length of the recording: findings and repairs."""

import json
import subprocess

import pytest

CONFIG = 'sources = "transcripts/{videoId}.*"\n'
HEAD = "---\nvideoId: beds\n---\n"
SAID = """\
Host (00:00:00): Welcome to the market garden show. My guest is Ada Moss, who grows vegetables on two acres near the river Wye.
Ada Moss (00:01:40): I started with a rented allotment, a borrowed spade and forty lettuce seedlings on the kitchen windowsill.
Ada Moss (00:03:20): Clay soil taught me patience. You never dig it wet, or it sets like brick until autumn.
Ada Moss (00:05:00): We spread four inches of compost every November and let the worms pull it down.
Ada Moss (00:06:40): Slugs were the disaster of our second spring. Beer traps did nothing; ducks cleared them in a fortnight.
Ada Moss (00:08:20): Water before seven in the morning. Evening watering leaves the leaves damp and brings blight.
Ada Moss (00:10:00): Our irrigation is a single drip line under the mulch, and it halved the water bill.
Ada Moss (00:11:40): Tomatoes get one stem and one string. Every sucker goes, even the pretty ones.
Ada Moss (00:13:20): Garlic is the easiest money. Plant it in October, forget it, and braid it in July.
Ada Moss (00:15:00): The polytunnel blew into the neighbour's orchard in the January storm, hoops and all.
Ada Moss (00:16:40): Insurance paid for the plastic but not for the seedlings, so read your policy.
Ada Moss (00:18:20): We sell sixty boxes a week, and thirty restaurants would take more if we grew it.
Ada Moss (00:20:00): A chef wants the same radish every Tuesday; a family wants a surprise.
Ada Moss (00:21:40): Pricing is by the bunch, never by weight, because nobody owns honest scales.
Ada Moss (00:23:20): My sister keeps the books in a spreadsheet with one tab for each bed.
Ada Moss (00:25:00): Apprentices stay for two seasons. The third one starts a farm of her own, and that is the point.
Ada Moss (00:26:40): Bees came with the orchard. We take honey from two hives and leave the third alone.
Ada Moss (00:28:20): Rotation is simple here: roots, then beans, then brassicas, then a year of clover.
Ada Moss (00:30:00): Clover fixes nitrogen and the mower makes it into mulch on the same afternoon.
Ada Moss (00:31:40): Deer jump anything under two metres, so the fence cost more than the tractor.
Ada Moss (00:33:20): The tractor is older than me. A wheel hoe does most of what it used to do.
Ada Moss (00:35:00): In winter we prune, mend the tools and sleep. Nobody should farm every month.
Ada Moss (00:36:40): If I began again I would buy less land and plant the hedge on the first day.
Host (00:38:20): Thank you, Ada. Her book about small beds is called Two Acres, and it is out in March.
"""
RIGHT = {
    "Ada Moss began with a rented allotment and forty lettuce seedlings": "00:01:42",
    "Clay soil must never be dug wet, or it sets like brick": "00:03:25",
    "She spreads four inches of compost every November": "00:05:02",
    "Ducks cleared the slugs within a fortnight, where beer traps did nothing": "00:06:44",
    "A drip line under the mulch halved the water bill": "00:10:05",
    "Garlic planted in October is braided in July": "00:13:24",
    "The polytunnel blew into an orchard in a January storm": "00:15:05",
    "Thirty restaurants would take more than the sixty boxes they sell": "00:18:22",
}
STORM = "The polytunnel blew into an orchard in a January storm"
CLAY = "Clay soil must never be dug wet, or it sets like brick in summer"


def note(times, head=HEAD):
    """A note whose sentences cite the given times."""
    return head + "".join(f"{sentence} [{time}].\n" for sentence, time in times.items())


def shifted(time):
    _, minutes, seconds = time.split(":")
    return f"{minutes}:{seconds}:00"


def later(time, hours=1):
    return f"{int(time[:2]) + hours:02d}{time[2:]}"


def with_files(base, **notes):
    files = {f"{name}.md": text for name, text in notes.items()}
    return base.write({"lintkb.toml": CONFIG, "transcripts/beds.md": SAID} | files)


def test_right_times_are_left_alone(base):
    assert with_files(base, a=note(RIGHT)).json("--select", "TS,SR").json == []


def test_a_shifted_note_is_told_of_once_and_repaired(base):
    times = {sentence: shifted(time) for sentence, time in RIGHT.items()}
    with_files(base, a=note(times))
    ran = base.json("--select", "TS")
    assert ran.brief == ["a.md:4:69 TS014"]
    assert ran.json[0]["message"] == (
        "8 of 8 times are misread: minutes and seconds stand in the places of hours and minutes (01:42:00 for 00:01:42)"
    )
    assert base.run("--fix", "--select", "TS").code == 0
    assert base.read("a.md").decode() == note(RIGHT)


def test_a_note_that_is_an_hour_late_from_half_way_on_keeps_its_right_times(base):
    times = {sentence: later(time) if at >= 4 else time for at, (sentence, time) in enumerate(RIGHT.items())}
    with_files(base, a=note(times))
    assert base.json("--select", "TS").brief == ["a.md:8:52 TS014"]
    base.run("--fix", "--select", "TS")
    assert base.read("a.md").decode() == note(RIGHT)


def test_anchor_and_label_are_repaired_together(base):
    def anchored(times):
        return HEAD + "".join(f'{s} <a class="yt-timestamp" data-t="{t}">[{t}]</a>.\n' for s, t in times.items())

    with_files(base, a=anchored({sentence: shifted(time) for sentence, time in RIGHT.items()}))
    base.run("--fix", "--select", "TS")
    assert base.read("a.md").decode() == anchored(RIGHT)


def test_one_time_that_is_said_elsewhere(base):
    with_files(base, a=note(RIGHT | {STORM: "00:33:20"}))
    (item,) = base.json("--select", "TS").json
    assert (item["code"], item["start"], item["message"]) == (
        "TS015",
        {"line": 10, "column": 57},
        "nothing like this is said at 00:33:20; `polytunnel, blew, into, orchard, January, storm` is said at 00:15:00",
    )
    there = "The tractor is older than me. A wheel hoe does most of what it used to do."
    here = "The polytunnel blew into the neighbour's orchard in the January storm, hoops and all."
    assert [(other["path"], other["start"]["line"], other["message"]) for other in item["related"]] == [
        ("transcripts/beds.md", 21, f"what is said there (Ada Moss, 00:33:20): {there}"),
        ("transcripts/beds.md", 10, f"where it is said (Ada Moss, 00:15:00): {here}"),
    ]
    assert [fix["applicability"] for fix in item["fixes"]] == ["unsafe"]
    base.run("--fix", "--select", "TS")
    assert b"[00:33:20]" in base.read("a.md")
    base.run("--fix", "--unsafe-fixes", "--select", "TS")
    assert b"storm [00:15:00]" in base.read("a.md")


def test_the_end_of_the_recording_bounds_times(base):
    with_files(base, a=note(RIGHT | {"Garlic planted in October is braided in July": "01:13:24"}))
    (item,) = base.json("--select", "TS").json
    assert (item["code"], item["message"]) == (
        "TS003",
        "01:13:24 lies beyond the end of the recording, of which nothing is heard after 00:38:29",
    )
    base.run("--fix", "--select", "TS")
    assert base.read("a.md").decode() == note(RIGHT)


def test_an_info_file_says_how_long_it_lasts(base):
    info = {"id": "beds", "duration": 2400.5, "title": "Two acres"}
    with_files(base, a=note({"Something about beds": "00:41:00", "And more": "00:39:00"}))
    (base.root / "transcripts/beds.md").unlink()
    base.write({"transcripts/beds.info.json": json.dumps(info)})
    (item,) = base.json("--select", "TS").json
    assert item["message"] == "00:41:00 lies beyond the end of the recording, which lasts 00:40:00"
    assert item["related"][0]["path"] == "transcripts/beds.info.json"


def test_without_a_transcript_another_note_is_a_witness(base):
    other = CLAY.removesuffix(" in summer")
    base.write({"a.md": note({CLAY: "00:03:25"}), "b.md": note({other: "03:25:00"})})
    (item,) = base.json("--select", "TS").json
    assert (item["path"], item["code"], item["message"]) == (
        "b.md",
        "TS016",
        "03:25:00 here, and 00:03:25 for the same in a.md: minutes and seconds stand in the places of hours and minutes",
    )
    assert [fix["applicability"] for fix in item["fixes"]] == ["unsafe"]
    # What cannot be leaves no doubt.
    base.write({"a.md": note({CLAY: "00:13:25"}), "b.md": note({other: "13:25:00"})})
    (item,) = base.json("--select", "TS").json
    assert (item["code"], [fix["applicability"] for fix in item["fixes"]]) == ("TS003", ["safe"])
    base.run("--fix", "--select", "TS")
    assert base.read("b.md").decode() == note({other: "00:13:25"})


@pytest.mark.parametrize("time", ["00:08:24", "00:03:25"])
def test_notes_that_nearly_agree_are_left_alone(base, time):
    base.write({"a.md": note({CLAY: "00:03:25"}), "b.md": note({CLAY: time})})
    assert base.json("--select", "TS").json == []


def test_notes_on_different_recordings_are_no_witnesses(base):
    base.write({"a.md": note({CLAY: "00:03:25"}), "b.md": note({CLAY: "00:33:25"}, HEAD.replace("beds", "soil"))})
    assert base.json("--select", "TS").json == []


def test_what_is_found_follows_the_transcript_and_the_other_notes(base):
    with_files(base, a=note(RIGHT | {STORM: "00:33:20"}))
    assert base.json("--select", "TS").brief == ["a.md:10:57 TS015"]
    (base.root / "transcripts/beds.md").unlink()
    assert base.json("--select", "TS").brief == []
    base.write({"b.md": note({STORM: "00:15:05"})})
    found = base.json("--select", "TS").json
    assert [item["code"] for item in found] == ["TS016"]
    with_files(base)
    assert base.json("--select", "TS").brief == ["a.md:10:57 TS015"]


def test_a_transcript_by_another_clock_is_reckoned(base):
    def moved(line):
        stamp = line.split("(")[1][:8]
        total = int(stamp[3:5]) * 60 + int(stamp[6:]) + 100
        return line.replace(stamp, f"00:{total // 60:02d}:{total % 60:02d}", 1)

    more = {
        "Tomatoes get one stem and one string, and every sucker goes": "00:11:45",
        "The plastic was insured, the seedlings were not covered by the policy": "00:16:45",
        "A chef wants the same radish every Tuesday": "00:20:03",
        "Prices are by the bunch and never by weight": "00:21:43",
        "Her sister keeps the books in a spreadsheet with one tab for each bed": "00:23:22",
        "Apprentices stay two seasons before starting a farm of their own": "00:25:03",
        "Honey is taken from two hives and never from the third": "00:26:45",
        "Roots are followed by beans, brassicas and a year of clover": "00:28:25",
        "Clover fixes nitrogen and becomes mulch the same afternoon": "00:30:04",
        "Deer made the fence cost more than the tractor": "00:31:44",
        "A wheel hoe does most of what the tractor did": "00:33:26",
        "In winter they prune, mend the tools and sleep": "00:35:01",
    }
    late = "".join(f"{moved(line)}\n" for line in SAID.splitlines())
    base.write({"lintkb.toml": CONFIG, "transcripts/beds.md": late, "a.md": note(RIGHT | more)})
    ran = base.json("--select", "TS,SR")
    assert ran.brief == ["a.md:2:10 SR002"]
    assert ran.json[0]["severity"] == "warning"
    assert "when its times are set back by" in ran.json[0]["message"]


def test_the_account_of_recordings(base):
    soil = note({"Nothing of the kind is said here at all": "00:10:00"}, HEAD.replace("beds", "soil"))
    ran = with_files(base, a=note(RIGHT), b=soil).run("sources")
    assert ran.code == 0
    assert ran.lines == [
        "beds  00:38:29 (as transcripts/beds.md says)",
        "  transcripts/beds.md: 24 cues, Host, Ada Moss",
        "  is used, though too few sentences can tell whether it fits: 8 of 8 long sentences found, 8 of them where they are cited",
        "    a.md: 8 times, 8 heard where cited",
        "soil  unknown length",
        "  no transcript",
        "    b.md: 1 time",
        "2 recordings, 0 with a transcript that fits.",
    ]
    data = json.loads(base.run("sources", "--output-format", "json").out)
    assert data[0]["notes"] == [{"path": "a.md", "times": 8, "heard": 8, "regime": None}]
    assert (data[0]["use"], data[1]["use"], data[1]["transcript"]) == ("unsure", "none", None)


def test_a_recording_that_cannot_be_weighed_is_told_of(base, monkeypatch):
    def fail(*_):
        raise RuntimeError("no ears")

    monkeypatch.setattr("lintkb.evidence.weigh.Hearing.peers", fail)
    ran = with_files(base, a=note(RIGHT)).json("--select", "TS")
    assert ran.code == 3
    assert {item["code"] for item in ran.json} == {"KB004"}
    ran = base.run("sources", "--no-cache")
    assert ran.code == 3
    assert "lintkb: error: a.md: KB004 the recording could not be weighed: RuntimeError: no ears" in ran.err


def git(base, *arguments):
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@x.example", *arguments]
    subprocess.run(command, cwd=base.root, check=True, capture_output=True)


def test_a_change_is_judged_beside_the_transcript_as_it_was(base):
    with_files(base, a=note(RIGHT), b=note(RIGHT | {STORM: "00:33:20"}))
    git(base, "init", "-q")
    git(base, "add", "-A")
    git(base, "commit", "-qm", "one")
    assert base.json("--select", "TS", "--since", "HEAD").brief == []
    base.write({"a.md": note(RIGHT | {STORM: "00:35:20"})})
    assert base.json("--select", "TS", "--since", "HEAD").brief == ["a.md:10:57 TS015"]
    git(base, "checkout", "-q", "a.md")
    # A transcript that is changed brings about what it says of notes that nobody touched.
    line = next(line for line in SAID.splitlines() if "(00:03:20)" in line)
    words = line.split(": ", 1)[1]
    base.write({"transcripts/beds.md": SAID.replace(words, "Hm.").replace("(00:36:40): ", f"(00:36:40): {words} ")})
    assert base.json("--select", "TS", "--since", "HEAD").brief == ["a.md:5:57 TS015", "b.md:5:57 TS015"]
    git(base, "commit", "-qam", "two")
    assert base.json("--select", "TS", "--at", "HEAD~1").brief == ["b.md:10:57 TS015"]


def test_processes_and_the_cache_change_nothing(base):
    notes = {f"n{n:03d}": note({s: later(t, n % 3) for s, t in RIGHT.items()}) for n in range(40)}
    with_files(base, **notes)
    serial = base.json("--no-cache", "-j", "1").out
    assert base.json("--no-cache", "-j", "2").out == serial
    assert base.json().out == serial
    assert base.json().out == serial
    assert {item["code"] for item in json.loads(serial)} == {"TS014", "DU001"}


def test_times_of_day_are_no_citations(base):
    log = "".join(f"[{hour:02d}:03:00] alice: hello\n" for hour in range(9, 21))
    table = "".join(f"| [{hour:02d}:30:00] | watering |\n" for hour in range(9, 21))
    base.write({"log.md": log, "plan.md": f"| at | what |\n|---|---|\n{table}"})
    assert base.json("--select", "TS").json == []
    base.write({"log.md": f"{HEAD}{log}"})
    assert {item["code"] for item in base.json("--select", "TS").json} == {"TS003"}


def test_what_a_dialect_or_a_link_says_is_not_half_rewritten(base):
    def told(form):
        times = {sentence: shifted(time) for sentence, time in RIGHT.items()}
        return HEAD + "".join(f"{sentence} {form(time)}.\n" for sentence, time in times.items())

    def seconds(time):
        return sum(int(field) * size for field, size in zip(time.split(":"), (3600, 60, 1), strict=True))

    dialect = "[times.dialects]\nat = '@(?P<hours>\\d+)h(?P<minutes>\\d+)m(?P<seconds>\\d+)s'\n"
    with_files(base, a=told(lambda time: "@{}h{}m{}s".format(*time.split(":"))))
    base.write({"lintkb.toml": CONFIG + dialect, "b.md": told(lambda time: f"[{time}](player://x?at={seconds(time)})")})
    before = base.read("a.md"), base.read("b.md")
    assert [item["code"] for item in base.json("--select", "TS014").json] == ["TS014", "TS014"]
    base.run("--fix", "--unsafe-fixes", "--select", "TS014")
    assert (base.read("a.md"), base.read("b.md")) == before
    base.write({"b.md": told(lambda time: f"[{time}](https://youtu.be/a1b2c3d4e5f?t={seconds(time)})")})
    base.run("--fix", "--select", "TS014")
    right = "".join(f"{s} [{t}](https://youtu.be/a1b2c3d4e5f?t={seconds(t)}).\n" for s, t in RIGHT.items())
    assert base.read("b.md").decode() == HEAD + right


def test_what_is_told_once_is_told_in_a_note_where_it_may_be(base):
    base.write({"a.md": note(RIGHT), "b.md": note(RIGHT), "transcripts/beds.vtt": "nothing"})
    base.write({"lintkb.toml": CONFIG + '[per-file-ignores]\n"a.md" = ["ALL"]\n'})
    assert base.json("--select", "SR").brief == ["b.md:2:10 SR001"]


@pytest.mark.parametrize("change", ["added", "renamed", "deleted"])
def test_a_change_that_moves_a_transcript_is_judged(base, change):
    wrong = note(RIGHT | {STORM: "00:33:20"})
    with_files(base, a=wrong)
    transcript = base.root / "transcripts/beds.md"
    if change == "added":
        transcript.rename(base.root / "kept.txt")
    git(base, "init", "-q")
    git(base, "add", "*.md", "*.toml", *(["transcripts"] if change != "added" else []))
    git(base, "commit", "-qm", "one")
    if change == "added":
        (base.root / "kept.txt").rename(transcript)
    elif change == "renamed":
        transcript.rename(base.root / "transcripts/beds.txt")
    else:
        transcript.unlink()
    git(base, "add", "-A")
    base.write({"new.md": "Text.\n"})
    found = base.json("--select", "TS", "--since", "HEAD")
    assert found.brief == (["a.md:10:57 TS015"] if change == "added" else [])
