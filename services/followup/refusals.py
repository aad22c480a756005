"""How a follow-up says no, but for its amounts: every sentence that a caller may hear."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden, Missing
from shared.kernel.text import Text


class FollowUpNotOpened(Missing):
    """There is no follow-up before a referral is accepted."""

    code: ClassVar[str] = "follow-up-not-opened"
    text: ClassVar[Text] = Text(
        "Aquí no hay seguimiento. Si se acaba de aceptar, intente de nuevo.",
        "There is no follow-up here. If it was accepted just now, try again.",
    )


class FollowUpIsInError(Conflicting):
    """A follow-up that fell with its case takes nothing more."""

    code: ClassVar[str] = "follow-up-is-in-error"
    text: ClassVar[Text] = Text(
        "El caso se registró por error; su seguimiento ya no admite cambios.",
        "The case was entered in error; its follow-up takes no more changes.",
    )


class NotTheFollowingInstitution(Forbidden):
    """Only the institution that accepted the referral follows it up."""

    code: ClassVar[str] = "not-the-following-institution"
    text: ClassVar[Text] = Text(
        "Solo la institución que aceptó la canalización lleva su seguimiento.",
        "Only the institution that accepted the referral follows it up.",
    )


class FollowUpIsClosed(Conflicting):
    """What is closed is reopened first."""

    code: ClassVar[str] = "follow-up-is-closed"
    text: ClassVar[Text] = Text(
        "El seguimiento está cerrado. Reábralo para registrar algo más.",
        "The follow-up is closed. Reopen it to record anything more.",
    )


class FollowUpIsOpen(Conflicting):
    """Only what is closed can be reopened."""

    code: ClassVar[str] = "follow-up-is-open"
    text: ClassVar[Text] = Text(
        "El seguimiento está abierto; no hay nada que reabrir.",
        "The follow-up is open; there is nothing to reopen.",
    )
