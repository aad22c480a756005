"""How a referral reaches its addressee, and how it is answered otherwise than by yes or no.

The addressee may put the person on its waiting list, or suggest another institution; and a person
may leave the referral before it is decided, as either institution hears.
"""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from services.referral.answering_refusals import ExpectedBefore, ReroutedBack
from services.referral.clocks import waiting
from services.referral.decisions import CaseContext
from services.referral.institution import Listed
from services.referral.referral import Answerable, Begun
from services.referral.referral_facts import ReferralRerouted, ReferralWaitlisted
from services.referral.referral_fields import ReferralId
from services.referral.refusals import (
    AddresseeNotActive,
    AddresseeNotRegistered,
    ReferredToItself,
)
from shared.kernel.decider import Command
from shared.kernel.fields import Coded, Described
from shared.kernel.freshness import day_in
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.limits import END, BeyondLimits
from shared.kernel.refusals import Refusal
from shared.kernel.text import Text

# --- commands -------------------------------------------------------------------------------

_WHY = Described(Text("El motivo, como código.", "Why, as a code."))
_TO_COME = Text(
    f"un día por venir, antes del año {END.year}", f"a day to come, before the year {END.year}"
)


class DeliverReferral(Command, kw_only=True):
    """Intake has made the preview that the addressee reads (a reaction)."""

    title: ClassVar[Text] = Text("Entregar a la destinataria", "Deliver to the addressee")

    referral_id: UUID


class WaitlistReferral(Command, kw_only=True):
    """The addressee would take it on, and has no room now (``waitlist_reasons``)."""

    title: ClassVar[Text] = Text("Poner en lista de espera", "Waitlist")
    description: ClassVar[Text] = Text(
        "Pone a la persona en lista de espera, con un código de waitlist_reasons y, si se sabe, el"
        " día en que se espera atenderla. Se puede decir de nuevo, con otro día.",
        "Put the person on the waiting list, with a code of waitlist_reasons and, if it is known,"
        " the day by which there should be room. It can be said again, with another day.",
    )

    referral_id: ReferralId
    reason: Annotated[str, Coded("waitlist_reasons"), _WHY]
    expected_on: Annotated[
        date | None,
        Described(
            Text("El día en que se espera atenderla.", "The day by which there should be room.")
        ),
    ] = None


class RerouteReferral(Command, kw_only=True):
    """The addressee does not take it on: another one should (``reroute_reasons``)."""

    title: ClassVar[Text] = Text("Sugerir otra institución", "Reroute")
    description: ClassVar[Text] = Text(
        "Devuelve la canalización y sugiere a otra institución, con un código de reroute_reasons."
        " Quien responde por el caso decide si la canaliza allá.",
        "Give the referral back and suggest another institution, with a code of reroute_reasons."
        " Whether the case is referred there is the custodian's to decide.",
    )

    referral_id: ReferralId
    to: Annotated[
        str,
        Described(
            Text("La clave de la institución sugerida.", "The suggested institution's code."),
            pattern=INSTITUTION_CODE,
        ),
    ]
    reason: Annotated[str, Coded("reroute_reasons"), _WHY]


class CancelForPerson(Command, kw_only=True):
    """The person does not want it any more (``cancellation_reasons``)."""

    title: ClassVar[Text] = Text("Cancelar a petición de la persona", "Cancel for the person")
    description: ClassVar[Text] = Text(
        "Dice que la persona deja la canalización, con un código de cancellation_reasons: la"
        " remitente o la destinataria, antes de que se acepte.",
        "Say that the person leaves the referral, with a code of cancellation_reasons: its sender"
        " or its addressee, before it is accepted.",
    )

    referral_id: ReferralId
    reason: Annotated[str, Coded("cancellation_reasons"), _WHY]


AnsweringCommand = WaitlistReferral | RerouteReferral | CancelForPerson

# --- guards ---------------------------------------------------------------------------------


def is_expected_later(
    command: WaitlistReferral, _: Answerable, known: CaseContext
) -> ExpectedBefore | BeyondLimits | None:
    """Refuse a day that is gone where the case is, or of a year that no appointment may be in."""
    today = day_in(known.custodianship.subdivision, command.at)
    if command.expected_on is None:
        return None
    if command.expected_on >= END.date():
        return BeyondLimits("expected_on", _TO_COME)
    return ExpectedBefore("expected_on", today.isoformat()) if command.expected_on < today else None


def suggests_another(command: RerouteReferral, referral: Begun, _: CaseContext) -> Refusal | None:
    """Refuse to suggest oneself, or the institution that asked."""
    if command.to == command.by.institution:
        return ReferredToItself("to")
    return ReroutedBack("to") if command.to == referral.request.sender else None


def suggests_an_active_one(_: RerouteReferral, __: Begun, known: CaseContext) -> Refusal | None:
    """Refuse to suggest an institution that is not in the directory, or not active."""
    listed = known.addressee.state if known.addressee else None
    if not isinstance(listed, Listed):
        return AddresseeNotRegistered()
    return None if listed.status == "active" else AddresseeNotActive(status=listed.status)


# --- what follows ---------------------------------------------------------------------------


def waitlisted(
    command: WaitlistReferral, referral: Answerable, known: CaseContext
) -> tuple[ReferralWaitlisted]:
    """Let the person wait, by a clock that reminds the addressee of the day."""
    there, day = known.custodianship.subdivision, command.expected_on
    clock = waiting(day, referral.request.priority, command, there, known.holidays)
    return (ReferralWaitlisted(command.referral_id, command.reason, day, clock),)


def rerouted(
    command: RerouteReferral, _: Answerable, known: CaseContext
) -> tuple[ReferralRerouted]:
    """Suggest the other institution, as the directory described it then."""
    version = known.addressee.version if known.addressee else 0
    return (ReferralRerouted(command.referral_id, command.to, command.reason, version),)
