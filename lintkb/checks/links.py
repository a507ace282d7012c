"""Checks on Markdown and HTML links that stay inside the knowledge base: the file, its spelling, the place in it."""

from collections.abc import Iterator

from lintkb import lazy_re as re
from lintkb.checks.base import BaseContext, base_check
from lintkb.checks.wikilinks import TOP, missing_anchor, trust
from lintkb.clock import parse_clock
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Related
from lintkb.facts import NoteFacts
from lintkb.index import MAX_MEANT, KnowledgeBase
from lintkb.source.links import LocalLink, encoded

# The top of a page, text fragments, times, lines, what GitHub and generators add.
_NO_HEADING = re.compile(
    r"(?:top|:~:.*|(?:t=?)?[\d:.hms]+|L\d+(?:-L\d+)?|user-content-.*|fn(?:ref)?(?:[-:]?\d{1,4}|[-:]\w{1,9})|)",
    re.IGNORECASE | re.DOTALL,
)

_WEB = re.compile(r"www\.[\w-]+\.\w|(?:https?|ftp)(?:/{1,3}|:/?)\w", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


@base_check("link-target", needs=("links",))
def link_target(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Markdown and HTML links to a file of the knowledge base that is not there. What lies outside it is not judged."""
    kb = context.kb
    for link in facts.links:
        missing = kb.missing(link.target, facts.path, markdown=True)
        if missing is None or missing.planned:
            continue
        if parse_clock(link.target, short=True) is not None:
            yield Finding(link.path, f"`{link.target}` is a time and no file", link.target)
            continue
        if (scheme := _schemeless(link.target)) is not None:
            yield Finding(link.path, f"`{link.target}` is an address that lacks its `{scheme}`", link.target)
            continue
        path = missing.name
        fate = kb.fate(link.target, facts.path, markdown=True)
        suggestion = (kb.suggest(path) or kb.suggest(path.rpartition("/")[2])) if fate is None else None
        related: tuple[Related, ...] = ()
        fixes: tuple[Fix, ...] = ()
        hint = f": {fate.told}" if fate is not None else ""
        if fate is not None and fate.now is not None:
            related = (Related(fate.now, TOP, "where it is now"),)
            fixes = _retarget(facts.path, link, fate.now, kb, Applicability.UNSAFE)
        if suggestion is not None and suggestion.name.path != facts.path:
            meant = suggestion.name.path
            hint = f"; did you mean `{meant}`?"
            related = (Related(meant, TOP, f"what it may mean: {suggestion.score} % alike"),)
            if suggestion.certain:
                fixes = _retarget(facts.path, link, meant, kb, Applicability.UNSAFE)
        shown = path if link.target.startswith((".", "/")) else link.target
        yield Finding(link.path, f"there is no file `{shown}`{hint}", link.target, related, fixes)


def _schemeless(target: str) -> str | None:
    """What an address of the web or of a mailbox lacks that stands where a path should."""
    if _WEB.match(target):
        return "https://"
    return "mailto:" if _MAIL.fullmatch(target) else None


@base_check("link-canonical", needs=("links",))
def link_canonical(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Markdown and HTML links that find their file only when a spelling is overlooked that a server does not overlook."""
    for link, resolution in context.kb.resolved(facts).links:
        if not resolution.folded:
            continue
        related = tuple(Related(path, TOP, "the file that it means") for path in resolution.paths[:MAX_MEANT])
        fixes: tuple[Fix, ...] = ()
        if len(resolution.paths) == 1:
            fixes = _retarget(facts.path, link, resolution.paths[0], context.kb, trust(link.target, resolution))
        message = f"`{link.target}` is not spelt as the file is called: `{resolution.paths[0]}`"
        yield Finding(link.path, message, link.target, related, fixes)


@base_check("link-anchor", needs=("links",))
def link_anchor(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Markdown and HTML links to a heading that their note has not."""
    for link in facts.links:
        if link.fragment is None or _NO_HEADING.fullmatch(link.fragment):
            continue
        if link.form == "html" and not link.target:
            continue  # tables of contributors are full of `href="#code-somebody"`, and scripts give ids too
        finding = missing_anchor(facts, link.target, link.fragment, link.anchor, context.kb, markdown=True)
        if finding is not None:
            yield finding if link.anchor != link.span else finding._replace(fixes=())


def _retarget(
    path: str, link: LocalLink, meant: str, kb: KnowledgeBase, applicability: Applicability
) -> tuple[Fix, ...]:
    """Write the path of the file that is meant where the link names another, in the form that the link has."""
    spelling = kb.path_text(link.target, path, meant)
    if spelling is None or link.path == link.span:
        return ()
    return (Fix(f"link to `{spelling}`", (Edit(path, link.path, encoded(spelling, link.form)),), applicability),)


CHECKS = (link_target, link_canonical, link_anchor)
