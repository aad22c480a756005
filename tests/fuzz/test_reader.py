"""No message stops a reader, whoever wrote it: what cannot be used is parked, and the next is read.

The real reader of reporting, over a real PostgreSQL; only the bus is made up.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as replace_struct

from services.reporting.consumes import READER
from shared.contracts.envelope import decode, encode
from shared.embedded.supervisor import PostgresAddress
from shared.kernel.value import replace
from shared.messaging.consumer import Consumer
from shared.messaging.port import Message, Subscription
from shared.messaging.records import headers_of, message_of
from shared.messaging.seals import Sealable
from shared.messaging.topic_names import topic_of
from tests.brokers import SEALS
from tests.examples import examples
from tests.fuzz.mutations import MONSTERS, altered, spliced, written
from tests.fuzz.test_decoder import MESSAGES
from tests.personas import CASE
from tests.reporting_store import Store, reporting_store
from tests.walks import tries

REGISTERED, *_ = examples("intake", "case-registered")
INTAKE = [raw for raw in MESSAGES if decode(raw).service == "intake"]
_CASE, _POSITION = str(CASE).encode(), b"4294967296"


@dataclass
class GivenMessages:
    """A subscription that gives what it was given, of one partition."""

    partition: int
    messages: list[Message] = field(default_factory=list)

    def poll(self, seconds: float) -> Sequence[Message]:
        del seconds
        came, self.messages = self.messages, []
        return came

    def assigned(self) -> frozenset[tuple[str, int]]:
        return frozenset({("intake", self.partition)})

    def close(self) -> None:
        """Nothing is held."""


class NoBus:
    """The messages come from the test."""

    def subscribe(self, *_: object) -> Subscription:
        raise NotImplementedError


TOPIC = topic_of("intake", "fuzz")


@dataclass
class Record:
    """What stands in a topic."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]
    topic: str = TOPIC


def sealed(
    partition: int, position: int, previous: int, key: bytes, value: bytes
) -> list[tuple[str, bytes]]:
    """The headers of a relay's message."""
    return headers_of(SEALS, Sealable(TOPIC, partition, position, previous, key, value))


@dataclass
class ReaderUnderTest:
    """The reader, and the partitions that it has read from."""

    store: Store
    consumer: Consumer
    partitions: Iterator[int] = field(default_factory=lambda: count(1))

    def survives(self, key: bytes | None, value: bytes, *, by_relay: bool) -> None:
        """Read this message and a good one after it, which must be taken in.

        Each in a case and at a position of its own, so that no message stands in another's way.
        """
        partition = next(self.partitions)
        position, case = partition * 2, UUID(int=partition)
        value = value.replace(_CASE, str(UUID(int=-partition % 2**128)).encode())
        value = value.replace(_POSITION, b"%d" % position)
        subscription = GivenMessages(partition)
        key = key or key_of(value)
        headers = sealed(partition, position, 0, key, value) if by_relay else []
        subscription.messages = [message_of(Record(partition, 0, key, value, headers), SEALS)]
        assert self.consumer.step(subscription, 0) == 1
        before = position if by_relay else 0
        good = _registration(case, position + 1)
        name = str(case).encode()
        headers = sealed(partition, position + 1, before, name, good)
        subscription.messages = [message_of(Record(partition, 1, name, good, headers), SEALS)]
        assert self.consumer.step(subscription, 0) == 1
        assert (
            self.store.service.inbox.reader_position("intake", partition).position == position + 1
        )
        assert self.store.reports.case(case, None) is not None


def _registration(case_id: UUID, position: int) -> bytes:
    meta = replace(REGISTERED.recorded.meta, correlation=str(case_id))
    recorded = replace(REGISTERED.recorded, position=position, meta=meta, stream=case_id)
    return encode(replace_struct(REGISTERED.contract, case_id=case_id), recorded)


@pytest.fixture(scope="module")
def reader(postgres_server: PostgresAddress) -> Iterator[ReaderUnderTest]:
    with reporting_store(postgres_server) as store:
        consumer = Consumer(store.service.inbox, NoBus(), READER, too_many=10**6)
        yield ReaderUnderTest(store, consumer)


keys = st.none() | st.binary(max_size=8) | st.sampled_from([b"", b"\x00", b"\xff", b"a" * 200])


def key_of(raw: bytes) -> bytes:
    """The key that a relay would send such a message under."""
    try:
        subject = json.loads(raw)["subject"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return b""
    return str(subject).encode("utf-8", "replace")


@pytest.mark.integration
@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(150)
@given(raw=st.binary(max_size=50) | spliced(INTAKE), key=keys, by_relay=st.booleans())
def test_no_bytes_stop_a_reader(
    reader: ReaderUnderTest, raw: bytes, key: bytes, *, by_relay: bool
) -> None:
    reader.survives(key, raw, by_relay=by_relay)


@pytest.mark.integration
@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(250)
@given(data=st.data())
def test_no_message_stops_a_reader(reader: ReaderUnderTest, data: st.DataObject) -> None:
    raw = written(data.draw(altered(json.loads(data.draw(st.sampled_from(INTAKE))))))
    reader.survives(None, raw, by_relay=True)


@pytest.mark.integration
@pytest.mark.parametrize("monster", MONSTERS)
@pytest.mark.parametrize("by_relay", [True, False])
def test_no_monster_stops_a_reader(
    reader: ReaderUnderTest, monster: str, *, by_relay: bool
) -> None:
    reader.survives(b"x", MONSTERS[monster], by_relay=by_relay)
