"""However letters are repeated, reordered or held back: each is taken in once and in order."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.inbox import Place
from shared.messaging.port import Letter
from shared.messaging.position_tracker import Footing
from tests.toy_service import HEARER, TELLER

PARTITIONS, LENGTH = 2, 12


@dataclass
class InMemory:
    """The places of an inbox that were never moved before."""

    service: str = HEARER
    log: Any = None
    places: dict[tuple[str, int], Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = self

    def place(self, source: str, partition: int) -> Place:
        return Place(source, partition, 0, 0)


def letters_of_a_log() -> list[Letter]:
    """A log whose facts fall into partitions by turns; every fifth position is private."""
    last = [0] * PARTITIONS
    letters = []
    for position in (p for p in range(1, LENGTH * 5 // 4 + 1) if p % 5):
        partition = (position // 2) % PARTITIONS
        letters.append(Letter(TELLER, partition, 0, position, last[partition], "", b""))
        last[partition] = position
    return letters


SENT = letters_of_a_log()
# What a relay may do: send any stretch again, in any order, and lose any letter on the way.
deliveries = st.lists(
    st.lists(st.sampled_from(SENT), max_size=6)
    | st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(
        lambda ends: SENT[min(ends) : max(ends)]
    ),
    max_size=30,
)


class Reading:
    """A reader's sense of order, fed letter by letter."""

    def __init__(self) -> None:
        self.footing = Footing(InMemory())  # type: ignore[arg-type]
        for n in range(PARTITIONS):
            self.footing.places[TELLER, n] = Place(TELLER, n, 0, 0)
        self.taken: list[Letter] = []
        self.offset = 0

    def poll(self, batch: list[Letter]) -> None:
        came = []
        for letter in batch:
            came.append(_at(letter, self.offset))
            self.offset += 1
        self.taken += self.footing.in_order(came)

    def positions(self, partition: int) -> list[int | None]:
        return [letter.position for letter in self.taken if letter.partition == partition]


def _at(letter: Letter, offset: int) -> Letter:
    return Letter(
        letter.source,
        letter.partition,
        offset,
        letter.position,
        letter.previous,
        letter.key,
        letter.value,
    )


def sent(partition: int) -> list[int | None]:
    return [letter.position for letter in SENT if letter.partition == partition]


@given(deliveries)
def test_what_was_taken_in_is_always_a_beginning_of_what_was_sent(
    batches: list[list[Letter]],
) -> None:
    reading = Reading()
    for batch in batches:
        reading.poll(batch)
        for n in range(PARTITIONS):
            assert reading.positions(n) == sent(n)[: len(reading.positions(n))]


@given(deliveries)
def test_once_all_is_sent_again_nothing_is_missing(batches: list[list[Letter]]) -> None:
    reading = Reading()
    for batch in (*batches, SENT):
        reading.poll(batch)
    for n in range(PARTITIONS):
        assert reading.positions(n) == sent(n)


@given(deliveries, st.integers(0, 30))
def test_a_reader_that_begins_anew_at_its_stored_place_goes_on_where_it_was(
    batches: list[list[Letter]], when: int
) -> None:
    reading = Reading()
    for i, batch in enumerate((*batches, SENT)):
        if i == when:
            stored = dict(reading.footing.places)
            taken, offset = reading.taken, reading.offset
            reading = Reading()
            reading.footing.places, reading.taken, reading.offset = stored, taken, offset
        reading.poll(batch)
    for n in range(PARTITIONS):
        assert reading.positions(n) == sent(n)


def test_the_check_notices_a_reader_that_believes_whatever_comes() -> None:
    reading = Reading()
    reading.taken = [*SENT, SENT[0]]
    assert reading.positions(SENT[0].partition) != sent(SENT[0].partition)
