"""How exact numbers are written: rounded once, at the very end, half to even."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

_CENT = Decimal("0.01")
_WIDE = 60


def money(amount: Decimal) -> str:
    """Write an amount with two decimals: 578.025 as 578.02, and 578.035 as 578.04."""
    with localcontext() as context:
        context.prec = _WIDE
        return f"{amount.quantize(_CENT, ROUND_HALF_EVEN):f}"


def exactly(amount: Decimal) -> str:
    """Write an amount as it is, without zeros at its end."""
    written = f"{amount:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def percent(part: int, whole: int) -> str | None:
    """Write a share in whole per cent; None if the whole is zero."""
    return str(round(Fraction(100 * part, whole))) if whole else None


def hundredths(value: Fraction) -> float:
    """Return a mean as a JSON number with two decimals."""
    return float(Fraction(round(100 * value), 100))


def number(value: Decimal) -> int | float:
    """Return a value, or a median, of whole numbers as a JSON number: whole, or ending in .5."""
    return int(value) if value == value.to_integral_value() else float(value)
