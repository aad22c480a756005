"""A reader whose reactions lean on other streams takes in whatever comes, from a cold start too."""

from collections.abc import Iterator
from uuid import UUID

from shared.contracts.envelope import Event
from shared.kernel.ids import derived_id, new_id
from shared.messaging.consumer import Consumer
from shared.messaging.reacting import Reaction, Reader, by_system, case_of
from tests.buses import BusHarness
from tests.toy_service import QUOTER, READER_NAME, TELLER, Quote, page_of, quoted
from tests.waiting import soon

CASES = 40
"""Far more than there are attempts at a batch."""


def quotes_of(case: UUID) -> UUID:
    return derived_id("quotes", str(case))


def quotes_the_page(event: Event) -> Iterator[Reaction]:
    """What was heard leads to a quote of another page of this reader's own log."""
    case = case_of(event)
    command = Quote(by=by_system(event), at=event.meta.happened_at, source=page_of(case))
    yield Reaction(QUOTER, quotes_of(case), command, begins=True)


def test_a_batch_that_leans_on_many_streams_nobody_has_read_is_taken_in_at_once(
    log_harness: BusHarness,
) -> None:
    cases = [new_id() for _ in range(CASES)]
    first = log_harness.reader_process()
    for case in cases:
        log_harness.record(case, 1)
    for case in cases:
        first.expects(case, [1])
    first.consumer.stop()
    for case in cases:
        log_harness.record(case, 1)
    cold = log_harness.home.inbox(first.inbox)
    consumer = Consumer(cold, log_harness.bus, Reader(sources=(TELLER,), react=quotes_the_page))
    subscription = log_harness.subscribe(READER_NAME, cold.reader_position)
    soon(lambda: consumer.step(subscription, 0.2))
    subscription.close()
    assert [quoted(cold.log, quotes_of(case)) for case in cases] == [[(1, 1)]] * CASES
    assert cold.waiting() == 0
