"""Whatever happens to cases, and however sources overtake each other, the tallies say what a plain
fold over all facts says."""

from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.envelope import Event
from tests import folded
from tests.event_factory import BEGIN, BUREAU, OFFICE, EventFactory, Story
from tests.reporting_store import PROJECTIONS, Store

pytestmark = pytest.mark.integration

SUMMER = timezone(timedelta(hours=-6))
STATES = ("US-WY", "US-KS")
PROGRAMMES = ("us-wage-claims", "mecal")
PAYMENTS = ("payment", "payment-as-claimed")
AMOUNTS = (
    "0",
    "0.00",
    "0.004",
    "1",
    "560",
    "560.00",
    "560.005",
    "4835.886",
    "99.99",
    "100",
    "5600",
)


def random_story(factory: EventFactory, chance: Random) -> list[Event]:
    """Tell a case any way it may go, corrections, second thoughts and errors included."""
    story = Story(factory, UUID(int=chance.getrandbits(128), version=4))
    opened = chance.choice([None, BEGIN + timedelta(hours=chance.randrange(-30, 9000))])
    story.registered(
        opened=opened, subdivision=chance.choice(STATES), programme=chance.choice(PROGRAMMES)
    )
    story.custody_taken()
    for _ in range(chance.randrange(3)):
        referral = UUID(int=chance.getrandbits(128), version=4)
        story.requested(referral, kind=chance.choice(["share", "transfer"]))
        if chance.random() < 0.8:
            story.accepted(referral, kind=chance.choice(["share", "transfer"]))
            story.followed(referral)
            for _ in range(chance.randrange(5)):
                random_work(story, referral, chance)
            random_end(story, referral, chance)
    random_closing(story, chance)
    if chance.random() < 0.3:
        story.corrected(
            opened=chance.choice([None, BEGIN + timedelta(days=chance.randrange(800))]),
            subdivision=chance.choice(STATES),
        )
        random_second_thoughts(story, turned=True)
    if story.case_id.int % 5 == 0:
        story.custody_assigned(to="shelter")
    if chance.random() < 0.1:
        story.in_error()
        if not random_second_thoughts(story, turned=False):
            story.custody_ended()
    return story.events


def random_second_thoughts(story: Story, *, turned: bool) -> bool:
    """Let custody have moved before, for some: a correction, or a void, came too late."""
    own = Random(story.case_id.int)  # noqa: S311 - draws nothing from the others' chance
    if own.random() < 0.6:
        return False
    if turned:
        opened = BEGIN + timedelta(days=own.randrange(800))
        story.corrected_too_late(opened=opened, subdivision=own.choice(STATES))
    else:
        story.voided_too_late()
    return True


def random_end(story: Story, referral_id: UUID, chance: Random) -> None:
    if chance.random() < 0.1:
        story.follow_up_in_error(referral_id)
    elif chance.random() < 0.1:
        story.revoked(referral_id)
        story.follow_up_revoked(referral_id)


def random_closing(story: Story, chance: Random) -> None:
    if chance.random() < 0.6:
        outcome, at = chance.choice(["award", "dismissed"]), _some_time(chance)
        story.case_closed(outcome, at=at, undated=story.case_id.int % 7 == 0)
        if chance.random() < 0.3:
            story.case_reopened()


def _some_time(chance: Random) -> datetime:
    return (BEGIN + timedelta(hours=chance.randrange(-50, 20000))).astimezone(
        chance.choice([SUMMER, BEGIN.tzinfo])
    )


def random_work(story: Story, referral_id: UUID, chance: Random) -> None:
    currency = chance.choice(["USD", "USD", "USD", "MXN"])
    payment = PAYMENTS[story.case_id.int % 2]
    match chance.randrange(5):
        case 0 | 1 as n:
            recorded = story.outcome(
                referral_id, ("award", payment)[n], chance.choice(AMOUNTS), currency
            )
            if chance.random() < 0.5:
                mended(story, referral_id, recorded, chance)
        case 2:
            outcome = chance.choice(["award", "dismissed", "shelter", "pending-elsewhere"])
            story.outcome(referral_id, outcome)
        case _:
            story.closed(referral_id, chance.choice(["award", "dismissed"]), at=_some_time(chance))
            if chance.random() < 0.3:
                story.reopened(referral_id)


def mended(story: Story, referral_id: UUID, recorded: Event, chance: Random) -> None:
    """Say that it was otherwise, perhaps twice, or not at all."""
    for _ in range(chance.randrange(1, 3)):
        replaces = int(recorded.id.rpartition(":")[2])
        if chance.random() < 0.4:
            story.outcome_in_error(referral_id, replaces)
            return
        kind = chance.choice(["award", PAYMENTS[story.case_id.int % 2], "dismissed"])
        amount = None if kind == "dismissed" else chance.choice(AMOUNTS)
        recorded = story.corrected_outcome(referral_id, replaces, kind, amount)


def overtaken(events: list[Event], chance: Random) -> list[Event]:
    """Mix the sources anew, each still in its own order."""
    queues = {s: [e for e in events if e.service == s] for s in ("intake", "referral", "followup")}
    mixed = []
    while waiting := [queue for queue in queues.values() if queue]:
        mixed.append(chance.choice(waiting).pop(0))
    return mixed


def take_in_pieces(store: Store, events: list[Event], chance: Random) -> None:
    while events:
        n = chance.randrange(1, 40)
        store.take(events[:n])
        events = events[n:]


def said_by(store: Store, programme: str | None, subdivision: str | None) -> dict[str, Any]:
    return asdict(store.reports.claims(programme, subdivision))


def check(store: Store, events: list[Event]) -> None:
    for programme in (None, *PROGRAMMES):
        for state in (None, *STATES):
            report = said_by(store, programme, state)
            expected = folded.figures(events, programme, state, report["currency"])
            missing = {name: report["missing"][name] for name in expected["missing"]}
            assert {**{name: report[name] for name in expected}, "missing": missing} == expected
            assert_the_groups_are_the_whole(report)
    total = said_by(store, None, None)
    for groups in (
        [said_by(store, programme, None) for programme in PROGRAMMES],
        [said_by(store, None, state) for state in STATES],
    ):
        for name in ("cases", "decided_for_claimant", "same_day"):
            assert sum(group[name] for group in groups) == total[name]
    loads = {load.institution: load.open_cases for load in store.reports.custody().caseloads}
    assert loads == folded.custody(events)


def assert_the_groups_are_the_whole(report: dict[str, Any]) -> None:
    """Decided in favour: each is in a band, of the same day, or counted as missing."""
    missing = report["missing"]
    grouped = sum(report["duration_bands"]) + report["same_day"]
    left_out = sum(
        missing[name] for name in ("without_days", "closed_before_opened", "closed_undated")
    )
    assert grouped + left_out == report["decided_for_claimant"]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(0, 2**32))
def test_the_tallies_say_what_a_fold_over_all_facts_says(
    reporting_schema: Store, seed: int
) -> None:
    chance, factory = Random(seed), EventFactory()  # noqa: S311 - reproducible, no secret
    reporting_schema.empty()
    events = [e for _ in range(chance.randrange(1, 30)) for e in random_story(factory, chance)]
    mixed = overtaken(events, chance)
    half = len(mixed) // 2
    take_in_pieces(reporting_schema, mixed[:half], chance)
    check(reporting_schema, mixed[:half])
    take_in_pieces(reporting_schema, mixed[half:], chance)
    check(reporting_schema, mixed)


def test_projecting_again_from_nothing_gives_the_same_rows(store: Store) -> None:
    chance, factory = Random(7), EventFactory()  # noqa: S311 - reproducible, no secret
    events = [e for _ in range(40) for e in random_story(factory, chance)]
    take_in_pieces(store, overtaken(events, chance), chance)
    before = {table: store.rows(table) for table in PROJECTIONS}
    assert before["history"]
    store.empty()
    store.take(events)
    assert {table: store.rows(table) for table in PROJECTIONS} == before


def test_a_batch_costs_the_same_few_statements_whatever_it_holds(store: Store) -> None:
    chance, factory = Random(3), EventFactory()  # noqa: S311 - reproducible, no secret
    small = random_story(factory, chance)
    large = [e for _ in range(60) for e in random_story(factory, chance)]
    few, many = store.statements(small), store.statements(large)
    assert len(large) > 300
    assert few <= many <= 20


def test_a_median_between_two_amounts_is_their_exact_mean_rounded_half_to_even(
    store: Store,
) -> None:
    factory = EventFactory()
    for n, amount in enumerate(("578.01", "578.04", "0.00", "9000", "1")):
        story, referral = Story(factory, UUID(int=n + 1)), UUID(int=n + 100)
        story.registered()
        story.followed(referral)
        story.outcome(referral, "award", amount)
        store.take(story.events)
    report = store.reports.claims(None, "US-WY")
    assert (report.median_above_zero, report.median_amount) == ("578.02", "578.01")
    assert (report.total_owed, report.missing.amount_zero) == ("10157.05", 1)


def test_days_are_counted_on_the_wall_clock_not_between_moments(store: Store) -> None:
    """Opened at 9:30 in winter, closed at 9:30 in summer: whole days, though an hour short."""
    story, referral = Story(EventFactory(), UUID(int=1)), UUID(int=2)
    opened = datetime(2024, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=-7)))
    story.registered(opened=opened)
    story.followed(referral)
    story.closed(referral, at=datetime(2024, 3, 30, 9, 30, tzinfo=SUMMER))
    story.case_closed(at=datetime(2024, 3, 31, 9, 30, tzinfo=SUMMER))
    store.take(story.events)
    report = store.reports.claims()
    assert report.median_days == 30
    assert report.duration_bands == (1, 0, 0, 0, 0, 0, 0)


def test_no_cases_are_zeros_and_nothing_never_an_error(store: Store) -> None:
    report = store.reports.claims("mecal", "MX-CHH")
    assert (report.cases, report.total_owed, report.total_paid) == (0, "0.00", "0.00")
    assert (report.median_amount, report.median_days, report.share_paid) == (None, None, None)
    assert report.duration_bands == (0,) * 7


def test_a_case_is_not_counted_nor_listed_before_its_registration_arrives(store: Store) -> None:
    story, referral = Story(EventFactory(), UUID(int=1)), UUID(int=2)
    registered = story.registered()
    early = [story.custody_taken(), story.followed(referral), story.outcome(referral, "award")]
    store.take(early)
    assert store.reports.claims().cases == 0
    assert store.reports.cases(None, 10) == store.reports.cases(OFFICE, 10) == []
    store.take([registered])
    assert store.reports.claims().decided_for_claimant == 1
    assert [row.case_id for row in store.reports.cases(OFFICE, 10)] == [story.case_id]


def test_amounts_in_another_currency_are_counted_and_not_added(store: Store) -> None:
    factory = EventFactory()
    for n, (amount, currency) in enumerate([("5", "MXN"), ("7", "USD"), ("9", "USD")]):
        story, referral = Story(factory, UUID(int=n + 1)), UUID(int=n + 100)
        story.registered()
        story.followed(referral)
        story.outcome(referral, "award", amount, currency)
        store.take(story.events)
    dollars, pesos = store.reports.claims(), store.reports.claims(currency="MXN")
    assert (dollars.currency, dollars.total_owed) == ("USD", "16.00")
    assert dollars.missing.other_currencies == {"MXN": 1}
    assert (pesos.total_owed, pesos.missing.other_currencies) == ("5.00", {"USD": 2})


def test_totals_follow_a_correction_and_what_was_entered_in_error_counts_no_more(
    store: Store,
) -> None:
    story, referral = Story(EventFactory(), UUID(int=1)), UUID(int=2)
    story.registered()
    story.custody_taken()
    story.requested(referral)
    story.accepted(referral)
    story.followed(referral)
    story.outcome(referral, "payment", "999999999999999.9999")
    story.outcome(referral, "payment", "7")
    store.take(story.events)
    assert store.reports.claims().total_paid == "1000000000000007.00"
    store.take([story.corrected_outcome(referral, 2, "payment", "100")])
    assert store.reports.claims().total_paid == "107.00"
    store.take([story.outcome_in_error(referral, 3), story.outcome_in_error(referral, 4)])
    report = store.reports.claims()
    assert (report.total_paid, report.decided_for_claimant) == ("0.00", 0)
    history = store.reports.history(str(UUID(int=1)))
    assert history is not None
    replaced = {f.id.rpartition(":")[2]: f.replaced_by for f in history.facts if f.replaced_by}
    assert {n: by and by.rpartition(":")[2] for n, by in replaced.items()} == {
        "2": "4", "3": "5", "4": "6",
    }  # fmt: skip


def test_a_referral_given_up_leaves_its_addressee_no_party(store: Store) -> None:
    story, referral = Story(EventFactory(), UUID(int=1)), UUID(int=2)
    story.registered()
    story.custody_taken()
    story.requested(referral)
    story.previewed(referral)
    store.take(story.events)
    assert len(store.reports.cases(BUREAU, 10)) == 1
    store.take([story.declined(referral)])
    assert store.reports.cases(BUREAU, 10) == []
    assert len(store.reports.cases(OFFICE, 10)) == 1


def test_a_case_is_closed_by_its_custodian_and_by_no_follow_up(store: Store) -> None:
    story, referral = Story(EventFactory(), UUID(int=1)), UUID(int=2)
    story.registered()
    story.custody_taken()
    story.requested(referral)
    story.accepted(referral)
    story.followed(referral)
    story.closed(referral)
    store.take(story.events)
    assert _open_cases(store) == {BUREAU: 1}
    store.take([story.case_closed(at=BEGIN + timedelta(days=3))])
    assert _open_cases(store) == {}
    (row,) = store.reports.cases(BUREAU, 10)
    assert row.closed == BEGIN + timedelta(days=3)
    assert store.reports.claims().median_days == 3
    store.take([story.case_reopened()])
    assert _open_cases(store) == {BUREAU: 1}
    assert store.reports.cases(BUREAU, 10)[0].closed is None
    assert store.reports.claims().median_days is None


def test_a_case_closed_on_an_unknown_day_is_closed_and_lasted_nobody_knows_how_long(
    store: Store,
) -> None:
    story = Story(EventFactory(), UUID(int=1))
    story.registered(opened=BEGIN)
    story.custody_taken()
    story.case_closed(at=BEGIN + timedelta(days=900), by=OFFICE, undated=True)
    store.take(story.events)
    report = store.reports.claims()
    assert _open_cases(store) == {}
    assert (report.decided_for_claimant, report.median_days) == (1, None)
    assert sum(report.duration_bands) == 0
    assert (report.missing.closed_undated, report.missing.without_days) == (1, 0)
    assert store.reports.cases(OFFICE, 10)[0].closed_undated is True
    store.take([story.case_reopened(by=OFFICE)])
    assert store.reports.claims().missing.closed_undated == 0
    store.take([story.case_closed(at=BEGIN + timedelta(days=3), by=OFFICE)])
    assert store.reports.claims().median_days == 3


def test_a_case_that_was_never_referred_is_closed_too(store: Store) -> None:
    story = Story(EventFactory(), UUID(int=1))
    story.registered()
    story.custody_taken()
    story.case_closed("placement", by=OFFICE)
    store.take(story.events)
    assert _open_cases(store) == {}
    assert store.reports.claims().decided_for_claimant == 1


def test_a_former_custodians_open_follow_up_keeps_no_case_open(store: Store) -> None:
    story, first, second = Story(EventFactory(), UUID(int=1)), UUID(int=2), UUID(int=3)
    story.registered()
    story.custody_taken()
    story.requested(first)
    story.accepted(first)
    story.followed(first)
    story.requested(second, sender=BUREAU, addressee="us-wy-court")
    story.accepted(second, sender=BUREAU, addressee="us-wy-court")
    story.case_closed("dismissed", by="us-wy-court")
    store.take(story.events)
    assert _open_cases(store) == {}


def _open_cases(store: Store) -> dict[str, int]:
    return {load.institution: load.open_cases for load in store.reports.custody().caseloads}
