"""What referral publishes of documents: that there is one, and that it was erased.

A part of ``shared.contracts.referral``, whose names on the wire these have. What a document says is
nowhere on the wire.
"""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from shared.contracts.contract import Contract, InstitutionCode, Key, coded

PART_OF = "referral"
"""The service whose contracts these are."""

DocumentId = Annotated[UUID, Meta(description="The document")]


class DocumentAddedV1(Contract, frozen=True, kw_only=True):
    """A document was added; its bytes are in the document store of referral alone."""

    key = Key.DOCUMENT
    document_id: DocumentId
    institution: Annotated[str, Meta(description="Which institution added it")]
    digest: Annotated[str, Meta(description="SHA-256 of its bytes, in hexadecimal")]
    size: Annotated[int, Meta(ge=1, description="Bytes")]
    media_type: Annotated[str, coded("document_types", "What kind of file it is")]
    purpose: Annotated[str, coded("document_purposes", "What it is kept for")]
    about_kind: Annotated[str, coded("document_subjects", "What kind of thing it is about")]
    about_id: Annotated[str, Meta(description="Which one: its code, or its id")]


class DocumentErasedV1(Contract, frozen=True, kw_only=True):
    """The document's bytes are gone."""

    key = Key.DOCUMENT
    document_id: DocumentId
    institution: InstitutionCode
    reason: Annotated[str, coded("erasure_reasons", "Why it was erased")]
