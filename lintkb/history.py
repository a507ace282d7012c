"""What became of files that are not there any more."""

from collections.abc import Container, Iterable
from typing import NamedTuple


class Departure(NamedTuple):
    """A commit that took a file away from its path: to `new`, or nowhere. `date` is its day: YYYY-MM-DD."""

    old: str
    new: str | None
    commit: str
    date: str


class Fate(NamedTuple):
    """What became of a file, in words to stand behind a colon, and where it is `now`; None when it is not there any more."""

    told: str
    now: str | None


def fates(departures: Iterable[Departure], there: Container[str]) -> dict[str, Fate]:
    """What became of each path that is not `there`, from all departures, the last one first.

    Of several departures from one path the last counts. A file is followed from name to name until one that is there.
    """
    found: dict[str, Fate] = {}
    for old, new, commit, date in departures:
        now = new if new is not None and new in there else None
        fate = found.get(new) if new is not None and now is None else None
        what = "deleted" if new is None else f"renamed to {new}"
        found.setdefault(old, fate or Fate(f"{what} in {commit} ({date})", now))
    return {path: fate for path, fate in found.items() if path not in there}
