"""Checks on whether cited times are right: against what was said, against each other, against the end of the recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from lintkb.checks.base import Params, SourceContext, peers_check, source_check
from lintkb.checks.said import listed, shown_cue
from lintkb.clock import format_clock, parse_shifted
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Related
from lintkb.evidence.recording import TAIL, Recording
from lintkb.evidence.terms import FOUND, HOURS, IMPOSSIBLE, LABEL, PLAUSIBLE, PROVED, SHIFTED, SLIP, TENS, UNSUPPORTED
from lintkb.sections import Field
from lintkb.source.citations import Time
from lintkb.source.note import Note
from lintkb.text import Span

if TYPE_CHECKING:
    from lintkb.evidence.passages import Cited
    from lintkb.evidence.peers import Conflict
    from lintkb.evidence.weigh import Verdict, Weighing

_MISREAD = {
    SHIFTED: "minutes and seconds stand in the places of hours and minutes",
    HOURS: "it is whole hours too late",
    TENS: "tens of minutes stand in the place of hours",
    LABEL: "the time that is shown is the right one",
    SLIP: "a digit is wrong",
}
_MISREAD_ALL = {**_MISREAD, HOURS: "they are whole hours too late"}
_MOST_SHOWN, _ENOUGH_WORDS = 5, 3
# What stands before an entry of a list, a log or a table.
_LINE_STARTS = " \t>|*+-([0123456789.:)]"
_DAY = 24 * 3600


def _edits(note: Note, cited: Cited, seconds: int) -> tuple[Edit, ...]:
    """What makes a citation cite another second: its time and the copy that is shown; nothing where that is not clear."""
    citation = note.citations[cited.citation]
    text = format_clock(seconds)
    own = cited.time
    if not own.text or citation.faults:
        return ()
    if citation.form == "bare" and own.role == "text":
        return (Edit(note.path, own.span, text),)
    if citation.form == "anchor" and own.role == "anchor":
        labels = [time.span for time in citation.times if time.role == "label"]
        return tuple(Edit(note.path, span, text) for span in (own.span, *labels)) if len(labels) < 2 else ()
    shown = [time.span for time in citation.times if time.role == "text"]
    if citation.form == "link" and own.role == "address" and own.text.isdigit() and len(shown) < 2:
        return *(Edit(note.path, span, text) for span in shown), Edit(note.path, own.span, str(seconds))
    return ()  # other addresses may hold a time that is not understood, and dialects have their own way of writing


def _said(note: Note, weighing: Weighing, at: int, seconds: int) -> list[str]:
    """The words of a passage that are said at a place, those that tell most of it."""
    from lintkb.evidence.words import telling_words

    cited = weighing.note[at]
    return telling_words(note.prose[slice(*cited.span)], weighing.recording.heard_at(cited.words, seconds))


def _fix(note: Note, verdict: Verdict, why: str) -> tuple[Fix, ...]:
    """Write the time that was meant, where it is known."""
    if verdict.proposed is None or verdict.repair not in (PROVED, PLAUSIBLE):
        return ()
    edits = _edits(note, verdict.cited, verdict.proposed.seconds)
    if not edits:
        return ()
    level = Applicability.SAFE if verdict.repair == PROVED else Applicability.UNSAFE
    return (Fix(f"write {format_clock(verdict.proposed.seconds)}: {why}", edits, level),)


def _weighing(note: Note, recording: Recording) -> Weighing | None:
    return recording.weighings.get(note.path)


def _is_about(note: Note, recording: Recording) -> bool:
    """Whether the times of a note may be those of a recording; a log or a schedule begins its lines with times of day."""
    times = (time for citation in note.citations for time in citation.times)
    if recording.name or any(citation.form != "bare" for citation in note.citations):
        return True
    if any(time.seconds is not None and time.seconds >= _DAY for time in times):
        return True
    first: dict[int, int] = {}  # in each line, the citation that comes first
    for citation in note.citations:
        first.setdefault(note.source.position(citation.span.start).line, citation.span.start)
    return any(note.text[note.source.line_starts[line - 1] : at].strip(_LINE_STARTS) for line, at in first.items())


@source_check("timestamp-bounds")
def timestamp_bounds(note: Note, context: SourceContext) -> Iterator[Finding]:
    """Times beyond the end of the recording, or beyond any recording when its length is not known."""
    recording = context.recording
    weighing = _weighing(note, recording)
    if weighing is not None and not weighing.trusted:
        return  # what is wrong with all of them has been told
    length = recording.length(note)
    bound = length.seconds if length is not None else context.settings.times.max
    if max(note.cited_seconds, default=0) <= bound or (length is None and not _is_about(note, recording)):
        return
    verdicts = (
        {one.cited.time.span: (at, one) for at, one in enumerate(recording.verdicts(note.path))} if weighing else {}
    )
    agreed: dict[Span, Conflict] | None = None
    for citation in note.citations:
        beyond = [time for time in citation.times if time.seconds is not None and time.seconds > bound]
        if any(time.role in ("anchor", "address") for time in citation.times):
            beyond = beyond[:1]  # what it shows is the same time, or another rule's finding
        for time in beyond:
            related: tuple[Related, ...] = ()
            if length is None:
                message = (
                    f"{time.text} lies beyond {format_clock(bound)} (`times.max`); nothing says that it lasts so long"
                )
            else:
                message = f"{time.text} lies beyond the end of the recording, "
                message += (
                    f"of which nothing is heard after {format_clock(length.seconds - TAIL)}"
                    if length.at_least
                    else f"which lasts {format_clock(length.seconds)}"
                )
                related = (Related(length.path, length.span, "the last words" if length.at_least else "its duration"),)
            fixes: tuple[Fix, ...] = ()
            remedy = ""
            at, verdict = verdicts.get(time.span, (0, None))
            if weighing is not None and verdict is not None and verdict.proposed is not None:
                said = _said(note, weighing, at, verdict.proposed.seconds)
                fixes = _fix(note, verdict, f"{listed(said)} is said there")
                related += shown_cue(recording, verdict.proposed.seconds, "where it is said", said) if fixes else ()
                remedy = "" if fixes else _remedy(time, bound, known=length is not None)
            else:
                agreed = _agreed(recording, note) if agreed is None else agreed
                if (conflict := agreed.get(time.span)) is not None:
                    fixes = _agreed_fix(note, conflict, bound)
                    related += (_peer(conflict),)
                else:
                    remedy = _remedy(time, bound, known=length is not None)
            yield Finding(time.span, message, time.text, related, fixes, remedy)


def _remedy(time: Time, bound: int, *, known: bool) -> str:
    """The commonest cause, where the time looks like it, else how to allow it."""
    shifted = parse_shifted(time.text)
    if shifted is not None and shifted <= bound:
        return f"if minutes and seconds stand in the places of hours and minutes, {format_clock(shifted)} is meant"
    return "" if known else "if it is, give the note its `duration`, or raise `times.max`"


def _peer(conflict: Conflict) -> Related:
    other = conflict.shared.other.time
    return Related(conflict.shared.path, other.span, f"another note cites {other.text} for the same")


def _agreed(recording: Recording, note: Note) -> dict[Span, Conflict]:
    """By their places, the times of a note that agree with another note's when they are read otherwise."""
    several = recording.conflicts.get(note.path, ())
    return {one.shared.own.time.span: one for one in several if one.reading is not None}


def _agreed_fix(note: Note, conflict: Conflict, bound: int) -> tuple[Fix, ...]:
    """Write a time as it has to be read to agree with another note's; only what it says now cannot be is proof enough."""
    if conflict.reading is None:
        return ()
    edits = _edits(note, conflict.shared.own, conflict.reading.seconds)
    title = (
        f"write {format_clock(conflict.reading.seconds)}: {_MISREAD[conflict.reading.kind]}, and another note agrees"
    )
    proved = conflict.reading.kind == SHIFTED and (conflict.shared.own.time.seconds or 0) > bound
    return (Fix(title, edits, Applicability.SAFE if proved else Applicability.UNSAFE),) if edits else ()


@source_check("misread-times", needs=["given"])
def misread_times(note: Note, context: SourceContext) -> Iterator[Finding]:
    """A note most of whose times are wrong, and why; told once."""
    recording = context.recording
    weighing = _weighing(note, recording)
    if weighing is None or weighing.trusted:
        return
    wrong = {
        at: one
        for at, one in enumerate(recording.verdicts(note.path))
        if one.verdict in (UNSUPPORTED, IMPOSSIBLE) or one.repair == PROVED
    }
    if not wrong:
        return
    times = len(weighing.note)
    named = {at: one for at, one in wrong.items() if one.reading == weighing.regime} if weighing.regime else {}
    first = next(iter((named or wrong).values()))
    if weighing.regime:
        message = f"{len(named)} of {times} times are misread: {_MISREAD_ALL[weighing.regime]}"
        if first.proposed is not None and weighing.regime != TENS:
            message += f" ({first.cited.time.text} for {format_clock(first.proposed.seconds)})"
        if len(wrong) > len(named):
            message += f"; {len(wrong) - len(named)} more are wrong"
    else:
        heard = round(weighing.heard * times)
        message = f"{len(wrong)} of {times} times are wrong, and no one error explains them"
    yield Finding(
        span=first.cited.time.span,
        message=message,
        subject=weighing.regime or "times",
        related=_shown(note, recording, weighing, named or wrong),
        fixes=_fix_all(note, wrong.values()),
        help=""
        if weighing.regime
        else f"what is cited is said at the cited time in {heard} cases; cite the recording anew",
    )


def _shown(
    note: Note, recording: Recording, weighing: Weighing, verdicts: Mapping[int, Verdict]
) -> tuple[Related, ...]:
    found: list[Related] = []
    for at, one in verdicts.items():
        if len(found) < _MOST_SHOWN and one.proposed is not None and one.repair in (PROVED, PLAUSIBLE):
            said = _said(note, weighing, at, one.proposed.seconds)
            found += shown_cue(recording, one.proposed.seconds, f"what {one.cited.time.text} cites is said here", said)
    return tuple(found)


def _fix_all(note: Note, verdicts: Iterable[Verdict]) -> tuple[Fix, ...]:
    """One fix for all times whose repair is proved, and one for those for which it is only likely."""
    fixes = []
    for repair, level, why in (
        (PROVED, Applicability.SAFE, "the transcript proves"),
        (PLAUSIBLE, Applicability.UNSAFE, "the transcript suggests"),
    ):
        edits: dict[Span, Edit] = {}
        count = 0
        for one in verdicts:
            if one.repair == repair and one.proposed is not None:
                own = _edits(note, one.cited, one.proposed.seconds)
                count += bool(own)
                edits.update((edit.span, edit) for edit in own)
        if edits:
            title = f"rewrite {count} time{'s' if count > 1 else ''} as {why}"
            fixes.append(Fix(title, tuple(edits[span] for span in sorted(edits)), level))
    return tuple(fixes)


@source_check("unsupported-time", needs=["given"])
def unsupported_time(note: Note, context: SourceContext) -> Iterator[Finding]:
    """A time at which nothing like the sentence is said, while it clearly is said elsewhere."""
    recording = context.recording
    weighing = _weighing(note, recording)
    if weighing is None or not weighing.trusted:
        return
    for at, verdict in enumerate(recording.verdicts(note.path)):
        if verdict.verdict != UNSUPPORTED:
            continue
        cited, seconds = verdict.cited, verdict.cited.time.seconds or 0
        place = verdict.proposed if verdict.repair in (PROVED, PLAUSIBLE) else next(iter(verdict.places), None)
        message = f"nothing like this is said at {cited.time.text}"
        related = shown_cue(recording, seconds, "what is said there")
        why = ""
        if place is not None:
            said = _said(note, weighing, at, place.seconds)
            why = f"{listed(said)} is said there"
            if len(said) >= _ENOUGH_WORDS:
                message += f"; {listed(said)} is said at {format_clock(place.seconds)}"
            else:
                message += f"; most like it is what is said at {format_clock(place.seconds)}"
            related += shown_cue(recording, place.seconds, "where it is said", said)
        if verdict.reading not in ("", FOUND) and verdict.repair in (PROVED, PLAUSIBLE):
            message += f": {_MISREAD[verdict.reading]}"
        yield Finding(
            span=cited.time.span,
            message=message,
            subject=cited.time.text,
            related=related,
            fixes=_fix(note, verdict, why),
        )


class ConflictParams(Params):
    """`min_apart`: seconds between the times of two notes for one moment that are overlooked."""

    min_apart: int = Field(default=300, ge=60)


@peers_check("conflicting-times", ConflictParams)
def conflicting_times(note: Note, context: SourceContext) -> Iterator[Finding]:
    """A sentence that another note of the recording has too, at quite another time."""
    recording = context.recording
    told: set[Span] = set()
    if _weighing(note, recording) is not None:
        return  # what was said decides
    length = recording.length(note)
    bound = length.seconds if length is not None else context.settings.times.max
    for conflict in recording.conflicts.get(note.path, ()):
        shared = conflict.shared
        own, other = shared.own, shared.other
        if own.time.span in told or shared.apart < context.params.min_apart or (own.time.seconds or 0) > bound:
            continue
        told.add(own.time.span)
        message = f"{own.time.text} here, and {other.time.text} for the same in {shared.path}"
        if conflict.reading is not None:
            message += f": {_MISREAD[conflict.reading.kind]}"
        yield Finding(
            span=own.time.span,
            message=message,
            subject=f"{own.time.text} {other.time.text}",
            related=(_peer(conflict),),
            fixes=_agreed_fix(note, conflict, bound),
        )


class RoundedParams(Params):
    """`share`: of a note's times, those that may end in :00, in percent; `min_times`: notes with fewer are left alone."""

    share: int = Field(default=50, ge=10, le=100)
    min_times: int = Field(default=8, ge=4)


@source_check("rounded-times", RoundedParams)
def rounded_times(note: Note, context: SourceContext) -> Iterator[Finding]:
    """A note many of whose times are whole minutes: rounded, or minutes and seconds written as hours and minutes."""
    recording, params = context.recording, context.params
    whole = [second for second in note.cited_seconds if not second % 60]
    if 100 * len(whole) < params.share * params.min_times:
        return  # as in nearly all notes, whatever these times are for
    weighing = _weighing(note, recording)
    if weighing is not None and not weighing.trusted:
        return  # what is wrong with them has been told
    length = recording.length(note)
    # What lies behind it has been told of, too.
    bound = length.seconds if length is not None else context.settings.times.max
    times = [
        time
        for citation in note.citations
        for time in citation.times
        if time.role in ("anchor", "text") and time.seconds is not None and time.seconds <= bound
    ]
    rounded = [time for time in times if time.seconds is not None and time.seconds % 60 == 0]
    if len(times) < params.min_times or 100 * len(rounded) < params.share * len(times):
        return
    if length is None and not _is_about(note, recording):
        return
    yield Finding(
        span=rounded[0].span,
        message=f"{len(rounded)} of {len(times)} times are whole minutes; by chance it were one in sixty",
        subject="rounded",
        help="they are rounded, or minutes and seconds stand in the places of hours and minutes; cite the second",
    )


CHECKS = (timestamp_bounds, misread_times, unsupported_time, conflicting_times, rounded_times)
