"""The check behind rules without code: a pattern, where it is looked for, what is said and what replaces it."""

import re
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Annotated

from lintkb.checks.base import Context, Params, note_check
from lintkb.diagnostics import Edit, Finding, Fix
from lintkb.sections import After, Field
from lintkb.settings import check_pattern
from lintkb.source.citations import TIMEOUT
from lintkb.source.markdown import FILLER
from lintkb.source.note import Note
from lintkb.text import Span


def _usable(pattern: str) -> str:
    import regex

    check_pattern(pattern, regex.MULTILINE)  # compiled once: the regex module remembers it for the run
    if regex.compile(pattern, regex.MULTILINE).match("") is not None:
        raise ValueError("it matches nothing at all, so it would be found everywhere")
    return pattern


def _place(value: str) -> str:
    if value in ("prose", "lines", "headings", "links", "raw") or (
        value.startswith("frontmatter:") and len(value) > 12
    ):
        return value
    raise ValueError("it must be prose, lines, headings, links, raw or frontmatter:KEY")


def _folded(text: str) -> str:
    if not text or text != text.casefold():
        raise ValueError("write it in small letters, in which it is found whatever its case")
    return text


class PatternParams(Params):
    r"""`regex` in the syntax of the regex module, `^` and `$` at line ends; `message` and `replace` may use `\1`, `\g<name>`.

    `place` (written `in`): prose, lines (of prose, each of which the pattern must match whole, blanks around it left out),
    headings, links, `frontmatter:KEY`, or raw for the whole note as it is. `needs` are texts of which a note with a match has
    one, in whatever case: others are not searched, and the pattern is not even compiled until a note has one.
    """

    regex: Annotated[str, After(_usable)]
    place: Annotated[str, After(_place)] = Field(default="prose", alias="in")
    needs: list[Annotated[str, After(_folded)]] = Field(default=[])
    message: str = Field(min_length=1)
    replace: str | None = None

    def _check(self) -> None:
        """`message` and `replace` name only groups that the pattern has."""
        templates = [text for text in (self.message, self.replace or "") if "\\" in text.replace(r"\g<0>", "")]
        if not templates:
            return
        import regex

        compiled = regex.compile(self.regex, regex.MULTILINE)
        names = {number: name for name, number in compiled.groupindex.items()}
        groups = "".join(f"(?P<{names[n]}>)" if n in names else "()" for n in range(1, compiled.groups + 1))
        empty = regex.compile(groups).match("")
        assert empty is not None  # noqa: S101 - empty groups match the empty text
        for template in templates:
            try:
                empty.expand(template)
            except (regex.error, IndexError, KeyError) as error:
                raise ValueError(f"`{template}` names a group that the pattern has not: {error}") from error


_COMMON = "1x-:.,kvwbygfpmucdlhrsnioate "  # what notes are full of, the most frequent last


@lru_cache(maxsize=4)
def seeker(needs: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds some of these texts wherever there is one, in half of the time that looking for each takes.

    It looks for the rarest character of each, and only there for what stands around that.
    """
    around: dict[str, list[str]] = {}
    for text in needs:
        at = min(range(len(text)), key=lambda place: _COMMON.find(text[place]))
        before = f"(?<={re.escape(text[: at + 1])})" if at else ""
        around.setdefault(text[at], []).append(before + re.escape(text[at + 1 :]))
    return re.compile("|".join(f"{re.escape(rare)}(?:{'|'.join(texts)})" for rare, texts in around.items()))


@note_check("pattern", PatternParams)
def pattern(note: Note, context: Context) -> Iterator[Finding]:
    """Every match of the pattern in its place, except empty ones."""
    params: PatternParams = context.params
    if params.needs and not any(map(note.folded.__contains__, params.needs)):
        return
    import regex

    expression = regex.compile(params.regex, regex.MULTILINE)
    deadline = time.monotonic() + TIMEOUT
    for start, text in _texts(note, params.place):
        timeout = max(deadline - time.monotonic(), 0.001)
        matches: Iterable[regex.Match[str]]
        if params.place == "lines":
            matches = filter(None, [expression.fullmatch(text, timeout=timeout)])
        else:
            matches = expression.finditer(text, timeout=timeout)
        for match in matches:
            if match.start() == match.end() or FILLER in match.group():
                continue
            span = Span(start + match.start(), start + match.end())
            fixes: tuple[Fix, ...] = ()
            if params.replace is not None:
                replacement = match.expand(params.replace)
                title = f"replace it with `{replacement}`" if replacement.strip() else "remove it"
                place = _whole_line(note, span) if params.place == "lines" and not replacement else span
                fixes = (Fix(title, (Edit(note.path, place, replacement),), context.fix),)
            message = " ".join(match.expand(params.message).split())
            yield Finding(_visible(note.text, span), message, " ".join(match.group().split()), fixes=fixes)


def _visible(text: str, span: Span) -> Span:
    """The span without line ends at its end: what a reader would underline."""
    end = span.end
    while end > span.start and text[end - 1] in "\r\n":
        end -= 1
    return Span(span.start, end) if end > span.start else span


def _whole_line(note: Note, span: Span) -> Span:
    """The line that holds the span, with its line end."""
    starts = note.source.line_starts
    line = note.source.position(span.start).line
    return Span(starts[line - 1], starts[line] if line < len(starts) else len(note.text))


def _texts(note: Note, place: str) -> Iterator[tuple[int, str]]:
    """The texts of a place, each with its offset in the note."""
    if place == "prose":
        yield note.body_start, note.prose[note.body_start :]
    elif place == "lines":
        yield from note.plain_lines
    elif place == "raw":
        yield 0, note.text
    elif place == "headings":
        for heading in note.structure.headings:
            yield heading.text.start, note.text[heading.text.start : heading.text.end]
    elif place == "links":
        spans = [link.span for link in note.wikilinks] + [link.span for link in note.structure.links]
        for span in sorted(spans):
            yield span.start, note.text[span.start : span.end]
    elif note.frontmatter is not None:
        entry = note.frontmatter.entry(place.removeprefix("frontmatter:"))
        if entry is not None:
            yield entry.node.span.start, note.text[entry.node.span.start : entry.node.span.end]


CHECKS = (pattern,)
