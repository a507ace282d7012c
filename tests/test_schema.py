"""`lintkb schema`: what an editor is told of `lintkb.toml` is what lintkb takes."""

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from test_docs import blocks
from test_settings import CONTRACT

from lintkb.cli.schema import schema
from lintkb.settings import PRESETS, SettingsError, build_settings

ROOT = Path(__file__).parent.parent
EVERY_KEY = """\
include = "**/*.md"
exclude = ["drafts/**", "*.tmp.md"]
preset = "titles"
select = "ALL"
extend-select = "WL"
ignore = "CL001"
rule-paths = "house-rules/"
sources = ["transcripts/{videoId}.*"]
max-size = 1
links = { names = "path", fold = "case", planned = "**" }
times = { duration-key = "length", max = "1:00:00", form = "at", dialects = { at = '@(?P<time>[0-9]+m[0-9]+s)' } }
frontmatter = [{ files = "a.md", schema = "x.json", extra = "warn", fields = { a = {}, "b c" = { type = "any", required = false, pattern = "^a", enum = [1, "x", true], min-length = 0, items = "date" } } }]
rules = { TS002 = { severity = "info", confidence = "low", params = { anything = 1 } }, broken-wikilink = {} }
per-file-ignores = { "a.md" = "WL", "b/**" = ["WL001", "TS"] }
"""
GOOD = {
    "the README's": blocks("README.md", "toml")[0],
    "the contract": CONTRACT,
    "every key": EVERY_KEY,
    "nothing": "",
    "the seeds'": (ROOT / "seeds/lintkb.toml").read_text("utf-8"),
    "the rules'": (ROOT / "rules/lintkb.toml").read_text("utf-8"),
    "seconds": "[times]\nmax = 14400",
    "a clock": '[times]\nmax = "04:00:00"',
    **{preset: f'preset = "{preset}"' for preset in PRESETS},
}
FAULTY = [
    "folds = 1", "[links]\nfolds = []", '[links]\nfold = ["cases"]', '[links]\nnames = "stems"', '[times]\nmax = "4h"',
    "[times.dialects]\n'At' = '@(?P<time>a)'", "[times]\nform = 1",
    "[times]\nmax = 0", "[times]\nmax = true", "[times]\nmax = 1.5", 'preset = "obsidan"', 'max-size = "100"',
    "max-size = 0", "max_size = 10", 'extend_select = ["WL"]', "include = 1", "include = [1]", "ignore = { WL = true }",
    "[frontmatter]\nfields = {}", "[[frontmatter]]\nextras = 'warn'", "[[frontmatter]]\nextra = 'deny'",
    "[[frontmatter]]\njson-schema = 'a'", "[[frontmatter]]\nfields.a = 'string'", "[[frontmatter]]\nfields.a.type = 'text'",
    "[[frontmatter]]\nfields.a.required = 'no'", "[[frontmatter]]\nfields.a.min-length = -1",
    "[[frontmatter]]\nfields.a.min_length = 1", '[rules.TS002]\nseverity = "fatal"', "[rules.TS002]\nlevel = 1",
    "[rules.TS002]\nparams = []", "[per-file-ignores]\n'a.md' = 1", "[tool.lintkb]\npreset = 'foam'",
]  # fmt: skip


@pytest.fixture(scope="module")
def validator():
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_it_takes_what_lintkb_takes(validator, text):
    table = tomllib.loads(text)
    build_settings(table, "lintkb.toml")
    assert [error.message for error in validator.iter_errors(table)] == []


@pytest.mark.parametrize("text", FAULTY)
def test_it_refuses_what_lintkb_refuses(validator, text):
    table = tomllib.loads(text)
    with pytest.raises(SettingsError):
        build_settings(table, "lintkb.toml")
    assert not validator.is_valid(table)


def test_every_key_says_what_it_is_for():
    tables = [schema(), *schema()["$defs"].values()]
    keys = {
        key: (value, schema()["$defs"].get(value.get("$ref", "").rpartition("/")[2], {}))
        for table in tables
        for key, value in table.get("properties", {}).items()
    }
    assert len(keys) == 89
    assert [
        key for key, (value, meant) in keys.items() if not (value.get("description") or meant.get("description"))
    ] == []


def test_the_command_prints_it(base):
    ran = base.run("schema")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == schema()
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert '"null"' not in ran.out


def test_the_copy_in_docs_is_the_same(base):
    kept = (ROOT / "docs/lintkb.schema.json").read_text("utf-8")
    assert kept == base.run("schema").out, "renew it: lintkb schema > docs/lintkb.schema.json"
