"""Waiting until all that was published has been taken in everywhere."""

from shared.messaging.port import partition_of
from shared.service.service import Service
from tests.stories.running_services import RunningServices
from tests.waiting import soon

_MOST = 100_000


def wait_until_idle(home: RunningServices) -> None:
    """Wait until the last message was taken in."""
    before = -1
    while (now := sum(service.log.position() for service in home.services.values())) != before:
        before = now
        soon(lambda: _idle(home))


def _idle(home: RunningServices) -> bool:
    """Whether every reader has reached the last message of every source."""
    last = {name: _last_messages(service) for name, service in home.services.items()}
    for service in home.services.values():
        there = {(p.source, p.partition): p.position for p in service.inbox.reader_positions()}
        for source in service.definition.reader.sources if service.definition.reader else ():
            for partition, position in last[source].items():
                if there.get((source, partition), 0) < position:
                    return False
    return True


def _last_messages(service: Service) -> dict[int, int]:
    """The position of the last message in each partition."""
    partitions = service.settings.kafka_partitions
    return {
        partition_of(message.key, partitions): message.position
        for message in service.publication.page(0, _MOST)
        if message.value is not None
    }
