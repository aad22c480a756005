"""A case of very many facts, page by page; and pages that are drawn beside the event loop."""

import asyncio
import html
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from services.console.site import site
from services.console.static_files import ASSETS
from services.console.threads import PageThreads, TooManyPages
from tests.unit.console.fake_installation import Made
from tests.unit.console.sample_history import START
from tests.unit.console.test_site import HISTORY, enter
from tests.waiting import soon


@pytest.fixture
def long() -> Iterator[TestClient]:
    """A browser before a case of 650 facts."""
    with TestClient(site(Made("many-facts"))) as browser:
        yield enter(browser)


def rows_of(page: str) -> list[int]:
    """The numbers of the facts in the page's table."""
    return [int(number) for number in re.findall(r'<tr id="f(\d+)"', page)]


def ways_of(page: str) -> dict[str, str]:
    """The ways to other pages of the case, by what they are called."""
    found = re.findall(r'<a href="(/casos/[^"]+#facts)">([^<]+)</a>', page)
    return {name: html.unescape(address) for address, name in found}


def test_a_page_of_a_long_case_shows_the_latest_facts_and_the_ways_to_the_others(
    long: TestClient,
) -> None:
    page = long.get(HISTORY).text
    assert rows_of(page) == list(range(451, 651))
    assert "Hechos 451 a 650 de 650" in page
    assert "Facts 451 to 650 of 650" in long.get(f"{HISTORY}?lang=en").text
    assert list(ways_of(long.get(f"{HISTORY}?lang=es").text)) == ["Los primeros", "Anteriores"]


@pytest.mark.parametrize("onward", ["Anteriores", "Posteriores"])
def test_the_pages_of_a_long_case_lead_to_all_of_its_facts(long: TestClient, onward: str) -> None:
    path: str | None = HISTORY if onward == "Anteriores" else f"{HISTORY}?up_to=1"
    seen: set[int] = set()
    while path:
        page = long.get(path).text
        seen |= set(rows_of(page))
        assert len(rows_of(page)) <= 200
        path = ways_of(page).get(onward)
    assert seen == set(range(1, 651))


def test_a_page_of_a_long_case_draws_the_referrals_of_its_facts_alone(long: TestClient) -> None:
    page = long.get(f"{HISTORY}?up_to=200").text
    drawn = page.count('<circle class="foot"')
    assert 0 < drawn <= 2 * 200
    assert set(re.findall(r'<span class="numbered">(\d+)', page)) == {
        str(number) for number in range(1, drawn // 2 + 1)
    }


def test_a_fact_on_another_page_is_led_to_there(long: TestClient) -> None:
    for start in range(200, 650):
        page = long.get(f"{HISTORY}?up_to={start}").text
        for address, number in re.findall(r'<a href="(/casos/[^"]+up_to=\d+)#f(\d+)"', page):
            assert int(number) in rows_of(long.get(html.unescape(address)).text)
            return
    raise AssertionError("no fact follows from one on another page")


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "1e9", "9" * 30, "٣"])
def test_what_is_no_number_of_a_fact_leads_to_a_page_all_the_same(
    long: TestClient, number: str
) -> None:
    answer = long.get(HISTORY, params={"up_to": number})
    assert answer.status_code == 200
    assert len(rows_of(answer.text)) == 200


def test_the_moment_is_kept_on_the_way_through_the_pages(long: TestClient) -> None:
    then = (START + timedelta(days=300)).isoformat()
    page = long.get(HISTORY, params={"as_known": then}).text
    earlier = ways_of(page)["Anteriores"]
    assert "as_known=" in earlier
    before = long.get(earlier).text
    assert max(rows_of(before)) == min(rows_of(page)) - 1
    assert "Se muestra lo que estaba registrado" in before


def test_the_facts_of_a_page_come_as_json_and_say_where_to_go_on(long: TestClient) -> None:
    page = long.get(f"{HISTORY}?up_to=400").text
    (download,) = re.findall(r'href="([^"]+)" download', page)
    body = long.get(html.unescape(download)).json()
    assert (body["first"], body["total"], len(body["facts"])) == (201, 650, 200)
    assert body["next"] is not None
    assert long.get(f"{HISTORY}/historia.json").json()["next"] is None
    assert "Viene por páginas" in page


def test_a_case_of_few_facts_has_no_other_pages(browser: TestClient) -> None:
    page = enter(browser).get(HISTORY).text
    assert "Hechos 1 a" not in page
    assert "up_to" not in page
    assert "Todos los hechos, en orden" in page


def test_pages_are_drawn_beside_the_event_loop_and_no_more_wait_than_may() -> None:
    made, go_on = Made(), threading.Event()
    made.held_up = go_on
    with TestClient(site(made)) as browser, ThreadPoolExecutor(100) as many:
        asked = [many.submit(browser.get, "/") for _ in range(100)]
        soon(lambda: sum(one.done() for one in asked) >= 30)
        assert browser.get(ASSETS["style.css"].address).status_code == 200
        go_on.set()
        answers = [one.result() for one in asked]
    assert {answer.status_code for answer in answers} == {200, 503}
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}


def test_a_page_of_one_institution_waits_for_no_more_than_one_of_another() -> None:
    async def drawn() -> list[str]:
        threads, go_on, done = PageThreads(), threading.Event(), []

        async def ask(institution: str, work: Callable[[], object]) -> None:
            await threads.run(institution, work)
            done.append(institution)

        held = [asyncio.create_task(ask("one", lambda: go_on.wait(30))) for _ in range(8)]
        await asyncio.sleep(0)
        await ask("other", lambda: None)
        go_on.set()
        await asyncio.gather(*held)
        return done

    assert asyncio.run(drawn()) == ["other", *["one"] * 8]


def test_one_page_too_many_of_an_institution_keeps_no_other_out() -> None:
    async def refused() -> int:
        threads, go_on = PageThreads(), threading.Event()
        held = [asyncio.create_task(threads.run("one", lambda: go_on.wait(30))) for _ in range(65)]
        await asyncio.sleep(0)
        await threads.run("other", lambda: None)
        go_on.set()
        answers = await asyncio.gather(*held, return_exceptions=True)
        return sum(isinstance(answer, TooManyPages) for answer in answers)

    assert asyncio.run(refused()) == 1
