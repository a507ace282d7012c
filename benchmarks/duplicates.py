"""What duplicates cost, and what of them is found: 10,000 to 100,000 notes in which some are planted.

python benchmarks/duplicates.py [--sizes 10000 30000 100000] [--copies] [FOLDER]

Each size runs in a process of its own. Notes are generated and parsed there, which is not counted: counted are the
signatures, the search for copies, and the memory that this adds to the facts. Of a hundred notes one is another one again,
and two have a paragraph of another one; every other copy is word for word, in the rest up to five words in a hundred are
others. Every tenth note ends in the same footer, which is one cluster, and no pair. Per note nothing may grow: linear is a
ratio of 1.

With `--copies` all notes are one note, which is the worst that a knowledge base can be. With a folder, that is read instead.
"""

import argparse
import gc
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

SIZES = (10_000, 30_000, 100_000)
LIMIT = 1.3
LEAST = {"note": 50, "paragraph": 40}
PARAGRAPHS = 5
_SYLLABLES = "ba den gro fel kin lo mar nes po ras sil tur vel wim yar zo hem chi dra ste"
SYLLABLES = _SYLLABLES.split()


def vocabulary(chance: random.Random) -> tuple[list[str], list[float]]:
    """Words, and how often they are used, added up: a few very often, as in any language."""
    words = sorted({"".join(chance.choices(SYLLABLES, k=chance.randint(1, 3))) for _ in range(6000)})
    chance.shuffle(words)
    return words, list(accumulate(1 / rank for rank in range(3, len(words) + 3)))


class Garden:
    """Notes with planted copies, the same on every run. `planted` are the copies, with what they are copies of."""

    def __init__(self, size: int, *, copies: bool) -> None:
        self.size = size
        self.copies = copies
        self.chance = random.Random(11)
        self.words, self.weights = vocabulary(self.chance)
        self.planted: dict[tuple[str, str], str] = {}
        self.footer = self.paragraph()

    def paragraph(self) -> str:
        """A paragraph that stands nowhere else."""
        count = self.chance.randint(45, 70)
        return " ".join(self.chance.choices(self.words, cum_weights=self.weights, k=count)).capitalize() + "."

    def again(self, text: str) -> str:
        """The text, and every other time with some words changed."""
        if self.chance.random() < 0.5:
            return text
        words = text.split(" ")
        for _ in range(self.chance.randint(1, len(words) // 20)):
            words[self.chance.randrange(len(words))] = self.chance.choice(self.words)
        return " ".join(words)

    def notes(self) -> Iterator[tuple[str, str]]:
        """Paths, in order, and texts."""
        kept: list[tuple[str, list[str]]] = []  # some notes, to copy from
        same = [self.paragraph() for _ in range(PARAGRAPHS)]
        for number in range(self.size):
            path = f"beds{number // 100:04}/{number:06}.md"
            body = same if self.copies else [self.paragraph() for _ in range(PARAGRAPHS)]
            kind = self.chance.random()
            if not self.copies and kept and kind < 0.03:
                other, paragraphs = kept.pop()
                if kind < 0.01:
                    body = [self.again(paragraph) for paragraph in paragraphs]
                    self.planted["note", path] = other
                else:
                    body[2] = self.again(paragraphs[1])
                    self.planted["paragraph", path] = other
            elif number % 7 == 0 and len(kept) < 1000:
                kept.append((path, body))
            footer = [self.footer] if number % 10 == 0 else []
            yield path, f"---\ntitle: {number}\n---\n" + "\n\n".join([*body, *footer]) + "\n"


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(size: int, *, copies: bool) -> None:
    """Generate, sign and search in this process; print seconds and MB, and what was found."""
    from lintkb.evidence.clusters import Sketches
    from lintkb.evidence.duplicates import Duplicates
    from lintkb.facts import NoteFacts, gather_facts
    from lintkb.signatures import read_signatures
    from lintkb.source.note import Note
    from lintkb.text import SourceText

    garden = Garden(size, copies=copies)
    facts: list[NoteFacts] = []
    signing = 0.0
    for path, text in garden.notes():
        note = Note(path, SourceText(text))
        plain = gather_facts(note)
        started = time.process_time()
        signatures = read_signatures(note, LEAST)
        signing += time.process_time() - started
        facts.append(plain._replace(signatures=signatures))
    gc.collect()
    before = peak()
    started = time.process_time()
    duplicates = Duplicates.among(Sketches.of({note.path: note.signatures for note in facts}))
    searched = time.process_time() - started
    found = {
        (kind, note.path): {copy.original.path for copy in duplicates.of(kind, note.path) if copy.cluster.copies < 10}
        for note in facts
        for kind in LEAST
    }
    hits = sum(original in found[key] for key, original in garden.planted.items())
    others = sum(len(originals - {garden.planted.get(key, "")}) for key, originals in found.items())
    kept = sum(len(note.signatures) for note in facts) / 1e6
    print(signing, searched, kept, peak() - before, peak(), len(garden.planted), hits, others)


def read_folder(folder: str) -> None:
    """Sign and search the notes of a folder; print the same."""
    from lintkb.evidence.clusters import Sketches
    from lintkb.evidence.duplicates import Duplicates
    from lintkb.facts import gather_facts
    from lintkb.source.note import Note
    from lintkb.text import decode

    facts = []
    for path in sorted(Path(folder).rglob("*.md")):
        note = Note(path.relative_to(folder).as_posix(), decode(path.read_bytes()))
        facts.append(gather_facts(note, passages={**LEAST, "sentence": 20}))
    facts.sort(key=lambda note: note.path)
    before, started = peak(), time.process_time()
    duplicates = Duplicates.among(Sketches.of({note.path: note.signatures for note in facts}))
    seconds = time.process_time() - started
    print(f"{len(facts):,} notes: searched in {seconds:.2f} s with {peak() - before:.0f} MB")
    for kind in ("note", "paragraph", "sentence"):
        copies = [copy for note in facts for copy in duplicates.of(kind, note.path)]
        print(f"{len(copies):>8,} copies of a {kind}, in {len({copy.cluster for copy in copies}):,} clusters")


def main() -> int:
    """Print the table; the exit code is 1 when a note of the last size takes more than `LIMIT` times one of the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--copies", action="store_true", help="all notes are one note")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.folder:
        read_folder(arguments.folder)
        return 0
    if arguments.one:
        run(arguments.one, copies=arguments.copies)
        return 0
    columns = ("sign, us", "search, us", "facts, MB", "added, MB", "process, MB", "planted", "found", "others")
    print(f"{'notes':>8}" + "".join(f"{name:>13}" for name in columns) + "   (microseconds: per note)")
    first = last = 0.0
    for size in arguments.sizes:
        command = [sys.executable, __file__, "--one", str(size), *(["--copies"] if arguments.copies else [])]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        sign, search, *rest = map(float, output.split())
        figures = [sign * 1e6 / size, search * 1e6 / size, *rest]
        print(f"{size:>8,}" + "".join(f"{figure:>13,.0f}" for figure in figures))
        last = sum(figures[:2])
        first = first or last
    return int(last > LIMIT * first)


if __name__ == "__main__":
    raise SystemExit(main())
