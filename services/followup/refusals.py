"""A follow-up's refusals, except those of amounts."""

from typing import ClassVar

from shared.kernel.refusals import Missing
from shared.kernel.text import Text


class FollowUpNotOpened(Missing):
    """There is no follow-up before a referral is accepted."""

    code: ClassVar[str] = "follow-up-not-opened"
    text: ClassVar[Text] = Text(
        "Aquí no hay seguimiento. Si se acaba de aceptar, intente de nuevo.",
        "There is no follow-up here. If it was accepted just now, try again.",
    )
