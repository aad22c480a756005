"""Tokens bound to a certificate (RFC 8705): their system shows it in TLS, to us or to a proxy."""

import base64
import http.client
import ssl
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest

from shared.embedded.supervisor import PostgresAddress
from shared.service.door import Door
from tests.certificates import Authority, Pair
from tests.doors import open_for
from tests.oidc.real_provider import BOUND, RealProvider
from tests.stories.running_services import running_services

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def own(authority: Authority) -> Pair:
    """The certificate of the system."""
    return authority.client("sistema")


@pytest.fixture(scope="module")
def others(authority: Authority) -> Pair:
    """A good certificate, of another system."""
    return authority.client("otro")


@pytest.fixture(scope="module")
def token(provider: RealProvider, own: Pair) -> str:
    """What the real provider gave the system that showed its certificate there."""
    return provider.client_credentials(BOUND, certificate=quote(own.certificate.read_text()))


@pytest.fixture(scope="module")
def services(postgres_server: PostgresAddress, provider_settings: dict[str, Any]) -> Iterator[Any]:
    with running_services(postgres_server, "log", **provider_settings) as running:
        yield running.services["reporting"].app


def status(
    door: Door,
    token: str,
    context: ssl.SSLContext | None = None,
    headers: Mapping[str, str] | None = None,
) -> int:
    """What a list of cases is answered with."""
    port = door.sock.getsockname()[1]
    connection = (
        http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        if context is None
        else http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    )
    try:
        sent = {"Authorization": f"Bearer {token}", **(headers or {})}
        connection.request("GET", "/cases", headers=sent)
        return connection.getresponse().status
    finally:
        connection.close()


def showing(authority: Authority, pair: Pair | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(authority.file))
    if pair is not None:
        context.load_cert_chain(pair.certificate, pair.key)
    return context


def told(pair: Pair) -> dict[str, str]:
    """The header of RFC 9440."""
    return {"Client-Cert": f":{base64.b64encode(pair.der).decode()}:"}


def test_over_tls_of_ours_the_token_is_good_for_who_shows_its_certificate(
    services: Any, authority: Authority, own: Pair, others: Pair, token: str
) -> None:
    server = authority.server()
    with open_for(
        services,
        tls_certificate=server.certificate,
        tls_key=server.key,
        tls_client_ca=authority.file,
    ) as door:
        assert status(door, token, showing(authority, own)) == 200
        for context in (showing(authority), showing(authority, others)):
            assert status(door, token, context) == 401
            assert status(door, token, context, told(own)) == 401  # a client's word is none
        assert status(door, token, showing(authority, own)) == 200


def test_behind_a_proxy_it_is_good_for_whoever_showed_that_certificate_to_the_proxy(
    services: Any, own: Pair, others: Pair, token: str
) -> None:
    with open_for(services, trusted_proxy="127.0.0.1") as door:
        assert status(door, token, headers=told(own)) == 200
        for headers in ({}, told(others), {"Client-Cert": "::"}, {"client-cert": "x"}):
            assert status(door, token, headers=headers) == 401


def test_the_header_of_somebody_who_is_no_proxy_of_ours_says_nothing(
    services: Any, own: Pair, token: str
) -> None:
    for proxy in ({}, {"trusted_proxy": "203.0.113.9"}):
        with open_for(services, **proxy) as door:
            assert status(door, token, headers=told(own)) == 401
