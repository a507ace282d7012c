"""The report as SARIF 2.1.0 (OASIS, 2023), within what GitHub code scanning accepts."""

import json
import os
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from lintkb import __version__
from lintkb.diagnostics import Diagnostic, Fix, Severity
from lintkb.fingerprints import fingerprints
from lintkb.report import RUN_EXIT_CODES, KnowledgeBaseReport, Report, RuleInfo, Sources
from lintkb.reporters.safe import runner_safe
from lintkb.reporters.text import Style
from lintkb.text import Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 25_000
MAX_DESCRIPTION = 1_000
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}


def render(report: Report, _style: Style) -> Iterator[str]:
    """One run with all knowledge bases, a result a line.

    Results over GitHub's limit are cut, the mildest first, and that is said in it.
    """
    rules = {rule.code: rule for base in report.bases for rule in base.rules}
    indices = {code: index for index, code in enumerate(sorted(rules))}
    results: list[tuple[int, str]] = []
    for base in report.bases:
        sources = base.sources()
        uri = lru_cache(maxsize=1024)(partial(_uri, base))
        marks = fingerprints(base.diagnostics, sources, uri)
        for item, mark in zip(base.diagnostics, marks, strict=True):
            results.append((item.severity.rank, json.dumps(_result(item, mark, indices[item.rule], uri, sources))))
    notifications: list[dict[str, Any]] = []
    if left_out := what_is_left_out(report):
        results.sort(key=itemgetter(0))
        del results[MAX_RESULTS:]
        notifications.append({"level": "warning", "message": {"text": left_out}})
    complete = not any(item.rule in RUN_EXIT_CODES for item in report.diagnostics)
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "lintkb",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "rules": [_rule(rules[code]) for code in indices],
                    }
                },
                "automationDetails": {"id": "lintkb/"},
                "invocations": [{"executionSuccessful": complete, "toolExecutionNotifications": notifications}],
                "columnKind": "unicodeCodePoints",
                "results": [],
            }
        ],
    }
    head, bracket, tail = json.dumps(log).rpartition("[")
    yield runner_safe(head + bracket)
    for count, (_, result) in enumerate(results, 1):
        yield runner_safe(result) + ("," if count < len(results) else "")
    yield tail


def what_is_left_out(report: Report) -> str:
    """The words on results over the limit; empty when all are in."""
    cut = len(report.diagnostics) - MAX_RESULTS
    return (
        f"{cut} results are left out, the mildest first: code scanning takes {MAX_RESULTS} in one run."
        if cut > 0
        else ""
    )


def _rule(rule: RuleInfo) -> dict[str, Any]:
    markdown = rule.help()
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": _sentence(rule.title)[:MAX_DESCRIPTION]},
        "fullDescription": {"text": _sentence(rule.summary)[:MAX_DESCRIPTION]},
        "help": {"text": markdown, "markdown": markdown},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["content", rule.code.rstrip("0123456789"), rule.name],
            "precision": rule.confidence,
            "problem.severity": _PROBLEMS[rule.severity],
        },
    }


def _result(item: Diagnostic, mark: str, index: int, uri: Callable[[str], str], sources: Sources) -> dict[str, Any]:
    message = _sentence(_literal(item.message))
    related = []
    for number, other in enumerate(item.related, 1):
        location = _location(uri, sources, other.path, other.span)
        related.append({"id": number, **location, "message": {"text": _sentence(_literal(other.message))}})
        message += f" [{_literal(other.message)}]({number})"
    result: dict[str, Any] = {
        "ruleId": item.rule,
        "ruleIndex": index,
        "level": _LEVELS[item.severity],
        "message": {"text": message + ("" if message.endswith(".") else ".")},
        "locations": [_location(uri, sources, item.path, item.span)],
        "partialFingerprints": {"lintkb/v1": mark, "primaryLocationLineHash": mark},
    }
    if related:
        result["relatedLocations"] = related
    if item.fixes:
        result["fixes"] = [_fix(fix, uri, sources) for fix in item.fixes]
    return result


def _fix(fix: Fix, uri: Callable[[str], str], sources: Sources) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        replacement = {"deletedRegion": _region(sources, edit.path, edit.span), "insertedContent": {"text": edit.text}}
        changes.setdefault(edit.path, []).append(replacement)
    return {
        "description": {"text": _sentence(f"{fix.title} ({fix.applicability})")},
        "artifactChanges": [
            {"artifactLocation": {"uri": uri(path)}, "replacements": replacements}
            for path, replacements in changes.items()
        ],
    }


def _location(uri: Callable[[str], str], sources: Sources, path: str, span: Span) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(path)},
            "region": _region(sources, path, span),
        }
    }


def _region(sources: Sources, path: str, span: Span) -> dict[str, int]:
    line, column, last_line, last_column = sources.range(path, span)
    return {"startLine": line, "startColumn": column, "endLine": last_line, "endColumn": last_column}


def _uri(base: KnowledgeBaseReport, path: str) -> str:
    return quote(os.fsencode(base.relative(path)), safe="/")


def _literal(text: str) -> str:
    """Text in which brackets cannot be taken for SARIF's embedded links (3.11.6)."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."
