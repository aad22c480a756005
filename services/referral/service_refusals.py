"""The refusals of the directory's services."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing
from shared.kernel.text import Text


class ServiceNotListed(Missing):
    """There is no service under this id."""

    code: ClassVar[str] = "service-not-listed"
    text: ClassVar[Text] = Text(
        "Ese servicio no está en el directorio.", "That service is not in the directory."
    )


class ServiceAlreadyListed(Conflicting):
    """An id names one service; its description is corrected, not listed again."""

    code: ClassVar[str] = "service-already-listed"
    text: ClassVar[Text] = Text(
        "Ese id ya nombra un servicio con otros datos. Corríjalos.",
        "That id names a service with other values already. Correct them.",
    )


class ServiceNotKept(Forbidden):
    """A service is kept by the administrator of its institution, or by a steward."""

    code: ClassVar[str] = "service-not-kept"
    text: ClassVar[Text] = Text(
        "Los servicios de una institución los lleva quien la administra (administrator), o quien"
        " opera la plataforma (steward).",
        "An institution's services are kept by its administrator, or by a steward.",
    )


class ServiceOfAnother(Forbidden):
    """An administrator keeps the services of its own institution, and no others."""

    code: ClassVar[str] = "service-of-another"
    text: ClassVar[Text] = Text(
        "Quien administra una institución solo lleva los servicios de la suya; los demás, quien"
        " opera la plataforma (steward).",
        "An institution's administrator keeps the services of that institution alone; a steward"
        " keeps all.",
    )


class OffererNotListed(Conflicting):
    """Whoever offers a service is in the directory, and has not closed."""

    code: ClassVar[str] = "offerer-not-listed"
    text: ClassVar[Text] = Text(
        "La institución que lo ofrece no está en el directorio, o está cerrada. Regístrela o"
        " reactívela primero.",
        "The institution that offers it is not in the directory, or is closed. Register or"
        " reactivate it first.",
    )


class ServiceIsWithdrawn(Conflicting):
    """What is said of a service is said of one that is offered, or will be again."""

    code: ClassVar[str] = "service-is-withdrawn"
    text: ClassVar[Text] = Text(
        "El servicio se retiró. Reanúdelo primero.", "The service is withdrawn. Resume it first."
    )


class ServiceNameNotUsable(Invalid):
    """A service has a name of one line that can be seen, without blanks around it."""

    code: ClassVar[str] = "service-name-not-usable"
    text: ClassVar[Text] = Text(
        "El nombre del servicio es una línea visible de 1 a 200 caracteres, sin espacios al"
        " principio ni al final.",
        "The service's name is one line of 1 to 200 characters that can be seen, without blanks"
        " around it.",
    )


class ReferenceNotReadable(Invalid):
    """Regions and entries of the register are named by their codes."""

    code: ClassVar[str] = "reference-not-readable"
    text: ClassVar[Text] = Text(
        "«{field}» nombra regiones o entradas del registro por su clave: de 3 a 40 minúsculas sin"
        " acento, cifras y guiones.",
        "“{field}” names regions or entries of the register by their codes: 3 to 40 small letters,"
        " digits and hyphens.",
    )


class RuleSaysNothing(Invalid):
    """A rule of eligibility names what must hold, or what must not: one of the two."""

    code: ClassVar[str] = "rule-says-nothing"
    text: ClassVar[Text] = Text(
        "«{field}»: cada regla lleva códigos en is_one_of o en is_none_of, y solo en uno de los"
        " dos.",
        "“{field}”: each rule has codes in is_one_of or in is_none_of, and in one of them only.",
    )


class CostNeedsItsCurrency(Invalid):
    """An amount needs its currency, and what is free has none."""

    code: ClassVar[str] = "cost-needs-its-currency"
    text: ClassVar[Text] = Text(
        "«{field}»: un costo mayor que cero lleva su moneda, y lo gratuito ninguna.",
        "“{field}”: a cost above zero takes its currency, and what is free takes none.",
    )


class HoursNotReadable(Invalid):
    """Hours are a rule of days, two hours of the clock, and a zone."""

    code: ClassVar[str] = "hours-not-readable"
    text: ClassVar[Text] = Text(
        "«{field}» no se puede leer: se espera una regla RRULE de días como"
        " FREQ=WEEKLY;BYDAY=MO,TU, horas como 09:00 y un huso como America/Ciudad_Juarez.",
        "“{field}” cannot be read: expected are an RRULE of days such as FREQ=WEEKLY;BYDAY=MO,TU,"
        " hours such as 09:00, and a zone such as America/Ciudad_Juarez.",
    )


class HoursNeedAFirstDay(Invalid):
    """A rule that counts says nothing without the day from which it counts."""

    code: ClassVar[str] = "hours-need-a-first-day"
    text: ClassVar[Text] = Text(
        "«{field}»: una regla que cuenta (INTERVAL, COUNT) o que no dice qué días lleva starts_on.",
        "“{field}”: a rule that counts (INTERVAL, COUNT) or does not say which days takes"
        " starts_on.",
    )


class EndsBeforeItBegins(Invalid):
    """Money runs out no earlier than it came."""

    code: ClassVar[str] = "ends-before-it-begins"
    text: ClassVar[Text] = Text(
        "«{field}» termina antes de empezar. Corrija una de las dos fechas.",
        "“{field}” ends before it begins. Correct one of the two dates.",
    )


class DurationNotPossible(Invalid):
    """A service lasts one day or more, and ten years at most."""

    code: ClassVar[str] = "duration-not-possible"
    text: ClassVar[Text] = Text(
        "La duración va de 1 a 3660 días; si no se sabe, no la indique.",
        "The duration is 1 to 3660 days; leave it out if it is not known.",
    )


class PlacesContradict(Invalid):
    """Free places and what is said of capacity fit each other."""

    code: ClassVar[str] = "places-contradict"
    text: ClassVar[Text] = Text(
        "Los lugares libres no van con esa capacidad: has-capacity lleva de 1 a un millón, o"
        " ninguno contado; none y waiting-list llevan 0, o ninguno contado.",
        "The free places do not fit that capacity: has-capacity takes 1 to a million, or none"
        " counted; none and waiting-list take 0, or none counted.",
    )


class AssuredTooLate(Invalid):
    """Nobody vouches today for a day that is still to come."""

    code: ClassVar[str] = "assured-too-late"
    text: ClassVar[Text] = Text(
        "«{field}» es un día futuro. Indique hasta qué día se confirmó.",
        "“{field}” is a day still to come. Say as of which day it was confirmed.",
    )
