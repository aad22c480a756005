"""A referral's life in short, as a table: what the tests of the kernel's lives are about."""

from typing import Annotated, ClassVar
from uuid import UUID

from shared.kernel.coded_fields import canonical
from shared.kernel.decider import Command
from shared.kernel.fields import AttributeOf, Coded
from shared.kernel.life import Life, Relation, Transition
from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing
from shared.kernel.roles import SYSTEM
from shared.kernel.text import Text
from shared.kernel.value import Value

# --- what else is known, and refusals of its own ---------------------------------------------


class Custodianship(Value):
    custodian: str
    programme: str


class ReferralNotFound(Missing):
    code: ClassVar[str] = "referral-not-found"
    text: ClassVar[Text] = Text("No existe.", "There is none.")


class NobodyDecidesTheirOwn(Forbidden):
    code: ClassVar[str] = "nobody-decides-their-own"
    text: ClassVar[Text] = Text("Usted la envió.", "You sent it.")


class NotTheAddressee(Forbidden):
    code: ClassVar[str] = "not-the-addressee"
    text: ClassVar[Text] = Text("No es para usted.", "It is not for you.")


class ReferredToItself(Invalid):
    code: ClassVar[str] = "referred-to-itself"
    text: ClassVar[Text] = Text("Corrija «{field}».", "Mend “{field}”.")


class TopicNotAwaited(Invalid):
    topic: str
    code: ClassVar[str] = "topic-not-asked-for"
    text: ClassVar[Text] = Text("No se pidió «{topic}».", "“{topic}” was not asked for.")


class AlreadyWithdrawn(Conflicting):
    reason: str
    code: ClassVar[str] = "already-withdrawn"
    text: ClassVar[Text] = Text("Retirada ({reason}).", "Withdrawn ({reason}).")


# --- commands -------------------------------------------------------------------------------


class ReferralCommand(Command, kw_only=True):
    referral_id: UUID


class Refer(ReferralCommand, kw_only=True):
    title: ClassVar[Text] = Text("Canalizar", "Refer")
    to: str
    services: Annotated[tuple[str, ...], Coded("service_kinds")]


class Acknowledge(ReferralCommand, kw_only=True):
    title: ClassVar[Text] = Text("Acusar recibo", "Acknowledge")


class RequestInformation(ReferralCommand, kw_only=True):
    title: ClassVar[Text] = Text("Pedir información", "Ask for information")
    topics: Annotated[tuple[str, ...], Coded("information_topics")]


class Inform(ReferralCommand, kw_only=True):
    title: ClassVar[Text] = Text("Informar", "Inform")
    topics: Annotated[tuple[str, ...], Coded("information_topics")]


class Accept(ReferralCommand, kw_only=True):
    title: ClassVar[Text] = Text("Aceptar", "Accept")


class Decline(ReferralCommand, kw_only=True):
    title: ClassVar[Text] = Text("No aceptar", "Decline")
    reason: Annotated[str, Coded("decline_reasons")]


class Withdraw(ReferralCommand, kw_only=True):
    title: ClassVar[Text] = Text("Retirar", "Withdraw")
    reason: Annotated[str, Coded("withdrawal_reasons")]


class EnterInError(ReferralCommand, kw_only=True):
    title: ClassVar[Text] = Text("Anular", "Enter in error")


Commands = (
    Refer | Acknowledge | RequestInformation | Inform | Accept | Decline | Withdraw | EnterInError
)

# --- facts ----------------------------------------------------------------------------------


class Requested(Value):
    referral_id: UUID
    sender: str
    addressee: str
    services: tuple[str, ...]


class Acknowledged(Value):
    referral_id: UUID


class InformationRequested(Value):
    referral_id: UUID
    topics: tuple[str, ...]


class InformationGiven(Value):
    referral_id: UUID
    topics: tuple[str, ...]


class Accepted(Value):
    referral_id: UUID
    addressee: str
    previous_custodian: str


class Declined(Value):
    referral_id: UUID
    reason: str
    reason_class: Annotated[str, AttributeOf("reason", "class")]


class Withdrawn(Value):
    referral_id: UUID
    reason: str


class EnteredInError(Value):
    referral_id: UUID


Facts = (
    Requested
    | Acknowledged
    | InformationRequested
    | InformationGiven
    | Accepted
    | Declined
    | Withdrawn
    | EnteredInError
)

# --- statuses -------------------------------------------------------------------------------


class NotRequested(Value):
    pass


class Begun(Value):
    request: Requested

    @property
    def addressee(self) -> str:
        return self.request.addressee


class IsRequested(Begun):
    status: ClassVar[str] = "requested"


class IsAcknowledged(Begun):
    status: ClassVar[str] = "acknowledged"
    answers: int = 0


class AwaitsInformation(Begun):
    status: ClassVar[str] = "information-awaited"
    topics: tuple[str, ...]
    answers: int


class IsAccepted(Begun):
    status: ClassVar[str] = "accepted"


class IsDeclined(Begun):
    status: ClassVar[str] = "declined"
    reason: str


class IsWithdrawn(Begun):
    status: ClassVar[str] = "withdrawn"
    reason: str


class IsInError(Begun):
    status: ClassVar[str] = "entered-in-error"


Received = IsAcknowledged | AwaitsInformation
Undecided = IsRequested | Received
Referral = Undecided | IsAccepted | IsDeclined | IsWithdrawn | IsInError

# --- rules ----------------------------------------------------------------------------------


def request(command: Refer, state: NotRequested, known: Custodianship) -> tuple[Requested]:
    del state, known
    sender = command.by.institution
    return (Requested(command.referral_id, sender, command.to, command.services),)


def acceptance(command: Accept, referral: Received, known: Custodianship) -> tuple[Accepted]:
    return (Accepted(command.referral_id, referral.request.addressee, known.custodian),)


def to_another(
    command: Refer, state: NotRequested, known: Custodianship
) -> ReferredToItself | None:
    del state, known
    return ReferredToItself("to") if command.to == command.by.institution else None


def asked_for(
    command: Inform, state: AwaitsInformation, known: Custodianship
) -> TopicNotAwaited | None:
    del known
    beyond = canonical({*command.topics} - {*state.topics})
    return TopicNotAwaited("topics", beyond[0]) if beyond else None


def answered(state: AwaitsInformation, fact: InformationGiven) -> IsAcknowledged:
    del fact
    return IsAcknowledged(state.request, state.answers + 1)


def not_the_addressee(command: Command, referral: Begun) -> NobodyDecidesTheirOwn | NotTheAddressee:
    own = command.by.institution == referral.request.sender
    return NobodyDecidesTheirOwn() if own else NotTheAddressee()


def already_withdrawn(command: Command, referral: IsWithdrawn) -> AlreadyWithdrawn:
    del command
    return AlreadyWithdrawn(referral.reason)


CUSTODIAN = Relation("custodian", of=lambda _, known: known.custodian)
SENDER = Relation("sender", of=lambda one, _: one.request.sender)
ADDRESSEE = Relation(
    "addressee", of=lambda one, _: one.request.addressee, refusal=not_the_addressee
)

# --- the table ------------------------------------------------------------------------------

TABLE = (
    Transition(
        Refer,
        by=CUSTODIAN,
        from_=NotRequested,
        guards=(to_another,),
        fact=request,
        to=IsRequested,
    ),
    Transition(
        Acknowledge,
        by=ADDRESSEE,
        from_=IsRequested,
        fact=Acknowledged,
        to=IsAcknowledged,
        sets={"answers": 0},
    ),
    Transition(
        RequestInformation,
        by=ADDRESSEE,
        from_=IsRequested | IsAcknowledged,
        implied=Acknowledged,
        fact=InformationRequested,
        to=AwaitsInformation,
    ),
    Transition(
        Inform,
        by=SENDER,
        from_=AwaitsInformation,
        guards=(asked_for,),
        fact=InformationGiven,
        to=IsAcknowledged,
        evolve=answered,
    ),
    Transition(
        Accept,
        by=ADDRESSEE,
        from_=Undecided,
        implied=Acknowledged,
        fact=acceptance,
        to=IsAccepted,
    ),
    Transition(
        Decline,
        by=ADDRESSEE,
        from_=Undecided,
        implied=Acknowledged,
        fact=Declined,
        to=IsDeclined,
    ),
    Transition(Withdraw, by=SENDER, from_=Undecided, fact=Withdrawn, to=IsWithdrawn),
    Transition(
        EnterInError, by=SYSTEM, from_=Undecided | IsAccepted, fact=EnteredInError, to=IsInError
    ),
)

LIFE: Life[Value] = Life(
    TABLE,
    start=NotRequested(),
    commands=Commands,
    facts=Facts,
    statuses=Referral,
    status_list="referral_statuses",
    refusals={NotRequested: ReferralNotFound(), IsWithdrawn: already_withdrawn},
)
