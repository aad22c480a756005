"""Intake over HTTP: register a case, correct it, enter it in error, see it."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.intake import case
from services.intake.views import CaseOut, parties_of, show
from shared.eventstore.log import Log
from shared.identity.caller import CASEWORKER
from shared.kernel.ids import derived_id
from shared.kernel.text import Text
from shared.web import codelists
from shared.web.command_request import CommandRequest, Subject, etag
from shared.web.command_routes import CommandRoutes
from shared.web.identity import Identified
from shared.web.openapi import described

CASES = Text("casos", "cases")
router = APIRouter(tags=[CASES.both])
router.include_router(codelists.router)


def _made(request: CommandRequest, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make a new case's id, the same one if the command is repeated, and how its folio begins."""
    case_id = derived_id("case", str(request.command_id))
    return {"case_id": case_id, "folio_prefix": given["subdivision"].rpartition("-")[2].upper()}


async def _case(log: Log, given: Mapping[str, Any]) -> Subject:
    case_id: UUID = given["case_id"]
    return Subject(case_id, str(case_id), partial(parties_of, log, case_id))


async def _new_case(_: Log, given: Mapping[str, Any]) -> Subject:
    return Subject(given["case_id"], str(given["case_id"]))


CommandRoutes(router, case.DECIDER, CASEWORKER, CASES, _new_case).add(
    "/cases",
    case.RegisterCase,
    made=_made,
    makes=("case_id", "folio_prefix"),
    location="/cases/{case_id}",
)
CommandRoutes(router, case.DECIDER, CASEWORKER, CASES, _case).under(
    "/cases/{case_id}",
    {"corrections": case.CorrectCase, "entry-in-error": case.EnterCaseInError},
)


@router.get(
    "/cases/{case_id}",
    **described(
        Text("Ver", "See"),
        Text(
            "Muestra un caso a las instituciones que son parte en él.",
            "Show a case to the institutions that are parties to it.",
        ),
    ),
)
async def see(request: Request, response: Response, caller: Identified, case_id: UUID) -> CaseOut:
    """Show a case to the institutions that are parties to it."""
    out = await asyncio.to_thread(show, request.app.state.log, caller, case_id)
    response.headers["ETag"] = etag(out.version)
    return out
