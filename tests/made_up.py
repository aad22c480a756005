"""Values made up from their types: an example's, where nobody says otherwise.

A field holds what its name holds in every example, else the first codes of its list, else some
value of its type.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from shared.kernel.codes import codes
from tests.fields import Field, fields, is_struct
from tests.personas import AT, CASE, COMMISSION, OFFICE, REFERRAL

V = TypeVar("V", bound=msgspec.Struct)

ALWAYS: Mapping[str, Any] = {
    "case_id": CASE,
    "referral_id": REFERRAL,
    "institution": OFFICE.institution,
    "sender": OFFICE.institution,
    "addressee": COMMISSION.institution,
    "custodian": OFFICE.institution,
    "programme": "mx-labour-protection",
    "subdivision": "MX-CHH",
}
"""What fields of these names hold in every example."""

OF_TYPE: Mapping[Any, Any] = {
    UUID: UUID("00000000-0000-4000-8000-0000000000aa"),
    datetime: AT,
    date: AT.date(),
    Decimal: Decimal("1250.50"),
    bool: True,
    int: 3,
    str: "something",
}


class CannotMakeUp(TypeError):
    """Nothing defines what a field of this type may hold."""


def full(kind: type[V], /, **explicit: Any) -> V:
    """A value with every field filled in; with the ``explicit`` values in those that are named."""
    return kind(**{each.name: _filled(each) for each in fields(kind)} | explicit)


def bare(kind: type[V], /, **explicit: Any) -> V:
    """The same with nothing in each field that may be empty."""
    return kind(**{each.name: _emptied(each) for each in fields(kind)} | explicit)


def both(kind: type[V]) -> tuple[V, ...]:
    """A full and a bare one; one alone if no field may be empty."""
    return tuple(dict.fromkeys((full(kind), bare(kind))))


def _filled(field: Field) -> Any:
    if field.name in ALWAYS:
        return ALWAYS[field.name]
    if field.code_list is not None:
        first, second, *_ = [*codes(field.code_list), ""]
        return tuple(sorted({first, second or first})) if field.many else first
    if is_struct(field.type):
        one: Any = full(field.type)
    elif field.type in OF_TYPE:
        one = OF_TYPE[field.type]
    else:
        raise CannotMakeUp(f"{field}: {field.type}")
    return (one,) if field.many else one


def _emptied(field: Field) -> Any:
    if field.optional:
        return None
    if field.many:
        return ()
    return bare(field.type) if is_struct(field.type) else _filled(field)
