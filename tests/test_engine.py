"""Runs: failing checks and patterns, processes, the cache."""

import gc
import json
import os
import random
import sqlite3
import time
import zlib
from contextlib import closing

import pytest

from lintkb import cache as cache_module, executors
from lintkb.cache import State
from lintkb.catalogue import load_catalogue
from lintkb.checks import times, timestamps, wikilinks
from lintkb.engine import Options, open_sessions
from lintkb.reporters import FORMATS
from lintkb.reporters.text import Form, Style

GOOD = "---\ntitle: Soil\n---\n"


def failing(*_args):
    raise RuntimeError("boom\nand \x1b more")
    yield


@pytest.mark.parametrize(
    ("check", "code"), [(timestamps.timestamp_label, "TS002"), (wikilinks.wikilink_target, "WL001")]
)
def test_a_check_that_raises_is_told_of_and_the_run_goes_on(base, monkeypatch, check, code):
    catalogue = load_catalogue()
    broken = check._replace(run=failing, needs=frozenset())  # so that it starts on notes without links, too
    rules = [rule._replace(check=broken) if rule.code == code else rule for rule in catalogue.rules]
    monkeypatch.setattr("lintkb.catalogue.load_catalogue", lambda _folders, _checks: type(catalogue)(rules))
    base.write({"a.md": GOOD + "[00:00:99] [99:00:00]", "b.md": GOOD})
    ran = base.json()
    assert ran.code == 3
    assert {item["code"] for item in ran.json} == {"KB004", "TS001", "TS003"}
    message = next(item["message"] for item in ran.json if item["code"] == "KB004")
    assert (
        message
        == f"{code} ({catalogue.by_code[code].name}) failed on this note: RuntimeError: boom and \x1b more (test_engine.py:26)"
    )
    assert base.run("--exit-zero").code == 3
    assert "\x1b" not in base.run().out


def test_a_note_on_which_the_parser_fails(base, monkeypatch):
    def fail(path, _source, _dialects):
        raise RecursionError("deep")

    monkeypatch.setattr("lintkb.reading.Note", fail)
    base.write({"a.md": GOOD})
    ran = base.json("--no-cache")
    assert (ran.code, ran.json[0]["message"]) == (
        3,
        "the note could not be parsed: RecursionError: deep (test_engine.py:53)",
    )


@pytest.mark.parametrize("needs", [{"given"}, {"troubles"}, {"given", "troubles"}, set()])
def test_a_check_is_not_asked_where_a_recording_has_nothing_that_it_needs(base, monkeypatch, needs):
    catalogue = load_catalogue()
    broken = times.unsupported_time._replace(run=failing, needs=frozenset(needs))
    rules = [rule._replace(check=broken) if rule.code == "TS015" else rule for rule in catalogue.rules]
    monkeypatch.setattr("lintkb.catalogue.load_catalogue", lambda _folders, _checks: type(catalogue)(rules))
    base.write(
        {
            "lintkb.toml": 'sources = ["{id}.vtt"]\n',
            "a.md": "---\ntitle: Soil\nid: heard\n---\nSoil is alive [00:00:01].\n",
            "b.md": "---\ntitle: Soil\nid: unheard\n---\nSoil is alive [00:00:01].\n",
            "heard.vtt": "WEBVTT\n\n00:00.000 --> 00:09.000\nSoil is alive.\n",
        }
    )
    told = {item["path"] for item in base.json().json if item["code"] == "KB004"}
    assert told == ({"a.md"} if "given" in needs else set() if needs else {"a.md", "b.md"})


RULE = """---
code: XX001
name: slow-pattern
check: pattern
params: {{ regex: '{}', message: m, in: raw }}
severity: warning
---
# Slow

## Examples
```markdown bad
«{}»
```
```markdown good
other
```
"""


def test_a_pattern_that_takes_too_long_is_stopped(base):
    base.write(
        {
            "lintkb.toml": 'rule-paths = ["house"]\n',
            "house/slow.md": RULE.format(r"(\w|\w\w)+$", "a"),
            "a.md": "a" * 60 + "!",
        }
    )
    started = time.monotonic()
    ran = base.json("--select", "XX")
    assert (ran.code, ran.brief) == (2, ["a.md:1:1 KB005"])
    assert time.monotonic() - started < 10


def test_a_rule_note_in_the_tree(base):
    base.write(
        {
            "lintkb.toml": 'rule-paths = ["house"]\n',
            "house/jargon.md": RULE.format(r"\bsynergy\b", "synergy"),
            "a.md": GOOD + "Our synergy.",
        }
    )
    assert base.json().brief == ["a.md:4:5 XX001"]
    assert base.run("rule", "slow-pattern").lines[0] == "XX001 slow-pattern"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("code: XX001", "code: x1"),
            "house/r.md:2: `code`: string should match pattern '^[A-Z]{2,8}\\d{3}$' (it is 'x1')",
        ),
        (("code: XX001", "code: WL001"), "house/r.md: `WL001` is taken by "),
        (("name: slow-pattern", "name: broken-wikilink"), "house/r.md: `broken-wikilink` is taken by "),
        (("check: pattern", "check: patern"), "house/r.md: unknown check `patern`; did you mean `pattern`?"),
        (("check: pattern", "check: run"), "house/r.md: unknown check `run`; "),
        (
            ("in: raw", "on: raw"),
            "house/r.md:5: unknown key `params.on`; known keys: in, message, needs, regex, replace",
        ),
        (
            ("in: raw", "in: body"),
            "house/r.md:5: `params.in`: it must be prose, lines, headings, links, raw or frontmatter:KEY (it is 'body')",
        ),
        (
            ("'x'", "'(x'"),
            "house/r.md:5: `params.regex`: not a regular expression: missing ) at position 2 (it is '(x')",
        ),
        (
            ("'x'", "'x*'"),
            "house/r.md:5: `params.regex`: it matches nothing at all, so it would be found everywhere (it is 'x*')",
        ),
        (
            ("severity: warning", "severity: bad"),
            "house/r.md:6: `severity`: input should be 'error', 'warning' or 'info' (it is 'bad')",
        ),
        (("severity: warning\n", ""), "house/r.md: key `severity` is missing"),
        (
            ("severity: warning", "serverity: warning"),
            "house/r.md: key `severity` is missing\nlintkb: error: house/r.md:6: unknown key `serverity`; did you mean `severity`?",
        ),
        (("# Slow", "Slow"), "house/r.md: no title; "),
        (("markdown good", "markdown fine"), "house/r.md:14: `fine` is not a word for an example"),
        (("```markdown good\nother\n```", ""), "house/r.md: no `good` example under `## Examples`: "),
        (("«x»", "«x"), "house/r.md:11: an opening mark `«` without its closing one"),
        (("«x»", "x"), "house/r.md:11: a bad example marks what is wrong: «…»"),
        (("other", "«other»"), "house/r.md:14: a good example marks nothing; "),
        (
            ("```markdown bad", "```"),
            "house/r.md:11: a fence under Examples must say what it is: bad, good, fixed or file=",
        ),
        (("```markdown bad", "```markdown"), "house/r.md:11: an example is one of bad, good, fixed or file=PATH"),
        (("---\ncode", "code"), "house/r.md:1: a rule note begins with frontmatter: code, name, check, severity"),
        (
            ("name: slow-pattern", "name: a: b"),
            "house/r.md:3: the frontmatter cannot be read: a second `: ` on one line",
        ),
    ],
)
def test_a_bad_rule_note_ends_the_run(base, change, message):
    note = RULE.format("x", "x")
    assert change[0] in note
    base.write({"lintkb.toml": 'rule-paths = ["house"]\n', "house/r.md": note.replace(*change, 1), "a.md": GOOD})
    ran = base.run()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"lintkb: error: {message}"), ran.err


def test_a_large_note_is_not_called_clean(base):
    base.write({"lintkb.toml": "max-size = 100\n", "a.md": "x" * 101, "b.md": GOOD})
    ran = base.json()
    assert (ran.code, ran.brief) == (2, ["a.md:1:1 KB003"])


WORDS = ["soil", "Soil", "mulch", "nowhere", "beds/soil", "growing_tomatos", "GROWING_TOMATOES"]


def random_note(chance):
    parts = (
        ["---\ntitle: x\n" + chance.choice(["", "aliases: [mulch]\n", "a: b: c\n"]) + "---\n"]
        if chance.random() < 0.8
        else []
    )
    pieces = (
        lambda: f"[[{chance.choice(WORDS)}]] ",
        lambda: f"[[{chance.choice(WORDS)}|x]]\n\n",
        lambda: chance.choice(
            ["[00:01:02] ", "[99:01:02] ", "words é ", "top of page\n", "<!-- lintkb-disable-line WL -->\n"]
        ),
        lambda: '<a class="yt-timestamp" data-t="00:01:02">[00:05:02]</a> ',
    )
    parts += [chance.choice(pieces)() for _ in range(chance.randrange(12))]
    return "".join(parts)


def report(base, *arguments):
    ran = base.run("--output-format", "json", *arguments)
    return ran.code, ran.out, ran.err


def test_one_process_and_two_give_the_same(base, monkeypatch):
    monkeypatch.setattr(executors, "MIN_FOR_POOL", 1)
    monkeypatch.setattr(executors, "CHUNK", 3)
    chance = random.Random(5)
    base.write({f"n{number}.md": random_note(chance) for number in range(40)} | {"bad.md": b"\xff"})
    one = report(base, "--no-cache", "--jobs", "1")
    assert one == report(base, "--no-cache", "--jobs", "2")
    assert one[0] == 2


def test_a_worker_that_dies_is_an_error(base, monkeypatch):
    monkeypatch.setattr(executors, "MIN_FOR_POOL", 1)
    monkeypatch.setattr("lintkb.reading.Note", lambda *_: os._exit(9))
    base.write({"a.md": GOOD, "b.md": GOOD})
    ran = base.run("--jobs", "2", "--no-cache")
    assert ran.code == 3
    assert ran.err == "lintkb: error: a worker process died while reading notes; run with --jobs 1 to see where\n"


def test_warm_equals_cold_whatever_is_done_in_between(base):
    chance = random.Random(11)
    names = ["soil.md", "mulch.md", "beds/soil.md", "growing_tomatoes.md", "note.md", "other.md"]
    config = ""
    base.write({name: random_note(chance) for name in names} | {"lintkb.toml": config})
    for _ in range(60):
        deed = chance.choice(["edit", "delete", "rename", "touch", "config", "nothing", "restore"])
        present = [name for name in names if (base.root / name).exists()]
        if deed == "edit" and present:
            base.write({chance.choice(present): random_note(chance)})
        elif deed == "delete" and len(present) > 1:
            os.remove(base.root / chance.choice(present))
        elif deed == "rename" and len(present) > 1:
            one, other = chance.sample(names, 2)
            if (base.root / one).exists():
                os.replace(base.root / one, base.root / other)
        elif deed == "touch" and present:
            os.utime(base.root / chance.choice(present), (chance.randrange(10**9), chance.randrange(10**9)))
        elif deed == "config":
            config = chance.choice(
                [
                    "",
                    'links.fold = ["case"]\n',
                    'ignore = ["TS"]\n',
                    "times.max = 60\n",
                    '[rules.WL001]\nseverity = "info"\n',
                ]
            )
            base.write({"lintkb.toml": config})
        elif deed == "restore":
            base.write({name: random_note(chance) for name in names})
        assert report(base) == report(base, "--no-cache")


def test_a_changed_rule_note_is_noticed(base):
    base.write(
        {
            "lintkb.toml": 'rule-paths = ["house"]\n',
            "house/r.md": RULE.format("soil", "soil"),
            "a.md": GOOD + "soil earth",
        }
    )
    assert base.json().brief == ["a.md:4:1 XX001"]
    base.write({"house/r.md": RULE.format("earth", "earth")})
    assert base.json().brief == ["a.md:4:6 XX001"]


def cache_file(base):
    session = open_sessions(["."], Options())[0]
    return cache_module.folder_for(session.root, None) / cache_module.FILE_NAME


def test_the_cache_is_used(base, monkeypatch):
    base.write({"a.md": GOOD + "[[x]]", "b.md": GOOD})
    first = report(base)
    monkeypatch.setattr("lintkb.reading.Note", lambda *_: pytest.fail("parsed again"))
    assert report(base) == first
    assert "2 of them from the cache" in base.run("-v").err


@pytest.mark.parametrize("damage", [b"", b"not a database at all", None])
def test_a_damaged_cache_heals(base, damage):
    base.write({"a.md": GOOD + "[[x]]"})
    first = report(base)
    path = cache_file(base)
    if damage is None:
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("UPDATE blobs SET data = x'00'")
    else:
        path.write_bytes(damage)
    assert report(base) == first
    assert report(base) == first
    assert open_sessions(["."], Options())[0].root == base.root


def plant(base, field, value):
    """Put something else, in JSON, into the state that the last run left."""
    with closing(sqlite3.connect(cache_file(base))) as database, database:
        (packed,) = database.execute("SELECT value FROM meta WHERE name = 'state'").fetchone()
        state = json.loads(zlib.decompress(packed))
        state[State._fields.index(field)] = json.loads(value)
        made_up = zlib.compress(json.dumps(state).encode())
        database.execute("UPDATE meta SET value = ? WHERE name = 'state'", (made_up,))


COPY = "Rye is sown in the last week of September, right after the beans are pulled, and it holds the soil and what is left"


@pytest.mark.parametrize(
    "clusters", ["[[3]]", '"abc"', '[[["lost.md", 0], ["a.md", 0]]]', '[[["a.md", 9], ["b.md", 0]]]']
)
@pytest.mark.parametrize("arguments", [(), ("b.md",), ("--statistics",)])
def test_copies_that_a_planted_cache_makes_up_are_found_anew(base, clusters, arguments):
    base.write({f"{name}.md": f"{GOOD}{COPY} {COPY.upper()} {COPY}.\n" for name in "abc"})
    base.write({"lintkb.toml": 'select = ["DU", "DU003"]\n'})
    report(base)
    plant(base, "clusters", clusters)
    base.write({"c.md": f"{GOOD}{COPY} {COPY} {COPY}.\n"})
    ran = base.run(*arguments)
    assert (ran.code, ran.out) == (1, base.run("--no-cache", *arguments).out)


@pytest.mark.parametrize("census", ["[1]", "[0, [], []]", '["x", [3], [3]]', '[0, ["x"], [3]]', "7"])
def test_a_census_of_another_form_is_made_anew(base, census):
    base.write({f"{name}.md": GOOD for name in "abc"} | {"lintkb.toml": 'select = ["FM001", "WL"]\n'})
    report(base)
    plant(base, "census", census)
    base.write({"c.md": f"{GOOD}[[nowhere]]\n"})
    assert report(base) == report(base, "--no-cache")


@pytest.mark.parametrize("count", [2, 40])
def test_signatures_that_are_none_are_read_anew(base, count):
    base.write(
        {f"{number}/{name}.md": f"{GOOD}{COPY}, {number} {name}.\n" for number in range(count) for name in range(33)}
    )
    report(base)
    with closing(sqlite3.connect(cache_file(base))) as database, database:
        rows = database.execute("SELECT number, data FROM blobs WHERE kind = 'signatures'").fetchall()
        for number, data in rows[1:]:
            cut = data[:-1]
            database.execute(
                "UPDATE blobs SET data = ?, checksum = ? WHERE kind = 'signatures' AND number = ?",
                (cut, zlib.crc32(cut), number),
            )
    base.write({"0/0.md": f"{GOOD}{COPY}.\n"})
    assert report(base) == report(base, "--no-cache")


def test_text_that_cannot_be_unpacked_is_an_error(base):
    base.write({f"{number}/{name}.md": f"{GOOD}[[x]]\n" for number in range(20) for name in range(33)})
    report(base)
    base.run()
    with closing(sqlite3.connect(cache_file(base))) as database, database:
        kinds = {kind for (kind,) in database.execute("SELECT DISTINCT kind FROM blobs") if "(" in kind}
        for kind in kinds:
            database.execute("UPDATE blobs SET data = x'00', checksum = ? WHERE kind = ?", (zlib.crc32(b"\0"), kind))
    ran = base.run()
    assert ran.code == 2
    assert ran.err.endswith(
        "lintkb: error: what the last run left is damaged; remove it with `lintkb clean`, and run this again\n"
    )


def test_a_cache_that_cannot_be_written_is_done_without(base, tmp_path):
    base.write({"a.md": GOOD})
    (tmp_path / "file").write_text("")
    assert base.run("--cache-dir", str(tmp_path / "file")).code == 0


def test_two_runs_at_once_share_a_cache(base):
    import subprocess
    import sys

    base.write({f"{number}.md": GOOD + "[[x]]" for number in range(200)})
    command = [sys.executable, "-m", "lintkb", "--output-format", "concise", "-q"]
    runs = [subprocess.Popen(command, cwd=base.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    outputs = [run.communicate(timeout=60) for run in runs]
    assert len(set(outputs)) == 1
    assert outputs[0][1] == b""


def test_no_garbage_is_left_of_notes_that_were_read_and_judged(base):
    """Few look for any: what holds itself would stay until the end."""
    text = (
        "---\ntitle: Rye %s\nvideoId: rye\n---\n# Sowing\n\nMarlow Ashdown says that 40%% of all beds were sown by May [00:00:05].\n\n"
        'Ashdowne, however, called it "the best of all winters for rye"; studies show that 3 in 10 fail.\n\n'
        "- [[gone]] [a](lost.md)\n\n"
        "The seed lies two fingers deep, because what is sown any higher is eaten by the pigeons that come over from the mill,"
        " and what is sown any deeper comes up too late to hold the soil in the first rains of November, as every year shows.\n"
    )
    cues = "".join(
        f"00:00:{at:02}.000 --> 00:00:{at + 4:02}.000\nMarlow Ashdown says forty percent of all beds were sown by May\n\n"
        for at in range(0, 40, 5)
    )
    base.write({f"{name}.md": text % name for name in "abc"} | {"rye.vtt": f"WEBVTT\n\n{cues}"})
    base.write({"lintkb.toml": 'sources = ["{videoId}.vtt"]\nextend-select = ["ALL"]\n'})
    session = open_sessions(["."], Options(cache=False, jobs=1))[0]
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        session.read()
        report = session.judge(Form(FORMATS["full"], Style(color=False, columns=80), "."))
        assert report.pieces is not None
        assert b"WL001" in b"".join(report.pieces())
        found = {item.rule[:2] for item in report.diagnostics}
        gc.collect()
        left = {type(one).__qualname__ for one in gc.garbage if type(one).__module__.startswith("lintkb")}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert found >= {"CL", "WL", "ML", "DU"}
    assert left == set()
