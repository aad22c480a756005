"""The rules of joint activities, one sentence each."""

from datetime import date
from uuid import UUID

import pytest

from services.referral.activity import (
    DECIDER,
    OWNER,
    ActivityAlreadyPlanned,
    ActivityCancelled,
    ActivityHeld,
    ActivityPlanned,
    ActivityReplanned,
    CancelActivity,
    HoldActivity,
    JointActivity,
    NobodyElse,
    NoSuchActivity,
    NotPlanned,
    PlanActivity,
    ReplanActivity,
    leans_on,
    stream_of,
)
from services.referral.directory_refusals import InstitutionNotRegistered
from services.referral.institution import Active, NotListed
from services.referral.undertaking import DayGone, Ended, NotThatDayYet, NotTheOwner
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.documents import DocumentRef
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import fields_of, replace
from tests.personas import AT, COMMISSION, OFFICE, SHELTER, STEWARD
from tests.spec import rules

ID = UUID("00000000-0000-4000-8000-0000000000b3")
CODE, FIRST, SECOND = OFFICE.institution, SHELTER.institution, COMMISSION.institution
KEEPER = Actor(CODE, "administrator", "subject-7")
OTHER = Actor(FIRST, "administrator", "subject-8")
ENTRY = Active(CODE, "Oficina Laboral", "labour-office", "MX-CHH", ())
KNOWN = {OWNER: Known(3, ENTRY), FIRST: Known(5, ENTRY), SECOND: Known(7, ENTRY)}
given = rules(DECIDER, **KNOWN)
TEXTS = DocumentRef(UUID(int=5), "a" * 64)
TODAY, DAY = date(2026, 5, 4), date(2026, 5, 20)

PLAN = PlanActivity(
    by=KEEPER,
    at=AT,
    activity_id=ID,
    agencies=(FIRST, CODE, FIRST),
    programme="mx-labour-network",
    kind="training",
    subdivision="MX-CHH",
    on=DAY,
    texts=TEXTS,
)
PLANNED = ActivityPlanned(
    ID, CODE, (FIRST,), (3, 5), "mx-labour-network", "training", "MX-CHH", DAY, TEXTS
)
REPLAN = ReplanActivity(
    by=KEEPER, at=AT, agencies=(SECOND, FIRST), on=date(2026, 6, 1), texts=TEXTS
)
REPLANNED = ActivityReplanned(
    ID, (FIRST, SECOND), (3, 5, 7), date(2026, 6, 1), TEXTS, ("agencies", "on")
)
HOLD = HoldActivity(by=KEEPER, at=AT, held_on=TODAY, agencies=(FIRST,))
HELD = ActivityHeld(ID, TODAY, (FIRST,), None)
CANCEL = CancelActivity(by=KEEPER, at=AT, reason="could-not-take-place")
CANCELLED = ActivityCancelled(ID, "could-not-take-place")
DESCRIBED = {name: value for name, value in fields_of(PLANNED).items() if name != "versions"}


def test_who_organises_it_plans_it_with_others_or_a_steward_does() -> None:
    given().when(PLAN).then(PLANNED)
    given().when(replace(PLAN, by=STEWARD, owner=CODE)).then(PLANNED)
    given().when(replace(PLAN, by=OTHER, owner=CODE)).refused(NotTheOwner, owner=CODE)


def test_it_is_done_with_somebody_else() -> None:
    for nobody in ((), (CODE,)):
        given().when(replace(PLAN, agencies=nobody)).refused(NobodyElse, field="agencies")
        given(PLANNED).when(replace(HOLD, agencies=nobody)).refused(NobodyElse)
        given(PLANNED).when(replace(REPLAN, agencies=nobody)).refused(NobodyElse)


def test_all_who_take_part_are_registered() -> None:
    unknown = given().knowing(**{FIRST: Known(0, NotListed())})
    unknown.when(PLAN).refused(InstitutionNotRegistered)


def test_it_leans_on_the_entries_of_all_that_it_names() -> None:
    planned = JointActivity(**DESCRIBED)
    assert leans_on(PLAN, NotPlanned()).keys() == {OWNER, CODE, FIRST}
    assert leans_on(REPLAN, planned).keys() == {OWNER, FIRST, SECOND}
    assert leans_on(HOLD, NotPlanned()).keys() == {FIRST}
    assert leans_on(CANCEL, planned) == {}


def test_planned_again_with_the_same_values_it_is_the_same() -> None:
    given(PLANNED).when(PLAN).then_nothing_new()
    given(PLANNED).when(replace(PLAN, kind="outreach")).refused(ActivityAlreadyPlanned)


def test_codes_are_of_their_lists() -> None:
    given().when(replace(PLAN, kind="party")).refused(CodeNotKnown, field="kind")
    given(PLANNED).when(replace(CANCEL, reason="rain")).refused(CodeNotKnown, field="reason")


def test_its_day_is_to_come_while_it_is_planned_and_gone_by_when_it_was_held() -> None:
    yesterday, tomorrow = date(2026, 5, 3), date(2026, 5, 5)
    given().when(replace(PLAN, on=yesterday)).refused(DayGone, field="on")
    given(PLANNED).when(replace(REPLAN, on=yesterday)).refused(DayGone, field="on")
    given(PLANNED).when(replace(HOLD, held_on=tomorrow)).refused(NotThatDayYet, field="held_on")


def test_it_is_planned_again_where_something_changes() -> None:
    given(PLANNED).when(REPLAN).then(REPLANNED)
    given(PLANNED, REPLANNED).when(REPLAN).then_nothing_new()


def test_it_is_held_or_cancelled_by_its_owner() -> None:
    given(PLANNED).when(HOLD).then(HELD)
    given(PLANNED).when(CANCEL).then(CANCELLED)
    for command in (HOLD, CANCEL, REPLAN):
        given(PLANNED).when(replace(command, by=OTHER)).refused(NotTheOwner, owner=CODE)


@pytest.mark.parametrize("end", [HELD, CANCELLED], ids=["held", "cancelled"])
@pytest.mark.parametrize("command", [REPLAN, HOLD, CANCEL])
def test_what_was_held_or_cancelled_is_over(end: object, command: Command) -> None:
    given(PLANNED, end).when(command).refused(Ended)


@pytest.mark.parametrize("command", [REPLAN, HOLD, CANCEL])
def test_what_was_not_planned_is_not_there(command: Command) -> None:
    given().when(command).refused(NoSuchActivity)


def test_a_state_is_what_happened() -> None:
    given().remembers(NotPlanned())
    given(HELD).remembers(NotPlanned())
    given(PLANNED).remembers(JointActivity(**DESCRIBED))
    after = {**DESCRIBED, "agencies": (FIRST, SECOND), "on": date(2026, 6, 1)}
    given(PLANNED, REPLANNED).remembers(JointActivity(**after))
    held = {**DESCRIBED, "on": TODAY}
    given(PLANNED, HELD).remembers(JointActivity(**held, status="held"))
    minutes = DocumentRef(UUID(int=6), "b" * 64)
    with_minutes = {**held, "texts": minutes}
    given(PLANNED, replace(HELD, texts=minutes)).remembers(
        JointActivity(**with_minutes, status="held")
    )
    given(PLANNED, CANCELLED).remembers(JointActivity(**DESCRIBED, status="cancelled"))
    assert stream_of(ID) != ID
