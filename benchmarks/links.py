"""Time and memory that links cost: the index and the judgement of 10,000 to 100,000 notes with ten links each.

python benchmarks/links.py [--sizes 10000 30000 100000] [--profile]

Each size runs in a process of its own. Notes are generated and parsed there, which is not counted: counted are the index over
their facts, every rule on links (those that are off by default too) with its suggestions, and the memory that both add. Of a
hundred links one is broken, every other of these by a slip of the pen. Per note nothing may grow: linear is a ratio of 1.
"""

import argparse
import gc
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

SIZES = (10_000, 30_000, 100_000)
LINKS = 10
LIMIT = 1.3
NAMES = (
    "alder barley basil beans beets borage broad cabbage carrot celery chard chive clay clover compost cress dill early"
    " elder endive fallow fennel fork frost garlic glass hedge hoe kale late leek lettuce lime loam lovage mint mulch"
    " mustard oats onion orchard parsley peas pear plot plum potato quince radish rake rhubarb row rye sage salad sand"
    " seed shallot shed silt soil sorrel spade spinach spring squash straw summer tansy thyme tomato trench turnip vetch"
    " water weeds wheat willow winter yarrow"
)
WORDS = NAMES.split()


def named(size: int, chance: random.Random) -> list[str]:
    """Paths of as many notes, in folders of about a hundred; names share words as those of real notes do."""
    paths = []
    for number in range(size):
        words = [chance.choice(WORDS) for _ in range(chance.randint(2, 4))]
        paths.append(f"beds{number // 100:04}/{'_'.join(words)}_{number:06}.md")
    return paths


def link(target: str, folder: str, chance: random.Random) -> str:
    """A link of any kind to the note at a path, from a note in a folder."""
    bare = target.removesuffix(".md")
    stem = bare.rpartition("/")[2]
    kind = chance.randrange(10)
    if kind < 4:
        return f"[[{stem}]]"
    if kind < 6:
        return f"[[{bare}|so]]"
    if kind < 7:
        return f"[[{stem.replace('_', ' ').title()}]]"
    if kind < 8:
        return f"[[{stem}#Sowing|sown]]"
    return f"[so]({target.rpartition('/')[2] if target.startswith(folder + '/') else f'../{target}'})"


def broken(target: str, chance: random.Random) -> str:
    """A link that leads nowhere: every other one by a slip of the pen."""
    stem = target.removesuffix(".md").rpartition("/")[2]
    if chance.random() < 0.5:
        at = chance.randrange(1, len(stem) - 8)  # a letter is lost; the number stays
        return f"[[{stem[:at]}{stem[at + 1 :]}]]"
    return f"[[{' '.join(chance.choice(WORDS) for _ in range(4))} by hand]]"


def notes(size: int) -> Iterator[tuple[str, str]]:
    """Paths and texts, the same on every run."""
    chance = random.Random(7)
    paths = named(size, chance)
    for path in paths:
        folder = path.partition("/")[0]
        links = [
            broken(target, chance) if chance.random() < 0.01 else link(target, folder, chance)
            for target in (chance.choice(paths) for _ in range(LINKS))
        ]
        yield path, f"---\ntitle: {path[9:-3].replace('_', ' ')}\n---\n# Sowing\n\nSee {', '.join(links)}.\n"


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(size: int, *, profiled: bool) -> None:
    """Generate, index and judge in this process; print seconds and MB of both."""
    import rapidfuzz.distance  # which the first suggestion of a run imports; that is not what is asked here
    import rapidfuzz.fuzz  # noqa: F401

    from lintkb.catalogue import load_catalogue
    from lintkb.checks.base import BaseContext
    from lintkb.facts import gather_facts
    from lintkb.index import KnowledgeBase
    from lintkb.settings import Settings
    from lintkb.source.note import Note
    from lintkb.text import SourceText

    settings = Settings.validate({})
    rules = [rule for rule in load_catalogue().rules if rule.code[:2] in ("WL", "ML") and rule.check.kind == "base"]
    facts = [gather_facts(Note(path, SourceText(text))) for path, text in notes(size)]
    gc.collect()
    gc.freeze()
    before, profile = peak(), None
    if profiled:
        import cProfile

        profile = cProfile.Profile()
        profile.enable()
    started = time.process_time()
    kb = KnowledgeBase(facts, [], settings.links)
    kb.resolve("", "")
    indexed, indexed_peak = time.process_time(), peak()
    found = 0
    for note in facts:
        for rule in rules:
            found += sum(1 for _ in rule.check.run(note, BaseContext(settings, rule.params, rule.fix, kb)))
    judged = time.process_time()
    if profile is not None:
        import pstats

        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    assert found > size  # every tenth link is spelt otherwise than its note
    print(indexed - started, judged - indexed, indexed_peak - before, peak() - before)


def main() -> int:
    """Print the table; the exit code is 1 when a note of the last size takes more than `LIMIT` times one of the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--profile", action="store_true", help="print where the time goes, for the first size alone")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one or arguments.profile:
        run(arguments.one or arguments.sizes[0], profiled=arguments.profile)
        return 0
    columns = ("index, us", "judge, us", "index, KB", "all, KB")
    print(f"{'notes':>8}" + "".join(f"{name:>18}" for name in columns) + "   per note (and of the first size's)")
    first: list[float] = []
    total = 1.0
    for size in arguments.sizes:
        command = [sys.executable, __file__, "--one", str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        each = [float(figure) * unit / size for figure, unit in zip(done, (1e6, 1e6, 1e3, 1e3), strict=True)]
        first = first or each
        shown = "".join(f"{one:>11.1f} ({one / of:4.2f})" for one, of in zip(each, first, strict=True))
        print(f"{size:>8,}{shown}")
        total = sum(each[:2]) / sum(first[:2])
    return int(total > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
