"""A document as facts and commands name it: by an id and a digest.

What people write freely, and every file, is kept apart from the log (``shared.documents``), where
it can be erased; on the log stand the id and what the bytes must hash to, and nothing that was
written.
"""

from typing import Annotated
from uuid import UUID

from shared.kernel.fields import Described
from shared.kernel.text import Text
from shared.kernel.value import Value

DIGEST = "[0-9a-f]{64}"
"""How a digest is written, as a regular expression: SHA-256, in small hexadecimal letters."""


class DocumentRef(Value):
    """Which document, and which bytes it has for ever; erased, it has none."""

    document_id: Annotated[UUID, Described(Text("El documento.", "The document."))]
    digest: Annotated[
        str,
        Described(
            Text("El SHA-256 de sus bytes, en hexadecimal.", "Its bytes' SHA-256, in hexadecimal."),
            pattern=DIGEST,
        ),
    ]
