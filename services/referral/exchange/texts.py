"""The documents in which records are kept whole: one for each entry, named by what it says."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec

from shared.documents.document import Document
from shared.documents.media_types import JSON, DocumentTooLarge
from shared.documents.store import Documents
from shared.hsds.nesting import Nesting
from shared.hsds.problems import Problem
from shared.hsds.reading_json import has_a_zero
from shared.hsds.vocabulary import ORGANIZATION, Record
from shared.hsds.vocabulary import SERVICE as SERVICES
from shared.kernel.documents import DocumentRef
from shared.kernel.free_text import personal
from shared.kernel.ids import InstallationSecret
from shared.kernel.refusals import Refusal

CONTENT = "content"
"""What a document's bytes are called in a refusal."""
INSTITUTION, SERVICE = "institution", "service"
"""What such a document is about."""
PURPOSE = "origin-record"


def document_of(secret: InstallationSecret, kind: str, about: str, record: Record) -> Document:
    """Return a record's document: the same one for the same record about the same entry."""
    content = msgspec.json.encode(record, order="deterministic")
    draft = Document(UUID(int=0), content, JSON)
    return Document(secret.id_of("origin-record", kind, about, draft.digest), content, JSON)


def not_keepable(record: Record, document: Document, most_mib: int) -> Refusal | None:
    """Refuse a record that is too large, or says in words what identifies a person."""
    if len(document.content) > most_mib * 1024 * 1024:
        return DocumentTooLarge(field=CONTENT, most_mib=most_mib)
    return personal(CONTENT, "\n".join(_texts_in(record)), contacts=False)


def _texts_in(value: Any) -> Iterator[str]:
    """Yield every name and text of a record, as a reader of its document sees them."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def record_in(documents: Documents | None, texts: DocumentRef | None, kind: str) -> Record | None:
    """Return the record that a document keeps; None if it keeps none, or its bytes are gone.

    kind: what it is about. Whoever keeps an entry may name any JSON as its texts: what is no field
    of such a record is left out, as it would be of a file.
    """
    found = documents.get(texts.document_id) if documents is not None and texts else None
    if found is None or found.media_type != JSON:
        return None
    try:
        content: Any = msgspec.json.decode(found.content)
    except (msgspec.DecodeError, RecursionError):
        return None
    return _record(content, kind) if isinstance(content, dict) else None


def _record(content: dict[str, Any], kind: str) -> Record | None:
    """Return a record of HSDS as it is read of a file; None if it is JSON of another kind."""
    if not all(isinstance(content.get(name), str) for name in ("id", "name")):
        return None
    if has_a_zero(content):
        return None
    of, elsewhere = _KEPT[kind]
    own = {name: value for name, value in content.items() if name != elsewhere}
    return Nesting(0, _pass_over).read(of, own)


_KEPT: Mapping[str, tuple[str, str]] = {
    INSTITUTION: (ORGANIZATION, "services"),
    SERVICE: (SERVICES, "organization"),
}
"""Of what a document is about: the kind of its record, and what is no part of it."""


def _pass_over(_: Problem) -> None:
    """Tell nobody: what is read was told when it came in."""
