"""A port that a test holds is handed to nobody else, however many ask and connect meanwhile."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

import pytest

from tests.embedded_processes import REPOSITORY
from tests.ports import HOST, LOWEST, beyond_ours, held_port, held_ports, hold, require_free

AT_ONCE, ROWS, COUNT = 3, 20, 4
# What a test does with its ports, again and again: all are held, and later somebody binds them.
TAKER = f"""
import sys
from contextlib import ExitStack
from shared.service.door import listen
from tests.ports import HOST, hold

with ExitStack() as held, ExitStack() as listening:
    rows = [hold(held, {COUNT}) for _ in range({ROWS})]
    print("held", flush=True)
    sys.stdin.readline()
    for first in rows:
        for number in range(first, first + {COUNT}):
            listening.enter_context(listen(HOST, number))
            listening.enter_context(listen(HOST, number + 1_000))
"""


@contextmanager
def connections_come_and_go() -> Iterator[None]:
    """As the tests beside this one do: each takes a port of the system's choice."""
    over = Event()

    def connect(server: socket.socket) -> None:
        while not over.is_set():
            with socket.create_connection(server.getsockname()), server.accept()[0]:
                pass

    with socket.create_server((HOST, 0)) as server:
        connecting = Thread(target=connect, args=(server,))
        connecting.start()
        try:
            yield
        finally:
            over.set()
            connecting.join()


def test_whoever_holds_ports_can_bind_them_whatever_others_do_meanwhile() -> None:
    with connections_come_and_go(), ExitStack() as all_of_them:
        takers = [
            all_of_them.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", TAKER],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    cwd=REPOSITORY,
                )
            )
            for _ in range(AT_ONCE)
        ]
        for taker in takers:
            assert taker.stdout is not None
            taker.stdout.readline()
        for taker in takers:
            _, said = taker.communicate("go on\n", timeout=60)
            assert (taker.returncode, said) == (0, "")


def test_one_process_is_given_a_port_once_until_it_lets_go() -> None:
    with ExitStack() as held:
        rows = [hold(held, 2) for _ in range(100)]
        assert len({number for first in rows for number in (first, first + 1)}) == 200
    for _ in range(20):
        with held_ports(100):
            pass


def test_all_of_them_lie_below_those_that_the_system_gives_to_connections() -> None:
    with held_ports(COUNT) as first:
        assert LOWEST <= first < first + COUNT + 1_000 <= beyond_ours()


def test_where_somebody_listens_is_no_port_of_ours() -> None:
    with held_port() as port:
        with socket.create_server((HOST, port)), pytest.raises(OSError, match="in use"):
            require_free(port)
        require_free(port)
