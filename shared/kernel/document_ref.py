"""What a fact says of a document: which one, and the digest of its bytes.

The bytes stand in the document store, apart from the log, and can be erased there.
"""

from typing import Annotated
from uuid import UUID

from shared.kernel.fields import Described
from shared.kernel.text import Text
from shared.kernel.value import Value

DIGEST = "[0-9a-f]{64}"
"""How a digest is written: SHA-256, in small hexadecimal digits."""


class DocumentRef(Value):
    """A document by its id, and by what its bytes must come to."""

    document_id: Annotated[UUID, Described(Text("El id del documento.", "The document's id."))]
    digest: Annotated[
        str,
        Described(Text("El SHA-256 de sus bytes.", "The SHA-256 of its bytes."), pattern=DIGEST),
    ]
