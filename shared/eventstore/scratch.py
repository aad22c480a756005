"""A service's own tables once more, empty and temporary, for one transaction that leaves nothing.

They are made by the same migrations as the tables that they stand beside, so that whatever writes
and reads those can write and read these. The role needs the right TEMPORARY in the database, which
PostgreSQL gives to everybody.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from psycopg import Cursor
from psycopg.rows import dict_row, tuple_row
from psycopg.sql import SQL, Identifier

from shared.eventstore.log import Log
from shared.eventstore.snapshot import RunQuery, begin, running
from shared.postgres.migrations import Migration

SCHEMA: Final = "pg_temp"
"""What PostgreSQL calls the schema of a session's own temporary tables."""
_NAMES = "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind IN {}"
_SETTINGS = "SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL temp_buffers = '64MB'"


class Scratch:
    """Temporary tables beside the real ones, all of one moment. cursor: with rows as dicts."""

    def __init__(self, schema: str, cursor: Cursor[Any], run_query: RunQuery) -> None:
        """Use ``scratch``. run_query: over the real tables."""
        self.cursor, self.run_query, self._schema = cursor, run_query, schema
        self._tables = [row[0] for row in run_query(_NAMES.format("('r')"), {})]
        self._all = [row[0] for row in run_query(_NAMES.format("('r', 'v')"), {})]

    def beside(self, *real: str) -> RunQuery:
        """Return what runs queries over these tables instead of the real ones, but for ``real``."""
        names = "|".join(name for name in self._all if name not in real)
        table = re.compile(rf"\b{self._schema}\.(?=({names})\b)")
        return lambda query, params: self.run_query(table.sub(f"{SCHEMA}.", query), params)

    def analyze(self) -> None:
        """Let the planner know what is in the tables: nobody else looks at temporary ones."""
        for name in self._tables:
            self.cursor.execute(SQL("ANALYZE {}.{}").format(Identifier(SCHEMA), Identifier(name)))


@contextmanager
def scratch(log: Log, gate: str, steps: Sequence[Migration]) -> Iterator[Scratch]:
    """Make temporary tables, in a snapshot of the real ones. gate: as of ``snapshot``.

    It has a connection of its own, since it may take long, and rolls back at the end.
    """
    with (
        log.address.connection() as conn,
        conn.transaction(force_rollback=True),
        conn.cursor(row_factory=tuple_row) as reading,
        conn.cursor(row_factory=dict_row) as writing,
    ):
        begin(reading, log, gate)
        reading.execute(_SETTINGS)
        role = Identifier(log.address.user)
        for step in steps:
            reading.execute(SQL(step.text).format(schema=Identifier(SCHEMA), role=role))
        yield Scratch(log.address.schema, writing, running(reading))
