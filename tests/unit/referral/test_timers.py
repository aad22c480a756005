"""Which facts of referral set a timer, for when, and what it then does."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.referral import agreements, commitment
from services.referral.agreement import (
    AgreementExpiryAnnounced,
    AgreementRenewed,
    AgreementTerminated,
)
from services.referral.agreements import index_name
from services.referral.commitment import CommitmentMade
from services.referral.commitment_decisions import DECIDER, RemarkOverdue
from services.referral.institution import InstitutionReactivated, InstitutionRegistered
from services.referral.profile import InstitutionValidated
from services.referral.reminders import (
    REMINDERS,
    InstitutionReminded,
    RemindInstitution,
    RemindOfService,
    ServiceReminded,
    of_institution,
    of_service,
)
from services.referral.service import ServiceAssured, ServiceListed, ServiceResumed
from services.referral.timers import (
    EXPIRING_AGREEMENT,
    OVERDUE_COMMITMENT,
    STALE_INSTITUTION,
    STALE_SERVICE,
    TIMERS,
)
from services.referral.wiring import SERVICE
from shared.kernel.decider import Known
from shared.kernel.record import Meta, Recorded
from shared.kernel.value import replace
from shared.timers.timer import CancelTimer, Change, SetTimer, Timer
from tests.agreement_facts import (
    AGREEMENT,
    DRAFTED,
    PARTIES,
    SIGNED,
    SIGNED_BY_THE_COMMISSION,
)
from tests.made_up import full
from tests.personas import AT, OFFICE
from tests.unit.referral.test_commitment import (
    ID,
    KEPT,
    MADE,
    OVERDUE,
    PUT_OFF,
    REOPENED,
    WITHDRAWN,
)

KEY = str(ID)


def changes(fact: object, happened_at: datetime = AT) -> Sequence[Change]:
    """What a fact sets and cancels. It was recorded on the evening of the fourth of May."""
    by = (OFFICE.institution, "administrator", "subject-7")
    meta = Meta(*by, happened_at, AT, KEY, "command:1")
    recorded = Recorded("referral", 1, commitment.stream_of(ID), 1, "any", meta, fact)
    return list(TIMERS.changes(recorded))


def overdue_from(*moment: int) -> list[SetTimer]:
    return [SetTimer(OVERDUE_COMMITMENT, KEY, datetime(*moment, tzinfo=UTC))]  # type: ignore[misc,arg-type]


def test_a_day_at_the_calendars_end_or_beginning_stops_no_timers() -> None:
    due = replace(MADE, due_on=date.max)
    assert [type(each) for each in changes(due)] == [SetTimer]
    drafted = replace(DRAFTED, valid_from=date.min, valid_until=date.min)
    assert [type(each) for each in changes(drafted)] == [SetTimer] * len(agreements.STEPS)


def test_only_facts_of_the_service_set_timers() -> None:
    assert set(TIMERS.facts) <= SERVICE.facts.keys()


def test_a_commitment_is_overdue_when_the_day_after_its_day_begins_there() -> None:
    assert changes(MADE) == overdue_from(2026, 5, 21, 6)
    assert changes(PUT_OFF) == overdue_from(2026, 6, 2, 6)
    assert changes(REOPENED) == overdue_from(2026, 5, 21, 6)
    west = CommitmentMade(ID, "x", 1, "any", "other", "MX-BCN", date(2026, 5, 20), None, None, None)
    assert changes(west) == overdue_from(2026, 5, 21, 7)


@pytest.mark.parametrize("fact", [KEPT, WITHDRAWN], ids=["kept", "withdrawn"])
def test_what_is_not_to_be_done_any_more_is_not_overdue(fact: object) -> None:
    assert changes(fact) == [CancelTimer(OVERDUE_COMMITMENT, KEY)]


def test_what_a_timer_says_sets_none() -> None:
    assert "commitment-became-overdue" not in TIMERS.facts


def test_its_timer_remarks_upon_it_and_nobody_can_be_asked_who() -> None:
    due = datetime(2026, 5, 21, 6, tzinfo=UTC)
    timer = Timer(OVERDUE_COMMITMENT, KEY, due, "referral:1:1", OFFICE.institution)
    timed = TIMERS.fire(timer, due)
    assert timed.decider is DECIDER
    assert (timed.stream, timed.correlation) == (commitment.stream_of(ID), KEY)
    command = timed.command
    assert isinstance(command, RemarkOverdue)
    assert (command.by.institution, command.by.role) == (OFFICE.institution, "system")
    assert DECIDER.decide_with(command, DECIDER.fold([MADE]), {}) == (OVERDUE,)


# --- agreements -----------------------------------------------------------------------------

OF_AGREEMENT = str(AGREEMENT)
STEPS = {
    60: datetime(2026, 11, 1, 6, tzinfo=UTC),
    30: datetime(2026, 12, 1, 6, tzinfo=UTC),
    7: datetime(2026, 12, 24, 6, tzinfo=UTC),
}
RENEWED = AgreementRenewed(AGREEMENT, None, date(2026, 5, 4), None)
TERMINATED = AgreementTerminated(AGREEMENT, OFFICE.institution, "breach", date(2026, 5, 4))


def test_parties_are_told_sixty_thirty_and_seven_days_before_an_agreement_ends() -> None:
    assert changes(DRAFTED) == [
        SetTimer(EXPIRING_AGREEMENT, f"{OF_AGREEMENT}/{days}", at) for days, at in STEPS.items()
    ]


@pytest.mark.parametrize("fact", [RENEWED, TERMINATED], ids=["renewed for good", "terminated"])
def test_what_has_no_end_to_come_is_not_announced(fact: object) -> None:
    assert changes(fact) == [
        CancelTimer(EXPIRING_AGREEMENT, f"{OF_AGREEMENT}/{days}") for days in STEPS
    ]


def test_one_that_is_signed_late_is_announced_at_once() -> None:
    assert changes(SIGNED_BY_THE_COMMISSION) == [
        SetTimer(EXPIRING_AGREEMENT, f"{OF_AGREEMENT}/now", AT)
    ]


@pytest.mark.parametrize("days", STEPS)
def test_its_timers_announce_it(days: int) -> None:
    key = f"{OF_AGREEMENT}/{days}"
    timer = Timer(EXPIRING_AGREEMENT, key, STEPS[days], "referral:1:1", OFFICE.institution)
    timed = TIMERS.fire(timer, STEPS[days])
    told = (AgreementExpiryAnnounced(AGREEMENT, days, date(2026, 12, 31)),)
    known = {index_name(party): Known(0, ()) for party in PARTIES}
    assert timed.decider.decide_with(timed.command, timed.decider.fold(SIGNED), known) == told
    assert (timed.stream, timed.correlation) == (agreements.stream_of(AGREEMENT), OF_AGREEMENT)


# --- reminders ------------------------------------------------------------------------------

LISTED: Any = full(ServiceListed, service_id=ID)
_NOON = datetime(2026, 11, 4, 18, tzinfo=UTC)
"""Of the first day on which what was vouched for on the fourth of May is stale."""
_MONTH_LATER = datetime(2026, 12, 4, 18, tzinfo=UTC)
OF_A_SERVICE: dict[Any, tuple[str, datetime]] = {
    LISTED: (KEY, _NOON),
    ServiceAssured(ID, "any", date(2026, 5, 4)): (KEY, _NOON),
    ServiceReminded(ID, "any", 1, date(2026, 11, 4), None): (KEY, _MONTH_LATER),
    ServiceResumed(ID, "any"): (f"{KEY}/now", AT),
}
CODE = OFFICE.institution
REGISTERED = InstitutionRegistered(CODE, "Oficina", "labour-office", "MX-CHH", ())
OF_AN_ENTRY: dict[Any, tuple[str, datetime]] = {
    REGISTERED: (CODE, _NOON),
    InstitutionValidated(CODE, 1, date(2026, 5, 4)): (CODE, _NOON),
    InstitutionReminded(CODE, 1, date(2026, 11, 4), None): (CODE, _MONTH_LATER),
    InstitutionReactivated(CODE): (f"{CODE}/now", AT),
}


@pytest.mark.parametrize("fact", OF_A_SERVICE, ids=lambda fact: type(fact).__name__)
def test_a_service_is_reminded_of_half_a_year_after_somebody_vouched_for_it(fact: object) -> None:
    key, due = OF_A_SERVICE[fact]
    assert changes(fact) == [SetTimer(STALE_SERVICE, key, due)]
    timed = TIMERS.fire(Timer(STALE_SERVICE, key, due, "referral:1:1", "any"), due)
    assert (timed.decider, timed.stream) == (REMINDERS, of_service(ID))
    assert isinstance(timed.command, RemindOfService)
    assert (timed.command.service_id, timed.correlation) == (ID, KEY)


@pytest.mark.parametrize("fact", OF_AN_ENTRY, ids=lambda fact: type(fact).__name__)
def test_an_institution_is_reminded_half_a_year_after_it_looked_at_its_entry(fact: object) -> None:
    key, due = OF_AN_ENTRY[fact]
    assert changes(fact) == [SetTimer(STALE_INSTITUTION, key, due)]
    timed = TIMERS.fire(Timer(STALE_INSTITUTION, key, due, "referral:1:1", "any"), due)
    assert (timed.decider, timed.stream) == (REMINDERS, of_institution(CODE))
    assert isinstance(timed.command, RemindInstitution)
    assert (timed.command.institution, timed.correlation) == (CODE, CODE)
