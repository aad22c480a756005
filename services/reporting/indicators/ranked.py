"""The median, without reading more than a page however many cases there are.

The tallies with a ``~`` say how many values share their first two digits. They lead to the place
where the rank falls; only the values there are then counted one by one.
"""

from decimal import Decimal, localcontext

from services.reporting.indicators.definition import Selection
from shared.eventstore.rows import Ask

_WIDE = 60
"""Digits to compute with: more than any sum of amounts has, so nothing is rounded on the way."""

PLACE_SQL = (
    "SELECT key, next, upto - n FROM (SELECT key, n, sum(n) OVER (ORDER BY key) AS upto,"
    " lead(key, 1, 'Infinity') OVER (ORDER BY key) AS next FROM reporting.tallies"
    " WHERE measure = %(measure)s || '~' AND programme = %(programme)s"
    " AND state = %(state)s AND label = %(label)s) AS coarse"
    " WHERE upto >= %(rank)s ORDER BY key LIMIT 1"
)
VALUE_SQL = (
    "SELECT key, upto FROM (SELECT key, sum(n) OVER (ORDER BY key) AS upto FROM reporting.tallies"
    " WHERE measure = %(measure)s AND programme = %(programme)s AND state = %(state)s"
    " AND label = %(label)s AND key >= %(place)s AND key < %(next)s) AS fine"
    " WHERE upto >= %(rank)s ORDER BY key LIMIT 1"
)
MEDIAN_SQL = f"{PLACE_SQL}; {VALUE_SQL}"
"""How the middle is found: first its place, then its value."""


def median(
    ask: Ask, selection: Selection, measure: str, count: int, label: str = ""
) -> Decimal | None:
    """Find the middle one of ``count`` values, exactly; of an even number, the mean of the two.

    None where there are no values.
    """
    if count == 0:
        return None
    low, upto = _at(ask, selection, measure, label, (count + 1) // 2)
    above = count // 2 + 1
    high = low if upto >= above else _at(ask, selection, measure, label, above)[0]
    with localcontext() as context:
        context.prec = _WIDE
        return (low + high) / 2


def _at(ask: Ask, selection: Selection, measure: str, label: str, rank: int) -> tuple[Decimal, int]:
    """Find the value at a rank, and up to which rank it stands."""
    wanted = selection.params(measure=measure, label=label, rank=rank)
    place, following, before = ask(PLACE_SQL, wanted)[0]
    here = {**wanted, "place": place, "next": following, "rank": rank - before}
    value, upto = ask(VALUE_SQL, here)[0]
    return Decimal(value), int(before + upto)
