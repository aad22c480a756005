"""Whether a request is meant for this host.

A page elsewhere must not read ours through a name of its own that points here. The loopback's own
names and addresses are nobody else's.
"""

import re
from collections.abc import Collection

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.kernel.hosts import host_of, is_loopback
from shared.web.language import language
from shared.web.problems import of_status

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[0-9a-z.-]+)(:[0-9]*)?")


class KnownHosts:
    """ASGI middleware: what is meant for any other host is answered 421, and goes no further."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        """names: host names and addresses, without a port, beside those of the loopback."""
        self._app, self._names = app, frozenset(host_of(name.lower()) for name in names if name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._knows(_host(scope)):
            await of_status(421, language(Request(scope)))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _knows(self, host: str) -> bool:
        return is_loopback(host) or host in self._names


def _host(scope: Scope) -> str:
    """Return the host that a request names, without its port; empty if it is none."""
    said = next((value for name, value in scope["headers"] if name == b"host"), b"")
    found = _HOST.fullmatch(said.decode("latin-1").lower())
    return host_of(found["name"]) if found else ""
