"""What referral publishes: the directory, who has custody of a case, and each referral's life."""

from typing import Annotated

from msgspec import Meta

from shared.contracts.contract import (
    CaseId,
    Changed,
    Contract,
    InstitutionCode,
    Key,
    Kind,
    Programme,
    ReferralId,
    ServiceKind,
    Subdivision,
    Topic,
    coded,
    type_name,
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
    """An institution was described again: all values as they now stand."""

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


class ReferralRequestedV1(Contract, frozen=True, kw_only=True):
    """The custodian asked ``addressee`` to take the case on, or to share it."""

    key = Key.CASE
    status = status_in(REFERRAL_STATUSES, "requested")
    referral_id: ReferralId
    sender: InstitutionCode
    addressee: InstitutionCode
    kind: Kind
    services: tuple[ServiceKind, ...]
    priority: Annotated[str, coded("priorities", "How soon an answer is due")]
    addressee_version: Annotated[
        int, Meta(ge=1, description="Version of the addressee's directory entry it leaned on")
    ]


class ReferralAcknowledgedV1(Contract, frozen=True, kw_only=True):
    """The addressee has it."""

    key = Key.CASE
    status = status_in(REFERRAL_STATUSES, "acknowledged")
    referral_id: ReferralId


class InformationRequestedV1(Contract, frozen=True, kw_only=True):
    """The addressee asked about these topics before it decides."""

    key = Key.CASE
    status = status_in(REFERRAL_STATUSES, "information-awaited")
    referral_id: ReferralId
    topics: tuple[Topic, ...]


class InformationAnsweredV1(Contract, frozen=True, kw_only=True):
    """The sender answered about these topics."""

    key = Key.CASE
    status = status_in(REFERRAL_STATUSES, "acknowledged")
    referral_id: ReferralId
    topics: tuple[Topic, ...]


class ReferralAcceptedV1(Contract, frozen=True, kw_only=True):
    """The addressee took it on; ``custodian`` answers for the case from here on."""

    key = Key.CASE
    status = status_in(REFERRAL_STATUSES, "accepted")
    referral_id: ReferralId
    kind: Kind
    sender: InstitutionCode
    addressee: InstitutionCode
    custodian: InstitutionCode
    previous_custodian: InstitutionCode
    programme: Programme
    subdivision: Subdivision


class ReferralDeclinedV1(Contract, frozen=True, kw_only=True):
    """The addressee did not take it on."""

    key = Key.CASE
    status = status_in(REFERRAL_STATUSES, "declined")
    referral_id: ReferralId
    reason: Annotated[str, coded("decline_reasons", "Why it was declined")]
    reason_class: Annotated[
        str,
        Meta(description="person, receiving-institution, referring-institution or system, then"),
    ]


class ReferralWithdrawnV1(Contract, frozen=True, kw_only=True):
    """The sender took it back."""

    key = Key.CASE
    status = status_in(REFERRAL_STATUSES, "withdrawn")
    referral_id: ReferralId
    reason: Annotated[str, coded("withdrawal_reasons", "Why it was withdrawn")]


class ReferralEnteredInErrorV1(Contract, frozen=True, kw_only=True):
    """The referral fell with a case that should never have been registered."""

    key = Key.CASE
    status = status_in(REFERRAL_STATUSES, "entered-in-error")
    referral_id: ReferralId


CONTRACTS: dict[str, type[Contract]] = {
    type_name("referral", "institution-registered", 1): InstitutionRegisteredV1,
    type_name("referral", "institution-corrected", 1): InstitutionCorrectedV1,
    type_name("referral", "custody-taken", 1): CustodyTakenV1,
    type_name("referral", "custody-ended", 1): CustodyEndedV1,
    type_name("referral", "referral-requested", 1): ReferralRequestedV1,
    type_name("referral", "referral-acknowledged", 1): ReferralAcknowledgedV1,
    type_name("referral", "information-requested", 1): InformationRequestedV1,
    type_name("referral", "information-answered", 1): InformationAnsweredV1,
    type_name("referral", "referral-accepted", 1): ReferralAcceptedV1,
    type_name("referral", "referral-declined", 1): ReferralDeclinedV1,
    type_name("referral", "referral-withdrawn", 1): ReferralWithdrawnV1,
    type_name("referral", "referral-entered-in-error", 1): ReferralEnteredInErrorV1,
}
