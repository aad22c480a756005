"""The library's PostgreSQL recorder with our order: positions without gaps, in commit order.

The library either locks the whole table to keep order, or does not keep it. Here the statement that
inserts a batch also counts up a head row: writers queue on that row and on nothing else, the
positions of a batch that is rolled back are given to the next, and no fact ever appears behind a
reader of ``position > last`` (decision 5; measured in docs/adr).
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, LiteralString
from uuid import UUID

from eventsourcing.persistence import PersistenceError, StoredEvent, Tracking
from eventsourcing.postgres import PostgresFactory, PostgresProcessRecorder
from eventsourcing.utils import Environment
from psycopg import Connection, Cursor
from psycopg.errors import IntegrityConstraintViolation, UniqueViolation
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import SQL, Identifier
from typing_extensions import override

from shared.eventstore.port import Accepted, RaceLost, Row, Superseded
from shared.postgres.database import NOTICES_A_DEAD_PEER, OUTAGES, DatabaseAddress

_CONNECTED_WITHIN = "2"
"""Seconds to wait for a connection of the pool.

A request hears after about two seconds that the database is away; after four if it came behind a
batch that was itself waiting.
"""
_GUARDED = "-c lock_timeout=2s -c statement_timeout=5s"
_APPEND: LiteralString = (
    "WITH head AS (UPDATE {s}.head SET position = position + %s RETURNING position - %s AS base),"
    " answered AS (INSERT INTO {s}.commands (id, fingerprint, receipt)"
    "  SELECT * FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[])){required}"
    " INSERT INTO {s}.events (notification_id, originator_id, originator_version, topic, state)"
    " SELECT head.base + e.n, e.stream, e.version, e.name, e.state FROM head, {from_required}"
    " unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])"
    " WITH ORDINALITY AS e(stream, version, name, state, n) RETURNING notification_id"
)
_REQUIRED: LiteralString = (
    ", required AS (SELECT {s}.require_versions(%b::uuid[], %b::bigint[]) FROM head)"
)


class GapFreeRecorder(PostgresProcessRecorder):
    """Appends a batch of facts, with the commands they answer, in one statement."""

    def __init__(self, datastore: Any, **names: Any) -> None:
        """Prepare the statements for the datastore's schema.

        The tables come from migrations, never from here.
        """
        super().__init__(
            datastore, **{**names, "events_table_name": "events", "tracking_table_name": "tracking"}
        )
        schema = Identifier(datastore.schema)
        append, required = SQL(_APPEND), SQL(_REQUIRED).format(s=schema)
        plain = append.format(s=schema, required=SQL(""), from_required=SQL(""))
        leaning = append.format(s=schema, required=required, from_required=SQL("required,"))
        self._append, self._append_leaning = plain.as_bytes(), leaning.as_bytes()
        self._answer_only = (
            SQL(
                "INSERT INTO {s}.commands (id, fingerprint, receipt)"
                " SELECT * FROM unnest(%b::uuid[], %b::bytea[], %b::bytea[])"
            )
            .format(s=schema)
            .as_bytes()
        )
        self._newer = (
            SQL(
                "SELECT e.notification_id, e.originator_id, e.originator_version, e.topic, e.state"
                " FROM unnest(%b::uuid[], %b::bigint[]) AS k(stream, known)"
                " JOIN {s}.events e"
                " ON e.originator_id = k.stream AND e.originator_version > k.known"
                " ORDER BY e.originator_id, e.originator_version"
            )
            .format(s=schema)
            .as_bytes()
        )
        self._existing = (
            SQL(
                "SELECT k.stream FROM unnest(%b::uuid[]) AS k(stream)"
                " WHERE EXISTS (SELECT FROM {s}.events e WHERE e.originator_id = k.stream)"
            )
            .format(s=schema)
            .as_bytes()
        )
        self._stream = (
            SQL(
                "SELECT topic, state FROM {s}.events"
                " WHERE originator_id = %b AND originator_version > %b ORDER BY originator_version"
            )
            .format(s=schema)
            .as_bytes()
        )
        self._page = (
            SQL(
                "SELECT notification_id, originator_id, originator_version, topic, state "
                "FROM {s}.events"
                " WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
            )
            .format(s=schema)
            .as_bytes()
        )
        self._head = SQL("SELECT position FROM {s}.head").format(s=schema).as_bytes()
        self._commands = (
            SQL("SELECT id, fingerprint, receipt FROM {s}.commands WHERE id = ANY(%b::uuid[])")
            .format(s=schema)
            .as_bytes()
        )

    @contextmanager
    def connection(self) -> Iterator[Connection[DictRow]]:
        """Lend a connection of the pool, in autocommit mode. Raises psycopg's own errors.

        If one is broken, all may be, as after a restart of the database. The whole pool is checked
        then, so that the next callers do not each find a broken one.
        """
        pool = self.datastore.pool
        try:
            with pool.connection() as conn:
                yield conn
        except OUTAGES:
            pool.check()
            raise

    @contextmanager
    def cursor(self) -> Iterator[Cursor[tuple[Any, ...]]]:
        """Open a cursor for one statement, at less cost than ``connection``."""
        pool = self.datastore.pool
        try:
            conn = pool.getconn()
            try:  # in autocommit mode there is nothing to commit on the way out
                with conn.cursor(binary=True, row_factory=tuple_row) as curs:
                    yield curs
            finally:
                pool.putconn(conn)
        except OUTAGES:
            pool.check()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Cursor[DictRow]]:
        """Open a cursor whose statements are stored together or not at all."""
        with self.connection() as conn, conn.transaction(), conn.cursor() as curs:
            yield curs

    def append(
        self,
        curs: Cursor[Any],
        events: Sequence[StoredEvent],
        commands: Sequence[Accepted] = (),
        leans: Collection[tuple[UUID, int]] = (),
    ) -> None:
        """Append the facts and answers in one statement, whose rows are the facts' positions.

        leans: streams that the facts lean on, each at a version that MUST be its last when they are
        appended. Raises RaceLost or Superseded; then nothing was appended.
        """
        try:
            self._insert(curs, events, commands, leans)
        except UniqueViolation as error:
            raise RaceLost(str(error)) from error
        except IntegrityConstraintViolation as error:
            raise Superseded(str(error)) from error

    def _insert(
        self,
        curs: Cursor[Any],
        events: Sequence[StoredEvent],
        commands: Sequence[Accepted],
        leans: Collection[tuple[UUID, int]],
    ) -> None:
        answers = (
            [c.id for c in commands],
            [c.fingerprint for c in commands],
            [c.receipt for c in commands],
        )
        if not events:
            if commands:
                curs.execute(self._answer_only, answers, prepare=True)
            return
        n = len(events)
        facts = (
            [e.originator_id for e in events],
            [e.originator_version for e in events],
            [e.topic for e in events],
            [e.state for e in events],
        )
        if leans:
            required = ([stream for stream, _ in leans], [version for _, version in leans])
            curs.execute(self._append_leaning, (n, n, *answers, *required, *facts), prepare=True)
        else:
            curs.execute(self._append, (n, n, *answers, *facts), prepare=True)

    @override
    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Append as the library does, with its errors and its tracking, but in our order.

        It does not retry. The library tries again after a cut connection, which turns "stored, but
        the answer was lost" into an IntegrityError. Here the caller repeats the command with its
        key (decision 10).
        """
        tracking: Tracking | None = kwargs.get("tracking")
        with self.datastore.transaction(commit=True) as curs:
            if tracking is not None:
                self._insert_tracking(curs, tracking)
            self.append(curs, stored_events)
            return [row["notification_id"] for row in curs.fetchall()] if stored_events else []

    def select_newer(self, known: Sequence[tuple[UUID, int]]) -> list[Row]:
        """Return all facts of these streams after the known versions, in one query."""
        with self.cursor() as curs:
            curs.execute(self._newer, ([k[0] for k in known], [k[1] for k in known]), prepare=True)
            return curs.fetchall()

    def select_existing(self, streams: Sequence[UUID]) -> set[UUID]:
        """Return those of these streams that have any fact, in one query that reads none."""
        with self.cursor() as curs:
            curs.execute(self._existing, (list(streams),), prepare=True)
            return {row[0] for row in curs.fetchall()}

    def select_stream(self, stream: UUID, known: int) -> list[tuple[str, bytes]]:
        """Return the facts of a stream after a version, in order: stored names and bytes."""
        with self.cursor() as curs:
            curs.execute(self._stream, (stream, known), prepare=True)
            return curs.fetchall()

    def select_page(self, after: int, limit: int) -> list[Row]:
        """Return the facts after a position in the whole log, in commit order."""
        with self.cursor() as curs:
            curs.execute(self._page, (after, limit), prepare=True)
            return curs.fetchall()

    def select_commands(self, ids: Sequence[UUID]) -> dict[UUID, Accepted]:
        """Return those of these commands that were carried out before, by id."""
        with self.cursor() as curs:
            curs.execute(self._commands, (list(ids),), prepare=True)
            return {row[0]: Accepted(*row) for row in curs.fetchall()}

    def head(self) -> int:
        """Return the position of the last fact, 0 for an empty log."""
        with self.cursor() as curs:
            row = curs.execute(self._head, prepare=True).fetchone()
            return int(row[0]) if row else 0

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()


def guarded_recorder_at(address: DatabaseAddress) -> GapFreeRecorder:
    """Create a recorder for who asks and what they were shown: it waits for no lock for long.

    Every request stands behind these statements, and each of them is short: rather than hang, a
    request hears that they cannot be carried out.
    """
    return recorder_at(replace(address, pool=1), _GUARDED)


def recorder_at(address: DatabaseAddress, options: str = "") -> GapFreeRecorder:
    """Create our recorder for a schema, through the library's own factory and hook.

    options: of its connections, as libpq takes them. Raises one of ``OUTAGES`` if the database is
    away.
    """
    environment = Environment(
        address.schema,
        {
            "POSTGRES_DBNAME": address.dbname,
            "POSTGRES_HOST": address.host,
            "POSTGRES_PORT": str(address.port),
            "POSTGRES_USER": address.user,
            "POSTGRES_PASSWORD": address.password,
            "POSTGRES_SCHEMA": address.schema,
            "POSTGRES_POOL_SIZE": str(address.pool),
            "POSTGRES_MAX_OVERFLOW": "12",
            "POSTGRES_CONNECT_TIMEOUT": _CONNECTED_WITHIN,
            "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "30",
            "CREATE_TABLE": "no",
            "PROCESS_RECORDER_TOPIC": f"{__name__}:{GapFreeRecorder.__name__}",
        },
    )
    factory = PostgresFactory(environment)
    if isinstance(factory.datastore.pool.kwargs, dict):
        factory.datastore.pool.kwargs |= NOTICES_A_DEAD_PEER | address.encryption.words()
        factory.datastore.pool.kwargs |= {"options": options} if options else {}
    factory.datastore.pool.open()
    try:
        recorder = factory.process_recorder()
    except PersistenceError as error:  # it asks the database which types there are
        factory.datastore.close()
        raise error.__cause__ or error from None
    if not isinstance(recorder, GapFreeRecorder):
        raise TypeError(type(recorder).__name__)
    return recorder
