"""Positions are contiguous and in commit order: a reader that follows them misses nothing."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Cursor

from shared.kernel.ids import new_id
from tests.databases import ScratchDatabase
from tests.toy_service import append, asking
from tests.writers import write_many

pytestmark = pytest.mark.integration

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
def open_transaction(house: ScratchDatabase) -> Iterator[Cursor[Any]]:
    with psycopg.connect(house.admin) as conn, conn.cursor() as curs:
        yield curs


def test_many_writers_in_several_processes_leave_no_gap_and_a_follower_sees_each_at_once(
    house: ScratchDatabase,
) -> None:
    log = house.log()
    spawn = multiprocessing.get_context("spawn")
    writers = [
        spawn.Process(target=write_many, args=(log.address, f"writer {n}", 300, 5 + n))
        for n in range(3)
    ]
    follower = Follower(lambda after: [r.position for r in log.page(after, 100)])
    for writer in writers:
        writer.start()
    here = [log.ask(asking(new_id(), append())) for _ in range(300)]
    while any(w.is_alive() for w in writers) or len(follower.seen) < log.position():
        follower.look()
        assert follower.is_content()
    assert [w.exitcode for w in writers] == [0, 0, 0]
    assert all(future.result(30) for future in here)
    assert len(follower.seen) == log.position() == 1_200


def positions(cursor: Any) -> list[int]:
    """Those of the facts that were appended by this cursor's last statement."""
    return [row["notification_id"] for row in cursor.fetchall()]


def test_whoever_appends_second_waits_for_the_first_and_is_numbered_after_it(
    house: ScratchDatabase,
) -> None:
    log = house.log()
    recorder = log.recorder
    follower = Follower(lambda after: [r[0] for r in recorder.select_page(after, 10)])
    second = threading.Thread(target=recorder.insert_events, args=([fact()],))
    with recorder.datastore.transaction(commit=True) as first:
        recorder.append(first, [fact(), fact()])
        assert positions(first) == [1, 2]
        second.start()
        second.join(0.2)
        assert second.is_alive()
        follower.look()
        assert follower.seen == []
    second.join(10)
    follower.look()
    assert follower.seen == [1, 2, 3]


def test_a_batch_that_is_rolled_back_gives_its_positions_back(house: ScratchDatabase) -> None:
    recorder = house.log().recorder
    with recorder.datastore.transaction(commit=False) as curs:
        recorder.append(curs, [fact(), fact()])
        assert positions(curs) == [1, 2]
    assert recorder.insert_events([fact()]) == [1]
    assert recorder.head() == 1


# --- negative control: the same follower over orders that are known to lose rows ------------------


def test_the_follower_notices_what_a_plain_serial_column_loses(house: ScratchDatabase) -> None:
    house.query("CREATE TABLE public.plain (position bigserial PRIMARY KEY)")
    insert = b"INSERT INTO public.plain DEFAULT VALUES"
    follower = Follower(
        lambda after: [
            r[0]
            for r in house.query(
                "SELECT position FROM public.plain WHERE position > %s ORDER BY position", after
            )
        ]
    )
    with open_transaction(house) as slow:
        slow.execute(insert)
        house.query(insert.decode())
        follower.look()
    follower.look()
    assert not follower.is_content()
    assert follower.skipped() == [1]


def test_the_follower_notices_what_the_librarys_database_functions_lose(
    house: ScratchDatabase,
) -> None:
    datastore = PostgresDatastore(
        house.dbname,
        house.server.host,
        house.server.port,
        house.server.user,
        house.server.password,
        max_overflow=4,
        enable_db_functions=True,
    )
    house.keep(datastore)
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
