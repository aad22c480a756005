"""However messages are repeated, reordered or held back: each is taken in once and in order."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.inbox import ReaderPosition
from shared.messaging.parsed_message import ParsedMessage
from shared.messaging.port import Message
from shared.messaging.position_tracker import PositionTracker
from tests.toy_service import READER_NAME, TELLER

PARTITIONS, LENGTH = 2, 12


@dataclass
class InMemory:
    """The positions of an inbox that were never moved before."""

    service: str = READER_NAME
    log: Any = None
    places: dict[tuple[str, int], ReaderPosition] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = self

    def place(self, source: str, partition: int) -> ReaderPosition:
        return ReaderPosition(source, partition, 0, 0)


def messages_of_a_log() -> list[Message]:
    """A log whose facts fall into partitions by turns; every fifth position is private."""
    last = [0] * PARTITIONS
    messages = []
    for position in (p for p in range(1, LENGTH * 5 // 4 + 1) if p % 5):
        partition = (position // 2) % PARTITIONS
        messages.append(Message(TELLER, partition, 0, position, last[partition], "", b""))
        last[partition] = position
    return messages


SENT = messages_of_a_log()
# What a relay may do: send any stretch again, in any order, and lose any message on the way.
deliveries = st.lists(
    st.lists(st.sampled_from(SENT), max_size=6)
    | st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(
        lambda ends: SENT[min(ends) : max(ends)]
    ),
    max_size=30,
)


class Reading:
    """A reader's sense of order, fed message by message."""

    def __init__(self) -> None:
        self.tracker = PositionTracker(InMemory())  # type: ignore[arg-type]
        for n in range(PARTITIONS):
            self.tracker.positions[TELLER, n] = ReaderPosition(TELLER, n, 0, 0)
        self.taken: list[Message] = []
        self.offset = 0

    def poll(self, batch: list[Message]) -> None:
        came = []
        for message in batch:
            came.append(_at(message, self.offset))
            self.offset += 1
        fresh = self.tracker.in_order([ParsedMessage(message) for message in came])
        self.taken += [parsed.message for parsed in fresh]

    def positions(self, partition: int) -> list[int | None]:
        return [message.position for message in self.taken if message.partition == partition]


def _at(message: Message, offset: int) -> Message:
    return Message(
        message.source,
        message.partition,
        offset,
        message.position,
        message.previous,
        message.key,
        message.value,
    )


def sent(partition: int) -> list[int | None]:
    return [message.position for message in SENT if message.partition == partition]


@given(deliveries)
def test_what_was_taken_in_is_always_a_beginning_of_what_was_sent(
    batches: list[list[Message]],
) -> None:
    reading = Reading()
    for batch in batches:
        reading.poll(batch)
        for n in range(PARTITIONS):
            assert reading.positions(n) == sent(n)[: len(reading.positions(n))]


@given(deliveries)
def test_once_all_is_sent_again_nothing_is_missing(batches: list[list[Message]]) -> None:
    reading = Reading()
    for batch in (*batches, SENT):
        reading.poll(batch)
    for n in range(PARTITIONS):
        assert reading.positions(n) == sent(n)


@given(deliveries, st.integers(0, 30))
def test_a_reader_that_begins_anew_at_its_stored_position_goes_on_where_it_was(
    batches: list[list[Message]], when: int
) -> None:
    reading = Reading()
    for i, batch in enumerate((*batches, SENT)):
        if i == when:
            stored = dict(reading.tracker.positions)
            taken, offset = reading.taken, reading.offset
            reading = Reading()
            reading.tracker.positions, reading.taken, reading.offset = stored, taken, offset
        reading.poll(batch)
    for n in range(PARTITIONS):
        assert reading.positions(n) == sent(n)


def test_the_check_notices_a_reader_that_believes_whatever_comes() -> None:
    reading = Reading()
    reading.taken = [*SENT, SENT[0]]
    assert reading.positions(SENT[0].partition) != sent(SENT[0].partition)
