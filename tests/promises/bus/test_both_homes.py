"""What every home of the bus promises: order, completeness, each message taken in once."""

from collections.abc import Sequence
from typing import Any

import pytest

from shared.contracts.envelope import Event
from shared.kernel.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import Fenced, ReaderPosition
from shared.messaging.port import Resume
from shared.messaging.reacting import Reader
from tests.buses import BusHarness, Handed, ReaderProcess
from tests.toy_service import READER_NAME, TELLER, submission, whisper
from tests.waiting import soon


def test_messages_of_a_case_arrive_in_order_each_once(harness: BusHarness) -> None:
    cases = [new_id() for _ in range(4)]
    process = harness.reader_process()
    for _ in range(5):
        for case in cases:
            harness.record(case, 6)
        harness.log.submit(submission(cases[0], whisper(1))).result(10)
    for case in cases:
        process.expects(case, range(1, 31))
    assert process.inbox.waiting() == 0


def test_messages_of_a_case_share_a_partition_and_each_names_the_one_before(
    harness: BusHarness,
) -> None:
    cases = [new_id() for _ in range(8)]
    for case in cases:
        harness.record(case, 3)
    messages = harness.messages(harness.subscribe("curious"), 24)
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
    whole = harness.messages(harness.subscribe("whole"), 12)
    positions = {0: ReaderPosition(TELLER, whole[0].partition, 0, 0)}
    for message in whole:
        position = message.position or 0
        positions[position] = ReaderPosition(
            TELLER, message.partition, position, message.offset + 1
        )
    for name, at in (("early", 1), ("late", 11)):
        rest = harness.messages(harness.subscribe(name, resuming(positions[at])), 13 - at)
        assert [message.position for message in rest] == list(range(at, 13))


def test_readers_of_different_names_each_get_everything(harness: BusHarness) -> None:
    case = new_id()
    one, other = harness.reader_process(), harness.subscribe("somebody else")
    harness.record(case, 10)
    one.expects(case, range(1, 11))
    assert len(harness.messages(other, 10)) == 10


def test_two_processes_of_one_name_share_the_work_and_take_over_from_each_other(
    harness: BusHarness,
) -> None:
    cases = [new_id() for _ in range(6)]
    one = harness.reader_process()
    other = harness.reader_process(one)
    for case in cases:
        harness.record(case, 10)
    for case in cases:
        one.expects(case, range(1, 11))
    one.consumer.stop()
    for case in cases:
        harness.record(case, 10)
    for case in cases:
        other.expects(case, range(1, 21))
    assert other.inbox.waiting() == 0
    assert other.consumer.trouble is None


def test_a_crash_between_taking_in_and_reading_on_loses_and_doubles_nothing(
    harness: BusHarness,
) -> None:
    case = new_id()
    harness.record(case, 20)
    crashed = harness.reader_process(start=False)
    subscription = harness.subscribe(READER_NAME, crashed.inbox.reader_position)
    soon(lambda: crashed.consumer.step(subscription, 0.2))
    had = len(crashed.heard(case))
    assert had > 0
    harness.messages(subscription, 20 - had)  # handed out, and never taken in
    subscription.close()
    harness.record(case, 5)
    harness.reader_process(crashed).expects(case, range(1, 26))


def test_a_failure_while_taking_in_leaves_no_trace_and_all_comes_again(
    harness: BusHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = new_id()
    harness.record(case, 3)
    process = harness.reader_process(start=False)
    subscription = harness.subscribe(READER_NAME, process.inbox.reader_position)
    with monkeypatch.context() as lost:
        loses_what_it_parks(process, lost)
        with pytest.raises(LostInvariant):
            soon(lambda: process.consumer.step(subscription, 0.2))
    subscription.close()
    assert process.heard(case) == []
    assert all(reader.position == 0 for reader in process.inbox.reader_positions())
    again = harness.subscribe(READER_NAME, process.inbox.reader_position)
    soon(lambda: process.consumer.step(again, 0.2) and len(process.heard(case)) == 3)
    assert process.heard(case) == [1, 2, 3]


class LostInvariant(Exception):
    """Something of our own is not as it must be."""


def loses_what_it_parks(process: ReaderProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Break what stores parked messages, so that nothing at all can be stored."""

    def lost(*_: object) -> None:
        raise LostInvariant

    monkeypatch.setattr(process.inbox, "_park", lost)


def test_only_a_lost_invariant_of_our_own_ends_the_reader_and_it_says_so(
    harness: BusHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = new_id()
    process = harness.reader_process(start=False)
    stopped: list[str] = []
    process.consumer.on_bug = lambda: stopped.append("bug")
    loses_what_it_parks(process, monkeypatch)
    process.consumer.start()
    harness.home.keep(process.consumer)
    harness.record(case, 1)
    soon(lambda: stopped)
    assert process.consumer.trouble == "bug: LostInvariant"
    assert process.heard(case) == []


def test_a_reader_whose_database_was_set_back_reads_again_from_there(harness: BusHarness) -> None:
    case = new_id()
    first = harness.reader_process()
    harness.record(case, 10)
    first.expects(case, range(1, 11))
    first.consumer.stop()
    # From an older backup: here, of the day before the first message.
    restored = harness.reader_process()
    harness.record(case, 2)
    restored.expects(case, range(1, 13))


def test_whoever_was_overtaken_is_fenced_off_and_writes_nothing(harness: BusHarness) -> None:
    case = new_id()
    harness.record(case, 5)
    messages = harness.messages(harness.subscribe("hand over"), 5)
    asleep = harness.reader_process(start=False)
    awake = harness.reader_process(asleep, start=False)
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
    messages = harness.messages(harness.subscribe("hand over"), 3)
    asleep = harness.reader_process(start=False)
    awake = harness.reader_process(asleep, start=False)
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
    messages = harness.messages(harness.subscribe("hand over"), 6)
    away = harness.reader_process(start=False)
    other = harness.reader_process(away, start=False)
    away.consumer.step(Handed(messages[:2]), 0)
    other.consumer.step(Handed(messages[1:4]), 0)
    with pytest.raises(Fenced):  # from then on it reads its position again
        away.consumer.step(Handed(messages[4:]), 0)
    away.consumer.step(Handed(messages[3:]), 0)
    assert away.heard(case) == [1, 2, 3, 4, 5, 6]


def test_a_message_of_a_megabyte_travels_like_any_other(harness: BusHarness) -> None:
    case = new_id()
    process = harness.reader_process()
    harness.record(case, 1, "ñ" * 524_288)
    harness.record(case, 1)
    process.expects(case, [1, 2])


def _ignore(_: object) -> None:
    """What came of it is seen elsewhere."""


def resuming(at: ReaderPosition) -> Resume:
    """Go on at this position, and at the start everywhere else."""
    return lambda source, n: at if n == at.partition else ReaderPosition(source, n, 0, 0)
