"""Values, which commands, facts and states are: they never change.

A value is a frozen ``msgspec.Struct``: it compares and hashes by its fields, and creating one costs
a tenth of a frozen dataclass, which matters when a long history is folded (ADR 23).
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, dataclass_transform, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.structs import fields, replace

__all__ = ["Struct", "Value", "defaults_of", "fields_of", "hints_of", "replace"]


@dataclass_transform(frozen_default=True)
class Value(msgspec.Struct, frozen=True):
    """A value: its fields are set once, when it is created."""


def fields_of(value: Value, of: type[Value] | None = None) -> dict[str, Any]:
    """Return a value's fields by name; nested values stay values. of: those of this type alone."""
    return {name: getattr(value, name) for name in (of or value).__struct_fields__}


@cache
def hints_of(kind: type[Struct]) -> Mapping[str, Any]:
    """Return the types of a struct's fields by name, as declared, annotations included."""
    written = get_type_hints(kind, include_extras=True)
    return {name: written[name] for name in kind.__struct_fields__}


@cache
def defaults_of(kind: type[Value]) -> Mapping[str, Any]:
    """Return the defaults of the fields that may be left out, by name."""
    return {
        field.name: field.default
        if field.default_factory is msgspec.NODEFAULT
        else field.default_factory()
        for field in fields(kind)
        if not field.required
    }
