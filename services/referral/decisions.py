"""A referral's commands, and the rules by which they are decided.

``life`` has the table of which rule applies in which status. Each takes ``(command, referral,
known)``.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar
from uuid import UUID

from services.referral import clocks
from services.referral.addressees import cannot_take
from services.referral.agreement_index import Index
from services.referral.ending import (
    CloseReferral,
    EnterReferralInError,
    ReopenReferral,
    RevokeForConsent,
    RevokeReferral,
    SupersedeReferral,
)
from services.referral.institution import Listed
from services.referral.link import NO_LINKS, Links
from services.referral.link_refusals import TransferNeedsAccount
from services.referral.override import AgreementOverridden
from services.referral.referral import (
    TRANSFER,
    Begun,
    InformationAwaited,
    NotRequested,
    Received,
    Referral,
    Waitlisted,
)
from services.referral.referral_facts import (
    InformationAnswered,
    InformationPartlyAnswered,
    InformationRequested,
    ReferralAccepted,
)
from services.referral.referral_fields import Asking, ReferralId
from services.referral.refusals import (
    AddresseeNotRegistered,
    CaseIsClosed,
    NobodyDecidesTheirOwn,
    NothingNamed,
    NotTheAddressee,
    ReferredToItself,
    TopicNotAwaited,
)
from shared.kernel.coded_fields import canonical
from shared.kernel.decider import Command, Known
from shared.kernel.fields import Coded, Described
from shared.kernel.life import Relation
from shared.kernel.refusals import Refusal
from shared.kernel.running_clock import RunningClock
from shared.kernel.text import Text
from shared.kernel.value import Value

# --- commands -------------------------------------------------------------------------------

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


class ReferCase(Asking, kw_only=True):
    """Ask institution ``to`` to take the case on (``transfer``) or to share it (``share``)."""

    title: ClassVar[Text] = Text("Canalizar un caso", "Refer a case")
    description: ClassVar[Text] = Text(
        "Canaliza el caso a otra institución. El id de la canalización viene en Location.",
        "Refer the case to another institution. The new referral's id is in Location.",
    )


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


ReferralCommand = (
    ReferCase
    | AcknowledgeReferral
    | RequestInformation
    | AnswerInformation
    | AcceptReferral
    | DeclineReferral
    | WithdrawReferral
    | RevokeReferral
)
"""The commands that an institution may give."""
ReferralReaction = (
    SupersedeReferral | CloseReferral | ReopenReferral | EnterReferralInError | RevokeForConsent
)
"""The commands that follow from facts."""


# --- what else is known ---------------------------------------------------------------------


class Custodianship(Value):
    """Who answers for the case now, and what a receiver's follow-up needs to know of the case."""

    custodian: str
    programme: str
    subdivision: str


class CaseContext(Value):
    """What the rules know of the case besides the referral at hand.

    referrals: all that the case has had, by id. addressee: the directory's entry of the institution
    that a request addresses; None if the command is no request. closed: whether the custodian has
    closed the case. agreements: the index of the sender's; None if nobody looked.
    agreement_required: whether the programme requires one. overrides: those not used yet, by id.
    rules: the programme's; None if nobody looked. links: by which referrals are answered.
    holidays: what stewards have said of them; None if nobody looked. recipients: the directory's
    entries of those to whom the case may be offered, by code. case_id: None if nobody asks.
    consent: what was heard of the consent, or of the override, that is leaned on; None: of none.
    """

    custodianship: Custodianship
    referrals: Mapping[UUID, Referral]
    addressee: Known | None = None
    closed: bool = False
    agreements: Index | None = None
    agreement_required: bool = False
    overrides: Mapping[UUID, AgreementOverridden] = {}
    rules: Known | None = None
    links: Links = NO_LINKS
    holidays: Known | None = None
    recipients: Mapping[str, Known] = {}
    case_id: UUID | None = None
    consent: Known | None = None


# --- who may give a command -----------------------------------------------------------------


def not_the_addressee(command: Command, referral: Begun) -> NobodyDecidesTheirOwn | NotTheAddressee:
    """Return the refusal for one who is not the addressee: the sender gets its own."""
    own = command.by.institution == referral.request.sender
    return NobodyDecidesTheirOwn() if own else NotTheAddressee()


def _custodian(_: object, known: CaseContext) -> str:
    return known.custodianship.custodian


def _sender(referral: Begun, _: CaseContext) -> str:
    return referral.request.sender


def _addressee(referral: Begun, _: CaseContext) -> str:
    return referral.request.addressee


CUSTODIAN = Relation("custodian", of=_custodian)
SENDER = Relation("sender", of=_sender)
ADDRESSEE = Relation("addressee", of=_addressee, refusal=not_the_addressee)

# --- guards ---------------------------------------------------------------------------------


def is_of_an_open_case(_: ReferCase, __: NotRequested, known: CaseContext) -> CaseIsClosed | None:
    """Refuse a referral of a case that its custodian has closed."""
    return CaseIsClosed() if known.closed else None


def names_a_service(command: ReferCase, *_: object) -> NothingNamed | None:
    """Refuse a referral for nothing."""
    return None if command.services else NothingNamed("services")


def goes_to_another(command: ReferCase, *_: object) -> ReferredToItself | None:
    """Refuse a referral of an institution to itself."""
    return ReferredToItself("to") if command.to == command.by.institution else None


def goes_to_a_registered_one(
    _: ReferCase, __: NotRequested, known: CaseContext
) -> AddresseeNotRegistered | None:
    """Refuse an addressee that is not in the directory."""
    listed = known.addressee is not None and isinstance(known.addressee.state, Listed)
    return None if listed else AddresseeNotRegistered()


def goes_to_one_that_can_take_it(
    command: ReferCase, _: NotRequested, known: CaseContext
) -> Refusal | None:
    """Refuse an addressee that is not active, cannot be reached, or serves other programmes.

    By a link one is reached that has no other way to answer, and to share only. An import records
    what has happened, whoever could be reached.
    """
    if command.imported is not None:
        return None
    if command.by_link and command.kind == TRANSFER:
        return TransferNeedsAccount()
    programme = known.custodianship.programme
    return cannot_take(known.addressee, programme, command.at, by_link=command.by_link)


def names_a_topic(
    command: RequestInformation | AnswerInformation, *_: object
) -> NothingNamed | None:
    """Refuse a question, or an answer, about nothing."""
    return None if command.topics else NothingNamed("topics")


def answers_what_was_asked(
    command: AnswerInformation, referral: InformationAwaited, _: CaseContext
) -> TopicNotAwaited | None:
    """Refuse an answer about more than was asked: nothing more is shared."""
    beyond = canonical({*command.topics} - {*referral.topics})
    return TopicNotAwaited("topics", beyond[0]) if beyond else None


# --- clocks ---------------------------------------------------------------------------------


def starts(
    clock: str, referral: Begun, command: Command, known: CaseContext
) -> RunningClock | None:
    """Return a clock that starts with a command about a referral that was requested."""
    there, priority = known.custodianship.subdivision, referral.request.priority
    return clocks.starting(clock, priority, command, there, known.holidays)


def goes_on(
    clock: str, referral: Begun, command: Command, known: CaseContext
) -> RunningClock | None:
    """Return the clock that stood still as it goes on; a new one if none stood still."""
    on = clocks.going_on(referral.timing, command, known.holidays)
    return on or starts(clock, referral, command, known)


# --- what follows ---------------------------------------------------------------------------


def question(
    command: RequestInformation, referral: Begun, known: CaseContext
) -> tuple[InformationRequested]:
    """Ask; the addressee's clock stands still while the sender's runs."""
    clock = starts("inform", referral, command, known)
    return (InformationRequested(command.referral_id, command.topics, clock),)


def answer(
    command: AnswerInformation, referral: InformationAwaited, known: CaseContext
) -> tuple[InformationAnswered | InformationPartlyAnswered]:
    """Answer; what was asked and is not answered stays awaited."""
    awaited = tuple(topic for topic in referral.topics if topic not in command.topics)
    if awaited:
        clock = referral.timing.running
        return (InformationPartlyAnswered(command.referral_id, command.topics, awaited, clock),)
    clock = goes_on("decide", referral, command, known)
    return (InformationAnswered(command.referral_id, command.topics, clock),)


def acceptance(
    command: AcceptReferral, referral: Received | Waitlisted, known: CaseContext
) -> tuple[ReferralAccepted]:
    """Move custody in this fact if it is a transfer; a share leaves it unchanged."""
    requested, case = referral.request, known.custodianship
    return (
        ReferralAccepted(
            referral_id=command.referral_id,
            kind=requested.kind,
            sender=requested.sender,
            addressee=requested.addressee,
            custodian=requested.addressee if requested.kind == TRANSFER else case.custodian,
            previous_custodian=case.custodian,
            programme=case.programme,
            subdivision=case.subdivision,
            received_at=command.received_at,
            services=requested.services,
        ),
    )
