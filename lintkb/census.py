"""What the notes come to, as far as what is found in one depends on all: counted, so that a few can be counted anew."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lintkb.digests import digest
from lintkb.results import Entry

_LIMIT = 2**128


class Asked(NamedTuple):
    """What notes of so many words or more are asked for where it is a custom: `source` or `frontmatter`."""

    what: str
    least: int


class Census(NamedTuple):
    """What stands for all that other notes may depend on, and how many notes `asked` for things there are, and have them.

    `visible` is a sum of digests, whatever the order of the notes.
    """

    visible: int
    asked: tuple[int, ...]
    having: tuple[int, ...]

    @classmethod
    def of(cls, entries: Mapping[str, Entry], customs: Iterable[Asked]) -> "Census":
        """That of some notes."""
        parts = (f"{path}\0{entry.public}".encode("utf-8", "surrogatepass") for path, entry in entries.items())
        visible = sum(int(digest(part), 16) for part in parts) % _LIMIT
        counts = []
        for what, least in customs:
            long = [entry.has for entry in entries.values() if entry.words >= least]
            counts.append((len(long), sum(what in has for has in long)))
        return cls(visible, tuple(asked for asked, _ in counts), tuple(having for _, having in counts))

    def changed(self, before: "Census", now: "Census") -> "Census":
        """That of all notes when some come to something else now. Raises ValueError where they were asked for others."""
        visible = (self.visible - before.visible + now.visible) % _LIMIT
        return Census(
            visible, _moved(self.asked, before.asked, now.asked), _moved(self.having, before.having, now.having)
        )


def _moved(counts: Iterable[int], before: Iterable[int], now: Iterable[int]) -> tuple[int, ...]:
    return tuple(count - were + are for count, were, are in zip(counts, before, now, strict=True))
