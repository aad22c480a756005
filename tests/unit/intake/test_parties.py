"""The rules of a case's parties, one sentence each."""

import pytest

from services.intake import case, details
from services.intake.parties import (
    CASE as THE_CASE,
)
from services.intake.parties import (
    DECIDER,
    AdmitParty,
    CasePreviewed,
    ConfirmParty,
    DismissParty,
    Parties,
    PartyAdmitted,
    PartyConfirmed,
    PartyDismissed,
    leans_on,
    stream_of,
)
from shared.identity.scope import Sides, Sight
from shared.kernel.decider import Known
from shared.kernel.refusals import ReactionOnly
from shared.kernel.value import replace
from tests.personas import AT, CASE, COMMISSION, OFFICE, OTHER_REFERRAL, REFERRAL, SHELTER, SYSTEM
from tests.spec import rules

REGISTERED = case.Registered(
    case_id=CASE,
    institution=OFFICE.institution,
    folio="CHH-2345-6789-A",
    programme="mx-trafficking",
    subdivision="MX-CHH",
    municipality="08037",
    channel="shelter",
    opened_at=AT,
    details=details.Details(
        age_band="30-44", sex="female", nationality="HN", occupation="building-trades"
    ),
)
given = rules(DECIDER, **{THE_CASE: Known(3, REGISTERED)})

ADMIT = AdmitParty(
    by=SYSTEM, at=AT, case_id=CASE, referral_id=REFERRAL, institution=COMMISSION.institution
)
CONFIRM = ConfirmParty(
    by=SYSTEM,
    at=AT,
    referral_id=REFERRAL,
    institution=COMMISSION.institution,
    sender=OFFICE.institution,
    kind="share",
)
DISMISS = DismissParty(by=SYSTEM, at=AT, referral_id=REFERRAL, by_error=False)
FALLEN = replace(DISMISS, by_error=True)
ADMITTED = PartyAdmitted(REFERRAL, COMMISSION.institution)
PREVIEWED = CasePreviewed(
    referral_id=REFERRAL,
    addressee=COMMISSION.institution,
    programme="mx-trafficking",
    subdivision="MX-CHH",
    age_band="30-44",
    sex="female",
    case_version=3,
)
CONFIRMED = PartyConfirmed(REFERRAL, COMMISSION.institution, OFFICE.institution, "share")
TRANSFERRED = replace(CONFIRMED, kind="transfer")
DISMISSED = PartyDismissed(REFERRAL)
PREVIEW = Sides("", COMMISSION.institution, "", Sight.PREVIEW)
SHARE = Sides(OFFICE.institution, COMMISSION.institution, "share", Sight.CASE)


def test_an_addressee_becomes_a_party_and_is_shown_a_few_codes_of_the_case() -> None:
    given().when(ADMIT).then(ADMITTED, PREVIEWED)


def test_a_preview_says_neither_where_exactly_nor_what_nor_by_whom() -> None:
    shown = {*CasePreviewed.__struct_fields__}
    assert shown == {
        *("referral_id", "addressee", "programme", "subdivision", "age_band", "sex"),
        "case_version",
    }


def test_a_preview_of_a_case_that_was_an_error_shows_what_the_case_was() -> None:
    error = Known(3, case.InError(REGISTERED, "duplicate"))
    given().knowing(**{THE_CASE: error}).when(ADMIT).then(ADMITTED, PREVIEWED)


def test_nobody_becomes_a_party_to_a_case_that_was_never_registered() -> None:
    nothing = Known(0, case.NotRegistered())
    given().knowing(**{THE_CASE: nothing}).when(ADMIT).refused(case.CaseNotRegistered)


def test_only_a_preview_leans_on_the_case() -> None:
    assert leans_on(ADMIT, Parties()) == {THE_CASE: (case.DECIDER, CASE)}
    assert leans_on(CONFIRM, Parties()) == leans_on(DISMISS, Parties()) == {}


def test_a_party_is_confirmed_by_its_acceptance() -> None:
    given(ADMITTED, PREVIEWED).when(CONFIRM).then(CONFIRMED)


def test_a_party_is_confirmed_again_if_the_referral_is_reopened() -> None:
    given(ADMITTED, PREVIEWED, CONFIRMED, DISMISSED).when(CONFIRM).then(CONFIRMED)


@pytest.mark.parametrize("before", [(ADMITTED, PREVIEWED), (ADMITTED, PREVIEWED, CONFIRMED)])
def test_a_party_is_dismissed_when_the_referral_ends(before: tuple[object, ...]) -> None:
    given(*before).when(DISMISS).then(DISMISSED)


def test_an_error_takes_the_preview_away_and_nothing_that_an_acceptance_gave() -> None:
    given(ADMITTED, PREVIEWED).when(FALLEN).then(DISMISSED)
    given(ADMITTED, PREVIEWED, CONFIRMED).when(FALLEN).then_nothing_new()


def test_what_arrives_again_adds_nothing() -> None:
    given(ADMITTED, PREVIEWED).when(ADMIT).then_nothing_new()
    given(ADMITTED, PREVIEWED, CONFIRMED).when(CONFIRM).then_nothing_new()
    given().when(DISMISS).then_nothing_new()
    given(ADMITTED, PREVIEWED, DISMISSED).when(DISMISS).then_nothing_new()
    given(ADMITTED, PREVIEWED, DISMISSED).when(ADMIT).then_nothing_new()
    given(ADMITTED, PREVIEWED, CONFIRMED, DISMISSED).when(DISMISS).then_nothing_new()


@pytest.mark.parametrize("command", [ADMIT, CONFIRM, DISMISS])
def test_only_the_system_admits_confirms_and_dismisses(command: AdmitParty) -> None:
    given(ADMITTED).when(replace(command, by=COMMISSION)).refused(ReactionOnly)


def test_memory_keeps_who_sees_what_by_which_referral() -> None:
    other = PartyAdmitted(OTHER_REFERRAL, SHELTER.institution)
    shelter = Sides("", SHELTER.institution, "", Sight.PREVIEW)
    given(ADMITTED, PREVIEWED, other).remembers(
        Parties({REFERRAL: PREVIEW, OTHER_REFERRAL: shelter}, {REFERRAL: PREVIEWED})
    )
    given(ADMITTED, CONFIRMED).remembers(Parties({REFERRAL: SHARE}))
    given(ADMITTED, CONFIRMED, DISMISSED).remembers(
        Parties({REFERRAL: replace(SHARE, addressee_sees=Sight.PAST)})
    )
    given(ADMITTED, DISMISSED).remembers(
        Parties({REFERRAL: replace(PREVIEW, addressee_sees=Sight.NOTHING)})
    )


def test_memory_keeps_the_custodian_that_an_accepted_transfer_made() -> None:
    given(ADMITTED, TRANSFERRED).remembers(
        Parties({REFERRAL: replace(SHARE, kind="transfer")}, custodian=COMMISSION.institution)
    )


def test_the_parties_of_a_case_have_a_stream_of_their_own() -> None:
    assert stream_of(CASE) != CASE
