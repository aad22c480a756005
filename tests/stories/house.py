"""The four real services in this process, on a database of their own, over either bus."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from services.root.installation import ALL, schemas
from shared.embedded.supervisor import PostgresAddress
from shared.eventstore.migrations import migrate, prepare_server
from shared.eventstore.tokens import SCHEMA, TokenOffice
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.messaging.log_bus import LogBus
from shared.messaging.topics import ensure
from shared.settings import Settings
from shared.web.on_kafka import on_kafka
from shared.web.service import Service


@dataclass
class House:
    """The running services, their HTTP side, and the operator's tokens."""

    services: dict[str, Service]
    client: TestClient
    tokens: TokenOffice

    def as_(self, institution: str, *roles: str) -> "Caller":
        """An institution's own way in."""
        until = now() + timedelta(hours=1)
        _, secret = self.tokens.create(institution, roles or ("caseworker",), until)
        return Caller(self.client, {"Authorization": f"Bearer {secret}"})


@dataclass
class Caller:
    """One institution's token."""

    client: TestClient
    headers: dict[str, str]

    def post(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
        """Send a command under a fresh key, or under ``key``."""
        headers = {**self.headers, "Idempotency-Key": key or str(new_id())}
        return self.client.post(path, json=body or {}, headers=headers)

    def get(self, path: str) -> Any:
        """Ask."""
        return self.client.get(path, headers=self.headers)


@contextmanager
def house(server: PostgresAddress, bus: str, bootstrap: str | None = None) -> Iterator[House]:
    """Lay the schemas, start the services, and stop them however the story ends."""
    name = f"story_{new_id().hex[:10]}"
    prepare_server(server.conninfo(), name)
    passwords = dict.fromkeys((*(parts.name for parts in ALL), SCHEMA), "story")
    admin = server.conninfo(dbname=name)
    migrate(admin, schemas(passwords))
    settings = Settings(
        database_host=server.host,
        database_port=server.port,
        database_name=name,
        database_passwords=passwords,
        bus=bus,
        kafka_bootstrap=bootstrap or "localhost:9092",
        kafka_prefix=name.replace("_", "-"),
        kafka_partitions=3,
        kafka_session_seconds=6,
    )
    services = [Service(parts, settings) for parts in ALL]
    if bus == "kafka":
        sources = [s.name for s in services if s.name != "reporting"]
        ensure(settings.kafka_bootstrap, sources, 3, 1, settings.kafka_prefix)
        for service in services:
            on_kafka(service)
    else:
        log_bus = LogBus([s.publication for s in services], services[0].log.address, 3)
        for service in services:
            service.join(log_bus)
    app = Starlette(routes=[Mount(f"/{s.name}", s.app) for s in services])
    for service in services:
        service.start()
    try:
        with TestClient(app) as client:
            yield House({s.name: s for s in services}, client, TokenOffice(admin))
    finally:
        for service in services:
            service.halt()
        for service in services:
            service.close()
