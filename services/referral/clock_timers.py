"""When a referral's clock is looked at: one timer per referral, at the next step of its clock.

A fact with a clock in it sets the timer, and what ends the waiting cancels it. What came without a
clock (of before, and of imports) is looked at a day after it was recorded: whoever is still waiting
then gets one. A change of holidays has every clock that runs looked at again.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from services.referral import custody, public_holidays, referral_facts
from services.referral.clock_firing import RunClock
from shared.kernel.decider import Actor
from shared.kernel.record import Recorded
from shared.kernel.roles import SYSTEM
from shared.kernel.running_clock import RunningClock
from shared.timers.timer import CancelTimer, Change, SetForEach, SetTimer, TimedCommand, Timer

REFERRAL_CLOCK = "referral-clock"
HOLIDAYS_CHANGED = "holidays-changed"
"""The kinds of timers: a step is due; the days by which a clock was counted have changed."""
WITHOUT_A_CLOCK = timedelta(days=1)
"""So long after it was recorded, what came without a clock gets one."""


def _key(recorded: Recorded) -> str:
    return f"{recorded.stream}/{recorded.fact.referral_id}"


def _runs(recorded: Recorded) -> Iterator[Change]:
    """Set the moment of the next step of the clock in the fact, or of getting one."""
    clock: RunningClock | None = recorded.fact.clock
    due = recorded.meta.recorded_at + WITHOUT_A_CLOCK if clock is None else clock.next_at
    yield SetTimer(REFERRAL_CLOCK, _key(recorded), due)


def _was_told(recorded: Recorded) -> Iterator[Change]:
    """Set the moment of the step after the one that the fact tells of."""
    yield SetTimer(REFERRAL_CLOCK, _key(recorded), recorded.fact.next_at)


def _ends(recorded: Recorded) -> Iterator[Change]:
    yield CancelTimer(REFERRAL_CLOCK, _key(recorded))


def _look_again(recorded: Recorded) -> Iterator[Change]:
    yield SetForEach(REFERRAL_CLOCK, HOLIDAYS_CHANGED, recorded.meta.recorded_at)


CHANGES: Mapping[type, Callable[[Recorded], Iterator[Change]]] = {
    **dict.fromkeys(
        (
            referral_facts.ReferralDrafted,
            referral_facts.ReferralRequested,
            referral_facts.InformationRequested,
            referral_facts.InformationAnswered,
            referral_facts.InformationPartlyAnswered,
            referral_facts.AnswerEnteredInError,
            referral_facts.DeclineEnteredInError,
            referral_facts.ReferralWaitlisted,
            referral_facts.DeclineProposed,
            referral_facts.DeclineSentBack,
            referral_facts.ClockStarted,
            referral_facts.ClockMoved,
        ),
        _runs,
    ),
    **dict.fromkeys((referral_facts.ReferralReminded, referral_facts.ReferralEscalated), _was_told),
    **dict.fromkeys(
        (
            referral_facts.DraftDiscarded,
            referral_facts.ReferralAccepted,
            referral_facts.ReferralDeclined,
            referral_facts.ReferralRerouted,
            referral_facts.ReferralCancelledByPerson,
            referral_facts.ReferralWithdrawn,
            referral_facts.ReferralRevoked,
            referral_facts.ReferralSuperseded,
            referral_facts.ReferralExpiredUnacknowledged,
            referral_facts.ReferralExpiredUndecided,
            referral_facts.ReferralEnteredInError,
        ),
        _ends,
    ),
    **dict.fromkeys(public_holidays.FACTS.values(), _look_again),
}
"""What each fact sets or cancels."""


def run(timer: Timer, at: datetime) -> TimedCommand:
    """Return the command of a timer that is due."""
    case, _, referral = timer.key.partition("/")
    by = Actor(timer.institution, SYSTEM, SYSTEM)
    command = RunClock(by=by, at=at, referral_id=UUID(referral))
    return TimedCommand(custody.DECIDER, UUID(case), command, case)


FIRES: Mapping[str, Callable[[Timer, datetime], TimedCommand]] = {
    REFERRAL_CLOCK: run,
    HOLIDAYS_CHANGED: run,
}
