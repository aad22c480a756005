"""The pages with made-up cases, at work in this process, and a real provider beside them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from typing_extensions import override

from services.console.site import site
from shared.identity.caller import Caller
from shared.identity.oidc import VouchedCallers
from shared.identity.oidc_claims import read_claims
from shared.identity.oidc_provider import Provider
from shared.identity.oidc_sign_in import Client, SignIn
from shared.identity.oidc_tokens import Verifier
from shared.web.edge import Edge
from shared.web.public_url import read_public_url
from shared.web.rate_limits import RateLimits
from tests.oidc.browser import Pages, pages_client
from tests.oidc.real_provider import AUDIENCE, PAGES, SECRET, real_provider
from tests.unit.console.fake_installation import Made
from tests.waiting import soon


class Installed(Made):
    """Made-up cases behind pages that the provider's people, and a token of ours, can see."""

    def __init__(self, vouched: VouchedCallers, provider: SignIn) -> None:
        super().__init__()
        self.vouched, self.provider = vouched, provider

    @override
    async def caller(self, secret: str, certificate: str | None) -> Caller:
        if secret in self.known:
            return await super().caller(secret, certificate)
        return await self.vouched.caller(secret, certificate)


@contextmanager
def pages_at_work(claims: Path, *, seconds: int = 600, host: str = "127.0.0.1") -> Iterator[Pages]:
    """The pages on a port of their own, and a provider that knows them.

    seconds: how long its tokens live. host: by which name browsers know the pages.
    """
    with socket.create_server(("127.0.0.1", 0)) as sock:
        origin = f"http://{host}:{sock.getsockname()[1]}"
        with real_provider([pages_client(origin)], seconds=seconds) as provider:
            verifier = Verifier(Provider(provider.issuer))
            vouched = VouchedCallers(
                verifier, AUDIENCE, read_claims(claims), lambda *parts: "/".join(parts)
            )
            sign_in = SignIn(verifier, AUDIENCE, Client(PAGES, SECRET, "openid", origin))
            source = Installed(vouched, sign_in)
            app = Edge(site(source, read_public_url(origin)), RateLimits(1_000, 1_000))
            server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
            thread.start()
            try:
                soon(lambda: server.started, "the pages are served")
                pages = Pages(origin, provider)
                pages.written = source.written
                yield pages
            finally:
                server.should_exit = True
                thread.join()
                vouched.close()
