"""What configuration and rule notes came to in an earlier run, so that a run that finds them unchanged need not read them.

An entry is a line of JSON below a digest of it, in the user's cache folder: one that is damaged is made anew, and one that
cannot be written is done without. Its name stands for lintkb's code, the configuration and all that was asked for on the
command line; the rule notes it was made of are named in it with their sizes and times.
"""

import json
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from lintkb import __version__
from lintkb.cache import MARKER, PREPARED, UNFINISHED, default_folder, package_digest
from lintkb.catalogue import Catalogue, Rule, RuleError, notes_below, own_rules_folder
from lintkb.checks import CHECKS
from lintkb.diagnostics import Applicability, Confidence, Severity
from lintkb.digests import digest
from lintkb.sections import from_json, to_json
from lintkb.settings import Settings

KEPT = 50
SETTLED = 2_000_000_000  # nanoseconds after which a file that is changed again shows another time


class Prepared(NamedTuple):
    """The settings, all rules that are known, those that run, and the folders of rule notes that the configuration names."""

    settings: Settings
    catalogue: Catalogue
    rules: tuple[Rule, ...]
    folders: tuple[Path, ...]


Stamps = list[list[Any]]


class Entry:
    """The place of one `Prepared` between runs."""

    def __init__(self, base: Path | None, *parts: object) -> None:
        """`parts` are all that it depends on beside lintkb's code and rule notes: their `repr` tells them apart."""
        self.folder = (base or default_folder()) / PREPARED
        given = repr(parts).encode("utf-8", "surrogatepass")
        self.path = self.folder / digest(__version__.encode(), package_digest().encode(), given)

    def load(self) -> Prepared | None:
        """What an earlier run kept, if all rule notes are as they were."""
        with suppress(Exception):  # whatever a damaged entry does, it is made anew
            stored, _, text = self.path.read_text("utf-8").partition("\n")
            if stored == digest(text.encode()):
                stamps, folders, settings, known, running = from_json(text)
                if stamps == stamp(map(Path, folders)):
                    rules = [_rule(row) for row in known]
                    chosen = tuple(rules[number] if row is None else _rule(row) for number, row in running)
                    return Prepared(settings, Catalogue(rules), chosen, tuple(map(Path, folders)))
        return None

    def store(self, prepared: Prepared, stamps: Stamps) -> None:
        """Keep what the rule notes of the given stamps came to, if they have settled and are still the same."""
        newest = max((max(times) for _, _, *times in stamps), default=0)
        known = prepared.catalogue.rules
        if newest > time.time_ns() - SETTLED or any(CHECKS.get(rule.check.name) is not rule.check for rule in known):
            return
        numbers = {rule.code: number for number, rule in enumerate(known)}
        running = []
        for rule in prepared.rules:
            number = numbers[rule.code]
            running.append([number, None if rule is known[number] else _row(rule)])
        with suppress(OSError, RuleError, TypeError):  # unwritable, or made of what JSON does not have: done without
            if stamps == stamp(prepared.folders):
                parts = [stamps, [*map(str, prepared.folders)], prepared.settings, [*map(_row, known)], running]
                text = json.dumps(to_json(parts), separators=(",", ":"))
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


def _row(rule: Rule) -> list[Any]:
    head = [rule.code, rule.name, rule.title, rule.summary, str(rule.severity), str(rule.confidence), str(rule.fix)]
    return [*head, rule.default, rule.check.name, rule.params, str(rule.note), rule.digest]


def _rule(row: Sequence[Any]) -> Rule:
    code, name, title, summary, severity, confidence, fix, default, check, params, note, text = row
    levels = Severity(severity), Confidence(confidence), Applicability(fix)
    return Rule(code, name, title, summary, *levels, default, CHECKS[check], params, Path(note), text)
