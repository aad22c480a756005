"""Referral over HTTP: the directory, handing a case over, and answering a hand-over."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from services.referral import custody, decisions, directory, mending
from services.referral.views import (
    CustodyOut,
    InstitutionOut,
    ReferralOut,
    parties_of,
    show_custody,
    show_institution,
    show_referral,
)
from shared.eventstore.log import Log
from shared.identity.caller import ADMINISTRATOR, CASEWORKER
from shared.kernel.ids import INSTITUTION_CODE, derived_id
from shared.kernel.text import Text
from shared.web.command_request import CommandRequest, Subject, etag
from shared.web.command_routes import CommandRoutes
from shared.web.identity import Identified
from shared.web.openapi import described

DIRECTORY = Text("directorio", "directory")
REFERRALS = Text("canalizaciones", "referrals")
CUSTODY = "/cases/{case_id}"
REFERRAL = "/cases/{case_id}/referrals/{referral_id}"
InstitutionCode = Annotated[str, Path(pattern=f"^{INSTITUTION_CODE}$")]

router = APIRouter()


# --- the directory --------------------------------------------------------------------------


async def _institution(_: Log, given: Mapping[str, Any]) -> Subject:
    code: str = given["institution"]
    return Subject(directory.stream_of(code), code)


_directory = CommandRoutes(
    router,
    directory.DECIDER,
    ADMINISTRATOR,
    DIRECTORY,
    _institution,
    path={"institution": InstitutionCode},
)
_directory.add(
    "/institutions", directory.RegisterInstitution, location="/institutions/{institution}"
)
_directory.add("/institutions/{institution}/corrections", directory.CorrectInstitution)


@router.get(
    "/institutions/{institution}",
    tags=[DIRECTORY.both],
    **described(
        Text("Ver una institución", "See an institution"),
        Text(
            "Muestra una institución como la describe el directorio.",
            "Show an institution as the directory describes it.",
        ),
    ),
)
async def see_institution(
    request: Request, response: Response, caller: Identified, institution: InstitutionCode
) -> InstitutionOut:
    """Show an institution as the directory describes it."""
    del caller
    out = await asyncio.to_thread(show_institution, request.app.state.log, institution)
    response.headers["ETag"] = etag(out.version)
    return out


# --- referrals ------------------------------------------------------------------------------


async def _case(log: Log, given: Mapping[str, Any]) -> Subject:
    case_id: UUID = given["case_id"]
    return Subject(case_id, str(case_id), partial(parties_of, log, case_id))


def _made(request: CommandRequest, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make a new referral's id: the same one if the command is repeated."""
    return {"referral_id": derived_id("referral", str(request.command_id))}


_referrals = CommandRoutes(router, custody.DECIDER, CASEWORKER, REFERRALS, _case)
_referrals.add(
    "/cases/{case_id}/referrals",
    decisions.ReferCase,
    made=_made,
    makes=("referral_id",),
    location=REFERRAL,
)
_referrals.under(
    REFERRAL,
    {
        "acknowledgement": decisions.AcknowledgeReferral,
        "information-requests": decisions.RequestInformation,
        "information-answers": decisions.AnswerInformation,
        "acceptance": decisions.AcceptReferral,
        "information-answers/entry-in-error": mending.EnterAnswerInError,
        "decline": decisions.DeclineReferral,
        "decline/correction": mending.CorrectDecline,
        "decline/entry-in-error": mending.EnterDeclineInError,
        "withdrawal": decisions.WithdrawReferral,
    },
)


@router.get(
    CUSTODY,
    tags=[REFERRALS.both],
    **described(
        Text(
            "Ver quién responde por un caso",
            "See who answers for a case",
        ),
        Text(
            "Muestra quién responde por el caso y todas sus canalizaciones.",
            "Show who answers for the case, and all of its referrals.",
        ),
    ),
)
async def see_custody(
    request: Request, response: Response, caller: Identified, case_id: UUID
) -> CustodyOut:
    """Show who answers for the case, and all of its referrals."""
    out = await asyncio.to_thread(show_custody, request.app.state.log, caller, case_id)
    response.headers["ETag"] = etag(out.version)
    return out


@router.get(
    REFERRAL,
    tags=[REFERRALS.both],
    **described(
        Text("Ver una canalización", "See a referral"),
        Text(
            "Muestra una canalización del caso.",
            "Show one referral of the case.",
        ),
    ),
)
async def see_referral(
    request: Request, response: Response, caller: Identified, case_id: UUID, referral_id: UUID
) -> ReferralOut:
    """Show one referral of the case."""
    out, version = await asyncio.to_thread(
        show_referral, request.app.state.log, caller, case_id, referral_id
    )
    response.headers["ETag"] = etag(version)
    return out
