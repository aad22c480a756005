"""What waits for whom, until when, in PostgreSQL."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.reporting.lives import Lives
from services.reporting.waiting import Waiting
from shared.contracts import asking, clocks, followup, referral
from shared.contracts.contract import Contract
from shared.kernel.running_clock import RunningClock
from tests.event_factory import BEGIN, BUREAU, OFFICE, EventFactory, Story
from tests.reporting_store import Store
from tests.waiting_stories import (
    CASE,
    FIRST,
    LATER,
    SECOND,
    SHELTER,
    STRANGER,
    clock,
    clocked,
    said,
    story_of,
    told,
)

pytestmark = pytest.mark.integration


def test_what_waits_is_seen_by_whom_it_concerns(store: Store) -> None:
    story_of(store)
    lists = Waiting(store.log)
    (row,) = told(lists, OFFICE)
    assert (row.referral_id, row.turn, row.whom, row.replaces) == (
        SECOND,
        "addressee",
        SHELTER,
        FIRST,
    )
    assert (row.clock, row.due_at, row.overdue, row.next_step) == (None, None, False, None)
    assert row.folio is not None
    (theirs,) = told(lists, SHELTER)
    assert (theirs.referral_id, theirs.folio) == (SECOND, None)
    assert told(lists, BUREAU) == []
    assert told(lists, STRANGER) == []
    assert len(told(lists, None)) == 1


def test_what_waits_is_found_by_whom_turn_and_programme(store: Store) -> None:
    story_of(store)
    lists = Waiting(store.log)
    assert len(told(lists, None, whom=SHELTER, turn="addressee")) == 1
    assert told(lists, None, whom=OFFICE) == []
    assert told(lists, None, turn="sender") == []
    assert len(told(lists, None, programme="us-wage-claims")) == 1
    assert told(lists, None, programme="mecal") == []
    assert lists.rows(None, LATER, 50, overdue=True) == []
    assert len(lists.rows(None, LATER, 50, overdue=False)) == 1


def test_an_accepted_one_waits_for_whoever_follows_it_up(store: Store) -> None:
    story = Story(EventFactory(), CASE)
    story.registered()
    story.custody_taken()
    story.requested(FIRST)
    story.accepted(FIRST)
    store.take(story.events)
    lists = Waiting(store.log)
    (row,) = told(lists, BUREAU)
    assert (row.turn, row.whom, row.status) == ("follower", BUREAU, "accepted")
    assert told(lists, OFFICE) == []  # it handed the case over, and sees what was until then


REMINDED = clocks.ReferralRemindedV1(
    referral_id=FIRST,
    whom=BUREAU,
    clock="acknowledge",
    due_at=clock(4).due_at,
    next_at=clock(4).expires_at,
)
TOLD = clocks.ReferralEscalatedV1(
    referral_id=FIRST,
    level="sender",
    whom=OFFICE,
    clock="acknowledge",
    due_at=clock(4).due_at,
    next_at=clock(4).expires_at,
)
MOVED = clocks.ClockMovedV1(referral_id=FIRST, clock=clock(5), because=(BEGIN.date(),))
ASKED = referral.InformationRequestedV1(referral_id=FIRST, topics=("identity",), clock=clock(8))


@pytest.mark.parametrize(
    ("facts", "due", "step"),
    [
        ((), clock(4), "remind"),
        ((REMINDED,), clock(4), "tell-sender"),
        ((REMINDED, TOLD), clock(4), "tell-coordinator"),
        ((REMINDED, MOVED), clock(5), "tell-sender"),
        ((REMINDED, TOLD, ASKED), clock(8), "remind"),
    ],
)
def test_a_clock_says_until_when_and_what_comes_next(
    store: Store, facts: tuple[Contract, ...], due: RunningClock, step: str
) -> None:
    at_once, apart = clocked(*facts)
    for batches in ([at_once], [[event] for event in apart]):
        store.empty()
        for batch in batches:
            store.take(batch)
        (row,) = told(Waiting(store.log), OFFICE)
        assert (row.due_at, row.next_step) == (due.due_at, step)
        assert (row.overdue, row.due_at and row.due_at.utcoffset()) == (False, timedelta(hours=-6))
        assert row.clock == ("inform" if ASKED in facts else "acknowledge")
    late = Waiting(store.log).rows(None, due.due_at + timedelta(seconds=1), 9, overdue=True)
    assert [each.overdue for each in late] == [True]


def test_an_accepted_one_has_no_clock_of_its_answer_any_more(store: Store) -> None:
    (events, _) = clocked(REMINDED)
    story = Story(EventFactory(), CASE)
    story.factory.messages["referral"] = [b""] * len(events)
    story.accepted(FIRST, kind="share")
    store.take([*events, *story.events])
    (row,) = told(Waiting(store.log), OFFICE)
    assert (row.turn, row.clock, row.due_at, row.reminded_at) == ("follower", None, None, None)


def test_a_decline_to_be_confirmed_waits_for_the_coordinator_that_it_names(store: Store) -> None:
    proposed = referral.DeclineProposedV1(
        referral_id=FIRST,
        reason="no-capacity",
        reason_class="receiving-institution",
        coordinator=SHELTER,
        rules_version=1,
        clock=clock(6),
    )
    (events, _) = clocked(proposed)
    store.take(events)
    lists = Waiting(store.log)
    (row,) = told(lists, SHELTER)
    assert (row.turn, row.whom, row.clock, row.folio) == ("coordinator", SHELTER, "confirm", None)
    assert row.due_at == clock(6).due_at


DRAFTED = asking.ReferralDraftedV1(
    referral_id=FIRST,
    sender=OFFICE,
    addressee=BUREAU,
    kind="share",
    services=("legal-advice",),
    priority="normal",
    clock=clock(4),
)


def test_a_draft_waits_for_its_custodian_and_its_addressee_is_not_told(store: Store) -> None:
    story = Story(EventFactory(), CASE)
    story.registered()
    story.custody_taken()
    store.take([*story.events, *said(story, DRAFTED)])
    lists, lives = Waiting(store.log), Lives(store.log)
    (row,) = told(lists, OFFICE)
    assert (row.turn, row.whom, row.clock) == ("custodian", OFFICE, "send")
    assert told(lists, BUREAU) == []
    life = lives.life(FIRST, OFFICE, LATER)
    assert life is not None
    assert (life.referral.status, life.referral.requested_at) == ("draft", clock(4).started_at)
    assert lives.life(FIRST, BUREAU, LATER) is None


def test_who_was_told_of_custody_finds_it_in_the_list(store: Store) -> None:
    story = Story(EventFactory(), CASE)
    story.registered()
    story.custody_taken()
    announced = asking.CustodyAnnouncedV1(custodian=BUREAU, institutions=(OFFICE, SHELTER))
    store.take([*story.events, *said(story, announced)])
    lists = Waiting(store.log)
    (row,) = lists.notices(SHELTER, 9)
    assert (row.case_id, row.custodian, row.folio) == (CASE, BUREAU, None)
    assert row.announced_at == BEGIN
    assert lists.notices(SHELTER, 9, row.after) == []
    assert lists.notices(STRANGER, 9) == []
    assert [each.folio for each in lists.notices(None, 9)] == ["F-000001"]


def test_a_follow_up_is_overdue_once_somebody_was_told_and_until_something_is_done(
    store: Store,
) -> None:
    story = Story(EventFactory(), CASE)
    story.registered()
    story.custody_taken()
    story.requested(FIRST, kind="share")
    story.accepted(FIRST, kind="share")
    story.followed(FIRST)
    store.take(story.events)
    lists, moments = Waiting(store.log), clock(4)
    heard: dict[str, Any] = {
        "referral_id": FIRST,
        "follow_up_version": 1,
        "clock": "start",
        "due_at": moments.due_at,
        "next_at": moments.expires_at,
    }
    late, aside = LATER + timedelta(days=365), UUID(int=99)
    (row,) = told(lists, None)
    assert (row.whom, row.due_at) == (BUREAU, None)
    for fact in (
        followup.FollowUpRemindedV1(whom=BUREAU, **heard),
        followup.FollowUpEscalatedV1(whom=OFFICE, custody_version=1, **heard),
    ):
        store.take([story.factory.publish("followup", aside, str(CASE), fact)])
        (row,) = lists.rows(None, late, 9, overdue=True)
        assert (row.clock, row.due_at) == ("start", moments.due_at)
        assert (row.next_step, row.next_at) == ("tell-sender", moments.expires_at)
    assert (row.reminded_at, row.escalated_at, row.escalation_level) == (None, BEGIN, "sender")
    contact = followup.ContactRecordedV1(referral_id=FIRST, channel="phone")
    store.take([story.factory.publish("followup", FIRST, str(CASE), contact)])
    (row,) = told(lists, None)
    assert (row.due_at, row.next_step, row.overdue) == (None, None, False)
