"""Every clock fires once and never early, over kills, restarts and several processes."""

import multiprocessing
from datetime import date, timedelta

import pytest

from services.referral import custody, decisions
from services.referral.public_holidays import AddHoliday, RemoveHoliday
from services.referral.referral_facts import ClockMoved, ClockStarted, ReferralRequested
from services.referral.wiring import SERVICE
from shared.eventstore.log import Log
from shared.kernel.record import Source
from shared.kernel.value import replace
from tests.clocked_referrals import (
    FIRED,
    asked,
    case_of,
    die_running,
    fired_on,
    holiday,
    names_on,
    referral_of,
    referred,
    registered,
    run_at,
    run_in_a_process,
    submission,
)
from tests.databases import ScratchDatabase
from tests.personas import AT, OFFICE, STEWARD
from tests.toy_service import carried_out

pytestmark = pytest.mark.integration

SPAWN = multiprocessing.get_context("spawn")
MINUTE = timedelta(minutes=1)
REMINDED, ESCALATED, EXPIRED = FIRED
LARGE = (1_000,)
MANY = [30, pytest.param(*LARGE, marks=pytest.mark.verify)]
WEDNESDAY = date(2026, 5, 13)


@pytest.fixture
def log(database: ScratchDatabase) -> Log:
    address = database.address("referral", steps=SERVICE.all_migrations)
    return database.log(address, "referral", SERVICE.vocabulary, clock=lambda: AT)


def mixed(number: int) -> str:
    return ("normal", "urgent", "emergency")[number % 3]


def clocks(log: Log, count: int) -> list[ReferralRequested]:
    streams = log.facts_of([case_of(each) for each in range(count)])
    return [streams[case_of(each)][1].fact for each in range(count)]


@pytest.mark.parametrize("count", MANY)
def test_every_step_is_done_once_and_never_early_whoever_is_killed(log: Log, count: int) -> None:
    asked(log, count, mixed)
    requests = clocks(log, count)
    first = min(each.clock.remind_at for each in requests if each.clock and each.clock.remind_at)
    assert run_at(log, first - timedelta(seconds=1)) == 0
    moments = (first + MINUTE, AT + timedelta(days=60))
    for moment in moments if count in LARGE else moments[1:]:  # a process takes long to start
        processes = [
            SPAWN.Process(target=run_in_a_process, args=(log.address, moment)),
            *(
                SPAWN.Process(target=die_running, args=(log.address, moment), kwargs={"batches": n})
                for n in ((0, 2) if count in LARGE else (0,))
            ),
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join(120)
        run_at(log, moment)
        run_at(log, AT)  # a clock set back
        run_at(log, moment)
    told = fired_on(log, count)
    assert names_on(log, count) == {(REMINDED, ESCALATED, ESCALATED, EXPIRED): count}
    for request in requests:
        assert request.clock is not None
        happened = [each.meta.happened_at for each in told[request.referral_id]]
        due = (
            request.clock.remind_at,
            request.clock.escalate_at,
            request.clock.coordinate_at,
            request.clock.expires_at,
        )
        assert all(at >= of for at, of in zip(happened, due, strict=True) if of is not None)
        causes = [each.meta.causation for each in told[request.referral_id]]
        assert len({*causes}) == len(causes)  # each follows from the fact that set its timer


@pytest.mark.parametrize("count", MANY)
def test_a_holiday_that_is_added_later_moves_every_clock_once(log: Log, count: int) -> None:
    asked(log, count, mixed)
    run_at(log, AT)
    add = AddHoliday(by=STEWARD, at=AT, place="MX-CHH", day=WEDNESDAY, reason="decree")
    elsewhere = replace(add, place="MX-JAL")
    for command in (elsewhere, add):
        holiday(log, command)
    before = log.position()
    run_at(log, AT + timedelta(hours=1))
    run_at(log, AT + timedelta(hours=1))
    facts = [each for each in log.page(before, 10 * count + 10) if each.name == "clock-moved"]
    normal = {referral_of(each) for each in range(count) if mixed(each) == "normal"}
    assert {fact.fact.referral_id for fact in facts} == normal
    assert len(facts) == len(normal)
    for fact in facts:
        assert isinstance(fact.fact, ClockMoved)
        assert fact.fact.because == (WEDNESDAY,)
        assert fact.fact.clock.due_at == AT.replace(day=19) + (fact.fact.clock.started_at - AT)


def test_a_clock_that_was_moved_fires_at_its_new_moment_only(log: Log) -> None:
    asked(log, 1, lambda _: "normal")
    (request,) = clocks(log, 1)
    assert request.clock is not None
    assert request.clock.remind_at is not None
    run_at(log, AT)
    add = AddHoliday(by=STEWARD, at=AT, place="MX", day=WEDNESDAY, reason="decree")
    holiday(log, add)
    run_at(log, request.clock.remind_at)
    assert names_on(log, 1) == {(): 1}
    run_at(log, request.clock.remind_at + timedelta(days=1))
    assert names_on(log, 1) == {(REMINDED,): 1}
    gone = RemoveHoliday(by=STEWARD, at=AT, place="MX", day=WEDNESDAY, reason="entered-in-error")
    holiday(log, gone)
    run_at(log, request.clock.due_at)
    assert names_on(log, 1) == {(REMINDED, ESCALATED): 1}


def test_what_was_imported_and_still_waits_gets_a_clock_a_day_later(log: Log) -> None:
    asked(log, 1, lambda _: "normal")
    history = replace(
        referred(0, "urgent"),
        referral_id=referral_of(7),
        kind="share",
        to="oficina-lejana",
        imported=Source("puente v1", "consent"),
    )
    stream = case_of(0)
    listed = custody.DECIDER
    registered(log, "oficina-lejana")
    carried_out(log.submit(submission(listed, stream, history)))
    (recorded,) = (each for each in log.facts_of([stream])[stream] if each.meta.imported)
    assert recorded.fact.clock is None
    day = recorded.meta.recorded_at + timedelta(days=1)
    run_at(log, day - MINUTE)
    assert "clock-started" not in {fact.name for fact in log.facts_of([stream])[stream]}
    run_at(log, day)
    started = [f for f in log.facts_of([stream])[stream] if isinstance(f.fact, ClockStarted)]
    assert [each.fact.referral_id for each in started] == [referral_of(7)]
    assert started[0].meta.causation == recorded.id


def test_where_nobody_answers_the_case_is_offered_to_the_next_one_at_once(log: Log) -> None:
    asked(log, 1, lambda _: "normal")
    registered(log, "oficina-lejana")
    share = replace(
        referred(0, "urgent", ("oficina-lejana",)), referral_id=referral_of(7), kind="share"
    )
    stream, withdrawn = case_of(0), referral_of(0)
    back = decisions.WithdrawReferral(
        by=OFFICE, at=AT, referral_id=withdrawn, reason="need-resolved"
    )
    for command in (back, share):
        carried_out(log.submit(submission(custody.DECIDER, stream, command)))
    run_at(log, AT + timedelta(days=4))
    *_, expired, offered = log.facts_of([stream])[stream]
    assert (expired.name, offered.name) == (EXPIRED, "referral-requested")
    assert offered.fact.replaces == referral_of(7)
    assert offered.fact.addressee == "oficina-lejana"
    assert offered.fact.clock.started_at == AT + timedelta(days=4)
    assert offered.meta.causation == expired.meta.causation
    run_at(log, AT + timedelta(days=6))
    assert log.facts_of([stream])[stream][-1].name == REMINDED
