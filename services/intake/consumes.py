"""Intake consumes: referrals, since they decide who else may see a case."""

from collections.abc import Iterator
from uuid import UUID

from services.intake import parties
from shared.contracts.envelope import Event
from shared.contracts.referral import (
    DeclineEnteredInErrorV1,
    ReferralRequestedV1,
)
from shared.kernel.statuses import Status
from shared.messaging.consumer import Reaction, Reader, by_system, case_of


def react(event: Event) -> Iterator[Reaction]:
    """Return the commands that another service's fact leads to here."""
    by, at = by_system(event), event.meta.happened_at
    command: parties.PartiesCommand
    match event.data:
        case ReferralRequestedV1(referral_id=referral_id, addressee=addressee):
            command = parties.AdmitParty(
                by=by, at=at, referral_id=referral_id, institution=addressee
            )
        case DeclineEnteredInErrorV1(referral_id=referral_id, addressee=addressee):
            command = parties.AdmitParty(
                by=by, at=at, referral_id=referral_id, institution=addressee
            )
        case object(status=Status(party=False), referral_id=UUID() as referral_id):
            command = parties.DismissParty(by=by, at=at, referral_id=referral_id)
        case _:
            return
    yield Reaction(parties.DECIDER, parties.stream_of(case_of(event)), command)


READER = Reader(sources=("referral",), react=react)
