"""Messages on Kafka: our relay and reader next to a bare producer and consumer."""

import time
from typing import Any

from services.intake import case as intake
from services.intake.wiring import SERVICE as INTAKE
from services.referral.wiring import SERVICE as REFERRAL
from shared.eventstore.log import Log
from shared.kernel.broker_users import ADMINISTRATOR
from shared.kernel.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import DatabaseInbox, Inbox
from shared.messaging.kafka_bus import KafkaBus
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.publication import Publication
from shared.messaging.relay import Relay
from shared.messaging.topic_names import topic_of
from shared.messaging.topics import ensure
from shared.service import gc_tuning
from shared.service.command_client import accepted
from tests.bench import limits
from tests.bench.commands import registration, submitted
from tests.bench.figures import Measured, Unusable, ratios
from tests.bench.stage import Stage, progress, soon
from tests.databases import ScratchDatabase

MESSAGES = 30_000
_AT_ONCE = 500
_PARTITIONS = 6


def measure(stage: Stage) -> Measured:
    """A bare producer, our relay, a bare consumer, our reader: in turns, with the same messages.

    The messages are intake's registrations. The reader is referral's: for each message it stores
    its position and one new fact, that custody was taken.
    """
    count, rounds = stage.effort.count(MESSAGES), stage.effort.more_rounds
    with stage.database("bus") as database:
        address = database.address("intake")
        progress(f"bus: {count:,} cases are registered")
        _register(database.log(address, "intake", INTAKE.vocabulary), count)
        log = database.log(address, "intake", INTAKE.vocabulary)
        settings = _topics(stage, "first")
        _relay(database, log, settings, count)
        messages, _ = _consume(settings, count)
        gc_tuning.freeze_heap()  # the messages that are kept here are no burden on what is measured
        bare, relayed, read, taken = [], [], [], []
        for number in range(1, rounds + 1):
            settings = _topics(stage, f"bare-{number}")
            topic = topic_of("intake", settings.prefix)
            bare.append(count / limits.produce(settings, topic, messages))
            settings = _topics(stage, f"ours-{number}")
            relayed.append(_relay(database, log, settings, count))
            read.append(count / _consume(settings, count)[1])
            taken.append(_take(database, settings, count))
            progress(
                f"bus: round {number} of {rounds}: bare producer {bare[-1]:,.0f}, relay"
                f" {relayed[-1]:,.0f}, bare consumer {read[-1]:,.0f}, reader {taken[-1]:,.0f}"
            )
    return {
        "relay_to_bare_producer": ratios(relayed, bare),
        "consume_to_bare_consumer": ratios(taken, read),
    }


def _register(log: Log, count: int) -> None:
    """Register so many cases, as anybody would."""
    for _ in range(0, count, _AT_ONCE):
        cases = [new_id() for _ in range(_AT_ONCE)]
        accepted([submitted(log, intake.DECIDER, case, registration(case)) for case in cases])


def _topics(stage: Stage, prefix: str) -> KafkaSettings:
    """Fresh topics of their own."""
    there = stage.settings.model_copy(update={"kafka_prefix": f"{prefix}-{new_id().hex[:8]}"})
    settings = there.kafka(ADMINISTRATOR)
    ensure(settings, ["intake"], _PARTITIONS, 1)
    return settings


def _consume(settings: KafkaSettings, count: int) -> tuple[list[Any], float]:
    topic = topic_of("intake", settings.prefix)
    return limits.consume(settings, topic, _PARTITIONS, count)


def _relay(database: ScratchDatabase, log: Log, settings: KafkaSettings, count: int) -> float:
    """Messages per second from the relay's start until it stands behind the last of them."""
    database.query("DELETE FROM {s}.tracking", of=log)
    inbox = DatabaseInbox(log)
    relay = Relay(Publication(log, INTAKE.translate), inbox, settings, _PARTITIONS)
    last = log.position()
    began = time.perf_counter()
    relay.start()
    try:
        soon(lambda: _furthest(inbox) == last, "all is relayed", 60, 0.03)
        return count / (time.perf_counter() - began)
    finally:
        relay.stop()


def _furthest(inbox: Inbox) -> int:
    """How far the relay says that it has come."""
    return max((p.position for p in inbox.reader_positions() if p.source == "relay"), default=0)


def _take(database: ScratchDatabase, settings: KafkaSettings, count: int) -> float:
    """Messages per second through referral's reader, from the poll that gave the first."""
    log = database.log(database.address("referral"), "referral", REFERRAL.vocabulary)
    if REFERRAL.reader is None:
        raise AssertionError
    bus, inbox = KafkaBus(settings), DatabaseInbox(log)
    consumer = Consumer(inbox, bus, REFERRAL.reader)
    subscription = bus.subscribe("referral", REFERRAL.reader.sources, inbox.reader_position)
    try:
        taken, began, patience = 0, 0.0, time.monotonic() + 90
        while taken < count:
            polled_at = time.perf_counter()
            came = consumer.step(subscription, 0.5)
            if came and not taken:
                began = polled_at
            taken += came
            if time.monotonic() > patience:
                raise Unusable(f"the reader took {taken} of {count}")
        seconds = time.perf_counter() - began
    finally:
        subscription.close()
    if log.position() != count:
        raise Unusable(f"{log.position()} facts came of {count} messages")
    return count / seconds
