"""The doctor compares bytes and log: what is erased is gone, and what is held is there."""

from uuid import UUID

import pytest

from services.operator.doctor import document_checks
from services.operator.doctor.findings import FindingStatus
from services.referral import document
from services.referral.wiring import SERVICE
from shared.documents.document import Document
from shared.documents.store import DatabaseDocuments
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Submission
from shared.kernel.decider import Command
from shared.kernel.ids import new_id
from shared.kernel.refusals import Refusal
from shared.maintenance.inspection import looking
from tests.databases import ScratchDatabase
from tests.personas import AT, OPERATOR


@pytest.mark.integration
def test_what_the_log_says_and_what_is_there_are_compared(database: ScratchDatabase) -> None:
    address = database.address("referral", SERVICE.all_migrations)
    log = database.log(address, "referral", SERVICE.vocabulary)
    documents = DatabaseDocuments(log.database)

    def carry_out(document_id: UUID, command: Command) -> None:
        stream = document.stream_of(document_id)
        envelope = CommandEnvelope(document.DECIDER, stream, command, str(document_id), "command:x")
        answer = log.submit(Submission(envelope, new_id(), b"")).result(10)
        assert not isinstance(answer, Refusal)

    def added() -> Document:
        put = Document(new_id(), b"Una nota.", "text/plain")
        documents.put(put)
        about = {"purpose": "norm-text", "about_kind": "entry", "about_id": "ley"}
        told = {"document_id": put.document_id, "digest": put.digest, "size": 9}
        carry_out(
            put.document_id,
            document.AddDocument(by=OPERATOR, at=AT, media_type="text", **told, **about),  # type: ignore[arg-type]
        )
        return put

    held, lost, back = added(), added(), added()
    erasure = document.EraseDocument(by=OPERATOR, at=AT, reason="replaced")
    carry_out(back.document_id, erasure)
    with looking(database.admin) as inspection:
        assert inspection.erased_but_there(address.schema) == [back.document_id]
        assert inspection.held_but_gone(address.schema) == []
        documents.erase([lost.document_id, back.document_id])
        assert inspection.erased_but_there(address.schema) == []
        assert inspection.held_but_gone(address.schema) == [lost.document_id]
        (finding,) = document_checks.of_schema(inspection, address.schema)
        assert finding.status is FindingStatus.WRONG
        assert str(lost.document_id) in finding.says.en
        assert str(held.document_id) not in finding.says.en
        documents.put(back)
        assert len(list(document_checks.of_schema(inspection, address.schema))) == 2
