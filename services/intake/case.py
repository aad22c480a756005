"""A case: one person's situation in one programme, as the institutions in charge describe it.

``decisions`` has who may change it, ``changes`` what came of that.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from services.intake.changes import (
    CaseEnteredInError,
    ChangeFact,
    CorrectionProposed,
    DescribedCase,
    Heard,
    Proposals,
    Turned,
    VoidRequested,
    VoidTurnedIntoRequest,
    changed,
)
from services.intake.custody_heard import HearOfCustody, hear
from services.intake.decisions import ChangeCommand, decide_change, parties_of
from services.intake.details import CaseDetailsCommand, Description, Details, invalid_details
from shared.kernel.coded_fields import not_known
from shared.kernel.decider import (
    Beside,
    Claim,
    Decider,
    Decision,
    Known,
    Leans,
    takes_no_commands,
)
from shared.kernel.fields import Coded, Described, canonical_codes, stored_names
from shared.kernel.folios import candidates, stream_of
from shared.kernel.refusals import Conflicting, Invalid, Missing, Refusal
from shared.kernel.text import Text
from shared.kernel.times import Place
from shared.kernel.value import Value

_PREFIX = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_PREFIX_LENGTH = 20


# --- commands -------------------------------------------------------------------------------


class RegisterCase(CaseDetailsCommand, kw_only=True):
    """Open a case in a programme. It gets a folio of its own, which begins with ``folio_prefix``.

    Known limit: the registering institution is the token's, and it is checked against the directory
    when the token is made, not here: intake keeps no directory.
    """

    title: ClassVar[Text] = Text("Registrar", "Register")
    description: ClassVar[Text] = Text(
        "Registra un caso. Su id es el stream del recibo; el folio viene con el caso.",
        "Register a case. Its id is the receipt's stream; its folio comes with the case.",
    )

    case_id: Annotated[UUID, Described(Text("El caso.", "The case."))]
    folio_prefix: Annotated[
        str,
        Described(
            Text("Cómo empieza su folio.", "How its folio begins."),
            least=1,
            most=_PREFIX_LENGTH,
            pattern=_PREFIX.pattern,
        ),
    ]
    programme: Annotated[
        str,
        Coded("programmes"),
        Described(Text("El programa del caso.", "The case's programme.")),
    ]
    source_key: Annotated[
        str | None,
        Described(
            Text(
                "El número con que su fuente lo conoce, sellado; solo una importación lo da.",
                "The number by which its source knows it, sealed; only an import gives one.",
            )
        ),
    ] = None


CaseCommand = RegisterCase | ChangeCommand

# --- facts ----------------------------------------------------------------------------------


class CaseRegistered(Value, omit_defaults=True):
    """An institution opened a case. source_key: the number of its source, sealed, if it has one."""

    case_id: UUID
    institution: str
    folio: str
    programme: str
    subdivision: str
    municipality: str | None
    channel: str
    opened_at: datetime | None
    details: Details
    source_key: str | None = None


class FolioAssigned(Value):
    """From here on the folio is this case's, and nobody else's (in a stream of the folio's own)."""

    folio: str
    case_id: UUID


CaseFact = CaseRegistered | ChangeFact

FACTS = {**stored_names(CaseFact), **stored_names(FolioAssigned)}

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
    """A folio is what a person reads out: capitals, digits and single hyphens, from the first."""

    code: ClassVar[str] = "folio-not-readable"
    text: ClassVar[Text] = Text(
        "Un folio empieza con mayúsculas, cifras y guiones sueltos; 20 caracteres como máximo.",
        "A folio begins with capital letters, digits and single hyphens; 20 characters at most.",
    )


FOLIO = "folio"
"""The name under which the rules get the folio that a new case claims."""
FOLIOS: Decider[FolioAssigned | None] = Decider(
    nothing=None, decide=takes_no_commands, evolve=lambda _, fact: fact
)
"""A folio's stream: one fact, which says whose it is."""

# --- decide ---------------------------------------------------------------------------------


def leans_on(command: CaseCommand, state: Case) -> Leans:
    """Claim the first free folio for a case that is registered, if its folio can be read out."""
    if isinstance(command, RegisterCase) and isinstance(state, NotRegistered):
        prefix = command.folio_prefix
        readable = _folio_not_readable(prefix) is None
        return {FOLIO: Claim(FOLIOS, candidates(command.case_id, prefix))} if readable else {}
    return parties_of(command, state)


def decide(command: CaseCommand, state: Case, known: Mapping[str, Known]) -> Decision:
    match state:
        case NotRegistered():
            return _begin(command, known)
        case Registered():
            return _go_on(command, state, known)
        case InError():
            return _after_the_end(command, state)
        case _:
            assert_never(state)


def _begin(command: CaseCommand, known: Mapping[str, Known]) -> Decision:
    if not isinstance(command, RegisterCase):
        return CaseNotRegistered()
    return (
        not_known("programme", "programmes", command.programme)
        or invalid_details(command, command.programme)
        or _folio_not_readable(command.folio_prefix)
        or (
            CaseRegistered(
                case_id=command.case_id,
                institution=command.by.institution,
                folio=known[FOLIO].state,
                programme=command.programme,
                subdivision=command.subdivision,
                municipality=command.municipality,
                channel=command.channel,
                opened_at=command.opened_at,
                details=canonical_codes(command.details),
                source_key=command.source_key,
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


def _folio_not_readable(prefix: str) -> Refusal | None:
    readable = len(prefix) <= _PREFIX_LENGTH and _PREFIX.fullmatch(prefix)
    return None if readable else FolioNotReadable(field="folio_prefix")


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


def beside(_: Case, fact: CaseFact) -> Iterator[Beside]:
    """Say in the folio's stream whose it is, together with the registration."""
    if isinstance(fact, CaseRegistered):
        yield Beside(FOLIOS, stream_of(fact.folio), FolioAssigned(fact.folio, fact.case_id))


def place(fact: CaseFact) -> Place:
    """Return a fact's place in the order of times: what is proposed changes nothing yet."""
    proposes = isinstance(fact, CorrectionProposed | VoidRequested)
    return Place(turns=not proposes, adds=proposes)


DECIDER: Decider[Case] = Decider(
    nothing=NotRegistered(),
    decide=decide,
    evolve=evolve,
    leans_on=leans_on,
    place=place,
    beside=beside,
)
