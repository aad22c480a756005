"""The value at a rank, without reading more than a page however many cases there are.

The tallies with a ``~`` count the values by their first two digits. They show between which of them
the rank falls; only the values there are then counted one by one.
"""

MIDDLE = "div(max(upto) + 1, 2), div(max(upto), 2) + 1"
"""The ranks of the two values in the middle, of an odd number twice the same."""
NINE_TENTHS = "div(9 * max(upto) + 9, 10)"
"""The rank of the smallest value that at least nine tenths of the values do not exceed."""


def median_of(measure: str, label: str, zeros: str | None = None) -> str:
    """Return the SQL of a measure's median; of an even number of values, the mean of the two.

    Half of a sum is a product, since PostgreSQL rounds quotients. Otherwise as ``at_ranks``.
    """
    return f"SELECT sum(key) * 0.5 FROM ({at_ranks(MIDDLE, measure, label, zeros)}) middle"  # noqa: S608 - ours


def ninetieth_of(measure: str, label: str) -> str:
    """Return the SQL of the value that nine tenths of a measure's values do not exceed."""
    return f"SELECT sum(key) FROM ({at_ranks(NINE_TENTHS, measure, label)}) ninetieth"  # noqa: S608 - ours


def at_ranks(ranks: str, measure: str, label: str, zeros: str | None = None) -> str:
    """Return the SQL of a measure's values at these ranks, a row for each; none without values.

    ranks: SQL expressions over ``max(upto)``, the number of values. label: an SQL expression, such
    as ``''`` or ``%(currency)s``. zeros: the measure that counts the values of zero, if they are
    not in ``measure``.
    """
    coarse, fine = (
        ", ".join(f"'{each}'" for each in (name, zeros) if each)
        for name in (f"{measure}~", measure)
    )
    chosen = "programme = %(programme)s AND subdivision = %(subdivision)s"
    values = (
        "SELECT key, sum(n) AS n FROM reporting.tallies WHERE measure IN ({})"  # noqa: S608 - ours
        f" AND {chosen} AND label = {label}"
    )
    return (
        "WITH coarse AS MATERIALIZED (SELECT key, sum(n) OVER (ORDER BY key) - n AS before,"  # noqa: S608 - ours
        " sum(n) OVER (ORDER BY key) AS upto, lead(key, 1, 'Infinity') OVER (ORDER BY key) AS next"
        f" FROM ({values.format(coarse)} GROUP BY key) counts),"
        f" ranks AS (SELECT unnest(ARRAY[{ranks}]) AS rank FROM coarse)"
        " SELECT found.key FROM ranks"
        " CROSS JOIN LATERAL (SELECT * FROM coarse WHERE upto >= rank ORDER BY key LIMIT 1) bracket"
        " CROSS JOIN LATERAL (SELECT key FROM (SELECT key, sum(n) OVER (ORDER BY key) AS upto"
        f" FROM ({values.format(fine)} AND key >= bracket.key AND key < bracket.next GROUP BY key)"
        " counts) AS fine WHERE bracket.before + fine.upto >= rank ORDER BY key LIMIT 1) found"
    )
