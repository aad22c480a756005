"""A decline takes effect once the coordinator confirms it, where the programme says so."""

from services.referral import clocks, programme_rules
from services.referral.custody import DECIDER
from services.referral.decisions import AcceptReferral, DeclineReferral, WithdrawReferral
from services.referral.declining import ConfirmDecline, SendBackDecline
from services.referral.institution import Active
from services.referral.programme_rules import Rules
from services.referral.referral_facts import (
    DeclineProposed,
    DeclineSentBack,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralSuperseded,
    ReferralWithdrawn,
)
from services.referral.refusals import CaseNotTakenUp
from shared.kernel.decider import Known
from shared.kernel.life import NotNow, NotYours
from shared.kernel.record import Source
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import replace
from tests.personas import (
    AT,
    COMMISSION,
    OFFICE,
    OTHER_REFERRAL,
    REACHABLE,
    REFERRAL,
    SHELTER,
    STEWARD,
)
from tests.referral_facts import ACCEPTED, ANNOUNCED, REQUESTED, TAKEN
from tests.spec import rules

COORDINATOR = STEWARD
TO_CONFIRM = Known(4, Rules({None: COORDINATOR.institution}, confirms=True))
given = rules(DECIDER, rules=TO_CONFIRM)

ACKNOWLEDGED = ReferralAcknowledged(REFERRAL)
DECLINE = DeclineReferral(by=COMMISSION, at=AT, referral_id=REFERRAL, reason="no-capacity")
PROPOSED = DeclineProposed(
    REFERRAL, "no-capacity", "receiving-institution", COORDINATOR.institution, 4
)
DECLINED = ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution")
ASKED = (TAKEN, REQUESTED)
AWAITED = (*ASKED, ACKNOWLEDGED, PROPOSED)
CONFIRM = ConfirmDecline(by=COORDINATOR, at=AT, referral_id=REFERRAL)
RETURN = SendBackDecline(by=COORDINATOR, at=AT, referral_id=REFERRAL, reason="has-capacity")
SENT_BACK = DeclineSentBack(REFERRAL, "has-capacity")


def test_a_decline_is_proposed_to_the_coordinator_where_the_programme_says_so() -> None:
    given(*ASKED).when(DECLINE).then(ACKNOWLEDGED, PROPOSED)


def test_a_decline_takes_effect_at_once_where_it_does_not() -> None:
    for known in (Known(0, Rules()), Known(3, Rules({None: COORDINATOR.institution}))):
        given(*ASKED).knowing(rules=known).when(DECLINE).then(ACKNOWLEDGED, DECLINED)
    rules(DECIDER)(*ASKED).when(DECLINE).then(ACKNOWLEDGED, DECLINED)


def test_whoever_coordinates_the_programme_declines_at_once() -> None:
    own = Known(4, Rules({None: "x", "MX-CHH": COMMISSION.institution}, confirms=True))
    given(*ASKED).knowing(rules=own).when(DECLINE).then(ACKNOWLEDGED, DECLINED)


def test_what_an_import_says_was_declined_has_happened() -> None:
    imported = replace(DECLINE, imported=Source("mapping-1", "legal-duty"))
    given(*ASKED).when(imported).then(ACKNOWLEDGED, DECLINED)


def test_the_coordinator_of_the_subdivision_confirms() -> None:
    there = Known(4, Rules({None: "x", "MX-CHH": SHELTER.institution}, confirms=True))
    given(*ASKED).knowing(rules=there).when(DECLINE).then(
        ACKNOWLEDGED, replace(PROPOSED, coordinator=SHELTER.institution)
    )


def test_a_confirmed_decline_has_the_addressees_reason() -> None:
    given(*AWAITED).when(CONFIRM).then(DECLINED)


def test_a_decline_that_is_sent_back_is_to_be_decided_again() -> None:
    given(*AWAITED).when(RETURN).then(SENT_BACK)
    accept = AcceptReferral(by=COMMISSION, at=AT, referral_id=REFERRAL)
    given(*AWAITED, SENT_BACK).when(accept).then(ACCEPTED, ANNOUNCED)
    given(*AWAITED, SENT_BACK).when(DECLINE).then(PROPOSED)
    given(*AWAITED).when(replace(RETURN, reason="busy")).refused(CodeNotKnown)


def test_only_who_was_asked_to_confirm_does() -> None:
    for command in (CONFIRM, RETURN):
        for other in (OFFICE, COMMISSION, SHELTER):
            given(*AWAITED).when(replace(command, by=other)).refused(NotYours)
        given(*AWAITED, DECLINED).when(command).refused(NotNow, status="declined")
        given(*ASKED).when(command).refused(NotYours)


def test_while_it_is_to_be_confirmed_the_addressee_does_not_decide_otherwise() -> None:
    accept = AcceptReferral(by=COMMISSION, at=AT, referral_id=REFERRAL)
    given(*AWAITED).when(accept).refused(NotNow, status="decline-proposed")
    given(*AWAITED).when(DECLINE).refused(NotNow, status="decline-proposed")


def test_the_sender_takes_back_what_is_to_be_confirmed() -> None:
    withdraw = WithdrawReferral(by=OFFICE, at=AT, referral_id=REFERRAL, reason="other")
    given(*AWAITED).when(withdraw).then(ReferralWithdrawn(REFERRAL, "other"))


def test_what_is_to_be_confirmed_falls_when_custody_moves() -> None:
    other = replace(
        REQUESTED, referral_id=OTHER_REFERRAL, addressee=SHELTER.institution, kind="share"
    )
    proposed = replace(PROPOSED, referral_id=OTHER_REFERRAL)
    accept = AcceptReferral(by=COMMISSION, at=AT, referral_id=REFERRAL)
    given(
        TAKEN, other, ReferralAcknowledged(OTHER_REFERRAL), proposed, REQUESTED, ACKNOWLEDGED
    ).knowing(addressee=Known(1, Active("", "", "shelter", None, (), REACHABLE))).when(accept).then(
        ACCEPTED,
        ReferralSuperseded(OTHER_REFERRAL, by=REFERRAL),
        replace(ANNOUNCED, institutions=(SHELTER.institution, OFFICE.institution)),
    )


def test_a_decline_of_no_case_leans_on_nothing() -> None:
    assert DECIDER.leans_on is not None
    assert DECIDER.leans_on(DECLINE, DECIDER.nothing) == {}
    given().when(DECLINE).refused(CaseNotTakenUp)


def test_a_decline_leans_on_the_rules_of_the_cases_programme() -> None:
    assert DECIDER.leans_on is not None
    leans = DECIDER.leans_on(DECLINE, DECIDER.fold([TAKEN, REQUESTED]))
    rules = (programme_rules.DECIDER, programme_rules.stream_of(TAKEN.programme))
    assert leans == {"rules": rules, **clocks.LEANS}
