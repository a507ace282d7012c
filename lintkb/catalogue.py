"""The rule catalogue: Markdown notes whose frontmatter is the rule and whose examples are its tests."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from lintkb.checks.base import Check, Params
from lintkb.diagnostics import Applicability, Confidence, Diagnostic, Finding, Severity
from lintkb.digests import digest
from lintkb.examples import Example, ExampleError, read_examples, render_examples
from lintkb.hints import nearest
from lintkb.paths import shown_file
from lintkb.rule_notes import RuleError, Selection, notes_below, own_rules_folder
from lintkb.sections import Field, Invalid, Section
from lintkb.settings import RuleSettings, Settings, SettingsError, describe_fault, merge
from lintkb.source.frontmatter import Entry, Frontmatter, read_frontmatter
from lintkb.text import DecodeError, SourceText, decode

MAX_RULE_SIZE = 1024 * 1024


class Measured(Section):
    """How often the rule was wrong, counted by reading its findings on real notes."""

    read: int = Field(ge=0)
    wrong: int = Field(ge=0)
    date: date


class _RuleNote(Section):
    """The frontmatter of a rule note."""

    code: str = Field(pattern=r"^[A-Z]{2,8}\d{3}$")
    name: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
    check: str
    params: dict[str, Any] = Field({})
    severity: Severity
    confidence: Confidence = Confidence.HIGH
    fix: Literal["none", "display", "unsafe", "safe"] = "none"
    default: Literal["on", "off"] = "on"
    measured: Measured | None = None


class Rule(NamedTuple):
    """A rule that can run: its note's frontmatter and its check with parameters.

    `summary` is the first paragraph below the title, as one line; `digest` stands for all of the note's text. What only
    readers and tests want of the note is in its `page`.
    """

    code: str
    name: str
    title: str
    summary: str
    severity: Severity
    confidence: Confidence
    fix: Applicability
    default: bool
    check: Check
    params: Params
    note: Path
    digest: str

    def diagnostic(self, path: str, finding: Finding) -> Diagnostic:
        """The finding as said by this rule of the note at `path`. A fix never goes beyond what the rule may offer."""
        fixes = finding.fixes and tuple(
            fix if fix.applicability.rank <= self.fix.rank else fix._replace(applicability=self.fix)
            for fix in finding.fixes
            if self.fix is not Applicability.NONE
        )
        return Diagnostic(
            path,
            finding.span,
            self.code,
            self.name,
            finding.severity if finding.severity and finding.severity.rank > self.severity.rank else self.severity,
            self.confidence,
            finding.message,
            finding.subject,
            finding.related,
            fixes,
            finding.help,
        )

    @property
    def page(self) -> "RulePage":
        """What else is in the rule's note, read when it is asked for. Raises RuleError when the note has changed."""
        return _read_page(self.note, self.digest)

    @property
    def help(self) -> str:
        """The rule note for readers, as Markdown: title, prose, examples with their spans underlined."""
        return render_examples(self.page.text, self.page.body_start)


class RulePage(NamedTuple):
    """A rule note for readers: its text, where its body starts, its examples, and how often the rule was wrong."""

    text: str
    body_start: int
    examples: tuple[Example, ...]
    measured: Measured | None


def digest_of(text: str) -> str:
    """What stands for a text: 32 hexadecimal digits."""
    return digest(text.encode("utf-8", "surrogatepass"))


def _read_note(path: Path) -> tuple[SourceText, Frontmatter]:
    """The text of a rule note, and its frontmatter. Raises RuleError."""
    try:
        with path.open("rb") as file:
            source = decode(file.read(MAX_RULE_SIZE))
    except OSError as error:
        raise RuleError(f"{shown_file(path)}: cannot be read: {error.strerror}") from error
    except DecodeError as error:
        raise RuleError(f"{shown_file(path)}: {error}") from error
    frontmatter = read_frontmatter(source.text)
    if frontmatter is None:
        raise RuleError(f"{shown_file(path)}:1: a rule note begins with frontmatter: code, name, check, severity")
    if frontmatter.problem is not None:
        line = source.position(frontmatter.problem.span.start).line
        raise RuleError(f"{shown_file(path)}:{line}: the frontmatter cannot be read: {frontmatter.problem.message}")
    return source, frontmatter


@lru_cache(maxsize=256)
def _read_page(path: Path, known: str) -> RulePage:
    source, frontmatter = _read_note(path)
    if digest_of(source.text) != known:
        raise RuleError(f"{shown_file(path)}: changed while it was in use; run lintkb again")
    start = frontmatter.span.end
    measured = frontmatter.value("measured")
    counted = Measured.validate(measured) if measured is not None else None
    return RulePage(source.text, start, tuple(read_examples(source.text, start)), counted)


def load_rule(path: Path, *, own: bool = False, checks: Mapping[str, Check] | None = None) -> Rule:
    """Read one rule note. `own` marks lintkb's notes: only they may use the engine's checks, which need no examples.
    `checks` are those that it may name, lintkb's by default.

    Raises RuleError.
    """
    if checks is None:
        from lintkb.checks import CHECKS

        checks = CHECKS
    source, frontmatter = _read_note(path)
    text = source.text
    data = {entry.key: entry.node.plain() for entry in frontmatter.entries}
    try:
        note = _RuleNote.validate(data)
    except Invalid as error:
        raise RuleError(_faults(path, source, frontmatter.entries, error, _RuleNote)) from error
    check = checks.get(note.check)
    if check is None or (check.kind == "run" and not own):
        allowed = sorted(name for name, known in checks.items() if own or known.kind != "run")
        close = nearest(note.check, allowed)
        hint = f"did you mean `{close}`?" if close else f"known: {', '.join(allowed)}; a package's want --plugin NAME"
        raise RuleError(f"{shown_file(path)}: unknown check `{note.check}`; {hint}")
    try:
        params = check.params.validate(note.params)
    except Invalid as error:
        raise RuleError(_faults(path, source, frontmatter.entries, error, check.params, "params.")) from error
    try:
        examples = read_examples(text, frontmatter.span.end)
    except ExampleError as error:
        raise RuleError(f"{shown_file(path)}:{error.line}: {error}") from error
    kinds = {example.kind for example in examples}
    if kinds != {"bad", "good"} and check.name != "run":
        missing = " and ".join(f"`{kind}`" for kind in ("bad", "good") if kind not in kinds)
        raise RuleError(
            f"{shown_file(path)}: no {missing} example under `## Examples`: a rule shows both what it finds and what not"
        )
    body = text[frontmatter.span.end :]
    title = re.search(r"^#\s+(.+?)\s*#*\s*$", body, re.MULTILINE)
    if title is None:
        raise RuleError(
            f"{shown_file(path)}: no title; below the frontmatter a rule note says what is wrong in one `# ` heading"
        )
    return Rule(
        code=note.code,
        name=note.name,
        title=title[1],
        summary=_summary(body),
        severity=note.severity,
        confidence=note.confidence,
        fix=Applicability(note.fix),
        default=note.default == "on",
        check=check,
        params=params,
        note=path,
        digest=digest_of(text),
    )


def _summary(body: str) -> str:
    """The first paragraph below the title, as one line."""
    below = re.sub(r"\A\s*#[^\n]*\n", "", body).strip()
    return " ".join(re.split(r"\n\s*\n|\n#", below, maxsplit=1)[0].split())


def _faults(
    path: Path,
    source: SourceText,
    entries: Sequence[Entry],
    error: Invalid,
    model: type[Section],
    prefix: str = "",
) -> str:
    """The faults of an error, each with the line of the note that it is about."""
    lines = []
    for fault in error.faults:
        at = _place([*prefix.split(".")[:-1], *fault["loc"]], entries)
        where = shown_file(path) if at is None else f"{shown_file(path)}:{source.position(at).line}"
        lines.append(describe_fault(fault, model, where, prefix))
    return "\n".join(dict.fromkeys(lines))


def _place(keys: Sequence[str | int], entries: Sequence[Entry]) -> int | None:
    """Where in the note the last of nested keys stands, or the last that does."""
    at = None
    for key in keys:
        entry = next((entry for entry in entries if entry.key == key), None)
        if entry is None:
            break
        at = entry.key_span.start
        entries = entry.node.items if entry.node.kind == "mapping" else ()
    return at


def selects(selector: str, rule: Rule) -> bool:
    """Whether a selector (ALL, a code, a prefix of codes, a name) covers a rule."""
    return selector in ("ALL", rule.name) or rule.code.startswith(selector)


def selected_codes(selectors: Iterable[str], rules: Iterable[Rule]) -> frozenset[str]:
    """The codes of the rules that any of the selectors covers."""
    selectors = tuple(selectors)
    return frozenset(rule.code for rule in rules if any(selects(selector, rule) for selector in selectors))


class Catalogue:
    """All rules that are loaded: lintkb's own and those of `rule-paths`."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Raises RuleError when two rules share a code or a name."""
        self.rules = sorted(rules, key=lambda rule: rule.code)
        self.by_code: dict[str, Rule] = {}
        self.by_name: dict[str, Rule] = {}
        for rule in self.rules:
            for key, table in ((rule.code, self.by_code), (rule.name, self.by_name)):
                if key in table:
                    raise RuleError(
                        f"{shown_file(rule.note)}: `{key}` is taken by {shown_file(table[key].note)}; choose another"
                    )
                table[key] = rule

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """Every prefix of a code that a selector may be: from its letters on."""
        return frozenset(
            rule.code[:length]
            for rule in self.rules
            for length in range(len(rule.code.rstrip("0123456789")), len(rule.code) + 1)
        )

    def knows(self, selector: str) -> bool:
        """Whether a selector names any rule: ALL, a code, a prefix of codes, a name."""
        return selector == "ALL" or selector in self.prefixes or selector in self.by_name

    def hint(self, selector: str) -> str:
        """What a wrong selector may have meant."""
        close = nearest(selector, [*self.by_code, *self.by_name], 0.5)
        return f"did you mean `{close}`?" if close else "`lintkb rule` lists them"

    def find(self, word: str) -> Rule:
        """The rule with that code or name. Raises SettingsError with a hint when there is none."""
        rule = self.by_code.get(word.upper()) or self.by_name.get(word.lower())
        if rule is None:
            raise SettingsError(f"no rule `{word}`; {self.hint(word)}")
        return rule

    def select(self, layers: Sequence[Selection]) -> list[Rule]:
        """The rules that are on. Later layers win; within one, the more specific selector wins, then `ignore`.

        A family, as `WL` is, asks for those of its rules that are on by default, unless none of them is.
        Raises SettingsError for a selector that names nothing.
        """
        on = {rule.code: rule.default for rule in self.rules}
        usual = {rule.code.rstrip("0123456789") for rule in self.rules if rule.default}
        for layer in layers:
            for selector in layer.selectors:
                if not self.knows(selector):
                    raise SettingsError(f"{layer.origin}: no rule `{selector}`; {self.hint(selector)}")
            if layer.select is not None:
                on = dict.fromkeys(on, False)
            for rule in self.rules:
                asked = [*(layer.select or ()), *layer.extend]
                chosen = self._specificity(rule, [one for one in asked if rule.default or one not in usual])
                ignored = self._specificity(rule, layer.ignore)
                if chosen >= 0 or ignored >= 0:
                    on[rule.code] = chosen > ignored
        # What the run itself has to say cannot be switched off: an unread note is never a clean one.
        return [rule for rule in self.rules if on[rule.code] or rule.check.name == "run"]

    def _specificity(self, rule: Rule, selectors: Iterable[str]) -> int:
        best = -1
        for selector in selectors:
            if selects(selector, rule):
                whole = selector in (rule.name, rule.code)
                best = max(best, 0 if selector == "ALL" else 99 if whole else len(selector))
        return best

    def configured(self, rules: Iterable[Rule], settings: Settings, origin: str) -> list[Rule]:
        """The rules with the severity, confidence and parameters of `[rules.CODE]`.

        Raises SettingsError for an unknown rule or parameters that its check does not take.
        """
        overrides: dict[str, RuleSettings] = {}
        for word, given in settings.rules.items():
            try:
                overrides[self.find(word).code] = given
            except SettingsError as error:
                raise SettingsError(f"{origin}: [rules.{word}]: {error}") from error
        configured = []
        for rule in rules:
            override = overrides.get(rule.code)
            if override is not None:
                changes: dict[str, Any] = {}
                if override.severity is not None:
                    changes["severity"] = override.severity
                if override.confidence is not None:
                    changes["confidence"] = override.confidence
                if override.params:
                    try:
                        merged = merge(rule.params.table(given=True), override.params)
                        changes["params"] = rule.check.params.validate(merged)
                    except Invalid as error:
                        faults = [describe_fault(fault, rule.check.params, origin) for fault in error.faults]
                        raise SettingsError(f"[rules.{rule.code}.params]: " + "; ".join(faults)) from error
                rule = rule._replace(**changes)  # noqa: PLW2901
            configured.append(rule)
        return configured


def load_folder(folder: Path, *, own: bool = False, checks: Mapping[str, Check] | None = None) -> list[Rule]:
    """Every rule note below a folder. Raises RuleError; several bad notes are told together."""
    rules, faults = [], []
    for path in sorted(Path(entry.path) for entry in notes_below(folder)):
        try:
            rules.append(load_rule(path, own=own, checks=checks))
        except RuleError as error:
            faults.append(str(error))
    if faults:
        raise RuleError("\n".join(faults))
    return rules


def load_catalogue(folders: Iterable[Path] = (), checks: Mapping[str, Check] | None = None) -> Catalogue:
    """lintkb's own rules and those of the given folders of rule notes, which may use `checks`. Raises RuleError."""
    rules = load_folder(own_rules_folder(), own=True)
    for folder in folders:
        rules += load_folder(folder, checks=checks)
    return Catalogue(rules)
