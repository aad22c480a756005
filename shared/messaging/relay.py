"""Send a service's published facts to Kafka, and move on once they are acknowledged.

Each message names the one before it in its partition. If a batch fails in the middle and the rest
gets through, a reader sees the gap, waits, and drops what comes again: nothing is lost, doubled or
reordered, whatever the producer does.

The topic is the record of what was published, so it is compared upon each connection
(docs/adr/0020). If it has less than the relay's positions say, all is sent again from the start,
and readers drop repeats. If it has a fact that the log lacks, nothing more is published.

A fact that cannot be translated holds its partition: what is behind it there waits, because readers
drop what comes late, and the other partitions go on. The stored position of what was scanned stays
before it, so the next program that connects begins there; what was sent beyond it is skipped.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError

from shared.kernel.value import replace
from shared.messaging.cluster import close_producer, create_client, listens
from shared.messaging.inbox import RELAY, SCANNED, Fenced, Inbox, ReaderPosition
from shared.messaging.kafka_settings import MOST_BYTES, KafkaSettings
from shared.messaging.port import BusAway, partition_of
from shared.messaging.publication import HistoryForked, Publication
from shared.messaging.records import headers_of
from shared.messaging.seals import Sealable
from shared.messaging.topic_names import topic_of
from shared.messaging.topic_tail import PartitionTail, last_messages
from shared.postgres.database import OUTAGES
from shared.postgres.leases import Lease
from shared.telemetry import metrics

log = structlog.get_logger(__name__)

PAGE = 1_000
BATCH_BYTES = 256 * 1024
"""The size of a partition's batch while a backlog drains, before compression.

With idempotence kafka-python has one batch of a partition in flight at a time, so this and not the
linger bounds the pace: at its default of 16 KiB, a third of the relay's time went into batches
(measured). A page's messages, spread over six partitions, fit in. Without a backlog nothing waits.
"""
IDLE = 0.05
TOGETHER = 0.02
"""Seconds to wait for more facts after sending a page that was less than half full.

Under load a page then holds many facts, and look-up, request, position and each reader's
transaction are paid for once: facts arrive sooner if the processor is the limit. The first fact
after a pause does not wait.
"""
ACKNOWLEDGED_WITHIN = 30.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
FORKED = "history forked"


class TopicMadeAnew(BusAway):
    """A message got an offset that another had before: the topic was created anew."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A page in flight.

    futures: the producer's, each with its partition. after: the positions that change, as they are
    once all of it is acknowledged.
    """

    futures: list[tuple[int, Any]]
    after: dict[int, ReaderPosition]


class Relay:
    """One service's relay, in a thread of its own.

    Of several processes one works, and the others stand by.
    """

    name = "relay"

    def __init__(
        self, publication: Publication, inbox: Inbox, settings: KafkaSettings, partitions: int
    ) -> None:
        """Prepare the thread; ``start`` starts it.

        inbox: of the publishing service, which keeps the relay's positions. partitions: of the
        service's topic.
        """
        self._publication = publication
        self._service = publication.source
        self._inbox = inbox
        self._settings = settings
        self._partitions = partitions
        self._topic = topic_of(publication.source, settings.prefix)
        self._lease = Lease(f"relay {publication.source}", inbox.log.address)
        self._stored: dict[int, ReaderPosition] = {}
        self._scanned = 0
        self._held: dict[int, int] = {}
        self._stop = threading.Event()
        self._news = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"{self._service}-relay", daemon=True
        )
        self._pause = _FIRST_PAUSE
        self.trouble: str | None = None
        self.on_bug: Callable[[], None] = lambda: None
        publication.log.writer.on_append(self._news.set)

    def check(self) -> None:
        """Raise HistoryForked if the topic has a fact that the log lacks.

        If no broker answers or there is no topic, the thread compares when it connects.
        """
        if listens(self._settings.bootstrap):
            with suppress(KafkaError):
                self._compare(last_messages(self._settings, self._service))

    def start(self) -> None:
        """Start sending."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the current page, then end the thread."""
        self._stop.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if not self._lease.hold():
                    self.trouble = None  # another process is at work: nothing is wrong here
                    self._stop.wait(0.5)
                    continue
                self._carry()
            except _SENT_AGAIN as error:
                self.trouble = "outage"
                log.warning(
                    "relay_backs_off",
                    service=self._service,
                    error=type(error).__name__,
                    seconds=self._pause,
                )
                self._lease.release()
                self._stop.wait(self._pause)
                self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            except HistoryForked as error:
                log.error("relay_stopped", service=self._service, reason=str(error))  # noqa: TRY400 - its text says it all
                return self._give_up(FORKED)
            except Exception as error:
                log.exception("relay_stopped", service=self._service)
                return self._give_up(f"bug: {type(error).__name__}")
        return self._lease.release()

    def _is_well(self) -> None:
        self.trouble, self._pause = None, _FIRST_PAUSE

    def _give_up(self, trouble: str) -> None:
        self.trouble = trouble
        self._lease.release()
        self.on_bug()

    def _carry(self) -> None:
        producer = create_client(
            KafkaProducer,
            **self._settings.client,
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            max_request_size=MOST_BYTES,
            linger_ms=0,
            batch_size=BATCH_BYTES,
            delivery_timeout_ms=int(ACKNOWLEDGED_WITHIN * 1000),
            request_timeout_ms=10_000,
        )
        try:
            self._follow(producer)
        finally:
            close_producer(producer)

    def _follow(self, producer: KafkaProducer) -> None:
        positions = self._stored = self._in_step(self._positions())
        self._scanned, self._held = positions[SCANNED].position, {}
        on_the_way: _Sent | None = None
        while not self._stop.is_set() and self._lease.hold():
            self._news.clear()
            sent = self._send_page(producer, positions)
            if on_the_way is not None:
                self._acknowledge(on_the_way)
                self._is_well()
            on_the_way = sent
            if sent is None:
                self._is_well()
                self._news.wait(IDLE)
                continue
            positions = {**positions, **sent.after}
            if len(sent.futures) < PAGE // 2:
                self._stop.wait(TOGETHER)
        if on_the_way is not None:
            self._acknowledge(on_the_way)

    def _positions(self) -> dict[int, ReaderPosition]:
        """Return the positions, all as of one moment.

        A relay that has lost its lease and does not know it yet may still move them, and only
        together do they say what was sent.
        """
        partitions = (SCANNED, *range(self._partitions))
        for n in partitions:
            self._inbox.reader_position(RELAY, n)  # begins those that are new
        stored = {at.partition: at for at in self._inbox.reader_positions() if at.source == RELAY}
        return {n: stored[n] for n in partitions}

    def _in_step(self, positions: dict[int, ReaderPosition]) -> dict[int, ReaderPosition]:
        """Return the positions to go on from: these, or the start if the topic has less.

        Raises HistoryForked.
        """
        tails = last_messages(self._settings, self._service)
        self._compare(tails)
        behind = sorted(n for n, tail in tails.items() if _ends_before(tail, positions.get(n)))
        if not behind:
            return positions
        log.warning(
            "relay_begins_anew",
            service=self._service,
            partitions=behind,
            meaning="the topic has less than was acknowledged: all is sent again",
        )
        metrics.RELAY_BEGAN_ANEW.labels(self._service).inc()
        start = {n: ReaderPosition(p.source, n, 0, 0) for n, p in positions.items()}
        self._inbox.move([(p, start[n]) for n, p in positions.items() if p != start[n]])
        return start

    def _compare(self, tails: Mapping[int, PartitionTail]) -> None:
        """Raise HistoryForked unless the log has the last facts of the topic."""
        for n, tail in tails.items():
            last = tail.furthest
            if last and self._publication.mark_at(last.position) != last.mark:
                head = self._publication.log.position()
                raise HistoryForked(self._topic, n, last.position, head)

    def _send_page(
        self, producer: KafkaProducer, positions: dict[int, ReaderPosition]
    ) -> _Sent | None:
        """Send the next page without waiting for it. At most two pages are ever in flight."""
        page = self._publication.page(self._scanned, PAGE)
        if not page:
            return None
        last = {n: at.position for n, at in positions.items()}
        futures = []
        for message in page:
            partition = partition_of(message.key, self._partitions)
            if not message.publishable and message.position > last[partition]:
                self._held.setdefault(partition, message.position)
            if (
                message.value is None
                or partition in self._held
                or message.position <= last[partition]
            ):
                continue
            key, value = message.key.encode(), message.value
            sealed = Sealable(self._topic, partition, message.position, last[partition], key, value)
            headers = headers_of(self._settings.seals, sealed)
            future = producer.send(
                self._topic, value=value, key=key, headers=headers, partition=partition
            )
            futures.append((partition, future))
            last[partition] = message.position
        self._scanned = page[-1].position
        last[SCANNED] = min([self._scanned, *(held - 1 for held in self._held.values())])
        after = {n: replace(at, position=last[n]) for n, at in positions.items()}
        return _Sent(futures, {n: at for n, at in after.items() if at != positions[n]})

    def _acknowledge(self, sent: _Sent) -> None:
        """Wait until a page is acknowledged, then move the positions.

        Raises if any message of it was not: then the whole page is sent again.
        """
        stored = self._stored
        offsets = {n: stored[n].offset for n in sent.after}
        for n, future in sent.futures:
            # Below zero: the broker had it already and does not report the offset.
            offset = future.get(timeout=ACKNOWLEDGED_WITHIN).offset
            if 0 <= offset < offsets[n]:
                raise TopicMadeAnew(self._topic)
            offsets[n] = max(offsets[n], offset + 1)
        moved = {n: replace(at, offset=offsets[n]) for n, at in sent.after.items()}
        self._inbox.move([(stored[n], at) for n, at in moved.items()])
        self._stored = {**stored, **moved}
        metrics.MESSAGES_SENT.labels(self._service).inc(len(sent.futures))


def _ends_before(tail: PartitionTail, at: ReaderPosition | None) -> bool:
    """Whether a partition has less than the relay's position there says."""
    if at is None:
        return False
    last = tail.furthest.position if tail.furthest else 0
    return tail.end < at.offset or last < at.position


_SENT_AGAIN = (*OUTAGES, KafkaError, BusAway, Fenced, TimeoutError)
