"""What was found to be owed, and what was paid: exact decimals, one currency at a time."""

from dataclasses import dataclass
from decimal import Decimal

from services.reporting.indicators.definition import (
    BREAKDOWN,
    CLOSINGS,
    DECIDED,
    FOLLOW_UP_CLOSINGS,
    OUTCOMES,
    REGISTRATION,
    WHOLE_LIFE,
    Indicator,
    Selection,
    count_of,
    total_of,
)
from services.reporting.indicators.ranked import median_of
from shared.eventstore.snapshot import RunQuery
from shared.kernel.text import Text

_SOURCES = (*REGISTRATION, *OUTCOMES)
_BY_CURRENCY = (*BREAKDOWN, "currency")
LIMITS = (0, 100, 500, 1_000, 2_000, 5_000, 10_000)
"""The lower limits of the bands, in any currency. As those of days (``durations``).

Each has two digits other than zero at most: the tallies by the first two digits tell what is below
it, and those of the limit itself say how many belong to the band below.
"""


def _number_in(low: int, high: int | None) -> str:
    """Return the SQL that counts the amounts above one limit and up to another."""
    below = f" AND key < {high}" if high else ""
    counted = ["+ " + _number(f"measure = 'owed~' AND key >= {low}{below}")]
    counted += ["- " + _number(f"measure = 'owed' AND key = {low}")] if low else []
    counted += ["+ " + _number(f"measure = 'owed' AND key = {high}")] if high else []
    return f"({' '.join(counted)})::bigint"


def _number(wanted: str) -> str:
    return f"coalesce(sum(n) FILTER (WHERE {wanted}), 0)"


_BANDS = ", ".join(map(_number_in, LIMITS, (*LIMITS[1:], None)))

OWED = Indicator(
    code="amount-owed",
    name=Text("Importe debido", "Amount owed"),
    counts=Text(
        "Suma exacta de los importes reconocidos como debidos en resultados favorables.",
        "Exact sum of the amounts that favourable outcomes found to be owed.",
    ),
    numerator=Text("Importes debidos, en una moneda.", "Amounts owed, in one currency."),
    denominator=None,
    disaggregation=_BY_CURRENCY,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=Text(
        "Los decididos sin importe y los de otra moneda no suman; se cuentan aparte.",
        "Decided cases without an amount, or in another currency, add nothing; they are counted"
        " beside it.",
    ),
    sql=total_of("owed-something"),
)
MEDIAN_OWED = Indicator(
    code="median-amount-owed",
    name=Text("Mediana del importe debido", "Median amount owed"),
    counts=Text(
        "El importe de en medio entre los casos decididos con importe, también los de cero;"
        " de un número par, la media de los dos de en medio.",
        "The middle amount among decided cases with an amount, zeros too; of an even number, the"
        " mean of the two in the middle.",
    ),
    numerator=Text("Importes debidos, también cero.", "Amounts owed, zeros too."),
    denominator=None,
    disaggregation=_BY_CURRENCY,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=Text(
        "Los decididos sin importe quedan fuera; se cuentan aparte.",
        "Cases decided without an amount are left out; they are counted beside it.",
    ),
    sql=median_of("owed", "%(currency)s", zeros="owed-nothing"),
)
MEDIAN_OWED_ABOVE_ZERO = Indicator(
    code="median-amount-owed-above-zero",
    name=Text("Mediana del importe mayor que cero", "Median amount above zero"),
    counts=Text(
        "Como la mediana del importe debido, sin los importes de cero.",
        "As the median amount owed, without the amounts of zero.",
    ),
    numerator=Text("Importes debidos mayores que cero.", "Amounts owed above zero."),
    denominator=None,
    disaggregation=_BY_CURRENCY,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=Text(
        "Los decididos con importe cero o sin importe quedan fuera; se cuentan aparte.",
        "Cases decided with an amount of zero, or without one, are left out; they are counted"
        " beside it.",
    ),
    sql=median_of("owed", "%(currency)s"),
)
AMOUNT_BANDS = Indicator(
    code="amount-bands",
    name=Text("Casos por importe debido", "Cases by amount owed"),
    counts=Text(
        "Casos decididos a favor por importe debido: más de 0 y hasta 100, 500, 1,000, 2,000,"
        " 5,000, 10,000, y más, en la moneda del informe. Los de cero se dan aparte.",
        "Cases decided in favour by the amount owed: above 0 and up to 100, 500, 1,000, 2,000,"
        " 5,000, 10,000, and more, in the report's currency. Those of zero are given beside them.",
    ),
    numerator=Text("Casos en cada banda.", "Cases in each band."),
    denominator=None,
    disaggregation=_BY_CURRENCY,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=Text(
        "Los decididos sin importe quedan fuera; se cuentan aparte.",
        "Cases decided without an amount are left out; they are counted beside it.",
    ),
    sql=(
        f"SELECT {_BANDS} FROM reporting.tallies"  # noqa: S608 - our own constants
        " WHERE (measure = 'owed~' OR measure = 'owed'"
        f" AND key IN ({', '.join(map(str, LIMITS[1:]))})) AND programme = %(programme)s"
        " AND subdivision = %(subdivision)s AND label = %(currency)s"
    ),
)
PAID = Indicator(
    code="amount-paid",
    name=Text("Importe pagado", "Amount paid"),
    counts=Text(
        "Suma exacta de los pagos que las personas recibieron.",
        "Exact sum of the payments that persons received.",
    ),
    numerator=Text("Importes cobrados, en una moneda.", "Amounts recovered, in one currency."),
    denominator=None,
    disaggregation=_BY_CURRENCY,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=Text(
        "Un pago que nadie registró no suma; no se supone.",
        "A payment that nobody recorded adds nothing; none is assumed.",
    ),
    sql=total_of("paid"),
)
SHARE_PAID = Indicator(
    code="share-paid",
    name=Text("Proporción con pago", "Share paid"),
    counts=Text(
        "De los casos decididos a favor, qué porcentaje recibió algún pago.",
        "Of the cases decided in favour, how many per cent were paid anything.",
    ),
    numerator=Text(
        "Casos decididos con un pago mayor que cero.", "Decided cases with a payment above zero."
    ),
    denominator=DECIDED,
    disaggregation=BREAKDOWN,
    period=WHOLE_LIFE,
    sources=(*_SOURCES, *CLOSINGS, *FOLLOW_UP_CLOSINGS),
    missing=Text(
        "Un caso decidido sin pago registrado cuenta como no pagado.",
        "A decided case without a recorded payment counts as not paid.",
    ),
    sql=count_of("with-payment", "decided"),
)

SHARE_PAID_IN_FULL = Indicator(
    code="share-paid-in-full",
    name=Text("Proporción con pago completo", "Share paid in full"),
    counts=Text(
        "De los casos decididos a favor, qué porcentaje cobró al menos todo lo debido.",
        "Of the cases decided in favour, how many per cent were paid at least all that was owed.",
    ),
    numerator=Text(
        "Casos decididos con un importe debido mayor que cero y, en cada moneda, pagos que lo"
        " alcanzan.",
        "Decided cases with an amount owed above zero and, in each currency, payments that reach"
        " it.",
    ),
    denominator=DECIDED,
    disaggregation=BREAKDOWN,
    period=WHOLE_LIFE,
    sources=(*_SOURCES, *CLOSINGS, *FOLLOW_UP_CLOSINGS),
    missing=Text(
        "Un caso decidido sin importe debido, con importe cero o sin pago registrado cuenta como no"
        " pagado por completo. Los que cobraron más de lo debido se cuentan aparte también.",
        "A decided case without an amount owed, with an amount of zero or without a recorded"
        " payment counts as not paid in full. Those paid more than was owed are counted beside it"
        " as well.",
    ),
    sql=count_of("paid-in-full", "decided"),
)

SHARE_PAID_AS_CLAIMED = Indicator(
    code="share-paid-as-claimed",
    name=Text("Proporción con pago de lo reclamado", "Share paid as claimed"),
    counts=Text(
        "De los casos decididos a favor, qué porcentaje cobró exactamente lo que reclamó o, si se"
        " determinó un importe, ese importe.",
        "Of the cases decided in favour, how many per cent were paid exactly what was claimed or,"
        " if an amount was assessed, that amount.",
    ),
    numerator=Text(
        "Casos decididos con algún pago mayor que cero, todos «payment-as-claimed»: lo dice quien"
        " los registra.",
        "Decided cases with a payment above zero, all of them “payment-as-claimed”: whoever records"
        " them says so.",
    ),
    denominator=DECIDED,
    disaggregation=BREAKDOWN,
    period=WHOLE_LIFE,
    sources=(*_SOURCES, *CLOSINGS, *FOLLOW_UP_CLOSINGS),
    missing=Text(
        "Un caso decidido con otro pago, o sin pago registrado, cuenta como no pagado así.",
        "A decided case with another payment, or without a recorded one, counts as not paid so.",
    ),
    sql=count_of("paid-as-claimed", "decided"),
)

_PAID_MORE_SQL = count_of("paid-more")
_CURRENCIES_SQL = (
    "SELECT label, sum(n)::bigint FROM reporting.tallies"
    " WHERE measure IN ('owed-something', 'owed-nothing', 'paid')"
    " AND programme = %(programme)s AND subdivision = %(subdivision)s"
    " GROUP BY label ORDER BY 2 DESC, 1"
)
_NOTHING_OWED_SQL = f"{count_of('owed-nothing')} AND label = %(currency)s"


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is owed and paid in one currency, exactly. median: None without amounts.

    nothing_owed: decided cases with an amount of zero. above_zero: the median without these. bands:
    the cases by amount.
    """

    owed: Decimal
    median: Decimal | None
    above_zero: Decimal | None
    bands: tuple[int, ...]
    nothing_owed: int
    paid: Decimal


def currencies(run_query: RunQuery, selection: Selection) -> dict[str, int]:
    """Return the number of amounts in each currency, most first."""
    return dict(run_query(_CURRENCIES_SQL, selection.params()))


def amounts(run_query: RunQuery, selection: Selection, currency: str) -> Amounts:
    """Add up what is owed and paid, and find the medians."""
    wanted = selection.params(currency=currency)
    return Amounts(
        owed=run_query(OWED.sql, wanted)[0][0],
        median=run_query(MEDIAN_OWED.sql, wanted)[0][0],
        above_zero=run_query(MEDIAN_OWED_ABOVE_ZERO.sql, wanted)[0][0],
        bands=tuple(run_query(AMOUNT_BANDS.sql, wanted)[0]),
        nothing_owed=int(run_query(_NOTHING_OWED_SQL, wanted)[0][0]),
        paid=run_query(PAID.sql, wanted)[0][0],
    )


def with_payment(run_query: RunQuery, selection: Selection) -> tuple[int, int]:
    """Count the decided cases with a payment, and all decided cases that they are a share of."""
    numerator, denominator = run_query(SHARE_PAID.sql, selection.params())[0]
    return int(numerator), int(denominator)


def paid_in_full(run_query: RunQuery, selection: Selection) -> tuple[int, int]:
    """Count the decided cases that were paid all that was owed, and those of them paid more."""
    in_full, _ = run_query(SHARE_PAID_IN_FULL.sql, selection.params())[0]
    ((more,),) = run_query(_PAID_MORE_SQL, selection.params())
    return int(in_full), int(more)


def paid_as_claimed(run_query: RunQuery, selection: Selection) -> int:
    """Count the decided cases that were paid exactly what was claimed."""
    return int(run_query(SHARE_PAID_AS_CLAIMED.sql, selection.params())[0][0])
