"""Path patterns of the configuration.

`*` and `?` stay inside one folder, `**` crosses folders, `[abc]` is a class. A pattern without a slash matches at any
depth, as in .gitignore; one that names a folder matches everything below it.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from lintkb import lazy_re as re

_PART = re.compile(r"\*+|\?|\[!?[^\]/]+\]|[^*?\[]+|\[")


def _expression(pattern: str) -> str:
    """The pattern as a regular expression whose time grows with the path, however many stars there are.

    What stands between two stars is found at its first occurrence and not given back (an atomic group): a later one
    could not help, as only the last star has to reach the end. The same holds for folders between two `**`.
    """
    body = pattern.removeprefix("./")
    anchored = "/" in body.rstrip("/")
    chunks: list[list[str]] = [[]]
    for segment in body.strip("/").split("/"):
        if segment == "**":
            chunks.append([])
        else:
            chunks[-1].append(_segment(segment))
    if not anchored and len(chunks) == 1:
        chunks.insert(0, [])
    last = len(chunks) - 1
    out = []
    for number, chunk in enumerate(chunks):
        text = "/".join(chunk)
        if number == last:
            # `a/**` is everything below a; anything else may also name a folder.
            before = "(?:[^/]+/)*" if number and chunk else ""
            out.append(f"{before}{text}(?:/.+)?" if chunk else ".+")
        elif number == 0:
            out.append(f"{text}/" if chunk else "")
        elif chunk:
            out.append(f"(?>(?:[^/]+/)*?{text}/)")
    return "".join(out)


def _segment(segment: str) -> str:
    """One folder's or file's name. Raises re.error for a class that is none."""
    pieces: list[str] = [""]
    for part in _PART.findall(segment):
        if part[0] == "*":
            pieces.append("")
        elif part == "?":
            pieces[-1] += "[^/]"
        elif part[0] == "[" and len(part) > 1:
            inner = part[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            pieces[-1] += "[" + (f"^/{inner[1:]}" if inner[0] in "!^" else inner) + "]"
        else:
            pieces[-1] += re.escape(part)
    if len(pieces) == 1:
        return pieces[0]
    middle = "".join(f"(?>[^/]*?{piece})" for piece in pieces[1:-1] if piece)
    return f"{pieces[0]}{middle}[^/]*{pieces[-1]}"


def matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """A predicate on root-relative paths with `/`: does any of the patterns match? Raises re.error for a bad class."""
    return _matcher(tuple(patterns))


@lru_cache(maxsize=64)
def _matcher(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    expressions = [_expression(pattern) for pattern in patterns]
    if not expressions:
        return lambda _path: False
    # DOTALL: a file name may hold a line feed, and is still below its folder.
    match = re.compile("|".join(f"(?:{expression})" for expression in expressions), re.DOTALL).fullmatch
    return lambda path: match(path) is not None


def literal(path: str) -> str:
    """The pattern that matches a path from the root, and what is below it, whatever its names are made of.

    Where a name is not text, a pattern, which is, can only say that there is a character.
    """
    pattern = re.sub("[\ud800-\udfff]", "?", re.sub(r"[*?\[]", r"[\g<0>]", path))
    return pattern if "/" in pattern else f"/{pattern}"
