"""Tables of the configuration and parameters of checks: plain frozen objects, declared as annotations and defaults.

pydantic validates them, and is imported only when something is to be validated: a run whose configuration was seen before
does without. What stands in `Annotated` is therefore said here in words of our own.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar, NamedTuple, Self, get_type_hints

from lintkb.diagnostics import Confidence, Severity

_REQUIRED: Any = ...


class Invalid(Exception):
    """Data that does not fit a section. `faults` are pydantic's: each with `loc`, `type`, `msg`, `input`."""

    def __init__(self, faults: list[Mapping[str, Any]]) -> None:
        super().__init__("; ".join(str(fault["msg"]) for fault in faults))
        self.faults = faults


class Declared(NamedTuple):
    """How a field is declared. `alias` is what it is called in the file, `limits` are pydantic's words for them."""

    default: Any
    default_factory: Callable[[], Any] | None
    alias: str
    limits: Mapping[str, Any]


def Field(  # noqa: N802 - as in pydantic
    default: Any = _REQUIRED, *, default_factory: Callable[[], Any] | None = None, alias: str = "", **limits: Any
) -> Any:
    """Declare a field of a `Section`: its default, its `alias` where its key is not its name in kebab-case, and what
    limits it (`ge`, `min_length`, `pattern`, ...). Without a default the key must be there.
    """
    return Declared(default, default_factory, alias, limits)


class Limits:
    """For `Annotated`: what limits an item of a list or a key of a table, as `Field` has it for a whole field."""

    def __init__(self, **limits: Any) -> None:
        self.limits = limits

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return {**handler(source), **self.limits}


class Before(NamedTuple):
    """For `Annotated`: a function that a value goes through before it is validated; `accepts` is the type it may have."""

    function: Callable[[Any], Any]
    accepts: Any = None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic import BeforeValidator

        accepts = {} if self.accepts is None else {"json_schema_input_type": self.accepts}
        before = BeforeValidator(self.function, **accepts)
        return before.__get_pydantic_core_schema__(source, handler)


class After(NamedTuple):
    """For `Annotated`: a function that a valid value goes through; it raises ValueError or returns what is used."""

    function: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic import AfterValidator

        return AfterValidator(self.function).__get_pydantic_core_schema__(source, handler)


class JsonSchema(NamedTuple):
    """For `Annotated`: the JSON Schema of the value as it is written, for editors."""

    schema: Mapping[str, Any]

    def __get_pydantic_json_schema__(self, _core_schema: Any, _handler: Any) -> Any:
        return dict(self.schema)


_KINDS: dict[str, type["Section"]] = {}


class Section:
    """A table: kebab-case keys, no unknown ones. Frozen; two are equal when all their fields are.

    The constructor takes values by the names of fields and trusts them; `validate` takes a table as it is written.
    """

    DECLARED: ClassVar[dict[str, Declared]] = {}  # by name
    _given: frozenset[str]

    def __init_subclass__(cls) -> None:
        _KINDS[f"{cls.__module__}.{cls.__qualname__}"] = cls
        cls.DECLARED = dict(cls.DECLARED)
        for name in cls.__annotations__:
            declared = cls.__dict__.get(name, _REQUIRED)
            if type(declared).__name__ == "FieldInfo":
                raise TypeError(f"{cls.__name__}.{name}: declare it with the Field of lintkb.sections, not of pydantic")
            if not isinstance(declared, Declared):
                declared = Declared(declared, None, "", {})
            cls.DECLARED[name] = declared._replace(alias=declared.alias or name.replace("_", "-"))
            if name in cls.__dict__:
                delattr(cls, name)  # so that nobody takes the declaration for a value

    def __init__(self, **values: Any) -> None:
        state = self.__dict__
        for name, declared in self.DECLARED.items():
            if name in values:
                state[name] = values[name]
            elif declared.default_factory is not None:
                state[name] = declared.default_factory()
            elif declared.default is not _REQUIRED:
                default = declared.default
                state[name] = default.copy() if isinstance(default, list | dict) else default
            else:
                raise TypeError(f"{type(self).__name__}: `{name}` is missing")
        if not values.keys() <= self.DECLARED.keys():
            raise TypeError(f"{type(self).__name__} has no field {min(values.keys() - self.DECLARED.keys())!r}")
        state["_given"] = frozenset(values)

    @classmethod
    def validate(cls, table: Any) -> Self:
        """The section that a table of the configuration is. Raises Invalid."""
        from pydantic import ValidationError

        kind: Any = cls
        try:
            made: Self = adapter(kind).validate_python(table)
        except ValidationError as error:
            raise Invalid([dict(fault) for fault in error.errors()]) from error
        return made

    def table(self, *, given: bool = False, null: bool = True) -> dict[str, Any]:
        """The section as it is written in a file, or only what was `given`; without `null`, nothing that is None."""
        return {
            declared.alias: _plain(value, given, null)
            for name, declared in self.DECLARED.items()
            if ((value := getattr(self, name)) is not None or null) and (name in self._given or not given)
        }

    @classmethod
    def _prepare(cls, table: Any) -> Any:
        """What is validated in place of a table."""
        return table

    def _check(self) -> None:
        """Raise ValueError where fields that are valid by themselves do not go together."""

    @classmethod
    def _of(cls, model: Any) -> Self:
        made = cls(**{name: getattr(model, name) for name in cls.DECLARED})
        made.__dict__["_given"] = frozenset(model.model_fields_set)
        made._check()
        return made

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        kind: Any = cls
        schema = handler.generate_schema(_model(kind))
        if cls._prepare.__func__ is not Section._prepare.__func__:  # type: ignore[attr-defined]
            schema = core_schema.no_info_before_validator_function(cls._prepare, schema)
        return core_schema.no_info_after_validator_function(cls._of, schema)

    def __setattr__(self, name: str, _value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: `{name}` cannot be set")

    __delattr__ = __setattr__  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.DECLARED)})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.DECLARED)

    def __hash__(self) -> int:
        return hash(type(self))  # of its kind alone: lists are in it


def to_json(value: Any) -> Any:
    """Sections, and what may be in them, as JSON data that `from_json` makes them of again.

    Raises TypeError for what JSON does not have, such as dates.
    """
    if isinstance(value, Section):
        name = f"{type(value).__module__}.{type(value).__qualname__}"
        given = {field: to_json(getattr(value, field)) for field in value.DECLARED if field in value._given}  # noqa: SLF001
        return {"": name, **given}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {"": "dict", "items": [[key, to_json(item)] for key, item in value.items()]}
    if isinstance(value, Severity | Confidence):
        return {"": type(value).__name__, "value": str(value)}
    if value is not None and type(value) not in (str, int, float, bool):
        raise TypeError(f"{type(value).__name__} is not in JSON")
    return value


def from_json(text: str) -> Any:
    """What `to_json` gave, written as JSON, with sections for what was made of them. Nothing is validated.

    Raises whatever damaged data makes it raise; the modules that declare the sections are imported by now.
    """
    return json.loads(text, object_hook=_thawed)


def _thawed(table: dict[str, Any]) -> Any:
    kind = table.pop("")
    if kind == "dict":
        return dict(table["items"])
    if kind == "Severity":
        return Severity(table["value"])
    if kind == "Confidence":
        return Confidence(table["value"])
    return _KINDS[kind](**table)


def _plain(value: Any, given: bool, null: bool) -> Any:  # noqa: FBT001
    if isinstance(value, Section):
        return value.table(given=given, null=null)
    if isinstance(value, list):
        return [_plain(item, given, null) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item, given, null) for key, item in value.items() if item is not None or null}
    return value


@cache
def adapter(kind: type[Section]) -> Any:
    """pydantic's `TypeAdapter` of a kind of section."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


@cache
def _model(kind: type[Section]) -> Any:
    """The pydantic model that a kind of section declares."""
    from pydantic import ConfigDict, Field as ModelField, create_model

    hints = get_type_hints(kind, include_extras=True)
    fields: dict[str, Any] = {}
    for name, declared in kind.DECLARED.items():
        default = (
            {"default_factory": declared.default_factory} if declared.default_factory else {"default": declared.default}
        )
        fields[name] = hints[name], ModelField(**default, alias=declared.alias, **declared.limits)
    config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    return create_model(kind.__name__, __config__=config, __doc__=kind.__doc__, __module__=kind.__module__, **fields)
