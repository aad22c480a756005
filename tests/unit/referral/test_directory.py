"""The rules of the directory, one sentence each."""

import pytest

from services.referral.directory import (
    DECIDER,
    CorrectInstitution,
    InstitutionAlreadyRegistered,
    InstitutionCodeNotReadable,
    InstitutionCorrected,
    InstitutionNotRegistered,
    InstitutionRegistered,
    NameNotUsable,
    NotAnAdministrator,
    RegisterInstitution,
    stream_of,
)
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import replace
from tests.personas import ADMINISTRATOR, AT, OFFICE
from tests.spec import rules

given = rules(DECIDER)

REGISTER = RegisterInstitution(
    by=ADMINISTRATOR,
    at=AT,
    institution="oficina-laboral-chih",
    name="Oficina Laboral de Chihuahua",
    kind="labour-office",
    subdivision="MX-CHH",
    programmes=("mx-labour-protection",),
)
CORRECT = CorrectInstitution(
    by=ADMINISTRATOR,
    at=AT,
    name="Oficina Laboral de Chihuahua",
    kind="labour-office",
    subdivision="MX-CHH",
    programmes=("mx-labour-protection",),
)
REGISTERED = InstitutionRegistered(
    institution="oficina-laboral-chih",
    name="Oficina Laboral de Chihuahua",
    kind="labour-office",
    subdivision="MX-CHH",
    programmes=("mx-labour-protection",),
)


def test_an_administrator_registers_an_institution() -> None:
    given().when(REGISTER).then(REGISTERED)


def test_programmes_are_written_one_way_only() -> None:
    command = replace(REGISTER, programmes=("mx-trafficking", "mecal", "mecal"))
    given().when(command).then(replace(REGISTERED, programmes=("mecal", "mx-trafficking")))


def test_nobody_else_keeps_the_directory() -> None:
    given().when(replace(REGISTER, by=OFFICE)).refused(NotAnAdministrator)
    given(REGISTERED).when(replace(CORRECT, by=OFFICE)).refused(NotAnAdministrator)


def test_registering_just_the_same_again_adds_nothing() -> None:
    given(REGISTERED).when(REGISTER).then_nothing_new()


def test_a_code_names_one_institution() -> None:
    given(REGISTERED).when(replace(REGISTER, name="Otra")).refused(InstitutionAlreadyRegistered)


@pytest.mark.parametrize("code", ["ab", "A-B-C", "con espacio", "niñez", "x" * 41])
def test_a_code_is_short_and_plain(code: str) -> None:
    given().when(replace(REGISTER, institution=code)).refused(InstitutionCodeNotReadable)


@pytest.mark.parametrize("name", ["", " Oficina", "Oficina ", "dos\nrenglones", "x" * 201])
def test_a_name_is_one_line(name: str) -> None:
    given().when(replace(REGISTER, name=name)).refused(NameNotUsable, field="name")


def test_every_code_stands_in_its_list() -> None:
    given().when(replace(REGISTER, kind="bank")).refused(CodeNotKnown, field="kind")
    given().when(replace(REGISTER, subdivision="CHH")).refused(CodeNotKnown, field="subdivision")
    given().when(replace(REGISTER, programmes=("x",))).refused(CodeNotKnown, field="programmes")
    given(REGISTERED).when(replace(CORRECT, kind="bank")).refused(CodeNotKnown, field="kind")


def test_a_correction_says_what_stands_now_and_what_changed() -> None:
    given(REGISTERED).when(replace(CORRECT, kind="conciliation-centre", subdivision=None)).then(
        InstitutionCorrected(
            institution="oficina-laboral-chih",
            name="Oficina Laboral de Chihuahua",
            kind="conciliation-centre",
            subdivision=None,
            programmes=("mx-labour-protection",),
            changed=("kind", "subdivision"),
        )
    )


def test_a_correction_builds_on_the_one_before() -> None:
    corrected = InstitutionCorrected(
        institution="oficina-laboral-chih",
        name="Oficina de Trabajo",
        kind="labour-office",
        subdivision="MX-CHH",
        programmes=("mx-labour-protection",),
        changed=("name",),
    )
    given(REGISTERED, corrected).when(
        replace(CORRECT, name="Oficina de Trabajo")
    ).then_nothing_new()


def test_a_correction_that_changes_nothing_is_no_fact() -> None:
    given(REGISTERED).when(CORRECT).then_nothing_new()


def test_what_is_not_listed_cannot_be_corrected() -> None:
    given().when(CORRECT).refused(InstitutionNotRegistered)


def test_an_institution_has_one_stream_for_ever() -> None:
    assert str(stream_of("oficina-laboral-chih")) == "7fefe3c3-c610-5b41-9ea3-087eacb5108a"
