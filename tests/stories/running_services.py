"""The four real services in this process, on a database of their own, over either bus."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount
from starlette.testclient import TestClient

from services.installation import ALL, schemas
from services.operator.topics import ensure_rights, ensure_topics
from services.referral.reach import tell_reach
from shared.embedded.supervisor import PostgresAddress
from shared.identity.tokens import SCHEMA, TokenOffice
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.messaging.log_bus import LogBus
from shared.postgres.migrations import migrate, prepare_server
from shared.service import metrics_port
from shared.service.on_kafka import on_kafka
from shared.service.service import Service
from shared.service.settings import VAULT, Settings
from shared.web.problems import http_error
from tests.brokers import settings_at
from tests.installation_secret import SECRET_TEXT


@dataclass
class RunningServices:
    """The running services, their HTTP side, and the operator's tokens."""

    services: dict[str, Service]
    client: TestClient
    tokens: TokenOffice

    def metrics(self) -> str:
        """Return the metrics of these services, as a scraper reads them."""
        app = metrics_port.metrics_app(list(self.services.values()))
        with TestClient(app, base_url="http://localhost") as scraper:
            answer = scraper.get("/metrics")
            assert answer.status_code == 200
            return answer.text

    def as_(self, institution: str, *roles: str) -> "Caller":
        """Create an institution's token, and a caller with it."""
        until = now() + timedelta(hours=1)
        _, secret = self.tokens.create(institution, roles or ("caseworker",), until)
        tell_reach(self.services["referral"], self.tokens.all(), {institution})
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
        """Send a GET request."""
        return self.client.get(path, headers=self.headers)


@contextmanager
def running_services(
    server: PostgresAddress, bus: str, bootstrap: str | None = None, **more: Any
) -> Iterator[RunningServices]:
    """Lay the schemas, start the services, and stop them however the story ends.

    more: settings beside those.
    """
    name = f"story_{new_id().hex[:10]}"
    prepare_server(server.conninfo(), name)
    passwords = dict.fromkeys((*(parts.name for parts in ALL), VAULT, SCHEMA), "story")
    migrate(server.conninfo(dbname=name), schemas(passwords, name))
    settings = Settings(
        database_host=server.host,
        database_port=server.port,
        database_name=name,
        database_passwords=passwords,
        database_admin=server.conninfo(dbname=name),
        installation_secret=SECRET_TEXT,
        bus=bus,
        **settings_at(bootstrap),
        kafka_prefix=name.replace("_", "-"),
        kafka_partitions=3,
        kafka_session_seconds=6,
        **more,
    )
    if bus == "kafka":
        ensure_topics(settings)
        ensure_rights(settings)
    with opened(settings) as there:
        yield there


@contextmanager
def opened(settings: Settings) -> Iterator[RunningServices]:
    """Start the services on schemas and topics that are there, and stop them at the end."""
    assert settings.database_admin is not None
    services = [Service(parts, settings) for parts in ALL]
    if settings.bus == "kafka":
        for service in services:
            on_kafka(service)
    else:
        log_bus = LogBus([s.publication for s in services], services[0].log.address, 3)
        for service in services:
            service.join(log_bus)
    app = Starlette(
        routes=[Mount(f"/{s.name}", s.app) for s in services],
        exception_handlers={HTTPException: http_error},  # as in services/__main__.py
    )
    for service in services:
        service.start()
    try:
        with TestClient(app) as client:
            admin = settings.database_admin.get_secret_value()
            yield RunningServices({s.name: s for s in services}, client, TokenOffice(admin))
    finally:
        for service in services:
            service.halt()
        for service in services:
            service.close()
