"""Intake consumes: referrals, since they decide who else may see a case, and who changes it."""

from collections.abc import Iterator
from uuid import UUID

from services.intake import case, custody_heard, parties
from shared.contracts.envelope import Event
from shared.contracts.referral import (
    ReferralAcceptedV1,
    ReferralEnteredInErrorV1,
    ReferralRequestedV1,
)
from shared.kernel.ids import version_of
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
        case ReferralAcceptedV1() as accepted:
            if accepted.custodian != accepted.previous_custodian:
                yield Reaction(case.DECIDER, case_of(event), _custody_moved(event, accepted))
            command = parties.ConfirmParty(by=by, at=at, referral_id=accepted.referral_id)
        case object(status=Status(party=False), referral_id=UUID() as referral_id):
            fell = isinstance(event.data, ReferralEnteredInErrorV1)
            command = parties.DismissParty(by=by, at=at, referral_id=referral_id, with_case=fell)
        case _:
            return
    yield Reaction(parties.DECIDER, parties.stream_of(case_of(event)), command)


def _custody_moved(event: Event, accepted: ReferralAcceptedV1) -> custody_heard.HearOfCustody:
    return custody_heard.HearOfCustody(
        by=by_system(event),
        at=event.meta.happened_at,
        received_at=accepted.received_at,
        custodian=accepted.custodian,
        custody_version=version_of(event.id),
    )


READER = Reader(sources=("referral",), react=react)
