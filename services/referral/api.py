"""Referral over HTTP: the directory, handing a case over, and answering a hand-over."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from services.referral import (
    afterwards,
    agreement_api,
    answering,
    bulk_api,
    calendar_api,
    closing,
    custody,
    decisions,
    declining,
    directory,
    directory_api,
    document_api,
    drafting,
    ending,
    exchange_api,
    link_api,
    mending,
    programme_rules_api,
    register_api,
    reoffering,
    service_api,
    token_api,
    transfer_requests,
    undertakings_api,
)
from services.referral.views import (
    CustodyOut,
    InstitutionOut,
    ReferralOut,
    show_custody,
    show_institution,
    show_referral,
    those_who_know,
)
from shared.eventstore.log import Log
from shared.kernel.decider import Command
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.roles import ADMINISTRATOR, CASEWORKER, STEWARD
from shared.kernel.text import Text
from shared.web.access import shown
from shared.web.command_request import Subject, etag, with_etag
from shared.web.command_routes import CommandRoutes, makes_id, subject_named
from shared.web.field_types import Addressed
from shared.web.identity import Identified
from shared.web.openapi import described

DIRECTORY = Text("directorio", "directory")
CASES = Text("responsabilidad del caso", "custody")
REFERRALS = Text("canalizaciones", "referrals")
INSTITUTION = "/institutions/{institution}"
CUSTODY = "/cases/{case_id}"
REFERRAL = "/cases/{case_id}/referrals/{referral_id}"
InstitutionCode = Annotated[str, Path(pattern=f"^{INSTITUTION_CODE}$")]

router = APIRouter()
router.include_router(token_api.router)
router.include_router(undertakings_api.router)
router.include_router(directory_api.router)
router.include_router(service_api.router)
router.include_router(register_api.router)
router.include_router(agreement_api.router)
router.include_router(programme_rules_api.router)
router.include_router(calendar_api.router)
router.include_router(document_api.router)
router.include_router(exchange_api.router)
router.include_router(bulk_api.router)
router.include_router(link_api.router)


# --- the directory --------------------------------------------------------------------------


_entries = CommandRoutes(
    router,
    directory.DECIDER,
    (STEWARD, ADMINISTRATOR),
    DIRECTORY,
    subject_named("institution", directory.stream_of),
    path={"institution": InstitutionCode},
)
_stewards = replace(_entries, role=STEWARD)
_stewards.add(
    "/institutions", directory.RegisterInstitution, location="/institutions/{institution}"
)
_entries.add(f"{INSTITUTION}/corrections", directory.CorrectInstitution)
_stewards.under(
    INSTITUTION,
    {
        "suspension": directory.SuspendInstitution,
        "closure": directory.CloseInstitution,
        "reactivation": directory.ReactivateInstitution,
    },
)


@router.get(
    INSTITUTION,
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
    return await with_etag(request, response, show_institution, institution)


# --- referrals ------------------------------------------------------------------------------


async def _case(log: Log, given: Mapping[str, Any]) -> Subject:
    case_id: UUID = given["case_id"]
    return Subject(case_id, str(case_id), partial(those_who_know, log, case_id))


async def _referral(log: Log, given: Mapping[str, Any]) -> Subject:
    case_id: UUID = given["case_id"]
    referral_id: UUID = given["referral_id"]
    return Subject(case_id, str(case_id), partial(those_who_know, log, case_id, referral_id))


_referring = CommandRoutes(router, custody.DECIDER, CASEWORKER, REFERRALS, _case)
_OFFERS: Mapping[str, type[Command]] = {
    "/cases/{case_id}/referrals": decisions.ReferCase,
    "/cases/{case_id}/drafts": drafting.DraftReferral,
    "/cases/{case_id}/referrals/{replaces}/reoffer": reoffering.ReofferReferral,
    "/cases/{case_id}/transfer-requests/{request_id}/grant": transfer_requests.GrantTransfer,
}
for _address, _command in _OFFERS.items():
    _referring.add(
        _address,
        _command,
        made=makes_id("referral_id", "referral"),
        makes=("referral_id",),
        location=REFERRAL,
    )
_referring.add(
    "/cases/{case_id}/transfer-requests",
    transfer_requests.RequestTransfer,
    made=makes_id("request_id", "transfer-request"),
    makes=("request_id",),
)
_referring.add(
    "/cases/{case_id}/transfer-requests/{request_id}/refusal", transfer_requests.RefuseTransfer
)
CommandRoutes(router, custody.DECIDER, CASEWORKER, REFERRALS, _referral).under(
    REFERRAL,
    {
        "sending": drafting.SendReferral,
        "discarding": drafting.DiscardDraft,
        "acknowledgement": decisions.AcknowledgeReferral,
        "information-requests": decisions.RequestInformation,
        "information-answers": decisions.AnswerInformation,
        "waitlisting": answering.WaitlistReferral,
        "acceptance": decisions.AcceptReferral,
        "information-answers/entry-in-error": mending.EnterAnswerInError,
        "decline": decisions.DeclineReferral,
        "decline/correction": mending.CorrectDecline,
        "decline/entry-in-error": mending.EnterDeclineInError,
        "decline/confirmation": declining.ConfirmDecline,
        "decline/return": declining.SendBackDecline,
        "rerouting": answering.RerouteReferral,
        "person-cancellation": answering.CancelForPerson,
        "withdrawal": decisions.WithdrawReferral,
        "revocation": ending.RevokeReferral,
        "ratings": afterwards.RateCounterpart,
        "loop-closure": afterwards.CloseLoop,
    },
)
_cases = CommandRoutes(router, custody.DECIDER, CASEWORKER, CASES, _case)
_cases.under(CUSTODY, {"closure": closing.CloseCase, "reopening": closing.ReopenCase})


@router.get(
    CUSTODY,
    tags=[REFERRALS.both],
    **described(
        Text(
            "Ver quién responde por un caso",
            "See who answers for a case",
        ),
        Text(
            "Muestra, a quienes ven el caso, quién responde por él y todas sus canalizaciones.",
            "Show to those who see the case who answers for it, and all of its referrals.",
        ),
    ),
)
async def see_custody(
    request: Request, response: Response, caller: Identified, case_id: Addressed
) -> CustodyOut:
    """Show to those who see the case who answers for it, and all of its referrals."""
    out, purpose = await asyncio.to_thread(show_custody, request.app.state.log, caller, case_id)
    await shown(request, caller, purpose, case_id)
    response.headers["ETag"] = etag(out.version)
    return out


@router.get(
    REFERRAL,
    tags=[REFERRALS.both],
    **described(
        Text("Ver una canalización", "See a referral"),
        Text(
            "Muestra una canalización a sus dos instituciones, siempre, y a quienes ven el caso.",
            "Show a referral to its two institutions, always, and to those who see the case.",
        ),
    ),
)
async def see_referral(
    request: Request,
    response: Response,
    caller: Identified,
    case_id: Addressed,
    referral_id: Addressed,
) -> ReferralOut:
    """Show a referral to its two institutions, always, and to those who see the case."""
    out, version, purpose = await asyncio.to_thread(
        show_referral, request.app.state.log, caller, case_id, referral_id
    )
    await shown(request, caller, purpose, case_id, referral_id)
    response.headers["ETag"] = etag(version)
    return out
