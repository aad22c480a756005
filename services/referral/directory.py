"""The directory: which institutions there are, of what kind, where, and in which programmes.

An institution is active, suspended or closed; and it can be reached for as long as it has a way to
answer. Cases are referred to those that are active and can be reached (``addressees``). Stewards
register institutions and change their status; an administrator corrects the entry of its own.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar, assert_never
from uuid import UUID

from services.referral import describing, names
from services.referral.describing import ProfileCommand
from services.referral.directory_refusals import (
    InstitutionAlreadyRegistered,
    InstitutionIsClosed,
    InstitutionNotRegistered,
    NameTaken,
    NotAnAdministrator,
    NotASteward,
    NotTheOperator,
    NotYourInstitution,
)
from services.referral.institution import (
    Active,
    Closed,
    Institution,
    InstitutionClosed,
    InstitutionCorrected,
    InstitutionMadeReachable,
    InstitutionMadeUnreachable,
    InstitutionReactivated,
    InstitutionRegistered,
    InstitutionSuspended,
    Listed,
    NotListed,
    Reachable,
    Suspended,
    beside,
    evolve,
)
from services.referral.naming import NAME_LENGTH, code_not_usable, name_not_usable
from shared.kernel.coded_fields import canonical
from shared.kernel.decider import Command, Decider, Decision, Known, Leans
from shared.kernel.fields import Coded, Described, codes_not_known
from shared.kernel.free_text import normal
from shared.kernel.ids import INSTITUTION_CODE, derived_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import ADMINISTRATOR, OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import fields_of


@lru_cache(maxsize=1024)
def stream_of(institution: str) -> UUID:
    """Return the id of the stream of the institution with this code."""
    return derived_id("institution", institution)


# --- commands -------------------------------------------------------------------------------


class InstitutionCommand(Command, kw_only=True):
    """The description of an institution. ``subdivision`` None: nationwide or beyond."""

    name: Annotated[
        str,
        Described(
            Text(
                "El de la institución, nunca el de una persona.",
                "The institution's, never a person's.",
            ),
            least=1,
            most=NAME_LENGTH,
        ),
    ]
    kind: Annotated[
        str,
        Coded("institution_kinds"),
        Described(Text("Qué clase de institución es.", "What kind of institution it is.")),
    ]
    subdivision: Annotated[
        str | None,
        Coded("subdivisions"),
        Described(
            Text(
                "ISO 3166-2; null: en todo el país o más allá.",
                "ISO 3166-2; null: nationwide or beyond.",
            )
        ),
    ] = None
    programmes: Annotated[
        tuple[str, ...],
        Coded("programmes"),
        Described(
            Text(
                "En qué programas participa; lista vacía: en cualquiera.",
                "Which programmes it takes part in; an empty list: any.",
            ),
            most=20,
        ),
    ] = ()


class RegisterInstitution(InstitutionCommand, kw_only=True):
    """Enter an institution under a code of its own, which never changes."""

    title: ClassVar[Text] = Text("Registrar una institución", "Register an institution")
    description: ClassVar[Text] = Text(
        "Registra una institución en el directorio. Requiere el rol steward.",
        "Enter an institution in the directory. Takes the role of steward.",
    )

    institution: Annotated[
        str,
        Described(Text("Su clave, para siempre.", "Its code, for ever."), pattern=INSTITUTION_CODE),
    ]


class CorrectInstitution(InstitutionCommand, kw_only=True):
    """Describe the institution again, in full."""

    title: ClassVar[Text] = Text("Corregir una institución", "Correct an institution")
    description: ClassVar[Text] = Text(
        "Describe de nuevo una institución, completa: la propia con el rol administrator,"
        " cualquiera con el rol steward.",
        "Describe an institution again, whole: one's own with the role of administrator, any with"
        " the role of steward.",
    )


_WHY = Described(Text("El motivo, como código.", "Why, as a code."))


class SuspendInstitution(Command, kw_only=True):
    """Nothing is referred to it for the time being; what it holds it goes on with."""

    title: ClassVar[Text] = Text("Suspender una institución", "Suspend an institution")
    description: ClassVar[Text] = Text(
        "Desde aquí no se le canaliza nada; lo que tiene sigue siendo suyo. Requiere el rol"
        " steward.",
        "From here on nothing is referred to it; what it holds stays its own. Takes the role of"
        " steward.",
    )

    reason: Annotated[str, Coded("suspension_reasons"), _WHY]


class CloseInstitution(Command, kw_only=True):
    """It has ceased to take part; what it still holds is handed on."""

    title: ClassVar[Text] = Text("Cerrar una institución", "Close an institution")
    description: ClassVar[Text] = Text(
        "Dice que ya no participa; lo que aún tiene se traspasa. Requiere el rol steward.",
        "Say that it no longer takes part; what it still holds is handed on. Takes the role of"
        " steward.",
    )

    reason: Annotated[str, Coded("suspension_reasons"), _WHY]


class ReactivateInstitution(Command, kw_only=True):
    """It takes part again, after a suspension or a closing."""

    title: ClassVar[Text] = Text("Reactivar una institución", "Reactivate an institution")
    description: ClassVar[Text] = Text(
        "Dice que vuelve a participar. Requiere el rol steward.",
        "Say that it takes part again. Takes the role of steward.",
    )


class MakeReachable(Command, kw_only=True):
    """It has a way to answer until then: the last of its tokens in force expires.

    until: None: until told otherwise, as where the identity provider vouches for its people.
    """

    title: ClassVar[Text] = Text("Puede responder", "Can answer")

    until: datetime | None = None


class MakeUnreachable(Command, kw_only=True):
    """It has no way to answer any more."""

    title: ClassVar[Text] = Text("No puede responder", "Cannot answer")


StatusChange = SuspendInstitution | CloseInstitution | ReactivateInstitution
Reach = MakeReachable | MakeUnreachable
EntryCommand = RegisterInstitution | CorrectInstitution | StatusChange | Reach
DirectoryCommand = EntryCommand | ProfileCommand

NAME, FORMER_NAME = "name", "former_name"
"""The names under which the rules get whose the wanted name is, and whose the former one."""

# --- decide ---------------------------------------------------------------------------------


def leans_on(command: DirectoryCommand, state: Institution) -> Leans:
    """Return the streams of the names that a description takes and gives back."""
    if not isinstance(command, InstitutionCommand):
        return {}
    leans = {NAME: (names.NAMES, names.stream_of(command.name))}
    if isinstance(state, Listed):
        leans[FORMER_NAME] = (names.NAMES, names.stream_of(state.name))
    return leans


def decide(command: DirectoryCommand, state: Institution, known: Mapping[str, Known]) -> Decision:
    if isinstance(command, ProfileCommand):
        if isinstance(state, NotListed):
            return InstitutionNotRegistered()
        return describing.decided(command, state)
    return _not_theirs(command) or _decided(command, state, known)


def _decided(command: EntryCommand, state: Institution, known: Mapping[str, Known]) -> Decision:
    if isinstance(command, RegisterInstitution):
        return code_not_usable("institution", command.institution) or _registration(
            command, state, known
        )
    if isinstance(state, NotListed):
        return InstitutionNotRegistered()
    match command:
        case CorrectInstitution():
            return _not_their_own(command, state) or _correction(command, state, known)
        case SuspendInstitution() | CloseInstitution() | ReactivateInstitution():
            return codes_not_known(command) or _changed_status(command, state)
        case MakeReachable(until=until):
            same = state.reachable == Reachable(until)
            return () if same else (InstitutionMadeReachable(state.institution, until),)
        case MakeUnreachable():
            same = state.reachable is None
            return () if same else (InstitutionMadeUnreachable(state.institution),)
        case _:
            assert_never(command)


def _registration(
    command: RegisterInstitution, state: Institution, known: Mapping[str, Known]
) -> Decision:
    """Return one fact; none if the same description is listed already."""
    wanted = _described(command, command.institution)
    match state:
        case NotListed():
            return _invalid_description(command, command.institution, known) or (
                InstitutionRegistered(**wanted),
            )
        case Active() | Suspended() | Closed():
            same = wanted.items() <= fields_of(state).items()
            return () if same else InstitutionAlreadyRegistered()
        case _:
            assert_never(state)


def _correction(command: CorrectInstitution, state: Listed, known: Mapping[str, Known]) -> Decision:
    """Return one fact; none if nothing changes."""
    after, before = _described(command, state.institution), fields_of(state)
    changed = tuple(name for name, value in after.items() if value != before[name])
    return _invalid_description(command, state.institution, known) or (
        (InstitutionCorrected(**after, changed=changed),) if changed else ()
    )


def _changed_status(command: StatusChange, state: Active | Suspended | Closed) -> Decision:
    """Return one fact; none if that is its status already."""
    match command, state:
        case SuspendInstitution(), Closed():
            return InstitutionIsClosed()
        case SuspendInstitution(reason=reason), Active():
            return (InstitutionSuspended(state.institution, reason),)
        case CloseInstitution(reason=reason), Active() | Suspended():
            return (InstitutionClosed(state.institution, reason),)
        case ReactivateInstitution(), Suspended() | Closed():
            return (InstitutionReactivated(state.institution),)
        case _:
            return ()


def _described(command: InstitutionCommand, institution: str) -> dict[str, Any]:
    """Return what a command says of an institution, as it is recorded."""
    return {
        "institution": institution,
        "name": normal(command.name),
        "kind": command.kind,
        "subdivision": command.subdivision,
        "programmes": canonical(command.programmes),
    }


# --- rules ----------------------------------------------------------------------------------


def _not_theirs(command: EntryCommand) -> Refusal | None:
    """Refuse a command to whoever has no role for it."""
    role = command.by.role
    match command:
        case MakeReachable() | MakeUnreachable():
            return None if role == OPERATOR else NotTheOperator()
        case CorrectInstitution():
            return None if role in {OPERATOR, STEWARD, ADMINISTRATOR} else NotAnAdministrator()
        case _:
            return None if role in {OPERATOR, STEWARD} else NotASteward()


def _not_their_own(command: CorrectInstitution, state: Listed) -> Refusal | None:
    """Refuse an administrator the entries of other institutions."""
    own = command.by.institution == state.institution
    return None if own or command.by.role != ADMINISTRATOR else NotYourInstitution()


def _invalid_description(
    command: InstitutionCommand, institution: str, known: Mapping[str, Known]
) -> Refusal | None:
    return (
        name_not_usable("name", command.name)
        or codes_not_known(command)
        or _name_taken(institution, known)
    )


def _name_taken(institution: str, known: Mapping[str, Known]) -> Refusal | None:
    holder = known[NAME].state
    return None if holder in {None, institution} else NameTaken(institution=holder)


DECIDER: Decider[Institution] = Decider(
    nothing=NotListed(), decide=decide, evolve=evolve, leans_on=leans_on, beside=beside
)
