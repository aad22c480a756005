"""A case: one person's situation in one programme, as the registering institution describes it."""

import re
from datetime import datetime
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from services.intake.details import CaseDetailsCommand, Details, invalid_details
from shared.kernel.coded_fields import not_known
from shared.kernel.decider import Command, Decider, Decision
from shared.kernel.fields import Coded, Described, canonical_codes, codes_not_known, stored_names
from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing, Refusal
from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of, replace

_FOLIO = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_FOLIO_LENGTH = 40


# --- commands -------------------------------------------------------------------------------


class RegisterCase(CaseDetailsCommand, kw_only=True):
    """Open a case in a programme, under the number (``folio``) that people will read out.

    Known limit: the registering institution is the token's, and it is checked against the directory
    when the token is made, not here: intake keeps no directory.
    """

    title: ClassVar[Text] = Text("Registrar", "Register")
    description: ClassVar[Text] = Text(
        "Registra un caso. Su id es el stream del recibo; el folio viene con el caso.",
        "Register a case. Its id is the receipt's stream; its folio comes with the case.",
    )

    case_id: Annotated[UUID, Described(Text("El caso.", "The case."))]
    folio: Annotated[
        str,
        Described(
            Text("El número que se lee en voz alta.", "The number that is read out."),
            least=1,
            most=_FOLIO_LENGTH,
            pattern=_FOLIO.pattern,
        ),
    ]
    programme: Annotated[
        str,
        Coded("programmes"),
        Described(Text("El programa del caso.", "The case's programme.")),
    ]


class CorrectCase(CaseDetailsCommand, kw_only=True):
    """Describe the case again, in full: what is left out is no longer stated."""

    title: ClassVar[Text] = Text("Corregir", "Correct")
    description: ClassVar[Text] = Text(
        "Describe de nuevo el caso, completo. Si nada cambió, el recibo no trae hechos.",
        "Tell the case again, whole. Nothing changed: no fact, and the receipt says so.",
    )


class EnterCaseInError(Command, kw_only=True):
    """Say that this case should never have been registered, and why (``error_reasons``)."""

    title: ClassVar[Text] = Text("Anular", "Void")
    description: ClassVar[Text] = Text(
        "Dice que el caso nunca debió registrarse. Su historia se queda.",
        "Say that this case should never have been registered. Its history stays.",
    )

    reason: Annotated[str, Coded("error_reasons")]


CaseCommand = RegisterCase | CorrectCase | EnterCaseInError

# --- facts ----------------------------------------------------------------------------------


class CaseRegistered(Value):
    """An institution opened a case."""

    case_id: UUID
    institution: str
    folio: str
    programme: str
    subdivision: str
    municipality: str | None
    channel: str
    opened_at: datetime | None
    details: Details


class CaseCorrected(Value):
    """The case was described again: its values now, and the names of those that changed."""

    subdivision: str
    municipality: str | None
    channel: str
    opened_at: datetime | None
    details: Details
    changed: tuple[str, ...]


class CaseEnteredInError(Value):
    """The case should never have been registered."""

    reason: str


CaseFact = CaseRegistered | CaseCorrected | CaseEnteredInError

FACTS = stored_names(CaseFact)

# --- states ---------------------------------------------------------------------------------


class NotRegistered(Value):
    """The case has not been registered."""


class Registered(Value):
    """The case as its institution last described it."""

    case_id: UUID
    institution: str
    folio: str
    programme: str
    subdivision: str
    municipality: str | None
    channel: str
    opened_at: datetime | None
    details: Details


class InError(Value):
    """The case was entered in error; ``was`` is its last description."""

    was: Registered
    reason: str


Case = NotRegistered | Registered | InError


def described(state: Case) -> Registered | None:
    """Return a case as it was last described; None if it is not registered."""
    match state:
        case Registered():
            return state
        case InError():
            return state.was
        case NotRegistered():
            return None
        case _:
            assert_never(state)


# --- refusals -------------------------------------------------------------------------------


class CaseNotRegistered(Missing):
    """There is no case here to correct."""

    code: ClassVar[str] = "case-not-registered"
    text: ClassVar[Text] = Text(
        "Ese caso no está registrado.",
        "That case is not registered.",
    )


class CaseAlreadyRegistered(Conflicting):
    """A case is registered once."""

    folio: str
    code: ClassVar[str] = "case-already-registered"
    text: ClassVar[Text] = Text(
        "El caso ya está registrado, con el folio {folio}. Si algo cambió, corríjalo.",
        "The case is already registered, as {folio}. If something changed, correct it.",
    )


class CaseIsInError(Conflicting):
    """A case that was entered in error takes no more commands."""

    code: ClassVar[str] = "case-is-in-error"
    text: ClassVar[Text] = Text(
        "El caso se registró por error y ya no admite cambios. Registre uno nuevo.",
        "The case was entered in error and takes no more changes. Register a new one.",
    )


class NotTheRegisteringInstitution(Forbidden):
    """Only the institution that registered a case corrects it or enters it in error."""

    code: ClassVar[str] = "not-the-registering-institution"
    text: ClassVar[Text] = Text(
        "Solo la institución que registró el caso puede corregirlo o anularlo.",
        "Only the institution that registered the case may correct it or void it.",
    )


class FolioNotReadable(Invalid):
    """A folio is what a person reads out: capitals, digits and single hyphens, at most 40."""

    code: ClassVar[str] = "folio-not-readable"
    text: ClassVar[Text] = Text(
        "El folio lleva mayúsculas, cifras y guiones sueltos; 40 caracteres como máximo.",
        "A folio has capital letters, digits and single hyphens; 40 characters at most.",
    )


# --- decide ---------------------------------------------------------------------------------


def decide(command: CaseCommand, state: Case) -> Decision:
    match state:
        case NotRegistered():
            return _begin(command)
        case Registered():
            return _go_on(command, state)
        case InError():
            return CaseIsInError()
        case _:
            assert_never(state)


def _begin(command: CaseCommand) -> Decision:
    if not isinstance(command, RegisterCase):
        return CaseNotRegistered()
    return (
        not_known("programme", "programmes", command.programme)
        or _folio_not_readable(command.folio)
        or invalid_details(command, command.programme)
        or (
            CaseRegistered(
                case_id=command.case_id,
                institution=command.by.institution,
                folio=command.folio,
                programme=command.programme,
                subdivision=command.subdivision,
                municipality=command.municipality,
                channel=command.channel,
                opened_at=command.opened_at,
                details=canonical_codes(command.details),
            ),
        )
    )


def _go_on(command: CaseCommand, state: Registered) -> Decision:
    match command:
        case RegisterCase():
            return CaseAlreadyRegistered(folio=state.folio)
        case CorrectCase():
            return (
                _not_the_registering_institution(command, state)
                or invalid_details(command, state.programme)
                or _correction(command, state)
            )
        case EnterCaseInError():
            return (
                _not_the_registering_institution(command, state)
                or codes_not_known(command)
                or (CaseEnteredInError(reason=command.reason),)
            )
        case _:
            assert_never(command)


def _correction(command: CorrectCase, state: Registered) -> tuple[CaseCorrected, ...]:
    """Return one fact if something changed, none if the description is the same."""
    new = CaseCorrected(
        subdivision=command.subdivision,
        municipality=command.municipality,
        channel=command.channel,
        opened_at=command.opened_at,
        details=canonical_codes(command.details),
        changed=(),
    )
    before, after = _values(state), _values(new)
    changed = tuple(name for name, value in after.items() if value != before[name])
    return (replace(new, changed=changed),) if changed else ()


def _values(described: Registered | CaseCorrected) -> dict[str, object]:
    """Return the correctable values by name. A moment's offset counts: it decides the day."""
    return {
        "subdivision": described.subdivision,
        "municipality": described.municipality,
        "channel": described.channel,
        "opened_at": described.opened_at and described.opened_at.isoformat(),
        **fields_of(described.details),
    }


# --- rules ----------------------------------------------------------------------------------


def _not_the_registering_institution(command: Command, state: Registered) -> Refusal | None:
    same = command.by.institution == state.institution
    return None if same else NotTheRegisteringInstitution()


def _folio_not_readable(folio: str) -> Refusal | None:
    readable = len(folio) <= _FOLIO_LENGTH and _FOLIO.fullmatch(folio)
    return None if readable else FolioNotReadable(field="folio")


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Case, fact: CaseFact) -> Case:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    match state, fact:
        case _, CaseRegistered():
            return Registered(
                case_id=fact.case_id,
                institution=fact.institution,
                folio=fact.folio,
                programme=fact.programme,
                subdivision=fact.subdivision,
                municipality=fact.municipality,
                channel=fact.channel,
                opened_at=fact.opened_at,
                details=fact.details,
            )
        case Registered(), CaseCorrected():
            return replace(
                state,
                subdivision=fact.subdivision,
                municipality=fact.municipality,
                channel=fact.channel,
                opened_at=fact.opened_at,
                details=fact.details,
            )
        case Registered(), CaseEnteredInError():
            return InError(was=state, reason=fact.reason)
        case _:
            return state


DECIDER: Decider[Case] = Decider(nothing=NotRegistered(), decide=decide, evolve=evolve)
