"""The configuration: `lintkb.toml` or `[tool.lintkb]`, read strictly into `Settings`.

A key that is not known, a value of the wrong type, a file that is not TOML: all raise `SettingsError`, which names the
place and the remedy. Nothing here runs code from the tree that is linted.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_type_hints

from lintkb import lazy_re as re
from lintkb.clock import parse_clock
from lintkb.diagnostics import Confidence, Severity
from lintkb.globs import matcher
from lintkb.hints import nearest
from lintkb.paths import shown_file
from lintkb.sections import After, Before, Field, Invalid, JsonSchema, Limits, Section
from lintkb.text import SourceText

if TYPE_CHECKING:
    import regex

CONFIG_NAME = "lintkb.toml"
LinkName = Literal["path", "stem", "title", "alias", "index", "folder", "namespace"]
LinkFold = Literal["case", "separators", "unicode", "encoding", "slug"]
LinkPlace = Literal["root", "relative", "suffix"]
MarkdownPlace = Literal["relative", "root", "suffix", "name"]
AnchorStyle = Literal["text", "slug", "exact"]
Extra = Literal["allow", "warn", "forbid"]
FORMS = frozenset({"anchor", "bare", "link"})  # of citations
FieldType = Literal["string", "integer", "number", "boolean", "date", "list", "table", "any"]


# What yt-dlp knows of a recording.
INFO_SUFFIX = ".info.json"
# A frontmatter key in a `sources` pattern.
SOURCE_KEY = re.compile(r"\{([^{}/*?]+)\}")
_VARYING = re.compile(r"[*?\[{]")
MAX_PATTERN = 200_000
# Comments, escapes and classes are stepped over; of `{m,n}` the greater number counts. The rest is one thing to match each.
_TOKENS = re.compile(
    r"\(\?\#[^)]*\)|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?:(?P<least>\d{1,9})(?:,(?P<most>\d{0,9}))?|,(?P<upto>\d{1,9}))\}"
    r"|(?P<run>[^\\()\[{\s]+)|.",
    re.DOTALL,
)
_CALL = re.compile(r"\(\?(?:R|[+-]?\d|&|P>)")


class SettingsError(Exception):
    """The configuration cannot be used; `str()` names the file, the key and what to do."""


# The same said in JSON Schema, for editors.
_SECONDS = {
    "anyOf": [{"type": "string", "pattern": "^[0-9]{1,2}:[0-5][0-9]:[0-5][0-9]$"}, {"type": "integer", "minimum": 1}]
}


def _seconds(value: Any) -> int:
    seconds = parse_clock(value, short=False) if isinstance(value, str) else None
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        seconds = value
    if seconds is None:
        raise ValueError('give a time as "HH:MM:SS", or whole seconds above 0')
    return seconds


def _written_out(pattern: str) -> int:
    """How much a pattern has to match with all its repeats written out. Raises ValueError when it calls itself."""
    groups = [0]  # what is in each open group
    last = 0  # what a repetition would repeat
    for token in _TOKENS.finditer(pattern):
        text = token[0]
        if text == "(":
            if _CALL.match(pattern, token.start()):
                raise ValueError("a pattern that calls itself is not allowed: its memory has no bound")
            groups.append(0)
            last = 0
        elif text == ")" and len(groups) > 1:
            last = groups.pop()
            groups[-1] += last
        elif token["least"] or token["upto"]:
            count = max(int(token["least"] or 0), int(token["most"] or 0), int(token["upto"] or 0), 1)
            groups[-1] += last * (count - 1)
            last *= count
        elif token["run"]:
            last = 1
            groups[-1] += len(text)
        elif not text.isspace() and not text.startswith("(?#"):  # which may stand before a repetition in a verbose one
            last = 1
            groups[-1] += 1
    return sum(groups)


def check_pattern(value: str, flags: int = 0) -> str:
    """The pattern as it is. Raises ValueError when it is none, or one that no timeout would bound."""
    import regex

    if _written_out(value) > MAX_PATTERN:
        raise ValueError(f"with its repeats written out it is longer than {MAX_PATTERN:,}")
    try:
        regex.compile(value, flags)
    except (regex.error, ValueError, OverflowError) as error:
        raise ValueError(f"not a regular expression: {error}") from error
    except (RecursionError, MemoryError):
        raise ValueError("not a usable regular expression: nested too deeply, or too large") from None
    return value


def _glob(value: str) -> str:
    try:
        matcher([value])
    except re.error as error:
        raise ValueError(f"not a path pattern: {error}") from error
    return value


def _source_pattern(value: str) -> str:
    """A path pattern with frontmatter keys in braces."""
    bare = SOURCE_KEY.sub("x", value)
    if "{" in bare or "}" in bare:
        raise ValueError("a frontmatter key stands in braces, as in transcripts/{videoId}.*")
    if bare == value:
        raise ValueError(
            "name a frontmatter key in braces, as in transcripts/{videoId}.*: else all notes have one source"
        )
    if "\\" in value or any(part in ("", ".") for part in value.removeprefix("/").split("/")):
        raise ValueError("write the path from the root with single slashes, as in transcripts/{videoId}.*")
    _glob(bare)
    return value


def source_folder(pattern: str) -> str:
    """The folder that a `sources` pattern names before anything in it varies; empty when it is the root."""
    folders = []
    for part in pattern.split("/")[:-1]:
        if _VARYING.search(part):
            break
        folders.append(part)
    return "/".join(folders)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _word(value: str) -> str:
    """A word or phrase with single blanks. One without letters and signs would be found everywhere."""
    word = " ".join(value.split())
    if not word or "," in word:
        raise ValueError('write words or phrases one by one, without commas, as in ["one", "one other"]')
    return word


def _code(value: str) -> str:
    if re.fullmatch(r"[a-z]{2,3}", value) is None:
        raise ValueError("not the code of a language; write the two or three small letters of ISO 639, such as fr")
    return value


def _typed(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


StrictBool = Annotated[bool, Limits(strict=True)]
StrictInt = Annotated[int, Limits(strict=True)]
_TypeAlone = Before(_typed, "FieldSchema | FieldType")
Pattern = Annotated[str, After(check_pattern)]
Glob = Annotated[str, After(_glob)]
Globs = Annotated[list[Glob], Before(_listed, list[str] | str)]
SourcePattern = Annotated[str, After(_source_pattern)]
SourcePatterns = Annotated[list[SourcePattern], Before(_listed, list[str] | str)]
Strings = Annotated[list[str], Before(_listed, list[str] | str)]
Words = Annotated[list[Annotated[str, After(_word)]], Before(_listed, list[str] | str)]
LanguageCode = Annotated[str, After(_code)]
Names = Annotated[list[LinkName], Before(_listed, list[LinkName] | LinkName)]
Folds = Annotated[list[LinkFold], Before(_listed, list[LinkFold] | LinkFold)]
Places = Annotated[list[LinkPlace], Before(_listed, list[LinkPlace] | LinkPlace)]
MarkdownPlaces = Annotated[list[MarkdownPlace], Before(_listed, list[MarkdownPlace] | MarkdownPlace)]
AnchorStyles = Annotated[list[AnchorStyle], Before(_listed, list[AnchorStyle] | AnchorStyle)]


class Links(Section):
    """How the vault's own reader resolves a link."""

    names: Names = Field(["path", "stem", "alias"], description="What a wikilink may call a note by, the first first.")
    paths: Places = Field(
        ["root", "relative", "suffix"],
        description="Where the path in a wikilink may begin: at the root, at the note's folder, at any folder.",
    )
    markdown: MarkdownPlaces = Field(
        ["relative", "root"],
        description="The same for a Markdown link, and whether it may name a note by its file name alone.",
    )
    anchors: AnchorStyles = Field(
        ["text", "slug"],
        description="How `#Heading` is compared with headings: by their words, by their slugs, letter by letter.",
    )
    fold: Folds = Field(
        [], description="What the reader of these notes overlooks in a link; a target that needs more is reported."
    )
    planned: Globs = Field([], description="Link targets that are yet to be written, as path patterns.")


# What each reader of vaults resolves by itself, as docs/links.md tells with its sources. A preset sets the link rules only.
PRESETS: dict[str, dict[str, Any]] = {
    "obsidian": {
        "names": ["path", "stem"],
        "fold": ["case", "unicode"],
        "markdown": ["root", "relative", "suffix", "name"],
        "anchors": ["text"],
    },
    "foam": {
        "names": ["path", "stem", "index"],
        "fold": ["case"],
        "paths": ["suffix"],
        "markdown": ["relative"],
        "anchors": ["exact"],
    },
    "quartz": {
        "names": ["path", "stem", "alias", "folder"],
        "fold": ["encoding", "slug"],
        "paths": ["root"],
        "markdown": ["root", "name", "relative"],
        "anchors": ["slug"],
        "planned": ["tags/**"],
    },
    "logseq": {
        "names": ["title", "alias", "stem", "namespace"],
        "fold": ["case", "unicode"],
        "paths": [],
        "planned": ["**"],
    },
    "titles": {"names": ["title", "stem", "path", "alias"], "fold": ["case", "separators"]},
    "okf": {"names": ["path", "stem"], "fold": [], "markdown": ["relative"], "anchors": ["slug"]},
}


class FieldSchema(Section):
    """What one frontmatter key must look like. `items` is the type, or all that is asked, of each item of a list;
    `fields` and `extra` are for the keys of a table; a `unique` value is no other note's.
    """

    type: FieldType = Field("any", description="What the value must be.")
    required: StrictBool = Field(default=False, description="Whether every note must have the key, with a value.")
    pattern: Pattern | None = Field(None, description="A regular expression that must be found in the value.")
    enum: list[Any] | None = Field(None, description="The only values that are allowed.")
    min_length: StrictInt | None = Field(None, ge=0, description="The fewest characters, or items of a list.")
    max_length: StrictInt | None = Field(None, ge=0, description="The most characters, or items of a list.")
    unique: StrictBool = Field(default=False, description="Whether no other note may have the value.")
    items: "Annotated[FieldSchema, _TypeAlone] | None" = Field(
        None, description="What every item of the list must be: a type, or a table like this one."
    )
    extra: Extra = Field("allow", description="What to do about keys of the table that `fields` does not name.")
    fields: "dict[str, FieldSchema]" = Field({}, description="The keys of the table, each with what it must look like.")

    def _check(self) -> None:
        if any(field.unique for field in (self.items, *self.fields.values()) if field is not None):
            raise ValueError("`unique` is for keys of the frontmatter itself, not for items or keys of a table")
        if self.items is not None and self.items.required:
            raise ValueError("an item of a list cannot be `required`; `min-length` says how many there are")


class FrontmatterSchema(Section):
    """One `[[frontmatter]]` table: the notes it is for and what their frontmatter must hold."""

    files: Globs = Field(["**"], description="The notes that the table is for, as path patterns.")
    json_schema: str | None = Field(
        None, alias="schema", description="A JSON Schema file (draft 2020-12, JSON or YAML) for the frontmatter."
    )
    extra: Extra = Field("allow", description="What to do about keys that `fields` and `schema` do not name.")
    fields: dict[str, FieldSchema] = Field({}, description="The frontmatter keys, each with what it must look like.")


def _dialect(value: str) -> str:
    import regex

    groups = {"time", "hours", "minutes", "seconds"}
    compiled = regex.compile(check_pattern(value, regex.MULTILINE), regex.MULTILINE)
    if not groups.intersection(compiled.groupindex):
        raise ValueError(
            "it names no time: a group (?P<time>...), or (?P<hours>...), (?P<minutes>...), (?P<seconds>...)"
        )
    if compiled.match("") is not None:
        raise ValueError("it matches nothing at all, so it would be found everywhere")
    return value


Dialect = Annotated[str, After(_dialect)]
DialectName = Annotated[str, Limits(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Times(Section):
    """What is known of the recordings that notes cite, and of the form in which they do."""

    recording_key: str = Field(
        "videoId", description="The frontmatter key whose value says which recording a note cites."
    )
    duration_key: str = Field(
        "duration",
        description='The frontmatter key that says how long the recording is: seconds, "HH:MM:SS" or ISO 8601.',
    )
    max: Annotated[int, Before(_seconds), JsonSchema(_SECONDS)] = Field(
        4 * 3600, description='The latest time that can be cited where no duration is known: seconds or "HH:MM:SS".'
    )
    form: str | None = Field(
        None, description="The form that citations of a time have here: anchor, bare, link, or the name of a dialect."
    )
    dialects: dict[DialectName, Dialect] = Field(
        {},
        description="Other forms: a name, and a pattern with the group `time`, or `hours`, `minutes`, `seconds`.",
        json_schema_extra={"additionalProperties": False},
    )

    def _check(self) -> None:
        taken = sorted(FORMS.intersection(self.dialects))
        if taken:
            raise ValueError(f"`{taken[0]}` is a form already; call the dialect something else")
        known = [*sorted(FORMS), *self.dialects]
        if self.form is not None and self.form not in known:
            close = nearest(self.form, known)
            hint = f"did you mean `{close}`?" if close else f"known: {', '.join(known)}; others are `times.dialects`"
            raise ValueError(f"no form `{self.form}`; {hint}")

    def patterns(self) -> "dict[str, regex.Pattern[str]]":
        """The dialects, compiled."""
        if not self.dialects:
            return {}
        import regex

        return {name: regex.compile(pattern, regex.MULTILINE) for name, pattern in self.dialects.items()}


class LanguageWords(Section):
    """Words of one language, each list added to the one that lintkb has."""

    function_words: Words = Field([], description="Small words by which the language of a note is known.")
    sources_headings: Words = Field([], description="Headings of sections that list sources.")
    related_headings: Words = Field([], description="Headings of sections that list what else there is to read.")
    conclusion_headings: Words = Field([], description="Headings of sections that introduce or sum up.")
    story_headings: Words = Field([], description="Headings of sections that retell a work, which is their source.")
    story_parts: Words = Field([], description="The parts of a work, with a number behind them: act, volume.")
    conclusion_openers: Words = Field([], description="How sentences begin that sum up.")
    reporting_verbs: Words = Field([], description="What people do who say something, in all forms: says, argued.")
    reporting_verbs_that: Words = Field(
        [], description="What means that only before `that`, how, why, or a quotation: declared, found."
    )
    inverted_verbs: Words = Field([], description="Those of them that may stand before the name.")
    according_to: Words = Field([], description="What stands before the name of who says so.")
    possessed: Words = Field([], description="What people have who say something: view, advice.")
    pronouns: Words = Field([], description="Pronouns for people who were named.")
    people: Words = Field([], description="Words for a person: host, author.")
    first_person: Words = Field([], description="Words by which writers speak of themselves.")
    supposing: Words = Field([], description="How sentences begin that only suppose.")
    imperatives: Words = Field([], description="How sentences begin that tell what to do.")
    advice: Words = Field([], description="Words that make a sentence advice.")
    unnamed: Words = Field([], description="Capitalised words that name nobody: experts, studies, this.")
    adverbs: Words = Field([], description="What may stand between somebody and the verb: also, has.")
    adverb_endings: Words = Field([], description="How other such words end: ly.")
    auxiliaries: Words = Field([], description="Verbs after which the verb of reporting stands at the end.")
    that: Words = Field([], description="What stands before what is reported: that, how.")
    as_: Words = Field([], alias="as", description="What stands behind what somebody sees so: sees it as.")
    clause_openers: Words = Field([], description="What begins a clause that has its verb at the end.")
    according_to_behind: Words = Field([], description="What stands behind the name of who says so.")
    tags: Words = Field([], description="What stands between a comma and that name, where the words end.")
    indirect_speech: Words = Field([], description="Forms of verbs that only report.")
    conjunctions: Words = Field([], description="What joins two names: and.")
    articles: Words = Field([], description="What stands before a noun: the.")
    name_particles: Words = Field([], description="Small words in names of people: van.")
    title_particles: Words = Field([], description="Small words in names of things: of.")
    name_titles: Words = Field([], description="What stands before names of people: Dr.")
    about: Words = Field([], description="What joins a name with a subject, before a quotation: on.")
    possessives: Words = Field([], description="Pronouns for what people have: her.")
    genitives: Words = Field([], description="Endings of names before what people have: 's.")
    address: Words = Field([], description="Words for the reader that make the verb before them advice.")
    see: Words = Field([], description="What stands before an author and a year in brackets: cf.")
    after_nouns: Words = Field([], description="What makes the word before it a noun and no imperative: of.")
    first_person_plural: Words = Field([], description="Words by which writers speak of themselves and others.")
    adjective_endings: Words = Field([], description="How adjectives end, where nouns are capitalised.")
    traits: list[Literal["capitalised nouns", "dotted ordinals", "verb second"]] = Field(
        [], description="What is true of the language as a whole."
    )


class SourceNotes(Section):
    """Which notes are sources themselves, so that a link to one is a citation."""

    files: Globs = Field([], description="Their paths, as path patterns.")
    types: Strings = Field([], description="What their frontmatter says of their `type`: source, paper.")
    keys: Strings = Field([], description="Frontmatter keys that make a note a source: doi, isbn.")

    def given(self) -> bool:
        """Whether there are any."""
        return bool(self.files or self.types or self.keys)


class Claims(Section):
    """How it is known what is cited for a sentence."""

    habit: int = Field(
        30,
        ge=0,
        le=100,
        description="How many of its sentences a note cites, in percent, that owes citations; those on recordings do.",
    )
    languages: dict[LanguageCode, LanguageWords] = Field({}, description="Words of a language by its code (ISO 639).")
    source_notes: SourceNotes = Field(
        default_factory=SourceNotes,
        description="Which notes are sources themselves: a link to one is a citation.",
    )

    def words(self) -> dict[str, dict[str, list[str]]]:
        """The words, by language and by the names of their lists."""
        return {code: given.table(given=True) for code, given in self.languages.items()}


class RuleSettings(Section):
    """Overrides of one rule, and parameters for its check."""

    severity: Severity | None = Field(None, description="How bad a finding is.")
    confidence: Confidence | None = Field(None, description="How likely a finding is right.")
    params: dict[str, Any] = Field({}, description="Parameters of the rule's check; `lintkb rule CODE` tells of them.")


class Settings(Section):
    """The whole configuration of one knowledge base."""

    include: Globs = Field(["**/*.md", "**/*.markdown"], description="Which files are notes, as path patterns.")
    exclude: Globs = Field([], description="Which of them are not. What git ignores is left out anyway.")
    preset: Literal["obsidian", "foam", "quartz", "logseq", "titles", "okf"] | None = Field(
        None, description="The reader of these notes, which says how links resolve; `links` goes over it."
    )
    select: Strings | None = Field(None, description="Run these rules only: codes, prefixes of codes, names, ALL.")
    extend_select: Strings = Field([], description="Run these rules too.")
    ignore: Strings = Field([], description="Do not run these rules.")
    mandatory: Strings = Field([], description="Rules that suppressions in the notes cannot hide.")
    rule_paths: Strings = Field([], description="Folders of your own rule notes.")
    sources: SourcePatterns = Field(
        [],
        description="Where the transcript of what a note cites is, as path patterns; {key} stands for a frontmatter key.",
    )
    max_size: StrictInt = Field(5 * 1024 * 1024, gt=0, description="Bytes; a larger note is told of and not checked.")
    links: Links = Field(default_factory=Links, description="How the reader of these notes resolves a link.")
    frontmatter: list[FrontmatterSchema] = Field(
        [], description="What the frontmatter of notes must hold, one table for each kind of note."
    )
    times: Times = Field(
        default_factory=Times,
        description="What is known of the recordings that notes cite, and of the form in which they do.",
    )
    claims: Claims = Field(default_factory=Claims, description="How it is known what is cited for a sentence.")
    rules: dict[str, RuleSettings] = Field({}, description="Overrides of single rules, by code or name.")
    per_file_ignores: dict[Glob, Strings] = Field({}, description="Rules that do not run, by path pattern.")

    def tables_for(self, path: str) -> list[FrontmatterSchema]:
        """The `[[frontmatter]]` tables that cover the note at a root-relative path."""
        return [table for table in self.frontmatter if matcher(table.files)(path)]

    @classmethod
    def _prepare(cls, data: Any) -> Any:
        preset = data.get("preset") if isinstance(data, dict) else None
        if isinstance(preset, str) and preset in PRESETS and isinstance(data.get("links", {}), dict):
            return {**data, "links": {**PRESETS[preset], **data.get("links", {})}}
        return data


def read_config_bytes(path: Path) -> bytes:
    """What a configuration file holds. Raises SettingsError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{shown_file(path)}: cannot be read: {error.strerror}") from error


def read_config(path: Path, content: bytes) -> tuple[dict[str, Any], str]:
    """The raw table of a `lintkb.toml`, or of `[tool.lintkb]` in a `pyproject.toml`, and the text of the file.

    Raises SettingsError when it is not TOML.
    """
    import tomllib

    try:
        text = content.decode("utf-8")
        data = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{shown_file(path)}: not UTF-8 text (byte {error.start + 1})") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{shown_file(path)}: not valid TOML: {error}") from error
    except RecursionError:
        raise SettingsError(f"{shown_file(path)}: not usable TOML: nested too deeply") from None
    if path.name == "pyproject.toml":
        tool = data.get("tool", {})
        table = tool.get("lintkb", {}) if isinstance(tool, dict) else tool
        if not isinstance(table, dict):
            raise SettingsError(f"{shown_file(path)}: [tool.lintkb] must be a table")
        return table, text
    return data, text


def read_override(text: str) -> dict[str, Any]:
    """The table that one `--config 'key = value'` gives."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"--config {text!r}: neither a file nor TOML `key = value`: {error}") from error


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid on `base`: tables are merged, everything else is replaced."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def build_settings(table: Mapping[str, Any], origin: str, text: str = "") -> Settings:
    """Validate a raw table. `origin` is named in errors; `text` is the TOML in which to look for their lines.

    Raises SettingsError with one line per fault.
    """
    try:
        return Settings.validate(table)
    except Invalid as error:
        faults = [describe_fault(fault, Settings, _where(origin, text, fault["loc"])) for fault in error.faults]
        raise SettingsError("\n".join(dict.fromkeys(faults))) from error


def describe_fault(fault: Mapping[str, Any], model: type[Section], where: str, prefix: str = "") -> str:
    """One of pydantic's errors as a line that names the place and the remedy. `prefix` stands before its keys."""
    place = [str(part) for part in fault["loc"] if not isinstance(part, int) and part != "[key]"]
    key = prefix + ".".join(place)
    if fault["type"] == "extra_forbidden":
        known = _known_keys(model, fault["loc"][:-1])
        close = nearest(place[-1], known)
        hint = f"did you mean `{close}`?" if close else f"known keys: {', '.join(sorted(known))}"
        if key == "plugins":
            hint = "code is not allowed from here; give --plugin NAME, or list it in the user's own configuration"
        if key == "tool":
            hint = "in this file the keys stand by themselves, without [tool.lintkb]"
        return f"{where}: unknown key `{key}`; {hint}"
    if fault["type"] == "missing":
        return f"{where}: key `{key}` is missing"
    if key == "frontmatter" and fault["type"] == "list_type":
        return f"{where}: `frontmatter` is an array of tables; write [[frontmatter]] with two brackets"
    message = str(fault["msg"]).removeprefix("Value error, ")
    shown = repr(fault["input"])
    shown = shown if len(shown) < 60 else shown[:57] + "..."
    return f"{where}: `{key}`: {message[:1].lower()}{message[1:]} (it is {shown})"


def _known_keys(model: type[Section], place: Sequence[Any]) -> list[str]:
    """The keys that the section allows at a place, as they are written in the file."""
    current: type[Section] | None = model
    for part in place:
        if current is None:
            return []
        name = next((name for name, declared in current.DECLARED.items() if declared.alias == part), None)
        if name is not None:
            current = _section_in(get_type_hints(current)[name])
    return [declared.alias for declared in current.DECLARED.values()] if current is not None else []


def _section_in(annotation: Any) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next(filter(None, map(_section_in, get_args(annotation))), None)


def _where(origin: str, text: str, place: Sequence[Any]) -> str:
    line = _line_of(text, place) if text else None
    return f"{origin}:{line}" if line else origin


def _line_of(text: str, place: Sequence[Any]) -> int | None:
    """The line of the TOML that most likely holds the last of nested keys: each is looked for behind the one before it."""
    at: int | None = None
    start = 0
    names: list[str] = []
    for part in place:
        if isinstance(part, int):  # the n-th of several tables of one name
            headers = list(re.finditer(_header(names), text))
            if part < len(headers):
                at = start = headers[part].end()
            continue
        names.append(str(part))
        key = re.escape(str(part))
        header = re.compile(_header(names)).search(text, start)
        inside = re.compile(
            rf"^[ \t]*(?:[\w.\"'-]+\.)?[\"']?{key}[\"']?[ \t]*[=.]|[{{,]\s*[\"']?{key}[\"']?\s*[=.]", re.MULTILINE
        )
        end = re.compile(r"^[ \t]*\[\[?[ \t]*[\w\"']", re.MULTILINE).search(text, start)
        found = inside.search(text, start, end.start() if end is not None and at is not None else len(text)) or header
        if header is not None and (found is None or header.start() < found.start()):
            found = header
        if found is not None:
            at, start = found.end() - 1, found.end() - 1
    return SourceText(text).position(at).line if at is not None else None


def _header(names: Sequence[str]) -> str:
    """The pattern of a table's header."""
    return rf"(?m)^[ \t]*\[+[ \t]*(?:tool\.lintkb\.)?{re.escape('.'.join(names))}[ \t]*\]+"
