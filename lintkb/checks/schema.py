"""The check of frontmatter against what the configuration asks of it: fields in TOML, JSON Schema files, or both."""

import datetime
import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import gt, lt
from typing import Any, NamedTuple

from lintkb import lazy_re as re
from lintkb.checks.base import Context, note_check
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Severity
from lintkb.hints import nearest
from lintkb.json_schema import Breach, breaches
from lintkb.settings import Extra, FieldSchema
from lintkb.source.frontmatter import Entry, Frontmatter, Node, is_date, is_kind, written
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
    "null": "nothing",
    "any": "anything",
}
# What JSON Schema calls the types that the configuration has other names for.
_JSON_TYPES = {"array": "list", "object": "table"}
_FORMATS = {
    "date": _OF_TYPE["date"],
    "date-time": "a date and time (RFC 3339)",
    "email": "an e-mail address",
    "uri": "a web address",
    "uri-reference": "an address",
    "uuid": "a UUID",
    "regex": "a regular expression",
}
_LENGTHS = {
    f"{which}{what}": words
    for which, words in (("min", "at least"), ("max", "at most"))
    for what in ("Length", "Items", "Properties")
}
_BOUNDS = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}
_UNITS = {"scalar": "characters", "sequence": "items", "mapping": "keys"}
TRUTHS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
_MACHINERY = re.compile(r"(?:^|[\s,\[{(:-])(?:[&*][^\s,]|!)")
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\r\n]*")
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,17})?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PLAIN_WORDS = re.compile(r"[^\W\d_](?:[\w .&+/-]*[\w+])?")


class _Place(NamedTuple):
    """A value that is judged: what messages call it, its key for fingerprints, where it and what it lacks are underlined."""

    named: str
    subject: str
    span: Span
    head: Span

    def of(self, entry: Entry) -> "_Place":
        """The place of the value of one of this table's keys; the key where there is nothing to underline."""
        key = f"{self.subject}.{entry.key}" if self.subject else entry.key
        span = entry.node.span if entry.node.span.end > entry.node.span.start else entry.key_span
        return _Place(f"`{key}`", key, span, entry.key_span)

    def item(self, node: Node) -> "_Place":
        """The place of an item of this list."""
        return _Place(f"every item of {self.named}", self.subject, node.span, node.span)

    def missing(self, key: str) -> str:
        """What a key that this table lacks is called."""
        return f"{self.subject}.{key}" if self.subject else key


_TOP = _Place("the frontmatter", "", Span(0, 3), Span(0, 3))


@note_check("frontmatter-schema", needs=("frontmatter",))
def frontmatter_schema(note: Note, context: Context) -> Iterator[Finding]:
    """Keys and values against every `[[frontmatter]]` table that covers the note."""
    frontmatter = note.frontmatter
    if frontmatter is None or frontmatter.problem is not None:
        return
    yield from schema_findings(note, frontmatter, context)


def schema_findings(note: Note, frontmatter: Frontmatter, context: Context) -> Iterator[Finding]:
    """How readable frontmatter breaks the schemas of its note, each breach once."""
    told: set[tuple[Span, str]] = set()
    for finding in _Judge(note, context).findings(frontmatter.entries):
        if (finding.span, finding.message) not in told:  # several tables may ask the same of a note
            told.add((finding.span, finding.message))
            yield finding if _is_plain_yaml(note, frontmatter, finding) else finding._replace(fixes=())


def _is_plain_yaml(note: Note, frontmatter: Frontmatter, finding: Finding) -> bool:
    """Whether a finding's edits stay clear of anchors, aliases and tags, of which other values may be made."""
    if not finding.fixes:
        return True
    text = note.text
    lines = [
        max(text.rfind("\n", 0, entry.key_span.start), text.rfind("\r", 0, entry.key_span.start)) + 1
        for entry in frontmatter.entries
    ]
    starts = [*lines, frontmatter.content.end]
    for edit in (edit for fix in finding.fixes for edit in fix.edits):
        number = max(bisect_right(starts, edit.span.start) - 1, 0)
        chunk = text[starts[number] : starts[min(number + 1, len(starts) - 1)]]
        if '"' not in chunk and "'" not in chunk:  # where a `#` may be no comment
            chunk = _COMMENT.sub("", chunk)
        if _MACHINERY.search(chunk):
            return False
    return True


class _Judge:
    """The judgement of one note's frontmatter."""

    def __init__(self, note: Note, context: Context) -> None:
        self.path, self.text = note.path, note.text
        self.tables = context.settings.tables_for(note.path)
        self.schemas = context.schemas

    def findings(self, entries: tuple[Entry, ...]) -> Iterator[Finding]:
        known = {key for table in self.tables for key in table.fields}
        for table in self.tables:
            known.update(self.schemas[table.json_schema].known if table.json_schema else ())
        for table in self.tables:
            yield from self._keys(_TOP, entries, table.fields, table.extra, known)
            if table.json_schema:
                yield from self._schema(table.json_schema, Node("mapping", Span(0, 3), None, entries))

    # --- fields in TOML

    def _keys(
        self,
        place: _Place,
        entries: tuple[Entry, ...],
        fields: Mapping[str, FieldSchema],
        extra: Extra,
        known: set[str],
    ) -> Iterator[Finding]:
        misspelt: dict[str, str] = {}
        if extra != "allow":
            unknown = [entry for entry in entries if entry.key not in known]
            misspelt = _misspelt([entry.key for entry in unknown], known, entries)
            severity = Severity.WARNING if extra == "warn" else None
            yield from self._unknown(place, unknown, misspelt, severity)
        by_key = {entry.key: entry for entry in entries}
        for key, field in fields.items():
            if key in by_key:
                yield from self._value(place.of(by_key[key]), by_key[key].node, field)
            elif field.required and (extra != "forbid" or key not in misspelt.values()):
                yield _missing(place, key, _expected(key, field))

    def _value(self, place: _Place, node: Node, field: FieldSchema) -> Iterator[Finding]:
        if node.kind == "scalar" and node.value is None:
            if field.required:
                help_ = _expected(place.subject, field)
                yield Finding(place.span, f"the required key {place.named} has no value", place.subject, help=help_)
            return
        if not is_kind(node, field.type):
            yield self._wrong_type(place, node, [field.type])
            return
        if field.enum is not None and not any(_same(node.plain(), allowed) for allowed in field.enum):
            yield self._not_among(place, node, field.enum)
        for bound, limit, beyond in (("at least", field.min_length, lt), ("at most", field.max_length, gt)):
            if limit is not None and beyond(length := _length(self.text, node), limit):
                yield _out_of_length(place, bound, limit, length, node)
        if field.pattern is not None and node.kind == "scalar":
            import regex

            if regex.search(field.pattern, written(self.text, node), timeout=PATTERN_TIMEOUT) is None:
                yield Finding(place.span, f"{place.named} must match `{field.pattern}`", place.subject)
        if field.items is not None and node.kind == "sequence":
            for item in node.items:
                yield from self._value(place.item(item), item, field.items)
        if field.fields and node.kind == "mapping":
            yield from self._keys(place, node.items, field.fields, field.extra, set(field.fields))

    # --- JSON Schema

    def _schema(self, name: str, root: Node) -> Iterator[Finding]:
        found = list(breaches(self.schemas[name], root.plain()))
        renamed: dict[tuple[str | int, ...], dict[str, str]] = {}
        missing = [(breach.place, breach.detail) for breach in found if breach.keyword == "required"]
        for breach in found:
            if breach.keyword in ("additionalProperties", "unevaluatedProperties"):
                node, _ = _resolve(root, breach.place)
                wanted = {key for place, key in missing if place == breach.place}
                wanted.update(self.schemas[name].known if not breach.place else ())
                renamed[breach.place] = _misspelt(breach.detail, wanted, node.items)
        for breach in found:
            if breach.keyword == "required" and breach.detail in renamed.get(breach.place, {}).values():
                continue
            yield from self._breach(breach, root, renamed.get(breach.place, {}))

    def _breach(self, breach: Breach, root: Node, renamed: Mapping[str, str]) -> Iterator[Finding]:
        node, place = _resolve(root, breach.place)
        keyword, detail = breach.keyword, breach.detail
        if keyword == "required":
            yield _missing(place, detail, f"add `{place.missing(detail)}:`")
        elif keyword in ("additionalProperties", "unevaluatedProperties"):
            yield from self._unknown(place, [entry for entry in node.items if entry.key in detail], renamed, None)
        elif keyword == "type":
            yield self._wrong_type(place, node, [_JSON_TYPES.get(kind, kind) for kind in detail])
        elif keyword in ("enum", "const"):
            yield self._not_among(place, node, detail if keyword == "enum" else [detail])
        elif keyword in _LENGTHS:
            length = len(node.items) if node.kind != "scalar" else len(str(node.value))
            yield _out_of_length(place, _LENGTHS[keyword], detail, length, node)
        elif keyword in ("anyOf", "oneOf") and breach.branches and all(breach.branches):
            yield self._no_branch(breach, place, node, root)
        else:
            yield Finding(place.span, _breach_words(breach, place, node), place.subject)

    def _no_branch(self, breach: Breach, place: _Place, node: Node, root: Node) -> Finding:
        """None of several forms fits: in one sentence if they are types, else by the form that is least broken."""
        branches = breach.branches
        if all(
            len(branch) == 1 and branch[0].keyword == "type" and branch[0].place == breach.place for branch in branches
        ):
            kinds = [_JSON_TYPES.get(kind, kind) for branch in branches for kind in branch[0].detail]
            return self._wrong_type(place, node, kinds)
        nearest_branch = min(branches, key=lambda branch: (len(branch), all(item.keyword == "type" for item in branch)))
        inner = next(self._breach(nearest_branch[0], root, {}), None) if nearest_branch else None
        help_ = f"the nearest of them wants this: {inner.message}" if inner else ""
        return Finding(
            place.span,
            f"{place.named} has none of the {len(branches)} forms that are allowed",
            place.subject,
            help=help_,
        )

    # --- what both say

    def _unknown(
        self, place: _Place, entries: Sequence[Entry], misspelt: Mapping[str, str], severity: Severity | None
    ) -> Iterator[Finding]:
        for entry in entries:
            message = f"unknown key `{place.missing(entry.key)}`"
            fixes: tuple[Fix, ...] = ()
            if right := misspelt.get(entry.key):
                message += f"; did you mean `{right}`?"
                text = self._as_written(entry.key_span, right)
                fixes = (self._fix(f"rename the key to `{right}`", entry.key_span, text, Applicability.UNSAFE),)
            yield Finding(entry.key_span, message, place.missing(entry.key), fixes=fixes, severity=severity)

    def _wrong_type(self, place: _Place, node: Node, kinds: Sequence[str]) -> Finding:
        wanted = " or ".join(_OF_TYPE[kind] for kind in dict.fromkeys(kinds))
        fixes = tuple(fix for kind in kinds if (fix := self._conversion(node, kind)) is not None)
        shape = _shape(node, kinds)
        return Finding(place.span, f"{place.named} must be {wanted}, not {shape}", place.subject, fixes=fixes[:1])

    def _not_among(self, place: _Place, node: Node, choices: Sequence[Any]) -> Finding:
        allowed = ", ".join(f"`{_printed(choice)}`" for choice in choices)
        message = f"{place.named} must be {'one of ' if len(choices) > 1 else ''}{allowed}"
        fixes: tuple[Fix, ...] = ()
        by_name = {choice.casefold(): choice for choice in choices if isinstance(choice, str)}
        if isinstance(node.value, str) and (close := nearest(node.value.casefold(), by_name, 0.75)):
            right = by_name[close]
            message += f"; did you mean `{right}`?"
            text = self._as_written(node.span, right)
            fixes = (self._fix(f"write `{right}`", node.span, text, Applicability.UNSAFE),)
        return Finding(place.span, message, place.subject, fixes=fixes)

    def _as_written(self, span: Span, value: str) -> str:
        """A value or key in the quotes, or without, that the one it replaces has."""
        mark = self.text[span.start : span.start + 1]
        if mark in ('"', "'"):
            return quoted(value, mark)
        return value if _PLAIN_WORDS.fullmatch(value) else quoted(value)

    def _conversion(self, node: Node, kind: str) -> Fix | None:
        """The value as the type that is wanted, where its characters already say it."""
        raw = self.text[node.span.start : node.span.end]
        if node.kind != "scalar" or "\n" in raw or "\r" in raw:
            return None
        value = node.value
        if kind == "string" and not node.quoted and value is not None and not isinstance(value, str):
            return self._fix("put it in quotes", node.span, quoted(raw), Applicability.SAFE)
        if not isinstance(value, str):
            return None
        if kind in ("integer", "number") and (_INTEGER if kind == "integer" else _NUMBER).fullmatch(value):
            return self._fix("take the quotes away", node.span, value, Applicability.SAFE)
        if kind == "boolean" and value.lower() in TRUTHS:
            truth = TRUTHS[value.lower()]
            return self._fix(f"write `{truth}`", node.span, truth, Applicability.UNSAFE)
        if kind == "date" and (date := _YEAR_FIRST.fullmatch(value)):
            iso = "-".join((date[1], date[2].zfill(2), date[3].zfill(2)))
            return self._fix(f"write `{iso}`", node.span, iso, Applicability.UNSAFE) if is_date(iso) else None
        if kind == "list" and (node.quoted or all(_PLAIN_WORDS.fullmatch(part.strip()) for part in value.split(","))):
            return self._fix("make it a list", node.span, f"[{raw}]", Applicability.UNSAFE)
        return None

    def _fix(self, title: str, span: Span, text: str, level: Applicability) -> Fix:
        return Fix(title, (Edit(self.path, span, text),), level)


def _misspelt(unknown: Sequence[str], known: set[str], entries: tuple[Entry, ...]) -> dict[str, str]:
    """Unknown keys that are nearly a known one which is absent."""
    absent = {key.lower(): key for key in sorted(known - {entry.key for entry in entries})} if unknown else {}
    misspelt = {}
    for key in unknown:
        if close := nearest(key.lower(), absent, 0.75):
            misspelt[key] = absent.pop(close)
    return misspelt


def _missing(place: _Place, key: str, help_: str) -> Finding:
    name = place.missing(key)
    return Finding(place.head, f"the required key `{name}` is missing", name, help=help_)


def _out_of_length(place: _Place, bound: str, limit: int, length: int, node: Node) -> Finding:
    unit = _UNITS[node.kind].removesuffix("s" if limit == 1 else "")
    message = f"{place.named} must have {bound} {limit} {unit}, it has {length}"
    return Finding(place.span, message, place.subject)


def _breach_words(breach: Breach, place: _Place, node: Node) -> str:
    """The rarer breaches in plain words, the validator's own for the rest."""
    keyword, detail = breach.keyword, breach.detail
    if keyword == "pattern":
        return f"{place.named} must match `{detail}`"
    if keyword == "format" and detail == "date":
        return f"{place.named} must be {_FORMATS[detail]}, not {_shape(node, [])}"
    if keyword == "format":
        return f"{place.named} must be {_FORMATS.get(detail, f'in the format `{detail}`')}"
    if keyword in _BOUNDS:
        return f"{place.named} must be {_BOUNDS[keyword]} {detail}"
    if keyword == "oneOf":
        return f"{place.named} fits more than one of the forms of which it must have exactly one"
    if keyword == "depth":
        return f"{place.named} is nested deeper than {detail} levels, and is not held to its schema"
    if keyword == "uniqueItems":
        return f"{place.named} has the same item twice"
    if keyword in ("falseSchema", "not"):
        return f"{place.named} is not allowed as it is" if keyword == "not" else f"{place.named} is not allowed here"
    if keyword == "propertyNames":
        return f"{place.named} has a key that its schema does not allow: {breach.message}"
    if node.kind == "scalar" and node.value is None:
        return f"{place.named} has no value"
    return f"{place.named} breaks its schema: {breach.message}"


def _resolve(root: Node, place: Sequence[str | int]) -> tuple[Node, _Place]:
    """The node that an instance path leads to, and what to call it."""
    node, at = root, _TOP
    for step in place:
        if node.kind == "mapping":  # whose keys may be numbers
            entry = next((entry for entry in node.items if entry.key == str(step)), None)
            if entry is None:
                break  # a key that cannot be written
            node, at = entry.node, at.of(entry)
        else:
            node = node.items[int(step)]
            at = at.item(node)
    return node, at


def _shape(node: Node, wanted: Sequence[str]) -> str:
    """What a value is, where it is not of one of the types that are wanted."""
    if node.kind != "scalar":
        return {"sequence": "a list", "mapping": "a table of keys"}[node.kind]
    value = node.value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    quotes = "; put it in quotes to make it text" if "string" in wanted else ""
    if isinstance(value, float) and {"integer", "number"}.intersection(wanted):
        return "a fraction" if math.isfinite(value) else "what JSON has no number for"
    if isinstance(value, int | float):
        return "a number" + quotes
    if isinstance(value, datetime.date):
        return "a date" + quotes
    return "a day that there is not" if _DAY.fullmatch(value) and not is_date(value) else "text"


def _same(value: Any, allowed: Any) -> bool:
    return type(value) is type(allowed) and bool(value == allowed)


def _length(text: str, node: Node) -> int:
    return len(node.items) if node.kind != "scalar" else len(written(text, node).strip())


def quoted(text: str, mark: str = '"') -> str:
    """Text as a YAML scalar in quotes; in double ones only where nothing in it would be an escape."""
    if mark == '"' and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _printed(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def _expected(key: str, field: FieldSchema) -> str:
    parts = [_OF_TYPE[field.type]] if field.type != "any" else []
    if field.enum:
        parts.append("one of " + ", ".join(f"`{_printed(choice)}`" for choice in field.enum))
    if field.pattern:
        parts.append(f"matching `{field.pattern}`")
    return f"add `{key}:` with {', '.join(parts)}" if parts else f"add `{key}:`"


CHECKS = (frontmatter_schema,)
