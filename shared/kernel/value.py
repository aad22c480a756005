"""What commands, facts and states are: values that never change.

A value is a frozen ``msgspec.Struct``: it compares and hashes by what it holds, and making one
costs a tenth of what a frozen dataclass costs, which a fold of a long history feels (ADR 23).
"""

from typing import Any, dataclass_transform

import msgspec
from msgspec.structs import replace

__all__ = ["Value", "fields_of", "replace"]


@dataclass_transform(frozen_default=True)
class Value(msgspec.Struct, frozen=True):
    """A value: its fields are set once, when it is made."""


def fields_of(value: Value) -> dict[str, Any]:
    """Its fields by name, not deeper than itself."""
    return {name: getattr(value, name) for name in value.__struct_fields__}
