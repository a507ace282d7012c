"""Checks on frontmatter: is it there, can it be read, does it keep its schema."""

import datetime
from collections.abc import Iterator
from typing import Any

import regex
from pydantic import Field

from lintkb.checks.base import BaseContext, Context, Params, base_check, note_check
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Severity
from lintkb.facts import NoteFacts
from lintkb.globs import matcher
from lintkb.hints import nearest
from lintkb.settings import FieldSchema, FrontmatterSchema, Settings
from lintkb.source.frontmatter import Entry, Frontmatter, Node
from lintkb.source.note import Note
from lintkb.text import Span

PATTERN_TIMEOUT = 0.5
_OF_TYPE = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date (YYYY-MM-DD)",
    "list": "a list",
    "table": "a table of keys",
    "any": "anything",
}


class MissingParams(Params):
    """`custom_from`: how many notes show what is customary."""

    custom_from: int = Field(default=10, ge=1)


@base_check("missing-frontmatter", MissingParams)
def missing_frontmatter(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """A note that does not begin with frontmatter, where a schema or the custom of the knowledge base wants it."""
    if facts.has_frontmatter:
        return
    if not _schemas(facts.path, context.settings) and not context.kb.is_customary(
        "frontmatter", 0, context.params.custom_from
    ):
        return
    yield Finding(
        span=Span(0, 0),
        message="the note has no frontmatter",
        subject="frontmatter",
        help="begin the note with `---`, its keys, and `---`",
    )


@note_check("invalid-frontmatter")
def invalid_frontmatter(note: Note, _context: Context) -> Iterator[Finding]:
    """Frontmatter that is not YAML, or not YAML that a note may hold."""
    problem = note.frontmatter.problem if note.frontmatter else None
    if problem is not None:
        yield Finding(problem.span, f"the frontmatter cannot be read: {problem.message}", "frontmatter")


@note_check("frontmatter-schema")
def frontmatter_schema(note: Note, context: Context) -> Iterator[Finding]:
    """Keys and values against the fields of every `[[frontmatter]]` table that covers the note."""
    frontmatter = note.frontmatter
    if frontmatter is None or frontmatter.problem is not None:
        return
    told: set[tuple[Span, str]] = set()
    for finding in _breaches(note, frontmatter, context):
        if (finding.span, finding.message) not in told:  # several tables may ask the same of a note
            told.add((finding.span, finding.message))
            yield finding


def _breaches(note: Note, frontmatter: Frontmatter, context: Context) -> Iterator[Finding]:
    schemas = _schemas(note.path, context.settings)
    misspelt = _misspelt(schemas, frontmatter.entries)
    for schema in schemas:
        if schema.extra != "allow":
            yield from _unknown(note.path, schema, schemas, frontmatter.entries, misspelt)
        for key, field in schema.fields.items():
            entry = frontmatter.entry(key)
            if entry is not None:
                yield from _value(note.text, entry, field)
            elif field.required and (schema.extra == "allow" or key not in misspelt.values()):
                yield Finding(Span(0, 3), f"the required key `{key}` is missing", key, help=_expected(key, field))


def _schemas(path: str, settings: Settings) -> list[FrontmatterSchema]:
    return [schema for schema in settings.frontmatter if matcher(schema.files)(path)]


def _misspelt(schemas: list[FrontmatterSchema], entries: tuple[Entry, ...]) -> dict[str, str]:
    """Unknown keys that are nearly a known one which the note does not have."""
    known = {key for schema in schemas for key in schema.fields}
    unknown = [entry.key for entry in entries if entry.key not in known]
    if not unknown:
        return {}
    absent = {key.lower(): key for key in sorted(known - {entry.key for entry in entries})}
    misspelt = {}
    for key in unknown:
        if close := nearest(key.lower(), absent, 0.75):
            misspelt[key] = absent.pop(close)
    return misspelt


def _unknown(
    path: str,
    schema: FrontmatterSchema,
    schemas: list[FrontmatterSchema],
    entries: tuple[Entry, ...],
    misspelt: dict[str, str],
) -> Iterator[Finding]:
    known = {key for other in schemas for key in other.fields}
    for entry in entries:
        if entry.key in known:
            continue
        message = f"unknown key `{entry.key}`"
        fixes: tuple[Fix, ...] = ()
        if right := misspelt.get(entry.key):
            message += f"; did you mean `{right}`?"
            fixes = (Fix(f"rename the key to `{right}`", (Edit(path, entry.key_span, right),), Applicability.UNSAFE),)
        severity = Severity.WARNING if schema.extra == "warn" else None
        yield Finding(entry.key_span, message, entry.key, fixes=fixes, severity=severity)


def _value(text: str, entry: Entry, field: FieldSchema) -> Iterator[Finding]:
    node, key = entry.node, entry.key
    if node.kind == "scalar" and node.value is None:
        if field.required:
            yield Finding(_place(entry), f"the required key `{key}` has no value", key, help=_expected(key, field))
        return
    if not _is(node, field.type):
        yield Finding(_place(entry), f"`{key}` must be {_OF_TYPE[field.type]}, not {_shape(node)}", key)
        return
    value = node.plain()
    if field.enum is not None and not any(_same(value, allowed) for allowed in field.enum):
        allowed = ", ".join(f"`{choice}`" for choice in field.enum)
        yield Finding(_place(entry), f"`{key}` must be one of {allowed}", key)
    if field.min_length is not None and _length(text, node) < field.min_length:
        what = "items" if node.kind == "sequence" else "characters"
        yield Finding(
            _place(entry), f"`{key}` must have at least {field.min_length} {what}, it has {_length(text, node)}", key
        )
    if (
        field.pattern is not None
        and node.kind == "scalar"
        and regex.search(field.pattern, _written(text, node), timeout=PATTERN_TIMEOUT) is None
    ):
        yield Finding(_place(entry), f"`{key}` must match `{field.pattern}`", key)
    if field.items is not None and node.kind == "sequence":
        for item in node.items:
            if not _is(item, field.items):
                yield Finding(
                    item.span, f"every item of `{key}` must be {_OF_TYPE[field.items]}, not {_shape(item)}", key
                )


def _place(entry: Entry) -> Span:
    """The value, or its key where the value is nothing that could be underlined."""
    return entry.node.span if entry.node.span.end > entry.node.span.start else entry.key_span


def _is(node: Node, kind: str) -> bool:
    value = node.value
    if kind == "any":
        return True
    if kind in ("list", "table"):
        return node.kind == {"list": "sequence", "table": "mapping"}[kind]
    if node.kind != "scalar":
        return False
    if kind == "string":
        return isinstance(value, str)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "date":
        return isinstance(value, datetime.date) or (isinstance(value, str) and _is_date(value))
    number = int if kind == "integer" else (int, float)
    return isinstance(value, number) and not isinstance(value, bool)


def _is_date(text: str) -> bool:
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _shape(node: Node) -> str:
    if node.kind != "scalar":
        return {"sequence": "a list", "mapping": "a table of keys"}[node.kind]
    value = node.value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number; put it in quotes to make it text"
    if isinstance(value, datetime.date):
        return "a date; put it in quotes to make it text"
    return "text"


def _same(value: Any, allowed: Any) -> bool:
    return type(value) is type(allowed) and bool(value == allowed)


def _length(text: str, node: Node) -> int:
    return len(node.items) if node.kind != "scalar" else len(_written(text, node).strip())


def _written(text: str, node: Node) -> str:
    """A scalar as its author wrote it: `1.10` and `2024-01-01` are matched as they stand, not as what they are read as."""
    return node.value if isinstance(node.value, str) else text[node.span.start : node.span.end]


def _expected(key: str, field: FieldSchema) -> str:
    parts = [_OF_TYPE[field.type]] if field.type != "any" else []
    if field.enum:
        parts.append("one of " + ", ".join(f"`{choice}`" for choice in field.enum))
    if field.pattern:
        parts.append(f"matching `{field.pattern}`")
    return f"add `{key}:` with {', '.join(parts)}" if parts else f"add `{key}:`"


CHECKS = (missing_frontmatter, invalid_frontmatter, frontmatter_schema)
