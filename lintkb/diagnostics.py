"""What lintkb says about a note: findings, diagnostics, fixes.

A check yields a `Finding`; the engine stamps it with its rule and note, and it becomes a `Diagnostic`.
All of them are plain tuples: small, frozen, ordered, cheap to send between processes.
"""

from enum import StrEnum
from typing import NamedTuple

from lintkb.text import Span


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _SEVERITIES[self]


class Confidence(StrEnum):
    """How likely a finding is right."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Applicability(StrEnum):
    """How far a fix may be trusted, from never applied to applied by `--fix`."""

    NONE = "none"
    DISPLAY = "display"
    UNSAFE = "unsafe"
    SAFE = "safe"

    @property
    def rank(self) -> int:
        """0 for none, 3 for safe."""
        return _APPLICABILITIES[self]


_SEVERITIES = {severity: rank for rank, severity in enumerate(Severity)}
_APPLICABILITIES = {applicability: rank for rank, applicability in enumerate(Applicability)}


class Edit(NamedTuple):
    """Replace the text at a span of one note; `path` is relative to the knowledge base's root."""

    path: str
    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that are applied together or not at all."""

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability


class Related(NamedTuple):
    """Another place that explains a finding."""

    path: str
    span: Span
    message: str


class Finding(NamedTuple):
    """What a check says of one place in the note that it was given.

    `subject` is what the finding is about (a link target, a time, a key): it identifies the finding when lines move.
    `severity` is given where it is milder than the rule's own.
    """

    span: Span
    message: str
    subject: str
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    help: str = ""
    severity: Severity | None = None


class Diagnostic(NamedTuple):
    """A finding with its rule and note. Sorts by path, span and code."""

    path: str
    span: Span
    rule: str
    name: str
    severity: Severity
    confidence: Confidence
    message: str
    subject: str
    related: tuple[Related, ...]
    fixes: tuple[Fix, ...]
    help: str
