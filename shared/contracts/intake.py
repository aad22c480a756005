"""What intake publishes: that a case exists, and what its institution tells of it."""

from typing import Annotated

import msgspec
from msgspec import Meta

from shared.contracts.contract import (
    AboutReferral,
    CaseId,
    Changed,
    Contract,
    InstitutionCode,
    Key,
    Moment,
    Programme,
    Subdivision,
    coded,
    contracts_in,
)

Municipality = Annotated[str, coded("municipalities", "Code of the statistics office")]
Channel = Annotated[str, coded("identification_channels", "How the person was identified")]
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


class CaseCorrectedV1(Contract, frozen=True, kw_only=True):
    """The case was described again: all correctable values as they are now."""

    key = Key.CASE
    subdivision: Subdivision
    municipality: Municipality | None
    channel: Channel
    opened_at: Moment | None
    details: DetailsV1
    changed: Changed


class CaseEnteredInErrorV1(Contract, frozen=True, kw_only=True):
    """The case should never have been registered: no number counts it any more."""

    key = Key.CASE
    reason: Annotated[str, coded("error_reasons", "Why it was an error")]


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


CONTRACTS = contracts_in(__name__)
