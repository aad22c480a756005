"""What the two institutions of a referral say afterwards, one sentence each."""

from services.referral.afterwards import CloseLoop, RateCounterpart
from services.referral.answering_refusals import AlreadyRated, LoopAlreadyClosed
from services.referral.custody import DECIDER
from services.referral.ending import CloseReferral, ReopenReferral
from services.referral.mending import EnterDeclineInError
from services.referral.referral_facts import (
    CounterpartRated,
    DeclineEnteredInError,
    LoopClosed,
    ReferralAcknowledged,
    ReferralClosed,
    ReferralDeclined,
    ReferralReopened,
)
from shared.kernel.life import NotNow, NotYours
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import replace
from tests.personas import AT, COMMISSION, OFFICE, REFERRAL, SHELTER, SYSTEM
from tests.referral_facts import ACCEPTED, REQUESTED, TAKEN
from tests.spec import rules

given = rules(DECIDER)

ASKED = (TAKEN, REQUESTED, ReferralAcknowledged(REFERRAL))
TAKEN_ON = (*ASKED, ACCEPTED)
CLOSED = (*TAKEN_ON, ReferralClosed(REFERRAL))
DECLINED = (*ASKED, ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution"))
RATE = RateCounterpart(
    by=OFFICE, at=AT, referral_id=REFERRAL, timeliness="poor", effort="very-good"
)
RATED = CounterpartRated(REFERRAL, OFFICE.institution, COMMISSION.institution, "poor", "very-good")
RATED_BACK = CounterpartRated(
    REFERRAL, COMMISSION.institution, OFFICE.institution, "poor", "very-good"
)
DONE = CloseLoop(by=OFFICE, at=AT, referral_id=REFERRAL, reason="served", person_told="told")
LOOP = LoopClosed(REFERRAL, "served", "told")


def test_each_of_the_two_institutions_rates_the_other() -> None:
    for history in (TAKEN_ON, CLOSED, DECLINED):
        given(*history).when(RATE).then(RATED)
        given(*history, RATED).when(replace(RATE, by=COMMISSION)).then(RATED_BACK)


def test_each_rates_once_whatever_happens_since() -> None:
    given(*TAKEN_ON, RATED).when(RATE).refused(AlreadyRated)
    given(*TAKEN_ON, RATED, ReferralClosed(REFERRAL)).when(RATE).refused(AlreadyRated)


def test_nobody_rates_before_the_answer_and_nobody_else_does() -> None:
    given(*ASKED).when(RATE).refused(NotNow, status="acknowledged")
    given(*TAKEN_ON).when(replace(RATE, by=SHELTER)).refused(NotYours)
    given(*TAKEN_ON).when(replace(RATE, effort="so-so")).refused(CodeNotKnown, field="effort")


def test_the_sender_is_done_with_what_has_ended() -> None:
    given(*DECLINED).when(DONE).then(LOOP)
    given(*CLOSED).when(DONE).then(LOOP)
    given(*TAKEN_ON).when(DONE).refused(NotNow, status="accepted")
    given(*CLOSED).when(replace(DONE, by=COMMISSION)).refused(NotYours)


def test_a_loop_is_closed_once_until_the_referral_goes_on() -> None:
    given(*CLOSED, LOOP).when(DONE).refused(LoopAlreadyClosed)
    on = (*CLOSED, LOOP, ReferralReopened(REFERRAL), ReferralClosed(REFERRAL))
    given(*on).when(DONE).then(LOOP)
    void = DeclineEnteredInError(REFERRAL, "other")
    again = ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution")
    given(*DECLINED, LOOP).when(DONE).refused(LoopAlreadyClosed)
    given(*DECLINED, LOOP, void, again).when(DONE).then(LOOP)


def test_what_is_said_afterwards_keeps_nobody_from_going_on() -> None:
    reopen = ReopenReferral(by=SYSTEM, at=AT, referral_id=REFERRAL)
    given(*CLOSED, LOOP, RATED).when(reopen).then(ReferralReopened(REFERRAL))
    close = CloseReferral(by=SYSTEM, at=AT, referral_id=REFERRAL)
    given(*TAKEN_ON, RATED).when(close).then(ReferralClosed(REFERRAL))
    void = EnterDeclineInError(by=COMMISSION, at=AT, referral_id=REFERRAL, reason="other")
    given(*DECLINED, LOOP, RATED).when(void).then(DeclineEnteredInError(REFERRAL, "other"))
