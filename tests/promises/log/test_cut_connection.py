"""A connection that is cut leaves doubt; asking again with the same key ends it."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest

from shared.eventstore.log import Log
from shared.eventstore.writer import Receipt
from shared.kernel.ids import new_id
from shared.messaging.inbox import Inbox, ReaderPosition
from shared.postgres.database import OUTAGES, DatabaseAddress
from tests.databases import ScratchDatabase
from tests.proxy import Wire
from tests.toy_service import append, asking, carried_out, quote, quoted, told

pytestmark = pytest.mark.integration

DONE = b"INSERT 0"
"""How PostgreSQL begins to say that rows were inserted: it does so once they are committed."""


@dataclass(frozen=True)
class Wired:
    """A wire, and the way into the database that leads over it."""

    wire: Wire
    address: DatabaseAddress


@pytest.fixture
def wired(house: ScratchDatabase) -> Iterator[Wired]:
    with tempfile.TemporaryDirectory(prefix="wire-") as folder:
        address = house.address()
        built = Wire(Path(folder), Path(address.host) / f".s.PGSQL.{address.port}")
        yield Wired(built, replace(address, host=folder))
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
    house: ScratchDatabase, wired: Wired
) -> None:
    log, stream = house.log(wired.address), new_id()
    log.ask(asking(stream, append())).result(10)
    wired.wire.cut_answer = lambda said: DONE in said
    with pytest.raises(OUTAGES):
        log.ask(asking(stream, append(), key="in doubt")).result(10)
    assert wired.wire.cuts == 1
    assert told(house.log(replace(wired.address, host=house.server.host)), stream) == [1, 2]
    receipt = ask_until_answered(log, stream, "in doubt")
    assert receipt.version == 2
    assert told(log, stream) == [1, 2]
    assert carried_out(log.ask(asking(stream, append()))).version == 3


def test_cut_between_commit_and_answer_of_a_batch_that_leans_on_others_it_is_the_same(
    house: ScratchDatabase, wired: Wired
) -> None:
    log, page, quotes = house.log(wired.address), new_id(), new_id()
    log.ask(asking(page, append())).result(10)
    wired.wire.cut_answer = lambda said: DONE in said
    with pytest.raises(OUTAGES):
        log.ask(asking(quotes, quote(page), key="leaning in doubt")).result(10)
    assert wired.wire.cuts == 1
    assert quoted(house.log(replace(wired.address, host=house.server.host)), quotes) == [(1, 1)]
    for _ in range(3):
        with suppress(*OUTAGES):
            again = log.ask(asking(quotes, quote(page), key="leaning in doubt"))
            assert carried_out(again).version == 1
            break
    assert quoted(log, quotes) == [(1, 1)]


def test_cut_before_the_request_arrived_the_same_key_is_carried_out_once(
    house: ScratchDatabase, wired: Wired
) -> None:
    log, stream = house.log(wired.address), new_id()
    log.ask(asking(stream, append())).result(10)
    wired.wire.cut_request = lambda said: stream.bytes in said
    with pytest.raises(OUTAGES):
        log.ask(asking(stream, append(), key="never arrived")).result(10)
    assert wired.wire.cuts == 1
    assert ask_until_answered(log, stream, "never arrived").version == 2
    assert told(log, stream) == [1, 2]


def test_a_backend_that_was_terminated_is_replaced_and_nothing_is_doubled(
    house: ScratchDatabase,
) -> None:
    log, stream = house.log(), new_id()
    role = log.address.user
    for n in range(1, 7):
        house.query(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", role
        )
        assert ask_until_answered(log, stream, f"key {n}").version == n
    assert told(log, stream) == [1, 2, 3, 4, 5, 6]


def test_a_relays_place_that_moved_unheard_is_found_moved(
    house: ScratchDatabase, wired: Wired
) -> None:
    inbox = Inbox(house.log(wired.address))
    start = inbox.place("relay", 0)
    moved = ReaderPosition("relay", 0, 7, 0)
    wired.wire.cut_answer = lambda said: b"UPDATE 1" in said
    with pytest.raises(OUTAGES):
        inbox.move([(start, moved)])
    assert wired.wire.cuts == 1
    for _ in range(5):
        try:
            assert inbox.place("relay", 0) == moved
            break
        except OUTAGES:
            continue
