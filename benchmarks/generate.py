"""Knowledge bases of any size, in the shape of one that a language model wrote from videos. All words are made up.

python benchmarks/generate.py FOLDER --size 3000 [--like PATH] [--seed 1]

A note depends on the seed and on its number alone: larger knowledge bases begin with the smaller ones. Nothing about a note
grows with their size: folders hold 38 notes and recordings 3.3 on average, links stay in their folder, and most lead nowhere.
Rates were counted in 2,800 real notes. With `--like` what is true of a note on average, in FOLDER and in another one, is
printed side by side, with what lintkb's default rules find and the CPU time that it needs.
"""

import argparse
import json
import re
import sys
import tempfile
from bisect import bisect
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from math import exp, sqrt
from pathlib import Path
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from measure import once
from words import COMPOUNDS, DOING, GIVEN, HEADINGS, LABELS, NOUNED, RELATED, SENTENCES, SUBJECTS, Sentence, Vocabulary

FOLDER_SIZES = (16, 70, 5, 38, 124, 13, 66, 9, 80, 15, 30, 47, 3, 17)
PER_RECORDING = (1, 4, 5, 9, 10)  # notes
RECORDINGS = tuple(accumulate((438, 14, 356, 15, 40)))  # that have so many
UNITS = 35  # sentences and items of the median note
LINKS = 6.5  # of the median note
SHARED = 0.5  # of the sentences say what other notes on the recording say, too
REDRAWN = 0.75  # of the words of such a sentence are others, at most
PLAIN_CITED = 0.9  # of sentences are cited; those that ask for it always are
IDENTIFIERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

SHAPES = {
    "wikilinks": re.compile(r"\[\[[^\[\]\n]+\]\]"),
    "local links": re.compile(r"\]\((?!https?:)[^()\n]+\)"),
    "citations": re.compile(r"\[\d+:\d\d(?::\d\d)?\]|yt-timestamp\"[^>]*></a>"),
    "headings": re.compile(r"^#{1,6} ", re.MULTILINE),
    "items": re.compile(r"^ *(?:[*-]|\d+\.) ", re.MULTILINE),
}
VIDEO = re.compile(r"^videoId: *(\S+)", re.MULTILINE)
RULE = re.compile(r"[A-Z]{2}\d{3}")

# How a note cites, and in how many notes of a thousand: what is not sound is what some rule finds.
STYLES = {
    "sound": 509,
    "minutes for hours": 215,
    "two fields": 37,
    "empty": 15,
    "labels astray": 45,
    "rows": 45,
    "in headings": 8,
    "bare": 66,
    "linked": 10,
    "hardly": 50,
}
CITED_SO = tuple(accumulate(STYLES.values()))
# Other defects, and in how many notes of a thousand.
DEFECTS = {
    "glued title": 34,
    "misspelt name": 40,
    "self-link": 30,
    "copied paragraph": 18,
    "mixed forms": 14,
    "repeated label": 6,
    "preamble": 12,
    "malformed link": 5,
    "fenced": 7,
    "written twice": 6,
    "not in source": 5,
    "authority": 8,
    "bare event": 9,
    "file link": 3,
    "placeholder": 2,
}
GLUED = tuple(
    f"{first}-{second}"
    for first in ("self", "hand", "half", "well", "slow", "cross", "low", "open")
    for second in ("draining", "made", "baked", "fired", "tuned", "bred", "drawn", "fitted")
)

ROOTS = [sqrt(prime) for prime in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)]
NORMAL = NormalDist()


def even(number: int, series: int) -> float:
    """A number from 0 to 1 that is spread evenly over notes, so that small knowledge bases have the rates of large ones."""
    return (number + 1) * ROOTS[series] % 1


def log_normal(number: int, series: int, sigma: float) -> float:
    """The same about a median of 1, with a long tail."""
    return exp(sigma * NORMAL.inv_cdf(even(number, series)))


class Fact(NamedTuple):
    """What a recording says at some time: a sentence and what stands in its slots."""

    cued: bool
    sentence: Sentence
    drawn: list[str]
    time: int


class Recording:
    """What notes on one recording have in common."""

    def __init__(self, number: int, seed: int) -> None:
        self.chance = chance = Random(f"{seed}:{number}")
        self.random = chance.random
        self.notes = PER_RECORDING[bisect(RECORDINGS, even(number, 0) * RECORDINGS[-1])]
        self.video = "".join(chance.choices(IDENTIFIERS, k=11))
        self.vocabulary = Vocabulary(chance.randrange(len(SUBJECTS)), chance)
        short = chance.random() < 0.4
        self.length = chance.randint(120, 500) if short else int(60 * chance.lognormvariate(3.9, 0.7)) + 300
        self.facts = [self.fact() for _ in range(45)] if self.notes > 1 else []

    def title(self) -> str:
        """What a note may be called."""
        chance, vocabulary = self.chance, self.vocabulary
        thing, other = chance.sample(vocabulary.things, 2)
        first = chance.choice(DOING if chance.random() < 0.6 else NOUNED)
        quality = chance.choice(vocabulary.qualities) + " "
        more = chance.choice(vocabulary.qualities) + " " if chance.random() < 0.6 else ""
        return f"{first} {quality}{thing} {chance.choice(RELATED)} {more}{other}".capitalize()

    def draw(self, slot: str) -> str:
        """What stands in a slot."""
        return self.vocabulary.draw(slot, self.chance)

    def fact(self) -> Fact:
        """Something that nothing else says."""
        cued, sentence = SENTENCES[int(self.random() * len(SENTENCES))]
        drawn = [self.draw(slot) for _, slot in sentence]
        return Fact(cued, sentence, drawn, int(self.random() * self.length))

    def again(self, fact: Fact) -> Fact:
        """The same in other words, more or less."""
        others = REDRAWN * self.random()
        drawn = [
            self.draw(slot) if slot and self.random() < others else said
            for (_, slot), said in zip(fact.sentence, fact.drawn, strict=True)
        ]
        return fact._replace(drawn=drawn, time=min(self.length, fact.time + int(4 * self.random())))


class Writer:
    """One note."""

    def __init__(self, number: int, recording: Recording, title: str, folder: "Folder") -> None:
        self.recording, self.title, self.folder = recording, title, folder
        self.chance = chance = recording.chance
        self.random = chance.random
        self.style = tuple(STYLES)[bisect(CITED_SO, even(number, 0) * CITED_SO[-1])]
        self.defects = {name for at, (name, often) in enumerate(DEFECTS.items(), 3) if even(number, at) * 1000 < often}
        self.units = max(6, int(log_normal(number, 1, 0.56) * UNITS))
        links = min(60.0, log_normal(number, 2, 1) * LINKS)
        self.link_rate = links / (1.1 * self.units)
        self.spaced = chance.random() < 0.2
        self.cited = 0.12 if self.style == "hardly" else min(1.0, chance.uniform(0.6, 1.25) * PLAIN_CITED)
        self.bullet = chance.choice(("*   ", "*   ", "- "))

    def plant(self, defect: str) -> bool:
        """Whether a defect is to be planted that was not yet: then it is."""
        if defect not in self.defects:
            return False
        self.defects.discard(defect)
        return True

    # Within sentences

    def link(self, label: str) -> str:
        """A wikilink that reads as given."""
        folder = self.folder
        if self.style == "linked":
            return f"[{label}]({stem(folder.titles[0])}.md)"
        if self.random() < 0.31 and len(folder.titles) > 1:
            recent = folder.titles[-12:]
            target = recent[int(self.random() * len(recent))]
            if target == self.title:
                return label
        else:
            target = folder.missing[int(self.random() * len(folder.missing))]
        if self.plant("self-link"):
            target = self.title
        name = target if self.spaced else stem(target)
        if self.plant("malformed link"):
            return f"[[{name} | {label}]"
        bar = " | " if self.random() < 0.97 else "|"
        if self.plant("repeated label"):
            return f"{label} [[{name}{bar}{label}]]"
        return f"[[{name}{bar}{label}]]"

    def cite(self, time: int) -> str:
        """A citation as this note writes them."""
        hours, minutes, seconds = time // 3600, time // 60 % 60, time % 60
        sound = f"{hours:02}:{minutes:02}:{seconds:02}"
        style = self.style
        label = sound
        if style == "minutes for hours":
            label = sound = f"{time // 60 % 60:02}:{seconds:02}:00"
        elif style == "bare":
            return f"[{sound}]"
        elif style == "two fields" and self.random() < 0.35:
            label = sound = f"{time // 60:02}:{seconds:02}"
        elif style == "labels astray" and self.random() < 0.16:
            other = time + int(20 * self.random()) + 1
            label = f"{other // 3600:02}:{other // 60 % 60:02}:{other % 60:02}"
        elif style == "empty" and self.random() < 0.6:
            return f'<a class="yt-timestamp" data-t="{sound}"></a>' if self.random() < 0.7 else f"[[{sound}]]"
        elif style == "linked":
            return f"[{sound}](https://www.youtube.com/watch?v={self.recording.video}&t={time}s)"
        if self.plant("mixed forms"):
            return f"[{sound}]"
        return f'<a class="yt-timestamp" data-t="{sound}">[{label}]</a>'

    def citations(self, time: int) -> str:
        """One citation, or a row of some."""
        if self.style != "rows" or self.random() > 0.23:
            return self.cite(time)
        count = 2 + int(5 * self.random())
        return (", " if self.title < "M" else " ").join(self.cite(time + 7 * at) for at in range(count))

    def say(self) -> str:
        """A sentence with its links and citations."""
        recording = self.recording
        if recording.facts and self.random() < SHARED:
            fact = recording.again(recording.facts[int(self.random() * len(recording.facts))])
        else:
            fact = recording.fact()
        text = ""
        for (before, slot), said in zip(fact.sentence, fact.drawn, strict=True):
            text += before + (self.link(said) if slot == "linked" and self.random() < self.link_rate else said)
        if text[0].islower():
            text = text[0].upper() + text[1:]
        cited = self.random() < (0.985 if fact.cued else self.cited)
        return f"{text[:-1]} {self.citations(fact.time)}." if cited else text

    # Blocks

    def prose(self, count: int) -> str:
        """A paragraph."""
        text = " ".join([self.say() for _ in range(count)])
        self.units -= count
        folder = self.folder
        if folder.copied and self.plant("copied paragraph"):
            return folder.copied
        if count > 3:
            folder.copied = text
        return text

    def items(self) -> list[str]:
        """A list."""
        count = 3 + int(4 * self.random())
        self.units -= count
        bold, nested = self.random() < 0.6, self.random() < 0.25
        bullet = self.bullet if self.random() < 0.88 else ""
        lines = []
        for number in range(1, count + 1):
            label = LABELS[int(self.random() * len(LABELS))] if bold else ""
            lead = bullet or f"{number}.  "
            indent = "    " if nested and number % 3 else ""
            lines.append(f"{indent}{lead}{f'**{label}**: ' if label else ''}{self.say()}")
        return lines

    def heading(self, level: int) -> str:
        thing = self.recording.draw("thing")
        quality = self.recording.draw("quality")
        text = f"{'#' * level} {self.chance.choice(HEADINGS)} {quality} {thing}"
        if self.style == "in headings":
            text += " " + self.cite(int(self.random() * self.recording.length))
        return text

    def quotation(self) -> list[str]:
        said = self.say()
        self.units -= 1
        if self.random() < 0.3:
            return [f"> [!info] {self.chance.choice(LABELS)}", "> ", f"> {said}"]
        return [f"> {said}"]

    def table(self) -> list[str]:
        things = self.chance.sample(self.recording.vocabulary.things, 4)
        rows = [f"| {thing} | {self.recording.draw('number')} |" for thing in things]
        return ["| Thing | Count |", "|---|---|", *rows]

    def code(self) -> list[str]:
        things = self.chance.sample(self.recording.vocabulary.things, 3)
        return ["```python", *(f"{thing} = prepare({thing!r}, depth=2)" for thing in things), "```"]

    def blocks(self) -> Iterator[list[str]]:
        """What stands below the first line, block by block."""
        random = self.random
        if self.plant("preamble"):
            yield ["Here is the article written from the transcript of the recording:"]
        if self.plant("not in source"):
            yield [f"The provided transcript does not contain any information about {self.title.lower()}."]
        yield [self.prose(1 + int(2 * random()))]
        if self.plant("authority"):
            yield ["Critics argue that this is too expensive. Experts believe that it will fail."]
        if self.plant("bare event"):
            what = self.recording.vocabulary.named[0]
            yield [f"The founding of {what} in 1948 marked a turning point, and 40% of its sales were lost in 1962."]
        technical, listing, deep = random() < 0.06, random() < 0.7, random() < 0.7
        while self.units > 0:
            yield [self.heading(3 if deep and random() < 0.6 else 2)]
            if random() < 0.85:
                yield [self.prose(3 + int(5 * random()))]
            if listing and random() < 0.45:
                yield self.items()
            if random() < 0.04:
                yield self.quotation()
            if technical:
                name = self.recording.vocabulary.things[0]
                yield [f"Call `{name}.prepare` before `{name}.store`, *not* behind it."]
                if random() < 0.1:
                    yield self.code()
            if random() < 0.0004:
                yield self.table()
        if self.plant("file link"):
            yield [
                f"See [the other page]({stem(self.folder.missing[0])}.md) and [a third one](pages/{self.folder.name}.md)."
            ]
        if self.plant("placeholder"):
            yield ["It was [shown at the fair](https://www.youtube.com/watch?v=example)."]

    def text(self) -> str:
        """All of it."""
        folder = self.folder
        title = self.title
        head = f"---\ntitle: {title}\nvideoId: {self.recording.video}\n---\n\nFrom: [[{folder.name}]] <br/> \n\n"
        blocks = list(self.blocks())
        if self.plant("misspelt name"):
            person = self.recording.vocabulary.people[0]
            blocks.append([f"{person[:-2]}{person[-1]}{person[-1]} came back to it at the end {self.cite(60)}."])
        glued = next((word for word in GLUED if word.replace("-", "").capitalize() == title.split(" ", 1)[0]), None)
        if glued:
            blocks.append([f"What is {glued} lasts longer than what is not {self.cite(90)}."])
        body = "\n\n".join("\n".join(block) for block in blocks)
        if self.plant("written twice"):
            body = f"{body}# {title}\n\n{body}"
        if self.plant("fenced"):
            body = f"```markdown\n{body}\n```\n"
        return head + body


class Folder:
    """What notes of one folder have in common."""

    def __init__(self, number: int) -> None:
        first, last = divmod(number, len(GIVEN))
        self.name = f"{GIVEN[last].lower()}{COMPOUNDS[number * 7 % len(COMPOUNDS)]}{first or ''}"
        self.room = FOLDER_SIZES[number % len(FOLDER_SIZES)]
        self.titles: list[str] = []
        self.known: set[str] = set()
        self.missing: list[str] = []
        self.copied = ""

    def new(self, recording: Recording) -> str:
        """A title that no note of the folder has."""
        while True:
            title = recording.title()
            if title not in self.known:
                self.known.add(title)
                return title


def stem(title: str) -> str:
    """What the file of a note is called."""
    return title.lower().replace(" ", "_")


def notes(size: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Paths and texts of so many notes, in order."""
    written = recordings = folders = 0
    folder = Folder(0)
    while written < size:
        if len(folder.titles) >= folder.room:
            folders += 1
            folder = Folder(folders)
        recording = Recording(recordings, seed)
        recordings += 1
        titles = [folder.new(recording) for _ in range(recording.notes)]
        folder.missing = [folder.new(recording) for _ in range(3 + 3 * recording.notes)] + folder.missing[:4]
        titles = [
            f"{recording.chance.choice(GLUED).replace('-', '').capitalize()} {title.lower()}"
            if recording.random() * 1000 < DEFECTS["glued title"]
            else title
            for title in titles
        ]
        folder.titles += titles
        for title in titles[: size - written]:
            yield f"{folder.name}/{stem(title)}.md", Writer(written, recording, title, folder).text()
            written += 1


def write(folder: Path, size: int, seed: int = 1) -> None:
    """Write a knowledge base into a folder that is not there yet."""
    last = ""
    for path, text in notes(size, seed):
        name, _, file = path.partition("/")
        if name != last:
            (folder / name).mkdir(parents=True)
            last = name
        (folder / name / file).write_bytes(text.encode())


def describe(folder: Path) -> dict[str, float]:
    """What is true of a folder's notes on average, with what lintkb finds in them and the CPU milliseconds that it needs."""
    texts = [path.read_bytes().decode("utf-8", "replace") for path in sorted(folder.rglob("*.md"))]
    if not texts:
        raise SystemExit(f"{folder}: no notes")
    recordings = {found[1] for text in texts if (found := VIDEO.search(text))}
    figures: dict[str, float] = {
        "bytes": sum(len(text.encode()) for text in texts),
        "words": sum(len(text.split()) for text in texts),
        **{name: sum(len(pattern.findall(text)) for text in texts) for name, pattern in SHAPES.items()},
    }
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.jsonl")
        lintkb = [sys.executable, "-m", "lintkb", "--no-cache", "--isolated", "--jobs", "1", str(folder.resolve())]
        command = [*lintkb, "--output-format", "jsonl", "--output-file", str(report)]
        cpu = min(once(command, scratch).cpu for _ in range(2))
        rules = Counter(json.loads(line)["code"] for line in report.read_text("utf-8").splitlines())
    figures |= {"findings": rules.total(), **rules, "CPU, ms": 1000 * cpu}
    average = {name: figure / len(texts) for name, figure in figures.items()}
    return average | {
        "notes per recording": len(texts) / max(1, len(recordings)),
        "share of broken wikilinks": rules["WL001"] / max(1, figures["wikilinks"]),
    }


def compare(made: dict[str, float], like: dict[str, float]) -> list[str]:
    """Lines of a table: what is generated, what it is to be like, and their ratio; of the rules the ten most frequent."""
    frequent = sorted((name for name in like if RULE.fullmatch(name)), key=lambda name: -like[name])[:10]
    lines = [f"{'per note':<26} {'generated':>10} {'like':>10} {'ratio':>7}"]
    for name in (*(name for name in made if not RULE.fullmatch(name)), *frequent):
        one, other = made.get(name, 0), like.get(name, 0)
        ratio = f"{one / other:7.2f}" if other else f"{'-':>7}"
        lines.append(f"{name:<26} {one:10.3f} {other:10.3f} {ratio}")
    return lines


def main() -> int:
    """Write a knowledge base; print what it is like."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="is made, and must not be there yet")
    parser.add_argument("--size", type=int, default=3000, help="how many notes (default: 3000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--like", type=Path, help="a folder of notes to compare with")
    arguments = parser.parse_args()
    if arguments.folder.exists():
        parser.error(f"{arguments.folder} is there already")
    if arguments.size < 1:
        parser.error("--size: at least 1")
    write(arguments.folder, arguments.size, arguments.seed)
    if arguments.like:
        print(*compare(describe(arguments.folder), describe(arguments.like)), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
