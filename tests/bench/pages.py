"""Pages of cases with thousands of facts: how long one takes, and how long others wait then."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx2

from tests.bench.figures import Measured, Unusable, median
from tests.bench.stage import Stage, progress
from tests.event_factory import BUREAU, OFFICE
from tests.large_cases import ACCOMPANIED, FACTS, REFERRALS, Pages, addresses, lay, pages
from tests.reporting_store import reporting_store

_AT_ONCE = 8


def measure(stage: Stage) -> Measured:
    """Lay both cases, and ask for each of their pages while somebody else asks for something."""
    effort = stage.effort
    referrals, facts = effort.count(REFERRALS), effort.count(FACTS)
    with reporting_store(stage.server) as store:
        progress(f"pages: a case of {referrals:,} referrals and one of {facts:,} facts")
        lay(store, referrals, facts)
        with pages(store) as served:
            slowest = [_slowest(served, referrals, facts) for _ in range(effort.rounds)]
            behind = [_behind_many(served) for _ in range(effort.rounds)]
    return {
        "large_page_ms": median([page for page, _ in slowest]),
        "livez_beside_page_ms": median([livez for _, livez in slowest]),
        "page_behind_eight_ms": median(behind),
    }


def _slowest(served: Pages, referrals: int, facts: int) -> tuple[float, float]:
    """The longest that one of the pages takes, and the longest that ``/livez`` takes meanwhile."""
    taken = [_with_livez(served, path, by) for path, by in addresses(referrals, facts)]
    return max(page for page, _ in taken), max(livez for _, livez in taken)


def _with_livez(served: Pages, path: str, by: str) -> tuple[float, float]:
    with (
        served.signed_in(by) as browser,
        httpx2.Client(base_url=served.address, timeout=60) as other,
        ThreadPoolExecutor(1) as beside,
    ):
        slowest = _milliseconds(other, "/reporting/livez")
        page = beside.submit(_milliseconds, browser, path)
        while not page.done():
            slowest = max(slowest, _milliseconds(other, "/reporting/livez"))
        return page.result(), slowest


def _behind_many(served: Pages) -> float:
    """The longest that another institution's first page takes while one asks for large ones."""
    with (
        served.signed_in(BUREAU) as browser,
        served.signed_in(OFFICE) as elsewhere,
        ThreadPoolExecutor(_AT_ONCE) as many,
    ):
        path = f"/casos/{ACCOMPANIED}"
        asked = [many.submit(_milliseconds, browser, path) for _ in range(_AT_ONCE)]
        slowest = _milliseconds(elsewhere, "/")
        while not all(page.done() for page in asked):
            slowest = max(slowest, _milliseconds(elsewhere, "/"))
        for page in asked:
            page.result()
    return slowest


def _milliseconds(client: httpx2.Client, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path)
    if answer.status_code != 200:
        raise Unusable(f"{path}: {answer.status_code}")
    return (time.perf_counter() - began) * 1000
