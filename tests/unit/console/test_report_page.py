"""The report's page: every figure, in both languages, for those who see all cases."""

import html
import re

import pytest
from starlette.testclient import TestClient

from services.reporting import indicators
from services.reporting.figures import figures
from tests.unit.console.fake_installation import AUDITOR, KEEPER, MONITOR, PARTY
from tests.unit.reporting.sample_report import REPORT


def enter(browser: TestClient, token: str) -> TestClient:
    assert browser.post("/entrar", data={"token": token}).status_code == 200
    return browser


@pytest.mark.parametrize("token", [MONITOR, AUDITOR])
@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_page_has_every_figure_with_its_meaning(
    browser: TestClient, token: str, lang: str
) -> None:
    page = html.unescape(enter(browser, token).get(f"/informe?lang={lang}").text)
    for each in figures(REPORT, lang):
        assert each.indicator.name.in_(lang) in page
        assert each.indicator.counts.in_(lang) in page
        assert f">{each.value}<" in page
    for bands in (indicators.AMOUNT_BANDS, indicators.DURATION_BANDS):
        assert bands.counts.in_(lang) in page
    assert "≤ 10,000" in page
    assert "intake/0 812" in page


@pytest.mark.parametrize("token", [PARTY, KEEPER])
def test_the_figures_of_all_cases_are_not_for_everybody(browser: TestClient, token: str) -> None:
    assert enter(browser, token).get("/informe").status_code == 403
    assert "/informe" not in browser.get("/").text


def test_whoever_has_not_signed_in_comes_to_the_report_after_it(browser: TestClient) -> None:
    signed_out = browser.get("/informe")
    assert signed_out.status_code == 401
    assert "solo quienes auditan" in signed_out.text
    arrived = browser.post("/entrar", data={"token": MONITOR, "next": "/informe"})
    assert arrived.url.path == "/informe"


def test_the_report_is_of_the_cases_that_are_asked_for(browser: TestClient) -> None:
    enter(browser, MONITOR)
    assert 'href="/informe"' in browser.get("/").text
    page = browser.get("/informe?programme=mecal&subdivision=Chihuahua&currency=").text
    assert re.search(r'value="mecal" selected', page)
    assert "Chihuahua" in page
    assert 'value="Chihuahua"' in page


def test_the_report_is_of_the_moment_that_is_asked_for(browser: TestClient) -> None:
    enter(browser, MONITOR)
    page = browser.get("/informe?as_of=2019-12-31&as_known=2026-05-04T12:00").text
    assert "lo que había ocurrido hasta el 31 dic 2019, 23:59 (UTC)" in page
    assert "lo que estaba registrado hasta el 4 may 2026, 12:00 (UTC)" in page
    assert 'name="as_of" type="datetime-local" step="1" value="2019-12-31T23:59:59"' in page
    known = browser.get("/informe?as_known=intake/0:812,referral:9").text
    assert "registrado hasta el intake/0:812,referral:9" in known
    assert "Se muestra" not in browser.get("/informe?as_of=&as_known=").text


@pytest.mark.parametrize(
    "asked",
    [
        *("as_of=ayer", "as_known=ayer", "as_known=intak:7"),
        *("programme=none", "subdivision=Kansass", "currency=XYZ", "subdivision=%3Cb%3E"),
    ],
)
def test_a_code_that_there_is_not_is_refused_beside_the_form_and_no_figure_is_shown(
    browser: TestClient, asked: str
) -> None:
    answer = enter(browser, MONITOR).get(f"/informe?{asked}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "10,251" not in answer.text
    assert "<b>" not in answer.text
