"""The refusals of the directory."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing
from shared.kernel.text import Text


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
    """An entry is corrected by its institution's administrator, or by a steward."""

    code: ClassVar[str] = "not-an-administrator"
    text: ClassVar[Text] = Text(
        "Solo quien administra la institución, o quien opera la plataforma, corrige su ficha.",
        "Only the institution's administrator, or a steward, corrects its entry.",
    )


class NotYourInstitution(Forbidden):
    """An administrator corrects the entry of its own institution, and no other."""

    code: ClassVar[str] = "not-your-institution"
    text: ClassVar[Text] = Text(
        "Quien administra una institución solo corrige la ficha de la suya.",
        "An institution's administrator corrects the entry of that institution alone.",
    )


class NotASteward(Forbidden):
    """Registering institutions, their status and handing on belong to who runs the platform."""

    code: ClassVar[str] = "not-a-steward"
    text: ClassVar[Text] = Text(
        "Solo quien opera la plataforma registra instituciones, cambia su situación y traspasa lo"
        " que tienen.",
        "Only a steward registers institutions, changes their status and hands on what they hold.",
    )


class NotTheOperator(Forbidden):
    """Whether an institution can answer follows from its tokens, which the operator keeps."""

    code: ClassVar[str] = "not-the-operator"
    text: ClassVar[Text] = Text(
        "Si una institución puede responder lo dicen sus tokens; nadie lo declara.",
        "Whether an institution can answer follows from its tokens; nobody declares it.",
    )


class InstitutionIsClosed(Conflicting):
    """A closed institution is reactivated before it is suspended."""

    code: ClassVar[str] = "institution-is-closed"
    text: ClassVar[Text] = Text(
        "La institución está cerrada. Reactívela primero.",
        "The institution is closed. Reactivate it first.",
    )


class NameTaken(Conflicting):
    """Another entry has this name, or one that people take for it."""

    institution: str
    code: ClassVar[str] = "name-taken"
    text: ClassVar[Text] = Text(
        "La institución {institution} ya lleva ese nombre, o uno que se confunde con él.",
        "The institution {institution} has that name already, or one that is taken for it.",
    )


class InstitutionCodeNotReadable(Invalid):
    """An institution's code has 3 to 40 small letters, digits and hyphens."""

    code: ClassVar[str] = "institution-code-not-readable"
    text: ClassVar[Text] = Text(
        "La clave lleva de 3 a 40 caracteres: minúsculas sin acento, cifras y guiones.",
        "The code has 3 to 40 characters: small letters, digits and hyphens.",
    )


class NameNotUsable(Invalid):
    """An institution has a name of one line that can be seen, without blanks around it."""

    code: ClassVar[str] = "name-not-usable"
    text: ClassVar[Text] = Text(
        "El nombre es una línea visible de 1 a 200 caracteres, sin espacios al principio ni al"
        " final.",
        "The name is one line of 1 to 200 characters that can be seen, without blanks around it.",
    )


class StewardsOnly(Forbidden):
    """Networks, regions, commissions and stakes are kept by who runs the platform."""

    code: ClassVar[str] = "stewards-only"
    text: ClassVar[Text] = Text(
        "Solo con el rol steward se forman redes, regiones y comisiones, y se dice el interés y la"
        " influencia de cada institución.",
        "Only the role of steward forms networks, regions and commissions, and states each"
        " institution's interest and influence.",
    )


class ItsAdministratorOnly(Forbidden):
    """An entry is validated by the institution itself, and by nobody for it."""

    code: ClassVar[str] = "its-administrator-only"
    text: ClassVar[Text] = Text(
        "Solo la propia institución valida su ficha, con su rol administrator.",
        "Only the institution itself validates its entry, with its role of administrator.",
    )


class ChangedSinceThen(Conflicting):
    """What was looked at is not what the entry says now."""

    current: int
    code: ClassVar[str] = "changed-since-then"
    text: ClassVar[Text] = Text(
        "La ficha cambió desde esa versión; la actual es {current}. Léala y valide de nuevo.",
        "The entry has changed since that version; the current one is {current}. Read it and"
        " validate again.",
    )


class MunicipalityElsewhere(Invalid):
    """A municipality does not lie in the subdivision that goes with it."""

    code: ClassVar[str] = "municipality-elsewhere"
    text: ClassVar[Text] = Text(
        "«{field}» está en otra entidad que la que se dice. Corrija una de las dos.",
        "“{field}” lies in another subdivision than is said. Correct one of the two.",
    )


class EntryCodeNotReadable(Invalid):
    """An entry of the register of norms is named by its id."""

    code: ClassVar[str] = "entry-code-not-readable"
    text: ClassVar[Text] = Text(
        "«{field}» nombra entradas del registro por su id: de 3 a 40 minúsculas sin acento, cifras"
        " y guiones.",
        "“{field}” names entries of the register by their ids: 3 to 40 small letters, digits and"
        " hyphens.",
    )
