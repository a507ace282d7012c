"""The result of a run, as reporters, the fixer and the command line see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from lintkb.diagnostics import Applicability, Diagnostic, Severity
from lintkb.text import DecodeError, SourceText, decode

# Exit codes of the rules about the run itself; what could not be checked is never clean.
RUN_EXIT_CODES = {"KB001": 2, "KB002": 2, "KB003": 2, "KB004": 3, "KB005": 2}


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What reporters need of a rule."""

    code: str
    name: str
    title: str
    summary: str
    severity: Severity
    confidence: str
    help: Callable[[], str]


@dataclass(slots=True)
class KnowledgeBaseReport:
    """One knowledge base: what was found in it. Diagnostics are sorted by path, span and code."""

    root: Path
    shown_root: str
    checked: int
    diagnostics: list[Diagnostic]
    suppressed: list[Diagnostic]
    rules: Sequence[RuleInfo]
    read: Callable[[str], bytes]
    warnings: list[str] = field(default_factory=list)

    def shown(self, path: str) -> str:
        """A note's path as the user would type it."""
        return path if self.shown_root == "." else f"{self.shown_root.rstrip('/')}/{path}"

    def sources(self) -> Callable[[str], SourceText]:
        """A reader of decoded notes for printing places in them; what cannot be read any more is empty."""

        @lru_cache(maxsize=64)
        def read(path: str) -> SourceText:
            try:
                return decode(self.read(path))
            except (OSError, DecodeError):
                return SourceText("")

        return read


@dataclass(slots=True)
class Report:
    """One run over one or more knowledge bases."""

    bases: list[KnowledgeBaseReport]

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All diagnostics, knowledge base by knowledge base."""
        return [diagnostic for base in self.bases for diagnostic in base.diagnostics]

    @property
    def suppressed(self) -> int:
        """How many findings inline suppressions hide."""
        return sum(len(base.suppressed) for base in self.bases)

    @property
    def checked(self) -> int:
        """How many notes were checked."""
        return sum(base.checked for base in self.bases)

    def fixable(self, applicability: Applicability) -> int:
        """How many diagnostics have a first fix of exactly that applicability."""
        return sum(1 for item in self.diagnostics if item.fixes and item.fixes[0].applicability is applicability)

    def exit_code(self, fail_on: Severity | None, *, exit_zero: bool = False) -> int:
        """0 clean, 1 findings at or above `fail_on` (None: never), 2 or 3 where something could not be checked."""
        worst = max((RUN_EXIT_CODES.get(item.rule, 0) for item in self.diagnostics), default=0)
        if worst:
            return worst
        if exit_zero or fail_on is None:
            return 0
        return int(any(item.severity.rank <= fail_on.rank for item in self.diagnostics))
