"""What a search answers over HTTP, on the pages and at the command line."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.reporting.bodies import TextOut
from services.reporting.searching import reasons
from services.reporting.searching.asked import Asked
from services.reporting.searching.index import Index
from services.reporting.searching.offers import Capacity, Offer
from services.reporting.searching.question import ServiceSearch, coded_as
from services.reporting.searching.search import Excluded, Found, Part, Serving
from services.reporting.searching.staleness import stale_offers, stale_providers
from shared.kernel.freshness import day_in, stale
from shared.kernel.text import Text
from shared.web.paging import cursor_of


class CapacityOut(BaseModel):
    """Whether a service has room, as its institution said of a day."""

    model_config = ConfigDict(from_attributes=True)

    capacity: Annotated[
        str, coded_as("capacities", Text("Si tiene lugar.", "Whether it has room."))
    ]
    unit: Annotated[str, coded_as("capacity_units", Text("En qué se cuenta.", "What is counted."))]
    places_free: int | None
    stated_on: date


class ServiceOut(BaseModel):
    """A service of the directory, as far as a search tells it."""

    service_id: UUID
    name: str
    institution: str
    institution_name: str
    kind: Annotated[str, coded_as("service_kinds", Text("Clase.", "Kind."))]
    status: Annotated[str, coded_as("service_statuses", Text("Situación.", "Status."))]
    languages: Sequence[str]
    cost: str | None = Field(description='"0", "250 MXN"; null: —')
    capacity: CapacityOut | None
    assured_on: date | None
    stale: bool


class ReasonOut(BaseModel):
    """One reason. about: the criterion of a rank, or the attribute of the case."""

    code: str
    about: str | None
    says: TextOut


class ServingOut(BaseModel):
    """A service that can serve. decided_by: in what it is behind the one before it; null: first."""

    rank: int
    service: ServiceOut
    reasons: Sequence[ReasonOut]
    decided_by: str | None


class ExcludedOut(BaseModel):
    """A service that cannot serve, with every reason."""

    service: ServiceOut
    reasons: Sequence[ReasonOut]


class SummedOut(BaseModel):
    """How many services a reason excludes."""

    reason: ReasonOut
    services: int


class FoundOut(BaseModel):
    """Who can serve, ranked; and who cannot, those with the fewest reasons first."""

    serving: int
    excluded: int
    items: Sequence[ServingOut]
    next: str | None
    by_reason: Sequence[SummedOut]
    excluded_items: Sequence[ExcludedOut]
    excluded_next: str | None
    as_of: Mapping[str, int]


def found_out(
    index: Index, asked: Asked, found: Found, search: ServiceSearch, as_of: Mapping[str, int]
) -> FoundOut:
    """Return what is answered to a search."""
    return FoundOut(
        serving=found.serving,
        excluded=found.excluded,
        items=[_serving_out(index, asked, each) for each in found.first],
        next=next_of(search.part(), found.serving),
        by_reason=[
            SummedOut(
                reason=_reason(code, about, partial(reasons.of_all, code, about)),
                services=services,
            )
            for code, about, services in found.by_reason
        ],
        excluded_items=[_excluded_out(index, asked, each) for each in found.first_excluded],
        excluded_next=next_of(search.excluded_part(), found.excluded),
        as_of=as_of,
    )


def service_out(index: Index, offer: Offer, at: datetime) -> ServiceOut:
    """Return a service as a search tells it."""
    provider = index.directory.providers.get(offer.institution)
    today = day_in(provider.subdivision if provider else None, at)
    return ServiceOut(
        service_id=UUID(offer.service_id),
        name=offer.name,
        institution=offer.institution,
        institution_name=provider.name if provider else offer.institution,
        kind=offer.kind,
        status=offer.status,
        languages=offer.languages,
        cost=f"{offer.cost.amount:f} {offer.cost.currency or ''}".strip() if offer.cost else None,
        capacity=_capacity_out(offer.capacity),
        assured_on=offer.assured_on,
        stale=stale(offer.assured_on, today),
    )


def _serving_out(index: Index, asked: Asked, it: Serving) -> ServingOut:
    said = [
        _reason(code, criterion, partial(reasons.of_rank, code, it.offer))
        for criterion, code in it.placed.said
    ]
    service = service_out(index, it.offer, asked.at)
    return ServingOut(rank=it.rank, service=service, reasons=said, decided_by=it.placed.decided_by)


def _excluded_out(index: Index, asked: Asked, it: Excluded) -> ExcludedOut:
    said = [
        _reason(
            code,
            about,
            partial(reasons.of_exclusion, code, about, it.offer),
        )
        for code, about in it.reasons
    ]
    return ExcludedOut(service=service_out(index, it.offer, asked.at), reasons=said)


def _reason(code: str, about: str | None, said: Callable[[str], str]) -> ReasonOut:
    return ReasonOut(code=code, about=about, says=TextOut(es=said("es"), en=said("en")))


def _capacity_out(capacity: Capacity | None) -> CapacityOut | None:
    return None if capacity is None else CapacityOut.model_validate(capacity)


class StaleInstitutionOut(BaseModel):
    """An institution whose entry nobody of its own has found right lately; null: never."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name: str
    subdivision: str | None
    validated_on: date | None


class StaleOut(BaseModel):
    """Entries that nobody has vouched for lately, those longest without it first.

    stale, institutions_stale: how many services and institutions there are; ``items`` and
    ``institutions`` are the page of each.
    """

    stale: int
    items: Sequence[ServiceOut]
    institutions_stale: int
    institutions: Sequence[StaleInstitutionOut]
    next: str | None
    as_of: Mapping[str, int]


def next_of(part: Part, total: int) -> str | None:
    """Return the cursor of the page after a part; None if there is none."""
    reached = part.after + part.limit
    return cursor_of(str(reached)) if part.limit and reached < total else None


def stale_out(
    index: Index, at: datetime, institution: str | None, part: Part, as_of: Mapping[str, int]
) -> StaleOut:
    """Return which entries nobody has vouched for lately. institution: None: of all."""
    services = stale_offers(index, at, institution)
    providers = stale_providers(index, at, institution)
    shown = slice(part.after, part.after + part.limit)
    return StaleOut(
        stale=len(services),
        items=[service_out(index, each, at) for each in services[shown]],
        institutions_stale=len(providers),
        institutions=[StaleInstitutionOut.model_validate(each) for each in providers[shown]],
        next=next_of(part, max(len(services), len(providers))),
        as_of=as_of,
    )
