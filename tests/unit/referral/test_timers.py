"""Which facts of referral set a timer, for when, and what it then does."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from services.referral import commitment
from services.referral.commitment import CommitmentMade
from services.referral.commitment_decisions import DECIDER, RemarkOverdue
from services.referral.timers import OVERDUE_COMMITMENT, TIMERS
from services.referral.wiring import SERVICE
from shared.kernel.record import Meta, Recorded
from shared.timers.timer import CancelTimer, Change, SetTimer, Timer
from tests.personas import AT, OFFICE
from tests.unit.referral.test_commitment import (
    ID,
    KEPT,
    MADE,
    OVERDUE,
    PUT_OFF,
    REOPENED,
    WITHDRAWN,
)

KEY = str(ID)


def changes(fact: object) -> Sequence[Change]:
    """What a fact sets and cancels."""
    meta = Meta(OFFICE.institution, "administrator", "subject-7", AT, AT, KEY, "command:1")
    recorded = Recorded("referral", 1, commitment.stream_of(ID), 1, "any", meta, fact)
    return list(TIMERS.changes(recorded))


def overdue_from(*moment: int) -> list[SetTimer]:
    return [SetTimer(OVERDUE_COMMITMENT, KEY, datetime(*moment, tzinfo=UTC))]  # type: ignore[misc,arg-type]


def test_only_facts_of_the_service_set_timers() -> None:
    assert set(TIMERS.facts) <= SERVICE.facts.keys()


def test_a_commitment_is_overdue_when_the_day_after_its_day_begins_there() -> None:
    assert changes(MADE) == overdue_from(2026, 5, 21, 6)
    assert changes(PUT_OFF) == overdue_from(2026, 6, 2, 6)
    assert changes(REOPENED) == overdue_from(2026, 5, 21, 6)
    west = CommitmentMade(ID, "x", 1, "any", "other", "MX-BCN", date(2026, 5, 20), None, None, None)
    assert changes(west) == overdue_from(2026, 5, 21, 7)


@pytest.mark.parametrize("fact", [KEPT, WITHDRAWN], ids=["kept", "withdrawn"])
def test_what_is_not_to_be_done_any_more_is_not_overdue(fact: object) -> None:
    assert changes(fact) == [CancelTimer(OVERDUE_COMMITMENT, KEY)]


def test_what_a_timer_says_sets_none() -> None:
    assert "commitment-became-overdue" not in TIMERS.facts


def test_its_timer_remarks_upon_it_and_nobody_can_be_asked_who() -> None:
    due = datetime(2026, 5, 21, 6, tzinfo=UTC)
    timer = Timer(OVERDUE_COMMITMENT, KEY, due, "referral:1:1", OFFICE.institution)
    timed = TIMERS.fire(timer, due)
    assert timed.decider is DECIDER
    assert (timed.stream, timed.correlation) == (commitment.stream_of(ID), KEY)
    command = timed.command
    assert isinstance(command, RemarkOverdue)
    assert (command.by.institution, command.by.role) == (OFFICE.institution, "system")
    assert DECIDER.decide_with(command, DECIDER.fold([MADE]), {}) == (OVERDUE,)
