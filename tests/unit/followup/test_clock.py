"""Whoever follows up is reminded when nothing is done for too long, and then somebody else is told.

Of a case in Chihuahua, where 16 September is a holiday. The fourth of May 2026 is a Monday.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.followup import clock, custody, followup, holidays, life
from services.followup.clock import (
    CLOCK,
    FollowUpClockSet,
    FollowUpEscalated,
    FollowUpReminded,
    RunFollowUpClock,
    stream_of,
)
from services.followup.publishes import FACTS
from services.followup.service_facts import (
    DeliveryConfirmed,
    FollowUpCancelled,
    FollowUpFailed,
    OutcomeConfirmed,
    ServiceCompleted,
    ServiceScheduled,
    ServiceStarted,
)
from services.followup.timers import (
    APPOINTMENT,
    FOLLOW_UP_CLOCK,
    HOLIDAYS_CHANGED,
    TIMERS,
    earliest,
)
from services.followup.wiring import SERVICE
from shared.kernel.decider import Known
from shared.kernel.fields import kebab
from shared.kernel.places import zone_of
from shared.kernel.record import Meta, Recorded
from shared.kernel.refusals import ReactionOnly
from shared.kernel.times import NO_TIMES, Times
from shared.kernel.value import replace
from shared.timers.timer import CancelTimer, Change, SetForEach, SetTimer, Timer
from shared.timers.working_days import Calendar, add_working_days
from tests.examples import examples_of
from tests.personas import (
    AT,
    CASE,
    CHIHUAHUA_TIME,
    COMMISSION,
    OFFICE,
    REFERRAL,
    SHELTER,
    SYSTEM,
)
from tests.spec import rules

given = rules(CLOCK)

OPENED = followup.FollowUpOpened(
    referral_id=REFERRAL,
    case_id=CASE,
    institution=COMMISSION.institution,
    sender=OFFICE.institution,
    kind="share",
    programme="mx-labour-protection",
    subdivision="MX-CHH",
)
CALLED = followup.ContactRecorded(REFERRAL, "telephone")
STARTED = ServiceStarted(REFERRAL)
COMPLETED = ServiceCompleted(REFERRAL, ("legal-advice",), ())
HELD = followup.FollowUpPutOnHold(REFERRAL, "other")
KEY = f"{CASE}/{REFERRAL}"


def on(month: int, day: int, hour: int = 21, minute: int = 30) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHIHUAHUA_TIME)


def run(at: datetime) -> RunFollowUpClock:
    return RunFollowUpClock(by=SYSTEM, at=at, referral_id=REFERRAL, case_id=CASE)


def followed(*facts: Any, at: datetime = AT) -> Known:
    """The follow-up after these facts, all of which happened at that moment."""
    times: Times = NO_TIMES
    for fact in facts:
        times = times.after(life.DECIDER.place_of(fact), at)
    return Known(len(facts), life.DECIDER.fold(facts), times)


def known(
    follow_up: Known, custodian: str | None = None, *said: holidays.HolidayHeard
) -> dict[str, Known]:
    heard = custody.Custody(custodian, 3 if custodian else 0)
    return {
        clock.FOLLOW_UP: follow_up,
        clock.CUSTODY: Known(1 if custodian else 0, heard),
        clock.HOLIDAYS: Known(len(said), said),
    }


def reminded(about: int, runs: str, due: datetime, following: datetime) -> FollowUpReminded:
    return FollowUpReminded(REFERRAL, about, COMMISSION.institution, runs, due, following)


DUE, TOLD, AGAIN = on(5, 18), on(5, 25), on(6, 8)
"""Ten working days after the fourth of May; five more; and ten more."""
REMINDED = reminded(1, "start", DUE, TOLD)
ESCALATED = FollowUpEscalated(REFERRAL, 1, 0, OFFICE.institution, "start", DUE, AGAIN)


def test_whoever_follows_up_is_reminded_once_it_is_due() -> None:
    given().knowing(**known(followed(OPENED))).when(run(DUE)).then(REMINDED)


def test_nothing_happens_before_it_is_due_but_that_the_clock_is_set() -> None:
    early = DUE - timedelta(microseconds=1)
    given().knowing(**known(followed(OPENED))).when(run(early)).then(
        FollowUpClockSet(REFERRAL, 1, DUE)
    )


def test_somebody_else_is_told_afterwards_and_told_again() -> None:
    about = known(followed(OPENED))
    given(REMINDED).knowing(**about).when(run(TOLD)).then(ESCALATED)
    later = replace(ESCALATED, next_at=on(6, 22))
    given(REMINDED, ESCALATED).knowing(**about).when(run(AGAIN)).then(later)


def test_a_step_is_done_once_however_often_a_timer_fires() -> None:
    about = known(followed(OPENED))
    given(REMINDED).knowing(**about).when(run(TOLD - timedelta(seconds=1))).then_nothing_new()
    given(REMINDED, ESCALATED).knowing(**about).when(run(TOLD)).then_nothing_new()


def test_the_custodian_is_told_or_whoever_handed_the_case_over() -> None:
    shelters = known(followed(OPENED), SHELTER.institution)
    given(REMINDED).knowing(**shelters).when(run(TOLD)).then(
        replace(ESCALATED, whom=SHELTER.institution, custody_version=1)
    )
    own = known(followed(OPENED), COMMISSION.institution)
    given(REMINDED).knowing(**own).when(run(TOLD)).then(replace(ESCALATED, custody_version=1))


def test_what_is_done_meanwhile_begins_the_clock_anew() -> None:
    worked = followed(OPENED, CALLED, at=on(5, 20))
    due = on(6, 3)
    for history in ((), (REMINDED,), (REMINDED, ESCALATED)):
        given(*history).knowing(**known(worked)).when(run(TOLD)).then(
            FollowUpClockSet(REFERRAL, 2, due)
        )
        given(*history).knowing(**known(worked)).when(run(due)).then(
            reminded(2, "start", due, on(6, 10))
        )


def test_a_clock_that_was_set_runs_out_once() -> None:
    history = (FollowUpClockSet(REFERRAL, 1, DUE),)
    given(*history).knowing(**known(followed(OPENED))).when(run(DUE)).then(REMINDED)


@pytest.mark.parametrize(
    ("history", "runs", "due"),
    [
        ((OPENED, STARTED), "complete", on(6, 15)),
        ((OPENED, COMPLETED), "confirm-outcome", on(5, 18)),
        ((OPENED, STARTED, HELD), "resume", on(6, 1)),
        ((OPENED, COMPLETED, OutcomeConfirmed(REFERRAL)), "close", on(5, 18)),
    ],
)
def test_each_status_has_its_clock(history: tuple[Any, ...], runs: str, due: datetime) -> None:
    (told,) = CLOCK.decide_with(run(due), None, known(followed(*history)))  # type: ignore[misc]
    assert (told.clock, told.due_at, type(told)) == (runs, due, FollowUpReminded)


def test_an_appointment_s_clock_begins_with_it_whatever_is_done_before() -> None:
    appointment = on(5, 15, 9, 0)
    history = (OPENED, ServiceScheduled(REFERRAL, appointment), CALLED)
    due = on(5, 20, 9, 0)
    for facts in (history, history[:2]):
        given().knowing(**known(followed(*facts))).when(run(due)).then(
            reminded(len(facts), "appointment", due, on(5, 27, 9, 0))
        )
    late = followed(*history[:2], at=on(5, 18))
    given().knowing(**known(late)).when(run(due)).then(FollowUpClockSet(REFERRAL, 2, on(5, 21)))


def test_holidays_of_the_place_do_not_count() -> None:
    opened = followed(OPENED, at=on(9, 14))
    given().knowing(**known(opened)).when(run(on(9, 29))).then(
        reminded(1, "start", on(9, 29), on(10, 6))
    )
    given().knowing(**known(opened)).when(run(on(9, 28))).then(
        FollowUpClockSet(REFERRAL, 1, on(9, 29))
    )


DECREED = holidays.HolidayHeard("MX-CHH", date(2026, 5, 13), is_holiday=True, version=4)
SET = FollowUpClockSet(REFERRAL, 1, DUE)
LOOK_AGAIN = replace(run(on(5, 12)), holidays_changed=True)


def test_a_holiday_that_is_heard_of_moves_a_clock_that_is_set() -> None:
    moved = FollowUpClockSet(REFERRAL, 1, on(5, 19), 1)
    heard = known(followed(OPENED), None, DECREED)
    given(SET).knowing(**heard).when(LOOK_AGAIN).then(moved)
    given(SET, moved).knowing(**heard).when(LOOK_AGAIN).then_nothing_new()
    after_all = replace(DECREED, is_holiday=False, version=5)
    back = replace(SET, holidays_version=2)
    both = known(followed(OPENED), None, DECREED, after_all)
    given(SET, moved).knowing(**both).when(LOOK_AGAIN).then(back)
    late = replace(LOOK_AGAIN, at=TOLD)  # its own timer then comes at once
    given(SET, moved).knowing(**both).when(late).then(back)
    given(SET, moved, back).knowing(**both).when(run(DUE)).then(REMINDED)


def test_a_clock_that_is_not_set_yet_comes_early_by_itself() -> None:
    heard = known(followed(OPENED), None, DECREED)
    given().knowing(**heard).when(LOOK_AGAIN).then_nothing_new()
    given().knowing(**heard).when(run(on(5, 18))).then(FollowUpClockSet(REFERRAL, 1, on(5, 19), 1))
    worked = known(followed(OPENED, CALLED, at=on(5, 6)), None, DECREED)
    given(SET).knowing(**worked).when(LOOK_AGAIN).then_nothing_new()


def test_one_that_would_come_too_late_after_something_was_mended_is_set_anew() -> None:
    free = holidays.HolidayHeard("MX", date(2026, 9, 16), is_holiday=False, version=1)
    set_by_the_holiday = FollowUpClockSet(REFERRAL, 1, on(9, 29))
    mended = known(followed(OPENED, CALLED, at=on(9, 14)), None, free)
    again = replace(LOOK_AGAIN, at=on(9, 15))
    given(set_by_the_holiday).knowing(**mended).when(again).then(
        FollowUpClockSet(REFERRAL, 2, on(9, 28), 1)
    )


def test_holidays_of_elsewhere_move_nothing() -> None:
    elsewhere = known(followed(OPENED), None, replace(DECREED, place="MX-JAL"))
    given(SET).knowing(**elsewhere).when(LOOK_AGAIN).then_nothing_new()


def test_what_was_told_is_moved_by_no_holiday() -> None:
    heard = known(followed(OPENED), None, DECREED)
    late = replace(LOOK_AGAIN, at=AGAIN)
    given(REMINDED).knowing(**heard).when(late).then_nothing_new()


def test_a_timer_that_comes_early_sets_the_clock_anew_though_nothing_moved() -> None:
    given(SET).knowing(**known(followed(OPENED))).when(run(on(5, 12))).then(SET)


def test_without_times_it_is_counted_from_now() -> None:
    unknown = Known(1, life.DECIDER.fold([OPENED]))
    given().knowing(**known(unknown)).when(run(AT)).then(FollowUpClockSet(REFERRAL, 1, DUE))
    appointment = on(5, 15, 9, 0)
    scheduled = Known(2, life.DECIDER.fold([OPENED, ServiceScheduled(REFERRAL, appointment)]))
    given().knowing(**known(scheduled)).when(run(AT)).then(
        FollowUpClockSet(REFERRAL, 2, on(5, 20, 9, 0))
    )


@pytest.mark.parametrize(
    "end",
    [
        followup.FollowUpClosed(REFERRAL, "payment", "favourable"),
        FollowUpFailed(REFERRAL, "other"),
        FollowUpCancelled(REFERRAL, "other"),
        followup.FollowUpRevoked(REFERRAL),
        followup.FollowUpEnteredInError(REFERRAL),
    ],
)
def test_nobody_is_reminded_of_what_has_ended(end: Any) -> None:
    given(REMINDED).knowing(**known(followed(OPENED, end))).when(run(AGAIN)).then_nothing_new()
    assert changes(end) == [CancelTimer(FOLLOW_UP_CLOCK, KEY), CancelTimer(APPOINTMENT, KEY)]


def test_nobody_is_reminded_of_what_was_not_opened() -> None:
    given().knowing(**known(followed())).when(run(DUE)).then_nothing_new()


def test_only_a_timer_lets_the_clock_run() -> None:
    forged = replace(run(DUE), by=COMMISSION)
    given().knowing(**known(followed(OPENED))).when(forged).refused(ReactionOnly)


@pytest.mark.parametrize("day", [AT.replace(year=2206), datetime(9998, 12, 31, 23, tzinfo=UTC)])
def test_an_appointment_in_an_impossible_year_keeps_nobody_silent(day: datetime) -> None:
    scheduled = ServiceScheduled(REFERRAL, day)
    (told,) = CLOCK.decide_with(run(AT), None, known(followed(OPENED, scheduled)))  # type: ignore[misc]
    assert timedelta() < told.due_at - (AT + clock.LONGEST) < timedelta(days=10)
    assert changes(scheduled)[0].due_at <= told.due_at  # type: ignore[union-attr]


def test_what_a_clock_brings_about_stands_aside_in_a_stream_of_its_own() -> None:
    assert stream_of(REFERRAL) not in {CASE, REFERRAL}
    assert CLOCK.place_of(REMINDED).aside
    leans = CLOCK.leans_on
    assert leans is not None
    assert leans(run(AT), None) == {
        clock.FOLLOW_UP: (life.DECIDER, REFERRAL),
        clock.CUSTODY: (custody.DECIDER, custody.stream_of(CASE)),
        clock.HOLIDAYS: (holidays.DECIDER, holidays.STREAM),
    }


# --- timers -----------------------------------------------------------------------------------


def changes(fact: Any, recorded_at: datetime = AT) -> list[Change]:
    meta = Meta(
        COMMISSION.institution, "caseworker", "token-2", AT, recorded_at, str(CASE), "command:1"
    )
    return [*TIMERS.changes(Recorded("followup", 1, REFERRAL, 1, "any", meta, fact))]


def test_every_fact_that_lets_a_clock_run_sets_the_first_moment_at_which_it_can_be_due() -> None:
    for fact, days in {
        OPENED: 10,
        CALLED: 10,
        STARTED: 30,
        COMPLETED: 10,
        HELD: 20,
        followup.FollowUpResumed(REFERRAL): 10,
        DeliveryConfirmed(REFERRAL, "person", OFFICE.institution, 0): 10,
    }.items():
        assert changes(fact) == [SetTimer(FOLLOW_UP_CLOCK, KEY, earliest(AT, days))]


@pytest.mark.parametrize("days", range(1, 31))
def test_no_clock_can_be_due_before_its_timer(days: int) -> None:
    for subdivision in ("MX-CHH", "MX-BCN", "GT-01"):
        calendar = Calendar(zone_of(subdivision) or "", lambda _: False)
        starts = [AT + timedelta(hours=hour) for hour in range(24 * 7)]
        spans = [add_working_days(calendar, at, days) - earliest(at, days) for at in starts]
        assert timedelta() <= min(spans) <= timedelta(hours=2)


def test_an_appointment_has_a_timer_of_its_own() -> None:
    appointment = on(5, 15, 9, 0)
    assert changes(ServiceScheduled(REFERRAL, appointment)) == [
        SetTimer(APPOINTMENT, KEY, earliest(appointment, 3)),
        CancelTimer(FOLLOW_UP_CLOCK, KEY),
    ]
    late = changes(ServiceScheduled(REFERRAL, appointment), on(5, 18))
    assert late[0] == SetTimer(APPOINTMENT, KEY, earliest(on(5, 18), 3))
    never = ServiceScheduled(REFERRAL, datetime.max.replace(tzinfo=UTC))
    assert all(isinstance(each, SetTimer | CancelTimer) for each in changes(never))


def test_what_was_told_sets_when_the_next_one_is() -> None:
    assert changes(FollowUpClockSet(REFERRAL, 1, DUE)) == [SetTimer(FOLLOW_UP_CLOCK, KEY, DUE)]
    assert changes(REMINDED) == [SetTimer(FOLLOW_UP_CLOCK, KEY, TOLD)]
    assert changes(ESCALATED) == [SetTimer(FOLLOW_UP_CLOCK, KEY, AGAIN)]


def test_a_holiday_has_every_clock_looked_at_again() -> None:
    assert changes(DECREED) == [SetForEach(FOLLOW_UP_CLOCK, HOLIDAYS_CHANGED, AT)]
    timer = Timer(HOLIDAYS_CHANGED, KEY, AT, "followup:x:1", COMMISSION.institution)
    fired = TIMERS.fire(timer, on(5, 12))
    assert isinstance(fired.command, RunFollowUpClock)
    assert fired.command.holidays_changed


@pytest.mark.parametrize("kind", [FOLLOW_UP_CLOCK, APPOINTMENT])
def test_a_timer_lets_the_clock_of_its_follow_up_run(kind: str) -> None:
    fired = TIMERS.fire(Timer(kind, KEY, DUE, "followup:x:1", COMMISSION.institution), DUE)
    assert (fired.decider, fired.stream) == (CLOCK, stream_of(REFERRAL))
    assert fired.correlation == str(CASE)
    by = replace(SYSTEM, institution=COMMISSION.institution, subject="system")
    assert fired.command == replace(run(DUE), by=by)


def test_every_fact_that_sets_a_timer_is_one_of_followup_s_and_no_other_is_read() -> None:
    assert SERVICE.timers is TIMERS
    assert {*TIMERS.facts} <= FACTS.keys()
    mending = {name for name, fact in FACTS.items() if issubclass(fact, followup.Mended)}
    assert FACTS.keys() - {*TIMERS.facts} == mending | {kebab("CustodyMoved")}
    for name in TIMERS.facts:
        assert all(changes(fact) for fact in examples_of(FACTS[name]))
