"""The rules of commitments, one sentence each."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.referral.commitment import (
    CommitmentBecameOverdue,
    CommitmentKept,
    CommitmentMade,
    CommitmentPutOff,
    CommitmentReopened,
    CommitmentWithdrawn,
    Kept,
    Made,
    NotMade,
    Open,
    Overdue,
    Withdrawn,
    place,
    stream_of,
)
from services.referral.commitment_decisions import (
    DECIDER,
    CommitmentAlreadyMade,
    CommitmentIsOpen,
    KeepCommitment,
    MakeCommitment,
    NoSuchCommitment,
    PutOffCommitment,
    RemarkOverdue,
    ReopenCommitment,
    WithdrawCommitment,
)
from services.referral.directory import stream_of as entry_of
from services.referral.directory_refusals import InstitutionIsClosed, InstitutionNotRegistered
from services.referral.institution import Active, Closed, NotListed
from services.referral.undertaking import DayGone, Ended, NotThatDayYet, NotTheOwner
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.documents import DocumentRef
from shared.kernel.refusals import CodeNotKnown, ReactionOnly
from shared.kernel.times import ASIDE, MAIN
from shared.kernel.value import fields_of, replace
from tests.personas import AT, OFFICE, OPERATOR, STEWARD, SYSTEM
from tests.spec import rules

ID = UUID("00000000-0000-4000-8000-0000000000b1")
CODE = OFFICE.institution
KEEPER = Actor(CODE, "administrator", "subject-7")
STRANGER = Actor("albergue-juarez", "administrator", "subject-8")
ENTRY = Known(3, Active(CODE, "Oficina Laboral", "labour-office", "MX-CHH", ()))
given = rules(DECIDER, owner=ENTRY)
TODAY, DUE = date(2026, 5, 4), date(2026, 5, 20)
TEXTS = DocumentRef(UUID(int=5), "a" * 64)

MAKE = MakeCommitment(
    by=KEEPER,
    at=AT,
    commitment_id=ID,
    programme="mx-labour-network",
    kind="offer-vacancies",
    subdivision="MX-CHH",
    due_on=DUE,
    texts=TEXTS,
)
MADE = CommitmentMade(
    ID, CODE, 3, "mx-labour-network", "offer-vacancies", "MX-CHH", DUE, None, None, TEXTS
)
PUT_OFF = CommitmentPutOff(ID, date(2026, 6, 1), DUE, "MX-CHH")
OVERDUE = CommitmentBecameOverdue(ID, DUE)
KEPT = CommitmentKept(ID, TODAY, late=False, evidence=None)
WITHDRAWN = CommitmentWithdrawn(ID, "no-resources")
REOPENED = CommitmentReopened(ID, "did-not-happen", DUE, "MX-CHH")
DESCRIBED = {name: value for name, value in fields_of(MADE).items() if name != "owner_version"}
AFTER_DUE = datetime(2026, 5, 21, 6, 30, tzinfo=UTC)
"""Half past midnight in Chihuahua, on the first day after the commitment's."""
KEEP = KeepCommitment(by=KEEPER, at=AT, kept_on=TODAY)
PUT_IT_OFF = PutOffCommitment(by=KEEPER, at=AT, due_on=date(2026, 6, 1))
WITHDRAW = WithdrawCommitment(by=KEEPER, at=AT, reason="no-resources")
REOPEN = ReopenCommitment(by=KEEPER, at=AT, reason="did-not-happen")
REMARK = RemarkOverdue(by=SYSTEM, at=AFTER_DUE)


def test_an_administrator_commits_its_own_institution() -> None:
    given().when(MAKE).then(MADE)
    given().when(replace(MAKE, owner=CODE)).then(MADE)


@pytest.mark.parametrize("by", [STEWARD, OPERATOR], ids=["steward", "operator"])
def test_who_runs_the_platform_records_any_institutions(by: Actor) -> None:
    given().when(replace(MAKE, by=by, owner=CODE)).then(MADE)


@pytest.mark.parametrize("by", [OFFICE, STRANGER], ids=["caseworker", "another's administrator"])
def test_nobody_else_commits_it(by: Actor) -> None:
    given().when(replace(MAKE, by=by, owner=CODE)).refused(NotTheOwner, owner=CODE)
    for command in (KEEP, PUT_IT_OFF, WITHDRAW, REOPEN):
        given(MADE).when(replace(command, by=by)).refused(NotTheOwner, owner=CODE)


def test_an_owner_is_registered_and_not_closed() -> None:
    nobody, closed = Known(0, NotListed()), Known(9, Closed(**fields_of(ENTRY.state)))
    given().knowing(owner=nobody).when(MAKE).refused(InstitutionNotRegistered)
    given().knowing(owner=closed).when(MAKE).refused(InstitutionIsClosed)


def test_it_leans_on_its_owners_entry_when_it_is_made_and_on_nothing_after() -> None:
    assert DECIDER.leans_on is not None
    ((_, stream),) = DECIDER.leans_on(MAKE, NotMade()).values()  # type: ignore[misc]
    assert stream == entry_of(CODE)
    assert DECIDER.leans_on(KEEP, Open(**DESCRIBED)) == {}


def test_made_again_with_the_same_values_it_is_the_same() -> None:
    given(MADE).when(MAKE).then_nothing_new()
    given(MADE, OVERDUE).when(MAKE).then_nothing_new()
    given(MADE).when(replace(MAKE, due_on=TODAY)).refused(CommitmentAlreadyMade)


def test_its_day_has_not_gone_by_there() -> None:
    given().when(replace(MAKE, due_on=TODAY)).then(replace(MADE, due_on=TODAY))
    yesterday = date(2026, 5, 3)
    given().when(replace(MAKE, due_on=yesterday)).refused(DayGone, field="due_on")
    given(MADE).when(replace(PUT_IT_OFF, due_on=yesterday)).refused(DayGone, field="due_on")


def test_codes_are_of_their_lists() -> None:
    given().when(replace(MAKE, kind="promise")).refused(CodeNotKnown, field="kind")
    given(MADE).when(replace(WITHDRAW, reason="lazy")).refused(CodeNotKnown, field="reason")


def test_it_is_put_off_once_to_the_same_day() -> None:
    given(MADE).when(PUT_IT_OFF).then(PUT_OFF)
    given(MADE, OVERDUE).when(PUT_IT_OFF).then(PUT_OFF)
    given(MADE, PUT_OFF).when(PUT_IT_OFF).then_nothing_new()


def test_it_is_kept_in_time_or_late() -> None:
    given(MADE).when(KEEP).then(KEPT)
    later = date(2026, 5, 21)
    late = replace(KEEP, at=AFTER_DUE, kept_on=later, evidence=TEXTS)
    given(MADE, OVERDUE).when(late).then(CommitmentKept(ID, later, late=True, evidence=TEXTS))
    given(MADE, OVERDUE).when(replace(late, kept_on=DUE)).then(
        CommitmentKept(ID, DUE, late=False, evidence=TEXTS)
    )


def test_it_is_not_kept_tomorrow() -> None:
    tomorrow = date(2026, 5, 5)
    given(MADE).when(replace(KEEP, kept_on=tomorrow)).refused(NotThatDayYet, field="kept_on")


def test_a_day_is_that_of_the_place() -> None:
    nationwide = replace(MADE, subdivision=None)
    early = datetime(2026, 5, 5, 7, 30, tzinfo=UTC)
    west = replace(MADE, subdivision="MX-BCN")
    keep = replace(KEEP, at=early, kept_on=date(2026, 5, 5))
    given(nationwide).when(keep).then(
        CommitmentKept(ID, date(2026, 5, 5), late=False, evidence=None)
    )
    given(west).when(replace(keep, at=datetime(2026, 5, 5, 6, 30, tzinfo=UTC))).refused(
        NotThatDayYet
    )
    no_clock = replace(MADE, subdivision="US-TX")
    given(no_clock).when(keep).then(CommitmentKept(ID, date(2026, 5, 5), late=False, evidence=None))


def test_it_is_withdrawn() -> None:
    given(MADE).when(WITHDRAW).then(WITHDRAWN)


@pytest.mark.parametrize("end", [KEPT, WITHDRAWN], ids=["kept", "withdrawn"])
@pytest.mark.parametrize("command", [KEEP, PUT_IT_OFF, WITHDRAW])
def test_what_has_ended_is_reopened_first(end: object, command: Command) -> None:
    given(MADE, end).when(command).refused(Ended)


@pytest.mark.parametrize("end", [KEPT, WITHDRAWN], ids=["kept", "withdrawn"])
def test_what_was_ended_in_error_is_open_again(end: object) -> None:
    given(MADE, end).when(REOPEN).then(REOPENED)
    given(MADE, end, REOPENED).remembers(Open(**DESCRIBED))


def test_what_is_open_is_not_reopened() -> None:
    given(MADE).when(REOPEN).refused(CommitmentIsOpen)


def test_it_is_remarked_upon_once_its_day_has_passed_there() -> None:
    given(MADE).when(REMARK).then(OVERDUE)
    still_its_day = datetime(2026, 5, 21, 5, 30, tzinfo=UTC)
    given(MADE).when(replace(REMARK, at=still_its_day)).then_nothing_new()


@pytest.mark.parametrize("fact", [OVERDUE, PUT_OFF, KEPT, WITHDRAWN])
def test_there_is_nothing_to_remark_upon_twice_or_any_more(fact: object) -> None:
    given(MADE, fact).when(REMARK).then_nothing_new()


def test_nobody_but_a_timer_remarks_upon_it() -> None:
    given(MADE).when(replace(REMARK, by=KEEPER)).refused(ReactionOnly)


@pytest.mark.parametrize("command", [KEEP, PUT_IT_OFF, WITHDRAW, REOPEN, REMARK])
def test_what_was_not_made_is_not_there(command: Command) -> None:
    given().when(command).refused(NoSuchCommitment)


def test_what_a_timer_remarks_upon_stands_aside_of_what_people_say() -> None:
    assert (place(OVERDUE), place(KEPT)) == (ASIDE, MAIN)


def test_a_state_is_what_happened() -> None:
    given().remembers(NotMade())
    given(KEPT).remembers(NotMade())
    given(MADE).remembers(Open(**DESCRIBED))
    given(MADE, OVERDUE).remembers(Overdue(**DESCRIBED))
    given(MADE, PUT_OFF).remembers(Open(**{**DESCRIBED, "due_on": PUT_OFF.due_on}))
    given(MADE, KEPT).remembers(Kept(**DESCRIBED))
    given(MADE, WITHDRAWN).remembers(Withdrawn(**DESCRIBED))
    statuses = [kind.status for kind in (Open, Overdue, Kept, Withdrawn)]
    assert statuses == ["open", "overdue", "kept", "withdrawn"]
    assert issubclass(Overdue, Made)


def test_its_stream_is_none_of_anything_else() -> None:
    assert stream_of(ID) != ID
