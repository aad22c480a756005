"""Commands as institutions give them, for the benches that need no HTTP."""

import itertools
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.intake import case as intake
from services.intake import decisions as intake_decisions
from services.intake.details import Details
from services.referral import custody, decisions, directory
from shared.eventstore.log import Log
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Answer, Submission
from shared.kernel.clock import now
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.ids import command_cause, new_id
from shared.kernel.roles import SYSTEM
from shared.service.command_client import accepted

OFFICE = Actor("oficina-laboral-bench", "caseworker", "token-1")
COMMISSION = Actor("comision-ddhh-bench", "caseworker", "token-2")
PROGRAMME, SUBDIVISION = "mx-labour-protection", "MX-CHH"


def submitted(log: Log, decider: Decider[Any], case_id: UUID, command: Command) -> Future[Answer]:
    """Submit one command about a case to a log, under a new key."""
    identity = new_id()
    envelope = CommandEnvelope(decider, case_id, command, str(case_id), command_cause(identity))
    return log.submit(Submission(envelope, identity, identity.bytes))


def registration(case_id: UUID) -> Command:
    """A case is registered."""
    return intake.RegisterCase(
        by=OFFICE,
        at=now(),
        case_id=case_id,
        folio_prefix="CHH",
        programme=PROGRAMME,
        subdivision=SUBDIVISION,
        municipality=None,
        channel="shelter",
        opened_at=None,
        details=Details(),
    )


def correction(channel: str) -> Command:
    """Correct how the person was identified."""
    return intake_decisions.CorrectCase(
        by=OFFICE,
        at=now(),
        correction_id=new_id(),
        subdivision=SUBDIVISION,
        municipality=None,
        channel=channel,
        opened_at=None,
        details=Details(),
    )


def custody_command(case_id: UUID) -> Command:
    """Referral hears that the case was registered."""
    return custody.TakeUpCase(
        by=Actor(OFFICE.institution, SYSTEM, SYSTEM),
        at=now(),
        case_id=case_id,
        institution=OFFICE.institution,
        programme=PROGRAMME,
        subdivision=SUBDIVISION,
    )


def enter_in_directory(log: Log) -> None:
    """Both institutions of ``hand_overs`` are in the directory from here on."""
    by = Actor("canaliza", "operator", "token-3")
    for code in (OFFICE.institution, COMMISSION.institution):
        command = directory.RegisterInstitution(
            by=by, at=now(), institution=code, name=code, kind="labour-office"
        )
        reach = directory.MakeReachable(by=by, at=now(), until=now() + timedelta(days=1))
        for one in (command, reach):
            accepted([submitted(log, directory.DECIDER, directory.stream_of(code), one)])


def hand_overs() -> Iterator[Command]:
    """A case to and fro for ever: requested, acknowledged, accepted.

    One fact each, and a second with the acceptance, which tells who had the case before.
    """
    for turn in itertools.count():
        sender, addressee = (OFFICE, COMMISSION) if turn % 2 == 0 else (COMMISSION, OFFICE)
        identity, at = new_id(), now()
        yield decisions.ReferCase(
            by=sender,
            at=at,
            referral_id=identity,
            to=addressee.institution,
            kind="transfer",
            services=("legal-advice",),
            priority="normal",
        )
        yield decisions.AcknowledgeReferral(by=addressee, at=at, referral_id=identity)
        yield decisions.AcceptReferral(by=addressee, at=at, referral_id=identity)
