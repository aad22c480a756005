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
        case ReferralRequestedV1(referral_id=referral, addressee=addressee):
            command = parties.AdmitParty(by=by, at=at, referral_id=referral, institution=addressee)
        case (
            ReferralDeclinedV1(referral_id=referral)
            | ReferralWithdrawnV1(referral_id=referral)
            | ReferralEnteredInErrorV1(referral_id=referral)
        ):
            command = parties.DismissParty(by=by, at=at, referral_id=referral)
        case _:
            return
    yield Reaction(parties.DECIDER, parties.stream_of(case_of(event)), command)


READER = Reader(sources=("referral",), react=react)
