"""What commands, facts and states are: values that never change.

A value is a frozen ``msgspec.Struct``: it compares and hashes by what it holds, and making one
costs a tenth of what a frozen dataclass costs, which a fold of a long history feels (ADR 23).
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, dataclass_transform, get_type_hints

import msgspec
from msgspec.structs import fields, replace

__all__ = ["Value", "defaults_of", "fields_of", "hints_of", "replace"]


@dataclass_transform(frozen_default=True)
class Value(msgspec.Struct, frozen=True):
    """A value: its fields are set once, when it is made."""


def fields_of(value: Value) -> dict[str, Any]:
    """Its fields by name, not deeper than itself."""
    return {name: getattr(value, name) for name in value.__struct_fields__}


@cache
def hints_of(kind: type[Value]) -> Mapping[str, Any]:
    """The types of a value's fields by name, as they are written, annotations included."""
    written = get_type_hints(kind, include_extras=True)
    return {name: written[name] for name in kind.__struct_fields__}


@cache
def defaults_of(kind: type[Value]) -> Mapping[str, Any]:
    """What those fields hold that may be left out, by name."""
    return {
        field.name: field.default
        if field.default_factory is msgspec.NODEFAULT
        else field.default_factory()
        for field in fields(kind)
        if not field.required
    }
