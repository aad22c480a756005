"""Reading a service's own tables: all questions of one snapshot are about one moment."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from shared.eventstore.log import Log

RunQuery = Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]
"""Runs a query with its parameters (``%(name)s``) and gives its rows."""


@contextmanager
def snapshot(log: Log, gate: str) -> Iterator[RunQuery]:
    """RunQuery several questions about one moment: no batch is seen in part, nothing is written.

    gate: the table that is locked by whoever replaces tables as a whole (see ``shadow``). It is
    passed before the moment is chosen: a moment from before the replacement would not see the rows
    of the tables that are there after it.
    """
    with (
        log.database.connection() as conn,
        conn.transaction(),
        conn.cursor(row_factory=tuple_row) as curs,
    ):
        curs.execute(
            SQL(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
                " LOCK TABLE {}.{} IN ACCESS SHARE MODE"
            ).format(Identifier(log.address.schema), Identifier(gate))
        )

        def ask(query: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
            # Planned for these very values: a plan kept from a small table is a slow one later.
            return curs.execute(query.encode(), params, prepare=False).fetchall()

        yield ask
