"""The pages of the register: what there is, who answers what, and what nothing answers."""

import html
import re

import pytest
from starlette.testclient import TestClient

from tests.unit.console.fake_installation import PARTY


@pytest.fixture
def signed_in(browser: TestClient) -> TestClient:
    assert browser.post("/entrar", data={"token": PARTY}).status_code == 200
    return browser


def read(browser: TestClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def test_the_list_says_how_much_of_each_entry_nothing_answers(signed_in: TestClient) -> None:
    page = read(signed_in, "/guias")
    assert "1 de 2 sin respuesta" in page
    assert "desde 1 ene 2026 hasta 31 dic 2027" in page
    assert "Retirada: otra la sustituye" in page
    assert "1 of 2 not answered" in read(signed_in, "/guias?lang=en")


def test_the_matrix_has_a_row_for_each_element_and_names_what_nothing_answers(
    signed_in: TestClient,
) -> None:
    page = read(signed_in, "/guias/guia-elementos-esenciales")
    assert "Información en su lengua Oficina Laboral paso-1" in page
    assert "Coordinación Nada responde a este elemento — —" in page
    assert "Citan la ficha entera: asesoria" in page
    assert "Guía de elementos esenciales <Ñ>" in page


def test_an_entry_without_elements_is_cited_as_a_whole(signed_in: TestClient) -> None:
    page = read(signed_in, "/guias/ley-de-2010")
    assert "No tiene elementos" in page
    assert "Se cita en su lugar: ley-de-2026" in page


def test_an_entry_that_is_not_there_is_not_found(signed_in: TestClient) -> None:
    assert signed_in.get("/guias/no-hay").status_code == 404


@pytest.mark.parametrize("address", ["/guias", "/guias/guia-elementos-esenciales"])
def test_whoever_has_not_signed_in_comes_there_after_it(browser: TestClient, address: str) -> None:
    assert browser.get(address).status_code == 401
    arrived = browser.post("/entrar", data={"token": PARTY, "next": address})
    assert arrived.url.path == address


def test_the_first_page_leads_to_the_register(signed_in: TestClient) -> None:
    assert 'href="/guias"' in signed_in.get("/").text
