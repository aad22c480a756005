"""Working days: how a time limit in days is counted at a place.

Saturdays, Sundays and holidays do not count; the time of day is kept, by the wall clock of the
place. What would lie beyond the calendar's ends lies at its end.

Pure: which days are holidays, whoever asks says (``calendars``, and what a steward has added).
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.kernel.value import Value

FIRST, LAST = date(2, 1, 1), date(9998, 12, 31)
"""The days on which a moment can be told in every zone."""
_DAY = timedelta(days=1)
_SATURDAY = 5
_MINUTE = timedelta(minutes=1)


class Calendar(Value, eq=False):
    """The days of a place. zone: the name of its official clock. holiday: whether a day is one."""

    zone: str
    holiday: Callable[[date], bool]

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return day.weekday() < _SATURDAY and not self.holiday(day)


class Left(Value):
    """What is left of a limit: so many working days, and so much more by the wall clock.

    rest: the time of day of its end less that of its start; less than nothing if it ends earlier in
    the day.
    """

    days: int
    rest: timedelta


NOTHING = Left(0, timedelta())


def add_working_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Return the moment so many working days later, at the same time of day there.

    The day of the start is not counted; so many days are that are working days after it.
    """
    return later(calendar, start, Left(days, timedelta()))


def between(calendar: Calendar, start: datetime, end: datetime) -> Left:
    """Return what lies between two moments; nothing if the end is not after the start."""
    if end <= start:
        return NOTHING
    here, there = _wall(calendar, start), _wall(calendar, end)
    day, days = here.date(), 0
    while day < there.date():
        day += _DAY
        days += calendar.works(day)
    return Left(days, _of_day(there) - _of_day(here))


def later(calendar: Calendar, start: datetime, left: Left) -> datetime:
    """Return the moment at which what is left ends, if it begins to run at the start.

    It ends on a working day, and never before the start.
    """
    wall = _wall(calendar, start)
    carried, of_day = divmod(_of_day(wall) + left.rest, _DAY)
    day, days = wall.date(), left.days + carried
    while day < LAST and (days > 0 or not calendar.works(day)):
        day += _DAY
        days -= calendar.works(day)
    return max(start, _told(calendar, day, of_day))


def begins(calendar: Calendar, day: date) -> datetime:
    """Return the moment at which a day begins there."""
    return _told(calendar, min(max(day, FIRST), LAST), timedelta())


def _wall(calendar: Calendar, moment: datetime) -> datetime:
    """Return what the wall clock shows there."""
    clamped = min(max(moment, _told(calendar, FIRST, timedelta())), _told(calendar, LAST, _DAY))
    return clamped.astimezone(_zone(calendar.zone)).replace(tzinfo=None)


def _of_day(wall: datetime) -> timedelta:
    return wall - datetime.combine(wall.date(), time.min)


def _told(calendar: Calendar, day: date, of_day: timedelta) -> datetime:
    """Return a moment there, with its offset from UTC in whole minutes, as clocks are told.

    What a clock that is put forward skips is told as it shows it then.
    """
    zone = _zone(calendar.zone)
    wall = (datetime.combine(day, time.min) + of_day).replace(tzinfo=zone)
    there = wall.astimezone(UTC).astimezone(zone)
    offset = there.utcoffset() or timedelta()
    return there.astimezone(timezone(-(-offset // _MINUTE) * _MINUTE))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
