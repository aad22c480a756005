"""The rules of named regions, one sentence each."""

import pytest

from services.referral import directory, network
from services.referral.directory_refusals import (
    InstitutionCodeNotReadable,
    MunicipalityElsewhere,
    NameNotUsable,
    StewardsOnly,
)
from services.referral.gathering_refusals import AlreadyFormed, NotFormed
from services.referral.region import (
    DECIDER,
    DefineRegion,
    RedefineRegion,
    Region,
    RegionDefined,
    RegionRedefined,
    stream_of,
)
from shared.kernel.decider import Actor
from shared.kernel.free_text import LooksPersonal
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import replace
from tests.personas import ADMINISTRATOR, AT, OFFICE, OPERATOR, STEWARD
from tests.spec import rules

given = rules(DECIDER)
DEFINE = DefineRegion(
    by=STEWARD,
    at=AT,
    region="frontera-norte",
    name="Frontera Norte",
    subdivision="MX-CHH",
    municipalities=("08053", "08037", "08037"),
)
DEFINED = RegionDefined("frontera-norte", "Frontera Norte", "MX-CHH", ("08037", "08053"))
REDEFINE = RedefineRegion(
    by=STEWARD,
    at=AT,
    name="Frontera Norte",
    subdivision="MX-CHH",
    municipalities=("08037",),
)
REDEFINED = RegionRedefined(
    "frontera-norte", "Frontera Norte", "MX-CHH", ("08037",), ("municipalities",)
)


@pytest.mark.parametrize("by", [STEWARD, OPERATOR])
def test_a_steward_defines_a_region_and_redefines_it(by: Actor) -> None:
    given().when(replace(DEFINE, by=by)).then(DEFINED)
    given(DEFINED).when(replace(REDEFINE, by=by)).then(REDEFINED)


@pytest.mark.parametrize("by", [OFFICE, ADMINISTRATOR])
def test_nobody_else_does(by: Actor) -> None:
    given().when(replace(DEFINE, by=by)).refused(StewardsOnly)
    given(DEFINED).when(replace(REDEFINE, by=by)).refused(StewardsOnly)


def test_what_stands_so_already_is_no_fact_and_another_meaning_is_refused() -> None:
    given(DEFINED).when(DEFINE).then_nothing_new()
    given(DEFINED).when(replace(DEFINE, name="Otra")).refused(AlreadyFormed)
    given(DEFINED, REDEFINED).when(REDEFINE).then_nothing_new()
    given().when(REDEFINE).refused(NotFormed)


def test_its_municipalities_lie_in_its_subdivision_and_there_is_one() -> None:
    for municipalities in ((), ("14039",), ("08037", "14039")):
        given().when(replace(DEFINE, municipalities=municipalities)).refused(
            MunicipalityElsewhere, field="municipalities"
        )
        given(DEFINED).when(replace(REDEFINE, municipalities=municipalities)).refused(
            MunicipalityElsewhere
        )


def test_codes_and_names_are_as_in_the_directory() -> None:
    given().when(replace(DEFINE, region="x")).refused(InstitutionCodeNotReadable, field="region")
    given().when(replace(DEFINE, name="")).refused(NameNotUsable)
    given().when(replace(DEFINE, name="Norte, tel. 614 123 4567")).refused(LooksPersonal)
    given().when(replace(DEFINE, subdivision="x")).refused(CodeNotKnown, field="subdivision")
    given().when(replace(DEFINE, municipalities=("x",))).refused(CodeNotKnown)


def test_memory_has_a_region_as_it_was_last_described() -> None:
    given(DEFINED, REDEFINED).remembers(
        Region("frontera-norte", "Frontera Norte", "MX-CHH", ("08037",))
    )


def test_streams_of_different_things_under_one_code_are_different() -> None:
    code = "frontera-norte"
    assert len({stream_of(code), network.stream_of(code), directory.stream_of(code)}) == 3
