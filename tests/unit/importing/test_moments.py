"""Dates as offices write them: formats, month names, serial numbers, offsets, and none guessed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.operator.importer.mapping.date_formats import contradicting, date_format
from services.operator.importer.mapping.moments import Moment, on_the_wall
from services.operator.importer.mapping.typed_cells import MomentCell
from services.operator.importer.mapping.unreadable import CellNotReadable

NANOSECONDS = "1970-01-01 00:00:00.000002036"
FORMATS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d/%m/%y",
    "%Y%m%d",
    "%d de %B de %Y",
    "%b %d, %Y %I:%M:%S %p",
    "%d-%b-%y %H:%M",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y%m%d%H%M%S",
    "excel",
    "excel-1904",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("form", "text", "moment"),
    [
        ("%d/%m/%Y", "5/2/2026", "2026-02-05"),
        ("%d/%m/%Y", " 5/ 2/2026", "2026-02-05"),
        ("%d de %B de %Y", "5 de Febrero  de 2026", "2026-02-05"),
        ("%d-%b-%y", "05-ene-26", "2026-01-05"),
        ("%d-%b-%y", "05-JAN-26", "2026-01-05"),
        ("%d %b %Y", "5 sept. 2026", "2026-09-05"),
        ("%d %b %Y", "5 setiembre 2026", "2026-09-05"),
        ("%B %d, %Y", "December 31, 1999", "1999-12-31"),
        ("%B %d, %Y", "Dic. 31, 1999", "1999-12-31"),
        ("%d/%m/%Y %I:%M %p", "5/2/2026 12:07 a. m.", "2026-02-05T00:07"),
        ("%d/%m/%Y %I:%M %p", "5/2/2026 12:07 PM", "2026-02-05T12:07"),
        ("%m/%d/%y", "12/31/68", "2068-12-31"),
        ("%m/%d/%y", "12/31/69", "1969-12-31"),
        ("%Y-%m-%dT%H:%M:%S%z", "2026-02-05T03:00:00Z", "2026-02-05T03:00:00+00:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2026-02-05T03:00:00-0600", "2026-02-05T03:00:00-06:00"),
        ("%Y-%m-%dT%H:%M:%S.%f%z", "2026-02-05T03:00:00.5+05:30", "2026-02-05T03:00:00.5+05:30"),
        ("excel", "45292", "2024-01-01"),
        ("excel", "45292.416666666664", "2024-01-01T10:00"),
        ("excel", "61", "1900-03-01"),
        ("excel-1904", "43830", "2024-01-01"),
        ("%H:%M %d%%%m%%%Y", "09:30 05%02%2026", "2026-02-05T09:30"),
    ],
)
def test_a_date_is_read_as_it_is_written(form: str, text: str, moment: str) -> None:
    assert Moment((form,)).read(text) == at(moment)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%d/%m/%Y", "30/02/2026"),
        ("%d/%m/%Y", "05/02/26"),
        ("%d%m%Y", "1112021"),  # the first of November, or the eleventh of January
        ("%d %b %Y", "5 marz 2026"),
        ("%d/%m/%Y %I:%M %p", "5/2/2026 13:07 PM"),
        ("%Y-%m-%d %H:%M:%S%z", "2026-02-05 03:00:00+99:00"),
        ("%Y-%m-%d %H:%M:%S", "2026-02-05 24:00:00"),
        ("excel", "60"),  # a 29 February 1900 that there was not
        ("excel", "2958466"),
        ("excel-1904", "2957004"),
        ("excel-1904", "2958465"),
        ("excel", "045292"),
        ("excel", "20240101"),
        ("%Y-%m-%d", "2024-01-01\u0000"),
        ("%Y-%m-%d", "٢٠٢٤-01-01"),
    ],
)
def test_what_is_no_such_date_is_refused(form: str, text: str) -> None:
    with pytest.raises(CellNotReadable):
        Moment((form,)).read(text)


def test_a_message_shows_how_dates_are_written_with_the_readers_own_month() -> None:
    with pytest.raises(CellNotReadable) as caught:
        Moment(("%d de %B de %Y", "excel")).read("mañana")
    assert "31 de diciembre de 2026 | 46387.5736" in caught.value.reason.es
    assert "31 de December de 2026" in caught.value.reason.en


def test_more_than_six_digits_of_a_second_are_cut_off_if_the_mapping_says_so() -> None:
    fraction = ("%Y-%m-%d %H:%M:%S.%f",)
    with pytest.raises(CellNotReadable, match="round: microsecond"):
        Moment(fraction).read(NANOSECONDS)
    assert Moment(fraction, "microsecond").read(NANOSECONDS) == at("1970-01-01T00:00:00.000002")
    assert Moment(fraction, "day").read("2024-12-31 23:59:59.9999999") == at("2024-12-31")
    assert Moment(fraction).read("2024-12-31 23:59:59.500000000") == at("2024-12-31T23:59:59.5")
    assert Moment(fraction, unknown="missing").read(NANOSECONDS) is None


@pytest.mark.parametrize("text", ["soon", "2024-02-30", "1776-07-04"])
def test_what_is_no_date_is_missing_if_the_mapping_says_so(text: str) -> None:
    assert Moment(("%Y-%m-%d",), unknown="missing").read(text) is None


def test_what_a_spreadsheet_knows_to_be_a_date_needs_no_format_of_the_mapping() -> None:
    assert Moment(("%d/%m/%Y",)).read(MomentCell("2026-02-01")) == at("2026-02-01")
    assert Moment(("%d/%m/%Y",)).read(MomentCell("2026-02-01 09:30:00")) == at("2026-02-01T09:30")
    with pytest.raises(CellNotReadable):
        Moment(("%d/%m/%Y",)).read("2026-02-01")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%Y-%m-%d %H:%M:%S%z", "9999-12-31 23:59:59-06:00"),
        ("%Y-%m-%d", "9999-12-31"),
        ("excel", "2958465"),
        ("excel-1904", "2957003"),
    ],
)
def test_a_date_that_another_clock_could_not_show_is_refused(form: str, text: str) -> None:
    with pytest.raises(CellNotReadable, match="posterior a 9998"):
        Moment((form,)).read(text)
    assert Moment((form,), unknown="missing").read(text) is None


@given(
    some.sampled_from(["%Y-%m-%d", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S%z"]),
    some.datetimes()
    | some.datetimes(at("9998-12-01"))
    | some.datetimes(max_value=at("1900-02-01")),
    some.timezones(),
    some.sampled_from(["America/Tijuana", "Pacific/Kiritimati", "UTC"]),
)
def test_every_date_that_there_is_is_on_the_wall_or_refused(
    form: str, moment: datetime, zone: ZoneInfo, wall: str
) -> None:
    text = date_format(form).written(moment.replace(tzinfo=zone))
    on_any_wall_or_refused((form,), text, wall)


@given(
    some.sampled_from(["excel", "excel-1904"]),
    some.integers(1, 9_999_999) | some.integers(2_957_000, 2_958_470),
    some.sampled_from(["", ".5", ".999999999999"]),
)
def test_every_serial_number_is_on_the_wall_or_refused(form: str, days: int, part: str) -> None:
    on_any_wall_or_refused((form,), f"{days}{part}", "Pacific/Kiritimati")


def on_any_wall_or_refused(formats: tuple[str, ...], text: str, wall: str) -> None:
    try:
        moment = Moment(formats).read(text)
    except CellNotReadable:
        return
    assert moment is not None
    assert on_the_wall(moment, ZoneInfo(wall)).year > 1898


@given(some.sampled_from(FORMATS), some.datetimes(at("1970-01-01"), at("2068-01-01")))
def test_every_format_reads_what_it_writes(form: str, moment: datetime) -> None:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    for lang in ("es", "en"):
        text = date_format(form).written(day, lang)
        read = date_format(form).read(text)
        assert read is not None
        assert read.replace(tzinfo=None) == day


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("%d/%m/%Y", "%m/%d/%Y"),
        ("%d-%m-%y", "%y-%m-%d"),
        ("%Y-%m-%d", "%Y-%d-%m"),
        ("%d/%m/%Y %H:%M", "%d/%m/%Y %M:%H"),
        ("%d/%m/%Y %I:%M %p", "%d/%m/%Y %H:%M %p"),
        ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%SZ"),
        ("%y%m%d", "excel"),
        ("excel", "excel-1904"),
    ],
)
def test_two_formats_that_read_one_text_as_two_dates_contradict_each_other(
    one: str, other: str
) -> None:
    assert list(contradicting([one, other])) == [(0, 1)]
    assert list(contradicting([other, "%d.%m.%Y", one])) == [(0, 2)]


def test_formats_that_no_text_follows_both_go_together() -> None:
    together = ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%d/%m/%y", "%d-%b-%Y", "excel"]
    assert list(contradicting(together)) == []


def test_a_moment_with_an_offset_is_the_same_moment_on_the_offices_wall() -> None:
    zone = ZoneInfo("America/Mexico_City")
    wall = on_the_wall(at("2026-02-05T03:00:00+00:00"), zone)
    assert wall.isoformat() == "2026-02-04T21:00:00-06:00"


@given(some.datetimes(at("1950-01-01"), at("2060-01-01")))
def test_no_moment_with_an_offset_is_moved_not_even_in_an_hour_that_comes_twice(
    moment: datetime,
) -> None:
    wall = on_the_wall(moment.replace(tzinfo=UTC), ZoneInfo("America/Denver"))
    assert wall == moment.replace(tzinfo=UTC)
    assert wall.utcoffset() in {timedelta(hours=-7), timedelta(hours=-6)}
