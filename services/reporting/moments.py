"""Moments and lengths of time as text, in the Spanish of Mexico and in English."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

_HOUR, _DAY = 3_600, 86_400
_MONTHS: Mapping[str, str] = {
    "es": "ene feb mar abr may jun jul ago sep oct nov dic",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
_UNITS: Mapping[str, tuple[tuple[int, int, str, str], ...]] = {
    # below so many seconds: divided by, one, many
    "es": (
        (_HOUR, 60, "minuto", "minutos"),
        (2 * _DAY, _HOUR, "hora", "horas"),
        (60 * _DAY, _DAY, "día", "días"),
        (730 * _DAY, 30 * _DAY, "mes", "meses"),
        (10**12, 365 * _DAY, "año", "años"),
    ),
    "en": (
        (_HOUR, 60, "minute", "minutes"),
        (2 * _DAY, _HOUR, "hour", "hours"),
        (60 * _DAY, _DAY, "day", "days"),
        (730 * _DAY, 30 * _DAY, "month", "months"),
        (10**12, 365 * _DAY, "year", "years"),
    ),
}


def month(number: int, lang: str) -> str:
    """Return the abbreviation of a month, 1 to 12: ``ene``, ``Jan``."""
    return _MONTHS[lang].split()[number - 1]


def day(moment: date, lang: str) -> str:
    """Write a day: ``4 may 2026``."""
    return f"{moment.day} {month(moment.month, lang)} {moment.year}"


def moment(at: datetime, lang: str) -> str:
    """Write a moment on its own wall clock, without the offset: ``4 may 2026, 21:30``."""
    return f"{day(at, lang)}, {at:%H:%M}"


def offset(at: datetime) -> str:
    """Write how far a moment's wall clock is from UTC: ``UTC-06:00``, or ``UTC``."""
    shift = at.utcoffset()
    return f"UTC{at.isoformat()[-6:]}" if shift else "UTC"


def length(span: timedelta, lang: str) -> str:
    """Write a length of time in its one largest unit, rounded down: ``3 días``.

    A month counts as 30 days and a year as 365; two days are still given in hours, two years
    in months. Anything shorter than a minute, or negative, is "less than a minute".
    """
    seconds = int(span.total_seconds())
    if seconds < 60:  # noqa: PLR2004 - a minute
        return "menos de un minuto" if lang == "es" else "less than a minute"
    divisor, one, many = next((d, o, m) for below, d, o, m in _UNITS[lang] if seconds < below)
    count = seconds // divisor
    return f"{count} {one if count == 1 else many}"
