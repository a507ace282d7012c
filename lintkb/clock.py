"""Times of day on a recording: HH:MM:SS and seconds."""

from typing import Any

from lintkb import lazy_re as re

MAX_SECONDS = 10**9
_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d):([0-5]\d)", re.ASCII)
_ISO_DURATION = re.compile(r"P(?:(\d{1,5})D)?T?(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?", re.ASCII)
_OFFSET = re.compile(r"(?=\d)(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,8})(?:\.\d{0,6})?s?)?", re.ASCII | re.IGNORECASE)
_SHORT_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)", re.ASCII)


def parse_clock(text: str, *, short: bool) -> int | None:
    """Seconds of `HH:MM:SS` or `H:MM:SS`, and of `MM:SS` where `short` allows it; None for anything else."""
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = map(int, match.groups())
        return hours * 3600 + minutes * 60 + seconds
    if short and (match := _SHORT_CLOCK.fullmatch(text)):
        return int(match[1]) * 60 + int(match[2])
    return None


def clock_seconds(clock: str) -> int:
    """Seconds of what is known to be `HH:MM:SS`."""
    return int(clock[:2]) * 3600 + int(clock[3:5]) * 60 + int(clock[6:])


def parse_offset(text: str) -> int | None:
    """Seconds of a time as addresses have it: `441`, `441s`, `7m21s`, `1h2m`, or a clock; None for anything else."""
    if match := _OFFSET.fullmatch(text):
        hours, minutes, seconds = (int(group or 0) for group in match.groups())
        return hours * 3600 + minutes * 60 + seconds
    return parse_clock(text, short=True)


def parse_shifted(text: str) -> int | None:
    """Seconds of a clock with its minutes and seconds in the places of hours and minutes, `07:21:00` for 7:21."""
    return parse_clock("00:" + text.removesuffix(":00"), short=False) if text.endswith(":00") else None


def format_clock(seconds: int) -> str:
    """Seconds as `HH:MM:SS`."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def read_duration(value: Any) -> int | None:
    """Seconds of a duration: a number, `HH:MM:SS`, `MM:SS`, or ISO 8601 such as `PT1H27M`."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if 0 < value < MAX_SECONDS else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text) or None
    if (seconds := parse_clock(text, short=True)) is not None:
        return seconds or None
    match = _ISO_DURATION.fullmatch(text.upper())
    if match is None:
        return None
    days, hours, minutes, rest = (int(group or 0) for group in match.groups())
    return (days * 24 + hours) * 3600 + minutes * 60 + rest or None
