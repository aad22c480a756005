"""Where the bytes of documents are: a table beside a service's log, and what it promises.

Promises, in PostgreSQL and in memory (tests/promises/documents):
- what was put is given as it was put, or not at all; what changed meanwhile raises ``Damaged``;
- putting the same document again changes nothing but its age, and never its bytes;
- several are put together or not at all;
- what is erased is gone: a read that comes later gets None.

The order is always: bytes, then the fact. So a fact never names bytes that are not there, and bytes
whose fact never came are swept away. Erasing goes the other way: the fact, then the bytes.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from shared.documents.document import Damaged, Document, digest_of
from shared.eventstore.recorder import GapFreeRecorder
from shared.kernel.documents import DocumentRef
from shared.postgres.migrations import migrations_of

MIGRATIONS = migrations_of("shared.documents")


class Documents(Protocol):
    """The documents of one service. All methods block."""

    def put(self, document: Document) -> DocumentRef:
        """Keep a document until its fact comes; return how that names it."""

    def put_many(self, documents: Iterable[Document]) -> list[DocumentRef]:
        """Keep several, all of them or none; return how facts name them, in the same order."""

    def get(self, document_id: UUID) -> Document | None:
        """Return a document with its bytes; None if it is not there. Raises Damaged."""

    def erase(self, document_ids: Collection[UUID]) -> int:
        """Forget the bytes of these; return how many there were."""

    def keep(self, document_ids: Collection[UUID]) -> None:
        """Note that the facts of these have come: they stay until they are erased."""

    def loose(self, put_before: datetime, limit: int) -> Sequence[UUID]:
        """Return those put before then of which it is not known that their facts have come."""

    def sweep(self, document_ids: Collection[UUID], put_before: datetime) -> int:
        """Forget those of these that are still loose and have not been put again since then."""

    def page(self, after: UUID | None, limit: int) -> Sequence[DocumentRef]:
        """Return the documents that are there, by id, after this one."""


class DatabaseDocuments:
    """The documents in a service's own schema."""

    def __init__(self, recorder: GapFreeRecorder) -> None:
        """Keep them beside a log, over its connections. recorder: of that log."""
        self._recorder = recorder
        table = Identifier(recorder.datastore.schema, "documents")
        self._put = SQL(
            "INSERT INTO {} (document_id, digest, media_type, content) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (document_id) DO UPDATE SET put_at = now()"
        ).format(table)
        self._get = SQL("SELECT digest, media_type, content FROM {} WHERE document_id = %s").format(
            table
        )
        self._erase = SQL("DELETE FROM {} WHERE document_id = ANY(%s)").format(table)
        self._keep = SQL(
            "UPDATE {} SET kept = true WHERE document_id = ANY(%s) AND NOT kept"
        ).format(table)
        self._loose = SQL(
            "SELECT document_id FROM {} WHERE NOT kept AND put_at < %s ORDER BY put_at LIMIT %s"
        ).format(table)
        self._sweep = SQL(
            "DELETE FROM {} WHERE document_id = ANY(%s) AND NOT kept AND put_at < %s"
        ).format(table)
        self._page = SQL(
            "SELECT document_id, encode(digest, 'hex') FROM {}"
            " WHERE %s::uuid IS NULL OR document_id > %s ORDER BY document_id LIMIT %s"
        ).format(table)

    def put(self, document: Document) -> DocumentRef:
        return self.put_many([document])[0]

    def put_many(self, documents: Iterable[Document]) -> list[DocumentRef]:
        put = list(documents)
        with self._recorder.transaction() as curs:
            curs.executemany(self._put, [_row(each) for each in put])
        return [each.ref for each in put]

    def get(self, document_id: UUID) -> Document | None:
        row = next(iter(self._rows(self._get, document_id)), None)
        if row is None:
            return None
        digest, media_type, content = row
        document = Document(document_id, bytes(content), media_type)
        if digest_of(document.content) != bytes(digest).hex():
            raise Damaged(str(document_id))
        return document

    def erase(self, document_ids: Collection[UUID]) -> int:
        return self._changed(self._erase, list(document_ids))

    def keep(self, document_ids: Collection[UUID]) -> None:
        self._changed(self._keep, list(document_ids))

    def loose(self, put_before: datetime, limit: int) -> Sequence[UUID]:
        return [row[0] for row in self._rows(self._loose, put_before, limit)]

    def sweep(self, document_ids: Collection[UUID], put_before: datetime) -> int:
        return self._changed(self._sweep, list(document_ids), put_before)

    def page(self, after: UUID | None, limit: int) -> Sequence[DocumentRef]:
        return [DocumentRef(*row) for row in self._rows(self._page, after, after, limit)]

    def _rows(self, query: Composed, *given: object) -> list[tuple[Any, ...]]:
        with self._recorder.connection() as conn, conn.cursor(row_factory=tuple_row) as curs:
            return curs.execute(query, given).fetchall()

    def _changed(self, statement: Composed, *given: object) -> int:
        with self._recorder.connection() as conn:
            return conn.execute(statement, given).rowcount


def _row(document: Document) -> tuple[UUID, bytes, str, bytes]:
    digest = bytes.fromhex(document.digest)
    return document.document_id, digest, document.media_type, document.content
