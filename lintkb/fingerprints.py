"""Fingerprints: what makes a finding the same one after its line has moved."""

from collections.abc import Callable, Iterable

from lintkb.diagnostics import Diagnostic
from lintkb.digests import blake2b
from lintkb.text import SourceText

NEAR = 60
WORDS = 3


def fingerprints(
    diagnostics: Iterable[Diagnostic], source: Callable[[str], SourceText], name: Callable[[str], str]
) -> list[str]:
    """One fingerprint for each diagnostic, in order, all different.

    Made of the rule, the note's `name(path)`, the finding's subject, the nearest words on each side and an ordinal among
    equals; not of the line, which moves, nor of its text, which in a cited paragraph is many findings' own.
    """
    seen: dict[str, int] = {}
    out = []
    for item in diagnostics:
        text = source(item.path).text
        before = text[max(item.span.start - NEAR, 0) : item.span.start].split()[-WORDS:]
        after = text[item.span.end : item.span.end + NEAR].split()[:WORDS]
        parts = [item.rule, name(item.path), item.subject, " ".join(before), " ".join(after)]
        key = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        seen[key] = seen.get(key, 0) + 1
        out.append(f"{key}:{seen[key]}")
    return out
