"""What nobody has vouched for within six months is stale, by the day of the place."""

from datetime import UTC, date, datetime

import pytest

from shared.kernel.freshness import day_in, day_told, stale, stale_from

VOUCHED = date(2026, 5, 4)


def test_it_is_stale_from_the_same_day_six_months_later() -> None:
    assert stale_from(VOUCHED) == date(2026, 11, 4)
    assert not stale(VOUCHED, date(2026, 11, 3))
    assert stale(VOUCHED, date(2026, 11, 4))


def test_what_nobody_ever_vouched_for_is_stale() -> None:
    assert stale(None, VOUCHED)


@pytest.mark.parametrize(
    ("vouched", "begins"),
    [
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2023, 8, 30), date(2024, 2, 29)),
        (date(2025, 6, 30), date(2025, 12, 30)),
        (date(2025, 7, 1), date(2026, 1, 1)),
    ],
)
def test_a_day_that_the_month_does_not_have_is_its_last(vouched: date, begins: date) -> None:
    assert stale_from(vouched) == begins


def test_the_day_is_that_of_the_place() -> None:
    at = datetime(2026, 5, 4, 6, 30, tzinfo=UTC)
    assert day_in("MX-BCN", at) == date(2026, 5, 3)
    assert day_in("MX-ROO", at) == date(2026, 5, 4)
    assert day_in(None, at) == date(2026, 5, 4)  # half past midnight in Mexico City


def test_the_day_told_is_that_of_the_teller_s_clock_and_mexico_s_where_none_is_told() -> None:
    assert day_told(datetime.fromisoformat("2026-05-04T23:30:00-07:00")) == date(2026, 5, 4)
    assert day_told(datetime(2026, 5, 5, 5, 30, tzinfo=UTC)) == date(2026, 5, 4)
