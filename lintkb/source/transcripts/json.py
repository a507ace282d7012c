"""Captions as JSON: YouTube's json3, Whisper's segments, plain lists; and what yt-dlp knows of a recording."""

import json
import re
from collections.abc import Callable
from typing import Any

from lintkb.source.transcripts.model import Chapter, Info, Piece, TranscriptError, seconds, shortened
from lintkb.text import Span

_SPACE = re.compile(r"[ \t\n\r]*")
_MS = 0.001

Item = tuple[Any, Span]


def read_json(text: str) -> list[Piece]:
    """The captions of a JSON file. Raises TranscriptError for a value of the wrong type, naming it."""
    lists = _lists(text)
    name = next((name for name in _READERS if name in lists), None)
    if name is None:
        names = ", ".join(f"`{name}`" for name in _READERS if name)
        raise TranscriptError(f"the JSON in it is no transcript: it is no list, and has none called {names}")
    read = _READERS[name]
    pieces = (read(value, f"{name or 'item'}[{at}]", span) for at, (value, span) in enumerate(lists[name]))
    return [piece for piece in pieces if piece.text.strip()]


def read_info_json(path: str, text: str) -> Info:
    """What the text of an `.info.json` file says. Raises TranscriptError."""
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable(error) from error
    info = _table(value, "the file")
    if not info.get("id"):
        raise TranscriptError("it has no `id`; it should be an .info.json as yt-dlp writes it")
    return Info(
        path,
        id=_text(info, "id", ""),
        title=_text(info, "title", ""),
        uploader=_text(info, "uploader", ""),
        channel=_text(info, "channel", ""),
        description=_text(info, "description", ""),
        duration=_optional(info, "duration", ""),
        chapters=tuple(_chapter(item, f"chapters[{at}]") for at, item in enumerate(_list(info, "chapters", ""))),
    )


def _chapter(value: Any, where: str) -> Chapter:
    chapter = _table(value, where)
    start, end = _time(chapter, "start_time", where), _optional(chapter, "end_time", where)
    return Chapter(start, end, _text(chapter, "title", where))


def _event(value: Any, where: str, span: Span) -> Piece:
    """An event of json3: milliseconds, and segments with their own times behind its start."""
    event = _table(value, where)
    segments = [
        (_table(item, f"{where}.segs"), f"{where}.segs[{at}]") for at, item in enumerate(_list(event, "segs", where))
    ]
    if not segments:  # a window, or how it looks
        return Piece(0.0, None, "", "", span)
    start = _time(event, "tStartMs", where, _MS)
    lasts = _optional(event, "dDurationMs", where, _MS)
    words = tuple(
        (start + (_optional(segment, "tOffsetMs", place, _MS) or 0.0), _text(segment, "utf8", place))
        for segment, place in segments
    )
    end = None if lasts is None else round(start + lasts, 3)
    return Piece(start, end, "", "".join(word for _, word in words), span, words)


def _segment(value: Any, where: str, span: Span) -> Piece:
    """A segment: its start, its end or how long it lasts, its text, perhaps a speaker, perhaps words."""
    segment = _table(value, where)
    start = _time(segment, "start", where)
    end, lasts = _optional(segment, "end", where), _optional(segment, "duration", where)
    if end is None and lasts is not None:
        end = round(start + lasts, 3)
    words: list[tuple[float, str]] = []
    for at, item in enumerate(_list(segment, "words", where)):
        place = f"{where}.words[{at}]"
        word = _table(item, place)
        begins = _optional(word, "start", place)  # WhisperX knows none of numerals
        words.append((begins if begins is not None else words[-1][0] if words else start, _text(word, "word", place)))
    if not any(word.startswith(" ") for _, word in words):
        words = [(at, f" {word}") for at, word in words]
    return Piece(start, end, _text(segment, "speaker", where), _text(segment, "text", where), span, tuple(words))


def _whisper_cpp(value: Any, where: str, span: Span) -> Piece:
    """A segment of whisper.cpp, in milliseconds."""
    segment = _table(value, where)
    offsets = _table(segment.get("offsets"), f"{where}.offsets")
    start, end = (_time(offsets, key, f"{where}.offsets", _MS) for key in ("from", "to"))
    return Piece(start, end, "", _text(segment, "text", where), span)


# By the name of the list that holds them; "" where the file is the list.
_READERS: dict[str, Callable[[Any, str, Span], Piece]] = {
    "events": _event,
    "segments": _segment,
    "transcription": _whisper_cpp,
    "": _segment,
}


def _lists(text: str) -> dict[str, list[Item]]:
    """The lists of a JSON object by name, or the file itself if it is one, each item with its place in the text."""
    try:
        begin = _after_space(text, 0)
        if text.startswith("[", begin):
            items, end = _items(text, begin)
            if len(items) == 1 and isinstance(items[0][0], list):  # youtube-transcript-api writes a list of transcripts
                items, _ = _items(text, items[0][1].start)
            lists = {"": items}
        else:
            lists, end = _members(text, begin)
        if _after_space(text, end) != len(text):
            raise json.JSONDecodeError("more behind the end", text, end)
    except (ValueError, RecursionError) as error:
        raise _unreadable(error) from error
    return lists


def _members(text: str, at: int) -> tuple[dict[str, list[Item]], int]:
    """The lists among the members of the object at an offset, and where it ends."""
    lists: dict[str, list[Item]] = {}
    at = _after_space(text, at + 1)
    while not text.startswith("}", at):
        key, at = _DECODER.raw_decode(text, at)
        at = _after_space(text, _expect(text, at, ":"))
        if key in _READERS and text.startswith("[", at):
            lists[key], at = _items(text, at)
        else:
            _, at = _DECODER.raw_decode(text, at)
        at = _next(text, at, "}")
    return lists, at + 1


def _items(text: str, at: int) -> tuple[list[Item], int]:
    """The items of the list at an offset, with their places, and where it ends."""
    items: list[Item] = []
    at = _after_space(text, at + 1)
    while not text.startswith("]", at):
        value, end = _DECODER.raw_decode(text, at)
        items.append((value, Span(at, end)))
        at = _next(text, end, "]")
    return items, at + 1


def _next(text: str, at: int, closing: str) -> int:
    """Where the next member is, or what closes them all."""
    at = _after_space(text, at)
    if text.startswith(closing, at):
        return at
    at = _after_space(text, _expect(text, at, ","))
    if text.startswith(closing, at):
        raise json.JSONDecodeError("a comma too many", text, at)
    return at


def _expect(text: str, at: int, sign: str) -> int:
    at = _after_space(text, at)
    if not text.startswith(sign, at):
        raise json.JSONDecodeError(f"`{sign}` is missing", text, at)
    return at + 1


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _unreadable(error: Exception) -> TranscriptError:
    if isinstance(error, json.JSONDecodeError):
        return TranscriptError(f"unreadable JSON: {error.msg}, on line {error.lineno}, column {error.colno}")
    if isinstance(error, RecursionError):
        return TranscriptError("unreadable JSON: it is nested too deep")
    return error if isinstance(error, TranscriptError) else TranscriptError("unreadable JSON: a number is too long")


def _no_number(name: str) -> None:
    raise TranscriptError(f"unreadable JSON: {name} is no number")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TranscriptError(f"{where} is {shortened(value)}; it should be an object")
    return value


def _list(table: dict[str, Any], key: str, where: str) -> list[Any]:
    value = table.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise TranscriptError(f"{_path(where, key)} is {shortened(value)}; it should be a list")
    return value


def _text(table: dict[str, Any], key: str, where: str) -> str:
    value = table.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TranscriptError(f"{_path(where, key)} is {shortened(value)}; it should be a text")
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _optional(table: dict[str, Any], key: str, where: str, unit: float = 1.0) -> float | None:
    return None if table.get(key) is None else _time(table, key, where, unit)


def _time(table: dict[str, Any], key: str, where: str, unit: float = 1.0) -> float:
    return seconds(table.get(key), _path(where, key), unit)


def _path(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
