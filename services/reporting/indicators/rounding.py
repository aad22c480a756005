"""How exact numbers are written: rounded once, at the very end, half to even."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

_CENT = Decimal("0.01")
_WIDE = 60


def money(amount: Decimal) -> str:
    """An amount with two decimals: 578.025 is written 578.02, and 578.035 is 578.04."""
    with localcontext() as context:
        context.prec = _WIDE
        return f"{amount.quantize(_CENT, ROUND_HALF_EVEN):f}"


def percent(part: int, whole: int) -> str | None:
    """A share in whole percent; None where there is nothing to share."""
    return str(round(Fraction(100 * part, whole))) if whole else None


def number(value: Decimal) -> int | float:
    """A count's median as a JSON number: whole, or with its half."""
    return int(value) if value == value.to_integral_value() else float(value)
