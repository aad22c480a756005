"""The refusals of reporting's lists and histories."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Invalid, Missing
from shared.kernel.text import Text


class FolioMistyped(Invalid):
    """No folio is written like this: its check character is wrong."""

    code: ClassVar[str] = "folio-mistyped"
    text: ClassVar[Text] = Text(
        "Ese folio está mal escrito: su último carácter no corresponde a los demás. Revíselo.",
        "That folio is mistyped: its last character does not fit the others. Check it.",
    )


class NoSuchInstitution(Missing):
    """The directory has no such institution, or it has not arrived here yet."""

    code: ClassVar[str] = "no-such-institution"
    text: ClassVar[Text] = Text(
        "Esa institución no está en el directorio. Si se acaba de registrar, intente de nuevo.",
        "That institution is not in the directory. If it was registered just now, try again.",
    )


class NoSuchNorm(Missing):
    """The register has no such entry, or it has not arrived here yet."""

    code: ClassVar[str] = "no-such-norm"
    text: ClassVar[Text] = Text(
        "Esa norma o herramienta no está en el registro. Si se acaba de registrar, intente de"
        " nuevo.",
        "That norm or tool is not in the register. If it was registered just now, try again.",
    )


class NoSuchAgreement(Missing):
    """There is no such agreement, or not among those that the caller may see, or not yet."""

    code: ClassVar[str] = "no-such-agreement"
    text: ClassVar[Text] = Text(
        "Ese convenio no está entre los que su institución puede ver. Si se acaba de redactar,"
        " intente de nuevo.",
        "That agreement is not among those that your institution may see. If it was drafted just"
        " now, try again.",
    )


class FolioNotUnique(Conflicting):
    """Several cases that the caller may see have this folio."""

    code: ClassVar[str] = "folio-not-unique"
    text: ClassVar[Text] = Text(
        "Varios casos llevan ese folio. Pida el que busca por su identificador.",
        "Several cases have that folio. Ask for the one you mean by its id.",
    )
