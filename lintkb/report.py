"""The result of a run, as reporters, the fixer and the command line see it."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, overload

from lintkb.diagnostics import Applicability, Diagnostic, Severity
from lintkb.paths import shown_path
from lintkb.records import Record
from lintkb.text import DecodeError, Position, SourceText, Span, decode

if TYPE_CHECKING:
    from lintkb.evidence.duplicates import Cluster, Duplicates

# Exit codes of the rules about the run itself; what could not be checked is never clean.
RUN_EXIT_CODES = {"KB001": 2, "KB002": 2, "KB003": 2, "KB004": 3, "KB005": 2}

# The rules that find links to what is not there, and whether these are Markdown links.
MISSING = {"broken-wikilink": False, "broken-link": True}
# The rules that find copies, and the kinds of passages that these are of.
COPIES = {f"duplicate-{kind}": kind for kind in ("note", "paragraph", "sentence")}


class Wanted(NamedTuple):
    """A page that links name and that is not there: as most of them spell it, in how many notes, by how many links.

    `root` is that of its knowledge base as it is shown, `rule` the code of the rule that finds most of the links.
    """

    root: str
    target: str
    rule: str
    notes: int
    links: int


class Copied(NamedTuple):
    """Passages that say the same, and the code of the rule that finds them; `base` is where their notes are."""

    base: "KnowledgeBaseReport"
    rule: str
    cluster: "Cluster"


class RuleInfo(NamedTuple):
    """What reporters need of a rule."""

    code: str
    name: str
    title: str
    summary: str
    severity: Severity
    confidence: str
    help: Callable[[], str]


class Sources:
    """Decoded notes, a few kept at a time; what cannot be read any more is empty."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = lru_cache(maxsize=64)(partial(self._decoded, read))  # which does not hold what holds it

    @staticmethod
    def _decoded(read: Callable[[str], bytes], path: str) -> SourceText:
        try:
            return decode(read(path))
        except (OSError, DecodeError):
            return SourceText("")

    def __call__(self, path: str) -> SourceText:
        """The text of a note."""
        return self._read(path)

    def position(self, path: str, offset: int) -> Position:
        """The line and column of an offset; the beginning of a file is known without reading it."""
        return self._read(path).position(offset) if offset else Position(1, 1)

    def range(self, path: str, span: Span) -> tuple[int, int, int, int]:
        """The line and column of the start of a span, and of its end."""
        start, end = span
        if not end:
            return 1, 1, 1, 1
        starts = self._read(path).line_starts
        line = bisect_right(starts, start)
        last = bisect_right(starts, end)
        return line, start - starts[line - 1] + 1, last, end - starts[last - 1] + 1


Item = TypeVar("Item")


class Deferred(Sequence[Item]):
    """Things that are made when they are first asked for."""

    def __init__(self, load: Callable[[], Sequence[Item]]) -> None:
        self._load = load

    @cached_property
    def _items(self) -> Sequence[Item]:
        return self._load()

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | Sequence[Item]:
        return self._items[at]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)


class Tally(NamedTuple):
    """What there is of what in a report: diagnostics by severity, first fixes by how far they may be trusted, and so on.

    `worst` is the exit code that what could not be checked asks for.
    """

    severities: dict[str, int]
    fixes: dict[str, int]
    flawed: int
    suppressed: int
    worst: int

    @classmethod
    def of(cls, diagnostics: Sequence[Diagnostic], suppressed: int) -> "Tally":
        """That of some diagnostics."""
        return cls(
            Counter(str(item.severity) for item in diagnostics),
            Counter(str(item.fixes[0].applicability) for item in diagnostics if item.fixes),
            len({item.path for item in diagnostics}),
            suppressed,
            max((RUN_EXIT_CODES.get(item.rule, 0) for item in diagnostics), default=0),
        )

    @classmethod
    def sum(cls, tallies: Iterable["Tally"]) -> "Tally":
        """That of several parts with no note in common."""
        severities: Counter[str] = Counter()
        fixes: Counter[str] = Counter()
        flawed = suppressed = worst = 0
        for one in tallies:
            severities.update(one.severities)
            fixes.update(one.fixes)
            flawed += one.flawed
            suppressed += one.suppressed
            worst = max(worst, one.worst)
        return cls(severities, fixes, flawed, suppressed, worst)

    @property
    def total(self) -> int:
        """How many diagnostics there are."""
        return sum(self.severities.values())


class KnowledgeBaseReport(Record):
    """One knowledge base: what was found in it. Diagnostics are sorted by path, span and code."""

    root: Path
    shown_root: str
    checked: int
    diagnostics: Sequence[Diagnostic]
    suppressed: Sequence[Diagnostic]
    rules: Sequence[RuleInfo]
    read: Callable[[str], bytes]
    scope: str = ""  # what of all findings is reported, in words: "new since main"; empty for everything
    warnings: list[str] = []  # noqa: RUF012 - copied
    remarks: list[str] = []  # noqa: RUF012
    duplicates: "Callable[[], Duplicates] | None" = None  # where rules ask for them
    known_tally: Tally | None = None
    pieces: Callable[[], Iterable[bytes]] | None = None  # the diagnostics as text in UTF-8, where a run has them so

    @property
    def tally(self) -> Tally:
        """What there is of what among the diagnostics."""
        if self.known_tally is None:
            self.known_tally = Tally.of(self.diagnostics, len(self.suppressed))
        return self.known_tally

    def narrow(self, diagnostics: Sequence[Diagnostic], suppressed: Sequence[Diagnostic]) -> None:
        """Leave these alone."""
        self.diagnostics, self.suppressed = diagnostics, suppressed
        self.known_tally = self.pieces = None

    def shown(self, path: str) -> str:
        """A note's path as the user would type it."""
        return shown_path(self.shown_root, path)

    def relative(self, path: str) -> str:
        """A note's path from the working folder, or from the knowledge base's root when that lies elsewhere."""
        shown = self.shown(path)
        return path if shown.startswith(("/", "../")) else shown

    def by_note(self) -> Iterator[tuple[str, list[Diagnostic]]]:
        """The paths of the notes that have diagnostics, each with these."""
        for path, items in groupby(self.diagnostics, attrgetter("path")):
            yield path, list(items)

    def sources(self) -> "Sources":
        """The notes' texts, for printing places in them."""
        return Sources(self.read)


class Report(Record):
    """One run over one or more knowledge bases."""

    bases: list[KnowledgeBaseReport]

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All diagnostics, knowledge base by knowledge base."""
        return [diagnostic for base in self.bases for diagnostic in base.diagnostics]

    @property
    def tally(self) -> Tally:
        """What there is of what in it."""
        return Tally.sum(base.tally for base in self.bases)

    @property
    def suppressed_count(self) -> int:
        """How many findings inline suppressions hide."""
        return self.tally.suppressed

    @property
    def scope(self) -> str:
        """What of all findings is reported, in words; empty for everything."""
        return next((base.scope for base in self.bases if base.scope), "")

    @property
    def checked(self) -> int:
        """How many notes were checked."""
        return sum(base.checked for base in self.bases)

    @property
    def flawed(self) -> int:
        """How many notes have findings."""
        return self.tally.flawed

    def wanted(self) -> list[Wanted]:
        """What links name and is not there, each page once, the most wanted first. What is suppressed does not count."""
        from lintkb.names import page_key, page_named

        found: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
        for base in self.bases:
            for item in base.diagnostics:
                if item.name in MISSING:
                    page = page_named(item.subject, item.path, markdown=MISSING[item.name])
                    found[base.shown_root, page_key(page)].append((item.path, page, item.rule))
        pages = []
        for (root, _), links in found.items():
            notes, spellings, rules = zip(*links, strict=True)
            pages.append(Wanted(root, _commonest(spellings), _commonest(rules), len(set(notes)), len(links)))
        return sorted(pages, key=lambda page: (-page.notes, -page.links, page.target, page.root))

    def copied(self) -> list[Copied]:
        """What stands in several places, each cluster that is told of once, the largest first."""
        found = []
        for base in self.bases:
            told: dict[tuple[str, str], dict[Span, str]] = defaultdict(dict)
            for item in base.diagnostics:
                if item.name in COPIES:
                    told[COPIES[item.name], item.path][item.span] = item.rule
            duplicates = base.duplicates() if base.duplicates is not None and told else None
            clusters: dict[Cluster, str] = {}
            for (kind, path), spans in told.items():
                for copy in duplicates.of(kind, path) if duplicates is not None else ():
                    if copy.span in spans:
                        clusters[copy.cluster] = spans[copy.span]
            found += [Copied(base, rule, cluster) for cluster, rule in clusters.items()]
        return sorted(found, key=lambda one: (-one.cluster.copies, one.rule, one.cluster.places))

    def fixable(self, applicability: Applicability) -> int:
        """How many diagnostics have a first fix of exactly that applicability."""
        return self.tally.fixes.get(applicability, 0)

    def exit_code(self, fail_on: Severity | None, *, exit_zero: bool = False) -> int:
        """0 clean, 1 findings at or above `fail_on` (None: never), 2 or 3 where something could not be checked."""
        tally = self.tally
        if tally.worst:
            return tally.worst
        if exit_zero or fail_on is None:
            return 0
        return int(any(Severity(severity).rank <= fail_on.rank for severity in tally.severities))


def _commonest(words: Sequence[str]) -> str:
    """The word that there is most of, of several the first by letter."""
    return min(Counter(words).items(), key=lambda pair: (-pair[1], pair[0]))[0]
