"""What the publishing service did not send is told, parked, and stands in nobody's way.

Whoever administers the cluster may write any topic, with any headers; only a key of ours he has
not.
"""

from collections.abc import Sequence
from dataclasses import replace as replace_settings
from typing import Any

import pytest
from kafka import KafkaProducer

from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.messaging.kafka_bus import KafkaBus
from shared.messaging.parked_message import StillUnreadable
from shared.messaging.relay import Relay
from shared.messaging.seals import Sealable, Seals
from tests.brokers import MESSAGE_KEYS, client_at
from tests.buses import BusHarness, build, home_of
from tests.toy_service import TELLER
from tests.waiting import soon

pytestmark = pytest.mark.integration

OPERATOR = Actor("canaliza", "operator", "token-9")
ANOTHER = "another-secret-that-the-installation-has"


def put(
    harness: BusHarness,
    key: object,
    value: bytes,
    headers: Sequence[tuple[str, bytes]],
    partition: int = 0,
) -> None:
    """Write into the topic as the cluster's administrator."""
    assert harness.kafka is not None
    producer = KafkaProducer(**client_at(harness.kafka.bootstrap), metrics_enabled=False)
    producer.send(harness.topic, value, str(key).encode(), list(headers), partition).get(10)
    producer.close()


def at(position: int, previous: int, seal: bytes | None = None) -> list[tuple[str, bytes]]:
    """A relay's headers, with this seal or none."""
    told = [("position", b"%d" % position), ("previous", b"%d" % previous)]
    return told if seal is None else [*told, ("seal", seal)]


def a_copy(harness: BusHarness) -> bytes:
    """The bytes of a message of ours."""
    return next(m.value for m in harness.publication.page(0, 1) if m.value)


def sealed_with(harness: BusHarness, *secrets: str) -> BusHarness:
    """The harness as a process has it that knows these secrets, the current one first."""
    assert harness.kafka is not None
    kafka = replace_settings(harness.kafka, seals=Seals(secrets))
    return BusHarness(
        harness.home,
        harness.kind,
        harness.log,
        harness.publication,
        KafkaBus(kafka),
        kafka,
        harness.partitions,
        harness.recorded,
    )


@pytest.mark.parametrize("seal", [None, b"", b"\x07" * 32], ids=["none", "empty", "made up"])
def test_a_message_with_a_relays_headers_and_no_seal_of_ours_is_parked_and_nothing_else(
    kafka_harness: BusHarness, seal: bytes | None
) -> None:
    harness, case = kafka_harness, new_id()
    process = harness.reader_process()
    harness.relay()
    harness.record(case, 2)
    process.expects(case, [1, 2])
    at_two = process.inbox.reader_position(TELLER, 0).position
    value = a_copy(harness)
    put(harness, case, value, at(10**15, at_two, seal))
    (forged,) = process.parked(1)
    assert (forged.reason, forged.value, forged.key) == ("not-authentic", value, "")
    assert process.inbox.reader_position(TELLER, 0).position == at_two
    harness.record(case, 2)
    process.expects(case, [1, 2, 3, 4])  # the case that was named does not wait
    assert process.inbox.waiting() == 1


def test_nobody_can_have_it_taken_in_and_a_person_gives_it_up(kafka_harness: BusHarness) -> None:
    harness, case = kafka_harness, new_id()
    process = harness.reader_process()
    harness.record(case, 1)
    put(harness, case, a_copy(harness), at(1, 0))
    (forged,) = process.parked(1)
    refused = process.parked_messages.replay(forged.id, OPERATOR, now())
    assert isinstance(refused, StillUnreadable)
    assert refused.reason == "not-authentic"
    process.parked_messages.discard(forged.id, "not-ours", OPERATOR, now())
    assert process.inbox.waiting() == 0
    assert process.heard(case) == []


def test_a_message_of_ours_that_is_put_elsewhere_once_more_is_told(
    request: pytest.FixtureRequest,
) -> None:
    harness = build(request, home_of(request, "kafka"), "kafka", 2)
    harness.relay()
    process, case = harness.reader_process(), new_id()
    harness.record(case, 1)
    process.expects(case, [1])
    (genuine,) = harness.messages(harness.subscribe("curious"), 1)
    assert harness.kafka is not None
    key = str(case).encode()
    elsewhere = Sealable(harness.topic, genuine.partition, 1, 0, key, genuine.value)
    seal = harness.kafka.seals.seal(elsewhere)
    put(harness, case, genuine.value, at(1, 0, seal), 1 - genuine.partition)
    (forged,) = process.parked(1)
    assert forged.reason == "not-authentic"
    assert process.heard(case) == [1]
    harness.home.close()


def test_a_relay_starts_whatever_was_forged_at_its_topics_end(kafka_harness: BusHarness) -> None:
    harness, case = kafka_harness, new_id()
    process = harness.reader_process()
    relay = harness.relay()
    harness.record(case, 2)
    process.expects(case, [1, 2])
    relay.stop()
    value = a_copy(harness).replace(b'"position":"1"', b'"position":"1000000"')
    put(harness, case, value, at(1_000_000, 2))
    assert harness.kafka is not None
    inbox = harness.home.inbox_of(harness.log)
    Relay(harness.publication, inbox, harness.kafka, harness.partitions).check()
    harness.relay()
    harness.record(case, 1)
    process.expects(case, [1, 2, 3])


def test_after_a_change_of_keys_old_and_new_messages_are_taken_in(
    kafka_harness: BusHarness,
) -> None:
    harness, case = kafka_harness, new_id()
    relay = harness.relay()
    harness.record(case, 2)
    sent(harness, 2)
    relay.stop()
    changed = sealed_with(harness, ANOTHER, MESSAGE_KEYS)
    changed.relay()
    changed.record(case, 2)
    process = changed.reader_process()
    process.expects(case, [1, 2, 3, 4])
    assert process.inbox.waiting() == 0


def test_a_reader_with_the_wrong_keys_takes_in_what_it_parked_once_it_has_the_right_ones(
    kafka_harness: BusHarness,
) -> None:
    harness, case = kafka_harness, new_id()
    harness.relay()
    harness.record(case, 3)
    wrong = sealed_with(harness, ANOTHER).reader_process()
    assert {message.reason for message in wrong.parked(3)} == {"not-authentic"}
    wrong.consumer.stop()
    assert wrong.heard(case) == []
    right = harness.reader_process(wrong)
    right.expects(case, [1, 2, 3])
    harness.record(case, 1)
    right.expects(case, [1, 2, 3, 4])


def sent(harness: BusHarness, position: int) -> Any:
    inbox = harness.home.inbox_of(harness.log)
    soon(lambda: inbox.reader_position("relay", -1).position == position)
