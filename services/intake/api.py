"""Intake over HTTP: register a case, correct it, mark it as entered in error, look at it."""

import asyncio
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from services.intake import case
from services.intake.details import Details
from services.intake.views import CaseOut, parties_of, show
from shared.identity.caller import CASEWORKER
from shared.kernel.decider import Command
from shared.kernel.ids import derived_id, folio
from shared.web import codelists
from shared.web.command_request import (
    Body,
    Code,
    CommandRequest,
    ReceiptOut,
    RequestedCommand,
    at,
    etag,
)
from shared.web.field_types import Moment
from shared.web.identity import Identified

router = APIRouter(tags=["casos / cases"])
router.include_router(codelists.router)


class DetailsIn(BaseModel):
    """Coded attributes of person and matter; what is left out is not stated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    age_band: Code | None = None
    sex: Code | None = None
    nationality: Code | None = None
    migratory_condition: Code | None = None
    sector: Code | None = None
    occupation: Code | None = None
    violations: list[Code] | None = Field(None, max_length=20)

    def details(self) -> Details:
        """Say the same in the rules' own type."""
        violations = None if self.violations is None else tuple(self.violations)
        return Details(**{**self.model_dump(), "violations": violations})


class Telling(Body):
    """What an institution tells of a case, in codes (see ``GET /code-lists``)."""

    subdivision: Code = Field(description="ISO 3166-2, como MX-CHH. / ISO 3166-2, such as MX-CHH.")
    municipality: Code | None = Field(
        None, description="La clave de la oficina de estadística. / The statistics office's code."
    )
    channel: Code = Field(
        description="Cómo se identificó a la persona. / How the person was identified."
    )
    opened_at: Moment | None = Field(
        None,
        description="Cuándo llegó el asunto a la institución, con la zona de su reloj."
        " / When the matter reached the institution, with its wall clock's offset.",
    )
    details: DetailsIn = Field(
        DetailsIn(),
        description="Atributos en códigos; lo que se omite no consta."
        " / Coded attributes; what is left out is not stated.",
    )


class CaseIn(Telling):
    """A new case."""

    programme: Code


class ErrorIn(Body):
    """Why a case should never have been registered."""

    reason: Code = Field(description="Un código de error_reasons. / A code of error_reasons.")


@router.post(
    "/cases",
    status_code=201,
    response_model=ReceiptOut,
    summary="Registrar / Register",
    description="Registra un caso. Su id es el stream del recibo; el folio viene con el caso."
    " / Register a case. Its id is the receipt's stream; its folio comes with the case.",
)
async def register(door: RequestedCommand, body: CaseIn) -> Response:
    """Register a case. The case's id is the receipt's stream; its folio comes with the case."""
    case_id = derived_id("case", str(door.command_id))
    command = case.RegisterCase(
        by=door.actor(CASEWORKER),
        at=at(body),
        case_id=case_id,
        folio=folio(case_id, body.subdivision.rpartition("-")[2].upper()),
        programme=body.programme,
        subdivision=body.subdivision,
        municipality=body.municipality,
        channel=body.channel,
        opened_at=body.opened_at,
        details=body.details.details(),
    )
    return await door.carry_out(case.DECIDER, case_id, command, str(case_id), status=201)


@router.post(
    "/cases/{case_id}/corrections",
    response_model=ReceiptOut,
    summary="Corregir / Correct",
    description="Describe de nuevo el caso, completo. Si nada cambió, el recibo no trae hechos."
    " / Tell the case again, whole. Nothing changed: no fact, and the receipt says so.",
)
async def correct(door: RequestedCommand, case_id: UUID, body: Telling) -> Response:
    """Tell the case again, whole. Nothing changed: no fact, and the receipt says so."""
    command = case.CorrectCase(
        by=door.actor(CASEWORKER),
        at=at(body),
        subdivision=body.subdivision,
        municipality=body.municipality,
        channel=body.channel,
        opened_at=body.opened_at,
        details=body.details.details(),
    )
    return await _carry_out(door, case_id, command)


@router.post(
    "/cases/{case_id}/error",
    response_model=ReceiptOut,
    summary="Anular / Void",
    description="Dice que el caso nunca debió registrarse. Su historia se queda."
    " / Say that this case should never have been registered. Its history stays.",
)
async def enter_in_error(door: RequestedCommand, case_id: UUID, body: ErrorIn) -> Response:
    """Say that this case should never have been registered. Its history stays."""
    command = case.EnterCaseInError(by=door.actor(CASEWORKER), at=at(body), reason=body.reason)
    return await _carry_out(door, case_id, command)


@router.get(
    "/cases/{case_id}",
    summary="Ver / See",
    description="Muestra un caso a las instituciones que son parte en él."
    " / Show a case to the institutions that are parties to it.",
)
async def see(request: Request, response: Response, caller: Identified, case_id: UUID) -> CaseOut:
    """See a case that the caller's institution is a party to."""
    out = await asyncio.to_thread(show, request.app.state.log, caller, case_id)
    response.headers["ETag"] = etag(out.version)
    return out


async def _carry_out(door: CommandRequest, case_id: UUID, command: Command) -> Response:
    return await door.carry_out(
        case.DECIDER,
        case_id,
        command,
        str(case_id),
        parties=lambda: parties_of(door.request.app.state.log, case_id),
    )
