"""Each indicator names every kind of published fact that its number depends on, and no other."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.reporting import indicators
from services.reporting.consent_declarations import CONSENTS
from services.reporting.rows import HISTORY_ONLY
from shared.contracts import CONTRACTS, referral
from shared.contracts.asking import CustodyAnnouncedV1
from shared.contracts.contract import AboutReferral, Contract, Key, parts_of
from shared.contracts.envelope import Event
from shared.contracts.followup import ContactRecordedV1, ServiceDeliveredV1
from tests.event_factory import BEGIN, BUREAU, OFFICE, EventFactory, Story, institution
from tests.examples import PUBLISHED, SUBJECTS, examples
from tests.integration.reporting.test_projections import random_story
from tests.reporting_store import Store

pytestmark = pytest.mark.integration

STILL_OPEN, OPEN_AGAIN = UUID(int=11), UUID(int=12)


def plain_stories(factory: EventFactory) -> list[Event]:
    """Tell what chance may leave out: each kind of fact where it could matter, if it did."""
    pending, followed, ended = (Story(factory, UUID(int=n)) for n in (1, 2, 3))
    pending.registered()
    pending.custody_taken()
    pending.requested(STILL_OPEN)
    events = [*pending.events]
    events += _more(
        factory,
        "referral",
        pending,
        referral.ReferralAcknowledgedV1(referral_id=STILL_OPEN),
        referral.InformationRequestedV1(referral_id=STILL_OPEN, topics=("consent",)),
        referral.InformationAnsweredV1(referral_id=STILL_OPEN, topics=("consent",)),
        referral.ReferralWithdrawnV1(referral_id=STILL_OPEN, reason="need-resolved"),
        referral.ReferralEnteredInErrorV1(referral_id=STILL_OPEN),
    )
    pending.events.clear()
    pending.declined(STILL_OPEN)
    followed.registered()
    followed.custody_taken()
    for each in (STILL_OPEN, OPEN_AGAIN):
        followed.followed(each)
    followed.outcome(OPEN_AGAIN, "award", "12.50")
    followed.closed(OPEN_AGAIN)
    events += _more(
        factory,
        "followup",
        followed,
        ContactRecordedV1(referral_id=OPEN_AGAIN, channel="telephone"),
        ServiceDeliveredV1(referral_id=OPEN_AGAIN, service="legal-advice"),
    )
    ended.registered()
    ended.custody_taken()
    ended.custody_ended()
    events += [*pending.events, *followed.events, *ended.events]
    for n in range(5, 9):
        revoked, referral_id = Story(factory, UUID(int=n)), UUID(int=20 + n)
        revoked.registered()
        revoked.custody_taken()
        revoked.followed(referral_id)
        revoked.closed(referral_id)
        revoked.follow_up_revoked(referral_id)
        revoked.case_closed("dismissed", at=BEGIN + timedelta(days=800))
        events += revoked.events
    for n in range(9, 17):
        voided, referral_id = Story(factory, UUID(int=n)), UUID(int=20 + n)
        voided.registered()
        voided.custody_taken()
        voided.followed(referral_id)
        recorded = voided.outcome(referral_id, "award", "99999.50")
        if n % 2:
            voided.follow_up_in_error(referral_id)
        else:
            voided.outcome_in_error(referral_id, int(recorded.id.rpartition(":")[2]))
        voided.case_closed("dismissed", at=BEGIN + timedelta(days=800))
        events += voided.events
    for n in range(17, 25):
        corrected, referral_id = Story(factory, UUID(int=n)), UUID(int=20 + n)
        corrected.registered()
        corrected.custody_taken()
        corrected.followed(referral_id)
        recorded = corrected.outcome(referral_id, "dismissed")
        replaces = int(recorded.id.rpartition(":")[2])
        corrected.corrected_outcome(referral_id, replaces, "award", "88888.50")
        corrected.case_closed("dismissed", at=BEGIN + timedelta(days=700 + n))
        events += corrected.events
    return [*events, *_not_told(factory, followed, events)]


def _not_told(factory: EventFactory, story: Story, events: list[Event]) -> list[Event]:
    """Tell of an open follow-up what no story tells, so that a new fact needs no line here."""
    there = {type(event.data) for event in events}
    more: list[Event] = []
    for service, name in PUBLISHED:
        contract = examples(service, name)[0].contract
        if type(contract) in there:
            continue
        if isinstance(contract, AboutReferral):
            more += _more(factory, service, story, replace(contract, referral_id=STILL_OPEN))
        elif type(contract) in {*HISTORY_ONLY, *CONSENTS, CustodyAnnouncedV1}:
            more += _more(factory, service, story, contract)
    return more


def _more(factory: EventFactory, service: str, story: Story, *facts: Contract) -> list[Event]:
    return [factory.publish(service, story.case_id, str(story.case_id), each) for each in facts]


def directory(factory: EventFactory) -> list[Event]:
    """Describe one institution, correct how another is described, and say all else of that one."""
    corrected = referral.InstitutionCorrectedV1(
        institution=BUREAU,
        name="Commission",
        kind="labour-authority",
        subdivision=None,
        programmes=(),
        changed=("name",),
    )
    described = [
        institution(factory, OFFICE, "Office"),
        institution(factory, BUREAU, "Bureau"),
        factory.publish("referral", UUID(int=4), BUREAU, corrected),
    ]
    there = {type(event.data) for event in described}
    told = (examples(*each)[0].contract for each in PUBLISHED)
    others = [each for each in told if each.key is not Key.CASE and type(each) not in there]
    return [*described, *(_about_no_case(factory, each) for each in others)]


def _about_no_case(factory: EventFactory, data: Contract) -> Event:
    if data.key is Key.INSTITUTION:
        mine = replace(data, institution=BUREAU)
        return factory.publish("referral", UUID(int=4), BUREAU, mine)
    return factory.publish("referral", UUID(int=5), SUBJECTS[data.key], data)


def apart(events: Iterable[Event]) -> Iterator[frozenset[str]]:
    """Yield the kinds of facts to leave out: each alone, and at once all that count no case."""
    together = set()
    for event in events:
        kind = kind_of(event)
        home = vars(sys.modules[type(event.data).__module__])
        of_a_case = event.data.key is Key.CASE and type(event.data) not in CONSENTS
        if of_a_case or "PART_OF" not in home:
            yield frozenset({kind})
        else:
            together.add(kind)
    yield frozenset(together)


def kind_of(event: Event) -> str:
    return f"{event.service}.{parts_of(event.type).name}"


def numbers(store: Store) -> Mapping[str, Any]:
    """Every indicator's number, by its code."""
    report = store.reports.claims(currency="USD")
    return {
        "cases": report.cases,
        # All values that it is the first of, or at a rank of, since that one seldom moves.
        "first-opened": [row for row in store.rows("tallies") if "opened" in row],
        "decided": (report.decided_for_claimant, report.decided_share),
        "amount-owed": report.total_owed,
        "median-amount-owed": report.median_amount,
        "median-amount-owed-above-zero": report.median_above_zero,
        "amount-bands": report.amount_bands,
        "median-days": report.median_days,
        "mean-days": report.mean_days,
        "ninetieth-percentile-days": [row for row in store.rows("tallies") if "days" in row],
        "duration-bands": (report.same_day, report.duration_bands),
        "amount-paid": report.total_paid,
        "share-paid": report.share_paid,
        "share-paid-in-full": (report.paid_in_full, report.paid_more, report.decided_for_claimant),
        "share-paid-as-claimed": (report.paid_as_claimed, report.decided_for_claimant),
        "custody": store.reports.custody().caseloads,
    }


def cases_by_subdivision(store: Store) -> list[Any]:
    """Count the cases of each state: a correction may move a case and nothing else."""
    return [store.reports.claims(subdivision=state).cases for state in ("US-WY", "US-KS")]


def test_leaving_a_kind_of_fact_out_changes_just_the_numbers_that_name_it(store: Store) -> None:
    depends: dict[str, set[str]] = {indicator.code: set() for indicator in indicators.ALL}
    kinds: set[str] = set()
    for seed in range(3):
        factory, chance = EventFactory(), Random(seed)  # noqa: S311 - reproducible, no secret
        events = [*directory(factory), *plain_stories(factory)]
        events += [e for _ in range(60) for e in random_story(factory, chance)]
        store.empty()
        store.take(events)
        whole, by_subdivision = numbers(store), cases_by_subdivision(store)
        for left_out in set(apart(events)):
            kinds |= left_out
            store.empty()
            store.take([e for e in events if kind_of(e) not in left_out])
            less = numbers(store)
            moved = cases_by_subdivision(store) != by_subdivision
            for code, number in whole.items():
                if less[code] != number or moved:
                    depends[code] |= left_out
    assert {i.code: sorted(i.sources) for i in indicators.ALL} == {
        code: sorted(found) for code, found in depends.items()
    }
    assert kinds == {each.removeprefix("mx.canaliza.").rpartition(".")[0] for each in CONTRACTS}
