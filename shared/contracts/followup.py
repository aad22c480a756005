"""What followup publishes: what the receiver of a referral did, and what came of it."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from shared.contracts.contract import (
    AboutReferral,
    CaseId,
    InstitutionCode,
    Kind,
    Outcome,
    OutcomeClass,
    Programme,
    ServiceKind,
    Subdivision,
    coded,
    contracts_in,
)
from shared.kernel.statuses import FOLLOW_UP_STATUSES, status_in


class FollowUpOpenedV1(AboutReferral, frozen=True, kw_only=True):
    """``institution`` follows the referral up from now on."""

    status = status_in(FOLLOW_UP_STATUSES, "open")
    case_id: CaseId
    institution: InstitutionCode
    sender: InstitutionCode
    kind: Kind
    programme: Programme
    subdivision: Subdivision


class ContactRecordedV1(AboutReferral, frozen=True, kw_only=True):
    """There was contact with the person or the counterpart."""

    channel: Annotated[str, coded("contact_channels", "Means of contact")]


class ServiceDeliveredV1(AboutReferral, frozen=True, kw_only=True):
    """A service was delivered."""

    service: ServiceKind


class OutcomeRecordedV1(AboutReferral, frozen=True, kw_only=True):
    """Something came of it. The amount is an exact decimal, written as a string.

    ``measures`` comes from the code list when the fact is published, so that amounts
    can be added up without the list.
    """

    outcome: Outcome
    outcome_class: OutcomeClass
    amount: Annotated[Decimal, Meta(description="Exact, zero or more, in the currency")] | None
    currency: Annotated[str, coded("currencies", "ISO 4217")] | None
    on: Annotated[date, Meta(description="The day it took effect")] | None
    measures: (
        Annotated[str, Meta(description="owed or recovered: what such an outcome's amount is")]
        | None
    )


class FollowUpClosedV1(AboutReferral, frozen=True, kw_only=True):
    """Nothing more will be done; ``outcome`` sums it up."""

    status = status_in(FOLLOW_UP_STATUSES, "closed")
    outcome: Outcome
    outcome_class: OutcomeClass


class FollowUpReopenedV1(AboutReferral, frozen=True, kw_only=True):
    """There was more to do after all."""

    status = status_in(FOLLOW_UP_STATUSES, "open")
    reason: Annotated[str, coded("reopening_reasons", "Why it was reopened")]


class FollowUpPutOnHoldV1(AboutReferral, frozen=True, kw_only=True):
    """The work pauses, and the referral is on hold."""

    status = status_in(FOLLOW_UP_STATUSES, "on-hold")
    reason: Annotated[str, coded("hold_reasons", "Why it is on hold")]


class FollowUpResumedV1(AboutReferral, frozen=True, kw_only=True):
    """The work goes on."""

    status = status_in(FOLLOW_UP_STATUSES, "open")


class FollowUpRevokedV1(AboutReferral, frozen=True, kw_only=True):
    """The share was revoked, and its follow-up ended."""

    status = status_in(FOLLOW_UP_STATUSES, "revoked")


class FollowUpEnteredInErrorV1(AboutReferral, frozen=True, kw_only=True):
    """The follow-up fell with a case that should never have been registered."""

    status = status_in(FOLLOW_UP_STATUSES, "entered-in-error")


CONTRACTS = contracts_in(__name__)
