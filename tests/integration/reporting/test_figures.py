"""The figures of the report, each from the fewest cases that tell it from another definition."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.sql import SQL, Identifier

from shared.postgres.migrations import migrations_of
from tests.event_factory import BEGIN, OFFICE, EventFactory, Story
from tests.faults.checker.projections import Row, Rows, differences
from tests.faults.checker.tallies import tallies
from tests.integration.reporting.test_projections import random_story
from tests.reporting_store import ROLE, Store

pytestmark = pytest.mark.integration

Outcomes = Sequence[tuple[str, str] | tuple[str, str, str]]


def decided(store: Store, *cases: Outcomes) -> None:
    """Each case was decided with these outcomes: kind, amount and perhaps a currency."""
    factory = EventFactory()
    for n, outcomes in enumerate(cases, 1):
        story, referral = Story(factory, UUID(int=n)), UUID(int=1000 + n)
        story.registered()
        story.followed(referral)
        for outcome, amount, *currency in outcomes:
            story.outcome(referral, outcome, amount, *currency)
        store.take(story.events)


def awarded(store: Store, *amounts: str) -> None:
    decided(store, *([("award", amount)] for amount in amounts))


def lasted(store: Store, *days: int) -> None:
    factory = EventFactory()
    for n, each in enumerate(days, 1):
        story = Story(factory, UUID(int=n))
        story.registered(opened=BEGIN)
        story.custody_taken()
        story.case_closed(at=BEGIN + timedelta(days=each), by=OFFICE)
        store.take(story.events)


def test_the_median_counts_every_stated_amount_also_zero(store: Store) -> None:
    awarded(store, "0", "100", "300")
    report = store.reports.claims()
    assert (report.median_amount, report.median_above_zero) == ("100.00", "200.00")


@pytest.mark.parametrize(
    ("amounts", "median"),
    [
        (("0", "0", "0.50", "7"), "0.25"),
        (("0", "0.004", "0.5"), "0.00"),
        (("0", "0", "0"), "0.00"),
        (("0", "9"), "4.50"),
        (("0", "0", "500", "501", "502"), "500.00"),
    ],
)
def test_zeros_stand_before_the_smallest_amounts(
    store: Store, amounts: tuple[str, ...], median: str
) -> None:
    awarded(store, *amounts)
    assert store.reports.claims().median_amount == median


def test_the_median_of_zeros_alone_is_zero_and_above_zero_there_is_none(store: Store) -> None:
    awarded(store, "0")
    report = store.reports.claims()
    assert (report.median_amount, report.median_above_zero) == ("0.00", None)


def test_a_median_that_was_rounded_stands_beside_it_as_it_is(store: Store) -> None:
    awarded(store, "578.01", "578.04")
    report = store.reports.claims()
    assert (report.median_amount, report.median_amount_exact) == ("578.02", "578.025")


def test_a_band_of_amounts_includes_its_upper_limit(store: Store) -> None:
    edges = ("0", "0.01", "100", "100.01", "500", "500.5", "1000", "1000.01", "2000", "5000")
    awarded(store, *edges, "5099.99", "10000", "10000.01", "10999", "2500000")
    report = store.reports.claims()
    assert (report.missing.amount_zero, report.amount_bands) == (1, (2, 2, 2, 2, 1, 2, 3))


def test_what_was_paid_reaches_what_is_owed_or_not(store: Store) -> None:
    decided(
        store,
        [("award", "100"), ("payment", "100")],
        [("award", "100"), ("payment", "60"), ("payment", "40.01")],
        [("award", "100"), ("payment", "99.99")],
        [("award", "100")],
        [("award", "0"), ("payment", "5")],
        [("payment", "5")],
        [("award", "100"), ("payment", "100", "MXN")],
        [("award", "9"), ("payment", "9"), ("award", "5", "MXN"), ("payment", "4", "MXN")],
    )
    report = store.reports.claims()
    assert (report.paid_in_full, report.paid_more, report.share_paid_in_full) == (2, 1, "25")


def test_who_records_a_payment_says_that_it_is_what_was_claimed(store: Store) -> None:
    """What was claimed need not be what is owed: each rule counts cases that the other does not."""
    decided(
        store,
        [("award", "100"), ("payment-as-claimed", "100")],
        [("award", "100"), ("payment-as-claimed", "60")],
        [("award", "100"), ("payment", "100")],
        [("award", "100"), ("payment-as-claimed", "0"), ("payment", "5")],
        [("payment-as-claimed", "5"), ("payment-as-claimed", "5")],
        [("payment-as-claimed", "5"), ("payment", "5", "MXN")],
    )
    report = store.reports.claims()
    assert (report.paid_in_full, report.share_paid_in_full) == (2, "33")
    assert (report.paid_as_claimed, report.share_paid_as_claimed) == (3, "50")
    assert (report.total_paid, report.share_paid) == ("280.00", "100")


def test_the_mean_and_what_nine_of_ten_cases_do_not_exceed(store: Store) -> None:
    lasted(store, *range(1, 10), 1000)
    report = store.reports.claims()
    assert (report.median_days, report.mean_days, report.ninetieth_days) == (5.5, 104.5, 9)


def test_of_eleven_cases_ten_are_nine_of_ten(store: Store) -> None:
    lasted(store, *range(100, 111))
    assert store.reports.claims().ninetieth_days == 109


def test_the_first_day_is_that_of_the_first_opening_by_the_clock_there(store: Store) -> None:
    factory = EventFactory()
    late = BEGIN.replace(year=1969, month=12, day=31, hour=23)
    for n, (opened, outcome) in enumerate(
        [(BEGIN, "award"), (late, "dismissed"), (None, "award"), (BEGIN, "award")], 1
    ):
        story = Story(factory, UUID(int=n))
        story.registered(opened=opened)
        story.custody_taken()
        story.case_closed(outcome, by=OFFICE)
        store.take(story.events)
    report = store.reports.claims()
    assert (report.first_opened, report.first_decided) == (date(1969, 12, 31), BEGIN.date())
    assert store.reports.claims("mecal").first_opened is None


def test_cases_of_before_the_migration_count_in_the_new_figures(store: Store) -> None:
    chance, factory = Random(11), EventFactory()  # noqa: S311 - reproducible, no secret
    store.take([e for _ in range(80) for e in random_story(factory, chance) if not _undated(e)])
    there = store.rows("tallies")
    first, second, *_ = migrations_of("services.reporting")
    named = {"schema": Identifier("reporting"), "role": Identifier(ROLE)}
    with psycopg.connect(store.admin) as admin:
        admin.execute("DROP VIEW reporting.counted, reporting.case_results")
        admin.execute("ALTER TABLE reporting.cases DROP COLUMN closed_undated")
        for view in re.findall(
            r"CREATE VIEW {schema}\.(?:case_results|counted) AS.*?;\n", first.text, re.DOTALL
        ):
            admin.execute(SQL(view).format(**named))
        admin.execute(
            "DELETE FROM reporting.tallies WHERE measure IN"
            " ('opened', 'paid-in-full', 'paid-more', 'paid-as-claimed')"
        )
        admin.execute(SQL(second.text).format(**named))
        admin.execute(
            SQL("GRANT SELECT ON reporting.case_results, reporting.counted TO {}").format(
                Identifier(ROLE)
            )
        )
    assert store.rows("tallies") == there


def test_a_registration_is_told_on_the_wall_clock_it_happened_by(store: Store) -> None:
    """Also of cases that were registered before their wall clock was kept."""
    chance, factory = Random(13), EventFactory()  # noqa: S311 - reproducible, no secret
    store.take([e for _ in range(20) for e in random_story(factory, chance)])
    (added,) = (m for m in migrations_of("services.reporting") if "registered_local" in m.text)
    for before in (False, True):
        if before:
            with psycopg.connect(store.admin) as admin:
                admin.execute("ALTER TABLE reporting.cases DROP COLUMN registered_local")
                admin.execute(SQL(added.text).format(schema=Identifier("reporting")))
        listed = store.reports.cases(None, 50)
        assert {each.registered_at and each.registered_at.utcoffset() for each in listed} == {
            BEGIN.utcoffset()
        }


def test_the_independent_checker_counts_the_same_of_the_same_rows(store: Store) -> None:
    chance, factory = Random(12), EventFactory()  # noqa: S311 - reproducible, no secret
    events = [e for _ in range(80) for e in random_story(factory, chance)]
    store.take(events)
    with psycopg.connect(store.admin, row_factory=dict_row) as admin:
        cases, referrals, follow_ups, outcomes, there = (
            admin.execute(SQL("SELECT * FROM reporting.{}").format(Identifier(table))).fetchall()
            for table in ("cases", "referrals", "follow_ups", "outcomes", "tallies")
        )
    sources = Counter(event.service for event in events)
    counted = tallies(
        _keyed(cases), _keyed(referrals), _keyed(follow_ups), _keyed(outcomes), sources
    )
    assert {"closed-undated", "paid-in-full", "paid-as-claimed", "opened"} <= {
        row["measure"] for row in there
    }
    assert list(differences("tallies", counted, there)) == []


def _keyed(rows: Sequence[Row]) -> Rows:
    return {(n,): row for n, row in enumerate(rows)}


def _undated(event: object) -> bool:
    return bool(getattr(getattr(event, "data", None), "undated", False))
