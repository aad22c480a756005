"""No rule is vacuous: in a small world where all is well, one thing is broken for each."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.faults.breaks_in_reading import IN_READING
from tests.faults.breaks_in_time import IN_TIME
from tests.faults.breaks_of_agreements import OF_AGREEMENTS
from tests.faults.breaks_of_consents import OF_CONSENTS
from tests.faults.breaks_of_endings import OF_ENDINGS
from tests.faults.breaks_of_gatherings import OF_GATHERINGS
from tests.faults.breaks_of_offers import OF_OFFERS
from tests.faults.breaks_of_the_directory import OF_THE_DIRECTORY
from tests.faults.breaks_on_the_log import ACCEPTED, ON_THE_LOG, submission_of
from tests.faults.breaks_on_the_way import ON_THE_WAY, killed, sent_again
from tests.faults.checker import booking
from tests.faults.checker.__main__ import as_json, as_text, main
from tests.faults.checker.examining import RULES, judge, name_of
from tests.faults.checker.rows import Ledger, Service
from tests.faults.checker.tallies import coarse
from tests.faults.small_story import small_world
from tests.faults.small_world import OFFICE, REFERRAL, SECOND

TABLES = (
    ON_THE_LOG,
    ON_THE_WAY,
    IN_READING,
    OF_ENDINGS,
    OF_THE_DIRECTORY,
    OF_AGREEMENTS,
    OF_CONSENTS,
    OF_GATHERINGS,
    OF_OFFERS,
    IN_TIME,
)
BREAKS = {
    rule: [one for table in TABLES for one in table.get(rule, ())]
    for rule in dict.fromkeys(rule for table in TABLES for rule in table)
}


def test_a_world_where_all_is_well_passes() -> None:
    report = judge(small_world().evidence())
    assert not report.findings, report.findings
    assert report.counts["messages"] == 155
    assert "Todo en orden" in as_text(report)


def test_every_rule_has_a_way_to_break_it() -> None:
    assert BREAKS.keys() == {name_of(rule) for rule in RULES}


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, n) for rule, breaks in BREAKS.items() for n in range(len(breaks))]
)
def test_a_broken_rule_is_found(rule: str, number: int) -> None:
    world = small_world()
    BREAKS[rule][number](world)
    report = judge(world.evidence())
    assert rule in report.broken_rules, report.findings
    assert f"\n{rule} (" in as_text(report)
    assert any(each["rule"] == rule for each in json.loads(as_json(report))["findings"])


def test_an_empty_run_does_not_pass() -> None:
    world = small_world()
    empty = replace(
        world.evidence(),
        ledger=Ledger(),
        services={name: Service(name) for name in world.facts},
        messages=(),
        ends={},
        tables={name: [] for name in world.tables},
    )
    assert judge(empty).broken_rules == {"there-was-something-to-see", "all-is-through-in-time"}


def test_a_key_that_was_refused_may_be_accepted_later() -> None:
    world = small_world()
    last = f"followup:{REFERRAL}:5"
    submission = submission_of(world, last)
    n = world.lines.index(submission)
    refusal = {"ask": submission["ask"], "try": 0, "status": 409, "body": {"code": "not-now"}}
    world.lines[n:n] = [{**submission, "try": 0}, {"t": 0.0, "what": "answer", **refusal}]
    assert not judge(world.evidence()).findings


def test_a_message_that_the_program_was_made_to_fail_on_may_wait() -> None:
    world = small_world()
    ON_THE_WAY["only-poisoned-cases-wait"][1](world)
    (row,) = (r for rows in world.parked.values() for r in rows if r.reason == "not-projectable")
    facts = (fact for facts in world.facts.values() for fact in facts)
    failed_on = next(f for f in facts if (f.service, f.position) == (row.source, row.position))
    assert "only-poisoned-cases-wait" in judge(world.evidence()).broken_rules
    (reader,) = (name for name, rows in world.parked.items() if row in rows)
    detail = {"failpoint": None, "detail": {"fact": failed_on.id}}
    world.line("fault", kind="mistake-in-projection", target=reader, **detail)
    assert "only-poisoned-cases-wait" not in judge(world.evidence()).broken_rules


def test_what_an_import_records_may_have_gone_to_anybody() -> None:
    world = small_world()
    rule = "referrals-go-to-who-can-take-them"
    BREAKS[rule][0](world)
    assert rule in judge(world.evidence()).broken_rules
    for fact in list(world.facts["referral"]):
        if fact.name == "referral-requested":
            world.change(fact.id, imported={"mapping": "old-system"})
    assert rule not in judge(world.evidence()).broken_rules


def test_a_message_sent_again_in_the_wake_of_a_fault_is_well() -> None:
    world = small_world()
    killed(world, world.message(ACCEPTED).sent - 20)
    sent_again(world)
    assert not judge(world.evidence()).findings


def test_what_an_operator_replayed_was_taken_in_and_what_he_discarded_was_not() -> None:
    world = small_world()
    (behind,) = (row for row in world.parked["reporting"] if row.position)
    (parked,) = (fact for fact in world.facts["reporting"] if fact.stream == behind.id)
    aside = {("referral", behind.position)}
    waits = Service("reporting", [parked], parked=[behind])
    replayed = Service("reporting", [parked], parked=[replace(behind, resolved=True)])
    fact = replace(parked, position=2, version=2, name="message-discarded")
    discarded = replace(replayed, facts=[parked, fact])
    assert [each.set_aside for each in (waits, replayed, discarded)] == [aside, set(), aside]


def test_what_cannot_be_read_is_reported_with_the_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 2
    assert "--ledger" in capsys.readouterr().err
    book = tmp_path / "ledger.jsonl"
    book.write_text('{"n": 1, "what": "start", "prefix": "p"}\n')
    where = ["--ledger", str(book), "--database", "host=/nowhere", "--kafka", "127.0.0.1:1"]
    assert main([str(tmp_path), *where]) == 2
    assert "Start its servers" in capsys.readouterr().err


def test_a_ledger_with_a_line_torn_out_is_no_ledger(tmp_path: Path) -> None:
    book = tmp_path / "ledger.jsonl"
    book.write_text('{"n": 1, "what": "start"}\n{"n": 3, "what": "end"}\n')
    with pytest.raises(booking.Torn):
        booking.read(book)


@pytest.mark.parametrize(
    ("value", "first_two"),
    [("0.5", "0"), ("3", "3"), ("9.87", "9.8"), ("12.9", "12"), ("1299", "1200"), ("100", "100")],
)
def test_values_are_counted_by_their_first_two_digits(value: str, first_two: str) -> None:
    assert coarse(Decimal(value)) == Decimal(first_two)


def test_the_tallies_of_the_small_world_are_these() -> None:
    world = small_world()
    everywhere = {
        (row["measure"], row["label"], str(row["key"]), row["n"], str(row["total"]))
        for row in world.tables["tallies"]
        if row["programme"] == row["subdivision"] == "*"
    }
    assert {
        ("cases", "", "0", 3, "0"),
        ("open", OFFICE, "0", 1, "0"),
        ("decided", "", "0", 2, "0"),
        ("days", "", "3", 1, "0"),
        ("paid", "MXN", "0", 1, "90.25"),
        ("referrals", "accepted", "0", 2, "0"),
        ("referrals", "declined", "0", 2, "0"),
        ("referrals", "expired-unacknowledged", "0", 1, "0"),
        ("facts", "referral", "0", 101, "0"),
    } <= everywhere
    assert SECOND in {row["referral_id"] for row in world.tables["referrals"]}
