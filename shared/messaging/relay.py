"""Carries a service's published facts to Kafka, moving on when each was acknowledged.

Each letter names the one before it in its partition. So when a batch fails in the middle and the
rest got through, a reader sees the gap, waits, and recognises what comes again: nothing is lost,
doubled or reordered, whatever the producer does.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import structlog
from kafka import KafkaProducer
from kafka.errors import KafkaError

from shared.eventstore.database import OUTAGES
from shared.eventstore.inbox import Fenced, Inbox, Place
from shared.eventstore.leases import Lease
from shared.messaging.kafka_bus import POSITION, PREVIOUS
from shared.messaging.kafka_settings import MOST_BYTES, KafkaSettings
from shared.messaging.port import partition_of
from shared.messaging.publication import Publication
from shared.messaging.topics import topic_of
from shared.telemetry import metrics

log = structlog.get_logger(__name__)

PAGE = 1_000
IDLE = 0.05
ACKNOWLEDGED_WITHIN = 30.0
_SCANNED = -1


@dataclass(frozen=True, slots=True)
class _Sent:
    """A page on its way.

    What the producer promised for it, and where the places go once all promises are kept.
    """

    futures: list[Any]
    before: dict[int, Place]
    after: dict[int, Place]


class Relay:
    """One service's relay, in a thread of its own.

    Of several processes one is at work, the others stand by.
    """

    def __init__(
        self, publication: Publication, inbox: Inbox, settings: KafkaSettings, partitions: int
    ) -> None:
        """inbox: of the publishing service, which keeps the relay's places.

        partitions: of the service's topic.
        """
        self._publication = publication
        self._service = publication.source
        self._inbox = inbox
        self._settings = settings
        self._partitions = partitions
        self._topic = topic_of(publication.source, settings.prefix)
        self._lease = Lease(f"relay {publication.source}", inbox.log.address)
        self._stop = threading.Event()
        self._news = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"{self._service}-relay", daemon=True
        )
        self.trouble: str | None = None
        self.on_bug: Callable[[], None] = lambda: None
        publication.log.writer.on_append(self._news.set)

    def start(self) -> None:
        """Begin to carry."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the page at hand and end."""
        self._stop.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        pause = 0.1
        while not self._stop.is_set():
            try:
                if not self._lease.hold():
                    self._stop.wait(0.5)
                    continue
                self._carry()
                pause = 0.1
            except (*OUTAGES, KafkaError, Fenced, TimeoutError) as error:
                self.trouble = "outage"
                log.warning(
                    "relay_backs_off",
                    service=self._service,
                    error=type(error).__name__,
                    seconds=pause,
                )
                self._lease.release()
                self._stop.wait(pause)
                pause = min(pause * 2, 5.0)
            except Exception as error:
                self.trouble = f"bug: {type(error).__name__}"
                log.exception("relay_stopped", service=self._service)
                self.on_bug()
                return
        self._lease.release()

    def _carry(self) -> None:
        producer = KafkaProducer(
            bootstrap_servers=self._settings.bootstrap,
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            max_request_size=MOST_BYTES,
            linger_ms=0,
            delivery_timeout_ms=int(ACKNOWLEDGED_WITHIN * 1000),
            request_timeout_ms=10_000,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )
        try:
            self._follow(producer)
        finally:
            producer.close(timeout=1)

    def _follow(self, producer: KafkaProducer) -> None:
        places = {n: self._inbox.place("relay", n) for n in (_SCANNED, *range(self._partitions))}
        on_the_way: _Sent | None = None
        while not self._stop.is_set() and self._lease.hold():
            self._news.clear()
            sent = self._send_page(producer, places)
            if on_the_way is not None:
                self._acknowledge(on_the_way)
                self.trouble = None
            on_the_way = sent
            if sent is None:
                self.trouble = None
                self._news.wait(IDLE)
            else:
                places = {**places, **sent.after}
        if on_the_way is not None:
            self._acknowledge(on_the_way)

    def _send_page(self, producer: KafkaProducer, places: dict[int, Place]) -> _Sent | None:
        """Send the next page without waiting for it. At most two pages are ever on the way."""
        page = self._publication.page(places[_SCANNED].position, PAGE)
        if not page:
            return None
        after = dict(places)
        futures = []
        for letter in page:
            after[_SCANNED] = replace(after[_SCANNED], position=letter.position)
            if letter.value is None:
                continue
            partition = partition_of(letter.key, self._partitions)
            headers = [
                ("content-type", b"application/cloudevents+json; charset=utf-8"),
                (POSITION, b"%d" % letter.position),
                (PREVIOUS, b"%d" % after[partition].position),
            ]
            futures.append(
                producer.send(
                    self._topic,
                    value=letter.value,
                    key=letter.key.encode(),
                    headers=headers,
                    partition=partition,
                )
            )
            after[partition] = replace(after[partition], position=letter.position)
        changed = {n: place for n, place in after.items() if place != places[n]}
        return _Sent(futures, {n: places[n] for n in changed}, changed)

    def _acknowledge(self, sent: _Sent) -> None:
        """Wait for every promise of a page, then move on.

        The first that fails means: all of it again.
        """
        for future in sent.futures:
            future.get(timeout=ACKNOWLEDGED_WITHIN)
        self._inbox.move([(sent.before[n], sent.after[n]) for n in sent.after])
        metrics.LETTERS_SENT.labels(self._service).inc(len(sent.futures))
