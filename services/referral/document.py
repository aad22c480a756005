"""A document of the store, as the log knows it: what it is for and about, never what it says.

The bytes are put first and named by a fact afterwards; erased, the fact comes first and the bytes
go after it (``shared.documents``).
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any, ClassVar, assert_never
from uuid import UUID

from shared.kernel.codes import code
from shared.kernel.decider import Command, Decider, Decision
from shared.kernel.documents import (
    DIGEST,
    DocumentIsErased,
    DocumentRef,
    Fate,
    NoSuchDocument,
)
from shared.kernel.fields import Coded, Described, codes_not_known, stored_names
from shared.kernel.free_text import personal
from shared.kernel.ids import derived_id
from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Refusal
from shared.kernel.roles import ACTING, ADMINISTRATOR, OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of

ABOUT_ID = "[a-z0-9-]{3,60}"
"""How a code or an id is written, as a regular expression."""
_INSTITUTION = "institution"


@lru_cache(maxsize=1024)
def stream_of(document_id: UUID) -> UUID:
    """Return the id of the stream of a document."""
    return derived_id("document", str(document_id))


# --- facts ----------------------------------------------------------------------------------


class DocumentAdded(Value):
    """A document is kept. institution: who added it. size: in bytes.

    media_type: of ``document_types``. purpose: of ``document_purposes``. about_kind, about_id: what
    it is about, of ``document_subjects``, and which one.
    """

    document_id: UUID
    institution: str
    digest: str
    size: int
    media_type: str
    purpose: str
    about_kind: str
    about_id: str


class DocumentErased(Value):
    """Its bytes are gone. institution: who had them erased."""

    document_id: UUID
    institution: str
    reason: str


DocumentFact = DocumentAdded | DocumentErased

FACTS = stored_names(DocumentFact)

# --- states ---------------------------------------------------------------------------------


class NotAdded(Value):
    """The log names no such document."""


class Held(DocumentAdded):
    """It is kept, as it was added."""

    @property
    def ref(self) -> DocumentRef:
        """How facts and commands name it."""
        return DocumentRef(self.document_id, self.digest)


class Erased(Held):
    """It is erased. because: why."""

    because: str = ""


DocumentState = NotAdded | Held | Erased


def is_public(about_kind: str) -> bool:
    """Whether documents about such things are for whoever has a token, as the directory is."""
    return bool(code("document_subjects", about_kind).extra["public"])


def may_have_contacts(purpose: str) -> bool:
    """Whether such a text may have telephones and addresses, because institutions have them."""
    return bool(code("document_purposes", purpose).extra["contacts"])


# --- commands -------------------------------------------------------------------------------


class AddDocument(Command, kw_only=True):
    """Name a document whose bytes are in the store."""

    title: ClassVar[Text] = Text("Agregar un documento", "Add a document")

    document_id: UUID
    digest: Annotated[str, Described(Text("Su SHA-256.", "Its SHA-256."), pattern=DIGEST)]
    size: int
    media_type: Annotated[str, Coded("document_types")]
    purpose: Annotated[str, Coded("document_purposes")]
    about_kind: Annotated[str, Coded("document_subjects")]
    about_id: Annotated[
        str,
        Described(
            Text("De cuál trata: clave o id.", "Which one it is about: a code or an id."),
            most=60,
            pattern=ABOUT_ID,
        ),
    ]


class EraseDocument(Command, kw_only=True):
    """Have the bytes of a document gone for ever."""

    title: ClassVar[Text] = Text("Borrar un documento", "Erase a document")
    description: ClassVar[Text] = Text(
        "Borra los bytes de un documento, para siempre: quien sea de la institución que lo agregó,"
        " o con el rol steward. Los hechos que lo nombran se quedan.",
        "Erase the bytes of a document, for ever: whoever is of the institution that added it, or"
        " has the role of steward. The facts that name it stay.",
    )

    reason: Annotated[str, Coded("erasure_reasons"), Described(Text("El motivo.", "Why."))]


DocumentCommand = AddDocument | EraseDocument

# --- refusals -------------------------------------------------------------------------------


class DocumentAddedOtherwise(Conflicting):
    """The same id names another document already."""

    code: ClassVar[str] = "document-added-otherwise"
    text: ClassVar[Text] = Text(
        "Ese id ya es de otro documento. Use una Idempotency-Key nueva.",
        "That id is another document's already. Use a new Idempotency-Key.",
    )


class AboutNotReadable(Invalid):
    """What a document is about is named by no code and by no id."""

    code: ClassVar[str] = "about-not-readable"
    text: ClassVar[Text] = Text(
        "«{field}»: la clave o el id de aquello de que trata: letras minúsculas, cifras y guiones,"
        " de 3 a 60.",
        "“{field}”: the code or the id of what it is about: small letters, digits and hyphens, 3 to"
        " 60.",
    )


class AdministratorsOrStewardsAdd(Forbidden):
    """What everybody reads is added by whoever answers for the entry that it is about."""

    code: ClassVar[str] = "administrators-or-stewards-add"
    text: ClassVar[Text] = Text(
        "Lo que todos leen lo agrega quien lleva la ficha: con el rol administrator de esa"
        " institución, o con el rol steward.",
        "What everybody reads is added by whoever keeps the entry: with the role of administrator"
        " of that institution, or the role of steward.",
    )


class NobodyAddsSo(Forbidden):
    """The role changes nothing."""

    code: ClassVar[str] = "nobody-adds-so"
    text: ClassVar[Text] = Text(
        f"Agregar un documento requiere uno de estos roles: {', '.join(sorted(ACTING))}.",
        f"Adding a document takes one of these roles: {', '.join(sorted(ACTING))}.",
    )


# --- decide ---------------------------------------------------------------------------------


def decide(command: DocumentCommand, state: DocumentState) -> Decision:
    match command:
        case AddDocument():
            return not_addable(command) or _added(command, state)
        case EraseDocument():
            return _erased(command, state)
        case _:
            assert_never(command)


def _added(command: AddDocument, state: DocumentState) -> Decision:
    """Return one fact; none if it was added just so."""
    said = {name: getattr(command, name) for name in _SAID}
    wanted = DocumentAdded(institution=command.by.institution, **said)
    match state:
        case Erased():
            return DocumentIsErased()
        case Held():
            return () if fields_of(state) == fields_of(wanted) else DocumentAddedOtherwise()
        case _:
            return (wanted,)


def _erased(command: EraseDocument, state: DocumentState) -> Decision:
    """Return one fact; none if it is erased already."""
    if not isinstance(state, Held) or not _may_erase(command, state):
        return NoSuchDocument()
    if invalid := codes_not_known(command):
        return invalid
    if isinstance(state, Erased):
        return ()
    return (DocumentErased(state.document_id, command.by.institution, command.reason),)


def not_addable(command: AddDocument) -> Refusal | None:
    """Refuse what is not theirs to add, or not to be read, whatever is added already."""
    return _not_theirs_to_add(command) or _not_usable(command)


def _not_theirs_to_add(command: AddDocument) -> Refusal | None:
    role = command.by.role
    if role in {OPERATOR, STEWARD}:
        return None
    if role not in ACTING:
        return NobodyAddsSo()
    if codes_not_known(command) or not is_public(command.about_kind):
        return None
    others = command.about_kind == _INSTITUTION and command.about_id != command.by.institution
    return AdministratorsOrStewardsAdd() if others or role != ADMINISTRATOR else None


def _may_erase(command: EraseDocument, state: Held) -> bool:
    by = command.by
    return by.role in {OPERATOR, STEWARD} or by.institution == state.institution


def _not_usable(command: AddDocument) -> Refusal | None:
    if invalid := codes_not_known(command):
        return invalid
    if not re.fullmatch(ABOUT_ID, command.about_id):
        return AboutNotReadable(field="about_id")
    return None if id_in(command.about_id) else personal("about_id", command.about_id)


def id_in(about_id: str) -> UUID | None:
    """Return the id by which something is named, None if it is a code."""
    try:
        return UUID(about_id)
    except ValueError:
        return None


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: DocumentState, fact: DocumentFact) -> DocumentState:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    match fact:
        case DocumentAdded():
            return Held(**fields_of(fact))
        case DocumentErased():
            held = {name: value for name, value in _of(state).items() if name != "because"}
            return Erased(**held, because=fact.reason) if held else state
        case _:
            assert_never(fact)


def fate(facts: Iterable[DocumentFact]) -> Fate:
    """Return what these facts of a document, oldest first, say of its bytes."""
    state = DECIDER.fold(facts)
    if isinstance(state, Erased):
        return Fate.ERASED
    return Fate.HELD if isinstance(state, Held) else Fate.NOT_NAMED


def kept(facts: Iterable[DocumentFact]) -> DocumentRef | None:
    """Return how a document is named that these facts, oldest first, say is kept."""
    state = DECIDER.fold(facts)
    return state.ref if isinstance(state, Held) and not isinstance(state, Erased) else None


def _of(state: DocumentState) -> dict[str, Any]:
    return fields_of(state) if isinstance(state, Held) else {}


_SAID = tuple(name for name in DocumentAdded.__struct_fields__ if name != _INSTITUTION)

DECIDER: Decider[DocumentState] = Decider(nothing=NotAdded(), decide=decide, evolve=evolve)
"""A document's stream."""
