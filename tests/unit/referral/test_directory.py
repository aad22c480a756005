"""The rules of the directory, one sentence each."""

from datetime import UTC, datetime, timedelta

import pytest

from services.referral import names
from services.referral.directory import (
    DECIDER,
    FORMER_NAME,
    NAME,
    CloseInstitution,
    CorrectInstitution,
    MakeReachable,
    MakeUnreachable,
    ReactivateInstitution,
    RegisterInstitution,
    SuspendInstitution,
    leans_on,
    stream_of,
)
from services.referral.directory_refusals import (
    InstitutionAlreadyRegistered,
    InstitutionCodeNotReadable,
    InstitutionIsClosed,
    InstitutionNotRegistered,
    NameNotUsable,
    NameTaken,
    NotAnAdministrator,
    NotASteward,
    NotTheOperator,
    NotYourInstitution,
)
from services.referral.institution import (
    Active,
    Closed,
    InstitutionClosed,
    InstitutionCorrected,
    InstitutionMadeReachable,
    InstitutionMadeUnreachable,
    InstitutionReactivated,
    InstitutionRegistered,
    InstitutionSuspended,
    NotListed,
    Reachable,
    Suspended,
    beside,
)
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.free_text import LooksPersonal
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import fields_of, replace
from tests.personas import ADMINISTRATOR, ALWAYS, AT, OFFICE, OPERATOR, STEWARD
from tests.spec import rules

FREE = Known(0, None)
given = rules(DECIDER, name=FREE)
CODE = "oficina-laboral-chih"
ITS_ADMINISTRATOR = Actor(CODE, "administrator", "subject-7")

REGISTER = RegisterInstitution(
    by=STEWARD,
    at=AT,
    institution=CODE,
    name="Oficina Laboral de Chihuahua",
    kind="labour-office",
    subdivision="MX-CHH",
    programmes=("mx-labour-protection",),
)
CORRECT = CorrectInstitution(
    by=STEWARD,
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


SUSPEND = SuspendInstitution(by=STEWARD, at=AT, reason="no-capacity")
CLOSE = CloseInstitution(by=STEWARD, at=AT, reason="ceased")
REACTIVATE = ReactivateInstitution(by=STEWARD, at=AT)
REACH = MakeReachable(by=OPERATOR, at=AT, until=ALWAYS)
UNREACH = MakeUnreachable(by=OPERATOR, at=AT)
SUSPENDED = InstitutionSuspended(CODE, "no-capacity")
CLOSED = InstitutionClosed(CODE, "ceased")
REACTIVATED = InstitutionReactivated(CODE)
REACHABLE = InstitutionMadeReachable(CODE, ALWAYS)
UNREACHABLE = InstitutionMadeUnreachable(CODE)


@pytest.mark.parametrize("by", [STEWARD, OPERATOR])
def test_a_steward_and_the_operator_register_an_institution(by: Actor) -> None:
    given().when(replace(REGISTER, by=by)).then(REGISTERED)


def test_programmes_are_written_one_way_only() -> None:
    command = replace(REGISTER, programmes=("mx-trafficking", "mecal", "mecal"))
    given().when(command).then(replace(REGISTERED, programmes=("mecal", "mx-trafficking")))


@pytest.mark.parametrize("command", [REGISTER, SUSPEND, CLOSE, REACTIVATE])
@pytest.mark.parametrize("by", [OFFICE, ADMINISTRATOR, ITS_ADMINISTRATOR])
def test_nobody_else_registers_or_changes_a_status(command: Command, by: Actor) -> None:
    given(REGISTERED).when(replace(command, by=by)).refused(NotASteward)


def test_an_administrator_corrects_its_own_institution_s_entry_and_no_other() -> None:
    renamed = replace(CORRECT, kind="shelter")
    corrected = InstitutionCorrected(
        **fields_of(REGISTERED) | {"kind": "shelter"}, changed=("kind",)
    )
    for by in (ITS_ADMINISTRATOR, STEWARD, OPERATOR):
        given(REGISTERED).when(replace(renamed, by=by)).then(corrected)
    given(REGISTERED).when(replace(renamed, by=ADMINISTRATOR)).refused(NotYourInstitution)
    given(REGISTERED).when(replace(renamed, by=OFFICE)).refused(NotAnAdministrator)


@pytest.mark.parametrize("command", [REACH, UNREACH])
@pytest.mark.parametrize("by", [STEWARD, ITS_ADMINISTRATOR])
def test_nobody_declares_that_an_institution_can_answer(command: Command, by: Actor) -> None:
    given(REGISTERED).when(replace(command, by=by)).refused(NotTheOperator)


def test_an_institution_is_suspended_closed_and_reactivated() -> None:
    given(REGISTERED).when(SUSPEND).then(SUSPENDED)
    given(REGISTERED).when(CLOSE).then(CLOSED)
    given(REGISTERED, SUSPENDED).when(CLOSE).then(CLOSED)
    given(REGISTERED, SUSPENDED).when(REACTIVATE).then(REACTIVATED)
    given(REGISTERED, CLOSED).when(REACTIVATE).then(REACTIVATED)


def test_what_stands_so_already_is_no_fact() -> None:
    given(REGISTERED).when(REACTIVATE).then_nothing_new()
    given(REGISTERED, SUSPENDED).when(SUSPEND).then_nothing_new()
    given(REGISTERED, CLOSED).when(CLOSE).then_nothing_new()


def test_a_closed_institution_is_not_suspended() -> None:
    given(REGISTERED, CLOSED).when(SUSPEND).refused(InstitutionIsClosed)


def test_a_status_has_a_reason_of_its_list() -> None:
    given(REGISTERED).when(replace(SUSPEND, reason="Juan")).refused(CodeNotKnown, field="reason")


def test_what_is_not_listed_has_no_status_and_no_way_to_answer() -> None:
    for command in (SUSPEND, CLOSE, REACTIVATE, REACH, UNREACH):
        given().when(command).refused(InstitutionNotRegistered)


def test_the_directory_says_until_when_there_is_a_way_to_answer() -> None:
    later = replace(REACH, until=ALWAYS + timedelta(days=1))
    given(REGISTERED).when(REACH).then(REACHABLE)
    given(REGISTERED, REACHABLE).when(REACH).then_nothing_new()
    given(REGISTERED, REACHABLE).when(later).then(replace(REACHABLE, until=later.until))
    given(REGISTERED, REACHABLE).when(UNREACH).then(UNREACHABLE)
    given(REGISTERED).when(UNREACH).then_nothing_new()


def test_an_institution_may_be_reachable_until_told_otherwise() -> None:
    for_good = replace(REACH, until=None)
    told = InstitutionMadeReachable(CODE)
    given(REGISTERED, REACHABLE).when(for_good).then(told)
    given(REGISTERED, told).when(for_good).then_nothing_new()
    given(REGISTERED, told).when(UNREACH).then(UNREACHABLE)
    given(REGISTERED, told).when(REACH).then(REACHABLE)
    assert Reachable().at(datetime.max.replace(tzinfo=UTC))


def test_memory_has_the_status_and_the_way_to_answer_through_a_correction() -> None:
    entry = fields_of(REGISTERED)
    corrected = InstitutionCorrected(**entry, changed=("name",))
    for fact, kind in ((SUSPENDED, Suspended), (CLOSED, Closed), (REACTIVATED, Active)):
        given(REGISTERED, REACHABLE, fact, corrected).remembers(
            kind(**entry, reachable=Reachable(ALWAYS), version=4, described_at=4)
        )
    given(REGISTERED, REACHABLE, UNREACHABLE).remembers(Active(**entry, version=3))
    given(SUSPENDED).remembers(NotListed())


def test_registering_just_the_same_again_adds_nothing() -> None:
    given(REGISTERED).when(REGISTER).then_nothing_new()


def test_a_code_names_one_institution() -> None:
    given(REGISTERED).when(replace(REGISTER, name="Otra")).refused(InstitutionAlreadyRegistered)


@pytest.mark.parametrize("code", ["ab", "A-B-C", "con espacio", "niñez", "x" * 41])
def test_a_code_is_short_and_plain(code: str) -> None:
    given().when(replace(REGISTER, institution=code)).refused(InstitutionCodeNotReadable)


_UNSEEN = ["\u3164", "\u2800", "Casa\u200b", "—"]


@pytest.mark.parametrize(
    "name", ["", " Oficina", "Oficina ", "dos\nrenglones", "x" * 201, *_UNSEEN]
)
def test_a_name_is_one_line_that_can_be_seen(name: str) -> None:
    given().when(replace(REGISTER, name=name)).refused(NameNotUsable, field="name")


def test_a_name_is_recorded_in_one_form() -> None:
    given().when(replace(REGISTER, name="Comisio\u0301n")).then(
        replace(REGISTERED, name="Comisión")
    )


@pytest.mark.parametrize("name", ["Juan Pérez, CURP PELJ900101HCHRPN09", "Casa, tel. 614 123 4567"])
def test_a_name_holds_nothing_of_a_person(name: str) -> None:
    given().when(replace(REGISTER, name=name)).refused(LooksPersonal, field="name")
    given(REGISTERED).when(replace(CORRECT, name=name)).refused(LooksPersonal, field="name")


def test_a_code_holds_nothing_of_a_person() -> None:
    code = "juan-perez-614-123-4567"
    given().when(replace(REGISTER, institution=code)).refused(LooksPersonal, field="institution")


def test_no_two_entries_have_one_name() -> None:
    taken = Known(1, "otra-oficina")
    given().knowing(name=taken).when(REGISTER).refused(NameTaken, institution="otra-oficina")
    renamed = replace(CORRECT, name="Otra Oficina")
    given(REGISTERED).knowing(name=taken).when(renamed).refused(NameTaken)
    given(REGISTERED).knowing(name=Known(1, CODE)).when(renamed).then(
        InstitutionCorrected(**fields_of(REGISTERED) | {"name": "Otra Oficina"}, changed=("name",))
    )


def test_a_description_leans_on_whose_the_name_is_and_nothing_else_does() -> None:
    state = Active(**fields_of(REGISTERED))
    wanted = (names.NAMES, names.stream_of("oficina laboral de chihuahua."))
    assert leans_on(REGISTER, NotListed()) == {NAME: wanted}
    renamed = replace(CORRECT, name="Otra")
    assert leans_on(renamed, state) == {
        NAME: (names.NAMES, names.stream_of("Otra")),
        FORMER_NAME: wanted,
    }
    assert leans_on(SUSPEND, state) == {}


def test_a_name_is_taken_with_the_entry_and_given_back_with_another() -> None:
    state = Active(**fields_of(REGISTERED))
    renamed = InstitutionCorrected(**fields_of(REGISTERED) | {"name": "Otra"}, changed=("name",))
    (taken,) = beside(NotListed(), REGISTERED)
    assert taken.fact == names.InstitutionNameTaken(CODE, REGISTERED.name)
    released, again = beside(state, renamed)
    assert (released.stream, released.fact) == (
        taken.stream,
        names.InstitutionNameReleased(CODE),
    )
    assert (again.stream, again.fact) == (
        names.stream_of("OTRA"),
        names.InstitutionNameTaken(CODE, "Otra"),
    )
    louder = replace(renamed, name="OFICINA LABORAL de Chihuahua")
    assert not list(beside(state, louder))
    assert not list(beside(state, SUSPENDED))


def test_a_name_is_whose_it_was_given_to_last() -> None:
    taken, released = names.InstitutionNameTaken(CODE, "Otra"), names.InstitutionNameReleased(CODE)
    assert names.NAMES.fold((taken,)) == CODE
    assert names.NAMES.fold((taken, released)) is None
    assert names.NAMES.fold((taken, names.InstitutionNameReleased("otra"))) == CODE


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
