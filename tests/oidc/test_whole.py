"""A whole system that runs with a provider: people and systems of the provider, over TLS."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from tests.certificates import Authority, Pair
from tests.embedded_processes import temporary_folder
from tests.integration.cli.system import started
from tests.oidc.browser import Browser, Pages, pages_client
from tests.oidc.real_provider import (
    AUDIENCE,
    BOUND,
    PAGES,
    SECRET,
    SYSTEM,
    RealProvider,
    real_provider,
)
from tests.ports import held_port
from tests.waiting import soon

pytestmark = pytest.mark.integration


@dataclass(frozen=True)
class Whole:
    """The system at its address, and who vouches for it and for its clients."""

    pages: Pages
    provider: RealProvider
    authority: Authority

    def ask(self, path: str, token: str, shown: Pair | None = None) -> httpx2.Response:
        context = ssl.create_default_context(cafile=self.authority.file)
        if shown is not None:
            context.load_cert_chain(shown.certificate, shown.key)
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.get(f"{self.pages.origin}{path}", headers=headers, verify=context)


@pytest.fixture(scope="module")
def whole(claims_path: Path) -> Iterator[Whole]:
    with held_port() as port, temporary_folder() as folder:
        origin = f"https://127.0.0.1:{port}"
        authority, data = Authority(folder), ("--data", str(folder / "data"))
        pair, clients = authority.server(), [pages_client(origin)]
        with real_provider(clients, authority=authority) as provider:
            settings: dict[str, Any] = {
                "CANALIZA_OIDC_ISSUER": provider.issuer,
                "CANALIZA_OIDC_AUDIENCE": AUDIENCE,
                "CANALIZA_OIDC_CLAIMS": str(claims_path),
                "CANALIZA_OIDC_CA": str(authority.file),
                "CANALIZA_OIDC_CLIENT_ID": PAGES,
                "CANALIZA_OIDC_CLIENT_SECRET": SECRET,
                "CANALIZA_PUBLIC_URL": origin,
                "CANALIZA_TLS_CERTIFICATE": str(pair.certificate),
                "CANALIZA_TLS_KEY": str(pair.key),
                "CANALIZA_TLS_CLIENT_CA": str(authority.file),
            }
            office = ("oficina-laboral", "--name", "Oficina", "--kind", "labour-office")
            with started("institution", "register", *office, *data) as registering:
                registering.communicate(timeout=120)
                assert registering.returncode == 0
            with started("run", *data, "--port", str(port), "--demo", "0", **settings) as running:
                assert running.stdout is not None
                assert any("Ctrl-C" in line for line in running.stdout)
                yield Whole(Pages(origin, provider, authority.file), provider, authority)


@pytest.fixture
def browser(whole: Whole) -> Iterator[Browser]:
    with whole.pages.browser() as one:
        yield one


def test_a_person_signs_in_over_tls_and_signing_out_at_the_provider_ends_it(
    whole: Whole, browser: Browser
) -> None:
    browser.sign_in()
    assert browser.institution() == "oficina-laboral"
    cookies = [
        one for one in browser.client.cookies.jar if one.path == "/" and "canaliza" in one.name
    ]
    assert cookies
    assert all(one.secure and one.name.startswith("__Host-") for one in cookies)
    end = f"{whole.provider.issuer}/session/end?client_id={PAGES}"
    browser.submit(browser.client.get(end), logout="yes")
    soon(lambda: browser.institution() is None, "the provider has told the pages")


def test_a_system_asks_with_its_token_and_if_that_is_bound_with_its_certificate(
    whole: Whole,
) -> None:
    own = whole.authority.client("sistema")
    free = whole.provider.client_credentials(SYSTEM)
    bound = whole.provider.client_credentials(
        BOUND, certificate=quote(own.certificate.read_text(encoding="utf-8"))
    )
    cases = "/reporting/cases"
    assert whole.ask(cases, free).status_code == 200
    assert whole.ask(cases, bound, own).status_code == 200
    assert whole.ask(cases, bound).status_code == 401
    assert whole.ask(cases, bound, whole.authority.client("otro")).status_code == 401


def test_the_directory_was_told_who_can_answer_and_knows_nobody_who_is_not_registered(
    whole: Whole,
) -> None:
    token = whole.provider.client_credentials(SYSTEM)
    office = whole.ask("/referral/institutions/oficina-laboral", token)
    assert office.json()["reachable"] is True
    assert whole.ask("/referral/institutions/albergue-lejano", token).status_code == 404
