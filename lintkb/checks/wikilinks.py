"""Checks on wikilinks: does the target exist, and is it spelt as its note is called."""

from collections.abc import Iterator

from lintkb.checks.base import BaseContext, base_check
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Related
from lintkb.facts import NoteFacts
from lintkb.globs import matcher
from lintkb.index import Name
from lintkb.source.wikilinks import Wikilink
from lintkb.text import Span


@base_check("wikilink-target")
def wikilink_target(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Wikilinks whose target no note or file answers to, under any folding."""
    planned = matcher(context.settings.links.planned)
    for link in facts.wikilinks:
        if not link.target or context.kb.resolve(link.target, facts.path) is not None or planned(link.target):
            continue
        suggestion = context.kb.suggest(link.target)
        fixes: tuple[Fix, ...] = ()
        related: tuple[Related, ...] = ()
        hint = ""
        if suggestion is not None:
            spelling = context.kb.link_text(suggestion.name)
            hint = f"; did you mean `{spelling or suggestion.name.text}`?"
            related = (Related(suggestion.name.path, Span(0, 0), "the note that it may mean"),)
            if suggestion.certain and spelling is not None:
                fixes = (_retarget(facts.path, link, spelling, Applicability.UNSAFE),)
        what = "no file" if link.embed else "no note"
        yield Finding(link.target_span, f"{what} answers to `{link.target}`{hint}", link.target, related, fixes)


@base_check("wikilink-canonical")
def wikilink_canonical(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Wikilinks that find their note only when case, separators or invisible characters are overlooked."""
    for link in facts.wikilinks:
        resolution = context.kb.resolve(link.target, facts.path) if link.target else None
        if resolution is None or not resolution.folded:
            continue
        paths = resolution.paths
        related = tuple(Related(path, Span(0, 0), "the note that it means") for path in paths)
        fixes: tuple[Fix, ...] = ()
        if len(paths) == 1:
            name = _best(resolution.names)
            spelling = context.kb.link_text(name)
            message = f"`{link.target}` is not spelt as its note is called: `{spelling or name.text}`"
            if spelling is not None:
                fixes = (_retarget(facts.path, link, spelling, Applicability.SAFE),)
        else:
            message = f"`{link.target}` is nobody's name; overlooking its spelling, {len(paths)} notes answer to it"
        by_title = any(context.kb.notes[path].title == link.target for path in paths if path in context.kb.notes)
        remedy = 'if links here go by title, add "title" to `links.names`' if by_title else ""
        yield Finding(link.target_span, message, link.target, related, fixes, remedy)


def _best(names: tuple[Name, ...]) -> Name:
    """Of the names of one note that a target folds to: its stem, else its path, else its title, else an alias."""
    return min(names, key=lambda name: (("stem", "path", "title", "alias").index(name.kind), len(name.text), name.text))


def _retarget(path: str, link: Wikilink, spelling: str, applicability: Applicability) -> Fix:
    """Put the right name in place; a link without a label keeps the words that its reader sees."""
    text = spelling
    end = link.target_span.end
    if link.label is None and not link.embed and not link.fragment:
        text = f"{spelling}{chr(92) if link.in_table else ''}|{link.target}"
    return Fix(f"link to `{spelling}`", (Edit(path, Span(link.target_span.start, end), text),), applicability)


CHECKS = (wikilink_target, wikilink_canonical)
