"""The pages on which an administrator keeps the institution's tokens, and what pages write down."""

import re

import pytest
from starlette.testclient import TestClient

from shared.identity.token_keeping import (
    AuditsThemselves,
    LifeTooLong,
    SubjectNotYours,
    TokenMadeAlready,
)
from shared.kernel.refusals import Refusal
from tests.unit.console.fake_installation import AUDITOR, KEEPER, PARTY, STRANGER, Made
from tests.unit.console.sample_history import CASE, OFFICE, SHELTER

TOKENS = f"/instituciones/{OFFICE}/tokens"


def enter(browser: TestClient, token: str) -> TestClient:
    assert browser.post("/entrar", data={"token": token}).status_code == 200
    return browser


def wanted(browser: TestClient, **more: str) -> dict[str, str]:
    """What the page's form would send."""
    key = re.search(r'name="key" value="([^"]+)"', browser.get(TOKENS).text)
    assert key is not None
    return {"key": key[1], "days": "30", **more}


def test_an_administrator_makes_a_token_and_its_secret_is_shown_this_once(
    browser: TestClient,
) -> None:
    enter(browser, KEEPER)
    made = browser.post(TOKENS, data=wanted(browser, caseworker="on"))
    secret = re.search(r"cnz_[\w-]{40,}", made.text)
    assert secret is not None
    again = browser.get(TOKENS).text
    assert secret[0] not in again
    assert "Vigente" in again
    assert "In force" in browser.get(f"{TOKENS}?lang=en").text


def test_the_page_of_a_token_that_was_made_asks_for_nothing_more(
    made: Made, browser: TestClient
) -> None:
    form = wanted(enter(browser, KEEPER), caseworker="on")
    made.keeper.listed = False
    answer = browser.post(TOKENS, data=form)
    assert re.search(r"cnz_[\w-]{40,}", answer.text)
    assert made.keeper.tokens[0].id in answer.text


def test_a_token_is_revoked_on_the_page(made: Made, browser: TestClient) -> None:
    enter(browser, KEEPER)
    browser.post(TOKENS, data=wanted(browser, caseworker="on"))
    (token,) = made.keeper.tokens
    answer = browser.post(f"{TOKENS}/{token.id}/revocar")
    assert answer.status_code == 200
    assert "Revocado" in answer.text


def test_what_is_not_given_is_said_in_the_form_s_words(browser: TestClient) -> None:
    enter(browser, KEEPER)
    answer = browser.post(TOKENS, data=wanted(browser))
    assert answer.status_code == 422
    assert "Roles: elija al menos uno." in answer.text
    assert "«roles»" not in answer.text


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (LifeTooLong(field="days", days=92), "Días de vigencia: con esos roles, de 1 a 92."),
        (SubjectNotYours(field="subject"), "De quién es: nadie de su institución"),
        (TokenMadeAlready("token-1"), "Este formulario ya creó token-1,"),
        (AuditsThemselves(), AuditsThemselves().sentence("es")),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    made: Made, browser: TestClient, refusal: Refusal, said: str
) -> None:
    enter(browser, KEEPER)
    typed = wanted(browser, administrator="on", delegate="on", subject='subject-"x', days="300")
    made.keeper.refusal = refusal
    answer = browser.post(TOKENS, data=typed)
    assert said in answer.text
    assert re.findall(r'name="(\w+)" checked', answer.text) == ["delegate", "administrator"]
    assert 'value="300"' in answer.text
    assert 'value="subject-&#34;x"' in answer.text


@pytest.mark.parametrize("address", [TOKENS, f"/instituciones/{OFFICE}"])
def test_an_administrator_s_pages_lead_back(browser: TestClient, address: str) -> None:
    enter(browser, KEEPER)
    assert '<p class="crumbs"><a href="/">← Inicio</a>' in browser.get(address).text


@pytest.mark.parametrize("token", [PARTY, AUDITOR])
def test_nobody_but_the_institutions_administrator_keeps_its_tokens(
    made: Made, browser: TestClient, token: str
) -> None:
    enter(browser, token)
    assert browser.get(TOKENS).status_code == 403
    assert browser.post(TOKENS, data={"key": "k" * 36, "caseworker": "on"}).status_code == 403
    assert made.keeper.tokens == []


def test_an_administrator_keeps_no_other_institutions_tokens(browser: TestClient) -> None:
    enter(browser, KEEPER)
    assert browser.get(f"/instituciones/{SHELTER}/tokens").status_code == 403


def test_a_form_of_elsewhere_makes_no_token(made: Made, browser: TestClient) -> None:
    enter(browser, KEEPER)
    foreign = {"Origin": "https://elsewhere.example"}
    answer = browser.post(TOKENS, data={"key": "k" * 36, "caseworker": "on"}, headers=foreign)
    assert answer.status_code == 403
    assert made.keeper.tokens == []


def test_nobody_is_asked_to_sign_in_first(browser: TestClient) -> None:
    assert browser.get(TOKENS).status_code == 401


# --- what pages write down ------------------------------------------------------------------


def outcomes(made: Made) -> list[tuple[str, str, str | None, str | None]]:
    lines = made.written.lines
    return [(line.route, line.outcome, line.institution, line.purpose) for line in lines]


def test_a_page_about_a_case_is_written_down_before_it_is_shown(
    made: Made, browser: TestClient
) -> None:
    enter(browser, PARTY).get(f"/casos/{CASE}")
    browser.get(f"/casos/{CASE}/historia.json")
    assert outcomes(made) == [
        ("pages.case", "shown", OFFICE, "case-handling"),
        ("pages.history", "shown", OFFICE, "case-handling"),
    ]
    assert {line.case_id for line in made.written.lines} == {CASE}
    made.written.away = True
    assert browser.get(f"/casos/{CASE}").status_code == 503
    assert browser.get("/").status_code == 200


def test_what_a_page_refuses_is_written_down(made: Made, browser: TestClient) -> None:
    browser.get(f"/casos/{CASE}")
    browser.post("/entrar", data={"token": "cnz_nobody"})
    enter(browser, STRANGER).get(f"/casos/{CASE}")
    browser.get(f"/instituciones/{SHELTER}/tokens")
    assert outcomes(made) == [
        ("pages.case", "not-identified", None, None),
        ("pages.enter", "not-identified", None, None),
        ("pages.case", "no-such-case", "imss-chih", "case-handling"),
        ("pages.list_tokens", "role-needed", "imss-chih", "case-handling"),
    ]
