"""What followup publishes: what the receiver of a referral did, and what came of it."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from shared.contracts.contract import (
    CaseId,
    Contract,
    InstitutionCode,
    Key,
    Kind,
    Outcome,
    OutcomeClass,
    Programme,
    ReferralId,
    ServiceKind,
    Subdivision,
    coded,
    type_name,
)
from shared.kernel.statuses import FOLLOW_UP_STATUSES, status_in


class FollowUpOpenedV1(Contract, frozen=True, kw_only=True):
    """``institution`` follows the referral up from now on."""

    key = Key.CASE
    status = status_in(FOLLOW_UP_STATUSES, "open")
    referral_id: ReferralId
    case_id: CaseId
    institution: InstitutionCode
    sender: InstitutionCode
    kind: Kind
    programme: Programme
    subdivision: Subdivision


class ContactRecordedV1(Contract, frozen=True, kw_only=True):
    """There was contact with the person or the counterpart."""

    key = Key.CASE
    referral_id: ReferralId
    channel: Annotated[str, coded("contact_channels", "Means of contact")]


class ServiceDeliveredV1(Contract, frozen=True, kw_only=True):
    """A service was delivered."""

    key = Key.CASE
    referral_id: ReferralId
    service: ServiceKind


class OutcomeRecordedV1(Contract, frozen=True, kw_only=True):
    """Something came of it. The amount is an exact decimal, written as a string.

    ``measures`` comes from the code list when the fact is published, so that whoever adds up
    amounts needs no list, and not the newest one.
    """

    key = Key.CASE
    referral_id: ReferralId
    outcome: Outcome
    outcome_class: OutcomeClass
    amount: Annotated[Decimal, Meta(description="Exact, zero or more, in the currency")] | None
    currency: Annotated[str, coded("currencies", "ISO 4217")] | None
    on: Annotated[date, Meta(description="The day it took effect")] | None
    measures: (
        Annotated[str, Meta(description="owed or recovered: what such an outcome's amount is")]
        | None
    )


class FollowUpClosedV1(Contract, frozen=True, kw_only=True):
    """Nothing more will be done; ``outcome`` sums it up."""

    key = Key.CASE
    status = status_in(FOLLOW_UP_STATUSES, "closed")
    referral_id: ReferralId
    outcome: Outcome
    outcome_class: OutcomeClass


class FollowUpReopenedV1(Contract, frozen=True, kw_only=True):
    """There was more to do after all."""

    key = Key.CASE
    status = status_in(FOLLOW_UP_STATUSES, "open")
    referral_id: ReferralId
    reason: Annotated[str, coded("reopening_reasons", "Why it was reopened")]


class FollowUpEnteredInErrorV1(Contract, frozen=True, kw_only=True):
    """The follow-up fell with a case that should never have been registered."""

    key = Key.CASE
    status = status_in(FOLLOW_UP_STATUSES, "entered-in-error")
    referral_id: ReferralId


CONTRACTS: dict[str, type[Contract]] = {
    type_name("followup", "follow-up-opened", 1): FollowUpOpenedV1,
    type_name("followup", "contact-recorded", 1): ContactRecordedV1,
    type_name("followup", "service-delivered", 1): ServiceDeliveredV1,
    type_name("followup", "outcome-recorded", 1): OutcomeRecordedV1,
    type_name("followup", "follow-up-closed", 1): FollowUpClosedV1,
    type_name("followup", "follow-up-reopened", 1): FollowUpReopenedV1,
    type_name("followup", "follow-up-entered-in-error", 1): FollowUpEnteredInErrorV1,
}
