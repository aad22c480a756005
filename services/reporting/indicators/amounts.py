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
        "El importe de en medio entre los casos decididos con importe mayor que cero;"
        " de un número par, la media de los dos de en medio.",
        "The middle amount among decided cases with an amount above zero; of an even number, the"
        " mean of the two in the middle.",
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

_CURRENCIES_SQL = (
    "SELECT label, sum(n)::bigint FROM reporting.tallies"
    " WHERE measure IN ('owed-something', 'owed-nothing', 'paid')"
    " AND programme = %(programme)s AND subdivision = %(subdivision)s"
    " GROUP BY label ORDER BY 2 DESC, 1"
)
_NOTHING_OWED_SQL = f"{count_of('owed-nothing')} AND label = %(currency)s"


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is owed and paid in one currency, exactly. median: None if nothing is owed.

    nothing_owed: decided cases with an amount of zero.
    """

    owed: Decimal
    median: Decimal | None
    nothing_owed: int
    paid: Decimal


def currencies(run_query: RunQuery, selection: Selection) -> dict[str, int]:
    """Return the number of amounts in each currency, most first."""
    return dict(run_query(_CURRENCIES_SQL, selection.params()))


def amounts(run_query: RunQuery, selection: Selection, currency: str) -> Amounts:
    """Add up what is owed and paid, and find the median."""
    wanted = selection.params(currency=currency)
    return Amounts(
        owed=run_query(OWED.sql, wanted)[0][0],
        median=run_query(MEDIAN_OWED.sql, wanted)[0][0],
        nothing_owed=int(run_query(_NOTHING_OWED_SQL, wanted)[0][0]),
        paid=run_query(PAID.sql, wanted)[0][0],
    )


def with_payment(run_query: RunQuery, selection: Selection) -> tuple[int, int]:
    """Count the decided cases with a payment, and all decided cases that they are a share of."""
    numerator, denominator = run_query(SHARE_PAID.sql, selection.params())[0]
    return int(numerator), int(denominator)
