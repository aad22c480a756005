"""The rows that the facts of the directory's services lead to."""

from services.reporting.declarations import (
    HAPPENED_AT,
    POSITION,
    Declarations,
    Declared,
    ValueSource,
    named,
    row,
)
from services.reporting.service_rows import (
    Service,
    ServiceAssurance,
    ServiceCapacity,
    ServiceStatus,
)
from shared.contracts import services


def _status(status: str) -> Declared:
    return row(ServiceStatus, status=status, status_position=POSITION)


_DESCRIBED = row(
    Service,
    *("institution", "name", "kind", "taxonomy", "programmes", "populations", "eligibility"),
    *("required_documents", "cost", "duration_days", "hours", "languages", "accessibility"),
    *("funding", "entries", "texts"),
    subdivisions=named("coverage.subdivisions"),
    municipalities=named("coverage.municipalities"),
    regions=named("coverage.regions"),
    described_position=POSITION,
)
SERVICES: Declarations = {
    services.ServiceListedV1: [_DESCRIBED],
    services.ServiceDescribedV1: [_DESCRIBED],
    services.CapacityStatedV1: [
        row(
            ServiceCapacity,
            *("capacity", "unit", "places_free"),
            capacity_stated_on=named("stated_on"),
            capacity_stated_by=ValueSource("meta.institution"),
            capacity_stated_at=HAPPENED_AT,
            capacity_position=POSITION,
        )
    ],
    services.ServiceAssuredV1: [row(ServiceAssurance, "assured_on", assured_position=POSITION)],
    services.ServiceSuspendedV1: [_status("suspended")],
    services.ServiceResumedV1: [_status("offered")],
    services.ServiceWithdrawnV1: [_status("withdrawn")],
}
"""By contract."""
