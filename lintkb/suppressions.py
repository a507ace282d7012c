"""Inline suppressions: which findings they hide, and which of them are unused or name nothing."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lintkb.catalogue import Catalogue, Rule
from lintkb.diagnostics import Applicability, Diagnostic, Edit, Finding, Fix
from lintkb.facts import NoteFacts
from lintkb.source.directives import Directive
from lintkb.text import Span

KINDS = ("disable-line", "disable-next-line", "disable", "enable")
_SELECTOR_LIKE = re.compile(r"[A-Z]{2,8}\d{0,3}")


class Outcome(NamedTuple):
    """What is left of a note's diagnostics, what was hidden, and what there is to say of the directives."""

    shown: list[Diagnostic]
    hidden: list[Diagnostic]


class _Active(NamedTuple):
    directive: Directive
    selector: str
    scope: Span


def suppress(
    facts: NoteFacts, diagnostics: Iterable[Diagnostic], catalogue: Catalogue, rules: dict[str, Rule]
) -> Outcome:
    """Apply the directives of one note to its diagnostics.

    `rules` are the rules that run on this note, by code: a suppression is unused only if all it names did run.
    Findings of the run itself (KB) cannot be hidden.
    """
    outcome = Outcome([], [])
    active, remarks = _resolve(facts, catalogue, rules)
    used: set[int] = set()
    for diagnostic in diagnostics:
        hits = [index for index, item in enumerate(active) if _hides(item, diagnostic, catalogue)]
        used.update(hits)
        (outcome.hidden if hits else outcome.shown).append(diagnostic)
    if unused := _named(rules, "unused-suppression"):
        remarks += _unused(facts, active, used, catalogue, rules, unused)
    for remark in remarks:
        hit = any(_hides(item, remark, catalogue) for item in active)
        (outcome.hidden if hit else outcome.shown).append(remark)
    return outcome


def _hides(item: _Active, diagnostic: Diagnostic, catalogue: Catalogue) -> bool:
    rule = catalogue.by_code[diagnostic.rule]
    return (
        item.scope.start <= diagnostic.span.start <= item.scope.end
        and rule.check.name != "run"
        and catalogue.matches(item.selector, rule)
    )


def _named(rules: dict[str, Rule], check: str) -> Rule | None:
    return next((rule for rule in rules.values() if rule.check.name == check), None)


def _resolve(facts: NoteFacts, catalogue: Catalogue, rules: dict[str, Rule]) -> tuple[list[_Active], list[Diagnostic]]:
    """What each directive covers, and a remark on each that cannot be understood."""
    active: list[_Active] = []
    remarks: list[Diagnostic] = []
    unknown = _named(rules, "unknown-suppression")

    def remark(directive: Directive, message: str, subject: str) -> None:
        if unknown is not None:
            remarks.append(unknown.diagnostic(facts.path, Finding(directive.span, message, subject)))

    for directive in facts.directives:
        if directive.kind not in KINDS:
            remark(
                directive, f"`lintkb-{directive.kind}` is not a directive; they are {', '.join(KINDS)}", directive.kind
            )
            continue
        selectors, strange = _selectors(directive.words, catalogue)
        for word in strange:
            remark(directive, f"no rule `{word}` to {directive.kind}; {catalogue.hint(word)}", word)
        if directive.kind == "enable":
            active = [
                item._replace(scope=Span(item.scope.start, min(item.scope.end, directive.span.start)))
                if item.directive.kind == "disable" and (not selectors or item.selector in selectors)
                else item
                for item in active
            ]
        elif not selectors and not strange:
            remark(
                directive, f"the directive names no rule; write `lintkb-{directive.kind} CODE reason`", directive.kind
            )
        active += [
            _Active(directive, selector, directive.scope) for selector in selectors if directive.kind != "enable"
        ]
    return active, remarks


def _selectors(words: str, catalogue: Catalogue) -> tuple[list[str], list[str]]:
    """The rules that a directive names, and the words that should have been one. The rest is the reason."""
    known: list[str] = []
    strange: list[str] = []
    comma = True
    for word in re.findall(r"[^\s,]+|,", words):
        if word == ",":
            comma = True
            continue
        if catalogue.knows(word):
            known.append(word)
        elif comma or _SELECTOR_LIKE.fullmatch(word):
            strange.append(word)
            if not _SELECTOR_LIKE.fullmatch(word):
                break
        else:
            break
        comma = False
    return known, strange


def _unused(
    facts: NoteFacts,
    active: list[_Active],
    used: set[int],
    catalogue: Catalogue,
    rules: dict[str, Rule],
    rule: Rule,
) -> list[Diagnostic]:
    remarks = []
    for index, item in enumerate(active):
        covered = [known.code for known in catalogue.rules if catalogue.matches(item.selector, known)]
        if index in used or not all(code in rules for code in covered) or _about_suppressions(covered):
            continue
        alone = sum(1 for other in active if other.directive is item.directive) == 1
        fix = Fix("remove it", (Edit(facts.path, item.directive.span, ""),), Applicability.UNSAFE)
        message = f"nothing to suppress: {item.selector} finds nothing here"
        finding = Finding(item.directive.span, message, item.selector, fixes=(fix,) if alone else ())
        remarks.append(rule.diagnostic(facts.path, finding))
    return remarks


def _about_suppressions(codes: list[str]) -> bool:
    return all(code.startswith("SU") for code in codes)
