"""The rules of reminders, one sentence each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.referral import directory, service_decisions
from services.referral.institution import Active, Closed, NotListed, Suspended
from services.referral.profile import InstitutionValidated, Profile
from services.referral.reminders import (
    ENTRY,
    REMINDERS,
    InstitutionReminded,
    RemindInstitution,
    RemindOfService,
    ServiceReminded,
    leans_on,
    of_institution,
    of_service,
)
from services.referral.service import NoService, Offered, ServiceDescription, Withdrawn
from services.referral.service import Suspended as ServiceSuspended
from shared.kernel.decider import Known
from shared.kernel.refusals import ReactionOnly
from shared.kernel.times import ASIDE
from shared.kernel.value import replace
from tests.made_up import full
from tests.personas import OFFICE, STEWARD, SYSTEM
from tests.spec import Given, rules

ID = UUID("00000000-0000-4000-8000-0000000000b5")
CODE = OFFICE.institution
AT = datetime(2026, 11, 4, 18, tzinfo=UTC)
TODAY, LONG_AGO = date(2026, 11, 4), date(2026, 5, 4)
DESCRIBED: Any = full(ServiceDescription, service_id=ID, institution=CODE)
OF_SERVICE = RemindOfService(by=SYSTEM, at=AT, service_id=ID)
OF_ENTRY = RemindInstitution(by=SYSTEM, at=AT, institution=CODE)
SERVICE_REMINDED = ServiceReminded(ID, CODE, 4, TODAY, LONG_AGO)
REMINDED = InstitutionReminded(CODE, 4, TODAY, None)
given = rules(REMINDERS)


def service(state: Any) -> Given:
    return given().knowing(**{ENTRY: Known(4, state)})


def entry(*validated: date, subdivision: str | None = "MX-CHH", kind: type = Active) -> Known:
    found = [InstitutionValidated(CODE, 1, day) for day in validated]
    profile = Profile(validated=found[0] if found else None)
    listed = kind(CODE, "Oficina", "labour-office", subdivision, (), profile=profile)
    return Known(4, listed)


def institution(known: Known) -> Given:
    return given().knowing(**{ENTRY: known})


@pytest.mark.parametrize("status", [Offered, ServiceSuspended])
def test_a_service_that_nobody_has_vouched_for_lately_is_reminded_of(status: Any) -> None:
    service(status(DESCRIBED, assured_on=LONG_AGO)).when(OF_SERVICE).then(SERVICE_REMINDED)
    never = replace(SERVICE_REMINDED, assured_on=None)
    service(status(DESCRIBED)).when(OF_SERVICE).then(never)


def test_one_that_somebody_vouched_for_is_not() -> None:
    lately = Offered(DESCRIBED, assured_on=LONG_AGO + timedelta(days=1))
    service(lately).when(OF_SERVICE).then_nothing_new()


def test_nor_one_that_is_withdrawn_or_never_was() -> None:
    service(Withdrawn(DESCRIBED)).when(OF_SERVICE).then_nothing_new()
    service(NoService()).when(OF_SERVICE).then_nothing_new()


@pytest.mark.parametrize("status", [Active, Suspended])
def test_an_institution_that_has_not_looked_at_its_entry_lately_is_reminded(status: type) -> None:
    institution(entry(kind=status)).when(OF_ENTRY).then(REMINDED)
    validated = replace(REMINDED, validated_on=LONG_AGO)
    institution(entry(LONG_AGO, kind=status)).when(OF_ENTRY).then(validated)


def test_one_that_has_is_not() -> None:
    lately = entry(LONG_AGO + timedelta(days=1))
    institution(lately).when(OF_ENTRY).then_nothing_new()


def test_nor_one_that_is_closed_or_never_was() -> None:
    institution(entry(kind=Closed)).when(OF_ENTRY).then_nothing_new()
    institution(Known(0, NotListed())).when(OF_ENTRY).then_nothing_new()


def test_a_day_is_that_of_the_place() -> None:
    late = replace(OF_ENTRY, at=datetime(2026, 11, 5, 7, 30, tzinfo=UTC))
    west = entry(date(2026, 5, 5), subdivision="MX-BCN")
    institution(west).when(late).then_nothing_new()
    mexico = replace(REMINDED, reminded_on=date(2026, 11, 5), validated_on=date(2026, 5, 5))
    institution(entry(date(2026, 5, 5), subdivision=None)).when(late).then(mexico)


def test_nobody_is_reminded_twice_within_a_month() -> None:
    stale = {ENTRY: Known(4, Offered(DESCRIBED, assured_on=LONG_AGO))}
    again = replace(OF_SERVICE, at=AT + timedelta(days=29))
    given(SERVICE_REMINDED).knowing(**stale).when(OF_SERVICE).then_nothing_new()
    given(SERVICE_REMINDED).knowing(**stale).when(again).then_nothing_new()
    month = AT + timedelta(days=30)
    second = replace(SERVICE_REMINDED, reminded_on=month.date())
    given(SERVICE_REMINDED).knowing(**stale).when(replace(again, at=month)).then(second)
    given(REMINDED).knowing(**{ENTRY: entry()}).when(OF_ENTRY).then_nothing_new()


def test_nobody_but_a_timer_reminds() -> None:
    service(Offered(DESCRIBED)).when(replace(OF_SERVICE, by=STEWARD)).refused(ReactionOnly)
    institution(entry()).when(replace(OF_ENTRY, by=STEWARD)).refused(ReactionOnly)


def test_a_reminder_leans_on_the_entry_and_stands_beside_it() -> None:
    about_service, about_entry = leans_on(OF_SERVICE, None)[ENTRY], leans_on(OF_ENTRY, None)[ENTRY]
    assert about_service == (service_decisions.DECIDER, service_decisions.stream_of(ID))
    assert about_entry == (directory.DECIDER, directory.stream_of(CODE))
    assert len({of_service(ID), of_institution(CODE), about_service[1], about_entry[1]}) == 4
    assert REMINDERS.place_of(REMINDED) == ASIDE
