"""A connection that is cut leaves doubt; asking again with the same key ends it."""

import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from shared.eventstore.database import OUTAGES, DatabaseAddress
from shared.eventstore.inbox import Inbox, Place
from shared.eventstore.streams import Log
from shared.eventstore.writer import Receipt
from shared.kernel.ids import new_id
from tests.houses import House
from tests.toys import append, asking, carried_out, told

pytestmark = pytest.mark.integration

DONE = b"INSERT 0"
"""How PostgreSQL begins to say that rows were inserted: it does so once they are committed."""


class Wire:
    """Stands between a log and its database, and cuts the connection when told."""

    def __init__(self, folder: Path, address: DatabaseAddress) -> None:
        self._real = f"{address.host}/.s.PGSQL.{address.port}"
        self.address = replace(address, host=str(folder))
        self.cut_after_answer: bytes | None = None
        self.cut_before_request: bytes | None = None
        self.cuts = 0
        self._threads: list[threading.Thread] = []
        self._ends: list[socket.socket] = []
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(f"{folder}/.s.PGSQL.{address.port}")
        self._door.listen()
        self._start(self._accept)

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for end in self._ends:
            _hang_up(end)
        for thread in self._threads:
            thread.join()
        for end in self._ends:
            end.close()

    def _start(self, run: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=run, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                inner, _ = self._door.accept()
            except OSError:
                return
            outer = socket.socket(socket.AF_UNIX)
            outer.connect(self._real)
            self._ends += [inner, outer]
            self._start(self._carry, inner, outer, False)  # noqa: FBT003 - requests, then answers
            self._start(self._carry, outer, inner, True)  # noqa: FBT003

    def _carry(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:  # noqa: FBT001
        with suppress(OSError):
            while said := source.recv(1 << 20):
                mark = self.cut_after_answer if answers else self.cut_before_request
                if mark is not None and mark in said:
                    self.cut_after_answer = self.cut_before_request = None
                    self.cuts += 1
                    break
                sink.sendall(said)
        _hang_up(source)
        _hang_up(sink)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):  # the other side was faster
        end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def wire(house: House) -> Iterator[Wire]:
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        built = Wire(Path(folder), house.address())
        yield built
        built.close()


def ask_until_answered(log: Log, stream: UUID, key: str) -> Receipt:
    """As a caller does after an error that leaves doubt: the same again, a few times."""
    for _ in range(3):
        try:
            receipt = log.ask(asking(stream, append(), key=key)).result(10)
        except OUTAGES:
            continue
        assert isinstance(receipt, Receipt)
        return receipt
    raise AssertionError("it stayed away")


def test_cut_between_commit_and_answer_the_same_key_gives_the_receipt_and_one_fact(
    house: House, wire: Wire
) -> None:
    log, stream = house.log(wire.address), new_id()
    log.ask(asking(stream, append())).result(10)
    wire.cut_after_answer = DONE
    with pytest.raises(OUTAGES):
        log.ask(asking(stream, append(), key="in doubt")).result(10)
    assert wire.cuts == 1
    assert told(house.log(replace(wire.address, host=house.server.host)), stream) == [1, 2]
    receipt = ask_until_answered(log, stream, "in doubt")
    assert receipt.version == 2
    assert told(log, stream) == [1, 2]
    assert carried_out(log.ask(asking(stream, append()))).version == 3


def test_cut_before_the_request_arrived_the_same_key_is_carried_out_once(
    house: House, wire: Wire
) -> None:
    log, stream = house.log(wire.address), new_id()
    log.ask(asking(stream, append())).result(10)
    wire.cut_before_request = stream.bytes
    with pytest.raises(OUTAGES):
        log.ask(asking(stream, append(), key="never arrived")).result(10)
    assert wire.cuts == 1
    assert ask_until_answered(log, stream, "never arrived").version == 2
    assert told(log, stream) == [1, 2]


def test_a_backend_that_was_terminated_is_replaced_and_nothing_is_doubled(house: House) -> None:
    log, stream = house.log(), new_id()
    role = log.address.user
    for n in range(1, 7):
        house.query(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", role
        )
        assert ask_until_answered(log, stream, f"key {n}").version == n
    assert told(log, stream) == [1, 2, 3, 4, 5, 6]


def test_a_relays_place_that_moved_unheard_is_found_moved(house: House, wire: Wire) -> None:
    inbox = Inbox(house.log(wire.address))
    start = inbox.place("relay", 0)
    moved = Place("relay", 0, 7, 0)
    wire.cut_after_answer = b"UPDATE 1"
    with pytest.raises(OUTAGES):
        inbox.move([(start, moved)])
    assert wire.cuts == 1
    for _ in range(5):
        try:
            assert inbox.place("relay", 0) == moved
            break
        except OUTAGES:
            continue
