"""The YAML block at the top of a note, with a span for every key and value.

The nodes are composed here, from ruamel.yaml's parsing events, because one pass can then guard against hostile
YAML (depth, aliases, size) before anything is built, and because a linter needs the places and not only the values.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lintkb import lazy_re as re
from lintkb.text import Span

MAX_CHARACTERS = 64 * 1024
MAX_DEPTH = 64
MAX_BRACKETS = 2 * MAX_DEPTH  # open at once, those in quotes counted too
MAX_ALIASES = 32
MAX_EVENTS = 20_000
MAX_PLAIN = 100  # keys in a block that is called ordinary
MAX_PLAIN_DEPTH = 3  # levels of indented lines in it

_OPENING = re.compile(r"---[ \t]*(?:\r\n|\n|\r|\Z)")
# Two patterns that each begin with literal text, because that is many times as fast as one that does not.
_CLOSING = re.compile(r"\n---[ \t]*(?:\r\n|\n|\r|\Z)"), re.compile(r"\r---[ \t]*(?:\r\n|\n|\r|\Z)")
_BRACKETS = re.compile(r"[\[\]{}]")
_TYPED = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "timestamp"))


class Node(NamedTuple):
    """A YAML node: `value` is the plain Python value of a scalar, `items` the children of a collection.

    A mapping's children are `Entry` tuples, a sequence's are `Node` tuples.
    """

    kind: str
    span: Span
    value: Any = None
    items: tuple[Any, ...] = ()
    quoted: bool = False

    def plain(self) -> Any:
        """The node as plain Python: dict, list or scalar."""
        if self.kind == "mapping":
            return {entry.key: entry.node.plain() for entry in self.items}
        if self.kind == "sequence":
            return [item.plain() for item in self.items]
        return self.value


class Entry(NamedTuple):
    """One key of a mapping and its value."""

    key: str
    key_span: Span
    node: Node


class Problem(NamedTuple):
    """Why the block cannot be read, in plain words, and where. `related` is the place that it clashes with."""

    span: Span
    message: str
    related: Span | None = None


class Frontmatter(NamedTuple):
    """The block with its fences (`span`), the YAML between them (`content`), its entries or its problem."""

    span: Span
    content: Span
    entries: tuple[Entry, ...] = ()
    problem: Problem | None = None

    def entry(self, key: str) -> Entry | None:
        """The entry of a top-level key."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def value(self, key: str) -> Any:
        """The plain value of a top-level key; None when it is absent."""
        entry = self.entry(key)
        return entry.node.plain() if entry else None


def scalars(items: Iterable[Entry | Node]) -> Iterator[Node]:
    """The scalars below entries and nodes, in reading order."""
    for item in items:
        node = item.node if isinstance(item, Entry) else item
        if node.kind == "scalar":
            yield node
        else:
            yield from scalars(node.items)


def is_kind(node: Node, kind: str) -> bool:
    """Whether a value is of a type that `fields` may ask for."""
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
        return isinstance(value, datetime.date) or (isinstance(value, str) and is_date(value))
    number = int if kind == "integer" else (int, float)
    return isinstance(value, number) and not isinstance(value, bool)


def is_date(text: str) -> bool:
    """Whether a text is a date, or a date and a time, in the form of ISO 8601."""
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def written(text: str, node: Node) -> str:
    """A scalar as its author wrote it: `1.10` and `2024-01-01` are matched as they stand, not as what they are read as."""
    return node.value if isinstance(node.value, str) else text[node.span.start : node.span.end]


def read_frontmatter(text: str) -> Frontmatter | None:
    """Find and read the frontmatter of a note; None when the note does not begin with `---`.

    A block that cannot be read comes back with its `problem` and without entries; nothing is raised.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return None
    closing = min(
        (found for pattern in _CLOSING if (found := pattern.search(text, opening.end() - 1))),
        key=lambda found: found.start(),
        default=None,
    )
    if closing is None:
        # A lone rule at the top of a note is a thematic break; a key below it is a block left open.
        if re.match(r"[A-Za-z_][\w-]*:(?:\s|$)", text[opening.end() : opening.end() + 200]) is None:
            return None
        problem = Problem(Span(0, 3), "the frontmatter is never closed: no `---` line follows")
        return Frontmatter(Span(0, opening.end()), Span(opening.end(), opening.end()), (), problem)
    content = Span(opening.end(), closing.start() + 1)
    span = Span(0, closing.end())
    if content.end - content.start > MAX_CHARACTERS:
        problem = Problem(Span(0, 3), f"the frontmatter is longer than {MAX_CHARACTERS:,} characters")
        return Frontmatter(span, content, (), problem)
    yaml_text = text[content.start : content.end]
    try:
        entries = read_plain(yaml_text, content.start)
        if entries is None:
            entries = _compose(yaml_text, content.start)
    except Unreadable as error:
        return Frontmatter(span, content, (), error.problem)
    return Frontmatter(span, content, entries)


_KEY = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*):")
_VALUE = re.compile(r" +(\S(?:.*\S)?)")
# Plain text that no YAML reader takes for anything else: it begins with a letter and holds nothing that means something.
_ODD = r"\x00-\x1f\x7f-\xa0\ud800-\udfff\u2028\u2029\ufeff\ufffe\uffff"
# Or with a digit or `_`, perhaps behind a hyphen, when a letter follows somewhere that no number and no time has in it.
_WORDS = re.compile(
    r"(?:[A-Za-zÀ-ÖØ-öø-ÿ€]|(?=[^,\[\]{}:#]*[g-np-su-wyG-NP-SU-WY])-?[0-9A-Za-z_])"
    rf"(?:[^{_ODD},\[\]{{}}:#]|:(?=[^\s,\[\]{{}}:#]))*"
)
_QUOTED = re.compile(rf"'([^{_ODD}']*)'")
_LITERAL = re.compile(rf" *[^{_ODD} ][^{_ODD}]*")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_RESERVED = frozenset({"null", "true", "false"})


def read_plain(yaml_text: str, base: int) -> tuple[Entry, ...] | None:
    """The entries of an ordinary block, `key: value` on each line, without a YAML parser; None for any other block.

    Values are plain words, whole numbers, true and false, dates, words in single quotes, text behind `|-`, flat lists (on
    several lines, too) and tables in brackets, and a few levels of indented lines. Whatever might be read otherwise by YAML
    is left to it; a property test holds the two equal.
    """
    lines: list[tuple[str, int]] = []
    at = base
    for line in yaml_text.split("\n"):
        lines.append((line, at))
        at += len(line) + 1
    return _plain_block(lines, 0)


def _plain_block(lines: list[tuple[str, int]], depth: int) -> tuple[Entry, ...] | None:
    entries: list[Entry] = []
    seen: set[str] = set()
    number = 0
    while number < len(lines):
        line, start = lines[number]
        number += 1
        if not line and not depth:
            continue
        key = _KEY.match(line)
        if key is None or key[1] in seen or key[1].lower() in _RESERVED or len(seen) > MAX_PLAIN:
            return None
        seen.add(key[1])
        node: Node | None = None
        value = _VALUE.fullmatch(line, key.end())
        if value and value[1] == "|-":
            first = number
            while number < len(lines) and lines[number][0].startswith(" "):
                number += 1
            node = _plain_literal(lines[first:number], start + value.start(1))
        elif value and value[1][0] == "[" and value[1][-1] != "]":
            first = number
            while number < len(lines) and lines[number][0].startswith(" ") and lines[number][0][-1] != "]":
                number += 1
            number += 1
            node = _plain_list([(value[1], start + value.start(1)), *lines[first:number]])
        elif value:
            node = _plain_node(value[1], start + value.start(1))
        elif depth < MAX_PLAIN_DEPTH and key.end() == len(line):
            first = number
            while number < len(lines) and lines[number][0].startswith("  "):
                number += 1
            inner = _plain_block([(text[2:], place + 2) for text, place in lines[first:number]], depth + 1)
            if inner:
                node = Node("mapping", Span(inner[0].key_span.start, inner[-1].node.span.end), None, inner)
        if node is None:
            return None
        entries.append(Entry(key[1], Span(start, start + key.end(1)), node))
    return tuple(entries)


def _plain_literal(lines: list[tuple[str, int]], at: int) -> Node | None:
    """The text of a block behind `|-`, when all its lines hold something and are indented at least as far as the first."""
    first = lines[0][0] if lines else ""
    indent = first[: len(first) - len(first.lstrip(" "))]
    if not lines or any(not line.startswith(indent) or not _LITERAL.fullmatch(line) for line, _ in lines):
        return None
    last, start = lines[-1]
    span = Span(at, start + len(last.rstrip(" ")))
    return Node("scalar", span, "\n".join(line.removeprefix(indent) for line, _ in lines), (), True)


def _plain_list(lines: list[tuple[str, int]]) -> Node | None:
    """A list in brackets over several lines; what stands on both sides of a line's end without a comma is one text."""
    last, end = lines[-1]
    if not last.startswith(" ") or last[-1] != "]":
        return None
    items: list[Node] = []
    begun = False
    for line, at in lines:
        goes_on = line[-1] not in ",]"
        # From behind the bracket, or the first blank, to before the comma or bracket.
        for text, place in _parts(f"{line}," if goes_on else line, at) or [("", at)]:
            node = _plain_scalar(text, place)
            if node is not None and begun:
                before = items.pop()
                both = Span(before.span.start, node.span.end)
                texts = isinstance(before.value, str) and isinstance(node.value, str)
                node = Node("scalar", both, f"{before.value} {node.value}") if texts else None
            if node is None:
                return None
            items.append(node)
            begun = False
        begun = goes_on
    return Node("sequence", Span(lines[0][1], end + len(last)), None, tuple(items))


def _plain_node(text: str, at: int) -> Node | None:
    span = Span(at, at + len(text))
    if text[0] == "[" and text[-1] == "]":
        items = [_plain_scalar(*part) for part in _parts(text, at)]
        return None if None in items else Node("sequence", span, None, tuple(items))
    if text[0] == "{" and text[-1] == "}":
        entries: list[Entry] = []
        for part, place in _parts(text, at):
            key = _KEY.match(part)
            value = _VALUE.fullmatch(part, key.end()) if key else None
            node = _plain_scalar(value[1], place + value.start(1)) if value else None
            if key is None or node is None or key[1].lower() in _RESERVED or len(entries) > MAX_PLAIN:
                return None
            if any(entry.key == key[1] for entry in entries):
                return None
            entries.append(Entry(key[1], Span(place, place + key.end(1)), node))
        return Node("mapping", span, None, tuple(entries))
    if quoted := _QUOTED.fullmatch(text):
        return Node("scalar", span, quoted[1], (), True)
    return _plain_scalar(text, at)


def _parts(text: str, at: int) -> list[tuple[str, int]]:
    """What stands between the commas of a bracketed value, trimmed, with its place; an odd one out is an empty part."""
    parts, start = [], 1
    for part in text[1:-1].split(","):
        parts.append((part.strip(" "), at + start + len(part) - len(part.lstrip(" "))))
        start += len(part) + 1
    return [] if len(parts) == 1 and not parts[0][0] else parts


def _plain_scalar(text: str, at: int) -> Node | None:
    span = Span(at, at + len(text))
    if _WORDS.fullmatch(text) and text.lower() not in _RESERVED:
        return Node("scalar", span, text)
    if text in ("true", "false"):
        return Node("scalar", span, text == "true")
    if _NUMBER.fullmatch(text):
        return Node("scalar", span, int(text))
    if date := _DATE.fullmatch(text):
        try:
            return Node("scalar", span, datetime.date(*map(int, date.groups())))
        except ValueError:
            return None
    return None


class Unreadable(Exception):
    """YAML that cannot be read; `problem` says where and why."""

    def __init__(self, start: int, end: int, message: str, related: Span | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(Span(start, max(start, end)), message, related)


def _compose(yaml_text: str, base: int) -> tuple[Entry, ...]:
    root = compose_yaml(yaml_text, base)
    if root is None or (root.kind == "scalar" and root.value is None):
        return ()
    if root.kind != "mapping":
        raise Unreadable(root.span.start, root.span.end, "the frontmatter is not a list of `key: value` lines")
    return root.items


def compose_yaml(yaml_text: str, base: int = 0) -> Node | None:
    """The root node of a YAML document that begins at offset `base`; None when it is empty.

    Raises Unreadable for what is not YAML, and for YAML that is out of proportion (depth, aliases, number of nodes).
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    # ruamel.yaml looks a thousand brackets ahead, in quadratic time, before it tells of the first one.
    depth = 0
    for bracket in _BRACKETS.finditer(yaml_text):
        depth = depth + 1 if bracket[0] in "[{" else max(depth - 1, 0)
        if depth > MAX_BRACKETS:
            raise Unreadable(base + bracket.start(), base + bracket.end(), f"nested deeper than {MAX_DEPTH} levels")
    composer = _Composer(YAML(typ="safe", pure=True), yaml_text, base)
    try:
        return composer.document()
    except MarkedYAMLError as error:
        at, message = _explain(error, yaml_text)
        raise Unreadable(base + at, base + at, message) from error
    except ReaderError as error:
        at = min(error.position, len(yaml_text))
        raise Unreadable(base + at, base + at + 1, f"character U+{ord(yaml_text[at]):04X} is not allowed") from error
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(base, base, (str(error).splitlines() or [""])[0] or "not YAML") from error


def _explain(error: Any, text: str) -> tuple[int, str]:
    """Where one of ruamel.yaml's errors lies and what it means, for somebody who has never read the YAML standard."""
    problem, context = error.problem or "", error.context or ""
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, len(text.rstrip())) if mark else 0
    began = error.context_mark.index if error.context_mark else at
    found = text[at : at + 1]
    line = text[max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1 : at]
    quote = "; put the value in quotes"
    if text.lstrip().startswith("%"):
        return text.index("%"), "a key cannot begin with `%`; put it in quotes"
    if "'\\t'" in problem or "\t" in problem or (not line.strip(" \t") and "\t" in line + found):
        return at, f"a tab {'behind a value' if line.strip() else 'is used for indentation'}; YAML wants spaces"
    if "mapping values are not allowed" in problem:
        if ": " in line:
            return at, f"a second `: ` on one line{quote}"
        if line[:1] in (" ", "\t"):
            return at, "this line is indented, so it goes on with the value above; a key begins its line"
        return at, "the line above is no `key: value`; behind the colon stands a space"
    if "end of stream" in problem and "quoted" in context:
        return began, "a quotation mark is opened and never closed"
    if "cannot start any token" in problem or "alias" in context or "anchor" in context or "block scalar" in context:
        began = at if "cannot start" in problem else began
        return began, _misbegun(text, began)
    if "node content" in problem or "mapping keys are not allowed" in problem:
        return at, _misbegun(text, at)
    if "expected ','" in problem:
        bracket = "[" if "']'" in problem else "{"
        return began, f"`{bracket}` is opened and not closed, or what is inside wants quotes"
    if "could not find expected ':'" in problem:
        return began, "this line is no `key: value`"
    if "sequence entries are not allowed" in problem:
        return at, "a list begins on a line of its own, below its key"
    if "escape" in problem:
        return at, "a backslash in double quotes begins an escape that YAML does not know; use single quotes"
    if "<block end>" in problem or "<document start>" in problem:
        return at, _misplaced(text, at, found, line)
    return at, f"{problem} {context}".replace("<stream end>", "the end of the block").strip()


def _misbegun(text: str, at: int) -> str:
    """What is wrong with a character that means something to YAML where text begins."""
    if not text[at : at + 1].strip():
        return "something is opened here and not closed"
    character = "a backtick" if text[at] == "`" else f"`{text[at]}`"
    line = text[text.rfind("\n", 0, at) + 1 : at].rstrip()
    if line[-1:] in ('"', "'", "]", "}"):
        return f"text behind the closing `{line[-1]}`; put the whole value in quotes"
    return f"a {'value' if line else 'key'} cannot begin with {character}; put it in quotes"


def _misplaced(text: str, at: int, found: str, line: str) -> str:
    """What is wrong with something that stands where the next key should."""
    if found == ",":
        return 'several values behind one key; put them in brackets, and links in quotes: `["[[a]]", "[[b]]"]`'
    if found in ("]", "}"):
        return f"a `{found}` that nothing opens; put the value in quotes"
    if line.strip():
        return f"text behind the closing `{line.rstrip()[-1:]}`; put the whole value in quotes"
    if text.startswith("- ", at):
        return "a list item where a key should stand"
    return "this line is indented otherwise than the lines above it"


class _Composer:
    """Builds nodes from the events of one document."""

    def __init__(self, yaml: Any, text: str, base: int) -> None:
        self.yaml = yaml
        self.text = text
        self.base = base
        self.count = 0
        self.aliases = 0
        self.size = 0  # of what has been built, with every alias written out
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.events = iter(yaml.parse(text))

    def document(self) -> Node | None:
        """The root node. Raises what ruamel.yaml raises, and Unreadable."""
        self._next()  # stream start
        event = self._next()
        if type(event).__name__ == "StreamEndEvent":
            return None
        root = self._node(self._next(), 0)
        self._next()  # document end
        event = self._next()
        if type(event).__name__ != "StreamEndEvent":
            self._refuse(event, "a second YAML document begins here; a note has one")
        return root

    def _next(self) -> Any:
        self.count += 1
        event = next(self.events)
        if self.count > MAX_EVENTS:
            self._refuse(event, f"more than {MAX_EVENTS:,} keys and values")
        return event

    def _refuse(self, event: Any, message: str, related: Span | None = None) -> None:
        start = self.base + event.start_mark.index
        raise Unreadable(start, max(start, self.base + event.end_mark.index), message, related)

    def _node(self, event: Any, depth: int) -> Node:
        name = type(event).__name__
        if depth > MAX_DEPTH:
            self._refuse(event, f"nested deeper than {MAX_DEPTH} levels")
        if name == "AliasEvent":
            self.aliases += 1
            if self.aliases > MAX_ALIASES:
                self._refuse(event, f"more than {MAX_ALIASES} aliases")
            if event.anchor not in self.anchors:
                self._refuse(event, f"the alias *{event.anchor} has no anchor before it")
            node, size = self.anchors[event.anchor]
            self._grow(event, size)
            return node._replace(span=self._span(event))
        before = self.size
        self._grow(event, 1)
        if name == "ScalarEvent":
            node = self._scalar(event)
        elif name == "SequenceStartEvent":
            node = self._sequence(event, depth)
        else:
            node = self._mapping(event, depth)
        if event.anchor:
            self.anchors[event.anchor] = (node, self.size - before)
        return node

    def _grow(self, event: Any, size: int) -> None:
        self.size += size
        if self.size > MAX_EVENTS:
            self._refuse(event, f"more than {MAX_EVENTS:,} keys and values, with its aliases written out")

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark.index, event.end_mark.index
        while end > start and self.text[end - 1].isspace():  # block scalars end at the next key
            end -= 1
        return Span(self.base + start, self.base + end)

    def _scalar(self, event: Any) -> Node:
        from ruamel.yaml.error import YAMLError
        from ruamel.yaml.nodes import ScalarNode

        value: Any = event.value
        tag = str(event.tag or "")
        if event.implicit[0] and not tag:
            tag = str(self.yaml.resolver.resolve(ScalarNode, value, (True, False)))
        if tag in _TYPED:
            try:
                value = self.yaml.constructor.construct_object(ScalarNode(tag, value))
            except (YAMLError, ValueError):
                value = event.value  # a date that does not exist: text, and for the schema to judge
            if isinstance(value, int) and value.bit_length() > 1024:
                value = event.value  # not a number that anything could count, and Python will not print it
        return Node("scalar", self._span(event), value, (), event.style is not None)

    def _sequence(self, event: Any, depth: int) -> Node:
        items = []
        while type(child := self._next()).__name__ != "SequenceEndEvent":
            items.append(self._node(child, depth + 1))
        return Node("sequence", self._collection_span(event, child, items), None, tuple(items))

    def _mapping(self, event: Any, depth: int) -> Node:
        entries: list[Entry] = []
        seen: dict[str, Span] = {}
        while type(child := self._next()).__name__ != "MappingEndEvent":
            key = self._node(child, depth + 1)
            if key.kind != "scalar":
                if self.text.startswith("{{", event.start_mark.index):
                    self._refuse(event, "a placeholder of a template; fill it in, or put it in quotes")
                self._refuse(child, "a list or mapping as a key")
            # The word as written, and its place without an anchor or tag before it: `null: 1` has the key "null".
            name = str(getattr(child, "value", key.value))
            if (
                not key.quoted
                and name
                and self.text.endswith(name, key.span.start - self.base, key.span.end - self.base)
            ):
                key = key._replace(span=Span(key.span.end - len(name), key.span.end))
            if name == "<<":
                self._refuse(child, "merge keys (`<<`) are not supported in frontmatter")
            if name in seen:
                self._refuse(child, f"the key `{name}` is given twice", seen[name])
            seen[name] = key.span
            node = self._node(self._next(), depth + 1)
            if node.kind == "scalar" and node.span.start == node.span.end:
                # An empty value: ruamel places it at the next key; its place is behind its colon.
                colon = self.base + self.text.find(":", key.span.end - self.base) + 1
                node = node._replace(span=Span(max(colon, key.span.end), max(colon, key.span.end)))
            entries.append(Entry(name, key.span, node))
        spans = [span for entry in entries for span in (entry.key_span, entry.node.span)]
        return Node("mapping", self._collection_span(event, child, spans), None, tuple(entries))

    def _collection_span(self, start: Any, end: Any, children: list[Any]) -> Span:
        """Flow collections end at their bracket; block ones, whose end event lies at the next key, at their last child."""
        first = start.start_mark.index
        if end.end_mark.index > end.start_mark.index:
            return Span(self.base + first, self.base + end.end_mark.index)
        if not children:
            return Span(self.base + first, self.base + first)
        last = children[-1]
        return Span(self.base + first, max(self.base + first, last.span.end if isinstance(last, Node) else last.end))
