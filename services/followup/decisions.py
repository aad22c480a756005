"""A follow-up's commands, and the rules by which they are decided.

``life`` has the table of which rule applies in which status.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from services.followup.amounts import above_ceiling, amount_not_usable, plain
from services.followup.followup import (
    CONTACT,
    OUTCOME,
    SERVICE,
    Ended,
    Item,
    Open,
    OutcomeCorrected,
    OutcomeRecorded,
)
from services.followup.refusals import NothingToMend, NotYetInEffect
from shared.kernel.coded_fields import attribute
from shared.kernel.decider import Command
from shared.kernel.fields import ByImportOnly, Coded, Described
from shared.kernel.life import Relation
from shared.kernel.refusals import Refusal
from shared.kernel.roles import SUPERVISOR
from shared.kernel.text import Text

# --- commands -------------------------------------------------------------------------------

Outcome = Annotated[str, Coded("outcome_kinds")]
Reason = Annotated[
    str, Coded("error_reasons"), Described(Text("El motivo, como código.", "Why, as a code."))
]
Replaces = Annotated[
    int,
    Described(
        Text(
            "Qué se sustituye: su número en el seguimiento, que es la versión del recibo.",
            "What is replaced: its number in the follow-up, which is the receipt's version.",
        )
    ),
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
    services: tuple[str, ...] = ()


class RecordContact(Command, kw_only=True):
    """There was contact with the person or the counterpart (``contact_channels``)."""

    title: ClassVar[Text] = Text("Registrar un contacto", "Record a contact")
    description: ClassVar[Text] = Text(
        "Registra que hubo contacto con la persona o con la contraparte.",
        "Record that there was contact with the person or the counterpart.",
    )

    channel: Annotated[str, Coded("contact_channels")]


class RecordServiceDelivered(Command, kw_only=True):
    """A service was delivered (``service_kinds``)."""

    title: ClassVar[Text] = Text("Registrar un servicio", "Record a service")
    description: ClassVar[Text] = Text(
        "Registra que se prestó un servicio.", "Record that a service was delivered."
    )

    service: Annotated[str, Coded("service_kinds")]


class OutcomeCommand(Command, kw_only=True):
    """Something came of it (``outcome_kinds``).

    amount: exact, in ``currency`` (ISO 4217); both or neither. on: the day it took effect; None
    if that is not known.
    """

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


class RecordOutcome(OutcomeCommand, kw_only=True):
    """Something came of it."""

    title: ClassVar[Text] = Text("Registrar un resultado", "Record an outcome")
    description: ClassVar[Text] = Text(
        "Registra un resultado: un laudo, un pago, un empleo, una medida de protección.",
        "Record what came of it: an award, a payment, a placement, a measure of protection.",
    )


class CorrectContact(Command, kw_only=True):
    """There was that contact, but by another way."""

    title: ClassVar[Text] = Text("Corregir un contacto", "Correct a contact")
    description: ClassVar[Text] = Text(
        "Dice por qué medio fue en verdad un contacto ya registrado.",
        "Say by which way a recorded contact really was.",
    )

    replaces: Replaces
    channel: Annotated[str, Coded("contact_channels")]


class EnterContactInError(Command, kw_only=True):
    """There was no such contact here (``error_reasons``)."""

    title: ClassVar[Text] = Text("Anular un contacto", "Void a contact")
    description: ClassVar[Text] = Text(
        "Dice que un contacto se registró por error. La historia muestra ambos hechos.",
        "Say that a contact was entered in error. The history shows both facts.",
    )

    replaces: Replaces
    reason: Reason


class CorrectService(Command, kw_only=True):
    """A service was delivered, but another one."""

    title: ClassVar[Text] = Text("Corregir un servicio", "Correct a service")
    description: ClassVar[Text] = Text(
        "Dice qué servicio fue en verdad uno ya registrado.",
        "Say which service a recorded one really was.",
    )

    replaces: Replaces
    service: Annotated[str, Coded("service_kinds")]


class EnterServiceInError(Command, kw_only=True):
    """No such service was delivered here (``error_reasons``)."""

    title: ClassVar[Text] = Text("Anular un servicio", "Void a service")
    description: ClassVar[Text] = Text(
        "Dice que un servicio se registró por error. La historia muestra ambos hechos.",
        "Say that a service was entered in error. The history shows both facts.",
    )

    replaces: Replaces
    reason: Reason


class CorrectOutcome(OutcomeCommand, kw_only=True):
    """Something came of it, but not what was recorded."""

    title: ClassVar[Text] = Text("Corregir un resultado", "Correct an outcome")
    description: ClassVar[Text] = Text(
        "Describe de nuevo, completo, un resultado ya registrado; las cifras lo siguen.",
        "Describe a recorded outcome again, in full; the figures follow.",
    )

    replaces: Replaces


class EnterOutcomeInError(Command, kw_only=True):
    """Nothing like that came of it (``error_reasons``)."""

    title: ClassVar[Text] = Text("Anular un resultado", "Void an outcome")
    description: ClassVar[Text] = Text(
        "Dice que un resultado se registró por error; deja de contar. La historia muestra ambos.",
        "Say that an outcome was entered in error; it counts no more. The history shows both.",
    )

    replaces: Replaces
    reason: Reason


class CloseFollowUp(Command, kw_only=True):
    """Nothing more will be done; ``outcome`` says what came of it all in all.

    undated: nobody knows when; it was no later than ``at``.
    """

    title: ClassVar[Text] = Text("Cerrar", "Close")
    description: ClassVar[Text] = Text(
        "Cierra el seguimiento con su resultado.", "Close the follow-up with its outcome."
    )

    outcome: Outcome
    undated: Annotated[bool, ByImportOnly()] = False


class ReopenFollowUp(Command, kw_only=True):
    """There is more to do after all (``reopening_reasons``)."""

    title: ClassVar[Text] = Text("Reabrir", "Reopen")
    description: ClassVar[Text] = Text(
        "Reabre un seguimiento cerrado.", "Reopen a closed follow-up."
    )

    reason: Annotated[str, Coded("reopening_reasons")]


class PutFollowUpOnHold(Command, kw_only=True):
    """The work pauses (``hold_reasons``)."""

    title: ClassVar[Text] = Text("Poner en pausa", "Put on hold")
    description: ClassVar[Text] = Text(
        "Pone en pausa el seguimiento, y con él la canalización; hasta que se reanude no se"
        " registra nada más.",
        "Put the follow-up on hold, and the referral with it; until it is resumed nothing else is"
        " recorded.",
    )

    reason: Annotated[str, Coded("hold_reasons")]


class ResumeFollowUp(Command, kw_only=True):
    """The work goes on."""

    title: ClassVar[Text] = Text("Reanudar", "Resume")
    description: ClassVar[Text] = Text(
        "Reanuda un seguimiento en pausa.", "Resume a follow-up that is on hold."
    )


class RevokeFollowUp(Command, kw_only=True):
    """The custodian revoked the share that is followed up (a reaction)."""

    title: ClassVar[Text] = Text("Terminar: la canalización se revocó", "End as revoked")


class EnterFollowUpInError(Command, kw_only=True):
    """The referral fell with a case that was entered in error (a reaction)."""

    title: ClassVar[Text] = Text("Anular con su caso", "Enter in error with its case")


MendingCommand = (
    CorrectContact
    | EnterContactInError
    | CorrectService
    | EnterServiceInError
    | CorrectOutcome
    | EnterOutcomeInError
)
"""The commands that mend a mistake."""

FollowUpCommand = (
    OpenFollowUp
    | RecordContact
    | RecordServiceDelivered
    | RecordOutcome
    | CorrectContact
    | EnterContactInError
    | CorrectService
    | EnterServiceInError
    | CorrectOutcome
    | EnterOutcomeInError
    | CloseFollowUp
    | ReopenFollowUp
    | PutFollowUpOnHold
    | ResumeFollowUp
    | RevokeFollowUp
    | EnterFollowUpInError
)

# --- rules ----------------------------------------------------------------------------------


def _follower(one: Open | Ended, _: object) -> str:
    return one.opening.institution


FOLLOWER = Relation("follower", of=_follower)


def usable_amount(command: OutcomeCommand, *_: object) -> Refusal | None:
    """Refuse an amount that is invalid, or that this outcome does not take."""
    return amount_not_usable(command.outcome, command.amount, command.currency)


def within_ceiling(command: OutcomeCommand, *_: object) -> Refusal | None:
    """Leave an amount above its currency's ceiling to a supervisor. History is kept as it is."""
    if command.by.role == SUPERVISOR or command.imported is not None:
        return None
    return above_ceiling(command.amount, command.currency)


def in_effect(command: OutcomeCommand, *_: object) -> Refusal | None:
    """Refuse a day of effect that had not come when it happened, by the wall clock there."""
    late = command.on is not None and command.on > command.at.date()
    return NotYetInEffect(field="on") if late and command.imported is None else None


def counts(*kinds: type[Item]) -> Callable[..., Refusal | None]:
    """Make the guard that what is replaced counts, and is of these kinds."""

    def guard(command: MendingCommand, one: Open | Ended, _: object) -> Refusal | None:
        return None if isinstance(one.work.items.get(command.replaces), kinds) else NothingToMend()

    return guard


A_CONTACT, A_SERVICE, AN_OUTCOME = counts(*CONTACT), counts(*SERVICE), counts(*OUTCOME)


def outcome_of(command: RecordOutcome, one: Open, _: object) -> tuple[OutcomeRecorded]:
    """Record the outcome."""
    return (OutcomeRecorded(one.referral_id, *_stated(command)),)


def corrected_outcome(
    command: CorrectOutcome, one: Open | Ended, _: object
) -> tuple[OutcomeCorrected]:
    """Record what came of it instead."""
    return (OutcomeCorrected(one.referral_id, command.replaces, *_stated(command)),)


def _stated(
    command: OutcomeCommand,
) -> tuple[str, str, Decimal | None, str | None, date | None]:
    """Return an outcome's fields: its class as of now, and the amount in one form."""
    return (
        command.outcome,
        attribute("outcome_kinds", command.outcome, "class"),
        plain(command.amount),
        command.currency,
        command.on,
    )
