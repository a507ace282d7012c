"""The code behind rules, one module per family. A new family is added to `_FAMILIES`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lintkb.checks.base import Check

_FAMILIES = (
    "frontmatter",
    "schema",
    "wikilinks",
    "link_form",
    "link_graph",
    "links",
    "recordings",
    "sources",
    "references",
    "timestamps",
    "times",
    "citation_form",
    "claims",
    "duplicates",
    "residue",
    "structure",
    "patterns",
    "run",
)

CHECKS: "dict[str, Check]"


def __getattr__(name: str) -> Any:
    """`CHECKS`, all checks by name: made when first asked for, because a run that finds nothing changed asks for none."""
    if name != "CHECKS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    families = [import_module(f"{__name__}.{family}") for family in _FAMILIES]
    checks = globals()["CHECKS"] = {check.name: check for family in families for check in family.CHECKS}
    return checks
