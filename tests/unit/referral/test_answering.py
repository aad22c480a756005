"""How a referral reaches its addressee, and how it is answered otherwise than by yes or no."""

from datetime import date
from typing import Any

import pytest

from services.referral import directory
from services.referral.answering import (
    CancelForPerson,
    DeliverReferral,
    RerouteReferral,
    WaitlistReferral,
)
from services.referral.answering_refusals import ExpectedBefore, ReroutedBack
from services.referral.custody import DECIDER
from services.referral.custody_facts import CustodyEnded
from services.referral.decisions import (
    AcceptReferral,
    AcknowledgeReferral,
    AnswerInformation,
    DeclineReferral,
    RequestInformation,
    WithdrawReferral,
)
from services.referral.institution import Active, Suspended
from services.referral.life import LIFE
from services.referral.mending import EnterAnswerInError
from services.referral.referral import CancelledByPerson, sides_of
from services.referral.referral_facts import (
    AnswerEnteredInError,
    InformationAnswered,
    InformationRequested,
    ReferralAcknowledged,
    ReferralCancelledByPerson,
    ReferralDeclined,
    ReferralDelivered,
    ReferralRerouted,
    ReferralWaitlisted,
    ReferralWithdrawn,
)
from services.referral.refusals import (
    AddresseeNotActive,
    AddresseeNotRegistered,
    CaseIsInError,
    InformationNotAwaited,
    NobodyDecidesTheirOwn,
    NotTheAddressee,
    ReferredToItself,
)
from shared.kernel.decider import Known
from shared.kernel.life import NotNow, NotYours
from shared.kernel.limits import BeyondLimits
from shared.kernel.refusals import CodeNotKnown, ReactionOnly
from shared.kernel.sight import Sight
from shared.kernel.value import replace
from tests.personas import AT, COMMISSION, OFFICE, REACHABLE, REFERRAL, SHELTER, SYSTEM
from tests.referral_facts import ACCEPTED, ANNOUNCED, REQUESTED, TAKEN
from tests.spec import rules

_ENTRY = ("", "Albergue", "shelter", None, ())
LISTED = Known(3, Active(*_ENTRY, REACHABLE))
given = rules(DECIDER, addressee=LISTED)

ASKED = (TAKEN, REQUESTED)
DELIVERED = ReferralDelivered(REFERRAL)
ACKNOWLEDGED = ReferralAcknowledged(REFERRAL)
DELIVER = DeliverReferral(by=SYSTEM, at=AT, referral_id=REFERRAL)
ROOM = date(2026, 6, 1)
LATER = WaitlistReferral(
    by=COMMISSION, at=AT, referral_id=REFERRAL, reason="no-capacity", expected_on=ROOM
)
WAITLISTED = ReferralWaitlisted(REFERRAL, "no-capacity", ROOM)
WAITS = (*ASKED, ACKNOWLEDGED, WAITLISTED)
SUGGEST = RerouteReferral(
    by=COMMISSION, at=AT, referral_id=REFERRAL, to=SHELTER.institution, reason="better-placed"
)
REROUTED = ReferralRerouted(REFERRAL, SHELTER.institution, "better-placed", 3)
LEAVE = CancelForPerson(by=OFFICE, at=AT, referral_id=REFERRAL, reason="need-met")
LEFT = ReferralCancelledByPerson(REFERRAL, "need-met")


def about(command: type[Any], **values: Any) -> Any:
    """A command of the addressee."""
    return command(**{"by": COMMISSION, "at": AT, "referral_id": REFERRAL, **values})


# --- delivered --------------------------------------------------------------------------------


def test_a_referral_is_delivered_once_its_preview_can_be_read() -> None:
    given(*ASKED).when(DELIVER).then(DELIVERED)


def test_it_is_delivered_once_and_not_after_an_answer() -> None:
    given(*ASKED, DELIVERED).when(DELIVER).then_nothing_new()
    given(*ASKED, ACKNOWLEDGED).when(DELIVER).then_nothing_new()
    given(TAKEN, CustodyEnded(OFFICE.institution)).when(DELIVER).then_nothing_new()


def test_nobody_says_that_it_is_delivered() -> None:
    given(*ASKED).when(replace(DELIVER, by=COMMISSION)).refused(ReactionOnly)
    ended = given(TAKEN, CustodyEnded(OFFICE.institution))
    ended.when(replace(DELIVER, by=COMMISSION)).refused(ReactionOnly)
    ended.when(LATER).refused(CaseIsInError)


def test_what_was_delivered_is_answered_like_what_was_not() -> None:
    there = given(*ASKED, DELIVERED)
    there.when(about(AcknowledgeReferral)).then(ACKNOWLEDGED)
    there.when(about(AcceptReferral)).then(ACKNOWLEDGED, ACCEPTED, ANNOUNCED)
    there.when(about(AnswerInformation, by=OFFICE, topics=("health",))).refused(
        InformationNotAwaited
    )


# --- waitlisted -------------------------------------------------------------------------------


def test_an_addressee_without_room_lets_the_person_wait() -> None:
    given(*ASKED, DELIVERED).when(LATER).then(ACKNOWLEDGED, WAITLISTED)
    undated = replace(LATER, expected_on=None)
    given(*ASKED).when(undated).then(ACKNOWLEDGED, ReferralWaitlisted(REFERRAL, "no-capacity"))


def test_who_waits_may_be_told_another_day() -> None:
    again = replace(LATER, expected_on=date(2026, 7, 1), reason="next-intake")
    given(*WAITS).when(again).then(ReferralWaitlisted(REFERRAL, "next-intake", date(2026, 7, 1)))


def test_nobody_waits_for_a_day_that_is_gone() -> None:
    gone = replace(LATER, expected_on=date(2026, 5, 3))
    given(*ASKED).when(gone).refused(ExpectedBefore, field="expected_on", today="2026-05-04")
    never = replace(LATER, expected_on=date(9999, 1, 1))
    given(*ASKED).when(never).refused(BeyondLimits, field="expected_on")
    waits = replace(WAITLISTED, expected_on=date(9999, 12, 31))  # as it could be, before
    given(*ASKED, ACKNOWLEDGED, waits).when(LATER).then(WAITLISTED)
    today = replace(LATER, expected_on=date(2026, 5, 4))
    given(*ASKED).when(today).then(
        ACKNOWLEDGED, ReferralWaitlisted(REFERRAL, "no-capacity", date(2026, 5, 4))
    )


def test_only_the_addressee_lets_wait_for_a_reason_of_the_list() -> None:
    given(*ASKED).when(replace(LATER, by=OFFICE)).refused(NobodyDecidesTheirOwn)
    given(*ASKED).when(replace(LATER, by=SHELTER)).refused(NotTheAddressee)
    given(*ASKED).when(replace(LATER, reason="busy")).refused(CodeNotKnown)


def test_who_waits_is_still_to_be_answered() -> None:
    waits = given(*WAITS)
    waits.when(about(AcceptReferral)).then(ACCEPTED, ANNOUNCED)
    waits.when(about(DeclineReferral, reason="no-capacity")).then(
        ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution")
    )
    waits.when(about(RequestInformation, topics=("health",))).then(
        InformationRequested(REFERRAL, ("health",))
    )
    waits.when(about(WithdrawReferral, by=OFFICE, reason="other")).then(
        ReferralWithdrawn(REFERRAL, "other")
    )
    waits.when(about(AnswerInformation, by=OFFICE, topics=("health",))).refused(
        InformationNotAwaited
    )


def test_an_answer_is_voided_while_the_person_waits() -> None:
    asked = InformationRequested(REFERRAL, ("health",))
    answered = InformationAnswered(REFERRAL, ("health",))
    void = EnterAnswerInError(
        by=OFFICE, at=AT, referral_id=REFERRAL, topics=("health",), reason="other"
    )
    fact = AnswerEnteredInError(REFERRAL, ("health",), "other", ("health",))
    given(*ASKED, ACKNOWLEDGED, asked, answered, WAITLISTED).when(void).then(fact)


# --- rerouted ---------------------------------------------------------------------------------


def test_an_addressee_suggests_another_institution() -> None:
    given(*ASKED).when(SUGGEST).then(ACKNOWLEDGED, REROUTED)
    given(*WAITS).when(SUGGEST).then(REROUTED)
    given(*WAITS, REROUTED).when(about(AcceptReferral)).refused(NotNow, status="rerouted")


def test_it_suggests_neither_itself_nor_who_asked() -> None:
    own = replace(SUGGEST, to=COMMISSION.institution)
    given(*ASKED).when(own).refused(ReferredToItself, field="to")
    given(*ASKED).when(replace(SUGGEST, to=OFFICE.institution)).refused(ReroutedBack, field="to")


def test_it_suggests_an_active_institution_of_the_directory() -> None:
    unknown, paused = Known(0, None), Known(2, Suspended(*_ENTRY, REACHABLE))
    given(*ASKED).knowing(addressee=unknown).when(SUGGEST).refused(AddresseeNotRegistered)
    given(*ASKED).knowing(addressee=paused).when(SUGGEST).refused(
        AddresseeNotActive, status="suspended"
    )
    alone = rules(DECIDER)
    alone(*ASKED).when(SUGGEST).refused(AddresseeNotRegistered)


# --- the person leaves ------------------------------------------------------------------------


@pytest.mark.parametrize("by", [OFFICE, COMMISSION])
def test_a_person_leaves_before_it_is_accepted_as_either_institution_hears(by: Any) -> None:
    given(*ASKED).when(replace(LEAVE, by=by)).then(LEFT)
    given(*WAITS).when(replace(LEAVE, by=by)).then(LEFT)


def test_nobody_else_says_that_a_person_leaves_nor_after_an_answer() -> None:
    given(*ASKED).when(replace(LEAVE, by=SHELTER)).refused(NotYours)
    given(*ASKED, ACKNOWLEDGED, ACCEPTED).when(LEAVE).refused(NotNow, status="accepted")
    given(*ASKED, LEFT).when(LEAVE).refused(NotNow, status="cancelled-by-person")


def test_whoever_saw_a_preview_sees_nothing_once_the_person_has_left() -> None:
    asked = LIFE.evolve(LIFE.start, REQUESTED)
    left = LIFE.evolve(asked, LEFT)
    assert isinstance(left, CancelledByPerson)
    assert left.was == asked
    assert sides_of(left).addressee_sees is Sight.NOTHING


def test_a_suggestion_leans_on_the_entry_of_whom_it_suggests() -> None:
    assert DECIDER.leans_on is not None
    stream = directory.stream_of(SHELTER.institution)
    leans = DECIDER.leans_on(SUGGEST, DECIDER.fold(ASKED))
    assert leans == {"addressee": (directory.DECIDER, stream)}
