"""From its acceptance on a referral has the status that its follow-up says, one sentence each."""

from datetime import timedelta
from typing import Any

import pytest

from services.referral import ending, following, referral
from services.referral.consumes import react
from services.referral.custody import DECIDER, EnterCaseInError
from services.referral.custody_facts import CustodyEnded
from services.referral.ending import RevokeReferral
from services.referral.referral_facts import (
    ReferralAcknowledged,
    ReferralCancelledByPerson,
    ReferralClosed,
    ReferralEnteredInError,
    ReferralFailed,
    ReferralOutcomeConfirmed,
    ReferralPutOnHold,
    ReferralReopened,
    ReferralResumed,
    ReferralRevoked,
    ReferralScheduled,
    ReferralServiceDelivered,
    ReferralStarted,
)
from shared.contracts.envelope import decode, encode
from shared.kernel.decider import Command
from shared.kernel.life import NotNow
from shared.kernel.refusals import ReactionOnly
from shared.kernel.sight import Sight
from shared.kernel.value import fields_of, replace
from tests.examples import PUBLISHED, examples
from tests.personas import AT, OFFICE, REFERRAL, SYSTEM
from tests.referral_facts import ACCEPTED, REQUESTED, TAKEN
from tests.spec import rules

given = rules(DECIDER)

SHARED = replace(REQUESTED, kind="share")
TAKEN_ON = (
    TAKEN,
    SHARED,
    ReferralAcknowledged(REFERRAL),
    replace(ACCEPTED, kind="share", custodian=OFFICE.institution),
)
LATER = AT + timedelta(days=7)
SCHEDULED, STARTED = ReferralScheduled(REFERRAL, LATER), ReferralStarted(REFERRAL)
HELD, RESUMED = ReferralPutOnHold(REFERRAL, "person-asked"), ReferralResumed(REFERRAL)
PARTLY = ReferralServiceDelivered(REFERRAL, ("legal-advice",), ("shelter",))
CONFIRMED = ReferralOutcomeConfirmed(REFERRAL)
FAILED = ReferralFailed(REFERRAL, "no-capacity")
LEFT = ReferralCancelledByPerson(REFERRAL, "afraid")
CLOSED, REOPENED = ReferralClosed(REFERRAL), ReferralReopened(REFERRAL)
HEARD: tuple[tuple[Command, Any], ...] = tuple(
    (kind(by=SYSTEM, at=AT, **fields_of(fact)), fact)
    for kind, fact in (
        (following.ScheduleReferral, SCHEDULED),
        (following.StartReferral, STARTED),
        (following.PutReferralOnHold, HELD),
        (following.CompleteReferral, PARTLY),
        (following.FailReferral, FAILED),
        (following.CancelReferral, LEFT),
        (ending.CloseReferral, CLOSED),
    )
)
"""What may come first after an acceptance."""
RESUME = following.ResumeReferral(by=SYSTEM, at=AT, referral_id=REFERRAL)
CONFIRM = following.ConfirmReferralOutcome(by=SYSTEM, at=AT, referral_id=REFERRAL)
REOPEN = ending.ReopenReferral(by=SYSTEM, at=AT, referral_id=REFERRAL)
REVOKE = RevokeReferral(by=OFFICE, at=AT, referral_id=REFERRAL, reason="consent-withdrawn")
VOID = EnterCaseInError(by=SYSTEM, at=AT)


def after(*facts: object) -> Any:
    """The referral after its acceptance and these facts."""
    held: Any = DECIDER.fold([*TAKEN_ON, *facts])
    return held.referrals[REFERRAL]


@pytest.mark.parametrize(("command", "fact"), HEARD)
def test_what_the_follow_up_says_is_heard(command: Command, fact: Any) -> None:
    given(*TAKEN_ON).when(command).then(fact)
    given(*TAKEN_ON).when(replace(command, by=OFFICE)).refused(ReactionOnly)


@pytest.mark.parametrize(("command", "_"), HEARD)
def test_a_revocation_that_the_follow_up_has_not_heard_of_stands(command: Command, _: Any) -> None:
    given(*TAKEN_ON, ReferralRevoked(REFERRAL, "consent-withdrawn")).when(
        command
    ).then_nothing_new()


@pytest.mark.parametrize(("command", "_"), HEARD)
def test_nothing_is_heard_of_what_was_not_accepted(command: Command, _: Any) -> None:
    given(TAKEN, SHARED).when(command).refused(NotNow)


def test_the_status_is_that_of_the_follow_up_at_each_step() -> None:
    steps = {
        "scheduled": SCHEDULED,
        "in-progress": STARTED,
        "service-delivered": PARTLY,
        "outcome-confirmed": CONFIRMED,
        "closed": CLOSED,
    }
    facts: list[object] = []
    for status, fact in steps.items():
        facts.append(fact)
        assert after(*facts).status == status
    assert after(*facts, REOPENED).status == "accepted"


@pytest.mark.parametrize(("command", "fact"), HEARD)
def test_what_comes_again_adds_nothing(command: Command, fact: Any) -> None:
    again = type(command) is following.ScheduleReferral  # an appointment is made again
    given(*TAKEN_ON, fact).when(command).then(*[fact] * again)


def test_what_was_not_served_is_remembered_until_the_end() -> None:
    assert after(STARTED, PARTLY, CONFIRMED).undelivered == ("shelter",)


def test_what_is_on_hold_goes_on() -> None:
    given(*TAKEN_ON, STARTED, HELD).when(RESUME).then(RESUMED)
    assert after(STARTED, HELD).status == "on-hold"
    assert after(STARTED, HELD, RESUMED, STARTED).status == "in-progress"


def test_a_pause_of_before_referral_listened_ends_without_a_trace() -> None:
    given(*TAKEN_ON).when(RESUME).then_nothing_new()


def test_what_failed_goes_on_with_its_follow_up() -> None:
    given(*TAKEN_ON, STARTED, FAILED).when(REOPEN).then(REOPENED)
    assert after(STARTED, FAILED).status == "failed"


def test_what_was_confirmed_was_given() -> None:
    given(*TAKEN_ON, PARTLY).when(CONFIRM).then(CONFIRMED)
    given(*TAKEN_ON).when(CONFIRM).then_nothing_new()


@pytest.mark.parametrize(
    "facts",
    [(SCHEDULED,), (STARTED,), (HELD,), (PARTLY,), (PARTLY, CONFIRMED), (FAILED,), (CLOSED,)],
)
def test_a_share_is_revoked_and_falls_whatever_its_follow_up_has_said(
    facts: tuple[object, ...],
) -> None:
    given(*TAKEN_ON, *facts).when(REVOKE).then(ReferralRevoked(REFERRAL, "consent-withdrawn"))
    given(*TAKEN_ON, *facts).when(VOID).then(
        ReferralEnteredInError(REFERRAL), CustodyEnded(OFFICE.institution)
    )


@pytest.mark.parametrize(
    ("facts", "sees"),
    [
        ((SCHEDULED,), Sight.CASE),
        ((STARTED, HELD), Sight.CASE),
        ((PARTLY,), Sight.CASE),
        ((PARTLY, CONFIRMED), Sight.CASE),
        ((FAILED,), Sight.PAST),
        ((STARTED, LEFT), Sight.PAST),
        ((FAILED, ReferralEnteredInError(REFERRAL)), Sight.PAST),
        ((STARTED, ReferralEnteredInError(REFERRAL)), Sight.CASE),
    ],
)
def test_the_addressee_sees_the_case_until_its_part_in_it_ends(
    facts: tuple[object, ...], sees: Sight
) -> None:
    assert referral.sides_of(after(*facts)).addressee_sees is sees


def test_what_the_person_left_has_ended() -> None:
    given(*TAKEN_ON, LEFT).when(REVOKE).refused(NotNow)
    given(*TAKEN_ON, LEFT).when(VOID).then(CustodyEnded(OFFICE.institution))


def test_what_a_case_in_error_still_hears_of_its_follow_ups_changes_nothing() -> None:
    in_error = (*TAKEN_ON, ReferralEnteredInError(REFERRAL), CustodyEnded(OFFICE.institution))
    for command, _ in HEARD:
        given(*in_error).when(command).then_nothing_new()


SAYS = {
    "service-scheduled": following.ScheduleReferral,
    "service-started": following.StartReferral,
    "service-completed": following.CompleteReferral,
    "outcome-confirmed": following.ConfirmReferralOutcome,
    "follow-up-put-on-hold": following.PutReferralOnHold,
    "follow-up-resumed": following.ResumeReferral,
    "follow-up-failed": following.FailReferral,
    "follow-up-cancelled": following.CancelReferral,
    "follow-up-closed": ending.CloseReferral,
    "follow-up-reopened": ending.ReopenReferral,
}


@pytest.mark.parametrize("name", [name for service, name in PUBLISHED if service == "followup"])
def test_referral_acts_on_what_changes_its_status_and_on_nothing_else(name: str) -> None:
    for example in examples("followup", name):
        reactions = [*react(decode(encode(example.contract, example.recorded)))]
        assert [type(each.command) for each in reactions] == [*filter(None, [SAYS.get(name)])]
        for each in reactions:
            own, said = fields_of(each.command), fields_of(example.recorded.fact)
            assert all(own[name] == said[name] for name in own.keys() & said.keys())
