"""A referral's clocks: how each starts, pauses, goes on, and moves with the holidays.

The answer's is one from the request to the decision. While somebody else is to act first (the
sender informs, the coordinator confirms) it stands still beside the other's, and goes on by what
was left of it. Limits are data: the lists ``priorities`` and ``clocks``.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache

from services.referral import public_holidays
from services.referral.public_holidays import Said
from shared.kernel.codes import code
from shared.kernel.decider import Command, Known
from shared.kernel.running_clock import RunningClock
from shared.kernel.value import Value, replace
from shared.timers.calendars import country_of, edition_of
from shared.timers.working_days import (
    NOTHING,
    Calendar,
    add_working_days,
    begins,
    between,
    later,
)

HOLIDAYS = "holidays"
"""The name under which the rules get what was said of holidays."""
LEANS = {HOLIDAYS: (public_holidays.DECIDER, public_holidays.STREAM)}
"""What a command that starts a clock leans on."""
STEPS = ("remind", "escalate", "coordinate", "expire")
_FIELDS: Mapping[str, str] = {
    "remind": "remind_at",
    "escalate": "escalate_at",
    "coordinate": "coordinate_at",
    "expire": "expires_at",
}
_INSTANTS = ("due_at", *_FIELDS.values())
_LONGEST = timedelta(days=366)
"""So long a waiting list may promise: what waits longer is looked at meanwhile."""


class Limit(Value):
    """How long a clock runs until an answer is due, and until each step, in hours or days."""

    by_the_hour: bool
    within: int
    steps: tuple[int, ...]


class Timing(Value):
    """The clocks of a referral. running: the one that runs; None: none did when it was recorded.

    paused: the one that stands still meanwhile, since ``paused_at``.
    """

    running: RunningClock | None = None
    paused: RunningClock | None = None
    paused_at: datetime | None = None


NO_TIMING = Timing()


@cache
def limit_of(clock: str, priority: str) -> Limit:
    """Return the limit of a clock for a priority. Raises UnknownCode."""
    entry = code("clocks", clock).extra
    if entry.get("by") == "priority":
        entry = code("priorities", priority).extra
    within, *steps = (int(str(entry[name])) for name in ("within", *STEPS))
    return Limit(entry["unit"] == "hours", within, tuple(steps))


# --- starting -------------------------------------------------------------------------------


def starting(
    clock: str, priority: str, command: Command, subdivision: str, holidays: Known | None
) -> RunningClock | None:
    """Return a clock that starts with a command; None for what an import records as history.

    holidays: what was said of them; None if nobody looked, and then there is no clock.
    """
    if command.imported is not None or holidays is None:
        return None
    limit, at = limit_of(clock, priority), command.received_at or command.at
    if limit.by_the_hour:
        return _by_instants(clock, at, lambda amount: _hours_later(at, amount), limit)
    calendar = public_holidays.calendar_of(subdivision, holidays.state)
    running = _by_instants(clock, at, lambda days: add_working_days(calendar, at, days), limit)
    return _counted(running, subdivision, holidays.state)


def waiting(
    expected_on: date | None,
    priority: str,
    command: Command,
    subdivision: str,
    holidays: Known | None,
) -> RunningClock | None:
    """Return the clock of a waiting list: until the expected day has gone by, if one was said.

    On that day the addressee is reminded. No day is further than a year away.
    """
    running = starting("wait", priority, command, subdivision, holidays)
    if running is None or expected_on is None or holidays is None:
        return running
    calendar = public_holidays.calendar_of(subdivision, holidays.state)
    limit, start = limit_of("wait", priority), running.started_at

    def day_at(day: date) -> datetime:
        begun = min(max(begins(calendar, day), start), start + _LONGEST)
        return later(calendar, begun, NOTHING)

    due = day_at(date.fromordinal(min(expected_on.toordinal() + 1, date.max.toordinal())))

    def after(step: str) -> datetime:
        days = limit.steps[STEPS.index(step)] - limit.within
        return add_working_days(calendar, due, days)

    return replace(
        running,
        due_at=due,
        remind_at=day_at(expected_on),
        escalate_at=due,
        coordinate_at=after("coordinate"),
        expires_at=after("expire"),
    )


def _by_instants(
    clock: str, at: datetime, instant: Callable[[int], datetime], limit: Limit
) -> RunningClock:
    remind, escalate, coordinate, expire = map(instant, limit.steps)
    due = instant(limit.within)
    return RunningClock(clock, at, due, expire, remind, escalate, coordinate)


def _counted(running: RunningClock, subdivision: str, said: Said) -> RunningClock:
    """Say by which calendar the clock was counted."""
    edition = edition_of(country_of(subdivision))
    return replace(running, calendar=subdivision, edition=edition, holidays_version=len(said))


def _hours_later(at: datetime, hours: int) -> datetime:
    return (at.astimezone(UTC) + timedelta(hours=hours)).astimezone(at.tzinfo)


# --- pausing, going on and moving -----------------------------------------------------------


def paused(timing: Timing, running: RunningClock | None) -> Timing:
    """Return the clocks once another one runs: what ran stands still, unless one does already."""
    if timing.paused is not None or timing.running is None:
        return replace(timing, running=running)
    at = timing.running.started_at if running is None else running.started_at
    return Timing(running, timing.running, at)


def going_on(timing: Timing, command: Command, holidays: Known | None) -> RunningClock | None:
    """Return the clock that stood still as it goes on with a command, by what was left of it.

    None if none stands still; then whoever asks starts one.
    """
    paused, since = timing.paused, timing.paused_at
    if command.imported is not None or holidays is None or paused is None or since is None:
        return None
    at = max(command.received_at or command.at, since)  # a clock that was set back moves none back
    if paused.calendar is None:
        return _moved(paused, since, at, lambda each: at + (each - since))
    before = _as_counted(paused, holidays.state)
    now = public_holidays.calendar_of(paused.calendar, holidays.state)
    on = _moved(paused, since, at, lambda each: later(now, at, between(before, since, each)))
    return _counted(on, paused.calendar, holidays.state)


def moved(running: RunningClock, said: Said) -> RunningClock:
    """Return a clock as it runs once so much was said of holidays; itself if nothing changes."""
    if running.calendar is None or running.holidays_version == len(said):
        return running
    if not because(running, said):
        return running
    before, start = _as_counted(running, said), running.started_at
    now = public_holidays.calendar_of(running.calendar, said)

    def instant(each: datetime) -> datetime:
        return later(now, start, between(before, start, each))

    other = _moved(running, start, start, instant)
    return running if other == running else _counted(other, running.calendar, said)


def because(running: RunningClock, said: Said) -> tuple[date, ...]:
    """Return the days that were said to be holidays, or none, since the clock was counted."""
    places = {running.calendar, str(running.calendar).partition("-")[0]}
    newer = said[running.holidays_version or 0 :]
    return tuple(sorted({fact.day for fact in newer if fact.place in places}))


def _as_counted(running: RunningClock, said: Said) -> Calendar:
    """Return the calendar by which a clock was counted."""
    return public_holidays.calendar_of(str(running.calendar), said[: running.holidays_version or 0])


def _moved(
    running: RunningClock,
    since: datetime,
    start: datetime,
    instant: Callable[[datetime], datetime],
) -> RunningClock:
    """Move the instants that were still to come at a moment; what was done before stays done."""
    instants = {name: getattr(running, name) for name in _INSTANTS}
    ahead = {n: instant(each) for n, each in instants.items() if each is not None and each > since}
    return replace(running, started_at=start, **ahead)


# --- firing ---------------------------------------------------------------------------------


def due_step(running: RunningClock, at: datetime) -> str | None:
    """Return the step that is due at a moment: the first that was not done; None if none is."""
    if at < running.next_at:
        return None
    return next(step for step in STEPS if getattr(running, _FIELDS[step]) is not None)


def without(running: RunningClock, step: str) -> RunningClock:
    """Return a clock once a step is done."""
    return replace(running, **{_FIELDS[step]: None})
