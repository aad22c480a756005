"""The rules of a case's parties, one sentence each."""

from services.intake.parties import (
    DECIDER,
    AdmitParty,
    DismissParty,
    Parties,
    PartyAdmitted,
    PartyDismissed,
    stream_of,
)
from shared.kernel.refusals import ReactionOnly
from shared.kernel.value import replace
from tests.personas import AT, CASE, COMMISSION, OTHER_REFERRAL, REFERRAL, SHELTER, SYSTEM
from tests.spec import rules

given = rules(DECIDER)

ADMIT = AdmitParty(by=SYSTEM, at=AT, referral_id=REFERRAL, institution=COMMISSION.institution)
DISMISS = DismissParty(by=SYSTEM, at=AT, referral_id=REFERRAL)
ADMITTED = PartyAdmitted(REFERRAL, COMMISSION.institution)
DISMISSED = PartyDismissed(REFERRAL)


def test_an_addressee_becomes_a_party() -> None:
    given().when(ADMIT).then(ADMITTED)


def test_a_party_is_dismissed_when_the_referral_comes_to_nothing() -> None:
    given(ADMITTED).when(DISMISS).then(DISMISSED)


def test_what_arrives_again_adds_nothing() -> None:
    given(ADMITTED).when(ADMIT).then_nothing_new()
    given().when(DISMISS).then_nothing_new()
    given(ADMITTED, DISMISSED).when(DISMISS).then_nothing_new()


def test_only_the_system_admits_and_dismisses() -> None:
    given().when(replace(ADMIT, by=COMMISSION)).refused(ReactionOnly)
    given(ADMITTED).when(replace(DISMISS, by=COMMISSION)).refused(ReactionOnly)


def test_memory_keeps_who_is_a_party_by_which_referral() -> None:
    other = PartyAdmitted(OTHER_REFERRAL, SHELTER.institution)
    given(ADMITTED, other, DISMISSED).remembers(Parties({OTHER_REFERRAL: SHELTER.institution}))


def test_the_parties_of_a_case_have_a_stream_of_their_own() -> None:
    assert stream_of(CASE) != CASE
