"""Reading a service's own tables: every question of one snapshot gets an answer as of one moment."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg.rows import tuple_row

from shared.eventstore.streams import Log

Ask = Callable[[str, Mapping[str, Any]], list[tuple[Any, ...]]]
"""Runs a query with its parameters (``%(name)s``) and gives its rows."""


@contextmanager
def snapshot(log: Log) -> Iterator[Ask]:
    """Ask several questions about one moment: no batch is seen in part, and nothing can be written."""
    with (
        log.recorder.datastore.get_connection() as conn,
        conn.transaction(),
        conn.cursor(row_factory=tuple_row) as curs,
    ):
        curs.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

        def ask(query: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
            return curs.execute(query.encode(), params).fetchall()

        yield ask
