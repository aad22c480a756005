"""A log as it stands, read from its first fact to its last."""

from collections.abc import Iterator
from uuid import UUID

from shared.eventstore.log import Log
from shared.kernel.record import Recorded


def facts_of(log: Log, after: int = 0) -> Iterator[Recorded]:
    """Every fact after a position, up to the end as it is when reached."""
    while page := log.page(after):
        yield from page
        after = page[-1].position


def history_of(log: Log, stream: UUID) -> list[Recorded]:
    """Every fact of a stream, oldest first."""
    return [recorded for recorded in facts_of(log) if recorded.stream == stream]
