"""Intake consumes: referrals tell it who else may see a case."""

from collections.abc import Iterator

from services.intake import parties
from shared.contracts.envelope import Event
from shared.contracts.referral import (
    ReferralDeclinedV1,
    ReferralEnteredInErrorV1,
    ReferralRequestedV1,
    ReferralWithdrawnV1,
)
from shared.messaging.consumer import Reaction, Reader, by_system, case_of


def react(event: Event) -> Iterator[Reaction]:
    """Name the commands that another service's fact leads to here."""
    by, at = by_system(event), event.meta.happened_at
    command: parties.PartiesCommand
    match event.data:
        case ReferralRequestedV1(referral=referral, addressee=addressee):
            command = parties.AdmitParty(by=by, at=at, referral=referral, institution=addressee)
        case (
            ReferralDeclinedV1(referral=referral)
            | ReferralWithdrawnV1(referral=referral)
            | ReferralEnteredInErrorV1(referral=referral)
        ):
            command = parties.DismissParty(by=by, at=at, referral=referral)
        case _:
            return
    yield Reaction(parties.DECIDER, parties.stream_of(case_of(event)), command)


READER = Reader(sources=("referral",), react=react)
