"""Working days, counted from the days that are given here and from those that stewards added.

Nothing is asked of any library: the days are those of article 74 of Mexico's labour law. Where a
country's are not given, only its weekends are known, and its days are not judged.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import partial

from tests.faults.checker.rows import Fact

_FREE: Mapping[str, frozenset[str]] = {
    "MX": frozenset(
        {
            *("2026-01-01", "2026-02-02", "2026-03-16", "2026-05-01", "2026-09-16", "2026-11-16"),
            *("2026-12-25", "2027-01-01", "2027-02-01", "2027-03-15", "2027-05-01", "2027-09-16"),
            *("2027-11-15", "2027-12-25"),
        }
    )
}
_GIVEN = range(2026, 2028)
"""The years whose days are given."""
_SATURDAY = 5
_OFFSETS = tuple(timezone(timedelta(hours=hours)) for hours in (-8, -7, -6, -5))
"""Every clock that a place here can go by; the checker knows no zones."""
_DAY = timedelta(days=1)


HOLIDAYS = frozenset({"holiday-added", "holiday-removed"})
HEARD = "holiday-heard"
"""What followup has of each of these."""


@dataclass
class Calendar:
    """The days that are free, by country or subdivision, as stewards have changed them."""

    added: dict[str, set[str]] = field(default_factory=dict)
    removed: dict[str, set[str]] = field(default_factory=dict)

    def read(self, fact: Fact) -> None:
        """Go on by one fact."""
        if fact.name not in {*HOLIDAYS, HEARD}:
            return
        place, day = str(fact.payload["place"]), str(fact.payload["day"])
        adds = fact.name == "holiday-added" or bool(fact.payload.get("is_holiday"))
        (self.added if adds else self.removed).setdefault(place, set()).add(day)
        (self.removed if adds else self.added).setdefault(place, set()).discard(day)

    def knows(self, place: str, since: datetime) -> bool:
        """Whether the days of a place are given for a year and more from a moment on."""
        return place[:2] in _FREE and since.year in _GIVEN

    def has_changed(self, place: str, days: Sequence[str]) -> bool:
        """Whether stewards have said something of these days there."""
        said = [at.get(each, set()) for at in (self.added, self.removed) for each in _both(place)]
        return bool(days) and {*days} <= set().union(*said)

    def is_free(self, place: str, day: date) -> bool:
        """Whether nobody works there on a day."""
        places, written = _both(place), day.isoformat()
        if any(written in self.removed.get(each, ()) for each in places):
            return day.weekday() >= _SATURDAY
        free = _FREE.get(place[:2], frozenset())
        added = any(written in self.added.get(each, ()) for each in places)
        return day.weekday() >= _SATURDAY or written in free or added

    def ways(self, place: str) -> Iterator[Callable[[datetime, int], datetime]]:
        """Yield each way of counting working days from a moment: by one clock, or by another."""
        for offset in _OFFSETS:
            yield partial(self._later, place, offset)

    def _later(self, place: str, offset: timezone, since: datetime, days: int) -> datetime:
        moment, left = since.astimezone(offset), days
        while left:
            moment += _DAY
            left -= not self.is_free(place, moment.date())
        return moment


def _both(place: str) -> tuple[str, str]:
    """A subdivision, and its country."""
    return place, place[:2]
