"""Stories of referrals that wait, for reporting to project, and what its list says of them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.reporting.waiting import Waiting, WaitingRow
from shared.contracts import referral, services
from shared.contracts.contract import Contract
from shared.contracts.envelope import Event
from shared.kernel.running_clock import RunningClock
from shared.kernel.service_values import EVERYWHERE, FREE
from tests.event_factory import BEGIN, OFFICE, EventFactory, Story
from tests.reporting_store import Store

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


def offered(factory: EventFactory, number: int, institution: str) -> list[Event]:
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
