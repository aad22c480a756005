"""On which days an agreement is in force: a set of days, not a flag.

What is judged is the day on which something is said to have happened, so that what is recorded late
is judged as it was then.
"""

from datetime import date, timedelta

from shared.kernel.value import Value, replace

DRAFTED, SIGNED, IN_FORCE = "drafted", "signed", "in-force"
SUSPENDED, EXPIRED, TERMINATED = "suspended", "expired", "terminated"
"""Its statuses, which are codes of ``STATUSES``."""
STATUSES = "agreement_statuses"
"""The list of an agreement's statuses."""
_DAY = timedelta(days=1)


class Pause(Value):
    """The days from ``since`` on, before ``until``, on which it is not in force; None: no end.

    lapsed: it had expired, and was renewed at the end of these days; else it was suspended.
    """

    since: date
    until: date | None = None
    lapsed: bool = False

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class Validity(Value):
    """The days on which an agreement is in force.

    begins: None while signatures are missing. ends: the last day, None if it has none. terminated:
    since when it is over, whatever its last day was; None if it was not terminated.
    """

    begins: date | None = None
    ends: date | None = None
    pauses: tuple[Pause, ...] = ()
    terminated: date | None = None

    def status_on(self, day: date) -> str:
        """Return the code of its status on a day."""
        if self.terminated is not None and day >= self.terminated:
            return TERMINATED
        if self.begins is None:
            return DRAFTED
        if day < self.begins:
            return SIGNED
        if self.ends is not None and day > self.ends:
            return EXPIRED
        pause = self._pause_on(day)
        if pause is None:
            return IN_FORCE
        return EXPIRED if pause.lapsed else SUSPENDED

    def covers(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.status_on(day) == IN_FORCE

    def since(self, day: date) -> date | None:
        """Return since when it has the status of this day; None if that is nobody's question."""
        pause = self._pause_on(day)
        match self.status_on(day):
            case "terminated":
                return self.terminated
            case "in-force" | "signed" | "drafted":
                return self.begins
            case _ if pause is not None:
                return pause.since
            case _:
                return None if self.ends is None else self.ends + _DAY

    @property
    def is_paused(self) -> bool:
        """Whether it is suspended until somebody resumes it."""
        return any(pause.until is None for pause in self.pauses)

    def signed(self, begins: date) -> "Validity":
        """Return it as it is once the last party has signed."""
        return replace(self, begins=begins)

    def paused(self, since: date) -> "Validity":
        """Return it suspended from a day on."""
        return replace(self, pauses=(*self.pauses, Pause(since)))

    def resumed(self, on: date) -> "Validity":
        """Return it in force again from a day on."""
        return replace(self, pauses=tuple(_ended(each, on) for each in self.pauses))

    def renewed(self, until: date | None, on: date) -> "Validity":
        """Return it with another last day; the days between the old one and ``on`` stay without.

        on: the day on which it was renewed.
        """
        pauses = self.pauses
        if self.ends is not None and on > self.ends + _DAY:
            pauses = (*pauses, Pause(self.ends + _DAY, on, lapsed=True))
        return replace(self, ends=until, pauses=pauses)

    def over(self, on: date) -> "Validity":
        """Return it terminated from a day on."""
        return replace(self, terminated=on)

    def _pause_on(self, day: date) -> Pause | None:
        return next((pause for pause in self.pauses if pause.covers(day)), None)


def _ended(pause: Pause, on: date) -> Pause:
    return pause if pause.until is not None else replace(pause, until=on)
