"""What waits for whom, one referral's life, and who can be asked next, in PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.reporting.lives import Lives
from services.reporting.searching.candidates import candidates
from services.reporting.searching.finder import Finder
from services.reporting.waiting import Waiting, WaitingRow
from shared.contracts import asking, clocks, followup, referral, services
from shared.contracts.contract import Contract
from shared.contracts.envelope import Event
from shared.kernel.consents import ConsentGiven
from shared.kernel.running_clock import RunningClock
from shared.kernel.service_values import EVERYWHERE, FREE
from tests.event_factory import BEGIN, BUREAU, OFFICE, EventFactory, Story
from tests.reporting_store import Store

pytestmark = pytest.mark.integration

CASE, FIRST, SECOND, THIRD = (UUID(int=n) for n in (1, 2, 3, 4))
SHELTER, STRANGER = "shelter", "stranger"
LATER = datetime(2026, 3, 1, tzinfo=UTC)


def told(lists: Waiting, institution: str | None, **by: Any) -> list[WaitingRow]:
    return lists.rows(institution, LATER, 50, **by)


def asked_again(story: Story, identity: UUID, addressee: str, replaces: UUID) -> Event:
    data = referral.ReferralRequestedV1(
        referral_id=identity,
        sender=OFFICE,
        addressee=addressee,
        kind="share",
        services=("legal-advice",),
        addressee_version=1,
        priority="urgent",
        replaces=replaces,
    )
    event = story.factory.publish("referral", CASE, str(CASE), data, at=BEGIN, by=OFFICE)
    story.events.append(event)
    return event


def story_of(store: Store) -> Story:
    """The bureau declined; the shelter was asked in its place."""
    story = Story(EventFactory(), CASE)
    story.registered()
    story.custody_taken()
    story.requested(FIRST, kind="share")
    story.previewed(FIRST)
    story.declined(FIRST)
    asked_again(story, SECOND, SHELTER, FIRST)
    story.previewed(SECOND, addressee=SHELTER)
    store.take(story.events)
    return story


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


def _offered(factory: EventFactory, number: int, institution: str) -> list[Event]:
    """An institution that can be asked, with a service."""
    key, service = UUID(int=900 + number), UUID(int=800 + number)
    facts = (
        referral.InstitutionRegisteredV1(
            institution=institution,
            name=institution.title(),
            kind="ngo",
            subdivision="US-WY",
            programmes=(),
        ),
        referral.InstitutionMadeReachableV1(institution=institution, until=None),
    )
    listed = services.ServiceListedV1(
        service_id=service,
        institution=institution,
        name=f"Advice {number}",
        kind="legal-advice",
        taxonomy=1,
        **dict.fromkeys(("programmes", "populations", "eligibility", "hours", "languages"), ()),
        **dict.fromkeys(("required_documents", "accessibility", "funding", "entries"), ()),
        cost=FREE,
        duration_days=None,
        coverage=EVERYWHERE,
        texts=None,
        institution_version=1,
    )
    return [
        *(factory.publish("referral", key, institution, fact) for fact in facts),
        factory.publish("referral", service, str(service), listed),
    ]


def test_candidates_stay_within_the_consent_and_say_who_was_asked(store: Store) -> None:
    story = story_of(store)
    for number, code in enumerate((BUREAU, SHELTER, "college")):
        store.take(_offered(story.factory, number, code))
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


# --- clocks ---------------------------------------------------------------------------------


def clock(day: int, *, reminded: bool = False) -> RunningClock:
    """A clock that starts on a day of May, with a step a day."""
    start = datetime(2026, 5, day, 9, 30, tzinfo=UTC)
    days = [start + timedelta(days=n) for n in range(1, 6)]
    return RunningClock(
        clock="acknowledge",
        started_at=start,
        due_at=days[1],
        remind_at=None if reminded else days[0],
        escalate_at=days[2],
        coordinate_at=days[3],
        expires_at=days[4],
        calendar="US-WY",
    )


def said(story: Story, *facts: Contract) -> list[Event]:
    return [
        story.factory.publish("referral", CASE, str(CASE), fact, at=BEGIN, by=OFFICE)
        for fact in facts
    ]


def clocked(*facts: Contract) -> list[list[Event]]:
    """A referral with a clock, and then these facts; all at once, and one by one."""
    told = []
    for _ in range(2):
        story = Story(EventFactory(), CASE)
        story.registered()
        story.custody_taken()
        begun = referral.ReferralRequestedV1(
            **{
                name: getattr(story.requested(FIRST, kind="share").data, name)
                for name in referral.ReferralRequestedV1.__struct_fields__
                if name != "clock"
            },
            clock=clock(4),
        )
        story.events[-1:] = said(story, begun)
        told.append([*story.events, *said(story, *facts)])
    return told


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


# --- consent, drafts, and who is told of custody ------------------------------------------------


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
        store.take(_offered(story.factory, number, code))
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
