"""Small frontmatters, valid and not: exactly these findings, at exactly these places, in exactly these words."""

import json

import pytest

from lintkb.catalogue import Selection, load_catalogue
from lintkb.engine import open_texts

CATALOGUE = load_catalogue()
TITLE = {"title": {"type": "string", "required": True}}
PERSON = {
    "type": "table",
    "extra": "forbid",
    "fields": {"name": {"type": "string", "required": True}, "born": {"type": "date"}},
}


def fields(extra="allow", **named):
    """A configuration with one `[[frontmatter]]` table."""
    named = {name.replace("_", "-"): field for name, field in named.items()}
    return {"frontmatter": [{"extra": extra, "fields": named}]}


def schema(**content):
    """A configuration with one JSON Schema, and the schema."""
    return {"frontmatter": [{"schema": "note.json"}], "$schema": content}


def prop(**content):
    """The same for one property called `k`."""
    return schema(properties={"k": content})


def found(block, config):
    """`line:column-line:column CODE message` of every finding in a note that consists of the block."""
    table = {key: value for key, value in config.items() if not key.startswith("$")}
    contents = {"note.md": block.encode("utf-8"), "note.json": json.dumps(config.get("$schema", {})).encode("utf-8")}
    selection = Selection("test", ("FM",), ("FM008",) if "$order" in config else (), ("FM001",))
    report = open_texts(contents, CATALOGUE, table, selection).judge()
    text = report.sources()("note.md")
    out = []
    for item in report.diagnostics:
        start, end = text.position(item.span.start), text.position(item.span.end)
        out.append(f"{start.line}:{start.column}-{end.line}:{end.column} {item.rule} {item.message}")
    return out


UNREADABLE = "FM003 the frontmatter cannot be read: "
TABLE = {
    # --- fine
    "nothing at all": ("---\n---\n", {}, []),
    "plain words": ("---\ntitle: Soil\n---\n", fields(**TITLE), []),
    "a colon inside quotes": ('---\ntitle: "Soil: a guide"\n---\n', fields(**TITLE), []),
    "a literal block": ("---\ntitle: |\n  Soil\n  and sand\n---\n", fields(**TITLE), []),
    "an anchor and its alias": ("---\ntitle: &t Soil\nalso: *t\n---\n", fields(**TITLE), []),
    "a date for a date": ("---\nseen: 2026-05-01\n---\n", fields(seen={"type": "date"}), []),
    "a date and time for a date": ("---\nseen: 2026-05-01T10:00:00\n---\n", fields(seen={"type": "date"}), []),
    "an empty value that nobody requires": ("---\ntitle:\n---\n", fields(title={"type": "string"}), []),
    "a table as the schema wants it": ("---\nwho: {name: Ines, born: 1990-01-02}\n---\n", fields(who=PERSON), []),
    "a whole number where any number does": ("---\nk: 3\n---\n", fields(k={"type": "number"}), []),
    "JSON Schema: all kept": ("---\nk: [a]\n---\n", prop(type="array", items={"type": "string"}, maxItems=1), []),
    "JSON Schema: a date is text": ("---\nk: 2026-05-01\n---\n", prop(type="string", format="date"), []),
    "a matrix of one": ("---\nm: [[1]]\n---\n", {}, []),
    "slides": ("---\nlayout: cover\ntitle: a\n---\n# One\n\n---\nlayout: center\ntitle: b\n---\n# Two\n\n---\nlayout: end\ntitle: c\n---\n", {}, []),
    "a heading underlined": ("Text.\n\nSources\n---\ntitle: The Book\nauthor: Jane\n---\n", {}, []),
    "a diary": ("---\ndate: today\nmood: calm\n---\nRain.\n\n---\ndate: monday\nmood: calm\n---\n", {}, []),
    "JSON Schema: keys that are numbers": ("---\nk: {2024: a}\n---\n", prop(additionalProperties={"type": "string"}), []),
    "JSON Schema: one of two types": ("---\nk: 3\n---\n", prop(anyOf=[{"type": "integer"}, {"type": "array"}]), []),
    # --- not YAML
    "never closed": ("---\ntitle: Soil\n\nText.\n", {}, ["1:1-1:4 " + UNREADABLE + "the frontmatter is never closed: no `---` line follows"]),
    "a second colon": ("---\ntitle: Soil: a guide\n---\n", {}, ["2:12-2:12 " + UNREADABLE + "a second `: ` on one line; put the value in quotes"]),
    "a key twice": ("---\ntitle: a\ntags: []\ntitle: b\n---\n", {}, ["4:1-4:6 " + UNREADABLE + "the key `title` is given twice"]),
    "a key twice inside": ("---\nwho: {name: a, name: b}\n---\n", {}, ["2:16-2:20 " + UNREADABLE + "the key `name` is given twice"]),
    "a double quote left open": ('---\ntitle: "Soil\ntags: []\n---\n', {}, ["2:8-2:8 " + UNREADABLE + "a quotation mark is opened and never closed"]),
    "a single quote left open": ("---\ntitle: 'Soil\n---\n", {}, ["2:8-2:8 " + UNREADABLE + "a quotation mark is opened and never closed"]),
    "an apostrophe in single quotes": ("---\ntitle: 'it's'\n---\n", {}, ["2:12-2:12 " + UNREADABLE + "text behind the closing `'`; put the whole value in quotes"]),
    "words behind quotes": ('---\ntitle: "A" and B\n---\n', {}, ["2:12-2:12 " + UNREADABLE + 'text behind the closing `"`; put the whole value in quotes']),
    "words behind a bracket": ("---\ntitle: [Draft] Soil\n---\n", {}, ["2:16-2:16 " + UNREADABLE + "text behind the closing `]`; put the whole value in quotes"]),
    "a bracket left open": ("---\ntags: [a, b\n---\n", {}, ["2:7-2:7 " + UNREADABLE + "`[` is opened and not closed, or what is inside wants quotes"]),
    "a brace left open": ("---\nwho: {name: a\n---\n", {}, ["2:6-2:6 " + UNREADABLE + "`{` is opened and not closed, or what is inside wants quotes"]),
    "a bracket too many": ("---\ntags: [a]]\n---\n", {}, ["2:10-2:10 " + UNREADABLE + "a `]` that nothing opens; put the value in quotes"]),
    "a tab": ("---\ntags:\n\t- a\n---\n", {}, ["3:1-3:1 " + UNREADABLE + "a tab is used for indentation; YAML wants spaces"]),
    "a key indented below a value": ("---\na: 1\n b: 2\n---\n", {}, ["3:3-3:3 " + UNREADABLE + "this line is indented, so it goes on with the value above; a key begins its line"]),
    "keys at two depths": ("---\na:\n  b: 1\n c: 2\n---\n", {}, ["4:2-4:2 " + UNREADABLE + "this line is indented otherwise than the lines above it"]),
    "no space behind the colon": ("---\na:b\nc: d\n---\n", {}, ["3:2-3:2 " + UNREADABLE + "the line above is no `key: value`; behind the colon stands a space"]),
    "a line of prose": ("---\na: 1\nSoil is alive\nb: 2\n---\n", {}, ["3:1-3:1 " + UNREADABLE + "this line is no `key: value`"]),
    "nothing but prose": ("---\nSoil is alive\n---\n", {}, ["2:1-2:14 " + UNREADABLE + "the frontmatter is not a list of `key: value` lines"]),
    "a list for frontmatter": ("---\n- a\n- b\n---\n", {}, ["2:1-3:4 " + UNREADABLE + "the frontmatter is not a list of `key: value` lines"]),
    "a list item among keys": ("---\na: 1\n- b\n---\n", {}, ["3:1-3:1 " + UNREADABLE + "a list item where a key should stand"]),
    "a list on its key's line": ("---\na: - b\n---\n", {}, ["2:4-2:4 " + UNREADABLE + "a list begins on a line of its own, below its key"]),
    "an at sign": ("---\nby: @ines\n---\n", {}, ["2:5-2:5 " + UNREADABLE + "a value cannot begin with `@`; put it in quotes"]),
    "a backtick": ("---\ncode: `x`\n---\n", {}, ["2:7-2:7 " + UNREADABLE + "a value cannot begin with a backtick; put it in quotes"]),
    "a per cent sign": ("---\nshare: %5\n---\n", {}, ["2:8-2:8 " + UNREADABLE + "a value cannot begin with `%`; put it in quotes"]),
    "a pipe": ("---\na: |b|\n---\n", {}, ["2:4-2:4 " + UNREADABLE + "a value cannot begin with `|`; put it in quotes"]),
    "a key with an at sign": ("---\n@a: 1\n---\n", {}, ["2:1-2:1 " + UNREADABLE + "a key cannot begin with `@`; put it in quotes"]),
    "a placeholder": ("---\ntitle: {{title}}\n---\n", {}, ["2:8-2:9 " + UNREADABLE + "a placeholder of a template; fill it in, or put it in quotes"]),
    "an alias of nothing": ("---\na: *b\n---\n", {}, ["2:4-2:6 " + UNREADABLE + "the alias *b has no anchor before it"]),
    "a merge key": ("---\na: &a {x: 1}\n<<: *a\n---\n", {}, ["3:1-3:3 " + UNREADABLE + "merge keys (`<<`) are not supported in frontmatter"]),
    "an unknown escape": ('---\na: "\\q"\n---\n', {}, ["2:6-2:6 " + UNREADABLE + "a backslash in double quotes begins an escape that YAML does not know; use single quotes"]),
    "two links without quotes": ("---\nup: [[a]], [[b]]\n---\n", {}, ["2:10-2:10 " + UNREADABLE + 'several values behind one key; put them in brackets, and links in quotes: `["[[a]]", "[[b]]"]`']),
    "a control character": ("---\na: \x07\n---\n", {}, ["2:4-2:5 " + UNREADABLE + "character U+0007 is not allowed"]),
    # --- a block where none is read
    "a second block": ("---\ntitle: a\n---\n---\ntitle: b\n---\n", {}, ["4:1-4:4 FM004 a second frontmatter block: readers show it as text, and its keys count for nothing"]),
    "a late block": ("\n---\ntitle: a\n---\n", {}, ["2:1-2:4 FM004 frontmatter is only read on the first line, and this block begins later"]),
    "a block below text": ("Soil.\n\n---\ntitle: a\ntags: [b]\n---\n", {}, ["3:1-3:4 FM004 a frontmatter block in the body: readers show it as text, and its keys count for nothing"]),
    # --- not what the schema wants
    "a key is missing": ("---\ntags: []\n---\n", fields(**TITLE), ["1:1-1:4 FM002 the required key `title` is missing"]),
    "a required key is empty": ("---\ntitle:\n---\n", fields(**TITLE), ["2:1-2:6 FM002 the required key `title` has no value"]),
    "a number for text": ("---\ntitle: 2024\n---\n", fields(**TITLE), ["2:8-2:12 FM002 `title` must be text, not a number; put it in quotes to make it text"]),
    "a date for text": ("---\ntitle: 2024-05-01\n---\n", fields(**TITLE), ["2:8-2:18 FM002 `title` must be text, not a date; put it in quotes to make it text"]),
    "a list for text": ("---\ntitle: [a]\n---\n", fields(**TITLE), ["2:8-2:11 FM002 `title` must be text, not a list"]),
    "text for a number": ("---\nk: many\n---\n", fields(k={"type": "integer"}), ["2:4-2:8 FM002 `k` must be a whole number, not text"]),
    "a fraction for a whole number": ("---\nk: 1.5\n---\n", fields(k={"type": "integer"}), ["2:4-2:7 FM002 `k` must be a whole number, not a fraction"]),
    "text for a truth value": ("---\nk: maybe\n---\n", fields(k={"type": "boolean"}), ["2:4-2:9 FM002 `k` must be true or false, not text"]),
    "a date that does not exist": ('---\nk: "2024-02-30"\n---\n', fields(k={"type": "date"}), ["2:4-2:16 FM002 `k` must be a date (YYYY-MM-DD), not a day that there is not"]),
    "no match": ("---\nk: abc\n---\n", fields(k={"pattern": "^[0-9]+$"}), ["2:4-2:7 FM002 `k` must match `^[0-9]+$`"]),
    "not among the choices": ("---\nk: cold\n---\n", fields(k={"enum": ["talk", 3, True]}), ["2:4-2:8 FM002 `k` must be one of `talk`, `3`, `true`"]),
    "nearly one of the choices": ("---\nk: Talks\n---\n", fields(k={"enum": ["talk", "article"]}), ["2:4-2:9 FM002 `k` must be one of `talk`, `article`; did you mean `talk`?"]),
    "too short": ("---\nk: ab\n---\n", fields(k={"min-length": 3}), ["2:4-2:6 FM002 `k` must have at least 3 characters, it has 2"]),
    "too long": ("---\nk: abcd\n---\n", fields(k={"max-length": 3}), ["2:4-2:8 FM002 `k` must have at most 3 characters, it has 4"]),
    "too few items": ("---\nk: []\n---\n", fields(k={"min-length": 1}), ["2:4-2:6 FM002 `k` must have at least 1 item, it has 0"]),
    "an item of another type": ("---\nk:\n  - a\n  - 7\n---\n", fields(k={"items": "string"}), ["4:5-4:6 FM002 every item of `k` must be text, not a number; put it in quotes to make it text"]),
    "an item that does not match": ("---\nk: [a, B]\n---\n", fields(k={"items": {"pattern": "^[a-z]$"}}), ["2:8-2:9 FM002 every item of `k` must match `^[a-z]$`"]),
    "a table lacks a key": ("---\nwho: {born: 1990-01-02}\n---\n", fields(who=PERSON), ["2:1-2:4 FM002 the required key `who.name` is missing"]),
    "a table's value": ("---\nwho:\n  name: Ines\n  born: May\n---\n", fields(who=PERSON), ["4:9-4:12 FM002 `who.born` must be a date (YYYY-MM-DD), not text"]),
    "a table has a key too many": ("---\nwho: {name: Ines, age: 3}\n---\n", fields(who=PERSON), ["2:19-2:22 FM002 unknown key `who.age`"]),
    "an unknown key": ("---\ntitle: a\nmood: b\n---\n", fields("forbid", **TITLE), ["3:1-3:5 FM002 unknown key `mood`"]),
    "a misspelt key": ("---\nTitel: a\n---\n", fields("forbid", **TITLE), ["2:1-2:6 FM002 unknown key `Titel`; did you mean `title`?"]),
    "JSON Schema: a key is missing": ("---\na: 1\n---\n", schema(required=["title"]), ["1:1-1:4 FM002 the required key `title` is missing"]),
    "JSON Schema: type": ("---\nk: 1\n---\n", prop(type="string"), ["2:4-2:5 FM002 `k` must be text, not a number; put it in quotes to make it text"]),
    "JSON Schema: types": ("---\nk: 1\n---\n", prop(type=["string", "array"]), ["2:4-2:5 FM002 `k` must be text or a list, not a number; put it in quotes to make it text"]),
    "JSON Schema: empty": ("---\nk:\n---\n", prop(type="string"), ["2:1-2:2 FM002 `k` must be text, not nothing"]),
    "JSON Schema: const": ("---\nk: 1\n---\n", prop(const="note"), ["2:4-2:5 FM002 `k` must be `note`"]),
    "JSON Schema: pattern": ("---\nk: abc\n---\n", prop(pattern="^\\d$"), ["2:4-2:7 FM002 `k` must match `^\\d$`"]),
    "JSON Schema: format": ("---\nk: May\n---\n", prop(format="date"), ["2:4-2:7 FM002 `k` must be a date (YYYY-MM-DD), not text"]),
    "a day that does not exist, asked for twice": ("---\nk: 2024-02-30\n---\n", {"frontmatter": [{"schema": "note.json", "fields": {"k": {"type": "date"}}}], "$schema": {"properties": {"k": {"format": "date"}}}}, ["2:4-2:14 FM002 `k` must be a date (YYYY-MM-DD), not a day that there is not"]),
    "JSON Schema: minimum": ("---\nk: 1\n---\n", prop(minimum=3), ["2:4-2:5 FM002 `k` must be at least 3"]),
    "JSON Schema: items": ("---\nk: [a, 7]\n---\n", prop(items={"type": "string"}), ["2:8-2:9 FM002 every item of `k` must be text, not a number; put it in quotes to make it text"]),
    "JSON Schema: the same twice": ("---\nk: [a, a]\n---\n", prop(uniqueItems=True), ["2:4-2:10 FM002 `k` has the same item twice"]),
    "JSON Schema: inside": ("---\nk:\n  x: 1\n---\n", prop(required=["y"]), ["2:1-2:2 FM002 the required key `k.y` is missing"]),
    "JSON Schema: unknown keys": ("---\nk: 1\nmood: b\ntitel: c\n---\n", schema(properties={"k": {}, "title": {}}, additionalProperties=False), ["3:1-3:5 FM002 unknown key `mood`", "4:1-4:6 FM002 unknown key `titel`; did you mean `title`?"]),
    "JSON Schema: unevaluated keys": ("---\nmood: b\n---\n", schema(unevaluatedProperties=False), ["2:1-2:5 FM002 unknown key `mood`"]),
    "JSON Schema: no form fits": ("---\nk: 1.5\n---\n", prop(oneOf=[{"type": "string"}, {"minimum": 3}]), ["2:4-2:7 FM002 `k` has none of the 2 forms that are allowed"]),
    "JSON Schema: more than one form fits": ("---\nk: 5\n---\n", prop(oneOf=[{"type": "integer"}, {"minimum": 3}]), ["2:4-2:5 FM002 `k` fits more than one of the forms of which it must have exactly one"]),
    "JSON Schema: a key that is a number": ("---\nk: {2024: 5}\n---\n", prop(additionalProperties={"type": "string"}), ["2:11-2:12 FM002 `k.2024` must be text, not a number; put it in quotes to make it text"]),
    "JSON Schema: not a number for JSON": ("---\nk: .nan\n---\n", prop(type="number"), ["2:4-2:8 FM002 `k` must be a number, not what JSON has no number for"]),
    "JSON Schema: blanks count": ("---\nk: 'ab  '\n---\n", prop(maxLength=3), ["2:4-2:10 FM002 `k` must have at most 3 characters, it has 4"]),
    "JSON Schema: too deep": ("---\nk: [[[[[[[[1]]]]]]]]\n---\n", prop(type="array"), ["1:1-1:4 FM002 the frontmatter is nested deeper than 8 levels, and is not held to its schema"]),
    "JSON Schema: half a character": ('---\n"\\ud800": 1\n---\n', schema(additionalProperties={"type": "string"}), ["1:1-1:4 FM002 the frontmatter must be text, not a table of keys"]),
    "JSON Schema: a key that may not be": ("---\nk: 1\n---\n", schema(properties={"k": False}), ["2:4-2:5 FM002 `k` is not allowed here"]),
    # --- not what it looks like
    "a truth value or not": ("---\nk: Yes\n---\n", {}, ["2:4-2:7 FM007 `Yes` is text to some readers and true to others (YAML 1.1)"]),
    "minutes or a number": ("---\nk: 7:21\n---\n", {}, ["2:4-2:8 FM007 `7:21` is text to some readers and the number 441 to others (YAML 1.1)"]),
    "a leading zero": ("---\nk: 012\n---\n", {}, ["2:4-2:7 FM007 `012` is read as a number, and loses its leading zero"]),
    "an exponent": ("---\nk: 1e5\n---\n", {}, ["2:4-2:7 FM007 `1e5` is a number to some readers and text to others"]),
    "a comment for a value": ("---\ntags: #soil, #sand\n---\n", {}, ["2:7-2:19 FM007 `#` begins a comment, so `tags` has no value"]),
    "a value that the schema already judges": ("---\nk: no\n---\n", prop(type="boolean"), ["2:4-2:6 FM002 `k` must be true or false, not text"]),
    "a number that the schema wants": ("---\nk: 1:20\n---\n", fields(k={"type": "integer"}), ["2:4-2:8 FM002 `k` must be a whole number, not text"]),
    "minutes with a fraction": ("---\nk: 12:30.5\n---\n", {}, ["2:4-2:11 FM007 `12:30.5` is text to some readers and the number 750.5 to others (YAML 1.1)"]),
    "a link to a day": ("---\nk: [[2024-01-01]]\n---\n", {}, ["2:4-2:18 FM006 `[[2024-01-01]]` is a list in a list to YAML, not a link"]),
    "underscores": ("---\nk: 1_000\n---\n", {}, ["2:4-2:9 FM007 `1_000` is text to some readers and a number to others (YAML 1.1)"]),
    "no YAML 1.1 word": ("---\nk: yEs\nl: 1_٢\nm: 1:20:20:20:20:20:20\n---\n", {}, []),
    "numbers that nothing counts": (f"---\nk: {'1' * 5000}:20\nl: {'1' * 5000}e5\n---\n", {}, [f"3:4-3:5006 FM007 `{'1' * 5000}e5` is a number to some readers and text to others"]),
    "a link without quotes": ("---\nup: [[soil]]\n---\n", {}, ["2:5-2:13 FM006 `[[soil]]` is a list in a list to YAML, not a link"]),
    "links without quotes in a list": ("---\nup:\n  - [[a]]\n  - [[b|c]]\n---\n", {}, ["3:5-3:10 FM006 `[[a]]` is a list in a list to YAML, not a link", "4:5-4:12 FM006 `[[b|c]]` is a list in a list to YAML, not a link"]),
    "keys out of order": ("---\ntags: []\ntitle: a\n---\n", {**fields(**TITLE, tags={}), "$order": True}, ["3:1-3:6 FM008 `title` belongs before `tags`"]),
}  # fmt: skip


@pytest.mark.parametrize(("block", "config", "expected"), TABLE.values(), ids=TABLE)
def test_a_small_frontmatter(block, config, expected):
    assert found(block, config) == expected
