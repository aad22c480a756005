"""Bytes and log are kept together: what was left behind goes, and what a backup brought back."""

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.operator import documents as operating
from services.operator.documents import ErasedAgain, ListNotReadable
from services.referral import document
from services.referral.document import DocumentAdded, DocumentErased
from services.referral.document_keeping import DOCUMENTS, Kept
from services.referral.proposal import DiscussProposal
from shared.documents import upkeep
from shared.documents.document import Document
from shared.documents.upkeep import LOOSE_FOR, Sweeper, names_documents
from shared.kernel.clock import now
from shared.kernel.documents import DocumentNotKept, DocumentRef, Fate
from shared.kernel.ids import new_id
from shared.kernel.text import UserError
from tests.personas import AT, OFFICE
from tests.unit.documents.referral_in_memory import Referral, referral_in_memory

KEPT = Kept("directory-text", "institution", OFFICE.institution)


@pytest.fixture
def referral() -> Iterator[Any]:
    with referral_in_memory() as there:
        yield there


def put(referral: Referral) -> UUID:
    return referral.documents.put(Document(new_id(), b"Una nota.", "text/plain")).document_id


def names(referral: Referral, document_id: UUID, *, erased: bool = False) -> None:
    added = DocumentAdded(
        document_id=document_id,
        institution=OFFICE.institution,
        digest="ab" * 32,
        size=9,
        media_type="text",
        purpose="directory-text",
        about_kind="institution",
        about_id=OFFICE.institution,
    )
    gone = DocumentErased(document_id, OFFICE.institution, "replaced")
    facts = (added, gone) if erased else (added,)
    referral.records(document.DECIDER, document.stream_of(document_id), *facts)


def sweeper(referral: Referral, later: timedelta = timedelta(0)) -> Sweeper:
    return Sweeper(referral.log, referral.documents, DOCUMENTS, clock=lambda: now() + later)


def test_bytes_without_a_fact_stay_a_day_and_go(referral: Referral) -> None:
    loose = put(referral)
    assert sweeper(referral).step() == 0
    assert sweeper(referral, LOOSE_FOR - timedelta(minutes=1)).step() == 0
    assert referral.documents.get(loose)
    assert sweeper(referral, LOOSE_FOR + timedelta(minutes=1)).step() == 1
    assert referral.documents.get(loose) is None


def test_bytes_with_a_fact_stay_for_ever(referral: Referral) -> None:
    named = put(referral)
    names(referral, named)
    assert sweeper(referral, LOOSE_FOR * 2).step() == 0
    assert referral.documents.kept == {named}
    assert sweeper(referral, LOOSE_FOR * 1_000).step() == 0


def test_bytes_that_the_log_says_are_erased_go_at_once(referral: Referral) -> None:
    back, named = put(referral), put(referral)
    names(referral, back, erased=True)
    names(referral, named)
    assert sweeper(referral).step() == 1
    assert referral.documents.get(back) is None
    assert referral.documents.get(named)


def test_however_many_there_are_each_is_looked_at(
    referral: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_PAGE", 2)
    kept = {put(referral) for _ in range(5)}
    for each in kept:
        names(referral, each)
    loose = {put(referral) for _ in range(5)}
    assert sweeper(referral, LOOSE_FOR * 2).step() == len(loose)
    assert set(referral.documents.there) == kept


def test_what_the_log_says_is_asked_for_many_at_once(referral: Referral) -> None:
    held, gone, nothing = put(referral), put(referral), put(referral)
    names(referral, held)
    names(referral, gone, erased=True)
    fates = DOCUMENTS.fates(referral.log, [held, gone, nothing])
    assert fates == {held: Fate.HELD, gone: Fate.ERASED, nothing: Fate.NOT_NAMED}


def test_the_operator_adds_once_however_often_it_is_said(referral: Any) -> None:
    first = operating.add(referral, "Ñandú".encode(), "text/plain", KEPT)
    assert operating.add(referral, "Ñandú".encode(), "text/plain", KEPT) == first
    assert len(referral.documents.there) == referral.log.position() == 1


def test_what_the_operator_erased_is_listed_and_added_no_more(referral: Any) -> None:
    ref = operating.add(referral, b"Una nota.", "text/plain", KEPT)
    assert operating.erase(referral, ref.document_id, "replaced")
    assert not operating.erase(referral, ref.document_id, "replaced")
    (listed,) = operating.erased(referral)
    assert (listed.document_id, listed.reason) == (ref.document_id, "replaced")
    with pytest.raises(UserError, match="was erased"):
        operating.add(referral, b"Una nota.", "text/plain", KEPT)
    assert referral.documents.there == {}
    with pytest.raises(UserError, match="no such document"):
        operating.erase(referral, new_id(), "replaced")


def test_what_cannot_be_kept_is_refused_before_anything_is_put(referral: Any) -> None:
    with pytest.raises(UserError, match="CURP"):
        operating.add(referral, b"PELJ900101HCHRPN09", "text/plain", KEPT)
    assert referral.documents.there == {}


def test_after_an_older_backup_what_was_erased_is_erased_again(
    referral: Any, tmp_path: Path
) -> None:
    ref = operating.add(referral, b"Una nota.", "text/plain", KEPT)
    unknown = {"document_id": str(new_id()), "reason": "replaced", "erased_at": str(now())}
    lost = {**unknown, "document_id": str(ref.document_id)}
    file = tmp_path / "borrados.json"
    file.write_text(json.dumps([unknown, lost]))
    again = operating.erase_again(referral, operating.read_list(file))
    assert again == ErasedAgain(bytes_gone=1, facts=1, unknown=1)
    assert operating.erase_again(referral, operating.read_list(file)) == ErasedAgain(0, 0, 1)
    referral.documents.put(Document(ref.document_id, b"Una nota.", "text/plain"))
    assert operating.erase_again(referral) == ErasedAgain(1, 0, 0)


ROW = {"document_id": str(new_id()), "reason": "replaced", "erased_at": "2026-05-04"}


@pytest.mark.parametrize(
    "written",
    [
        *("", "{}", "null", "[1]", "[" * 100_000),
        *(json.dumps([{**ROW, name: "x"}]) for name in ROW),
        *(json.dumps([{"reason": "replaced"}]), json.dumps([{**ROW, "reason": None}])),
    ],
    ids=itertools.count(),
)
def test_a_list_that_is_none_is_one_clear_error(written: str, tmp_path: Path) -> None:
    file = tmp_path / "borrados.json"
    file.write_text(written)
    with pytest.raises(ListNotReadable):
        operating.read_list(file)


def test_a_command_names_what_is_kept_by_its_own_digest(referral: Any) -> None:
    ref = operating.add(referral, b"Una nota.", "text/plain", KEPT)

    def refused(texts: DocumentRef | None) -> DocumentNotKept | None:
        command = DiscussProposal(by=OFFICE, at=AT, stance="support", texts=texts)
        return DOCUMENTS.not_kept(referral.log, command)

    assert refused(None) is None
    assert refused(ref) is None
    assert refused(DocumentRef(ref.document_id, "ab" * 32)) == DocumentNotKept(field="texts")
    assert refused(DocumentRef(new_id(), ref.digest)) == DocumentNotKept(field="texts")
    operating.erase(referral, ref.document_id, "replaced")
    assert refused(ref) == DocumentNotKept(field="texts")
    assert names_documents(DiscussProposal)
    assert not names_documents(document.EraseDocument)
