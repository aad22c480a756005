"""The rules of documents, one sentence each."""

from typing import Any
from uuid import UUID

import pytest

from services.referral.document import (
    DECIDER,
    AboutNotReadable,
    AddDocument,
    AdministratorsOrStewardsAdd,
    DocumentAdded,
    DocumentAddedOtherwise,
    DocumentErased,
    Erased,
    EraseDocument,
    Held,
    NobodyAddsSo,
    NotAdded,
    fate,
    is_public,
    kept,
    may_have_contacts,
    stream_of,
)
from shared.kernel.decider import Actor
from shared.kernel.documents import DocumentIsErased, DocumentRef, Fate, NoSuchDocument
from shared.kernel.free_text import LooksPersonal
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import fields_of, replace
from tests.personas import AT, COMMISSION, OFFICE, OPERATOR, STEWARD
from tests.spec import rules

given = rules(DECIDER)
DOCUMENT = UUID("00000000-0000-4000-8000-0000000000d1")
DIGEST = "ab" * 32
ITS_ADMINISTRATOR = Actor(OFFICE.institution, "administrator", "token-7")
ABOUT_IT: dict[str, Any] = {
    "document_id": DOCUMENT,
    "digest": DIGEST,
    "size": 1_200,
    "media_type": "markdown",
    "purpose": "directory-text",
    "about_kind": "institution",
    "about_id": OFFICE.institution,
}
ADD = AddDocument(by=ITS_ADMINISTRATOR, at=AT, **ABOUT_IT)
ADDED = DocumentAdded(institution=OFFICE.institution, **ABOUT_IT)
ERASE = EraseDocument(by=ITS_ADMINISTRATOR, at=AT, reason="entered-in-error")
ERASED = DocumentErased(DOCUMENT, OFFICE.institution, "entered-in-error")
OF_AN_AGREEMENT = {"about_kind": "agreement", "about_id": str(DOCUMENT)}


def test_an_administrator_adds_a_text_about_its_own_institution() -> None:
    given().when(ADD).then(ADDED)


@pytest.mark.parametrize("by", [STEWARD, OPERATOR])
def test_a_steward_and_the_operator_add_any(by: Actor) -> None:
    given().when(replace(ADD, by=by)).then(replace(ADDED, institution=by.institution))


def test_what_everybody_reads_is_added_by_who_keeps_the_entry() -> None:
    given().when(replace(ADD, by=OFFICE)).refused(AdministratorsOrStewardsAdd)
    of_another = replace(ADD, about_id=COMMISSION.institution)
    given().when(of_another).refused(AdministratorsOrStewardsAdd)
    of_a_service = replace(ADD, about_kind="service", about_id="asesoria-legal")
    given().when(of_a_service).then(replace(ADDED, about_kind="service", about_id="asesoria-legal"))


def test_whoever_acts_adds_what_is_for_some_alone() -> None:
    command = replace(ADD, by=OFFICE, purpose="signed-copy", **OF_AN_AGREEMENT)
    given().when(command).then(replace(ADDED, purpose="signed-copy", **OF_AN_AGREEMENT))


@pytest.mark.parametrize("role", ["auditor", "monitor"])
def test_whoever_only_looks_adds_nothing(role: str) -> None:
    given().when(replace(ADD, by=Actor("oim", role, "token-8"))).refused(NobodyAddsSo)


def test_added_again_it_is_the_same_and_nothing_else() -> None:
    given(ADDED).when(ADD).then_nothing_new()
    given(ADDED).when(replace(ADD, digest="cd" * 32)).refused(DocumentAddedOtherwise)
    given(ADDED, ERASED).when(ADD).refused(DocumentIsErased)


@pytest.mark.parametrize("field", ["media_type", "purpose", "about_kind"])
def test_a_code_that_is_none_is_refused(field: str) -> None:
    given().when(replace(ADD, by=STEWARD, **{field: "x"})).refused(CodeNotKnown, field=field)
    given().when(replace(ADD, **{field: "x"})).refused(CodeNotKnown, field=field)


@pytest.mark.parametrize("about_id", ["Juan Pérez", "ab", "a" * 61, ""])
def test_what_it_is_about_is_a_code_or_an_id(about_id: str) -> None:
    command = replace(ADD, by=STEWARD, about_id=about_id)
    given().when(command).refused(AboutNotReadable, field="about_id")


def test_a_code_that_looks_like_a_person_s_is_refused() -> None:
    command = replace(ADD, by=STEWARD, about_id="juan-614-123-4567")
    given().when(command).refused(LooksPersonal, field="about_id")


@pytest.mark.parametrize("by", [ITS_ADMINISTRATOR, OFFICE, STEWARD, OPERATOR])
def test_whose_it_is_and_who_runs_the_platform_erase_it(by: Actor) -> None:
    erased = replace(ERASED, institution=by.institution)
    given(ADDED).when(replace(ERASE, by=by)).then(erased)
    given(ADDED, erased).when(replace(ERASE, by=by)).then_nothing_new()


def test_to_anybody_else_there_is_none() -> None:
    given(ADDED).when(replace(ERASE, by=COMMISSION)).refused(NoSuchDocument)
    given().when(ERASE).refused(NoSuchDocument)


def test_the_reason_is_a_code() -> None:
    given(ADDED).when(replace(ERASE, reason="x")).refused(CodeNotKnown, field="reason")


def test_an_erased_document_keeps_what_it_was_and_why_it_went() -> None:
    held = Held(**fields_of(ADDED))
    given(ADDED).remembers(held)
    assert held.ref == DocumentRef(DOCUMENT, DIGEST)
    given(ADDED, ERASED).remembers(Erased(**fields_of(held), because="entered-in-error"))
    given(ADDED, ERASED, ERASED).remembers(Erased(**fields_of(held), because="entered-in-error"))
    given(ERASED).remembers(NotAdded())


def test_the_fate_of_bytes_is_what_the_facts_say() -> None:
    assert fate([]) is Fate.NOT_NAMED
    assert fate([ADDED]) is Fate.HELD
    assert fate([ADDED, ERASED]) is Fate.ERASED


def test_what_is_about_the_directory_is_public_and_may_have_contacts() -> None:
    assert is_public("institution")
    assert not is_public("agreement")
    assert may_have_contacts("directory-text")
    assert not may_have_contacts("discussion")


def test_no_stream_of_a_document_is_that_of_another() -> None:
    assert stream_of(DOCUMENT) != stream_of(UUID(int=1))


def test_a_document_is_named_as_long_as_it_is_kept() -> None:
    assert kept([ADDED]) == DocumentRef(DOCUMENT, DIGEST)
    assert kept([]) is None
    assert kept([ADDED, ERASED]) is None
