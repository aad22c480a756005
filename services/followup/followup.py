"""A follow-up: what the institution that accepted a referral does, and what came of it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from services.followup.amounts import amount_not_usable, plain
from services.followup.refusals import (
    FollowUpIsClosed,
    FollowUpIsInError,
    FollowUpIsOpen,
    FollowUpNotOpened,
    NotTheFollowingInstitution,
)
from shared.kernel.coded_fields import attribute, not_known
from shared.kernel.decider import Command, Decider, Decision, reaction_only
from shared.kernel.fields import Coded, Described
from shared.kernel.refusals import Refusal
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


Work = RecordContact | RecordServiceDelivered | RecordOutcome | CloseFollowUp | ReopenFollowUp
FollowUpCommand = OpenFollowUp | Work | EnterFollowUpInError

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
    outcome_class: str


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

# --- states ---------------------------------------------------------------------------------


class NotOpened(Value):
    """The referral was not accepted, or that has not arrived here yet."""


class Open(Value):
    """Being followed up. The counts and ``outcomes`` tell how far, for who looks at it."""

    opening: FollowUpOpened
    contacts: int = 0
    services: tuple[str, ...] = ()
    outcomes: tuple[OutcomeRecorded, ...] = ()


class Closed(Value):
    """Done, with an outcome; ``work`` is how it stood, to go on from if it is reopened."""

    work: Open
    outcome: str


class InError(Value):
    """Fallen with its case; ``work`` is what had been done by then.

    outcome: what it had been closed with; None where it still was open.
    """

    work: Open
    outcome: str | None


FollowUp = NotOpened | Open | Closed | InError

# --- decide ---------------------------------------------------------------------------------


def decide(command: FollowUpCommand, state: FollowUp) -> Decision:
    """Decide what follows from this wish. A reaction that comes again adds nothing."""
    match command:
        case OpenFollowUp():
            return reaction_only(command) or _opening(command, state)
        case EnterFollowUpInError():
            return reaction_only(command) or _error(state)
        case _:
            return _work(command, state)


def _opening(command: OpenFollowUp, state: FollowUp) -> Decision:
    if not isinstance(state, NotOpened):
        return ()
    return (
        FollowUpOpened(
            referral_id=command.referral_id,
            case_id=command.case_id,
            institution=command.institution,
            sender=command.sender,
            kind=command.kind,
            programme=command.programme,
            subdivision=command.subdivision,
        ),
    )


def _error(state: FollowUp) -> Decision:
    """One fact where there is a follow-up: a referral that nobody had accepted has none."""
    match state:
        case Open(opening=opening) | Closed(work=Open(opening=opening)):
            return (FollowUpEnteredInError(opening.referral_id),)
        case _:
            return ()


def _work(command: Work, state: FollowUp) -> Decision:
    match state:
        case NotOpened():
            return FollowUpNotOpened()
        case Open(opening=opening):
            return _not_theirs(command, opening) or _go_on(command, opening.referral_id)
        case Closed(work=work):
            return _not_theirs(command, work.opening) or _reopen(command, work.opening.referral_id)
        case InError():
            return FollowUpIsInError()
        case _:
            assert_never(state)


def _go_on(command: Work, referral_id: UUID) -> Decision:
    match command:
        case RecordContact(channel=channel):
            refused = not_known("channel", "contact_channels", channel)
            return refused or (ContactRecorded(referral_id, channel),)
        case RecordServiceDelivered(service=service):
            refused = not_known("service", "service_kinds", service)
            return refused or (ServiceDelivered(referral_id, service),)
        case RecordOutcome():
            return _outcome(command, referral_id)
        case CloseFollowUp(outcome=outcome):
            return not_known("outcome", "outcome_kinds", outcome) or (
                FollowUpClosed(referral_id, outcome, attribute("outcome_kinds", outcome, "class")),
            )
        case ReopenFollowUp():
            return FollowUpIsOpen()
        case _:
            assert_never(command)


def _outcome(command: RecordOutcome, referral_id: UUID) -> Decision:
    outcome, amount, currency = command.outcome, command.amount, command.currency
    return (
        not_known("outcome", "outcome_kinds", outcome)
        or amount_not_usable(outcome, amount, currency)
        or (
            OutcomeRecorded(
                referral_id=referral_id,
                outcome=outcome,
                outcome_class=attribute("outcome_kinds", outcome, "class"),
                amount=plain(amount),
                currency=currency,
                on=command.on,
            ),
        )
    )


def _reopen(command: Work, referral_id: UUID) -> Decision:
    match command:
        case ReopenFollowUp(reason=reason):
            refused = not_known("reason", "reopening_reasons", reason)
            return refused or (FollowUpReopened(referral_id, reason),)
        case _:
            return FollowUpIsClosed()


# --- rules ----------------------------------------------------------------------------------


def _not_theirs(command: Command, opening: FollowUpOpened) -> Refusal | None:
    theirs = command.by.institution == opening.institution
    return None if theirs else NotTheFollowingInstitution()


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: FollowUp, fact: FollowUpFact) -> FollowUp:
    """Remember that this has happened. Nothing is judged: what happened, happened."""
    match fact:
        case FollowUpOpened():
            return Open(opening=fact)
        case FollowUpReopened():
            return state.work if isinstance(state, Closed) else state
        case FollowUpEnteredInError():
            return _voided(state)
        case _:
            return _worked(state, fact) if isinstance(state, Open) else state


def _worked(
    state: Open, fact: ContactRecorded | ServiceDelivered | OutcomeRecorded | FollowUpClosed
) -> FollowUp:
    match fact:
        case ContactRecorded():
            return replace(state, contacts=state.contacts + 1)
        case ServiceDelivered(service=service):
            return replace(state, services=(*state.services, service))
        case OutcomeRecorded():
            return replace(state, outcomes=(*state.outcomes, fact))
        case FollowUpClosed(outcome=outcome):
            return Closed(work=state, outcome=outcome)
        case _:
            assert_never(fact)


def _voided(state: FollowUp) -> FollowUp:
    match state:
        case Open():
            return InError(work=state, outcome=None)
        case Closed(work=work, outcome=outcome):
            return InError(work=work, outcome=outcome)
        case _:
            return state


DECIDER: Decider[FollowUp] = Decider(nothing=NotOpened(), decide=decide, evolve=evolve)
