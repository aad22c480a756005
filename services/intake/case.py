"""A case: one person's situation in one programme, as the institutions in charge describe it.

``decisions`` has who may change it, ``changes`` what came of that.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from services.intake.changes import (
    CaseEnteredInError,
    ChangeFact,
    DescribedCase,
    Heard,
    Proposals,
    Turned,
    VoidTurnedIntoRequest,
    changed,
)
from services.intake.custody_heard import HearOfCustody, hear
from services.intake.decisions import ChangeCommand, decide_change, leans_on
from services.intake.details import CaseDetailsCommand, Description, Details, invalid_details
from shared.kernel.coded_fields import not_known
from shared.kernel.decider import Decider, Decision, Known
from shared.kernel.fields import Coded, Described, canonical_codes, stored_names
from shared.kernel.refusals import Conflicting, Invalid, Missing, Refusal
from shared.kernel.text import Text
from shared.kernel.value import Value

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


CaseCommand = RegisterCase | ChangeCommand

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


CaseFact = CaseRegistered | ChangeFact

FACTS = stored_names(CaseFact)

# --- states ---------------------------------------------------------------------------------


class NotRegistered(Value):
    """The case has not been registered."""


class Registered(DescribedCase):
    """The case as it was last described, in the custody that intake has heard of."""

    folio: str


class InError(Value):
    """The case was entered in error by ``entry``; ``was`` is its last description."""

    was: Registered
    entry: CaseEnteredInError


Case = NotRegistered | Registered | InError

# --- refusals -------------------------------------------------------------------------------


class CaseNotRegistered(Missing):
    """There is no case here to change."""

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


class FolioNotReadable(Invalid):
    """A folio is what a person reads out: capitals, digits and single hyphens, at most 40."""

    code: ClassVar[str] = "folio-not-readable"
    text: ClassVar[Text] = Text(
        "El folio lleva mayúsculas, cifras y guiones sueltos; 40 caracteres como máximo.",
        "A folio has capital letters, digits and single hyphens; 40 characters at most.",
    )


# --- decide ---------------------------------------------------------------------------------


def decide(command: CaseCommand, state: Case, known: Mapping[str, Known]) -> Decision:
    match state:
        case NotRegistered():
            return _begin(command)
        case Registered():
            return _go_on(command, state, known)
        case InError():
            return _after_the_end(command, state)
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


def _after_the_end(command: CaseCommand, state: InError) -> Decision:
    """Hear of custody all the same: an acceptance that came before the void undoes it."""
    if isinstance(command, HearOfCustody):
        return hear(command, state.was, state.entry)
    return CaseIsInError()


def _go_on(command: CaseCommand, state: Registered, known: Mapping[str, Known]) -> Decision:
    if isinstance(command, RegisterCase):
        return CaseAlreadyRegistered(folio=state.folio)
    return decide_change(command, state, known)


# --- rules ----------------------------------------------------------------------------------


def _folio_not_readable(folio: str) -> Refusal | None:
    readable = len(folio) <= _FOLIO_LENGTH and _FOLIO.fullmatch(folio)
    return None if readable else FolioNotReadable(field="folio")


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Case, fact: CaseFact) -> Case:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    if isinstance(fact, CaseRegistered):
        return _registered(fact)
    if isinstance(state, Registered):
        after = changed(state, fact)
        return InError(after, fact) if isinstance(fact, CaseEnteredInError) else after
    if isinstance(state, InError) and isinstance(fact, Turned):
        was = changed(state.was, fact)
        return was if isinstance(fact, VoidTurnedIntoRequest) else InError(was, state.entry)
    return state


def _registered(fact: CaseRegistered) -> Registered:
    """Begin in the custody of the institution that registers."""
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
        custody=Heard(
            custodian=fact.institution,
            version=0,
            before=Description(
                subdivision=fact.subdivision,
                municipality=fact.municipality,
                channel=fact.channel,
                opened_at=fact.opened_at,
                details=fact.details,
            ),
        ),
        proposals=Proposals(),
    )


DECIDER: Decider[Case] = Decider(
    nothing=NotRegistered(), decide=decide, evolve=evolve, leans_on=leans_on
)
