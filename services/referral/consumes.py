"""Referral consumes: a case comes into custody and leaves it, and where it lies is corrected."""

from collections.abc import Iterator

from services.referral import custody
from shared.contracts.envelope import Event
from shared.contracts.intake import (
    CaseCorrectedV1,
    CaseEnteredInErrorV1,
    CaseRegisteredV1,
    CorrectionTurnedIntoProposalV1,
)
from shared.messaging.consumer import Reaction, Reader, by_system, case_of


def react(event: Event) -> Iterator[Reaction]:
    """Return the commands that another service's fact leads to here."""
    by, at = by_system(event), event.meta.happened_at
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
        case (
            CaseCorrectedV1(subdivision=subdivision)
            | CorrectionTurnedIntoProposalV1(subdivision=subdivision)
        ):
            relocate = custody.RelocateCase(by=by, at=at, subdivision=subdivision)
            yield Reaction(custody.DECIDER, case_of(event), relocate)
        case CaseEnteredInErrorV1() as entry:
            void = custody.EnterCaseInError(
                by=by,
                at=at,
                received_at=entry.received_at,
                custody_version=entry.custody_version,
            )
            yield Reaction(custody.DECIDER, case_of(event), void)
        case _:
            return


READER = Reader(sources=("intake",), react=react)
