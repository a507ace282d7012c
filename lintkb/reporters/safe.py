"""Making strings from notes and file names safe for terminals and CI logs."""

import os
import unicodedata
from functools import cache

from lintkb import lazy_re as re

# Controls, the bidirectional marks that reorder what follows, characters nobody sees, line separators, lone
# surrogates, and what XML 1.0 has no place for.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_LETTERS = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# All but the characters that are known to take one cell: those of Latin scripts, and the quotes and dashes of prose.
_NOT_NARROW = re.compile("[^\x00-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e]")


def safe(text: str) -> str:
    """The text on one line, with every character that a terminal or log would obey written out."""
    if text.isprintable():  # as nearly all text is: no character of `UNSAFE` is printable to Python
        return text
    return UNSAFE.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    character = match.group()
    if character in _LETTERS:
        return _LETTERS[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def safe_line(text: str) -> str:
    """The same for a whole line of output: on GitHub's runners nothing in it can be read as a workflow command."""
    if text.lstrip().startswith("::"):
        text = text.replace("::", "\\x3a:", 1)
    return safe_lines(text)


def safe_lines(text: str) -> str:
    """The same for lines of which none can begin with `::`."""
    return runner_safe(text, "\\x23") if os.environ.get("GITHUB_ACTIONS") else text


def runner_safe(data: str, number_sign: str = "\\u0023") -> str:
    """Text in which GitHub's runners find no command: they look for `##[` anywhere in a line.

    `number_sign` is how the format writes out a `#`; the default is JSON's way.
    """
    return data.replace("##[", f"#{number_sign}[")


def encodable(text: str) -> str:
    """The text with lone surrogates, as in file names that are not UTF-8, written out: strict JSON readers refuse them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def width(text: str) -> int:
    """How many terminal cells a safe text takes."""
    return len(text) if text.isascii() else len(text) + sum(_cells(odd) - 1 for odd in _NOT_NARROW.findall(text))


def is_narrow(text: str) -> bool:
    """Whether every character of a text takes one cell, and is safe to print."""
    return text.isprintable() and (text.isascii() or _NOT_NARROW.search(text) is None)


@cache
def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
