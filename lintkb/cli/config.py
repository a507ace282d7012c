"""`lintkb config`: what is in force for a path, and where it comes from."""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from lintkb.cli.common import run_options
from lintkb.engine import UsageError, configure
from lintkb.settings import read_config_file


def run(arguments: argparse.Namespace) -> int:
    """Print root, origin and every setting as TOML, those that are not defaults marked with their origin."""
    path = Path(arguments.path)
    if not os.path.lexists(path):
        raise UsageError(f"no such file or folder: {arguments.path}")
    options = run_options(arguments)
    configured = configure(path, options)
    given = read_config_file(configured.origin) if configured.origin else {}
    origins = {key: str(configured.origin) for key in _flat(given)}
    for override in options.overrides:
        origins.update(dict.fromkeys(_flat(override), "--config"))
    preset = configured.settings.preset
    out = sys.stdout
    out.write(
        f"# root: {configured.root}\n# configuration: {configured.origin or 'none found; these are the defaults'}\n"
    )
    out.write(f"# rules on: {', '.join(rule.code for rule in configured.rules)}\n")
    tables: list[str] = []
    for key, value in _dumped(configured.settings).items():
        if isinstance(value, dict) and key != "per-file-ignores":
            tables.append(
                f"\n[{key}]\n"
                + "".join(_line(f"{key}.{name}", name, inner, origins, preset) for name, inner in value.items())
            )
        elif key == "per-file-ignores":
            tables.append(
                f"\n[{key}]\n"
                + "".join(_line(key, json.dumps(name), inner, origins, preset) for name, inner in value.items())
            )
        else:
            out.write(_line(key, key, value, origins, preset))
    out.write("".join(tables))
    return 0


def _dumped(model: BaseModel) -> dict[str, Any]:
    data: dict[str, Any] = model.model_dump(by_alias=True, mode="json", exclude_none=True)
    return data


def _flat(table: Mapping[str, Any]) -> list[str]:
    """The keys of a raw table: `links.fold` for a key of a table, `links` for the table itself."""
    return [*table, *(f"{key}.{name}" for key, value in table.items() if isinstance(value, dict) for name in value)]


def _line(key: str, name: str, value: Any, origins: dict[str, str], preset: str | None) -> str:
    origin = origins.get(key) or ("preset" if preset and key.startswith("links.") else "")
    comment = f"  # {origin}" if origin else ""
    return f"{name} = {_toml(value)}{comment}\n"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{_key(name)} = {_toml(item)}" for name, item in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else json.dumps(name)
