"""`lintkb sources`: what is known of the recordings that notes cite."""

import argparse
import json
import sys
from collections.abc import Iterator

from lintkb.cli.common import print_pieces, read_telling, reading_options, tell_failures
from lintkb.clock import format_clock
from lintkb.engine import Session, open_sessions
from lintkb.evidence.account import Account, NoteAccount
from lintkb.evidence.terms import HOURS, SHIFTED, TENS
from lintkb.reporters.safe import runner_safe, safe, safe_line
from lintkb.reporters.text import count

_USES = {
    "used": "fits",
    "moved": "fits by another clock",
    "unsure": "is used, though too few sentences can tell whether it fits",
    "foreign": "does not fit, and is not used",
    "none": "no transcript",
}
_WEIGHED = ("used", "moved", "unsure")
_REGIMES = {
    SHIFTED: "minutes and seconds in the places of hours and minutes",
    HOURS: "hours too late",
    TENS: "tens of minutes in the place of hours",
    "unknown": "most of them wrong",
}


def run(arguments: argparse.Namespace) -> int:
    """Print what is known of each recording; the exit code is that of what could not be read or weighed, else 0."""
    options = reading_options(arguments)
    sessions = open_sessions(arguments.paths or ["."], options)
    code = max(map(read_telling, sessions), default=0)
    results = [(session, result) for session in sessions for result in session.recordings()]
    code = max([code, *(tell_failures(session, result.diagnostics) for session, result in results)])
    accounts = [(session, result.account) for session, result in results]
    accounts.sort(key=lambda one: not one[1].transcript)  # those without one are many, and say little
    if arguments.output_format == "json":
        data = [_data(session, account) for session, account in accounts]
        print_pieces(sys.stdout, iter([runner_safe(json.dumps(data, indent=1)) + "\n"]))
    else:
        print_pieces(sys.stdout, (safe_line(line) + "\n" for line in _lines(accounts)))
    return code


def _lines(accounts: list[tuple[Session, Account]]) -> Iterator[str]:
    for session, account in accounts:
        length = format_clock(account.seconds) if account.seconds else "unknown length"
        told = f" (as {safe(session.shown_path(account.told_by))} says)" if account.told_by else ""
        yield f"{safe(account.name)}  {length}{told}"
        if account.transcript:
            speakers = f", {safe(', '.join(account.speakers[:5]))}" if account.speakers else ""
            yield f"  {safe(session.shown_path(account.transcript))}: {count(account.cues, 'cue')}{speakers}"
        why = f": {safe(account.why)}" if account.why else ""
        yield f"  {_USES[account.use]}{why}"
        for note in account.notes:
            yield f"    {safe(session.shown_path(note.path))}: {_note(note, account)}"
    with_transcript = sum(account.use in ("used", "moved") for _, account in accounts)
    yield f"{count(len(accounts), 'recording')}, {with_transcript} with a transcript that fits."


def _note(note: NoteAccount, account: Account) -> str:
    times = count(note.times, "time")
    if account.use not in _WEIGHED:
        return times
    regime = f"; {_REGIMES[note.regime]}" if note.regime else ""
    return f"{times}, {note.heard} heard where cited{regime}"


def _data(session: Session, account: Account) -> dict[str, object]:
    return {
        "recording": account.name,
        "seconds": account.seconds or None,
        "transcript": session.shown_path(account.transcript) if account.transcript else None,
        "cues": account.cues,
        "speakers": list(account.speakers),
        "use": account.use,
        "why": account.why,
        "notes": [
            {
                "path": session.shown_path(note.path),
                "times": note.times,
                "heard": note.heard if account.use in _WEIGHED else None,
                "regime": note.regime or None,
            }
            for note in account.notes
        ],
    }
