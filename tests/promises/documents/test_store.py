"""What was put is given as it was put, or not at all; in PostgreSQL and in memory."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from psycopg.sql import SQL, Identifier

from shared.documents.document import Damaged, Document, digest_of
from shared.documents.memory import MemoryDocuments
from shared.documents.store import MIGRATIONS, DatabaseDocuments, Documents
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from tests.databases import LOG_STEPS, ScratchDatabase

DAY = timedelta(days=1)


def document(content: bytes = b"Una nota.") -> Document:
    return Document(new_id(), content, "text/plain")


@pytest.fixture(params=[pytest.param("postgres", marks=pytest.mark.integration), "memory"])
def documents(request: pytest.FixtureRequest) -> Iterator[Documents]:
    """Every home of documents in turn."""
    if request.param == "memory":
        yield MemoryDocuments()
        return
    database: ScratchDatabase = request.getfixturevalue("database")
    address = database.address("documents", sorted([*LOG_STEPS, *MIGRATIONS], key=lambda m: m.name))
    yield DatabaseDocuments(database.log(address).database)


def test_what_was_put_is_given_as_it_was_put(documents: Documents) -> None:
    put = document(bytes(range(256)) * 8_000)
    ref = documents.put(put)
    assert (ref.document_id, ref.digest) == (put.document_id, digest_of(put.content))
    got = documents.get(put.document_id)
    assert got is not None
    assert (got.content, got.media_type, got.ref) == (put.content, "text/plain", ref)
    assert documents.get(new_id()) is None


def test_putting_it_again_never_changes_its_bytes(documents: Documents) -> None:
    first = document()
    documents.put(first)
    documents.put(Document(first.document_id, b"Otra cosa.", "text/markdown"))
    got = documents.get(first.document_id)
    assert got is not None
    assert (got.content, got.media_type) == (b"Una nota.", "text/plain")


def test_what_is_erased_is_gone(documents: Documents) -> None:
    one, other = documents.put_many([document(), document()])
    documents.keep([one.document_id])
    assert documents.erase([one.document_id, new_id()]) == 1
    assert documents.get(one.document_id) is None
    assert documents.get(other.document_id) is not None
    assert documents.erase([one.document_id]) == 0


def test_what_has_no_fact_is_loose_until_it_is_kept_or_put_again(documents: Documents) -> None:
    one, other = documents.put_many([document(), document()])
    ids = [one.document_id, other.document_id]
    assert sorted(documents.loose(now() + DAY, 10)) == sorted(ids)
    assert list(documents.loose(now() - DAY, 10)) == []
    documents.keep([one.document_id])
    assert list(documents.loose(now() + DAY, 10)) == [other.document_id]
    assert documents.sweep(ids, now() - DAY) == 0
    assert documents.sweep(ids, now() + DAY) == 1
    assert documents.get(one.document_id) is not None
    assert documents.get(other.document_id) is None


def test_all_are_listed_page_by_page(documents: Documents) -> None:
    refs = sorted(
        documents.put_many([document() for _ in range(5)]), key=lambda ref: ref.document_id
    )
    first = documents.page(None, 3)
    assert [*first, *documents.page(first[-1].document_id, 3)] == refs


def test_bytes_that_changed_are_not_given(documents: Documents) -> None:
    put = document()
    documents.put(put)
    _damage(documents, put)
    with pytest.raises(Damaged):
        documents.get(put.document_id)


def _damage(documents: Any, put: Document) -> None:
    if isinstance(documents, MemoryDocuments):
        documents.there[put.document_id].content = b"Otra cosa."
        return
    table = Identifier(documents._recorder.datastore.schema, "documents")
    with documents._recorder.connection() as conn:
        conn.execute(SQL("DELETE FROM {}").format(table))
        conn.execute(
            SQL(
                "INSERT INTO {} (document_id, digest, media_type, content)"
                " VALUES (%s, %s, 'text/plain', 'Otra cosa.')"
            ).format(table),
            (put.document_id, bytes.fromhex(put.digest)),
        )
