"""A socket is listened to within bounds: what is too long or too late is answered, then closed."""

from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from shared.service.http_protocol import (
    LONGEST_HEAD,
    LONGEST_TARGET,
    MOST_LINES,
)
from tests.unit.service.listening import (
    BODY,
    CHUNKED,
    GET,
    HEAD,
    MOST,
    POST,
    TELL,
    Server,
    everything,
    problem,
    send,
    soon,
)


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
    assert everything(there).startswith(b"HTTP/1.1 200 ")


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
    send(there, *sent)
    assert problem(everything(there)) == refused
    assert server.ends()


def test_an_answer_to_a_later_request_is_bounded_as_well(server: Server) -> None:
    there = server.connect()
    there.sendall(GET + b"\r\n")
    assert there.recv(65_536).startswith(b"HTTP/1.1 200 ")
    send(there, GET + b"X: ", *[b"x" * 10_000] * 100)
    assert problem(everything(there)) == (431, "headers-too-long")


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
    assert soon(lambda: server.watched._held == len(sent))
    server.later(seconds / 2)
    assert server.watched._held == len(sent)
    server.later(seconds / 2)
    assert problem(everything(there)) == (408, "too-slow")


def test_drop_after_drop_is_late_too(server: Server) -> None:
    there = server.connect()
    assert soon(server.awaits)
    with suppress(ConnectionResetError, BrokenPipeError):
        for _ in range(50):
            there.sendall(b"\r\n")
            server.later(HEAD / 10)
    assert soon(lambda: server.open == 0)


def test_whoever_says_nothing_is_closed_without_a_word(server: Server) -> None:
    there = server.connect()
    assert soon(server.awaits)
    server.later(HEAD / 2)
    assert server.open == 1
    server.later(HEAD / 2)
    assert everything(there) == b""


def test_a_body_that_goes_on_after_the_answer_ends(server: Server) -> None:
    there = server.connect()
    there.sendall(b"POST /early HTTP/1.1\r\nHost: here\r\nContent-Length: 90000000\r\n\r\n")
    answer = there.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 200 ")
    send(there, *[b"x" * 10_000] * 200)
    assert server.ends()


def test_a_request_in_progress_has_all_the_time_it_takes(server: Server) -> None:
    there = server.connect()
    there.sendall(b"GET /slow HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n\r\n")
    assert soon(lambda: server.asked == 1)
    server.later(10 * BODY)
    server.answers.set()
    assert everything(there).startswith(b"HTTP/1.1 200 ")


def test_what_was_asked_before_nonsense_is_answered_and_nothing_more(server: Server) -> None:
    there = server.connect()
    there.sendall(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\nnonsense\r\n\r\n" + GET + b"\r\n")
    assert soon(lambda: server.asked == 1)
    server.answers.set()
    answer = everything(there)
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
    send(there, *[(b"GET /slow HTTP/1.1\r\nHost: here\r\n\r\n") * 100] * 100)
    assert soon(lambda: server.open == 0)


def test_the_oldest_without_a_request_goes_first_and_those_in_progress_stay(
    server: Server,
) -> None:
    busy = server.connect()
    busy.sendall(b"GET /slow HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    assert soon(lambda: server.open == 1)
    waiting = []
    for number in range(MOST + 5):
        waiting.append(server.connect())
        assert soon(lambda number=number: server.open == 1 + min(number + 1, MOST))  # type: ignore[misc]
    for gone in waiting[:5]:
        assert gone.recv(1) == b""
    last = waiting[-1]
    last.sendall(GET + b"Connection: close\r\n\r\n")
    assert everything(last).startswith(b"HTTP/1.1 200 ")
    server.answers.set()
    assert everything(busy).startswith(b"HTTP/1.1 200 ")


def test_what_unfinished_requests_hold_is_bounded_in_all(server: Server) -> None:
    part = GET + b"X: " + b"x" * 60_000
    there = [server.connect() for _ in range(MOST)]
    for each in there:
        send(each, part)
    assert server.watched._held <= 1024 * 1024
    assert soon(lambda: server.open < MOST)


def test_the_log_says_in_one_line_how_many_were_ended_and_why(server: Server) -> None:
    def refused() -> None:
        there = server.connect()
        send(there, b"nonsense\r\n\r\n")
        assert problem(everything(there)) == (400, "not-readable")

    with capture_logs() as lines:
        refused()
        assert soon(lambda: bool(lines))
        for _ in range(3):
            refused()
        server.later(0)
        assert len(lines) == 1
        server.later(TELL)
    assert [(line["event"], line["400"]) for line in lines] == [
        ("connections_ended", 1),
        ("connections_ended", 3),
    ]
