"""A run: discover, parse, gather facts, index, check, suppress, report."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lintkb import __version__
from lintkb.cache import Cache, GroupResult, NoteResult, digest, folder_for, package_digest
from lintkb.catalogue import Catalogue, Rule, RuleError, Selection, load_catalogue, selected_codes
from lintkb.checks import CHECKS
from lintkb.checks.base import BESIDE_RECORDINGS, BaseContext
from lintkb.checks.claims import CueParams
from lintkb.diagnostics import Diagnostic, Finding
from lintkb.discovery import Listing, below, find_root, source_files, split, walk
from lintkb.evidence.languages import SHIPPED
from lintkb.executors import WorkerDied, default_jobs, map_chunks
from lintkb.facts import NoteFacts
from lintkb.globs import matcher
from lintkb.history import Departure
from lintkb.index import KnowledgeBase
from lintkb.json_schema import MAX_SIZE as MAX_SCHEMA_SIZE, Schema, SchemaError, load_schema
from lintkb.paths import shown_file, shown_path, shown_root
from lintkb.plugins import PluginError, load_checks
from lintkb.reading import GroupTask, Job, Reader, ignores, judge, judge_groups, read_group, read_notes
from lintkb.recordings import Group, SourceFiles, group_notes
from lintkb.report import KnowledgeBaseReport, RuleInfo
from lintkb.settings import CONFIG_NAME, Settings, SettingsError, build_settings, merge, read_config_file, source_folder
from lintkb.source.note import Note
from lintkb.source_notes import Asked, source_names
from lintkb.suppressions import Suppressed, suppress
from lintkb.text import Span

if TYPE_CHECKING:
    from lintkb.evidence.recording import Recording

Progress = Callable[[int, int], None]

__all__ = [
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
    `revision`), the last first, and raises UsageError when it cannot.
    """

    config: Path | None = None
    overrides: tuple[Mapping[str, Any], ...] = ()
    isolated: bool = False
    selection: Selection | None = None
    jobs: int | None = None
    cache: bool = True
    cache_dir: Path | None = None
    snapshot: Callable[[Path, Settings], tuple[Listing, Reader]] | None = None
    over: Mapping[Path, bytes] = {}
    plugins: tuple[str, ...] = ()
    history: Callable[..., Sequence[Departure]] | None = None
    progress: Progress | None = None


class Configured(NamedTuple):
    """The settings of one root, the file and raw table they come from, the rules that run and all that are known."""

    root: Path
    origin: Path | None
    table: Mapping[str, Any]
    settings: Settings
    catalogue: Catalogue
    rules: tuple[Rule, ...]
    rule_folders: tuple[str, ...]
    warnings: tuple[str, ...]


def configure(path: Path, options: Options) -> Configured:
    """The configuration that is in force for a path. Raises SettingsError or RuleError."""
    root, file = find_root(path, options.config, isolated=options.isolated)
    table, text = read_config_file(file) if file is not None else ({}, "")
    return _configured(root, file, table, text, options)


def _configured(root: Path, file: Path | None, table: dict[str, Any], text: str, options: Options) -> Configured:
    given = table
    origin = shown_file(file) if file is not None else "--config"
    _require_inside(table, origin)
    folders = _rule_folders(table, file.parent if file is not None else root, origin)
    for override in options.overrides:
        build_settings(override, "--config")  # by itself first, so that its faults are not laid at the file's door
        table = merge(table, override)
        if "rule-paths" in override:
            folders = [Path(folder) for folder in _listed(override["rule-paths"])]
    settings = build_settings(table, origin, text)
    present = [folder for folder in folders if folder.is_dir()]
    warnings = [
        f"{origin}: `rule-paths`: there is no folder {shown_file(folder)}, so none of its rules run"
        for folder in folders
        if folder not in present
    ]
    catalogue = load_catalogue(present, load_checks(options.plugins, isolated=options.isolated))
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
    rule_folders = [Path(os.path.relpath(folder, root)).as_posix() for folder in present if _inside(root, folder)]
    warnings += _absent_sources(settings, root, origin)
    return Configured(root, file, given, settings, catalogue, tuple(rules), tuple(rule_folders), tuple(warnings))


def _load_schemas(settings: Settings, notes: Sequence[str], read: Reader, origin: str) -> dict[str, Schema]:
    """The JSON Schema files that the settings name for any of the notes, by that name. Raises SettingsError."""
    tables = [table for table in settings.frontmatter if table.json_schema and any(map(matcher(table.files), notes))]
    names = {table.json_schema for table in tables if table.json_schema}
    try:
        return {name: load_schema(name, read) for name in sorted(names)}
    except SchemaError as error:
        raise SettingsError(f"{origin}: `frontmatter.schema`: {error}") from error


def _read_inside(base: Path, path: str) -> bytes:
    """The bytes of a regular file below a folder. Raises OSError, also where a link leads out of the folder."""
    target = Path(os.path.realpath(base / path))
    if not target.is_relative_to(os.path.realpath(base)):
        raise OSError(0, "a link that leads out of the knowledge base")
    if target.exists() and not target.is_file():
        raise OSError(0, "not a regular file")
    with target.open("rb") as file:
        return file.read(MAX_SCHEMA_SIZE + 1)


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
        self.catalogue = configured.catalogue
        self.rules = configured.rules
        self.notes = tuple(notes)
        self.files = tuple(others.paths)
        self._opaque = (*others.opaque, *configured.rule_folders)
        self.selected = tuple(selected)
        self._reader = read
        self._over: dict[str, bytes] = {}
        self.shown = shown
        self.options = options
        self.results: dict[str, NoteResult] = {}
        self.cached = 0
        self._departures: Sequence[Departure] | None = None
        self._untold: list[str] = []
        self.sources = sources
        self._source_rules = frozenset(rule.code for rule in configured.rules if rule.check.kind == "source")
        self._source_digests: dict[str, str] = {}
        self._groups: dict[str, GroupResult] = {}
        self._cache = Cache(None, "")
        self._run_rules = {rule.code: rule for rule in configured.rules if rule.check.name == "run"}
        self._unlisted = [
            self._run_rules["KB001"].diagnostic(
                path, Finding(Span(0, 0), f"the folder cannot be listed: {why}", "folder")
            )
            for path, why in others.unlisted
        ]
        self._ignored = ignores(self.settings, self.rules)
        self._mandatory = selected_codes(self.settings.mandatory, self.catalogue.rules)
        self._rule_infos = [rule_info(rule) for rule in self.rules]

    def read_bytes(self, path: str) -> bytes:
        """The bytes of a note or file as they are in this session. Raises OSError."""
        return self._over[path] if path in self._over else self._reader(path)

    def shown_path(self, path: str) -> str:
        """A note's path as the user would type it."""
        return shown_path(self.shown, path)

    def suppressed(self, facts: NoteFacts, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Those of a note's diagnostics that its suppressions hide."""
        return suppress(facts, diagnostics, self.catalogue, {}, self._mandatory).hidden

    def _job(self) -> Job:
        return Job(
            self._reader, self.settings, self.rules, self._run_rules, self.schemas, self.sources, self.source_notes
        )

    @cached_property
    def source_notes(self) -> frozenset[str]:
        """The folded names of the notes that are sources themselves, as they are when they are first asked for."""
        settings = self.settings.claims.source_notes
        if not settings.given():
            return frozenset()
        asked = Asked(self._reader, self.settings.max_size, settings)
        return frozenset().union(*map_chunks(source_names, asked, self.notes, self._processes))

    @property
    def _processes(self) -> int:
        return self.options.jobs if self.options.jobs is not None else default_jobs()

    def _run_key(self) -> str:
        rules = [(rule.severity, rule.confidence, repr(rule.params), rule.text) for rule in self.rules]
        given = (self.settings, rules, sorted(self.schemas.items()), sorted(self.source_notes))
        return digest(__version__.encode(), package_digest().encode(), repr(given).encode())

    def read(self) -> None:
        """Read every note, from the cache where it is still true."""
        options = self.options
        keep = options.cache and options.snapshot is None and not options.over
        # What a plug-in's code depends on is not known here.
        keep = keep and not any(rule.check.name not in CHECKS for rule in self.rules)
        cache = Cache(folder_for(self.root, options.cache_dir) if keep else None, self._run_key() if keep else "")
        self._cache = cache
        if cache.path is not None and os.path.isfile(cache.path):  # noqa: PTH113 - False where it may not be asked
            known = self.catalogue.by_code
            for one in cache.load(self._digests()).values():
                if one.facts is None or one.facts.sources != self.sources.of(dict(one.facts.keys)):
                    continue  # a transcript has come, or gone
                if all(item.rule in known for item in one.diagnostics):
                    self.results[one.path] = one
            self.cached = len(self.results)
        missing = [path for path in self.notes if path not in self.results]
        fresh = []
        for done, result in enumerate(map_chunks(read_notes, self._job(), missing, self._processes), 1):
            fresh.append(result)
            if options.progress is not None and done % 50 == 0:
                options.progress(done, len(missing))
        self.results.update((result.path, result) for result in fresh)
        cache.store(fresh, self.notes)

    def _digests(self) -> dict[str, str]:
        digests = {}
        for path in self.notes:
            try:
                digests[path] = digest(self.read_bytes(path))
            except OSError:
                continue
        return digests

    def unread(self) -> list[Diagnostic]:
        """A finding on each note and folder of which nothing is known, because it could not be read."""
        results = (self.results[path] for path in self.notes)
        return self._unlisted + [item for result in results if result.facts is None for item in result.diagnostics]

    def replace(self, contents: Mapping[str, bytes]) -> None:
        """Read some notes again, with the given bytes in place of what is on disk."""
        self._over.update(contents)
        job = self._job()._replace(read=self.read_bytes)
        self.results.update((result.path, result) for result in read_notes(job, list(contents)))

    def index(self, results: Iterable[NoteResult] | None = None, files: Sequence[str] | None = None) -> KnowledgeBase:
        """The index over the notes and files as they are now, or over those given. Unread notes still exist as files."""
        results = list(self.results.values() if results is None else results)
        facts = [result.facts for result in results if result.facts is not None]
        unread = [result.path for result in results if result.facts is None]
        files = self.files if files is None else files
        return KnowledgeBase(facts, [*files, *unread], self.settings.links, self._opaque, self._history)

    def _history(self) -> Sequence[Departure]:
        """What took files away, when that is wanted; asked for once in a session."""
        if self._departures is None:
            try:
                self._departures = self.options.history(self.root) if self.options.history is not None else ()
            except UsageError as error:
                self._departures = ()
                self._untold.append(f"{error}; nothing is said of what became of missing files")
        return self._departures

    def judge(self) -> KnowledgeBaseReport:
        """Everything there is to say of the selected notes."""
        kb = self.index()
        cited = self.cited(kb, self.selected)
        shown: list[Diagnostic] = list(self._unlisted)
        hidden: list[Diagnostic] = []
        for path in self.selected:
            outcome = self.outcome(self.results[path], kb, cited)
            shown += outcome.shown
            hidden += outcome.hidden
        shown.sort(key=lambda item: (item.path, item.span, item.rule, item.message))
        return KnowledgeBaseReport(
            root=self.root,
            shown_root=self.shown,
            checked=len(self.selected),
            diagnostics=shown,
            suppressed=hidden,
            rules=self._rule_infos,
            read=self.read_bytes,
            warnings=[
                *self.configured.warnings,
                *self._unmatched(),
                *self._unspoken(),
                *self._unsourced(),
                *self._untold,
            ],
            remarks=[
                f"not asked for, because it is no custom of these notes: {what} ({counts} have it)"
                for what, counts in sorted(kb.not_customary.items())
            ],
            duplicates=vars(kb).get("duplicates"),  # found by now, if a rule asked for them
        )

    def _unsourced(self) -> list[str]:
        """That `sources` find nothing for any note: a slip there would look like a pass."""
        origin = shown_file(self.configured.origin) if self.configured.origin else "--config"
        facts = [result.facts for result in self.results.values() if result.facts is not None and result.facts.cites]
        if not self.settings.sources or not facts or any(one.sources for one in facts):
            return []
        if _absent_sources(self.settings, self.root, origin):
            return []  # which says so
        patterns = ", ".join(self.settings.sources)
        nothing = f"{origin}: `sources`: {patterns} finds no file for any note of those that cite times"
        return [f"{nothing}, so none is checked against a transcript"]

    def _unmatched(self) -> list[str]:
        """Patterns of the configuration that no note matches: a slip there switches a schema or an exception off."""
        origin = shown_file(self.configured.origin) if self.configured.origin else "--config"
        asked = [("files", schema.files) for schema in self.settings.frontmatter]
        asked += [("per-file-ignores", [pattern]) for pattern in self.settings.per_file_ignores]
        lacking = self.settings.claims.source_notes.given() and not self.source_notes
        return [f"{origin}: no note is a source by `claims.source-notes`"] * lacking + [
            f"{origin}: {key} {', '.join(patterns)!r} matches no note"
            for key, patterns in asked
            if not any(map(matcher(patterns), self.notes))
        ]

    def _unspoken(self) -> list[str]:
        """Words for a language by which no note is known: whatever else is given for it is never looked for."""
        given = self.settings.claims.languages
        known = {*SHIPPED, *(code for code, words in given.items() if words.function_words)}
        lacking = {f"claims.languages.{code}": code for code in given}
        for rule in self.rules:
            if isinstance(rule.params, CueParams):
                lacking |= {f"{rule.code}: words.{code}": code for code in getattr(rule.params, "words", {})}
        origin = shown_file(self.configured.origin) if self.configured.origin else "--config"
        return [
            f"{origin}: `{place}` is for no note: give `claims.languages.{code}.function-words`, by which its notes are known"
            for place, code in lacking.items()
            if code not in known
        ]

    def cited(
        self,
        kb: KnowledgeBase,
        paths: Collection[str],
        results: Mapping[str, NoteResult] | None = None,
        read: Reader | None = None,
    ) -> dict[str, list[Diagnostic]]:
        """What is found by note where several notes cite one recording, or where it is known what was said there.

        Only groups with any of the `paths` are judged. `results` and `read` are those of the notes of `kb`, unless these are
        the session's own.
        """
        if not any(rule.check.kind in BESIDE_RECORDINGS for rule in self.rules):
            return {}
        tasks = [
            task
            for task in self._tasks(kb, paths, results or self.results, read or self.read_bytes)
            if task.group.sources or len(task.group.notes) > 1
        ]
        found: dict[str, list[Diagnostic]] = {path: [] for task in tasks for path in task.group.notes}
        for result in self._judged(tasks, read):
            for item in result.diagnostics:
                found[item.path].append(item)
        return found

    def recordings(self) -> list[GroupResult]:
        """What is known of each recording that the selected notes cite, and what was found in all notes that do."""
        return self._judged(list(self._tasks(self.index(), self.selected, self.results, self.read_bytes)))

    def recording(self, note: Note) -> "Recording":
        """The recording that a note cites, with the other notes that do."""
        groups = group_notes(self.index().notes.values(), self.settings)
        group = next((group for group in groups if note.path in group.notes), Group("", (), (note.path,)))
        return read_group(self._job()._replace(read=self.read_bytes), group, note.path)

    def _tasks(
        self, kb: KnowledgeBase, paths: Collection[str], results: Mapping[str, NoteResult], read: Reader
    ) -> Iterator[GroupTask]:
        wanted = frozenset(paths)
        for group in group_notes(kb.notes.values(), self.settings):
            asked = [path for path in group.notes if path in wanted]
            if asked:
                # One in which as few of the rules are off as can be: what is told once must be told.
                reported = min(asked, key=lambda path: len(self._source_rules & self._ignored(path)))
                parts = [*group, reported, *(results[path].digest for path in group.notes)]
                parts += [self._source_digest(path, read) for path in group.sources]
                yield GroupTask(digest(repr(parts).encode("utf-8", "surrogatepass")), group, reported)

    def _judged(self, tasks: Sequence[GroupTask], read: Reader | None = None) -> list[GroupResult]:
        if not self._groups:
            self._groups.update(self._cache.load_groups({task.key for task in tasks}))
        missing = [task for task in tasks if task.key not in self._groups]
        job, jobs = self._job(), self._processes
        if read is not None or self._over:  # which other processes need not have
            job, jobs = job._replace(read=read or self.read_bytes), 1
        notes = sum(len(task.group.notes) for task in missing)
        fresh = list(map_chunks(judge_groups, job, missing, jobs, notes=notes))
        self._groups.update((result.key, result) for result in fresh)
        everything = len(self.selected) == len(self.notes)
        self._cache.store_groups(fresh, {task.key for task in tasks} if everything else None)
        return [self._groups[task.key] for task in tasks]

    def _source_digest(self, path: str, read: Reader) -> str:
        """What stands for the content of a file that says what was said in a recording."""
        known = self._source_digests if read == self.read_bytes else {}
        if path not in known:
            try:
                known[path] = digest(read(path))
            except OSError as error:
                known[path] = str(error)
        return known[path]

    def outcome(self, result: NoteResult, kb: KnowledgeBase, cited: Mapping[str, list[Diagnostic]]) -> Suppressed:
        """What there is to say of one note beside the notes of `kb`, shown or hidden by its suppressions.

        `cited` is what `cited` gave for them.
        """
        found = [*result.diagnostics, *self._base_findings(result, kb)]
        if result.path in cited:  # which takes the place of what was found of the same rules without the other notes
            found = [item for item in found if item.rule not in self._source_rules] + cited[result.path]
        if result.facts is None:
            return Suppressed(found, [])
        off = self._ignored(result.path)
        rules = {rule.code: rule for rule in self.rules if rule.code not in off}
        return suppress(result.facts, found, self.catalogue, rules, self._mandatory)

    def _base_findings(self, result: NoteResult, kb: KnowledgeBase) -> list[Diagnostic]:
        """What the checks on the whole knowledge base say of one note."""
        if result.facts is None:
            return []
        off = self._ignored(result.path)
        found: list[Diagnostic] = []
        for rule in self.rules:
            if rule.check.kind == "base" and rule.code not in off:
                context = BaseContext(self.settings, rule.params, rule.fix, kb)
                found += judge(rule, result.path, rule.check.run(result.facts, context), self._run_rules)
        return found

    def read_other(self, path: str, data: bytes, sources: SourceFiles | None = None) -> NoteResult:
        """What reading a note's other content, such as an older one, gives, with other `sources` perhaps; nothing is kept."""
        job = self._job()._replace(read=lambda _path: data, sources=sources or self.sources)
        return read_notes(job, [path])[0]


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
    return _open(_configured(folder, None, table, "", options), [(given, "")], options)


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
    found = source_files(root, patterns, listing.paths, on_disk=options.snapshot is None)
    sources = SourceFiles(patterns, found)
    if options.snapshot is not None:
        unknown = frozenset(found).difference(listing.paths)
        if unknown:
            read = _BesideSnapshot(read, DiskReader(root, settings.max_size), unknown)
    notes, files = split(listing.paths, settings.include, settings.exclude, configured.rule_folders, explicit)
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
    schemas = _load_schemas(
        settings, notes, lambda path: _read_inside(base, path), shown_file(origin) if origin else "--config"
    )
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
    configured = Configured(Path("/"), None, table, settings, catalogue, rules, (), ())
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
