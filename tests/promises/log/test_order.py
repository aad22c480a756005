"""Positions are contiguous and in commit order: a reader that follows them misses nothing.

Each home has its own negative controls: the ways to count positions in PostgreSQL, and in memory,
that are known to lose rows.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Cursor
from typing_extensions import override

from shared.eventstore.log import Log
from shared.eventstore.memory import MemoryRecorder, MemoryTransaction
from shared.eventstore.port import Accepted
from shared.kernel.ids import new_id
from shared.messaging.memory import MemoryStore
from tests.databases import ScratchDatabase
from tests.homes import Home
from tests.toy_service import append, submission

Read = Callable[[int], Sequence[int]]
"""The positions that follow a position, as committed now."""


class Follower:
    """Reads on from the last position it saw, as everybody does, and notes what it skipped."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.seen: list[int] = []

    def look(self) -> None:
        self.seen += self._read(self.seen[-1] if self.seen else 0)

    def skipped(self) -> list[int]:
        return [p for p in range(1, max(self.seen, default=0) + 1) if p not in set(self.seen)]

    def is_content(self) -> bool:
        return self.seen == list(range(1, len(self.seen) + 1))


def fact(stream: UUID | None = None) -> StoredEvent:
    return StoredEvent(stream or new_id(), 1, "told", b"{}")


@contextmanager
def open_transaction(database: ScratchDatabase) -> Iterator[Cursor[Any]]:
    with psycopg.connect(database.admin) as conn, conn.cursor() as curs:
        yield curs


def test_many_writers_in_several_processes_leave_no_gap_and_a_follower_sees_each_at_once(
    home: Home,
) -> None:
    log = home.log()
    follower = Follower(lambda after: [r.position for r in log.page(after, 100)])
    writers = home.start_writers(log, 3, 300)
    here = [log.submit(submission(new_id(), append())) for _ in range(300)]
    ended = False
    while not ended or len(follower.seen) < log.position():
        ended = not any(w.is_alive() for w in writers) and all(future.done() for future in here)
        follower.look()
        assert follower.is_content()
    assert len(follower.seen) == log.position() == 1_200


def append_one(log: Log) -> None:
    with log.recorder.cursor() as curs:
        log.recorder.append(curs, [fact()])


def test_whoever_appends_second_waits_for_the_first_and_is_numbered_after_it(home: Home) -> None:
    log = home.log()
    recorder = log.recorder
    follower = Follower(lambda after: [r[0] for r in recorder.select_page(after, 10)])
    second = threading.Thread(target=append_one, args=(log,))
    with recorder.transaction() as first:
        recorder.append(first, [fact(), fact()])
        assert home.positions(first) == [1, 2]
        second.start()
        second.join(0.2)
        assert second.is_alive()
        follower.look()
        assert follower.seen == []
    second.join(60)
    follower.look()
    assert follower.seen == [1, 2, 3]


def test_a_batch_that_is_rolled_back_gives_its_positions_back(home: Home) -> None:
    log = home.log()
    with suppress(ZeroDivisionError), log.recorder.transaction() as curs:
        log.recorder.append(curs, [fact(), fact()])
        assert home.positions(curs) == [1, 2]
        raise ZeroDivisionError
    append_one(log)
    assert [row[0] for row in log.recorder.select_page(0, 10)] == [1]
    assert log.recorder.head() == 1


# --- negative control: the same follower over orders that are known to lose rows ------------------


@pytest.mark.integration
def test_the_follower_notices_what_a_plain_serial_column_loses(database: ScratchDatabase) -> None:
    database.query("CREATE TABLE public.plain (position bigserial PRIMARY KEY)")
    insert = b"INSERT INTO public.plain DEFAULT VALUES"
    follower = Follower(
        lambda after: [
            r[0]
            for r in database.query(
                "SELECT position FROM public.plain WHERE position > %s ORDER BY position", after
            )
        ]
    )
    with open_transaction(database) as slow:
        slow.execute(insert)
        database.query(insert.decode())
        follower.look()
    follower.look()
    assert not follower.is_content()
    assert follower.skipped() == [1]


@pytest.mark.integration
def test_the_follower_notices_what_the_librarys_database_functions_lose(
    database: ScratchDatabase,
) -> None:
    datastore = PostgresDatastore(
        database.dbname,
        database.server.host,
        database.server.port,
        database.server.user,
        database.server.password,
        max_overflow=4,
        enable_db_functions=True,
    )
    database.keep(datastore)
    recorder = PostgresApplicationRecorder(datastore, events_table_name="unlocked")
    recorder.create_table()
    follower = Follower(
        lambda after: [
            n.id for n in recorder.select_notifications(after, 10, inclusive_of_start=False)
        ]
    )
    one = fact()
    event = recorder.construct_pg_stored_event(one.originator_id, 1, one.topic, one.state)
    with datastore.transaction(commit=True) as slow:
        slow.execute(recorder.sql_invoke_pg_function_insert_events, ([event],))
        recorder.insert_events([fact()])
        follower.look()
    follower.look()
    assert not follower.is_content()
    assert follower.skipped() == [1]


@dataclass
class SerialTransaction(MemoryTransaction):
    """Counts as a serial column does: a position is given for good to whoever takes it."""

    @override
    def append(
        self,
        events: Sequence[StoredEvent],
        commands: Sequence[Accepted] = (),
        leans: Collection[tuple[UUID, int]] = (),
    ) -> None:
        super().append(events, commands, leans)
        self._store.head += len(self.appended)

    @override
    def commit(self) -> None:
        self._store.head -= len(self.appended)
        super().commit()


def test_the_follower_notices_what_a_store_loses_in_which_nobody_waits_for_the_first() -> None:
    store = MemoryStore(writing=nullcontext())
    recorder = MemoryRecorder(store)
    follower = Follower(lambda after: [row[0] for row in recorder.select_page(after, 10)])
    slow, quick = SerialTransaction(store), SerialTransaction(store)
    for transaction in (slow, quick):
        transaction.append([fact()])
    quick.commit()
    follower.look()
    slow.commit()
    follower.look()
    assert not follower.is_content()
    assert follower.skipped() == [1]
