"""Followup over HTTP: what the receiver of a referral did, and what came of it."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.followup import followup
from services.followup.views import FollowUpOut, opening_of, parties_of, show
from shared.eventstore.streams import Log
from shared.kernel.decider import Command
from shared.web.door import AtDoor, Body, Code, Door, ReceiptOut, at, etag
from shared.web.exact import Amount, Day
from shared.web.identity import CASEWORKER, Identified

router = APIRouter(prefix="/follow-ups/{referral}", tags=["seguimiento / follow-up"])


class ContactIn(Body):
    """How there was contact."""

    channel: Code = Field(description="A code of contact_channels.")


class ServiceIn(Body):
    """Which service was delivered."""

    service: Code = Field(description="A code of service_kinds.")


class OutcomeIn(Body):
    """What came of it. The amount is a string, so that it stays exact."""

    outcome: Code = Field(description="A code of outcome_kinds.")
    amount: Amount | None = Field(None, description='As in "1250.50".')
    currency: Code | None = Field(None, description="ISO 4217; with an amount, always.")
    on: Day | None = Field(None, description="The day it took effect; null: not known.")


class ClosingIn(Body):
    """What came of it all in all."""

    outcome: Code = Field(description="A code of outcome_kinds.")


class ReopeningIn(Body):
    """Why there is more to do."""

    reason: Code = Field(description="A code of reopening_reasons.")


@router.get("")
async def see(
    request: Request, response: Response, caller: Identified, referral: UUID
) -> FollowUpOut:
    """See a follow-up that the caller's institution is a party to."""
    out = await asyncio.to_thread(show, request.app.state.log, caller, referral)
    response.headers["ETag"] = etag(out.version)
    return out


@router.post("/contacts", response_model=ReceiptOut)
async def record_contact(door: AtDoor, referral: UUID, body: ContactIn) -> JSONResponse:
    """Record that there was contact with the person or the counterpart."""
    command = followup.RecordContact(by=door.actor(CASEWORKER), at=at(body), channel=body.channel)
    return await _carry_out(door, referral, command)


@router.post("/services", response_model=ReceiptOut)
async def record_service(door: AtDoor, referral: UUID, body: ServiceIn) -> JSONResponse:
    """Record that a service was delivered."""
    command = followup.RecordServiceDelivered(
        by=door.actor(CASEWORKER), at=at(body), service=body.service
    )
    return await _carry_out(door, referral, command)


@router.post("/outcomes", response_model=ReceiptOut)
async def record_outcome(door: AtDoor, referral: UUID, body: OutcomeIn) -> JSONResponse:
    """Record what came of it: an award, a payment, a placement, a measure of protection."""
    command = followup.RecordOutcome(
        by=door.actor(CASEWORKER),
        at=at(body),
        outcome=body.outcome,
        amount=body.amount,
        currency=body.currency,
        on=body.on,
    )
    return await _carry_out(door, referral, command)


@router.post("/closing", response_model=ReceiptOut)
async def close(door: AtDoor, referral: UUID, body: ClosingIn) -> JSONResponse:
    """Close the follow-up with its outcome."""
    command = followup.CloseFollowUp(by=door.actor(CASEWORKER), at=at(body), outcome=body.outcome)
    return await _carry_out(door, referral, command)


@router.post("/reopening", response_model=ReceiptOut)
async def reopen(door: AtDoor, referral: UUID, body: ReopeningIn) -> JSONResponse:
    """Reopen a closed follow-up."""
    command = followup.ReopenFollowUp(by=door.actor(CASEWORKER), at=at(body), reason=body.reason)
    return await _carry_out(door, referral, command)


async def _carry_out(door: Door, referral: UUID, command: Command) -> JSONResponse:
    """Carry it out under the case that the follow-up belongs to.

    That is what its facts are about.
    """
    log: Log = door.request.app.state.log
    opening = await asyncio.to_thread(opening_of, log, referral)
    correlation = str(opening.case) if opening else str(referral)
    return await door.carry_out(
        followup.DECIDER,
        referral,
        command,
        correlation,
        parties=lambda: parties_of(log, referral),
    )
