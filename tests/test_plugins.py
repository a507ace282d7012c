"""Other people's rules: the worked examples of docs/rules.md, and what a plug-in may not do."""

import importlib.metadata
import os
import pickle
import re
import sys
from pathlib import Path

import pytest

from lintkb.checks import CHECKS

ROOT = Path(__file__).parent.parent


def worked_examples():
    """The files that docs/rules.md shows, by path."""
    text = (ROOT / "docs/rules.md").read_text("utf-8")
    return {
        match[2]: match[3]
        for match in re.finditer(r"^(`{3,})\w+ file=(\S+)\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL)
    }


@pytest.fixture
def garden(base, monkeypatch):
    """A knowledge base with both worked examples, and the package of the second one installed as far as Python can tell."""
    base.write(worked_examples())
    site = base.root.parent / "site"
    (site / "garden_checks-1.0.dist-info").mkdir(parents=True)
    (site / "garden_checks.py").write_bytes(base.read("garden-checks/garden_checks.py"))
    (site / "garden_checks-1.0.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: garden-checks\nVersion: 1.0\n"
    )
    (site / "garden_checks-1.0.dist-info/entry_points.txt").write_text(
        "[lintkb.checks]\ngarden = garden_checks:CHECKS\nbroken = garden_nowhere:CHECKS\nnot-checks = os:sep\n"
        "raises = garden_raises:CHECKS\ntaken = garden_taken:CHECKS\nexits = garden_exits:CHECKS\n"
        "made = garden_made:CHECKS\nengine = lintkb.checks.run:CHECKS\n"
    )
    (site / "garden_raises.py").write_text("1 / 0\n")
    (site / "garden_exits.py").write_text("import sys\nsys.exit(0)\n")
    (site / "garden_made.py").write_text(
        "from lintkb.checks.base import note_check\ndef make():\n    @note_check('made')\n    def run(note, context):\n        yield\n"
        "    return run\nCHECKS = [make()]\n"
    )
    (site / "garden_taken.py").write_text("from lintkb.checks import CHECKS as all_\nCHECKS = [all_['pattern']]\n")
    monkeypatch.syspath_prepend(os.fspath(site))
    importlib.invalidate_caches()
    base.write({
        "notes/a.md": "---\ntitle: Soil\nsource: the diary\n---\nGive it 3 cups of water and do not stand on it for a week.\n",
    })  # fmt: skip
    yield base
    for name in ("garden_checks", "garden_taken"):
        sys.modules.pop(name, None)


def test_the_rule_without_code_works(base):
    files = worked_examples()
    del files["house-rules/long-note.md"]
    base.write({path: text for path, text in files.items() if not path.startswith("garden")})
    base.write({"a.md": "---\ntitle: Soil\n---\nGive it 3 cups of water.\n"})
    assert base.run("rule", "--test", "house-rules") == (0, "2 of 2 examples hold.\n", "")
    ran = base.json()
    assert (ran.code, ran.brief) == (1, ["a.md:4:9 HR101"])
    assert ran.json[0]["message"] == "`3 cups`: our readers measure in litres"


def test_the_check_from_a_package_works(garden):
    assert garden.run("rule", "--plugin", "garden", "--test", "house-rules") == (0, "4 of 4 examples hold.\n", "")
    ran = garden.json("--plugin", "garden")
    assert (ran.code, ran.brief) == (1, ["notes/a.md:2:8 HR102", "notes/a.md:5:9 HR101"])
    assert ran.json[0]["message"] == "13 words; 8 are enough"
    assert "A note that is too long to read" in garden.run("rule", "HR102", "--plugin", "garden").out


def test_without_leave_a_check_is_unknown(garden):
    ran = garden.run()
    assert (ran.code, ran.out) == (2, "")
    assert "house-rules/long-note.md: unknown check `garden-long-note`" in ran.err


def test_the_tree_cannot_allow_it(garden):
    garden.write({"lintkb.toml": 'rule-paths = ["house-rules"]\nplugins = ["garden"]\n'})
    ran = garden.run()
    assert (ran.code, ran.out) == (2, "")
    assert "lintkb.toml:2: unknown key `plugins`; code is not allowed from here" in ran.err
    ran = garden.run("--config", 'plugins = ["garden"]')
    assert ran.code == 2
    assert "unknown key `plugins`" in ran.err


def test_the_user_s_own_configuration_can(garden, monkeypatch):
    own = garden.root.parent / "config"
    monkeypatch.setattr("lintkb.plugins.user_config", lambda: own)
    own.write_text('plugins = ["garden"]\n')
    assert garden.json().brief == ["notes/a.md:2:8 HR102", "notes/a.md:5:9 HR101"]
    assert garden.run("rule", "--test", "house-rules").code == 0
    assert garden.run("--isolated", "--config", 'rule-paths = ["house-rules"]').code == 2
    for text, message in [
        ("x = 1\n", "unknown key `x`; the user's own configuration has only `plugins`"),
        ('plugins = "garden"\n', "`plugins` is a list of names"),
        ("plugins = [\n", "not valid TOML"),
    ]:
        own.write_text(text)
        ran = garden.run()
        assert (ran.code, message in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gardn", "plug-in `gardn`: no installed package offers it as `lintkb.checks`; did you mean `garden`?"),
        ("broken", "plug-in `broken`: cannot be loaded: ModuleNotFoundError: No module named 'garden_nowhere'"),
        ("raises", "plug-in `raises`: cannot be loaded: ZeroDivisionError: division by zero"),
        ("not-checks", "plug-in `not-checks`: '/' is no check; make it one with @note_check or @base_check"),
        ("exits", "plug-in `exits`: cannot be loaded: SystemExit: 0"),
        ("made", "plug-in `made`: its check `made` is not what garden_made.run is"),
        ("taken", "plug-in `taken`: the name of its check `pattern` is taken"),
    ],
)
def test_a_plug_in_that_cannot_be_used_is_named(garden, name, message):
    ran = garden.run("--plugin", name)
    assert (ran.code, ran.out, ran.err) == (2, "", f"lintkb: error: {message}\n")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("raise LookupError('oh')", "LookupError: oh (garden_checks.py:18)"),
        ("import sys; sys.exit(0)", "SystemExit: 0 (garden_checks.py:18)"),
        ("raise GeneratorExit", "GeneratorExit (garden_checks.py:18)"),
        ("yield 'a finding'", "TypeError: 'a finding' is no Finding"),
        ("yield Finding(facts.title_span, 7, 'x')", "TypeError: a message, subject, title or text of a finding is not text"),
        ("yield Finding((0, 1), 'm', 'x')", "TypeError: a place of a finding is not a Span of whole numbers"),
        ("yield Finding(facts.title_span._replace(start=1.5), 'm', 'x')", "TypeError: a place of a finding is not a Span of whole numbers"),
        ("yield Finding(facts.title_span._replace(start=99), 'm', 'x')", "ValueError: a Span of a finding ends before it begins"),
    ],
)  # fmt: skip
def test_a_plug_in_that_fails_is_a_finding(garden, line, message):
    module = sys.path[0]
    text = worked_examples()["garden-checks/garden_checks.py"]
    Path(module, "garden_checks.py").write_text(text.replace("    if facts", f"    {line}\n    if facts"))
    ran = garden.json("--plugin", "garden")
    assert (ran.code, ran.brief) == (3, ["notes/a.md:1:1 KB004", "notes/a.md:5:9 HR101"])
    assert ran.json[0]["message"].partition(" (plugins.py")[0] == f"HR102 (long-note) failed on this note: {message}"


def test_runs_with_a_plug_in_keep_no_cache(garden):
    garden.run("--plugin", "garden")
    assert not list(Path(os.environ["XDG_CACHE_HOME"]).rglob("*.sqlite3"))


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_check_goes_to_another_process_and_comes_back_the_same(check):
    assert pickle.loads(pickle.dumps(check)) == check


def test_processes_that_share_no_memory_find_the_same(base, monkeypatch):
    base.write({f"{number:03}.md": "[[gone]]\n" if number % 7 == 0 else "---\na: 1\n---\n" for number in range(301)})
    alone = base.json("--jobs", "1", "--no-cache")
    monkeypatch.setattr("lintkb.executors.sys.platform", "darwin")
    assert base.json("--jobs", "2", "--no-cache") == alone


def test_docs_name_every_check_and_its_parameters():
    rows = dict(
        re.findall(r"^\| `([\w-]+)` \| [^|]+ \| (.*?) ?\|$", (ROOT / "docs/rules.md").read_text("utf-8"), re.MULTILINE)
    )
    known = {check.name: check for check in CHECKS.values() if check.kind != "run"}
    assert rows.keys() == known.keys()
    for name, check in known.items():
        params = {declared.alias for declared in check.params.DECLARED.values()}
        assert set(re.findall(r"`([\w-]+)`", rows[name])) == params, name


# --- lintkb rule --new


def test_a_new_rule_works_as_it_is(base):
    ran = base.run("rule", "--new", "no-filler")
    assert ran == (
        0,
        (
            "Wrote house-rules/no-filler.md, rule HR101. Change it, then run: lintkb rule --test house-rules/no-filler.md\n"
            'It is in force once lintkb.toml names its folder: rule-paths = ["house-rules"]\n'
        ),
        "",
    )
    assert base.run("rule", "--test", "house-rules/no-filler.md") == (0, "2 of 2 examples hold.\n", "")
    base.write({"lintkb.toml": 'rule-paths = ["house-rules"]\n', "a.md": "---\na: 1\n---\nIt is basically soil.\n"})
    assert base.json().brief == ["a.md:4:7 HR101"]
    ran = base.run("rule", "--new", "no-todo")
    assert (
        ran.out
        == "Wrote house-rules/no-todo.md, rule HR102. Change it, then run: lintkb rule --test house-rules/no-todo.md\n"
    )
    assert base.run("rule", "--new", "other/place").out.startswith("Wrote other/place.md, rule HR103.")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no-filler", "--new: house-rules/no-filler.md exists already; choose another name"),
        ("No Fixme", "--new: `No Fixme` is no name for a rule; use words joined by hyphens, as in `no-filler`"),
        ("broken-wikilink", "--new: there is a rule `broken-wikilink` already; `lintkb rule broken-wikilink` shows it"),
    ],
)
def test_a_new_rule_overwrites_nothing(base, name, message):
    base.write({"house-rules/no-filler.md": "mine"})
    ran = base.run("rule", "--new", name)
    assert (ran.code, ran.out, ran.err) == (2, "", f"lintkb: error: {message}\n")
    assert base.read("house-rules/no-filler.md") == b"mine"


# --- required-section


@pytest.mark.parametrize(
    ("note", "found"),
    [("## Sources\n", []), ("# SOURCES #\n", []), ("Sources\n===\n", []), ("```\n# Sources\n```\n", ["a.md:1:1 HR101"]), ("# My sources\n", ["a.md:1:1 HR101"])],
)  # fmt: skip
def test_required_section(base, note, found):
    rule = worked_examples()["house-rules/plain-measures.md"]
    front = "code: HR101\nname: sources\ncheck: required-section\nparams: {sections: [Sources], files: ['*.md']}\n"
    examples = (
        "# Sources are missing\n\n## Examples\n\n```markdown bad\n«»Text.\n```\n\n```markdown good\n# Sources\n```\n"
    )
    base.write({"lintkb.toml": 'rule-paths = ["rules"]\n', "a.md": note})
    base.write({"rules/sources.md": f"---\n{front}severity: error\nconfidence: high\n---\n{examples}"})
    assert rule and base.run("rule", "--test", "rules").code == 0
    assert base.json("--select", "HR101").brief == found
