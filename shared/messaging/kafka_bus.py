"""The bus on Apache Kafka.

A reader's place is in its own database: Kafka's committed offsets are never used.

The consumer group only shares partitions out. On every assignment the reader seeks to the offset
that its own transaction stored; should that offset be gone (a topic made anew), it reads from the
start and recognises what it has had.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.port import BusAway, Letter, Resume
from shared.messaging.topics import source_of, topic_of

POSITION, PREVIOUS = "position", "previous"
MOST = 2_000
CLOSED_WITHIN_MS = 5_000
_KEY = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_CASE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class KafkaBus:
    """Letters in topics, one topic per publishing service."""

    def __init__(self, settings: KafkaSettings) -> None:
        """Nothing is connected yet."""
        self._settings = settings

    def subscribe(self, reader: str, sources: Sequence[str], resume: Resume) -> "KafkaSubscription":
        """Join the reader's group for these sources."""
        return KafkaSubscription(self._settings, reader, sources, resume)


class _Assigned(ConsumerRebalanceListener):  # type: ignore[misc]
    """Notes what came and went; seeking is done outside the callback, where an error is heard."""

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
    """One member of a reader's group."""

    def __init__(
        self, settings: KafkaSettings, reader: str, sources: Sequence[str], resume: Resume
    ) -> None:
        """See ``KafkaBus.subscribe``."""
        self._resume = resume
        self._prefix = settings.prefix
        self._assigned = _Assigned()
        session = int(settings.session_seconds * 1000)
        try:
            self._consumer = KafkaConsumer(
                bootstrap_servers=settings.bootstrap,
                group_id=f"{settings.prefix}-{reader}",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed",
                allow_auto_create_topics=False,
                session_timeout_ms=session,
                heartbeat_interval_ms=session // 3,
                max_poll_records=MOST,
                metrics_enabled=False,
            )
            self._consumer.subscribe(
                [topic_of(s, settings.prefix) for s in sources], listener=self._assigned
            )
        except KafkaError as error:
            raise BusAway(type(error).__name__) from error

    def poll(self, seconds: float) -> list[Letter]:
        """The next letters.

        What a newly assigned partition gave before its place was sought is not handed out.
        """
        try:
            self._keep_joining()
            polled = self._consumer.poll(timeout_ms=int(seconds * 1000), max_records=MOST)
            new, self._assigned.new = self._assigned.new, set()
            for partition in new:
                self._seek(partition)
        except KafkaError as error:
            raise BusAway(type(error).__name__) from error
        return [
            _letter(record)
            for partition, records in polled.items()
            if partition not in new and partition in self._assigned.now
            for record in records
        ]

    def assigned(self) -> frozenset[tuple[str, int]]:
        """What the group has given to this member."""
        return frozenset((source_of(p.topic), p.partition) for p in self._assigned.now)

    def close(self) -> None:
        """Leave the group."""
        with suppress(KafkaError):  # the group notices by itself when nobody can be told
            self._consumer.close(autocommit=False, timeout_ms=CLOSED_WITHIN_MS)

    def _keep_joining(self) -> None:
        """Have a join that outlasted one poll go on in the next.

        kafka-python 3.0.12 forgets it where new metadata had begun it and this member leads the
        group, as on a first start: it would sit there without partitions and without heartbeats.
        """
        coordinator = self._consumer._coordinator  # noqa: SLF001 - nothing public tells or mends it
        if coordinator.rejoining:
            coordinator.request_rejoin()

    def _seek(self, partition: TopicPartition) -> None:
        self._consumer.seek(
            partition, self._resume(source_of(partition.topic), partition.partition).offset
        )


def _letter(record: Any) -> Letter:
    """Whatever stands in the topic as a letter: what no relay of ours wrote has no position."""
    headers = dict(record.headers or ())
    position, previous = _number(headers.get(POSITION)), _number(headers.get(PREVIOUS))
    if position is None or previous is None or previous >= position:
        position = previous = None
    return Letter(
        source_of(record.topic),
        record.partition,
        record.offset,
        position,
        previous,
        _key(record.key or b"", _KEY if position is not None else _CASE),
        record.value or b"",
    )


def _key(raw: bytes, ours: re.Pattern[str]) -> str:
    """A case's or institution's name; anything else is no key of ours and is kept nowhere.

    Of a letter that no relay of ours wrote, a case's id only: any other word could be a person's.
    """
    key = raw.decode("utf-8", errors="replace")
    return key if ours.fullmatch(key) else ""


def _number(raw: bytes | None) -> int | None:
    """A header's number; None where no relay of ours wrote it."""
    return int(raw) if raw is not None and raw.isdigit() and len(raw) < 19 else None  # noqa: PLR2004
