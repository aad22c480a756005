"""What referral shows of the directory's services: all of it, to anybody who is known here."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from services.referral import directory, service_decisions
from services.referral.institution import Listed
from services.referral.service import CapacityStated, Service
from services.referral.service_refusals import ServiceNotListed
from shared.eventstore.log import Log
from shared.kernel.clock import now
from shared.kernel.freshness import day_in, stale
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.kernel.value import fields_of


class EligibilityRuleOut(BaseModel):
    """What must hold of one coded value of the case; of several values, of one of them."""

    attribute: str
    is_one_of: list[str]
    is_none_of: list[str]


class CostOut(BaseModel):
    """What the person pays; zero, in no currency: it is free."""

    amount: Decimal
    currency: str | None


class HoursOut(BaseModel):
    """Days by a rule of RFC 5545, hours by the wall clock of a zone."""

    rrule: str
    opens: str
    closes: str
    zone: str
    starts_on: date | None


class CoverageOut(BaseModel):
    """For people in any of these places; without any: wherever they are."""

    subdivisions: list[str]
    municipalities: list[str]
    regions: list[str]


class FundingOut(BaseModel):
    """What pays for it, and from when until when."""

    source: str
    valid_from: date | None
    valid_until: date | None


class TextsOut(BaseModel):
    """The document with what is said in words."""

    document_id: UUID
    digest: str


class CapacityOut(BaseModel):
    """Whether it has room, as it was last stated."""

    capacity: str
    unit: str
    places_free: int | None
    stated_on: date


class ServiceOut(BaseModel):
    """A service of the directory."""

    service_id: UUID
    version: int
    institution: str
    name: str
    kind: str
    taxonomy: int = Field(
        description=Text(
            "De qué versión de service_kinds es su clase.",
            "Of which version of service_kinds its kind is.",
        ).both
    )
    programmes: list[str] = Field(
        description=Text("Lista vacía: cualquiera.", "An empty list: any.").both
    )
    populations: list[str] = Field(
        description=Text("Lista vacía: cualquier persona.", "An empty list: anybody.").both
    )
    eligibility: list[EligibilityRuleOut]
    required_documents: list[str]
    cost: CostOut | None = Field(description=Text("null: no se dice.", "null: not stated.").both)
    duration_days: int | None
    hours: list[HoursOut]
    languages: list[str]
    accessibility: list[str]
    coverage: CoverageOut
    funding: list[FundingOut]
    entries: list[str]
    texts: TextsOut | None
    status: str = Field(
        description=Text("Un código de service_statuses.", "A code of service_statuses.").both,
        json_schema_extra={"x-code-list": "service_statuses"},
    )
    capacity: CapacityOut | None = Field(
        description=Text("null: nadie lo ha dicho.", "null: nobody has said.").both
    )
    assured_on: date | None = Field(
        description=Text(
            "A qué día alguien confirmó por última vez lo que aquí se dice.",
            "As of which day somebody last vouched for what is said here.",
        ).both
    )
    stale: bool = Field(
        description=Text(
            "Si hace más de seis meses que nadie lo confirma.",
            "Whether nobody has vouched for it for more than six months.",
        ).both
    )


def show_service(log: Log, service_id: UUID) -> ServiceOut:
    """Show a service. Raises Refused if there is none."""
    current = log.read(service_decisions.DECIDER, service_decisions.stream_of(service_id))
    found = current.state
    if not isinstance(found, Service):
        raise Refused(ServiceNotListed())
    offerer = log.read(directory.DECIDER, directory.stream_of(found.institution)).state
    subdivision = offerer.subdivision if isinstance(offerer, Listed) else None
    described = found.described
    values = fields_of(described) | {
        "eligibility": [EligibilityRuleOut(**fields_of(rule)) for rule in described.eligibility],
        "cost": CostOut(**fields_of(described.cost)) if described.cost else None,
        "hours": [HoursOut(**fields_of(hours)) for hours in described.hours],
        "coverage": CoverageOut(**fields_of(described.coverage)),
        "funding": [FundingOut(**fields_of(funding)) for funding in described.funding],
        "texts": TextsOut(**fields_of(described.texts)) if described.texts else None,
    }
    return ServiceOut(
        **values,
        version=current.version,
        status=found.status,
        capacity=_capacity(found.capacity),
        assured_on=found.assured_on,
        stale=stale(found.assured_on, day_in(subdivision, now())),
    )


def _capacity(stated: CapacityStated | None) -> CapacityOut | None:
    if stated is None:
        return None
    values = fields_of(stated)
    return CapacityOut(**{name: values[name] for name in CapacityOut.model_fields})
