"""What processes do: read and judge notes, each by itself, and beside those that cite the same recording."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from lintkb.cache import GroupResult, NoteResult, digest
from lintkb.catalogue import Rule, selected_codes
from lintkb.checks import CHECKS
from lintkb.checks.base import Context, SourceContext
from lintkb.checks.duplicates import passages_asked
from lintkb.diagnostics import Diagnostic, Finding
from lintkb.evidence.account import Account
from lintkb.evidence.recording import Recording, read_recording
from lintkb.facts import gather_facts
from lintkb.globs import matcher
from lintkb.json_schema import Schema
from lintkb.names import is_index, stands_apart
from lintkb.plugins import require_sound
from lintkb.recordings import Group, SourceFiles
from lintkb.settings import Settings
from lintkb.source.note import Note
from lintkb.source_notes import leads_to_source
from lintkb.text import DecodeError, Span, decode

Reader = Callable[[str], bytes]


class Job(NamedTuple):
    """What a process needs in order to read notes. `source_notes` are the folded names of those that are sources."""

    read: Reader
    settings: Settings
    rules: tuple[Rule, ...]
    run_rules: dict[str, Rule]
    schemas: Mapping[str, Schema]
    sources: SourceFiles
    source_notes: frozenset[str]


def read_notes(job: Job, paths: Sequence[str]) -> list[NoteResult]:
    """Read, parse and check a chunk of notes, each by itself. Nothing is raised for what a note or a check does."""
    ignored = ignores(job.settings, job.rules)
    dialects = job.settings.times.patterns()
    passages = passages_asked((rule.check.name, rule.params) for rule in job.rules)
    return [_read_note(job, path, ignored, dialects, passages) for path in paths]


def _read_note(
    job: Job,
    path: str,
    ignored: Callable[[str], frozenset[str]],
    dialects: Mapping[str, Any],
    passages: Mapping[str, int],
) -> NoteResult:
    def failed(code: str, message: str, subject: str, data: bytes = b"") -> NoteResult:
        problem = job.run_rules[code].diagnostic(path, Finding(Span(0, 0), message, subject))
        return NoteResult(path, digest(data), None, (problem,))

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
    found: list[Diagnostic] = []
    off = ignored(path)
    for rule in job.rules:
        if rule.check.kind == "note" and rule.code not in off:
            context = Context(job.settings, rule.params, rule.fix, job.schemas)
            found += judge(rule, path, rule.check.run(note, context), job.run_rules)
    if not facts.sources:
        name = dict(facts.keys).get(job.settings.times.recording_key, "")
        recording = Recording(name, {path: note}, job.settings, reported=path, source_notes=job.source_notes)
        found += _cited(job, note, recording, kinds_for(note, recording), off)
    return NoteResult(path, digest(data), facts, tuple(found))


def kinds_for(note: Note, recording: Recording) -> tuple[str, ...]:
    """The kinds of checks that judge a note beside its recording."""
    if not note.citations:
        return ("heard",)
    return ("source", "heard", "peers") if recording.has_peers else ("source", "heard")


def _cited(
    job: Job, note: Note, recording: Recording, kinds: Collection[str], off: Collection[str]
) -> Iterator[Diagnostic]:
    """What the checks of some kinds say of one note beside its recording."""
    for rule in job.rules:
        if rule.check.kind in kinds and rule.code not in off:
            context = SourceContext(job.settings, rule.params, rule.fix, recording)
            yield from judge(rule, note.path, rule.check.run(note, context), job.run_rules)


class GroupTask(NamedTuple):
    """A group to judge. `reported` is the note that speaks for all of them."""

    key: str
    group: Group
    reported: str


def judge_groups(job: Job, tasks: Sequence[GroupTask]) -> list[GroupResult]:
    """Judge notes beside their recordings. Nothing is raised for what a note, a transcript or a check does."""
    ignored = ignores(job.settings, job.rules)
    return [_judge_group(job, task, ignored) for task in tasks]


def _judge_group(job: Job, task: GroupTask, ignored: Callable[[str], frozenset[str]]) -> GroupResult:
    recording = read_group(job, task.group, task.reported)
    found: list[Diagnostic] = []
    for path, note in recording.notes.items():
        # Where nothing was found for the recording, each note has been heard by itself.
        kinds = [kind for kind in kinds_for(note, recording) if kind != "heard" or task.group.sources]
        found += _cited(job, note, recording, kinds, ignored(path))
    try:
        account = recording.account()
    except Exception as error:  # noqa: BLE001 - one recording must not end the run, and must not pass for clean
        message = f"the recording could not be weighed: {_described(error)}"
        found.append(job.run_rules["KB004"].diagnostic(task.reported, Finding(Span(0, 0), message, "recording")))
        account = Account(task.group.name)
    return GroupResult(task.key, tuple(found), account)


def read_group(job: Job, group: Group, reported: str) -> Recording:
    """A recording with the notes that cite it, without those that cannot be read or parsed: these have been told of."""
    dialects = job.settings.times.patterns()
    notes = {}
    for path in group.notes:
        with suppress(Exception):
            notes[path] = Note(path, decode(job.read(path)), dialects)
    return read_recording(group.name, notes, group.sources, job.read, job.settings, reported, job.source_notes)


def judge(rule: Rule, path: str, findings: Iterator[Finding], run_rules: dict[str, Rule]) -> Iterator[Diagnostic]:
    """The findings of one rule on one note, and a finding on the rule when it fails."""
    try:
        for finding in findings:
            if rule.check.name not in CHECKS:
                require_sound(finding)
            yield rule.diagnostic(path, finding)
    except TimeoutError:
        message = f"{rule.code} ({rule.name}) was not finished: its pattern takes too long on this note"
        yield run_rules["KB005"].diagnostic(path, Finding(Span(0, 0), message, rule.code))
    except (Exception, SystemExit, GeneratorExit) as error:  # noqa: BLE001 - a broken rule is told of, and the run goes on
        message = f"{rule.code} ({rule.name}) failed on this note: {_described(error)}"
        yield run_rules["KB004"].diagnostic(path, Finding(Span(0, 0), message, rule.code))


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
