"""Reading a service's own tables: all queries of a snapshot see the same moment."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, LiteralString

from psycopg import Cursor
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier, Literal

from shared.eventstore.log import Log

_AT_ONCE = 1_000
RunQuery = Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]
"""Runs a query with its parameters (``%(name)s``) and returns the rows."""


@contextmanager
def snapshot(log: Log, gate: str, lock_seconds: int = 0) -> Iterator[RunQuery]:
    """Run several read-only queries that all see the same moment: no batch is seen in part.

    gate: a table that a swap of whole tables locks first (see ``shadow_tables``). It is locked here
    before the snapshot is taken, so that no swap falls in between: an older snapshot would not see
    the rows of the new tables. lock_seconds: how long to wait for a lock, then an outage is raised;
    0: for as long as it is held.
    """
    with (
        log.database.connection() as conn,
        conn.transaction(),
        conn.cursor(row_factory=tuple_row) as curs,
    ):
        begin(curs, log, gate, lock_seconds, "READ ONLY")
        yield running(curs)


def begin(
    curs: Cursor[Any],
    log: Log,
    gate: str,
    lock_seconds: int = 0,
    access: LiteralString = "READ WRITE",
) -> None:
    """Begin a snapshot in a transaction in which nothing was asked yet; see ``snapshot``."""
    curs.execute(
        SQL(
            f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, {access};"
            " SET LOCAL lock_timeout = {};"
            " LOCK TABLE {}.{} IN ACCESS SHARE MODE"
        ).format(Literal(f"{lock_seconds}s"), Identifier(log.address.schema), Identifier(gate))
    )


def running(curs: Cursor[Any]) -> RunQuery:
    """Return what runs queries over a cursor, with rows as tuples."""

    def run(query: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        # Planned for these very values: a cached plan of a small table would be slow later.
        curs.execute(query.encode(), params, prepare=False)
        rows: list[tuple[Any, ...]] = []
        while some := curs.fetchmany(_AT_ONCE):  # other threads have a turn in between
            rows += some
        return rows

    return run
