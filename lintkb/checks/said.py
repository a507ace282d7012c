"""What was said in a recording, as findings show it."""

from collections.abc import Iterable

from lintkb.clock import format_clock
from lintkb.diagnostics import Related
from lintkb.evidence.recording import Recording

NEAR = 30  # seconds behind a place in which a passage that is said there goes on
_EXCERPT = 160  # characters of what was said


def listed(words: Iterable[str]) -> str:
    """Words of a sentence that are said somewhere, as the subject of a clause."""
    return f"`{', '.join(words)}`" if words else "it"


def shown_cue(recording: Recording, seconds: int, what: str, words: Iterable[str] = ()) -> tuple[Related, ...]:
    """What is said at some second, and its place in the transcript; of a long cue the part with the `words`."""
    transcript = recording.transcript
    if transcript is None or (near := transcript.cues_at(seconds, NEAR)) == ():
        return ()
    words = tuple(words)
    cue = max(near, key=lambda one: sum([word in one.text for word in words]))  # the first of equals
    at = max(0, min((cue.text.find(word) for word in words if word in cue.text), default=-1))
    if not words and cue.end > cue.start:
        at = int(len(cue.text) * min(1.0, (seconds - cue.start) / (cue.end - cue.start)))
    who = f"{cue.speaker}, " if cue.speaker else ""
    message = f"{what} ({who}{format_clock(int(cue.start))}): {_excerpt(cue.text, at)}"
    return (Related(transcript.path, cue.span, message),)


def _excerpt(text: str, at: int) -> str:
    """Some words of a text around a place in it."""
    start = 0 if at < _EXCERPT // 2 else text.find(" ", at - _EXCERPT // 3) + 1
    part = text[start : start + _EXCERPT]
    end = part.rfind(" ") if start + _EXCERPT < len(text) else len(part)
    return (
        f"{'... ' if start else ''}{part[:end] if end > 0 else part}{' ...' if start + len(part) < len(text) else ''}"
    )
