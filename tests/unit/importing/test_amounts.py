"""Amounts as offices write them: one meaning is read; what to do with the rest is said."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.operator.importer.mapping.amounts import Amount
from services.operator.importer.mapping.typed_cells import NumberCell
from services.operator.importer.mapping.unreadable import CellNotReadable

KEPT = Amount(thousands=",", symbols=("$",), exponents=True, negative="keep")
GERMAN = Amount(",", ".")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (".50", "0.50"),
        ("+5", "5"),
        ("5+", "5"),
        ("-5", "-5"),
        ("5-", "-5"),
        ("5 -", "-5"),
        ("\u2212 5", "-5"),
        ("(500)", "-500"),
        ("($1,500.25)", "-1500.25"),
        ("$(500)", "-500"),
        ("-$500", "-500"),
        ("-0.00", "0.00"),
        ("1e3", "1000"),
        ("1.5E+2", "150"),
        ("25e-1", "2.5"),
        ("1,234,567", "1234567"),
    ],
)
def test_a_number_is_read_as_offices_write_it(text: str, value: str) -> None:
    assert str(KEPT.read(text)) == value


@pytest.mark.parametrize(
    "text",
    [
        "(5",
        "5)",
        "--5",
        "-5-",
        "(-5)",
        "+-5",
        ".",
        "-",
        "()",
        "e3",
        "1e",
        "1e999",
        "5%",
        "$$5",
        "5 5",
    ],
)
def test_what_is_no_number_is_not_guessed_at(text: str) -> None:
    with pytest.raises(CellNotReadable):
        KEPT.read(text)


@pytest.mark.parametrize(
    "text", ["$5 MXN", "MXN $5", "MXN$5", "5$MXN", "US$5", "$+5 MXN", "MXN+$5"]
)
def test_a_symbol_stands_before_or_after_the_number(text: str) -> None:
    assert Amount(symbols=("$", "US$", "MXN")).read(text) == 5


@pytest.mark.parametrize("text", ["1$50", "12$50", "1$,500", "1,$500", "5.$5", "1e$3", "$", "-$"])
def test_a_symbol_within_a_number_is_not_taken_out(text: str) -> None:
    with pytest.raises(CellNotReadable):
        KEPT.read(text)


def test_an_exponent_is_read_only_where_the_mapping_says_so() -> None:
    with pytest.raises(CellNotReadable):
        Amount().read("1e3")


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f", "\u2009"])
def test_a_blank_between_thousands_may_have_any_width(blank: str) -> None:
    assert Amount(",", " ").read(f"1{blank}234{blank}567,50") == Decimal("1234567.50")


def test_what_a_spreadsheet_knows_to_be_a_number_needs_no_separators_of_the_mapping() -> None:
    assert GERMAN.read(NumberCell("1234.5")) == Decimal("1234.5")
    with pytest.raises(CellNotReadable):
        GERMAN.read("1234.5")


def test_an_amount_that_is_finer_is_rounded_half_to_even_if_the_mapping_says_to_how_many() -> None:
    noisy = Amount(decimals=2)
    assert str(noisy.read("2699.9999999999995")) == "2700.00"
    assert str(noisy.read("0.125")) == "0.12"
    assert str(noisy.read("0.375")) == "0.38"
    assert str(noisy.read("5.5")) == "5.5"
    assert str(noisy.read("386")) == "386"
    assert str(Amount().read("219.95255")) == "219.95255"


@pytest.mark.parametrize(
    "text", ["n/a", "1,5", "1234567890123456", "0.00001", "2699.9999999999995"]
)
def test_what_could_not_be_recorded_is_missing_if_the_mapping_says_so(text: str) -> None:
    assert Amount(unknown="missing", negative="missing").read(text) is None


def test_below_zero_is_rejected_or_missing_or_kept() -> None:
    with pytest.raises(CellNotReadable, match="menor que cero"):
        Amount(unknown="missing").read("-549.48")
    assert Amount(negative="missing").read("(549.48)") is None
    assert Amount(negative="keep").read("549.48-") == Decimal("-549.48")


@given(
    some.decimals(-(10**14), 10**14, places=4),
    some.sampled_from([(".", ""), (".", ","), (",", "."), (",", " "), (".", "'")]),
    some.sampled_from(["{}", "-{}", "{}-", "({})"]),
)
def test_whatever_is_written_comes_back_exactly(
    value: Decimal, separators: tuple[str, str], sign: str
) -> None:
    decimal, thousands = separators
    text = f"{abs(value):,.4f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    read = Amount(decimal, thousands, negative="keep").read(sign.format(text))
    assert read == (abs(value) if sign == "{}" else -abs(value))
