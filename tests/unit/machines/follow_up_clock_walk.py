"""A walk over a follow-up's clock: somebody is told, not too early, and once for each step."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from typing_extensions import override

from services.followup import clock, custody, followup, holidays, life
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
        self.set: Any = None
        self.heard: list[holidays.HolidayHeard] = []

    @move(
        clock.RunFollowUpClock,
        often=6,
        by=mostly(st.just(SYSTEM), st.just(OFFICE)),
        days=st.integers(0, 50),
        custodian=st.sampled_from([None, SHELTER.institution, COMMISSION.institution]),
        changed=mostly(st.sampled_from([False]), st.sampled_from([True])),
    )
    def runs(self, by: Any, days: int, custodian: str | None, *, changed: bool) -> None:
        """Let a timer fire, sooner or later."""
        facts = [fact for fact, _, _ in _STEPS[: self.step + 1]]
        state = followup.NotOpened() if self.step < 0 else life.DECIDER.fold(facts)
        times = Times(self.begun, self.begun)
        self.custodian = custodian
        self.known = {
            clock.FOLLOW_UP: Known(self.about, state, times),
            clock.CUSTODY: Known(2, custody.Custody(custodian, 2)),
            clock.HOLIDAYS: Known(len(self.heard), tuple(self.heard)),
        }
        at = self.begun + timedelta(days=days)
        of: dict[str, Any] = {"referral_id": REFERRAL, "case_id": CASE}
        self.submit(clock.RunFollowUpClock(by=by, at=at, holidays_changed=changed, **of))

    @move(days=st.integers(1, 40), is_holiday=st.booleans(), by=st.just(SYSTEM))
    def hears(self, by: Any, days: int, *, is_holiday: bool) -> None:
        """Hear of a holiday, and have the clock look at it."""
        day, version = (self.begun + timedelta(days=days)).date(), len(self.heard) + 1
        self.heard.append(holidays.HolidayHeard("MX-CHH", day, is_holiday, version))
        self.runs(by, days // 3, None, changed=True)

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
            self._is_set(command, fact)
            return
        assert not command.holidays_changed, "told of a holiday"
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

    def _is_set(self, command: Any, fact: Any) -> None:
        """The clock is set for later, or, if days changed, for another moment than before."""
        assert fact.holidays_version == len(self.heard), "counted by other days"
        if command.holidays_changed:
            assert self.set is not None, "moved though it was not set"
            assert fact.due_at != self.set.due_at, "moved to where it was"
        else:
            assert command.at < fact.due_at, "not told of what is due"
        self.set = fact

    def _told_of_it(self) -> bool:
        return bool(self.told) and self.told[-1].follow_up_version == self.about

    @override
    def agrees(self) -> None:
        if isinstance(self.state, clock.LastSet):
            last = self.set
            assert self.state == clock.LastSet(last.follow_up_version, last.due_at), "not as set"
        if self._told_of_it():
            last = self.told[-1]
            assert self.state == clock.LastTold(self.about, last.due_at, last.next_at)
