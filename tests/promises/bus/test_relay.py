"""The relay moves on when each message was acknowledged; whatever comes of that, readers cope."""

from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from shared.kernel.ids import new_id
from shared.messaging.inbox import ReaderPosition
from shared.messaging.port import Subscription
from shared.messaging.topics import ensure
from tests.buses import BusHarness
from tests.databases import ScratchDatabase
from tests.toy_service import TELLER
from tests.waiting import soon

pytestmark = pytest.mark.integration


def put(street: BusHarness, key: object, value: bytes, **headers: int) -> None:
    """Put a message into the topic by hand."""
    assert street.kafka is not None
    producer = KafkaProducer(bootstrap_servers=street.kafka.bootstrap, metrics_enabled=False)
    numbers = [(name, b"%d" % number) for name, number in headers.items()]
    producer.send(street.topic, value, str(key).encode(), numbers, 0).get(10)
    producer.close()


def relays_place(street: BusHarness, partition: int = 0) -> ReaderPosition:
    return street.house.inbox_of(street.log).position("relay", partition)


def set_back(street: BusHarness) -> None:
    """The relay's places as they were before it sent anything."""
    inbox = street.house.inbox_of(street.log)
    for n in (-1, 0):
        inbox.move([(inbox.position("relay", n), ReaderPosition("relay", n, 0, 0))])


def test_a_gap_is_never_skipped_the_reader_waits_until_it_is_filled(
    kafka_street: BusHarness,
) -> None:
    street, case = kafka_street, new_id()
    street.tell(case, 4)
    messages = [message for message in street.publication.page(0, 10) if message.value]
    for message in (messages[0], messages[2], messages[3]):  # as if the second had been lost
        put(
            street,
            case,
            message.value or b"",
            position=message.position,
            previous=message.position - 1,
        )
    hearer = street.hearer()
    hearer.hears(case, [1])
    soon(lambda: hearer.consumer._tracker.gaps)
    assert hearer.heard(case) == [1]
    street.relay()  # sends all of it
    hearer.hears(case, [1, 2, 3, 4])
    assert hearer.consumer._tracker.gaps == {}


def test_a_relay_killed_before_it_moved_sends_again_and_the_reader_recognises_it(
    kafka_street: BusHarness,
) -> None:
    street, case = kafka_street, new_id()
    hearer = street.hearer()
    street.tell(case, 10)
    relay = street.relay()
    hearer.hears(case, range(1, 11))
    soon(lambda: relays_place(street).position == 10)
    relay.stop()
    set_back(street)
    street.tell(case, 2)
    street.relay()
    hearer.hears(case, range(1, 13))
    assert hearer.inbox.waiting() == 0
    assert len(street.messages(street.listen("curious"), 22)) == 22


def test_a_topic_that_was_made_anew_is_read_from_its_start_and_recognised(
    kafka_street: BusHarness,
) -> None:
    street, case = kafka_street, new_id()
    assert street.kafka is not None
    hearer = street.hearer()
    for _ in range(2):  # everything twice, so that the old offsets lie beyond the new ones
        street.tell(case, 10)
        relay = street.relay()
        hearer.hears(case, range(1, street.told_of[case] + 1))
        soon(lambda: relays_place(street).position == street.told_of[case])
        relay.stop()
        set_back(street)
    hearer.consumer.stop()
    assert hearer.inbox.position(TELLER, 0).offset == 30
    admin = KafkaAdminClient(bootstrap_servers=street.kafka.bootstrap)
    admin.delete_topics([street.topic])
    soon(lambda: street.topic not in admin.list_topics())
    admin.close()
    ensure(street.kafka.bootstrap, [TELLER], 1, 1, street.kafka.prefix)
    street.relay()
    street.tell(case, 5)
    second = street.hearer(hearer)
    second.hears(case, range(1, 26))
    second.consumer.stop()
    assert second.inbox.position(TELLER, 0).offset == 25
    street.tell(case, 5)
    street.hearer(hearer).hears(case, range(1, 31))


def test_the_relay_stays_where_it_is_until_the_broker_takes_the_message(
    kafka_street: BusHarness,
) -> None:
    street, case, other = kafka_street, new_id(), new_id()
    hearer = street.hearer()
    limit(street, 2_000)
    street.tell(case, 1)
    street.tell(case, 1, "".join(str(new_id()) for _ in range(200)))
    street.tell(other, 3)
    relay = street.relay()
    soon(lambda: relay.trouble)
    assert relays_place(street, -1).position == 0
    limit(street, 1_000_000)
    hearer.hears(case, [1, 2])
    hearer.hears(other, [1, 2, 3])
    soon(lambda: relays_place(street, -1).position == 5)
    soon(lambda: relay.trouble is None)
    assert hearer.inbox.waiting() == 0


def test_of_two_relays_of_a_service_one_works_and_the_other_takes_over(
    kafka_street: BusHarness,
) -> None:
    street, case = kafka_street, new_id()
    hearer = street.hearer()
    one, _ = street.relay(), street.relay()
    street.tell(case, 5)
    hearer.hears(case, range(1, 6))
    one.stop()
    street.tell(case, 5)
    hearer.hears(case, range(1, 11))
    assert hearer.inbox.waiting() == 0


def test_a_relay_that_stands_by_after_an_outage_is_well_again(kafka_street: BusHarness) -> None:
    street, case = kafka_street, new_id()
    limit(street, 2_000)
    street.tell(case, 1, "".join(str(new_id()) for _ in range(200)))
    relays = [street.relay(), street.relay()]
    soon(lambda: all(relay.trouble for relay in relays))  # each had its turn and failed
    limit(street, 1_000_000)
    soon(lambda: relays_place(street, -1).position == 1)
    soon(lambda: not any(relay.trouble for relay in relays))


def test_after_an_outage_a_relay_tries_as_soon_as_before_it(kafka_street: BusHarness) -> None:
    street, case = kafka_street, new_id()
    relay = street.relay()
    at_first = relay._pause
    limit(street, 2_000)
    street.tell(case, 1, "".join(str(new_id()) for _ in range(200)))
    soon(lambda: relay._pause > 4 * at_first)
    limit(street, 1_000_000)
    soon(lambda: relays_place(street).position == 1)
    soon(lambda: relay._pause == at_first)


def test_a_relay_is_well_again_under_traffic_that_never_pauses(kafka_street: BusHarness) -> None:
    street, case = kafka_street, new_id()
    limit(street, 2_000)
    street.tell(case, 1, "".join(str(new_id()) for _ in range(200)))
    relay = street.relay()
    soon(lambda: relay.trouble)
    send_page, pages = relay._send_page, []

    def after_one_more(*args: Any) -> Any:
        street.tell(case, 1)
        pages.append(send_page(*args))
        assert pages[-1] is not None  # so no pause ever tells it that all is sent
        return pages[-1]

    relay._send_page = after_one_more  # type: ignore[assignment,method-assign]
    limit(street, 1_000_000)
    soon(lambda: relay.trouble is None)
    assert len(pages) > 1


def test_a_lease_whose_connection_broke_lets_a_relay_go_on(kafka_street: BusHarness) -> None:
    street, case = kafka_street, new_id()
    hearer = street.hearer()
    relay = street.relay()
    street.tell(case, 1)
    hearer.hears(case, [1])
    database = street.house
    assert isinstance(database, ScratchDatabase)
    database.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
        street.log.address.user,
    )
    soon(lambda: relay.trouble)
    street.tell(case, 1)
    hearer.hears(case, [1, 2])
    soon(lambda: relay.trouble is None)


def test_what_somebody_put_into_the_topic_is_parked_and_only_its_case_waits(
    kafka_street: BusHarness,
) -> None:
    street, case, other, fresh = kafka_street, new_id(), new_id(), new_id()
    hearer = street.hearer()
    street.relay()
    street.tell(case, 2)
    street.tell(other, 2)
    hearer.hears(case, [1, 2])
    copy = next(message.value for message in street.publication.page(0, 1))
    put(street, case, copy or b"")  # a message of ours, once more, without its place
    put(street, "Juan Pérez\x00", b"\xff")
    put(street, "no case", b"{}", position=7_000_000)
    put(street, fresh, b"not even JSON", position=3, previous=7)
    soon(lambda: hearer.inbox.waiting() == 4)
    street.tell(case, 1)
    street.tell(other, 1)
    hearer.hears(other, [1, 2, 3])
    soon(lambda: hearer.inbox.waiting() == 5)
    assert hearer.heard(case) == [1, 2]
    messages = hearer.inbox.open_messages()
    assert [message.reason for message in messages] == [
        "not-from-a-relay",
        "not-json",
        "not-cloudevent",
        "not-json",
        "behind-a-parked-message",
    ]
    assert [message.value for message in messages[:4]] == [copy, b"\xff", b"{}", b"not even JSON"]
    assert [message.key for message in messages] == [str(case), "", "", str(fresh), str(case)]


def test_joining_the_group_may_take_many_polls(kafka_street: BusHarness) -> None:
    street = kafka_street
    street.tell(new_id(), 1)
    street.relay()
    for name in ("one", "another", "a third"):
        hastily(street.listen(name))


def hastily(subscription: Subscription) -> None:
    soon(lambda: subscription.poll(0.004) or subscription.assigned())


def limit(street: BusHarness, size: int) -> None:
    change(street, "max.message.bytes", str(size))


def change(street: BusHarness, name: str, value: str) -> None:
    assert street.kafka is not None
    admin = KafkaAdminClient(bootstrap_servers=street.kafka.bootstrap)
    admin.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, street.topic, configs={name: value})]
    )
    admin.close()
