"""Intake over HTTP: register a case, change it or propose to, see it."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.intake import case, consent_api, decisions
from services.intake.placing import municipality_written, no_one_municipality
from services.intake.views import CaseOut, PreviewOut, show, show_preview, those_who_know
from shared.eventstore.log import Log
from shared.kernel.codes import known
from shared.kernel.places import MUNICIPALITIES
from shared.kernel.refusals import Refused
from shared.kernel.roles import CASEWORKER
from shared.kernel.text import Text
from shared.web import codelists, places
from shared.web.access import shown
from shared.web.command_request import CommandRequest, Subject, etag
from shared.web.command_routes import CommandRoutes, Made
from shared.web.field_types import Addressed
from shared.web.identity import Identified
from shared.web.openapi import described

CASES = Text("casos", "cases")
router = APIRouter(tags=[CASES.both])
router.include_router(codelists.router)
router.include_router(places.router)
router.include_router(consent_api.router)


def _made(request: CommandRequest, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make a new case's id, the same one if the command is repeated, and how its folio begins."""
    case_id = request.made_id("case")
    prefix = given["subdivision"].rpartition("-")[2].upper()
    return {"case_id": case_id, "folio_prefix": prefix, **_placed(given)}


def _made_id(name: str) -> Made:
    """Return what makes an id: the same one if the command is repeated."""

    def made(request: CommandRequest, given: Mapping[str, Any]) -> Mapping[str, Any]:
        return {name: request.made_id(name), **_placed(given)}

    return made


def _placed(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make the municipality's code where a description of a case has its name."""
    if "municipality" not in given:
        return {}
    code = municipality_written(given["municipality"], given["subdivision"])
    return {"municipality": code}


async def _require_one_municipality(given: Mapping[str, Any]) -> None:
    """Raise Refused, with what is near, if a description's municipality is none of the list."""
    written = given.get("municipality")
    if written is None or known(MUNICIPALITIES, written):
        return
    if refusal := await asyncio.to_thread(no_one_municipality, written, given["subdivision"]):
        raise Refused(refusal)


async def _case(log: Log, given: Mapping[str, Any]) -> Subject:
    await _require_one_municipality(given)
    case_id: UUID = given["case_id"]
    return Subject(case_id, str(case_id), partial(those_who_know, log, case_id))


async def _new_case(_: Log, given: Mapping[str, Any]) -> Subject:
    await _require_one_municipality(given)
    return Subject(given["case_id"], str(given["case_id"]))


CommandRoutes(router, case.DECIDER, CASEWORKER, CASES, _new_case).add(
    "/cases",
    case.RegisterCase,
    made=_made,
    makes=("case_id", "folio_prefix", "source_key"),
    location="/cases/{case_id}",
)
_CASE = "/cases/{case_id}"
_changes = CommandRoutes(router, case.DECIDER, CASEWORKER, CASES, _case)
for _noun, _command, _makes in (
    ("corrections", decisions.CorrectCase, "correction_id"),
    ("entry-in-error", decisions.EnterCaseInError, "entry_id"),
    ("correction-proposals", decisions.ProposeCorrection, "proposal_id"),
    ("void-requests", decisions.RequestVoid, "proposal_id"),
    ("proposals/{proposal_id}/adoption", decisions.AdoptProposal, "adoption_id"),
):
    _changes.add(f"{_CASE}/{_noun}", _command, made=_made_id(_makes), makes=(_makes,))
_changes.add(f"{_CASE}/proposals/{{proposal_id}}/rejection", decisions.RejectProposal)


@router.get(
    "/cases/{case_id}",
    **described(
        Text("Ver", "See"),
        Text(
            "Muestra un caso, como es ahora, a las instituciones que lo ven.",
            "Show a case, as it is now, to the institutions that see it.",
        ),
    ),
)
async def see_case(
    request: Request, response: Response, caller: Identified, case_id: Addressed
) -> CaseOut:
    """Show a case, as it is now, to the institutions that see it."""
    out, purpose = await asyncio.to_thread(show, request.app.state.log, caller, case_id)
    await shown(request, caller, purpose, case_id)
    response.headers["ETag"] = etag(out.version)
    return out


@router.get(
    "/cases/{case_id}/previews/{referral_id}",
    **described(
        Text("Vista previa", "Preview"),
        Text(
            "Muestra a la destinataria de una canalización, mientras no responde, unos códigos"
            " del caso, como era cuando se le pidió.",
            "Show the addressee of a referral, until it answers, a few codes of the case, as it"
            " was when it was asked.",
        ),
    ),
)
async def see_preview(
    request: Request, caller: Identified, case_id: Addressed, referral_id: Addressed
) -> PreviewOut:
    """Show the addressee of a referral, until it answers, a few codes of the case."""
    out, purpose = await asyncio.to_thread(
        show_preview, request.app.state.log, caller, case_id, referral_id
    )
    await shown(request, caller, purpose, case_id, referral_id)
    return out
