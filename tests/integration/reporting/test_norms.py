"""The register of norms in PostgreSQL: its list, its matrix of coverage, and its routes."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from services.reporting.norms import Norms
from shared.contracts import agreements, directory, norms
from shared.contracts.contract import Contract
from shared.contracts.envelope import Event
from shared.identity.tokens import TokenOffice
from shared.kernel.clock import now
from shared.kernel.ids import derived_id
from tests.event_factory import OFFICE, EventFactory, institution
from tests.reporting_store import Store

pytestmark = pytest.mark.integration

AGREEMENT = UUID("00000000-0000-4000-8000-0000000000e1")
GUIDE, LAW = "guia-elementos", "ley-federal-del-trabajo"
NAMES = {"informacion": "Información en su lengua", "coordinacion": "Coordinación"}


def described(entry_id: str, kind: str, elements: Sequence[str] = ()) -> dict[str, Any]:
    """What a fact says of an entry."""
    return {
        "entry_id": entry_id,
        "kind": kind,
        "name": entry_id.title(),
        "level": "federal",
        "subdivision": None,
        "article": None,
        "valid_from": None,
        "valid_until": None,
        "provenance": norms.ProvenanceV1(source="official-website", link=None, consulted_on=None),
        "programmes": ("mx-labour-protection",) if kind == "guide" else (),
        "elements": tuple(norms.ElementV1(element=e, name=NAMES[e]) for e in elements),
    }


def cited(
    element: str | None, citing_kind: str = "step", citing: str = "paso-uno"
) -> norms.CitationMadeV1:
    return norms.CitationMadeV1(
        entry_id=GUIDE, element=element, citing_kind=citing_kind, citing=citing, institution=OFFICE
    )


class Registering:
    """Publishes the facts of the register."""

    def __init__(self) -> None:
        self.factory = EventFactory()
        self.events: list[Event] = [institution(self.factory, OFFICE, "Oficina Laboral")]

    def __call__(self, *facts: Contract) -> None:
        for data in facts:
            entry_id: str = data.entry_id  # type: ignore[attr-defined]
            stream = derived_id("entry", entry_id)
            self.events.append(self.factory.publish("referral", stream, entry_id, data))


@pytest.fixture
def register(store: Store) -> Norms:
    """A guide of two elements, one of which is answered, and a law that was repealed."""
    say = Registering()
    say(
        norms.EntryRegisteredV1(**described(GUIDE, "guide", ["informacion"])),
        norms.EntryCorrectedV1(
            **described(GUIDE, "guide", ["informacion", "coordinacion"]), changed=("elements",)
        ),
        norms.EntryRegisteredV1(**described(LAW, "law")),
        norms.EntryWithdrawnV1(entry_id=LAW, reason="repealed", replaced_by=None),
        cited("informacion"),
        cited("informacion", "institution", OFFICE),
        cited("coordinacion"),
        cited("informacion", "agreement", str(AGREEMENT)),
        norms.CitationWithdrawnV1(
            entry_id=GUIDE, element="coordinacion", citing_kind="step", citing="paso-uno"
        ),
        cited(None, "service", "asesoria"),
    )
    described_ = directory.InstitutionDescribedV1(
        institution=OFFICE,
        level="state",
        sector="public",
        jurisdiction=(),
        municipality=None,
        mandate=(LAW,),
        texts=None,
        changed=("mandate",),
    )
    drafted = agreements.AgreementDraftedV1(
        agreement_id=AGREEMENT,
        kind="letter-of-intent",
        title="Carta de intención",
        parties=(OFFICE, "albergue-uno"),
        programme="mx-labour-protection",
        services=(),
        data_categories=(),
        valid_from=date(2026, 1, 1),
        valid_until=None,
        texts=None,
    )
    stream = derived_id("agreement", str(AGREEMENT))
    letter = say.factory.publish("referral", stream, str(AGREEMENT), drafted)
    mandate = say.factory.publish("referral", derived_id("institution", OFFICE), OFFICE, described_)
    store.take([*say.events, letter, mandate])
    return Norms(store.log)


def test_the_list_says_how_much_of_each_entry_nothing_answers(register: Norms) -> None:
    guide, law = register.listed(10)
    assert (guide.entry_id, guide.elements, guide.unanswered, guide.withdrawn) == (
        GUIDE,
        2,
        1,
        None,
    )
    assert (law.entry_id, law.elements, law.unanswered, law.withdrawn) == (LAW, 0, 0, "repealed")
    assert [each.entry_id for each in register.listed(10, GUIDE)] == [LAW]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"kind": "law"}, [LAW]),
        ({"level": "state"}, []),
        ({"subdivision": "MX-CHH"}, []),
        ({"programme": "mx-labour-protection"}, [GUIDE, LAW]),
        ({"programme": "mecal"}, [LAW]),
    ],
)
def test_the_list_is_filtered(register: Norms, wanted: dict[str, str], found: list[str]) -> None:
    assert [each.entry_id for each in register.listed(10, **wanted)] == found


def test_the_matrix_says_who_answers_what_and_what_nothing_does(register: Norms) -> None:
    matrix = register.matrix(GUIDE)
    assert matrix is not None
    informs, coordinates = matrix.lines
    assert (informs.name, coordinates.name) == ("Información en su lengua", "Coordinación")
    assert [(c.citing, c.name) for c in informs.of("institution")] == [(OFFICE, "Oficina Laboral")]
    assert [c.citing for c in informs.of("step")] == ["paso-uno"]
    assert list(coordinates.citations) == []
    assert list(matrix.unanswered) == ["coordinacion"]
    assert [(c.citing_kind, c.citing, c.institution) for c in matrix.whole] == [
        ("service", "asesoria", OFFICE)
    ]
    assert register.matrix("no-hay") is None


@pytest.mark.parametrize(
    ("reader", "title"),
    [(None, "Carta de intención"), (OFFICE, "Carta de intención"), ("ajena", None)],
)
def test_an_agreement_is_named_to_its_parties(
    register: Norms, reader: str | None, title: str | None
) -> None:
    matrix = register.matrix(GUIDE, reader)
    assert matrix is not None
    (letter,) = matrix.lines[0].of("agreement")
    assert (letter.citing, letter.name) == (str(AGREEMENT), title)


def test_a_mandate_cites_an_entry_as_a_whole(register: Norms) -> None:
    matrix = register.matrix(LAW)
    assert matrix is not None
    assert [(c.citing_kind, c.citing, c.name) for c in matrix.whole] == [
        ("institution", OFFICE, "Oficina Laboral")
    ]


@pytest.fixture
def client(store: Store, register: Norms) -> Iterator[TestClient]:
    del register
    _, secret = TokenOffice(store.admin).create(OFFICE, ["caseworker"], now() + timedelta(hours=1))
    with TestClient(store.service.app, headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


def test_whoever_works_here_reads_the_register(client: TestClient) -> None:
    page = client.get("/register", params={"limit": 1}).json()
    assert [each["entry_id"] for each in page["items"]] == [GUIDE]
    rest = client.get("/register", params={"limit": 1, "cursor": page["next"]}).json()
    assert ([each["entry_id"] for each in rest["items"]], rest["next"]) == ([LAW], None)
    assert client.get(f"/register/{GUIDE}/matrix").json()["unanswered"] == ["coordinacion"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/register/no-hay/matrix", 404),
        ("/register?kind=rumour", 422),
        ("/register?level=rumour", 422),
        ("/register?sort=name", 422),
    ],
)
def test_what_is_not_there_and_what_is_not_known_is_refused(
    client: TestClient, path: str, status: int
) -> None:
    assert client.get(path).status_code == status


def test_nobody_unknown_reads_it(client: TestClient) -> None:
    assert client.get("/register", headers={"Authorization": ""}).status_code == 401
