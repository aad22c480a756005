"""Referral consumes: a registered case comes into custody; one entered in error leaves it."""

from collections.abc import Iterator

from services.referral import custody
from shared.contracts.envelope import Event
from shared.contracts.intake import CaseEnteredInErrorV1, CaseRegisteredV1
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
        case CaseEnteredInErrorV1():
            yield Reaction(custody.DECIDER, case_of(event), custody.EnterCaseInError(by=by, at=at))
        case _:
            return


READER = Reader(sources=("intake",), react=react)
