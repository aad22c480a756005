"""Who can serve: a search among ten thousand services, while some of them change."""

import time
from random import Random
from uuid import UUID

from services.reporting.searching.finder import Finder
from services.reporting.searching.question import ProfileIn, ServiceSearch
from shared.contracts import services
from shared.kernel.clock import now
from shared.kernel.codes import codes
from tests.bench.effort import Effort
from tests.bench.figures import Measured, percentile
from tests.bench.stage import Stage, progress
from tests.directory_facts import facts_of
from tests.event_factory import EventFactory
from tests.made_directory import TODAY, made_directory
from tests.reporting_store import Store, reporting_store

SERVICES = 10_000
_QUESTIONS = 400
_CHANGES_EVERY = 10
_AT_ONCE = 2_000


def measure(stage: Stage) -> Measured:
    """Ask of ten thousand services, four for each institution; every tenth time one has changed."""
    effort = stage.effort
    made = made_directory(effort.count(SERVICES))
    factory = EventFactory()
    with reporting_store(stage.server) as store:
        progress(f"search: {len(made.offers):,} services, by their facts")
        events = list(facts_of(made, factory))
        for begin in range(0, len(events), _AT_ONCE):
            store.take(events[begin : begin + _AT_ONCE])
        store.tracked("referral/0", events[-1].position)
        return {"search_p95_ms": _p95(store, factory, [*made.offers], effort)}


def _p95(store: Store, factory: EventFactory, offered: list[str], effort: Effort) -> float:
    """The 95th percentile of the time for an answer as JSON, the index read already."""
    chance, finder = Random(13), Finder(store.log)  # noqa: S311 - the same questions each time
    finder.index()
    taken = []
    for number in range(effort.count(_QUESTIONS)):
        if number % _CHANGES_EVERY == 0:
            _change(store, factory, chance.choice(offered))
        wanted = _question(chance)
        began = time.perf_counter()
        finder.find(wanted, now(), wanted.sender).model_dump_json()
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken, 0.95)


def _change(store: Store, factory: EventFactory, service_id: str) -> None:
    fact = services.CapacityStatedV1(
        service_id=UUID(service_id),
        institution="institution-1",
        capacity="has-capacity",
        unit="places",
        places_free=1,
        stated_on=TODAY,
    )
    event = factory.publish("referral", UUID(service_id), service_id, fact)
    store.take([event])
    store.tracked("referral/0", event.position)


def _question(chance: Random) -> ServiceSearch:
    """A question such as caseworkers ask: some of everything, now and then nothing at all."""

    def one(code_list: str, share: float = 0.6) -> str | None:
        return chance.choice(list(codes(code_list))) if chance.random() < share else None

    kind, language = one("service_kinds"), one("languages", 0.3)
    return ServiceSearch(
        profile=ProfileIn(
            age_band=one("age_bands"), sex=one("sexes"), nationality=one("nationalities")
        ),
        programme=one("programmes", 0.8),
        subdivision=chance.choice(["MX-CHH", "MX-JAL", "MX-BCN", None]),
        urgency=one("priorities") or "normal",
        kinds=[kind] if kind else [],
        languages=[language] if language else [],
        text=chance.choice(["", "", "", "ñandu", "esp rio"]),
        open_at=now() if chance.random() < 0.3 else None,
        sender=f"institution-{chance.randint(1, 2_000)}",
    )
