"""A schema's tables created a second time beside it, and swapped in within one transaction.

The shadows have a schema of their own and are created by the same migrations as the tables that
they are to replace, so that only the schema's name differs. The progress of the work on them is
stored beside them, in the same transactions: after a process dies, the next one goes on with its
shadows if it is the same program; rows of two versions are never mixed.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, LiteralString

import psycopg
from psycopg import Connection, Cursor
from psycopg.errors import LockNotAvailable
from psycopg.rows import dict_row, tuple_row
from psycopg.sql import SQL, Composed, Identifier

from shared.messaging.inbox import CONSUME_LOCK
from shared.postgres.leases import got
from shared.postgres.migrations import Migration

_OTHERS_END_WITHIN = 10.0
_ITS_OWN: Final = "shadow_"
"""The prefix of the tables that are no shadows but describe them."""
_NAMED: Mapping[LiteralString, LiteralString] = {
    "VIEW": "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s)"
    " AND relkind = 'v' ORDER BY oid",
    "TABLE": "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s)"
    " AND relkind = 'r' ORDER BY oid",
    "ROUTINE": "SELECT proname FROM pg_proc WHERE pronamespace = to_regnamespace(%s) ORDER BY oid",
}
"""The kinds of shadows, in the order in which they can be dropped."""
_GRANTS = """
SELECT format('GRANT %%s%%s ON %%s TO %%s', g.privilege_type, given.columns, s.oid::regclass,
    CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END
    || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM pg_class l JOIN pg_class s USING (relname)
CROSS JOIN LATERAL (
    SELECT '' AS columns, l.relacl AS acl UNION ALL
    SELECT format(' (%%I)', a.attname), a.attacl FROM pg_attribute a
    WHERE a.attrelid = l.oid AND NOT a.attisdropped
) given CROSS JOIN LATERAL aclexplode(given.acl) g
WHERE l.relkind IN ('r', 'v')
    AND l.relnamespace = to_regnamespace(%s) AND s.relnamespace = to_regnamespace(%s)
"""
"""The grants on tables, views and columns, to be repeated on their shadows."""
_BULK_SETTINGS = (
    "SET synchronous_commit = off; SET jit = off; SET work_mem = '64MB';"
    " SET maintenance_work_mem = '256MB'; SET default_statistics_target = 20"
)
"""A crash loses shadows together with their progress; a fifth of the usual sample is enough."""
_SWAP_SETTINGS = "SET LOCAL lock_timeout = '10s'; SET LOCAL synchronous_commit = on"


def shadow_of(schema: str) -> str:
    """Return the name of the schema that holds a schema's shadows."""
    return f"{schema}_shadow"


def lease_of(schema: str) -> str:
    """Return the name (see ``leases.got``) held while working on a schema's shadows."""
    return f"shadow {schema}"


class AnotherAtWork(Exception):
    """Another process is working on the same shadows."""


class ReadersStay(Exception):
    """A transaction that reads the tables has not ended; nothing was replaced."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that differs between a table and its shadow.

    key: of the row, by column. kind: missing in the table, extra in it, or in it with other values;
    columns: those that differ.
    """

    table: str
    key: Mapping[str, str]
    kind: Literal["missing", "extra", "other"]
    columns: Sequence[str]


class Shadow:
    """The shadows of one schema's tables, over one connection of their owner."""

    def __init__(
        self,
        connection: Connection[Any],
        schema: str,
        role: str,
        steps: Sequence[Migration],
        program: str,
    ) -> None:
        """Use ``shadow``, which opens the connection and holds the lease."""
        self._connection = connection
        self.live, self.schema, self._role, self._steps = schema, shadow_of(schema), role, steps
        self._program = program

    # --- creating -----------------------------------------------------------------------------

    def create(self) -> bool:
        """Create the shadows unless they exist; return whether they are new.

        Shadows made by another program are dropped first. Indexes that enforce no constraint are
        left for ``index``: a table is filled faster without them.
        """
        with self._connection.transaction(), self._cursor() as cursor:
            if self._is_there(cursor):
                cursor.execute(self._sql("SELECT laid_by FROM {s}.shadow_progress"))
                if cursor.fetchall() == [(self._program,)]:
                    return False
                self._drop(cursor)
            cursor.execute(self._sql("CREATE SCHEMA {s}"))
            for step in self._steps:
                cursor.execute(
                    SQL(step.text).format(
                        schema=Identifier(self.schema), role=Identifier(self._role)
                    )
                )
            cursor.execute(
                self._sql("CREATE TABLE {s}.shadow_progress (laid_by text, progress bytea)")
            )
            cursor.execute(
                self._sql("INSERT INTO {s}.shadow_progress VALUES (%s, '')"), (self._program,)
            )
            self._set_indexes_aside(cursor)
        return True

    def drop(self) -> None:
        """Drop the shadows with their progress."""
        with self._connection.transaction(), self._cursor() as cursor:
            self._drop(cursor)

    def index(self) -> None:
        """Create the indexes that were left for later, and analyze the tables for the planner.

        Call it in the transaction of ``working``.
        """
        with self._cursor() as cursor:
            cursor.execute(self._sql("DELETE FROM {s}.shadow_indexes RETURNING definition"))
            for (definition,) in cursor.fetchall():
                cursor.execute(definition)
            for table in self._named(cursor, "TABLE"):
                cursor.execute(self._sql("ANALYZE {s}.{t}", t=table))

    # --- working ------------------------------------------------------------------------------

    def progress(self) -> bytes:
        """Return what ``keep`` stored last; empty for new shadows."""
        with self._cursor() as cursor:
            cursor.execute(self._sql("SELECT progress FROM {s}.shadow_progress"))
            return bytes(cursor.fetchall()[0][0])

    @contextmanager
    def working(self) -> Iterator[Cursor[Any]]:
        """Open one transaction over the shadows, with rows as dicts; end it with ``keep``."""
        with self._connection.transaction(), self._connection.cursor(row_factory=dict_row) as curs:
            yield curs

    def keep(self, cursor: Cursor[Any], progress: bytes) -> None:
        """Store the progress of the work, in the transaction that made it."""
        cursor.execute(self._sql("UPDATE {s}.shadow_progress SET progress = %s"), (progress,))

    @contextmanager
    def consumption_paused(self) -> Iterator[None]:
        """Keep the service from consuming or resolving messages meanwhile."""
        with self._cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_lock({CONSUME_LOCK})", (self.live,))
            try:
                yield
            finally:
                if not self._connection.closed:
                    cursor.execute(f"SELECT pg_advisory_unlock({CONSUME_LOCK})", (self.live,))

    # --- comparing and replacing --------------------------------------------------------------

    def replace(self, gate: str) -> None:
        """Replace the tables by the shadows in one transaction; the tables' grants are kept.

        gate: the table that readers of several of them lock before they take their snapshot, so
        that they see all of the old ones or all of the new. Raises ReadersStay after ten seconds.
        """
        try:
            with self._connection.transaction(), self._cursor() as cursor:
                cursor.execute(_SWAP_SETTINGS)
                live = Identifier(self.live)
                cursor.execute(SQL("LOCK TABLE {}.{}").format(live, Identifier(gate)))
                # A table that is being analyzed would wait for the grants, and these for it.
                for table in self._named(cursor, "TABLE"):
                    cursor.execute(self._sql("LOCK TABLE {s}.{t}", t=table))
                cursor.execute(_GRANTS, (self.live, self.schema))
                for (grant,) in cursor.fetchall():
                    cursor.execute(grant)
                named = [(kind, self._named(cursor, kind)) for kind in _NAMED]
                for kind, names in named:
                    if names:
                        listed = [SQL("{}.{}").format(live, Identifier(n)) for n in names]
                        cursor.execute(SQL(f"DROP {kind} {{}}").format(SQL(", ").join(listed)))
                for kind, names in named:
                    for name in names:
                        cursor.execute(
                            SQL(f"ALTER {kind} {{}}.{{}} SET SCHEMA {{}}").format(
                                Identifier(self.schema), Identifier(name), live
                            )
                        )
                cursor.execute(self._sql("DROP TABLE {s}.shadow_progress, {s}.shadow_indexes"))
                cursor.execute(self._sql("DROP SCHEMA {s}"))  # refused if anything was left behind
        except LockNotAvailable:
            raise ReadersStay from None

    def first_difference(self, seen: Callable[[], None]) -> "Difference | None":
        """Return the first row that differs between a table and its shadow; None if none does.

        seen: called once the snapshot of the comparison is taken; what changes after it does not
        count.
        """
        with self._connection.transaction(), self._cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            tables = self._named(cursor, "TABLE")
            seen()
            differing = (self._differing(cursor, table) for table in tables)
            return next((found for found in differing if found is not None), None)

    def _differing(self, cursor: Cursor[Any], table: str) -> "Difference | None":
        columns, key = self._columns_of(cursor, table)
        each = [
            SQL("s.{c} IS DISTINCT FROM l.{c}").format(c=Identifier(column)) for column in columns
        ]
        keys = [Identifier(column) for column in key]
        cursor.execute(
            SQL(
                "SELECT {shown}, s.{one} IS NULL, l.{one} IS NULL, {each} FROM {shadow}.{table} s"
                " FULL JOIN {live}.{table} l USING ({key}) WHERE {any} ORDER BY {key} LIMIT 1"
            ).format(
                shown=SQL(", ").join(SQL("{}::text").format(column) for column in keys),
                one=keys[0],
                each=SQL(", ").join(each),
                shadow=Identifier(self.schema),
                live=Identifier(self.live),
                table=Identifier(table),
                key=SQL(", ").join(keys),
                any=SQL(" OR ").join(each),
            )
        )
        row = cursor.fetchone()
        if row is None:
            return None
        names, (too_many, missing), flags = row[: len(key)], row[len(key) :][:2], row[-len(each) :]
        return Difference(
            table=table,
            key=dict(zip(key, names, strict=True)),
            kind="extra" if too_many else "missing" if missing else "other",
            columns=[c for c, differs in zip(columns, flags, strict=True) if differs],
        )

    # --- SQL ----------------------------------------------------------------------------------

    def _sql(self, text: Any, **names: str) -> Composed:
        given = {name: Identifier(value) for name, value in names.items()}
        return SQL(text).format(s=Identifier(self.schema), **given)

    def _cursor(self) -> Cursor[tuple[Any, ...]]:
        return self._connection.cursor(row_factory=tuple_row)

    def _is_there(self, cursor: Cursor[Any]) -> bool:
        row = cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", (self.schema,)).fetchone()
        return bool(row and row[0])

    def _drop(self, cursor: Cursor[Any]) -> None:
        cursor.execute(self._sql("DROP SCHEMA IF EXISTS {s} CASCADE"))

    def _named(self, cursor: Cursor[Any], kind: str) -> list[str]:
        """Return the names of all shadows of a kind, in an order in which they can be dropped."""
        cursor.execute(_NAMED[kind], (self.schema,))
        return [row[0] for row in cursor.fetchall() if not row[0].startswith(_ITS_OWN)]

    def _set_indexes_aside(self, cursor: Cursor[Any]) -> None:
        """Drop the indexes that belong to no constraint, and store their definitions."""
        cursor.execute(
            self._sql(
                "CREATE TABLE {s}.shadow_indexes AS SELECT i.indexrelid::regclass::text AS name,"
                " pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i"
                " JOIN pg_class c ON c.oid = i.indrelid WHERE NOT i.indisunique"
                " AND c.relnamespace = to_regnamespace(%s)"
            ),
            (self.schema,),
        )
        cursor.execute(self._sql("SELECT name FROM {s}.shadow_indexes"))
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {name}".encode())

    def _columns_of(self, cursor: Cursor[Any], table: str) -> tuple[list[str], list[str]]:
        """Return a table's columns, and those of its key."""
        cursor.execute(
            "SELECT a.attname, array_position(i.indkey::int2[], a.attnum) FROM pg_attribute a"
            " JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary"
            " WHERE a.attnum > 0 AND NOT a.attisdropped"
            " AND a.attrelid = format('%%I.%%I', %s::text, %s::text)::regclass ORDER BY a.attnum",
            (self.schema, table),
        )
        rows = cursor.fetchall()
        key = sorted((rank, name) for name, rank in rows if rank is not None)
        return [name for name, _ in rows], [name for _, name in key]


@contextmanager
def shadow(
    admin: str, schema: str, role: str, steps: Sequence[Migration], program: str
) -> Iterator[Shadow]:
    """Connect to work on the shadows of a schema.

    admin: a connection string of the tables' owner. role: of the service. steps: the migrations
    that create the tables to be replaced, and nothing else. program: identifies the program that
    fills the shadows, its steps included.

    Raises AnotherAtWork after ten seconds: the lease of a killed process ends sooner.
    """
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(_BULK_SETTINGS)
        until = time.monotonic() + _OTHERS_END_WITHIN
        while not got(connection, lease_of(schema)):
            if time.monotonic() > until:
                raise AnotherAtWork(schema)
            time.sleep(0.1)
        yield Shadow(connection, schema, role, steps, program)
