"""A log restored from a backup, a topic lost: what is sent again, and what nobody believes.

Topics and relays are Kafka's; what a reader promises runs over memory as well.
"""

import threading
from dataclasses import replace
from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.messaging import consumer as reading
from shared.messaging import position_tracker
from shared.messaging.inbox import ReaderPosition
from shared.messaging.log_bus import LogBus
from shared.messaging.publication import HistoryForked
from shared.messaging.relay import FORKED, Relay
from shared.messaging.topics import ensure
from shared.telemetry import metrics
from tests.brokers import client_at
from tests.buses import KAFKA, LOG, BusHarness, ReaderProcess, build, home_of
from tests.toy_service import TELLER, publication
from tests.waiting import soon


@pytest.fixture(autouse=True)
def soon_unverified(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader says after a moment what otherwise takes it a minute."""
    monkeypatch.setattr(position_tracker, "UNVERIFIED_SECONDS", 0.5)
    monkeypatch.setattr(reading, "LOOK_AGAIN_SECONDS", 0.5)


def restored(harness: BusHarness, position: int) -> BusHarness:
    """The harness with its publisher's log as it was when this was its last position."""
    log = harness.home.restored(harness.log, position)
    public = publication(log)
    bus = harness.bus if harness.kafka else LogBus([public], harness.home.locks, harness.partitions)
    return BusHarness(
        harness.home, harness.kind, log, public, bus, harness.kafka, harness.partitions
    )


def topic_made_anew(harness: BusHarness) -> None:
    assert harness.kafka is not None
    admin = KafkaAdminClient(**client_at(harness.kafka.bootstrap))
    admin.delete_topics([harness.topic])
    soon(lambda: harness.topic not in admin.list_topics())
    admin.close()
    ensure(harness.kafka, [TELLER], harness.partitions, 1)


def relay_position(harness: BusHarness, partition: int = 0) -> ReaderPosition:
    return harness.home.inbox_of(harness.log).reader_position("relay", partition)


def record_and_receive(harness: BusHarness, case: Any, count: int) -> ReaderProcess:
    """So many messages recorded, and all taken in by a reader that then stopped."""
    harness.record(case, count)
    relay = harness.relay() if harness.kafka else None
    process = harness.reader_process()
    process.expects(case, range(1, count + 1))
    if relay is not None:
        soon(lambda: relay_position(harness).position == count)
        relay.stop()
    process.consumer.stop()
    return process


def began_anew() -> float:
    return float(metrics.RELAY_BEGAN_ANEW.labels(TELLER)._value.get())


def unstarted(harness: BusHarness) -> Relay:
    assert harness.kafka is not None
    return Relay(
        harness.publication, harness.home.inbox_of(harness.log), harness.kafka, harness.partitions
    )


# --- the publisher ---------------------------------------------------------------------------


def test_a_log_that_ends_before_its_topic_is_refused_with_what_to_do(
    kafka_harness: BusHarness,
) -> None:
    record_and_receive(kafka_harness, new_id(), 6)
    unstarted(kafka_harness).check()
    with pytest.raises(HistoryForked, match=r"posición 6 .* llega a 4.*CANALIZA_KAFKA_PREFIX"):
        unstarted(restored(kafka_harness, 4)).check()


def test_a_log_that_has_another_fact_where_its_topic_has_one_is_refused(
    kafka_harness: BusHarness,
) -> None:
    record_and_receive(kafka_harness, new_id(), 6)
    older = restored(kafka_harness, 4)
    older.record(new_id(), 9)
    with pytest.raises(HistoryForked, match="at that position of the log there is another fact"):
        unstarted(older).check()


def test_even_the_same_stream_and_version_recorded_at_another_moment_is_another_fact(
    kafka_harness: BusHarness,
) -> None:
    case = new_id()
    record_and_receive(kafka_harness, case, 6)
    older = restored(kafka_harness, 4)
    older.recorded[case] = 4
    older.record(case, 2)
    with pytest.raises(HistoryForked):
        unstarted(older).check()


def test_a_relay_at_work_ends_its_process_rather_than_publish_another_history(
    kafka_harness: BusHarness,
) -> None:
    process = record_and_receive(kafka_harness, new_id(), 6)
    older = restored(kafka_harness, 4)
    older.record(new_id(), 9)
    ended = threading.Event()
    relay = unstarted(older)
    relay.on_bug = ended.set
    relay.start()
    assert ended.wait(60)
    assert relay.trouble == FORKED
    relay.stop()
    assert len(kafka_harness.messages(kafka_harness.subscribe("curious"), 6)) == 6
    assert kafka_harness.subscribe("more curious").poll(1) == []
    assert process.inbox.reader_position(TELLER, 0).position == 6


def test_a_log_restored_to_after_its_last_message_goes_on(kafka_harness: BusHarness) -> None:
    case = new_id()
    process = record_and_receive(kafka_harness, case, 6)
    same = restored(kafka_harness, 6)
    same.recorded[case] = 6
    unstarted(same).check()
    same.relay()
    same.record(case, 2)
    same.reader_process(process).expects(case, range(1, 9))


def test_what_a_stranger_put_at_a_topics_end_hides_no_fork(kafka_harness: BusHarness) -> None:
    record_and_receive(kafka_harness, new_id(), 6)
    assert kafka_harness.kafka is not None
    stranger = KafkaProducer(**client_at(kafka_harness.kafka.bootstrap), metrics_enabled=False)
    headers = [("position", b"3"), ("previous", b"2")]
    for n in range(250):
        stranger.send(kafka_harness.topic, b"no message", None, headers if n % 2 else None, 0)
    stranger.flush()
    stranger.close()
    unstarted(kafka_harness).check()
    with pytest.raises(HistoryForked):
        unstarted(restored(kafka_harness, 4)).check()


# --- lost topics -----------------------------------------------------------------------------


def test_a_topic_lost_while_the_relay_was_away_is_sent_all_again(kafka_harness: BusHarness) -> None:
    harness, case, before = kafka_harness, new_id(), began_anew()
    process = record_and_receive(harness, case, 8)
    topic_made_anew(harness)
    harness.relay()
    harness.record(case, 2)
    again = harness.reader_process(process)
    again.expects(case, range(1, 11))
    again.consumer.stop()  # of a group of two, one would have the partition
    harness.reader_process().expects(case, range(1, 11))
    assert began_anew() == before + 1
    assert relay_position(harness).offset == 10


def test_a_topic_lost_under_a_relay_at_work_is_sent_all_again(kafka_harness: BusHarness) -> None:
    harness, case = kafka_harness, new_id()
    process = harness.reader_process()
    relay = harness.relay()
    harness.record(case, 8)
    process.expects(case, range(1, 9))
    topic_made_anew(harness)
    harness.record(case, 2)
    process.expects(case, range(1, 11))
    soon(lambda: relay.trouble is None)
    soon(lambda: process.consumer.trouble is None)
    process.consumer.stop()
    harness.reader_process().expects(case, range(1, 11))


def test_a_topic_that_lost_its_last_messages_gets_them_again(kafka_harness: BusHarness) -> None:
    harness, case, before = kafka_harness, new_id(), began_anew()
    record_and_receive(harness, case, 4)
    inbox = harness.home.inbox_of(harness.log)
    harness.record(case, 3)
    for n in (-1, 0):  # as if seven had been acknowledged, of which three are gone
        at = inbox.reader_position("relay", n)
        inbox.move([(at, ReaderPosition("relay", n, 7, at.offset and 7))])
    harness.relay()
    harness.reader_process().expects(case, range(1, 8))
    assert began_anew() == before + 1


# --- the reader ------------------------------------------------------------------------------


def test_a_reader_ahead_of_a_restored_source_says_so_and_believes_no_other_history(
    kafka_harness: BusHarness,
) -> None:
    case = new_id()
    ahead = record_and_receive(kafka_harness, case, 6)
    older = restored(kafka_harness, 4)
    topic_made_anew(older)
    older.relay()
    reader = older.reader_process(ahead)
    soon(lambda: reader.consumer.trouble == position_tracker.WENT_BACK)
    older.recorded[case] = 4
    older.record(case, 5)
    soon(lambda: reader.consumer.trouble == reading.FORKED)
    assert reader.heard(case) == list(range(1, 7))
    assert reader.inbox.reader_position(TELLER, 0).position == 6
    assert reader.inbox.waiting() == 0


def test_a_reader_ahead_of_a_restored_log_that_it_follows_itself_waits_and_says_so(
    log_harness: BusHarness,
) -> None:
    case = new_id()
    ahead = record_and_receive(log_harness, case, 6)
    older = restored(log_harness, 4)
    reader = older.reader_process(ahead)
    soon(lambda: reader.consumer.trouble == position_tracker.WENT_BACK)
    older.recorded[case] = 4
    older.record(case, 5)
    soon(lambda: reader.consumer._tracker.gaps)
    assert reader.consumer.trouble == position_tracker.WENT_BACK
    assert reader.heard(case) == list(range(1, 7))
    reader.consumer.stop()
    another = older.reader_process(ahead)
    soon(lambda: another.consumer.trouble == reading.FORKED)


def test_a_reader_ahead_of_a_source_whose_new_facts_are_of_others_says_so_too(
    kafka_harness: BusHarness,
) -> None:
    case = new_id()
    ahead = record_and_receive(kafka_harness, case, 6)
    older = restored(kafka_harness, 4)
    older.home.set_head(older.log, 6)  # as if two private facts had been recorded
    topic_made_anew(older)
    older.relay()
    older.record(new_id(), 3)
    reader = older.reader_process(ahead)
    soon(lambda: reader.consumer.trouble == reading.FORKED)
    assert reader.inbox.reader_position(TELLER, 0).position == 6


def test_a_reader_that_reads_a_long_topic_again_is_well_once_it_is_where_it_was(
    kafka_harness: BusHarness,
) -> None:
    harness, case = kafka_harness, new_id()
    process = record_and_receive(harness, case, 6)
    topic_made_anew(harness)
    reader = harness.reader_process(process)
    soon(lambda: reader.consumer.trouble == position_tracker.WENT_BACK)
    harness.relay()
    harness.record(case, 1)
    reader.expects(case, range(1, 8))
    soon(lambda: reader.consumer.trouble is None)
    assert reader.consumer._tracker.verified


@pytest.mark.parametrize("kind", [LOG, KAFKA, "memory"])
def test_a_reader_whose_own_database_was_restored_reads_again_what_it_forgot(
    request: pytest.FixtureRequest, kind: str
) -> None:
    harness, case = build(request, home_of(request, kind), kind, 1), new_id()
    process = record_and_receive(harness, case, 6)
    third = next(f for f in harness.log.page(2, 1))
    older = harness.home.inbox_of(harness.home.restored(process.inbox.log, 3))
    at_three = ReaderPosition(TELLER, 0, 3, 3 if harness.kafka else 0, third.mark)
    older.move([(older.reader_position(TELLER, 0), at_three)])
    if harness.kafka:
        harness.relay()
    reader = harness.reader_process(replace(process, inbox=older))
    harness.record(case, 1)
    reader.expects(case, range(1, 8))
    harness.home.close()


def test_after_a_resolved_message_at_the_end_a_case_goes_on(kafka_harness: BusHarness) -> None:
    """A reader that begins anew meets a stranger's message again, and nobody waits behind it."""
    harness, case = kafka_harness, new_id()
    assert harness.kafka is not None
    process = record_and_receive(harness, case, 2)
    stranger = KafkaProducer(**client_at(harness.kafka.bootstrap), metrics_enabled=False)
    stranger.send(harness.topic, b"{}", str(case).encode(), None, 0).get(10)
    stranger.close()
    second = harness.reader_process(process)
    (waiting,) = second.parked(1)
    operator = Actor("canaliza", "operator", "token-9")
    second.parked_messages.discard(waiting.id, "not-ours", operator, now())
    second.consumer.stop()
    harness.record(case, 2)
    harness.relay()
    third = harness.reader_process(process)
    third.expects(case, range(1, 5))
    assert third.inbox.waiting() == 0
