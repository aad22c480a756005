"""What intake undoes when it hears that custody had moved before, one sentence each."""

from datetime import datetime, timedelta
from typing import Any

from services.intake.case import DECIDER, CaseIsInError, CaseNotRegistered
from services.intake.changes import (
    CorrectionTurnedIntoProposal,
    CustodianChanged,
    ProposalAdopted,
    ProposalRejected,
    ProposalReopened,
    VoidRequest,
    VoidTurnedIntoRequest,
)
from services.intake.custody_heard import HearOfCustody
from services.intake.details import Description
from shared.kernel.refusals import ReactionOnly
from shared.kernel.value import replace
from tests.case_facts import (
    CASE_DETAILS,
    CORRECTION,
    ENTRY,
    IN_ERROR,
    REGISTERED,
    VOID,
    correct,
    corrected,
)
from tests.personas import AT, COMMISSION, OFFICE, SHELTER, SYSTEM
from tests.spec import rules
from tests.unit.intake.test_changes import ADOPTION, PROPOSAL, PROPOSED, REQUEST, REQUESTED

given = rules(DECIDER)

BEFORE, AFTER = AT - timedelta(seconds=1), AT + timedelta(seconds=1)
HEAR = HearOfCustody(
    by=SYSTEM, at=AT, received_at=AT, custodian=COMMISSION.institution, custody_version=4
)
HEARD = CustodianChanged(COMMISSION.institution, 4)
DESCRIBED: dict[str, Any] = {**CASE_DETAILS, "channel": "hotline"}
TURNED = CorrectionTurnedIntoProposal(
    correction_id=CORRECTION,
    proposal_id=CORRECTION,
    institution=OFFICE.institution,
    proposed=Description(**DESCRIBED),
    changed=("channel",),
    **CASE_DETAILS,
)
VOID_TURNED = VoidTurnedIntoRequest(ENTRY, ENTRY, OFFICE.institution, "duplicate")


def by_telephone(received_at: datetime | None, **otherwise: Any) -> Any:
    return corrected(("channel",), channel="hotline", received_at=received_at, **otherwise)


def test_intake_notes_who_has_custody_now_and_by_which_version() -> None:
    given(REGISTERED).when(HEAR).then(HEARD)


def test_what_was_heard_already_or_is_older_adds_nothing() -> None:
    given(REGISTERED, HEARD).when(HEAR).then_nothing_new()
    given(REGISTERED, HEARD).when(replace(HEAR, custody_version=3)).then_nothing_new()


def test_only_the_system_hears() -> None:
    given(REGISTERED).when(replace(HEAR, by=COMMISSION)).refused(ReactionOnly)
    given(REGISTERED, IN_ERROR).when(replace(HEAR, by=COMMISSION)).refused(ReactionOnly)


def test_custody_of_a_case_that_is_not_known_here_waits_for_it() -> None:
    given().when(HEAR).refused(CaseNotRegistered)


# --- corrections ------------------------------------------------------------------------------


def test_a_correction_that_came_after_the_acceptance_becomes_a_proposal() -> None:
    given(REGISTERED, by_telephone(AFTER)).when(HEAR).then(TURNED, HEARD)


def test_a_correction_that_came_before_the_acceptance_or_with_it_stands() -> None:
    for at in (BEFORE, AT, None):
        given(REGISTERED, by_telephone(at)).when(HEAR).then(HEARD)


def test_without_the_moment_of_the_acceptance_everything_stands() -> None:
    given(REGISTERED, by_telephone(AFTER)).when(replace(HEAR, received_at=None)).then(HEARD)


def test_the_case_is_described_again_as_it_was_and_the_new_custodian_decides() -> None:
    state = given(REGISTERED, by_telephone(AFTER), TURNED, HEARD).state
    assert state.channel == "self-presented"
    assert [one.proposal_id for one in state.proposals.open] == [CORRECTION]
    assert state.custody.before == Description(**CASE_DETAILS)
    given(REGISTERED, by_telephone(AFTER), TURNED, HEARD).when(
        correct(by=COMMISSION, channel="shelter", correction_id=ADOPTION)
    ).then(corrected(("channel",), channel="shelter", correction_id=ADOPTION, custody_version=4))


def test_what_stands_stays_when_a_later_correction_is_turned() -> None:
    earlier = corrected(("municipality",), municipality=None, received_at=BEFORE)
    later = by_telephone(AFTER, municipality=None, correction_id=ADOPTION)
    given(REGISTERED, earlier, later).when(HEAR).then(
        replace(
            TURNED,
            municipality=None,
            correction_id=ADOPTION,
            proposal_id=ADOPTION,
            proposed=Description(**{**DESCRIBED, "municipality": None}),
        ),
        HEARD,
    )


def test_a_proposal_that_was_adopted_too_late_waits_again_as_its_own() -> None:
    adopted = ProposalAdopted(PROPOSAL, 0, AFTER)
    correction = by_telephone(AFTER, correction_id=ADOPTION, proposal_id=PROPOSAL)
    given(REGISTERED, PROPOSED, adopted, correction).when(HEAR).then(
        replace(
            TURNED,
            correction_id=ADOPTION,
            proposal_id=PROPOSAL,
            institution=COMMISSION.institution,
        ),
        HEARD,
    )


def test_a_proposal_that_was_rejected_or_adopted_too_late_waits_again() -> None:
    for decided in (
        ProposalRejected(PROPOSAL, "other", 0, AFTER),
        ProposalAdopted(PROPOSAL, 0, AFTER),
    ):
        reopened = ProposalReopened(PROPOSAL)
        given(REGISTERED, PROPOSED, decided).when(HEAR).then(reopened, HEARD)
        state = given(REGISTERED, PROPOSED, decided, reopened, HEARD).state
        assert [one.proposal_id for one in state.proposals.open] == [PROPOSAL]


# --- voids ------------------------------------------------------------------------------------


def test_a_void_that_came_after_the_acceptance_becomes_a_request() -> None:
    void = replace(IN_ERROR, received_at=AFTER)
    given(REGISTERED, void).when(HEAR).then(VOID_TURNED, HEARD)
    state = given(REGISTERED, void, VOID_TURNED, HEARD).state
    assert state.proposals.open == (VoidRequest(ENTRY, OFFICE.institution, "duplicate"),)
    given(REGISTERED, void, VOID_TURNED, HEARD).when(replace(VOID, by=COMMISSION)).then(
        replace(IN_ERROR, custody_version=4)
    )


def test_a_void_that_came_before_the_acceptance_stands() -> None:
    void = replace(IN_ERROR, received_at=BEFORE)
    given(REGISTERED, void).when(HEAR).then(HEARD)
    given(REGISTERED, void, HEARD).when(VOID).refused(CaseIsInError)


def test_only_the_first_acceptance_after_it_decides_about_a_void() -> None:
    void = replace(IN_ERROR, received_at=AT)
    onward = replace(HEAR, custodian=SHELTER.institution, custody_version=9, received_at=BEFORE)
    given(REGISTERED, void, HEARD).when(onward).then(CustodianChanged(SHELTER.institution, 9))


def test_only_the_first_acceptance_after_it_decides_about_a_correction() -> None:
    onward = replace(HEAR, custodian=SHELTER.institution, custody_version=9, received_at=BEFORE)
    given(REGISTERED, by_telephone(AT), HEARD).when(onward).then(
        CustodianChanged(SHELTER.institution, 9)
    )


def test_the_next_custodian_is_judged_by_the_next_acceptance() -> None:
    theirs = by_telephone(AFTER, custody_version=4)
    onward = replace(HEAR, custodian=SHELTER.institution, custody_version=9)
    given(REGISTERED, HEARD, theirs).when(onward).then(
        replace(TURNED, institution=COMMISSION.institution),
        CustodianChanged(SHELTER.institution, 9),
    )


def test_a_request_that_was_adopted_too_late_waits_again_as_its_own() -> None:
    adopted = ProposalAdopted(REQUEST, 0, AFTER)
    void = replace(IN_ERROR, reason="test-record", proposal_id=REQUEST, received_at=AFTER)
    given(REGISTERED, REQUESTED, adopted, void).when(HEAR).then(
        VoidTurnedIntoRequest(ENTRY, REQUEST, COMMISSION.institution, "test-record"), HEARD
    )


def test_a_correction_before_a_void_is_turned_too() -> None:
    void = replace(IN_ERROR, received_at=AFTER)
    given(REGISTERED, by_telephone(AFTER), void).when(HEAR).then(TURNED, VOID_TURNED, HEARD)
    state = given(REGISTERED, by_telephone(AFTER), void, TURNED, VOID_TURNED, HEARD).state
    assert state.channel == "self-presented"
    assert [one.proposal_id for one in state.proposals.open] == [CORRECTION, ENTRY]
