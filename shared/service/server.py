"""uvicorn as we run it: one door, and nobody's word on who asks but a trusted proxy's."""

import asyncio
import socket
import ssl
from typing import Any, cast

import uvicorn
from typing_extensions import override

from shared.service import open_files
from shared.service.connections import MOST_WAITING, Connections
from shared.service.door import Door
from shared.service.http_protocol import bounded
from shared.service.tls_listener import TlsListener
from shared.service.trusted_proxy import TrustedProxy
from shared.web.edge import Edge
from shared.web.rate_limits import RateLimits

HANDSHAKE_SECONDS = 10.0
"""How long a client may take to agree on TLS. uvicorn leaves it at asyncio's minute."""
_HSTS = "max-age=31536000"
"""Seconds: a year in which a browser asks here over TLS only. Other hosts are not ours."""


class Server(uvicorn.Server):
    """Serves one door until it is asked to stop."""

    def __init__(self, app: Any, door: Door) -> None:
        settings = door.settings
        public = settings.public_url
        secure = public is not None and public.secure
        waiting = min(MOST_WAITING, open_files.raise_limit() // 2)
        self._watched = Connections(waiting)
        self._protocol = bounded(self._watched, settings.document_mib)
        limits = RateLimits(settings.requests_per_second, settings.requests_at_once)
        served: Any = Edge(app, limits)
        if settings.trusted_proxy:
            served = TrustedProxy(served, settings.trusted_proxy, only=door.only_by_proxy)
        super().__init__(
            uvicorn.Config(
                served,
                ws="none",
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                proxy_headers=False,
                headers=[("Strict-Transport-Security", _HSTS)] if secure else [],
            )
        )
        self._door = door
        self.servers: list[asyncio.Server] = []

    def serve_door(self) -> None:
        """Serve until a signal, or until ``should_exit`` is set."""
        tls = self._door.tls
        if tls is not None:
            tls.start()
        try:
            self.run(sockets=[self._door.sock])
        finally:
            if tls is not None:
                tls.stop()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen as uvicorn does, but for handshakes, which it neither counts nor hurries."""
        loop = asyncio.get_running_loop()
        for sock in sockets or [self._door.sock]:
            if self._door.tls is None:
                backlog = self.config.backlog
                server = await loop.create_server(self._connection, sock=sock, backlog=backlog)
            else:
                server = self._listener(sock, self._door.tls.context)
            self.servers.append(server)
        self.started = True

    def _listener(self, sock: socket.socket, context: ssl.SSLContext) -> asyncio.Server:
        watched, connection = self._watched, self._connection
        listener = TlsListener(sock, context, HANDSHAKE_SECONDS, watched, connection)
        listener.listen(self.config.backlog)
        return cast("asyncio.Server", listener)

    def _connection(self) -> asyncio.Protocol:
        return self._protocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
