"""The service that a follow-up is about: from its appointment until it is confirmed."""

from datetime import timedelta
from typing import Any

import pytest

from services.followup import decisions, followup, serving
from services.followup.custody import Custody
from services.followup.life import DECIDER
from services.followup.refusals import (
    AlreadyConfirmed,
    AppointmentGone,
    EnrolmentNeeded,
    NothingDelivered,
)
from services.followup.service_facts import (
    DeliveryConfirmed,
    EnrolmentStated,
    FollowUpCancelled,
    FollowUpFailed,
    OutcomeConfirmed,
    ServiceCompleted,
    ServiceScheduled,
    ServiceStarted,
)
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.life import NotNow, NotYours
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import replace
from tests.personas import AT, CASE, COMMISSION, OFFICE, REFERRAL, SHELTER, SYSTEM
from tests.spec import rules

ASKED_FOR = ("legal-advice", "shelter")
OPENED = followup.FollowUpOpened(
    referral_id=REFERRAL,
    case_id=CASE,
    institution=COMMISSION.institution,
    sender=OFFICE.institution,
    kind="share",
    programme="mx-labour-protection",
    subdivision="MX-CHH",
    services=ASKED_FOR,
)
LATER = AT + timedelta(days=7)
CALLED = followup.ContactRecorded(REFERRAL, "telephone")
SCHEDULED, STARTED = ServiceScheduled(REFERRAL, LATER), ServiceStarted(REFERRAL)
PARTLY = ServiceCompleted(REFERRAL, ("legal-advice",), ("shelter",))
WHOLLY = ServiceCompleted(REFERRAL, ASKED_FOR, ())
CLOSED = followup.FollowUpClosed(REFERRAL, "information-provided", "favourable")
REOPENED = followup.FollowUpReopened(REFERRAL, "new-facts")
HELD, RESUMED = followup.FollowUpPutOnHold(REFERRAL, "other"), followup.FollowUpResumed(REFERRAL)
FAILED, CANCELLED = FollowUpFailed(REFERRAL, "no-capacity"), FollowUpCancelled(REFERRAL, "afraid")
CONFIRMED = OutcomeConfirmed(REFERRAL)

SCHEDULE = serving.ScheduleService(by=COMMISSION, at=AT, scheduled_for=LATER)
START = serving.StartService(by=COMMISSION, at=AT)
COMPLETE = serving.CompleteService(by=COMMISSION, at=AT, delivered=("legal-advice",))
PROVIDER = serving.ConfirmDelivery(by=COMMISSION, at=AT, confirmer="provider")
PERSON = serving.ConfirmDelivery(by=OFFICE, at=AT, confirmer="person")
FAIL = serving.FailFollowUp(by=COMMISSION, at=AT, reason="no-capacity")
CANCEL = serving.CancelFollowUp(by=COMMISSION, at=AT, reason="afraid")
ENROL = serving.StateEnrolment(by=COMMISSION, at=AT, enrolment="enrolled")
CLOSE = decisions.CloseFollowUp(by=COMMISSION, at=AT, outcome="information-provided")
REOPEN = decisions.ReopenFollowUp(by=COMMISSION, at=AT, reason="new-facts")
HOLD = decisions.PutFollowUpOnHold(by=COMMISSION, at=AT, reason="other")
RESUME = decisions.ResumeFollowUp(by=COMMISSION, at=AT)
CALL = decisions.RecordContact(by=COMMISSION, at=AT, channel="telephone")
BY_THE_SYSTEM: tuple[tuple[Command, object], ...] = (
    (decisions.RevokeFollowUp(by=SYSTEM, at=AT), followup.FollowUpRevoked(REFERRAL)),
    (decisions.EnterFollowUpInError(by=SYSTEM, at=AT), followup.FollowUpEnteredInError(REFERRAL)),
)
SERVING: tuple[serving.ServingCommand, ...] = (
    *(SCHEDULE, START, COMPLETE, PROVIDER, FAIL, CANCEL, ENROL),
)

given = rules(DECIDER, custody=Known(0, Custody()))
SHELTERS = Known(4, Custody(SHELTER.institution, 9))
"""What is heard once the case is the shelter's."""
COMMISSIONS = Known(2, Custody(COMMISSION.institution, 5))
"""The same once it is that of whoever follows up."""


def confirmed(confirmer: str, taken_by: Actor, version: int = 0) -> DeliveryConfirmed:
    return DeliveryConfirmed(REFERRAL, confirmer, taken_by.institution, version)


BY_PROVIDER, BY_PERSON = confirmed("provider", COMMISSION), confirmed("person", OFFICE)
KEPT = confirmed("person", COMMISSION)
DONE = (OPENED, STARTED, PARTLY)


# --- appointment, start, delivery -------------------------------------------------------------


def test_a_service_is_scheduled_started_and_completed() -> None:
    given(OPENED).when(SCHEDULE).then(SCHEDULED)
    given(OPENED, SCHEDULED).when(START).then(STARTED)
    given(OPENED, SCHEDULED, STARTED).when(COMPLETE).then(PARTLY)


def test_an_appointment_is_made_again_and_not_needed() -> None:
    another = LATER + timedelta(days=1)
    scheduled = ServiceScheduled(REFERRAL, another)
    given(OPENED, SCHEDULED).when(replace(SCHEDULE, scheduled_for=another)).then(scheduled)
    given(OPENED).when(START).then(STARTED)


def test_an_appointment_is_still_to_come() -> None:
    gone = replace(SCHEDULE, scheduled_for=AT - timedelta(minutes=1))
    given(OPENED).when(gone).refused(AppointmentGone, field="scheduled_for")
    given(OPENED).when(replace(SCHEDULE, scheduled_for=AT)).then(ServiceScheduled(REFERRAL, AT))


def test_what_is_completed_has_started() -> None:
    given(OPENED).when(COMPLETE).then(STARTED, PARTLY)
    given(OPENED, SCHEDULED).when(COMPLETE).then(STARTED, PARTLY)


def test_what_was_asked_for_and_not_given_is_named() -> None:
    given(OPENED, STARTED).when(replace(COMPLETE, delivered=ASKED_FOR)).then(WHOLLY)
    more = replace(COMPLETE, delivered=("transport", "shelter"))
    given(OPENED, STARTED).when(more).then(
        ServiceCompleted(REFERRAL, ("shelter", "transport"), ("legal-advice",))
    )


def test_of_what_was_accepted_before_nobody_knows_what_was_asked_for() -> None:
    given(replace(OPENED, services=()), STARTED).when(COMPLETE).then(
        ServiceCompleted(REFERRAL, ("legal-advice",), ())
    )


def test_what_is_completed_names_a_service_that_there_is() -> None:
    given(OPENED).when(replace(COMPLETE, delivered=())).refused(NothingDelivered, field="delivered")
    given(OPENED).when(replace(COMPLETE, delivered=("alchemy",))).refused(CodeNotKnown)


# --- confirmation -----------------------------------------------------------------------------


def test_provider_and_person_confirm_the_outcome_in_either_order() -> None:
    given(*DONE).when(PROVIDER).then(BY_PROVIDER)
    given(*DONE, BY_PROVIDER).when(PERSON).then(BY_PERSON, CONFIRMED)
    given(*DONE).when(PERSON).then(BY_PERSON)
    given(*DONE, BY_PERSON).when(PROVIDER).then(BY_PROVIDER, CONFIRMED)


def test_the_person_s_word_is_kept_and_does_not_count_if_whoever_follows_up_took_it() -> None:
    own = replace(PERSON, by=COMMISSION)
    given(*DONE, BY_PROVIDER).when(own).then(KEPT)
    given(*DONE, BY_PROVIDER, KEPT).when(PERSON).then(BY_PERSON, CONFIRMED)
    given(*DONE, KEPT).when(PROVIDER).then(BY_PROVIDER)


def test_the_custodian_takes_the_person_s_word_as_it_was_heard_to_have_custody() -> None:
    by_shelter = replace(PERSON, by=SHELTER)
    given(*DONE, BY_PROVIDER).when(by_shelter).refused(NotYours)
    given(*DONE, BY_PROVIDER).knowing(custody=SHELTERS).when(by_shelter).then(
        confirmed("person", SHELTER, 4), CONFIRMED
    )


def test_a_custodian_that_follows_up_is_not_somebody_else() -> None:
    own = replace(PERSON, by=COMMISSION)
    given(*DONE, BY_PROVIDER).knowing(custody=COMMISSIONS).when(own).then(
        confirmed("person", COMMISSION, 2)
    )


def test_only_whoever_follows_up_says_the_provider_s_word() -> None:
    for other in (OFFICE, SHELTER):
        given(*DONE).knowing(custody=SHELTERS).when(replace(PROVIDER, by=other)).refused(
            NotYours, by=("follower",)
        )


def test_a_word_is_taken_once() -> None:
    given(*DONE, BY_PROVIDER).when(PROVIDER).refused(AlreadyConfirmed)
    given(*DONE, BY_PERSON).when(PERSON).refused(AlreadyConfirmed)
    given(*DONE, KEPT).when(replace(PERSON, by=COMMISSION)).refused(AlreadyConfirmed)
    given(*DONE, BY_PERSON).when(replace(PERSON, by=COMMISSION)).refused(AlreadyConfirmed)


def test_nothing_is_confirmed_before_it_was_given_or_after_that() -> None:
    given(OPENED, STARTED).when(PERSON).refused(NotNow)
    given(*DONE, BY_PROVIDER, BY_PERSON, CONFIRMED).when(PERSON).refused(NotNow)


def test_words_come_in_any_order_of_their_times() -> None:
    for fact in (BY_PROVIDER, CONFIRMED):
        assert DECIDER.place_of(fact).adds
    assert DECIDER.place_of(CONFIRMED).turns
    assert not DECIDER.place_of(BY_PROVIDER).turns


# --- on hold, and back to where it was --------------------------------------------------------


def test_what_is_on_hold_goes_on_from_where_it_was() -> None:
    given(OPENED, HELD).when(RESUME).then(RESUMED)
    given(OPENED, SCHEDULED, HELD).when(RESUME).then(RESUMED, SCHEDULED)
    given(OPENED, STARTED, HELD).when(RESUME).then(RESUMED, STARTED)


def test_what_was_recorded_until_the_pause_is_there_after_it() -> None:
    enrolled = EnrolmentStated(REFERRAL, "eligible")
    before = (OPENED, CALLED, enrolled, STARTED)
    given(*before, HELD, RESUMED, STARTED).remembers(
        followup.InProgress(OPENED, 7, {2: CALLED}, "eligible")
    )


def test_what_was_given_is_not_put_on_hold() -> None:
    given(*DONE).when(HOLD).refused(NotNow)


# --- ends -------------------------------------------------------------------------------------

STANDING = {
    "open": (OPENED,),
    "scheduled": (OPENED, SCHEDULED),
    "in-progress": (OPENED, STARTED),
    "service-delivered": DONE,
    "outcome-confirmed": (*DONE, BY_PROVIDER, BY_PERSON, CONFIRMED),
}
on_each = pytest.mark.parametrize("history", STANDING.values(), ids=STANDING)


@on_each
def test_work_is_recorded_and_the_follow_up_closed_in_each_status(
    history: tuple[object, ...],
) -> None:
    given(*history).when(CALL).then(CALLED)
    given(*history).when(ENROL).then(EnrolmentStated(REFERRAL, "enrolled"))
    given(*history).when(CLOSE).then(CLOSED)
    given(*history, CLOSED).when(REOPEN).then(REOPENED)


@on_each
def test_what_is_reopened_is_open_whatever_it_was(history: tuple[object, ...]) -> None:
    after = DECIDER.fold([*history, CALLED, CLOSED, REOPENED])
    assert type(after) is followup.Open
    assert [*after.items.values()] == [CALLED]
    given(*history, CLOSED, REOPENED).when(START).then(STARTED)


@pytest.mark.parametrize("status", ["open", "scheduled", "in-progress", "service-delivered"])
def test_a_service_that_is_not_given_fails(status: str) -> None:
    given(*STANDING[status]).when(FAIL).then(FAILED)
    given(*STANDING[status], FAILED).when(REOPEN).then(REOPENED)


@pytest.mark.parametrize("status", ["open", "scheduled", "in-progress"])
def test_a_person_leaves_until_the_service_was_given(status: str) -> None:
    given(*STANDING[status]).when(CANCEL).then(CANCELLED)
    given(*DONE).when(CANCEL).refused(NotNow)


def test_what_is_on_hold_fails_or_is_left_too() -> None:
    given(OPENED, STARTED, HELD).when(FAIL).then(FAILED)
    given(OPENED, STARTED, HELD).when(CANCEL).then(CANCELLED)


def test_what_the_person_left_is_not_reopened() -> None:
    given(OPENED, CANCELLED).when(REOPEN).refused(NotNow)


@pytest.mark.parametrize("end", [FAILED, CANCELLED])
@pytest.mark.parametrize(("command", "fact"), BY_THE_SYSTEM)
def test_such_an_end_gives_way_to_a_revocation_and_to_an_error(
    end: object, command: Command, fact: object
) -> None:
    given(OPENED, STARTED, end).when(command).then(fact)
    after: Any = DECIDER.fold([OPENED, STARTED, end, fact])
    assert (after.outcome, after.version) == (None, 4)


@pytest.mark.parametrize("end", [FAILED, CANCELLED])
def test_mistakes_are_mended_after_such_an_end(end: object) -> None:
    voided = decisions.EnterContactInError(by=COMMISSION, at=AT, replaces=2, reason="wrong-case")
    gone = followup.ContactEnteredInError(REFERRAL, 2, "wrong-case")
    given(OPENED, CALLED, end).when(voided).then(gone)
    after: Any = DECIDER.fold([OPENED, CALLED, end, gone])
    assert (after.work.items, after.outcome) == ({}, None)
    assert type(after) is type(DECIDER.fold([OPENED, end]))


# --- enrolment --------------------------------------------------------------------------------


def test_an_assessment_is_closed_once_an_enrolment_is_stated() -> None:
    assessment = replace(OPENED, kind=serving.ASSESSMENT)
    given(assessment).when(CLOSE).refused(EnrolmentNeeded)
    given(assessment, EnrolmentStated(REFERRAL, "refused")).when(CLOSE).then(CLOSED)


def test_what_was_stated_last_counts() -> None:
    stated = (EnrolmentStated(REFERRAL, "eligible"), EnrolmentStated(REFERRAL, "enrolled"))
    given(OPENED, *stated).remembers(followup.Open(OPENED, 3, {}, "enrolled"))


# --- whose it is ------------------------------------------------------------------------------


@pytest.mark.parametrize("command", SERVING)
def test_the_service_is_whoever_follows_up_s_to_give(command: serving.ServingCommand) -> None:
    history = DONE if command is PROVIDER else (OPENED,)
    given(*history).when(replace(command, by=SHELTER)).refused(NotYours)
    given(*history, CLOSED).when(command).refused(NotNow)


def test_the_rules_hear_of_custody_for_a_confirmation_alone() -> None:
    done = DECIDER.fold(DONE)
    assert [*serving.leans_on(PERSON, done)] == ["custody"]
    assert serving.leans_on(PERSON, DECIDER.fold([OPENED])) == {}
    assert serving.leans_on(CLOSE, done) == {}
