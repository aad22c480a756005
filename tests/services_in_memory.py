"""Services in memory: a command here, its facts, the message, and what follows from it there.

No server, no port and no waiting: the same rules, logs, bus and consumers as in an installation,
over logs in memory. Messages travel when the test says so:

    services = in_memory(INTAKE, REFERRAL)
    services["intake"].when(case.DECIDER, CASE, REGISTER).then(REGISTERED)
    services.deliver()
    assert services["referral"].recorded(CASE) == (CUSTODY_TAKEN,)

What a service keeps in tables of its own, as reporting does, is PostgreSQL's and not here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.eventstore.log import Log
from shared.eventstore.memory import MemoryRecorder
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Submission
from shared.kernel.clock import Clock, now
from shared.kernel.decider import Command, Decider
from shared.kernel.ids import command_cause, new_id
from shared.kernel.refusals import Refusal
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import Inbox
from shared.messaging.log_bus import LogBus
from shared.messaging.memory import MemoryInbox, MemoryLeases, MemoryStore
from shared.messaging.port import Subscription
from shared.messaging.publication import Publication
from shared.service.service import ServiceDefinition
from tests.spec import Answered
from tests.whole_logs import history_of

PARTITIONS = 3


@dataclass(frozen=True)
class Running:
    """One service: what it is made of, and its log."""

    parts: ServiceDefinition
    log: Log
    inbox: Inbox
    publication: Publication

    def when(
        self, decider: Decider[Any], stream: UUID, command: Command, about: str = ""
    ) -> Answered:
        """Have a command carried out. about: the case that it concerns, if not the stream's own."""
        command_id = new_id()
        envelope = CommandEnvelope(
            decider, stream, command, about or str(stream), command_cause(command_id)
        )
        answer = self.log.submit(Submission(envelope, command_id, repr(command).encode())).result(
            10
        )
        if isinstance(answer, Refusal):
            return Answered(answer)
        return Answered(
            tuple(fact.fact for fact in history_of(self.log, stream) if fact.id in answer.facts)
        )

    def recorded(self, stream: UUID) -> tuple[Any, ...]:
        """The facts of a stream, oldest first."""
        return tuple(fact.fact for fact in history_of(self.log, stream))

    def state(self, decider: Decider[Any], stream: UUID) -> Any:
        """What these facts come to."""
        return self.log.read(decider, stream).state


class Services:
    """Services that follow each other."""

    def __init__(self, parts: tuple[ServiceDefinition, ...], clock: Clock) -> None:
        self._running = {one.name: _started(one, clock) for one in parts}
        self._bus = LogBus(
            [one.publication for one in self._running.values()], MemoryLeases(), PARTITIONS
        )
        self._consumers = [
            consumer for one in self._running.values() if (consumer := self._consumer_of(one))
        ]

    def __getitem__(self, name: str) -> Running:
        return self._running[name]

    def __iter__(self) -> Iterator[Running]:
        return iter(self._running.values())

    def deliver(self) -> None:
        """Let everybody take in what is published, and what follows from it, to the last."""
        while any(consumer.step(subscription, 0) for consumer, subscription in self._consumers):
            pass

    def deliver_to(self, n: int) -> None:
        """Let one of those who read take in what is published now."""
        consumer, subscription = self._consumers[n % len(self._consumers)]
        consumer.step(subscription, 0)

    def close(self) -> None:
        for one in self:
            one.log.close()

    def _consumer_of(self, one: Running) -> tuple[Consumer, Subscription] | None:
        reader = one.parts.reader
        if reader is None:
            return None
        assert reader.project is None, f"{one.parts.name} keeps tables of its own"
        one.inbox.agree_on_partitions(PARTITIONS)
        there = [source for source in reader.sources if source in self._running]
        subscription = self._bus.subscribe(one.parts.name, there, one.inbox.reader_position)
        return Consumer(one.inbox, self._bus, reader), subscription


def _started(parts: ServiceDefinition, clock: Clock) -> Running:
    log = Log(parts.name, MemoryRecorder(MemoryStore()), parts.vocabulary, clock)
    return Running(parts, log, MemoryInbox(log), Publication(log, parts.translate))


@contextmanager
def in_memory(*parts: ServiceDefinition, clock: Clock = now) -> Iterator[Services]:
    """Start these services, and stop them at the end."""
    services = Services(parts, clock)
    try:
        yield services
    finally:
        services.close()
