"""Making strings from notes and file names safe for terminals and CI logs."""

import os
import re
import unicodedata

# Controls, the bidirectional marks that reorder what follows, characters nobody sees, line separators, lone
# surrogates, and what XML 1.0 has no place for.
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_LETTERS = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def safe(text: str) -> str:
    """The text on one line, with every character that a terminal or log would obey written out."""
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
    if os.environ.get("GITHUB_ACTIONS"):
        text = runner_safe(text, "\\x23")
    return text


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
    if text.isascii():
        return len(text)
    cells = 0
    for character in text:
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        cells += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return cells
