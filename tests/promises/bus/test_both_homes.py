"""What every home of the bus promises: order, completeness, each message taken in once."""

from collections.abc import Sequence
from typing import Any

import pytest

from shared.contracts.envelope import Event
from shared.kernel.ids import new_id
from shared.messaging.consumer import Consumer, Reader
from shared.messaging.inbox import Fenced, ReaderPosition
from shared.messaging.port import Resume
from tests.buses import BusHarness, Handed
from tests.toy_service import TELLER, submission, whisper
from tests.waiting import soon


def test_messages_of_a_case_arrive_in_order_each_once(harness: BusHarness) -> None:
    cases = [new_id() for _ in range(4)]
    hearer = harness.hearer()
    for _ in range(5):
        for case in cases:
            harness.record(case, 6)
        harness.log.submit(submission(cases[0], whisper(1))).result(10)
    for case in cases:
        hearer.hears(case, range(1, 31))
    assert hearer.inbox.waiting() == 0


def test_messages_of_a_case_share_a_partition_and_each_names_the_one_before(
    harness: BusHarness,
) -> None:
    cases = [new_id() for _ in range(8)]
    for case in cases:
        harness.record(case, 3)
    messages = harness.messages(harness.listen("curious"), 24)
    assert len(messages) == 24
    assert len({(message.key, message.partition) for message in messages}) == 8
    last: dict[int, int] = {}
    for message in messages:
        assert message.position is not None
        assert message.previous == last.get(message.partition, 0) < message.position
        last[message.partition] = message.position


def test_from_any_position_the_message_there_and_everything_after_it_comes(
    harness: BusHarness,
) -> None:
    case = new_id()
    harness.record(case, 12)
    whole = harness.messages(harness.listen("whole"), 12)
    positions = {0: ReaderPosition(TELLER, whole[0].partition, 0, 0)}
    for message in whole:
        position = message.position or 0
        positions[position] = ReaderPosition(
            TELLER, message.partition, position, message.offset + 1
        )
    for name, at in (("early", 1), ("late", 11)):
        rest = harness.messages(harness.listen(name, resuming(positions[at])), 13 - at)
        assert [message.position for message in rest] == list(range(at, 13))


def test_readers_of_different_names_each_get_everything(harness: BusHarness) -> None:
    case = new_id()
    one, other = harness.hearer(), harness.listen("somebody else")
    harness.record(case, 10)
    one.hears(case, range(1, 11))
    assert len(harness.messages(other, 10)) == 10


def test_two_processes_of_one_name_share_the_work_and_take_over_from_each_other(
    harness: BusHarness,
) -> None:
    cases = [new_id() for _ in range(6)]
    one = harness.hearer()
    other = harness.hearer(one)
    for case in cases:
        harness.record(case, 10)
    for case in cases:
        one.hears(case, range(1, 11))
    one.consumer.stop()
    for case in cases:
        harness.record(case, 10)
    for case in cases:
        other.hears(case, range(1, 21))
    assert other.inbox.waiting() == 0
    assert other.consumer.trouble is None


def test_a_crash_between_taking_in_and_reading_on_loses_and_doubles_nothing(
    harness: BusHarness,
) -> None:
    case = new_id()
    harness.record(case, 20)
    crashed = harness.hearer(start=False)
    subscription = harness.listen("hearer", crashed.inbox.reader_position)
    soon(lambda: crashed.consumer.step(subscription, 0.2))
    had = len(crashed.heard(case))
    assert had > 0
    harness.messages(subscription, 20 - had)  # handed out, and never taken in
    subscription.close()
    harness.record(case, 5)
    harness.hearer(crashed).hears(case, range(1, 26))


def test_a_failure_while_taking_in_leaves_no_trace_and_all_comes_again(harness: BusHarness) -> None:
    case = new_id()
    harness.record(case, 3)
    hearer = harness.hearer(start=False)
    subscription = harness.listen("hearer", hearer.inbox.reader_position)
    hearer.handler.broken = True
    with pytest.raises(ZeroDivisionError):
        soon(lambda: hearer.consumer.step(subscription, 0.2))
    subscription.close()
    assert hearer.heard(case) == []
    assert all(reader.position == 0 for reader in hearer.inbox.reader_positions())
    hearer.handler.broken = False
    again = harness.listen("hearer", hearer.inbox.reader_position)
    soon(lambda: hearer.consumer.step(again, 0.2) and len(hearer.heard(case)) == 3)
    assert hearer.heard(case) == [1, 2, 3]


def test_a_mistake_in_the_program_stops_the_reader_and_says_so(harness: BusHarness) -> None:
    case = new_id()
    hearer = harness.hearer(start=False)
    stopped: list[str] = []
    hearer.consumer.on_bug = lambda: stopped.append("bug")
    hearer.handler.broken = True
    hearer.consumer.start()
    harness.home.keep(hearer.consumer)
    harness.record(case, 1)
    soon(lambda: stopped)
    assert hearer.consumer.trouble == "bug: ZeroDivisionError"
    assert hearer.heard(case) == []


def test_a_reader_whose_database_was_set_back_reads_again_from_there(harness: BusHarness) -> None:
    case = new_id()
    first = harness.hearer()
    harness.record(case, 10)
    first.hears(case, range(1, 11))
    first.consumer.stop()
    restored = harness.hearer()  # an older backup: here, of the day before the first message
    harness.record(case, 2)
    restored.hears(case, range(1, 13))


def test_whoever_was_overtaken_is_fenced_off_and_writes_nothing(harness: BusHarness) -> None:
    case = new_id()
    harness.record(case, 5)
    messages = harness.messages(harness.listen("hand over"), 5)
    asleep = harness.hearer(start=False)
    awake = harness.hearer(asleep, start=False)
    asleep.handler.meanwhile = lambda: _ignore(awake.consumer.step(Handed(messages), 0))
    with pytest.raises(Fenced):
        asleep.consumer.step(Handed(messages), 0)
    assert awake.heard(case) == [1, 2, 3, 4, 5]
    assert awake.inbox.log.position() == 5


def test_whoever_was_overtaken_while_it_parks_a_message_is_fenced_off_too(
    harness: BusHarness,
) -> None:
    case = new_id()
    harness.record(case, 3)
    messages = harness.messages(harness.listen("hand over"), 3)
    asleep = harness.hearer(start=False)
    awake = harness.hearer(asleep, start=False)
    asleep.handler.rejects = awake.handler.rejects = {2}

    def meanwhile(curs: Any, read: Sequence[Event]) -> None:
        del curs, read
        awake.consumer.step(Handed(messages), 0)

    reader = Reader((TELLER,), asleep.handler.react, meanwhile)
    consumer = Consumer(asleep.inbox, harness.bus, reader)
    with pytest.raises(Fenced):
        consumer.step(Handed(messages), 0)
    assert [message.position for message in awake.parked(2)] == [2, 3]
    assert awake.heard(case) == [1]


def test_whoever_was_away_while_another_read_on_notices_instead_of_waiting_for_ever(
    harness: BusHarness,
) -> None:
    case = new_id()
    harness.record(case, 6)
    messages = harness.messages(harness.listen("hand over"), 6)
    away = harness.hearer(start=False)
    other = harness.hearer(away, start=False)
    away.consumer.step(Handed(messages[:2]), 0)
    other.consumer.step(Handed(messages[1:4]), 0)
    with pytest.raises(Fenced):  # from then on it reads its position again
        away.consumer.step(Handed(messages[4:]), 0)
    away.consumer.step(Handed(messages[3:]), 0)
    assert away.heard(case) == [1, 2, 3, 4, 5, 6]


def test_a_message_of_a_megabyte_travels_like_any_other(harness: BusHarness) -> None:
    case = new_id()
    hearer = harness.hearer()
    harness.record(case, 1, "ñ" * 524_288)
    harness.record(case, 1)
    hearer.hears(case, [1, 2])


def _ignore(_: object) -> None:
    """What came of it is seen elsewhere."""


def resuming(at: ReaderPosition) -> Resume:
    """Go on at this position, and at the start everywhere else."""
    return lambda source, n: at if n == at.partition else ReaderPosition(source, n, 0, 0)
