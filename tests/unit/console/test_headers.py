"""What every page says about itself: headers, and nothing that its own policy would block."""

import re

import pytest
from starlette.testclient import TestClient

from services.console.headers import POLICY
from services.console.rendering import HERE
from services.console.site import site
from shared.postgres.database import OUTAGES
from tests.unit.console.fake_installation import PARTY, Made
from tests.unit.console.sample_history import ALL, CASE

HISTORY = f"/casos/{CASE}"
REACHED = ["/", HISTORY, f"{HISTORY}/historia.json", "/docs/intake", "/casos/nobody", "/none"]

THE_SCRIPT = '<script src="{{ script }}"></script>'
"""Of the one page whose policy allows one, of our own: where a link is opened."""


def enter(browser: TestClient, token: str = PARTY) -> None:
    assert browser.post("/entrar", data={"token": token}).status_code == 200


@pytest.mark.parametrize("path", REACHED)
@pytest.mark.parametrize("entered", [False, True])
def test_every_page_carries_the_headers(browser: TestClient, path: str, *, entered: bool) -> None:
    if entered:
        enter(browser)
    headers = browser.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_a_crash_is_a_page_with_the_headers_and_without_what_went_wrong(
    made: Made, browser: TestClient
) -> None:
    made.away = RuntimeError("a secret of the inside")
    answer = browser.get("/")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert "secret" not in answer.text
    assert "Algo falló aquí" in answer.text


def test_an_outage_asks_to_come_back(made: Made, browser: TestClient) -> None:
    made.away = OUTAGES[0]("away")
    assert browser.get("/").status_code == 503


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert POLICY.startswith("default-src 'none'")


def test_no_template_has_what_the_policy_would_block() -> None:
    for path in [*(HERE / "templates").iterdir(), *(HERE / "static").iterdir()]:
        text = path.read_text(encoding="utf-8").replace(THE_SCRIPT, "")
        assert not re.search(r"\sstyle\s*=|<style|<script|\son\w+\s*=|javascript:", text), path
        assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//|url\(|@import", text), path


@pytest.mark.parametrize("name", ALL)
def test_no_page_has_what_the_policy_would_block(name: str) -> None:
    with TestClient(site(Made(name))) as browser:
        enter(browser)
        for path in ("/", HISTORY, "/docs/referral"):
            page = browser.get(path).text
            assert " style=" not in page
            assert "<script" not in page
            assert set(re.findall(r"<(?:link|img)[^>]+href=\"(/[a-z]+)", page)) == {"/pages"}


def test_the_stylesheet_is_kept_and_its_address_changes_with_it(browser: TestClient) -> None:
    found = re.search(r'href="(/pages/style\.css\?v=\w{12})"', browser.get("/").text)
    assert found
    answer = browser.get(found[1])
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert browser.get("/pages/../home.py").status_code == 404
