"""`re`, with patterns that are compiled when they are first used: `from lintkb import lazy_re as re`.

Most notes need few of the two hundred patterns of all modules, and compiling them all takes a fifth of start-up.
"""

import re
import sys
from re import (
    ASCII,
    DOTALL,
    IGNORECASE,
    MULTILINE,
    VERBOSE,
    Match,
    Pattern,
    error,
    escape,
    findall,
    finditer,
    fullmatch,
    match,
    split,
    sub,
)
from typing import Any, cast

__all__ = [
    "ASCII", "DOTALL", "IGNORECASE", "MULTILINE", "VERBOSE", "Match", "Pattern", "compile", "error", "escape", "findall",
    "finditer", "fullmatch", "match", "split", "sub",
]  # fmt: skip


class _Pattern:
    """Stands for a pattern until something is asked of it; then the compiled one takes its place in its module."""

    def __init__(self, pattern: str, flags: int, module: dict[str, Any]) -> None:
        self._source = pattern, flags
        self._module = module

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(*self._source)
        for key, value in self._module.items():
            if value is self:
                self._module[key] = compiled
                break
        value = getattr(compiled, name)
        setattr(self, name, value)  # for whoever has it from elsewhere
        return value


def compile(pattern: str, flags: int = 0) -> Pattern[str]:  # noqa: A001 - as in re
    """The pattern, compiled when it is first used: what is wrong with it is raised only then."""
    return cast("Pattern[str]", _Pattern(pattern, flags, sys._getframe(1).f_globals))  # noqa: SLF001
