"""A server in a thread of its own, with a clock that goes ahead by as much as a test says."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable
from math import inf
from typing import Any, cast

import uvicorn
from typing_extensions import override

from shared.service.connections import Connections
from shared.service.http_protocol import BoundedProtocol, bounded
from shared.web.problems import MEDIA_TYPE

HEAD, BODY, LINGER, TELL = 100.0, 200.0, 90.0, 60.0
"""Seconds in which no test comes to its end: the server's clock is told when they are over."""
DOCUMENT_MIB = 2
SWEEP = 0.01
MOST = 20


class Loop:
    """The server's event loop, with a clock that goes ahead by as much as a test says."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.own: Any = None

    def time(self) -> float:
        return float(self.own.time()) + self.ahead

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)


class Watched(Connections):
    """Connections that count how often they were looked at."""

    swept = 0

    @override
    def _sweep(self, loop: Any) -> None:
        super()._sweep(loop)
        self.swept += 1


class Server:
    """A server in a thread of its own."""

    def __init__(self) -> None:
        self.watched = Watched(MOST, 1024 * 1024)
        self.loop = Loop()
        self.asked = 0
        self.answers = threading.Event()
        config = uvicorn.Config(
            self._application,
            interface="asgi3",
            http=cast("type[asyncio.Protocol]", self._protocol),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
        )
        self.server = uvicorn.Server(config)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.clients: list[socket.socket] = []
        self.thread = threading.Thread(target=self.server.run, args=([self.listener],))

    def _protocol(self, **given: Any) -> BoundedProtocol:
        protocol = bounded(self.watched, DOCUMENT_MIB)(**given)
        self.loop.own = protocol.loop
        protocol.loop = cast("asyncio.AbstractEventLoop", self.loop)
        return protocol

    async def _application(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers what it was sent.

        ``/long``: megabytes; ``/early``: before the body has come; ``/slow``: when the test says.
        """
        self.asked += 1
        body = b""
        while scope["path"] != "/early":
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            if not message["more_body"]:
                break
        if scope["path"] == "/long":
            body = b"x" * 8_000_000
        if scope["path"] == "/slow":
            await asyncio.to_thread(self.answers.wait)
        length = (b"content-length", b"%d" % len(body))
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": body})

    def connect(self) -> socket.socket:
        there = socket.create_connection(self.listener.getsockname(), timeout=10)
        self.clients.append(there)
        there.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return there

    @property
    def open(self) -> int:
        return len(self.server.server_state.connections)

    def awaits(self) -> bool:
        """Whether it has taken a connection, and awaits a request."""
        return any(each.deadline < inf for each in list(self.watched._open))

    def later(self, seconds: float) -> None:
        """So much time is over, and the server has noticed."""
        swept = self.watched.swept
        self.loop.ahead += seconds
        assert soon(lambda: self.watched.swept > swept + 1 or not self.open)

    def ends(self) -> bool:
        """Whether every connection is ended if enough time goes by."""

        def ended() -> bool:
            self.later(BODY)
            return self.open == 0

        return soon(ended)


def soon(promise: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not promise() and time.monotonic() < until:
        time.sleep(0.01)
    return promise()


def everything(there: socket.socket) -> bytes:
    """Everything until the server closes."""
    came = b""
    while part := there.recv(65_536):
        came += part
    return came


def send(there: socket.socket, *parts: bytes) -> None:
    """Send, and do not mind that nobody listens any more."""
    try:
        for part in parts:
            there.sendall(part)
    except (ConnectionResetError, BrokenPipeError):
        pass


def problem(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
    assert lines[b"content-type"].decode() == MEDIA_TYPE
    assert lines[b"connection"] == b"close"
    assert lines[b"cache-control"] == b"no-store"
    assert lines[b"x-content-type-options"] == b"nosniff"
    assert int(lines[b"content-length"]) == len(body)
    return int(head.split()[1]), json.loads(body)["code"]


GET = b"GET / HTTP/1.1\r\nHost: here\r\n"
POST = b"POST / HTTP/1.1\r\nHost: here\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
