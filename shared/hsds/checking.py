"""A record's own fields: numbers are numbers, codes are of their list, what must be there is."""

import math
from collections.abc import Callable
from typing import Any

from shared.hsds import persons
from shared.hsds.problems import (
    A_PERSONS,
    MISSING,
    NOT_A_NUMBER,
    NOT_A_TEXT,
    NOT_OF_THE_LIST,
    Outcome,
)
from shared.hsds.vocabulary import KINDS, Kind, Record
from shared.kernel.text import Text

Report = Callable[[str, str, Text, Outcome], None]
"""Is told of a field: its name, what it says, what is wrong, and what came of it."""


def checked(kind: str, fields: Record, report: Report) -> Record | None:
    """Return a record's own fields as we keep them; None if it is no record of that kind.

    Empty ones are left out, what a schema lets be understood is said, persons stay outside.
    """
    described = KINDS[kind]
    kept = {name: value for name, value in fields.items() if value not in (None, "")}
    for name in persons.left_out(kind, kept):
        report(name, "", A_PERSONS, Outcome.PERSON)
    kept = {name: _value(described, name, value, report) for name, value in kept.items()}
    kept = {name: value for name, value in kept.items() if value is not None}
    missing = [name for name in described.required if name not in kept]
    for name in missing:
        report(name, str(fields.get(name) or ""), MISSING, Outcome.SKIPPED)
    if missing or _has_a_wrong_code(described, kept, report):
        return None
    if "description" in described.blanks and kept.get("description") == kept.get("name"):
        kept.pop("description", None)
    return {**described.defaults, **kept}


def _has_a_wrong_code(described: Kind, kept: Record, report: Report) -> bool:
    wrong = [
        (name, codes)
        for name, codes in described.codes.items()
        if name in kept and kept[name] not in codes
    ]
    for name, codes in wrong:
        reason = NOT_OF_THE_LIST.filled(", ".join(codes))
        report(name, kept[name], reason, Outcome.SKIPPED)
    return bool(wrong)


def _value(described: Kind, name: str, value: Any, report: Report) -> Any:
    """Return a field's value as its kind has it; None if it has none such."""
    if name in described.numbers:
        number = _number(value)
        if number is None:
            report(name, _shown(value), NOT_A_NUMBER, Outcome.LEFT_OUT)
        return number
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        if name in described.required or name in described.codes:
            report(name, _shown(value), NOT_A_TEXT, Outcome.LEFT_OUT)
            return None
        return value  # a field that we do not know may hold anything
    return value if isinstance(value, str) else str(value)


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


_EXACT = 2**53


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else type(value).__name__
