"""The bus without a broker: readers follow the publishing services' own logs.

Nothing is written twice and nothing has to be installed. Messages are assigned to partitions as on
Kafka, so that an installation may change from one bus to the other. A session lock in the database
ensures that one process at a time reads under a name; the inbox's fence guards against a process
that lost its lock unnoticed. Over logs in memory it is a bus for tests.
"""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from shared.contracts.envelope import Event, Unreadable, decode_recorded
from shared.messaging.port import Message, Resume, partition_of
from shared.messaging.publication import Publication, Published
from shared.postgres.database import DatabaseAddress
from shared.postgres.leases import HeldName, Lease, Leases

IDLE = 0.05
PAGE = 1_000
TAIL = 8_000
"""The most facts of a log that are kept for the readers that have yet to come to them."""
_NOWHERE = -1
"""The offset of a message that no broker keeps: a reader that changes to Kafka starts over."""


class LogBus:
    """Follows the logs of the services whose publications it was given."""

    def __init__(
        self, publications: Sequence[Publication], locks: DatabaseAddress | Leases, partitions: int
    ) -> None:
        """Follow these publications.

        locks: the database of the readers' session locks, by any of its roles; or leases that are
        kept elsewhere. partitions: as on Kafka; never changed.
        """
        self._tails = {p.source: _Tail(p) for p in publications}
        self._lease: Callable[[str], HeldName] = (
            partial(Lease, address=locks) if isinstance(locks, DatabaseAddress) else locks.lease
        )
        self._partitions = partitions
        self._news = threading.Condition()
        for publication in publications:
            publication.log.writer.on_append(self._wake)

    def subscribe(self, reader: str, sources: Sequence[str], resume: Resume) -> "LogSubscription":
        """Follow these sources. ``poll`` returns nothing while another process has the name."""
        followed = [_Followed(self._tails[source], self._partitions, resume) for source in sources]
        return LogSubscription(followed, self._lease(f"reader {reader}"), self._news)

    def _wake(self) -> None:
        with self._news:
            self._news.notify_all()


class _Told(NamedTuple):
    """What is published at a position. event: None if it is private, or cannot be read."""

    published: Published
    event: Event | None


class _Tail:
    """The last facts of a log, read and translated once for all readers of this process.

    What all have come past is dropped; a reader that is further behind reads the log itself.
    Positions have no gaps, so a fact's place follows from its position.
    """

    def __init__(self, publication: Publication) -> None:
        self._publication = publication
        self.source = publication.source
        self._kept: list[_Told] = []
        self._passed: dict[_Followed, int] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Have everything read from the log again: it may be another one after an outage."""
        with self._lock:
            self._kept, self._passed = [], {}

    def page(self, reader: "_Followed", after: int, limit: int) -> list[_Told]:
        """Return what follows a position that a reader has come to, as ``Publication.page`` does.

        reader: who comes past all that it has asked for before.
        """
        with self._lock:
            kept = self._kept
            self._passed[reader] = after
            if kept and (passed := min(self._passed.values())) >= kept[0].published.position:
                del kept[: passed - kept[0].published.position + 1]
            first = kept[0].published.position if kept else after + 1
            if first <= after + 1 <= first + len(kept) - 1:
                start = after + 1 - first
                return kept[start : start + limit]
            told = [_told(one) for one in self._publication.page(after, limit)]
            if told and after + 1 != first + len(kept):
                if kept and after < first:
                    return told
                kept = []
            # What is not publishable is tried again.
            kept += takewhile(lambda one: one.published.publishable, told)
            del kept[:-TAIL]
            self._kept = kept
            return told


def _told(published: Published) -> _Told:
    if published.value is None:
        return _Told(published, None)
    try:
        return _Told(published, decode_recorded(published.value))
    except Unreadable:
        return _Told(published, None)


class _Followed:
    """One source's log, as far as one reader has followed it."""

    def __init__(self, tail: _Tail, partitions: int, resume: Resume) -> None:
        self._tail = tail
        self._resume = resume
        self.partitions = tuple((tail.source, n) for n in range(partitions))
        self._last: dict[int, int] = {}
        self._held: set[int] = set()
        self._scanned = 0

    def next(self) -> list[Message]:
        """Return the next messages, on the first call from the stored positions on.

        A partition ends at a fact that is not publishable, for as long as this subscription lasts.
        """
        source = self._tail.source
        if not self._last:
            self._tail.forget()
            self._last = {n: self._resume(source, n).position for _, n in self.partitions}
            self._scanned = min(self._last.values())
            messages = [message for n in self._last if (message := self._message_at_position(n))]
        else:
            messages = []
        for published, event in self._tail.page(self, self._scanned, PAGE):
            self._scanned = position = published.position
            partition = partition_of(published.key, len(self.partitions))
            previous = self._last[partition]
            if not published.publishable and position > previous:
                self._held.add(partition)
            if published.value is None or position <= previous or partition in self._held:
                continue
            self._last[partition] = position
            key, value = published.key, published.value
            messages.append(
                Message(source, partition, _NOWHERE, position, previous, key, value, event=event)
            )
        return messages

    def _message_at_position(self, partition: int) -> Message | None:
        """Return the message at the reader's position, if the log still has it."""
        position = self._last[partition]
        for published, event in self._tail.page(self, position - 1, 1) if position else ():
            if published.value is not None:
                key, value = published.key, published.value
                return Message(
                    self._tail.source, partition, _NOWHERE, position, 0, key, value, event=event
                )
        return None


class LogSubscription:
    """A reader's subscription to some logs."""

    def __init__(
        self, followed: Sequence[_Followed], lease: HeldName, news: threading.Condition
    ) -> None:
        """See ``LogBus.subscribe``."""
        self._followed = followed
        self._lease = lease
        self._news = news

    def poll(self, seconds: float) -> list[Message]:
        """Return the next messages of every source, at most a page of each."""
        until = time.monotonic() + seconds
        while True:
            holds = self._lease.hold()
            messages = (
                [message for one in self._followed for message in one.next()] if holds else []
            )
            left = until - time.monotonic()
            if messages or left <= 0:
                return messages
            with self._news:
                self._news.wait(min(IDLE, left))

    def assigned(self) -> frozenset[tuple[str, int]]:
        """Return every partition if this process has the reader's name, else none."""
        held = self._followed if self._lease.held else ()
        return frozenset(partition for one in held for partition in one.partitions)

    def close(self) -> None:
        """Release the reader's name."""
        self._lease.release()
