"""The index of the directory, kept in a process and refreshed by what has changed.

Promises:
- an answer is of one moment of the projections: of all that was folded before it, and of no more;
- what has changed is read, not all; where that cannot be told for certain, all is read again. It
  can be told by counting: if more facts were folded than stand after the last known position, one
  came late (a parked message that was replayed), and nobody knows which;
- whoever searches with an older index is not disturbed.
"""

from collections import defaultdict
from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

from services.reporting import queries
from services.reporting.claims import positions
from services.reporting.projections import FACTS
from services.reporting.searching import reading
from services.reporting.searching.index import Index, indexed
from shared.contracts.contract import Key
from shared.eventstore.log import Log
from shared.eventstore.snapshot import RunQuery, snapshot

_SOURCE = "referral"
_MOST = 20_000
"""After more facts than these, all is read again: that is sooner done."""
_FOLDED = (
    "SELECT 'reporting.history'::regclass::oid::bigint, coalesce((SELECT n FROM reporting.tallies"
    " WHERE measure = %(facts)s AND programme = '*' AND subdivision = '*' AND label = %(source)s),"
    " 0)"
)
"""Which table it is (a rebuild brings another), and how many facts were folded into it."""
_COUNT = "SELECT count(*) FROM reporting.history WHERE source = %(source)s AND position > %(after)s"
_CHANGED = (
    "SELECT DISTINCT type, key FROM reporting.history"
    " WHERE source = %(source)s AND position > %(after)s AND type = ANY(%(types)s)"
)


class _Read(NamedTuple):
    """What an index was made of.

    table, facts: see ``_FOLDED``. low: of the partitions' positions the lowest; above: how many
    facts stood after it, in partitions that were further.
    """

    table: int
    facts: int
    low: int
    above: int


class KeptIndex:
    """The index over one service's projections."""

    def __init__(self, log: Log) -> None:
        """Keep it over the connections of reporting's own log."""
        self._log, self._lock = log, Lock()
        self._kept: tuple[_Read, Index] | None = None

    def current(self) -> tuple[Index, Mapping[str, int]]:
        """Return the index as of now, and the positions of the logs up to which it is true."""
        with self._lock, snapshot(self._log, queries.GATE) as run_query:
            return self._refreshed(run_query), positions(run_query)

    def _refreshed(self, run_query: RunQuery) -> Index:
        ((table, facts),) = run_query(_FOLDED, {"facts": FACTS, "source": _SOURCE})
        if self._kept is not None and (table, facts) == self._kept[0][:2]:
            return self._kept[1]
        index = self._changed(run_query, table, facts) or indexed(reading.whole(run_query))
        self._kept = _read(run_query, table, facts), index
        return index

    def _changed(self, run_query: RunQuery, table: int, facts: int) -> Index | None:
        """Return the index after what has changed; None if all must be read."""
        if self._kept is None:
            return None
        read, index = self._kept
        new = facts - read.facts
        if table != read.table or new > _MOST:
            return None
        asked = {"source": _SOURCE, "after": read.low, "types": [*reading.TYPES]}
        ((count,),) = run_query(_COUNT, asked)
        if count - read.above != new:
            return None
        keys: dict[Key, set[str]] = defaultdict(set)
        for kind, key in run_query(_CHANGED, asked):
            keys[reading.TYPES[kind]].add(key)
        if not keys:
            return index
        directory, services = reading.after(run_query, index.directory, reading.Changed(keys))
        return index.changed(directory, services)


def _read(run_query: RunQuery, table: int, facts: int) -> _Read:
    reached = [at for name, at in positions(run_query).items() if name.split("/")[0] == _SOURCE]
    low = min(reached, default=0)
    ((above,),) = run_query(_COUNT, {"source": _SOURCE, "after": low})
    return _Read(table, facts, low, above)


_KEPT: WeakKeyDictionary[Log, KeptIndex] = WeakKeyDictionary()
_MAKING = Lock()


def kept_index(log: Log) -> KeptIndex:
    """Return the index over this log's projections, which the whole process shares."""
    with _MAKING:
        if log not in _KEPT:
            _KEPT[log] = KeptIndex(log)
        return _KEPT[log]


def forget(log: Log) -> None:
    """Read all again at the next search: for whoever empties tables, as tests do."""
    with _MAKING:
        _KEPT.pop(log, None)
