"""When a service is open: days by a rule of RFC 5545, hours by the wall clock of a zone.

The one home of python-dateutil. Of the rules only those are taken that say on which days: what a
rule says of hours is beside the point, because the hours stand next to it; and a rule that counts
(every second week, ten times) says nothing without the day from which it counts.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrule, rrulestr

from shared.kernel.fields import Described
from shared.kernel.text import Text
from shared.kernel.value import Value

CLOCK = r"([01]\d|2[0-3]):[0-5]\d|24:00"
"""How an hour is written, as a regular expression; 24:00: the end of the day."""
LONGEST_RULE = 200
_ORDINAL = r"[+-]?([1-9]|[1-4]\d|5[0-3])"
_DAY = rf"({_ORDINAL})?(MO|TU|WE|TH|FR|SA|SU)"
_OF_A_MONTH = r"[+-]?([1-9]|[12]\d|3[01])"
_OF_A_YEAR = r"[+-]?([1-9]|[1-9]\d|[12]\d\d|3[0-5]\d|36[0-6])"


def _list(one: str) -> str:
    return rf"({one})(,({one}))*"


_PARTS: Mapping[str, str] = {
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d?",
    "COUNT": r"[1-9]\d{0,2}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "BYDAY": _list(_DAY),
    "BYMONTH": _list("[1-9]|1[0-2]"),
    "BYMONTHDAY": _list(_OF_A_MONTH),
    "BYYEARDAY": _list(_OF_A_YEAR),
    "BYWEEKNO": _list(_ORDINAL),
    "BYSETPOS": _list(_OF_A_YEAR),
    "WKST": "MO|TU|WE|TH|FR|SA|SU",
}
_CHOOSE_DAYS = frozenset({"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"})
_ONE_DAY = timedelta(days=1)


def is_rule(rule: str) -> bool:
    """Whether a text is a recurrence rule of days, such as ``FREQ=WEEKLY;BYDAY=MO,TU``."""
    parts = _parts(rule)
    if parts is None or "FREQ" not in parts or {"COUNT", "UNTIL"} <= parts.keys():
        return False
    if re.search(r"\d", parts.get("BYDAY", "")) and parts["FREQ"] in {"DAILY", "WEEKLY"}:
        return False  # the second Monday is one of a month or a year
    try:
        _occurrences(rule, date(2024, 1, 1))
    except ValueError:
        return False
    return True


def counts(rule: str) -> bool:
    """Whether a rule says nothing without the day from which it counts."""
    parts = _parts(rule) or {}
    if parts.get("INTERVAL", "1") != "1" or "COUNT" in parts:
        return True
    return parts.get("FREQ") != "DAILY" and not _CHOOSE_DAYS & parts.keys()


@cache
def _zones() -> frozenset[str]:
    """Return the names of all time zones: to list them is to walk through their folder."""
    return frozenset(available_timezones())


def is_zone(zone: str) -> bool:
    """Whether there is a time zone of this name."""
    return zone in _zones()


@lru_cache(maxsize=16_384)
def occurs_on(rule: str, day: date, starts_on: date | None = None) -> bool:
    """Whether a day is one of a rule. starts_on: the first day; None: always."""
    if starts_on is not None and day < starts_on:
        return False
    # A rule that does not count is the same from any first day: from a near one it is sooner found.
    near = starts_on if starts_on is not None and counts(rule) else date(day.year, 1, 1)
    midnight = datetime.combine(day, time())
    return bool(_occurrences(rule, near).between(midnight, midnight, inc=True))


def _parts(rule: str) -> dict[str, str] | None:
    """Take a rule apart; None if it is none of days, or says a part twice."""
    if len(rule) > LONGEST_RULE:
        return None
    written = [each.partition("=") for each in rule.split(";")]
    parts = {name: value for name, _, value in written}
    fit = all(name in _PARTS and re.fullmatch(_PARTS[name], parts[name]) for name in parts)
    return parts if fit and len(parts) == len(written) else None


@lru_cache(maxsize=1024)
def _occurrences(rule: str, first: date) -> rrule:
    # Days have no zone: a moment in UTC would end a rule of local days at another one.
    days = re.sub(r"(UNTIL=\d{8})T\d{6}Z?", r"\1", rule)
    found: rrule = rrulestr(days, dtstart=datetime.combine(first, time()))
    return found


class Hours(Value, omit_defaults=True):
    """Days by a rule of RFC 5545, hours by the wall clock of a zone.

    closes: no later than ``opens``: on the day after. starts_on: the first day; None: always.
    """

    rrule: Annotated[
        str,
        Described(
            Text(
                "Qué días, como regla RRULE (RFC 5545): FREQ=WEEKLY;BYDAY=MO,TU.",
                "Which days, as an RRULE (RFC 5545): FREQ=WEEKLY;BYDAY=MO,TU.",
            ),
            least=1,
            most=LONGEST_RULE,
        ),
    ]
    opens: Annotated[
        str, Described(Text("Desde qué hora, como 09:00.", "From when, as 09:00."), pattern=CLOCK)
    ]
    closes: Annotated[
        str,
        Described(
            Text(
                "Hasta qué hora, como 18:00; 24:00: todo el día.",
                "Until when, as 18:00; 24:00: the end of the day.",
            ),
            pattern=CLOCK,
        ),
    ]
    zone: Annotated[
        str,
        Described(
            Text(
                "El huso horario, como America/Ciudad_Juarez.",
                "The time zone, such as America/Ciudad_Juarez.",
            ),
            least=1,
            most=60,
        ),
    ]
    starts_on: Annotated[
        date | None,
        Described(
            Text(
                "Desde qué día; obligatorio si la regla cuenta (INTERVAL, COUNT).",
                "From which day; required if the rule counts (INTERVAL, COUNT).",
            )
        ),
    ] = None

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at a moment."""
        local = at.astimezone(ZoneInfo(self.zone))
        clock, today = f"{local:%H:%M}", local.date()
        if self.opens < self.closes:
            return self.opens <= clock < self.closes and self._opens_on(today)
        tonight = clock >= self.opens and self._opens_on(today)
        return tonight or (clock < self.closes and self._opens_on(today - _ONE_DAY))

    def _opens_on(self, day: date) -> bool:
        return occurs_on(self.rrule, day, self.starts_on)
