"""Writing TOML 1.0: values, keys and comments that hold whatever a stranger's note or folder is called."""

import json
from collections.abc import Mapping
from typing import Any

from lintkb.reporters.safe import UNSAFE, safe


def value(item: Any) -> str:
    """A string, number, truth value, list or mapping on one line.

    Characters that a terminal would obey are escaped. Lone surrogates are too, which no TOML reader accepts.
    """
    if isinstance(item, Mapping):
        pairs = ", ".join(f"{key(name)} = {value(inner)}" for name, inner in item.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(item, list | tuple):
        return "[" + ", ".join(value(inner) for inner in item) + "]"
    return UNSAFE.sub(_escaped, json.dumps(item, ensure_ascii=False))


def key(name: str) -> str:
    """One key: bare where that is allowed, else in quotes."""
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else value(name)


def comment(text: str) -> str:
    """A comment that ends where its line does."""
    return f"# {safe(text)}"


def array(items: list[str], indent: str = "    ") -> str:
    """A list of strings, each on a line of its own when one line would be long."""
    line = value(items)
    if len(line) <= 100:
        return line
    return "[\n" + "".join(f"{indent}{value(item)},\n" for item in items) + "]"


def _escaped(match: Any) -> str:
    code = ord(match.group())
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
