"""A running clock as facts name it: by when who must have acted, and what happens if nobody has."""

from datetime import datetime

from shared.kernel.value import Value


class RunningClock(Value, omit_defaults=True):
    """The time limit that runs, with the steps that are still to come.

    clock: which one, of the list ``clocks``. started_at: when it started, or went on after a pause.
    due_at: by when an answer is due: the same moment on both sides. remind_at, escalate_at,
    coordinate_at: when whoever is to act is reminded, when the sender is told, and when the
    coordinator is; None: done before. expires_at: when nobody waits any longer.

    calendar: the subdivision by whose working days it was counted; None: by the hour, which stops
    neither at night nor on holidays. edition: of the calendar that comes with the product.
    holidays_version: of what stewards have said of holidays by then; 0: nothing.
    """

    clock: str
    started_at: datetime
    due_at: datetime
    expires_at: datetime
    remind_at: datetime | None = None
    escalate_at: datetime | None = None
    coordinate_at: datetime | None = None
    calendar: str | None = None
    edition: str | None = None
    holidays_version: int | None = None

    @property
    def next_at(self) -> datetime:
        """When the next step is due."""
        ahead = (self.remind_at, self.escalate_at, self.coordinate_at)
        return next((each for each in ahead if each is not None), self.expires_at)
