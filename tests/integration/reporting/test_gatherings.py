"""Profiles, networks, regions and commissions in PostgreSQL: their lists, and their routes."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from services.reporting.gatherings import Gatherings, TakesPart
from shared.contracts import directory
from shared.contracts.contract import Contract
from shared.contracts.envelope import Event
from shared.identity.tokens import TokenOffice
from shared.kernel.clock import now
from shared.kernel.documents import DocumentRef
from shared.kernel.ids import derived_id, new_id
from tests.event_factory import BUREAU, OFFICE, EventFactory, institution
from tests.reporting_store import Store

pytestmark = pytest.mark.integration

NETWORK, COMMISSION, REGION = "red-frontera", "cie-chihuahua", "frontera-norte"
SEATED, ON, LATER = date(2026, 5, 1), date(2026, 5, 20), date(2026, 6, 2)
TEXTS = DocumentRef(new_id(), "0" * 64)
PROFILE: dict[str, Any] = {
    "level": "state",
    "sector": "public",
    "jurisdiction": ("MX-CHH",),
    "municipality": "08019",
    "mandate": ("ley-migracion",),
    "texts": TEXTS,
}


class Saying:
    """Publishes the facts of the directory."""

    def __init__(self) -> None:
        self.factory = EventFactory()
        self.events: list[Event] = [
            institution(self.factory, code, code.title()) for code in (OFFICE, BUREAU)
        ]

    def __call__(self, key: str, *facts: Contract) -> None:
        for data in facts:
            stream = derived_id(data.key.value, key)
            self.events.append(self.factory.publish("referral", stream, key, data))


def commission(name: str, quorum: directory.QuorumV1) -> dict[str, Any]:
    return {
        "commission": COMMISSION,
        "name": name,
        "subdivision": "MX-CHH",
        "programme": "mecal",
        "secretariat": OFFICE,
        "secretariat_version": 1,
        "quorum": quorum,
    }


@pytest.fixture
def ours(store: Store) -> Gatherings:
    """An institution that was described and found its entry right; what it is in, and was."""
    say = Saying()
    mecal = {"institution": OFFICE, "programme": "mecal"}
    say(
        OFFICE,
        directory.InstitutionDescribedV1(institution=OFFICE, **PROFILE, changed=("level",)),
        directory.FocalPointNamedV1(**mecal, role="liaison", channel="letter"),
        directory.FocalPointNamedV1(**mecal, role="legal", channel="email"),
        directory.FocalPointNamedV1(**mecal, role="liaison", channel="telephone"),
        directory.FocalPointRemovedV1(**mecal, role="legal"),
        directory.StakeStatedV1(**mecal, interest="low", influence="low"),
        directory.StakeStatedV1(**mecal, interest="high", influence="low"),
        directory.InstitutionValidatedV1(institution=OFFICE, version=8, validated_on=SEATED),
    )
    say(
        NETWORK,
        directory.NetworkFormedV1(network=NETWORK, name="Red", programme="mecal"),
        *(
            directory.NetworkJoinedV1(
                network=NETWORK,
                institution=code,
                since=SEATED,
                agreement_id=None,
                institution_version=1,
            )
            for code in (OFFICE, BUREAU)
        ),
        directory.NetworkLeftV1(network=NETWORK, institution=BUREAU, since=SEATED, until=ON),
    )
    say(
        REGION,
        directory.RegionDefinedV1(
            region=REGION, name="Norte", subdivision="MX-CHH", municipalities=("08037", "08053")
        ),
        directory.RegionRedefinedV1(
            region=REGION,
            name="Norte",
            subdivision="MX-CHH",
            municipalities=("08037",),
            changed=("municipalities",),
        ),
    )
    five = directory.QuorumV1(rule="at-least", number=5)
    say(
        COMMISSION,
        directory.CommissionFormedV1(**commission("CIE", directory.QuorumV1(rule="majority"))),
        directory.CommissionReformedV1(**commission("CIE", five), changed=("quorum",)),
        directory.MemberSeatedV1(
            commission=COMMISSION, institution=OFFICE, since=SEATED, institution_version=1
        ),
        directory.MemberUnseatedV1(
            commission=COMMISSION, institution=OFFICE, since=SEATED, until=ON
        ),
        directory.MemberSeatedV1(
            commission=COMMISSION, institution=OFFICE, since=LATER, institution_version=1
        ),
    )
    store.take(say.events)
    return Gatherings(store.log)


def test_an_entry_says_what_stands_and_nothing_that_was_taken_back(ours: Gatherings) -> None:
    found = ours.profile(OFFICE, ON)
    assert found is not None
    assert (found.level, found.sector, found.municipality) == ("state", "public", "08019")
    assert found.document_id == str(TEXTS.document_id)
    assert [(p.role, p.channel) for p in found.focal_points] == [("liaison", "telephone")]
    assert [(s.interest, s.influence) for s in found.stakes] == [("high", "low")]
    assert (found.validated_on, found.validated_version, found.stale) == (SEATED, 8, False)
    assert list(found.takes_part) == [
        TakesPart("commission", COMMISSION, "CIE", SEATED),
        TakesPart("network", NETWORK, "Red", SEATED),
    ]


def test_what_nobody_found_right_for_long_is_stale(ours: Gatherings) -> None:
    late, never = ours.profile(OFFICE, date(2026, 11, 1)), ours.profile(BUREAU, ON)
    assert late is not None
    assert never is not None
    assert (late.stale, never.stale, never.level) == (True, True, None)
    assert ours.profile("nadie-1") is None


def test_members_are_those_of_the_day(ours: Gatherings) -> None:
    both, one = ours.networks(5, on=ON), ours.networks(5, on=LATER)
    assert [row.members for row in (*both, *one)] == [sorted([OFFICE, BUREAU]), [OFFICE]]
    seats = [ours.commissions(5, on=day)[0].members for day in (ON, date(2026, 5, 25), LATER)]
    assert seats == [[OFFICE], [], [OFFICE]]


def test_lists_are_filtered_and_go_on_after_a_code(ours: Gatherings) -> None:
    assert [row.municipalities for row in ours.regions(5)] == [["08037"]]
    (found,) = ours.commissions(5, programme="mecal", subdivision="MX-CHH")
    assert (found.quorum_rule, found.quorum_number) == ("at-least", 5)
    assert not ours.commissions(5, subdivision="MX-JAL")
    assert not ours.networks(5, programme="x")
    assert ours.regions(5, REGION) == ours.regions(5, subdivision="MX-JAL") == []


@pytest.fixture
def client(store: Store, ours: Gatherings) -> Iterator[TestClient]:
    del ours
    _, secret = TokenOffice(store.admin).create(OFFICE, ["caseworker"], now() + timedelta(hours=1))
    with TestClient(store.service.app, headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


def test_whoever_works_here_reads_them(client: TestClient) -> None:
    shown = {
        path: client.get(f"/{path}").json()
        for path in ("networks", "regions", "commissions?subdivision=CHH", f"institutions/{OFFICE}")
    }
    assert shown["networks"]["items"][0]["network"] == NETWORK
    assert shown["regions"]["items"][0]["region"] == REGION
    assert shown["commissions?subdivision=CHH"]["items"][0]["secretariat"] == OFFICE
    assert shown[f"institutions/{OFFICE}"]["level"] == "state"
    assert client.get("/institutions/nadie-1").status_code == 404
    assert client.get("/networks?programme=x").status_code == 422
