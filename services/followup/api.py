"""Followup over HTTP: what the receiver of a referral did, and what came of it."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from services.followup import decisions, life, serving
from services.followup.views import (
    FollowUpOut,
    Hearers,
    confirmed_by,
    opening_known,
    opening_of,
    seen_by,
    show,
    those_who,
)
from shared.eventstore.log import Log
from shared.kernel.roles import CASEWORKER, SUPERVISOR
from shared.kernel.text import Text
from shared.web.access import shown
from shared.web.command_request import Subject, etag
from shared.web.command_routes import CommandRoutes
from shared.web.field_types import Addressed
from shared.web.identity import Identified
from shared.web.openapi import described

FOLLOW_UPS = Text("seguimiento", "follow-up")
FOLLOW_UP = "/follow-ups/{referral_id}"
_NUMBERED = {"replaces": Annotated[int, Path(ge=2, lt=2**31)]}
"""A record's number, which is the version of its fact; that of the opening is 1."""

router = APIRouter()


async def _heard_by(hear: Hearers, log: Log, given: Mapping[str, Any]) -> Subject:
    """Find the follow-up and its case, which its facts are about.

    Before the follow-up is opened its case is not known, so nothing can be recorded about it.
    """
    referral_id: UUID = given["referral_id"]
    if (opening := opening_known(log, referral_id)) is not None:
        parties = partial(those_who, hear, log, referral_id)
        return Subject(referral_id, str(opening.case_id), parties)
    opening = await asyncio.to_thread(opening_of, log, referral_id)
    # What was read here is not read again: whoever is refused waits as long in either case.
    return Subject(
        referral_id, str(opening.case_id) if opening else None, partial(hear, log, opening)
    )


_follow_up = partial(_heard_by, seen_by)
_confirmed = partial(_heard_by, confirmed_by)
"""The sender may confirm a delivery too, and is told of it."""

CommandRoutes(router, life.DECIDER, CASEWORKER, FOLLOW_UPS, _follow_up, path=_NUMBERED).under(
    FOLLOW_UP,
    {
        "contacts": decisions.RecordContact,
        "contacts/{replaces}/correction": decisions.CorrectContact,
        "contacts/{replaces}/entry-in-error": decisions.EnterContactInError,
        "services": decisions.RecordServiceDelivered,
        "services/{replaces}/correction": decisions.CorrectService,
        "services/{replaces}/entry-in-error": decisions.EnterServiceInError,
        "closure": decisions.CloseFollowUp,
        "reopening": decisions.ReopenFollowUp,
        "hold": decisions.PutFollowUpOnHold,
        "resumption": decisions.ResumeFollowUp,
        "appointment": serving.ScheduleService,
        "start": serving.StartService,
        "completion": serving.CompleteService,
        "failure": serving.FailFollowUp,
        "cancellation": serving.CancelFollowUp,
        "enrolment": serving.StateEnrolment,
    },
)
CommandRoutes(router, life.DECIDER, CASEWORKER, FOLLOW_UPS, _confirmed, path=_NUMBERED).under(
    FOLLOW_UP, {"confirmations": serving.ConfirmDelivery}
)
CommandRoutes(
    router, life.DECIDER, (SUPERVISOR, CASEWORKER), FOLLOW_UPS, _follow_up, path=_NUMBERED
).under(
    FOLLOW_UP,
    {
        "outcomes": decisions.RecordOutcome,
        "outcomes/{replaces}/correction": decisions.CorrectOutcome,
        "outcomes/{replaces}/entry-in-error": decisions.EnterOutcomeInError,
    },
)


@router.get(
    FOLLOW_UP,
    tags=[FOLLOW_UPS.both],
    **described(
        Text("Ver el seguimiento", "See the follow-up"),
        Text(
            "Muestra un seguimiento a quien lo lleva y a quien responde por el caso.",
            "Show a follow-up to whoever follows up and to the custodian of the case.",
        ),
    ),
)
async def see_follow_up(
    request: Request, response: Response, caller: Identified, referral_id: Addressed
) -> FollowUpOut:
    """Show a follow-up to whoever follows up and to the custodian of the case."""
    out, purpose = await asyncio.to_thread(show, request.app.state.log, caller, referral_id)
    await shown(request, caller, purpose, out.case_id, referral_id)
    response.headers["ETag"] = etag(out.version)
    return out
