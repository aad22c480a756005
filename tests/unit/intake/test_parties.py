"""The rules of a case's parties, one sentence each."""

import pytest

from services.intake.parties import (
    DECIDER,
    AdmitParty,
    ConfirmParty,
    DismissParty,
    Parties,
    PartiesCommand,
    PartyAdmitted,
    PartyConfirmed,
    PartyDismissed,
    PartyReadmitted,
    ReadmitParty,
    stream_of,
)
from shared.kernel.refusals import ReactionOnly
from shared.kernel.sight import Sides, Sight
from shared.kernel.value import replace
from tests.personas import AT, CASE, COMMISSION, OFFICE, OTHER_REFERRAL, REFERRAL, SHELTER, SYSTEM
from tests.spec import rules

given = rules(DECIDER)

ADMIT = AdmitParty(by=SYSTEM, at=AT, referral_id=REFERRAL, institution=COMMISSION.institution)
CONFIRM = ConfirmParty(
    by=SYSTEM,
    at=AT,
    referral_id=REFERRAL,
    institution=COMMISSION.institution,
    sender=OFFICE.institution,
    kind="share",
)
READMIT = ReadmitParty(by=SYSTEM, at=AT, referral_id=REFERRAL)
DISMISS = DismissParty(by=SYSTEM, at=AT, referral_id=REFERRAL)
FALLEN = replace(DISMISS, with_case=True)
ADMITTED = PartyAdmitted(REFERRAL, COMMISSION.institution)
CONFIRMED = PartyConfirmed(REFERRAL, COMMISSION.institution, OFFICE.institution, "share")
TRANSFERRED = replace(CONFIRMED, kind="transfer")
READMITTED = PartyReadmitted(REFERRAL)
DISMISSED = PartyDismissed(REFERRAL)
PREVIEW = Sides("", COMMISSION.institution, "", Sight.PREVIEW)
SHARE = Sides(OFFICE.institution, COMMISSION.institution, "share", Sight.CASE)


def folded(*facts: object) -> Parties:
    found: Parties = DECIDER.fold(facts)
    return found


def test_an_addressee_becomes_a_party() -> None:
    given().when(ADMIT).then(ADMITTED)


def test_a_party_is_confirmed_by_its_acceptance_even_if_its_request_was_not_heard() -> None:
    given(ADMITTED).when(CONFIRM).then(CONFIRMED)
    given().when(CONFIRM).then(CONFIRMED)


def test_a_party_is_readmitted_if_its_referral_goes_on_after_the_end() -> None:
    given(ADMITTED, CONFIRMED, DISMISSED).when(READMIT).then(READMITTED)


def test_a_party_whose_decline_was_an_error_sees_the_preview_again() -> None:
    given(ADMITTED, DISMISSED).when(READMIT).then(READMITTED)
    given(ADMITTED, DISMISSED, READMITTED).remembers(Parties({REFERRAL: PREVIEW}))


def test_nobody_is_readmitted_who_has_not_been_dismissed() -> None:
    for facts in ((), (ADMITTED,), (ADMITTED, CONFIRMED)):
        given(*facts).when(READMIT).then_nothing_new()


def test_a_party_is_dismissed_when_the_referral_ends() -> None:
    given(ADMITTED).when(DISMISS).then(DISMISSED)
    given(ADMITTED, CONFIRMED).when(DISMISS).then(DISMISSED)


def test_an_error_takes_a_preview_away_and_nothing_that_an_acceptance_gave() -> None:
    given(ADMITTED).when(FALLEN).then(DISMISSED)
    given(ADMITTED, CONFIRMED).when(FALLEN).then_nothing_new()


def test_what_arrives_again_adds_nothing() -> None:
    given(ADMITTED).when(ADMIT).then_nothing_new()
    given(ADMITTED, CONFIRMED).when(CONFIRM).then_nothing_new()
    given().when(DISMISS).then_nothing_new()
    given(ADMITTED, DISMISSED).when(DISMISS).then_nothing_new()
    given(ADMITTED, DISMISSED).when(ADMIT).then_nothing_new()
    given(ADMITTED, CONFIRMED, DISMISSED).when(DISMISS).then_nothing_new()
    given(ADMITTED, CONFIRMED, DISMISSED).when(CONFIRM).then_nothing_new()


@pytest.mark.parametrize("command", [ADMIT, CONFIRM, READMIT, DISMISS])
def test_only_the_system_says_who_is_a_party(command: PartiesCommand) -> None:
    given(ADMITTED).when(replace(command, by=COMMISSION)).refused(ReactionOnly)


def test_memory_keeps_who_sees_what_by_which_referral() -> None:
    other = PartyAdmitted(OTHER_REFERRAL, SHELTER.institution)
    shelter = Sides("", SHELTER.institution, "", Sight.PREVIEW)
    given(ADMITTED, other).remembers(Parties({REFERRAL: PREVIEW, OTHER_REFERRAL: shelter}))
    given(ADMITTED, CONFIRMED).remembers(Parties({REFERRAL: SHARE}))
    past = replace(SHARE, addressee_sees=Sight.PAST)
    given(ADMITTED, CONFIRMED, DISMISSED).remembers(Parties({REFERRAL: past}))
    given(ADMITTED, CONFIRMED, DISMISSED, READMITTED).remembers(Parties({REFERRAL: SHARE}))
    nothing = replace(PREVIEW, addressee_sees=Sight.NOTHING)
    given(ADMITTED, DISMISSED).remembers(Parties({REFERRAL: nothing}))


def test_a_part_in_the_case_has_who_shares_it_and_who_handed_it_over() -> None:
    assert folded(ADMITTED).institutions == frozenset()
    assert folded(ADMITTED, CONFIRMED).institutions == {COMMISSION.institution}
    assert folded(ADMITTED, CONFIRMED, DISMISSED).institutions == frozenset()
    assert folded(ADMITTED, TRANSFERRED).institutions == {OFFICE.institution}
    assert folded(ADMITTED, TRANSFERRED, DISMISSED).institutions == {OFFICE.institution}


def test_the_parties_of_a_case_have_a_stream_of_their_own() -> None:
    assert stream_of(CASE) != CASE
