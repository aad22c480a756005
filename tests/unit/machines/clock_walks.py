"""A walk over holidays, and the moves of a walk over referrals whose clocks run."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from typing_extensions import override

from services.referral import public_holidays as holidays
from services.referral.clock_firing import RunClock
from services.referral.clocks import HOLIDAYS
from shared.eventstore.codec import Vocabulary
from shared.kernel.decider import Actor, Command, Known
from tests.personas import ADMINISTRATOR, AT, OFFICE, OPERATOR, STEWARD, SYSTEM
from tests.unit.machines.clock_auditor import ClockAuditor
from tests.unit.machines.commands import INSTITUTIONS, moments, mostly
from tests.unit.machines.custody_auditor import Auditor
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.referral_draws import mostly_the_system, which
from tests.unit.machines.walking import Walk, move


class HolidaysWalk(Walk):
    """A steward says which days are holidays, and never twice the same."""

    service = "referral"
    decider = holidays.DECIDER
    speaks = (holidays,)
    vocabulary = Vocabulary(holidays.FACTS)
    draws: ClassVar[Draws] = {
        "by": st.sampled_from([STEWARD, OPERATOR, STEWARD, OFFICE, ADMINISTRATOR]),
        "place": st.sampled_from(["MX", "MX-CHH", "MX-CHH", "MX-JAL", "GT", "FR"]),
        "day": st.sampled_from(
            [date(2026, 12, 25), date(2026, 5, 13), date(2026, 5, 14), date(2101, 1, 4)]
        ),
    }

    def __init__(self) -> None:
        super().__init__()
        self.free: dict[tuple[str, date], bool] = {}

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by.role in {"steward", "operator"}, "not theirs to say"
        assert fact.place != "FR", "of no such place"
        added = isinstance(fact, holidays.HolidayAdded)
        assert self.free.get((fact.place, fact.day)) != added, "says what was said"
        for place in [*{place for place, _ in self.free}, fact.place]:
            if place.startswith(fact.place):  # the last word counts, a country's everywhere
                self.free[place, fact.day] = added

    @override
    def agrees(self) -> None:
        for (place, day), free in self.free.items():
            assert holidays.holiday_in(place, self.state)(day) == free, "a holiday was forgotten"


class ClockMoves:
    """What a walk over referrals has besides. looked: whether the rules know the holidays."""

    auditor: Auditor
    known: Any
    refer: Any

    def __init__(self) -> None:
        super().__init__()
        self.clocks = ClockAuditor()
        self.said: holidays.Said = ()
        self.looked = True

    def one(self, n: int) -> UUID:
        """The n-th newest referral."""
        raise NotImplementedError

    if TYPE_CHECKING:

        def submit(self, command: Command) -> None:
            """Have a command decided, as every walk does."""

    def knows(self) -> Mapping[str, Known]:
        """What the rules know of other streams: of holidays too."""
        said = {HOLIDAYS: Known(len(self.said), self.said)} if self.looked else {}
        return {**self.known, **said}

    @move(
        RunClock,
        often=8,
        by=mostly_the_system,
        n=which,
        late=mostly(st.sampled_from([0, 60, 3600]), st.sampled_from([-1, -86_400, 10**7])),
        times=st.sampled_from([1, 1, 4, 5]),
    )
    def run_clock(self, n: int, by: Actor, late: int, times: int) -> None:
        """Let the clock of one that waits run: at its next step, before it or long after."""
        self.looked = True
        waiting = self.auditor.open()
        identity = waiting[n % len(waiting)] if waiting else self.one(n)
        for _ in range(times):
            running = self.clocks.running.get(identity)
            at = AT if running is None else running.next_at
            self.submit(RunClock(by=by, at=at + timedelta(seconds=late), referral_id=identity))

    @move(
        often=4,
        n=which,
        days=st.sampled_from([1, 2, 3, 5, 8]),
        place=st.sampled_from(["MX", "MX-CHH", "MX-CHH", "MX-JAL"]),
    )
    def say_of_a_holiday(self, n: int, days: int, place: str) -> None:
        """Add a holiday while some clock runs, or take it away where it was added; then run it."""
        running = [*self.clocks.running.items()]
        if not running:
            return
        identity, clock = running[n % len(running)]
        day = clock.started_at.date() + timedelta(days=days)
        free = holidays.holiday_in(place, self.said)(day)
        kind = holidays.HolidayRemoved if free else holidays.HolidayAdded
        self.said, self.looked = (*self.said, kind(place, day, "decree")), True
        self.submit(RunClock(by=SYSTEM, at=clock.started_at, referral_id=identity))

    @move(often=2, to=st.sampled_from(INSTITUTIONS), at=moments)
    def as_before_clocks(self, to: str, at: datetime) -> None:
        """Refer as it was before there were clocks; then a timer looks at it."""
        before, self.looked = {*self.auditor.open()}, False
        share: dict[str, Any] = {"kind": "share", "services": ("shelter",), "priority": "normal"}
        self.refer("custodian", again=False, version=1, entry="active", at=at, to=to, **share)
        self.looked = True
        for identity in {*self.auditor.open()} - before:
            self.submit(RunClock(by=SYSTEM, at=at, referral_id=identity))
