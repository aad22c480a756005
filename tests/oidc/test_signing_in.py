"""People sign in on the pages with the real provider, as a browser does, and out again."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from shared.identity.access_log import Access
from shared.identity.oidc_tokens import LOGOUT
from shared.kernel.ids import new_id
from tests.oidc.at_work import pages_at_work
from tests.oidc.browser import Browser, Pages
from tests.oidc.real_provider import AUDIENCE, PAGES, SECRET, RealProvider
from tests.oidc.test_forged import Maker, ahead
from tests.unit.console.fake_installation import PARTY
from tests.unit.console.sample_history import CASE
from tests.waiting import soon

pytestmark = pytest.mark.integration

SEAL, SESSION = "canaliza-sign-in", "canaliza-session"


@pytest.fixture(scope="module")
def pages(claims_path: Path) -> Iterator[Pages]:
    with pages_at_work(claims_path) as there:
        yield there


@pytest.fixture
def browser(pages: Pages) -> Iterator[Browser]:
    with pages.browser() as one:
        yield one


# --- signing in -------------------------------------------------------------------------------


def test_a_person_signs_in_and_sees_what_their_institution_sees(browser: Browser) -> None:
    assert "/entrar/proveedor?next=/" in browser.get("/").text
    assert browser.institution() is None
    answer = browser.sign_in()
    assert answer.status_code == 200
    assert 'http-equiv="refresh" content="0;url=/"' in answer.text
    assert browser.institution() == "oficina-laboral"


def test_whoever_wanted_to_see_a_case_gets_there(browser: Browser) -> None:
    case = f"/casos/{CASE}"
    assert f"/entrar/proveedor?next={case}" in browser.get(case).text
    assert f"0;url={case}" in browser.sign_in(next_page=case).text


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example", "//elsewhere", "/docs/x", ""])
def test_nobody_is_led_elsewhere(browser: Browser, elsewhere: str) -> None:
    assert 'content="0;url=/"' in browser.sign_in(next_page=elsewhere).text


def test_the_request_has_state_nonce_and_pkce_and_nothing_of_the_secret(browser: Browser) -> None:
    asked = [parse_qs(urlsplit(browser.begin()).query) for _ in range(2)]
    for one in asked:
        assert one["response_type"] == ["code"]
        assert one["code_challenge_method"] == ["S256"]
        assert one["redirect_uri"] == [f"{browser.pages.origin}/entrar/regreso"]
        assert one["scope"] == ["openid"]
        assert one["resource"] == [AUDIENCE]
        assert SECRET not in str(one)
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) >= 43


def test_the_cookies_are_kept_from_scripts_and_say_nothing(browser: Browser) -> None:
    begun = browser.get("/entrar/proveedor")
    seal = begun.headers["Set-Cookie"]
    assert "HttpOnly" in seal
    assert "SameSite=lax" in seal
    answer = browser.client.get(browser.at_the_provider(begun.headers["Location"], "ana"))
    set_now = answer.headers.get_list("Set-Cookie")
    (session,) = [one for one in set_now if one.startswith(SESSION) or f"-{SESSION}" in one]
    assert "HttpOnly" in session
    assert "SameSite=strict" in session
    assert browser.cookie(SEAL) is None
    value = browser.cookie(SESSION)
    assert value is not None
    assert "." not in value  # no token
    assert "eyJ" not in answer.text


def refused(browser: Browser, answer: httpx2.Response) -> None:
    assert answer.status_code == 403, answer.text
    assert "No se inició la sesión" in answer.text
    assert browser.institution() is None


def test_an_answer_that_another_browser_obtained_is_good_for_nobody(
    pages: Pages, browser: Browser
) -> None:
    with pages.browser() as thief:
        stolen = browser.at_the_provider(browser.begin(), "ana")
        refused(thief, thief.client.get(stolen))  # that began nothing
        thief.begin()
        refused(thief, thief.client.get(stolen))  # that began something else
    assert browser.client.get(stolen).status_code == 200


def test_a_code_is_good_once(browser: Browser) -> None:
    back = browser.at_the_provider(browser.begin(), "ana")
    sealed = [c for c in browser.client.cookies.jar if c.name.startswith(SEAL)]
    assert browser.client.get(back).status_code == 200
    assert browser.institution() == "oficina-laboral"
    with browser.pages.browser() as again:
        for cookie in sealed:
            again.client.cookies.jar.set_cookie(cookie)
        refused(again, again.client.get(back))


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "x"},
        {"state": None},
        {"code": "x"},
        {"code": None},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"error": "access_denied"},
    ],
    ids=str,
)
def test_an_answer_that_was_changed_is_refused(
    browser: Browser, changed: dict[str, str | None]
) -> None:
    back = urlsplit(browser.at_the_provider(browser.begin(), "ana"))
    said = {k: v[0] for k, v in parse_qs(back.query).items()} | changed
    query = urlencode({k: v for k, v in said.items() if v is not None})
    refused(browser, browser.get(f"{back.path}?{query}"))


def test_a_seal_that_was_changed_is_none(browser: Browser) -> None:
    back = browser.at_the_provider(browser.begin(), "ana")
    for cookie in browser.client.cookies.jar:
        if cookie.name.startswith(SEAL) and cookie.value:
            cookie.value = cookie.value[:-4] + "AAAA"
    refused(browser, browser.client.get(back))


def test_whoever_the_claims_file_does_not_name_is_told_so(browser: Browser) -> None:
    for who in ("nobody", "elsewhere", "both", "unknown-role"):
        answer = browser.sign_in(who)
        assert answer.status_code == 403
        assert "no tiene asignada una institución" in answer.text
        assert browser.institution() is None
        browser.client.cookies.clear()


def test_a_token_of_ours_signs_in_as_before_and_the_provider_s_not_by_typing_it(
    browser: Browser,
) -> None:
    token = Maker(browser.pages.provider).signed()
    typed = browser.client.post(f"{browser.pages.origin}/entrar", data={"token": token})
    assert typed.status_code == 422
    browser.client.post(f"{browser.pages.origin}/entrar", data={"token": PARTY})
    assert browser.institution() is not None


# --- signing out ------------------------------------------------------------------------------


def test_signing_out_ends_the_session_here_and_at_the_provider(browser: Browser) -> None:
    browser.sign_in()
    before = browser.cookie(SESSION)
    answer = browser.client.post(f"{browser.pages.origin}/salir")
    assert answer.status_code == 200
    found = re.search(r'content="0;url=([^"]+)"', answer.text)
    assert found is not None
    address = unescape(found[1])
    assert address.startswith(f"{browser.pages.provider.issuer}/session/end?")
    assert set(parse_qs(urlsplit(address).query)) == {"client_id", "post_logout_redirect_uri"}
    browser.client.cookies.set(_named(browser), before or "", domain="127.0.0.1")
    assert browser.institution() is None  # ended on the server too
    confirmed = browser.submit(browser.client.get(address), logout="yes")
    assert confirmed.status_code == 303
    assert confirmed.headers["Location"].startswith(f"{browser.pages.origin}/")
    assert "login" in browser.client.get(browser.begin(), follow_redirects=True).text.lower()


def test_signing_out_at_the_provider_ends_the_session_here(pages: Pages) -> None:
    with pages.browser() as browser, pages.browser() as other:
        browser.sign_in()
        other.sign_in("eva")
        assert browser.institution() == "oficina-laboral"
        end = f"{pages.provider.issuer}/session/end?client_id={PAGES}"
        browser.submit(browser.client.get(end), logout="yes")
        soon(lambda: browser.institution() is None, "the provider has told us")
        assert other.institution() == "oficina-laboral"


def test_the_session_ends_with_the_token(claims_path: Path) -> None:
    with pages_at_work(claims_path, seconds=2) as pages, pages.browser() as browser:
        browser.sign_in()
        soon(lambda: browser.institution() is None, "the token has expired")


# --- logout tokens ----------------------------------------------------------------------------

EVENTS: Mapping[str, Any] = {LOGOUT: {}}
FORGED_LOGOUT: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "an access token's type": ({}, {"typ": "at+jwt"}),
    "for another client": ({"aud": "another"}, {}),
    "of another issuer": ({"iss": "https://elsewhere.example"}, {}),
    "an ID token": ({"events": None, "nonce": "n"}, {"typ": "JWT"}),
    "no event": ({"events": {}}, {}),
    "another event": ({"events": {"http://schemas.openid.net/event/other": {}}}, {}),
    "with a nonce": ({"nonce": "n"}, {}),
    "no id": ({"jti": None}, {}),
    "of nobody": ({"sub": None, "sid": None}, {}),
    "expired": ({"exp": 1_700_000_000, "iat": 1_699_999_999}, {}),
    "issued in the future": ({"iat": "ahead"}, {}),
    "a key of nobody": ({}, {"kid": "nobody"}),
}


def logout_token(provider: RealProvider, sub: str | None, **otherwise: Any) -> str:
    claims = {"aud": PAGES, "sub": sub, "events": EVENTS, "client_id": None} | otherwise
    if claims.get("iat") == "ahead":
        claims["iat"] = ahead(seconds=90)
    return Maker(provider).signed(claims, {"typ": "logout+jwt"})


def tell(pages: Pages, token: str) -> httpx2.Response:
    return httpx2.post(f"{pages.origin}/salir/proveedor", data={"logout_token": token})


@pytest.mark.parametrize("name", FORGED_LOGOUT)
def test_a_forged_logout_token_ends_nothing(pages: Pages, browser: Browser, name: str) -> None:
    browser.sign_in()
    claims, header = FORGED_LOGOUT[name]
    said = {"aud": PAGES, "events": EVENTS, "client_id": None, **claims}
    if said.get("iat") == "ahead":
        said["iat"] = ahead(seconds=90)
    answer = tell(pages, Maker(pages.provider).signed(said, {"typ": "logout+jwt", **header}))
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    assert pages.written.lines[-1] == Access("pages.back_channel_logout", "not-identified")
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.institution() == "oficina-laboral"


def test_a_logout_token_is_good_once(pages: Pages, browser: Browser) -> None:
    token = logout_token(pages.provider, "ana")
    browser.sign_in()
    assert tell(pages, token).status_code == 200
    assert browser.institution() is None
    browser.sign_in()
    assert tell(pages, token).status_code == 400
    assert browser.institution() == "oficina-laboral"


def test_a_logout_of_one_session_ends_no_other_of_that_person(
    pages: Pages, browser: Browser
) -> None:
    browser.sign_in()
    assert tell(pages, logout_token(pages.provider, "ana", sid=str(new_id()))).status_code == 200
    assert browser.institution() == "oficina-laboral"


def _named(browser: Browser) -> str:
    port = urlsplit(browser.pages.origin).port
    return f"{SESSION}-{port}"
