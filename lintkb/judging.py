"""What processes do once every note has been read: judge notes beside all others, and print what is found."""

import zlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from lintkb.catalogue import Catalogue, Rule
from lintkb.checks import link_graph
from lintkb.checks.base import BaseContext
from lintkb.diagnostics import Diagnostic
from lintkb.index import KnowledgeBase
from lintkb.reading import Reader, Runs, ignores
from lintkb.report import KnowledgeBaseReport, Report, Tally
from lintkb.reporters import load
from lintkb.reporters.text import Form
from lintkb.results import MALFORMED, Damaged, NoteResult, builder, pack, pack_json, unpack, unpack_json
from lintkb.settings import Settings
from lintkb.suggestions import Suggestion
from lintkb.suppressions import Suppressed, suppress

# Checks that ask where the links of other notes lead, and that ask what is customary, and of what.
SEE_LINKS = frozenset(check.name for check in link_graph.CHECKS)
CUSTOMS = {"sourceless-note": "source", "missing-frontmatter": "frontmatter"}

Cited = Mapping[str, tuple[str, tuple[Diagnostic, ...] | None]]


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

    `packed` are its results, put in when it is sent off. `cited` has, by note, what was found now beside its recording, under
    the key of what that depends on; None takes it away.
    `suggested` is what was suggested in the segment when it was judged last, packed. Of `stale` notes nothing stands.
    """

    at: int
    packed: bytes
    judged: bool
    wanted: Collection[str] | None
    cited: Cited
    suggested: bytes
    stale: Collection[str] = ()


class Judged(NamedTuple):
    """A segment that was judged; `packed` and `text` are None where they are what they were, or are not wanted.

    `failed`: a check did, so it is not to be kept. `suggested` is what was suggested in it now and before, packed.
    """

    at: int
    packed: bytes | None
    text: bytes | None
    tally: Tally
    seen: tuple[str, ...]
    failed: bool
    suggested: bytes | None


_SUGGESTED = builder(dict[str, Suggestion | None])


class Judge:
    """Judges notes beside all others: what is the same for all of them is found out once."""

    def __init__(self, job: Judging) -> None:
        self.job = job
        self._ignored = ignores(job.settings, job.rules)
        kb = job.kb
        base = [rule for rule in job.rules if rule.check.kind == "base"] if kb is not None else []
        contexts = (BaseContext(job.settings, rule.params, rule.fix, kb) for rule in base if kb is not None)
        self._base = Runs(zip(base, contexts, strict=True), job.run_rules)
        self._source_rules = frozenset(rule.code for rule in job.rules if rule.check.kind == "source")

    def base_findings(self, result: NoteResult) -> list[Diagnostic]:
        """What the checks on the whole knowledge base say of one note."""
        if result.facts is None:
            return []
        return self._base.findings(result.path, result.facts, self._ignored(result.path))

    def outcome(self, result: NoteResult) -> Suppressed:
        """What there is to say of a note that was judged, shown or hidden by its suppressions; what is shown is sorted."""
        found = list(result.diagnostics)
        # What was found beside the recording takes the place of what was found of the same rules without the other notes.
        if result.cited is not None:
            found = [item for item in found if item.rule not in self._source_rules] + list(result.cited)
        found += result.base or ()
        hidden: list[Diagnostic] = []
        if result.facts is not None and result.facts.directives:
            off = self._ignored(result.path)
            rules = {rule.code: rule for rule in self.job.rules if rule.code not in off}
            found, hidden = suppress(result.facts, found, self.job.catalogue, rules, self.job.mandatory)
        found.sort(key=lambda item: (item.span, item.rule, item.message))
        return Suppressed(found, hidden)

    def segment(self, task: Task) -> Judged:
        """Judge a segment."""
        results = unpack(task.packed, task.wanted)
        changed, before = False, _suggested(task.suggested)
        if self.job.kb is not None:
            self.job.kb.recall(before)
        for number, result in enumerate(results):
            if result.path in task.cited:
                result = result._replace(cited=task.cited[result.path][1])  # noqa: PLW2901
            if not task.judged or result.base is None or result.path in task.stale:
                result = result._replace(base=tuple(self.base_findings(result)))  # noqa: PLW2901
            changed |= result is not results[number]
            results[number] = result
        outcomes = list(map(self.outcome, results))
        shown = [item for one in outcomes for item in one.shown]
        tally = Tally.of(shown, sum(len(one.hidden) for one in outcomes))
        seen = {place.path for item in shown for place in item.related if place.span.end and place.path != item.path}
        text = None
        if self.job.form is not None:
            lines = "".join(_lines(self.job.form, shown, self.job.read))
            text = zlib.compress(lines.encode("utf-8", "backslashreplace"), 1)
        suggested = pack_json(before | self.job.kb.suggested) if changed and self.job.kb is not None else None
        packed = pack(results) if changed else None
        return Judged(task.at, packed, text, tally, tuple(sorted(seen)), tally.worst > 0, suggested)


def _suggested(packed: bytes) -> dict[str, Suggestion | None]:
    try:
        return dict(_SUGGESTED(unpack_json(packed))) if packed else {}
    except MALFORMED as error:
        raise Damaged from error


def judge_segments(job: Judging, tasks: Iterable[Task]) -> list[Judged]:
    """Judge segments. Nothing is raised for what a check does."""
    return list(map(Judge(job).segment, tasks))


def _lines(form: Form, shown: list[Diagnostic], read: Reader) -> Iterable[str]:
    report = KnowledgeBaseReport(Path(form.root), form.root, 0, shown, [], (), read)
    for line in load(form.name)(Report([report]), form.style):
        yield line + "\n"
