"""The refusals of answering a referral, of confirming a decline, and of what is said afterwards."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Invalid
from shared.kernel.text import Text


class ExpectedBefore(Invalid):
    """Nobody waits for a day that is gone."""

    today: str
    code: ClassVar[str] = "expected-before"
    text: ClassVar[Text] = Text(
        "«{field}» es anterior al día en que se pone en espera ({today}); indique un día por venir,"
        " o ninguno.",
        "“{field}” is before the day of the waitlisting ({today}); name a day to come, or none.",
    )


class ReroutedBack(Invalid):
    """An addressee suggests another institution than the one that asked it."""

    code: ClassVar[str] = "rerouted-back"
    text: ClassVar[Text] = Text(
        "«{field}» es la institución que la envió; sugiera a otra, o rechace.",
        "“{field}” is the institution that sent it; suggest another, or decline.",
    )


class AlreadyRated(Conflicting):
    """Each of the two institutions rates the other once."""

    code: ClassVar[str] = "already-rated"
    text: ClassVar[Text] = Text(
        "Su institución ya calificó a la otra por esta canalización; se califica una vez.",
        "Your institution has rated the other for this referral already; that is done once.",
    )


class LoopAlreadyClosed(Conflicting):
    """A sender is done with a referral once."""

    code: ClassVar[str] = "loop-already-closed"
    text: ClassVar[Text] = Text(
        "La canalización ya se dio por concluida. Si se reabre, podrá concluirse de nuevo.",
        "The sender is done with this referral already. If it is reopened, that can be said again.",
    )
