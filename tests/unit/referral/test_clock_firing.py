"""What a referral's clock does when nobody acts, one sentence each."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from services.referral import clock_timers
from services.referral.answering import WaitlistReferral
from services.referral.clock_firing import RunClock
from services.referral.clock_timers import HOLIDAYS_CHANGED, REFERRAL_CLOCK
from services.referral.clocks import HOLIDAYS, starting
from services.referral.custody import DECIDER, leans_on, place
from services.referral.custody_facts import FACTS, CustodyEnded
from services.referral.custody_leaning import RULES
from services.referral.custody_states import CaseInError, InCustody
from services.referral.decisions import (
    AcceptReferral,
    AcknowledgeReferral,
    AnswerInformation,
    DeclineReferral,
    RequestInformation,
)
from services.referral.declining import SendBackDecline
from services.referral.mending import EnterAnswerInError, EnterDeclineInError
from services.referral.programme_rules import DECIDER as PROGRAMME
from services.referral.programme_rules import CoordinatorAppointed, DeclineConfirmationRequired
from services.referral.public_holidays import HolidayAdded
from services.referral.referral_facts import (
    AnswerEnteredInError,
    ClockMoved,
    ClockStarted,
    DeclineEnteredInError,
    DeclineProposed,
    DeclineSentBack,
    InformationAnswered,
    InformationPartlyAnswered,
    InformationRequested,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralEscalated,
    ReferralExpiredUnacknowledged,
    ReferralExpiredUndecided,
    ReferralReminded,
    ReferralWaitlisted,
)
from shared.kernel.decider import Actor, Known
from shared.kernel.record import Meta, Recorded
from shared.kernel.refusals import ReactionOnly
from shared.kernel.running_clock import RunningClock
from shared.kernel.times import ASIDE
from shared.kernel.value import hints_of, replace
from shared.timers.timer import CancelTimer, SetForEach, SetTimer, Timer
from tests.personas import CASE, COMMISSION, OFFICE, REFERRAL, SYSTEM
from tests.referral_facts import ACCEPTED, REQUESTED, TAKEN
from tests.spec import rules

THERE = timezone(timedelta(hours=-6))
MONDAY = datetime(2026, 5, 4, 9, tzinfo=THERE)
COORDINATOR = "coordinadora-estatal"
SAID = Known(0, ())
RULES_THERE = Known(
    2,
    PROGRAMME.fold(
        [
            CoordinatorAppointed("mx-labour-protection", None, COORDINATOR, 1),
            DeclineConfirmationRequired("mx-labour-protection"),
        ]
    ),
)
RUN = RunClock(by=SYSTEM, at=MONDAY, referral_id=REFERRAL)
CLOCK: Any = starting("acknowledge", "normal", RUN, "MX-CHH", SAID)
ASKED = replace(REQUESTED, priority="normal", clock=CLOCK)
ACKNOWLEDGED = ReferralAcknowledged(REFERRAL)
given = rules(DECIDER, **{HOLIDAYS: SAID, RULES: RULES_THERE})


def run(at: datetime) -> RunClock:
    return replace(RUN, at=at)


def reminded(clock: RunningClock = CLOCK, turn: str = "acknowledge", **other: Any) -> Any:
    whom = other.get("whom", COMMISSION.institution)
    return ReferralReminded(REFERRAL, whom, turn, clock.due_at, clock.escalate_at)  # type: ignore[arg-type]


def escalated(clock: RunningClock = CLOCK, turn: str = "acknowledge") -> tuple[Any, Any]:
    first = (REFERRAL, "sender", OFFICE.institution, turn, clock.due_at, clock.coordinate_at)
    second = (REFERRAL, "coordinator", COORDINATOR, turn, clock.due_at, clock.expires_at)
    return ReferralEscalated(*first), ReferralEscalated(*second)  # type: ignore[arg-type]


def asking(command: type, **fields: Any) -> Any:
    by = fields.pop("by", COMMISSION)
    return command(by=by, at=fields.pop("at", MONDAY), referral_id=REFERRAL, **fields)


# --- the steps ------------------------------------------------------------------------------


def test_each_step_is_done_at_its_moment_once_and_the_last_ends_it() -> None:
    facts: list[Any] = [TAKEN, ASKED]
    steps = (reminded(), *escalated())
    moments = (CLOCK.remind_at, CLOCK.escalate_at, CLOCK.coordinate_at)
    for moment, step in zip(moments, steps, strict=True):
        given(*facts).when(run(moment - timedelta(seconds=1))).then_nothing_new()
        given(*facts).when(run(moment)).then(step)
        facts.append(step)
        given(*facts).when(run(moment)).then_nothing_new()
        given(*facts).when(run(MONDAY)).then_nothing_new()  # a clock set back
    expired = ReferralExpiredUnacknowledged(REFERRAL, "acknowledge", CLOCK.due_at)
    given(*facts).when(run(CLOCK.expires_at)).then(expired)
    given(*facts, expired).when(run(CLOCK.expires_at)).then_nothing_new()


def test_one_that_was_acknowledged_expires_undecided_by_the_same_clock() -> None:
    facts = [TAKEN, ASKED, ACKNOWLEDGED, reminded(turn="decide"), *escalated(turn="decide")]
    given(*facts[:3]).when(run(CLOCK.remind_at)).then(facts[3])
    expired = ReferralExpiredUndecided(REFERRAL, "decide", CLOCK.due_at)
    given(*facts).when(run(CLOCK.expires_at)).then(expired)


def test_nobody_is_named_where_nobody_coordinates() -> None:
    facts = [TAKEN, ASKED, reminded(), escalated()[0]]
    alone = replace(escalated()[1], whom=None)
    for known in (Known(0, PROGRAMME.nothing), None):
        of = {HOLIDAYS: SAID} if known is None else {HOLIDAYS: SAID, RULES: known}
        rules(DECIDER, **of)(*facts).when(run(CLOCK.coordinate_at)).then(alone)


def test_only_a_timer_runs_it() -> None:
    given(TAKEN, ASKED).when(replace(RUN, by=OFFICE)).refused(ReactionOnly)


@pytest.mark.parametrize("end", [ACCEPTED, ReferralDeclined(REFERRAL, "no-capacity", "system")])
def test_what_was_answered_is_left_alone(end: Any) -> None:
    given(TAKEN, ASKED, ACKNOWLEDGED, end).when(run(CLOCK.expires_at)).then_nothing_new()


def test_nothing_runs_in_a_case_that_was_entered_in_error() -> None:
    facts = (TAKEN, ASKED, CustodyEnded(OFFICE.institution))
    given(*facts).when(run(CLOCK.expires_at)).then_nothing_new()
    assert isinstance(DECIDER.fold(facts), CaseInError)


def test_nothing_happens_where_nobody_looked_at_the_holidays() -> None:
    rules(DECIDER)(TAKEN, ASKED).when(run(CLOCK.expires_at)).then_nothing_new()


def test_what_came_without_a_clock_gets_one() -> None:
    clock = starting("acknowledge", "urgent", RUN, "MX-CHH", SAID)
    given(TAKEN, REQUESTED).when(RUN).then(ClockStarted(REFERRAL, clock))  # type: ignore[arg-type]
    later = replace(CLOCK, clock="decide")
    on = given(TAKEN, REQUESTED, ACKNOWLEDGED, ClockStarted(REFERRAL, later))
    on.when(run(CLOCK.remind_at)).then(reminded(turn="decide"))


def test_a_reminder_of_one_without_a_clock_changes_nothing() -> None:
    before, after = (DECIDER.fold([TAKEN, REQUESTED, *told]) for told in ((), (reminded(),)))
    assert isinstance(before, InCustody)
    assert isinstance(after, InCustody)
    assert before.referrals == after.referrals


def test_what_a_clock_does_stands_aside() -> None:
    for fact in (reminded(), *escalated(), ClockStarted(REFERRAL, CLOCK)):
        assert place(fact) == ASIDE


# --- holidays -------------------------------------------------------------------------------

ADDED = HolidayAdded("MX-CHH", date(2026, 5, 13), "decree")


def test_a_holiday_moves_the_clock_before_anything_fires() -> None:
    moved = rules(DECIDER, **{HOLIDAYS: Known(1, (ADDED,))})
    answer = moved(TAKEN, ASKED).when(run(CLOCK.remind_at)).decision
    assert isinstance(answer, tuple)
    (fact,) = answer
    assert isinstance(fact, ClockMoved)
    assert fact.because == (ADDED.day,)
    assert fact.clock.due_at == CLOCK.due_at + timedelta(days=1)
    moved(TAKEN, ASKED, fact).when(run(CLOCK.remind_at)).then_nothing_new()
    moved(TAKEN, ASKED, fact).when(run(fact.clock.remind_at)).then(reminded(fact.clock))  # type: ignore[arg-type]


def test_it_moves_and_fires_at_once_where_the_new_moment_has_come() -> None:
    moved = rules(DECIDER, **{HOLIDAYS: Known(1, (ADDED,))})
    answer = moved(TAKEN, ASKED).when(run(CLOCK.escalate_at)).decision
    assert isinstance(answer, tuple)
    assert [type(fact) for fact in answer] == [ClockMoved, ReferralReminded]


# --- whose turn it is -----------------------------------------------------------------------

TOPICS = ("consent", "payslips")
ASK = asking(RequestInformation, topics=TOPICS, at=MONDAY + timedelta(days=2))
INFORM: Any = starting("inform", "normal", ASK, "MX-CHH", SAID)
QUESTION = InformationRequested(REFERRAL, TOPICS, INFORM)


def test_the_senders_clock_runs_while_information_is_awaited() -> None:
    waiting = given(TAKEN, ASKED, ACKNOWLEDGED)
    waiting.when(ASK).then(QUESTION)
    after = (TAKEN, ASKED, ACKNOWLEDGED, QUESTION)
    given(*after).when(run(CLOCK.remind_at)).then_nothing_new()
    told = reminded(INFORM, "inform", whom=OFFICE.institution)
    given(*after).when(run(INFORM.remind_at)).then(told)


def test_the_answer_lets_the_addressees_go_on_by_what_was_left() -> None:
    answer = asking(AnswerInformation, topics=TOPICS, by=OFFICE, at=MONDAY + timedelta(days=9))
    decided = given(TAKEN, ASKED, ACKNOWLEDGED, QUESTION).when(answer).decision
    assert isinstance(decided, tuple)
    (fact,) = decided
    assert isinstance(fact, InformationAnswered)
    assert fact.clock is not None
    assert fact.clock.due_at == CLOCK.due_at + timedelta(days=7)
    on = given(TAKEN, ASKED, ACKNOWLEDGED, QUESTION, fact)
    on.when(run(CLOCK.due_at)).then_nothing_new()


def test_a_part_of_the_answer_leaves_the_senders_clock_running() -> None:
    answer = asking(AnswerInformation, topics=("consent",), by=OFFICE)
    partly = InformationPartlyAnswered(REFERRAL, ("consent",), ("payslips",), INFORM)
    given(TAKEN, ASKED, ACKNOWLEDGED, QUESTION).when(answer).then(partly)


def test_an_answer_that_was_none_makes_it_wait_again() -> None:
    answered = InformationAnswered(REFERRAL, TOPICS, CLOCK)
    void = asking(EnterAnswerInError, topics=TOPICS, reason="did-not-happen", by=OFFICE)
    clock = starting("inform", "normal", void, "MX-CHH", SAID)
    again = AnswerEnteredInError(REFERRAL, TOPICS, "did-not-happen", TOPICS, clock)
    given(TAKEN, ASKED, ACKNOWLEDGED, QUESTION, answered).when(void).then(again)
    partly = InformationPartlyAnswered(REFERRAL, ("consent",), ("payslips",), INFORM)
    part = replace(void, topics=("consent",))
    still = AnswerEnteredInError(REFERRAL, ("consent",), "did-not-happen", TOPICS, INFORM)
    given(TAKEN, ASKED, ACKNOWLEDGED, QUESTION, partly).when(part).then(still)


def test_a_decline_that_was_none_starts_a_new_clock() -> None:
    declined = ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution")
    void = asking(EnterDeclineInError, reason="other", at=CLOCK.due_at)
    clock = starting("decide", "normal", void, "MX-CHH", SAID)
    fact = DeclineEnteredInError(REFERRAL, "other", clock)
    given(TAKEN, ASKED, ACKNOWLEDGED, declined).when(void).then(fact)


def test_a_waiting_list_has_its_own() -> None:
    wait = asking(WaitlistReferral, reason="no-capacity", expected_on=date(2026, 6, 3))
    decided = given(TAKEN, ASKED, ACKNOWLEDGED).when(wait).decision
    assert isinstance(decided, tuple), decided
    (fact,) = decided
    assert isinstance(fact, ReferralWaitlisted)
    assert fact.clock is not None
    on = given(TAKEN, ASKED, ACKNOWLEDGED, fact)
    on.when(run(CLOCK.expires_at)).then_nothing_new()
    on.when(run(fact.clock.remind_at)).then(reminded(fact.clock, "wait"))  # type: ignore[arg-type]


# --- declines that wait to be confirmed -----------------------------------------------------

DECLINE = asking(DeclineReferral, reason="no-capacity", at=MONDAY + timedelta(days=2))
CONFIRM: Any = starting("confirm", "normal", DECLINE, "MX-CHH", SAID)
WHY = ("no-capacity", "receiving-institution")
PROPOSED = DeclineProposed(REFERRAL, *WHY, COORDINATOR, 2, CONFIRM)


def test_the_coordinators_clock_runs_while_a_decline_waits() -> None:
    given(TAKEN, ASKED, ACKNOWLEDGED).when(DECLINE).then(PROPOSED)
    after = (TAKEN, ASKED, ACKNOWLEDGED, PROPOSED)
    told = reminded(CONFIRM, "confirm", whom=COORDINATOR)
    given(*after).when(run(CONFIRM.remind_at)).then(told)


def test_a_decline_that_nobody_confirms_takes_effect() -> None:
    told = reminded(CONFIRM, "confirm", whom=COORDINATOR), *escalated(CONFIRM, "confirm")
    facts = (TAKEN, ASKED, ACKNOWLEDGED, PROPOSED, *told)
    given(*facts).when(run(CONFIRM.expires_at)).then(ReferralDeclined(REFERRAL, *WHY))


def test_one_that_is_sent_back_lets_the_addressees_go_on() -> None:
    back = SendBackDecline(
        by=Actor(COORDINATOR, "coordinator", "subject-5"),
        at=MONDAY + timedelta(days=3),
        referral_id=REFERRAL,
        reason="other",
    )
    decided = given(TAKEN, ASKED, ACKNOWLEDGED, PROPOSED).when(back).decision
    assert isinstance(decided, tuple), decided
    (fact,) = decided
    assert isinstance(fact, DeclineSentBack)
    assert fact.clock is not None
    assert fact.clock.due_at == CLOCK.due_at + timedelta(days=1)


# --- timers ---------------------------------------------------------------------------------

KEY = f"{CASE}/{REFERRAL}"


def changes(fact: Any) -> list[Any]:
    meta = Meta(OFFICE.institution, "caseworker", "subject-7", MONDAY, MONDAY, str(CASE), "x")
    recorded = Recorded("referral", 1, CASE, 2, "any", meta, fact)
    return list(clock_timers.CHANGES[type(fact)](recorded))


@pytest.mark.parametrize(
    ("fact", "due"),
    [
        (ASKED, CLOCK.remind_at),
        (REQUESTED, MONDAY + timedelta(days=1)),
        (QUESTION, INFORM.remind_at),
        (reminded(), CLOCK.escalate_at),
        (escalated()[1], CLOCK.expires_at),
    ],
    ids=["requested", "without a clock", "a question", "reminded", "escalated"],
)
def test_a_fact_sets_the_moment_of_the_next_step(fact: Any, due: datetime) -> None:
    assert changes(fact) == [SetTimer(REFERRAL_CLOCK, KEY, due)]


def test_no_fact_that_a_clock_begins_with_is_forgotten() -> None:
    clocked = {kind for kind in FACTS.values() if "clock" in hints_of(kind)}
    assert clocked <= {*clock_timers.CHANGES}


def test_what_ends_the_waiting_cancels_it() -> None:
    assert changes(ACCEPTED) == [CancelTimer(REFERRAL_CLOCK, KEY)]


def test_a_change_of_holidays_has_every_clock_looked_at() -> None:
    assert changes(ADDED) == [SetForEach(REFERRAL_CLOCK, HOLIDAYS_CHANGED, MONDAY)]


@pytest.mark.parametrize("kind", [REFERRAL_CLOCK, HOLIDAYS_CHANGED])
def test_a_timer_gives_the_command(kind: str) -> None:
    timer = Timer(kind, KEY, MONDAY, "a fact", OFFICE.institution)
    timed = clock_timers.FIRES[kind](timer, MONDAY)
    assert (timed.stream, timed.correlation) == (CASE, str(CASE))
    by = Actor(OFFICE.institution, "system", "system")
    assert timed.command == RunClock(by=by, at=MONDAY, referral_id=UUID(str(REFERRAL)))


def test_a_command_that_starts_a_clock_leans_on_the_holidays() -> None:
    held = DECIDER.fold([TAKEN, ASKED])
    assert isinstance(held, InCustody)
    assert set(leans_on(RUN, held)) == {HOLIDAYS, RULES}
    assert set(leans_on(ASK, held)) == {HOLIDAYS}
    for command in (AcknowledgeReferral, AcceptReferral):
        assert leans_on(asking(command), held) == {}
    assert MONDAY.astimezone(UTC) == MONDAY
