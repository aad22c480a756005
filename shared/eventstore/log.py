"""One service's log as the service uses it: submit a command, read a stream, read facts."""

import asyncio
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from shared.eventstore.batcher import Batcher
from shared.eventstore.codec import Vocabulary
from shared.eventstore.port import Recorder, Row
from shared.eventstore.recorder import GapFreeRecorder, recorder_at
from shared.eventstore.state_cache import StateCache
from shared.eventstore.writer import Answer, Submission, Work, Writer
from shared.kernel.clock import Clock, now
from shared.kernel.decider import Decider
from shared.kernel.record import Recorded
from shared.postgres.database import DatabaseAddress

T = TypeVar("T")
_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Current:
    """A stream's state as committed now. version: 0 if nothing was ever recorded there."""

    version: int
    state: Any


class NotInADatabase(Exception):
    """The log is not kept in a database: it has no schema, and there are no tables beside it."""


class Log:
    """A service's append-only log, with the only writer in this process."""

    def __init__(
        self,
        service: str,
        address: DatabaseAddress | Recorder,
        vocabulary: Vocabulary,
        clock: Clock = now,
    ) -> None:
        """Connect (the pool opens at once) and start the writer's thread.

        address: of a schema, which must exist (see ``migrations``); or a recorder, if the log is
        kept elsewhere.
        """
        self.service = service
        self._address = address
        self.vocabulary = vocabulary
        self.recorder: Recorder = (
            recorder_at(address) if isinstance(address, DatabaseAddress) else address
        )
        self.states = StateCache(self.recorder, vocabulary)
        self.writer = Writer(self.recorder, self.states, vocabulary, service, clock)
        self._queue: Batcher[Submission | Work, Any] = Batcher(
            f"{service}-writer", self.writer.serve
        )

    @property
    def address(self) -> DatabaseAddress:
        """The address of its schema. Raises NotInADatabase."""
        if not isinstance(self._address, DatabaseAddress):
            raise NotInADatabase(self.service)
        return self._address

    @property
    def database(self) -> GapFreeRecorder:
        """Its recorder, for the tables beside the log. Raises NotInADatabase."""
        if not isinstance(self.recorder, GapFreeRecorder):
            raise NotInADatabase(self.service)
        return self.recorder

    def submit(self, submission: Submission) -> Future[Answer]:
        """Have a command carried out; the future gets its receipt or its refusal.

        Raises Overloaded if too many wait. The future may raise PreconditionFailed.
        """
        return self._queue.submit(submission)

    def submit_from_loop(self, submission: Submission) -> "asyncio.Future[Answer]":
        """Do what ``submit`` does, from an event loop."""
        return self._queue.submit_from_loop(submission)

    def alone(self, work: Callable[[], T]) -> Future[T]:
        """Run ``work`` on the writer's thread, between batches."""
        # Not bounded by the waiting room: many commands must not starve the consumer.
        return self._queue.submit(work, bounded=False)

    def read(self, decider: Decider[Any], stream: UUID) -> Current:
        """Return a stream's state as committed now.

        It starts from the cached state and reads what is newer in one query.
        """
        known = self.states.get(decider, stream)
        version, state = (known.version, known.state) if known else (0, decider.nothing)
        newer = self.recorder.select_stream(stream, version)
        for name, raw in newer:
            state = decider.evolve(state, self.vocabulary.fact(name, raw))
        return Current(version + len(newer), state)

    def page(self, after: int, limit: int = _PAGE) -> list[Recorded]:
        """Return the facts after a position, in commit order, at most ``limit``."""
        return [self.recorded(row) for row in self.recorder.select_page(after, limit)]

    def facts_with(self, text: str) -> Iterator[Recorded]:
        """Yield the facts in whose bytes this stands, in commit order; no others are decoded.

        The whole log is read.
        """
        after, needle = 0, text.encode()
        while page := self.recorder.select_page(after, _PAGE):
            for row in page:
                after, *_, raw = row
                if needle in raw:
                    yield self.recorded(row)

    def facts_of(
        self, streams: Collection[UUID], only: type | None = None
    ) -> dict[UUID, list[Recorded]]:
        """Return all facts of these streams, oldest first: one query, however many streams.

        only: of this type; no others are decoded.
        """
        facts: dict[UUID, list[Recorded]] = {stream: [] for stream in streams}
        for row in self.recorder.select_newer([(stream, 0) for stream in facts]) if facts else ():
            _, stream, _, name, _ = row
            if only is None or self.vocabulary.is_of(name, only):
                facts[stream].append(self.recorded(row))
        return facts

    def recorded(self, row: Row) -> Recorded:
        """Return the fact of a stored row. Raises Unreadable."""
        position, stream, version, name, raw = row
        meta, fact = self.vocabulary.decode(name, raw)
        return Recorded(self.service, position, stream, version, name, meta, fact)

    def position(self) -> int:
        """Return the position of the last committed fact, 0 for an empty log."""
        return self.recorder.head()

    def close(self) -> None:
        """Carry out the waiting commands, then close the connections."""
        self._queue.close()
        self.recorder.close()
