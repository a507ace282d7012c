"""A run: discover, parse, gather facts, index, check, suppress, report."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress as suppress_errors
from functools import cache as cache_once, cached_property, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from lintkb import __version__
from lintkb.cache import Cache, State, folder_for, package_digest
from lintkb.census import Asked, Census
from lintkb.cluster import ClusterError, Far, WorkerDied
from lintkb.digests import content_digest, digest
from lintkb.discovery import Listing, below, find_root, source_files, split, walk
from lintkb.executors import default_jobs, is_spread, map_chunks, shares_memory
from lintkb.globs import matcher
from lintkb.memory import Memory, printed
from lintkb.paths import shown_file, shown_path, shown_root
from lintkb.plugins import PluginError, allowed, load_checks
from lintkb.prepared import Prepared, PreparedEntry, stamp
from lintkb.recordings import Group, SourceFiles, group_notes
from lintkb.report import COPIES, RUN_EXIT_CODES, Deferred, KnowledgeBaseReport, RuleInfo, Tally
from lintkb.results import MALFORMED, SEGMENT, Damaged, Entry, NoteResult, Results, side_by_side, unpack, whole
from lintkb.rule_notes import RuleError, Selection
from lintkb.settings import (
    CONFIG_NAME,
    Settings,
    SettingsError,
    build_settings,
    merge,
    read_config,
    read_config_bytes,
    source_folder,
)
from lintkb.spool import Held, at_hand

if TYPE_CHECKING:  # a run that finds all as it was imports none of these
    from lintkb.catalogue import Catalogue, Rule
    from lintkb.diagnostics import Diagnostic
    from lintkb.evidence.clusters import Sketches
    from lintkb.evidence.duplicates import Duplicates
    from lintkb.evidence.recording import Recording
    from lintkb.facts import NoteFacts
    from lintkb.history import Departure
    from lintkb.index import KnowledgeBase, Known
    from lintkb.json_schema import Schema
    from lintkb.judging import Cited, Judged, Judging, Task
    from lintkb.reading import GroupResult, GroupTask, Job, Reader
    from lintkb.reporters.text import Form
    from lintkb.source.note import Note

Item = TypeVar("Item")
Done = TypeVar("Done")
Progress = Callable[[int, int], None]
# Notes by which workers on other machines show that they see the same files.
_ENOUGH = 16

__all__ = [
    "ClusterError",
    "MissingPath",
    "Options",
    "PluginError",
    "RuleError",
    "Session",
    "SettingsError",
    "UsageError",
    "WorkerDied",
    "open_folder",
    "open_sessions",
    "open_texts",
]


class UsageError(Exception):
    """What was asked for cannot be done; `str()` says why and what to do."""


class MissingPath(UsageError):
    """A path that was asked for is not there."""

    def __init__(self, given: str) -> None:
        super().__init__(f"no such file or folder: {given}")
        self.given = given


class DiskReader:
    """Reads files below a root, each up to one byte more than `limit`; `over` stands in for what is on disk."""

    def __init__(self, root: Path, limit: int, over: Mapping[str, bytes] | None = None) -> None:
        self.root = root
        self.limit = limit
        self.over = dict(over or {})

    def __call__(self, path: str) -> bytes:
        """The bytes of a root-relative path. Raises OSError."""
        if path in self.over:
            return self.over[path]
        with open(os.path.join(self.root, path), "rb") as file:  # noqa: PTH118, PTH123 - thousands of times a run
            return file.read(self.limit + 1)


class _BesideSnapshot:
    """Reads files of a snapshot, and from disk the few `paths` that no snapshot knows: git ignores them."""

    def __init__(self, snapshot: Reader, disk: Reader, paths: frozenset[str]) -> None:
        self.snapshot = snapshot
        self.disk = disk
        self.paths = paths

    def __call__(self, path: str) -> bytes:
        """The bytes of a path. Raises OSError."""
        return self.disk(path) if path in self.paths else self.snapshot(path)


class Options(NamedTuple):
    """How a run is to be made: configuration, rule selection, processes, cache, and where files come from.

    `snapshot` lists a root and gives its reader in place of the disk; `over` holds contents by absolute path; `plugins`
    are the names of those whose checks rule notes may use; `history` tells what took files away below a root (and until a
    `revision`), the last first, and raises UsageError when it cannot. `scheduler` is the address of a Dask scheduler whose
    workers do what is worth it, or empty for workers that are started for the run.
    """

    config: Path | None = None
    overrides: tuple[Mapping[str, Any], ...] = ()
    isolated: bool = False
    selection: Selection | None = None
    jobs: int | None = None
    scheduler: str | None = None
    cache: bool = True
    cache_dir: Path | None = None
    snapshot: Callable[[Path, Settings], tuple[Listing, Reader]] | None = None
    over: Mapping[Path, bytes] = {}
    plugins: tuple[str, ...] = ()
    history: Callable[..., Sequence[Departure]] | None = None
    progress: Progress | None = None


class Configured(NamedTuple):
    """The settings of one root, the file they come from, the rules that run and all that are known.

    `table` gives the raw table of the file, read when it is asked for.
    """

    root: Path
    origin: Path | None
    table: Callable[[], Mapping[str, Any]]
    settings: Settings
    prepared: Prepared
    rule_folders: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def catalogue(self) -> Catalogue:
        """All rules that are known."""
        return self.prepared.catalogue

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that run."""
        return self.prepared.rules


def configure(path: Path, options: Options) -> Configured:
    """The configuration that is in force for a path. Raises SettingsError, RuleError or PluginError."""
    root, file = find_root(path, options.config, isolated=options.isolated)
    content = read_config_bytes(file) if file is not None else b""
    plugins = allowed(options.plugins, isolated=options.isolated)

    def read() -> tuple[dict[str, Any], str]:
        return read_config(file, content) if file is not None else ({}, "")

    entry = known = None
    if options.cache and not plugins:  # what plug-ins make of parameters is not known here
        asked = (options.overrides, options.selection)
        entry = PreparedEntry(options.cache_dir, str(root), str(file), os.path.realpath("."), content, *asked)
        known = entry.load(lambda: _prepare(root, file, *read(), options, plugins, entry))
    base = file.parent if file is not None else root
    if known is None or not (_overrides_folders(options) or all(_inside(base, folder) for folder in known.folders)):
        table, text = read()
        return _in_force(root, file, lambda: table, _prepare(root, file, table, text, options, plugins, entry))
    return _in_force(root, file, lambda: read()[0], known)


def _prepare(
    root: Path,
    file: Path | None,
    table: dict[str, Any],
    text: str,
    options: Options,
    plugins: Sequence[str],
    entry: PreparedEntry | None = None,
) -> Prepared:
    """What the table of a file and the rule notes come to, kept for later runs where there is an `entry`."""
    from lintkb.catalogue import load_catalogue

    origin = _origin(file)
    _require_inside(table, origin)
    folders = _rule_folders(table, file.parent if file is not None else root, origin)
    for override in options.overrides:
        build_settings(override, "--config")  # by itself first, so that its faults are not laid at the file's door
        table = merge(table, override)
        if "rule-paths" in override:
            folders = [Path(folder) for folder in _listed(override["rule-paths"])]
    settings = build_settings(table, origin, text)
    stamps = stamp(folders) if entry is not None else []
    catalogue = load_catalogue([folder for folder in folders if folder.is_dir()], load_checks(plugins))
    select = tuple(settings.select) if settings.select is not None else None
    layers = [Selection(origin, select, tuple(settings.extend_select), tuple(settings.ignore))]
    if options.selection is not None:
        layers.append(options.selection)
    rules = catalogue.configured(catalogue.select(layers), settings, origin)
    named = [(f"per-file-ignores {pattern!r}", words) for pattern, words in settings.per_file_ignores.items()]
    for key, selectors in [*named, ("mandatory", settings.mandatory)]:
        for selector in selectors:
            if not catalogue.knows(selector):
                raise SettingsError(f"{origin}: {key}: no rule `{selector}`; {catalogue.hint(selector)}")
    prepared = Prepared.of(settings, catalogue, rules, folders, _unspoken(settings, rules, origin))
    if entry is not None:
        entry.store(prepared, stamps)
    return prepared


def _in_force(root: Path, file: Path | None, table: Callable[[], Mapping[str, Any]], prepared: Prepared) -> Configured:
    """What was prepared, beside what is there: missing folders are told of."""
    origin = _origin(file)
    present = [folder for folder in prepared.folders if folder.is_dir()]
    warnings = [
        f"{origin}: `rule-paths`: there is no folder {shown_file(folder)}, so none of its rules run"
        for folder in prepared.folders
        if folder not in present
    ]
    rule_folders = [Path(os.path.relpath(folder, root)).as_posix() for folder in present if _inside(root, folder)]
    warnings += _absent_sources(prepared.settings, root, origin)
    return Configured(root, file, table, prepared.settings, prepared, tuple(rule_folders), tuple(warnings))


def _origin(file: Path | None) -> str:
    return shown_file(file) if file is not None else "--config"


def _overrides_folders(options: Options) -> bool:
    """Whether the folders of rule notes are given on the command line, where they may be anywhere."""
    return any("rule-paths" in override for override in options.overrides)


def _load_schemas(settings: Settings, notes: Sequence[str], read: Reader, origin: str) -> dict[str, Schema]:
    """The JSON Schema files that the settings name for any of the notes, by that name. Raises SettingsError."""
    tables = [table for table in settings.frontmatter if table.json_schema and any(map(matcher(table.files), notes))]
    names = {table.json_schema for table in tables if table.json_schema}
    if not names:
        return {}
    from lintkb.json_schema import SchemaError, load_schema

    try:
        return {name: load_schema(name, read) for name in sorted(names)}
    except SchemaError as error:
        raise SettingsError(f"{origin}: `frontmatter.schema`: {error}") from error


def _read_inside(base: Path, path: str) -> bytes:
    """The bytes of a regular file below a folder. Raises OSError, also where a link leads out of the folder."""
    from lintkb.json_schema import MAX_SIZE

    target = Path(os.path.realpath(base / path))
    if not target.is_relative_to(os.path.realpath(base)):
        raise OSError(0, "a link that leads out of the knowledge base")
    if target.exists() and not target.is_file():
        raise OSError(0, "not a regular file")
    with target.open("rb") as file:
        return file.read(MAX_SIZE + 1)


def _rule_folders(table: Mapping[str, Any], base: Path, origin: str) -> list[Path]:
    """The folders of rule notes that a configuration file names, seen from its own folder. Raises SettingsError."""
    folders = [base / folder for folder in _listed(table.get("rule-paths"))]
    for folder in folders:
        if not _inside(base, folder):
            # What the tree says may come with a pull request; it is not to choose what else is read on this machine.
            raise SettingsError(
                f"{origin}: `rule-paths` leads out of the knowledge base ({shown_file(folder)});"
                " give such a folder on the command line: --config 'rule-paths = [...]'"
            )
    return folders


def _unspoken(settings: Settings, rules: Iterable[Rule], origin: str) -> list[str]:
    """Words for a language by which no note is known: whatever else is given for it is never looked for."""
    from lintkb.checks.claims import CueParams
    from lintkb.evidence.languages import SHIPPED

    given = settings.claims.languages
    known = {*SHIPPED, *(code for code, words in given.items() if words.function_words)}
    lacking = {f"claims.languages.{code}": code for code in given}
    for rule in rules:
        if isinstance(rule.params, CueParams):
            lacking |= {f"{rule.code}: words.{code}": code for code in getattr(rule.params, "words", {})}
    return [
        f"{origin}: `{place}` is for no note: give `claims.languages.{code}.function-words`, by which its notes are known"
        for place, code in lacking.items()
        if code not in known
    ]


def _listed(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _inside(root: Path, folder: Path) -> bool:
    return Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(root))


def _require_inside(table: Mapping[str, Any], origin: str) -> None:
    """Raise SettingsError where the configuration file wants sources from elsewhere: it may come with a pull request."""
    for pattern in _listed(table.get("sources")):
        if pattern.startswith("/") or ".." in pattern.split("/"):
            raise SettingsError(
                f"{origin}: `sources` leads out of the knowledge base ({pattern!r});"
                " give such a place on the command line: --config 'sources = [...]'"
            )


def _absent_sources(settings: Settings, root: Path, origin: str) -> list[str]:
    folders = dict.fromkeys(filter(None, map(source_folder, settings.sources)))
    return [
        f"{origin}: `sources`: there is no folder {folder}, so no time is checked against a transcript from there"
        for folder in folders
        if not (root / folder).is_dir()
    ]


class _Before(NamedTuple):
    """What is to be known of a note as it was in the last run: its signatures, and what was remembered, if it was there."""

    signatures: str
    entry: Entry | None


class _Done(NamedTuple):
    """What is known of segments that were judged, now or before, by their places: of each packed results or text.

    `printed` is new text, `suggested` what was suggested now.
    """

    tallies: dict[int, Tally]
    texts: dict[int, Held]
    packed: dict[int, Held]
    printed: dict[int, Held]
    suggested: dict[int, Held]


class Session:
    """One knowledge base, open: its configuration, what is known of each note, and judgement on demand.

    `read` must be called first; `replace` gives a note other content, in memory; `judge` may be called again and again.
    """

    def __init__(
        self,
        configured: Configured,
        schemas: Mapping[str, Schema],
        notes: Sequence[str],
        others: Listing,
        selected: Sequence[str],
        read: Reader,
        shown: str,
        options: Options,
        sources: SourceFiles,
    ) -> None:
        self.configured = configured
        self.schemas = schemas
        self.root = configured.root
        self.settings = configured.settings
        self.notes = tuple(notes)
        self.files = tuple(others.paths)
        self._opaque = (*others.opaque, *configured.rule_folders)
        self.selected = tuple(selected)
        self._reader = read
        self._over: dict[str, bytes] = {}
        self.shown = shown
        self.options = options
        self.results = Results()
        self.cached = 0
        self._departures: Sequence[Departure] | None = None
        self._untold: list[str] = []
        self.sources = sources
        self._blobs = others.blobs
        self._memory: Memory | None = None
        self._touched = True
        self._alone = False  # other processes cannot read the notes as they are here
        self._checked: int | None = None
        self._altered: dict[str, _Before] = {}  # by note that has been read since the last run
        self._census = Census(0, (), ())
        self._copies: dict[str, str] = {}
        self._duplicates: Duplicates | None = None
        # Those of all notes but these, which are altered: the last that were asked for, here or of how it was `earlier`.
        self._sketches: dict[frozenset[str], Sketches] = {}
        self._told_copies: dict[str, str] | None = None  # those that notes were judged beside last
        self._stated: tuple[str, list[str]] | None = None
        self._unsourced = False
        self._unlisted = self._told(others.unlisted) if others.unlisted else []

    @property
    def catalogue(self) -> Catalogue:
        """All rules that are known. Like those that run they are made, and all checks imported, when first asked for."""
        return self.configured.catalogue

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that run."""
        return self.configured.rules

    @cached_property
    def _run_rules(self) -> dict[str, Rule]:
        return {rule.code: rule for rule in self.rules if rule.check.name == "run"}

    def _told(self, unlisted: Iterable[tuple[str, str]]) -> list[Diagnostic]:
        from lintkb.diagnostics import Finding
        from lintkb.text import Span

        rule = self._run_rules["KB001"]
        return [
            rule.diagnostic(path, Finding(Span(0, 0), f"the folder cannot be listed: {why}", "folder"))
            for path, why in unlisted
        ]

    @cached_property
    def ignored(self) -> Callable[[str], frozenset[str]]:
        """The codes of the rules that are switched off for a note."""
        from lintkb.reading import ignores

        return ignores(self.settings, self.rules)

    @cached_property
    def _mandatory(self) -> frozenset[str]:
        from lintkb.catalogue import selected_codes

        return selected_codes(self.settings.mandatory, self.catalogue.rules)

    def read_bytes(self, path: str) -> bytes:
        """The bytes of a note or file as they are in this session. Raises OSError."""
        return self._over[path] if path in self._over else self._reader(path)

    def shown_path(self, path: str) -> str:
        """A note's path as the user would type it."""
        return shown_path(self.shown, path)

    def suppressed(self, facts: NoteFacts, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Those of a note's diagnostics that its suppressions hide."""
        from lintkb.suppressions import suppress

        return suppress(facts, diagnostics, self.catalogue, {}, self._mandatory).hidden

    def _job(self) -> Job:
        from lintkb.reading import Job

        return Job(
            self._read_now,
            self.settings,
            self.rules,
            self._run_rules,
            self.schemas,
            self.sources,
            self.source_notes,
            self._sees_links,
        )

    @property
    def _last(self) -> State | None:
        """What the last run left."""
        return self._memory.state if self._memory is not None else None

    @property
    def _read_now(self) -> Reader:
        """`read_bytes`, or what other processes can be given that does the same."""
        return self.read_bytes if self._over else self._reader

    @cached_property
    def _sees_links(self) -> bool:
        """Whether findings in notes depend on where the links of others lead."""
        from lintkb.judging import SEE_LINKS

        return not SEE_LINKS.isdisjoint(self.configured.prepared.checks)

    @cached_property
    def source_notes(self) -> frozenset[str]:
        """The folded names of the notes that are sources themselves, as they are when they are first asked for."""
        settings = self.settings.claims.source_notes
        if not settings.given():
            return frozenset()
        from lintkb.source_notes import Asked, source_names

        asked = Asked(self._reader, self.settings.max_size, settings)
        return frozenset().union(*self._map(source_names, asked, self.notes))

    def _map(
        self,
        work: Callable[[Any, Sequence[Item]], list[Done]],
        job: Any,
        items: Sequence[Item],
        notes: int | None = None,
        fill: Callable[[Item], Item] | None = None,
    ) -> Iterator[Done]:
        """`map_chunks` where this session's work is done."""
        return map_chunks(work, job, items, self._processes, notes=notes, far=self._elsewhere, fill=fill)

    @property
    def _processes(self) -> int:
        if self._alone:
            return 1
        return self.options.jobs if self.options.jobs is not None else default_jobs()

    @property
    def _foreign(self) -> bool:
        """Whether some checks come from other packages, of which it is not known what they ask, or who has them."""
        return not self.configured.prepared.own

    @property
    def _elsewhere(self) -> Far | None:
        """Where the work goes when it leaves this machine: that of notes that others can read."""
        options = self.options
        if self._alone or self._foreign or options.scheduler is None or options.snapshot is not None or options.over:
            return None
        return self._far

    @cached_property
    def _far(self) -> Far:
        limit, some = self.settings.max_size + 1, list[tuple[str, str]]()
        for path in self.notes[:: max(1, len(self.notes) // _ENOUGH)]:
            with suppress_errors(OSError):
                some.append((path, content_digest(self._reader(path)[:limit])))
        jobs = self.options.jobs or default_jobs()
        return Far(self.options.scheduler or "", jobs, os.fspath(self.root), limit, tuple(some))

    def _run_key(self) -> str:
        given = (self.configured.prepared.key, sorted(self.schemas.items()))
        return digest(__version__.encode(), package_digest().encode(), repr(given).encode("utf-8", "surrogatepass"))

    def read(self) -> None:
        """Read every note, from the cache where it is still true."""
        options = self.options
        # What a plug-in's code depends on is not known here.
        use = options.cache and not options.over and not self._foreign
        cache = Cache(folder_for(self.root, options.cache_dir) if use else None, self._run_key() if use else "")
        keeps = use and options.snapshot is None
        self._memory = Memory(cache, self.root, self.read_bytes, self._blobs, keeps=keeps, far=bool(options.scheduler))
        try:
            self._resume(self._memory)
        except Damaged:
            self._read_all(self._memory)

    def _read_all(self, memory: Memory) -> None:
        """Read every note as if there had been no run before."""
        memory.lose()
        self._told_copies = self._duplicates = None
        self.results, self.cached, self._touched, self._altered, self._stated = Results(), 0, True, {}, None
        for path in self.notes:
            memory.stamp(path)
        segments = list(side_by_side(self.notes))
        from lintkb.reading import read_segments

        done = 0
        work = self._map(read_segments, self._job(), segments, len(self.notes))
        for paths, read in zip(segments, work, strict=True):
            self.results.add(paths, *read)
            done += len(paths)
            if self.options.progress is not None:
                self.options.progress(done, len(self.notes))

    def _resume(self, memory: Memory) -> None:
        """Read what is not as it was in the last run. Raises Damaged when there was none, or not much is as it was."""
        if memory.state is None:
            raise Damaged
        self.results = memory.results()
        entries, here = self.results.entries, frozenset(self.notes)
        gone = [path for path in entries if path not in here]
        changed = {
            path
            for path in self.notes
            if path not in entries or entries[path].failed or not memory.is_same(path, entries[path].digest)
        }
        files = memory.state.files == self._files_key
        if not files:  # a transcript may have come, or gone
            for path, known in self.results.outlines.items():
                if path in here and known.sources != self.sources.of(dict(known.keys)):
                    changed.add(path)
        if len(changed) > len(self.notes) // 2:
            raise Damaged
        self._touched = bool(changed or gone) or not (files and memory.same_sources())
        if self.settings.claims.source_notes.given():
            if not (changed or gone):
                vars(self)["source_notes"] = frozenset(memory.state.names)
            elif tuple(sorted(self.source_notes)) != memory.state.names:
                raise Damaged
        self.cached = len(self.notes) - len(changed)
        if changed or gone:
            self._read_again(changed, gone)
        memory.changed = changed.union(gone)

    def _read_again(self, paths: Iterable[str], gone: Collection[str] = ()) -> None:
        """Read some notes, put their results in the place of others, and remember what is to be known of these."""
        from lintkb.reading import read_notes, result_row

        job = self._job()
        fresh = [(result, result_row(job, result)) for result in self._map(read_notes, job, sorted(paths))]
        for path in (*(result.path for result, _ in fresh), *gone):
            if path not in self._altered:
                known = self.results.entries.get(path)
                signatures = ""
                if known is not None and self._asks_copies and self._last is not None:
                    signatures = self.results.part("signatures", self.results.place(path)).get(path, "")
                self._altered[path] = _Before(signatures, known)
        self.results.change(fresh, gone)
        self._stated = self._duplicates = None

    @cached_property
    def _asks_copies(self) -> bool:
        return not self.configured.prepared.checks.isdisjoint(COPIES)

    @cached_property
    def _files_key(self) -> str:
        # Transcripts may be files that git ignores, which are none of the knowledge base's.
        return digest(repr((self.files, self._opaque, sorted(self.sources.files))).encode("utf-8", "surrogatepass"))

    def unread(self) -> list[Diagnostic]:
        """A finding on each note and folder of which nothing is known, because it could not be read."""
        failed = (self.results[path] for path in self.notes if self.results.entries[path].failed)
        return self._unlisted + [item for result in failed if result.facts is None for item in result.diagnostics]

    def replace(self, contents: Mapping[str, bytes]) -> None:
        """Read some notes again, with the given bytes in place of what is on disk."""
        self._over.update(contents)
        self._touched = self._alone = True
        self._read_again(contents)
        if self._memory is not None:
            self._memory.changed.update(contents)

    def confine(self, paths: Container[str]) -> None:
        """Judge no others than these of the selected notes, which are all that anything can be said of that matters."""
        self._checked = len(self.selected)
        self.selected = tuple(path for path in self.selected if path in paths)

    def earlier(
        self,
        contents: Mapping[str, bytes],
        gone: Collection[str],
        files: Iterable[str],
        sources: SourceFiles,
        read: Reader,
    ) -> Session:
        """The knowledge base as it was when some notes had other contents, and some were not there; in memory alone.

        `files`, `sources` and `read` are those of then.
        """
        from copy import copy

        earlier = copy(self)
        vars(earlier).pop("_files_key", None)
        return earlier.go_back(contents, gone, files, sources, read)

    def go_back(
        self,
        contents: Mapping[str, bytes],
        gone: Collection[str],
        files: Iterable[str],
        sources: SourceFiles,
        read: Reader,
    ) -> Session:
        """What `earlier` does to a copy."""
        assert self._memory is not None  # noqa: S101
        self.results, self._memory = self.results.copy(), self._memory.aside()
        self.notes = tuple(sorted({*self.notes}.difference(gone).union(contents)))
        self.selected, self._checked = self.notes, None
        self.files, self.sources = tuple(files), sources
        self._over, self._reader = {}, read
        self._touched = self._alone = True
        again = {*contents}
        if sources.patterns:
            again |= {
                path
                for path, known in self.results.outlines.items()
                if path not in gone and known.sources != sources.of(dict(known.keys))
            }
        self._altered = dict(self._altered)
        self._read_again(again, gone)
        return self

    @property
    def failed(self) -> set[str]:
        """The notes that could not be read, or that a check failed on."""
        return {path for path, entry in self.results.entries.items() if entry.failed}

    def beside(self, paths: Collection[str]) -> set[str]:
        """The notes that cite the recordings of some notes, or those that some files tell of."""
        entries = self.results.entries
        names = {entries[path].recording for path in paths if path in entries} - {""}
        found = {path for path, entry in entries.items() if entry.recording in names} if names else set[str]()
        if not frozenset(self.sources.files).isdisjoint(paths):
            told = frozenset(paths)
            found.update(path for path, one in self.results.outlines.items() if not told.isdisjoint(one.sources))
        return found

    def index(self, results: Iterable[NoteResult] | None = None, files: Sequence[str] | None = None) -> KnowledgeBase:
        """The index over the notes and files as they are now, or over those given. Unread notes still exist as files."""
        from lintkb.index import KnowledgeBase, Known

        notes: Iterable[NoteFacts] | Known
        if results is None:
            own, outlines = self.results, self.results.outlines
            unread = [path for path in self.notes if path not in outlines]
            notes = Known(
                outlines,
                lambda path: own.column("landmarks").get(path, ""),
                self.duplicates,
                lambda path: whole(own[path]),
            )
        else:
            given = list(results)
            unread = [result.path for result in given if result.facts is None]
            notes = [result.facts for result in given if result.facts is not None]
        files = self.files if files is None else files
        return KnowledgeBase(notes, [*files, *unread], self.settings.links, self._opaque, self._history)

    def _history(self) -> Sequence[Departure]:
        """What took files away, when that is wanted; asked for once in a session."""
        if self._departures is None:
            try:
                self._departures = self.options.history(self.root) if self.options.history is not None else ()
            except UsageError as error:
                self._departures = ()
                self._untold.append(f"{error}; nothing is said of what became of missing files")
        return self._departures

    def judge(self, form: Form | None = None) -> KnowledgeBaseReport:
        """Everything there is to say of the selected notes. With a `form` the report is printed in it, and in no other."""
        assert self._memory is not None  # noqa: S101 - `read` makes it
        try:
            return self._judge(self._memory, form)
        except Damaged:
            self._read_all(self._memory)
            return self._judge(self._memory, form)

    def _judge(self, memory: Memory, form: Form | None) -> KnowledgeBaseReport:
        whole_base = len(self.selected) == len(self.notes) and not self._unlisted
        form = form if whole_base else None
        index = cache_once(self.index)
        cited: Cited = {}
        if self._touched or not whole_base or (memory.state is not None and memory.state.unsettled):
            cited = self._cite(memory)
        if self._touched or memory.state is None or memory.state.recopied or self.options.history is not None:
            state, remarks = self._state()
            self._unsourced = self._finds_no_source()
        else:
            state, remarks = memory.state.state, list(memory.state.remarks)
            self._census = memory.state.census
            self._unsourced = memory.state.unsourced
            self._copies = memory.state.copies
        places = range(len(self.results.segments)) if whole_base else sorted({*map(self.results.place, self.selected)})
        done = _Done({}, {}, {}, {}, {})
        if self._told_copies is None:
            self._told_copies = memory.state.copies if memory.state is not None else self._copies
        stale = self.recopied(self._told_copies)
        tasks = list(self._tasks_left(memory, places, state, cited, stale, form, done, whole_base=whole_base))
        for judged in self._judge_segments(tasks, self._index_for(tasks, index), form) if tasks else ():
            self._take(judged, state, cited, done, whole_base=whole_base)
        if whole_base:
            self._told_copies = self._copies
        numbers = {at: self.results.segments[at].number for at in places}
        blobs = {"suggested": {numbers[at]: packed for at, packed in done.suggested.items()}}
        if form is not None:
            blobs[repr(form)] = {numbers[at]: text for at, text in done.printed.items()}
        self._keep(memory, state, blobs, remarks, variant=repr(form) if form is not None else "", whole_base=whole_base)
        found = cache_once(partial(self._found, done.packed, frozenset(self.selected)))
        return KnowledgeBaseReport(
            root=self.root,
            shown_root=self.shown,
            checked=self._checked if self._checked is not None else len(self.selected),
            diagnostics=Deferred(lambda: found()[0]),
            suppressed=Deferred(lambda: found()[1]),
            rules=Deferred(lambda: [*map(rule_info, self.rules)]),
            read=self.read_bytes,
            warnings=[
                *self.configured.warnings,
                *self._unmatched(),
                *self.configured.prepared.unspoken,
                *self._without_sources(),
                *self._untold,
            ],
            remarks=remarks,
            duplicates=self.duplicates if self._asks_copies else None,
            known_tally=Tally.sum(done.tallies.values()) if not self._unlisted else None,
            pieces=(lambda: printed([text for _, text in sorted(done.texts.items())])) if form is not None else None,
        )

    def _tasks_left(
        self,
        memory: Memory,
        places: Sequence[int],
        state: str,
        cited: Cited,
        stale: Collection[str],
        form: Form | None,
        done: _Done,
        *,
        whole_base: bool,
    ) -> Iterator[Task]:
        """What of the segments at some places is to be judged or printed; what is known of the others goes into `done`."""
        chosen, segments = frozenset(self.selected), self.results.segments
        known = memory.texts(repr(form), [segments[at].number for at in places]) if form is not None else {}
        for at in places:
            one = segments[at]
            own = {path: cited[path] for path in one.paths if path in cited}
            again = [path for path in one.paths if path in stale] if stale else []
            judged = one.judged == state
            settled = judged and not (one.fresh or own or again) and memory.changed.isdisjoint(one.seen)
            if whole_base and settled and one.tally is not None and (form is None or one.number in known):
                done.tallies[at] = one.tally
                if form is None:
                    done.packed[at] = self.results.held(at)
                else:
                    done.texts[at] = at_hand(known[one.number])
                continue
            from lintkb.judging import Task  # here, because mostly all is settled

            wanted = None if whole_base else chosen.intersection(one.paths)
            suggested = self.results.suggested(at) if judged and (one.fresh or again) else b""
            yield Task(at, b"", judged, wanted, own, suggested, again)

    def _index_for(self, tasks: Sequence[Task], index: Callable[[], KnowledgeBase]) -> KnowledgeBase | None:
        """The index that some segments are judged beside; None where all are but printed."""
        if all(task.judged and not (task.stale or self.results.segments[task.at].fresh) for task in tasks):
            return None
        return index()

    def _take(self, judged: Judged, state: str, cited: Cited, done: _Done, *, whole_base: bool) -> None:
        """Put what was judged now in its place."""
        at, one = judged.at, self.results.segments[judged.at]
        done.tallies[at] = judged.tally
        put = self.results.spool.put
        if judged.text is not None:
            done.texts[at] = done.printed[at] = put(judged.text)
        done.packed[at] = put(judged.packed) if judged.packed is not None else self.results.held(at)
        if not whole_base:
            return
        if judged.suggested is not None:
            done.suggested[at] = put(judged.suggested)
        one = one._replace(
            packed=done.packed[at] if judged.packed is not None else one.packed,
            judged="" if judged.failed else state,
            fresh=False,
            seen=judged.seen,
            tally=judged.tally,
        )
        self.results.settle(at, one, {path: cited[path][0] for path in one.paths if path in cited})

    def _found(self, packed: Mapping[int, Held], chosen: Collection[str]) -> tuple[list[Diagnostic], list[Diagnostic]]:
        """The diagnostics in some judged segments that are of chosen notes, and those that suppressions hide."""
        shown: list[Diagnostic] = list(self._unlisted)
        hidden: list[Diagnostic] = []
        if packed:
            from lintkb.judging import Judge

            judge = Judge(self._judging(None, None))
            for _, segment in sorted(packed.items()):
                for result in unpack(segment(), chosen):
                    outcome = judge.outcome(result)
                    shown += outcome.shown
                    hidden += outcome.hidden
        if self._unlisted:
            shown.sort(key=lambda item: (item.path, item.span, item.rule, item.message))
        return shown, hidden

    def _judging(self, kb: KnowledgeBase | None, form: Form | None) -> Judging:
        from lintkb.judging import Judging

        return Judging(
            self.settings, self.rules, self._run_rules, self.catalogue, self._mandatory, kb, self._read_now, form
        )

    def _judge_segments(self, tasks: Sequence[Task], kb: KnowledgeBase | None, form: Form | None) -> Iterator[Judged]:
        from lintkb.judging import judge_segments

        def fill(task: Task) -> Task:
            return task._replace(packed=self.results.packed(task.at, task.wanted))

        notes = sum(len(task.wanted) if task.wanted is not None else SEGMENT for task in tasks)
        if kb is not None and is_spread(notes, self._processes, self._elsewhere):
            try:
                forked = shares_memory() and self._elsewhere is None
                kb.prepare(links=self._sees_links, copies=self._asks_copies, suggestions=forked)
            except Exception:  # noqa: BLE001 - each rule that asks for what cannot be found out tells of it, here
                return iter(judge_segments(self._judging(kb, form), map(fill, tasks)))
            if forked:
                # What the rules find out once is found out here, so that processes share it.
                first = judge_segments(self._judging(kb, form), map(fill, tasks[:1]))
                return chain(first, self._map(judge_segments, self._judging(kb, form), tasks[1:], notes, fill))
        if self._foreign and not shares_memory():
            return iter(judge_segments(self._judging(kb, form), map(fill, tasks)))
        return self._map(judge_segments, self._judging(kb, form), tasks, notes, fill)

    @property
    def state(self) -> str:
        """What stands for all that findings beside other notes depend on."""
        return self._state()[0]

    def _state(self) -> tuple[str, list[str]]:
        """What stands for all that findings beside other notes depend on, and remarks on what is no custom of the notes."""
        if self._stated is None:
            self._stated = self._state_now()
        return self._stated

    def _state_now(self) -> tuple[str, list[str]]:
        from lintkb.index import is_custom
        from lintkb.judging import CUSTOMS

        customary = [rule for rule in self.rules if rule.check.name in CUSTOMS]
        asked = [Asked(CUSTOMS[rule.check.name], getattr(rule.params, "min_words", 0)) for rule in customary]
        self._census = self._census_now(asked)
        customs: dict[str, str] = {}
        for rule, (what, _), total, having in zip(customary, asked, *self._census[1:], strict=True):
            if not is_custom(having, total, getattr(rule.params, "custom_from", 0)):
                customs[what] = f"{having} of {total}"
        parts: list[object] = [self._files_key, sorted(customs), sorted(self.source_notes), bool(self._over)]
        if self._asks_copies:
            try:
                self._copies = self.duplicates().keys
            except Damaged:
                raise
            except Exception:  # noqa: BLE001 - which is told of by each rule that asks for them
                self._copies = {}
                parts.append(time.time_ns())
        if self.options.history is not None:
            parts.append(time.time_ns())  # history is asked anew each time
        remarks = [
            f"not asked for, because it is no custom of these notes: {what} ({counts} have it)"
            for what, counts in sorted(customs.items())
        ]
        return digest(repr((self._census, parts)).encode("utf-8", "surrogatepass")), remarks

    def _census_now(self, asked: Sequence[Asked]) -> Census:
        """What the notes come to: those that changed since the last run are counted anew, or all."""
        entries = self.results.entries
        if self._last is None:
            return Census.of(entries, asked)
        before = {path: one.entry for path, one in self._altered.items() if one.entry is not None}
        now = {path: entries[path] for path in self._altered if path in entries}
        try:
            return self._last.census.changed(Census.of(before, asked), Census.of(now, asked))
        except MALFORMED as error:
            raise Damaged from error

    def duplicates(self) -> Duplicates:
        """What stands in several notes, or in one of them twice. Raises Damaged."""
        if self._duplicates is None:
            clusters = self._last.clusters if self._last is not None else None
            try:
                self._duplicates = self._duplicates_from(clusters)
            except MALFORMED as error:
                if clusters is None:
                    raise
                raise Damaged from error
        return self._duplicates

    def _duplicates_from(self, clusters: Sequence[Sequence[tuple[str, int]]] | None) -> Duplicates:
        """The same, from what the last run found where that is faster."""
        from lintkb.evidence.clusters import Change, Clusters, Passage, Sketches, change_clusters, find_clusters
        from lintkb.evidence.duplicates import Duplicates

        known: Clusters | None = None
        if clusters is not None:
            known = [[Passage(*one) for one in cluster] for cluster in clusters]
        if known is not None and self._altered:
            altered = frozenset(self._altered)
            if altered not in self._sketches:
                self._sketches.clear()
                self._sketches[altered] = Sketches(self.results.packed_column("signatures"), altered)
            before = {path: one.signatures for path, one in self._altered.items()}
            now = dict.fromkeys(altered, "") | self.results.some("signatures", sorted(altered))
            change = Change(self._sketches[altered], before, now)
            known, read = change_clusters(known, change), change.read
        if known is None or not self._altered:
            whole = Sketches(self.results.packed_column("signatures"))
            known, read = find_clusters(whole) if known is None else known, whole.read
        return Duplicates(known, read)

    def recopied(self, copies: Mapping[str, str]) -> set[str]:
        """The notes whose copies are others than those given."""
        return {path for path in {*copies, *self._copies} if copies.get(path) != self._copies.get(path)}

    @property
    def copies(self) -> dict[str, str]:
        """By note what stands for the copies that it is told of."""
        self._state()
        return self._copies

    def _keep(
        self,
        memory: Memory,
        state: str,
        blobs: dict[str, dict[int, Held]],
        remarks: Sequence[str],
        *,
        variant: str,
        whole_base: bool,
    ) -> None:
        if self._over or self.options.history is not None:
            return
        names = tuple(sorted(self.source_notes))
        unsettled: Collection[str] = ()
        if not whole_base:
            touched = self._altered_recordings(memory)
            unsettled = touched if touched is not None else {one.recording for one in self.results.entries.values()}
        clusters = memory.state.clusters if memory.state is not None and not self._altered else None
        if self._duplicates is not None:
            clusters = self._duplicates.clusters
        known = State(
            state,
            self._files_key,
            self._census,
            self._copies if whole_base or memory.state is None else memory.state.copies,
            not whole_base
            and memory.state is not None
            and (memory.state.recopied or self._copies != memory.state.copies),
            clusters,
            {},
            {},
            names,
            tuple(remarks),
            self._unsourced,
            tuple(sorted(unsettled)),
        )
        memory.keep(self.results, known, variant, blobs)

    def _recordings_touched(self, memory: Memory) -> frozenset[str] | None:
        """The recordings beside which selected notes are to be judged; None where it may be any.

        Where not all notes are selected it is what those cite: which of them speaks for all depends on that.
        """
        if len(self.selected) < len(self.notes):
            return frozenset(filter(None, (self.results.entries[path].recording for path in self.selected)))
        return self._altered_recordings(memory)

    def _altered_recordings(self, memory: Memory) -> frozenset[str] | None:
        """What is cited by notes that changed since all were judged, and was before; None where it may be any recording."""
        if memory.state is None or memory.state.files != self._files_key or not memory.same_sources():
            return None
        now = (self.results.entries[path].recording for path in self._altered if path in self.results.entries)
        before = (one.entry.recording for one in self._altered.values() if one.entry is not None)
        return frozenset(filter(None, (*memory.state.unsettled, *now, *before)))

    def _cite(self, memory: Memory) -> Cited:
        """By note what is found now beside its recording, and what that depends on; None where nothing is any more."""
        entries = self.results.entries
        tasks: list[GroupTask] = []
        grouped: set[str] = set()
        touched = self._recordings_touched(memory)
        of = entries if touched is None else [path for path, entry in entries.items() if entry.recording in touched]
        for task in self._tasks(of, self.selected, memory.source_digest):
            grouped.update(task.group.notes)
            if any(entries[path].group != task.key for path in task.group.notes):
                tasks.append(task)
        found: dict[str, tuple[str, tuple[Diagnostic, ...] | None]] = {
            path: ("", None) for path in of if entries[path].group and path not in grouped
        }
        for task, result in zip(tasks, self._judge_groups(tasks), strict=True):
            by_note: dict[str, list[Diagnostic]] = {path: [] for path in task.group.notes}
            failed = False
            for item in result.diagnostics:
                by_note[item.path].append(item)
                failed |= item.rule in RUN_EXIT_CODES
            found.update((path, ("" if failed else task.key, tuple(own))) for path, own in by_note.items())
        return found

    def _finds_no_source(self) -> bool:
        """Whether `sources` find nothing for any of the notes that cite times."""
        if not self.settings.sources:
            return False
        citing = [one for one in self.results.outlines.values() if one.cites]
        return bool(citing) and not any(one.sources for one in citing)

    def _without_sources(self) -> list[str]:
        """That `sources` find nothing for any note: a slip there would look like a pass."""
        origin = _origin(self.configured.origin)
        if not self._unsourced:
            return []
        if _absent_sources(self.settings, self.root, origin):
            return []  # which says so
        patterns = ", ".join(self.settings.sources)
        nothing = f"{origin}: `sources`: {patterns} finds no file for any note of those that cite times"
        return [f"{nothing}, so none is checked against a transcript"]

    def _unmatched(self) -> list[str]:
        """Patterns of the configuration that no note matches: a slip there switches a schema or an exception off."""
        origin = _origin(self.configured.origin)
        asked = [("files", schema.files) for schema in self.settings.frontmatter]
        asked += [("per-file-ignores", [pattern]) for pattern in self.settings.per_file_ignores]
        lacking = self.settings.claims.source_notes.given() and not self.source_notes
        return [f"{origin}: no note is a source by `claims.source-notes`"] * lacking + [
            f"{origin}: {key} {', '.join(patterns)!r} matches no note"
            for key, patterns in asked
            if not any(map(matcher(patterns), self.notes))
        ]

    def recordings(self) -> list[GroupResult]:
        """What is known of each recording that the selected notes cite, and what was found in all notes that do."""
        assert self._memory is not None  # noqa: S101
        tasks = list(self._tasks(self.results, self.selected, self._memory.source_digest, lone=True))
        return list(self._judge_groups(tasks))

    def recording(self, note: Note) -> Recording:
        """The recording that a note cites, with the other notes that do."""
        from lintkb.reading import read_group

        groups = group_notes(self.index().notes.values(), self.settings)
        group = next((group for group in groups if note.path in group.notes), Group("", (), (note.path,)))
        return read_group(self._job(), group, note.path)

    def _tasks(
        self,
        of: Iterable[str],
        paths: Collection[str],
        source_digest: Callable[[str], str],
        *,
        lone: bool = False,
    ) -> Iterator[GroupTask]:
        """The groups of some notes that any of `paths` are in; if `lone`, also those of one note and no transcript."""
        from lintkb.checks.base import BESIDE_RECORDINGS
        from lintkb.reading import group_task

        if not lone and not any(rule.check.kind in BESIDE_RECORDINGS for rule in self.rules):
            return
        wanted, job = frozenset(paths), self._job()
        entries = self.results.entries
        for group in group_notes(self.results.some("outlines", list(of)).values(), self.settings):
            asked = [path for path in group.notes if path in wanted]
            if asked and (lone or group.sources or len(group.notes) > 1):
                digests = [entries[path].digest for path in group.notes]
                yield group_task(job, group, asked, digests, self.ignored, source_digest)

    def _judge_groups(self, tasks: Sequence[GroupTask]) -> Iterator[GroupResult]:
        from lintkb.reading import judge_groups

        notes = sum(len(task.group.notes) for task in tasks)
        return self._map(judge_groups, self._job(), tasks, notes)

    def read_other(self, path: str, data: bytes) -> NoteResult:
        """What reading a note's other content gives; nothing is kept."""
        from lintkb.reading import read_notes

        return read_notes(self._job()._replace(read=lambda _path: data), [path])[0]


def rule_info(rule: Rule) -> RuleInfo:
    """What reporters need of a rule."""
    return RuleInfo(rule.code, rule.name, rule.title, rule.summary, rule.severity, rule.confidence, lambda: rule.help)


def open_sessions(paths: Sequence[str], options: Options) -> list[Session]:
    """Group paths by knowledge base and open each; the notes are not read yet.

    Raises UsageError for a path that is not there and for a run that finds no note, SettingsError, RuleError.
    """
    groups: dict[Path, list[tuple[str, str]]] = {}
    configured: dict[Path, Configured] = {}
    roots: dict[Path, Path] = {}  # by folder: hooks are given thousands of files
    for given in paths:
        path = _chosen(given, options)
        is_folder = path.is_dir()
        place = Path(os.path.realpath(path if is_folder else path.parent))
        if place not in roots:
            roots[place], _ = find_root(place, options.config, isolated=options.isolated)
        root = roots[place]
        if root not in configured:
            configured[root] = configure(place, options)
        relative = os.path.relpath(place if is_folder else place / path.name, root)
        groups.setdefault(root, []).append((given, "" if relative == "." else Path(relative).as_posix()))
    return [_open(configured[root], chosen, options) for root, chosen in sorted(groups.items())]


def open_folder(given: str, table: dict[str, Any], options: Options) -> Session:
    """The knowledge base whose root is the folder `given`, under a configuration that stands in no file yet.

    Raises UsageError when there is no such folder or no note in it, SettingsError, RuleError.
    """
    folder = Path(os.path.realpath(_chosen(given, options)))
    if not folder.is_dir():
        raise UsageError(f"not a folder: {given}")
    plugins = allowed(options.plugins, isolated=options.isolated)
    prepared = _prepare(folder, None, table, "", options, plugins)
    return _open(_in_force(folder, None, lambda: table, prepared), [(given, "")], options)


def _chosen(given: str, options: Options) -> Path:
    """A path that was asked for: a folder, or a regular file. A link to a file stands for the file it leads to."""
    if not given:
        raise UsageError("an empty path; name a note or a folder, or nothing for the folder you stand in")
    path = Path(given)
    if Path(os.path.abspath(path)) in options.over:  # noqa: PTH100
        return path
    if not os.path.lexists(path):
        if options.snapshot is not None:
            return path  # not on disk, but perhaps where the notes come from
        raise MissingPath(given)
    if path.is_symlink() and not path.is_dir():
        target = Path(os.path.realpath(path))
        root, _ = find_root(path, options.config, isolated=options.isolated)
        if root not in target.parents:
            raise UsageError(f"{given} is a link that leads out of the knowledge base at {root}; name its target")
        path = target
    if options.snapshot is None and not (path.is_dir() or path.is_file()):
        raise UsageError(f"neither a regular file nor a folder: {given}")
    return path


def _open(configured: Configured, chosen: list[tuple[str, str]], options: Options) -> Session:
    root, settings = configured.root, configured.settings
    over = {_relative(path, root): data for path, data in options.over.items()}
    read: Reader
    explicit: frozenset[str] = frozenset()
    if options.snapshot is not None:
        # Hooks are given every staged file, and the configuration says which are notes: none is explicit.
        listing, read = options.snapshot(root, settings)
    else:
        listing, read = walk(root), DiskReader(root, settings.max_size, over)
        explicit = frozenset(path for _, path in chosen if path and not (root / path).is_dir())
    patterns = [
        Path(os.path.relpath(pattern, root)).as_posix() if pattern.startswith("/") else pattern
        for pattern in settings.sources
    ]
    found = source_files(root, patterns, listing.paths, on_disk=options.snapshot is None) if patterns else []
    sources = SourceFiles(patterns, found)
    if options.snapshot is not None:
        unknown = frozenset(found).difference(listing.paths)
        if unknown:
            read = _BesideSnapshot(read, DiskReader(root, settings.max_size), unknown)
    notes, files = split(listing.paths, settings.include, settings.exclude, configured.rule_folders, explicit)
    if patterns:
        notes, files = _without(sources, notes, files, explicit)
    selected = list(below(notes, [path for _, path in chosen]))
    if not selected and options.snapshot is None:
        where = ", ".join(given for given, _ in chosen)
        wanted = ", ".join(settings.include)
        raise UsageError(
            f"no note found in {where}: looked for {wanted}, without what is excluded or ignored by git{_others(files)}"
        )
    inner = [path for path in files if path.endswith(f"/{CONFIG_NAME}")]
    if inner:
        place = ", ".join(inner[:3])
        word = f"{place}: configures a knowledge base of its own, and is not used here; name its folder to check that"
        configured = configured._replace(warnings=(*configured.warnings, word))
    origin = configured.origin
    base = origin.parent if origin is not None else root
    schemas = _load_schemas(settings, notes, lambda path: _read_inside(base, path), _origin(origin))
    absolute = all(os.path.isabs(given) for given, _ in chosen)  # noqa: PTH117
    linked = [path for path in listing.links if path not in explicit]
    shown = shown_root(root, absolute=absolute)
    listing = listing._replace(paths=[*files, *linked])
    return Session(configured, schemas, notes, listing, selected, read, shown, options, sources)


def _without(
    sources: SourceFiles, notes: Sequence[str], files: Sequence[str], explicit: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Notes and files, where transcripts that are Markdown are files."""
    kept = [path for path in notes if path not in explicit and sources.is_source(path)]
    if not kept:
        return tuple(notes), tuple(files)
    return tuple(sorted({*notes}.difference(kept))), tuple(sorted({*files, *kept}))


def _others(files: Sequence[str]) -> str:
    """What there is instead of notes, for somebody whose notes end in something else."""
    from collections import Counter

    suffixes = Counter(Path(path).suffix for path in files if Path(path).suffix)
    return "".join(f"; other files there: {count} *{suffix}" for suffix, count in suffixes.most_common(1))


def _relative(path: Path, root: Path) -> str:
    return Path(os.path.relpath(Path(os.path.realpath(path.parent)) / path.name, root)).as_posix()


def _read_from(contents: Mapping[str, bytes], path: str) -> bytes:
    if path not in contents:
        raise FileNotFoundError(2, "no such file")
    return contents[path]


def open_texts(
    contents: Mapping[str, bytes], catalogue: Catalogue, table: Mapping[str, Any], selection: Selection
) -> Session:
    """A knowledge base that exists only in memory: notes and files by path, read and ready to judge.

    Raises SettingsError.
    """
    settings = build_settings(table, "lintkb.toml")
    rules = tuple(catalogue.configured(catalogue.select([selection]), settings, "lintkb.toml"))
    prepared = Prepared.of(settings, catalogue, rules, (), _unspoken(settings, rules, "--config"))
    configured = Configured(Path("/"), None, lambda: table, settings, prepared, (), ())
    notes, files = split(sorted(contents), settings.include, settings.exclude, (), frozenset())
    sources = SourceFiles(settings.sources, contents)
    notes, files = _without(sources, notes, files, ())
    read = partial(_read_from, contents)
    schemas = _load_schemas(settings, notes, read, CONFIG_NAME)
    options = Options(jobs=1, cache=False)
    listing = Listing(list(files), [], [], [])
    session = Session(configured, schemas, notes, listing, notes, read, ".", options, sources)
    session.read()
    return session
