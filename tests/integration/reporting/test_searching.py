"""Who can serve: over HTTP, and as the directory changes under an index that is kept."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from services.reporting.searching import reading
from services.reporting.searching.finder import Finder
from services.reporting.searching.index import Index, indexed
from shared.contracts import agreements, directory, referral, services
from shared.contracts.envelope import Event
from shared.eventstore.snapshot import snapshot
from shared.identity.tokens import TokenOffice
from shared.kernel.clock import now
from shared.kernel.service_values import EVERYWHERE, FREE, Coverage, EligibilityRule
from tests.directory_facts import facts_of
from tests.event_factory import OFFICE, EventFactory, Story
from tests.made_directory import made_directory
from tests.reporting_store import Store

pytestmark = pytest.mark.integration

CASA, HOTEL = "casa-migrante", "hotel-filoxenia"
BEDS, LAWYERS, FAR = (UUID(int=n) for n in (21, 22, 23))
CASE = UUID(int=5)
Post = Callable[..., Any]


class Written:
    """Facts of a directory, put into a store one batch after the other."""

    def __init__(self, store: Store) -> None:
        self.factory, self.store = EventFactory(), store

    def institution(self, code: str, name: str) -> Event:
        listed = referral.InstitutionRegisteredV1(
            institution=code, name=name, kind="shelter", subdivision="MX-CHH", programmes=()
        )
        return self._told(UUID(int=hash(code) % 2**64), code, listed)

    def answers(self, code: str) -> Event:
        reach = referral.InstitutionMadeReachableV1(institution=code, until=None)
        return self._told(UUID(int=hash(code) % 2**64), code, reach)

    def listed(self, service_id: UUID, institution: str, name: str, **more: Any) -> Event:
        known: dict[str, Any] = {
            "kind": "shelter",
            "taxonomy": 1,
            **dict.fromkeys(("programmes", "populations", "eligibility", "hours", "languages"), ()),
            **dict.fromkeys(("required_documents", "accessibility", "funding", "entries"), ()),
            "cost": FREE,
            "duration_days": None,
            "coverage": EVERYWHERE,
            "texts": None,
            "institution_version": 1,
        }
        fact = services.ServiceListedV1(
            service_id=service_id, institution=institution, name=name, **(known | more)
        )
        return self._told(service_id, str(service_id), fact)

    def capacity(
        self, service_id: UUID, institution: str, capacity: str, free: int | None
    ) -> Event:
        fact = services.CapacityStatedV1(
            service_id=service_id,
            institution=institution,
            capacity=capacity,
            unit="beds",
            places_free=free,
            stated_on=date(2026, 5, 4),
        )
        return self._told(service_id, str(service_id), fact)

    def assured(self, service_id: UUID, institution: str, on: date) -> Event:
        fact = services.ServiceAssuredV1(
            service_id=service_id, institution=institution, assured_on=on
        )
        return self._told(service_id, str(service_id), fact)

    def drafted(self, parties: tuple[str, ...], until: date | None) -> list[Event]:
        """An agreement that all have signed, from the beginning of 2026 on."""
        agreement = UUID(int=40)
        terms = agreements.AgreementDraftedV1(
            agreement_id=agreement,
            kind="letter-of-intent",
            title="Carta de intención",
            parties=parties,
            programme="mecal",
            services=(),
            data_categories=(),
            valid_from=date(2026, 1, 1),
            valid_until=until,
            texts=None,
        )
        signed = agreements.AgreementSignedV1(
            agreement_id=agreement,
            institution=parties[-1],
            signed_on=date(2026, 1, 1),
            signatory_role="head",
            terms=1,
            begins=date(2026, 1, 1),
            document=None,
        )
        return [self._told(agreement, str(agreement), fact) for fact in (terms, signed)]

    def required(self, programme: str) -> Event:
        fact = agreements.AgreementsRequiredV1(programme=programme)
        return self._told(UUID(int=41), programme, fact)

    def validated(self, institution: str, on: date) -> Event:
        fact = directory.InstitutionValidatedV1(institution=institution, version=1, validated_on=on)
        return self._told(UUID(int=hash(institution) % 2**64), institution, fact)

    def _told(self, stream: UUID, key: str, fact: Any) -> Event:
        return self.factory.publish("referral", stream, key, fact)


@pytest.fixture
def written(store: Store) -> Written:
    """Two shelters that can answer, one of them with a lawyer, and one that serves elsewhere."""
    written = Written(store)
    store.take(
        [
            written.institution(CASA, "Casa del Migrante Ñandú"),
            written.institution(HOTEL, "Hotel Filoxenia"),
            written.answers(CASA),
            written.answers(HOTEL),
            written.listed(BEDS, CASA, "Albergue"),
            written.listed(LAWYERS, CASA, "Orientación", kind="legal-advice"),
            written.listed(
                FAR,
                HOTEL,
                "Noches",
                coverage=Coverage(subdivisions=("MX-CHH",)),
                languages=("hat",),
            ),
            written.capacity(BEDS, CASA, "has-capacity", 4),
        ]
    )
    return written


@pytest.fixture
def post(store: Store, written: Written) -> Iterator[Post]:
    """Search as an institution in a role."""
    assert written.store is store
    office = TokenOffice(store.admin)
    with TestClient(store.service.app, raise_server_exceptions=False) as client:

        def ask(body: Any, by: str = OFFICE, role: str = "caseworker", path: str = "") -> Any:
            _, secret = office.create(by, [role], now() + timedelta(hours=1))
            headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "es"}
            if path:
                return client.get(path, headers=headers)
            return client.post("/services/search", headers=headers, json=body)

        yield ask


def _names(answer: Any) -> list[str]:
    return [each["service"]["name"] for each in answer.json()["items"]]


def test_the_next_one_is_named_with_the_reason_once_a_shelter_says_that_it_is_full(
    post: Post, written: Written
) -> None:
    question = {"kinds": ["shelter"], "subdivision": "Chihuahua", "urgency": "urgent"}
    assert _names(post(question)) == ["Albergue", "Noches"]
    written.store.take([written.capacity(BEDS, CASA, "none", 0)])
    answer = post(question).json()
    assert [each["service"]["name"] for each in answer["items"]] == ["Noches"]
    (excluded,) = answer["excluded_items"]
    assert [each["says"]["es"] for each in excluded["reasons"]] == [
        "No tiene lugar, según dijo el 2026-05-04."
    ]
    assert [(each["reason"]["code"], each["services"]) for each in answer["by_reason"]] == [
        ("full", 1)
    ]


def test_names_are_found_without_accents_and_codes_are_checked(post: Post) -> None:
    assert _names(post({"text": "NANDU orientacio\u0301"})) == ["Orientación"]
    refused = post({"kinds": ["shelters"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "code-not-known")
    assert (
        post({"subdivision": "MX-CHH", "municipality": "Nada"}).json()["code"] == "code-not-known"
    )
    assert post({"cursor": "eA"}).json()["code"] == "cursor-not-ours"
    assert post({"colour": "red"}).status_code == 422


def test_pages_of_both_lists_go_on(post: Post) -> None:
    first = post({"limit": 1, "languages": ["spa"], "excluded_limit": 1}).json()
    assert (first["serving"], first["excluded"], first["excluded_next"]) == (2, 1, None)
    second = post({"limit": 1, "languages": ["spa"], "cursor": first["next"]}).json()
    names = [each["items"][0]["service"]["name"] for each in (first, second)]
    assert (names, second["next"]) == (["Albergue", "Orientación"], None)
    assert second["items"][0]["decided_by"] == "capacity"


def test_a_case_brings_its_profile_to_those_who_may_see_it(post: Post, written: Written) -> None:
    story = Story(written.factory, CASE)
    story.registered(by=OFFICE, subdivision="MX-CHH")
    only_women = (EligibilityRule("sex", ("female",)),)
    women = written.listed(UUID(int=24), CASA, "Mujeres", eligibility=only_women)
    written.store.take([*story.events, women])
    question = {"case_id": str(CASE), "kinds": ["shelter"]}
    answer = post(question)
    assert answer.status_code == 200
    assert "Mujeres" in _names(answer)
    narrowed = post(question | {"profile": {"sex": "male"}}).json()
    assert narrowed["excluded_items"][0]["reasons"][0]["about"] == "sex"
    stranger = post(question, by="stranger")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "no-such-case")


def test_whose_agreements_count_is_said_by_itself_or_a_steward(post: Post) -> None:
    assert post({"sender": CASA}).json()["code"] == "role-needed"
    answer = post({"sender": CASA}, role="steward").json()
    assert {each["reasons"][0]["code"] for each in answer["excluded_items"]} == {"own-service"}


def test_an_agreement_is_needed_where_there_was_one_or_the_programme_requires_it(
    post: Post, written: Written
) -> None:
    question = {"kinds": ["shelter"], "programme": "mecal"}
    Finder(written.store.log).index()
    written.store.take(written.drafted((OFFICE, CASA), None))
    first = post(question).json()["items"]
    assert [(each["service"]["name"], each["decided_by"]) for each in first] == [
        ("Albergue", None),
        ("Noches", "capacity"),
    ]
    assert first[0]["reasons"][1]["code"] == "agreement-in-force"
    written.store.take(written.drafted((OFFICE, CASA), date(2026, 2, 1)))
    answer = post(question).json()
    assert [each["service"]["name"] for each in answer["items"]] == ["Noches"]
    assert answer["excluded_items"][0]["reasons"][0]["code"] == "no-agreement"
    written.store.take([written.required("mecal")])
    assert _names(post(question)) == []
    assert _names(post(question | {"programme": "mx-trafficking"})) == ["Albergue", "Noches"]


def test_stale_entries_are_listed_those_never_vouched_for_first(
    post: Post, written: Written
) -> None:
    written.store.take([written.assured(LAWYERS, CASA, now().date())])
    written.store.take([written.assured(BEDS, CASA, date(2020, 1, 1))])
    answer = post(None, path="/directory/stale").json()
    assert [each["name"] for each in answer["items"]] == ["Noches", "Albergue"]
    assert (answer["institutions_stale"], answer["institutions"][0]["validated_on"]) == (2, None)
    written.store.take([written.validated(CASA, now().date())])
    left = post(None, path="/directory/stale").json()["institutions"]
    assert [each["code"] for each in left] == [HOTEL]
    mine = post(None, path=f"/directory/stale?institution={CASA}&limit=1").json()
    assert (mine["stale"], mine["items"][0]["assured_on"], mine["next"]) == (1, "2020-01-01", None)


def test_a_directory_is_read_as_its_facts_describe_it(store: Store) -> None:
    made = made_directory(120)
    store.take(list(facts_of(made, EventFactory())))
    read = Finder(store.log).index()[0].directory
    assert (read.offers, read.providers, read.regions) == (
        made.offers,
        made.providers,
        made.regions,
    )


def _fresh(store: Store) -> Index:
    with snapshot(store.log, "tallies") as run_query:
        return indexed(reading.whole(run_query))


def _same(one: Index, other: Index) -> bool:
    return (one.directory.offers, one.directory.providers) == (
        other.directory.offers,
        other.directory.providers,
    )


def test_only_what_has_changed_is_read_again(
    store: Store, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder = Finder(store.log)
    before, _ = finder.index()
    assert finder.index()[0] is before
    monkeypatch.setattr(reading, "whole", lambda _: pytest.fail("all was read"))
    for events in (
        [written.capacity(BEDS, CASA, "waiting-list", None)],
        [written.institution(HOTEL, "Hotel Nuevo"), written.listed(UUID(int=30), HOTEL, "Otro")],
    ):
        store.take(events)
        monkeypatch.undo()
        fresh = _fresh(store)
        monkeypatch.setattr(reading, "whole", lambda _: pytest.fail("all was read"))
        assert _same(finder.index()[0], fresh)
    story = Story(written.factory, CASE)
    story.registered(by=OFFICE)
    store.take(story.events)
    last, _ = finder.index()
    assert finder.index()[0] is last


def test_a_fact_that_comes_late_is_not_missed(store: Store, written: Written) -> None:
    finder = Finder(store.log)
    late = written.capacity(BEDS, CASA, "none", 0)
    later = written.capacity(FAR, HOTEL, "has-capacity", 2)
    store.take([later])
    store.tracked("referral", later.position)
    assert finder.index()[0].directory.offers[str(FAR)].capacity is not None
    store.take([late])  # it was parked, and replayed
    assert _same(finder.index()[0], _fresh(store))
