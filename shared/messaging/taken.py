"""What a service has taken in of the logs that it follows, seen from outside.

Up to its places everything was taken in, except letters that are parked or were discarded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.messaging.port import partition_of

At = tuple[str, int]
"""A source and a position in its log."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in by one moment. places: by source and partition. left_out: up to there."""

    partitions: int
    places: Mapping[At, int]
    left_out: frozenset[At]

    def of(self, source: str) -> dict[int, int]:
        """The places in a source's log, by partition."""
        return {n: at for (name, n), at in self.places.items() if name == source}

    def partition_of(self, key: str) -> int:
        """The partition in which letters of this key come."""
        return partition_of(key, self.partitions)


def taken(cursor: Any, schema: str) -> Taken:
    """Look. schema: the service's, a word of our own. cursor: of whoever may read it.

    The places are asked first: a letter that is settled in between was taken in, one that comes in
    between lies behind them.
    """
    cursor.execute(
        f"SELECT application_name AS name, notification_id AS position FROM {schema}.tracking"  # noqa: S608 - our own word
    )
    named = {row["name"]: row["position"] for row in cursor.fetchall()}
    partitions = named.pop("partitions", 1)
    places = {
        (name.rpartition("/")[0], int(name.rpartition("/")[2])): named[name] for name in named
    }
    cursor.execute(
        f"SELECT source, position FROM {schema}.parked p WHERE position > 0 AND (settled_at IS NULL"  # noqa: S608 - our own word
        f" OR EXISTS (SELECT FROM {schema}.events e WHERE e.originator_id = p.id"
        " AND e.topic = 'letter-discarded'))"
    )
    left_out = frozenset((row["source"], row["position"]) for row in cursor.fetchall())
    return Taken(partitions, places, left_out)
