"""A file comes through a socket up to the size that is set, with the time that it takes."""

import pytest

from shared.web.uploads import seconds_for
from tests.unit.service.listening import (
    BODY,
    DOCUMENT_MIB,
    POST,
    Server,
    everything,
    problem,
    send,
    soon,
)

LENGTH = b"Content-Length: %d\r\n\r\n"
IN_CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n"
FILE = POST.replace(b"POST / ", b"POST /referral/documents?purpose=minutes ")


@pytest.mark.parametrize(
    "how", [b"Content-Length: %d\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n%x\r\n"]
)
def test_a_file_is_taken_up_to_the_size_that_is_set_and_nothing_else_is(
    server: Server, how: bytes
) -> None:
    size = DOCUMENT_MIB * 1024 * 1024
    there = server.connect()
    rest = b"\r\n0\r\n\r\n" if b"chunked" in how else b""
    send(there, FILE + how % size, b"x" * size + rest)
    answer = b""
    while len(answer) < size:
        answer += there.recv(1_000_000)
    assert answer.startswith(b"HTTP/1.1 200 ")
    send(there, FILE + how % (size + 100_000), b"x" * (size + 100_000) + rest)
    assert problem(everything(there)) == (413, "too-long")
    elsewhere = server.connect()
    send(elsewhere, POST + how % size, b"x" * size + rest)
    assert problem(everything(elsewhere)) == (413, "too-long")


def test_a_file_has_more_time_and_no_end_of_it(server: Server) -> None:
    there = server.connect()
    there.sendall(FILE + b"Content-Length: 1000000\r\n\r\n" + b"x" * 1_000)
    assert soon(lambda: server.asked == 1), "its head has come, and it has the time of a file"
    server.later(BODY + 1)
    assert server.open == 1
    server.later(seconds_for(DOCUMENT_MIB))
    assert problem(everything(there)) == (408, "too-slow")
