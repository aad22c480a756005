"""The bus on Apache Kafka.

A reader's position is in its own database: Kafka's committed offsets are never used.

The consumer group only assigns partitions. On every assignment the reader starts with the last
message that it processed, found just before the offset that its own transaction stored. If that
message is not there (the topic was created anew), it reads from the start and drops repeats.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, TopicAuthorizationFailedError

from shared.messaging.cluster import create_client
from shared.messaging.inbox import ReaderPosition
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.port import BusAway, Message, Resume
from shared.messaging.records import message_of
from shared.messaging.topic_names import source_of, topic_of
from shared.messaging.topic_tail import PartitionTail, last_messages

MOST = 2_000
CLOSED_WITHIN_MS = 5_000


class KafkaBus:
    """Messages in topics, one topic per publishing service."""

    def __init__(self, settings: KafkaSettings) -> None:
        """Connect nothing yet."""
        self._settings = settings

    def subscribe(self, reader: str, sources: Sequence[str], resume: Resume) -> "KafkaSubscription":
        """Join the reader's group for these sources."""
        return KafkaSubscription(self._settings, reader, sources, resume)


class _Assigned(ConsumerRebalanceListener):  # type: ignore[misc]
    """Records what was assigned and revoked; seeking happens outside, where errors are raised."""

    def __init__(self) -> None:
        self.now: set[TopicPartition] = set()
        self.new: set[TopicPartition] = set()

    def on_partitions_revoked(self, revoked: Any) -> None:
        self.now -= set(revoked)
        self.new -= set(revoked)

    def on_partitions_assigned(self, assigned: Any) -> None:
        self.now |= set(assigned)
        self.new |= set(assigned)


class KafkaSubscription:
    """A reader's subscription, as one member of its consumer group."""

    def __init__(
        self, settings: KafkaSettings, reader: str, sources: Sequence[str], resume: Resume
    ) -> None:
        """See ``KafkaBus.subscribe``."""
        self._settings = settings
        self._resume = resume
        self._assigned = _Assigned()
        session = int(settings.session_seconds * 1000)
        try:
            self._consumer = create_client(
                KafkaConsumer,
                **settings.client,
                group_id=f"{settings.prefix}-{reader}",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed",
                session_timeout_ms=session,
                heartbeat_interval_ms=session // 3,
                max_poll_records=MOST,
            )
            self._consumer.subscribe(
                [topic_of(s, settings.prefix) for s in sources], listener=self._assigned
            )
        except KafkaError as error:
            raise BusAway(type(error).__name__) from error

    def poll(self, seconds: float) -> list[Message]:
        """Return the next messages.

        What a newly assigned partition gave before seeking to its position is dropped.
        """
        try:
            self._keep_joining()
            self._require_rights()
            polled = self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=MOST)
            new, self._assigned.new = self._assigned.new, set()
            self._seek(new)
        except KafkaError as error:
            raise BusAway(type(error).__name__) from error
        seals = self._settings.seals
        return [
            message_of(record, seals)
            for partition, records in polled.items()
            if partition not in new and partition in self._assigned.now
            for record in records
        ]

    def assigned(self) -> frozenset[tuple[str, int]]:
        """Return the partitions that the group has assigned to this member."""
        return frozenset((source_of(p.topic), p.partition) for p in self._assigned.now)

    def close(self) -> None:
        """Leave the group."""
        with suppress(KafkaError):  # the group notices an absent member by itself
            self._consumer.close(autocommit=False, timeout_ms=CLOSED_WITHIN_MS)

    def _keep_joining(self) -> None:
        """Have a join that outlasted one poll go on in the next.

        kafka-python 3.0.12 forgets a join that new metadata began if this member leads the group,
        as on a first start: it would stay without partitions and without heartbeats.
        """
        coordinator = self._consumer._coordinator  # noqa: SLF001 - there is no public way
        if coordinator.rejoining:
            coordinator.request_rejoin()

    def _require_rights(self) -> None:
        """Raise what the broker said if it lets this reader read a topic no longer, or not yet.

        kafka-python 3.0.12 logs that, and goes on with the other topics.
        """
        refused = self._consumer._client.cluster.unauthorized_topics  # noqa: SLF001 - see above
        if refused:
            raise TopicAuthorizationFailedError(refused)

    def _seek(self, new: Collection[TopicPartition]) -> None:
        """Go to the messages at the reader's positions, or to the start if they are not found."""
        begun: dict[str, list[ReaderPosition]] = defaultdict(list)
        for partition in new:
            at = self._resume(source_of(partition.topic), partition.partition)
            if at.position:
                begun[at.source].append(at)
            else:
                self._consumer.seek(partition, 0)
        for source, positions in begun.items():
            topic = topic_of(source, self._settings.prefix)
            before = {at.partition: at.offset for at in positions}
            tails = last_messages(self._settings, source, before)
            for at in positions:
                offset = _offset_of(at, tails.get(at.partition))
                self._consumer.seek(TopicPartition(topic, at.partition), offset)


def _offset_of(at: ReaderPosition, tail: PartitionTail | None) -> int:
    """Return the offset of the message at this position, 0 if it is not before the stored one."""
    messages = tail.messages if tail is not None else ()
    offsets = [s.offset for s in messages if s.header.position == at.position]
    return max(offsets, default=0)
