"""The refusals of ruling for a programme who coordinates it, and what is to be confirmed."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Invalid
from shared.kernel.text import Text


class CoordinatorNotRegistered(Invalid):
    """A coordinator is an institution of the directory."""

    code: ClassVar[str] = "coordinator-not-registered"
    text: ClassVar[Text] = Text(
        "«{field}» no está en el directorio; regístrela primero, o nombre a otra.",
        "“{field}” is not in the directory; register it first, or appoint another.",
    )


class CoordinatorNotAble(Conflicting):
    """A coordinator can act: it is active, and takes part in the programme.

    status: its own. programme: the one to coordinate.
    """

    status: str
    programme: str
    code: ClassVar[str] = "coordinator-not-able"
    text: ClassVar[Text] = Text(
        "Esa institución no puede coordinar {programme}: su situación es «{status}», o no participa"
        " en el programa. Nombre a otra, o corrija su ficha.",
        "That institution cannot coordinate {programme}: its status is “{status}”, or it takes no"
        " part in the programme. Appoint another, or correct its entry.",
    )


class NoCoordinator(Conflicting):
    """Declines are confirmed by somebody, whatever the subdivision."""

    programme: str
    code: ClassVar[str] = "no-coordinator"
    text: ClassVar[Text] = Text(
        "Nadie coordina {programme} en todas las entidades. Nombre antes a una institución, sin"
        " indicar entidad.",
        "Nobody coordinates {programme} in all subdivisions. Appoint an institution first, naming"
        " no subdivision.",
    )


class CoordinatorNeeded(Conflicting):
    """While declines are to be confirmed, somebody confirms them in all subdivisions."""

    programme: str
    code: ClassVar[str] = "coordinator-needed"
    text: ClassVar[Text] = Text(
        "{programme} exige que se confirmen los rechazos: nombre a otra institución en su lugar, o"
        " deje antes de exigirlo.",
        "{programme} requires that declines be confirmed: appoint another institution instead, or"
        " waive that first.",
    )


class NotCoordinated(Conflicting):
    """Only who was appointed is relieved."""

    programme: str
    code: ClassVar[str] = "not-coordinated"
    text: ClassVar[Text] = Text(
        "Ahí nadie coordina {programme}.", "Nobody coordinates {programme} there."
    )
