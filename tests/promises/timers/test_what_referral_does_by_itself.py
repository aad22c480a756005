"""Referral's timers on a real log: who is reminded of what, told what, and when."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.referral import (
    agreements,
    commitment,
    commitment_decisions,
    describing,
    directory,
    reminders,
    service_decisions,
)
from services.referral.agreement_terms import DraftAgreement
from services.referral.service_commands import AssureService, ListService
from services.referral.wiring import SERVICE
from shared.eventstore.log import Log
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Submission
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.ids import command_cause, new_id
from shared.kernel.service_values import Coverage
from shared.timers.timer_runner import TimerRunner
from tests.agreement_facts import AGREEMENT, PARTIES, TERMS
from tests.databases import ScratchDatabase
from tests.personas import AT, COMMISSION, OFFICE, STEWARD
from tests.toy_service import carried_out

pytestmark = pytest.mark.integration

CODE = OFFICE.institution
ID = UUID("00000000-0000-4000-8000-0000000000b6")
KEEPER = Actor(CODE, "administrator", "subject-7")
STALE = datetime(2026, 11, 4, 18, tzinfo=UTC)
"""Noon, half a year after the day of the examples."""
Step = Callable[[datetime], list[str]]


@pytest.fixture
def log(database: ScratchDatabase) -> Log:
    address = database.address("referral", steps=SERVICE.all_migrations)
    log = database.log(address, "referral", SERVICE.vocabulary)
    for each in (OFFICE, COMMISSION):
        wanted = directory.RegisterInstitution(
            by=STEWARD,
            at=AT,
            institution=each.institution,
            name=each.institution,
            kind="labour-office",
            subdivision="MX-CHH",
        )
        give(log, directory.DECIDER, directory.stream_of(each.institution), wanted)
    return log


@pytest.fixture
def step(log: Log) -> Step:
    """Fire what is due at a moment; the names of the facts that follow."""

    def fire(moment: datetime) -> list[str]:
        assert SERVICE.timers is not None
        before = log.position()
        TimerRunner(log, SERVICE.timers, clock=lambda: moment).step()
        return sorted(fact.name for fact in log.page(before))

    return fire


def give(log: Log, decider: Decider[Any], stream: UUID, command: Command) -> None:
    identity = new_id()
    envelope = CommandEnvelope(decider, stream, command, "any", command_cause(identity))
    carried_out(log.submit(Submission(envelope, identity, b"")))


def test_institutions_are_reminded_of_their_entries_each_month(log: Log, step: Step) -> None:
    validated = describing.ValidateInstitution(
        by=KEEPER, at=datetime(2026, 6, 1, 18, tzinfo=UTC), version=1
    )
    give(log, directory.DECIDER, directory.stream_of(CODE), validated)
    assert step(datetime(2026, 11, 4, 17, tzinfo=UTC)) == []
    assert step(STALE) == ["institution-reminded"]
    assert step(datetime(2026, 12, 1, 18, tzinfo=UTC)) == ["institution-reminded"]
    assert step(datetime(2026, 12, 3, 18, tzinfo=UTC)) == []
    assert step(datetime(2026, 12, 4, 18, tzinfo=UTC)) == ["institution-reminded"]
    stream = reminders.of_institution(COMMISSION.institution)
    first, second = (fact.fact for fact in log.facts_of([stream])[stream])
    assert first == reminders.InstitutionReminded(
        COMMISSION.institution, 1, date(2026, 11, 4), None
    )
    assert second.reminded_on == date(2026, 12, 4)


def test_services_are_reminded_of_until_somebody_vouches_for_them(log: Log, step: Step) -> None:
    listed = ListService(
        by=KEEPER,
        at=AT,
        service_id=ID,
        institution=CODE,
        name="Asesoría",
        kind="legal-advice",
        coverage=Coverage(),
    )
    stream = service_decisions.stream_of(ID)
    give(log, service_decisions.DECIDER, stream, listed)
    assert "service-reminded" in step(STALE)
    give(log, service_decisions.DECIDER, stream, AssureService(by=KEEPER, at=STALE))
    assert step(datetime(2026, 12, 3, 18, tzinfo=UTC)) == []
    assert "service-reminded" in step(datetime(2027, 5, 4, 18, tzinfo=UTC))


def test_parties_are_told_that_their_agreement_ends(log: Log, step: Step) -> None:
    draft = DraftAgreement(by=STEWARD, at=AT, agreement_id=AGREEMENT, **TERMS)
    stream = agreements.stream_of(AGREEMENT)
    give(log, agreements.DECIDER, stream, draft)
    for party in PARTIES:
        signed = agreements.SignAgreement(
            by=Actor(party, "administrator", "subject-9"),
            at=AT,
            institution=party,
            signed_on=date(2026, 5, 1),
            signatory_role="head",
        )
        give(log, agreements.DECIDER, stream, signed)
    assert step(AT) == []
    told = "agreement-expiry-announced"
    assert step(datetime(2026, 11, 1, 5, tzinfo=UTC)) == []
    for day in ((2026, 11, 1, 6), (2026, 12, 1, 6), (2026, 12, 24, 6)):
        assert told in step(datetime(*day, tzinfo=UTC))
    assert told not in step(datetime(2027, 1, 1, 6, tzinfo=UTC))


def test_what_was_kept_in_time_may_be_recorded_after_it_was_overdue(log: Log, step: Step) -> None:
    made = commitment_decisions.MakeCommitment(
        by=KEEPER,
        at=AT,
        commitment_id=ID,
        programme="mx-labour-network",
        kind="train-staff",
        subdivision="MX-CHH",
        due_on=date(2026, 5, 20),
    )
    stream = commitment.stream_of(ID)
    give(log, commitment_decisions.DECIDER, stream, made)
    assert step(datetime(2026, 5, 21, 5, tzinfo=UTC)) == []
    assert step(datetime(2026, 5, 21, 6, tzinfo=UTC)) == ["commitment-became-overdue"]
    kept = commitment_decisions.KeepCommitment(
        by=KEEPER, at=datetime(2026, 5, 19, 18, tzinfo=UTC), kept_on=date(2026, 5, 19)
    )
    give(log, commitment_decisions.DECIDER, stream, kept)
    assert step(datetime(2026, 6, 1, tzinfo=UTC)) == []
