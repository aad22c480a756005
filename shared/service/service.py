"""One service put together from its parts: its log, its reader, its relay, its application.

Every service is one of these.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import APIRouter, FastAPI

from shared.contracts.contract import Contract
from shared.contracts.envelope import encode
from shared.eventstore.codec import Vocabulary
from shared.eventstore.log import Log
from shared.identity.tokens import Tokens
from shared.kernel.record import Recorded
from shared.messaging import parked_message
from shared.messaging.consumer import Consumer, Reader
from shared.messaging.inbox import DatabaseInbox
from shared.messaging.port import Bus
from shared.messaging.publication import Publication
from shared.messaging.resolving import ParkedMessages
from shared.postgres.migrations import Migration, check, migrations_of
from shared.service import health
from shared.service.settings import Settings
from shared.web import openapi, problems
from shared.web.fast_path import LONGEST_BODY, FastPath

LOG_MIGRATIONS = migrations_of("shared.eventstore", "log")


@dataclass(frozen=True)
class ServiceDefinition:
    """What makes a service that service.

    name: also its schema, its path and its topic. facts: stored names and types. publish: private
    fact to public contract or None. reader: how it takes messages in; None if it follows nobody.
    router: its routes. migrations: beyond the log's. title: Spanish, then English.
    """

    name: str
    title: tuple[str, str]
    facts: dict[str, type]
    publish: Callable[[Any], Contract | None]
    reader: Reader | None
    router: APIRouter
    migrations: Sequence[Migration] = ()

    @property
    def all_migrations(self) -> list[Migration]:
        """The log's steps and the service's own, in order."""
        return sorted([*LOG_MIGRATIONS, *self.migrations], key=lambda m: m.name)

    @property
    def vocabulary(self) -> Vocabulary:
        """The service's facts, and those about its parked messages."""
        return Vocabulary(self.facts).joined(parked_message.VOCABULARY)

    def translate(self, recorded: Recorded) -> bytes | None:
        """The public message about a recorded fact; None if the fact is private."""
        if recorded.name not in self.facts:
            return None
        contract = self.publish(recorded.fact)
        return None if contract is None else encode(contract, recorded)


class Runner(Protocol):
    """What runs beside a service's application, in a thread of its own.

    name: as readiness names it. trouble: what keeps it from its work; None if nothing does. on_bug:
    called if it ended for a mistake in the program.
    """

    name: str
    trouble: str | None
    on_bug: Callable[[], None]

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """Finish what is at hand and end."""


class Service:
    """A running service in this process."""

    def __init__(self, parts: ServiceDefinition, settings: Settings) -> None:
        """Connect and make the application.

        Raises SchemaNotKnown rather than work on a schema it does not know, and PartitionsDiffer
        rather than spread messages another way than before.
        """
        self.parts = parts
        self.settings = settings
        self.log = Log(parts.name, settings.address(parts.name), parts.vocabulary)
        try:
            with self.log.database.connection() as conn:
                check(conn, parts.name, parts.all_migrations)
            self.inbox = DatabaseInbox(self.log)
            self.inbox.compare_partitions(settings.kafka_partitions)
        except BaseException:
            self.log.close()
            raise
        self.tokens = Tokens(self.log.database)
        self.publication = Publication(self.log, parts.translate)
        self.runners: list[Runner] = []
        self.app = application(parts, self)

    @property
    def name(self) -> str:
        """The service's name."""
        return self.parts.name

    def join(self, bus: Bus) -> None:
        """Make the consumer that follows others over this bus.

        From here on messages travel, so the number of partitions is noted, for ever: whoever only
        connects, as an operator's commands do, leaves that to the services. Raises
        PartitionsDiffer.
        """
        self.inbox.agree_on_partitions(self.settings.kafka_partitions)
        if self.parts.reader is not None:
            self.runners.append(Consumer(self.inbox, bus, self.parts.reader))

    def runner(self, name: str) -> Runner | None:
        """Find what runs here under this name."""
        return next((runner for runner in self.runners if runner.name == name), None)

    def settling(self) -> ParkedMessages | None:
        """The desk for this service's parked messages, if it reads any."""
        return ParkedMessages(self.inbox, self.parts.reader) if self.parts.reader else None

    def start(self, on_bug: Callable[[], None] | None = None) -> None:
        """Start what runs beside the application.

        on_bug: called when a part ended for a mistake in the program.
        """
        for runner in self.runners:
            runner.on_bug = on_bug or runner.on_bug
            runner.start()

    def halt(self) -> None:
        """Finish what is at hand and read and send no more; commands are still taken."""
        for runner in self.runners:
            runner.stop()

    def close(self) -> None:
        """Carry out what waits and let the connections go. Whoever reads this log halts before."""
        self.tokens.close()
        self.log.close()

    def troubles(self) -> dict[str, str]:
        """What keeps this service from being ready, by part; empty when all is well."""
        found = {runner.name: runner.trouble for runner in self.runners if runner.trouble}
        try:
            self.log.position()
        except Exception as error:  # noqa: BLE001 - whatever it is, the service is not ready
            found["database"] = type(error).__name__
        return found


def application(parts: ServiceDefinition, service: Service | None = None) -> FastAPI:
    """A service's FastAPI application.

    Without a ``service`` it only knows its own description (OpenAPI).
    """
    es, en = parts.title
    app = FastAPI(
        title=f"canaliza · {es}",
        description=f"{es}. / {en}.",
        version="1",
        docs_url=None,
        redoc_url=None,
        max_body_size=LONGEST_BODY,
        redirect_slashes=False,  # a redirect would repeat the address as it was sent
        # What is told of requests is told by our own metrics, which hold no path and no body.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.include_router(parts.router)
    app.include_router(health.router)
    problems.install(app)
    openapi.describe(app)
    app.middleware_stack = FastPath(app, parts.router.routes)
    if service is not None:
        app.state.service = service
        app.state.log = service.log
        app.state.tokens = service.tokens
    return app
