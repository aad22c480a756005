"""Reads the raw tables with SQL, as the superuser: each service's own, and reporting's rows."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from tests.faults.checker.projections import KEYS
from tests.faults.checker.rows import Fact, Parked, Service

_FACTS = SQL(
    "SELECT notification_id, originator_id::text, originator_version, topic, state, {committed}"
    " FROM {s}.events ORDER BY notification_id"
)
_PARKED = SQL(
    "SELECT id::text, n, source, partition, bus_offset, position, key, value, reason,"
    " resolved_at IS NOT NULL FROM {s}.parked ORDER BY n"
)


class Away(Exception):
    """The database does not answer, or has not got the tables. Never quotes the way in."""


def services(conninfo: str, names: Sequence[str]) -> dict[str, Service]:
    """Each service's own tables, all as of one moment. Raises Away."""
    with _connected(conninfo) as conn:
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return {name: _service(conn, name) for name in names}


def reports(conninfo: str) -> dict[str, list[Mapping[str, Any]]]:
    """Reporting's rows by table, ids as text, payloads as JSON. Raises Away."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    with _connected(conninfo) as conn:
        committed = _committed(conn)
        for table in KEYS:
            rows = conn.cursor(row_factory=dict_row).execute(
                SQL("SELECT *, {c} AS committed FROM reporting.{t}").format(
                    c=committed, t=Identifier(table)
                )
            )
            found[table] = [_plain(row) for row in rows]
    return found


@contextmanager
def _connected(conninfo: str) -> Iterator[psycopg.Connection[Any]]:
    try:
        with psycopg.connect(conninfo, connect_timeout=10) as conn:
            yield conn
    except (psycopg.OperationalError, psycopg.ProgrammingError) as error:
        raise Away(type(error).__name__) from error


def _service(conn: psycopg.Connection[Any], name: str) -> Service:
    schema = Identifier(name)

    def rows(statement: SQL, **parts: Any) -> list[tuple[Any, ...]]:
        return conn.execute(statement.format(s=schema, **parts)).fetchall()

    committed = _committed(conn)
    head = rows(SQL("SELECT position FROM {s}.head"))
    commands = rows(SQL("SELECT id::text, receipt FROM {s}.commands"))
    positions = rows(SQL("SELECT application_name, notification_id, bus_offset FROM {s}.tracking"))
    return Service(
        name,
        facts=[_fact(name, row) for row in rows(_FACTS, committed=committed)],
        head=head[0][0],
        commands={identity: json.loads(receipt) for identity, receipt in commands},
        positions={reader: (position, offset) for reader, position, offset in positions},
        parked=[Parked(*row) for row in rows(_PARKED)],
        documents=_documents(conn, name),
    )


def _documents(conn: psycopg.Connection[Any], name: str) -> frozenset[str]:
    """The documents whose bytes a service has; none where it keeps none."""
    table = f"{name}.documents"
    if conn.execute("SELECT to_regclass(%s) IS NULL", (table,)).fetchone() == (True,):
        return frozenset()
    found = conn.execute(
        SQL("SELECT document_id::text FROM {s}.documents").format(s=Identifier(name))
    )
    return frozenset(row[0] for row in found)


def _fact(service: str, row: tuple[Any, ...]) -> Fact:
    position, stream, version, name, state, committed = row
    stored = json.loads(state)
    return Fact(
        service,
        position,
        stream,
        version,
        name,
        stored["institution"],
        stored["role"],
        stored["subject"],
        stored["happened_at"],
        stored["recorded_at"],
        stored["correlation"],
        stored["causation"],
        stored["fact"],
        committed,
        stored.get("imported"),
    )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Ids as text, bytes as the JSON that they are."""
    kept = {name: str(value) if name in _IDS and value else value for name, value in row.items()}
    return {**kept, "data": json.loads(kept["data"])} if "data" in kept else kept


_IDS = frozenset({"case_id", "referral_id", "replaces"})


def _committed(conn: psycopg.Connection[Any]) -> SQL:
    """What selects when a row's transaction was committed, where the database keeps that."""
    kept = conn.execute("SHOW track_commit_timestamp").fetchone() == ("on",)
    return SQL("pg_xact_commit_timestamp(xmin)" if kept else "NULL::timestamptz")
