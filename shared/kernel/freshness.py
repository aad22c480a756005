"""How long what somebody vouched for holds: one rule for all that becomes stale.

Days are those of the place: at eleven at night in Tijuana it is the next day already elsewhere.
"""

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shared.kernel.places import zone_of

STALE_AFTER = 6
"""Months: older than that, somebody has to vouch for it again."""
ZONE = "America/Mexico_City"
"""Of what is in no subdivision, or in one whose zone is not known."""


def stale(vouched_on: date | None, today: date) -> bool:
    """Whether nobody has vouched for it within ``STALE_AFTER`` months.

    vouched_on: the last day on which somebody did; None: never.
    """
    return vouched_on is None or stale_from(vouched_on) <= today


def stale_from(vouched_on: date) -> date:
    """Return the first day on which what was vouched for on that day is stale."""
    months = vouched_on.year * 12 + vouched_on.month - 1 + STALE_AFTER
    year, month = divmod(months, 12)
    return date(year, month + 1, min(vouched_on.day, monthrange(year, month + 1)[1]))


def day_in(subdivision: str | None, at: datetime) -> date:
    """Return the day that it is at this moment in a subdivision; None: nationwide or beyond."""
    zone = zone_of(subdivision) if subdivision is not None else None
    return at.astimezone(ZoneInfo(zone or ZONE)).date()


def day_told(at: datetime) -> date:
    """Return the day on which it is told, by the wall clock of whoever tells it.

    Where the moment comes in UTC nobody's clock is told: then it is the day in ``ZONE``.
    """
    return at.date() if at.utcoffset() else day_in(None, at)
