"""Transcripts in Markdown or plain text: a time before each turn, perhaps with the name of who speaks."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from lintkb.source.frontmatter import read_frontmatter
from lintkb.source.transcripts.model import Piece, clock
from lintkb.source.transcripts.shaping import is_name
from lintkb.source.transcripts.webvtt import plain
from lintkb.text import Span

_TIME = r"(?:[0-9]{1,3}:)?[0-9]{1,3}:[0-9]{2}(?:[.,][0-9]{1,3})?"
_RANGE = rf"(?P<start>{_TIME})(?: {{0,2}}(?:-->|->|[-–—]) {{0,2}}(?P<end>{_TIME}))?"
_STAMP = rf"(?:\[{{1,2}}|\() ?{_RANGE} ?(?:\]{{1,2}}|\))(?:\([^()\s]{{1,500}}\))?[*_]{{0,3}}"
_MARKS = r"(?P<marks>[ \t>#*_~•-]{0,16})"
_NAME = r"(?P<name>[^\W\d_][^\n:()\[\]*<>|]{0,59}?)"
# `Name (00:01:02):`, `**Name** [01:02] words`, `[00:01:02] words`; in a text without them `0:05 words` and `Name 0:05`.
_STAMPED = re.compile(rf"^{_MARKS}(?:{_NAME}(?P<joint>[ \t*_:,–—-]{{1,8}}))?{_STAMP}", re.MULTILINE)
_BARE = re.compile(rf"^{_MARKS}(?:{_NAME}(?P<joint>[ \t]{{1,8}}))?{_RANGE}(?=[.:]?(?:[ \t]|$))", re.MULTILINE)
_REST = re.compile(r"[ \t]*(:?)[ \t]*($)?", re.MULTILINE)
_LEFT_OUT = re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t].*|[-*_](?:[ \t]*[-*_]){2,}[ \t]*|<!--.*)$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]*(?:>(?!>)[ \t]*)?(?:[-*+•][ \t]+)?", re.MULTILINE)
_LINK = re.compile(r"\[\[(?:[^\[\]|\n]*\|)?([^\[\]|\n]*)\]\]|!?\[([^\[\]\n]*)\]\([^()\n]*\)")
_EMPHASIS = re.compile(r"[*`]+|(?<!\w)_++|(?<!_)_++(?!\w)|\\(?=[!-/:-@\[-`{-~])")


class _Turn(NamedTuple):
    """Where a turn begins, where its words do, and what is said before them."""

    at: int
    words: int
    start: float
    end: float | None
    name: str
    heading: bool


def read_markdown(text: str) -> list[Piece]:
    """The turns of a text; what stands before the first is none of them. A turn without a name goes on with the last."""
    frontmatter = read_frontmatter(text)
    begin = frontmatter.span.end if frontmatter else 0
    turns = list(_turns(_STAMPED, text, begin)) or list(_turns(_BARE, text, begin))
    chapters = any(not turn.heading for turn in turns)  # what headings with times are, where there are other turns
    turns = [turn for turn in turns if not (chapters and turn.heading)]
    often = Counter(turn.name for turn in turns)
    pieces = []
    speaker = ""
    for turn, until in zip(turns, [*(turn.at for turn in turns[1:]), len(text)], strict=False):
        name = turn.name if not turn.heading or often[turn.name] > 1 else ""
        speaker = name or speaker
        raw = text[turn.words : until]
        if words := _words(raw):
            pieces.append(Piece(turn.start, turn.end, speaker, words, Span(turn.at, turn.words + len(raw.rstrip()))))
    return pieces


def _turns(pattern: re.Pattern[str], text: str, begin: int) -> Iterator[_Turn]:
    for match in pattern.finditer(text, begin):
        start = clock(match["start"])
        rest = _REST.match(text, match.end())
        if start is None or rest is None:
            continue
        name = match["name"] or ""
        announced = (
            rest[1]
            or rest[2] is not None
            or ":" in (match["joint"] or "")
            or any(sign in match["marks"] for sign in "*#")
        )
        if name and not (announced and is_name(name)):
            continue
        end = clock(match["end"]) if match["end"] else None
        yield _Turn(match.start(), rest.end(), start, end, name, "#" in match["marks"])


def _words(text: str) -> str:
    """What is said, without Markdown, headings and comments."""
    text = _BULLET.sub("", _LEFT_OUT.sub("", text))
    text = _LINK.sub(lambda link: link[1] or link[2] or "", text)
    return " ".join(_EMPHASIS.sub("", plain(text)).split()).lstrip(":.–— ")
