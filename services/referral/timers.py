"""What referral does by itself at a moment that one of its facts has set.

Each command is decided like any other, so a timer that fires late, or for nothing any more, does no
harm. Commitments and agreements go by the day, which begins by the clock of the place; reminders
come at noon, when it is the same day on all clocks here.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from services.referral import (
    agreement,
    agreements,
    clock_timers,
    commitment,
    commitment_decisions,
    institution,
    profile,
    reminders,
    service,
)
from services.referral.undertaking import zone
from shared.kernel.decider import Actor
from shared.kernel.fields import kebab
from shared.kernel.freshness import day_in, stale_from
from shared.kernel.record import Recorded
from shared.kernel.roles import SYSTEM
from shared.timers.timer import CancelTimer, Change, SetTimer, TimedCommand, Timer, TimerRules

OVERDUE_COMMITMENT = "overdue-commitment"
EXPIRING_AGREEMENT = "expiring-agreement"
STALE_SERVICE = "stale-service"
STALE_INSTITUTION = "stale-institution"
_AT_ONCE = "now"
_NOON = timedelta(hours=12)


def begins(day: date, subdivision: str | None = None) -> datetime:
    """Return the moment at which a day begins by the clock of a subdivision."""
    return datetime(day.year, day.month, day.day, tzinfo=zone(subdivision))


def _away(day: date, days: int) -> date:
    """Return the day so many days later, or earlier if negative; the calendar's last or first."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def by_timer(timer: Timer) -> Actor:
    """Return who acts when a timer fires: the institution whose act set it, by no token."""
    return Actor(timer.institution, SYSTEM, SYSTEM)


# --- commitments ----------------------------------------------------------------------------


def _of_a_commitment(recorded: Recorded) -> Iterator[Change]:
    """Set the moment from which a commitment is overdue, or cancel it."""
    fact = recorded.fact
    key = str(fact.commitment_id)
    if isinstance(fact, _DUE):
        overdue = begins(_away(fact.due_on, 1), fact.subdivision)
        yield SetTimer(OVERDUE_COMMITMENT, key, overdue)
    else:
        yield CancelTimer(OVERDUE_COMMITMENT, key)


_DUE = (commitment.CommitmentMade, commitment.CommitmentPutOff, commitment.CommitmentReopened)
_DONE = (commitment.CommitmentKept, commitment.CommitmentWithdrawn)


def _overdue_commitment(timer: Timer, at: datetime) -> TimedCommand:
    stream = commitment.stream_of(UUID(timer.key))
    command = commitment_decisions.RemarkOverdue(by=by_timer(timer), at=at)
    return TimedCommand(commitment_decisions.DECIDER, stream, command, timer.key)


# --- agreements -----------------------------------------------------------------------------


def _of_an_agreement(recorded: Recorded) -> Iterator[Change]:
    """Set the moments at which the parties are told that an agreement ends, or cancel them."""
    fact = recorded.fact
    key = str(fact.agreement_id)
    if isinstance(fact, agreement.AgreementSigned):
        yield SetTimer(EXPIRING_AGREEMENT, f"{key}/{_AT_ONCE}", recorded.meta.recorded_at)
        return
    until = None if isinstance(fact, agreement.AgreementTerminated) else fact.valid_until
    for days in agreements.STEPS:
        step = f"{key}/{days}"
        if until is None:
            yield CancelTimer(EXPIRING_AGREEMENT, step)
        else:
            yield SetTimer(EXPIRING_AGREEMENT, step, begins(_away(until, -days)))


_DATED = (
    agreement.AgreementDrafted,
    agreement.AgreementRevised,
    agreement.AgreementSigned,
    agreement.AgreementRenewed,
    agreement.AgreementTerminated,
)


def _expiring_agreement(timer: Timer, at: datetime) -> TimedCommand:
    key = timer.key.partition("/")[0]
    command = agreements.AnnounceExpiry(by=by_timer(timer), at=at)
    return TimedCommand(agreements.DECIDER, agreements.stream_of(UUID(key)), command, key)


# --- reminders ------------------------------------------------------------------------------


def _of_a_service(recorded: Recorded) -> Iterator[Change]:
    """Set the moment at which nobody has vouched for a service for too long."""
    fact = recorded.fact
    key = str(fact.service_id)
    match fact:
        case service.ServiceListed():
            day = stale_from(day_in(None, recorded.meta.happened_at))
        case service.ServiceAssured(assured_on=assured_on):
            day = stale_from(assured_on)
        case reminders.ServiceReminded(reminded_on=reminded_on):
            day = reminded_on + reminders.AGAIN_AFTER
        case _:  # it is offered again, and was perhaps to be reminded of meanwhile
            yield SetTimer(STALE_SERVICE, f"{key}/{_AT_ONCE}", recorded.meta.recorded_at)
            return
    yield SetTimer(STALE_SERVICE, key, begins(day) + _NOON)


_OF_SERVICES = (
    service.ServiceListed,
    service.ServiceAssured,
    service.ServiceResumed,
    reminders.ServiceReminded,
)


def _stale_service(timer: Timer, at: datetime) -> TimedCommand:
    key = timer.key.partition("/")[0]
    command = reminders.RemindOfService(by=by_timer(timer), at=at, service_id=UUID(key))
    return TimedCommand(reminders.REMINDERS, reminders.of_service(UUID(key)), command, key)


def _of_an_institution(recorded: Recorded) -> Iterator[Change]:
    """Set the moment at which an institution has not looked at its entry for too long."""
    fact = recorded.fact
    key = str(fact.institution)
    match fact:
        case institution.InstitutionRegistered(subdivision=subdivision):
            day = stale_from(day_in(subdivision, recorded.meta.happened_at))
        case profile.InstitutionValidated(validated_on=validated_on):
            day = stale_from(validated_on)
        case reminders.InstitutionReminded(reminded_on=reminded_on):
            day = reminded_on + reminders.AGAIN_AFTER
        case _:
            yield SetTimer(STALE_INSTITUTION, f"{key}/{_AT_ONCE}", recorded.meta.recorded_at)
            return
    yield SetTimer(STALE_INSTITUTION, key, begins(day) + _NOON)


_OF_INSTITUTIONS = (
    institution.InstitutionRegistered,
    institution.InstitutionReactivated,
    profile.InstitutionValidated,
    reminders.InstitutionReminded,
)


def _stale_institution(timer: Timer, at: datetime) -> TimedCommand:
    code = timer.key.partition("/")[0]
    command = reminders.RemindInstitution(by=by_timer(timer), at=at, institution=code)
    return TimedCommand(reminders.REMINDERS, reminders.of_institution(code), command, code)


# --- all of them ----------------------------------------------------------------------------

_CHANGES: Mapping[type, Callable[[Recorded], Iterator[Change]]] = {
    **dict.fromkeys((*_DUE, *_DONE), _of_a_commitment),
    **dict.fromkeys(_DATED, _of_an_agreement),
    **dict.fromkeys(_OF_SERVICES, _of_a_service),
    **dict.fromkeys(_OF_INSTITUTIONS, _of_an_institution),
    **clock_timers.CHANGES,
}
_FIRES: Mapping[str, Callable[[Timer, datetime], TimedCommand]] = {
    OVERDUE_COMMITMENT: _overdue_commitment,
    EXPIRING_AGREEMENT: _expiring_agreement,
    STALE_SERVICE: _stale_service,
    STALE_INSTITUTION: _stale_institution,
    **clock_timers.FIRES,
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
