"""Path patterns of the configuration.

`*` and `?` stay inside one folder, `**` crosses folders, `[abc]` is a class. A pattern without a slash matches at any
depth, as in .gitignore; one that names a folder matches everything below it.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

_TOKEN = re.compile(r"\*\*/|/\*\*$|\*+|\?|\[!?[^\]/]+\]|.", re.DOTALL)


@lru_cache(maxsize=256)
def _expression(pattern: str) -> str:
    body = pattern.removeprefix("./").rstrip("/")
    anchored = "/" in body
    out = []
    for token in _TOKEN.findall(body.removeprefix("/")):
        if token == "**/":
            out.append("(?:[^/]+/)*")
        elif token == "/**":
            out.append("/.+")
        elif token == "**" and body == "**":
            out.append(".+")
        elif token[0] == "*":
            out.append("[^/]*")
        elif token == "?":
            out.append("[^/]")
        elif token[0] == "[" and len(token) > 1:
            out.append("[" + token[1:-1].replace("\\", "\\\\").replace("!", "^", token[1] == "!") + "]")
        else:
            out.append(re.escape(token))
    return ("" if anchored else "(?:[^/]+/)*") + "".join(out) + "(?:/.+)?"


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """A predicate on root-relative paths with `/`: does any of the patterns match?"""
    expressions = [_expression(pattern) for pattern in patterns]
    if not expressions:
        return lambda _path: False
    match = re.compile("|".join(f"(?:{expression})" for expression in expressions)).fullmatch
    return lambda path: match(path) is not None
