"""What configuration and rule notes came to in an earlier run, so that a run that finds them unchanged need not read them.

An entry is two lines of JSON below a digest of them, in the user's cache folder: one that is damaged is made anew, and one
that cannot be written is done without. The second line holds the rules, and is read only when these are asked for: a run
that finds all notes as they were asks for none. Its name stands for lintkb's code, the configuration and all that was
asked for on the command line; the rule notes it was made of are named in it with their sizes and times.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lintkb import __version__
from lintkb.cache import MARKER, PREPARED, TICK, UNFINISHED, default_folder, package_digest
from lintkb.digests import digest
from lintkb.rule_notes import RuleError, notes_below, own_rules_folder
from lintkb.sections import from_json, to_json
from lintkb.settings import Settings

if TYPE_CHECKING:
    from lintkb.catalogue import Catalogue, Rule

KEPT = 50


class Prepared:
    """The settings, all rules that are known, those that run, and the folders of rule notes that the configuration names.

    `checks` are the names of the checks of the rules that run, `own` tells whether these are all lintkb's own, `unspoken`
    warns of words for languages that no note is known to be in, and `key` stands for settings and rules.
    """

    def __init__(
        self,
        settings: Settings,
        folders: Sequence[Path],
        rules: "Callable[[], tuple[Catalogue, tuple[Rule, ...]]]",
        checks: Iterable[str],
        unspoken: Sequence[str],
        key: str,
        *,
        own: bool,
    ) -> None:
        self.settings, self.folders = settings, tuple(folders)
        self._make = rules
        self.checks, self.unspoken, self.key, self.own = frozenset(checks), tuple(unspoken), key, own

    @classmethod
    def of(
        cls,
        settings: Settings,
        catalogue: "Catalogue",
        rules: "Sequence[Rule]",
        folders: Sequence[Path],
        unspoken: Sequence[str],
    ) -> "Prepared":
        """What settings and rules come to that were read now."""
        from lintkb.checks import CHECKS

        chosen = tuple(rules)
        own = all(CHECKS.get(rule.check.name) is rule.check for rule in (*catalogue.rules, *chosen))
        try:
            key = _key(_text(settings), _rules_text(catalogue, chosen))
        except (RuleError, TypeError):  # made of what JSON does not have
            named = [(*rule[:8], rule.check.name, rule.params, rule.digest) for rule in (*catalogue.rules, *chosen)]
            key = _key(repr(settings), repr(named))
        checks = {rule.check.name for rule in chosen}
        return cls(settings, folders, lambda: (catalogue, chosen), checks, unspoken, key, own=own)

    @cached_property
    def _made(self) -> "tuple[Catalogue, tuple[Rule, ...]]":
        return self._make()

    @property
    def catalogue(self) -> "Catalogue":
        """All rules that are known."""
        return self._made[0]

    @property
    def rules(self) -> "tuple[Rule, ...]":
        """The rules that run."""
        return self._made[1]


Stamps = list[list[Any]]


class PreparedEntry:
    """The place of one `Prepared` between runs."""

    def __init__(self, base: Path | None, *parts: object) -> None:
        """`parts` are all that it depends on beside lintkb's code and rule notes: their `repr` tells them apart."""
        self.folder = (base or default_folder()) / PREPARED
        given = repr(parts).encode("utf-8", "surrogatepass")
        self.path = self.folder / digest(__version__.encode(), package_digest().encode(), given)

    def load(self, anew: "Callable[[], Prepared]") -> Prepared | None:
        """What an earlier run kept, if all rule notes are as they were; `anew` makes it where its rules prove damaged."""
        with suppress(Exception):  # whatever a damaged entry does, it is made anew
            stored, _, text = self.path.read_text("utf-8").partition("\n")
            if stored == digest(text.encode()):
                head, _, rules = text.partition("\n")
                stamps, folders, settings, checks, unspoken, key = from_json(head)
                if stamps == stamp(map(Path, folders)):

                    def load_rules() -> "tuple[Catalogue, tuple[Rule, ...]]":
                        try:
                            return _rules(rules)
                        except Exception:  # noqa: BLE001 - as above
                            made = anew()
                            return made.catalogue, made.rules

                    places = [*map(Path, folders)]
                    return Prepared(settings, places, load_rules, checks, unspoken, key, own=True)
        return None

    def store(self, prepared: Prepared, stamps: Stamps) -> None:
        """Keep what the rule notes of the given stamps came to, if they have settled and are still the same."""
        newest = max((max(times) for _, _, *times in stamps), default=0)
        if newest > time.time_ns() - TICK or not prepared.own:
            return
        with suppress(OSError, RuleError, TypeError):  # unwritable, or made of what JSON does not have: done without
            if stamps == stamp(prepared.folders):
                folders = [*map(str, prepared.folders)]
                rest = [sorted(prepared.checks), [*prepared.unspoken], prepared.key]
                head = _text([stamps, folders, prepared.settings, *rest])
                text = f"{head}\n{_rules_text(prepared.catalogue, prepared.rules)}"
                self._write(f"{digest(text.encode())}\n{text}")

    def _write(self, text: str) -> None:
        import tempfile

        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / MARKER).touch()
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=UNFINISHED)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        with os.scandir(self.folder) as entries:
            by_age = sorted(
                (entry for entry in entries if entry.name != MARKER), key=lambda entry: -entry.stat().st_mtime_ns
            )
        for entry in by_age[KEPT:]:
            Path(entry.path).unlink(missing_ok=True)


def stamp(folders: Iterable[Path]) -> Stamps:
    """The path, size and times of every rule note: lintkb's own and those of the folders. Raises RuleError."""
    found: Stamps = []
    for folder in (own_rules_folder(), *(folder for folder in folders if folder.is_dir())):
        for entry in notes_below(folder):
            status = entry.stat()
            found.append([entry.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns])
    return sorted(found)


def _text(value: Any) -> str:
    return json.dumps(to_json(value), separators=(",", ":"))


def _rules_text(catalogue: "Catalogue", chosen: "Sequence[Rule]") -> str:
    """All rules that are known, and of those that run their numbers among these, or what they were configured to be."""
    known = catalogue.rules
    numbers = {rule.code: number for number, rule in enumerate(known)}
    running = []
    for rule in chosen:
        number = numbers[rule.code]
        running.append([number, None if rule is known[number] else _row(rule)])
    return _text([[*map(_row, known)], running])


def _rules(text: str) -> "tuple[Catalogue, tuple[Rule, ...]]":
    from lintkb.catalogue import Catalogue
    from lintkb.checks import CHECKS

    assert CHECKS  # noqa: S101 - with which the parameters of all checks are known to `from_json`
    known, running = from_json(text)
    rules = [*map(_rule, known)]
    return Catalogue(rules), tuple(rules[number] if row is None else _rule(row) for number, row in running)


def _key(*texts: str) -> str:
    return digest(*(text.encode("utf-8", "surrogatepass") for text in texts))


def _row(rule: "Rule") -> list[Any]:
    head = [rule.code, rule.name, rule.title, rule.summary, str(rule.severity), str(rule.confidence), str(rule.fix)]
    return [*head, rule.default, rule.check.name, rule.params, str(rule.note), rule.digest]


def _rule(row: Sequence[Any]) -> "Rule":
    from lintkb.catalogue import Rule
    from lintkb.checks import CHECKS
    from lintkb.diagnostics import Applicability, Confidence, Severity

    code, name, title, summary, severity, confidence, fix, default, check, params, note, text = row
    levels = Severity(severity), Confidence(confidence), Applicability(fix)
    return Rule(code, name, title, summary, *levels, default, CHECKS[check], params, Path(note), text)
