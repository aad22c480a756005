"""An installation may change from one bus to the other and back: positions mean the same on both.

No installation runs in memory, and none moves there.
"""

import pytest

from shared.kernel.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.log_bus import LogBus
from shared.messaging.port import Bus, partition_of
from tests.buses import ReaderProcess, build
from tests.databases import ScratchDatabase
from tests.toy_service import ToyHandler

pytestmark = pytest.mark.integration

PARTITIONS = 3


def test_from_log_to_kafka_and_back_nothing_is_lost_or_doubled(
    request: pytest.FixtureRequest, database: ScratchDatabase
) -> None:
    harness = build(request, database, "kafka", PARTITIONS)
    inbox = database.inbox()
    cases = [new_id() for _ in range(8)]
    assert len({partition_of(str(case), PARTITIONS) for case in cases}) > 1
    log_bus = LogBus([harness.publication], database.locks, PARTITIONS)

    def reading_over(bus: Bus, upto: int) -> None:
        handler = ToyHandler()
        process = ReaderProcess(inbox, handler, Consumer(inbox, bus, handler.reader()))
        process.consumer.start()
        for case in cases:
            harness.record(case, 5)
        for case in cases:
            process.expects(case, range(1, upto + 1))
        process.consumer.stop()
        assert inbox.waiting() == 0

    reading_over(log_bus, 5)
    relay = harness.relay()
    reading_over(harness.bus, 10)
    relay.stop()
    reading_over(log_bus, 15)
    again = harness.relay()
    reading_over(harness.bus, 20)
    again.stop()
    database.close()
