"""Cells are read as written, or refused with a reason that repeats nothing of them."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.operator.importer.mapping.amounts import Amount
from services.operator.importer.mapping.cell_types import (
    CellType,
    CodeOf,
    PlainText,
    Word,
)
from services.operator.importer.mapping.moments import Moment, on_the_wall
from services.operator.importer.mapping.unreadable import CellNotReadable

MEXICAN = Amount(".", ",", ("$", "MXN"))
GERMAN = Amount(",", ".", ("€",))
STATE = CodeOf("subdivisions", (("country", "US"),))
DAY = Moment(("%Y-%m-%d", "%Y-%m-%d %H:%M:%S.%f"))
KINDS: list[CellType] = [
    PlainText(),
    Word({"sí": "yes"}, "reject"),
    Word(),
    STATE,
    CodeOf("municipalities", (), {}, "missing"),
    Amount(),
    MEXICAN,
    GERMAN,
    DAY,
    Moment(("%d/%m/%y", "%m/%d/%Y %I:%M %p")),
]


@pytest.mark.parametrize(
    ("amount", "text", "value"),
    [
        (Amount(), "386.0", "386.0"),
        (Amount(), " 4835.886 ", "4835.886"),
        (Amount(), "0", "0"),
        (Amount(), "5.", "5"),
        (MEXICAN, "$1,234,567.50", "1234567.50"),
        (MEXICAN, "1234.5 MXN", "1234.5"),
        (GERMAN, "1.234,50 €", "1234.50"),
    ],
)
def test_an_amount_is_exact(amount: Amount, text: str, value: str) -> None:
    assert str(amount.read(text)) == str(Decimal(value))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Amount(), "1,234"),
        (Amount(), "12e3"),
        (Amount(), "NaN"),
        (Amount(), "-5"),
        (Amount(), "٣"),
        (Amount(), ""),
        (Amount(), "9" * 40),
        (MEXICAN, "1,23,4"),
        (MEXICAN, "1.234,50"),
        (GERMAN, "1,234.50"),
    ],
)
def test_what_is_no_such_amount_is_not_guessed_at(amount: Amount, text: str) -> None:
    with pytest.raises(CellNotReadable) as caught:
        amount.read(text)
    assert not text or text not in caught.value.reason.es


@pytest.mark.parametrize("text", ["Kansas", " kansas ", "KS", "US-KS", "us-ks"])
def test_a_state_is_known_by_its_code_also_without_the_country_and_its_name(text: str) -> None:
    assert STATE.read(text) == "US-KS"


def test_a_state_of_another_country_is_none_of_these() -> None:
    with pytest.raises(CellNotReadable):
        STATE.read("Chihuahua")


def test_a_label_without_its_accent_is_still_that_label() -> None:
    assert CodeOf("municipalities", (("subdivision", "MX-CHH"),)).read("JUAREZ") == "08037"


def test_a_word_that_two_codes_share_is_refused_as_ambiguous() -> None:
    with pytest.raises(CellNotReadable, match="08037 Juárez, 07048 Juárez, 05015 Juárez"):
        CodeOf("municipalities").read("Juárez")
    assert CodeOf("municipalities", unknown="missing").read("Juárez") is None


ANYWHERE = CodeOf("municipalities")


@pytest.mark.parametrize(
    ("text", "within", "code"),
    [
        ("Juarez", "MX-CHH", "08037"),
        ("JUÁREZ", "MX-NLE", "19031"),
        ("37", "MX-CHH", "08037"),
        ("8037", "MX-CHH", "08037"),
        ("0901", "GT-09", "0901"),
    ],
)
def test_a_municipality_is_read_within_the_rows_subdivision(
    text: str, within: str, code: str
) -> None:
    assert ANYWHERE.read(text, within) == code


def test_the_code_of_a_municipality_elsewhere_is_read_and_left_to_the_cases_own_rule() -> None:
    assert ANYWHERE.read("09002", "MX-CHH") == "09002"


@pytest.mark.parametrize(
    ("text", "within", "told"),
    [
        ("Tijuana", "MX-CHH", "de otro estado: 02004 Tijuana"),
        ("Cd. Juárez", "MX-CHH", "parecidos: 08037 Juárez"),
        ("San Juan Mixtepec", "MX-OAX", "20208 San Juan Mixtepec (distrito 08), 20209"),
        ("qqqq", "MX-CHH", "no es un municipio de MX-CHH"),
    ],
)
def test_what_is_no_one_municipality_there_is_told_with_candidates(
    text: str, within: str, told: str
) -> None:
    with pytest.raises(CellNotReadable) as caught:
        ANYWHERE.read(text, within)
    assert told in caught.value.reason.es
    assert text not in caught.value.reason.es or text in told


@pytest.mark.parametrize(("country", "code"), [("MX", "MX-CHH"), ("GT", "GT-08")])
def test_a_subdivision_is_read_by_its_number_within_a_country(country: str, code: str) -> None:
    assert CodeOf("subdivisions", (("country", country),)).read("08") == code


def test_words_are_compared_without_case_and_blanks() -> None:
    assert Word().read("  Pending   Appeal ") == "pending appeal"


@pytest.mark.parametrize(
    ("unknown", "found"), [("keep", "quizá"), ("missing", None), ("reject", CellNotReadable)]
)
def test_an_unknown_word_is_kept_or_missing_or_rejected(unknown: str, found: object) -> None:
    word = Word({"sí": "yes"}, unknown)  # type: ignore[arg-type]
    assert word.read("Sí") == "yes"
    if found is CellNotReadable:
        with pytest.raises(CellNotReadable):
            word.read("quizá")
    else:
        assert word.read("quizá") == found


def test_the_first_format_that_fits_reads_a_date() -> None:
    assert DAY.read("2022-08-30 11:16:31.717") == datetime.fromisoformat("2022-08-30T11:16:31.717")
    assert DAY.read("2010-04-19") == datetime.fromisoformat("2010-04-19")


@pytest.mark.parametrize("text", ["2010-02-30", "19/04/2010", "1776-07-04", "ayer", ""])
def test_what_is_no_such_date_is_refused(text: str) -> None:
    with pytest.raises(CellNotReadable):
        DAY.read(text)


@given(some.text(), some.sampled_from(KINDS))
def test_whatever_is_in_a_cell_it_is_read_or_refused(text: str, kind: CellType) -> None:
    try:
        kind.read(text)
    except CellNotReadable as error:
        assert error.reason.es != error.reason.en  # noqa: PT017 - either is fine, nothing else


@given(some.text("0123456789/.,-: $APM", max_size=24), some.sampled_from(KINDS))
def test_whatever_looks_nearly_right_is_read_or_refused(text: str, kind: CellType) -> None:
    try:
        kind.read(text)
    except CellNotReadable as error:
        assert error.reason.es  # noqa: PT017 - either is fine, nothing else


@pytest.mark.parametrize(
    ("zone", "wall", "offset"),
    [
        ("America/Chicago", "2019-01-04T00:00:00", "-06:00"),
        ("America/Chicago", "2019-07-04T00:00:00", "-05:00"),
        ("America/Denver", "2019-01-04T00:00:00", "-07:00"),
        ("America/Denver", "2019-03-10T01:59:59", "-07:00"),
        ("America/Denver", "2019-03-10T02:30:00", "-07:00"),  # skipped: nobody's clock showed it
        ("America/Denver", "2019-03-10T03:00:00", "-06:00"),
        ("America/Denver", "2019-11-03T01:30:00", "-06:00"),  # came twice: the first
        ("America/Denver", "2019-11-03T02:00:00", "-07:00"),
        ("America/Phoenix", "2019-07-04T00:00:00", "-07:00"),
        ("America/Mexico_City", "1910-01-01T00:00:00", "-06:37"),  # it was -06:36:36
    ],
)
def test_the_wall_clock_keeps_its_time_and_gets_its_offset(
    zone: str, wall: str, offset: str
) -> None:
    moment = on_the_wall(datetime.fromisoformat(wall), ZoneInfo(zone))
    assert moment.isoformat() == f"{wall}{offset}"


@given(some.datetimes(datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2100-01-01")))
def test_no_moment_of_any_clock_is_moved(wall: datetime) -> None:
    moment = on_the_wall(wall, ZoneInfo("America/Denver"))
    assert moment.replace(tzinfo=None) == wall
    assert moment.utcoffset() in {timedelta(hours=-7), timedelta(hours=-6)}


def test_a_word_is_the_same_whether_its_accents_are_composed_or_not() -> None:
    assert Word({"sí": "yes"}).read("SI\u0301") == "yes"
