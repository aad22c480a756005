"""A case of thousands of referrals and one of tens of thousands of facts: pages of bounded size.

How long they take is a figure of the benchmark (``tests/bench/pages.py``).
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from typing_extensions import override

from services.reporting.views import Reports
from tests.event_factory import BUREAU, OFFICE
from tests.large_cases import ACCOMPANIED, FACTS, REFERRALS, REFERRED, addresses, lay, pages
from tests.reporting_store import Store

pytestmark = pytest.mark.integration

MOST_BYTES = 1_000_000


@pytest.mark.verify
def test_a_page_of_a_large_case_is_no_large_page(store: Store) -> None:
    lay(store)
    assert len(list(store.reports.history(str(REFERRED)).referrals)) == REFERRALS  # type: ignore[union-attr]
    assert len(list(store.reports.history(str(ACCOMPANIED)).facts)) == FACTS  # type: ignore[union-attr]
    with pages(store) as served:
        for path, by in addresses():
            with served.signed_in(by) as browser:
                page = browser.get(path)
            assert page.status_code == 200, path
            assert len(page.content) <= MOST_BYTES, (path, len(page.content))


class HeldUp(Reports):
    """Reports whose windows are read only once they may: as long as that takes, and longer."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.log)
        self.reading, self.go_on = threading.Event(), threading.Event()

    @override
    def window(self, *args: Any, **kwargs: Any) -> Any:
        """As reports do, later."""
        self.reading.set()
        assert self.go_on.wait(60)
        return super().window(*args, **kwargs)


def test_while_one_institution_s_pages_take_long_all_others_are_answered(store: Store) -> None:
    lay(store, referrals=10, facts=10)
    reports, large = HeldUp(store), f"/casos/{ACCOMPANIED}"
    with (
        pages(store, reports) as served,
        served.signed_in(BUREAU) as browser,
        served.signed_in(OFFICE) as elsewhere,
        ThreadPoolExecutor(8) as many,
    ):
        asked = [many.submit(browser.get, large) for _ in range(8)]
        try:
            assert reports.reading.wait(60)
            assert httpx2.get(f"{served.address}/reporting/livez").status_code == 200
            assert elsewhere.get("/").status_code == 200
            assert not any(page.done() for page in asked)
        finally:
            reports.go_on.set()
        assert {page.result().status_code for page in asked} == {200}
