"""What an operator does with documents: adds, erases, and erases again after a restore.

A backup from before an erasure brings the bytes back, and a restored log may have lost the erasure
itself. So the list of erasures is kept apart (``erased``), and worked through again
(``erase_again``).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from services.operator.cli.access import OPERATOR
from services.referral import document
from services.referral.document import DocumentErased, EraseDocument, Held
from services.referral.document_keeping import (
    DOCUMENTS,
    Kept,
    naming,
    put_unless_named,
    refusal_of,
    require_there,
)
from services.referral.document_views import bytes_of
from shared.documents.document import Document, digest_of
from shared.documents.store import DatabaseDocuments
from shared.documents.upkeep import erased_but_there
from shared.identity.access_log import SHOWN, by_operator, write_with
from shared.kernel.clock import now
from shared.kernel.codes import known
from shared.kernel.decider import Command
from shared.kernel.documents import DocumentRef
from shared.kernel.refusals import Refusal, Refused
from shared.kernel.text import Text, UserError
from shared.service.command_client import KeyedCommand, submit
from shared.service.service import Service

_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure, as the log tells it. reason: of ``erasure_reasons``."""

    document_id: UUID
    reason: str
    erased_at: datetime


@dataclass(frozen=True, slots=True)
class ErasedAgain:
    """What came of erasing again. bytes_gone: of how many the bytes were there.

    facts: how many erasures the log had lost. unknown: how many the log does not name.
    """

    bytes_gone: int
    facts: int
    unknown: int


class ListNotReadable(UserError):
    """A list of erasures is not as ``canaliza document erased --json`` writes it."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            Text(
                f"{file} no es una lista de «canaliza document erased --json».",
                f"{file} is no list of “canaliza document erased --json”.",
            ),
            2,
        )


def documents_of(referral: Service) -> DatabaseDocuments:
    """Return the document store of referral, which has one."""
    if referral.documents is None:
        raise TypeError(referral.name)
    return referral.documents


def add(referral: Service, content: bytes, media_type: str, kept: Kept) -> DocumentRef:
    """Add a document; added again it is the same one. Raises UserError if it cannot be kept."""
    most_mib = referral.settings.document_mib
    _require(refusal_of(content, media_type, kept.purpose, most_mib))
    named = (OPERATOR.subject, digest_of(content), kept.purpose, kept.about_kind, kept.about_id)
    wanted = Document(referral.secret.id_of("document", *named), content, media_type)
    command = naming(wanted, kept, OPERATOR, now())
    _require(document.not_addable(command))
    put_unless_named(referral.log, documents_of(referral), wanted)
    _carry_out(referral, wanted.document_id, command, f"document {wanted.document_id}")
    _there(referral, wanted.document_id)
    return wanted.ref


def given(referral: Service, document_id: UUID) -> bytes:
    """Return the bytes of a document, once the reading is written down. Raises UserError."""
    _there(referral, document_id)
    try:
        found = bytes_of(referral.log, documents_of(referral), document_id)
    except Refused as error:
        raise UserError(error.refusal.full_text) from None
    with referral.log.database.connection() as conn:
        write_with(conn, by_operator(SHOWN, "document-show", document_id=document_id))
    return found.content


def erase(referral: Service, document_id: UUID, reason: str) -> bool:
    """Erase a document; return whether it was there. Raises UserError if there is none."""
    command = EraseDocument(by=OPERATOR, at=now(), reason=reason)
    _carry_out(referral, document_id, command, f"erase {document_id} {reason}")
    return documents_of(referral).erase([document_id]) > 0


def erased(referral: Service) -> Iterator[Erasure]:
    """Yield every erasure that the log tells, oldest first. The whole log is read."""
    after = 0
    while page := referral.log.recorder.select_page(after, _PAGE):
        after = page[-1][0]
        for row in page:
            if referral.log.vocabulary.is_of(row[3], DocumentErased):
                recorded = referral.log.recorded(row)
                fact = recorded.fact
                yield Erasure(fact.document_id, fact.reason, recorded.meta.recorded_at)


def read_list(file: Path) -> Sequence[Erasure]:
    """Read a list of erasures. Raises ListNotReadable, OSError."""
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(rows, list):
            return [_erasure(row) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass  # said below, without what stands there
    raise ListNotReadable(file)


def erase_again(referral: Service, listed: Iterable[Erasure] = ()) -> ErasedAgain:
    """Erase what the log or a list says was erased; given again it changes nothing."""
    facts = unknown = 0
    documents, gone = documents_of(referral), 0
    for each in listed:
        state = referral.log.read(document.DECIDER, document.stream_of(each.document_id)).state
        if isinstance(state, Held) and not isinstance(state, document.Erased):
            command = EraseDocument(by=OPERATOR, at=now(), reason=each.reason)
            _carry_out(referral, each.document_id, command, f"erase again {each.document_id}")
            facts += 1
        unknown += not isinstance(state, Held)
        gone += documents.erase([each.document_id])
    there = list(erased_but_there(referral.log, documents, DOCUMENTS))
    gone += documents.erase(there) if there else 0
    return ErasedAgain(gone, facts, unknown)


def _erasure(row: dict[str, str]) -> Erasure:
    reason = row["reason"]
    if not known("erasure_reasons", reason):
        raise ValueError
    return Erasure(UUID(row["document_id"]), reason, datetime.fromisoformat(row["erased_at"]))


def _carry_out(referral: Service, document_id: UUID, command: Command, key: str) -> None:
    keyed = KeyedCommand(
        referral.name,
        document.DECIDER,
        document.stream_of(document_id),
        command,
        str(document_id),
        key,
        referral.secret,
    )
    answer = submit({referral.name: referral}, keyed).result()
    _require(answer if isinstance(answer, Refusal) else None)


def _there(referral: Service, document_id: UUID) -> None:
    """Raise UserError if a document is erased, or the log names none."""
    try:
        require_there(referral.log, document_id)
    except Refused as error:
        raise UserError(error.refusal.full_text) from None


def _require(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise UserError(refusal.full_text)
