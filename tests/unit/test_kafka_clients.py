"""Of a client that could not be made, or that is closed, nothing stays behind."""

import socket
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError
from kafka.net.inet import create_connection
from kafka.net.transport import KafkaTCPTransport

from shared.messaging.cluster import Selector, create_client

NOBODY = "127.0.0.1:9"


@pytest.mark.parametrize("kind", [KafkaProducer, KafkaConsumer, KafkaAdminClient])
def test_of_a_client_that_finds_no_broker_no_thread_stays(kind: Any) -> None:
    before = set(threading.enumerate())
    with pytest.raises(KafkaError):
        create_client(kind, bootstrap_servers=NOBODY, bootstrap_timeout_ms=200)
    assert set(threading.enumerate()) <= before


@pytest.fixture
def ours() -> Iterator[socket.socket]:
    """One end of a connection."""
    one, other = socket.socketpair()
    one.settimeout(0)
    with one, other:
        yield one


def test_a_loop_closed_while_a_request_is_written_leaves_no_socket_open(
    ours: socket.socket,
) -> None:
    net = Selector()
    transport = KafkaTCPTransport(net, ours)
    transport.write(b"a request")
    transport.close()
    net.close()
    assert ours.fileno() == -1


def test_a_loop_closed_while_a_connection_is_made_leaves_no_socket_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        net = Selector()
        net.call_soon(create_connection(net, *listening.getsockname()))
        net.poll(timeout_ms=0)
        net.close()
        listening.settimeout(5)
        ended, _ = listening.accept()
        with ended:
            ended.settimeout(5)
            assert ended.recv(1) == b""
