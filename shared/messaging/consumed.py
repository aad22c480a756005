"""What a service has consumed of the logs that it follows, seen from outside.

Up to its positions it has processed everything, except messages that are parked or were discarded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Cursor
from psycopg.sql import SQL, Identifier

from shared.messaging.inbox import PARTITIONS, POSITIONS, positions_of

At = tuple[str, int]
"""A source and a position in its log."""


@dataclass(frozen=True, slots=True)
class Consumed:
    """What was processed by one moment.

    positions: of the reader, by source and partition. left_out: what was not processed up to there.
    """

    partitions: int
    positions: Mapping[At, int]
    left_out: frozenset[At]

    def of(self, source: str) -> dict[int, int]:
        """Return the positions in a source's log, by partition."""
        return {n: at for (name, n), at in self.positions.items() if name == source}


def consumed(cursor: Cursor[Any], schema: str) -> Consumed:
    """Read what a service has consumed. schema: the service's. cursor: of a role that may read it.

    The positions are read before the parked messages: a message that is resolved in between counts
    as processed, and one that is parked in between lies behind the positions.
    """

    def rows(text: LiteralString) -> list[tuple[Any, ...]]:
        return cursor.execute(SQL(text).format(s=Identifier(schema))).fetchall()

    positions = {(p.source, p.partition): p.position for p in positions_of(rows(POSITIONS))}
    left_out = frozenset((source, position) for source, position in rows(_LEFT_OUT))
    agreed = rows(PARTITIONS)
    return Consumed(agreed[0][0] if agreed else 1, positions, left_out)


_LEFT_OUT: LiteralString = (
    "SELECT source, position FROM {s}.parked p WHERE position > 0 AND (resolved_at IS NULL"
    " OR EXISTS (SELECT FROM {s}.events e WHERE e.originator_id = p.id"
    " AND e.topic = 'message-discarded'))"
)
