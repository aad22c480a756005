"""A row's key: the text that tells its case from every other of the mapping."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from services.operator.importer.mapping.amounts import exact
from services.operator.importer.mapping.conditions import Values
from services.operator.importer.mapping.import_mapping import ImportMapping


def key_of(values: Values, mapping: ImportMapping) -> str:
    """Return the key: the value as it is, or all of several with ``|`` between them."""
    if len(mapping.key) == 1:
        return _text(values[mapping.key[0]])
    return "|".join(_apart(_text(values[name])) for name in mapping.key)


def _text(value: Any) -> str:
    """Return a value in one form, however its cell is written."""
    match value:
        case datetime():
            return value.date().isoformat() if value == _midnight(value) else value.isoformat()
        case Decimal():
            with exact():
                whole = value.to_integral_value()
                return f"{whole if value == whole else value.normalize():f}"
        case _:
            return str(value)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _apart(text: str) -> str:
    """Return a part of a key so that no two keys of several parts are ever the same text."""
    return text.replace("\\", "\\\\").replace("|", "\\|")
