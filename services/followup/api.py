"""Followup over HTTP: what the receiver of a referral did, and what came of it."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from services.followup import decisions, life
from services.followup.views import FollowUpOut, opening_known, opening_of, parties_of, show
from shared.eventstore.log import Log
from shared.identity import scope
from shared.identity.caller import CASEWORKER
from shared.kernel.decider import Command
from shared.kernel.refusals import Refused
from shared.web.command_request import (
    Body,
    Code,
    CommandRequest,
    ReceiptOut,
    RequestedCommand,
    at,
    etag,
)
from shared.web.field_types import Amount, Day
from shared.web.identity import Identified

router = APIRouter(prefix="/follow-ups/{referral_id}", tags=["seguimiento / follow-up"])


class ContactIn(Body):
    """How there was contact."""

    channel: Code = Field(
        description="Un código de contact_channels. / A code of contact_channels."
    )


class ServiceIn(Body):
    """Which service was delivered."""

    service: Code = Field(description="Un código de service_kinds. / A code of service_kinds.")


class OutcomeIn(Body):
    """What came of it. The amount is a string, so that it stays exact."""

    outcome: Code = Field(description="Un código de outcome_kinds. / A code of outcome_kinds.")
    amount: Amount | None = Field(None, description='Como en "1250.50". / As in "1250.50".')
    currency: Code | None = Field(
        None, description="ISO 4217; siempre con un importe. / ISO 4217; with an amount, always."
    )
    on: Day | None = Field(
        None,
        description="El día en que surtió efecto; null: se desconoce."
        " / The day it took effect; null: not known.",
    )


class ClosingIn(Body):
    """What came of it all in all."""

    outcome: Code = Field(description="Un código de outcome_kinds. / A code of outcome_kinds.")


class ReopeningIn(Body):
    """Why there is more to do."""

    reason: Code = Field(
        description="Un código de reopening_reasons. / A code of reopening_reasons."
    )


@router.get(
    "",
    summary="Ver el seguimiento / See the follow-up",
    description="Muestra un seguimiento a las dos instituciones de su canalización."
    " / Show a follow-up to the two institutions of its referral.",
)
async def see(
    request: Request, response: Response, caller: Identified, referral_id: UUID
) -> FollowUpOut:
    """See a follow-up."""
    out = await asyncio.to_thread(show, request.app.state.log, caller, referral_id)
    response.headers["ETag"] = etag(out.version)
    return out


@router.post(
    "/contacts",
    response_model=ReceiptOut,
    summary="Registrar un contacto / Record a contact",
    description="Registra que hubo contacto con la persona o con la contraparte."
    " / Record that there was contact with the person or the counterpart.",
)
async def record_contact(door: RequestedCommand, referral_id: UUID, body: ContactIn) -> Response:
    """Record that there was contact with the person or the counterpart."""
    command = decisions.RecordContact(by=door.actor(CASEWORKER), at=at(body), channel=body.channel)
    return await _carry_out(door, referral_id, command)


@router.post(
    "/services",
    response_model=ReceiptOut,
    summary="Registrar un servicio / Record a service",
    description="Registra que se prestó un servicio. / Record that a service was delivered.",
)
async def record_service(door: RequestedCommand, referral_id: UUID, body: ServiceIn) -> Response:
    """Record that a service was delivered."""
    command = decisions.RecordServiceDelivered(
        by=door.actor(CASEWORKER), at=at(body), service=body.service
    )
    return await _carry_out(door, referral_id, command)


@router.post(
    "/outcomes",
    response_model=ReceiptOut,
    summary="Registrar un resultado / Record an outcome",
    description="Registra un resultado: un laudo, un pago, un empleo, una medida de protección."
    " / Record what came of it: an award, a payment, a placement, a measure of protection.",
)
async def record_outcome(door: RequestedCommand, referral_id: UUID, body: OutcomeIn) -> Response:
    """Record what came of it: an award, a payment, a placement, a measure of protection."""
    command = decisions.RecordOutcome(
        by=door.actor(CASEWORKER),
        at=at(body),
        outcome=body.outcome,
        amount=body.amount,
        currency=body.currency,
        on=body.on,
    )
    return await _carry_out(door, referral_id, command)


@router.post(
    "/closing",
    response_model=ReceiptOut,
    summary="Cerrar / Close",
    description="Cierra el seguimiento con su resultado. / Close the follow-up with its outcome.",
)
async def close(door: RequestedCommand, referral_id: UUID, body: ClosingIn) -> Response:
    """Close the follow-up with its outcome."""
    command = decisions.CloseFollowUp(by=door.actor(CASEWORKER), at=at(body), outcome=body.outcome)
    return await _carry_out(door, referral_id, command)


@router.post(
    "/reopening",
    response_model=ReceiptOut,
    summary="Reabrir / Reopen",
    description="Reabre un seguimiento cerrado. / Reopen a closed follow-up.",
)
async def reopen(door: RequestedCommand, referral_id: UUID, body: ReopeningIn) -> Response:
    """Reopen a closed follow-up."""
    command = decisions.ReopenFollowUp(by=door.actor(CASEWORKER), at=at(body), reason=body.reason)
    return await _carry_out(door, referral_id, command)


async def _carry_out(door: CommandRequest, referral_id: UUID, command: Command) -> Response:
    """Carry it out under the case that the follow-up belongs to: that is what its facts are about.

    Before the follow-up is opened nobody knows that case, so nothing may be asked yet.
    """
    log: Log = door.request.app.state.log
    opening = opening_known(log, referral_id) or await asyncio.to_thread(
        opening_of, log, referral_id
    )
    if opening is None:
        raise Refused(scope.NoSuchCase())
    return await door.carry_out(
        life.DECIDER,
        referral_id,
        command,
        str(opening.case_id),
        parties=lambda: parties_of(log, referral_id),
    )
