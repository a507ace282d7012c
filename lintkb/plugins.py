"""Checks from installed packages, for rule notes to use: never from the tree that is linted, and only when allowed.

A package offers them by an entry point of the group `lintkb.checks`, whose object is a sequence of checks. The user allows
it by name: with `--plugin`, or with `plugins` in a configuration of their own outside every knowledge base.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lintkb.diagnostics import Finding
from lintkb.hints import nearest
from lintkb.paths import user_folder
from lintkb.settings import SettingsError, read_config, read_config_bytes
from lintkb.text import Span

if TYPE_CHECKING:
    from lintkb.checks.base import Check

GROUP = "lintkb.checks"


class PluginError(Exception):
    """A plug-in that cannot be used; `str()` names it and says why."""


def user_config() -> Path:
    """The user's own configuration file, whether it exists or not."""
    return user_folder("config") / "lintkb.toml"


def allowed_by_user() -> tuple[str, ...]:
    """The plug-ins that the user's own configuration allows. Raises SettingsError."""
    path = user_config()
    if not path.is_file():
        return ()
    table, _ = read_config(path, read_config_bytes(path))
    names = table.pop("plugins", [])
    if table:
        raise SettingsError(
            f"{path}: unknown key `{next(iter(table))}`; the user's own configuration has only `plugins`"
        )
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SettingsError(f"{path}: `plugins` is a list of names")
    return tuple(names)


def allowed(names: Sequence[str], *, isolated: bool) -> tuple[str, ...]:
    """The plug-ins to load: those named and, unless `isolated`, those that the user's own configuration names.

    Raises SettingsError.
    """
    return tuple(names) if isolated else (*allowed_by_user(), *names)


def load_checks(names: Sequence[str]) -> "dict[str, Check]":
    """lintkb's own checks and those of the named plug-ins, by name. Raises PluginError."""
    from lintkb.checks import CHECKS

    checks = dict(CHECKS)
    if not names:
        return checks
    from importlib.metadata import entry_points

    points = {point.name: point for point in entry_points(group=GROUP)}
    for name in dict.fromkeys(names):
        if name not in points:
            close = nearest(name, points)
            known = f"did you mean `{close}`?" if close else f"installed: {', '.join(sorted(points)) or 'none'}"
            raise PluginError(f"plug-in `{name}`: no installed package offers it as `{GROUP}`; {known}")
        try:
            offered = points[name].load()
        except (Exception, SystemExit) as error:
            raise PluginError(f"plug-in `{name}`: cannot be loaded: {type(error).__name__}: {error}") from error
        for check in _checks(name, offered):
            if check.name in checks:
                raise PluginError(f"plug-in `{name}`: the name of its check `{check.name}` is taken")
            checks[check.name] = check
    return checks


def _checks(name: str, offered: object) -> "Iterable[Check]":
    from lintkb.checks.base import BESIDE_RECORDINGS, Check

    checks = list(offered) if isinstance(offered, Iterable) and not isinstance(offered, Check) else [offered]
    for check in checks:
        if not isinstance(check, Check) or check.kind not in ("note", "base", *BESIDE_RECORDINGS):
            raise PluginError(f"plug-in `{name}`: {check!r} is no check; make it one with @note_check or @base_check")
        function = check.run
        known: object = getattr(sys.modules.get(function.__module__), function.__name__, None)
        if known is not check:
            # Other processes find it by that name, where they share no memory with this one.
            raise PluginError(
                f"plug-in `{name}`: its check `{check.name}` is not what {function.__module__}.{function.__name__} is"
            )
        yield check


def require_sound(finding: object) -> None:
    """Raise TypeError or ValueError for a finding that a report could not hold: a plug-in's may be anything."""
    if not isinstance(finding, Finding):
        raise TypeError(f"{finding!r:.80} is no Finding")
    texts = [finding.message, finding.subject, finding.help, *(other.message for other in finding.related)]
    edits = [edit for fix in finding.fixes for edit in fix.edits]
    texts += [text for edit in edits for text in (edit.path, edit.text)] + [fix.title for fix in finding.fixes]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a message, subject, title or text of a finding is not text")
    spans = [finding.span, *(other.span for other in finding.related), *(edit.span for edit in edits)]
    if not all(isinstance(span, Span) and all(type(offset) is int for offset in span) for span in spans):
        raise TypeError("a place of a finding is not a Span of whole numbers")
    if not all(0 <= span.start <= span.end for span in spans):
        raise ValueError("a Span of a finding ends before it begins")
