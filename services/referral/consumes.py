"""Referral consumes: a case comes into custody and leaves it, and where it lies is corrected.

A follow-up that is closed ends its referral, and one that is reopened lets it go on.
"""

from collections.abc import Iterator

from services.referral import custody, ending
from shared.contracts.envelope import Event
from shared.contracts.followup import FollowUpClosedV1, FollowUpReopenedV1
from shared.contracts.intake import (
    CaseCorrectedV1,
    CaseEnteredInErrorV1,
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
        case FollowUpClosedV1(referral_id=referral_id):
            command = ending.CloseReferral(by=by, at=at, referral_id=referral_id)
        case FollowUpReopenedV1(referral_id=referral_id):
            command = ending.ReopenReferral(by=by, at=at, referral_id=referral_id)
        case _:
            return
    yield Reaction(custody.DECIDER, case_of(event), command)


READER = Reader(sources=("intake", "followup"), react=react)
