"""Listens, and agrees on TLS with whoever connects; those who have not agreed yet are watched too.

asyncio's own server tells nobody of a connection before TLS is agreed on, so that nobody could
count, or end, those who never agree.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from math import inf

from shared.service.connections import Connections

_PAUSE_SECONDS = 0.5
"""How long to wait if no connection can be taken, because no more files may be opened."""


class Handshake:
    """One connection on which TLS is not agreed yet: it waits like any other without a request."""

    def __init__(self, agreeing: asyncio.Task[None]) -> None:
        self.deadline, self.held = inf, 0
        self.agreeing = agreeing

    def expire(self) -> None:
        """End: its time is over."""
        self.drop()

    def drop(self) -> None:
        """End at once, without a word: it is one too many."""
        self.agreeing.cancel()


class TlsListener:
    """Takes connections from a bound socket. Has what uvicorn asks of a server of asyncio's."""

    def __init__(
        self,
        sock: socket.socket,
        context: ssl.SSLContext,
        seconds: float,
        watched: Connections,
        protocol: Callable[[], asyncio.Protocol],
    ) -> None:
        """seconds: how long a handshake may take. protocol: for each encrypted connection."""
        self.sockets = (sock,)
        self._sock, self._context, self._seconds = sock, context, seconds
        self._watched, self._protocol = watched, protocol
        self._loop = asyncio.get_running_loop()
        self._handshakes: set[Handshake] = set()
        self._open = False

    def listen(self, backlog: int) -> None:
        """Begin to take connections."""
        self._backlog = backlog
        self._sock.settimeout(0)
        self._sock.listen(backlog)
        self._open = True
        self._loop.add_reader(self._sock, self._accept)

    def close(self) -> None:
        """Take no more connections, and end those on which TLS is not agreed yet."""
        if not self._open:
            return
        self._open = False
        self._loop.remove_reader(self._sock)
        for handshake in self._handshakes:
            handshake.drop()

    async def wait_closed(self) -> None:
        """Wait until no handshake goes on."""
        await asyncio.gather(*(each.agreeing for each in self._handshakes), return_exceptions=True)

    def _accept(self) -> None:
        for _ in range(self._backlog):
            try:
                there, _ = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:
                self._loop.remove_reader(self._sock)
                self._loop.call_later(_PAUSE_SECONDS, self._go_on)
                return
            there.settimeout(0)
            self._begin(there)

    def _go_on(self) -> None:
        if self._open:
            self._loop.add_reader(self._sock, self._accept)

    def _begin(self, there: socket.socket) -> None:
        handshake = Handshake(self._loop.create_task(self._agree(there)))
        self._handshakes.add(handshake)
        self._watched.opened(handshake, self._loop)
        handshake.agreeing.add_done_callback(lambda _: self._done(handshake, there))

    async def _agree(self, there: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(
                self._protocol, there, ssl=self._context, ssl_handshake_timeout=self._seconds
            )
        except OSError:
            self._watched.ended("no-tls")

    def _done(self, handshake: Handshake, there: socket.socket) -> None:
        self._handshakes.discard(handshake)
        self._watched.closed(handshake)
        if handshake.agreeing.cancelled():
            there.close()  # cancelled before it began, nobody else would
