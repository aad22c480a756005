"""What an addressee sees of a case until it accepts, one sentence each."""

from services.intake import case, changes
from services.intake.details import Details
from services.intake.previews import (
    CASE as THE_CASE,
)
from services.intake.previews import (
    DECIDER,
    CasePreviewed,
    PreviewCase,
    leans_on,
    stream_of,
)
from shared.contracts.intake import CasePreviewedV1
from shared.kernel.decider import Known
from shared.kernel.refusals import ReactionOnly
from shared.kernel.value import replace
from tests.personas import AT, CASE, COMMISSION, OFFICE, REFERRAL, SYSTEM
from tests.spec import rules

REGISTERED = case.DECIDER.fold(
    [
        case.CaseRegistered(
            case_id=CASE,
            institution=OFFICE.institution,
            folio="CHH-2345-6789-A",
            programme="mx-trafficking",
            subdivision="MX-CHH",
            municipality="08037",
            channel="shelter",
            opened_at=AT,
            details=Details(
                age_band="30-44", sex="female", nationality="HN", occupation="building-trades"
            ),
        )
    ]
)
given = rules(DECIDER, **{THE_CASE: Known(3, REGISTERED)})

PREVIEW = PreviewCase(
    by=SYSTEM, at=AT, case_id=CASE, referral_id=REFERRAL, addressee=COMMISSION.institution
)
PREVIEWED = CasePreviewed(
    referral_id=REFERRAL,
    addressee=COMMISSION.institution,
    programme="mx-trafficking",
    subdivision="MX-CHH",
    age_band="30-44",
    sex="female",
    case_version=3,
)


def test_an_addressee_is_shown_a_few_codes_of_the_case() -> None:
    given().when(PREVIEW).then(PREVIEWED)


def test_a_preview_tells_no_place_no_employer_no_violation_and_no_other_institution() -> None:
    assert {*CasePreviewedV1.__struct_fields__} == {
        *("referral_id", "addressee", "programme", "subdivision", "age_band", "sex"),
        "case_version",
    }


def test_a_preview_is_made_once_of_what_the_case_was_then() -> None:
    corrected = Known(4, replace(REGISTERED, subdivision="MX-JAL"))
    given(PREVIEWED).knowing(**{THE_CASE: corrected}).when(PREVIEW).then_nothing_new()
    given(PREVIEWED).remembers(PREVIEWED)


def test_a_preview_of_a_case_that_was_an_error_shows_what_the_case_was() -> None:
    error = case.DECIDER.evolve(REGISTERED, changes.CaseEnteredInError("duplicate"))
    given().knowing(**{THE_CASE: Known(3, error)}).when(PREVIEW).then(PREVIEWED)


def test_a_case_that_was_never_registered_is_shown_to_nobody() -> None:
    nothing = Known(0, case.DECIDER.nothing)
    given().knowing(**{THE_CASE: nothing}).when(PREVIEW).refused(case.CaseNotRegistered)


def test_only_the_system_shows_a_case() -> None:
    given().when(replace(PREVIEW, by=COMMISSION)).refused(ReactionOnly)


def test_a_preview_leans_on_the_case_and_has_a_stream_of_its_own() -> None:
    assert leans_on(PREVIEW, None) == {THE_CASE: (case.DECIDER, CASE)}
    assert stream_of(REFERRAL) != REFERRAL
