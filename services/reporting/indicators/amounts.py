"""What was found to be owed, and what was paid: exact decimals, one currency at a time."""

from dataclasses import dataclass
from decimal import Decimal

from services.reporting.indicators.definition import (
    BY_PLACE,
    DECIDED,
    WHOLE_LIFE,
    Indicator,
    Selection,
    Words,
)
from services.reporting.indicators.ranked import MEDIAN_SQL, median
from services.reporting.indicators.rounding import percent
from shared.eventstore.rows import Ask

_SOURCES = ("followup.outcome-recorded", "followup.follow-up-entered-in-error")
_BY_CURRENCY = (*BY_PLACE, "currency")
_SUMS_SQL = (
    "SELECT measure, n, total FROM reporting.tallies"
    " WHERE measure IN ('owed-something', 'owed-nothing', 'paid')"
    " AND programme = %(programme)s AND state = %(state)s AND label = %(currency)s"
)

OWED = Indicator(
    code="amount-owed",
    name=Words("Cantidad debida", "Amount owed"),
    counts=Words(
        "Suma exacta de las cantidades reconocidas como debidas en resultados favorables.",
        "Exact sum of the amounts that favourable outcomes found to be owed.",
    ),
    numerator=Words("Cantidades debidas, en una moneda.", "Amounts owed, in one currency."),
    denominator=None,
    disaggregation=_BY_CURRENCY,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=Words(
        "Los decididos sin cantidad y los de otra moneda no suman; se cuentan aparte.",
        "Decided cases without an amount, or in another currency, add nothing; they are counted"
        " beside it.",
    ),
    sql=_SUMS_SQL,
)
MEDIAN_OWED = Indicator(
    code="median-amount-owed",
    name=Words("Mediana de la cantidad debida", "Median amount owed"),
    counts=Words(
        "La cantidad de en medio entre los casos decididos con cantidad mayor que cero;"
        " de un número par, la media de las dos de en medio.",
        "The middle amount among decided cases with an amount above zero; of an even number, the"
        " mean of the two in the middle.",
    ),
    numerator=Words("Cantidades debidas mayores que cero.", "Amounts owed above zero."),
    denominator=None,
    disaggregation=_BY_CURRENCY,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=Words(
        "Los decididos con cantidad cero o sin cantidad quedan fuera; se cuentan aparte.",
        "Cases decided with an amount of zero, or without one, are left out; they are counted"
        " beside it.",
    ),
    sql=MEDIAN_SQL,
)
PAID = Indicator(
    code="amount-paid",
    name=Words("Cantidad pagada", "Amount paid"),
    counts=Words(
        "Suma exacta de los pagos que las personas recibieron.",
        "Exact sum of the payments that persons received.",
    ),
    numerator=Words("Cantidades cobradas, en una moneda.", "Amounts recovered, in one currency."),
    denominator=None,
    disaggregation=_BY_CURRENCY,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=Words(
        "Un pago que nadie registró no suma; no se supone.",
        "A payment that nobody recorded adds nothing; none is assumed.",
    ),
    sql=_SUMS_SQL,
)
SHARE_PAID = Indicator(
    code="share-paid",
    name=Words("Proporción con pago", "Share paid"),
    counts=Words(
        "De los casos decididos a favor, cuántos por ciento recibieron algún pago.",
        "Of the cases decided in favour, how many per cent were paid anything.",
    ),
    numerator=Words(
        "Casos decididos con un pago mayor que cero.", "Decided cases with a payment above zero."
    ),
    denominator=DECIDED,
    disaggregation=BY_PLACE,
    period=WHOLE_LIFE,
    sources=_SOURCES,
    missing=Words(
        "Un caso decidido sin pago registrado cuenta como no pagado.",
        "A decided case without a recorded payment counts as not paid.",
    ),
    sql=(
        "SELECT coalesce(sum(n), 0)::bigint FROM reporting.tallies WHERE measure = %(measure)s"
        " AND programme = %(programme)s AND state = %(state)s"
    ),
)

_CURRENCIES_SQL = (
    "SELECT label, sum(n)::bigint FROM reporting.tallies"
    " WHERE measure IN ('owed-something', 'owed-nothing', 'paid')"
    " AND programme = %(programme)s AND state = %(state)s"
    " GROUP BY label ORDER BY 2 DESC, 1"
)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is owed and paid in one currency, exactly. median: None where nothing is owed.

    nothing_owed: decided cases with an amount of zero.
    """

    owed: Decimal
    median: Decimal | None
    nothing_owed: int
    paid: Decimal


def currencies(ask: Ask, selection: Selection) -> dict[str, int]:
    """Name the currencies with the number of amounts in each, most first."""
    return dict(ask(_CURRENCIES_SQL, selection.params()))


def amounts(ask: Ask, selection: Selection, currency: str) -> Amounts:
    """Add up what is owed and paid, and find the median."""
    wanted = selection.params(currency=currency)
    sums = {measure: (int(n), total) for measure, n, total in ask(_SUMS_SQL, wanted)}
    nothing = (0, Decimal(0))
    count, owed = sums.get("owed-something", nothing)
    return Amounts(
        owed=owed,
        median=median(ask, selection, "owed", count, currency),
        nothing_owed=sums.get("owed-nothing", nothing)[0],
        paid=sums.get("paid", nothing)[1],
    )


def share_paid(decided: int, with_payment: int) -> str | None:
    """Divide decided cases with a payment by all decided cases, in whole percent."""
    return percent(with_payment, decided)
