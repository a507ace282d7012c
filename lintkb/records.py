"""A base for plain classes that are declared as dataclasses are, without the 8 ms that importing these takes."""

from typing import Any, dataclass_transform


@dataclass_transform()
class Record:
    """A mutable object with the attributes that its class annotates, in their order; lists in defaults are copied."""

    def __init__(self, *values: Any, **named: Any) -> None:
        names = type(self).__annotations__
        given = dict(zip(names, values, strict=False)) | named
        if len(given) != len(values) + len(named) or not given.keys() <= names.keys():
            raise TypeError(f"{type(self).__name__} has {', '.join(names)}")
        for name in names:
            if name not in given and not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} wants {name}")
            value = given[name] if name in given else getattr(type(self), name)
            setattr(self, name, value.copy() if name not in given and isinstance(value, list) else value)
