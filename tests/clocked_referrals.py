"""Referrals with clocks on a real log, and processes that let them run: some are killed."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.referral import custody, decisions, directory, public_holidays
from services.referral.wiring import SERVICE
from shared.eventstore.log import Log
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Submission
from shared.kernel.decider import Command, Decider
from shared.kernel.ids import command_cause, derived_id, new_id
from shared.kernel.record import Recorded
from shared.postgres.database import DatabaseAddress
from shared.timers.timer_runner import TimerRunner
from tests.personas import ALWAYS, AT, COMMISSION, OFFICE, OPERATOR, STEWARD, SYSTEM
from tests.toy_service import carried_out

FIRED = ("referral-reminded", "referral-escalated", "referral-expired-unacknowledged")


def case_of(number: int) -> UUID:
    return derived_id("clocked-case", str(number))


def referral_of(number: int) -> UUID:
    return derived_id("clocked-referral", str(number))


def submission(decider: Decider[Any], stream: UUID, command: Command) -> Submission:
    identity = new_id()
    envelope = CommandEnvelope(decider, stream, command, str(stream), command_cause(identity))
    return Submission(envelope, identity, b"")


def all_carried_out(log: Log, submissions: Iterator[Submission]) -> None:
    for answer in [log.submit(each) for each in submissions]:
        carried_out(answer)


def registered(log: Log, code: str) -> None:
    """Enter an institution in the directory, with a way to answer."""
    listed = directory.RegisterInstitution(
        by=STEWARD, at=AT, institution=code, name=code, kind="labour-office"
    )
    reached = directory.MakeReachable(by=OPERATOR, at=AT, until=ALWAYS)
    for command in (listed, reached):
        stream = directory.stream_of(code)
        carried_out(log.submit(submission(directory.DECIDER, stream, command)))


def asked(log: Log, count: int, priority: Callable[[int], str]) -> None:
    """Refer so many cases to the commission, which then leaves them unanswered."""
    for code in (OFFICE.institution, COMMISSION.institution):
        registered(log, code)
    taken = (
        custody.TakeUpCase(
            by=SYSTEM,
            at=AT,
            case_id=case_of(each),
            institution=OFFICE.institution,
            programme="mx-labour-protection",
            subdivision="MX-CHH",
        )
        for each in range(count)
    )
    all_carried_out(log, (submission(custody.DECIDER, each.case_id, each) for each in taken))
    all_carried_out(
        log,
        (
            submission(custody.DECIDER, case_of(each), referred(each, priority(each)))
            for each in range(count)
        ),
    )


def referred(number: int, priority: str, alternatives: tuple[str, ...] = ()) -> decisions.ReferCase:
    return decisions.ReferCase(
        by=OFFICE,
        at=AT + timedelta(seconds=number % 60),
        referral_id=referral_of(number),
        to=COMMISSION.institution,
        kind="transfer",
        services=("legal-advice",),
        priority=priority,
        alternatives=alternatives,
    )


def holiday(log: Log, command: Command) -> None:
    carried_out(log.submit(submission(public_holidays.DECIDER, public_holidays.STREAM, command)))


def run_at(log: Log, moment: datetime) -> int:
    """Let every clock run until nothing is due at this moment; how many timers have fired."""
    assert SERVICE.timers is not None
    runner, fired = TimerRunner(log, SERVICE.timers, clock=lambda: moment), 0
    while step := runner.step():
        fired += step
    return fired


def own_log(address: DatabaseAddress) -> Log:
    return Log("referral", address, SERVICE.vocabulary)


def run_in_a_process(address: DatabaseAddress, moment: datetime) -> None:
    """Let every clock run, in a process of its own."""
    log = own_log(address)
    run_at(log, moment)
    log.close()


def die_running(address: DatabaseAddress, moment: datetime, *, batches: int) -> None:
    """Let clocks run, and be killed in the middle of a batch once so many were committed."""
    log = own_log(address)
    append, done = log.recorder.append, 0

    def die(*given: Any, **named: Any) -> None:
        nonlocal done
        append(*given, **named)
        if done == batches:
            os._exit(9)
        done += 1

    log.recorder.append = die  # type: ignore[method-assign]
    run_at(log, moment)


def fired_on(log: Log, count: int) -> dict[UUID, list[Recorded]]:
    """What the clocks of these referrals did, oldest first, by referral."""
    streams = log.facts_of([case_of(each) for each in range(count)])
    return {
        referral_of(each): [fact for fact in streams[case_of(each)] if fact.name in FIRED]
        for each in range(count)
    }


def names_on(log: Log, count: int) -> Counter[tuple[str, ...]]:
    """How many referrals have had which steps."""
    return Counter(tuple(fact.name for fact in each) for each in fired_on(log, count).values())
