"""What a service has processed of the logs it follows: positions, parked messages, consequences.

All that follows from a batch is stored in one transaction with the reader's new positions. The
position is the truth about what was processed; the bus's own offset is stored beside it only to
know where to seek. A position moves only from exactly where the caller believes it to be: a process
that slept through its own replacement is fenced off and writes nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier
from typing_extensions import override

from shared.eventstore.log import Log
from shared.eventstore.port import RACES
from shared.eventstore.session import NotRead, Session
from shared.kernel.decider import Stream
from shared.kernel.text import Text, UserError
from shared.kernel.value import Value

ATTEMPTS = 5
CONSUME_LOCK: LiteralString = "hashtextextended('parked ' || %s, 0)"
"""Advisory lock of a service's schema: held shared by consumers, alone while resolving."""
POSITIONS: LiteralString = (
    "SELECT application_name, notification_id, bus_offset, mark FROM {s}.tracking"
    " WHERE application_name <> 'partitions' ORDER BY application_name"
)
"""Selects the rows for ``positions_of``; the same table also has the agreed partition count."""
PARTITIONS: LiteralString = (
    "SELECT notification_id FROM {s}.tracking WHERE application_name = 'partitions'"
)

RELAY, SCANNED = "relay", -1
"""A relay keeps its positions among its service's, under this source name.

In partition ``SCANNED``: how far it has read the log; in the others: the last message sent there.
"""


class Fenced(Exception):
    """Another process moved this position.

    What was being done is undone; read the position again before going on.
    """


class PartitionsDiffer(UserError):
    """The installation was started with another number of partitions."""

    def __init__(self, there: int, asked: int) -> None:
        """Describe the difference. there: as it was started. asked: as the settings say now."""
        text = Text(
            f"esta instalación reparte en {there} particiones y los ajustes dicen {asked};"
            f" el número no cambia nunca: ponga CANALIZA_KAFKA_PARTITIONS={there}.",
            f"this installation spreads over {there} partitions and the settings say {asked};"
            f" the number never changes: set CANALIZA_KAFKA_PARTITIONS={there}.",
        )
        super().__init__(text, 2)


class KeepsLosing(Exception):
    """A batch lost the race for its streams too often. Try again later."""


class ReaderPosition(Value):
    """How far this service has come in one partition of one source.

    position: the source's log position of the last message read. offset: where the bus keeps the
    next message. mark: of the fact at that position (see ``mark_of``), which shows whether a
    history is the one that was read; empty if it is not known.
    """

    source: str
    partition: int
    position: int
    offset: int
    mark: str = ""

    @property
    def name(self) -> str:
        """The name of its row in the table ``tracking``."""
        return f"{self.source}/{self.partition}"


@dataclass(frozen=True, slots=True)
class ParkedMessage:
    """A message that waits to be resolved.

    reason: a code of what is wrong with it, or ``behind-a-parked-message``.
    """

    id: UUID
    source: str
    partition: int
    offset: int
    position: int
    key: str
    value: bytes
    reason: str
    parked_at: datetime


@dataclass
class BatchContext:
    """One attempt at processing messages, as ``work`` sees and fills it.

    session: to decide in. held: the keys that have parked messages. parked, resolved: the messages
    to park now, and the ids of those that are now resolved. rows: write rows of read models, each
    with the transaction's cursor.
    """

    session: Session
    held: set[str]
    parked: list[ParkedMessage]
    resolved: list[UUID]
    rows: list[Callable[[Any], None]]


class Inbox(ABC):
    """The positions and parked messages of one service, kept where its log is."""

    log: Log

    def agree_on_partitions(self, partitions: int) -> None:
        """Store into how many partitions messages are spread, if none is stored yet.

        With another number the messages of a case would move to another partition and overtake each
        other, on either bus. Raises PartitionsDiffer if another is stored.
        """
        self._note_partitions(partitions)
        self.compare_partitions(partitions)

    def compare_partitions(self, partitions: int) -> None:
        """Raise PartitionsDiffer if another number is stored; store nothing."""
        there = self._partitions()
        if there is not None and there != partitions:
            raise PartitionsDiffer(there, partitions)

    @abstractmethod
    def reader_position(self, source: str, partition: int) -> ReaderPosition:
        """Return the position in this partition; a new one starts before the first message."""

    @abstractmethod
    def reader_positions(self) -> list[ReaderPosition]:
        """Return all positions as committed now."""

    def move(self, moves: Sequence[tuple[ReaderPosition, ReaderPosition]]) -> None:
        """Move positions on without processing anything. Raises Fenced.

        A relay does so after its messages were acknowledged.
        """
        with self.log.recorder.cursor() as curs:
            self._move(curs, moves)

    def process(
        self,
        moves: Sequence[tuple[ReaderPosition, ReaderPosition]],
        streams: Iterable[Stream],
        work: Callable[[BatchContext], None],
        *,
        begun: Iterable[Stream] = (),
        resolving: bool = False,
    ) -> None:
        """Run ``work``; store all it leads to in one transaction with the positions' moves.

        streams: those that ``work`` will decide on, read afresh in one query. begun: those it will
        begin; they, and the streams that its decisions lean on, are read only if ``work`` or the
        database finds that they must be, and then ``work`` runs again. resolving: true if parked
        messages are resolved; nobody else processes messages of this service meanwhile.

        Raises Fenced, or KeepsLosing after five lost races; then nothing was stored.
        """
        there, new = list(streams), list(begun)
        self.log.alone(lambda: self._process(moves, there, new, work, resolving=resolving)).result()

    def waiting(self) -> int:
        """Count the parked messages that are not resolved."""
        return sum(self.reasons().values())

    @abstractmethod
    def reasons(self) -> dict[str, int]:
        """Count the parked messages that are not resolved, by reason."""

    @abstractmethod
    def waits_since(self) -> datetime | None:
        """Return when the oldest parked message was parked; None if none waits."""

    @abstractmethod
    def lines(self) -> int:
        """Count the lines: keys with open parked messages, and open parked messages without one."""

    @abstractmethod
    def open_messages(self, key: str | None = None) -> list[ParkedMessage]:
        """Return the open parked messages in the order they came. key: only those of this key."""

    @abstractmethod
    def message(self, message_id: UUID) -> tuple[ParkedMessage, datetime | None] | None:
        """Return a parked message and when it was resolved, None if no such message was parked."""

    def _process(
        self,
        moves: Sequence[tuple[ReaderPosition, ReaderPosition]],
        there: list[Stream],
        new: list[Stream],
        work: Callable[[BatchContext], None],
        *,
        resolving: bool,
    ) -> None:
        writer, recorder, states = self.log.writer, self.log.recorder, self.log.states
        for _ in range(ATTEMPTS):
            session: Session | None = None
            try:
                with recorder.transaction() as curs:
                    held = self._lock(curs, resolving=resolving)
                    # Only now: another holder of the lock may have changed these very streams.
                    self._refresh(there)
                    session = writer.session(set(there))
                    context = BatchContext(session, held, [], [], [])
                    work(context)
                    for rows in context.rows:
                        rows(curs)
                    # First: a process that was overtaken stops here and parks nothing twice.
                    self._move(curs, moves)
                    self._park(curs, context)
                    recorder.append(curs, session.events, leans=session.versions)
            except (*RACES, NotRead):
                leans = [(lean.decider, lean.stream) for lean in session.leans] if session else []
                there, new = [*there, *new, *leans], []
                states.forget(there)
                continue
            except BaseException:
                states.forget([*there, *new])
                raise
            writer.committed(session)
            return
        raise KeepsLosing

    def _refresh(self, streams: Sequence[Stream]) -> None:
        for broken in self.log.states.refresh(streams).broken.values():
            raise broken

    @abstractmethod
    def _note_partitions(self, partitions: int) -> None:
        """Store the number unless one is stored already."""

    @abstractmethod
    def _partitions(self) -> int | None:
        """Return the stored number, None if there is none."""

    @abstractmethod
    def _lock(self, curs: Any, *, resolving: bool) -> set[str]:
        """Take ``CONSUME_LOCK``, alone if ``resolving``; return the keys with parked messages."""

    @abstractmethod
    def _move(self, curs: Any, moves: Sequence[tuple[ReaderPosition, ReaderPosition]]) -> None:
        """Move positions on from exactly where they are believed to be. Raises Fenced."""

    @abstractmethod
    def _park(self, curs: Any, context: BatchContext) -> None:
        """Store which messages are now parked and which are resolved."""


class DatabaseInbox(Inbox):
    """The positions and parked messages of one service, in tables beside its log."""

    def __init__(self, log: Log) -> None:
        """Prepare the statements for the log's schema. Raises NotInADatabase."""
        self.log = log
        self._schema = log.address.schema
        s = Identifier(self._schema)
        self._statements = {
            name: SQL(text).format(s=s, message=_MESSAGE) for name, text in _STATEMENTS.items()
        }

    @override
    def reader_position(self, source: str, partition: int) -> ReaderPosition:
        name = ReaderPosition(source, partition, 0, 0).name
        rows = self._query("touch", (name,)) or self._query("position", (name,))
        return ReaderPosition(source, partition, *rows[0])

    @override
    def reader_positions(self) -> list[ReaderPosition]:
        return positions_of(self._query("positions", ()))

    @override
    def reasons(self) -> dict[str, int]:
        return dict(self._query("reasons", ()))

    @override
    def waits_since(self) -> datetime | None:
        since: datetime | None = self._query("since", ())[0][0]
        return since

    @override
    def lines(self) -> int:
        return int(self._query("lines", ())[0][0])

    @override
    def open_messages(self, key: str | None = None) -> list[ParkedMessage]:
        return [ParkedMessage(*row) for row in self._query("open", (key, key))]

    @override
    def message(self, message_id: UUID) -> tuple[ParkedMessage, datetime | None] | None:
        rows = self._query("message", (message_id,))
        return (ParkedMessage(*rows[0][:-1]), rows[0][-1]) if rows else None

    @override
    def _note_partitions(self, partitions: int) -> None:
        self._query("note_partitions", (partitions,))

    @override
    def _partitions(self) -> int | None:
        return next((int(row[0]) for row in self._query("partitions", ())), None)

    @override
    def _lock(self, curs: Any, *, resolving: bool) -> set[str]:
        curs.execute(
            self._statements["lock_alone" if resolving else "lock_shared"],
            (self._schema,),
        )
        curs.execute(self._statements["held"])
        return {next(iter(row.values())) for row in curs.fetchall()}

    @override
    def _move(self, curs: Any, moves: Sequence[tuple[ReaderPosition, ReaderPosition]]) -> None:
        if not moves:
            return
        old = [before for before, _ in moves]
        new = [after for _, after in moves]
        curs.execute(
            self._statements["move"],
            (
                [p.name for p in old],
                [p.position for p in old],
                [p.offset for p in old],
                [p.position for p in new],
                [p.offset for p in new],
                [p.mark for p in new],
            ),
        )
        if curs.rowcount != len(moves):
            raise Fenced([p.name for p in old])

    @override
    def _park(self, curs: Any, context: BatchContext) -> None:
        if context.parked:
            parked = [astuple(message) for message in context.parked]
            curs.executemany(self._statements["park"], parked)
        if context.resolved:
            curs.execute(self._statements["resolve"], (context.session.now, context.resolved))

    def _query(self, name: str, params: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        statement: Composed = self._statements[name]
        with self.log.database.cursor() as curs:
            curs.execute(statement, params)
            return curs.fetchall()


def positions_of(rows: Iterable[tuple[Any, ...]]) -> list[ReaderPosition]:
    """Read positions from the rows of ``POSITIONS``: name, position, offset, mark."""
    named = [(row[0].rpartition("/"), row[1:]) for row in rows]
    return [ReaderPosition(name[0], int(name[2]), *rest) for name, rest in named]


_MESSAGE = SQL("id, source, partition, bus_offset, position, key, value, reason, parked_at")
_STATEMENTS = {
    "touch": "INSERT INTO {s}.tracking (application_name, notification_id) VALUES (%s, 0)"
    " ON CONFLICT DO NOTHING RETURNING notification_id, bus_offset, mark",
    "position": "SELECT notification_id, bus_offset, mark FROM {s}.tracking"
    " WHERE application_name = %s",
    "note_partitions": "INSERT INTO {s}.tracking (application_name, notification_id)"
    " VALUES ('partitions', %s) ON CONFLICT DO NOTHING RETURNING 1",
    "partitions": PARTITIONS,
    "positions": POSITIONS,
    "move": "UPDATE {s}.tracking t"
    " SET notification_id = m.new_position, bus_offset = m.new_offset, mark = m.new_mark"
    " FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[])"
    " AS m(name, position, bus_offset, new_position, new_offset, new_mark)"
    " WHERE t.application_name = m.name AND t.notification_id = m.position AND "
    "t.bus_offset = m.bus_offset",
    "lock_shared": f"SELECT pg_advisory_xact_lock_shared({CONSUME_LOCK})",
    "lock_alone": f"SELECT pg_advisory_xact_lock({CONSUME_LOCK})",
    "held": "SELECT DISTINCT key FROM {s}.parked WHERE resolved_at IS NULL AND key <> ''",
    "park": "INSERT INTO {s}.parked ({message}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
    "resolve": "UPDATE {s}.parked SET resolved_at = %s WHERE id = ANY(%s) AND resolved_at IS NULL",
    "open": "SELECT {message} FROM {s}.parked WHERE resolved_at IS NULL"
    " AND (%s::text IS NULL OR key = %s) ORDER BY n",
    "reasons": "SELECT reason, count(*) FROM {s}.parked WHERE resolved_at IS NULL"
    " GROUP BY reason ORDER BY reason",
    "since": "SELECT min(parked_at) FROM {s}.parked WHERE resolved_at IS NULL",
    "lines": "SELECT count(DISTINCT CASE key WHEN '' THEN id::text ELSE key END) FROM {s}.parked"
    " WHERE resolved_at IS NULL",
    "message": "SELECT {message}, resolved_at FROM {s}.parked WHERE id = %s",
}
