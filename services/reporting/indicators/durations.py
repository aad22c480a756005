"""How long it took from a case's opening to its closing, in whole days by the wall clock."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.reporting.indicators.definition import (
    BREAKDOWN,
    CLOSINGS,
    FOLLOW_UP_CLOSINGS,
    OUTCOMES,
    REGISTRATION,
    WHOLE_LIFE,
    Indicator,
    Selection,
)
from services.reporting.indicators.ranked import median_of, ninetieth_of
from shared.eventstore.snapshot import RunQuery
from shared.kernel.text import Text

LIMITS = (0, 30, 60, 90, 180, 360, 720)
"""The lower limits of the bands, in days. A band includes its upper limit; the last has none."""

_BANDS = ", ".join(
    f"coalesce(sum(n) FILTER (WHERE key > {low} AND key <= {high}), 0)::bigint"
    for low, high in zip(LIMITS, (*LIMITS[1:], "'Infinity'"), strict=True)
)
_SOURCES = (*REGISTRATION, *CLOSINGS, *FOLLOW_UP_CLOSINGS, *OUTCOMES)
_MISSING = Text(
    "Quedan fuera, y se cuentan aparte, los decididos sin apertura o sin cierre, los cerrados sin"
    " fecha conocida, y los cerrados antes de abrirse.",
    "Left out, and counted beside it: decided cases without an opening or a closing, those closed"
    " on an unknown date, and those closed before they were opened.",
)

MEDIAN_DAYS = Indicator(
    code="median-days",
    name=Text("Mediana de días", "Median days"),
    counts=Text(
        "Días completos, por el reloj del lugar, de la apertura al último cierre del caso, de los"
        " decididos a favor; el valor de en medio.",
        "Whole days, by the clock on the wall there, from opening to last closing of the case, of"
        " those decided in favour; the middle value.",
    ),
    numerator=Text("Días de los decididos con ambas fechas.", "Days of those with both dates."),
    denominator=None,
    disaggregation=BREAKDOWN,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=_MISSING,
    sql=median_of("days", "''"),
)
MEAN_DAYS = Indicator(
    code="mean-days",
    name=Text("Media de días", "Mean days"),
    counts=Text(
        "Como la mediana de días; la suma de los días entre el número de casos.",
        "As the median days; the sum of the days over the number of cases.",
    ),
    numerator=Text("Días de los decididos con ambas fechas.", "Days of those with both dates."),
    denominator=Text("Esos casos.", "Those cases."),
    disaggregation=BREAKDOWN,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=_MISSING,
    sql=(
        "SELECT coalesce(sum(key * n), 0)::bigint, coalesce(sum(n), 0)::bigint"
        " FROM reporting.tallies WHERE measure = 'days' AND programme = %(programme)s"
        " AND subdivision = %(subdivision)s AND label = ''"
    ),
)
NINETIETH_DAYS = Indicator(
    code="ninetieth-percentile-days",
    name=Text("Percentil 90 de días", "90th percentile of days"),
    counts=Text(
        "Como la mediana de días; el menor valor que nueve de cada diez casos no rebasan.",
        "As the median days; the smallest value that nine of ten cases do not exceed.",
    ),
    numerator=Text("Días de los decididos con ambas fechas.", "Days of those with both dates."),
    denominator=None,
    disaggregation=BREAKDOWN,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=_MISSING,
    sql=ninetieth_of("days", "''"),
)
DURATION_BANDS = Indicator(
    code="duration-bands",
    name=Text("Casos por duración", "Cases by duration"),
    counts=Text(
        "Casos decididos a favor por días: más de 0 y hasta 30, 60, 90, 180, 360, 720, y más."
        " Los que no llegan a un día completo no entran en ninguna banda y se dan aparte.",
        "Cases decided in favour by days: above 0 and up to 30, 60, 90, 180, 360, 720, and more."
        " Those of less than one whole day are in no band and are given beside them.",
    ),
    numerator=Text("Casos en cada banda.", "Cases in each band."),
    denominator=None,
    disaggregation=BREAKDOWN,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=_MISSING,
    sql=(
        f"SELECT coalesce(sum(n) FILTER (WHERE key = 0), 0)::bigint, {_BANDS}"  # noqa: S608 - ours
        " FROM reporting.tallies WHERE measure = 'days' AND programme = %(programme)s"
        " AND subdivision = %(subdivision)s AND label = ''"
    ),
)


@dataclass(frozen=True, slots=True)
class Durations:
    """Decided cases by their days. same_day: under one whole day.

    median, mean, ninetieth: None without cases.
    """

    bands: tuple[int, ...]
    same_day: int
    counted: int
    median: Decimal | None
    mean: Fraction | None
    ninetieth: Decimal | None


def durations(run_query: RunQuery, selection: Selection) -> Durations:
    """Count the decided cases that have both dates, by their days."""
    same_day, *bands = run_query(DURATION_BANDS.sql, selection.params())[0]
    counted = same_day + sum(bands)
    days, cases = run_query(MEAN_DAYS.sql, selection.params())[0]
    return Durations(
        bands=tuple(bands),
        same_day=same_day,
        counted=counted,
        median=run_query(MEDIAN_DAYS.sql, selection.params())[0][0],
        mean=Fraction(days, cases) if cases else None,
        ninetieth=run_query(NINETIETH_DAYS.sql, selection.params())[0][0],
    )
