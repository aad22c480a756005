"""The relay moves on when each message was acknowledged; whatever comes of that, readers cope."""

from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from shared.kernel.ids import new_id
from shared.kernel.value import replace
from shared.messaging.inbox import ReaderPosition
from shared.messaging.port import Subscription
from shared.messaging.seals import Sealable
from shared.messaging.topics import ensure
from tests.brokers import SEALS, client_at
from tests.buses import BusHarness
from tests.databases import ScratchDatabase
from tests.toy_service import TELLER
from tests.waiting import soon

pytestmark = pytest.mark.integration


def put(harness: BusHarness, key: object, value: bytes, **headers: int) -> None:
    """Put a message into the topic by hand, sealed as a relay's if it states its position."""
    assert harness.kafka is not None
    producer = KafkaProducer(**client_at(harness.kafka.bootstrap), metrics_enabled=False)
    told = [(name, b"%d" % number) for name, number in headers.items()]
    if headers.keys() == {"position", "previous"}:
        at = (0, headers["position"], headers["previous"], str(key).encode(), value)
        told.append(("seal", SEALS.seal(Sealable(harness.topic, *at))))
    producer.send(harness.topic, value, str(key).encode(), told, 0).get(10)
    producer.close()


def relay_position(harness: BusHarness, partition: int = 0) -> ReaderPosition:
    return harness.home.inbox_of(harness.log).reader_position("relay", partition)


def set_back(harness: BusHarness) -> None:
    """The relay's positions as they were before it sent anything."""
    inbox = harness.home.inbox_of(harness.log)
    for n in (-1, 0):
        inbox.move([(inbox.reader_position("relay", n), ReaderPosition("relay", n, 0, 0))])


def test_a_gap_is_never_skipped_the_reader_waits_until_it_is_filled(
    kafka_harness: BusHarness,
) -> None:
    harness, case = kafka_harness, new_id()
    harness.record(case, 4)
    messages = [message for message in harness.publication.page(0, 10) if message.value]
    for message in (messages[0], messages[2], messages[3]):  # as if the second had been lost
        put(
            harness,
            case,
            message.value or b"",
            position=message.position,
            previous=message.position - 1,
        )
    process = harness.reader_process()
    process.expects(case, [1])
    soon(lambda: process.consumer._tracker.gaps)
    assert process.heard(case) == [1]
    harness.relay()  # sends all of it
    process.expects(case, [1, 2, 3, 4])
    assert process.consumer._tracker.gaps == {}


def test_a_relay_reads_its_positions_as_of_one_moment_while_another_still_moves_them(
    kafka_harness: BusHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay, inbox = kafka_harness.relay(), kafka_harness.home.inbox_of(kafka_harness.log)
    relay.stop()
    read = inbox.reader_position

    def read_while_another_moves(source: str, partition: int) -> ReaderPosition:
        found = read(source, partition)
        at = [read("relay", n) for n in (-1, 0)]
        inbox.move([(one, replace(one, position=one.position + 1)) for one in at])
        return found

    monkeypatch.setattr(relay, "_inbox", inbox)
    monkeypatch.setattr(inbox, "reader_position", read_while_another_moves)
    positions = relay._positions()
    assert positions[-1].position == positions[0].position > 0


def test_a_relay_killed_before_it_moved_sends_again_and_the_reader_recognises_it(
    kafka_harness: BusHarness,
) -> None:
    harness, case = kafka_harness, new_id()
    process = harness.reader_process()
    harness.record(case, 10)
    relay = harness.relay()
    process.expects(case, range(1, 11))
    soon(lambda: relay_position(harness).position == 10)
    relay.stop()
    set_back(harness)
    harness.record(case, 2)
    harness.relay()
    process.expects(case, range(1, 13))
    assert process.inbox.waiting() == 0
    assert len(harness.messages(harness.subscribe("curious"), 22)) == 22


def test_a_topic_that_was_made_anew_is_read_from_its_start_and_recognised(
    kafka_harness: BusHarness,
) -> None:
    harness, case = kafka_harness, new_id()
    assert harness.kafka is not None
    process = harness.reader_process()
    for _ in range(2):  # everything twice, so that the old offsets lie beyond the new ones
        harness.record(case, 10)
        relay = harness.relay()
        process.expects(case, range(1, harness.recorded[case] + 1))
        soon(lambda: relay_position(harness).position == harness.recorded[case])
        relay.stop()
        set_back(harness)
    process.consumer.stop()
    assert process.inbox.reader_position(TELLER, 0).offset == 30
    admin = KafkaAdminClient(**client_at(harness.kafka.bootstrap))
    admin.delete_topics([harness.topic])
    soon(lambda: harness.topic not in admin.list_topics())
    admin.close()
    ensure(harness.kafka, [TELLER], 1, 1)
    harness.relay()
    harness.record(case, 5)
    second = harness.reader_process(process)
    second.expects(case, range(1, 26))
    second.consumer.stop()
    assert second.inbox.reader_position(TELLER, 0).offset == 25
    harness.record(case, 5)
    harness.reader_process(process).expects(case, range(1, 31))


def test_the_relay_stays_where_it_is_until_the_broker_takes_the_message(
    kafka_harness: BusHarness,
) -> None:
    harness, case, other = kafka_harness, new_id(), new_id()
    process = harness.reader_process()
    limit(harness, 2_000)
    harness.record(case, 1)
    harness.record(case, 1, "".join(str(new_id()) for _ in range(200)))
    harness.record(other, 3)
    relay = harness.relay()
    soon(lambda: relay.trouble)
    assert relay_position(harness, -1).position == 0
    limit(harness, 1_000_000)
    process.expects(case, [1, 2])
    process.expects(other, [1, 2, 3])
    soon(lambda: relay_position(harness, -1).position == 5)
    soon(lambda: relay.trouble is None)
    assert process.inbox.waiting() == 0


def test_of_two_relays_of_a_service_one_works_and_the_other_takes_over(
    kafka_harness: BusHarness,
) -> None:
    harness, case = kafka_harness, new_id()
    process = harness.reader_process()
    one, _ = harness.relay(), harness.relay()
    harness.record(case, 5)
    process.expects(case, range(1, 6))
    one.stop()
    harness.record(case, 5)
    process.expects(case, range(1, 11))
    assert process.inbox.waiting() == 0


def test_a_relay_that_stands_by_after_an_outage_is_well_again(kafka_harness: BusHarness) -> None:
    harness, case = kafka_harness, new_id()
    limit(harness, 2_000)
    harness.record(case, 1, "".join(str(new_id()) for _ in range(200)))
    relays = [harness.relay(), harness.relay()]
    soon(lambda: all(relay.trouble for relay in relays))  # each had its turn and failed
    limit(harness, 1_000_000)
    soon(lambda: relay_position(harness, -1).position == 1)
    soon(lambda: not any(relay.trouble for relay in relays))


def test_after_an_outage_a_relay_tries_as_soon_as_before_it(kafka_harness: BusHarness) -> None:
    harness, case = kafka_harness, new_id()
    relay = harness.relay()
    at_first = relay._pause
    limit(harness, 2_000)
    harness.record(case, 1, "".join(str(new_id()) for _ in range(200)))
    soon(lambda: relay._pause > 4 * at_first)
    limit(harness, 1_000_000)
    soon(lambda: relay_position(harness).position == 1)
    soon(lambda: relay._pause == at_first)


def test_a_relay_is_well_again_under_traffic_that_never_pauses(kafka_harness: BusHarness) -> None:
    harness, case = kafka_harness, new_id()
    limit(harness, 2_000)
    harness.record(case, 1, "".join(str(new_id()) for _ in range(200)))
    relay = harness.relay()
    soon(lambda: relay.trouble)
    send_page, pages = relay._send_page, []

    def after_one_more(*args: Any) -> Any:
        harness.record(case, 1)
        pages.append(send_page(*args))
        assert pages[-1] is not None  # so no pause ever tells it that all is sent
        return pages[-1]

    relay._send_page = after_one_more  # type: ignore[assignment,method-assign]
    limit(harness, 1_000_000)
    soon(lambda: relay.trouble is None)
    assert len(pages) > 1


def test_a_lease_whose_connection_broke_lets_a_relay_go_on(kafka_harness: BusHarness) -> None:
    harness, case = kafka_harness, new_id()
    process = harness.reader_process()
    relay = harness.relay()
    harness.record(case, 1)
    process.expects(case, [1])
    database = harness.home
    assert isinstance(database, ScratchDatabase)
    database.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
        harness.log.address.user,
    )
    soon(lambda: relay.trouble)
    harness.record(case, 1)
    process.expects(case, [1, 2])
    soon(lambda: relay.trouble is None)


def test_what_somebody_put_into_the_topic_is_parked_and_only_its_case_waits(
    kafka_harness: BusHarness,
) -> None:
    harness, case, other, fresh = kafka_harness, new_id(), new_id(), new_id()
    process = harness.reader_process()
    harness.relay()
    harness.record(case, 2)
    harness.record(other, 2)
    process.expects(case, [1, 2])
    copy = next(message.value for message in harness.publication.page(0, 1))
    put(harness, case, copy or b"")  # a message of ours, once more, without its position
    put(harness, "Juan Pérez\x00", b"\xff")
    put(harness, "no case", b"{}", position=7_000_000)
    put(harness, fresh, b"not even JSON", position=3, previous=7)
    soon(lambda: process.inbox.waiting() == 4)
    harness.record(case, 1)
    harness.record(other, 1)
    process.expects(other, [1, 2, 3])
    soon(lambda: process.inbox.waiting() == 5)
    assert process.heard(case) == [1, 2]
    messages = process.inbox.open_messages()
    assert [message.reason for message in messages] == [
        "not-from-a-relay",
        "not-json",
        "not-cloudevent",
        "not-json",
        "behind-a-parked-message",
    ]
    assert [message.value for message in messages[:4]] == [copy, b"\xff", b"{}", b"not even JSON"]
    assert [message.key for message in messages] == [str(case), "", "", str(fresh), str(case)]


def test_joining_the_group_may_take_many_polls(kafka_harness: BusHarness) -> None:
    harness = kafka_harness
    harness.record(new_id(), 1)
    harness.relay()
    for name in ("one", "another", "a third"):
        hastily(harness.subscribe(name))


def hastily(subscription: Subscription) -> None:
    soon(lambda: subscription.poll(0.004) or subscription.assigned())


def limit(harness: BusHarness, size: int) -> None:
    change(harness, "max.message.bytes", str(size))


def change(harness: BusHarness, name: str, value: str) -> None:
    assert harness.kafka is not None
    admin = KafkaAdminClient(**client_at(harness.kafka.bootstrap))
    admin.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, harness.topic, configs={name: value})]
    )
    admin.close()
