"""A log in memory: it needs no server, and ends with the process.

It keeps the promises of ``port``. Several logs over recorders of one store race as several
processes at one schema do. A transaction sees what is committed; others see what it writes once it
is committed, all at once. The first transaction to write gets the next positions; the next one to
write waits until it has ended.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from shared.eventstore.port import Accepted, RaceLost, Row, Superseded


@dataclass
class MemoryFacts:
    """A log's facts and answers, as committed.

    facts: by position. streams: the same facts by stream and version. committed: guards all of them
    during a read or a commit. writing: held by the one transaction that writes.
    """

    head: int = 0
    facts: dict[int, Row] = field(default_factory=dict)
    streams: dict[UUID, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))
    commands: dict[UUID, Accepted] = field(default_factory=dict)
    committed: threading.Lock = field(default_factory=threading.Lock)
    writing: AbstractContextManager[Any] = field(default_factory=threading.Lock)


@dataclass
class MemoryTransaction:
    """What one transaction writes, until it is committed or rolled back."""

    _store: MemoryFacts
    _locks: ExitStack = field(default_factory=ExitStack)
    _writes: bool = False
    _rows: dict[int, Row] = field(default_factory=dict)
    _commands: dict[UUID, Accepted] = field(default_factory=dict)
    _changes: list[Callable[[], None]] = field(default_factory=list)

    @property
    def appended(self) -> list[int]:
        """The positions of the facts that this transaction appended."""
        return list(self._rows)

    def append(
        self,
        events: Sequence[StoredEvent],
        commands: Sequence[Accepted],
        leans: Collection[tuple[UUID, int]] = (),
    ) -> None:
        """Append as ``Recorder.append`` does."""
        self.begin_to_write()
        for stream, version in leans:
            if self._version(stream) > version:
                raise Superseded(f"stream {stream} has a version after {version}")
        for command in commands:
            if command.id in self._store.commands or command.id in self._commands:
                raise RaceLost(f"command {command.id} was answered before")
            self._commands[command.id] = command
        written = {(stream, version) for _, stream, version, _, _ in self._rows.values()}
        for event in events:
            stream, version = UUID(str(event.originator_id)), event.originator_version
            if version in self._store.streams.get(stream, ()) or (stream, version) in written:
                raise RaceLost(f"version {version} of stream {stream} was written before")
            position = self._store.head + len(self._rows) + 1
            if position in self._store.facts:
                raise RaceLost(f"position {position} was written before")
            written.add((stream, version))
            self._rows[position] = (position, stream, version, event.topic, bytes(event.state))

    def hold(self, lock: AbstractContextManager[Any]) -> None:
        """Hold a lock until the end of this transaction."""
        self._locks.enter_context(lock)

    def change(self, *changes: Callable[[], None]) -> None:
        """Change something else in the store upon commit."""
        self.begin_to_write()
        self._changes.extend(changes)

    def begin_to_write(self) -> None:
        """Wait until no other transaction writes; none does until this one ends."""
        if not self._writes:
            self.hold(self._store.writing)
            self._writes = True

    def commit(self) -> None:
        """Make all of it visible to others at once."""
        with self._store.committed:
            self._store.head += len(self._rows)
            self._store.facts.update(self._rows)
            for row in self._rows.values():
                self._store.streams[row[1]][row[2]] = row
            self._store.commands.update(self._commands)
            for change in self._changes:
                change()

    def end(self) -> None:
        """Release the locks."""
        self._locks.close()

    def _version(self, stream: UUID) -> int:
        """Return the stream's last version, committed or written in this transaction."""
        here = {row[2] for row in self._rows.values() if row[1] == stream}
        return max(here.union(self._store.streams.get(stream, ())), default=0)


@dataclass
class MemoryRecorder:
    """One process's recorder of a store; see ``Recorder``."""

    store: MemoryFacts

    def cursor(self) -> AbstractContextManager[MemoryTransaction]:
        """Open a transaction for one statement."""
        return self.transaction()

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        """Open a transaction; it is committed if its context is left without an exception."""
        transaction = MemoryTransaction(self.store)
        try:
            yield transaction
            transaction.commit()
        finally:
            transaction.end()

    def append(
        self,
        curs: MemoryTransaction,
        events: Sequence[StoredEvent],
        commands: Sequence[Accepted] = (),
        leans: Collection[tuple[UUID, int]] = (),
    ) -> None:
        """Append facts and answers. Raises RaceLost or Superseded."""
        curs.append(events, commands, leans)

    def select_newer(self, known: Sequence[tuple[UUID, int]]) -> list[Row]:
        """Return all facts of these streams after the known versions."""
        with self.store.committed:
            return [row for stream, version in known for row in self._newer(stream, version)]

    def select_stream(self, stream: UUID, known: int) -> list[tuple[str, bytes]]:
        """Return the facts of a stream after a version: stored names and bytes."""
        with self.store.committed:
            return [(name, raw) for _, _, _, name, raw in self._newer(stream, known)]

    def select_existing(self, streams: Sequence[UUID]) -> set[UUID]:
        """Return those of these streams that have any fact."""
        with self.store.committed:
            return {stream for stream in streams if self.store.streams.get(stream)}

    def select_page(self, after: int, limit: int) -> list[Row]:
        """Return the facts after a position in the whole log, in commit order."""
        with self.store.committed:
            facts, upto = self.store.facts, min(after + limit, self.store.head)
            return [facts[n] for n in range(after + 1, upto + 1) if n in facts]

    def select_commands(self, ids: Sequence[UUID]) -> dict[UUID, Accepted]:
        """Return those of these commands that were carried out before, by id."""
        with self.store.committed:
            return {one: self.store.commands[one] for one in ids if one in self.store.commands}

    def head(self) -> int:
        """Return the position of the last fact, 0 for an empty log."""
        with self.store.committed:
            return self.store.head

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def _newer(self, stream: UUID, known: int) -> list[Row]:
        rows = self.store.streams.get(stream, {})
        return [rows[version] for version in sorted(rows) if version > known]
