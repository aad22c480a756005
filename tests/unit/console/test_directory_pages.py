"""The pages of the directory: who can serve and why, what an institution offers, what is stale."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from services.console.directory_texts import WORDS
from services.reporting.searching.index import indexed
from services.reporting.searching.offers import Capacity, Directory, Offer, Provider
from shared.kernel.service_values import FREE
from tests.unit.console.fake_installation import AUDITOR, PARTY, STRANGER, Made
from tests.unit.console.sample_history import OFFICE, SHELTER, START


def enter(browser: TestClient, token: str) -> None:
    assert browser.post("/entrar", data={"token": token}).status_code == 200


def _capacity(capacity: str, free: int | None) -> Capacity:
    return Capacity(capacity, "beds", free, START.date())


def _directory(extra: int = 0) -> Directory:
    ids = (f"00000000-0000-4000-8000-{number:012}" for number in range(9_000))
    offers = [
        Offer(
            next(ids),
            SHELTER,
            "Albergue Ñandú <b>",
            "shelter",
            capacity=_capacity("has-capacity", 4),
            cost=FREE,
            assured_on=START.date(),
        ),
        Offer(next(ids), SHELTER, "Comedor", "shelter", capacity=_capacity("none", 0)),
        Offer(
            next(ids),
            SHELTER,
            "Dormitorio",
            "shelter",
            languages=("spa",),
            assured_on=START.date() - timedelta(days=400),
        ),
        *(Offer(next(ids), SHELTER, f"Otro {number:03}", "training") for number in range(extra)),
    ]
    known = Provider(SHELTER, "Casa del Migrante", "shelter", "MX-CHH", reachable=True)
    return Directory({each.service_id: each for each in offers}, {SHELTER: known})


@pytest.fixture
def made() -> Made:
    made = Made()
    made.services = indexed(_directory())
    return made


def _plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_those_who_can_serve_are_ranked_with_reasons_and_the_others_told_why(
    browser: TestClient,
) -> None:
    enter(browser, PARTY)
    page = browser.get("/servicios?kind=shelter")
    assert page.status_code == 200
    assert "Albergue Ñandú &lt;b&gt;" in page.text
    said = _plain(page.text)
    assert "Pueden atender: 2" in said
    assert said.index("Albergue") < said.index("Dormitorio")
    assert "Tiene lugar · 4 camas" in said
    assert "Va después del anterior por: disponibilidad." in said
    assert "No pueden, y por qué: 1" in said
    assert f"No tiene lugar, según dijo el {START.date()}." in said


def test_what_is_asked_stays_in_the_form_and_a_wrong_place_is_said(browser: TestClient) -> None:
    enter(browser, PARTY)
    page = browser.get("/servicios", params={"text": "nandu", "urgency": "urgent", "open_now": "1"})
    assert re.search(r'name="text"[^>]+value="nandu"', page.text)
    assert re.search(r'value="urgent" selected', page.text)
    assert "Comedor" not in page.text
    refused = browser.get("/servicios", params={"subdivision": "Narnia"})
    assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
    assert browser.get("/servicios", params={"kind": "x" * 99}).status_code == 422
    assert browser.get("/servicios", params={"after": "?"}).status_code == 422


def test_pages_go_on(browser: TestClient, made: Made) -> None:
    made.services = indexed(_directory(extra=60))
    enter(browser, AUDITOR)
    first = browser.get("/servicios?kind=training").text
    onward = re.search(r'href="(/servicios\?[^"]*after=[^"]+)"', first)
    assert onward is not None
    second = browser.get(onward[1].replace("&amp;", "&")).text
    assert ("Otro 024" in first, "Otro 025" in first) == (True, False)
    assert ("Otro 024" in second, "Otro 025" in second) == (False, True)


def test_a_case_is_searched_for_by_those_who_see_it_and_that_is_written(
    browser: TestClient, made: Made
) -> None:
    enter(browser, PARTY)
    row = made.cases(OFFICE, 1, None)[0]
    page = browser.get(f"/servicios?case={row.case_id}")
    assert WORDS["of_case"].es in page.text
    assert [line.case_id for line in made.written.lines if line.route == "pages.services"] == [
        row.case_id
    ]
    for unknown in ("nada", "00000000-0000-4000-8000-00000000dead"):
        assert browser.get(f"/servicios?case={quote(unknown)}").status_code == 404


def test_anybody_signed_in_sees_what_an_institution_offers_and_no_more(browser: TestClient) -> None:
    assert browser.get(f"/instituciones/{SHELTER}").status_code == 401
    enter(browser, STRANGER)
    page = _plain(browser.get(f"/instituciones/{SHELTER}").text)
    assert "Comedor" in page
    assert "Gratuito" in page
    assert "Responde por estos casos" not in page
    assert browser.get("/instituciones/nadie").status_code == 404


def test_stale_entries_are_listed_ones_own_first_then_all(browser: TestClient) -> None:
    assert browser.get("/directorio/vencidos").status_code == 401
    enter(browser, PARTY)
    assert WORDS["none_stale"].es in browser.get("/directorio/vencidos").text
    every = _plain(browser.get("/directorio/vencidos?all=1").text)
    assert every.index("Comedor") < every.index("Dormitorio")
    assert "Albergue Ñandú" not in every
    assert "Nunca confirmada" in every


def test_the_pages_speak_english_too(browser: TestClient) -> None:
    enter(browser, PARTY)
    page = _plain(browser.get("/servicios?lang=en&kind=shelter").text)
    assert "Can serve: 2" in page
    assert f"It has no room, as it said on {START.date()}." in page
