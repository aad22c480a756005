"""Reads what a referral's clocks do, and shares no code with the rules."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.referral import referral_facts as facts
from services.referral.clock_firing import RunClock
from shared.kernel.running_clock import RunningClock
from shared.kernel.value import replace

TOLD = (
    facts.ReferralReminded,
    facts.ReferralEscalated,
    facts.ClockStarted,
    facts.ClockMoved,
)
EXPIRED = (facts.ReferralExpiredUnacknowledged, facts.ReferralExpiredUndecided)


@dataclass
class ClockAuditor:
    """The running clock of each referral, as its facts have it."""

    running: dict[UUID, RunningClock] = field(default_factory=dict)
    by_clock: bool = False
    """Whether the fact at hand was brought about by a clock."""

    def read(self, command: Any, fact: Any) -> None:
        """Take a fact in; object to a step that is early, done twice or left out."""
        self.by_clock = isinstance(command, RunClock)
        if not isinstance(fact, facts.AboutReferral):
            return
        identity, clock = fact.referral_id, getattr(fact, "clock", None)
        before = self.running.get(identity)
        asked = isinstance(fact, facts.ReferralRequested)  # of the next, once one has expired
        match fact:
            case facts.ReferralReminded() | facts.ReferralEscalated():
                self._told(fact, before, command.at)
            case facts.ClockStarted():
                assert before is None, "a clock was started twice"
                self.running[identity] = _sound(fact.clock)
            case facts.ClockMoved():
                assert before is not None, "no clock to move"
                assert fact.because, "moved for no reason"
                assert fact.clock != before, "moved to where it was"
                self.running[identity] = _sound(fact.clock)
            case _ if isinstance(fact, EXPIRED) or (self.by_clock and not asked):
                self._last(before, command.at)
                self.running.pop(identity, None)
            case _ if isinstance(clock, RunningClock):
                self.running[identity] = _sound(clock)
            case _ if hasattr(fact, "clock"):
                self.running.pop(identity, None)

    def _told(
        self,
        fact: facts.ReferralReminded | facts.ReferralEscalated,
        before: RunningClock | None,
        at: datetime,
    ) -> None:
        assert before is not None, "told, and no clock runs"
        assert fact.due_at == before.due_at, "told another moment than the one of both sides"
        step, earlier = _STEPS[getattr(fact, "level", None)]
        due = getattr(before, step)
        assert due is not None, "told twice"
        assert at >= due, "told too early"
        assert all(getattr(before, each) is None for each in earlier), "a step was left out"
        after = replace(before, **{step: None})
        assert fact.next_at == after.next_at, "announces another step than the next"
        self.running[fact.referral_id] = after

    def _last(self, before: RunningClock | None, at: datetime) -> None:
        assert self.by_clock, "ended by who has no clock"
        assert before is not None, "ended, and no clock runs"
        assert at >= before.expires_at, "ended too early"
        told = (before.remind_at, before.escalate_at, before.coordinate_at)
        assert told == (None, None, None), "ended before it was told"


def _sound(clock: RunningClock) -> RunningClock:
    """The clock, whose steps are in order."""
    steps = (clock.remind_at, clock.escalate_at, clock.coordinate_at, clock.expires_at)
    ahead = [each for each in steps if each is not None]
    assert ahead == sorted(ahead), "its steps are out of order"
    assert clock.due_at <= clock.expires_at, "it ends before it is due"
    return clock


_STEPS: dict[str | None, tuple[str, tuple[str, ...]]] = {
    None: ("remind_at", ()),
    "sender": ("escalate_at", ("remind_at",)),
    "coordinator": ("coordinate_at", ("remind_at", "escalate_at")),
}
"""The step of each level, with those that come before it."""
