"""Which days are holidays where: known ones, and every committed file."""

from datetime import date

import pytest

from shared.definitions.flaw import DefinitionNotUsable
from shared.kernel.codes import codes
from shared.kernel.freshness import ZONE
from shared.timers.calendars import (
    FILES,
    LAST_YEAR,
    calendar_of,
    country_of,
    edition_of,
    holiday_in,
    holidays_of,
)

FILE = """
country: MX
version: 3
holidays:
  - {subdivisions: [MX-CHH], every: "02-29", name: {es: Bisiesto, en: Leap day}}
  - {on: ["2027-06-06"], name: {es: Elecciones, en: Elections}}
"""


@pytest.mark.parametrize(
    ("subdivision", "day"),
    [
        ("MX-CHH", date(2026, 9, 16)),
        ("MX-CHH", date(2026, 11, 16)),
        ("MX-CHP", date(2026, 9, 14)),
        ("GT-01", date(2026, 9, 15)),
        ("GT-03", date(2026, 7, 25)),
        ("US-TX", date(2026, 3, 2)),
    ],
)
def test_a_known_holiday_is_one(subdivision: str, day: date) -> None:
    assert holiday_in(subdivision)(day)
    assert not calendar_of(subdivision).works(day)
    assert holidays_of(subdivision, day.year)[day].es


@pytest.mark.parametrize(
    ("subdivision", "day"), [("MX-CHH", date(2026, 9, 14)), ("GT-01", date(2026, 7, 24))]
)
def test_another_subdivisions_holiday_is_none(subdivision: str, day: date) -> None:
    assert not holiday_in(subdivision)(day)


def test_every_subdivision_has_a_calendar_with_holidays() -> None:
    for subdivision in codes("subdivisions"):
        assert calendar_of(subdivision).zone
        assert len(holidays_of(subdivision, 2026)) >= 7, subdivision


def test_beyond_the_years_known_only_weekends_are_free() -> None:
    assert holidays_of("MX-CHH", LAST_YEAR + 1) == {}
    assert not calendar_of("MX-CHH").works(date(2600, 1, 4))
    assert calendar_of("MX-CHH").works(date(2600, 1, 1))


@pytest.mark.parametrize("country", FILES.names())
def test_every_committed_file_can_be_used(country: str) -> None:
    assert FILES.load(country).country == country
    assert edition_of(country).endswith(f"/{FILES.load(country).version}")


def test_every_country_of_the_subdivisions_has_a_file() -> None:
    assert {country_of(each) for each in codes("subdivisions")} == {*FILES.names()}


def test_a_holiday_is_every_year_or_on_single_days() -> None:
    read = FILES.read(FILE, "own.yaml")
    assert [(each.every, each.on) for each in read.holidays] == [
        ((2, 29), ()),
        (None, (date(2027, 6, 6),)),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        FILE.replace("02-29", "02-30"),
        FILE.replace("2027-06-06", "2027-06-31"),
        FILE.replace('on: ["2027-06-06"], ', ""),
        FILE.replace("MX-CHH", "MX-XXX"),
        FILE.replace('"02-29"', "29 de febrero"),
    ],
)
def test_a_flaw_is_found_at_its_line(wrong: str) -> None:
    with pytest.raises(DefinitionNotUsable) as caught:
        FILES.read(wrong, "own.yaml")
    assert caught.value.flaws[0].line in {5, 6}


def test_the_zone_is_the_subdivisions_own() -> None:
    assert calendar_of("MX-BCN").zone != ZONE
