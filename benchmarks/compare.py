"""lintkb beside rumdl and mdsmith, on knowledge bases of several sizes: time, memory and cache, and whether limits are met.

python benchmarks/compare.py [--sizes 300 3000 20000 100000] [--page]
python benchmarks/compare.py --folder PATH

Needs the extra `benchmark`. Tools take turns, so that a drifting machine drifts for all of them. Figures go into a JSON file,
where those of sizes that were measured before stay; `--page` writes the table and the plots of `docs/performance.md` from
that file, without measuring anything when `--sizes` names none. `docs/performance.md` says what is measured.
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, TypeVar

from generate import write
from measure import Run, once

import lintkb

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent / "docs" / "performance.md"
PLOT = "performance.svg"
BEGIN, END = "<!-- figures: written by benchmarks/compare.py -->", "<!-- end of figures -->"

SIZES = (300, 3_000, 20_000, 100_000)
LARGE = 50_000  # notes, from which on there are half as many runs
SINGLE_RUNS = 15  # of what takes no time
MEGABYTE = 1_000_000

LINTKB, RUMDL, RUMDL_LINKS, MDSMITH, PYTHON = "lintkb", "rumdl", "rumdl, links only", "mdsmith", "python"
TOOLS = (LINTKB, RUMDL, RUMDL_LINKS, MDSMITH)
LINK_RULES = "MD042,MD051,MD052,MD053,MD057"  # empty links, headings, references, definitions, files
COLD, WARM, CHANGED, HOOK, ALONE, VERSION, PASS = (
    "cold",
    "warm",
    "one changed",
    "hook",
    "one note",
    "--version",
    "-c pass",
)
MODES = (COLD, WARM, CHANGED, HOOK)
CACHING = frozenset((LINTKB, RUMDL, RUMDL_LINKS))


class Figure(NamedTuple):
    """What was measured of a tool in one mode; `size` is 0 where there is no knowledge base, `cache` bytes on disk."""

    size: int
    tool: str
    mode: str
    runs: list[Run]
    cache: int = 0

    @property
    def wall(self) -> float:
        return median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    @property
    def peak(self) -> float:
        """Bytes; of each run the highest that was seen."""
        return median(run.peak for run in self.runs)


Figures = dict[tuple[int, str, str], Figure]


# Measuring


def program(name: str) -> str:
    """The program of an installed package. Exits when there is none."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if not found:
        raise SystemExit(f"{name} is not installed: pip install 'lintkb[benchmark]', or name other --tools")
    return found


def command(tool: str, cache: Path, paths: Sequence[str], *, hook: bool = False) -> list[str]:
    """How a tool is run with its default rules; as a hook, the others are given what is staged."""
    if tool == LINTKB:
        return [program(LINTKB), "check", "--isolated", "--cache-dir", str(cache), *(["--hook"] if hook else paths)]
    if tool == MDSMITH:
        return [program(MDSMITH), "check", *paths]
    only = ["--enable", LINK_RULES] if tool == RUMDL_LINKS else []
    return [program(RUMDL), "check", "--isolated", "--cache-dir", str(cache), *only, *paths]


def version(tool: str) -> list[str]:
    """What makes a tool tell its version."""
    return [program(tool.partition(",")[0]), "version" if tool == MDSMITH else "--version"]


def git(folder: Path, *arguments: str) -> None:
    """Run git without anybody's configuration."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    who = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org", "-c", "gc.auto=0"]
    subprocess.run(["git", *who, *arguments], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)


def occupied(folder: Path) -> int:
    """What a folder takes up on disk."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*")) if folder.is_dir() else 0


class Edited:
    """A note that is another one whenever it is asked to be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_bytes()
        self.times = 0

    def edit(self) -> None:
        self.times += 1
        self.path.write_bytes(self.text + f"\n\nRead again, for the {self.times}th time.\n".encode())


Name = TypeVar("Name", bound=Hashable)


def turns(
    commands: Mapping[Name, Sequence[str]], runs: int, folder: Path, before: Callable[[Name], object]
) -> dict[Name, list[Run]]:
    """Run all commands one after the other, several times."""
    taken: dict[Name, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, one in commands.items():
            before(name)
            taken[name].append(once(one, folder))
    return taken


def measure(size: int, notes: Path, caches: Path, tools: Sequence[str], runs: int) -> Iterator[Figure]:
    """Figures of all modes on a folder of notes, which becomes a git repository."""
    git(notes, "init", "-q")
    git(notes, "add", "-A")
    git(notes, "commit", "-q", "-m", "Notes")
    paths = sorted(notes.rglob("*.md"))
    changed, staged = Edited(paths[len(paths) // 2]), Edited(paths[len(paths) // 3])
    name = str(staged.path.relative_to(notes))

    def stage(_tool: str) -> None:
        staged.edit()
        git(notes, "add", "--", name)

    preparations: dict[str, Callable[[str], object]] = {
        COLD: lambda tool: shutil.rmtree(caches / tool, ignore_errors=True),
        WARM: lambda _: None,
        CHANGED: lambda _: changed.edit(),
        HOOK: stage,
    }
    for mode, prepare in preparations.items():
        hook = mode == HOOK
        commands = {tool: command(tool, caches / tool, [name] if hook else ["."], hook=hook) for tool in tools}
        if hook:
            turns(commands, 1, notes, prepare)  # the first hook of all may find nothing in the cache
        taken = turns(commands, runs, notes, prepare)
        for tool, several in taken.items():
            yield Figure(size, tool, mode, several, occupied(caches / tool) if tool in CACHING else 0)
        if mode == CHANGED:
            changed.path.write_bytes(changed.text)


def measure_single(scratch: Path, tools: Sequence[str]) -> Iterator[Figure]:
    """Figures of start-up, and of one note alone that has been edited since the last time."""
    folder = scratch / "one"
    write(folder / "notes", 1)
    (path,) = (folder / "notes").rglob("*.md")
    note = Edited(path)
    (folder / "notes" / ".git").mkdir()  # no tool looks for a configuration above
    commands = {(PYTHON, PASS): [sys.executable, "-c", "pass"]}
    for tool in tools:
        commands[tool, ALONE] = command(tool, folder / "caches" / tool, [path.name])
        commands[tool, VERSION] = version(tool)
    for one in commands.values():
        once(one, path.parent)
    taken = turns(commands, SINGLE_RUNS, path.parent, lambda _: note.edit())
    for (tool, mode), several in taken.items():
        yield Figure(0, tool, mode, several)


# Keeping figures


def environment(tools: Sequence[str]) -> dict[str, str]:
    """What figures depend on, and must have in common to stand in one table."""
    versions = {"python": platform.python_version(), "processors": str(os.cpu_count()), "system": platform.system()}
    for tool in tools:
        done = subprocess.run(version(tool), capture_output=True, text=True, check=True)
        versions[tool.partition(",")[0]] = done.stdout.split()[-1].removeprefix("v")
    if LINTKB in versions:
        versions[LINTKB] += f" ({code()})"
    return versions


def code() -> str:
    """A mark that lintkb's code and rules leave, so that figures of different ones are never joined."""
    digest = hashlib.sha256()
    package = Path(lintkb.__file__).parent
    for path in sorted([*package.rglob("*.py"), *(HERE.parent / "rules").rglob("*.md")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def load(path: Path) -> tuple[dict[str, str], Figures]:
    """What a file of figures holds: nothing when there is none."""
    if not path.exists():
        return {}, {}
    held: dict[str, Any] = json.loads(path.read_text("utf-8"))
    figures = [Figure(**{**one, "runs": [Run(*run) for run in one["runs"]]}) for one in held["figures"]]
    return held["environment"], {figure[:3]: figure for figure in figures}


def join(held: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """What old and new figures have in common. Raises ValueError when one thing differs."""
    for name, version in now.items():
        if held.get(name, version) != version:
            raise ValueError(f"there are figures of {name} {held[name]}; this is {version}: use another --results file")
    return held | now


def save(path: Path, having: dict[str, str], figures: Figures) -> None:
    """Write figures, one to a line."""
    lines = ",\n".join(f"  {json.dumps(figures[key]._asdict())}" for key in sorted(figures))
    path.write_text(f'{{"environment": {json.dumps(having)},\n "figures": [\n{lines}\n]}}\n', "utf-8")


# Ratios and limits


class Limit(NamedTuple):
    """A figure of lintkb's, what it is held against, and how often that it may be at most.

    `of` and `against` are size, tool and mode, `what` the attributes that are compared: all of them must be within. Without
    `against` the limit is in the unit of the attribute. With `slope`, sizes differ, and figures are taken per note.
    """

    what: tuple[str, ...]
    of: tuple[int, str, str]
    against: tuple[int, str, str] | None
    most: float
    slope: bool = False


TIMES = ("wall", "cpu")
LIMITS = (
    *(Limit(("wall",), (size, LINTKB, COLD), (size, RUMDL, COLD), 0.7) for size in (3_000, 20_000)),
    *(Limit(("wall",), (size, LINTKB, WARM), (size, RUMDL, WARM), 0.35) for size in (3_000, 20_000)),
    *(Limit(("cache",), (size, LINTKB, COLD), (size, RUMDL, COLD), 0.25) for size in (3_000, 20_000)),
    Limit(("wall",), (20_000, LINTKB, CHANGED), (20_000, RUMDL, WARM), 0.4),
    Limit(("wall",), (20_000, LINTKB, HOOK), (20_000, RUMDL, WARM), 0.25),
    Limit(("peak",), (20_000, LINTKB, COLD), None, 400 * MEGABYTE),
    Limit(("peak",), (100_000, LINTKB, COLD), None, 1500 * MEGABYTE),
    Limit((*TIMES, "peak"), (100_000, LINTKB, COLD), (3_000, LINTKB, COLD), 1.15, slope=True),
    Limit((*TIMES, "peak"), (100_000, LINTKB, WARM), (3_000, LINTKB, WARM), 1.15, slope=True),
    Limit(("cpu",), (0, LINTKB, ALONE), (0, PYTHON, PASS), 10),
    Limit(("cpu",), (0, LINTKB, VERSION), (0, PYTHON, PASS), 2.5),
)


def reached(limit: Limit, figures: Figures) -> dict[str, float] | None:
    """By attribute, how often a limit's measure a figure is, or the figure itself; None when something was not measured."""
    one, other = figures.get(limit.of), figures.get(limit.against or limit.of)
    if one is None or other is None:
        return None
    found = {}
    for what in limit.what:
        unit = getattr(other, what) if limit.against else 1
        if not unit:
            return None
        found[what] = getattr(one, what) / unit / (one.size / other.size if limit.slope else 1)
    return found


def placed(key: tuple[int, str, str]) -> str:
    """How figures are called."""
    size, tool, mode = key
    return f"{tool} {mode}, {size:,}" if size else f"{tool} {mode}"


def judged(limit: Limit, figures: Figures) -> tuple[str, str, str, str] | None:
    """A row on a limit: what it is about, the figures, how much they may be, and the verdict."""
    found = reached(limit, figures)
    if found is None:
        return None
    if limit.against is None:
        values, most = f"{found['peak'] / MEGABYTE:,.0f} MB", f"{limit.most / MEGABYTE:,.0f} MB"
        about = f"peak memory of {placed(limit.of)}"
    else:
        values = ", ".join(f"{what} {value:.2f}" for what, value in found.items())
        most = f"{limit.most:g}"
        per_note = " per note" if limit.slope else ""
        about = f"{placed(limit.of)}{per_note} / {placed(limit.against)}{per_note}"
    met = all(value <= limit.most for value in found.values())
    return about, values, most, "met" if met else "**not met**"


def cell(figure: Figure | None) -> str:
    """Wall and CPU time, and memory where it was seen."""
    if figure is None:
        return "-"
    times = f"{seconds(figure.wall)} / {seconds(figure.cpu)}"
    return f"{times} / {figure.peak / MEGABYTE:,.0f} MB" if figure.peak and figure.size else times


def seconds(value: float) -> str:
    return f"{value:,.1f} s" if value >= 10 else f"{value:.2f} s" if value >= 1 else f"{1000 * value:.0f} ms"


def ratio(one: Figure | None, other: Figure | None) -> str:
    """How often one figure is another, wall and CPU time."""
    if one is None or other is None:
        return "-"
    return f"{one.wall / other.wall:.2f} / {one.cpu / other.cpu:.2f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table in Markdown."""
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows)]


def report(having: dict[str, str], figures: Figures) -> str:
    """All tables in Markdown."""
    of = ", ".join(f"{name} {version}" for name, version in having.items() if name not in ("processors", "system"))
    lines = [f"{of}; {having.get('system', '?')}, {having.get('processors', '?')} processors."]
    for size in sorted({figure.size for figure in figures.values() if figure.size}):
        here = {key: figure for key, figure in figures.items() if key[0] == size}
        tools = [tool for tool in TOOLS if any(key[1] == tool for key in here)]
        rows = [
            [
                mode,
                *(cell(here.get((size, tool, mode))) for tool in tools),
                ratio(here.get((size, LINTKB, mode)), here.get((size, RUMDL, mode))),
            ]
            for mode in MODES
        ]
        sizes = [here.get((size, tool, COLD)) for tool in tools]
        shown = [f"{one.cache / MEGABYTE:,.1f} MB" if one and one.cache else "-" for one in sizes]
        ours, theirs = here.get((size, LINTKB, COLD)), here.get((size, RUMDL, COLD))
        rows.append(["cache", *shown, f"{ours.cache / theirs.cache:.2f}" if ours and theirs and theirs.cache else "-"])
        runs = {len(figure.runs) for figure in here.values()}
        title = f"{size:,} notes, median of {' or '.join(map(str, sorted(runs)))}: wall / CPU / peak memory"
        lines += ["", f"### {title}", "", *table(["", *tools, "lintkb / rumdl"], rows)]
    unit = figures.get((0, PYTHON, PASS))
    if unit:
        tools = [tool for tool in TOOLS if (0, tool, VERSION) in figures]
        rows = []
        for mode in (ALONE, VERSION):
            taken = [figures[0, tool, mode] for tool in tools]
            rows.append([mode, *(f"{cell(one)} ({ratio(one, unit)})" for one in taken), cell(unit)])
        lines += ["", "### Start-up: wall / CPU (times `python -c pass`)", ""]
        lines += table(["", *tools, "`python -c pass`"], rows)
    verdicts = [verdict for limit in LIMITS if (verdict := judged(limit, figures))]
    if verdicts:
        missing = len(LIMITS) - len(verdicts)
        lines += ["", "### Limits", "", *table(["", "figure", "at most", ""], verdicts)]
        lines += ["", f"{missing} more limits need sizes that are not measured here."] if missing else []
    return "\n".join(lines)


def refreshed(page: str, block: str) -> str:
    """A page with another block between its marks. Raises ValueError when it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page has no block between `{BEGIN}` and `{END}`")
    return f"{before}{BEGIN}\n\n{block}\n\n{END}{after}"


def plot(figures: Figures, path: Path) -> None:
    """Draw time and memory against size, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "lintkb", "font.size": 9})
    from matplotlib import pyplot, ticker

    sizes = sorted({size for size, _, _ in figures if size})
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 4), layout="constrained")
    for axis, what, unit, label in (
        (axes[0], "wall", 1, "wall time, s"),
        (axes[1], "peak", MEGABYTE, "peak memory, MB"),
    ):
        for number, tool in enumerate(TOOLS):
            for mode, style in ((COLD, "o-"), (WARM, "o--")):
                some = sorted(one for key, one in figures.items() if key[0] and key[1:] == (tool, mode))
                points = [(one.size, getattr(one, what) / unit) for one in some if getattr(one, what)]
                if points and not (mode == WARM and tool not in CACHING):
                    axis.loglog(*zip(*points, strict=True), style, color=f"C{number}", label=f"{tool}, {mode}")
        axis.set(xlabel="notes", ylabel=label)
        axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axis.xaxis.minorticks_off()
        axis.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.yaxis.minorticks_off()
        axis.grid(which="major", alpha=0.3)
    axes[0].legend(fontsize=7)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


# Running


def measured(arguments: argparse.Namespace, scratch: Path) -> Iterator[Figure]:
    """All figures that are asked for, size by size."""
    if arguments.sizes or arguments.folder:
        yield from measure_single(scratch, arguments.tools)
    for size in [0] if arguments.folder else arguments.sizes:
        place = scratch / str(size)
        notes = place / "notes"
        if arguments.folder:
            shutil.copytree(arguments.folder, notes, ignore=shutil.ignore_patterns(".git"))
        else:
            write(notes, size)
        count = sum(1 for _ in notes.rglob("*.md"))
        runs = max(1, arguments.runs // 2) if count >= LARGE else arguments.runs
        yield from measure(count, notes, place / "caches", arguments.tools, runs)
        shutil.rmtree(place)


def main() -> int:
    """Measure, print and keep figures. The exit code is 1 when a limit is not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, metavar="N", help="notes, generated")
    parser.add_argument("--folder", type=Path, help="measure on a copy of this folder instead, and keep nothing")
    parser.add_argument(
        "--runs", type=int, default=5, help=f"of each (default: 5), half as many from {LARGE:,} notes on"
    )
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=TOOLS, metavar="TOOL", help=", ".join(TOOLS))
    parser.add_argument("--results", type=Path, default=RESULTS, help="where figures are kept (default: %(default)s)")
    parser.add_argument("--work", type=Path, help="where knowledge bases are written; 100,000 notes need 3 GB")
    parser.add_argument("--page", action="store_true", help="write the figures into docs/performance.md")
    arguments = parser.parse_args()
    if arguments.runs < 1 or any(size < 3 for size in arguments.sizes):
        parser.error("at least one run, and three notes")
    for folder in filter(None, (arguments.folder, arguments.work)):
        if not folder.is_dir():
            parser.error(f"{folder} is no folder")
    held, figures = ({}, {}) if arguments.folder else load(arguments.results)
    measures = bool(arguments.sizes or arguments.folder)
    try:
        having = join(held, environment(arguments.tools)) if measures else held
    except ValueError as error:
        parser.error(str(error))
    with tempfile.TemporaryDirectory(dir=arguments.work) as scratch:
        for figure in measured(arguments, Path(scratch)):
            figures[figure[:3]] = figure
            print(f"{placed(figure[:3]):<36} {cell(figure)}", file=sys.stderr)
            if not arguments.folder:
                save(arguments.results, having, figures)
    block = report(having, figures)
    print(block)
    if arguments.page and not arguments.folder:
        PAGE.write_text(refreshed(PAGE.read_text("utf-8"), block), "utf-8")
        plot(figures, PAGE.with_name(PLOT))
    return int(any(row and row[3] != "met" for row in (judged(limit, figures) for limit in LIMITS)))


if __name__ == "__main__":
    raise SystemExit(main())
