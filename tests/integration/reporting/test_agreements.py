"""The agreements in PostgreSQL: their status today, what is about to expire, and who sees them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from services.reporting.agreements import Agreements
from shared.contracts import agreements
from shared.contracts.contract import Contract
from shared.contracts.envelope import Event
from shared.identity.tokens import TokenOffice
from shared.kernel.clock import now
from shared.kernel.freshness import day_in
from shared.kernel.ids import derived_id
from tests.event_factory import OFFICE, EventFactory, institution
from tests.reporting_store import Store

pytestmark = pytest.mark.integration

OTHER, THIRD = "albergue-juarez", "red-de-apoyo"
TODAY = day_in(None, now())
DRAFT, SIGNED, ENDLESS, OVER, PAUSED, ELSEWHERE = (UUID(int=n) for n in range(1, 7))


def drafted(number: UUID, until: date | None, *parties: str) -> Contract:
    return agreements.AgreementDraftedV1(
        agreement_id=number,
        kind="letter-of-intent",
        title=f"Carta {number.int}",
        parties=parties or (OTHER, OFFICE),
        programme="mx-labour-protection",
        services=(),
        data_categories=(),
        valid_from=TODAY - timedelta(days=90),
        valid_until=until,
        texts=None,
    )


def signed(number: UUID, by: str, begins: date | None = None, terms: int = 1) -> Contract:
    return agreements.AgreementSignedV1(
        agreement_id=number,
        institution=by,
        signed_on=TODAY - timedelta(days=90),
        signatory_role="head",
        terms=terms,
        begins=begins,
        document=None,
    )


def in_force(number: UUID, until: date | None, *parties: str) -> list[Contract]:
    one, other = parties or (OTHER, OFFICE)
    begins = TODAY - timedelta(days=90)
    return [
        drafted(number, until, one, other),
        signed(number, one),
        signed(number, other, begins),
    ]


FACTS: list[Any] = [
    drafted(DRAFT, TODAY + timedelta(days=5)),
    signed(DRAFT, OTHER),
    agreements.AgreementRevisedV1(
        agreement_id=DRAFT,
        kind="collaboration-guideline",
        title="Lineamiento",
        parties=(OTHER, OFFICE),
        programme="mx-labour-protection",
        services=("shelter",),
        data_categories=(),
        valid_from=TODAY,
        valid_until=TODAY + timedelta(days=400),
        texts=None,
        terms=2,
        changed=("kind",),
    ),
    signed(DRAFT, OFFICE, terms=2),
    *in_force(SIGNED, TODAY + timedelta(days=6)),
    agreements.AgreementExpiryAnnouncedV1(
        agreement_id=SIGNED, days=7, valid_until=TODAY + timedelta(days=6)
    ),
    *in_force(ENDLESS, TODAY - timedelta(days=1)),
    agreements.AgreementRenewedV1(
        agreement_id=ENDLESS, valid_until=None, on=TODAY - timedelta(days=2), document=None
    ),
    *in_force(OVER, TODAY + timedelta(days=9)),
    agreements.AgreementTerminatedV1(
        agreement_id=OVER, institution=OFFICE, reason="breach", on=TODAY
    ),
    *in_force(PAUSED, TODAY + timedelta(days=90)),
    agreements.AgreementSuspendedV1(
        agreement_id=PAUSED, institution=OFFICE, reason="under-review", on=TODAY
    ),
    *in_force(ELSEWHERE, TODAY - timedelta(days=3), OTHER, THIRD),
    agreements.AgreementsRequiredV1(programme="mecal"),
    agreements.AgreementsRequiredV1(programme="mx-labour-protection"),
    agreements.AgreementsWaivedV1(programme="mecal"),
]


@pytest.fixture
def told(store: Store) -> Agreements:
    """Six agreements, each of another status."""
    factory = EventFactory()
    events: list[Event] = [
        institution(factory, OFFICE, "Oficina Laboral"),
        institution(factory, OTHER, "Albergue de Juárez"),
    ]
    for data in FACTS:
        key = str(getattr(data, "agreement_id", "") or data.programme)
        events.append(factory.publish("referral", derived_id("agreement", key), key, data))
    store.take(events)
    return Agreements(store.log)


def test_the_list_has_the_status_of_today_by_the_last_day(told: Agreements) -> None:
    rows = told.listed(OFFICE, 10)
    assert [(UUID(row.agreement_id), row.status, row.days_left) for row in rows] == [
        (SIGNED, "in-force", 6),
        (OVER, "terminated", 9),
        (PAUSED, "suspended", 90),
        (DRAFT, "drafted", 400),
        (ENDLESS, "in-force", None),
    ]
    assert rows[0].names == ["Albergue de Juárez", "Oficina Laboral"]
    assert (rows[0].announced, rows[3].announced) == (7, None)
    every = told.listed(None, 10)
    assert (UUID(every[0].agreement_id), every[0].status) == (ELSEWHERE, "expired")
    assert every[0].names == ["Albergue de Juárez", THIRD]
    assert told.requiring() == ["mx-labour-protection"]


def test_signatures_of_other_terms_do_not_count(told: Agreements) -> None:
    draft = told.one(DRAFT, OFFICE)
    assert draft is not None
    assert (draft.title, draft.terms, draft.unsigned) == ("Lineamiento", 2, [OTHER])
    assert told.one(ELSEWHERE, OFFICE) is None
    assert told.one(ELSEWHERE) is not None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"within": 30}, [SIGNED]),
        ({"status": "suspended"}, [PAUSED]),
        ({"kind": "collaboration-guideline"}, [DRAFT]),
        ({"programme": "mecal"}, []),
        ({"party": THIRD}, [ELSEWHERE]),
    ],
)
def test_the_list_is_filtered(told: Agreements, wanted: Any, found: list[UUID]) -> None:
    assert [UUID(row.agreement_id) for row in told.listed(None, 10, **wanted)] == found


@pytest.fixture
def client(store: Store, told: Agreements) -> Iterator[TestClient]:
    del told
    _, secret = TokenOffice(store.admin).create(OFFICE, ["caseworker"], now() + timedelta(hours=1))
    with TestClient(store.service.app, headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


def test_a_party_pages_through_its_own(client: TestClient) -> None:
    page = client.get("/agreements", params={"limit": 4}).json()
    rest = client.get("/agreements", params={"limit": 4, "cursor": page["next"]}).json()
    ids = [UUID(row["agreement_id"]) for row in (*page["items"], *rest["items"])]
    assert (ids, rest["next"]) == ([SIGNED, OVER, PAUSED, DRAFT, ENDLESS], None)
    soon = client.get("/agreements", params={"expiring_within": 7}).json()
    assert [UUID(row["agreement_id"]) for row in soon["items"]] == [SIGNED]


@pytest.mark.parametrize(
    "query", ["status=rumour", "kind=rumour", "expiring_within=-1", "cursor=eA", "sort=title"]
)
def test_what_is_not_known_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/agreements?{query}").status_code == 422


def test_a_steward_sees_all(store: Store, client: TestClient) -> None:
    _, secret = TokenOffice(store.admin).create(THIRD, ["steward"], now() + timedelta(hours=1))
    headers = {"Authorization": f"Bearer {secret}"}
    assert len(client.get("/agreements", headers=headers).json()["items"]) == 6
