"""Intake consumes: referrals, since they decide who sees what of a case, and who changes it."""

from collections.abc import Iterator
from uuid import UUID

from services.intake import case, custody_heard, parties, previews
from shared.contracts.asking import DraftDiscardedV1, ReferralDraftedV1
from shared.contracts.envelope import Event
from shared.contracts.referral import (
    CustodyAssignedV1,
    DeclineEnteredInErrorV1,
    ReferralAcceptedV1,
    ReferralEnteredInErrorV1,
    ReferralReopenedV1,
    ReferralRequestedV1,
)
from shared.kernel.ids import version_of
from shared.kernel.sight import Sight, after
from shared.kernel.statuses import REFERRAL_STATUSES, Status
from shared.messaging.reacting import Reaction, Reader, by_system, case_of


def react(event: Event) -> Iterator[Reaction]:
    """Return the commands that another service's fact leads to here."""
    by, at = by_system(event), event.meta.happened_at
    command: parties.PartiesCommand
    match event.data:
        case ReferralRequestedV1(referral_id=referral_id, addressee=addressee):
            preview = previews.PreviewCase(
                by=by,
                at=at,
                case_id=case_of(event),
                referral_id=referral_id,
                addressee=addressee,
            )
            yield Reaction(previews.DECIDER, previews.stream_of(referral_id), preview, begins=True)
            command = parties.AdmitParty(
                by=by, at=at, referral_id=referral_id, institution=addressee
            )
        case ReferralAcceptedV1(referral_id=referral_id, addressee=addressee) as accepted:
            if accepted.custodian != accepted.previous_custodian:
                yield Reaction(case.DECIDER, case_of(event), _custody_moved(event, accepted))
            command = parties.ConfirmParty(
                by=by,
                at=at,
                referral_id=referral_id,
                institution=addressee,
                sender=accepted.sender,
                kind=accepted.kind,
            )
        case CustodyAssignedV1() as assignment:
            yield Reaction(case.DECIDER, case_of(event), _custody_moved(event, assignment))
            return
        case (
            ReferralReopenedV1(referral_id=referral_id)
            | DeclineEnteredInErrorV1(referral_id=referral_id)
        ):
            command = parties.ReadmitParty(by=by, at=at, referral_id=referral_id)
        case ReferralDraftedV1() | DraftDiscardedV1():
            return  # nobody was admitted by a draft
        case object(status=Status() as status, referral_id=UUID() as referral_id) if _ends(status):
            fell = isinstance(event.data, ReferralEnteredInErrorV1)
            command = parties.DismissParty(by=by, at=at, referral_id=referral_id, with_case=fell)
        case _:
            return
    yield Reaction(parties.DECIDER, parties.stream_of(case_of(event)), command)


def _ends(status: Status) -> bool:
    """Whether somebody sees less of the case once its referral has this status."""
    is_a_referrals = status.list_name == REFERRAL_STATUSES
    return is_a_referrals and after(Sight.PREVIEW, status) in {Sight.NOTHING, Sight.PAST}


def _custody_moved(
    event: Event, fact: ReferralAcceptedV1 | CustodyAssignedV1
) -> custody_heard.HearOfCustody:
    return custody_heard.HearOfCustody(
        by=by_system(event),
        at=event.meta.happened_at,
        received_at=fact.received_at,
        custodian=fact.custodian,
        custody_version=version_of(event.id),
    )


READER = Reader(sources=("referral",), react=react)
