"""Dates and moments, on the wall clock of a case's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from services.operator.importer.mapping.date_formats import date_format
from services.operator.importer.mapping.typed_cells import MOMENT_FORMATS, MomentCell
from services.operator.importer.mapping.unreadable import CellNotReadable, RejectOrMissing
from shared.kernel.text import Text

_FIRST_YEAR, _LAST_YEAR = 1900, 9998
"""In the year after the last, another clock may show a moment that there is not."""
Round = Literal["day", "minute", "second", "microsecond"]
"""To what a moment is cut off, never up: so it stays on its day."""
_CUT: dict[str, dict[str, int]] = {
    "day": {"hour": 0, "minute": 0, "second": 0, "microsecond": 0},
    "minute": {"second": 0, "microsecond": 0},
    "second": {"microsecond": 0},
    "microsecond": {},
}


@dataclass(frozen=True)
class Moment:
    """A date, or a date with a time of day, on the wall clock of the case's zone.

    formats: see ``date_formats``, tried in order; without a time of day it is 00:00. round: cut off
    at this; None: nothing is lost, and more than six digits of a second are not read. unknown: what
    to do with what is no date written so.
    """

    type_name: ClassVar[str] = "moment"

    formats: Sequence[str]
    round: Round | None = None
    unknown: RejectOrMissing = "reject"

    def read(self, text: str) -> datetime | None:
        """Read the moment, with an offset only if the text has one. Raises CellNotReadable."""
        formats = MOMENT_FORMATS if isinstance(text, MomentCell) else tuple(self.formats)
        read = _moment(text.strip(), formats, self.round)
        if isinstance(read, datetime):
            return read
        if self.unknown == "missing":
            return None
        raise CellNotReadable(read)


def on_the_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the wall clock's time with the offset that it had there then.

    A moment with an offset of its own is the same moment on this wall. Without one, an hour that
    came twice counts as its first; one that was skipped keeps its time, at the offset before the
    change. Offsets are whole minutes (before 1922 some had seconds as well).
    """
    moment = without_offset(moment, zone)
    offset = moment.replace(tzinfo=zone).utcoffset() or timedelta()
    minutes = offset // timedelta(minutes=1)
    return moment.replace(tzinfo=timezone(timedelta(minutes=minutes)), fold=0)


def without_offset(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the wall clock's time there; a moment without an offset is that already."""
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


@lru_cache(maxsize=20_000)
def _moment(text: str, formats: tuple[str, ...], to: Round | None) -> datetime | Text:
    """Return the moment, or why there is none."""
    for form in formats:
        moment = date_format(form).read(text, cut=to is not None)
        if moment is not None:
            cut = moment.replace(**_CUT[to]) if to else moment  # type: ignore[arg-type]
            if _FIRST_YEAR <= cut.year <= _LAST_YEAR:
                return cut
            return _TOO_EARLY if cut.year < _FIRST_YEAR else _TOO_LATE
    too_fine = any(date_format(form).read(text, cut=True) for form in formats)
    return _TOO_FINE if too_fine else _not_a_date(formats)


_TOO_EARLY = Text("es una fecha anterior a 1900", "is a date before 1900")
_TOO_LATE = Text("es una fecha posterior a 9998", "is a date after 9998")
_TOO_FINE = Text(
    "lleva más de seis cifras tras el segundo; el mapeo puede decir round: microsecond",
    "has more than six digits after the second; the mapping may say round: microsecond",
)


def _not_a_date(formats: Sequence[str]) -> Text:
    example = datetime(2026, 12, 31, 13, 45, 59)  # noqa: DTZ001 - only to show how it is written
    es, en = (
        " | ".join(date_format(form).written(example, lang) for form in formats)
        for lang in ("es", "en")
    )
    return Text(f"no es una fecha escrita como {es}", f"is not a date written as {en}")
