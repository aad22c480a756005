"""A follow-up: what the institution that accepted a referral does, and what came of it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID

from services.followup.amounts import amount_not_usable, plain
from services.followup.refusals import FollowUpNotOpened
from shared.kernel.coded_fields import attribute
from shared.kernel.decider import SYSTEM, Command, Decider, Decision
from shared.kernel.fields import AttributeOf, Coded, Described
from shared.kernel.life import STAYS, Life, Relation, Transition
from shared.kernel.refusals import Refusal
from shared.kernel.statuses import FOLLOW_UP_STATUSES
from shared.kernel.text import Text
from shared.kernel.value import Value, replace

# --- commands -------------------------------------------------------------------------------

Outcome = Annotated[
    str,
    Coded("outcome_kinds"),
    Described(Text("Un código de outcome_kinds.", "A code of outcome_kinds.")),
]


class OpenFollowUp(Command, kw_only=True):
    """A referral was accepted: its addressee, ``institution``, follows it up (a reaction)."""

    title: ClassVar[Text] = Text("Abrir el seguimiento", "Open the follow-up")

    referral_id: UUID
    case_id: UUID
    institution: str
    sender: str
    kind: str
    programme: str
    subdivision: str


class RecordContact(Command, kw_only=True):
    """There was contact with the person or the counterpart (``contact_channels``)."""

    title: ClassVar[Text] = Text("Registrar un contacto", "Record a contact")
    description: ClassVar[Text] = Text(
        "Registra que hubo contacto con la persona o con la contraparte.",
        "Record that there was contact with the person or the counterpart.",
    )

    channel: Annotated[
        str,
        Coded("contact_channels"),
        Described(Text("Un código de contact_channels.", "A code of contact_channels.")),
    ]


class RecordServiceDelivered(Command, kw_only=True):
    """A service was delivered (``service_kinds``)."""

    title: ClassVar[Text] = Text("Registrar un servicio", "Record a service")
    description: ClassVar[Text] = Text(
        "Registra que se prestó un servicio.", "Record that a service was delivered."
    )

    service: Annotated[
        str,
        Coded("service_kinds"),
        Described(Text("Un código de service_kinds.", "A code of service_kinds.")),
    ]


class RecordOutcome(Command, kw_only=True):
    """Something came of it (``outcome_kinds``).

    amount: exact, in ``currency`` (ISO 4217); both or neither. on: the day it took effect; None
    where that is not known.
    """

    title: ClassVar[Text] = Text("Registrar un resultado", "Record an outcome")
    description: ClassVar[Text] = Text(
        "Registra un resultado: un laudo, un pago, un empleo, una medida de protección.",
        "Record what came of it: an award, a payment, a placement, a measure of protection.",
    )

    outcome: Outcome
    amount: Annotated[Decimal | None, Described(Text('Como en "1250.50".', 'As in "1250.50".'))] = (
        None
    )
    currency: Annotated[
        str | None,
        Coded("currencies"),
        Described(Text("ISO 4217; siempre con un importe.", "ISO 4217; with an amount, always.")),
    ] = None
    on: Annotated[
        date | None,
        Described(
            Text(
                "El día en que surtió efecto; null: se desconoce.",
                "The day it took effect; null: not known.",
            )
        ),
    ] = None


class CloseFollowUp(Command, kw_only=True):
    """Nothing more will be done; ``outcome`` says what came of it all in all."""

    title: ClassVar[Text] = Text("Cerrar", "Close")
    description: ClassVar[Text] = Text(
        "Cierra el seguimiento con su resultado.", "Close the follow-up with its outcome."
    )

    outcome: Outcome


class ReopenFollowUp(Command, kw_only=True):
    """There is more to do after all (``reopening_reasons``)."""

    title: ClassVar[Text] = Text("Reabrir", "Reopen")
    description: ClassVar[Text] = Text(
        "Reabre un seguimiento cerrado.", "Reopen a closed follow-up."
    )

    reason: Annotated[
        str,
        Coded("reopening_reasons"),
        Described(Text("Un código de reopening_reasons.", "A code of reopening_reasons.")),
    ]


class EnterFollowUpInError(Command, kw_only=True):
    """The referral fell with a case that was entered in error (a reaction)."""

    title: ClassVar[Text] = Text("Anular con su caso", "Enter in error with its case")


FollowUpCommand = (
    OpenFollowUp
    | RecordContact
    | RecordServiceDelivered
    | RecordOutcome
    | CloseFollowUp
    | ReopenFollowUp
    | EnterFollowUpInError
)

# --- facts ----------------------------------------------------------------------------------


class FollowUpOpened(Value):
    """``institution`` follows the referral up from now on."""

    referral_id: UUID
    case_id: UUID
    institution: str
    sender: str
    kind: str
    programme: str
    subdivision: str


class ContactRecorded(Value):
    """There was contact."""

    referral_id: UUID
    channel: str


class ServiceDelivered(Value):
    """A service was delivered."""

    referral_id: UUID
    service: str


class OutcomeRecorded(Value):
    """Something came of it. ``outcome_class``: favourable, unfavourable or neutral, as of then."""

    referral_id: UUID
    outcome: str
    outcome_class: str
    amount: Decimal | None
    currency: str | None
    on: date | None


class FollowUpClosed(Value):
    """Nothing more will be done. ``outcome_class`` as of then."""

    referral_id: UUID
    outcome: str
    outcome_class: Annotated[str, AttributeOf("outcome", "class")]


class FollowUpReopened(Value):
    """There was more to do after all."""

    referral_id: UUID
    reason: str


class FollowUpEnteredInError(Value):
    """The follow-up fell with its case."""

    referral_id: UUID


FollowUpFact = (
    FollowUpOpened
    | ContactRecorded
    | ServiceDelivered
    | OutcomeRecorded
    | FollowUpClosed
    | FollowUpReopened
    | FollowUpEnteredInError
)

FACTS: dict[str, type] = {
    "follow-up-opened": FollowUpOpened,
    "contact-recorded": ContactRecorded,
    "service-delivered": ServiceDelivered,
    "outcome-recorded": OutcomeRecorded,
    "follow-up-closed": FollowUpClosed,
    "follow-up-reopened": FollowUpReopened,
    "follow-up-entered-in-error": FollowUpEnteredInError,
}

# --- statuses -------------------------------------------------------------------------------


class NotOpened(Value):
    """The referral was not accepted, or that has not arrived here yet."""


class Open(Value):
    """Being followed up. The counts and ``outcomes`` tell how far, for who looks at it."""

    opening: FollowUpOpened
    contacts: int = 0
    services: tuple[str, ...] = ()
    outcomes: tuple[OutcomeRecorded, ...] = ()
    status: ClassVar[str] = "open"

    @property
    def referral_id(self) -> UUID:
        """The referral that is followed up."""
        return self.opening.referral_id

    @property
    def work(self) -> "Open":
        """What has been done, which is all of it."""
        return self

    @property
    def outcome(self) -> None:
        """Nothing: it was not closed."""


class Ended(Value):
    """Not being worked on; ``work`` is what had been done by then."""

    work: Open

    @property
    def opening(self) -> FollowUpOpened:
        """How it began."""
        return self.work.opening

    @property
    def referral_id(self) -> UUID:
        """The referral that was followed up."""
        return self.work.referral_id


class Closed(Ended):
    """Done, with an outcome; its ``work`` goes on if it is reopened."""

    outcome: str
    status: ClassVar[str] = "closed"


class InError(Ended):
    """Fallen with its case. ``outcome``: what it had been closed with; None if it was open."""

    outcome: str | None
    status: ClassVar[str] = "entered-in-error"


FollowUp = NotOpened | Open | Closed | InError

# --- rules ----------------------------------------------------------------------------------


def _follower(one: Open | Ended, _: object) -> str:
    return one.opening.institution


FOLLOWER = Relation("follower", of=_follower)


def usable_amount(command: RecordOutcome, *_: object) -> Refusal | None:
    """Refuse an amount that is none, or that this outcome does not take."""
    return amount_not_usable(command.outcome, command.amount, command.currency)


def outcome_of(command: RecordOutcome, one: Open, _: object) -> tuple[OutcomeRecorded]:
    """Keep the outcome with its class as of now, and the amount written one way only."""
    return (
        OutcomeRecorded(
            referral_id=one.referral_id,
            outcome=command.outcome,
            outcome_class=attribute("outcome_kinds", command.outcome, "class"),
            amount=plain(command.amount),
            currency=command.currency,
            on=command.on,
        ),
    )


def _contacted(one: Open, _: ContactRecorded) -> Open:
    return replace(one, contacts=one.contacts + 1)


def _served(one: Open, fact: ServiceDelivered) -> Open:
    return replace(one, services=(*one.services, fact.service))


def _resulted(one: Open, fact: OutcomeRecorded) -> Open:
    return replace(one, outcomes=(*one.outcomes, fact))


def _reopened(one: Closed, _: FollowUpReopened) -> Open:
    return one.work


# --- the life -------------------------------------------------------------------------------

TABLE = (
    Transition(OpenFollowUp, by=SYSTEM, from_=NotOpened, fact=FollowUpOpened, to=Open),
    Transition(
        RecordContact,
        by=FOLLOWER,
        from_=Open,
        fact=ContactRecorded,
        to=STAYS,
        evolve=_contacted,
    ),
    Transition(
        RecordServiceDelivered,
        by=FOLLOWER,
        from_=Open,
        fact=ServiceDelivered,
        to=STAYS,
        evolve=_served,
    ),
    Transition(
        RecordOutcome,
        by=FOLLOWER,
        from_=Open,
        guards=(usable_amount,),
        fact=outcome_of,
        to=STAYS,
        evolve=_resulted,
    ),
    Transition(CloseFollowUp, by=FOLLOWER, from_=Open, fact=FollowUpClosed, to=Closed),
    Transition(
        ReopenFollowUp,
        by=FOLLOWER,
        from_=Closed,
        fact=FollowUpReopened,
        to=Open,
        evolve=_reopened,
    ),
    Transition(
        EnterFollowUpInError,
        by=SYSTEM,
        from_=Open | Closed,
        fact=FollowUpEnteredInError,
        to=InError,
    ),
)

LIFE: Life[Any] = Life(
    TABLE,
    start=NotOpened(),
    commands=FollowUpCommand,
    facts=FollowUpFact,
    statuses=FollowUp,
    status_list=FOLLOW_UP_STATUSES,
    refusals={
        NotOpened: FollowUpNotOpened(),
        # A referral that nobody had accepted has no follow-up to fall with it.
        (EnterFollowUpInError, NotOpened): (),
    },
)


def decide(command: FollowUpCommand, one: FollowUp) -> Decision:
    """Decide what follows from this command. A reaction that comes again adds nothing."""
    return LIFE.decide(command, one, None)


DECIDER: Decider[FollowUp] = Decider(nothing=LIFE.start, decide=decide, evolve=LIFE.evolve)
