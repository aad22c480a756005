"""The directory: which institutions there are, of what kind, where, and in which programmes."""

import re
from functools import lru_cache
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from shared.kernel.coded_fields import canonical
from shared.kernel.decider import Command, Decider, Decision
from shared.kernel.fields import Coded, Described, codes_not_known, stored_names
from shared.kernel.ids import INSTITUTION_CODE, derived_id
from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing, Refusal
from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of

_NAME_LENGTH = 200


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
            most=_NAME_LENGTH,
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
            Text("En qué programas participa.", "Which programmes it takes part in."), most=20
        ),
    ] = ()


class RegisterInstitution(InstitutionCommand, kw_only=True):
    """Enter an institution under a code of its own, which never changes."""

    title: ClassVar[Text] = Text("Registrar una institución", "Register an institution")
    description: ClassVar[Text] = Text(
        "Registra una institución en el directorio. Requiere el rol administrator.",
        "Enter an institution in the directory. Takes the role of administrator.",
    )

    institution: Annotated[
        str,
        Described(Text("Su clave, para siempre.", "Its code, for ever."), pattern=INSTITUTION_CODE),
    ]


class CorrectInstitution(InstitutionCommand, kw_only=True):
    """Describe the institution again, in full."""

    title: ClassVar[Text] = Text("Corregir una institución", "Correct an institution")
    description: ClassVar[Text] = Text(
        "Describe de nuevo una institución, completa. Requiere el rol administrator.",
        "Describe an institution again, whole. Takes the role of administrator.",
    )


DirectoryCommand = RegisterInstitution | CorrectInstitution

# --- facts ----------------------------------------------------------------------------------


class InstitutionRegistered(Value):
    """An institution was entered in the directory."""

    institution: str
    name: str
    kind: str
    subdivision: str | None
    programmes: tuple[str, ...]


class InstitutionCorrected(Value):
    """An institution was described again: its values now, and the names of those that changed."""

    institution: str
    name: str
    kind: str
    subdivision: str | None
    programmes: tuple[str, ...]
    changed: tuple[str, ...]


DirectoryFact = InstitutionRegistered | InstitutionCorrected

FACTS = stored_names(DirectoryFact)

# --- states ---------------------------------------------------------------------------------


class NotListed(Value):
    """The directory has no institution under this code."""


class Listed(Value):
    """The institution as the directory last described it."""

    institution: str
    name: str
    kind: str
    subdivision: str | None
    programmes: tuple[str, ...]


Institution = NotListed | Listed

# --- refusals -------------------------------------------------------------------------------


class InstitutionNotRegistered(Missing):
    """There is no such institution to correct."""

    code: ClassVar[str] = "institution-not-registered"
    text: ClassVar[Text] = Text(
        "Esa institución no está en el directorio.",
        "That institution is not in the directory.",
    )


class InstitutionAlreadyRegistered(Conflicting):
    """A code names one institution; its description is corrected, not registered again."""

    code: ClassVar[str] = "institution-already-registered"
    text: ClassVar[Text] = Text(
        "Esa clave ya está en el directorio con otros datos. Corríjalos.",
        "That code is in the directory with other values. Correct them.",
    )


class NotAnAdministrator(Forbidden):
    """Only an administrator changes the directory."""

    code: ClassVar[str] = "not-an-administrator"
    text: ClassVar[Text] = Text(
        "Solo la administración del sistema lleva el directorio de instituciones.",
        "Only the system's administrators keep the directory of institutions.",
    )


class InstitutionCodeNotReadable(Invalid):
    """An institution's code has 3 to 40 small letters, digits and hyphens."""

    code: ClassVar[str] = "institution-code-not-readable"
    text: ClassVar[Text] = Text(
        "La clave lleva de 3 a 40 caracteres: minúsculas sin acento, cifras y guiones.",
        "The code has 3 to 40 characters: small letters, digits and hyphens.",
    )


class NameNotUsable(Invalid):
    """An institution has a name, of one line, without blanks around it."""

    code: ClassVar[str] = "name-not-usable"
    text: ClassVar[Text] = Text(
        "El nombre es una línea de 1 a 200 caracteres, sin espacios al principio ni al final.",
        "The name is one line of 1 to 200 characters, without blanks around it.",
    )


# --- decide ---------------------------------------------------------------------------------


def decide(command: DirectoryCommand, state: Institution) -> Decision:
    if command.by.role != "administrator":
        return NotAnAdministrator()
    match command:
        case RegisterInstitution():
            return _institution_code_not_readable(command) or _registration(command, state)
        case CorrectInstitution():
            return (
                InstitutionNotRegistered()
                if isinstance(state, NotListed)
                else _correction(command, state)
            )
        case _:
            assert_never(command)


def _registration(command: RegisterInstitution, state: Institution) -> Decision:
    """Return one fact; none if the same description is listed already."""
    wanted = _listed(command, command.institution)
    match state:
        case NotListed():
            return _invalid_description(command) or (InstitutionRegistered(**fields_of(wanted)),)
        case Listed() if state == wanted:
            return ()
        case Listed():
            return InstitutionAlreadyRegistered()
        case _:
            assert_never(state)


def _correction(command: CorrectInstitution, state: Listed) -> Decision:
    """Return one fact; none if nothing changes."""
    after, before = fields_of(_listed(command, state.institution)), fields_of(state)
    changed = tuple(name for name, value in after.items() if value != before[name])
    return _invalid_description(command) or (
        (InstitutionCorrected(**after, changed=changed),) if changed else ()
    )


def _listed(command: InstitutionCommand, institution: str) -> Listed:
    return Listed(
        institution=institution,
        name=command.name,
        kind=command.kind,
        subdivision=command.subdivision,
        programmes=canonical(command.programmes),
    )


# --- rules ----------------------------------------------------------------------------------


def _institution_code_not_readable(command: RegisterInstitution) -> Refusal | None:
    readable = re.fullmatch(INSTITUTION_CODE, command.institution)
    return None if readable else InstitutionCodeNotReadable(field="institution")


def _invalid_description(command: InstitutionCommand) -> Refusal | None:
    return _name_not_usable(command.name) or codes_not_known(command)


def _name_not_usable(name: str) -> Refusal | None:
    usable = name == name.strip() and name.isprintable() and 1 <= len(name) <= _NAME_LENGTH
    return None if usable else NameNotUsable(field="name")


# --- evolve ---------------------------------------------------------------------------------


def evolve(_: Institution, fact: DirectoryFact) -> Institution:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    match fact:
        case InstitutionRegistered() | InstitutionCorrected():
            return Listed(
                institution=fact.institution,
                name=fact.name,
                kind=fact.kind,
                subdivision=fact.subdivision,
                programmes=fact.programmes,
            )
        case _:
            assert_never(fact)


DECIDER: Decider[Institution] = Decider(nothing=NotListed(), decide=decide, evolve=evolve)
