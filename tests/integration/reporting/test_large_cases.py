"""A case of thousands of referrals and one of tens of thousands of facts: a page each, at once."""

from collections.abc import Iterator

import pytest

from tests.event_factory import BUREAU, OFFICE
from tests.large_cases import ACCOMPANIED, FACTS, REFERRALS, REFERRED, Pages, Taken, lay, pages
from tests.reporting_store import Store

pytestmark = [pytest.mark.integration, pytest.mark.verify]

TRIES = 3
"""The quickest of so many counts: the machine may have had something else to do."""


@pytest.fixture
def there(store: Store) -> Iterator[Pages]:
    """The pages over both cases."""
    lay(store)
    with pages(store) as served:
        yield served


def quickest(there: Pages, path: str, by: str = OFFICE) -> Taken:
    return min((there.take(path, by) for _ in range(TRIES)), key=lambda taken: taken.page)


def test_a_page_of_a_large_case_takes_less_than_a_second_and_nobody_waits(
    there: Pages, store: Store
) -> None:
    assert len(list(store.reports.history(str(REFERRED)).referrals)) == REFERRALS  # type: ignore[union-attr]
    assert len(list(store.reports.history(str(ACCOMPANIED)).facts)) == FACTS  # type: ignore[union-attr]
    for path, by in (
        (f"/casos/{REFERRED}", OFFICE),
        (f"/casos/{REFERRED}?up_to=3000", OFFICE),
        (f"/casos/{REFERRED}?as_known=2026-01-01T01:00:00Z", OFFICE),
        (f"/casos/{ACCOMPANIED}?as_of=2026-01-01T01:00:00Z&as_known=now", BUREAU),
        (f"/casos/{REFERRED}/historia.json", OFFICE),
        (f"/casos/{ACCOMPANIED}", BUREAU),
        (f"/casos/{ACCOMPANIED}?up_to=25000", BUREAU),
        (f"/casos/{ACCOMPANIED}", OFFICE),
        (f"/casos/{ACCOMPANIED}/historia.json", BUREAU),
    ):
        taken = quickest(there, path, by)
        assert taken.page <= 1.0, (path, taken)
        assert taken.livez <= 0.25, (path, taken)
        assert taken.length <= 1_000_000, (path, taken)


def test_another_institution_s_page_waits_for_none_of_eight_large_ones(there: Pages) -> None:
    path = f"/casos/{ACCOMPANIED}"
    tries = [max(there.wait_behind(path, BUREAU, 8, OFFICE)) for _ in range(TRIES)]
    assert min(tries) <= 1.0, tries
