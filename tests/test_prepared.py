"""Settings and rules between runs: what is kept, and that every change of what it was made of takes effect."""

import json
import os
import shutil
from pathlib import Path

import pytest

from lintkb import catalogue as catalogue_module, engine, prepared
from lintkb.cache import default_folder
from lintkb.catalogue import own_rules_folder
from lintkb.engine import Options, configure

RULE = """---
code: HR101
name: no-barrow
check: pattern
params:
  regex: '{}'
  message: 'say cart'
severity: warning
confidence: high
---
# A barrow

Say cart.

## Examples

```markdown bad
The «{}» stands by the bed.
```

```markdown good
The cart stands by the bed.
```
"""
FILES = {
    "lintkb.toml": 'rule-paths = ["house"]\nignore = ["WL001"]\n',
    "house/no-barrow.md": RULE.format("barrow", "barrow"),
    "a.md": "---\ntitle: Soil\n---\nThe barrow and the wagon stand by the [[bed]].\n",
}
PLUGIN = "plugins = ['nowhere']\n"


@pytest.fixture
def kept(base, monkeypatch, tmp_path):
    """A knowledge base with a rule of its own, whose settings are kept however young its rule notes are."""
    monkeypatch.setattr(prepared, "TICK", -(10**18))
    monkeypatch.setenv("XDG_CONFIG_HOME", os.fspath(tmp_path / "config"))
    return base.write(FILES)


def entries():
    folder = default_folder() / "prepared"
    return sorted(path for path in folder.iterdir() if path.name != "lintkb-cache") if folder.is_dir() else []


def forbid(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("made anew")

    monkeypatch.setattr(catalogue_module, "load_catalogue", refuse)
    monkeypatch.setattr(engine, "build_settings", refuse)


def test_what_was_kept_is_used(kept, monkeypatch):
    first = kept.json()
    assert (first.code, first.brief) == (1, ["a.md:4:5 HR101"])
    assert len(entries()) == 1
    forbid(monkeypatch)
    assert kept.json() == first
    with pytest.raises(AssertionError, match="made anew"):
        kept.json("--no-cache")
    with pytest.raises(AssertionError, match="made anew"):
        kept.json("--isolated")


def test_what_was_kept_is_what_was_made(kept, monkeypatch):
    kept.write({
        "lintkb.toml": (
            'rule-paths = ["house"]\nsources = "talks/{id}.vtt"\npreset = "quartz"\nselect = ["ALL"]\n[links]\nplanned = ["x/**"]\n'
            '[[frontmatter]]\nfields.kind = { type = "list", items = "string", enum = [1, 2.0, true, "é\\n"] }\n'
            '[times]\nmax = "02:00:00"\nform = "in"\ndialects.in = "(?P<time>at [0-9:]+)"\n'
            '[claims.languages.fr]\nas = "comme"\n[rules.HR101]\nseverity = "error"\nparams.message = "no"\n'
            '[per-file-ignores]\n"b.md" = "WL"\n'
        )
    })  # fmt: skip
    made = configure(Path(), Options())
    forbid(monkeypatch)
    again = configure(Path(), Options())
    assert repr(again.settings) == repr(made.settings)
    assert again.settings == made.settings
    assert again.settings.frontmatter[0].table(given=True) == made.settings.frontmatter[0].table(given=True)
    assert [tuple(map(repr, rule)) for rule in again.rules] == [tuple(map(repr, rule)) for rule in made.rules]
    assert [tuple(map(repr, rule)) for rule in again.catalogue.rules] == [
        tuple(map(repr, rule)) for rule in made.catalogue.rules
    ]
    assert (again.table(), again[5:]) == (made.table(), made[5:])
    assert again.warnings == (
        "lintkb.toml: `sources`: there is no folder talks, so no time is checked against a transcript from there",
    )
    assert {rule.code for rule in again.rules if rule.severity == "error"} >= {"HR101"}
    rule = again.catalogue.by_code["HR101"]
    assert [example.kind for example in rule.page.examples] == ["bad", "good"]
    assert rule.help.startswith("# A barrow\n\nSay cart.\n")


def write_same_time(path, text):
    """Other content of the same size at what looks like the same time."""
    path = Path(path)
    status = path.stat()
    path.write_text(text)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat()[6:9:2] == status[6:9:2]


CHANGES = {
    "the configuration": (lambda base: base.write({"lintkb.toml": FILES["lintkb.toml"].replace("WL001", "HR101")}), []),
    "a file in place of it": (lambda base: base.write({"other.toml": 'ignore = ["HR"]\n'}), ["--config", "other.toml"]),
    "an override": (None, ["--config", 'rules.HR101.severity = "error"']),
    "another folder of rules": (None, ["--config", "rule-paths = []"]),
    "what is selected": (None, ["--select", "WL001"]),
    "what is ignored": (None, ["--ignore", "HR101"]),
    "what is selected, too": (None, ["--extend-select", "WL001"]),
    "isolation": (None, ["--isolated"]),
    "a rule note": (lambda base: write_same_time("house/no-barrow.md", RULE.format("wagons?", "wagon")), []),
    "a new rule note": (
        lambda base: base.write({"house/deep/b.md": RULE.format("wagon", "wagon").replace("HR101", "HR102").replace("no-", "a-")}),
        [],
    ),
    "a rule note that is gone": (lambda base: Path("house/no-barrow.md").unlink(), []),
    "a folder that is gone": (lambda base: shutil.rmtree("house"), []),
    "a rule note that cannot be used": (lambda base: base.write({"house/b.md": "no rule\n"}), []),
    "the user's own configuration": (lambda base: base.write({"../config/lintkb/lintkb.toml": PLUGIN}), []),
    "a plug-in": (None, ["--plugin", "nowhere"]),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_takes_effect(kept, what):
    before = kept.json()
    assert kept.json() == before
    change, arguments = CHANGES[what]
    if change is not None:
        change(kept)
    after = kept.json(*arguments)
    assert after != before
    assert after == kept.json("--no-cache", *arguments)
    assert after == kept.json(*arguments)


def test_a_change_of_the_rule_notes_of_lintkb_takes_effect(kept, monkeypatch, tmp_path):
    own = tmp_path / "own"
    shutil.copytree(own_rules_folder(), own)
    monkeypatch.setattr(catalogue_module, "own_rules_folder", lambda: own)
    monkeypatch.setattr(prepared, "own_rules_folder", lambda: own)
    before = kept.json("--select", "WL001")
    note = own / "wikilinks/broken-wikilink.md"
    note.write_text(note.read_text("utf-8").replace("severity: error", "severity: info"), "utf-8")
    after = kept.json("--select", "WL001")
    assert [item["severity"] for run in (before, after) for item in run.json] == ["error", "info"]


def test_another_version_makes_its_own(kept, monkeypatch):
    kept.json()
    monkeypatch.setattr(prepared, "__version__", "9")
    kept.json()
    monkeypatch.setattr(prepared, "package_digest", lambda: "other code")
    kept.json()
    assert len(entries()) == 3


def test_young_rule_notes_are_not_kept(kept, monkeypatch):
    monkeypatch.setattr(prepared, "TICK", 60_000_000_000)
    assert kept.json().brief == ["a.md:4:5 HR101"]
    assert entries() == []


def test_rule_notes_that_change_meanwhile_are_not_kept(kept, monkeypatch):
    load = catalogue_module.load_catalogue

    def slow(*arguments):
        made = load(*arguments)
        kept.write({"house/no-barrow.md": RULE.format("wagon", "wagon")})
        return made

    monkeypatch.setattr(catalogue_module, "load_catalogue", slow)
    assert kept.json().brief == ["a.md:4:5 HR101"]
    assert entries() == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[:-1],
        lambda text: text.replace("say cart", "say nothing"),
        lambda text: text.split("\n")[0] + "\n[]",
        lambda text: "\ud800",
    ],
)
def test_a_damaged_entry_is_made_anew(kept, damage):
    first = kept.json()
    (path,) = entries()
    whole = path.read_text()
    path.write_text(damage(whole), errors="surrogateescape" if damage(whole) != "\ud800" else "surrogatepass")
    assert kept.json() == first
    assert path.read_text() == whole


def test_an_entry_of_another_shape_is_made_anew(kept):
    from lintkb.digests import digest

    first = kept.json()
    (path,) = entries()
    whole = path.read_text()
    _, head, rules = whole.split("\n")
    data = json.loads(rules)
    data[0][0][8] = "no-such-check"
    text = f"{head}\n{json.dumps(data, separators=(',', ':'))}"
    path.write_text(f"{digest(text.encode())}\n{text}")
    assert kept.json() == first
    assert path.read_text() == whole


def test_a_folder_that_cannot_be_written_is_done_without(kept, tmp_path):
    (tmp_path / "file").write_text("")
    ran = kept.json("--cache-dir", os.fspath(tmp_path / "file"))
    assert ran.brief == ["a.md:4:5 HR101"]
    assert ran.err == "Found 1 warning in 1 of 1 note.\n"


def test_without_a_cache_nothing_is_written(kept):
    kept.json("--no-cache")
    assert not default_folder().exists()


def test_dates_are_not_kept(kept):
    kept.write({"lintkb.toml": "frontmatter = [{ fields.day.enum = [2026-01-02] }]\n"})
    assert kept.json("--select", "FM").code == 0
    assert entries() == []


def test_few_entries_are_kept(kept, monkeypatch):
    monkeypatch.setattr(prepared, "KEPT", 2)
    for code in ("WL001", "WL002", "WL003"):
        kept.json("--select", code)
        assert entries()[-1].stat().st_mode & 0o077 == 0
    assert len(entries()) == 2


def test_rules_that_have_moved_out_are_refused(kept, tmp_path):
    kept.json()
    os.rename("house", tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", "house")
    ran = kept.json()
    assert ran.code == 2
    assert "`rule-paths` leads out of the knowledge base (house)" in ran.err


def test_clean_removes_entries(kept):
    kept.json()
    folder = default_folder()
    assert kept.run("clean").out == f"Removed the cache of 1 knowledge base in {folder}.\n"
    assert list(folder.iterdir()) == []
