"""Commands that wait together are written in one transaction, and each is answered on its own."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent

from shared.eventstore.batcher import Overloaded
from shared.eventstore.codec import Unreadable
from shared.eventstore.log import Log
from shared.eventstore.port import RaceLost
from shared.eventstore.writer import Receipt
from shared.kernel.ids import new_id
from tests.homes import Home
from tests.toy_service import (
    BROKEN,
    TooLate,
    append,
    carried_out,
    record_number,
    refusal_of,
    stored_numbers,
    submission,
)
from tests.whole_logs import facts_of


@contextmanager
def all_together(log: Log) -> Iterator[None]:
    """What is submitted meanwhile waits, and is then served as one batch (up to 256)."""
    begun, gate = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        gate.wait()

    held = log.alone(hold)
    assert begun.wait(60)
    try:
        yield
    finally:
        gate.set()
        held.result(10)


def test_a_full_batch_is_one_transaction_and_each_gets_its_own_answer(home: Home) -> None:
    log = home.log()
    streams = [new_id() for _ in range(200)]
    with all_together(log):
        futures = [log.submit(submission(stream, append())) for stream in (*streams, streams[0])]
    receipts = [carried_out(future) for future in futures]
    assert [r.stream for r in receipts] == [*streams, streams[0]]
    assert receipts[0].version == 1
    assert receipts[-1].version == 2
    assert [fact.position for fact in facts_of(log)] == list(range(1, 202))
    assert home.transactions(log) == 1


def test_more_than_a_batch_takes_as_few_transactions_as_there_are_batches(home: Home) -> None:
    log = home.log()
    with all_together(log):
        futures = [log.submit(submission(new_id(), append())) for _ in range(600)]
    assert all(isinstance(future.result(10), Receipt) for future in futures)
    assert home.transactions(log) == 3


def test_many_callers_at_once_take_far_fewer_transactions_than_commands(home: Home) -> None:
    log = home.log()
    home.takes_its_time(log)

    def call_again_and_again() -> None:
        for _ in range(40):
            assert isinstance(log.submit(submission(new_id(), append())).result(10), Receipt)

    callers = [threading.Thread(target=call_again_and_again) for _ in range(16)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert log.position() == 640
    assert home.transactions(log) < 320


def test_a_refused_command_does_not_disturb_its_neighbours(home: Home) -> None:
    log, stream, other = home.log(), new_id(), new_id()
    with all_together(log):
        before = log.submit(submission(stream, record_number(5)))
        refused = log.submit(submission(stream, record_number(3)))
        after = log.submit(submission(stream, record_number(6)))
        elsewhere = log.submit(submission(other, record_number(1)))
    assert carried_out(before).version == 1
    assert refusal_of(refused.result(10)) == TooLate(3)
    assert carried_out(after).version == 2
    assert carried_out(elsewhere).version == 1
    assert stored_numbers(log, stream) == [5, 6]


def test_a_rule_that_breaks_is_only_its_callers_trouble(home: Home) -> None:
    log, stream = home.log(), new_id()
    with all_together(log):
        before = log.submit(submission(stream, record_number(1)))
        broken = log.submit(submission(stream, record_number(BROKEN)))
        after = log.submit(submission(stream, record_number(2)))
    with pytest.raises(RuntimeError, match="the rule broke"):
        broken.result(10)
    assert (carried_out(before).version, carried_out(after).version) == (1, 2)
    assert stored_numbers(log, stream) == [1, 2]


def test_a_stream_that_cannot_be_read_is_only_its_callers_trouble(home: Home) -> None:
    log, spoiled, good = home.log(), new_id(), new_id()
    with log.recorder.transaction() as curs:
        log.recorder.append(curs, [StoredEvent(spoiled, 1, "told", b"[]")])
    with all_together(log):
        lost = log.submit(submission(spoiled, append()))
        served = log.submit(submission(good, append()))
    with pytest.raises(Unreadable):
        lost.result(10)
    assert carried_out(served).version == 1
    assert log.position() == 2


def test_a_caller_who_hung_up_does_not_disturb_the_others(home: Home) -> None:
    log, stream, gone = home.log(), new_id(), new_id()
    with all_together(log):
        hung_up = log.submit(submission(gone, append()))
        stayed = log.submit(submission(stream, append()))
        assert hung_up.cancel()
    assert carried_out(stayed).version == 1
    assert stored_numbers(log, gone) == []


def test_nobody_hears_of_a_fact_before_it_is_written(home: Home) -> None:
    log, stream = home.log(), new_id()
    elsewhere = home.beside(log)
    for n in range(1, 20):
        assert carried_out(log.submit(submission(stream, append()))).version == n
        assert elsewhere.position() == n


def test_a_full_waiting_room_says_so_and_does_nothing_but_the_reader_gets_in(home: Home) -> None:
    log, stream = home.log(), new_id()
    log._queue._waiting_room = 10
    with all_together(log):
        let_in = [log.submit(submission(stream, append())) for _ in range(10)]
        with pytest.raises(Overloaded):
            log.submit(submission(stream, append()))
        reader = log.alone(lambda: "served")
    assert [carried_out(future).version for future in let_in] == list(range(1, 11))
    assert reader.result(10) == "served"
    assert isinstance(log.submit(submission(stream, append())).result(10), Receipt)


def test_closing_serves_all_who_wait_and_turns_the_rest_away(home: Home) -> None:
    log, stream = home.log(), new_id()
    gate = threading.Event()
    futures: list[Future[Any]] = []
    turned_away = 0
    log.alone(gate.wait)
    closing = threading.Thread(target=log.close)
    for n in range(200):
        if n == 100:
            closing.start()
        try:
            futures.append(log.submit(submission(stream, append())))
        except Overloaded:
            turned_away += 1
    gate.set()
    closing.join(60)
    assert [carried_out(future).version for future in futures] == list(range(1, len(futures) + 1))
    assert len(futures) >= 100
    assert len(futures) + turned_away == 200


def test_a_log_that_cannot_be_as_it_must_be_is_an_error_and_not_an_endless_race(
    home: Home,
) -> None:
    log, stream = home.log(), new_id()
    assert carried_out(log.submit(submission(stream, append()))).version == 1
    home.set_head(log, 0)
    with pytest.raises(RaceLost, match=r"position|notification_id"):
        log.submit(submission(stream, append())).result(10)
    home.set_head(log, 1)
    assert carried_out(log.submit(submission(stream, append()))).version == 2
