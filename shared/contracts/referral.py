"""What referral publishes: the directory, who has custody of a case, and each referral's life."""

from typing import Annotated

from msgspec import Meta

from shared.contracts.contract import (
    AboutReferral,
    CaseId,
    Changed,
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
    Topic,
    coded,
    contracts_in,
)
from shared.kernel.statuses import REFERRAL_STATUSES, status_in

InstitutionKind = Annotated[str, coded("institution_kinds", "Kind of institution")]


class InstitutionRegisteredV1(Contract, frozen=True, kw_only=True):
    """An institution was entered in the directory."""

    key = Key.INSTITUTION
    institution: InstitutionCode
    name: str
    kind: InstitutionKind
    subdivision: Subdivision | None
    programmes: tuple[Programme, ...]


class InstitutionCorrectedV1(Contract, frozen=True, kw_only=True):
    """An institution was described again: all values as they are now."""

    key = Key.INSTITUTION
    institution: InstitutionCode
    name: str
    kind: InstitutionKind
    subdivision: Subdivision | None
    programmes: tuple[Programme, ...]
    changed: Changed


class CustodyTakenV1(Contract, frozen=True, kw_only=True):
    """The case was taken up; ``custodian`` answers for it."""

    key = Key.CASE
    case_id: CaseId
    custodian: InstitutionCode
    programme: Programme
    subdivision: Subdivision


class CustodyEndedV1(Contract, frozen=True, kw_only=True):
    """Nobody answers for the case any longer; ``custodian`` was the last."""

    key = Key.CASE
    custodian: InstitutionCode


class CaseClosedV1(Contract, frozen=True, kw_only=True):
    """The custodian closed the case; ``outcome`` sums it up."""

    key = Key.CASE
    custodian: InstitutionCode
    outcome: Outcome
    outcome_class: OutcomeClass


class CaseReopenedV1(Contract, frozen=True, kw_only=True):
    """There was more to do after all; the custodian is the same."""

    key = Key.CASE
    reason: Annotated[str, coded("reopening_reasons", "Why it was reopened")]


class ReferralRequestedV1(AboutReferral, frozen=True, kw_only=True):
    """The custodian asked ``addressee`` to take the case on, or to share it.

    replaces: the superseded referral that the new custodian makes again.
    """

    status = status_in(REFERRAL_STATUSES, "requested")
    sender: InstitutionCode
    addressee: InstitutionCode
    kind: Kind
    services: tuple[ServiceKind, ...]
    priority: Annotated[str, coded("priorities", "How soon an answer is due")]
    addressee_version: Annotated[
        int, Meta(ge=1, description="Version of the addressee's directory entry it leaned on")
    ]
    replaces: ReferralId | None = None


class ReferralAcknowledgedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee has it."""

    status = status_in(REFERRAL_STATUSES, "acknowledged")


class InformationRequestedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee asked about these topics before it decides."""

    status = status_in(REFERRAL_STATUSES, "information-awaited")
    topics: tuple[Topic, ...]


class InformationAnsweredV1(AboutReferral, frozen=True, kw_only=True):
    """The sender answered about these topics."""

    status = status_in(REFERRAL_STATUSES, "acknowledged")
    topics: tuple[Topic, ...]


class InformationPartlyAnsweredV1(AboutReferral, frozen=True, kw_only=True):
    """The sender answered about these topics; those ``awaited`` are still to be answered."""

    status = status_in(REFERRAL_STATUSES, "information-awaited")
    topics: tuple[Topic, ...]
    awaited: tuple[Topic, ...]


class ReferralAcceptedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee took it on; ``custodian`` answers for the case from here on."""

    status = status_in(REFERRAL_STATUSES, "accepted")
    kind: Kind
    sender: InstitutionCode
    addressee: InstitutionCode
    custodian: InstitutionCode
    previous_custodian: InstitutionCode
    programme: Programme
    subdivision: Subdivision


class ReferralDeclinedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee did not take it on."""

    status = status_in(REFERRAL_STATUSES, "declined")
    reason: Annotated[str, coded("decline_reasons", "Why it was declined")]
    reason_class: Annotated[
        str,
        Meta(description="person, receiving-institution, referring-institution or system, then"),
    ]


class ReferralWithdrawnV1(AboutReferral, frozen=True, kw_only=True):
    """The sender took it back."""

    status = status_in(REFERRAL_STATUSES, "withdrawn")
    reason: Annotated[str, coded("withdrawal_reasons", "Why it was withdrawn")]


class ReferralSupersededV1(AboutReferral, frozen=True, kw_only=True):
    """Custody moved with the acceptance of referral ``by``, before this one was answered."""

    status = status_in(REFERRAL_STATUSES, "superseded")
    by: ReferralId


class ReferralRevokedV1(AboutReferral, frozen=True, kw_only=True):
    """The custodian ended a share that had been accepted."""

    status = status_in(REFERRAL_STATUSES, "revoked")
    reason: Annotated[str, coded("revocation_reasons", "Why it was revoked")]


class ReferralClosedV1(AboutReferral, frozen=True, kw_only=True):
    """The referral ended with its follow-up, which was closed."""

    status = status_in(REFERRAL_STATUSES, "closed")


class ReferralReopenedV1(AboutReferral, frozen=True, kw_only=True):
    """The referral goes on with its follow-up, which was reopened by ``addressee``."""

    status = status_in(REFERRAL_STATUSES, "accepted")
    addressee: InstitutionCode


class ReferralEnteredInErrorV1(AboutReferral, frozen=True, kw_only=True):
    """The referral fell with a case that should never have been registered."""

    status = status_in(REFERRAL_STATUSES, "entered-in-error")


CONTRACTS = contracts_in(__name__)
