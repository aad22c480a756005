"""A document as facts and commands name it: by an id and a digest.

What people write freely, and every file, is kept apart from the log (``shared.documents``), where
it can be erased; on the log stand the id and what the bytes must hash to, and nothing that was
written.
"""

from enum import Enum
from typing import Annotated, ClassVar
from uuid import UUID

from shared.kernel.fields import Described
from shared.kernel.refusals import Invalid, Missing
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


class Fate(Enum):
    """What the log says of a document whose bytes are, or were, in the store."""

    NOT_NAMED = "not-named"
    HELD = "held"
    ERASED = "erased"


class NoSuchDocument(Missing):
    """There is no such document, or the caller may not see it."""

    code: ClassVar[str] = "no-such-document"
    text: ClassVar[Text] = Text(
        "No hay tal documento entre los que su institución puede ver.",
        "There is no such document among those that your institution may see.",
    )


class DocumentIsErased(Missing):
    """The document was erased: its bytes are gone, for ever."""

    code: ClassVar[str] = "document-is-erased"
    text: ClassVar[Text] = Text(
        "El documento se borró, y sus bytes ya no están en ninguna parte. Si hace falta, agregue"
        " otro.",
        "The document was erased, and its bytes are nowhere any more. If one is needed, add"
        " another.",
    )


class BytesNotThere(Missing):
    """The log names the document, and the store does not have its bytes."""

    code: ClassVar[str] = "bytes-not-there"
    text: ClassVar[Text] = Text(
        "Los bytes del documento no están, aunque la bitácora lo nombra. Avise a quien opera el"
        " sistema: «canaliza doctor» dice de cuáles se trata.",
        "The bytes of the document are not there, although the log names it. Tell whoever runs the"
        " system: “canaliza doctor” says which they are.",
    )


class DocumentNotKept(Invalid):
    """A command names a document that is not kept, or by another digest."""

    code: ClassVar[str] = "document-not-kept"
    text: ClassVar[Text] = Text(
        "«{field}»: no se guarda ningún documento con ese id y esa huella. Agréguelo primero (POST"
        " /referral/documents) y use los que responde.",
        "“{field}”: no document with that id and that digest is kept. Add it first (POST"
        " /referral/documents) and use those that it answers.",
    )
