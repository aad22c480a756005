"""One service put together: its log, its consumer, its relay, its application."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import APIRouter, Depends, FastAPI

from shared.contracts.contract import Contract
from shared.contracts.envelope import encode
from shared.documents.store import MIGRATIONS as DOCUMENT_MIGRATIONS
from shared.documents.store import DatabaseDocuments
from shared.documents.upkeep import DocumentRules, Sweeper
from shared.eventstore.begun_with import begin_or_compare
from shared.eventstore.codec import Vocabulary
from shared.eventstore.log import Log
from shared.eventstore.recorder import guarded_recorder_at
from shared.identity.access_log import AccessLog
from shared.identity.credentials import Credentials
from shared.identity.tokens import Tokens
from shared.kernel.record import Recorded
from shared.kernel.text import Text
from shared.messaging import parked_message
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import DatabaseInbox
from shared.messaging.port import Bus
from shared.messaging.publication import Publication
from shared.messaging.reacting import Reader
from shared.messaging.resolving import ParkedMessages
from shared.postgres.attempts import Attempts
from shared.postgres.migrations import Migration, check, migrations_of
from shared.service import health
from shared.service.condition import Condition
from shared.service.settings import Settings
from shared.service.vouching import vouched_callers
from shared.timers.timer import TimerRules
from shared.timers.timer_runner import TimerRunner
from shared.web import openapi, problems
from shared.web.fast_path import LONGEST_BODY, FastPath
from shared.web.known_parameters import only_known

MOST_UPLOADS = 4
"""Files that a process takes in at once, because each is in memory for that long."""
LOG_MIGRATIONS = migrations_of("shared.eventstore", "log")
TIMER_MIGRATIONS = migrations_of("shared.timers")


@dataclass(frozen=True)
class ServiceDefinition:
    """What distinguishes one service from the others.

    name: also its schema, its path and its topic. facts: stored names and types. publish:
    translates a private fact to a public contract, or None. reader: consumes messages; None if it
    follows nobody. router: its routes. migrations: beyond the log's. documents: how its
    log names documents, if it keeps any beside it. timers: what it does by itself at moments that
    its facts set; None if nothing.
    """

    name: str
    title: Text
    facts: dict[str, type]
    publish: Callable[[Any], Contract | None]
    reader: Reader | None
    router: APIRouter
    migrations: Sequence[Migration] = ()
    documents: DocumentRules | None = None
    timers: TimerRules | None = None

    @property
    def all_migrations(self) -> list[Migration]:
        """The log's migrations and the service's own, in order."""
        documents = DOCUMENT_MIGRATIONS if self.documents else ()
        timers = TIMER_MIGRATIONS if self.timers else ()
        steps = [*LOG_MIGRATIONS, *documents, *timers, *self.migrations]
        return sorted(steps, key=lambda m: m.name)

    @property
    def vocabulary(self) -> Vocabulary:
        """The service's facts, and those about its parked messages."""
        return Vocabulary(self.facts).joined(parked_message.VOCABULARY)

    def translate(self, recorded: Recorded) -> bytes | None:
        """Write the public message about a recorded fact; None if the fact is private."""
        if recorded.name not in self.facts:
            return None
        contract = self.publish(recorded.fact)
        return None if contract is None else encode(contract, recorded)


class Runner(Protocol):
    """A part of a service that runs in a thread of its own, beside the application.

    name: as readiness reports it. trouble: what keeps it from its work; None if nothing does.
    on_bug: called if it ends through a bug.
    """

    name: str
    trouble: str | None
    on_bug: Callable[[], None]

    def start(self) -> None: ...

    def stop(self) -> None:
        """Finish the work at hand and end."""


class Service:
    """A running service in this process."""

    def __init__(self, definition: ServiceDefinition, settings: Settings) -> None:
        """Connect and make the application.

        Raises SchemaNotKnown if the schema is not the one of this program, PartitionsDiffer if
        messages were spread over another number of partitions before, and SecretMissing or
        OtherSecret unless the settings have the secret that the log was begun with.
        """
        self.definition = definition
        self.settings = settings
        self.secret = settings.secret()
        vouched = vouched_callers(settings, self._subject)
        self.log = Log(definition.name, settings.address(definition.name), definition.vocabulary)
        try:
            with self.log.database.connection() as conn:
                check(conn, definition.name, definition.all_migrations)
            begin_or_compare(self.log.database, definition.name, self.secret)
            self.inbox = DatabaseInbox(self.log)
            self.inbox.compare_partitions(settings.kafka_partitions)
            self.identity = guarded_recorder_at(settings.address(definition.name))
        except BaseException:
            self.log.close()
            raise
        self.documents = DatabaseDocuments(self.log.database) if definition.documents else None
        accesses, tokens = (Attempts(definition.name, part) for part in ("access-log", "tokens"))
        self._attempts = (self.log.writer.attempts, accesses, tokens)
        self.accesses = AccessLog(self.identity, attempts=accesses)
        self.credentials = Credentials(Tokens(self.identity, tokens), vouched)
        self.condition = Condition(self.log.position, self._known_troubles)
        self.publication = Publication(self.log, definition.translate)
        self.runners: list[Runner] = []
        if self.documents and definition.documents:
            self.runners.append(Sweeper(self.log, self.documents, definition.documents))
        self.app = application(definition, self)

    @property
    def name(self) -> str:
        return self.definition.name

    def _subject(self, issuer: str, subject: str) -> str:
        """Return the pseudonym of whoever a provider vouches for: only this installation can."""
        return f"subject-{self.secret.id_of('subject', issuer, subject).hex}"

    def join(self, bus: Bus) -> None:
        """Make the consumer that follows other services over this bus, and what fires the timers.

        From here on messages travel, so the number of partitions is noted, for ever. A program that
        only connects, such as an operator's command, leaves that to the services. Raises
        PartitionsDiffer.
        """
        self.inbox.agree_on_partitions(self.settings.kafka_partitions)
        if self.definition.reader is not None:
            self.runners.append(Consumer(self.inbox, bus, self.definition.reader))
        if self.definition.timers is not None:
            self.runners.append(TimerRunner(self.log, self.definition.timers))

    def runner(self, name: str) -> Runner | None:
        """Return the runner of this name, or None."""
        return next((runner for runner in self.runners if runner.name == name), None)

    def parked_messages(self) -> ParkedMessages | None:
        """Return what resolves the parked messages of this service; None if it reads none."""
        return (
            ParkedMessages(self.inbox, self.definition.reader) if self.definition.reader else None
        )

    def start(self, on_bug: Callable[[], None] | None = None) -> None:
        """Start the runners.

        on_bug: called when a runner ends through a bug.
        """
        for runner in self.runners:
            runner.on_bug = on_bug or runner.on_bug
            runner.start()

    def halt(self) -> None:
        """Stop the runners: nothing more is read or sent, but commands are still executed."""
        for runner in self.runners:
            runner.stop()

    def close(self) -> None:
        """Execute the waiting commands and close the connections. Halt the readers first."""
        self.accesses.close()
        self.credentials.close()
        self.log.close()  # the last commands still ask whether a token was revoked
        self.identity.close()

    def troubles(self) -> dict[str, str]:
        """Return what keeps this service from being ready, by part; empty if all is well."""
        return self.condition.troubles()

    def _known_troubles(self) -> dict[str, str]:
        found = {runner.name: runner.trouble for runner in self.runners if runner.trouble}
        return found | {each.part: each.trouble for each in self._attempts if each.trouble}


def application(definition: ServiceDefinition, service: Service | None = None) -> FastAPI:
    """Make the FastAPI application of a service.

    Without ``service`` it can only give its own description (OpenAPI).
    """
    app = FastAPI(
        title=f"canaliza · {definition.title.es}",
        description=f"{definition.title.es}. / {definition.title.en}.",
        version="1",
        docs_url=None,
        redoc_url=None,
        max_body_size=LONGEST_BODY,
        redirect_slashes=False,  # a redirect would repeat the address as it was sent
        # Requests are measured by our own metrics, which hold no path and no body.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.include_router(definition.router, dependencies=[Depends(only_known)])
    app.include_router(health.router)
    problems.install(app)
    openapi.describe(app)
    app.state.place = definition.name
    app.middleware_stack = FastPath(app, definition.router.routes)
    if service is not None:
        app.state.service = service
        app.state.log = service.log
        app.state.accesses = service.accesses
        app.state.credentials = service.credentials
        app.state.secret = service.secret
        app.state.documents = service.documents
        app.state.document_rules = definition.documents
        app.state.uploading = asyncio.Semaphore(MOST_UPLOADS)
        app.state.document_mib = service.settings.document_mib
    return app
