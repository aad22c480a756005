"""The rows of the directory's services. Each column is set by one kind of row, as in ``batch``."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from services.reporting.row import Row
from shared.kernel.documents import DocumentRef
from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import Cost, EligibilityRule, Funding


class Service(Row):
    """A service as the directory describes it now."""

    table: ClassVar[str] = "services"
    key: ClassVar[tuple[str, ...]] = ("service_id",)
    service_id: UUID
    institution: str
    name: str
    kind: str
    taxonomy: int
    programmes: tuple[str, ...]
    populations: tuple[str, ...]
    eligibility: tuple[EligibilityRule, ...]
    required_documents: tuple[str, ...]
    cost: Cost | None
    duration_days: int | None
    hours: tuple[Hours, ...]
    languages: tuple[str, ...]
    accessibility: tuple[str, ...]
    subdivisions: tuple[str, ...]
    municipalities: tuple[str, ...]
    regions: tuple[str, ...]
    funding: tuple[Funding, ...]
    entries: tuple[str, ...]
    texts: DocumentRef | None
    described_position: int


class ServiceStatus(Row):
    """The status of a service now."""

    table: ClassVar[str] = "services"
    key: ClassVar[tuple[str, ...]] = ("service_id",)
    service_id: UUID
    status: str
    status_position: int


class ServiceCapacity(Row):
    """Whether a service has room, as it was last stated, by whom and when."""

    table: ClassVar[str] = "services"
    key: ClassVar[tuple[str, ...]] = ("service_id",)
    service_id: UUID
    capacity: str
    unit: str
    places_free: int | None
    capacity_stated_on: date
    capacity_stated_by: str
    capacity_stated_at: datetime
    capacity_position: int


class ServiceAssurance(Row):
    """As of which day somebody vouched for what the directory says of a service."""

    table: ClassVar[str] = "services"
    key: ClassVar[tuple[str, ...]] = ("service_id",)
    service_id: UUID
    assured_on: date
    assured_position: int


KINDS: tuple[type[Row], ...] = (Service, ServiceStatus, ServiceCapacity, ServiceAssurance)
"""All kinds of rows of services, in the order in which they are written."""
