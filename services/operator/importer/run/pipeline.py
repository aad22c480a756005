"""Rows travel in batches: a few hundred at a time go through the services, one after the other.

A batch is a generator that yields while it waits, so that several are on their way at once and one
is served while another waits. Promises:
- a command is submitted when those before it were carried out and its service has read of them;
- a row whose command is refused goes no further, and all others do;
- a command whose answer got lost in an outage is submitted again with the same key, and no later
  one of its row overtakes it;
- after a stop, or when no more batches can be had, those on their way arrive and none is begun.
"""

import threading
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from services.operator.importer.errors import ImportNotPossible
from shared.eventstore.batcher import Overloaded
from shared.eventstore.writer import Answer, PreconditionFailed
from shared.kernel.refusals import Refusal
from shared.postgres.database import OUTAGES, is_disk_full
from shared.service.command_client import KeyedCommand, NotCaughtUp, existing, submit
from shared.service.service import Service

BATCH = 500
"""Rows in a batch."""
AT_ONCE = 4
"""Batches on their way at a time: what the writers' waiting rooms hold with room to spare."""
ROUTE = ("intake", "referral", "followup")
"""The services that a row goes through."""
_PATIENCE = 60.0
_PATIENCE_STOPPING = 5.0
_LOOK_AGAIN = 0.04
_LOOK_CLOSER = 1.0
_SUBMIT_AGAIN = 0.5
_TICK = 0.003


class Carried(Protocol):
    """A row, or what else has commands about one case. case_id: the case."""

    @property
    def case_id(self) -> UUID: ...

    @property
    def by_service(self) -> Mapping[str, Sequence[KeyedCommand]]:
        """The commands for each service, in the order in which a case meets them."""


R = TypeVar("R", bound=Carried)
L_contra = TypeVar("L_contra", bound=Carried, contravariant=True)
Passing = Generator[None, None, list[R]]
"""A part of the way: yields while it waits, returns the rows that passed it."""


def awaited(commands: Sequence[KeyedCommand]) -> UUID:
    """Return the stream that must exist before these commands of a row can be carried out."""
    # All follow-ups of a case are opened in the order in which its referrals were accepted.
    return commands[-1].stream


class RowListener(Protocol[L_contra]):
    """Is called with how each row ended."""

    def arrived(self, row: L_contra) -> None:
        """Take note that all the row's commands were carried out."""

    def refused(self, row: L_contra, refusal: Refusal) -> None:
        """Take note of a refusal: no later service was sent a command of the row."""

    def parked(self, row: L_contra, service: str) -> None:
        """Take note of a parked message of the row's case: this service will carry out no more."""


class Pipeline(Generic[R]):
    """Sends batches on their way through the services, whose readers are running somewhere."""

    def __init__(
        self, services: Mapping[str, Service], listener: RowListener[R], stop: threading.Event
    ) -> None:
        """stop: once set, the import ends after the batches at hand."""
        self._services = services
        self._listener = listener
        self._stop = stop

    def register(self, entry: KeyedCommand) -> Refusal | None:
        """Register an institution in the directory; return a refusal."""
        since = time.monotonic()
        while True:
            try:
                answer = submit(self._services, entry).result()
            except (Overloaded, *OUTAGES) as error:
                if self._gives_up(error, since):
                    raise
                time.sleep(_LOOK_AGAIN)
            else:
                return answer if isinstance(answer, Refusal) else None

    def run(self, batches: Iterator[Sequence[R]]) -> None:
        """Send all batches, in order.

        Raises NotCaughtUp if a service stopped reading, and what ``batches`` raises of
        ImportNotPossible once those on their way have arrived.
        """
        going: deque[Iterator[None]] = deque()
        failure: ImportNotPossible | None = None
        more = True
        while more or going:
            if more and len(going) < AT_ONCE:
                try:
                    batch = None if self._stop.is_set() else next(batches, None)
                except ImportNotPossible as error:
                    batch, failure = None, error
                more = batch is not None
                if batch:
                    going.append(self._travel(batch))
            arrived = [one for one in going if next(one, _ARRIVED) is _ARRIVED]
            for one in arrived:
                going.remove(one)
            if not arrived:
                time.sleep(_TICK)
        if failure is not None:
            raise failure

    def _travel(self, rows: Sequence[R]) -> Iterator[None]:
        left = list(rows)
        for service in ROUTE:
            concerned = [row for row in left if row.by_service[service]]
            passed = concerned
            if service != ROUTE[0]:
                passed = yield from self._wait(service, passed)
            passed = yield from self._submit(service, passed)
            failed = set(concerned).difference(passed)
            left = [row for row in left if row not in failed]
        for row in left:
            self._listener.arrived(row)

    # --- submitting -------------------------------------------------------------------------

    def _submit(self, service: str, rows: Sequence[R]) -> Passing[R]:
        left = [(row, keyed) for row in rows for keyed in row.by_service[service]]
        refused: dict[R, Refusal] = {}
        since = time.monotonic()
        while left:
            futures: list[Future[Answer]] = []
            last: dict[R, Future[Answer]] = {}
            for row, keyed in left:
                last[row] = yield from self._submitted(keyed, last.get(row))
                futures.append(last[row])
            while not all(future.done() for future in reversed(futures)):
                yield
            left = self._in_doubt(left, futures, refused, since)
            if left:
                yield from _pause(_SUBMIT_AGAIN)
        for row, refusal in refused.items():
            self._listener.refused(row, refusal)
        return [row for row in rows if row not in refused]

    def _submitted(
        self, keyed: KeyedCommand, after: Future[Answer] | None
    ) -> Generator[None, None, Future[Answer]]:
        while True:
            try:
                return submit(self._services, keyed, after)
            except Overloaded:
                yield

    def _in_doubt(
        self,
        submitted: Sequence[tuple[R, KeyedCommand]],
        futures: Sequence[Future[Answer]],
        refused: dict[R, Refusal],
        since: float,
    ) -> list[tuple[R, KeyedCommand]]:
        """Note the refusals, and return what an outage left without an answer."""
        doubtful = []
        for (row, keyed), future in zip(submitted, futures, strict=True):
            try:
                answer = future.result()
            except (PreconditionFailed, *OUTAGES) as error:
                if self._gives_up(error, since):
                    raise
                doubtful.append((row, keyed))
                continue
            if isinstance(answer, Refusal):
                refused.setdefault(row, answer)
        return doubtful

    def _gives_up(self, error: Exception, since: float) -> bool:
        """Tell whether to wait no longer: a full disk becomes no emptier by waiting."""
        late = time.monotonic() - since > _PATIENCE
        return late or self._stop.is_set() or is_disk_full(error)

    # --- waiting ----------------------------------------------------------------------------

    def _wait(self, name: str, rows: Sequence[R]) -> Passing[R]:
        """Wait until a service has read of these rows; a row with a parked message is left out."""
        service = self._services[name]
        waiting = {awaited(row.by_service[name]): row for row in rows}
        parked: set[R] = set()
        progress, since = (len(waiting), 0), time.monotonic()
        while waiting:
            last = next(reversed(waiting))
            if existing(service, [last]):
                _drop(waiting, existing(service, waiting))
                continue
            yield from _pause(_LOOK_AGAIN)
            if time.monotonic() - since < _LOOK_CLOSER:
                continue
            _drop(waiting, existing(service, waiting))
            parked |= self._parked(service, waiting)
            now_at = (len(waiting), sum(read.position for read in service.inbox.reader_positions()))
            if now_at != progress:
                progress, since = now_at, time.monotonic()
            patience = _PATIENCE_STOPPING if self._stop.is_set() else _PATIENCE
            if time.monotonic() - since > patience:
                raise NotCaughtUp(name)
        return [row for row in rows if row not in parked]

    def _parked(self, service: Service, waiting: dict[UUID, R]) -> set[R]:
        """Report the rows whose case has a parked message, and wait for them no more."""
        keys = {message.key for message in service.inbox.open_messages()}
        parked = {s: row for s, row in waiting.items() if str(row.case_id) in keys}
        _drop(waiting, set(parked))
        for row in parked.values():
            self._listener.parked(row, service.name)
        return set(parked.values())


def _drop(waiting: dict[UUID, Any], streams: set[UUID]) -> None:
    for stream in streams:
        del waiting[stream]


def _pause(seconds: float) -> Iterator[None]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield


_ARRIVED: Any = object()
