"""Moments, days and amounts as a request may write them: one way only, so that nothing is guessed.

Left to itself the validator takes ``614555019`` for a moment in 1989 and a JSON number for an
amount, which has lost its last digits before anybody looked at it.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
"""Nothing that is told here happened before; and a moment near year 1 has no UTC to be kept in."""


def _written(form: str, kind: str) -> BeforeValidator:
    """Refuse, as the validator's own ``kind``, what is not text of this form."""
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
