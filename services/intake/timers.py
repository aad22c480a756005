"""What intake does by itself at a moment that one of its facts has set: consents run out.

A version has timers of its own; what replaces or ends it cancels them. Each command is decided like
any other, so a timer that fires late, or for nothing any more, does no harm.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from services.intake.consent import decisions, facts
from services.intake.consent.commands import RunConsentClock
from shared.kernel.decider import Actor
from shared.kernel.fields import kebab
from shared.kernel.record import Recorded
from shared.kernel.roles import SYSTEM
from shared.timers.timer import CancelTimer, Change, SetTimer, TimedCommand, Timer, TimerRules

EXPIRING = "expiring-consent"
ASKING_AGAIN = "asking-again"


def _key(recorded: Recorded, version: int) -> str:
    return f"{recorded.meta.correlation}/{recorded.fact.consent_id}/{version}"


def _begins(recorded: Recorded) -> Iterator[Change]:
    """Set the moments that a version names, and cancel those of the one before."""
    fact = recorded.fact
    if fact.version > 1:
        yield from _cancelled(recorded, fact.version - 1)
    key = _key(recorded, fact.version)
    yield SetTimer(EXPIRING, key, fact.expires_at)
    if fact.ask_again_at is not None:
        yield SetTimer(ASKING_AGAIN, key, fact.ask_again_at)


def _ends(recorded: Recorded) -> Iterator[Change]:
    yield from _cancelled(recorded, recorded.fact.version)


def _cancelled(recorded: Recorded, version: int) -> Iterator[Change]:
    key = _key(recorded, version)
    yield CancelTimer(EXPIRING, key)
    yield CancelTimer(ASKING_AGAIN, key)


_CHANGES: Mapping[type, Callable[[Recorded], Iterator[Change]]] = {
    **dict.fromkeys((facts.ConsentRecorded, facts.ConsentNarrowed, facts.ConsentRenewed), _begins),
    **dict.fromkeys(
        (facts.ConsentWithdrawn, facts.ConsentExpired, facts.ConsentEnteredInError), _ends
    ),
}


def changes(recorded: Recorded) -> Iterator[Change]:
    """Return what a fact sets and cancels."""
    return _CHANGES[type(recorded.fact)](recorded)


def fire(timer: Timer, at: datetime) -> TimedCommand:
    """Return the command of a timer that is due: the consent's rules say what is due then."""
    case, consent, version = timer.key.split("/")
    by = Actor(timer.institution, SYSTEM, SYSTEM)
    command = RunConsentClock(by=by, at=at, version=int(version))
    return TimedCommand(decisions.DECIDER, facts.stream_of(UUID(consent)), command, case)


TIMERS = TimerRules(
    facts=tuple(kebab(kind.__name__) for kind in _CHANGES), changes=changes, fire=fire
)
"""The clocks of consents."""
