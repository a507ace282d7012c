"""Repair: choose fixes, apply them in memory, check again until nothing changes, verify, and only then write."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from lintkb.diagnostics import Applicability, Diagnostic, Edit, Fix
from lintkb.digests import content_digest
from lintkb.engine import Session
from lintkb.report import RUN_EXIT_CODES, KnowledgeBaseReport
from lintkb.text import Span, decode
from lintkb.writing import NotWritten, write_note

MAX_PASSES = 10


@dataclass(slots=True)
class Outcome:
    """What fixing one knowledge base came to.

    `changed` holds old and new bytes by path, `applied` the diagnostics whose fix stands, `failed` those whose fix was
    taken back, with the reason. `before` is what was found before the fixes, `report` what is found after them.
    """

    before: KnowledgeBaseReport
    report: KnowledgeBaseReport
    changed: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    applied: list[Diagnostic] = field(default_factory=list)
    failed: list[tuple[Diagnostic, str]] = field(default_factory=list)


def fix(session: Session, level: Applicability, editable: Container[str] | None = None) -> Outcome:
    """Apply every fix of at least `level` to the selected notes, or those of them that are `editable`, to a fixed point.

    Nothing is written, only replaced in the session.

    A pass applies fixes that do not overlap; the others wait for the next one. A fix that does not hold (its finding is
    still there, the note cannot be read any more) is taken back with all that was done to its note in that pass; a note
    whose fixes come to no end gets its first content back. Such notes are then left alone.
    """
    report = session.judge()
    outcome = Outcome(report, report)
    histories: dict[str, list[bytes]] = {}
    given_up: set[str] = set()
    mendable = {path for path in session.selected if editable is None or path in editable}
    for number in range(MAX_PASSES + 1):
        chosen = _choose(outcome.report.diagnostics, level, mendable, given_up)
        if not chosen:
            break
        for path in {edit.path for item in chosen for edit in item.fixes[0].edits} - set(histories):
            data = session.read_bytes(path)
            if content_digest(data) == session.results[path].digest:
                histories[path] = [data]
        stale = [item for item in chosen if any(edit.path not in histories for edit in item.fixes[0].edits)]
        if stale:  # the spans are those of other bytes
            outcome.failed += [(item, "the note was changed while lintkb ran") for item in stale]
            given_up |= {edit.path for item in stale for edit in item.fixes[0].edits}
            continue
        edits = _by_path(chosen)
        new = {path: _apply(histories[path][-1], edits[path]) for path in edits}
        endless = {path for path in new if new[path] in histories[path] or number == MAX_PASSES}
        readable = {path for path in new if _readable(session, path)}
        session.replace({path: data for path, data in new.items() if path not in endless})
        lost = frozenset(path for path in readable if not _readable(session, path))
        after = session.judge()
        bad = [(item, "its fixes come to no end") for item in chosen if _touches(item.fixes[0], endless)]
        bad += _not_held(
            outcome.report, after, [item for item in chosen if not _touches(item.fixes[0], endless)], edits, lost
        )
        undone = _spread({edit.path for item, _ in bad for edit in item.fixes[0].edits}, chosen)
        for path in undone:
            del histories[path][1 if path in endless else len(histories[path]) :]
        outcome.applied = [item for item in outcome.applied if not _touches(item.fixes[0], endless)]
        outcome.applied += [item for item in chosen if not _touches(item.fixes[0], undone)]
        outcome.failed += bad
        given_up |= undone
        for path in set(new) - undone:
            histories[path].append(new[path])
        if undone:
            session.replace({path: histories[path][-1] for path in undone})
            after = session.judge()
        outcome.report = after
    for path, history in sorted(histories.items()):
        if history[-1] != history[0]:
            outcome.changed[path] = (history[0], history[-1])
    return outcome


def _spread(paths: set[str], chosen: Iterable[Diagnostic]) -> set[str]:
    """The notes that must be undone together with `paths`: a fix is whole or not at all."""
    grown = set(paths)
    while True:
        more = {edit.path for item in chosen if _touches(item.fixes[0], grown) for edit in item.fixes[0].edits} - grown
        if not more:
            return grown
        grown |= more


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
        if any(edit.path not in selected or edit.path in given_up or not _writable(edit.text) for edit in edits):
            continue
        if any(_meets(edit.span, taken.get(edit.path, [])) for edit in edits):
            continue
        for edit in edits:
            insort(taken.setdefault(edit.path, []), edit.span)
        chosen.append(item)
    return chosen


def _meets(span: Span, taken: list[Span]) -> bool:
    """Whether a span overlaps one of those that are taken, which are sorted and overlap nowhere: a neighbour, then."""
    at = bisect_left(taken, span)
    return any(_overlaps(span, other) for other in taken[max(at - 2, 0) : at + 2])


def _writable(text: str) -> bool:
    """Whether the text can be written as UTF-8: an escape in YAML or in a rule may name half a character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


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
    made = ((edit.span, edit.text if "\r" in edit.text else edit.text.replace("\n", source.newline)) for edit in edits)
    return source.edited(made).encode()


def _readable(session: Session, path: str) -> bool:
    facts = session.results[path].facts
    return facts is not None and facts.readable


def _not_held(
    before: KnowledgeBaseReport,
    after: KnowledgeBaseReport,
    chosen: Iterable[Diagnostic],
    edits: dict[str, list[Edit]],
    lost: frozenset[str],
) -> list[tuple[Diagnostic, str]]:
    """The applied fixes that must be taken back, with the reason.

    A fix may uncover other findings, even of its own rule elsewhere in the note; its own finding must be gone, and no note
    may have become unreadable: those are `lost`, and those of which the run says so.
    """
    was = {(item.rule, item.path) for item in before.diagnostics if item.rule in RUN_EXIT_CODES}
    told = {
        item.path for item in after.diagnostics if item.rule in RUN_EXIT_CODES and (item.rule, item.path) not in was
    }
    lost |= told
    there = {(item.rule, item.path, item.subject, item.message, item.span.start) for item in after.diagnostics}
    shifts = {path: _Shift(own) for path, own in edits.items()}
    bad = []
    for item in chosen:
        spoilt = sorted(lost.intersection(edit.path for edit in item.fixes[0].edits))
        places = shifts[item.path](item.span.start) if item.path in shifts else {item.span.start}
        if spoilt:
            bad.append((item, f"{spoilt[0]} could not be read any more"))
        elif not _deletes(item) and any(
            (item.rule, item.path, item.subject, item.message, start) in there for start in places
        ):
            bad.append((item, "the finding was still there"))
    return bad


def _deletes(item: Diagnostic) -> bool:
    """Whether a fix takes away all that its finding is about; what is found there afterwards is something else."""
    return any(
        not edit.text and edit.span.start <= item.span.start < item.span.end <= edit.span.end
        for edit in item.fixes[0].edits
    )


class _Shift:
    """Where an offset lies after the edits of one note."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        ordered = sorted(edits, key=lambda edit: edit.span)
        self.spans = [edit.span for edit in ordered]
        self.ends = [edit.span.end for edit in ordered]
        self.sums = [0, *accumulate(len(edit.text) - (edit.span.end - edit.span.start) for edit in ordered)]

    def __call__(self, offset: int) -> set[int]:
        """The new offset; two where something is inserted right there, which may have moved it or not."""
        first, last = bisect_left(self.ends, offset), bisect_right(self.ends, offset)
        if first < last and self.spans[first].start < offset:  # what is replaced before it has moved it
            first += 1
        return {offset + self.sums[first], offset + self.sums[last]}


def write(session: Session, outcome: Outcome) -> dict[str, str]:
    """Write the repaired notes. Gives those that could not be written with the reason; they keep content and findings."""
    refused = {}
    for path, (old, new) in outcome.changed.items():
        try:
            write_note(session.root / path, old, new)
        except NotWritten as error:
            refused[path] = str(error)
    if refused:
        session.replace({path: outcome.changed[path][0] for path in refused})
        outcome.report = session.judge()
        outcome.applied = [item for item in outcome.applied if item.path not in refused]
        outcome.changed = {path: pair for path, pair in outcome.changed.items() if path not in refused}
    return refused
