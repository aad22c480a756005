"""Declining, where the programme wants a decline to be confirmed by whoever coordinates it.

The coordinator is the one that is named in the proposal: whoever coordinates the programme by
then. An institution that coordinates the programme itself declines at once, and what an import
records has happened.
"""

from typing import Annotated, ClassVar

from services.referral.decisions import CaseContext, DeclineReferral, goes_on, starts
from services.referral.programme_rules import coordinator_of
from services.referral.referral import Answerable, Begun, DeclineAwaited
from services.referral.referral_facts import DeclineProposed, DeclineSentBack, ReferralDeclined
from services.referral.referral_fields import ReferralId
from shared.kernel.coded_fields import attribute
from shared.kernel.decider import Command
from shared.kernel.fields import Coded, Described
from shared.kernel.life import Relation
from shared.kernel.text import Text

# --- commands -------------------------------------------------------------------------------


class ConfirmDecline(Command, kw_only=True):
    """The coordinator confirms that the addressee does not take it on."""

    title: ClassVar[Text] = Text("Confirmar el rechazo", "Confirm the decline")
    description: ClassVar[Text] = Text(
        "Confirma un rechazo que espera a quien coordina el programa: desde aquí vale.",
        "Confirm a decline that waits for the programme's coordinator: it takes effect.",
    )

    referral_id: ReferralId


class SendBackDecline(Command, kw_only=True):
    """The coordinator does not confirm it, and says why (``send_back_reasons``)."""

    title: ClassVar[Text] = Text("Devolver el rechazo", "Send the decline back")
    description: ClassVar[Text] = Text(
        "Devuelve un rechazo, con un código de send_back_reasons: la destinataria decide de nuevo.",
        "Send a decline back, with a code of send_back_reasons: the addressee decides again.",
    )

    referral_id: ReferralId
    reason: Annotated[
        str,
        Coded("send_back_reasons"),
        Described(Text("El motivo, como código.", "Why, as a code.")),
    ]


DecliningCommand = ConfirmDecline | SendBackDecline

# --- who may give a command -----------------------------------------------------------------


def _coordinator(referral: Begun, _: CaseContext) -> str:
    return referral.coordinator


COORDINATOR = Relation("coordinator", of=_coordinator)

# --- what follows ---------------------------------------------------------------------------


def declined(
    command: DeclineReferral, referral: Answerable, known: CaseContext
) -> tuple[ReferralDeclined | DeclineProposed]:
    """Decline; where that is to be confirmed by another institution, propose it."""
    which, reason = command.referral_id, command.reason
    reason_class = attribute("decline_reasons", reason, "class")
    coordinator = _confirming(command, known)
    if coordinator is None:
        return (ReferralDeclined(which, reason, reason_class),)
    version = known.rules.version if known.rules else 0
    clock = starts("confirm", referral, command, known)
    return (DeclineProposed(which, reason, reason_class, coordinator, version, clock),)


def _confirming(command: DeclineReferral, known: CaseContext) -> str | None:
    """Return who is to confirm a decline; None if it takes effect at once."""
    if command.imported is not None or known.rules is None or not known.rules.state.confirms:
        return None
    coordinator = coordinator_of(known.rules.state, known.custodianship.subdivision)
    return None if coordinator == command.by.institution else coordinator


def confirmed(
    command: ConfirmDecline, referral: DeclineAwaited, _: CaseContext
) -> tuple[ReferralDeclined]:
    """Decline, with the reason for which the addressee wanted to."""
    return (ReferralDeclined(command.referral_id, referral.reason, referral.reason_class),)


def sent_back(
    command: SendBackDecline, referral: DeclineAwaited, known: CaseContext
) -> tuple[DeclineSentBack]:
    """Have the addressee decide again; its clock goes on."""
    clock = goes_on("decide", referral, command, known)
    return (DeclineSentBack(command.referral_id, command.reason, clock),)
