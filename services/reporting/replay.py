"""The projections at another place in time, in temporary tables of one transaction.

Promises:
- the tables are made by the migrations of the real ones and filled by the same fold, so that every
  number is computed by the same query and means the same;
- exactly the facts count that ``axes`` chooses of all that reporting has consumed;
- only those cases are replayed that differ from now; of the others the tallies are taken over;
- nothing is left, and whoever reads or consumes is not disturbed. Only a rebuild that would replace
  the tables waits for it, as for any reader.

It costs as much as the facts of the cases that differ. So a process replays once at a time, and
whoever finds it at work is told to come again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import groupby
from operator import itemgetter
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

import msgspec

from services.reporting import queries
from services.reporting.axes import MENDS, NOW, Axes
from services.reporting.declarations import there
from services.reporting.history import REPLACES, TELLING
from services.reporting.projections import FACTS, retally, write
from services.reporting.statements import Statements
from services.reporting.telling import Brief, Line
from shared.contracts import CONTRACTS
from shared.contracts.contract import Contract, Key, parts_of
from shared.contracts.envelope import Event
from shared.eventstore.batcher import Overloaded
from shared.eventstore.log import Log
from shared.eventstore.scratch import SCHEMA, Scratch, scratch
from shared.eventstore.snapshot import RunQuery, snapshot
from shared.kernel.record import Meta, Source
from shared.postgres.migrations import migrations_of

Progress = Callable[[int, int], None]
"""Called with how many cases are replayed, of how many."""


def quietly(_done: int, _all: int) -> None:
    """Tell nobody."""


_INTO = Statements(SCHEMA)
_CASES = 1_000
_ONE_REPLAY = BoundedSemaphore(1)
_ABOUT_CASES = [name for name, contract in CONTRACTS.items() if contract.key is Key.CASE]
_TOLD = frozenset(TELLING)
_MENDING = frozenset(
    name
    for name, contract in CONTRACTS.items()
    if REPLACES in contract.__struct_fields__ or parts_of(name).name in MENDS
)
_NO_DATA: Mapping[str, Any] = {}


class Past:
    """Some cases as they were at a place in time, in temporary tables beside the real ones."""

    def __init__(self, beside: Scratch, axes: Axes) -> None:
        """Use ``past``. axes: with offsets."""
        self.now = beside.run_query
        self._beside, self._axes = beside, axes
        self._partitions = queries.partitions(self.now)
        axes.require(self._partitions)
        self._keys: set[str] = set()

    def then(self, *today: str) -> RunQuery:
        """Return what runs queries over the past. today: tables that are read as they are now."""
        return self._beside.beside("history", "institutions", *today)

    def replay(self, cases: Iterable[UUID]) -> None:
        """Replay these cases, unless they are replayed already."""
        keys = {str(case_id) for case_id in cases} - self._keys
        self._keys |= keys
        facts = self.now(queries.FACTS_OF_KEYS, {"keys": sorted(keys)})
        write(self._beside.cursor, list(_counting(facts, self._axes, self._partitions)), _INTO)

    def retell(self, progress: Progress) -> None:
        """Replay all cases that differ from now, and have the tallies count what was then."""
        differing = [UUID(key) for key in _differing(self.now, self._axes)]
        self._beside.cursor.execute(queries.TALLIES_TAKEN_OVER.format(s=SCHEMA), (FACTS,))
        for n, first in enumerate(range(0, len(differing), _CASES), 1):
            cases = differing[first : first + _CASES]
            self.replay(cases)
            if n & (n - 1) == 0:  # each time that there are twice as many rows
                self._beside.analyze()
            retally(self._beside.cursor, cases, _INTO)
            progress(first + len(cases), len(differing))


@contextmanager
def past(log: Log, axes: Axes, at_once: BoundedSemaphore) -> Iterator[Past]:
    """Open a place in time. axes: a moment without an offset is of UTC.

    Raises Overloaded, and Refused (PositionsUnclear).
    """
    if not at_once.acquire(blocking=False):
        raise Overloaded
    try:
        with scratch(log, queries.GATE, migrations_of("services.reporting")) as beside:
            yield Past(beside, axes.on(None))
    finally:
        at_once.release()


@contextmanager
def at(log: Log, axes: Axes, progress: Progress = quietly) -> Iterator[RunQuery]:
    """Run queries over the projections at a place in time; of now over the tables themselves.

    Institutions are called what they are called now. Raises Overloaded if this process replays
    already.
    """
    if axes == NOW:
        with snapshot(log, queries.GATE) as run_query:
            yield run_query
        return
    with past(log, axes, _ONE_REPLAY) as then:
        then.retell(progress)
        yield then.then()


def _differing(run_query: RunQuery, axes: Axes) -> list[str]:
    """Return the cases of which not all facts count, and at the most a few more."""
    known = axes.as_known
    furthest: dict[str, int] = {}
    if isinstance(known, Mapping):
        for name, position in known.items():
            source = name.partition("/")[0]
            furthest[source] = min(position, furthest.get(source, position))
    params = {
        "types": _ABOUT_CASES,
        "as_of": axes.as_of,
        "moment": None if isinstance(known, Mapping) else known,
        "sources": list(furthest),
        "positions": list(furthest.values()),
    }
    return [key for (key,) in run_query(queries.DIFFERING, params)]


def _counting(facts: Sequence[tuple[Any, ...]], axes: Axes, partitions: int) -> Iterator[Event]:
    """Return the facts that count. facts: rows of ``FACTS_OF_KEYS``."""
    for key, rows in groupby(facts, itemgetter(4)):
        by_id = {row[2]: row for row in rows}
        lines = [Line(row[2], row[11], row[5], row[7], row[0], row[1]) for row in by_id.values()]
        telling = {each: _brief(row) for each, row in by_id.items() if row[3] in _TOLD}
        counting = axes.of_key(key, partitions).counting(lines, telling)
        yield from (_event(by_id[line.id]) for line in counting)


def _brief(row: tuple[Any, ...]) -> Brief:
    data = msgspec.json.decode(row[15]) if row[3] in _MENDING else _NO_DATA
    return Brief(row[2], parts_of(row[3]).name, row[0], row[5], row[7], data)


def _event(row: tuple[Any, ...]) -> Event:
    """Build the event again that was projected."""
    source, position, fact_id, kind, key, happened_at, local, recorded_at = row[:8]
    institution, role, subject, causation, mapping, file, legal_basis, data = row[8:]
    return Event(
        id=fact_id,
        service=source,
        position=position,
        type=kind,
        key=key,
        meta=Meta(
            institution=institution,
            role=role,
            subject=subject,
            happened_at=there(happened_at, local),
            recorded_at=recorded_at,
            correlation=key,
            causation=causation,
            imported=Source(mapping, legal_basis, file) if mapping else None,
        ),
        data=_decoder(kind).decode(data),
        raw=data,
    )


@cache
def _decoder(kind: str) -> msgspec.json.Decoder[Contract]:
    return msgspec.json.Decoder(CONTRACTS[kind])
