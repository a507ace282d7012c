"""Inline suppressions: which findings they hide, and which of them are unused or name nothing."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from lintkb import lazy_re as re
from lintkb.catalogue import Catalogue, Rule, selected_codes, selects
from lintkb.diagnostics import Applicability, Diagnostic, Edit, Finding, Fix
from lintkb.facts import NoteFacts
from lintkb.source.directives import Directive
from lintkb.text import Span

KINDS = ("disable-line", "disable-next-line", "disable", "enable")
_SELECTOR_LIKE = re.compile(r"[A-Z]{2,8}\d{0,3}")


class Suppressed(NamedTuple):
    """A note's diagnostics, remarks on its directives among them: those that are shown and those that are hidden."""

    shown: list[Diagnostic]
    hidden: list[Diagnostic]


class _Active(NamedTuple):
    """One selector of one directive and the text that it covers."""

    directive: Directive
    selector: str
    scope: Span


class _Cover:
    """The active suppressions of a note. Those of one selector and reach never overlap, so each is found by bisection."""

    def __init__(self, active: Iterable[_Active], catalogue: Catalogue, mandatory: frozenset[str]) -> None:
        self.catalogue = catalogue
        self.mandatory = mandatory
        self.lanes: dict[tuple[str, bool], list[_Active]] = {}
        for item in sorted(active, key=lambda item: item.scope):
            self.lanes.setdefault((item.selector, item.directive.kind == "disable"), []).append(item)

    def hits(self, diagnostic: Diagnostic) -> list[_Active]:
        """The suppressions that hide a diagnostic."""
        rule = self.catalogue.by_code[diagnostic.rule]
        if rule.check.name == "run" or rule.code in self.mandatory:
            return []
        hits = []
        for (selector, _), lane in self.lanes.items():
            if selects(selector, rule):
                index = bisect_right(lane, diagnostic.span.start, key=lambda item: item.scope.start) - 1
                if index >= 0 and diagnostic.span.start <= lane[index].scope.end:
                    hits.append(lane[index])
        return hits


def suppress(
    facts: NoteFacts,
    diagnostics: Iterable[Diagnostic],
    catalogue: Catalogue,
    rules: dict[str, Rule],
    mandatory: frozenset[str] = frozenset(),
) -> Suppressed:
    """Apply the directives of one note to its diagnostics.

    `rules` are the rules that run on this note, by code: a suppression is unused only if all it names did run.
    Findings of the run itself (KB) and of rules with a `mandatory` code cannot be hidden.
    """
    if not facts.directives:
        return Suppressed(list(diagnostics), [])
    outcome = Suppressed([], [])
    active, redundant, remarks = _resolve(facts, catalogue, rules)
    cover = _Cover(active, catalogue, mandatory)
    used: set[tuple[Span, str]] = set()
    for diagnostic in diagnostics:
        hits = cover.hits(diagnostic)
        used.update((item.directive.span, item.selector) for item in hits)
        (outcome.hidden if hits else outcome.shown).append(diagnostic)
    if unused := _named(rules, "unused-suppression"):
        idle = [item for item in active if (item.directive.span, item.selector) not in used]
        named = Counter(item.directive.span for item in [*active, *redundant])
        remarks += _unused(facts, [*idle, *redundant], named, catalogue, rules, unused, mandatory)
    for remark in remarks:
        (outcome.hidden if cover.hits(remark) else outcome.shown).append(remark)
    return outcome


def _named(rules: dict[str, Rule], check: str) -> Rule | None:
    return next((rule for rule in rules.values() if rule.check.name == check), None)


def _resolve(
    facts: NoteFacts, catalogue: Catalogue, rules: dict[str, Rule]
) -> tuple[list[_Active], list[_Active], list[Diagnostic]]:
    """What each directive covers, what was covered already, and a remark on each that cannot be understood."""
    active: list[_Active] = []
    redundant: list[_Active] = []
    remarks: list[Diagnostic] = []
    unknown = _named(rules, "unknown-suppression")
    opened: dict[str, _Active] = {}
    lines: set[tuple[str, Span]] = set()

    def remark(directive: Directive, message: str, subject: str) -> None:
        if unknown is not None:
            remarks.append(unknown.diagnostic(facts.path, Finding(directive.span, message, subject)))

    for directive in facts.directives:
        kind = directive.kind
        if kind not in KINDS:
            known = ", ".join(f"lintkb-{known}" for known in KINDS)
            written = f"lintkb{kind}" if kind[0] in ": \t" else f"lintkb-{kind}"
            remark(directive, f"`{written}` is not a directive; they are {known}", kind)
            continue
        selectors, strange = _selectors(directive.words, catalogue)
        for word in strange:
            remark(directive, f"no rule `{word}` to {kind}; {catalogue.hint(word)}", word)
        if kind == "enable":
            closed = [opened.pop(selector) for selector in selectors or list(opened) if selector in opened]
            active += [item._replace(scope=Span(item.scope.start, directive.span.start)) for item in closed]
            continue
        if not selectors and not strange:
            remark(directive, f"the directive names no rule; write `lintkb-{kind} CODE reason`", kind)
        for selector in selectors:
            item = _Active(directive, selector, directive.scope)
            if kind == "disable" and selector not in opened:
                opened[selector] = item
            elif kind != "disable" and (selector, directive.scope) not in lines:
                lines.add((selector, directive.scope))
                active.append(item)
            else:
                redundant.append(item)
    return [*active, *opened.values()], redundant, remarks


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
    idle: list[_Active],
    named: Counter[Span],
    catalogue: Catalogue,
    rules: dict[str, Rule],
    rule: Rule,
    mandatory: frozenset[str],
) -> list[Diagnostic]:
    """A remark on each suppression that hid nothing although all that it names did run.

    `named` counts the selectors of a directive: only one that names a single rule is removed as a whole.
    """
    remarks = []
    for item in sorted(idle, key=lambda item: item.directive.span):
        covered = selected_codes([item.selector], catalogue.rules)
        if not all(code in rules for code in covered) or all(code.startswith("SU") for code in covered):
            continue
        fix = Fix("remove it", (Edit(facts.path, item.directive.span, ""),), Applicability.UNSAFE)
        message = f"nothing to suppress: {item.selector} finds nothing here"
        if mandatory.issuperset(covered):
            message = f"{item.selector} is mandatory here and cannot be suppressed"
        fixes = (fix,) if named[item.directive.span] == 1 else ()
        remarks.append(rule.diagnostic(facts.path, Finding(item.directive.span, message, item.selector, fixes=fixes)))
    return remarks
