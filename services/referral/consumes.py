"""Referral consumes: a case comes into custody and leaves it, and where it lies is corrected.

A referral has reached its addressee once intake has made its preview; of imported history nobody
says so. From its acceptance on it has the status that its follow-up says.
"""

from collections.abc import Callable, Iterator, Mapping

from services.referral import answering, custody, ending, following
from shared.contracts import followup
from shared.contracts.contract import AboutReferral
from shared.contracts.envelope import Event
from shared.contracts.intake import (
    CaseCorrectedV1,
    CaseEnteredInErrorV1,
    CasePreviewedV1,
    CaseRegisteredV1,
    CorrectionTurnedIntoProposalV1,
)
from shared.kernel.decider import Command
from shared.messaging.reacting import Reaction, Reader, by_system, case_of


def react(event: Event) -> Iterator[Reaction]:
    """Return the commands that another service's fact leads to here."""
    by, at = by_system(event), event.meta.happened_at
    command: Command
    match event.data:
        case CaseRegisteredV1() as registered:
            command = custody.TakeUpCase(
                by=by,
                at=at,
                case_id=registered.case_id,
                institution=registered.institution,
                programme=registered.programme,
                subdivision=registered.subdivision,
            )
            yield Reaction(custody.DECIDER, case_of(event), command, begins=True)
            return
        case (
            CaseCorrectedV1(subdivision=subdivision)
            | CorrectionTurnedIntoProposalV1(subdivision=subdivision)
        ):
            command = custody.RelocateCase(by=by, at=at, subdivision=subdivision)
        case CaseEnteredInErrorV1() as entry:
            command = custody.EnterCaseInError(
                by=by,
                at=at,
                received_at=entry.received_at,
                custody_version=entry.custody_version,
            )
        case CasePreviewedV1(referral_id=referral_id) if event.meta.imported is None:
            command = answering.DeliverReferral(by=by, at=at, referral_id=referral_id)
        case _ if heard := _of_a_follow_up(event):
            command = heard
        case _:
            return
    yield Reaction(custody.DECIDER, case_of(event), command)


_SIMPLY: Mapping[type, Callable[..., Command]] = {
    followup.ServiceStartedV1: following.StartReferral,
    followup.FollowUpResumedV1: following.ResumeReferral,
    followup.OutcomeConfirmedV1: following.ConfirmReferralOutcome,
    followup.FollowUpClosedV1: ending.CloseReferral,
    followup.FollowUpReopenedV1: ending.ReopenReferral,
}
"""The commands that say no more than which referral it is."""


def _of_a_follow_up(event: Event) -> Command | None:  # noqa: PLR0911 - a fact, a command
    """Return the command by which referral hears a follow-up's fact; None if that says no more."""
    by, at = by_system(event), event.meta.happened_at
    match event.data:
        case followup.ServiceScheduledV1(referral_id=which, scheduled_for=moment):
            return following.ScheduleReferral(by=by, at=at, referral_id=which, scheduled_for=moment)
        case followup.ServiceCompletedV1(referral_id=which) as done:
            return following.CompleteReferral(
                by=by,
                at=at,
                referral_id=which,
                delivered=done.delivered,
                undelivered=done.undelivered,
            )
        case followup.FollowUpPutOnHoldV1(referral_id=which, reason=reason):
            return following.PutReferralOnHold(by=by, at=at, referral_id=which, reason=reason)
        case followup.FollowUpFailedV1(referral_id=which, reason=reason):
            return following.FailReferral(by=by, at=at, referral_id=which, reason=reason)
        case followup.FollowUpCancelledV1(referral_id=which, reason=reason):
            return following.CancelReferral(by=by, at=at, referral_id=which, reason=reason)
        case AboutReferral(referral_id=which) as fact if made := _SIMPLY.get(type(fact)):
            return made(by=by, at=at, referral_id=which)
        case _:
            return None


READER = Reader(sources=("intake", "followup"), react=react)
