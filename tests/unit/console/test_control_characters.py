"""What no field and no address of ours has is refused as the interface refuses it: never broken."""

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from tests.unit.console.fake_installation import AUDITOR, KEEPER, Made
from tests.unit.console.sample_history import OFFICE

TOKENS = f"/instituciones/{OFFICE}/tokens"
FORM = {"key": "k" * 36, "days": "30", "caseworker": "on"}
CONTROL = ["\x00", "a\x00b", "\x07", "token-\x00", "token-1\n", "\x7f"]


@pytest.fixture
def keeper(browser: TestClient) -> TestClient:
    assert browser.post("/entrar", data={"token": KEEPER}).status_code == 200
    return browser


@pytest.mark.parametrize("written", [*CONTROL, "TOKEN-1", "token-", f"token-{'a' * 65}", "subject"])
def test_a_token_s_address_of_another_form_is_of_no_page(keeper: TestClient, written: str) -> None:
    assert keeper.post(f"{TOKENS}/{quote(written)}/revocar", data=FORM).status_code == 404


@pytest.mark.parametrize("written", [*CONTROL, "ab", "Oficina", "a_b", "a" * 41])
def test_an_institution_s_address_of_another_form_is_of_no_page(
    keeper: TestClient, written: str
) -> None:
    assert keeper.post(f"/instituciones/{quote(written)}/tokens", data=FORM).status_code == 404
    keeper.post("/entrar", data={"token": AUDITOR})
    assert keeper.get(f"/instituciones/{quote(written)}").status_code == 404


@pytest.mark.parametrize("written", CONTROL)
def test_a_case_s_address_with_one_is_of_no_case(browser: TestClient, written: str) -> None:
    browser.post("/entrar", data={"token": AUDITOR})
    for path in (f"/casos/{quote(written)}", f"/casos/{quote(written)}/historia.json"):
        assert browser.get(path).status_code == 404
    assert browser.get(f"/casos?folio={quote(written)}!").status_code == 422


def test_a_line_s_end_after_an_institution_is_not_overlooked(browser: TestClient) -> None:
    browser.post("/entrar", data={"token": AUDITOR})
    assert browser.get(f"/instituciones/{OFFICE}").status_code == 200
    assert browser.get(f"/instituciones/{OFFICE}%0A").status_code == 404


@pytest.mark.parametrize("field", ["subject", "key", "days", "caseworker"])
@pytest.mark.parametrize("written", ["\x00", "a\x00b", "\x07", "\x7f"])
def test_a_field_with_one_is_refused(
    made: Made, keeper: TestClient, field: str, written: str
) -> None:
    answer = keeper.post(TOKENS, data={**FORM, field: written})
    assert answer.status_code == 422
    assert "Eso no se puede leer" in answer.text
    assert made.keeper.tokens == []


@pytest.mark.parametrize("key", ["", "short", "k" * 201, "k k k k k", "\u00e1" * 36])
def test_a_form_s_key_is_as_any_idempotency_key(made: Made, keeper: TestClient, key: str) -> None:
    assert keeper.post(TOKENS, data={**FORM, "key": key}).status_code == 422
    assert made.keeper.tokens == []


def test_a_token_that_was_pasted_with_a_line_s_end_signs_in(browser: TestClient) -> None:
    assert "/salir" in browser.post("/entrar", data={"token": f"{KEEPER}\r\n"}).text


def test_one_with_a_control_character_signs_nobody_in(browser: TestClient) -> None:
    for form in ({"token": "cnz_\x00"}, {"token": KEEPER, "next": "/casos/a\r\nb"}):
        answer = browser.post("/entrar", data=form)
        assert (answer.status_code, answer.headers.get("set-cookie")) == (422, None)
