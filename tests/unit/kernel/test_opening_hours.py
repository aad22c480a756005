"""On which days a service is open, and at which hours there."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.kernel.opening_hours import Hours, counts, is_rule, is_zone, occurs_on

WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
JUAREZ = "America/Ciudad_Juarez"
OFFICE = Hours(WEEKDAYS, "09:00", "18:00", JUAREZ)
NIGHTS = Hours("FREQ=WEEKLY;BYDAY=FR", "20:00", "06:00", JUAREZ)


@pytest.mark.parametrize(
    "rule",
    [
        *(WEEKDAYS, "FREQ=DAILY", "FREQ=MONTHLY;BYDAY=1MO,-1FR", "FREQ=MONTHLY;BYMONTHDAY=15,-1"),
        "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24;UNTIL=20301231",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;WKST=SU;UNTIL=20301231T060000Z",
        *("FREQ=DAILY;COUNT=10", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1"),
        *("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=28"),
        *("FREQ=DAILY;INTERVAL=3", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO"),
    ],
)
def test_a_rule_of_days_is_read(rule: str) -> None:
    assert is_rule(rule)


@pytest.mark.parametrize(
    "rule",
    [
        *("", "daily", "FREQ=HOURLY", "BYDAY=MO", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;BYHOUR=9"),
        *("FREQ=WEEKLY;BYDAY=2MO", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=YEARLY;BYMONTH=13"),
        *("FREQ=DAILY;UNTIL=20261399", "FREQ=DAILY;COUNT=2;UNTIL=20261231", "FREQ=DAILY;COUNT=0"),
        *("FREQ=YEARLY;INTERVAL=2;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=5"),
        *("FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"),
        "FREQ=WEEKLY;BYMONTHDAY=1",
        f"{WEEKDAYS};BYSETPOS=" + ",".join(["1"] * 100),
    ],
)
def test_nothing_else_is_a_rule_of_days(rule: str) -> None:
    assert not is_rule(rule)


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2,4;BYMONTHDAY=31"),
        *("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", "FREQ=MONTHLY;INTERVAL=2;BYMONTH=2"),
        *(
            "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
            "FREQ=MONTHLY;BYMONTH=2",
            "FREQ=WEEKLY;INTERVAL=52;BYDAY=MO;BYMONTH=2",
        ),
    ],
)
def test_a_rule_that_may_never_come_about_is_none(rule: str) -> None:
    assert not is_rule(rule)


def test_a_rule_is_the_same_however_long_ago_it_began() -> None:
    first, day = date(1900, 1, 1), date(2026, 5, 4)  # both are Mondays
    for rule, of_the_fortnight in (
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", (day - first).days // 7 % 2),
        ("FREQ=DAILY;INTERVAL=14", (day - first).days % 14),
        ("FREQ=WEEKLY;INTERVAL=2", (day - first).days // 7 % 2),
    ):
        assert occurs_on(rule, day, first) is (of_the_fortnight == 0)
        assert occurs_on(rule, day + timedelta(days=7), first) is (of_the_fortnight != 0)
    assert occurs_on("FREQ=DAILY;COUNT=2", first, first)
    assert not occurs_on("FREQ=DAILY;COUNT=2", day, first)
    assert occurs_on("FREQ=MONTHLY", date(2026, 5, 1), first)
    assert occurs_on("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2028, 2, 29))


def test_a_rule_that_counts_says_nothing_without_a_first_day() -> None:
    assert not counts(WEEKDAYS)
    assert not counts("FREQ=DAILY")
    assert not counts("FREQ=WEEKLY;INTERVAL=1;BYDAY=MO")
    assert counts("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
    assert counts("FREQ=DAILY;COUNT=3")
    assert counts("FREQ=WEEKLY")
    assert counts("no rule")


def test_every_second_saturday_is_counted_from_the_first_day() -> None:
    rule, first = "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", date(2026, 5, 2)
    days = [date(2026, 4, 25), first, date(2026, 5, 9), date(2026, 5, 16)]
    assert [occurs_on(rule, day, first) for day in days] == [False, True, False, True]


def test_a_rule_that_does_not_count_is_the_same_from_any_first_day() -> None:
    assert occurs_on(WEEKDAYS, date(2026, 5, 4))
    assert occurs_on(WEEKDAYS, date(2026, 5, 4), date(1999, 1, 1))
    assert not occurs_on(WEEKDAYS, date(2026, 5, 3), date(1999, 1, 1))


def test_a_rule_ends_with_its_last_local_day() -> None:
    rule = "FREQ=DAILY;UNTIL=20260601T060000Z"
    assert occurs_on(rule, date(2026, 6, 1))
    assert not occurs_on(rule, date(2026, 6, 2))


@pytest.mark.parametrize(
    ("at", "open_then"),
    [
        ("2026-05-04T14:59:59", False),  # Monday, in Juárez a minute to nine
        ("2026-05-04T15:00:00", True),
        ("2026-05-04T23:59:59", True),
        ("2026-05-05T00:00:00", False),  # six in the evening there
        ("2026-05-03T16:00:00", False),  # Sunday
    ],
)
def test_hours_go_by_the_wall_clock_there(at: str, open_then: bool) -> None:  # noqa: FBT001 - a column
    assert OFFICE.is_open(datetime.fromisoformat(at).replace(tzinfo=UTC)) is open_then


@pytest.mark.parametrize(
    ("at", "open_then"),
    [
        ("2026-05-09T01:00:00", False),  # Friday, seven in the evening there
        ("2026-05-09T02:00:00", True),
        ("2026-05-09T11:59:00", True),  # Saturday, a minute to six
        ("2026-05-09T12:00:00", False),
        ("2026-05-10T02:30:00", False),  # Saturday evening
    ],
)
def test_what_closes_before_it_opens_is_open_over_midnight(at: str, open_then: bool) -> None:  # noqa: FBT001 - a column
    assert NIGHTS.is_open(datetime.fromisoformat(at).replace(tzinfo=UTC)) is open_then


def test_a_whole_day_ends_with_it() -> None:
    always = Hours("FREQ=DAILY", "00:00", "24:00", JUAREZ)
    assert all(always.is_open(datetime(2026, 5, 4, hour, 59, tzinfo=UTC)) for hour in range(24))


def test_a_zone_is_one_that_there_is() -> None:
    assert is_zone(JUAREZ)
    assert not is_zone("America/Juarez")
    assert not is_zone("../etc/localtime")
