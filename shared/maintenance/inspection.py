"""Inspection of an installation's database from outside, without changing it.

It answers what the doctor checks: does it exist, is it complete, is a reader behind.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from shared.kernel.ids import fact_id
from shared.kernel.record import mark_of
from shared.kernel.text import Text, UserError
from shared.maintenance.shadow_tables import shadow_of
from shared.messaging.inbox import PARTITIONS, POSITIONS, ReaderPosition, positions_of
from shared.messaging.parked_message import NOT_AUTHENTIC, NOT_PROJECTABLE
from shared.postgres.database import OUTAGES
from shared.postgres.encryption import NOT_TRUSTED, refused_by_tls
from shared.postgres.migrations import Migration, check

PATIENCE = 5
"""Seconds to wait for a connection."""


class DatabaseAway(UserError):
    """The database is unreachable or refused the login.

    The text says which one; never a password.
    """

    def __init__(self, where: str, error: BaseException) -> None:
        """Name the server. where: host and port. error: why it could not be reached."""
        super().__init__(
            NOT_TRUSTED
            if refused_by_tls(error)
            else Text(
                f"La base de datos no responde en {where}. Revise que corra y sus ajustes.",
                f"The database does not answer at {where}. See that it runs, and its settings.",
            )
        )


@dataclass(frozen=True, slots=True)
class Positions:
    """Three numbers that must be equal: the count of facts, the last position, the stored head."""

    count: int
    last: int
    head: int

    @property
    def contiguous(self) -> bool:
        """Whether no position is missing: positions start at 1 and are unique."""
        return self.count == self.last == self.head


@dataclass(frozen=True, slots=True)
class Waiting:
    """A fact that a reader has not consumed yet. key: what it is about, such as the case."""

    position: int
    key: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Parked:
    """How many parked messages a service has, and since when the oldest waits.

    failed: on how many of them the program raised. forged: of how many the seal does not hold.
    lines: the cases (or institutions) that wait, and the messages of none: too many stop the
    reader.
    """

    count: int
    since: datetime | None
    failed: int
    forged: int
    lines: int


@dataclass(frozen=True, slots=True)
class Timers:
    """What timers a service has. since: when the one was due that is overdue for longest, if any.

    waiting: how many are set. overdue: how many of them are due. failing: how many failed when they
    were tried last.
    """

    waiting: int
    overdue: int
    since: datetime | None
    failing: int


class Inspection:
    """One database, inspected over one connection that cannot write."""

    def __init__(self, connection: Connection[Any]) -> None:
        """Use ``looking``, which opens the connection."""
        self._connection = connection

    @property
    def database(self) -> str:
        return self._connection.info.dbname

    def clock(self) -> datetime:
        """Return the server's time."""
        return self._one("SELECT clock_timestamp()")[0]  # type: ignore[no-any-return]

    def version(self) -> str:
        return str(self._one("SHOW server_version")[0]).split()[0]

    def check_schema(self, schema: str, migrations: Sequence[Migration]) -> None:
        """Raise SchemaNotKnown unless the schema is exactly at these steps."""
        check(self._connection, schema, migrations)

    def positions(self, schema: str) -> Positions:
        """Return the three numbers of a service's log, from one snapshot."""
        return Positions(
            *self._one(
                "SELECT (SELECT count(*) FROM {s}.events),"
                " (SELECT coalesce(max(notification_id), 0) FROM {s}.events),"
                " (SELECT position FROM {s}.head)",
                schema,
            )
        )

    def rights_to_change(self, schema: str, roles: Collection[str]) -> list[tuple[str, str, str]]:
        """Return the rights of these roles to change the log, which none may have.

        Each is a role, a right and a table.
        """
        rows = self._all(
            "SELECT r.rolname::text, p.name, t.name FROM pg_roles r,"
            " unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) p(name),"
            " unnest(ARRAY['events', 'commands']) t(name)"
            " WHERE r.rolname = ANY(%s) AND (has_table_privilege(r.oid, format('%%I.%%I', %s::text,"
            " t.name), p.name) OR p.name = 'UPDATE' AND has_any_column_privilege(r.oid,"
            " format('%%I.%%I', %s::text, t.name), 'UPDATE')) ORDER BY 1, 2, 3",
            None,
            (list(roles), schema, schema),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def guards_missing(self, schema: str) -> list[str]:
        """Return the tables of the log whose trigger against changes is missing or disabled."""
        rows = self._all(
            "SELECT t.name FROM unnest(ARRAY['events', 'commands']) t(name) WHERE NOT EXISTS"
            " (SELECT FROM pg_trigger g WHERE g.tgrelid = format('%%I.%%I', %s::text,"
            " t.name)::regclass AND g.tgname = t.name || '_append_only'"
            " AND g.tgenabled IN ('O', 'A'))",
            None,
            (schema,),
        )
        return [row[0] for row in rows]

    def reader_positions(self, schema: str) -> list[ReaderPosition]:
        """Return the positions of a service's readers: of its sources, and of its relay."""
        return positions_of(self._all(POSITIONS, schema))

    def partitions(self, schema: str) -> int | None:
        """Return the number of partitions that a service stored at its first start; else None."""
        return next((row[0] for row in self._all(PARTITIONS, schema)), None)

    def proof(self, schema: str) -> bytes | None:
        """Return what tells the secret that this log was begun with; None: with none yet."""
        rows = self._all("SELECT proof FROM {s}.secret", schema)
        return next((bytes(row[0]) for row in rows), None)

    def mark_at(self, service: str, position: int) -> str | None:
        """Return the mark of the fact at this position of a service's log, or None."""
        rows = self._all(
            "SELECT originator_id, originator_version, (convert_from(state, 'UTF8')::jsonb"
            "->>'recorded_at')::timestamptz FROM {s}.events WHERE notification_id = %s",
            service,
            (position,),
        )
        return next((mark_of(fact_id(service, row[0], row[1]), row[2]) for row in rows), None)

    def waiting(
        self, schema: str, after: int, names: Collection[str], most: int = 10_000
    ) -> list[Waiting]:
        """Return the facts with these stored names after a position, in order, at most ``most``."""
        rows = self._all(
            "SELECT notification_id, j->>'correlation', (j->>'recorded_at')::timestamptz FROM"
            " (SELECT notification_id, convert_from(state, 'UTF8')::jsonb AS j FROM {s}.events"
            "  WHERE notification_id > %s AND topic = ANY(%s)"
            "  ORDER BY notification_id LIMIT %s) facts ORDER BY notification_id",
            schema,
            (after, list(names), most),
        )
        return [Waiting(*row) for row in rows]

    def parked(self, schema: str) -> Parked:
        """Count the parked messages that are not resolved."""
        return Parked(
            *self._one(
                "SELECT count(*), min(parked_at), count(*) FILTER (WHERE reason = %s),"
                " count(*) FILTER (WHERE reason = %s),"
                " count(DISTINCT CASE key WHEN '' THEN id::text ELSE key END)"
                " FROM {s}.parked WHERE resolved_at IS NULL",
                schema,
                (NOT_PROJECTABLE, NOT_AUTHENTIC),
            )
        )

    def timers(self, schema: str, moment: datetime) -> Timers:
        """Count the timers of a service that has any. moment: now."""
        return Timers(
            *self._one(
                "SELECT count(*), count(*) FILTER (WHERE due_at <= %s),"
                " min(due_at) FILTER (WHERE due_at <= %s), count(failed) FROM {s}.timers",
                schema,
                (moment, moment),
            )
        )

    def erased_but_there(self, schema: str) -> list[UUID]:
        """Return the documents that the log says are erased and whose bytes are there."""
        rows = self._all(
            "SELECT d.document_id FROM {s}.events e JOIN {s}.documents d ON d.document_id ="
            " (convert_from(e.state, 'UTF8')::jsonb->'fact'->>'document_id')::uuid"
            " WHERE e.topic = 'document-erased' ORDER BY 1",
            schema,
        )
        return [row[0] for row in rows]

    def held_but_gone(self, schema: str) -> list[UUID]:
        """Return the documents that the log has and whose bytes are not there."""
        rows = self._all(
            "SELECT a.id FROM (SELECT originator_id, (convert_from(state, 'UTF8')::jsonb->'fact'"
            "->>'document_id')::uuid AS id FROM {s}.events WHERE topic = 'document-added') a"
            " WHERE NOT EXISTS (SELECT FROM {s}.documents d WHERE d.document_id = a.id)"
            " AND NOT EXISTS (SELECT FROM {s}.events e WHERE e.originator_id = a.originator_id"
            " AND e.topic = 'document-erased') ORDER BY 1",
            schema,
        )
        return [row[0] for row in rows]

    def has_shadows(self, schema: str) -> bool:
        """Whether shadow tables exist for the tables of this schema."""
        return bool(self._all("SELECT to_regnamespace(%s)", None, (shadow_of(schema),))[0][0])

    def held(self, leases: Collection[str]) -> set[str]:
        """Return which of these leases (see ``leases.got``) a process holds at this moment."""
        rows = self._all(
            "SELECT n FROM unnest(%s::text[]) n WHERE EXISTS (SELECT FROM pg_locks l"
            " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
            " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND ((l.classid::bigint << 32) | l.objid::bigint)"
            " = hashtextextended('lease ' || n, 0))",
            None,
            (list(leases),),
        )
        return {row[0] for row in rows}

    def _all(
        self, query: LiteralString, schema: str | None = None, params: Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        statement = SQL(query) if schema is None else SQL(query).format(s=Identifier(schema))
        return self._connection.execute(statement, params or None).fetchall()

    def _one(
        self, query: LiteralString, schema: str | None = None, params: Sequence[Any] = ()
    ) -> tuple[Any, ...]:
        return self._all(query, schema, params)[0]


@contextmanager
def looking(conninfo: str) -> Iterator[Inspection]:
    """Connect to inspect. Raises DatabaseAway if nothing answers or the login is refused."""
    try:
        connection = psycopg.connect(
            conninfo,
            autocommit=True,
            connect_timeout=PATIENCE,
            options="-c default_transaction_read_only=on",
        )
    except OUTAGES as error:
        raise DatabaseAway(host_and_port(conninfo), error) from None
    with connection:
        yield Inspection(connection)


def host_and_port(conninfo: str) -> str:
    """Return the host and port of a connection string: all of it that may be shown."""
    given = conninfo_to_dict(conninfo)
    return f"{given.get('host') or 'localhost'}:{given.get('port') or 5432}"


def in_database(conninfo: str, dbname: str) -> str:
    return make_conninfo(conninfo, dbname=dbname)


def maintenance(conninfo: str, dbname: str) -> str:
    """Return the connection string for a database that exists before ``dbname`` is created."""
    named = conninfo_to_dict(conninfo).get("dbname")
    return conninfo if named not in {None, dbname} else in_database(conninfo, "postgres")
