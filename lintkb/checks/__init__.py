"""The code behind rules, one module per family. A new family is added to `_FAMILIES`."""

from lintkb.checks import (
    citation_form,
    claims,
    duplicates,
    frontmatter,
    link_form,
    link_graph,
    links,
    patterns,
    recordings,
    references,
    residue,
    run,
    schema,
    sources,
    structure,
    times,
    timestamps,
    wikilinks,
)
from lintkb.checks.base import Check

_FAMILIES = (
    frontmatter,
    schema,
    wikilinks,
    link_form,
    link_graph,
    links,
    recordings,
    sources,
    references,
    timestamps,
    times,
    citation_form,
    claims,
    duplicates,
    residue,
    structure,
    patterns,
    run,
)

CHECKS: dict[str, Check] = {check.name: check for family in _FAMILIES for check in family.CHECKS}
