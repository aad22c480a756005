"""A walk over a follow-up's clock: somebody is told, not too early, and once for each step."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from typing_extensions import override

from services.followup import clock, custody, followup, life
from services.followup.service_facts import ServiceScheduled, ServiceStarted
from shared.eventstore.codec import Vocabulary
from shared.kernel.decider import Command, Known
from shared.kernel.times import Times
from tests.personas import CASE, COMMISSION, OFFICE, REFERRAL, SHELTER, SYSTEM
from tests.unit.machines.commands import mostly
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk, move

_BEGUN = datetime(2026, 5, 4, 16, tzinfo=UTC)
_OPENED = followup.FollowUpOpened(
    referral_id=REFERRAL,
    case_id=CASE,
    institution=COMMISSION.institution,
    sender=OFFICE.institution,
    kind="share",
    programme="mecal",
    subdivision="MX-CHH",
)
_APPOINTMENT = _BEGUN + timedelta(days=3)
_STEPS: tuple[tuple[Any, str, int], ...] = (
    (_OPENED, "start", 10),
    (ServiceScheduled(REFERRAL, _APPOINTMENT), "appointment", 3),
    (ServiceStarted(REFERRAL), "complete", 30),
    (followup.FollowUpPutOnHold(REFERRAL, "other"), "resume", 20),
)
"""The last fact of the follow-up, the clock that runs after it, and its working days."""


def _weekdays(begun: datetime, until: datetime) -> int:
    """How many days of work there are at most between the two."""
    first = begun.date() + timedelta(days=1)
    days = (date.fromordinal(n) for n in range(first.toordinal(), until.date().toordinal() + 1))
    return sum(day.weekday() < 5 for day in days)


class FollowUpClockWalk(Walk):
    """Whoever follows up is reminded, and then somebody else is told."""

    service = "followup"
    decider = clock.CLOCK
    vocabulary = Vocabulary(clock.FACTS)
    draws: ClassVar[Draws] = {"referral_id": st.just(REFERRAL), "case_id": st.just(CASE)}

    def __init__(self) -> None:
        super().__init__()
        self.about, self.step, self.begun = 1, 0, _BEGUN
        self.told: list[Any] = []

    @move(
        clock.RunFollowUpClock,
        often=6,
        by=mostly(st.just(SYSTEM), st.just(OFFICE)),
        days=st.integers(0, 50),
        custodian=st.sampled_from([None, SHELTER.institution, COMMISSION.institution]),
    )
    def runs(self, by: Any, days: int, custodian: str | None) -> None:
        """Let a timer fire, sooner or later."""
        facts = [fact for fact, _, _ in _STEPS[: self.step + 1]]
        state = followup.NotOpened() if self.step < 0 else life.DECIDER.fold(facts)
        times = Times(self.begun, self.begun)
        self.custodian = custodian
        self.known = {
            clock.FOLLOW_UP: Known(self.about, state, times),
            clock.CUSTODY: Known(2, custody.Custody(custodian, 2)),
        }
        at = self.begun + timedelta(days=days)
        self.submit(clock.RunFollowUpClock(by=by, at=at, referral_id=REFERRAL, case_id=CASE))

    @move(step=st.integers(0, len(_STEPS) - 1))
    def goes_on(self, step: int) -> None:
        """Have something done in the follow-up."""
        self.about, self.step = self.about + 1, step
        self.begun += timedelta(days=2)

    @override
    def submit_drawn(self, command: type[Command], **values: Any) -> None:
        raise NotImplementedError

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by.role == "system", "told by somebody"
        assert fact.follow_up_version == self.about, "leans on another follow-up"
        if isinstance(fact, clock.FollowUpClockSet):
            assert not self._told_of_it(), "set anew after somebody was told"
            assert command.at < fact.due_at, "not told of what is due"
            return
        _, runs, limit = _STEPS[self.step]
        begun = max(self.begun, _APPOINTMENT) if runs == "appointment" else self.begun
        assert fact.clock == runs, "another clock"
        assert _weekdays(begun, fact.due_at) >= limit, "too early"
        assert command.at >= fact.due_at, "told of what is not due"
        assert fact.next_at > command.at, "nothing comes next"
        if isinstance(fact, clock.FollowUpReminded):
            assert not self._told_of_it(), "reminded twice"
            assert fact.whom == COMMISSION.institution, "somebody else was reminded"
        else:
            assert self._told_of_it(), "told before whoever follows up"
            assert command.at >= self.told[-1].next_at, "told again too early"
            assert fact.due_at == self.told[-1].due_at, "due at another moment"
            others = {SHELTER.institution: SHELTER.institution}
            whom = others.get(self.custodian or "", OFFICE.institution)
            assert fact.whom == whom != COMMISSION.institution, "somebody else was told"
        self.told.append(fact)

    def _told_of_it(self) -> bool:
        return bool(self.told) and self.told[-1].follow_up_version == self.about

    @override
    def agrees(self) -> None:
        if self._told_of_it():
            last = self.told[-1]
            assert self.state == clock.Told(self.about, last.due_at, last.next_at)
