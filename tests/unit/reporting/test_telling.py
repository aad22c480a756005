"""A window of a history says of its facts what the whole says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from services.reporting.history import Fact, History, Placed
from services.reporting.telling import (
    Facts,
    Found,
    Window,
    after,
    everything,
    page_of,
    tell,
    up_to,
)
from shared.kernel.refusals import Refused
from shared.kernel.sight import Sight
from tests.unit.console.sample_history import (
    ALL,
    CASE,
    CENTRE,
    OFFICE,
    SHELTER,
    many_facts,
    months,
    window_of,
)

MOST = 7


def pages(history: History, most: int = MOST) -> Iterator[Window]:
    """Page through a history as a client of the interface does."""
    last = None
    while True:
        window = window_of(history, cut=after(last, most))
        yield window
        if page_of(window).next is None:
            return
        last = window.history.facts[-1].id


@pytest.mark.parametrize("name", ALL)
def test_the_pages_of_a_history_are_the_whole_history(name: str) -> None:
    whole = ALL[name]()
    told = list(pages(whole))
    assert [fact for page in told for fact in page.history.facts] == list(whole.facts)
    assert [page.first for page in told] == list(range(1, len(whole.facts) + 1, MOST))
    assert {page.total for page in told} == {len(whole.facts)}
    spans = {span.referral_id: span for page in told for span in page.history.referrals}
    assert list(spans.values()) == list(whole.referrals)
    periods = {period.by: period for page in told for period in page.history.custody}
    assert list(periods.values()) == list(whole.custody)


@pytest.mark.parametrize("name", ALL)
def test_every_page_says_of_the_case_what_the_whole_says(name: str) -> None:
    whole = ALL[name]()
    for page in pages(whole):
        for said in ("folio", "programme", "custodian", "in_error", "closed_with", "parties"):
            assert getattr(page.history, said) == getattr(whole, said)


def test_a_page_has_the_referrals_that_its_facts_are_about_and_no_more() -> None:
    whole = many_facts()
    for page in pages(whole, 50):
        about = {fact.data.get("referral_id") for fact in page.history.facts} - {None}
        assert {str(span.referral_id) for span in page.history.referrals} == about
        assert len(page.history.referrals) <= 50
    numbers = [span.number for page in pages(whole, 50) for span in page.history.referrals]
    assert sorted(set(numbers)) == list(range(1, 202))


def test_a_page_has_the_custody_that_was_in_force_meanwhile() -> None:
    holders = [
        [period.institution for period in page.history.custody] for page in pages(many_facts(), 30)
    ]
    assert holders[0] == [OFFICE]
    assert [OFFICE, SHELTER] in holders
    assert holders[-1] == [SHELTER]
    assert all(CENTRE not in each for each in holders)


def test_the_last_facts_come_first_and_earlier_ones_behind_them() -> None:
    whole = many_facts()
    newest = window_of(whole, cut=up_to(None, 200))
    assert (newest.first, newest.last, newest.total) == (451, 650, 650)
    before = window_of(whole, cut=up_to(450, 200))
    assert (before.first, before.last) == (251, 450)
    assert window_of(whole, cut=up_to(1, 200)).last == 200
    assert window_of(whole, cut=up_to(10**9, 200)).last == 650


def test_what_a_page_leads_to_on_other_pages_has_its_number() -> None:
    whole = months()
    for one, other in pairwise(pages(whole, 5)):
        for fact in (*one.history.facts, *other.history.facts):
            if fact.follows is not None:
                assert whole.facts[one.numbers[fact.follows] - 1].id == fact.follows


def test_after_a_fact_that_is_not_there_no_page_comes() -> None:
    with pytest.raises(Refused, match="cursor-not-ours"):
        window_of(months(), cut=after("intake:elsewhere:1", 5))


def test_a_page_reads_no_more_than_its_own_facts_whole() -> None:
    whole, read = many_facts(), []
    by_id = {fact.id: fact for fact in whole.facts}

    def reading(lines: Sequence[Placed]) -> list[Fact]:
        read.append(len(lines))
        return [by_id[line.id] for line in lines]

    found = Found(CASE, None, Sight.CASE, None, frozenset())
    tell(found, Facts(whole.facts, by_id, reading, lambda _: {}), up_to(None, 50))
    assert read == [1, 50]  # the one that tells the wall clock, and the page


def test_of_no_facts_the_page_is_empty_and_the_only_one() -> None:
    empty = page_of(window_of(replace(months(), facts=[])))
    assert (empty.first, empty.total, empty.next, list(empty.facts)) == (1, 0, None, [])


def test_everything_is_one_page() -> None:
    assert page_of(window_of(many_facts(), cut=everything)).next is None
