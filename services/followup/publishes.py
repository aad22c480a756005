"""Followup publishes: what others may know of what it recorded."""

from typing import assert_never

from services.followup.followup import (
    ContactRecorded,
    FollowUpClosed,
    FollowUpEnteredInError,
    FollowUpFact,
    FollowUpOpened,
    FollowUpReopened,
    OutcomeRecorded,
    ServiceDelivered,
)
from shared.contracts.contract import Contract
from shared.contracts.followup import (
    ContactRecordedV1,
    FollowUpClosedV1,
    FollowUpEnteredInErrorV1,
    FollowUpOpenedV1,
    FollowUpReopenedV1,
    OutcomeRecordedV1,
    ServiceDeliveredV1,
)

PRIVATE: frozenset[type] = frozenset()
"""Facts that stay in the diary on purpose: none, because a case's history shows all of them."""


def publish(fact: FollowUpFact) -> Contract | None:
    """Translate a recorded fact into its contract; None for what is ``PRIVATE``."""
    match fact:
        case FollowUpOpened():
            return FollowUpOpenedV1(
                referral_id=fact.referral_id,
                case_id=fact.case_id,
                institution=fact.institution,
                sender=fact.sender,
                kind=fact.kind,
                programme=fact.programme,
                subdivision=fact.subdivision,
            )
        case OutcomeRecorded():
            return OutcomeRecordedV1(
                referral_id=fact.referral_id,
                outcome=fact.outcome,
                outcome_class=fact.outcome_class,
                amount=fact.amount,
                currency=fact.currency,
                on=fact.on,
            )
        case _:
            return _step(fact)


def _step(
    fact: ContactRecorded
    | ServiceDelivered
    | FollowUpClosed
    | FollowUpReopened
    | FollowUpEnteredInError,
) -> Contract:
    match fact:
        case ContactRecorded():
            return ContactRecordedV1(referral_id=fact.referral_id, channel=fact.channel)
        case ServiceDelivered():
            return ServiceDeliveredV1(referral_id=fact.referral_id, service=fact.service)
        case FollowUpClosed():
            return FollowUpClosedV1(
                referral_id=fact.referral_id,
                outcome=fact.outcome,
                outcome_class=fact.outcome_class,
            )
        case FollowUpReopened():
            return FollowUpReopenedV1(referral_id=fact.referral_id, reason=fact.reason)
        case FollowUpEnteredInError():
            return FollowUpEnteredInErrorV1(referral_id=fact.referral_id)
        case _:
            assert_never(fact)
