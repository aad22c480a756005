"""Intake consumes: referrals tell it who else may see a case."""

from collections.abc import Iterator
from uuid import UUID

from services.intake import parties
from shared.contracts.envelope import Event
from shared.contracts.referral import ReferralRequestedV1
from shared.contracts.statuses import STATUS_AFTER
from shared.kernel.statuses import REFERRAL_STATUSES
from shared.messaging.consumer import Reaction, Reader, by_system, case_of

_DISMISSING = tuple(
    contract for contract, status in STATUS_AFTER[REFERRAL_STATUSES].items() if not status.party
)
"""The facts after which a referral's addressee no longer sees the case."""


def react(event: Event) -> Iterator[Reaction]:
    """Name the commands that another service's fact leads to here."""
    by, at = by_system(event), event.meta.happened_at
    command: parties.PartiesCommand
    match event.data:
        case ReferralRequestedV1(referral_id=referral, addressee=addressee):
            command = parties.AdmitParty(by=by, at=at, referral_id=referral, institution=addressee)
        case object(referral_id=UUID() as referral) if isinstance(event.data, _DISMISSING):
            command = parties.DismissParty(by=by, at=at, referral_id=referral)
        case _:
            return
    yield Reaction(parties.DECIDER, parties.stream_of(case_of(event)), command)


READER = Reader(sources=("referral",), react=react)
