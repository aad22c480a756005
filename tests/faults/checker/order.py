"""The order of a log: positions without gaps, in commit order; streams without gaps."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact, Service

TOLERANCE_SECONDS = 120.0
"""By how much recorded_at may disagree with the order of positions or with the moment of commit.

It is read before the facts are appended, so a process that was stopped, or waited for its database,
in between writes an older moment under a later position. A stepped clock excuses more.
"""


def positions_have_no_gap(evidence: Evidence) -> Iterator[Broken]:
    """A log's positions are 1, 2, 3 … up to its head, each once."""
    for service in evidence.services.values():
        positions = [fact.position for fact in service.facts]
        for n, fact in enumerate(service.facts, 1):
            if fact.position != n:
                details = {"service": service.name, "expected": n, "found": fact.position}
                yield Broken(fact.correlation, "a position is missing or stands twice", details)
                break
        if service.head != (positions[-1] if positions else 0):
            details = {"service": service.name, "head": service.head, "facts": len(positions)}
            yield Broken("", "the head is not the last position", details)


def positions_are_in_commit_order(evidence: Evidence) -> Iterator[Broken]:
    """Whoever follows a log by position is never overtaken by a fact that commits later.

    Held against the database's own moments of commit where it keeps them, else against recorded_at
    with a tolerance, except where the clock was stepped.
    """
    for service in evidence.services.values():
        exact = all(fact.committed for fact in service.facts)
        if not exact and clock_was_stepped(evidence, service):
            continue
        for before, after in pairwise(service.facts):
            if exact and before.committed and after.committed:
                early = before.committed > after.committed
            else:
                early = _seconds(before, after) < -TOLERANCE_SECONDS
            if early:
                details = {"service": service.name, "positions": [before.position, after.position]}
                yield Broken(after.correlation, "a later position was committed earlier", details)


def facts_say_when_they_were_recorded(evidence: Evidence) -> Iterator[Broken]:
    """recorded_at is the moment of commit, within a tolerance, unless the clock was stepped."""
    for service in evidence.services.values():
        if clock_was_stepped(evidence, service):
            continue
        for fact in service.facts:
            if fact.committed is None:
                continue
            off = (datetime.fromisoformat(fact.recorded_at) - fact.committed).total_seconds()
            if abs(off) > TOLERANCE_SECONDS:
                details = {"fact": fact.id, "seconds": off}
                yield Broken(
                    fact.correlation, "a fact tells another moment than its commit", details
                )


def streams_have_no_gap(evidence: Evidence) -> Iterator[Broken]:
    """A stream's versions are 1, 2, 3 …, each once, in the order of positions."""
    for service in evidence.services.values():
        versions: dict[str, int] = {}
        for fact in service.facts:
            expected = versions.get(fact.stream, 0) + 1
            if fact.version != expected:
                details = {"fact": fact.id, "position": fact.position, "expected": expected}
                yield Broken(
                    fact.correlation, "a version is missing, double or out of order", details
                )
            versions[fact.stream] = fact.version


def clock_was_stepped(evidence: Evidence, service: Service) -> bool:
    """Whether a process of the service went by another clock for a time."""
    return any(
        "clock" in fault.kind and fault.target.startswith(service.name)
        for fault in evidence.ledger.faults
    )


def _seconds(before: Fact, after: Fact) -> float:
    at = datetime.fromisoformat
    return (at(after.recorded_at) - at(before.recorded_at)).total_seconds()
