"""Fixtures that lay a fresh database and open logs in it, each with its own schema and role."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from shared.embedded.supervisor import PostgresAddress
from shared.eventstore.codec import Vocabulary
from shared.eventstore.log import Log
from shared.kernel.clock import Clock, now
from shared.kernel.ids import new_id
from shared.messaging.inbox import Inbox
from shared.postgres.database import DatabaseAddress
from shared.postgres.migrations import Migration, Schema, migrate, migrations_of, prepare_server
from tests.toy_service import HEARER, TELLER, VOCABULARY

LOG_STEPS = migrations_of("shared.eventstore", "log")


@dataclass
class ScratchDatabase:
    """One fresh database. Whatever is opened through it is closed at the end, newest first."""

    server: PostgresAddress
    dbname: str
    _open: list[Any] = field(default_factory=list)

    @property
    def admin(self) -> str:
        """The superuser's way in."""
        return self.server.conninfo(dbname=self.dbname)

    def address(
        self, name: str | None = None, steps: list[Migration] | None = None
    ) -> DatabaseAddress:
        """A new schema with a log in it, and its role's way in."""
        schema = f"{name or 'log'}_{new_id().hex[:8]}"
        role = f"{self.dbname}_{schema}"
        wanted = LOG_STEPS if steps is None else steps
        migrate(self.admin, [Schema(schema, role, "secret", wanted)])
        return DatabaseAddress(
            self.server.host, self.server.port, role, "secret", schema, self.dbname
        )

    def log(
        self,
        address: DatabaseAddress | None = None,
        service: str = TELLER,
        vocabulary: Vocabulary = VOCABULARY,
        clock: Clock = now,
    ) -> Log:
        """A log: in a new schema, or one more process's view of the schema at ``address``."""
        log = Log(service, address or self.address(service), vocabulary, clock)
        self._open.append(log)
        return log

    def inbox(self, address: DatabaseAddress | None = None) -> Inbox:
        """A reader's side of a log."""
        return Inbox(self.log(address, HEARER))

    def keep(self, thing: Any) -> Any:
        """Have ``thing.stop()`` or ``thing.close()`` called at the end."""
        self._open.append(thing)
        return thing

    def query(self, text: str, *params: object, of: Log | None = None) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser; its rows. ``{s}``: the schema of the log ``of``."""
        schema = Identifier(of.address.schema if of else "public")
        with psycopg.connect(self.admin, autocommit=True) as conn:
            curs = conn.execute(SQL(text).format(s=schema), params)
            return curs.fetchall() if curs.description else []

    def close(self) -> None:
        for thing in self._open:  # all of them at once, since each finishes what it is at
            if hasattr(thing, "_stop"):
                thing._stop.set()
        while self._open:
            thing = self._open.pop()
            (thing.stop if hasattr(thing, "stop") else thing.close)()


@pytest.fixture(scope="module")
def database(postgres_server: PostgresAddress) -> Iterator[str]:
    """The name of a fresh database, one for each module of tests."""
    name = f"promises_{new_id().hex[:8]}"
    prepare_server(postgres_server.conninfo(), name)
    yield name
    with psycopg.connect(postgres_server.conninfo(), autocommit=True) as conn:
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def house(postgres_server: PostgresAddress, database: str) -> Iterator[ScratchDatabase]:
    """A place to open logs in."""
    opened = ScratchDatabase(postgres_server, database)
    yield opened
    opened.close()
