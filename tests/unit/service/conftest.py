"""A server whose time is the test's."""

from collections.abc import Iterator

import pytest

from shared.service import connections, http_protocol
from tests.unit.service.listening import BODY, HEAD, LINGER, SWEEP, TELL, Server


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
