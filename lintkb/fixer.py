"""Repair: choose fixes, apply them in memory, check again until nothing changes, verify, and only then write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lintkb.diagnostics import Applicability, Diagnostic, Edit, Fix
from lintkb.engine import Session
from lintkb.report import RUN_EXIT_CODES, KnowledgeBaseReport
from lintkb.text import SourceText, Span, decode

MAX_PASSES = 10


@dataclass(slots=True)
class Outcome:
    """What fixing one knowledge base came to.

    `changed` holds old and new bytes by path; `applied` counts fixes; `failed` are fixes that did not hold and were taken
    back, each with the reason. `report` is what is found after the fixes, `before` what was found before.
    """

    before: KnowledgeBaseReport
    report: KnowledgeBaseReport
    changed: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    applied: int = 0
    failed: list[tuple[Diagnostic, str]] = field(default_factory=list)


def fix(session: Session, level: Applicability) -> Outcome:
    """Apply every fix of at least `level` to the selected notes, in memory, to a fixed point.

    A pass applies fixes that do not overlap; the others wait for the next one. A note that is worse after a pass, or whose
    finding is still there, gets its old content back and is left alone.
    """
    report = session.judge()
    outcome = Outcome(report, report)
    original: dict[str, bytes] = {}
    current: dict[str, bytes] = {}
    given_up: set[str] = set()
    for _ in range(MAX_PASSES):
        chosen = _choose(outcome.report.diagnostics, level, set(session.selected), given_up)
        if not chosen:
            break
        edits = _by_path(chosen)
        previous = {path: current.get(path) or session.read_bytes(path) for path in edits}
        original = {**previous, **original}
        new = {path: _apply(previous[path], edits[path]) for path in edits}
        session.replace(new)
        after = session.judge()
        bad = _worse(outcome.report, after, chosen)
        if bad:
            paths = {edit.path for item, _ in bad for edit in item.fixes[0].edits}
            # A fix is whole or not at all: what shares a note with a bad one waits for the next pass.
            paths |= {edit.path for item in chosen if _touches(item.fixes[0], paths) for edit in item.fixes[0].edits}
            session.replace({path: previous[path] for path in paths})
            outcome.failed += bad
            given_up |= {path for item, _ in bad for path in (edit.path for edit in item.fixes[0].edits)}
            after = session.judge()
            new = {path: data for path, data in new.items() if path not in paths}
            chosen = [item for item in chosen if not _touches(item.fixes[0], paths)]
        current.update(new)
        outcome.applied += len(chosen)
        outcome.report = after
    outcome.changed = {path: (original[path], data) for path, data in sorted(current.items()) if data != original[path]}
    return outcome


def _touches(fix: Fix, paths: set[str]) -> bool:
    return any(edit.path in paths for edit in fix.edits)


def _choose(
    diagnostics: Iterable[Diagnostic], level: Applicability, selected: set[str], given_up: set[str]
) -> list[Diagnostic]:
    """The diagnostics whose first fix is to be applied now: allowed, in selected notes, overlapping no earlier one."""
    taken: dict[str, list[Span]] = {}
    chosen = []
    for item in diagnostics:
        if not item.fixes or item.fixes[0].applicability.rank < level.rank or not item.fixes[0].edits:
            continue
        edits = item.fixes[0].edits
        if any(edit.path not in selected or edit.path in given_up for edit in edits):
            continue
        if any(_overlaps(edit.span, span) for edit in edits for span in taken.get(edit.path, ())):
            continue
        for edit in edits:
            taken.setdefault(edit.path, []).append(edit.span)
        chosen.append(item)
    return chosen


def _overlaps(one: Span, other: Span) -> bool:
    """Whether two spans share text or meet at a point where one of them inserts."""
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def _by_path(chosen: Iterable[Diagnostic]) -> dict[str, list[Edit]]:
    edits: dict[str, list[Edit]] = {}
    for item in chosen:
        for edit in item.fixes[0].edits:
            edits.setdefault(edit.path, []).append(edit)
    return edits


def _apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with the edits made. Everything outside them stays: line ends, byte order mark, a missing last newline."""
    source = decode(data)
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        text = edit.text.replace("\n", source.newline) if "\r" not in edit.text else edit.text
        pieces += [source.text[at : edit.span.start], text]
        at = edit.span.end
    return SourceText("".join([*pieces, source.text[at:]]), bom=source.bom).encode()


def _worse(
    before: KnowledgeBaseReport, after: KnowledgeBaseReport, chosen: Iterable[Diagnostic]
) -> list[tuple[Diagnostic, str]]:
    """The applied fixes that must be taken back, with the reason.

    In each note a fix was applied in, the findings of its rule must have become fewer, and the note must still be read.
    """
    counts_before, counts_after = _counts(before), _counts(after)
    bad = []
    for item in chosen:
        paths = sorted({edit.path for edit in item.fixes[0].edits} | {item.path})
        unread = [
            path
            for path in paths
            for code in (*RUN_EXIT_CODES, "FM003")
            if _more(code, path, counts_before, counts_after)
        ]
        if unread:
            bad.append((item, f"{unread[0]} could not be read any more"))
        elif counts_after.get((item.rule, item.path), 0) >= counts_before.get((item.rule, item.path), 0):
            bad.append((item, "the finding was still there"))
    return bad


def _counts(report: KnowledgeBaseReport) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for item in report.diagnostics:
        counts[item.rule, item.path] = counts.get((item.rule, item.path), 0) + 1
    return counts


def _more(code: str, path: str, before: Mapping[tuple[str, str], int], after: Mapping[tuple[str, str], int]) -> bool:
    return after.get((code, path), 0) > before.get((code, path), 0)
