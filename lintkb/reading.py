"""What processes do: read and judge notes, each by itself, and beside those that cite the same recording."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from lintkb.catalogue import Rule, selected_codes
from lintkb.checks import CHECKS
from lintkb.checks.base import BESIDE_RECORDINGS, Context, SourceContext
from lintkb.checks.duplicates import passages_asked
from lintkb.checks.patterns import PatternParams, seeker
from lintkb.diagnostics import Diagnostic, Finding
from lintkb.digests import content_digest, digest
from lintkb.evidence.account import Account
from lintkb.evidence.recording import Recording, read_recording
from lintkb.facts import gather_facts, outline
from lintkb.globs import matcher
from lintkb.json_schema import Schema
from lintkb.names import is_index, stands_apart
from lintkb.plugins import require_sound
from lintkb.recordings import Group, SourceFiles, group_notes, recording_name
from lintkb.report import RUN_EXIT_CODES
from lintkb.results import COLUMNS, Damaged, Entry, NoteResult, Row, pack, pack_part, row
from lintkb.settings import Settings
from lintkb.source.note import Note
from lintkb.source_notes import leads_to_source
from lintkb.text import DecodeError, Span, decode

Reader = Callable[[str], bytes]
_MANY = 16  # notes


class Job(NamedTuple):
    """What a process needs in order to read notes. `source_notes` are the folded names of those that are sources.

    `links` says that findings in other notes depend on where a note's links lead.
    """

    read: Reader
    settings: Settings
    rules: tuple[Rule, ...]
    run_rules: dict[str, Rule]
    schemas: Mapping[str, Schema]
    sources: SourceFiles
    source_notes: frozenset[str]
    links: bool = False


class GroupResult(NamedTuple):
    """What was found in the notes that cite one recording, beside what each shows alone.

    `key` stands for all that it depends on.
    """

    key: str
    diagnostics: tuple[Diagnostic, ...]
    account: Account


class ReadSegment(NamedTuple):
    """Notes that were read together: their results and what the index is told of them, packed column by column."""

    packed: bytes
    entries: list[Entry]
    parts: list[bytes]


def read_notes(job: Job, paths: Sequence[str]) -> list[NoteResult]:
    """Read, parse and check a chunk of notes, each by itself. Nothing is raised for what a note or a check does."""
    return [result for result, _ in _read_all(NoteJudge(job, len(paths)), paths)]


def read_segments(job: Job, segments: Sequence[Sequence[str]]) -> list[ReadSegment]:
    """The same for notes that lie side by side, which are judged beside their recordings, too, as if no others cited them.

    Whether they are is not known here: the key under which that was done says so later.
    """
    judge = NoteJudge(job, sum(map(len, segments)))
    return [_read_segment(judge, paths) for paths in segments]


def result_row(job: Job, result: NoteResult, group: str = "") -> Row:
    """What the index is told of a note."""
    failed = any(item.rule in RUN_EXIT_CODES for item in result.diagnostics)
    name = recording_name(result.facts, job.settings) if result.facts is not None else ""
    return row(result, name, failed=failed, group=group, links=job.links)


class Runs:
    """Rules, each with the context that its check is given, to be run on what they are all about: notes, or facts."""

    def __init__(self, rules: Iterable[tuple[Rule, Any]], run_rules: dict[str, Rule]) -> None:
        self.rules = list(rules)
        self._run_rules = run_rules
        needed = frozenset[str]().union(*(rule.check.needs for rule, _ in self.rules))
        self._needed = [(name, attrgetter(name)) for name in sorted(needed)]

    def findings(self, path: str, subject: Any, off: Collection[str]) -> list[Diagnostic]:
        """What the rules that are not `off` say of the `subject`; of one that has nothing a check needs it is not asked."""
        empty = {name for name, of in self._needed if not of(subject)}
        found: list[Diagnostic] = []
        for rule, context in self.rules:
            needs = rule.check.needs
            if not (needs and needs <= empty) and rule.code not in off:
                found += judge(rule, path, rule.check.run(subject, context), self._run_rules)
        return found


class NoteJudge:
    """Judges notes by themselves and beside their recordings: what is the same for all of them is found out once."""

    def __init__(self, job: Job, notes: int = 0) -> None:
        """`notes` is about how many there are to judge."""
        self.job = job
        self.ignored = ignores(job.settings, job.rules)
        own = [rule for rule in job.rules if rule.check.kind == "note"]
        contexts = (Context(job.settings, rule.params, rule.fix, job.schemas) for rule in own)
        self._alone = Runs(zip(own, contexts, strict=True), job.run_rules)
        self._beside = [rule for rule in job.rules if rule.check.kind in BESIDE_RECORDINGS]
        self._asked = sorted(frozenset[str]().union(*(rule.check.needs for rule in self._beside)))  # of recordings
        # Those of some kinds that have what they need, by which of these things there are.
        self._able: dict[tuple[tuple[str, ...], tuple[bool, ...]], list[Rule]] = {}
        words = {rule.code: rule.params.needs for rule in own if isinstance(rule.params, PatternParams)}
        self._wordy = frozenset(code for code, needed in words.items() if needed)
        # One search says of all patterns whether they can match, where there are so many notes that it is worth being made.
        all_words = tuple(dict.fromkeys(chain.from_iterable(words.values())))
        self._seek = seeker(all_words).search if all_words and notes >= _MANY else None

    def alone(self, note: Note, off: Collection[str]) -> list[Diagnostic]:
        """What the checks of a note say that need nothing but it, without the rules that are `off`."""
        if self._seek is not None and not self._seek(note.folded):
            off = self._wordy.union(off)
        return self._alone.findings(note.path, note, off)

    def beside(
        self, note: Note, recording: Recording, kinds: tuple[str, ...], off: Collection[str]
    ) -> list[Diagnostic]:
        """What the checks of some kinds say of one note beside its recording."""
        given = tuple([bool(getattr(recording, name)) for name in self._asked])
        if (kinds, given) not in self._able:
            empty = {name for name, is_there in zip(self._asked, given, strict=True) if not is_there}
            self._able[kinds, given] = [
                rule
                for rule in self._beside
                if rule.check.kind in kinds and not (rule.check.needs and rule.check.needs <= empty)
            ]
        settings, run_rules = self.job.settings, self.job.run_rules
        found: list[Diagnostic] = []
        for rule in self._able[kinds, given]:
            if rule.code not in off:
                context = SourceContext(settings, rule.params, rule.fix, recording)
                found += judge(rule, note.path, rule.check.run(note, context), run_rules)
        return found


def _read_segment(judge: NoteJudge, paths: Sequence[str]) -> ReadSegment:
    job = judge.job
    read = _read_all(judge, paths)
    results = {result.path: result for result, _ in read}
    notes = {path: note for (path, _), (_, note) in zip(results.items(), read, strict=True) if note is not None}
    groups: dict[str, str] = {}
    if any(rule.check.kind in BESIDE_RECORDINGS for rule in job.rules):
        outlines = [outline(result.facts) for result in results.values() if result.facts is not None]
        for group in group_notes(outlines, job.settings):
            if not (group.sources or len(group.notes) > 1):
                continue
            task = group_task(job, group, group.notes, [results[path].digest for path in group.notes], judge.ignored)
            recording = _recording(job, group, {path: notes[path] for path in group.notes}, task.reported)
            found = _judge_recording(judge, task, recording)
            if any(item.rule in RUN_EXIT_CODES for item in found):
                continue  # it is judged again, and told of then
            by_path: dict[str, list[Diagnostic]] = {path: [] for path in group.notes}
            for item in found:
                by_path[item.path].append(item)
            for path, own in by_path.items():
                results[path] = results[path]._replace(cited=tuple(own))
                groups[path] = task.key
    rows = [result_row(job, result, groups.get(path, "")) for path, result in results.items()]
    _, entries, *columns = zip(*rows, strict=True)
    return ReadSegment(pack(results.values()), list(entries), list(map(pack_part, COLUMNS, columns)))


def _read_all(judge: NoteJudge, paths: Sequence[str]) -> list[tuple[NoteResult, Note | None]]:
    job = judge.job
    dialects = job.settings.times.patterns()
    passages = passages_asked((rule.check.name, rule.params) for rule in job.rules)
    return [_read_note(judge, path, dialects, passages) for path in paths]


def _read_note(
    judge: NoteJudge, path: str, dialects: Mapping[str, Any], passages: Mapping[str, int]
) -> tuple[NoteResult, Note | None]:
    job = judge.job

    def failed(code: str, message: str, subject: str, data: bytes = b"") -> tuple[NoteResult, None]:
        problem = job.run_rules[code].diagnostic(path, Finding(Span(0, 0), message, subject))
        return NoteResult(path, content_digest(data), None, (problem,)), None

    try:
        data = job.read(path)
    except OSError as error:
        return failed("KB001", f"cannot be read: {error.strerror or error}", "unreadable")
    if len(data) > job.settings.max_size:
        message = f"not checked: larger than `max-size` allows ({job.settings.max_size:,} bytes)"
        return failed("KB003", message, "size", data)
    try:
        source = decode(data)
    except DecodeError as error:
        return failed("KB002", f"cannot be decoded: {error}", "encoding", data)
    try:
        note = Note(path, source, dialects)
        tables = job.settings.tables_for(path)
        unique = {key for table in tables for key, field in table.fields.items() if field.unique}
        keys = job.sources.keys | {job.settings.times.recording_key}
        facts = gather_facts(
            note,
            unique,
            index_page=is_index(path),
            keys=keys,
            sources=job.sources.of,
            is_source=partial(leads_to_source, names=job.source_notes),
            passages=None if stands_apart(path) else passages,
        )
    except TimeoutError:
        return failed("KB005", "not checked: a dialect (`times.dialects`) takes too long on this note", "dialect", data)
    except Exception as error:  # noqa: BLE001 - one note must not end the run, and must not pass for clean
        return failed("KB004", f"the note could not be parsed: {_described(error)}", "parser", data)
    off = judge.ignored(path)
    found = judge.alone(note, off)
    if not facts.sources:
        name = dict(facts.keys).get(job.settings.times.recording_key, "")
        recording = Recording(name, {path: note}, job.settings, reported=path, source_notes=job.source_notes)
        found += judge.beside(note, recording, kinds_for(note, recording), off)
    return NoteResult(path, content_digest(data), facts, tuple(found)), note


def kinds_for(note: Note, recording: Recording) -> tuple[str, ...]:
    """The kinds of checks that judge a note beside its recording."""
    if not note.citations:
        return ("heard",)
    return ("source", "heard", "peers") if recording.has_peers else ("source", "heard")


class GroupTask(NamedTuple):
    """A group to judge. `reported` is the note that speaks for all of them."""

    key: str
    group: Group
    reported: str


def judge_groups(job: Job, tasks: Sequence[GroupTask]) -> list[GroupResult]:
    """Judge notes beside their recordings. Nothing is raised for what a note, a transcript or a check does."""
    judge = NoteJudge(job)
    return [_judge_group(judge, task) for task in tasks]


def group_task(
    job: Job,
    group: Group,
    asked: Sequence[str],
    digests: Sequence[str],
    ignored: Callable[[str], frozenset[str]],
    source_digest: Callable[[str], str] | None = None,
) -> GroupTask:
    """What is to be judged of a group when these of its notes are `asked` about; `digests` are of its notes."""
    source_rules = frozenset(rule.code for rule in job.rules if rule.check.kind == "source")
    # One in which as few of the rules are off as can be: what is told once must be told.
    reported = min(asked, key=lambda path: len(source_rules & ignored(path)))
    of = source_digest or partial(read_digest, job.read)
    parts = [*group, reported, *digests, *map(of, group.sources)]
    return GroupTask(digest(repr(parts).encode("utf-8", "surrogatepass")), group, reported)


def read_digest(read: Reader, path: str) -> str:
    """What stands for the content of a file that says what was said in a recording."""
    try:
        return content_digest(read(path))
    except OSError as error:
        return str(error)


def _judge_group(judge: NoteJudge, task: GroupTask) -> GroupResult:
    job = judge.job
    recording = read_group(job, task.group, task.reported)
    found = _judge_recording(judge, task, recording)
    try:
        account = recording.account()
    except Exception as error:  # noqa: BLE001 - one recording must not end the run, and must not pass for clean
        message = f"the recording could not be weighed: {_described(error)}"
        found.append(job.run_rules["KB004"].diagnostic(task.reported, Finding(Span(0, 0), message, "recording")))
        account = Account(task.group.name)
    return GroupResult(task.key, tuple(found), account)


def _judge_recording(judge: NoteJudge, task: GroupTask, recording: Recording) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for path, note in recording.notes.items():
        # Where nothing was found for the recording, each note has been heard by itself.
        kinds = tuple([kind for kind in kinds_for(note, recording) if kind != "heard" or task.group.sources])
        found += judge.beside(note, recording, kinds, judge.ignored(path))
    return found


def read_group(job: Job, group: Group, reported: str) -> Recording:
    """A recording with the notes that cite it, without those that cannot be read or parsed: these have been told of."""
    dialects = job.settings.times.patterns()
    notes = {}
    for path in group.notes:
        with suppress(Exception):
            notes[path] = Note(path, decode(job.read(path)), dialects)
    return _recording(job, group, notes, reported)


def _recording(job: Job, group: Group, notes: dict[str, Note], reported: str) -> Recording:
    return read_recording(group.name, notes, group.sources, job.read, job.settings, reported, job.source_notes)


def judge(rule: Rule, path: str, findings: Iterator[Finding], run_rules: dict[str, Rule]) -> list[Diagnostic]:
    """The findings of one rule on one note, and a finding on the rule when it fails."""
    found: list[Diagnostic] = []
    try:
        for finding in findings:
            if rule.check.name not in CHECKS:
                require_sound(finding)
            found.append(rule.diagnostic(path, finding))
    except TimeoutError:
        message = f"{rule.code} ({rule.name}) was not finished: its pattern takes too long on this note"
        found.append(run_rules["KB005"].diagnostic(path, Finding(Span(0, 0), message, rule.code)))
    except Damaged:
        raise  # it is the cache that failed, and without it there is nothing wrong
    except (Exception, SystemExit, GeneratorExit) as error:  # noqa: BLE001 - a broken rule is told of, and the run goes on
        message = f"{rule.code} ({rule.name}) failed on this note: {_described(error)}"
        found.append(run_rules["KB004"].diagnostic(path, Finding(Span(0, 0), message, rule.code)))
    return found


def _described(error: BaseException) -> str:
    """The error in a line, with the place in the code where it was raised."""
    words = " ".join(str(error).split())
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace is not None else ""
    return f"{type(error).__name__}: {words[:200]}{place}" if words else f"{type(error).__name__}{place}"


def ignores(settings: Settings, rules: Sequence[Rule]) -> Callable[[str], frozenset[str]]:
    """For a path, the codes that `per-file-ignores` switches off."""
    table = [
        (matcher([pattern]), selected_codes(selectors, rules))
        for pattern, selectors in settings.per_file_ignores.items()
    ]
    if not table:
        return lambda _path: frozenset()
    return lambda path: frozenset().union(*(codes for match, codes in table if match(path)))
