"""Running the examples of a rule note: exactly the marked spans, silence, and what the fix makes of a bad one."""

from collections.abc import Iterator, Mapping
from typing import Any

from lintkb.catalogue import Catalogue, Rule
from lintkb.checks.base import BaseContext, Context, SourceContext
from lintkb.diagnostics import Applicability, Diagnostic, Finding
from lintkb.engine import Session, open_texts
from lintkb.examples import Example
from lintkb.fixer import fix
from lintkb.reading import kinds_for
from lintkb.rule_notes import Selection
from lintkb.settings import CONFIG_NAME, SettingsError
from lintkb.source.note import Note
from lintkb.text import SourceText, Span, decode

__all__ = ["example_faults"]


def example_faults(rule: Rule, example: Example, catalogue: Catalogue) -> list[str]:
    """What is wrong with one example, each fault as a line; empty when it holds.

    The example is a knowledge base of its own on which the rule runs alone. A rule about suppressions needs the rules
    that are suppressed, so there all run, and only its own findings count.
    """
    faults = _wrong_spans(rule, example, catalogue)
    if example.kind == "bad":
        faults += _wrong_fix(rule, example, catalogue)
    return faults


def _open(rule: Rule, example: Example, text: str, catalogue: Catalogue) -> Session:
    files = {**dict(example.files), example.path: text}
    table = _table(files)
    alone = rule.check.kind != "run"
    selection = Selection("example", (rule.code,) if alone else None, (), ())
    contents = {path: content.encode("utf-8") for path, content in files.items() if path != CONFIG_NAME}
    return open_texts(contents, catalogue, table, selection)


def _table(files: Mapping[str, str]) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(files[CONFIG_NAME]) if CONFIG_NAME in files else {}
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the {CONFIG_NAME} of an example is not valid TOML: {error}") from error


def _found(session: Session, rule: Rule) -> list[Diagnostic]:
    wanted = {rule.code} | ({"KB004", "KB005"} if rule.check.kind != "run" else set())
    return [item for item in session.judge().diagnostics if item.rule in wanted]


def _wrong_spans(rule: Rule, example: Example, catalogue: Catalogue) -> list[str]:
    found = _found(_open(rule, example, example.text, catalogue), rule)
    faults = [f"{item.rule} at {item.path}: {item.message}" for item in found if item.rule != rule.code]
    faults += [f"an unmarked finding in {item.path}: {item.message}" for item in found if item.path != example.path]
    spans = sorted(item.span for item in found if item.path == example.path and item.rule == rule.code)
    if spans != sorted(example.spans):
        faults.append(f"marked {_show(example, example.spans)}, found {_show(example, spans)}")
    if rule.check.kind != "run" and not any(item.rule == "KB004" for item in found):
        offered = {fix.applicability for finding in _raw(rule, example, catalogue) for fix in finding.fixes}
        faults += [
            f"a fix is {level}, the rule declares `fix: {rule.fix}`" for level in offered if level.rank > rule.fix.rank
        ]
    return faults


def _raw(rule: Rule, example: Example, catalogue: Catalogue) -> Iterator[Finding]:
    """What the check itself says: a diagnostic's fixes are already cut to what the rule declares."""
    session = _open(rule, example, example.text, catalogue)
    kb = session.index()
    for path in session.notes:
        note = Note(path, decode(session.read_bytes(path)))
        if rule.check.kind == "note":
            yield from rule.check.run(note, Context(session.settings, rule.params, rule.fix, session.schemas))
        elif rule.check.kind == "base":
            facts = session.results[path].facts
            yield from rule.check.run(facts, BaseContext(session.settings, rule.params, rule.fix, kb)) if facts else ()
        else:
            context = SourceContext(session.settings, rule.params, rule.fix, session.recording(note))
            if rule.check.kind in kinds_for(note, context.recording):
                yield from rule.check.run(note, context)


def _wrong_fix(rule: Rule, example: Example, catalogue: Catalogue) -> list[str]:
    if example.fixed is None:
        return []
    outcome = fix(_open(rule, example, example.text, catalogue), Applicability.UNSAFE)
    data = outcome.changed.get(example.path)
    text = data[1].decode("utf-8") if data else example.text
    if text == example.text != example.fixed and rule.fix is Applicability.NONE:
        return ["the example is fixed, and the rule allows no fix; say `fix: unsafe` or `fix: safe`"]
    if text != example.fixed:
        return [f"the fix gives {text!r}, the example says {example.fixed!r}"]
    left = [item for item in _found(_open(rule, example, text, catalogue), rule) if item.rule == rule.code]
    return [f"the rule still fires on the fixed text: {item.message}" for item in left]


def _show(example: Example, spans: tuple[Span, ...] | list[Span]) -> str:
    """Spans as places in the example, by line and column, with what they hold."""
    source = SourceText(example.text)
    places = [(source.position(span.start), example.text[span.start : span.end]) for span in spans]
    return ", ".join(f"{place.line}:{place.column} {text!r}" for place, text in places) or "nothing"
