"""One referral's life, and who can be asked next, in PostgreSQL."""

from datetime import timedelta

import pytest

from services.reporting.lives import Lives
from services.reporting.searching.candidates import candidates
from services.reporting.searching.finder import Finder
from shared.contracts import clocks, referral
from shared.contracts.contract import Contract
from shared.kernel.consents import ConsentGiven
from tests.event_factory import BEGIN, BUREAU, OFFICE, EventFactory, Story
from tests.reporting_store import Store
from tests.waiting_stories import (
    CASE,
    FIRST,
    LATER,
    SECOND,
    SHELTER,
    STRANGER,
    THIRD,
    offered,
    said,
    story_of,
)

pytestmark = pytest.mark.integration


def test_a_life_tells_its_facts_and_those_made_in_its_place(store: Store) -> None:
    story_of(store)
    lives = Lives(store.log)
    life = lives.life(FIRST, OFFICE, LATER)
    assert life is not None
    assert [fact.name for fact in life.facts] == [
        "referral-requested",
        "case-previewed",
        "referral-declined",
    ]
    assert [row.referral_id for row in life.chain] == [FIRST, SECOND]
    assert (life.waiting, life.referral.status) == (None, "declined")
    again = lives.life(SECOND, OFFICE, LATER)
    assert again is not None
    assert again.waiting is not None
    assert again.waiting.whom == SHELTER


def test_a_life_is_told_as_far_as_it_is_seen(store: Store) -> None:
    story_of(store)
    lives = Lives(store.log)
    theirs = lives.life(SECOND, SHELTER, LATER)
    assert theirs is not None
    assert [row.referral_id for row in theirs.chain] == [SECOND]
    assert {fact.name for fact in theirs.facts} == {"referral-requested", "case-previewed"}
    assert lives.life(FIRST, SHELTER, LATER) is None
    assert lives.life(SECOND, STRANGER, LATER) is None
    assert lives.life(THIRD, None, LATER) is None


def test_candidates_stay_within_the_consent_and_say_who_was_asked(store: Store) -> None:
    story = story_of(store)
    for number, code in enumerate((BUREAU, SHELTER, "college")):
        store.take(offered(story.factory, number, code))
    life = Lives(store.log).life(FIRST, OFFICE, LATER)
    case = store.reports.case(CASE, OFFICE)
    assert life is not None
    assert case is not None
    found = candidates(Finder(store.log), life, case, LATER + timedelta(days=1))
    assert [(each.institution, each.asked) for each in found.recipients] == [(BUREAU, True)]
    assert (found.services, found.until, found.over) == (("legal-advice",), None, False)
    why = {
        each.service.institution: {reason.code for reason in each.reasons}
        for each in found.found.excluded_items
    }
    assert why[BUREAU] == {"asked-before"}
    assert why[SHELTER] == {"outside-the-consent", "asked-before"}
    assert why["college"] == {"outside-the-consent"}
    assert found.found.serving == 0


def test_candidates_of_a_consent_are_those_it_names_while_it_lasts(store: Store) -> None:
    story = Story(EventFactory(), CASE)
    story.registered()
    story.custody_taken()
    consent = ConsentGiven("recorded-by-sender", (BUREAU, SHELTER), ("legal-advice",), LATER.date())
    data = referral.ReferralRequestedV1(
        referral_id=FIRST,
        sender=OFFICE,
        addressee=BUREAU,
        kind="share",
        services=("legal-advice",),
        addressee_version=1,
        priority="normal",
        consent=consent,
    )
    store.take([*story.events, *said(story, data)])
    for number, code in enumerate((BUREAU, SHELTER)):
        store.take(offered(story.factory, number, code))
    life = Lives(store.log).life(FIRST, None, LATER)
    case = store.reports.case(CASE, None)
    assert life is not None
    assert case is not None
    asked = Lives(store.log).life(FIRST, BUREAU, LATER)
    assert asked is not None
    assert asked.facts[0].data["consent"]["recipients"] == [BUREAU]
    assert SHELTER not in asked.names
    found = candidates(Finder(store.log), life, case, LATER)
    assert [each.service.institution for each in found.found.items] == [SHELTER]
    assert (found.until, found.over) == (LATER.date(), False)
    over = candidates(Finder(store.log), life, case, LATER + timedelta(days=2))
    assert (over.over, over.found.serving) == (True, 0)


ENDED = referral.ReferralCancelledByPersonV1(referral_id=FIRST, reason="other")
VOIDED = referral.DeclineEnteredInErrorV1(referral_id=FIRST, reason="other")
EXPIRED = clocks.ReferralExpiredUndecidedV1(referral_id=FIRST, clock="decide", due_at=BEGIN)


@pytest.mark.parametrize(
    ("before", "facts", "decided"),
    [
        ("accepted", (ENDED,), True),  # from then on its follow-up says what becomes of it
        ("declined", (), True),
        ("declined", (VOIDED, EXPIRED), False),
        ("declined", (VOIDED, ENDED), False),
        (None, (EXPIRED,), False),
        (None, (ENDED,), False),
    ],
)
def test_what_ends_by_a_clock_or_by_the_person_is_decided_only_if_it_was_accepted(
    store: Store, before: str | None, facts: tuple[Contract, ...], *, decided: bool
) -> None:
    story = Story(EventFactory(), CASE)
    story.registered()
    story.custody_taken()
    story.requested(FIRST, kind="share")
    if before is not None:
        getattr(story, before)(FIRST, **({"kind": "share"} if before == "accepted" else {}))
    store.take([*story.events, *said(story, *facts)])
    (row,) = store.reports.referrals(None, 9)
    assert row.decided_at == (BEGIN if decided else None)
