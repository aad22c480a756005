"""The rules of closing a case and reopening it, one sentence each."""

import pytest

from services.referral.closing import CaseClosed, CaseReopened, CloseCase, ReopenCase
from services.referral.custody import DECIDER, EnterCaseInError, TakeUpCase
from services.referral.custody_facts import CustodyEnded
from services.referral.custody_states import CaseInError, ClosedCase
from services.referral.decisions import Custodianship, ReferCase
from services.referral.ending import CloseReferral, RevokeReferral
from services.referral.institution import Active
from services.referral.mending import EnterDeclineInError
from services.referral.referral_facts import (
    ReferralAcknowledged,
    ReferralClosed,
    ReferralDeclined,
    ReferralRevoked,
)
from services.referral.refusals import (
    CaseIsClosed,
    CaseIsInError,
    CaseIsNotClosed,
    CaseNotTakenUp,
    ReferralUndecided,
)
from shared.kernel.decider import Known
from shared.kernel.life import NotYours
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import replace
from tests.personas import AT, CASE, COMMISSION, OFFICE, REACHABLE, REFERRAL, SHELTER, SYSTEM
from tests.referral_facts import ACCEPTED, REQUESTED, TAKEN, consented
from tests.spec import rules

LISTED = Known(1, Active("", "Albergue", "shelter", None, (), REACHABLE))
given = rules(DECIDER, addressee=LISTED)

CLOSE = CloseCase(by=OFFICE, at=AT, outcome="placement")
CLOSED = CaseClosed(OFFICE.institution, "placement", "favourable")
REOPEN = ReopenCase(by=OFFICE, at=AT, reason="person-returned")
REOPENED = CaseReopened("person-returned")
REFER = ReferCase(
    by=OFFICE,
    at=AT,
    referral_id=REFERRAL,
    to=SHELTER.institution,
    kind="share",
    services=("shelter",),
)
OFFERED = replace(REQUESTED, addressee=SHELTER.institution, kind="share")
SHARED = replace(
    ACCEPTED, addressee=SHELTER.institution, kind="share", custodian=OFFICE.institution
)
SHARE = (TAKEN, OFFERED, ReferralAcknowledged(REFERRAL), SHARED)
MOVED = (TAKEN, REQUESTED, ReferralAcknowledged(REFERRAL), ACCEPTED)


def test_the_custodian_closes_a_case_that_was_never_referred() -> None:
    given(TAKEN).when(CLOSE).then(CLOSED)


def test_a_case_may_have_been_closed_on_a_day_that_nobody_knows() -> None:
    given(TAKEN).when(replace(CLOSE, undated=True)).then(replace(CLOSED, undated=True))
    assert DECIDER.fold((TAKEN, replace(CLOSED, undated=True))) == DECIDER.fold((TAKEN, CLOSED))


def test_what_came_of_it_is_of_its_list() -> None:
    given(TAKEN).when(replace(CLOSE, outcome="wonder")).refused(CodeNotKnown, field="outcome")
    given(TAKEN, CLOSED).when(replace(REOPEN, reason="mood")).refused(CodeNotKnown, field="reason")


@pytest.mark.parametrize("command", [CLOSE, REOPEN])
def test_a_former_custodian_closes_and_reopens_nothing(command: CloseCase | ReopenCase) -> None:
    given(*MOVED).when(command).refused(NotYours, by=("custodian",))
    given(*SHARE).when(replace(command, by=SHELTER)).refused(NotYours, by=("custodian",))


def test_a_follow_up_that_is_open_keeps_no_case_open() -> None:
    given(*SHARE).when(CLOSE).then(CLOSED)
    given(*MOVED).when(replace(CLOSE, by=COMMISSION)).then(
        replace(CLOSED, custodian=COMMISSION.institution)
    )


def test_a_follow_up_that_is_closed_does_not_close_the_case() -> None:
    history = (*SHARE, ReferralClosed(REFERRAL))
    given(*history).when(replace(REFER, referral_id=CASE)).then(
        consented(replace(OFFERED, referral_id=CASE, services=("shelter",), priority="normal"))
    )


def test_a_case_with_an_undecided_referral_is_not_closed() -> None:
    given(TAKEN, OFFERED).when(CLOSE).refused(ReferralUndecided, referral_id=str(REFERRAL))
    declined = ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution")
    given(TAKEN, OFFERED, declined).when(CLOSE).then(CLOSED)


def test_a_case_is_closed_once() -> None:
    given(TAKEN, CLOSED).when(CLOSE).refused(CaseIsClosed)


def test_a_closed_case_is_reopened_before_it_is_referred() -> None:
    given(TAKEN, CLOSED).when(REFER).refused(CaseIsClosed)
    given(TAKEN, CLOSED).when(replace(REFER, by=SHELTER)).refused(NotYours, by=("custodian",))
    given(TAKEN, CLOSED).when(REOPEN).then(REOPENED)
    given(TAKEN, CLOSED, REOPENED).when(REFER).then(
        consented(replace(OFFERED, services=("shelter",), priority="normal"))
    )


def test_only_a_closed_case_is_reopened() -> None:
    given(TAKEN).when(REOPEN).refused(CaseIsNotClosed)
    given(TAKEN, CLOSED, REOPENED).when(REOPEN).refused(CaseIsNotClosed)


def test_a_share_goes_on_in_a_closed_case_until_its_own_end() -> None:
    history = (*SHARE, CLOSED)
    close = CloseReferral(by=SYSTEM, at=AT, referral_id=REFERRAL)
    given(*history).when(close).then(ReferralClosed(REFERRAL))
    revoke = RevokeReferral(by=OFFICE, at=AT, referral_id=REFERRAL, reason="risk-to-person")
    given(*history).when(revoke).then(ReferralRevoked(REFERRAL, "risk-to-person"))


@pytest.mark.parametrize("command", [CLOSE, REOPEN])
def test_there_is_no_closing_without_a_case(command: CloseCase | ReopenCase) -> None:
    given().when(command).refused(CaseNotTakenUp)
    given(TAKEN, CustodyEnded(OFFICE.institution)).when(command).refused(CaseIsInError)


def test_a_closed_case_can_turn_out_to_be_an_error() -> None:
    ended = CustodyEnded(OFFICE.institution)
    given(TAKEN, CLOSED).when(EnterCaseInError(by=SYSTEM, at=AT)).then(ended)
    given(TAKEN, CLOSED).when(
        TakeUpCase(
            by=SYSTEM,
            at=AT,
            case_id=CASE,
            institution=OFFICE.institution,
            programme="mecal",
            subdivision="MX-CHH",
        )
    ).then_nothing_new()


def test_memory_keeps_what_a_case_was_closed_with_also_while_its_shares_go_on() -> None:
    held = Custodianship(OFFICE.institution, "mx-labour-protection", "MX-CHH")
    closed = ClosedCase(CASE, held, {}, 2, outcome="placement", outcome_class="favourable")
    given(TAKEN, CLOSED).remembers(closed)
    given(TAKEN, CLOSED, CustodyEnded(OFFICE.institution)).remembers(CaseInError(closed))
    state = given(*SHARE, CLOSED, ReferralClosed(REFERRAL)).state
    assert isinstance(state, ClosedCase)
    assert state.referrals[REFERRAL].status == "closed"


def test_a_decline_in_a_closed_case_stands() -> None:
    declined = ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution")
    void = EnterDeclineInError(by=COMMISSION, at=AT, referral_id=REFERRAL, reason="other")
    given(TAKEN, REQUESTED, ReferralAcknowledged(REFERRAL), declined, CLOSED).when(void).refused(
        CaseIsClosed
    )
