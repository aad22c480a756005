"""The rules of the directory's services, one sentence each."""

from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.referral import directory
from services.referral.institution import Active, Closed, NotListed, Suspended
from services.referral.service import (
    CapacityStated,
    NoService,
    Service,
    ServiceAssured,
    ServiceDescribed,
    ServiceDescription,
    ServiceListed,
    ServiceResumed,
    ServiceSuspended,
    ServiceWithdrawn,
    evolve,
    place,
)
from services.referral.service_commands import (
    AssureService,
    CorrectService,
    ListService,
    ResumeService,
    StateCapacity,
    SuspendService,
    WithdrawService,
)
from services.referral.service_decisions import DECIDER, OFFERER, leans_on, stream_of
from services.referral.service_refusals import (
    AssuredTooLate,
    CostNeedsItsCurrency,
    DurationNotPossible,
    EndsBeforeItBegins,
    HoursNeedAFirstDay,
    HoursNotReadable,
    OffererNotListed,
    PlacesContradict,
    ReferenceNotReadable,
    RuleSaysNothing,
    ServiceAlreadyListed,
    ServiceIsWithdrawn,
    ServiceNameNotUsable,
    ServiceNotKept,
    ServiceNotListed,
    ServiceOfAnother,
)
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.free_text import LooksPersonal
from shared.kernel.limits import BeyondLimits
from shared.kernel.opening_hours import Hours
from shared.kernel.record import Source
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.service_values import FREE, Cost, Coverage, EligibilityRule, Funding
from shared.kernel.times import MAIN, Place
from shared.kernel.value import fields_of, replace
from tests.personas import ADMINISTRATOR, AT, OFFICE, OPERATOR, SHELTER, STEWARD, SYSTEM
from tests.spec import rules

CODE = SHELTER.institution
ITS_ADMINISTRATOR = Actor(CODE, "administrator", "subject-7")
ENTRY: dict[str, Any] = {
    "institution": CODE,
    "name": "Albergue",
    "kind": "shelter",
    "subdivision": "MX-CHH",
    "programmes": (),
}
given = rules(DECIDER, offerer=Known(4, Active(**ENTRY)))
SERVICE = UUID("00000000-0000-4000-8000-00000000005e")
ABOUT = (SERVICE, CODE)
TODAY = AT.date()

HOURS = Hours("FREQ=WEEKLY;BYDAY=MO,TU", "09:00", "18:00", "America/Ciudad_Juarez")
SAID: dict[str, Any] = {
    "name": "Albergue para familias",
    "kind": "shelter",
    "programmes": ("mx-labour-protection",),
    "eligibility": (EligibilityRule("sex", is_one_of=("female", "male")),),
    "cost": FREE,
    "duration_days": 90,
    "hours": (HOURS,),
    "languages": ("hat", "spa"),
    "coverage": Coverage(subdivisions=("MX-CHH",), regions=("frontera-norte",)),
    "funding": (Funding("federal-budget", date(2026, 1, 1), date(2026, 12, 31)),),
    "entries": ("ley-migracion",),
}
LIST = ListService(by=STEWARD, at=AT, service_id=SERVICE, institution=CODE, **SAID)
CORRECT = CorrectService(by=STEWARD, at=AT, **SAID)
FULL = StateCapacity(by=STEWARD, at=AT, capacity="none", unit="beds", places_free=0)
ASSURE = AssureService(by=STEWARD, at=AT)
SUSPEND = SuspendService(by=STEWARD, at=AT, reason="no-staff")
RESUME = ResumeService(by=STEWARD, at=AT)
WITHDRAW = WithdrawService(by=STEWARD, at=AT, reason="ceased")
CHANGES = (CORRECT, FULL, ASSURE, SUSPEND, RESUME, WITHDRAW)

DESCRIBED = ServiceDescription(
    service_id=SERVICE,
    institution=CODE,
    taxonomy=1,
    populations=(),
    required_documents=(),
    accessibility=(),
    texts=None,
    **SAID,
)
LISTED = ServiceListed(**fields_of(DESCRIBED), institution_version=4)
ASSURED = ServiceAssured(*ABOUT, TODAY)
IS_FULL = CapacityStated(*ABOUT, "none", "beds", 0, TODAY)
SUSPENDED = ServiceSuspended(*ABOUT, "no-staff")
RESUMED = ServiceResumed(*ABOUT)
WITHDRAWN = ServiceWithdrawn(*ABOUT, "ceased")
IMPORTED = Source("tijuana", "public-information", None)


def said(**values: Any) -> ListService:
    """The listing, with something else in it."""
    return replace(LIST, **values)


@pytest.mark.parametrize("by", [STEWARD, OPERATOR, ITS_ADMINISTRATOR])
def test_whoever_lists_a_service_vouches_for_it_and_leans_on_whose_it_is(by: Actor) -> None:
    given().when(replace(LIST, by=by)).then(LISTED, ASSURED)
    leans = {OFFERER: (directory.DECIDER, directory.stream_of(CODE))}
    assert leans_on(LIST, NoService()) == leans
    assert leans_on(FULL, NoService()) == {}


def test_the_day_is_that_of_the_place_also_where_the_moment_comes_in_utc() -> None:
    night = AT.astimezone(UTC)
    assert night.date() == TODAY + timedelta(days=1)
    given().when(replace(LIST, at=night)).then(LISTED, ASSURED)
    given(LISTED).when(replace(ASSURE, at=night)).then(ASSURED)
    given(LISTED).when(replace(FULL, at=night)).then(IS_FULL)
    tomorrow = replace(ASSURE, at=night, assured_on=night.date())
    given(LISTED).when(tomorrow).refused(AssuredTooLate)


def test_a_file_that_is_imported_vouches_for_nothing() -> None:
    given().when(said(imported=IMPORTED)).then(LISTED)


@pytest.mark.parametrize("command", [LIST, *CHANGES])
@pytest.mark.parametrize("by", [SHELTER, OFFICE, SYSTEM])
def test_nobody_but_administrators_and_stewards_keeps_services(command: Command, by: Actor) -> None:
    given(LISTED).when(replace(command, by=by)).refused(ServiceNotKept)


@pytest.mark.parametrize("command", [LIST, *CHANGES])
def test_an_administrator_keeps_no_services_of_another(command: Command) -> None:
    given(LISTED).when(replace(command, by=ADMINISTRATOR)).refused(ServiceOfAnother)


@pytest.mark.parametrize("command", CHANGES)
def test_what_is_not_listed_is_not_changed(command: Command) -> None:
    given().when(command).refused(ServiceNotListed)


def test_an_institution_that_is_not_there_offers_nothing() -> None:
    for entry in (Known(0, NotListed()), Known(4, Closed(**ENTRY))):
        given().knowing(offerer=entry).when(LIST).refused(OffererNotListed)
    given().knowing(offerer=Known(4, Suspended(**ENTRY))).when(LIST).then(LISTED, ASSURED)


def test_listing_the_same_again_is_no_fact_and_something_else_under_its_id_is_refused() -> None:
    given(LISTED, ASSURED, WITHDRAWN).when(LIST).then_nothing_new()
    given(LISTED).when(said(kind="legal-advice")).refused(ServiceAlreadyListed)


def test_sets_are_written_one_way_only() -> None:
    given().when(
        said(
            languages=("spa", "hat", "spa"),
            eligibility=(EligibilityRule("sex", is_one_of=("male", "female", "male")),) * 2,
            hours=(HOURS, HOURS),
            coverage=Coverage(("MX-CHH", "MX-CHH"), (), ("frontera-norte",)),
        )
    ).then(LISTED, ASSURED)


def test_a_name_is_recorded_composed() -> None:
    given().when(said(name="Cafe\u0301")).then(replace(LISTED, name="Café"), ASSURED)


def test_a_correction_says_what_changed_and_the_rest_as_it_is() -> None:
    corrected = replace(CORRECT, cost=Cost(Decimal(35), "MXN"), hours=())
    values = fields_of(DESCRIBED) | {"cost": Cost(Decimal(35), "MXN"), "hours": ()}
    described = ServiceDescribed(**values, changed=("cost", "hours"))
    given(LISTED).when(replace(corrected, by=ITS_ADMINISTRATOR)).then(described)
    given(LISTED, described).when(corrected).then_nothing_new()
    given(LISTED, SUSPENDED).when(corrected).then(described)
    given(LISTED).when(replace(CORRECT, name="")).refused(ServiceNameNotUsable)


@pytest.mark.parametrize(
    ("values", "refusal", "details"),
    [
        ({"name": " Albergue"}, ServiceNameNotUsable, {"field": "name"}),
        ({"name": "A" * 201}, ServiceNameNotUsable, {"field": "name"}),
        ({"name": "Albergue, tel. 614 123 4567"}, LooksPersonal, {"field": "name"}),
        ({"kind": "albergue"}, CodeNotKnown, {"field": "kind"}),
        (
            {"coverage": Coverage(municipalities=("99999",))},
            CodeNotKnown,
            {"field": "coverage.municipalities"},
        ),
        ({"eligibility": (EligibilityRule("sex"),)}, RuleSaysNothing, {"field": "eligibility"}),
        (
            {"eligibility": (EligibilityRule("sex", ("male",), ("female",)),)},
            RuleSaysNothing,
            {"field": "eligibility"},
        ),
        (
            {"eligibility": (EligibilityRule("sex", is_none_of=("0-11",)),)},
            CodeNotKnown,
            {"field": "eligibility.is_none_of", "code_list": "sexes"},
        ),
        ({"cost": Cost(Decimal(-1), "MXN")}, BeyondLimits, {"field": "cost.amount"}),
        ({"cost": Cost(Decimal("sNaN"), "MXN")}, BeyondLimits, {"field": "cost.amount"}),
        ({"cost": Cost(Decimal(10))}, CostNeedsItsCurrency, {"field": "cost"}),
        ({"cost": Cost(Decimal(0), "MXN")}, CostNeedsItsCurrency, {"field": "cost"}),
        ({"duration_days": 0}, DurationNotPossible, {"field": "duration_days"}),
        ({"duration_days": 3661}, DurationNotPossible, {"field": "duration_days"}),
        ({"hours": (replace(HOURS, rrule="daily"),)}, HoursNotReadable, {"field": "hours"}),
        ({"hours": (replace(HOURS, opens="9:00"),)}, HoursNotReadable, {"field": "hours"}),
        ({"hours": (replace(HOURS, zone="Juarez"),)}, HoursNotReadable, {"field": "hours"}),
        ({"hours": (replace(HOURS, rrule="FREQ=WEEKLY"),)}, HoursNeedAFirstDay, {}),
        (
            {"funding": (Funding("fees", date(2026, 1, 2), date(2026, 1, 1)),)},
            EndsBeforeItBegins,
            {"field": "funding"},
        ),
        ({"entries": ("Ley",)}, ReferenceNotReadable, {"field": "entries"}),
        ({"entries": ("ley-614-123-4567",)}, LooksPersonal, {"field": "entries"}),
        ({"coverage": Coverage(regions=("x",))}, ReferenceNotReadable, {}),
    ],
)
def test_a_description_says_nothing_that_cannot_be(
    values: dict[str, Any], refusal: Any, details: dict[str, Any]
) -> None:
    given().when(said(**values)).refused(refusal, **details)


def test_what_is_not_stated_is_left_open() -> None:
    bare = ListService(
        by=STEWARD,
        at=AT,
        service_id=SERVICE,
        institution=CODE,
        name="Asesoría",
        kind="legal-advice",
        funding=(Funding("fees", None, None), Funding("donations", date(2026, 1, 1), None)),
        hours=(replace(HOURS, rrule="FREQ=WEEKLY", starts_on=TODAY),),
    )
    facts = DECIDER.decide_with(bare, NoService(), {OFFERER: Known(4, Active(**ENTRY))})
    assert isinstance(facts, tuple)
    listed = facts[0]
    assert (listed.cost, listed.duration_days, listed.coverage) == (None, None, Coverage())


@pytest.mark.parametrize(
    ("capacity", "free"),
    [
        *(("has-capacity", 1), ("has-capacity", None), ("none", 0), ("none", None)),
        *(("waiting-list", 0), ("waiting-list", None)),
        *(("needs-further-assessment", 0), ("needs-further-assessment", 3)),
    ],
)
def test_capacity_is_stated_with_or_without_a_count(capacity: str, free: int | None) -> None:
    stated = CapacityStated(*ABOUT, capacity, "beds", free, TODAY)
    command = replace(FULL, capacity=capacity, places_free=free, by=ITS_ADMINISTRATOR)
    given(LISTED).when(command).then(stated)
    given(LISTED, stated).when(command).then_nothing_new()


@pytest.mark.parametrize(
    ("capacity", "free"),
    [
        ("has-capacity", 0),
        ("none", 1),
        ("waiting-list", 2),
        ("needs-further-assessment", -1),
        ("has-capacity", 1_000_001),
    ],
)
def test_places_that_contradict_the_capacity_are_refused(capacity: str, free: int) -> None:
    command = replace(FULL, capacity=capacity, places_free=free)
    given(LISTED).when(command).refused(PlacesContradict, field="places_free")


def test_capacity_is_of_its_lists() -> None:
    given(LISTED).when(replace(FULL, capacity="full")).refused(CodeNotKnown, field="capacity")
    given(LISTED).when(replace(FULL, unit="camas")).refused(CodeNotKnown, field="unit")


def test_the_same_capacity_on_another_day_is_said_anew() -> None:
    later = AT + timedelta(days=1)
    said_anew = replace(IS_FULL, stated_on=later.date())
    given(LISTED, IS_FULL).when(replace(FULL, at=later)).then(said_anew)


def test_somebody_vouches_for_a_service_as_of_a_day_that_has_come() -> None:
    yesterday = TODAY - timedelta(days=1)
    given(LISTED).when(ASSURE).then(ASSURED)
    given(LISTED).when(replace(ASSURE, assured_on=yesterday)).then(
        ServiceAssured(*ABOUT, yesterday)
    )
    given(LISTED, ASSURED).when(ASSURE).then_nothing_new()
    given(LISTED, ASSURED).when(replace(ASSURE, assured_on=yesterday)).then_nothing_new()
    tomorrow = replace(ASSURE, assured_on=TODAY + timedelta(days=1))
    given(LISTED).when(tomorrow).refused(AssuredTooLate, field="assured_on")


def test_a_service_is_suspended_withdrawn_and_resumed() -> None:
    given(LISTED).when(SUSPEND).then(SUSPENDED)
    given(LISTED).when(WITHDRAW).then(WITHDRAWN)
    given(LISTED, SUSPENDED).when(WITHDRAW).then(WITHDRAWN)
    given(LISTED, SUSPENDED).when(RESUME).then(RESUMED)
    given(LISTED, WITHDRAWN).when(RESUME).then(RESUMED)


def test_what_stands_so_already_is_no_fact() -> None:
    given(LISTED).when(RESUME).then_nothing_new()
    given(LISTED, SUSPENDED, RESUMED).when(RESUME).then_nothing_new()
    given(LISTED, SUSPENDED).when(SUSPEND).then_nothing_new()
    given(LISTED, WITHDRAWN).when(WITHDRAW).then_nothing_new()


def test_nothing_is_said_of_what_is_withdrawn_before_it_is_resumed() -> None:
    for command in (CORRECT, FULL, ASSURE, SUSPEND):
        given(LISTED, WITHDRAWN).when(command).refused(ServiceIsWithdrawn)


def test_a_status_has_a_reason_of_its_list() -> None:
    for command in (SUSPEND, WITHDRAW):
        given(LISTED).when(replace(command, reason="tired")).refused(CodeNotKnown)


def test_a_new_status_keeps_what_was_said() -> None:
    facts = (LISTED, ASSURED, IS_FULL, SUSPENDED)
    state = DECIDER.fold(facts)
    assert isinstance(state, Service)
    assert (state.described, state.capacity, state.assured_on) == (DESCRIBED, IS_FULL, TODAY)
    assert (state.status, state.institution, state.service_id) == ("suspended", CODE, SERVICE)


def test_what_was_never_listed_is_nothing_whatever_else_is_recorded() -> None:
    assert evolve(NoService(), SUSPENDED) == NoService()


def test_capacity_and_assurance_are_told_late_and_do_not_answer_each_other() -> None:
    assert place(IS_FULL) == Place(line="capacity")
    assert place(ASSURED) == Place(line="assurance")
    assert place(SUSPENDED) == place(LISTED) == MAIN


def test_each_service_has_a_stream_of_its_own() -> None:
    assert stream_of(SERVICE) != SERVICE
    assert stream_of(SERVICE) == stream_of(UUID(str(SERVICE)))
