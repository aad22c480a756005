"""Who can serve, and who can be asked next, among ten thousand services, some of which change."""

import time
from dataclasses import dataclass
from random import Random
from uuid import UUID

from services.reporting.lives import Lives
from services.reporting.searching.candidates import candidates
from services.reporting.searching.finder import Finder
from services.reporting.searching.question import ProfileIn, ServiceSearch
from shared.contracts import referral, services
from shared.kernel.clock import now
from shared.kernel.codes import codes
from tests.bench.effort import Effort
from tests.bench.figures import Measured, percentile
from tests.bench.stage import Stage, progress
from tests.directory_facts import facts_of
from tests.event_factory import OFFICE, EventFactory, Story
from tests.made_directory import TODAY, made_directory
from tests.reporting_store import Store, reporting_store

SERVICES = 10_000
_QUESTIONS = 400
_REFERRALS = 200
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
        return {
            "search_p95_ms": _p95(store, factory, [*made.offers], effort),
            "propose_p95_ms": _proposed_p95(store, factory, effort),
        }


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


def _proposed_p95(store: Store, factory: EventFactory, effort: Effort) -> float:
    """The same for whom to ask next: each time of another referral, with its life read too."""
    chance, finder, lives = Random(14), Finder(store.log), Lives(store.log)  # noqa: S311 - as above
    stories = [_referred(factory, number, chance) for number in range(effort.count(_REFERRALS))]
    for story in stories:
        store.take(story.events)
    finder.index()
    taken = []
    for story in stories:
        began = time.perf_counter()
        life = lives.life(story.referral_id, OFFICE, now())
        case = store.reports.case(story.case_id, OFFICE)
        assert life is not None
        assert case is not None
        candidates(finder, life, case, now()).model_dump_json()
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken, 0.95)


@dataclass
class _Referred(Story):
    """A case with a referral."""

    @property
    def referral_id(self) -> UUID:
        return UUID(int=self.case_id.int + _REFERRALS)


def _referred(factory: EventFactory, number: int, chance: Random) -> _Referred:
    story = _Referred(factory, UUID(int=number + 1))
    place, kind = (
        chance.choice(["MX-CHH", "MX-JAL", "MX-BCN"]),
        chance.choice([*codes("service_kinds")]),
    )
    story.registered(programme="mx-labour-protection", subdivision=place)
    story.custody_taken(subdivision=place)
    asked = referral.ReferralRequestedV1(
        referral_id=story.referral_id,
        sender=OFFICE,
        addressee=f"institution-{chance.randint(1, 2_000)}",
        kind="share",
        services=(kind,),
        addressee_version=1,
        priority="normal",
    )
    case = str(story.case_id)
    story.events.append(factory.publish("referral", story.case_id, case, asked, by=OFFICE))
    return story


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
