"""Referral over HTTP: the directory, handing a case over, and answering a hand-over."""

import asyncio
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from services.referral import custody, decisions, directory
from services.referral.views import (
    CustodyOut,
    InstitutionOut,
    parties_of,
    show_custody,
    show_institution,
)
from shared.eventstore.log import Log
from shared.identity.caller import ADMINISTRATOR, CASEWORKER
from shared.kernel.decider import Command
from shared.kernel.ids import derived_id
from shared.web.command_request import (
    Body,
    Code,
    CommandRequest,
    ReceiptOut,
    RequestedCommand,
    at,
    etag,
)
from shared.web.identity import Identified

router = APIRouter()
_DIRECTORY: list[str | Enum] = ["directorio / directory"]
_REFERRALS: list[str | Enum] = ["canalizaciones / referrals"]

_CODE = f"^{directory.CODE}$"
InstitutionCode = Annotated[str, Path(pattern=_CODE)]


class InstitutionIn(Body):
    """What the directory says of an institution."""

    name: str = Field(
        min_length=1,
        max_length=200,
        description="El de la institución, nunca el de una persona."
        " / The institution's, never a person's.",
    )
    kind: Code
    subdivision: Code | None = Field(
        None,
        description="ISO 3166-2; null: en todo el país o más allá."
        " / ISO 3166-2; null: nationwide or beyond.",
    )
    programmes: list[Code] = Field(default_factory=list, max_length=20)


class NewInstitutionIn(InstitutionIn):
    """A new institution."""

    institution: str = Field(
        pattern=_CODE, description="Su clave, para siempre. / Its code, for ever."
    )


class ReferralIn(Body):
    """To whom, what for, how soon."""

    to: str = Field(
        pattern=_CODE,
        description="La clave de la destinataria. / The addressee's code.",
    )
    kind: Code = Field(description="share o transfer. / share or transfer.")
    services: list[Code] = Field(min_length=1, max_length=20)
    priority: Code = "normal"


class TopicsIn(Body):
    """Which information: codes of the list information_topics. Never the information itself."""

    topics: list[Code] = Field(min_length=1, max_length=20)


class ReasonIn(Body):
    """Why, as a code."""

    reason: Code


# --- the directory --------------------------------------------------------------------------


@router.post(
    "/institutions",
    status_code=201,
    response_model=ReceiptOut,
    tags=_DIRECTORY,
    summary="Registrar una institución / Register an institution",
    description="Registra una institución en el directorio. Requiere el rol administrator."
    " / Enter an institution in the directory. Takes the role of administrator.",
)
async def register_institution(door: RequestedCommand, body: NewInstitutionIn) -> Response:
    """Enter an institution in the directory. Takes the role of administrator."""
    command = directory.RegisterInstitution(
        by=door.actor(ADMINISTRATOR), at=at(body), institution=body.institution, **_described(body)
    )
    return await _keep_directory(door, body.institution, command, 201)


@router.post(
    "/institutions/{code}/corrections",
    response_model=ReceiptOut,
    tags=_DIRECTORY,
    summary="Corregir una institución / Correct an institution",
    description="Describe de nuevo una institución, completa. Requiere el rol administrator."
    " / Describe an institution again, whole. Takes the role of administrator.",
)
async def correct_institution(
    door: RequestedCommand, code: InstitutionCode, body: InstitutionIn
) -> Response:
    """Describe an institution again, whole. Takes the role of administrator."""
    command = directory.CorrectInstitution(
        by=door.actor(ADMINISTRATOR), at=at(body), **_described(body)
    )
    return await _keep_directory(door, code, command, 200)


@router.get(
    "/institutions/{code}",
    tags=_DIRECTORY,
    summary="Ver una institución / See an institution",
    description="Muestra una institución como la describe el directorio."
    " / Show an institution as the directory describes it.",
)
async def see_institution(
    request: Request, response: Response, caller: Identified, code: InstitutionCode
) -> InstitutionOut:
    """See one institution."""
    del caller
    out = await asyncio.to_thread(show_institution, request.app.state.log, code)
    response.headers["ETag"] = etag(out.version)
    return out


# --- referrals ------------------------------------------------------------------------------


@router.get(
    "/cases/{case_id}",
    tags=_REFERRALS,
    summary="Ver quién responde por un caso / See who answers for a case",
    description="Muestra quién responde por el caso y todas sus canalizaciones."
    " / Show who answers for the case, and all of its referrals.",
)
async def see_custody(
    request: Request, response: Response, caller: Identified, case_id: UUID
) -> CustodyOut:
    """See who answers for a case, and its referrals."""
    out = await asyncio.to_thread(show_custody, request.app.state.log, caller, case_id)
    response.headers["ETag"] = etag(out.version)
    return out


@router.post(
    "/cases/{case_id}/referrals",
    status_code=201,
    response_model=ReceiptOut,
    tags=_REFERRALS,
    summary="Canalizar un caso / Refer a case",
    description="Canaliza el caso a otra institución. El id de la canalización viene en Location."
    " / Refer the case to another institution. The new referral's id is in Location.",
)
async def refer(door: RequestedCommand, case_id: UUID, body: ReferralIn) -> Response:
    """Refer the case to another institution. The new referral's id is in ``Location``."""
    referral_id = derived_id("referral", str(door.command_id))
    log: Log = door.request.app.state.log
    command = decisions.ReferCase(
        by=door.actor(CASEWORKER),
        at=at(body),
        referral_id=referral_id,
        to=body.to,
        addressee_known=directory_known_to_have(log, body.to)
        or await asyncio.to_thread(directory_has, log, body.to),
        kind=body.kind,
        services=tuple(body.services),
        priority=body.priority,
    )
    response = await _carry_out(door, case_id, command, 201)
    # Without scheme and host: those would be whatever the caller wrote into its Host header.
    here = door.request.scope.get("root_path", "")
    response.headers["Location"] = f"{here}/cases/{case_id}#{referral_id}"
    return response


_ONE = "/cases/{case_id}/referrals/{referral_id}"


@router.post(
    _ONE + "/acknowledgement",
    response_model=ReceiptOut,
    tags=_REFERRALS,
    summary="Acusar recibo / Acknowledge",
    description="Dice que la canalización se recibió. / Say that the referral has been received.",
)
async def acknowledge(
    door: RequestedCommand, case_id: UUID, referral_id: UUID, body: Body
) -> Response:
    """Say that the referral has been received."""
    command = decisions.AcknowledgeReferral(
        by=door.actor(CASEWORKER), at=at(body), referral_id=referral_id
    )
    return await _carry_out(door, case_id, command)


@router.post(
    _ONE + "/information-requests",
    response_model=ReceiptOut,
    tags=_REFERRALS,
    summary="Pedir información / Ask for information",
    description="Pide a la institución remitente información antes de decidir, por temas."
    " / Ask the sender about some topics before deciding.",
)
async def request_information(
    door: RequestedCommand, case_id: UUID, referral_id: UUID, body: TopicsIn
) -> Response:
    """Ask the sender about some topics before deciding."""
    command = decisions.RequestInformation(
        by=door.actor(CASEWORKER), at=at(body), referral_id=referral_id, topics=tuple(body.topics)
    )
    return await _carry_out(door, case_id, command)


@router.post(
    _ONE + "/information-answers",
    response_model=ReceiptOut,
    tags=_REFERRALS,
    summary="Responder lo pedido / Answer what was asked",
    description="Dice sobre qué temas ya se respondió a la institución destinataria."
    " / Say about which topics the addressee has been answered.",
)
async def answer_information(
    door: RequestedCommand, case_id: UUID, referral_id: UUID, body: TopicsIn
) -> Response:
    """Say about which topics the addressee has been answered."""
    command = decisions.AnswerInformation(
        by=door.actor(CASEWORKER), at=at(body), referral_id=referral_id, topics=tuple(body.topics)
    )
    return await _carry_out(door, case_id, command)


@router.post(
    _ONE + "/acceptance",
    response_model=ReceiptOut,
    tags=_REFERRALS,
    summary="Aceptar / Accept",
    description="Acepta la canalización. Una transferencia mueve así la responsabilidad."
    " / Take the referral on. A transfer moves custody in the same fact.",
)
async def accept(door: RequestedCommand, case_id: UUID, referral_id: UUID, body: Body) -> Response:
    """Take the referral on. A transfer moves custody in the same fact."""
    command = decisions.AcceptReferral(
        by=door.actor(CASEWORKER), at=at(body), referral_id=referral_id
    )
    return await _carry_out(door, case_id, command)


@router.post(
    _ONE + "/decline",
    response_model=ReceiptOut,
    tags=_REFERRALS,
    summary="Rechazar / Decline",
    description="Rechaza la canalización, con un código de decline_reasons."
    " / Decline the referral, with a code of decline_reasons.",
)
async def decline(
    door: RequestedCommand, case_id: UUID, referral_id: UUID, body: ReasonIn
) -> Response:
    """Decline the referral (a code of decline_reasons)."""
    command = decisions.DeclineReferral(
        by=door.actor(CASEWORKER), at=at(body), referral_id=referral_id, reason=body.reason
    )
    return await _carry_out(door, case_id, command)


@router.post(
    _ONE + "/withdrawal",
    response_model=ReceiptOut,
    tags=_REFERRALS,
    summary="Retirar / Withdraw",
    description="Retira la canalización, con un código de withdrawal_reasons."
    " / Take the referral back, with a code of withdrawal_reasons.",
)
async def withdraw(
    door: RequestedCommand, case_id: UUID, referral_id: UUID, body: ReasonIn
) -> Response:
    """Take the referral back (a code of withdrawal_reasons)."""
    command = decisions.WithdrawReferral(
        by=door.actor(CASEWORKER), at=at(body), referral_id=referral_id, reason=body.reason
    )
    return await _carry_out(door, case_id, command)


# --- common ---------------------------------------------------------------------------------


def directory_has(log: Log, code: str) -> bool:
    """Whether the directory has this institution."""
    stream = directory.stream_of(code)
    return isinstance(log.read(directory.DECIDER, stream).state, directory.Listed)


def directory_known_to_have(log: Log, code: str) -> bool:
    """Whether it is known without asking the database: once listed, it always will be."""
    known = log.writer.peek(directory.stream_of(code))
    return known is not None and isinstance(known.state, directory.Listed)


def _described(body: InstitutionIn) -> dict[str, Any]:
    return {
        "name": body.name,
        "kind": body.kind,
        "subdivision": body.subdivision,
        "programmes": tuple(body.programmes),
    }


async def _keep_directory(
    door: CommandRequest, code: str, command: Command, status: int
) -> Response:
    stream = directory.stream_of(code)
    return await door.carry_out(directory.DECIDER, stream, command, code, status=status)


async def _carry_out(
    door: CommandRequest, case_id: UUID, command: Command, status: int = 200
) -> Response:
    log: Log = door.request.app.state.log
    return await door.carry_out(
        custody.DECIDER,
        case_id,
        command,
        str(case_id),
        parties=lambda: parties_of(log, case_id),
        status=status,
    )
