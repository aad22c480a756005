"""A connection that is cut leaves doubt; submitting again with the same key ends it.

PostgreSQL is reached over a wire that can be cut. Memory has no wire: there a recorder of this test
fails before, or after, its transaction. A terminated backend is PostgreSQL's.
"""

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import pytest
from psycopg import OperationalError
from typing_extensions import override

from shared.eventstore.log import Log
from shared.eventstore.memory import MemoryRecorder, MemoryTransaction
from shared.eventstore.writer import Receipt
from shared.kernel.ids import new_id
from shared.messaging.inbox import ReaderPosition
from shared.messaging.memory import MemoryStore
from shared.postgres.database import OUTAGES, DatabaseAddress
from tests.databases import ScratchDatabase
from tests.homes import Home
from tests.memory_home import MemoryHome
from tests.proxy import Wire
from tests.toy_service import (
    TELLER,
    VOCABULARY,
    append,
    carried_out,
    quote,
    quoted,
    stored_numbers,
    submission,
)


class Line(ABC):
    """The way to a log, which can be cut."""

    log: Log

    @abstractmethod
    def cut_next_answer(self) -> None:
        """Have the next thing that is written be stored, and its answer lost."""

    @abstractmethod
    def cut_next_request(self, stream: UUID) -> None:
        """Have the next request that is about this stream not arrive."""

    @abstractmethod
    def directly(self) -> Log:
        """The same log over another line."""

    @property
    @abstractmethod
    def cuts(self) -> int:
        """How often it was cut."""


@dataclass
class WireToPostgres(Line):
    """A socket in between."""

    database: ScratchDatabase
    wire: Wire
    address: DatabaseAddress

    def __post_init__(self) -> None:
        self.log = self.database.log(replace(self.address, host=str(self.wire.folder)))

    @override
    def cut_next_answer(self) -> None:
        # How PostgreSQL says that rows were written: it does so once they are committed.
        self.wire.cut_answer = lambda chunk: b"INSERT 0" in chunk or b"UPDATE 1" in chunk

    @override
    def cut_next_request(self, stream: UUID) -> None:
        self.wire.cut_request = lambda chunk: stream.bytes in chunk

    @override
    def directly(self) -> Log:
        return self.database.log(self.address)

    @property
    @override
    def cuts(self) -> int:
        return self.wire.cuts


@dataclass
class CutRecorder(MemoryRecorder):
    """Fails once, before or after a transaction, as a connection does that is cut."""

    before: bool = False
    after: bool = False
    cuts: int = 0

    @override
    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        if self.before:
            self._cut()
        with super().transaction() as transaction:
            yield transaction
        if self.after:
            self._cut()

    def _cut(self) -> None:
        self.before = self.after = False
        self.cuts += 1
        raise OperationalError("the connection was cut")


@dataclass
class LineInMemory(Line):
    """A recorder that fails on demand."""

    home: MemoryHome
    recorder: CutRecorder = field(default_factory=lambda: CutRecorder(MemoryStore()))

    def __post_init__(self) -> None:
        self.log = self.home.over(self.recorder)

    @override
    def cut_next_answer(self) -> None:
        self.recorder.after = True

    @override
    def cut_next_request(self, stream: UUID) -> None:
        self.recorder.before = True

    @override
    def directly(self) -> Log:
        return self.home.over(MemoryRecorder(self.recorder.store))

    @property
    @override
    def cuts(self) -> int:
        return self.recorder.cuts


@pytest.fixture
def line(home: Home) -> Iterator[Line]:
    if isinstance(home, MemoryHome):
        yield LineInMemory(home)
        return
    assert isinstance(home, ScratchDatabase)
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        address = home.address()
        wire = Wire(Path(folder), Path(address.host) / f".s.PGSQL.{address.port}")
        yield WireToPostgres(home, wire, address)
        wire.close()


def submit_until_answered(log: Log, stream: UUID, key: str) -> Receipt:
    """As a caller does after an error that leaves doubt: the same again, a few times."""
    for _ in range(3):
        try:
            receipt = log.submit(submission(stream, append(), key=key)).result(10)
        except OUTAGES:
            continue
        assert isinstance(receipt, Receipt)
        return receipt
    raise AssertionError("it stayed away")


def test_cut_between_commit_and_answer_the_same_key_gives_the_receipt_and_one_fact(
    line: Line,
) -> None:
    log, stream = line.log, new_id()
    log.submit(submission(stream, append())).result(10)
    line.cut_next_answer()
    with pytest.raises(OUTAGES):
        log.submit(submission(stream, append(), key="in doubt")).result(10)
    assert line.cuts == 1
    assert stored_numbers(line.directly(), stream) == [1, 2]
    receipt = submit_until_answered(log, stream, "in doubt")
    assert receipt.version == 2
    assert stored_numbers(log, stream) == [1, 2]
    assert carried_out(log.submit(submission(stream, append()))).version == 3


def test_cut_between_commit_and_answer_of_a_batch_that_leans_on_others_it_is_the_same(
    line: Line,
) -> None:
    log, page, quotes = line.log, new_id(), new_id()
    log.submit(submission(page, append())).result(10)
    line.cut_next_answer()
    with pytest.raises(OUTAGES):
        log.submit(submission(quotes, quote(page), key="leaning in doubt")).result(10)
    assert line.cuts == 1
    assert quoted(line.directly(), quotes) == [(1, 1)]
    for _ in range(3):
        with suppress(*OUTAGES):
            again = log.submit(submission(quotes, quote(page), key="leaning in doubt"))
            assert carried_out(again).version == 1
            break
    assert quoted(log, quotes) == [(1, 1)]


def test_cut_before_the_request_arrived_the_same_key_is_carried_out_once(line: Line) -> None:
    log, stream = line.log, new_id()
    log.submit(submission(stream, append())).result(10)
    line.cut_next_request(stream)
    with pytest.raises(OUTAGES):
        log.submit(submission(stream, append(), key="never arrived")).result(10)
    assert line.cuts == 1
    assert stored_numbers(line.directly(), stream) == [1]
    assert submit_until_answered(log, stream, "never arrived").version == 2
    assert stored_numbers(log, stream) == [1, 2]


@pytest.mark.integration
def test_a_backend_that_was_terminated_is_replaced_and_nothing_is_doubled(
    database: ScratchDatabase,
) -> None:
    log, stream = database.log(), new_id()
    role = log.address.user
    for n in range(1, 7):
        database.query(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", role
        )
        assert submit_until_answered(log, stream, f"key {n}").version == n
    assert stored_numbers(log, stream) == [1, 2, 3, 4, 5, 6]


def test_a_relays_position_that_moved_unheard_is_found_moved(home: Home, line: Line) -> None:
    inbox = home.inbox_of(line.log)
    start = inbox.reader_position("relay", 0)
    moved = ReaderPosition("relay", 0, 7, 0)
    line.cut_next_answer()
    with pytest.raises(OUTAGES):
        inbox.move([(start, moved)])
    assert line.cuts == 1
    assert home.inbox_of(line.directly()).reader_position("relay", 0) == moved


@pytest.mark.integration
def test_a_log_that_cannot_be_opened_because_the_database_is_away_says_so(
    database: ScratchDatabase,
) -> None:
    with pytest.raises(OUTAGES):
        Log(TELLER, replace(database.address(), host="/nowhere"), VOCABULARY)
