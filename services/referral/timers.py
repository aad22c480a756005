"""What referral does by itself at a moment that one of its facts has set.

Each command is decided like any other, so a timer that fires late, or for nothing any more, does no
harm. Days begin by the clock of the place.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from services.referral import commitment, commitment_decisions
from services.referral.undertaking import zone
from shared.kernel.decider import Actor
from shared.kernel.fields import kebab
from shared.kernel.record import Recorded
from shared.kernel.roles import SYSTEM
from shared.timers.timer import CancelTimer, Change, SetTimer, TimedCommand, Timer, TimerRules

OVERDUE_COMMITMENT = "overdue-commitment"


def begins(day: date, subdivision: str | None) -> datetime:
    """Return the moment at which a day begins by the clock of a subdivision."""
    return datetime(day.year, day.month, day.day, tzinfo=zone(subdivision))


def by_timer(timer: Timer) -> Actor:
    """Return who acts when a timer fires: the institution whose act set it, by no token."""
    return Actor(timer.institution, SYSTEM, SYSTEM)


# --- commitments ----------------------------------------------------------------------------


def _of_a_commitment(recorded: Recorded) -> Iterator[Change]:
    """Set the moment from which a commitment is overdue, or cancel it."""
    fact = recorded.fact
    key = str(fact.commitment_id)
    if isinstance(fact, _DUE):
        overdue = begins(fact.due_on + timedelta(days=1), fact.subdivision)
        yield SetTimer(OVERDUE_COMMITMENT, key, overdue)
    else:
        yield CancelTimer(OVERDUE_COMMITMENT, key)


_DUE = (commitment.CommitmentMade, commitment.CommitmentPutOff, commitment.CommitmentReopened)
_DONE = (commitment.CommitmentKept, commitment.CommitmentWithdrawn)


def _overdue_commitment(timer: Timer, at: datetime) -> TimedCommand:
    stream = commitment.stream_of(UUID(timer.key))
    command = commitment_decisions.RemarkOverdue(by=by_timer(timer), at=at)
    return TimedCommand(commitment_decisions.DECIDER, stream, command, timer.key)


# --- all of them ----------------------------------------------------------------------------

_CHANGES: Mapping[type, Callable[[Recorded], Iterator[Change]]] = dict.fromkeys(
    (*_DUE, *_DONE), _of_a_commitment
)
_FIRES: Mapping[str, Callable[[Timer, datetime], TimedCommand]] = {
    OVERDUE_COMMITMENT: _overdue_commitment
}


def changes(recorded: Recorded) -> Iterator[Change]:
    """Return what a fact sets and cancels."""
    return _CHANGES[type(recorded.fact)](recorded)


def fire(timer: Timer, at: datetime) -> TimedCommand:
    """Return the command of a timer that is due."""
    return _FIRES[timer.kind](timer, at)


TIMERS = TimerRules(
    facts=tuple(kebab(kind.__name__) for kind in _CHANGES), changes=changes, fire=fire
)
