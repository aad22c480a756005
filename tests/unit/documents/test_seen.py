"""Who sees a document: everybody what is public, and else those whom it concerns."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from services.referral import activity, agreements, commitment_decisions, directory, document
from services.referral import commitment as commitments
from services.referral import proposal as proposals
from services.referral.document import DocumentAdded, DocumentErased
from services.referral.document_views import bytes_of, out_of, require_shown, show_document
from services.referral.institution import InstitutionClosed, InstitutionRegistered
from shared.documents.document import Document
from shared.identity.caller import Caller
from shared.kernel.documents import BytesNotThere, DocumentIsErased, NoSuchDocument
from shared.kernel.ids import new_id
from shared.kernel.refusals import Refused
from tests.agreement_facts import AGREEMENT, DRAFTED, PARTIES
from tests.made_up import full
from tests.personas import COMMISSION, OFFICE, SHELTER
from tests.unit.documents.referral_in_memory import Referral, referral_in_memory

ABOUT = UUID("00000000-0000-4000-8000-0000000000e7")
PROGRAMME = "mx-labour-network"


def caller(institution: str, role: str = "caseworker") -> Caller:
    return Caller("subject-1", institution, (role,))


@pytest.fixture
def referral() -> Iterator[Referral]:
    with referral_in_memory() as there:
        yield there


def added(referral: Referral, kind: str, about: str, by: str = OFFICE.institution) -> UUID:
    document_id = new_id()
    fact = DocumentAdded(
        document_id=document_id,
        institution=by,
        digest="ab" * 32,
        size=9,
        media_type="text",
        purpose="discussion",
        about_kind=kind,
        about_id=about,
    )
    referral.records(document.DECIDER, document.stream_of(document_id), fact)
    return document_id


def seen(referral: Referral, document_id: UUID, institution: str) -> bool:
    try:
        show_document(referral.log, caller(institution), document_id)
    except Refused as error:
        return not isinstance(error.refusal, NoSuchDocument)
    return True


def registered(referral: Referral, code: str, *programmes: str, closed: bool = False) -> None:
    facts: list[Any] = [InstitutionRegistered(code, f"La {code}", "shelter", None, programmes)]
    facts += [InstitutionClosed(code, "ceased")] if closed else []
    referral.records(directory.DECIDER, directory.stream_of(code), *facts)


@pytest.mark.parametrize("kind", ["institution", "service", "network", "entry", "programme"])
def test_what_is_about_the_directory_is_for_everybody(referral: Referral, kind: str) -> None:
    assert seen(referral, added(referral, kind, "cualquiera"), SHELTER.institution)


def test_an_agreement_s_is_for_its_parties_and_who_added_it(referral: Referral) -> None:
    referral.records(agreements.DECIDER, agreements.stream_of(AGREEMENT), DRAFTED)
    document_id = added(referral, "agreement", str(AGREEMENT), by="canaliza")
    assert all(seen(referral, document_id, each) for each in (*PARTIES, "canaliza"))
    assert not seen(referral, document_id, "nadie-mas")


def test_of_what_is_not_there_yet_who_added_it_alone_sees_it(referral: Referral) -> None:
    for kind in ("agreement", "activity", "proposal", "commitment"):
        for about in (str(ABOUT), "sin-id"):
            document_id = added(referral, kind, about)
            assert seen(referral, document_id, OFFICE.institution)
            assert not seen(referral, document_id, COMMISSION.institution)


def test_an_activity_s_is_for_who_organises_and_who_takes_part(referral: Referral) -> None:
    planned = full(
        activity.ActivityPlanned,
        activity_id=ABOUT,
        owner=COMMISSION.institution,
        agencies=(SHELTER.institution,),
    )
    referral.records(activity.DECIDER, activity.stream_of(ABOUT), planned)
    document_id = added(referral, "activity", str(ABOUT))
    assert seen(referral, document_id, COMMISSION.institution)
    assert seen(referral, document_id, SHELTER.institution)
    assert not seen(referral, document_id, "nadie-mas")


@pytest.mark.parametrize("kind", ["proposal", "commitment"])
def test_of_proposals_and_commitments_it_is_for_who_takes_part(
    referral: Referral, kind: str
) -> None:
    if kind == "proposal":
        made: Any = full(proposals.ProposalMade, proposal_id=ABOUT, programme=PROGRAMME)
        referral.records(proposals.DECIDER, proposals.stream_of(ABOUT), made)
    else:
        made = full(commitments.CommitmentMade, commitment_id=ABOUT, programme=PROGRAMME)
        referral.records(commitment_decisions.DECIDER, commitments.stream_of(ABOUT), made)
    document_id = added(referral, kind, str(ABOUT))
    registered(referral, "de-todos")
    registered(referral, "de-este", PROGRAMME)
    registered(referral, "de-otro", "mecal")
    registered(referral, "cerrada", PROGRAMME, closed=True)
    assert [
        seen(referral, document_id, each)
        for each in ("de-todos", "de-este", "de-otro", "cerrada", "sin-ficha")
    ] == [True, True, False, False, False]


def test_whoever_watches_every_case_reads_no_words(referral: Referral) -> None:
    document_id = added(referral, "agreement", str(ABOUT))
    for role in ("auditor", "monitor"):
        with pytest.raises(Refused):
            show_document(referral.log, caller("oim", role), document_id)


def test_what_is_erased_says_so_and_what_is_lost_too(referral: Referral) -> None:
    document_id = added(referral, "institution", OFFICE.institution)
    require_shown(referral.log, caller("nadie-mas"), document_id)
    with pytest.raises(Refused) as lost:
        bytes_of(referral.log, referral.documents, document_id)
    assert lost.value.refusal == BytesNotThere()
    referral.documents.put(Document(document_id, b"Una nota.", "text/plain"))
    assert bytes_of(referral.log, referral.documents, document_id).content == b"Una nota."
    gone = DocumentErased(document_id, OFFICE.institution, "replaced")
    referral.records(document.DECIDER, document.stream_of(document_id), gone)
    referral.documents.erase([document_id])
    for asked in (
        lambda: require_shown(referral.log, caller("nadie-mas"), document_id),
        lambda: bytes_of(referral.log, referral.documents, document_id),
    ):
        with pytest.raises(Refused) as erased:
            asked()
        assert erased.value.refusal == DocumentIsErased()
    out = out_of(referral.log, document_id)
    assert out is not None
    assert out.erased == "replaced"
    assert out_of(referral.log, new_id()) is None
