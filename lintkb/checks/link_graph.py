"""Checks on who links whom: notes that nothing leads to, and what index pages leave out or promise."""

from collections.abc import Iterator

from lintkb.checks.base import BaseContext, Params, base_check
from lintkb.checks.wikilinks import TOP
from lintkb.diagnostics import Finding, Related
from lintkb.facts import NoteFacts
from lintkb.globs import matcher
from lintkb.names import stands_apart
from lintkb.sections import Field
from lintkb.settings import Globs

# An index page lists its folder when it links to at least half of its notes: what names fewer is an introduction with some
# examples, and says nothing of the others; what names more than it leaves out means to name them all. Of fewer than three
# notes half is no habit.
MIN_LISTED = 3


class OrphanParams(Params):
    """`except` are notes that need no link, as path patterns; `from_indices`: whether a link from an index page is one."""

    exempt: Globs = Field(default=[], alias="except")
    from_indices: bool = True


@base_check("orphan-note", OrphanParams)
def orphan_note(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """A note that no other note links to."""
    params: OrphanParams = context.params
    if matcher(params.exempt)(facts.path) or not context.kb.is_orphan(facts.path, from_indices=params.from_indices):
        return
    pages = context.kb.inbound(facts.path)
    message = "only index pages link to this note" if pages else "no other note links to this one"
    yield Finding(facts.title_span, message, "orphan")


@base_check("missing-from-index")
def missing_from_index(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """A note that the index page of its folder leaves out, although it lists the others."""
    listing = context.kb.listing(facts.path.rpartition("/")[0])
    if listing is None or facts.path in listing.listed or stands_apart(facts.path):
        return
    count = len(listing.listed)
    if count < MIN_LISTED or 2 * count < listing.total:
        return
    message = f"`{listing.page}` lists {count} of the {listing.total} notes of its folder, and not this one"
    yield Finding(facts.title_span, message, listing.page, (Related(listing.page, TOP, "the index page"),))


@base_check("dangling-index-entry", needs=("entries",))
def dangling_index_entry(facts: NoteFacts, context: BaseContext) -> Iterator[Finding]:
    """Entries of an index page whose page is planned and not written yet."""
    entries = frozenset(facts.entries)
    links = [(link.span, link.target, link.target_span, False) for link in facts.naming()]
    links += [(link.span, link.target, link.path, True) for link in facts.links]
    for span, target, place, markdown in links:
        if span.start in entries:
            missing = context.kb.missing(target, facts.path, markdown=markdown)
            if missing is not None and missing.planned:
                yield Finding(place, f"`{missing.name}` is planned, and not written yet", target)


CHECKS = (orphan_note, missing_from_index, dangling_index_entry)
