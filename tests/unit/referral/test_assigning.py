"""Who can take a case, and handing on what an institution cannot: one sentence each."""

from datetime import timedelta

import pytest

from services.referral import directory
from services.referral.assigning import AssignCustody, CustodyAssigned
from services.referral.custody import DECIDER
from services.referral.custody_facts import CustodyEnded
from services.referral.custody_states import InCustody
from services.referral.decisions import ReferCase
from services.referral.directory_refusals import NotASteward
from services.referral.institution import (
    Active,
    Closed,
    Institution,
    NotListed,
    Reachable,
    Suspended,
)
from services.referral.referral import sides_of
from services.referral.referral_facts import ReferralEnteredInError
from services.referral.refusals import (
    AddresseeNotActive,
    AddresseeNotRegistered,
    AddresseeUnreachable,
    CaseIsInError,
    CaseNotTakenUp,
    CustodianAnswers,
    CustodyElsewhere,
    ProgrammeNotServed,
    ReferredToItself,
)
from shared.kernel.decider import Actor, Known
from shared.kernel.record import Source
from shared.kernel.refusals import Refusal
from shared.kernel.sight import Sight
from shared.kernel.value import replace
from tests.personas import AT, COMMISSION, OFFICE, OPERATOR, REACHABLE, REFERRAL, SHELTER, STEWARD
from tests.referral_facts import ACCEPTED, ANNOUNCED, REQUESTED, TAKEN, consented
from tests.spec import rules

_ENTRY = ("", "Albergue", "shelter", None)
ACTIVE = Active(*_ENTRY, ("mx-labour-protection", "mecal"), REACHABLE)
ANY_PROGRAMME = replace(ACTIVE, programmes=())
CANNOT: dict[Institution, type[Refusal]] = {
    NotListed(): AddresseeNotRegistered,
    Suspended(*_ENTRY, (), REACHABLE): AddresseeNotActive,
    Closed(*_ENTRY, (), REACHABLE): AddresseeNotActive,
    replace(ACTIVE, reachable=None): AddresseeUnreachable,
    replace(ACTIVE, reachable=Reachable(AT)): AddresseeUnreachable,
    replace(ACTIVE, programmes=("mecal",)): ProgrammeNotServed,
}
"""Entries of institutions that cannot take the case, and why not."""
CLOSED = Closed(*_ENTRY, (), REACHABLE)
given = rules(DECIDER, addressee=Known(4, ACTIVE), previous=Known(3, CLOSED))

REFER = ReferCase(
    by=OFFICE,
    at=AT,
    referral_id=REFERRAL,
    to=COMMISSION.institution,
    kind="transfer",
    services=("legal-advice",),
    priority="urgent",
)
ASSIGN = AssignCustody(by=STEWARD, at=AT, previous=OFFICE.institution, to=SHELTER.institution)
ASSIGNED = CustodyAssigned(
    custodian=SHELTER.institution,
    previous_custodian=OFFICE.institution,
    reason="custodian-closed",
    custodian_version=4,
    previous_version=3,
)
TOLD = replace(ANNOUNCED, custodian=SHELTER.institution)


@pytest.mark.parametrize("entry", [ACTIVE, ANY_PROGRAMME])
def test_a_case_goes_to_who_is_active_can_answer_and_serves_its_programme(
    entry: Institution,
) -> None:
    known = Known(4, entry)
    given(TAKEN).knowing(addressee=known).when(REFER).then(
        consented(replace(REQUESTED, addressee_version=4))
    )
    given(TAKEN).knowing(addressee=known).when(ASSIGN).then(ASSIGNED, TOLD)


@pytest.mark.parametrize(("entry", "refusal"), CANNOT.items())
def test_a_case_goes_to_nobody_else(entry: Institution, refusal: type[Refusal]) -> None:
    known = Known(4, entry)
    given(TAKEN).knowing(addressee=known).when(REFER).refused(refusal)
    given(TAKEN).knowing(addressee=known).when(ASSIGN).refused(refusal)


def test_an_import_says_what_has_happened_whoever_could_be_reached() -> None:
    imported = replace(REFER, imported=Source("us-wage-claims/1", "public-source", "0" * 64))
    unreachable = Known(4, replace(ACTIVE, reachable=None))
    given(TAKEN).knowing(addressee=unreachable).when(imported).then(
        replace(REQUESTED, addressee_version=4)
    )


@pytest.mark.parametrize("by", [STEWARD, OPERATOR])
def test_a_steward_and_the_operator_hand_a_case_on(by: Actor) -> None:
    given(TAKEN).when(replace(ASSIGN, by=by)).then(ASSIGNED, TOLD)


def test_nobody_else_hands_it_on() -> None:
    for by in (OFFICE, SHELTER, replace(STEWARD, role="administrator")):
        given(TAKEN).when(replace(ASSIGN, by=by)).refused(NotASteward)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (Suspended(*_ENTRY, (), REACHABLE), "custodian-suspended"),
        (replace(ACTIVE, reachable=None), "custodian-unreachable"),
        (replace(ACTIVE, reachable=Reachable(AT)), "custodian-unreachable"),
        (NotListed(), "custodian-unreachable"),
    ],
)
def test_the_fact_says_why_its_custodian_could_not(entry: Institution, reason: str) -> None:
    given(TAKEN).knowing(previous=Known(3, entry)).when(ASSIGN).then(
        replace(ASSIGNED, reason=reason), TOLD
    )


def test_an_institution_that_answers_hands_its_cases_on_itself() -> None:
    later = Known(3, replace(ACTIVE, reachable=Reachable(AT + timedelta(seconds=1))))
    given(TAKEN).knowing(previous=later).when(ASSIGN).refused(CustodianAnswers)


def test_a_case_is_handed_on_from_who_answers_for_it() -> None:
    from_another = replace(ASSIGN, previous=COMMISSION.institution)
    given(TAKEN).when(from_another).refused(CustodyElsewhere)
    given(TAKEN).when(replace(ASSIGN, to=OFFICE.institution)).refused(ReferredToItself)
    given().when(ASSIGN).refused(CaseNotTakenUp)
    given(TAKEN, CustodyEnded(OFFICE.institution)).when(ASSIGN).refused(CaseIsInError)


def test_a_case_that_was_handed_on_already_is_not_handed_on_again() -> None:
    given(TAKEN, ASSIGNED).when(ASSIGN).then_nothing_new()


def test_the_new_custodian_refers_the_case_and_the_former_one_does_not() -> None:
    onward = replace(REFER, by=SHELTER)
    given(TAKEN, ASSIGNED).when(onward).then(
        consented(replace(REQUESTED, sender=SHELTER.institution, addressee_version=4))
    )
    after = DECIDER.fold((TAKEN, REQUESTED, ACCEPTED, ASSIGNED))
    assert isinstance(after, InCustody)
    assert after.held.custodian == SHELTER.institution


def test_an_assignment_leans_on_the_entries_of_both_institutions() -> None:
    state = given(TAKEN).state
    assert DECIDER.leans_on is not None
    leans = DECIDER.leans_on(ASSIGN, state)
    assert leans == {
        "addressee": (directory.DECIDER, directory.stream_of(SHELTER.institution)),
        "previous": (directory.DECIDER, directory.stream_of(OFFICE.institution)),
    }


@pytest.mark.parametrize(
    ("facts", "sees"),
    [
        ((), Sight.PREVIEW),
        ((ACCEPTED,), Sight.CASE),
        ((ReferralEnteredInError(REFERRAL),), Sight.NOTHING),
        ((ACCEPTED, ReferralEnteredInError(REFERRAL)), Sight.CASE),
    ],
)
def test_what_an_addressee_sees_follows_from_its_referral_s_status(
    facts: tuple[object, ...], sees: Sight
) -> None:
    state = given(TAKEN, REQUESTED, *facts).state
    assert sides_of(state.referrals[REFERRAL]).addressee_sees is sees


def test_an_assignment_says_when_it_was_received() -> None:
    given(TAKEN).when(replace(ASSIGN, received_at=AT)).then(replace(ASSIGNED, received_at=AT), TOLD)
