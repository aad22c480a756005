"""What mends a mistake in a referral; ``life`` has the rows of the table."""

from typing import Annotated, ClassVar

from services.referral.decisions import CaseContext, Topics, starts
from services.referral.other_referrals import in_the_way, replacement_of, still_runs
from services.referral.referral import Declined, InformationAwaited, Received, Waitlisted
from services.referral.referral_facts import AnswerEnteredInError, DeclineEnteredInError
from services.referral.referral_fields import ReferralId
from services.referral.refusals import (
    AlreadyReplaced,
    CaseIsClosed,
    NothingNamed,
    OfferLapsed,
    TopicNotAnswered,
)
from shared.kernel.coded_fields import canonical
from shared.kernel.decider import Command
from shared.kernel.fields import Coded, Described
from shared.kernel.refusals import Refusal
from shared.kernel.text import Text

# --- commands -------------------------------------------------------------------------------

_WHY = Described(Text("El motivo, como código.", "Why, as a code."))


class CorrectDecline(Command, kw_only=True):
    """It was declined, but for another reason."""

    title: ClassVar[Text] = Text("Corregir el motivo del rechazo", "Correct the decline's reason")
    description: ClassVar[Text] = Text(
        "Corrige el motivo con que se rechazó la canalización.",
        "Correct the reason for which the referral was declined.",
    )

    referral_id: ReferralId
    reason: Annotated[str, Coded("decline_reasons"), _WHY]


class EnterDeclineInError(Command, kw_only=True):
    """It was not declined (``error_reasons``): it waits for its decision again."""

    title: ClassVar[Text] = Text("Anular el rechazo", "Void the decline")
    description: ClassVar[Text] = Text(
        "Dice que el rechazo se registró por error: la canalización vuelve a esperar respuesta.",
        "Say that the decline was entered in error: the referral awaits its answer again.",
    )

    referral_id: ReferralId
    reason: Annotated[str, Coded("error_reasons"), _WHY]


class EnterAnswerInError(Command, kw_only=True):
    """These topics were not answered after all (``error_reasons``): they are awaited again."""

    title: ClassVar[Text] = Text("Anular una respuesta", "Void an answer")
    description: ClassVar[Text] = Text(
        "Dice que sobre estos temas no se respondió: se esperan de nuevo.",
        "Say that these topics were not answered: they are awaited again.",
    )

    referral_id: ReferralId
    topics: Topics
    reason: Annotated[str, Coded("error_reasons"), _WHY]


MendingCommand = CorrectDecline | EnterDeclineInError | EnterAnswerInError
"""The commands that mend a mistake."""

# --- guards ---------------------------------------------------------------------------------


def still_offered(_: EnterDeclineInError, referral: Declined, known: CaseContext) -> Refusal | None:
    """Allow a referral to be undecided again only as long as it could be made again."""
    if known.closed:
        return CaseIsClosed()
    request = referral.request
    after = replacement_of(request.referral_id, known.referrals)
    if after is not None and still_runs(known.referrals[after]):
        return AlreadyReplaced(str(after))
    if request.sender != known.custodianship.custodian:
        return OfferLapsed()
    return in_the_way(request.addressee, request.kind, known)


def was_answered(
    command: EnterAnswerInError, referral: Received | Waitlisted, _: CaseContext
) -> NothingNamed | TopicNotAnswered | None:
    """Refuse to void an answer that was not given, or none."""
    if not command.topics:
        return NothingNamed("topics")
    beyond = canonical({*command.topics} - {*referral.answered})
    return TopicNotAnswered("topics", beyond[0]) if beyond else None


# --- what follows ---------------------------------------------------------------------------


def decline_in_error(
    command: EnterDeclineInError, referral: Declined, known: CaseContext
) -> tuple[DeclineEnteredInError]:
    """Wait for the decision again, by a new clock."""
    clock = starts("decide", referral, command, known)
    return (DeclineEnteredInError(command.referral_id, command.reason, clock),)


def answer_in_error(
    command: EnterAnswerInError, referral: Received | Waitlisted, known: CaseContext
) -> tuple[AnswerEnteredInError]:
    """Wait for these topics again, besides those that are awaited."""
    if isinstance(referral, InformationAwaited):
        before, clock = referral.topics, referral.timing.running
    else:
        before, clock = (), starts("inform", referral, command, known)
    awaited = canonical({*before, *command.topics})
    return (
        AnswerEnteredInError(command.referral_id, command.topics, command.reason, awaited, clock),
    )
