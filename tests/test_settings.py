"""Configuration: the contract, its defaults, and errors that name place and remedy."""

import pytest

from lintkb.globs import matcher

CONTRACT = """\
include = ["**/*.md"]                 # exclude = [...]; .gitignore is respected
preset = "quartz"                     # obsidian | foam | quartz | logseq | titles | okf
extend-select = ["WL"]                # codes, prefixes, names; also select, ignore; ["ALL"] is everything
rule-paths = ["house-rules/"]         # folders of the user's own rule notes
sources = "transcripts/{videoId}.*"   # where a note's sources are; {key} is a frontmatter key

[links]
names = ["path", "stem", "title", "alias"]
fold = ["case", "separators"]
planned = ["drafts/**"]

[[frontmatter]]
files = "notes/**"
schema = "schemas/note.json"          # a JSON Schema, and/or fields:
extra = "forbid"                      # allow | warn | forbid unknown keys
[frontmatter.fields]
title = { type = "string", required = true, min-length = 1 }
videoId = { type = "string", required = true, pattern = "^[A-Za-z0-9_-]{11}$" }
published = { type = "date" }
tags = { type = "list", items = "string" }

[times]
duration-key = "duration"             # frontmatter key: seconds, "HH:MM:SS" or ISO 8601
max = "04:00:00"                      # bound when the duration is unknown

[rules.TS002]
severity = "warning"

[per-file-ignores]
"index.md" = ["WL"]
"""

GOOD_NOTE = '---\ntitle: Soil\nvideoId: aaaaaaaaaaa\n---\nShe said so <a data-t="00:00:01">[00:00:02]</a>.\n'


def test_the_contract_loads_and_works(base):
    base.write(
        {
            "lintkb.toml": CONTRACT,
            "house-rules/.keep": "",
            "schemas/note.json": '{"required": ["title"]}',
            "notes/soil.md": GOOD_NOTE,
            "notes/index.md": GOOD_NOTE.replace("She", "[[nowhere]]"),
            "other.md": "---\nx: 1\n---\n[[Notes/SOIL]] [[drafts/later]] [[nowhere]]\n",
        }
    )
    ran = base.json()
    found = [(item["code"], item["severity"], item["path"]) for item in ran.json]
    assert found == [
        ("TS002", "warning", "notes/index.md"),
        ("TS002", "warning", "notes/soil.md"),
        ("WL001", "error", "other.md"),
    ]
    assert ran.err.splitlines()[:1] == [
        "lintkb: warning: lintkb.toml: `sources`: there is no folder transcripts, so no time is checked against a transcript from there",
    ]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(?R)?x", "a pattern that calls itself is not allowed"),
        ("(x|(?1)(?1))+y", "a pattern that calls itself is not allowed"),
        ("(?0)?a", "a pattern that calls itself is not allowed"),
        ("(?:(?:a{1000}){1000}){1000}b", "with its repeats written out it is longer than 200,000"),
        ("(?:(?:ab){1000,}){1000,}", "with its repeats written out it is longer than 200,000"),
        ("(?#[)(?:(?:ab){1000}){1000}(?#])", "with its repeats written out it is longer than 200,000"),
        ("(?x)(?:(?:ab){1000}) {1000}", "with its repeats written out it is longer than 200,000"),
        ("(?:a{1000})(?#x){1000}", "with its repeats written out it is longer than 200,000"),
        ("(?:(?:ab){100}){200}" * 20, "with its repeats written out it is longer than 200,000"),
        ("a{900}{900}", "with its repeats written out it is longer than 200,000"),
    ],
)
def test_patterns_that_no_timeout_bounds_are_refused(base, pattern, message):
    base.write({"a.md": GOOD_NOTE})
    ran = base.run("--config", f"frontmatter = [{{ fields = {{ a = {{ pattern = '{pattern}' }} }} }}]")
    assert (ran.code, message in ran.err) == (2, True)


@pytest.mark.parametrize(
    "pattern",
    [
        "x{0,300}y{0,300}z{0,300}", "(?P<n>a)(?P=n)", r"\(a{9000}\){9}[{9000}]{9}", "(a{100}){100}b{100}", r"[^\s(?&]+[^(?R)]+",
        r"\(?R\)", "^.{0,30000}$", "(?:.{0,250}x){0,100}end", "^(?:.{1,200}x){1,200}$", "[]a(]{5}(b)[^](]",
    ],
)  # fmt: skip
def test_other_patterns_are_not(base, pattern):
    base.write({"a.md": GOOD_NOTE})
    assert base.run("--config", f"frontmatter = [{{ fields = {{ a = {{ pattern = '{pattern}' }} }} }}]").code != 2


def test_the_same_from_pyproject(base):
    table = CONTRACT.replace("[links]", "[tool.lintkb.links]").replace("[[frontmatter]]", "[[tool.lintkb.frontmatter]]")
    for name in ("frontmatter.fields", "times", "rules.TS002", "per-file-ignores"):
        table = table.replace(f"[{name}]", f"[tool.lintkb.{name}]")
    base.write({"pyproject.toml": "[tool.lintkb]\n" + table, "house-rules/.keep": "", "notes/soil.md": GOOD_NOTE})
    base.write({"schemas/note.json": "{}"})
    assert base.json().brief == ["notes/soil.md:5:24 TS002"]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("fold = 1", "lintkb.toml:1: unknown key `fold`; known keys: "),
        ("[links]\nfolds = []", "lintkb.toml:2: unknown key `links.folds`; did you mean `fold`?"),
        ('[links]\nfold = ["cases"]', "lintkb.toml:2: `links.fold`: input should be 'case', 'separators', 'unicode', 'encoding' or 'slug' (it is 'cases')"),
        ('[times]\nmax = "4h"', 'lintkb.toml:2: `times.max`: give a time as "HH:MM:SS", or whole seconds above 0 (it is \'4h\')'),
        ('preset = "obsidan"', "lintkb.toml:1: `preset`: input should be 'obsidian', "),
        ("[[frontmatter]]\n[frontmatter.fields]\na = { pattern = '(' }", "lintkb.toml:3: `frontmatter.fields.a.pattern`: not a regular expression: "),
        ("a = [", "lintkb.toml: not valid TOML: "),
        ('max-size = "100"', "lintkb.toml:1: `max-size`: input should be a valid integer (it is '100')"),
        ("[[frontmatter]]\nfields.a.required = 'no'", "lintkb.toml:2: `frontmatter.fields.a.required`: input should be a valid boolean (it is 'no')"),
        ('ignore = ["WX"]', "lintkb.toml: no rule `WX`; `lintkb rule` lists them"),
        ('ignore = ["broken-wikilinks"]', "lintkb.toml: no rule `broken-wikilinks`; did you mean `broken-wikilink`?"),
        ('[rules.TS02]\nseverity = "info"', "lintkb.toml: [rules.TS02]: no rule `TS02`; did you mean `TS002`?"),
        ('[rules.TS002]\nseverity = "fatal"', "lintkb.toml:2: `rules.TS002.severity`: input should be 'error', 'warning' or 'info' (it is 'fatal')"),
        ("[rules.CL001.params]\nmin-word = 1", "[rules.CL001.params]: lintkb.toml: unknown key `min-word`; did you mean `min-words`?"),
        ('[per-file-ignores]\n"a.md" = ["XX"]', "lintkb.toml: per-file-ignores 'a.md': no rule `XX`"),
    ],
)  # fmt: skip
def test_faults_name_place_and_remedy(base, config, message):
    base.write({"lintkb.toml": config, "note.md": "---\n---\n"})
    ran = base.run()
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith(f"lintkb: error: {message}")


def test_every_fault_is_told(base):
    base.write({"lintkb.toml": "a = 1\nb = 2\n", "note.md": ""})
    assert len(base.run().err.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], ["TS002", "WL001"]),
        (["--select", "WL"], ["WL001"]),
        (["--select", "WL001,TS"], ["TS002", "WL001"]),
        (["--select", "broken-wikilink"], ["WL001"]),
        (["--extend-select", "WL"], ["TS002", "WL001"]),
        (["--extend-select", "RS"], ["TS002", "WL001"]),
        (["--extend-select", "RS00"], ["RS008", "TS002", "WL001"]),
        (["--extend-select", "RS,empty-section"], ["RS008", "TS002", "WL001"]),
        (["--ignore", "WL"], ["TS002"]),
        (["--ignore", "ALL", "--extend-select", "TS002"], ["TS002"]),
        (["--select", "WL", "--ignore", "WL001"], []),
        (["--select", "WL001", "--ignore", "WL"], ["WL001"]),
        (["--select", "WL001,TS", "--ignore", "WL001"], ["TS002"]),
        (["--select", "broken-wikilink,TS", "--ignore", "WL001"], ["TS002"]),
        (["--select", "WL001,TS", "--ignore", "broken-wikilink"], ["TS002"]),
        (["--config", 'ignore = ["TS"]'], ["WL001"]),
        (["--config", 'select = ["TS"]', "--extend-select", "WL001"], ["TS002", "WL001"]),
        (["--config", 'select = ["TS"]', "--select", "WL"], ["WL001"]),
        (["--config", 'per-file-ignores = {"*.md" = ["WL"]}'], ["TS002"]),
    ],
)
def test_selection(base, arguments, found):
    base.write({"note.md": GOOD_NOTE + "[[nowhere]]\n\n# Soil\n\n# Sand\n\nFine grains.\n"})
    assert sorted(item["code"] for item in base.json(*arguments).json) == found


def test_a_family_of_which_nothing_is_on_by_default_is_selected_whole(base):
    rule = "---\ncode: HR10{}\nname: no-{}\ncheck: pattern\nparams: {{regex: {}, message: no}}\nseverity: info\n"
    rule += "confidence: high\ndefault: {}\n---\n# No\n\n## Examples\n\n```markdown bad\n«{}»\n```\n```markdown good\nx\n```\n"
    notes = {
        f"house/no-{word}.md": rule.format(number, word, word, "off", word)
        for number, word in enumerate(("peat", "lime"))
    }
    base.write({"lintkb.toml": 'rule-paths = ["house"]', "note.md": "---\n---\npeat lime\n", **notes})
    assert [item["code"] for item in base.json("--select", "HR").json] == ["HR100", "HR101"]
    base.write({"house/no-peat.md": rule.format(0, "peat", "peat", "on", "peat")})
    assert [item["code"] for item in base.json("--select", "HR").json] == ["HR100"]


def test_config_file_and_overrides(base):
    base.write(
        {"lintkb.toml": 'ignore = ["WL"]\n', "other.toml": 'ignore = ["TS"]\n', "note.md": GOOD_NOTE + "[[nowhere]]\n"}
    )
    assert base.json().brief == ["note.md:5:24 TS002"]
    assert base.json("--config", "other.toml").brief == ["note.md:6:3 WL001"]
    assert len(base.json("--isolated").json) == 2
    assert base.json("--config", "other.toml", "--config", 'ignore = ["WL"]').brief == ["note.md:5:24 TS002"]
    assert base.run("--config", "none.toml").err == "lintkb: error: --config: no such file: none.toml\n"
    assert base.run("--config", "ignore").err.startswith("lintkb: error: --config 'ignore': neither a file nor TOML")
    assert base.run("--config", "linked.fold = 1").err.startswith(
        "lintkb: error: --config: unknown key `linked`; did you mean `links`?"
    )
    assert base.run("--config", "other.toml", "--isolated").code == 2


def test_presets_set_the_link_rules_and_yield_to_the_file(base):
    base.write(
        {
            "growing_tomatoes.md": "---\ntitle: Growing\n---\n",
            "note.md": "---\nx: 1\n---\n[[Growing Tomatoes]] [[later]]\n",
        }
    )
    codes = {
        preset: [item["code"] for item in base.json("--config", f'preset = "{preset}"').json]
        for preset in ("obsidian", "foam", "quartz", "logseq", "titles", "okf")
    }
    assert codes == {
        "obsidian": ["WL002", "WL001"],
        "foam": ["WL002", "WL001"],
        "quartz": ["WL002", "WL001"],
        "logseq": ["WL002"],
        "titles": ["WL001"],
        "okf": ["WL002", "WL001"],
    }
    own = base.json("--config", 'preset = "titles"', "--config", "links.fold = []")
    assert [item["code"] for item in own.json] == ["WL002", "WL001"]


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("**/*.md", ["a.md", "b/a.md", "b/c/a.md"], ["a.txt"]),
        ("*.md", ["a.md", "b/a.md"], ["a.mdx"]),
        ("index.md", ["index.md", "b/index.md"], ["xindex.md"]),
        ("notes/**", ["notes/a.md", "notes/b/a.md"], ["a/notes/x.md", "notes"]),
        ("notes", ["notes/a.md", "a/notes/b.md"], ["notesx/a.md"]),
        ("notes/", ["notes/a.md"], ["notesx/a.md"]),
        ("/notes", ["notes/a.md"], ["a/notes/b.md"]),
        ("a/*/c.md", ["a/b/c.md"], ["a/b/b/c.md"]),
        ("a?[bc].md", ["axb.md", "x/ayc.md"], ["axd.md", "a/b.md"]),
        ("[!a].md", ["b.md"], ["a.md"]),
        ("x[^a]y.md", ["xby.md"], ["x/y.md", "xay.md"]),
        ("a+(b).md", ["a+(b).md"], ["aab.md"]),
        ("**", ["a", "a/b"], []),
    ],
)
def test_globs(pattern, yes, no):
    match = matcher([pattern])
    assert [path for path in yes if not match(path)] == []
    assert [path for path in no if match(path)] == []


def test_config_command(base):
    base.write({"lintkb.toml": 'preset = "titles"\n[links]\nfold = []\n', "note.md": ""})
    ran = base.run("config", "note.md", "--config", 'times.max = "01:00:00"')
    assert ran.code == 0
    assert f"# root: {base.root}\n# configuration: lintkb.toml\n" in ran.out
    assert "fold = []  # lintkb.toml\n" in ran.out
    assert 'names = ["title", "stem", "path", "alias"]  # preset titles\n' in ran.out
    assert "max = 3600  # --config\n" in ran.out


def test_two_tables_that_ask_the_same_are_heard_once(base):
    table = '[[frontmatter]]\nextra = "forbid"\nfields.title.required = true\n'
    base.write({"lintkb.toml": table * 2, "a.md": "---\nx: 1\n---\n"})
    assert base.json().brief == ["a.md:1:1 FM002", "a.md:2:1 FM002"]


@pytest.mark.parametrize(
    ("value", "pattern", "code"),
    [("1.10", "^1[.]10$", 0), ("2024-01-01", "^never$", 1), ("2024-01-01", "^2024-", 0), ("true", "^true$", 0)],
)
def test_a_pattern_is_matched_as_written(base, value, pattern, code):
    base.write({"lintkb.toml": f"[[frontmatter]]\nfields.v.pattern = '{pattern}'\n", "a.md": f"---\nv: {value}\n---\n"})
    assert base.run().code == code


@pytest.mark.parametrize(("label", "severity"), [("00:01:10", "warning"), ("00:01:11", "error")])
def test_a_slight_difference_of_label_is_a_warning(base, label, severity):
    base.write({"a.md": f'---\nx: 1\n---\n<a data-t="00:01:00">[{label}]</a>\n'})
    assert [item["severity"] for item in base.json().json] == [severity]
    assert [item["severity"] for item in base.json("--config", 'rules.TS002.severity = "info"').json] == ["info"]


def test_patterns_that_match_nothing_are_told(base):
    base.write(
        {
            "lintkb.toml": '[[frontmatter]]\nfiles = "nots/**"\n[per-file-ignores]\n"indx.md" = ["WL"]\n',
            "a.md": "---\nx: 1\n---\n",
        }
    )
    assert base.run().err.splitlines()[:2] == [
        "lintkb: warning: lintkb.toml: files 'nots/**' matches no note",
        "lintkb: warning: lintkb.toml: per-file-ignores 'indx.md' matches no note",
    ]


def test_a_folder_of_rules_that_is_not_there_is_told(base):
    base.write({"lintkb.toml": 'rule-paths = ["none"]\n', "a.md": "---\nx: 1\n---\n"})
    ran = base.run()
    assert (ran.code, ran.err.splitlines()[0]) == (
        0,
        "lintkb: warning: lintkb.toml: `rule-paths`: there is no folder none, so none of its rules run",
    )


def test_sections_are_frozen_and_compare_by_value():
    from lintkb.settings import Times

    times = Times.validate({"recording-key": "video"})
    assert (times, Times(recording_key="video")) == (Times(recording_key="video"), times)
    assert times != Times()
    assert repr(times) == ("Times(recording_key='video', duration_key='duration', max=14400, form=None, dialects={})")
    assert times.table(given=True) == {"recording-key": "video"}
    assert times.table(null=False) == {
        "recording-key": "video", "duration-key": "duration", "max": 14400, "dialects": {},
    }  # fmt: skip
    with pytest.raises(AttributeError, match="Times is frozen: `form` cannot be set"):
        times.form = "bare"
    with pytest.raises(TypeError, match="Times has no field 'kind'"):
        Times(kind="bare")
    first, second = Times(), Times()
    assert first.dialects is not second.dialects


def test_a_section_declared_with_pydantic_is_refused():
    from pydantic import Field

    from lintkb.sections import Section

    with pytest.raises(
        TypeError, match=r"^Wrong\.most: declare it with the Field of lintkb\.sections, not of pydantic$"
    ):

        class Wrong(Section):
            most: int = Field(default=1)
