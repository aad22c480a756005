"""A server behind a door of ours, in a thread, whose application says what it knows of a caller."""

import http.client
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shared.service.door import Door, open_door
from shared.service.server import Server
from shared.service.settings import Settings
from tests.waiting import soon


async def tells(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers with what reached it of its caller."""
    del receive
    told = {
        "client": scope["client"][0],
        "scheme": scope["scheme"],
        "certificate": scope["state"].get("client_certificate"),
    }
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"application/json")],
        }
    )
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})


@contextmanager
def open_for(app: Any = tells, **settings: object) -> Iterator[Door]:
    """A door that is served until the end of the block."""
    door = open_door("127.0.0.1", 0, Settings(**settings), insecure=False)
    server = Server(app, door)
    thread = threading.Thread(target=server.serve_door)
    thread.start()
    try:
        soon(lambda: server.started)
        yield door
    finally:
        server.should_exit = True
        thread.join()
        door.sock.close()


def ask(
    door: Door, context: ssl.SSLContext | None = None, headers: dict[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """What the application tells, and the headers of the answer."""
    port = door.sock.getsockname()[1]
    connection = (
        http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        if context is None
        else http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    )
    try:
        connection.request("GET", "/", headers=headers or {})
        answer = connection.getresponse()
        return json.loads(answer.read()), {k.lower(): v for k, v in answer.getheaders()}
    finally:
        connection.close()
