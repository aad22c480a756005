"""The SQL that writes the projections: rows come as one JSON parameter, one statement a table."""

# ruff: noqa: S608 - put together from our own constants only; every value is a parameter

from collections.abc import Iterator

import msgspec

from services.reporting.batch import ROW_KINDS, columns_with_status, kept_for_none
from services.reporting.row import Row


def _write(schema: str, kind: type[Row]) -> str:
    """Return the SQL that inserts rows or updates those that exist, as ``batch`` describes."""
    table, key = f"{schema}.{kind.table}", ", ".join(kind.key)
    columns = ", ".join(kind.__struct_fields__)
    new = (
        f"INSERT INTO {table} AS t ({columns})"
        f" SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"
    )
    return f"{new} ORDER BY {key} ON CONFLICT ({key}) DO UPDATE SET {', '.join(_sets(kind))}"


def _sets(kind: type[Row]) -> Iterator[str]:
    with_status, kept = frozenset(columns_with_status(kind)), kept_for_none(kind)
    for column in msgspec.structs.fields(kind):
        name, given, there = column.name, f"EXCLUDED.{column.name}", f"t.{column.name}"
        if name in with_status:
            yield f"{name} = CASE WHEN EXCLUDED.status IS NULL THEN {there} ELSE {given} END"
        elif name in kept:
            yield f"{name} = coalesce({given}, {there})"
        elif column.default == 0:
            yield f"{name} = {there} + {given}"
        elif name not in {*kind.key, "case_id"}:
            yield f"{name} = {given}"


_THESE, _NEXT = "case_id = ANY(%s)", "case_id > %s AND case_id <= %s"
"""The cases that a batch is about; the cases after one id, up to and including another."""
_SIGHT = ("sees", "until", "listed_at", "referral_id")
"""What is stored of an institution's sight of a case."""
_TALLY = "measure, programme, subdivision, label, key"

HISTORY_TYPES = (
    *("text", "int8", "text", "text", "text", "timestamptz", "timestamp", "timestamptz"),
    *("text", "text", "text", "text", "text", "text", "text", "bytea"),
)


class Statements:
    """All statements over the projections in one schema."""

    def __init__(self, schema: str) -> None:
        """Build the statements. schema: a constant of ours, since it becomes part of the SQL."""
        s = schema
        self.take_turns = f"SELECT pg_advisory_xact_lock(hashtextextended('{s} projects', 0))"
        self.history = (
            f"COPY {s}.history (source, position, id, type, key, happened_at, happened_local,"
            " recorded_at, institution, role, subject, causation, import_mapping, import_file,"
            " legal_basis, data) FROM STDIN (FORMAT BINARY)"
        )
        self.rows = {kind: _write(s, kind) for kind in ROW_KINDS}
        self.parties_gone = (
            f"DELETE FROM {s}.parties p WHERE p.case_id = ANY(%s) AND NOT EXISTS (SELECT FROM"
            f" {s}.parties_now n WHERE n.case_id = p.case_id AND n.institution = p.institution)"
        )
        named = (
            f"INSERT INTO {s}.parties AS p (case_id, institution, {', '.join(_SIGHT)})"
            f" SELECT case_id, institution, {', '.join(_SIGHT)} FROM {s}.parties_now WHERE {{}}"
        )
        self.parties_new = named.format(_NEXT)
        self.parties = (
            f"{named.format(_THESE)} ON CONFLICT (case_id, institution)"
            f" DO UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in _SIGHT)}"
            f" WHERE ({', '.join(f'p.{name}' for name in _SIGHT)})"
            f" IS DISTINCT FROM ({', '.join(f'EXCLUDED.{name}' for name in _SIGHT)})"
        )
        counted = (
            "SELECT measure, programme, subdivision, label, key, sum(n)::bigint AS n,"
            f" sum(total) AS total FROM {s}.counted WHERE {{}}"
            " GROUP BY measure, programme, subdivision, label, key"
        )
        self.counted = counted.format(_THESE)
        given = f"SELECT * FROM json_populate_recordset(NULL::{s}.tallies, %s::json)"
        self.tallies = self._moved(s, given)
        self.tallies_new = self._moved(s, counted.format(_NEXT))
        self.tallies_gone = (
            f"DELETE FROM {s}.tallies t"
            f" USING json_populate_recordset(NULL::{s}.tallies, %s::json) e"
            " WHERE (t.measure, t.programme, t.subdivision, t.label, t.key)"
            " = (e.measure, e.programme, e.subdivision, e.label, e.key) AND t.n = 0"
        )
        self.how_many_cases = f"SELECT count(*) AS n FROM {s}.cases"
        self.cases_after = (
            "SELECT count(*) AS n, (array_agg(case_id ORDER BY case_id DESC))[1] AS last FROM"
            f" (SELECT case_id FROM {s}.cases WHERE case_id > %s ORDER BY case_id LIMIT %s) c"
        )

    @staticmethod
    def _moved(s: str, moves: str) -> str:
        """Return the SQL that adds changes to the tallies, and returns those that became empty.

        Each counts for its programme and subdivision, for all of either, and for all.
        """
        return (
            f"WITH moved AS ({moves}), both_sizes AS (SELECT * FROM moved UNION ALL"
            f"  SELECT measure || '~', programme, subdivision, label, {s}.coarse(key), n, total"
            "  FROM moved WHERE measure IN ('days', 'owed')),"
            f" written AS (INSERT INTO {s}.tallies AS t"
            "  SELECT measure, coalesce(programme, '*'), coalesce(subdivision, '*'), label, key,"
            "   sum(n), sum(total) FROM both_sizes"
            "  GROUP BY GROUPING SETS ((measure, programme, subdivision, label, key),"
            "   (measure, programme, label, key), (measure, subdivision, label, key),"
            "   (measure, label, key)) HAVING sum(n) <> 0 OR sum(total) <> 0"
            f" ON CONFLICT ({_TALLY}) DO UPDATE SET n = t.n + EXCLUDED.n,"
            f" total = t.total + EXCLUDED.total RETURNING {_TALLY}, n, total)"
            " SELECT * FROM written WHERE n = 0"
        )


LIVE = Statements("reporting")
"""Over the tables that reports read."""
