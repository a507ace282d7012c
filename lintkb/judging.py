"""What processes do once every note has been read: judge notes beside all others, and print what is found."""

import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lintkb.catalogue import Catalogue, Rule
from lintkb.checks import link_graph
from lintkb.checks.base import BaseContext
from lintkb.diagnostics import Diagnostic
from lintkb.index import KnowledgeBase
from lintkb.reading import Reader, ignores, judge
from lintkb.report import KnowledgeBaseReport, Report, Tally
from lintkb.reporters import load
from lintkb.reporters.text import Style
from lintkb.results import NoteResult, pack, unpack
from lintkb.settings import Settings
from lintkb.suppressions import Suppressed, suppress

# Checks that ask where the links of other notes lead, and that ask what is customary, and of what.
SEE_LINKS = frozenset(check.name for check in link_graph.CHECKS)
CUSTOMS = {"sourceless-note": "source", "missing-frontmatter": "frontmatter"}

Cited = Mapping[str, tuple[str, tuple[Diagnostic, ...] | None]]


class Form(NamedTuple):
    """A form in which findings are printed note by note: its name, its style, and the root as it is shown."""

    name: str
    style: Style
    root: str


class Judging(NamedTuple):
    """What a process needs in order to judge notes beside all others."""

    settings: Settings
    rules: tuple[Rule, ...]
    run_rules: dict[str, Rule]
    catalogue: Catalogue
    mandatory: frozenset[str]
    kb: KnowledgeBase | None  # None where nothing is to be judged that was not
    read: Reader
    form: Form | None


class Task(NamedTuple):
    """A segment to judge, or those of its notes that are `wanted`.

    Where it is `judged`, what was found beside other notes stands, but for notes that have been read since.

    `cited` has, by note, what was found now beside its recording, under the key of what that depends on; None takes it away.
    """

    at: int
    packed: bytes
    judged: bool
    wanted: Collection[str] | None
    cited: Cited


class Judged(NamedTuple):
    """A segment that was judged; `packed` and `text` are None where they are what they were, or are not wanted.

    `failed`: a check did, so it is not to be kept.
    """

    at: int
    packed: bytes | None
    text: bytes | None
    tally: Tally
    seen: tuple[str, ...]
    failed: bool


def judge_segments(job: Judging, tasks: Sequence[Task]) -> list[Judged]:
    """Judge segments. Nothing is raised for what a check does."""
    ignored = ignores(job.settings, job.rules)
    return [_judge_segment(job, task, ignored) for task in tasks]


def _judge_segment(job: Judging, task: Task, ignored: Callable[[str], frozenset[str]]) -> Judged:
    results = unpack(task.packed)
    changed = False
    for number, result in enumerate(results):
        if task.wanted is not None and result.path not in task.wanted:
            continue
        if result.path in task.cited:
            result = result._replace(cited=task.cited[result.path][1])  # noqa: PLW2901
        if not task.judged or result.base is None:
            result = result._replace(base=tuple(base_findings(job, result, ignored)))  # noqa: PLW2901
        changed |= result is not results[number]
        results[number] = result
    outcomes = [
        outcome(job, result, ignored) for result in results if task.wanted is None or result.path in task.wanted
    ]
    shown = [item for one in outcomes for item in one.shown]
    tally = Tally.of(shown, sum(len(one.hidden) for one in outcomes))
    seen = sorted(
        {place.path for item in shown for place in item.related if place.path != item.path and place.span.end}
    )
    text = (
        zlib.compress("".join(_lines(job.form, shown, job.read)).encode("utf-8", "surrogatepass"), 1)
        if job.form
        else None
    )
    return Judged(task.at, pack(results) if changed else None, text, tally, tuple(seen), tally.worst > 0)


def _lines(form: Form, shown: list[Diagnostic], read: Reader) -> Iterable[str]:
    report = KnowledgeBaseReport(Path(form.root), form.root, 0, shown, [], (), read)
    for line in load(form.name)(Report([report]), form.style):
        yield line + "\n"


def printed(text: bytes) -> str:
    """The text of a segment's findings that was packed."""
    return zlib.decompress(text).decode("utf-8", "surrogatepass")


def base_findings(job: Judging, result: NoteResult, ignored: Callable[[str], frozenset[str]]) -> Iterable[Diagnostic]:
    """What the checks on the whole knowledge base say of one note."""
    if result.facts is None:
        return
    assert job.kb is not None  # noqa: S101
    off = ignored(result.path)
    for rule in job.rules:
        if rule.check.kind == "base" and rule.code not in off:
            context = BaseContext(job.settings, rule.params, rule.fix, job.kb)
            yield from judge(rule, result.path, rule.check.run(result.facts, context), job.run_rules)


def outcome(job: Judging, result: NoteResult, ignored: Callable[[str], frozenset[str]]) -> Suppressed:
    """What there is to say of a note that was judged, sorted: shown, or hidden by its suppressions."""
    found = list(result.diagnostics)
    if result.cited is not None:  # which takes the place of what was found of the same rules without the other notes
        source_rules = frozenset(rule.code for rule in job.rules if rule.check.kind == "source")
        found = [item for item in found if item.rule not in source_rules] + list(result.cited)
    found += result.base or ()
    if result.facts is None:
        return Suppressed(found, [])
    off = ignored(result.path)
    rules = {rule.code: rule for rule in job.rules if rule.code not in off}
    found_now = suppress(result.facts, found, job.catalogue, rules, job.mandatory)
    found_now.shown.sort(key=lambda item: (item.span, item.rule, item.message))
    return found_now
