"""Ports for a program that is told where to listen: nobody else gets them until it is done.

Whoever binds a port, closes it and hands its number on may find it taken a moment later: by another
test that looked at the same moment, or by a connection of any neighbour, to which the system gives
a port of its own range. So ours lie below that range, and whoever has one binds the port of the
same number in UDP, where none of our programs listens. That keeps every other test out,
whatever process, run or user it belongs to, and is over when its process is, however that ends.
"""

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path

from shared.embedded.folder import DataFolder
from shared.service.settings import metrics_port_beside

HOST = "127.0.0.1"
LOWEST, BEYOND = 20_000, 32_768
_GIVEN = Path("/proc/sys/net/ipv4/ip_local_port_range")
_METRICS = metrics_port_beside(LOWEST) - LOWEST


@contextmanager
def held_port() -> Iterator[int]:
    """One port, ours until the end of the block."""
    with held_ports(1) as only:
        yield only


@contextmanager
def held_ports(count: int) -> Iterator[int]:
    """The first of so many in a row, ours with those of their metrics until the block ends."""
    with ExitStack() as held:
        yield hold(held, count)


def hold(held: ExitStack, count: int) -> int:
    """The first of so many in a row, ours with those of their metrics until ``held`` is closed."""
    starts = range(LOWEST, beyond_ours() - _METRICS - count)
    begin = os.getpid() * 16 % len(starts)  # whoever begins elsewhere asks for few in vain
    for first in chain(starts[begin:], starts[:begin]):
        services = range(first, first + count)
        if _all_held(held, [*services, *(number + _METRICS for number in services)]):
            return first
    raise AssertionError(f"of the ports from {LOWEST} on not {count} in a row are free")


def beyond_ours() -> int:
    """The first port that is none of ours: here the system begins to give them to connections."""
    if not _GIVEN.exists():
        return BEYOND
    first = int(_GIVEN.read_text(encoding="ascii").split()[0])
    # Where it gives away nearly all of ours, nothing better is to be had.
    return min(first, BEYOND) if first > LOWEST + 2 * _METRICS else BEYOND


def broker_comes_back_to(first: int, data: Path) -> None:
    """Have the broker of a data folder listen at two ports in a row: there it will be again."""
    ports = {"broker": str(first), "controller": str(first + 1)}
    DataFolder(data).note("kafka.ports", ports)


def _all_held(held: ExitStack, wanted: Sequence[int]) -> bool:
    """Hold all of them; none if one is somebody's."""
    with ExitStack() as so_far:
        try:
            for number in wanted:
                twin = so_far.enter_context(socket.socket(type=socket.SOCK_DGRAM))
                twin.bind((HOST, number))
                require_free(number)
        except OSError:
            return False
        held.enter_context(so_far.pop_all())
        return True


def require_free(number: int) -> None:
    """Raise OSError if a stranger has it. A closed connection's rest does not count."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((HOST, number))
