"""The end of a topic: the last messages of a relay of ours in each partition.

Read without a consumer group, so that nothing changes for any reader.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaTimeoutError, UnknownTopicOrPartitionError

from shared.contracts.envelope import FactHeader, fact_header
from shared.messaging.cluster import create_client
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.records import message_of
from shared.messaging.seals import Seals
from shared.messaging.topic_names import topic_of

WITHIN = 10.0
"""Seconds for the whole reading."""
_FEW = 100
"""How many messages are read first; ten times as many while none of them is a relay's."""


@dataclass(frozen=True, slots=True)
class LocatedHeader:
    """A relay's message: its offset, and which fact it carries."""

    offset: int
    header: FactHeader


@dataclass(frozen=True, slots=True)
class PartitionTail:
    """The last messages of one partition, or those before some offset, in order.

    end: the offset of the partition's next message. messages: some of them if there are any.
    """

    end: int
    messages: tuple[LocatedHeader, ...]

    @property
    def furthest(self) -> FactHeader | None:
        """The fact with the highest position: a message that was sent again may come last."""
        return max((s.header for s in self.messages), key=lambda h: h.position, default=None)


def last_messages(
    settings: KafkaSettings, source: str, before: Mapping[int, int] | None = None
) -> dict[int, PartitionTail]:
    """Read the tails of a source's partitions, by partition.

    before: the partitions to read, each up to an offset; None: all, up to their ends. Raises
    KafkaError if the cluster is away or has no such topic.
    """
    topic, until = topic_of(source, settings.prefix), time.monotonic() + WITHIN
    with _reading(settings) as consumer:
        there = consumer.partitions_for_topic(topic)
        if not there:
            raise UnknownTopicOrPartitionError(topic)
        wanted = [TopicPartition(topic, n) for n in there if before is None or n in before]
        consumer.assign(wanted)
        begins = consumer.beginning_offsets(wanted, timeout_ms=int(WITHIN * 1000))
        ends = consumer.end_offsets(wanted, timeout_ms=int(WITHIN * 1000))
        upto = {p: ends[p] if before is None else min(before[p.partition], ends[p]) for p in wanted}
        found: dict[TopicPartition, tuple[LocatedHeader, ...]] = dict.fromkeys(wanted, ())
        open_ones, few = set(wanted), _FEW
        while open_ones:
            froms = {p: max(begins[p], upto[p] - few) for p in open_ones}
            found |= _read(consumer, settings.seals, froms, upto, until)
            open_ones = {p for p in open_ones if not found[p] and froms[p] > begins[p]}
            few *= 10
    return {p.partition: PartitionTail(ends[p], found[p]) for p in wanted}


@contextmanager
def _reading(settings: KafkaSettings) -> Iterator[Any]:
    consumer = create_client(
        KafkaConsumer,
        **settings.client,
        bootstrap_timeout_ms=int(WITHIN * 1000),
        request_timeout_ms=int(WITHIN * 1000),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    try:
        yield consumer
    finally:
        consumer.close(autocommit=False)


def _read(
    consumer: Any,
    seals: Seals,
    froms: Mapping[TopicPartition, int],
    upto: Mapping[TopicPartition, int],
    until: float,
) -> dict[TopicPartition, tuple[LocatedHeader, ...]]:
    """Read a relay's messages between these offsets. Raises KafkaTimeoutError."""
    found: dict[TopicPartition, list[LocatedHeader]] = {p: [] for p in froms}
    consumer.assign([p for p in froms if froms[p] < upto[p]])
    for partition in consumer.assignment():
        consumer.seek(partition, froms[partition])
    while unread := {p for p in consumer.assignment() if consumer.position(p) < upto[p]}:
        if time.monotonic() > until:
            raise KafkaTimeoutError(f"{len(unread)} partitions unread")
        for partition, records in consumer.poll(timeout_ms=200).items():
            found[partition] += [
                located
                for record in records
                if record.offset < upto[partition]
                and (located := _located(record, seals)) is not None
            ]
    return {p: tuple(messages) for p, messages in found.items()}


def _located(record: Any, seals: Seals) -> LocatedHeader | None:
    """Return a message's fact if a relay sent it: bus and envelope agree about the fact."""
    message, carried = message_of(record, seals), fact_header(record.value or b"")
    if carried is None or (carried.service, carried.position) != (message.source, message.position):
        return None
    return LocatedHeader(record.offset, carried)
