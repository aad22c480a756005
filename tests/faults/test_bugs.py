"""The checker can fail: bugs are planted one by one, and the rule that must catch each does."""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest

from tests.faults.bugs import BUGS
from tests.faults.checker.examining import RULES, Report, examine, name_of
from tests.faults.deeds import (
    Deed,
    a_second_referral,
    acknowledging,
    changing_before_it_is_heard,
    changing_what_is_not_theirs,
    closing,
    days_go_by,
    death_in_a_taking,
    death_of_referral_as_it_writes,
    death_of_reporting_as_it_writes,
    death_with_the_broker_away,
    everyday,
    looked_at,
    mending,
    mistakes_of_every_kind,
    offering_again,
    offering_besides,
    poisoned,
    referring_to_who_is_suspended,
    repeating_late,
    revoking,
    working_with_wrong_dates,
)
from tests.faults.installation import Servers, servers
from tests.faults.schedules import MISTAKES
from tests.faults.test_bed import THROUGH_SECONDS, stage

pytestmark = [pytest.mark.integration, pytest.mark.verify, pytest.mark.timeout(600)]

SEED = 7
STUCK = frozenset(
    {
        *("gaps-in-the-log", "position-not-stored"),
        *("relay-moves-before-the-acknowledgement", "position-before-work"),
    }
)
"""Bugs that keep messages from coming through: that need not be waited for."""
STUCK_SECONDS = 5.0
NUMBERS = count(1)


@pytest.fixture(scope="module")
def both() -> Iterator[Servers]:
    """PostgreSQL and Kafka, one of each for the whole file."""
    with tempfile.TemporaryDirectory(prefix="cz-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with servers(folder) as started:
            yield started


def judged(both: Servers, deeds: Sequence[Deed], *bugs: str) -> Report:
    """Have the institutions act, with bugs in every process, while this is done; and judge it."""
    folder = both.postgres.folder.parent / f"t{next(NUMBERS)}"
    with stage(both, folder, seed=SEED, bug=" ".join(bugs) or None) as one:
        for deed in deeds:
            deed(one)
        one.quiesce(STUCK_SECONDS if STUCK & {*bugs} else THROUGH_SECONDS)
        return examine(folder)


CAUGHT: dict[str, tuple[Deed, str]] = {
    "unlocked-append": (a_second_referral, "positions-are-in-commit-order"),
    "gaps-in-the-log": (everyday, "positions-have-no-gap"),
    "keys-not-kept": (everyday, "nothing-acknowledged-is-missing"),
    "answered-before-the-commit": (
        death_of_referral_as_it_writes,
        "nothing-acknowledged-is-missing",
    ),
    "answer-made-up-again": (everyday, "equal-tries-get-equal-answers"),
    "answer-of-today": (repeating_late, "equal-tries-get-equal-answers"),
    "refusal-stores-its-fact": (everyday, "a-refusal-leaves-no-fact"),
    "accepted-twice": (everyday, "referrals-follow-their-life"),
    "anybody-decides": (everyday, "only-those-concerned-decide"),
    "any-time-will-do": (working_with_wrong_dates, "times-are-in-order"),
    "mended-again": (mending, "what-is-replaced-was-there-and-counts-once"),
    "custody-stays": (everyday, "one-institution-has-custody"),
    "intake-asks-nobody-for-custody": (
        changing_what_is_not_theirs,
        "only-the-custodian-changes-a-case",
    ),
    "intake-turns-nothing": (changing_before_it_is_heard, "only-the-custodian-changes-a-case"),
    "referred-to-anybody": (referring_to_who_is_suspended, "referrals-go-to-who-can-take-them"),
    "folios-shared": (everyday, "folios-are-unique-and-check"),
    "offers-outlive-their-custodian": (offering_besides, "offers-end-when-custody-moves"),
    "anybody-closes": (closing, "only-the-custodian-ends-a-case"),
    "revocation-not-heard": (revoking, "every-message-was-acted-on-once"),
    "relay-moves-before-the-acknowledgement": (
        death_with_the_broker_away,
        "every-published-fact-arrives-once",
    ),
    "zombie-relay-still-sends": (a_second_referral, "messages-repeat-only-after-a-fault"),
    "case-scattered-over-partitions": (everyday, "messages-stand-in-their-partition"),
    "amounts-rounded-on-the-way": (everyday, "every-message-tells-a-fact"),
    "message-names-a-person": (everyday, "messages-say-only-what-is-agreed"),
    "position-before-work": (death_in_a_taking, "reporting-equals-the-topics"),
    "position-not-stored": (everyday, "readers-are-at-the-end"),
    "parked-case-overtaken": (poisoned, "nothing-overtakes-a-parked-message"),
    "readable-message-set-aside": (acknowledging, "only-poisoned-cases-wait"),
    "projection-in-a-transaction-of-its-own": (
        death_of_reporting_as_it_writes,
        "reporting-equals-the-topics",
    ),
    "totals-forgotten": (everyday, "tallies-equal-the-rows"),
    "undecided-addressee-sees-the-case": (looked_at, "nobody-sees-more-or-less"),
    "withdrawn-addressee-keeps-sight": (looked_at, "nobody-sees-more-or-less"),
    "revoked-share-goes-on": (looked_at, "nobody-sees-more-or-less"),
    "former-custodian-looks-on": (looked_at, "nobody-sees-more-or-less"),
    "weekends-counted": (everyday, "clocks-are-what-the-calendar-gives"),
    "clocks-forgotten": (days_go_by, "no-clock-is-forgotten"),
    "offered-outside-the-consent": (offering_again, "cases-go-to-whom-the-consent-names"),
    "opened-twice": (everyday, "every-message-was-acted-on-once"),
}
"""By bug: what is done, and the rule that must catch it."""
AS_WELL = {"unlocked-append": "positions-have-no-gap"}
"""Another rule that shows the same bug: which of them does is the operating system's choice."""


SHARED = (
    ("weekends-counted", "totals-forgotten", "folios-shared"),
    ("accepted-twice", "mended-again", "any-time-will-do"),
)
"""Bugs that are planted together, to start the services once for all of them.

Each is in a place of its own, and its rule looks at what none of the others touches: the moments of
clocks, reporting's tallies, folios; what follows an acceptance, corrections, moments said.
"""
_BY_THEMSELVES = tuple(
    (bug,) for bug in CAUGHT if bug not in {each for one in SHARED for each in one}
)


def test_every_bug_has_its_rule() -> None:
    assert CAUGHT.keys() == BUGS.keys()
    assert all(len({CAUGHT[bug][1] for bug in together}) == len(together) for together in SHARED)
    assert {rule for _, rule in CAUGHT.values()} <= {name_of(rule) for rule in RULES}


@pytest.mark.parametrize("bugs", [*_BY_THEMSELVES, *SHARED], ids="+".join)
def test_a_planted_bug_is_caught_by_its_rule(both: Servers, bugs: tuple[str, ...]) -> None:
    deeds = list(dict.fromkeys(CAUGHT[bug][0] for bug in bugs))
    report = judged(both, deeds, *bugs)
    for bug in bugs:
        rule = CAUGHT[bug][1]
        assert report.broken_rules & {rule, AS_WELL.get(bug, rule)}, (bug, report)


@pytest.mark.timeout(900)  # all deeds, one after the other; poisons have a test of their own
def test_without_a_bug_the_same_deeds_pass(both: Servers) -> None:
    deeds = list(dict.fromkeys(deed for deed, _ in CAUGHT.values() if deed is not poisoned))
    report = judged(both, deeds)
    assert not report.findings, report.findings[:5]
    assert report.counts["faults"] == 11


def test_a_program_that_failed_on_a_fact_is_replaced_and_nothing_is_lost(both: Servers) -> None:
    report = judged(both, [mistakes_of_every_kind])
    assert not report.findings, report.findings[:5]
    assert report.counts["set aside"] >= 2
    assert report.counts["faults"] == len(MISTAKES)


def test_without_a_bug_poisoned_messages_pass(both: Servers) -> None:
    report = judged(both, [poisoned])
    assert not report.findings, report.findings[:5]
    assert report.counts["poisoned"]
