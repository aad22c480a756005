"""Amounts of money, as offices and their spreadsheets write them; always exact."""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import cache
from typing import ClassVar, Literal

from services.operator.importer.mapping.typed_cells import NumberCell
from services.operator.importer.mapping.unreadable import CellNotReadable, RejectOrMissing
from shared.kernel.limits import DECIMALS, LIMIT
from shared.kernel.text import Text

_LONGEST = 36
_WIDE = 60
_MINUS = frozenset("-\u2212")
_SIGNS = _MINUS | {"+"}
_SAME_AS = {" ": " \u00a0\u2009\u202f", "'": "'\u2019"}
"""What stands for a thousands separator as well: blanks of other widths, the other apostrophe."""


def exact() -> AbstractContextManager[Context]:
    """Calculate with more digits than amounts have: Python's own 28 would round without a word."""
    return localcontext(prec=_WIDE)


@dataclass(frozen=True)
class Amount:
    """An exact amount of money, as written with these separators.

    symbols: what may stand before or after the number, once each, as ``$``. exponents: read 1e3 as
    1000. decimals: to how many a finer amount is rounded, half to even; None: to none. unknown:
    what to do with what is no such amount; negative: with one below zero. Where unknown is
    ``missing``, an amount that could not be recorded (above the limit, too fine) counts as missing
    too.
    """

    type_name: ClassVar[str] = "amount"

    decimal: str = "."
    thousands: str = ""
    symbols: tuple[str, ...] = ()
    exponents: bool = False
    decimals: int | None = None
    unknown: RejectOrMissing = "reject"
    negative: Literal["reject", "missing", "keep"] = "reject"

    def read(self, text: str) -> Decimal | None:
        """Read a number: also .50, +5, 5- and (5). Raises CellNotReadable."""
        value = self._number(text)
        if value is not None:
            return self.usable(value)
        if self.unknown == "missing":
            return None
        raise CellNotReadable(_not_an_amount(self.decimal, self.thousands))

    def usable(self, value: Decimal) -> Decimal | None:
        """Return the amount as it may be used, None if it counts as missing.

        Raises CellNotReadable.
        """
        if self.decimals is not None:
            value = _rounded(value, self.decimals)
        if value < 0 and self.negative == "reject":
            raise CellNotReadable(_BELOW_ZERO)
        if value < 0 and self.negative == "missing":
            return None
        if self.unknown == "missing" and not _can_be_recorded(value):
            return None
        return value

    def _number(self, text: str) -> Decimal | None:
        """Return what the text says, None if it is no number written so."""
        of_a_file = isinstance(text, NumberCell)
        decimal, thousands = (".", "") if of_a_file else (self.decimal, self.thousands)
        symbols = sorted(self.symbols, key=len, reverse=True)
        text = _without(symbols, text)
        below = False
        if text[:1] == "(" and text[-1:] == ")":
            text, below = text[1:-1].strip(), True
        elif text[:1] in _SIGNS:
            text, below = text[1:].lstrip(), text[0] in _MINUS
        elif text[-1:] in _SIGNS:
            text, below = text[:-1].rstrip(), text[-1] in _MINUS
        text = _without(symbols, text)
        found = _pattern(decimal, thousands).fullmatch(text)
        if found is None or len(text) > _LONGEST or (found["power"] and not self.exponents):
            return None
        whole = re.sub("[^0-9]", "", found["whole"])
        value = Decimal(f"{whole or 0}.{found['part'] or ''}")
        if found["power"]:
            value = Decimal(f"{value.scaleb(int(found['power'])):f}")
        return value.copy_negate() if below and value else value


def _without(symbols: list[str], text: str) -> str:
    """Take symbols off both ends of a text, and each that was found off the list."""
    text = text.strip()
    for symbol in symbols:
        rest = text.removeprefix(symbol)
        if rest == text:
            rest = text.removesuffix(symbol)
        if rest != text:
            symbols.remove(symbol)
            return _without(symbols, rest)
    return text


def _rounded(value: Decimal, decimals: int) -> Decimal:
    """Round an amount that is finer, half to even; another stays as it is written."""
    _, _, exponent = value.as_tuple()
    if not isinstance(exponent, int) or -exponent <= decimals:
        return value
    with exact():
        return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def _can_be_recorded(value: Decimal) -> bool:
    _, _, exponent = value.as_tuple()
    return value.copy_abs() < LIMIT and isinstance(exponent, int) and -exponent <= DECIMALS


@cache
def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    whole = "[0-9]+"
    if thousands:
        separator = f"[{re.escape(_SAME_AS.get(thousands, thousands))}]"
        whole = f"[0-9]{{1,3}}(?:{separator}[0-9]{{3}})+|[0-9]+"
    point = re.escape(decimal)
    return re.compile(
        f"(?={point}?[0-9])(?P<whole>{whole}|)(?:{point}(?P<part>[0-9]*))?"
        "(?:[eE](?P<power>[+-]?[0-9]{1,2}))?"
    )


_BELOW_ZERO = Text("es un importe menor que cero", "is an amount below zero")


def _not_an_amount(decimal: str, thousands: str) -> Text:
    example = f"1{thousands}234{decimal}50"
    return Text(
        f"no es un importe escrito como {example}", f"is not an amount written as {example}"
    )
