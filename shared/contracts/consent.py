"""What intake publishes of consent: what a person consented to and took back, and its overrides.

A part of ``shared.contracts.intake``, whose names on the wire these have. Their subject is the
case. Nobody's name is here: a person, a guardian, a witness and what somebody signed stay in
intake, and so does why a person took something back.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from shared.contracts.contract import (
    CaseId,
    Contract,
    InstitutionCode,
    Key,
    Moment,
    ServiceKind,
    Subdivision,
    coded,
)

PART_OF = "intake"
"""The service whose contracts these are."""

ConsentId = Annotated[UUID, Meta(description="The consent")]
Version = Annotated[int, Meta(ge=1, description="The consent's version, from 1")]
Purpose = Annotated[str, coded("consent_purposes", "For which purpose")]
InstitutionKind = Annotated[str, coded("institution_kinds", "A kind of institutions")]
DataCategory = Annotated[str, coded("data_categories", "A category of data")]
Language = Annotated[str, coded("languages", "In which language it was explained")]
Mode = Annotated[str, coded("consent_modes", "How it was given")]
Evidence = Annotated[
    str | None, Meta(description="SHA-256 of what was signed or recorded; null: nothing was")
]
OfAgeFrom = Annotated[
    date | None,
    Meta(description="From which day a guardian's word serves no longer; null: it does, or none"),
]
ExpiresAt = Annotated[Moment, Meta(description="The moment after its last day")]
AskAgainAt = Annotated[
    Moment | None,
    Meta(description="From when the person is to be asked; null: never, or it expires first"),
]
OverrideId = Annotated[UUID, Meta(description="The override of consent")]
Notified = Annotated[str, coded("consent_notified", "Who is to be told")]


class TermsV1(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is consented to; an empty list of services: whatever serves the purpose."""

    recipients: tuple[InstitutionCode, ...]
    kinds: tuple[InstitutionKind, ...]
    categories: tuple[DataCategory, ...]
    services: tuple[ServiceKind, ...]
    valid_from: Annotated[date, Meta(description="Its first day, at the case's place")]
    valid_until: Annotated[date, Meta(description="Its last day, at the case's place")]


class CutV1(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was taken back. No recipients and no kinds: from all; no categories: all data."""

    recipients: tuple[InstitutionCode, ...]
    kinds: tuple[InstitutionKind, ...]
    categories: tuple[DataCategory, ...]


class ConsentRecordedV1(Contract, frozen=True, kw_only=True):
    """A person consented; ``institution`` obtained it and says so."""

    key = Key.CASE
    consent_id: ConsentId
    case_id: CaseId
    institution: InstitutionCode
    subdivision: Annotated[Subdivision, Meta(description="By whose days it counts")]
    purpose: Purpose
    terms: TermsV1
    language: Language
    mode: Mode
    evidence: Evidence
    of_age_from: OfAgeFrom
    version: Version
    expires_at: ExpiresAt
    ask_again_at: AskAgainAt


class ConsentNarrowedV1(Contract, frozen=True, kw_only=True):
    """The person consents to less; what was taken back before stays so. Told ``institution``."""

    key = Key.CASE
    consent_id: ConsentId
    version: Version
    institution: InstitutionCode
    terms: TermsV1
    language: Language
    mode: Mode
    evidence: Evidence
    of_age_from: OfAgeFrom
    expires_at: ExpiresAt
    ask_again_at: AskAgainAt


class ConsentRenewedV1(Contract, frozen=True, kw_only=True):
    """The person was asked again: this, in full, replaces all before it, and its cuts."""

    key = Key.CASE
    consent_id: ConsentId
    version: Version
    institution: InstitutionCode
    terms: TermsV1
    language: Language
    mode: Mode
    evidence: Evidence
    of_age_from: OfAgeFrom
    expires_at: ExpiresAt
    ask_again_at: AskAgainAt


class ConsentWithdrawnV1(Contract, frozen=True, kw_only=True):
    """The person took it back as a whole: every holder stops, erases and attests."""

    key = Key.CASE
    consent_id: ConsentId
    version: Version
    institution: InstitutionCode


class ConsentPartlyWithdrawnV1(Contract, frozen=True, kw_only=True):
    """The person took back a part: from some recipients, or some of the data, or both."""

    key = Key.CASE
    consent_id: ConsentId
    version: Version
    institution: InstitutionCode
    part: CutV1


class ConsentExpiredV1(Contract, frozen=True, kw_only=True):
    """Its last day is over: nothing new leans on it."""

    key = Key.CASE
    consent_id: ConsentId
    version: Version


class PersonToBeAskedAgainV1(Contract, frozen=True, kw_only=True):
    """The person came of age: nothing new leans on it until they were asked."""

    key = Key.CASE
    consent_id: ConsentId
    version: Version


class ConsentEnteredInErrorV1(Contract, frozen=True, kw_only=True):
    """It was never given like that: every holder erases."""

    key = Key.CASE
    consent_id: ConsentId
    version: Version
    entry_id: Annotated[UUID, Meta(description="The act by which it was entered in error")]
    reason: Annotated[str, coded("error_reasons", "Why it was an error")]


class ConsentOverrideConfirmedV1(Contract, frozen=True, kw_only=True):
    """A second person of ``institution`` lets these data go to one recipient without consent."""

    key = Key.CASE
    override_id: OverrideId
    institution: InstitutionCode
    recipient: Annotated[str, Meta(description="Code of the institution that may get the data")]
    purpose: Purpose
    services: tuple[ServiceKind, ...]
    categories: tuple[DataCategory, ...]
    ground: Annotated[str, coded("consent_override_grounds", "Why no consent is needed")]
    basis: Annotated[str, Meta(description="The entry of the register of norms that allows it")]
    notify: tuple[Notified, ...]
    until: Annotated[Moment, Meta(description="Until when a disclosure may lean on it")]
    notify_by: Annotated[Moment, Meta(description="By when all those are to be told")]


class ConsentOverrideNotifiedV1(Contract, frozen=True, kw_only=True):
    """One of those who are to be told of an override was told."""

    key = Key.CASE
    override_id: OverrideId
    notified: Notified
