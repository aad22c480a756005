"""Rows travel in waves: a few hundred cases at a time go through the services, step by step.

A wave is a generator that yields while it waits, so that several are on their way at once and the
waiting of one is the work of another. Promises:
- a step is asked when the one before it was carried out and the service concerned has read of it;
- a row whose step is refused goes no further, and all others do;
- an answer that got lost in an outage is asked for again with the same key;
- a stop lets the waves at hand arrive and begins no other.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.operator.importer.run.row_status import present
from services.operator.importer.run.steps import Step, Steps
from shared.eventstore.batcher import Overloaded
from shared.eventstore.writer import Answer
from shared.kernel.refusals import Refusal
from shared.postgres.database import OUTAGES
from shared.service import command_client as desk
from shared.service.service import Service

SIZE = 500
"""Rows a wave."""
AT_ONCE = 4
"""Waves on their way at a time: what the writers' waiting rooms hold with room to spare."""
_PATIENCE = 60.0
_PATIENCE_STOPPING = 5.0
_LOOK_AGAIN = 0.04
_TICK = 0.003

Going = Generator[None, None, list[Steps]]
"""A part of the way: yields while it waits, returns the rows that came through."""


@dataclass(frozen=True)
class RowListener:
    """Who hears what becomes of each row."""

    arrived: Callable[[Steps], None]
    refused: Callable[[Steps, Refusal], None]
    parked: Callable[[Steps, str], None]


class Pipeline:
    """Sends waves on their way over the services, whose readers are running somewhere."""

    def __init__(
        self, services: Mapping[str, Service], told: RowListener, stop: threading.Event
    ) -> None:
        """stop: set by whoever wants the import to end after the waves at hand."""
        self._services = services
        self._told = told
        self._stop = stop

    def run(self, waves: Iterator[Sequence[Steps]]) -> None:
        """Send them all, in order. Raises desk.NotCaughtUp where a service stopped reading."""
        going: deque[Iterator[None]] = deque()
        more = True
        while more or going:
            if more and len(going) < AT_ONCE:
                wave = None if self._stop.is_set() else next(waves, None)
                more = wave is not None
                if wave:
                    going.append(self._travel(wave))
            arrived = [one for one in going if next(one, _ARRIVED) is _ARRIVED]
            for one in arrived:
                going.remove(one)
            if not arrived:
                time.sleep(_TICK)

    def _travel(self, wave: Sequence[Steps]) -> Iterator[None]:
        left = yield from self._ask(wave, lambda one: one.registering)
        if any(one.referring for one in left):
            left = yield from self._wait("referral", left, lambda one: one.case)
            left = yield from self._ask(left, lambda one: one.referring)
        followed = [one for one in left if one.following]
        if followed:
            come = yield from self._wait("followup", followed, lambda one: one.referral)
            come = yield from self._ask(come, lambda one: one.following)
            gone = set(map(id, followed)) - set(map(id, come))
            left = [one for one in left if id(one) not in gone]
        for one in left:
            self._told.arrived(one)

    # --- asking -----------------------------------------------------------------------------

    def _ask(self, many: Sequence[Steps], steps: Callable[[Steps], list[Step]]) -> Going:
        left = [(one, step) for one in many for step in steps(one)]
        refused: dict[int, Refusal] = {}
        since = time.monotonic()
        while left:
            futures: list[Future[Answer]] = []
            for _, step in left:
                futures.append((yield from self._submitted(step)))
            while not all(future.done() for future in reversed(futures)):
                yield
            left = self._in_doubt(left, futures, refused, since)
            if left:
                yield from _pause(0.5)
        for one in many:
            if id(one) in refused:
                self._told.refused(one, refused[id(one)])
        return [one for one in many if id(one) not in refused]

    def _submitted(self, step: Step) -> Generator[None, None, Future[Answer]]:
        while True:
            try:
                return submit(self._services, step)
            except Overloaded:
                yield

    def _in_doubt(
        self,
        asked: Sequence[tuple[Steps, Step]],
        futures: Sequence[Future[Answer]],
        refused: dict[int, Refusal],
        since: float,
    ) -> list[tuple[Steps, Step]]:
        """Note the refusals; give back what an outage left without an answer."""
        doubtful = []
        for (one, step), future in zip(asked, futures, strict=True):
            try:
                answer = future.result()
            except OUTAGES:
                if self._stop.is_set() or time.monotonic() - since > _PATIENCE:
                    raise
                doubtful.append((one, step))
                continue
            if isinstance(answer, Refusal):
                refused.setdefault(id(one), answer)
        return doubtful

    # --- waiting ----------------------------------------------------------------------------

    def _wait(self, reader: str, many: Sequence[Steps], stream: Callable[[Steps], UUID]) -> Going:
        """Wait until a service has read of these rows; one whose message is parked stays behind."""
        service = self._services[reader]
        waiting = {stream(one): one for one in many}
        stuck: set[int] = set()
        progress, since = (len(waiting), 0), time.monotonic()
        while waiting:
            if present(service, [next(reversed(waiting))]):
                for there in present(service, waiting):
                    del waiting[there]
                continue
            yield from _pause(_LOOK_AGAIN)
            if time.monotonic() - since < 1.0:
                continue
            for there in present(service, waiting):
                del waiting[there]
            stuck |= self._parked(service, waiting)
            now_at = (len(waiting), sum(place.position for place in service.inbox.places()))
            if now_at != progress:
                progress, since = now_at, time.monotonic()
            patience = _PATIENCE_STOPPING if self._stop.is_set() else _PATIENCE
            if time.monotonic() - since > patience:
                raise desk.NotCaughtUp(reader)
        return [one for one in many if id(one) not in stuck]

    def _parked(self, service: Service, waiting: dict[UUID, Steps]) -> set[int]:
        """Tell of rows that wait for a parked message of their case; wait for them no more."""
        keys = {message.key for message in service.inbox.open_messages()}
        stuck = [stream for stream, one in waiting.items() if str(one.case) in keys]
        rows = [waiting.pop(stream) for stream in stuck]
        for one in rows:
            self._told.parked(one, service.name)
        return set(map(id, rows))


def submit(services: Mapping[str, Service], step: Step) -> Future[Answer]:
    """Ask a service for a step. Raises Overloaded."""
    return desk.submit(
        services[step.service], step.decider, step.stream, step.command, step.correlation, step.key
    )


def _pause(seconds: float) -> Iterator[None]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield


_ARRIVED: Any = object()
