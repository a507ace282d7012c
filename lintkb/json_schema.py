"""JSON Schema files that a configuration names: loaded from inside the knowledge base, applied to a note's frontmatter.

The schema is draft 2020-12 (https://json-schema.org/draft/2020-12), written as JSON or YAML. A `$ref` may lead to another
file of the same knowledge base and nowhere else: nothing is fetched.
"""

import datetime
import json
import math
import posixpath
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from lintkb.source.frontmatter import Unreadable, compose_yaml
from lintkb.text import DecodeError, decode

MAX_SIZE = 1024 * 1024
MAX_BACKTRACKS = 100_000
MAX_DEPTH = 8  # of data: a schema with branches that lead back to it takes twice as long for each level
_SCHEME = "lintkb"


class SchemaError(Exception):
    """A schema that cannot be used; `str()` names the file and says why."""


class Schema(NamedTuple):
    """A schema ready to be applied: its root-relative path and, as JSON, every document that it is made of by path.

    `known` are the keys that it names for the top level of the frontmatter, in its order.
    """

    path: str
    documents: str
    known: tuple[str, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The root-relative paths of all its documents."""
        return tuple(json.loads(self.documents))


class Breach(NamedTuple):
    """One way in which an instance breaks its schema.

    `place` leads to the value, by keys and positions; `keyword` is the schema's (`type`, `required`, ...), `detail` what the
    schema has for it, `message` the validator's own words. `branches` are the breaches of each branch of an `anyOf`.
    """

    place: tuple[str | int, ...]
    keyword: str
    detail: Any
    message: str
    branches: tuple[tuple["Breach", ...], ...] = ()


def load_schema(path: str, read: Callable[[str], bytes]) -> Schema:
    """Load the schema at a root-relative path and all that it refers to. `read` gives the bytes of a path, or raises OSError.

    Raises SchemaError for a file that is missing, no schema, or refers to something outside the knowledge base.
    """
    documents: dict[str, Any] = {}
    path = _normal(path, path)

    def retrieve(address: str) -> Any:
        inner = _path(address, path)
        documents[inner] = _read_document(inner, read)
        return documents[inner]

    documents[path] = _read_document(path, read)
    _compile(path, documents[path], retrieve)
    top = documents[path]
    properties = top.get("properties") if isinstance(top, dict) else None
    known = tuple(properties) if isinstance(properties, dict) else ()
    return Schema(path, json.dumps(documents), known)


def breaches(schema: Schema, instance: Any) -> Iterator[Breach]:
    """What in plain Python data breaks the schema. Raises TimeoutError for a pattern that takes too long.

    Data in more than `MAX_DEPTH` levels is not held to the schema; that is its one breach, with the keyword `depth`.
    """
    if _depth(instance) > MAX_DEPTH:
        yield Breach((), "depth", MAX_DEPTH, "")
        return
    for error in _validator(schema).iter_errors(_jsonable(instance)):
        yield _breach(error)


@lru_cache(maxsize=32)
def _validator(schema: Schema) -> Any:
    documents = json.loads(schema.documents)
    return _compile(schema.path, documents[schema.path], lambda address: documents[_path(address, schema.path)])


def _compile(path: str, document: Any, retrieve: Callable[[str], Any]) -> Any:
    import jsonschema_rs

    faults: list[SchemaError] = []

    def retrieve_or_note(address: str) -> Any:
        try:
            return retrieve(address)
        except SchemaError as error:  # the validator would wrap it in words of its own
            faults.append(error)
            raise

    draft = str(document.get("$schema", "")) if isinstance(document, dict) else ""
    if draft and "/2020-12/" not in draft:
        raise SchemaError(f"{path}: `$schema` is {draft}; lintkb reads https://json-schema.org/draft/2020-12/schema")
    try:
        return jsonschema_rs.Draft202012Validator(
            document,
            validate_formats=True,
            retriever=retrieve_or_note,
            base_uri=f"{_SCHEME}:///{quote(path)}",
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=MAX_BACKTRACKS),
        )
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        if faults:
            raise faults[0] from error
        place = "/".join(str(part) for part in getattr(error, "instance_path", ()))
        words = getattr(error, "message", str(error)).splitlines()[0]
        raise SchemaError(f"{path}: not a JSON Schema: {place + ': ' if place else ''}{words}") from error


def _path(address: str, origin: str) -> str:
    """The root-relative path that an address means. Raises SchemaError for one outside the knowledge base."""
    parts = urlsplit(address)
    if parts.scheme != _SCHEME or parts.query:
        raise SchemaError(f"{origin}: `$ref` to {address} leads out of the knowledge base")
    return _normal(unquote(parts.path.lstrip("/")), origin)


def _normal(path: str, origin: str) -> str:
    """The path without detours. Raises SchemaError when it leaves the root."""
    normal = posixpath.normpath(path)
    if normal.startswith(("../", "/")) or normal == "..":
        raise SchemaError(f"{origin}: {path} leads out of the knowledge base")
    return normal


def _read_document(path: str, read: Callable[[str], bytes]) -> Any:
    try:
        data = read(path)
    except OSError as error:
        raise SchemaError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_SIZE:
        raise SchemaError(f"{path}: larger than {MAX_SIZE:,} bytes")
    try:
        source = decode(data)
        if path.endswith((".yaml", ".yml")):
            root = compose_yaml(source.text)
            document = _jsonable(root.plain()) if root is not None else None
        else:
            document = json.loads(source.text)
    except DecodeError as error:
        raise SchemaError(f"{path}: {error}") from error
    except Unreadable as error:
        line = source.position(error.problem.span.start).line
        raise SchemaError(f"{path}:{line}: not YAML: {error.problem.message}") from error
    except json.JSONDecodeError as error:
        raise SchemaError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise SchemaError(f"{path}: not usable JSON: {error}") from error
    if not isinstance(document, dict | bool):
        raise SchemaError(f"{path}: a JSON Schema is an object")
    return document


def _jsonable(value: Any) -> Any:
    """Data from YAML as JSON knows it: dates are text, as they are in every schema, and text is what can be written."""
    if isinstance(value, dict):
        return {_jsonable(str(key)): _jsonable(item) for key, item in value.items()}
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _depth(value: Any) -> int:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if items is None else 1 + max(map(_depth, items), default=0)


def _breach(error: Any) -> Breach:
    if type(error.kind).__name__ in ("BacktrackLimitExceeded", "RegexEngineFailure"):
        raise TimeoutError(error.message)
    context = getattr(error.kind, "context", ())
    branches = tuple(tuple(map(_breach, branch)) for branch in context)
    return Breach(tuple(error.instance_path), error.kind.name, error.kind.value, error.message, branches)
