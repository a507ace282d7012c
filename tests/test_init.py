"""`lintkb init`: a configuration that fits the notes that are there, and says what was seen."""

import base64
import hashlib
import os
import tomllib

import pytest

import lintkb.profile
from lintkb.cli import toml
from lintkb.globs import literal, matcher
from lintkb.settings import build_settings


def video(number):
    """An identifier as random ones look."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"%d" % number).digest())[:11].decode()


def talk(number, body="Text.", **keys):
    """A note of a talk, with frontmatter that all of them have."""
    own = {"title": f"Talk {number}", "videoId": f"'{video(number)}'", **keys}
    lines = [f"{key}: {value}" for key, value in own.items() if value is not None]
    return "\n".join(["---", *lines, "---", body, ""])


def garden():
    """Sixty talks, one with a misspelt key, one without its video; an index; templates; a manual; transcripts."""
    notes = {
        f"talks/talk_{n}.md": talk(n, f"See [[talk_{(n + 1) % 60}]]. [00:01:00]", published=f"2024-03-{n % 28 + 1:02d}")
        for n in range(60)
    }
    notes["talks/talk_7.md"] = talk(7, "See [[Talk 8]] and [[talk_99]].", publishd="2024-03-08")
    notes["talks/index.md"] = "---\ntitle: All talks\n---\n- [[talk_1]]\n- [[talk_99]]\n"
    notes["templates/talk.md"] = '---\ntitle: "{{title}}"\nvideoId: "{{id}}"\n---\n'
    notes[f"transcripts/{video(3)}.en.vtt"] = "WEBVTT\n"
    notes["README.md"] = "# The garden\n\nTalks.\n"
    return notes


GARDEN = """\
# Written by `lintkb init` after a look at 62 notes. What is commented out is a suggestion; `lintkb config`
# shows what is in force.

exclude = [
    "templates/**", # 1 note: templates, with placeholders to be filled in
]

# Transcripts that the notes' frontmatter names: times are held against what was said.
sources = [
    "transcripts/{videoId}.*", # 1 of 1 file there
]

[links]
# 63 wikilinks: 60 by file name, 1 by a title that is no file name, 2 to no note.
# 1 link by a title that is no file name: reported. If your reader follows them all the same:
# names = ["path", "stem", "alias", "title"]
# 2 links to 1 target that no note answers to, `talk_99` (2) the most. Targets that are yet to be written can
# be named here; this takes them all for such:
# planned = ["**"]

[[frontmatter]]
files = "talks/**"
# 1 note has `publishd` where others have `published`.
extra = "warn" # keys that are not listed
[frontmatter.fields]
title = { type = "string", required = true } # 61 of 61 notes have it
videoId = { type = "string", required = true, pattern = "^[A-Za-z0-9_-]{11}$" } # 60 of 61 notes have it
published = { type = "date" } # 59 of 61 notes have it

# No table is for these, which show no custom: ./ (1 note).

[times]
# 59 citations of a moment in 59 notes: 59 as bare.
# duration-key = "duration" # no note says how long its recording is
# max = "04:00:00" # where that is not known, later times are reported

[per-file-ignores]
"/README.md" = ["FM001"] # without frontmatter
"talks/index.md" = ["FM002"] # an index, without all of the keys
"""
SAID = """\
notes: 62
left out: templates/ (1 note: templates, with placeholders to be filled in)
frontmatter: 61 notes in talks/, required: title, videoId
links: 63 wikilinks: 60 by file name, 1 by a title that is no file name, 2 to no note
citations: 59 citations of a moment in 59 notes: 59 as bare
transcripts: transcripts/{videoId}.* (1 of 1 file)
"""
RAN = "A first run finds: WL001 2, FM002 1, SR001 1, WL002 1.\n"
FOUND = [
    "talks/index.md:5:5 WL001",
    "talks/talk_3.md:3:10 SR001",
    "talks/talk_7.md:4:1 FM002",
    "talks/talk_7.md:6:7 WL002",
    "talks/talk_7.md:6:22 WL001",
]


def test_a_garden_of_talks(base):
    base.write(garden())
    assert base.run("init") == (0, f"{SAID}Wrote lintkb.toml.\n{RAN}", "")
    assert base.read("lintkb.toml").decode() == GARDEN
    ran = base.json()
    assert (ran.code, ran.brief) == (1, FOUND)


def test_dry_run_prints_the_file_and_writes_nothing(base):
    base.write(garden())
    before = sorted(os.listdir())
    assert base.run("init", "--dry-run") == (0, GARDEN, SAID + RAN)
    assert sorted(os.listdir()) == before


SMALL = """\
# Written by `lintkb init` after a look at 3 notes below beds/. What is commented out is a suggestion; `lintkb
# config` shows what is in force.

[links]
# 2 wikilinks: 1 by file name, 1 by alias.

# Frontmatter: in 3 of 3 notes, and nothing is asked of it. A table for what is there:
# [[frontmatter]]
# files = "beds/**"
# [frontmatter.fields]
# title = { type = "string" } # 3 of 3 notes have it
# sown = {} # 3 of 3 notes have it: 2 date, 1 string
# aliases = {} # 1 of 3 notes has it: 1 list
# duration = {} # 1 of 3 notes has it: 1 integer

[times]
# 1 citation of a moment in 1 note: 1 as link.
duration-key = "duration" # 1 of 3 notes have it
# max = "04:00:00" # where that is not known, later times are reported
"""


def test_a_few_notes_are_asked_for_nothing(base):
    base.write(
        {
            "beds/a.md": "---\ntitle: A\nsown: 2024-03-01\naliases: [First]\n---\n[[b]]\n",
            "beds/b.md": "---\ntitle: B\nsown: 2024-03-02\nduration: 900\n---\n[00:01:00](#t=60)\n",
            "beds/c.md": "---\ntitle: C\nsown: last week\n---\n[[First]]\n",
        }
    )
    ran = base.run("init")
    assert (ran.code, ran.lines[-1]) == (0, "A first run finds nothing.")
    assert base.read("lintkb.toml").decode() == SMALL
    assert base.run("-q") == (0, "", "")


def written(base, *arguments):
    """The settings that init writes, loaded from its text."""
    ran = base.run("init", *arguments)
    assert ran.code == 0, ran.err
    text = base.read("lintkb.toml").decode()
    return build_settings(tomllib.loads(text), "lintkb.toml"), text


# No overwriting


@pytest.mark.parametrize("folder", [(), (".",), ("../kb",)])
def test_a_configuration_is_not_overwritten(base, folder):
    base.write({"lintkb.toml": "# mine\n", "a.md": "x"})
    ran = base.run("init", *folder)
    where = f"{folder[0]}/" if folder and folder[0] != "." else ""
    assert ran == (
        2,
        "",
        f"lintkb: error: {where}lintkb.toml is there already; --force replaces it, --dry-run shows what it would be\n",
    )
    assert base.read("lintkb.toml") == b"# mine\n"


def test_force_replaces_it(base):
    base.write({"lintkb.toml": "not toml", "a.md": "x"})
    assert base.run("init", "--force").code == 0
    assert base.read("lintkb.toml").startswith(b"# Written by `lintkb init` after a look at 1 note.")
    assert sorted(os.listdir()) == ["a.md", "lintkb.toml"]


def test_a_table_in_pyproject_is_not_put_aside(base):
    base.write({"pyproject.toml": "[tool.lintkb]\n", "a.md": "x"})
    ran = base.run("init")
    assert (ran.code, ran.out) == (2, "")
    assert (
        ran.err
        == "lintkb: error: pyproject.toml has a [tool.lintkb] table; a lintkb.toml would take its place (--force)\n"
    )
    assert sorted(os.listdir()) == ["a.md", "pyproject.toml"]
    ran = base.run("init", "--force")
    assert (ran.code, ran.err) == (
        0,
        "lintkb: warning: pyproject.toml: its [tool.lintkb] table is not used from now on\n",
    )


def test_a_pyproject_of_others_is_no_configuration(base):
    base.write({"pyproject.toml": "[tool.ruff]\n", "a.md": "x"})
    assert base.run("init").code == 0


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_link_is_never_written_through(base, tmp_path, force):
    outside = tmp_path / "outside"
    outside.write_text("kept")
    base.write({"a.md": "x"})
    (base.root / "lintkb.toml").symlink_to(outside)
    ran = base.run("init", *force)
    assert (ran.code, ran.err) == (
        2,
        "lintkb: error: lintkb.toml is a link; take it away, or write to the place that it leads to\n",
    )
    assert outside.read_text() == "kept"


def test_what_appears_meanwhile_is_kept(base, monkeypatch):
    base.write({"a.md": "x"})
    looked = lintkb.profile.profile

    def look(*arguments):
        base.write({"lintkb.toml": "# theirs\n"})
        return looked(*arguments)

    monkeypatch.setattr("lintkb.cli.init.profile", look)
    assert base.run("init") == (2, "", "lintkb: error: lintkb.toml is there already; --force replaces it\n")
    assert base.read("lintkb.toml") == b"# theirs\n"


# Where it looks


@pytest.mark.parametrize(
    ("files", "given", "message"),
    [
        ({"a.txt": "x"}, ".", "no note found in .: looked for **/*.md, **/*.markdown, without what is excluded or ignored by git; other files there: 1 *.txt"),
        ({"a.md": "x"}, "b", "no such file or folder: b"),
        ({"a.md": "x"}, "a.md", "not a folder: a.md"),
        ({"a.md": "x"}, "", "an empty path; name a note or a folder, or nothing for the folder you stand in"),
        ({"a.md": b"\0", "b.md": b"\xff"}, ".", "none of the 2 notes in . can be read"),
    ],
)  # fmt: skip
def test_nothing_to_look_at(base, files, given, message):
    base.write(files)
    before = sorted(os.listdir())
    assert base.run("init", given) == (2, "", f"lintkb: error: {message}\n")
    assert sorted(os.listdir()) == before


def test_the_file_is_for_the_folder_given(base):
    base.write({"lintkb.toml": "", "inner/a.md": "---\ntitle: a\n---\n"})
    ran = base.run("init", "inner")
    assert (ran.code, ran.err) == (0, "lintkb: warning: lintkb.toml held here too until now\n")
    assert ran.lines[:1] == ["notes: 1"]
    assert "Wrote inner/lintkb.toml." in ran.lines


def test_what_git_ignores_and_hidden_folders_are_not_looked_at(base):
    base.write({".gitignore": "private/\n", "private/a.md": "x", ".trash/b.md": "x", "c.md": "x"})
    assert base.run("init").lines[0] == "notes: 1"


def test_notes_that_cannot_be_read_are_told_of(base):
    base.write({"a.md": "---\n---\n", "b.md": b"\xff"})
    ran = base.run("init")
    assert ran.code == 0
    assert ran.lines[:2] == ["notes: 1", "not readable: 1, such as b.md"]
    assert ran.lines[-1] == "A first run finds: KB002 1."


# Frontmatter


def test_folders_that_agree_share_a_table_and_others_have_their_own(base):
    notes = {
        f"{folder}/{n}.md": f"---\ntitle: t{n}\nweek: {n}\n---\n" for folder in ("carrots", "leeks") for n in range(10)
    }
    notes |= {f"people/{n}.md": f"---\nname: p{n}\n---\n" for n in range(10)}
    notes |= {f"few/{n}.md": "---\nother: x\n---\n" for n in range(3)}
    base.write(notes)
    settings, text = written(base)
    assert [(table.files, sorted(table.fields), table.extra) for table in settings.frontmatter] == [
        (["carrots/**", "leeks/**"], ["title", "week"], "allow"),
        (["people/**"], ["name"], "allow"),
    ]
    assert "# No table is for these, which show no custom: few/ (3 notes).\n" in text
    week = settings.frontmatter[0].fields["week"]
    assert (week.type, week.required) == ("integer", True)


def test_a_defect_in_a_small_folder_does_not_make_a_custom(base):
    notes = {f"big/{n}.md": f"---\ntitle: t\nsource: s{n}\n---\nText.\n" for n in range(200)}
    notes |= {f"small/{n}.md": "---\ntitle: t\nsource: s\n---\nText.\n" for n in range(9)}
    base.write(notes | {"small/9.md": "---\ntitle: t\n---\n"})
    settings, _ = written(base)
    assert [(table.files, table.fields["source"].required) for table in settings.frontmatter] == [(["**"], True)]
    assert base.json().brief == ["small/9.md:1:1 FM002"]


@pytest.mark.parametrize(("missing", "required"), [(1, True), (2, False)])
def test_a_key_is_required_from_99_of_100_on(base, missing, required):
    notes = {f"{n:03d}.md": f"---\ntitle: t{n}\n{'' if n < missing else 'season: spring'}\n---\n" for n in range(100)}
    base.write(notes)
    settings, text = written(base)
    assert settings.frontmatter[0].fields["season"].required is required
    assert f"# {100 - missing} of 100 notes have it\n" in text
    assert base.json().brief == (["000.md:1:1 FM002"] if required else [])


@pytest.mark.parametrize(("count", "tables"), [(9, 0), (10, 1)])
def test_a_custom_takes_ten_notes(base, count, tables):
    base.write({f"{n}.md": "---\ntitle: t\n---\n" for n in range(count)})
    assert len(written(base)[0].frontmatter) == tables


def test_a_note_called_by_its_own_key_is_no_transcript(base):
    lines = "".join(f"00:00:{n:02d} words\n" for n in range(12))
    base.write({f"beds/b{n}.md": f"---\nslug: b{n}\n---\n{lines}" for n in range(3)} | {"other/a.md": "x"})
    settings, text = written(base)
    assert settings.exclude == []
    assert "sources" not in text


def test_types_and_shapes(base):
    values = {
        "flag": "true", "count": "{n}", "weight": "{n}.5", "day": '"2024-01-{d:02d}"', "words": "bed {n}", "list": "[{n}]",
        "table": "{{a: 1}}", "id": "'{id}'", "stamp": "2024-Jan-{d:02d}", "slug": "some-bed-xx", "kind": "row", "nothing": "",
    }  # fmt: skip
    base.write(
        {
            f"{n}.md": "---\n"
            + "".join(f"{key}: {value.format(n=n, d=n + 1, id=video(n))}\n" for key, value in values.items())
            + "---\n"
            for n in range(25)
        }
    )
    settings, text = written(base)
    fields = {
        name: {key: value for key, value in field.table(given=True).items() if key != "required"}
        for name, field in settings.frontmatter[0].fields.items()
    }
    assert fields == {
        "flag": {"type": "boolean"},
        "count": {"type": "integer"},
        "weight": {"type": "number"},
        "day": {"type": "date"},
        "words": {"type": "string"},
        "list": {"type": "list", "items": {"type": "integer"}},
        "table": {"type": "table"},
        "id": {"type": "string", "pattern": "^[A-Za-z0-9_-]{11}$"},
        "stamp": {"type": "string"},
        "slug": {"type": "string"},
        "kind": {"type": "string"},
        "nothing": {},
    }
    assert '# kind = { type = "string", required = true, enum = ["row"] } # all values there are\n' in text
    assert [name for name, field in settings.frontmatter[0].fields.items() if not field.required] == ["nothing"]


def test_notes_without_frontmatter_are_left_in_peace(base):
    notes = {f"notes/{n}.md": f"---\ntitle: t{n}\n---\n" for n in range(40)}
    notes |= {f"manual/{n}.md": "# Page\n\nText.\n" for n in range(5)}
    base.write(
        notes
        | {
            "manual/index.md": "# Manual\n\nText.\n",
            "notes/notes.md": "# All\n\nText.\n",
            "notes/40.md": "# Slip\n\nText.\n",
        }
    )
    settings, _ = written(base)
    assert settings.per_file_ignores == {"manual/**": ["FM001"], "notes/notes.md": ["FM001"]}
    assert base.json().brief == ["notes/40.md:1:1 FM001"]


def test_where_few_notes_have_frontmatter_none_is_asked_for(base):
    base.write({f"{n}.md": "# Page\n\nText.\n" for n in range(20)} | {"x.md": "---\ntitle: x\n---\n"})
    settings, text = written(base)
    assert settings.frontmatter == []
    assert "# Frontmatter: in 1 of 21 notes, and nothing is asked of it.\n" in text


def test_no_table_is_suggested_for_blocks_that_cannot_be_read(base):
    base.write({"a.md": "---\ntitle: Soil: a guide\n---\nText.\n"})
    text = written(base)[1]
    assert text.endswith("# Frontmatter: in 1 of 1 note, and nothing is asked of it.\n")


def test_more_keys_than_a_reader_wants_to_see(base):
    base.write(
        {f"{n}.md": "---\ntitle: t\n" + "".join(f"k{n}x{m}: 1\n" for m in range(3)) + "---\n" for n in range(60)}
    )
    settings, text = written(base)
    assert (len(settings.frontmatter[0].fields), settings.frontmatter[0].extra) == (20, "allow")
    assert "# not listed: 161 more keys that few notes have\n" in text


# Links


def linked(targets, title="Bed"):
    """Thirty notes, `bed_0` to `bed_29`, each with links that `targets` makes of the next one's number."""
    return {
        f"bed_{n}.md": f'---\ntitle: "{title} {n}: plan"\naliases: [no {n}]\n---\n'
        + " ".join(f"[[{target.format((n + 1) % 30)}]]" for target in targets)
        for n in range(30)
    }


@pytest.mark.parametrize(
    ("targets", "links", "found"),
    [
        (["bed_{}", "no {}"], "names = path, stem, alias; fold = ", {}),
        (["Bed_{}", "bed_{}"], "names = path, stem, alias; fold = case", {}),
        (["Bed {}: plan"], "names = path, stem, alias, title; fold = ", {}),
        (["bed {}: plan", "Bed {}: plan"], "names = path, stem, alias, title; fold = case", {}),
        (["bed-{}", "bed {}", "bed_{}"], "names = path, stem, alias; fold = case, separators", {}),
        (["bed-{}", "bed_{}"], "names = path, stem, alias; fold = ", {"WL002": 30}),
        (["Bed {}: plan", "bed_{}"], "names = path, stem, alias; fold = ", {"WL001": 30}),
    ],
)
def test_what_most_links_go_by_is_taken_for_a_custom(base, targets, links, found):
    base.write(linked(targets))
    settings, _ = written(base)
    assert f"names = {', '.join(settings.links.names)}; fold = {', '.join(settings.links.fold)}" == links
    counts = {}
    for item in base.json().json:
        counts[item["code"]] = counts.get(item["code"], 0) + 1
    assert counts == found


def test_titles_spelt_freely_are_the_preset(base):
    base.write(linked(["Bed {}: plan", "Bed {}: plan"]))
    for n in range(30):
        note = base.root / f"bed_{n}.md"
        note.write_text(note.read_text() + " " + f"[[bed-{(n + 1) % 30}:-plan]]" * 4)
    settings, text = written(base)
    assert (settings.preset, settings.links.fold) == ("titles", ["case", "separators"])
    assert "[links]\n# 180 wikilinks: 180 by a title that is no file name.\n\n" in text
    assert base.run("-q") == (0, "", "")


@pytest.mark.parametrize(
    ("trace", "preset"),
    [
        (".obsidian/app.json", "obsidian"),
        ("quartz.config.ts", "quartz"),
        (".foam/templates/new.md", "foam"),
        ("logseq/config.edn", None),
    ],
)
def test_the_reader_is_known_by_what_it_leaves(base, trace, preset):
    base.write(linked(["bed_{}"]) | {trace: ""})
    assert written(base)[0].preset == preset


def test_logseq_has_pages_beside_its_folder(base):
    base.write({"logseq/config.edn": "", "pages/a.md": "[[b]] [[not yet]]", "pages/b.md": "x"})
    settings, text = written(base)
    assert (settings.preset, settings.links.planned) == ("logseq", ["**"])
    assert "planned" not in text
    assert 'preset = "logseq" # logseq is here\n' in text


def test_a_reader_above_the_notes_is_seen_up_to_the_repository(base):
    base.write({".git/HEAD": "", "quartz.config.ts": "", "content/a.md": "x", "content/index.md": "x"})
    base.run("init", "content")
    assert b'preset = "quartz" # quartz.config.ts is here\n' in base.read("content/lintkb.toml")


def test_a_checkout_of_quartz_is_configured_where_its_paths_begin(base):
    base.write({"quartz.config.ts": "", "README.md": "x", "content/index.md": "[[a/b]]", "content/a/b.md": "x"})
    ran = base.run("init")
    assert ran.err.startswith("lintkb: Quartz shows what is in content: that is the knowledge base\n")
    assert b'preset = "quartz"' in base.read("content/lintkb.toml")
    assert not (base.root / "lintkb.toml").exists()
    assert base.json("content", "--select", "WL").brief == []


def test_targets_in_a_folder_of_their_own_may_be_planned(base):
    base.write({"a.md": "".join(f"[[drafts/{n}]] " for n in range(5)) + "[[other]]"})
    assert '# planned = ["drafts/**"]\n' in written(base)[1]


# What is no note


def test_transcripts_and_packages_are_left_out_and_archives_are_not(base):
    lines = "".join(f"00:00:{n:02d} words\n" for n in range(12))
    base.write(
        {f"notes/{n}.md": talk(n) for n in range(12)}
        | {f"captions/{video(3)}.md": lines, "transcripts/other.md": "prose\n", f"said/{video(4)}.md": lines}
        | {"node_modules/x/README.md": "x", "archive/a.md": talk(50), "people/Talk 3.md": talk(51)}
    )
    settings, text = written(base)
    assert settings.exclude == ["captions/**", "node_modules/**", "said/**"]
    assert '    # "archive/**", # 1 note: an archive, by its name\n' in text
    assert '    # "transcripts/**", # 1 note: transcripts, by its name\n' in text
    assert "people/" not in text.split("[[frontmatter]]")[0]


def test_not_everything_is_left_out(base):
    base.write({"templates/a.md": "{{title}}"})
    settings, text = written(base)
    assert settings.exclude == []
    assert '# exclude = [\n#     "templates/**", # 1 note: templates, with placeholders to be filled in\n# ]\n' in text


# What a first run finds


def test_rules_that_fire_everywhere_are_named_for_a_person_to_decide(base):
    base.write({f"{n}.md": talk(n, "[[nobody]] [05:00:00]" if n < 5 else "[[nobody]]") for n in range(12)})
    ran = base.run("init")
    assert ran.lines[-2:] == [
        "A first run finds: WL001 12, TS003 5.",
        "In more than a third of the notes: WL001, TS003; see `ignore` in the file.",
    ]
    text = base.read("lintkb.toml").decode()
    ignore = '# ignore = [\n#     "WL001", # broken-wikilink: 12 findings in 12 notes\n#     "TS003", # impossible-timestamp: 5 findings in 5 notes\n# ]\n'
    assert ignore in text
    # What is suggested works where it stands.
    loaded = tomllib.loads(
        text.replace(ignore, ignore.replace("# ", "", 1).replace("#     ", "    ").replace("# ]", "]"))
    )
    assert loaded["ignore"] == ["WL001", "TS003"]


def test_a_rule_that_fires_in_one_folder_is_named_for_it(base):
    notes = {f"good/{n}.md": talk(n) for n in range(40)} | {
        f"bad/{n}.md": talk(n + 40, "[[nobody]]") for n in range(10)
    }
    base.write(notes)
    assert '[per-file-ignores]\n# "bad/**" = ["WL001"] # broken-wikilink: 10 of 10 notes\n' in written(base)[1]


def test_the_next_run_finds_what_init_read(base):
    base.write(garden())
    base.run("init")
    ran = base.run("-v")
    assert "read: 62 notes, 62 of them from the cache" in ran.err


def test_a_large_knowledge_base_is_sampled(base, monkeypatch):
    monkeypatch.setattr(lintkb.profile, "WHOLE", 10)
    base.write(linked(["bed_{}", "no {}"]))
    settings, text = written(base)
    assert "# Links and citations are those of 10 among them, taken at even distances.\n" in text
    assert "# 20 wikilinks: 10 by file name, 10 by alias.\n" in text
    assert settings.frontmatter[0].fields["title"].required is True
    assert base.run("-q") == (0, "", "")


@pytest.mark.parametrize("text", ["a = ", "a = 1\n", 'ignore = ["WL001"]\n'])
def test_what_would_not_hold_is_not_written(base, monkeypatch, text):
    import lintkb.cli.init

    base.write({"a.md": "x"})
    texts = iter(["", text])
    monkeypatch.setattr(lintkb.cli.init, "configuration", lambda *_: next(texts))
    ran = base.run("init")
    assert (ran.code, ran.out, os.listdir()) == (2, "", ["a.md"])
    assert ran.err.startswith("lintkb: error: ")


# Strangers' names

NASTY = 'a"b]]\n\x1b[31m\u202e*[x]?\\ #'


def test_names_from_strangers_stay_inside_their_quotes(base):
    quoted = 'k\\"]]\\n\\e\\u202E = 1 #'
    notes = {
        f"{NASTY}/n{n}.md": f'---\n"{quoted}": x\n"\\uD800": y\n"": z\nkind: "a\\nb]]"\ntitle: t{n}\n---\n'
        for n in range(25)
    }
    base.write(notes | {"::error::x/a.md": "# x\n\nText.\n", f"archive/{NASTY}/b.md": "---\ntitle: b\n---\n"})
    ran = base.run("init")
    assert ran.code == 0
    text = base.read("lintkb.toml").decode()
    for output in (text, ran.out):
        assert not {"\x1b", "\u202e", "\r"} & set(output)
        assert not [line for line in output.splitlines() if line.startswith("::")]
    settings = build_settings(tomllib.loads(text), "lintkb.toml")
    table = settings.frontmatter[0]
    assert set(table.fields) == {'k"]]\n\x1b\u202e = 1 #', "", "kind", "title"}
    matches = matcher(table.files)
    assert matches(f"{NASTY}/n1.md")
    assert not matches("other/n1.md")
    assert base.json().brief == ["::error::x/a.md:1:1 FM001"]


def test_a_folder_whose_name_is_no_text(base):
    folder = os.fsencode(base.root) + b"/\xff\xfe"
    os.mkdir(folder)
    for n in range(10):
        with open(folder + b"/%d.md" % n, "w") as file:
            file.write(talk(n))
    for name in (b"/\xff.md", b"/\xfe.md"):
        os.mkdir(os.fsencode(base.root) + name[:-3])
        with open(os.fsencode(base.root) + name[:-3] + b"/index.md", "w") as file:
            file.write("# Index\n\nText.\n")
    base.write({f"other/{n}.md": "---\nname: x\n---\n" for n in range(10)})
    settings, _ = written(base)
    assert settings.per_file_ignores == {"?/index.md": ["FM001"]}
    assert [table.files for table in settings.frontmatter] == [["other/**"], ["??/**"]]
    assert base.run("-q") == (0, "", "")


@pytest.mark.parametrize(
    "text", ["", "a", "a b", 'q"\\', "\n\r\t\x00\x1f\x7f", "\x1b[0m", "\u202e\u2028\ufeff", "\U000e0001", "é"]
)
def test_toml_strings_and_keys_come_back(text):
    line = f"{toml.key(text)} = {toml.value([text, {text: True}, 1, 1.5])} {toml.comment(text)}\n"
    assert tomllib.loads(line) == {text: [text, {text: True}, 1, 1.5]}
    assert line[:-1].isprintable()


@pytest.mark.parametrize("path", ["a.md", "a[b].md", "a*b?.md", "[!x]/y", "x/a\nb.md", "**/z", "[/a.md"])
def test_a_literal_pattern_matches_its_path_alone(path):
    matches = matcher([literal(path)])
    assert matches(path)
    assert not matches(path.replace("a", "z").replace("x", "w").replace("z", "v"))
    assert not matches(f"deeper/{path}")


def test_a_line_feed_in_a_name_does_not_take_a_note_out_of_its_folder():
    assert matcher(["a/**"])("a/b\nc.md")
