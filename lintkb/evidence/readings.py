"""What a written time may have meant: the errors that notes are known to have, and no others."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lintkb.clock import format_clock
from lintkb.evidence.passages import Cited
from lintkb.evidence.terms import HOURS, LABEL, SHIFTED, SLIP, TENS

HOUR = 3600
_FIELDS = re.compile(r"\d{1,4}")


class Reading(NamedTuple):
    """One reading of a written time: its kind and its second; `until` is later when it only says between when and when."""

    kind: str
    seconds: int
    until: int


def readings(cited: Cited, end: float) -> Iterator[Reading]:
    """The readings of a written time up to the `end` of the recording, other than as it is written; no time twice.

    The slips come last.
    """
    named = named_readings(cited, end)
    yield from named
    seconds = cited.time.seconds
    if seconds is not None:
        seen = {seconds, *(reading.seconds for reading in named)}
        for slip in _slips(seconds):
            if 0 <= slip <= end and slip not in seen:
                seen.add(slip)
                yield _exact(SLIP, slip)


def named_readings(cited: Cited, end: float) -> tuple[Reading, ...]:
    """Those that are no slips."""
    time, label = cited.time, cited.label
    return _named(time.text, time.seconds, label.seconds if label is not None else None, end)


@lru_cache(maxsize=1 << 14)
def _named(text: str, seconds: int | None, label: int | None, end: float) -> tuple[Reading, ...]:
    seen = {seconds}
    found = []
    for reading in _all(text, seconds, label):
        if 0 <= reading.seconds <= end and (reading.until > reading.seconds or reading.seconds not in seen):
            seen.add(reading.seconds)
            found.append(reading)
    return tuple(found)


def _all(text: str, seconds: int | None, label: int | None) -> Iterator[Reading]:
    if ":" not in text and seconds is not None:
        text = format_clock(seconds)  # the seconds of an address
    fields = [int(field) for field in _FIELDS.findall(text)]
    if len(fields) >= 3 and fields[1] < 60 and (fields[0] or fields[2] in (0, fields[1])):
        yield _exact(SHIFTED, fields[0] * 60 + fields[1])
    if label is not None:
        yield _exact(LABEL, label)
    if seconds is None:
        return
    yield _exact(HOURS, seconds - HOUR)
    yield _exact(HOURS, seconds - 2 * HOUR)
    yield _exact(HOURS, seconds - 3 * HOUR)
    if len(fields) == 3 and fields[0]:
        tens, minutes, rest = fields
        if minutes % 10 < 6:
            yield _exact(TENS, tens * 600 + minutes // 10 * 60 + minutes % 10 * 10 + rest // 10)
        yield Reading(TENS, tens * 600, tens * 600 + 600)


def _exact(kind: str, seconds: int) -> Reading:
    return Reading(kind, seconds, seconds)


def _slips(seconds: int) -> Iterator[int]:
    """The times with another digit of the hours or minutes, or with two neighbouring digits swapped."""
    hours, minutes, rest = seconds // HOUR, seconds // 60 % 60, seconds % 60
    for digit in range(10):
        yield hours * HOUR + (minutes // 10 * 10 + digit) * 60 + rest
        if digit < 6:
            yield hours * HOUR + (digit * 10 + minutes % 10) * 60 + rest
        yield (hours // 10 * 10 + digit) * HOUR + minutes * 60 + rest
    if hours < 100:
        digits = f"{hours:02d}{minutes:02d}{rest:02d}"
        for at in range(5):
            swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
            if swapped[2] < "6" and swapped[4] < "6":
                yield int(swapped[:2]) * HOUR + int(swapped[2:4]) * 60 + int(swapped[4:])
