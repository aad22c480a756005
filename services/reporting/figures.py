"""The report in words: each figure with its name, on the pages and at the command line alike."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from services.reporting.claims import Claims
from services.reporting.indicators import (
    CASES,
    DECIDED_FAVOURABLY,
    FIRST_OPENED,
    MEAN_DAYS,
    MEDIAN_DAYS,
    MEDIAN_OWED,
    MEDIAN_OWED_ABOVE_ZERO,
    NINETIETH_DAYS,
    OWED,
    PAID,
    SHARE_PAID,
    SHARE_PAID_AS_CLAIMED,
    SHARE_PAID_IN_FULL,
    amounts,
    durations,
)
from services.reporting.indicators.definition import Indicator
from services.reporting.labels import amount, labelled
from shared.kernel.text import Text

NONE = "—"
_ALL = Text("todos los programas y entidades", "all programmes and subdivisions")
_DECIDED = Text("decididos", "decided")
_PAID_MORE = Text("más de lo debido", "more than was owed")
_MISSING: Sequence[tuple[str, Text]] = (
    ("without_amount", Text("decididos sin importe", "decided without an amount")),
    (
        "amount_zero",
        Text(
            "decididos con importe cero (fuera de las bandas)",
            "decided with an amount of zero (in none of the bands)",
        ),
    ),
    ("without_days", Text("decididos sin ambas fechas", "decided without both dates")),
    (
        "closed_before_opened",
        Text("decididos con las fechas al revés", "decided with the dates the wrong way round"),
    ),
    (
        "closed_undated",
        Text("decididos y cerrados sin fecha conocida", "decided and closed on an unknown date"),
    ),
    (
        "messages_waiting",
        Text("hechos que no se pudieron leer y esperan", "facts that could not be read and wait"),
    ),
)
_OTHER = Text(
    "importes en {currency}, que no se suman", "amounts in {currency}, which are not added"
)
_AMOUNTS = ("0", *(f"≤ {high:,}" for high in amounts.LIMITS[1:]), f"> {amounts.LIMITS[-1]:,}")
_DAYS = (
    "< 1",
    *(f"{low + 1}-{high}" for low, high in pairwise(durations.LIMITS)),
    f"> {durations.LIMITS[-1]}",
)
"""The names of the bands, with what comes before the first."""


class Figure(NamedTuple):
    """A number of the report as people read it, and what it is."""

    indicator: Indicator
    value: str


def figures(report: Claims, lang: str) -> list[Figure]:
    """List the numbers in the order of the report; the bands are apart."""
    first, first_decided = (
        NONE if day is None else f"{day}" for day in (report.first_opened, report.first_decided)
    )
    currency = report.currency
    return [
        Figure(CASES, f"{report.cases:,}"),
        Figure(FIRST_OPENED, f"{first} ({_DECIDED.in_(lang)}: {first_decided})"),
        Figure(DECIDED_FAVOURABLY, _share(report.decided_for_claimant, report.decided_share)),
        Figure(OWED, _money(report.total_owed, currency)),
        Figure(MEDIAN_OWED, _money(report.median_amount, currency)),
        Figure(MEDIAN_OWED_ABOVE_ZERO, _money(report.median_above_zero, currency)),
        Figure(MEDIAN_DAYS, _number(report.median_days)),
        Figure(MEAN_DAYS, _number(report.mean_days)),
        Figure(NINETIETH_DAYS, _number(report.ninetieth_days)),
        Figure(PAID, _money(report.total_paid, currency)),
        Figure(SHARE_PAID, NONE if report.share_paid is None else f"{report.share_paid} %"),
        Figure(SHARE_PAID_IN_FULL, _in_full(report, lang)),
        Figure(SHARE_PAID_AS_CLAIMED, _share(report.paid_as_claimed, report.share_paid_as_claimed)),
    ]


def amount_bands(report: Claims) -> list[tuple[str, int]]:
    """List how many cases are in each band of amounts, the zeros first."""
    return list(zip(_AMOUNTS, (report.missing.amount_zero, *report.amount_bands), strict=True))


def duration_bands(report: Claims) -> list[tuple[str, int]]:
    """List how many cases are in each band of days, those of less than one day first."""
    return list(zip(_DAYS, (report.same_day, *report.duration_bands), strict=True))


def missing(report: Claims, lang: str) -> Iterator[tuple[str, int]]:
    """List what the figures leave out, or tell apart."""
    for name, text in _MISSING:
        yield text.in_(lang), getattr(report.missing, name)
    for currency, n in report.missing.other_currencies.items():
        yield _OTHER.in_(lang).format(currency=currency), n


def selection(report: Claims, lang: str) -> str:
    """Say which cases the report is about."""
    parts = [
        labelled(code_list, code, lang)
        for code_list, code in (
            ("programmes", report.programme),
            ("subdivisions", report.subdivision),
        )
        if code
    ]
    return ", ".join(parts) or _ALL.in_(lang)


def _share(count: int, share: str | None) -> str:
    return f"{count:,} ({share} %)" if share is not None else f"{count:,}"


def _in_full(report: Claims, lang: str) -> str:
    share = _share(report.paid_in_full, report.share_paid_in_full)
    return f"{share}; {_PAID_MORE.in_(lang)}: {report.paid_more:,}"


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:,}"


def _money(exact: str | None, currency: str | None) -> str:
    return NONE if exact is None else amount(exact, currency)
