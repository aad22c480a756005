"""A follow-up's commands, and the rules by which they are decided.

``life`` has the table of which rule applies in which status.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from services.followup.amounts import amount_not_usable, plain
from services.followup.followup import Ended, Open, OutcomeRecorded
from shared.kernel.coded_fields import attribute
from shared.kernel.decider import Command
from shared.kernel.fields import Coded, Described
from shared.kernel.life import Relation
from shared.kernel.refusals import Refusal
from shared.kernel.text import Text

# --- commands -------------------------------------------------------------------------------

Outcome = Annotated[str, Coded("outcome_kinds")]


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

    channel: Annotated[str, Coded("contact_channels")]


class RecordServiceDelivered(Command, kw_only=True):
    """A service was delivered (``service_kinds``)."""

    title: ClassVar[Text] = Text("Registrar un servicio", "Record a service")
    description: ClassVar[Text] = Text(
        "Registra que se prestó un servicio.", "Record that a service was delivered."
    )

    service: Annotated[str, Coded("service_kinds")]


class RecordOutcome(Command, kw_only=True):
    """Something came of it (``outcome_kinds``).

    amount: exact, in ``currency`` (ISO 4217); both or neither. on: the day it took effect; None
    if that is not known.
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


FollowUpCommand = (
    OpenFollowUp
    | RecordContact
    | RecordServiceDelivered
    | RecordOutcome
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


def usable_amount(command: RecordOutcome, *_: object) -> Refusal | None:
    """Refuse an amount that is invalid, or that this outcome does not take."""
    return amount_not_usable(command.outcome, command.amount, command.currency)


def outcome_of(command: RecordOutcome, one: Open, _: object) -> tuple[OutcomeRecorded]:
    """Record the outcome with its class as of now, and the amount in one form."""
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
