"""A browser without scripts, between our pages and the real provider."""

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx2

from tests.accesses import WrittenAccesses
from tests.oidc.real_provider import PAGES, SECRET, RealProvider

PASSWORD = "any"  # noqa: S105 - the provider of the tests takes any


class Pages:
    """The pages at their address, a client of the provider. authority: who vouches for them.

    written: what they wrote into the access log, where that is made up.
    """

    def __init__(self, origin: str, provider: RealProvider, authority: Path | None = None) -> None:
        self.origin, self.provider, self.written = origin, provider, WrittenAccesses()
        self._context = ssl.create_default_context(cafile=authority)

    @contextmanager
    def browser(self) -> Iterator["Browser"]:
        with httpx2.Client(follow_redirects=False, timeout=20, verify=self._context) as client:
            yield Browser(self, client)


class Browser:
    """Follows redirects and forms one at a time, with the cookies of each site."""

    def __init__(self, pages: Pages, client: httpx2.Client) -> None:
        self.pages, self.client = pages, client

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(urljoin(self.pages.origin, path))

    def begin(self, next_page: str = "/") -> str:
        """Begin to sign in; the address at the provider that the browser is sent to."""
        answer = self.get(f"/entrar/proveedor?{urlencode({'next': next_page})}")
        assert answer.status_code == 303
        return answer.headers["Location"]

    def at_the_provider(self, address: str, who: str) -> str:
        """Sign in there; the address of ours that the provider sends the browser back to."""
        answer = self.client.get(address)
        while not answer.headers.get("Location", "").startswith(self.pages.origin):
            if answer.status_code == 303:
                answer = self.client.get(urljoin(str(answer.url), answer.headers["Location"]))
                continue
            assert answer.status_code == 200, answer.text
            answer = self.submit(answer, login=who, password=PASSWORD)
        return answer.headers["Location"]

    def submit(self, page: httpx2.Response, **typed: str) -> httpx2.Response:
        """Send the first form of a page, its hidden fields too."""
        found = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        assert found is not None, page.text
        hidden = re.findall(
            r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text
        )
        fields = {name: unescape(value) for name, value in hidden} | typed
        return self.client.post(urljoin(str(page.url), unescape(found[1])), data=fields)

    def sign_in(self, who: str = "ana", next_page: str = "/") -> httpx2.Response:
        return self.client.get(self.at_the_provider(self.begin(next_page), who))

    def institution(self) -> str | None:
        """Who the pages say is signed in."""
        found = re.search(r"<strong>([^<]+)</strong></span>", self.get("/").text)
        return found[1] if found else None

    def cookie(self, name: str) -> str | None:
        return next((c.value for c in self.client.cookies.jar if c.name.startswith(name)), None)


def pages_client(origin: str) -> Mapping[str, Any]:
    """The pages at this address, as the provider is told of them."""
    return {
        "client_id": PAGES,
        "client_secret": SECRET,
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "redirect_uris": [f"{origin}/entrar/regreso"],
        "post_logout_redirect_uris": [f"{origin}/"],
        "backchannel_logout_uri": f"{origin}/salir/proveedor",
        "backchannel_logout_session_required": True,
    }
