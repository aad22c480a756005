"""What a steward rules for a programme, one sentence each."""

import pytest

from services.referral.directory_refusals import NotASteward
from services.referral.institution import Active, NotListed, Suspended
from services.referral.programme_refusals import (
    CoordinatorNeeded,
    CoordinatorNotAble,
    CoordinatorNotRegistered,
    NoCoordinator,
    NotCoordinated,
)
from services.referral.programme_rules import (
    DECIDER,
    AppointCoordinator,
    CoordinatorAppointed,
    CoordinatorRelieved,
    DeclineConfirmationRequired,
    DeclineConfirmationWaived,
    RelieveCoordinator,
    RequireDeclineConfirmation,
    Rules,
    RulesCommand,
    WaiveDeclineConfirmation,
    coordinator_of,
)
from shared.kernel.decider import Known
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import replace
from tests.personas import AT, OFFICE, OPERATOR, REACHABLE, STEWARD
from tests.spec import rules

PROGRAMME = "mx-trafficking"
CIE, OTHER = "cie-chihuahua", "cie-jalisco"
_ENTRY = ("", "CIE", "commission", None)
given = rules(DECIDER, institution=Known(5, Active(*_ENTRY, (), REACHABLE)))

APPOINT = AppointCoordinator(by=STEWARD, at=AT, programme=PROGRAMME, institution=CIE)
THERE = replace(APPOINT, subdivision="MX-JAL", institution=OTHER)
APPOINTED = CoordinatorAppointed(PROGRAMME, None, CIE, 5)
APPOINTED_THERE = CoordinatorAppointed(PROGRAMME, "MX-JAL", OTHER, 5)
RELIEVE = RelieveCoordinator(by=STEWARD, at=AT, programme=PROGRAMME)
REQUIRE = RequireDeclineConfirmation(by=OPERATOR, at=AT, programme=PROGRAMME)
REQUIRED = DeclineConfirmationRequired(PROGRAMME)
WAIVE = WaiveDeclineConfirmation(by=STEWARD, at=AT, programme=PROGRAMME)
WAIVED = DeclineConfirmationWaived(PROGRAMME)


def test_a_steward_appoints_who_coordinates_a_programme() -> None:
    given().when(APPOINT).then(APPOINTED)
    given(APPOINTED).when(THERE).then(APPOINTED_THERE)
    given(APPOINTED).when(APPOINT).then_nothing_new()


def test_another_is_appointed_instead() -> None:
    given(APPOINTED).when(replace(APPOINT, institution=OTHER)).then(
        replace(APPOINTED, institution=OTHER)
    )


@pytest.mark.parametrize("command", [APPOINT, RELIEVE, REQUIRE, WAIVE])
def test_nobody_else_rules(command: RulesCommand) -> None:
    given(APPOINTED).when(replace(command, by=OFFICE)).refused(NotASteward)


def test_a_coordinator_is_an_active_institution_that_takes_part() -> None:
    given().knowing(institution=Known(0, NotListed())).when(APPOINT).refused(
        CoordinatorNotRegistered, field="institution"
    )
    paused = Known(2, Suspended(*_ENTRY, (), REACHABLE))
    given().knowing(institution=paused).when(APPOINT).refused(
        CoordinatorNotAble, status="suspended"
    )
    elsewhere = Known(2, Active(*_ENTRY, ("mecal",), REACHABLE))
    given().knowing(institution=elsewhere).when(APPOINT).refused(
        CoordinatorNotAble, programme=PROGRAMME
    )
    takes_part = Known(5, Active(*_ENTRY, (PROGRAMME,), REACHABLE))
    given().knowing(institution=takes_part).when(APPOINT).then(APPOINTED)


def test_codes_are_of_their_lists() -> None:
    given().when(replace(APPOINT, programme="x")).refused(CodeNotKnown, field="programme")
    given().when(replace(THERE, subdivision="x")).refused(CodeNotKnown, field="subdivision")


def test_who_was_appointed_is_relieved() -> None:
    given(APPOINTED).when(RELIEVE).then(CoordinatorRelieved(PROGRAMME, None, CIE))
    given(APPOINTED).when(replace(RELIEVE, subdivision="MX-JAL")).refused(NotCoordinated)
    given().when(RELIEVE).refused(NotCoordinated, programme=PROGRAMME)


def test_declines_are_confirmed_where_somebody_coordinates_everywhere() -> None:
    given(APPOINTED).when(REQUIRE).then(REQUIRED)
    given(APPOINTED, REQUIRED).when(REQUIRE).then_nothing_new()
    given(APPOINTED_THERE).when(REQUIRE).refused(NoCoordinator, programme=PROGRAMME)


def test_while_declines_are_confirmed_somebody_coordinates() -> None:
    given(APPOINTED, REQUIRED).when(RELIEVE).refused(CoordinatorNeeded)
    there = replace(RELIEVE, subdivision="MX-JAL")
    given(APPOINTED, APPOINTED_THERE, REQUIRED).when(there).then(
        CoordinatorRelieved(PROGRAMME, "MX-JAL", OTHER)
    )
    given(APPOINTED, REQUIRED, WAIVED).when(RELIEVE).then(CoordinatorRelieved(PROGRAMME, None, CIE))


def test_that_is_waived_once() -> None:
    given(APPOINTED, REQUIRED).when(WAIVE).then(WAIVED)
    given(APPOINTED).when(WAIVE).then_nothing_new()


def test_a_subdivision_has_its_own_coordinator_or_the_programmes() -> None:
    appointed = DECIDER.fold([APPOINTED, APPOINTED_THERE])
    assert coordinator_of(appointed, "MX-JAL") == OTHER
    assert coordinator_of(appointed, "MX-CHH") == CIE
    assert coordinator_of(appointed, None) == CIE
    assert coordinator_of(Rules(), "MX-CHH") is None


def test_once_relieved_a_subdivision_has_the_programmes() -> None:
    relieved = CoordinatorRelieved(PROGRAMME, "MX-JAL", OTHER)
    given(APPOINTED, APPOINTED_THERE, relieved).remembers(Rules({None: CIE}))


def test_only_an_appointment_leans_on_the_directory() -> None:
    assert DECIDER.leans_on is not None
    assert DECIDER.leans_on(RELIEVE, Rules()) == {}
    assert [*DECIDER.leans_on(APPOINT, Rules())] == ["institution"]
