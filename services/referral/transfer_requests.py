"""Asking for custody: an institution that sees a case asks its custodian to transfer it."""

from collections.abc import Mapping
from typing import Annotated, ClassVar
from uuid import UUID

from services.referral.decisions import CUSTODIAN, CaseContext, ReferCase
from services.referral.referral import TRANSFER, sides_of
from services.referral.referral_fields import (
    ASKED_FOR,
    Categories,
    ConsentId,
    ConsentUntil,
    OverrideId,
    Priority,
    Purpose,
    Services,
)
from services.referral.refusals import CaseIsClosed, NothingNamed
from services.referral.requesting import asked
from services.referral.requesting_refusals import (
    CaseNotSeen,
    HasCustody,
    TransferAlreadyRequested,
    TransferNotRequested,
)
from shared.kernel.coded_fields import canonical
from shared.kernel.consents import REFERRING
from shared.kernel.decider import Command, Decision
from shared.kernel.fields import Coded, Described, codes_not_known
from shared.kernel.life.refusals import not_yours
from shared.kernel.refusals import Refusal
from shared.kernel.sight import Sight, sights
from shared.kernel.text import Text
from shared.kernel.value import Value, replace

RequestId = Annotated[UUID, Described(Text("La solicitud.", "The request."))]

# --- commands -------------------------------------------------------------------------------


class RequestTransfer(Command, kw_only=True):
    """Ask the custodian to transfer the case to the institution that asks."""

    title: ClassVar[Text] = Text("Pedir la transferencia del caso", "Ask for a transfer")
    description: ClassVar[Text] = Text(
        "Pide a quien responde por el caso que lo transfiera. Puede pedirlo una institución que ve"
        " el caso, con un código de transfer_request_reasons.",
        "Ask the custodian to transfer the case. An institution that sees the case may ask, with a"
        " code of transfer_request_reasons.",
    )

    request_id: RequestId
    services: Services
    reason: Annotated[
        str,
        Coded("transfer_request_reasons"),
        Described(Text("El motivo, como código.", "Why, as a code.")),
    ]


class GrantTransfer(Command, kw_only=True):
    """Offer the case to the institution that asked for it, by a transfer."""

    title: ClassVar[Text] = Text("Conceder la transferencia", "Grant the transfer")
    description: ClassVar[Text] = Text(
        "Canaliza el caso por transferencia a la institución que lo pidió; la responsabilidad pasa"
        " cuando la acepta. El id de la canalización viene en Location.",
        "Refer the case by a transfer to the institution that asked; custody moves when it accepts."
        " The new referral's id is in Location.",
    )

    request_id: RequestId
    referral_id: Annotated[UUID, Described(Text("La canalización.", "The referral."))]
    priority: Priority = "normal"
    consent_until: ConsentUntil = None
    consent_id: ConsentId = None
    override_id: OverrideId = None
    categories: Categories = ()
    purpose: Purpose = REFERRING


class RefuseTransfer(Command, kw_only=True):
    """Do not transfer the case (``transfer_refusal_reasons``)."""

    title: ClassVar[Text] = Text("No conceder la transferencia", "Refuse the transfer")
    description: ClassVar[Text] = Text(
        "No transfiere el caso, con un código de transfer_refusal_reasons.",
        "Do not transfer the case, with a code of transfer_refusal_reasons.",
    )

    request_id: RequestId
    reason: Annotated[
        str,
        Coded("transfer_refusal_reasons"),
        Described(Text("El motivo, como código.", "Why, as a code.")),
    ]


TransferCommand = RequestTransfer | GrantTransfer | RefuseTransfer
"""The commands about transfers that are asked for."""

# --- facts ----------------------------------------------------------------------------------


class AboutTransferRequest(Value):
    """A fact about one request for a transfer; ``institution`` asked."""

    request_id: UUID
    institution: str


class TransferRequested(AboutTransferRequest):
    """An institution asked for custody of the case, for these services."""

    services: tuple[str, ...]
    reason: str


class TransferGranted(AboutTransferRequest):
    """The custodian offers it the case by the referral ``granted``."""

    granted: UUID


class TransferRefused(AboutTransferRequest):
    """The custodian does not transfer the case."""

    reason: str


TransferRequestFact = TransferRequested | TransferGranted | TransferRefused
Requests = Mapping[UUID, TransferRequested]
"""The requests that wait for the custodian's answer, by id."""

# --- rules ----------------------------------------------------------------------------------


def decided(command: TransferCommand, requests: Requests, known: CaseContext) -> Decision:
    """Decide a command about transfers that are asked for. requests: those that are open."""
    if isinstance(command, RequestTransfer):
        return _requested(command, requests, known)
    if command.by.institution != known.custodianship.custodian:
        return not_yours((CUSTODIAN.code,))
    request = requests.get(command.request_id)
    if request is None:
        return TransferNotRequested()
    if refused := codes_not_known(command):
        return refused
    if isinstance(command, RefuseTransfer):
        return (TransferRefused(request.request_id, request.institution, command.reason),)
    return _granted(command, request, known)


def after(requests: Requests, fact: TransferRequestFact) -> Requests:
    """Return the open requests after a fact."""
    if isinstance(fact, TransferRequested):
        return {**requests, fact.request_id: fact}
    return {each: one for each, one in requests.items() if each != fact.request_id}


def left_to(custodian: str, requests: Requests) -> Requests:
    """Return the open requests once custody is this institution's: it needs none any more."""
    return {each: one for each, one in requests.items() if one.institution != custodian}


def _requested(command: RequestTransfer, requests: Requests, known: CaseContext) -> Decision:
    """Note who asks, if it sees the case, and has neither custody nor an open request."""
    institution = command.by.institution
    if refused := _not_to_be_asked(institution, requests, known):
        return refused
    if not command.services:
        return NothingNamed("services")
    services = canonical(command.services)
    return codes_not_known(command) or (
        TransferRequested(command.request_id, institution, services, command.reason),
    )


def _not_to_be_asked(institution: str, requests: Requests, known: CaseContext) -> Refusal | None:
    custodian = known.custodianship.custodian
    if institution == custodian:
        return HasCustody()
    seen = sights(custodian, map(sides_of, known.referrals.values()))
    if seen.get(institution) is not Sight.CASE:
        return CaseNotSeen()
    if known.closed:
        return CaseIsClosed()
    for each in requests.values():
        if each.institution == institution:
            return TransferAlreadyRequested(str(each.request_id))
    return None


def _granted(command: GrantTransfer, request: TransferRequested, known: CaseContext) -> Decision:
    """Offer the transfer, by the rules of every referral."""
    said = ReferCase(
        by=command.by,
        at=command.at,
        received_at=command.received_at,
        referral_id=command.referral_id,
        to=request.institution,
        kind=TRANSFER,
        services=request.services,
        priority=command.priority,
        consent_until=command.consent_until,
        consent_id=command.consent_id,
        override_id=command.override_id,
        categories=command.categories,
        purpose=command.purpose,
    )
    offer = asked(said, known)
    if isinstance(offer, Refusal):
        return offer
    granted = TransferGranted(request.request_id, request.institution, command.referral_id)
    return (granted, replace(offer[0], origin=ASKED_FOR))
