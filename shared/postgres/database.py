"""Where a service's schema is, and how to get a connection to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment
from psycopg import Connection

from shared.eventstore.recorder import GapFreeRecorder

OUTAGES = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
"""What is raised while the database is away: back off and try again.

A command in doubt is asked again.
"""


_NOTICES_A_DEAD_PEER: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""Over TCP: a database that went silent is an outage after ten seconds, not after two hours."""
_HEARS_OF_A_DEAD_CLIENT = " ".join(
    f"-c tcp_keepalives_{name}={_NOTICES_A_DEAD_PEER[f'keepalives_{name}']}"
    for name in ("idle", "interval", "count")
)
"""The same from the other end: a machine that vanished lets its locks go as soon."""
_CONNECTED_WITHIN = "2"
"""Seconds that whoever asks waits for a connection of the pool: after about two a request hears
that the database is away; or after four, where it came behind a batch that was waiting itself.
"""


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """One role's way into one schema. host: a socket folder or a host name."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    schema: str
    dbname: str = "canaliza"
    pool: int = 1

    def recorder(self) -> GapFreeRecorder:
        """Our recorder for this schema, made by the library's own factory and hook."""
        environment = Environment(
            self.schema,
            {
                "POSTGRES_DBNAME": self.dbname,
                "POSTGRES_HOST": self.host,
                "POSTGRES_PORT": str(self.port),
                "POSTGRES_USER": self.user,
                "POSTGRES_PASSWORD": self.password,
                "POSTGRES_SCHEMA": self.schema,
                "POSTGRES_POOL_SIZE": str(self.pool),
                "POSTGRES_MAX_OVERFLOW": "12",
                "POSTGRES_CONNECT_TIMEOUT": _CONNECTED_WITHIN,
                "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "30",
                "CREATE_TABLE": "no",
                "PROCESS_RECORDER_TOPIC": "shared.eventstore.recorder:GapFreeRecorder",
            },
        )
        factory = PostgresFactory(environment)
        if isinstance(factory.datastore.pool.kwargs, dict):
            factory.datastore.pool.kwargs |= _NOTICES_A_DEAD_PEER
        factory.datastore.pool.open()
        recorder = factory.process_recorder()
        if not isinstance(recorder, GapFreeRecorder):
            raise TypeError(type(recorder).__name__)
        return recorder

    def conninfo(self) -> str:
        """The libpq connection string, password included: never log it."""
        return psycopg.conninfo.make_conninfo(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=self.dbname,
        )

    @contextmanager
    def connection(self) -> Iterator[Connection[Any]]:
        """A connection outside the pool, in autocommit mode, for locks as long as it lasts."""
        with psycopg.connect(
            self.conninfo(),
            autocommit=True,
            connect_timeout=5,
            options=_HEARS_OF_A_DEAD_CLIENT,
            **_NOTICES_A_DEAD_PEER,
        ) as conn:
            yield conn
