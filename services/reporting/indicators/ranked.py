"""The median, without reading more than a page however many cases there are.

The tallies with a ``~`` count the values by their first two digits. They show between which of them
the rank falls; only the values there are then counted one by one.
"""


def median_of(measure: str, label: str) -> str:
    """Return the SQL of a measure's median; of an even number of values, the mean of the two.

    label: an SQL expression, such as ``''`` or ``%(currency)s``. One row, exact; NULL without any.
    Half of a sum is a product, since PostgreSQL rounds quotients.
    """
    tallied = (
        "FROM reporting.tallies WHERE measure = '{0}' AND programme = %(programme)s"
        f" AND subdivision = %(subdivision)s AND label = {label}"
    )
    return (
        "WITH coarse AS MATERIALIZED (SELECT key, sum(n) OVER (ORDER BY key) - n AS before,"  # noqa: S608 - ours
        " sum(n) OVER (ORDER BY key) AS upto, lead(key, 1, 'Infinity') OVER (ORDER BY key) AS next"
        f" {tallied.format(measure + '~')}), ranks AS (SELECT"
        " unnest(ARRAY[div(max(upto) + 1, 2), div(max(upto), 2) + 1]) AS rank FROM coarse)"
        " SELECT sum(found.key) * 0.5 FROM ranks"
        " CROSS JOIN LATERAL (SELECT * FROM coarse WHERE upto >= rank ORDER BY key LIMIT 1) bracket"
        " CROSS JOIN LATERAL (SELECT key FROM (SELECT key, sum(n) OVER (ORDER BY key) AS upto"
        f" {tallied.format(measure)} AND key >= bracket.key AND key < bracket.next) AS fine"
        " WHERE bracket.before + fine.upto >= rank ORDER BY key LIMIT 1) found"
    )
