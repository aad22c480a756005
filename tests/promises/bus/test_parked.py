"""A message that cannot be used is parked; its case waits, all others go on, a person decides."""

import pytest

from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.messaging.resolving import Settlement
from tests.buses import BusHarness
from tests.toy_service import AT, SPOILT
from tests.waiting import soon

pytestmark = pytest.mark.integration

KEEPER = Actor("canaliza", "operator", "token-9")


@pytest.mark.parametrize("reason", sorted(SPOILT))
def test_what_cannot_be_read_is_parked_with_its_bytes_and_others_go_on(
    log_street: BusHarness, reason: str
) -> None:
    street, case, other = log_street, new_id(), new_id()
    hearer = street.hearer()
    street.tell(case, 1)
    street.tell(case, 1, reason)
    street.tell(other, 2)
    street.tell(case, 1)
    hearer.hears(other, [1, 2])
    spoilt, behind = hearer.parked(2)
    assert hearer.heard(case) == [1]
    assert (spoilt.reason, behind.reason) == (reason, "behind-a-parked-message")
    assert spoilt.key == behind.key == str(case)
    assert spoilt.value == street.publication.page(1, 1)[0].value
    assert hearer.consumer.trouble is None


def test_what_the_rules_refuse_is_parked_with_the_refusals_code(street: BusHarness) -> None:
    case, other = new_id(), new_id()
    hearer = street.hearer()
    hearer.ears.deaf_to = {2}
    street.tell(case, 3)
    street.tell(other, 1)
    hearer.hears(other, [1])
    first, second = hearer.parked(2)
    assert hearer.heard(case) == [1]
    assert (first.reason, second.reason) == ("too-late", "behind-a-parked-message")


def test_too_many_parked_stop_the_reader_until_they_are_settled(street: BusHarness) -> None:
    cases, last = [new_id() for _ in range(3)], new_id()
    hearer = street.hearer(too_many=3)
    hearer.ears.deaf_to = {1}
    for case in cases:
        street.tell(case, 1)
    messages = hearer.parked(3)
    soon(lambda: hearer.consumer.trouble == "parked: too many")
    hearer.ears.deaf_to = set()
    street.tell(last, 1)
    restarted = street.hearer(hearer.inbox.log.address, too_many=3)
    soon(lambda: restarted.consumer.trouble == "parked: too many")
    assert hearer.heard(last) == []
    assert isinstance(hearer.desk.replay(messages[0].id, KEEPER, AT), Settlement)
    hearer.hears(last, [1])
    soon(lambda: hearer.consumer.trouble is None)
