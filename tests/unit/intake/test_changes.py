"""Who changes a case: its custodian; the other parties propose, one sentence each."""

from typing import Any
from uuid import UUID

import pytest

from services.intake import parties
from services.intake.case import DECIDER, CaseIsInError, place
from services.intake.changes import (
    CaseEnteredInError,
    CorrectionProposal,
    CorrectionProposed,
    CustodianChanged,
    ProposalAdopted,
    ProposalRejected,
    VoidRequest,
    VoidRequested,
)
from services.intake.decisions import (
    AdoptProposal,
    ProposeCorrection,
    RejectProposal,
    RequestVoid,
)
from services.intake.details import Description, MunicipalityOutsideSubdivision
from services.intake.parties import Parties
from services.intake.refusals import (
    CustodianDecides,
    NotAParty,
    NotTheCustodian,
    ProposalAlreadyDecided,
    ProposalNoLongerFits,
    ProposalNotFound,
)
from shared.kernel.decider import Known
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.sight import Sides, Sight
from shared.kernel.times import Place
from shared.kernel.value import replace
from tests.case_facts import (
    CASE_DETAILS,
    DETAILS,
    IN_ERROR,
    REGISTERED,
    VOID,
    correct,
    corrected,
)
from tests.personas import AT, CASE, COMMISSION, OFFICE, REFERRAL, SHELTER
from tests.spec import rules

SHARED = Sides(OFFICE.institution, COMMISSION.institution, "share", Sight.CASE)
PARTIES = Known(3, Parties({REFERRAL: SHARED}))
given = rules(DECIDER, parties=PARTIES)

PROPOSAL = UUID("00000000-0000-4000-8000-0000000000b1")
REQUEST = UUID("00000000-0000-4000-8000-0000000000b2")
ADOPTION = UUID("00000000-0000-4000-8000-0000000000d1")
HANDED_OVER = CustodianChanged(COMMISSION.institution, 4)
BY_TELEPHONE: dict[str, Any] = {**CASE_DETAILS, "channel": "hotline"}

PROPOSE = ProposeCorrection(by=COMMISSION, at=AT, proposal_id=PROPOSAL, **BY_TELEPHONE)
PROPOSED = CorrectionProposed(
    proposal_id=PROPOSAL,
    institution=COMMISSION.institution,
    changed=("channel",),
    parties_version=3,
    **BY_TELEPHONE,
)
REQUEST_VOID = RequestVoid(by=COMMISSION, at=AT, proposal_id=REQUEST, reason="test-record")
REQUESTED = VoidRequested(REQUEST, COMMISSION.institution, "test-record", 3)
ADOPT = AdoptProposal(by=OFFICE, at=AT, proposal_id=PROPOSAL, adoption_id=ADOPTION)
REJECT = RejectProposal(by=OFFICE, at=AT, proposal_id=PROPOSAL, reason="contrary-evidence")
ADOPTED = ProposalAdopted(PROPOSAL, 0, None)
REJECTED = ProposalRejected(PROPOSAL, "contrary-evidence", 0, None)


def test_what_is_proposed_turns_nothing_in_the_order_of_times() -> None:
    assert place(REGISTERED) == place(IN_ERROR) == Place()
    assert place(PROPOSED) == place(REQUESTED) == Place(turns=False, adds=True)


# --- the custodian ----------------------------------------------------------------------------


def test_only_the_custodian_corrects() -> None:
    given(REGISTERED).when(correct(by=COMMISSION)).refused(NotTheCustodian)
    given(REGISTERED, HANDED_OVER).when(correct(channel="hotline")).refused(NotTheCustodian)
    given(REGISTERED, HANDED_OVER).when(correct(by=COMMISSION, channel="hotline")).then(
        corrected(("channel",), channel="hotline", custody_version=4)
    )


def test_only_the_custodian_voids() -> None:
    given(REGISTERED).when(replace(VOID, by=COMMISSION)).refused(NotTheCustodian)
    given(REGISTERED, HANDED_OVER).when(VOID).refused(NotTheCustodian)
    given(REGISTERED, HANDED_OVER).when(replace(VOID, by=COMMISSION)).then(
        replace(IN_ERROR, custody_version=4)
    )


def test_a_fact_says_when_its_command_was_received() -> None:
    given(REGISTERED).when(correct(channel="hotline", received_at=AT)).then(
        corrected(("channel",), channel="hotline", received_at=AT)
    )
    given(REGISTERED).when(replace(VOID, received_at=AT)).then(replace(IN_ERROR, received_at=AT))


# --- proposing --------------------------------------------------------------------------------


def test_a_party_proposes_a_correction() -> None:
    given(REGISTERED).when(PROPOSE).then(PROPOSED)


def test_who_had_custody_proposes() -> None:
    handed = replace(SHARED, kind="transfer")
    transferred = Known(3, Parties({REFERRAL: handed}))
    given(REGISTERED, HANDED_OVER).knowing(parties=transferred).when(
        replace(PROPOSE, by=OFFICE)
    ).then(replace(PROPOSED, institution=OFFICE.institution))


def test_who_registered_a_case_that_was_assigned_to_another_proposes_nothing() -> None:
    given(REGISTERED, HANDED_OVER).when(replace(PROPOSE, by=OFFICE)).refused(NotAParty)


def test_a_stranger_proposes_nothing() -> None:
    for command in (PROPOSE, REQUEST_VOID):
        given(REGISTERED).when(replace(command, by=SHELTER)).refused(NotAParty)


def test_the_custodian_need_not_propose() -> None:
    for command in (PROPOSE, REQUEST_VOID):
        given(REGISTERED).when(replace(command, by=OFFICE)).refused(CustodianDecides)


def test_a_proposal_that_changes_nothing_is_no_fact() -> None:
    given(REGISTERED).when(replace(PROPOSE, **CASE_DETAILS)).then_nothing_new()


def test_a_proposal_that_waits_already_is_no_fact() -> None:
    given(REGISTERED, PROPOSED).when(replace(PROPOSE, proposal_id=REQUEST)).then_nothing_new()
    again = replace(REQUEST_VOID, proposal_id=PROPOSAL)
    given(REGISTERED, REQUESTED).when(again).then_nothing_new()
    given(REGISTERED, PROPOSED, REJECTED).when(replace(PROPOSE, proposal_id=REQUEST)).then(
        replace(PROPOSED, proposal_id=REQUEST)
    )


def test_a_proposal_keeps_to_the_rules_of_a_description() -> None:
    given(REGISTERED).when(replace(PROPOSE, municipality="02004")).refused(
        MunicipalityOutsideSubdivision
    )
    given(REGISTERED).when(replace(REQUEST_VOID, reason="oops")).refused(CodeNotKnown)


def test_a_party_requests_a_void() -> None:
    given(REGISTERED, PROPOSED).when(REQUEST_VOID).then(REQUESTED)


# --- deciding ---------------------------------------------------------------------------------


def test_an_adopted_proposal_corrects_the_case() -> None:
    given(REGISTERED, PROPOSED).when(ADOPT).then(
        ADOPTED,
        corrected(("channel",), channel="hotline", correction_id=ADOPTION, proposal_id=PROPOSAL),
    )


def test_an_adopted_proposal_sets_only_what_it_proposed_to_change() -> None:
    details = replace(DETAILS, sector="construction")
    since = corrected(("municipality", "sector"), municipality=None, details=details)
    given(REGISTERED, PROPOSED, since).when(ADOPT).then(
        ADOPTED,
        corrected(
            ("channel",),
            channel="hotline",
            municipality=None,
            details=details,
            correction_id=ADOPTION,
            proposal_id=PROPOSAL,
        ),
    )


def test_a_proposal_may_change_a_single_attribute() -> None:
    older = replace(DETAILS, age_band="45-59")
    proposed = replace(PROPOSED, changed=("age_band",), **{**CASE_DETAILS, "details": older})
    since = corrected(("sector",), details=replace(DETAILS, sector="construction"))
    given(REGISTERED, proposed, since).when(ADOPT).then(
        ADOPTED,
        corrected(
            ("age_band",),
            details=replace(older, sector="construction"),
            correction_id=ADOPTION,
            proposal_id=PROPOSAL,
        ),
    )


def test_a_proposal_that_was_corrected_so_meanwhile_is_adopted_without_a_correction() -> None:
    since = corrected(("channel",), channel="hotline")
    given(REGISTERED, PROPOSED, since).when(ADOPT).then(ADOPTED)


def test_a_proposal_that_contradicts_what_was_corrected_since_is_not_adopted() -> None:
    elsewhere = replace(PROPOSED, changed=("municipality",), municipality="08019")
    moved = corrected(("subdivision", "municipality"), subdivision="MX-JAL", municipality=None)
    given(REGISTERED, elsewhere, moved).when(ADOPT).refused(ProposalNoLongerFits)


def test_an_adopted_request_voids_the_case() -> None:
    adopt = replace(ADOPT, proposal_id=REQUEST)
    given(REGISTERED, REQUESTED).when(adopt).then(
        ProposalAdopted(REQUEST, 0, None),
        CaseEnteredInError(reason="test-record", entry_id=ADOPTION, proposal_id=REQUEST),
    )


def test_a_proposal_is_rejected_with_a_reason() -> None:
    given(REGISTERED, PROPOSED).when(REJECT).then(REJECTED)
    given(REGISTERED, PROPOSED).when(replace(REJECT, reason="no")).refused(CodeNotKnown)


@pytest.mark.parametrize("command", [ADOPT, REJECT])
def test_only_the_custodian_decides(command: Any) -> None:
    given(REGISTERED, PROPOSED).when(replace(command, by=COMMISSION)).refused(NotTheCustodian)
    given(REGISTERED, PROPOSED, HANDED_OVER).when(command).refused(NotTheCustodian)


@pytest.mark.parametrize("decided", [ADOPTED, REJECTED])
def test_a_proposal_is_decided_once(decided: object) -> None:
    for command in (ADOPT, REJECT):
        given(REGISTERED, PROPOSED, decided).when(command).refused(ProposalAlreadyDecided)


def test_what_was_not_proposed_cannot_be_decided() -> None:
    for command in (ADOPT, REJECT):
        given(REGISTERED).when(command).refused(ProposalNotFound)


def test_a_case_in_error_takes_no_proposals() -> None:
    for command in (PROPOSE, REQUEST_VOID, ADOPT, REJECT):
        given(REGISTERED, PROPOSED, IN_ERROR).when(command).refused(CaseIsInError)


def test_what_waits_is_remembered_in_its_order() -> None:
    state = given(REGISTERED, PROPOSED, REQUESTED).state
    assert state.proposals.open == (
        CorrectionProposal(
            PROPOSAL, COMMISSION.institution, Description(**BY_TELEPHONE), ("channel",)
        ),
        VoidRequest(REQUEST, COMMISSION.institution, "test-record"),
    )
    assert given(REGISTERED, PROPOSED, ADOPTED).state.proposals.open == ()


def test_a_proposal_leans_on_the_case_s_parties() -> None:
    assert DECIDER.leans_on is not None
    leans = DECIDER.leans_on(PROPOSE, given(REGISTERED).state)
    assert leans == {"parties": (parties.DECIDER, parties.stream_of(CASE))}
    assert DECIDER.leans_on(REJECT, given(REGISTERED).state) == {}
