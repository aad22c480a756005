"""The rules of a case, one sentence each."""

from datetime import UTC, timedelta
from itertools import islice

import pytest

from services.intake.case import (
    DECIDER,
    FOLIO,
    FOLIOS,
    CaseAlreadyRegistered,
    CaseIsInError,
    CaseNotRegistered,
    FolioAssigned,
    FolioNotReadable,
    InError,
    NotRegistered,
    RegisterCase,
    Registered,
    beside,
    leans_on,
)
from services.intake.changes import Heard, Proposals
from services.intake.details import (
    Description,
    Details,
    MunicipalityOutsideSubdivision,
    OffsetMissing,
    OpenedAfterDescription,
    SubdivisionOutsideProgramme,
)
from services.intake.placing import municipality_written, no_one_municipality
from shared.kernel.decider import Claim, Known
from shared.kernel.folios import candidates, stream_of
from shared.kernel.refusals import CodeNotKnown, MayMeanSeveral
from shared.kernel.value import replace
from tests.case_facts import (
    CASE_DETAILS,
    DETAILS,
    IN_ERROR,
    OPENED,
    REGISTERED,
    VOID,
    correct,
    corrected,
)
from tests.personas import AT, CASE, OFFICE
from tests.spec import rules

given = rules(DECIDER, folio=Known(0, "CHH-2345-6789-A"))


def register(**otherwise: object) -> RegisterCase:
    command = RegisterCase(
        by=OFFICE,
        at=AT,
        case_id=CASE,
        folio_prefix="CHH",
        programme="mx-labour-protection",
        **CASE_DETAILS,
    )
    return replace(command, **otherwise)


def test_an_institution_registers_a_case() -> None:
    given().when(register()).then(REGISTERED)


def test_what_is_not_stated_stays_not_stated() -> None:
    bare = register(municipality=None, opened_at=None, details=Details())
    given().when(bare).then(
        replace(REGISTERED, municipality=None, opened_at=None, details=Details())
    )


def test_violations_are_written_one_way_only() -> None:
    details = Details(violations=("unpaid-wages", "no-contract", "unpaid-wages"))
    tidy = Details(violations=("no-contract", "unpaid-wages"))
    given().when(register(details=details)).then(replace(REGISTERED, details=tidy))


def test_that_no_violation_was_found_is_not_that_none_was_stated() -> None:
    none_found = Details(violations=())
    given().when(register(details=none_found)).then(replace(REGISTERED, details=none_found))


def test_a_case_is_registered_once() -> None:
    given(REGISTERED).when(register()).refused(CaseAlreadyRegistered, folio="CHH-2345-6789-A")


@pytest.mark.parametrize("prefix", ["", "chh-1", "CHH--1", "-CHH", "MARÍA", "A B", "A" * 21])
def test_a_folio_can_be_read_out(prefix: str) -> None:
    given().when(register(folio_prefix=prefix)).refused(FolioNotReadable, field="folio_prefix")


def test_a_case_claims_the_first_folio_that_is_free() -> None:
    claim = leans_on(register(), NotRegistered())[FOLIO]
    assert isinstance(claim, Claim)
    assert list(islice(claim.candidates, 3)) == list(islice(candidates(CASE, "CHH"), 3))
    given().knowing(folio=Known(0, "CHH-2BM-TEJ-RK9-4")).when(register()).then(
        replace(REGISTERED, folio="CHH-2BM-TEJ-RK9-4")
    )


@pytest.mark.parametrize("prefix", ["+", "", "A B"])
def test_a_folio_that_nobody_could_read_out_is_not_claimed(prefix: str) -> None:
    assert leans_on(register(folio_prefix=prefix), NotRegistered()) == {}


def test_nothing_but_a_registration_claims_a_folio() -> None:
    assert leans_on(correct(), NotRegistered()) == {}
    assert leans_on(register(), DECIDER.fold([REGISTERED])) == {}


def test_a_folio_is_assigned_together_with_the_registration() -> None:
    (beside_it,) = beside(NotRegistered(), REGISTERED)
    assert beside_it.stream == stream_of(REGISTERED.folio)
    assert beside_it.fact == FolioAssigned(REGISTERED.folio, CASE)
    assert FOLIOS.fold([beside_it.fact]) == beside_it.fact
    assert not list(beside(NotRegistered(), IN_ERROR))


@pytest.mark.parametrize(
    ("otherwise", "field"),
    [
        ({"programme": "mx-labor-protection"}, "programme"),
        ({"subdivision": "CHH"}, "subdivision"),
        ({"municipality": "99999"}, "municipality"),
        ({"channel": "telepathy"}, "channel"),
        ({"details": Details(age_band="30")}, "details.age_band"),
        ({"details": Details(sex="f")}, "details.sex"),
        ({"details": Details(nationality="Honduras")}, "details.nationality"),
        ({"details": Details(migratory_condition="none")}, "details.migratory_condition"),
        ({"details": Details(sector="maquila?")}, "details.sector"),
        ({"details": Details(occupation="cook")}, "details.occupation"),
        ({"details": Details(violations=("unpaid-wages", "theft"))}, "details.violations"),
    ],
)
def test_every_code_stands_in_its_list(otherwise: dict[str, object], field: str) -> None:
    given().when(register(**otherwise)).refused(CodeNotKnown, field=field)


def test_a_refused_value_is_not_repeated() -> None:
    answered = given().when(register(channel="Juana"))
    answered.refused(CodeNotKnown, code_list="identification_channels")
    assert "Juana" not in repr(answered.decision)


def test_a_case_lies_in_one_of_its_programmes_countries() -> None:
    given().when(register(subdivision="GT-01", municipality=None)).refused(
        SubdivisionOutsideProgramme, subdivision="GT-01", programme="mx-labour-protection"
    )


def test_a_municipality_lies_in_its_state() -> None:
    given().when(register(municipality="02004")).refused(
        MunicipalityOutsideSubdivision, municipality="02004", subdivision="MX-CHH"
    )


def test_a_municipality_that_there_is_not_is_refused_and_nothing_is_compared_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr("difflib.get_close_matches")
    for written in ("Ciudad Juarez", "08099"):
        given().when(register(municipality=written)).refused(
            CodeNotKnown, field="municipality", closest=""
        )


@pytest.mark.parametrize(
    ("written", "subdivision", "told"),
    [
        ("Ciudad Juarez", "MX-CHH", "08037 Juárez"),
        ("Tijuana", "MX-CHH", "de la lista «municipalities»."),
        ("San Juan Mixtepec", "MX-OAX", "20208 San Juan Mixtepec (distrito 08), 20209 San Juan"),
    ],
)
def test_the_door_says_what_a_municipality_may_mean_or_what_is_written_like_it(
    written: str, subdivision: str, told: str
) -> None:
    refusal = no_one_municipality(written, subdivision)
    assert isinstance(refusal, CodeNotKnown | MayMeanSeveral)
    assert refusal.field == "municipality"
    assert told in refusal.sentence()
    assert no_one_municipality(written, "MX-XXX") is None


@pytest.mark.parametrize(
    ("written", "subdivision", "code"),
    [
        ("juarez", "MX-CHH", "08037"),
        ("037", "MX-CHH", "08037"),
        ("Juárez", "MX-NLE", "19031"),
        ("02004", "MX-CHH", "02004"),
        ("San Juan Mixtepec", "MX-OAX", "San Juan Mixtepec"),
        ("Juárez", "CHH", "Juárez"),
        (None, "MX-CHH", None),
    ],
)
def test_a_municipalitys_name_becomes_its_code_and_all_else_is_left_to_the_rules(
    written: str | None, subdivision: str, code: str | None
) -> None:
    assert municipality_written(written, subdivision) == code


def test_of_a_subdivision_and_a_municipality_that_are_not_known_the_wider_is_named() -> None:
    nowhere = register(municipality="nowhere", subdivision="XX-NOW")
    given().when(nowhere).refused(CodeNotKnown, field="subdivision")


def test_an_opening_says_its_offset() -> None:
    given().when(register(opened_at=OPENED.replace(tzinfo=None))).refused(OffsetMissing)


def test_a_case_is_opened_before_it_is_registered() -> None:
    given().when(register(opened_at=AT)).then(replace(REGISTERED, opened_at=AT))
    given().when(register(opened_at=AT + timedelta(seconds=1))).refused(OpenedAfterDescription)


def test_a_correction_says_what_stands_now_and_what_changed() -> None:
    details = replace(DETAILS, sector="construction")
    given(REGISTERED).when(correct(municipality=None, details=details)).then(
        corrected(("municipality", "sector"), municipality=None, details=details)
    )


def test_a_correction_that_changes_nothing_is_no_fact() -> None:
    given(REGISTERED).when(correct()).then_nothing_new()


def test_the_same_moment_at_another_offset_is_a_change_because_the_day_may_differ() -> None:
    elsewhere = OPENED.astimezone(UTC)
    given(REGISTERED).when(correct(opened_at=elsewhere)).then(
        corrected(("opened_at",), opened_at=elsewhere)
    )


def test_a_correction_keeps_to_the_lists_too() -> None:
    given(REGISTERED).when(correct(channel="telepathy")).refused(CodeNotKnown, field="channel")


def test_a_case_that_is_not_registered_cannot_be_corrected() -> None:
    given().when(correct()).refused(CaseNotRegistered)


def test_a_case_is_entered_in_error_with_a_reason() -> None:
    given(REGISTERED).when(VOID).then(IN_ERROR)
    given(REGISTERED).when(replace(VOID, reason="oops")).refused(CodeNotKnown, field="reason")


def test_a_case_in_error_takes_nothing_more() -> None:
    for command in (register(), correct(), VOID):
        given(REGISTERED, IN_ERROR).when(command).refused(CaseIsInError)


def test_the_state_keeps_the_last_details() -> None:
    by_telephone = corrected(("channel",), channel="hotline")
    now = Registered(
        case_id=CASE,
        institution=OFFICE.institution,
        folio="CHH-2345-6789-A",
        programme="mx-labour-protection",
        **{**CASE_DETAILS, "channel": "hotline"},
        custody=Heard(OFFICE.institution, 0, Description(**CASE_DETAILS), (by_telephone,)),
        proposals=Proposals(),
    )
    given(REGISTERED, by_telephone).remembers(now)
    given(REGISTERED, by_telephone, IN_ERROR).remembers(InError(was=now, entry=IN_ERROR))


def test_memory_judges_nothing() -> None:
    given(IN_ERROR).remembers(NotRegistered())
