"""What the two institutions of a referral say afterwards: how it went, and that it is done with."""

from typing import Annotated, ClassVar

from services.referral.answering_refusals import AlreadyRated, LoopAlreadyClosed
from services.referral.decisions import CaseContext
from services.referral.referral import Begun, Over, Referral
from services.referral.referral_facts import CounterpartRated, LoopClosed
from services.referral.referral_fields import ReferralId
from shared.kernel.decider import Command
from shared.kernel.fields import Coded, Described
from shared.kernel.text import Text
from shared.kernel.value import replace

# --- commands -------------------------------------------------------------------------------


class RateCounterpart(Command, kw_only=True):
    """The sender or the addressee says how the other dealt with the referral (``ratings``)."""

    title: ClassVar[Text] = Text("Calificar a la otra institución", "Rate the counterpart")
    description: ClassVar[Text] = Text(
        "Califica a la otra institución de la canalización, una vez que se aceptó o terminó: si"
        " respondió a tiempo, y su empeño. Cada una califica una vez.",
        "Rate the other institution of the referral, once it was accepted or has ended: whether it"
        " answered in time, and its effort. Each of the two does so once.",
    )

    referral_id: ReferralId
    timeliness: Annotated[
        str, Coded("ratings"), Described(Text("Si respondió a tiempo.", "How much in time."))
    ]
    effort: Annotated[str, Coded("ratings"), Described(Text("Su empeño.", "Its effort."))]


class CloseLoop(Command, kw_only=True):
    """The sender is done with the referral (``loop_reasons``, ``told``)."""

    title: ClassVar[Text] = Text("Dar por concluida", "Close the loop")
    description: ClassVar[Text] = Text(
        "Dice que la remitente da por concluida una canalización terminada: con qué, por un código"
        " de loop_reasons, y si se le dijo a la persona, por uno de told.",
        "Say that the sender is done with a referral that has ended: with what, by a code of"
        " loop_reasons, and whether the person was told, by one of told.",
    )

    referral_id: ReferralId
    reason: Annotated[
        str,
        Coded("loop_reasons"),
        Described(Text("Con qué, como código.", "With what, as a code.")),
    ]
    person_told: Annotated[
        str,
        Coded("told"),
        Described(Text("Si se le dijo a la persona.", "Whether the person was told.")),
    ]


AfterwardsCommand = RateCounterpart | CloseLoop

# --- guards ---------------------------------------------------------------------------------


def has_not_rated(command: RateCounterpart, referral: Begun, _: CaseContext) -> AlreadyRated | None:
    """Allow each institution one rating."""
    return AlreadyRated() if command.by.institution in referral.rated else None


def loop_is_open(_: CloseLoop, referral: Over, __: CaseContext) -> LoopAlreadyClosed | None:
    """Allow a loop to be closed once, until the referral goes on."""
    return LoopAlreadyClosed() if referral.loop_closed else None


# --- what follows ---------------------------------------------------------------------------


def rated(command: RateCounterpart, referral: Begun, _: CaseContext) -> tuple[CounterpartRated]:
    """Rate the other of the two institutions."""
    request, own = referral.request, command.by.institution
    other = request.addressee if own == request.sender else request.sender
    which, timeliness = command.referral_id, command.timeliness
    return (CounterpartRated(which, own, other, timeliness, command.effort),)


def with_rating(referral: Referral, fact: CounterpartRated) -> Referral:
    """Remember who has rated."""
    return replace(referral, rated=(*referral.rated, fact.institution))


def with_loop_closed(referral: Referral, _: LoopClosed) -> Referral:
    """Remember that the sender is done with it."""
    return replace(referral, loop_closed=True)
