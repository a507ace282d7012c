"""What the documents say is so."""

import re
import tomllib
from pathlib import Path

import pytest

from lintkb.catalogue import Catalogue, load_catalogue, load_rule
from lintkb.checks import CHECKS
from lintkb.rule_tests import example_faults
from lintkb.settings import build_settings

ROOT = Path(__file__).parent.parent


def blocks(path, language):
    """The fenced blocks of a document whose info string is `language`."""
    text = (ROOT / path).read_text("utf-8")
    return [match[2] for match in re.finditer(rf"^(`{{3,}}){language}\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL)]


def test_the_readme_shows_real_output(base, monkeypatch):
    monkeypatch.chdir(ROOT)
    ran = base.run("seeds-flawed", "--no-cache")
    command, *shown = blocks("README.md", "console")[0].splitlines()
    assert (command, shown.pop(0), shown.pop()) == ("$ lintkb seeds-flawed", "...", "...")
    for block in "\n".join(shown).split("\n\n"):
        assert block in ran.out


def test_the_flawed_sample_shows_every_family(base, monkeypatch):
    monkeypatch.chdir(ROOT)
    codes = {item["code"][:2] for item in base.json("seeds-flawed", "--no-cache").json}
    assert codes == {"FM", "WL", "ML", "TS", "SR", "RS", "CL", "DU"}


def test_the_seeds_and_the_rules_are_clean(base, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert base.run("seeds", "rules", "--no-cache", "-q") == (0, "", "")


def test_the_configuration_in_the_readme_loads():
    settings = build_settings(tomllib.loads(blocks("README.md", "toml")[0]), "README.md")
    assert settings.links.planned == ["drafts/**"]


def test_the_python_in_the_readme_runs(base, capsys):
    base.write({"notes/a.md": "[[x]]"})
    exec(compile(blocks("README.md", "python")[0], "README.md", "exec"), {})
    assert capsys.readouterr().out == "a.md FM001 the note has no frontmatter\na.md WL001 no note answers to `x`\n"


def test_the_architecture_names_every_module():
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    names = {
        path.name for path in (ROOT / "lintkb").glob("*") if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    for name in names - {"__init__.py", "__main__.py"}:
        assert f"`{name}`" in text or f"`{name}/`" in text, name


@pytest.fixture
def walk(tmp_path):
    """The rule notes that CONTRIBUTING.md tells a stranger to write."""
    notes = {}
    for text in blocks("CONTRIBUTING.md", "markdown"):
        name = re.search(r"^name: (.*)$", text, re.MULTILINE)[1]
        path = tmp_path / f"{name}.md"
        path.write_text(text, "utf-8")
        notes[name] = path
    return notes


def test_the_rule_without_code_in_contributing_works(walk):
    rule = load_rule(walk["placeholder-text"])
    catalogue = Catalogue([*(own for own in load_catalogue().rules if own.code != rule.code), rule])
    assert [example_faults(rule, example, catalogue) for example in rule.page.examples] == [[], []]


def test_the_rule_with_code_in_contributing_works(walk, monkeypatch):
    import lintkb.checks.wikilinks as family

    module = dict(vars(family))
    exec(compile(blocks("CONTRIBUTING.md", "python")[0], "CONTRIBUTING.md", "exec"), module)
    assert {check.name for check in module["CHECKS"]} >= {
        "wikilink-target",
        "wikilink-canonical",
        "wikilink-whole-embed",
    }
    monkeypatch.setitem(CHECKS, "wikilink-whole-embed", module["CHECKS"][-1])
    rule = load_rule(walk["embedded-note"])
    catalogue = Catalogue([*(own for own in load_catalogue().rules if own.code != rule.code), rule])
    assert [example_faults(rule, example, catalogue) for example in rule.page.examples] == [[], []]


def test_the_hooks_run_what_the_command_line_takes():
    from ruamel.yaml import YAML

    from lintkb.cli.options import parse

    hooks = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in hooks] == ["lintkb", "lintkb-fix"]
    assert hooks[0]["always_run"] is True
    assert hooks[0]["pass_filenames"] is False
    for hook in hooks:
        command, subcommand, *arguments = hook["entry"].split()
        assert (command, parse(subcommand, arguments).hook) == ("lintkb", True)
