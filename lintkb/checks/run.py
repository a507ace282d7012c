"""Checks that the engine itself carries out: the run (KB) and suppressions (SU). Their rules need notes, not code."""

from collections.abc import Iterator
from typing import Any

from lintkb.checks.base import Check, Params
from lintkb.diagnostics import Finding


def _by_engine(*_: Any) -> Iterator[Finding]:
    return iter(())


CHECKS = (
    Check("run", "run", Params, _by_engine),
    Check("unused-suppression", "run", Params, _by_engine),
    Check("unknown-suppression", "run", Params, _by_engine),
)
