"""Positions and parked messages in memory, beside a log in memory.

Tests of rules, reactions and whole paths through several services run on it in milliseconds. No
installation does: it ends with the process.
"""

import threading
from collections import Counter
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
    """The log is not kept in memory; its positions and parked messages are where the log is."""


class ParkedBefore(Exception):
    """A message that is parked already was to be parked again."""


@dataclass
class Parked:
    """A parked message. resolved_at: None if it is not resolved."""

    message: ParkedMessage
    resolved_at: datetime | None = None


@dataclass
class ConsumeLock:
    """A lock that consumers share, and that is held alone while parked messages are resolved.

    waiting: how many threads wait for it.
    """

    waiting: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _holders: int = 0
    _alone: bool = False

    @contextmanager
    def hold(self, *, alone: bool) -> Iterator[None]:
        """Hold the lock, shared with others or ``alone``, waiting until that is possible."""
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
    """All that one service stores, as a schema does in PostgreSQL.

    partitions: the agreed number. positions: by name. parked: by message id. consuming: guards them
    as ``CONSUME_LOCK`` does.
    """

    partitions: int | None = None
    positions: dict[str, ReaderPosition] = field(default_factory=dict)
    parked: dict[UUID, Parked] = field(default_factory=dict)
    consuming: ConsumeLock = field(default_factory=ConsumeLock)


def store_of(log: Log) -> MemoryStore:
    """Return the store that keeps this log. Raises NotInMemory."""
    recorder = log.recorder
    if isinstance(recorder, MemoryRecorder) and isinstance(recorder.store, MemoryStore):
        return recorder.store
    raise NotInMemory(log.service)


class MemoryInbox(Inbox):
    """The positions and parked messages of one service, in the store of its log."""

    def __init__(self, log: Log) -> None:
        """Find the log's store. Raises NotInMemory."""
        self.log = log
        self._store = store_of(log)

    @override
    def reader_position(self, source: str, partition: int) -> ReaderPosition:
        start = ReaderPosition(source, partition, 0, 0)
        with self._store.committed:
            return self._store.positions.setdefault(start.name, start)

    @override
    def reader_positions(self) -> list[ReaderPosition]:
        with self._store.committed:
            return [at for _, at in sorted(self._store.positions.items())]

    @override
    def reasons(self) -> dict[str, int]:
        return dict(sorted(Counter(one.reason for one in self.open_messages()).items()))

    @override
    def waits_since(self) -> datetime | None:
        return min((message.parked_at for message in self.open_messages()), default=None)

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
    """Leases of names: one holder at a time, among all that share this object."""

    _holders: "dict[str, MemoryLease]" = field(default_factory=dict)

    def lease(self, name: str) -> "MemoryLease":
        """Return the lease of a name, not held yet."""
        return MemoryLease(name, self._holders)


@dataclass(eq=False)
class MemoryLease:
    """The lease of one name; see ``HeldName``."""

    _name: str
    _holders: "dict[str, MemoryLease]"

    @property
    def held(self) -> bool:
        return self._holders.get(self._name) is self

    def hold(self) -> bool:
        """Hold the name unless another lease does. Whether it is held here now."""
        return self._holders.setdefault(self._name, self) is self

    def release(self) -> None:
        """Release the name if it is held here."""
        if self.held:
            del self._holders[self._name]


def _waiting(store: MemoryStore) -> list[ParkedMessage]:
    return [parked.message for parked in store.parked.values() if parked.resolved_at is None]
