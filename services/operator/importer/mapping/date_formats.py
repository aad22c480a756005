"""How dates are written: formats as in Python's strptime, and a spreadsheet's serial numbers.

Own patterns and not strptime, which knows months only by the process's language, guesses where a
day ends if nothing separates it from the month, and reads no more than six digits of a fraction.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Final, Protocol

MONTHS: Final = {
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
           "octubre", "noviembre", "diciembre"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"),
}  # fmt: skip
"""The months' names; three characters of one are enough, with or without a full stop."""
_ALSO = {"sept": 9, "set": 9, "setiembre": 9}
_PATTERNS = {
    "Y": "(?P<Y>[0-9]{4})",
    "y": "(?P<y>[0-9]{2})",
    **{each: rf"\s?(?P<{each}>[0-9]{{1,2}})" for each in "mdHIMS"},
    "f": "(?P<f>[0-9]{1,12})",
    "p": r"(?P<p>[ap])\.?\s?m\.?",
    "b": r"(?P<b>[a-z]{3,10})\.?",
    "z": r"(?P<z>Z|[+-][0-9]{2}:?[0-9]{2})",
}
_SAME: Final = {"B": "b"}
DIRECTIVES: Final = "YymbBdHIpMSfz"
"""What may follow ``%``."""
_NUMERIC = frozenset("mdHIMS")
_FOR: Final = {"Y": "year", "y": "year", "m": "month", "b": "month", "d": "day"}
_CENTURY_TURNS = 69
"""As strptime has it: 68 is 2068, and 69 is 1969."""
_MICROSECOND_DIGITS = 6


class DateFormat(Protocol):
    """A way to write a date, with or without a time of day."""

    def read(self, text: str, *, cut: bool = False) -> datetime | None:
        """Return the moment, None if it is not written so. cut: beyond microseconds as well."""

    def written(self, moment: datetime, lang: str = "es") -> str:
        """Write a moment so."""


@dataclass(frozen=True)
class Written:
    """Written with the directives of ``text``. A moment has an offset if there is a ``%z``."""

    text: str
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the pattern; the text must have no flaw."""
        pattern = "".join(_parts(self.text))
        object.__setattr__(self, "_pattern", re.compile(pattern, re.IGNORECASE))

    def read(self, text: str, *, cut: bool = False) -> datetime | None:
        """Return the moment, None if it is not written so."""
        found = self._pattern.fullmatch(text)
        return None if found is None else _moment(found.groupdict(), cut=cut)

    def written(self, moment: datetime, lang: str = "es") -> str:
        """Write a moment so, with the month's name in this language."""
        name = MONTHS["en" if lang == "en" else "es"][moment.month - 1]
        text = self.text.replace("%B", name).replace("%b", name[:3])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).strftime(text)


@dataclass(frozen=True)
class Serial:
    """A spreadsheet's number of days since ``zero``, with the time of day as a fraction.

    The first two months of 1900, of which spreadsheets make a leap year, are not read.
    """

    zero: datetime

    def read(self, text: str, *, cut: bool = False) -> datetime | None:
        """Return the moment, to the millisecond as spreadsheets keep it."""
        del cut
        if _SERIAL.fullmatch(text) is None:
            return None
        days = Decimal(text)
        if not _FIRST_SERIAL <= days <= (date.max - self.zero.date()).days:
            return None
        return self.zero + timedelta(milliseconds=round(days * _DAY))

    def written(self, moment: datetime, lang: str = "es") -> str:
        """Write a moment so."""
        del lang
        days = Decimal((moment - self.zero) // timedelta(milliseconds=1)) / _DAY
        return f"{days:.6f}".rstrip("0").rstrip(".")


_SERIAL = re.compile(r"[1-9][0-9]{0,6}(?:\.[0-9]{1,15})?")
_FIRST_SERIAL = 61
_DAY = Decimal(24 * 60 * 60 * 1000)
SERIALS: Final = {
    "excel": Serial(datetime(1899, 12, 30)),  # noqa: DTZ001 - a wall clock's moment
    "excel-1904": Serial(datetime(1904, 1, 1)),  # noqa: DTZ001 - likewise
}
"""The serial numbers, by the names that mappings have for them."""


@cache
def date_format(text: str) -> DateFormat:
    """Return the format of this text, which must have no flaw."""
    return SERIALS.get(text) or Written(text)


def unknown_directives(text: str) -> list[str]:
    """Return what follows a ``%`` and is no directive."""
    used = re.findall(r"%(.?)", text.replace("%%", ""), re.DOTALL)
    return [each for each in used if not each or each not in DIRECTIVES]


def is_complete(text: str) -> bool:
    """Tell whether a format names year, month and day, and nothing twice or in two ways.

    A clock of twelve hours needs its half of the day.
    """
    used = [_SAME.get(each, each) for each in re.findall("%(.)", text.replace("%%", ""))]
    dates = sorted(_FOR[each] for each in used if each in _FOR)
    hours_fit = ("I" in used) <= ("p" in used) and not {"H", "I"} <= set(used)
    return dates == ["day", "month", "year"] and len(set(used)) == len(used) and hours_fit


def contradicting(formats: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the positions of each two formats that read one text as different moments."""
    for later in range(len(formats)):
        for earlier in range(later):
            pair = date_format(formats[earlier]), date_format(formats[later])
            if _contradict(*pair) or _contradict(*reversed(pair)):
                yield earlier, later


def _contradict(one: DateFormat, other: DateFormat) -> bool:
    for moment in _SAMPLES:
        text = one.written(moment)
        read = other.read(text)
        if read is not None and read != one.read(text):
            return True
    return False


_SAMPLES = (
    datetime(2004, 3, 2, 1, 5, 6),  # noqa: DTZ001 - a wall clock's moment
    datetime(2004, 3, 2, 13, 5, 6),  # noqa: DTZ001 - likewise
    datetime(2012, 11, 10, 9, 8, 7, 60_000),  # noqa: DTZ001 - likewise
)
"""Moments whose year, month, day and hours could be taken for one another."""


def _parts(text: str) -> Iterator[str]:
    """Yield the pattern's parts. Numbers that nothing separates have two digits each."""
    parts = re.findall(r"%.|\s+|.", text, re.DOTALL)
    names = [_SAME.get(part[1:], part[1:]) if part[0] == "%" else "" for part in parts]
    for n, (part, name) in enumerate(zip(parts, names, strict=True)):
        beside = {*names[max(n - 1, 0) : n], *names[n + 1 : n + 2]}
        if part == "%%":
            yield "%"
        elif part.isspace():
            yield r"\s+"
        elif name in _NUMERIC and beside & (_NUMERIC | {"Y", "y"}):
            yield f"(?P<{name}>[0-9]{{2}})"
        else:
            yield _PATTERNS[name] if name else re.escape(part)


def _moment(said: dict[str, str | None], *, cut: bool) -> datetime | None:
    fraction = (said.get("f") or "").ljust(_MICROSECOND_DIGITS, "0")
    if fraction[_MICROSECOND_DIGITS:].strip("0") and not cut:
        return None
    month = _month(said)
    hour = _hour(said)
    if month is None or hour is None:
        return None
    try:
        return datetime(
            _year(said),
            month,
            int(said["d"] or 0),
            hour,
            int(said.get("M") or 0),
            int(said.get("S") or 0),
            int(fraction[:_MICROSECOND_DIGITS]),
            tzinfo=_offset(said.get("z")),
        )
    except ValueError:
        return None


def _year(said: dict[str, str | None]) -> int:
    if full := said.get("Y"):
        return int(full)
    short = int(said["y"] or 0)
    return short + (1900 if short >= _CENTURY_TURNS else 2000)


def _month(said: dict[str, str | None]) -> int | None:
    name = said.get("b")
    return int(said["m"] or 0) if name is None else _named_months().get(name.lower())


def _hour(said: dict[str, str | None]) -> int | None:
    """Return the hour of 24; None if it is none of the clock's twelve."""
    if (of_twelve := said.get("I")) is None:
        return int(said.get("H") or 0)
    hour = int(of_twelve)
    if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock's face
        return None
    return hour % 12 + (12 if (said.get("p") or "").lower() == "p" else 0)


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


@cache
def _named_months() -> dict[str, int]:
    names = {
        spelling: n
        for months in MONTHS.values()
        for n, name in enumerate(months, 1)
        for spelling in (name.lower(), name[:3].lower())
    }
    return {**names, **_ALSO}
