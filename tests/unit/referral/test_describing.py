"""What is said of an institution beyond its name: the rules, one sentence each."""

from datetime import date
from uuid import UUID

import pytest

from services.referral import profile
from services.referral.describing import (
    DescribeInstitution,
    NameFocalPoint,
    ProfileCommand,
    RemoveFocalPoint,
    StateStake,
    ValidateInstitution,
)
from services.referral.directory import DECIDER
from services.referral.directory_refusals import (
    ChangedSinceThen,
    EntryCodeNotReadable,
    InstitutionNotRegistered,
    ItsAdministratorOnly,
    MunicipalityElsewhere,
    NotAnAdministrator,
    NotYourInstitution,
    StewardsOnly,
)
from services.referral.institution import (
    Active,
    InstitutionMadeReachable,
    InstitutionRegistered,
    InstitutionSuspended,
    Listed,
)
from services.referral.profile import (
    FocalPointNamed,
    FocalPointRemoved,
    InstitutionDescribed,
    InstitutionValidated,
    StakeStated,
)
from shared.kernel.decider import Actor
from shared.kernel.documents import DocumentRef
from shared.kernel.free_text import LooksPersonal
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import replace
from tests.personas import ADMINISTRATOR, ALWAYS, AT, OFFICE, OPERATOR, STEWARD
from tests.spec import rules

given = rules(DECIDER)
CODE = OFFICE.institution
ITS_OWN = Actor(CODE, "administrator", "subject-7")
PROGRAMME = "mx-labour-protection"
REGISTERED = InstitutionRegistered(CODE, "Oficina", "labour-office", "MX-CHH", ())
TEXTS = DocumentRef(UUID("00000000-0000-4000-8000-0000000000d0"), "0" * 64)
DESCRIBE = DescribeInstitution(
    by=ITS_OWN,
    at=AT,
    level="state",
    sector="public",
    jurisdiction=("MX-CHH", "MX-CHH"),
    municipality="08019",
    mandate=("ley-migracion", "constitucion"),
    texts=TEXTS,
)
EVERYTHING = ("level", "sector", "jurisdiction", "municipality", "mandate", "texts")
DESCRIBED = InstitutionDescribed(
    institution=CODE,
    level="state",
    sector="public",
    jurisdiction=("MX-CHH",),
    municipality="08019",
    mandate=("constitucion", "ley-migracion"),
    texts=TEXTS,
    changed=EVERYTHING,
)
NAME_POINT = NameFocalPoint(
    by=ITS_OWN, at=AT, programme=PROGRAMME, role="liaison", channel="telephone"
)
NAMED = FocalPointNamed(CODE, PROGRAMME, "liaison", "telephone")
REMOVE_POINT = RemoveFocalPoint(by=ITS_OWN, at=AT, programme=PROGRAMME, role="liaison")
REMOVED = FocalPointRemoved(CODE, PROGRAMME, "liaison")
STATE_STAKE = StateStake(by=STEWARD, at=AT, programme=PROGRAMME, interest="high", influence="low")
STATED = StakeStated(CODE, PROGRAMME, "high", "low")
VALIDATE = ValidateInstitution(by=ITS_OWN, at=AT, version=1)
VALIDATED = InstitutionValidated(CODE, 1, date(2026, 5, 4))


@pytest.mark.parametrize("by", [ITS_OWN, STEWARD, OPERATOR])
def test_its_administrator_or_a_steward_says_what_it_is_and_through_whom_it_answers(
    by: Actor,
) -> None:
    given(REGISTERED).when(replace(DESCRIBE, by=by)).then(DESCRIBED)
    given(REGISTERED).when(replace(NAME_POINT, by=by)).then(NAMED)
    given(REGISTERED, NAMED).when(replace(REMOVE_POINT, by=by)).then(REMOVED)


@pytest.mark.parametrize("command", [DESCRIBE, NAME_POINT, REMOVE_POINT])
def test_nobody_else_does(command: ProfileCommand) -> None:
    given(REGISTERED).when(replace(command, by=ADMINISTRATOR)).refused(NotYourInstitution)
    given(REGISTERED).when(replace(command, by=OFFICE)).refused(NotAnAdministrator)


@pytest.mark.parametrize("by", [ITS_OWN, OFFICE])
def test_interest_and_influence_are_stated_by_a_steward_alone(by: Actor) -> None:
    given(REGISTERED).when(STATE_STAKE).then(STATED)
    given(REGISTERED).when(replace(STATE_STAKE, by=OPERATOR)).then(STATED)
    given(REGISTERED).when(replace(STATE_STAKE, by=by)).refused(StewardsOnly)


@pytest.mark.parametrize("by", [STEWARD, OPERATOR, ADMINISTRATOR, OFFICE])
def test_only_the_institution_itself_validates_its_entry(by: Actor) -> None:
    given(REGISTERED).when(VALIDATE).then(VALIDATED)
    given(REGISTERED).when(replace(VALIDATE, by=by)).refused(ItsAdministratorOnly)


def test_what_is_validated_is_what_was_looked_at() -> None:
    history = (REGISTERED, DESCRIBED)
    given(*history).when(VALIDATE).refused(ChangedSinceThen, current=2)
    given(*history).when(replace(VALIDATE, version=2)).then(replace(VALIDATED, version=2))
    given(*history).when(replace(VALIDATE, version=3)).refused(ChangedSinceThen, current=2)


def test_what_says_nothing_new_of_it_does_not_stand_in_the_way() -> None:
    told = InstitutionMadeReachable(CODE, ALWAYS)
    history = (REGISTERED, told, InstitutionSuspended(CODE, "no-capacity"), VALIDATED)
    given(*history).when(VALIDATE).then(VALIDATED)


def test_it_may_be_validated_again_and_is_fresh_again() -> None:
    given(REGISTERED, VALIDATED).when(VALIDATE).then(VALIDATED)


def test_what_stands_so_already_is_no_fact() -> None:
    given(REGISTERED, DESCRIBED).when(DESCRIBE).then_nothing_new()
    given(REGISTERED, NAMED).when(NAME_POINT).then_nothing_new()
    given(REGISTERED, STATED).when(STATE_STAKE).then_nothing_new()
    given(REGISTERED).when(REMOVE_POINT).then_nothing_new()
    given(REGISTERED, NAMED, REMOVED).when(REMOVE_POINT).then_nothing_new()


def test_a_new_description_says_what_changed() -> None:
    elsewhere = replace(DESCRIBE, municipality="08037", texts=None)
    given(REGISTERED, DESCRIBED).when(elsewhere).then(
        replace(DESCRIBED, municipality="08037", texts=None, changed=("municipality", "texts"))
    )


def test_a_first_description_says_that_everything_is_new() -> None:
    bare = DescribeInstitution(by=ITS_OWN, at=AT, level="civil", sector="civil-society")
    given(REGISTERED).when(bare).then(
        InstitutionDescribed(CODE, "civil", "civil-society", (), None, (), None, EVERYTHING)
    )


def test_it_lies_in_its_own_subdivision() -> None:
    in_jalisco = replace(DESCRIBE, municipality="14039")
    given(REGISTERED).when(in_jalisco).refused(MunicipalityElsewhere, field="municipality")
    nationwide = replace(REGISTERED, subdivision=None)
    given(nationwide).when(in_jalisco).then(replace(DESCRIBED, municipality="14039"))


def test_a_mandate_names_entries_of_the_register() -> None:
    for wrong in ("Ley de Migración", "ab"):
        given(REGISTERED).when(replace(DESCRIBE, mandate=(wrong,))).refused(
            EntryCodeNotReadable, field="mandate"
        )
    given(REGISTERED).when(replace(DESCRIBE, mandate=("of-614-123-4567",))).refused(
        LooksPersonal, field="mandate"
    )


def test_every_code_stands_in_its_list() -> None:
    for field in ("level", "sector", "municipality"):
        given(REGISTERED).when(replace(DESCRIBE, **{field: "x"})).refused(CodeNotKnown, field=field)
    given(REGISTERED).when(replace(NAME_POINT, role="Juana")).refused(CodeNotKnown, field="role")
    given(REGISTERED).when(replace(STATE_STAKE, interest="?")).refused(
        CodeNotKnown, field="interest"
    )


@pytest.mark.parametrize("command", [DESCRIBE, NAME_POINT, REMOVE_POINT, STATE_STAKE, VALIDATE])
def test_nothing_is_said_of_what_is_not_listed(command: ProfileCommand) -> None:
    given().when(command).refused(InstitutionNotRegistered)


def test_memory_has_what_was_said_last_by_programme_and_role() -> None:
    by_letter = replace(NAMED, channel="letter")
    legal = replace(NAMED, role="legal")
    elsewhere = replace(STATED, programme="mecal")
    lower = replace(STATED, interest="low")
    facts = (REGISTERED, DESCRIBED, NAMED, legal, by_letter, STATED, elsewhere, lower, VALIDATED)
    state = DECIDER.fold(facts)
    assert isinstance(state, Listed)
    assert state.profile == profile.Profile(
        DESCRIBED, (legal, by_letter), (elsewhere, lower), VALIDATED
    )
    assert (state.version, state.described_at) == (9, 8)
    assert state.profile.focal_point("mecal", "legal") is None
    assert state.profile.stake("mx-trafficking") is None


def test_memory_of_a_removed_focal_point_is_gone() -> None:
    given(REGISTERED, NAMED, REMOVED).remembers(
        Active(CODE, "Oficina", "labour-office", "MX-CHH", (), version=3, described_at=3)
    )
