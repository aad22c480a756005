"""Signing in to the pages and out again: cookies, tokens, forms of other sites."""

from dataclasses import replace
from http.cookies import SimpleCookie

import pytest
from starlette.testclient import TestClient

from services.console.site import site
from shared.kernel.clock import now
from shared.web.edge import Edge
from shared.web.rate_limits import RateLimits
from tests.unit.console.fake_installation import PARTY, STRANGER, Made
from tests.unit.console.test_site import HISTORY, enter


def cookie_of(header: str) -> tuple[str, str, dict[str, str]]:
    ((name, morsel),) = SimpleCookie(header).items()
    return name, morsel.value, {k: str(v).lower() for k, v in morsel.items() if v}


def test_the_cookie_is_a_session_s_and_never_the_token(browser: TestClient) -> None:
    answer = browser.post("/entrar", data={"token": PARTY}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    name, value, attributes = cookie_of(answer.headers["set-cookie"])
    assert name.startswith("canaliza-session-")
    assert PARTY not in value
    assert (attributes["httponly"], attributes["samesite"], attributes["path"]) == (
        "true",
        "strict",
        "/",
    )
    assert PARTY not in answer.headers["location"]


def test_over_https_the_cookie_stays_there(made: Made) -> None:
    with TestClient(site(made), base_url="https://testserver") as browser:
        answer = browser.post("/entrar", data={"token": PARTY}, follow_redirects=False)
        assert cookie_of(answer.headers["set-cookie"])[2]["secure"] == "true"


@pytest.mark.parametrize("token", ["", "cnz_nobody", "x" * 3_000])
def test_a_token_not_in_force_is_refused_without_being_repeated(
    browser: TestClient, token: str
) -> None:
    answer = browser.post("/entrar", data={"token": token})
    assert answer.status_code == 422
    assert "no está vigente" in answer.text
    assert "set-cookie" not in answer.headers
    assert not token or token not in answer.text


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        (HISTORY, HISTORY),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("/casos/../salir", "/"),
        ("/casos/a%0D%0Ab", "/"),
    ],
)
def test_signing_in_leads_back_to_a_case_and_nowhere_else(
    browser: TestClient, wanted: str, led_to: str
) -> None:
    form = {"token": PARTY, "next": wanted}
    answer = browser.post("/entrar", data=form, follow_redirects=False)
    assert answer.headers["location"] == led_to


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/entrar", "/salir"])
def test_a_form_of_another_site_is_refused(
    browser: TestClient, path: str, headers: dict[str, str]
) -> None:
    answer = browser.post(path, data={"token": PARTY}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_our_own_form_is_taken(browser: TestClient) -> None:
    headers = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    answer = browser.post("/entrar", data={"token": PARTY}, headers=headers)
    assert "Sesión de" in answer.text


def test_a_form_may_not_be_endless(browser: TestClient) -> None:
    assert browser.post("/entrar", data={"token": "x" * 100_000}).status_code == 413
    assert browser.post("/entrar", data=dict.fromkeys("abcdefghi", "1")).status_code == 413


def test_what_a_provider_sends_along_is_not_written_into_a_page(browser: TestClient) -> None:
    assert "s3cret" not in browser.get("/entrar/regreso?code=s3cret&state=s3cret").text


def test_a_field_that_is_there_twice_is_refused(browser: TestClient) -> None:
    twice = f"token={PARTY}&token={PARTY}"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = browser.post("/entrar", content=twice, headers=form)
    assert answer.status_code == 400
    assert "No se pudo leer lo enviado" in answer.text
    assert "Vuelva al inicio e intente de nuevo." in answer.text


def test_a_form_cannot_be_got(browser: TestClient) -> None:
    answer = browser.get(f"/entrar?token={PARTY}&lang=en")
    assert answer.status_code == 405
    assert "Method not allowed here" in answer.text
    assert "Check the address" not in answer.text, "it is the right one"


def test_signing_out_ends_the_session_here_too(browser: TestClient) -> None:
    enter(browser)
    kept = dict(browser.cookies)
    browser.post("/salir")
    assert browser.get(HISTORY).status_code == 401
    browser.cookies.update(kept)
    assert browser.get(HISTORY).status_code == 401


def test_a_revoked_token_is_refused_at_once(made: Made, browser: TestClient) -> None:
    assert enter(browser).get(HISTORY).status_code == 200
    made.known[PARTY] = replace(made.known[PARTY], revoked_at=now())
    assert browser.get(HISTORY).status_code == 401


def test_an_expired_token_is_refused_at_once(made: Made, browser: TestClient) -> None:
    enter(browser)
    made.known[PARTY] = replace(made.known[PARTY], expires_at=now())
    assert browser.get(HISTORY).status_code == 401


def test_signing_in_counts_among_the_institution_s_requests(made: Made) -> None:
    served = Edge(site(made), RateLimits(1, 1, clock=lambda: 0.0))
    with TestClient(served, follow_redirects=False) as browser:
        mine = [browser.post("/entrar", data={"token": PARTY}).status_code for _ in range(11)]
        assert mine == [*[303] * 10, 429]
        assert browser.post("/entrar", data={"token": STRANGER}).status_code == 303
