"""`lintkb config`: what is in force for a path, and where it comes from."""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lintkb.cli import toml
from lintkb.cli.common import run_options
from lintkb.engine import UsageError, configure
from lintkb.paths import shown_file
from lintkb.reporters.safe import safe, safe_line
from lintkb.settings import PRESETS


def run(arguments: argparse.Namespace) -> int:
    """Print root, file and every setting as TOML; what is not a default says where it comes from."""
    path = Path(arguments.path)
    if not os.path.lexists(path):
        raise UsageError(f"no such file or folder: {arguments.path}")
    from pydantic_core import to_jsonable_python

    options = run_options(arguments)
    configured = configure(path, options)
    origins: dict[str, str] = {}
    preset = configured.settings.preset
    if preset is not None:
        origins.update(dict.fromkeys((f"links.{name}" for name in PRESETS[preset]), f"preset {preset}"))
    if configured.origin is not None:
        file = shown_file(configured.origin)
        origins.update(dict.fromkeys(_flat(configured.table()), file))
    for override in options.overrides:
        origins.update(dict.fromkeys(_flat(override), "--config"))
    where = shown_file(configured.origin) if configured.origin else "none found; these are the defaults"
    codes = ", ".join(rule.code for rule in configured.rules)
    head = [f"# root: {safe(str(configured.root))}", f"# configuration: {safe(where)}", f"# rules on: {codes}"]
    settings = to_jsonable_python(configured.settings.table(null=False))
    for line in "\n".join([*head, *_toml_lines(settings, origins)]).split("\n"):
        sys.stdout.write(safe_line(safe(line)) + "\n")
    return 0


def _flat(table: Mapping[str, Any]) -> list[str]:
    """The keys of a raw table: `links.fold` for a key of a table, and `links` for the table itself."""
    return [*table, *(f"{key}.{name}" for key, value in table.items() if isinstance(value, dict) for name in value)]


def _toml_lines(settings: Mapping[str, Any], origins: Mapping[str, str]) -> Iterator[str]:
    tables = [(key, value) for key, value in settings.items() if isinstance(value, dict)]
    arrays = [(key, value) for key, value in settings.items() if _is_array_of_tables(value)]
    for key, value in settings.items():
        if not isinstance(value, dict) and not _is_array_of_tables(value):
            yield _assignment(key, value, origins.get(key))
    for key, value in tables:
        if value:
            yield f"\n[{key}]"
        for name, inner in value.items():
            yield _assignment(toml.key(name), inner, origins.get(f"{key}.{name}"))
    for key, value in arrays:
        for table in value:
            yield f"\n[[{key}]]" + (f"  # {origins[key]}" if key in origins else "")
            yield from (_assignment(toml.key(name), inner, None) for name, inner in table.items())


def _is_array_of_tables(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _assignment(name: str, value: Any, origin: str | None) -> str:
    return f"{name} = {toml.value(value)}" + (f"  # {origin}" if origin else "")
