"""The public Python API: what `import lintkb` offers."""

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from typing import Any

from lintkb.diagnostics import Applicability
from lintkb.engine import Options, Session, open_sessions
from lintkb.fixer import fix as fix_session, write as write_repairs
from lintkb.report import Report


def check(
    paths: Sequence[str | PathLike[str]] = (".",),
    *,
    config: Mapping[str, Any] | None = None,
    plugins: Sequence[str] = (),
    history: bool = False,
) -> Report:
    """Check notes and folders as `lintkb check` does, without a cache.

    `config` is a table as in `lintkb.toml`, laid over the configuration file that is found; `plugins` are the names of
    those whose checks rule notes may use; with `history`, findings say which commit renamed or deleted what a broken link
    led to. Raises UsageError, SettingsError, RuleError or PluginError.
    """
    return Report([session.judge() for session in _open(paths, config, plugins, history=history)])


def fix(
    paths: Sequence[str | PathLike[str]] = (".",),
    *,
    unsafe: bool = False,
    write: bool = True,
    config: Mapping[str, Any] | None = None,
    plugins: Sequence[str] = (),
    history: bool = False,
) -> Report:
    """Apply fixes as `lintkb --fix` does and report what is left; with `write` False, in memory only.

    A note that could not be written keeps its content and its findings. Raises what `check` raises.
    """
    reports = []
    for session in _open(paths, config, plugins, history=history):
        outcome = fix_session(session, Applicability.UNSAFE if unsafe else Applicability.SAFE)
        if write:
            write_repairs(session, outcome)
        reports.append(outcome.report)
    return Report(reports)


def _open(
    paths: Sequence[str | PathLike[str]], config: Mapping[str, Any] | None, plugins: Sequence[str], *, history: bool
) -> list[Session]:
    options = Options(overrides=(config,) if config else (), cache=False, plugins=tuple(plugins))
    if history:
        from lintkb.git import history as departures

        options = options._replace(history=departures)
    sessions = open_sessions([fspath(path) for path in paths], options)
    for session in sessions:
        session.read()
    return sessions
