"""What a reader says of itself: failing until it has worked again, and whose clock it reads."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.messaging.consumer import OUTAGE, Consumer
from shared.messaging.port import Bus, Message, Resume, Subscription
from shared.postgres.database import OUTAGES
from tests.buses import SOON_STOPPED, BusHarness
from tests.toy_service import ToyHandler, record_number, submission
from tests.waiting import soon


class Stumbling:
    """A bus whose every subscription gives some empty polls, and then the database is away."""

    def __init__(self, bus: Bus) -> None:
        self.bus, self.subscribed = bus, 0
        self.mended = False

    def subscribe(self, reader: str, sources: Sequence[str], resume: Resume) -> object:
        self.subscribed += 1
        whole = self.bus.subscribe(reader, sources, resume)
        return whole if self.mended else _Stumble(whole)


class _Stumble:
    def __init__(self, whole: object) -> None:
        self.whole, self.polls = whole, 0

    def poll(self, seconds: float) -> list[Message]:
        del seconds
        self.polls += 1
        time.sleep(0.02)
        if self.polls > 5:
            raise OUTAGES[0]
        return []

    def assigned(self) -> frozenset[tuple[str, int]]:
        return frozenset()

    def close(self) -> None:
        self.whole.close()  # type: ignore[attr-defined]


def test_a_reader_that_keeps_failing_says_so_over_empty_polls_until_it_has_worked(
    log_harness: BusHarness,
) -> None:
    bus = Stumbling(log_harness.bus)
    inbox = log_harness.home.inbox()
    consumer = Consumer(inbox, bus, ToyHandler().reader(), poll_seconds=SOON_STOPPED)  # type: ignore[arg-type]
    log_harness.home.keep(consumer)
    consumer.start()
    soon(lambda: bus.subscribed >= 2)
    begun, seen = bus.subscribed, set()
    while bus.subscribed < begun + 2:
        seen.add(consumer.trouble)
        time.sleep(0.005)
    assert seen == {OUTAGE}
    bus.mended = True
    log_harness.record(new_id(), 1)
    soon(lambda: consumer.trouble is None)


def test_a_fact_that_its_publisher_took_is_taken_in_by_a_slower_clock(
    log_harness: BusHarness,
) -> None:
    log_harness.log.submit(submission(new_id(), record_number(1, at=now()))).result(10)
    slow = log_harness.home.inbox()
    slow.log.writer._clock = lambda: now() - timedelta(hours=1)
    handler = ToyHandler()
    consumer = Consumer(slow, log_harness.bus, handler.reader(), poll_seconds=SOON_STOPPED)
    log_harness.home.keep(consumer)
    consumer.start()
    soon(lambda: slow.log.position() == 1)
    assert slow.waiting() == 0


@dataclass
class SlammingDoor:
    """A bus whose subscriptions fail once they are closed, for a reason that nobody foresaw."""

    bus: Bus

    def subscribe(self, reader: str, sources: Sequence[str], resume: Resume) -> Subscription:
        whole = self.bus.subscribe(reader, sources, resume)
        close = whole.close

        def slam() -> None:
            close()
            raise ZeroDivisionError

        whole.close = slam  # type: ignore[method-assign]
        return whole


def test_a_reader_whose_subscription_cannot_be_closed_ends_out_loud(
    log_harness: BusHarness,
) -> None:
    harness = log_harness
    bus = SlammingDoor(harness.bus)
    handler, ended = ToyHandler(), threading.Event()
    consumer = Consumer(harness.home.inbox(), bus, handler.reader(), poll_seconds=SOON_STOPPED)
    consumer.on_bug = ended.set
    consumer.start()
    harness.home.keep(consumer)
    soon(lambda: consumer.trouble is None and consumer._tracker.positions)
    consumer.stop()
    assert ended.is_set()
    assert consumer.trouble == "bug: ZeroDivisionError"
