"""Documents kept and erased: for each way in, the bytes and the facts in the right order."""

from datetime import datetime
from uuid import UUID

from services.referral import document
from services.referral.document import AddDocument, Held, may_have_contacts
from shared.documents.document import Document
from shared.documents.media_types import TYPE_FIELD, KindNotTaken, not_usable, written
from shared.documents.store import Documents
from shared.documents.upkeep import DocumentRules
from shared.eventstore.log import Log
from shared.kernel.codes import codes, known
from shared.kernel.decider import Actor
from shared.kernel.documents import DocumentIsErased, NoSuchDocument
from shared.kernel.free_text import personal
from shared.kernel.refusals import Refusal, Refused
from shared.kernel.value import Value

DOCUMENTS = DocumentRules(document.stream_of, document.fate, document.kept)
"""How referral's log names documents."""
CONTENT = "content"
"""What the bytes are called in a refusal."""


class Kept(Value):
    """What a document is kept for: of ``document_purposes``, of ``document_subjects``, which."""

    purpose: str
    about_kind: str
    about_id: str


def type_code(media_type: str) -> str:
    """Return the code of a media type. Refused if no such files are kept."""
    for each in codes("document_types").values():
        if each.extra["media_type"] == media_type:
            return each.code
    taken = ", ".join(str(each.extra["media_type"]) for each in codes("document_types").values())
    raise Refused(KindNotTaken(field=TYPE_FIELD, taken=taken))


def refusal_of(content: bytes, media_type: str, purpose: str, most_mib: int) -> Refusal | None:
    """Refuse bytes that cannot be kept for this purpose.

    They are not what they are said to be, or say in words what identifies a person.
    """
    if refusal := not_usable(CONTENT, content, media_type, most_mib):
        return refusal
    text = written(content, media_type)
    if text is None or not known("document_purposes", purpose):
        return None
    return personal(CONTENT, text, contacts=not may_have_contacts(purpose))


def naming(document: Document, kept: Kept, by: Actor, at: datetime) -> AddDocument:
    """Return the command that names a document once its bytes are put."""
    return AddDocument(
        by=by,
        at=at,
        document_id=document.document_id,
        digest=document.digest,
        size=len(document.content),
        media_type=type_code(document.media_type),
        purpose=kept.purpose,
        about_kind=kept.about_kind,
        about_id=kept.about_id,
    )


def put_unless_named(log: Log, documents: Documents, wanted: Document) -> None:
    """Put the bytes of a document that the log does not name yet.

    Repeated after an erasure this brings no bytes back.
    """
    current = log.read(document.DECIDER, document.stream_of(wanted.document_id))
    if not isinstance(current.state, Held):
        documents.put(wanted)


def require_there(log: Log, document_id: UUID) -> Held:
    """Return a document as the log knows it. Refused if it names none, or it is erased."""
    found = log.read(document.DECIDER, document.stream_of(document_id)).state
    if isinstance(found, document.Erased):
        raise Refused(DocumentIsErased())
    if not isinstance(found, Held):
        raise Refused(NoSuchDocument())
    return found
