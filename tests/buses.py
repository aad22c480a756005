"""A bus harness: a publisher, readers, and a bus between them, in any home."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from shared.eventstore.log import Log
from shared.eventstore.writer import Receipt
from shared.kernel.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import Inbox, ParkedMessage, ReaderPosition
from shared.messaging.kafka_bus import KafkaBus
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.log_bus import LogBus
from shared.messaging.port import Bus, Message, Subscription
from shared.messaging.publication import Publication
from shared.messaging.relay import Relay
from shared.messaging.resolving import ParkedMessages
from shared.messaging.topic_names import topic_of
from shared.messaging.topics import ensure
from tests.brokers import kafka_at
from tests.homes import Home
from tests.memory_home import MemoryHome
from tests.toy_service import (
    TELLER,
    ToyHandler,
    page_of,
    publication,
    record_number,
    stored_numbers,
    submission,
)
from tests.waiting import soon

SOON_STOPPED = 0.05
"""Seconds that a reader waits for messages before it looks whether it is to stop."""


class Handed:
    """A subscription that hands out what it was given, once."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = list(messages)
        self._mine = frozenset((message.source, message.partition) for message in messages)

    def poll(self, seconds: float) -> list[Message]:
        del seconds
        messages, self._messages = self._messages, []
        return messages

    def assigned(self) -> frozenset[tuple[str, int]]:
        return self._mine

    def close(self) -> None:
        self._messages = []


@dataclass
class ReaderProcess:
    """One reading process: its inbox, its handler, its consumer."""

    inbox: Inbox
    handler: ToyHandler
    consumer: Consumer

    @property
    def parked_messages(self) -> ParkedMessages:
        return ParkedMessages(self.inbox, self.handler.reader())

    def heard(self, case_id: UUID) -> list[int]:
        """What it took in about a case, in the order in which it did."""
        return stored_numbers(self.inbox.log, page_of(case_id))

    def parked(self, count: int) -> list[ParkedMessage]:
        """The messages that wait, once there are that many."""
        soon(lambda: self.inbox.waiting() >= count)
        messages = self.inbox.open_messages()
        assert len(messages) == count
        return messages

    def expects(self, case_id: UUID, numbers: Sequence[int]) -> None:
        """Wait until exactly these numbers were taken in; anything else fails at once."""
        wanted = list(numbers)

        def complete() -> bool:
            now = self.heard(case_id)
            assert now == wanted[: len(now)], now
            return len(now) == len(wanted)

        soon(complete)


@dataclass
class BusHarness:
    """What a test needs of both ends. prefix: of its topics and groups."""

    home: Home
    kind: str
    log: Log
    publication: Publication
    bus: Bus
    kafka: KafkaSettings | None
    partitions: int
    recorded: dict[UUID, int] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        assert self.kafka is not None
        return topic_of(TELLER, self.kafka.prefix)

    def relay(self) -> Relay:
        """A started relay."""
        assert self.kafka is not None
        relay = Relay(self.publication, self.home.inbox_of(self.log), self.kafka, self.partitions)
        relay.start()
        self.home.keep(relay)
        return relay

    def reader_process(
        self, beside: "ReaderProcess | None" = None, *, start: bool = True, too_many: int = 100
    ) -> ReaderProcess:
        """A reading process with a log of its own, or one more at the log of another."""
        inbox, handler = self.home.inbox(beside.inbox if beside else None), ToyHandler()
        consumer = Consumer(
            inbox, self.bus, handler.reader(), too_many=too_many, poll_seconds=SOON_STOPPED
        )
        if start:
            consumer.start()
            self.home.keep(consumer)
        return ReaderProcess(inbox, handler, consumer)

    def record(self, case_id: UUID, count: int, text: str = "") -> None:
        """Record the next numbers about a case, each by a command of its own."""
        first = self.recorded.get(case_id, 0) + 1
        futures = [
            self.log.submit(submission(case_id, record_number(n, text)))
            for n in range(first, first + count)
        ]
        assert all(isinstance(future.result(20), Receipt) for future in futures)
        self.recorded[case_id] = first + count - 1

    def subscribe(
        self, name: str, resume: Callable[[str, int], ReaderPosition] | None = None
    ) -> Subscription:
        """A subscription to the bus itself, from the start unless ``resume`` says otherwise."""
        subscription = self.bus.subscribe(
            name, [TELLER], resume or (lambda source, n: ReaderPosition(source, n, 0, 0))
        )
        return self.home.keep(subscription)  # type: ignore[no-any-return]

    def messages(self, subscription: Subscription, count: int) -> list[Message]:
        """The next ``count`` messages."""
        got: list[Message] = []

        def enough() -> bool:
            got.extend(subscription.poll(0.2))
            return len(got) >= count

        if count:
            soon(enough)
        return got


def build(request: pytest.FixtureRequest, home: Home, kind: str, partitions: int) -> BusHarness:
    """A harness over this bus, with topics and groups of its own."""
    log = home.log()
    public = publication(log)
    if kind != "kafka":
        bus = LogBus([public], home.locks, partitions)
        return BusHarness(home, kind, log, public, bus, None, partitions)
    bootstrap = request.getfixturevalue("kafka_bootstrap")
    settings = kafka_at(bootstrap, f"harness-{new_id().hex[:8]}", 6.0)
    ensure(settings, [TELLER], partitions, 1)
    return BusHarness(home, kind, log, public, KafkaBus(settings), settings, partitions)


def home_of(request: pytest.FixtureRequest, kind: str) -> Home:
    """A home for the logs at both ends."""
    home: Home = MemoryHome() if kind == "memory" else request.getfixturevalue("database")
    return home


LOG = pytest.param("log", marks=pytest.mark.integration)
KAFKA = pytest.param("kafka", marks=pytest.mark.integration)


@pytest.fixture(params=[LOG, KAFKA, "memory"])
def harness(request: pytest.FixtureRequest) -> Iterator[BusHarness]:
    """A harness over each bus in turn; over Kafka its relay is at work."""
    built = build(request, home_of(request, request.param), request.param, 3)
    if built.kind == "kafka":
        built.relay()
    yield built
    built.home.close()


@pytest.fixture(params=[LOG, "memory"])
def log_harness(request: pytest.FixtureRequest) -> Iterator[BusHarness]:
    """A harness over the log bus only, with one partition."""
    built = build(request, home_of(request, request.param), request.param, 1)
    yield built
    built.home.close()


@pytest.fixture(params=[KAFKA])
def kafka_harness(request: pytest.FixtureRequest, database: Home) -> Iterator[BusHarness]:
    """A harness over Kafka with one partition, whose relay the test starts itself."""
    yield build(request, database, "kafka", 1)
    database.close()
