"""Examples in rule notes: the fenced blocks under `## Examples`, their marks and the small knowledge bases they make.

The info string of a fence says what it is: a language first, then `bad`, `good` or `fixed`, or `file=PATH`;
`path=PATH` names the note of a marked example and `marks="⟦⟧"` chooses another pair of marks than guillemets.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pyromark

from lintkb import lazy_re as re
from lintkb.text import ByteOffsets, SourceText, Span

DEFAULT_PATH = "note.md"
_WORD = re.compile(r"(?P<key>[\w-]+)=(?:\"(?P<quoted>[^\"]*)\"|(?P<plain>\S+))|(?P<word>\S+)")


class ExampleError(ValueError):
    """An example that cannot be read: its line in the rule note, and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class Example(NamedTuple):
    """One example: `kind` is bad, good or fixed, `spans` what a bad one marks, `files` the rest of its knowledge base.

    `fixed` is the text that the fix makes of a bad one, when the note shows it. `line` is its line in the rule note.
    """

    kind: str
    path: str
    text: str
    spans: tuple[Span, ...]
    files: tuple[tuple[str, str], ...]
    fixed: str | None
    line: int


class _Fence(NamedTuple):
    info: str
    text: str
    line: int
    span: Span


def read_examples(text: str, body_start: int) -> list[Example]:
    """The examples of a rule note.

    Raises ExampleError for an untyped fence, an unknown info word, an unbalanced mark, a `fixed` without its `bad`.
    """
    examples: list[Example] = []
    files: list[tuple[str, str]] = []
    for fence in _fences(text, body_start):
        words, attributes = _info(fence)
        if not words:
            raise ExampleError(fence.line, "a fence under Examples must say what it is: bad, good, fixed or file=")
        kinds = words[1:]
        unknown = [word for word in kinds if word not in ("bad", "good", "fixed")]
        unknown += [key for key in attributes if key not in ("file", "path", "marks")]
        if unknown:
            raise ExampleError(fence.line, f"`{unknown[0]}` is not a word for an example")
        if "file" in attributes and not kinds:
            files.append((attributes["file"], fence.text))
            continue
        if len(kinds) != 1 or "file" in attributes:
            raise ExampleError(fence.line, "an example is one of bad, good, fixed or file=PATH")
        kind = kinds[0]
        plain, spans = _unmark(fence, attributes.get("marks"), kind)
        if kind == "fixed":
            if not examples or examples[-1].kind != "bad" or examples[-1].fixed is not None or files:
                raise ExampleError(fence.line, "`fixed` stands right behind the `bad` that it mends")
            examples[-1] = examples[-1]._replace(fixed=plain)
            continue
        path = attributes.get("path", DEFAULT_PATH)
        examples.append(Example(kind, path, plain, spans, tuple(files), None, fence.line))
        files = []
    if files:
        raise ExampleError(1, f"the file {files[0][0]} belongs to no example: a bad or good one must follow it")
    return examples


def render_examples(text: str, body_start: int) -> str:
    """The body of a rule note for readers: marks taken out, marked spans underlined, each example headed by its kind."""
    out, at = [], body_start
    for fence in _fences(text, body_start):
        words, attributes = _info(fence)
        kind = next((word for word in words[1:] if word in ("bad", "good", "fixed")), "")
        title = {"bad": "Bad", "good": "Good", "fixed": "Fixed"}.get(
            kind
        ) or f"With the file `{attributes.get('file')}`"
        if kind and "path" in attributes:
            title += f" (`{attributes['path']}`)"
        plain, spans = _unmark(fence, attributes.get("marks"), kind or "file")
        ticks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`{3,}", plain)), default=0))
        language = "text" if spans else words[0]
        out += [text[at : fence.span.start], f"{title}:\n\n{ticks}{language}\n{_underlined(plain, spans)}{ticks}\n\n"]
        at = fence.span.end
        while text[at : at + 1] in ("\r", "\n") and at < len(text):
            at += 1
    return "".join([*out, text[at:]]).strip() + "\n"


def _fences(text: str, body_start: int) -> Iterator[_Fence]:
    """The fenced blocks between the heading `Examples` and the next heading of its level."""
    body = text[body_start:]
    at, source = ByteOffsets(body, body_start), SourceText(text)
    inside, level = False, ""
    heading: list[str] | None = None
    fence: tuple[str, Span, list[str]] | None = None
    for event, place in pyromark.events_with_range(body, options=pyromark.Options.ENABLE_TABLES):
        if isinstance(event, str):
            continue
        kind: str
        payload: Any
        ((kind, payload),) = event.items()
        if kind == "Start" and type(payload) is dict and "Heading" in payload:
            heading, level = [], payload["Heading"]["level"]
        elif kind == "End" and type(payload) is dict and "Heading" in payload:
            title = "".join(heading or []).strip().lower()
            inside = title == "examples" if level in ("H1", "H2") or title == "examples" else inside
            heading = None
        elif kind == "Start" and type(payload) is dict and "CodeBlock" in payload and inside:
            block = payload["CodeBlock"]
            info = block["Fenced"] if type(block) is dict else ""
            fence = (info, Span(at(place["start"]), at(place["end"])), [])
        elif kind == "Text" and heading is not None:
            heading.append(payload)
        elif kind == "Text" and fence is not None:
            fence[2].append(payload)
        elif kind == "End" and payload == "CodeBlock" and fence is not None:
            content = "".join(fence[2])
            yield _Fence(fence[0], content, source.position(fence[1].start).line, fence[1])
            fence = None


def _info(fence: _Fence) -> tuple[list[str], dict[str, str]]:
    words, attributes = [], {}
    for match in _WORD.finditer(fence.info):
        if match["word"]:
            words.append(match["word"])
        else:
            attributes[match["key"]] = match["plain"] if match["quoted"] is None else match["quoted"]
    return words, attributes


def _unmark(fence: _Fence, marks: str | None, kind: str) -> tuple[str, tuple[Span, ...]]:
    if kind != "bad":
        if marks is None and kind != "file" and ("«" in fence.text or "»" in fence.text):
            raise ExampleError(fence.line, f'a {kind} example marks nothing; for guillemets in its text say marks="⟦⟧"')
        return fence.text, ()
    if marks is None:
        marks = "«»"
    if len(marks) != 2:
        raise ExampleError(fence.line, "marks= takes two characters")
    opener, closer = marks[0], marks[1]
    out: list[str] = []
    open_at: list[int] = []
    spans: list[Span] = []
    length = 0
    for character in fence.text:
        if character == opener:
            open_at.append(length)
        elif character == closer:
            if not open_at:
                raise ExampleError(fence.line, f"a closing mark `{closer}` without its opening one")
            spans.append(Span(open_at.pop(), length))
        else:
            out.append(character)
            length += 1
    if open_at:
        raise ExampleError(fence.line, f"an opening mark `{opener}` without its closing one")
    if not spans:
        raise ExampleError(fence.line, f"a bad example marks what is wrong: {opener}…{closer}")
    return "".join(out), tuple(sorted(spans))


def _underlined(text: str, spans: tuple[Span, ...]) -> str:
    """The text with a line of carets below each line that holds a span."""
    if not spans:
        return text if text.endswith("\n") or not text else text + "\n"
    out, at = [], 0
    for line in text.splitlines(keepends=True) or [""]:
        content = line.rstrip("\r\n")
        out.append(content + "\n")
        marks = [" "] * (len(content) + 1)
        for start, end in spans:
            if start <= at + len(content) and end >= at and (end > at or start == end):
                for column in range(max(start - at, 0), max(min(end - at, len(content)), start - at + 1)):
                    marks[column] = "^"
        if "^" in marks:
            out.append("".join(marks).rstrip() + "\n")
        at += len(line)
    return "".join(out)
