"""Runs every rule over a run's evidence and puts the findings in order."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.checker import (
    agreements,
    answers,
    askings,
    authority,
    booking,
    calm,
    causes,
    clocks,
    consents,
    contracts,
    custody,
    declines,
    deliveries,
    directory,
    endings,
    gatherings,
    holdings,
    links,
    looks,
    mending,
    order,
    parking,
    previews,
    projections,
    reactions,
    remarks,
    reoffers,
    silences,
    tables,
    tallies,
    times,
    topics,
    travel,
)
from tests.faults.checker import follow_ups as lives
from tests.faults.checker.evidence import PUBLISHERS, READS, Evidence
from tests.faults.checker.rows import Broken

Rule = Callable[[Evidence], Iterator[Broken]]
RULES: tuple[Rule, ...] = (
    calm.there_was_something_to_see,
    answers.nothing_acknowledged_is_missing,
    answers.what_was_recorded_is_what_was_asked,
    answers.nothing_is_done_twice,
    answers.equal_tries_get_equal_answers,
    answers.a_refusal_leaves_no_fact,
    answers.nothing_is_done_unasked,
    order.positions_have_no_gap,
    order.positions_are_in_commit_order,
    order.facts_say_when_they_were_recorded,
    order.streams_have_no_gap,
    custody.one_institution_has_custody,
    custody.only_those_concerned_decide,
    custody.referrals_follow_their_life,
    custody.acceptances_repeat_their_request,
    custody.questions_wait_for_their_answers,
    custody.referrals_lean_on_what_was_listed,
    endings.offers_end_when_custody_moves,
    endings.only_the_custodian_ends_a_case,
    askings.drafts_become_what_they_say,
    askings.transfers_are_asked_for_and_granted,
    askings.everybody_is_told_when_custody_moves,
    reoffers.what_is_offered_again_had_ended,
    reoffers.cases_go_to_whom_the_consent_names,
    declines.declines_are_confirmed_where_that_is_asked,
    declines.programmes_are_ruled_by_stewards,
    links.links_are_opened_once_by_who_was_asked,
    remarks.sides_rate_each_other_once,
    clocks.every_referral_that_waits_has_a_clock,
    clocks.clocks_do_what_they_say_once,
    clocks.no_clock_is_forgotten,
    clocks.clocks_are_what_the_calendar_gives,
    silences.follow_ups_clocks_speak_once,
    authority.only_the_custodian_changes_a_case,
    authority.intake_and_referral_agree,
    authority.proposals_are_made_by_parties_and_decided_once,
    directory.referrals_go_to_who_can_take_them,
    directory.the_directory_is_kept_by_who_may,
    directory.no_two_institutions_have_one_name,
    directory.folios_are_unique_and_check,
    gatherings.gatherings_are_kept_by_who_may,
    gatherings.members_are_in_once_at_a_time,
    agreements.referrals_lean_on_agreements_in_force,
    agreements.overrides_are_a_second_persons,
    consents.consents_stay_within_what_was_said,
    consents.overrides_of_consent_are_two_persons,
    holdings.services_are_kept_by_their_owner,
    holdings.erased_documents_stay_erased,
    lives.cases_follow_their_life,
    lives.follow_ups_follow_their_life,
    deliveries.outcomes_are_confirmed_by_both,
    deliveries.assessments_say_what_they_found,
    mending.what_is_replaced_was_there_and_counts_once,
    times.times_are_in_order,
    causes.every_cause_exists,
    causes.facts_name_their_case,
    travel.every_message_tells_a_fact,
    travel.every_published_fact_arrives_once,
    travel.messages_stand_in_their_partition,
    travel.messages_say_only_what_is_agreed,
    travel.messages_repeat_only_after_a_fault,
    parking.every_poisoned_message_was_set_aside,
    parking.only_poisoned_cases_wait,
    parking.nothing_overtakes_a_parked_message,
    parking.parking_is_on_the_log,
    reactions.every_message_was_acted_on_once,
    reactions.referrals_go_the_way_of_their_follow_ups,
    reactions.referrals_are_delivered_with_their_previews,
    previews.previews_show_a_few_codes_of_the_case,
    projections.reporting_equals_the_topics,
    tallies.tallies_equal_the_rows,
    looks.nobody_sees_more_or_less,
    looks.lists_show_what_is_theirs,
    looks.everybody_was_read_for,
    calm.readers_are_at_the_end,
    calm.relays_are_at_the_end,
    calm.all_is_through_in_time,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was broken, and how."""

    rule: str
    broken: Broken


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it. counts: how much of everything was looked at."""

    findings: Sequence[Finding]
    counts: Mapping[str, int]

    @property
    def broken_rules(self) -> frozenset[str]:
        """The names of the rules that were broken."""
        return frozenset(finding.rule for finding in self.findings)


def name_of(rule: Rule) -> str:
    """A rule's name: its function's, as words."""
    return rule.__name__.replace("_", "-")


def judge(evidence: Evidence) -> Report:
    """Apply every rule."""
    findings = [Finding(name_of(rule), broken) for rule in RULES for broken in rule(evidence)]
    return Report(findings, calm.counts(evidence))


def gather(ledger: Path, database: str, kafka: str) -> Evidence:
    """Read everything that a run left behind. Raises Torn, Away, Silent."""
    with ledger.open(encoding="utf-8") as file:
        start = json.loads(file.readline())
    book = booking.read(ledger)
    services, rows = tables.services(database, tuple(READS)), tables.reports(database)
    messages, ends = topics.messages(kafka, start["prefix"], PUBLISHERS)
    return Evidence(book, services, messages, ends, rows, contracts.committed())


def examine(run: Path) -> Report:
    """Judge a run by its folder, whose run.json says where everything is."""
    where = json.loads((run / "run.json").read_text(encoding="utf-8"))
    return judge(gather(Path(where["ledger"]), where["database"], where["kafka"]))
