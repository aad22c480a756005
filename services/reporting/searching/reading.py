"""The directory as the search knows it, read from the projections: whole, or what has changed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

import msgspec

from services.reporting.searching.offers import Capacity, Directory, Offer, Pact, Provider
from shared.contracts import CONTRACTS
from shared.contracts.contract import Key
from shared.eventstore.snapshot import RunQuery
from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import Cost, EligibilityRule, Funding

T = TypeVar("T")
_PROVIDERS = (
    "SELECT i.code, i.name, i.kind, i.subdivision, i.programmes, i.status, i.reachable,"
    " i.reachable_until, p.validated_on"
    " FROM reporting.institutions i LEFT JOIN reporting.profiles p ON p.institution = i.code"
    " WHERE i.name IS NOT NULL"
    " AND (%(those)s::text[] IS NULL OR i.code = ANY(%(those)s))"
)
_OFFERS = (
    "SELECT service_id::text, institution, name, kind, status, programmes, populations,"
    " eligibility::text, languages, hours::text, subdivisions, municipalities, regions, cost::text,"
    " funding::text, capacity, unit, places_free, capacity_stated_on, assured_on"
    " FROM reporting.services WHERE name IS NOT NULL"
    " AND (%(those)s::uuid[] IS NULL OR service_id = ANY(%(those)s))"
)
_REGIONS = "SELECT region, municipalities FROM reporting.regions WHERE name IS NOT NULL"
_PACTS = (
    "SELECT agreement_id::text, parties, programme, services, begins,"
    " CASE WHEN renewed THEN renewed_until ELSE valid_until END, suspended_on, terminated_on"
    " FROM reporting.agreements WHERE title IS NOT NULL"
    " AND (%(those)s::uuid[] IS NULL OR agreement_id = ANY(%(those)s))"
)
_REQUIRED = "SELECT programme FROM reporting.agreement_policies WHERE required"
SEARCHED = frozenset({Key.INSTITUTION, Key.SERVICE, Key.REGION, Key.AGREEMENT, Key.PROGRAMME})
"""What facts are about that change an answer."""
TYPES: Mapping[str, Key] = {
    name: contract.key for name, contract in CONTRACTS.items() if contract.key in SEARCHED
}
"""The facts that change an answer, and what they are about."""
_RULES = msgspec.json.Decoder(tuple[EligibilityRule, ...])
_HOURS = msgspec.json.Decoder(tuple[Hours, ...])
_COST = msgspec.json.Decoder(Cost)
_FUNDING = msgspec.json.Decoder(tuple[Funding, ...])


@dataclass(frozen=True, slots=True)
class Changed:
    """What has changed in the directory, by what it is."""

    keys: Mapping[Key, Collection[str]] = field(default_factory=dict)

    def of(self, key: Key) -> list[str]:
        """Return the ids of what has changed of a kind."""
        return sorted(self.keys.get(key, ()))


def whole(run_query: RunQuery) -> Directory:
    """Read the directory."""
    return Directory(
        {offer.service_id: offer for offer in _offers(run_query, None)},
        {provider.code: provider for provider in _providers(run_query, None)},
        _regions(run_query),
        {pact.agreement_id: pact for pact in _pacts(run_query, None)},
        _required(run_query),
    )


def after(
    run_query: RunQuery, directory: Directory, changed: Changed
) -> tuple[Directory, Collection[str]]:
    """Return the directory with what has changed, and the services that are found otherwise."""
    services, institutions = changed.of(Key.SERVICE), changed.of(Key.INSTITUTION)
    offers = _with(
        directory.offers, services, {each.service_id: each for each in _offers(run_query, services)}
    )
    providers = _with(
        directory.providers,
        institutions,
        {each.code: each for each in _providers(run_query, institutions)},
    )
    touched, moved = {*institutions}, {*changed.of(Key.REGION)}
    found = {
        each.service_id
        for each in offers.values()
        if each.institution in touched or not moved.isdisjoint(each.regions)
    }
    regions = _regions(run_query) if moved else directory.regions
    agreements = changed.of(Key.AGREEMENT)
    pacts = {each.agreement_id: each for each in _pacts(run_query, agreements)}
    now = replace(
        directory,
        offers=offers,
        providers=providers,
        regions=regions,
        pacts=_with(directory.pacts, agreements, pacts),
        agreements_required=_required(run_query),
    )
    return now, found.union(services)


def _with(known: Mapping[str, T], those: Collection[str], now: Mapping[str, T]) -> Mapping[str, T]:
    """Return what is known with those as they are now; what is not there now is gone."""
    if not those:
        return known
    gone = {*those}
    return {**{key: value for key, value in known.items() if key not in gone}, **now}


def _providers(run_query: RunQuery, those: Collection[str] | None) -> Iterator[Provider]:
    for row in _rows(run_query, _PROVIDERS, those):
        code, name, kind, subdivision, programmes, *status = row
        yield Provider(code, name, kind, subdivision, tuple(programmes or ()), *status)


def _offers(run_query: RunQuery, those: Collection[str] | None) -> Iterator[Offer]:
    for row in _rows(run_query, _OFFERS, those):
        service_id, institution, name, kind, status, programmes, populations, rules = row[:8]
        languages, hours, subdivisions, municipalities, regions, cost, funding = row[8:15]
        yield Offer(
            service_id=service_id,
            institution=institution,
            name=name,
            kind=kind,
            status=status,
            programmes=tuple(programmes),
            populations=tuple(populations),
            eligibility=_RULES.decode(rules),
            languages=tuple(languages),
            hours=_HOURS.decode(hours),
            subdivisions=tuple(subdivisions),
            municipalities=tuple(municipalities),
            regions=tuple(regions),
            cost=_COST.decode(cost) if cost else None,
            funded_until=_ends(_FUNDING.decode(funding)),
            capacity=None if row[15] is None else Capacity(*row[15:19]),
            assured_on=row[19],
        )


def _regions(run_query: RunQuery) -> Mapping[str, frozenset[str]]:
    rows = run_query(_REGIONS, {})
    return {region: frozenset(municipalities) for region, municipalities in rows}


def _pacts(run_query: RunQuery, those: Collection[str] | None) -> Iterator[Pact]:
    for agreement_id, parties, programme, kinds, *days in _rows(run_query, _PACTS, those):
        yield Pact(agreement_id, frozenset(parties), programme, frozenset(kinds), *days)


def _required(run_query: RunQuery) -> frozenset[str]:
    return frozenset(programme for (programme,) in run_query(_REQUIRED, {}))


def _ends(funding: Collection[Funding]) -> date | None:
    """Return the day on which the last of its funding ends; None if one is not known to end."""
    ends = [each.valid_until for each in funding]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _rows(run_query: RunQuery, query: str, those: Collection[str] | None) -> list[tuple[Any, ...]]:
    if those is not None and not those:
        return []
    return run_query(query, {"those": None if those is None else [*those]})
