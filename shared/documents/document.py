"""A document with its bytes, and what the store says of one that it cannot give."""

from functools import cached_property
from hashlib import sha256
from typing import Final
from uuid import UUID

from shared.kernel.documents import DocumentRef

MOST_MIB: Final = 100
"""The most that an installation may set as the size of the largest document, in MiB."""


class Document:
    """A document with its bytes. media_type: one of ``media_types.MEDIA_TYPES``."""

    def __init__(self, document_id: UUID, content: bytes, media_type: str) -> None:
        self.document_id, self.content, self.media_type = document_id, content, media_type

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of its bytes, in hexadecimal."""
        return digest_of(self.content)

    @property
    def ref(self) -> DocumentRef:
        """How facts and commands name it."""
        return DocumentRef(self.document_id, self.digest)


class Damaged(Exception):
    """The bytes of a document are not those that were put: the database's disk or owner did that.

    Nothing of them is shown.
    """


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of these bytes, as facts have it."""
    return sha256(content).hexdigest()
