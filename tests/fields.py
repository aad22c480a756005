"""What a type says of its fields, for tests that make up values instead of listing them."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from typing_extensions import override

from shared.kernel.fields import Coded, Described, note_of


@dataclass(frozen=True)
class Field:
    """One field of a struct.

    type: without annotations, without None if it is ``optional``, of an entry if there are
    ``many``. code_list: whose codes it holds. described: its limits.
    """

    owner: str
    name: str
    type: Any
    many: bool = False
    optional: bool = False
    code_list: str | None = None
    described: Described | None = None

    @override
    def __str__(self) -> str:
        return f"{self.owner}.{self.name}"


def fields(kind: type[msgspec.Struct]) -> Iterator[Field]:
    """The fields of a struct in their order, those that it inherits too."""
    hints = get_type_hints(kind, include_extras=True)
    return (_field(kind.__name__, name, hints[name]) for name in kind.__struct_fields__)


def is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def members(union: Any) -> tuple[Any, ...]:
    """The members of a union; a type alone is the only one."""
    return get_args(union) if get_origin(union) in {Union, UnionType} else (union,)


def _field(owner: str, name: str, hint: Any) -> Field:
    many = optional = False
    coded, described = note_of(hint, Coded), note_of(hint, Described)
    while True:
        inner = get_args(hint)
        if get_origin(hint) is Annotated:
            hint = inner[0]
        elif NoneType in members(hint) and len(members(hint)) == 2:
            optional, (hint,) = True, set(inner) - {NoneType}
        elif get_origin(hint) is tuple and inner[1:] == (...,) and not many:
            many, hint = True, inner[0]
        else:
            code_list = coded.list_name if coded else None
            return Field(owner, name, hint, many, optional, code_list, described)
