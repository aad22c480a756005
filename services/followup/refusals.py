"""A follow-up's refusals, except those of amounts."""

from typing import ClassVar

from shared.kernel.refusals import Invalid, Missing
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
