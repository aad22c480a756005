"""What referral publishes of agreements between institutions, and of overriding them.

A part of ``shared.contracts.referral``, whose names on the wire these have.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from shared.contracts.contract import (
    Changed,
    Contract,
    InstitutionCode,
    Key,
    Moment,
    Programme,
    ServiceKind,
    coded,
)
from shared.kernel.documents import DocumentRef

PART_OF = "referral"
"""The service whose contracts these are."""

AgreementId = Annotated[UUID, Meta(description="The agreement")]
AgreementVersion = Annotated[
    int, Meta(ge=1, description="Version of the agreement's stream that was leaned on")
]
OverrideId = Annotated[UUID, Meta(description="The override of an agreement")]
AgreementKind = Annotated[str, coded("agreement_kinds", "Kind of agreement")]
DataCategory = Annotated[str, coded("data_categories", "A category of data")]
EndingReason = Annotated[str, coded("agreement_ending_reasons", "Why it is not in force")]
SignatoryRole = Annotated[str, coded("signatory_roles", "Role of whoever signed")]
Terms = Annotated[int, Meta(ge=1, description="Number of the agreement's terms, from 1")]
From = Annotated[date, Meta(description="First day of validity")]
Until = Annotated[date | None, Meta(description="Last day of validity; null: none")]
On = Annotated[date, Meta(description="From which day on")]
Paper = Annotated[DocumentRef | None, Meta(description="The document; null: there is none")]


class AgreementDraftedV1(Contract, frozen=True, kw_only=True):
    """The terms of an agreement were written down; an empty list of services: all kinds."""

    key = Key.AGREEMENT
    agreement_id: AgreementId
    kind: AgreementKind
    title: str
    parties: tuple[InstitutionCode, ...]
    programme: Programme
    services: tuple[ServiceKind, ...]
    data_categories: tuple[DataCategory, ...]
    valid_from: From
    valid_until: Until
    texts: Paper


class AgreementRevisedV1(Contract, frozen=True, kw_only=True):
    """The terms as they are now; signatures of other terms count no more."""

    key = Key.AGREEMENT
    agreement_id: AgreementId
    kind: AgreementKind
    title: str
    parties: tuple[InstitutionCode, ...]
    programme: Programme
    services: tuple[ServiceKind, ...]
    data_categories: tuple[DataCategory, ...]
    valid_from: From
    valid_until: Until
    texts: Paper
    terms: Terms
    changed: Changed


class AgreementSignedV1(Contract, frozen=True, kw_only=True):
    """A party signed these terms.

    begins: the first day on which it is in force, now that all parties have signed; null: not all
    have.
    """

    key = Key.AGREEMENT
    agreement_id: AgreementId
    institution: InstitutionCode
    signed_on: Annotated[date, Meta(description="When it was signed")]
    signatory_role: SignatoryRole
    terms: Terms
    begins: Annotated[date | None, Meta(description="First day in force, if all have signed")]
    document: Paper


class AgreementRenewedV1(Contract, frozen=True, kw_only=True):
    """It has another last day. Between the former one and ``on`` it was not in force."""

    key = Key.AGREEMENT
    agreement_id: AgreementId
    valid_until: Until
    on: On
    document: Paper


class AgreementSuspendedV1(Contract, frozen=True, kw_only=True):
    """It is not in force from this day on; ``institution`` suspended it."""

    key = Key.AGREEMENT
    agreement_id: AgreementId
    institution: InstitutionCode
    reason: EndingReason
    on: On


class AgreementResumedV1(Contract, frozen=True, kw_only=True):
    """It is in force again from this day on, as far as its validity goes."""

    key = Key.AGREEMENT
    agreement_id: AgreementId
    on: On


class AgreementTerminatedV1(Contract, frozen=True, kw_only=True):
    """It is over from this day on; ``institution`` terminated it."""

    key = Key.AGREEMENT
    agreement_id: AgreementId
    institution: InstitutionCode
    reason: EndingReason
    on: On


class AgreementExpiryAnnouncedV1(Contract, frozen=True, kw_only=True):
    """The parties were told that it ends in ``days`` days or fewer."""

    key = Key.AGREEMENT
    agreement_id: AgreementId
    days: Annotated[int, Meta(ge=1, description="60, 30 or 7")]
    valid_until: Annotated[date, Meta(description="The last day that was announced")]


class AgreementsRequiredV1(Contract, frozen=True, kw_only=True):
    """Every referral of the programme needs an agreement in force."""

    key = Key.PROGRAMME
    programme: Programme


class AgreementsWaivedV1(Contract, frozen=True, kw_only=True):
    """Referrals of the programme need one only between institutions that have agreed once."""

    key = Key.PROGRAMME
    programme: Programme


class AgreementOverriddenV1(Contract, frozen=True, kw_only=True):
    """A second person of ``institution`` lets it refer the case once without an agreement."""

    key = Key.CASE
    override_id: OverrideId
    institution: InstitutionCode
    addressee: InstitutionCode
    reason: Annotated[str, coded("agreement_override_reasons", "Why it was overridden")]
    until: Annotated[Moment, Meta(description="Until when it may be used")]
