"""When a follow-up's clock is looked at: one timer per follow-up, which every fact of it sets anew.

The timer is set for the first moment at which anything can be due, whatever the holidays there are;
if it is not due yet then, the clock sets it for when it is. An appointment has a timer of its own.
A change of holidays has every clock looked at again; one that is set then may move.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from services.followup import clock, followup, holidays
from services.followup.service_facts import (
    DeliveryConfirmed,
    EnrolmentStated,
    FollowUpCancelled,
    FollowUpFailed,
    OutcomeConfirmed,
    ServiceCompleted,
    ServiceScheduled,
    ServiceStarted,
)
from shared.kernel.decider import Actor
from shared.kernel.fields import kebab
from shared.kernel.record import Recorded
from shared.kernel.roles import SYSTEM
from shared.timers.timer import (
    CancelTimer,
    Change,
    SetForEach,
    SetTimer,
    TimedCommand,
    Timer,
    TimerRules,
)

FOLLOW_UP_CLOCK = "follow-up-clock"
APPOINTMENT = "appointment"
HOLIDAYS_CHANGED = "holidays-changed"
"""The kinds of timers; the last: the days by which a clock was counted have changed."""
_SHORTEST = "start"
"""The clock that is as short as any that work in a follow-up begins anew."""
_WEEK, _SUMMER_TIME = 5, timedelta(hours=1)


def earliest(begun: datetime, days: int) -> datetime:
    """Return a moment before which so many working days cannot have gone by, wherever it is.

    From a Sunday on a whole week ends on a Friday; any other number of days may have no weekend
    within its last ones; and a clock may have been put forward.
    """
    weeks, rest = divmod(days, _WEEK)
    return begun + timedelta(days=weeks * 7 + (rest or -2)) - _SUMMER_TIME


def _key(recorded: Recorded) -> str:
    return f"{recorded.meta.correlation}/{recorded.fact.referral_id}"


def _runs(clock_code: str) -> Callable[[Recorded], Iterator[Change]]:
    """Set the first moment at which this clock can have run out."""

    def change(recorded: Recorded) -> Iterator[Change]:
        due = earliest(recorded.meta.recorded_at, clock.limit_of(clock_code))
        yield SetTimer(FOLLOW_UP_CLOCK, _key(recorded), due)

    return change


def _scheduled(recorded: Recorded) -> Iterator[Change]:
    """Wait for the appointment; what was to be done before it is done."""
    made = recorded.meta.recorded_at
    begun = max(made, min(recorded.fact.scheduled_for, made + clock.LONGEST))
    yield SetTimer(APPOINTMENT, _key(recorded), earliest(begun, clock.limit_of(APPOINTMENT)))
    yield CancelTimer(FOLLOW_UP_CLOCK, _key(recorded))


def _set(recorded: Recorded) -> Iterator[Change]:
    yield SetTimer(FOLLOW_UP_CLOCK, _key(recorded), recorded.fact.due_at)


def _told(recorded: Recorded) -> Iterator[Change]:
    yield SetTimer(FOLLOW_UP_CLOCK, _key(recorded), recorded.fact.next_at)


def _ended(recorded: Recorded) -> Iterator[Change]:
    yield CancelTimer(FOLLOW_UP_CLOCK, _key(recorded))
    yield CancelTimer(APPOINTMENT, _key(recorded))


def _look_again(recorded: Recorded) -> Iterator[Change]:
    """Look at every clock again: one that is set has a timer of the first kind, whatever it is."""
    yield SetForEach(FOLLOW_UP_CLOCK, HOLIDAYS_CHANGED, recorded.meta.recorded_at)


_WORK = (
    followup.ContactRecorded,
    followup.ServiceDelivered,
    followup.OutcomeRecorded,
    DeliveryConfirmed,
    EnrolmentStated,
)
_ENDS = (
    followup.FollowUpClosed,
    FollowUpFailed,
    FollowUpCancelled,
    followup.FollowUpRevoked,
    followup.FollowUpEnteredInError,
)
_CHANGES: Mapping[type, Callable[[Recorded], Iterator[Change]]] = {
    **dict.fromkeys((followup.FollowUpOpened, followup.FollowUpReopened), _runs("start")),
    **dict.fromkeys(_WORK, _runs(_SHORTEST)),
    followup.FollowUpResumed: _runs("start"),
    followup.FollowUpPutOnHold: _runs("resume"),
    ServiceScheduled: _scheduled,
    ServiceStarted: _runs("complete"),
    ServiceCompleted: _runs("confirm-outcome"),
    OutcomeConfirmed: _runs("close"),
    clock.FollowUpClockSet: _set,
    **dict.fromkeys((clock.FollowUpReminded, clock.FollowUpEscalated), _told),
    **dict.fromkeys(_ENDS, _ended),
    holidays.HolidayHeard: _look_again,
}


def changes(recorded: Recorded) -> Iterator[Change]:
    """Return what a fact sets and cancels."""
    return _CHANGES[type(recorded.fact)](recorded)


def fire(timer: Timer, at: datetime) -> TimedCommand:
    """Return the command of a timer that is due."""
    case, _, referral = timer.key.partition("/")
    by, referral_id = Actor(timer.institution, SYSTEM, SYSTEM), UUID(referral)
    command = clock.RunFollowUpClock(
        by=by,
        at=at,
        referral_id=referral_id,
        case_id=UUID(case),
        holidays_changed=timer.kind == HOLIDAYS_CHANGED,
    )
    return TimedCommand(clock.CLOCK, clock.stream_of(referral_id), command, case)


TIMERS = TimerRules(
    facts=tuple(kebab(kind.__name__) for kind in _CHANGES), changes=changes, fire=fire
)
