"""What is shown of documents, and to whom.

What is about the directory and the register of norms is for whoever has a token, as these are.
Anything else is for the institution that added it and those that it is about: an agreement's
parties, an activity's agencies, and of proposals and commitments whoever takes part in their
programme.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from pydantic import BaseModel, Field

from services.referral import (
    activity,
    agreements,
    commitment,
    commitment_decisions,
    directory,
    document,
    proposal,
)
from services.referral.agreement import Agreement
from services.referral.document import Erased, Held, id_in, is_public
from services.referral.document_keeping import require_there
from services.referral.institution import Active
from shared.documents.document import Document
from shared.documents.store import Documents
from shared.eventstore.log import Log
from shared.identity.caller import Caller
from shared.kernel.documents import BytesNotThere, DocumentIsErased, NoSuchDocument
from shared.kernel.refusals import Refused
from shared.kernel.text import Text


class DocumentOut(BaseModel):
    """A document, without its bytes."""

    document_id: UUID
    version: int = Field(description=Text("Para If-Match.", "For If-Match.").both)
    institution: str = Field(
        description=Text("Qué institución lo agregó.", "Which institution added it.").both
    )
    digest: str = Field(description=Text("El SHA-256 de sus bytes.", "Its bytes' SHA-256.").both)
    size: int = Field(description=Text("En bytes.", "In bytes.").both)
    media_type: str = Field(
        description=Text("Un código de document_types.", "A code of document_types.").both
    )
    purpose: str = Field(
        description=Text("Un código de document_purposes.", "A code of document_purposes.").both
    )
    about_kind: str = Field(
        description=Text("Un código de document_subjects.", "A code of document_subjects.").both
    )
    about_id: str
    erased: str | None = Field(
        description=Text(
            "Por qué se borró, de erasure_reasons; null: ahí está.",
            "Why it was erased, of erasure_reasons; null: it is there.",
        ).both
    )


def show_document(log: Log, caller: Caller, document_id: UUID) -> DocumentOut:
    """Show a document to who may see it. Refused as if there were none for anybody else."""
    current = log.read(document.DECIDER, document.stream_of(document_id))
    if not isinstance(current.state, Held) or not _may_see(log, caller, current.state):
        raise Refused(NoSuchDocument())
    return _out(current.version, current.state)


def out_of(log: Log, document_id: UUID) -> DocumentOut | None:
    """Describe a document for the operator; None if the log names none."""
    current = log.read(document.DECIDER, document.stream_of(document_id))
    return _out(current.version, current.state) if isinstance(current.state, Held) else None


def _out(version: int, found: Held) -> DocumentOut:
    return DocumentOut(
        document_id=found.document_id,
        version=version,
        institution=found.institution,
        digest=found.digest,
        size=found.size,
        media_type=found.media_type,
        purpose=found.purpose,
        about_kind=found.about_kind,
        about_id=found.about_id,
        erased=found.because if isinstance(found, Erased) else None,
    )


def require_shown(log: Log, caller: Caller, document_id: UUID) -> None:
    """Refuse who may not have the bytes of a document: as if there were none; erased: says so."""
    out = show_document(log, caller, document_id)
    if out.erased is not None:
        raise Refused(DocumentIsErased())


def bytes_of(log: Log, documents: Documents, document_id: UUID) -> Document:
    """Return a document with its bytes, of which was checked who may have them.

    Refused if it is erased by now. Raises Damaged.
    """
    found = documents.get(document_id)
    if found is None:
        require_there(log, document_id)
        raise Refused(BytesNotThere())
    return found


def _may_see(log: Log, caller: Caller, found: Held) -> bool:
    if is_public(found.about_kind) or caller.institution == found.institution:
        return True
    concerns = _CONCERNED.get(found.about_kind)
    about = id_in(found.about_id)
    return concerns is not None and about is not None and concerns(log, about, caller.institution)


def _agreement(log: Log, about: UUID, institution: str) -> bool:
    state = log.read(agreements.DECIDER, agreements.stream_of(about)).state
    return isinstance(state, Agreement) and institution in state.parties


def _activity(log: Log, about: UUID, institution: str) -> bool:
    state = log.read(activity.DECIDER, activity.stream_of(about)).state
    planned = isinstance(state, activity.JointActivity)
    return planned and institution in {state.owner, *state.agencies}


def _proposal(log: Log, about: UUID, institution: str) -> bool:
    state = log.read(proposal.DECIDER, proposal.stream_of(about)).state
    made = isinstance(state, proposal.Proposed)
    return made and _takes_part(log, institution, state.programme)


def _commitment(log: Log, about: UUID, institution: str) -> bool:
    state = log.read(commitment_decisions.DECIDER, commitment.stream_of(about)).state
    made = isinstance(state, commitment.Made)
    return made and _takes_part(log, institution, state.programme)


def _takes_part(log: Log, institution: str, programme: str) -> bool:
    """Whether an institution of the directory takes part in a programme."""
    entry = log.read(directory.DECIDER, directory.stream_of(institution)).state
    return isinstance(entry, Active) and programme in (entry.programmes or (programme,))


_CONCERNED: Mapping[str, Callable[[Log, UUID, str], bool]] = {
    "agreement": _agreement,
    "activity": _activity,
    "proposal": _proposal,
    "commitment": _commitment,
}
"""By what a document is about: whether it concerns an institution."""
