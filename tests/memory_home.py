"""Logs in memory, for tests: each store is what a schema is elsewhere, each recorder a process."""

import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from typing_extensions import override

from shared.eventstore.codec import Vocabulary
from shared.eventstore.log import Log
from shared.eventstore.memory import MemoryRecorder, MemoryTransaction
from shared.eventstore.port import Accepted
from shared.kernel.clock import Clock, now
from shared.kernel.value import replace
from shared.messaging.inbox import Inbox
from shared.messaging.memory import MemoryInbox, MemoryLeases, MemoryStore, store_of
from tests.homes import Home, Started
from tests.toy_service import TELLER, VOCABULARY
from tests.writers import write_many


@dataclass
class NotingRecorder(MemoryRecorder):
    """Notes which transaction wrote which fact, as PostgreSQL does in each row."""

    written_by: dict[int, MemoryTransaction] = field(default_factory=dict)
    seconds: float = 0.0
    """How long an append takes."""

    @override
    def append(
        self,
        curs: MemoryTransaction,
        events: Sequence[StoredEvent],
        commands: Sequence[Accepted] = (),
        leans: Collection[tuple[UUID, int]] = (),
    ) -> None:
        time.sleep(self.seconds)
        super().append(curs, events, commands, leans)
        self.written_by.update(dict.fromkeys(curs.appended, curs))


@dataclass
class MemoryHome(Home):
    """Any number of logs, in this process."""

    leases: MemoryLeases = field(default_factory=MemoryLeases)

    @override
    def log(
        self, *, service: str = TELLER, vocabulary: Vocabulary = VOCABULARY, clock: Clock = now
    ) -> Log:
        return self.over(NotingRecorder(MemoryStore()), service, vocabulary, clock)

    def over(
        self,
        recorder: MemoryRecorder,
        service: str = TELLER,
        vocabulary: Vocabulary = VOCABULARY,
        clock: Clock = now,
    ) -> Log:
        """A log over this recorder."""
        return self.keep(Log(service, recorder, vocabulary, clock))  # type: ignore[no-any-return]

    @override
    def beside(self, log: Log, *, vocabulary: Vocabulary | None = None, clock: Clock = now) -> Log:
        recorder = NotingRecorder(store_of(log))
        return self.over(recorder, log.service, vocabulary or log.vocabulary, clock)

    @override
    def inbox_of(self, log: Log) -> Inbox:
        return MemoryInbox(log)

    @property
    @override
    def locks(self) -> MemoryLeases:
        return self.leases

    @override
    def transactions(self, log: Log) -> int:
        assert isinstance(log.recorder, NotingRecorder)
        return len({id(transaction) for transaction in log.recorder.written_by.values()})

    @override
    def takes_its_time(self, log: Log) -> None:
        assert isinstance(log.recorder, NotingRecorder)
        log.recorder.seconds = 0.002

    @override
    def positions(self, curs: MemoryTransaction) -> list[int]:
        return curs.appended

    @override
    def set_head(self, log: Log, position: int) -> None:
        store_of(log).head = position

    @override
    def somebody_waits(self, log: Log) -> bool:
        return store_of(log).consuming.waiting > 0

    @override
    def start_writers(self, log: Log, writers: int, count: int) -> list[Started]:
        store = store_of(log)
        started: list[Started] = []
        for n in range(writers):
            thread = threading.Thread(
                target=write_many, args=(MemoryRecorder(store), f"writer {n}", count, 5 + n)
            )
            thread.start()
            started.append(thread)
        return started

    @override
    def restored(self, log: Log, position: int) -> Log:
        older = MemoryStore(partitions=store_of(log).partitions)
        recorder = NotingRecorder(older)
        with recorder.transaction() as curs:
            rows = log.recorder.select_page(0, position)
            curs.append([StoredEvent(*row[1:]) for row in rows], ())
        for name, at in store_of(log).positions.items():
            older.positions[name] = replace(at, position=min(at.position, position))
        return self.over(recorder, log.service, log.vocabulary)
