"""A log in memory: no server, and nothing kept.

It keeps what ``port`` promises. Several logs over recorders of one store are several processes at
one schema: they race, and are told so. A transaction sees what is committed; what it writes is seen
by others once it is committed, all at once. Whoever writes first has the next positions; whoever
writes second waits until that transaction has ended.
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

    facts: by position. streams: the same by stream, as they were committed. committed: guards all
    of it for as long as it takes to look or to write. writing: held by the one transaction that
    writes.
    """

    head: int = 0
    facts: dict[int, Row] = field(default_factory=dict)
    streams: dict[UUID, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))
    commands: dict[UUID, Accepted] = field(default_factory=dict)
    committed: threading.Lock = field(default_factory=threading.Lock)
    writing: AbstractContextManager[Any] = field(default_factory=threading.Lock)


@dataclass
class MemoryTransaction:
    """What one transaction writes, until it is committed or dropped."""

    _store: MemoryFacts
    _locks: ExitStack = field(default_factory=ExitStack)
    _writes: bool = False
    _rows: dict[int, Row] = field(default_factory=dict)
    _commands: dict[UUID, Accepted] = field(default_factory=dict)
    _changes: list[Callable[[], None]] = field(default_factory=list)

    @property
    def appended(self) -> list[int]:
        """The positions of the facts that were appended here."""
        return list(self._rows)

    def append(
        self,
        events: Sequence[StoredEvent],
        commands: Sequence[Accepted],
        leans: Collection[tuple[UUID, int]] = (),
    ) -> None:
        """See ``Recorder.append``."""
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
        """Hold a lock to the end of this transaction."""
        self._locks.enter_context(lock)

    def change(self, *changes: Callable[[], None]) -> None:
        """Have something else in the store changed together with what is appended."""
        self.begin_to_write()
        self._changes.extend(changes)

    def begin_to_write(self) -> None:
        """Wait until nobody else writes; from here to the end nobody else does."""
        if not self._writes:
            self.hold(self._store.writing)
            self._writes = True

    def commit(self) -> None:
        """Let everybody see all of it, at one moment."""
        with self._store.committed:
            self._store.head += len(self._rows)
            self._store.facts.update(self._rows)
            for row in self._rows.values():
                self._store.streams[row[1]][row[2]] = row
            self._store.commands.update(self._commands)
            for change in self._changes:
                change()

    def end(self) -> None:
        """Let the locks go."""
        self._locks.close()

    def _version(self, stream: UUID) -> int:
        """The stream's last version, committed or written here before."""
        here = {row[2] for row in self._rows.values() if row[1] == stream}
        return max(here.union(self._store.streams.get(stream, ())), default=0)


@dataclass
class MemoryRecorder:
    """One process's way to a store; see ``Recorder``."""

    store: MemoryFacts

    def cursor(self) -> AbstractContextManager[MemoryTransaction]:
        """A transaction for one statement."""
        return self.transaction()

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        """A transaction, committed where its context is left without an exception."""
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
        """All facts of these streams past the versions already known."""
        with self.store.committed:
            return [row for stream, version in known for row in self._newer(stream, version)]

    def select_stream(self, stream: UUID, known: int) -> list[tuple[str, bytes]]:
        """The facts of one stream past a version: their stored names and bytes."""
        with self.store.committed:
            return [(name, raw) for _, _, _, name, raw in self._newer(stream, known)]

    def select_existing(self, streams: Sequence[UUID]) -> set[UUID]:
        """Return those of these streams that have any fact."""
        with self.store.committed:
            return {stream for stream in streams if self.store.streams.get(stream)}

    def select_page(self, after: int, limit: int) -> list[Row]:
        """The next facts of the whole log, in commit order."""
        with self.store.committed:
            facts, upto = self.store.facts, min(after + limit, self.store.head)
            return [facts[n] for n in range(after + 1, upto + 1) if n in facts]

    def select_commands(self, ids: Sequence[UUID]) -> dict[UUID, Accepted]:
        """Those of these commands that were carried out before."""
        with self.store.committed:
            return {one: self.store.commands[one] for one in ids if one in self.store.commands}

    def head(self) -> int:
        """The position of the last fact."""
        with self.store.committed:
            return self.store.head

    def close(self) -> None:
        """Let go of nothing: there is no connection."""

    def _newer(self, stream: UUID, known: int) -> list[Row]:
        rows = self.store.streams.get(stream, {})
        return [rows[version] for version in sorted(rows) if version > known]
