"""What followup publishes: what the receiver of a referral did, and what came of it."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from shared.contracts.clocks import ClockCode, DueAt, NextAt
from shared.contracts.contract import (
    AboutReferral,
    CaseId,
    InstitutionCode,
    Kind,
    Moment,
    Outcome,
    OutcomeClass,
    Programme,
    ServiceKind,
    Subdivision,
    Undated,
    coded,
    contracts_in,
)
from shared.kernel.statuses import FOLLOW_UP_STATUSES, status_in

Channel = Annotated[str, coded("contact_channels", "Means of contact")]
Amount = Annotated[Decimal, Meta(description="Exact, zero or more, in the currency")]
Currency = Annotated[str, coded("currencies", "ISO 4217")]
Day = Annotated[date, Meta(description="The day it took effect")]
Measures = Annotated[str, Meta(description="owed or recovered: what such an outcome's amount is")]
ErrorReason = Annotated[str, coded("error_reasons", "Why it was entered in error")]
CustodyVersion = Annotated[
    int, Meta(ge=0, description="Version of what followup had heard of custody; 0: nothing")
]
FollowUpVersion = Annotated[int, Meta(ge=1, description="Version of the follow-up it leaned on")]
FailureReason = Annotated[str, coded("failure_reasons", "Why the service was not given")]
CancellationReason = Annotated[str, coded("cancellation_reasons", "Why the person left it")]


class Mended(AboutReferral, frozen=True, kw_only=True):
    """A mistake was mended: another fact of the follow-up no longer counts."""

    replaces: Annotated[int, Meta(ge=2, description="That fact's version, at the end of its id")]


class FollowUpOpenedV1(AboutReferral, frozen=True, kw_only=True):
    """``institution`` follows the referral up from now on.

    services: what was asked for; left out of facts of before.
    """

    status = status_in(FOLLOW_UP_STATUSES, "open")
    case_id: CaseId
    institution: InstitutionCode
    sender: InstitutionCode
    kind: Kind
    programme: Programme
    subdivision: Subdivision
    services: tuple[ServiceKind, ...] = ()


class ContactRecordedV1(AboutReferral, frozen=True, kw_only=True):
    """There was contact with the person or the counterpart."""

    channel: Channel


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
    amount: Amount | None
    currency: Currency | None
    on: Day | None
    measures: Measures | None


class ContactCorrectedV1(Mended, frozen=True, kw_only=True):
    """There was that contact, and this is how."""

    channel: Channel


class ContactEnteredInErrorV1(Mended, frozen=True, kw_only=True):
    """There was no such contact in this follow-up."""

    reason: ErrorReason


class ServiceCorrectedV1(Mended, frozen=True, kw_only=True):
    """A service was delivered, and it was this one."""

    service: ServiceKind


class ServiceEnteredInErrorV1(Mended, frozen=True, kw_only=True):
    """No such service was delivered in this follow-up."""

    reason: ErrorReason


class OutcomeCorrectedV1(Mended, frozen=True, kw_only=True):
    """Something came of it, and it was this; the fields are those of ``OutcomeRecordedV1``."""

    outcome: Outcome
    outcome_class: OutcomeClass
    amount: Amount | None
    currency: Currency | None
    on: Day | None
    measures: Measures | None


class OutcomeEnteredInErrorV1(Mended, frozen=True, kw_only=True):
    """Nothing like that came of this follow-up."""

    reason: ErrorReason


class ServiceScheduledV1(AboutReferral, frozen=True, kw_only=True):
    """The person has an appointment."""

    status = status_in(FOLLOW_UP_STATUSES, "scheduled")
    scheduled_for: Moment


class ServiceStartedV1(AboutReferral, frozen=True, kw_only=True):
    """The service is being given, or is again, after a pause."""

    status = status_in(FOLLOW_UP_STATUSES, "in-progress")


class ServiceCompletedV1(AboutReferral, frozen=True, kw_only=True):
    """The service was given; ``undelivered`` is what was asked for and was not."""

    status = status_in(FOLLOW_UP_STATUSES, "service-delivered")
    delivered: tuple[ServiceKind, ...]
    undelivered: tuple[ServiceKind, ...]


class DeliveryConfirmedV1(AboutReferral, frozen=True, kw_only=True):
    """The provider, or the person, says that the service was given.

    taken_by: who took that word; the person's counts unless whoever follows up took it.
    """

    confirmer: Annotated[str, coded("confirmers", "Whose word it is")]
    taken_by: InstitutionCode
    custody_version: CustodyVersion


class OutcomeConfirmedV1(AboutReferral, frozen=True, kw_only=True):
    """The provider and the person have both said that the service was given."""

    status = status_in(FOLLOW_UP_STATUSES, "outcome-confirmed")


class EnrolmentStatedV1(AboutReferral, frozen=True, kw_only=True):
    """What was found out about the person's place in the service; the last one counts."""

    enrolment: Annotated[str, coded("enrolment_statuses", "Whether the person was enrolled")]


class FollowUpFailedV1(AboutReferral, frozen=True, kw_only=True):
    """The service was not given, and will not be."""

    status = status_in(FOLLOW_UP_STATUSES, "failed")
    reason: FailureReason


class FollowUpCancelledV1(AboutReferral, frozen=True, kw_only=True):
    """The person does not want it any more."""

    status = status_in(FOLLOW_UP_STATUSES, "cancelled-by-person")
    reason: CancellationReason


class FollowUpClosedV1(AboutReferral, frozen=True, kw_only=True):
    """Nothing more will be done; ``outcome`` sums it up."""

    status = status_in(FOLLOW_UP_STATUSES, "closed")
    outcome: Outcome
    outcome_class: OutcomeClass
    undated: Undated = False


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


class FollowUpRemindedV1(AboutReferral, frozen=True, kw_only=True):
    """Whoever follows up was reminded that something is to be done."""

    follow_up_version: FollowUpVersion
    whom: InstitutionCode
    clock: ClockCode
    due_at: DueAt
    next_at: NextAt


class FollowUpEscalatedV1(AboutReferral, frozen=True, kw_only=True):
    """Still nothing was done, and the custodian was told, or whoever handed the case over."""

    follow_up_version: FollowUpVersion
    custody_version: CustodyVersion
    whom: InstitutionCode
    clock: ClockCode
    due_at: DueAt
    next_at: NextAt


CONTRACTS = contracts_in(__name__)
