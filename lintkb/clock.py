"""Times of day on a recording: HH:MM:SS and seconds."""

import re

_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)", re.ASCII)
_SHORT_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)", re.ASCII)


def parse_clock(text: str, *, short: bool) -> int | None:
    """Seconds of `HH:MM:SS` or `H:MM:SS`, and of `MM:SS` where `short` allows it; None for anything else."""
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = map(int, match.groups())
        return hours * 3600 + minutes * 60 + seconds
    if short and (match := _SHORT_CLOCK.fullmatch(text)):
        return int(match[1]) * 60 + int(match[2])
    return None


def format_clock(seconds: int) -> str:
    """Seconds as `HH:MM:SS`."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
