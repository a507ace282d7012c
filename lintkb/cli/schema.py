"""`lintkb schema`: the JSON Schema of `lintkb.toml`, for editors."""

import argparse
import json
import sys
from typing import Any

from lintkb.sections import adapter
from lintkb.settings import CONFIG_NAME, Settings


def run(_arguments: argparse.Namespace) -> int:
    """Print the schema."""
    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
    return 0


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a configuration as it is written, made from `Settings`."""
    from pydantic.json_schema import GenerateJsonSchema

    generated = _tidy(adapter(Settings).json_schema())
    return {"$schema": GenerateJsonSchema.schema_dialect, **generated, "title": CONFIG_NAME}


def _tidy(schema: Any) -> Any:
    """Without what says nothing to an editor: titles made of key names, and null, which TOML cannot write."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {
        key: {name: _tidy(inner) for name, inner in value.items()} if key in ("properties", "$defs") else _tidy(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
    }
    choices = [choice for choice in tidied.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        tidied = {**{key: value for key, value in tidied.items() if key != "anyOf"}, **choices[0]}
    elif choices:
        tidied["anyOf"] = choices
    return tidied
