"""The rules of holidays, one sentence each."""

from datetime import date

import pytest

from services.referral.directory_refusals import NotASteward
from services.referral.public_holidays import (
    DECIDER,
    AddHoliday,
    AHolidayAlready,
    DayOfNoCalendar,
    HolidayAdded,
    HolidayRemoved,
    NoHoliday,
    NoSuchPlace,
    RemoveHoliday,
    about,
    calendar_of,
    holiday_in,
)
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import replace
from tests.personas import AT, OFFICE, OPERATOR, STEWARD
from tests.spec import rules

WEDNESDAY = date(2026, 5, 13)
CHRISTMAS = date(2026, 12, 25)
ADD = AddHoliday(by=STEWARD, at=AT, place="MX-CHH", day=WEDNESDAY, reason="decree")
REMOVE = RemoveHoliday(by=STEWARD, at=AT, place="MX", day=CHRISTMAS, reason="not-observed")
ADDED = HolidayAdded("MX-CHH", WEDNESDAY, "decree")
REMOVED = HolidayRemoved("MX", CHRISTMAS, "not-observed")
given = rules(DECIDER)


def test_a_steward_adds_a_holiday_and_takes_one_away() -> None:
    given().when(ADD).then(ADDED)
    given().when(replace(ADD, by=OPERATOR)).then(ADDED)
    given().when(REMOVE).then(REMOVED)
    given(ADDED).remembers((ADDED,))


def test_nobody_else_does() -> None:
    given().when(replace(ADD, by=OFFICE)).refused(NotASteward)


def test_a_holiday_is_not_added_twice_nor_what_is_none_removed() -> None:
    given(ADDED).when(ADD).refused(AHolidayAlready)
    given().when(replace(ADD, place="MX", day=CHRISTMAS)).refused(AHolidayAlready)
    given().when(replace(REMOVE, day=WEDNESDAY)).refused(NoHoliday)
    given(REMOVED).when(REMOVE).refused(NoHoliday)


@pytest.mark.parametrize("place", ["MX-XXX", "FR", "GT-99"])
def test_it_is_a_countrys_or_a_subdivisions(place: str) -> None:
    given().when(replace(ADD, place=place)).refused(NoSuchPlace, field="place")


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(2101, 1, 4), date(1900, 1, 1)])
def test_it_is_of_a_year_that_is_shown(day: date) -> None:
    given().when(replace(ADD, day=day)).refused(DayOfNoCalendar, field="day", first=1950, last=2100)
    added = replace(ADDED, day=day)  # as it could be, before
    given(added).remembers((added,))
    remove = RemoveHoliday(by=STEWARD, at=AT, place="MX-CHH", day=day, reason="not-observed")
    given(added).when(remove).then(HolidayRemoved("MX-CHH", day, "not-observed"))
    given().when(remove).refused(NoHoliday)


@pytest.mark.parametrize("day", [date(1950, 1, 3), date(2100, 12, 31)])
def test_the_first_and_the_last_day_that_are_shown_may_be_one(day: date) -> None:
    given().when(replace(ADD, day=day)).then(replace(ADDED, day=day))


def test_its_reason_is_a_code() -> None:
    given().when(replace(ADD, reason="because")).refused(CodeNotKnown)


def test_what_was_said_last_counts_there_and_nowhere_else() -> None:
    assert holiday_in("MX-CHH", (ADDED,))(WEDNESDAY)
    assert not holiday_in("MX-JAL", (ADDED,))(WEDNESDAY)
    assert holiday_in("MX-JAL", ())(CHRISTMAS)
    assert not holiday_in("MX-JAL", (REMOVED,))(CHRISTMAS)
    again = replace(ADDED, place="MX-JAL", day=CHRISTMAS)
    assert holiday_in("MX-JAL", (REMOVED, again))(CHRISTMAS)
    assert calendar_of("MX-CHH", (ADDED,)).works(date(2026, 5, 12))


def test_facts_are_about_the_holidays_of_a_place() -> None:
    assert about("MX-CHH") == "holidays-mx-chh"
