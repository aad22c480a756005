"""A message that cannot be used is parked; its case waits, all others go on, a person decides."""

from collections.abc import Sequence
from typing import Any

import pytest

from shared.contracts.envelope import Event, encode
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.kernel.value import replace
from shared.messaging.consumer import Consumer
from shared.messaging.port import Message
from shared.messaging.reacting import Reader
from shared.messaging.resolving import Resolution
from tests.buses import BusHarness, Handed
from tests.examples import examples
from tests.toy_service import SPOILT, TELLER
from tests.waiting import soon

KEEPER = Actor("canaliza", "operator", "token-9")


@pytest.mark.parametrize("reason", sorted(SPOILT))
def test_what_cannot_be_read_is_parked_with_its_bytes_and_others_go_on(
    log_harness: BusHarness, reason: str
) -> None:
    harness, case, other = log_harness, new_id(), new_id()
    process = harness.reader_process()
    harness.record(case, 1)
    harness.record(case, 1, reason)
    harness.record(other, 2)
    harness.record(case, 1)
    process.expects(other, [1, 2])
    spoilt, behind = process.parked(2)
    assert process.heard(case) == [1]
    assert (spoilt.reason, behind.reason) == (reason, "behind-a-parked-message")
    assert spoilt.key == behind.key == str(case)
    assert spoilt.value == harness.publication.page(1, 1)[0].value
    assert process.consumer.trouble is None


def test_messages_about_an_institution_wait_for_one_another_as_those_of_a_case_do(
    log_harness: BusHarness,
) -> None:
    process = log_harness.reader_process(start=False)
    waiting, other = "oficina-laboral-chih", "cedh-chihuahua"
    messages = [
        Message(TELLER, 0, n - 1, n, n - 1, key, b"{" if n == 1 else registration(key, n))
        for n, key in enumerate((waiting, waiting, other), 1)
    ]
    read: list[str] = []

    def project(_: Any, events: Sequence[Event]) -> None:
        read.extend(event.key for event in events)

    reader = Reader((TELLER,), lambda _: (), project)
    Consumer(process.inbox, log_harness.bus, reader).step(Handed(messages), 0)
    assert [(message.key, message.reason) for message in process.parked(2)] == [
        (waiting, "not-json"),
        (waiting, "behind-a-parked-message"),
    ]
    assert process.inbox.lines() == 1
    assert read == [other]


def registration(institution: str, position: int) -> bytes:
    """The message that an institution was registered, from this position of the log."""
    (_, listing) = examples("referral", "institution-registered")
    recorded = replace(listing.recorded, position=position)
    recorded = replace(recorded, meta=replace(recorded.meta, correlation=institution))
    return encode(listing.contract, recorded)


def test_what_the_rules_refuse_is_parked_with_the_refusals_code(harness: BusHarness) -> None:
    case, other = new_id(), new_id()
    process = harness.reader_process()
    process.handler.rejects = {2}
    harness.record(case, 3)
    harness.record(other, 1)
    process.expects(other, [1])
    first, second = process.parked(2)
    assert process.heard(case) == [1]
    assert (first.reason, second.reason) == ("too-late", "behind-a-parked-message")


def test_too_many_parked_stop_the_reader_until_they_are_resolved(harness: BusHarness) -> None:
    cases, last = [new_id() for _ in range(3)], new_id()
    process = harness.reader_process(too_many=3)
    process.handler.rejects = {1}
    for case in cases:
        harness.record(case, 1)
    messages = process.parked(3)
    soon(lambda: process.consumer.trouble == "parked: too many")
    process.handler.rejects = set()
    harness.record(last, 1)
    restarted = harness.reader_process(process, too_many=3)
    soon(lambda: restarted.consumer.trouble == "parked: too many")
    assert process.heard(last) == []
    assert isinstance(process.parked_messages.replay(messages[0].id, KEEPER, now()), Resolution)
    process.expects(last, [1])
    soon(lambda: process.consumer.trouble is None)
