"""Where rule notes are, and which rules are asked for: what is known before any of the notes is read."""

import os
from pathlib import Path
from typing import NamedTuple

from lintkb.paths import shown_file


class RuleError(Exception):
    """A rule note that cannot be used; `str()` names the note, the place and the remedy."""


class Selection(NamedTuple):
    """One layer of rule selection: the configuration's or the command line's. `select` None keeps what is below."""

    origin: str
    select: tuple[str, ...] | None
    extend: tuple[str, ...]
    ignore: tuple[str, ...]

    @property
    def selectors(self) -> tuple[str, ...]:
        """Every selector of the layer."""
        return (*(self.select or ()), *self.extend, *self.ignore)


def own_rules_folder() -> Path:
    """Where lintkb's own rule notes are: inside the installed package, or beside it in a checkout.

    Raises RuleError when there are none: an installation without rules would call everything clean.
    """
    package = Path(__file__).parent
    if (package / "_rules").is_dir():
        return package / "_rules"
    project = package.parent / "pyproject.toml"
    if (package.parent / "rules").is_dir() and project.is_file() and 'name = "lintkb"' in project.read_text("utf-8"):
        return package.parent / "rules"
    raise RuleError(f"{package}: the rule notes are missing from this installation; install lintkb again")


def notes_below(folder: Path) -> list[os.DirEntry[str]]:
    """The regular Markdown files below a folder, linked folders not entered. Raises RuleError for an unreadable one."""
    found: list[os.DirEntry[str]] = []
    pending = [str(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    elif entry.name.endswith(".md") and entry.name.lower() not in ("readme.md", "index.md"):
                        found += [entry] * entry.is_file()
        except OSError as error:
            raise RuleError(f"{shown_file(Path(error.filename))}: cannot be listed: {error.strerror}") from error
    return found
