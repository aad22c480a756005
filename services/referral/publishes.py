"""Referral publishes: what others may know of what it recorded."""

from typing import assert_never

from services.referral.custody import CustodyEnded, CustodyFact, CustodyTaken
from services.referral.directory import (
    DirectoryFact,
    InstitutionCorrected,
    InstitutionRegistered,
)
from services.referral.referral import (
    InformationAnswered,
    InformationRequested,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralEnteredInError,
    ReferralRequested,
    ReferralWithdrawn,
)
from shared.contracts.contract import Contract
from shared.contracts.referral import (
    CustodyEndedV1,
    CustodyTakenV1,
    InformationAnsweredV1,
    InformationRequestedV1,
    InstitutionCorrectedV1,
    InstitutionRegisteredV1,
    ReferralAcceptedV1,
    ReferralAcknowledgedV1,
    ReferralDeclinedV1,
    ReferralEnteredInErrorV1,
    ReferralRequestedV1,
    ReferralWithdrawnV1,
)

_HandoverFact = (
    ReferralAcknowledged
    | InformationRequested
    | InformationAnswered
    | ReferralAccepted
    | ReferralDeclined
    | ReferralWithdrawn
    | ReferralEnteredInError
)
PRIVATE: frozenset[type] = frozenset()
"""Facts that stay in the diary on purpose: none, because a case's history shows all of them."""


def publish(fact: CustodyFact | DirectoryFact) -> Contract | None:
    """Translate a recorded fact into its contract; None for what is ``PRIVATE``."""
    match fact:
        case InstitutionRegistered() | InstitutionCorrected():
            return _listing(fact)
        case CustodyTaken():
            return CustodyTakenV1(
                case_id=fact.case_id,
                custodian=fact.custodian,
                programme=fact.programme,
                subdivision=fact.subdivision,
            )
        case CustodyEnded():
            return CustodyEndedV1(custodian=fact.custodian)
        case ReferralRequested():
            return ReferralRequestedV1(
                referral_id=fact.referral_id,
                sender=fact.sender,
                addressee=fact.addressee,
                kind=fact.kind,
                services=fact.services,
                priority=fact.priority,
            )
        case _:
            return _handover(fact)


def _listing(fact: DirectoryFact) -> Contract:
    match fact:
        case InstitutionRegistered():
            return InstitutionRegisteredV1(
                institution=fact.institution,
                name=fact.name,
                kind=fact.kind,
                subdivision=fact.subdivision,
                programmes=fact.programmes,
            )
        case InstitutionCorrected():
            return InstitutionCorrectedV1(
                institution=fact.institution,
                name=fact.name,
                kind=fact.kind,
                subdivision=fact.subdivision,
                programmes=fact.programmes,
                changed=fact.changed,
            )
        case _:
            assert_never(fact)


def _handover(fact: _HandoverFact) -> Contract:
    match fact:
        case ReferralAcknowledged():
            return ReferralAcknowledgedV1(referral_id=fact.referral_id)
        case InformationRequested() | InformationAnswered():
            return _information(fact)
        case ReferralAccepted():
            return _acceptance(fact)
        case ReferralDeclined():
            return ReferralDeclinedV1(
                referral_id=fact.referral_id, reason=fact.reason, reason_class=fact.reason_class
            )
        case ReferralWithdrawn():
            return ReferralWithdrawnV1(referral_id=fact.referral_id, reason=fact.reason)
        case ReferralEnteredInError():
            return ReferralEnteredInErrorV1(referral_id=fact.referral_id)
        case _:
            assert_never(fact)


def _information(fact: InformationRequested | InformationAnswered) -> Contract:
    match fact:
        case InformationRequested():
            return InformationRequestedV1(referral_id=fact.referral_id, topics=fact.topics)
        case InformationAnswered():
            return InformationAnsweredV1(referral_id=fact.referral_id, topics=fact.topics)
        case _:
            assert_never(fact)


def _acceptance(fact: ReferralAccepted) -> Contract:
    return ReferralAcceptedV1(
        referral_id=fact.referral_id,
        kind=fact.kind,
        sender=fact.sender,
        addressee=fact.addressee,
        custodian=fact.custodian,
        previous_custodian=fact.previous_custodian,
        programme=fact.programme,
        subdivision=fact.subdivision,
    )
