"""Checks on wikilinks: does the target exist, is it spelt as its note is called, is there one, and the place in it."""

from collections.abc import Iterator
from itertools import islice

from lintkb import lazy_re as re
from lintkb.checks.base import BaseContext, base_check
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Related, Severity
from lintkb.facts import NoteFacts
from lintkb.index import MAX_MEANT, KnowledgeBase, Resolution
from lintkb.names import Name, differ_in_form_alone, fold
from lintkb.source.wikilinks import Wikilink
from lintkb.text import Span

TOP = Span(0, 0)
# What ends a quoted value of YAML, or means something else in it.
_IN_QUOTES = re.compile(r"[\"'\\]")


@base_check("wikilink-target", needs=("wikilinks",))
def wikilink_target(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Wikilinks whose target no note or file answers to, under any folding."""
    for link in facts.naming():
        missing = context.kb.missing(link.target, facts.path)
        if missing is None or missing.planned:
            continue
        fate = context.kb.fate(link.target, facts.path)
        suggestion = context.kb.suggest(link.target) if fate is None else None
        fixes: tuple[Fix, ...] = ()
        related: tuple[Related, ...] = ()
        hint = f": {fate.told}" if fate is not None else ""
        if fate is not None and fate.now is not None:
            short = context.kb.short(fate.now)
            name = Name("path", short if "/" in link.target else short.rpartition("/")[2], fate.now)
            spelling = context.kb.link_text(name, facts.path)
            related = (Related(fate.now, TOP, "where it is now"),)
            if spelling is not None:
                fixes = _retarget(facts, link, spelling, Applicability.UNSAFE, keep="/" not in link.target)
        if suggestion is not None and suggestion.name.path != facts.path:
            spelling = context.kb.link_text(suggestion.name, facts.path)
            hint = f"; did you mean `{spelling or suggestion.name.text}`?"
            related = (Related(suggestion.name.path, TOP, f"what it may mean: {suggestion.score} % alike"),)
            if suggestion.certain and spelling is not None:
                fixes = _retarget(facts, link, spelling, Applicability.UNSAFE)
        what = "no file" if link.embed else "no note"
        yield Finding(link.target_span, f"{what} answers to `{link.target}`{hint}", link.target, related, fixes)


@base_check("wikilink-canonical", needs=("wikilinks",))
def wikilink_canonical(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Wikilinks that find their note only when a spelling is overlooked that the reader of the notes does not overlook."""
    for link, resolution in context.kb.resolved(facts).wikilinks:
        if not resolution.folded:
            continue
        severity = Severity.WARNING if _by_case(link.target, resolution, context.kb) else None
        paths = resolution.paths
        related = tuple(Related(path, TOP, "the note that it means") for path in paths[:MAX_MEANT])
        fixes: tuple[Fix, ...] = ()
        if len(paths) == 1:
            name = _best([name for name in resolution.names if name.path == paths[0]])
            spelling = context.kb.link_text(name, facts.path)
            message = f"`{link.target}` is not spelt as its note is called: `{spelling or name.text}`"
            if spelling is not None:
                fixes = _retarget(facts, link, spelling, trust(link.target, resolution))
        else:
            message = f"`{link.target}` is nobody's name; overlooking its spelling, {len(paths)} notes answer to it"
        known = (context.kb.notes[path] for path in paths[:MAX_MEANT] if path in context.kb.notes)
        by_title = any(note.title == link.target for note in known)
        remedy = 'if links here go by title, add "title" to `links.names`' if by_title else ""
        yield Finding(link.target_span, message, link.target, related, fixes, remedy, severity)


def trust(target: str, resolution: Resolution) -> Applicability:
    """How far the one file that a target means, when its spelling is overlooked, is what was meant."""
    names = (name for name in resolution.names if name.path in resolution.paths)
    sure = any(differ_in_form_alone(target, name.text) for name in names)
    return Applicability.SAFE if sure else Applicability.UNSAFE


def _by_case(target: str, resolution: Resolution, kb: KnowledgeBase) -> bool:
    """Whether the target is like a name of the note that is meant in all but case, beside what the reader overlooks."""
    folds = (*kb.folds, "case")
    last = fold(target.rpartition("/")[2], folds)
    meant = islice((name for name in resolution.names if name.path in resolution.paths), MAX_MEANT)
    return any(last in (fold(name.text, folds), fold(name.text.rpartition("/")[2], folds)) for name in meant)


def _best(names: list[Name]) -> Name:
    """Of the names of one note that a target folds to: its stem, else its path, else its title, else another."""
    kinds = ("stem", "path", "title", "alias", "namespace", "index", "folder")
    return min(names, key=lambda name: (kinds.index(name.kind), len(name.text), name.text))


def _retarget(
    facts: NoteFacts, link: Wikilink, spelling: str, applicability: Applicability, *, keep: bool = True
) -> tuple[Fix, ...]:
    """Put the right name in place; a link without a label may keep the words that its reader sees."""
    if not _fits(facts, link, spelling):
        return ()
    text = spelling
    if keep and link.label is None and not link.embed and not link.fragment:
        text = f"{spelling}{chr(92) if link.in_table else ''}|{link.target}"
    return (Fix(f"link to `{spelling}`", (Edit(facts.path, link.target_span, text),), applicability),)


def _fits(facts: NoteFacts, link: Wikilink, text: str) -> bool:
    """Whether a text can stand in a link as it is: in frontmatter a link stands in quotes."""
    return link.span.start >= facts.body_start or _IN_QUOTES.search(text) is None


@base_check("wikilink-ambiguous", needs=("wikilinks",))
def wikilink_ambiguous(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Wikilinks to a name that several notes have, none of them nearer than the others."""
    for link, resolution in context.kb.resolved(facts).wikilinks:
        if resolution.folded or len(resolution.paths) < 2:
            continue
        paths = resolution.paths
        shown = ", ".join(f"`{path}`" for path in paths[:3]) + (", ..." if len(paths) > 3 else "")
        related = tuple(Related(path, TOP, "goes by this name") for path in paths[:3])
        message = f"{len(paths)} notes go by `{link.target}`: {shown}"
        yield Finding(link.target_span, message, link.target, related)


@base_check("wikilink-anchor", needs=("wikilinks",))
def wikilink_anchor(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Wikilinks to a heading or block that their note has not."""
    for link in facts.wikilinks:
        if not link.fragment:
            continue
        finding = missing_anchor(facts, link.target, link.fragment, link.fragment_span, context.kb, markdown=False)
        if finding is not None:
            fixes = tuple(fix for fix in finding.fixes if _fits(facts, link, fix.edits[0].text))
            yield finding._replace(fixes=fixes)


def missing_anchor(
    facts: NoteFacts, named: str, fragment: str, span: Span, kb: KnowledgeBase, *, markdown: bool
) -> Finding | None:
    """The finding for a fragment, written at `span` of the note at `path`, that the note it is of has no anchor for.

    `named` is the target of the link, empty for a place in the note itself. None when it leads to no one note, and when there
    is such an anchor.
    """
    path = facts.path
    resolution = kb.resolve(named, path, markdown=markdown) if named else None
    paths = resolution.paths if resolution is not None else (() if named else (path,))
    if len(paths) != 1 or paths[0] not in kb.notes or kb.anchors(paths[0]).has(fragment, markdown=markdown):
        return None
    (target,) = paths
    what = "block" if fragment.startswith("^") else "heading"
    where = f"`{named}`" if named else "this note"
    related = (Related(target, TOP, "the note"),) if target != path else ()
    fixes: tuple[Fix, ...] = ()
    hint = ""
    nearest = kb.anchors(target).nearest(fragment, markdown=markdown)
    if nearest is not None and not (target == path and _in_heading(facts, span)):
        spelling, same = nearest
        hint = f"; did you mean `#{spelling}`?"
        applicability = Applicability.SAFE if same else Applicability.UNSAFE
        fixes = (Fix(f"link to `#{spelling}`", (Edit(path, span, spelling),), applicability),)
    elif (page := kb.resolve(fragment, path)) is not None and page.paths != (path,):
        hint = "; there is a note of that name"
        related = (*related, Related(page.paths[0], TOP, "the note of that name"))
    return Finding(span, f"{where} has no {what} `{fragment}`{hint}", f"{named}#{fragment}", related, fixes)


def _in_heading(facts: NoteFacts, span: Span) -> bool:
    """Whether a link stands in a heading: then it does not mean that one."""
    return any(section.span.start <= span.start < section.span.end for section in facts.sections)


CHECKS = (wikilink_target, wikilink_canonical, wikilink_ambiguous, wikilink_anchor)
