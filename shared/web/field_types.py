"""Moments, days and amounts as a request may write them: in one form only, so nothing is guessed.

By default the validator reads ``614555019`` as a moment in 1989, and accepts a JSON number as an
amount, which may have lost its last digits before it could be checked.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
"""Nothing recorded here happened before; and a moment near year 1 cannot be converted to UTC."""


def _written(form: str, kind: str) -> BeforeValidator:
    """Refuse what is not text of this form, with the validator's error type ``kind``."""
    pattern = re.compile(form, re.ASCII)

    def check(value: object) -> object:
        if isinstance(value, str) and pattern.match(value):
            return value
        raise PydanticCustomError(kind, "not of the form")

    return BeforeValidator(check)


Moment = Annotated[
    AwareDatetime,
    Field(ge=EARLIEST),
    _written(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:", "datetime_parsing"),
]
"""ISO 8601 with the offset of the wall clock where it happened, from 1900 on."""

Day = Annotated[date, Field(ge=EARLIEST.date()), _written(r"\d{4}-\d{2}-\d{2}\Z", "date_parsing")]
"""ISO 8601, from 1900 on."""

Amount = Annotated[
    Decimal,
    Field(max_digits=19, decimal_places=4, ge=0),
    _written(r"-?\d+(\.\d+)?\Z", "decimal_parsing"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,15}(\.\d{1,4})?$"}),
]
"""An exact decimal in a string, zero or more, of at most four decimals."""
