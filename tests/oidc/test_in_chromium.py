"""A real browser signs in with the real provider: it keeps and sends cookies by its own rules.

The pages are ``localhost`` and the provider 127.0.0.1: two sites, as they are in earnest.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chromium import Chromium, chromium
from tests.oidc.at_work import pages_at_work
from tests.oidc.browser import PASSWORD, Pages
from tests.unit.console.sample_history import CASE
from tests.waiting import soon

pytestmark = pytest.mark.integration

SIGN_IN, SIGN_OUT = 'a[href^="/entrar/proveedor"]', 'form[action="/salir"] button'
AT_THE_PROVIDER = 'form button[type="submit"]'


@pytest.fixture(scope="module")
def pages(claims_path: Path) -> Iterator[Pages]:
    with pages_at_work(claims_path, host="localhost") as there:
        yield there


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chromium]:
    with chromium(tmp_path / "profile") as one:
        yield one


def sees(browser: Chromium, address: str, words: str) -> None:
    soon(
        lambda: browser.address() == address and words in browser.text(),
        f"{words} at {address}",
        30,
    )


def test_a_person_opens_a_case_signs_in_and_is_there_and_signs_out(
    pages: Pages, browser: Chromium
) -> None:
    case = f"{pages.origin}/casos/{CASE}"
    browser.open(case)
    browser.click(SIGN_IN)
    browser.write('input[name="login"]', "ana")
    browser.write('input[name="password"]', PASSWORD)
    browser.click(AT_THE_PROVIDER)
    sees(browser, case, "oficina-laboral")
    browser.click(SIGN_OUT)
    browser.click('button[name="logout"]')
    sees(browser, f"{pages.origin}/", "Entrar con su cuenta institucional")
    browser.open(case)
    soon(lambda: browser.evaluate(f"!!document.querySelector('{SIGN_IN}')"), "signed out")
    assert "oficina-laboral" not in browser.text()
