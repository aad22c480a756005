"""The types of cells: each reads a cell's text, or tells why it cannot.

Promise: whatever the text, ``read`` returns a value or raises CellNotReadable; nothing else. The
reason never repeats the text. None is returned if the text counts as an empty cell.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import ClassVar, Literal

from services.operator.importer.mapping.place_cells import PLACES, no_municipality, places_meant
from shared.kernel.codes import codes, plain
from shared.kernel.places import MUNICIPALITIES
from shared.kernel.text import Text

_LONGEST = 200
_DIGITS = 18
_FIRST_YEAR = 1900


class CellNotReadable(ValueError):
    """The cell does not hold what its column should; ``reason`` tells what it should hold."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.es)
        self.reason = reason


@dataclass(frozen=True)
class PlainText:
    """Text as it is, without outer blanks: for keys and for comparing, never stored."""

    type_name: ClassVar[str] = "text"

    def read(self, text: str) -> str:
        """Read one printable line of at most 200 characters. Raises CellNotReadable."""
        text = text.strip()
        if not text or len(text) > _LONGEST or not text.isprintable():
            raise CellNotReadable(_NOT_ONE_LINE)
        return text


Unknown = Literal["reject", "keep", "missing"]
"""What to do with a word that the mapping does not translate."""


@dataclass(frozen=True)
class Word:
    """A word of a small vocabulary: case and blanks do not matter.

    translate: the file's words to ours. unknown: what to do with any other.
    """

    type_name: ClassVar[str] = "word"

    translate: Mapping[str, str] = field(default_factory=dict)
    unknown: Unknown = "keep"

    def read(self, text: str) -> str | None:
        """Read a word and translate it. Raises CellNotReadable."""
        word = folded(text)
        if word in self.translate:
            return self.translate[word]
        if self.unknown == "reject":
            raise CellNotReadable(_NOT_IN_TABLE)
        return word if self.unknown == "keep" else None


@dataclass(frozen=True)
class CodeOf:
    """A code of one of the committed code lists, written as code or as label in either language.

    A place is written as ``shared.kernel.places`` has it. only: attributes that the code must have,
    as ``country: US``. translate, unknown: see ``Word``.
    """

    type_name: ClassVar[str] = "code"

    code_list: str
    only: tuple[tuple[str, str], ...] = ()
    translate: Mapping[str, str] = field(default_factory=dict)
    unknown: Literal["reject", "missing"] = "reject"

    def read(self, text: str, within: str | None = None) -> str | None:
        """Read a code. within: the row's subdivision, if what is read may lie there.

        Raises CellNotReadable, also if the text may mean more than one.
        """
        word = folded(text)
        if word in self.translate:
            return self.translate[word]
        meant = self._meant(text, within)
        if len(meant) == 1:
            return meant[0]
        if self.unknown == "missing":
            return None
        if self.code_list == MUNICIPALITIES:
            raise CellNotReadable(no_municipality(text, meant, within))
        raise CellNotReadable((_ambiguous if meant else _not_in_list)(self.code_list))

    def _meant(self, text: str, within: str | None) -> tuple[str, ...]:
        if self.code_list in PLACES:
            return places_meant(self.code_list, self.only, text, within)
        return _spellings(self.code_list, self.only).get(plain(text), ())


@dataclass(frozen=True)
class Amount:
    """An exact amount of money, as written with these separators."""

    type_name: ClassVar[str] = "amount"

    decimal: str = "."
    thousands: str = ""
    symbols: tuple[str, ...] = ()

    def read(self, text: str) -> Decimal:
        """Read a number of zero or more. Raises CellNotReadable."""
        text = text.strip()
        for symbol in self.symbols:
            text = text.replace(symbol, "", 1)
        found = _number(self.decimal, self.thousands).fullmatch(text.strip())
        if found is None or len(text) > _DIGITS * 2:
            raise CellNotReadable(_not_an_amount(self.decimal, self.thousands))
        if found["sign"]:
            raise CellNotReadable(_BELOW_ZERO)
        whole = found["whole"].replace(self.thousands, "") if self.thousands else found["whole"]
        return Decimal(f"{whole}.{found['part'] or ''}")


@dataclass(frozen=True)
class Moment:
    """A date, or a date with a time of day, on the wall clock of the case's zone.

    formats: as in Python's strptime, tried in order; without a time of day it is 00:00.
    """

    type_name: ClassVar[str] = "moment"

    formats: Sequence[str]

    def read(self, text: str) -> datetime:
        """Read the wall clock's moment, without an offset. Raises CellNotReadable."""
        return _moment(text.strip(), tuple(self.formats))


CellType = PlainText | Word | CodeOf | Amount | Moment


def folded(text: str) -> str:
    """Return the text without regard to case and blanks."""
    return " ".join(text.casefold().split())


@lru_cache(maxsize=20_000)
def _moment(text: str, formats: tuple[str, ...]) -> datetime:
    for form in formats:
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows from the case
        except ValueError:
            continue
        if moment.year < _FIRST_YEAR:
            raise CellNotReadable(_TOO_EARLY)
        return moment
    raise CellNotReadable(_not_a_date(formats))


@cache
def _number(decimal: str, thousands: str) -> re.Pattern[str]:
    separator = re.escape(thousands)
    whole = f"[0-9]{{1,3}}(?:{separator}[0-9]{{3}})+|[0-9]+" if thousands else "[0-9]+"
    return re.compile(f"(?P<sign>-?)(?P<whole>{whole})(?:{re.escape(decimal)}(?P<part>[0-9]*))?")


@cache
def _spellings(code_list: str, only: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    """Map every way to write a code, which is the code and its labels, to its codes."""
    meant: dict[str, tuple[str, ...]] = {}
    for entry in codes(code_list).values():
        if any(entry.extra.get(name) != value for name, value in only):
            continue
        for spelling in {plain(each) for each in (entry.code, entry.es, entry.en)}:
            meant[spelling] = (*meant.get(spelling, ()), entry.code)
    return meant


_NOT_ONE_LINE = Text(
    "debe ser un renglón de 1 a 200 caracteres", "must be one line of 1 to 200 characters"
)
_NOT_IN_TABLE = Text(
    "no está en la tabla de equivalencias del mapeo", "is not in the mapping's translations"
)
_BELOW_ZERO = Text("es un importe menor que cero", "is an amount below zero")
_TOO_EARLY = Text("es una fecha anterior a 1900", "is a date before 1900")


def _not_in_list(code_list: str) -> Text:
    return Text(
        f"no está en la lista de códigos «{code_list}»", f"is not in the code list “{code_list}”"
    )


def _ambiguous(code_list: str) -> Text:
    return Text(
        f"puede ser más de un código de «{code_list}»; escriba el código",
        f"may be more than one code of “{code_list}”; write the code",
    )


def _not_an_amount(decimal: str, thousands: str) -> Text:
    example = f"1{thousands}234{decimal}50"
    return Text(
        f"no es un importe escrito como {example}", f"is not an amount written as {example}"
    )


def _not_a_date(formats: Sequence[str]) -> Text:
    example = datetime(2026, 12, 31, 13, 45, 59)  # noqa: DTZ001 - only to show how it is written
    written = " | ".join(example.strftime(form) for form in formats)
    return Text(f"no es una fecha escrita como {written}", f"is not a date written as {written}")
