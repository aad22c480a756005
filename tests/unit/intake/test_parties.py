"""The rules of a case's parties, one sentence each."""

from services.intake.parties import (
    DECIDER,
    AdmitParty,
    ConfirmParty,
    DismissParty,
    Parties,
    PartyAdmitted,
    PartyConfirmed,
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
CONFIRM = ConfirmParty(by=SYSTEM, at=AT, referral_id=REFERRAL)
FALL = replace(DISMISS, with_case=True)
CONFIRMED = PartyConfirmed(REFERRAL)
DISMISSED = PartyDismissed(REFERRAL)


def test_an_addressee_becomes_a_party() -> None:
    given().when(ADMIT).then(ADMITTED)


def test_a_party_is_dismissed_when_the_referral_comes_to_nothing() -> None:
    given(ADMITTED).when(DISMISS).then(DISMISSED)


def test_a_party_that_accepted_is_confirmed() -> None:
    given(ADMITTED).when(CONFIRM).then(CONFIRMED)


def test_an_error_takes_no_sight_from_who_accepted_and_does_from_who_had_not() -> None:
    given(ADMITTED, CONFIRMED).when(FALL).then_nothing_new()
    given(ADMITTED).when(FALL).then(DISMISSED)


def test_a_party_that_accepted_is_dismissed_when_its_referral_ends_otherwise() -> None:
    given(ADMITTED, CONFIRMED).when(DISMISS).then(DISMISSED)
    given(ADMITTED, CONFIRMED, DISMISSED).remembers(Parties())


def test_what_arrives_again_adds_nothing() -> None:
    given(ADMITTED, CONFIRMED).when(CONFIRM).then_nothing_new()
    given().when(CONFIRM).then_nothing_new()
    given(ADMITTED).when(ADMIT).then_nothing_new()
    given().when(DISMISS).then_nothing_new()
    given(ADMITTED, DISMISSED).when(DISMISS).then_nothing_new()


def test_only_the_system_admits_and_dismisses() -> None:
    given().when(replace(ADMIT, by=COMMISSION)).refused(ReactionOnly)
    given(ADMITTED).when(replace(DISMISS, by=COMMISSION)).refused(ReactionOnly)
    given(ADMITTED).when(replace(CONFIRM, by=COMMISSION)).refused(ReactionOnly)


def test_memory_keeps_who_is_a_party_by_which_referral() -> None:
    other = PartyAdmitted(OTHER_REFERRAL, SHELTER.institution)
    left = Parties({OTHER_REFERRAL: SHELTER.institution})
    given(ADMITTED, other, DISMISSED).remembers(left)
    assert left.institutions == {SHELTER.institution}
    given(ADMITTED, CONFIRMED).remembers(
        Parties({REFERRAL: COMMISSION.institution}, frozenset({REFERRAL}))
    )


def test_the_parties_of_a_case_have_a_stream_of_their_own() -> None:
    assert stream_of(CASE) != CASE
