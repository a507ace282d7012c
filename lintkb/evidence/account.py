"""What is known of a recording, for people."""

from typing import NamedTuple


class NoteAccount(NamedTuple):
    """A note that cites the recording: how many times it has, at how many of them what it says is heard, and what is wrong
    with it as a whole: a regime, `unknown` when no one error explains it, empty when it is trusted or nothing can be said.
    """

    path: str
    times: int
    heard: int
    regime: str


class Account(NamedTuple):
    """A recording: its transcript, the number of cues and the speakers in it, the seconds that it lasts and what says so.

    `use` is used, moved (by another clock), unsure (used, though too few sentences can tell), foreign (of something else),
    or none when there is no transcript; `why` says more.
    """

    name: str
    transcript: str = ""
    cues: int = 0
    speakers: tuple[str, ...] = ()
    seconds: int = 0
    told_by: str = ""
    use: str = "none"
    why: str = ""
    notes: tuple[NoteAccount, ...] = ()
