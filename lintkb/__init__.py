"""lintkb: a content-quality linter and validator for knowledge bases of Markdown notes.

`check`, `fix`, `Settings` and `Diagnostic` are the public API; they are loaded when first used.
"""

TYPE_CHECKING = False  # importing typing for its constant would cost more than all of this module
if TYPE_CHECKING:
    from lintkb.api import check as check, fix as fix
    from lintkb.diagnostics import Diagnostic as Diagnostic
    from lintkb.settings import Settings as Settings

__version__ = "0.1.0"
__all__ = ["Diagnostic", "Settings", "check", "fix"]

_HOMES = {
    "check": "lintkb.api",
    "fix": "lintkb.api",
    "Settings": "lintkb.settings",
    "Diagnostic": "lintkb.diagnostics",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'lintkb' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
