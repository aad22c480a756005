"""Whether times have an order: nothing happens before what it answers, nor before registration.

Read from the raw logs alone. Imported history keeps what its file says, and what the system does
about another log's fact happened when that did: neither is judged here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.follow_ups import MENDING
from tests.faults.checker.rows import Broken, Fact

TOLERANCE = timedelta(minutes=5)
SYSTEM = "system"
_ADDS = ("contact-recorded", "service-delivered", "outcome-recorded")
"""Facts that answer the last change of status only: people record them late, in any order."""


@dataclass
class _Times:
    """The latest moments of a stream: of anything, of a change, and of each of its referrals."""

    latest: datetime | None = None
    changed: datetime | None = None
    referrals: dict[str, datetime] = field(default_factory=dict)


def times_are_in_order(evidence: Evidence) -> Iterator[Broken]:
    """A case is corrected after it was registered; custody passes after all that was done before.

    A referral is answered after it was requested, and by then the case was in custody; work follows
    the opening, closing the work, and what mends a mistake all that is there.
    """
    for name in ("intake", "referral", "followup"):
        streams: dict[str, _Times] = {}
        for fact in evidence.services[name].facts:
            times = streams.setdefault(fact.stream, _Times())
            at = datetime.fromisoformat(fact.happened_at)
            floor = _floor(fact, times)
            if floor is not None and fact.role != SYSTEM and not fact.imported:
                by_its_clock = datetime.fromisoformat(fact.recorded_at)
                if at < min(floor, by_its_clock) - TOLERANCE:
                    details = {"fact": fact.id, "name": fact.name, "happened_at": fact.happened_at}
                    yield Broken(
                        fact.correlation, "a fact happened before what it answers", details
                    )
            _remember(fact, times, at)


def _floor(fact: Fact, times: _Times) -> datetime | None:
    """The moment of the last fact that this one answers."""
    referral = _line(fact)
    if referral is None or _moves_custody(fact):
        return times.changed if fact.name in _ADDS else times.latest
    before = [each for each in (times.changed, times.referrals.get(referral)) if each is not None]
    return max(before, default=None)


def _remember(fact: Fact, times: _Times, at: datetime) -> None:
    times.latest = max(at, times.latest or at)
    referral = _line(fact)
    if referral is not None:
        times.referrals[referral] = max(at, times.referrals.get(referral, at))
    elif fact.name not in {*_ADDS, *MENDING}:
        times.changed = times.latest
    if _moves_custody(fact):
        times.changed = times.latest


def _line(fact: Fact) -> str | None:
    """The referral that a fact of referral's log is about; None if it is about the whole stream."""
    referral = fact.payload.get("referral_id")
    return str(referral) if fact.service == "referral" and referral else None


def _moves_custody(fact: Fact) -> bool:
    payload = fact.payload
    return (
        fact.name == "referral-accepted" and payload["custodian"] != payload["previous_custodian"]
    )
