"""A log restored from a backup, a topic lost: what is told again, and what nobody believes.

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
from tests.buses import KAFKA, LOG, BusHarness, Hearer, build, home_of
from tests.toy_service import TELLER, publication
from tests.waiting import soon


@pytest.fixture(autouse=True)
def soon_unverified(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader says after a moment what otherwise takes it a minute."""
    monkeypatch.setattr(position_tracker, "UNVERIFIED_SECONDS", 0.5)
    monkeypatch.setattr(reading, "LOOK_AGAIN_SECONDS", 0.5)


def restored(street: BusHarness, position: int) -> BusHarness:
    """The street with its teller's log as it was when this was its last position."""
    log = street.house.restored(street.log, position)
    public = publication(log)
    bus = street.bus if street.kafka else LogBus([public], street.house.locks, street.partitions)
    return BusHarness(street.house, street.kind, log, public, bus, street.kafka, street.partitions)


def topic_made_anew(street: BusHarness) -> None:
    assert street.kafka is not None
    admin = KafkaAdminClient(bootstrap_servers=street.kafka.bootstrap)
    admin.delete_topics([street.topic])
    soon(lambda: street.topic not in admin.list_topics())
    admin.close()
    ensure(street.kafka.bootstrap, [TELLER], street.partitions, 1, street.kafka.prefix)


def relays_place(street: BusHarness, partition: int = 0) -> ReaderPosition:
    return street.house.inbox_of(street.log).position("relay", partition)


def told_and_heard(street: BusHarness, case: Any, count: int) -> Hearer:
    """So many messages told, and all taken in by a reader that then stopped."""
    street.tell(case, count)
    relay = street.relay() if street.kafka else None
    hearer = street.hearer()
    hearer.hears(case, range(1, count + 1))
    if relay is not None:
        soon(lambda: relays_place(street).position == count)
        relay.stop()
    hearer.consumer.stop()
    return hearer


def began_anew() -> float:
    return float(metrics.RELAY_BEGAN_ANEW.labels(TELLER)._value.get())


def unstarted(street: BusHarness) -> Relay:
    assert street.kafka is not None
    return Relay(
        street.publication, street.house.inbox_of(street.log), street.kafka, street.partitions
    )


# --- the publisher ---------------------------------------------------------------------------


def test_a_log_that_ends_before_its_topic_is_refused_with_what_to_do(
    kafka_street: BusHarness,
) -> None:
    told_and_heard(kafka_street, new_id(), 6)
    unstarted(kafka_street).check()
    with pytest.raises(HistoryForked, match=r"posición 6 .* llega a 4.*CANALIZA_KAFKA_PREFIX"):
        unstarted(restored(kafka_street, 4)).check()


def test_a_log_that_has_another_fact_where_its_topic_has_one_is_refused(
    kafka_street: BusHarness,
) -> None:
    told_and_heard(kafka_street, new_id(), 6)
    older = restored(kafka_street, 4)
    older.tell(new_id(), 9)
    with pytest.raises(HistoryForked, match="at that position of the log there is another fact"):
        unstarted(older).check()


def test_even_the_same_stream_and_version_told_at_another_moment_is_another_fact(
    kafka_street: BusHarness,
) -> None:
    case = new_id()
    told_and_heard(kafka_street, case, 6)
    older = restored(kafka_street, 4)
    older.told_of[case] = 4
    older.tell(case, 2)
    with pytest.raises(HistoryForked):
        unstarted(older).check()


def test_a_relay_at_work_ends_its_process_rather_than_tell_another_history(
    kafka_street: BusHarness,
) -> None:
    hearer = told_and_heard(kafka_street, new_id(), 6)
    older = restored(kafka_street, 4)
    older.tell(new_id(), 9)
    ended = threading.Event()
    relay = unstarted(older)
    relay.on_bug = ended.set
    relay.start()
    assert ended.wait(20)
    assert relay.trouble == FORKED
    relay.stop()
    assert len(kafka_street.messages(kafka_street.listen("curious"), 6)) == 6
    assert kafka_street.listen("more curious").poll(1) == []
    assert hearer.inbox.position(TELLER, 0).position == 6


def test_a_log_restored_to_after_its_last_message_goes_on(kafka_street: BusHarness) -> None:
    case = new_id()
    hearer = told_and_heard(kafka_street, case, 6)
    same = restored(kafka_street, 6)
    same.told_of[case] = 6
    unstarted(same).check()
    same.relay()
    same.tell(case, 2)
    same.hearer(hearer).hears(case, range(1, 9))


def test_what_a_stranger_put_at_a_topics_end_hides_no_fork(kafka_street: BusHarness) -> None:
    told_and_heard(kafka_street, new_id(), 6)
    assert kafka_street.kafka is not None
    stranger = KafkaProducer(bootstrap_servers=kafka_street.kafka.bootstrap, metrics_enabled=False)
    headers = [("position", b"3"), ("previous", b"2")]
    for n in range(250):
        stranger.send(kafka_street.topic, b"no message", None, headers if n % 2 else None, 0)
    stranger.flush()
    stranger.close()
    unstarted(kafka_street).check()
    with pytest.raises(HistoryForked):
        unstarted(restored(kafka_street, 4)).check()


# --- lost topics -----------------------------------------------------------------------------


def test_a_topic_lost_while_the_relay_was_away_is_told_all_again(kafka_street: BusHarness) -> None:
    street, case, before = kafka_street, new_id(), began_anew()
    hearer = told_and_heard(street, case, 8)
    topic_made_anew(street)
    street.relay()
    street.tell(case, 2)
    again = street.hearer(hearer)
    again.hears(case, range(1, 11))
    again.consumer.stop()  # of a group of two, one would have the partition
    street.hearer().hears(case, range(1, 11))
    assert began_anew() == before + 1
    assert relays_place(street).offset == 10


def test_a_topic_lost_under_a_relay_at_work_is_told_all_again(kafka_street: BusHarness) -> None:
    street, case = kafka_street, new_id()
    hearer = street.hearer()
    relay = street.relay()
    street.tell(case, 8)
    hearer.hears(case, range(1, 9))
    topic_made_anew(street)
    street.tell(case, 2)
    hearer.hears(case, range(1, 11))
    soon(lambda: relay.trouble is None)
    soon(lambda: hearer.consumer.trouble is None)
    hearer.consumer.stop()
    street.hearer().hears(case, range(1, 11))


def test_a_topic_that_lost_its_last_messages_gets_them_again(kafka_street: BusHarness) -> None:
    street, case, before = kafka_street, new_id(), began_anew()
    told_and_heard(street, case, 4)
    inbox = street.house.inbox_of(street.log)
    street.tell(case, 3)
    for n in (-1, 0):  # as if seven had been acknowledged, of which three are gone
        at = inbox.position("relay", n)
        inbox.move([(at, ReaderPosition("relay", n, 7, at.offset and 7))])
    street.relay()
    street.hearer().hears(case, range(1, 8))
    assert began_anew() == before + 1


# --- the reader ------------------------------------------------------------------------------


def test_a_reader_ahead_of_a_restored_source_says_so_and_believes_no_other_history(
    kafka_street: BusHarness,
) -> None:
    case = new_id()
    ahead = told_and_heard(kafka_street, case, 6)
    older = restored(kafka_street, 4)
    topic_made_anew(older)
    older.relay()
    reader = older.hearer(ahead)
    soon(lambda: reader.consumer.trouble == position_tracker.WENT_BACK)
    older.told_of[case] = 4
    older.tell(case, 5)
    soon(lambda: reader.consumer.trouble == reading.FORKED)
    assert reader.heard(case) == list(range(1, 7))
    assert reader.inbox.position(TELLER, 0).position == 6
    assert reader.inbox.waiting() == 0


def test_a_reader_ahead_of_a_restored_log_that_it_follows_itself_waits_and_says_so(
    log_street: BusHarness,
) -> None:
    case = new_id()
    ahead = told_and_heard(log_street, case, 6)
    older = restored(log_street, 4)
    reader = older.hearer(ahead)
    soon(lambda: reader.consumer.trouble == position_tracker.WENT_BACK)
    older.told_of[case] = 4
    older.tell(case, 5)
    soon(lambda: reader.consumer._tracker.gaps)
    assert reader.consumer.trouble == position_tracker.WENT_BACK
    assert reader.heard(case) == list(range(1, 7))
    reader.consumer.stop()
    another = older.hearer(ahead)
    soon(lambda: another.consumer.trouble == reading.FORKED)


def test_a_reader_ahead_of_a_source_whose_new_facts_are_of_others_says_so_too(
    kafka_street: BusHarness,
) -> None:
    case = new_id()
    ahead = told_and_heard(kafka_street, case, 6)
    older = restored(kafka_street, 4)
    older.house.set_head(older.log, 6)  # as if two private facts had been recorded
    topic_made_anew(older)
    older.relay()
    older.tell(new_id(), 3)
    reader = older.hearer(ahead)
    soon(lambda: reader.consumer.trouble == reading.FORKED)
    assert reader.inbox.position(TELLER, 0).position == 6


def test_a_reader_that_reads_a_long_topic_again_is_well_once_it_is_where_it_was(
    kafka_street: BusHarness,
) -> None:
    street, case = kafka_street, new_id()
    hearer = told_and_heard(street, case, 6)
    topic_made_anew(street)
    reader = street.hearer(hearer)
    soon(lambda: reader.consumer.trouble == position_tracker.WENT_BACK)
    street.relay()
    street.tell(case, 1)
    reader.hears(case, range(1, 8))
    soon(lambda: reader.consumer.trouble is None)
    assert reader.consumer._tracker.verified


@pytest.mark.parametrize("kind", [LOG, KAFKA, "memory"])
def test_a_reader_whose_own_database_was_restored_reads_again_what_it_forgot(
    request: pytest.FixtureRequest, kind: str
) -> None:
    street, case = build(request, home_of(request, kind), kind, 1), new_id()
    hearer = told_and_heard(street, case, 6)
    third = next(f for f in street.log.page(2, 1))
    older = street.house.inbox_of(street.house.restored(hearer.inbox.log, 3))
    at_three = ReaderPosition(TELLER, 0, 3, 3 if street.kafka else 0, third.mark)
    older.move([(older.position(TELLER, 0), at_three)])
    if street.kafka:
        street.relay()
    reader = street.hearer(replace(hearer, inbox=older))
    street.tell(case, 1)
    reader.hears(case, range(1, 8))
    street.house.close()


def test_after_a_resolved_message_at_the_end_a_case_goes_on(kafka_street: BusHarness) -> None:
    """A reader that begins anew meets a stranger's message again, and nobody waits behind it."""
    street, case = kafka_street, new_id()
    assert street.kafka is not None
    hearer = told_and_heard(street, case, 2)
    stranger = KafkaProducer(bootstrap_servers=street.kafka.bootstrap, metrics_enabled=False)
    stranger.send(street.topic, b"{}", str(case).encode(), None, 0).get(10)
    stranger.close()
    second = street.hearer(hearer)
    (waiting,) = second.parked(1)
    operator = Actor("canaliza", "operator", "token-9")
    second.parked_messages.discard(waiting.id, "not-ours", operator, now())
    second.consumer.stop()
    street.tell(case, 2)
    street.relay()
    third = street.hearer(hearer)
    third.hears(case, range(1, 5))
    assert third.inbox.waiting() == 0
