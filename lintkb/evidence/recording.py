"""A recording: the notes that cite it and what is known of what was said in it."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from lintkb.settings import Settings
from lintkb.source.note import Note
from lintkb.source.transcripts import Transcript, TranscriptError, read_transcript


class Trouble(NamedTuple):
    """Why a file that should say what was said is not used."""

    path: str
    reason: str


class Account(NamedTuple):
    """What is known of a recording, for people: its transcript, the seconds that it lasts, and how many citations by note."""

    name: str
    transcript: str
    cues: int
    duration: float
    trouble: str
    cited: tuple[tuple[str, int], ...]


class Recording:
    """What rules on cited times may ask. Everything is computed when it is first asked for, once for all of its notes."""

    def __init__(
        self,
        name: str,
        notes: Mapping[str, Note],
        transcript: Transcript | None = None,
        troubles: tuple[Trouble, ...] = (),
        reported: str = "",
    ) -> None:
        """`notes` are all that cite it, by path in path order; `reported` is the note that speaks for all of them."""
        self.name = name
        self.notes = notes
        self.transcript = transcript
        self.troubles = troubles
        self.reported = reported

    def account(self) -> Account:
        """What is known of it, for people."""
        transcript = self.transcript
        return Account(
            self.name,
            transcript.path if transcript else "",
            len(transcript.cues) if transcript else 0,
            transcript.end if transcript else 0.0,
            "; ".join(f"{trouble.path}: {trouble.reason}" for trouble in self.troubles),
            tuple((path, len(note.citations)) for path, note in self.notes.items()),
        )


def read_recording(
    name: str,
    notes: Mapping[str, Note],
    sources: Sequence[str],
    read: Callable[[str], bytes],
    settings: Settings,
    reported: str,
) -> Recording:
    """The recording that `notes` cite, from the first of its `sources` that can be read. Nothing is raised."""
    troubles = []
    for path in sources:
        try:
            data = read(path)
            if len(data) > settings.max_size:
                raise TranscriptError(f"larger than `max-size` allows ({settings.max_size:,} bytes)")
            transcript = read_transcript(path, data)
        except OSError as error:
            troubles.append(Trouble(path, f"cannot be read: {error.strerror or error}"))
        except TranscriptError as error:
            troubles.append(Trouble(path, str(error)))
        else:
            return Recording(name, notes, transcript, tuple(troubles), reported)
    return Recording(name, notes, None, tuple(troubles), reported)
