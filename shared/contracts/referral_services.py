"""What referral publishes of the directory's services. ``referral`` has all of its contracts."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from shared.contracts.contract import (
    Changed,
    Contract,
    InstitutionCode,
    Key,
    Programme,
    ServiceKind,
    Subdivision,
    coded,
)

ServiceId = Annotated[UUID, Meta(description="The service")]
Reason = Annotated[str, coded("service_suspension_reasons", "Why it is not offered")]
Clock = Annotated[str, Meta(description="By the wall clock, 09:00; 24:00: the end of the day")]


class EligibilityRuleV1(msgspec.Struct, frozen=True, kw_only=True):
    """What must hold of one coded value of the case; of several values, of one of them.

    is_one_of, is_none_of: codes of the list that the attribute names; one of the two is empty.
    """

    attribute: Annotated[str, coded("eligibility_attributes", "On which value it depends")]
    is_one_of: tuple[str, ...]
    is_none_of: tuple[str, ...]


class CostV1(msgspec.Struct, frozen=True, kw_only=True):
    """What the person pays. Zero, in no currency: it is free."""

    amount: Decimal
    currency: Annotated[str, coded("currencies", "ISO 4217")] | None


class HoursV1(msgspec.Struct, frozen=True, kw_only=True):
    """Days by a rule of RFC 5545, hours by the wall clock of a zone.

    closes: no later than ``opens``: on the day after. starts_on: null: always.
    """

    rrule: Annotated[str, Meta(description="RFC 5545, of days: FREQ=WEEKLY;BYDAY=MO,TU")]
    opens: Clock
    closes: Clock
    zone: Annotated[str, Meta(description="IANA time zone")]
    starts_on: date | None


class CoverageV1(msgspec.Struct, frozen=True, kw_only=True):
    """For people in any of these places; without any: wherever they are."""

    subdivisions: tuple[Subdivision, ...]
    municipalities: tuple[Annotated[str, coded("municipalities", "Official code")], ...]
    regions: tuple[Annotated[str, Meta(description="A region of the directory")], ...]


class FundingV1(msgspec.Struct, frozen=True, kw_only=True):
    """What pays for it, and from when until when."""

    source: Annotated[str, coded("funding_sources", "Where the money comes from")]
    valid_from: date | None
    valid_until: date | None


class TextsV1(msgspec.Struct, frozen=True, kw_only=True):
    """The document with what is said in words, by its id and the digest of its bytes."""

    document_id: UUID
    digest: Annotated[str, Meta(description="SHA-256, hexadecimal")]


class _Service(Contract, frozen=True, kw_only=True):
    """A service as it is described.

    taxonomy: the version of ``service_kinds``. duration_days: for how long one person uses it.
    """

    key = Key.SERVICE
    service_id: ServiceId
    institution: InstitutionCode
    name: str
    kind: ServiceKind
    taxonomy: Annotated[int, Meta(ge=1, description="Version of the list of kinds of service")]
    programmes: tuple[Programme, ...]
    populations: tuple[Annotated[str, coded("populations", "Whom it is meant for")], ...]
    eligibility: tuple[EligibilityRuleV1, ...]
    required_documents: tuple[
        Annotated[str, coded("service_documents", "What it asks the person for")], ...
    ]
    cost: CostV1 | None
    duration_days: int | None
    hours: tuple[HoursV1, ...]
    languages: tuple[Annotated[str, coded("languages", "In which people are served")], ...]
    accessibility: tuple[Annotated[str, coded("accessibilities", "What makes it accessible")], ...]
    coverage: CoverageV1
    funding: tuple[FundingV1, ...]
    entries: tuple[Annotated[str, Meta(description="An entry of the register of norms")], ...]
    texts: TextsV1 | None


class ServiceListedV1(_Service, frozen=True, kw_only=True):
    """A service was entered in the directory."""

    institution_version: Annotated[
        int, Meta(ge=1, description="Version of its institution's entry that it leaned on")
    ]


class ServiceCorrectedV1(_Service, frozen=True, kw_only=True):
    """A service was described again: all values as they are now."""

    changed: Changed


class CapacityStatedV1(Contract, frozen=True, kw_only=True):
    """Whether the service has room, as of that day, and how much."""

    key = Key.SERVICE
    service_id: ServiceId
    institution: InstitutionCode
    capacity: Annotated[str, coded("capacities", "Whether it has room")]
    unit: Annotated[str, coded("capacity_units", "In what it is counted")]
    places_free: int | None
    stated_on: date


class ServiceAssuredV1(Contract, frozen=True, kw_only=True):
    """Somebody vouched for what the directory says of the service, as of that day."""

    key = Key.SERVICE
    service_id: ServiceId
    institution: InstitutionCode
    assured_on: date


class ServiceSuspendedV1(Contract, frozen=True, kw_only=True):
    """The service is not offered for the time being."""

    key = Key.SERVICE
    service_id: ServiceId
    institution: InstitutionCode
    reason: Reason


class ServiceResumedV1(Contract, frozen=True, kw_only=True):
    """The service is offered again."""

    key = Key.SERVICE
    service_id: ServiceId
    institution: InstitutionCode


class ServiceWithdrawnV1(Contract, frozen=True, kw_only=True):
    """The service is not offered any more."""

    key = Key.SERVICE
    service_id: ServiceId
    institution: InstitutionCode
    reason: Reason
