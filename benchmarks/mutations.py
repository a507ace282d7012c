"""Does a run that remembers say what a run that does not says? Knowledge bases change at random, and both are asked.

    .venv/bin/python benchmarks/mutations.py --count 2000 --seed 0     # many changes; counts by kind, exit code 1 for a fault
    .venv/bin/python benchmarks/mutations.py --series 7 --verbose      # one series of changes again, step by step
    .venv/bin/python benchmarks/mutations.py --series 7 --keep there   # and leave the knowledge base and its cache there

Each series makes a small knowledge base and keeps one cache through all that then happens to it: notes are edited, moved,
swapped, linked and damaged, and so are transcripts, schemas, rules, configuration, git, clocks and the cache itself. After
every change lintkb is asked the same with the cache and without it: all that is printed, written and returned must be equal,
byte for byte. Only the command line is used; every run is a process of its own, forked from this one.
"""

import argparse
import contextlib
import difflib
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

STEPS = 40  # changes in a series
WITHOUT = ("--no-cache", "-j1")
PATIENCE = 120  # seconds until a run that hangs is ended
PAST = 1_700_000_000  # when what looks old was changed
FORMATS = ("full", "full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson", "markdown")
NAMES = (
    "alder barley basil beans beets borage cabbage carrot celery chard clay clover compost cress dill elder endive"
    " fallow fennel garlic hedge kale leek lettuce loam lovage manure marrow millet mint mulch mustard nettle oats"
    " onion orchard parsley parsnip pears plums potato quince radish rhubarb rosemary ryegrass sage salsify sand"
    " savory shallot silt sorrel spelt spinach squash straw sunflower tansy thyme tomato trench turnip vetch wheat"
    " willow yarrow drill harrow hoe rake sickle spade trowel barrow bucket cellar furrow greenhouse ladder orchardist"
    " shed sieve terrace tunnel"
)
WORDS = NAMES.split()
VERBS = ["feeds", "covers", "shades", "needs", "follows", "keeps", "loses", "drains", "holds", "spoils", "doubles"]
HEADINGS = ("Sowing", "When to water", "Soil", "Harvest & storage", "Tools", "Sources", "Soil")
FOLDERS = ("", "", "beds", "beds/old rows", "people", "drafts")
RECORDINGS = ("growtalk_01", "growtalk_02", "soilhour_03")
SUPPRESSIONS = (
    "<!-- lintkb-disable-line WL001 it comes -->", "<!-- lintkb-disable DU, CL -->", "<!-- lintkb-disable-next-line TS -->",
    "<!-- lintkb-enable -->", "<!-- lintkb-disable ALL -->", "<!-- lintkb-disable-line XX999 -->",
)  # fmt: skip
IGNORED = ('ignore = ["CL001"]', 'ignore = ["WL001"]', 'ignore = ["WL002"]', 'ignore = ["FM002"]')  # of one size
CONFIG = {
    "select": (
        'extend-select = ["ALL", "WL012", "WL013", "DU003", "FM008"]', 'extend-select = ["WL012", "DU003"]',
        'select = ["WL", "ML", "DU", "SU"]', "", "",
    ),
    "ignored": IGNORED,
    "preset": ('preset = "obsidian"', 'preset = "quartz"', 'preset = "logseq"', 'preset = "titles"', "", "", ""),
    "size": ("max-size = 3000", "max-size = 900", "", "", "", ""),
    "mandatory": ('mandatory = ["WL"]', 'mandatory = ["ALL"]', "", ""),
    "files": ('include = ["**/*.md", "**/*.txt"]', 'exclude = ["people/**"]', "", ""),
    "rules": ('rule-paths = ["house-rules"]', 'rule-paths = ["house-rules"]', ""),
    "sources": (
        'sources = "transcripts/{videoId}.*"', 'sources = "transcripts/{videoId}.*"',
        'sources = ["transcripts/{videoId}.srt", "transcripts/{slug}.*"]', "",
    ),
    "links": (
        '[links]\nnames = ["path", "stem", "title", "alias"]', '[links]\nfold = ["case"]',
        '[links]\nfold = ["case", "separators", "unicode"]', '[links]\nnames = ["stem"]\nplanned = ["beds/**", "*hoe*"]',
        '[links]\nanchors = ["exact"]\nmarkdown = ["name", "suffix"]', "", "",
    ),
    "frontmatter": (
        '[[frontmatter]]\nfiles = "**"\nschema = "schemas/note.json"\n[frontmatter.fields]\nslug = { unique = true }',
        '[[frontmatter]]\nfiles = "beds/**"\nextra = "forbid"\n[frontmatter.fields]\ntitle = { required = true }',
        '[[frontmatter]]\nfiles = "*.md"\n[frontmatter.fields]\nslug = { unique = true }\nkind = { enum = ["talk"] }', "",
    ),
    "times": (
        '[times]\nmax = "00:10:00"', '[times]\nform = "bare"', '[times]\nrecording-key = "slug"', "", "",
        "[times.dialects]\nat = '@(?P<minutes>\\d{1,3})m(?P<seconds>\\d\\d)s'", '[times]\nduration-key = "length"',
    ),
    "claims": (
        "[claims]\nhabit = 5", '[claims.source-notes]\ntypes = ["paper"]', '[claims.source-notes]\nkeys = ["doi"]', "", "",
    ),
    "severity": (
        '[rules.WL001]\nseverity = "info"', '[rules.DU002]\nseverity = "error"\nconfidence = "low"',
        '[rules.broken-wikilink]\nseverity = "warning"', "", "",
    ),
    "ignores": ('[per-file-ignores]\n"beds/**" = ["WL", "TS"]', '[per-file-ignores]\n"index.md" = ["ALL"]', "", ""),
}  # fmt: skip
SWAPS = (  # what makes other data of the same size
    (b"title", b"draft"), (b'"kind"', b'"slug"'), (b"talk", b"list"), (b"maxItems", b"minItems"),
    *((one.encode(), other.encode()) for one in IGNORED for other in IGNORED if one != other),
)  # fmt: skip
SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "object", "required": ["title"]},
    {"type": "object", "properties": {"kind": {"enum": ["talk", "list"]}}},
    {"type": "object", "properties": {"tags": {"$ref": "parts.json#/tags"}}, "additionalProperties": True},
    {"type": "object", "maxProperties": 3},
)
PARTS = ({"tags": {"type": "array", "maxItems": 1}}, {"tags": {"type": "string"}})
IGNORES = (
    "*.png\n",
    "drafts/\n",
    "people/*\n!people/index.md\n",
    "beds/old rows/\n",
    "",
    "index.md\n",
    "transcripts/\n",
)


class Fault(Exception):
    """The two runs differ, or one of them went wrong; `str()` says how."""


class Ran(NamedTuple):
    """What a run gave: its exit code (or minus the signal), and all that it printed and wrote, by name."""

    code: int
    made: dict[str, bytes]


class Ask(NamedTuple):
    """What lintkb is asked, in which folder, and in which environment."""

    arguments: tuple[str, ...]
    folder: str = "kb"
    environment: tuple[tuple[str, str], ...] = ()
    real: bool = False

    def __str__(self) -> str:
        words = [*(f"{name}={value}" for name, value in self.environment), "lintkb", *self.arguments]
        return f"({self.folder}) {' '.join(words)}" + (" [a process of its own]" if self.real else "")


PLAIN = Ask(("--output-format", "jsonl"))

# --- Running lintkb ---------------------------------------------------------------------------------------------------


def start(ask: Ask, home: Path, out: Path, extra: Iterable[str]) -> int:
    """Begin a run below `home`, printing into the folder `out`; its process id. A pool takes few notes, too."""
    arguments = [word.replace("HOME", str(home)).replace("OUT", str(out)) for word in (*ask.arguments, *extra)]
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        signal.alarm(PATIENCE)
        os.setpgid(0, 0)
        os.chdir(home / ask.folder)
        for name, number in (("stdout", 1), ("stderr", 2)):
            os.dup2(os.open(out / name, os.O_CREAT | os.O_WRONLY), number)
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115
        os.environ.update(ask.environment)
        if ask.real:
            import lintkb

            os.environ["PYTHONPATH"] = str(Path(lintkb.__file__).parent.parent)
            os.execv(sys.executable, [sys.executable, "-P", "-m", "lintkb", *arguments])
        from lintkb import executors
        from lintkb.cli import main

        assert executors.MIN_FOR_POOL > 2
        executors.MIN_FOR_POOL = executors.CHUNK = 2
        code = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - nothing may run on in a forked process
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(code)


def end(child: int, out: Path) -> Ran:
    """Wait for a run, and what it gave. Times, and counts of what was cached, are left out."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    made = {path.name: path.read_bytes() for path in sorted(out.iterdir())}
    made["stderr"] = re.sub(rb"(?m)^read: (\d+ notes), .*$", rb"read: \1", made.get("stderr", b""))
    return Ran(code, made)


def run(ask: Ask, home: Path, name: str, extra: Iterable[str]) -> Ran:
    """Run lintkb and wait for it."""
    return end(start(ask, home, home / "out" / name, extra), home / "out" / name)


def compare(what: str, warm: Ran, cold: Ran) -> None:
    """Raise Fault where two runs differ, or the second went wrong."""
    if cold.code not in (0, 1, 2) or b"Traceback" in cold.made["stderr"]:
        raise Fault(f"without a cache lintkb fails, code {cold.code}: {what}\n{cold.made['stderr'].decode()[-3000:]}")
    if warm == cold:
        return
    lines = [f"with its cache lintkb says something else: {what}"]
    if warm.code != cold.code:
        lines.append(f"exit code {warm.code} with the cache, {cold.code} without")
    for name in sorted({*warm.made, *cold.made}):
        texts = [ran.made.get(name, b"").decode(errors="backslashreplace").splitlines() for ran in (cold, warm)]
        lines += list(difflib.unified_diff(*texts, f"{name} without", f"{name} with", lineterm="", n=1))[:40]
    raise Fault("\n".join(line[:600] for line in lines))


# --- Words ------------------------------------------------------------------------------------------------------------


def sentence(chance: random.Random, length: int = 9) -> str:
    """A sentence that asserts nothing in particular."""
    words = [chance.choice(WORDS) for _ in range(chance.randint(5, length))]
    words[2] = chance.choice(VERBS)
    return f"The {' '.join(words)}."


def stock(number: int) -> str:
    """One of a few long passages that notes share."""
    chance = random.Random(f"stock {number}")
    return " ".join(sentence(chance, 14) for _ in range(5))


def said(recording: str) -> list[tuple[int, str]]:
    """What is said in a recording, each sentence with its second; its words are many, so that they tell the place."""
    chance = random.Random(recording)
    made = []
    for number in range(40):
        words = ["".join(chance.choice("bdfgklmnprstv") + chance.choice("aeiou") for _ in range(3)) for _ in range(9)]
        text = f"The {' '.join(words)} {chance.choice(VERBS)} {chance.choice(WORDS)}."
        made.append((20 + 35 * number + chance.randrange(9), text))
    return made


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def transcript(recording: str, later: int, chance: random.Random, *, srt: bool = False) -> str:
    """A transcript whose clock is some seconds off, or in which all is said at other times; some sentences are others."""
    stop, lines = ("," if srt else "."), []
    spoken = said(recording)
    if chance.random() < 0.4:
        spoken = [(second, spoken[(at + 20) % 40][1]) for at, (second, _) in enumerate(spoken)]
    for number, (second, text) in enumerate(spoken, 1):
        shown = sentence(chance, 14) if chance.random() < 0.1 else text
        times = f"{clock(second + later)}{stop}000 --> {clock(second + later + 12)}{stop}000"
        lines.append(f"{number}\n{times}\n{shown}\n" if srt else f"{times}\n<v Ines Marlow>{shown}\n")
    return "\n".join(lines if srt else ["WEBVTT\n", *lines])


def cited(recording: str, chance: random.Random, *, plain: bool = False, misread: bool = False) -> str:
    """A sentence that cites a recording: mostly where it is said, in one of several forms, sound or broken.

    A `plain` one has the sound form, and no other error than that a `misread` one has minutes in the place of hours.
    """
    second, text = chance.choice(said(recording))
    second = second * 60 if misread else second + chance.choice((0, 0, 0, 0, 3600, 240, 9000)) * (not plain)
    if plain:
        return f'{text.removesuffix(".")} <a class="yt-timestamp" data-t="{clock(second)}">[{clock(second)}]</a>.'
    if chance.random() < 0.3:
        text = " ".join(word for word in text.split() if chance.random() < 0.8)
    time_, other = clock(second), clock(second + 60)
    form = chance.choice(
        (f'<a class="yt-timestamp" data-t="{time_}">[{time_}]</a>',) * 4
        + (f'<a class="yt-timestamp" data-t="{time_}">[{other}]</a>', f"[{time_}]", f"[{time_}, {other}]",
           f"@{second // 60}m07s", f"[{time_[3:]}](https://youtu.be/a1b2c3d4e5f?t={second})", f"[0{time_}]",
           f'<a class="yt" data-t="{time_}">[{time_}]')
    )  # fmt: skip
    return f"{text.removesuffix('.')} {form}."


def house_rule(chance: random.Random) -> str:
    """A rule note of the user's."""
    word, severity = chance.choice(WORDS), chance.choice(("error", "warning", "info"))
    head = f"code: HR101\nname: house-word\ncheck: pattern\nseverity: {severity}\nconfidence: high"
    params = f"params:\n  in: {chance.choice(('prose', 'headings'))}\n  regex: '\\b{word}\\b'"
    marked = f"«{word}»"
    bad = f"# {marked}" if "headings" in params else marked
    return (
        f"---\n{head}\n{params}\n  message: 'a word of the house, {chance.randrange(99)}'\n---\n# A word\n\nNot here."
        f"\n\n## Examples\n\n```markdown bad\n{bad}\n```\n\n```markdown good\nNothing.\n```\n"
    )


# --- The knowledge base and what happens to it --------------------------------------------------------------------------

Mutation = Callable[["Garden"], str | None]
MUTATIONS: dict[str, tuple[int, Mutation]] = {}


def mutation(weight: int) -> Callable[[Mutation], Mutation]:
    """Register what may happen, by its name; it returns in words what it did, or None where it cannot be done."""

    def register(function: Mutation) -> Mutation:
        MUTATIONS[function.__name__.replace("_", " ")] = (weight, function)
        return function

    return register


class Garden:
    """A knowledge base in `home/kb`, with a cache in `home/cache`, and chance. What lies outside is in `home/outer`."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home = home
        self.root = home / "kb"
        self.cache = home / "cache"
        self.chance = random.Random(seed)
        self.mend: list[Callable[[], object]] = []  # what makes it usable again before anything else happens
        self.config = {key: self.chance.choice(values) for key, values in CONFIG.items()}
        self.config_name = self.chance.choice(("lintkb.toml", "lintkb.toml", "pyproject.toml"))
        self.ticks = 0
        self.names = 0
        self.asks: list[Ask] = []
        self.last = PLAIN
        self.glanced = False
        self._make()

    def _make(self) -> None:
        chance = self.chance
        self.root.mkdir(parents=True)
        paths = ["index.md", "beds/index.md", "beds/beds.md"][: chance.randint(1, 3)]
        paths += [self.new_name() for _ in range(chance.choice((5, 7, 8, 8, 12, 12, 20, 36)))]
        for path in paths:  # first as empty files, so that they can link to each other
            self.put(path, "")
        for path in paths:
            self.put(path, self.text_of_note(path))
        for path in ("img.png", "beds/plan.pdf", "notes.txt"):
            self.put(path, "x")
        for recording in RECORDINGS[:2]:
            self.put(f"transcripts/{recording}.vtt", transcript(recording, 0, chance))
        self.put("house-rules/house-word.md", house_rule(chance))
        self.put("schemas/note.json", json.dumps(SCHEMAS[0]))
        self.put("schemas/parts.json", json.dumps(PARTS[0]))
        self.put("../outer/rules/house-word.md", house_rule(chance))
        self.put("../outer/other.toml", "ignore = ['CL']\n")
        self.put("../outer/growtalk_01.vtt", transcript("growtalk_01", 0, chance))
        self.write_config()
        if chance.random() < 0.5:
            self.put(".gitignore", chance.choice(IGNORES))
        if chance.random() < 0.5:
            self.git("init", "-q", "-b", "main")
            self.commit()
        for path in sorted(self.root.rglob("*.*")):
            if chance.random() < 0.8 and path.is_file():
                os.utime(path, (PAST, PAST))

    # What it is made of.

    def new_name(self) -> str:
        """A path that no note has had."""
        self.names += 1
        words = [self.chance.choice(WORDS) for _ in range(self.chance.randint(1, 2))] + [str(self.names)]
        name = self.chance.choice(("-", "_", " ", "-")).join(words)
        name = self.chance.choice((name, name, name, name.title(), f"früh {name}"))
        return f"{self.chance.choice(FOLDERS)}/{name}.md".removeprefix("/")

    def notes(self) -> list[str]:
        """The paths of all regular files that may be notes."""
        found = []
        for path in sorted(self.root.rglob("*.md")):
            relative = path.relative_to(self.root).as_posix()
            if path.is_file() and not path.is_symlink() and not relative.startswith((".git/", "house-rules/")):
                found.append(relative)
        return found

    def note(self) -> str:
        """Any note."""
        return self.chance.choice(self.notes() or [self.put(self.new_name(), self.text_of_note("new.md"))])

    def folders(self) -> list[str]:
        found = (path.relative_to(self.root).as_posix() for path in sorted(self.root.rglob("*")) if path.is_dir())
        return [path for path in found if not path.startswith((".git", "house-rules", "schemas"))]

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode("utf-8", "replace")

    def put(self, path: str, content: str | bytes, *, stamp: tuple[int, int] | None = None) -> str:
        """Write a file, in place or by exchanging it, and perhaps set the time of its change; its path."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        if self.chance.random() < 0.5 or target.is_symlink():
            target.unlink(missing_ok=True)
        target.write_bytes(data)
        way = self.chance.random()
        now = target.stat().st_mtime_ns
        if stamp is not None:
            os.utime(target, ns=stamp)
        elif way < 0.25:  # a file system that knows seconds alone
            os.utime(target, ns=(now, now // 10**9 * 10**9))
        elif way < 0.45:  # unpacked, checked out by a tool that sets times, or copied with them
            self.ticks += 1
            os.utime(target, (PAST, PAST + self.ticks % 5))
        return path

    def same_size(self, path: str) -> bytes:
        """Other content of the same size for a file: mostly such that something else is to be said of it."""
        data, chance = (self.root / path).read_bytes(), self.chance
        for old, new in chance.sample(SWAPS, len(SWAPS)):
            if path.endswith((".toml", ".json")) and old in data:
                return data.replace(old, new)
        links = list(re.finditer(rb"\[\[[^\]\n#|]{3}", data))
        way = chance.random()
        if path.endswith(".md") and way < 0.4 and links:
            at = chance.choice(links).end() - 1
            return data[:at] + (b"q" if data[at : at + 1] != b"q" else b"z") + data[at + 1 :]
        if path.endswith(".md") and way < 0.8 and len(data) > 40:  # its last words make way for a link
            new = b"[[%s]]" % chance.choice(WORDS).encode()
            return data[: -len(new) - 1] + new + data[-1:]
        words = [word.encode() for word in chance.sample(WORDS, len(WORDS)) if word.encode() in data]
        if words:
            others = [word.encode() for word in WORDS if len(word) == len(words[0]) and word.encode() != words[0]]
            return data.replace(words[0], chance.choice(others or words))
        return bytes(reversed(data))

    def stamp(self, path: str) -> tuple[int, int]:
        stat = (self.root / path).stat()
        return stat.st_atime_ns, stat.st_mtime_ns

    def write_config(self) -> None:
        tables = "\n".join(text for text in self.config.values() if text.startswith("["))
        text = "\n".join([*(text for text in self.config.values() if text and not text.startswith("[")), tables, ""])
        if self.config_name == "pyproject.toml":
            text = "[tool.lintkb]\n" + re.sub(r"(?m)^(\[+)(?=[a-z])", r"\1tool.lintkb.", text)
        self.put(self.config_name, text)

    def git(self, *arguments: str) -> str:
        if shutil.which("git") is None:
            return ""
        return subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            check=False,
            capture_output=True,
            text=True,
            env=environment(),
        ).stdout.strip()

    def has_git(self) -> bool:
        return (self.root / ".git").exists() and bool(self.git("rev-parse", "-q", "--verify", "HEAD"))

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", "as it is")

    def link(self, note: str) -> str:
        """A link from a note to another, in any form; some lead nowhere."""
        chance = self.chance
        target = chance.choice(self.notes())
        bare = target.removesuffix(".md")
        headings = re.findall(r"(?m)^#+ (.+)$", self.read(target)) or HEADINGS
        stem, heading = bare.rpartition("/")[2], chance.choice(headings if chance.random() < 0.7 else HEADINGS)
        relative = os.path.relpath(target, Path(note).parent).replace(" ", "%20")
        return chance.choice((
            f"[[{stem}]]", f"[[{stem}|so]]", f"[[{bare}]]", f"[[{stem.title()}]]",
            f"[[{stem.replace('_', ' ').replace('-', ' ')}]]",
            f"[[{stem}#{heading}]]", f"[[{stem}#^b{chance.randrange(3)}]]", f"![[{stem}]]", f"[[#{heading}]]",
            f"[[ {stem} | so ]]",
            f"[so]({relative})", f"[so]({relative}#{heading.lower().replace(' ', '-')})", f"[so]({relative.title()})",
            f'<a href="{relative}">so</a>', f"[[{chance.choice(WORDS)} by the {chance.choice(WORDS)}]]", f"[[{stem[:-1]}]]",
            f"[[About {chance.choice(WORDS)}]]", f"[[{chance.choice(WORDS)}s]]", "![[img.png]]", "![a plan](beds/plan.pdf)",
            "![a plan](plan.pdf)", f"[so][r{chance.randrange(3)}]", f"so[^f{chance.randrange(2)}]",
        ))  # fmt: skip

    def paragraph(self, note: str, recording: str) -> str:
        """A paragraph of a note."""
        chance = self.chance
        kind = chance.randrange(14)
        if kind < 4:
            return f"{sentence(chance)} See {self.link(note)} and {self.link(note)}."
        if kind < 7:
            return " ".join(cited(recording, chance) for _ in range(chance.randint(1, 3)))
        if kind == 7:
            return stock(chance.randrange(8))
        if kind == 8:
            return f"## {chance.choice(HEADINGS)}\n\n{sentence(chance)} ^b{chance.randrange(3)}"
        if kind == 9:
            return chance.choice((
                f"In 2019 about {chance.randrange(99)} percent of the growers lost their {chance.choice(WORDS)}.",
                f'Inez Marlow said: "{chance.choice(said(chance.choice(RECORDINGS)))[1]}"',
                "Experts say that the largest farm is the best.",
                "Certainly! Here is the note that you asked for:", "Share this article  Subscribe to our newsletter",
            ))  # fmt: skip
        if kind == 10:
            return f"{sentence(chance)} [[nowhere yet]] {chance.choice(SUPPRESSIONS)}"
        if kind == 11:
            return (
                f"[r{chance.randrange(3)}]: {self.chance.choice(('beds/index.md', 'https://example.org', 'gone.md'))}"
            )
        if kind == 12:
            return f"[^f{chance.randrange(2)}]: {sentence(chance)}"
        return "\n".join(f"* {cited(recording, chance)}" for _ in range(6))

    def head(self, note: str) -> str:
        """The frontmatter of a note, or nothing."""
        chance = self.chance
        if chance.random() < 0.15:
            return ""
        lines = [f"title: {chance.choice((Path(note).stem, 'About ' + chance.choice(WORDS)))}"]
        for chance_of, line in (
            (0.4, f"aliases: [{chance.choice(WORDS)}s, the {chance.choice(WORDS)}]"), (0.3, f"slug: s{chance.randrange(12)}"),
            (0.7, f"videoId: {chance.choice(RECORDINGS)}"), (0.3, f'duration: "{clock(chance.choice((900, 1500, 5400)))}"'),
            (0.2, "source: The almanac of the valley, 2025"), (0.1, "type: paper"), (0.1, "doi: 10.1/x"),
            (0.3, f"tags: [{chance.choice(WORDS)}, {chance.choice(WORDS)}]"),
            (0.2, f"kind: {chance.choice(('talk', 'list'))}"),
            (0.1, f'related: "[[{chance.choice(WORDS)}]]"'), (0.05, "title: twice"),
            (0.05, "draft: yes  # lintkb-disable FM007"),
        ):  # fmt: skip
            if chance.random() < chance_of:
                lines.append(line)
        return "\n".join(["---", *lines, "---", ""])

    def text_of_note(self, path: str) -> str:
        """A whole note."""
        chance = self.chance
        recording = chance.choice(RECORDINGS)
        if Path(path).stem in ("index", "beds"):
            links = [f"* [[{Path(note).stem}]]" for note in self.notes() if chance.random() < 0.6]
            return "\n".join([self.head(path), "# All", "", *links, ""])
        parts = [f"# {chance.choice(WORDS).title()} by the {chance.choice(WORDS)}"]
        parts += [self.paragraph(path, recording) for _ in range(chance.randint(1, 6))]
        if chance.random() < 0.4:  # of a kind that is all about its recording
            misread = chance.random() < 0.2
            items = [f"* {cited(recording, chance, plain=True, misread=misread)}" for _ in range(chance.randint(6, 12))]
            parts += [
                "\n".join(items),
                cited(recording, chance),
                *([stock(chance.randrange(4))] * (chance.random() < 0.3)),
            ]
        text = self.head(path) + "\n\n".join(parts) + "\n"
        return re.sub(r"(?m)^videoId: .*$", f"videoId: {recording}", text) if chance.random() < 0.9 else text

    def edit(self, path: str, change: Callable[[list[str]], object]) -> None:
        """Change the paragraphs of a note."""
        parts = self.read(path).split("\n\n")
        change(parts)
        self.put(path, "\n\n".join(parts))

    def move(self, old: str, new: str) -> bool:
        """Rename, where nothing is in the way."""
        if (self.root / new).exists() and not (self.root / new).samefile(self.root / old):
            return False
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)
        return True

    # What is asked of lintkb.

    def glance(self) -> None:
        """Ask once more what was asked last, and again after this change: what is remembered of it is of the midst."""
        self.glanced = True
        run(self.last, self.home, "glance", self.with_cache(self.last))

    def paths(self) -> tuple[list[str], str]:
        """Some paths, and the folder in which they are given."""
        chance = self.chance
        way, note = chance.randrange(8), self.note()
        folder = Path(note).parent.as_posix()
        if way == 0:
            return [note], "kb"
        if way == 1:
            return [note, self.note(), self.note()], "kb"
        if way == 2:
            return [folder], "kb"
        if way == 3:
            return [], f"kb/{folder}"
        if way == 4:
            return ["kb"], ""
        if way == 5:
            return [f"HOME/kb/{note}"], "outer"
        if way == 6:
            return ["HOME/kb"], "outer"
        return ["transcripts/growtalk_01.vtt"], "kb"

    def ask(self) -> Ask:
        """Any question."""
        chance = self.chance
        if self.glanced:
            self.glanced = False
            return self.last
        if chance.random() < 0.4:
            return PLAIN
        if self.asks and chance.random() < 0.6:  # again what was asked before, of which something may be remembered
            return chance.choice(self.asks)
        narrow = chance.random() < 0.4
        paths, folder = self.paths() if narrow and chance.random() < 0.5 else ([], "kb")
        words: list[str] = []
        way = chance.random()
        if way < 0.08:
            words = chance.choice(
                (["graph"], ["graph", "--format", "dot"], ["sources"], ["sources", "--output-format", "json"])
            )
        else:
            form = chance.choice(FORMATS)
            words = ["--output-format", form]
            if chance.random() < 0.15 and form in ("full", "concise", "json"):
                words.append("--statistics")
            if chance.random() < 0.06 and form in ("full", "concise"):
                words += chance.choice((["--diff"], ["--diff", "--unsafe-fixes"]))
            elif chance.random() < 0.15:
                words += ["--report", f"{chance.choice(FORMATS)}=OUT/report", "--report", "concise=OUT/brief"]
            for odds, option in (
                (0.2, ["-q"]), (0.1, ["-v"]), (0.1, ["--show-suppressed"]), (0.05, ["--color", "always"]), (0.05, ["-e"]),
                (0.05, ["--fail-on", chance.choice(("error", "info", "never"))]), (0.05, ["--history"]), (0.06, ["-j2"]),
            ):  # fmt: skip
                if chance.random() < odds:
                    words += option
            if self.has_git() and chance.random() < 0.1 and "--diff" not in words:
                words += chance.choice((["--since", "HEAD"], ["--at", "HEAD"], ["--hook"]))
        if narrow and chance.random() < 0.6:
            words += chance.choice((
                ["--select", chance.choice(("WL", "TS,CL", "DU", "ALL", "SU"))], ["--ignore", "WL001"], ["--isolated"],
                ["--extend-select", chance.choice(("ALL", "WL012,WL013", "DU003"))], ["--config", "max-size = 700"],
                ["--config", 'rule-paths = ["HOME/outer/rules"]'], ["--config", 'links.fold = ["case"]'],
                ["--config", "sources = 'HOME/outer/{videoId}.*'"], ["--config", "HOME/outer/other.toml"],
            ))  # fmt: skip
        surroundings = (("FORCE_COLOR", "1"),) if chance.random() < 0.04 else ()
        if chance.random() < 0.02:
            surroundings = (("GITHUB_ACTIONS", "true"),)
        ask = Ask((*words, *paths), folder, surroundings, real=chance.random() < 0.01)
        self.asks = [*self.asks[-2:], ask]
        return ask

    def with_cache(self, ask: Ask) -> list[str]:
        """The options by which a run uses the cache."""
        return ["--cache-dir", str(self.cache), *(["-j1"] if "-j2" not in ask.arguments else [])]

    def judge(self, ask: Ask, *, again: bool = False) -> Ran:
        """Ask with the cache, perhaps twice, and without it. Raises Fault where the answers differ."""
        self.last = ask
        warm = run(ask, self.home, "run", self.with_cache(ask))
        more = [run(ask, self.home, "run", self.with_cache(ask))] if again else []
        cold = run(ask, self.home, "run", WITHOUT)
        compare(str(ask), warm, cold)
        for one in more:
            compare(f"{ask}, asked again", one, cold)
        return cold

    def change(self, kind: str | None = None) -> tuple[str, str]:
        """Let something happen, of that kind or of any; what kind of thing, and in words."""
        for mend in self.mend:
            mend()
        self.mend.clear()
        if len(self.notes()) < 4:
            for _ in range(4):
                path = self.new_name()
                self.put(path, self.text_of_note(path))
        names, weights = list(MUTATIONS), [weight for weight, _ in MUTATIONS.values()]
        for _ in range(20):
            name = kind or self.chance.choices(names, weights)[0]
            done = MUTATIONS[name][1](self)
            if done is not None:
                return name, done
        return "nothing", f"nothing, as there is nothing for {name!r}"


def environment() -> dict[str, str]:
    """Nobody's settings of git, and one date for all commits."""
    date = {"GIT_AUTHOR_DATE": f"{PAST} +0000", "GIT_COMMITTER_DATE": f"{PAST} +0000"}
    who = {f"GIT_{role}_{what}": "x@x.test" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {**os.environ, **date, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


# Notes.


@mutation(4)
def nothing(_garden: Garden) -> str:
    return "nothing"


@mutation(8)
def edit_a_paragraph(garden: Garden) -> str:
    path, recording = garden.note(), garden.chance.choice(RECORDINGS)
    new = garden.paragraph(path, recording)
    garden.edit(path, lambda parts: parts.__setitem__(garden.chance.randrange(len(parts)), new))
    return f"a paragraph of {path} is another"


@mutation(6)
def add_a_paragraph(garden: Garden) -> str:
    path, recording = garden.note(), garden.chance.choice(RECORDINGS)
    new = garden.paragraph(path, recording)
    garden.edit(path, lambda parts: parts.insert(garden.chance.randint(1, len(parts)), new))
    return f"a paragraph is added to {path}"


@mutation(4)
def remove_a_paragraph(garden: Garden) -> str:
    path = garden.note()
    garden.edit(path, lambda parts: parts.pop(garden.chance.randrange(len(parts))))
    return f"a paragraph of {path} is taken out"


@mutation(4)
def copy_a_paragraph(garden: Garden) -> str:
    path, source = garden.note(), garden.note()
    part = garden.chance.choice(garden.read(source).split("\n\n"))
    garden.edit(path, lambda parts: parts.append(part))
    return f"a paragraph of {source} stands in {path} too"


@mutation(8)
def edit_a_heading(garden: Garden) -> str | None:
    path = garden.note()
    text = garden.read(path)
    headings = list(re.finditer(r"(?m)^(#+) .*$|\^b\d$", text))
    if not headings:
        return None
    match = garden.chance.choice(headings)
    new = f"{match[1]} {garden.chance.choice(HEADINGS)}" if match[1] else f"^b{garden.chance.randrange(3)}"
    garden.put(path, text[: match.start()] + new + text[match.end() :])
    return f"{match[0]!r} in {path} becomes {new!r}"


@mutation(6)
def edit_a_linked_heading(garden: Garden) -> str | None:
    """What a link leads to is lost, or comes into being, and nothing else changes."""
    chance = garden.chance
    links = [pair for note in garden.notes() for pair in re.findall(r"\[\[([^\]|#\n]+)#([^\]|\n]+)", garden.read(note))]
    paths = {Path(note).stem: note for note in garden.notes()}
    links = sorted({(stem, heading) for stem, heading in links if stem in paths})
    if not links:
        return None
    stem, heading = chance.choice(links)
    text = garden.read(paths[stem])
    line = heading if heading.startswith("^") else f"## {heading}"
    new = re.sub(rf"(?m)(^#+ |(?=\^)){re.escape(heading)}$", r"\1^b9" if heading.startswith("^") else r"\1Other", text)
    garden.put(paths[stem], new if new != text else f"{text}\n{line}\n")
    return f"{stem}#{heading} {'is gone' if new != text else 'comes into being'}"


@mutation(8)
def edit_frontmatter(garden: Garden) -> str:
    path = garden.note()
    body = re.sub(r"\A---\n.*?\n---\n", "", garden.read(path), flags=re.DOTALL)
    garden.put(path, garden.head(path) + body)
    return f"{path} has other frontmatter"


@mutation(6)
def edit_a_link(garden: Garden) -> str | None:
    path = garden.note()
    text = garden.read(path)
    links = list(re.finditer(r"!?\[\[[^\]\n]*\]\]", text))
    if not links:
        return None
    match, new = garden.chance.choice(links), garden.link(path)
    garden.put(path, text[: match.start()] + new + text[match.end() :])
    return f"{match[0]} in {path} becomes {new}"


@mutation(3)
def suppress_something(garden: Garden) -> str:
    path, word = garden.note(), garden.chance.choice(SUPPRESSIONS)
    lines = garden.read(path).split("\n")
    at = garden.chance.randrange(len(lines))
    lines[at] += f" {word}"
    garden.put(path, "\n".join(lines))
    return f"{path}:{at + 1} gets {word}"


@mutation(2)
def unsuppress(garden: Garden) -> str:
    path = garden.note()
    garden.put(path, re.sub(r"<!-- lintkb-.*?-->", "", garden.read(path)))
    return f"nothing is suppressed in {path}"


@mutation(6)
def create_a_note(garden: Garden) -> str:
    path = garden.new_name()
    garden.put(path, garden.text_of_note(path))
    return f"{path} is new"


@mutation(3)
def write_what_is_wanted(garden: Garden) -> str | None:
    """The target of a link that leads nowhere comes into being."""
    targets = re.findall(r"\[\[([^\]|#\n/]+)", "".join(map(garden.read, garden.notes())))
    stems = {Path(note).stem for note in garden.notes()}
    targets = sorted({target.strip() for target in targets} - stems)
    if not targets:
        return None
    path = f"{garden.chance.choice(FOLDERS)}/{garden.chance.choice(targets)}.md".removeprefix("/")
    if (garden.root / path).exists():
        return None
    garden.put(path, garden.text_of_note(path))
    return f"{path} is written, which was linked"


@mutation(5)
def delete_a_note(garden: Garden) -> str:
    path = garden.note()
    (garden.root / path).unlink()
    return f"{path} is deleted"


@mutation(5)
def rename_a_note(garden: Garden) -> str | None:
    old = garden.note()
    folder, name = Path(old).parent.as_posix(), Path(old).name
    new = garden.chance.choice((name.swapcase(), name.title(), name.replace("-", "_"), name.replace("-", " "), f"a{name}",
                                name.replace("ü", "u\u0308"), name.upper(), Path(garden.new_name()).name))  # fmt: skip
    new = f"{folder}/{new}".removeprefix("./")
    return f"{old} becomes {new}" if new != old and garden.move(old, new) else None


@mutation(4)
def move_a_note(garden: Garden) -> str | None:
    old = garden.note()
    new = f"{garden.chance.choice(FOLDERS)}/{Path(old).name}".removeprefix("/")
    return f"{old} becomes {new}" if new != old and garden.move(old, new) else None


@mutation(3)
def move_a_folder(garden: Garden) -> str | None:
    folders = garden.folders()
    if not folders:
        return None
    old = garden.chance.choice(folders)
    new = garden.chance.choice(
        (f"{old}2", old.upper(), f"people/{Path(old).name}", Path(old).name, old.removesuffix("2"))
    )
    if new == old or new.startswith(f"{old}/"):
        return None
    return f"{old}/ becomes {new}/" if garden.move(old, new) else None


@mutation(4)
def swap_two_notes(garden: Garden) -> str | None:
    one, other = garden.note(), garden.note()
    if one == other:
        return None
    how = garden.chance.choice(("", ", which have one size and one time"))
    if how:
        pair = [(garden.root / path).read_bytes() for path in (one, other)]
        for path, data in zip((one, other), pair, strict=True):
            garden.put(path, data.ljust(max(map(len, pair)), b"\n"), stamp=(PAST * 10**9, PAST * 10**9))
        garden.glance()
    between = garden.root / "between.tmp"
    (garden.root / one).rename(between)
    (garden.root / other).rename(garden.root / one)
    between.rename(garden.root / other)
    return f"{one} and {other} are swapped{how}"


@mutation(4)
def copy_a_note(garden: Garden) -> str:
    source = garden.note()
    target = garden.chance.choice((garden.new_name(), garden.note()))
    garden.put(target, (garden.root / source).read_bytes(), stamp=garden.stamp(source))
    return f"{target} is a copy of {source}, with its time"


@mutation(3)
def touch(garden: Garden) -> str:
    paths = garden.chance.choice(([garden.note()], garden.notes()))
    when = garden.chance.choice((time.time(), PAST, time.time() + 9999, 0))
    for path in paths:
        os.utime(garden.root / path, (when, when))
    return f"{', '.join(paths[:3])}{' and all others' * (len(paths) > 1)} are touched"


# Clocks.


def _file(garden: Garden) -> str:
    """A note, mostly; else something else that a run reads."""
    others = [*sorted(path.relative_to(garden.root).as_posix() for path in (garden.root / "transcripts").glob("*.*")),
              "house-rules/house-word.md", "schemas/note.json", garden.config_name, "../outer/growtalk_01.vtt",
              "../outer/rules/house-word.md"]  # fmt: skip
    others = [path for path in others if (garden.root / path).is_file()]
    return garden.note() if garden.chance.random() < 0.7 or not others else garden.chance.choice(others)


@mutation(8)
def same_size(garden: Garden) -> str:
    path = _file(garden)
    garden.put(path, garden.same_size(path))
    return f"{path} has other content of the same size"


@mutation(6)
def same_size_and_time(garden: Garden) -> str:
    path = _file(garden)
    garden.put(path, garden.same_size(path), stamp=garden.stamp(path))
    return f"{path} has other content of the same size, and its old time"


@mutation(8)
def same_tick(garden: Garden) -> str:
    """Changed, looked at and changed again before the clock of the file system goes on."""
    path = _file(garden)
    now = time.time_ns()
    garden.put(path, garden.same_size(path), stamp=(now, now))
    garden.glance()
    how = garden.chance.choice(("once", "back"))
    before, after = (garden.root / path).read_bytes(), garden.same_size(path)
    garden.put(path, after, stamp=(now, now))
    if how == "back":
        garden.glance()
        garden.put(path, before, stamp=(now, now))
    return f"{path} is changed {how} within a tick of the clock, with runs between"


@mutation(2)
def time_goes_back(garden: Garden) -> str:
    path = _file(garden)
    garden.put(path, garden.same_size(path), stamp=((PAST - 10**6) * 10**9,) * 2)
    return f"{path} is another and older file of its size"


# What else the knowledge base holds.


@mutation(4)
def attachment(garden: Garden) -> str:
    path = garden.chance.choice(("img.png", "beds/plan.pdf", "plan.pdf", "drafts/img.png", "beds/IMG.png"))
    target = garden.root / path
    if target.exists():
        target.unlink()
        return f"{path} is deleted"
    garden.put(path, "x")
    return f"{path} is there"


@mutation(12)
def edit_a_transcript(garden: Garden) -> str:
    recording, chance = garden.chance.choice(RECORDINGS), garden.chance
    folder = chance.choice(("transcripts", "transcripts", "../outer"))
    path = f"{folder}/{recording}.{chance.choice(('vtt', 'vtt', 'srt', 'info.json'))}"
    if (garden.root / path).exists() and chance.random() < 0.25:
        (garden.root / path).unlink()
        return f"{path} is deleted"
    later = chance.choice((0, 0, 120, 300))
    content: str | bytes = transcript(recording, later, chance, srt=path.endswith("srt"))
    if path.endswith("json"):
        content = json.dumps({"id": recording, "duration": chance.choice((600, 1500, 4000))})
    elif chance.random() < 0.1:
        path, content = f"transcripts/{recording}.vtt", chance.choice((b"WEBVTT\n\xff\xfe", b"", b"not a transcript"))
    garden.put(path, content)
    return f"{path} is written, {later} seconds later"


@mutation(8)
def configure(garden: Garden) -> str:
    key = garden.chance.choice(list(CONFIG))
    garden.config[key] = garden.chance.choice(CONFIG[key])
    garden.write_config()
    return f"the configuration has {garden.config[key]!r} for {key}"


@mutation(1)
def configure_elsewhere(garden: Garden) -> str:
    old = garden.config_name
    garden.config_name = "pyproject.toml" if old == "lintkb.toml" else "lintkb.toml"
    if garden.chance.random() < 0.5:
        (garden.root / old).unlink(missing_ok=True)
    garden.write_config()
    return f"{garden.config_name} has the configuration; {old} may be there still"


@mutation(1)
def break_the_configuration(garden: Garden) -> str:
    garden.put(
        garden.config_name,
        garden.chance.choice(("select = [", "[tool.lintkb]\nselct = 3\n", b"\xff", "max-size = -1\n")),
    )
    garden.mend.append(garden.write_config)
    return f"{garden.config_name} cannot be used, until the next step"


@mutation(1)
def unconfigure(garden: Garden) -> str:
    (garden.root / garden.config_name).unlink(missing_ok=True)
    garden.mend.append(garden.write_config)
    return f"{garden.config_name} is gone, until the next step"


@mutation(1)
def configure_inside(garden: Garden) -> str:
    target = garden.root / "beds/lintkb.toml"
    if target.exists():
        target.unlink()
        return "beds/lintkb.toml is deleted"
    garden.put("beds/lintkb.toml", garden.chance.choice(("", "[links]\nnames = ['stem']\n")))
    return "beds/ has a configuration of its own"


@mutation(1)
def configure_above(garden: Garden) -> str:
    garden.put("../lintkb.toml", "ignore = ['WL']\n")
    garden.put(
        "../outer/other.toml",
        garden.chance.choice(("ignore = ['TS']\n", "select = ['WL', 'ML']\n", "select = ['ALL']\n")),
    )
    garden.mend.append((garden.root / "../lintkb.toml").unlink)
    return "a folder above has a configuration, until the next step; outer/other.toml is another"


@mutation(4)
def edit_a_rule(garden: Garden) -> str:
    path = garden.chance.choice(
        ("house-rules/house-word.md", "house-rules/house-word.md", "../outer/rules/house-word.md")
    )
    text = house_rule(garden.chance)
    if garden.chance.random() < 0.1:
        garden.put(path, text.replace("check: pattern", "check: patern"))
        garden.mend.append(lambda: garden.put(path, text))
        return f"{path} cannot be used, until the next step"
    garden.put(path, text)
    return f"{path} is another rule"


@mutation(4)
def edit_a_schema(garden: Garden) -> str:
    way = garden.chance.random()
    if way < 0.1:
        garden.put("schemas/note.json", "{")
        garden.mend.append(lambda: garden.put("schemas/note.json", json.dumps(SCHEMAS[0])))
        return "schemas/note.json is no JSON, until the next step"
    if way < 0.4:
        garden.put("schemas/parts.json", json.dumps(garden.chance.choice(PARTS)))
        return "schemas/parts.json is another"
    garden.put("schemas/note.json", json.dumps(garden.chance.choice(SCHEMAS)))
    return "schemas/note.json is another"


@mutation(3)
def ignore_files(garden: Garden) -> str:
    path = garden.chance.choice((".gitignore", ".gitignore", "beds/.gitignore", "../.gitignore"))
    text = garden.chance.choice(IGNORES)
    garden.put(path, text)
    if path.startswith(".."):
        garden.mend.append((garden.root / path).unlink)
    return f"{path} is {text!r}"


# What cannot be read, and what is no plain file.


@mutation(4)
def damage_a_note(garden: Garden) -> str:
    path = garden.note()
    data = (garden.root / path).read_bytes()
    how, new = garden.chance.choice((
        ("not UTF-8", data + b"\xff\xfe\xc3"), ("large", data + b"\n\n" + stock(1).encode() * 40), ("empty", b""),
        ("CRLF", data.replace(b"\n", b"\r\n")),
        ("with a byte order mark", b"\xef\xbb\xbf" + data), ("with NUL", data + b"\0"), ("cut", data[: len(data) // 2]),
        ("UTF-16", data.decode("utf-8", "replace").encode("utf-16")), ("with broken YAML", b"---\ntitle: [\n---\n" + data),
        ("in a fence", b"```markdown\n" + data + b"\n```\n"),
        ("with a deep list", b"\n".join(b" " * n + b"* x" for n in range(60))),
    ))  # fmt: skip
    garden.put(path, new)
    return f"{path} is {how}"


@mutation(3)
def rewrite_a_damaged_note(garden: Garden) -> str | None:
    for path in garden.notes():
        try:
            text = (garden.root / path).read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            text = ""
        if len(text) < 40 or len(text) > 6000:
            garden.put(path, garden.text_of_note(path))
            return f"{path} is a sound note again"
    return None


@mutation(4)
def link_a_file(garden: Garden) -> str:
    target = garden.chance.choice((garden.note(), "gone.md", "../outer/other.toml", "beds", "."))
    path = garden.chance.choice((f"link{garden.chance.randrange(3)}.md", "beds/linked", garden.note()))
    place = garden.root / path
    if place.is_dir() and not place.is_symlink():
        place = garden.root / "linked"
    place.unlink(missing_ok=True)
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(os.path.relpath(garden.root / target, place.parent))
    return f"{place.name} is a link to {target}"


@mutation(2)
def unlink(garden: Garden) -> str | None:
    links = [path for path in sorted(garden.root.rglob("*")) if path.is_symlink()]
    if not links:
        return None
    links[0].unlink()
    return f"the link {links[0].name} is gone"


@mutation(2)
def hard_link(garden: Garden) -> str | None:
    source, target = garden.note(), garden.root / garden.new_name()
    target.parent.mkdir(parents=True, exist_ok=True)
    os.link(garden.root / source, target)
    garden.glance()
    (garden.root / source).write_bytes(garden.same_size(source))
    return f"{target.name} and {source} are one file, which has changed since"


@mutation(2)
def folder_for_a_note(garden: Garden) -> str:
    path = garden.note()
    (garden.root / path).unlink()
    if garden.chance.random() < 0.5:
        (garden.root / path).mkdir()
        garden.mend.append(
            lambda: garden.chance.random() < 0.5 and shutil.rmtree(garden.root / path, ignore_errors=True)
        )
        return f"{path} is a folder"
    os.mkfifo(garden.root / path)
    garden.mend.append(lambda: (garden.root / path).unlink(missing_ok=True))
    return f"{path} is a pipe"


@mutation(1)
def empty_folder(garden: Garden) -> str:
    (garden.root / garden.chance.choice(("empty", "beds/empty", "transcripts"))).mkdir(parents=True, exist_ok=True)
    return "there is an empty folder"


@mutation(2)
def forbid(garden: Garden) -> str | None:
    if os.geteuid() == 0:  # who may read everything
        return None
    path = garden.chance.choice((garden.note(), *garden.folders()[:1]))
    mode = (garden.root / path).stat().st_mode
    (garden.root / path).chmod(0)
    garden.mend.append(lambda: (garden.root / path).chmod(mode))
    return f"{path} may not be read, until the next step"


# The whole of it.


def _away(garden: Garden, name: str) -> Path:
    return garden.home / "saved" / name


@mutation(2)
def save_all(garden: Garden) -> str:
    for name in ("kb", "cache"):
        shutil.rmtree(_away(garden, name), ignore_errors=True)
        if (garden.home / name).exists():
            copy_all(garden.home / name, _away(garden, name))
    return "all is saved"


def copy_all(source: Path, target: Path) -> None:
    """Copy a folder with all that makes it: times, links of both kinds, pipes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", source, target], check=True)


@mutation(2)
def restore_all(garden: Garden) -> str | None:
    """Files come back with their times, as they were when another cache was made."""
    if not _away(garden, "kb").exists():
        return None
    shutil.rmtree(garden.root)
    copy_all(_away(garden, "kb"), garden.root)
    garden.config_name = "lintkb.toml" if (garden.root / "lintkb.toml").exists() else "pyproject.toml"
    return "the knowledge base is again what was saved; the cache is not"


@mutation(2)
def restore_the_cache(garden: Garden) -> str | None:
    if not _away(garden, "cache").exists():
        return None
    shutil.rmtree(garden.cache, ignore_errors=True)
    copy_all(_away(garden, "cache"), garden.cache)
    return "the cache is again what was saved; the knowledge base is not"


@mutation(2)
def commit(garden: Garden) -> str:
    if not (garden.root / ".git").exists():
        garden.git("init", "-q", "-b", "main")
    garden.commit()
    return "all is committed"


@mutation(2)
def check_out(garden: Garden) -> str | None:
    if not garden.has_git():
        return None
    garden.git("reset", "-q", "--hard", garden.chance.choice(("HEAD", "HEAD~1")))
    garden.config_name = "lintkb.toml" if (garden.root / "lintkb.toml").exists() else "pyproject.toml"
    return "all is as it was committed"


@mutation(3)
def fix(garden: Garden) -> str:
    """What is repaired with the cache is what is repaired without it, in a copy."""
    words = ("--fix", *garden.chance.choice(((), ("--unsafe-fixes",))))
    copy = garden.home / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    for name in ("kb", "outer"):
        copy_all(garden.home / name, copy / name)
    ask = Ask(words)
    warm = run(ask, garden.home, "run", garden.with_cache(ask))
    cold = run(ask, copy, "run", WITHOUT)
    compare(str(ask), warm, cold)
    if (one := contents(garden.root)) != (other := contents(copy / "kb")):
        differing = sorted(path for path in {*one, *other} if one.get(path) != other.get(path))
        raise Fault(f"with its cache lintkb repairs something else: {ask}: {', '.join(differing)}")
    return " ".join(words)


def contents(root: Path) -> dict[str, bytes]:
    """What is in all regular files of a folder, apart from git's own."""
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files if ".git" not in path.parts}


# The cache.


@mutation(6)
def damage_the_cache(garden: Garden) -> str | None:
    files = [path for path in sorted(garden.cache.rglob("*")) if path.is_file() and path.stat().st_size]
    if not files:
        return None
    path, chance = garden.chance.choice(files), garden.chance
    data = bytearray(path.read_bytes())
    how = chance.choice(("cut", "cut in half", "flipped", "flipped", "garbled", "emptied", "deleted", "a folder"))
    if how == "cut":
        del data[-chance.randint(1, min(len(data), 5000)) :]
    elif how == "cut in half":
        del data[len(data) // 2 :]
    elif how == "flipped":
        for _ in range(chance.choice((1, 20))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif how == "garbled":
        at = chance.randrange(len(data))
        data[at : at + 500] = chance.randbytes(500)
    elif how == "emptied":
        data.clear()
    if how in ("deleted", "a folder"):
        path.unlink()
    else:
        path.write_bytes(data)
    if how == "a folder":
        path.mkdir()
        garden.mend.append(lambda: shutil.rmtree(path, ignore_errors=True) if path.is_dir() else None)
    return f"{path.name} of the cache is {how}"


@mutation(1)
def drop_the_cache(garden: Garden) -> str:
    shutil.rmtree(garden.cache, ignore_errors=True)
    if garden.chance.random() < 0.3:
        garden.cache.write_bytes(b"")
        garden.mend.append(lambda: garden.cache.is_file() and garden.cache.unlink())
        return "the cache is a file"
    return "the cache is gone"


@mutation(2)
def kill_a_run(garden: Garden) -> str:
    garden.put(garden.note(), garden.text_of_note("new.md"))
    out = garden.home / "out/killed"
    ask = garden.ask()._replace(real=False)
    child = start(ask, garden.home, out, garden.with_cache(ask))
    time.sleep(garden.chance.choice((0.01, 0.03, 0.06, 0.1, 0.2)))
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "a run is killed in its midst"


@mutation(3)
def two_at_once(garden: Garden) -> str:
    if garden.chance.random() < 0.3:
        shutil.rmtree(garden.cache, ignore_errors=True)
    garden.put(garden.note(), garden.text_of_note("new.md"))
    asks = [garden.ask(), PLAIN]
    outs = [garden.home / f"out/beside{number}" for number in range(2)]
    children = [start(ask, garden.home, out, garden.with_cache(ask)) for ask, out in zip(asks, outs, strict=True)]
    for ask, out, ran in zip(asks, outs, [end(*pair) for pair in zip(children, outs, strict=True)], strict=True):
        compare(f"{ask}, beside another run", ran, end(start(ask, garden.home, out, WITHOUT), out))
    return "two runs use the cache at once"


# --- Series -----------------------------------------------------------------------------------------------------------


class Series(NamedTuple):
    """What came of a series: how often each kind of thing happened, exit codes, how often answers changed, the fault."""

    seed: int
    kinds: Counter[str]
    codes: Counter[int]
    changed: int
    steps: list[str]
    fault: str


def series(
    home: Path,
    seed: int,
    steps: int = STEPS,
    *,
    kinds: Iterable[str] | None = None,
    tell: Callable[[str], object] = lambda _line: None,
) -> Series:
    """Make a knowledge base below an empty folder, change it so many times or in these ways, and compare after each."""
    counts: Counter[str] = Counter()
    codes: Counter[int] = Counter()
    lines: list[str] = []
    changed, last = 0, b""
    garden = Garden(home, seed)
    try:
        garden.judge(PLAIN)
        for number, kind in enumerate(kinds or [None] * steps, 1):
            name, words = garden.change(kind)
            counts[name] += 1
            lines.append(f"{number}. {words}")
            tell(lines[-1])
            ask = garden.ask()
            lines[-1] += f"; then {ask}"
            ran = garden.judge(ask, again=garden.chance.random() < 0.25)
            codes[ran.code] += 1
            if ask == PLAIN:
                changed += ran.made["stdout"] != last
                last = ran.made["stdout"]
    except Fault as fault:
        return Series(seed, counts, codes, changed, lines, f"seed {seed}, step {len(lines)}: {fault}")
    return Series(seed, counts, codes, changed, lines, "")


def told(result: Series) -> str:
    """A fault with all that led to it, and how to see it again."""
    again = f"benchmarks/mutations.py --series {result.seed} --steps {len(result.steps)} --keep FOLDER"
    return "\n".join([*result.steps, result.fault, f"again: {again}"])


def warm_up() -> None:
    """Import what runs import, so that those that are forked need not: a small knowledge base of every kind of trouble."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "PRE_COMMIT_")) or name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "COLUMNS"):
            del os.environ[name]
    os.environ.update({name: value for name, value in environment().items() if name.startswith("GIT_CONFIG")})
    from lintkb.cli import main as lintkb

    before = Path.cwd()
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        os.chdir(Garden(Path(folder), 0).root)
        try:
            for words in (
                *(["--output-format", form] for form in sorted(set(FORMATS))),
                ["--fix"],
                ["graph"],
                ["sources"],
            ):
                lintkb([*words, "--cache-dir", f"{folder}/cache"])
        finally:
            os.chdir(before)


def _one(seed: int, steps: int) -> Series:
    with tempfile.TemporaryDirectory(prefix="lintkb-mutations-") as folder:
        return series(Path(folder), seed, steps)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="how many changes (default: 2000)")
    parser.add_argument("--seed", type=int, default=0, help="of the first series; each has the next (default: 0)")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"changes in a series (default: {STEPS})")
    parser.add_argument("--series", type=int, metavar="SEED", help="run that series alone")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where it happens, which is left as it is then")
    parser.add_argument("--verbose", action="store_true", help="print every step of it")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, help="series at once")
    arguments = parser.parse_args()
    warm_up()
    if arguments.series is not None:
        home = arguments.keep or Path(tempfile.mkdtemp(prefix="lintkb-mutations-"))
        tell = print if arguments.verbose else (lambda _line: None)
        result = series(home.resolve(), arguments.series, arguments.steps, tell=tell)
        print(told(result) if result.fault else f"{len(result.steps)} changes, no fault")
        if arguments.keep is None:
            shutil.rmtree(home)
        return int(bool(result.fault))
    started = time.monotonic()
    results: list[Series] = []
    seeds = range(arguments.seed, arguments.seed + -(-arguments.count // arguments.steps))
    with ProcessPoolExecutor(arguments.jobs, mp_context=get_context("fork")) as pool:
        for future in as_completed([pool.submit(_one, seed, arguments.steps) for seed in seeds]):
            results.append(future.result())
            if results[-1].fault:
                print(told(results[-1]), end="\n\n", flush=True)
    kinds = sum((result.kinds for result in results), Counter[str]())
    codes = sum((result.codes for result in results), Counter[int]())
    for name, number in kinds.most_common():
        print(f"{number:>6}  {name}")
    faults = sum(bool(result.fault) for result in results)
    seconds = time.monotonic() - started
    print(
        f"{kinds.total()} changes in {len(results)} series, {seconds:.0f} s; exit codes {dict(sorted(codes.items()))};",
        end=" ",
    )
    print(f"{faults} series with a fault")
    return int(faults > 0)


if __name__ == "__main__":
    raise SystemExit(main())
