"""What can be kept: the limits by which requests, commands and messages are judged."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pytest

from shared.kernel.fields import Coded, Described
from shared.kernel.limits import (
    AMOUNTS,
    DAYS,
    EARLIEST,
    END,
    LIMIT,
    LONGEST_TEXT,
    MOMENTS,
    NUMBERS,
    OFFSETS,
    TEXTS,
    ZEROS,
    Limit,
    beyond,
    characters_at_most,
    entries_at_most,
)
from shared.kernel.text import Text
from shared.kernel.value import Value


class Inner(Value):
    moment: datetime | None = None


class Nothing(Value):
    identity: UUID = UUID(int=1)
    flag: bool = True


class Everything(Value):
    moment: datetime | None = None
    day: date | None = None
    amount: Decimal | None = None
    number: int = 0
    text: str = ""
    texts: tuple[str, ...] = ()
    inner: Inner = Inner()
    inners: tuple[Inner, ...] = ()
    nothing: Nothing = Nothing()
    code: Annotated[str, Coded("sexes")] = ""
    long: Annotated[str, Described(Text("Largo", "Long"), most=1000)] = ""
    short: Annotated[str | None, Described(Text("Corto", "Short"), most=3)] = None
    few: Annotated[tuple[str, ...], Described(Text("Pocos", "Few"), most=2)] = ()
    codes: Annotated[tuple[str, ...], Coded("sexes"), Described(Text("Dos", "Two"), most=2)] = ()


def at(hours: float) -> datetime:
    return datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=hours)))


WITHIN: list[dict[str, Any]] = [
    {},
    {"moment": EARLIEST},
    {"moment": END - timedelta(microseconds=1)},
    {"moment": at(-12)},
    {"moment": at(14)},
    {"moment": at(16).replace(tzinfo=None)},
    {"day": EARLIEST.date()},
    {"day": date.max},
    {"amount": Decimal(0)},
    {"amount": LIMIT - Decimal("0.0001")},
    {"amount": Decimal("1E+14")},
    {"number": -(2**63)},
    {"number": 2**63 - 1},
    {"text": "a" * LONGEST_TEXT},
    {"code": "a" * 1000, "long": "a" * 1000},
    {"short": "abc", "few": ("a", "a" * LONGEST_TEXT), "codes": ("a" * 1000, "b")},
    {"texts": ("a", "b"), "inners": (Inner(), Inner(at(0)))},
]
BEYOND: list[tuple[dict[str, Any], str, Limit]] = [
    ({"moment": EARLIEST - timedelta(microseconds=1)}, "moment", MOMENTS),
    ({"moment": END}, "moment", MOMENTS),
    ({"moment": datetime.min.replace(tzinfo=at(14).tzinfo)}, "moment", MOMENTS),
    ({"moment": datetime.max.replace(tzinfo=at(-12).tzinfo)}, "moment", MOMENTS),
    ({"moment": at(14.02)}, "moment", OFFSETS),
    ({"moment": at(-12.02)}, "moment", OFFSETS),
    ({"moment": at(16)}, "moment", OFFSETS),
    ({"day": EARLIEST.date() - timedelta(days=1)}, "day", DAYS),
    ({"amount": LIMIT}, "amount", AMOUNTS),
    ({"amount": Decimal("-0.01")}, "amount", AMOUNTS),
    ({"amount": Decimal("0.00001")}, "amount", AMOUNTS),
    ({"amount": Decimal("NaN")}, "amount", AMOUNTS),
    ({"amount": Decimal("Infinity")}, "amount", AMOUNTS),
    ({"amount": Decimal("1E+1000000")}, "amount", AMOUNTS),
    ({"number": 2**63}, "number", NUMBERS),
    ({"text": "a\0"}, "text", ZEROS),
    ({"text": "a" * (LONGEST_TEXT + 1)}, "text", TEXTS),
    ({"texts": ("a", "\0")}, "texts", ZEROS),
    ({"long": "a" * 1001}, "long", characters_at_most(1000)),
    ({"long": "\0"}, "long", ZEROS),
    ({"short": "abcd"}, "short", characters_at_most(3)),
    ({"few": ("a", "b", "c")}, "few", entries_at_most(2)),
    ({"few": ("a" * (LONGEST_TEXT + 1),)}, "few", TEXTS),
    ({"codes": ("a", "b", "c")}, "codes", entries_at_most(2)),
    ({"inner": Inner(at(15))}, "inner.moment", OFFSETS),
    ({"inners": (Inner(), Inner(END))}, "inners.moment", MOMENTS),
]


@pytest.mark.parametrize("values", WITHIN)
def test_what_stands_at_a_limit_is_within_it(values: dict[str, Any]) -> None:
    assert beyond(Everything(**values)) is None


@pytest.mark.parametrize(("values", "path", "limit"), BEYOND)
def test_the_first_field_beyond_its_limit_is_named_with_what_was_expected(
    values: dict[str, Any], path: str, limit: Limit
) -> None:
    found = beyond(Everything(**values))
    assert found == (path, limit)
    assert found is not None
    assert found.refusal.field == path
    for lang in ("es", "en"):
        assert limit.expected.in_(lang) in found.refusal.sentence(lang)


@pytest.mark.parametrize(("values", "path", "limit"), BEYOND)
def test_what_was_recorded_before_is_refused_only_what_storage_does_not_take(
    values: dict[str, Any], path: str, limit: Limit
) -> None:
    found = beyond(Everything(**values), recorded=True)
    assert found == (None if limit.kept or limit == ZEROS else (path, limit))


def test_a_field_behind_one_that_is_let_pass_is_judged_as_well() -> None:
    odd = Everything(moment=at(16), day=EARLIEST.date(), number=2**63)
    assert beyond(odd, recorded=True) == ("number", NUMBERS)
    assert EARLIEST.tzinfo is UTC
