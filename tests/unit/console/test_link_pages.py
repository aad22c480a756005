"""The pages for whoever has a link: opened once, read without an account, answered by forms."""

import re

import pytest
from starlette.testclient import TestClient

from services.console.headers import POLICY
from shared.kernel.links import LinkNotInForce
from shared.kernel.refusals import CodeNotKnown
from tests.unit.console.fake_installation import Made
from tests.unit.console.sample_history import SHELTER
from tests.unit.console.sample_links import CODE, LINK, SESSION

PAGE = f"/enlace/{LINK}"
ANSWER = f"{PAGE}/respuesta"
ELSEWHERE = "/enlace/00000000-0000-0000-0000-0000000000ff"
DEAD = LinkNotInForce().sentence("es")


def open_it(browser: TestClient) -> str:
    return browser.post(PAGE, data={"code": CODE}).text


def key_in(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_link_asks_for_its_code_whoever_looks(browser: TestClient) -> None:
    for address in (PAGE, ELSEWHERE):
        page = browser.get(address)
        assert page.status_code == 200
        assert "Código del enlace" in page.text
        assert "Oficina" not in page.text
        assert page.headers["content-security-policy"] == f"{POLICY}; script-src 'self'"


def test_the_one_script_is_ours_and_reads_what_follows_the_number_sign(browser: TestClient) -> None:
    found = re.findall(r"<script[^>]*>", browser.get(PAGE).text)
    assert len(found) == 1
    script = browser.get(found[0].split('"')[1])
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "location.hash" in script.text


def test_the_code_opens_the_link_and_the_referral_is_shown(browser: TestClient) -> None:
    page = open_it(browser)
    for said in ("Oficina Laboral de Chihuahua", "asesoría", "Urgente", "Aceptar"):
        assert said in page
    assert CODE not in page
    assert SESSION not in page


def test_a_whole_link_may_be_pasted(browser: TestClient) -> None:
    page = browser.post(PAGE, data={"code": f"https://canaliza.example{PAGE}#{CODE}"})
    assert "Aceptar" in page.text


def test_a_page_loaded_again_opens_nothing_and_shows_the_same(browser: TestClient) -> None:
    open_it(browser)
    assert "Oficina Laboral de Chihuahua" in browser.get(PAGE).text
    assert "Accept" in browser.get(f"{PAGE}?lang=en").text


def test_an_unknown_a_used_and_a_wrong_link_are_answered_alike(browser: TestClient) -> None:
    open_it(browser)
    browser.cookies.clear()
    answers = [
        browser.post(PAGE, data={"code": CODE}),
        browser.post(PAGE, data={"code": "wrong"}),
        browser.post(PAGE, data={}),
        browser.post(ELSEWHERE, data={"code": CODE}),
        browser.get("/enlace/none"),
        browser.post(ANSWER, data={"answer": "accept", "key": "12345678"}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert DEAD in answers[0].text


def test_what_is_shown_is_written_into_the_access_log_first(
    made: Made, browser: TestClient
) -> None:
    open_it(browser)
    (line,) = made.written.lines
    assert (line.route, line.outcome) == ("pages.link", "shown")
    assert (line.subject, line.institution) == (f"link-{LINK.hex}", SHELTER)


def test_a_link_that_does_not_work_is_noted_as_nobody_s(made: Made, browser: TestClient) -> None:
    browser.post(PAGE, data={"code": "wrong"})
    (line,) = made.written.lines
    assert (line.route, line.outcome) == ("pages.open_link", "link-not-in-force")
    assert line.subject is None


@pytest.mark.parametrize(
    ("form", "name", "said"),
    [
        ({"answer": "accept"}, "accept", {}),
        ({"answer": "decline", "reason": "no-capacity"}, "decline", {"reason": "no-capacity"}),
        (
            {"answer": "ask", "topic-payslips": "on", "topic-health": "on"},
            "ask",
            {"topics": ("payslips", "health")},
        ),
    ],
)
def test_each_form_gives_its_answer(
    made: Made, browser: TestClient, form: dict[str, str], name: str, said: dict[str, object]
) -> None:
    page = browser.post(ANSWER, data={**form, "key": key_in(open_it(browser))})
    assert page.status_code == 200
    ((given, fields, _),) = made.sample_links.answers
    assert (given, fields) == (name, said)


def test_a_waiting_list_may_say_a_day(made: Made, browser: TestClient) -> None:
    key = key_in(open_it(browser))
    form = {"answer": "wait", "reason": "no-capacity", "key": key}
    browser.post(ANSWER, data={**form, "expected_on": "2027-01-15"})
    browser.post(ANSWER, data={**form, "expected_on": ""})
    days = [str(fields["expected_on"]) for _, fields, _ in made.sample_links.answers]
    assert days == ["2027-01-15", "None"]


def test_after_an_acceptance_it_is_said_who_will_be_in_touch(browser: TestClient) -> None:
    key = key_in(open_it(browser))
    page = browser.post(ANSWER, data={"answer": "accept", "key": key})
    assert "Oficina Laboral de Chihuahua se pondrá en contacto" in page.text
    assert browser.get(PAGE).status_code == 404


@pytest.mark.parametrize(
    "form",
    [
        {"answer": "accept"},
        {"answer": "accept", "key": "x"},
        {"answer": "erase", "key": "12345678"},
    ],
)
def test_a_form_that_is_none_of_ours_is_refused(
    made: Made, browser: TestClient, form: dict[str, str]
) -> None:
    open_it(browser)
    assert browser.post(ANSWER, data=form).status_code == 422
    assert made.sample_links.answers == []


@pytest.mark.parametrize("day", ["mañana", "31/12/2026", "2026-02-30", "2026-12-31T00:00", "20261"])
def test_a_day_that_is_none_is_said_on_the_same_page_with_what_is_expected(
    made: Made, browser: TestClient, day: str
) -> None:
    form = {"answer": "wait", "reason": "no-capacity", "expected_on": day}
    form["key"] = key_in(open_it(browser))
    for lang, said in (("es", "un día que exista"), ("en", "a day that exists")):
        page = browser.post(f"{ANSWER}?lang={lang}", data=form)
        assert page.status_code == 422
        assert "expected_on" in page.text.partition('role="alert"')[2].partition("</p>")[0]
        assert f"{said}, " in page.text
        assert f'action="{ANSWER}"' in page.text
        assert day not in page.text.partition('role="alert"')[2]
    assert made.sample_links.answers == []


def test_what_must_be_mended_is_said_on_the_same_page(made: Made, browser: TestClient) -> None:
    key = key_in(open_it(browser))
    made.sample_links.refusal = CodeNotKnown("reason", "decline_reasons", "no-capacity")
    page = browser.post(ANSWER, data={"answer": "decline", "reason": "", "key": key})
    assert page.status_code == 422
    assert "«reason»" in page.text
    assert "Rechazar" in page.text


def test_a_refusal_that_cannot_be_mended_is_a_page_of_its_own(
    made: Made, browser: TestClient
) -> None:
    key = key_in(open_it(browser))
    made.sample_links.refusal = LinkNotInForce()
    page = browser.post(ANSWER, data={"answer": "accept", "key": key})
    assert page.status_code == 404
    assert DEAD in page.text


def test_what_was_asked_and_answered_is_shown(made: Made, browser: TestClient) -> None:
    made.sample_links.seen_now = {
        "status": "information-awaited",
        "awaited": ("payslips",),
        "answered": ("health",),
        "due_at": None,
        "answers": ("accept",),
    }
    page = open_it(browser)
    assert "Recibos de nómina" in page
    assert "Estado de salud" in page
    assert "Responder antes de" not in page
    for status, said in (("waitlisted", "lista de espera"), ("decline-proposed", "coordinación")):
        made.sample_links.seen_now = {"status": status, "answers": ()}
        assert said in browser.get(PAGE).text


def test_the_session_s_cookie_is_for_this_link_alone(browser: TestClient) -> None:
    answer = browser.post(PAGE, data={"code": CODE}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == PAGE
    cookie = answer.headers["set-cookie"]
    assert LINK.hex in cookie.partition("=")[0]
    for said in ("HttpOnly", "SameSite=lax", "Max-Age="):
        assert said in cookie


def test_a_code_that_is_too_long_is_said_to_be_no_code_and_nothing_is_said_of_a_token(
    browser: TestClient,
) -> None:
    for lang, said in (("es", "Pegue solo el código"), ("en", "Paste the code alone")):
        page = browser.post(f"{PAGE}?lang={lang}", data={"code": "x" * 5_000})
        assert page.status_code == 413
        assert said in page.text
        assert f'action="{PAGE}"' in page.text
        assert "token" not in page.text.partition("<main")[2]


@pytest.mark.parametrize("address", [PAGE, ELSEWHERE, "/enlace/none", "/enlace/a/b"])
def test_no_page_of_a_link_writes_what_its_query_said(browser: TestClient, address: str) -> None:
    for asked in (f"code={CODE}", f"{CODE}=1", f"lang=en&code={CODE}"):
        page = browser.get(f"{address}?{asked}")
        assert CODE not in page.text
        assert 'href="?lang=' in page.text
    open_it(browser)
    assert CODE not in browser.get(f"{PAGE}?code={CODE}").text


def test_another_site_s_form_opens_nothing(browser: TestClient) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    assert browser.post(PAGE, data={"code": CODE}, headers=headers).status_code == 403
