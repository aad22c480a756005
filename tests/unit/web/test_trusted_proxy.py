"""A proxy's word counts where the operator trusts it; anybody else's headers mean nothing."""

import asyncio
import base64
import hashlib
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from shared.service.client_certificate import thumbprint
from shared.service.door import open_door
from shared.service.server import Server
from shared.service.settings import Settings
from shared.service.trusted_proxy import TrustedProxy, networks

DER = b"a certificate"
SHOWN = base64.urlsafe_b64encode(hashlib.sha256(DER).digest()).rstrip(b"=").decode()
TOLD = (b"client-cert", b":" + base64.b64encode(DER) + b":")
FORWARDED = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"https"), TOLD]


def seen(
    peer: str,
    headers: list[tuple[bytes, bytes]],
    trusted: str = "10.0.0.0/8, 192.0.2.1",
    **state: str,
) -> tuple[str, str, str | None]:
    """Who asks, how, and with which certificate, as the application behind sees it."""
    scopes: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        del receive, send
        scopes.append(scope)

    scope = {
        "type": "http",
        "client": (peer, 4711),
        "scheme": "http",
        "headers": headers,
        "state": dict(state),
    }
    asyncio.run(TrustedProxy(app, networks(trusted))(scope, None, None))
    (found,) = scopes
    return found["client"][0], found["scheme"], found["state"].get("client_certificate")


@pytest.mark.parametrize("peer", ["10.1.2.3", "192.0.2.1", "::ffff:10.1.2.3"])
def test_a_trusted_proxy_says_who_asks_and_how_and_with_which_certificate(peer: str) -> None:
    assert seen(peer, FORWARDED) == ("203.0.113.9", "https", SHOWN)


@pytest.mark.parametrize("peer", ["192.0.2.2", "203.0.113.9", "::1", "2001:db8::a00:1"])
def test_nobody_else_does(peer: str) -> None:
    assert seen(peer, FORWARDED) == (peer, "http", None)


def test_what_a_client_claims_before_its_proxy_is_not_believed() -> None:
    claimed = [(b"x-forwarded-for", b"198.51.100.1, 203.0.113.9, 10.9.9.9")]
    assert seen("10.1.2.3", claimed)[0] == "203.0.113.9"


def test_the_certificate_that_a_proxy_shows_to_us_is_not_its_client_s() -> None:
    own = thumbprint(b"the proxy's own")
    assert seen("10.1.2.3", [], client_certificate=own)[2] is None
    assert seen("10.1.2.3", [TOLD], client_certificate=own)[2] == SHOWN
    assert seen("203.0.113.9", [TOLD], client_certificate=own)[2] == own


@pytest.mark.parametrize(
    "value", [b"", b":", b"::", b":YQ==", b"YQ==:", b"YQ==", b":Y Q==:", b":%41:", b":\xff:"]
)
def test_a_header_that_is_not_of_its_form_tells_of_none(value: bytes) -> None:
    assert seen("10.1.2.3", [(b"client-cert", value)])[2] is None


def test_two_headers_tell_of_none() -> None:
    assert seen("10.1.2.3", [TOLD, TOLD])[2] is None


@pytest.mark.parametrize("given", ["*", "localhost", "10.0.0.1/8", "10.0.0.0/33", "any", "1, x"])
def test_who_is_trusted_is_an_address_or_a_network(given: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        networks(given)


def test_a_file_of_settings_may_list_them() -> None:
    assert networks(["10.0.0.0/8", "::1"]) == networks("10.0.0.0/8,::1")
    assert networks(networks("10.0.0.0/8")) == networks("10.0.0.0/8")
    assert networks("") == ()


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        *(("10.0.0.5", 200), ("::ffff:10.0.0.5", 200), ("127.0.0.1", 200), ("::1", 200)),
        *(("10.0.0.6", 403), ("2001:db8::1", 403), ("somebody", 403)),
    ],
)
def test_where_only_the_proxy_encrypts_nobody_comes_past_it(peer: str, status: int) -> None:
    answer = asked_from(peer, insecure=False)
    assert answer.status_code == status
    if status != 200:
        assert answer.json()["code"] == "past-the-proxy"
        assert answer.headers["Cache-Control"] == "no-store"


def test_where_the_network_encrypts_anybody_may() -> None:
    assert asked_from("10.0.0.6", insecure=True).status_code == 200


def asked_from(peer: str, *, insecure: bool) -> Any:
    """The answer of a door to the network, in front of which stands the proxy 10.0.0.5."""
    settings = Settings(trusted_proxy="10.0.0.5")
    door = open_door("0.0.0.0", 0, settings, insecure=insecure)  # noqa: S104 - nothing is served
    with door.sock:
        served: Any = Server(PlainTextResponse("served"), door).config.app
        return TestClient(served, client=(peer, 4711)).get("/")
