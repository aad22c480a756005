"""What an update changes of a case, as it is told to whoever has the file: before and after."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from shared.kernel.value import Value, fields_of


class Change(NamedTuple):
    """kind: of ``three_way_merge.CHANGES``. field: of a command. before, after: in codes."""

    kind: str
    field: str
    before: str
    after: str


def in_codes(value: object) -> str:
    """Return a value as it is told: its codes, amounts and days; a dash if there is none."""
    match value:
        case None:
            told = "—"
        case Value():
            told = " ".join(in_codes(one) for one in fields_of(value).values() if one is not None)
        case tuple():
            told = ", ".join(map(in_codes, value))
        case Decimal():
            told = f"{value:f}"
        case datetime() if value.time() == time(0):
            told = value.date().isoformat()
        case date():
            told = value.isoformat()
        case _:
            told = str(value)
    return told
