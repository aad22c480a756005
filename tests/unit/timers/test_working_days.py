"""Working days, one sentence each."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.timers.working_days import (
    LAST,
    NOTHING,
    Calendar,
    Left,
    add_working_days,
    begins,
    between,
    later,
)

CHIHUAHUA = timezone(timedelta(hours=-6))
FREE = {date(2026, 9, 16), date(2026, 9, 21)}
HERE = Calendar("America/Chihuahua", FREE.__contains__)
JUAREZ = Calendar("America/Ciudad_Juarez", FREE.__contains__)
NEW_YORK = Calendar("America/New_York", FREE.__contains__)
FRIDAY = datetime(2026, 9, 11, 15, 30, tzinfo=CHIHUAHUA)


def moment(day: int, hour: int = 15, minute: int = 30) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=CHIHUAHUA)


@pytest.mark.parametrize(
    ("days", "day"),
    [(1, 14), (2, 15), (3, 17), (4, 18), (5, 22), (10, 29)],
    ids=["Monday", "Tuesday", "not the 16th", "the 18th", "not the 21st", "ten"],
)
def test_weekends_and_holidays_do_not_count_and_the_time_of_day_is_kept(
    days: int, day: int
) -> None:
    assert add_working_days(HERE, FRIDAY, days) == moment(day)


def test_what_starts_on_a_free_day_is_counted_from_it() -> None:
    assert add_working_days(HERE, moment(12), 1) == moment(14)


def test_it_is_told_with_the_offset_there() -> None:
    told = add_working_days(HERE, FRIDAY.astimezone(UTC), 1)
    assert told.utcoffset() == timedelta(hours=-6)


def test_the_wall_clock_counts_where_it_is_put_back() -> None:
    start = datetime(2026, 10, 30, 12, tzinfo=timezone(timedelta(hours=-6)))
    assert add_working_days(JUAREZ, start, 1) == datetime(
        2026, 11, 2, 12, tzinfo=timezone(timedelta(hours=-7))
    )


def test_what_the_clock_skips_is_told_as_it_shows_it_then() -> None:
    start = datetime(2027, 3, 12, 2, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert later(NEW_YORK, start, Left(0, timedelta())) == start
    sunday = Calendar("America/New_York", lambda _: False)
    skipped = begins(sunday, date(2027, 3, 14)) + timedelta(hours=2, minutes=30)
    assert skipped.astimezone(UTC).hour == 7


@pytest.mark.parametrize(
    ("start", "end", "left"),
    [
        (moment(14, 9), moment(14, 12), Left(0, timedelta(hours=3))),
        (moment(14, 9), moment(15, 8), Left(1, timedelta(hours=-1))),
        (moment(11, 9), moment(17, 9), Left(3, timedelta())),
        (moment(14, 9), moment(14, 9), NOTHING),
        (moment(15, 9), moment(14, 9), NOTHING),
    ],
)
def test_what_is_left_is_days_and_a_time_of_day(start: datetime, end: datetime, left: Left) -> None:
    assert between(HERE, start, end) == left


@pytest.mark.parametrize(
    ("start", "left", "end"),
    [
        (moment(14, 20), Left(0, timedelta(hours=5)), moment(15, 1)),
        (moment(18, 20), Left(0, timedelta(hours=5)), moment(22, 1)),
        (moment(12, 9), Left(0, timedelta(hours=5)), moment(14, 14)),
        (moment(14, 1), Left(1, timedelta(hours=-2)), moment(14, 23)),
    ],
    ids=["over midnight", "over a weekend and a holiday", "from a Saturday", "earlier in the day"],
)
def test_what_is_left_ends_on_a_working_day(start: datetime, left: Left, end: datetime) -> None:
    assert later(HERE, start, left) == end


def test_nothing_lies_beyond_the_calendars_ends() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    assert add_working_days(HERE, last, 10).date() >= LAST
    assert add_working_days(HERE, datetime.min.replace(tzinfo=UTC), 1).year == 2
    assert begins(HERE, date.max).date() == LAST
    assert begins(HERE, date.min).year == 2


MOMENTS = st.integers(0, 250 * 24 * 60).map(
    lambda minutes: datetime(2026, 8, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(MOMENTS, MOMENTS)
def test_what_is_left_of_a_limit_leads_to_its_end_again(start: datetime, end: datetime) -> None:
    end = later(HERE, end, NOTHING)  # on a working day, as every limit ends
    if end > start:
        assert later(HERE, start, between(HERE, start, end)) == end


@given(MOMENTS, st.integers(1, 60))
def test_a_limit_is_never_shorter_than_its_days(start: datetime, days: int) -> None:
    end = add_working_days(HERE, start, days)
    assert end.date() >= start.astimezone(CHIHUAHUA).date() + timedelta(days=days)
    assert HERE.works(end.date())
    assert between(HERE, start, end).days == days


def test_an_offset_of_long_ago_is_told_in_whole_minutes() -> None:
    told = begins(HERE, date(1900, 1, 3))  # by the sun, 7 hours, 4 minutes and 20 seconds behind
    assert told.utcoffset() == timedelta(hours=-7, minutes=-4)
    assert told == datetime(1900, 1, 3, 7, 4, 20, tzinfo=UTC)
