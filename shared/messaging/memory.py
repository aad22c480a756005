"""What a service has taken in, in memory, beside its log there.

A test of rules, reactions and whole paths through several services runs over it in milliseconds. No
installation runs on it: it ends with the process.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from operator import setitem
from uuid import UUID

from typing_extensions import override

from shared.eventstore.log import Log
from shared.eventstore.memory import MemoryFacts, MemoryRecorder, MemoryTransaction
from shared.messaging.inbox import BatchContext, Fenced, Inbox, ParkedMessage, ReaderPosition


class NotInMemory(Exception):
    """A log that is kept elsewhere has its reader positions and parked messages there too."""


class ParkedBefore(Exception):
    """A message was to be parked that is parked already."""


@dataclass
class Parked:
    """A parked message, and when it was resolved if it was."""

    message: ParkedMessage
    resolved_at: datetime | None = None


@dataclass
class ConsumeLock:
    """Held together by all who take messages in, and alone by whoever resolves parked ones.

    waiting: how many are waiting for it.
    """

    waiting: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _holders: int = 0
    _alone: bool = False

    @contextmanager
    def hold(self, *, alone: bool) -> Iterator[None]:
        """Wait until nobody is alone, or nobody is there at all, and hold the lock."""
        with self._changed:
            self.waiting += 1
            self._changed.wait_for(lambda: not (self._alone or (alone and self._holders)))
            self.waiting -= 1
            self._holders += 1
            self._alone = alone
        try:
            yield
        finally:
            with self._changed:
                self._holders -= 1
                self._alone = False
                self._changed.notify_all()


@dataclass
class MemoryStore(MemoryFacts):
    """All that one service keeps, as a schema does in PostgreSQL.

    positions: of readers, by name.
    """

    partitions: int | None = None
    positions: dict[str, ReaderPosition] = field(default_factory=dict)
    parked: dict[UUID, Parked] = field(default_factory=dict)
    consuming: ConsumeLock = field(default_factory=ConsumeLock)


def store_of(log: Log) -> MemoryStore:
    """Where this log is kept. Raises NotInMemory."""
    recorder = log.recorder
    if isinstance(recorder, MemoryRecorder) and isinstance(recorder.store, MemoryStore):
        return recorder.store
    raise NotInMemory(log.service)


class MemoryInbox(Inbox):
    """The positions and parked messages of one service, in the store of its log."""

    def __init__(self, log: Log) -> None:
        """Raise NotInMemory unless the log is kept in memory."""
        self.log = log
        self._store = store_of(log)

    @override
    def position(self, source: str, partition: int) -> ReaderPosition:
        start = ReaderPosition(source, partition, 0, 0)
        with self._store.committed:
            return self._store.positions.setdefault(start.name, start)

    @override
    def positions(self) -> list[ReaderPosition]:
        with self._store.committed:
            return [at for _, at in sorted(self._store.positions.items())]

    @override
    def waiting(self) -> int:
        return len(self.open_messages())

    @override
    def lines(self) -> int:
        return len({message.key or str(message.id) for message in self.open_messages()})

    @override
    def open_messages(self, key: str | None = None) -> list[ParkedMessage]:
        with self._store.committed:
            return [one for one in _waiting(self._store) if key in {None, one.key}]

    @override
    def message(self, message_id: UUID) -> tuple[ParkedMessage, datetime | None] | None:
        with self._store.committed:
            found = self._store.parked.get(message_id)
            return (found.message, found.resolved_at) if found else None

    @override
    def _note_partitions(self, partitions: int) -> None:
        with self._store.committed:
            if self._store.partitions is None:
                self._store.partitions = partitions

    @override
    def _partitions(self) -> int | None:
        with self._store.committed:
            return self._store.partitions

    @override
    def _lock(self, curs: MemoryTransaction, *, resolving: bool) -> set[str]:
        curs.hold(self._store.consuming.hold(alone=resolving))
        return {message.key for message in self.open_messages()} - {""}

    @override
    def _move(
        self, curs: MemoryTransaction, moves: Sequence[tuple[ReaderPosition, ReaderPosition]]
    ) -> None:
        curs.begin_to_write()
        for before, after in moves:
            there = self._store.positions.get(before.name)
            if there is None or (there.position, there.offset) != (before.position, before.offset):
                raise Fenced([before.name for before, _ in moves])
            curs.change(partial(setitem, self._store.positions, after.name, after))

    @override
    def _park(self, curs: MemoryTransaction, context: BatchContext) -> None:
        curs.begin_to_write()
        for message in context.parked:
            if message.id in self._store.parked:
                raise ParkedBefore(message.id)
            curs.change(partial(setitem, self._store.parked, message.id, Parked(message)))
        for resolved in context.resolved:
            there = self._store.parked.get(resolved)
            if there is not None and there.resolved_at is None:
                curs.change(partial(setattr, there, "resolved_at", context.session.now))


@dataclass
class MemoryLeases:
    """Names that one holder at a time has, among all who share this object."""

    _holders: "dict[str, MemoryLease]" = field(default_factory=dict)

    def lease(self, name: str) -> "MemoryLease":
        """A name to hold."""
        return MemoryLease(name, self._holders)


@dataclass(eq=False)
class MemoryLease:
    """One name, held or not; see ``HeldName``."""

    _name: str
    _holders: "dict[str, MemoryLease]"

    @property
    def held(self) -> bool:
        """Whether it is held here."""
        return self._holders.get(self._name) is self

    def hold(self) -> bool:
        """Get the name unless somebody has it."""
        return self._holders.setdefault(self._name, self) is self

    def release(self) -> None:
        """Let the name go."""
        if self.held:
            del self._holders[self._name]


def _waiting(store: MemoryStore) -> list[ParkedMessage]:
    """The parked messages that nobody has resolved, in the order they came."""
    return [parked.message for parked in store.parked.values() if parked.resolved_at is None]
