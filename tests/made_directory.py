"""A directory of any size, made by a rule: the same number gives the same services."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from services.reporting.searching.offers import Capacity, Directory, Offer, Pact, Provider
from shared.kernel.codes import codes
from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import Cost, EligibilityRule

TODAY = date(2026, 11, 30)
NOW = datetime.fromisoformat("2026-11-30T11:00:00-07:00")
_PER_INSTITUTION = 4
_WORDS = ("Álamo", "Niñez", "Puerta", "Camino", "Río", "Zafiro", "Ñandú", "Esperanza", "Órbita")
_DAYS = ("MO,TU,WE,TH,FR", "MO,TU,WE,TH,FR,SA", "MO,WE,FR", "SU,MO,TU,WE,TH,FR,SA")
_ATTRIBUTES = ("age-band", "sex", "nationality", "migratory-condition", "violations", "sector")
_LISTS = {
    **dict(zip(_ATTRIBUTES, ("age_bands", "sexes", "nationalities"), strict=False)),
    "migratory-condition": "migratory_conditions",
    "violations": "violation_kinds",
    "sector": "sectors",
}


def made_directory(services: int, seed: int = 13) -> Directory:
    """Return a directory with so many services, four for each institution."""
    chance = Random(seed)  # noqa: S311 - the same for the same seed, and no secret
    states = [code for code in codes("subdivisions") if code.startswith("MX-")]
    places: dict[str, list[str]] = {}
    for place in codes("municipalities").values():
        places.setdefault(str(place.extra["subdivision"]), []).append(place.code)
    providers = {
        (made := _provider(number, chance, states)).code: made
        for number in range(-(-services // _PER_INSTITUTION))
    }
    regions = {
        f"region-{number}": frozenset(chance.sample(places[chance.choice(states)], 5))
        for number in range(50)
    }
    offers = [
        _offer(
            number, list(providers.values())[number // _PER_INSTITUTION], chance, places, regions
        )
        for number in range(services)
    ]
    pacts = {
        f"pact-{number}": _pact(number, chance, list(providers)) for number in range(services // 20)
    }
    return Directory({each.service_id: each for each in offers}, providers, regions, pacts)


def _provider(number: int, chance: Random, states: list[str]) -> Provider:
    reachable = chance.random() < 0.95
    until = chance.choice([None, NOW + timedelta(days=chance.randint(-9, 300))])
    return Provider(
        code=f"institution-{number}",
        name=f"{chance.choice(_WORDS)} {chance.choice(_WORDS)} {number}",
        kind=chance.choice(list(codes("institution_kinds"))),
        subdivision=chance.choice([None, *states]),
        programmes=tuple(chance.sample(list(codes("programmes")), chance.randint(0, 3))),
        status=chance.choice(["active"] * 19 + ["suspended"]),
        reachable=reachable,
        reachable_until=until if reachable else None,
    )


def _offer(
    number: int,
    provider: Provider,
    chance: Random,
    places: dict[str, list[str]],
    regions: dict[str, frozenset[str]],
) -> Offer:
    home = provider.subdivision or "MX-CHH"
    where = chance.random()
    return Offer(
        service_id=str(UUID(int=1_000 + number)),
        institution=provider.code,
        name=f"{chance.choice(_WORDS)} {chance.choice(_WORDS).lower()} {number}",
        kind=chance.choice(list(codes("service_kinds"))),
        status=chance.choice(["offered"] * 18 + ["suspended", "withdrawn"]),
        programmes=tuple(chance.sample(list(codes("programmes")), chance.randint(0, 2))),
        populations=tuple(chance.sample(["anybody", "women", "returned-migrants"], 1)),
        eligibility=tuple(_rule(chance) for _ in range(chance.randint(0, 3))),
        languages=tuple(chance.sample(["spa", "eng", "hat", "fra"], chance.randint(0, 3))),
        hours=_hours(chance),
        subdivisions=(home,) if where < 0.5 else (),
        municipalities=tuple(chance.sample(places[home], 3)) if 0.5 < where < 0.9 else (),
        regions=(chance.choice(list(regions)),) if where > 0.85 else (),
        cost=chance.choice([None, Cost(Decimal(0)), Cost(Decimal(250), "MXN")]),
        funded_until=chance.choice([None, TODAY + timedelta(days=chance.randint(-90, 700))]),
        capacity=_capacity(chance),
        assured_on=chance.choice([None, TODAY - timedelta(days=chance.randint(0, 400))]),
    )


def _rule(chance: Random) -> EligibilityRule:
    attribute = chance.choice(_ATTRIBUTES)
    every = list(codes(_LISTS[attribute]))
    some = tuple(chance.sample(every, min(len(every), chance.randint(1, 4))))
    taken = chance.random() < 0.8
    return EligibilityRule(attribute, some if taken else (), () if taken else some)


def _hours(chance: Random) -> tuple[Hours, ...]:
    if chance.random() < 0.2:
        return ()
    rule = f"FREQ=WEEKLY;BYDAY={chance.choice(_DAYS)}"
    opens, closes = f"{chance.randint(6, 10):02}:00", f"{chance.randint(13, 22):02}:30"
    return (Hours(rule, opens, closes, "America/Mexico_City"),)


def _capacity(chance: Random) -> Capacity | None:
    stated = chance.choice([None, *codes("capacities")])
    if stated is None:
        return None
    free = chance.randint(1, 40) if stated == "has-capacity" else None
    return Capacity(stated, "places", free, TODAY - timedelta(days=chance.randint(0, 60)))


def _pact(number: int, chance: Random, institutions: list[str]) -> Pact:
    begins = TODAY - timedelta(days=chance.randint(0, 900))
    return Pact(
        agreement_id=f"pact-{number}",
        parties=frozenset(chance.sample(institutions, min(2, len(institutions)))),
        programme=chance.choice(list(codes("programmes"))),
        begins=begins if chance.random() < 0.8 else None,
        ends=chance.choice([None, begins + timedelta(days=365)]),
    )
