"""What referral publishes of the directory's services.

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
    Programme,
    ServiceKind,
    coded,
)
from shared.contracts.directory import EntryCode, Texts
from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import Cost, Coverage, EligibilityRule, Funding

PART_OF = "referral"
"""The service whose contracts these are."""
ServiceId = Annotated[UUID, Meta(description="The service")]
Reason = Annotated[str, coded("service_suspension_reasons", "Why it is not offered")]


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
    eligibility: tuple[EligibilityRule, ...]
    required_documents: tuple[
        Annotated[str, coded("service_documents", "What it asks the person for")], ...
    ]
    cost: Cost | None
    duration_days: int | None
    hours: tuple[Hours, ...]
    languages: tuple[Annotated[str, coded("languages", "In which people are served")], ...]
    accessibility: tuple[Annotated[str, coded("accessibilities", "What makes it accessible")], ...]
    coverage: Coverage
    funding: tuple[Funding, ...]
    entries: tuple[EntryCode, ...]
    texts: Texts


class ServiceListedV1(_Service, frozen=True, kw_only=True):
    """A service was entered in the directory."""

    institution_version: Annotated[
        int, Meta(ge=1, description="Version of its institution's entry that it leaned on")
    ]


class ServiceDescribedV1(_Service, frozen=True, kw_only=True):
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
