"""The published facts that lead to a made directory, in the order of referral's log."""

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from services.reporting.searching.offers import Directory, Offer, Provider
from shared.contracts import directory, referral, services
from shared.contracts.envelope import Event
from shared.kernel.service_values import Coverage, Funding
from tests.event_factory import EventFactory

_NOTHING_MORE: dict[str, Any] = {
    **dict.fromkeys(("required_documents", "accessibility", "entries"), ()),
    **dict.fromkeys(("duration_days", "texts")),
    "taxonomy": 1,
    "institution_version": 1,
}


def facts_of(made: Directory, factory: EventFactory) -> Iterator[Event]:
    """Print the facts of its institutions, regions and services."""
    for provider in made.providers.values():
        for fact in _of_provider(provider):
            yield factory.publish("referral", _stream(provider.code), provider.code, fact)
    for region, municipalities in made.regions.items():
        defined = directory.RegionDefinedV1(
            region=region,
            name=region,
            subdivision="MX-CHH",
            municipalities=tuple(sorted(municipalities)),
        )
        yield factory.publish("referral", _stream(region), region, defined)
    for offer in made.offers.values():
        for fact in _of_offer(offer):
            yield factory.publish("referral", UUID(offer.service_id), offer.service_id, fact)


def _stream(code: str) -> UUID:
    return uuid5(NAMESPACE_OID, code)


def _of_provider(it: Provider) -> Iterator[Any]:
    yield referral.InstitutionRegisteredV1(
        institution=it.code,
        name=it.name,
        kind=it.kind,
        subdivision=it.subdivision,
        programmes=it.programmes,
    )
    if it.reachable:
        yield referral.InstitutionMadeReachableV1(institution=it.code, until=it.reachable_until)
    if it.status == "suspended":
        yield referral.InstitutionSuspendedV1(institution=it.code, reason="other")


def _of_offer(it: Offer) -> Iterator[Any]:
    about: dict[str, Any] = {"service_id": UUID(it.service_id), "institution": it.institution}
    funding = () if it.funded_until is None else (Funding("other", None, it.funded_until),)
    yield services.ServiceListedV1(
        **about,
        **_NOTHING_MORE,
        name=it.name,
        kind=it.kind,
        programmes=it.programmes,
        populations=it.populations,
        eligibility=it.eligibility,
        cost=it.cost,
        hours=it.hours,
        languages=it.languages,
        coverage=Coverage(it.subdivisions, it.municipalities, it.regions),
        funding=funding,
    )
    if it.capacity is not None:
        yield services.CapacityStatedV1(
            **about,
            capacity=it.capacity.capacity,
            unit=it.capacity.unit,
            places_free=it.capacity.places_free,
            stated_on=it.capacity.stated_on,
        )
    if it.assured_on is not None:
        yield services.ServiceAssuredV1(**about, assured_on=it.assured_on)
    if it.status == "suspended":
        yield services.ServiceSuspendedV1(**about, reason="other")
    if it.status == "withdrawn":
        yield services.ServiceWithdrawnV1(**about, reason="other")
