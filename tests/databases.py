"""Fixtures that lay a fresh database and open logs in it, each with its own schema and role.

``home`` gives a test every home in turn: such a database, and memory, which needs no server.
"""

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from typing_extensions import override

from shared.embedded.supervisor import PostgresAddress
from shared.eventstore.codec import Vocabulary
from shared.eventstore.log import Log
from shared.kernel.clock import Clock, now
from shared.kernel.ids import new_id
from shared.messaging.inbox import DatabaseInbox, Inbox
from shared.postgres.database import DatabaseAddress
from shared.postgres.migrations import Migration, Schema, migrate, migrations_of, prepare_server
from tests.homes import Home, Started
from tests.memory_home import MemoryHome
from tests.toy_service import TELLER, VOCABULARY
from tests.writers import write_many

LOG_STEPS = migrations_of("shared.eventstore", "log")


@dataclass
class ScratchDatabase(Home):
    """One fresh database."""

    server: PostgresAddress
    dbname: str

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

    @override
    def log(
        self,
        address: DatabaseAddress | None = None,
        service: str = TELLER,
        vocabulary: Vocabulary = VOCABULARY,
        clock: Clock = now,
    ) -> Log:
        """A log: in a new schema, or one more process's view of the schema at ``address``."""
        return self.keep(  # type: ignore[no-any-return]
            Log(service, address or self.address(service), vocabulary, clock)
        )

    @override
    def beside(self, log: Log, *, vocabulary: Vocabulary | None = None, clock: Clock = now) -> Log:
        return self.log(log.address, log.service, vocabulary or log.vocabulary, clock)

    @override
    def inbox_of(self, log: Log) -> Inbox:
        return DatabaseInbox(log)

    @property
    @override
    def locks(self) -> DatabaseAddress:
        server = self.server
        return DatabaseAddress(
            server.host, server.port, server.user, server.password, "public", self.dbname
        )

    @override
    def transactions(self, log: Log) -> int:
        rows = self.query("SELECT count(DISTINCT xmin::text) FROM {s}.events", of=log)
        return int(rows[0][0])

    @override
    def takes_its_time(self, log: Log) -> None:
        del log  # it has a disk

    @override
    def positions(self, curs: Any) -> list[int]:
        return [row["notification_id"] for row in curs.fetchall()]

    @override
    def set_head(self, log: Log, position: int) -> None:
        self.query("UPDATE {s}.head SET position = %s", position, of=log)

    @override
    def somebody_waits(self, log: Log) -> bool:
        return bool(self.query("SELECT 1 FROM pg_locks WHERE NOT granted"))

    @override
    def start_writers(self, log: Log, writers: int, count: int) -> list[Started]:
        spawn = multiprocessing.get_context("spawn")
        started: list[Started] = []
        for n in range(writers):
            process = spawn.Process(
                target=write_many, args=(log.address, f"writer {n}", count, 5 + n)
            )
            process.start()
            started.append(process)
        return started

    @override
    def restored(self, log: Log, position: int) -> Log:
        query = self.query
        query("ALTER TABLE {s}.events DISABLE TRIGGER events_append_only", of=log)
        query("DELETE FROM {s}.events WHERE notification_id > %s", position, of=log)
        query("ALTER TABLE {s}.events ENABLE TRIGGER events_append_only", of=log)
        self.set_head(log, position)
        query(
            "UPDATE {s}.tracking SET notification_id = least(notification_id, %s)",
            position,
            of=log,
        )
        return self.beside(log)

    def query(self, text: str, *params: object, of: Log | None = None) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser; its rows. ``{s}``: the schema of the log ``of``."""
        schema = Identifier(of.address.schema if of else "public")
        with psycopg.connect(self.admin, autocommit=True) as conn:
            curs = conn.execute(SQL(text).format(s=schema), params)
            return curs.fetchall() if curs.description else []


@pytest.fixture(scope="module")
def database_name(postgres_server: PostgresAddress) -> Iterator[str]:
    """The name of a fresh database, one for each module of tests."""
    name = f"promises_{new_id().hex[:8]}"
    prepare_server(postgres_server.conninfo(), name)
    yield name
    with psycopg.connect(postgres_server.conninfo(), autocommit=True) as conn:
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def database(postgres_server: PostgresAddress, database_name: str) -> Iterator[ScratchDatabase]:
    """A fresh database to open logs in."""
    opened = ScratchDatabase(postgres_server, database_name)
    yield opened
    opened.close()


@pytest.fixture(params=[pytest.param("postgres", marks=pytest.mark.integration), "memory"])
def home(request: pytest.FixtureRequest) -> Iterator[Home]:
    """Every home of logs in turn: PostgreSQL and memory."""
    if request.param == "postgres":
        yield request.getfixturevalue("database")
        return
    opened = MemoryHome()
    yield opened
    opened.close()
