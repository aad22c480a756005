"""The open connections of a server, and which of them go first when there are too many.

A connection without a request in progress costs its owner nothing and us a file and memory. So
there are so many of them and no more, and they hold so much and no more; whoever came first goes.
"""

import asyncio
from collections import Counter, OrderedDict
from typing import Protocol

import structlog

LONGEST_HEAD_SECONDS, LONGEST_BODY_SECONDS = 10.0, 30.0
"""From a request's first byte to the end of its headers, and from there to the end of its body."""
LONGEST_UNREAD_SECONDS = 30.0
"""How long a client may leave an answer unread that fills its buffers."""
MOST_WAITING, MOST_HELD = 4_096, 64 * 1024 * 1024
"""Connections without a request in progress, and the bytes that their unfinished requests hold."""
_SWEEP_SECONDS, _TELL_SECONDS = 1.0, 10.0
_log = structlog.get_logger(__name__)


class Connection(Protocol):
    """One connection, as far as it is watched.

    deadline: when the loop's clock will have it end; infinity while nothing is awaited. held: bytes
    of a request that has not wholly come.
    """

    deadline: float
    held: int

    def expire(self) -> None:
        """End: its time is over."""

    def drop(self) -> None:
        """End at once, without a word: it is one too many."""


class Connections:
    """All connections of one server; for its event loop alone."""

    def __init__(self, most_waiting: int = MOST_WAITING, most_held: int = MOST_HELD) -> None:
        self._most_waiting, self._most_held = most_waiting, most_held
        self._open: set[Connection] = set()
        self._waiting: OrderedDict[Connection, None] = OrderedDict()
        self._held = 0
        self._ended: Counter[str] = Counter()
        self._told = 0.0
        self._sweeping: asyncio.TimerHandle | None = None

    def opened(self, connection: Connection, loop: asyncio.AbstractEventLoop) -> None:
        """Watch a new connection, which waits for its first request."""
        self._open.add(connection)
        self.waits(connection)
        if self._sweeping is None:
            self._sweeping = loop.call_later(_SWEEP_SECONDS, self._sweep, loop)

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        self._open.discard(connection)
        self._waiting.pop(connection, None)
        self.holds(connection, 0)

    def works(self, connection: Connection) -> None:
        """Note that a whole request has come: it is in progress."""
        self._waiting.pop(connection, None)
        if connection.held:
            self.holds(connection, 0)

    def waits(self, connection: Connection) -> None:
        """Note that no request is in progress from now on; whoever has waited longest may go."""
        self._waiting[connection] = None
        if len(self._waiting) > self._most_waiting:
            self._drop_oldest()

    def holds(self, connection: Connection, size: int) -> None:
        """Note how many bytes of an unfinished request it holds; the oldest go if it is much."""
        self._held += size - connection.held
        connection.held = size
        while self._held > self._most_held and self._waiting:
            self._drop_oldest()

    def ended(self, why: str) -> None:
        """Count a connection that was ended by us; the log tells how many there were, and why."""
        self._ended[why] += 1

    def _drop_oldest(self) -> None:
        oldest, _ = self._waiting.popitem(last=False)
        self.holds(oldest, 0)
        self.ended("one-too-many")
        oldest.drop()

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        """End what has taken too long, once a second for as long as there are connections."""
        at = loop.time()
        for connection in [each for each in self._open if each.deadline < at]:
            connection.expire()
        if self._ended and at - self._told >= _TELL_SECONDS:  # a flood must not fill the log
            self._told = at
            _log.warning("connections_ended", **self._ended)
            self._ended.clear()
        self._sweeping = (
            loop.call_later(_SWEEP_SECONDS, self._sweep, loop)
            if self._open or self._ended
            else None
        )
