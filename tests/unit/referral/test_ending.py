"""How a referral ends otherwise than by its answer, one sentence each."""

import pytest

from services.referral.custody import DECIDER, EnterCaseInError
from services.referral.custody_facts import CustodyEnded
from services.referral.decisions import AcceptReferral, AcknowledgeReferral, ReferCase
from services.referral.ending import CloseReferral, ReopenReferral, RevokeReferral
from services.referral.institution import Active
from services.referral.referral_facts import (
    ReferralAcknowledged,
    ReferralClosed,
    ReferralDeclined,
    ReferralEnteredInError,
    ReferralReopened,
    ReferralRevoked,
    ReferralSuperseded,
)
from services.referral.refusals import (
    AlreadyReferredThere,
    AlreadyReplaced,
    CaseNotTakenUp,
    NotSuperseded,
    NotTheAddressee,
    ReplacedWasToAnother,
    TransferNotRevoked,
)
from shared.kernel.decider import Known
from shared.kernel.life import NotNow, NotYours
from shared.kernel.refusals import CodeNotKnown, ReactionOnly
from shared.kernel.value import replace
from tests.personas import (
    AT,
    COMMISSION,
    OFFICE,
    OTHER_REFERRAL,
    REACHABLE,
    REFERRAL,
    SHELTER,
    SYSTEM,
    THIRD_REFERRAL,
)
from tests.referral_facts import ACCEPTED, ANNOUNCED, REQUESTED, TAKEN, consented
from tests.spec import rules

LISTED = Known(1, Active("", "Albergue", "shelter", None, (), REACHABLE))
given = rules(DECIDER, addressee=LISTED)

ACCEPT = AcceptReferral(by=COMMISSION, at=AT, referral_id=REFERRAL)
ACKNOWLEDGED = ReferralAcknowledged(REFERRAL)
OFFERED = replace(
    REQUESTED, referral_id=OTHER_REFERRAL, addressee=SHELTER.institution, kind="share"
)
SHARED = replace(
    ACCEPTED,
    referral_id=OTHER_REFERRAL,
    addressee=SHELTER.institution,
    kind="share",
    custodian=OFFICE.institution,
)
SUPERSEDED = ReferralSuperseded(OTHER_REFERRAL, by=REFERRAL)
TOLD = replace(ANNOUNCED, institutions=(SHELTER.institution, OFFICE.institution))
MOVED = (TAKEN, OFFERED, REQUESTED, ACKNOWLEDGED, ACCEPTED, SUPERSEDED)
SHARE = (TAKEN, OFFERED, ReferralAcknowledged(OTHER_REFERRAL), SHARED)

REVOKE = RevokeReferral(by=OFFICE, at=AT, referral_id=OTHER_REFERRAL, reason="consent-withdrawn")
REVOKED = ReferralRevoked(OTHER_REFERRAL, "consent-withdrawn")
CLOSE = CloseReferral(by=SYSTEM, at=AT, referral_id=OTHER_REFERRAL)
CLOSED = ReferralClosed(OTHER_REFERRAL)
REOPEN = ReopenReferral(by=SYSTEM, at=AT, referral_id=OTHER_REFERRAL)
REOPENED = ReferralReopened(OTHER_REFERRAL)
AGAIN = ReferCase(
    by=COMMISSION,
    at=AT,
    referral_id=THIRD_REFERRAL,
    to=SHELTER.institution,
    kind="share",
    services=("legal-advice",),
    priority="urgent",
    replaces=OTHER_REFERRAL,
)
MADE_AGAIN = replace(
    OFFERED,
    referral_id=THIRD_REFERRAL,
    sender=COMMISSION.institution,
    replaces=OTHER_REFERRAL,
)

# --- custody moves ----------------------------------------------------------------------------


def test_what_else_was_offered_falls_in_the_append_that_moves_custody() -> None:
    given(TAKEN, OFFERED, REQUESTED).when(ACCEPT).then(ACKNOWLEDGED, ACCEPTED, SUPERSEDED, TOLD)


def test_every_open_offer_falls_whatever_its_status() -> None:
    third = replace(OFFERED, referral_id=THIRD_REFERRAL, addressee="dif-chihuahua")
    given(
        TAKEN, OFFERED, ReferralAcknowledged(OTHER_REFERRAL), third, REQUESTED, ACKNOWLEDGED
    ).when(ACCEPT).then(
        ACCEPTED,
        SUPERSEDED,
        ReferralSuperseded(THIRD_REFERRAL, by=REFERRAL),
        replace(TOLD, institutions=(SHELTER.institution, "dif-chihuahua", OFFICE.institution)),
    )


def test_what_was_answered_before_does_not_fall() -> None:
    declined = ReferralDeclined(OTHER_REFERRAL, "no-capacity", "receiving-institution")
    given(TAKEN, OFFERED, declined, REQUESTED, ACKNOWLEDGED).when(ACCEPT).then(ACCEPTED, ANNOUNCED)
    given(*SHARE, REQUESTED, ACKNOWLEDGED).when(ACCEPT).then(ACCEPTED, TOLD)


def test_a_share_that_is_accepted_leaves_other_offers_open() -> None:
    accept = replace(ACCEPT, by=SHELTER, referral_id=OTHER_REFERRAL)
    given(TAKEN, REQUESTED, OFFERED, ReferralAcknowledged(OTHER_REFERRAL)).when(accept).then(SHARED)


def test_an_acceptance_that_is_refused_supersedes_nothing() -> None:
    given(TAKEN, OFFERED, REQUESTED).when(replace(ACCEPT, by=SHELTER)).refused(NotTheAddressee)


def test_what_fell_is_not_taken_up_any_more() -> None:
    accept = replace(ACCEPT, by=SHELTER, referral_id=OTHER_REFERRAL)
    given(*MOVED).when(accept).refused(NotNow, status="superseded")
    acknowledge = AcknowledgeReferral(by=SHELTER, at=AT, referral_id=OTHER_REFERRAL)
    given(*MOVED).when(acknowledge).refused(NotNow, status="superseded")


def test_the_new_custodian_makes_again_what_fell_naming_it() -> None:
    given(*MOVED).when(AGAIN).then(consented(MADE_AGAIN))
    given(*MOVED).when(replace(AGAIN, by=OFFICE)).refused(NotYours, by=("custodian",))


def test_only_what_fell_in_this_case_is_made_again() -> None:
    given(*MOVED).when(replace(AGAIN, replaces=REFERRAL)).refused(NotSuperseded, field="replaces")
    given(*MOVED).when(replace(AGAIN, replaces=THIRD_REFERRAL)).refused(NotSuperseded)
    given(TAKEN, OFFERED).when(replace(AGAIN, by=OFFICE)).refused(NotSuperseded)


def test_it_is_made_again_to_the_same_addressee() -> None:
    given(*MOVED).when(replace(AGAIN, to="dif-chihuahua")).refused(ReplacedWasToAnother, field="to")


def test_it_is_made_again_once() -> None:
    fourth = replace(AGAIN, referral_id=REFERRAL.__class__(int=4))
    given(*MOVED, MADE_AGAIN).when(fourth).refused(AlreadyReplaced, referral_id=str(THIRD_REFERRAL))
    given(*MOVED, MADE_AGAIN).when(replace(fourth, replaces=None)).refused(AlreadyReferredThere)


# --- a share is revoked -----------------------------------------------------------------------


def test_the_custodian_revokes_a_share_after_its_acceptance() -> None:
    given(*SHARE).when(REVOKE).then(REVOKED)


def test_the_custodian_of_today_revokes_what_a_former_one_shared() -> None:
    moved = (*SHARE, REQUESTED, ACKNOWLEDGED, ACCEPTED)
    given(*moved).when(replace(REVOKE, by=COMMISSION)).then(REVOKED)
    given(*moved).when(REVOKE).refused(NotYours, by=("custodian",))


def test_nobody_but_the_custodian_revokes() -> None:
    given(*SHARE).when(replace(REVOKE, by=SHELTER)).refused(NotYours, by=("custodian",))


def test_a_share_whose_follow_up_was_closed_can_be_revoked_so_that_it_is_not_reopened() -> None:
    given(*SHARE, CLOSED).when(REVOKE).then(REVOKED)
    given(*SHARE, CLOSED, REVOKED).when(REOPEN).then_nothing_new()


def test_what_was_not_accepted_is_withdrawn_and_not_revoked() -> None:
    given(TAKEN, OFFERED).when(REVOKE).refused(NotNow, status="requested")


def test_a_transfer_is_not_revoked() -> None:
    revoke = replace(REVOKE, by=COMMISSION, referral_id=REFERRAL)
    given(*MOVED).when(revoke).refused(TransferNotRevoked)


def test_the_reason_is_of_its_list() -> None:
    given(*SHARE).when(replace(REVOKE, reason="mood")).refused(CodeNotKnown, field="reason")


def test_a_share_is_revoked_once() -> None:
    given(*SHARE, REVOKED).when(REVOKE).refused(NotNow, status="revoked")


# --- a referral ends with its follow-up -------------------------------------------------------


def test_a_referral_is_closed_and_reopened_with_its_follow_up() -> None:
    given(*SHARE).when(CLOSE).then(CLOSED)
    given(*SHARE, CLOSED).when(REOPEN).then(REOPENED)
    given(*SHARE, CLOSED, REOPENED).when(CLOSE).then(CLOSED)


def test_a_transfer_too_is_closed_with_its_follow_up_and_custody_stays() -> None:
    close = replace(CLOSE, referral_id=REFERRAL)
    given(*MOVED).when(close).then(ReferralClosed(REFERRAL))
    refer = replace(AGAIN, replaces=None, to=OFFICE.institution)
    given(*MOVED, ReferralClosed(REFERRAL)).when(refer).then(
        consented(replace(MADE_AGAIN, addressee=OFFICE.institution, replaces=None))
    )


def test_what_arrives_again_adds_nothing() -> None:
    given(*SHARE, CLOSED).when(CLOSE).then_nothing_new()
    given(*SHARE).when(REOPEN).then_nothing_new()


@pytest.mark.parametrize("ending", [REVOKED, ReferralEnteredInError(OTHER_REFERRAL)])
@pytest.mark.parametrize("late", [CLOSE, REOPEN])
def test_a_follow_up_that_did_not_know_yet_changes_nothing(ending: object, late: object) -> None:
    given(*SHARE, ending).when(late).then_nothing_new()  # type: ignore[arg-type]


@pytest.mark.parametrize("late", [CLOSE, REOPEN])
def test_nothing_follows_for_a_case_in_error(late: CloseReferral | ReopenReferral) -> None:
    void = (*SHARE, ReferralEnteredInError(OTHER_REFERRAL), CustodyEnded(OFFICE.institution))
    given(*void).when(late).then_nothing_new()
    given(*void).when(replace(late, by=OFFICE)).refused(ReactionOnly)


def test_only_a_follow_up_closes_a_referral() -> None:
    given(*SHARE).when(replace(CLOSE, by=SHELTER)).refused(ReactionOnly)


def test_a_follow_up_waits_for_the_case_it_speaks_of() -> None:
    given().when(CLOSE).refused(CaseNotTakenUp)


def test_a_closed_referral_falls_with_its_case_so_that_it_is_not_reopened() -> None:
    enter_in_error = EnterCaseInError(by=SYSTEM, at=AT)
    ended = CustodyEnded(OFFICE.institution)
    given(*SHARE, CLOSED).when(enter_in_error).then(ReferralEnteredInError(OTHER_REFERRAL), ended)
    given(*SHARE, REVOKED).when(enter_in_error).then(ended)


def test_the_same_institution_is_referred_to_again_and_again() -> None:
    history: list[object] = [TAKEN]
    for n in range(1, 21):
        referral_id = REFERRAL.__class__(int=n)
        offer = replace(OFFERED, referral_id=referral_id)
        refer = replace(AGAIN, by=OFFICE, referral_id=referral_id, replaces=None)
        given(*history).when(refer).then(consented(offer))
        history += [offer, ReferralDeclined(referral_id, "no-capacity", "receiving-institution")]
