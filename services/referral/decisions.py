"""What the addressee and the sender of a referral may answer, and what follows from it."""

from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from services.referral.referral import (
    TRANSFER,
    Accepted,
    Acknowledged,
    Declined,
    InError,
    InformationAnswered,
    InformationAwaited,
    InformationRequested,
    Referral,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralRequested,
    ReferralWithdrawn,
    Requested,
    Withdrawn,
)
from services.referral.refusals import (
    AlreadyAccepted,
    AlreadyAcknowledged,
    AlreadyDeclined,
    AlreadyWithdrawn,
    CaseIsInError,
    InformationAlreadyAwaited,
    InformationNotAwaited,
    NobodyDecidesTheirOwn,
    NothingNamed,
    NotTheAddressee,
    NotTheSender,
    TopicNotAskedFor,
)
from shared.kernel.coded_fields import any_not_known, attribute, canonical, not_known
from shared.kernel.decider import Command, Decision
from shared.kernel.fields import Coded, Described
from shared.kernel.refusals import Refusal
from shared.kernel.text import Text
from shared.kernel.value import Value

# --- commands -------------------------------------------------------------------------------

ReferralId = Annotated[UUID, Described(Text("La canalización.", "The referral."))]
Topics = Annotated[
    tuple[str, ...],
    Coded("information_topics"),
    Described(
        Text(
            "Qué información, por temas; nunca la información misma.",
            "Which information, by topics; never the information itself.",
        ),
        least=1,
        most=20,
    ),
]
_WHY = Described(Text("El motivo, como código.", "Why, as a code."))


class AcknowledgeReferral(Command, kw_only=True):
    """The addressee has received the referral."""

    title: ClassVar[Text] = Text("Acusar recibo", "Acknowledge")
    description: ClassVar[Text] = Text(
        "Dice que la canalización se recibió.", "Say that the referral has been received."
    )

    referral_id: ReferralId


class RequestInformation(Command, kw_only=True):
    """The addressee cannot decide before it knows more (``information_topics``)."""

    title: ClassVar[Text] = Text("Pedir información", "Ask for information")
    description: ClassVar[Text] = Text(
        "Pide a la institución remitente información antes de decidir, por temas.",
        "Ask the sender about some topics before deciding.",
    )

    referral_id: ReferralId
    topics: Topics


class AnswerInformation(Command, kw_only=True):
    """The sender gave the information, outside this system; only the topics are noted here."""

    title: ClassVar[Text] = Text("Responder lo pedido", "Answer what was asked")
    description: ClassVar[Text] = Text(
        "Dice sobre qué temas ya se respondió a la institución destinataria.",
        "Say about which topics the addressee has been answered.",
    )

    referral_id: ReferralId
    topics: Topics


class AcceptReferral(Command, kw_only=True):
    """The addressee takes the referral on; a transfer moves custody with it."""

    title: ClassVar[Text] = Text("Aceptar", "Accept")
    description: ClassVar[Text] = Text(
        "Acepta la canalización. Una transferencia mueve así la responsabilidad.",
        "Take the referral on. A transfer moves custody in the same fact.",
    )

    referral_id: ReferralId


class DeclineReferral(Command, kw_only=True):
    """The addressee does not take it on, and says why (``decline_reasons``)."""

    title: ClassVar[Text] = Text("Rechazar", "Decline")
    description: ClassVar[Text] = Text(
        "Rechaza la canalización, con un código de decline_reasons.",
        "Decline the referral, with a code of decline_reasons.",
    )

    referral_id: ReferralId
    reason: Annotated[str, Coded("decline_reasons"), _WHY]


class WithdrawReferral(Command, kw_only=True):
    """The sender takes it back, and says why (``withdrawal_reasons``)."""

    title: ClassVar[Text] = Text("Retirar", "Withdraw")
    description: ClassVar[Text] = Text(
        "Retira la canalización, con un código de withdrawal_reasons.",
        "Take the referral back, with a code of withdrawal_reasons.",
    )

    referral_id: ReferralId
    reason: Annotated[str, Coded("withdrawal_reasons"), _WHY]


Answer = (
    AcknowledgeReferral
    | RequestInformation
    | AnswerInformation
    | AcceptReferral
    | DeclineReferral
    | WithdrawReferral
)


class Custodianship(Value):
    """Who answers for the case now, and what of the case a receiver's follow-up needs."""

    custodian: str
    programme: str
    subdivision: str


# --- decide ---------------------------------------------------------------------------------


def decide(command: Answer, referral: Referral, held: Custodianship) -> Decision:
    """Decide what follows: whose answer it is to give, then whether there still is a question."""
    return (
        _not_theirs(command, referral.request)
        or _ended(referral)
        or _answered(command, referral, held)
    )


def _answered(command: Answer, referral: Referral, held: Custodianship) -> Decision:
    match command:
        case AcknowledgeReferral():
            return _received(referral) or AlreadyAcknowledged()
        case RequestInformation(topics=topics):
            return _cannot_ask(referral, topics) or (
                *_received(referral),
                InformationRequested(command.referral_id, canonical(topics)),
            )
        case AnswerInformation(topics=topics):
            return _cannot_inform(referral, topics) or (
                InformationAnswered(command.referral_id, canonical(topics)),
            )
        case AcceptReferral():
            return (*_received(referral), _acceptance(referral.request, held))
        case DeclineReferral(reason=reason):
            return not_known("reason", "decline_reasons", reason) or (
                *_received(referral),
                ReferralDeclined(
                    command.referral_id, reason, attribute("decline_reasons", reason, "class")
                ),
            )
        case WithdrawReferral(reason=reason):
            return not_known("reason", "withdrawal_reasons", reason) or (
                ReferralWithdrawn(command.referral_id, reason),
            )
        case _:
            assert_never(command)


def _received(referral: Referral) -> tuple[ReferralAcknowledged, ...]:
    """Whoever answers a referral has received it: an acknowledgement not yet given is implied."""
    match referral:
        case Requested(request=request):
            return (ReferralAcknowledged(request.referral_id),)
        case _:
            return ()


def _acceptance(request: ReferralRequested, held: Custodianship) -> ReferralAccepted:
    """Move custody in this very fact where it is a transfer; a share leaves it where it is."""
    moves = request.kind == TRANSFER
    return ReferralAccepted(
        referral_id=request.referral_id,
        kind=request.kind,
        sender=request.sender,
        addressee=request.addressee,
        custodian=request.addressee if moves else held.custodian,
        previous_custodian=held.custodian,
        programme=held.programme,
        subdivision=held.subdivision,
    )


# --- rules ----------------------------------------------------------------------------------


def _not_theirs(command: Answer, request: ReferralRequested) -> Refusal | None:
    caller = command.by.institution
    match command:
        case AnswerInformation() | WithdrawReferral():
            return None if caller == request.sender else NotTheSender()
        case _ if caller == request.sender:
            return NobodyDecidesTheirOwn()
        case _:
            return None if caller == request.addressee else NotTheAddressee()


def _ended(referral: Referral) -> Refusal | None:
    match referral:
        case Requested() | Acknowledged() | InformationAwaited():
            return None
        case Accepted():
            return AlreadyAccepted()
        case Declined():
            return AlreadyDeclined()
        case Withdrawn():
            return AlreadyWithdrawn()
        case InError():
            return CaseIsInError()
        case _:
            assert_never(referral)


def _cannot_ask(referral: Referral, topics: tuple[str, ...]) -> Refusal | None:
    if isinstance(referral, InformationAwaited):
        return InformationAlreadyAwaited()
    return _topics_not_usable(topics)


def _cannot_inform(referral: Referral, topics: tuple[str, ...]) -> Refusal | None:
    if not isinstance(referral, InformationAwaited):
        return InformationNotAwaited()
    beyond = canonical(set(topics) - set(referral.topics))
    return _topics_not_usable(topics) or (
        TopicNotAskedFor(field="topics", topic=beyond[0]) if beyond else None
    )


def _topics_not_usable(topics: tuple[str, ...]) -> Refusal | None:
    if not topics:
        return NothingNamed(field="topics")
    return any_not_known("topics", "information_topics", topics)
