"""The day is the one on the wall there."""

from datetime import UTC, date, datetime

import pytest

from shared.kernel.days import local_day

EVENING = datetime(2026, 5, 5, 5, 30, tzinfo=UTC)
"""Half past eleven in Mexico City, the day before; half past midnight in Quintana Roo."""


@pytest.mark.parametrize(
    ("subdivision", "day"),
    [(None, 4), ("MX-CHH", 4), ("MX-JAL", 4), ("GT-01", 4), ("MX-ROO", 5), ("US-NY", 4)],
)
def test_a_moment_is_of_the_day_on_the_official_clock(subdivision: str | None, day: int) -> None:
    assert local_day(EVENING, subdivision) == date(2026, 5, day)
