"""Reading logs from outside the services, in large pages of stored bytes."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg import Connection, Cursor
from psycopg.rows import args_row, tuple_row
from psycopg.sql import SQL, Identifier, Literal


class Stored(NamedTuple):
    """A fact as it is stored. id: as ``fact_id`` gives it. name: the stored name."""

    position: int
    id: str
    name: str
    raw: bytes


class Logs:
    """The logs of an installation, over one read-only connection."""

    def __init__(self, connection: Connection[Any]) -> None:
        """Use ``logs`` instead, which opens the connection."""
        self._connection = connection

    @contextmanager
    def cursor(self) -> Iterator[Cursor[Any]]:
        """Open a cursor for reading anything else."""
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            yield cursor

    def page(self, service: str, after: int, limit: int) -> list[Stored]:
        """Return the facts after a position, in commit order."""
        return self._select(_PAGE, service, after, limit)

    def some(self, service: str, positions: Collection[int]) -> list[Stored]:
        """Return the facts at these positions, in commit order."""
        return self._select(_SOME, service, sorted(positions))

    def head(self, service: str) -> int:
        """Return the position of the last fact, 0 for an empty log."""
        row = self._connection.execute(
            SQL("SELECT position FROM {}.head").format(Identifier(service))
        ).fetchone()
        return int(row[0]) if row else 0

    def _select(self, which: SQL, service: str, *params: object) -> list[Stored]:
        statement = which.format(service=Literal(f"{service}:"), s=Identifier(service))
        with self._connection.cursor(binary=True, row_factory=args_row(Stored)) as cursor:
            return cursor.execute(statement, params).fetchall()


_PAGE = SQL(
    "SELECT notification_id, {service} || originator_id || ':' || originator_version, topic, state"
    " FROM {s}.events WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
)
_SOME = SQL(
    "SELECT notification_id, {service} || originator_id || ':' || originator_version, topic, state"
    " FROM {s}.events WHERE notification_id = ANY(%s) ORDER BY notification_id"
)


@contextmanager
def logs(conninfo: str) -> Iterator[Logs]:
    """Connect to read logs. conninfo: of a role that may read all of them."""
    with psycopg.connect(
        conninfo, autocommit=True, options="-c default_transaction_read_only=on -c jit=off"
    ) as connection:
        yield Logs(connection)
