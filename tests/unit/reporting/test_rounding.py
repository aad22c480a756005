from decimal import Decimal
from fractions import Fraction

import pytest

from services.reporting.indicators.rounding import exactly, hundredths, money, number, percent


@pytest.mark.parametrize(
    ("exact", "written"),
    [
        ("578.025", "578.02"),
        ("578.035", "578.04"),
        ("578.0250001", "578.03"),
        ("0", "0.00"),
        ("10508991.8799", "10508991.88"),
        ("1234567890123456789012345678901.005", "1234567890123456789012345678901.00"),
    ],
)
def test_an_amount_is_rounded_once_half_to_even(exact: str, written: str) -> None:
    assert money(Decimal(exact)) == written


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [(964, 2105, "46"), (1, 200, "0"), (3, 200, "2"), (5, 200, "2"), (7, 7, "100"), (0, 9, "0")],
)
def test_a_share_is_whole_per_cent_half_to_even(part: int, whole: int, written: str) -> None:
    assert percent(part, whole) == written


def test_there_is_no_share_of_nothing() -> None:
    assert percent(0, 0) is None


def test_a_median_of_days_is_a_whole_number_or_has_its_half() -> None:
    assert (number(Decimal(99)), number(Decimal("99.5"))) == (99, 99.5)
    assert type(number(Decimal("99.0"))) is int


def test_an_amount_that_was_rounded_stands_beside_it_as_it_is() -> None:
    written = [exactly(Decimal(each)) for each in ("578.0250", "560.00", "560", "0.0", "1000000")]
    assert written == ["578.025", "560", "560", "0", "1000000"]


def test_a_mean_has_two_decimals_half_to_even() -> None:
    assert (hundredths(Fraction(1, 3)), hundredths(Fraction(201, 200))) == (0.33, 1.0)
    assert hundredths(Fraction(12)) == 12
