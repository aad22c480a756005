"""Holidays that followup hears of, one sentence each."""

from datetime import date
from typing import Any

from services.followup import consumes
from services.followup.holidays import (
    DECIDER,
    STREAM,
    HearOfHoliday,
    HolidayHeard,
    calendar_of,
)
from services.referral import public_holidays
from shared.contracts.clocks import HolidayAddedV1, HolidayRemovedV1
from shared.kernel.refusals import ReactionOnly
from shared.kernel.value import replace
from tests.event_factory import EventFactory
from tests.personas import AT, COMMISSION, SYSTEM
from tests.spec import rules

given = rules(DECIDER)
WEDNESDAY = date(2026, 5, 13)
HEAR = HearOfHoliday(by=SYSTEM, at=AT, place="MX-CHH", day=WEDNESDAY, is_holiday=True, version=4)
HEARD = HolidayHeard("MX-CHH", WEDNESDAY, is_holiday=True, version=4)
NATIONAL = HolidayHeard("MX", WEDNESDAY, is_holiday=False, version=5)


def test_what_referral_says_is_heard() -> None:
    given().when(HEAR).then(HEARD)


def test_what_arrives_again_adds_nothing() -> None:
    given(HEARD).when(HEAR).then_nothing_new()
    given(HEARD, NATIONAL).when(HEAR).then_nothing_new()


def test_what_is_said_of_another_place_may_come_later() -> None:
    given(NATIONAL).when(HEAR).then(HEARD)
    given(NATIONAL, HEARD).remembers((HEARD, NATIONAL))


def test_only_the_system_hears_of_holidays() -> None:
    given().when(replace(HEAR, by=COMMISSION)).refused(ReactionOnly)


def test_the_last_word_counts_in_whatever_order_it_was_heard() -> None:
    for heard in ((HEARD, NATIONAL), (NATIONAL, HEARD)):
        assert not calendar_of("MX-CHH", DECIDER.fold(heard)).holiday(WEDNESDAY)
    assert calendar_of("MX-CHH", (HEARD,)).holiday(WEDNESDAY)
    assert not calendar_of("MX-JAL", (HEARD,)).holiday(WEDNESDAY)


def test_both_messages_lead_to_it() -> None:
    said: dict[str, Any] = {"place": "MX-CHH", "day": WEDNESDAY, "reason": "decree"}
    factory = EventFactory()
    for version, contract in enumerate((HolidayAddedV1, HolidayRemovedV1), 1):
        event = factory.publish(
            "referral",
            public_holidays.STREAM,
            public_holidays.about("MX-CHH"),
            contract(**said),
            at=AT,
            by=COMMISSION.institution,
        )
        (reaction,) = consumes.react(event)
        assert (reaction.decider, reaction.stream) == (DECIDER, STREAM)
        assert DECIDER.decide(reaction.command, ()) == (
            HolidayHeard("MX-CHH", WEDNESDAY, is_holiday=version == 1, version=version),
        )
