"""Checks on frontmatter: is it there, can it be read, does it mean the same to everybody who reads it."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from lintkb import lazy_re as re
from lintkb.checks.base import BaseContext, Context, Params, base_check, note_check
from lintkb.checks.schema import TRUTHS, schema_findings
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Related
from lintkb.facts import NoteFacts
from lintkb.sections import Field
from lintkb.settings import FieldSchema
from lintkb.source.frontmatter import Entry, Frontmatter, Node, read_frontmatter
from lintkb.source.note import Note
from lintkb.text import Span

MAX_RELATED = 5
# Keys that only frontmatter has in this form; prose between two rules may well begin with "Source:" or "Note:".
_KEYS = (
    "title tags tag aliases alias date created updated modified author authors description category categories draft slug"
    " layout type source url videoId id cssclass cssclasses publish permalink lang status topics keywords"
)
_USUAL_KEYS = frozenset(_KEYS.split())
_TELLING_KEYS = frozenset(("title", "tags", "aliases", "alias", "videoId"))
_NOT_BLANK = re.compile(r"\S")
_RULE = re.compile(r"---[ \t]*")
_KEY_LINE = re.compile(r"([A-Za-z_][\w-]*):(?:[ \t].*)?")
_OTHER_LINE = re.compile(r"[ \t]*(?:-[ \t].*|#.*)?|[ \t]+\S.*")


class MissingParams(Params):
    """`custom_from`: how many notes show what is customary."""

    custom_from: int = Field(default=10, ge=1)


@base_check("missing-frontmatter", MissingParams)
def missing_frontmatter(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """A note that does not begin with frontmatter, where a schema or the custom of the knowledge base wants it."""
    if facts.has_frontmatter:
        return
    if not context.settings.tables_for(facts.path) and not context.kb.is_customary(
        "frontmatter", 0, context.params.custom_from
    ):
        return
    yield Finding(
        span=Span(0, 0),
        message="the note has no frontmatter",
        subject="frontmatter",
        help="begin the note with `---`, its keys, and `---`",
    )


@note_check("invalid-frontmatter", needs=("frontmatter",))
def invalid_frontmatter(note: Note, _context: Context) -> Iterator[Finding]:
    """Frontmatter that is not YAML, or not YAML that a note may hold."""
    problem = note.frontmatter.problem if note.frontmatter else None
    if problem is not None:
        related = (Related(note.path, problem.related, "it is here too"),) if problem.related else ()
        yield Finding(problem.span, f"the frontmatter cannot be read: {problem.message}", "frontmatter", related)


# --- a block in the body


@note_check("frontmatter-in-body")
def frontmatter_in_body(note: Note, context: Context) -> Iterator[Finding]:
    """A block of `key: value` lines between two rules below the place where frontmatter is read."""
    if all(note.text.find(line_end + "---", max(note.body_start - 1, 0)) < 0 for line_end in "\n\r"):
        return
    own = note.frontmatter.entries if note.frontmatter else ()
    usual = _USUAL_KEYS.union(entry.key for entry in own)
    words = _NOT_BLANK.search(note.text, note.body_start)
    blocks = list(_blocks(note))
    for block, keys in blocks:
        late = words is not None and block.start <= words.start()
        # Further down it is one of its kind, and says whose it is: slides and diaries have blocks of their own.
        if usual.isdisjoint(keys) if late else len(blocks) > 1 or len(keys) < 2 or _TELLING_KEYS.isdisjoint(keys):
            continue
        fixes: tuple[Fix, ...] = ()
        if note.frontmatter is not None:
            message = "a second frontmatter block: readers show it as text, and its keys count for nothing"
            if late and _says_nothing_new(own, read_frontmatter(note.text[block.start : block.end]), note, block.start):
                edit = Edit(note.path, Span(block.start, _past_blank_lines(note.text, block.end)), "")
                fixes = (Fix("remove it: the first block says the same", (edit,), context.fix),)
        elif late:
            message = "frontmatter is only read on the first line, and this block begins later"
            edit = Edit(note.path, Span(0, block.start), "")
            fixes = (Fix("remove the blank lines above it", (edit,), context.fix),)
        else:
            message = "a frontmatter block in the body: readers show it as text, and its keys count for nothing"
        yield Finding(Span(block.start, block.start + 3), message, "frontmatter", fixes=fixes)


def _blocks(note: Note) -> Iterator[tuple[Span, list[str]]]:
    """The blocks of keys between two rules in the body, outside code and comments, with their keys."""
    opened: int | None = None
    keys: list[str] = []
    blank = True
    for start, end in note.source.lines(note.body_start):
        content = note.text[start:end].rstrip("\r\n")
        if _RULE.fullmatch(content) and note.hidden.end_if_covered(start) is None:
            if opened is not None and keys:
                yield Span(opened, end), keys
                opened = None
            elif blank:  # below a line of text it underlines a heading
                opened = start
            keys = []
        elif opened is not None:
            if key := _KEY_LINE.fullmatch(content):
                keys.append(key[1])
            elif not keys or not _OTHER_LINE.fullmatch(content):
                opened = None
        blank = not content.strip()


def _says_nothing_new(own: Sequence[Entry], second: Frontmatter | None, note: Note, base: int) -> bool:
    """Whether every key of a second block stands in the first one, with the same text behind it."""
    if second is None or second.problem is not None or not second.entries:
        return False
    if "#" in note.text[base : base + second.span.end]:  # a remark, perhaps
        return False
    first = {entry.key: note.text[entry.node.span.start : entry.node.span.end] for entry in own}
    return all(
        first.get(entry.key) == note.text[base + entry.node.span.start : base + entry.node.span.end]
        for entry in second.entries
    )


def _past_blank_lines(text: str, at: int) -> int:
    return at + len(text[at : at + 200]) - len(text[at : at + 200].lstrip("\r\n"))


# --- values that are no other note's


@base_check("duplicate-value", needs=("unique",))
def duplicate_value(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """A value that must be unique in the knowledge base and is not."""
    for key, value, span in facts.unique:
        holders = context.kb.holders(key, value)
        others = [(path, place) for path, place in holders[: MAX_RELATED + 1] if path != facts.path][:MAX_RELATED]
        if others:
            more = f" and {len(holders) - 2} more" if len(holders) > 2 else ""
            yield Finding(
                span,
                f"`{key}` must be unique, and `{value}` is also that of {others[0][0]}{more}",
                key,
                tuple(Related(path, place, "it is here too") for path, place in others),
            )


# --- values that are not read as they look


class _Trap(NamedTuple):
    message: str
    fix: Applicability


_SEXAGESIMAL = re.compile(r"[-+]?[1-9][0-9_]{0,8}(?::[0-5]?[0-9]){1,4}(\.[0-9]{0,9})?", re.ASCII)
_TRUTHS = {word: truth for word, truth in TRUTHS.items() if word != truth}
_EXPONENT = re.compile(r"[0-9]+[eE][0-9]+", re.ASCII)
_UNDERSCORES = re.compile(r"[-+]?[0-9]+(?:_[0-9]+)+", re.ASCII)
_DATE_LIKE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
_HASH = re.compile(r"[ \t]*(#[^\s#][^\r\n]*)")


@note_check("ambiguous-value", needs=("frontmatter",))
def ambiguous_value(note: Note, context: Context) -> Iterator[Finding]:
    """Values without quotes that YAML 1.1 and 1.2 read differently, or that are not read as what they look like."""
    frontmatter = note.frontmatter
    if frontmatter is None:
        return
    fields = [field for table in context.settings.tables_for(note.path) for field in table.fields.items()]
    meant = {(key, word) for key, field in fields for word in _words_meant(field)}
    judged: set[Span] | None = None  # what another rule says more of
    for key, node in _nodes(frontmatter.entries, lambda node: node.kind == "scalar"):
        raw = note.text[node.span.start : node.span.end]
        if not raw:
            if comment := _HASH.match(note.text, node.span.start, frontmatter.content.end):
                yield _comment(note, key, Span(*comment.span(1)))
        elif not node.quoted and (trap := _trap(raw, node)) and (key, raw.lower()) not in meant:
            if judged is None:
                judged = {finding.span for finding in schema_findings(note, frontmatter, context)}
            if node.span in judged:
                continue
            fix = Fix("put it in quotes", (Edit(note.path, node.span, f'"{raw}"'),), trap.fix)
            yield Finding(node.span, trap.message, key, fixes=(fix,))


def _words_meant(field: FieldSchema) -> Iterable[str]:
    """The words that a schema lists, for a value or for the items of a list."""
    return [str(choice).lower() for one in (field, field.items) if one is not None for choice in one.enum or ()]


def _nodes(items: Sequence[Entry | Node], wanted: Callable[[Node], bool], key: str = "") -> Iterator[tuple[str, Node]]:
    """The outermost nodes that are wanted, each with the key that it stands behind."""
    for item in items:
        name, node = (item.key, item.node) if isinstance(item, Entry) else (key, item)
        if wanted(node):
            yield name, node
        else:
            yield from _nodes(node.items, wanted, name)


def _trap(raw: str, node: Node) -> _Trap | None:
    """What a plain scalar may be taken for. Quoting is safe where it leaves it what it is to YAML 1.2: text."""
    if raw.lower() in _TRUTHS and raw in (raw.lower(), raw.upper(), raw.capitalize()):
        truth = _TRUTHS[raw.lower()]
        return _Trap(f"`{raw}` is text to some readers and {truth} to others (YAML 1.1)", Applicability.UNSAFE)
    if raw[0].isdigit() or raw[0] in "+-":
        if clock := _SEXAGESIMAL.fullmatch(raw):
            fraction = clock[1] or ""
            number = 0
            for part in raw.lstrip("+-").replace("_", "").removesuffix(fraction).split(":"):
                number = number * 60 + int(part)
            sign = "-" if raw[0] == "-" else ""
            words = f"`{raw}` is text to some readers and the number {sign}{number}{fraction} to others (YAML 1.1)"
            return _Trap(words, Applicability.SAFE if isinstance(node.value, str) else Applicability.UNSAFE)
        if raw[0] == "0" and len(raw) > 1 and raw.isdecimal():
            return _Trap(f"`{raw}` is read as a number, and loses its leading zero", Applicability.UNSAFE)
        if _EXPONENT.fullmatch(raw):
            return _Trap(f"`{raw}` is a number to some readers and text to others", Applicability.UNSAFE)
        if _UNDERSCORES.fullmatch(raw):
            level = Applicability.SAFE if isinstance(node.value, str) else Applicability.UNSAFE
            return _Trap(f"`{raw}` is text to some readers and a number to others (YAML 1.1)", level)
        if isinstance(node.value, str) and _DATE_LIKE.fullmatch(raw):
            words = f"`{raw}` looks like a date and is none; some readers refuse the whole block"
            return _Trap(words, Applicability.SAFE)
    return None


def _comment(note: Note, key: str, span: Span) -> Finding:
    text = note.text[span.start : span.end].rstrip()
    span = Span(span.start, span.start + len(text))
    fixes: tuple[Fix, ...] = ()
    if re.fullmatch(r"#[\w/-]+", text):
        fixes = (Fix("put it in quotes", (Edit(note.path, span, f'"{text}"'),), Applicability.UNSAFE),)
    return Finding(span, f"`#` begins a comment, so `{key}` has no value", key, fixes=fixes)


@note_check("unquoted-link", needs=("frontmatter",))
def unquoted_link(note: Note, context: Context) -> Iterator[Finding]:
    """`[[link]]` without quotes, which is a list in a list."""
    if note.frontmatter is None:
        return
    for key, node in _nodes(note.frontmatter.entries, _is_link):
        raw = note.text[node.span.start : node.span.end]
        fixes: tuple[Fix, ...] = ()
        if not any(mark in raw for mark in '"\\\r\n'):
            fixes = (Fix("put it in quotes", (Edit(note.path, node.span, f'"{raw}"'),), context.fix),)
        yield Finding(node.span, f"`{' '.join(raw.split())}` is a list in a list to YAML, not a link", key, fixes=fixes)


def _is_link(node: Node) -> bool:
    """A list that holds one list that holds one word, bracket by bracket."""
    if node.kind != "sequence" or len(node.items) != 1:
        return False
    inner = node.items[0]
    if inner.kind != "sequence" or inner.span != (node.span.start + 1, node.span.end - 1) or len(inner.items) != 1:
        return False
    word = inner.items[0]
    return bool(word.kind == "scalar" and isinstance(word.value, str | datetime.date) and not word.quoted)


# --- the order of keys


@note_check("key-order", needs=("frontmatter",))
def key_order(note: Note, context: Context) -> Iterator[Finding]:
    """Keys in another order than the schema of the note names them in. Keys that it does not name come last."""
    frontmatter = note.frontmatter
    if frontmatter is None or len(frontmatter.entries) < 2:
        return
    wanted: dict[str, int] = {}
    for table in context.settings.tables_for(note.path):
        schema = context.schemas.get(table.json_schema or "")
        for key in [*table.fields, *(schema.known if schema else ())]:
            wanted.setdefault(key, len(wanted))
    ranks = [wanted.get(entry.key, len(wanted)) for entry in frontmatter.entries]
    for number in range(1, len(ranks)):
        if ranks[number] < max(ranks[:number]):
            entry = frontmatter.entries[number]
            later = next(
                other.key for other, rank in zip(frontmatter.entries, ranks, strict=True) if rank > ranks[number]
            )
            text = _reordered(note.text, frontmatter, ranks)
            fixes: tuple[Fix, ...] = ()
            if text is not None:
                fixes = (Fix("put the keys in order", (Edit(note.path, frontmatter.content, text),), context.fix),)
            yield Finding(entry.key_span, f"`{entry.key}` belongs before `{later}`", entry.key, fixes=fixes)
            return


def _reordered(text: str, frontmatter: Frontmatter, ranks: Sequence[int]) -> str | None:
    """The block with its keys in order, each with its lines and the comments right above it.

    None where that would not be the same block in another order: keys on one line, anchors.
    """
    content = frontmatter.content
    starts = [_chunk_start(text, content.start, entry.key_span.start) for entry in frontmatter.entries]
    if None in starts:
        return None
    whole = [start for start in starts if start is not None]
    chunks = [text[start:end] for start, end in zip(whole, [*whole[1:], content.end], strict=True)]
    order = sorted(range(len(chunks)), key=lambda number: (ranks[number], number))
    moved = text[content.start : whole[0]] + "".join(chunks[number] for number in order)
    again = read_frontmatter(f"---\n{moved}---\n")
    if again is None or again.problem is not None:
        return None
    before = [(entry.key, entry.node.plain()) for entry in frontmatter.entries]
    after = [(entry.key, entry.node.plain()) for entry in again.entries]
    return moved if after == [before[number] for number in order] else None


def _chunk_start(text: str, first: int, key: int) -> int | None:
    """Where the lines of a key begin: at its own line, or at the comments right above it. None inside a line."""
    start = key
    if key > first and text[key - 1] not in "\r\n":
        return None
    while start > first:
        end = start - 2 if text[start - 2 : start] == "\r\n" else start - 1
        above = max(text.rfind("\n", first, end), text.rfind("\r", first, end)) + 1 or first
        if not text.startswith("#", above):
            break
        start = above
    return start


CHECKS = (
    missing_frontmatter,
    invalid_frontmatter,
    frontmatter_in_body,
    duplicate_value,
    ambiguous_value,
    unquoted_link,
    key_order,
)
