"""A socket is listened to within bounds: what is too long or too late is answered, then closed."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from math import inf
from typing import Any, cast

import pytest
import uvicorn
from structlog.testing import capture_logs
from typing_extensions import override

from shared.service import connections, http_protocol
from shared.service.connections import Connections
from shared.service.http_protocol import (
    LONGEST_HEAD,
    LONGEST_TARGET,
    MOST_LINES,
    BoundedProtocol,
    bounded,
)
from shared.web.problems import MEDIA_TYPE

HEAD, BODY, LINGER, TELL = 100.0, 200.0, 90.0, 60.0
"""Seconds in which no test comes to its end: the server's clock is told when they are over."""
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
        protocol = bounded(self.watched)(**given)
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
        assert _soon(lambda: self.watched.swept > swept + 1 or not self.open)

    def ends(self) -> bool:
        """Whether every connection is ended if enough time goes by."""

        def ended() -> bool:
            self.later(BODY)
            return self.open == 0

        return _soon(ended)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(http_protocol, "LONGEST_HEAD_SECONDS", HEAD)
    monkeypatch.setattr(http_protocol, "LONGEST_BODY_SECONDS", BODY)
    monkeypatch.setattr(http_protocol, "LONGEST_UNREAD_SECONDS", BODY)
    monkeypatch.setattr(http_protocol, "_LINGER_SECONDS", LINGER)
    monkeypatch.setattr(connections, "_SWEEP_SECONDS", SWEEP)
    monkeypatch.setattr(connections, "_TELL_SECONDS", TELL)
    running = Server()
    running.thread.start()
    yield running
    for client in running.clients:
        client.close()
    running.answers.set()
    running.server.should_exit = True
    running.thread.join(10)
    assert not running.thread.is_alive()
    running.listener.close()


def _soon(promise: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not promise() and time.monotonic() < until:
        time.sleep(0.01)
    return promise()


def _all(there: socket.socket) -> bytes:
    """Everything until the server closes."""
    came = b""
    while part := there.recv(65_536):
        came += part
    return came


def _send(there: socket.socket, *parts: bytes) -> None:
    """Send, and do not mind that nobody listens any more."""
    try:
        for part in parts:
            there.sendall(part)
    except (ConnectionResetError, BrokenPipeError):
        pass


def _problem(answer: bytes) -> tuple[int, str]:
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


def test_what_is_ordinary_is_served_again_and_again(server: Server) -> None:
    there = server.connect()
    for body in (b"one", b"two" * 10_000, b""):
        there.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        answer = b""
        while not answer.endswith(b"\r\n\r\n" + body):
            part = there.recv(65_536)
            assert part
            answer += part
        assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_head_of_the_most_bytes_and_lines_is_taken(server: Server) -> None:
    there = server.connect()
    head = GET + b"".join(b"X-%03d: %s\r\n" % (n, b"x" * 600) for n in range(MOST_LINES - 2))
    there.sendall(head + b"Connection: close\r\n\r\n")
    assert _all(there).startswith(b"HTTP/1.1 200 ")


TOO_LONG: dict[str, tuple[list[bytes], tuple[int, str]]] = {
    "a line": ([GET + b"X: " + b"x" * LONGEST_HEAD + b"\r\n\r\n"], (431, "headers-too-long")),
    "a line for ever": ([GET + b"X: ", *[b"x" * 10_000] * 100], (431, "headers-too-long")),
    "a name for ever": ([GET, *[b"x" * 10_000] * 100], (431, "headers-too-long")),
    "lines": ([GET + b"x: y\r\n" * MOST_LINES + b"\r\n"], (431, "headers-too-long")),
    "lines for ever": ([GET, *[b"x: y\r\n" * 1_000] * 1_000], (431, "headers-too-long")),
    "an address": (
        [b"GET /" + b"x" * LONGEST_TARGET + b" HTTP/1.1\r\n\r\n"],
        (414, "address-too-long"),
    ),
    "an address for ever": ([b"GET /", *[b"x" * 10_000] * 100], (414, "address-too-long")),
    "lines after the body": (
        [CHUNKED + b"0\r\nX: ", *[b"x" * 10_000] * 200],
        (413, "too-long"),
    ),
    "nonsense": ([b"nonsense\r\n\r\n"], (400, "not-readable")),
    "two lengths": ([POST + b"Content-Length: 3, 4\r\n\r\n"], (400, "not-readable")),
    "chunks of nonsense": ([CHUNKED + b"nonsense"], (400, "not-readable")),
}


@pytest.mark.parametrize("what", TOO_LONG)
def test_what_is_too_long_is_answered_and_closed(server: Server, what: str) -> None:
    sent, refused = TOO_LONG[what]
    there = server.connect()
    _send(there, *sent)
    assert _problem(_all(there)) == refused
    assert server.ends()


def test_an_answer_to_a_later_request_is_bounded_as_well(server: Server) -> None:
    there = server.connect()
    there.sendall(GET + b"\r\n")
    assert there.recv(65_536).startswith(b"HTTP/1.1 200 ")
    _send(there, GET + b"X: ", *[b"x" * 10_000] * 100)
    assert _problem(_all(there)) == (431, "headers-too-long")


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        (GET, HEAD),
        (b"G", HEAD),
        (POST + b"Content-Length: 10\r\n\r\n12345", BODY),
        (CHUNKED + b"3\r\nabc\r\n", BODY),
    ],
    ids=["head", "character", "body", "chunks"],
)
def test_what_does_not_come_in_time_is_answered_and_closed(
    server: Server, sent: bytes, seconds: float
) -> None:
    there = server.connect()
    there.sendall(sent)
    assert _soon(lambda: server.watched._held == len(sent))
    server.later(seconds / 2)
    assert server.watched._held == len(sent)
    server.later(seconds / 2)
    assert _problem(_all(there)) == (408, "too-slow")


def test_drop_after_drop_is_late_too(server: Server) -> None:
    there = server.connect()
    assert _soon(server.awaits)
    with suppress(ConnectionResetError, BrokenPipeError):
        for _ in range(50):
            there.sendall(b"\r\n")
            server.later(HEAD / 10)
    assert _soon(lambda: server.open == 0)


def test_whoever_says_nothing_is_closed_without_a_word(server: Server) -> None:
    there = server.connect()
    assert _soon(server.awaits)
    server.later(HEAD / 2)
    assert server.open == 1
    server.later(HEAD / 2)
    assert _all(there) == b""


def test_a_body_that_goes_on_after_the_answer_ends(server: Server) -> None:
    there = server.connect()
    there.sendall(b"POST /early HTTP/1.1\r\nHost: here\r\nContent-Length: 90000000\r\n\r\n")
    answer = there.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 200 ")
    _send(there, *[b"x" * 10_000] * 200)
    assert server.ends()


def test_a_request_in_progress_has_all_the_time_it_takes(server: Server) -> None:
    there = server.connect()
    there.sendall(b"GET /slow HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n\r\n")
    assert _soon(lambda: server.asked == 1)
    server.later(10 * BODY)
    server.answers.set()
    assert _all(there).startswith(b"HTTP/1.1 200 ")


def test_what_was_asked_before_nonsense_is_answered_and_nothing_more(server: Server) -> None:
    there = server.connect()
    there.sendall(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\nnonsense\r\n\r\n" + GET + b"\r\n")
    assert _soon(lambda: server.asked == 1)
    server.answers.set()
    answer = _all(there)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1") == 1


def test_an_answer_that_is_not_read_is_dropped(server: Server) -> None:
    there = server.connect()
    there.sendall(b"GET /long HTTP/1.1\r\nHost: here\r\n\r\n")
    assert there.recv(1) == b"H"
    assert server.ends()


def test_an_answer_that_is_read_slowly_arrives(server: Server) -> None:
    there = server.connect()
    there.sendall(b"GET /long HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    came = 0
    with there.makefile("rb") as answer:
        while part := answer.read(200_000):
            came += len(part)
            server.later(BODY / 20)
    assert came > 8_000_000


def test_many_requests_ahead_of_their_answers_are_not_kept(server: Server) -> None:
    there = server.connect()
    _send(there, *[(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n") * 100] * 100)
    assert _soon(lambda: server.open == 0)


def test_the_oldest_without_a_request_goes_first_and_those_in_progress_stay(
    server: Server,
) -> None:
    busy = server.connect()
    busy.sendall(b"GET /slow HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    assert _soon(lambda: server.open == 1)
    waiting = []
    for number in range(MOST + 5):
        waiting.append(server.connect())
        assert _soon(lambda number=number: server.open == 1 + min(number + 1, MOST))  # type: ignore[misc]
    for gone in waiting[:5]:
        assert gone.recv(1) == b""
    last = waiting[-1]
    last.sendall(GET + b"Connection: close\r\n\r\n")
    assert _all(last).startswith(b"HTTP/1.1 200 ")
    server.answers.set()
    assert _all(busy).startswith(b"HTTP/1.1 200 ")


def test_what_unfinished_requests_hold_is_bounded_in_all(server: Server) -> None:
    part = GET + b"X: " + b"x" * 60_000
    there = [server.connect() for _ in range(MOST)]
    for each in there:
        _send(each, part)
    assert server.watched._held <= 1024 * 1024
    assert _soon(lambda: server.open < MOST)


def test_the_log_says_in_one_line_how_many_were_ended_and_why(server: Server) -> None:
    def refused() -> None:
        there = server.connect()
        _send(there, b"nonsense\r\n\r\n")
        assert _problem(_all(there)) == (400, "not-readable")

    with capture_logs() as lines:
        refused()
        assert _soon(lambda: bool(lines))
        for _ in range(3):
            refused()
        server.later(0)
        assert len(lines) == 1
        server.later(TELL)
    assert [(line["event"], line["400"]) for line in lines] == [
        ("connections_ended", 1),
        ("connections_ended", 3),
    ]
