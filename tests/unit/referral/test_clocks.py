"""How a referral's clock starts, pauses, goes on and moves, one sentence each."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from services.referral.clock_firing import RunClock
from services.referral.clocks import (
    NO_TIMING,
    STEPS,
    Timing,
    because,
    due_step,
    going_on,
    limit_of,
    moved,
    paused,
    starting,
    waiting,
    without,
)
from services.referral.public_holidays import HolidayAdded, HolidayRemoved
from shared.kernel.codes import codes
from shared.kernel.decider import Known
from shared.kernel.record import Source
from shared.kernel.value import replace
from tests.personas import REFERRAL, SYSTEM

THERE = timezone(timedelta(hours=-6))
MONDAY = datetime(2026, 5, 4, 9, tzinfo=THERE)
HERE = "MX-CHH"
NOTHING_SAID = Known(0, ())
COMMAND = RunClock(by=SYSTEM, at=MONDAY, referral_id=REFERRAL)
IMPORTED = replace(COMMAND, imported=Source("x v1", "consent"))
ADDED = HolidayAdded(HERE, date(2026, 5, 13), "decree")
ELSEWHERE = HolidayAdded("MX-JAL", date(2026, 5, 13), "decree")
SAID = Known(1, (ADDED,))


def day(number: int, hour: int = 9, month: int = 5) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=THERE)


def started(clock: str = "acknowledge", priority: str = "normal", **at: Any) -> Any:
    return starting(clock, priority, replace(COMMAND, **at), HERE, NOTHING_SAID)


def test_a_normal_referral_is_due_in_ten_working_days() -> None:
    clock = started()
    assert clock.due_at == clock.escalate_at == day(18)
    assert (clock.remind_at, clock.coordinate_at, clock.expires_at) == (day(13), day(20), day(25))
    assert (clock.calendar, clock.holidays_version) == (HERE, 0)
    assert clock.edition


def test_an_emergency_stops_neither_at_night_nor_on_weekends() -> None:
    clock = started(priority="emergency", at=day(9, 22))
    assert (clock.remind_at, clock.due_at) == (day(10, 10), day(10, 22))
    assert clock.calendar is None


def test_it_starts_when_the_command_came_in() -> None:
    assert started(received_at=day(5).astimezone(UTC)).due_at == day(19)


def test_history_and_what_nobody_looked_at_have_no_clock() -> None:
    assert starting("decide", "normal", IMPORTED, HERE, NOTHING_SAID) is None
    assert starting("decide", "normal", COMMAND, HERE, None) is None


@pytest.mark.parametrize("clock", ["send", "acknowledge", "decide", "inform", "wait", "confirm"])
@pytest.mark.parametrize("priority", codes("priorities"))
def test_its_steps_are_in_order(clock: str, priority: str) -> None:
    limit = limit_of(clock, priority)
    assert list(limit.steps) == sorted(limit.steps)
    assert limit.steps[1] == limit.within
    assert len(limit.steps) == len(STEPS)


# --- waiting lists --------------------------------------------------------------------------


def test_a_waiting_list_without_a_day_waits_thirty_working_days() -> None:
    assert waiting(None, "normal", COMMAND, HERE, NOTHING_SAID) == started("wait")


def test_with_a_day_it_is_due_once_that_day_is_over() -> None:
    clock: Any = waiting(date(2026, 5, 20), "urgent", COMMAND, HERE, NOTHING_SAID)
    assert (clock.remind_at, clock.due_at, clock.escalate_at) == (
        day(20, 0),
        day(21, 0),
        day(21, 0),
    )
    assert (clock.coordinate_at, clock.expires_at) == (day(28, 0), day(11, 0, 6))


@pytest.mark.parametrize("expected", [date(9999, 12, 31), date(2030, 2, 28)])
def test_a_day_too_far_away_is_looked_at_within_a_year(expected: date) -> None:
    clock: Any = waiting(expected, "normal", COMMAND, HERE, NOTHING_SAID)
    assert clock.due_at - MONDAY < timedelta(days=370)
    assert clock.remind_at <= clock.due_at < clock.coordinate_at < clock.expires_at


def test_a_day_that_has_come_is_due_at_once() -> None:
    clock: Any = waiting(date(2026, 5, 1), "normal", COMMAND, HERE, NOTHING_SAID)
    assert clock.due_at == MONDAY


def test_history_waits_without_a_clock() -> None:
    assert waiting(date(2026, 5, 20), "normal", IMPORTED, HERE, NOTHING_SAID) is None


# --- pausing and going on -------------------------------------------------------------------


def paused_on(moment: datetime, clock: Any = None) -> Timing:
    inform = replace(started("inform"), started_at=moment)
    return paused(Timing(clock or started()), inform)


def test_what_was_left_is_left_when_it_goes_on() -> None:
    on: Any = going_on(paused_on(day(6, 15)), replace(COMMAND, at=day(11, 12)), NOTHING_SAID)
    assert on.due_at == day(21, 6)
    assert on.started_at == day(11, 12)
    assert on.expires_at == day(28, 6)


def test_by_the_hour_too() -> None:
    clock = started(priority="urgent")
    on: Any = going_on(paused_on(day(5), clock), replace(COMMAND, at=day(8)), NOTHING_SAID)
    assert on.due_at == day(10)


def test_what_was_done_before_stays_done() -> None:
    clock = without(started(), "remind")
    on: Any = going_on(paused_on(day(14), clock), replace(COMMAND, at=day(15)), NOTHING_SAID)
    assert on.remind_at is None
    assert on.due_at == day(19)


def test_a_holiday_that_was_added_meanwhile_counts_from_there_on() -> None:
    on: Any = going_on(paused_on(day(6)), replace(COMMAND, at=day(7)), SAID)
    assert on.due_at == day(20)
    assert on.holidays_version == 1


def test_a_computers_clock_that_was_set_back_brings_no_step_before_one_that_is_over() -> None:
    reminder_over = Timing(None, started(), day(14))
    going = going_on(reminder_over, replace(COMMAND, at=day(5)), NOTHING_SAID)
    assert going is not None
    assert going.started_at == day(14)
    assert (going.remind_at, going.escalate_at, going.expires_at) == (day(13), day(18), day(25))


def test_nothing_goes_on_that_did_not_stand_still() -> None:
    assert going_on(Timing(started()), COMMAND, NOTHING_SAID) is None
    assert going_on(paused_on(day(6)), IMPORTED, NOTHING_SAID) is None
    assert going_on(paused_on(day(6)), COMMAND, None) is None


def test_one_clock_stands_still_at_a_time() -> None:
    once = paused_on(day(6))
    twice = paused(once, started("confirm"))
    assert (twice.paused, twice.paused_at) == (once.paused, once.paused_at)
    assert paused(NO_TIMING, None) == NO_TIMING
    assert paused(Timing(started()), None).paused_at == MONDAY


# --- holidays -------------------------------------------------------------------------------


def test_a_holiday_that_is_added_moves_what_is_still_to_come() -> None:
    clock = started()
    later = moved(clock, (ADDED,))
    assert (later.remind_at, later.due_at, later.expires_at) == (day(14), day(19), day(26))
    assert (later.started_at, later.holidays_version) == (clock.started_at, 1)
    assert because(clock, (ADDED,)) == (ADDED.day,)


def test_one_that_is_taken_away_again_moves_it_back() -> None:
    later = moved(started(), (ADDED,))
    back = moved(later, (ADDED, HolidayRemoved(HERE, ADDED.day, "entered-in-error")))
    assert replace(back, holidays_version=0) == started()


@pytest.mark.parametrize(
    "said",
    [
        (),
        (ELSEWHERE,),
        (replace(ADDED, day=date(2026, 5, 9)),),
        (replace(ADDED, day=date(2027, 1, 4)),),
    ],
    ids=["nothing was said", "of another place", "a Saturday", "after the end"],
)
def test_what_changes_nothing_moves_nothing(said: tuple[HolidayAdded, ...]) -> None:
    clock = started()
    assert moved(clock, said) is clock


def test_hours_know_no_holidays() -> None:
    clock = started(priority="urgent")
    assert moved(clock, (ADDED,)) is clock


# --- firing ---------------------------------------------------------------------------------


def test_the_first_step_that_was_not_done_is_due_at_its_moment_and_not_before() -> None:
    clock = started()
    for step, at in zip(STEPS, (day(13), day(18), day(20), day(25)), strict=True):
        assert clock.next_at == at
        assert due_step(clock, at - timedelta(microseconds=1)) is None
        assert due_step(clock, at) == step
        if step != "expire":
            clock = without(clock, step)
