"""The pages of agreements: who agreed on what, until when, and what is still to be signed."""

import html
import re

import pytest
from starlette.testclient import TestClient

from services.console import agreement_pages
from tests.unit.console.fake_installation import PARTY, STRANGER
from tests.unit.console.sample_agreements import DRAFT, SOON


@pytest.fixture
def signed_in(browser: TestClient) -> TestClient:
    assert browser.post("/entrar", data={"token": PARTY}).status_code == 200
    return browser


def read(browser: TestClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def test_the_list_says_how_each_stands_and_until_when(signed_in: TestClient) -> None:
    page = read(signed_in, "/convenios")
    assert "Carta de intención <Ñ>" in page
    assert "Albergue de Juárez ; Oficina Laboral" in page.replace(";", " ;").replace("  ;", " ;")
    assert "hasta 31 dic 2026 faltan 7 días" in page
    assert "En borrador: faltan firmas" in page
    assert "sin fin" in page
    assert "7 days left" in read(signed_in, "/convenios?lang=en")


@pytest.mark.parametrize(
    ("query", "shown"),
    [("vencen=1", {SOON.title}), ("situacion=drafted", {DRAFT.title}), ("situacion=x", None)],
)
def test_the_list_is_narrowed(signed_in: TestClient, query: str, shown: set[str] | None) -> None:
    page = read(signed_in, f"/convenios?{query}")
    titles = {row.title for row in (SOON, DRAFT) if row.title in page}
    assert titles == (shown or {SOON.title, DRAFT.title})


def test_a_long_list_goes_on_where_it_stopped(
    signed_in: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement_pages, "_PAGE", 1)
    first = signed_in.get("/convenios").text
    (onward,) = re.findall(r'href="(/convenios\?after=[^"]+)"', first)
    page = read(signed_in, html.unescape(onward))
    assert DRAFT.title in page
    assert SOON.title not in page


def test_one_says_who_signed_and_who_has_to(signed_in: TestClient) -> None:
    page = read(signed_in, f"/convenios/{SOON.agreement_id}")
    assert "Albergue de Juárez falta su firma" in page
    assert "Oficina Laboral Titular de la institución 20 ene 2026" in page
    assert "Se avisó a 7 días del fin" in page
    assert f"canaliza agreement letter {SOON.agreement_id}" in page
    draft = read(signed_in, f"/convenios/{DRAFT.agreement_id}")
    assert "Servicios todos" in draft
    assert "ninguna categoría" in draft


def test_who_is_no_party_finds_none(browser: TestClient) -> None:
    assert browser.post("/entrar", data={"token": STRANGER}).status_code == 200
    assert "No hay convenios que mostrar" in read(browser, "/convenios")
    assert browser.get(f"/convenios/{SOON.agreement_id}").status_code == 404


@pytest.mark.parametrize("address", ["/convenios", f"/convenios/{SOON.agreement_id}"])
def test_whoever_has_not_signed_in_comes_there_after_it(browser: TestClient, address: str) -> None:
    assert browser.get(address).status_code == 401
    arrived = browser.post("/entrar", data={"token": PARTY, "next": address})
    assert arrived.url.path == address


def test_the_first_page_leads_to_them(signed_in: TestClient) -> None:
    assert 'href="/convenios"' in signed_in.get("/").text
