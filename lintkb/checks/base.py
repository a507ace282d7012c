"""What a check is: a name, a parameter model and a generator of findings."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from lintkb.diagnostics import Applicability, Finding
from lintkb.facts import NoteFacts
from lintkb.index import KnowledgeBase
from lintkb.json_schema import Schema
from lintkb.sections import Section
from lintkb.settings import Settings
from lintkb.source.note import Note

if TYPE_CHECKING:
    from lintkb.evidence.recording import Recording


class Params(Section):
    """Base of every check's parameters: kebab-case keys, no unknown ones, frozen."""


class Context(NamedTuple):
    """What a check may look at beside its note. `fix` is the most its rule may offer.

    `schemas` are the JSON Schema files that the settings name, by that name.
    """

    settings: Settings
    params: Any
    fix: Applicability
    schemas: Mapping[str, Schema]


class BaseContext(NamedTuple):
    """The same for a check on the whole knowledge base."""

    settings: Settings
    params: Any
    fix: Applicability
    kb: KnowledgeBase


class SourceContext(NamedTuple):
    """The same for a check on a note and the recording that it cites: its transcript, and the other notes that cite it."""

    settings: Settings
    params: Any
    fix: Applicability
    recording: "Recording"


BESIDE_RECORDINGS = ("source", "peers", "heard")  # the kinds of checks that see a recording


class Check(NamedTuple):
    """A registered check.

    `kind` is note (sees the parsed note), base (sees facts and index), source (sees the parsed note and the recording that it
    cites), peers (the same, where other notes cite it too), heard (sees every parsed note, and what was said in the recording
    that it is about, where that is known) or run (the engine's own). A check says nothing where all that it `needs` of the
    note, of its facts, or of the recording are empty.
    """

    name: str
    kind: str
    params: type[Params]
    run: Callable[..., Iterator[Finding]]
    needs: frozenset[str] = frozenset()

    def __reduce__(self) -> tuple[Callable[..., "Check"], tuple[Any, ...]]:
        """Other processes find the check where it is defined: under its function's name, which is now the check's."""
        if self.kind == "run":
            return Check, tuple(self)
        return _defined, (self.run.__module__, self.run.__qualname__)


def _defined(module: str, name: str) -> Check:
    from importlib import import_module

    check: Check = getattr(import_module(module), name)
    return check


NoteRun = Callable[[Note, Context], Iterator[Finding]]
BaseRun = Callable[[NoteFacts, BaseContext], Iterator[Finding]]
SourceRun = Callable[[Note, SourceContext], Iterator[Finding]]


def note_check(name: str, params: type[Params] = Params, *, needs: Collection[str] = ()) -> Callable[[NoteRun], Check]:
    """Make a generator over a parsed note a check, for a family's `CHECKS`.

    It is not started on a note of which all that it `needs` are empty; `references.marks` are the note's references' marks.
    """
    return lambda run: Check(name, "note", params, run, frozenset(needs))


def base_check(name: str, params: type[Params] = Params, *, needs: Collection[str] = ()) -> Callable[[BaseRun], Check]:
    """Make a generator over a note's facts and the index a check, for a family's `CHECKS`.

    It is not started on a note of whose facts all that it `needs` are empty.
    """
    return lambda run: Check(name, "base", params, run, frozenset(needs))


def source_check(
    name: str, params: type[Params] = Params, *, needs: Collection[str] = ()
) -> Callable[[SourceRun], Check]:
    """Make a generator over a parsed note and the recording it cites a check, for a family's `CHECKS`.

    It runs on every note that cites times, but where all that it `needs` of the recording are empty: `given` is the
    transcript that was found.
    """
    return lambda run: Check(name, "source", params, run, frozenset(needs))


def peers_check(name: str, params: type[Params] = Params) -> Callable[[SourceRun], Check]:
    """The same for what can be said only where several notes cite one recording."""
    return lambda run: Check(name, "peers", params, run)


def heard_check(
    name: str, params: type[Params] = Params, *, needs: Collection[str] = ()
) -> Callable[[SourceRun], Check]:
    """Make a generator over any parsed note, and what was said in the recording it is about, a check for a family's `CHECKS`.

    Where that is not known the recording has no transcript. `needs` is as for source checks.
    """
    return lambda run: Check(name, "heard", params, run, frozenset(needs))
