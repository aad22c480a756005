"""Where the operator says under which address browsers find the pages, that address is judged by.

Behind a proxy that has TLS, every request comes as plain HTTP from the proxy.
"""

from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from starlette.testclient import TestClient

from services.__main__ import addresses
from services.console.site import site
from shared.web.public_url import read_public_url
from tests.unit.console.fake_installation import PARTY, Made

PUBLIC = "https://casos.example.org"


@pytest.fixture
def behind() -> Iterator[TestClient]:
    """The pages as a proxy asks them: over http."""
    app = site(Made(), read_public_url(PUBLIC))
    with TestClient(app, base_url="http://casos.example.org", follow_redirects=False) as client:
        yield client


def test_somebody_signs_in_from_the_public_address(behind: TestClient) -> None:
    answer = behind.post("/entrar", data={"token": PARTY}, headers={"Origin": PUBLIC})
    assert answer.status_code == 303
    (morsel,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert morsel.key == "__Host-canaliza-session-https"
    assert (morsel["secure"], morsel["path"], morsel["domain"]) == (True, "/", "")
    signed_in = behind.get("/", headers={"Cookie": f"{morsel.key}={morsel.value}"})
    assert "/salir" in signed_in.text
    left = behind.post(
        "/salir", headers={"Origin": PUBLIC, "Cookie": f"{morsel.key}={morsel.value}"}
    )
    (ended,) = SimpleCookie(left.headers["set-cookie"]).values()
    assert (ended.key, ended["secure"], ended["max-age"]) == (morsel.key, True, "0")


@pytest.mark.parametrize(
    "origin", ["http://casos.example.org", "https://casos.example.org:8443", "http://testserver"]
)
def test_from_any_other_nobody_does(origin: str, behind: TestClient) -> None:
    answer = behind.post("/entrar", data={"token": PARTY}, headers={"Origin": origin})
    assert (answer.status_code, answer.headers.get("set-cookie")) == (403, None)


def test_whoever_comes_from_elsewhere_is_led_to_the_public_address(behind: TestClient) -> None:
    answer = behind.post("/entrar", data={"token": PARTY}, headers={"Origin": "http://127.0.0.1"})
    assert f'<a href="{PUBLIC}/">{PUBLIC}</a>' in answer.text
    assert "dirección pública" in answer.text


def test_a_start_prints_first_where_one_can_sign_in() -> None:
    here = "http://127.0.0.1:8421"
    first, second = addresses(here, read_public_url(PUBLIC))
    assert first == f"canaliza: {PUBLIC}"
    assert second.endswith(here)
    assert addresses(here, None) == addresses(here, read_public_url(here)) == [f"canaliza: {here}"]


def test_a_cookie_that_plain_http_could_have_set_is_none_of_ours(behind: TestClient) -> None:
    answer = behind.post("/entrar", data={"token": PARTY}, headers={"Origin": PUBLIC})
    (morsel,) = SimpleCookie(answer.headers["set-cookie"]).values()
    stripped = morsel.key.removeprefix("__Host-")
    asked = behind.get("/", headers={"Cookie": f"{stripped}={morsel.value}"})
    assert "/salir" not in asked.text


def test_the_language_is_remembered_securely_too(behind: TestClient) -> None:
    answer = behind.get("/?lang=en")
    (morsel,) = SimpleCookie(answer.headers["set-cookie"]).values()
    assert (morsel.key, morsel["secure"]) == ("__Host-canaliza-lang", True)
    asked = behind.get("/", headers={"Cookie": f"{morsel.key}={morsel.value}"})
    assert 'lang="en"' in asked.text


def test_the_pages_name_the_public_address(behind: TestClient) -> None:
    assert f"{PUBLIC}/intake" in behind.get("/docs/intake").text
