"""Moments, days and amounts as a request may write them: in one form only, so nothing is guessed.

By default the validator reads ``614555019`` as a moment in 1989, and accepts a JSON number as an
amount, which may have lost its last digits before it could be checked. What can be kept at all is
said in ``shared.kernel.limits``, by which commands and messages are judged too.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from shared.identity.scope import NoSuchCase
from shared.kernel.ids import is_beside
from shared.kernel.limits import DECIMALS, EARLIEST, END, OFFSETS, WHOLE_DIGITS, of_moment
from shared.kernel.refusals import Refused

OFFSET_ERROR = "moment_offset"
"""The validator's error type of a moment whose offset no wall clock has."""


def _written(form: str, kind: str) -> BeforeValidator:
    """Refuse what is not text of this form, with the validator's error type ``kind``."""
    pattern = re.compile(form, re.ASCII)

    def check(value: object) -> object:
        if isinstance(value, str) and pattern.match(value):
            return value
        raise PydanticCustomError(kind, "not of the form")

    return BeforeValidator(check)


def _of_a_wall_clock(moment: datetime) -> datetime:
    if of_moment(moment) == OFFSETS:
        raise PydanticCustomError(OFFSET_ERROR, "not an offset of a wall clock")
    return moment


Moment = Annotated[
    AwareDatetime,
    Field(ge=EARLIEST, lt=END),
    AfterValidator(_of_a_wall_clock),
    _written(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:", "datetime_parsing"),
]
"""ISO 8601 with the offset of the wall clock where it happened (-12:00 to +14:00), from 1900 on."""

Day = Annotated[date, Field(ge=EARLIEST.date()), _written(r"\d{4}-\d{2}-\d{2}\Z", "date_parsing")]
"""ISO 8601, from 1900 on."""

Amount = Annotated[
    Decimal,
    Field(max_digits=WHOLE_DIGITS + DECIMALS, decimal_places=DECIMALS, ge=0),
    _written(r"-?\d+(\.\d+)?\Z", "decimal_parsing"),
    WithJsonSchema(
        {"type": "string", "pattern": rf"^\d{{1,{WHOLE_DIGITS}}}(\.\d{{1,{DECIMALS}}})?$"}
    ),
]
"""An exact decimal in a string, zero or more, of at most four decimals."""


def _not_beside(stream: UUID) -> UUID:
    if is_beside(stream):
        raise Refused(NoSuchCase())
    return stream


Addressed = Annotated[UUID, AfterValidator(_not_beside)]
"""The id of a case, a referral or a proposal in an address.

A stream that is kept beside one of these has an id that anybody can derive, so no address leads
there: it is answered as what does not exist, whether it does or not (Refused, 404).
"""
