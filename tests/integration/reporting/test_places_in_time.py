"""At every place in time, histories, lists and numbers say what the facts say that count there."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.reporting import past_lists, replay
from services.reporting.axes import NOW, Axes
from services.reporting.claims import Claims
from shared.contracts.envelope import Event
from shared.eventstore.batcher import Overloaded
from tests import folded
from tests.event_factory import BEGIN, BUREAU, OFFICE, EventFactory, Story
from tests.integration.reporting.test_projections import STATES
from tests.places_in_time import counting, scattered, some_place
from tests.reporting_store import PROJECTIONS, Store

pytestmark = pytest.mark.integration
pytest_plugins = ["tests.servers"]


def check(store: Store, events: list[Event], axes: Axes) -> None:
    then = counting(events, axes.as_of, axes.as_known)
    for state in (None, *STATES):
        report = asdict(store.reports.claims(None, state, axes=axes))
        expected = folded.figures(then, None, state, report["currency"])
        missing = {name: report["missing"][name] for name in expected["missing"]}
        assert {**{name: report[name] for name in expected}, "missing": missing} == expected
    loads = store.reports.custody(axes=axes).caseloads
    assert {load.institution: load.open_cases for load in loads} == folded.custody(then)
    for case_id in {event.key for event in events}:
        told = store.reports.history(case_id, axes)
        assert told is not None
        assert {fact.id for fact in told.facts} == {e.id for e in then if e.key == case_id}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 2**32))
def test_at_every_place_in_time_the_numbers_are_those_of_the_facts_that_count_there(
    reporting_schema: Store, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311 - reproducible, no secret
    reporting_schema.empty()
    events = scattered(chance, chance.randrange(1, 12))
    reporting_schema.take(events)
    for _ in range(4):
        check(reporting_schema, events, some_place(events, chance))


def figures_of(report: Claims) -> Mapping[str, Any]:
    return {name: said for name, said in asdict(report).items() if name not in {"as_of", "axes"}}


def test_a_report_is_asked_for_again_by_the_positions_that_it_names(store: Store) -> None:
    """As known at a position is what the tables said when they had come so far."""
    chance = Random(5)  # noqa: S311 - reproducible, no secret
    events = scattered(chance, 30)
    said, furthest = [], {"intake": 0, "referral": 0, "followup": 0}
    for first in range(0, len(events), 40):
        piece = events[first : first + 40]
        store.take(piece)
        furthest |= {each.service: each.position for each in piece}
        said.append((dict(furthest), store.reports.claims()))
    for positions, report in said:
        again = store.reports.claims(axes=Axes(as_known=positions))
        assert figures_of(again) == figures_of(report)
    assert len({report.cases for _, report in said}) > 3


def told_late(store: Store) -> Story:
    """A claim of 2024 that was recorded in 2026, whose award was corrected after that."""
    story, referral = Story(EventFactory(), UUID(int=1)), UUID(int=100)
    story.registered()
    story.custody_taken()
    story.requested(referral)
    story.accepted(referral, at=BEGIN + timedelta(days=10))
    story.followed(referral)
    award = story.outcome(referral, "award", "500", at=BEGIN + timedelta(days=100))
    story.case_closed(at=BEGIN + timedelta(days=200))
    story.corrected_outcome(referral, int(award.id.rpartition(":")[2]), "award", "600")
    store.take(story.events)
    return story


def test_what_is_recorded_late_of_an_earlier_time_had_happened_and_was_not_known(
    store: Store,
) -> None:
    story = told_late(store)
    for days, owed, holder in ((5, "0.00", OFFICE), (50, "0.00", BUREAU), (150, "600.00", BUREAU)):
        then = BEGIN + timedelta(days=days)
        happened = store.reports.claims(axes=Axes(as_of=then))
        assert (happened.cases, happened.total_owed, happened.median_days) == (1, owed, None)
        assert store.reports.claims(axes=Axes(as_known=then)).cases == 0
        (load,) = store.reports.custody(axes=Axes(as_of=then)).caseloads
        assert load.institution == holder
    assert not store.reports.custody(axes=Axes(as_of=BEGIN + timedelta(days=201))).caseloads
    before_mending = Axes(as_known=story.events[-2].meta.recorded_at)
    assert store.reports.claims(axes=before_mending).total_owed == "500.00"
    assert store.reports.claims().total_owed == "600.00"


def whole(list_page: Any) -> list[Any]:
    """Page through a list of the past to its end."""
    rows, page = [], list_page(None)
    while True:
        rows += page.rows
        if page.next is None:
            return rows
        page = list_page(page.next)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 2**32))
def test_the_lists_of_the_past_are_those_of_a_store_that_has_only_the_facts_that_count(
    reporting_schema: Store, seed: int
) -> None:
    chance, store = Random(seed), reporting_schema  # noqa: S311 - reproducible, no secret
    store.empty()
    events = scattered(chance, chance.randrange(1, 12))
    store.take(events)
    axes = some_place(events, chance)
    custodian, status = chance.choice([None, OFFICE]), chance.choice([None, "accepted"])
    filters = {"custodian": custodian, "subdivision": None, "programme": None}
    others = {"status": status, "addressee": None, "sender": None, "kind": None}
    reports = store.reports
    cases = whole(lambda after: reports.cases_then(axes, None, 3, after, **filters))
    referrals = whole(lambda after: reports.referrals_then(axes, None, 3, after, **others))
    seen = whole(lambda after: reports.cases_then(axes, BUREAU, 3, after, **filters))
    today = {row.case_id: row.sees for row in reports.cases(BUREAU, 500)}
    assert {row.case_id: row.sees for row in seen}.items() <= today.items()
    store.empty()
    store.take(counting(events, axes.as_of, axes.as_known))
    assert cases == reports.cases(None, 500, custodian=custodian)
    assert referrals == reports.referrals(None, 500, status=status)


def test_a_list_shows_what_is_seen_today_as_it_was_then(store: Store) -> None:
    story = told_late(store)
    then = Axes(as_of=BEGIN + timedelta(days=5))
    for institution in (None, BUREAU):
        (row,) = store.reports.cases_then(then, institution, 10).rows
        assert (row.case_id, row.custodian, row.closed) == (story.case_id, OFFICE, None)
    (was,), (now,) = (
        store.reports.referrals_then(then, None, 10).rows,
        store.reports.referrals(None, 9),
    )
    assert (was.status, now.status) == ("requested", "accepted")
    assert not store.reports.cases_then(Axes(as_known=BEGIN), None, 10).rows
    assert not store.reports.cases_then(then, "nobody", 10).rows


def test_a_page_that_looks_at_many_cases_in_vain_has_a_next_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_lists, "SOME", 2)
    monkeypatch.setattr(past_lists, "MOST", 4)
    chance = Random(2)  # noqa: S311 - reproducible, no secret
    store.take(scattered(chance, 11))
    last = store.reports.cases(None, 50)[-1]
    early = Axes(as_of=last.registered_at)
    first = store.reports.cases_then(early, None, 50)
    assert (first.rows, first.next is None) == ([], False)
    rows = whole(lambda after: store.reports.cases_then(early, None, 50, after))
    assert [row.case_id for row in rows] == [last.case_id]


def test_a_replay_says_how_far_it_has_come_and_leaves_nothing(store: Store) -> None:
    chance = Random(9)  # noqa: S311 - reproducible, no secret
    events = scattered(chance, 20)
    store.take(events)
    before, steps = {table: store.rows(table) for table in PROJECTIONS}, []
    axes = Axes(as_known=events[0].meta.recorded_at)
    report = store.reports.claims(axes=axes, progress=lambda *step: steps.append(step))
    assert steps == [(20, 20)]
    assert report.axes == axes
    assert {table: store.rows(table) for table in PROJECTIONS} == before
    with psycopg.connect(store.admin) as conn:
        left = conn.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't'").fetchone()
    assert left == (0,)


def test_only_cases_that_differ_are_replayed(store: Store) -> None:
    chance, steps = Random(3), []  # noqa: S311 - reproducible, no secret
    events = scattered(chance, 10)
    store.take(events)
    last = Axes(as_known=events[-2].meta.recorded_at)
    store.reports.claims(axes=last, progress=lambda *step: steps.append(step))
    assert steps == [(1, 1)]
    everything = Axes(as_known=events[-1].meta.recorded_at)
    assert figures_of(store.reports.claims(axes=everything)) == figures_of(store.reports.claims())
    assert replace(store.reports.claims(axes=everything), axes=NOW) == store.reports.claims()


def test_whoever_finds_a_replay_at_work_is_told_to_come_again(store: Store) -> None:
    axes = Axes(as_of=BEGIN)
    with replay.at(store.log, axes), pytest.raises(Overloaded):
        store.reports.claims(axes=axes)
    with replay.at(store.log, axes):
        assert store.reports.claims().cases == 0  # of now nobody waits
    assert store.reports.claims(axes=axes).cases == 0
