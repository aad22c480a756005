"""Which day it is where something happens: dates are counted on the local calendar, nowhere else.

At eight in the evening in Chihuahua it is tomorrow already in UTC. Whoever compares a moment with a
date (an agreement's last day, a statement's age) asks here for the day.
"""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from shared.kernel.places import zone_of

DEFAULT_ZONE = "America/Mexico_City"
"""The zone of what has no place of its own."""


def local_day(moment: datetime, subdivision: str | None = None) -> date:
    """Return the day of a moment on the official clock of a subdivision; None: of the country.

    A subdivision without an official zone has the country's.
    """
    return moment.astimezone(_zone(subdivision)).date()


@cache
def _zone(subdivision: str | None) -> ZoneInfo:
    named = None if subdivision is None else zone_of(subdivision)
    return ZoneInfo(named or DEFAULT_ZONE)
