"""Which days are holidays where: official ones, and those of a committed file of the country.

The one home of ``holidays``, which knows the official days of a country and of its subdivisions.
``deploy/calendars`` has what that leaves out, such as a town's patron feast, with a version; what
is decreed later a steward says, and rules learn it from the log, never from here.

Everything is read when it is first needed, and kept: it does not change while a program runs.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from shared.definitions.checks import Checks
from shared.definitions.kind import DefinitionKind
from shared.kernel.codes import code
from shared.kernel.freshness import ZONE
from shared.kernel.places import SUBDIVISIONS, zone_of
from shared.kernel.text import Text
from shared.kernel.value import Value
from shared.timers.working_days import Calendar

_BESIDE = Path(__file__).parents[2] / "deploy/calendars"
_WITHIN = Path(__file__).parent / "shipped"
FOLDER = _BESIDE if _BESIDE.is_dir() else _WITHIN
FIRST_YEAR, LAST_YEAR = 1950, 2100
"""The years of which holidays are known; before and after, only weekends are free."""
Word = tuple[str, date, bool]
"""What was said of a day: of which country or subdivision, which day, and whether it is one."""


class Local(Value):
    """A holiday of the committed file. subdivisions: where; none: in the whole country.

    every: month and day of every year, None if it is only ``on`` single days.
    """

    subdivisions: tuple[str, ...]
    every: tuple[int, int] | None
    on: tuple[date, ...]
    name: Text


class LocalFile(Value):
    """What a country's file says, and its version."""

    country: str
    version: int
    holidays: tuple[Local, ...]


def _build(content: dict[str, Any], checks: Checks) -> LocalFile:
    found = tuple(_local(each, checks, at) for at, each in enumerate(content["holidays"]))
    return LocalFile(content["country"], content["version"], found)


def _local(entry: dict[str, Any], checks: Checks, at: int) -> Local:
    days = [_day(text) for text in entry.get("on", ())]
    every = _day(f"2000-{entry['every']}") if "every" in entry else None
    if None in days or ("every" in entry) is (every is None) or not (days or every):
        checks.note(
            ("holidays", at),
            Text(
                "se esperaba «every» u «on», con días que existen",
                "expected “every” or “on”, with days that exist",
            ),
        )
    name = Text(entry["name"]["es"], entry["name"]["en"])
    on = tuple(day for day in days if day)
    yearly = (every.month, every.day) if every else None
    return Local(tuple(entry.get("subdivisions", ())), yearly, on, name)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


FILES = DefinitionKind(FOLDER / "calendar.schema.json", _build, shipped=FOLDER)
"""The committed files, by country. A flaw in one is found when it is read (and by the tests)."""


def country_of(subdivision: str) -> str:
    """Return the country of a subdivision. Raises UnknownCode."""
    return str(code(SUBDIVISIONS, subdivision).extra["country"])


@cache
def edition_of(country: str) -> str:
    """Return by which edition days are counted: that of the official ones, and of the file."""
    return f"{version('holidays')}/{_file(country).version}"


@cache
def holidays_of(subdivision: str, year: int) -> Mapping[date, Text]:
    """Return the holidays of a year there, each with its name; empty beyond the years known."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    country, _, part = subdivision.partition("-")
    found = dict(_official(country, part, year))
    for each in _file(country).holidays:
        if not each.subdivisions or subdivision in each.subdivisions:
            found |= dict.fromkeys(_days_of(each, year), each.name)
    return dict(sorted(found.items()))


def holiday_in(subdivision: str) -> Callable[[date], bool]:
    """Return whether a day is a holiday there."""
    return lambda day: day in holidays_of(subdivision, day.year)


@cache
def calendar_of(subdivision: str) -> Calendar:
    """Return the calendar of a subdivision, as it comes with the product."""
    return Calendar(zone_of(subdivision) or ZONE, holiday_in(subdivision))


def holiday_once(place: str, said: Iterable[Word]) -> Callable[[date], bool]:
    """Return whether a day is a holiday there, once so much was said, oldest first.

    The last word counts, be it of the country or of the subdivision.
    """
    country, official = place.partition("-")[0], holiday_in(place)
    words = {day: is_holiday for where, day, is_holiday in said if where in {country, place}}
    if not words:
        return official
    return lambda day: words[day] if day in words else official(day)


def calendar_once(subdivision: str, said: Iterable[Word]) -> Calendar:
    """Return the calendar of a subdivision once so much was said."""
    return Calendar(calendar_of(subdivision).zone, holiday_once(subdivision, said))


def _days_of(local: Local, year: int) -> list[date]:
    days = [day for day in local.on if day.year == year]
    if local.every is not None:
        yearly = _day(f"{year:04}-{local.every[0]:02}-{local.every[1]:02}")  # 29 February
        days += [yearly] if yearly else []
    return days


@cache
def _file(country: str) -> LocalFile:
    return FILES.load(country) if country in FILES.names() else LocalFile(country, 0, ())


def _official(country: str, part: str, year: int) -> Mapping[date, Text]:
    import holidays  # noqa: PLC0415 - a quarter of a second that most commands need not wait

    kind = getattr(holidays, country)
    subdivision = part if part in kind.subdivisions else None
    named = {
        language: kind(subdiv=subdivision, years=year, language=language)
        for language in ({"es", "en_US"} & {*kind.supported_languages})
    }
    english = named["en_US"]
    spanish = named.get("es", english)
    return {day: Text(spanish[day], english[day]) for day in english}
