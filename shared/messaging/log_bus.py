"""The bus without a broker: readers follow the publishing services' own logs in PostgreSQL.

Nothing is written twice and nothing has to be installed. One partition per source. A session lock
in the database sees to it that one process at a time reads under a name; the fence of the inbox
guards against the one that lost its lock unnoticed.
"""

import threading
import time
from collections.abc import Mapping, Sequence

from shared.eventstore.database import DatabaseAddress
from shared.eventstore.leases import Lease
from shared.messaging.port import Letter, Resume
from shared.messaging.publication import Publication

IDLE = 0.05
PAGE = 1_000


class LogBus:
    """Follows the logs of the services whose publications it was given."""

    def __init__(self, publications: Sequence[Publication], locks: DatabaseAddress) -> None:
        """locks: where the session locks of the readers are taken.

        Any role of the same database.
        """
        self._publications = {p.source: p for p in publications}
        self._locks = locks
        self._news = threading.Condition()
        for publication in publications:
            publication.log.writer.on_append(self._wake)

    def subscribe(self, reader: str, sources: Sequence[str], resume: Resume) -> "LogSubscription":
        """Follow these sources; blocks nobody: until the name is free, ``poll`` returns nothing."""
        return LogSubscription(
            reader, {s: self._publications[s] for s in sources}, resume, self._locks, self._news
        )

    def _wake(self) -> None:
        with self._news:
            self._news.notify_all()


class LogSubscription:
    """One reader of some logs."""

    def __init__(
        self,
        reader: str,
        publications: Mapping[str, Publication],
        resume: Resume,
        locks: DatabaseAddress,
        news: threading.Condition,
    ) -> None:
        """See ``LogBus.subscribe``."""
        self._publications = publications
        self._resume = resume
        self._lease = Lease(f"reader {reader}", locks)
        self._news = news
        self._scanned: dict[str, int] = {}
        self._last: dict[str, int] = {}

    def poll(self, seconds: float) -> list[Letter]:
        """The next letters of every source, at most a page of each."""
        until = time.monotonic() + seconds
        while True:
            letters = self._next() if self._lease.hold() else []
            left = until - time.monotonic()
            if letters or left <= 0:
                return letters
            with self._news:
                self._news.wait(min(IDLE, left))

    def assigned(self) -> frozenset[tuple[str, int]]:
        """Partition 0 of every source while this process holds the reader's lock."""
        return frozenset((s, 0) for s in self._publications) if self._lease.held else frozenset()

    def rewind(self, source: str, partition: int) -> None:
        """Read this source again from the stored place."""
        del partition
        self._scanned.pop(source, None)

    def close(self) -> None:
        """Let the reader's name go."""
        self._lease.release()
        self._scanned.clear()

    def _next(self) -> list[Letter]:
        letters: list[Letter] = []
        for source, publication in self._publications.items():
            if source not in self._scanned:
                place = self._resume(source, 0)
                self._scanned[source] = self._last[source] = place.position
            for published in publication.page(self._scanned[source], PAGE):
                self._scanned[source] = published.position
                if published.value is not None:
                    letters.append(
                        Letter(
                            source,
                            0,
                            published.position,
                            published.position,
                            self._last[source],
                            published.key,
                            published.value,
                        )
                    )
                    self._last[source] = published.position
        return letters
