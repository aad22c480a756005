"""The word of a proxy in front of us, where the operator trusts it; nobody else's.

``X-Forwarded-For`` and ``X-Forwarded-Proto`` tell who asks and how, ``Client-Cert`` which
certificate was shown. From any other address they are headers like others, without a meaning.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from shared.kernel.text import Text
from shared.service.client_certificate import STATE, shown_to_proxy
from shared.web.answer_headers import AnswerHeaders
from shared.web.language import language
from shared.web.problems import problem

Network = IPv4Network | IPv6Network


def networks(given: object) -> tuple[Network, ...]:
    """Read addresses and networks in CIDR: several, or a text with commas between them.

    Raises ValueError if one is neither.
    """
    parts = given.split(",") if isinstance(given, str) else given
    if not isinstance(parts, Iterable):
        raise ValueError(given)  # noqa: TRY004 - what pydantic reports as a value that is none
    return tuple(ip_network(str(part).strip()) for part in parts if str(part).strip())


class TrustedProxy:
    """ASGI middleware around everything that believes the proxies in these networks."""

    def __init__(self, app: Any, proxies: Sequence[Network], *, only: bool = False) -> None:
        """only: whoever comes from another machine without them is refused."""
        self._app = app
        self._others = AnswerHeaders(_refused) if only else app
        self._told = ProxyHeadersMiddleware(app, [str(network) for network in proxies])
        self._proxies = tuple(proxies)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request as the client's own, if a trusted proxy brings it."""
        peer = scope.get("client")
        address = _address(peer[0]) if peer else None
        if address is None or not any(address in network for network in self._proxies):
            here = address is not None and address.is_loopback
            await (self._app if here else self._others)(scope, receive, send)
            return
        scope["client"] = (str(address), peer[1])
        state = scope.setdefault("state", {})
        state.pop(STATE, None)  # what the proxy showed to us is the proxy's own
        shown = shown_to_proxy(scope["headers"])
        if shown is not None:
            state[STATE] = shown
        await self._told(scope, receive, send)


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer who came past the proxy; what was sent with the request was sent in plain text."""
    lang = language(Request(scope))
    answer = problem(403, "past-the-proxy", _PAST.in_(lang), _COME_BY_IT.in_(lang))
    await answer(scope, receive, send)


_PAST = Text("Esta conexión no va cifrada", "This connection is not encrypted")
_COME_BY_IT = Text(
    "Entre por la dirección pública de la instalación, que cifra. Si envió un token por aquí,"
    " revóquelo.",
    "Come by the installation's public address, which encrypts. If you have sent a token here,"
    " revoke it.",
)


def _address(host: str) -> Any:
    """Return an address; one of IPv4 as such, also where it came to a socket of IPv6."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
