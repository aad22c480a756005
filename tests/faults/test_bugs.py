"""The checker can fail: bugs are planted one by one, and the rule that must catch each does."""

import math
import os
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.actors import INSTITUTIONS
from tests.faults.bugs import BUGS
from tests.faults.checker.examining import RULES, Report, examine, name_of
from tests.faults.installation import Servers, servers
from tests.faults.mistaking import Mistaking
from tests.faults.schedules import MISTAKES, Fault
from tests.faults.stewarding import submit_as_steward
from tests.faults.test_bed import Stage, stage
from tests.waiting import soon

pytestmark = [pytest.mark.integration, pytest.mark.verify, pytest.mark.timeout(240)]

Deed = Callable[[Stage], None]
SEED = 7
ENOUGH = {"register-case": 30, "correct-case": 10, "accept": 25, "decline": 3, "outcomes": 10}
"""So many of these must have been accepted before a bug has had its occasions; every second outcome
has an amount."""
REFUSED, LATE = 20, 30
AT_MOST_SECONDS = 90.0
"""However loaded the machine: it is what was done that counts, not for how long."""
BUG_THROUGH_SECONDS = 5.0
"""A bug that keeps messages from coming through need not be waited for."""
NUMBERS = count(1)
_DAYS = timedelta(days=5)


@pytest.fixture(scope="module")
def both() -> Iterator[Servers]:
    """PostgreSQL and Kafka, one of each for the whole file."""
    with tempfile.TemporaryDirectory(prefix="cz-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with servers(folder) as started:
            yield started


def until(happened: Callable[[], bool], what: str) -> None:
    """Wait for something that must come."""
    soon(happened, what, AT_MOST_SECONDS)


def busy(one: Stage) -> None:
    """The institutions act until enough has been accepted and refused, and nothing else happens."""
    refused = one.client.counts.refused.total() + REFUSED
    until_accepted(one, ENOUGH)
    until(lambda: one.client.counts.refused.total() >= refused, "too little was refused")


def repeating_late(one: Stage) -> None:
    """Old commands are repeated once their streams have moved on."""
    one.watch(look_every=math.inf, repeat_every=0.02, age=1.5)
    busy(one)
    until(lambda: one.client.counts.repeated_moved_on >= LATE, "too little was repeated late")


def busy_handing_over(one: Stage) -> None:
    """Who hands a case over goes on changing it, before intake has heard that it may not."""
    until_accepted(one, {"accept": 25, "correct-late": 8})


def busy_with_work(one: Stage) -> None:
    """Until among the work there is some that is said to have happened long ago."""
    until_accepted(one, {**ENOUGH, "contacts": 30, "services": 30, "outcomes": 30})


def busy_with_corrections(one: Stage) -> None:
    """Until mistakes were mended, each twice."""
    until_accepted(one, {**ENOUGH, "correction": 20})


def busy_while_some_are_suspended(one: Stage) -> None:
    """Half of the institutions are suspended meanwhile, so that nothing may be referred to them."""
    half = INSTITUTIONS[::2]
    for institution in half:
        submit_as_steward(one.client, institution, "suspension", {"reason": "under-review"})
    until_accepted(one, {"refer": 20})
    for institution in half:
        submit_as_steward(one.client, institution, "reactivation", {})


def looked_at(one: Stage) -> None:
    """Everybody reads, while the institutions act and once all is through."""
    one.watch(look_every=0.5, repeat_every=math.inf, age=math.inf)
    busy(one)
    until_accepted(one, {"revoke": 2})


def busy_referring(one: Stage) -> None:
    """The same until some cases were referred, with priorities of all kinds."""
    until_accepted(one, {"refer": 20})


def busy_offering_again(one: Stage) -> None:
    """The same until what was not taken was offered again, some of it outside its consent."""
    until_accepted(one, {"reoffer": 4})


def days_go_by(one: Stage) -> None:
    """The same, and every process's clock is put five days ahead: what waits expires."""
    busy_referring(one)
    one.installation.ahead = _DAYS
    for slot in (each for each in one.fleet.slots.values() if each.wanted):
        slot.order(clock=_DAYS.total_seconds())
        one.mended(one.fault("clock-ahead", slot.name), slot.name)
    until_accepted(one, {"refer": 10})


def busy_until_acknowledged(one: Stage) -> None:
    """The same for bugs behind whose first messages cases get stuck."""
    until_accepted(one, {"acknowledge": 10})


def busy_with_offers(one: Stage) -> None:
    """The same until many transfers were accepted: some had a share offered beside them."""
    until_accepted(one, {"accept": 60})


def busy_closing(one: Stage) -> None:
    """The same until many cases were closed, some of them by who had handed them over."""
    until_accepted(one, {"close-case": 25})


def busy_revoking(one: Stage) -> None:
    """The same until some shares were revoked."""
    until_accepted(one, {"revoke": 3})


def until_accepted(one: Stage, enough: Mapping[str, int]) -> None:
    """So many of each command have been accepted from now on."""
    counts = one.client.counts
    before = Counter(counts.accepted)
    try:
        until(
            lambda: all(counts.accepted[name] >= before[name] + n for name, n in enough.items()),
            f"{dict(enough)} were not accepted",
        )
    except AssertionError as error:
        broken = one.workers.broken if one.workers else "no workers"
        raise AssertionError(f"{error}; {counts}; workers: {broken}") from None


def a_second_referral(one: Stage) -> None:
    """Two processes of one service share the work; of their relays one stands by."""
    one.fleet.start("referral-1")
    assert one.fleet.wait_ready("referral-1", since=time.monotonic())
    busy(one)


def death_of_referral_as_it_writes(one: Stage) -> None:
    """Referral is killed while facts are on their way into its log, and started again."""
    die_writing(one, "referral-0", "referral.events")


def death_of_reporting_as_it_writes(one: Stage) -> None:
    """Reporting is killed while rows are on their way into its projections, and started again."""
    die_writing(one, "reporting-0", "reporting.history")


def death_in_a_taking(one: Stage) -> None:
    """Reporting is killed in its taking: the places written, the transaction not committed."""
    one.fleet.slots["reporting-0"].order(failpoint="in-process", nth=4)
    with broken(one, "kill-service", "reporting-0"):
        until_it_has_fired(one, "reporting-0")
    busy(one)


def death_with_the_broker_away(one: Stage) -> None:
    """Intake records cases that it cannot publish yet, and is killed before it can."""
    busy(one)
    one.poisoner.close()  # kafka-python leaves the sockets of refused connections unclosed
    with broken(one, "broker-away", "kafka"), broken(one, "kill-service", "intake-0"):
        os.kill(one.servers.kafka.pid, signal.SIGKILL)
        time.sleep(1)
        one.fleet.kill("intake-0")
        until_it_is_gone(one, "intake-0")
        one.servers.kafka.start()


def mistakes_of_every_kind(one: Stage) -> None:
    """A program fails on one fact, each of three in its way, and the next version does not."""
    mistaking = Mistaking(one, threading.Event())
    for kind, target in zip(MISTAKES, ("followup", "reporting", "referral"), strict=True):
        fault = Fault(0.0, kind, target, nth=2, seconds=2.0)
        assert mistaking.make(fault), kind
    busy(one)


def die_writing(one: Stage, slot: str, table: str) -> None:
    """A process is killed while PostgreSQL keeps it from writing a table, and started again.

    What waits is not written after its death: its connection is ended too.
    """
    busy(one)
    with broken(one, "kill-service", slot), psycopg.connect(one.installation.admin) as conn:
        conn.execute(f"LOCK TABLE {table} IN SHARE MODE")
        until(lambda: bool(_waiting(conn, table)), f"nothing was written into {table}")
        one.fleet.kill(slot)
        until_it_is_gone(one, slot)
        for pid in _waiting(conn, table):
            conn.execute("SELECT pg_terminate_backend(%s)", (pid,))


def _waiting(conn: psycopg.Connection[Any], table: str) -> list[int]:
    """The backends that wait for a table's lock."""
    query = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
    return [pid for (pid,) in conn.execute(query, (table,))]


@contextmanager
def broken(one: Stage, kind: str, target: str) -> Iterator[None]:
    """A fault from its strike until the services are well again."""
    line = one.fault(kind, target)
    yield
    one.mended(line)


def until_it_is_gone(one: Stage, name: str) -> None:
    """The process of a slot has ended, and the next one has begun."""
    first = one.fleet.slots[name].since
    until(lambda: one.fleet.slots[name].since != first, f"{name} does not come back")


def until_it_has_fired(one: Stage, name: str) -> None:
    """A process of a slot has died at its failpoint."""
    until(lambda: bool(one.fleet.slots[name].fired), "the failpoint was never reached")


def judged(
    both: Servers, deeds: Sequence[Deed], bug: str | None, *, poisons: float, through: float
) -> Report:
    """Have the institutions act, with a bug in every process, while this is done; and judge it."""
    folder = both.postgres.folder.parent / f"t{next(NUMBERS)}"
    with stage(both, folder, seed=SEED, bug=bug) as one:
        one.start_workers(count=4, rate=120, poisons=poisons)
        for deed in deeds:
            deed(one)
        one.quiesce(through)
        return examine(folder)


CAUGHT: dict[str, tuple[Deed, str]] = {
    "unlocked-append": (a_second_referral, "positions-are-in-commit-order"),
    "gaps-in-the-log": (busy, "positions-have-no-gap"),
    "keys-not-kept": (busy, "nothing-acknowledged-is-missing"),
    "answered-before-the-commit": (
        death_of_referral_as_it_writes,
        "nothing-acknowledged-is-missing",
    ),
    "answer-made-up-again": (busy, "equal-tries-get-equal-answers"),
    "answer-of-today": (repeating_late, "equal-tries-get-equal-answers"),
    "refusal-stores-its-fact": (busy, "a-refusal-leaves-no-fact"),
    "accepted-twice": (busy, "referrals-follow-their-life"),
    "anybody-decides": (busy, "only-those-concerned-decide"),
    "any-time-will-do": (busy_with_work, "times-are-in-order"),
    "mended-again": (busy_with_corrections, "what-is-replaced-was-there-and-counts-once"),
    "custody-stays": (busy, "one-institution-has-custody"),
    "intake-asks-nobody-for-custody": (busy_handing_over, "only-the-custodian-changes-a-case"),
    "intake-turns-nothing": (busy_handing_over, "only-the-custodian-changes-a-case"),
    "referred-to-anybody": (busy_while_some_are_suspended, "referrals-go-to-who-can-take-them"),
    "folios-shared": (busy, "folios-are-unique-and-check"),
    "offers-outlive-their-custodian": (busy_with_offers, "offers-end-when-custody-moves"),
    "anybody-closes": (busy_closing, "only-the-custodian-ends-a-case"),
    "revocation-not-heard": (busy_revoking, "every-message-was-acted-on-once"),
    "relay-moves-before-the-acknowledgement": (
        death_with_the_broker_away,
        "every-published-fact-arrives-once",
    ),
    "zombie-relay-still-sends": (a_second_referral, "messages-repeat-only-after-a-fault"),
    "case-scattered-over-partitions": (busy, "messages-stand-in-their-partition"),
    "amounts-rounded-on-the-way": (busy, "every-message-tells-a-fact"),
    "message-names-a-person": (busy, "messages-say-only-what-is-agreed"),
    "position-before-work": (death_in_a_taking, "reporting-equals-the-topics"),
    "position-not-stored": (busy, "readers-are-at-the-end"),
    "parked-case-overtaken": (busy, "nothing-overtakes-a-parked-message"),
    "readable-message-set-aside": (busy_until_acknowledged, "only-poisoned-cases-wait"),
    "projection-in-a-transaction-of-its-own": (
        death_of_reporting_as_it_writes,
        "reporting-equals-the-topics",
    ),
    "totals-forgotten": (busy, "tallies-equal-the-rows"),
    "undecided-addressee-sees-the-case": (looked_at, "nobody-sees-more-or-less"),
    "withdrawn-addressee-keeps-sight": (looked_at, "nobody-sees-more-or-less"),
    "revoked-share-goes-on": (looked_at, "nobody-sees-more-or-less"),
    "former-custodian-looks-on": (looked_at, "nobody-sees-more-or-less"),
    "weekends-counted": (busy_referring, "clocks-are-what-the-calendar-gives"),
    "clocks-forgotten": (days_go_by, "no-clock-is-forgotten"),
    "offered-outside-the-consent": (busy_offering_again, "cases-go-to-whom-the-consent-names"),
    "opened-twice": (busy, "every-message-was-acted-on-once"),
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
    poisons = 0.3 if "parked-case-overtaken" in bugs else 0.0
    report = judged(both, deeds, " ".join(bugs), poisons=poisons, through=BUG_THROUGH_SECONDS)
    for bug in bugs:
        rule = CAUGHT[bug][1]
        assert report.broken_rules & {rule, AS_WELL.get(bug, rule)}, (bug, report)


@pytest.mark.timeout(900)  # all deeds, one after the other
def test_without_a_bug_the_same_deeds_pass(both: Servers) -> None:
    deeds = list(dict.fromkeys(deed for deed, _ in CAUGHT.values()))
    report = judged(both, deeds, None, poisons=0.0, through=30.0)
    assert not report.findings, report.findings[:5]
    assert report.counts["faults"] == 10


def test_a_program_that_failed_on_a_fact_is_replaced_and_nothing_is_lost(both: Servers) -> None:
    report = judged(both, [mistakes_of_every_kind], None, poisons=0.0, through=30.0)
    assert not report.findings, report.findings[:5]
    assert report.counts["set aside"] >= 2
    assert report.counts["faults"] == len(MISTAKES)


def test_without_a_bug_poisoned_messages_pass(both: Servers) -> None:
    report = judged(both, [busy], None, poisons=0.3, through=30.0)
    assert not report.findings, report.findings[:5]
    assert report.counts["poisoned"]
