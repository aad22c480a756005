"""What intake publishes: that a case exists, how it is described, and what is proposed."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from shared.contracts import consent
from shared.contracts.contract import (
    AboutReferral,
    CaseId,
    Changed,
    Contract,
    CustodyVersion,
    InstitutionCode,
    Key,
    Moment,
    Programme,
    ProposalId,
    ReceivedAt,
    Subdivision,
    coded,
    contracts_in,
)

Municipality = Annotated[str, coded("municipalities", "Code of the statistics office")]
Channel = Annotated[str, coded("identification_channels", "How the person was identified")]
ErrorReason = Annotated[str, coded("error_reasons", "Why it was an error")]
CorrectionId = Annotated[UUID, Meta(description="The correction")]
EntryId = Annotated[UUID, Meta(description="The act by which the case was entered in error")]
AdoptedId = Annotated[UUID, Meta(description="The proposal that is adopted by it")]
Violation = Annotated[str, coded("violation_kinds", "A kind of violation")]


AgeBand = Annotated[str, coded("age_bands", "Age band")]
Sex = Annotated[str, coded("sexes", "Sex")]


class DetailsV1(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Coded attributes; null is "not stated", an empty list of violations "none was found"."""

    age_band: AgeBand | None
    sex: Sex | None
    nationality: Annotated[str, coded("nationalities", "ISO 3166-1 alpha-2")] | None
    migratory_condition: Annotated[str, coded("migratory_conditions", "Condition of stay")] | None
    sector: Annotated[str, coded("sectors", "Labour sector")] | None
    occupation: Annotated[str, coded("occupations", "Occupation")] | None
    violations: tuple[Violation, ...] | None


class CaseRegisteredV1(Contract, frozen=True, kw_only=True):
    """An institution opened a case."""

    key = Key.CASE
    case_id: CaseId
    institution: InstitutionCode
    folio: Annotated[str, Meta(description="The number that people read out")]
    programme: Programme
    subdivision: Subdivision
    municipality: Municipality | None
    channel: Channel
    opened_at: Moment | None
    details: DetailsV1
    source_key: (
        Annotated[str, Meta(description="The number by which an import's source knows it, sealed")]
        | None
    ) = None


class DescriptionV1(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A case as somebody describes it: all correctable values."""

    subdivision: Subdivision
    municipality: Municipality | None
    channel: Channel
    opened_at: Moment | None
    details: DetailsV1


class CaseCorrectedV1(Contract, frozen=True, kw_only=True):
    """The custodian described the case again: all correctable values as they are now."""

    key = Key.CASE
    subdivision: Subdivision
    municipality: Municipality | None
    channel: Channel
    opened_at: Moment | None
    details: DetailsV1
    changed: Changed
    correction_id: CorrectionId | None = None
    proposal_id: AdoptedId | None = None
    custody_version: CustodyVersion = 0
    received_at: ReceivedAt | None = None


class CaseEnteredInErrorV1(Contract, frozen=True, kw_only=True):
    """The case should never have been registered: no number counts it any more."""

    key = Key.CASE
    reason: ErrorReason
    entry_id: EntryId | None = None
    proposal_id: AdoptedId | None = None
    custody_version: CustodyVersion = 0
    received_at: ReceivedAt | None = None


class CorrectionProposedV1(Contract, frozen=True, kw_only=True):
    """A party without custody would describe the case so; ``changed`` names what differs."""

    key = Key.CASE
    proposal_id: ProposalId
    institution: InstitutionCode
    subdivision: Subdivision
    municipality: Municipality | None
    channel: Channel
    opened_at: Moment | None
    details: DetailsV1
    changed: Changed


class VoidRequestedV1(Contract, frozen=True, kw_only=True):
    """A party without custody asks the custodian to enter the case in error."""

    key = Key.CASE
    proposal_id: ProposalId
    institution: InstitutionCode
    reason: ErrorReason


class ProposalAdoptedV1(Contract, frozen=True, kw_only=True):
    """The custodian did what was proposed; the fact that it led to, if any, names the proposal."""

    key = Key.CASE
    proposal_id: ProposalId
    custody_version: CustodyVersion
    received_at: ReceivedAt | None


class ProposalRejectedV1(Contract, frozen=True, kw_only=True):
    """The custodian does not do what was proposed."""

    key = Key.CASE
    proposal_id: ProposalId
    reason: Annotated[str, coded("rejection_reasons", "Why it was rejected")]
    custody_version: CustodyVersion
    received_at: ReceivedAt | None


class ProposalReopenedV1(Contract, frozen=True, kw_only=True):
    """The proposal was decided after custody had moved: it waits for the new custodian."""

    key = Key.CASE
    proposal_id: ProposalId


class CorrectionTurnedIntoProposalV1(Contract, frozen=True, kw_only=True):
    """The correction came after custody had moved: the values are those of before it.

    What it said, or the proposal that it had adopted, waits for the new custodian.
    """

    key = Key.CASE
    correction_id: CorrectionId
    subdivision: Subdivision
    municipality: Municipality | None
    channel: Channel
    opened_at: Moment | None
    details: DetailsV1
    proposal_id: ProposalId
    institution: InstitutionCode
    proposed: DescriptionV1
    changed: Changed


class VoidTurnedIntoRequestV1(Contract, frozen=True, kw_only=True):
    """The void came after custody had moved: the case is not in error, and is counted again."""

    key = Key.CASE
    entry_id: EntryId
    proposal_id: ProposalId
    institution: InstitutionCode
    reason: ErrorReason


class CasePreviewedV1(AboutReferral, frozen=True, kw_only=True):
    """What ``addressee`` sees of the case until it accepts the referral, and nothing else.

    The case as it was when the addressee was asked: a later correction does not change it. The
    services asked for and the priority are the referral's.
    """

    addressee: InstitutionCode
    programme: Programme
    subdivision: Subdivision
    age_band: AgeBand | None
    sex: Sex | None
    case_version: Annotated[int, Meta(ge=1, description="Version of the case that it shows")]


CONTRACTS = contracts_in(__name__, consent)
