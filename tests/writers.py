"""What runs in a process of its own where a test needs several."""

import time
from collections import deque
from concurrent.futures import Future
from multiprocessing.synchronize import Barrier
from typing import Any
from uuid import UUID

from services.referral import custody, decisions, directory
from services.referral.wiring import SERVICE as REFERRAL
from shared.eventstore.log import Log
from shared.eventstore.port import Recorder
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Answer, Receipt, Submission
from shared.kernel.decider import Command, Decider
from shared.kernel.ids import command_cause, derived_id, new_id
from shared.kernel.refusals import LostTheRace
from shared.postgres.database import DatabaseAddress
from shared.postgres.migrations import Schema, migrate
from tests.personas import ALWAYS, AT, OFFICE, OPERATOR, STEWARD, SYSTEM
from tests.toy_service import TELLER, VOCABULARY, append, carried_out, submission


def write_many(address: DatabaseAddress | Recorder, name: str, count: int, streams: int) -> None:
    """Append ``count`` numbers, over ``streams`` streams that every process writes to.

    Whoever lost too many races for a stream submits again, with the same key.
    """
    log = Log(TELLER, address, VOCABULARY)

    def submit(i: int) -> Future[Answer]:
        return log.submit(
            submission(derived_id("shared", str(i % streams)), append(), key=f"{name}-{i}")
        )

    pending = deque((i, submit(i)) for i in range(count))
    while pending:
        i, future = pending.popleft()
        answer = future.result(30)
        if isinstance(answer, LostTheRace):
            pending.append((i, submit(i)))
        else:
            assert isinstance(answer, Receipt), answer
    log.close()


def correct_many(address: DatabaseAddress, together: Barrier, code: str, count: int) -> None:
    """Correct an institution's entry in the directory again and again, one after the other.

    With pauses, so that whoever leans on it is overtaken often, and not each time.
    """
    log = Log("referral", address, REFERRAL.vocabulary)
    together.wait(120)
    for n in range(count):
        carried_out(log.submit(correcting(code, n)))
        time.sleep(n % 5 / 1000)
    log.close()


def refer_many(address: DatabaseAddress, together: Barrier, code: str, count: int) -> None:
    """Refer a case after the other to an institution, each again until it is accepted."""
    log = Log("referral", address, REFERRAL.vocabulary)
    cases = [new_id() for _ in range(count)]
    for case in cases:
        carried_out(log.submit(taking_up(case)))
    together.wait(120)
    for case in cases:
        while isinstance(answer := log.submit(referring(case, code)).result(30), LostTheRace):
            pass
        assert isinstance(answer, Receipt)
    log.close()


def entering(code: str) -> Submission:
    """The institution's entry in the directory."""
    command = directory.RegisterInstitution(
        by=STEWARD, at=AT, institution=code, name=code, kind="shelter"
    )
    return _submission(directory.DECIDER, directory.stream_of(code), command)


def reaching(code: str) -> Submission:
    """From here on the institution has a way to answer."""
    command = directory.MakeReachable(by=OPERATOR, at=AT, until=ALWAYS)
    return _submission(directory.DECIDER, directory.stream_of(code), command)


def correcting(code: str, number: int) -> Submission:
    """A change of that entry."""
    command = directory.CorrectInstitution(
        by=STEWARD, at=AT, name=f"{code} after {number}", kind="shelter"
    )
    return _submission(directory.DECIDER, directory.stream_of(code), command)


def taking_up(case_id: UUID) -> Submission:
    """The office gets custody of a case."""
    command = custody.TakeUpCase(
        by=SYSTEM,
        at=AT,
        case_id=case_id,
        institution=OFFICE.institution,
        programme="mx-labour-protection",
        subdivision="MX-CHH",
    )
    return _submission(custody.DECIDER, case_id, command)


def referring(case_id: UUID, code: str) -> Submission:
    """The office refers a case to an institution."""
    command = decisions.ReferCase(
        by=OFFICE,
        at=AT,
        referral_id=new_id(),
        to=code,
        kind="share",
        services=("shelter",),
        priority="normal",
    )
    return _submission(custody.DECIDER, case_id, command)


def _submission(decider: Decider[Any], stream: UUID, command: Command) -> Submission:
    identity = new_id()
    envelope = CommandEnvelope(decider, stream, command, str(stream), command_cause(identity))
    return Submission(envelope, identity, b"")


def migrate_once(admin: str, schemas: list[Schema], applied: str) -> None:
    """Migrate, and leave in the file ``applied`` what was applied."""
    done = migrate(admin, schemas)
    with open(applied, "a", encoding="utf-8") as file:  # noqa: PTH123 - one short append
        file.writelines(f"{step}\n" for step in done)
