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
_DAY = r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)"
_OF_A_MONTH = r"[+-]?([1-9]|[12]\d|3[01])"


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
    "BYSETPOS": _list("[+-]?[1-5]"),
    "WKST": "MO|TU|WE|TH|FR|SA|SU",
}
_ALWAYS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
_OF_A_FREQUENCY: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset({"BYDAY", "BYMONTH", "BYMONTHDAY"}),
    "WEEKLY": frozenset({"BYDAY", "BYMONTH"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"}),
    "YEARLY": frozenset({"BYDAY", "BYMONTH", "BYMONTHDAY"}),
}
_OF_AN_INTERVAL: Mapping[str, frozenset[str]] = {
    "DAILY": frozenset(),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY", "BYSETPOS"}),
}
"""What else a rule may say that skips days, weeks or months; years are not skipped."""
_CHOOSE_DAYS = frozenset({"BYDAY", "BYMONTHDAY"})
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SHORTEST_MONTH = 28
_STEPS: Mapping[str, int] = {"DAILY": 1, "WEEKLY": 7}
"""Days from one to the next."""
_ONE_DAY = timedelta(days=1)


def is_rule(rule: str) -> bool:
    """Whether a text is a recurrence rule of days, such as ``FREQ=WEEKLY;BYDAY=MO,TU``.

    None is taken that never comes about, such as every 30th of February: whoever looked for its
    days would look for ever.
    """
    parts = _parts(rule)
    if parts is None or "FREQ" not in parts or {"COUNT", "UNTIL"} <= parts.keys():
        return False
    if not (_fit_together(parts) and _comes_about(parts)):
        return False
    try:
        _occurrences(rule, date(2024, 1, 1))
    except ValueError:
        return False
    return True


def _fit_together(parts: Mapping[str, str]) -> bool:
    """Whether each part may stand beside the frequency and the others."""
    frequency = parts["FREQ"]
    if not _may_say(parts) or parts.keys() >= _CHOOSE_DAYS:
        return False
    numbered = re.search(r"\d", parts.get("BYDAY", "")) is not None
    if numbered and (frequency in {"DAILY", "WEEKLY"} or "BYSETPOS" in parts):
        return False  # the second Monday is one of a month or a year
    if "BYMONTH" in parts and frequency in {"MONTHLY", "YEARLY"} and not _CHOOSE_DAYS & {*parts}:
        return False  # its first day may be the 31st
    return "BYSETPOS" not in parts or "BYDAY" in parts


def _may_say(parts: Mapping[str, str]) -> bool:
    """Whether a rule of this frequency, which skips some or none, may have each of its parts."""
    skips = parts.get("INTERVAL", "1") != "1"
    may = (_OF_AN_INTERVAL if skips else _OF_A_FREQUENCY).get(parts["FREQ"])
    return may is not None and parts.keys() <= _ALWAYS | may


def _comes_about(parts: Mapping[str, str]) -> bool:
    """Whether there is ever such a day of the month in one of the months."""
    if "BYMONTHDAY" not in parts:
        return True
    days = [abs(int(day)) for day in parts["BYMONTHDAY"].split(",")]
    if parts.get("INTERVAL", "1") != "1":
        return min(days) <= _SHORTEST_MONTH
    months = parts.get("BYMONTH", "1").split(",")
    return min(days) <= max(_LONGEST_MONTHS[int(month) - 1] for month in months)


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
    near = _near(rule, day, starts_on)
    midnight = datetime.combine(day, time())
    return bool(_occurrences(rule, near).between(midnight, midnight, inc=True))


def _near(rule: str, day: date, starts_on: date | None) -> date:
    """Return a first day from which the rule is the same on that day, and sooner looked through."""
    parts = _parts(rule) or {}
    if starts_on is None or not counts(rule):
        return day.replace(day=1) if parts.get("FREQ") != "YEARLY" else date(day.year, 1, 1)
    step = _STEPS.get(parts["FREQ"], 0) * int(parts.get("INTERVAL", "1"))
    if "COUNT" in parts or not step:
        return starts_on
    skipped = max(0, (day - starts_on).days // step - 1)
    return starts_on + timedelta(days=skipped * step)


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
