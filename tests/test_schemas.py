"""JSON Schema files and the fields beside them: what is read from where, what is refused, what the fixes write."""

import json
import os

import pytest

NOTE = "---\ntitle: Soil\n---\nSoil is alive.\n"
CONFIG = '[[frontmatter]]\nschema = "schemas/note.json"\n'


def test_a_schema_file_is_applied_and_refers_to_others(base):
    base.write({
        "lintkb.toml": CONFIG,
        "schemas/note.json": '{"properties": {"by": {"$ref": "../shared/person.yaml#/person"}}, "required": ["by"]}',
        "shared/person.yaml": "person:\n  required: [name]\n  type: object\n",
        "a.md": NOTE,
        "b.md": "---\nby: {born: 1990-01-02}\n---\n",
        "c.md": "---\nby: {name: Ines}\n---\n",
    })  # fmt: skip
    ran = base.json("--select", "FM")
    assert (ran.code, ran.brief) == (1, ["a.md:1:1 FM002", "b.md:2:1 FM002"])


def test_fields_and_schemas_mix_by_glob_and_know_each_others_keys(base):
    base.write({
        "lintkb.toml": (
            '[[frontmatter]]\nfiles = "**"\nextra = "forbid"\nfields.title = { required = true }\n'
            '[[frontmatter]]\nfiles = "talks/**"\nschema = "talk.json"\nfields.room = { type = "integer" }\n'
        ),
        "talk.json": '{"required": ["speaker"], "properties": {"speaker": {"type": "string"}}}',
        "talks/a.md": "---\ntitle: Soil\nspeaker: Ines\nroom: 3\n---\n",
        "talks/b.md": "---\ntitle: Soil\nroom: x\n---\n",
        "c.md": "---\ntitle: Soil\nspeaker: Ines\n---\n",
    })  # fmt: skip
    ran = base.json("--select", "FM", "--ignore", "FM008")
    assert ran.brief == ["c.md:3:1 FM002", "talks/b.md:1:1 FM002", "talks/b.md:3:7 FM002"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "schemas/note.json: cannot be read: No such file or directory"),
        ("{", "schemas/note.json:1: not JSON: Expecting property name enclosed in double quotes"),
        ("[1]", "schemas/note.json: a JSON Schema is an object"),
        ("[" * 100_000, "schemas/note.json: not usable JSON: maximum recursion depth exceeded"),
        ('{"type": "strin"}', "schemas/note.json: not a JSON Schema: type: "),
        ('{"pattern": "("}', 'schemas/note.json: not a JSON Schema: pattern: "(" is not a "regex"'),
        ('{"$ref": "#/nope"}', "schemas/note.json: not a JSON Schema: Pointer '/nope' does not exist"),
        ('{"$ref": "other.json"}', "schemas/other.json: cannot be read: No such file or directory"),
        ('{"$ref": "../../../../../outside.json"}', "outside.json: cannot be read: No such file or directory"),
        ('{"$ref": "https://example.com/a.json"}', "`$ref` to https://example.com/a.json leads out of the knowledge base"),
        ('{"$ref": "file:///etc/hostname"}', "`$ref` to file:///etc/hostname leads out of the knowledge base"),
        ('{"$schema": "http://json-schema.org/draft-07/schema#"}', "lintkb reads https://json-schema.org/draft/2020-12/schema"),
        (b"\xff\xfe", "schemas/note.json: "),
        (b" " * 1_048_577, "schemas/note.json: larger than 1,048,576 bytes"),
    ],
)  # fmt: skip
def test_a_schema_that_cannot_be_used_is_an_error_of_the_configuration(base, content, message):
    base.write({"lintkb.toml": CONFIG, "a.md": NOTE, **({} if content is None else {"schemas/note.json": content})})
    (base.root.parent / "outside.json").write_text("{}")
    ran = base.run()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("lintkb: error: lintkb.toml: `frontmatter.schema`: ")
    assert message in ran.err
    assert len(ran.lines) == 0 and ran.err.count("\n") == 1


@pytest.mark.parametrize("name", ["../outside.json", "/etc/hostname", "linked.json", "folder"])
def test_a_schema_outside_the_knowledge_base_is_refused(base, name):
    base.write({"lintkb.toml": f'[[frontmatter]]\nschema = "{name}"\n', "a.md": NOTE, "folder/x.txt": "x"})
    (base.root.parent / "outside.json").write_text("{}")
    os.symlink("../outside.json", base.root / "linked.json")
    ran = base.run()
    assert (ran.code, ran.out) == (2, "")
    assert "leads out of the knowledge base" in ran.err or "not a regular file" in ran.err


def test_a_yaml_schema_says_the_line_of_its_fault(base):
    base.write(
        {"lintkb.toml": CONFIG.replace("json", "yaml"), "schemas/note.yaml": "type: object\na: b: c\n", "a.md": NOTE}
    )
    ran = base.run()
    assert ran.code == 2
    assert "schemas/note.yaml:2: not YAML: a second `: ` on one line" in ran.err
    base.write({"schemas/note.yaml": "type: {"})
    ran = base.run()
    assert (ran.code, "schemas/note.yaml:1: not YAML: something is opened here and not closed" in ran.err) == (2, True)


def test_a_pattern_of_a_schema_that_takes_too_long_is_told_and_not_clean(base):
    base.write({
        "lintkb.toml": CONFIG,
        "schemas/note.json": json.dumps({"properties": {"title": {"pattern": "^(\\w|\\w\\w)+(?!y)$"}}}),
        "a.md": "---\ntitle: " + "a" * 80 + "!\n---\n",
    })  # fmt: skip
    ran = base.json()
    assert (ran.code, ran.brief) == (2, ["a.md:1:1 KB005"])


def test_a_changed_schema_is_not_answered_from_the_cache(base):
    base.write({"lintkb.toml": CONFIG, "schemas/note.json": "{}", "a.md": NOTE})
    assert base.json().brief == []
    base.write({"schemas/note.json": '{"required": ["by"]}'})
    assert base.json().brief == ["a.md:1:1 FM002"]


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ('{ type = "string" }', "k: 2024 # a year", 'k: "2024" # a year'),
        ('{ type = "string" }', "k: true", 'k: "true"'),
        ('{ type = "string" }', "k: 1.10", 'k: "1.10"'),
        ('{ type = "integer" }', "k: '12'", "k: 12"),
        ('{ type = "number" }', 'k: "1.5"', "k: 1.5"),
        ('{ items = "string" }', "k:\n  - 1\n  - a", 'k:\n  - "1"\n  - a'),
        ('{ type = "string" }', "k: 12 # see *this*, & that!", 'k: "12" # see *this*, & that!'),
    ],
)
def test_safe_fixes_keep_the_characters_and_everything_around_them(base, field, before, after):
    block = f"---\n# first\n{before}\n\nz:   1   # last\n---\nText.\n"
    base.write({"lintkb.toml": f"[[frontmatter]]\nfields.k = {field}\n", "a.md": block})
    assert base.run("--fix", "--select", "FM").code == 0
    assert base.read("a.md").decode() == block.replace(before, after)


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ('{ type = "boolean" }', "k: Yes", "k: true"),
        ('{ type = "boolean" }', "k: 'off'", "k: false"),
        ('{ type = "date" }', "k: 2024/5/1", "k: 2024-05-01"),
        ('{ type = "list" }', "k: soil", "k: [soil]"),
        ('{ type = "list" }', "k: soil, sand", "k: [soil, sand]"),
        ('{ type = "list" }', "k: 'a, b'", "k: ['a, b']"),
        ('{ enum = ["in review", "done"] }', "k: 'In Review'", "k: 'in review'"),
        ('{ enum = ["a:b", "done"] }', "k: A:b", 'k: "a:b"'),
    ],
)
def test_unsafe_fixes_wait_to_be_asked_for(base, field, before, after):
    base.write({"lintkb.toml": f"[[frontmatter]]\nfields.k = {field}\n", "a.md": f"---\n{before}\n---\n"})
    assert base.run("--fix", "--select", "FM002").code == 1
    assert base.read("a.md").decode() == f"---\n{before}\n---\n"
    assert base.run("--fix", "--unsafe-fixes", "--select", "FM002").code == 0
    assert base.read("a.md").decode() == f"---\n{after}\n---\n"


@pytest.mark.parametrize(
    "block",
    [
        "year: &y 2024\ntitle: *y", "title: &a 2024", "title: !!int 2024", "title: !x 5", "log: &x {n: 5}\nobj: *x", "tags: [&y 1, *y]",
        "title: >-\n  soil\nn: '5'\nz: &a 1", "list: |\n  soil", 'size: ! "12"', "x: 1\n!!str title: 5",
    ],
)  # fmt: skip
def test_values_with_anchors_aliases_and_tags_are_left_as_they_are(base, block):
    fields = "title = { type = 'string' }\ntags = { items = 'string' }\nsize = { type = 'integer' }\\nobj = { fields = { n = { type = 'string' } } }\nlist = { type = 'list' }"
    base.write({"lintkb.toml": f"[[frontmatter]]\n[frontmatter.fields]\n{fields}\n", "a.md": f"---\n{block}\n---\n"})
    base.run("--fix", "--unsafe-fixes", "--select", "FM002")
    assert base.read("a.md").decode() == f"---\n{block}\n---\n"


def test_a_safe_fix_leaves_numbers_that_are_wanted(base):
    base.write(
        {"lintkb.toml": "[[frontmatter]]\nfields.size = { type = 'integer' }\n", "a.md": "---\nsize: 1_000\n---\n"}
    )
    base.run("--fix")
    assert base.read("a.md") == b"---\nsize: 1_000\n---\n"


def test_one_fix_that_uncovers_another_fault_does_not_cost_the_others(base):
    base.write({
        "lintkb.toml": "[[frontmatter]]\nfields.title = { type = 'string', min-length = 3 }\nfields.year = { type = 'integer' }\n",
        "a.md": "---\ntitle: 5\nyear: '2024'\n---\n",
    })  # fmt: skip
    ran = base.run("--fix", "--select", "FM002", "--output-format", "concise")
    assert base.read("a.md") == b'---\ntitle: "5"\nyear: 2024\n---\n'
    assert ran.lines == ["a.md:2:8: FM002 `title` must have at least 3 characters, it has 1"]


def test_a_renamed_key_keeps_its_quotes(base):
    base.write({
        "lintkb.toml": "[[frontmatter]]\nextra = 'forbid'\nfields.o = { extra = 'forbid', fields = { name = {} } }\nfields.\"two words\" = {}\n",
        "a.md": '---\no: {"nmae":"x"}\n"two wrods": 1\n---\n',
    })  # fmt: skip
    base.run("--fix", "--unsafe-fixes", "--select", "FM002")
    assert base.read("a.md") == b'---\no: {"name":"x"}\n"two words": 1\n---\n'


@pytest.mark.parametrize("name", ["my note.json", "schémas/100%.json", "a#b?c.json"])
def test_a_schema_may_have_any_name(base, name):
    base.write({"lintkb.toml": f'[[frontmatter]]\nschema = "{name}"\n', name: '{"$ref": "%62.json"}', "a.md": NOTE})
    base.write({(name.rpartition("/")[0] + "/b.json").lstrip("/"): '{"required": ["by"]}'})
    assert base.json("--select", "FM002").brief == ["a.md:1:1 FM002"]


def test_what_a_table_asks_of_no_key_of_its_own_is_an_error(base):
    base.write({"a.md": NOTE})
    for field, message in [
        ("{ items = { unique = true } }", "`unique` is for keys of the frontmatter itself"),
        ("{ fields = { b = { unique = true } } }", "`unique` is for keys of the frontmatter itself"),
        ("{ items = { required = true } }", "an item of a list cannot be `required`"),
    ]:
        ran = base.run("--config", f"frontmatter = [{{ fields = {{ a = {field} }} }}]")
        assert (ran.code, message in ran.err) == (2, True)


def test_a_missing_key_stays_an_error_where_unknown_keys_only_warn(base):
    base.write(
        {
            "lintkb.toml": "[[frontmatter]]\nextra = 'warn'\nfields.title = { required = true }\n",
            "a.md": "---\ntitel: x\n---\n",
        }
    )
    assert [(item["severity"], item["message"]) for item in base.json("--select", "FM002").json] == [
        ("error", "the required key `title` is missing"),
        ("warning", "unknown key `titel`; did you mean `title`?"),
    ]


@pytest.mark.parametrize("value", ["2024/13/45", "soil: [a", "[a, b", "{a: b}", "a: b"])
def test_no_fix_is_offered_where_it_would_be_a_guess(base, value):
    base.write({"lintkb.toml": '[[frontmatter]]\nfields.k = { type = "date" }\n', "a.md": f"---\nk: '{value}'\n---\n"})
    (finding,) = base.json("--select", "FM002").json
    assert finding["fixes"] == []


def test_a_unique_value_is_told_in_every_note_that_has_it(base):
    base.write({
        "lintkb.toml": '[[frontmatter]]\nfiles = "a/**"\nfields.slug = { unique = true }\n',
        "a/1.md": "---\nslug: 7\n---\n", "a/2.md": "---\nslug: '7'\n---\n", "a/3.md": "---\nslug: 8\n---\n",
        "b/4.md": "---\nslug: 7\n---\n", "a/5.md": "---\nslug:\n---\n", "a/6.md": "---\nslug:\n---\n",
    })  # fmt: skip
    ran = base.json("--select", "FM005")
    assert ran.brief == ["a/1.md:2:7 FM005", "a/2.md:2:7 FM005"]
    assert [item["message"] for item in ran.json] == [
        "`slug` must be unique, and `7` is also that of a/2.md",
        "`slug` must be unique, and `7` is also that of a/1.md",
    ]
    base.write({"a/2.md": "---\nslug: 9\n---\n"})  # the other note's finding goes too, though nobody touched it
    assert base.json("--select", "FM005").brief == []


def test_a_slug_that_only_one_table_calls_unique_counts_only_there(base):
    base.write({
        "lintkb.toml": '[[frontmatter]]\nfiles = "a/**"\nfields.slug = { unique = true }\n',
        "a/1.md": "---\nslug: x\n---\n", "b/2.md": "---\nslug: x\n---\n",
    })  # fmt: skip
    assert base.json("--select", "FM005").brief == []


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_key_order_moves_whole_keys_with_their_comments(base, newline):
    before = (
        "---\n# head\n\n# on tags\ntags:\n  - a # one\n\n# on title\ntitle: x\nz: |\n  l1\n\n  l2\nby: y\n---\nText.\n"
    )
    after = (
        "---\n# head\n\n# on title\ntitle: x\nby: y\n# on tags\ntags:\n  - a # one\n\nz: |\n  l1\n\n  l2\n---\nText.\n"
    )
    base.write({"lintkb.toml": "[[frontmatter]]\nfields = { title = {}, by = {}, tags = {} }\n"})
    base.write({"a.md": before.replace("\n", newline)})
    assert base.json("--select", "FM008").brief == ["a.md:9:1 FM008"]
    assert base.run("--fix", "--select", "FM008").code == 0
    assert base.read("a.md").decode() == after.replace("\n", newline)


@pytest.mark.parametrize("block", ["{tags: a, title: b}", "tags: &a x\ntitle: *a"])
def test_key_order_leaves_alone_what_is_no_block_of_lines(base, block):
    base.write({"lintkb.toml": "[[frontmatter]]\nfields = { title = {}, tags = {} }\n", "a.md": f"---\n{block}\n---\n"})
    (finding,) = base.json("--select", "FM008").json
    assert finding["fixes"] == []
