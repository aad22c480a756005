"""The refusals of the register of norms and official tools."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing
from shared.kernel.text import Text


class EntryNotRegistered(Missing):
    """There is no such entry to correct, to withdraw or to cite."""

    code: ClassVar[str] = "entry-not-registered"
    text: ClassVar[Text] = Text(
        "Esa ficha no está en el registro de normas y herramientas. Regístrela primero.",
        "That entry is not in the register of norms and tools. Register it first.",
    )


class EntryAlreadyRegistered(Conflicting):
    """An id names one entry; its description is corrected, not registered again."""

    code: ClassVar[str] = "entry-already-registered"
    text: ClassVar[Text] = Text(
        "Esa clave ya está en el registro con otros datos. Corríjalos.",
        "That id is in the register with other values. Correct them.",
    )


class EntryIsWithdrawn(Conflicting):
    """Nothing is changed in a withdrawn entry, and nothing new cites it."""

    code: ClassVar[str] = "entry-is-withdrawn"
    text: ClassVar[Text] = Text(
        "Esa ficha se retiró del registro. Registre o cite la que la sustituye.",
        "That entry was withdrawn from the register. Register or cite the one that replaces it.",
    )


class NotTheRegistersSteward(Forbidden):
    """The register is kept by who runs the platform."""

    code: ClassVar[str] = "not-the-registers-steward"
    text: ClassVar[Text] = Text(
        "El registro de normas y herramientas lo lleva quien opera la plataforma (roles steward y"
        " operator).",
        "The register of norms and tools is kept by stewards (roles steward and operator).",
    )


class NotYoursToCite(Forbidden):
    """An administrator says what its own institution answers; a steward, what anybody does."""

    code: ClassVar[str] = "not-yours-to-cite"
    text: ClassVar[Text] = Text(
        "Qué responde a una norma o herramienta lo dice quien administra su institución (rol"
        " administrator) o quien opera la plataforma (rol steward).",
        "What answers a norm or tool is said by the administrator of its institution (role"
        " administrator) or by a steward (role steward).",
    )


class CitationNotYours(Conflicting):
    """A citation is withdrawn by the institution that made it, or by a steward."""

    institution: str
    code: ClassVar[str] = "citation-not-yours"
    text: ClassVar[Text] = Text(
        "Esa cita la hizo {institution}: la retira ella, o quien opera la plataforma.",
        "That citation was made by {institution}: it withdraws it, or a steward does.",
    )


class NoSuchElement(Invalid):
    """The entry has no such element."""

    elements: str
    code: ClassVar[str] = "no-such-element"
    text: ClassVar[Text] = Text(
        "La ficha no tiene ese elemento. Tiene: {elements}.",
        "The entry has no such element. It has: {elements}.",
    )
    text_without: ClassVar[tuple[str, Text] | None] = (
        "elements",
        Text(
            "La ficha no tiene ese elemento: no tiene ninguno.",
            "The entry has no such element: it has none.",
        ),
    )


class ElementTwice(Invalid):
    """Each element of an entry has a code of its own."""

    code: ClassVar[str] = "element-twice"
    text: ClassVar[Text] = Text(
        "Dos elementos llevan la misma clave; cada uno lleva la suya.",
        "Two elements have the same code; each has its own.",
    )


class ElementCited(Conflicting):
    """An element that something cites is not taken out of the entry."""

    element: str
    code: ClassVar[str] = "element-cited"
    text: ClassVar[Text] = Text(
        "El elemento «{element}» tiene citas. Retírelas antes de quitarlo.",
        "The element “{element}” is cited. Withdraw its citations before you take it out.",
    )


class ValidityBackwards(Invalid):
    """What is valid ends on the day it begins, or later."""

    code: ClassVar[str] = "validity-backwards"
    text: ClassVar[Text] = Text(
        "«{field}» es anterior al inicio de la vigencia.",
        "“{field}” is before the day on which it becomes valid.",
    )


class NotWritable(Invalid):
    """A code, a name, an article or a link is not written as it must be."""

    code: ClassVar[str] = "not-writable"
    text: ClassVar[Text] = Text(
        "«{field}» no se escribe así: las claves llevan de 3 a 40 minúsculas sin acento, cifras y"
        " guiones; los nombres y artículos, una línea visible; los enlaces empiezan con https.",
        "“{field}” is not written like that: codes have 3 to 40 small letters, digits and hyphens;"
        " names and articles are one line that can be seen; links begin with https.",
    )
