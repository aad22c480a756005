"""The pages of what waits: for whom, until when, what comes next; and one referral's life."""

import html
import re

import pytest
from starlette.testclient import TestClient

from services.console import waiting_pages
from services.console.waiting_texts import WORDS
from tests.unit.console.fake_installation import AUDITOR, PARTY, STRANGER, Made
from tests.unit.console.sample_history import CASE
from tests.unit.console.sample_waiting import DECLINED, LATE, SILENT


def read(browser: TestClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


@pytest.fixture
def signed_in(browser: TestClient) -> TestClient:
    assert browser.post("/entrar", data={"token": PARTY}).status_code == 200
    return browser


def test_the_list_says_for_whom_until_when_and_what_comes_next(signed_in: TestClient) -> None:
    page = read(signed_in, "/pendientes")
    assert "Albergue <Ñ> Destinataria" in page
    assert "6 may 2026, 21:30 UTC-06:00 Vencido" in page
    assert "Recordado el 5 may 2026, 21:30" in page
    assert "Avisado a la remitente el 7 may 2026, 21:30" in page
    assert "Vence: 9 may 2026, 21:30" in page
    assert page.index("Vencido") < page.index("sin plazo")
    assert "It expires: 9 May 2026" in read(signed_in, "/pendientes?lang=en")


def test_the_list_begins_with_ones_own_and_is_narrowed(signed_in: TestClient) -> None:
    first = signed_in.get("/pendientes").text
    assert re.search(r'nuestras=1" aria-current="page"', first)
    assert "sin plazo" not in read(signed_in, "/pendientes?vencidas=1")
    assert re.search(
        r'nuestras=0" aria-current="page"', signed_in.get("/pendientes?nuestras=0").text
    )


def test_who_watches_over_all_begins_with_all(browser: TestClient) -> None:
    assert browser.post("/entrar", data={"token": AUDITOR}).status_code == 200
    assert re.search(r'nuestras=0" aria-current="page"', browser.get("/pendientes").text)
    assert "Nada espera." in read(browser, "/pendientes?nuestras=1")


def test_a_long_list_goes_on_where_it_stopped(
    signed_in: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_pages, "_PAGE", 1)
    first = signed_in.get("/pendientes").text
    (onward,) = re.findall(r'href="(/pendientes\?[^"]*after=[^"]+)"', first)
    following = signed_in.get(html.unescape(onward)).text
    assert str(SILENT) in following
    assert str(LATE) not in following


def test_a_referral_tells_its_life_and_in_whose_place_it_was_made(
    signed_in: TestClient, made: Made
) -> None:
    page = read(signed_in, f"/canalizaciones/{LATE}")
    assert "Espera a Albergue <Ñ> Destinataria" in page
    assert "Ofrecida una tras otra" in page
    assert "No aceptada" in page
    assert "servicios Albergue y alojamiento" in page
    assert f"/canalizaciones/{DECLINED}" in signed_in.get(f"/canalizaciones/{LATE}").text
    assert {each.referral_id for each in made.written.lines} >= {LATE}


def test_strangers_learn_nothing_and_nobody_signs_in_first(browser: TestClient) -> None:
    asked = browser.get(f"/canalizaciones/{LATE}")
    assert (asked.status_code, WORDS["sign_in_first"].es in asked.text) == (401, True)
    assert browser.get("/pendientes").status_code == 401
    browser.post("/entrar", data={"token": STRANGER})
    assert browser.get(f"/canalizaciones/{LATE}").status_code == 404
    assert browser.get(f"/canalizaciones/{SILENT}").status_code == 404


def test_the_case_links_each_referral_to_its_life(signed_in: TestClient) -> None:
    page = signed_in.get(f"/casos/{CASE}").text
    assert re.search(r'href="/canalizaciones/[0-9a-f-]{36}"', page)
    assert "Espera a" in page


def test_who_was_told_that_custody_moved_reads_it_there(signed_in: TestClient) -> None:
    page = read(signed_in, "/pendientes")
    assert "Cambió quién responde" in page
    assert "Albergue <Ñ> 4 may 2026, 21:30" in page
