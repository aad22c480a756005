"""The pages over HTTP: who sees what, and in which language."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from services.console.rendering import page
from services.console.site import site
from shared.identity.scope import NoSuchCase
from tests.unit.console.fake_installation import AUDITOR, MONITOR, PARTY, STRANGER, Made
from tests.unit.console.sample_history import ALL, CASE, FOLIO, SHELTER, START

HISTORY = f"/casos/{CASE}"


def enter(browser: TestClient, token: str = PARTY) -> TestClient:
    assert browser.post("/entrar", data={"token": token}).status_code == 200
    return browser


# --- who sees what ----------------------------------------------------------------------------


NUMBERS = ("5,093", "STPS Chihuahua</th>", "2,904", "PostgreSQL · canaliza")


@pytest.mark.parametrize("lang", ["es", "en"])
def test_signed_out_one_sees_whether_the_services_are_ready_and_no_number(
    made: Made, browser: TestClient, lang: str
) -> None:
    before = browser.get(f"/?lang={lang}").text
    assert before.count("✓ ") == 4
    assert not re.search(r">\s*\d[\d,.]*\s*<", before)
    assert not any(number in before for number in (*NUMBERS, "CHH-7000"))
    made.moved = 1
    assert browser.get(f"/?lang={lang}").text == before


def test_whoever_works_on_cases_sees_its_own_and_no_number_of_others(browser: TestClient) -> None:
    page = enter(browser).get("/").text
    assert "CHH-7000" in page
    assert not any(number in page for number in NUMBERS)


@pytest.mark.parametrize("token", [AUDITOR, MONITOR])
def test_whoever_watches_all_cases_sees_the_numbers_of_all(browser: TestClient, token: str) -> None:
    page = enter(browser, token).get("/").text
    assert all(number in page for number in NUMBERS)
    assert "intake 812 · referral 2,904 · followup 1,377</p>" in page
    assert "Computed up to these positions of the logs" in browser.get("/?lang=en").text


def test_a_party_sees_its_cases_and_an_auditor_all(browser: TestClient) -> None:
    assert (
        "Los casos que su institución ve, vio o tiene por responder" in enter(browser).get("/").text
    )
    assert "Todos los casos" in enter(browser, AUDITOR).get("/").text


def test_what_an_institution_holds_is_shown_to_whoever_may_see_it(browser: TestClient) -> None:
    path = f"/instituciones/{SHELTER}"
    signed_out = browser.get(path)
    assert (signed_out.status_code, path in signed_out.text) == (401, True)
    enter(browser, STRANGER)
    strangers = browser.get(path)
    assert (strangers.status_code, "Responde por estos casos" in strangers.text) == (200, False)
    enter(browser, AUDITOR)
    page = browser.get(path).text
    assert "Suspendida" in page
    assert f"canaliza institution hand-on {SHELTER} --to CLAVE --dry-run" in page
    onward = re.search(r'href="(/instituciones/[^"]+after=[^"]+)"', page)
    assert onward is not None
    assert "CHH-7" in browser.get(onward[1]).text
    assert "Suspended" in browser.get(f"{path}?lang=en").text
    assert browser.get("/instituciones/nadie").status_code == 404


def test_a_closed_case_says_what_it_was_closed_with() -> None:
    with TestClient(site(Made("imported"))) as browser:
        page = enter(browser).get(HISTORY).text
        assert "<dt>Cerrado</dt><dd>Resolución a favor de la persona reclamante" in page
        assert "Se cerró el caso" in page
        assert (
            "<dt>Closed</dt><dd>Decision for the claimant" in browser.get(f"{HISTORY}?lang=en").text
        )
    with TestClient(site(Made("months"))) as browser:
        assert "<dt>Cerrado</dt>" not in enter(browser).get(HISTORY).text


def test_a_stranger_s_list_is_empty(made: Made) -> None:
    with TestClient(site(made)) as browser:
        assert "CHH-7000" not in enter(browser, STRANGER).get("/").text


def test_the_list_goes_on_where_the_page_before_ended(browser: TestClient) -> None:
    enter(browser, AUDITOR)
    seen: list[str] = []
    path: str | None = "/"
    while path:
        page = browser.get(path).text
        seen += re.findall(r'class="folio"[^>]*>(CHH-[^<]+)<', page)
        onward = re.search(r'href="(/\?after=[^"#]+)', page)
        path = onward[1] if onward else None
    assert len(seen) == len(set(seen)) == 60


def test_a_cursor_that_is_not_ours_is_refused(browser: TestClient) -> None:
    enter(browser)
    assert browser.get("/?after=xyz").status_code == 422
    assert browser.get("/?after=YR9i").status_code == 422


def test_what_cannot_be_read_is_not_said_to_be_missing(browser: TestClient) -> None:
    enter(browser)
    for address in ("/?after=zz", "/pendientes?after=zz", "/convenios?after=zz"):
        page = browser.get(address)
        assert page.status_code == 422
        assert "<h1>Eso no se puede leer</h1>" in page.text
        assert "No se encuentra" not in page.text


@pytest.mark.parametrize("path", [HISTORY, "/casos/no-such-case", f"{HISTORY}/historia.json"])
def test_whoever_did_not_sign_in_is_asked_to_whatever_the_case(
    browser: TestClient, path: str
) -> None:
    answer = browser.get(path)
    assert answer.status_code == 401
    assert 'action="/entrar"' in answer.text


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_stranger_hears_the_same_of_a_case_as_of_none(browser: TestClient, lang: str) -> None:
    enter(browser, STRANGER)
    answers = [
        browser.get(f"/casos/{c}?lang={lang}") for c in (CASE, FOLIO, "CHH-NOT-THERE", "a.b")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert NoSuchCase().sentence(lang) in answers[0].text
    assert browser.get(f"{HISTORY}/historia.json").status_code == 404


def test_parties_and_auditors_see_the_history(browser: TestClient) -> None:
    for token in (PARTY, AUDITOR):
        page = enter(browser, token).get(HISTORY)
        assert page.status_code == 200
        assert FOLIO in page.text
        assert 'class="timeline wide"' in page.text


def test_a_case_is_found_by_its_folio(browser: TestClient) -> None:
    enter(browser)
    found = browser.get(f"/casos?folio={FOLIO}", follow_redirects=False)
    assert found.headers["location"] == f"/casos/{FOLIO}"
    assert browser.get(f"/casos/{FOLIO}").status_code == 200
    assert browser.get("/casos?folio=//elsewhere").status_code == 422


def test_a_case_is_found_by_the_number_of_its_source_which_no_address_has(
    browser: TestClient,
) -> None:
    enter(browser, AUDITOR)
    one = browser.post("/casos", data={"folio": " 2026/0 "}, follow_redirects=False)
    assert re.fullmatch(r"/casos/[0-9a-f-]{36}", one.headers["location"])
    several = browser.post("/casos", data={"folio": "2026/2"})
    assert several.status_code == 200
    assert len(re.findall(r'href="/casos/[0-9a-f-]{36}"', several.text)) == 2


@pytest.mark.parametrize("written", ["G12345678", "2026/999", "MX-1"])
@pytest.mark.parametrize("token", [PARTY, STRANGER, None])
def test_a_number_that_nobody_finds_is_led_nowhere(
    browser: TestClient, written: str, token: str | None
) -> None:
    if token:
        enter(browser, token)
    answer = browser.post("/casos", data={"folio": written}, follow_redirects=False)
    assert (answer.status_code, "location" in answer.headers) == (422, False)
    assert written not in answer.text


def test_a_folio_in_the_form_leads_to_its_case(browser: TestClient) -> None:
    enter(browser)
    for written in (str(CASE), "CHH-FQ1-968-951-H"):
        found = browser.post("/casos", data={"folio": written}, follow_redirects=False)
        assert found.headers["location"] == f"/casos/{written}"


@pytest.mark.parametrize("written", ["", "%20%20", "x", "//elsewhere"])
def test_what_is_no_folio_is_said_to_be_none_and_is_not_written_down(
    made: Made, browser: TestClient, written: str
) -> None:
    for browsing in (browser, enter(browser)):
        answer = browsing.get(f"/casos?folio={written}")
        assert answer.status_code == 422
        assert "Eso no es un folio" in answer.text
    assert made.written.lines == []


def test_a_search_that_finds_nothing_is_written_down_with_who_searched(
    made: Made, browser: TestClient
) -> None:
    enter(browser, STRANGER).get(f"/casos?folio={FOLIO}")
    (line,) = made.written.lines
    assert (line.route, line.outcome, line.institution) == (
        "pages.case",
        "no-such-case",
        "imss-chih",
    )


def test_one_of_something_is_not_many(made: Made) -> None:
    one = replace(made.overview(), cases=1, referrals=1, facts=1)
    said = page(
        "home.html",
        "es",
        overview=one,
        caller=None,
        statuses=[],
        bus="log",
        database="canaliza",
        at={"icon": "", "style": "", "other_language": ""},
        provider=False,
        next_page="/",
        refused=False,
    )
    for figure in ("<b>1</b> caso<", "<b>1</b> canalización\n", "<b>1</b> hecho registrado<"):
        assert figure in said


# --- as of another moment ---------------------------------------------------------------------


def test_a_moment_without_offset_is_read_on_the_case_s_wall_clock(browser: TestClient) -> None:
    enter(browser)
    just_after = (START + timedelta(seconds=5)).strftime("%Y-%m-%dT%H:%M:%S")
    for name in ("as_of", "as_known"):
        page = browser.get(f"{HISTORY}?{name}={just_after}").text
        assert page.count('<tr id="f') == 2
        assert "4 may 2026, 21:30 (UTC-06:00)" in page


@pytest.mark.parametrize("name", ["as_of", "as_known"])
def test_before_everything_there_is_nothing_to_see_and_a_hint_says_since_when_there_is(
    browser: TestClient, name: str
) -> None:
    page = enter(browser).get(f"{HISTORY}?{name}=2020-01-01T00:00").text
    assert "no cuenta ningún hecho" in page
    assert "el primero ocurrió el 2026-05-04 21:30-06:00" in page


def test_what_is_asked_by_as_of_alone_comes_with_a_notice_of_its_new_meaning(
    browser: TestClient,
) -> None:
    enter(browser)
    asked = f"{HISTORY}?as_of=2026-05-20T00:00:00-06:00"
    assert "lo que había ocurrido hasta ese momento, según se sabe hoy" in browser.get(asked).text
    assert "aviso" not in browser.get(f"{asked}&as_known=").text
    (notice,) = browser.get(asked.replace("?", "/historia.json?")).json()["notices"]
    assert "as_known" in notice
    assert not browser.get(f"{HISTORY}/historia.json?as_known=2026-05-20").json()["notices"]


def test_a_case_is_shown_as_its_logs_had_it_up_to_a_position(browser: TestClient) -> None:
    page = enter(browser).get(HISTORY, params={"as_known": "intake:1,referral/0:2"}).text
    assert "registrado hasta el intake:1,referral/0:2" in page
    assert page.count('<tr id="f') == 2 + 3  # followup is not named: all of it counts


@pytest.mark.parametrize("path", [HISTORY, f"{HISTORY}/historia.json"])
@pytest.mark.parametrize("name", ["as_of", "as_known"])
@pytest.mark.parametrize(
    "as_of",
    [
        "ayer",
        "9999-12-31T23:59-12:00",
        "0001-01-01T00:00+12:00",
        "0001-01-01T00:00",
        "1899-12-31T23:59Z",
    ],
)
def test_what_is_no_moment_is_refused_and_the_case_is_shown(
    browser: TestClient, path: str, as_of: str, name: str
) -> None:
    answer = enter(browser).get(path, params={name: as_of})
    assert answer.status_code == 422
    assert "Escriba fecha y hora" in answer.text
    assert FOLIO in answer.text


def test_every_moment_in_the_table_links_to_what_was_known_then(browser: TestClient) -> None:
    page = enter(browser).get(HISTORY).text
    known = re.findall(r'href="(/casos/[^"]+\?as_known=[^"]+)"', page)
    happened = [
        html.unescape(link) for link in re.findall(r'href="(/casos/[^"]+\?as_of=[^"]+)"', page)
    ]
    assert len(known) == len(happened) > 0
    assert {browser.get(link).status_code for link in (*known, *happened)} == {200}
    for link in (known[0], happened[0]):
        assert browser.get(link).text.count('<tr id="f') == 1 + 1
        assert "aviso" not in browser.get(link).text


def test_the_history_comes_as_json_too(browser: TestClient) -> None:
    body = enter(browser).get(f"{HISTORY}/historia.json").json()
    assert body["folio"] == FOLIO
    assert len(body["facts"]) == len(ALL["months"]().facts)


# --- language, state, documentation -------------------------------------------------------------


def test_spanish_comes_first_whatever_the_browser_prefers(browser: TestClient) -> None:
    page = browser.get("/", headers={"Accept-Language": "en-GB,en"}).text
    assert '<html lang="es">' in page


def test_english_comes_by_link_and_is_remembered(browser: TestClient) -> None:
    assert 'href="?lang=en"' in browser.get("/").text
    assert '<html lang="en">' in browser.get("/?lang=en").text
    assert '<html lang="en">' in browser.get("/docs/intake").text
    assert '<html lang="es">' in browser.get("/?lang=es").text
    assert '<html lang="es">' in browser.get("/?lang=xx").text


def test_the_other_language_keeps_the_chosen_moment(browser: TestClient) -> None:
    page = enter(browser).get(f"{HISTORY}?as_of=2026-05-20T00:00:00-06:00").text
    (other,) = re.findall(r'href="(\?[^"]*lang=en)"', page)
    assert "as_of=2026-05-20T00%3A00%3A00-06%3A00" in other


def test_a_service_that_is_not_ready_says_what_is_wrong(made: Made, browser: TestClient) -> None:
    made.troubles = {"consumer": "too-many-parked"}
    page = browser.get("/").text
    assert "✕ No está listo" in page
    assert "too-many-parked" in page
    assert page.count("✓ Listo") == 3


def test_what_the_person_consented_to_is_listed_now_and_not_of_before(browser: TestClient) -> None:
    page = enter(browser).get(f"{HISTORY}?lang=en").text
    assert "from 2026-05-04 to 2027-05-03" in page
    assert "taken back in part" in page
    assert "Contact details, The person&#39;s identity" in page
    assert "taken back in part" not in browser.get(f"{HISTORY}?as_of={START.date()}").text
