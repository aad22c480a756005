"""The metrics of a process on a port of its own: for a scraper, and not where institutions call.

It has a thread and an event loop of its own, so that the metrics come while requests wait.
"""

import asyncio
import socket
import threading
from collections.abc import Sequence
from typing import Any, cast

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.kernel.hosts import authority, from_here, is_loopback
from shared.service.connections import Connections
from shared.service.health import refresh
from shared.service.http_protocol import bounded
from shared.telemetry import metrics
from shared.web.answer_headers import AnswerHeaders
from shared.web.known_hosts import KnownHosts

_MOST_CONNECTIONS = 32
_PATIENCE = 5.0


def metrics_app(services: Sequence[Any], host: str = "127.0.0.1") -> Starlette:
    """Return the application that answers ``/metrics`` for all services of this process.

    host: where it listens; on the loopback interface a page elsewhere must not read it through a
    name of its own that points here.
    """

    async def answer(_: Request) -> Response:
        for service in services:
            await asyncio.to_thread(refresh, service)
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return Response(metrics.exposition(), media_type=kind)

    known = [Middleware(KnownHosts, names=())] if is_loopback(host) else []
    return Starlette(
        routes=[Route("/metrics", answer)], middleware=[Middleware(AnswerHeaders), *known]
    )


class MetricsPort:
    """Serves the metrics over a socket until it is stopped. address: where a scraper finds them."""

    def __init__(self, sock: socket.socket, services: Sequence[Any]) -> None:
        self._sock, self.address = sock, address_of(sock)
        config = uvicorn.Config(
            metrics_app(services, sock.getsockname()[0]),
            # uvicorn calls it as it would call the class.
            http=cast("type[asyncio.Protocol]", bounded(Connections(_MOST_CONNECTIONS))),
            ws="none",
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_MOST_CONNECTIONS,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="metrics", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End; a scrape that is under way is answered first, if it is quick."""
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(_PATIENCE)
        self._sock.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._sock])


def address_of(sock: socket.socket) -> str:
    """Return the address of the metrics at a socket that listens."""
    host, port = sock.getsockname()[:2]
    return f"http://{authority(from_here(host), port)}/metrics"
