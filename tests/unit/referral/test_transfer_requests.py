"""Asking for custody, and telling of it, one sentence each."""

from typing import Any
from uuid import UUID

from services.referral.announcing import CustodyAnnounced, custody_moves
from services.referral.clocks import HOLIDAYS
from services.referral.closing import CaseClosed, CaseReopened
from services.referral.custody import DECIDER, leans_on, place
from services.referral.custody_facts import CustodyEnded
from services.referral.custody_leaning import ADDRESSED
from services.referral.decisions import AcceptReferral
from services.referral.institution import Active, Suspended
from services.referral.leaning import AGREEMENTS, POLICY
from services.referral.referral_facts import ReferralAcknowledged
from services.referral.refusals import (
    AddresseeNotActive,
    CaseIsClosed,
    CaseIsInError,
    CaseNotTakenUp,
    NothingNamed,
)
from services.referral.requesting_refusals import (
    CaseNotSeen,
    HasCustody,
    TransferAlreadyRequested,
    TransferNotRequested,
)
from services.referral.transfer_requests import (
    GrantTransfer,
    RefuseTransfer,
    RequestTransfer,
    TransferGranted,
    TransferRefused,
    TransferRequested,
)
from shared.kernel.decider import Known
from shared.kernel.life import NotYours
from shared.kernel.record import Source
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.times import ASIDE, Place
from shared.kernel.value import replace
from tests.personas import (
    AT,
    COMMISSION,
    OFFICE,
    OTHER_REFERRAL,
    REACHABLE,
    REFERRAL,
    SHELTER,
    THIRD_REFERRAL,
)
from tests.referral_facts import ACCEPTED, REQUESTED, TAKEN, consented
from tests.spec import rules

LISTED = Known(1, Active("", "Albergue", "shelter", None, (), REACHABLE))
given = rules(DECIDER, addressee=LISTED)
REQUEST_ID = UUID("00000000-0000-4000-8000-0000000000d1")
SHARED = replace(REQUESTED, referral_id=OTHER_REFERRAL, addressee=SHELTER.institution, kind="share")
SHARE = (
    TAKEN,
    SHARED,
    ReferralAcknowledged(OTHER_REFERRAL),
    replace(
        ACCEPTED,
        referral_id=OTHER_REFERRAL,
        addressee=SHELTER.institution,
        kind="share",
        custodian=OFFICE.institution,
    ),
)
ASK = RequestTransfer(
    by=SHELTER,
    at=AT,
    request_id=REQUEST_ID,
    services=("shelter", "legal-advice"),
    reason="mandate",
)
ASKED = TransferRequested(REQUEST_ID, SHELTER.institution, ("legal-advice", "shelter"), "mandate")
GRANT = GrantTransfer(by=OFFICE, at=AT, request_id=REQUEST_ID, referral_id=THIRD_REFERRAL)
GRANTED = TransferGranted(REQUEST_ID, SHELTER.institution, THIRD_REFERRAL)
REFUSE = RefuseTransfer(by=OFFICE, at=AT, request_id=REQUEST_ID, reason="person-refused")
REFUSED = TransferRefused(REQUEST_ID, SHELTER.institution, "person-refused")
OFFERED = replace(
    REQUESTED,
    referral_id=THIRD_REFERRAL,
    addressee=SHELTER.institution,
    services=("legal-advice", "shelter"),
    priority="normal",
    origin="transfer-request",
)
CLOSED = CaseClosed(OFFICE.institution, "none", "neutral")


def test_an_institution_that_sees_the_case_asks_for_custody() -> None:
    given(*SHARE).when(ASK).then(ASKED)
    given(TAKEN, SHARED).when(ASK).refused(CaseNotSeen)
    given(*SHARE).when(replace(ASK, by=COMMISSION)).refused(CaseNotSeen)
    given(*SHARE).when(replace(ASK, by=OFFICE)).refused(HasCustody)


def test_it_says_for_which_services_and_why() -> None:
    given(*SHARE).when(replace(ASK, services=())).refused(NothingNamed, field="services")
    given(*SHARE).when(replace(ASK, reason="mood")).refused(CodeNotKnown, field="reason")


def test_it_asks_once_at_a_time() -> None:
    again = replace(ASK, request_id=REFERRAL)
    given(*SHARE, ASKED).when(again).refused(TransferAlreadyRequested, request_id=str(REQUEST_ID))
    other = replace(ASKED, request_id=REFERRAL, institution="fiscalia")
    given(*SHARE, other).when(ASK).then(ASKED)
    given(*SHARE, ASKED, REFUSED).when(again).then(replace(ASKED, request_id=REFERRAL))


def test_a_closed_case_is_not_asked_for() -> None:
    given(*SHARE, CLOSED).when(ASK).refused(CaseIsClosed)
    given(*SHARE, ASKED, CLOSED).when(GRANT).refused(CaseIsClosed)
    given(*SHARE, ASKED, CLOSED, CaseReopened("new-facts")).when(REFUSE).then(REFUSED)


def test_the_custodian_grants_it_by_a_transfer() -> None:
    given(*SHARE, ASKED).when(GRANT).then(GRANTED, consented(OFFERED))
    given(*SHARE, ASKED).when(replace(GRANT, by=SHELTER)).refused(NotYours, by=("custodian",))
    given(*SHARE, ASKED, GRANTED).when(GRANT).refused(TransferNotRequested)


def test_a_transfer_is_granted_by_the_rules_of_every_referral() -> None:
    suspended = Known(2, Suspended("", "", "shelter", None, ()))
    given(*SHARE, ASKED).knowing(addressee=suspended).when(GRANT).refused(AddresseeNotActive)
    given(*SHARE, ASKED).when(replace(GRANT, priority="soon")).refused(CodeNotKnown)


def test_the_custodian_refuses_it() -> None:
    given(*SHARE, ASKED).when(REFUSE).then(REFUSED)
    given(*SHARE).when(REFUSE).refused(TransferNotRequested)
    given(*SHARE, ASKED, REFUSED).when(GRANT).refused(TransferNotRequested)


def test_what_it_asked_for_it_has_once_custody_is_its_own() -> None:
    moved = replace(
        ACCEPTED, referral_id=THIRD_REFERRAL, addressee=SHELTER.institution, custodian="x"
    )
    moved = replace(moved, custodian=SHELTER.institution)
    history = (*SHARE, ASKED, OFFERED, ReferralAcknowledged(THIRD_REFERRAL), moved)
    grant = replace(GRANT, by=SHELTER)
    given(*history).when(grant).refused(TransferNotRequested)


def test_nothing_is_asked_of_a_case_that_is_not_there() -> None:
    given().when(ASK).refused(CaseNotTakenUp)
    given(TAKEN, CustodyEnded(OFFICE.institution)).when(ASK).refused(CaseIsInError)


def test_a_grant_leans_on_the_entry_of_who_asked() -> None:
    held = DECIDER.fold([*SHARE, ASKED])
    assert set(leans_on(GRANT, held)) == {ADDRESSED, AGREEMENTS, POLICY, HOLIDAYS}
    assert set(leans_on(GRANT, DECIDER.fold(SHARE))) == {HOLIDAYS}
    assert place(ASKED) == Place(REQUEST_ID)


# --- custody is announced ---------------------------------------------------------------------


def test_whoever_takes_part_is_told_who_has_custody() -> None:
    accept = AcceptReferral(by=COMMISSION, at=AT, referral_id=REFERRAL)
    received = ReferralAcknowledged(REFERRAL)
    told = CustodyAnnounced(COMMISSION.institution, (SHELTER.institution, OFFICE.institution))
    given(*SHARE, REQUESTED, received).when(accept).then(ACCEPTED, told)
    assert place(told) == ASIDE
    state: Any = DECIDER.fold([*SHARE, told])
    assert state.version == len(SHARE) + 1


def test_a_share_that_is_accepted_is_not_announced() -> None:
    accept = AcceptReferral(by=SHELTER, at=AT, referral_id=OTHER_REFERRAL)
    given(*SHARE[:3]).when(accept).then(SHARE[3])
    assert not custody_moves(SHARE[3])
    assert custody_moves(ACCEPTED)


def test_an_import_tells_nobody() -> None:
    imported = AcceptReferral(
        by=COMMISSION,
        at=AT,
        referral_id=REFERRAL,
        imported=Source("mapping 1", "public-interest"),
    )
    given(TAKEN, REQUESTED, ReferralAcknowledged(REFERRAL)).when(imported).then(ACCEPTED)
