"""A follow-up's refusals, except those of amounts."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Invalid, Missing
from shared.kernel.text import Text


class FollowUpNotOpened(Missing):
    """There is no follow-up before a referral is accepted."""

    code: ClassVar[str] = "follow-up-not-opened"
    text: ClassVar[Text] = Text(
        "Aquí no hay seguimiento. Si se acaba de aceptar, intente de nuevo.",
        "There is no follow-up here. If it was accepted just now, try again.",
    )


class NothingToMend(Missing):
    """What is replaced is there, is of that kind, and still counts."""

    code: ClassVar[str] = "nothing-to-mend"
    text: ClassVar[Text] = Text(
        "En este seguimiento no hay tal registro, o ya se sustituyó. Lea el seguimiento.",
        "This follow-up has no such record, or it was replaced already. Read the follow-up.",
    )


class NotYetInEffect(Invalid):
    """An outcome has taken effect by the day on which it happened."""

    code: ClassVar[str] = "not-yet-in-effect"
    text: ClassVar[Text] = Text(
        "«{field}» es un día posterior al del resultado. Indique cuándo surtió efecto.",
        "“{field}” is a day after that of the outcome. Say when it took effect.",
    )


class AppointmentGone(Invalid):
    """An appointment is still to come when it is made."""

    code: ClassVar[str] = "appointment-gone"
    text: ClassVar[Text] = Text(
        "«{field}» ya había pasado cuando se dio la cita. Si el servicio empezó, regístrelo así.",
        "“{field}” was past when the appointment was made. If the service has begun, record that.",
    )


class NothingDelivered(Invalid):
    """What is completed was given, at least in part."""

    code: ClassVar[str] = "nothing-delivered"
    text: ClassVar[Text] = Text(
        "«{field}» nombra al menos un servicio. Si no se prestó ninguno, dé por no lograda la"
        " canalización.",
        "“{field}” names at least one service. If none was given, say that it failed.",
    )


class AlreadyConfirmed(Conflicting):
    """A word is taken once."""

    code: ClassVar[str] = "already-confirmed"
    text: ClassVar[Text] = Text(
        "Esa confirmación ya está. Lea el seguimiento: ahí se ve cuál falta.",
        "That confirmation is there already. Read the follow-up: it shows which one is missing.",
    )


class EnrolmentNeeded(Conflicting):
    """An assessment ends with what was found out."""

    code: ClassVar[str] = "enrolment-needed"
    text: ClassVar[Text] = Text(
        "Se canalizó para valoración: diga primero si la persona ya recibía el servicio, puede"
        " recibirlo, quedó inscrita o no.",
        "It was referred for assessment: say first whether the person was served already, is"
        " eligible, was enrolled or refused.",
    )
