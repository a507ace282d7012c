"""Path patterns of the configuration.

`*` and `?` stay inside one folder, `**` crosses folders, `[abc]` is a class. A pattern without a slash matches at any
depth, as in .gitignore; one that names a folder matches everything below it.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

_PART = re.compile(r"\*\*/|/\*\*$|\*+|\?|\[!?[^\]/]+\]|.", re.DOTALL)


@lru_cache(maxsize=256)
def _expression(pattern: str) -> str:
    body = pattern.removeprefix("./").rstrip("/")
    anchored = "/" in body
    out = []
    for part in _PART.findall(body.removeprefix("/")):
        if part == "**/":
            out.append("(?:[^/]+/)*")
        elif part == "/**":
            out.append("/.+")
        elif part == "**" and body == "**":
            out.append(".+")
        elif part[0] == "*":
            out.append("[^/]*")
        elif part == "?":
            out.append("[^/]")
        elif part[0] == "[" and len(part) > 1:
            out.append("[" + part[1:-1].replace("\\", "\\\\").replace("!", "^", part[1] == "!") + "]")
        else:
            out.append(re.escape(part))
    return ("" if anchored else "(?:[^/]+/)*") + "".join(out) + "(?:/.+)?"


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """A predicate on root-relative paths with `/`: does any of the patterns match?"""
    expressions = [_expression(pattern) for pattern in patterns]
    if not expressions:
        return lambda _path: False
    match = re.compile("|".join(f"(?:{expression})" for expression in expressions)).fullmatch
    return lambda path: match(path) is not None
